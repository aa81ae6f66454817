/* SPDX-License-Identifier: MIT */
/* duty.c - what an occurrence owes on a day. The only place that decides what is due. */
#include "rules/step.h"

#include <assert.h>

enum { LEADS_LEVEL_MAX = 3 };

const struct duty_rules duty_rules_default = {
    .remind = {
        [DUTY_DELIVER] = { -30, -15, -5, 0 },
        [DUTY_START] = { -30, -15, -5, 0 },
        [DUTY_RETURN] = { -10, -2, 0 },
        [DUTY_MILESTONE] = { -30, -15, -5, 0 },
    },
    .n_remind = {
        [DUTY_DELIVER] = 4,
        [DUTY_START] = 4,
        [DUTY_RETURN] = 3,
        [DUTY_MILESTONE] = 4,
    },
    .ladder = { 1, 5, 10, 20, 60 },
    .review_months = { 18, 12, 6, 3, 1 },
    .n_review_months = 5,
    .baseline_wd = 10,
    .open_before_wd = 30,
    .repeat_wd = 20,
    .blocked_wd = 10,
    .verify_wd = 10,
    .hold_review_wd = 5,
    .unreached_wd = 5,
    .gate_wd = 2,
    .agenda_wd = 5,
    .missed_meetings = 2,
    .supports_wd = 15,
    .verify_alone_wd = 10,
    .unreached_director_wd = 10,
    .review_secretary_months = 6,
    .review_director_months = 3,
};

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

/* An occurrence on its own calendar: everything next_steps compares a day with. */
struct course {
    struct duty_state *state;
    const struct duty_rules *rules;
    const struct calendar *calendar;
    day_t today;
    struct step reminders[STEP_MAX];
    size_t n_reminders;
    day_t due;
    day_t open_day;
    day_t ladder_from; /* day 0 of the ladder */
    day_t ladder_day;  /* its first level's day: reminders end before it */
};

static struct course
course_of(struct duty_state *s, const struct duty_rules *rules, const struct calendar *c,
          day_t today)
{
    assert(s->kind > DUTY_NONE && s->kind < DUTY_KIND_MAX_);
    assert(s->level >= 0 && s->level <= LADDER_MAX && s->cursor >= 0);
    day_t due = calendar_roll_back(c, s->due);
    struct course w = { .state = s, .rules = rules, .calendar = c, .today = today, .due = due };
    w.n_reminders = step_reminders(s->kind, due, rules, c, w.reminders);
    w.ladder_from = later(due, s->ladder_from);
    if (s->activated > due) {
        w.ladder_from = later(w.ladder_from, calendar_add(c, s->activated, rules->baseline_wd));
    }
    w.ladder_day = step_of_level(1, w.ladder_from, rules, c).send_day;
    w.open_day = calendar_add(c, due, -rules->open_before_wd);
    if (w.n_reminders > 0 && w.reminders[0].send_day < w.open_day) {
        w.open_day = w.reminders[0].send_day;
    }
    w.open_day = later(w.open_day, s->activated);
    return w;
}

/*
 * One thing that can be due. `day` gives the first working day from `soonest` on on which it is,
 * for the state as it stands, or DAY_NONE; `fire` moves the state on and says the step. What is due
 * today and when to wake come from the same day, so they cannot disagree.
 */
struct prospect {
    day_t (*day)(const struct course *w, day_t soonest);
    void (*fire)(const struct course *w, struct next_steps *ret);
};

static day_t
from(const struct course *w, day_t soonest, day_t day)
{
    return calendar_roll_forward(w->calendar, later(soonest, day));
}

static bool
is_running(const struct course *w)
{
    return action_is_open(w->state->state) && !w->state->is_unreached;
}

/* The latest whole period since `base` that has come by `day`. */
static int
periods(const struct course *w, day_t base, int wd, day_t day)
{
    return calendar_between(w->calendar, base, day) / wd;
}

/* Nudges of its state already fired; what nobody could be told is counted below zero. */
static int
nudged(const struct duty_state *s)
{
    return s->nudges > 0 ? s->nudges : 0;
}

