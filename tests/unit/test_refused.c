/* SPDX-License-Identifier: MIT */
/* test_refused.c - mail refused for good: is the address dead, and who hears of what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "safety_fixture.h"

#include "engine/bounce.h"
#include "engine/fault.h"
#include "engine/hearing.h"
#include "engine/untold.h"
#include "rules/refusal.h"

static void
a_refusal_is_of_the_address_by_its_status_or_else_by_what_was_asked(void **state)
{
    (void)state;
    static const struct {
        enum refusal_of of;
        int code;
        const char *status;
        bool is_dead;
    } cases[] = {
        { REFUSAL_OF_RECIPIENT, 550, "5.1.1", true },
        { REFUSAL_OF_RECIPIENT, 550, "", true },
        { REFUSAL_OF_RECIPIENT, 551, "5.1.6", true },
        { REFUSAL_OF_RECIPIENT, 550, "5.2.1", true },
        { REFUSAL_OF_RECIPIENT, 556, "5.1.10", true },
        { REFUSAL_OF_RECIPIENT, 550, "5.4.1", true },
        { REFUSAL_OF_RECIPIENT, 550, "5.7.1", false },
        { REFUSAL_OF_RECIPIENT, 554, "", false },
        { REFUSAL_OF_RECIPIENT, 552, "", false },
        { REFUSAL_OF_RECIPIENT, 552, "5.2.2", false },
        { REFUSAL_OF_RECIPIENT, 553, "5.1.8", false },
        { REFUSAL_OF_RECIPIENT, 503, "5.5.1", false },
        { REFUSAL_OF_RECIPIENT, 550, "4.1.1", false },
        { REFUSAL_OF_RECIPIENT, 550, "5.0.0", true },
        { REFUSAL_OF_RECIPIENT, 550, "5.1.0", false },
        { REFUSAL_OF_RECIPIENT, 550, "5.1.7", false },
        { REFUSAL_OF_SENDER, 550, "5.1.0", false },
        { REFUSAL_OF_SENDER, 550, "5.1.1", false },
        { REFUSAL_OF_SENDER, 553, "5.1.3", false },
        { REFUSAL_OF_SENDER, 550, "5.2.1", false },
        { REFUSAL_OF_SENDER, 550, "", false },
        { REFUSAL_OF_MAIL, 550, "5.1.1", true },
        { REFUSAL_OF_MAIL, 550, "5.1.0", false },
        { REFUSAL_OF_MAIL, 550, "", false },
        { REFUSAL_OF_MAIL, 554, "5.7.1", false },
        { REFUSAL_OF_MAIL, 554, "5.6.0", false },
        { REFUSAL_OF_MAIL, 552, "5.3.4", false },
        { REFUSAL_OF_MAIL, 550, "5.1.7", false },
        { REFUSAL_REPORTED, 0, "5.1.1", true },
        { REFUSAL_REPORTED, 0, "5.1.0", false },
        { REFUSAL_REPORTED, 0, "5.1.8", false },
        { REFUSAL_REPORTED, 0, "", true },
        { REFUSAL_REPORTED, 0, "5.2.2", false },
        { REFUSAL_REPORTED, 0, "5.7.1", false },
        { REFUSAL_REPORTED, 0, "4.4.7", false },
        { REFUSAL_REPORTED, 0, "5.0.0", true },
        { REFUSAL_REPORTED, 0, "5.4.4", true },
        { REFUSAL_REPORTED, 0, "no status", true },
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        if (refusal_is_of_address(cases[i].of, cases[i].code, cases[i].status)
            != cases[i].is_dead) {
            fail_msg("%d %d %s", cases[i].of, cases[i].code, cases[i].status);
        }
    }
}

static void
the_status_stands_after_the_code_of_a_reply(void **state)
{
    (void)state;
    static const struct {
        const char *reply, *status;
    } cases[] = {
        { "550 5.1.1 no such person", "5.1.1" }, { "550-5.1.10", "5.1.10" },
        { "554 5.7.123 no", "5.7.123" },         { "550 no such person", "" },
        { "550 5.1 no", "" },                    { "550 5.1.1.1 no", "" },
        { "5.1.1 no", "" },                      { "550 10.0.0.1 is not welcome", "" },
        { "550", "" },                           { "", "" },
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char buf[REFUSAL_STATUS_MAX];
        assert_string_equal(refusal_status(cases[i].reply, buf), cases[i].status);
    }
}

/* What a sender records, then what the hub does with the job that is over. */
static int64_t lost;
static bool is_dead;

