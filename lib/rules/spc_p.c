/* SPDX-License-Identifier: MIT */
/* spc_p.c - charts of values with their counts: limits that widen where few people answered. */
#include <assert.h>
#include <math.h>

#include "rules/spc_inside.h"

static const double RANGE_TO_SIGMA = 1.128; /* mean moving range of a normal quantity, in sigmas */

static bool
is_share(const struct spc_options *opt)
{
    return !(opt->den > 0);
}

static double
value_of(const struct spc_options *opt, struct spc_count c)
{
    double num = is_share(opt) ? 100 : opt->num;
    double den = is_share(opt) ? 1 : opt->den;
    return (double)c.good * num / ((double)c.n * den);
}

struct spc_reach
spc_reach(const struct span *s)
{
    struct spc_reach ret = { 0 };
    double inverse = 0;
    double n_values = 0;
    for (size_t i = 0; s->counts && i < s->n; i++) {
        if (s->p[i].in_baseline) {
            int64_t n = s->counts[i].n;
            ret.least = ret.least == 0 || n < ret.least ? n : ret.least;
            ret.most = n > ret.most ? n : ret.most;
            inverse += 1.0 / (double)n;
            n_values++;
        }
    }
    ret.usual = n_values > 0 ? n_values / inverse : 0;
    return ret;
}

double
spc_half_answer(const struct spc_options *opt, int64_t n)
{
    return is_share(opt) && n > 0 && n < opt->least_n ? 50.0 / (double)n : 0;
}

/* By chance, of so many answers: in percent. Of a mean as a multiple of what one answer scatters,
 * which Laney's factor is then a measure of. */
static double
sigma_of(const struct spc_options *opt, double mean, int64_t n)
{
    return sqrt((is_share(opt) ? mean * (100 - mean) : 1) / (double)n);
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
        double z = (s->y[i] - mean) / sigma_of(s->opt, mean, s->counts[i].n);
        double before = (s->y[i - 1] - mean) / sigma_of(s->opt, mean, s->counts[i - 1].n);
        spc_sum_add(&sum, fabs(z - before));
        n++;
    }
    return n ? (sum.sum + sum.lost) / (double)n / RANGE_TO_SIGMA : NAN;
}

static struct spc_limits
limits_at(const struct spc_options *opt, double mean, double sigma, double half)
{
    double low = mean - 3 * sigma - half;
    double high = mean + 3 * sigma + half;
    return (struct spc_limits){ .low = is_share(opt) && low < 0 ? 0 : low,
                                .high = is_share(opt) && high > 100 ? 100 : high,
                                .near_low = mean - 2 * sigma - half,
                                .near_high = mean + 2 * sigma + half };
}

static double
factor_of(const struct span *s, const struct spc_count *sum, struct spc_group *g)
{
    double factor = s->is_laney ? laney_factor(s, g->mean) : 1;
    bool is_all_alike = is_share(s->opt) && (sum->good == 0 || sum->good == sum->n);
    g->is_collapsed = !(factor > 0) || is_all_alike; /* then sigma is 0 or NaN */
    return s->opt->profile == SPC_MDC_2023 && g->n_values < SPC_SHORT_GROUP ? NAN : factor;
}

/* What the values scatter beside chance does not shrink with more answers: so Laney's limits are
 * never narrower than those of the baseline's largest month. */
static void
find_limits(const struct span *s, struct spc_group *g)
{
    struct spc_count sum = { 0, 0 };
    for (size_t i = 0; i < s->n; i++) {
        sum.good += s->p[i].in_baseline ? s->counts[i].good : 0;
        sum.n += s->p[i].in_baseline ? s->counts[i].n : 0;
    }
    g->mean = sum.n ? value_of(s->opt, sum) : NAN;
    double factor = factor_of(s, &sum, g);
    int64_t most = s->is_laney ? spc_reach(s).most : INT64_MAX;
    g->lpl = NAN;
    g->upl = NAN;
    for (size_t i = 0; i < s->n; i++) {
        int64_t n = s->counts[i].n;
        double sigma = n ? factor * sigma_of(s->opt, g->mean, n < most ? n : most) : NAN;
        struct spc_limits l = limits_at(s->opt, g->mean, sigma, spc_half_answer(s->opt, n));
        spc_place(s, i, g->mean, &l);
        g->lpl = isnan(sigma) ? g->lpl : l.low; /* the latest ones stand for the group */
        g->upl = isnan(sigma) ? g->upl : l.high;
    }
}

int
spc_chart_counts(const struct spc_options *opt, enum spc_kind kind,
                 const struct spc_count *counts, const bool *rebase, const struct spc_room *room)
{
    assert(kind > SPC_KIND_NONE && kind < SPC_KIND_MAX_ && (kind != SPC_P || is_share(opt)));
    for (size_t i = 0; i < room->n; i++) {
        assert(!is_share(opt) || (counts[i].good >= 0 && counts[i].good <= counts[i].n));
        room->y[i] = counts[i].n ? value_of(opt, counts[i]) : NAN;
    }
    struct span all = { .opt = opt, .y = room->y, .counts = counts, .p = room->points,
                        .n = room->n, .is_laney = kind == SPC_P_LANEY };
    return spc_chart_groups(&all, rebase, kind == SPC_XMR ? spc_xmr_limits : find_limits,
                            room->groups);
}
