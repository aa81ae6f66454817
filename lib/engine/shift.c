/* SPDX-License-Identifier: MIT */
/* shift.c - another calendar, and follow-ups made up for. */
#include "engine/shift.h"

#include <stdio.h>
#include <string.h>

#include "engine/yearly.h"
#include "store/audit.h"

enum { CHANGED_COLUMN = 22 };

struct shifting {
    const struct world *w;
    struct store *s;
    const struct plan_set *set;
    const struct plan *plan;
    int64_t now_ms;
    struct applied *sum;
    struct err *reterr;
};

struct said { /* by the plan, last */
    day_t due;
    bool is_passed_over; /* its series is annual; asked for again it is due by this calendar */
};

/* Columns of occurrence_said: plan_due plan_leads out_state undo .. */
static int
read_said(void *arg, const struct row *row)
{
    struct said *said = arg;
    said->due = row_is_null(row, 0) ? DAY_NONE : (day_t)row_i64(row, 0);
    said->is_passed_over = strcmp(row_text_or(row, 3, ""), YEARLY_PASSED_OVER) == 0;
    return 1;
}

static int
record(const struct shifting *x, const struct occurrence *o, day_t due)
{
    char subject[OCC_SUBJECT_MAX];
    char detail[64];
    char from[DAY_TEXT_MAX];
    char to[DAY_TEXT_MAX];
    (void)snprintf(detail, sizeof detail, "due %s becomes %s by quarters or calendar",
                   day_format(o->duty.due, from), day_format(due, to));
    return audit_append(x->s,
                        &(struct audit_entry){ .at_ms = x->now_ms,
                                               .actor = "hub",
                                               .event = "moved",
                                               .subject = occurrence_subject(o, subject),
                                               .detail = detail },
                        x->reterr);
}

static int
shift_one(const struct shifting *x, const char *ref, const char *part, day_t due)
{
    int64_t id = 0;
    struct said said = { .due = DAY_NONE };
    struct occurrence o;
    int r = store_get(x->s, Q_OCCURRENCE_FIND, WITH(T(x->plan->id), T(ref), T(part)), &id,
                      x->reterr);
    if (r <= 0) {
        return r;
    }
    r = occurrence_get(x->s, id, &o, x->reterr);
    r = r < 0 ? r : store_each(x->s, Q_OCCURRENCE_SAID, WITH(I(id)), read_said, &said,
                               x->reterr);
    bool is_over = action_is_final(o.duty.state) && !said.is_passed_over;
    if (r < 0 || said.due == due || said.due == DAY_NONE || is_over) {
        return r < 0 ? r : 0;
    }
    r = store_run(x->s, Q_OCCURRENCE_PLAN_DUE_SET, WITH(I(due), I(id)), x->reterr);
    if (r < 0 || o.duty.due != said.due) {
        return r < 0 ? r : 0;
    }
    r = store_run(x->s, Q_OCCURRENCE_SHIFT,
                  WITH(I(due), I(x->now_ms), I(world_day(x->w, x->now_ms)), I(id)), x->reterr);
    x->sum->moved += r > 0;
    return r < 0 ? r : record(x, &o, due);
}

static int
shift_listed(const struct shifting *x, const struct plan_occurrence *o)
{
    int r = shift_one(x, o->ref, "", o->due);
    for (size_t i = 0; r >= 0 && i < o->n_parts; i++) {
        const char *at = strchr(o->parts[i].ref, '@');
        r = shift_one(x, o->ref, at ? at + 1 : "", o->due);
    }
    return r;
}

/* ---- deliveries that were completed, and what follows them ----------------------------------- */

static int
read_changed(void *arg, const struct row *row)
{
    *(int64_t *)arg = row_i64(row, CHANGED_COLUMN);
    return 1;
}

/* 1 when the action's delivery is complete as a whole; since when. */
static int
find_completed(const struct shifting *x, size_t action, struct occurrence *ret, int64_t *ret_ms)
{
    char ref[PLAN_REF_MAX];
    int64_t id = 0;
    const struct action *a = &x->plan->actions[action];
    if (a->then == FOLLOW_NONE) {
        return 0;
    }
    int n = snprintf(ref, sizeof ref, "%s/deliver", a->id);
    if (n < 0 || (size_t)n >= sizeof ref) {
        return err_set(x->reterr, -ENAMETOOLONG, "the id of action %.40s is too long", a->id);
    }
    int r = store_get(x->s, Q_OCCURRENCE_FIND, WITH(T(x->plan->id), T(ref), T("")), &id,
                      x->reterr);
    if (r <= 0) {
        return r;
    }
    r = occurrence_get(x->s, id, ret, x->reterr);
    r = r < 0 ? r : store_each(x->s, Q_OCCURRENCE_GET, WITH(I(id)), read_changed, ret_ms,
                               x->reterr);
    return r < 0 ? r : ret->duty.state == ACTION_COMPLETE;
}

