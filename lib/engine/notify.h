/* SPDX-License-Identifier: MIT */
/*
 * notify.h - from a step that is due to items for people: who is told on which step, and why. Runs
 * inside the worker's transaction and savepoint; the caller marks the job done in the same
 * transaction. A job of kind remind or escalate is a step, a standing duty or a person's digest.
 */
#ifndef COPROD_ENGINE_NOTIFY_H
#define COPROD_ENGINE_NOTIFY_H

#include "engine/digest.h"
#include "engine/people.h"

struct notified {
    int items;     /* written: each a reason to tell somebody */
    int notices;   /* written, each with its delivery job: what goes alone, and digests */
    int repeats;   /* keys that stood there already */
    int unreached; /* who cannot be told, or is not named: the plan's owner hears of it */
    bool is_void;  /* the occurrence moved on since the job was added: nothing to say */
};
/* What jobs of kinds remind and escalate do; job: its id. */
MUST_USE int notify_job(const struct world *w, struct store *s, int64_t job, int64_t now_ms,
                        struct notified *ret, struct err *reterr);

/* A mail of its own that waited for another day is judged anew, as it is offered: is it true, and
 * still this post's? Then it gets the words of today, under its key. Else it is taken back, and who
 * is told in its place hears of it. */
enum notify_again {
    NOTIFY_AS_IT_IS = 0, /* it may have arrived: the same bytes again, or none */
    NOTIFY_WRITTEN,
    NOTIFY_TAKEN_BACK,
};
/* enum notify_again, or -errno. w has its templates. */
MUST_USE int notify_again(const struct world *w, struct store *s, int64_t notice, int64_t now_ms,
                          struct err *reterr);

/* Who would be told by a step, and why, added to ret; for explain, preview and simulate too. day:
 * absences count on it. */
MUST_USE int notify_who(const struct world *w, struct store *s, const struct occurrence *o,
                        const struct step *step, day_t day, struct people *ret,
                        struct err *reterr);
/* As whom a level of the ladder would tell people who can be mailed: bits 1 << enum notice_why. */
MUST_USE int notify_reach(const struct world *w, struct store *s, const struct occurrence *o,
                          int level, day_t day, unsigned *ret, struct err *reterr);
/* Those of them whom the level is for, beside who heard of the one below; 0 of level 1. */
unsigned notify_adds(int level);

#endif
