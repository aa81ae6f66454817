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
#include "rules/meeting.h"
#include "rules/time.h"

enum duty_kind {
    DUTY_NONE = 0,
    DUTY_DELIVER,
    DUTY_START,
    DUTY_RETURN,
    DUTY_REVIEW,
    DUTY_MILESTONE, /* a dated step of a delivery or of a start */
    DUTY_KIND_MAX_
};

enum { LADDER_MAX = 5, FORUM_LEVEL = 4 /* the one above it is for the Board */, REMIND_MAX = 8,
       STEP_MAX = REMIND_MAX + LADDER_MAX, STEP_NAME_MAX = 12,
       STEP_OFFSET_MAX = 999,  /* working days or months that a rule may say, either way */
       STEP_PASSED_MAX = 99999 /* may pass while nothing is done: longer than the calendar */ };

enum step_kind {
    STEP_NONE = 0,
    STEP_REMIND,
    STEP_LADDER,
    STEP_REPEAT,      /* O+20: overdue, the leads are asked again */
    STEP_ACK_EXPIRED, /* X+1: the first acknowledgement ran out */
    STEP_BLOCKED,     /* B+10: still blocked? */
    STEP_VERIFY,      /* V+10: the verifier, and later the forum's secretary */
    STEP_HOLD,        /* H-5: is the hold to end as agreed? */
    STEP_STATUS,      /* S+0: an old plan's first load: how does it stand? */
    STEP_UNREACHED,   /* U+0: nobody can be asked: the owner is told */
    STEP_KIND_MAX_
};

/* One step. Its spelling: R-30, R+0, L1+1, L5+60; the reminders of a policy review R-18m. */
struct step {
    enum step_kind kind;
    int level;      /* 1..5 for the ladder, else 0 */
    int offset_wd;  /* working days from the due day; negative before it. B, V, U: since its state
                       or opening; H: before the hold's end; X: which acknowledgement */
    int months;     /* reminder of a review: months before the due day; else 0 */
    day_t send_day; /* a working day */
};
const char *step_name(const struct step *s, char buf[STEP_NAME_MAX]);
/* Back from its spelling; send_day is DAY_NONE. -EINVAL. */
MUST_USE int step_parse(const char *name, struct step *ret);

/* Offsets in working days, from the configuration; the defaults are CO-304's (see duty.c). */
struct duty_rules {
    int remind[DUTY_KIND_MAX_][REMIND_MAX]; /* zero or negative, ascending */
    size_t n_remind[DUTY_KIND_MAX_];
    int ladder[LADDER_MAX]; /* ascending, positive */
    int review_months[REMIND_MAX]; /* policy review: months before the due day, descending */
    size_t n_review_months;
    int baseline_wd; /* first load of an old plan: working days before the ladder begins */
    int open_before_wd; /* PLANNED becomes OPEN so many working days before the due day */
    int repeat_wd;      /* overdue: the leads are asked again every so many */
    int blocked_wd;     /* "still blocked?" every so many */
    int verify_wd;      /* submitted: the verifier is asked every so many */
    int hold_review_wd; /* before the end of a hold */
    int unreached_wd;   /* nobody can be asked: the owner hears of it every so many */
    int gate_wd;        /* a level needs the one below accepted so many before */
    int agenda_wd;      /* level 3 this long ago: level 4 goes onto the next agenda */
    int missed_meetings; /* level 4 left so many meetings undecided: level 5 */
    int supports_wd;    /* the reminder so many before the due day reaches the supports too */
    int verify_alone_wd;       /* later than that the forum's secretary is asked too */
    int review_secretary_months; /* from so many before a review the forum's secretary hears it */
    int review_director_months;  /* and the director */
    int unreached_director_wd; /* from so many before the due day the director hears it too */
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
    int acks;          /* acknowledgements of this generation */
    int repeats;       /* overdue repeats fired or passed over */
    int nudges;        /* periodic steps of its present state fired or passed over; below zero:
                          those of being out of reach */
    day_t state_day;   /* since when it is in its state; DAY_NONE: not known, no nudges */
    day_t ladder_from; /* day 0 of the ladder when later than the due day; DAY_NONE */
    day_t rest_until;  /* no new level up to and including this day; DAY_NONE */
    day_t hold_until;  /* ON_HOLD: it goes on that day */
    day_t accepted_day; /* the channel accepted the notices of the present level; DAY_NONE: no */
    day_t back_day;    /* the first day after an outage: leads hear what they missed; DAY_NONE */
    const struct meetings *meetings; /* of the forum that answers; NULL: no date is known */
    day_t minuted; /* when that forum last recorded by minute that it has it in hand; DAY_NONE */
    day_t resumed; /* when it was last on hold no more; DAY_NONE */
    bool is_waiting;   /* an action that it depends on is not complete: its ladder rests */
    bool is_absorbed;  /* a newer return of its series is asked for in its place */
    bool is_unreached; /* neither a lead nor a lead's deputy has an address */
};

