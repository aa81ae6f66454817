/* SPDX-License-Identifier: MIT */
/*
 * quote.h - what was published of one question or score in one month, by unit: the figures that may
 * be quoted to somebody outside.
 */
#ifndef COPROD_ANSWERS_QUOTE_H
#define COPROD_ANSWERS_QUOTE_H

#include "answers/measure.h"

struct quote;
struct quotes {
    int32_t month;
    struct quote *list; /* by path; shown units only */
    size_t n, cap;
    struct arena *mem;
};
/* Of the measure's question, whatever its unit; n = 0 where nothing was published. */
MUST_USE int quotes_load(struct store *s, const struct measure *m, int32_t month,
                         struct quotes *ret, struct err *reterr);
void quotes_done(struct quotes *q);
static inline void
quotes_donep(struct quotes *q)
{
    quotes_done(q);
}
#define AUTO_QUOTES __attribute__((cleanup(quotes_donep)))
/* The counts of a unit as they were published, SURVEY_COUNTS of them; NULL: hidden, or none. */
const int64_t *quotes_find(const struct quotes *q, const char *path);
/* "61.4 %" and of how many answers; 0 and nothing where nothing was published. t says how its
 * figures are written. */
int64_t quotes_figure(const struct quotes *q, const struct measure *m, const struct trend *t,
                      struct text *out);
/* "Published for March 2017: 61.4 % of 120 answers."; nothing where nothing was published. */
void quotes_say(const struct quotes *q, const struct measure *m, const struct trend *t,
                struct text *out);

#endif
