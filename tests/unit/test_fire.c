/* SPDX-License-Identifier: MIT */
/* test_fire.c - from timers to jobs: one step for an occurrence on a day, whatever the outage;
 * nothing after completion; nothing outside the send window. */
#include "engine_fixture.h"

enum { SEEDS = 6, GAP_DAYS_MAX = 120 };

static uint64_t
dice(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return *seed >> 33;
}

static void
nothing_is_due_in_an_empty_store(void **state)
{
    struct desk *d = *state;
    int64_t next = 0;
    struct fired f = fire_now(d, false);
    assert_int_equal(f.timers + f.jobs + f.skipped, 0);
    need(d, fire_next_ms(d->s, &next, &d->why));
    assert_true(next == INT64_MAX);
}

static void
what_fired_does_not_fire_again(void **state)
{
    struct desk *d = *state;
    int64_t next = 0;
    need(d, fire_next_ms(d->s, &next, &d->why));
    d->now_ms = next > d->now_ms ? next : d->now_ms;
    struct fired first = fire_now(d, false);
    assert_true(first.timers > 0);
    int64_t jobs = number(d, "SELECT count(*) FROM job");
    struct fired second = fire_now(d, false);
    assert_int_equal(second.timers, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM job"), jobs);
    /* even a timer set back by hand adds no second job of the same day */
    change(d, "UPDATE timer SET at_ms = 0");
    struct fired third = fire_now(d, false);
    assert_true(third.timers > 0);
    assert_int_equal(third.jobs, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM job"), jobs);
}

static void
no_more_timers_than_the_limit(void **state)
{
    struct desk *d = *state;
    struct fired f;
    change(d, "UPDATE timer SET at_ms = 0");
    need(d, store_begin(d->s, &d->why));
    need(d, fire_due(d->w, d->s, d->now_ms, 7, &f, &d->why));
    assert_int_equal(f.timers, 7);
    need(d, store_commit(d->s, &d->why));
}

static void
outside_the_window_a_timer_waits_for_the_next_one(void **state)
{
    struct desk *d = *state;
    int64_t id = id_of(d, "1b/deliver", "");
    change(d, "UPDATE timer SET at_ms = 0");
    at_day(d, 2015, 5, 24); /* a Sunday; the Monday after it is a bank holiday */
    struct fired f = fire_now(d, false);
    assert_true(f.timers > 0);
    assert_int_equal(f.jobs, 0);
    int64_t tuesday = world_send_ms(d->w, day_of(2015, 5, 26));
    assert_int_equal(number(d, "SELECT at_ms FROM timer WHERE occurrence = %" PRId64, id), tuesday);
    d->now_ms = tuesday;
    assert_true(fire_now(d, false).jobs > 0);
}

static int
fire_what_is_due(struct desk *d)
{
    struct fired f;
    return fire_due(d->w, d->s, d->now_ms, 20, &f, &d->why);
}

static void
each_failure_is_said_and_leaves_nothing(void **state)
{
    struct desk *d = *state;
    at_day(d, 2015, 4, 8);
    fails_well(d, fire_what_is_due);
}

static void
one_that_cannot_be_fired_does_not_stop_the_others(void **state)
{
    struct desk *d = *state;
    static const char *const spoils[] = {
        "UPDATE occurrence SET submitted_by = printf('%0200d', 0) WHERE ref = '1b/deliver'",
        "UPDATE occurrence SET kind = 77 WHERE ref = '1b/deliver'",
        "UPDATE occurrence SET level = -3 WHERE ref = '1b/deliver'",
    };
    int64_t id = id_of(d, "1b/deliver", "");
    change(d, "UPDATE timer SET at_ms = 0");
    at_day(d, 2015, 5, 26);
    for (size_t i = 0; i < LENGTH(spoils); i++) {
        change(d, spoils[i]);
        d->now_ms += 25 * 3600000;
        struct fired f = fire_now(d, false);
        assert_int_equal(f.set_aside, 1);
        assert_true(i > 0 || f.jobs > 3);
        assert_true(number(d, "SELECT at_ms FROM timer WHERE occurrence = %" PRId64, id)
                    > d->now_ms);
        assert_int_equal(number(d, "SELECT count(*) FROM timer WHERE trouble IS NOT NULL"), 1);
        assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'set aside'"),
                         (int)i + 1);
        change(d, "UPDATE occurrence SET submitted_by = NULL, kind = 1, level = 0"
                  " WHERE ref = '1b/deliver'");
    }
    struct audit_report report;
    need(d, audit_verify(d->s, &report, &d->why));
    at_day(d, 2015, 6, 10); /* mended: it fires, and the trouble is forgotten */
    (void)fire_now(d, false);
    assert_int_equal(number(d, "SELECT count(*) FROM job WHERE subject = %" PRId64, id), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM timer WHERE trouble IS NOT NULL"), 0);
}

static int
only_ask_when(struct desk *d)
{
    int64_t next = 0;
    return fire_next_ms(d->s, &next, &d->why);
}

static void
asking_for_the_next_instant_says_when_it_fails(void **state)
{
    struct desk *d = *state;
    sqlite3_progress_handler(d->s->db, 1, tick, d);
    d->ops_left = 2;
    assert_int_equal(only_ask_when(d), -EINTR);
    sqlite3_progress_handler(d->s->db, 0, NULL, NULL);
}

static void
the_whole_time_nobody_acts(void **state)
{
    struct desk *d = *state;
    play_until(d, day_of(2018, 3, 1), false);
    /* one level and one reminder for an occurrence on a day, on working days in the window */
    assert_int_equal(number(d, "SELECT count(*) FROM (SELECT 1 FROM job WHERE kind IN (1, 2)"
                               " GROUP BY kind, subject, run_at_ms / 86400000 HAVING "
                               "count(*) > 1)"),
                     0);
    assert_int_equal(
        number(d, "SELECT count(*) FROM job WHERE (run_at_ms / 86400000 + 3) %% 7 > 4%s", ""), 0);
    /* every demand that was not met climbed to the top, but for parents of parts */
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence o WHERE state = 2 AND due < %d"
                               " AND level < 5 AND absorbed_by IS NULL"
                               " AND NOT EXISTS (SELECT 1 FROM action_dep a WHERE"
                               " a.plan = o.plan AND a.action = o.action) AND NOT EXISTS "
                               "(SELECT 1 FROM occurrence p"
                               " WHERE p.parent = o.id)",
                            day_of(2017, 10, 1)),
                     0);
    assert_true(number(d, "SELECT count(*) FROM job") > 700);
    /* and a whole is open as its parts are */
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence w JOIN occurrence p"
                               " ON p.parent = w.id WHERE w.state = 1 AND p.state = 2"), 0);
}

