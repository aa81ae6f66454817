/* SPDX-License-Identifier: MIT */
/* test_duty_chance.c - next_steps by chance: random states, calendars, outages and people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "duty_fixture.h"
#include "scale.h"

enum { CLOSED_MAX = 200, FIRINGS_MAX = 128, EVENTS_MAX = 4, OUTAGES_MAX = 3, MEETINGS_MAX = 40 };
enum { WORLDS = 600 / ONE_ROUND_OF, FIRED_MIN = 2 * WORLDS };

struct event {
    day_t day;
    enum action_state state; /* NONE: acknowledge instead */
    int ack_days;
};

struct world {
    uint64_t seed;
    day_t closed[CLOSED_MAX], opened[CLOSED_MAX];
    struct calendar calendar;
    struct duty_rules rules;
    struct duty_state start;
    day_t from, to;
    day_t meeting_days[MEETINGS_MAX];
    struct meetings meetings;
    day_t outage_from[OUTAGES_MAX], outage_to[OUTAGES_MAX];
    struct event events[EVENTS_MAX];
};

struct firing {
    day_t day;
    bool opens, resumes;
    char name[STEP_NAME_MAX];
    int cursor;
    int level;
};

struct run {
    struct firing firings[FIRINGS_MAX];
    size_t n;
};

static int
roll(struct world *w, int sides)
{
    w->seed = w->seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((w->seed >> 33) % (uint64_t)sides);
}

static size_t
random_days(struct world *w, day_t *days)
{
    size_t n = 0;
    int gap = 2 + roll(w, 40);
    for (day_t day = w->from; day < w->to && n < CLOSED_MAX; day += 1 + roll(w, gap)) {
        days[n++] = day;
    }
    return roll(w, 4) == 0 ? 0 : n;
}

static void
random_state(struct world *w)
{
    static const enum action_state states[] = { ACTION_PLANNED, ACTION_PLANNED, ACTION_OPEN,
                                                ACTION_IN_PROGRESS, ACTION_BLOCKED };
    struct duty_state *s = &w->start;
    s->state = states[roll(w, LENGTH(states))];
    if (s->state != ACTION_PLANNED) {
        s->cursor = roll(w, 9);
        s->level = s->cursor > 4 ? s->cursor - 4 : 0;
        s->level_day = s->level > 0 && roll(w, 2) ? w->from + roll(w, 40) : DAY_NONE;
    }
    s->is_waiting = roll(w, 12) == 0;
    s->is_unreached = roll(w, 12) == 0;
    s->rest_until = roll(w, 6) == 0 ? s->due + roll(w, 60) - 20 : DAY_NONE;
    s->ladder_from = roll(w, 6) == 0 ? s->due + roll(w, 40) : DAY_NONE;
    s->acked_until = roll(w, 4) == 0 ? s->due + roll(w, 60) - 20 : DAY_NONE;
    s->activated = roll(w, 3) == 0 ? w->from + roll(w, w->to - w->from) : DAY_NONE;
}

/* Of two worlds in three; weekly to quarterly, on any day of the week. */
static void
random_meetings(struct world *w)
{
    day_t day = w->start.due - 30 + roll(w, 60);
    int gap = 3 + roll(w, 30);
    size_t n = roll(w, 3) ? (size_t)roll(w, MEETINGS_MAX) : 0;
    for (size_t i = 0; i < n; i++, day += 1 + roll(w, 2 * gap)) {
        w->meeting_days[i] = day;
    }
    w->meetings = (struct meetings){ .days = w->meeting_days, .n = n,
                                     .agenda_close_wd = roll(w, 3) ? 10 : roll(w, 20),
                                     .papers_due_wd = 0 };
    w->start.meetings = roll(w, 8) && n > 0 ? &w->meetings : NULL;
    w->start.minuted = DAY_NONE;
    w->rules.agenda_wd = roll(w, 2) ? 5 : roll(w, 12);
    w->rules.missed_meetings = 1 + roll(w, 3);
}

