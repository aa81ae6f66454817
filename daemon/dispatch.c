/* SPDX-License-Identifier: MIT */
/*
 * dispatch.c - jobs to free workers, and what comes back.
 *
 * Leases live here in memory only. Nothing of it must be right for the store to be right: a job
 * offered twice is done once, because its worker commits by compare-and-set on (state, attempt).
 * What memory decides is who works and how soon a dead worker's jobs are offered again.
 */
#include <assert.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "engine/outgoing.h"
#include "hub.h"
#include "leases.h"

/* gcc 12 loses sight of what the list of the crew owns and calls it leaked. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

enum { POISON_DEATHS = 3, OFFER_MAX = WIRE_BATCH_MAX, CAPACITY_MAX = 2 * WIRE_BATCH_MAX };

void
dispatch_done_with(struct dispatch *d)
{
    while (d->crew) {
        struct crew *c = d->crew;
        d->crew = c->next;
        free(c->held);
        free(c);
    }
    free(d->verdicts);
    free(d->leased);
    *d = (struct dispatch){ .crew = NULL };
}

static struct crew *
crew_of(struct dispatch *d, const struct wire_peer *from)
{
    for (struct crew *c = d->crew; c; c = c->next) {
        if (c->peer.id_len == from->id_len && memcmp(c->peer.id, from->id, from->id_len) == 0) {
            return c;
        }
    }
    return NULL;
}

static void
add_verdict(struct hub *h, const struct verdict *v)
{
    struct dispatch *d = &h->dispatch;
    if (list_room(&d->verdicts, d->n_verdicts, &d->cap_verdicts, sizeof *d->verdicts) < 0) {
        return; /* the job stays ready in the store and is found again by the next rewind */
    }
    d->verdicts[d->n_verdicts++] = *v;
    /* Until it is written nobody is offered the job: it would still be the old attempt. */
    if (leases_add(d, v->held.job) < 0) {
        log_debug("job %" PRIu64 " may be offered once too often", v->held.job);
    }
}

static void
let_go(struct hub *h, struct crew *c, uint64_t job)
{
    for (uint32_t i = 0; i < c->n_held; i++) {
        if (c->held[i].job == job) {
            c->held[i] = c->held[--c->n_held];
            break;
        }
    }
    leases_remove(&h->dispatch, job);
}

static bool
hold(struct hub *h, struct crew *c, uint64_t job, uint32_t attempt)
{
    if (c->n_held == c->capacity || leases_add(&h->dispatch, job) < 0) {
        return false;
    }
    c->held[c->n_held++] = (struct held){ job, attempt };
    return true;
}

/* ---- what workers say ------------------------------------------------------------------------ */

static void
no_longer_awaited(struct dispatch *d, pid_t pid)
{
    for (int i = 0; i < d->n_awaited; i++) {
        if (d->awaited[i].pid == pid) {
            d->awaited[i] = d->awaited[--d->n_awaited];
            return;
        }
    }
}

static void
remove_crew(struct hub *h, struct crew *c)
{
    for (struct crew **at = &h->dispatch.crew; *at; at = &(*at)->next) {
        if (*at == c) {
            *at = c->next;
            break;
        }
    }
    for (uint32_t i = 0; i < c->n_held; i++) {
        leases_remove(&h->dispatch, c->held[i].job);
    }
    free(c->held);
    free(c);
}

/* The same process may come back under a new connection; its old one is forgotten. */
static void
forget_pid(struct hub *h, pid_t pid)
{
    for (struct crew *c = h->dispatch.crew; c; c = c->next) {
        if (c->pid == pid) {
            remove_crew(h, c);
            return;
        }
    }
}

static void
on_hello(struct hub *h, const struct wire_peer *from, const struct wire_hello *m)
{
    enum job_kind kind = job_kind_parse(m->kind);
    if (kind == JOB_KIND_NONE || m->version != WIRE_VERSION || m->capacity == 0
        || m->capacity > CAPACITY_MAX) {
        log_event(LOG_MESSAGE_BAD, NULL,
                  "a worker of pid %d says kind '%s', version %u, capacity %u: "
                  "refused",
                  (int)from->pid, m->kind, m->version, m->capacity);
        return;
    }
    forget_pid(h, from->pid);
    struct crew *c = calloc(1, sizeof *c);
    struct held *held = calloc(m->capacity, sizeof *held);
    if (!c || !held) {
        free(c);
        free(held);
        return;
    }
    *c = (struct crew){ .next = h->dispatch.crew, .peer = *from, .kind = kind, .pid = from->pid,
                        .capacity = m->capacity, .held = held, .heard_ms = clock_mono_ms() };
    h->dispatch.crew = c;
    for (uint32_t i = 0; i < m->held_len; i++) {
        (void)hold(h, c, m->held[i].job_id, m->held[i].attempt);
    }
    c->given_ms = c->heard_ms;
    no_longer_awaited(&h->dispatch, from->pid);
    h->dispatch.is_closed[kind] = false;
    hub_tell(h, KIN_USEFUL, from->pid, m->kind);
    struct wire_msg welcome = { .type = WIRE_WELCOME,
                                .welcome = { .version = WIRE_VERSION,
                                             .now_ms = sched_now(h),
                                             .lease_ms =
                                                 (uint32_t)(h->files.conf->lease_s * 1000) } };
    c->is_gone = link_send(h->work, from, &welcome) < 0;
    dispatch_rewind(h, kind);
    h->has_settled = true; /* its last word may have gone to a hub that died: what did it add? */
}

