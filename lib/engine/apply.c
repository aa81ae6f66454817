/* SPDX-License-Identifier: MIT */
/* apply.c - checked files become rows: what is new is added, what moved gets a new generation, what
 * is gone is withdrawn and never deleted. */
#include "engine/applying.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "engine/depend.h"
#include "engine/item.h"
#include "engine/mail_change.h"
#include "engine/parts.h"
#include "engine/period.h"
#include "engine/shift.h"
#include "engine/standing.h"
#include "engine/yearly.h"
#include "store/audit.h"

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
        r = store_run(a->s, Q_ROLE_ADD,
                      WITH(T(role->id), T(role->title), T(role_kind_name(role->kind)),
                           role_is_mailable(role) ? T(role->email) : NIL, role_arg(role->deputy),
                           role_arg(role->line_manager), role_arg(role->director), T(role->locale),
                           T(formats[role->format]), T(role->reader->id)),
                      a->reterr);
        for (size_t k = 0; r >= 0 && k < role->n_absences; k++) {
            r = store_run(a->s, Q_ROLE_ABSENCE_ADD,
                          WITH(T(role->id), I(role->absences[k].from), I(role->absences[k].to)),
                          a->reterr);
        }
    }
    return r < 0 ? r : 0;
}

int
applying_note(struct applying *a, const char *event, const char *subject, const char *detail)
{
    return audit_append(a->s,
                        &(struct audit_entry){ .at_ms = a->now_ms,
                                               .actor = a->actor,
                                               .event = event,
                                               .subject = subject,
                                               .detail = detail },
                        a->reterr);
}

const struct before *
before_of(const struct applying *a, const char *action)
{
    for (size_t i = 0; i < a->n_before; i++) {
        if (strcmp(a->before[i].id, action) == 0) {
            return &a->before[i];
        }
    }
    return NULL;
}

void
applying_warn(struct applying *a, int action, const char *hint, const char *format, ...)
{
    const struct action *x = action == PLAN_NO_ACTION ? NULL : &a->plan->actions[action];
    const struct diag_at at = { .file = a->plan->path, .source = a->plan->source,
                                .source_len = a->plan->source_len, .line = x ? x->line : 0,
                                .col = x ? x->col : 0 };
    va_list args;
    va_start(args, format);
    if (a->findings) {
        diag_addv(a->findings, DIAG_WARNING, &at, hint, format, args);
    }
    va_end(args);
}

const char *
part_name(const struct plan_part *part)
{
    const char *at = part ? strchr(part->ref, '@') : NULL;
    return at ? at + 1 : "";
}

static int
put_roles(struct applying *a, int64_t id, const struct placed *p)
{
    AUTO_TEXT struct text words = { 0 };
    AUTO_PEOPLE struct people leads = { .n = 0 };
    int r = edit_leads(a, p, &leads);
    people_leads_words(&leads, &words);
    r = r < 0 ? r : words.bad;
    r = r < 0 ? r : people_put_leads(a->s, id, &leads, a->reterr);
    r = r < 0 ? r : edit_supports(a, id, p->o);
    r = r < 0 ? r
              : store_run(a->s, Q_OCCURRENCE_PLAN_LEADS_SET, WITH(T(text_str(&words)), I(id)),
                          a->reterr);
    return r < 0 ? r : 0;
}

/* "January to March 2016", for people; NULL for what is no return. A yearly one is due on the day
 * on which the action was completed, and asks about the year that ends then. */
