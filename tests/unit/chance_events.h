/* SPDX-License-Identifier: MIT */
/* chance_events.h - what people, files and the post office do in a life, from its first day on. */
#ifndef COPROD_TESTS_CHANCE_EVENTS_H
#define COPROD_TESTS_CHANCE_EVENTS_H

#include "chance_life.h"

static inline bool
try_event(struct life *l, const struct event *e, enum action_event event, int role)
{
    char who[WORDS_MAX];
    char to[WORDS_MAX];
    struct acted done;
    int added = 0;
    struct err refused = { "" };
    (void)snprintf(who, sizeof who, "post-%c", 'a' + role);
    (void)snprintf(to, sizeof to, event == ACTION_EV_SUPERSEDE ? "1%c" : "post-%c",
                   'a' + e->to % (event == ACTION_EV_SUPERSEDE ? l->h->n_actions : POSTS_MAX));
    struct act a = { .plan = "P", .ref = e->ref, .event = event, .actor = who, .role = who,
                     .on_behalf = "", .comment = "words", .minute = "M 1", .to = to, .percent = 10,
                     .evidence = e->has_figure ? "" : "paper", .date = e->day + e->days,
                     .figure = e->has_figure ? "1/2" : "" };
    need(l, store_begin(l->s, &l->why));
    if (act(l->w, l->s, &a, l->now_ms, &done, &refused) < 0) {
        store_rollback(l->s);
        return false;
    }
    if (done.o.duty.state == ACTION_COMPLETE && (!done.o.parent || done.is_parent_done)) {
        need(l, apply_follow_up(l->w, l->s, l->stage->sets[l->version], &done.o, l->now_ms, &added,
                                &l->why));
    }
    need(l, store_commit(l->s, &l->why));
    l->acts++;
    return true;
}

/* By whom it is tried first says the history; else by whoever may. What was refused leaves nothing:
 * who follows another life does not even try it. */
static inline void
people_act(struct life *l, const struct event *e, size_t nth)
{
    int n = l->h->draft.n_posts;
    const struct deed *led = l->leads ? &l->leads->deeds[nth] : NULL;
    int first = led ? led->nth : 0;
    int last = !led ? TRIES * n : led->is_done ? first + 1 : first;
    for (int i = first; i < last; i++) {
        if (try_event(l, e, e->events[i / n], (e->role + i) % n)) {
            l->deeds[nth] = (struct deed){ true, i };
            return;
        }
        l->wrong++;
    }
    assert_true(!led || !led->is_done);
}

static inline void
run_sql(struct life *l, const char *sql)
{
    if (sqlite3_exec(l->s->db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(l->s->db));
    }
}

/* As the night's work on surveys does: a row, and an item for somebody; or all of them close. */
static inline void
signal_opens(struct life *l, const struct event *e, size_t nth)
{
    (void)nth;
    char sql[512];
    char who[WORDS_MAX];
    int64_t id = e->day * (int64_t)100 + e->days;
    (void)snprintf(who, sizeof who, "post-%c", 'a' + e->role);
    (void)snprintf(sql, sizeof sql, "INSERT OR IGNORE INTO measure VALUES (1, 'm', 's', 'P', '1a',"
                   " 0, '', 1, 1, 'i', 0, '', '', 0, '', 0, NULL, 0); INSERT OR IGNORE INTO signal"
                   " VALUES"
                   " (%" PRId64 ", 1, 2, 1, 1, 1, 1, 'r', 'l', 0, NULL, %" PRId64 ")",
                   id, l->now_ms);
    run_sql(l, sql);
    const struct item_topic_order order = { .kind = ITEM_SIGNAL, .plan = "P", .topic = "1a",
                                            .about = id, .role = who, .note = "worse",
                                            .why = NOTICE_WHY_LEAD, .words = "nIt is worse.\n" };
    need(l, item_add_topic(l->w, l->s, &order, l->now_ms, &l->why));
}

static inline void
signals_close(struct life *l, const struct event *e, size_t nth)
{
    (void)e;
    (void)nth;
    char sql[128];
    (void)snprintf(sql, sizeof sql, "UPDATE signal SET is_open = 0, changed_ms = %" PRId64
                   " WHERE is_open = 1", l->now_ms);
    run_sql(l, sql);
}

