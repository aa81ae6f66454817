/* SPDX-License-Identifier: MIT */
/* test_safety.c - what keeps mail in the house: domains, ceilings, storms, shadow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "safety_fixture.h"

#include "engine/admin.h"
#include "engine/clearance.h"
#include "engine/outgoing.h"
#include "rules/domain.h"

/* ---- rules ----------------------------------------------------------------------------------- */

static void
a_domain_is_allowed_when_it_or_all_below_stand_on_the_list(void **state)
{
    (void)state;
    static const struct {
        const char *list, *address;
        bool may;
    } cases[] = {
        { "", "a@anywhere.org", true },
        { "example.nhs.uk", "a@example.nhs.uk", true },
        { "example.nhs.uk", "a@EXAMPLE.nhs.uk", true },
        { "example.nhs.uk", "a@sub.example.nhs.uk", false },
        { "example.nhs.uk", "a@badexample.nhs.uk", false },
        { "example.nhs.uk", "a@example.nhs.uk.evil.org", false },
        { "other.org example.nhs.uk", "a@example.nhs.uk", true },
        { "*.example.nhs.uk", "a@sub.example.nhs.uk", true },
        { "*.example.nhs.uk", "a@example.nhs.uk", false },
        { "*.example.nhs.uk", "a@xexample.nhs.uk", false },
        { "example.nhs.uk", "a@evil.org@example.nhs.uk", true }, /* refused as an address before */
        { "example.nhs.uk", "example.nhs.uk", false },
        { "", "none", false },
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        if (domain_is_allowed(cases[i].list, cases[i].address) != cases[i].may) {
            fail_msg("%s in \"%s\"", cases[i].address, cases[i].list);
        }
    }
}

static void
a_class_at_its_ceiling_stops_and_the_other_does_not(void **state)
{
    (void)state;
    const struct mail_rules r = { .max_person = 2, .max_all = 4, .max_urgent_person = 3,
                                  .max_urgent_all = 5 };
    const struct quota_used used = { .person = 2, .all = 3 };
    const struct quota_used full = { .person = 0, .all = 4 };
    assert_int_equal(quota_judge(&r, false, &used), QUOTA_PERSON);
    assert_int_equal(quota_judge(&r, true, &used), QUOTA_GO);
    assert_int_equal(quota_judge(&r, false, &full), QUOTA_ALL);
    assert_int_equal(quota_judge(&r, true, &full), QUOTA_GO);
}

static void
many_mails_are_a_storm_and_many_people_after_something_unusual(void **state)
{
    (void)state;
    struct mail_batch b = { .mails = 50, .people = 23, .roster = 39 };
    assert_int_equal(storm_judge(&mail_rules_default, &b), STORM_NONE);
    b.is_watched = true;
    assert_int_equal(storm_judge(&mail_rules_default, &b), STORM_PEOPLE);
    b.people = 9;
    assert_int_equal(storm_judge(&mail_rules_default, &b), STORM_NONE);
    b.mails = 51;
    assert_int_equal(storm_judge(&mail_rules_default, &b), STORM_MAILS);
}

/* ---- domains --------------------------------------------------------------------------------- */

static void
a_notice_outside_the_domains_is_held_shown_and_told_to_owner_and_admin(void **state)
{
    struct engine *e = *state;
    static const char *const items[] = { "example.nhs.uk", NULL };
    change(e, "UPDATE role SET email = 'someone@elsewhere.org' WHERE id = 'chief-pharmacist'");
    e->conf->mail.allow_domains = (struct conf_list){ items, 1 };
    settle(e);
    engine_until(e, day_of(2015, 1, 9));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE address LIKE '%%elsewhere.org'"
                               " AND state <> 6 AND state <> 4"), 0);
    int64_t held = number(e, "SELECT max(id) FROM notice WHERE state = 6");
    assert_true(held > 0);
    assert_int_equal(number(e, "SELECT count(*) FROM notice_catch WHERE notice = %lld AND"
                               " what = 'domain' AND words LIKE '%%allow_domains%%'",
                            (long long)held), 1);
    assert_true(number(e, "SELECT count(*) FROM item WHERE kind = 'unreached' AND state = 2") > 0);
    assert_true(number(e, "SELECT count(*) FROM notice WHERE kind = 'admin' AND step ="
                          " 'undelivered' AND state = 2") > 0);
    assert_int_equal(number(e, "SELECT count(*) FROM delivery WHERE notice = %lld",
                            (long long)held), 0);
    static const char *const both[] = { "example.nhs.uk", "elsewhere.org", NULL };
    e->conf->mail.allow_domains = (struct conf_list){ both, 2 };
    settle(e);
    assert_int_equal(number(e, "SELECT state FROM notice WHERE id = %lld", (long long)held), 1);
    engine_until(e, day_of(2015, 1, 12));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE state IN (1, 6)"), 0);
}

