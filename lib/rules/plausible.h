/* SPDX-License-Identifier: MIT */
/* plausible.h - whether a month's number of answers is questioned beside the month before. Pure.
 * A figure that is questioned is counted all the same: somebody looks at it. */
#ifndef COPROD_RULES_PLAUSIBLE_H
#define COPROD_RULES_PLAUSIBLE_H

#include <stdint.h>

struct plausible {
    int fall_percent; /* by so much or more is a fall that is questioned */
    int rise_percent;
    int64_t from; /* not asked when both months have fewer: small numbers jump */
};
enum plausible_change { CHANGE_NONE = 0, CHANGE_FALL, CHANGE_RISE };

enum plausible_change plausible_change(const struct plausible *p, int64_t before, int64_t now);
/* By how many percent it changed, towards zero; 0 when there was nothing before. */
int64_t plausible_percent(int64_t before, int64_t now);

#endif
