/* SPDX-License-Identifier: MIT */
/* test_rag.c - the colour and its reason, case by case, with the rules' numbers at their edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/rag.h"

static const struct calendar weekends_only = { .last_listed = DAY_NONE };

/* Due on Friday 26 June 2015. */
static struct rag_facts
facts(enum action_state state)
{
    return (struct rag_facts){
        .state = state,
        .due = day_of(2015, 6, 26),
        .forecast = DAY_NONE,
        .submitted_on = DAY_NONE,
    };
}

static void
assert_rag(const struct rag_facts *f, const char *today, enum rag_color color, const char *reason)
{
    day_t day = DAY_NONE;
    assert_int_equal(day_parse(today, &day), 0);
    struct rag rag = rag_compute(f, &rag_rules_default, &weekends_only, day);
    assert_string_equal(rag.reason, reason);
    assert_int_equal(rag.color, color);
}

static void
an_action_not_started_turns_amber_fifteen_days_before(void **state)
{
    (void)state;
    struct rag_facts f = facts(ACTION_OPEN);
    assert_rag(&f, "2015-06-04", RAG_GREEN, "due in 16 working days, not started");
    assert_rag(&f, "2015-06-05", RAG_AMBER, "due in 15 working days, not started");
    assert_rag(&f, "2015-06-25", RAG_AMBER, "due in 1 working day, not started");
    assert_rag(&f, "2015-06-26", RAG_AMBER, "due today, not started");
}

static void
an_action_in_progress_is_green_until_its_day_has_passed(void **state)
{
    (void)state;
    struct rag_facts f = facts(ACTION_IN_PROGRESS);
    assert_rag(&f, "2015-06-15", RAG_GREEN, "due in 9 working days, in progress");
    assert_rag(&f, "2015-06-26", RAG_GREEN, "due today, in progress");
    assert_rag(&f, "2015-06-27", RAG_RED, "past its due day, in progress");
    assert_rag(&f, "2015-06-29", RAG_RED, "1 working day late, in progress");
    assert_rag(&f, "2015-07-01", RAG_RED, "3 working days late, in progress");
}

static void
a_planned_action_is_grey_until_its_day_has_passed(void **state)
{
    (void)state;
    struct rag_facts f = facts(ACTION_PLANNED);
    assert_rag(&f, "2015-01-05", RAG_GREY, "not open yet");
    assert_rag(&f, "2015-06-30", RAG_RED, "2 working days late, not started");
}

static void
what_is_closed_or_held_is_not_red(void **state)
{
    (void)state;
    struct rag_facts f = facts(ACTION_COMPLETE);
    assert_rag(&f, "2016-06-30", RAG_BLUE, "complete and verified");
    f.state = ACTION_ON_HOLD;
    assert_rag(&f, "2016-06-30", RAG_GREY, "on hold");
    f.state = ACTION_WITHDRAWN;
    assert_rag(&f, "2016-06-30", RAG_GREY, "withdrawn");
    f.state = ACTION_SUPERSEDED;
    assert_rag(&f, "2016-06-30", RAG_GREY, "superseded by another action");
}

static void
a_survey_that_turns_for_the_worse_makes_it_amber_and_is_said_of_what_is_done(void **state)
{
    (void)state;
    struct rag_facts f = facts(ACTION_IN_PROGRESS);
    f.worse_since = "September 2017";
    assert_rag(&f, "2015-05-01", RAG_AMBER,
               "its survey shows a change for the worse since September 2017");
    f.state = ACTION_BLOCKED;
    assert_rag(&f, "2015-05-01", RAG_AMBER, "blocked; its survey is worse since September 2017");
    f.state = ACTION_WITHDRAWN;
    assert_rag(&f, "2015-05-01", RAG_GREY, "withdrawn");
    f.state = ACTION_COMPLETE;
    assert_rag(&f, "2015-05-01", RAG_BLUE,
               "complete and verified; its survey is worse since September 2017");
}

static void
a_forecast_after_the_due_day_is_amber_and_after_twenty_days_red(void **state)
{
    (void)state;
    struct rag_facts f = facts(ACTION_IN_PROGRESS);
    f.forecast = f.due;
    assert_rag(&f, "2015-05-01", RAG_GREEN, "due in 40 working days, in progress");
    f.forecast = day_of(2015, 6, 29);
    assert_rag(&f, "2015-05-01", RAG_AMBER, "forecast 1 working day after the due day");
    f.forecast = day_of(2015, 7, 24);
    assert_rag(&f, "2015-05-01", RAG_AMBER, "forecast 20 working days after the due day");
    f.forecast = day_of(2015, 7, 27);
    assert_rag(&f, "2015-05-01", RAG_RED, "forecast 21 working days after the due day");
}

static void
a_submission_is_green_for_ten_days_then_the_verifier_is_late(void **state)
{
    (void)state;
    struct rag_facts f = facts(ACTION_SUBMITTED);
    f.submitted_on = day_of(2015, 6, 26);
    f.forecast = day_of(2015, 9, 1); /* an old forecast says nothing once it is submitted */
    assert_rag(&f, "2015-07-10", RAG_GREEN, "submitted, waiting to be verified");
    assert_rag(&f, "2015-07-13", RAG_AMBER, "submitted 11 working days ago, not verified");
    f.submitted_on = DAY_NONE;
    assert_rag(&f, "2015-07-13", RAG_GREEN, "submitted, waiting to be verified");
}

