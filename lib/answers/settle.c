/* SPDX-License-Identifier: MIT */
/* settle.c - responses that came lately join the others; the filter over these is kept fit. */
#include "answers/settle.h"

#include "store/seen.h"

enum { FROM = 50000, STEP = 5000, FILTER_FROM = 100000, BLOCKS_AT_ONCE = 4 };

/* What a step did (0 or more) is committed, or nothing. */
static int
commit(const struct settle *opt, int n, struct err *reterr)
{
    int r = n < 0 || !opt->guard ? n : opt->guard(opt->arg, opt->store, reterr);
    if (r < 0) {
        store_rollback(opt->store);
        return r;
    }
    r = store_commit(opt->store, reterr);
    return r < 0 ? r : n;
}

static bool
is_wanted(const struct settle *opt)
{
    return !opt->wanted || opt->wanted(opt->arg);
}

/* How many were moved. */
static int
move_some(const struct settle *opt, int64_t step, struct err *reterr)
{
    int r = store_begin(opt->store, reterr);
    return r < 0 ? r : commit(opt, survey_arrivals_settle(opt->store, step, reterr), reterr);
}

static int
move_all(const struct settle *opt, int64_t *ret, struct err *reterr)
{
    int64_t from = opt->from > 0 ? opt->from : FROM;
    int64_t step = opt->step > 0 ? opt->step : STEP;
    int64_t n = 0;
    int r = survey_arrivals(opt->store, from, &n, reterr);
    bool goes_on = r == 0 && n >= from;
    while (goes_on) {
        r = move_some(opt, step, reterr);
        *ret += r > 0 ? r : 0;
        goes_on = r == step && is_wanted(opt);
    }
    return r < 0 ? r : 0;
}

/* ---- the filter ---------------------------------------------------------------------------- */

static int
build_blocks(struct store *s, struct err *reterr)
{
    struct seen_state state;
    int r = seen_state(s, &state, reterr);
    int64_t to = state.n_built + BLOCKS_AT_ONCE;
    to = to < state.n_blocks ? to : state.n_blocks;
    for (int64_t i = state.n_built; r == 0 && i < to; i++) {
        r = seen_build(s, state.n_blocks, i, reterr);
    }
    return r < 0 ? r : to < state.n_blocks;
}

/* n_blocks > 0: begins one of so many. 1 when there is more to build. */
static int
build_some(const struct settle *opt, int64_t n_blocks, struct err *reterr)
{
    int r = store_begin(opt->store, reterr);
    if (r < 0) {
        return r;
    }
    r = n_blocks > 0 ? seen_begin(opt->store, n_blocks, reterr)
                     : build_blocks(opt->store, reterr);
    return commit(opt, r < 0 || n_blocks == 0 ? r : n_blocks > 1, reterr);
}

static int
keep_filter(const struct settle *opt, struct err *reterr)
{
    struct seen_state state;
    int64_t n = 0;
    int64_t from = opt->filter_from > 0 ? opt->filter_from : FILTER_FROM;
    int r = seen_state(opt->store, &state, reterr);
    r = r < 0 ? r : seen_settled(opt->store, &n, reterr);
    if (r < 0) {
        return r;
    }
    bool is_new = n >= from && seen_is_small(state.n_blocks, n);
    if (is_new) {
        r = build_some(opt, seen_blocks_for(n), reterr);
    } else {
        r = state.n_built < state.n_blocks;
    }
    while (r > 0 && is_wanted(opt)) {
        r = build_some(opt, 0, reterr);
    }
    return r < 0 ? r : 0;
}

int
settle_arrivals(const struct settle *opt, int64_t *ret, struct err *reterr)
{
    *ret = 0;
    int r = move_all(opt, ret, reterr);
    return r < 0 ? r : keep_filter(opt, reterr);
}
