/* SPDX-License-Identifier: MIT */
/*
 * awaited.h - on which day each item that waits will go, if nobody acts: the days to come are
 * played on a copy of the store.
 */
#ifndef COPROD_CLI_AWAITED_H
#define COPROD_CLI_AWAITED_H

#include "reads.h"

struct awaited {
    struct awaited_item {
        int64_t item;
        day_t day;
    } *list;
    size_t n, cap;
};
void awaited_done(struct awaited *a);
/* ret: zeroes. */
MUST_USE int awaited_load(struct reading *r, struct awaited *ret);
/* DAY_NONE: not within the weeks that were played. */
day_t awaited_day(const struct awaited *a, int64_t item);

#endif
