/* SPDX-License-Identifier: MIT */
/* fire.c - due timers become jobs; the occurrence and its timer move on in the same transaction. */
#include "engine/fire.h"

#include <stdio.h>
#include <string.h>

#include "engine/item.h"
#include "engine/parts.h"
#include "store/audit.h"

enum {
    STEPS_A_DAY_MAX = 8,
    MS_DAY = 86400000,
};

static int
note(struct store *s, const struct occurrence *o, const char *event, const char *detail,
     int64_t now_ms, struct err *reterr)
{
    char subject[OCC_SUBJECT_MAX];
    return audit_append(s,
                        &(struct audit_entry){ .at_ms = now_ms,
                                               .actor = "hub",
                                               .event = event,
                                               .subject = occurrence_subject(o, subject),
                                               .detail = detail },
                        reterr);
}

static int
order_step(struct store *s, const struct occurrence *o, const struct step *step, day_t today,
           int64_t now_ms, struct err *reterr)
{
    char subject[OCC_SUBJECT_MAX];
    char name[STEP_NAME_MAX];
    char day[DAY_TEXT_MAX];
    char key[OCC_SUBJECT_MAX + 64];
    char detail[64];
    (void)step_name(step, name);
    (void)snprintf(key, sizeof key, "step|%s|g%d|e%d|%s|%s", occurrence_subject(o, subject), o->gen,
                   o->episode, name, day_format(today, day));
    (void)snprintf(detail, sizeof detail, "%s g%d e%d", name, o->gen, o->episode);
    bool is_ladder = step->kind == STEP_LADDER;
    struct job_order order = { .kind = is_ladder ? JOB_KIND_ESCALATE : JOB_KIND_REMIND,
                               .key = key,
                               .run_at_ms = now_ms,
                               .subject = o->id,
                               .detail = detail };
    return job_order_add(s, &order, now_ms, reterr);
}

static int
store_state(struct store *s, const struct occurrence *o, int64_t now_ms, struct err *reterr)
{
    const struct duty_state *d = &o->duty;
    int r = store_run(s, Q_OCCURRENCE_FIRED,
                      WITH(I(d->state), I(d->level), day_arg(d->level_day), I(d->cursor),
                           day_arg(d->acked_until), day_arg(d->rest_until), I(d->repeats),
                           I(d->nudges), I(now_ms), I(o->id)),
                      reterr);
    return r < 0 ? r : 0;
}

static int
resume(const struct world *w, struct store *s, const struct occurrence *o, int64_t now_ms,
       struct err *reterr)
{
    day_t today = world_day(w, now_ms);
    char detail[64];
    char day[DAY_TEXT_MAX];
    int r = store_run(s, Q_OCCURRENCE_RESUME,
                      WITH(I(o->duty.state), I(today), I(o->duty.due),
                           day_arg(o->duty.ladder_from), I(now_ms), I(o->id)),
                      reterr);
    (void)snprintf(detail, sizeof detail, "the hold is over; due %s",
                   day_format(o->duty.due, day));
    r = r < 0 ? r : item_tell_level_again(w, s, o, now_ms, reterr);
    return r < 0 ? r : note(s, o, "resume", detail, now_ms, reterr);
}

/* ---- a series climbs one ladder -------------------------------------------------------------- */

struct elder {
    struct occurrence o;
    bool is_found;
};

static int
take_elder(void *arg, const struct row *row)
{
    struct elder *e = arg;
    e->o.id = row_i64(row, 0);
    e->is_found = true;
    return 1;
}

static int
absorb(const struct world *w, struct store *s, const struct occurrence *elder,
       struct occurrence *o, int64_t now_ms, struct err *reterr)
{
    char detail[OCC_SUBJECT_MAX + 32];
    char subject[OCC_SUBJECT_MAX];
    (void)snprintf(detail, sizeof detail, "%s is asked for in its place",
                   occurrence_subject(o, subject));
    int r = store_run(s, Q_OCCURRENCE_ABSORB, WITH(I(o->id), I(now_ms), I(elder->id)), reterr);
    r = r < 0 ? r : store_run(s, Q_TIMER_DROP, WITH(I(elder->id)), reterr);
    r = r < 0 ? r : note(s, elder, "absorbed", detail, now_ms, reterr);
    if (r < 0) {
        return r;
    }
    /* No new level on the day on which it joins: its lead hears of it first. */
    day_t today = world_day(w, now_ms);
    o->duty.level = elder->duty.level;
    o->duty.level_day = elder->duty.level_day;
    o->duty.rest_until = today > elder->duty.rest_until ? today : elder->duty.rest_until;
    o->episode = elder->episode;
    r = store_run(s, Q_OCCURRENCE_INHERIT,
                  WITH(I(o->duty.level), day_arg(o->duty.level_day), I(0), I(o->episode),
                       day_arg(o->duty.rest_until), I(now_ms), I(o->id)),
                  reterr);
    return r < 0 ? r : 0;
}

