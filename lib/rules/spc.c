/* SPDX-License-Identifier: MIT */
/* spc.c - XmR charts: mean, limits, four rules, one verdict on each point. */
#include "rules/spc.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const double LIMIT_FACTOR = 2.66;   /* 3 / 1.128, as everybody rounds it */
static const double SCREEN_FACTOR = 3.267; /* a moving range beyond it is left out, when screened */

/* One group of rows between two rebases. */
struct span {
    const struct spc_options *opt;
    const double *y;
    struct spc_point *p;
    size_t n;
    double near_low, near_high;
};

/* ---- mean and limits ----------------------------------------------------------------------- */

/* A sum that keeps what plain addition drops. Points that lie exactly on the mean are compared
 * exactly, so a sum that is off by one unit in the last place would flip flags. */
static void
add_exactly(long double *sum, long double *lost, long double x)
{
    long double t = *sum + x;
    *lost += fabsl(*sum) >= fabsl(x) ? (*sum - t) + x : (x - t) + *sum;
    *sum = t;
}

static bool
in_ranges(const struct span *s, size_t i)
{
    return i > 0 && s->p[i].in_baseline && s->p[i - 1].in_baseline;
}

/* The i-th quantity to be averaged: a value, or a moving range; false: there is none. */
static bool
quantity(const struct span *s, size_t i, bool ranges, double below, double *ret)
{
    if (!ranges) {
        *ret = s->y[i];
        return s->p[i].in_baseline;
    }
    if (!in_ranges(s, i)) {
        return false;
    }
    *ret = fabs(s->y[i] - s->y[i - 1]);
    return *ret < below;
}

/* The mean, then once more over what is left: the way R's mean() goes. NaN: there is nothing. */
static double
average(const struct span *s, bool ranges, double below)
{
    long double sum = 0;
    long double lost = 0;
    double x = 0;
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (quantity(s, i, ranges, below, &x)) {
            add_exactly(&sum, &lost, x);
            n++;
        }
    }
    if (n == 0) {
        return NAN;
    }
    long double mean = (sum + lost) / (long double)n;
    sum = 0;
    lost = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (quantity(s, i, ranges, below, &x)) {
            add_exactly(&sum, &lost, x - mean);
        }
    }
    return (double)(mean + (sum + lost) / (long double)n);
}

static void
find_limits(struct span *s, struct spc_group *g)
{
    bool is_mdc = s->opt->profile == SPC_MDC_2023;
    g->mean = average(s, false, 0);
    double range = average(s, true, INFINITY);
    if (s->opt->screen && !is_mdc) {
        range = average(s, true, SCREEN_FACTOR * range);
    }
    g->is_collapsed = !(range > 0);
    if (is_mdc && g->n_values < SPC_SHORT_GROUP) {
        range = NAN;
    }
    g->upl = g->mean + LIMIT_FACTOR * range;
    g->lpl = g->mean - LIMIT_FACTOR * range;
    s->near_high = g->mean + (2 * (LIMIT_FACTOR / 3)) * range;
    s->near_low = g->mean - (2 * (LIMIT_FACTOR / 3)) * range;
}

/* ---- states and rules ---------------------------------------------------------------------- */

static void
place_point(const struct span *s, const struct spc_group *g, size_t i)
{
    struct spc_point *p = &s->p[i];
    double y = s->y[i];
    p->mean = g->mean;
    p->lpl = g->lpl;
    p->upl = g->upl;
    p->side = isnan(y) || isnan(g->mean) ? SPC_SIDE_NA : (y > g->mean) - (y < g->mean);
    if (isnan(y) || isnan(g->upl)) {
        p->outside = SPC_NA;
        p->close = SPC_NA;
        return;
    }
    bool outside = y > g->upl || y < g->lpl;
    bool beyond_two = y < s->near_low || y > s->near_high;
    p->outside = outside ? SPC_YES : SPC_NO;
    p->close = !outside && beyond_two ? SPC_YES : SPC_NO;
}

static bool
has_side(const struct spc_point *p)
{
    return p->side == 1 || p->side == -1;
}

/* Flags every member of each run of 7 or more on one side. */
static void
find_shifts(const struct span *s)
{
    size_t run = 0;
    for (size_t i = 0; i < s->n; i++) {
        bool goes_on = i > 0 && run > 0 && s->p[i].side == s->p[i - 1].side;
        run = !has_side(&s->p[i]) ? 0 : goes_on ? run + 1 : 1;
        for (size_t back = 0; run >= SPC_RUN && back < SPC_RUN; back++) {
            s->p[i - back].shift = true;
        }
    }
}

