/* SPDX-License-Identifier: MIT */
/*
 * spc.h - XmR, p and Laney p' charts: is this change real or chance? Pure: the caller brings every
 * array.
 *
 * Two profiles. nhsr-0.2.2 gives what the R package NHSRplotthedots 0.2.2 gives, its quirks
 * included, so that figures can be compared. mdc-2023 is the product's own: points beyond three
 * sigma count in the two-in-three rule, of two verdicts on one point the improvement wins, limits
 * and icons come from 13 values on, moving ranges are not screened, and a baseline is of so many
 * values, not of so many rows.
 *
 * A missing value is a NaN. It breaks every run; nothing is judged at it.
 */
#ifndef COPROD_RULES_SPC_H
#define COPROD_RULES_SPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum spc_profile { SPC_PROFILE_NONE = 0, SPC_NHSR_022, SPC_MDC_2023, SPC_PROFILE_MAX_ };
enum { SPC_FIX_LEAST = 12, SPC_SHORT_GROUP = 13, SPC_RUN = 7 };

struct spc_options {
    enum spc_profile profile;
    int direction;    /* of improvement: +1, -1, 0 neutral */
    /* Limits from so many first values of each group; 0 = all. nhsr-0.2.2 counts rows, missing
     * values among them. */
    size_t fix_after;
    bool screen;      /* leave out outlying moving ranges; mdc-2023 never does */
    bool has_target;
    double target;
    /* Of counts (spc_chart_counts) only. */
    int64_t least_n;  /* fewer answers than this are few; 0: none are */
    double num, den;  /* value = good * num / (n * den); 0, 0: percent */
};

/* Yes, no, or not to be said (a missing value or limit). */
enum spc_flag { SPC_NO = 0, SPC_YES = 1, SPC_NA = 2 };

enum spc_type {
    SPC_COMMON = 0,
    SPC_ABOVE_UCL,
    SPC_BELOW_LCL,
    SPC_TREND_UP,
    SPC_TREND_DOWN,
    SPC_TWO_ABOVE,
    SPC_TWO_BELOW,
    SPC_SHIFT_ABOVE,
    SPC_SHIFT_BELOW,
    SPC_TYPE_MAX_
};
enum spc_verdict {
    SPC_IS_COMMON = 0,
    SPC_IS_IMPROVEMENT,
    SPC_IS_CONCERN,
    SPC_IS_NEUTRAL_HIGH,
    SPC_IS_NEUTRAL_LOW,
    SPC_VERDICT_MAX_
};
enum spc_assurance { SPC_ASSURANCE_NONE = 0, SPC_PASS, SPC_FAIL, SPC_INCONSISTENT,
                     SPC_ASSURANCE_MAX_ };
enum { SPC_SIDE_NA = 2 };

struct spc_point {
    size_t group;
    bool short_group;
    bool in_baseline;
    double mean, lpl, upl; /* NaN: none */
    int side;              /* of the mean: -1, 0, +1, SPC_SIDE_NA */
    enum spc_flag outside;
    enum spc_flag close; /* beyond two sigma and not beyond three */
    bool trend, two_in_three, shift;
    enum spc_type type;
    enum spc_verdict verdict;
};
struct spc_group {
    size_t first, n; /* its rows */
    size_t n_values; /* that are not missing */
    double mean, lpl, upl;
    size_t n_common, n_improvement, n_concern;
    enum spc_type last_type;
    enum spc_verdict last_verdict;
    enum spc_assurance assurance; /* against this group's limits */
    bool is_short;     /* fewer rows than limits should have */
    bool is_collapsed; /* no variation: limits on the mean, or none at all; never alert on it */
};

/*
 * n values by date; rebase[i] begins a new group at row i (NULL: one group). points has room for n,
 * groups for as many as there are rebases, plus 1. Returns how many groups there are; -EINVAL when
 * fix_after is set and below SPC_FIX_LEAST.
 */
MUST_USE int spc_chart(const struct spc_options *opt, const double *y, const bool *rebase, size_t n,
                       struct spc_point *points, struct spc_group *groups);

/*
 * The same of values with their counts: where few people answered, limits are wider. A p chart
 * takes one constant chance for granted; Laney's p' measures how much more the values scatter, and
 * so it fits means too (which have no p chart). Limits belong to a point, and those of percentages
 * lie within 0 to 100; a group has those of its latest value. Where answers are few, limits are
 * half an answer wider still: what a few people can say comes in steps.
 *
 * XmR has the limits that it always has, but for a month of fewer answers than any of the baseline
 * and than four fifths of what is usual there: for that they widen too. A row without answers is a
 * missing value. y is written.
 */
enum spc_kind { SPC_KIND_NONE = 0, SPC_XMR, SPC_P, SPC_P_LANEY, SPC_KIND_MAX_ };
struct spc_count {
    int64_t good, n; /* of a percentage 0 <= good <= n; of a mean the sum, and how many */
};
struct spc_room { /* the caller's arrays, as for spc_chart */
    double *y;
    struct spc_point *points;
    struct spc_group *groups;
    size_t n;
};
MUST_USE int spc_chart_counts(const struct spc_options *opt, enum spc_kind kind,
                              const struct spc_count *counts, const bool *rebase,
                              const struct spc_room *room);

const char *spc_kind_word(enum spc_kind kind);  /* "xmr", "p", "laney" */
const char *spc_type_words(enum spc_type type);       /* "7 Points Above CL" */
const char *spc_verdict_word(enum spc_verdict v);     /* "special_cause_improvement" */
const char *spc_assurance_word(enum spc_assurance a); /* "consistent_pass", NULL for none */
/* The icon of a verdict for a direction: "improvement_high", "concern_low", "common_cause". */
const char *spc_variation_icon(enum spc_verdict v, int direction);
const char *spc_assurance_icon(enum spc_assurance a); /* "pass", NULL for none */
enum spc_profile spc_profile_parse(const char *word); /* "mdc-2023" */

#endif
