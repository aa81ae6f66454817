/* SPDX-License-Identifier: MIT */
/* cell.c - the counts of one unit, month and staff group: every series in one packed value. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "store/survey.h"

enum { CELL_BYTES_MAX = 48 * 1024, CELL_SERIES_MAX = 512, VARINT_MAX = 10 };

struct pack {
    uint8_t *bytes;
    size_t len;
};

static void
put(struct pack *p, uint64_t n)
{
    for (; n >= 0x80; n >>= 7) {
        p->bytes[p->len++] = (uint8_t)(n | 0x80);
    }
    p->bytes[p->len++] = (uint8_t)n;
}

struct unpack {
    const uint8_t *at;
    const uint8_t *end;
    bool is_bad;
};

static int64_t
get(struct unpack *u)
{
    uint64_t n = 0;
    for (int shift = 0; u->at < u->end && shift < 63; shift += 7) {
        uint8_t byte = *u->at++;
        n |= (uint64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) {
            return (int64_t)(n & INT64_MAX);
        }
    }
    u->is_bad = true;
    return 0;
}

/* One series; v holds SURVEY_COUNTS. False at the end, or when the value is damaged. */
static bool
next(struct unpack *u, struct survey_numbers *ret, int64_t *v)
{
    if (u->at >= u->end) {
        return false;
    }
    int64_t question = get(u);
    int64_t n = get(u);
    u->is_bad |= n > SURVEY_COUNTS;
    for (int64_t i = 0; !u->is_bad && i < n; i++) {
        v[i] = get(u);
    }
    *ret = (struct survey_numbers){ question, v, (size_t)n };
    return !u->is_bad;
}

static int
damaged(struct err *reterr)
{
    return err_set(reterr, -EIO, "a cell of counts is damaged; restore a backup");
}

/* ---- adding ------------------------------------------------------------------------------- */

struct sum {
    struct pack out;
    struct unpack old;
    struct survey_numbers next_old;
    int64_t v[SURVEY_COUNTS];
    bool has_old;
};

static void
advance(struct sum *sum)
{
    sum->has_old = next(&sum->old, &sum->next_old, sum->v);
}

/* One series of the result: a, plus b when there is one. -ERANGE below zero. */
static int
put_sum(struct pack *out, const struct survey_numbers *a, const struct survey_numbers *b)
{
    size_t n = b && b->n > a->n ? b->n : a->n;
    int64_t v[SURVEY_COUNTS] = { 0 };
    int64_t any = 0;
    for (size_t i = 0; i < n; i++) {
        v[i] = (i < a->n ? a->v[i] : 0) + (b && i < b->n ? b->v[i] : 0);
        if (v[i] < 0) {
            return -ERANGE;
        }
        any |= v[i];
    }
    if (any == 0) {
        return 0;
    }
    if (out->len + (size_t)(n + 2) * VARINT_MAX > CELL_BYTES_MAX) {
        return -E2BIG;
    }
    put(out, (uint64_t)a->question);
    put(out, n);
    for (size_t i = 0; i < n; i++) {
        put(out, (uint64_t)v[i]);
    }
    return 0;
}

static int
merge(struct sum *sum, const struct survey_numbers *list, size_t n)
{
    int r = 0;
    advance(sum);
    for (size_t i = 0; r == 0 && i < n; i++) {
        assert(i == 0 || list[i].question > list[i - 1].question);
        while (r == 0 && sum->has_old && sum->next_old.question < list[i].question) {
            r = put_sum(&sum->out, &sum->next_old, NULL);
            advance(sum);
        }
        bool is_both = sum->has_old && sum->next_old.question == list[i].question;
        if (r == 0) {
            r = put_sum(&sum->out, &list[i], is_both ? &sum->next_old : NULL);
        }
        if (is_both) {
            advance(sum);
        }
    }
    while (r == 0 && sum->has_old) {
        r = put_sum(&sum->out, &sum->next_old, NULL);
        advance(sum);
    }
    return r < 0 ? r : sum->old.is_bad ? -EIO : 0;
}

struct add {
    const struct survey_numbers *list;
    size_t n;
    struct pack out;
};

static int
merge_row(void *arg, const struct row *row)
{
    struct add *add = arg;
    size_t len = 0;
    const uint8_t *old = row_blob(row, 0, &len);
    struct sum sum = { .out = add->out, .old = { .at = old, .end = old ? old + len : old } };
    int r = merge(&sum, add->list, add->n);
    add->out = sum.out;
    return r;
}

