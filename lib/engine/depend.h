/* SPDX-License-Identifier: MIT */
/*
 * depend.h - what waits for another action: its ladder rests until that one is done, or until the
 * plan no longer says that it waits. Inside the caller's transaction.
 */
#ifndef COPROD_ENGINE_DEPEND_H
#define COPROD_ENGINE_DEPEND_H

#include "engine/occurrence.h"

/* An action is done as a whole (is_done), or taken up again: what waited for it gets
 * rules.baseline_wd working days before its ladder begins, and waits again. */
MUST_USE int depend_settle(const struct world *w, struct store *s, const char *plan,
                           const char *action, bool is_done, int64_t now_ms, struct err *reterr);
/* 1 when the action waits for another one. */
MUST_USE int depend_is_waiting(struct store *s, const char *plan, const char *action,
                               struct err *reterr);
/* What the action waits for was edited. was_waiting: before that. */
MUST_USE int depend_edited(const struct world *w, struct store *s, const char *plan,
                           const char *action, bool was_waiting, int64_t now_ms,
                           struct err *reterr);

#endif
