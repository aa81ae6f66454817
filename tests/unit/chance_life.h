/* SPDX-License-Identifier: MIT */
/*
 * chance_life.h - one history lived through: by play (what simulate and the previews do), or as the
 * hub and its workers do it, in batches of any size, in any order, with jobs that are offered twice
 * and programs that die before they commit. What must hold whenever a mail leaves is asserted here.
 */
#ifndef COPROD_TESTS_CHANCE_LIFE_H
#define COPROD_TESTS_CHANCE_LIFE_H

#include "plan_fixture.h"

#include <inttypes.h>

#include "base/conf.h"
#include "engine/act.h"
#include "engine/apply.h"
#include "engine/bounce.h"
#include "engine/clearance.h"
#include "engine/digest.h"
#include "engine/fault.h"
#include "engine/fire.h"
#include "engine/hearing.h"
#include "engine/item.h"
#include "engine/notify.h"
#include "engine/outgoing.h"
#include "engine/play.h"
#include "engine/standing.h"
#include "engine/untold.h"
#include "rules/jump.h"
#include "store/inside.h"

#include "chance_history.h"

enum { BATCH = 64, HOLDS_MAX = 16, BACKS_MAX = OUTAGES_MAX + MISHAPS_MAX,
       RETRY_MS = 50 * MINUTE_MS };

/* What all histories share: made once. */
struct stage {
    struct scratch folder;
    struct conf *conf;
    struct notice_templates *words;
    struct plan_set *sets[VERSIONS_MAX]; /* of the history under way */
};
struct span {
    int64_t from_ms, until_ms;
    bool is_catchup;
    bool is_over; /* though a clock that was set back says the same again */
};
/* What came of an event. */
struct deed {
    bool is_done;
    int nth; /* of what was tried */
};
struct life {
    struct store *s; /* kept from history to history, and emptied */
    sqlite3_stmt *closed;
    struct world *w;
    struct stage *stage;
    const struct history *h;
    int64_t now_ms;
    uint64_t seed; /* of the disorder, not of the history */
    bool is_daemon;
    const struct life *leads; /* does only what was done there, and none of what was refused */
    struct deed deeds[EVENTS_MAX + MISHAPS_MAX];
    int64_t offset_ms;        /* by which the clock is set otherwise than when it began */
    bool is_stopped;          /* its clock is wrong */
    int64_t stopped_ms;       /* since when */
    bool is_refused;          /* the files that lie there */
    struct store *copy;       /* a backup; NULL: there is none */
    int64_t copied_ms;
    int version, max_all; /* of mails a day; 0: the configuration's */
    size_t n_out;          /* outages that came */
    size_t n_back;         /* how often the daemon came back */
    int missed[BACKS_MAX]; /* working days */
    int64_t back_ms[BACKS_MAX];
    struct span held[HOLDS_MAX];
    size_t n_held;
    int acts, edits, refused_edits, came_back, put_off, refused, kills;
    int moved, again, wrong, restored, set_back, stops, taken;
    int64_t done_job, done_attempt; /* to be offered once more */
    struct err why;
};

