/* SPDX-License-Identifier: MIT */
/*
 * worker.h - the skeleton of every worker. A worker is one function:
 *
 *   static int
 *   remind(struct worker *w, const struct worker_job *job, struct err *reterr)
 *   {
 *       ...           read what the job is about and write the effects: worker_store(w)
 *   }
 *   int
 *   main(int argc, char **argv)
 *   {
 *       static const struct worker_kind kind = { .kind = JOB_KIND_REMIND, .run = remind };
 *       return worker_main(argc, argv, &kind);
 *   }
 *
 * Called with --config=FILE --store=FILE --work=PATH (the socket). The skeleton takes a batch,
 * begins one transaction, runs each job in a savepoint, marks it done by compare-and-set and
 * commits; what somebody else finished first is rolled back and reported as stale. It beats while
 * busy, drains on DRAIN or SIGTERM, reconnects and says what it holds when the hub comes back.
 */
#ifndef COPROD_WORKERS_WORKER_H
#define COPROD_WORKERS_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "rules/job.h"
#include "rules/time.h"

struct store;
struct worker;

struct worker_job {
    uint64_t id;
    uint32_t attempt;
    int64_t now_ms; /* policy time, from the hub; workers read no clock for decisions */
    day_t today;    /* the same as a local civil date */
};

struct worker_kind {
    enum job_kind kind;
    uint32_t batch_max; /* 0: as job_kinds.def says */
    /* Optional: once after the store is open, once at the end. */
    int (*open)(struct worker *w, struct err *reterr);
    void (*close)(struct worker *w);
    /*
     * Runs inside the batch's transaction and a savepoint of its own, after the job was marked
     * done. 0: the effects stay. -ESTALE: nothing to do any more, taken back and reported as stale.
     * -ECANCELED: the job can never be done, it is given up now. Any other -errno: taken back,
     * tried again later as the kind's attempts and backoff allow. -ENOSPC, -EIO and -EBADMSG are
     * taken as the store's own: the whole batch is taken back and tried again.
     */
    int (*run)(struct worker *w, const struct worker_job *job, struct err *reterr);
    /* Instead of run, for jobs that begin and commit transactions themselves (deliver, aggregate):
     * must mark the job done itself; same results, and -EINTR: no longer wanted, to be taken up
     * again by another. */
    int (*run_alone)(struct worker *w, const struct worker_job *job, struct err *reterr);
};

/* Exit code for main. */
int worker_main(int argc, char **argv, const struct worker_kind *kind);

/* For run and open. */
struct store *worker_store(struct worker *w);
const char *worker_config(const struct worker *w); /* the path given by --config */
void *worker_data(const struct worker *w);          /* what worker_set_data was given */
void worker_set_data(struct worker *w, void *data);
/* How long to wait before the job that now returns -EAGAIN is tried again; 0: as its kind says. */
void worker_retry_after(struct worker *w, int64_t ms);
/* Long jobs call this now and then: sends BEAT when due and returns false when the worker should
 * come to an end (drain). */
bool worker_still_wanted(struct worker *w);

#endif
