/* SPDX-License-Identifier: MIT */
/*
 * release.h - publishing a survey: which months, which units, which figures. What it writes is all
 * that ever leaves the house; what stands in the survey's own counts does not.
 *
 * A month is published when it is closed: so many working days after its end. All units and all
 * questions go out together, in one transaction, those cells hidden that rules/disclosure.h hides.
 * That picture of shown and hidden stays for ever. Answers that come later are taken up group by
 * group when enough of them have come; a group is what a shown unit has beside the shown units
 * below it. A total over months is only ever a sum of published figures: another one would be one
 * more equation.
 */
#ifndef COPROD_ANSWERS_RELEASE_H
#define COPROD_ANSWERS_RELEASE_H

#include "rules/time.h"
#include "store/survey.h"
#include "survey/definition.h"

struct text;

/* What was decided of a month. */
struct release_news {
    int32_t month;
    int64_t version;  /* that is published now; 0: none, what has changed must wait */
    size_t n_units;   /* over all questions */
    size_t n_shown;
    size_t n_grown;   /* groups that took up new answers */
    size_t n_waiting; /* groups whose new or corrected answers must wait. For the house only: the
                       * number itself tells of them */
};

struct release_options {
    const struct definition *def;
    const struct calendar *calendar;
    day_t today;
    int64_t now_ms;
    bool is_nightly; /* a survey that has just begun waits: its history may still be coming in */
    bool is_ended; /* for release_words: def is of a wording of which nothing more comes out */
    bool is_dry; /* decide and write nothing; a store opened for reading will do */
    /* Optional. In each transaction, before its commit: < 0 rolls it back and ends. */
    int (*guard)(void *arg, struct store *s, struct err *reterr);
    /* Optional. Each month of which something was decided, after it is written; < 0 ends. */
    int (*tell)(void *arg, const struct release_news *news);
    void *arg;
};
struct release_result {
    bool must_wait;    /* a file is half imported: nothing was looked at */
    bool is_settling;  /* the survey is too new: nothing was looked at */
    int64_t n_first;   /* months published for the first time */
    int64_t n_revised; /* months published anew */
    int64_t n_waiting; /* months with answers that wait */
};

/* The last day on which answers of a month come in time for its first publication. */
day_t release_closing_day(const struct definition *def, const struct calendar *calendar,
                          int32_t month);

/* A picture once published stays. So when a survey's first files hold months long past, nightly
 * runs publish nothing until as many working days are over as a month has to close; by hand at
 * once.
 *
 * Looks at closed months, oldest first, a transaction each: by hand at all of them, at night at
 * those whose answers, or whose survey's definition, changed since the last look. -EBUSY when
 * somebody else published at the same time. A survey without answers: nothing. */
MUST_USE int release_run(struct store *s, const struct release_options *opt,
                         struct release_result *ret, struct err *reterr);

/* Why figures are missing in what is printed, a sentence a line, for whoever prints it: months that
 * are not published yet, and until when; what a star means, and what would help. Nothing of which
 * figure is hidden for which reason, nor of what waits: that would be figures. */
MUST_USE int release_words(struct store *s, const struct release_options *opt, bool has_stars,
                           struct text *out, struct err *reterr);

/* The newest version of each published month, as `survey table` prints it: `*` in every figure of
 * a hidden unit. */
MUST_USE int release_csv(struct store *s, const struct definition *def, int question,
                         struct text *out, struct err *reterr);
/* The same of any question or score, as rows in no order; *ret is to be freed, texts are in mem. */
struct import_wanted;
struct table_row;
struct arena;
MUST_USE int release_rows(struct store *s, const struct definition *def,
                          const struct import_wanted *want, struct arena *mem,
                          struct table_row **ret, size_t *ret_n, struct err *reterr);
/* Totals over the months of whole periods: from the first to the last all are published. Each is a
 * sum of published figures and so tells nothing that they do not tell: * where a unit is hidden in
 * one of the months. */
enum release_over {
    RELEASE_OVER_NONE = 0,
    RELEASE_OVER_QUARTER,
    RELEASE_OVER_YEAR,
    RELEASE_OVER_FINANCIAL, /* from April */
    RELEASE_OVER_ROLLING,   /* twelve months, ending with each */
};
enum release_over release_over_parse(const char *word); /* NONE when unknown */
MUST_USE int release_csv_over(struct store *s, const struct definition *def, int question,
                              enum release_over over, struct text *out, struct err *reterr);
/* Why there is none, a line each: which periods the published months begin and end in. */
MUST_USE int release_words_over(struct store *s, const struct definition *def, int question,
                                enum release_over over, struct text *out, struct err *reterr);
/* Units and staff groups together, of the months whose groups were solved with their units. */
MUST_USE int release_csv_groups(struct store *s, const struct definition *def, int question,
                                struct text *out, struct err *reterr);

#endif
