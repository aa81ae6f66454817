/* SPDX-License-Identifier: MIT */
/* test_safety_fails.c - each catch, broken off after every operation of the store: it says so, and
 * nothing of it stays. */
#include "engine_fixture.h"

#include "engine/admin.h"
#include "engine/bounce.h"
#include "engine/clearance.h"
#include "engine/hearing.h"
#include "engine/outgoing.h"

/* CO-304 on its second day: 23 digests wait for a relay. */
static void
begin(struct desk *d)
{
    d->conf->mail.mode = MAIL_SMTP;
    need(d, store_begin(d->s, &d->why));
    need(d, desk_settle(d));
    need(d, store_commit(d->s, &d->why));
    play_until(d, day_of(2015, 1, 7), true);
    assert_true(number(d, "SELECT count(*) FROM notice WHERE state = 1") > 20);
}

static int
ask(struct desk *d)
{
    struct clearance c;
    int left = d->ops_left;
    d->ops_left = -1; /* the question is the test's own */
    int64_t notice = number(d, "SELECT max(id) FROM notice WHERE kind = 'digest'");
    d->ops_left = left;
    return clearance_ask(d->w, d->s, notice, d->now_ms, &c, &d->why);
}

static int
give_back(struct desk *d)
{
    return clearance_give_back(d->w, d->s, 2, d->now_ms, &d->why);
}

static int
come_back(struct desk *d)
{
    struct dsn report = { .verdict = DSN_HARD, .status = "5.1.1" };
    struct bounced b;
    sqlite3_stmt *q = NULL;
    int left = d->ops_left;
    d->ops_left = -1; /* the question is the test's own */
    assert_int_equal(sqlite3_prepare_v2(d->s->db, "SELECT message_id FROM notice WHERE kind ="
                                                  " 'digest' ORDER BY id LIMIT 1", -1, &q, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    (void)snprintf(report.message_id, sizeof report.message_id, "%s",
                   (const char *)sqlite3_column_text(q, 0));
    (void)sqlite3_finalize(q);
    d->ops_left = left;
    return bounce_take(d->w, d->s, &report, "ab", d->now_ms, &b, &d->why);
}

static int
review(struct desk *d)
{
    return hearing_review(d->w, d->s, d->now_ms, &d->why);
}

static int
readmit(struct desk *d)
{
    return hearing_readmit(d->w, d->s, "chief-pharmacist", "test", d->now_ms, &d->why);
}

static int
batch(struct desk *d)
{
    return outgoing_judge(d->w, d->s, 60, d->now_ms, &d->why);
}

static int
come_home(struct desk *d)
{
    day_t before = d->w->outage_day;
    int r = outgoing_after_outage(d->w, d->s, d->now_ms - (int64_t)30 * 86400000, d->now_ms,
                                  &d->why);
    d->w->outage_day = before;
    return r;
}

static int
change_mode(struct desk *d)
{
    day_t before = d->w->outage_day;
    int r = outgoing_switch(d->w, d->s, "shadow", d->now_ms, &d->why);
    d->w->outage_day = before;
    return r;
}

static int
note_failure(struct desk *d)
{
    int r = outgoing_note_delivery(d->s, false, d->now_ms, &d->why);
    return r < 0 ? r : outgoing_silence(d->w, d->s, d->now_ms, &d->why);
}

static const char *topic;

static int
write_admin(struct desk *d)
{
    return admin_run(d->w, d->s, topic, d->now_ms, &d->why);
}

static void
a_mail_that_is_asked_for_is_let_by_or_caught_as_a_whole(void **state)
{
    struct desk *d = *state;
    begin(d);
    fails_well(d, ask);
    d->w->mail.max_all = 0;
    fails_well(d, ask);
    d->w->mail.max_all = 200;
    (void)snprintf(d->w->allow_domains, sizeof d->w->allow_domains, "elsewhere.org");
    fails_well(d, ask);
    d->w->mail_mode = WORLD_MAIL_SHADOW;
    d->w->allow_domains[0] = '\0';
    fails_well(d, ask);
    d->w->mail_mode = WORLD_MAIL_NONE;
    fails_well(d, ask);
    d->w->mail_mode = WORLD_MAIL_SENDS;
    fails_well(d, give_back);
}

/* Directors' mails of 16 April, which nobody took, offered days later. */
static int
ask_of_level(struct desk *d)
{
    struct clearance c;
    int left = d->ops_left;
    d->ops_left = -1; /* the question is the test's own */
    int64_t notice = number(d, "SELECT max(id) FROM notice WHERE kind = 'escalate'");
    d->ops_left = left;
    return clearance_ask(d->w, d->s, notice, d->now_ms, &c, &d->why);
}

static void
a_mail_that_waited_is_taken_back_or_written_again_as_a_whole(void **state)
{
    struct desk *d = *state;
    begin(d);
    d->now_ms = zone_instant(d->w->zone, day_of(2015, 1, 9), 600);
    fails_well(d, ask);
    d->w->is_mail_silent = true; /* what is written counts as accepted: to level 3 at once */
    play_until(d, day_of(2015, 4, 20), true);
    d->w->is_mail_silent = false;
    d->now_ms = zone_instant(d->w->zone, day_of(2015, 4, 21), 600);
    fails_well(d, ask_of_level);
    change(d, "UPDATE role SET director = 'director-of-operations' WHERE director IS NOT NULL AND"
              " director <> 'director-of-operations'");
    fails_well(d, ask_of_level);
    change(d, "UPDATE occurrence SET gen = gen + 1");
    fails_well(d, ask_of_level);
}

static void
a_bounce_is_taken_as_a_whole(void **state)
{
    struct desk *d = *state;
    begin(d);
    fails_well(d, come_back);
    need(d, store_begin(d->s, &d->why));
    need(d, come_back(d));
    need(d, store_commit(d->s, &d->why));
    change(d, "UPDATE role SET email = (SELECT address FROM quarantine) WHERE id ="
              " 'chief-pharmacist'");
    fails_well(d, review);
    fails_well(d, readmit);
}

static void
a_hold_begins_as_a_whole(void **state)
{
    struct desk *d = *state;
    begin(d);
    fails_well(d, batch);
    fails_well(d, come_home);
    fails_well(d, change_mode);
    fails_well(d, note_failure);
}

static void
a_mail_to_the_admin_is_written_as_a_whole(void **state)
{
    static const char *const topics[] = { "catchup|2015-01-09", "ceiling|2015-01-09",
                                          "undelivered|2015-01-09", "drill|2015-09" };
    struct desk *d = *state;
    begin(d);
    for (size_t i = 0; i < LENGTH(topics); i++) {
        topic = topics[i];
        fails_well(d, write_admin);
    }
    topic = "weather|2015-01-09";
    assert_int_equal(write_admin(d), -ECANCELED);
    topic = "drill";
    assert_int_equal(write_admin(d), -ECANCELED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(a_mail_that_is_asked_for_is_let_by_or_caught_as_a_whole),
        AT_A_DESK(a_mail_that_waited_is_taken_back_or_written_again_as_a_whole),
        AT_A_DESK(a_bounce_is_taken_as_a_whole),
        AT_A_DESK(a_hold_begins_as_a_whole),
        AT_A_DESK(a_mail_to_the_admin_is_written_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