static void
random_world(struct world *w)
{
    static const enum action_state moves[] = { ACTION_NONE, ACTION_NONE, ACTION_BLOCKED,
                                               ACTION_IN_PROGRESS, ACTION_ON_HOLD, ACTION_SUBMITTED,
                                               ACTION_COMPLETE };
    w->rules = duty_rules_default;
    w->start = planned((enum duty_kind)(1 + roll(w, DUTY_KIND_MAX_ - 1)), DAY_NONE);
    bool is_review = w->start.kind == DUTY_REVIEW;
    w->start.due = D(2015, 1, 1) + roll(w, 3000);
    w->from = w->start.due - (is_review ? 600 : 70) - roll(w, 20);
    w->to = w->start.due + 200;
    w->calendar.closed = w->closed;
    w->calendar.opened = w->opened;
    w->calendar.n_closed = random_days(w, w->closed);
    w->calendar.n_opened = roll(w, 3) == 0 ? random_days(w, w->opened) : 0;
    if (roll(w, 3) == 0) { /* dense rules: every day something */
        int ladder[LADDER_MAX] = { 1, 2, 3, 4, 5 + roll(w, 3) };
        memcpy(w->rules.ladder, ladder, sizeof ladder);
        w->rules.remind[DUTY_DELIVER][2] = -1;
        w->rules.open_before_wd = roll(w, 40);
        w->rules.baseline_wd = roll(w, 12);
    }
    if (roll(w, 8) == 0) { /* no reminders at all */
        memset(w->rules.n_remind, 0, sizeof w->rules.n_remind);
    }
    random_state(w);
    random_meetings(w);
    for (size_t i = 0; i < OUTAGES_MAX; i++) {
        w->outage_from[i] = w->start.due - 60 + roll(w, 160);
        w->outage_to[i] = w->outage_from[i] + (roll(w, 2) ? roll(w, 50) : 0);
    }
    for (size_t i = 0; i < EVENTS_MAX; i++) {
        w->events[i].day = w->start.due - 100 + roll(w, 300);
        w->events[i].state = moves[roll(w, LENGTH(moves))];
        w->events[i].ack_days = roll(w, 14);
    }
}

static bool
is_up(const struct world *w, day_t day)
{
    for (size_t i = 0; i < OUTAGES_MAX; i++) {
        if (w->outage_from[i] <= day && day < w->outage_to[i]) {
            return false;
        }
    }
    return true;
}

/* People act while the daemon is up; a closed occurrence stays closed. True when one did. */
static bool
people_act(const struct world *w, struct duty_state *s, day_t day)
{
    bool acted = false;
    for (size_t i = 0; i < EVENTS_MAX; i++) {
        if (w->events[i].day != day || s->state == ACTION_COMPLETE) {
            continue;
        }
        acted = true;
        if (w->events[i].state == ACTION_NONE) {
            s->acked_until = day + w->events[i].ack_days;
            s->minuted = w->events[i].ack_days % 2 ? day : s->minuted;
        } else if (s->state != ACTION_PLANNED) {
            s->state = w->events[i].state;
            s->state_day = day;
            s->nudges = 0;
            s->hold_until = s->state == ACTION_ON_HOLD ? day + 1 + w->events[i].ack_days * 3
                                                       : DAY_NONE;
        }
    }
    return acted;
}

static struct next_steps
call_and_note(const struct world *w, struct duty_state *s, day_t day, struct run *run)
{
    struct next_steps next = call(s, &w->rules, &w->calendar, day);
    if (next.has_step || next.opens || next.resumes) {
        assert_true(run->n < FIRINGS_MAX);
        struct firing *f = &run->firings[run->n++];
        *f = (struct firing){ .day = day, .opens = next.opens, .cursor = s->cursor,
                             .resumes = next.resumes };
        if (next.has_step) {
            (void)step_name(&next.step, f->name);
            f->level = next.step.level;
        }
    }
    return next;
}

