/* SPDX-License-Identifier: MIT */
/* response.c - single responses and comments in the store. */
#include <stdlib.h>
#include <string.h>

#include "rules/time.h"
#include "store/seen.h"
#include "store/survey.h"

int
survey_response_add(struct store *s, const struct survey_response *r, enum survey_place place,
                    struct err *reterr)
{
    static const enum query elsewhere[] = { [SURVEY_SETTLED] = Q_SURVEY_ARRIVAL_HAS,
                                            [SURVEY_LATELY] = Q_SURVEY_RESPONSE_HAS };
    int64_t one = 0;
    int there = place == SURVEY_LATELY_NEW
                    ? 0
                    : store_get(s, elsewhere[place], WITH(I(r->id)), &one, reterr);
    if (there != 0) {
        return there < 0 ? there : 0;
    }
    return store_run(s, place == SURVEY_SETTLED ? Q_SURVEY_RESPONSE_ADD : Q_SURVEY_ARRIVAL_ADD,
                     WITH(I(r->id), I(r->tag), I(r->survey), I(r->form), I(r->unit), I(r->grp),
                          I(r->day), I(r->revision), I(r->state),
                          r->n_answers ? B(r->answers, r->n_answers) : NIL, I(r->batch)),
                     reterr);
}

int
survey_response_set(struct store *s, const struct survey_response *r, struct err *reterr)
{
    static const enum query where[] = { Q_SURVEY_ARRIVAL_SET, Q_SURVEY_RESPONSE_SET };
    int n = 0;
    for (size_t i = 0; n == 0 && i < LENGTH(where); i++) {
        n = store_run(s, where[i],
                      WITH(I(r->form), I(r->unit), I(r->grp), I(r->day), I(r->revision),
                           I(r->state), r->n_answers ? B(r->answers, r->n_answers) : NIL,
                           I(r->batch), I(r->id)),
                      reterr);
    }
    return n < 0 ? n : 0;
}

/* ---- those that came lately ---------------------------------------------------------------- */

int
survey_arrivals(struct store *s, int64_t most, int64_t *ret, struct err *reterr)
{
    int r = store_get(s, Q_SURVEY_ARRIVAL_COUNT, WITH(I(most)), ret, reterr);
    return r < 0 ? r : 0;
}

int
survey_arrivals_settle(struct store *s, int64_t n, struct err *reterr)
{
    int64_t last = 0;
    AUTO(id_list) struct id_list all = { .n = 0 };
    int r = store_get(s, Q_SURVEY_ARRIVAL_END, WITH(I(n)), &last, reterr);
    r = r < 0 ? r : store_list(s, Q_SURVEY_ARRIVAL_IDS, WITH(I(last)), &all, reterr);
    r = r < 0 ? r : seen_note(s, all.ids, all.n, reterr);
    r = r < 0 ? r : store_run(s, Q_SURVEY_ARRIVAL_MOVE, WITH(I(last)), reterr);
    return r < 0 ? r : store_run(s, Q_SURVEY_ARRIVAL_FORGET, WITH(I(last)), reterr);
}

/* ---- reading ------------------------------------------------------------------------------- */

/* Columns from survey on, which stand alike in both queries. */
static int
fill(struct survey_response *r, const struct row *row, int first)
{
    r->survey = row_i64(row, first);
    r->form = row_i64(row, first + 1);
    r->unit = row_i64(row, first + 2);
    r->grp = row_i64(row, first + 3);
    r->day = (int32_t)row_i64(row, first + 4);
    r->revision = row_i64(row, first + 5);
    r->state = (int)row_i64(row, first + 6);
    const void *bytes = row_blob(row, first + 7, &r->n_answers);
    if (r->n_answers > sizeof r->answers) {
        return -EIO;
    }
    if (bytes) {
        memcpy(r->answers, bytes, r->n_answers);
    }
    return 0;
}

static int
take_one(void *arg, const struct row *row)
{
    struct survey_response *r = arg;
    r->tag = row_i64(row, 0);
    return fill(r, row, 1);
}

int
survey_response_get(struct store *s, int64_t id, struct survey_response *ret, struct err *reterr)
{
    *ret = (struct survey_response){ .id = id };
    return store_each(s, Q_SURVEY_RESPONSE_GET, WITH(I(id)), take_one, ret, reterr);
}

struct response_walk {
    struct survey_walk *place;
    survey_response_fn fn;
    void *arg;
};

static int
take_next(void *arg, const struct row *row)
{
    const struct response_walk *walk = arg;
    struct survey_response r = { .id = row_i64(row, 0) };
    walk->place->after = r.id;
    int rc = fill(&r, row, 1);
    return rc < 0 ? rc : walk->fn(walk->arg, &r);
}

