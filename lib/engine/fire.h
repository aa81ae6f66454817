/* SPDX-License-Identifier: MIT */
/*
 * fire.h - from what is due to jobs. The scheduler's decision, inside the caller's transaction:
 * each due timer asks next_steps, adds at most one job under a key that holds for ever, moves the
 * occurrence on and sets the timer again.
 */
#ifndef COPROD_ENGINE_FIRE_H
#define COPROD_ENGINE_FIRE_H

#include "engine/occurrence.h"

struct fired {
    int timers;  /* looked at */
    int jobs;    /* added */
    int skipped; /* steps passed over because a later one supersedes them */
    int set_aside; /* could not be fired, and wait for a day */
};
/* At most `limit` timers, oldest first; fewer than limit looked at = nothing more is due. One that
 * cannot be fired is set aside and the others go on; a fault of the store itself is returned. */
MUST_USE int fire_due(const struct world *w, struct store *s, int64_t now_ms, int limit,
                      struct fired *ret, struct err *reterr);
/* The instant of the earliest timer or waiting job; INT64_MAX when there is none. */
MUST_USE int fire_next_ms(struct store *s, int64_t *ret, struct err *reterr);

#endif
