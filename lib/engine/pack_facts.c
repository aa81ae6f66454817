/* SPDX-License-Identifier: MIT */
/* pack_facts.c - everything that a pack tells, read once. */
#include "engine/pack_inside.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"

enum { HORIZON_WD = 20 /* where the next meeting is not known */ };

bool
pack_is_live(const struct pack_entry *e)
{
    return !e->is_whole && !action_is_final(e->o.duty.state) && !e->o.duty.is_absorbed;
}

const char *
pack_ref(const struct pack *x, const struct pack_entry *e, char buf[OCC_SUBJECT_MAX])
{
    (void)snprintf(buf, OCC_SUBJECT_MAX, "%s%s%s%s%s", x->n_plans > 1 ? e->plan->id : "",
                   x->n_plans > 1 ? " " : "", e->o.ref, e->o.part[0] ? "@" : "", e->o.part);
    return buf;
}

void
pack_name(const struct pack *x, const struct pack_entry *e, struct text *out)
{
    char ref[OCC_SUBJECT_MAX];
    text_addf(out, "%s: ", pack_ref(x, e, ref));
    notice_brief(e->action ? e->action->text : "review of the policy", out);
}

void
pack_cell(const struct pack *x, const struct pack_entry *e, struct paper *p)
{
    AUTO_TEXT struct text name = { 0 };
    pack_name(x, e, &name);
    paper_cell(p, "%s", text_str(&name));
}

int
pack_late(const struct pack *x, const struct pack_entry *e)
{
    int late = calendar_between(&x->w->calendar, e->o.duty.due, x->today);
    return late > 0 ? late : 0;
}

/* ---- plans and actions ----------------------------------------------------------------------- */

static int
take_plan(void *arg, const struct row *row)
{
    struct pack *x = arg;
    struct pack_plan *p = &x->plans[x->n_plans];
    const char *version = row_text_or(row, 2, "");
    *p = (struct pack_plan){
        .id = arena_text(x->mem, row_text_or(row, 0, "")),
        .title = arena_text(x->mem, row_text_or(row, 1, "")),
        .version = arena_textf(x->mem, "%s%s", isdigit((unsigned char)version[0]) ? "Version " : "",
                               version),
        .owner = arena_text(x->mem, row_text_or(row, 4, "")),
    };
    x->n_plans++;
    return 1;
}

static int
take_action(void *arg, const struct row *row)
{
    struct pack *x = arg;
    struct pack_action *more = reallocarray(x->actions, x->n_actions + 1, sizeof *more);
    if (!more) {
        return -ENOMEM;
    }
    x->actions = more;
    x->actions[x->n_actions++] = (struct pack_action){
        .plan = &x->plans[x->n_plans - 1],
        .id = arena_text(x->mem, row_text_or(row, 1, "")),
        .objective = arena_text(x->mem, row_text_or(row, 2, "")),
        .text = arena_text(x->mem, row_text_or(row, 3, "")),
        .metric = arena_text(x->mem, row_text_or(row, 4, "")),
        .timescale = arena_text(x->mem, row_text_or(row, 5, "")),
        .state = "", .lead = "", .due = DAY_NONE,
        .is_withdrawn = row_i64(row, 8) != 0,
    };
    return 0;
}

static struct pack_action *
find_action(struct pack *x, const struct pack_plan *plan, const char *id)
{
    for (size_t i = 0; id[0] && i < x->n_actions; i++) {
        if (x->actions[i].plan == plan && strcmp(x->actions[i].id, id) == 0) {
            return &x->actions[i];
        }
    }
    return NULL;
}

/* ---- demands --------------------------------------------------------------------------------- */

struct led { /* who leads it */
    struct pack *x;
    struct text titles, unreached;
};

static int
take_lead_role(void *arg, const struct row *row)
{
    struct led *p = arg;
    struct person person;
    const char *role = row_text_or(row, 1, "");
    if (strcmp(row_text_or(row, 0, ""), "support") == 0) {
        return 0;
    }
    int r = person_get(p->x->s, role, &person, p->x->reterr);
    const char *title = person.title[0] ? person.title : role;
    text_addf(&p->titles, "%s%s", p->titles.len ? "; " : "", title);
    if (!notice_address_ok(person.email)) {
        text_addf(&p->unreached, "%s%s", p->unreached.len ? "; " : "", title);
    }
    return r;
}

static int
fill_people(struct pack *x, struct pack_entry *e)
{
    struct led p = { .x = x };
    int r = store_each(x->s, Q_OCCURRENCE_ROLES, WITH(I(e->o.id)), take_lead_role, &p, x->reterr);
    e->lead = arena_text(x->mem, text_str(&p.titles));
    e->unreached = arena_text(x->mem, text_str(&p.unreached));
    r = r >= 0 && p.titles.bad ? p.titles.bad : r;
    text_done(&p.titles);
    text_done(&p.unreached);
    return r < 0 ? r : 0;
}

static int
take_before(void *arg, const struct row *row)
{
    struct pack_entry *e = arg;
    e->was_there = true;
    e->before = (enum rag_color)row_i64(row, 0);
    e->state_before = (enum action_state)row_i64(row, 1);
    return 1;
}

