/* SPDX-License-Identifier: MIT */
/* test_kept.c - mail that was kept in the house for days: what leaves is of the day it leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "safety_fixture.h"

#include "engine/clearance.h"
#include "engine/digest.h"
#include "engine/hearing.h"

static int
hold(struct engine *e)
{
    return outgoing_hold(e->store, "test", "to look first", e->now_ms, &e->why);
}

static int
readmit(struct engine *e)
{
    return hearing_readmit(e->world, e->store, "chief-pharmacist", "test", e->now_ms, &e->why);
}

static int
readmit_director(struct engine *e)
{
    return hearing_readmit(e->world, e->store, "director-of-operations", "test", e->now_ms,
                           &e->why);
}

static int
review(struct engine *e)
{
    return hearing_review(e->world, e->store, e->now_ms, &e->why);
}

/* From the end of the day `from` nothing leaves; let go at noon of `until`, of which the afternoon
 * is lived. */
static void
keep_between(struct engine *e, day_t from, day_t until)
{
    engine_until(e, from);
    in_one(e, hold);
    GOOD(e, play_until(e->world, e->store, e->now_ms,
                       zone_instant(e->world->zone, until, 12 * 60), &e->why));
    e->now_ms = zone_instant(e->world->zone, until, 12 * 60);
    in_one(e, let_go);
    engine_until(e, until);
}

/* What left with the words of a day that was over. */
static int64_t
stale(struct engine *e)
{
    return number(e, "SELECT count(*) FROM notice n JOIN delivery_outcome o ON o.notice = n.id"
                     " WHERE n.kind IN ('digest', 'escalate')"
                     " AND o.at_ms / 86400000 <> n.created_ms / 86400000");
}

static int64_t
on_day(struct engine *e, const char *kind, day_t day)
{
    return number(e, "SELECT count(*) FROM notice n JOIN delivery_outcome o ON o.notice = n.id"
                     " WHERE n.kind = '%s' AND o.at_ms / 86400000 = %d", kind, day);
}

static int64_t
told_twice(struct engine *e)
{
    return number(e, "SELECT count(*) FROM (SELECT 1 FROM item WHERE state = 2 AND kind IN"
                     " ('remind', 'overdue', 'escalate') GROUP BY kind, occurrence, gen, episode,"
                     " step, role HAVING count(*) > 1)");
}

/* The first digests are written on 2 January; nothing else calls until the 27th. */
static void
a_held_digest_leaves_as_that_of_the_day_on_which_it_is_let_go(void **state)
{
    struct engine *e = *state;
    day_t day = day_of(2015, 1, 19);
    keep_between(e, day_of(2015, 1, 1), day);
    assert_int_equal(stale(e), 0);
    assert_int_equal(on_day(e, "digest", day), 23);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE kind = 'digest' AND state = 2"
                               " AND key NOT LIKE '%%|2015-01-19'"), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE state IN (1, 6)"), 0);
    assert_int_equal(told_twice(e), 0);
}

static void
a_held_reminder_says_how_many_days_are_left_when_it_leaves(void **state)
{
    struct engine *e = *state;
    static const char words[] =
        "SELECT count(*) FROM notice n JOIN item i ON i.notice = n.id WHERE i.kind = 'remind' AND"
        " n.state = 2 AND n.created_ms / 86400000 = %d AND n.body LIKE '%%%d working days left%%'";
    day_t due = day_of(2015, 3, 31);
    day_t day = day_of(2015, 3, 26);
    keep_between(e, day_of(2015, 3, 23), day); /* five working days before are 24 March */
    assert_int_equal(calendar_between(&e->world->calendar, day, due), 3);
    assert_true(number(e, words, day, 3) > 0);
    assert_int_equal(number(e, words, day, 5), 0);
}

/* ---- what goes alone ------------------------------------------------------------------------- */

/* Level 3 of what was due on 31 March is written on 16 April. */
static void
a_director_is_told_to_step_in_before_the_day_that_follows_from_the_day_of_the_mail(void **state)
{
    struct engine *e = *state;
    char words[40];
    day_t day = day_of(2015, 5, 1);
    keep_between(e, day_of(2015, 4, 15), day);
    int64_t n = number(e, "SELECT count(*) FROM notice WHERE kind = 'escalate' AND step = 'L3+10'"
                          " AND state = 2 AND created_ms / 86400000 = %d", day);
    assert_true(n > 0);
    assert_int_equal(stale(e), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE level = 4"), 0);
    engine_until(e, day_of(2015, 5, 20));
    int64_t next = number(e, "SELECT min(created_ms) FROM item WHERE level = 4");
    (void)day_words(world_day(e->world, next), words, sizeof words);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE step = 'L3+10' AND created_ms /"
                               " 86400000 = %d AND subject LIKE '%%before %s%%'", day, words), n);
    assert_true(number(e, "SELECT count(*) FROM audit WHERE event = 'escalate' AND detail LIKE"
                          " 'L3+10 to %%, written again for this day'") == n);
    assert_int_equal(told_twice(e), 0);
}

