/* SPDX-License-Identifier: MIT */
/* test_meeting.c - meetings by day, and what they do to levels 4 and 5. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rules/duty.h"

#define D(y, m, d) day_of(y, m, d)
#define RULES (&duty_rules_default)
#define DUE D(2015, 6, 26) /* a Friday; L3 on 10 July, L4 by itself on 24 July, L5 18 September */

static const struct calendar weekends_only = { .last_listed = DAY_NONE };

static void
days_before_a_meeting_are_counted_in_working_days(void **state)
{
    (void)state;
    const struct calendar *c = &weekends_only;
    assert_int_equal(meeting_before(c, D(2015, 7, 22), 10), D(2015, 7, 8));
    assert_int_equal(meeting_before(c, D(2015, 7, 22), 0), D(2015, 7, 22));
    /* a Saturday: the Friday before it is one working day before */
    assert_int_equal(meeting_before(c, D(2015, 7, 25), 1), D(2015, 7, 24));
    assert_int_equal(meeting_before(c, D(2015, 7, 25), 0), D(2015, 7, 24));
}

static void
a_meeting_is_found_by_day(void **state)
{
    (void)state;
    const day_t days[] = { D(2015, 7, 22), D(2015, 8, 26), D(2015, 9, 23) };
    const struct meetings m = { .days = days, .n = 3, .agenda_close_wd = 10 };
    const struct meetings none = { .n = 0 };
    assert_int_equal(meeting_from(&m, D(2015, 1, 1)), days[0]);
    assert_int_equal(meeting_from(&m, days[1]), days[1]);
    assert_int_equal(meeting_from(&m, days[2] + 1), DAY_NONE);
    assert_int_equal(meeting_from(&none, days[0]), DAY_NONE);
    assert_int_equal(meeting_open_on(&m, &weekends_only, D(2015, 7, 8)), days[0]);
    assert_int_equal(meeting_open_on(&m, &weekends_only, D(2015, 7, 9)), days[1]);
    assert_int_equal(meeting_open_on(&m, &weekends_only, D(2015, 9, 10)), DAY_NONE);
}

/* At level 3 since 10 July 2015, every notice accepted. */
static struct duty_state
at_level_3(const struct meetings *m)
{
    return (struct duty_state){ .kind = DUTY_DELIVER, .due = DUE, .state = ACTION_OPEN,
                                .cursor = 7, .level = 3, .level_day = D(2015, 7, 10),
                                .acked_until = DAY_NONE, .activated = DAY_NONE,
                                .state_day = DAY_NONE, .ladder_from = DAY_NONE,
                                .rest_until = DAY_NONE, .hold_until = DAY_NONE, .repeats = 9,
                                .minuted = DAY_NONE, .resumed = DAY_NONE, .meetings = m };
}

/* The day on which the next level fires. */
static day_t
climbs(struct duty_state *s)
{
    int level = s->level;
    for (day_t day = s->level_day + 1; day < s->level_day + 200; day++) {
        *s = next_steps(s, RULES, &weekends_only, day).after;
        if (s->level > level) {
            return day;
        }
    }
    return DAY_NONE;
}

