/* SPDX-License-Identifier: MIT */
/* test_duty.c - steps against the golden schedule; next_steps case by case. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bank_holidays.h"
#include "duty_fixture.h"

static struct bank_holidays holidays;

/* ---- The golden schedule */

enum { ROWS_MAX = 1024 };

struct row {
    char send_date[DAY_TEXT_MAX], due[DAY_TEXT_MAX];
    char weekday[8], occurrence[32], step[STEP_NAME_MAX];
};

static struct row rows[ROWS_MAX];
static size_t n_rows;

static bool
golden_read(void)
{
    FILE *in = shared_open("golden/schedule/calendar.tsv");
    char line[256];
    if (!in) {
        return false;
    }
    bool has_header = fgets(line, sizeof line, in);
    while (has_header && n_rows < ROWS_MAX && fgets(line, sizeof line, in)) {
        struct row *r = &rows[n_rows++];
        if (sscanf(line, "%15s\t%7s\t%31s\t%11s\t%15s", r->send_date, r->weekday, r->occurrence,
                   r->step, r->due) != 5) {
            n_rows = 0;
            break;
        }
    }
    (void)fclose(in);
    return n_rows > 0;
}

static enum duty_kind
kind_of_row(const struct row *r)
{
    const char *slash = r->occurrence + strcspn(r->occurrence, "/");
    return strcmp(slash, "/deliver") == 0           ? DUTY_DELIVER
           : strcmp(slash, "/start") == 0           ? DUTY_START
           : strncmp(slash, "/return/", 8) == 0     ? DUTY_RETURN
                                                    : DUTY_NONE;
}

static bool
is_first_of_occurrence(size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(rows[k].occurrence, rows[i].occurrence) == 0) {
            return false;
        }
    }
    return true;
}

static size_t
count_of_occurrence(const char *occurrence)
{
    size_t n = 0;
    for (size_t i = 0; i < n_rows; i++) {
        n += strcmp(rows[i].occurrence, occurrence) == 0 ? 1 : 0;
    }
    return n;
}

static void
assert_in_golden(const struct row *of, const struct step *s, day_t day)
{
    char name[STEP_NAME_MAX], date[DAY_TEXT_MAX];
    (void)step_name(s, name);
    (void)day_format(day, date);
    for (size_t i = 0; i < n_rows; i++) {
        const struct row *r = &rows[i];
        if (strcmp(r->occurrence, of->occurrence) == 0 && strcmp(r->step, name) == 0 &&
            strcmp(r->due, of->due) == 0 && strcmp(r->send_date, date) == 0 &&
            strcmp(r->weekday, day_weekday_name(day)) == 0) {
            return;
        }
    }
    fail_msg("%s %s on %s is not in the golden schedule", of->occurrence, name, date);
}

static void
the_steps_are_those_of_the_golden_schedule(void **state)
{
    (void)state;
    size_t total = 0;
    for (size_t i = 0; i < n_rows; i++) {
        struct step steps[STEP_MAX];
        day_t due = DAY_NONE;
        if (!is_first_of_occurrence(i)) {
            continue;
        }
        assert_int_equal(day_parse(rows[i].due, &due), 0);
        size_t n = duty_steps(kind_of_row(&rows[i]), due, RULES, &holidays.calendar, steps);
        assert_int_equal(n, count_of_occurrence(rows[i].occurrence));
        for (size_t k = 0; k < n; k++) {
            assert_in_golden(&rows[i], &steps[k], steps[k].send_day);
        }
        total += n;
    }
    assert_int_equal(total, n_rows);
    assert_int_equal(total, 816);
}

static size_t
play(const struct row *of)
{
    size_t n = 0;
    day_t due = DAY_NONE;
    assert_int_equal(day_parse(of->due, &due), 0);
    struct duty_state s = planned(kind_of_row(of), due);
    for (day_t day = D(2015, 1, 1); day <= D(2018, 12, 31); day++) {
        struct next_steps next = call(&s, RULES, &holidays.calendar, day);
        bool is_raw = next.step.kind == STEP_REMIND || next.step.kind == STEP_LADDER;
        if (next.has_step && is_raw) {
            assert_in_golden(of, &next.step, day);
            assert_int_equal(next.n_skipped, 0);
            n++;
        }
    }
    return n;
}