static void
what_was_done_put_on_hold_or_moved_meanwhile_does_not_leave(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 4, 15));
    in_one(e, hold);
    engine_until(e, day_of(2015, 4, 20));
    int64_t o = number(e, "SELECT min(occurrence) FROM notice WHERE kind = 'escalate' AND state ="
                          " 1");
    int64_t other = number(e, "SELECT max(occurrence) FROM notice WHERE kind = 'escalate' AND"
                              " state = 1");
    assert_true(o > 0 && other > o);
    /* By no act that would take it back: a store that was changed by another road. */
    change(e, "UPDATE occurrence SET state = 7 WHERE id = (SELECT min(occurrence) FROM notice"
              " WHERE kind = 'escalate' AND state = 1)");
    change(e, "UPDATE occurrence SET gen = gen + 1 WHERE id = (SELECT max(occurrence) FROM notice"
              " WHERE kind = 'escalate' AND state = 1)");
    in_one(e, let_go);
    engine_until(e, day_of(2015, 4, 21));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE kind = 'escalate' AND occurrence"
                               " IN (%lld, %lld) AND state <> 4", (long long)o, (long long)other),
                     0);
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE kind = 'escalate' AND occurrence"
                               " IN (%lld, %lld) AND level = 3 AND state = 1", (long long)o,
                            (long long)other), 0);
    assert_true(number(e, "SELECT count(*) FROM notice WHERE kind = 'escalate' AND state = 2") > 0);
}

static void
a_kept_mail_goes_to_the_address_that_its_post_has_by_then(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 4, 15));
    in_one(e, hold);
    engine_until(e, day_of(2015, 4, 20));
    change(e, "UPDATE role SET email = 'new.' || email WHERE email IS NOT NULL");
    in_one(e, let_go);
    engine_until(e, day_of(2015, 4, 21));
    assert_true(on_day(e, "escalate", day_of(2015, 4, 20)) > 0);
    assert_true(on_day(e, "digest", day_of(2015, 4, 20)) > 0);
    assert_int_equal(number(e, "SELECT count(*) FROM notice n JOIN delivery_outcome o ON o.notice ="
                               " n.id WHERE o.at_ms / 86400000 > %d AND n.kind <> 'admin' AND"
                               " n.address NOT LIKE 'new.%%'", day_of(2015, 4, 15)), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE kind = 'escalate' AND state = 2"
                               " AND CAST(mail AS TEXT) NOT LIKE '%%new.%%'"), 0);
}

/* Another director than the one whom the mail was written for. */
static void
a_kept_level_goes_to_whoever_is_asked_on_the_day(void **state)
{
    struct engine *e = *state;
    static const char role[] = "SELECT count(*) FROM notice WHERE kind = 'escalate' AND step ="
                               " 'L3+10' AND role %s 'director-of-operations' AND state = %d";
    engine_until(e, day_of(2015, 4, 15));
    in_one(e, hold);
    engine_until(e, day_of(2015, 4, 17));
    int64_t n = number(e, role, "<>", 1);
    assert_true(n > 0);
    int64_t levels = number(e, "SELECT count(DISTINCT occurrence) FROM notice WHERE kind ="
                               " 'escalate' AND step = 'L3+10'");
    change(e, "UPDATE role SET director = 'director-of-operations' WHERE director IS NOT NULL");
    engine_until(e, day_of(2015, 4, 20));
    in_one(e, let_go);
    engine_until(e, day_of(2015, 4, 22));
    assert_int_equal(number(e, role, "<>", 2), 0);
    assert_int_equal(number(e, "SELECT count(DISTINCT occurrence) FROM item WHERE step = 'L3+10'"
                               " AND state = 2 AND why = 6 AND role ="
                               " 'director-of-operations'"), levels);
    assert_int_equal(told_twice(e), 0);
}

static void
what_may_have_arrived_is_tried_again_with_the_same_bytes(void **state)
{
    struct engine *e = *state;
    struct clearance c;
    engine_until(e, day_of(2015, 4, 15));
    in_one(e, hold);
    engine_until(e, day_of(2015, 4, 16));
    int64_t id = number(e, "SELECT max(id) FROM notice WHERE kind = 'escalate' AND state = 1");
    int64_t digest = number(e, "SELECT max(id) FROM notice WHERE kind = 'digest' AND state = 1");
    change(e, "INSERT INTO delivery (notice, attempt, holder, began_ms) SELECT id, 99, 0, 0 FROM"
              " notice WHERE state = 1");
    change(e, "DELETE FROM setting WHERE key = 'mail.held'");
    e->now_ms = zone_instant(e->world->zone, day_of(2015, 4, 20), 11 * 60);
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, clearance_ask(e->world, e->store, id, e->now_ms, &c, &e->why));
    assert_true(c.verdict == CLEARANCE_GO && !c.is_again);
    GOOD(e, clearance_ask(e->world, e->store, digest, e->now_ms, &c, &e->why));
    assert_true(c.verdict == CLEARANCE_GO && !c.is_again);
    GOOD(e, store_commit(e->store, &e->why));
    assert_int_equal(number(e, "SELECT created_ms / 86400000 FROM notice WHERE id = %lld",
                            (long long)id), day_of(2015, 4, 16));
}