/* As if what is on its way of the present level is accepted on that day. */
static inline void
duty_accept(struct duty_state *s, day_t day)
{
    s->accepted_day = s->accepted_day == DAY_NONE ? day : s->accepted_day;
}

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
 * - Nothing is due for final states and for what is absorbed, nothing before the day `activated`,
 *   and no step on a day that is not a working day.
 * - PLANNED opens open_before_wd before the due day, or on its first reminder's day if that is
 *   earlier; its first step can fire the same day.
 * - Of the reminders whose day has come only the latest fires. From the day of the first level on
 *   no reminder fires any more, but on back_day, when no level does. The same for repeats and all
 *   that comes periodically: only the latest, never one for each period that was missed.
 * - The ladder climbs one level at a time, never two on one day; it rests through acked_until and
 *   rest_until and while it is waiting; a level needs the one below accepted gate_wd before.
 * - Where meetings are known, level 4 does not wait for its own day but goes onto the next agenda
 *   that closes agenda_wd after level 3 or later, and level 5 comes the day after missed_meetings
 *   meetings that had it on their agenda, or could have, and recorded nothing by minute. Neither
 *   comes later than it would without meetings. Both count from the end of a hold on when that is
 *   later than the level below.
 * - An acknowledgement keeps back levels and repeats, no reminder. When the ladder has begun on the
 *   first working day after it, that day fires X, alone, and the ladder goes on at the next; one
 *   that ends sooner kept nothing back, and ends silently.
 * - BLOCKED: B every blocked_wd in place of reminders and repeats; the ladder runs.
 * - SUBMITTED: V every verify_wd, nothing else. ON_HOLD: H, and on hold_until it resumes with the
 *   working days that were left, and no new level on that day.
 * - Overdue: O repeat_wd after day 0 of the ladder, then every repeat_wd on days that all
 *   occurrences share.
 * - Activated after the due day (an old plan's first load): S once, and the ladder counts from
 *   baseline_wd after the activation instead of from the due day.
 * - Nobody can be asked: U in place of everything else; no ladder.
 *
 * The caller stores `after`. wake: the first day on which a further call would say anything; it is
 * today when there is more today (call again), and never before the next working day for a level
 * whose lower one is not accepted yet. A change of the state by people asks for a new call.
 */
struct next_steps {
    bool has_step;
    struct step step;   /* the one to fire now: the latest due, never two levels at once */
    struct duty_state after; /* the state when that has fired */
    int n_skipped;      /* earlier steps passed over because a later one supersedes them */
    bool opens;         /* PLANNED becomes OPEN today */
    bool resumes;       /* ON_HOLD is over: after has the new due day */
    day_t wake;         /* DAY_NONE = never */
};
struct next_steps next_steps(const struct duty_state *s, const struct duty_rules *rules,
                             const struct calendar *c, day_t today);

/* The same occurrence from today on under other rules: what lies before today counts as told, so
 * that a changed number of working days never sends anything for days that are over. */
struct duty_state duty_under(const struct duty_state *s, const struct duty_rules *rules,
                             const struct calendar *c, day_t today);

/* Why its ladder does not climb now although a level's day has come, in words; NULL: it climbs, or
 * no level's day has come. */
const char *duty_rest_words(const struct duty_state *s, const struct duty_rules *rules,
                            const struct calendar *c, day_t today);

#endif
