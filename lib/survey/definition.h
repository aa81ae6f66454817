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
#include "rules/time.h"

enum {
    SURVEY_ID_MAX = 48,
    SURVEY_NAME_MAX = 256,    /* titles, column names, wordings */
    SURVEY_LEVELS_MAX = 6,    /* below the trust, which is level 0 */
    SURVEY_SLOTS_MAX = 12,    /* answers of one scale; 0..10 fits */
    SURVEY_SPELLINGS_MAX = 12,
    SURVEY_QUESTIONS_MAX = 64,
    SURVEY_DATE_FORMS_MAX = 8,
    SURVEY_SPELLING_LEN_MAX = 128,
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
};

struct survey_question {
    const char *id;      /* short, for commands and tables */
    const char *wording; /* as the person who answered read it */
    const char *column;  /* of a wide file; NULL in a long one */
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
    day_t first_day; /* answers before it are refused; DAY_NONE = none */
    day_t last_day;
    const char *unit_columns[SURVEY_LEVELS_MAX];
    size_t n_levels;
    enum empty_unit empty_unit;
    const char *response_column; /* the response's own id, or NULL */
    const char *question_column; /* of a long file, or NULL */
    const char *answer_column;   /* of a long file */
    struct survey_question questions[SURVEY_QUESTIONS_MAX];
    size_t n_questions;
    struct scale_code scale[SURVEY_SLOTS_MAX];
    size_t n_slots;
    bool unknown_counts; /* UNKNOWN answers are part of the denominator */
    int threshold;       /* fewer answers than this are not shown outside */
    int closes_after;    /* working days after its end that a month may be published */
    bool higher_is_better;
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

#endif
