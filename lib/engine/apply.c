/* SPDX-License-Identifier: MIT */
/* apply.c - checked files become rows: what is new is added, what moved gets a new generation, what
 * is gone is withdrawn and never deleted. */
#include "engine/apply.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "engine/act.h"
#include "engine/item.h"
#include "engine/parts.h"
#include "engine/shift.h"
#include "engine/standing.h"
#include "store/audit.h"

enum { NUMBER_MAX = 32, PERIOD_MAX = 64 };

struct applying {
    const struct world *w;
    struct store *s;
    const struct plan_set *set;
    const struct plan *plan;
    const char *actor;
    int64_t now_ms;
    day_t today;
    struct applied *sum;
    struct err *reterr;
    bool is_calendar_new;
};

static struct arg
day_arg(day_t day)
{
    return day == DAY_NONE ? NIL : I(day);
}

static struct arg
role_arg(const struct role *role)
{
    return role ? T(role->id) : NIL;
}

static int
put_roster(struct applying *a)
{
    static const char *const formats[] = { "both", "both", "text", "large" };
    int r = store_run(a->s, Q_ROLE_CLEAR, NONE, a->reterr);
    r = r < 0 ? r : store_run(a->s, Q_ROLE_ABSENCE_CLEAR, NONE, a->reterr);
    for (size_t i = 0; r >= 0 && i < a->set->roster.n_roles; i++) {
        const struct role *role = &a->set->roster.roles[i];
        bool is_mailable = role->email[0] && !role->is_vacant && role->kind != ROLE_EXTERNAL;
        r = store_run(a->s, Q_ROLE_ADD,
                      WITH(T(role->id), T(role->title), T(role_kind_name(role->kind)),
                           is_mailable ? T(role->email) : NIL, role_arg(role->deputy),
                           role_arg(role->line_manager), role_arg(role->director), T(role->locale),
                           T(formats[role->format])),
                      a->reterr);
        for (size_t k = 0; r >= 0 && k < role->n_absences; k++) {
            r = store_run(a->s, Q_ROLE_ABSENCE_ADD,
                          WITH(T(role->id), I(role->absences[k].from), I(role->absences[k].to)),
                          a->reterr);
        }
    }
    return r < 0 ? r : 0;
}

static int
note(struct applying *a, const char *event, const char *subject, const char *detail)
{
    return audit_append(a->s,
                        &(struct audit_entry){ .at_ms = a->now_ms,
                                               .actor = a->actor,
                                               .event = event,
                                               .subject = subject,
                                               .detail = detail },
                        a->reterr);
}

static int
add_role(struct applying *a, int64_t occurrence, const char *duty, const struct role *role,
         size_t position)
{
    int r = store_run(a->s, Q_OCCURRENCE_ROLE_ADD,
                      WITH(I(occurrence), T(duty), T(role->id), I((int64_t)position)), a->reterr);
    return r < 0 ? r : 0;
}

static bool
is_in(const struct role_list *list, const struct role *role)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->roles[i] == role) {
            return true;
        }
    }
    return false;
}

/* A part is asked of its own member alone. */
static int
put_roles(struct applying *a, int64_t id, const struct plan_occurrence *o,
          const struct plan_part *part)
{
    int r = store_run(a->s, Q_OCCURRENCE_ROLE_CLEAR, WITH(I(id)), a->reterr);
    if (r >= 0 && part) {
        r = add_role(a, id, "lead", part->role, 0);
    }
    for (size_t i = 0; r >= 0 && !part && i < o->accountable.n; i++) {
        r = add_role(a, id, "lead", o->accountable.roles[i], i);
    }
    for (size_t i = 0; r >= 0 && !part && i < o->leads.n; i++) {
        if (!is_in(&o->accountable, o->leads.roles[i])) {
            r = add_role(a, id, "joint", o->leads.roles[i], i);
        }
    }
    const struct role_list none = { .n = 0 };
    const struct role_list *supports =
        o->action == PLAN_NO_ACTION ? &none : &a->plan->actions[o->action].supports;
    for (size_t i = 0; r >= 0 && i < supports->n; i++) {
        if (supports->roles[i]->kind != ROLE_EXTERNAL) {
            r = add_role(a, id, "support", supports->roles[i], i);
        }
    }
    return r < 0 ? r : 0;
}

