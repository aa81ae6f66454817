/* SPDX-License-Identifier: MIT */
/* spc.c - XmR charts: the mean, and limits from the moving ranges. */
#include "rules/spc.h"

#include <math.h>

#include "rules/spc_inside.h"

static const double LIMIT_FACTOR = 2.66;   /* 3 / 1.128, as everybody rounds it */
static const double FEWER = 0.8; /* of the usual answers: with more of them limits stay put */
static const double SCREEN_FACTOR = 3.267; /* a moving range beyond it is left out, when screened */

/* The rows up to the baseline's last value; those among them that are missing are not of it. */
static size_t
baseline(const struct span *s)
{
    size_t n = s->n;
    while (n > 0 && !s->p[n - 1].in_baseline) {
        n--;
    }
    return n;
}

/* The mean, then once more over what is left: the way R's mean() goes. NaN: there is nothing. */
static double
mean_of_values(const struct span *s, size_t n, size_t n_values)
{
    struct spc_sum sum = { 0 };
    for (size_t i = 0; i < n; i++) {
        if (!isnan(s->y[i])) {
            spc_sum_add(&sum, s->y[i]);
        }
    }
    double mean = (sum.sum + sum.lost) / (double)n_values;
    sum = (struct spc_sum){ 0 };
    for (size_t i = 0; i < n; i++) {
        if (!isnan(s->y[i])) {
            spc_sum_add(&sum, s->y[i] - mean);
        }
    }
    return n_values ? mean + (sum.sum + sum.lost) / (double)n_values : NAN;
}

/* Of the moving ranges below a bound. A missing value takes two of them away: the comparison with
 * NaN is false. */
static double
mean_of_ranges(const struct span *s, size_t n, double below)
{
    struct spc_sum sum = { 0 };
    size_t n_ranges = 0;
    for (size_t i = 1; i < n; i++) {
        double x = fabs(s->y[i] - s->y[i - 1]);
        if (x < below) {
            spc_sum_add(&sum, x);
            n_ranges++;
        }
    }
    if (n_ranges == 0) {
        return NAN;
    }
    double mean = (sum.sum + sum.lost) / (double)n_ranges;
    sum = (struct spc_sum){ 0 };
    for (size_t i = 1; i < n; i++) {
        double x = fabs(s->y[i] - s->y[i - 1]);
        if (x < below) {
            spc_sum_add(&sum, x - mean);
        }
    }
    return mean + (sum.sum + sum.lost) / (double)n_ranges;
}

void
spc_xmr_limits(const struct span *s, struct spc_group *g)
{
    bool is_mdc = s->opt->profile == SPC_MDC_2023;
    size_t n = baseline(s);
    size_t n_values = 0;
    for (size_t i = 0; i < n; i++) {
        n_values += s->p[i].in_baseline;
    }
    g->mean = mean_of_values(s, n, n_values);
    double range = mean_of_ranges(s, n, INFINITY);
    if (s->opt->screen && !is_mdc) {
        range = mean_of_ranges(s, n, SCREEN_FACTOR * range);
    }
    g->is_collapsed = !(range > 0);
    if (is_mdc && g->n_values < SPC_SHORT_GROUP) {
        range = NAN;
    }
    g->upl = g->mean + LIMIT_FACTOR * range;
    g->lpl = g->mean - LIMIT_FACTOR * range;
    const struct spc_reach reach = spc_reach(s);
    for (size_t i = 0; i < s->n; i++) {
        int64_t answers = s->counts ? s->counts[i].n : 0;
        double half = spc_half_answer(s->opt, answers);
        bool is_fewer = answers < reach.least && (double)answers < FEWER * reach.usual;
        double here = answers > 0 && is_fewer
                          ? range * sqrt(reach.usual / (double)answers)
                          : range;
        const struct spc_limits l = {
            .low = g->mean - LIMIT_FACTOR * here - half,
            .high = g->mean + LIMIT_FACTOR * here + half,
            .near_low = g->mean - (2 * (LIMIT_FACTOR / 3)) * here - half,
            .near_high = g->mean + (2 * (LIMIT_FACTOR / 3)) * here + half,
        };
        spc_place(s, i, g->mean, &l);
    }
}

int
spc_chart(const struct spc_options *opt, const double *y, const bool *rebase, size_t n,
          struct spc_point *points, struct spc_group *groups)
{
    struct span all = { .opt = opt, .y = y, .p = points, .n = n };
    return spc_chart_groups(&all, rebase, spc_xmr_limits, groups);
}
