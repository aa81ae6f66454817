/* SPDX-License-Identifier: MIT */
/*
 * recur.h - the days that a recurrence rule of RFC 5545 gives: the one door to libical. Dates only:
 * no times, no zones.
 *
 *   r = recur_days("FREQ=MONTHLY;BYDAY=4WE", &span, days, cap, &n, &why);
 *
 * Of the rule's parts those are taken by which committees meet: FREQ (WEEKLY, MONTHLY, YEARLY),
 * INTERVAL up to 99, COUNT, UNTIL, WKST, BYDAY; and where months or years are counted BYMONTH,
 * BYMONTHDAY, BYSETPOS. The rest, and what cannot stand together, is refused by name: on some of it
 * libical searches twenty thousand years for a day that never comes.
 */
#ifndef COPROD_BASE_RECUR_H
#define COPROD_BASE_RECUR_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { RECUR_RULE_MAX = 200 /* bytes */ };

struct recur_span { /* days since 1970-01-01 */
    int32_t first;  /* from which the rule counts; it is one of the days only if the rule says so */
    int32_t until;  /* the last day that may come out */
};
/* Days in order, each once, at most cap. -EINVAL with a sentence: no such rule; -E2BIG: more than
 * cap days. */
MUST_USE int recur_days(const char *rule, const struct recur_span *span, int32_t *days, size_t cap,
                        size_t *ret_n, struct err *reterr);

#endif
