/* SPDX-License-Identifier: MIT */
/* yearly.c - a series of returns is asked for once a year, by the forum's minute, and back. */
#include "engine/yearly.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "engine/deeds.h"
#include "engine/item.h"
#include "engine/period.h"
#include "store/audit.h"

enum { QUARTERS = 4, QUARTER_MONTHS = 3 };

struct quarterly { /* a return of a series that the plan asks for each quarter */
    int64_t id;
    enum action_state state;
    bool is_last;        /* of its year */
    bool is_passed_over;
    day_t first, last;
};
struct series { /* of one action, by due day, with wholes and parts */
    struct quarterly *list;
    size_t n, cap;
};

static void
series_done(struct series *x)
{
    free(x->list);
}

/* 1..4 of ".../return/2016Q3", 0 of what is no quarter. */
static int
quarter_of_ref(const char *ref)
{
    int year = 0;
    int q = 0;
    int end = 0;
    const char *name = strrchr(ref, '/');
    bool is_quarter = name && sscanf(name, "/%dQ%d%n", &year, &q, &end) == 2 && !name[end];
    return is_quarter && q >= 1 && q <= QUARTERS ? q : 0;
}

/* Columns of occurrence_returns: id ref state period undo. */
static int
take_return(void *arg, const struct row *row)
{
    struct series *x = arg;
    int q = quarter_of_ref(row_text_or(row, 1, ""));
    struct quarterly one = { .id = row_i64(row, 0),
                             .state = (enum action_state)row_i64(row, 2),
                             .is_last = q == QUARTERS,
                             .is_passed_over =
                                 strcmp(row_text_or(row, 4, ""), YEARLY_PASSED_OVER) == 0 };
    if (q == 0 || !period_read(row_text_or(row, 3, ""), &one.first, &one.last)) {
        return 0;
    }
    if (list_room(&x->list, x->n, &x->cap, sizeof *x->list) < 0) {
        return -ENOMEM;
    }
    x->list[x->n++] = one;
    return 0;
}

static int
is_annual(struct store *s, const char *plan, const char *action, struct err *reterr)
{
    return store_has(s, Q_ACTION_ANNUAL, WITH(T(plan), T(action)), reterr);
}

int
yearly_skips(struct store *s, const char *plan, const char *action, const char *ref,
             struct err *reterr)
{
    int q = quarter_of_ref(ref);
    return q == 0 || q == QUARTERS ? 0 : is_annual(s, plan, action, reterr);
}

static int
set_period(struct store *s, int64_t id, day_t last, bool is_year, struct err *reterr)
{
    char buf[PERIOD_MAX];
    int year = 0;
    int month = 0;
    int day = 0;
    day_split(last, &year, &month, &day);
    const char *words = is_year ? period_year_words(last, buf)
                                : period_words(day_of(year, month + 1 - QUARTER_MONTHS, 1), last,
                                               buf);
    return store_run(s, Q_OCCURRENCE_PERIOD_SET, WITH(T(words), I(id)), reterr);
}

int
yearly_join(struct store *s, const char *plan, const char *action, int64_t id, const char *period,
            struct err *reterr)
{
    day_t first = DAY_NONE;
    day_t last = DAY_NONE;
    int r = period_read(period, &first, &last) ? is_annual(s, plan, action, reterr) : 0;
    r = r <= 0 ? r : set_period(s, id, last, true, reterr);
    return r < 0 ? r : 0;
}

/* ---- one return ------------------------------------------------------------------------------ */

static int
note(const struct doing *d, const struct occurrence *o, const char *event, const char *words)
{
    char subject[OCC_SUBJECT_MAX];
    AUTO_TEXT struct text detail = { 0 };
    text_addf(&detail, "%s, by minute %s", words, d->a->minute);
    return detail.bad ? err_set(d->reterr, detail.bad, "out of memory")
                      : audit_append(d->s,
                                     &(struct audit_entry){
                                         .at_ms = d->now_ms, .actor = d->a->actor,
                                         .on_behalf = d->a->on_behalf, .event = event,
                                         .subject = occurrence_subject(o, subject),
                                         .detail = text_str(&detail) },
                                     d->reterr);
}