static struct arg
say_period(const struct plan *p, const struct plan_occurrence *o, char buf[PERIOD_MAX])
{
    struct quarter q = { .basis = p->quarter_basis ? p->quarter_basis : QUARTER_CALENDAR };
    const char *name = strrchr(o->ref, '/');
    if (o->kind != DUTY_RETURN || !name) {
        return o->kind == DUTY_MILESTONE ? T(o->period) : NIL;
    }
    const struct action *x = o->action == PLAN_NO_ACTION ? NULL : &p->actions[o->action];
    if (x && x->when.grain == GRAIN_QUARTER) {
        q.basis = x->when.quarter.basis;
    }
    if (sscanf(name, "/%dQ%d", &q.year, &q.q) != 2 || q.q < 1 || q.q > 4) {
        return T(period_year_words(o->due, buf));
    }
    return T(period_words(quarter_first_day(q), quarter_last_day(q), buf));
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
    char period[PERIOD_MAX] = "";
    r = r < 0 ? r
              : store_run(a->s, Q_OCCURRENCE_ADD,
                          WITH(I(id), T(a->plan->id), T(o->ref), T(part_name(p->part)), action,
                               I(o->kind), I(o->due), I(state), I(a->today), parent,
                               o->evidence[0] ? T(o->evidence) : NIL,
                               o->sha256 ? T(o->sha256) : NIL,
                               say_period(a->plan, o, period), o->by ? T(o->by) : NIL,
                               I(a->now_ms)),
                          a->reterr);
    if (r >= 0 && period[0]) {
        r = yearly_join(a->s, a->plan->id, a->plan->actions[o->action].id, id, period, a->reterr);
    }
    r = r < 0 ? r : put_roles(a, id, p);
    if (r >= 0 && !p->has_parts && !o->is_complete) {
        struct occurrence row;
        r = occurrence_get(a->s, id, &row, a->reterr);
        r = r < 0 ? r : occurrence_arm(a->w, a->s, &row, a->now_ms, a->reterr);
        /* Neither a return nor a milestone is a new part to hear of, and an old plan's actions are
         * asked after anyway. */
        bool is_part = o->kind != DUTY_RETURN && o->kind != DUTY_MILESTONE;
        if (r >= 0 && is_part && o->due >= a->today) {
            r = item_assign(a->w, a->s, &row, a->now_ms, a->reterr);
        }
    }
    if (r >= 0 && o->is_complete) {
        char subject[OCC_SUBJECT_MAX];
        (void)snprintf(subject, sizeof subject, "%s:%s", a->plan->id, o->ref);
        AUTO_TEXT struct text detail = { 0 };
        text_addf(&detail, "%s%s%s", o->evidence, o->sha256 ? "; SHA-256 " : "",
                  o->sha256 ? o->sha256 : "");
        r = detail.bad ? err_set(a->reterr, detail.bad, "out of memory")
                       : applying_note(a, "complete", subject, text_str(&detail));
    }
    a->sum->added += r >= 0;
    *ret_id = id;
    return r < 0 ? r : 0;
}

static int
put_one(struct applying *a, const struct placed *p, int64_t *ret_id)
{
    int r = store_get(a->s, Q_OCCURRENCE_FIND,
                      WITH(T(a->plan->id), T(p->o->ref), T(part_name(p->part))), ret_id, a->reterr);
    if (r < 0) {
        return r;
    }
    return r > 0 ? edit_keep(a, p, *ret_id) : add_occurrence(a, p, ret_id);
}

/* Who joins when the whole is over already is not asked for a share of it. */
static int
put_part(struct applying *a, const struct placed *p, enum action_state whole)
{
    int64_t id = 0;
    int r = store_get(a->s, Q_OCCURRENCE_FIND,
                      WITH(T(a->plan->id), T(p->o->ref), T(part_name(p->part))), &id, a->reterr);
    if (r != 0) {
        return r < 0 ? r : edit_keep(a, p, id);
    }
    return action_is_final(whole) && !p->o->is_complete ? 0 : add_occurrence(a, p, &id);
}

/* A new return that the forum does not want: its series is asked for once a year. */
static int
is_passed_over(struct applying *a, const struct plan_occurrence *o)
{
    int64_t id = 0;
    if (o->kind != DUTY_RETURN) {
        return 0;
    }
    int r = store_get(a->s, Q_OCCURRENCE_FIND, WITH(T(a->plan->id), T(o->ref), T("")), &id,
                      a->reterr);
    return r != 0 ? r < 0 ? r : 0
                  : yearly_skips(a->s, a->plan->id, a->plan->actions[o->action].id, o->ref,
                                 a->reterr);
}

static int
put_occurrence(struct applying *a, const struct plan_occurrence *o)
{
    int64_t whole = 0;
    struct occurrence row;
    struct placed p = { .o = o, .has_parts = o->n_parts > 0 };
    int r = is_passed_over(a, o);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    r = put_one(a, &p, &whole);
    r = r < 0 || o->n_parts == 0 ? r : occurrence_get(a->s, whole, &row, a->reterr);
    for (size_t i = 0; r >= 0 && i < o->n_parts; i++) {
        p = (struct placed){ .o = o, .part = &o->parts[i], .parent = whole };
        r = put_part(a, &p, row.duty.state);
    }
    return r < 0 || o->n_parts == 0 ? r : parts_reopen(a->s, whole, a->now_ms, a->reterr);
}