static inline void
need(const struct life *l, int r)
{
    if (r < 0) {
        print_error("%d: %s\n", r, l->why.text);
        fail();
    }
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static inline void
world_renew(struct life *l)
{
    if (l->w) {
        l->w->templates = NULL; /* the stage's */
    }
    l->w = world_free(l->w);
    need(l, world_open(l->s, false, &l->w, &l->why));
    l->w->templates = l->stage->words;
    l->w->mail.max_all = l->max_all ? l->max_all : l->w->mail.max_all;
    l->w->mail.max_urgent_all = l->max_all ? l->max_all : l->w->mail.max_urgent_all;
}

/* The files of a version, as the hub takes them. An edit that raises a question changes nothing. */
static inline bool
take_files(struct life *l, int version)
{
    struct applied sum = { 0 };
    const struct apply_order order = { .conf = l->stage->conf, .set = l->stage->sets[version],
                                       .is_whole = true, .actor = "user test",
                                       .now_ms = l->now_ms };
    need(l, store_begin(l->s, &l->why));
    int r = apply_files(l->s, &order, &sum, &l->why);
    l->is_refused = r == -EBADMSG;
    if (r == -EBADMSG) {
        store_rollback(l->s);
        return false;
    }
    need(l, r);
    need(l, fault_mend(l->s, FAULT_FILE, "user test", l->now_ms, &l->why));
    need(l, store_commit(l->s, &l->why));
    world_renew(l);
    l->version = version;
    l->moved += sum.moved + sum.reassigned + sum.left + sum.returned > 0;
    return true;
}

/* As the hub says it of files that it does not take. */
static inline void
tell_refused(struct life *l)
{
    const struct fault f = { .kind = FAULT_FILE, .subject = "plan.yaml", .plan = "P",
                             .words = "plan.yaml:7:1: it raises a question\n" };
    l->is_refused = true;
    need(l, store_begin(l->s, &l->why));
    need(l, fault_raise(l->w, l->s, &f, l->now_ms, &l->why));
    need(l, store_commit(l->s, &l->why));
}

static inline int
add_table(void *arg, int n, char **values, char **names)
{
    (void)n;
    (void)names;
    text_addf(arg, "DELETE FROM %s;", values[0]);
    return 0;
}

/* A new store costs more than many histories: the old one is emptied, whoever refers to others
 * first. */
static inline void
empty(struct life *l)
{
    static const char tables[] =
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY CASE name WHEN 'plan' THEN 3"
        " WHEN 'occurrence' THEN 2 WHEN 'notice' THEN 1 ELSE 0 END, rootpage DESC";
    AUTO_TEXT struct text sql = { 0 };
    store_rollback(l->s); /* of a history that failed */
    need(l, store_begin(l->s, &l->why));
    assert_int_equal(sqlite3_exec(l->s->db, tables, add_table, &sql, NULL), SQLITE_OK);
    if (sqlite3_exec(l->s->db, text_str(&sql), NULL, NULL, NULL) != SQLITE_OK) {
        fail_msg("emptying the store: %s", sqlite3_errmsg(l->s->db));
    }
    need(l, store_commit(l->s, &l->why));
}

/* The store that it lives in from now on. */
static inline void
life_enter(struct life *l, struct store *s)
{
    /* Items of a notice that ask for something of which its reader has nothing to do any more. */
    static const char closed[] =
        "SELECT 1 FROM item i JOIN occurrence o ON o.id = i.occurrence WHERE i.notice = ?1"
        " AND (o.state IN (5, 8, 9, 10) OR i.gen <> o.gen) AND i.kind NOT IN ('closed',"
        " 'left-plan',"
        " 'handed-over', 'withdrawn', 'assign', 'assign-fyi', 'annual', 'quarterly')";
    (void)sqlite3_finalize(l->closed);
    (void)store_free(l->s);
    l->s = s;
    assert_int_equal(sqlite3_prepare_v2(l->s->db, closed, -1, &l->closed, NULL), SQLITE_OK);
}

static inline void
life_open(struct life *l, struct stage *stage)
{
    struct store *s = NULL;
    *l = (struct life){ .stage = stage };
    need(l, store_open(NULL, STORE_MEMORY, &s, &l->why));
    life_enter(l, s);
}

static inline void
life_close(struct life *l)
{
    if (l->w) {
        l->w->templates = NULL;
    }
    l->w = world_free(l->w);
    (void)sqlite3_finalize(l->closed);
    l->copy = store_free(l->copy);
    l->s = store_free(l->s);
}

static inline void
life_begin(struct life *l, const struct history *h, uint64_t seed, bool is_daemon)
{
    l->copy = store_free(l->copy);
    const struct life clean = { .s = l->s, .closed = l->closed, .w = l->w, .stage = l->stage,
                                .h = h, .seed = seed, .is_daemon = is_daemon };
    *l = clean;
    empty(l);
    world_renew(l);
    l->now_ms = zone_instant(l->w->zone, h->from, 0);
    assert_true(take_files(l, 0));
}

/* ---- mail ------------------------------------------------------------------------------------ */

enum fate { FATE_ACCEPTED, FATE_DEFERRED, FATE_REFUSED };

/* What the relay says to a mail: by whom it is for, and when. */
static inline enum fate
fate_of(const struct history *h, const char *address, int64_t now_ms)
{
    uint64_t mix = h->relay + (uint64_t)(now_ms / (8 * (int64_t)HOUR_MS));
    for (const char *c = address; *c; c++) {
        mix = mix * 31 + (uint64_t)*c;
    }
    (void)roll(&mix, 2);
    int n = h->relay ? roll(&mix, 20) : 0;
    return n == 19 ? FATE_REFUSED : n >= 16 ? FATE_DEFERRED : FATE_ACCEPTED;
}

struct mail {
    int64_t notice, written_ms;
    char kind[WORDS_MAX], address[WORDS_MAX];
};

static inline int
take_subject(void *arg, const struct row *row)
{
    *(int64_t *)arg = row_i64(row, 8);
    return 1;
}

static inline int
take_mail(void *arg, const struct row *row)
{
    struct mail *m = arg;
    (void)snprintf(m->address, sizeof m->address, "%s", row_text_or(row, 1, ""));
    (void)snprintf(m->kind, sizeof m->kind, "%s", row_text_or(row, 2, ""));
    m->written_ms = row_i64(row, 5);
    return 1;
}

/* Whatever leaves, leaves in the hours of mail with the words of its day, asks for nothing that is
 * over, and not while mail is held. In words what is wrong; NULL: nothing. */
static inline const char *
fault_of_leaving(struct life *l, const struct mail *m)
{
    (void)sqlite3_bind_int64(l->closed, 1, m->notice);
    bool is_over = sqlite3_step(l->closed) == SQLITE_ROW;
    (void)sqlite3_reset(l->closed);
    for (size_t i = 0; i < l->n_held; i++) {
        const struct span *x = &l->held[i];
        bool passes = x->is_over || (x->is_catchup && strcmp(m->kind, "admin") == 0);
        if (l->now_ms >= x->from_ms && l->now_ms < x->until_ms && !passes) {
            return "it left while mail was held";
        }
    }
    bool is_dated = strcmp(m->kind, "digest") == 0 || strcmp(m->kind, "escalate") == 0;
    if (is_dated && world_day(l->w, m->written_ms) != world_day(l->w, l->now_ms)) {
        return "it left with the words of another day";
    }
    return is_over                                       ? "it asks for something that is over"
           : world_window(l->w, l->now_ms) != l->now_ms ? "it left outside the hours of mail"
                                                         : NULL;
}

static inline void
give_up(struct life *l, int64_t job, int64_t attempt)
{
    need(l, store_run(l->s, Q_JOB_GIVE_UP, WITH(T("no"), I(l->now_ms), I(job), I(attempt)),
                      &l->why));
    need(l, store_run(l->s, Q_NOTICE_REFUSE_OF_JOB, WITH(I(l->now_ms), I(job)), &l->why));
    need(l, untold_job(l->w, l->s, job, l->now_ms, &l->why));
}

/* The relay did not take it: for now, or for good. */
static inline void
not_taken(struct life *l, const struct mail *m, enum fate fate, int64_t job, int64_t attempt)
{
    int over = fate == FATE_REFUSED;
    need(l, clearance_give_back(l->w, l->s, m->notice, l->now_ms, &l->why));
    if (over) {
        need(l, store_run(l->s, Q_NOTICE_STATE_SET, WITH(I(3), I(l->now_ms), I(m->notice)),
                          &l->why));
    } else {
        over = clearance_is_over(l->w, l->s, job, 1, l->now_ms + RETRY_MS, &l->why);
        need(l, over);
    }
    l->refused += over > 0;
    l->put_off += over == 0;
    if (over) {
        give_up(l, job, attempt);
        return;
    }
    need(l, store_run(l->s, Q_JOB_RETRY_LATER,
                      WITH(I(1), I(l->now_ms + RETRY_MS), T("later"), I(l->now_ms), I(job),
                           I(attempt)),
                      &l->why));
}

/* True when the job is done with. */
static inline bool
deliver(struct life *l, int64_t job, int64_t attempt)
{
    static const char *const words[] = { "accepted", "deferred", "refused" };
    static const int codes[] = { 250, 451, 550 };
    struct mail m = { .notice = 0 };
    struct clearance c;
    need(l, store_each(l->s, Q_JOB_SHOW, WITH(I(job)), take_subject, &m.notice, &l->why));
    need(l, clearance_ask(l->w, l->s, m.notice, l->now_ms, &c, &l->why));
    need(l, store_each(l->s, Q_NOTICE_ROLE_OF, WITH(I(m.notice)), take_mail, &m, &l->why));
    if (c.verdict == CLEARANCE_WAIT) {
        need(l, store_run(l->s, Q_JOB_RETRY_LATER,
                          WITH(I(0), I(c.until_ms), T(c.words), I(l->now_ms), I(job), I(attempt)),
                          &l->why));
        return false;
    }
    if (c.verdict == CLEARANCE_NEVER) {
        return true;
    }
    if (fault_of_leaving(l, &m)) {
        fail_msg("notice %" PRId64 ": %s", m.notice, fault_of_leaving(l, &m));
    }
    enum fate fate = fate_of(l->h, m.address, l->now_ms);
    need(l, store_run(l->s, Q_DELIVERY_CLAIM, WITH(I(m.notice), I(attempt), I(0), I(l->now_ms)),
                      &l->why));
    need(l, store_run(l->s, Q_DELIVERY_OUTCOME_ADD,
                      WITH(I(m.notice), I(attempt), T(words[fate]), I(codes[fate]), T(words[fate]),
                           I(l->now_ms)),
                      &l->why));
    if (fate != FATE_ACCEPTED) {
        not_taken(l, &m, fate, job, attempt);
        return false;
    }
    need(l, store_run(l->s, Q_NOTICE_STATE_SET, WITH(I(2), I(l->now_ms), I(m.notice)), &l->why));
    return true;
}

/* ---- hub and workers ------------------------------------------------------------------------- */

struct jobs {
    int64_t id[BATCH], attempt[BATCH];
    int n;
};

static inline int
take_job(void *arg, const struct row *row)
{
    struct jobs *j = arg;
    j->id[j->n] = row_i64(row, 0);
    j->attempt[j->n++] = row_i64(row, 1);
    return j->n == BATCH;
}

static inline void
take_ready(struct life *l, enum job_kind kind, struct jobs *j)
{
    struct outgoing out;
    j->n = 0;
    need(l, outgoing_get(l->s, l->now_ms, &out, &l->why));
    if (kind == JOB_KIND_DELIVER && out.is_held) { /* the admin hears of it all the same */
        need(l, store_each(l->s, Q_JOB_NEXT_PASSING,
                           WITH(T(outgoing_left_out(out.is_catchup)), I(INT64_MIN), I(0),
                                I(BATCH)),
                           take_job, j, &l->why));
        return;
    }
    need(l, store_each(l->s, Q_JOB_NEXT_READY, WITH(I(kind), I(INT64_MIN), I(0), I(BATCH)),
                       take_job, j, &l->why));
}

/* Who is told of a job that is somebody's or done already leaves it alone. */
static inline void
offer_again(struct life *l)
{
    int64_t yes = 0;
    assert_int_equal(store_get(l->s, Q_JOB_IS_MINE, WITH(I(l->done_job), I(l->done_attempt)), &yes,
                               &l->why),
                     0);
}

/* One worker takes some of what is ready, in an order of its own; some die before they commit. */
static inline int
work(struct life *l, enum job_kind kind)
{
    struct jobs j;
    take_ready(l, kind, &j);
    int first = j.n > 1 ? roll(&l->seed, j.n) : 0;
    for (int i = 0; i < j.n; i++) {
        int at = (first + i) % j.n;
        struct notified told;
        bool is_done = true;
        if (one_in(&l->seed, 3)) {
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
        bool is_killed = one_in(&l->seed, 5);
        l->kills += is_killed;
        need(l, is_killed ? store_undo(l->s, &l->why) : store_release(l->s, &l->why));
        l->done_job = is_killed || !is_done ? l->done_job : j.id[at];
        l->done_attempt = is_killed || !is_done ? l->done_attempt : j.attempt[at];
        offer_again(l);
    }
    return j.n;
}

static inline void
note_hold(struct life *l)
{
    struct outgoing out;
    need(l, outgoing_get(l->s, l->now_ms, &out, &l->why));
    const struct span *last = &l->held[l->n_held - (l->n_held > 0)];
    bool is_known = l->n_held > 0 && l->now_ms < last->until_ms && !last->is_over;
    if (out.is_held && !is_known && l->n_held < HOLDS_MAX) {
        l->held[l->n_held++] = (struct span){ l->now_ms, out.until_ms, out.is_catchup, false };
    }
}

/* Some timers, then what comes by the calendar, and digests once the steps are done. The hub too
 * may die before it commits: then there is the same to do. */
static inline int
tick(struct life *l)
{
    struct fired fired;
    int limit = 1 + roll(&l->seed, 6);
    int n = 0;
    need(l, store_save(l->s, &l->why));
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
    bool is_killed = n > 0 && one_in(&l->seed, 6);
    l->kills += is_killed;
    need(l, is_killed ? store_undo(l->s, &l->why) : store_release(l->s, &l->why));
    note_hold(l); /* a storm */
    return n;
}

static inline void
live_instant(struct life *l)
{
    static const enum job_kind kinds[] = { JOB_KIND_REMIND, JOB_KIND_ESCALATE, JOB_KIND_DELIVER };
    for (int n = 1; n > 0;) {
        n = tick(l);
        n += work(l, kinds[roll(&l->seed, LENGTH(kinds))]);
        for (size_t i = 0; n == 0 && i < LENGTH(kinds); i++) {
            n = work(l, kinds[i]); /* over only when there is nothing for anybody */
        }
    }
}

/* ---- time ------------------------------------------------------------------------------------ */

/* Nobody was at work from last to next, or knew what time it was. */
static inline void
come_back(struct life *l, int64_t last, int64_t next)
{
    size_t i = l->n_back++;
    l->now_ms = next;
    need(l, store_begin(l->s, &l->why));
    if (!l->is_daemon) {
        need(l, outgoing_see(l->s, last, &l->why));
        need(l, store_commit(l->s, &l->why));
        need(l, play_come_back(l->w, l->s, next, &l->why));
    } else {
        need(l, outgoing_after_outage(l->w, l->s, last, next, &l->why));
        need(l, store_commit(l->s, &l->why));
    }
    l->missed[i] = outgoing_missed(l->w, last, next);
    l->back_ms[i] = next;
    note_hold(l);
}

static inline struct span
outage_span(const struct life *l, size_t i)
{
    const struct outage *x = &l->h->outages[i];
    int64_t from = i < l->h->n_outages
                       ? zone_instant(l->w->zone, x->day, 60 * x->hour) + l->offset_ms
                       : INT64_MAX;
    return (struct span){ from, i < l->h->n_outages ? from + x->hours * (int64_t)HOUR_MS : from,
                          false, false };
}

static inline bool
is_away(const struct life *l, int64_t at_ms)
{
    for (size_t i = 0; i < l->h->n_outages; i++) {
        struct span x = outage_span(l, i);
        if (at_ms >= x.from_ms && at_ms < x.until_ms) {
            return true;
        }
    }
    return false;
}

static inline void
live_until(struct life *l, int64_t end_ms)
{
    if (l->is_stopped) { /* nothing is decided before the clock is right, or taken as it is */
        l->now_ms = end_ms;
    }
    while (l->now_ms < end_ms) {
        int64_t next = 0;
        l->n_out += outage_span(l, l->n_out).until_ms <= l->now_ms; /* while it was wrong */
        need(l, store_begin(l->s, &l->why));
        if (l->is_daemon) {
            live_instant(l);
        } else {
            need(l, play_due(l->w, l->s, l->now_ms, &l->why));
        }
        need(l, play_next_ms(l->w, l->s, l->now_ms, &next, &l->why));
        need(l, store_commit(l->s, &l->why));
        struct span out = outage_span(l, l->n_out);
        if (out.from_ms <= next && out.from_ms < end_ms) {
            int64_t last = l->now_ms > out.from_ms - 1 ? l->now_ms : out.from_ms - 1;
            l->n_out++;
            come_back(l, last, out.until_ms);
        } else {
            l->now_ms = next;
        }
    }
}

#endif
