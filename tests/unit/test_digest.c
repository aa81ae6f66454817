/* SPDX-License-Identifier: MIT */
/* test_digest.c - items and digests on CO-304: one mail a day, what goes alone, what goes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "play_fixture.h"

#include "engine/digest.h"
#include "engine/item.h"
#include "engine/outgoing.h"
#include "store/inside.h"

#define D(y, m, d) day_of(y, m, d)

static int
begin(void **state)
{
    static struct engine e;
    engine_open(&e, engine_source(), D(2015, 1, 1));
    *state = &e;
    return 0;
}

static int
end(void **state)
{
    engine_close(*state);
    return 0;
}

static int
lines_with(const char *text, const char *word)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word)) {
        n++;
    }
    return n;
}

static int64_t
number(struct engine *e, const char *sql)
{
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(e->store->db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(q, 0);
    (void)sqlite3_finalize(q);
    return n;
}

/* Handed in by who leads it, and confirmed. */
static void
finish(struct engine *e, const char *ref, const char *role)
{
    struct act submit = { .ref = ref, .event = ACTION_EV_SUBMIT, .evidence = "page 12",
                          .role = role, .percent = -1 };
    struct act verify = { .ref = ref, .event = ACTION_EV_VERIFY, .role = "qsc-secretary",
                          .percent = -1 };
    GOOD(e, engine_act(e, &submit, NULL));
    GOOD(e, engine_act(e, &verify, NULL));
}

static void
everybody_hears_of_all_their_actions_in_one_mail(void **state)
{
    struct engine_log log = { .e = *state };
    engine_until(*state, D(2015, 1, 2));
    const char *news = engine_news(&log);
    assert_int_equal(lines_with(news, "digest head-of-od "), 1);
    assert_non_null(strstr(news, " A:1b/deliver"));
    assert_int_equal(lines_with(news, "escalate"), 0);
    engine_until(*state, D(2015, 2, 16));
    text_done(&log.text);
}

static void
one_digest_a_person_a_day_and_levels_for_those_who_decide_alone(void **state)
{
    struct engine_log log = { .e = *state };
    engine_until(*state, D(2015, 12, 31));
    const char *news = engine_news(&log);
    assert_true(lines_with(news, "escalate director-of-quality") > 0);
    assert_true(lines_with(news, "escalate qsc-secretary") > 0);
    assert_int_equal(lines_with(news, "escalate head-of-od "), 0);
    struct engine *e = *state;
    assert_true(number(e, "SELECT count(*) FROM notice WHERE kind = 'digest'") > 200);
    assert_int_equal(number(e, "SELECT count(*) FROM (SELECT 1 FROM notice WHERE kind = 'digest'"
                               " AND state <> 4 GROUP BY role, created_ms / 86400000"
                               " HAVING count(*) > 1)"), 0);
    /* who gets a level alone does not get the same again in the digest, nor anybody else a copy */
    assert_int_equal(number(e, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice WHERE"
                               " n.kind = 'escalate' AND (i.level < 3 OR i.kind <> 'escalate')"),
                     0);
    assert_int_equal(number(e, "SELECT count(*) FROM (SELECT 1 FROM item WHERE state = 2 GROUP BY"
                               " occurrence, gen, episode, step, role, topic, about,"
                               " created_ms / 86400000 HAVING count(*) > 1)"), 0);
    text_done(&log.text);
}

static void
what_was_closed_before_the_digest_is_not_in_it(void **state)
{
    struct engine_log log = { .e = *state };
    struct engine *e = *state;
    engine_until(e, D(2015, 3, 23));
    (void)engine_news(&log);
    struct act submit = { .ref = "1f/deliver", .event = ACTION_EV_SUBMIT, .evidence = "page 12",
                          .role = "quality-governance-manager", .percent = -1 };
    struct act verify = { .ref = "1f/deliver", .event = ACTION_EV_VERIFY,
                          .role = "qsc-secretary", .percent = -1 };
    GOOD(e, engine_act(e, &submit, NULL));
    GOOD(e, engine_act(e, &verify, NULL));
    engine_until(e, D(2016, 1, 31));
    const char *news = engine_news(&log);
    assert_null(strstr(news, "R-5:1f"));
    assert_null(strstr(news, "L1+1:1f"));
    text_done(&log.text);
}

