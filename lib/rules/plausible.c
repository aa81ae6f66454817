/* SPDX-License-Identifier: MIT */
/* plausible.c - whether a month's number of answers is questioned beside the month before. */
#include "rules/plausible.h"

#include <assert.h>

enum { N_MAX_BITS = 40 };

enum plausible_change
plausible_change(const struct plausible *p, int64_t before, int64_t now)
{
    assert(before >= 0 && before >> N_MAX_BITS == 0);
    assert(now >= 0 && now >> N_MAX_BITS == 0);
    if (before == 0 || (before < p->from && now < p->from)) {
        return CHANGE_NONE;
    }
    if (now * 100 <= before * (100 - p->fall_percent)) {
        return CHANGE_FALL;
    }
    return (now - before) * 100 >= before * p->rise_percent ? CHANGE_RISE : CHANGE_NONE;
}

int64_t
plausible_percent(int64_t before, int64_t now)
{
    return before == 0 ? 0 : (now - before) * 100 / before;
}