static int
touch_month(struct store *s, int64_t survey, int64_t month, struct err *reterr)
{
    int r = store_run(s, Q_SURVEY_MONTH_TOUCH, WITH(I(survey), I(month)), reterr);
    return r < 0 ? r : 0;
}

int
survey_cell_add(struct store *s, const struct survey_cell_key *key,
                const struct survey_numbers *list, size_t n, struct err *reterr)
{
    int r = touch_month(s, key->survey, key->month, reterr);
    return r < 0 ? r : survey_cell_add_next(s, key, list, n, reterr);
}

int
survey_cell_add_next(struct store *s, const struct survey_cell_key *key,
                     const struct survey_numbers *list, size_t n, struct err *reterr)
{
    uint8_t bytes[CELL_BYTES_MAX];
    struct add add = { list, n, { bytes, 0 } };
    int r = store_each(s, Q_SURVEY_CELL_GET,
                       WITH(I(key->survey), I(key->unit), I(key->month), I(key->grp)), merge_row,
                       &add, NULL);
    bool is_new = r == 0;
    if (is_new) {
        struct sum sum = { .out = add.out };
        r = merge(&sum, list, n);
        add.out = sum.out;
    }
    if (r < 0) {
        return r == -ERANGE ? err_set(reterr, r, "a count would fall below zero: the store and "
                                                 "the responses do not agree")
               : r == -E2BIG ? err_set(reterr, r, "too many series in one cell")
                             : damaged(reterr);
    }
    if (add.out.len == 0) {
        r = is_new ? 0
                   : store_run(s, Q_SURVEY_CELL_DELETE,
                               WITH(I(key->survey), I(key->unit), I(key->month), I(key->grp)),
                               reterr);
    } else {
        r = store_run(s, Q_SURVEY_CELL_SET,
                      WITH(I(key->survey), I(key->unit), I(key->month), I(key->grp),
                           B(bytes, add.out.len)),
                      reterr);
    }
    return r < 0 ? r : 0;
}

/* ---- reading ------------------------------------------------------------------------------ */

struct cell_walk {
    int64_t survey;
    survey_cell_fn fn;
    void *arg;
    struct survey_numbers list[CELL_SERIES_MAX];
    int64_t v[CELL_SERIES_MAX][SURVEY_COUNTS];
};

static int
take_cell(void *arg, const struct row *row)
{
    struct cell_walk *walk = arg;
    const struct survey_cell_key key = { .survey = walk->survey, .unit = row_i64(row, 1),
                                         .month = row_i64(row, 2), .grp = row_i64(row, 3) };
    size_t len = 0;
    const uint8_t *bytes = row_blob(row, 4, &len);
    struct unpack u = { .at = bytes, .end = bytes ? bytes + len : bytes };
    size_t n = 0;
    while (n < CELL_SERIES_MAX && next(&u, &walk->list[n], walk->v[n])) {
        n++;
    }
    if (u.is_bad || u.at < u.end) {
        return -EIO;
    }
    return walk->fn(walk->arg, &key, row_text_or(row, 0, ""), walk->list, n);
}

int
survey_cells(struct store *s, int64_t survey, survey_cell_fn fn, void *arg, struct err *reterr)
{
    struct cell_walk walk;
    walk.survey = survey;
    walk.fn = fn;
    walk.arg = arg;
    int r = store_each(s, Q_SURVEY_CELLS, WITH(I(survey)), take_cell, &walk, reterr);
    return r == -EIO ? damaged(reterr) : r;
}

int
survey_month_cells(struct store *s, int64_t survey, int32_t month, survey_cell_fn fn, void *arg,
                   struct err *reterr)
{
    struct cell_walk walk;
    walk.survey = survey;
    walk.fn = fn;
    walk.arg = arg;
    int r = store_each(s, Q_SURVEY_MONTH_CELLS, WITH(I(survey), I(month)), take_cell, &walk,
                       reterr);
    return r == -EIO ? damaged(reterr) : r;
}

/* ---- sums --------------------------------------------------------------------------------- */

int
survey_sums_clear(struct store *s, int64_t survey, int32_t month, struct err *reterr)
{
    int r = store_run(s, Q_SURVEY_SUM_CLEAR, WITH(I(survey), I(month)), reterr);
    return r < 0 ? r : 0;
}