static void
without_lead_or_metric_it_is_amber_from_thirty_days(void **state)
{
    (void)state;
    struct rag_facts f = facts(ACTION_IN_PROGRESS);
    f.is_unassigned = true;
    assert_rag(&f, "2015-05-14", RAG_GREEN, "due in 31 working days, in progress");
    assert_rag(&f, "2015-05-15", RAG_AMBER, "due in 30 working days, nobody assigned");
    f.is_unassigned = false;
    f.has_no_metric = true;
    assert_rag(&f, "2015-05-14", RAG_GREEN, "due in 31 working days, in progress");
    assert_rag(&f, "2015-05-15", RAG_AMBER, "due in 30 working days, no metric agreed");
    f.state = ACTION_SUBMITTED;
    assert_rag(&f, "2015-06-30", RAG_AMBER, "past its due day, no metric agreed");
}

static void
blocked_and_moved_actions_are_amber(void **state)
{
    (void)state;
    struct rag_facts f = facts(ACTION_BLOCKED);
    assert_rag(&f, "2015-05-01", RAG_AMBER, "blocked");
    assert_rag(&f, "2015-06-29", RAG_RED, "1 working day late, blocked");
    f = facts(ACTION_IN_PROGRESS);
    f.was_extended = true;
    assert_rag(&f, "2015-05-01", RAG_AMBER, "its due day was moved");
}

static void
two_missing_returns_make_the_series_red(void **state)
{
    (void)state;
    struct rag_facts f = facts(ACTION_IN_PROGRESS);
    f.missing_returns = 1;
    assert_rag(&f, "2015-05-01", RAG_GREEN, "due in 40 working days, in progress");
    f.missing_returns = 2;
    assert_rag(&f, "2015-05-01", RAG_RED, "2 returns missing in a row");
    f.state = ACTION_PLANNED;
    assert_rag(&f, "2015-05-01", RAG_RED, "2 returns missing in a row");
}

/* Every state with every mix of facts on every day: a colour and a reason, never cut short. */
static void
every_case_has_a_colour_and_a_reason(void **state)
{
    (void)state;
    for (int s = ACTION_PLANNED; s < ACTION_STATE_MAX_; s++) {
        for (int mix = 0; mix < 32 * 100; mix++) {
            struct rag_facts f = facts((enum action_state)s);
            f.is_unassigned = mix & 1;
            f.has_no_metric = mix & 2;
            f.was_extended = mix & 4;
            f.forecast = mix & 8 ? f.due + 9 : DAY_NONE;
            f.submitted_on = mix & 16 ? f.due - 55 : DAY_NONE;
            day_t today = f.due - 50 + mix / 32;
            struct rag rag = rag_compute(&f, &rag_rules_default, &weekends_only, today);
            assert_true(rag.color > RAG_NONE && rag.color < RAG_COLOR_MAX_);
            assert_true(strlen(rag.reason) > 0 && strlen(rag.reason) < RAG_REASON_MAX - 1);
            assert_null(strchr(rag.reason, '-'));
        }
    }
}

static void
the_worse_of_both_is_shown(void **state)
{
    (void)state;
    assert_int_equal(rag_shown(RAG_GREEN, RAG_NONE), RAG_GREEN);
    assert_int_equal(rag_shown(RAG_GREEN, RAG_BLUE), RAG_GREEN);
    assert_int_equal(rag_shown(RAG_GREEN, RAG_AMBER), RAG_AMBER);
    assert_int_equal(rag_shown(RAG_RED, RAG_GREEN), RAG_RED);
    assert_int_equal(rag_shown(RAG_BLUE, RAG_RED), RAG_BLUE);
    assert_int_equal(rag_shown(RAG_GREY, RAG_RED), RAG_GREY);
}

static void
colours_have_words_and_letters(void **state)
{
    (void)state;
    for (int i = 1; i < RAG_COLOR_MAX_; i++) {
        assert_int_equal(rag_parse(rag_name((enum rag_color)i)), i);
        assert_int_not_equal(rag_letter((enum rag_color)i), '-');
    }
    assert_int_equal(rag_letter(RAG_AMBER), 'A');
    assert_int_equal(rag_parse("none"), RAG_NONE);
    assert_int_equal(rag_parse("Red"), RAG_NONE);
    assert_string_equal(rag_name(RAG_COLOR_MAX_), "none");
    assert_int_equal(rag_letter(RAG_COLOR_MAX_), '-');
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_action_not_started_turns_amber_fifteen_days_before),
        cmocka_unit_test(an_action_in_progress_is_green_until_its_day_has_passed),
        cmocka_unit_test(a_planned_action_is_grey_until_its_day_has_passed),
        cmocka_unit_test(what_is_closed_or_held_is_not_red),
        cmocka_unit_test(
            a_survey_that_turns_for_the_worse_makes_it_amber_and_is_said_of_what_is_done),
        cmocka_unit_test(a_forecast_after_the_due_day_is_amber_and_after_twenty_days_red),
        cmocka_unit_test(a_submission_is_green_for_ten_days_then_the_verifier_is_late),
        cmocka_unit_test(without_lead_or_metric_it_is_amber_from_thirty_days),
        cmocka_unit_test(blocked_and_moved_actions_are_amber),
        cmocka_unit_test(two_missing_returns_make_the_series_red),
        cmocka_unit_test(every_case_has_a_colour_and_a_reason),
        cmocka_unit_test(the_worse_of_both_is_shown),
        cmocka_unit_test(colours_have_words_and_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
