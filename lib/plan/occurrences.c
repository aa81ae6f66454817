/* SPDX-License-Identifier: MIT */
/* occurrences.c - every dated demand that a plan makes: deliveries, starts, returns, the review. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "plan/loader.h"
#include "plan/timescale.h"

struct making {
    struct loader *l;
    struct plan *plan;
    struct plan_occurrence *list;
    size_t n;
};

static enum quarter_basis
basis_of(const struct plan *p, const struct action *a)
{
    if (a->when.grain == GRAIN_QUARTER) {
        return a->when.quarter.basis;
    }
    return p->quarter_basis ? p->quarter_basis : QUARTER_CALENDAR;
}

/* The quarters that a series asks about: those after the start's, while their return falls due on
 * or before the policy's review. */
static struct quarter
series_first(const struct plan *p, const struct action *a)
{
    return quarter_next(quarter_of(a->when.last, basis_of(p, a)));
}

static day_t
return_due(const struct calendar *c, const struct plan *p, struct quarter q)
{
    return calendar_add(c, quarter_last_day(q), p->return_due_wd);
}

static size_t
series_len(const struct calendar *c, const struct plan *p, const struct action *a)
{
    size_t n = 0;
    struct quarter q = series_first(p, a);
    for (; return_due(c, p, q) <= p->review_due && n < PLAN_OCCURRENCES_MAX; q = quarter_next(q)) {
        n++;
    }
    return n;
}

static int
parts_make(const struct making *m, const struct action *a, struct plan_occurrence *o)
{
    if (a->completion != COMPLETION_ALL) {
        return 0;
    }
    struct plan_part *parts = ARENA_LIST(m->l->mem, a->leads.n, struct plan_part);
    if (!parts) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < a->leads.n; i++) {
        const struct role *role = a->leads.roles[i];
        const struct unit *unit = a->is_split_by_unit ? role->unit : NULL;
        parts[i].ref = arena_textf(m->l->mem, "%s@%s", o->ref, unit ? unit->id : role->id);
        parts[i].role = role;
        parts[i].unit = unit;
        if (!parts[i].ref) {
            return -ENOMEM;
        }
    }
    o->parts = parts;
    o->n_parts = a->leads.n;
    return 0;
}

static struct plan_occurrence *
add(struct making *m, enum duty_kind kind, const struct action *a, const char *ref)
{
    struct plan_occurrence *o = &m->list[m->n++];
    *o = (struct plan_occurrence){ .ref = ref, .kind = kind, .due = a->due, .period = "",
                                   .action = (int)(a - m->plan->actions),
                                   .period_first = a->when.first, .period_last = a->when.last,
                                   .leads = a->leads, .accountable = a->accountable,
                                   .completion = a->completion,
                                   .completed_on = DAY_NONE, .evidence = "" };
    return o;
}

static int
finish(const struct making *m, const struct action *a, struct plan_occurrence *o)
{
    return o->ref ? parts_make(m, a, o) : -ENOMEM;
}

static int
first_make(struct making *m, const struct action *a)
{
    bool is_series = a->when.kind == TIMESCALE_FROM;
    const char *ref = arena_textf(m->l->mem, "%s/%s", a->id, is_series ? "start" : "deliver");
    struct plan_occurrence *o = add(m, is_series ? DUTY_START : DUTY_DELIVER, a, ref);
    o->is_complete = a->completed_on != DAY_NONE;
    o->completed_on = a->completed_on;
    o->evidence = a->evidence;
    o->sha256 = a->sha256;
    return finish(m, a, o);
}

/* "2e/milestone/baseline", of those with a day of their own. */
static int
milestones_make(struct making *m, const struct action *a)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < a->n_milestones; i++) {
        const struct milestone *step = &a->milestones[i];
        if (step->due == DAY_NONE) {
            continue;
        }
        const char *ref = arena_textf(m->l->mem, "%s/milestone/%s", a->id, step->id);
        struct plan_occurrence *o = add(m, DUTY_MILESTONE, a, ref);
        o->due = step->due;
        o->period = step->text;
        o->by = step->by;
        o->is_complete = a->completed_on != DAY_NONE;
        o->completed_on = a->completed_on;
        o->evidence = a->evidence;
        o->sha256 = a->sha256;
        r = finish(m, a, o);
    }
    return r;
}

static size_t
n_dated(const struct action *a)
{
    size_t n = 0;
    for (size_t i = 0; i < a->n_milestones; i++) {
        n += a->milestones[i].due != DAY_NONE;
    }
    return n;
}

static int
series_make(struct making *m, const struct action *a)
{
    if (a->when.kind != TIMESCALE_FROM) {
        return 0;
    }
    const struct calendar *c = &m->l->set->calendar;
    struct quarter q = series_first(m->plan, a);
    int r = 0;
    for (; r == 0 && return_due(c, m->plan, q) <= m->plan->review_due; q = quarter_next(q)) {
        const char *period = arena_textf(m->l->mem, "%dQ%d", q.year, q.q);
        const char *ref = arena_textf(m->l->mem, "%s/return/%s", a->id, period ? period : "");
        struct plan_occurrence *o = add(m, DUTY_RETURN, a, ref);
        o->due = return_due(c, m->plan, q);
        o->period = period;
        o->period_first = quarter_first_day(q);
        o->period_last = quarter_last_day(q);
        r = period ? finish(m, a, o) : -ENOMEM;
    }
    return r;
}

