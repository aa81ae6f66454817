/* SPDX-License-Identifier: MIT */
/* trend.h - measures, the baselines approved for them, and their signals, in the store. */
#ifndef COPROD_STORE_TREND_H
#define COPROD_STORE_TREND_H

#include "store/store.h"

struct measure_row {
    int64_t id; /* 0: to be added */
    const char *name, *survey, *plan, *action;
    int level;
    const char *mark;
    int32_t first_month, month; /* of the first and the latest value; 0 = none */
    int64_t n_values;
    const char *kind;
    unsigned states;
    const char *variation, *assurance;
    const char *words; /* for readers outside: no figure that is not published */
    int64_t series;    /* that its figures are of: one wording of the question */
    int64_t now_ms;
};
enum { MEASURE_MARK_MAX = 72 };
/* 1 with id and mark, or 0. mark may be NULL. */
MUST_USE int measure_find(struct store *s, const char *name, int64_t *ret_id,
                          char mark[MEASURE_MARK_MAX], struct err *reterr);
/* The same of one wording, asked or not; name as measure_name has it. */
MUST_USE int measure_of_series(struct store *s, const char *survey, int64_t series,
                               const char *name, int64_t *ret_id, struct err *reterr);
/* In a transaction; a new one gets its id. */
MUST_USE int measure_put(struct store *s, struct measure_row *m, struct err *reterr);

/* In a transaction: its question is no more asked so. It gives up its name and its action; its open
 * signals close, and keep to it. Returns how many. */
MUST_USE int measure_end(struct store *s, int64_t id, int64_t now_ms, struct err *reterr);

/* In a transaction. Of one that never had a chart. */
MUST_USE int measure_drop(struct store *s, int64_t id, struct err *reterr);

/* In a transaction: it is asked so again, as long as no other has its name. It goes on with its
 * baselines. 1; or 0. */
MUST_USE int measure_again(struct store *s, int64_t id, const char *name, struct err *reterr);

struct baseline_row {
    int64_t measure;
    int32_t month;
    bool is_on;
    const char *reason, *actor, *on_behalf;
    int64_t at_ms;
};
MUST_USE int baseline_put(struct store *s, const struct baseline_row *b, struct err *reterr);
enum { BASELINES_MAX = 64 };
/* The months in which baselines begin, those that were withdrawn left out. -E2BIG. */
MUST_USE int baseline_months(struct store *s, int64_t measure, int32_t ret[BASELINES_MAX],
                             size_t *ret_n, struct err *reterr);

struct signal_row {
    int64_t id;
    bool is_open;
    int32_t first_month, last_month, opened_month;
    int64_t opened_ms;
    int64_t persisted_ms; /* 0: not yet */
};
/* 1 and the newest of this verdict, or 0. */
MUST_USE int signal_newest(struct store *s, int64_t measure, int verdict, struct signal_row *ret,
                           struct err *reterr);
struct signal_order {
    int64_t measure;
    int verdict;
    int32_t first_month, last_month, opened_month;
    const char *rule, *limits;
    int64_t now_ms;
};
MUST_USE int signal_add(struct store *s, const struct signal_order *o, int64_t *ret_id,
                        struct err *reterr);
MUST_USE int signal_move(struct store *s, const struct signal_row *row, int64_t now_ms,
                         struct err *reterr);
/* 1 when nobody had marked it before. */
MUST_USE int signal_persists(struct store *s, int64_t id, int64_t now_ms, struct err *reterr);

#endif