static const char *
part_name(const struct plan_part *part)
{
    const char *at = part ? strchr(part->ref, '@') : NULL;
    return at ? at + 1 : "";
}

struct placed { /* one row to make or keep */
    const struct plan_occurrence *o;
    const struct plan_part *part; /* NULL: the whole */
    int64_t parent;
    bool has_parts;
};

/* "January to March 2016", for people; NULL for what is no return. */
static struct arg
say_period(const struct plan *p, const struct plan_occurrence *o, char *buf, size_t cap)
{
    static const char *const months[] = { "January", "February", "March", "April", "May", "June",
                                          "July", "August", "September", "October", "November",
                                          "December" };
    struct quarter q = { .basis = p->quarter_basis ? p->quarter_basis : QUARTER_CALENDAR };
    const char *name = strrchr(o->ref, '/');
    if (o->kind != DUTY_RETURN || !name) {
        return NIL;
    }
    const struct action *x = o->action == PLAN_NO_ACTION ? NULL : &p->actions[o->action];
    if (x && x->when.grain == GRAIN_QUARTER) {
        q.basis = x->when.quarter.basis;
    }
    if (sscanf(name, "/%dQ%d", &q.year, &q.q) != 2 || q.q < 1 || q.q > 4) {
        (void)snprintf(buf, cap, "%s", name + 1);
        return T(buf);
    }
    int year = 0;
    int from = 0;
    int to = 0;
    int day = 0;
    day_split(quarter_first_day(q), &year, &from, &day);
    day_split(quarter_last_day(q), &year, &to, &day);
    (void)snprintf(buf, cap, "%s to %s %d", months[from - 1], months[to - 1], year);
    return T(buf);
}

static int
add_occurrence(struct applying *a, const struct placed *p, int64_t *ret_id)
{
    const struct plan_occurrence *o = p->o;
    int64_t id = 0;
    int r = store_ids(a->s, "occurrence", 1, &id, a->reterr);
    enum action_state state = o->is_complete ? ACTION_COMPLETE : ACTION_PLANNED;
    struct arg action = o->action == PLAN_NO_ACTION ? NIL : T(a->plan->actions[o->action].id);
    struct arg parent = p->parent ? I(p->parent) : NIL;
    char period[PERIOD_MAX];
    r = r < 0 ? r
              : store_run(a->s, Q_OCCURRENCE_ADD,
                          WITH(I(id), T(a->plan->id), T(o->ref), T(part_name(p->part)), action,
                               I(o->kind), I(o->due), I(state), I(a->today), parent,
                               o->evidence[0] ? T(o->evidence) : NIL,
                               say_period(a->plan, o, period, sizeof period), I(a->now_ms)),
                          a->reterr);
    r = r < 0 ? r : put_roles(a, id, o, p->part);
    if (r >= 0 && !p->has_parts && !o->is_complete) {
        struct occurrence row;
        r = occurrence_get(a->s, id, &row, a->reterr);
        r = r < 0 ? r : occurrence_arm(a->w, a->s, &row, a->now_ms, a->reterr);
        /* A return is no new part to hear of, and an old plan's actions are asked after anyway. */
        if (r >= 0 && o->kind != DUTY_RETURN && o->due >= a->today) {
            r = item_assign(a->w, a->s, &row, a->now_ms, a->reterr);
        }
    }
    if (r >= 0 && o->is_complete) {
        char subject[OCC_SUBJECT_MAX];
        (void)snprintf(subject, sizeof subject, "%s:%s", a->plan->id, o->ref);
        r = note(a, "complete", subject, o->evidence);
    }
    a->sum->added += r >= 0;
    *ret_id = id;
    return r < 0 ? r : 0;
}