static void
thanks_wait_for_a_digest_that_goes_anyway(void **state)
{
    struct engine_log log = { .e = *state };
    struct engine *e = *state;
    engine_until(e, D(2015, 3, 20));
    finish(e, "1e/deliver@chief-pharmacist", "chief-pharmacist");
    finish(e, "1c/deliver@sdu-amh", "sdu-lead-amh");
    (void)engine_news(&log);
    engine_until(e, D(2015, 3, 24));
    const char *news = engine_news(&log);
    /* one is asked for another part on the 24th and thanked in the same mail .. */
    assert_non_null(strstr(news, "2015-03-24 digest sdu-lead-amh "));
    assert_int_equal(number(e, "SELECT count(*) FROM notice n JOIN item i ON i.notice = n.id WHERE"
                               " n.role = 'sdu-lead-amh' AND i.kind = 'closed' AND i.state = 2 AND"
                               " n.body LIKE '%1e, %: due on%1c, %: closed. Thank%1e. %1c. %'"),
                     1);
    /* .. the other is not written to for thanks alone */
    engine_until(e, D(2015, 12, 1));
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE kind = 'closed' AND state = 1 AND"
                               " role = 'chief-pharmacist'"), 1);
    assert_null(strstr(engine_news(&log), " chief-pharmacist "));
    text_done(&log.text);
}

static void
who_was_told_that_it_was_late_is_thanked_too(void **state)
{
    struct engine *e = *state;
    engine_until(e, D(2015, 4, 10)); /* level 1 was reached on 1 April */
    finish(e, "1f/deliver", "quality-governance-manager");
    engine_until(e, D(2015, 12, 1));
    /* the owner's page may be full: then it is one of those that are counted */
    static const char told[] = "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice JOIN"
                               " occurrence o ON o.id = i.occurrence WHERE o.ref = '1f/deliver'"
                               " AND i.kind = 'closed' AND n.kind = 'digest' AND i.role = ";
    char sql[512];
    (void)snprintf(sql, sizeof sql, "%s'head-of-community-engagement'", told);
    assert_int_equal(number(e, sql), 1);
    (void)snprintf(sql, sizeof sql, "%s'quality-governance-manager' AND n.body LIKE"
                                    " '%%1f, %%: closed. Thank you.%%'", told);
    assert_int_equal(number(e, sql), 1);
}

static void
what_is_opened_again_before_the_digest_is_not_thanked_for(void **state)
{
    struct engine *e = *state;
    engine_until(e, D(2015, 3, 20));
    finish(e, "1c/deliver@sdu-amh", "sdu-lead-amh");
    struct act reopen = { .ref = "1c/deliver@sdu-amh", .event = ACTION_EV_REOPEN,
                          .role = "qsc-secretary", .comment = "The page is empty.",
                          .percent = -1 };
    GOOD(e, engine_act(e, &reopen, NULL));
    engine_until(e, D(2015, 4, 30));
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE kind = 'closed' AND state <> 3"),
                     0);
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE kind = 'closed' AND state = 3"), 1);
}