/* After every firing of an outage: at most one job more for each occurrence, at most one level. */
static void
check_step(struct desk *d, int64_t seed)
{
    int64_t twice = number(d, "SELECT count(*) FROM (SELECT 1 FROM job GROUP BY kind, "
                               "subject, run_at_ms"
                              " HAVING count(*) > 1)");
    int64_t jumped = number(d, "SELECT count(*) FROM occurrence o JOIN was w ON w.id = o.id"
                               " WHERE o.level > w.level + 1 AND NOT EXISTS"
                               " (SELECT 1 FROM occurrence e WHERE e.absorbed_by = o.id)");
    int64_t undead = number(d, "SELECT count(*) FROM job j JOIN ended e ON e.id = j.subject"
                               " WHERE j.created_ms > e.at_ms");
    if (twice + jumped + undead > 0) {
        print_error("seed %" PRId64 ": %" PRId64 " twice, %" PRId64 " jumped, %" PRId64 " undead\n",
                    seed, twice, jumped, undead);
    }
    assert_int_equal(twice + jumped + undead, 0);
    change(d, "DELETE FROM was; INSERT INTO was SELECT id, level FROM occurrence");
}

/* Somebody completes something, as act() leaves it. */
static void
complete_one(struct desk *d, uint64_t *seed)
{
    int64_t id = number(d, "SELECT id FROM occurrence WHERE state IN (1, 2, 3) AND kind = 1 AND"
                           " id NOT IN (SELECT parent FROM occurrence WHERE parent NOT NULL)"
                           " ORDER BY (id * 7919 + %d) %% 101 LIMIT 1",
                        (int)(dice(seed) % 1000));
    if (id < 0) {
        return;
    }
    char ref[OCC_SUBJECT_MAX];
    struct occurrence o;
    need(d, occurrence_get(d->s, id, &o, &d->why));
    (void)snprintf(ref, sizeof ref, "%s%s%s", o.ref, o.part[0] ? "@" : "", o.part);
    char sql[256];
    (void)snprintf(sql, sizeof sql, "UPDATE plan SET verifier = 'head-of-ict-audit';"
                   "UPDATE action SET metric_agreed = 'a report'");
    change(d, sql);
    (void)snprintf(sql, sizeof sql,
                   "INSERT OR IGNORE INTO occurrence_role VALUES (%" PRId64
                   ", 'lead', 'somebody', 99)",
                   id);
    change(d, sql);
    need(d, act_as(d, ref, ACTION_EV_SUBMIT, "somebody"));
    need(d, act_as(d, ref, ACTION_EV_VERIFY, "head-of-ict-audit"));
    (void)snprintf(sql, sizeof sql, "INSERT INTO ended VALUES (%" PRId64 ", %" PRId64 ")", id,
                   d->now_ms);
    change(d, sql);
    assert_int_equal(number(d, "SELECT count(*) FROM timer WHERE occurrence = %" PRId64, id), 0);
}

static void
after_an_outage_of_any_length_one_step_at_a_time(void **state)
{
    for (uint64_t n = 1; n <= SEEDS; n++) {
        uint64_t seed = n * 7919;
        struct desk *d = *state;
        change(d, "CREATE TEMP TABLE was (id INTEGER PRIMARY KEY, level INTEGER);"
                  "CREATE TEMP TABLE ended (id INTEGER, at_ms INTEGER);"
                  "INSERT INTO was SELECT id, level FROM occurrence");
        day_t day = day_of(2015, 1, 5);
        while (day < day_of(2018, 6, 1)) {
            d->now_ms = world_send_ms(d->w, day) + (int64_t)(dice(&seed) % 3) * 3600000;
            (void)fire_now(d, false);
            check_step(d, (int64_t)n);
            if (dice(&seed) % 4 == 0) {
                complete_one(d, &seed);
            }
            day += dice(&seed) % 3 ? 1 + (day_t)(dice(&seed) % 9)
                                   : 1 + (day_t)(dice(&seed) % GAP_DAYS_MAX);
        }
        struct audit_report report;
        need(d, audit_verify(d->s, &report, &d->why));
        (void)desk_drop(state);
        (void)desk_make(state);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_AN_EMPTY_DESK(nothing_is_due_in_an_empty_store),
        AT_A_DESK(what_fired_does_not_fire_again),
        AT_A_DESK(no_more_timers_than_the_limit),
        AT_A_DESK(outside_the_window_a_timer_waits_for_the_next_one),
        AT_A_DESK(each_failure_is_said_and_leaves_nothing),
        AT_A_DESK(one_that_cannot_be_fired_does_not_stop_the_others),
        AT_A_DESK(asking_for_the_next_instant_says_when_it_fails),
        AT_A_DESK(the_whole_time_nobody_acts),
        AT_A_DESK(after_an_outage_of_any_length_one_step_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