static int
read_plan_due(void *arg, const struct row *row)
{
    *(day_t *)arg = row_is_null(row, 0) ? DAY_NONE : (day_t)row_i64(row, 0);
    return 1;
}

/* Its keys stay for ever; a new generation makes the old steps void. */
static int
move_occurrence(struct applying *a, const struct placed *p, const struct occurrence *row,
                enum action_state state)
{
    int cancelled = 0;
    struct occurrence moved;
    char subject[OCC_SUBJECT_MAX];
    char detail[64];
    char from[DAY_TEXT_MAX];
    char to[DAY_TEXT_MAX];
    (void)snprintf(detail, sizeof detail, "due %s becomes %s%s", day_format(row->duty.due, from),
                   day_format(p->o->due, to),
                   state == row->duty.state ? "" : ", in the plan again");
    int r = act_silence(a->s, row->id, "the due day moved", a->now_ms, &cancelled, a->reterr);
    r = r < 0 ? r
              : store_run(a->s, Q_OCCURRENCE_MOVE,
                          WITH(I(p->o->due), I(a->today), I(state), day_arg(row->duty.state_day),
                               I(1), I(p->o->due - row->duty.due), I(0), I(a->now_ms), I(row->id)),
                          a->reterr);
    r = r < 0 ? r : note(a, "moved", occurrence_subject(row, subject), detail);
    r = r < 0 ? r : occurrence_get(a->s, row->id, &moved, a->reterr);
    if (r >= 0 && !p->has_parts) {
        r = occurrence_arm(a->w, a->s, &moved, a->now_ms, a->reterr);
    }
    a->sum->moved += r >= 0;
    return r < 0 ? r : 0;
}

/* What the plan says now is held against what it said last, not against the due day in force: an
 * extension stays until the plan itself says another day, and a slip in the plan can be undone. */
static int
keep_occurrence(struct applying *a, const struct placed *p, int64_t id)
{
    struct occurrence row;
    day_t said = DAY_NONE;
    int r = occurrence_get(a->s, id, &row, a->reterr);
    r = r < 0 ? r : put_roles(a, id, p->o, p->part);
    r = r < 0 ? r
              : store_each(a->s, Q_OCCURRENCE_PLAN_DUE, WITH(I(id)), read_plan_due, &said,
                           a->reterr);
    bool is_back = said == DAY_NONE && row.duty.state == ACTION_WITHDRAWN;
    if (r < 0 || said == p->o->due || (action_is_final(row.duty.state) && !is_back)) {
        return r < 0 ? r : 0;
    }
    r = store_run(a->s, Q_OCCURRENCE_PLAN_DUE_SET, WITH(I(p->o->due), I(id)), a->reterr);
    if (r < 0 || (row.duty.due == p->o->due && !is_back)) {
        return r < 0 ? r : 0;
    }
    return move_occurrence(a, p, &row, is_back ? ACTION_PLANNED : row.duty.state);
}

static int
put_one(struct applying *a, const struct placed *p, int64_t *ret_id)
{
    int r = store_get(a->s, Q_OCCURRENCE_FIND,
                      WITH(T(a->plan->id), T(p->o->ref), T(part_name(p->part))), ret_id, a->reterr);
    if (r < 0) {
        return r;
    }
    return r > 0 ? keep_occurrence(a, p, *ret_id) : add_occurrence(a, p, ret_id);
}

static int
put_occurrence(struct applying *a, const struct plan_occurrence *o)
{
    int64_t whole = 0;
    struct placed p = { .o = o, .has_parts = o->n_parts > 0 };
    int r = put_one(a, &p, &whole);
    for (size_t i = 0; r >= 0 && i < o->n_parts; i++) {
        int64_t id = 0;
        p = (struct placed){ .o = o, .part = &o->parts[i], .parent = whole };
        r = put_one(a, &p, &id);
    }
    return r < 0 || o->n_parts == 0 ? r : parts_reopen(a->s, whole, a->now_ms, a->reterr);
}