static void
a_lead_outside_the_domains_is_not_climbed_over(void **state)
{
    struct engine *e = *state;
    static const char *const items[] = { "nowhere.nhs.uk", NULL };
    e->conf->mail.allow_domains = (struct conf_list){ items, 1 };
    settle(e);
    engine_until(e, day_of(2015, 6, 30));
    assert_int_equal(number(e, "SELECT count(*) FROM delivery"), 0);
    assert_int_equal(number(e, "SELECT max(level) FROM occurrence"), 0);
    e->conf->mail.allow_domains = (struct conf_list){ NULL, 0 };
}

/* ---- ceilings -------------------------------------------------------------------------------- */

static void
beyond_a_ceiling_mail_waits_and_nothing_is_lost(void **state)
{
    struct engine *e = *state;
    e->conf->mail.max_all = 6;
    settle(e);
    engine_until(e, day_of(2015, 1, 2));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE kind = 'digest' AND state = 2"),
                     6);
    assert_true(number(e, "SELECT count(*) FROM notice_catch WHERE what = 'all'") > 10);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE step = 'ceiling' AND state = 2"),
                     1);
    engine_until(e, day_of(2015, 1, 16));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE state = 1"), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM item i WHERE state = 1 AND calls = 1"), 0);
    assert_int_equal(number(e, "SELECT max(n) FROM (SELECT count(*) AS n FROM delivery_outcome o"
                               " JOIN notice n ON n.id = o.notice WHERE n.kind = 'digest'"
                               " GROUP BY o.at_ms / 86400000)"), 6);
    assert_true(number(e, "SELECT max(n) FROM (SELECT count(*) AS n FROM notice WHERE"
                          " step = 'ceiling' GROUP BY created_ms / 86400000)") == 1);
}

static void
digests_do_not_use_up_the_room_of_the_upper_levels(void **state)
{
    struct engine *e = *state;
    e->conf->mail.max_all = 1;
    e->conf->mail.max_person = 1;
    settle(e);
    engine_until(e, day_of(2015, 7, 31));
    assert_true(number(e, "SELECT count(*) FROM notice WHERE kind = 'escalate' AND state = 2") > 0);
    assert_int_equal(number(e, "SELECT max(n) FROM (SELECT count(*) AS n FROM delivery_outcome o"
                               " JOIN notice n ON n.id = o.notice WHERE n.kind = 'digest'"
                               " GROUP BY o.at_ms / 86400000)"), 1);
}

