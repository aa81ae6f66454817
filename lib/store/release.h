/* SPDX-License-Identifier: MIT */
/*
 * release.h - what was published of surveys, version by version, in the store. Nothing here is ever
 * changed or taken out: the next version is judged against all that went before.
 */
#ifndef COPROD_STORE_RELEASE_H
#define COPROD_STORE_RELEASE_H

#include "store/survey.h"

struct release_row {
    int64_t id;
    int64_t version; /* of its month, from 1 */
    int64_t k;       /* the threshold that it passed */
    int64_t places;  /* which moves of units held: definition_places */
};
struct release_cell {
    const char *path; /* as in survey_cells; "" = the trust */
    bool is_shown;
    int64_t counts[SURVEY_COUNTS]; /* of a hidden one 0 */
};

/* 1 and the newest version of a month, or 0. */
MUST_USE int release_newest(struct store *s, int64_t survey, int32_t month,
                            struct release_row *ret, struct err *reterr);
/* The same of the versions that have a question. One that is not asked in these words any more, or
 * was not for a while, is missing in later ones. */
MUST_USE int release_newest_of(struct store *s, int64_t survey, int32_t month, int64_t question,
                               struct release_row *ret, struct err *reterr);
/* In a transaction. -EEXIST when somebody else has written this version meanwhile. */
MUST_USE int release_add(struct store *s, int64_t survey, int32_t month, int64_t now_ms,
                         struct release_row *row, struct err *reterr);
/* The version in which a series was first shown, if any: 1 and its id, or 0. */
MUST_USE int release_first_shown(struct store *s, int64_t survey, int32_t month, int64_t question,
                                 int64_t *ret, struct err *reterr);
MUST_USE int release_cell_add(struct store *s, int64_t release, int64_t question,
                              const struct release_cell *cell, struct err *reterr);

/* By path. */
typedef int (*release_cell_fn)(void *arg, const struct release_cell *cell);
MUST_USE int release_cells(struct store *s, int64_t release, int64_t question, release_cell_fn fn,
                           void *arg, struct err *reterr);
/* A staff group in a shown unit. */
struct release_slice {
    struct release_cell cell;
    int64_t group;
    const char *name; /* of the group, when it is read */
    int64_t version;  /* of a leaf, when it is read */
};
MUST_USE int release_slice_add(struct store *s, int64_t release, int64_t question,
                               const struct release_slice *slice, struct err *reterr);
/* By path and group. A version without slices: none. */
typedef int (*release_slice_fn)(void *arg, const struct release_slice *slice);
MUST_USE int release_slices(struct store *s, int64_t release, int64_t question,
                            release_slice_fn fn, void *arg, struct err *reterr);
/* Inside the house: answers of a unit itself and a group (0: none) that a version took up, counted
 * in it and in each later one. Of all versions, by version, path and group. */
MUST_USE int release_leaf_add(struct store *s, int64_t release, int64_t question,
                              const struct release_slice *leaf, struct err *reterr);
MUST_USE int release_leaves(struct store *s, int64_t survey, int32_t month, int64_t question,
                            release_slice_fn fn, void *arg, struct err *reterr);
/* What a unit has in those months of a period in which it is hidden. */
struct release_total {
    struct release_cell cell;
    int32_t first, last;
    int64_t months; /* bit i: first + i was counted */
};
MUST_USE int release_total_add(struct store *s, int64_t question, const struct release_total *total,
                               struct err *reterr);
/* Whether a total of any of these months was published: 1 or 0. */
MUST_USE int release_total_overlaps(struct store *s, int64_t question, int32_t first, int32_t last,
                                    struct err *reterr);
/* By period and path. */
typedef int (*release_total_fn)(void *arg, const struct release_total *total);
MUST_USE int release_totals(struct store *s, int64_t question, release_total_fn fn, void *arg,
                            struct err *reterr);
/* Every version, by month and version. Rows: id, month, version, k, at_ms. */
MUST_USE int release_list(struct store *s, int64_t survey, row_fn fn, void *arg,
                          struct err *reterr);
/* Each series that a version of the month has. Rows: its id. */
MUST_USE int release_series(struct store *s, int64_t survey, int32_t month, row_fn fn, void *arg,
                            struct err *reterr);
/* 1 while a file of the survey is half imported, else 0. */
MUST_USE int release_must_wait(struct store *s, int64_t survey, struct err *reterr);
/* When the survey's first file came; 0 = none did. */
MUST_USE int release_first_file_ms(struct store *s, int64_t survey, int64_t *ret,
                                   struct err *reterr);

#endif