/* On first load of an old plan, return periods long over are not asked for, except the latest of
 * each series. */
static bool
is_stale_return(const struct applying *a, size_t i)
{
    const struct plan_occurrence *o = &a->plan->occurrences[i];
    if (o->kind != DUTY_RETURN || o->due >= a->today || i + 1 >= a->plan->n_occurrences) {
        return false;
    }
    const struct plan_occurrence *next = o + 1;
    return next->kind == DUTY_RETURN && next->action == o->action && next->due < a->today;
}

struct gone {
    struct applying *a;
    int64_t ids[64];
    int n;
};

static bool
has_part(const struct plan_occurrence *o, const char *part)
{
    for (size_t i = 0; i < o->n_parts; i++) {
        if (strcmp(part_name(&o->parts[i]), part) == 0) {
            return true;
        }
    }
    return !part[0];
}

/* Returns that follow a completion are not listed in the plan: they live as long as its action says
 * that something follows. */
static bool
is_in_plan(const struct plan *p, const char *ref, const char *part, const char *action)
{
    const struct plan_occurrence *o = plan_occurrence(p, ref);
    const struct action *x = action ? plan_action(p, action) : NULL;
    if (o) {
        return has_part(o, part);
    }
    return x && x->then != FOLLOW_NONE && strstr(ref, "/return/");
}

static int
find_gone(void *arg, const struct row *row)
{
    struct gone *g = arg;
    enum action_state state = (enum action_state)row_i64(row, 4);
    if (action_is_final(state) || g->n == (int)LENGTH(g->ids)
        || is_in_plan(g->a->plan, row_text_or(row, 1, ""), row_text_or(row, 2, ""),
                      row_text(row, 5))) {
        return 0;
    }
    g->ids[g->n++] = row_i64(row, 0);
    return 0;
}

static int
withdraw(struct applying *a, int64_t id)
{
    struct occurrence o;
    char subject[OCC_SUBJECT_MAX];
    int cancelled = 0;
    int r = occurrence_get(a->s, id, &o, a->reterr);
    r = r < 0 ? r
              : store_run(a->s, Q_OCCURRENCE_STATE,
                          WITH(I(ACTION_WITHDRAWN), I(a->today), I(a->now_ms), I(id)), a->reterr);
    r = r < 0 ? r : store_run(a->s, Q_OCCURRENCE_PLAN_DUE_SET, WITH(NIL, I(id)), a->reterr);
    r = r < 0 ? r : store_run(a->s, Q_TIMER_DROP, WITH(I(id)), a->reterr);
    if (r >= 0 && o.action[0] && !plan_action(a->plan, o.action)) {
        r = store_run(a->s, Q_ACTION_WITHDRAW, WITH(T(o.plan), T(o.action)), a->reterr);
    }
    r = r < 0 ? r
              : act_silence(a->s, id, "no longer in the plan", a->now_ms, &cancelled, a->reterr);
    r = r < 0 ? r : note(a, "withdrawn", occurrence_subject(&o, subject), "no longer in the plan");
    a->sum->withdrawn += r >= 0;
    enum action_state whole = ACTION_NONE;
    return r < 0 || !o.parent ? r : parts_settle(a->s, o.parent, a->now_ms, &whole, a->reterr);
}

static int
withdraw_gone(struct applying *a)
{
    struct gone g = { .a = a };
    int r = 0;
    do {
        g.n = 0;
        r = store_each(a->s, Q_OCCURRENCE_OF_PLAN, WITH(T(a->plan->id)), find_gone, &g, a->reterr);
        for (int i = 0; r >= 0 && i < g.n; i++) {
            r = withdraw(a, g.ids[i]);
        }
    } while (r >= 0 && g.n == (int)LENGTH(g.ids));
    return r < 0 ? r : 0;
}

