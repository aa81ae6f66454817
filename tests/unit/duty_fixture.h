/* SPDX-License-Identifier: MIT */
/* duty_fixture.h - a duty that begins, and what the daemon makes of it day by day. */
#ifndef COPROD_TESTS_DUTY_FIXTURE_H
#define COPROD_TESTS_DUTY_FIXTURE_H

#include "rules/duty.h"

#define D(y, m, d) day_of(y, m, d)
#define RULES (&duty_rules_default)

static inline struct duty_state
planned(enum duty_kind kind, day_t due)
{
    return (struct duty_state){
        .kind = kind,
        .due = due,
        .state = ACTION_PLANNED,
        .level_day = DAY_NONE,
        .acked_until = DAY_NONE,
        .activated = DAY_NONE,
        .state_day = DAY_NONE,
        .ladder_from = DAY_NONE,
        .rest_until = DAY_NONE,
        .hold_until = DAY_NONE,
        .resumed = DAY_NONE,
        .accepted_day = 0, /* long ago */
    };
}

/* What the daemon stores after a call. */
static inline struct next_steps
call(struct duty_state *s, const struct duty_rules *rules, const struct calendar *c, day_t today)
{
    struct next_steps next = next_steps(s, rules, c, today);
    *s = next.after;
    return next;
}

static const struct calendar weekends_only = { .last_listed = DAY_NONE };

static inline void
assert_fires(struct duty_state *s, day_t today, const char *name)
{
    char buf[STEP_NAME_MAX];
    struct next_steps next = call(s, RULES, &weekends_only, today);
    assert_string_equal(next.has_step ? step_name(&next.step, buf) : "nothing", name);
}

#endif
