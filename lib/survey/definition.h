/* SPDX-License-Identifier: MIT */
/*
 * definition.h - what a survey file means: which column is what, how dates and answers are spelt.
 *
 *   AUTO(definition) struct definition *def = NULL;
 *   r = definition_read("fft-2020.yaml", &d, &def);
 *
 * A definition is read once, checked whole (every error at once, each with file:line:col) and
 * never changed afterwards. A changed wording is a new definition with its own id: two wordings
 * are two series and are never added up.
 */
#ifndef COPROD_SURVEY_DEFINITION_H
#define COPROD_SURVEY_DEFINITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/hash.h"
#include "rules/time.h"
#include "survey/trend_def.h"

enum {
    SURVEY_ID_MAX = 48,
    SURVEY_NAME_MAX = 256,    /* titles, column names, wordings */
    SURVEY_LEVELS_MAX = 6,    /* below the trust, which is level 0 */
    SURVEY_SLOTS_MAX = 12,    /* answers of one scale; 0..10 fits */
    SURVEY_SPELLINGS_MAX = 12,
    SURVEY_QUESTIONS_MAX = 64,
    SURVEY_DATE_FORMS_MAX = 8,
    SURVEY_SPELLING_LEN_MAX = 128,
    SURVEY_SCORES_MAX = 8,
    SURVEY_SCORE_PARTS_MAX = 16,
    SURVEY_WORDS_MAX = 8,       /* of a status */
    SURVEY_MOVES_MAX = 256,
    SURVEY_HEADCOUNTS_MAX = 512,
};

enum date_form {
    DATE_FORM_NONE = 0,
    DATE_ISO,          /* 2020-05-26 */
    DATE_ISO_TIME,     /* 2020-05-26 14:07:18, with T, fractions and zone allowed; the day counts */
    DATE_DMY,          /* 26/05/2020, also with . or - */
    DATE_DMY_TIME,     /* 26/05/2020 14:07 */
    DATE_MDY,          /* 05/26/2020 */
    DATE_MDY_TIME,
    DATE_D_MONTH_Y,    /* 26 May 2020, 26-May-20 */
    DATE_COMPACT,      /* 20200526 */
    DATE_FORM_MAX_
};

/* How an answer counts. UNKNOWN ("don't know") stays out of the mean, and stays in the
 * denominator of percentages unless the definition says otherwise. */
enum tone { TONE_NONE = 0, TONE_POSITIVE, TONE_NEUTRAL, TONE_NEGATIVE, TONE_UNKNOWN, TONE_MAX_ };

/* One answer of the scale; its place in the scale is its slot in every count. */
struct scale_code {
    int code; /* also its value in the mean */
    enum tone tone;
    const char *label;
    const char *spellings[SURVEY_SPELLINGS_MAX]; /* beside the code and the label themselves */
    size_t n_spellings;
    int points; /* what it adds to a score, from 0; 0 for UNKNOWN too */
    int nps;    /* enum nps */
};

/* Its part in a net promoter score: promoters less detractors, of those with a part in it. */
enum nps { NPS_NONE = 0, NPS_PROMOTER, NPS_PASSIVE, NPS_DETRACTOR };

/* A figure per respondent: the mean of the points of some questions, when enough of them were
 * answered; or the mean of such means. Added up over respondents as (count, sum), the sum in units
 * of 1 / score_unit points, so that it is exact: 5/36 out of 10 for three means of three. */
struct survey_score {
    const char *id;
    const char *title;
    bool is_of_scores;                 /* its parts are scores above it */
    int parts[SURVEY_SCORE_PARTS_MAX]; /* indices of questions or scores */
    size_t n_parts;
    int least; /* parts that must be there */
    bool has_target;
    double target; /* out of score_out_of */
};

/* From a month on the answers of a unit count under another parent. Paths as in the rollup. */
struct survey_unit_move {
    const char *from;
    const char *to;
    int32_t month; /* 12 * year + month - 1 */
};

/* So many people could have answered in a unit, from a month on. */
struct survey_headcount {
    const char *unit; /* path as in the rollup; "" = the trust */
    int32_t month;
    int64_t n;
};

/* Periods whose totals are published also of units that are hidden in some months. */
enum survey_totals { SURVEY_TOTALS_NONE = 0, SURVEY_TOTALS_QUARTER, SURVEY_TOTALS_YEAR,
                     SURVEY_TOTALS_FINANCIAL };

struct survey_question {
    const char *id;      /* short, for commands and tables */
    const char *wording; /* as the person who answered read it */
    const char *column;  /* of a wide file; NULL in a long one */
    const char *version; /* of this question, when it has one of its own; or NULL */
};

/* A spelling in lower case and the slot it means. */
struct scale_spelling {
    const char *text;
    size_t len;
    int slot;
};

/* What a row means whose lower level is empty: it belongs to the level above, or it is refused. */
enum empty_unit { EMPTY_UNIT_NONE = 0, EMPTY_UNIT_HIGHER, EMPTY_UNIT_REFUSE };

