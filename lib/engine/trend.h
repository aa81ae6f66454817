/* SPDX-License-Identifier: MIT */
/*
 * trend.h - the nightly run over all measures of a survey: it keeps what each chart says and opens,
 * continues and closes signals.
 *
 * A month is charted once it is closed, so many working days after its end: half a month is no
 * value. What has not changed since the last run is left alone. Charts and signals are made of
 * internal figures; what leaves the house is made of published ones (signal.h).
 */
#ifndef COPROD_ENGINE_TREND_H
#define COPROD_ENGINE_TREND_H

#include "answers/measure.h"
#include "engine/world.h"

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
