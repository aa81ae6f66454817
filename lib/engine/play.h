/* SPDX-License-Identifier: MIT */
/*
 * play.h - the whole way in one thread: what the hub and the workers do at one instant, with the
 * functions that they call, in a throw-away store. For simulate, notices next, preview and plan
 * diff: what they show is what the daemon will do.
 *
 *   r = play_due(w, s, now_ms, &why);            everything that is due at now_ms, to its end
 *   r = play_next_ms(w, s, now_ms, &next, &why); the next instant at which anything is due
 *
 * Every relay accepts at once. play_due needs an open transaction.
 */
#ifndef COPROD_ENGINE_PLAY_H
#define COPROD_ENGINE_PLAY_H

#include "engine/occurrence.h"

MUST_USE int play_due(const struct world *w, struct store *s, int64_t now_ms, struct err *reterr);
/* Later than now_ms; INT64_MAX = never again. */
MUST_USE int play_next_ms(const struct world *w, struct store *s, int64_t now_ms, int64_t *ret,
                          struct err *reterr);
/* As when the daemon starts at now_ms, or wakes: was it an outage? In a transaction of its own. */
MUST_USE int play_come_back(struct world *w, struct store *s, int64_t now_ms, struct err *reterr);
/* From instant to instant, each in a transaction of its own, while they lie before end_ms. */
MUST_USE int play_until(const struct world *w, struct store *s, int64_t now_ms, int64_t end_ms,
                        struct err *reterr);

#endif
