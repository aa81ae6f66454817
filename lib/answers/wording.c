/* SPDX-License-Identifier: MIT */
/* wording.c - questions and scores in each of their wordings. */
#include "answers/wording.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"

/* ---- kept ------------------------------------------------------------------------------------ */

static size_t
n_series(const struct definition *def)
{
    return def->n_questions + def->n_scores + 1;
}

/* Questions, then scores, then the responses. */
static struct import_wanted
wanted_at(const struct definition *def, size_t i)
{
    bool is_question = i < def->n_questions;
    bool is_last = i + 1 == n_series(def);
    return (struct import_wanted){
        .kind = is_last ? SURVEY_RESPONSES : is_question ? SURVEY_QUESTION : SURVEY_SCORE,
        .index = is_last ? 0 : (int)(is_question ? i : i - def->n_questions),
    };
}

static int
write_all(struct store *s, int64_t survey, const struct definition *def, int64_t id,
          struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < n_series(def); i++) {
        const struct import_wanted want = wanted_at(def, i);
        int64_t series = 0;
        r = import_series_id(s, survey, def, &want, &series, reterr);
        r = r <= 0 ? r : store_run(s, Q_SURVEY_QUESTION_DEFINED, WITH(I(id), I(series)), reterr);
    }
    r = r < 0 ? r : store_run(s, Q_SURVEY_DEFINITION_DROP, WITH(I(survey)), reterr);
    return r < 0 ? r : 0;
}

int
wording_keep(struct store *s, int64_t survey, const struct definition *def, struct err *reterr)
{
    char hex[DIGEST_HEX_MAX];
    int64_t id = 0;
    int64_t n = 0;
    (void)hash_hex(&def->digest, hex);
    int r = store_get(s, Q_SURVEY_DEFINITION_FIND, WITH(I(survey), T(hex)), &id, reterr);
    if (r > 0) {
        r = store_get(s, Q_SURVEY_DEFINITION_USED, WITH(I(survey), I(id)), &n, reterr);
    } else if (r == 0) {
        r = store_ids(s, "survey_definition", 1, &id, reterr);
        r = r < 0 ? r
                  : store_run(s, Q_SURVEY_DEFINITION_ADD,
                              WITH(I(id), I(survey), T(hex), T(def->text)), reterr);
    }
    bool is_done = n == (int64_t)n_series(def);
    return r < 0 || is_done ? (r < 0 ? r : 0) : write_all(s, survey, def, id, reterr);
}

/* ---- listed ---------------------------------------------------------------------------------- */

struct listing {
    struct wording_list *to;
    struct arena *mem;
};

static int
take_wording(void *arg, const struct row *row)
{
    const struct listing *l = arg;
    struct wording_list *to = l->to;
    if (list_room_in(l->mem, &to->list, to->n, &to->cap, sizeof *to->list) < 0) {
        return -ENOMEM;
    }
    struct wording *w = &to->list[to->n++];
    *w = (struct wording){ .kind = (enum survey_kind)row_i64(row, 0),
                           .name = arena_text(l->mem, row_text_or(row, 1, "")),
                           .series = row_i64(row, 2), .definition = row_i64(row, 3) };
    return w->name ? 0 : -ENOMEM;
}

static bool
is_same_name(const struct wording *a, const struct wording *b)
{
    return a->kind == b->kind && strcmp(a->name, b->name) == 0;
}

/* They come by name, the oldest first. */
static void
number_versions(struct wording_list *all)
{
    for (size_t i = 0, end = 0; i < all->n; i = end) {
        while (end < all->n && is_same_name(&all->list[i], &all->list[end])) {
            all->list[end].version = (int64_t)(end - i) + 1;
            end++;
        }
        for (size_t k = i; k < end; k++) {
            all->list[k].n_versions = (int64_t)(end - i);
        }
    }
}

static int
mark_asked(struct store *s, int64_t survey, const struct definition *def, struct wording_list *all,
           struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < n_series(def); i++) {
        const struct import_wanted want = wanted_at(def, i);
        int64_t series = 0;
        r = import_series_id(s, survey, def, &want, &series, reterr);
        for (size_t k = 0; r > 0 && k < all->n; k++) {
            all->list[k].is_asked = all->list[k].is_asked || all->list[k].series == series;
        }
    }
    return r;
}

int
wording_list(struct store *s, const struct definition *def, struct arena *mem,
             struct wording_list *ret, struct err *reterr)
{
    struct survey_row survey;
    struct listing l = { ret, mem };
    *ret = (struct wording_list){ .n = 0 };
    int r = survey_find(s, def->id, NULL, &survey, reterr);
    if (r <= 0) {
        return r;
    }
    r = store_each(s, Q_SURVEY_WORDINGS, WITH(I(survey.id)), take_wording, &l, reterr);
    r = r < 0 ? r : mark_asked(s, survey.id, def, ret, reterr);
    number_versions(ret);
    return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r < 0 ? r : 0;
}

/* ---- read ------------------------------------------------------------------------------------ */

static int
take_text(void *arg, const struct row *row)
{
    AUTO_DIAG struct diag d = { 0 };
    const char *text = row_text_or(row, 0, "");
    return definition_parse("a kept definition", text, strlen(text), &d, arg);
}

bool
wording_wanted(const struct wording *w, const struct definition *def, struct import_wanted *ret)
{
    *ret = (struct import_wanted){ .kind = w->kind };
    if (w->kind == SURVEY_QUESTION) {
        ret->index = definition_question(def, w->name);
    }
    if (w->kind == SURVEY_SCORE) {
        ret->index = (int)def->n_scores - 1;
        while (ret->index >= 0 && strcmp(def->scores[ret->index].id, w->name) != 0) {
            ret->index--;
        }
    }
    return ret->index >= 0;
}

int
wording_read(struct store *s, const struct wording *w, struct definition **ret, struct err *reterr)
{
    AUTO(definition) struct definition *def = NULL;
    struct import_wanted want;
    int r = store_each(s, Q_SURVEY_DEFINITION_GET, WITH(I(w->definition)), take_text, &def, reterr);
    if (r < 0 && r != -EBADMSG) {
        return r;
    }
    if (r <= 0 || !wording_wanted(w, def, &want)) {
        return err_set(reterr, -ENODATA, "of version %lld of \"%.60s\" no definition is kept: it "
                       "ended before this release, or was defined as none can be any more",
                       (long long)w->version, w->name);
    }
    *ret = TAKE(def);
    return 0;
}
