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

/* By whom it is tried first says the history; else by whoever may. */
static inline void
people_act(struct life *l, const struct event *e)
{
    int n = l->h->draft.n_posts;
    for (int i = 0; i < TRIES * n; i++) {
        if (try_event(l, e, e->events[i / n], (e->role + i) % n)) {
            return;
        }
    }
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
signal_opens(struct life *l, const struct event *e)
{
    char sql[512];
    char who[WORDS_MAX];
    int64_t id = e->day * (int64_t)100 + e->days;
    (void)snprintf(who, sizeof who, "post-%c", 'a' + e->role);
    (void)snprintf(sql, sizeof sql, "INSERT OR IGNORE INTO measure VALUES (1, 'm', 's', 'P', '1a',"
                   " 0, '', 1, 1, 'i', 0, '', '', 0, '', 0, NULL); INSERT OR IGNORE INTO signal"
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
signals_close(struct life *l)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "UPDATE signal SET is_open = 0, changed_ms = %" PRId64
                   " WHERE is_open = 1", l->now_ms);
    run_sql(l, sql);
}

/* The latest mail that reached a post comes back. */
static inline void
mail_comes_back(struct life *l, const struct event *e)
{
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
mail_is_free(struct life *l)
{
    need(l, outgoing_release(l->s, "user test", l->now_ms, &l->why));
    for (size_t i = 0; i < l->n_held; i++) {
        l->held[i].until_ms = l->held[i].until_ms < l->now_ms ? l->held[i].until_ms : l->now_ms;
    }
}

static inline void
post_is_readmitted(struct life *l, const struct event *e)
{
    char who[WORDS_MAX];
    struct err no = { "" };
    (void)snprintf(who, sizeof who, "post-%c", 'a' + e->role);
    int r = hearing_readmit(l->w, l->s, who, "user test", l->now_ms, &no);
    need(l, r == -ENOENT ? 0 : r);
}

static inline void
happen(struct life *l, const struct event *e)
{
    if (e->what == PEOPLE_ACT) {
        people_act(l, e);
        return;
    }
    if (e->what == FILES_CHANGE) {
        bool is_taken = take_files(l, e->version);
        l->edits += is_taken;
        l->refused_edits += !is_taken;
        return;
    }
    need(l, store_begin(l->s, &l->why));
    if (e->what == SIGNAL_OPENS) {
        signal_opens(l, e);
    } else if (e->what == SIGNAL_CLOSES) {
        signals_close(l);
    } else if (e->what == MAIL_IS_HELD) {
        need(l, outgoing_hold(l->s, "user test", "we look first", l->now_ms, &l->why));
        note_hold(l);
    } else if (e->what == MAIL_IS_FREE) {
        mail_is_free(l);
    } else if (e->what == MAIL_COMES_BACK) {
        mail_comes_back(l, e);
    } else {
        post_is_readmitted(l, e);
    }
    need(l, store_commit(l->s, &l->why));
}

static inline void
live(struct life *l)
{
    for (size_t i = 0; i < l->h->n; i++) {
        const struct event *e = &l->h->events[i];
        int64_t at_ms = zone_instant(l->w->zone, e->day, e->minute);
        live_until(l, at_ms);
        if (!is_away(l, at_ms)) {
            l->now_ms = at_ms;
            happen(l, e);
        }
    }
    live_until(l, zone_instant(l->w->zone, l->h->from + l->h->span, 0));
}

#endif
