/* SPDX-License-Identifier: MIT */
/* gone.c - what a plan no longer has: nothing is deleted, an action rests until the forum decides,
 * and it resumes when the plan has it again. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/act.h"
#include "engine/applying.h"
#include "engine/item.h"
#include "engine/parts.h"

enum { GONE_MAX = 64, UNDO_MAX = 40, DETAIL_MAX = 200 };

struct gone {
    struct applying *a;
    struct id_list ids;
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
    const struct plan_occurrence *o = p ? plan_occurrence(p, ref) : NULL;
    const struct action *x = p && action ? plan_action(p, action) : NULL;
    if (o) {
        return has_part(o, part);
    }
    return x && x->then != FOLLOW_NONE && strstr(ref, "/return/");
}

/* Columns of occurrence_of_plan: id ref part due state action. */
static int
find_gone(void *arg, const struct row *row)
{
    struct gone *g = arg;
    enum action_state state = (enum action_state)row_i64(row, 4);
    if (action_is_final(state) || state == ACTION_WITHDRAWN_PENDING
        || is_in_plan(g->a->plan, row_text_or(row, 1, ""), row_text_or(row, 2, ""),
                      row_text(row, 5))) {
        return 0;
    }
    return id_list_add(&g->ids, row_i64(row, 0));
}

/* ---- who hears of it ------------------------------------------------------------------------- */

struct told_once {
    struct applying *a;
    const struct occurrence *o;
};

/* Columns of plan_get: .. 4 owner, 8 forum_secretary. */
static int
tell_deciders(void *arg, const struct row *row)
{
    static const struct {
        int column;
        enum notice_why why;
    } posts[] = { { 4, NOTICE_WHY_OWNER }, { 8, NOTICE_WHY_SECRETARY } };
    struct told_once *t = arg;
    int r = 0;
    for (size_t i = 0; r >= 0 && i < LENGTH(posts); i++) {
        const char *role = row_text_or(row, posts[i].column, "");
        struct item_order order = { .kind = ITEM_LEFT, .o = t->o, .step = "W", .role = role,
                                    .why = posts[i].why };
        r = role[0] ? item_add(t->a->w, t->a->s, &order, t->a->now_ms, NULL, t->a->reterr) : 0;
    }
    return r < 0 ? r : 1;
}

/* Owner and secretary hear of an action once, not of each of its returns. */
static int
tell_left(struct applying *a, const struct occurrence *o)
{
    int64_t first = o->id;
    int r = 0;
    if (o->action[0]) {
        r = store_get(a->s, Q_OCCURRENCE_FIRST_UNDONE, WITH(T(o->plan), T(o->action)), &first,
                      a->reterr);
    }
    if (r < 0 || first != o->id || o->part[0]) {
        return r < 0 ? r : 0;
    }
    struct told_once t = { .a = a, .o = o };
    r = store_each(a->s, Q_PLAN_GET, WITH(T(o->plan)), tell_deciders, &t, a->reterr);
    return r < 0 ? r : 0;
}

/* A member whose share is over: told once, unless the share itself was still to be told. */
static int
tell_member(struct applying *a, const struct occurrence *o, bool was_told)
{
    AUTO_PEOPLE struct people leads = { .n = 0 };
    int r = people_of(a->s, o->id, false, &leads, a->reterr);
    for (size_t i = 0; r >= 0 && was_told && i < leads.n; i++) {
        struct item_order order = { .kind = ITEM_HANDED, .o = o, .step = "T",
                                    .role = leads.list[i].role, .why = NOTICE_WHY_LEAD };
        r = item_renew(a->w, a->s, &order, a->now_ms, a->reterr);
    }
    return r < 0 ? r : 0;
}

