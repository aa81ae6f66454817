/* SPDX-License-Identifier: MIT */
/* trend.c - measures, the baselines approved for them, and their signals, in the store. */
#include "store/trend.h"

#include "base/text.h"

struct found {
    int64_t *id;
    char *mark;
};

static int
take_measure(void *arg, const struct row *row)
{
    const struct found *f = arg;
    *f->id = row_i64(row, 0);
    return f->mark ? text_copy(f->mark, MEASURE_MARK_MAX, row_text_or(row, 1, "")) : 0;
}

int
measure_find(struct store *s, const char *name, int64_t *ret_id, char mark[MEASURE_MARK_MAX],
             struct err *reterr)
{
    struct found f = { ret_id, mark };
    return store_each(s, Q_MEASURE_FIND, WITH(T(name)), take_measure, &f, reterr);
}

int
measure_of_series(struct store *s, const char *survey, int64_t series, const char *name,
                  int64_t *ret_id, struct err *reterr)
{
    return store_get(s, Q_MEASURE_OF_SERIES, WITH(T(survey), I(series), T(name)), ret_id, reterr);
}

int
measure_put(struct store *s, struct measure_row *m, struct err *reterr)
{
    int r = m->id ? 0 : store_ids(s, "measure", 1, &m->id, reterr);
    if (r < 0) {
        return r;
    }
    r = store_run(s, Q_MEASURE_PUT,
                  WITH(I(m->id), T(m->name), T(m->survey), T(m->plan), T(m->action), I(m->level),
                       T(m->mark), I(m->month), I(m->n_values), T(m->kind), I(m->states),
                       T(m->variation), T(m->assurance), I(m->now_ms), T(m->words),
                       I(m->series), I(m->first_month)),
                  reterr);
    return r < 0 ? r : 0;
}

int
measure_end(struct store *s, int64_t id, int64_t now_ms, struct err *reterr)
{
    int n = store_run(s, Q_SIGNAL_END, WITH(I(now_ms), I(id)), reterr);
    int r = n < 0 ? n : store_run(s, Q_MEASURE_END, WITH(I(now_ms), I(id)), reterr);
    return r < 0 ? r : n;
}

int
measure_drop(struct store *s, int64_t id, struct err *reterr)
{
    return store_run(s, Q_MEASURE_DROP, WITH(I(id)), reterr);
}

int
measure_again(struct store *s, int64_t id, const char *name, struct err *reterr)
{
    return store_run(s, Q_MEASURE_AGAIN, WITH(T(name), I(id)), reterr);
}

int
baseline_put(struct store *s, const struct baseline_row *b, struct err *reterr)
{
    int r = store_run(s, Q_BASELINE_PUT,
                      WITH(I(b->measure), I(b->month), I(b->is_on), T(b->reason), T(b->actor),
                           T(b->on_behalf), I(b->at_ms)),
                      reterr);
    return r < 0 ? r : 0;
}

struct months {
    int32_t *list;
    size_t n;
};

static int
take_month(void *arg, const struct row *row)
{
    struct months *m = arg;
    if (!row_i64(row, 1)) {
        return 0;
    }
    if (m->n == BASELINES_MAX) {
        return -E2BIG;
    }
    m->list[m->n++] = (int32_t)row_i64(row, 0);
    return 0;
}

int
baseline_months(struct store *s, int64_t measure, int32_t ret[BASELINES_MAX], size_t *ret_n,
                struct err *reterr)
{
    struct months m = { .list = ret };
    int r = store_each(s, Q_BASELINE_LIST, WITH(I(measure)), take_month, &m, reterr);
    *ret_n = m.n;
    return r < 0 ? r : 0;
}

static int
take_signal(void *arg, const struct row *row)
{
    *(struct signal_row *)arg = (struct signal_row){
        .id = row_i64(row, 0),
        .is_open = row_i64(row, 1),
        .first_month = (int32_t)row_i64(row, 2),
        .last_month = (int32_t)row_i64(row, 3),
        .opened_month = (int32_t)row_i64(row, 4),
        .opened_ms = row_i64(row, 7),
        .persisted_ms = row_i64(row, 8),
    };
    return 0;
}

int
signal_newest(struct store *s, int64_t measure, int verdict, struct signal_row *ret,
              struct err *reterr)
{
    return store_each(s, Q_SIGNAL_NEWEST, WITH(I(measure), I(verdict)), take_signal, ret, reterr);
}

int
signal_add(struct store *s, const struct signal_order *o, int64_t *ret_id, struct err *reterr)
{
    int r = store_ids(s, "signal", 1, ret_id, reterr);
    if (r < 0) {
        return r;
    }
    r = store_run(s, Q_SIGNAL_ADD,
                  WITH(I(*ret_id), I(o->measure), I(o->verdict), I(o->first_month),
                       I(o->last_month), I(o->opened_month), T(o->rule), T(o->limits),
                       I(o->now_ms)),
                  reterr);
    return r < 0 ? r : 0;
}

int
signal_move(struct store *s, const struct signal_row *row, int64_t now_ms, struct err *reterr)
{
    int r = store_run(s, Q_SIGNAL_MOVE,
                      WITH(I(row->is_open), I(row->first_month), I(row->last_month), I(now_ms),
                           I(row->id)),
                      reterr);
    return r < 0 ? r : 0;
}

int
signal_persists(struct store *s, int64_t id, int64_t now_ms, struct err *reterr)
{
    return store_run(s, Q_SIGNAL_PERSISTED, WITH(I(now_ms), I(id)), reterr);
}
