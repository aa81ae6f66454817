/* SPDX-License-Identifier: MIT */
/*
 * rollup.h - counts of answers by leaf unit, month and question, gathered in memory.
 *
 * Only leaves are counted; what a higher unit has is the sum of its leaves, worked out at read.
 * All counts are integers, so the order in which rows come does not matter and a correction is
 * minus the old answer, plus the new.
 */
#ifndef COPROD_SURVEY_ROLLUP_H
#define COPROD_SURVEY_ROLLUP_H

#include "survey/definition.h"
#include "survey/scan.h"

/* A path of unit names from level 1 down, each terminated by 0x1F (the names hold no control
 * characters), so that a prefix is an ancestor. */
enum { UNIT_SEPARATOR = 0x1F, UNIT_PATH_MAX = 2048 };

struct rollup_unit {
    const char *path; /* owned by the rollup, stable while it lives */
    size_t path_len;
    int level;
};

struct rollup_cell {
    uint32_t unit;    /* index in the rollup's units */
    int32_t month;    /* 12 * year + month - 1 */
    uint32_t question;
    int64_t counts[SURVEY_SLOTS_MAX];
};

struct rollup;

MUST_USE int rollup_new(struct rollup **ret);
struct rollup *rollup_free(struct rollup *r);
static inline void
rollup_freep(struct rollup **r)
{
    *r = rollup_free(*r);
}

/* The unit's index, made when new. -ENAMETOOLONG, -ENOMEM. */
MUST_USE int rollup_unit(struct rollup *r, const struct scan_field *names, size_t n_names,
                         uint32_t *ret_unit);
/* The same from a path as struct rollup_unit has it. */
MUST_USE int rollup_unit_path(struct rollup *r, const char *path, size_t len, uint32_t *ret_unit);
/* Adds n (may be negative) to one slot. */
MUST_USE int rollup_add(struct rollup *r, uint32_t unit, int32_t month, uint32_t question,
                        int slot, int64_t n);

/* The cell, made empty when new; until the next one is made. */
MUST_USE int rollup_find(struct rollup *r, uint32_t unit, int32_t month, uint32_t question,
                         const struct rollup_cell **ret);

size_t rollup_n_units(const struct rollup *r);
const struct rollup_unit *rollup_unit_at(const struct rollup *r, size_t i);
/* Cells in the order in which they first came. */
size_t rollup_n_cells(const struct rollup *r);
const struct rollup_cell *rollup_cell_at(const struct rollup *r, size_t i);

#endif