static void
level_4_goes_onto_the_next_agenda_that_closes_a_week_after_level_3(void **state)
{
    (void)state;
    const struct {
        day_t meeting, level_4;
        const char *what;
    } rows[] = {
        { D(2015, 8, 5), D(2015, 7, 22), "closes on 22 July: before T+20" },
        { D(2015, 7, 31), D(2015, 7, 17), "closes five working days after level 3" },
        { D(2015, 7, 30), D(2015, 7, 24), "closes four after: too soon, so T+20" },
        { D(2015, 8, 26), D(2015, 7, 24), "closes after T+20" },
        { D(2015, 6, 30), D(2015, 7, 24), "is over" },
        { D(2015, 8, 1), D(2015, 7, 20), "on a Saturday" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct meetings m = { .days = &rows[i].meeting, .n = 1, .agenda_close_wd = 10 };
        struct duty_state s = at_level_3(&m);
        if (climbs(&s) != rows[i].level_4) {
            print_error("%s\n", rows[i].what);
            fail();
        }
    }
}

static void
without_meetings_nothing_changes(void **state)
{
    (void)state;
    struct duty_state s = at_level_3(NULL);
    assert_int_equal(climbs(&s), D(2015, 7, 24));
    assert_int_equal(climbs(&s), D(2015, 9, 18));
}

static void
level_5_follows_two_meetings_that_let_it_pass(void **state)
{
    (void)state;
    const day_t days[] = { D(2015, 7, 29), D(2015, 8, 5), D(2015, 8, 12), D(2015, 8, 19) };
    const struct meetings m = { .days = days, .n = 4, .agenda_close_wd = 10 };
    struct duty_state s = at_level_3(&m);
    assert_int_equal(climbs(&s), D(2015, 7, 22)); /* the agenda of 5 August closes */
    /* 29 July does not count: its agenda had closed. 5 and 12 August do. */
    assert_int_equal(climbs(&s), D(2015, 8, 13));
}

static void
a_minute_begins_the_count_again_and_the_last_day_stays(void **state)
{
    (void)state;
    const day_t days[] = { D(2015, 8, 5), D(2015, 8, 19), D(2015, 9, 2), D(2015, 9, 16),
                           D(2015, 9, 30) };
    const struct meetings m = { .days = days, .n = 5, .agenda_close_wd = 10 };
    struct duty_state s = at_level_3(&m);
    (void)climbs(&s);
    s.minuted = D(2015, 8, 6);
    assert_int_equal(climbs(&s), D(2015, 9, 3)); /* 19 August and 2 September let it pass */
    s = at_level_3(&m);
    (void)climbs(&s);
    s.minuted = D(2015, 8, 19);
    assert_int_equal(climbs(&s), D(2015, 9, 17));
    s = at_level_3(&m);
    (void)climbs(&s);
    s.minuted = D(2015, 9, 2);
    assert_int_equal(climbs(&s), D(2015, 9, 18)); /* T+60 before the second meeting */
}

static void
a_minute_before_the_first_meeting_saves_no_meeting(void **state)
{
    (void)state;
    const day_t days[] = { D(2015, 8, 5), D(2015, 8, 19) };
    const struct meetings m = { .days = days, .n = 2, .agenda_close_wd = 10 };
    struct duty_state s = at_level_3(&m);
    (void)climbs(&s);
    s.minuted = D(2015, 7, 27);
    assert_int_equal(climbs(&s), D(2015, 8, 20));
}

/* On hold from the next working day on, until that day. */
static void
hold(struct duty_state *s, day_t until)
{
    s->state = ACTION_ON_HOLD;
    s->state_day = calendar_add(&weekends_only, s->level_day, 1);
    s->hold_until = until;
}

static void
only_meetings_after_a_hold_are_counted(void **state)
{
    (void)state;
    const day_t days[] = { D(2015, 8, 5), D(2015, 8, 19), D(2015, 9, 2), D(2015, 9, 16),
                           D(2015, 9, 30), D(2015, 10, 14) };
    const struct meetings m = { .days = days, .n = 6, .agenda_close_wd = 10 };
    struct duty_state s = at_level_3(&m);
    (void)climbs(&s);
    hold(&s, D(2015, 9, 1));
    /* 2 September does not count: its agenda had closed. 16 and 30 September do. */
    assert_int_equal(climbs(&s), D(2015, 10, 1));
}

static void
no_agenda_that_closed_during_a_hold_takes_it_up(void **state)
{
    (void)state;
    const day_t days[] = { D(2015, 8, 5), D(2015, 9, 16) };
    const struct meetings m = { .days = days, .n = 2, .agenda_close_wd = 10 };
    struct duty_state s = at_level_3(&m);
    hold(&s, D(2015, 8, 24));
    assert_int_equal(climbs(&s), D(2015, 9, 2)); /* the agenda of 16 September closes */
}

static void
no_level_comes_on_the_day_on_which_a_hold_ends(void **state)
{
    (void)state;
    struct duty_state s = at_level_3(NULL);
    s.state = ACTION_ON_HOLD;
    s.state_day = D(2015, 7, 27); /* level 4 was due, and not to be sent */
    s.hold_until = D(2015, 8, 3);
    assert_int_equal(climbs(&s), D(2015, 8, 4));
    s = at_level_3(NULL);
    s.resumed = D(2015, 8, 3);
    assert_string_equal(duty_rest_words(&s, RULES, &weekends_only, D(2015, 8, 3)),
                        "it is on hold no more since this day: no new level before the next");
}

static void
what_rests_says_so_from_the_agenda_on(void **state)
{
    (void)state;
    const day_t meeting = D(2015, 8, 5);
    const struct meetings m = { .days = &meeting, .n = 1, .agenda_close_wd = 10 };
    struct duty_state s = at_level_3(&m);
    s.is_waiting = true;
    assert_null(duty_rest_words(&s, RULES, &weekends_only, D(2015, 7, 21)));
    assert_non_null(duty_rest_words(&s, RULES, &weekends_only, D(2015, 7, 22)));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_before_a_meeting_are_counted_in_working_days),
        cmocka_unit_test(a_meeting_is_found_by_day),
        cmocka_unit_test(level_4_goes_onto_the_next_agenda_that_closes_a_week_after_level_3),
        cmocka_unit_test(without_meetings_nothing_changes),
        cmocka_unit_test(level_5_follows_two_meetings_that_let_it_pass),
        cmocka_unit_test(a_minute_begins_the_count_again_and_the_last_day_stays),
        cmocka_unit_test(a_minute_before_the_first_meeting_saves_no_meeting),
        cmocka_unit_test(only_meetings_after_a_hold_are_counted),
        cmocka_unit_test(no_agenda_that_closed_during_a_hold_takes_it_up),
        cmocka_unit_test(no_level_comes_on_the_day_on_which_a_hold_ends),
        cmocka_unit_test(what_rests_says_so_from_the_agenda_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
