/* SPDX-License-Identifier: MIT */
/*
 * trend.h - one measure over time: its values, its chart, and what is said of it. Sentence, table
 * and picture (chart.h) are made from this one struct, so they cannot tell different things.
 */
#ifndef COPROD_SURVEY_TREND_H
#define COPROD_SURVEY_TREND_H

#include "rules/spc_state.h"
#include "survey/definition.h"

struct text;

enum { TREND_NAME_MAX = 512 };

struct trend_row {
    int32_t month;
    struct spc_count count; /* of a mean: sum of the values, and how many; n = 0: no value */
    bool is_hidden;         /* there are answers, and the disclosure rule keeps them back */
    bool is_rebase;         /* an approved baseline begins here */
};

struct trend {
    char name[TREND_NAME_MAX]; /* SURVEY/QUESTION/STATISTIC or .../STATISTIC@UNIT > UNIT */
    const char *title;         /* of the survey; borrowed */
    const char *wording;       /* of the question; borrowed */
    char unit[TREND_NAME_MAX]; /* "whole trust", or the unit's names */
    enum trend_statistic statistic;
    int64_t scale_num, scale_den; /* of a score: value = good * num / (n * den); else 1, 1 */
    const struct survey_trends *how;
    int direction; /* of improvement; 0: neither way is better */
    bool has_target;
    double target; /* a percentage; of a score out of scale_num */
    int32_t open_month; /* the first with answers that is not closed yet; 0 = none */
    day_t open_until;   /* the last day on which it is; DAY_NONE = not known here */
    bool is_published; /* its rows are published ones */
    bool is_few; /* given: what it comes to rests on few answers, and is not said outside */
    struct trend_row *rows; /* n of them, by month; in mem */
    size_t n;
    struct arena *mem;
    /* trend_chart fills these, one a row. */
    enum spc_kind kind;
    double *y;
    struct spc_point *points;
    struct spc_group *groups;
    int n_groups;
    unsigned states; /* bits of enum spc_state */
};

/* -ENOMEM. A trend without rows has no chart; its state is SPC_NO_DATA. */
MUST_USE int trend_chart(struct trend *t);
struct trend *trend_free(struct trend *t);
static inline void
trend_freep(struct trend **t)
{
    *t = trend_free(*t);
}

/* What one row counts for the statistic: the percentage's good and all, or sum and number. */
struct spc_count trend_count(const struct definition *def, enum trend_statistic statistic,
                             const int64_t *counts);

/* Which way the statistic is better: +1, -1, 0 neither. A mean of codes, or of a score's points,
 * rises with what is positive only where those rise from negative to positive. */
int trend_direction(const struct definition *def, enum trend_statistic statistic, bool is_score);

const struct spc_group *trend_group(const struct trend *t); /* the newest; NULL without rows */
/* The row of the latest value, or -1. */
int trend_latest(const struct trend *t);
/* The row from which a new baseline is proposed, or -1. */
int trend_proposed(const struct trend *t);
enum spc_verdict trend_verdict(const struct trend *t); /* of it; common when it cannot be said */
/* The month in which the present run of that verdict began. */
int32_t trend_since(const struct trend *t, enum spc_verdict verdict);
/* "61.4 %"; of a mean "3.87". */
void trend_value(const struct trend *t, size_t row, struct text *out);
void trend_figure(const struct trend *t, double value, struct text *out);
void trend_target(const struct trend *t, struct text *out); /* "80 %", "7 out of 10" */

/* What is going on, for people. */
void trend_sentence(const struct trend *t, struct text *out);
/* Its standing, without a single figure of it: for readers outside. */
void trend_outline(const struct trend *t, struct text *out);
const char *trend_rule_words(enum spc_type type); /* "seven or more values in a row fell" */
/* "new baseline", "kept back", "missing" or "". */
const char *trend_note(const struct trend_row *row);
/* month,value,n,mean,lower,upper,baseline,verdict,rule,hidden,note; of a month without a value
 * there is neither verdict nor rule. RFC 4180, LF. */
void trend_csv(const struct trend *t, struct text *out);
/* "April 2017" */
const char *trend_month(int32_t month, char buf[32]);
/* Names of a path as in the store, "Community care > Team 2"; "" for the trust. */
void trend_unit_names(const char *path, struct text *out);

#endif
