/* SPDX-License-Identifier: MIT */
/* play.c - hub and workers played by one thread. */
#include "engine/play.h"

#include "engine/clearance.h"
#include "engine/digest.h"
#include "engine/fire.h"
#include "engine/notify.h"
#include "engine/outgoing.h"
#include "engine/standing.h"

enum { FIRE_LIMIT = 256, BATCH_MAX = 256, ROUNDS_MAX = 1000000, ACCEPTED = 2 };

struct batch {
    int64_t ids[BATCH_MAX], attempts[BATCH_MAX];
    int n;
};

static int
take_job(void *arg, const struct row *row)
{
    struct batch *b = arg;
    b->ids[b->n] = row_i64(row, 0);
    b->attempts[b->n] = row_i64(row, 1);
    b->n++;
    return b->n == BATCH_MAX;
}

static int
take_ready(struct store *s, enum job_kind kind, struct batch *b, struct err *reterr)
{
    b->n = 0;
    int r = store_each(s, Q_JOB_NEXT_READY, WITH(I(kind), I(INT64_MIN), I(0), I(BATCH_MAX)),
                       take_job, b, reterr);
    return r < 0 ? r : b->n;
}

/* What leaves while mail is held. */
static int
take_passing(struct store *s, bool is_catchup, struct batch *b, struct err *reterr)
{
    b->n = 0;
    int r = store_each(s, Q_JOB_NEXT_PASSING,
                       WITH(T(outgoing_left_out(is_catchup)), I(INT64_MIN), I(0), I(BATCH_MAX)),
                       take_job, b, reterr);
    return r < 0 ? r : b->n;
}

static int
finish_job(struct store *s, const struct batch *b, int i, int64_t now_ms, struct err *reterr)
{
    int r = store_run(s, Q_JOB_DONE, WITH(I(now_ms), I(b->ids[i]), I(b->attempts[i])), reterr);
    return r < 0 ? r : 0;
}

/* Remind and escalate: those of one kind that are ready. Returns how many. */
static int
run_steps(const struct world *w, struct store *s, enum job_kind kind, int64_t now_ms,
          struct err *reterr)
{
    struct batch b;
    int r = take_ready(s, kind, &b, reterr);
    for (int i = 0; r >= 0 && i < b.n; i++) {
        struct notified told = { 0 };
        r = notify_job(w, s, b.ids[i], now_ms, &told, reterr);
        r = r < 0 ? r : finish_job(s, &b, i, now_ms, reterr);
    }
    return r < 0 ? r : b.n;
}

static int
take_subject(void *arg, const struct row *row)
{
    *(int64_t *)arg = row_i64(row, 8);
    return 1;
}

/* 1: the job is done; 0: it waits for its instant. */
static int
deliver_one(const struct world *w, struct store *s, const struct batch *b, int i, int64_t now_ms,
            struct err *reterr)
{
    int64_t notice = 0;
    struct clearance c = { .verdict = CLEARANCE_GO };
    int r = store_each(s, Q_JOB_SHOW, WITH(I(b->ids[i])), take_subject, &notice, reterr);
    r = r < 0 || w->is_mail_silent ? r : clearance_ask(w, s, notice, now_ms, &c, reterr);
    if (r >= 0 && c.verdict == CLEARANCE_WAIT) {
        r = store_run(s, Q_JOB_RETRY_LATER,
                      WITH(I(0), I(c.until_ms), T(c.words), I(now_ms), I(b->ids[i]),
                           I(b->attempts[i])),
                      reterr);
        return r < 0 ? r : 0;
    }
    if (r < 0 || c.verdict == CLEARANCE_NEVER) {
        return r < 0 ? r : 1;
    }
    r = r < 0 ? r
              : store_run(s, Q_DELIVERY_CLAIM, WITH(I(notice), I(1), I(0), I(now_ms)), reterr);
    r = r < 0 ? r
              : store_run(s, Q_DELIVERY_OUTCOME_ADD,
                          WITH(I(notice), I(1), T("accepted"), I(250), T("simulated"), I(now_ms)),
                          reterr);
    r = r < 0 ? r
              : store_run(s, Q_NOTICE_STATE_SET, WITH(I(ACCEPTED), I(now_ms), I(notice)), reterr);
    return r < 0 ? r : 1;
}

