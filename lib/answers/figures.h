/* SPDX-License-Identifier: MIT */
/*
 * figures.h - every figure of a survey, one row for each month, unit and measure: the questions
 * with their counts, percentages and net promoter score, the scores with their means, the
 * responses.
 *
 * figures_build has internal figures, in which nothing is hidden; figures_published those that may
 * leave the house (answers/release.h).
 */
#ifndef COPROD_ANSWERS_FIGURES_H
#define COPROD_ANSWERS_FIGURES_H

#include "answers/import.h"
#include "survey/table.h"

struct figures;
struct figure {
    const struct table_row *row; /* month, level, unit, counts */
    enum survey_kind kind;
    int index; /* of the question or score */
    const char *measure;
    int64_t n;     /* answers, respondents with a score, or responses */
    int64_t score; /* 4 decimals; SCORE_NONE for questions */
    int64_t nps;   /* 2 decimals; SCORE_NONE where the scale has no promoters */
    struct table_scores scores; /* of questions */
};
struct figures_options {
    bool totals;       /* a row over all months too */
    const char *group; /* one staff group only, inside the house; NULL = all */
};

MUST_USE int figures_build(struct store *s, const struct definition *def,
                           const struct figures_options *opt, struct figures **ret,
                           struct err *reterr);
/* What was published of every question and score, the newest version of each month; a row that is
 * hidden has no figure. */
MUST_USE int figures_published(struct store *s, const struct definition *def, struct figures **ret,
                               struct err *reterr);
struct figures *figures_free(struct figures *f);
static inline void
figures_freep(struct figures **f)
{
    *f = figures_free(*f);
}
size_t figures_n(const struct figures *f);
/* By month (ALL last), level, unit and measure. */
const struct figure *figures_at(const struct figures *f, size_t i);
/* month,level,unit,measure,n,n1..nK,pct_positive,pct_negative,wilson_pos_lo,wilson_pos_hi,mean,
 * score,nps. RFC 4180, LF. Of a hidden row each of them is *. */
void figures_csv(const struct definition *def, const struct figures *f, struct text *out);

#endif
