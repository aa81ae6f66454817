/* SPDX-License-Identifier: MIT */
/*
 * test_play_chance.c - random plans, people and outages, lived through twice: by play (what
 * simulate and the previews do) and as the hub and its workers do it, in batches of any size, in
 * any order, with workers that die before they commit. Both must tell the same people the same
 * things, and neither may ever tell too much. COPROD_HISTORIES=1000 lives through more of them.
 */
#include "plan_fixture.h"

#include <inttypes.h>

#include "base/conf.h"
#include "engine/act.h"
#include "engine/apply.h"
#include "engine/clearance.h"
#include "engine/digest.h"
#include "engine/fire.h"
#include "engine/item.h"
#include "engine/notify.h"
#include "engine/outgoing.h"
#include "engine/play.h"
#include "engine/standing.h"
#include "store/inside.h"

#include "chance_history.h"

enum { HISTORIES = 60, BATCH = 64 };

struct life {
    struct store *s;
    struct world *w;
    struct conf *conf;
    int64_t now_ms;
    uint64_t seed; /* of the disorder, not of the history */
    bool is_daemon;
    int64_t back_ms, held_until_ms; /* after the outage; the latter 0: its mail was not held */
    int missed, acts;               /* working days away; what people did and might */
    struct err why;
};

static void
need(const struct life *l, int r)
{
    if (r < 0) {
        print_error("%d: %s\n", r, l->why.text);
        fail();
    }
}

/* ---- living it ------------------------------------------------------------------------------- */

static void
life_begin(struct life *l, const struct scratch *folder, const struct history *h)
{
    struct applied sum = { 0 };
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/plan.yaml", folder->dir);
    scratch_write(folder, "plan.yaml", text_str(&h->plan), h->plan.len);
    AUTO(plan_set) struct plan_set *set = NULL;
    assert_int_equal(plan_set_load(text_str(&path), &d, &set), 0); /* warnings are part of it */
    assert_int_equal(conf_load(CONFIG_DIR "/coprod.yaml", &d, &l->conf), 0);
    l->conf->mail.mode = MAIL_MAILDIR;
    need(l, store_open(NULL, STORE_MEMORY, &l->s, &l->why));
    need(l, store_begin(l->s, &l->why));
    need(l, apply_settings(l->s, l->conf, &sum, &l->why));
    need(l, apply_calendar(l->s, &set->calendar, &sum, &l->why));
    need(l, apply_forums(l->s, set, &sum, &l->why));
    need(l, world_open(l->s, true, &l->w, &l->why));
    l->now_ms = zone_instant(l->w->zone, h->from, 0);
    need(l, apply_plans(l->w, l->s, set, "test", l->now_ms, &sum, &l->why));
    need(l, store_commit(l->s, &l->why));
}

static void
life_end(struct life *l)
{
    l->w = world_free(l->w);
    l->s = store_free(l->s);
    l->conf = conf_free(l->conf);
}

struct jobs {
    int64_t id[BATCH], attempt[BATCH];
    int n;
};

static int
take_job(void *arg, const struct row *row)
{
    struct jobs *j = arg;
    j->id[j->n] = row_i64(row, 0);
    j->attempt[j->n++] = row_i64(row, 1);
    return j->n == BATCH;
}

static int
take_subject(void *arg, const struct row *row)
{
    *(int64_t *)arg = row_i64(row, 8);
    return 1;
}

static bool
deliver(struct life *l, int64_t job, int64_t attempt)
{
    int64_t notice = 0;
    struct clearance c;
    need(l, store_each(l->s, Q_JOB_SHOW, WITH(I(job)), take_subject, &notice, &l->why));
    need(l, clearance_ask(l->w, l->s, notice, l->now_ms, &c, &l->why));
    if (c.verdict == CLEARANCE_WAIT) {
        need(l, store_run(l->s, Q_JOB_RETRY_LATER,
                          WITH(I(0), I(c.until_ms), T(c.words), I(l->now_ms), I(job), I(attempt)),
                          &l->why));
        return false;
    }
    assert_true(world_window(l->w, l->now_ms) == l->now_ms); /* never at night */
    need(l, store_run(l->s, Q_DELIVERY_CLAIM, WITH(I(notice), I(1), I(0), I(l->now_ms)), &l->why));
    need(l, store_run(l->s, Q_DELIVERY_OUTCOME_ADD,
                      WITH(I(notice), I(1), T("accepted"), I(250), T("ok"), I(l->now_ms)),
                      &l->why));
    need(l, store_run(l->s, Q_NOTICE_STATE_SET, WITH(I(2), I(l->now_ms), I(notice)), &l->why));
    return true;
}