static void
fire_nudge(const struct course *w, struct next_steps *ret, enum step_kind kind, int wd, day_t base)
{
    int n = periods(w, base, wd, w->today);
    ret->step = (struct step){ .kind = kind, .offset_wd = n * wd, .send_day = w->today };
    ret->n_skipped = n - nudged(w->state) - 1;
    ret->after.nudges = n;
}

static day_t
nudge_day(const struct course *w, day_t soonest, int wd)
{
    const struct duty_state *s = w->state;
    if (s->state_day == DAY_NONE) {
        return DAY_NONE;
    }
    return from(w, soonest, calendar_add(w->calendar, s->state_day, (nudged(s) + 1) * wd));
}

/* ---- R */

static bool
is_baseline(const struct course *w)
{
    const struct duty_state *s = w->state;
    return s->activated > w->due && s->cursor < (int)w->n_reminders && s->level == 0;
}

static day_t
remind_day(const struct course *w, day_t soonest)
{
    const struct duty_state *s = w->state;
    if (!is_running(w) || s->state == ACTION_BLOCKED || s->level > 0 || is_baseline(w)
        || (size_t)s->cursor >= w->n_reminders) {
        return DAY_NONE;
    }
    day_t day = from(w, soonest, w->reminders[s->cursor].send_day);
    bool is_missed = day == s->back_day; /* leads hear it before others do */
    return day < w->ladder_day || is_missed ? day : DAY_NONE;
}

static void
remind_fire(const struct course *w, struct next_steps *ret)
{
    size_t i = w->n_reminders;
    while (w->reminders[i - 1].send_day > w->today) {
        i--;
    }
    ret->step = w->reminders[i - 1];
    ret->n_skipped = (int)i - 1 - ret->after.cursor;
    ret->after.cursor = (int)i;
}

/* ---- S */

static day_t
status_day(const struct course *w, day_t soonest)
{
    return is_running(w) && is_baseline(w) ? from(w, soonest, w->state->activated) : DAY_NONE;
}

static void
status_fire(const struct course *w, struct next_steps *ret)
{
    ret->step = (struct step){ .kind = STEP_STATUS, .send_day = w->today };
    ret->n_skipped = (int)w->n_reminders - ret->after.cursor;
    ret->after.cursor = (int)w->n_reminders;
}

/* ---- X: of an acknowledgement in whose way the ladder lies. One that ends sooner kept nothing
 * back, since reminders go on: it ends silently. */

static day_t
expiry_day(const struct course *w, day_t soonest)
{
    const struct duty_state *s = w->state;
    if (!is_running(w) || s->is_waiting || s->acked_until == DAY_NONE) {
        return DAY_NONE;
    }
    day_t day = calendar_roll_forward(w->calendar, s->acked_until + 1);
    bool was_on = s->level > 0 && s->level_day <= s->acked_until; /* the due day moved since */
    bool has_begun = was_on || day >= w->ladder_day;
    return has_begun ? from(w, soonest, day) : DAY_NONE;
}

static void
expiry_fire(const struct course *w, struct next_steps *ret)
{
    ret->step = (struct step){ .kind = STEP_ACK_EXPIRED, .offset_wd = w->state->acks,
                               .send_day = w->today };
    ret->after.acked_until = DAY_NONE;
    ret->after.rest_until = later(ret->after.rest_until, w->today);
}

/* ---- L */

static day_t
gate_day(const struct course *w, day_t soonest)
{
    const struct duty_state *s = w->state;
    if (s->level == 0) {
        return soonest;
    }
    return s->accepted_day == DAY_NONE
               ? w->today + 1
               : calendar_add(w->calendar, s->accepted_day, w->rules->gate_wd);
}

/* From when on it is there to be decided: a hold stops its clock. */
static day_t
standing_since(const struct duty_state *s)
{
    return later(s->level_day, s->resumed);
}

/* The day on which the agenda closes that takes up what the director was told in time. */
static day_t
agenda_day(const struct course *w)
{
    const struct meetings *m = w->state->meetings;
    day_t from_day = calendar_add(w->calendar, standing_since(w->state), w->rules->agenda_wd);
    day_t meeting = meeting_open_on(m, w->calendar, from_day);
    return meeting == DAY_NONE ? DAY_NONE
                               : meeting_before(w->calendar, meeting, m->agenda_close_wd);
}

