/* SPDX-License-Identifier: MIT */
/*
 * settle.h - responses that came lately join the others. An import writes them where few pages are
 * touched; at night, when there are enough of them, they are moved in the order of their ids, some
 * at a time, each time in a transaction of its own. Then the filter over the settled ones
 * (store/seen.h) is made where they are many, made anew where it is too small for them, and
 * finished where it was cut short. Cut short anywhere, each response stands in one place, and the
 * filter knows of all that its blocks are for.
 */
#ifndef COPROD_ANSWERS_SETTLE_H
#define COPROD_ANSWERS_SETTLE_H

#include "store/survey.h"

struct settle {
    struct store *store;
    int64_t from; /* fewer stay where they are; 0 = as is best */
    int64_t step; /* responses a transaction; 0 = as is best */
    int64_t filter_from; /* settled ones: no filter is made for fewer; 0 = as is best */
    /* As in struct import_options; optional. */
    int (*guard)(void *arg, struct store *s, struct err *reterr);
    bool (*wanted)(void *arg);
    void *arg;
};
/* *ret: how many were moved. */
MUST_USE int settle_arrivals(const struct settle *opt, int64_t *ret, struct err *reterr);

#endif
