/* SPDX-License-Identifier: MIT */
/* probe.c - the smallest worker: one row for each job. For `doctor`, benches and tests. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/store.h"
#include "worker.h"

static int
die_if_poison(void *arg, const struct row *row)
{
    enum { KEY = 2 };
    if (strcmp(row_text_or(row, KEY, ""), arg) == 0) {
        (void)raise(SIGKILL);
    }
    return 1;
}

static int
probe(struct worker *w, const struct worker_job *job, struct err *reterr)
{
    void *poison = worker_data(w);
    int r = poison ? store_each(worker_store(w), Q_JOB_SHOW, WITH(I((int64_t)job->id)),
                                die_if_poison, poison, reterr)
                   : 0;
    r = r < 0 ? r
              : store_run(worker_store(w), Q_PROBE_ADD,
                          WITH(I((int64_t)job->id), I(job->attempt), I(job->now_ms),
                               I(clock_mono_ns())),
                          reterr);
    return r < 0 ? r : 0;
}

/* Tests say which job is poison: the one of this key kills who runs it. */
static int
begin(struct worker *w, struct err *reterr)
{
    (void)reterr;
    worker_set_data(w, getenv("COPROD_PROBE_CRASH"));
    return 0;
}

int
main(int argc, char **argv)
{
    static const struct worker_kind kind = { .kind = JOB_KIND_PROBE, .open = begin, .run = probe };
    return worker_main(argc, argv, &kind);
}