static int
run_deliveries(const struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    struct batch b = { .n = 0 };
    struct outgoing out;
    int r = outgoing_get(s, now_ms, &out, reterr);
    if (r < 0) {
        return r;
    }
    r = out.is_held ? take_passing(s, out.is_catchup, &b, reterr)
                    : take_ready(s, JOB_KIND_DELIVER, &b, reterr);
    for (int i = 0; r >= 0 && i < b.n; i++) {
        r = deliver_one(w, s, &b, i, now_ms, reterr);
        r = r <= 0 ? r : finish_job(s, &b, i, now_ms, reterr);
    }
    return r < 0 ? r : b.n;
}

/* One pass over everything; returns how much there was. */
static int
run_once(const struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    int steps = run_steps(w, s, JOB_KIND_REMIND, now_ms, reterr);
    int levels = steps < 0 ? steps : run_steps(w, s, JOB_KIND_ESCALATE, now_ms, reterr);
    int mails = levels < 0 ? levels : run_deliveries(w, s, now_ms, reterr);
    if (mails < 0 || steps + levels + mails > 0) {
        return mails < 0 ? mails : steps + levels + mails;
    }
    int standing = standing_order(w, s, now_ms, reterr);
    return standing != 0 ? standing : digest_order(w, s, now_ms, reterr);
}

int
play_due(const struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    struct fired fired = { 0 };
    int r = store_run(s, Q_JOB_WAKE, WITH(I(now_ms)), reterr);
    do {
        r = r < 0 ? r : fire_due(w, s, now_ms, FIRE_LIMIT, &fired, reterr);
    } while (r >= 0 && fired.timers == FIRE_LIMIT);
    for (r = r < 0 ? r : 1; r > 0;) {
        r = run_once(w, s, now_ms, reterr);
    }
    return r;
}

int
play_next_ms(const struct world *w, struct store *s, int64_t now_ms, int64_t *ret,
             struct err *reterr)
{
    int64_t fire = INT64_MAX;
    int64_t digest = INT64_MAX;
    int64_t standing = INT64_MAX;
    int r = fire_next_ms(s, &fire, reterr);
    r = r < 0 ? r : digest_next_ms(w, s, now_ms, &digest, reterr);
    r = r < 0 ? r : standing_next_ms(w, s, now_ms, &standing, reterr);
    struct outgoing out;
    r = r < 0 ? r : outgoing_get(s, now_ms, &out, reterr);
    if (r < 0) {
        return r;
    }
    *ret = fire < digest ? fire : digest;
    *ret = standing < *ret ? standing : *ret;
    *ret = out.until_ms < *ret ? out.until_ms : *ret;
    *ret = *ret > now_ms ? *ret : now_ms + 1;
    return r < 0 ? r : 0;
}

int
play_until(const struct world *w, struct store *s, int64_t now_ms, int64_t end_ms,
           struct err *reterr)
{
    int r = 0;
    for (int i = 0; r >= 0 && now_ms < end_ms && i < ROUNDS_MAX; i++) {
        r = store_begin(s, reterr);
        if (r >= 0) {
            r = play_due(w, s, now_ms, reterr);
            r = r < 0 ? r : store_commit(s, reterr);
            r = r < 0 ? r : play_next_ms(w, s, now_ms, &now_ms, reterr);
        }
    }
    return r;
}

int
play_come_back(struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    int r = store_begin(s, reterr);
    r = r < 0 ? r : outgoing_come_back(w, s, now_ms, reterr);
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    return store_commit(s, reterr);
}
