/* SPDX-License-Identifier: MIT */
/*
 * rollup.h - the owner's week: on the first working day of each week, which colours of a plan
 * changed since the owner was last told, what goes out this week, and what is unanswered. A topic
 * of the owner's digest of that day. When no colour changed there is none.
 */
#ifndef COPROD_ENGINE_ROLLUP_H
#define COPROD_ENGINE_ROLLUP_H

#include "engine/standing.h"

/* A row of standing.def; what: "PLAN|DAY". The first time it only remembers the colours. */
MUST_USE int rollup_look(struct standing_ask *ask, struct err *reterr);
MUST_USE int rollup_run(const struct world *w, struct store *s, const char *what, int64_t now_ms,
                        struct err *reterr);

#endif