static const char *
review_period(const struct making *m)
{
    const struct timescale *t = &m->plan->review;
    int year = 0;
    int month = 0;
    int day = 0;
    day_split(t->first, &year, &month, &day);
    if (t->grain == GRAIN_QUARTER) {
        return arena_textf(m->l->mem, "%dQ%d", t->quarter.year, t->quarter.q);
    }
    if (t->grain == GRAIN_MONTH) {
        return arena_textf(m->l->mem, "%04d-%02d", year, month);
    }
    return arena_textf(m->l->mem, "%04d-%02d-%02d", year, month, day);
}

static int
review_make(struct making *m)
{
    const struct plan *p = m->plan;
    const char *period = review_period(m);
    const char *ref = arena_textf(m->l->mem, "review/%s", period ? period : "");
    const struct role **reviewer = ARENA_NEW(m->l->mem, const struct role *);
    if (!period || !ref || !reviewer) {
        return -ENOMEM;
    }
    *reviewer = p->reviewer;
    struct role_list one = { reviewer, 1 };
    m->list[m->n++] = (struct plan_occurrence){
        .ref = ref, .action = PLAN_NO_ACTION, .kind = DUTY_REVIEW, .due = p->review_due,
        .period = period, .period_first = p->review.first, .period_last = p->review.last,
        .leads = one, .accountable = one, .completion = COMPLETION_OWNER,
        .completed_on = DAY_NONE, .evidence = "",
    };
    return 0;
}

int
occurrences_make(struct loader *l, struct plan *p)
{
    size_t n = p->n_actions + 1;
    size_t n_parts = 0;
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct action *a = &p->actions[i];
        bool is_series = a->when.kind == TIMESCALE_FROM;
        size_t demands = 1 + n_dated(a) + (is_series ? series_len(&l->set->calendar, p, a) : 0);
        n += demands - 1;
        n_parts += a->completion == COMPLETION_ALL ? demands * a->leads.n : 0;
    }
    if (n + n_parts > PLAN_OCCURRENCES_MAX) {
        yaml_error(l->doc, NULL, "split the plan, or begin its series later",
                   "the plan makes %zu dated demands, more than %d", n + n_parts,
                   PLAN_OCCURRENCES_MAX);
        return 0;
    }
    struct making m = { .l = l, .plan = p, .list = ARENA_LIST(l->mem, n, struct plan_occurrence) };
    int r = m.list ? 0 : -ENOMEM;
    for (size_t i = 0; r == 0 && i < p->n_actions; i++) {
        r = first_make(&m, &p->actions[i]);
        r = r < 0 ? r : milestones_make(&m, &p->actions[i]);
        r = r < 0 ? r : series_make(&m, &p->actions[i]);
    }
    r = r < 0 ? r : review_make(&m);
    p->occurrences = m.list;
    p->n_occurrences = m.n;
    return r;
}

const struct plan_occurrence *
plan_occurrence(const struct plan *p, const char *ref)
{
    const struct action *a = plan_action(p, ref);
    for (size_t i = 0; i < p->n_occurrences; i++) {
        const struct plan_occurrence *o = &p->occurrences[i];
        if (strcmp(o->ref, ref) == 0 || (a && o->action == (int)(a - p->actions))) {
            return o;
        }
    }
    return NULL;
}

bool
plan_follow_up(const struct plan_set *set, const struct plan *p, size_t action, day_t done, int n,
               day_t *ret_due, char ref[PLAN_REF_MAX])
{
    const struct action *a = &p->actions[action];
    day_t due = DAY_NONE;
    if (a->then == FOLLOW_NONE || n < 0 || n > INT_MAX / 12 - 1) {
        return false;
    }
    if (a->then == FOLLOW_ANNUAL) {
        int year = 0;
        int ignore = 0;
        day_t day = day_add_months(done, 12 * (n + 1));
        due = day == DAY_NONE ? DAY_NONE : calendar_roll_back(&set->calendar, day);
        day_split(day == DAY_NONE ? done : day, &year, &ignore, &ignore);
        (void)snprintf(ref, PLAN_REF_MAX, "%s/return/%d", a->id, year);
    } else {
        struct quarter q = quarter_next(quarter_of(done, basis_of(p, a)));
        for (int i = 0; i < n && quarter_last_day(q) <= p->review_due; i++) {
            q = quarter_next(q);
        }
        due = return_due(&set->calendar, p, q);
        (void)snprintf(ref, PLAN_REF_MAX, "%s/return/%dQ%d", a->id, q.year, q.q);
    }
    *ret_due = due;
    return due != DAY_NONE && due <= p->review_due;
}