static void
day_after_day_next_steps_plays_the_golden_schedule(void **state)
{
    (void)state;
    size_t total = 0;
    for (size_t i = 0; i < n_rows; i++) {
        total += is_first_of_occurrence(i) ? play(&rows[i]) : 0;
    }
    assert_int_equal(total, 816);
}

static void
the_policy_review_of_january_2018_is_announced_on_five_days(void **state)
{
    (void)state;
    static const char *const names[] = { "R-18m", "R-12m", "R-6m", "R-3m", "R-1m", "L1+1" };
    const day_t days[] = { D(2016, 7, 29),  D(2017, 1, 31),  D(2017, 7, 31),
                           D(2017, 10, 31), D(2017, 12, 29), D(2018, 2, 1) };
    struct step steps[STEP_MAX];
    char buf[STEP_NAME_MAX];
    size_t n = duty_steps(DUTY_REVIEW, D(2018, 1, 31), RULES, &holidays.calendar, steps);
    assert_int_equal(n, 10);
    for (size_t i = 0; i < LENGTH(days); i++) {
        assert_int_equal(steps[i].send_day, days[i]);
        assert_string_equal(step_name(&steps[i], buf), names[i]);
    }
    struct duty_state s = planned(DUTY_REVIEW, D(2018, 1, 31));
    for (day_t day = D(2015, 1, 1), k = 0; k < 6; day++) {
        struct next_steps next = call(&s, RULES, &holidays.calendar, day);
        if (next.has_step) {
            assert_int_equal(day, days[k]);
            k++;
        }
    }
}

static void
a_review_in_a_month_that_ends_on_a_weekend_keeps_to_month_ends(void **state)
{
    (void)state;
    struct step steps[STEP_MAX]; /* 30 June 2018 was a Saturday */
    (void)duty_steps(DUTY_REVIEW, D(2018, 6, 29), RULES, &weekends_only, steps);
    assert_int_equal(steps[0].send_day, D(2016, 12, 30));
    assert_int_equal(steps[3].send_day, D(2018, 3, 30)); /* the 31st is a Saturday */
    (void)duty_steps(DUTY_REVIEW, D(2018, 6, 15), RULES, &weekends_only, steps);
    assert_int_equal(steps[3].send_day, D(2018, 3, 15));
    (void)duty_steps(DUTY_REVIEW, D(2018, 5, 30), RULES, &weekends_only, steps);
    assert_int_equal(steps[3].send_day, D(2018, 2, 28));
}

static void
two_b_goes_as_the_rules_say(void **state)
{
    (void)state;
    const day_t days[] = { D(2015, 11, 17), D(2015, 12, 8), D(2015, 12, 22),
                           D(2015, 12, 31), D(2016, 1, 4),  D(2016, 1, 8),
                           D(2016, 1, 15),  D(2016, 1, 29), D(2016, 3, 29) };
    struct step steps[STEP_MAX];
    assert_int_equal(duty_steps(DUTY_DELIVER, D(2015, 12, 31), RULES, &holidays.calendar, steps),
                     LENGTH(days));
    for (size_t i = 0; i < LENGTH(days); i++) {
        assert_int_equal(steps[i].send_day, days[i]);
    }
}

/* ---- Cases. Due Friday 26 June 2015, with weekends only. R-30 15 May, R-15 5 June, R-5 19 June;
 * L1 29 June, L2 3 July, L3 10 July, L4 24 July, L5 18 September. */

#define DUE D(2015, 6, 26)

static void
it_opens_thirty_working_days_before_with_its_first_reminder(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    struct next_steps next = next_steps(&s, RULES, &weekends_only, D(2015, 1, 1));
    assert_false(next.opens || next.has_step);
    assert_int_equal(next.wake, D(2015, 5, 15));
    next = next_steps(&s, RULES, &weekends_only, D(2015, 5, 15));
    assert_true(next.opens && next.has_step);
    assert_int_equal(next.wake, D(2015, 6, 5));
}

static void
a_return_opens_before_its_first_reminder(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_RETURN, DUE);
    struct next_steps next = call(&s, RULES, &weekends_only, D(2015, 5, 15));
    assert_true(next.opens && !next.has_step);
    assert_int_equal(next.wake, D(2015, 6, 12));
}

