/* SPDX-License-Identifier: MIT */
/*
 * timescale.h - the dates that people write in a plan: Q1 2015, From Q.2 2016, 2015/16 Q4,
 * January 2018, 14 January 2015, 2015-01-14; and intervals such as 3 years. Pure.
 */
#ifndef COPROD_PLAN_TIMESCALE_H
#define COPROD_PLAN_TIMESCALE_H

#include "plan/plan.h"

/* What is wrong with a timescale, in words, and what to do. */
struct timescale_fault {
    struct err what;
    const char *hint; /* NULL: none */
    bool lacks_basis; /* a bare quarter, and no basis to read it by: one fault of the whole plan */
};
/* ret->raw is raw itself. -EINVAL with the fault filled. A quarter without a year span needs a
 * basis; "2015/16 Q4" is always financial. */
MUST_USE int timescale_parse(const char *raw, enum quarter_basis basis, struct timescale *ret,
                             struct timescale_fault *fault);
/* "3 years", "Three Years", "18 months" -> months; -EINVAL. */
MUST_USE int interval_parse(const char *s, int *ret_months);

#endif
