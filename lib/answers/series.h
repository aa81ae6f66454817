/* SPDX-License-Identifier: MIT */
/*
 * series.h - the rows of trends as they are gathered: of every unit of a question at once for the
 * night, or of one measure. Inside lib/answers.
 */
#ifndef COPROD_ANSWERS_SERIES_H
#define COPROD_ANSWERS_SERIES_H

#include "answers/measure.h"
#include "answers/sheet.h"

bool measure_is_score(const struct measure *m);
/* Its series in the store: 1 and its id, or 0. */
MUST_USE int series_id(struct store *s, int64_t survey, const struct measure *m, int64_t *ret,
                       struct err *reterr);
/* What a month's counts are for its statistic. */
struct spc_count series_count(const struct measure *m, const int64_t *counts);
/* Its counts of every unit and month. */
MUST_USE int series_sheet(struct store *s, const struct measure *m, struct sheet *ret,
                          struct err *reterr);

/* The same of one month. */
MUST_USE int series_sheet_of(struct store *s, const struct measure *m, int32_t month,
                             struct sheet *ret, struct err *reterr);

/* What a unit has in a month. */
struct series_value {
    const char *path;
    int32_t month;
    const int64_t *counts; /* SURVEY_COUNTS of them; NULL: hidden */
};
/* By path, then month. */
void series_sort(struct series_value *values, size_t n);
/* One trend of the values of one unit, not charted yet. */
MUST_USE int series_trend(const struct measure *m, int32_t until, const struct series_value *values,
                          size_t n, struct trend **ret);
/* Marks the rows in which approved baselines begin: the first row of that month or later. */
MUST_USE int series_baselines(struct store *s, int64_t measure, struct trend *t,
                              struct err *reterr);

#endif
