/* SPDX-License-Identifier: MIT */
/*
 * apply.h - from checked files to the store: settings, calendar, roster, plans. One transaction of
 * the caller's; what did not change is not touched, so the same files twice write nothing.
 */
#ifndef COPROD_ENGINE_APPLY_H
#define COPROD_ENGINE_APPLY_H

#include "base/conf.h"
#include "engine/occurrence.h"
#include "plan/plan.h"

struct applied {
    int plans_changed;
    int added, moved, withdrawn, reassigned; /* occurrences and parts */
    int left, returned; /* the plan no longer has them, or has them again */
    int renamed;        /* actions */
    bool settings_changed;
    struct diag *findings; /* what the author should know, and questions; NULL: nobody reads them */
};
/* The settings that programs without YAML need; raises world.revision when something changed. */
/* Set while the numbers of the rules are new and shift_rules has not been called. */
#define APPLY_RULES_PENDING "rules.pending"
MUST_USE int apply_settings(struct store *s, const struct conf *c, struct applied *sum,
                            struct err *reterr);
/* Sets ret_changed when it was another one before; leaves it alone when not. */
MUST_USE int apply_setting(struct store *s, const char *key, const char *value, bool *ret_changed,
                           struct err *reterr);
MUST_USE int apply_calendar(struct store *s, const struct calendar *c, struct applied *sum,
                            struct err *reterr);
/* Forums, their meetings, and which answers for which plan; before world_open. */
MUST_USE int apply_forums(struct store *s, const struct plan_set *set, struct applied *sum,
                          struct err *reterr);
/* Roster and every plan of the set. w: made after settings and calendar were applied. -EBADMSG: an
 * edit cannot be understood without an answer; sum->findings asks. */
MUST_USE int apply_plans(const struct world *w, struct store *s, const struct plan_set *set,
                         const char *actor, int64_t now_ms, struct applied *sum,
                         struct err *reterr);
/* Plans of the store that the set no longer has: all they ask for rests until the forum decides. */
MUST_USE int apply_missing(const struct world *w, struct store *s, const struct plan_set *set,
                           const char *actor, int64_t now_ms, struct applied *sum,
                           struct err *reterr);
/* All of it as the hub does at start and on reload: settings, calendar, roster, plans, and what was
 * left undone. set NULL: settings alone. is_whole: the set has every plan that is to run. */
struct apply_order {
    const struct conf *conf;
    const struct plan_set *set;
    bool is_whole;
    const char *actor;
    int64_t now_ms;
};
MUST_USE int apply_files(struct store *s, const struct apply_order *order, struct applied *sum,
                       struct err *reterr);
/* The series that completing an action starts ("then" in the plan), once per action. */
MUST_USE int apply_follow_up(const struct world *w, struct store *s, const struct plan_set *set,
                             const struct occurrence *done, int64_t now_ms, int *ret_added,
                             struct err *reterr);

#endif
