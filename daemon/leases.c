/* SPDX-License-Identifier: MIT */
/* leases.c - the set of job ids that are out with workers. */
#include "leases.h"

#include <stdlib.h>

enum { LEASES_FIRST = 4096 };

static size_t
slot_of(const struct dispatch *d, uint64_t job)
{
    return (size_t)(job * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (d->cap_leased - 1);
}

static void
put(struct dispatch *d, uint64_t job)
{
    size_t i = slot_of(d, job);
    while (d->leased[i] && d->leased[i] != job) {
        i = (i + 1) & (d->cap_leased - 1);
    }
    d->n_leased += d->leased[i] == 0;
    d->leased[i] = job;
}

int
leases_add(struct dispatch *d, uint64_t job)
{
    if (2 * (d->n_leased + 1) > d->cap_leased) {
        struct dispatch old = *d;
        size_t cap = old.cap_leased ? 2 * old.cap_leased : LEASES_FIRST;
        uint64_t *more = calloc(cap, sizeof *more);
        if (!more) {
            return -ENOMEM;
        }
        d->leased = more;
        d->cap_leased = cap;
        d->n_leased = 0;
        for (size_t i = 0; i < old.cap_leased; i++) {
            if (old.leased[i]) {
                put(d, old.leased[i]);
            }
        }
        free(old.leased);
    }
    put(d, job);
    return 0;
}

static size_t
find(const struct dispatch *d, uint64_t job)
{
    if (d->cap_leased == 0) {
        return SIZE_MAX;
    }
    for (size_t i = slot_of(d, job); d->leased[i]; i = (i + 1) & (d->cap_leased - 1)) {
        if (d->leased[i] == job) {
            return i;
        }
    }
    return SIZE_MAX;
}

bool
leases_has(const struct dispatch *d, uint64_t job)
{
    return find(d, job) != SIZE_MAX;
}

void
leases_remove(struct dispatch *d, uint64_t job)
{
    size_t i = find(d, job);
    if (i == SIZE_MAX) {
        return;
    }
    d->leased[i] = 0;
    d->n_leased--;
    /* What was pushed past the hole moves up, or it would not be found any more. */
    for (size_t j = (i + 1) & (d->cap_leased - 1); d->leased[j];
         j = (j + 1) & (d->cap_leased - 1)) {
        uint64_t moved = d->leased[j];
        d->leased[j] = 0;
        d->n_leased--;
        put(d, moved);
    }
}
