/* SPDX-License-Identifier: MIT */
/* test_came_back.c - what came back: who is mailed nothing more, who hears instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "safety_fixture.h"

#include "engine/bounce.h"
#include "engine/hearing.h"
#include "engine/outgoing.h"

static struct bounced
take(struct engine *e, const struct dsn *d, const char *hash)
{
    struct bounced b;
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, bounce_take(e->world, e->store, d, hash, e->now_ms, &b, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
    return b;
}

static void
id_of(struct engine *e, int64_t notice, char ret[DSN_ID_MAX])
{
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(e->store->db,
                                        "SELECT message_id FROM notice WHERE id = ?1", -1, &q,
                                        NULL), SQLITE_OK);
    (void)sqlite3_bind_int64(q, 1, notice);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    (void)snprintf(ret, DSN_ID_MAX, "%s", (const char *)sqlite3_column_text(q, 0));
    (void)sqlite3_finalize(q);
}

static int
readmit(struct engine *e)
{
    return hearing_readmit(e->world, e->store, "chief-pharmacist", "test", e->now_ms, &e->why);
}

static int
review(struct engine *e)
{
    return hearing_review(e->world, e->store, e->now_ms, &e->why);
}

static void
a_final_failure_counts_as_not_delivered_from_then_on(void **state)
{
    struct engine *e = *state;
    struct dsn d = { .verdict = DSN_HARD, .status = "5.1.1" };
    engine_until(e, day_of(2015, 1, 5));
    int64_t notice = notice_to(e, "chief-pharmacist");
    id_of(e, notice, d.message_id);
    struct bounced b = take(e, &d, "aa");
    assert_true(b.is_new && b.notice == notice);
    assert_int_equal(number(e, "SELECT state FROM notice WHERE id = %lld", (long long)notice),
                     BOUNCED);
    assert_int_equal(number(e, "SELECT count(*) FROM quarantine"), 1);
    assert_int_equal(number(e, "SELECT count(*) FROM audit WHERE event = 'came back' AND detail"
                               " LIKE '%%@%%'"), 0);
    assert_false(take(e, &d, "aa").is_new);
    assert_int_equal(number(e, "SELECT count(*) FROM audit WHERE event = 'came back'"), 1);
    engine_until(e, day_of(2015, 1, 7));
    assert_true(number(e, "SELECT count(*) FROM item WHERE kind = 'unreached' AND state = 2") > 0);
    assert_true(number(e, "SELECT count(*) FROM notice WHERE instr(body, 'This is led by: Chief"
                          " Pharmacist, who cannot be reached by mail.') > 0") > 0);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE body LIKE '%%nobody yet%%'"), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE step = 'undelivered' AND state ="
                               " 2 AND body LIKE '%%5.1.1%%'"), 1);
    engine_until(e, day_of(2015, 4, 30));
    assert_int_equal(number(e, "SELECT count(*) FROM delivery d JOIN notice n ON n.id = d.notice"
                               " WHERE n.role = 'chief-pharmacist'"), 1);
    in_one(e, readmit);
    assert_int_equal(number(e, "SELECT count(*) FROM quarantine"), 0);
    GOOD(e, store_begin(e->store, &e->why));
    assert_int_equal(readmit(e), -ENOENT);
    store_rollback(e->store);
    engine_until(e, day_of(2015, 6, 30));
    assert_true(number(e, "SELECT count(*) FROM delivery d JOIN notice n ON n.id = d.notice"
                          " WHERE n.role = 'chief-pharmacist'") > 1);
}

static void
a_delay_is_only_noted_and_a_stranger_is_nobodys(void **state)
{
    struct engine *e = *state;
    struct dsn d = { .verdict = DSN_SOFT, .status = "4.4.7" };
    engine_until(e, day_of(2015, 1, 5));
    int64_t notice = notice_to(e, "chief-pharmacist");
    id_of(e, notice, d.message_id);
    assert_int_equal(take(e, &d, "bb").notice, notice);
    d = (struct dsn){ .verdict = DSN_HARD, .message_id = "<nobody.mail@example.nhs.uk>" };
    assert_int_equal(take(e, &d, "cc").notice, 0);
    d = (struct dsn){ .verdict = DSN_NO_REPORT };
    assert_int_equal(take(e, &d, "dd").notice, 0);
    assert_int_equal(number(e, "SELECT state FROM notice WHERE id = %lld", (long long)notice),
                     ACCEPTED);
    assert_int_equal(number(e, "SELECT count(*) FROM quarantine"), 0);
    assert_int_equal(number(e, "SELECT count(DISTINCT verdict) FROM bounce"), 3);
}

static void
the_envelope_names_the_notice_when_nothing_of_it_came_back(void **state)
{
    struct engine *e = *state;
    struct dsn d = { .verdict = DSN_HARD, .n_to = 2 };
    char id[DSN_ID_MAX];
    e->conf->mail.envelope = "bounces+*@example.nhs.uk";
    settle(e);
    engine_until(e, day_of(2015, 1, 5));
    int64_t notice = notice_to(e, "chief-pharmacist");
    id_of(e, notice, id);
    (void)snprintf(d.to[0], DSN_ID_MAX, "Postmaster@example.nhs.uk");
    (void)snprintf(d.to[1], DSN_ID_MAX, "Bounces+%.32s@EXAMPLE.nhs.uk", id + 1);
    assert_int_equal(take(e, &d, "ee").notice, notice);
    (void)snprintf(d.to[1], DSN_ID_MAX, "bounces+%%@example.nhs.uk");
    assert_int_equal(take(e, &d, "ff").notice, 0);
}

static void
another_address_in_the_roster_lifts_the_quarantine(void **state)
{
    struct engine *e = *state;
    struct dsn d = { .verdict = DSN_HARD };
    engine_until(e, day_of(2015, 1, 5));
    id_of(e, notice_to(e, "chief-pharmacist"), d.message_id);
    (void)take(e, &d, "aa");
    change(e, "UPDATE role SET email = 'new@example.nhs.uk' WHERE id = 'chief-pharmacist'");
    GOOD(e, hearing_review(e->world, e->store, e->now_ms, &e->why));
    assert_int_equal(number(e, "SELECT count(*) FROM quarantine"), 0);
    assert_int_equal(hearing_of(e->world, e->store, "new@example.nhs.uk", &e->why), HEARING_OK);
}

/* The address before this one is somebody else's now, or nobody's. */
static void
what_was_held_for_an_address_that_left_goes_to_the_new_one_in_the_next_digest(void **state)
{
    struct engine *e = *state;
    struct dsn d = { .verdict = DSN_HARD };
    engine_until(e, day_of(2015, 1, 5));
    id_of(e, notice_to(e, "chief-pharmacist"), d.message_id);
    (void)take(e, &d, "aa");
    engine_until(e, day_of(2015, 4, 30));
    int64_t held = notice_to(e, "chief-pharmacist");
    assert_int_equal(number(e, "SELECT state FROM notice WHERE id = %lld", (long long)held), HELD);
    int64_t n = number(e, "SELECT count(*) FROM item WHERE notice = %lld", (long long)held);
    assert_true(n > 0);
    change(e, "UPDATE role SET email = 'new@example.nhs.uk' WHERE id = 'chief-pharmacist'");
    in_one(e, review);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE role = 'chief-pharmacist' AND"
                               " state IN (1, 6)"), 0);
    assert_int_equal(number(e, "SELECT state FROM notice WHERE id = %lld", (long long)held),
                     CANCELLED);
    assert_true(number(e, "SELECT count(*) FROM item WHERE role = 'chief-pharmacist' AND"
                          " state = 1") >= n);
    assert_true(number(e, "SELECT count(*) FROM audit WHERE event = 'taken back' AND subject ="
                          " 'notice %lld'", (long long)held) == 1);
    engine_until(e, day_of(2015, 5, 5));
    assert_true(number(e, "SELECT count(*) FROM notice WHERE role = 'chief-pharmacist' AND state ="
                          " 2 AND address = 'new@example.nhs.uk'") > 0);
    assert_int_equal(number(e, "SELECT count(*) FROM delivery d JOIN notice n ON n.id = d.notice"
                               " WHERE n.role = 'chief-pharmacist' AND n.address <>"
                               " 'new@example.nhs.uk'"), 1);
}