static void
run_daily(const struct world *w, struct run *run)
{
    struct duty_state s = w->start;
    for (day_t day = w->from; day <= w->to; day++) {
        if (!is_up(w, day)) {
            continue;
        }
        (void)people_act(w, &s, day);
        bool is_final = action_is_final(s.state);
        struct next_steps next;
        int levels = 0;
        do {
            int level = s.level;
            next = call_and_note(w, &s, day, run);
            assert_false(is_final && next.has_step);
            if (next.has_step) {
                assert_true(calendar_is_working(&w->calendar, day));
                assert_true(next.step.level == 0 || next.step.level == level + 1);
                levels += next.step.level > 0;
            }
            assert_true(next.wake == DAY_NONE || next.wake >= day);
        } while (next.wake == day);
        assert_true(levels <= 1);
        assert_false(next_steps(&s, &w->rules, &w->calendar, day).has_step);
    }
}

/* Looks only when wake says so, when the daemon comes up late, and when somebody acted. */
static void
run_by_wake(const struct world *w, struct run *run)
{
    struct duty_state s = w->start;
    day_t wake = w->from;
    bool is_first = true;
    for (day_t day = w->from; day <= w->to; day++) {
        if (!is_up(w, day)) {
            continue;
        }
        bool acted = people_act(w, &s, day);
        if (!acted && (wake == DAY_NONE || wake > day)) {
            continue;
        }
        do {
            bool on_time = !acted && !is_first && wake == day;
            struct next_steps next = call_and_note(w, &s, day, run);
            /* it never wakes for nothing */
            assert_true(!on_time || next.has_step || next.opens || next.resumes);
            wake = next.wake;
            is_first = acted = false;
        } while (wake == day);
    }
}

static void
assert_same(const struct firing *a, const struct firing *b)
{
    assert_int_equal(a->day, b->day);
    assert_int_equal(a->opens, b->opens);
    assert_int_equal(a->resumes, b->resumes);
    assert_string_equal(a->name, b->name);
    assert_int_equal(a->cursor, b->cursor);
}

static void
sleeping_until_wake_loses_nothing(void **state)
{
    (void)state;
    size_t fired = 0;
    for (uint64_t i = 0; i < WORLDS; i++) {
        struct world w = { .seed = i * 7919 + 1 };
        struct run daily = { .n = 0 }, sleepy = { .n = 0 };
        random_world(&w);
        run_daily(&w, &daily);
        run_by_wake(&w, &sleepy);
        assert_int_equal(daily.n, sleepy.n);
        for (size_t k = 0; k < daily.n; k++) {
            assert_same(&daily.firings[k], &sleepy.firings[k]);
        }
        fired += daily.n;
    }
    assert_true(fired > FIRED_MIN); /* the worlds are not empty */
}

static void
without_people_every_level_is_reached_in_order_whatever_fails(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < WORLDS; i++) {
        struct world w = { .seed = i * 104729 + 3 };
        struct run run = { .n = 0 };
        random_world(&w);
        const struct meetings *meetings = w.start.meetings;
        w.start = planned(w.start.kind, w.start.due);
        w.start.meetings = meetings;
        memset(w.events, 0, sizeof w.events);
        w.to += 400;
        run_daily(&w, &run);
        int level = 0;
        for (size_t k = 0; k < run.n; k++) {
            level += run.firings[k].level > 0 ? 1 : 0;
            assert_true(run.firings[k].level == 0 || run.firings[k].level == level);
        }
        assert_int_equal(level, LADDER_MAX);
    }
}

