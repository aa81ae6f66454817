/* SPDX-License-Identifier: MIT */
/* spc_judge.c - what every kind of chart has in common: groups, four rules, one verdict a point. */
#include <assert.h>
#include <math.h>

#include "rules/spc_inside.h"

/* ---- states and rules ---------------------------------------------------------------------- */

void
spc_place(const struct span *s, size_t i, double mean, const struct spc_limits *l)
{
    struct spc_point *p = &s->p[i];
    double y = s->y[i];
    p->mean = mean;
    p->lpl = l->low;
    p->upl = l->high;
    p->side = isnan(y) || isnan(mean) ? SPC_SIDE_NA : (y > mean) - (y < mean);
    if (isnan(y) || isnan(l->high)) {
        p->outside = SPC_NA;
        p->close = SPC_NA;
        return;
    }
    bool outside = y > l->high || y < l->low;
    bool beyond_two = y < l->near_low || y > l->near_high;
    p->outside = outside ? SPC_YES : SPC_NO;
    p->close = !outside && beyond_two ? SPC_YES : SPC_NO;
}

static bool
has_side(const struct spc_point *p)
{
    return p->side == 1 || p->side == -1;
}

/* All or none of few people said so, where one answer less would lie beyond the mean: among the
 * very content most months are so by chance, and say nothing of a side. */
static bool
is_at_the_end(const struct span *s, size_t i)
{
    bool is_share = s->counts && !(s->opt->den > 0) && s->opt->profile == SPC_MDC_2023;
    bool is_end = s->y[i] <= 0 || s->y[i] >= 100;
    return is_share && is_end
           && fabs(s->y[i] - s->p[i].mean) * (double)s->counts[i].n < 100; /* one answer */
}

/* Flags every member of each run of 7 or more on one side. */
static void
find_shifts(const struct span *s)
{
    size_t run = 0;
    for (size_t i = 0; i < s->n; i++) {
        bool goes_on = i > 0 && run > 0 && s->p[i].side == s->p[i - 1].side;
        run = !has_side(&s->p[i]) || is_at_the_end(s, i) ? 0 : goes_on ? run + 1 : 1;
        for (size_t back = 0; run >= SPC_RUN && back < SPC_RUN; back++) {
            s->p[i - back].shift = true;
        }
    }
}

static int
step_sign(const struct span *s, size_t i)
{
    return (s->y[i] > s->y[i - 1]) - (s->y[i] < s->y[i - 1]); /* 0 beside a missing value */
}

/* 7 points are 6 steps the same way. */
static void
find_trends(const struct span *s)
{
    int way = 0;
    size_t steps = 0;
    for (size_t i = 1; i < s->n; i++) {
        int sign = step_sign(s, i);
        steps = sign == 0 ? 0 : sign == way ? steps + 1 : 1;
        way = sign;
        for (size_t back = 0; steps >= SPC_RUN - 1 && back < SPC_RUN; back++) {
            s->p[i - back].trend = true;
        }
    }
}

static bool
counts_as_near(const struct span *s, const struct spc_point *p)
{
    return p->close == SPC_YES || (s->opt->profile == SPC_MDC_2023 && p->outside == SPC_YES);
}

static void
find_two_in_three(const struct span *s)
{
    bool near[3] = { false, s->n > 0 && counts_as_near(s, &s->p[0]),
                     s->n > 1 && counts_as_near(s, &s->p[1]) };
    for (size_t i = 2; i < s->n; i++) {
        struct spc_point *w = &s->p[i - 2];
        near[0] = near[1];
        near[1] = near[2];
        near[2] = counts_as_near(s, &w[2]);
        bool is_one_side = has_side(&w[0]) && w[0].side == w[1].side && w[1].side == w[2].side;
        if (near[0] + near[1] + near[2] < 2 || !is_one_side) {
            continue;
        }
        for (int k = 0; k < 3; k++) {
            w[k].two_in_three |= near[k];
        }
    }
}

/* ---- verdicts ------------------------------------------------------------------------------ */

static bool
is_high(enum spc_type type)
{
    return type == SPC_ABOVE_UCL || type == SPC_TREND_UP || type == SPC_TWO_ABOVE
           || type == SPC_SHIFT_ABOVE;
}

static enum spc_verdict
verdict_on(enum spc_type type, int direction)
{
    if (direction == 0) {
        return is_high(type) ? SPC_IS_NEUTRAL_HIGH : SPC_IS_NEUTRAL_LOW;
    }
    return is_high(type) == (direction > 0) ? SPC_IS_IMPROVEMENT : SPC_IS_CONCERN;
}

/* A point between two trends takes the way of the next step, even when that step is a tie: the
 * package does, and calls a tie "decreasing". */
