/* SPDX-License-Identifier: MIT */
/* test_forums.c - meetings from forums.yaml to the store, and what the forum hears and decides. */
#include "engine_fixture.h"

#define FORUMS                                                                                     \
    "forums:\n  - id: qsc\n    title: Quality and Safety Committee\n"                             \
    "    secretary: qsc-secretary\n    chair: qsc-chair\n    reports_to: trust-board\n"
#define BOARD "  - {id: trust-board, title: Trust Board, secretary: company-secretary}\n"

static int
load_forums(const char *forums, struct diag *d, struct plan_set **ret)
{
    struct scratch place = scratch_open(CONFIG_DIR);
    AUTO_TEXT struct text path = { 0 };
    scratch_write(&place, "forums.yaml", forums, strlen(forums));
    scratch_copy(&place, CONFIG_DIR, "plan.yaml");
    text_addf(&path, "%s/plan.yaml", place.dir);
    int r = plan_set_load(text_str(&path), d, ret);
    scratch_done(&place);
    return r;
}

/* The daemon reads its files again, with these forums. */
static void
reload(struct desk *d, const char *forums)
{
    AUTO_DIAG struct diag diag = { 0 };
    struct applied sum;
    d->set = plan_set_free(d->set);
    assert_int_equal(load_forums(forums, &diag, &d->set), 0);
    need(d, store_begin(d->s, &d->why));
    need(d, desk_settle(d));
    need(d, desk_apply(d, d->set, &sum));
    need(d, store_commit(d->s, &d->why));
}

#define MONTHLY                                                                                    \
    FORUMS "    meetings_rule:\n      rule: FREQ=MONTHLY;BYDAY=4WE\n      first: 2015-01-28\n"     \
           "      except: [2015-12-23]\n    meetings: [2015-12-16]\n" BOARD

static void
listed_days_and_a_rule_are_one_list(void **state)
{
    (void)state;
    AUTO_DIAG struct diag d = { 0 };
    AUTO(plan_set) struct plan_set *set = NULL;
    assert_int_equal(load_forums(MONTHLY, &d, &set), 0);
    const struct forum *f = plan_forum(set, "qsc");
    assert_int_equal(f->meetings[0], day_of(2015, 1, 28));
    assert_int_equal(f->meetings[10], day_of(2015, 11, 25));
    assert_int_equal(f->meetings[11], day_of(2015, 12, 16));
    assert_int_equal(f->meetings[12], day_of(2016, 1, 27));
    assert_int_equal(f->n_meetings, 241); /* a rule without end ends after 20 years */
    assert_int_equal(plan_forum(set, "trust-board")->n_meetings, 0);
}

static void
what_is_wrong_with_meetings_is_said_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *message;
        int line, col;
    } rows[] = {
        { "    meetings_rule: {rule: FREQ=DAILY, first: 2015-01-28}\n",
          "the rule cannot be used: FREQ is WEEKLY, MONTHLY or YEARLY, not \"DAILY\"", 7, 27 },
        { "    meetings_rule:\n      rule: FREQ=MONTHLY\n      first: 2015-02-30\n",
          "there is no such date", 9, 14 },
        { "    meetings_rule:\n      rule: FREQ=MONTHLY;BYDAY=4WE\n      first: 2015-01-28\n"
          "      except: [2015-01-29]\n", "the rule gives no meeting on 2015-01-29", 10, 16 },
        { "    meetings_rule:\n      rule: FREQ=WEEKLY;BYDAY=MO,TU\n      first: 2015-01-28\n",
          "the rule cannot be used: it gives more than 1200 days", 8, 13 },
        { "    meetings_rule: {rule: FREQ=MONTHLY;UNTIL=20140101, first: 2015-01-28}\n",
          "the rule gives no day at all", 7, 27 },
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO_DIAG struct diag d = { 0 };
        AUTO(plan_set) struct plan_set *set = NULL;
        AUTO_TEXT struct text forums = { 0 };
        text_addf(&forums, "%s%s%s", FORUMS, rows[i].lines, BOARD);
        assert_int_equal(load_forums(text_str(&forums), &d, &set), -EBADMSG);
        assert_int_equal(d.n_errors, 1);
        assert_string_equal(d.items[0].message, rows[i].message);
        assert_int_equal(d.items[0].line, rows[i].line);
        assert_int_equal(d.items[0].col, rows[i].col);
    }
}

