/* SPDX-License-Identifier: MIT */
/*
 * handover.h - what is open goes to other leads: by the owner (reassign) or by an edit of the plan.
 * Inside the caller's transaction.
 */
#ifndef COPROD_ENGINE_HANDOVER_H
#define COPROD_ENGINE_HANDOVER_H

#include "engine/people.h"

/*
 * The leads of o are `to` from now on. Who leads it no longer is not reminded of it any more; who
 * newly leads it gets the step that stands now. The level stays; the ladder gives them some working
 * days, once in a generation, and never climbs on this day.
 *
 * tells: who left and who came hear of it (what was never told need not be taken back in words).
 * *ret_cancelled counts notices taken back.
 */
struct handover_order {
    const struct occurrence *o;
    const struct people *to;
    bool tells;
};
MUST_USE int handover(const struct world *w, struct store *s, const struct handover_order *order,
                      int64_t now_ms, int *ret_cancelled, struct err *reterr);

#endif
