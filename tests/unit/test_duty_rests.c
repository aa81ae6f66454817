/* SPDX-License-Identifier: MIT */
/* test_duty_rests.c - what stops, slows or replaces reminders and ladder, case by case. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "duty_fixture.h"

#define DUE D(2015, 6, 26)

static void
an_acknowledgement_that_ran_out_before_the_due_day_is_forgotten(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.state = ACTION_IN_PROGRESS;
    s.cursor = 4;
    s.acked_until = D(2015, 6, 24);
    assert_fires(&s, D(2015, 6, 25), "nothing");
    assert_fires(&s, D(2015, 6, 29), "L1+1");
    assert_fires(&s, D(2015, 6, 29), "nothing");
    assert_fires(&s, D(2015, 6, 30), "nothing");
}

static void
a_level_waits_until_the_one_below_was_accepted_two_working_days_before(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.state = ACTION_OPEN;
    s.cursor = 4;
    assert_fires(&s, D(2015, 6, 29), "L1+1");
    s.accepted_day = DAY_NONE;
    assert_fires(&s, D(2015, 7, 3), "nothing");
    assert_int_equal(next_steps(&s, RULES, &weekends_only, D(2015, 7, 3)).wake, D(2015, 7, 6));
    assert_non_null(duty_rest_words(&s, RULES, &weekends_only, D(2015, 7, 3)));
    s.accepted_day = D(2015, 7, 6);
    assert_fires(&s, D(2015, 7, 7), "nothing");
    assert_int_equal(next_steps(&s, RULES, &weekends_only, D(2015, 7, 7)).wake, D(2015, 7, 8));
    assert_fires(&s, D(2015, 7, 8), "L2+5");
}

static void
what_waits_for_another_action_is_reminded_and_does_not_climb(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.state = ACTION_OPEN;
    s.is_waiting = true;
    assert_fires(&s, DUE, "R+0");
    assert_fires(&s, D(2015, 8, 3), "nothing");
    assert_string_equal(duty_rest_words(&s, RULES, &weekends_only, D(2015, 8, 3)),
                        "it waits for an action that it depends on");
    s.is_waiting = false;
    s.ladder_from = D(2015, 8, 10);
    assert_fires(&s, D(2015, 8, 10), "nothing");
    assert_fires(&s, D(2015, 8, 11), "L1+1");
}

static void
what_a_newer_return_absorbed_owes_nothing(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_RETURN, DUE);
    s.state = ACTION_OPEN;
    s.is_absorbed = true;
    assert_fires(&s, D(2015, 8, 3), "nothing");
    assert_int_equal(next_steps(&s, RULES, &weekends_only, D(2015, 8, 3)).wake, DAY_NONE);
}

static void
the_leads_are_asked_again_less_and_less_but_for_ever(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.state = ACTION_OPEN;
    s.cursor = 9;
    s.level = 5;
    assert_fires(&s, D(2015, 7, 24), "O+20");
    /* From then on it keeps to days that it shares with every other occurrence. */
    struct duty_state other = s;
    other.due = D(2015, 6, 19);
    other.repeats = 1;
    day_t shared = next_steps(&s, RULES, &weekends_only, D(2015, 7, 24)).wake;
    assert_true(shared >= D(2015, 8, 21) && shared < D(2015, 9, 18));
    assert_int_equal(next_steps(&other, RULES, &weekends_only, shared - 1).wake, shared);
    assert_fires(&s, shared - 1, "nothing");
    assert_int_equal(call(&s, RULES, &weekends_only, shared).step.kind, STEP_REPEAT);
    assert_int_equal(next_steps(&s, RULES, &weekends_only, shared).wake,
                     calendar_add(&weekends_only, shared, 20));
}

static void
a_verifier_is_asked_every_ten_days_and_the_lead_no_more(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.state = ACTION_SUBMITTED;
    s.state_day = D(2015, 6, 22);
    assert_fires(&s, D(2015, 7, 3), "nothing");
    assert_fires(&s, D(2015, 7, 6), "V+10");
    assert_fires(&s, D(2015, 7, 6), "nothing");
    assert_fires(&s, D(2015, 8, 31), "V+50");
}

