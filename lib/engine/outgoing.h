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

struct outgoing {
    bool is_held;
    int64_t until_ms; /* a catch-up ends by itself then; INT64_MAX: it does not */
    char why[WORLD_NAME_MAX];
};
MUST_USE int outgoing_get(struct store *s, int64_t now_ms, struct outgoing *ret,
                          struct err *reterr);
MUST_USE int outgoing_hold(struct store *s, const char *actor, const char *why, int64_t now_ms,
                           struct err *reterr);
/* Lets go of both. 0 when nothing was held, 1 when something was. */
MUST_USE int outgoing_release(struct store *s, const char *actor, int64_t now_ms,
                              struct err *reterr);

/* The daemon comes back: last_ms is when it was last seen. After more than one working day no new
 * level is reached on the first day (world.outage_day, also in the store); after more than five,
 * mail is held until the next working day. 1 when it was an outage. */
MUST_USE int outgoing_after_outage(struct world *w, struct store *s, int64_t last_ms,
                                   int64_t now_ms, struct err *reterr);

#endif
