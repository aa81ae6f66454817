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
    const struct spc_count *counts; /* of a p chart; else NULL */
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
