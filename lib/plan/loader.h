/* SPDX-License-Identifier: MIT */
/* loader.h - what the readers of one plan_set share; only lib/plan includes it. */
#ifndef COPROD_PLAN_LOADER_H
#define COPROD_PLAN_LOADER_H

#include "base/arena.h"
#include "base/yaml.h"
#include "plan/plan.h"

enum { PLANS_MAX = 64, DOCS_MAX = PLANS_MAX + 3, ROLES_MAX = 2000, FORUMS_MAX = 100,
       MEETINGS_MAX = 1200 /* of one forum: weekly for 20 years */ };

/* A plan_set and what its users need not see: its memory, and the files its texts point into. The
 * set comes first, so that plan_set_free finds the whole. */
struct plan_whole {
    struct plan_set set;
    struct arena *mem;
    struct yaml_doc *docs[DOCS_MAX];
    size_t n_docs;
};
_Static_assert(offsetof(struct plan_whole, set) == 0, "plan_set_free finds the whole by its set");

/* Times of the plan in hand that name a bare quarter where it has no basis for one. */
struct bare_quarters {
    const struct yaml_node *first; /* NULL: none */
    int n;
};

/* One level of an expansion of groups: a list and how far it has been walked. */
struct level {
    const struct role *const *roles;
    size_t n, at;
};

struct loader {
    struct diag *d;
    struct arena *mem;
    struct plan_set *set;
    const struct yaml_doc *doc;    /* the file in hand */
    struct bare_quarters *bare;    /* of it */
    /* All their names could be read. Else who is not found is not told either: what is wrong with
     * one entry would come back at every mention of it. */
    bool knows_roles, knows_units, knows_forums, knows_actions;
    const char *const *role_names; /* every id, title and alias, for the near word */
    struct level *stack;           /* room for an expansion: one more than there are roles */
    bool *seen;                    /* one for each role */
    const struct role **found;
};

/* Each fills its part of l->set from l->doc. 0, or -ENOMEM; all else goes into l->d. */
MUST_USE int roster_read(struct loader *l);
MUST_USE int forums_read(struct loader *l);
MUST_USE int calendar_read(struct loader *l);
MUST_USE int plan_read(struct loader *l, struct plan *plan);
MUST_USE int actions_read(struct loader *l, struct plan *plan, const struct yaml_node *objectives);
/* asked.c: the posts of the head; and, with the actions, the verifier's own work. NULL: no head. */
void asked_check(const struct loader *l, const struct plan *p, const struct yaml_node *head);
void asked_check_verifier(const struct loader *l, const struct plan *p,
                          const struct yaml_node *head);
MUST_USE int occurrences_make(struct loader *l, struct plan *plan);

/* The days on which a forum meets, into forum->meetings; both nodes may be NULL. */
MUST_USE int meetings_read(const struct loader *l, const struct yaml_node *listed,
                           const struct yaml_node *rule, struct forum *forum);

/* The role a text names, or NULL with an error at node. NULL node: NULL, no error. */
const struct role *role_named(const struct loader *l, const struct yaml_node *node);
/* A list of roles: *ret as written, without those that are unknown. */
MUST_USE int roles_named(const struct loader *l, const struct yaml_node *list, const char *name,
                         struct role_list *ret);
/* Groups replaced by their members, each role once, in the order of first mention. */
MUST_USE int roles_expand(const struct loader *l, const struct role_list *named,
                          struct role_list *ret);
const struct forum *forum_named(const struct loader *l, const struct yaml_node *node);

/* True when a and b are the same words: case, spacing, punctuation and &/and do not matter. */
bool name_is_same(const char *a, const char *b);

/* What each node of a graph points to, and a way round that comes back. */
struct graph {
    size_t n;
    const size_t *const *to;
    const size_t *n_to;
};
/* Writes one cycle into path (room for g->n) and returns its length; 0: there is none.
 * scratch has room for g->n. */
size_t graph_cycle(const struct graph *g, size_t *path, size_t *scratch);

/* A timescale of the plan, or one without days (first DAY_NONE) and an error at node. */
struct timescale timescale_named(const struct loader *l, const struct yaml_node *node,
                                 enum quarter_basis basis);
/* moved: {to, reason, minute}, when `to` is the timescale that stands there now. */
struct plan_move move_named(const struct loader *l, const struct yaml_node *node,
                            const struct timescale *now, enum quarter_basis basis);
/* A civil date that exists; else DAY_NONE with an error at node. NULL or null node: DAY_NONE. */
day_t date_named(const struct loader *l, const struct yaml_node *node);

#endif