static int
shift_series(const struct shifting *x, size_t action)
{
    struct occurrence done;
    int64_t done_ms = 0;
    char ref[PLAN_REF_MAX];
    day_t due = DAY_NONE;
    int r = find_completed(x, action, &done, &done_ms);
    if (r <= 0) {
        return r;
    }
    day_t day = world_day(x->w, done_ms);
    r = 0;
    for (int n = 0; r >= 0 && plan_follow_up(x->set, x->plan, action, day, n, &due, ref); n++) {
        r = shift_one(x, ref, "", due);
    }
    return r;
}

int
shift_plan(const struct world *w, struct store *s, const struct plan_set *set, const struct plan *p,
           int64_t now_ms, struct applied *sum, struct err *reterr)
{
    const struct shifting x = { .w = w, .s = s, .set = set, .plan = p, .now_ms = now_ms,
                                .sum = sum, .reterr = reterr };
    int r = 0;
    for (size_t i = 0; r >= 0 && i < p->n_occurrences; i++) {
        r = shift_listed(&x, &p->occurrences[i]);
    }
    for (size_t i = 0; r >= 0 && i < p->n_actions; i++) {
        r = shift_series(&x, i);
    }
    return r < 0 ? r : 0;
}

/* Calls fn for every occurrence that has a timer. */
static int
each_timer(struct store *s, int (*fn)(const struct world *, struct store *, struct occurrence *,
                                      int64_t, struct err *),
           const struct world *w, int64_t now_ms, struct err *reterr)
{
    AUTO(id_list) struct id_list timers = { .n = 0 };
    int r = store_list(s, Q_TIMER_AFTER, WITH(I(0)), &timers, reterr);
    for (size_t i = 0; r >= 0 && i < timers.n; i++) {
        struct occurrence o;
        r = occurrence_get(s, timers.ids[i], &o, reterr);
        r = r < 0 ? r : fn(w, s, &o, now_ms, reterr);
    }
    return r < 0 ? r : 0;
}

static int
arm(const struct world *w, struct store *s, struct occurrence *o, int64_t now_ms,
    struct err *reterr)
{
    return occurrence_arm(w, s, o, now_ms, reterr);
}

int
shift_timers(const struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    return each_timer(s, arm, w, now_ms, reterr);
}

static int
put_under(const struct world *w, struct store *s, struct occurrence *o, int64_t now_ms,
          struct err *reterr)
{
    int r = occurrence_see(w, s, o, NULL, reterr);
    struct duty_state d = duty_under(&o->duty, &w->rules, &w->calendar, world_day(w, now_ms));
    r = r < 0 ? r
              : store_run(s, Q_OCCURRENCE_UNDER,
                          WITH(I(d.cursor), I(d.repeats), I(d.nudges), I(o->id)), reterr);
    o->duty.cursor = d.cursor;
    o->duty.repeats = d.repeats;
    o->duty.nudges = d.nudges;
    return r < 0 ? r : occurrence_arm(w, s, o, now_ms, reterr);
}

int
shift_rules(const struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    char pending[8] = "";
    int r = store_setting_get(s, APPLY_RULES_PENDING, pending, sizeof pending, reterr);
    if (r <= 0 || !pending[0]) {
        return r < 0 ? r : 0;
    }
    r = each_timer(s, put_under, w, now_ms, reterr);
    return r < 0 ? r : store_setting_set(s, APPLY_RULES_PENDING, "", reterr);
}

int
shift_make_up(const struct world *w, struct store *s, const struct plan_set *set,
              struct applied *sum, struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < set->n_plans; i++) {
        const struct plan *p = &set->plans[i];
        struct shifting x = { .w = w, .s = s, .set = set, .plan = p, .reterr = reterr };
        for (size_t k = 0; r >= 0 && k < p->n_actions; k++) {
            struct occurrence done;
            int64_t done_ms = 0;
            int64_t any = 0;
            int added = 0;
            r = find_completed(&x, k, &done, &done_ms);
            if (r > 0) {
                r = store_get(s, Q_OCCURRENCE_SERIES,
                              WITH(T(p->id), T(p->actions[k].id), I(DUTY_RETURN), T("")), &any,
                              reterr);
                r = r != 0 ? r : apply_follow_up(w, s, set, &done, done_ms, &added, reterr);
            }
            sum->added += added;
        }
    }
    return r < 0 ? r : 0;
}
