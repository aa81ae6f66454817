/* SPDX-License-Identifier: MIT */
/*
 * trend.h - from stored counts to trends: one measure's series, and the nightly run over all of
 * them that keeps what each chart says and opens, continues and closes signals.
 *
 * A month is charted once it is closed, so many working days after its end: half a month is no
 * value. What has not changed since the last run is left alone. Charts and signals are made of
 * internal figures; what leaves the house is made of published ones (signal.h).
 */
#ifndef COPROD_ENGINE_TREND_H
#define COPROD_ENGINE_TREND_H

#include "engine/world.h"
#include "store/trend.h"
#include "survey/rollup.h"
#include "survey/trend.h"

/* Which series. */
struct measure {
    const struct definition *def;
    int question; /* from the definition's n_questions on: its scores */
    enum trend_statistic statistic;
    char path[UNIT_PATH_MAX]; /* as in the store; "" = the trust */
};

/* SURVEY/QUESTION/STATISTIC or SURVEY/QUESTION/STATISTIC@UNIT > UNIT. Returns buf. */
const char *measure_name(const struct measure *m, char buf[TREND_NAME_MAX]);
/* The same back; what is left out is the first question, positive (of a score: mean), the whole
 * trust. def is the one that the name begins with. -EINVAL with a sentence of what there is. */
MUST_USE int measure_parse(const char *name, const struct definition *def, struct measure *ret,
                           struct err *reterr);

/* The last month that is closed on a day. */
int32_t trend_until(const struct definition *def, const struct calendar *calendar, day_t today);
/* True when answers of this month are expected. */
bool trend_is_due(const struct definition *def, int32_t month);

enum trend_figures { TREND_INTERNAL = 1, TREND_PUBLISHED };
/* Its rows up to a month, and its chart. A survey or unit without answers gives no rows. */
MUST_USE int trend_load(struct store *s, const struct measure *m, int32_t until,
                        enum trend_figures figures, struct trend **ret, struct err *reterr);

struct trend_options {
    const struct definition *def;
    const struct world *world;
    day_t today;
    int64_t now_ms;
    bool is_nightly; /* looks at what changed since the last time; else at everything */
    /* Optional. Before each commit: < 0 rolls back and ends. */
    int (*guard)(void *arg, struct store *s, struct err *reterr);
    void *arg;
};
struct trend_result {
    int n_measures; /* looked at */
    int n_changed;
    int n_opened, n_closed; /* signals */
    int n_items; /* for somebody's digest */
};
MUST_USE int trend_run(struct store *s, const struct trend_options *opt, struct trend_result *ret,
                       struct err *reterr);

#endif
