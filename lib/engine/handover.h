/* SPDX-License-Identifier: MIT */
/*
 * handover.h - what is open goes to other leads: by the owner (reassign) or by an edit of the plan.
 * Inside the caller's transaction.
 */
#ifndef COPROD_ENGINE_HANDOVER_H
#define COPROD_ENGINE_HANDOVER_H

#include "engine/occurrence.h"

enum { LEADS_MAX = 64, LEADS_TEXT_MAX = 8192 };

struct lead {
    char role[OCC_NAME_MAX];
    bool is_joint; /* copied; another one answers for it */
};
struct lead_list {
    struct lead list[LEADS_MAX];
    size_t n;
};
/* -E2BIG: too many, or too long a name. One that is in it already is left as it is. */
MUST_USE int leads_add(struct lead_list *list, const char *role, bool is_joint);
/* Those of the occurrence now. */
MUST_USE int leads_get(struct store *s, int64_t occurrence, struct lead_list *ret,
                       struct err *reterr);
/* "lead:a joint:b", in order: what the plan said, to compare with later. */
MUST_USE int leads_words(const struct lead_list *list, char buf[LEADS_TEXT_MAX]);

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
    const struct lead_list *to;
    bool tells;
};
MUST_USE int handover(const struct world *w, struct store *s, const struct handover_order *order,
                      int64_t now_ms, int *ret_cancelled, struct err *reterr);

#endif
