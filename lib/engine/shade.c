/* SPDX-License-Identifier: MIT */
/* shade.c - the facts behind an occurrence's colour, read from the store. */
#include "engine/shade.h"

#include <stdio.h>
#include <string.h>

#include "survey/trend.h"

struct search {
    struct store *s;
    const struct occurrence *o;
    struct rag_facts facts;
    day_t today;
    bool has_lead;
    char worse_since[32];
    struct err *reterr;
};

static int
take_metric(void *arg, const struct row *row)
{
    struct search *q = arg;
    q->facts.has_no_metric = row_is_null(row, 4);
    return 1;
}

static int
take_address(void *arg, const struct row *row)
{
    struct search *q = arg;
    q->has_lead = q->has_lead || !row_is_null(row, 3);
    return 1;
}

static int
take_lead(void *arg, const struct row *row)
{
    struct search *q = arg;
    if (strcmp(row_text_or(row, 0, ""), "support") == 0) {
        return 0;
    }
    int r = store_each(q->s, Q_ROLE_GET, WITH(T(row_text(row, 1))), take_address, q,
                       q->reterr);
    return r < 0 ? r : 0;
}

/* Rows come by due day: how many returns up to this one are missing in a row. */
static int
count_missing(void *arg, const struct row *row)
{
    struct search *q = arg;
    day_t due = (day_t)row_i64(row, 0);
    enum action_state state = (enum action_state)row_i64(row, 1);
    if (due <= q->o->duty.due && due < q->today) {
        int *n = &q->facts.missing_returns;
        *n = action_is_sent(state) ? 0 : *n + action_is_owed(state);
    }
    return 0;
}

/* Signals come worst first: a concern before an improvement, the trust before its units. */
static int
take_signal(void *arg, const struct row *row)
{
    struct search *q = arg;
    if (row_i64(row, 1) == SPC_IS_CONCERN) {
        q->facts.worse_since = trend_month((int32_t)row_i64(row, 2), q->worse_since);
    }
    return 1;
}

static int
find_facts(struct search *q)
{
    const struct occurrence *o = q->o;
    int r = store_each(q->s, Q_ACTION_GET, WITH(T(o->plan), T(o->action)), take_metric, q,
                       q->reterr);
    r = r < 0 ? r : store_each(q->s, Q_OCCURRENCE_ROLES, WITH(I(o->id)), take_lead, q, q->reterr);
    if (r >= 0 && o->duty.kind == DUTY_RETURN && o->duty.state != ACTION_PLANNED) {
        r = store_each(q->s, Q_OCCURRENCE_SERIES,
                       WITH(T(o->plan), T(o->action), I(DUTY_RETURN), T(o->part)), count_missing,
                       q, q->reterr);
    }
    q->facts.is_unassigned = !q->has_lead;
    q->facts.has_no_metric = q->facts.has_no_metric && o->duty.kind != DUTY_MILESTONE;
    r = r < 0 ? r
              : store_each(q->s, Q_SIGNAL_OF_ACTION, WITH(T(o->plan), T(o->action)), take_signal,
                           q, q->reterr);
    return r < 0 ? r : 0;
}

int
shade_of(const struct world *w, struct store *s, const struct row *row, const struct occurrence *o,
         day_t today, struct shade *ret, struct err *reterr)
{
    bool is_submitted = o->duty.state == ACTION_SUBMITTED;
    struct search q = {
        .s = s,
        .o = o,
        .today = today,
        .facts = { .state = o->duty.state,
                   .due = o->duty.due,
                   .forecast = row_is_null(row, 18) ? DAY_NONE : (day_t)row_i64(row, 18),
                   .submitted_on = is_submitted ? world_day(w, row_i64(row, 22)) : DAY_NONE,
                   .was_extended = o->gen > 1 },
        .reterr = reterr,
    };
    *ret = (struct shade){ .declared = rag_parse(row_text_or(row, 19, "")) };
    int r = find_facts(&q);
    if (r < 0) {
        return r;
    }
    ret->computed = rag_compute(&q.facts, &w->rag, &w->calendar, today);
    ret->shown = ret->computed;
    enum rag_color worse = rag_shown(ret->computed.color, ret->declared);
    if (worse != ret->computed.color) {
        ret->shown.color = worse;
        (void)snprintf(ret->shown.reason, sizeof ret->shown.reason, "declared by the lead");
    }
    return 0;
}
