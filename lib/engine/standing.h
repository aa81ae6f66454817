/* SPDX-License-Identifier: MIT */
/*
 * standing.h - duties that come round by the calendar: a weekly roll-up, a pack for each meeting, a
 * monthly fire drill. Each is a row of standing.def and becomes a job under a key that holds for
 * ever, WORD|SUBJECT|NAME. After an outage only the latest missed one of each subject is done.
 *
 * To add a row:
 *   1. standing.def: a word, the kind of job (remind or escalate), two functions.
 *   2. Its look function says what is in the calendar: standing_say(ask, subject, name, at_ms) for
 *      each date of each subject, the dates of one subject one after the other and in order of
 *      time. Say at least the latest that is past and the next that is to come; nothing else is
 *      needed, and whether it was done already is looked up by the key.
 *          for each plan:  standing_say(ask, "CO-304", "2015-12-28", at_ms)
 *      It is asked only when the instant came that it named itself, or standing_forget was called.
 *   3. Its run function does the work, in a worker: inside the job's transaction and savepoint,
 *      with "SUBJECT|NAME". It must not care how late it is, nor in which order it and others of
 *      the same instant run; every step of that instant has become items before, and no digest is
 *      written yet. -ECANCELED: it can never be done.
 *   4. Whoever changes what look reads calls standing_forget; reading plans, roster, forums and
 *      calendar again does so by itself.
 *   5. Its prototypes in a header of its own, that standing.c includes.
 *
 * Cheap when nothing is due: the next instant is kept in the store and read as one row.
 */
#ifndef COPROD_ENGINE_STANDING_H
#define COPROD_ENGINE_STANDING_H

#include "engine/occurrence.h"

enum { STANDING_WHAT_MAX = 2 * OCC_NAME_MAX }; /* "SUBJECT|NAME" */

struct standing_ask;
struct standing_row {
    const char *word;
    enum job_kind kind;
    int (*look)(struct standing_ask *ask, struct err *reterr);
    int (*run)(const struct world *w, struct store *s, const char *what, int64_t now_ms,
               struct err *reterr);
};
struct standing_ask {
    const struct world *w;
    struct store *s;
    int64_t now_ms;
    /* the mechanism's own */
    const struct standing_row *row;
    char subject[OCC_NAME_MAX], name[OCC_NAME_MAX]; /* the latest past one of the subject in hand */
    int64_t next_ms;
    int added;
};
/* For look functions. -E2BIG when subject or name is too long. */
MUST_USE int standing_say(struct standing_ask *ask, const char *subject, const char *name,
                          int64_t at_ms, struct err *reterr);

/* The hub: jobs for what is due, once the steps of the day are done. Returns how many. */
MUST_USE int standing_order(const struct world *w, struct store *s, int64_t now_ms,
                            struct err *reterr);
/* When standing_order would do something; now_ms: now. */
MUST_USE int standing_next_ms(const struct world *w, struct store *s, int64_t now_ms, int64_t *ret,
                              struct err *reterr);
/* What is in the calendar may have changed: look at it again at the next tick. */
MUST_USE int standing_forget(struct store *s, struct err *reterr);
/* A worker: does the job whose detail begins with a row's word. 0 when none has it, else 1. */
MUST_USE int standing_run(const struct world *w, struct store *s, const char *detail,
                          int64_t now_ms, struct err *reterr);

/* The same of another table, for tests. */
struct standing_table {
    const struct standing_row *rows;
    size_t n;
};
MUST_USE int standing_order_of(const struct standing_table *t, const struct world *w,
                               struct store *s, int64_t now_ms, struct err *reterr);
MUST_USE int standing_run_of(const struct standing_table *t, const struct world *w,
                             struct store *s, const char *detail, int64_t now_ms,
                             struct err *reterr);

#endif
