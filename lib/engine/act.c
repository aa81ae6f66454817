/* SPDX-License-Identifier: MIT */
/* act.c - one event on one occurrence: who may, what it changes, what it stops. */
#include "engine/deeds.h"

#include <stdio.h>
#include <string.h>

#include "engine/depend.h"
#include "engine/digest.h"
#include "engine/item.h"
#include "engine/milestone.h"
#include "engine/parts.h"
#include "engine/verifier.h"
#include "store/audit.h"

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

/* Of what is handed in: who stands in for a verifier that handed it in. */
static int
stand_in(struct standing *st, const struct occurrence *o)
{
    struct verifier v;
    bool waits = o->duty.state == ACTION_SUBMITTED;
    int r = waits ? verifier_of(st->s, o, &v, st->reterr) : 0;
    if (r >= 0 && waits && strcmp(v.role, st->role) == 0) {
        st->actor |= ACTOR_VERIFIER;
    }
    return r;
}

static int
stand(struct store *s, const struct occurrence *o, const char *role, unsigned *ret,
      struct err *reterr)
{
    struct standing st = { .s = s, .role = role, .reterr = reterr };
    int r = store_each(s, Q_OCCURRENCE_ROLES, WITH(I(o->id)), stand_by_duty, &st, reterr);
    r = r < 0 ? r : store_each(s, Q_PLAN_GET, WITH(T(o->plan)), stand_by_plan, &st, reterr);
    r = r < 0 ? r : stand_in(&st, o);
    *ret = st.actor;
    return r < 0 ? r : 0;
}

int
act_silence(struct store *s, int64_t occurrence, const char *reason, int64_t now_ms,
            int *ret_cancelled, struct err *reterr)
{
    static const enum job_kind kinds[] = { JOB_KIND_REMIND, JOB_KIND_ESCALATE };
    AUTO(id_list) struct id_list unsent = { .n = 0 };
    int r = store_run(s, Q_JOB_CANCEL_UNSENT, WITH(T(reason), I(now_ms), I(occurrence)), reterr);
    for (size_t i = 0; r >= 0 && i < LENGTH(kinds); i++) {
        r = store_run(s, Q_JOB_CANCEL_OF_SUBJECT,
                      WITH(T(reason), I(now_ms), I(kinds[i]), I(occurrence)), reterr);
    }
    r = r < 0 ? r
              : store_run(s, Q_NOTICE_CANCEL_OF_OCCURRENCE, WITH(I(now_ms), I(occurrence)), reterr);
    *ret_cancelled = r < 0 ? 0 : r;
    /* A digest goes back as a whole: what else stood in it waits for the next one. */
    r = r < 0 ? r : store_list(s, Q_ITEM_NOTICES_UNSENT, WITH(I(occurrence)), &unsent, reterr);
    for (size_t i = 0; r >= 0 && i < unsent.n; i++) {
        r = digest_recall(s, unsent.ids[i], reason, now_ms, reterr);
        *ret_cancelled += r > 0;
    }
    r = r < 0 ? r : item_silence(s, occurrence, now_ms, reterr);
    return r < 0 ? r : 0;
}

int
act_unsilence(struct store *s, const struct occurrence *o, int64_t silenced_ms, int64_t now_ms,
              struct err *reterr)
{
    static const enum job_kind kinds[] = { JOB_KIND_REMIND, JOB_KIND_ESCALATE };
    int r = store_run(s, Q_ITEM_WAKE_OF_OCCURRENCE, WITH(I(o->id), I(o->gen), I(silenced_ms)),
                      reterr);
    r = r < 0 ? r
              : store_run(s, Q_NOTICE_WAKE_OF_OCCURRENCE,
                          WITH(I(now_ms), I(o->id), I(silenced_ms)), reterr);
    r = r < 0 ? r
              : store_run(s, Q_JOB_WAKE_OF_NOTICES, WITH(I(now_ms), I(silenced_ms), I(o->id)),
                          reterr);
    for (size_t i = 0; r >= 0 && i < LENGTH(kinds); i++) {
        r = store_run(s, Q_JOB_WAKE_OF_OCCURRENCE,
                      WITH(I(now_ms), I(kinds[i]), I(o->id), I(silenced_ms)), reterr);
    }
    return r < 0 ? r : 0;
}

/* What a supporter may say: words, and a draft of what is to be handed in. */
static bool
is_note(const struct act *a)
{
    bool is_draft = a->event == ACTION_EV_SUBMIT;
    bool has_draft = is_draft && (a->evidence[0] || (a->figure && a->figure[0]));
    bool may_note = is_draft || a->event == ACTION_EV_ACK || a->event == ACTION_EV_PROGRESS;
    return has_draft || (may_note && a->comment[0]);
}