/* 1 when its lead has heard that it is theirs. */
static int
was_assigned(struct applying *a, const struct occurrence *o)
{
    AUTO_PEOPLE struct people leads = { .n = 0 };
    int64_t id = 0;
    int r = people_of(a->s, o->id, false, &leads, a->reterr);
    if (r < 0 || leads.n == 0) {
        return r;
    }
    r = store_get(a->s, Q_ITEM_PENDING_OF_KIND,
                  WITH(I(o->id), T(leads.list[0].role), T(item_kind_rules(ITEM_ASSIGN)->word)),
                  &id, a->reterr);
    return r < 0 ? r : r == 0;
}

/* ---- what becomes of it ---------------------------------------------------------------------- */

static int
take_out(struct applying *a, const struct occurrence *o, enum action_state to, const char *why)
{
    char undo[UNDO_MAX];
    char subject[OCC_SUBJECT_MAX];
    int cancelled = 0;
    (void)snprintf(undo, sizeof undo, "out %" PRId64, a->now_ms);
    int r = act_silence(a->s, o->id, why, a->now_ms, &cancelled, a->reterr);
    r = r < 0 ? r
              : store_run(a->s, Q_OCCURRENCE_LEAVE, WITH(I(to), T(undo), I(a->now_ms), I(o->id)),
                          a->reterr);
    r = r < 0 ? r : store_run(a->s, Q_TIMER_DROP, WITH(I(o->id)), a->reterr);
    return r < 0 ? r
                 : applying_note(a, to == ACTION_WITHDRAWN_PENDING ? "left the plan"
                                 : to == ACTION_SUPERSEDED         ? "superseded"
                                                                   : "withdrawn",
                                 occurrence_subject(o, subject), why);
}

static int
leave(struct applying *a, const struct occurrence *o)
{
    struct occurrence now;
    int r = o->action[0]
                ? store_run(a->s, Q_ACTION_WITHDRAW, WITH(T(o->plan), T(o->action)), a->reterr)
                : 0;
    r = r < 0 ? r
              : take_out(a, o, ACTION_WITHDRAWN_PENDING,
                         "no longer in the plan; it ends by the forum's minute");
    r = r < 0 ? r : occurrence_get(a->s, o->id, &now, a->reterr);
    r = r < 0 ? r : tell_left(a, &now);
    a->sum->left += r >= 0;
    return r;
}

static const struct plan_occurrence *
review_of(const struct plan *p)
{
    for (size_t i = 0; p && i < p->n_occurrences; i++) {
        if (p->occurrences[i].kind == DUTY_REVIEW) {
            return &p->occurrences[i];
        }
    }
    return NULL;
}

/* A review of another date takes the place of the one there was, with how often it was moved. */
static int
replace_review(struct applying *a, const struct occurrence *o, const struct plan_occurrence *by)
{
    char why[DETAIL_MAX];
    char day[DAY_TEXT_MAX];
    int64_t id = 0;
    assert(by);
    const struct plan_move *m = &a->plan->review_moved;
    bool is_bare = by->due > o->duty.due && !m->minute;
    if (is_bare) {
        applying_warn(a, PLAN_NO_ACTION, "say review_moved: {to: DATE, reason: WORDS, minute: REF}",
                      "the review is later, without a reason and the forum's minute");
    }
    (void)snprintf(why, sizeof why, "%.60s is due %s in its place; %.60s", by->ref,
                   day_format(by->due, day), m->minute ? m->minute : "no minute");
    int r = take_out(a, o, ACTION_SUPERSEDED, why);
    r = r < 0 ? r : store_get(a->s, Q_OCCURRENCE_FIND, WITH(T(o->plan), T(by->ref), T("")), &id,
                              a->reterr);
    r = r <= 0 ? r
               : store_run(a->s, Q_OCCURRENCE_MOVES_SET,
                           WITH(I(o->moves + 1), I(o->moved_days + by->due - o->duty.due),
                                I(is_bare), m->minute ? T(m->minute) : NIL, I(id)),
                           a->reterr);
    a->sum->withdrawn += r >= 0;
    return r < 0 ? r : 0;
}

