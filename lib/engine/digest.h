/* SPDX-License-Identifier: MIT */
/*
 * digest.h - the second phase of a day: when every timer of the day has fired and every step has
 * become items, each mailbox with pending items gets one mail, of all the posts that it stands for.
 * Never an empty one, never two on one day; what comes later that day waits for the next working
 * day. Whose it is says role.reader: of the posts with one mailbox the first of the roster.
 */
#ifndef COPROD_ENGINE_DIGEST_H
#define COPROD_ENGINE_DIGEST_H

#include "engine/occurrence.h"

/* Before the reader in the detail of a digest's job, which is of kind remind. */
#define DIGEST_DETAIL "digest "

/* The hub: one job for each reader who has something to hear, once the first phase is over.
 * All mail of the moment is judged with it (outgoing_judge). Returns how many were added, or may be
 * offered now. */
MUST_USE int digest_order(const struct world *w, struct store *s, int64_t now_ms,
                          struct err *reterr);
/* When digest_order would add something; INT64_MAX: never, or not before a job comes to its end. */
MUST_USE int digest_next_ms(const struct world *w, struct store *s, int64_t now_ms, int64_t *ret,
                            struct err *reterr);
/* The worker: what the reader has to hear becomes one notice. 1 when there was something; nothing
 * when the role reads no mailbox of its own (any more). */
MUST_USE int digest_write(const struct world *w, struct store *s, const char *role, int64_t now_ms,
                          struct err *reterr);
/* Why a delivery job of one ended that goes on in the next. */
#define DIGEST_MERGED "went into a later digest"
/* Between which the keys of all digests of a mailbox lie. */
struct digest_keys {
    char from[OCC_SUBJECT_MAX], to[OCC_SUBJECT_MAX];
};
struct digest_keys digest_keys_of(const char *address);
/* Takes a notice back that nobody can have got: its items are pending again. 0 when it is under
 * way, sent, or its fate unknown. */
MUST_USE int digest_recall(struct store *s, int64_t notice, const char *reason, int64_t now_ms,
                           struct err *reterr);

#endif