struct definition {
    const char *id;
    const char *title;
    const char *source;
    const char *version;
    const char *date_column;
    enum date_form date_forms[SURVEY_DATE_FORMS_MAX];
    size_t n_date_forms;
    day_t fixed_day; /* of every row, in a file that has no date; DAY_NONE = there is a column */
    day_t first_day; /* answers before it are refused; DAY_NONE = none */
    day_t last_day;
    const char *unit_columns[SURVEY_LEVELS_MAX];
    size_t n_levels;
    enum empty_unit empty_unit;
    const char *response_column; /* the response's own id, or NULL */
    const char *revision_column; /* of two rows with one id the higher one holds; or NULL */
    const char *status_column;   /* or NULL */
    const char *withdrawn[SURVEY_WORDS_MAX]; /* statuses in which a response is taken back */
    size_t n_withdrawn;
    char delimiter;              /* between the columns of a file */
    const char *group_column;    /* staff group; or NULL */
    enum survey_totals totals;   /* solved with the months; else sums of what is shown */
    bool publishes_groups;       /* solved with the tree of units; else they stay inside */
    const char *question_column; /* of a long file, or NULL */
    const char *answer_column;   /* of a long file */
    struct survey_question questions[SURVEY_QUESTIONS_MAX];
    size_t n_questions;
    struct scale_code scale[SURVEY_SLOTS_MAX];
    size_t n_slots;
    bool unknown_counts; /* UNKNOWN answers are part of the denominator */
    int threshold;       /* fewer answers than this are not shown outside */
    int closes_after;    /* working days after its end that a month may be published */
    int direction; /* of improvement, of what is positive: +1, -1, 0 neither is better */
    struct survey_score scores[SURVEY_SCORES_MAX];
    size_t n_scores;
    int64_t score_unit; /* parts of a point */
    int score_out_of;   /* scores are shown as so many out of it, such as 10 */
    int max_points;
    bool has_nps;
    struct survey_unit_move *moves;
    size_t n_moves;
    struct survey_headcount *headcounts;
    size_t n_headcounts;
    /* What an import questions: a month's answers against those of the month before. */
    int fall_percent;
    int rise_percent;
    int64_t plausible_from; /* not asked of units with fewer answers in both months */
    int raw_days;           /* single answers are dropped after so many days; 0 = never */
    const char *comment_column; /* free text is not taken in without it */
    int comment_threshold;
    int comment_days;
    struct survey_trends trends;
    struct digest digest; /* of the text it was read from: any change makes another */
    const char *text;
    /* For definition_slot. */
    struct scale_spelling *spellings;
    size_t n_spellings;
    struct arena *mem; /* owns every string above */
};

/* Every error goes to d, as file:line:col with caret and hint. -EBADMSG when there was one, -errno
 * when the file cannot be read (also in d). */
MUST_USE int definition_read(const char *path, struct diag *d, struct definition **ret);
/* The same from memory; name stands for the file in messages. */
MUST_USE int definition_parse(const char *name, const char *bytes, size_t len, struct diag *d,
                              struct definition **ret);
struct definition *definition_free(struct definition *d); /* NULL is fine; returns NULL */
static inline void
definition_freep(struct definition **d)
{
    *d = definition_free(*d);
}

/* Index of the question with this id, or -1. */
int definition_question(const struct definition *d, const char *id);
/* Slot of an answer as it is spelt in the file (ASCII letters without regard to case, blanks
 * around it ignored), or -1. Spelling need not be terminated. */
int definition_slot(const struct definition *d, const char *spelling, size_t len);
/* The civil day of a date as spelt. DAY_NONE: no form fits. When two forms fit and disagree the
 * date is ambiguous: DAY_NONE too, and *ret_ambiguous is set. */
day_t definition_day(const struct definition *d, const char *spelling, size_t len,
                     bool *ret_ambiguous);
/* A revision as spelt: a whole number, or a date with or without its time, in ms. -EINVAL. */
MUST_USE int definition_revision(const struct definition *d, const char *spelling, size_t len,
                                 int64_t *ret);
/* Where a unit's answers of a month count: its path, or that below its parent of that time. buf
 * holds UNIT_PATH_MAX + 1 bytes when it is needed. */
const char *definition_place(const struct definition *d, const char *path, int32_t month,
                             char *buf);
/* Which moves hold in a month, however they are listed: the same number while they stay the same;
 * 0 = none. */
int64_t definition_places(const struct definition *d, int32_t month);

/* What the counts of a question or score mean: they are added to a series of the same shape only.
 * Its wording, version and scale; of a score its parts and points. */
enum { SURVEY_SHAPE_MAX = 72 };
void definition_shape(const struct definition *d, size_t question, char buf[SURVEY_SHAPE_MAX]);
void definition_score_shape(const struct definition *d, size_t score, char buf[SURVEY_SHAPE_MAX]);

#endif
