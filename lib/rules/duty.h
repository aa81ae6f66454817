/* SPDX-License-Identifier: MIT */
/*
 * duty.h - what an occurrence owes, and the one function that decides what is due.
 *
 * An action gives obligations, an obligation gives occurrences: dated demands such as 1a/deliver,
 * 3j/start, 3j/return/2015Q4, review/2018-01. Each occurrence has steps: reminders before its due
 * day and a ladder after it. The daemon, explain, preview, simulate and plan diff all ask
 * next_steps(); nothing else decides what is sent. Pure: no I/O, no clock, no malloc.
 */
#ifndef COPROD_RULES_DUTY_H
#define COPROD_RULES_DUTY_H

#include "rules/action.h"
#include "rules/time.h"

enum duty_kind {
    DUTY_NONE = 0,
    DUTY_DELIVER,
    DUTY_START,
    DUTY_RETURN,
    DUTY_REVIEW,
    DUTY_KIND_MAX_
};

enum { LADDER_MAX = 5, REMIND_MAX = 8, STEP_MAX = REMIND_MAX + LADDER_MAX, STEP_NAME_MAX = 12,
       STEP_OFFSET_MAX = 999 /* working days or months, either way */ };

enum step_kind { STEP_NONE = 0, STEP_REMIND, STEP_LADDER };

/* One step. Its spelling: R-30, R+0, L1+1, L5+60; the reminders of a policy review R-18m. */
struct step {
    enum step_kind kind;
    int level;      /* 1..5 for the ladder, 0 for a reminder */
    int offset_wd;  /* working days from the due day; negative before it */
    int months;     /* reminder of a review: months before the due day; else 0 */
    day_t send_day; /* a working day */
};
const char *step_name(const struct step *s, char buf[STEP_NAME_MAX]);

/* Offsets in working days, from the configuration; the defaults are CO-304's (see duty.c). */
struct duty_rules {
    int remind[DUTY_KIND_MAX_][REMIND_MAX]; /* zero or negative, ascending */
    size_t n_remind[DUTY_KIND_MAX_];
    int ladder[LADDER_MAX]; /* ascending, positive */
    int review_months[REMIND_MAX]; /* policy review: months before the due day, descending */
    size_t n_review_months;
    int baseline_wd; /* first load of an old plan: working days before the ladder begins */
    int return_due_wd; /* a return is due so many working days after its quarter's end */
    int open_before_wd; /* PLANNED becomes OPEN so many working days before the due day */
};
extern const struct duty_rules duty_rules_default;

/* What next_steps needs of one occurrence; one row of the store. */
struct duty_state {
    enum duty_kind kind;
    day_t due; /* a working day: deadlines were rolled back when the plan was read */
    enum action_state state;
    int level;         /* highest ladder level reached in this generation and episode, 0 none */
    day_t level_day;   /* when, or DAY_NONE */
    int cursor;        /* steps already fired or passed over, counted in duty_steps order */
    day_t acked_until; /* the ladder rests up to and including this day; DAY_NONE */
    day_t activated;   /* when the plan was loaded with it; DAY_NONE = before every step */
};

/* Every step of an occurrence by send day, as if nobody ever acted: first the reminders, then the
 * five levels. Returns how many (<= STEP_MAX).
 *
 * A review's reminders lie whole months before its due day, rolled back to a working day. When the
 * due day is the last working day of its month, they lie at the ends of their months too: a review
 * is due "in January", not on the 31st. */
size_t duty_steps(enum duty_kind kind, day_t due, const struct duty_rules *rules,
                  const struct calendar *c, struct step ret[STEP_MAX]);

/*
 * What is due on a day, and when to look again.
 *
 * - Nothing is due for SUBMITTED, ON_HOLD and final states, nothing before the day `activated`, and
 *   no step on a day that is not a working day. BLOCKED: the ladder only.
 * - PLANNED opens open_before_wd before the due day, or on its first reminder's day if that is
 *   earlier; its first step can fire the same day.
 * - Of the reminders whose day has come only the latest fires. From the day of the first level on
 *   no reminder fires any more.
 * - The ladder climbs one level at a time, never two on one day, and rests through acked_until.
 * - Activated after the due day (an old plan's first load): the latest reminder fires once, and the
 *   ladder counts from baseline_wd after the activation instead of from the due day.
 *
 * After firing, the caller stores cursor, for a ladder step also level and level_day = today, and
 * OPEN when it opens. wake is exact for the state so stored: the first later day on which a call
 * would say anything. A change of the state by people asks for a new call.
 */
struct next_steps {
    bool has_step;
    struct step step;   /* the one to fire now: the latest due, never two levels at once */
    int cursor;         /* the cursor after firing; unchanged when nothing fires */
    int n_skipped;      /* earlier steps passed over because a later one supersedes them */
    bool opens;         /* PLANNED becomes OPEN today */
    day_t wake;         /* the next day on which anything is due; DAY_NONE = never */
};
struct next_steps next_steps(const struct duty_state *s, const struct duty_rules *rules,
                             const struct calendar *c, day_t today);

#endif
