/* SPDX-License-Identifier: MIT */
/* occurrence.c - reading one occurrence, finding it by name, arming its timer. */
#include "engine/occurrence.h"

#include <stdio.h>
#include <string.h>

#include "engine/hearing.h"

static day_t
row_day(const struct row *row, int column)
{
    return row_is_null(row, column) ? DAY_NONE : (day_t)row_i64(row, column);
}

/* What the pure rules assert: a row that was spoiled must not end the program. */
static bool
is_sound(const struct duty_state *d)
{
    return d->kind > DUTY_NONE && d->kind < DUTY_KIND_MAX_ && d->state > ACTION_NONE
           && d->state < ACTION_STATE_MAX_ && d->level >= 0 && d->level <= LADDER_MAX
           && d->cursor >= 0;
}

int
occurrence_from_row(struct occurrence *o, const struct row *row)
{
    *o = (struct occurrence){ .id = row_i64(row, 0) };
    const struct {
        int column;
        char *to;
    } names[] = { { 1, o->plan }, { 2, o->ref }, { 3, o->part }, { 4, o->action },
                  { 16, o->submitted_by }, { 30, o->hold_by }, { 36, o->period } };
    for (size_t i = 0; i < LENGTH(names); i++) {
        int r = text_copy(names[i].to, OCC_NAME_MAX, row_text_or(row, names[i].column, ""));
        if (r < 0) {
            return r;
        }
    }
    o->duty = (struct duty_state){ .kind = (enum duty_kind)row_i64(row, 5),
                                   .due = (day_t)row_i64(row, 6),
                                   .state = (enum action_state)row_i64(row, 7),
                                   .level = (int)row_i64(row, 10),
                                   .level_day = row_day(row, 11),
                                   .cursor = (int)row_i64(row, 12),
                                   .acked_until = row_day(row, 13),
                                   .activated = row_day(row, 14),
                                   .acks = (int)row_i64(row, 23),
                                   .state_day = row_day(row, 24),
                                   .nudges = (int)row_i64(row, 25),
                                   .repeats = (int)row_i64(row, 26),
                                   .ladder_from = row_day(row, 27),
                                   .rest_until = row_day(row, 28),
                                   .hold_until = row_day(row, 29),
                                   .accepted_day = DAY_NONE,
                                   .back_day = DAY_NONE,
                                   .minuted = row_day(row, 37),
                                   .resumed = row_day(row, 38),
                                   .is_absorbed = !row_is_null(row, 35) };
    o->gen = (int)row_i64(row, 8);
    o->episode = (int)row_i64(row, 9);
    o->parent = row_i64(row, 15);
    o->moves = (int)row_i64(row, 31);
    o->moved_days = (int)row_i64(row, 32);
    o->owner_moves = (int)row_i64(row, 33);
    o->owner_holds = (int)row_i64(row, 34);
    o->absorbed_by = row_i64(row, 35);
    return is_sound(&o->duty) ? 0 : -ERANGE;
}

static int
take_row(void *arg, const struct row *row)
{
    int r = occurrence_from_row(arg, row);
    return r < 0 ? r : 1;
}

int
occurrence_get(struct store *s, int64_t id, struct occurrence *ret, struct err *reterr)
{
    int r = store_each(s, Q_OCCURRENCE_GET, WITH(I(id)), take_row, ret, reterr);
    if (r == 0) {
        return err_set(reterr, -ENOENT, "there is no occurrence %lld", (long long)id);
    }
    return r < 0 ? r : 0;
}

static int
take_name(void *arg, const struct row *row)
{
    int r = text_copy(arg, OCC_NAME_MAX, row_text_or(row, 0, ""));
    return r < 0 ? r : 1;
}

int
occurrence_acker(struct store *s, int64_t id, char ret[OCC_NAME_MAX], struct err *reterr)
{
    ret[0] = '\0';
    return store_each(s, Q_OCCURRENCE_ACKER, WITH(I(id)), take_name, ret, reterr);
}

