/* SPDX-License-Identifier: MIT */
/* spc_inside.h - what the kinds of chart share: groups of rows, places, rules, verdicts. Nobody
 * else includes it. */
#ifndef COPROD_RULES_SPC_INSIDE_H
#define COPROD_RULES_SPC_INSIDE_H

#include "rules/spc.h"

/* One group of rows between two rebases. */
struct span {
    const struct spc_options *opt;
    const double *y;
    const struct spc_count *counts; /* NULL: only the values are known */
    struct spc_point *p;
    size_t n;
    bool is_laney;
};
struct spc_limits {
    double low, high;
    double near_low, near_high; /* two sigma */
};
/* Centre and limits of a group, and spc_place for each of its rows. */
typedef void (*spc_limits_fn)(const struct span *s, struct spc_group *g);
void spc_xmr_limits(const struct span *s, struct spc_group *g);

/* How many answered in the months of a group's baseline. */
struct spc_reach {
    int64_t least, most; /* 0, 0: not known */
    double usual;        /* harmonic mean: values scatter as if each month had so many */
};
struct spc_reach spc_reach(const struct span *s);
/* A value of n answers may lie so much further out: half an answer where n are few. */
double spc_half_answer(const struct spc_options *opt, int64_t n);

/* Cuts n rows into groups and charts each of them. As spc_chart returns. */
int spc_chart_groups(struct span *all, const bool *rebase, spc_limits_fn limits,
                     struct spc_group *groups);

/* Where row i lies against the group's mean and these limits. */
void spc_place(const struct span *s, size_t i, double mean, const struct spc_limits *l);
/* Rules, types and verdicts of every row, once all are placed; the group's counts. */
void spc_judge(const struct span *s, struct spc_group *g);

/* A sum that keeps what plain addition drops. Points that lie exactly on the mean are compared
 * exactly, so a sum that is off by one unit in the last place would flip flags. */
struct spc_sum {
    double sum, lost;
};
static inline void
spc_sum_add(struct spc_sum *s, double x)
{
    double t = s->sum + x;
    double part = t - s->sum;
    s->lost += (s->sum - (t - part)) + (x - part);
    s->sum = t;
}

#endif