/* One worker takes some of what is ready, in an order of its own; some die before they commit. */
static int
work(struct life *l, enum job_kind kind)
{
    struct jobs j = { .n = 0 };
    struct outgoing out;
    need(l, outgoing_get(l->s, l->now_ms, &out, &l->why));
    if (kind == JOB_KIND_DELIVER && out.is_held) { /* the admin hears of it all the same */
        need(l, store_each(l->s, Q_JOB_NEXT_PASSING,
                           WITH(T(outgoing_left_out(out.is_catchup)), I(INT64_MIN), I(0),
                                I(BATCH)),
                           take_job, &j, &l->why));
    } else {
        need(l, store_each(l->s, Q_JOB_NEXT_READY, WITH(I(kind), I(INT64_MIN), I(0), I(BATCH)),
                           take_job, &j, &l->why));
    }
    int first = j.n > 1 ? roll(&l->seed, j.n) : 0;
    for (int i = 0; i < j.n; i++) {
        int at = (first + i) % j.n;
        struct notified told;
        bool is_done = true;
        if (roll(&l->seed, 3) == 0) {
            continue; /* another worker has it */
        }
        need(l, store_save(l->s, &l->why));
        if (kind == JOB_KIND_DELIVER) {
            is_done = deliver(l, j.id[at], j.attempt[at]);
        } else {
            need(l, notify_job(l->w, l->s, j.id[at], l->now_ms, &told, &l->why));
        }
        need(l, is_done ? store_run(l->s, Q_JOB_DONE,
                                    WITH(I(l->now_ms), I(j.id[at]), I(j.attempt[at])), &l->why)
                        : 0);
        bool is_killed = kind != JOB_KIND_DELIVER && roll(&l->seed, 5) == 0;
        need(l, is_killed ? store_undo(l->s, &l->why) : store_release(l->s, &l->why));
    }
    return j.n;
}

/* As the hub: some timers, then digests once the steps are done; workers in between. */
static void
live_instant(struct life *l)
{
    static const enum job_kind kinds[] = { JOB_KIND_REMIND, JOB_KIND_ESCALATE, JOB_KIND_DELIVER };
    for (int n = 1; n > 0;) {
        struct fired fired;
        int limit = 1 + roll(&l->seed, 6);
        need(l, store_run(l->s, Q_JOB_WAKE, WITH(I(l->now_ms)), &l->why));
        need(l, fire_due(l->w, l->s, l->now_ms, limit, &fired, &l->why));
        n = fired.timers;
        if (fired.timers < limit) {
            int duties = standing_order(l->w, l->s, l->now_ms, &l->why);
            need(l, duties);
            int digests = digest_order(l->w, l->s, l->now_ms, &l->why);
            need(l, digests);
            n += duties + digests;
        }
        n += work(l, kinds[roll(&l->seed, LENGTH(kinds))]);
        for (size_t i = 0; n == 0 && i < LENGTH(kinds); i++) {
            n = work(l, kinds[i]); /* over only when there is nothing for anybody */
        }
    }
}

static void
be_away(struct life *l, int64_t last, int64_t next)
{
    struct outgoing out;
    int missed = outgoing_missed(l->w, last, next);
    need(l, outgoing_after_outage(l->w, l->s, last, next, &l->why));
    need(l, outgoing_get(l->s, next, &out, &l->why));
    if (missed > 0) {
        l->missed = missed;
        l->back_ms = next;
        l->held_until_ms = out.is_held ? out.until_ms : 0;
    }
}

static void
live_until(struct life *l, const struct history *h, int64_t end_ms)
{
    while (l->now_ms < end_ms) {
        int64_t next = 0;
        need(l, store_begin(l->s, &l->why));
        if (l->is_daemon) {
            live_instant(l);
        } else {
            need(l, play_due(l->w, l->s, l->now_ms, &l->why));
        }
        need(l, play_next_ms(l->w, l->s, l->now_ms, &next, &l->why));
        day_t day = next == INT64_MAX ? DAY_NONE : world_day(l->w, next);
        if (day >= h->down_from && day < h->down_until) {
            int64_t last = zone_instant(l->w->zone, h->down_from, 0) - 1;
            next = zone_instant(l->w->zone, h->down_until, 0);
            be_away(l, last, next);
        }
        need(l, store_commit(l->s, &l->why));
        l->now_ms = next;
    }
}

