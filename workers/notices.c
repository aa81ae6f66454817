/* SPDX-License-Identifier: MIT */
/* notices.c - a step that is due, seen through the world the hub decided by, becomes notices. */
#include "notices.h"

#include "engine/notify.h"

static int
open_world(struct worker *w, struct err *reterr)
{
    struct world *world = NULL;
    int r = world_open(worker_store(w), true, &world, reterr);
    if (r >= 0) {
        worker_set_data(w, world);
    }
    return r;
}

static void
close_world(struct worker *w)
{
    (void)world_free(worker_data(w));
    worker_set_data(w, NULL);
}

/* The hub may have read its files again: words and calendar must be of the same reading. */
static int
fresh_world(struct worker *w, struct err *reterr)
{
    int stale = world_is_stale(worker_store(w), worker_data(w), reterr);
    if (stale <= 0) {
        return stale;
    }
    struct world *old = worker_data(w);
    int r = open_world(w, reterr);
    if (r >= 0) {
        (void)world_free(old);
    }
    return r;
}

static int
run(struct worker *w, const struct worker_job *job, struct err *reterr)
{
    struct notified sum;
    int r = fresh_world(w, reterr);
    return r < 0 ? r
                 : notify_job(worker_data(w), worker_store(w), (int64_t)job->id, job->now_ms, &sum,
                               reterr);
}

int
notices_main(int argc, char **argv, enum job_kind kind)
{
    struct worker_kind k = { .kind = kind, .open = open_world, .close = close_world, .run = run };
    return worker_main(argc, argv, &k);
}