static void
a_blockage_is_asked_after_every_ten_days(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.state = ACTION_BLOCKED;
    s.state_day = D(2015, 6, 1);
    assert_fires(&s, D(2015, 6, 12), "nothing");
    assert_fires(&s, D(2015, 6, 15), "B+10");
    assert_fires(&s, D(2015, 6, 29), "L1+1");
    assert_fires(&s, D(2015, 6, 29), "B+20");
}

static void
after_a_hold_the_days_that_were_left_are_left_again(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.state = ACTION_ON_HOLD;
    s.state_day = D(2015, 6, 12); /* ten working days are left */
    s.hold_until = D(2015, 7, 10); /* held for twenty */
    s.cursor = 2;
    assert_fires(&s, D(2015, 6, 26), "nothing");
    assert_fires(&s, D(2015, 7, 3), "H-5");
    struct next_steps next = call(&s, RULES, &weekends_only, D(2015, 7, 10));
    assert_true(next.resumes && !next.has_step);
    assert_int_equal(next.wake, D(2015, 7, 17));
    assert_int_equal(s.state, ACTION_OPEN);
    assert_int_equal(s.due, D(2015, 7, 24));
    assert_fires(&s, D(2015, 7, 17), "R-5");
}

static void
when_nobody_can_be_asked_the_owner_is_told_weekly(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.is_unreached = true;
    assert_fires(&s, D(2015, 5, 15), "U+0");
    assert_fires(&s, D(2015, 5, 21), "nothing");
    assert_fires(&s, D(2015, 5, 22), "U+5");
    assert_fires(&s, D(2015, 7, 6), "U+35");
    s.is_unreached = false;
    assert_fires(&s, D(2015, 7, 7), "L1+1");
}

static void
no_level_on_the_first_day_after_an_outage(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.rest_until = D(2015, 8, 3);
    assert_fires(&s, D(2015, 8, 3), "nothing");
    assert_fires(&s, D(2015, 8, 4), "L1+1");
}

static void
on_the_day_back_leads_hear_what_they_missed_before_a_level_tells_others(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.rest_until = D(2015, 8, 3);
    s.back_day = D(2015, 8, 3);
    assert_fires(&s, D(2015, 8, 3), "R+0");
    assert_fires(&s, D(2015, 8, 3), "nothing");
    assert_fires(&s, D(2015, 8, 4), "L1+1");
    struct duty_state told = planned(DUTY_DELIVER, DUE); /* all of it before the outage began */
    assert_fires(&told, DUE, "R+0");
    told.rest_until = D(2015, 8, 3);
    told.back_day = D(2015, 8, 3);
    assert_fires(&told, D(2015, 8, 3), "nothing");
}

static void
every_step_is_read_back_from_its_spelling(void **state)
{
    (void)state;
    static const char *const good[] = { "R-30", "R+0", "L1+1", "L5+60", "R-18m", "O+20", "X+1",
                                        "B+10", "V+10", "H-5", "S+0", "U+5" };
    static const char *const bad[] = { "", "R", "L6+1", "L0+1", "Q+1", "R30", "R-30x", "O+20m",
                                       "R-100000", "L1", "R-" };
    char buf[STEP_NAME_MAX];
    struct step s;
    for (size_t i = 0; i < LENGTH(good); i++) {
        assert_int_equal(step_parse(good[i], &s), 0);
        assert_string_equal(step_name(&s, buf), good[i]);
    }
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_int_equal(step_parse(bad[i], &s), -EINVAL);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_acknowledgement_that_ran_out_before_the_due_day_is_forgotten),
        cmocka_unit_test(a_level_waits_until_the_one_below_was_accepted_two_working_days_before),
        cmocka_unit_test(what_waits_for_another_action_is_reminded_and_does_not_climb),
        cmocka_unit_test(what_a_newer_return_absorbed_owes_nothing),
        cmocka_unit_test(the_leads_are_asked_again_less_and_less_but_for_ever),
        cmocka_unit_test(a_verifier_is_asked_every_ten_days_and_the_lead_no_more),
        cmocka_unit_test(a_blockage_is_asked_after_every_ten_days),
        cmocka_unit_test(after_a_hold_the_days_that_were_left_are_left_again),
        cmocka_unit_test(when_nobody_can_be_asked_the_owner_is_told_weekly),
        cmocka_unit_test(no_level_on_the_first_day_after_an_outage),
        cmocka_unit_test(on_the_day_back_leads_hear_what_they_missed_before_a_level_tells_others),
        cmocka_unit_test(every_step_is_read_back_from_its_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
