/* SPDX-License-Identifier: MIT */
/* foresee.c - two copies of the store, one of them edited, lived through and compared. */
#include "engine/foresee.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "engine/item.h"
#include "engine/letter.h"
#include "engine/play.h"

/* gcc 12 loses sight of what a list of its caller's owns and calls it leaked. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

enum { ITEMS_MAX = 1024 };

const char *
foreseen_kind_word(enum foreseen_kind kind)
{
    static const char *const words[FORESEEN_KIND_MAX_] = { "", "added", "dropped", "moved",
                                                           "changed" };
    return words[kind > FORESEEN_NONE && kind < FORESEEN_KIND_MAX_ ? kind : FORESEEN_NONE];
}

void
foreseen_list_done(struct foreseen_list *list)
{
    for (size_t i = 0; i < list->n; i++) {
        free(list->mails[i].subject);
        free(list->mails[i].items);
        free(list->mails[i].why);
    }
    free(list->mails);
    *list = (struct foreseen_list){ .n = 0 };
}

void
foresight_done(struct foresight *f)
{
    f->base = store_free(f->base);
    f->edited = store_free(f->edited);
    foreseen_list_done(&f->was);
    foreseen_list_done(&f->is);
    free(f->mails);
    *f = (struct foresight){ .n = 0 };
}

/* ---- the mails of one store ------------------------------------------------------------------ */

struct told_items { /* of one mail */
    char *lines[ITEMS_MAX];
    size_t n;
    struct text why;
    int bad;
};

/* What stands for a step is spelled as the step, the rest by its kind. Columns of item_of_notice:
 * id kind plan occurrence gen episode step level role why of note ref part. */
static int
take_item(void *arg, const struct row *row)
{
    struct told_items *t = arg;
    const char *step = row_text_or(row, 6, "");
    const char *part = row_text_or(row, 13, "");
    const char *why = letter_why_words((enum notice_why)row_i64(row, 9));
    bool is_step = step[0] && step[1];
    struct text line = { 0 };
    text_addf(&line, "%s %s%s%s", is_step ? step : row_text_or(row, 1, ""),
              row_text_or(row, 12, ""), part[0] ? "@" : "", part);
    if (why[0] && !strstr(text_str(&t->why), why)) {
        text_addf(&t->why, "%s%s", t->why.len ? ", " : "", why);
    }
    int r = text_take(&line, &t->lines[t->n]);
    t->n += r >= 0;
    return r < 0 ? r : t->n == ITEMS_MAX;
}

static int
compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
read_items(struct store *s, int64_t notice, struct foreseen_mail *m, struct err *reterr)
{
    AUTO_FREE struct told_items *t = calloc(1, sizeof *t);
    struct text all = { 0 };
    if (!t) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    int r = store_each(s, Q_ITEM_OF_NOTICE, WITH(I(notice)), take_item, t, reterr);
    qsort(t->lines, t->n, sizeof t->lines[0], compare_words);
    for (size_t i = 0; i < t->n; i++) {
        text_addf(&all, "%s%s", i ? "; " : "", t->lines[i]);
        free(t->lines[i]);
    }
    int taken = text_take(&all, &m->items);
    int said = text_take(&t->why, &m->why);
    return r < 0 ? r : taken < 0 ? taken : said < 0 ? said : 0;
}

struct gathering {
    struct store *s;
    struct foreseen_list *list;
    struct err *reterr;
};

/* Columns of notice_list: id key kind plan occurrence step role address why subject message_id
 * state created_ms changed_ms. */
static int
take_mail(void *arg, const struct row *row)
{
    struct gathering *g = arg;
    int64_t id = row_i64(row, 0);
    if (row_i64(row, 11) == NOTICE_CANCELLED) {
        return 0;
    }
    if (list_room(&g->list->mails, g->list->n, &g->list->cap, sizeof *g->list->mails) < 0) {
        return -ENOMEM;
    }
    struct foreseen_mail *m = &g->list->mails[g->list->n++];
    *m = (struct foreseen_mail){ .at_ms = row_i64(row, 12) };
    m->subject = strdup(row_text_or(row, 9, ""));
    int r = m->subject ? 0 : -ENOMEM;
    r = r < 0 ? r : text_copy(m->key, sizeof m->key, row_text_or(row, 1, ""));
    r = r < 0 ? r : text_copy(m->role, sizeof m->role, row_text_or(row, 6, ""));
    return r < 0 ? r : read_items(g->s, id, m, g->reterr);
}

static int
compare_mails(const void *a, const void *b)
{
    const struct foreseen_mail *x = a;
    const struct foreseen_mail *y = b;
    int order = x->at_ms < y->at_ms ? -1 : x->at_ms > y->at_ms;
    order = order ? order : strcmp(x->role, y->role);
    return order ? order : strcmp(x->key, y->key);
}

int
foresee_mails(struct store *s, int64_t after, struct foreseen_list *ret, struct err *reterr)
{
    struct gathering g = { .s = s, .list = ret, .reterr = reterr };
    int r = store_each(s, Q_NOTICE_LIST, WITH(I(after), I(INT32_MAX)), take_mail, &g, reterr);
    if (r >= 0 && ret->n > 1) {
        qsort(ret->mails, ret->n, sizeof *ret->mails, compare_mails);
    }
    return r < 0 ? r : 0;
}