static void
after_an_outage_only_the_latest_reminder_fires(void **state)
{
    (void)state;
    char buf[STEP_NAME_MAX];
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    struct next_steps next = call(&s, RULES, &weekends_only, D(2015, 6, 22));
    assert_true(next.opens);
    assert_string_equal(step_name(&next.step, buf), "R-5");
    assert_int_equal(next.n_skipped, 2);
    assert_int_equal(next.wake, DUE);
    assert_fires(&s, D(2015, 6, 22), "nothing");
    assert_fires(&s, DUE, "R+0");
}

static void
after_an_outage_over_the_due_day_the_ladder_begins_at_its_foot(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    struct next_steps next = next_steps(&s, RULES, &weekends_only, D(2015, 8, 3));
    assert_int_equal(next.n_skipped, 4);
    assert_fires(&s, D(2015, 8, 3), "L1+1");
    assert_fires(&s, D(2015, 8, 3), "nothing");
    assert_fires(&s, D(2015, 8, 4), "L2+5");
    assert_fires(&s, D(2015, 8, 5), "L3+10");
    assert_fires(&s, D(2015, 8, 6), "L4+20");
    assert_fires(&s, D(2015, 8, 7), "nothing");
    assert_fires(&s, D(2015, 9, 18), "L5+60");
    assert_fires(&s, D(2015, 9, 18), "nothing");
}

static void
nothing_is_sent_on_a_weekend(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    struct next_steps next = call(&s, RULES, &weekends_only, D(2015, 6, 27));
    assert_true(next.opens && !next.has_step);
    assert_int_equal(next.wake, D(2015, 6, 29));
}

static void
states_without_a_duty_owe_nothing(void **state)
{
    (void)state;
    static const enum action_state quiet[] = { ACTION_SUBMITTED, ACTION_COMPLETE, ACTION_ON_HOLD,
                                               ACTION_WITHDRAWN, ACTION_SUPERSEDED, ACTION_NONE };
    for (size_t i = 0; i < LENGTH(quiet); i++) {
        struct duty_state s = planned(DUTY_DELIVER, DUE);
        s.state = quiet[i];
        struct next_steps next = next_steps(&s, RULES, &weekends_only, D(2015, 7, 3));
        assert_false(next.has_step || next.opens);
        assert_int_equal(next.wake, DAY_NONE);
    }
}

static void
a_blocked_action_is_not_reminded_but_still_climbs(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.state = ACTION_BLOCKED;
    assert_fires(&s, D(2015, 6, 19), "nothing");
    assert_fires(&s, DUE, "nothing");
    assert_int_equal(next_steps(&s, RULES, &weekends_only, DUE).wake, D(2015, 6, 29));
    assert_fires(&s, D(2015, 6, 29), "L1+1");
}

static void
the_ladder_rests_through_the_last_day_of_an_acknowledgement(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.state = ACTION_IN_PROGRESS;
    s.cursor = 4;
    s.acked_until = D(2015, 7, 3);
    assert_fires(&s, D(2015, 6, 29), "nothing");
    assert_int_equal(next_steps(&s, RULES, &weekends_only, DUE).wake, D(2015, 7, 6));
    assert_fires(&s, D(2015, 7, 3), "nothing");
    assert_fires(&s, D(2015, 7, 6), "X+0");
    assert_fires(&s, D(2015, 7, 6), "nothing");
    assert_fires(&s, D(2015, 7, 7), "L1+1");
    assert_fires(&s, D(2015, 7, 8), "L2+5");
}

static void
an_acknowledgement_does_not_stop_reminders(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.state = ACTION_OPEN;
    s.cursor = 3;
    s.acked_until = D(2015, 7, 3);
    assert_fires(&s, DUE, "R+0");
}

