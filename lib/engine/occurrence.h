/* SPDX-License-Identifier: MIT */
/*
 * occurrence.h - one occurrence as the store holds it, its timer, and the jobs and audit rows about
 * it. Everything here runs inside the caller's transaction.
 */
#ifndef COPROD_ENGINE_OCCURRENCE_H
#define COPROD_ENGINE_OCCURRENCE_H

#include "engine/world.h"
#include "rules/job.h"

enum { OCC_NAME_MAX = TEXT_NAME_MAX, OCC_SUBJECT_MAX = 3 * OCC_NAME_MAX };

struct occurrence {
    int64_t id;
    char plan[OCC_NAME_MAX];
    char ref[OCC_NAME_MAX];  /* "1c/deliver" */
    char part[OCC_NAME_MAX]; /* "sdu-amh" or "" */
    char action[OCC_NAME_MAX]; /* "" for the policy review */
    struct duty_state duty;
    int gen, episode;
    int64_t parent; /* 0: none */
    char submitted_by[OCC_NAME_MAX];
    char hold_by[OCC_NAME_MAX]; /* who granted the hold; "" */
    char period[OCC_NAME_MAX]; /* of a return, in words; "" */
    int moves, moved_days;      /* how often and by how much its due day was moved */
    int owner_moves, owner_holds;
    int64_t absorbed_by; /* 0: no */
};

/* -ENOENT with a sentence when there is none. */
MUST_USE int occurrence_get(struct store *s, int64_t id, struct occurrence *ret,
                            struct err *reterr);
/* By "2b/deliver", "1c/deliver@sdu-amh", or "2b" and "1c@sdu-amh" (the first demand that is not
 * closed). plan NULL or "": any plan, when only one has it. */
MUST_USE int occurrence_find(struct store *s, const char *plan, const char *ref,
                             struct occurrence *ret, struct err *reterr);
/* "CO-304:1c/deliver@sdu-amh": its name in the audit and in keys. Returns buf. */
const char *occurrence_subject(const struct occurrence *o, char buf[OCC_SUBJECT_MAX]);
/* What its row does not hold: whether it waits for another action, whether anybody can be asked,
 * whether the notices of its level were accepted, whether an outage just ended. To be called before
 * next_steps is asked. waits_for: the action it waits for, or ""; may be NULL. */
MUST_USE int occurrence_see(const struct world *w, struct store *s, struct occurrence *o,
                            char waits_for[OCC_NAME_MAX], struct err *reterr);
/* Fills o from a row of occurrence_get, occurrence_by_ref or occurrence_list. */
int occurrence_from_row(struct occurrence *o, const struct row *row);

/* Sets or drops its timer by what next_steps says; not_before_ms: policy time now. */
MUST_USE int occurrence_arm(const struct world *w, struct store *s, const struct occurrence *o,
                            int64_t now_ms, struct err *reterr);

/* Who acknowledged it last; 0 and "" when nobody did. */
MUST_USE int occurrence_acker(struct store *s, int64_t id, char ret[OCC_NAME_MAX],
                              struct err *reterr);

/* Who owns the plan; 0 when it is gone, else 1. */
MUST_USE int plan_owner(struct store *s, const char *plan, char owner[OCC_NAME_MAX],
                        struct err *reterr);

/* A day as an argument of a statement: DAY_NONE is SQL NULL. */
static inline struct arg
day_arg(day_t day)
{
    return day == DAY_NONE ? NIL : I(day);
}

/* The role that co-ordinates the parts of its action; 0 and "" when the plan names none. */
MUST_USE int occurrence_coordinator(struct store *s, const struct occurrence *o,
                                    char ret[OCC_NAME_MAX], struct err *reterr);

/* Adds a job, ready now or waiting until run_at_ms; 0 when the key stands there already, else 1. */
struct job_order {
    enum job_kind kind;
    const char *key;
    int64_t run_at_ms;
    int64_t subject;
    const char *detail;
};
MUST_USE int job_order_add(struct store *s, const struct job_order *order, int64_t now_ms,
                           struct err *reterr);

/* The instant until which a day's second phase waits for work of the first that is ready: steps and
 * standing duties that become items. now_ms: for none. Nobody may be there to do that work (no
 * worker of its kind, or the kind was closed), so one that has been ready for an hour holds up
 * nothing: it comes a day later then. */
MUST_USE int job_steps_until(struct store *s, int64_t now_ms, int64_t *ret, struct err *reterr);

#endif
