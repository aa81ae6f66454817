/* SPDX-License-Identifier: MIT */
/* act.c - one event on one occurrence: who may, what it changes, what it stops. */
#include "engine/act.h"

#include <stdio.h>
#include <string.h>

#include "engine/parts.h"
#include "store/audit.h"

enum { ACK_MAX_WD = 10 };

struct standing { /* what a role is to an occurrence */
    struct store *s;
    const char *role;
    unsigned actor;
    struct err *reterr;
};

static int
stand_as_deputy(void *arg, const struct row *row)
{
    struct standing *st = arg;
    if (strcmp(row_text_or(row, 4, ""), st->role) == 0) {
        st->actor |= ACTOR_DEPUTY;
    }
    return 0;
}

static int
stand_by_duty(void *arg, const struct row *row)
{
    struct standing *st = arg;
    bool is_support = strcmp(row_text_or(row, 0, ""), "support") == 0;
    if (strcmp(row_text_or(row, 1, ""), st->role) == 0) {
        st->actor |= is_support ? ACTOR_SUPPORT : ACTOR_LEAD;
    }
    if (is_support) {
        return 0;
    }
    int r = store_each(st->s, Q_ROLE_GET, WITH(T(row_text(row, 1))), stand_as_deputy, st,
                       st->reterr);
    return r < 0 ? r : 0;
}

static int
stand_by_plan(void *arg, const struct row *row)
{
    struct standing *st = arg;
    const struct {
        int column;
        unsigned actor;
    } posts[] = { { 4, ACTOR_OWNER }, { 6, ACTOR_VERIFIER }, { 8, ACTOR_FORUM } };
    for (size_t i = 0; i < LENGTH(posts); i++) {
        if (strcmp(row_text_or(row, posts[i].column, ""), st->role) == 0) {
            st->actor |= posts[i].actor;
        }
    }
    return 0;
}

static int
stand(struct store *s, const struct occurrence *o, const char *role, unsigned *ret,
      struct err *reterr)
{
    struct standing st = { .s = s, .role = role, .reterr = reterr };
    int r = store_each(s, Q_OCCURRENCE_ROLES, WITH(I(o->id)), stand_by_duty, &st, reterr);
    r = r < 0 ? r : store_each(s, Q_PLAN_GET, WITH(T(o->plan)), stand_by_plan, &st, reterr);
    *ret = st.actor;
    return r < 0 ? r : 0;
}

int
act_silence(struct store *s, int64_t occurrence, const char *reason, int64_t now_ms,
            int *ret_cancelled, struct err *reterr)
{
    static const enum job_kind kinds[] = { JOB_KIND_REMIND, JOB_KIND_ESCALATE };
    int r = store_run(s, Q_JOB_CANCEL_UNSENT, WITH(T(reason), I(now_ms), I(occurrence)), reterr);
    for (size_t i = 0; r >= 0 && i < LENGTH(kinds); i++) {
        r = store_run(s, Q_JOB_CANCEL_OF_SUBJECT,
                      WITH(T(reason), I(now_ms), I(kinds[i]), I(occurrence)), reterr);
    }
    r = r < 0 ? r
              : store_run(s, Q_NOTICE_CANCEL_OF_OCCURRENCE, WITH(I(now_ms), I(occurrence)), reterr);
    *ret_cancelled = r < 0 ? 0 : r;
    return r < 0 ? r : 0;
}

static struct arg
day_arg(day_t day)
{
    return day == DAY_NONE ? NIL : I(day);
}
static struct arg
words_arg(const char *words)
{
    return words && words[0] ? T(words) : NIL;
}

struct doing { /* one event under way */
    const struct world *w;
    struct store *s;
    const struct act *a;
    int64_t now_ms;
    day_t today;
    enum action_state to;
    struct acted *out;
    struct err *reterr;
};

static int
do_progress(struct doing *d)
{
    struct arg percent = d->a->percent >= 0 ? I(d->a->percent) : NIL;
    return store_run(d->s, Q_OCCURRENCE_PROGRESS,
                     WITH(I(d->to), percent, day_arg(d->a->date), NIL, words_arg(d->a->comment),
                          I(d->now_ms), I(d->out->o.id)),
                     d->reterr);
}

