/* SPDX-License-Identifier: MIT */
/* test_storm.c - a batch that is more than a day should bring is held, and all of it is judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "safety_fixture.h"

#include "engine/digest.h"
#include "engine/fire.h"
#include "engine/notify.h"
#include "engine/outgoing.h"
#include "engine/standing.h"

static void
the_first_load_of_co304_is_no_storm(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 1, 2));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE kind = 'digest' AND state = 2"),
                     23);
    assert_int_equal(number(e, "SELECT count(*) FROM audit WHERE event = 'catch-up hold'"), 0);
}

static void
more_mails_than_allowed_in_one_batch_wait_a_day_and_the_admin_is_told(void **state)
{
    struct engine *e = *state;
    e->conf->catchup.mails = 20;
    settle(e);
    engine_until(e, day_of(2015, 1, 2));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE state = 2 AND kind <> 'admin'"),
                     0);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE state = 2 AND step = 'catchup'"
                               " AND body LIKE '%% mails in one batch%%'"
                               " AND body LIKE '%%catchup release%%'"
                               " AND subject LIKE '%%23 mails to 23 people wait%%'"), 1);
    engine_until(e, day_of(2015, 1, 5));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE state = 1"), 0);
    assert_true(number(e, "SELECT count(*) FROM notice WHERE kind = 'digest' AND state = 2") >= 23);
    assert_int_equal(number(e, "SELECT count(*) FROM audit WHERE event = 'catch-up hold'"), 1);
}

static int
watch(struct engine *e)
{
    return outgoing_watch(e->store, &e->why);
}

/* Of the day of CO-304 with most mails among those on which somebody hears alone. */
static const char busiest[] =
    "FROM (SELECT created_ms / 86400000 AS day, count(*) AS mails, sum(kind = 'escalate') AS alone"
    " FROM notice WHERE kind IN ('digest', 'escalate') AND state = 2 GROUP BY 1)"
    " WHERE alone > 0 ORDER BY mails DESC, day LIMIT 1";

static void
mails_that_go_alone_are_part_of_a_storm_and_none_leaves_before_it_was_judged(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 12, 31));
    day_t day = (day_t)number(e, "SELECT day %s", busiest);
    int64_t mails = number(e, "SELECT mails %s", busiest);
    assert_true(mails > 20 && number(e, "SELECT alone %s", busiest) > 3);
    engine_close(e);
    engine_open(e, engine_source(), day_of(2015, 1, 1));
    e->conf->catchup.mails = mails - 1; /* without those alone it would be none */
    settle(e);
    engine_until(e, day);
    assert_int_equal(number(e, "SELECT count(*) FROM audit WHERE event = 'catch-up hold'"), 1);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE kind IN ('digest', 'escalate')"
                               " AND state = 1 AND created_ms / 86400000 = %d", day), mails);
}

/* The first phase of the moment: workers write, the hub has not come to the digests yet. */
static int
do_steps(struct engine *e)
{
    struct fired fired;
    int r = store_run(e->store, Q_JOB_WAKE, WITH(I(e->now_ms)), &e->why);
    r = r < 0 ? r : fire_due(e->world, e->store, e->now_ms, 1000, &fired, &e->why);
    int steps = r < 0 ? r : standing_order(e->world, e->store, e->now_ms, &e->why);
    for (int64_t id = 0; steps >= 0;) {
        struct notified told;
        id = number(e, "SELECT min(id) FROM job WHERE kind IN (1, 2) AND state = 2 AND id > %lld",
                    (long long)id);
        if (id == 0) {
            break;
        }
        steps = notify_job(e->world, e->store, id, e->now_ms, &told, &e->why);
        steps = steps < 0 ? steps
                          : store_run(e->store, Q_JOB_DONE, WITH(I(e->now_ms), I(id), I(1)),
                                      &e->why);
    }
    return steps < 0 ? steps : 0;
}

static int
order_digests(struct engine *e)
{
    return digest_order(e->world, e->store, e->now_ms, &e->why);
}