int
survey_response_walk(struct store *s, struct survey_walk *place, survey_response_fn fn, void *arg,
                     struct err *reterr)
{
    struct response_walk walk = { place, fn, arg };
    enum query q = place->is_settled ? Q_SURVEY_RESPONSE_WALK : Q_SURVEY_ARRIVAL_WALK;
    int n = store_each(s, q, WITH(I(place->after), I(place->n)), take_next, &walk, reterr);
    if (n < 0 || n == place->n) {
        return n < 0 ? n : 1;
    }
    bool is_end = place->is_settled;
    place->is_settled = true;
    place->after = -1;
    return !is_end;
}

/* ---- what it counts ----------------------------------------------------------------------- */

enum { FORM_TEXT_MAX = 2048 };

static int
take_form(void *arg, const struct row *row)
{
    char *text = arg;
    const char *series = row_text_or(row, 0, "");
    if (strlen(series) >= FORM_TEXT_MAX) {
        return -EIO;
    }
    memcpy(text, series, strlen(series) + 1);
    return 0;
}

/* A score's sum + 1, or 0 for none. */
static int64_t
take_sum(const struct survey_response *r, size_t *at)
{
    int64_t n = 0;
    for (int shift = 0; *at < r->n_answers && shift < 63; shift += 7) {
        uint8_t byte = r->answers[(*at)++];
        n |= (int64_t)(byte & 0x7F) << shift;
        if (!(byte & 0x80)) {
            break;
        }
    }
    return n;
}

/* kind: 0 questions, 1 scores, 2 responses: the parts of the form's text in their order. */
static bool
put_numbers(const struct survey_response *r, int kind, size_t *at, int sign, int64_t *v,
            size_t *ret_n)
{
    int64_t sum = 0;
    switch (kind) {
    case 0:
        *ret_n = SURVEY_COUNTS;
        sum = *at < r->n_answers ? r->answers[(*at)++] : 0;
        if (sum > 0 && sum <= SURVEY_COUNTS) {
            v[sum - 1] = sign;
        }
        return sum > 0;
    case 1:
        *ret_n = 2;
        sum = take_sum(r, at);
        v[0] = sum > 0 ? sign : 0;
        v[1] = sum > 0 ? sign * (sum - 1) : 0;
        return sum > 0;
    default:
        *ret_n = 1;
        v[0] = sign;
        return true;
    }
}

static int
by_question(const void *a, const void *b)
{
    const struct survey_numbers *x = a;
    const struct survey_numbers *y = b;
    return x->question < y->question ? -1 : x->question > y->question;
}

int
survey_response_split(struct store *s, const struct survey_response *r, int sign,
                      struct survey_split *ret, struct err *reterr)
{
    char text[FORM_TEXT_MAX] = "";
    int rc = store_each(s, Q_SURVEY_FORM_GET, WITH(I(r->form)), take_form, text, reterr);
    if (rc <= 0) {
        return rc < 0 ? rc : err_set(reterr, -EIO, "a response's form is missing");
    }
    memset(ret, 0, sizeof *ret);
    int kind = 0;
    size_t at = 0;
    for (char *p = text; *p && ret->n < SURVEY_FORM_MAX;) {
        if (*p == '|' || *p == ',') {
            kind += *p++ == '|';
            continue;
        }
        struct survey_numbers *to = &ret->list[ret->n];
        *to = (struct survey_numbers){ .question = strtoll(p, &p, 10), .v = ret->v[ret->n] };
        ret->n += put_numbers(r, kind, &at, sign, ret->v[ret->n], &to->n);
        if (*p && *p != '|' && *p != ',') {
            return err_set(reterr, -EIO, "a response's form is damaged");
        }
    }
    qsort(ret->list, ret->n, sizeof ret->list[0], by_question);
    return 0;
}

int
survey_response_uncount(struct store *s, const struct survey_response *r, struct err *reterr)
{
    struct survey_split split;
    split.n = 0;
    const struct survey_cell_key key = { .survey = r->survey, .unit = r->unit, .grp = r->grp,
                                         .month = day_month(r->day) };
    int rc = survey_response_split(s, r, -1, &split, reterr);
    return rc < 0 ? rc : survey_cell_add(s, &key, split.list, split.n, reterr);
}

/* ---- comments ----------------------------------------------------------------------------- */

int
survey_comment_set(struct store *s, const struct survey_comment *c, struct err *reterr)
{
    int r = store_run(s, Q_SURVEY_COMMENT_SET,
                      WITH(I(c->response), I(c->survey), I(c->unit), I(c->day), T(c->words)),
                      reterr);
    return r < 0 ? r : 0;
}

int
survey_comment_drop(struct store *s, int64_t response, struct err *reterr)
{
    return store_run(s, Q_SURVEY_COMMENT_DELETE, WITH(I(response)), reterr);
}

int
survey_comment_expire(struct store *s, int64_t survey, int32_t day, struct err *reterr)
{
    return store_run(s, Q_SURVEY_COMMENT_EXPIRE, WITH(I(survey), I(day)), reterr);
}

int
survey_comments(struct store *s, int64_t survey, row_fn fn, void *arg, struct err *reterr)
{
    return store_each(s, Q_SURVEY_COMMENTS, WITH(I(survey)), fn, arg, reterr);
}