/* A mail that has not left is taken back when a thing in it is done; the rest is told later. */
static void
a_digest_that_waits_is_taken_back_as_a_whole(void **state)
{
    struct engine *e = *state;
    struct engine_log log = { .e = e };
    engine_until(e, D(2015, 3, 23));
    (void)engine_news(&log);
    int64_t now = world_send_ms(e->world, D(2015, 3, 24));
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, outgoing_hold(e->store, "test", "wait", now, &e->why));
    GOOD(e, play_due(e->world, e->store, now, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
    assert_non_null(strstr(engine_news(&log),
                           "digest sdu-lead-amh R-5:1c/deliver@sdu-amh R-5:1e/deliver"));
    e->now_ms = now + 1000;
    struct act submit = { .ref = "1c/deliver@sdu-amh", .event = ACTION_EV_SUBMIT,
                          .evidence = "plan", .role = "sdu-lead-amh", .percent = -1 };
    struct acted done;
    GOOD(e, engine_act(e, &submit, &done));
    assert_int_equal(done.cancelled, 1);
    assert_int_equal(number(e, "SELECT state FROM notice WHERE role = 'sdu-lead-amh' ORDER BY id"
                               " DESC LIMIT 1"), 4);
    GOOD(e, store_begin(e->store, &e->why));
    assert_int_equal(outgoing_release(e->store, "test", e->now_ms, &e->why), 1);
    GOOD(e, store_commit(e->store, &e->why));
    engine_until(e, D(2015, 3, 26));
    const char *news = engine_news(&log);
    assert_non_null(strstr(news, "2015-03-25 digest sdu-lead-amh R-5:1e/deliver"));
    assert_null(strstr(news, "R-5:1c/deliver@sdu-amh"));
    text_done(&log.text);
}

/* An outage of the relay: what never left goes into the next one, not into one more. */
static void
digests_that_never_left_merge_into_the_next(void **state)
{
    struct engine *e = *state;
    engine_until(e, D(2015, 3, 20));
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, outgoing_hold(e->store, "test", "wait", e->now_ms, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
    engine_until(e, D(2015, 4, 2));
    assert_int_equal(number(e, "SELECT count(*) FROM (SELECT 1 FROM notice WHERE kind = 'digest'"
                               " AND state = 1 GROUP BY role HAVING count(*) > 1)"), 0);
    assert_true(number(e, "SELECT count(*) FROM notice WHERE kind = 'digest' AND state = 4") > 5);
    assert_int_equal(number(e, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice WHERE"
                               " i.state = 2 AND n.state = 4"), 0);
    /* of the reminders of a fortnight about one thing only the latest stands in it */
    assert_int_equal(number(e, "SELECT count(*) FROM (SELECT 1 FROM item WHERE state = 2 AND kind"
                               " NOT IN ('assign', 'assign-fyi') GROUP BY notice, occurrence,"
                               " topic HAVING count(*) > 1)"), 0);
    assert_true(number(e, "SELECT count(*) FROM item WHERE state = 3 AND step = 'R-5'") > 5);
}

/* The hub looks again and again; when is the next digest? */
static int64_t
look_on(struct engine *e)
{
    int64_t next = 0;
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, play_due(e->world, e->store, e->now_ms, &e->why));
    GOOD(e, play_due(e->world, e->store, e->now_ms + 1, &e->why));
    GOOD(e, play_due(e->world, e->store, e->now_ms + 2, &e->why));
    GOOD(e, digest_next_ms(e->world, e->store, e->now_ms + 3, &next, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
    return next;
}

/* An action is handed to sdu-lead-amh, and another of theirs is done. */
static void
change_at_noon(struct engine *e)
{
    struct act give = { .ref = "1f/deliver", .event = ACTION_EV_REASSIGN, .to = "sdu-lead-amh",
                        .role = "head-of-community-engagement", .comment = "A new post.",
                        .percent = -1 };
    GOOD(e, engine_act(e, &give, NULL));
    finish(e, "1c/deliver@sdu-amh", "sdu-lead-amh");
}

/* Something comes at noon for who had the mail of the day: the next working day, and only what is
 * still true then; for thanks alone nobody is written to. */
static void
what_comes_after_the_mail_of_the_day_waits_and_may_be_over_by_then(void **state)
{
    struct engine *e = *state;
    engine_until(e, D(2015, 3, 24)); /* sdu-lead-amh was told in the morning; it is noon */
    change_at_noon(e);
    assert_int_equal(look_on(e), world_send_ms(e->world, D(2015, 3, 25)));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE role = 'sdu-lead-amh' AND"
                               " created_ms / 86400000 = 16518"), 1);
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE role = 'sdu-lead-amh' AND kind ="
                               " 'assign' AND state = 1 AND ready_day = 16519"), 1);
    assert_int_equal(sqlite3_exec(e->store->db, "UPDATE occurrence SET state = 8 WHERE ref ="
                                                " '1f/deliver'", NULL, NULL, NULL), SQLITE_OK);
    engine_until(e, D(2015, 3, 25));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE role = 'sdu-lead-amh' AND"
                               " created_ms / 86400000 = 16519"), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE role = 'sdu-lead-amh' AND kind ="
                               " 'closed' AND state = 1"), 1);
}