/* Its action stays, and asks for less: a share of one who leads no more, a period. */
static int
end(struct applying *a, const struct occurrence *o)
{
    enum action_state whole = ACTION_NONE;
    const struct plan_occurrence *of = plan_occurrence(a->plan, o->ref);
    int told = o->part[0] ? was_assigned(a, o) : 0;
    int r = told < 0 ? told : take_out(a, o, ACTION_WITHDRAWN, "no longer in the plan");
    bool is_share = of && of->n_parts > 0;
    r = r < 0 || !is_share ? r : tell_member(a, o, told > 0);
    a->sum->withdrawn += r >= 0;
    return r < 0 || !o->parent || !is_share
               ? r
               : parts_settle(a->s, o->parent, a->now_ms, &whole, a->reterr);
}

static int
one_gone(struct applying *a, int64_t id)
{
    struct occurrence o;
    const struct plan_occurrence *review = review_of(a->plan);
    int r = occurrence_get(a->s, id, &o, a->reterr);
    if (r < 0) {
        return r;
    }
    bool is_left = !a->plan || (o.action[0] && !plan_action(a->plan, o.action));
    if (is_left || (!o.action[0] && !review)) {
        return leave(a, &o);
    }
    return o.action[0] ? end(a, &o) : replace_review(a, &o, review);
}

static int
all_gone(struct applying *a, const char *plan)
{
    struct gone g = { .a = a };
    int r = store_each(a->s, Q_OCCURRENCE_OF_PLAN, WITH(T(plan)), find_gone, &g, a->reterr);
    for (size_t i = 0; r >= 0 && i < g.ids.n; i++) {
        r = one_gone(a, g.ids.ids[i]);
    }
    id_list_freep(&g.ids);
    return r < 0 ? r : 0;
}

int
gone_of_plan(struct applying *a)
{
    return all_gone(a, a->plan->id);
}

/* ---- whole plans ----------------------------------------------------------------------------- */

struct plans_gone {
    struct applying *a;
    char ids[GONE_MAX][OCC_NAME_MAX];
    size_t n;
};

static int
find_plan(void *arg, const struct row *row)
{
    struct plans_gone *g = arg;
    const char *id = row_text_or(row, 0, "");
    bool was_seen = !row_text_or(row, 13, "")[0]; /* that it is gone, at an earlier reading */
    if (was_seen || plan_by_id(g->a->set, id)) {
        return 0;
    }
    int r = text_copy(g->ids[g->n++], OCC_NAME_MAX, id);
    return r < 0 ? r : g->n == GONE_MAX;
}

static int
plan_gone(struct applying *a, const char *id)
{
    char subject[OCC_NAME_MAX + 8];
    (void)snprintf(subject, sizeof subject, "plan %s", id);
    int r = store_run(a->s, Q_PLAN_FORGET_SOURCE, WITH(T(id)), a->reterr);
    r = r < 0 ? r : applying_note(a, "plan left", subject, "no file that coprod.yaml names has it");
    r = r < 0 ? r : all_gone(a, id);
    a->sum->plans_changed += r >= 0;
    return r;
}

int
apply_missing(const struct world *w, struct store *s, const struct plan_set *set, const char *actor,
              int64_t now_ms, struct applied *sum, struct err *reterr)
{
    struct applying a = { .w = w, .s = s, .set = set, .actor = actor, .now_ms = now_ms,
                          .today = world_day(w, now_ms), .sum = sum, .findings = sum->findings,
                          .reterr = reterr };
    struct plans_gone g = { .a = &a };
    int r = 0;
    do {
        g.n = 0;
        r = store_each(s, Q_PLAN_LIST, NONE, find_plan, &g, reterr);
        for (size_t i = 0; r >= 0 && i < g.n; i++) {
            r = plan_gone(&a, g.ids[i]);
        }
    } while (r >= 0 && g.n == GONE_MAX);
    return r < 0 ? r : 0;
}
