/* SPDX-License-Identifier: MIT */
/* safety_fixture.h - a played trust, its store read and changed by hand, for the tests of mail. */
#ifndef COPROD_TESTS_SAFETY_FIXTURE_H
#define COPROD_TESTS_SAFETY_FIXTURE_H

#include "play_fixture.h"

#include "engine/mail_change.h"
#include "engine/outgoing.h"
#include "store/inside.h"

enum { ACCEPTED = 2, CANCELLED = 4, HELD = 6, SHADOWED = 7, BOUNCED = 8 };

static inline int64_t __attribute__((format(printf, 2, 3)))
number(struct engine *e, const char *format, ...)
{
    char sql[512];
    sqlite3_stmt *q = NULL;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(sql, sizeof sql, format, args);
    va_end(args);
    if (sqlite3_prepare_v2(e->store->db, sql, -1, &q, NULL) != SQLITE_OK) {
        fail_msg("%s: %s", sql, sqlite3_errmsg(e->store->db));
    }
    int64_t n = sqlite3_step(q) == SQLITE_ROW ? sqlite3_column_int64(q, 0) : -1;
    (void)sqlite3_finalize(q);
    return n;
}

static inline void
change(struct engine *e, const char *sql)
{
    assert_int_equal(sqlite3_exec(e->store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* coprod.yaml was changed and read again, as the hub does it. */
static inline void
settle(struct engine *e)
{
    struct applied sum = { 0 };
    struct mail_before before;
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, mail_before(e->store, &before, &e->why));
    GOOD(e, apply_settings(e->store, e->conf, &sum, &e->why));
    e->world = world_free(e->world);
    GOOD(e, world_open(e->store, true, &e->world, &e->why));
    GOOD(e, mail_after_settings(e->world, e->store, &before, e->now_ms, &e->why));
    GOOD(e, mail_after_plans(e->world, e->store, &before, &sum, e->now_ms, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
    e->world = world_free(e->world);
    GOOD(e, world_open(e->store, true, &e->world, &e->why));
}

static inline void
in_one(struct engine *e, int (*run)(struct engine *e))
{
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, run(e));
    GOOD(e, store_commit(e->store, &e->why));
}

/* An operator lets mail go. */
static inline int
let_go(struct engine *e)
{
    int r = outgoing_release(e->store, "test", e->now_ms, &e->why);
    return r == 1 ? 0 : -EINVAL;
}

static inline int
setup(void **state)
{
    struct engine *e = calloc(1, sizeof *e);
    assert_non_null(e);
    engine_open(e, engine_source(), day_of(2015, 1, 1));
    *state = e;
    return 0;
}

static inline int
teardown(void **state)
{
    struct engine *e = *state;
    engine_close(e);
    free(e);
    return 0;
}
#define PLAYED(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* A notice that was accepted, to `role`. */
static inline int64_t
notice_to(struct engine *e, const char *role)
{
    return number(e, "SELECT max(id) FROM notice WHERE role = '%s'", role);
}

#endif
