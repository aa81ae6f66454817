/* SPDX-License-Identifier: MIT */
/* deeds.c - what each event does, and how far each role may go with it. */
#include "engine/deeds.h"

#include <stdio.h>
#include <string.h>

#include "engine/handover.h"
#include "engine/verifier.h"
#include "rules/rag.h"
#include "store/audit.h"

enum { FIGURE_MAX = 16, NARRATIVE_MAX = 1000 /* characters */ };
static struct arg
words_arg(const char *words)
{
    return words && words[0] ? T(words) : NIL;
}

/* Since when it is in its state: an event that keeps the state does not begin it again. */
static day_t
state_day(const struct doing *d)
{
    const struct duty_state *now = &d->out->o.duty;
    return now->state == d->to && now->state_day != DAY_NONE ? now->state_day : d->today;
}

int
deed_refuse(struct doing *d, int r, const char *words)
{
    return err_set(d->reterr, r, "%s %s: %s", action_event_name(d->a->event), d->out->o.ref, words);
}

static int
do_progress(struct doing *d)
{
    struct arg percent = d->a->percent >= 0 ? I(d->a->percent) : NIL;
    return store_run(d->s, Q_OCCURRENCE_PROGRESS,
                     WITH(I(d->to), I(state_day(d)), percent, day_arg(d->a->date),
                          words_arg(d->a->rag),
                          words_arg(d->a->comment), I(d->now_ms), I(d->out->o.id)),
                     d->reterr);
}

/* "12/40": so many of so many. */
static bool
is_figure(const char *s)
{
    char part[FIGURE_MAX];
    char whole[FIGURE_MAX];
    int64_t n = 0;
    int64_t of = 0;
    int end = 0;
    bool is_pair = sscanf(s, "%15[0-9]/%15[0-9]%n", part, whole, &end) == 2 && s[end] == '\0';
    return is_pair && text_to_i64(part, 0, INT64_MAX, &n) == 0
           && text_to_i64(whole, 1, INT64_MAX, &of) == 0 && n <= of;
}

/* What a return says: a figure or that there is none, words, the lead's own colour. */
static int
check_report(struct doing *d)
{
    const struct act *a = d->a;
    const char *figure = a->figure ? a->figure : "";
    bool is_return = d->out->o.duty.kind == DUTY_RETURN;
    enum rag_color color = a->rag && a->rag[0] ? rag_parse(a->rag) : RAG_GREEN;
    if (color != RAG_GREEN && color != RAG_AMBER && color != RAG_RED) {
        return deed_refuse(d, -EINVAL, "the lead's own colour is green, amber or red (--rag)");
    }
    if (strcmp(figure, "nil") == 0 && !is_return) {
        return deed_refuse(d, -EINVAL, "only a return may be nil");
    }
    if (figure[0] && strcmp(figure, "nil") != 0 && !is_figure(figure)) {
        return deed_refuse(d, -EINVAL,
                           "a figure is written as 12/40: so many of so many (--figure)");
    }
    size_t chars = text_chars(a->comment);
    return is_return && chars > NARRATIVE_MAX
               ? err_set(d->reterr, -EINVAL, "a return's words are at most 1,000 characters, and "
                         "these are %zu (--comment)", chars)
               : 0;
}

static int
do_report(struct doing *d)
{
    int r = check_report(d);
    return r < 0 ? r : do_progress(d);
}

/* ---- handing in ------------------------------------------------------------------------------ */

static bool
is_said(const char *words)
{
    return words && words[strspn(words, " ")] != '\0';
}

static int
take_sum(struct doing *d)
{
    struct digest sum;
    const char *given = d->a->sha256 ? d->a->sha256 : "";
    if (given[0] && hash_parse(given, &sum) < 0) {
        return deed_refuse(d, -EINVAL, "a SHA-256 is 64 hexadecimal digits (--sha256)");
    }
    if (given[0]) {
        (void)hash_hex(&sum, d->sha256);
    }
    return 0;
}

