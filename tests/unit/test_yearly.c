/* SPDX-License-Identifier: MIT */
/* test_yearly.c - the forum has a series of returns asked for once a year, and takes it back. */
#include "engine_fixture.h"

#include "engine/period.h"

static const char *const leads[] = { "head-of-community-engagement" };

static int
switch_to(struct desk *d, const char *ref, enum action_event event, const char *role,
          const char *minute)
{
    const struct act a = { .ref = ref, .event = event, .role = role, .minute = minute,
                           .percent = -1 };
    return desk_act(d, &a, NULL);
}

static void
live_until(struct desk *d, day_t last)
{
    for (day_t at = world_day(d->w, d->now_ms); at <= last; at++) {
        int64_t morning = world_send_ms(d->w, at);
        d->now_ms = morning > d->now_ms ? morning : d->now_ms;
        play_until(d, at, true);
    }
}

static int64_t
n_asked(struct desk *d, const char *action, day_t from)
{
    return number(d, "SELECT count(*) FROM occurrence WHERE action = '%s' AND kind = 3 AND state"
                     " NOT IN (5, 8, 9) AND due > %d", action, from);
}

static void
of_the_quarters_to_come_only_the_last_of_each_year_is_asked_for(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2016, 2, 3));
    assert_int_equal(n_asked(d, "3j", day_of(2016, 2, 3)), 8);
    need(d, switch_to(d, "3j", ACTION_EV_ANNUAL, "qsc-secretary", "QSC 3/16"));
    assert_int_equal(n_asked(d, "3j", day_of(2016, 2, 3)), 2);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref = '3j/return/2016Q4' AND"
                               " period = 'the year to December 2016' AND state = 1"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref = '3j/return/2015Q4' AND"
                               " period = 'October to December 2015' AND state = 2"), 1);
    assert_int_equal(n_asked(d, "3g", day_of(2016, 2, 3)), 7); /* others are as they were */
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'annual' AND detail LIKE"
                               " '%%minute: QSC 3/16%%'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'passed over'"), 6);
    live_until(d, day_of(2016, 2, 5)); /* lead and owner are one post here */
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'annual' AND state = 2 AND"
                               " role = '%s'", leads[0]), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE body LIKE '%%once a year from"
                               "%%'"), 1);
    live_until(d, day_of(2016, 12, 1));
    assert_int_equal(number(d, "SELECT count(*) FROM item i JOIN occurrence o ON o.id ="
                               " i.occurrence WHERE o.ref IN ('3j/return/2016Q1',"
                               " '3j/return/2016Q2', '3j/return/2016Q3')"), 0);
}

static void
what_was_missing_before_is_one_ladder_with_the_year(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2016, 2, 3));
    need(d, switch_to(d, "3j", ACTION_EV_ANNUAL, "qsc-secretary", "QSC 3/16"));
    live_until(d, day_of(2017, 2, 1));
    int64_t id = id_of(d, "3j/return/2016Q4", "");
    assert_int_equal(number(d, "SELECT absorbed_by FROM occurrence WHERE ref ="
                               " '3j/return/2015Q4'"), id);
}

static void
taken_back_it_goes_on_as_the_plan_says(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2016, 2, 3));
    int64_t before = number(d, "SELECT total(due * (id %% 97) * state) FROM occurrence");
    need(d, switch_to(d, "3j", ACTION_EV_ANNUAL, "qsc-secretary", "QSC 3/16"));
    need(d, switch_to(d, "3j", ACTION_EV_QUARTERLY, "qsc-secretary", "QSC 4/16"));
    assert_int_equal(number(d, "SELECT total(due * (id %% 97) * state) FROM occurrence"), before);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind IN ('annual', 'quarterly')"
                               " AND state = 1"), 0); /* nobody had heard of it */
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref = '3j/return/2016Q4' AND"
                               " period = 'October to December 2016'"), 1);
    need(d, switch_to(d, "3j", ACTION_EV_ANNUAL, "qsc-secretary", "QSC 5/16"));
    live_until(d, day_of(2016, 8, 10));
    need(d, switch_to(d, "3j", ACTION_EV_QUARTERLY, "qsc-secretary", "QSC 6/16"));
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref = '3j/return/2016Q3' AND"
                               " state = 1"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref = '3j/return/2016Q2' AND"
                               " state = 8"), 1); /* it was over when the forum asked again */
    live_until(d, day_of(2016, 10, 20));
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'quarterly' AND state = 2"),
                     1);
    assert_true(number(d, "SELECT count(*) FROM item i JOIN occurrence o ON o.id = i.occurrence"
                          " WHERE o.ref = '3j/return/2016Q3' AND i.kind = 'remind'") > 0);
}