static int64_t
ask(struct engine *e, int64_t notice, struct clearance *c)
{
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, clearance_ask(e->world, e->store, notice, e->now_ms, c, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
    return c->verdict;
}

static void
a_place_is_taken_once_and_given_back_when_it_cannot_have_arrived(void **state)
{
    struct engine *e = *state;
    struct clearance c;
    e->conf->mail.max_all = 1;
    settle(e);
    engine_until(e, day_of(2015, 1, 1));
    change(e, "INSERT INTO setting (key, value) VALUES ('mail.held', 'look')");
    engine_until(e, day_of(2015, 1, 2));
    change(e, "DELETE FROM setting WHERE key = 'mail.held'");
    int64_t one = number(e, "SELECT min(id) FROM notice WHERE kind = 'digest'");
    int64_t two = number(e, "SELECT max(id) FROM notice WHERE kind = 'digest'");
    assert_int_equal(ask(e, one, &c), CLEARANCE_GO);
    assert_int_equal(ask(e, one, &c), CLEARANCE_GO); /* tried again: the same place */
    assert_int_equal(ask(e, two, &c), CLEARANCE_WAIT);
    assert_string_equal(c.what, "all");
    assert_true(c.until_ms > e->now_ms);
    GOOD(e, clearance_give_back(e->world, e->store, one, e->now_ms, &e->why));
    assert_int_equal(ask(e, two, &c), CLEARANCE_GO);
    assert_int_equal(number(e, "SELECT count(*) FROM notice_catch WHERE notice = %lld",
                            (long long)two), 0);
    assert_int_equal(clearance_ask(e->world, e->store, 99999, e->now_ms, &c, &e->why), -ECANCELED);
}

/* ---- held by a person ----------------------------------------------------------------------- */

static int
hold(struct engine *e)
{
    return outgoing_hold(e->store, "test", "look first", e->now_ms, &e->why);
}

static void
while_an_operator_holds_mail_not_even_the_admin_is_told(void **state)
{
    struct engine *e = *state;
    in_one(e, hold);
    engine_until(e, day_of(2015, 2, 10));
    assert_int_equal(number(e, "SELECT count(*) FROM delivery"), 0);
    assert_true(number(e, "SELECT count(*) FROM notice WHERE step = 'drill'") == 2);
    in_one(e, let_go);
    engine_until(e, day_of(2015, 2, 11));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE state = 1"), 0);
}

/* ---- hours of mail --------------------------------------------------------------------------- */

/* The first digests are written on Friday 2 January and stay, as if held or failed. */
static void
write_and_keep(struct engine *e)
{
    in_one(e, hold);
    engine_until(e, day_of(2015, 1, 2));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE kind = 'digest' AND state = 1"),
                     23);
}

static void
leaves_on_monday_morning(struct engine *e)
{
    int64_t monday = world_digests_ms(e->world, day_of(2015, 1, 5));
    assert_int_equal(number(e, "SELECT count(*) FROM delivery"), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM notice_catch c JOIN notice n ON"
                               " n.id = c.notice WHERE n.kind = 'digest' AND c.what = 'hours'"
                               " AND c.words ="
                               " 'it waits for the hours of mail, on 2015-01-05 at 09:00'"), 23);
    GOOD(e, play_until(e->world, e->store, e->now_ms, monday + 1, &e->why));
    /* each once: who has a digest of Monday too reads all of it there */
    assert_int_equal(number(e, "SELECT count(*) FROM delivery_outcome o JOIN notice n ON"
                               " n.id = o.notice WHERE n.kind = 'digest'"), 23);
    assert_int_equal(number(e, "SELECT count(DISTINCT n.role) FROM delivery_outcome o JOIN notice n"
                               " ON n.id = o.notice WHERE n.kind = 'digest'"), 23);
    assert_int_equal(number(e, "SELECT count(*) FROM delivery_outcome o JOIN notice n ON"
                               " n.id = o.notice WHERE kind <> 'admin'"
                               " AND n.created_ms < %lld AND o.at_ms <> %lld",
                            (long long)world_send_ms(e->world, day_of(2015, 1, 5)),
                            (long long)monday), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM notice_catch c JOIN notice n ON"
                               " n.id = c.notice WHERE n.state <> 4"), 0);
}

static void
mail_let_go_on_a_sunday_leaves_on_monday(void **state)
{
    struct engine *e = *state;
    write_and_keep(e);
    e->now_ms = zone_instant(e->world->zone, day_of(2015, 1, 4), 10 * 60);
    in_one(e, let_go);
    GOOD(e, play_until(e->world, e->store, e->now_ms, e->now_ms + 1000, &e->why));
    leaves_on_monday_morning(e);
}

