/* SPDX-License-Identifier: MIT */
/* fire.c - due timers become jobs; the occurrence and its timer move on in the same transaction. */
#include "engine/fire.h"

#include <stdio.h>
#include <string.h>

#include "engine/parts.h"
#include "store/audit.h"

enum { FIRE_MAX = 512 /* 4 KiB of ids on the stack */, MS_DAY = 86400000 };

struct due_list {
    int64_t ids[FIRE_MAX];
    int n;
};

static int
collect(void *arg, const struct row *row)
{
    struct due_list *list = arg;
    list->ids[list->n++] = row_i64(row, 0);
    return list->n == FIRE_MAX;
}

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
    struct job_order order = { .kind = step->kind == STEP_LADDER ? JOB_KIND_ESCALATE
                                                                 : JOB_KIND_REMIND,
                               .key = key,
                               .run_at_ms = now_ms,
                               .subject = o->id,
                               .detail = detail };
    return job_order_add(s, &order, now_ms, reterr);
}

static int
move_on(struct store *s, struct occurrence *o, const struct next_steps *next, day_t today,
        int64_t now_ms, struct err *reterr)
{
    if (next->opens) {
        o->duty.state = ACTION_OPEN;
        int r = note(s, o, "open", "", now_ms, reterr);
        if (r < 0) {
            return r;
        }
    }
    o->duty.cursor = next->cursor;
    if (next->has_step && next->step.kind == STEP_LADDER) {
        o->duty.level = next->step.level;
        o->duty.level_day = today;
    }
    struct arg level_day = o->duty.level_day == DAY_NONE ? NIL : I(o->duty.level_day);
    int r = store_run(s, Q_OCCURRENCE_FIRED,
                      WITH(I(o->duty.state), I(o->duty.level), level_day, I(o->duty.cursor),
                           I(now_ms), I(o->id)),
                      reterr);
    return r < 0 ? r : 0;
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
    if (world_window(w, now_ms) != now_ms) {
        return occurrence_arm(w, s, &o, now_ms, reterr);
    }
    day_t today = world_day(w, now_ms);
    struct next_steps next = next_steps(&o.duty, &w->rules, &w->calendar, today);
    if (next.has_step || next.opens || next.cursor != o.duty.cursor) {
        r = move_on(s, &o, &next, today, now_ms, reterr);
    }
    if (r >= 0 && next.n_skipped > 0) {
        char detail[64];
        (void)snprintf(detail, sizeof detail, "%d earlier passed over: a later one is due",
                       next.n_skipped);
        sum->skipped += next.n_skipped;
        r = note(s, &o, "steps skipped", detail, now_ms, reterr);
    }
    if (r >= 0 && next.has_step) {
        r = order_step(s, &o, &next.step, today, now_ms, reterr);
        sum->jobs += r > 0;
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
    struct due_list list = { .n = 0 };
    *ret = (struct fired){ 0 };
    int64_t most = limit < FIRE_MAX ? limit : FIRE_MAX;
    int r = store_each(s, Q_TIMER_DUE, WITH(I(now_ms), I(most)), collect, &list, reterr);
    for (int i = 0; r >= 0 && i < list.n; i++) {
        r = fire_alone(w, s, list.ids[i], now_ms, ret, reterr);
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