/* The working day after the last of the meetings that let it pass. */
static day_t
missed_day(const struct course *w)
{
    const struct duty_state *s = w->state;
    day_t meeting = meeting_open_on(s->meetings, w->calendar, standing_since(s));
    if (meeting != DAY_NONE && s->minuted >= meeting) {
        meeting = meeting_from(s->meetings, s->minuted + 1);
    }
    for (int i = 1; meeting != DAY_NONE && i < w->rules->missed_meetings; i++) {
        meeting = meeting_from(s->meetings, meeting + 1);
    }
    return meeting == DAY_NONE ? DAY_NONE : calendar_add(w->calendar, meeting, 1);
}

/* The day of the rung above. */
static day_t
rung_day(const struct course *w)
{
    const struct duty_state *s = w->state;
    int level = s->level + 1;
    day_t day = step_of_level(level, w->ladder_from, w->rules, w->calendar).send_day;
    if (!s->meetings || s->level_day == DAY_NONE || level < FORUM_LEVEL) {
        return day;
    }
    day_t sooner = level == FORUM_LEVEL ? agenda_day(w) : missed_day(w);
    return sooner != DAY_NONE && sooner < day ? sooner : day;
}

static day_t
level_day(const struct course *w, day_t soonest)
{
    const struct duty_state *s = w->state;
    if (!is_running(w) || s->level >= LADDER_MAX || s->is_waiting) {
        return DAY_NONE;
    }
    day_t day = rung_day(w);
    const day_t rests[] = { s->acked_until, s->rest_until, s->level_day, s->resumed };
    for (size_t i = 0; i < sizeof rests / sizeof rests[0]; i++) {
        day = rests[i] == DAY_NONE ? day : later(day, rests[i] + 1);
    }
    return from(w, soonest, later(day, gate_day(w, soonest)));
}

static void
level_fire(const struct course *w, struct next_steps *ret)
{
    const struct duty_state *s = w->state;
    ret->step = step_of_level(s->level + 1, w->ladder_from, w->rules, w->calendar);
    int index = (int)w->n_reminders + s->level;
    ret->n_skipped = index > s->cursor ? index - s->cursor : 0;
    ret->after.cursor = index + 1;
    ret->after.level = ret->step.level;
    ret->after.level_day = w->today;
    if (ret->step.level <= LEADS_LEVEL_MAX) { /* it tells the leads what a repeat would */
        int n = periods(w, w->ladder_from, w->rules->repeat_wd, w->today);
        ret->after.repeats = n > s->repeats ? n : s->repeats;
    }
}

/* ---- O */

/* Repeats after the first fall on days that all occurrences share, so that a person with ten late
 * actions gets one mail about ten and not ten mails. */
static day_t
shared_day(const struct course *w, day_t day)
{
    int n = calendar_between(w->calendar, 0, day);
    int over = n % w->rules->repeat_wd;
    return over == 0 ? calendar_roll_forward(w->calendar, day)
                     : calendar_add(w->calendar, day, w->rules->repeat_wd - over);
}

static day_t
repeat_day(const struct course *w, day_t soonest)
{
    const struct duty_state *s = w->state;
    if (!is_running(w) || s->state == ACTION_BLOCKED || s->is_waiting || s->level == 0) {
        return DAY_NONE;
    }
    day_t day = calendar_add(w->calendar, w->ladder_from, (s->repeats + 1) * w->rules->repeat_wd);
    day = s->acked_until == DAY_NONE ? day : later(day, s->acked_until + 1);
    day = from(w, soonest, day);
    return s->repeats > 0 ? shared_day(w, day) : day;
}

static void
repeat_fire(const struct course *w, struct next_steps *ret)
{
    int n = periods(w, w->ladder_from, w->rules->repeat_wd, w->today);
    ret->step = (struct step){ .kind = STEP_REPEAT, .offset_wd = n * w->rules->repeat_wd,
                               .send_day = w->today };
    ret->n_skipped = n - ret->after.repeats - 1;
    ret->after.repeats = n;
}

/* ---- B, V, H, U */

static day_t
blocked_day(const struct course *w, day_t soonest)
{
    bool is_due = is_running(w) && w->state->state == ACTION_BLOCKED;
    return is_due ? nudge_day(w, soonest, w->rules->blocked_wd) : DAY_NONE;
}

