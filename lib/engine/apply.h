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
    bool settings_changed;
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
/* Roster and every plan of the set. w: made after settings and calendar were applied. */
MUST_USE int apply_plans(const struct world *w, struct store *s, const struct plan_set *set,
                         const char *actor, int64_t now_ms, struct applied *sum,
                         struct err *reterr);
/* The series that completing an action starts ("then" in the plan), once per action. */
MUST_USE int apply_follow_up(const struct world *w, struct store *s, const struct plan_set *set,
                             const struct occurrence *done, int64_t now_ms, int *ret_added,
                             struct err *reterr);

#endif