static int
pass_over(const struct doing *d, const struct quarterly *q)
{
    struct occurrence o;
    int cancelled = 0;
    int r = act_silence(d->s, q->id, "its series is asked for once a year", d->now_ms, &cancelled,
                        d->reterr);
    r = r < 0 ? r
              : store_run(d->s, Q_OCCURRENCE_PASS_OVER,
                          WITH(I(ACTION_WITHDRAWN), T(YEARLY_PASSED_OVER), I(d->now_ms), I(q->id)),
                          d->reterr);
    r = r < 0 ? r : store_run(d->s, Q_TIMER_DROP, WITH(I(q->id)), d->reterr);
    r = r < 0 ? r : occurrence_get(d->s, q->id, &o, d->reterr);
    d->out->cancelled += cancelled;
    return r < 0 ? r : note(d, &o, "passed over", "its series is asked for once a year");
}

/* 1: it is asked of somebody, and not of its parts. */
static int
is_asked_itself(const struct doing *d, int64_t id)
{
    int64_t part = 0;
    int r = store_get(d->s, Q_OCCURRENCE_PARTS, WITH(I(id)), &part, d->reterr);
    return r < 0 ? r : r == 0;
}

static int
take_up(const struct doing *d, const struct quarterly *q)
{
    struct occurrence o;
    int r = store_run(d->s, Q_OCCURRENCE_TAKE_UP,
                      WITH(I(ACTION_PLANNED), I(d->today), I(d->now_ms), I(q->id)), d->reterr);
    r = r < 0 ? r : occurrence_get(d->s, q->id, &o, d->reterr);
    r = r < 0 ? r : note(d, &o, "taken up", "its series is asked for as the plan says");
    r = r < 0 ? r : is_asked_itself(d, q->id);
    return r <= 0 ? r : occurrence_arm(d->w, d->s, &o, d->now_ms, d->reterr);
}

/* ---- who hears of it ------------------------------------------------------------------------- */

struct hearers {
    const struct doing *d;
    struct item_order order;
};

static int
tell_lead(void *arg, const struct row *row)
{
    struct hearers *h = arg;
    const char *duty = row_text_or(row, 0, "");
    if (strcmp(duty, "support") == 0) {
        return 0;
    }
    h->order.role = row_text_or(row, 1, "");
    h->order.why = strcmp(duty, "lead") == 0 ? NOTICE_WHY_LEAD : NOTICE_WHY_JOINT_LEAD;
    int r = item_renew(h->d->w, h->d->s, &h->order, h->d->now_ms, h->d->reterr);
    return r < 0 ? r : 0;
}

/* Column 4 of plan_get. */
static int
tell_owner(void *arg, const struct row *row)
{
    struct hearers *h = arg;
    h->order.role = row_text_or(row, 4, "");
    h->order.why = NOTICE_WHY_OWNER;
    int r = item_renew(h->d->w, h->d->s, &h->order, h->d->now_ms, h->d->reterr);
    return r < 0 ? r : 1;
}

/* Those who are asked for the next return, and the owner; not of a switch that was taken back
 * before anybody had heard of it. */