/* When the plan begins, or an action joins it, return periods that were over by then are not asked
 * for, except the latest of each series. */
static bool
is_stale_return(const struct applying *a, size_t i)
{
    const struct plan_occurrence *o = &a->plan->occurrences[i];
    if (o->kind != DUTY_RETURN || o->period_last >= a->today || i + 1 >= a->plan->n_occurrences) {
        return false;
    }
    const struct plan_occurrence *next = o + 1;
    return next->kind == DUTY_RETURN && next->action == o->action
           && next->period_last < a->today;
}

static int
put_listed(struct applying *a, size_t i)
{
    const struct plan_occurrence *o = &a->plan->occurrences[i];
    int64_t id = 0;
    int known = !is_stale_return(a, i)
                    ? 1
                    : store_get(a->s, Q_OCCURRENCE_FIND, WITH(T(a->plan->id), T(o->ref), T("")),
                                &id, a->reterr);
    return known <= 0 ? known : put_occurrence(a, o);
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
                           T(completion_name(x->completion)), I((int64_t)i),
                           role_arg(x->coordinator)),
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

/* ---- what was there before ------------------------------------------------------------------- */

static void
forget_before(struct applying *a)
{
    for (size_t i = 0; i < a->n_before; i++) {
        free(a->before[i].text);
        free(a->before[i].timescale);
    }
    free(a->before);
    a->before = NULL;
    a->n_before = 0;
}

/* Columns of action_of_plan: id text timescale withdrawn. */
static int
take_before(void *arg, const struct row *row)
{
    struct applying *a = arg;
    struct before *more = reallocarray(a->before, a->n_before + 1, sizeof *more);
    if (!more) {
        return -ENOMEM;
    }
    a->before = more;
    struct before *b = &a->before[a->n_before];
    *b = (struct before){ .text = strdup(row_text_or(row, 1, "")),
                          .timescale = strdup(row_text_or(row, 2, "")),
                          .was_out = row_i64(row, 3) != 0 };
    a->n_before++;
    return b->text && b->timescale ? text_copy(b->id, sizeof b->id, row_text_or(row, 0, ""))
                                   : -ENOMEM;
}

static int
read_before(struct applying *a)
{
    int r = store_each(a->s, Q_ACTION_OF_PLAN, WITH(T(a->plan->id)), take_before, a, a->reterr);
    for (size_t i = 0; r >= 0 && i < a->n_before; i++) {
        r = depend_is_waiting(a->s, a->plan->id, a->before[i].id, a->reterr);
        a->before[i].was_waiting = r > 0;
    }
    return r < 0 ? r : 0;
}

static int
see_depends(struct applying *a)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < a->plan->n_actions; i++) {
        const struct before *b = before_of(a, a->plan->actions[i].id);
        r = b ? depend_edited(a->w, a->s, a->plan->id, b->id, b->was_waiting, a->now_ms, a->reterr)
              : 0;
    }
    return r;
}

/* ---- one plan -------------------------------------------------------------------------------- */

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
    a->told_action = -1;
    r = read_before(a);
    r = r < 0 ? r : rename_actions(a);
    r = r < 0 ? r : put_plan_row(a, hex, old.revision + 1);
    r = r < 0 ? r : put_actions(a);
    for (size_t i = 0; r >= 0 && i < a->plan->n_occurrences; i++) {
        r = put_listed(a, i);
    }
    r = r < 0 ? r : edit_follow_ups(a);
    int moved = a->sum->moved; /* returns that follow a completion: their days are in no list */
    r = r < 0 ? r : shift_plan(a->w, a->s, a->set, a->plan, a->now_ms, a->sum, a->reterr);
    r = r < 0 || a->sum->moved == moved ? r : shift_timers(a->w, a->s, a->now_ms, a->reterr);
    r = r < 0 ? r : gone_of_plan(a);
    r = r < 0 ? r : see_depends(a);
    forget_before(a);
    char subject[OCC_NAME_MAX];
    char detail[128];
    (void)snprintf(subject, sizeof subject, "plan %s", a->plan->id);
    (void)snprintf(detail, sizeof detail, "revision %" PRId64 ", source %.16s", old.revision + 1,
                   hex);
    r = r < 0 ? r : applying_note(a, "plan applied", subject, detail);
    a->sum->plans_changed += r >= 0;
    return r;
}