static int
step_sign(const struct span *s, size_t i)
{
    double before = s->y[i - 1];
    return isnan(before) || isnan(s->y[i]) ? 0 : (s->y[i] > before) - (s->y[i] < before);
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
    for (size_t i = 2; i < s->n; i++) {
        struct spc_point *w = &s->p[i - 2];
        bool is_one_side = has_side(&w[0]) && w[0].side == w[1].side && w[1].side == w[2].side;
        int near = counts_as_near(s, &w[0]) + counts_as_near(s, &w[1]) + counts_as_near(s, &w[2]);
        for (int k = 0; is_one_side && near >= 2 && k < 3; k++) {
            w[k].two_in_three |= counts_as_near(s, &w[k]);
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
    if (type == SPC_COMMON) {
        return SPC_IS_COMMON;
    }
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
judge_point(const struct span *s, size_t i)
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
    p->type = SPC_COMMON;
    p->verdict = SPC_IS_COMMON;
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

/* ---- a group, a chart ---------------------------------------------------------------------- */

static void
count_group(const struct span *s, struct spc_group *g)
{
    for (size_t i = 0; i < s->n; i++) {
        g->n_common += s->p[i].verdict == SPC_IS_COMMON;
        g->n_improvement += s->p[i].verdict == SPC_IS_IMPROVEMENT;
        g->n_concern += s->p[i].verdict == SPC_IS_CONCERN;
    }
    g->last_type = s->p[s->n - 1].type;
    g->last_verdict = s->p[s->n - 1].verdict;
    g->assurance = assure(s->opt, g);
}

static void
chart_group(struct span *s, size_t index, struct spc_group *g)
{
    size_t fix = s->opt->fix_after ? s->opt->fix_after : s->n;
    g->n = s->n;
    g->is_short = s->n < SPC_SHORT_GROUP;
    for (size_t i = 0; i < s->n; i++) {
        bool has_value = !isnan(s->y[i]);
        g->n_values += has_value;
        s->p[i] = (struct spc_point){ .group = index, .short_group = g->is_short,
                                      .in_baseline = has_value && i < fix };
    }
    find_limits(s, g);
    for (size_t i = 0; i < s->n; i++) {
        place_point(s, g, i);
    }
    find_shifts(s);
    find_trends(s);
    find_two_in_three(s);
    for (size_t i = 0; i < s->n; i++) {
        judge_point(s, i);
    }
    count_group(s, g);
}

int
spc_chart(const struct spc_options *opt, const double *y, const bool *rebase, size_t n,
          struct spc_point *points, struct spc_group *groups)
{
    assert(opt->profile > SPC_PROFILE_NONE && opt->profile < SPC_PROFILE_MAX_);
    if (opt->fix_after > 0 && opt->fix_after < SPC_FIX_LEAST) {
        return -EINVAL;
    }
    int n_groups = 0;
    size_t first = 0;
    size_t index = n > 0 && rebase && rebase[0] ? 1 : 0; /* numbered by rebases so far */
    for (size_t i = 1; i <= n; i++) {
        if (i < n && !(rebase && rebase[i])) {
            continue;
        }
        struct span s = { .opt = opt, .y = y + first, .p = points + first, .n = i - first };
        groups[n_groups] = (struct spc_group){ .first = first };
        chart_group(&s, index, &groups[n_groups]);
        n_groups++;
        index++;
        first = i;
    }
    return n_groups;
}

/* ---- words --------------------------------------------------------------------------------- */

const char *
spc_type_words(enum spc_type type)
{
    static const char *const words[SPC_TYPE_MAX_] = {
        [SPC_COMMON] = "Common Cause",
        [SPC_ABOVE_UCL] = "Above UCL",
        [SPC_BELOW_LCL] = "Below LCL",
        [SPC_TREND_UP] = "7 Point Trend (Increasing)",
        [SPC_TREND_DOWN] = "7 Point Trend (Decreasing)",
        [SPC_TWO_ABOVE] = "2 in 3 Above CL",
        [SPC_TWO_BELOW] = "2 in 3 Below CL",
        [SPC_SHIFT_ABOVE] = "7 Points Above CL",
        [SPC_SHIFT_BELOW] = "7 Points Below CL",
    };
    assert(type >= 0 && type < SPC_TYPE_MAX_);
    return words[type];
}

const char *
spc_verdict_word(enum spc_verdict v)
{
    static const char *const words[SPC_VERDICT_MAX_] = {
        [SPC_IS_COMMON] = "common_cause",
        [SPC_IS_IMPROVEMENT] = "special_cause_improvement",
        [SPC_IS_CONCERN] = "special_cause_concern",
        [SPC_IS_NEUTRAL_HIGH] = "special_cause_neutral_high",
        [SPC_IS_NEUTRAL_LOW] = "special_cause_neutral_low",
    };
    assert(v >= 0 && v < SPC_VERDICT_MAX_);
    return words[v];
}

const char *
spc_assurance_word(enum spc_assurance a)
{
    static const char *const words[SPC_ASSURANCE_MAX_] = {
        [SPC_PASS] = "consistent_pass",
        [SPC_FAIL] = "consistent_fail",
        [SPC_INCONSISTENT] = "inconsistent",
    };
    assert(a >= 0 && a < SPC_ASSURANCE_MAX_);
    return words[a];
}

const char *
spc_variation_icon(enum spc_verdict v, int direction)
{
    assert(v >= 0 && v < SPC_VERDICT_MAX_);
    bool up = direction > 0;
    switch (v) {
    case SPC_IS_IMPROVEMENT:
        return up ? "improvement_high" : "improvement_low";
    case SPC_IS_CONCERN:
        return up ? "concern_low" : "concern_high";
    case SPC_IS_NEUTRAL_HIGH:
        return "neutral_high";
    case SPC_IS_NEUTRAL_LOW:
        return "neutral_low";
    case SPC_IS_COMMON:
    case SPC_VERDICT_MAX_:
        break;
    }
    return "common_cause";
}

const char *
spc_assurance_icon(enum spc_assurance a)
{
    static const char *const words[SPC_ASSURANCE_MAX_] = {
        [SPC_PASS] = "pass",
        [SPC_FAIL] = "fail",
        [SPC_INCONSISTENT] = "inconsistent",
    };
    assert(a >= 0 && a < SPC_ASSURANCE_MAX_);
    return words[a];
}

enum spc_profile
spc_profile_parse(const char *word)
{
    static const char *const words[SPC_PROFILE_MAX_] = { [SPC_NHSR_022] = "nhsr-0.2.2",
                                                         [SPC_MDC_2023] = "mdc-2023" };
    for (int i = 1; i < SPC_PROFILE_MAX_; i++) {
        if (strcmp(word, words[i]) == 0) {
            return (enum spc_profile)i;
        }
    }
    return SPC_PROFILE_NONE;
}