/* The latest mail that reached a post comes back. */
static inline void
mail_comes_back(struct life *l, const struct event *e, size_t nth)
{
    (void)nth;
    char sql[256];
    char hash[WORDS_MAX];
    sqlite3_stmt *q = NULL;
    struct bounced ret;
    struct dsn d = { .verdict = e->is_hard ? DSN_HARD : DSN_SOFT, .status = "5.1.1" };
    (void)snprintf(hash, sizeof hash, "%d-%d", e->day, e->minute);
    (void)snprintf(sql, sizeof sql, "SELECT message_id FROM notice WHERE state = 2 AND role ="
                   " 'post-%c' AND kind <> 'admin' ORDER BY created_ms DESC, key LIMIT 1",
                   'a' + e->role);
    assert_int_equal(sqlite3_prepare_v2(l->s->db, sql, -1, &q, NULL), SQLITE_OK);
    if (sqlite3_step(q) == SQLITE_ROW) {
        (void)snprintf(d.message_id, sizeof d.message_id, "%s",
                       (const char *)sqlite3_column_text(q, 0));
    }
    (void)sqlite3_finalize(q);
    if (d.message_id[0]) {
        need(l, bounce_take(l->w, l->s, &d, hash, l->now_ms, &ret, &l->why));
        l->came_back++;
    }
}

static inline void
mail_is_free(struct life *l, const struct event *e, size_t nth)
{
    (void)e;
    (void)nth;
    need(l, outgoing_release(l->s, "user test", l->now_ms, &l->why));
    for (size_t i = 0; i < l->n_held; i++) {
        l->held[i].until_ms = l->held[i].until_ms < l->now_ms ? l->held[i].until_ms : l->now_ms;
    }
}

static inline void
post_is_readmitted(struct life *l, const struct event *e, size_t nth)
{
    (void)nth;
    char who[WORDS_MAX];
    struct err no = { "" };
    (void)snprintf(who, sizeof who, "post-%c", 'a' + e->role);
    int r = hearing_readmit(l->w, l->s, who, "user test", l->now_ms, &no);
    need(l, r == -ENOENT ? 0 : r);
}

/* ---- files ----------------------------------------------------------------------------------- */

static inline void
files_change(struct life *l, const struct event *e, size_t nth)
{
    const struct deed *led = l->leads ? &l->leads->deeds[nth] : NULL;
    bool is_taken = led && !led->is_done ? false : take_files(l, e->version);
    assert_true(!led || is_taken == led->is_done);
    l->deeds[nth].is_done = is_taken;
    l->edits += is_taken;
    l->refused_edits += !is_taken;
    if (!is_taken) {
        tell_refused(l);
    }
}

/* plan apply, or a start, with what lies there already: nothing at all is written. */
static inline void
files_come_again(struct life *l, const struct event *e, size_t nth)
{
    (void)e;
    (void)nth;
    if (l->leads || l->is_refused) {
        return;
    }
    int before = sqlite3_total_changes(l->s->db);
    assert_true(take_files(l, l->version));
    assert_int_equal(sqlite3_total_changes(l->s->db), before);
    l->again++;
}

/* Of an action, by a post and of files that are not there. */
static inline void
request_is_wrong(struct life *l, const struct event *e, size_t nth)
{
    (void)nth;
    struct err no = { "" };
    struct event x = *e;
    x.events[0] = ACTION_EV_SUBMIT;
    for (int i = 0; !l->leads && i < l->h->draft.n_posts; i++) {
        (void)snprintf(x.ref, sizeof x.ref, i % 2 ? "9z" : "1a@nobody");
        assert_false(try_event(l, &x, ACTION_EV_SUBMIT, i));
        l->wrong++;
    }
    need(l, store_begin(l->s, &l->why));
    assert_true(hearing_readmit(l->w, l->s, "nobody", "user test", l->now_ms, &no) < 0);
    store_rollback(l->s);
}

/* ---- the store of before --------------------------------------------------------------------- */

/* As store_backup does it, which needs a file; test_store_backup sees the mark in its copies. */
static inline void
store_is_copied(struct life *l, const struct event *e, size_t nth)
{
    (void)e;
    (void)nth;
    l->copy = store_free(l->copy);
    l->copied_ms = l->now_ms;
    need(l, store_clone(l->s, &l->copy, &l->why));
    need(l, store_begin(l->copy, &l->why));
    need(l, store_setting_set(l->copy, "mail.held", "restored from a backup", &l->why));
    need(l, store_commit(l->copy, &l->why));
}

/* The hub starts with it, and its mail is held until somebody has looked. */
static inline void
store_is_restored(struct life *l, const struct event *e, size_t nth)
{
    struct outgoing out;
    (void)e;
    (void)nth;
    if (!l->copy) {
        return;
    }
    l->w->templates = NULL; /* the stage's */
    l->w = world_free(l->w);
    life_enter(l, l->copy);
    l->copy = NULL;
    world_renew(l);
    l->done_job = 0;
    if (!take_files(l, l->version)) {
        tell_refused(l);
    }
    come_back(l, l->copied_ms, l->now_ms);
    need(l, outgoing_get(l->s, l->now_ms, &out, &l->why));
    assert_true(out.is_held && !out.is_catchup);
    l->held[l->n_held++] = (struct span){ l->now_ms, INT64_MAX, false, false };
    l->restored++;
}

