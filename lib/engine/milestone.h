/* SPDX-License-Identifier: MIT */
/*
 * milestone.h - dated steps of an action, each a demand of its own with its reminders and its
 * ladder. They end with what they are steps of: who has verified the whole need not verify them.
 */
#ifndef COPROD_ENGINE_MILESTONE_H
#define COPROD_ENGINE_MILESTONE_H

#include "engine/occurrence.h"

/* `done` was completed, withdrawn or replaced: those of its action that are open become the same,
 * of a member's part those of that part; is_whole: all of them. */
MUST_USE int milestones_end(struct store *s, const struct occurrence *done, bool is_whole,
                            int64_t now_ms, struct err *reterr);

#endif
