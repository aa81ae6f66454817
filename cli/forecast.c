/* SPDX-License-Identifier: MIT */
/* forecast.c - what will be sent in the days to come if nobody acts. */
#include "forecast.h"

#include <stdlib.h>
#include <string.h>

void
forecast_done(struct forecast *f)
{
    for (size_t i = 0; i < f->n; i++) {
        free(f->items[i].told);
    }
    free(f->items);
    *f = (struct forecast){ 0 };
}

const char *
why_words(enum notice_why why)
{
    static const char *const words[NOTICE_WHY_MAX_] = {
        [NOTICE_WHY_NONE] = "",
        [NOTICE_WHY_LEAD] = "leads it",
        [NOTICE_WHY_JOINT_LEAD] = "leads it with others",
        [NOTICE_WHY_SUPPORT] = "supports it",
        [NOTICE_WHY_DEPUTY] = "deputy of the lead",
        [NOTICE_WHY_MANAGER] = "line manager of the lead",
        [NOTICE_WHY_DIRECTOR] = "director responsible for the lead",
        [NOTICE_WHY_OWNER] = "owns the plan",
        [NOTICE_WHY_COORDINATOR] = "co-ordinates it",
        [NOTICE_WHY_VERIFIER] = "verifies it",
        [NOTICE_WHY_SECRETARY] = "secretary of the responsible forum",
        [NOTICE_WHY_CHAIR] = "chair of the responsible forum",
        [NOTICE_WHY_BOARD] = "secretary of the Board",
    };
    return why < NOTICE_WHY_MAX_ && words[why] ? words[why] : "";
}

day_t
forecast_first_day(struct reading *r)
{
    return world_day(r->w, world_window(r->w, reading_now_ms(r)));
}

static int
add_item(struct reading *r, const struct occurrence *o, const struct step *step, day_t day,
         struct forecast *f)
{
    if (f->n == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 64;
        struct forecast_item *bigger = reallocarray(f->items, cap, sizeof *bigger);
        if (!bigger) {
            return -ENOMEM;
        }
        f->items = bigger;
        f->cap = cap;
    }
    AUTO_FREE struct told *told = calloc(TOLD_MAX, sizeof *told);
    if (!told) {
        return -ENOMEM;
    }
    struct forecast_item *item = &f->items[f->n];
    *item = (struct forecast_item){ .o = *o, .step = *step, .day = day };
    int found = notify_who(r->c->store, o, step, told, &item->n_told, &r->why);
    if (found < 0) {
        return found;
    }
    item->told = TAKE(told);
    f->n++;
    return 0;
}

int
forecast_add(struct reading *r, const struct occurrence *o, day_t from, day_t to,
             struct forecast *ret)
{
    struct occurrence now = *o;
    int64_t part = 0;
    /* The parent of parts has no steps of its own. */
    int parts = store_get(r->c->store, Q_OCCURRENCE_PARTS, WITH(I(o->id)), &part, &r->why);
    if (parts != 0) {
        return parts < 0 ? parts : 0;
    }
    for (day_t day = from; day != DAY_NONE && day <= to;) {
        struct next_steps next = next_steps(&now.duty, &r->w->rules, &r->w->calendar, day);
        now.duty.state = next.opens ? ACTION_OPEN : now.duty.state;
        now.duty.cursor = next.cursor;
        if (next.has_step && next.step.kind == STEP_LADDER) {
            now.duty.level = next.step.level;
            now.duty.level_day = day;
        }
        int added = next.has_step ? add_item(r, &now, &next.step, day, ret) : 0;
        if (added < 0) {
            return added;
        }
        day = next.wake > day ? next.wake : DAY_NONE;
    }
    return 0;
}

struct walk {
    struct reading *r;
    day_t from, to;
    struct forecast *f;
};

static int
walk_row(void *arg, const struct row *row)
{
    struct walk *walk = arg;
    struct occurrence o;
    int r = occurrence_from_row(&o, row);
    return r < 0 ? r : forecast_add(walk->r, &o, walk->from, walk->to, walk->f);
}

static int
compare_items(const void *a, const void *b)
{
    const struct forecast_item *x = a;
    const struct forecast_item *y = b;
    if (x->day != y->day) {
        return x->day < y->day ? -1 : 1;
    }
    if (x->o.duty.due != y->o.duty.due) {
        return x->o.duty.due < y->o.duty.due ? -1 : 1;
    }
    int order = strcmp(x->o.ref, y->o.ref);
    return order ? order : strcmp(x->o.part, y->o.part);
}

int
forecast_make(struct reading *r, day_t from, day_t to, struct forecast *ret)
{
    struct walk walk = { .r = r, .from = from, .to = to, .f = ret };
    int found = store_each(r->c->store, Q_OCCURRENCE_LIST, NONE, walk_row, &walk, &r->why);
    if (found >= 0 && ret->n > 0) {
        qsort(ret->items, ret->n, sizeof *ret->items, compare_items);
    }
    return found < 0 ? found : 0;
}
