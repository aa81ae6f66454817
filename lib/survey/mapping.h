/* SPDX-License-Identifier: MIT */
/*
 * mapping.h - from a row of a file to answers: columns by name, dates, units and codes by the
 * definition's spellings, and the reason when a row is refused.
 */
#ifndef COPROD_SURVEY_MAPPING_H
#define COPROD_SURVEY_MAPPING_H

#include "survey/definition.h"
#include "survey/scan.h"

enum reject_reason {
    REJECT_NONE = 0,
    REJECT_STRUCTURE,     /* the scanner's fault */
    REJECT_DATE,          /* no spelling fits, or no such day */
    REJECT_DATE_AMBIGUOUS,
    REJECT_DATE_RANGE,    /* before the survey began or after it ended */
    REJECT_DATE_FUTURE,
    REJECT_UNIT,          /* empty, or a control character in it, or too long */
    REJECT_QUESTION,      /* of a long file: not one of the definition's */
    REJECT_ANSWER_EMPTY,
    REJECT_CODE,          /* not on the scale */
    REJECT_RESPONSE,      /* the response id is empty or too long */
    REJECT_REVISION,      /* no number and no date */
    REJECT_GROUP,         /* cannot be a name */
    REJECT_COMMENT,       /* longer than a comment may be, or with a control character */
    /* Of a row that is well in itself, when it meets the store: */
    REJECT_DROPPED,       /* it would change a response whose answers are gone */
    REJECT_WORDING,       /* it would change a response to another wording */
    REJECT_REASON_MAX_
};
enum { REJECT_DETAIL_MAX = 64, RESPONSE_ID_MAX = 256, COMMENT_MAX = 8000 };

struct reject {
    enum reject_reason reason;
    int64_t line;
    size_t column;                  /* from 1; 0 = the row */
    char detail[REJECT_DETAIL_MAX]; /* the value, cut and made printable; or the scanner's words */
};

struct mapped_answer {
    int question; /* index in the definition */
    int slot;
};

/* One accepted row. Fields point into the scanner's buffer. */
struct mapped {
    day_t day;
    int month; /* months since January of year 0: 12 * year + month - 1 */
    struct scan_field unit[SURVEY_LEVELS_MAX];
    size_t n_unit; /* levels given: the leaf this row counts in */
    struct scan_field response; /* s == NULL without a response column */
    struct scan_field date;     /* as it is spelt */
    struct scan_field group;    /* empty without a group column, and when none is given */
    struct scan_field comment;  /* the same */
    int64_t revision;           /* 0 without a revision column */
    bool is_withdrawn;          /* then only response and revision are read */
    struct mapped_answer answers[SURVEY_QUESTIONS_MAX];
    size_t n_answers;
};

/* What short words meant before: the same few come again and again. */
enum { WORD_SEATS = 64 };
struct word_seat {
    uint64_t word; /* its bytes, at most 8 */
    uint8_t len;   /* 0 = free */
    int16_t means;
};

/* What a date meant before, in the same spelling. */
enum { DATE_SEATS = 1024, DATE_SEAT_LEN = 19 };
struct date_seat {
    char text[DATE_SEAT_LEN];
    uint8_t len; /* 0 = free */
    day_t day;
    int month;
};

/* Where each named column stands in this file. */
struct mapping {
    const struct definition *def;
    size_t n_columns;
    int date;
    int unit[SURVEY_LEVELS_MAX];
    int response;
    int revision;
    int status;
    int group;
    int comment;
    int question;
    int answer;
    int questions[SURVEY_QUESTIONS_MAX];
    day_t today; /* dates after it are refused; DAY_NONE = no such check */
    day_t fixed_day; /* of a file without dates */
    int fixed_month;
    struct date_seat dates[DATE_SEATS];
    struct word_seat slots[WORD_SEATS];
    struct word_seat names[WORD_SEATS]; /* of questions */
};

/* Without the blanks around it. */
struct scan_field mapping_trimmed(struct scan_field f);
/* The column of that name, in whatever case; -EBADMSG: there is none, or there are two. */
MUST_USE int mapping_column(const struct scan_row *header, const char *name, int *ret,
                            struct err *reterr);
/* Why the header of this file cannot be one of the definition's, whatever its columns are. */
MUST_USE int mapping_header(const struct definition *def, const struct scan_row *header,
                            struct err *reterr);
/* -EBADMSG with the missing or doubled column's name when the header does not fit. */
MUST_USE int mapping_init(struct mapping *m, const struct definition *def,
                          const struct scan_row *header, day_t today, struct err *reterr);
/* 1 accepted, 0 refused (then *ret_reject says why). A wide row without any answer is refused. */
int mapping_row(struct mapping *m, const struct scan_row *row, struct mapped *ret,
                struct reject *ret_reject);

const char *reject_reason_word(enum reject_reason reason); /* "code_out_of_scale" */
/* "line 17, column 6: answer '7' is not on the scale" into buf; returns buf. */
const char *reject_words(const struct reject *r, char *buf, size_t cap);

#endif
