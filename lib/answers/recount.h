/* SPDX-License-Identifier: MIT */
/*
 * recount.h - the counts of a survey compared with its single responses: they must agree. It reads
 * one snapshot and holds nobody up; it changes nothing.
 *
 * Months of which answers were dropped can be compared no more, nor can surveys without ids.
 */
#ifndef COPROD_ANSWERS_RECOUNT_H
#define COPROD_ANSWERS_RECOUNT_H

#include "store/survey.h"

struct recount_result {
    int64_t n_responses;
    int64_t n_cells;     /* compared */
    int64_t n_different; /* cells or series of a cell that do not agree */
    char first[256];     /* of them: month and series */
};
/* Asked now and then while it counts, which may take long; -EINTR when it says no. */
struct recount_care {
    bool (*wanted)(void *arg);
    void *arg;
};
/* care may be NULL. */
MUST_USE int recount_survey(struct store *s, const char *name, const struct recount_care *care,
                            struct recount_result *ret, struct err *reterr);

/*
 * The same of the store at `path`, by a handle of its own, with the lowest priority: it takes what
 * nobody else wants of processor and disk. care->wanted is asked by the caller's thread, which may
 * use its own handle meanwhile.
 */
MUST_USE int recount_beside(const char *path, const char *name, const struct recount_care *care,
                            struct recount_result *ret, struct err *reterr);

#endif