/* Names who could. */
static int
refuse(struct doing *d)
{
    const struct act *a = d->a;
    const struct occurrence *o = &d->out->o;
    struct verifier v;
    int r = verifier_of(d->s, o, &v, d->reterr);
    bool is_checked = a->event == ACTION_EV_VERIFY || a->event == ACTION_EV_REJECT;
    if (r < 0) {
        return r;
    }
    return is_checked && v.role[0] && strcmp(v.role, v.named) != 0
               ? err_set(d->reterr, -EPERM,
                         "'%s' may not %s %s: '%s' may, as the verifier handed it in", a->role,
                         action_event_name(a->event), o->ref, v.role)
               : err_set(d->reterr, -EPERM, "'%s' may not %s %s: %s may", a->role,
                         action_event_name(a->event), o->ref, action_who_words(a->event));
}

static int
may(struct doing *d)
{
    const struct act *a = d->a;
    const struct occurrence *o = &d->out->o;
    d->to = action_next(o->duty.state, a->event);
    if (d->to == ACTION_NONE || !deeds[a->event]) {
        return err_set(d->reterr, -EINVAL, "'%s' is not possible while %s is %s",
                       action_event_name(a->event), o->ref, action_state_name(o->duty.state));
    }
    int64_t part = 0;
    int r = store_get(d->s, Q_OCCURRENCE_PARTS, WITH(I(o->id)), &part, d->reterr);
    if (r > 0 && o->duty.state != ACTION_WITHDRAWN_PENDING && !action_is_of_series(a->event)) {
        return err_set(
            d->reterr, -EINVAL,
            "%s has a part for each lead: name one, such as %s@PART (see: coprodctl action "
            "show %s)",
            o->ref, o->ref, o->ref);
    }
    r = r < 0 ? r : stand(d->s, o, a->role, &d->actor, d->reterr);
    if (r < 0) {
        return r;
    }
    if (!(d->actor & action_who(a->event)) && (d->actor & ACTOR_SUPPORT) && is_note(a)) {
        d->is_note = true;
        d->to = o->duty.state;
        return 0;
    }
    return d->actor & action_who(a->event) ? 0 : refuse(d);
}

void
deed_words(const struct doing *d, struct text *out)
{
    const struct act *a = d->a;
    char day[DAY_TEXT_MAX];
    const struct {
        const char *label, *words;
    } parts[] = { { "; to ", a->to },
                  { "; date ", day_format(a->date, day) },
                  { "; figure ", a->figure },
                  { "; colour ", a->rag },
                  { "; evidence: ", a->evidence },
                  { "; SHA-256 ", d->sha256 },
                  { "; minute: ", a->minute },
                  { "; ", a->comment } };
    for (size_t i = 0; i < LENGTH(parts); i++) {
        bool is_said = parts[i].words && parts[i].words[0];
        text_addf(out, "%s%s", is_said ? parts[i].label : "", is_said ? parts[i].words : "");
    }
}

static int
record(const struct doing *d)
{
    const struct act *a = d->a;
    char subject[OCC_SUBJECT_MAX];
    const char *event = !d->is_note                     ? action_event_name(a->event)
                        : a->event == ACTION_EV_SUBMIT ? "draft"
                                                        : "note";
    AUTO_TEXT struct text detail = { 0 };
    text_addf(&detail, "%s to %s", action_state_name(d->out->before), action_state_name(d->to));
    deed_words(d, &detail);
    if (detail.bad) {
        return err_set(d->reterr, detail.bad, "out of memory");
    }
    return audit_append(d->s,
                        &(struct audit_entry){ .at_ms = d->now_ms,
                                               .actor = a->actor,
                                               .on_behalf = a->on_behalf,
                                               .event = event,
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
    ret->is_note = d.is_note;
    r = r < 0 ? r : (d.is_note ? deed_note(&d) : deeds[a->event](&d));
    r = r < 0 ? r : record(&d);
    if (r >= 0 && (!action_is_open(d.to) || a->event == ACTION_EV_EXTEND)) {
        char buf[64];
        r = act_silence(s, ret->o.id, say_reason(&d, buf, sizeof buf), now_ms, &ret->cancelled,
                        reterr);
    }
    r = r < 0 ? r : occurrence_get(s, ret->o.id, &ret->o, reterr);
    bool is_back = r >= 0 && action_is_open(d.to) && !action_is_open(ret->before);
    r = !is_back ? r : item_tell_level_again(w, s, &ret->o, now_ms, reterr);
    r = r < 0 ? r : occurrence_arm(w, s, &ret->o, now_ms, reterr);
    if (r >= 0 && action_is_final(d.to) && !action_is_final(ret->before)) {
        r = item_thank(w, s, &ret->o, now_ms, reterr);
    }
    r = r < 0 ? r : tell_whole(&d);
    bool is_whole = !ret->o.parent || ret->is_parent_done;
    bool is_needed = ret->o.duty.kind == DUTY_DELIVER || ret->o.duty.kind == DUTY_START;
    bool is_news = action_is_final(d.to) != action_is_final(ret->before);
    if (r >= 0 && is_needed && is_whole && is_news) {
        r = depend_settle(w, s, ret->o.plan, ret->o.action, action_is_final(d.to), now_ms, reterr);
    }
    if (r >= 0 && ret->o.duty.kind == DUTY_DELIVER && is_news && action_is_final(d.to)) {
        r = milestones_end(s, &ret->o, is_whole, now_ms, reterr);
    }
    return r < 0 ? r : 0;
}