struct reach {
    const struct world *w;
    struct store *s;
    int asked, reached;
    struct err *reterr;
};

/* Columns of role_get: id title kind email deputy .. */
static int
see_address(void *arg, const struct row *row)
{
    struct reach *reach = arg;
    int h = hearing_of(reach->w, reach->s, row_text(row, 3), reach->reterr);
    reach->reached += h == HEARING_OK;
    return h < 0 ? h : 1;
}

static int
see_lead_or_deputy(void *arg, const struct row *row)
{
    struct reach *reach = arg;
    const char *deputy = row_text(row, 4);
    int h = hearing_of(reach->w, reach->s, row_text(row, 3), reach->reterr);
    reach->reached += h == HEARING_OK;
    return h < 0 ? h : h != HEARING_OK && deputy ? 2 : 1;
}

static int
see_role(void *arg, const struct row *row)
{
    struct reach *reach = arg;
    char deputy[OCC_NAME_MAX] = "";
    if (strcmp(row_text_or(row, 0, ""), "support") == 0) {
        return 0;
    }
    reach->asked++;
    int r = store_each(reach->s, Q_ROLE_GET, WITH(T(row_text(row, 1))), see_lead_or_deputy, reach,
                       reach->reterr);
    if (r == 2) {
        r = store_each(reach->s, Q_ROLE_DEPUTY, WITH(T(row_text(row, 1))), take_name, deputy,
                       reach->reterr);
        r = r <= 0 ? r
                   : store_each(reach->s, Q_ROLE_GET, WITH(T(deputy)), see_address, reach,
                                reach->reterr);
    }
    return r < 0 ? r : 0;
}

int
occurrence_coordinator(struct store *s, const struct occurrence *o, char ret[OCC_NAME_MAX],
                       struct err *reterr)
{
    ret[0] = '\0';
    return store_each(s, Q_ACTION_COORDINATOR, WITH(T(o->plan), T(o->action)), take_name, ret,
                      reterr);
}

struct acceptance { /* of the notices of one level */
    int64_t items, at_ms, ended_ms, on_the_way;
};

static int
take_acceptance(void *arg, const struct row *row)
{
    struct acceptance *a = arg;
    *a = (struct acceptance){ row_i64(row, 0), row_i64(row, 1), row_i64(row, 2), row_i64(row, 3) };
    return 1;
}

/* The day on which the present level's notices were accepted. The owner's and the coordinator's
 * copies do not count. When
 * none can arrive any more, the day on which that was known: the owner heard of it, and a dead
 * mailbox must not end the ladder. A level without items was taken over from an older return, which
 * was told of it. */
static int
see_acceptance(const struct world *w, struct store *s, struct occurrence *o, struct err *reterr)
{
    o->duty.accepted_day = o->duty.level_day;
    if (o->duty.level == 0 || w->is_mail_silent || !action_is_open(o->duty.state)) {
        return 0;
    }
    struct acceptance a = { 0 };
    int r = store_each(s, Q_ITEM_LEVEL_FATE,
                       WITH(I(o->id), I(o->gen), I(o->duty.level), I(NOTICE_WHY_OWNER),
                            I(NOTICE_WHY_COORDINATOR)),
                       take_acceptance, &a, reterr);
    if (r > 0 && a.items > 0) {
        int64_t at_ms = a.at_ms > 0 ? a.at_ms : a.on_the_way == 0 ? a.ended_ms : 0;
        o->duty.accepted_day = at_ms > 0 ? world_day(w, at_ms) : DAY_NONE;
    }
    return r < 0 ? r : 0;
}

