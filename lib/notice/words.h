/* SPDX-License-Identifier: MIT */
/* words.h - the words of one locale beside its templates: sentences, months, weekdays, dates. */
#ifndef COPROD_NOTICE_WORDS_H
#define COPROD_NOTICE_WORDS_H

#include "base/text.h"
#include "base/yaml.h"
#include "rules/rag.h"
#include "rules/time.h"

enum word {
#define WORD(name, key, facts, said) WORD_##name,
#include "notice/words.def"
#undef WORD
    WORD_MAX_,
    WORD_REASON_FIRST = WORD_REASON_COMPLETE, /* clauses of reasons: of a colour, of held mail */
    WORD_REASON_LAST = WORD_REASON_NEXT_DAY,
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
    FACT_ROLE,
    FACT_WHAT,
    FACT_TEXT,
    FACT_PART,
    FACT_COLOUR,
    FACT_WAS,
    FACT_REASON,
    FACT_STEP,
    FACT_DUE,
    FACT_WEEKDAY,
    FACT_TIME,
    FACT_REACH,
    FACT_TITLE,
    FACT_UNIT,
    FACT_VERDICT,
    FACT_RULE,
    FACT_MORE,
    FACT_VALUE,
    FACT_PEOPLE,
    FACT_WORDS,
    FACT_QUESTION,
    FACT_RED,
    FACT_AMBER,
    FACT_GREEN,
    FACT_BLUE,
    FACT_GREY,
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

const char *words_key(enum word word);     /* "why_lead" */
enum word words_parse(const char *key); /* WORD_MAX_ when unknown */
void words_say(const struct words *w, enum word word, const struct word_facts *facts,
               struct text *out);
/* "31 March 2015"; nothing for DAY_NONE. */
void words_date(const struct words *w, day_t day, struct text *out);
const char *words_weekday(const struct words *w, day_t day);
/* "March 2015"; month: 12 * year + 0..11, or said in English. */
void words_month(const struct words *w, int32_t month, struct text *out);
void words_month_said(const struct words *w, const char *month, struct text *out);
/* "5 working days late", "due today", "12 working days left". */
void words_late(const struct words *w, int late_wd, struct text *out);
/* "January to March 2016" or "the year to January 2017", as the store has it, in these words; what
 * has another form stays. */
void words_period(const struct words *w, const char *period, struct text *out);

enum word words_state(enum action_state state);
enum word words_color(enum rag_color color); /* which is not there: grey */

#endif
