/* SPDX-License-Identifier: MIT */
/* spc_p.c - p and Laney p' charts: limits that widen where few people answered. */
#include <assert.h>
#include <math.h>

#include "rules/spc_inside.h"

static const double RANGE_TO_SIGMA = 1.128; /* mean moving range of a normal quantity, in sigmas */

/* In percent, of so many answers. */
static double
sigma_of(double mean, int64_t n)
{
    return sqrt(mean * (100 - mean) / (double)n);
}

/* How much more the values scatter than a constant chance with these denominators would. */
static double
laney_factor(const struct span *s, double mean)
{
    struct spc_sum sum = { 0 };
    size_t n = 0;
    for (size_t i = 1; i < s->n; i++) {
        if (!s->p[i].in_baseline || !s->p[i - 1].in_baseline) {
            continue;
        }
        double z = (s->y[i] - mean) / sigma_of(mean, s->counts[i].n);
        double before = (s->y[i - 1] - mean) / sigma_of(mean, s->counts[i - 1].n);
        spc_sum_add(&sum, fabs(z - before));
        n++;
    }
    return n ? (sum.sum + sum.lost) / (double)n / RANGE_TO_SIGMA : NAN;
}

static struct spc_limits
limits_at(double mean, double sigma)
{
    double low = mean - 3 * sigma;
    double high = mean + 3 * sigma;
    return (struct spc_limits){ .low = low < 0 ? 0 : low,
                                .high = high > 100 ? 100 : high,
                                .near_low = mean - 2 * sigma,
                                .near_high = mean + 2 * sigma };
}

static void
find_limits(const struct span *s, struct spc_group *g)
{
    int64_t good = 0;
    int64_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        good += s->p[i].in_baseline ? s->counts[i].good : 0;
        n += s->p[i].in_baseline ? s->counts[i].n : 0;
    }
    g->mean = n ? 100.0 * (double)good / (double)n : NAN;
    double factor = s->is_laney ? laney_factor(s, g->mean) : 1;
    g->is_collapsed = !(factor > 0) || good == 0 || good == n; /* then sigma is 0 or NaN */
    if (s->opt->profile == SPC_MDC_2023 && g->n_values < SPC_SHORT_GROUP) {
        factor = NAN;
    }
    g->lpl = NAN;
    g->upl = NAN;
    for (size_t i = 0; i < s->n; i++) {
        int64_t n_here = s->counts[i].n;
        double sigma = n_here ? factor * sigma_of(g->mean, n_here) : NAN;
        struct spc_limits l = limits_at(g->mean, sigma);
        spc_place(s, i, g->mean, &l);
        g->lpl = isnan(sigma) ? g->lpl : l.low; /* the latest ones stand for the group */
        g->upl = isnan(sigma) ? g->upl : l.high;
    }
}

int
spc_chart_p(const struct spc_options *opt, enum spc_kind kind, const struct spc_count *counts,
            const bool *rebase, const struct spc_room *room)
{
    assert(kind == SPC_P || kind == SPC_P_LANEY);
    for (size_t i = 0; i < room->n; i++) {
        assert(counts[i].good >= 0 && counts[i].good <= counts[i].n);
        room->y[i] = counts[i].n ? 100.0 * (double)counts[i].good / (double)counts[i].n : NAN;
    }
    struct span all = { .opt = opt, .y = room->y, .counts = counts, .p = room->points,
                        .n = room->n, .is_laney = kind == SPC_P_LANEY };
    return spc_chart_groups(&all, rebase, find_limits, room->groups);
}
