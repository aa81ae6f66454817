/* SPDX-License-Identifier: MIT */
/* duty.c - what an occurrence owes on a day. The only place that decides what is due. */
#include "rules/duty.h"

#include <assert.h>
#include <stdlib.h>

#include "base/civil.h"

const struct duty_rules duty_rules_default = {
    .remind = {
        [DUTY_DELIVER] = { -30, -15, -5, 0 },
        [DUTY_START] = { -30, -15, -5, 0 },
        [DUTY_RETURN] = { -10, -2, 0 },
    },
    .n_remind = {
        [DUTY_DELIVER] = 4,
        [DUTY_START] = 4,
        [DUTY_RETURN] = 3,
    },
    .ladder = { 1, 5, 10, 20, 60 },
    .review_months = { 18, 12, 6, 3, 1 },
    .n_review_months = 5,
    .baseline_wd = 10,
    .return_due_wd = 10,
    .open_before_wd = 30,
};

/* A sign and up to three digits; no offset is longer. */
static char *
put_offset(char *at, char sign, int n)
{
    char digits[4];
    size_t len = 0;
    assert(n >= 0 && n <= STEP_OFFSET_MAX);
    do {
        digits[len++] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    *at++ = sign;
    while (len > 0) {
        *at++ = digits[--len];
    }
    return at;
}

const char *
step_name(const struct step *s, char buf[STEP_NAME_MAX])
{
    char *at = buf;
    *at++ = s->kind == STEP_LADDER ? 'L' : 'R';
    if (s->kind == STEP_LADDER) {
        *at++ = (char)('0' + s->level);
    }
    if (s->months > 0) {
        at = put_offset(at, '-', s->months);
        *at++ = 'm';
    } else {
        at = put_offset(at, s->offset_wd < 0 ? '-' : '+', abs(s->offset_wd));
    }
    *at = '\0';
    return buf;
}

static day_t
later(day_t a, day_t b) /* DAY_NONE is before every day */
{
    return a > b ? a : b;
}

static day_t
earlier_wake(day_t a, day_t b) /* DAY_NONE is never */
{
    if (a == DAY_NONE || b == DAY_NONE) {
        return a == DAY_NONE ? b : a;
    }
    return a < b ? a : b;
}

/* `months` before the due day, on a working day; duty.h says what becomes of a month's end. */
static day_t
months_before(const struct calendar *c, day_t due, int months)
{
    int year = 0, month = 0, day = 0;
    day_split(due, &year, &month, &day);
    int month_end = civil_month_days(year, month);
    bool is_end = calendar_roll_back(c, due + month_end - day) == due;
    int index = year * 12 + month - 1 - months;
    year = index / 12;
    month = index % 12 + 1;
    int last = civil_month_days(year, month);
    return calendar_roll_back(c, civil_days(year, month, is_end || day > last ? last : day));
}

/* due is a working day here. */
static size_t
remind_steps(enum duty_kind kind, day_t due, const struct duty_rules *rules,
             const struct calendar *c, struct step ret[STEP_MAX])
{
    bool is_review = kind == DUTY_REVIEW;
    size_t n = is_review ? rules->n_review_months : rules->n_remind[kind];
    assert(n <= REMIND_MAX);
    for (size_t i = 0; i < n; i++) {
        struct step *s = &ret[i];
        *s = (struct step){ .kind = STEP_REMIND };
        if (is_review) {
            s->months = rules->review_months[i];
            s->send_day = months_before(c, due, s->months);
            s->offset_wd = -calendar_between(c, s->send_day, due);
        } else {
            s->offset_wd = rules->remind[kind][i];
            s->send_day = calendar_add(c, due, s->offset_wd);
        }
    }
    return n;
}

static struct step
ladder_step(int level, day_t from, const struct duty_rules *rules, const struct calendar *c)
{
    assert(level >= 1 && level <= LADDER_MAX);
    int offset = rules->ladder[level - 1];
    return (struct step){
        .kind = STEP_LADDER,
        .level = level,
        .offset_wd = offset,
        .send_day = calendar_add(c, from, offset),
    };
}

size_t
duty_steps(enum duty_kind kind, day_t due, const struct duty_rules *rules,
           const struct calendar *c, struct step ret[STEP_MAX])
{
    assert(kind > DUTY_NONE && kind < DUTY_KIND_MAX_);
    day_t day = calendar_roll_back(c, due);
    size_t n = remind_steps(kind, day, rules, c, ret);
    for (int level = 1; level <= LADDER_MAX; level++) {
        ret[n] = ladder_step(level, day, rules, c);
        n++;
    }
    return n;
}

/* An occurrence on its own calendar: everything next_steps compares a day with. */
struct course {
    const struct duty_state *state;
    const struct duty_rules *rules;
    const struct calendar *calendar;
    struct step reminders[STEP_MAX];
    size_t n_reminders;
    day_t open_day;
    day_t ladder_from; /* day 0 of the ladder */
    day_t ladder_day;  /* its first level's day: reminders end before it */
};

static struct course
course_of(const struct duty_state *s, const struct duty_rules *rules, const struct calendar *c)
{
    assert(s->kind > DUTY_NONE && s->kind < DUTY_KIND_MAX_);
    assert(s->level >= 0 && s->level <= LADDER_MAX && s->cursor >= 0);
    day_t due = calendar_roll_back(c, s->due);
    struct course w = { .state = s, .rules = rules, .calendar = c, .ladder_from = due };
    w.n_reminders = remind_steps(s->kind, due, rules, c, w.reminders);
    if (s->activated > due) {
        w.ladder_from = calendar_add(c, s->activated, rules->baseline_wd);
    }
    w.ladder_day = ladder_step(1, w.ladder_from, rules, c).send_day;
    w.open_day = calendar_add(c, due, -rules->open_before_wd);
    if (w.n_reminders > 0 && w.reminders[0].send_day < w.open_day) {
        w.open_day = w.reminders[0].send_day;
    }
    w.open_day = later(w.open_day, s->activated);
    return w;
}

/* Puts the latest reminder due on a working day into ret. False: none. */
static bool
reminder_due(const struct course *w, day_t today, struct next_steps *ret)
{
    const struct duty_state *s = w->state;
    if (s->state == ACTION_BLOCKED || s->level > 0 || today >= w->ladder_day) {
        return false;
    }
    for (size_t i = w->n_reminders; i > (size_t)s->cursor; i--) {
        if (w->reminders[i - 1].send_day <= today) {
            ret->has_step = true;
            ret->step = w->reminders[i - 1];
            ret->n_skipped = (int)i - 1 - s->cursor;
            ret->cursor = (int)i;
            return true;
        }
    }
    return false;
}

static void
level_due(const struct course *w, day_t today, struct next_steps *ret)
{
    const struct duty_state *s = w->state;
    if (s->level >= LADDER_MAX || s->acked_until >= today || s->level_day >= today) {
        return;
    }
    struct step step = ladder_step(s->level + 1, w->ladder_from, w->rules, w->calendar);
    if (step.send_day > today) {
        return;
    }
    int index = (int)w->n_reminders + s->level;
    ret->has_step = true;
    ret->step = step;
    ret->n_skipped = index > s->cursor ? index - s->cursor : 0;
    ret->cursor = index + 1;
}

/* The first working day after today on which an open occurrence has a step. */
static day_t
next_wake(const struct course *w, day_t today)
{
    const struct duty_state *s = w->state;
    day_t wake = DAY_NONE;
    day_t soonest = later(today + 1, s->activated);
    if (s->state != ACTION_BLOCKED && s->level == 0 && (size_t)s->cursor < w->n_reminders) {
        day_t day = later(soonest, w->reminders[s->cursor].send_day);
        day = calendar_roll_forward(w->calendar, day);
        wake = day < w->ladder_day ? day : DAY_NONE;
    }
    if (s->level < LADDER_MAX) {
        struct step step = ladder_step(s->level + 1, w->ladder_from, w->rules, w->calendar);
        day_t day = later(soonest, step.send_day);
        day = s->acked_until == DAY_NONE ? day : later(day, s->acked_until + 1);
        day = s->level_day == DAY_NONE ? day : later(day, s->level_day + 1);
        wake = earlier_wake(wake, calendar_roll_forward(w->calendar, day));
    }
    return wake;
}

struct next_steps
next_steps(const struct duty_state *s, const struct duty_rules *rules, const struct calendar *c,
           day_t today)
{
    struct next_steps next = { .cursor = s->cursor, .wake = DAY_NONE };
    assert(today != DAY_NONE);
    if (s->state != ACTION_PLANNED && !action_is_open(s->state)) {
        return next;
    }
    struct duty_state after = *s;
    struct course w = course_of(&after, rules, c);
    if (s->state == ACTION_PLANNED) {
        if (today < w.open_day) {
            next.wake = w.open_day;
            return next;
        }
        next.opens = true;
        after.state = ACTION_OPEN;
    }
    if (today >= s->activated && calendar_is_working(c, today) &&
        !reminder_due(&w, today, &next)) {
        level_due(&w, today, &next);
    }
    after.cursor = next.cursor;
    if (next.has_step && next.step.kind == STEP_LADDER) {
        after.level = next.step.level;
        after.level_day = today;
    }
    next.wake = next_wake(&w, today);
    return next;
}