/* The day of each level, when nobody acts and nothing fails; 0: not reached. */
static void
level_days(struct world *w, day_t ret[LADDER_MAX + 1])
{
    struct run run = { .n = 0 };
    memset(ret, 0, (LADDER_MAX + 1) * sizeof ret[0]);
    run_daily(w, &run);
    for (size_t k = 0; k < run.n; k++) {
        ret[run.firings[k].level] = run.firings[k].day;
    }
}

static void
meetings_hasten_the_forum_and_the_board_and_nobody_else(void **state)
{
    (void)state;
    int sooner = 0;
    for (uint64_t i = 0; i < WORLDS; i++) {
        struct world w = { .seed = i * 15485863 + 5 };
        day_t with[LADDER_MAX + 1];
        day_t without[LADDER_MAX + 1];
        random_world(&w);
        const struct meetings *meetings = w.start.meetings;
        w.start = planned(w.start.kind, w.start.due);
        memset(w.events, 0, sizeof w.events);
        w.to += 400;
        level_days(&w, without);
        w.start.meetings = meetings;
        level_days(&w, with);
        for (int level = 1; level <= LADDER_MAX; level++) {
            assert_true(with[level] <= without[level] && with[level] > 0);
            assert_true(with[level] == without[level] || level >= FORUM_LEVEL);
            sooner += with[level] < without[level];
        }
    }
    assert_true(sooner > WORLDS / 4);
}

/* Alone on its way: nobody acts but for one acknowledgement, and the daemon never is away. */
static void
run_alone(struct world *w, day_t acked_until, struct run *run)
{
    for (size_t i = 0; i < LENGTH(w->outage_from); i++) {
        w->outage_to[i] = w->outage_from[i];
    }
    for (size_t i = 0; i < LENGTH(w->events); i++) {
        w->events[i].day = DAY_NONE;
    }
    w->start.acked_until = acked_until;
    run->n = 0;
    run_daily(w, run);
}

static bool
has_fired(const struct run *run, day_t day, const char *name)
{
    for (size_t i = 0; i < run->n; i++) {
        if (run->firings[i].day == day && strncmp(run->firings[i].name, name, strlen(name)) == 0) {
            return true;
        }
    }
    return false;
}

static void
an_acknowledgement_that_kept_a_step_back_is_followed_by_its_end_before_any_other(void **state)
{
    (void)state;
    int kept = 0;
    int silent = 0;
    for (int i = 0; i < WORLDS; i++) {
        static struct world w;
        static struct run with;
        static struct run without;
        w = (struct world){ .seed = (uint64_t)i };
        random_world(&w);
        w.start.is_waiting = w.start.is_unreached = false;
        day_t until = w.start.due + roll(&w, 60) - 20;
        run_alone(&w, DAY_NONE, &without);
        run_alone(&w, until, &with);
        day_t end = calendar_roll_forward(&w.calendar, until + 1);
        bool is_kept = false;
        for (size_t k = 0; k < without.n; k++) {
            const struct firing *f = &without.firings[k];
            bool is_gone = f->name[0] && !has_fired(&with, f->day, f->name);
            is_kept = is_kept || (is_gone && f->day <= until);
        }
        assert_true(!is_kept || end > w.to || has_fired(&with, end, "X"));
        assert_false(is_kept && end <= w.to && has_fired(&with, end, "L"));
        for (size_t k = 0; k < with.n; k++) {
            bool is_end = with.firings[k].name[0] == 'X';
            assert_true(!is_end || with.firings[k].day == end || w.start.activated > until);
        }
        kept += is_kept;
        silent += !is_kept && !has_fired(&with, end, "X");
    }
    assert_true(kept > WORLDS / 10 && silent > WORLDS / 10);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sleeping_until_wake_loses_nothing),
        cmocka_unit_test(without_people_every_level_is_reached_in_order_whatever_fails),
        cmocka_unit_test(meetings_hasten_the_forum_and_the_board_and_nobody_else),
        cmocka_unit_test(
            an_acknowledgement_that_kept_a_step_back_is_followed_by_its_end_before_any_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