static void
no_sender_is_offered_a_level_before_the_digests_of_its_moment_are_ordered(void **state)
{
    struct engine *e = *state;
    static const char mails[] = "SELECT count(*) FROM job j JOIN notice n ON n.id = j.subject"
                                " WHERE j.kind = 4 AND j.state = %d AND n.kind = 'escalate'";
    int64_t next = 0;
    engine_until(e, day_of(2015, 4, 15));
    e->now_ms = world_send_ms(e->world, day_of(2015, 4, 16));
    in_one(e, do_steps);
    assert_true(number(e, mails, 1) > 0);
    assert_int_equal(number(e, mails, 2), 0);
    GOOD(e, digest_next_ms(e->world, e->store, e->now_ms, &next, &e->why));
    assert_true(next == e->now_ms); /* the hub does not sleep over them */
    in_one(e, order_digests);
    assert_int_equal(number(e, mails, 1), 0);
    assert_true(number(e, mails, 2) > 0);
}

static int
judge_alone(struct engine *e)
{
    return outgoing_judge(e->world, e->store, 0, e->now_ms, &e->why);
}

static int
unjudge(struct engine *e)
{
    char sql[160];
    (void)snprintf(sql, sizeof sql, "UPDATE job SET state = 1, run_at_ms = %lld WHERE kind = 4",
                   (long long)OUTGOING_UNJUDGED);
    change(e, sql);
    return 0;
}

static void
an_afternoon_of_mails_that_go_alone_is_judged_too(void **state)
{
    struct engine *e = *state;
    struct outgoing out;
    e->conf->catchup.mails = 1000;
    settle(e);
    engine_until(e, day_of(2015, 1, 2));
    in_one(e, judge_alone);
    in_one(e, unjudge); /* as if each of them were of level 3 */
    in_one(e, judge_alone); /* ordinary: a day like others */
    GOOD(e, outgoing_get(e->store, e->now_ms, &out, &e->why));
    assert_false(out.is_held);
    in_one(e, unjudge);
    in_one(e, watch); /* but not after an edit */
    in_one(e, judge_alone);
    GOOD(e, outgoing_get(e->store, e->now_ms, &out, &e->why));
    assert_true(out.is_held && out.is_catchup && strstr(out.why, "after an outage or an edit"));
    assert_int_equal(outgoing_is_unjudged(e->store, &e->why), 0);
}

static void
after_an_edit_a_batch_to_a_quarter_of_the_roster_waits_until_it_is_let_go(void **state)
{
    struct engine *e = *state;
    in_one(e, watch);
    engine_until(e, day_of(2015, 1, 2));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE kind = 'digest' AND state = 2"),
                     0);
    struct outgoing out;
    GOOD(e, outgoing_get(e->store, e->now_ms, &out, &e->why));
    assert_true(out.is_held && out.is_catchup && strstr(out.why, "25 %"));
    in_one(e, let_go);
    engine_until(e, day_of(2015, 1, 3));
    e->now_ms = zone_instant(e->world->zone, day_of(2015, 1, 2), 15 * 60);
    GOOD(e, play_until(e->world, e->store, e->now_ms, e->now_ms + 1000, &e->why));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE kind = 'digest' AND state = 2"),
                     23);
    assert_int_equal(number(e, "SELECT count(*) FROM audit WHERE event = 'catch-up hold'"), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(the_first_load_of_co304_is_no_storm),
        PLAYED(more_mails_than_allowed_in_one_batch_wait_a_day_and_the_admin_is_told),
        PLAYED(mails_that_go_alone_are_part_of_a_storm_and_none_leaves_before_it_was_judged),
        PLAYED(no_sender_is_offered_a_level_before_the_digests_of_its_moment_are_ordered),
        PLAYED(an_afternoon_of_mails_that_go_alone_is_judged_too),
        PLAYED(after_an_edit_a_batch_to_a_quarter_of_the_roster_waits_until_it_is_let_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
