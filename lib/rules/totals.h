/* SPDX-License-Identifier: MIT */
/*
 * totals.h - which totals over a period may leave the house beside its months, where a unit is
 * hidden in one of them. Pure: no clock, no malloc.
 *
 *   n_shown = totals_hide(&(struct totals){ ... });
 *
 * Promise: whatever sums and differences anybody forms of the totals and of all versions of all
 * months, each of them counts nobody or at least k answers; and none says of several hidden units
 * that each has the one answer that it is listed for.
 *
 * Why it holds: what is published of months, version by version, divides the answers into
 * remainders (disclosure.h) and what each version added to them; the totals of one period divide
 * them a second time. So each answer lies between two nodes of a network, and what is combined is a
 * cut (slices.h). A total of a unit that is shown in all months follows from these and is always
 * shown.
 */
#ifndef COPROD_RULES_TOTALS_H
#define COPROD_RULES_TOTALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct totals_unit {
    uint32_t parent; /* given: an earlier one; the trust, the first, names itself */
    bool is_free;    /* given: shown in every month in which it has answers */
    int64_t n;       /* given: answers of the period, its own and below it */
    bool is_shown;   /* set */
};
/* Answers of a unit itself that lie in one remainder of a month, as one version added to it. */
struct totals_line {
    uint32_t remainder;
    uint32_t unit;
    int64_t n;       /* >= 0 */
    int64_t n_known; /* of these, hidden units that are known to have one at least */
};
struct totals {
    struct totals_unit *units;
    size_t n_units;
    const struct totals_line *lines;
    size_t n_lines;
    size_t n_remainders;
    int64_t k;
    void *room; /* totals_room bytes, without meaning afterwards */
};
size_t totals_room(size_t n_remainders, size_t n_units, size_t n_lines);
/* Returns how many are shown that are not free. */
size_t totals_hide(const struct totals *in);

#endif
