/* SPDX-License-Identifier: MIT */
/*
 * applying.h - what apply.c, edit.c, gone.c and rename.c share: one plan on its way into the store.
 */
#ifndef COPROD_ENGINE_APPLYING_H
#define COPROD_ENGINE_APPLYING_H

#include "engine/apply.h"
#include "engine/handover.h"

struct before { /* an action as the store had it */
    char id[OCC_NAME_MAX];
    char *text, *timescale; /* owned */
    bool was_out;           /* an earlier edit took it out of the plan */
    bool was_waiting;       /* for another action */
};
struct applying {
    const struct world *w;
    struct store *s;
    const struct plan_set *set;
    const struct plan *plan;
    const char *actor;
    int64_t now_ms;
    day_t today;
    struct applied *sum;
    struct diag *findings;
    struct err *reterr;
    bool is_calendar_new;
    struct before *before;
    size_t n_before;
    int n_asked;     /* questions to the author */
    int told_action; /* whose new leads were told already: index, -1 none yet */
};
struct placed { /* one row to make or keep */
    const struct plan_occurrence *o;
    const struct plan_part *part; /* NULL: the whole */
    int64_t parent;
    bool has_parts;
};

const char *part_name(const struct plan_part *part);
int applying_note(struct applying *a, const char *event, const char *subject, const char *detail);
/* NULL: the action is new. */
const struct before *before_of(const struct applying *a, const char *action);
/* A warning at the action's place in its file; action PLAN_NO_ACTION: at the file. */
void applying_warn(struct applying *a, int action, const char *hint, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* ---- edit.c: what stands in the store already ------------------------------------------------ */

MUST_USE int edit_leads(struct applying *a, const struct placed *p, struct people *ret);
MUST_USE int edit_supports(struct applying *a, int64_t id, const struct plan_occurrence *o);
/* Brings a row to what the plan says now: leads, due day, back in the plan. */
MUST_USE int edit_keep(struct applying *a, const struct placed *p, int64_t id);
/* Returns that follow a completion are not in the plan's list: their leads follow the action's. */
MUST_USE int edit_follow_ups(struct applying *a);

/* ---- gone.c ---------------------------------------------------------------------------------- */

/* What the plan no longer has. */
MUST_USE int gone_of_plan(struct applying *a);

/* ---- rename.c -------------------------------------------------------------------------------- */

/* Carries out `renames:`, and asks about what looks renumbered: a finding, nothing is guessed. */
MUST_USE int rename_actions(struct applying *a);

#endif
