/* SPDX-License-Identifier: MIT */
/*
 * quality.h - what a file tells of itself while its rows are read: first and last day, units left
 * empty, rows that look like one answer sent twice. Reported, never acted upon.
 */
#ifndef COPROD_SURVEY_QUALITY_H
#define COPROD_SURVEY_QUALITY_H

#include "survey/mapping.h"

struct quality;

MUST_USE int quality_new(const struct definition *def, struct quality **ret);
struct quality *quality_free(struct quality *q);
static inline void
quality_freep(struct quality **q)
{
    *q = quality_free(*q);
}
/* One accepted row. */
void quality_row(struct quality *q, const struct mapped *row);

/* Each figure by name: "first_day", "last_day", "missing:COLUMN", "same_time_unit_answers". */
MUST_USE int quality_each(const struct quality *q,
                          int (*fn)(void *arg, const char *name, int64_t value), void *arg);

/* A unit's name without case, blanks and signs, for finding one unit spelt in two ways: a hash. */
uint64_t quality_fold(const char *name, size_t len);

#endif
