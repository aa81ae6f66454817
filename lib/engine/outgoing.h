/* SPDX-License-Identifier: MIT */
/*
 * outgoing.h - whether mail may leave the house. Everything is decided, written and shown as ever;
 * while it is held, no delivery is begun. Two reasons: an operator said so (or the store was
 * restored from a backup), or the daemon was away for long and gives people a day to look first.
 * Marks of the store; the caller has a transaction.
 */
#ifndef COPROD_ENGINE_OUTGOING_H
#define COPROD_ENGINE_OUTGOING_H

#include "engine/world.h"

/* The detail of the one delivery that leaves during a catch-up. */
#define OUTGOING_SUMMARY "summary"
/* run_at_ms of a mail that goes alone, until the batch that it belongs to was judged. */
#define OUTGOING_UNJUDGED INT64_MAX

struct outgoing {
    bool is_held;
    bool is_catchup; /* the admin is told of it by mail; else nothing leaves at all */
    int64_t until_ms; /* a catch-up ends by itself then; INT64_MAX: it does not */
    char why[WORLD_NAME_MAX];
};
MUST_USE int outgoing_get(struct store *s, int64_t now_ms, struct outgoing *ret,
                          struct err *reterr);
/* Of Q_JOB_NEXT_PASSING: which detail is left out. */
static inline const char *
outgoing_left_out(bool is_catchup)
{
    return is_catchup ? "" : OUTGOING_SUMMARY;
}
MUST_USE int outgoing_hold(struct store *s, const char *actor, const char *why, int64_t now_ms,
                           struct err *reterr);
/* Lets go of both. 0 when nothing was held, 1 when something was. */
MUST_USE int outgoing_release(struct store *s, const char *actor, int64_t now_ms,
                              struct err *reterr);

/* A mail was accepted, or not: since when no mail could be delivered is kept. */
MUST_USE int outgoing_note_delivery(struct store *s, bool is_accepted, int64_t now_ms,
                                    struct err *reterr);
/* Working days since the first of the tries that all failed; 0: mail works, or none was made. */
MUST_USE int outgoing_silence(const struct world *w, struct store *s, int64_t now_ms,
                              struct err *reterr);

/* The mode of mail was changed. What was decided while nothing left is never sent; from the first
 * day on which mail leaves the ladder rests as after a first load, for nobody has heard of it. */
MUST_USE int outgoing_switch(struct world *w, struct store *s, const char *before,
                             int64_t now_ms, struct err *reterr);

/* A batch is complete: `digests` more of this day are ordered, and what goes alone is written. Is
 * it a storm, mail is held and the admin told. Only then what goes alone may be offered, when
 * nothing holds it. Returns how many of those there were. */
MUST_USE int outgoing_judge(const struct world *w, struct store *s, int digests, int64_t now_ms,
                            struct err *reterr);
/* 1 when something that goes alone waits for outgoing_judge. */
MUST_USE int outgoing_is_unjudged(struct store *s, struct err *reterr);
/* The next batch is looked at closely: something out of the ordinary was done. */
MUST_USE int outgoing_watch(struct store *s, struct err *reterr);

/* The daemon comes back: last_ms is when it was last seen. After more than one working day no new
 * level is reached on the first day (world.outage_day, also in the store) and a batch that goes to
 * much of the roster is held; after more than catchup.outage_wd all mail is. 1 when it was one. */
MUST_USE int outgoing_after_outage(struct world *w, struct store *s, int64_t last_ms,
                                   int64_t now_ms, struct err *reterr);

/* The working days missed when that was an outage, else 0; the world then has its outage_day. */
int outgoing_missed(struct world *w, int64_t last_ms, int64_t now_ms);
/* The latest policy time that the store has seen; 0: none yet. */
MUST_USE int outgoing_seen(struct store *s, int64_t *ret, struct err *reterr);
MUST_USE int outgoing_see(struct store *s, int64_t now_ms, struct err *reterr);
/* Whose time that is: 1 when the daemon that was at work last had a virtual clock. Who reads the
 * store while none is at work reads it at that time. */
MUST_USE int outgoing_is_virtual(struct store *s, struct err *reterr);
MUST_USE int outgoing_set_virtual(struct store *s, bool is_virtual, struct err *reterr);
/* Was nobody at work since then? So it is after a stop, and just so when the machine slept or the
 * store could not be written. In a transaction, before anything is decided at now_ms; 1 when it was
 * an outage, and the store has seen now_ms then. Who asks is alive at least once a day. */
MUST_USE int outgoing_come_back(struct world *w, struct store *s, int64_t now_ms,
                                struct err *reterr);

#endif