static int
fill_entry(struct pack *x, struct pack_entry *e, const struct row *row)
{
    struct shade ahead;
    int64_t part = 0;
    e->plan = &x->plans[x->n_plans - 1];
    e->action = find_action(x, e->plan, e->o.action);
    e->forecast = row_is_null(row, 18) ? DAY_NONE : (day_t)row_i64(row, 18);
    e->word = arena_text(x->mem, row_text_or(row, 20, ""));
    e->unminuted = (int)row_i64(row, 39);
    e->is_leaving = !row_is_null(row, 40);
    e->moved_note = arena_text(x->mem, row_text_or(row, 41, ""));
    e->figure = arena_text(x->mem, row_text_or(row, 42, ""));
    int r = shade_of(x->w, x->s, row, &e->o, x->today, &e->shade, x->reterr);
    r = r < 0 ? r : shade_of(x->w, x->s, row, &e->o, x->horizon, &ahead, x->reterr);
    if (r < 0) {
        return r;
    }
    e->ahead = ahead.shown;
    r = store_get(x->s, Q_OCCURRENCE_PARTS, WITH(I(e->o.id)), &part, x->reterr);
    e->is_whole = r > 0;
    r = r < 0 ? r : fill_people(x, e);
    return r < 0 || !x->last_id
               ? r
               : store_each(x->s, Q_PACK_LINE_GET, WITH(I(x->last_id), I(e->o.id)), take_before, e,
                            x->reterr);
}

static int
take_entry(void *arg, const struct row *row)
{
    struct pack *x = arg;
    if (list_room(&x->entries, x->n_entries, &x->cap_entries, sizeof *x->entries) < 0) {
        return -ENOMEM;
    }
    struct pack_entry *e = &x->entries[x->n_entries++];
    *e = (struct pack_entry){ .before = RAG_NONE };
    int r = occurrence_from_row(&e->o, row);
    r = r < 0 ? r : fill_entry(x, e, row);
    return r < 0 ? r : 0;
}

/* An action is as bad as the worst of what is asked of it; complete when nothing is left to ask. */
static void
judge_action(struct pack *x, struct pack_action *a)
{
    const struct pack_entry *next = NULL;
    size_t n_parts = 0;
    for (size_t i = 0; i < x->n_entries; i++) {
        const struct pack_entry *e = &x->entries[i];
        if (e->action != a || e->is_whole) {
            continue;
        }
        a->n_complete += e->o.duty.state == ACTION_COMPLETE;
        if (!pack_is_live(e)) {
            a->lead = a->lead[0] ? a->lead : e->lead;
            continue;
        }
        a->n_open++;
        bool is_rest = e->shade.shown.color == RAG_GREY;
        n_parts += e->o.part[0] != '\0';
        a->color = !is_rest && e->shade.shown.color > a->color ? e->shade.shown.color : a->color;
        next = next && next->o.duty.due <= e->o.duty.due ? next : e;
    }
    if (a->color == RAG_NONE) {
        a->color = a->n_complete > 0 ? RAG_BLUE : RAG_GREY;
    }
    a->due = next ? next->o.duty.due : DAY_NONE;
    a->lead = n_parts > 1 ? arena_textf(x->mem, "%zu leads, a part each", n_parts)
              : next      ? next->lead
                          : a->lead;
    a->state = a->is_withdrawn          ? "withdrawn"
               : a->n_open == 0         ? "complete"
               : a->color == RAG_BLUE   ? "complete; a follow-up is planned"
               : a->color == RAG_GREY   ? "not open yet, or at rest"
                                        : "open";
}

static int
take_last(void *arg, const struct row *row)
{
    struct pack *x = arg;
    x->last_id = row_i64(row, 0);
    x->last_meeting = (day_t)row_i64(row, 1);
    x->last_ms = row_i64(row, 3);
    int r = text_copy(x->last_phase, sizeof x->last_phase, row_text_or(row, 2, ""));
    return r < 0 ? r : 1;
}

int
pack_gather(struct pack *x)
{
    const struct committees *all = &x->w->committees;
    x->mem = arena_open();
    x->plans = calloc(all->n_plans + 1, sizeof *x->plans);
    if (!x->mem || !x->plans) {
        return err_set(x->reterr, -ENOMEM, "out of memory");
    }
    x->today = world_day(x->w, x->now_ms);
    day_t next = meeting_from(&x->forum->meetings, x->meeting + 1);
    x->has_next = next != DAY_NONE;
    x->horizon = x->has_next ? next : calendar_add(&x->w->calendar, x->meeting, HORIZON_WD);
    int r = store_each(x->s, Q_PACK_BEFORE, WITH(T(x->forum->id), I(x->meeting)), take_last, x,
                       x->reterr);
    for (size_t i = 0; r >= 0 && i < all->n_plans; i++) {
        if (all->plans[i].by != x->forum) {
            continue;
        }
        const char *plan = all->plans[i].plan;
        r = store_each(x->s, Q_PLAN_GET, WITH(T(plan)), take_plan, x, x->reterr);
        if (r <= 0) {
            continue; /* its forum is known before the plan is */
        }
        r = store_each(x->s, Q_PACK_ACTIONS, WITH(T(plan)), take_action, x, x->reterr);
    }
    for (size_t i = 0, n = x->n_plans; r >= 0 && i < n; i++) {
        x->n_plans = i + 1; /* the plan in hand is the last one */
        r = store_each(x->s, Q_PACK_OCCURRENCES, WITH(T(x->plans[i].id)), take_entry, x,
                       x->reterr);
        x->n_plans = n;
    }
    for (size_t i = 0; r >= 0 && i < x->n_actions; i++) {
        judge_action(x, &x->actions[i]);
    }
    if (r == -ENOMEM || arena_is_bad(x->mem)) {
        return err_set(x->reterr, -ENOMEM, "out of memory");
    }
    return r < 0 ? r : 0;
}

void
pack_done(struct pack *x)
{
    (void)arena_free(x->mem);
    free(x->plans);
    free(x->actions);
    free(x->entries);
}