static void
on_done(struct hub *h, struct crew *c, const struct wire_done *m)
{
    for (uint32_t i = 0; i < m->jobs_len; i++) {
        bool is_stale = m->jobs[i].outcome == WIRE_OUTCOME_STALE;
        let_go(h, c, m->jobs[i].job_id);
        c->done += !is_stale;
        c->stale += is_stale;
        h->dispatch.done += !is_stale;
        h->dispatch.stale += is_stale;
        if (is_stale) {
            log_event(LOG_JOB_STALE, &(struct log_fields){ .job_id = m->jobs[i].job_id,
                                                           .attempt = m->jobs[i].attempt },
                      "job %" PRIu64 ": somebody was faster", m->jobs[i].job_id);
        }
    }
    /* These write items and more: what is next may have changed. */
    h->has_settled |= c->kind == JOB_KIND_REMIND || c->kind == JOB_KIND_ESCALATE
                      || c->kind == JOB_KIND_AGGREGATE || c->kind == JOB_KIND_DELIVER;
    /* Notices make deliveries, surveys make signals: look at what may have been added. */
    if (c->kind != JOB_KIND_PROBE) {
        for (int kind = 1; kind < JOB_KIND_MAX_; kind++) {
            dispatch_rewind(h, (enum job_kind)kind);
        }
    }
}

static void
on_failed(struct hub *h, struct crew *c, const struct wire_failed *m)
{
    let_go(h, c, m->job_id);
    c->failed++;
    h->dispatch.failed++;
    struct verdict v = { .kind = m->retry ? VERDICT_LATER : VERDICT_GIVE_UP,
                         .is_free = m->retry == WIRE_RETRY_FREE,
                         .job_kind = c->kind,
                         .held = { m->job_id, m->attempt },
                         .after_ms = m->retry_after_ms };
    (void)snprintf(v.why, sizeof v.why, "%s", m->why);
    add_verdict(h, &v);
}

/* It has nothing in hand any more: what it had not begun is anybody's, as if never offered. */
static void
on_bye(struct hub *h, struct crew *c)
{
    for (uint32_t i = 0; i < c->n_held; i++) {
        leases_remove(&h->dispatch, c->held[i].job);
    }
    c->n_held = 0;
    c->is_gone = true;
    dispatch_rewind(h, c->kind);
}

void
dispatch_on_message(struct hub *h, const struct wire_peer *from, const struct wire_msg *msg)
{
    if (msg->type == WIRE_HELLO) {
        on_hello(h, from, &msg->hello);
        return;
    }
    struct crew *c = crew_of(&h->dispatch, from);
    if (!c) {
        return; /* of a connection that was replaced: the store has refused what it was late with */
    }
    c->heard_ms = clock_mono_ms();
    if (msg->type == WIRE_DONE) {
        on_done(h, c, &msg->done);
    } else if (msg->type == WIRE_FAILED) {
        on_failed(h, c, &msg->failed);
    } else if (msg->type == WIRE_BYE) {
        on_bye(h, c);
    }
}

void
dispatch_on_born(struct hub *h, enum job_kind kind, pid_t pid)
{
    struct dispatch *d = &h->dispatch;
    for (struct crew *c = d->crew; c; c = c->next) {
        if (c->pid == pid) {
            return;
        }
    }
    if (d->n_awaited < (int)LENGTH(d->awaited)) {
        d->awaited[d->n_awaited++] = (struct awaited){ .pid = pid, .kind = kind,
                                                       .since_ms = clock_mono_ms() };
    }
}

