/* SPDX-License-Identifier: MIT */
/*
 * measure.h - one measure of a survey: its name, its last closed month, and its rows from stored or
 * published counts.
 */
#ifndef COPROD_ANSWERS_MEASURE_H
#define COPROD_ANSWERS_MEASURE_H

#include "rules/time.h"
#include "store/store.h"
#include "store/trend.h"
#include "survey/rollup.h"
#include "survey/trend.h"

/* Which series. */
struct measure {
    const struct definition *def;
    int question; /* from the definition's n_questions on: its scores */
    enum trend_statistic statistic;
    bool is_ended; /* def is a kept one, its question asked otherwise by now */
    char path[UNIT_PATH_MAX]; /* as in the store; "" = the trust */
};

/* SURVEY/QUESTION/STATISTIC or SURVEY/QUESTION/STATISTIC@UNIT > UNIT. Returns buf. */
const char *measure_name(const struct measure *m, char buf[TREND_NAME_MAX]);
/* The same back; what is left out is the first question, positive (of a score: mean), the whole
 * trust. def is the one that the name begins with. -EINVAL with a sentence of what there is. */
MUST_USE int measure_parse(const char *name, const struct definition *def, struct measure *ret,
                           struct err *reterr);
/* -EINVAL, with the nearest name, when answers are there but none ever came from its unit. */
MUST_USE int measure_check_unit(struct store *s, const struct measure *m, struct err *reterr);

/* The last month that is closed on a day. */
int32_t trend_until(const struct definition *def, const struct calendar *calendar, day_t today);
/* True when answers of this month are expected. */
bool trend_is_due(const struct definition *def, int32_t month);

enum trend_figures { TREND_INTERNAL = 1, TREND_PUBLISHED };
/* Its rows up to a month, and its chart. A survey or unit without answers gives no rows. */
MUST_USE int trend_load(struct store *s, const struct measure *m, int32_t until,
                        enum trend_figures figures, struct trend **ret, struct err *reterr);

#endif
