/* SPDX-License-Identifier: MIT */
/*
 * bounce.h - what came back. A failure for good counts as not delivered from then on, whatever the
 * relay had said: the notice is `bounced`, its address is sent nothing more, and the plan's owner,
 * the deputies and the admin hear instead. Once for the same bytes. In the caller's transaction.
 */
#ifndef COPROD_ENGINE_BOUNCE_H
#define COPROD_ENGINE_BOUNCE_H

#include "engine/world.h"
#include "notice/dsn.h"

struct bounced {
    bool is_new;    /* else the same bytes were read before */
    int64_t notice; /* 0: it is about none of ours */
    enum dsn_verdict verdict;
};
/* hash: of the bytes, in hex. */
MUST_USE int bounce_take(const struct world *w, struct store *s, const struct dsn *d,
                         const char *hash, int64_t now_ms, struct bounced *ret,
                         struct err *reterr);

#endif