static bool
try_event(struct life *l, const struct event *e, const char *role)
{
    struct acted done;
    struct err refused = { "" };
    struct act a = { .plan = "P", .ref = e->ref, .event = e->event, .actor = role, .role = role,
                     .on_behalf = "", .comment = "words", .evidence = "paper", .minute = "M 1",
                     .to = "lead-c", .percent = 10, .date = e->day + e->days };
    need(l, store_begin(l->s, &l->why));
    if (act(l->w, l->s, &a, l->now_ms, &done, &refused) < 0) {
        store_rollback(l->s);
        return false;
    }
    need(l, store_commit(l->s, &l->why));
    l->acts++;
    return true;
}

/* By whom it is tried first says the history; else by whoever may. */
static void
one_event(struct life *l, const struct event *e)
{
    l->now_ms = zone_instant(l->w->zone, e->day, 12 * 60);
    bool is_done = try_event(l, e, e->role);
    for (size_t i = 0; i < LENGTH(actors) && !is_done; i++) {
        is_done = try_event(l, e, actors[i]);
    }
}

/* As the night's work on surveys does: a row, and an item for somebody; or all of them close. */
static void
survey_event(struct life *l, const struct event *e)
{
    char sql[512];
    int64_t id = e->day * (int64_t)100 + e->days;
    l->now_ms = zone_instant(l->w->zone, e->day, e->days % 2 ? 150 : 12 * 60);
    need(l, store_begin(l->s, &l->why));
    if (e->what == SIGNAL_CLOSES) {
        (void)snprintf(sql, sizeof sql, "UPDATE signal SET is_open = 0, changed_ms = %" PRId64
                       " WHERE is_open = 1", l->now_ms);
    } else {
        (void)snprintf(sql, sizeof sql, "INSERT OR IGNORE INTO measure VALUES (1, 'm', 's', 'P',"
                       " '1a', 0, '', 1, 1, 'i', 0, '', '', 0, ''); INSERT OR IGNORE INTO signal"
                       " VALUES (%" PRId64 ", 1, 2, 1, 1, 1, 1, 'r', 'l', 0, NULL, %" PRId64 ")",
                       id, l->now_ms);
    }
    assert_int_equal(sqlite3_exec(l->s->db, sql, NULL, NULL, NULL), SQLITE_OK);
    const struct item_topic_order order = { .kind = ITEM_SIGNAL, .plan = "P", .topic = "1a",
                                            .about = id, .role = e->role, .note = "worse",
                                            .why = NOTICE_WHY_LEAD, .words = "nIt is worse.\n" };
    need(l, e->what == SIGNAL_CLOSES ? 0 : item_add_topic(l->w, l->s, &order, l->now_ms, &l->why));
    need(l, store_commit(l->s, &l->why));
}

static void
live(struct life *l, const struct history *h)
{
    for (size_t i = 0; i < h->n; i++) {
        bool is_away = h->events[i].day >= h->down_from && h->events[i].day < h->down_until;
        const struct event *e = &h->events[i];
        bool is_night = e->what != BY_PEOPLE && e->days % 2;
        live_until(l, h, zone_instant(l->w->zone, e->day, is_night ? 150 : 12 * 60));
        bool is_up = !is_away && world_day(l->w, l->now_ms) >= e->day;
        if (is_up && e->what == BY_PEOPLE) {
            one_event(l, e);
        } else if (is_up) {
            survey_event(l, e);
        }
    }
    live_until(l, h, zone_instant(l->w->zone, h->from + SPAN_DAYS, 0));
}

/* ---- what must hold -------------------------------------------------------------------------- */

static int
add_line(void *arg, int n, char **values, char **names)
{
    (void)names;
    for (int i = 0; i < n; i++) {
        text_addf(arg, "%s ", values[i] ? values[i] : "-");
    }
    text_add(arg, "\n");
    return 0;
}

static void
lines_of(struct life *l, const char *sql, struct text *ret)
{
    char *message = NULL;
    if (sqlite3_exec(l->s->db, sql, add_line, ret, &message) != SQLITE_OK) {
        print_error("%s: %s\n", sql, message);
        fail();
    }
}