int
survey_sum_add(struct store *s, int64_t survey, int32_t month, const char *path,
               const struct survey_numbers *sum, struct err *reterr)
{
    uint8_t bytes[(SURVEY_COUNTS + 2) * VARINT_MAX];
    struct pack out = { bytes, 0 };
    int r = put_sum(&out, sum, NULL);
    r = r < 0 ? r : store_run(s, Q_SURVEY_SUM_ADD,
                              WITH(I(survey), I(month), I(sum->question), T(path),
                                   B(bytes, out.len)),
                              reterr);
    return r < 0 ? r : 0;
}

struct sum_walk {
    survey_sum_fn fn;
    void *arg;
};

static int
take_sum(void *arg, const struct row *row)
{
    const struct sum_walk *walk = arg;
    int64_t v[SURVEY_COUNTS];
    struct survey_numbers sum = { .n = 0 };
    size_t len = 0;
    const uint8_t *bytes = row_blob(row, 1, &len);
    struct unpack u = { .at = bytes, .end = bytes ? bytes + len : bytes };
    if (!next(&u, &sum, v)) {
        return -EIO;
    }
    return walk->fn ? walk->fn(walk->arg, row_text_or(row, 0, ""), &sum) : 0;
}

int
survey_sums_of_month(struct store *s, int64_t survey, int32_t month, survey_sum_fn fn, void *arg,
                     struct err *reterr)
{
    struct sum_walk walk = { fn, arg };
    int r = store_each(s, Q_SURVEY_SUM_MONTH, WITH(I(survey), I(month)), take_sum, &walk, reterr);
    return r == -EIO ? damaged(reterr) : r;
}

int
survey_sums_of_series(struct store *s, const struct survey_sum_place *at, survey_sum_fn fn,
                      void *arg, struct err *reterr)
{
    struct sum_walk walk = { fn, arg };
    int r = store_each(s, Q_SURVEY_SUM_LIST, WITH(I(at->survey), I(at->month), I(at->series)),
                       take_sum, &walk, reterr);
    return r == -EIO ? damaged(reterr) : r;
}

int
survey_sum_get(struct store *s, const struct survey_sum_place *at, const char *path,
               survey_sum_fn fn, void *arg, struct err *reterr)
{
    struct sum_walk walk = { fn, arg };
    int r = store_each(s, Q_SURVEY_SUM_GET,
                       WITH(I(at->survey), I(at->month), I(at->series), T(path)), take_sum, &walk,
                       reterr);
    return r == -EIO ? damaged(reterr) : r;
}

/* ---- months ------------------------------------------------------------------------------- */

struct month_list {
    struct survey_months *to;
    size_t cap;
};

static int
take_month(void *arg, const struct row *row)
{
    struct month_list *list = arg;
    struct survey_months *to = list->to;
    if (list_room(&to->list, to->n, &list->cap, sizeof *to->list) < 0) {
        return -ENOMEM;
    }
    to->list[to->n++] = (struct survey_month){ (int32_t)row_i64(row, 0), row_i64(row, 1),
                                               row_i64(row, 2), row_i64(row, 3) };
    return 0;
}

int
survey_months_load(struct store *s, int64_t survey, struct survey_months *ret, struct err *reterr)
{
    *ret = (struct survey_months){ .n = 0 };
    struct month_list list = { .to = ret };
    int r = store_each(s, Q_SURVEY_MONTH_LIST, WITH(I(survey)), take_month, &list, reterr);
    if (r < 0) {
        survey_months_done(ret);
        return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r;
    }
    return 0;
}

void
survey_months_done(struct survey_months *months)
{
    free(months->list);
    *months = (struct survey_months){ .n = 0 };
}

int
survey_month_released(struct store *s, int64_t survey, const struct survey_month *m,
                      struct err *reterr)
{
    int r = store_run(s, Q_SURVEY_MONTH_RELEASED, WITH(I(m->changed), I(survey), I(m->month)),
                      reterr);
    return r < 0 ? r : 0;
}

int
survey_month_charted(struct store *s, int64_t survey, const struct survey_month *m,
                     struct err *reterr)
{
    int r = store_run(s, Q_SURVEY_MONTH_CHARTED, WITH(I(m->changed), I(survey), I(m->month)),
                      reterr);
    return r < 0 ? r : 0;
}
