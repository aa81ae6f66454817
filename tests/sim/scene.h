/* SPDX-License-Identifier: MIT */
/*
 * scene.h - a hub and a worker on one store, in one process, by the real code: what the tests of
 * power and disk faults play. Both handles die at the same instant because they are one process.
 */
#ifndef COPROD_TESTS_SCENE_H
#define COPROD_TESTS_SCENE_H

#include "base/conf.h"
#include "engine/world.h"
#include "plan/plan.h"
#include "powerloss_vfs.h"
#include "store/store.h"

enum { SCENE_ACKS_MAX = 8192, SCENE_PATH_MAX = 200, SCENE_PENDING_MAX = 64 };

/* What somebody outside was told. It must be found after the power came back. */
enum ack_kind {
    ACK_JOB_ADDED = 1, /* id, number: the job's key says the number */
    ACK_JOB_DONE,      /* id */
    ACK_AUDIT,         /* id: the row; number: the first bytes of its hash */
};
struct ack {
    enum ack_kind kind;
    int64_t id, number;
};
/* Seen by the process that dies and by its parent. */
struct life {
    struct disk_sum disk;
    int64_t serial;    /* of the next key */
    int64_t flow_from; /* operations before the flow in question */
    int64_t n_acks;
    struct ack acks[SCENE_ACKS_MAX];
    int result;
    struct err why;
};

struct scene_files {
    const struct conf *conf;
    const struct plan_set *plans;
};
struct scene {
    const struct scene_files *files;
    char path[SCENE_PATH_MAX];
    struct life *life;
    struct store *hub, *worker;
    struct world *world;
    uint64_t chance;
    int64_t now_ms;
    int64_t last_done; /* a job that the worker made done, maybe not yet on the disk */
    int log_pages_max;
    bool skips_sync;    /* acknowledges what is only visible */
    bool is_nested;     /* one handle's step between the other's commit and its sync */
    bool has_bad_disk;  /* errors of the disk are expected: open again and go on */
};

/* Opens both handles; applies the configuration when the store has none. */
MUST_USE int scene_open(struct scene *sc, struct err *reterr);
void scene_close(struct scene *sc);
/* One random step of either side. */
MUST_USE int scene_step(struct scene *sc, struct err *reterr);
/* Single flows, for the sweep. */
MUST_USE int scene_hub(struct scene *sc, struct err *reterr);
MUST_USE int scene_work(struct scene *sc, struct err *reterr);
MUST_USE int scene_act(struct scene *sc, struct err *reterr);
MUST_USE int scene_apply(struct scene *sc, struct err *reterr);
/* The next scene_apply has everything to do but for the schema. */
MUST_USE int scene_forget_plan(struct scene *sc, struct err *reterr);

struct scene_found {
    int64_t lost;    /* acknowledged, not there */
    int64_t half;    /* one side of a transaction without the other; ids used twice */
    bool is_damaged; /* SQLite's checks or the audit chain */
    struct err why;
};
/* Opens the store on the normal disk and looks for everything that was promised. */
void scene_verify(const char *path, const struct life *life, struct scene_found *ret);

#endif