/* A return that becomes overdue takes over from the one before it in its series, its rung of the
 * ladder with it. Was that one sent after it had been late, a new episode begins. */
static int
join_series(const struct world *w, struct store *s, struct occurrence *o, int64_t now_ms,
            struct err *reterr)
{
    struct elder e = { .is_found = false };
    int r = store_each(s, Q_OCCURRENCE_BEFORE,
                       WITH(T(o->plan), T(o->action), T(o->part), I(o->duty.due)), take_elder, &e,
                       reterr);
    if (r <= 0) {
        return r;
    }
    r = occurrence_get(s, e.o.id, &e.o, reterr);
    if (r < 0 || e.o.duty.is_absorbed) {
        return r;
    }
    if (action_is_open(e.o.duty.state)) {
        r = absorb(w, s, &e.o, o, now_ms, reterr);
        return r < 0 ? r : o->duty.level > 0;
    }
    if (e.o.duty.level == 0) {
        return 0;
    }
    o->episode = e.o.episode + 1;
    r = store_run(s, Q_OCCURRENCE_INHERIT,
                  WITH(I(o->duty.level), day_arg(o->duty.level_day), I(o->duty.repeats),
                       I(o->episode), day_arg(o->duty.rest_until), I(now_ms), I(o->id)),
                  reterr);
    return r < 0 ? r : 0;
}

/* ---- one timer ------------------------------------------------------------------------------- */

static int
fire_step(const struct world *w, struct store *s, struct occurrence *o, struct next_steps *next,
          int64_t now_ms, struct fired *sum, struct err *reterr)
{
    day_t today = world_day(w, now_ms);
    int joined = 0;
    if (o->duty.kind == DUTY_RETURN && next->step.kind == STEP_LADDER && next->step.level == 1) {
        joined = join_series(w, s, o, now_ms, reterr);
        if (joined < 0) {
            return joined;
        }
    }
    if (joined > 0) { /* the series is on the ladder already: only its leads hear of this one */
        next->step = (struct step){ .kind = STEP_REPEAT, .offset_wd = next->step.offset_wd,
                                    .send_day = today };
        next->after.level = o->duty.level;
        next->after.level_day = o->duty.level_day;
        next->after.rest_until = o->duty.rest_until;
    }
    o->duty = next->after;
    int r = store_state(s, o, now_ms, reterr);
    if (r >= 0 && next->n_skipped > 0) {
        char detail[64];
        (void)snprintf(detail, sizeof detail, "%d earlier passed over: a later one is due",
                       next->n_skipped);
        sum->skipped += next->n_skipped;
        r = note(s, o, "steps skipped", detail, now_ms, reterr);
    }
    r = r < 0 ? r : order_step(s, o, &next->step, today, now_ms, reterr);
    sum->jobs += r > 0;
    return r < 0 ? r : 0;
}

/* What one occurrence owes today; more than one step can be due, never two levels. */
static int
fire_today(const struct world *w, struct store *s, struct occurrence *o, int64_t now_ms,
           struct fired *sum, struct err *reterr)
{
    day_t today = world_day(w, now_ms);
    int r = 0;
    for (int i = 0; r >= 0 && i < STEPS_A_DAY_MAX; i++) {
        r = occurrence_see(w, s, o, NULL, reterr);
        struct next_steps next = next_steps(&o->duty, &w->rules, &w->calendar, today);
        if (r < 0 || !(next.has_step || next.opens || next.resumes)) {
            return r;
        }
        if (next.opens) {
            r = note(s, o, "open", "", now_ms, reterr);
        }
        if (r >= 0 && next.resumes) {
            o->duty = next.after;
            r = resume(w, s, o, now_ms, reterr);
        } else if (r >= 0 && next.has_step) {
            r = fire_step(w, s, o, &next, now_ms, sum, reterr);
        } else if (r >= 0) {
            o->duty = next.after;
            r = store_state(s, o, now_ms, reterr);
        }
    }
    return r;
}

