/* SPDX-License-Identifier: MIT */
/*
 * settle.h - responses that came lately join the others. An import writes them where few pages are
 * touched; at night, when there are enough of them, they are moved in the order of their ids, some
 * at a time, each time in a transaction of its own. Cut short anywhere, each stands in one place.
 */
#ifndef COPROD_ENGINE_SETTLE_H
#define COPROD_ENGINE_SETTLE_H

#include "store/survey.h"

struct settle {
    struct store *store;
    int64_t from; /* fewer stay where they are; 0 = as is best */
    int64_t step; /* responses a transaction; 0 = as is best */
    /* As in struct import_options; optional. */
    int (*guard)(void *arg, struct store *s, struct err *reterr);
    bool (*wanted)(void *arg);
    void *arg;
};
/* *ret: how many were moved. */
MUST_USE int settle_arrivals(const struct settle *opt, int64_t *ret, struct err *reterr);

#endif
