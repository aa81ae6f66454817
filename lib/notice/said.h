/* SPDX-License-Identifier: MIT */
/*
 * said.h - a sentence that is decided now and said later, in the words of whoever reads it. It is
 * kept as the key of its words and its facts; dates, months and names of states are facts too.
 *
 *   AUTO_TEXT struct text line = { 0 };
 *   said_begin(&line, WORD_ROLLUP_TURNED);
 *   said_text(&line, FACT_REF, "2a");
 *   said_day(&line, FACT_DUE, due);
 *   ...
 *   said_in(&words, text_str(&line), &out);   "2a is red, was green .."
 */
#ifndef COPROD_NOTICE_SAID_H
#define COPROD_NOTICE_SAID_H

#include "notice/words.h"

void said_begin(struct text *out, enum word word);
void said_text(struct text *out, enum word_fact fact, const char *s);
void said_int(struct text *out, enum word_fact fact, int64_t n);
void said_day(struct text *out, enum word_fact fact, day_t day);
void said_weekday(struct text *out, enum word_fact fact, day_t day);
void said_month(struct text *out, enum word_fact fact, int32_t month); /* 12 * year + 0..11 */
void said_late(struct text *out, enum word_fact fact, int late_wd);
void said_period(struct text *out, enum word_fact fact, const char *period);
void said_word(struct text *out, enum word_fact fact, enum word word);
/* The reason of a colour, as lib/rules/rag.c writes it. */
void said_reason(struct text *out, enum word_fact fact, const char *reason);
/* A sentence in the sentence; it has no further one in it. */
void said_inside(struct text *out, enum word_fact fact, const struct text *inner);

/* In these words. What said_begin did not make is no such sentence and stays as it is. */
void said_in(const struct words *w, const char *said, struct text *out);
/* Each clause of a reason in these words; a clause that no word has stays. */
void said_reason_in(const struct words *w, const char *reason, struct text *out);

#endif
