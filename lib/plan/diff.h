/* SPDX-License-Identifier: MIT */
/*
 * diff.h - what changed between two readings of the plans, for `plan diff` and `plan apply`.
 *
 * Actions are matched by id: an id that is gone is a removal, a new id is an addition. A removed
 * and an added action of the same text are pointed out as perhaps renumbered; nothing is guessed.
 */
#ifndef COPROD_PLAN_DIFF_H
#define COPROD_PLAN_DIFF_H

#include "base/arena.h"
#include "plan/plan.h"

enum plan_change_kind {
    CHANGE_NONE = 0,
    CHANGE_PLAN_ADDED,
    CHANGE_PLAN_REMOVED,
    CHANGE_HEADER, /* version, owner, review, basis ... */
    CHANGE_ADDED,
    CHANGE_REMOVED,
    CHANGE_DUE,
    CHANGE_LEADS,
    CHANGE_COMPLETION,
    CHANGE_METRIC,
    CHANGE_TEXT,
    CHANGE_SUPPORT,
    CHANGE_DEPENDS,
    CHANGE_THEN,
    CHANGE_RECORD, /* the plan now says that it was met, or no longer does */
};

struct plan_change {
    enum plan_change_kind kind;
    const char *plan;   /* id */
    const char *action; /* id, or "" for the plan itself */
    const char *field;  /* "due", "leads", "owner" */
    const char *before; /* as words; "" when there was nothing */
    const char *after;
    bool tells_people; /* true when applying it sends something: due, leads, additions, removals */
    const char *like;  /* added: the removed action with the same text, else "" */
};

struct plan_diff {
    struct plan_change *changes;
    size_t n;
    struct arena *mem;
};
/* before may be NULL: everything is new. -ENOMEM. */
MUST_USE int plan_diff_make(const struct plan_set *before, const struct plan_set *after,
                            struct plan_diff *ret);
void plan_diff_done(struct plan_diff *diff);
static inline void
plan_diff_freep(struct plan_diff *diff)
{
    plan_diff_done(diff);
}
/* One line for each change, in words. */
void plan_diff_print(const struct plan_diff *diff, struct text *out);

#endif