static int
fire_one(const struct world *w, struct store *s, int64_t id, int64_t now_ms, struct fired *sum,
         struct err *reterr)
{
    struct occurrence o;
    int r = occurrence_get(s, id, &o, reterr);
    if (r < 0) {
        return r;
    }
    sum->timers++;
    if (world_window(w, now_ms) == now_ms) {
        r = fire_today(w, s, &o, now_ms, sum, reterr);
    }
    return r < 0 ? r : occurrence_arm(w, s, &o, now_ms, reterr);
}

/* ---- one of them must not stop the others -----------------------------------------------------
 */

/* What the next transaction may do better, for all of them. */
static bool
is_of_the_store(int r)
{
    static const int faults[] = { -EINTR, -ENOSPC, -EIO, -EROFS, -EBUSY, -EAGAIN, -ENOMEM, -EBADMSG,
                                  -EACCES };
    for (size_t i = 0; i < LENGTH(faults); i++) {
        if (faults[i] == r) {
            return true;
        }
    }
    return false;
}

/* Tried again a day later; the timer says why, and any later arming forgets it. */
static int
set_aside(struct store *s, int64_t id, const char *why, int64_t now_ms, struct err *reterr)
{
    struct occurrence o;
    struct err unread = { "" };
    char subject[OCC_SUBJECT_MAX];
    (void)snprintf(subject, sizeof subject, "occurrence %lld", (long long)id);
    if (occurrence_get(s, id, &o, &unread) >= 0) {
        (void)occurrence_subject(&o, subject);
    }
    int r = store_run(s, Q_TIMER_SET_ASIDE, WITH(I(now_ms + MS_DAY), T(why), I(id)), reterr);
    return r < 0 ? r
                 : audit_append(s,
                                &(struct audit_entry){ .at_ms = now_ms,
                                                       .actor = "hub",
                                                       .event = "set aside",
                                                       .subject = subject,
                                                       .detail = why },
                                reterr);
}

static int
fire_alone(const struct world *w, struct store *s, int64_t id, int64_t now_ms, struct fired *sum,
           struct err *reterr)
{
    struct fired before = *sum;
    struct err why = { "" };
    int r = store_save(s, reterr);
    if (r < 0) {
        return r;
    }
    int done = fire_one(w, s, id, now_ms, sum, &why);
    done = done < 0 ? done : parts_open(s, id, now_ms, &why);
    if (done >= 0) {
        return store_release(s, reterr);
    }
    if (is_of_the_store(done)) {
        return err_set(reterr, done, "%s", why.text);
    }
    *sum = before;
    sum->timers++;
    sum->set_aside++;
    r = store_undo(s, reterr);
    return r < 0 ? r
                 : set_aside(s, id, why.text[0] ? why.text : strerror(-done), now_ms, reterr);
}

int
fire_due(const struct world *w, struct store *s, int64_t now_ms, int limit, struct fired *ret,
         struct err *reterr)
{
    AUTO(id_list) struct id_list due = { .n = 0 };
    *ret = (struct fired){ 0 };
    int r = store_list(s, Q_TIMER_DUE, WITH(I(now_ms), I(limit)), &due, reterr);
    for (size_t i = 0; r >= 0 && i < due.n; i++) {
        r = fire_alone(w, s, due.ids[i], now_ms, ret, reterr);
    }
    return r < 0 ? r : 0;
}

int
fire_next_ms(struct store *s, int64_t *ret, struct err *reterr)
{
    int64_t timer = INT64_MAX;
    int64_t job = INT64_MAX;
    int r = store_get(s, Q_TIMER_NEXT, NONE, &timer, reterr);
    r = r < 0 ? r : store_get(s, Q_JOB_NEXT_WAITING, NONE, &job, reterr);
    if (r < 0) {
        return r;
    }
    *ret = timer < job ? timer : job;
    return 0;
}
