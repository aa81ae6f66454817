/* SPDX-License-Identifier: MIT */
/*
 * untold.h - what somebody was to hear and does not: the post is vacant or has no address, the
 * address may not be used, the mail came back, was refused for good or was taken back. One road for
 * all of it. The plan's owner hears who was not told of what; a lead's deputy is asked in the
 * lead's place; and the ladder goes on as if it had been accepted on that day (occurrence_see).
 * Nobody stands behind the owner; the admin hears of what did not arrive, by one mail a day. In the
 * caller's transaction.
 */
#ifndef COPROD_ENGINE_UNTOLD_H
#define COPROD_ENGINE_UNTOLD_H

#include "engine/item.h"

/* What `lost` says does not reach its role, or the role is "": the owner hears, not before
 * lost->not_before. A lead who may not be mailed at all is named as such: that is said of one
 * demand once a day, of one lead among several once. 1 when it is new. */
MUST_USE int untold_owner(const struct world *w, struct store *s, const struct item_order *lost,
                          int64_t now_ms, struct err *reterr);
/* An item that will not reach its person: deputy and owner hear, on the next working day, whether
 * or not their digests of today are written yet. 1 when somebody will. */
MUST_USE int untold_item(const struct world *w, struct store *s, const struct item *item,
                         int64_t now_ms, struct err *reterr);
/* The same of all that stands in a notice; a paper goes to others at once. */
MUST_USE int untold_notice(const struct world *w, struct store *s, int64_t notice, int64_t now_ms,
                           struct err *reterr);
/* job: a delivery that is tried no more. Nothing to do for any other job. */
MUST_USE int untold_job(const struct world *w, struct store *s, int64_t job, int64_t now_ms,
                        struct err *reterr);

#endif