int
occurrence_see(const struct world *w, struct store *s, struct occurrence *o,
               char waits_for[OCC_NAME_MAX], struct err *reterr)
{
    char needs[OCC_NAME_MAX] = "";
    struct reach reach = { .w = w, .s = s, .reterr = reterr };
    int r = 0;
    if (o->action[0]) {
        r = store_each(s, Q_OCCURRENCE_NEEDS_OPEN, WITH(T(o->plan), T(o->action)), take_name, needs,
                       reterr);
    }
    o->duty.is_waiting = needs[0] != '\0';
    if (waits_for) {
        (void)memcpy(waits_for, needs, sizeof needs);
    }
    r = r < 0 ? r : store_each(s, Q_OCCURRENCE_ROLES, WITH(I(o->id)), see_role, &reach, reterr);
    o->duty.is_unreached = reach.asked > 0 && reach.reached == 0;
    r = r < 0 ? r : see_acceptance(w, s, o, reterr);
    o->duty.back_day = w->outage_day;
    const struct committee *forum = committee_of_plan(&w->committees, o->plan);
    o->duty.meetings = forum && forum->meetings.n > 0 ? &forum->meetings : NULL;
    if (w->outage_day != DAY_NONE && w->outage_day > o->duty.rest_until) {
        o->duty.rest_until = w->outage_day;
    }
    return r < 0 ? r : 0;
}

struct search {
    struct store *s;
    const char *ref, *part;
    bool is_action; /* ref is a bare action id */
    int plans;      /* that have it */
    struct occurrence *found;
    bool is_found; /* in the plan in hand */
    struct err *reterr;
};

/* Rows come by due day: the first that is not closed, else the last there is. */
static int
match_row(void *arg, const struct row *row)
{
    struct search *q = arg;
    bool is_step = row_i64(row, 5) == DUTY_MILESTONE; /* of the action; it is named as a whole */
    if (is_step || strcmp(q->part, row_text_or(row, 3, "")) != 0) {
        return 0;
    }
    q->is_found = true;
    int r = occurrence_from_row(q->found, row);
    return r < 0 ? r : !action_is_final(q->found->duty.state);
}

static int
find_in_plan(struct search *q, const char *plan)
{
    int64_t id = 0;
    int r = 0;
    q->is_found = false;
    if (q->is_action) {
        r = store_each(q->s, Q_OCCURRENCE_OF_ACTION, WITH(T(plan), T(q->ref)), match_row, q,
                       q->reterr);
    } else {
        r = store_get(q->s, Q_OCCURRENCE_FIND, WITH(T(plan), T(q->ref), T(q->part)), &id,
                      q->reterr);
        q->is_found = r > 0;
        r = r > 0 ? occurrence_get(q->s, id, q->found, q->reterr) : r;
    }
    q->plans += q->is_found;
    return r < 0 ? r : 0;
}

static int
find_in_row(void *arg, const struct row *row)
{
    return find_in_plan(arg, row_text(row, 0));
}

static int
fail_in_plan(struct store *s, const char *plan, const char *ref, struct err *reterr)
{
    int r = store_has(s, Q_PLAN_GET, WITH(T(plan)), reterr);
    return r < 0    ? r
           : r == 0 ? err_set(reterr, -ENOENT, "no plan '%.80s' is in force (see: coprodctl plan "
                              "show)", plan)
                    : err_set(reterr, -ENOENT, "plan '%s' has no '%.80s' (see: coprodctl action "
                              "list %s)", plan, ref, plan);
}

