/* SPDX-License-Identifier: MIT */
/* verdict.c - what becomes of jobs that failed or lost their worker, written in the next round. */
#include <inttypes.h>

#include "base/log.h"
#include "engine/clearance.h"
#include "engine/untold.h"
#include "hub.h"
#include "leases.h"

/* A mail that is tried no more must not look as if it were still to come, and others hear what it
 * was to say. */
static int
give_up(struct hub *h, const struct verdict *v, int64_t now, struct err *reterr)
{
    int64_t id = (int64_t)v->held.job;
    int r = store_run(h->store, Q_JOB_GIVE_UP,
                      WITH(T(v->why), I(now), I(id), I(v->held.attempt)), reterr);
    if (r > 0 && v->job_kind == JOB_KIND_DELIVER) {
        r = store_run(h->store, Q_NOTICE_REFUSE_OF_JOB, WITH(I(now), I(id)), reterr);
        int told = r < 0 ? r : untold_job(h->world, h->store, id, now, reterr);
        if (told > 0) {
            h->has_settled = true;
            dispatch_rewind(h, JOB_KIND_ESCALATE); /* a paper goes to others at once */
        }
        r = told < 0 ? told : r;
    }
    return r;
}

struct tries {
    int64_t failures;
};

static int
read_failures(void *arg, const struct row *row)
{
    ((struct tries *)arg)->failures = row_i64(row, 5);
    return 1;
}

static int
write_later(struct hub *h, struct verdict *v, int64_t now, struct err *reterr)
{
    const struct job_kind_rules *rules = job_kind_rules(v->job_kind);
    struct tries tries = { 0 };
    int64_t id = (int64_t)v->held.job;
    int r = store_each(h->store, Q_JOB_SHOW, WITH(I(id)), read_failures, &tries, reterr);
    if (r < 0) {
        return r;
    }
    int failed = (int)tries.failures + 1;
    int64_t wait = v->after_ms > 0 ? v->after_ms : job_backoff_ms(v->job_kind, failed, v->held.job);
    int is_over = failed >= rules->attempts_max;
    if (v->job_kind == JOB_KIND_DELIVER && !is_over) {
        is_over = clearance_is_over(h->world, h->store, id, failed, now + wait, reterr);
    }
    if (is_over < 0) {
        return is_over;
    }
    if (is_over && !v->is_free) {
        v->kind = VERDICT_GIVE_UP;
        log_event(LOG_JOB_DEAD, &(struct log_fields){ .job_id = v->held.job }, "job %" PRIu64
                  " failed %d times and is given up: %s", v->held.job, failed, v->why);
        return give_up(h, v, now, reterr);
    }
    return store_run(h->store, Q_JOB_RETRY_LATER,
                     WITH(I(!v->is_free), I(now + wait), T(v->why), I(now), I(id),
                          I(v->held.attempt)),
                     reterr);
}

int
dispatch_write(struct hub *h, struct err *reterr)
{
    struct dispatch *d = &h->dispatch;
    int64_t now = sched_now(h);
    for (size_t i = 0; i < d->n_verdicts; i++) {
        struct verdict *v = &d->verdicts[i];
        int64_t id = (int64_t)v->held.job;
        int r = 0;
        if (v->kind == VERDICT_AGAIN) {
            r = store_run(h->store, Q_JOB_OFFER_AGAIN,
                          WITH(I(v->was_alone), I(now), I(id), I(v->held.attempt)), reterr);
        } else if (v->kind == VERDICT_LATER) {
            r = write_later(h, v, now, reterr);
        } else {
            r = give_up(h, v, now, reterr);
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

void
dispatch_forget_verdicts(struct hub *h)
{
    struct dispatch *d = &h->dispatch;
    for (size_t i = 0; i < d->n_verdicts; i++) {
        leases_remove(d, d->verdicts[i].held.job);
        dispatch_rewind(h, d->verdicts[i].job_kind);
    }
    d->n_verdicts = 0;
}