static int
refuse(struct engine *e)
{
    char sql[120];
    (void)snprintf(sql, sizeof sql, "UPDATE notice SET state = 3, changed_ms = %lld WHERE id ="
                                    " %lld", (long long)e->now_ms, (long long)lost);
    change(e, sql);
    int64_t job = number(e, "SELECT id FROM job WHERE kind = 4 AND subject = %lld",
                         (long long)lost);
    int r = is_dead ? hearing_stop(e->world, e->store, lost, "refused with 550 5.1.1", e->now_ms,
                                   &e->why)
                    : 0;
    return r < 0 ? r : untold_job(e->world, e->store, job, e->now_ms, &e->why);
}

/* Plays to a day on which the head of OD has a digest, which is then refused. */
static void
refuse_a_lead(struct engine *e, bool for_ever)
{
    e->conf->admin = "digital-services@example.nhs.uk";
    settle(e);
    engine_until(e, day_of(2015, 5, 20));
    lost = number(e, "SELECT max(n.id) FROM notice n JOIN item i ON i.notice = n.id WHERE"
                     " n.role = 'head-of-od' AND i.why = 1 AND i.kind = 'remind'");
    is_dead = for_ever;
    assert_true(lost > 0);
    in_one(e, refuse);
}

static const char told_admin[] =
    "SELECT count(*) FROM notice WHERE key = 'admin|undelivered|2015-05-20' AND role = 'admin' AND"
    " state = 2 AND body LIKE '%%%s%%'";

static void
a_dead_address_is_stopped_and_owner_admin_and_deputy_hear(void **state)
{
    struct engine *e = *state;
    refuse_a_lead(e, true);
    assert_int_equal(number(e, "SELECT count(*) FROM quarantine WHERE address ="
                               " 'head-of-od@example.nhs.uk' AND notice = %lld",
                            (long long)lost), 1);
    int64_t before = number(e, "SELECT count(*) FROM delivery d JOIN notice n ON n.id = d.notice"
                               " WHERE n.role = 'head-of-od'");
    engine_until(e, day_of(2015, 5, 22));
    assert_int_equal(number(e, "SELECT count(*) FROM item i WHERE i.notice = %lld AND i.why = 1 AND"
                               " NOT EXISTS (SELECT 1 FROM item j WHERE j.occurrence ="
                               " i.occurrence AND j.kind = i.kind AND j.step = i.step AND j.role ="
                               " 'head-of-td' AND j.state = 2)", (long long)lost), 0);
    engine_until(e, day_of(2015, 7, 31));
    assert_int_equal(number(e, told_admin, "refused with 550 5.1.1"), 1);
    assert_int_equal(number(e, "SELECT count(*) FROM delivery d JOIN notice n ON n.id = d.notice"
                               " WHERE n.role = 'head-of-od'"), before);
    assert_true(number(e, "SELECT count(*) FROM item WHERE kind = 'unreached' AND state = 2") > 0);
    /* a week later it is said again, once a week at most */
    assert_true(number(e, "SELECT count(*) FROM notice WHERE step = 'undelivered' AND state = 2")
                > 2);
    assert_int_equal(number(e, "SELECT count(*) FROM (SELECT 1 FROM notice WHERE step ="
                               " 'undelivered' AND created_ms > 1432684800000 GROUP BY"
                               " (created_ms / 86400000 + 3) / 7 HAVING count(*) > 1)"), 0);
}

static void
a_mail_that_was_not_wanted_stops_no_address_and_is_told_all_the_same(void **state)
{
    struct engine *e = *state;
    refuse_a_lead(e, false);
    engine_until(e, day_of(2015, 5, 22));
    assert_int_equal(number(e, "SELECT count(*) FROM quarantine"), 0);
    assert_int_equal(number(e, told_admin, "1 not taken by the mail relay"), 1);
    assert_true(number(e, "SELECT count(*) FROM item WHERE kind = 'untold' AND role ="
                          " 'head-of-community-engagement' AND state = 2") > 0);
    engine_until(e, day_of(2015, 7, 31));
    assert_true(number(e, "SELECT count(*) FROM notice WHERE role = 'head-of-od' AND state = 2 AND"
                          " created_ms > 1432252800000") > 0);
}

