/* SPDX-License-Identifier: MIT */
/* words.h - the words of one locale beside its templates: sentences, months, weekdays, dates. */
#ifndef COPROD_NOTICE_WORDS_H
#define COPROD_NOTICE_WORDS_H

#include "base/text.h"
#include "base/yaml.h"
#include "rules/time.h"

enum word {
#define WORD(name, key, facts, said) WORD_##name,
#include "notice/words.def"
#undef WORD
    WORD_MAX_
};

/* What {{...}} in words may name. */
enum word_fact {
    FACT_LEAD,
    FACT_OF,
    FACT_FORUM,
    FACT_DAY,
    FACT_N,
    FACT_PERIOD,
    FACT_METRIC,
    FACT_MDAY,
    FACT_MONTH,
    FACT_YEAR,
    FACT_FIRST,
    FACT_LAST,
    FACT_REF,
    FACT_MAX_
};
struct word_facts {
    const char *text[FACT_MAX_]; /* NULL = "" */
};

struct words {
    const char *text[WORD_MAX_];
};
extern const struct words words_default; /* en-GB */

/* Lays the words of a words.yaml over those of *w; texts point into the doc. Unknown keys and
 * unknown {{names}} are findings with their place; -EBADMSG then, or -ENOENT without one. */
MUST_USE int words_read(const char *path, struct words *w, struct diag *d, struct yaml_doc **ret);

void words_say(const struct words *w, enum word word, const struct word_facts *facts,
               struct text *out);
/* "31 March 2015"; nothing for DAY_NONE. */
void words_date(const struct words *w, day_t day, struct text *out);
const char *words_weekday(const struct words *w, day_t day);
/* "5 working days late", "due today", "12 working days left". */
void words_late(const struct words *w, int late_wd, struct text *out);
/* "January to March 2016" or "the year to January 2017", as the store has it, in these words; what
 * has another form stays. */
void words_period(const struct words *w, const char *period, struct text *out);

#endif
