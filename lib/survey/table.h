/* SPDX-License-Identifier: MIT */
/*
 * table.h - the table by month, level and unit made from a rollup: sums upwards, scores, order.
 *
 * Internal figures: nothing is hidden here. What leaves the house goes through the disclosure
 * rules first.
 */
#ifndef COPROD_SURVEY_TABLE_H
#define COPROD_SURVEY_TABLE_H

#include "survey/rollup.h"

struct text;

/* The last month of all, for the row that is the sum over the months: ALL. */
#define TABLE_MONTH_ALL INT32_MAX

struct table_row {
    int32_t month;    /* 12 * year + month - 1, or TABLE_MONTH_ALL */
    int level;        /* 0 = the trust */
    const char *unit; /* "ALL" at level 0, else names joined by " > "; owned by the table */
    int64_t counts[SURVEY_SLOTS_MAX];
    int64_t n_total;
    bool is_hidden; /* of what is published: every figure is printed as * */
    const char *group; /* of table_csv_groups; "" = all people */
    const char *period; /* printed in place of the month; NULL = the month */
};

struct table_options {
    int question; /* index in the definition */
    bool totals;  /* a row over all months for every unit */
    int32_t from_month; /* inclusive; 0 = from the first */
    int32_t to_month;   /* inclusive; 0 = to the last */
};

/* Figures of one row that are worked out, as rules/score.h has them. */
struct table_scores {
    int64_t pct_positive; /* 2 decimals */
    int64_t pct_negative;
    int64_t wilson_pos_lo; /* 4 decimals */
    int64_t wilson_pos_hi;
    int64_t mean;          /* 4 decimals */
};

struct table;

MUST_USE int table_build(const struct definition *def, const struct rollup *r,
                         const struct table_options *opt, struct table **ret);
struct table *table_free(struct table *t);
static inline void
table_freep(struct table **t)
{
    *t = table_free(*t);
}
size_t table_n_rows(const struct table *t);
const struct table_row *table_row_at(const struct table *t, size_t i);
struct table_scores table_scores(const struct definition *def, const struct table_row *row);
/* "2020-05", or "ALL". */
const char *table_month(int32_t month, char buf[MONTH_TEXT_MAX]);
/* The fixed form: month,level,unit,n_total,n1..nK,pct_positive,... RFC 4180, LF. */
void table_csv(const struct definition *def, const struct table *t, struct text *out);
/* The same of rows that come from elsewhere; it brings them into order. */
void table_csv_rows(const struct definition *def, struct table_row *rows, size_t n,
                    struct text *out);
/* With a column of staff groups behind the unit: ALL, then each. */
void table_csv_groups(const struct definition *def, struct table_row *rows, size_t n,
                      struct text *out);

#endif