void
dispatch_on_died(struct hub *h, pid_t pid)
{
    no_longer_awaited(&h->dispatch, pid);
    h->has_settled = true; /* what it wrote last, nobody was told */
    for (struct crew *c = h->dispatch.crew; c; c = c->next) {
        if (c->pid != pid) {
            continue;
        }
        h->dispatch.deaths++;
        if (c->n_held > 0) {
            log_event(LOG_WORKER_LOST, NULL, "%s worker %d died with %u jobs: offered again",
                      job_kind_rules(c->kind)->word, (int)pid, c->n_held);
        }
        for (uint32_t i = 0; i < c->n_held; i++) {
            struct verdict v = { .kind = VERDICT_AGAIN, .job_kind = c->kind, .held = c->held[i],
                                 .was_alone = c->n_held == 1 };
            add_verdict(h, &v);
        }
        c->n_held = 0; /* their leases last until the verdicts are written */
        remove_crew(h, c);
        return;
    }
}

/* ---- offering -------------------------------------------------------------------------------- */

void
dispatch_rewind(struct hub *h, enum job_kind kind)
{
    h->dispatch.feed[kind] = (struct feed){ INT64_MIN, 0, true };
}

void
dispatch_more(struct hub *h, enum job_kind kind)
{
    struct feed *f = &h->dispatch.feed[kind];
    if (f->run_at_ms == 0 && f->id == 0) {
        f->run_at_ms = INT64_MIN; /* never read yet */
    }
    f->maybe_more = true;
}

struct offering {
    struct hub *h;
    struct crew *to;
    struct feed *feed;
    struct wire_offer jobs[OFFER_MAX];
    uint32_t n, room;
    uint32_t seen;
    bool is_alone; /* a job that was offered before goes by itself */
};

static int
offer_row(void *arg, const struct row *row)
{
    struct offering *o = arg;
    struct dispatch *d = &o->h->dispatch;
    uint64_t job = (uint64_t)row_i64(row, 0);
    uint32_t attempt = (uint32_t)row_i64(row, 1);
    int64_t deaths = row_i64(row, 3);
    bool is_out = leases_has(d, job);
    bool wants_alone = attempt > 1;
    if (!is_out && wants_alone && (o->n > 0 || o->to->n_held > 0)) {
        return 1; /* not now: this worker has others in hand */
    }
    o->seen++;
    o->feed->run_at_ms = row_i64(row, 2);
    o->feed->id = row_i64(row, 0);
    if (is_out) {
        return 0;
    }
    if (deaths >= POISON_DEATHS) {
        struct verdict v = { .kind = VERDICT_GIVE_UP, .job_kind = o->to->kind,
                             .held = { job, attempt } };
        (void)snprintf(v.why, sizeof v.why, "it killed %" PRId64 " workers alone: set aside",
                       deaths);
        log_event(LOG_JOB_POISON, &(struct log_fields){ .job_id = job }, "job %" PRIu64 ": %s", job,
                  v.why);
        add_verdict(o->h, &v);
        return 0;
    }
    o->jobs[o->n++] = (struct wire_offer){ job, attempt };
    o->is_alone = wants_alone;
    return o->is_alone || o->n == o->room;
}

static int
send_offer(struct hub *h, struct offering *o)
{
    struct crew *c = o->to;
    bool had_none = c->n_held == 0;
    int64_t now = sched_now(h);
    struct wire_msg jobs = { .type = WIRE_JOBS,
                             .jobs = { .now_ms = now,
                                       .today = world_day(h->world, now),
                                       .jobs = o->jobs,
                                       .jobs_len = o->n } };
    int r = link_send(h->work, &c->peer, &jobs);
    if (r < 0) {
        c->is_gone = r != -EAGAIN;
        dispatch_rewind(h, c->kind);
        return 0;
    }
    for (uint32_t i = 0; i < o->n; i++) {
        if (!hold(h, c, o->jobs[i].job_id, o->jobs[i].attempt)) {
            break;
        }
    }
    c->given_ms = clock_mono_ms();
    if (had_none) { /* else its lease runs on: work that trickles in must not hide that it stands */
        c->heard_ms = c->given_ms;
    }
    return (int)o->n;
}

/* Mails with an open intent are offered only when every sender alive has said what it holds. */
static bool
must_wait(const struct dispatch *d, enum job_kind kind)
{
    for (int i = 0; i < d->n_awaited; i++) {
        if (kind == JOB_KIND_DELIVER && d->awaited[i].kind == kind) {
            return true;
        }
    }
    return false;
}

static bool
holds_one_alone(const struct crew *c)
{
    return c->n_held == 1 && c->held[0].attempt > 1;
}

/* While mail is held only what the admin is told passes, and what came back is read. */
static bool
is_held(const struct hub *h, enum job_kind kind)
{
    return kind == JOB_KIND_DELIVER && h->is_mail_held;
}