static int
write_digest(struct engine *e)
{
    return digest_write(e->world, e->store, "head-of-od", e->now_ms, &e->why);
}

/* Kept for the pharmacist's mailbox with what was the head of OD's too, who has one of their own by
 * the day on which both are let go: whose digest is written first must not matter. */
static void
what_was_kept_for_a_mailbox_of_two_goes_to_each_of_them_once_they_part(void **state)
{
    struct engine *e = *state;
    static const char of_day[] = "SELECT count(*) FROM notice WHERE kind = 'digest' AND role = '%s'"
                                 " AND state = 2 AND created_ms / 86400000 = %d";
    change(e, "UPDATE role SET reader = 'chief-pharmacist', email = 'chief-pharmacist@example"
              ".nhs.uk' WHERE id = 'head-of-od'");
    engine_until(e, day_of(2015, 1, 1));
    in_one(e, hold);
    engine_until(e, day_of(2015, 1, 16));
    assert_int_equal(number(e, "SELECT count(DISTINCT i.role) FROM item i JOIN notice n ON n.id ="
                               " i.notice WHERE n.role = 'chief-pharmacist' AND n.state = 1"), 2);
    change(e, "UPDATE role SET reader = id, email = 'head-of-od@example.nhs.uk' WHERE id ="
              " 'head-of-od'");
    e->now_ms = zone_instant(e->world->zone, day_of(2015, 1, 19), 12 * 60);
    in_one(e, let_go);
    in_one(e, write_digest);
    assert_true(number(e, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice WHERE"
                          " n.role = 'head-of-od' AND n.state = 1") > 0);
    engine_until(e, day_of(2015, 1, 19));
    assert_int_equal(number(e, of_day, "head-of-od", day_of(2015, 1, 19)), 1);
    assert_int_equal(number(e, of_day, "chief-pharmacist", day_of(2015, 1, 19)), 1);
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE state = 1 AND calls = 1 AND role"
                               " IN ('head-of-od', 'chief-pharmacist')"), 0);
    assert_int_equal(told_twice(e), 0);
}

/* ---- an address that failed ------------------------------------------------------------------ */

static void
what_a_dead_address_missed_is_of_the_day_on_which_it_is_readmitted(void **state)
{
    struct engine *e = *state;
    change(e, "INSERT INTO quarantine (address, notice, words, at_ms)"
              " VALUES ('chief-pharmacist@example.nhs.uk', NULL, 'status 5.1.1', 0)");
    engine_until(e, day_of(2015, 4, 9));
    assert_true(number(e, "SELECT count(*) FROM notice WHERE role = 'chief-pharmacist' AND state ="
                          " 6") > 0);
    in_one(e, readmit);
    engine_until(e, day_of(2015, 4, 10));
    assert_int_equal(stale(e), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE role = 'chief-pharmacist' AND"
                               " kind = 'digest' AND state = 2"), 1);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE role = 'chief-pharmacist' AND"
                               " state IN (1, 6)"), 0);
    in_one(e, review);
    assert_int_equal(told_twice(e), 0);
}

/* Level 3 is written on 16 April, level 4 on the 30th: the committee has it by then. */
static void
a_director_readmitted_after_it_went_to_the_committee_reads_of_it_in_the_digest(void **state)
{
    struct engine *e = *state;
    change(e, "INSERT INTO quarantine (address, notice, words, at_ms)"
              " SELECT lower(email), NULL, 'status 5.1.1', 0 FROM role WHERE id ="
              " 'director-of-operations'");
    engine_until(e, day_of(2015, 5, 29));
    int64_t n = number(e, "SELECT count(*) FROM notice WHERE role = 'director-of-operations' AND"
                          " kind = 'escalate' AND state = 6");
    assert_true(n > 1 && number(e, "SELECT max(level) FROM occurrence") == 4);
    in_one(e, readmit_director);
    engine_until(e, day_of(2015, 6, 2));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE role = 'director-of-operations'"
                               " AND kind = 'escalate' AND state <> 4"), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE role = 'director-of-operations'"
                               " AND kind = 'digest' AND state = 2"), 1);
    assert_int_equal(number(e, "SELECT count(DISTINCT i.occurrence) FROM item i JOIN notice n ON"
                               " n.id = i.notice WHERE n.kind = 'digest' AND n.state = 2 AND"
                               " i.role = 'director-of-operations' AND i.level > 0"), n);
    assert_int_equal(told_twice(e), 0);
}

