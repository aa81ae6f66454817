/* SPDX-License-Identifier: MIT */
/* acting.h - what people do, in a transaction of its own that is kept when it succeeds. */
#ifndef COPROD_TESTS_ACTING_H
#define COPROD_TESTS_ACTING_H

#include "engine/act.h"

/* What act() says. Words that are not given are empty; the actor is the role. */
static inline int
act_now(const struct world *w, struct store *s, int64_t now_ms, const struct act *a,
        struct acted *ret, struct err *why)
{
    struct act x = *a;
    struct acted ignored;
    const char **words[] = { &x.plan, &x.actor, &x.on_behalf, &x.comment, &x.evidence, &x.minute };
    for (size_t i = 0; i < LENGTH(words); i++) {
        *words[i] = *words[i] ? *words[i] : i == 1 ? x.role : "";
    }
    x.date = x.date == 0 ? DAY_NONE : x.date;
    int r = store_begin(s, why);
    assert_true(r >= 0);
    r = act(w, s, &x, now_ms, ret ? ret : &ignored, why);
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    return store_commit(s, why);
}

#endif