/* Loaded on Monday 3 August 2015: ten working days are 17 August, so L1 is on the 18th. */
static void
an_old_plan_gives_one_question_and_ten_days_of_peace(void **state)
{
    (void)state;
    struct duty_state s = planned(DUTY_DELIVER, DUE);
    s.activated = D(2015, 8, 3);
    struct next_steps next = next_steps(&s, RULES, &weekends_only, D(2015, 7, 1));
    assert_false(next.opens);
    assert_int_equal(next.wake, D(2015, 8, 3));
    next = next_steps(&s, RULES, &weekends_only, D(2015, 8, 3));
    assert_true(next.opens);
    assert_int_equal(next.n_skipped, 4);
    assert_int_equal(next.wake, D(2015, 8, 18));
    assert_fires(&s, D(2015, 8, 3), "S+0");
    assert_fires(&s, D(2015, 8, 4), "nothing");
    assert_fires(&s, D(2015, 8, 17), "nothing");
    assert_fires(&s, D(2015, 8, 18), "L1+1");
    assert_fires(&s, D(2015, 8, 21), "nothing");
    assert_fires(&s, D(2015, 8, 24), "L2+5");
}

static void
a_due_day_that_became_a_holiday_counts_from_the_day_before(void **state)
{
    (void)state;
    struct step steps[STEP_MAX];
    const day_t closed[] = { DUE };
    struct calendar c = { .closed = closed, .n_closed = 1 };
    (void)duty_steps(DUTY_DELIVER, DUE, RULES, &c, steps);
    assert_int_equal(steps[3].send_day, D(2015, 6, 25));
    assert_int_equal(steps[4].send_day, D(2015, 6, 29));
}

static void
steps_are_spelled_with_their_sign(void **state)
{
    (void)state;
    char buf[STEP_NAME_MAX];
    struct step s = { .kind = STEP_REMIND, .offset_wd = -STEP_OFFSET_MAX };
    assert_string_equal(step_name(&s, buf), "R-999");
    s.offset_wd = 0;
    assert_string_equal(step_name(&s, buf), "R+0");
    s = (struct step){ .kind = STEP_LADDER, .level = 5, .offset_wd = 60 };
    assert_string_equal(step_name(&s, buf), "L5+60");
    s = (struct step){ .kind = STEP_REMIND, .months = 18, .offset_wd = -380 };
    assert_string_equal(step_name(&s, buf), "R-18m");
    s = (struct step){ .kind = STEP_REPEAT, .offset_wd = STEP_PASSED_MAX };
    assert_string_equal(step_name(&s, buf), "O+99999");
    assert_int_equal(step_parse(buf, &s), 0);
    assert_int_equal(s.offset_wd, STEP_PASSED_MAX);
    assert_int_equal(step_parse("O+100000", &s), -EINVAL);
    s.offset_wd = INT32_MAX; /* no day is so late, but a fault in the store must not end the hub */
    assert_string_equal(step_name(&s, buf), "O+99999");
}

static int
begin_golden(void **state)
{
    (void)state;
    return bank_holidays_read(&holidays) && golden_read() ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_review_in_a_month_that_ends_on_a_weekend_keeps_to_month_ends),
        cmocka_unit_test(it_opens_thirty_working_days_before_with_its_first_reminder),
        cmocka_unit_test(a_return_opens_before_its_first_reminder),
        cmocka_unit_test(after_an_outage_only_the_latest_reminder_fires),
        cmocka_unit_test(after_an_outage_over_the_due_day_the_ladder_begins_at_its_foot),
        cmocka_unit_test(nothing_is_sent_on_a_weekend),
        cmocka_unit_test(states_without_a_duty_owe_nothing),
        cmocka_unit_test(a_blocked_action_is_not_reminded_but_still_climbs),
        cmocka_unit_test(the_ladder_rests_through_the_last_day_of_an_acknowledgement),
        cmocka_unit_test(an_acknowledgement_does_not_stop_reminders),
        cmocka_unit_test(an_old_plan_gives_one_question_and_ten_days_of_peace),
        cmocka_unit_test(a_due_day_that_became_a_holiday_counts_from_the_day_before),
        cmocka_unit_test(steps_are_spelled_with_their_sign),
    };
    const struct CMUnitTest golden_tests[] = {
        cmocka_unit_test(the_steps_are_those_of_the_golden_schedule),
        cmocka_unit_test(day_after_day_next_steps_plays_the_golden_schedule),
        cmocka_unit_test(the_policy_review_of_january_2018_is_announced_on_five_days),
        cmocka_unit_test(two_b_goes_as_the_rules_say),
    };
    int failed = 0;
    if (shared_is_there()) {
        failed = cmocka_run_group_tests(golden_tests, begin_golden, NULL);
    } else {
        (void)printf("# no shared folder: 4 tests of the golden schedule are left out\n");
    }
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