/* The verifier must be able to see it; of a return the figure is what is asked for. */
static int
check_evidence(struct doing *d)
{
    bool is_return = d->out->o.duty.kind == DUTY_RETURN;
    if (is_said(d->a->evidence) || (is_return && is_said(d->a->figure))) {
        return 0;
    }
    return deed_refuse(d, -EINVAL,
                       is_return ? "a return is handed in with its figure (--figure 12/40), --nil "
                                   "when there is nothing to report, or evidence (--evidence)"
                                 : "nothing is verified unseen: say where the evidence lies "
                                   "(--evidence), or give the file (--evidence-file)");
}

/* What is handed in says all of itself; nothing of what was said before counts on. */
static int
do_submit(struct doing *d)
{
    int r = check_report(d);
    r = r < 0 ? r : take_sum(d);
    r = r < 0 ? r : check_evidence(d);
    return r < 0 ? r : store_run(d->s, Q_OCCURRENCE_SUBMIT,
                     WITH(I(d->to), I(d->today), T(d->a->role), T(d->a->actor),
                          words_arg(d->a->evidence), words_arg(d->sha256),
                          words_arg(d->a->comment), words_arg(d->a->rag), words_arg(d->a->figure),
                          I(d->now_ms), I(d->out->o.id)),
                     d->reterr);
}

/* What was handed in is not enough, or is no more: it stands in the history alone. */
static int
hand_back(struct doing *d)
{
    return store_run(d->s, Q_OCCURRENCE_HAND_BACK,
                     WITH(I(d->to), I(d->today), words_arg(d->a->comment), I(d->now_ms),
                          I(d->out->o.id)),
                     d->reterr);
}

static int
do_state(struct doing *d)
{
    return store_run(d->s, Q_OCCURRENCE_STATE,
                     WITH(I(d->to), I(d->today), I(d->now_ms), I(d->out->o.id)), d->reterr);
}

static bool
is_forum(const struct doing *d)
{
    return (d->actor & ACTOR_FORUM) != 0;
}

/* A draft is read by who will hand it in, so it must be what could be handed in. */
int
deed_note(struct doing *d)
{
    bool is_draft = d->a->event == ACTION_EV_SUBMIT;
    AUTO_TEXT struct text words = { 0 };
    int r = is_draft ? check_report(d) : 0;
    r = r < 0 || !is_draft ? r : take_sum(d);
    if (is_draft) {
        text_addf(&words, "draft by %s", d->a->role);
        deed_words(d, &words);
    }
    if (words.bad) {
        return err_set(d->reterr, words.bad, "out of memory");
    }
    return r < 0 ? r
                 : store_run(d->s, Q_OCCURRENCE_NOTE,
                             WITH(T(is_draft ? text_str(&words) : d->a->comment), I(d->now_ms),
                                  I(d->out->o.id)),
                             d->reterr);
}

static int
do_block(struct doing *d)
{
    return d->a->comment[0] ? do_progress(d)
                            : deed_refuse(d, -EINVAL, "say what stands in the way (--comment)");
}

static int
do_reject(struct doing *d)
{
    return d->a->comment[0] ? hand_back(d)
                            : deed_refuse(d, -EINVAL, "say what is missing (--comment)");
}

/* ---- verifying ------------------------------------------------------------------------------- */

static int
check_another(struct doing *d, const struct verifier *v, const char *post)
{
    const char *by = NULL;
    int r = verifier_has_handed_in(d->s, v, post, &by, d->reterr);
    const char *next = v->role[0] ? v->role : "the plan must name another verifier first";
    const char *quote = v->role[0] ? "'" : "";
    const char *may = v->role[0] ? " may" : "";
    if (r <= 0) {
        return r;
    }
    return strcmp(by, post) == 0
               ? err_set(d->reterr, -EPERM,
                         "'%s' submitted it and so may not verify it: %s%s%s%s", by, quote, next,
                         quote, may)
               : err_set(d->reterr, -EPERM,
                         "'%s' submitted it, and '%s' has the same mailbox, so is the same person "
                         "and may not verify it: %s%s%s%s",
                         by, post, quote, next, quote, may);
}

/* A verifier who looked at a file says which. */
static int
check_same(struct doing *d, const struct verifier *v)
{
    int r = take_sum(d);
    if (r < 0 || !d->sha256[0] || strcmp(d->sha256, v->sha256) == 0) {
        return r;
    }
    return v->sha256[0]
               ? err_set(d->reterr, -EINVAL,
                         "verify %s: this is not the file that was handed in: its SHA-256 is %s, "
                         "and %s was handed in",
                         d->out->o.ref, d->sha256, v->sha256)
               : deed_refuse(d, -EINVAL, "no SHA-256 was handed in with it, so that no file can "
                                         "be held against it");
}