static void
must_be_empty(struct life *l, const struct history *h, const char *what, const char *sql)
{
    AUTO_TEXT struct text found = { 0 };
    lines_of(l, sql, &found);
    if (found.len > 0) {
        print_error("%s:\n%.400s\n%s\n", what, text_str(&found), text_str(&h->plan));
        fail();
    }
}

/* Nobody finds a mail for each day missed: after a long outage nothing but the admin's leaves until
 * the hold is over, and after any outage the day back brings no new level. */
static void
check_no_storm(struct life *l, const struct history *h)
{
    char sql[512];
    if (l->missed == 0) {
        return;
    }
    assert_int_equal(l->held_until_ms > 0, l->missed > l->w->mail.outage_wd);
    (void)snprintf(sql, sizeof sql,
                   "SELECT n.key FROM delivery_outcome d JOIN notice n ON n.id = d.notice WHERE"
                   " n.kind <> 'admin' AND d.at_ms >= %" PRId64 " AND d.at_ms < %" PRId64,
                   l->back_ms, l->held_until_ms);
    must_be_empty(l, h, "mail left while an outage's mail was held", sql);
    day_t first = calendar_roll_forward(&l->w->calendar, world_day(l->w, l->back_ms));
    (void)snprintf(sql, sizeof sql,
                   "SELECT min(key) FROM item WHERE level > 0 GROUP BY occurrence, gen, episode,"
                   " level HAVING min(created_ms) >= %" PRId64 " AND min(created_ms) / 86400000"
                   " <= %d", l->back_ms, first);
    must_be_empty(l, h, "a new level on the first day after an outage", sql);
}

/* What waited for a ceiling may come with the digest of the day; nothing else may. */
static void
check_one_a_day(struct life *l, const struct history *h)
{
    must_be_empty(l, h, "two digests arrived on one day",
                  "SELECT n.address, count(*) FROM delivery_outcome d JOIN notice n ON n.id ="
                  " d.notice WHERE n.kind = 'digest' GROUP BY lower(n.address),"
                  " d.at_ms / 86400000 HAVING count(*) > 1");
}