/* Whether the calendar, or the forums, are others than when the plans were applied last. */
static int
see_news(struct applying *a, const char *hash, const char *applied, bool *ret)
{
    char hex[DIGEST_HEX_MAX];
    int r = store_setting_get(a->s, hash, hex, sizeof hex, a->reterr);
    return r < 0 ? r : apply_setting(a->s, applied, hex, ret, a->reterr);
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
    hash_add_i64(h, role->kind);
    hash_add_i64(h, (int64_t)role->n_aliases);
    for (size_t i = 0; i < role->n_aliases; i++) {
        hash_add_str(h, role->aliases[i]);
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
                          .today = world_day(w, now_ms), .sum = sum, .findings = sum->findings,
                          .reterr = reterr };
    struct hash h;
    hash_begin(&h, "coprod roster 1");
    for (size_t i = 0; i < set->roster.n_roles; i++) {
        hash_role(&h, &set->roster.roles[i]);
    }
    for (size_t i = 0; i < set->n_forums; i++) {
        hash_add_str(&h, set->forums[i].title);
        hash_add_str(&h, set->forums[i].secretary ? set->forums[i].secretary->id : NULL);
        hash_add_str(&h, set->forums[i].chair ? set->forums[i].chair->id : NULL);
        hash_add_str(&h, set->forums[i].reports_to ? set->forums[i].reports_to->id : NULL);
    }
    struct digest d = hash_end(&h);
    char hex[DIGEST_HEX_MAX];
    bool changed = false;
    int r = apply_setting(s, "roster.hash", hash_hex(&d, hex), &changed, reterr);
    if (r >= 0 && changed) {
        r = put_roster(&a);
        sum->settings_changed = true;
    }
    bool is_forum_new = false;
    r = r < 0 ? r : see_news(&a, "calendar.hash", "calendar.applied", &a.is_calendar_new);
    r = r < 0 ? r : see_news(&a, "forums.hash", "forums.applied", &is_forum_new);
    for (size_t i = 0; r >= 0 && i < set->n_plans; i++) {
        a.plan = &set->plans[i];
        r = put_plan(&a, hex);
    }
    bool is_time_new = a.is_calendar_new || is_forum_new;
    bool is_new = sum->settings_changed || sum->plans_changed > 0 || is_time_new;
    r = r < 0 || !is_new ? r : standing_forget(s, reterr);
    return r < 0 || !is_time_new ? r : shift_timers(w, s, now_ms, reterr);
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
                          .today = world_day(w, now_ms), .sum = &sum, .reterr = reterr,
                          .told_action = -1 };
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

int
apply_files(struct store *s, const struct apply_order *order, struct applied *sum,
          struct err *reterr)
{
    AUTO(world) struct world *w = NULL;
    const struct plan_set *set = order->set;
    struct mail_before before;
    int r = mail_before(s, &before, reterr);
    r = r < 0 || !order->conf ? r : apply_settings(s, order->conf, sum, reterr);
    r = r < 0 || !set ? r : apply_calendar(s, &set->calendar, sum, reterr);
    r = r < 0 || !set ? r : apply_forums(s, set, sum, reterr);
    r = r < 0 ? r : world_open(s, false, &w, reterr);
    r = r < 0 ? r : mail_after_settings(w, s, &before, order->now_ms, reterr);
    if (r < 0 || !set) {
        return r;
    }
    r = shift_rules(w, s, order->now_ms, reterr);
    r = r < 0 ? r : apply_plans(w, s, set, order->actor, order->now_ms, sum, reterr);
    if (r >= 0 && order->is_whole) {
        r = apply_missing(w, s, set, order->actor, order->now_ms, sum, reterr);
    }
    r = r < 0 ? r : mail_after_plans(w, s, &before, sum, order->now_ms, reterr);
    return r < 0 ? r : shift_make_up(w, s, set, sum, reterr);
}