/* Also when one of the two was done on behalf of another post. */
static int
do_verify(struct doing *d)
{
    struct verifier v;
    int r = verifier_of(d->s, &d->out->o, &v, d->reterr);
    r = r < 0 ? r : check_another(d, &v, d->a->actor);
    r = r < 0 ? r : check_another(d, &v, d->a->role);
    r = r < 0 ? r : check_same(d, &v);
    if (r < 0) {
        return r;
    }
    return v.is_measured
               ? do_state(d)
               : deed_refuse(d, -EPERM,
                             "the plan names no metric, and nothing is verified without one: "
                             "the plan's owner must agree one first (agree-metric, --comment)");
}

static int
do_agree(struct doing *d)
{
    const struct occurrence *o = &d->out->o;
    if (!o->action[0] || !d->a->comment[0]) {
        return deed_refuse(d, -EINVAL, o->action[0] ? "say how it is measured (--comment)"
                                               : "the policy's review needs no metric");
    }
    return store_run(d->s, Q_ACTION_AGREE_METRIC,
                     WITH(T(d->a->comment), T(o->plan), T(o->action)), d->reterr);
}

/* ---- time: acknowledged, extended, held ------------------------------------------------------ */

/* The forum has it in hand: the ladder rests, by default until it meets again. */
static int
ack_by_minute(struct doing *d)
{
    const struct occurrence *o = &d->out->o;
    const struct committee *forum = committee_of_plan(&d->w->committees, o->plan);
    day_t next = forum ? meeting_from(&forum->meetings, d->today + 1) : DAY_NONE;
    day_t until = d->a->date == DAY_NONE ? next : d->a->date;
    day_t latest = calendar_add(&d->w->calendar, d->today, d->w->limits.minute_max_wd);
    char day[DAY_TEXT_MAX];
    if (!d->a->minute[0]) {
        return deed_refuse(d, -EINVAL, "the forum decides by minute (--minute)");
    }
    if (o->duty.level < FORUM_LEVEL) {
        return deed_refuse(d, -EPERM, "it has not reached the forum yet (level 4)");
    }
    if (until == DAY_NONE) {
        return deed_refuse(d, -EINVAL, "no meeting date is known: say until when (--date)");
    }
    if (until < d->today || until > latest) {
        return err_set(d->reterr, -EINVAL,
                       "by minute an escalation rests at most %d working days: until %s at the "
                       "latest (--date)",
                       d->w->limits.minute_max_wd, day_format(latest, day));
    }
    return store_run(d->s, Q_OCCURRENCE_MINUTE,
                     WITH(I(until), I(d->today), T(d->a->role), I(d->now_ms), I(o->id)),
                     d->reterr);
}

static int
do_ack(struct doing *d)
{
    if (!(d->actor & (ACTOR_LEAD | ACTOR_DEPUTY))) {
        return ack_by_minute(d);
    }
    day_t latest = calendar_add(&d->w->calendar, d->today, d->w->limits.ack_max_wd);
    day_t until = d->a->date == DAY_NONE ? latest : d->a->date;
    char day[DAY_TEXT_MAX];
    if (d->out->o.duty.acks >= d->w->limits.acks_max) {
        return deed_refuse(d, -EPERM,
                      d->w->limits.acks_max == 2
                          ? "it was acknowledged twice already: now only an extension by the "
                            "plan's owner or the forum, or a hold, gives more time"
                          : "it was acknowledged as often as the rules allow: now only an "
                            "extension by the plan's owner or the forum, or a hold, gives more "
                            "time");
    }
    if (until < d->today || until > latest) {
        return err_set(d->reterr, -EINVAL,
                       "an acknowledgement lasts at most %d working days: until %s at the latest",
                       d->w->limits.ack_max_wd, day_format(latest, day));
    }
    return store_run(d->s, Q_OCCURRENCE_ACK,
                     WITH(I(until), T(d->a->role), I(d->now_ms), I(d->out->o.id)), d->reterr);
}

