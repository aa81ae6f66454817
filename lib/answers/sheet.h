/* SPDX-License-Identifier: MIT */
/*
 * sheet.h - the counts of one question or score as they stand, for every month and unit with
 * answers, higher units summed up. By month, then path; a unit comes before those below it, the
 * trust (path "") first.
 */
#ifndef COPROD_ANSWERS_SHEET_H
#define COPROD_ANSWERS_SHEET_H

#include "store/survey.h"
#include "survey/rollup.h"

struct sheet_row {
    int32_t month;
    const char *path; /* as in survey_cells; owned by the sheet */
    int64_t counts[SURVEY_COUNTS];
    int64_t n; /* > 0 */
};
struct sheet {
    struct sheet_row *rows;
    size_t n;
    struct rollup *sums;
};

struct import_wanted;
/* A score's counts are respondents and sum. */
MUST_USE int sheet_load_some(struct store *s, const struct definition *def,
                             const struct import_wanted *want, struct sheet *ret,
                             struct err *reterr);
void sheet_done(struct sheet *sheet);
/* The rows of one month; *ret_n = 0 when there are none. */
const struct sheet_row *sheet_month(const struct sheet *sheet, int32_t month, size_t *ret_n);
/* Among the rows of one month; NULL when the unit has no answers. */
const struct sheet_row *sheet_find(const struct sheet_row *rows, size_t n, const char *path);

#endif