static void
a_meeting_on_a_day_of_rest_stays_and_is_warned_of(void **state)
{
    (void)state;
    AUTO_DIAG struct diag d = { 0 };
    AUTO(plan_set) struct plan_set *set = NULL;
    assert_int_equal(load_forums(FORUMS "    meetings: [2015-04-03, 2015-04-04]\n" BOARD, &d, &set),
                     0);
    assert_int_equal(d.n_warnings, 1);
    assert_string_equal(d.items[0].message, "the meeting of 2015-04-03 is on no working day");
    assert_int_equal(plan_forum(set, "qsc")->n_meetings, 2);
}

static void
a_reload_brings_other_meetings(void **state)
{
    struct desk *d = *state;
    assert_null(committee_of_plan(&d->w->committees, "nothing"));
    assert_string_equal(committee_of_plan(&d->w->committees, "CO-304")->id, "qsc");
    assert_int_equal(number(d, "SELECT count(*) FROM meeting"), 0);
    reload(d, MONTHLY);
    assert_int_equal(number(d, "SELECT count(*) FROM meeting WHERE forum = 'qsc'"), 241);
    const struct committee *qsc = committee_by_id(&d->w->committees, "qsc");
    assert_int_equal(meeting_from(&qsc->meetings, day_of(2015, 12, 1)), day_of(2015, 12, 16));
    int64_t before = number(d, "SELECT total_changes()");
    reload(d, MONTHLY);
    assert_int_equal(number(d, "SELECT total_changes()"), before);
    reload(d, FORUMS "    meetings: [2015-12-16]\n" BOARD);
    assert_int_equal(number(d, "SELECT count(*) FROM meeting"), 1);
}

static int
put_the_forums(struct desk *d)
{
    struct applied sum = { 0 };
    int r = store_run(d->s, Q_SETTING_SET, WITH(T("forums.hash"), T("other")), &d->why);
    return r < 0 ? r : apply_forums(d->s, d->set, &sum, &d->why);
}

static int
read_the_forums(struct desk *d)
{
    struct committees c;
    int r = committees_load(d->s, &c, &d->why);
    committees_done(&c);
    return r;
}

static void
each_failure_of_the_store_is_said(void **state)
{
    struct desk *d = *state;
    fails_well(d, put_the_forums);
    reload(d, MONTHLY);
    fails_well(d, read_the_forums);
}

/* 1b is due on 30 June 2015 and nobody answers; its level 3 comes on 14 July. */
static int64_t
level_day(struct desk *d, int level)
{
    return number(d, "SELECT min(i.ready_day) FROM item i JOIN occurrence o ON o.id = i.occurrence"
                     " WHERE o.ref = '1b/deliver' AND i.level = %d", level);
}