static int
put_depends(struct applying *a, const struct action *x)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < x->n_depends_on; i++) {
        r = store_run(a->s, Q_ACTION_DEP_ADD,
                      WITH(T(a->plan->id), T(x->id), T(a->plan->actions[x->depends_on[i]].id)),
                      a->reterr);
    }
    return r < 0 ? r : 0;
}

static int
put_actions(struct applying *a)
{
    int r = store_run(a->s, Q_ACTION_DEP_CLEAR, WITH(T(a->plan->id)), a->reterr);
    for (size_t i = 0; r >= 0 && i < a->plan->n_actions; i++) {
        const struct action *x = &a->plan->actions[i];
        r = store_run(a->s, Q_ACTION_PUT,
                      WITH(T(a->plan->id), T(x->id), T(a->plan->objectives[x->objective].text),
                           T(x->text), x->metric ? T(x->metric) : NIL, T(x->when.raw),
                           T(completion_name(x->completion)), I((int64_t)i)),
                      a->reterr);
        r = r < 0 ? r : put_depends(a, x);
    }
    return r < 0 ? r : 0;
}

static int
put_plan_row(struct applying *a, const char *hash, int64_t revision)
{
    const struct plan *p = a->plan;
    const struct forum *above = p->forum->reports_to;
    return store_run(a->s, Q_PLAN_PUT,
                     WITH(T(p->id), T(p->title), T(p->version), I(revision), T(p->owner->id),
                          T(p->reviewer->id), T(p->verifier->id), T(p->forum->title),
                          role_arg(p->forum->secretary), role_arg(p->forum->chair),
                          above ? role_arg(above->secretary) : NIL, T(p->url),
                          T(p->formats_contact), T(hash), I(a->now_ms)),
                     a->reterr);
}

struct old_plan {
    int64_t revision;
    char hash[DIGEST_HEX_MAX];
};

static int
read_old(void *arg, const struct row *row)
{
    struct old_plan *old = arg;
    old->revision = row_i64(row, 3);
    int r = text_copy(old->hash, sizeof old->hash, row_text_or(row, 13, ""));
    return r < 0 ? r : 1;
}

static int
put_plan(struct applying *a, const char *roster_hash)
{
    struct hash h;
    hash_begin(&h, "coprod plan 1");
    hash_add_bytes(&h, a->plan->source, a->plan->source_len);
    hash_add_str(&h, roster_hash);
    struct digest d = hash_end(&h);
    char hex[DIGEST_HEX_MAX];
    struct old_plan old = { 0 };
    (void)hash_hex(&d, hex);
    int r = store_each(a->s, Q_PLAN_GET, WITH(T(a->plan->id)), read_old, &old, a->reterr);
    if (r < 0 || strcmp(old.hash, hex) == 0) {
        return r < 0 || !a->is_calendar_new
                   ? r < 0 ? r : 0
                   : shift_plan(a->w, a->s, a->set, a->plan, a->now_ms, a->sum, a->reterr);
    }
    r = put_plan_row(a, hex, old.revision + 1);
    r = r < 0 ? r : put_actions(a);
    for (size_t i = 0; r >= 0 && i < a->plan->n_occurrences; i++) {
        r = is_stale_return(a, i) ? 0 : put_occurrence(a, &a->plan->occurrences[i]);
    }
    r = r < 0 ? r : withdraw_gone(a);
    char subject[OCC_NAME_MAX];
    char detail[128];
    (void)snprintf(subject, sizeof subject, "plan %s", a->plan->id);
    (void)snprintf(detail, sizeof detail, "revision %" PRId64 ", source %.16s", old.revision + 1,
                   hex);
    r = r < 0 ? r : note(a, "plan applied", subject, detail);
    a->sum->plans_changed += r >= 0;
    return r;
}

static int
see_calendar(struct applying *a)
{
    char hex[DIGEST_HEX_MAX];
    int r = store_setting_get(a->s, "calendar.hash", hex, sizeof hex, a->reterr);
    return r < 0 ? r
                 : apply_setting(a->s, "calendar.applied", hex, &a->is_calendar_new, a->reterr);
}