static void
mail_tried_again_at_night_waits_for_the_morning_of_a_working_day(void **state)
{
    struct engine *e = *state;
    char sql[256];
    int64_t night = zone_instant(e->world->zone, day_of(2015, 1, 2), 17 * 60);
    write_and_keep(e);
    (void)snprintf(sql, sizeof sql, "DELETE FROM setting WHERE key = 'mail.held'; UPDATE job SET"
                   " state = 1, attempt = 2, failures = 1, run_at_ms = %lld WHERE kind = 4",
                   (long long)night);
    change(e, sql); /* as the hub leaves it when a relay has said: later */
    GOOD(e, play_until(e->world, e->store, night - 1, night + 1, &e->why));
    e->now_ms = night + 1;
    leaves_on_monday_morning(e);
    assert_int_equal(number(e, "SELECT max(failures) FROM job WHERE kind = 4 AND state = 3"), 1);
}

static int
order_test(struct engine *e)
{
    int r = admin_test(e->world, e->store, e->now_ms, &e->why);
    return r == 1 ? 0 : -EINVAL;
}

static void
whether_mail_works_is_told_at_any_hour(void **state)
{
    struct engine *e = *state;
    e->now_ms = zone_instant(e->world->zone, day_of(2015, 1, 4), 3 * 60);
    in_one(e, order_test);
    GOOD(e, play_until(e->world, e->store, e->now_ms, e->now_ms + 1000, &e->why));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE step = 'test' AND state = 2"), 1);
    assert_int_equal(number(e, "SELECT count(*) FROM delivery"), 1);
}