/* More time is the forum's to give, by a minute; the owner's once, and little of it. */
static int
may_give_time(struct doing *d, bool was_given, day_t latest, int limit)
{
    char day[DAY_TEXT_MAX];
    if (is_forum(d)) {
        return d->a->minute[0]
                   ? 0
                   : deed_refuse(d, -EINVAL, "the forum decides by minute (--minute)");
    }
    if (!was_given && d->a->date <= latest) {
        return 0;
    }
    return err_set(d->reterr, -EPERM,
                   "%s %s: the plan's owner may do so once%s, by at most %d working days%s%s; "
                   "beyond that the responsible forum's secretary may, with the minute (--minute)",
                   action_event_name(d->a->event), d->out->o.ref, was_given ? ", and has" : "",
                   limit, was_given ? "" : ", until ", was_given ? "" : day_format(latest, day));
}

static int
do_extend(struct doing *d)
{
    const struct occurrence *o = &d->out->o;
    /* A day off counts as the working day before it, which may be today. */
    bool is_given = d->a->date != DAY_NONE;
    day_t due = is_given ? calendar_roll_back(&d->w->calendar, d->a->date) : DAY_NONE;
    if (!is_given || due <= d->today) {
        return err_set(d->reterr, -EINVAL,
                       "an extension needs a new due date in the future (--date), a working day");
    }
    if (due <= o->duty.due) {
        return deed_refuse(d, -EINVAL, "the new day lies before the due day that it has");
    }
    if (!d->a->comment[0]) {
        return err_set(d->reterr, -EINVAL, "an extension needs a reason (--comment)");
    }
    day_t latest = calendar_add(&d->w->calendar, o->duty.due, d->w->limits.extend_owner_wd);
    int r = may_give_time(d, o->owner_moves > 0, latest, d->w->limits.extend_owner_wd);
    if (r < 0) {
        return r;
    }
    return store_run(d->s, Q_OCCURRENCE_MOVE,
                     WITH(I(due), day_arg(o->duty.activated), I(d->to), I(state_day(d)), I(1),
                          I(due - o->duty.due), I(!is_forum(d)), I(d->now_ms), I(o->id)),
                     d->reterr);
}

static int
do_hold(struct doing *d)
{
    const struct occurrence *o = &d->out->o;
    if (d->a->date == DAY_NONE || d->a->date <= d->today) {
        return deed_refuse(d, -EINVAL, "a hold needs the day on which it ends (--date)");
    }
    if (!d->a->comment[0]) {
        return deed_refuse(d, -EINVAL, "a hold needs a reason (--comment)");
    }
    day_t latest = calendar_add(&d->w->calendar, d->today, d->w->limits.hold_owner_wd);
    int r = may_give_time(d, o->owner_holds > 0, latest, d->w->limits.hold_owner_wd);
    day_t until = calendar_roll_forward(&d->w->calendar, d->a->date);
    return r < 0 ? r
                 : store_run(d->s, Q_OCCURRENCE_HOLD,
                             WITH(I(d->to), I(d->today), I(until), T(d->a->role), I(!is_forum(d)),
                                  I(d->now_ms), I(o->id)),
                             d->reterr);
}

/* Before its day: as if its day had come, so that the days held are given back. */
static int
do_resume(struct doing *d)
{
    struct duty_state now = d->out->o.duty;
    now.hold_until = d->today;
    struct next_steps next = next_steps(&now, &d->w->rules, &d->w->calendar, d->today);
    return store_run(d->s, Q_OCCURRENCE_RESUME,
                     WITH(I(d->to), I(d->today), I(next.after.due), day_arg(next.after.ladder_from),
                          I(d->now_ms), I(d->out->o.id)),
                     d->reterr);
}

static int
end_out(struct doing *d, int64_t id)
{
    const struct act *a = d->a;
    char subject[OCC_SUBJECT_MAX];
    struct occurrence o;
    int r = store_run(d->s, Q_OCCURRENCE_END_OUT, WITH(I(d->to), I(d->today), I(d->now_ms), I(id)),
                      d->reterr);
    if (r < 0 || id == d->out->o.id) {
        return r < 0 ? r : 0;
    }
    r = occurrence_get(d->s, id, &o, d->reterr);
    return r < 0 ? r
                 : audit_append(d->s,
                                &(struct audit_entry){ .at_ms = d->now_ms,
                                                       .actor = a->actor,
                                                       .on_behalf = a->on_behalf,
                                                       .event = action_event_name(a->event),
                                                       .subject = occurrence_subject(&o, subject),
                                                       .detail = a->minute },
                                d->reterr);
}