/* ---- both ------------------------------------------------------------------------------------ */

/* The first of what is not sent yet: it is looked at beside what is to be written. */
static int
find_first_open(struct store *s, int64_t *ret, struct err *reterr)
{
    int64_t first = 0;
    int r = store_get(s, Q_NOTICE_LAST, NONE, ret, reterr);
    r = r < 0 ? r : store_get(s, Q_NOTICE_FIRST_UNSENT, NONE, &first, reterr);
    *ret = r > 0 ? first - 1 : *ret;
    return r < 0 ? r : 0;
}

int
foresee_apply(struct store *s, const struct apply_order *order, struct applied *sum,
              struct foresight *ret, struct err *reterr)
{
    ret->now_ms = order->now_ms;
    int r = store_clone(s, &ret->base, reterr);
    r = r < 0 ? r : store_clone(s, &ret->edited, reterr);
    r = r < 0 ? r : find_first_open(ret->base, &ret->last_notice, reterr);
    r = r < 0 ? r : store_begin(ret->edited, reterr);
    if (r < 0) {
        return r;
    }
    r = apply_files(ret->edited, order, sum, reterr);
    if (r < 0) {
        store_rollback(ret->edited);
        return r;
    }
    return store_commit(ret->edited, reterr);
}

static int
live(struct store *s, int64_t now_ms, int64_t end_ms, struct err *reterr)
{
    AUTO(world) struct world *w = NULL;
    int r = world_open(s, true, &w, reterr);
    r = r < 0 ? r : play_come_back(w, s, now_ms, reterr);
    return r < 0 ? r : play_until(w, s, now_ms, end_ms, reterr);
}

static const struct foreseen_mail *
find_key(const struct foreseen_list *list, const char *key)
{
    for (size_t i = 0; i < list->n; i++) {
        if (strcmp(list->mails[i].key, key) == 0) {
            return &list->mails[i];
        }
    }
    return NULL;
}

/* A mail that one side has alone, of the same person and about the same, not paired yet. */
static struct foreseen *
find_moved(struct foresight *f, const struct foreseen_mail *is)
{
    for (size_t i = 0; i < f->n; i++) {
        struct foreseen *x = &f->mails[i];
        if (x->kind == FORESEEN_DROPPED && strcmp(x->was->role, is->role) == 0
            && strcmp(x->was->items, is->items) == 0) {
            return x;
        }
    }
    return NULL;
}

static int
compare_foreseen(const void *a, const void *b)
{
    const struct foreseen *x = a;
    const struct foreseen *y = b;
    int order = compare_mails(x->is ? x->is : x->was, y->is ? y->is : y->was);
    return order ? order : (int)x->kind - (int)y->kind;
}

/* The same mail; FORESEEN_NONE: at the same time, too. */
static enum foreseen_kind
difference(const struct foreseen_mail *was, const struct foreseen_mail *is)
{
    if (!is) {
        return FORESEEN_DROPPED;
    }
    bool is_same = strcmp(was->items, is->items) == 0 && strcmp(was->subject, is->subject) == 0;
    return !is_same ? FORESEEN_CHANGED : was->at_ms == is->at_ms ? FORESEEN_NONE : FORESEEN_MOVED;
}

static int
compare(struct foresight *f, struct err *reterr)
{
    f->mails = calloc(f->was.n + f->is.n + 1, sizeof *f->mails);
    if (!f->mails) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    for (size_t i = 0; i < f->was.n; i++) {
        const struct foreseen_mail *was = &f->was.mails[i];
        const struct foreseen_mail *is = find_key(&f->is, was->key);
        enum foreseen_kind kind = difference(was, is);
        if (kind != FORESEEN_NONE) {
            f->mails[f->n++] = (struct foreseen){ .kind = kind, .was = was, .is = is };
        }
    }
    for (size_t i = 0; i < f->is.n; i++) {
        const struct foreseen_mail *is = &f->is.mails[i];
        if (find_key(&f->was, is->key)) {
            continue;
        }
        struct foreseen *moved = find_moved(f, is);
        if (moved && difference(moved->was, is) == FORESEEN_NONE) {
            *moved = f->mails[--f->n]; /* the same, to another mailbox of the post */
        } else if (moved) {
            moved->kind = FORESEEN_MOVED;
            moved->is = is;
        } else {
            f->mails[f->n++] = (struct foreseen){ .kind = FORESEEN_ADDED, .is = is };
        }
    }
    qsort(f->mails, f->n, sizeof *f->mails, compare_foreseen);
    return 0;
}

int
foresee_play(struct foresight *f, int64_t end_ms, struct err *reterr)
{
    int r = live(f->base, f->now_ms, end_ms, reterr);
    r = r < 0 ? r : live(f->edited, f->now_ms, end_ms, reterr);
    r = r < 0 ? r : foresee_mails(f->base, f->last_notice, &f->was, reterr);
    r = r < 0 ? r : foresee_mails(f->edited, f->last_notice, &f->is, reterr);
    return r < 0 ? r : compare(f, reterr);
}
