/* SPDX-License-Identifier: MIT */
/*
 * refusal.h - a mail that will never arrive: the relay refused it for good, it was tried as often
 * as it may be, or somebody took it back. That is a failure with a road of its own: the plan's
 * owner hears who was not told of what, a lead's deputy is asked in the lead's place, and the
 * ladder goes on as if it had been accepted on that day (occurrence_see).
 */
#ifndef COPROD_ENGINE_REFUSAL_H
#define COPROD_ENGINE_REFUSAL_H

#include "engine/world.h"

/* job: a delivery that is tried no more. Nothing to do for any other job. 1 when somebody will be
 * told, else 0. */
MUST_USE int refusal_settle(const struct world *w, struct store *s, int64_t job, int64_t now_ms,
                            struct err *reterr);

#endif
