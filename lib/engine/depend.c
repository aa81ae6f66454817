/* SPDX-License-Identifier: MIT */
/* depend.c - actions that wait for others wake and rest, however many they are. */
#include "engine/depend.h"

struct waking {
    const struct world *w;
    struct store *s;
    bool wakes; /* else it begins to rest */
    day_t ladder_from;
    int64_t now_ms;
    struct err *reterr;
};

static int
wake_one(const struct waking *x, int64_t id)
{
    struct occurrence o;
    int64_t part = 0;
    int r = occurrence_get(x->s, id, &o, x->reterr);
    if (r >= 0 && x->wakes && o.duty.due < x->ladder_from) {
        o.duty.ladder_from = x->ladder_from;
        r = store_run(x->s, Q_OCCURRENCE_LADDER_FROM,
                      WITH(I(x->ladder_from), I(x->now_ms), I(id)), x->reterr);
    }
    int parts = r < 0 ? r : store_get(x->s, Q_OCCURRENCE_PARTS, WITH(I(id)), &part, x->reterr);
    r = parts != 0 ? parts : occurrence_arm(x->w, x->s, &o, x->now_ms, x->reterr);
    return r < 0 ? r : 0;
}

/* query: ids of plan $1 and action $2. */
static int
wake_all(const struct waking *x, enum query query, const char *plan, const char *action)
{
    AUTO(id_list) struct id_list all = { .n = 0 };
    int r = store_list(x->s, query, WITH(T(plan), T(action)), &all, x->reterr);
    for (size_t i = 0; r >= 0 && i < all.n; i++) {
        r = wake_one(x, all.ids[i]);
    }
    return r < 0 ? r : 0;
}

static struct waking
waking_of(const struct world *w, struct store *s, bool wakes, int64_t now_ms, struct err *reterr)
{
    day_t from = calendar_add(&w->calendar, world_day(w, now_ms), w->rules.baseline_wd - 1);
    return (struct waking){ .w = w, .s = s, .wakes = wakes, .ladder_from = from, .now_ms = now_ms,
                            .reterr = reterr };
}

int
depend_settle(const struct world *w, struct store *s, const char *plan, const char *action,
              bool is_done, int64_t now_ms, struct err *reterr)
{
    struct waking x = waking_of(w, s, is_done, now_ms, reterr);
    return wake_all(&x, Q_OCCURRENCE_DEPENDENTS, plan, action);
}

int
depend_is_waiting(struct store *s, const char *plan, const char *action, struct err *reterr)
{
    return store_has(s, Q_OCCURRENCE_NEEDS_OPEN, WITH(T(plan), T(action)), reterr);
}

int
depend_edited(const struct world *w, struct store *s, const char *plan, const char *action,
              bool was_waiting, int64_t now_ms, struct err *reterr)
{
    int waits = depend_is_waiting(s, plan, action, reterr);
    if (waits < 0 || (waits > 0) == was_waiting) {
        return waits < 0 ? waits : 0;
    }
    struct waking x = waking_of(w, s, was_waiting, now_ms, reterr);
    return wake_all(&x, Q_OCCURRENCE_UNDONE_OF_ACTION, plan, action);
}
