/* SPDX-License-Identifier: MIT */
/* handover.c - other leads: what the old ones are spared, and what the new ones are told. */
#include "engine/handover.h"

#include <stdio.h>
#include <string.h>

#include "engine/digest.h"
#include "engine/item.h"
#include "engine/letter.h"

enum { LEADS_LEVEL_MAX = 3 /* above it leads are not told */ };

struct handing {
    const struct world *w;
    struct store *s;
    const struct occurrence *o;
    const char *first; /* of the new leads */
    bool tells;
    int64_t now_ms;
    int cancelled;
    struct err *reterr;
};

/* 1 when something of that kind is still to be told to the role. */
static int
is_untold(const struct handing *h, const char *role, enum item_kind kind, int64_t *ret_id)
{
    int64_t ignore = 0;
    return store_get(h->s, Q_ITEM_PENDING_OF_KIND,
                     WITH(I(h->o->id), T(role), T(item_kind_rules(kind)->word)),
                     ret_id ? ret_id : &ignore, h->reterr);
}

/* ---- who leaves ------------------------------------------------------------------------------ */

/* What waits for the one who leaves, and for those above because of them, is not sent any more.
 * 1: nor were they told yet that it is theirs. */
static int
spare(struct handing *h, const char *role)
{
    AUTO(id_list) struct id_list unsent = { .n = 0 };
    struct person p;
    int r = person_get(h->s, role, &p, h->reterr);
    const char *title = p.title[0] ? p.title : role;
    struct arg lead = I(NOTICE_WHY_LEAD);
    struct arg joint = I(NOTICE_WHY_JOINT_LEAD);
    r = r < 0 ? r
              : store_list(h->s, Q_ITEM_OF_LEAD_UNSENT,
                           WITH(I(h->o->id), T(role), lead, joint, T(title)), &unsent, h->reterr);
    for (size_t i = 0; r >= 0 && i < unsent.n; i++) {
        r = digest_recall(h->s, unsent.ids[i], "it has another lead", h->now_ms, h->reterr);
        h->cancelled += r > 0;
    }
    int untold = r < 0 ? r : is_untold(h, role, ITEM_ASSIGN, NULL);
    r = untold < 0 ? untold
                   : store_run(h->s, Q_ITEM_VOID_OF_LEAD,
                               WITH(I(h->now_ms), I(h->o->id), T(role), lead, joint, T(title)),
                               h->reterr);
    return r < 0 ? r : untold;
}

/* Who never heard of it need not hear that it is over. */
static int
leave(struct handing *h, const char *role)
{
    int r = spare(h, role);
    if (r != 0 || !h->tells) {
        return r < 0 ? r : 0;
    }
    struct item_order order = { .kind = ITEM_HANDED, .o = h->o, .step = "T", .role = role,
                                .why = NOTICE_WHY_LEAD, .note = h->first };
    return item_renew(h->w, h->s, &order, h->now_ms, h->reterr);
}

/* ---- who comes ------------------------------------------------------------------------------- */

/* The step that was told last; false: none yet. */
static bool
standing_step(const struct handing *h, struct step *ret)
{
    const struct duty_state *d = &h->o->duty;
    struct step steps[STEP_MAX];
    int n = (int)duty_steps(d->kind, d->due, &h->w->rules, &h->w->calendar, steps) - LADDER_MAX;
    if (!action_is_open(d->state) || d->is_absorbed || (d->level == 0 && d->cursor == 0)) {
        return false;
    }
    if (d->level == 0 && d->activated > d->due) {
        *ret = (struct step){ .kind = STEP_STATUS };
        return true;
    }
    int level = d->level < LEADS_LEVEL_MAX ? d->level : LEADS_LEVEL_MAX;
    *ret = level > 0 ? steps[n + level - 1] : steps[(d->cursor < n ? d->cursor : n) - 1];
    return true;
}

