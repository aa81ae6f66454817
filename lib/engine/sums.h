/* SPDX-License-Identifier: MIT */
/*
 * sums.h - what each unit with a chart has in each closed month, kept in the store, so that a night
 * sums up anew only months whose cells changed and draws only charts whose own sums did. By hand,
 * or when the definition is another one, all of it is made anew. Inside lib/engine.
 */
#ifndef COPROD_ENGINE_SUMS_H
#define COPROD_ENGINE_SUMS_H

#include "answers/series.h"
#include "base/hash.h"
#include "engine/signal.h"

/* A unit whose sums of a question changed. */
struct sum_change {
    int question;
    const char *path;
};
struct sums {
    struct store *store;
    const struct trend_options *opt;
    int64_t survey; /* 0: there is none */
    int32_t newest_ever; /* month with answers, in whatever words and closed or not; 0 = none */
    struct survey_months months; /* that are closed */
    int64_t *series;             /* of each question and score; 0 = none yet */
    bool is_all;                 /* every chart is looked at */
    struct sum_change *changes;
    size_t n_changes, cap;
    bool is_news; /* marks to be written */
    char summed_key[128], charted_key[128];
    char summed[DIGEST_HEX_MAX], charted[DIGEST_HEX_MAX];
    struct arena *mem;
};
/* Sums up what has to be, a transaction a month. */
MUST_USE int sums_open(struct store *s, const struct trend_options *opt,
                       const struct signal_desk *desk, int32_t until, struct sums *ret,
                       struct err *reterr);
void sums_done(struct sums *sums);
/* The values of every unit of a question, or score, whose chart has to be looked at, as series_sort
 * leaves them; in mem. *ret_newest: its last month with answers, 0 = none. */
MUST_USE int sums_values(const struct sums *sums, int question, struct arena *mem,
                         struct series_value **ret, size_t *ret_n, struct err *reterr);
MUST_USE int sums_newest(const struct sums *sums, int question, int32_t *ret, struct err *reterr);
/* In the transaction of the charts: they are made, until something changes again. */
MUST_USE int sums_note(const struct sums *sums, struct err *reterr);

#endif
