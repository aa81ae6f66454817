/* SPDX-License-Identifier: MIT */
/* forecast.c - what will be sent in the days to come if nobody acts. */
#include "forecast.h"

#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "engine/outgoing.h"
#include "engine/play.h"

enum { PENDING = 1, TAKEN_BACK = 4, HELD = 6 };

void
forecast_done(struct forecast *f)
{
    for (size_t i = 0; i < f->n; i++) {
        people_done(&f->items[i].told);
    }
    free(f->items);
    *f = (struct forecast){ 0 };
}

const char *
why_words(enum notice_why why)
{
    static const char *const words[NOTICE_WHY_MAX_] = {
        [NOTICE_WHY_NONE] = "",
        [NOTICE_WHY_LEAD] = "leads it",
        [NOTICE_WHY_JOINT_LEAD] = "leads it with others",
        [NOTICE_WHY_SUPPORT] = "supports it",
        [NOTICE_WHY_DEPUTY] = "deputy of the lead",
        [NOTICE_WHY_MANAGER] = "line manager of the lead",
        [NOTICE_WHY_DIRECTOR] = "director responsible for the lead",
        [NOTICE_WHY_OWNER] = "owns the plan",
        [NOTICE_WHY_COORDINATOR] = "co-ordinates it",
        [NOTICE_WHY_VERIFIER] = "verifies it",
        [NOTICE_WHY_SECRETARY] = "secretary of the responsible forum",
        [NOTICE_WHY_CHAIR] = "chair of the responsible forum",
        [NOTICE_WHY_BOARD] = "secretary of the Board",
    };
    return why < NOTICE_WHY_MAX_ && words[why] ? words[why] : "";
}

day_t
forecast_first_day(struct reading *r)
{
    int64_t now_ms = reading_now_ms(r);
    int64_t last_ms = 0;
    /* No daemon runs, or not yet again: the ladder rests as it will when one comes back. */
    if (outgoing_seen(r->c->store, &last_ms, NULL) >= 0) {
        (void)outgoing_missed(r->w, last_ms, now_ms);
    }
    return world_day(r->w, world_window(r->w, now_ms));
}

static int
add_item(struct reading *r, const struct occurrence *o, const struct step *step, day_t day,
         struct forecast *f)
{
    if (list_room(&f->items, f->n, &f->cap, sizeof *f->items) < 0) {
        return -ENOMEM;
    }
    struct forecast_item *item = &f->items[f->n];
    *item = (struct forecast_item){ .o = *o, .step = *step, .day = day };
    int found = notify_who(r->w, r->c->store, o, step, day, &item->told, &r->why);
    if (found < 0) {
        people_done(&item->told);
        return found;
    }
    f->n++;
    return 0;
}

/* From which day on mail leaves; DAY_NONE while somebody holds it. */
static int
see_leaving(struct reading *r, day_t from, day_t *ret)
{
    struct outgoing out;
    int64_t now_ms = reading_now_ms(r);
    int got = outgoing_get(r->c->store, now_ms, &out, &r->why);
    *ret = from;
    if (got < 0 || r->w->is_mail_silent || !out.is_held) {
        return got;
    }
    *ret = DAY_NONE;
    if (out.is_catchup && out.until_ms != INT64_MAX) {
        day_t over = world_day(r->w, world_window(r->w, out.until_ms));
        *ret = over > from ? over : from;
    }
    return 0;
}

int
forecast_add(struct reading *r, const struct occurrence *o, day_t from, day_t to,
             struct forecast *ret)
{
    struct occurrence now = *o;
    day_t leaves = DAY_NONE;
    int64_t part = 0;
    /* The parent of parts has no steps of its own. */
    int parts = store_get(r->c->store, Q_OCCURRENCE_PARTS, WITH(I(o->id)), &part, &r->why);
    if (parts != 0) {
        return parts < 0 ? parts : 0;
    }
    parts = occurrence_see(r->w, r->c->store, &now, NULL, &r->why);
    parts = parts < 0 ? parts : see_leaving(r, from, &leaves);
    if (now.duty.accepted_day == DAY_NONE) {
        now.duty.accepted_day = leaves; /* what waits is accepted as soon as mail leaves */
    }
    for (day_t day = from; parts >= 0 && day != DAY_NONE && day <= to;) {
        int level = now.duty.level;
        struct next_steps next = next_steps(&now.duty, &r->w->rules, &r->w->calendar, day);
        now.duty = next.after;
        if (now.duty.level != level) { /* as if it arrives on the day it is written */
            now.duty.accepted_day = leaves == DAY_NONE || leaves > day ? leaves : day;
        }
        parts = next.has_step ? add_item(r, &now, &next.step, day, ret) : 0;
        day = next.wake;
    }
    if (parts < 0) {
        return parts;
    }
    return 0;
}

struct leaving { /* a mail that is written */
    int64_t notice;
    day_t day; /* on which it is tried */
};
struct playing {
    struct forecast_notice n;
    struct outgoing out;
    day_t to;
    bool is_now; /* not a day that is over, looked at again */
    bool lets_go;
    day_t tried; /* of a mail that was written before; DAY_NONE */
    struct leaving *waiting;
    size_t n_waiting, cap;
    int (*fn)(const struct forecast_notice *n);
};

