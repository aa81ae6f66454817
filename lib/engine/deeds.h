/* SPDX-License-Identifier: MIT */
/* deeds.h - what act.c and deeds.c share: one event under way, and what each event does. */
#ifndef COPROD_ENGINE_DEEDS_H
#define COPROD_ENGINE_DEEDS_H

#include "base/hash.h"
#include "engine/act.h"

/* -EINVAL with what is missing, after the event and the occurrence. */
struct doing;
int deed_refuse(struct doing *d, int r, const char *words);

struct doing { /* one event under way */
    const struct world *w;
    struct store *s;
    const struct act *a;
    int64_t now_ms;
    day_t today;
    unsigned actor; /* what the role is to the occurrence: bits of enum action_actor */
    bool is_note;   /* words of a supporter: recorded, nothing moves */
    enum action_state to;
    char sha256[DIGEST_HEX_MAX]; /* in lower case; "" */
    struct acted *out;
    struct err *reterr;
};

/* What was said with the event: "; figure 12/40; evidence: page 12". */
void deed_words(const struct doing *d, struct text *out);
/* What each event does beyond the table's new state; NULL: no one may cause it from outside. */
extern int (*const deeds[ACTION_EVENT_MAX_])(struct doing *d);
int deed_note(struct doing *d);
/* yearly.c */
int deed_annual(struct doing *d);
int deed_quarterly(struct doing *d);

#endif