static int
tell(const struct doing *d, const struct quarterly *next, enum item_kind kind)
{
    static const enum item_kind other[ITEM_KIND_MAX_] = { [ITEM_ANNUAL] = ITEM_QUARTERLY,
                                                          [ITEM_QUARTERLY] = ITEM_ANNUAL };
    struct occurrence o;
    struct hearers h = { .d = d, .order = { .kind = kind, .o = &o, .step = "Y" } };
    int r = store_run(d->s, Q_ITEM_VOID_OF_ACTION,
                      WITH(I(d->now_ms), T(item_kind_rules(other[kind])->word),
                           T(d->out->o.plan), T(d->out->o.action)),
                      d->reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    r = occurrence_get(d->s, next->id, &o, d->reterr);
    r = r < 0 ? r : store_each(d->s, Q_OCCURRENCE_ROLES, WITH(I(o.id)), tell_lead, &h, d->reterr);
    r = r < 0 ? r : store_each(d->s, Q_PLAN_GET, WITH(T(o.plan)), tell_owner, &h, d->reterr);
    return r < 0 ? r : 0;
}

/* ---- the events ------------------------------------------------------------------------------ */

static int
load(struct doing *d, bool wants_annual, struct series *ret)
{
    const struct occurrence *o = &d->out->o;
    if (!d->a->minute[0]) {
        return deed_refuse(d, -EINVAL, "only the forum changes how often it asks, by a minute "
                                       "(--minute)");
    }
    int annual = is_annual(d->s, o->plan, o->action, d->reterr);
    if (annual >= 0 && (annual > 0) == wants_annual) {
        return deed_refuse(d, -EINVAL, wants_annual ? "it is asked for once a year already"
                                                    : "it is asked for as the plan says already");
    }
    int r = annual < 0 ? annual
                       : store_each(d->s, Q_OCCURRENCE_RETURNS, WITH(T(o->plan), T(o->action)),
                                    take_return, ret, d->reterr);
    if (r == -ENOMEM) {
        return err_set(d->reterr, r, "out of memory");
    }
    return r < 0 || ret->n > 0
               ? r
               : deed_refuse(d, -EINVAL, "it has no series of quarterly returns, or none yet");
}

static int
set_annual(const struct doing *d, struct arg minute)
{
    const struct occurrence *o = &d->out->o;
    int r = store_run(d->s, Q_ACTION_ANNUAL_SET, WITH(minute, T(o->plan), T(o->action)),
                      d->reterr);
    return r < 0 ? r : 0;
}

static bool
is_to_come(const struct doing *d, const struct quarterly *q)
{
    return q->last >= d->today;
}

static bool
is_not_begun(enum action_state state)
{
    return state == ACTION_PLANNED || state == ACTION_OPEN;
}

/* Each return that stays is about its year, or its quarter, from now on; those of one day are told
 * of by the first that is asked of somebody. */
static int
rename_and_tell(const struct doing *d, const struct series *x, enum item_kind kind)
{
    day_t told = DAY_NONE;
    int r = 0;
    for (size_t i = 0; r >= 0 && i < x->n; i++) {
        const struct quarterly *q = &x->list[i];
        if (!is_to_come(d, q) || action_is_final(q->state)) {
            continue;
        }
        r = q->is_last ? set_period(d->s, q->id, q->last, kind == ITEM_ANNUAL, d->reterr) : 0;
        r = r < 0 ? r : is_asked_itself(d, q->id);
        if (r > 0 && (told == DAY_NONE || told == q->last)) {
            told = q->last;
            r = tell(d, q, kind);
        }
    }
    return r < 0 ? r : 0;
}

int
deed_annual(struct doing *d)
{
    struct series x __attribute__((cleanup(series_done))) = { .n = 0 };
    size_t kept = 0;
    int r = load(d, true, &x);
    for (size_t i = 0; r >= 0 && i < x.n; i++) {
        kept += is_to_come(d, &x.list[i]) && x.list[i].is_last
                && !action_is_final(x.list[i].state);
    }
    if (r >= 0 && kept == 0) {
        r = deed_refuse(d, -EINVAL, "no year of it ends before the policy's review: nothing would "
                                    "be asked for any more");
    }
    for (size_t i = 0; r >= 0 && i < x.n; i++) {
        struct quarterly *q = &x.list[i];
        if (is_to_come(d, q) && !q->is_last && is_not_begun(q->state)) {
            r = pass_over(d, q);
            q->state = ACTION_WITHDRAWN;
        }
    }
    r = r < 0 ? r : set_annual(d, T(d->a->minute));
    return r < 0 ? r : rename_and_tell(d, &x, ITEM_ANNUAL);
}

int
deed_quarterly(struct doing *d)
{
    struct series x __attribute__((cleanup(series_done))) = { .n = 0 };
    int r = load(d, false, &x);
    for (size_t i = 0; r >= 0 && i < x.n; i++) {
        struct quarterly *q = &x.list[i];
        if (q->is_passed_over && is_to_come(d, q)) {
            r = take_up(d, q);
            q->state = ACTION_PLANNED;
        }
    }
    r = r < 0 ? r : set_annual(d, NIL);
    return r < 0 ? r : rename_and_tell(d, &x, ITEM_QUARTERLY);
}