static void
check(struct life *l, const struct history *h)
{
    check_no_storm(l, h);
    must_be_empty(l, h, "two digests on one day",
                  "SELECT lower(address), created_ms / 86400000, count(*) FROM notice WHERE kind ="
                  " 'digest' AND state <> 4 GROUP BY 1, 2 HAVING count(*) > 1");
    must_be_empty(l, h, "one level of one demand in two mails to one mailbox",
                  "SELECT occurrence, step, count(*) FROM notice WHERE kind = 'escalate' AND"
                  " state <> 4 GROUP BY occurrence, step, lower(address), (SELECT min(i.gen * 1000"
                  " + i.episode) FROM item i WHERE i.notice = notice.id) HAVING count(*) > 1");
    must_be_empty(l, h, "one demand twice in one mail",
                  "SELECT a.key FROM item a JOIN item b ON b.notice = a.notice AND b.occurrence ="
                  " a.occurrence AND b.id > a.id WHERE a.role <> b.role AND a.kind NOT IN"
                  " ('untold', 'unmailed', 'absent', 'unreached') AND b.kind NOT IN ('untold',"
                  " 'unmailed', 'absent', 'unreached')");
    must_be_empty(l, h, "told after it was closed",
                  "SELECT i.key FROM item i JOIN notice n ON n.id = i.notice JOIN occurrence o ON"
                  " o.id = i.occurrence WHERE o.state IN (5, 8, 9) AND i.gen = o.gen AND i.kind"
                  " NOT IN ('closed', 'handed-over', 'withdrawn') AND n.created_ms > o.changed_ms");
    must_be_empty(l, h, "a level before the one below was accepted",
                  "SELECT i.key FROM item i WHERE i.kind IN ('overdue', 'escalate') AND i.level > 1"
                  " AND EXISTS (SELECT 1 FROM item b WHERE b.occurrence = i.occurrence AND"
                  " b.gen = i.gen AND b.level = i.level - 1 AND b.state <> 3 AND b.why <> 8)"
                  " AND NOT EXISTS (SELECT 1 FROM item b JOIN delivery_outcome d ON"
                  " d.notice = b.notice WHERE b.occurrence = i.occurrence AND b.gen = i.gen"
                  " AND b.level = i.level - 1 AND d.outcome = 'accepted'"
                  " AND d.at_ms < i.created_ms - 86400000)");
    /* Reached: who leads from now on is told where it stands, and reaches nothing. */
    must_be_empty(l, h, "two levels of one occurrence on one day",
                  "SELECT occurrence, day FROM (SELECT occurrence, min(created_ms) / 86400000 AS"
                  " day FROM item WHERE level > 0 GROUP BY occurrence, gen, episode, level)"
                  " GROUP BY 1, 2 HAVING count(*) > 1");
    must_be_empty(l, h, "an item told twice", "SELECT key FROM item GROUP BY key"
                                               " HAVING count(*) > 1");
    must_be_empty(l, h, "a signal told after it had closed",
                  "SELECT i.key FROM item i JOIN notice n ON n.id = i.notice JOIN signal s ON"
                  " s.id = i.about WHERE i.kind = 'signal' AND s.is_open = 0"
                  " AND n.state <> 4 AND n.created_ms > s.changed_ms");
    must_be_empty(l, h, "a signal that was dropped while it was open",
                  "SELECT i.key FROM item i JOIN signal s ON s.id = i.about JOIN role r ON"
                  " r.id = i.role WHERE i.kind = 'signal' AND s.is_open = 1 AND i.state = 3");
    must_be_empty(l, h, "a week of the plan without a change",
                  "SELECT key FROM item WHERE kind = 'rollup' AND words NOT LIKE 'n%'");
    must_be_empty(l, h, "a week told to anybody but the owner, or twice",
                  "SELECT about FROM item WHERE kind = 'rollup' GROUP BY about"
                  " HAVING count(*) > 1 OR min(role) <> 'owner'");
    must_be_empty(l, h, "a week told before it began",
                  "SELECT i.key FROM item i WHERE i.kind = 'rollup'"
                  " AND i.about > i.created_ms / 86400000");
    must_be_empty(l, h, "a notice without items",
                  "SELECT key FROM notice n WHERE state <> 4 AND kind <> 'admin' AND NOT EXISTS"
                  " (SELECT 1 FROM item i WHERE i.notice = n.id) AND NOT EXISTS"
                  " (SELECT 1 FROM pack p WHERE p.notice = n.id)");
    must_be_empty(l, h, "a pack before its time, or after the meeting",
                  "SELECT forum, meeting, phase FROM pack WHERE made_ms / 86400000 > meeting OR"
                  " (phase = 'final' AND made_ms / 86400000 < meeting - 14)");
}

static void
keys_of(struct life *l, struct text *ret)
{
    lines_of(l, "SELECT key, state, words FROM item ORDER BY key", ret);
    lines_of(l, "SELECT * FROM rag_seen ORDER BY occurrence", ret);
    lines_of(l, "SELECT key, state, subject, created_ms FROM notice ORDER BY key", ret);
    lines_of(l, "SELECT forum, meeting, phase, made_ms, headline, html_sha256, csv_sha256 FROM pack"
                " ORDER BY 1, 2, 3", ret);
    lines_of(l, "SELECT ref, part, state, due, level, gen, episode FROM occurrence"
                " ORDER BY plan, ref, part", ret);
}