static void
only_the_forum_may_by_a_minute_and_only_what_is_a_series(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2016, 2, 3));
    assert_int_equal(switch_to(d, "3j", ACTION_EV_ANNUAL, leads[0], "QSC 3/16"), -EPERM);
    assert_int_equal(switch_to(d, "3j", ACTION_EV_ANNUAL, "qsc-secretary", ""), -EINVAL);
    assert_non_null(strstr(d->why.text, "by a minute"));
    assert_int_equal(switch_to(d, "3j", ACTION_EV_QUARTERLY, "qsc-secretary", "QSC 3/16"), -EINVAL);
    assert_int_equal(switch_to(d, "3b", ACTION_EV_ANNUAL, "qsc-secretary", "QSC 3/16"), -EINVAL);
    assert_non_null(strstr(d->why.text, "no series of quarterly returns"));
    need(d, switch_to(d, "3j", ACTION_EV_ANNUAL, "qsc-secretary", "QSC 3/16"));
    assert_int_equal(switch_to(d, "3j", ACTION_EV_ANNUAL, "qsc-secretary", "QSC 4/16"), -EINVAL);
    change(d, "UPDATE occurrence SET state = 8 WHERE ref LIKE '3g/return/%Q4'");
    assert_int_equal(switch_to(d, "3g", ACTION_EV_ANNUAL, "qsc-secretary", "QSC 3/16"), -EINVAL);
    assert_non_null(strstr(d->why.text, "nothing would be asked"));
}

static void
an_edit_of_the_plan_keeps_what_the_forum_decided(void **state)
{
    struct desk *d = *state;
    static const struct edit edits[] = { { "review: January 2018", "review: January 2019" },
                                         { "  review_interval: 3 years\n", "" } };
    live_until(d, day_of(2016, 2, 3));
    need(d, switch_to(d, "3j", ACTION_EV_ANNUAL, "qsc-secretary", "QSC 3/16"));
    (void)desk_edit(d, edits, LENGTH(edits));
    assert_int_equal(n_asked(d, "3j", day_of(2016, 2, 3)), 3);
    assert_int_equal(n_asked(d, "3g", day_of(2016, 2, 3)), 11);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref = '3j/return/2018Q4' AND"
                               " period = 'the year to December 2018'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref = '3j/return/2018Q2'"),
                     0);
}

static void
what_is_passed_over_is_due_by_the_plan_as_it_is_when_it_is_asked_for_again(void **state)
{
    struct desk *d = *state;
    static const struct edit sooner = { "  quarter_basis: calendar",
                                        "  quarter_basis: calendar\n  return_due_wd: 5" };
    live_until(d, day_of(2016, 2, 3));
    need(d, switch_to(d, "3j", ACTION_EV_ANNUAL, "qsc-secretary", "QSC 3/16"));
    (void)desk_edit(d, &sooner, 1);
    need(d, switch_to(d, "3j", ACTION_EV_QUARTERLY, "qsc-secretary", "QSC 4/16"));
    int64_t due = number(d, "SELECT due FROM occurrence WHERE ref = '3j/return/2016Q2'");
    assert_int_equal(due, number(d, "SELECT due FROM occurrence WHERE ref = '3g/return/2016Q2'"));
    assert_int_equal(due, calendar_add(&d->w->calendar, day_of(2016, 6, 30), 5));
    assert_int_equal(number(d, "SELECT max(moves) FROM occurrence WHERE action = '3j'"), 0);
}