/* The plan has the action no more: one minute ends all that it asked for. */
static int
end_left(struct doing *d)
{
    const struct occurrence *o = &d->out->o;
    AUTO(id_list) struct id_list leaving = { .n = 0 };
    int r = o->action[0] ? store_list(d->s, Q_OCCURRENCE_LEAVING, WITH(T(o->plan), T(o->action)),
                                      &leaving, d->reterr)
                         : end_out(d, o->id);
    for (size_t i = 0; r >= 0 && i < leaving.n; i++) {
        r = end_out(d, leaving.ids[i]);
    }
    return r < 0 ? r : 0;
}

static int
do_withdraw(struct doing *d)
{
    if (!d->a->minute[0]) {
        return deed_refuse(d, -EINVAL, "only the forum ends an action, by a minute (--minute)");
    }
    return d->out->before == ACTION_WITHDRAWN_PENDING ? end_left(d) : do_state(d);
}

/* What takes its place is another action of the plan. */
static int
do_supersede(struct doing *d)
{
    const struct occurrence *o = &d->out->o;
    bool is_said = d->a->to && strcmp(d->a->to, o->action) != 0;
    int r = !is_said ? 0
                     : store_has(d->s, Q_ACTION_GET, WITH(T(o->plan), T(d->a->to)), d->reterr);
    if (r == 0) {
        return deed_refuse(d, -EINVAL, "say which action of the plan takes its place (--to)");
    }
    return r < 0 ? r : do_withdraw(d);
}

static int
do_reopen(struct doing *d)
{
    if (!d->a->comment[0]) {
        return deed_refuse(d, -EINVAL, "say why it is taken up again (--comment)");
    }
    int r = store_run(d->s, Q_OCCURRENCE_MOVE,
                      WITH(I(d->out->o.duty.due), I(d->today), I(d->to), I(d->today), I(0), I(0),
                           I(0), I(d->now_ms), I(d->out->o.id)),
                      d->reterr);
    return r < 0 ? r : hand_back(d);
}

/* ---- who leads ------------------------------------------------------------------------------- */

static int
do_reassign(struct doing *d)
{
    AUTO_PEOPLE struct people to = { .n = 0 };
    int64_t known = 0;
    int r = store_get(d->s, Q_ROLE_IS_KNOWN, WITH(T(d->a->to)), &known, d->reterr);
    if (r <= 0) {
        return r < 0 ? r : deed_refuse(d, -EINVAL, "say to which role of the roster (--to)");
    }
    r = people_add(&to, d->a->to, NOTICE_WHY_LEAD, "", d->reterr);
    const struct handover_order order = { &d->out->o, &to, true };
    return r < 0 ? r
                 : handover(d->w, d->s, &order, d->now_ms, &d->out->cancelled, d->reterr);
}

int (*const deeds[ACTION_EVENT_MAX_])(struct doing *d) = {
    [ACTION_EV_ACK] = do_ack,           [ACTION_EV_START] = do_progress,
    [ACTION_EV_PROGRESS] = do_report, [ACTION_EV_BLOCK] = do_block,
    [ACTION_EV_UNBLOCK] = do_progress,  [ACTION_EV_HOLD] = do_hold,
    [ACTION_EV_RESUME] = do_resume,     [ACTION_EV_SUBMIT] = do_submit,
    [ACTION_EV_VERIFY] = do_verify,     [ACTION_EV_REJECT] = do_reject,
    [ACTION_EV_EXTEND] = do_extend,     [ACTION_EV_REASSIGN] = do_reassign,
    [ACTION_EV_WITHDRAW] = do_withdraw, [ACTION_EV_SUPERSEDE] = do_supersede,
    [ACTION_EV_REOPEN] = do_reopen,     [ACTION_EV_AGREE] = do_agree,
    [ACTION_EV_ANNUAL] = deed_annual,   [ACTION_EV_QUARTERLY] = deed_quarterly,
};