static int
count_of(struct life *l, const char *what)
{
    AUTO_TEXT struct text n = { 0 };
    char sql[128];
    (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM item WHERE state = 2 AND %s", what);
    lines_of(l, sql, &n);
    return atoi(text_str(&n));
}

/* How often what is asserted had a case: a test of nothing passes too. */
struct cases {
    int weeks, signals, acts, outages, held, forum, board;
};

static void
count_cases(struct life *l, struct cases *c)
{
    c->weeks += count_of(l, "kind = 'rollup'");
    c->signals += count_of(l, "kind = 'signal'");
    c->forum += count_of(l, "level = 4");
    c->board += count_of(l, "level = 5");
    c->acts += l->acts;
    c->outages += l->missed > 0;
    c->held += l->held_until_ms > 0;
}

static void
show_difference(const struct history *h, const struct text *a, const struct text *b)
{
    size_t i = 0;
    while (i < a->len && i < b->len && a->bytes[i] == b->bytes[i]) {
        i++;
    }
    while (i > 0 && i < a->len && a->bytes[i - 1] != '\n') {
        i--;
    }
    print_error("%s\nplay:   %.300s\ndaemon: %.300s\n", text_str(&h->plan), text_str(a) + i,
                i < b->len ? text_str(b) + i : "");
}

static void
the_daemon_tells_what_play_foretold_whatever_happens(void **state)
{
    (void)state;
    struct scratch folder = scratch_open(CONFIG_DIR);
    scratch_write(&folder, "roster.yaml", roster, sizeof roster - 1);
    const char *more = getenv("COPROD_HISTORIES");
    int64_t n = HISTORIES;
    assert_int_equal(more ? text_to_i64(more, 1, 1000000, &n) : 0, 0);
    size_t told = 0;
    struct cases c = { 0 };
    for (int64_t i = 0; i < n; i++) {
        struct history h = { .seed = (uint64_t)i * 7919 + 17 };
        struct life foretold = { .seed = 1 };
        struct life lived = { .seed = (uint64_t)i * 104729 + 5, .is_daemon = true };
        AUTO_TEXT struct text a = { 0 };
        AUTO_TEXT struct text b = { 0 };
        random_history(&h);
        const char *meets = forums[(size_t)i % LENGTH(forums)];
        scratch_write(&folder, "forums.yaml", meets, strlen(meets));
        life_begin(&foretold, &folder, &h);
        life_begin(&lived, &folder, &h);
        live(&foretold, &h);
        live(&lived, &h);
        check(&foretold, &h);
        check(&lived, &h);
        check_one_a_day(&lived, &h);
        keys_of(&foretold, &a);
        keys_of(&lived, &b);
        if (strcmp(text_str(&a), text_str(&b)) != 0) {
            print_error("history %lld\n", (long long)i);
            show_difference(&h, &a, &b);
            fail();
        }
        told += a.len;
        count_cases(&lived, &c);
        life_end(&foretold);
        life_end(&lived);
        text_done(&h.plan);
    }
    assert_true(told > (size_t)n * 500);
    assert_true(c.weeks > n && c.signals > n / 2 && c.acts > n / 2);
    assert_true(c.forum > n && c.board > n / 2);
    assert_true(c.outages > n / 3 && c.held > n / 6 && c.outages > c.held);
    scratch_done(&folder);
}

/* Ceilings so low that mail waits on many days: which of it leaves first may differ, but nothing is
 * lost, nothing is too much, and nobody is told too soon. */
static void
low_ceilings_lose_nothing_and_hold_whatever_happens(void **state)
{
    (void)state;
    struct scratch folder = scratch_open(CONFIG_DIR);
    scratch_write(&folder, "roster.yaml", roster, sizeof roster - 1);
    for (int64_t i = 0; i < HISTORIES / 6; i++) {
        const char *meets = forums[(size_t)i % LENGTH(forums)];
        scratch_write(&folder, "forums.yaml", meets, strlen(meets));
        struct history h = { .seed = (uint64_t)i * 6007 + 3 };
        struct life lived = { .seed = (uint64_t)i * 104729 + 5, .is_daemon = i % 2 == 0 };
        random_history(&h);
        life_begin(&lived, &folder, &h);
        lived.w->mail.max_all = 1 + (int)(i % 3);
        lived.w->mail.max_urgent_all = 1 + (int)(i % 2);
        live(&lived, &h);
        check(&lived, &h);
        char sql[512];
        (void)snprintf(sql, sizeof sql, "SELECT o.at_ms / 86400000, count(*) FROM delivery_outcome"
                       " o JOIN notice n ON n.id = o.notice WHERE n.kind = 'digest' GROUP BY 1"
                       " HAVING count(*) > %d", lived.w->mail.max_all);
        must_be_empty(&lived, &h, "more than a day allows", sql);
        must_be_empty(&lived, &h, "a notice that waits for nothing",
                      "SELECT n.key FROM notice n WHERE n.state = 1 AND NOT EXISTS (SELECT 1 FROM"
                      " job j WHERE j.kind = 4 AND j.subject = n.id AND j.state IN (1, 2))");
        life_end(&lived);
        text_done(&h.plan);
    }
    scratch_done(&folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_daemon_tells_what_play_foretold_whatever_happens),
        cmocka_unit_test(low_ceilings_lose_nothing_and_hold_whatever_happens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