static int
do_submit(struct doing *d)
{
    return store_run(d->s, Q_OCCURRENCE_SUBMIT,
                     WITH(I(d->to), T(d->a->role), words_arg(d->a->evidence),
                          words_arg(d->a->comment), I(d->now_ms), I(d->out->o.id)),
                     d->reterr);
}

static int
do_state(struct doing *d)
{
    return store_run(d->s, Q_OCCURRENCE_STATE, WITH(I(d->to), I(d->now_ms), I(d->out->o.id)),
                     d->reterr);
}

static int
do_verify(struct doing *d)
{
    if (strcmp(d->out->o.submitted_by, d->a->role) == 0) {
        return err_set(d->reterr, -EPERM,
                       "'%s' submitted it and so may not verify it: another verifier must",
                       d->a->role);
    }
    return do_state(d);
}

static int
do_ack(struct doing *d)
{
    day_t latest = calendar_add(&d->w->calendar, d->today, ACK_MAX_WD);
    day_t until = d->a->date == DAY_NONE ? latest : d->a->date;
    char day[DAY_TEXT_MAX];
    if (until < d->today || until > latest) {
        return err_set(d->reterr, -EINVAL,
                       "an acknowledgement lasts at most %d working days: until %s at the latest",
                       ACK_MAX_WD, day_format(latest, day));
    }
    return store_run(d->s, Q_OCCURRENCE_ACK, WITH(I(until), I(d->now_ms), I(d->out->o.id)),
                     d->reterr);
}

static int
do_extend(struct doing *d)
{
    if (d->a->date == DAY_NONE || d->a->date <= d->today) {
        return err_set(d->reterr, -EINVAL,
                       "an extension needs a new due date in the future (--date)");
    }
    if (!d->a->comment[0]) {
        return err_set(d->reterr, -EINVAL, "an extension needs a reason (--comment)");
    }
    day_t due = calendar_roll_back(&d->w->calendar, d->a->date);
    return store_run(d->s, Q_OCCURRENCE_MOVE,
                     WITH(I(due), day_arg(d->out->o.duty.activated), I(d->to), I(d->now_ms),
                          I(d->out->o.id)),
                     d->reterr);
}

static int
do_reopen(struct doing *d)
{
    return store_run(d->s, Q_OCCURRENCE_MOVE,
                     WITH(I(d->out->o.duty.due), I(d->today), I(d->to), I(d->now_ms),
                          I(d->out->o.id)),
                     d->reterr);
}

/* What each event does beyond the table's new state; NULL: no one may cause it from outside. */
static int (*const doers[ACTION_EVENT_MAX_])(struct doing *d) = {
    [ACTION_EV_ACK] = do_ack,           [ACTION_EV_START] = do_progress,
    [ACTION_EV_PROGRESS] = do_progress, [ACTION_EV_BLOCK] = do_progress,
    [ACTION_EV_UNBLOCK] = do_progress,  [ACTION_EV_HOLD] = do_state,
    [ACTION_EV_RESUME] = do_state,      [ACTION_EV_SUBMIT] = do_submit,
    [ACTION_EV_VERIFY] = do_verify,     [ACTION_EV_REJECT] = do_progress,
    [ACTION_EV_EXTEND] = do_extend,     [ACTION_EV_WITHDRAW] = do_state,
    [ACTION_EV_SUPERSEDE] = do_state,   [ACTION_EV_REOPEN] = do_reopen,
};

