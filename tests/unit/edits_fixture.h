/* SPDX-License-Identifier: MIT */
/* edits_fixture.h - CO-304 edited while it runs: what the author hears, and everybody else. */
#ifndef COPROD_TESTS_EDITS_FIXTURE_H
#define COPROD_TESTS_EDITS_FIXTURE_H

#include "engine_fixture.h"

static inline int64_t
told(struct desk *d, const char *role, const char *kind)
{
    return number(d, "SELECT count(*) FROM item WHERE role = '%s' AND kind = '%s' AND state <> 3",
                  role, kind);
}

static inline int64_t
items(struct desk *d)
{
    return number(d, "SELECT count(*) FROM item WHERE state = 1");
}

static inline struct occurrence
find(struct desk *d, const char *ref)
{
    struct occurrence o;
    need(d, occurrence_find(d->s, "CO-304", ref, &o, &d->why));
    return o;
}

/* The files with edits, and what the author is told. */
static inline struct applied
edit_and_hear(struct desk *d, const struct edit *edits, size_t n, struct diag *heard)
{
    struct applied sum = { .findings = heard };
    struct scratch place = scratch_open(CONFIG_DIR);
    struct plan_set *set = load_edited(&place, edits, n);
    need(d, store_begin(d->s, &d->why));
    need(d, apply_plans(d->w, d->s, set, "user test", d->now_ms, &sum, &d->why));
    need(d, store_commit(d->s, &d->why));
    (void)plan_set_free(set);
    scratch_done(&place);
    return sum;
}

/* Everything told, and taken by the relay. */
static inline void
live_until(struct desk *d, day_t day)
{
    play_until(d, day, true);
    change(d, "INSERT OR IGNORE INTO delivery SELECT id, 1, 0, created_ms FROM notice;"
              "INSERT OR IGNORE INTO delivery_outcome SELECT id, 1, 'accepted', 250, '', created_ms"
              " FROM notice; UPDATE notice SET state = 2;"
              "UPDATE job SET state = 3 WHERE kind = 4");
}

#define WORKSHOP(quarter) "        timescale: " quarter "\n        metric: The workshop"
#define WORKSHOP_LEAD(lead) "leads: [" lead "]\n        supports: [Head of Community Engagement]"

#endif
