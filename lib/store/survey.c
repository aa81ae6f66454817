/* SPDX-License-Identifier: MIT */
/* survey.c - survey counts, responses and imported files in the store. */
#include "store/survey.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

struct found_survey {
    struct survey_row row;
    const char *shape;
    bool is_other;
};

static int
take_survey(void *arg, const struct row *row)
{
    struct found_survey *found = arg;
    found->row.id = row_i64(row, 0);
    found->is_other = found->shape && strcmp(row_text_or(row, 1, ""), found->shape) != 0;
    found->row.newest_month = row_i64(row, 2);
    return 0;
}

int
survey_find(struct store *s, const char *name, const char *shape, struct survey_row *ret,
            struct err *reterr)
{
    struct found_survey found = { .shape = shape };
    int r = store_each(s, Q_SURVEY_FIND, WITH(T(name)), take_survey, &found, reterr);
    if (r <= 0) {
        return r;
    }
    if (found.is_other) {
        return err_set(reterr, -EINVAL,
                       "survey %s is stored with other levels or without response ids: such a "
                       "change needs an id of its own", name);
    }
    *ret = found.row;
    return 1;
}

int
survey_open(struct store *s, const char *name, const char *shape, int64_t now_ms,
            struct survey_row *ret, struct err *reterr)
{
    int r = survey_find(s, name, shape, ret, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    *ret = (struct survey_row){ 0 };
    r = store_ids(s, "survey", 1, &ret->id, reterr);
    if (r < 0) {
        return r;
    }
    r = store_run(s, Q_SURVEY_ADD, WITH(I(ret->id), T(name), T(shape), I(now_ms)), reterr);
    return r < 0 ? r : 0;
}

int
survey_newest_set(struct store *s, int64_t survey, int64_t month, int64_t now_ms,
                  struct err *reterr)
{
    int r = store_run(s, Q_SURVEY_NEWEST, WITH(I(month), I(now_ms), I(survey)), reterr);
    return r < 0 ? r : 0;
}

int
survey_question_find(struct store *s, int64_t survey, const struct survey_series *series,
                     int64_t *ret, struct err *reterr)
{
    return store_get(s, Q_SURVEY_QUESTION_FIND,
                     WITH(I(survey), I(series->kind), T(series->name), T(series->shape)), ret,
                     reterr);
}

int
survey_question_id(struct store *s, int64_t survey, const struct survey_series *series,
                   int64_t *ret, struct err *reterr)
{
    int r = survey_question_find(s, survey, series, ret, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    r = store_ids(s, "survey_question", 1, ret, reterr);
    if (r < 0) {
        return r;
    }
    r = store_run(s, Q_SURVEY_QUESTION_ADD,
                  WITH(I(*ret), I(survey), I(series->kind), T(series->name), T(series->shape)),
                  reterr);
    return r < 0 ? r : 0;
}

int
survey_unit_id(struct store *s, int64_t survey, int level, const char *path, int64_t *ret,
               struct err *reterr)
{
    int r = store_get(s, Q_SURVEY_UNIT_FIND, WITH(I(survey), T(path)), ret, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    r = store_ids(s, "survey_unit", 1, ret, reterr);
    if (r < 0) {
        return r;
    }
    r = store_run(s, Q_SURVEY_UNIT_ADD, WITH(I(*ret), I(survey), I(level), T(path)), reterr);
    return r < 0 ? r : 0;
}

int
survey_group_find(struct store *s, int64_t survey, const char *name, int64_t *ret,
                  struct err *reterr)
{
    return store_get(s, Q_SURVEY_GROUP_FIND, WITH(I(survey), T(name)), ret, reterr);
}

int
survey_group_id(struct store *s, int64_t survey, const char *name, int64_t *ret,
                struct err *reterr)
{
    int r = survey_group_find(s, survey, name, ret, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    r = store_ids(s, "survey_group", 1, ret, reterr);
    if (r < 0) {
        return r;
    }
    r = store_run(s, Q_SURVEY_GROUP_ADD, WITH(I(*ret), I(survey), T(name)), reterr);
    return r < 0 ? r : 0;
}

int
survey_form_id(struct store *s, int64_t survey, const char *series, int64_t *ret,
               struct err *reterr)
{
    int r = store_get(s, Q_SURVEY_FORM_FIND, WITH(I(survey), T(series)), ret, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    r = store_ids(s, "survey_form", 1, ret, reterr);
    if (r < 0) {
        return r;
    }
    r = store_run(s, Q_SURVEY_FORM_ADD, WITH(I(*ret), I(survey), T(series)), reterr);
    return r < 0 ? r : 0;
}

int
survey_units(struct store *s, int64_t survey, row_fn fn, void *arg, struct err *reterr)
{
    return store_each(s, Q_SURVEY_UNITS, WITH(I(survey)), fn, arg, reterr);
}

static int
take_batch(void *arg, const struct row *row)
{
    struct survey_batch *b = arg;
    b->id = row_i64(row, 0);
    int r = text_copy(b->name, sizeof b->name, row_text_or(row, 1, ""));
    b->state = (int)row_i64(row, 2);
    b->bytes_done = row_i64(row, 3);
    b->line = row_i64(row, 4);
    b->counts = (struct survey_counts){ row_i64(row, 5), row_i64(row, 6), row_i64(row, 7),
                                        row_i64(row, 8), row_i64(row, 9), row_i64(row, 10),
                                        row_i64(row, 11), row_i64(row, 12) };
    b->late_before = row_i64(row, 13);
    b->changed_ms = row_i64(row, 14);
    return r;
}

int
survey_batch_find(struct store *s, int64_t survey, const char *sha256, struct survey_batch *ret,
                  struct err *reterr)
{
    struct survey_batch b = { 0 };
    int r = store_each(s, Q_SURVEY_BATCH_FIND, WITH(I(survey), T(sha256)), take_batch, &b, reterr);
    if (r > 0) {
        *ret = b;
    }
    return r;
}

struct batch_of {
    int64_t survey;
    struct survey_batch batch;
    struct err *reterr;
};

static int
take_batch_of(void *arg, const struct row *row)
{
    struct batch_of *b = arg;
    if (row_i64(row, 15) != b->survey) {
        return err_set(b->reterr, -ENOENT, "import %lld is of survey %.100s",
                       (long long)row_i64(row, 0), row_text_or(row, 16, "?"));
    }
    return take_batch(&b->batch, row);
}

int
survey_batch_get(struct store *s, int64_t survey, int64_t id, struct survey_batch *ret,
                 struct err *reterr)
{
    struct batch_of b = { .survey = survey, .reterr = reterr };
    int r = store_each(s, Q_SURVEY_BATCH_GET, WITH(I(id)), take_batch_of, &b, reterr);
    if (r > 0) {
        *ret = b.batch;
    }
    return r;
}

int
survey_batch_list(struct store *s, int64_t survey, row_fn fn, void *arg, struct err *reterr)
{
    return store_each(s, Q_SURVEY_BATCH_LIST, WITH(I(survey)), fn, arg, reterr);
}

int
survey_batch_begin(struct store *s, const struct survey_row *survey, const char *sha256,
                   const char *name, int64_t now_ms, struct survey_batch *ret)
{
    struct survey_batch b = { .state = SURVEY_BATCH_RUNNING, .line = 1,
                              .late_before = survey->newest_month, .changed_ms = now_ms };
    int r = text_copy(b.name, sizeof b.name, name);
    r = r < 0 ? r : store_ids(s, "survey_batch", 1, &b.id, NULL);
    if (r < 0) {
        return r;
    }
    r = store_run(s, Q_SURVEY_BATCH_ADD,
                  WITH(I(b.id), I(survey->id), T(sha256), T(name), I(b.late_before), I(now_ms)),
                  NULL);
    if (r < 0) {
        return r;
    }
    *ret = b;
    return 0;
}

int
survey_batch_again(struct store *s, const struct survey_row *survey, const char *name,
                   int64_t now_ms, struct survey_batch *b)
{
    struct survey_batch anew = { .id = b->id, .state = SURVEY_BATCH_RUNNING, .line = 1,
                                 .late_before = survey->newest_month,
                                 .changed_ms = now_ms > b->changed_ms ? now_ms
                                                                      : b->changed_ms + 1 };
    int r = text_copy(anew.name, sizeof anew.name, name);
    r = r < 0 ? r : store_run(s, Q_SURVEY_BATCH_AGAIN,
                              WITH(T(name), I(anew.late_before), I(anew.changed_ms), I(b->id)),
                              NULL);
    r = r < 0 ? r : store_run(s, Q_SURVEY_BATCH_REJECTS_DROP, WITH(I(b->id)), NULL);
    r = r < 0 ? r : store_run(s, Q_SURVEY_BATCH_REASONS_DROP, WITH(I(b->id)), NULL);
    if (r < 0) {
        return r;
    }
    *b = anew;
    return 0;
}

int
survey_batch_cut(struct store *s, int64_t survey, const char *name, const char *sha256,
                 struct err *reterr)
{
    return store_run(s, Q_SURVEY_BATCH_CUT, WITH(I(survey), T(name), T(sha256)), reterr);
}

int
survey_batch_move(struct store *s, struct survey_batch *b, const struct survey_move *move,
                  struct err *reterr)
{
    assert(move->bytes_done >= b->bytes_done);
    const struct survey_counts *n = &move->counts;
    int r = store_run(s, Q_SURVEY_BATCH_MOVE,
                      WITH(I(move->state), I(move->bytes_done), I(move->line), I(n->n_read),
                           I(n->n_new), I(n->n_repeat), I(n->n_corrected), I(n->n_withdrawn),
                           I(n->n_stale), I(n->n_late), I(n->n_rejected), I(move->now_ms),
                           I(b->id), I(b->bytes_done)),
                      reterr);
    if (r <= 0) {
        return r < 0 ? r : err_set(reterr, -ESTALE, "somebody else imports the same file");
    }
    b->state = move->state;
    b->bytes_done = move->bytes_done;
    b->line = move->line;
    b->changed_ms = move->now_ms > b->changed_ms ? move->now_ms : b->changed_ms;
    b->counts.n_read += n->n_read;
    b->counts.n_new += n->n_new;
    b->counts.n_repeat += n->n_repeat;
    b->counts.n_corrected += n->n_corrected;
    b->counts.n_withdrawn += n->n_withdrawn;
    b->counts.n_stale += n->n_stale;
    b->counts.n_late += n->n_late;
    b->counts.n_rejected += n->n_rejected;
    return 0;
}

int
survey_reject_add(struct store *s, int64_t batch, int64_t line, int64_t column, const char *reason,
                  const char *words, struct err *reterr)
{
    int r = store_run(s, Q_SURVEY_REJECT_ADD,
                      WITH(I(batch), I(line), I(column), T(reason), T(words)), reterr);
    return r < 0 ? r : 0;
}

static int
fold_counts(struct store *s, int64_t batch, int64_t before_ms, const char *quoting,
            struct err *reterr)
{
    char quotes[64];
    (void)snprintf(quotes, sizeof quotes, "%.60s:%%", quoting);
    int r = store_run(s, Q_SURVEY_REJECT_COUNT_FOLD,
                      WITH(T(quoting), T(quotes), I(before_ms), I(batch)), reterr);
    return r <= 0 ? r : store_run(s, Q_SURVEY_REJECT_COUNT_FOLDED,
                                  WITH(T(quotes), I(before_ms), I(batch)), reterr);
}

int
survey_reject_forget(struct store *s, int64_t batch, int64_t before_ms, const char *quoting,
                     struct err *reterr)
{
    int r = fold_counts(s, batch, before_ms, quoting, reterr);
    return r < 0 ? r : store_run(s, Q_SURVEY_REJECT_FORGET, WITH(I(before_ms), I(batch)), reterr);
}

int
survey_reject_forget_lines(struct store *s, int64_t batch, const int64_t *lines, size_t n,
                           const char *quoting, struct err *reterr)
{
    int n_gone = 0;
    int r = 0;
    for (size_t i = 0; r >= 0 && i < n; i++) {
        r = store_run(s, Q_SURVEY_REJECT_FORGET_LINE, WITH(I(batch), I(lines[i])), reterr);
        n_gone += r > 0 ? r : 0;
    }
    r = r < 0 || n_gone == 0 ? r : fold_counts(s, batch, INT64_MAX, quoting, reterr);
    return r < 0 ? r : n_gone;
}

int
survey_reject_count_add(struct store *s, int64_t batch, const char *reason, int64_t n,
                        struct err *reterr)
{
    int r = store_run(s, Q_SURVEY_REJECT_COUNT_ADD, WITH(I(batch), T(reason), I(n)), reterr);
    return r < 0 ? r : 0;
}

int
survey_rejects(struct store *s, int64_t batch, row_fn fn, void *arg, struct err *reterr)
{
    return store_each(s, Q_SURVEY_REJECTS, WITH(I(batch)), fn, arg, reterr);
}

int
survey_reject_counts(struct store *s, int64_t batch, row_fn fn, void *arg, struct err *reterr)
{
    return store_each(s, Q_SURVEY_REJECT_COUNTS, WITH(I(batch)), fn, arg, reterr);
}

int
survey_quality_set(struct store *s, int64_t batch, const char *name, int64_t value,
                   struct err *reterr)
{
    int r = store_run(s, Q_SURVEY_QUALITY_SET, WITH(I(batch), T(name), I(value)), reterr);
    return r < 0 ? r : 0;
}

int
survey_quality_list(struct store *s, int64_t batch, row_fn fn, void *arg, struct err *reterr)
{
    return store_each(s, Q_SURVEY_QUALITY_LIST, WITH(I(batch)), fn, arg, reterr);
}