int
occurrence_find(struct store *s, const char *plan, const char *ref, struct occurrence *ret,
                struct err *reterr)
{
    char name[OCC_NAME_MAX];
    if (text_copy(name, sizeof name, ref) < 0) {
        return err_set(reterr, -ENOENT, "'%.40s...' is too long for a reference", ref);
    }
    char *part = strchr(name, '@');
    if (part) {
        *part++ = '\0';
    }
    struct search q = { .s = s,
                        .ref = name,
                        .part = part ? part : "",
                        .is_action = !strchr(name, '/'),
                        .found = ret,
                        .reterr = reterr };
    int r = plan && plan[0] ? find_in_plan(&q, plan)
                            : store_each(s, Q_PLAN_LIST, NONE, find_in_row, &q, reterr);
    if (r < 0) {
        return r;
    }
    if (q.plans == 0 && plan && plan[0]) {
        return fail_in_plan(s, plan, ref, reterr);
    }
    if (q.plans == 0) {
        return err_set(reterr, -ENOENT,
                       "no plan has '%s': write an action such as 2b, or an occurrence such as "
                       "2b/deliver (see: coprodctl action list)",
                       ref);
    }
    if (q.plans > 1) {
        return err_set(reterr, -EINVAL, "several plans have '%s': name one with --plan", ref);
    }
    return 0;
}

const char *
occurrence_subject(const struct occurrence *o, char buf[OCC_SUBJECT_MAX])
{
    (void)snprintf(buf, OCC_SUBJECT_MAX, "%s:%s%s%s", o->plan, o->ref, o->part[0] ? "@" : "",
                   o->part);
    return buf;
}

int
occurrence_arm(const struct world *w, struct store *s, const struct occurrence *o, int64_t now_ms,
               struct err *reterr)
{
    day_t today = world_day(w, now_ms);
    struct occurrence seen = *o;
    int seeing = occurrence_see(w, s, &seen, NULL, reterr);
    if (seeing < 0) {
        return seeing;
    }
    struct next_steps next = next_steps(&seen.duty, &w->rules, &w->calendar, today);
    int64_t at = 0;
    if (next.has_step || next.opens || next.resumes) {
        at = world_window(w, now_ms);
    } else if (next.wake != DAY_NONE) {
        at = world_send_ms(w, next.wake);
    } else {
        int r = store_run(s, Q_TIMER_DROP, WITH(I(o->id)), reterr);
        return r < 0 ? r : 0;
    }
    int r = store_run(s, Q_TIMER_SET, WITH(I(o->id), I(at)), reterr);
    return r < 0 ? r : 0;
}

/* Columns of plan_get: id title version revision owner .. */
static int
take_owner(void *arg, const struct row *row)
{
    int r = text_copy(arg, OCC_NAME_MAX, row_text_or(row, 4, ""));
    return r < 0 ? r : 1;
}

int
plan_owner(struct store *s, const char *plan, char owner[OCC_NAME_MAX], struct err *reterr)
{
    return store_each(s, Q_PLAN_GET, WITH(T(plan)), take_owner, owner, reterr);
}

int
job_order_add(struct store *s, const struct job_order *order, int64_t now_ms, struct err *reterr)
{
    int64_t id = 0;
    int r = store_ids(s, "job", 1, &id, reterr);
    if (r < 0) {
        return r;
    }
    enum job_state state = order->run_at_ms > now_ms ? JOB_WAITING : JOB_READY;
    return store_run(s, Q_JOB_ADD,
                     WITH(I(id), I(order->kind), T(order->key), I(state), I(order->run_at_ms),
                          I(order->subject), T(order->detail ? order->detail : ""), I(now_ms)),
                     reterr);
}

enum { STEP_PATIENCE_MS = 60 * 60 * 1000 };

int
job_steps_until(struct store *s, int64_t now_ms, int64_t *ret, struct err *reterr)
{
    static const enum job_kind kinds[] = { JOB_KIND_REMIND, JOB_KIND_ESCALATE };
    int r = 0;
    *ret = now_ms;
    for (size_t i = 0; r >= 0 && i < LENGTH(kinds); i++) {
        int64_t at = 0;
        r = store_get(s, Q_JOB_NEWEST_READY, WITH(I(kinds[i]), I(now_ms - STEP_PATIENCE_MS)), &at,
                      reterr);
        if (r > 0 && at + STEP_PATIENCE_MS > *ret) {
            *ret = at + STEP_PATIENCE_MS;
        }
    }
    return r < 0 ? r : 0;
}