static void
playing_freep(struct playing *p)
{
    free(p->waiting);
}

static bool
is_held(const struct playing *p)
{
    return p->out.is_held && !p->out.is_catchup;
}

/* Columns of notice_list: .. 11 state 12 created_ms. A mail that was held and gave its items to a
 * later one does not leave. */
static int
see_notice(void *arg, const struct row *row)
{
    struct playing *p = arg;
    int64_t state = row_i64(row, 11);
    if (state == TAKEN_BACK) {
        return 0;
    }
    p->n.row = row;
    p->n.day = p->tried != DAY_NONE ? p->tried : world_day(p->n.copy->w, row_i64(row, 12));
    p->n.is_kept = (state == HELD && p->n.copy->w->mail_mode != WORLD_MAIL_NONE)
                   || (state == PENDING && is_held(p));
    return p->fn(&p->n);
}

/* Mail that somebody holds has no day; else it is tried when its wait, a catch-up and the hours of
 * mail are over. Columns of notice_to_leave: those of notice_list, .. 14 run_at_ms. */
static int
note_waiting(void *arg, const struct row *row)
{
    struct playing *p = arg;
    int64_t now_ms = p->n.copy->now_ms;
    int64_t at = row_i64(row, 14);
    at = at > now_ms && at != OUTGOING_UNJUDGED ? at : now_ms;
    at = p->out.is_catchup && p->out.until_ms > at ? p->out.until_ms : at;
    if (list_room(&p->waiting, p->n_waiting, &p->cap, sizeof *p->waiting) < 0) {
        return -ENOMEM;
    }
    day_t day = world_day(p->n.copy->w, world_window(p->n.copy->w, at));
    p->waiting[p->n_waiting++] = (struct leaving){ row_i64(row, 0), day };
    return 0;
}

static int
let_go(struct reading *copy)
{
    struct store *s = copy->c->store;
    int r = store_begin(s, &copy->why);
    r = r < 0 ? r : outgoing_release(s, "forecast", copy->now_ms, &copy->why);
    return r < 0 ? r : store_commit(s, &copy->why);
}

static int
note_all_waiting(struct reading *copy, struct playing *p)
{
    struct store *s = copy->c->store;
    int r = p->lets_go ? let_go(copy) : 0;
    r = r < 0 ? r : outgoing_get(s, copy->now_ms, &p->out, &copy->why);
    return r < 0 || !p->is_now || is_held(p)
               ? r
               : store_each(s, Q_NOTICE_TO_LEAVE, NONE, note_waiting, p, &copy->why);
}

/* When all is played: what went into another mail is not one of its own. */
static int
see_all_waiting(struct reading *copy, struct playing *p)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < p->n_waiting; i++) {
        const struct leaving *x = &p->waiting[i];
        p->tried = x->day;
        r = x->day > p->to ? 0
                           : store_each(copy->c->store, Q_NOTICE_LIST, WITH(I(x->notice - 1), I(1)),
                                        see_notice, p, &copy->why);
    }
    p->tried = DAY_NONE;
    return r;
}

static int
play_copy(struct reading *copy, int64_t now_ms, int64_t end_ms, struct playing *p)
{
    int64_t last = 0;
    int r = store_get(copy->c->store, Q_NOTICE_LAST, NONE, &last, &copy->why);
    r = r < 0 ? r : world_open(copy->c->store, true, &copy->w, &copy->why);
    r = r < 0 ? r : play_come_back(copy->w, copy->c->store, now_ms, &copy->why);
    r = r < 0 ? r : note_all_waiting(copy, p);
    r = r < 0 ? r : play_until(copy->w, copy->c->store, now_ms, end_ms, &copy->why);
    r = r < 0 ? r : see_all_waiting(copy, p);
    return r < 0 ? r
                 : store_each(copy->c->store, Q_NOTICE_LIST, WITH(I(last), I(INT32_MAX)),
                              see_notice, p, &copy->why);
}

static int
play_on(struct reading *r, int64_t now_ms, struct playing *p)
{
    AUTO(store) struct store *store = NULL;
    int done = store_clone(r->c->store, &store, &r->why);
    if (done < 0) {
        return done;
    }
    struct cli cli = *r->c;
    cli.store = store;
    AUTO_READING struct reading copy = { .c = &cli, .now_ms = now_ms };
    p->n.copy = &copy;
    p->tried = DAY_NONE;
    p->is_now = now_ms >= reading_now_ms(r);
    done = play_copy(&copy, now_ms, zone_instant(r->w->zone, p->to + 1, 0), p);
    p->n.copy = NULL;
    if (done < 0) {
        r->why = copy.why;
    }
    return done < 0 ? done : 0;
}

int
forecast_play(struct reading *r, int64_t now_ms, day_t to,
              int (*fn)(const struct forecast_notice *n), void *arg)
{
    AUTO(playing) struct playing p = { .n = { .arg = arg }, .to = to, .fn = fn };
    return play_on(r, now_ms, &p);
}

int
forecast_release(struct reading *r, int64_t now_ms, day_t to,
                 int (*fn)(const struct forecast_notice *n), void *arg)
{
    AUTO(playing) struct playing p = { .n = { .arg = arg }, .to = to, .fn = fn, .lets_go = true };
    return play_on(r, now_ms, &p);
}