/* ---- the clock ------------------------------------------------------------------------------- */

/* It says now what it will say, or said already. */
static inline void
set_clock(struct life *l, int64_t by_ms)
{
    for (size_t i = 0; by_ms < 0 && i < l->n_held; i++) { /* what is over is over */
        l->held[i].is_over |= l->held[i].until_ms <= l->now_ms;
    }
    l->offset_ms += by_ms;
    l->now_ms += by_ms;
}

/* By less than a day, and nobody minds. */
static inline void
clock_goes_back(struct life *l, const struct event *e, size_t nth)
{
    (void)nth;
    int64_t by_ms = -e->days * (int64_t)MINUTE_MS;
    const struct jump_look before = { l->now_ms, 0 };
    const struct jump_look now = { l->now_ms + by_ms, 0 };
    assert_int_equal(jump_judge(before, now), JUMP_NONE);
    set_clock(l, by_ms);
    l->set_back++;
}

static inline void
clock_is_wrong(struct life *l, const struct event *e, size_t nth)
{
    (void)nth;
    const struct jump_look before = { l->now_ms, 0 };
    const struct jump_look now = { l->now_ms + e->days * (int64_t)JUMP_DAY_MS, 0 };
    assert_int_equal(jump_judge(before, now), e->days > 0 ? JUMP_AHEAD : JUMP_BEHIND);
    l->is_stopped = true;
    l->stopped_ms = l->now_ms;
    l->stops++;
}

/* Set right, or taken as it is: what was not decided meanwhile is like an outage. */
static inline void
clock_is_right(struct life *l, const struct event *e, size_t nth)
{
    int days = e->what == CLOCK_IS_TAKEN ? e->days : 0;
    (void)nth;
    if (!l->is_stopped) {
        return;
    }
    l->is_stopped = false;
    set_clock(l, days * (int64_t)JUMP_DAY_MS);
    come_back(l, l->stopped_ms, l->now_ms);
    need(l, outgoing_see(l->s, l->now_ms, &l->why));
    l->taken += days != 0;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static inline void
mail_is_held(struct life *l, const struct event *e, size_t nth)
{
    (void)e;
    (void)nth;
    need(l, outgoing_hold(l->s, "user test", "we look first", l->now_ms, &l->why));
    note_hold(l);
}

static const struct {
    void (*run)(struct life *l, const struct event *e, size_t nth);
    bool is_in_one; /* transaction, which it does not begin */
} happenings[] = {
    [PEOPLE_ACT] = { people_act, false },
    [SIGNAL_OPENS] = { signal_opens, true },
    [SIGNAL_CLOSES] = { signals_close, true },
    [FILES_CHANGE] = { files_change, false },
    [MAIL_IS_HELD] = { mail_is_held, true },
    [MAIL_IS_FREE] = { mail_is_free, true },
    [MAIL_COMES_BACK] = { mail_comes_back, true },
    [POST_IS_READMITTED] = { post_is_readmitted, true },
    [FILES_COME_AGAIN] = { files_come_again, false },
    [REQUEST_IS_WRONG] = { request_is_wrong, false },
    [STORE_IS_COPIED] = { store_is_copied, false },
    [STORE_IS_RESTORED] = { store_is_restored, false },
    [CLOCK_GOES_BACK] = { clock_goes_back, false },
    [CLOCK_IS_WRONG] = { clock_is_wrong, false },
    [CLOCK_IS_RIGHT] = { clock_is_right, false },
    [CLOCK_IS_TAKEN] = { clock_is_right, false },
};

static inline void
happen(struct life *l, size_t nth)
{
    const struct event *e = &l->h->events[nth];
    bool is_in_one = happenings[e->what].is_in_one;
    need(l, is_in_one ? store_begin(l->s, &l->why) : 0);
    happenings[e->what].run(l, e, nth);
    need(l, is_in_one ? store_commit(l->s, &l->why) : 0);
}

static inline void
live(struct life *l)
{
    for (size_t i = 0; i < l->h->n; i++) {
        const struct event *e = &l->h->events[i];
        int64_t at_ms = zone_instant(l->w->zone, e->day, e->minute) + l->offset_ms;
        live_until(l, at_ms);
        if (!is_away(l, at_ms)) {
            l->now_ms = at_ms;
            happen(l, i);
        }
    }
    live_until(l, zone_instant(l->w->zone, l->h->from + l->h->span, 0) + l->offset_ms);
}

#endif