static int
tell_step(struct handing *h, const struct told *lead)
{
    struct step step;
    char name[STEP_NAME_MAX];
    if (!standing_step(h, &step)) {
        return 0;
    }
    struct item_order order = { .kind = item_kind_of_step(&step, h->o->duty.kind), .o = h->o,
                                .step = step_name(&step, name), .level = step.level,
                                .role = lead->role,
                                .why = lead->why };
    return item_renew(h->w, h->s, &order, h->now_ms, h->reterr);
}

/* It is theirs again before they heard that it was not: what waited for them waits again. */
static int
stay(struct handing *h, const struct told *lead, int64_t handed)
{
    struct person p;
    int r = person_get(h->s, lead->role, &p, h->reterr);
    r = r < 0 ? r
              : store_run(h->s, Q_ITEM_WAKE_OF_LEAD,
                          WITH(I(h->o->id), I(h->o->gen), I(handed), T(lead->role),
                               I(NOTICE_WHY_LEAD), I(NOTICE_WHY_JOINT_LEAD),
                               T(p.title[0] ? p.title : lead->role)),
                          h->reterr);
    r = r < 0 ? r : store_run(h->s, Q_ITEM_SILENCE, WITH(I(h->now_ms), I(handed)), h->reterr);
    return r < 0 ? r : 0;
}

static int
come(struct handing *h, const struct told *lead)
{
    int64_t id = 0;
    int r = is_untold(h, lead->role, ITEM_HANDED, &id);
    if (r > 0) {
        return stay(h, lead, id);
    }
    r = r < 0 || !h->tells ? r : item_assign_lead(h->w, h->s, h->o, lead, h->now_ms, h->reterr);
    return r < 0 ? r : tell_step(h, lead);
}

/* ---- both ------------------------------------------------------------------------------------ */

struct rest {
    int gen;
};

static int
read_rest(void *arg, const struct row *row)
{
    ((struct rest *)arg)->gen = (int)row_i64(row, 5);
    return 1;
}

static int
give_rest(struct handing *h)
{
    struct rest given = { .gen = 0 };
    day_t today = world_day(h->w, h->now_ms);
    int r = store_each(h->s, Q_OCCURRENCE_SAID, WITH(I(h->o->id)), read_rest, &given, h->reterr);
    int wd = given.gen == h->o->gen ? 0 : h->w->limits.reassign_rest_wd;
    day_t rest = calendar_add(&h->w->calendar, today, wd);
    if (r < 0 || rest <= h->o->duty.rest_until) {
        return r < 0 ? r : 0;
    }
    r = store_run(h->s, Q_OCCURRENCE_REST, WITH(I(rest), I(h->now_ms), I(h->o->id)), h->reterr);
    return r < 0 ? r : 0;
}

static int
change_leads(struct handing *h, const struct people *old, const struct people *to,
             int *ret_others)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < old->n; i++) {
        if (!people_find(to, old->list[i].role)) {
            ++*ret_others;
            r = leave(h, old->list[i].role);
        }
    }
    r = r < 0 ? r : store_run(h->s, Q_OCCURRENCE_LEADS_CLEAR, WITH(I(h->o->id)), h->reterr);
    r = r < 0 ? r : people_put_leads(h->s, h->o->id, to, h->reterr);
    for (size_t i = 0; r >= 0 && i < to->n; i++) {
        const struct told *before = people_find(old, to->list[i].role);
        if (!before || before->why > to->list[i].why) {
            ++*ret_others;
            r = come(h, &to->list[i]);
        }
    }
    return r < 0 ? r : 0;
}

int
handover(const struct world *w, struct store *s, const struct handover_order *order,
         int64_t now_ms, int *ret_cancelled, struct err *reterr)
{
    AUTO_PEOPLE struct people old = { .n = 0 };
    const struct people *to = order->to;
    struct handing h = { .w = w, .s = s, .o = order->o, .tells = order->tells, .now_ms = now_ms,
                         .first = to->n > 0 ? to->list[0].role : "", .reterr = reterr };
    int n_others = 0;
    int r = people_of(s, order->o->id, false, &old, reterr);
    r = r < 0 ? r : change_leads(&h, &old, to, &n_others);
    *ret_cancelled += h.cancelled;
    return r < 0 || n_others == 0 ? r : give_rest(&h);
}