static void
assign_to_pharmacist(struct engine *e, const char *ref)
{
    struct occurrence o;
    GOOD(e, occurrence_find(e->store, "CO-304", ref, &o, &e->why));
    const struct item_order order = { .kind = ITEM_ASSIGN, .o = &o, .step = "A",
                                      .role = "chief-pharmacist", .why = NOTICE_WHY_LEAD };
    GOOD(e, item_add(e->world, e->store, &order, e->now_ms, NULL, &e->why));
}

/* The words of a digest about two occurrences, of which one or the other came first. */
static void
words_of_two(struct engine *e, const char *first, const char *second, struct text *ret)
{
    sqlite3_stmt *q = NULL;
    GOOD(e, store_begin(e->store, &e->why));
    assign_to_pharmacist(e, first);
    assign_to_pharmacist(e, second);
    GOOD(e, digest_write(e->world, e->store, "chief-pharmacist", e->now_ms, &e->why));
    assert_int_equal(sqlite3_prepare_v2(e->store->db, "SELECT subject || body FROM notice ORDER BY"
                                        " id DESC LIMIT 1", -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    text_add(ret, (const char *)sqlite3_column_text(q, 0));
    (void)sqlite3_finalize(q);
    store_rollback(e->store);
}

static void
what_was_made_in_one_instant_stands_in_one_order_whoever_was_quicker(void **state)
{
    struct engine *e = *state;
    AUTO_TEXT struct text a = { 0 };
    AUTO_TEXT struct text b = { 0 };
    engine_until(e, D(2015, 1, 6));
    words_of_two(e, "2b/deliver", "2c/deliver", &a);
    words_of_two(e, "2c/deliver", "2b/deliver", &b);
    assert_non_null(strstr(text_str(&a), "2b"));
    assert_non_null(strstr(text_str(&a), "2c"));
    assert_string_equal(text_str(&a), text_str(&b));
}

/* What a digest was ordered for may be over before it is written. */
static void
a_digest_of_nothing_is_no_mail(void **state)
{
    struct engine *e = *state;
    int64_t before = number(e, "SELECT count(*) FROM notice");
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, digest_write(e->world, e->store, "chief-pharmacist", e->now_ms, &e->why));
    assert_int_equal(number(e, "SELECT count(*) FROM notice"), before);
    store_rollback(e->store);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everybody_hears_of_all_their_actions_in_one_mail, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            one_digest_a_person_a_day_and_levels_for_those_who_decide_alone, begin, end),
        cmocka_unit_test_setup_teardown(what_was_closed_before_the_digest_is_not_in_it, begin, end),
        cmocka_unit_test_setup_teardown(a_digest_of_nothing_is_no_mail, begin, end),
        cmocka_unit_test_setup_teardown(
            what_was_made_in_one_instant_stands_in_one_order_whoever_was_quicker, begin, end),
        cmocka_unit_test_setup_teardown(thanks_wait_for_a_digest_that_goes_anyway, begin, end),
        cmocka_unit_test_setup_teardown(who_was_told_that_it_was_late_is_thanked_too, begin, end),
        cmocka_unit_test_setup_teardown(what_is_opened_again_before_the_digest_is_not_thanked_for,
                                        begin, end),
        cmocka_unit_test_setup_teardown(digests_that_never_left_merge_into_the_next, begin, end),
        cmocka_unit_test_setup_teardown(
            what_comes_after_the_mail_of_the_day_waits_and_may_be_over_by_then, begin, end),
        cmocka_unit_test_setup_teardown(a_digest_that_waits_is_taken_back_as_a_whole, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
