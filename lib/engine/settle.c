/* SPDX-License-Identifier: MIT */
/* settle.c - responses that came lately join the others. */
#include "engine/settle.h"

enum { FROM = 50000, STEP = 5000 };

/* How many were moved. */
static int
move_some(const struct settle *opt, int64_t step, struct err *reterr)
{
    int r = store_begin(opt->store, reterr);
    if (r < 0) {
        return r;
    }
    int n = survey_arrivals_settle(opt->store, step, reterr);
    r = n < 0 || !opt->guard ? n : opt->guard(opt->arg, opt->store, reterr);
    if (r < 0) {
        store_rollback(opt->store);
        return r;
    }
    r = store_commit(opt->store, reterr);
    return r < 0 ? r : n;
}

int
settle_arrivals(const struct settle *opt, int64_t *ret, struct err *reterr)
{
    int64_t from = opt->from > 0 ? opt->from : FROM;
    int64_t step = opt->step > 0 ? opt->step : STEP;
    int64_t n = 0;
    *ret = 0;
    int r = survey_arrivals(opt->store, from, &n, reterr);
    bool goes_on = r == 0 && n >= from;
    while (goes_on) {
        r = move_some(opt, step, reterr);
        *ret += r > 0 ? r : 0;
        goes_on = r == step && (!opt->wanted || opt->wanted(opt->arg));
    }
    return r < 0 ? r : 0;
}
