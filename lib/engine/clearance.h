/* SPDX-License-Identifier: MIT */
/*
 * clearance.h - may this notice leave now? Asked once, by whoever is about to offer it to the
 * channel, inside the transaction in which it claims it: two senders cannot both take the last
 * place of a day, and a killed one leaves either nothing or a place that stays taken. The previews
 * ask the same function.
 */
#ifndef COPROD_ENGINE_CLEARANCE_H
#define COPROD_ENGINE_CLEARANCE_H

#include "engine/world.h"

enum clearance_verdict {
    CLEARANCE_GO = 0, /* its place of the day is taken */
    CLEARANCE_SHADOW, /* the mode is shadow: it counts as sent */
    CLEARANCE_KEEP,   /* the mode is none: it stays in the store */
    CLEARANCE_WAIT,   /* not now: again at until_ms */
    CLEARANCE_NEVER,  /* not to this address, until somebody acts; or it was taken back */
};
struct clearance {
    enum clearance_verdict verdict;
    bool is_again; /* it got the words of today: read it anew */
    const char *what; /* "hold", "domain", "quarantine", "hours", "person", "all" */
    char words[WORLD_NAME_MAX];
    int64_t until_ms;
};
/* What waited for another day, or for somebody who has another address since, does not leave as it
 * is: a digest is taken back, for today's to say, and a mail of its own is written again.
 * Takes the place of the day when it may go; else says what catches it, in the store too, sees to
 * it that the admin is told, and gives the notice its state. The caller ends the job or puts it
 * off. */
MUST_USE int clearance_ask(const struct world *w, struct store *s, int64_t notice, int64_t now_ms,
                           struct clearance *ret, struct err *reterr);
/* 1 when a mail that failed so often is tried no more: its next try, at next_ms or when mail leaves
 * again, would come later than three days on which mail leaves. */
MUST_USE int clearance_is_over(const struct world *w, struct store *s, int64_t job, int failed,
                               int64_t next_ms, struct err *reterr);
/* It cannot have arrived: the place is free again. asked_ms: when clearance_ask said go. */
MUST_USE int clearance_give_back(const struct world *w, struct store *s, int64_t notice,
                                 int64_t asked_ms, struct err *reterr);

#endif