static void
a_report_about_the_mail_alone_stops_no_address(void **state)
{
    struct engine *e = *state;
    struct bounced b;
    struct dsn d = { .verdict = DSN_HARD, .status = "5.7.1" };
    engine_until(e, day_of(2015, 1, 5));
    int64_t notice = notice_to(e, "chief-pharmacist");
    char sql[200];
    (void)snprintf(sql, sizeof sql, "UPDATE notice SET message_id = '<a.mail@example.nhs.uk>'"
                                    " WHERE id = %lld", (long long)notice);
    change(e, sql);
    (void)snprintf(d.message_id, sizeof d.message_id, "<a.mail@example.nhs.uk>");
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, bounce_take(e->world, e->store, &d, "aa", e->now_ms, &b, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
    assert_int_equal(b.notice, notice);
    assert_int_equal(number(e, "SELECT state FROM notice WHERE id = %lld", (long long)notice),
                     BOUNCED);
    assert_int_equal(number(e, "SELECT count(*) FROM quarantine"), 0);
    engine_until(e, day_of(2015, 1, 7));
    assert_true(number(e, "SELECT count(*) FROM item WHERE kind = 'untold' AND state = 2") > 0);
}

/* At load, and each week while it lasts; in one mail, whoever it is. */
static void
the_admin_hears_of_a_lead_without_an_address_as_the_owner_does(void **state)
{
    struct engine *e = *state;
    e->conf->admin = "digital-services@example.nhs.uk";
    settle(e);
    change(e, "UPDATE role SET email = NULL WHERE id IN ('head-of-od', 'chief-pharmacist')");
    engine_until(e, day_of(2015, 12, 31));
    int64_t mails = number(e, "SELECT count(*) FROM notice WHERE step = 'undelivered' AND role ="
                              " 'admin' AND state = 2");
    assert_true(mails > 10);
    assert_true(number(e, "SELECT count(*) FROM item WHERE kind = 'unreached'") > mails);
    assert_true(number(e, "SELECT count(*) FROM notice WHERE step = 'undelivered' AND body LIKE"
                          " '%%leads open actions and cannot be mailed: it has no address%%'")
                == mails);
    assert_int_equal(number(e, "SELECT count(*) FROM (SELECT 1 FROM fault WHERE kind = 'role' AND"
                               " subject IN ('head-of-od', 'chief-pharmacist'))"), 2);
}

static void
an_admin_who_owns_the_plan_is_not_told_twice(void **state)
{
    struct engine *e = *state;
    change(e, "UPDATE role SET email = NULL WHERE id = 'chief-pharmacist'");
    engine_until(e, day_of(2015, 6, 30));
    assert_true(number(e, "SELECT count(*) FROM item WHERE kind = 'unreached' AND state = 2") > 0);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE step = 'undelivered'"), 0);
}

/* ---- a refused file -------------------------------------------------------------------------- */

static void
refuse_file(struct engine *e, const char *file, day_t day, int minute)
{
    const struct fault f = { .kind = FAULT_FILE, .subject = file, .plan = "", .words = "no\n" };
    e->now_ms = zone_instant(e->world->zone, day, minute);
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, fault_raise(e->world, e->store, &f, e->now_ms, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
}

/* On Friday evening, on Saturday, and the week that begins: which job is first must not matter. */
static void
what_is_refused_over_a_weekend_is_one_mail_by_one_name(void **state)
{
    struct engine *e = *state;
    static const char jobs[] = "SELECT count(*) FROM job WHERE key LIKE 'admin|fault|%%'";
    engine_until(e, day_of(2015, 1, 15));
    refuse_file(e, "a.yaml", day_of(2015, 1, 16), 19 * 60);
    refuse_file(e, "b.yaml", day_of(2015, 1, 17), 10 * 60);
    engine_until(e, day_of(2015, 1, 20));
    assert_int_equal(number(e, jobs), 1);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE key = 'admin|fault|2015-01-16'"
                               " AND body LIKE '%%a.yaml%%' AND body LIKE '%%b.yaml%%'"), 1);
    engine_until(e, day_of(2015, 1, 26));
    assert_int_equal(number(e, jobs), 2);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_is_of_the_address_by_its_status_or_else_by_what_was_asked),
        cmocka_unit_test(the_status_stands_after_the_code_of_a_reply),
        PLAYED(a_dead_address_is_stopped_and_owner_admin_and_deputy_hear),
        PLAYED(a_mail_that_was_not_wanted_stops_no_address_and_is_told_all_the_same),
        PLAYED(a_report_about_the_mail_alone_stops_no_address),
        PLAYED(the_admin_hears_of_a_lead_without_an_address_as_the_owner_does),
        PLAYED(an_admin_who_owns_the_plan_is_not_told_twice),
        PLAYED(what_is_refused_over_a_weekend_is_one_mail_by_one_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
