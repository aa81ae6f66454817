/* SPDX-License-Identifier: MIT */
/* test_safety.c - what keeps mail in the house: domains, ceilings, storms, shadow, bounces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "play_fixture.h"

#include "engine/bounce.h"
#include "engine/clearance.h"
#include "engine/hearing.h"
#include "engine/mail_change.h"
#include "engine/outgoing.h"
#include "rules/domain.h"
#include "store/inside.h"

enum { ACCEPTED = 2, HELD = 6, SHADOWED = 7, BOUNCED = 8 };

static int64_t __attribute__((format(printf, 2, 3)))
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

static void
change(struct engine *e, const char *sql)
{
    assert_int_equal(sqlite3_exec(e->store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* coprod.yaml was changed and read again, as the hub does it. */
static void
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

static void
in_one(struct engine *e, int (*run)(struct engine *e))
{
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, run(e));
    GOOD(e, store_commit(e->store, &e->why));
}

static int
setup(void **state)
{
    struct engine *e = calloc(1, sizeof *e);
    assert_non_null(e);
    engine_open(e, engine_source(), day_of(2015, 1, 1));
    *state = e;
    return 0;
}

static int
teardown(void **state)
{
    struct engine *e = *state;
    engine_close(e);
    free(e);
    return 0;
}
#define PLAYED(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* A notice that was accepted, to `role`. */
static int64_t
notice_to(struct engine *e, const char *role)
{
    return number(e, "SELECT max(id) FROM notice WHERE role = '%s'", role);
}

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

/* ---- storms ---------------------------------------------------------------------------------- */

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

static int
let_go(struct engine *e)
{
    int r = outgoing_release(e->store, "test", e->now_ms, &e->why);
    return r == 1 ? 0 : -EINVAL;
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

/* ---- what came back -------------------------------------------------------------------------- */

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
        PLAYED(the_first_load_of_co304_is_no_storm),
        PLAYED(more_mails_than_allowed_in_one_batch_wait_a_day_and_the_admin_is_told),
        PLAYED(after_an_edit_a_batch_to_a_quarter_of_the_roster_waits_until_it_is_let_go),
        PLAYED(while_an_operator_holds_mail_not_even_the_admin_is_told),
        PLAYED(shadow_goes_on_as_if_it_were_sent_and_sends_nothing_of_it_later),
        PLAYED(a_final_failure_counts_as_not_delivered_from_then_on),
        PLAYED(a_delay_is_only_noted_and_a_stranger_is_nobodys),
        PLAYED(the_envelope_names_the_notice_when_nothing_of_it_came_back),
        PLAYED(another_address_in_the_roster_lifts_the_quarantine),
        PLAYED(silence_is_counted_from_the_first_try_that_failed),
        PLAYED(the_drill_comes_once_a_month_on_its_first_working_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