static enum spc_type
trend_type(const struct span *s, size_t i)
{
    bool next_too = i + 1 < s->n && s->p[i + 1].trend;
    int sign = next_too ? step_sign(s, i + 1) : i > 0 ? step_sign(s, i) : 0;
    return sign > 0 ? SPC_TREND_UP : SPC_TREND_DOWN;
}

static void
judge_special(const struct span *s, size_t i)
{
    struct spc_point *p = &s->p[i];
    bool above = p->side == 1;
    const struct {
        bool holds;
        enum spc_type type;
    } rules[] = {
        { p->outside == SPC_YES, above ? SPC_ABOVE_UCL : SPC_BELOW_LCL },
        { p->trend, p->trend ? trend_type(s, i) : SPC_COMMON },
        { p->two_in_three, above ? SPC_TWO_ABOVE : SPC_TWO_BELOW },
        { p->shift, above ? SPC_SHIFT_ABOVE : SPC_SHIFT_BELOW },
    };
    for (size_t k = 0; k < LENGTH(rules); k++) {
        enum spc_verdict v = verdict_on(rules[k].type, s->opt->direction);
        bool wins = p->type == SPC_COMMON
                    || (s->opt->profile == SPC_MDC_2023 && p->verdict == SPC_IS_CONCERN
                        && v == SPC_IS_IMPROVEMENT);
        if (rules[k].holds && wins) {
            p->type = rules[k].type;
            p->verdict = v;
        }
    }
}

static enum spc_assurance
assure(const struct spc_options *opt, const struct spc_group *g)
{
    if (!opt->has_target || opt->direction == 0) {
        return SPC_ASSURANCE_NONE;
    }
    if (opt->target > g->upl) {
        return opt->direction > 0 ? SPC_FAIL : SPC_PASS;
    }
    if (opt->target < g->lpl) {
        return opt->direction > 0 ? SPC_PASS : SPC_FAIL;
    }
    return SPC_INCONSISTENT;
}

void
spc_judge(const struct span *s, struct spc_group *g)
{
    find_shifts(s);
    find_trends(s);
    find_two_in_three(s);
    for (size_t i = 0; i < s->n; i++) {
        struct spc_point *p = &s->p[i];
        if (p->outside == SPC_YES || p->trend || p->two_in_three || p->shift) {
            judge_special(s, i);
        }
        g->n_common += p->verdict == SPC_IS_COMMON;
        g->n_improvement += p->verdict == SPC_IS_IMPROVEMENT;
        g->n_concern += p->verdict == SPC_IS_CONCERN;
    }
    g->last_type = s->p[s->n - 1].type;
    g->last_verdict = s->p[s->n - 1].verdict;
    g->assurance = assure(s->opt, g);
}

/* ---- a group, a chart ---------------------------------------------------------------------- */

static void
chart_group(const struct span *s, size_t index, spc_limits_fn limits, struct spc_group *g)
{
    size_t fix = s->opt->fix_after ? s->opt->fix_after : s->n;
    bool counts_rows = s->opt->profile == SPC_NHSR_022;
    g->n = s->n;
    g->is_short = s->n < SPC_SHORT_GROUP;
    for (size_t i = 0; i < s->n; i++) {
        bool has_value = !isnan(s->y[i]);
        s->p[i] = (struct spc_point){ .group = index, .short_group = g->is_short,
                                      .in_baseline = has_value
                                                     && (counts_rows ? i : g->n_values) < fix };
        g->n_values += has_value;
    }
    limits(s, g);
    spc_judge(s, g);
}

int
spc_chart_groups(struct span *all, const bool *rebase, spc_limits_fn limits,
                 struct spc_group *groups)
{
    const struct spc_options *opt = all->opt;
    assert(opt->profile > SPC_PROFILE_NONE && opt->profile < SPC_PROFILE_MAX_);
    if (opt->fix_after > 0 && opt->fix_after < SPC_FIX_LEAST) {
        return -EINVAL;
    }
    int n_groups = 0;
    size_t first = 0;
    size_t index = all->n > 0 && rebase && rebase[0] ? 1 : 0; /* numbered by rebases so far */
    for (size_t i = 1; i <= all->n; i++) {
        if (i < all->n && !(rebase && rebase[i])) {
            continue;
        }
        struct span s = *all;
        s.y = all->y + first;
        s.counts = all->counts ? all->counts + first : NULL;
        s.p = all->p + first;
        s.n = i - first;
        groups[n_groups] = (struct spc_group){ .first = first };
        chart_group(&s, index, limits, &groups[n_groups]);
        n_groups++;
        index++;
        first = i;
    }
    return n_groups;
}