static void
blocked_fire(const struct course *w, struct next_steps *ret)
{
    fire_nudge(w, ret, STEP_BLOCKED, w->rules->blocked_wd, w->state->state_day);
}

static day_t
verify_day(const struct course *w, day_t soonest)
{
    bool is_due = w->state->state == ACTION_SUBMITTED;
    return is_due ? nudge_day(w, soonest, w->rules->verify_wd) : DAY_NONE;
}

static void
verify_fire(const struct course *w, struct next_steps *ret)
{
    fire_nudge(w, ret, STEP_VERIFY, w->rules->verify_wd, w->state->state_day);
}

static day_t
hold_day(const struct course *w, day_t soonest)
{
    const struct duty_state *s = w->state;
    if (s->state != ACTION_ON_HOLD || s->hold_until == DAY_NONE || s->nudges > 0) {
        return DAY_NONE;
    }
    day_t day = from(w, soonest,
                     calendar_add(w->calendar, s->hold_until, -w->rules->hold_review_wd));
    return day < s->hold_until ? day : DAY_NONE;
}

static void
hold_fire(const struct course *w, struct next_steps *ret)
{
    int left = calendar_between(w->calendar, w->today, w->state->hold_until);
    ret->step = (struct step){ .kind = STEP_HOLD, .offset_wd = -left, .send_day = w->today };
    ret->after.nudges = 1;
}

static day_t
unreached_day(const struct course *w, day_t soonest)
{
    const struct duty_state *s = w->state;
    if (!action_is_open(s->state) || !s->is_unreached) {
        return DAY_NONE;
    }
    int told = s->nudges < 0 ? -s->nudges : 0;
    return from(w, soonest, calendar_add(w->calendar, w->open_day, told * w->rules->unreached_wd));
}

static void
unreached_fire(const struct course *w, struct next_steps *ret)
{
    int wd = w->rules->unreached_wd;
    int n = periods(w, w->open_day, wd, w->today);
    ret->step = (struct step){ .kind = STEP_UNREACHED, .offset_wd = n * wd,
                               .send_day = w->today };
    ret->after.nudges = -(n + 1);
}

/* In the order in which they fire on one day. */
static const struct prospect prospects[] = {
    { remind_day, remind_fire },   { status_day, status_fire },
    { expiry_day, expiry_fire },   { level_day, level_fire },
    { repeat_day, repeat_fire },   { blocked_day, blocked_fire },
    { verify_day, verify_fire },   { hold_day, hold_fire },
    { unreached_day, unreached_fire },
};

/* The held working days are given back: due day and ladder move by them. */
static void
resume(const struct course *w, struct next_steps *ret)
{
    struct duty_state *after = &ret->after;
    day_t end = later(w->state->hold_until, w->today);
    int held = calendar_between(w->calendar, w->state->state_day, end);
    held = held > 0 ? held : 0;
    after->due = calendar_add(w->calendar, w->due, held);
    if (after->ladder_from > w->due) {
        after->ladder_from = calendar_add(w->calendar, after->ladder_from, held);
    }
    after->state = ACTION_OPEN;
    after->state_day = w->today;
    after->hold_until = DAY_NONE;
    after->resumed = w->today;
    after->nudges = 0;
    ret->resumes = true;
}

/* The state's own changes that need no step: it opens, it resumes. False: nothing can be due. */
static bool
begin_day(const struct course *w, struct next_steps *ret)
{
    const struct duty_state *s = w->state;
    if (s->state == ACTION_PLANNED) {
        if (w->today < w->open_day) {
            ret->wake = w->open_day;
            return false;
        }
        ret->opens = true;
        ret->after.state = ACTION_OPEN;
        ret->after.state_day = w->today;
    }
    if (s->state == ACTION_ON_HOLD && s->hold_until != DAY_NONE && w->today >= s->hold_until) {
        resume(w, ret);
        return false;
    }
    return true;
}