static const char *
mail_to_the_forum(struct desk *d)
{
    static char body[4096];
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(d->s->db,
                                        "SELECT n.body FROM notice n JOIN item i ON i.notice = n.id"
                                        " JOIN occurrence o ON o.id = i.occurrence"
                                        " WHERE i.level = 4 AND o.ref = '1b/deliver'"
                                        " AND i.role = 'qsc-secretary'",
                                        -1, &q, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    (void)snprintf(body, sizeof body, "%s", (const char *)sqlite3_column_text(q, 0));
    (void)sqlite3_finalize(q);
    return body;
}

static void
without_meetings_the_forum_is_told_that_none_is_known(void **state)
{
    struct desk *d = *state;
    d->w->is_mail_silent = true; /* every notice counts as accepted */
    play_until(d, day_of(2015, 10, 1), true);
    assert_int_equal(level_day(d, 4), day_of(2015, 7, 28));
    assert_int_equal(level_day(d, 5), day_of(2015, 9, 23));
    assert_non_null(strstr(mail_to_the_forum(d), "No meeting date is known."));
}

static void
with_meetings_it_joins_the_agenda_and_the_board_hears_after_two(void **state)
{
    struct desk *d = *state;
    reload(d, FORUMS "    meetings: [2015-08-05, 2015-08-19, 2015-09-02]\n" BOARD);
    d->w->is_mail_silent = true;
    play_until(d, day_of(2015, 10, 1), true);
    assert_int_equal(level_day(d, 3), day_of(2015, 7, 14));
    assert_int_equal(level_day(d, 4), day_of(2015, 7, 22));
    assert_int_equal(level_day(d, 5), day_of(2015, 8, 20));
    assert_non_null(strstr(mail_to_the_forum(d), "5 August 2015"));
}

static int
ack_by(struct desk *d, const char *role, const char *minute, day_t until)
{
    const struct act a = { .ref = "1b", .event = ACTION_EV_ACK, .role = role, .minute = minute,
                           .percent = -1, .date = until };
    return desk_act(d, &a, NULL);
}

static void
the_forum_acknowledges_by_minute_what_reached_it(void **state)
{
    struct desk *d = *state;
    reload(d, FORUMS "    meetings: [2015-08-05, 2015-08-19, 2015-09-02, 2015-09-16]\n" BOARD);
    d->w->is_mail_silent = true;
    play_until(d, day_of(2015, 7, 20), true);
    assert_int_equal(ack_by(d, "qsc-secretary", "QSC 8/15", DAY_NONE), -EPERM);
    assert_non_null(strstr(d->why.text, "has not reached the forum"));
    play_until(d, day_of(2015, 8, 6), true);
    assert_int_equal(ack_by(d, "qsc-secretary", "", DAY_NONE), -EINVAL);
    assert_non_null(strstr(d->why.text, "by minute"));
    assert_int_equal(ack_by(d, "qsc-secretary", "QSC 8/15", day_of(2016, 8, 1)), -EINVAL);
    assert_non_null(strstr(d->why.text, "at most 60 working days"));
    assert_int_equal(ack_by(d, "qsc-chair", "QSC 8/15", DAY_NONE), -EPERM);
    need(d, ack_by(d, "qsc-secretary", "QSC 8/15", DAY_NONE));
    assert_int_equal(number(d, "SELECT acked_until FROM occurrence WHERE ref = '1b/deliver'"),
                     day_of(2015, 8, 19)); /* until it meets again */
    assert_int_equal(number(d, "SELECT acks FROM occurrence WHERE ref = '1b/deliver'"), 0);
    play_until(d, day_of(2015, 9, 1), true);
    assert_int_equal(number(d, "SELECT level FROM occurrence WHERE ref = '1b/deliver'"), 4);
    play_until(d, day_of(2015, 10, 1), true);
    assert_int_equal(level_day(d, 5), day_of(2015, 9, 3)); /* 19 August, 2 September */
}

static void
hold_by_minute(struct desk *d, day_t until)
{
    const struct act a = { .ref = "1b", .event = ACTION_EV_HOLD, .role = "qsc-secretary",
                           .minute = "QSC 8/15", .comment = "the tender is out again",
                           .percent = -1, .date = until };
    need(d, desk_act(d, &a, NULL));
}

/* The Board hears after two that had it to decide, and never on the day on which the hold ends. */
static void
meetings_during_a_hold_do_not_let_it_pass(void **state)
{
    struct desk *d = *state;
    reload(d, FORUMS "    meetings: [2015-08-05, 2015-08-19, 2015-09-02, 2015-09-23, 2015-10-07]\n"
                     BOARD);
    d->w->is_mail_silent = true;
    play_until(d, day_of(2015, 7, 30), true);
    assert_int_equal(number(d, "SELECT level FROM occurrence WHERE ref = '1b/deliver'"), 4);
    hold_by_minute(d, day_of(2015, 9, 4));
    play_until(d, day_of(2015, 11, 1), true);
    assert_int_equal(level_day(d, 5), day_of(2015, 10, 8)); /* 23 September, 7 October */
}

static void
where_no_meeting_is_known_a_minute_says_until_when(void **state)
{
    struct desk *d = *state;
    change(d, "UPDATE occurrence SET level = 4, state = 2 WHERE ref = '1b/deliver'");
    assert_int_equal(ack_by(d, "qsc-secretary", "QSC 8/15", DAY_NONE), -EINVAL);
    assert_non_null(strstr(d->why.text, "no meeting date is known"));
    need(d, ack_by(d, "qsc-secretary", "QSC 8/15", day_of(2015, 1, 20)));
    assert_int_equal(number(d, "SELECT minuted FROM occurrence WHERE ref = '1b/deliver'"),
                     day_of(2015, 1, 5));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listed_days_and_a_rule_are_one_list),
        cmocka_unit_test(what_is_wrong_with_meetings_is_said_with_its_place),
        cmocka_unit_test(a_meeting_on_a_day_of_rest_stays_and_is_warned_of),
        AT_A_DESK(a_reload_brings_other_meetings),
        AT_A_DESK(each_failure_of_the_store_is_said),
        AT_A_DESK(without_meetings_the_forum_is_told_that_none_is_known),
        AT_A_DESK(with_meetings_it_joins_the_agenda_and_the_board_hears_after_two),
        AT_A_DESK(the_forum_acknowledges_by_minute_what_reached_it),
        AT_A_DESK(meetings_during_a_hold_do_not_let_it_pass),
        AT_A_DESK(where_no_meeting_is_known_a_minute_says_until_when),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