static void
follow_ups_may_be_annual_too_and_shares_go_with_their_whole(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2016, 1, 12));
    change(d, "UPDATE occurrence SET state = 3 WHERE ref = '3d/deliver'");
    need(d, act_as(d, "3d/deliver", ACTION_EV_SUBMIT, "head-of-communications"));
    need(d, act_as(d, "3d/deliver", ACTION_EV_VERIFY, "qsc-secretary"));
    struct occurrence done;
    int added = 0;
    need(d, occurrence_get(d->s, id_of(d, "3d/deliver", ""), &done, &d->why));
    need(d, store_begin(d->s, &d->why));
    need(d, apply_follow_up(d->w, d->s, d->set, &done, d->now_ms, &added, &d->why));
    need(d, store_commit(d->s, &d->why));
    assert_true(added > 4);
    need(d, switch_to(d, "3d", ACTION_EV_ANNUAL, "qsc-secretary", "QSC 3/16"));
    assert_int_equal(n_asked(d, "3d", day_of(2016, 1, 12)), 2);
}

static int
make_annual(struct desk *d)
{
    struct acted done;
    const struct act a = { .plan = "", .ref = "3j", .event = ACTION_EV_ANNUAL,
                           .actor = "qsc-secretary", .role = "qsc-secretary", .on_behalf = "",
                           .comment = "", .evidence = "", .minute = "QSC 3/16", .percent = -1,
                           .date = DAY_NONE };
    return act(d->w, d->s, &a, d->now_ms, &done, &d->why);
}

static int
make_quarterly(struct desk *d)
{
    struct acted done;
    const struct act a = { .plan = "", .ref = "3j", .event = ACTION_EV_QUARTERLY,
                           .actor = "qsc-secretary", .role = "qsc-secretary", .on_behalf = "",
                           .comment = "", .evidence = "", .minute = "QSC 3/16", .percent = -1,
                           .date = DAY_NONE };
    return act(d->w, d->s, &a, d->now_ms, &done, &d->why);
}

static void
each_failure_is_said_and_leaves_nothing(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2016, 2, 3));
    fails_well(d, make_annual);
    need(d, switch_to(d, "3j", ACTION_EV_ANNUAL, "qsc-secretary", "QSC 3/16"));
    fails_well(d, make_quarterly);
}

static void
a_period_is_read_as_it_was_written(void **state)
{
    (void)state;
    char words[PERIOD_MAX];
    day_t first = DAY_NONE;
    day_t last = DAY_NONE;
    assert_string_equal(period_year_words(day_of(2016, 3, 4), words), "the year to March 2016");
    assert_true(period_read(words, &first, &last));
    assert_int_equal(first, day_of(2015, 4, 1));
    assert_int_equal(last, day_of(2016, 3, 31));
    assert_string_equal(period_words(day_of(2016, 1, 1), day_of(2016, 3, 31), words),
                        "January to March 2016");
    assert_true(period_read(words, &first, &last));
    assert_int_equal(first, day_of(2016, 1, 1));
    assert_false(period_read("2016", &first, &last));
    assert_false(period_read("Q1 to Q2 2016", &first, &last));
    assert_false(period_read("", &first, &last));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(of_the_quarters_to_come_only_the_last_of_each_year_is_asked_for),
        AT_A_DESK(what_was_missing_before_is_one_ladder_with_the_year),
        AT_A_DESK(taken_back_it_goes_on_as_the_plan_says),
        AT_A_DESK(only_the_forum_may_by_a_minute_and_only_what_is_a_series),
        AT_A_DESK(an_edit_of_the_plan_keeps_what_the_forum_decided),
        AT_A_DESK(what_is_passed_over_is_due_by_the_plan_as_it_is_when_it_is_asked_for_again),
        AT_A_DESK(follow_ups_may_be_annual_too_and_shares_go_with_their_whole),
        AT_A_DESK(each_failure_is_said_and_leaves_nothing),
        cmocka_unit_test(a_period_is_read_as_it_was_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