static day_t
next_wake(const struct course *w, day_t soonest)
{
    day_t wake = DAY_NONE;
    for (size_t i = 0; i < sizeof prospects / sizeof prospects[0]; i++) {
        wake = earlier_wake(wake, prospects[i].day(w, later(soonest, w->state->activated)));
    }
    const struct duty_state *s = w->state;
    if (s->state == ACTION_ON_HOLD && s->hold_until != DAY_NONE) {
        wake = earlier_wake(wake, later(soonest, s->hold_until));
    }
    return wake;
}

struct next_steps
next_steps(const struct duty_state *s, const struct duty_rules *rules, const struct calendar *c,
           day_t today)
{
    struct next_steps next = { .after = *s, .wake = DAY_NONE };
    assert(today != DAY_NONE);
    /* What was handed in all the same is still to be verified. */
    if (action_is_final(s->state) || (s->is_absorbed && s->state != ACTION_SUBMITTED)) {
        return next;
    }
    struct duty_state now = *s;
    struct course w = course_of(&now, rules, c, today);
    bool goes_on = begin_day(&w, &next);
    now = next.after;
    if (next.resumes) {
        w = course_of(&now, rules, c, today);
        next.wake = next_wake(&w, today);
    }
    if (!goes_on) {
        return next;
    }
    for (size_t i = 0; i < sizeof prospects / sizeof prospects[0] && !next.has_step; i++) {
        next.has_step = prospects[i].day(&w, later(today, s->activated)) == today;
        if (next.has_step) {
            prospects[i].fire(&w, &next);
        }
    }
    now = next.after;
    next.wake = next_wake(&w, next.has_step ? today : today + 1);
    return next;
}

/* Periodic steps of its state that lie before today. */
static int
nudges_before(const struct course *w)
{
    const struct duty_state *s = w->state;
    int wd = s->state == ACTION_BLOCKED     ? w->rules->blocked_wd
             : s->state == ACTION_SUBMITTED ? w->rules->verify_wd
                                            : 0;
    if (s->nudges < 0) {
        return -(periods(w, w->open_day, w->rules->unreached_wd, w->today - 1) + 1);
    }
    return wd > 0 && s->state_day != DAY_NONE ? periods(w, s->state_day, wd, w->today - 1)
                                              : s->nudges;
}

struct duty_state
duty_under(const struct duty_state *s, const struct duty_rules *rules, const struct calendar *c,
           day_t today)
{
    struct duty_state now = *s;
    struct course w = course_of(&now, rules, c, today);
    bool is_unasked = s->activated > w.due && s->cursor == 0; /* an old plan's first question */
    int told = 0;
    while (told < (int)w.n_reminders && w.reminders[told].send_day < today) {
        told++;
    }
    if (s->level > 0) {
        now.cursor = (int)w.n_reminders + s->level;
    } else if (!is_unasked) {
        now.cursor = told;
    }
    int repeats = periods(&w, w.ladder_from, rules->repeat_wd, today - 1);
    now.repeats = repeats > 0 && s->level > 0 ? repeats : 0;
    now.nudges = s->nudges == 0 ? 0 : nudges_before(&w);
    return now;
}

const char *
duty_rest_words(const struct duty_state *s, const struct duty_rules *rules,
                const struct calendar *c, day_t today)
{
    struct duty_state now = *s;
    struct course w = course_of(&now, rules, c, today);
    if (!action_is_open(s->state) || s->level >= LADDER_MAX || rung_day(&w) > today) {
        return NULL;
    }
    if (s->is_absorbed) {
        return "a newer return of its series is asked for in its place";
    }
    if (s->is_unreached) {
        return "nobody can be asked: the owner of the plan is told instead";
    }
    if (s->is_waiting) {
        return "it waits for an action that it depends on";
    }
    if (s->acked_until != DAY_NONE && s->acked_until >= today) {
        return "it was acknowledged: the ladder rests until that date";
    }
    if (s->rest_until != DAY_NONE && s->rest_until >= today) {
        return "no new level on this day: the leads are told first";
    }
    if (s->resumed == today) {
        return "it is on hold no more since this day: no new level before the next";
    }
    bool is_gated = s->level > 0
                    && (s->accepted_day == DAY_NONE
                        || calendar_add(c, s->accepted_day, rules->gate_wd) > today);
    return is_gated ? "the notices of the level below were not accepted two working days ago"
                    : NULL;
}
