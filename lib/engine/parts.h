/* SPDX-License-Identifier: MIT */
/*
 * parts.h - the whole of an occurrence that is split: nobody acts on it, its parts say its state.
 * Each of these writes the audit row of what it changes, inside the caller's transaction.
 */
#ifndef COPROD_ENGINE_PARTS_H
#define COPROD_ENGINE_PARTS_H

#include "engine/occurrence.h"

/* The occurrence has opened or was begun: so has its whole. Nothing when it is no part. */
MUST_USE int parts_open(struct store *s, int64_t id, int64_t now_ms, struct err *reterr);
/* A part ended. When it was the last open one the whole is COMPLETE, or WITHDRAWN when no part was
 * completed; *ret says which, ACTION_NONE: neither, it stays as it is. */
MUST_USE int parts_settle(struct store *s, int64_t whole, int64_t now_ms, enum action_state *ret,
                          struct err *reterr);
/* A part is asked for again: a whole that had ended is, too. */
MUST_USE int parts_reopen(struct store *s, int64_t whole, int64_t now_ms, struct err *reterr);

#endif
