/* SPDX-License-Identifier: MIT */
/* probe.c - the smallest worker: one row for each job. For `doctor`, benches and tests. */
#include "worker.h"

#include "base/clock.h"
#include "store/store.h"

static int
probe(struct worker *w, const struct worker_job *job, struct err *reterr)
{
    int r = store_run(worker_store(w), Q_PROBE_ADD,
                      WITH(I((int64_t)job->id), I(job->attempt), I(job->now_ms),
                           I(clock_mono_ns())),
                      reterr);
    return r < 0 ? r : 0;
}

int
main(int argc, char **argv)
{
    static const struct worker_kind kind = { .kind = JOB_KIND_PROBE, .run = probe };
    return worker_main(argc, argv, &kind);
}
