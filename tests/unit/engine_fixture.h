/* SPDX-License-Identifier: MIT */
/* engine_fixture.h - CO-304 in a store in memory, a clock in hand, and a disk that fails on demand.
 */
#ifndef COPROD_TESTS_ENGINE_FIXTURE_H
#define COPROD_TESTS_ENGINE_FIXTURE_H

#include "plan_fixture.h"

#include <inttypes.h>
#include <stdarg.h>

#include "acting.h"
#include "base/conf.h"
#include "engine/apply.h"
#include "engine/depend.h"
#include "engine/digest.h"
#include "engine/fire.h"
#include "engine/notify.h"
#include "engine/standing.h"
#include "store/audit.h"
#include "store/inside.h"

struct desk {
    struct store *s;
    struct conf *conf;
    struct plan_set *set;
    struct world *w;
    int64_t now_ms;
    int ops_left; /* of SQLite's machine, until it is interrupted; < 0 never */
    struct err why;
};

static inline void
need(struct desk *d, int r)
{
    if (r < 0) {
        print_error("%d: %s\n", r, d->why.text);
    }
    assert_true(r >= 0);
}

static inline void
at_day(struct desk *d, int year, int month, int day)
{
    d->now_ms = world_send_ms(d->w, day_of(year, month, day));
}

/* Settings and calendar as the hub puts them; the world is read again. */
static inline int
desk_settle(struct desk *d)
{
    struct applied sum = { 0 };
    int r = apply_settings(d->s, d->conf, &sum, &d->why);
    r = r < 0 ? r : apply_calendar(d->s, &d->set->calendar, &sum, &d->why);
    r = r < 0 ? r : apply_forums(d->s, d->set, &sum, &d->why);
    d->w = world_free(d->w);
    return r < 0 ? r : world_open(d->s, true, &d->w, &d->why);
}

static inline int
desk_apply(struct desk *d, const struct plan_set *set, struct applied *sum)
{
    *sum = (struct applied){ 0 };
    return apply_plans(d->w, d->s, set, "user test", d->now_ms, sum, &d->why);
}

/* The files as they are but for the edits, in a transaction of its own. */
static inline struct applied
desk_edit(struct desk *d, const struct edit *edits, size_t n)
{
    struct applied sum;
    struct scratch place = scratch_open(CONFIG_DIR);
    struct plan_set *set = load_edited(&place, edits, n);
    need(d, store_begin(d->s, &d->why));
    need(d, desk_apply(d, set, &sum));
    need(d, store_commit(d->s, &d->why));
    (void)plan_set_free(set);
    scratch_done(&place);
    return sum;
}

/* An empty store with settings and calendar, on 5 January 2015. */
static inline int
desk_empty(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    AUTO_DIAG struct diag diag = { 0 };
    assert_non_null(d);
    *state = d;
    d->ops_left = -1;
    assert_int_equal(conf_load(CONFIG_DIR "/coprod.yaml", &diag, &d->conf), 0);
    d->set = load(CONFIG_DIR);
    need(d, store_open(NULL, STORE_MEMORY, &d->s, &d->why));
    need(d, store_begin(d->s, &d->why));
    need(d, desk_settle(d));
    at_day(d, 2015, 1, 5);
    need(d, store_commit(d->s, &d->why));
    return 0;
}

/* With the plan applied. */
static inline int
desk_make(void **state)
{
    struct applied sum;
    (void)desk_empty(state);
    struct desk *d = *state;
    need(d, store_begin(d->s, &d->why));
    need(d, desk_apply(d, d->set, &sum));
    need(d, store_commit(d->s, &d->why));
    return 0;
}

static inline int
desk_drop(void **state)
{
    struct desk *d = *state;
    d->w = world_free(d->w);
    d->set = plan_set_free(d->set);
    d->conf = conf_free(d->conf);
    d->s = store_free(d->s);
    free(d);
    return 0;
}
#define AT_A_DESK(test) cmocka_unit_test_setup_teardown(test, desk_make, desk_drop)
#define AT_AN_EMPTY_DESK(test) cmocka_unit_test_setup_teardown(test, desk_empty, desk_drop)