static int
offer_to(struct hub *h, struct crew *c, struct err *reterr)
{
    struct feed *f = &h->dispatch.feed[c->kind];
    if (f->run_at_ms == 0 && f->id == 0) {
        dispatch_rewind(h, c->kind);
    }
    uint32_t room = c->capacity - c->n_held;
    struct offering o = { .h = h, .to = c, .feed = f, .room = room < OFFER_MAX ? room : OFFER_MAX };
    int64_t limit = (int64_t)o.room + (int64_t)h->dispatch.n_leased + 1;
    int r = is_held(h, c->kind)
                ? store_each(h->store, Q_JOB_NEXT_PASSING,
                             WITH(T(outgoing_left_out(h->is_catchup)), I(f->run_at_ms), I(f->id),
                                  I(limit)),
                             offer_row, &o, reterr)
                : store_each(h->store, Q_JOB_NEXT_READY,
                             WITH(I(c->kind), I(f->run_at_ms), I(f->id), I(limit)), offer_row, &o,
                             reterr);
    if (r < 0) {
        return r;
    }
    if (r == 0
        || (o.n < o.room && !o.is_alone && (int64_t)o.seen < limit && o.seen == (uint32_t)r)) {
        f->maybe_more = false; /* read to the end */
    }
    return o.n > 0 ? send_offer(h, &o) : 0;
}

/* ---- after a start: mails whose sender died before it said how it went ------------------------
 */

static int
recover_row(void *arg, const struct row *row)
{
    struct hub *h = arg;
    struct verdict v = { .kind = VERDICT_AGAIN, .job_kind = JOB_KIND_DELIVER,
                         .held = { (uint64_t)row_i64(row, 0), (uint32_t)row_i64(row, 1) } };
    if (!leases_has(&h->dispatch, v.held.job)) {
        add_verdict(h, &v);
    }
    return 0;
}

/* Only when every sender alive has said what it holds: an open claim nobody holds has no sender. */
static int
recover(struct hub *h, struct err *reterr)
{
    int r = store_each(h->store, Q_DELIVERY_OPEN_CLAIMS, NONE, recover_row, h, reterr);
    h->dispatch.is_recovered = r >= 0;
    return r < 0 ? r : 0;
}

int
dispatch_offer(struct hub *h, struct err *reterr)
{
    if (h->dispatch.is_draining || h->is_clock_wrong) {
        return 0;
    }
    if (!h->dispatch.is_recovered && !must_wait(&h->dispatch, JOB_KIND_DELIVER)) {
        int r = recover(h, reterr);
        if (r < 0) {
            return r;
        }
    }
    for (struct crew *c = h->dispatch.crew; c; c = c->next) {
        bool is_free = !c->is_gone && !c->is_condemned && !holds_one_alone(c)
                       && c->n_held <= c->capacity / 2 && c->n_held < c->capacity;
        if (!is_free || !h->dispatch.feed[c->kind].maybe_more
            || must_wait(&h->dispatch, c->kind)) {
            continue;
        }
        int r = offer_to(h, c, reterr);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* ---- coming to an end ------------------------------------------------------------------------ */

void
dispatch_drain(struct hub *h, const char *reason)
{
    h->dispatch.is_draining = true;
    struct wire_msg drain = { .type = WIRE_DRAIN, .drain = { .reason = reason } };
    for (struct crew *c = h->dispatch.crew; c; c = c->next) {
        c->is_gone = link_send(h->work, &c->peer, &drain) < 0 || c->is_gone;
    }
}

/* Whether nobody of a kind is there to ask, though somebody is to be: between a death and a birth
 * jobs may lie ready. */
static bool
is_between_lives(const struct hub *h, enum job_kind kind)
{
    const struct conf *conf = h->files.conf;
    const int64_t wanted[JOB_KIND_MAX_] = { [JOB_KIND_REMIND] = conf->workers.remind,
                                            [JOB_KIND_ESCALATE] = conf->workers.escalate,
                                            [JOB_KIND_AGGREGATE] = conf->workers.aggregate,
                                            [JOB_KIND_DELIVER] = conf->workers.deliver,
                                            [JOB_KIND_PROBE] = conf->workers.probe };
    for (const struct crew *c = h->dispatch.crew; c; c = c->next) {
        if (c->kind == kind && !c->is_gone) {
            return false;
        }
    }
    return wanted[kind] > 0 && !h->dispatch.is_closed[kind];
}

bool
dispatch_is_idle(const struct hub *h)
{
    const struct dispatch *d = &h->dispatch;
    if (d->n_leased > 0 || d->n_verdicts > 0 || d->n_awaited > 0) {
        return false;
    }
    for (const struct crew *c = d->crew; c; c = c->next) {
        if (d->feed[c->kind].maybe_more && !c->is_gone) {
            return false;
        }
    }
    for (int kind = 1; kind < JOB_KIND_MAX_; kind++) {
        if (is_between_lives(h, (enum job_kind)kind)) {
            return false;
        }
    }
    return d->crew != NULL;
}