static void
an_address_that_left_gets_nothing_when_its_domain_is_allowed_again(void **state)
{
    struct engine *e = *state;
    static const char *const items[] = { "example.nhs.uk", NULL };
    change(e, "UPDATE role SET email = 'someone@elsewhere.org' WHERE id = 'chief-pharmacist'");
    e->conf->mail.allow_domains = (struct conf_list){ items, 1 };
    settle(e);
    engine_until(e, day_of(2015, 1, 9));
    int64_t held = notice_to(e, "chief-pharmacist");
    assert_int_equal(number(e, "SELECT state FROM notice WHERE id = %lld", (long long)held), HELD);
    change(e, "UPDATE role SET email = 'new@example.nhs.uk' WHERE id = 'chief-pharmacist'");
    e->conf->mail.allow_domains = (struct conf_list){ NULL, 0 };
    settle(e);
    engine_until(e, day_of(2015, 1, 20));
    assert_int_equal(number(e, "SELECT state FROM notice WHERE id = %lld", (long long)held),
                     CANCELLED);
    assert_int_equal(number(e, "SELECT count(*) FROM delivery d JOIN notice n ON n.id = d.notice"
                               " WHERE n.address LIKE '%%elsewhere.org'"), 0);
    assert_true(number(e, "SELECT count(*) FROM notice WHERE address = 'new@example.nhs.uk' AND"
                          " state = 2") > 0);
}

static const char owner[] = "head-of-community-engagement";

