/* SPDX-License-Identifier: MIT */
/*
 * figures.h - every figure of a survey, one row for each month, unit and measure: the questions
 * with their counts, percentages and net promoter score, the scores with their means, the
 * responses.
 *
 * Of what was asked in other words there are the rows of each wording, by version: two of them are
 * never added up.
 *
 * figures_build has internal figures, in which nothing is hidden; figures_published those that may
 * leave the house (answers/release.h).
 */
#ifndef COPROD_ANSWERS_FIGURES_H
#define COPROD_ANSWERS_FIGURES_H

#include "answers/import.h"
#include "rules/score.h"
#include "survey/table.h"

struct figures;
struct figure {
    const struct table_row *row; /* month, level, unit, counts */
    enum survey_kind kind;
    int index; /* of the question or score */
    const char *measure;
    int64_t n;     /* answers, respondents with a score, or responses */
    int64_t score; /* 4 decimals; SCORE_NONE for questions */
    const struct definition *def; /* by which it is read */
    int64_t version;              /* of its words, from 1 */
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
/* Wordings left out, since nothing says any more what their answers mean. */
int64_t figures_unread(const struct figures *f);
/* By month (ALL last), level, unit and measure. */
const struct figure *figures_at(const struct figures *f, size_t i);

/* As a table: month,level,unit,measure,n,n1..nK,pct_positive,pct_negative,wilson_pos_lo,
 * wilson_pos_hi,mean,score,nps,version. */
enum { FIGURES_COLUMNS_MAX = 5 + SURVEY_SLOTS_MAX + 8 };
struct figures_row {
    const char *cells[FIGURES_COLUMNS_MAX];
    char bytes[FIGURES_COLUMNS_MAX][SCORE_TEXT_MAX]; /* of what was worked out */
};
size_t figures_columns(const struct figures *f);
/* Month, unit, measure: a text whatever it looks like. The others hold a number, nothing, or the *
 * of a hidden row. */
bool figures_is_text(size_t column);
void figures_heads(const struct figures *f, struct figures_row *ret);
/* Its cells lie in ret and in f. */
void figures_cells(const struct figures *all, const struct figure *f, struct figures_row *ret);
/* RFC 4180, LF. is_lean: a unit is quoted only where it must be. */
void figures_csv(const struct figures *f, bool is_lean, struct text *out);

#endif
