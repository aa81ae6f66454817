/* SPDX-License-Identifier: MIT */
/*
 * shift.h - what was applied before is seen to again though its plan did not change: another
 * calendar moves days, and a completion that nobody could follow up then is followed up now.
 */
#ifndef COPROD_ENGINE_SHIFT_H
#define COPROD_ENGINE_SHIFT_H

#include "engine/apply.h"

/* Due days that lie elsewhere by the new calendar move within their generation, so that what was
 * sent counts as sent. An extension stays. */
MUST_USE int shift_plan(const struct world *w, struct store *s, const struct plan_set *set,
                        const struct plan *p, int64_t now_ms, struct applied *sum,
                        struct err *reterr);
/* Every timer by the new calendar. */
MUST_USE int shift_timers(const struct world *w, struct store *s, int64_t now_ms,
                          struct err *reterr);
/* The series of each complete delivery that has none yet: it was completed while the plan could not
 * be read. */
MUST_USE int shift_make_up(const struct world *w, struct store *s, const struct plan_set *set,
                           struct applied *sum, struct err *reterr);

/* Other rules (coprod.yaml): what lies before today counts as told; timers by the new days. Before
 * the plans are applied: what they bring was never under the old rules. */
MUST_USE int shift_rules(const struct world *w, struct store *s, int64_t now_ms,
                         struct err *reterr);

#endif