static void
who_stands_in_and_the_owner_hear_what_came_back(void **state)
{
    struct engine *e = *state;
    struct dsn d = { .verdict = DSN_HARD };
    engine_until(e, day_of(2015, 5, 20));
    int64_t lost = number(e, "SELECT max(n.id) FROM notice n JOIN item i ON i.notice = n.id WHERE"
                             " n.role = 'head-of-od' AND i.why = 1 AND i.kind = 'remind'");
    assert_true(lost > 0);
    id_of(e, lost, d.message_id);
    (void)take(e, &d, "aa");
    engine_until(e, day_of(2015, 5, 22));
    assert_true(number(e, "SELECT count(*) FROM item WHERE notice = %lld AND why = 1",
                       (long long)lost) > 0);
    assert_int_equal(number(e, "SELECT count(*) FROM item i WHERE i.notice = %lld AND i.why = 1 AND"
                               " NOT EXISTS (SELECT 1 FROM item j WHERE j.occurrence ="
                               " i.occurrence AND j.kind = i.kind AND j.step = i.step AND j.role ="
                               " 'head-of-td' AND j.state = 2)", (long long)lost), 0);
    assert_true(number(e, "SELECT count(*) FROM item WHERE kind = 'unreached' AND state = 2") > 0);
}

static void
a_committee_whose_mail_came_back_is_not_called_a_lead(void **state)
{
    struct engine *e = *state;
    struct dsn d = { .verdict = DSN_HARD };
    engine_until(e, day_of(2015, 4, 30));
    int64_t lost = notice_to(e, "qsc-secretary");
    id_of(e, lost, d.message_id);
    (void)take(e, &d, "aa");
    engine_until(e, day_of(2015, 5, 5));
    assert_int_equal(number(e, "SELECT count(*) FROM item i JOIN item j ON j.occurrence ="
                               " i.occurrence WHERE i.notice = %lld AND j.kind = 'untold' AND"
                               " j.step = i.step AND j.role = '%s' AND j.state = 2 AND j.note ="
                               " 'Secretary of the Quality and Safety Committee'",
                            (long long)lost, owner), 1);
    assert_int_equal(number(e, "SELECT count(*) FROM item i JOIN item j ON j.occurrence ="
                               " i.occurrence WHERE i.notice = %lld AND j.kind IN ('unreached',"
                               " 'unmailed') AND j.created_ms > i.created_ms",
                            (long long)lost), 0);
}

static int
hold(struct engine *e)
{
    return outgoing_hold(e->store, "test", "to look first", e->now_ms, &e->why);
}

/* Written while the address was good, offered when it is not any more. */
static void
what_was_written_before_a_quarantine_began_is_passed_on_too(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 4, 29));
    in_one(e, hold);
    engine_until(e, day_of(2015, 4, 30));
    int64_t waiting = number(e, "SELECT count(*) FROM notice WHERE role = 'qsc-secretary' AND"
                                " kind = 'escalate' AND state = 1");
    assert_true(waiting > 0);
    assert_int_equal(number(e, "SELECT count(*) FROM item WHERE kind = 'untold'"), 0);
    change(e, "INSERT INTO quarantine (address, notice, words, at_ms)"
              " VALUES ('qsc-secretary@example.nhs.uk', NULL, 'status 5.1.1', 0)");
    in_one(e, let_go);
    engine_until(e, day_of(2015, 5, 6));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE role = 'qsc-secretary' AND"
                               " kind = 'escalate' AND step = 'L4+20' AND state = 6 AND created_ms"
                               " < 1430434800000"), waiting);
    assert_int_equal(number(e, "SELECT count(DISTINCT i.occurrence) FROM item i JOIN notice n ON"
                               " n.id = i.notice AND n.role = 'qsc-secretary' AND n.state = 6"
                               " AND n.created_ms < 1430434800000 JOIN item j ON j.occurrence ="
                               " i.occurrence AND j.kind = 'untold' AND j.step = i.step AND"
                               " j.role = '%s' AND j.state = 2", owner), waiting);
    /* each is said once, however often the held ones are offered */
    assert_int_equal(number(e, "SELECT count(*) FROM (SELECT 1 FROM item WHERE kind = 'untold'"
                               " GROUP BY occurrence, gen, episode, step, note HAVING count(*) >"
                               " 1)"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        PLAYED(a_final_failure_counts_as_not_delivered_from_then_on),
        PLAYED(a_delay_is_only_noted_and_a_stranger_is_nobodys),
        PLAYED(the_envelope_names_the_notice_when_nothing_of_it_came_back),
        PLAYED(another_address_in_the_roster_lifts_the_quarantine),
        PLAYED(what_was_held_for_an_address_that_left_goes_to_the_new_one_in_the_next_digest),
        PLAYED(who_stands_in_and_the_owner_hear_what_came_back),
        PLAYED(a_committee_whose_mail_came_back_is_not_called_a_lead),
        PLAYED(what_was_written_before_a_quarantine_began_is_passed_on_too),
        PLAYED(an_address_that_left_gets_nothing_when_its_domain_is_allowed_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
