/* SPDX-License-Identifier: MIT */
/* test_pack_lost.c - a paper whose mail does not arrive: who gets it instead. */
#include "engine_fixture.h"

#include "engine/bounce.h"
#include "engine/clearance.h"
#include "engine/outgoing.h"
#include "engine/notify.h"
#include "engine/pack.h"
#include "engine/untold.h"

/* The committee meets on 22 April 2015: its draft is written on the 8th. */
static void
draft(struct desk *d)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "INSERT INTO meeting (forum, day) VALUES ('qsc', %d)",
                   day_of(2015, 4, 22));
    change(d, sql);
    d->w = world_free(d->w);
    need(d, world_open(d->s, true, &d->w, &d->why));
    d->w->is_mail_silent = true; /* every notice counts as accepted */
    d->w->mail_mode = WORLD_MAIL_SENDS;
    for (day_t day = world_day(d->w, d->now_ms); day <= day_of(2015, 4, 8); day++) {
        d->now_ms = world_send_ms(d->w, day);
        (void)fire_now(d, true);
    }
}

static int64_t
paper_to(struct desk *d, const char *role)
{
    return number(d, "SELECT count(*) FROM notice WHERE kind = 'pack' AND role = '%s'", role);
}

/* The job that was ordered, once, as a worker does it. */
static int
send(struct desk *d, int64_t notice)
{
    struct notified told;
    assert_int_equal(number(d, "SELECT count(*) FROM job WHERE kind = 2 AND state = 2 AND detail ="
                               " 'pack lost|%lld'", (long long)notice), 1);
    int64_t job = number(d, "SELECT id FROM job WHERE detail = 'pack lost|%lld'",
                         (long long)notice);
    return notify_job(d->w, d->s, job, d->now_ms, &told, &d->why);
}

static int
refuse_it(struct desk *d, int64_t notice)
{
    int64_t job = number(d, "SELECT id FROM job WHERE kind = 4 AND subject = %lld",
                         (long long)notice);
    return untold_job(d->w, d->s, job, d->now_ms, &d->why);
}

static int
let_it_come_back(struct desk *d, int64_t notice)
{
    struct dsn dsn = { .verdict = DSN_HARD, .status = "5.1.1", .n_to = 1 };
    struct bounced b;
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(d->s->db, "SELECT message_id FROM notice WHERE id = ?1",
                                        -1, &q, NULL), SQLITE_OK);
    (void)sqlite3_bind_int64(q, 1, notice);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    (void)snprintf(dsn.message_id, sizeof dsn.message_id, "%s", sqlite3_column_text(q, 0));
    (void)sqlite3_finalize(q);
    return bounce_take(d->w, d->s, &dsn, "aa", d->now_ms, &b, &d->why);
}

static int
hold_it(struct desk *d, int64_t notice)
{
    struct clearance c;
    change(d, "INSERT INTO quarantine (address, notice, words, at_ms)"
              " VALUES ('qsc-secretary@example.nhs.uk', NULL, 'status 5.1.1', 1)");
    int r = clearance_ask(d->w, d->s, notice, d->now_ms, &c, &d->why);
    assert_int_equal(c.verdict, CLEARANCE_NEVER);
    return r;
}

static void
a_paper_that_does_not_arrive_goes_to_the_deputy_and_the_owner_as_it_was_frozen(void **state)
{
    struct desk *d = *state;
    static int (*const fates[])(struct desk *, int64_t) = { refuse_it, let_it_come_back, hold_it };
    static const char owner[] = "head-of-community-engagement", deputy[] = "trust-chair";
    change(d, "UPDATE role SET deputy = 'trust-chair' WHERE id = 'qsc-secretary'");
    draft(d);
    int64_t notice = number(d, "SELECT id FROM notice WHERE kind = 'pack'");
    assert_int_equal(paper_to(d, "qsc-secretary"), 1);
    for (size_t i = 0; i < LENGTH(fates); i++) {
        need(d, store_begin(d->s, &d->why));
        need(d, fates[i](d, notice));
        need(d, send(d, notice));
        assert_int_equal(paper_to(d, deputy), 1);
        assert_int_equal(paper_to(d, owner), 1);
        assert_int_equal(number(d, "SELECT count(*) FROM notice n JOIN pack p ON n.body LIKE '%%'"
                                   " || p.html_sha256 || '%%' AND n.body LIKE '%%' ||"
                                   " p.csv_sha256 || '%%' WHERE n.kind = 'pack' AND n.role <>"
                                   " 'qsc-secretary' AND"
                                   " n.why LIKE '%%; the forum''s secretary was not reached' AND"
                                   " n.body LIKE '%%see that the committee has them%%'"), 2);
        assert_int_equal(outgoing_judge(d->w, d->s, 0, d->now_ms, &d->why), 2);
        assert_int_equal(number(d, "SELECT count(*) FROM job j JOIN notice n ON n.id = j.subject"
                                   " WHERE j.kind = 4 AND j.state = 2 AND n.kind = 'pack' AND"
                                   " n.role <> 'qsc-secretary'"), 2);
        need(d, refuse_it(d, notice)); /* said again, it is not sent again */
        need(d, send(d, notice));
        assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE kind = 'pack'"), 3);
        int64_t second = number(d, "SELECT id FROM notice WHERE role = '%s' AND kind = 'pack'",
                                deputy);
        need(d, refuse_it(d, second)); /* who has it instead has nobody behind them */
        need(d, send(d, second));
        assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE kind = 'pack'"), 3);
        struct pack_check check;
        need(d, pack_verify(d->s, 1, &check, &d->why));
        assert_string_equal(check.words, "");
        store_rollback(d->s);
    }
}

static void
a_secretary_without_an_address_is_stood_in_for_by_deputy_and_owner(void **state)
{
    struct desk *d = *state;
    change(d, "UPDATE role SET deputy = 'trust-chair', email = NULL WHERE id = 'qsc-secretary'");
    draft(d);
    assert_int_equal(paper_to(d, "trust-chair"), 1);
    assert_int_equal(paper_to(d, "head-of-community-engagement"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM pack p JOIN notice n ON n.id = p.notice AND"
                               " n.role = 'trust-chair'"), 1);
}

/* Column 13 of pack_get. */
static int
take_notice(void *arg, const struct row *row)
{
    *(int64_t *)arg = row_i64(row, 13);
    return 1;
}

static int
pass_it_on(struct desk *d)
{
    int64_t notice = 0;
    int r = store_each(d->s, Q_PACK_GET, WITH(I(1)), take_notice, &notice, &d->why);
    char what[40];
    (void)snprintf(what, sizeof what, "lost|%lld", (long long)notice);
    r = r < 0 ? r : pack_pass_on(d->s, notice, d->now_ms, &d->why);
    return r < 0 ? r : pack_run(d->w, d->s, what, d->now_ms, &d->why);
}

static void
each_failure_to_pass_a_paper_on_is_said_and_leaves_nothing(void **state)
{
    struct desk *d = *state;
    draft(d);
    fails_well(d, pass_it_on);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(a_paper_that_does_not_arrive_goes_to_the_deputy_and_the_owner_as_it_was_frozen),
        AT_A_DESK(a_secretary_without_an_address_is_stood_in_for_by_deputy_and_owner),
        AT_A_DESK(each_failure_to_pass_a_paper_on_is_said_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