static int
may(struct doing *d)
{
    const struct act *a = d->a;
    const struct occurrence *o = &d->out->o;
    d->to = action_next(o->duty.state, a->event);
    if (d->to == ACTION_NONE || !doers[a->event]) {
        return err_set(d->reterr, -EINVAL, "'%s' is not possible while %s is %s",
                       action_event_name(a->event), o->ref, action_state_name(o->duty.state));
    }
    int64_t part = 0;
    int r = store_get(d->s, Q_OCCURRENCE_PARTS, WITH(I(o->id)), &part, d->reterr);
    if (r > 0) {
        return err_set(
            d->reterr, -EINVAL,
            "%s has a part for each lead: name one, such as %s@PART (see: coprodctl action "
            "show %s)",
            o->ref, o->ref, o->ref);
    }
    unsigned actor = 0;
    r = r < 0 ? r : stand(d->s, o, a->role, &actor, d->reterr);
    if (r < 0) {
        return r;
    }
    if (!(actor & action_who(a->event))) {
        return err_set(d->reterr, -EPERM, "'%s' may not %s %s: %s may", a->role,
                       action_event_name(a->event), o->ref, action_who_words(a->event));
    }
    return 0;
}

static int
record(const struct doing *d)
{
    const struct act *a = d->a;
    char subject[OCC_SUBJECT_MAX];
    char day[DAY_TEXT_MAX];
    AUTO_TEXT struct text detail = { 0 };
    text_addf(&detail, "%s to %s%s%s%s%s%s%s%s%s", action_state_name(d->out->before),
              action_state_name(d->to), a->date == DAY_NONE ? "" : "; date ",
              day_format(a->date, day), a->evidence[0] ? "; evidence: " : "", a->evidence,
              a->minute[0] ? "; minute: " : "", a->minute, a->comment[0] ? "; " : "", a->comment);
    if (detail.bad) {
        return err_set(d->reterr, detail.bad, "out of memory");
    }
    return audit_append(d->s,
                        &(struct audit_entry){ .at_ms = d->now_ms,
                                               .actor = a->actor,
                                               .on_behalf = a->on_behalf,
                                               .event = action_event_name(a->event),
                                               .subject = occurrence_subject(&d->out->o, subject),
                                               .detail = text_str(&detail) },
                        d->reterr);
}

/* Nobody verifies the sum of verified parts again. */
static int
tell_whole(struct doing *d)
{
    const struct occurrence *o = &d->out->o;
    enum action_state whole = ACTION_NONE;
    if (!o->parent) {
        return 0;
    }
    if (action_is_final(d->to)) {
        int r = parts_settle(d->s, o->parent, d->now_ms, &whole, d->reterr);
        d->out->is_parent_done = whole == ACTION_COMPLETE;
        return r;
    }
    return action_is_final(d->out->before) ? parts_reopen(d->s, o->parent, d->now_ms, d->reterr)
                                           : parts_open(d->s, o->id, d->now_ms, d->reterr);
}

/* Why what was to be sent is taken back. */
static const char *
say_reason(const struct doing *d, char *buf, size_t cap)
{
    if (d->a->event == ACTION_EV_EXTEND) {
        return "the due day moved";
    }
    (void)snprintf(buf, cap, "the occurrence is %s", action_state_name(d->to));
    return buf;
}

int
act(const struct world *w, struct store *s, const struct act *a, int64_t now_ms, struct acted *ret,
    struct err *reterr)
{
    struct doing d = { .w = w, .s = s, .a = a, .now_ms = now_ms, .out = ret, .reterr = reterr };
    *ret = (struct acted){ .cancelled = 0 };
    d.today = world_day(w, now_ms);
    int r = occurrence_find(s, a->plan, a->ref, &ret->o, reterr);
    if (r < 0) {
        return r;
    }
    ret->before = ret->o.duty.state;
    r = may(&d);
    r = r < 0 ? r : doers[a->event](&d);
    r = r < 0 ? r : record(&d);
    if (r >= 0 && (!action_is_open(d.to) || a->event == ACTION_EV_EXTEND)) {
        char buf[64];
        r = act_silence(s, ret->o.id, say_reason(&d, buf, sizeof buf), now_ms, &ret->cancelled,
                        reterr);
    }
    r = r < 0 ? r : occurrence_get(s, ret->o.id, &ret->o, reterr);
    r = r < 0 ? r : occurrence_arm(w, s, &ret->o, now_ms, reterr);
    r = r < 0 ? r : tell_whole(&d);
    return r < 0 ? r : 0;
}