/* The one number that a statement of the test's own answers; -1 when there is no row. */
static inline int64_t __attribute__((format(printf, 2, 3)))
number(struct desk *d, const char *format, ...)
{
    char sql[1024];
    sqlite3_stmt *q = NULL;
    int64_t n = -1;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    if (sqlite3_prepare_v2(d->s->db, sql, -1, &q, NULL) != SQLITE_OK) {
        print_error("%s: %s\n", sql, sqlite3_errmsg(d->s->db));
        fail();
    }
    if (sqlite3_step(q) == SQLITE_ROW) {
        n = sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    return n;
}

static inline void
change(struct desk *d, const char *sql)
{
    if (sqlite3_exec(d->s->db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        print_error("%s: %s\n", sql, sqlite3_errmsg(d->s->db));
        fail();
    }
}

static inline int64_t
id_of(struct desk *d, const char *ref, const char *part)
{
    int64_t id =
        number(d, "SELECT id FROM occurrence WHERE ref = '%s' AND part = '%s'", ref, part);
    assert_true(id > 0);
    return id;
}

/* Grows with every row of what a decision may write. */
static inline int64_t
print_of(struct desk *d)
{
    return number(d, "SELECT (SELECT count(*) * 1000003 + total(attempt * 7 + state) FROM job)"
                     " + (SELECT count(*) * 10007 + total(state) FROM notice)"
                     " + (SELECT count(*) * 30011 + total(state) FROM item)"
                     " + (SELECT count(*) * 101 FROM audit)"
                     " + (SELECT count(*) * 13 + total(at_ms / 1000 & 65535) FROM timer)"
                     " + (SELECT total(id * (state + gen * 17 + level * 31 + steps_passed * 3))"
                     "    FROM occurrence)"
                     " + (SELECT count(*) FROM occurrence_role) + (SELECT count(*) FROM setting)");
}

/* ---- every failure, one after another ---------------------------------------------------------
 */

static inline int
tick(void *arg)
{
    struct desk *d = arg;
    return d->ops_left >= 0 && d->ops_left-- == 0;
}

/* Runs `run` in a transaction that SQLite breaks off after one operation, then two, and so on: each
 * time it must say so, and leave nothing behind once rolled back. Ends when it gets through. */
static inline void
fails_well(struct desk *d, int (*run)(struct desk *d))
{
    int64_t before = print_of(d);
    int failures = 0;
    sqlite3_progress_handler(d->s->db, 1, tick, d);
    for (int ops = 0;; ops += 1 + ops / 12) {
        d->why.text[0] = '\0';
        need(d, store_begin(d->s, &d->why));
        d->ops_left = ops;
        int r = run(d);
        bool was_broken = d->ops_left < 0;
        d->ops_left = -1;
        if (!was_broken) {
            need(d, r);
            store_rollback(d->s);
            break;
        }
        if (r != -EINTR || !d->why.text[0]) {
            print_error("broken off after %d operations it answers %d: %s\n", ops, r, d->why.text);
        }
        assert_int_equal(r, -EINTR);
        assert_true(d->why.text[0] != '\0');
        store_rollback(d->s);
        failures++;
    }
    sqlite3_progress_handler(d->s->db, 0, NULL, NULL);
    assert_true(failures > 10);
    assert_int_equal(print_of(d), before);
}

/* ---- playing ----------------------------------------------------------------------------------
 */

enum { JOBS_MAX = 512 };
struct job_list {
    int64_t id[JOBS_MAX], attempt[JOBS_MAX];
    int n;
};

static inline int
take_job(void *arg, const struct row *row)
{
    struct job_list *l = arg;
    l->id[l->n] = row_i64(row, 0);
    l->attempt[l->n++] = row_i64(row, 1);
    return l->n == JOBS_MAX;
}

/* What remind and escalate do with the jobs that are ready; 0: there were none. */
static inline int
do_jobs(struct desk *d)
{
    static const enum job_kind kinds[] = { JOB_KIND_REMIND, JOB_KIND_ESCALATE };
    int n = 0;
    for (size_t k = 0; k < LENGTH(kinds); k++) {
        struct job_list l = { .n = 0 };
        need(d, store_each(d->s, Q_JOB_NEXT_READY,
                           WITH(I(kinds[k]), I(INT64_MIN), I(0), I(JOBS_MAX)), take_job, &l,
                           &d->why));
        for (int i = 0; i < l.n; i++) {
            struct notified told;
            need(d, notify_job(d->w, d->s, l.id[i], d->now_ms, &told, &d->why));
            need(d, store_run(d->s, Q_JOB_DONE, WITH(I(d->now_ms), I(l.id[i]), I(l.attempt[i])),
                              &d->why));
        }
        n += l.n;
    }
    return n;
}

/* Steps become items, then everybody gets the digest of the day. */
static inline void
tell_people(struct desk *d)
{
    for (int n = 1; n > 0;) {
        n = do_jobs(d);
        if (n == 0) {
            n = standing_order(d->w, d->s, d->now_ms, &d->why);
            need(d, n);
        }
        if (n == 0) {
            n = digest_order(d->w, d->s, d->now_ms, &d->why);
            need(d, n);
        }
    }
}

/* Whatever is due now, in a transaction of its own. */
static inline struct fired
fire_now(struct desk *d, bool tells)
{
    struct fired all = { 0 };
    struct fired one = { 0 };
    need(d, store_begin(d->s, &d->why));
    need(d, store_run(d->s, Q_JOB_WAKE, WITH(I(d->now_ms)), &d->why));
    do {
        need(d, fire_due(d->w, d->s, d->now_ms, 100, &one, &d->why));
        all.timers += one.timers;
        all.jobs += one.jobs;
        all.skipped += one.skipped;
        all.set_aside += one.set_aside;
    } while (one.timers == 100);
    if (tells) {
        tell_people(d);
    }
    need(d, store_commit(d->s, &d->why));
    return all;
}

/* From one due instant to the next until a day has passed. */
static inline void
play_until(struct desk *d, day_t last, bool tells)
{
    int64_t end = world_send_ms(d->w, last);
    for (int rounds = 0; rounds < 100000; rounds++) {
        int64_t next = 0;
        (void)fire_now(d, tells);
        need(d, fire_next_ms(d->s, &next, &d->why));
        if (next > end) {
            d->now_ms = end;
            return;
        }
        d->now_ms = next > d->now_ms ? next : d->now_ms;
    }
    fail();
}

static inline int
desk_act(struct desk *d, const struct act *a, struct acted *ret)
{
    return act_now(d->w, d->s, d->now_ms, a, ret, &d->why);
}

/* An event by a role; in a transaction of its own, kept when it succeeds. */
static inline int
act_as(struct desk *d, const char *ref, enum action_event event, const char *role)
{
    const struct act a = { .ref = ref, .event = event, .role = role, .comment = "as agreed",
                           .evidence = "minute 7", .minute = "QSC 7/15", .percent = -1 };
    return desk_act(d, &a, NULL);
}

#endif