static void
hash_role(struct hash *h, const struct role *role)
{
    hash_add_str(h, role->id);
    hash_add_str(h, role->title);
    hash_add_str(h, role->is_vacant ? "" : role->email);
    hash_add_str(h, role->deputy ? role->deputy->id : NULL);
    hash_add_str(h, role->line_manager ? role->line_manager->id : NULL);
    hash_add_str(h, role->director ? role->director->id : NULL);
    hash_add_str(h, role->locale);
    hash_add_i64(h, role->format);
    for (size_t i = 0; i < role->n_absences; i++) {
        hash_add_i64(h, role->absences[i].from);
        hash_add_i64(h, role->absences[i].to);
    }
    hash_add_i64(h, (int64_t)role->n_members);
    for (size_t i = 0; i < role->n_members; i++) {
        hash_add_str(h, role->members[i]->id);
    }
}

int
apply_plans(const struct world *w, struct store *s, const struct plan_set *set, const char *actor,
            int64_t now_ms, struct applied *sum, struct err *reterr)
{
    struct applying a = { .w = w, .s = s, .set = set, .actor = actor, .now_ms = now_ms,
                          .today = world_day(w, now_ms), .sum = sum, .reterr = reterr };
    struct hash h;
    hash_begin(&h, "coprod roster 1");
    for (size_t i = 0; i < set->roster.n_roles; i++) {
        hash_role(&h, &set->roster.roles[i]);
    }
    for (size_t i = 0; i < set->n_forums; i++) {
        hash_add_str(&h, set->forums[i].title);
        hash_add_str(&h, set->forums[i].secretary ? set->forums[i].secretary->id : NULL);
        hash_add_str(&h, set->forums[i].chair ? set->forums[i].chair->id : NULL);
    }
    struct digest d = hash_end(&h);
    char hex[DIGEST_HEX_MAX];
    bool changed = false;
    int r = apply_setting(s, "roster.hash", hash_hex(&d, hex), &changed, reterr);
    if (r >= 0 && changed) {
        r = put_roster(&a);
        sum->settings_changed = true;
    }
    r = r < 0 ? r : see_calendar(&a);
    for (size_t i = 0; r >= 0 && i < set->n_plans; i++) {
        a.plan = &set->plans[i];
        r = put_plan(&a, hex);
    }
    r = r < 0 ? r : standing_forget(s, reterr);
    return r < 0 || !a.is_calendar_new ? r : shift_timers(w, s, now_ms, reterr);
}

int
apply_follow_up(const struct world *w, struct store *s, const struct plan_set *set,
                const struct occurrence *done, int64_t now_ms, int *ret_added, struct err *reterr)
{
    *ret_added = 0;
    const struct plan *p = plan_by_id(set, done->plan);
    const struct action *x = p ? plan_action(p, done->action) : NULL;
    if (!x || done->duty.kind != DUTY_DELIVER) {
        return 0;
    }
    struct applied sum = { 0 };
    struct applying a = { .w = w, .s = s, .set = set, .plan = p, .actor = "hub", .now_ms = now_ms,
                          .today = world_day(w, now_ms), .sum = &sum, .reterr = reterr };
    const struct plan_occurrence *whole = plan_occurrence(p, done->ref);
    size_t index = (size_t)(x - p->actions);
    char ref[PLAN_REF_MAX];
    day_t due = DAY_NONE;
    int r = 0;
    for (int n = 0; r >= 0 && whole && plan_follow_up(set, p, index, a.today, n, &due, ref); n++) {
        struct plan_occurrence o = { .ref = ref, .action = (int)index, .kind = DUTY_RETURN,
                                     .due = due, .leads = whole->leads,
                                     .accountable = whole->accountable, .evidence = "" };
        r = put_occurrence(&a, &o);
    }
    *ret_added = sum.added;
    return r < 0 ? r : 0;
}