static void
who_was_away_is_told_once_and_so_are_workers_that_live(void **state)
{
    struct engine *e = *state;
    int64_t seen = 0;
    AUTO(world) struct world *workers = NULL;
    engine_until(e, day_of(2015, 4, 20));
    GOOD(e, world_open(e->store, false, &workers, &e->why));
    int64_t then = world_send_ms(e->world, day_of(2015, 4, 20));
    int64_t later = world_send_ms(e->world, day_of(2015, 4, 27));
    GOOD(e, store_begin(e->store, &e->why));
    assert_int_equal(outgoing_come_back(e->world, e->store, then, &e->why), 0); /* the first look */
    GOOD(e, outgoing_see(e->store, then, &e->why));
    assert_int_equal(outgoing_come_back(e->world, e->store, then + 86400000, &e->why), 0);
    assert_int_equal(outgoing_come_back(e->world, e->store, then - 86400000, &e->why), 0);
    assert_int_equal(world_is_stale(e->store, workers, &e->why), 0);
    assert_int_equal(outgoing_come_back(e->world, e->store, later, &e->why), 1);
    assert_int_equal(outgoing_come_back(e->world, e->store, later, &e->why), 0);
    GOOD(e, outgoing_seen(e->store, &seen, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
    assert_true(seen == later);
    assert_int_equal(e->world->outage_day, day_of(2015, 4, 27));
    assert_int_equal(world_is_stale(e->store, workers, &e->why), 1);
    assert_int_equal(world_is_stale(e->store, e->world, &e->why), 0);
    assert_int_equal(
        number(e, "SELECT count(*) FROM audit WHERE event = 'back after an outage'"), 1);
}

/* ---- modes ----------------------------------------------------------------------------------- */

static void
shadow_goes_on_as_if_it_were_sent_and_sends_nothing_of_it_later(void **state)
{
    struct engine *e = *state;
    struct clearance c;
    engine_until(e, day_of(2015, 1, 20));
    e->conf->mail.mode = MAIL_SHADOW;
    settle(e);
    engine_until(e, day_of(2015, 4, 20));
    int64_t level = number(e, "SELECT max(level) FROM occurrence");
    assert_true(level >= 2);
    change(e, "UPDATE notice SET state = 1 WHERE id IN (SELECT max(id) FROM notice)");
    int64_t last = number(e, "SELECT max(id) FROM notice");
    assert_int_equal(ask(e, last, &c), CLEARANCE_SHADOW);
    assert_int_equal(number(e, "SELECT state FROM notice WHERE id = %lld", (long long)last),
                     SHADOWED);
    change(e, "UPDATE notice SET state = 1 WHERE id = (SELECT max(id) FROM notice)");
    e->conf->mail.mode = MAIL_SMTP;
    settle(e);
    assert_int_equal(number(e, "SELECT state FROM notice WHERE id = %lld", (long long)last),
                     SHADOWED);
    assert_int_equal(number(e, "SELECT count(*) FROM audit WHERE event = 'mail mode' AND detail"
                               " LIKE 'from shadow to sending; nothing of what%%'"), 1);
    assert_true(e->world->outage_day >= day_of(2015, 5, 1));
    engine_until(e, day_of(2015, 4, 30));
    assert_true(number(e, "SELECT max(level) FROM occurrence") == level);
    engine_until(e, day_of(2015, 6, 30));
    assert_true(number(e, "SELECT max(level) FROM occurrence") > level);
}

static void
a_mail_of_unknown_fate_keeps_its_job_when_the_mode_changes(void **state)
{
    struct engine *e = *state;
    e->conf->mail.mode = MAIL_SHADOW;
    settle(e);
    engine_until(e, day_of(2015, 1, 20));
    int64_t last = number(e, "SELECT max(subject) FROM job WHERE kind = 4");
    change(e, "UPDATE notice SET state = 5 WHERE id = (SELECT max(subject) FROM job WHERE kind ="
              " 4)");
    change(e, "UPDATE job SET state = 2 WHERE kind = 4 AND subject = (SELECT max(subject) FROM job"
              " WHERE kind = 4)");
    e->conf->mail.mode = MAIL_SMTP;
    settle(e);
    assert_int_equal(number(e, "SELECT state FROM notice WHERE id = %lld", (long long)last), 5);
    assert_int_equal(number(e, "SELECT count(*) FROM job WHERE kind = 4 AND state IN (1, 2) AND"
                               " subject = %lld", (long long)last), 1);
}

/* ---- does mail work -------------------------------------------------------------------------- */

static void
silence_is_counted_from_the_first_try_that_failed(void **state)
{
    struct engine *e = *state;
    int64_t monday = zone_instant(e->world->zone, day_of(2015, 1, 5), 600);
    int64_t next = zone_instant(e->world->zone, day_of(2015, 1, 12), 600);
    GOOD(e, outgoing_note_delivery(e->store, false, monday, &e->why));
    GOOD(e, outgoing_note_delivery(e->store, false, next, &e->why));
    assert_int_equal(outgoing_silence(e->world, e->store, next, &e->why), 5);
    GOOD(e, outgoing_note_delivery(e->store, true, next, &e->why));
    assert_int_equal(outgoing_silence(e->world, e->store, next, &e->why), 0);
}

static void
the_drill_comes_once_a_month_on_its_first_working_day(void **state)
{
    struct engine *e = *state;
    engine_until(e, day_of(2015, 6, 30));
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE step = 'drill'"), 6);
    assert_int_equal(number(e, "SELECT created_ms FROM notice WHERE step = 'drill' AND key ="
                               " 'admin|drill|2015-02'"),
                     zone_instant(e->world->zone, day_of(2015, 2, 2), 510));
}

/* Up to an instant, which is not lived yet. */
static void
live_before(struct engine *e, day_t day, int minute)
{
    int64_t end = zone_instant(e->world->zone, day, minute);
    GOOD(e, play_until(e->world, e->store, e->now_ms, end, &e->why));
    e->now_ms = end;
}

static int
release(struct engine *e)
{
    return outgoing_release(e->store, "test", e->now_ms, &e->why);
}

/* Held for a day, let go in the minute in which digests are written; at noon somebody is given an
 * action. Returns the working day after. */
static day_t
wait_overnight(struct engine *e, day_t day, const char *lead)
{
    const struct act move = { .plan = "CO-304", .ref = "1f", .event = ACTION_EV_REASSIGN,
                              .role = "head-of-community-engagement", .to = lead, .percent = -1 };
    day_t next = calendar_add(&e->world->calendar, day, 1);
    live_before(e, day, 0);
    in_one(e, hold);
    live_before(e, next, 8 * 60 + 30);
    in_one(e, release);
    live_before(e, next, 12 * 60);
    GOOD(e, act_now(e->world, e->store, e->now_ms, &move, NULL, &e->why));
    return calendar_add(&e->world->calendar, next, 1);
}

/* What had waited and what is new are never two digests of one day. */
static void
what_waited_overnight_is_the_digest_of_the_day(void **state)
{
    struct engine *e = *state;
    static const char *const leads[] = { "medical-director", "head-of-od" };
    day_t day = day_of(2015, 2, 2);
    engine_until(e, day - 1);
    for (int i = 0; i < 30; i++) {
        day = wait_overnight(e, day, leads[i % 2]);
    }
    assert_true(number(e, "SELECT count(*) FROM job WHERE reason LIKE '%%a later digest'") > 5);
    assert_int_equal(number(e, "SELECT count(*) FROM notice n JOIN delivery_outcome o ON o.notice ="
                               " n.id WHERE n.kind = 'digest'"
                               " AND o.at_ms / 86400000 > n.created_ms / 86400000"), 0);
    assert_int_equal(number(e, "SELECT count(*) FROM (SELECT 1 FROM notice n JOIN"
                               " delivery_outcome o"
                               " ON o.notice = n.id WHERE n.kind = 'digest' GROUP BY n.address,"
                               " o.at_ms / 86400000 HAVING count(*) > 1)"), 0);
}

/* It may be let go while somebody is given an action: whichever is seen first, it is one mail. */
static void
what_waited_and_what_comes_as_it_is_let_go_are_one_digest(void **state)
{
    struct engine *e = *state;
    const struct act move = { .plan = "CO-304", .ref = "1f", .event = ACTION_EV_REASSIGN,
                              .role = "head-of-community-engagement", .to = "head-of-od",
                              .percent = -1 };
    day_t monday = day_of(2015, 1, 5);
    write_and_keep(e);
    live_before(e, monday, 12 * 60);
    in_one(e, let_go);
    GOOD(e, act_now(e->world, e->store, e->now_ms, &move, NULL, &e->why));
    engine_until(e, monday);
    assert_int_equal(number(e, "SELECT count(*) FROM notice WHERE kind = 'digest' AND state = 2 AND"
                               " role = 'head-of-od'"), 1);
    assert_int_equal(number(e, "SELECT count(DISTINCT i.occurrence) > 1 FROM item i JOIN notice n"
                               " ON n.id = i.notice WHERE n.state = 2 AND i.role ="
                               " 'head-of-od' AND EXISTS (SELECT 1 FROM item x JOIN"
                               " occurrence o ON o.id = x.occurrence WHERE x.notice = n.id AND"
                               " o.ref LIKE '1f%%')"), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_domain_is_allowed_when_it_or_all_below_stand_on_the_list),
        cmocka_unit_test(a_class_at_its_ceiling_stops_and_the_other_does_not),
        cmocka_unit_test(many_mails_are_a_storm_and_many_people_after_something_unusual),
        PLAYED(a_notice_outside_the_domains_is_held_shown_and_told_to_owner_and_admin),
        PLAYED(a_lead_outside_the_domains_is_not_climbed_over),
        PLAYED(beyond_a_ceiling_mail_waits_and_nothing_is_lost),
        PLAYED(digests_do_not_use_up_the_room_of_the_upper_levels),
        PLAYED(a_place_is_taken_once_and_given_back_when_it_cannot_have_arrived),
        PLAYED(while_an_operator_holds_mail_not_even_the_admin_is_told),
        PLAYED(who_was_away_is_told_once_and_so_are_workers_that_live),
        PLAYED(shadow_goes_on_as_if_it_were_sent_and_sends_nothing_of_it_later),
        PLAYED(a_mail_of_unknown_fate_keeps_its_job_when_the_mode_changes),
        PLAYED(silence_is_counted_from_the_first_try_that_failed),
        PLAYED(mail_let_go_on_a_sunday_leaves_on_monday),
        PLAYED(mail_tried_again_at_night_waits_for_the_morning_of_a_working_day),
        PLAYED(whether_mail_works_is_told_at_any_hour),
        PLAYED(the_drill_comes_once_a_month_on_its_first_working_day),
        PLAYED(what_waited_overnight_is_the_digest_of_the_day),
        PLAYED(what_waited_and_what_comes_as_it_is_let_go_are_one_digest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
