/* SPDX-License-Identifier: MIT */
/* forums.c - forums, meetings and plans' forums: into the store and out of it. */
#include "engine/forums.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/list.h"
#include "engine/apply.h"

/* ---- out ------------------------------------------------------------------------------------- */

struct days {
    day_t *days;
    size_t n, cap;
};

static int
take_day(void *arg, const struct row *row)
{
    struct days *d = arg;
    if (list_room(&d->days, d->n, &d->cap, sizeof *d->days) < 0) {
        return -ENOMEM;
    }
    d->days[d->n++] = (day_t)row_i64(row, 0);
    return 0;
}

static int
take_committee(void *arg, const struct row *row)
{
    struct committees *c = arg;
    struct committee *more = reallocarray(c->list, c->n + 1, sizeof *more);
    if (!more) {
        return -ENOMEM;
    }
    c->list = more;
    struct committee *new = &c->list[c->n++];
    *new = (struct committee){ .meetings = { .agenda_close_wd = (int)row_i64(row, 4),
                                             .papers_due_wd = (int)row_i64(row, 5) } };
    int r = text_copy(new->id, sizeof new->id, row_text_or(row, 0, ""));
    r = r < 0 ? r : text_copy(new->title, sizeof new->title, row_text_or(row, 1, ""));
    r = r < 0 ? r : text_copy(new->secretary, sizeof new->secretary, row_text_or(row, 2, ""));
    return r < 0 ? r : text_copy(new->chair, sizeof new->chair, row_text_or(row, 3, ""));
}

static int
take_plan(void *arg, const struct row *row)
{
    struct committees *c = arg;
    struct answers_for *more = reallocarray(c->plans, c->n_plans + 1, sizeof *more);
    if (!more) {
        return -ENOMEM;
    }
    c->plans = more;
    struct answers_for *new = &c->plans[c->n_plans++];
    new->by = committee_by_id(c, row_text_or(row, 1, ""));
    return text_copy(new->plan, sizeof new->plan, row_text_or(row, 0, ""));
}

int
committees_load(struct store *s, struct committees *ret, struct err *reterr)
{
    *ret = (struct committees){ .n = 0 };
    int r = store_each(s, Q_FORUM_LIST, NONE, take_committee, ret, reterr);
    for (size_t i = 0; r >= 0 && i < ret->n; i++) {
        struct days d = { .n = 0 };
        r = store_each(s, Q_MEETING_LIST, WITH(T(ret->list[i].id)), take_day, &d, reterr);
        ret->list[i].days = d.days;
        ret->list[i].meetings.days = d.days;
        ret->list[i].meetings.n = d.n;
    }
    r = r < 0 ? r : store_each(s, Q_PLAN_FORUM_LIST, NONE, take_plan, ret, reterr);
    if (r < 0) {
        committees_done(ret);
        return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r;
    }
    return 0;
}

void
committees_done(struct committees *c)
{
    for (size_t i = 0; i < c->n; i++) {
        free(c->list[i].days);
    }
    free(c->list);
    free(c->plans);
    *c = (struct committees){ .n = 0 };
}

const struct committee *
committee_of_plan(const struct committees *c, const char *plan)
{
    for (size_t i = 0; i < c->n_plans; i++) {
        if (strcmp(c->plans[i].plan, plan) == 0) {
            return c->plans[i].by;
        }
    }
    return NULL;
}

const struct committee *
committee_by_id(const struct committees *c, const char *id)
{
    for (size_t i = 0; i < c->n; i++) {
        if (strcmp(c->list[i].id, id) == 0) {
            return &c->list[i];
        }
    }
    return NULL;
}

void
committee_words(const struct committees *c, const struct calendar *calendar, const char *plan,
                day_t today, struct text *out)
{
    const struct committee *forum = committee_of_plan(c, plan);
    day_t meeting = forum ? meeting_open_on(&forum->meetings, calendar, today) : DAY_NONE;
    char on[64];
    char closes[64];
    if (meeting == DAY_NONE) {
        text_add(out, "No meeting date is known.");
        return;
    }
    day_t close = meeting_before(calendar, meeting, forum->meetings.agenda_close_wd);
    text_addf(out, "The next meeting with an open agenda is on %s; its agenda closes on %s.",
              day_words(meeting, on, sizeof on), day_words(close, closes, sizeof closes));
}

/* ---- in -------------------------------------------------------------------------------------- */

static void
hash_forum(struct hash *h, const struct forum *f)
{
    hash_add_str(h, f->id);
    hash_add_str(h, f->title);
    hash_add_str(h, f->secretary ? f->secretary->id : NULL);
    hash_add_str(h, f->chair ? f->chair->id : NULL);
    hash_add_i64(h, f->agenda_close_wd);
    hash_add_i64(h, f->papers_due_wd);
    for (size_t i = 0; i < f->n_meetings; i++) {
        hash_add_i64(h, f->meetings[i]);
    }
}

static int
put_forum(struct store *s, const struct forum *f, struct err *reterr)
{
    int r = store_run(s, Q_FORUM_ADD,
                      WITH(T(f->id), T(f->title), f->secretary ? T(f->secretary->id) : NIL,
                           f->chair ? T(f->chair->id) : NIL, I(f->agenda_close_wd),
                           I(f->papers_due_wd)),
                      reterr);
    for (size_t i = 0; r >= 0 && i < f->n_meetings; i++) {
        r = store_run(s, Q_MEETING_ADD, WITH(T(f->id), I(f->meetings[i])), reterr);
    }
    return r < 0 ? r : 0;
}

/* A set may hold one plan of several: what the others answer to stays. */
static int
put_plans(struct store *s, const struct plan_set *set, bool *ret_changed, struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < set->n_plans; i++) {
        r = store_run(s, Q_PLAN_FORUM_ADD,
                      WITH(T(set->plans[i].id), T(set->plans[i].forum->id)), reterr);
        *ret_changed = *ret_changed || r > 0;
    }
    return r < 0 ? r : 0;
}

int
forums_put(struct store *s, const struct plan_set *set, bool *ret_changed, struct err *reterr)
{
    struct hash h;
    hash_begin(&h, "coprod forums 1");
    for (size_t i = 0; i < set->n_forums; i++) {
        hash_forum(&h, &set->forums[i]);
    }
    struct digest d = hash_end(&h);
    char hex[DIGEST_HEX_MAX];
    bool changed = false;
    int r = apply_setting(s, "forums.hash", hash_hex(&d, hex), &changed, reterr);
    if (r < 0 || !changed) {
        return r < 0 ? r : put_plans(s, set, ret_changed, reterr);
    }
    *ret_changed = true;
    r = store_run(s, Q_FORUM_CLEAR, NONE, reterr);
    r = r < 0 ? r : store_run(s, Q_MEETING_CLEAR, NONE, reterr);
    for (size_t i = 0; r >= 0 && i < set->n_forums; i++) {
        r = put_forum(s, &set->forums[i], reterr);
    }
    return r < 0 ? r : put_plans(s, set, ret_changed, reterr);
}