/* ---- a relay that takes nothing -------------------------------------------------------------- */

static int
take_subject(void *arg, const struct row *row)
{
    *(int64_t *)arg = row_i64(row, 8);
    return 1;
}

struct offered {
    int64_t job, notice;
};

/* The digest of one lead that waits is offered to the relay. */
static enum clearance_verdict
offer(struct engine *e, struct offered *x)
{
    struct clearance c;
    x->job = number(e, "SELECT max(j.id) FROM job j JOIN notice n ON n.id = j.subject WHERE"
                       " j.kind = 4 AND n.role = 'head-of-od' AND n.kind = 'digest' AND n.state"
                       " = 1 AND j.state IN (1, 2)");
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, store_each(e->store, Q_JOB_SHOW, WITH(I(x->job)), take_subject, &x->notice, &e->why));
    GOOD(e, clearance_ask(e->world, e->store, x->notice, e->now_ms, &c, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
    return c.verdict;
}

/* At 10:00 of a day, and the relay puts it off. 1: for good. */
static int
put_off(struct engine *e, day_t day)
{
    int64_t at = zone_instant(e->world->zone, day, 10 * 60);
    struct offered x;
    GOOD(e, play_until(e->world, e->store, e->now_ms, at, &e->why));
    e->now_ms = at;
    in_one(e, let_go);
    assert_int_equal(offer(e, &x), CLEARANCE_NEVER); /* of another day: taken back, for today's */
    in_one(e, hold);
    GOOD(e, play_until(e->world, e->store, at, at + 1, &e->why));
    in_one(e, let_go);
    assert_int_equal(offer(e, &x), CLEARANCE_GO);
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, store_run(e->store, Q_DELIVERY_CLAIM, WITH(I(x.notice), I(1), I(0), I(at)), &e->why));
    GOOD(e, store_run(e->store, Q_DELIVERY_OUTCOME_ADD,
                      WITH(I(x.notice), I(1), T("deferred"), I(451), T("later"), I(at)),
                      &e->why));
    int is_over = clearance_is_over(e->world, e->store, x.job, 1, at + 3600000, &e->why);
    GOOD(e, is_over);
    GOOD(e, store_commit(e->store, &e->why));
    in_one(e, hold);
    return is_over;
}

/* Each day it is another digest, and they have one patience. */
static void
a_digest_put_off_day_after_day_is_given_up_after_three(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 1, 1));
    in_one(e, hold);
    assert_int_equal(put_off(e, day_of(2015, 1, 5)), 0);
    assert_int_equal(put_off(e, day_of(2015, 1, 6)), 0);
    assert_int_equal(put_off(e, day_of(2015, 1, 7)), 0);
    assert_int_equal(put_off(e, day_of(2015, 1, 8)), 1);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE role = 'head-of-od' AND state ="
                               " 4"), 4);
}

/* ---- what is let go is no storm -------------------------------------------------------------- */

static void
what_is_let_go_and_written_again_is_no_storm(void **state)
{
    struct engine *e = *state;
    e->conf->catchup.mails = 10;
    settle(e);
    keep_between(e, day_of(2015, 1, 1), day_of(2015, 1, 19));
    assert_int_equal(on_day(e, "digest", day_of(2015, 1, 19)), 23);
    assert_int_equal(number(e, "SELECT count(*) FROM audit WHERE event = 'catch-up hold'"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(a_held_digest_leaves_as_that_of_the_day_on_which_it_is_let_go),
        PLAYED(a_held_reminder_says_how_many_days_are_left_when_it_leaves),
        PLAYED(a_director_is_told_to_step_in_before_the_day_that_follows_from_the_day_of_the_mail),
        PLAYED(what_was_done_put_on_hold_or_moved_meanwhile_does_not_leave),
        PLAYED(a_kept_mail_goes_to_the_address_that_its_post_has_by_then),
        PLAYED(a_kept_level_goes_to_whoever_is_asked_on_the_day),
        PLAYED(what_was_kept_for_a_mailbox_of_two_goes_to_each_of_them_once_they_part),
        PLAYED(what_may_have_arrived_is_tried_again_with_the_same_bytes),
        PLAYED(what_a_dead_address_missed_is_of_the_day_on_which_it_is_readmitted),
        PLAYED(a_director_readmitted_after_it_went_to_the_committee_reads_of_it_in_the_digest),
        PLAYED(a_digest_put_off_day_after_day_is_given_up_after_three),
        PLAYED(what_is_let_go_and_written_again_is_no_storm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
