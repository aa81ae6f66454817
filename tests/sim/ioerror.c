/* SPDX-License-Identifier: MIT */
/*
 * ioerror.c - every write, sync and truncate of a flow fails, once or from then on: the right error
 * comes back, nothing is half, nothing acknowledged is lost, and the store can be used again.
 *
 *   ioerror [STRIDE]     every STRIDE-th operation only
 */
#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/list.h"
#include "stage.h"

enum { FOR_EVER = 1 << 30, REPORTS_MAX = 8, LOG_PAGES = 6, WARM_STEPS = 12 };

struct flow {
    const char *name;
    int (*run)(struct scene *sc, struct err *reterr);
    bool from_nothing; /* the flow is opening itself */
};
static int
several_batches(struct scene *sc, struct err *reterr)
{
    int r = 0;
    for (int i = 0; r >= 0 && i < 4; i++) {
        r = scene_work(sc, reterr);
    }
    return r;
}
static const struct flow flows[] = {
    { "open, migrate, apply", scene_open, true },
    { "apply a changed plan", scene_apply, false },
    { "add jobs", scene_hub, false },
    { "worker batches", several_batches, false },
    { "act", scene_act, false },
};
static const struct {
    int code, err;
    const char *name;
} faults[] = {
    { SQLITE_FULL, -ENOSPC, "full" },
    { SQLITE_IOERR_WRITE, -EIO, "write" },
    { SQLITE_IOERR_FSYNC, -EIO, "sync" },
    { SQLITE_IOERR_TRUNCATE, -EIO, "truncate" },
};

struct point {
    const struct flow *flow;
    int64_t k;   /* 0: the dry run */
    size_t fault;
    bool stays;
};
struct tally {
    int64_t points, refused, bad;
    struct digest *good; /* states that were looked through: the same files need no second look */
    size_t n_good, cap;
};

/* So that there is something to work on, and for the plan something to do. */
static int
warm_up(struct scene *sc, const struct flow *flow, struct err *why)
{
    int r = scene_open(sc, why);
    for (int i = 0; r >= 0 && i < WARM_STEPS; i++) {
        r = i % 3 ? scene_hub(sc, why) : scene_work(sc, why);
    }
    if (r >= 0 && flow->run == scene_apply) {
        sc->world = world_free(sc->world);
        r = scene_forget_plan(sc, why);
    }
    return r;
}

static _Noreturn void
live(const struct stage *g, const struct point *p, struct disk_plan *plan)
{
    struct life *l = g->life;
    struct scene sc = { .files = &g->files, .life = l, .chance = 7, .is_nested = true,
                        .log_pages_max = LOG_PAGES };
    (void)snprintf(sc.path, sizeof sc.path, "%s", g->path);
    int rc = disk_insert(plan, &l->disk);
    assert(rc == SQLITE_OK);
    int r = p->flow->from_nothing ? 0 : warm_up(&sc, p->flow, &l->why);
    if (r < 0) {
        _exit(1);
    }
    l->flow_from = l->disk.ops;
    plan->fail_at = p->k ? l->flow_from + p->k : 0;
    l->result = p->flow->run(&sc, &l->why);
    if (p->k % 2) {
        disk_cut();
    }
    scene_close(&sc);
    _exit(POWERLOSS_EXIT);
}

static bool
play(const struct stage *g, const struct point *p)
{
    struct disk_plan plan = { .seed = (uint64_t)p->k, .salt = 7, .fail_code = faults[p->fault].code,
                              .fail_ops = p->stays ? FOR_EVER : 1 };
    *g->life = (struct life){ .result = 0 };
    if (p->flow->from_nothing) {
        stage_clear(g);
    } else {
        stage_put(g);
    }
    (void)fflush(stdout);
    pid_t pid = fork();
    assert(pid >= 0);
    if (pid == 0) {
        live(g, p, &plan);
    }
    int status = 0;
    pid_t ended = waitpid(pid, &status, 0);
    assert(ended == pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == POWERLOSS_EXIT;
}

/* On the good disk again: one more transaction goes through. */
static bool
can_be_used(const struct stage *g, struct err *why)
{
    struct scene sc = { .files = &g->files, .life = g->life, .chance = 1, .is_nested = true,
                        .log_pages_max = LOG_PAGES };
    (void)snprintf(sc.path, sizeof sc.path, "%s", g->path);
    int r = scene_open(&sc, why);
    r = r < 0 ? r : scene_hub(&sc, why);
    r = r < 0 ? r : scene_work(&sc, why);
    scene_close(&sc);
    return r >= 0;
}

static void
complain(const struct point *p, const char *words, const struct err *why)
{
    printf("# %s, operation %" PRId64 ", %s%s: %s: %s\n", p->flow->name, p->k,
           faults[p->fault].name, p->stays ? " from then on" : "", words, why->text);
}

static bool
is_known(const struct tally *t, const struct digest *state)
{
    bool is_found = false;
    for (size_t i = 0; i < t->n_good && !is_found; i++) {
        is_found = hash_equal(&t->good[i], state);
    }
    return is_found;
}

/* What is wrong with the store that the life left; NULL: nothing. */
static const char *
look_through(const struct stage *g, const struct point *p, struct tally *t, struct err *why)
{
    struct digest state = stage_state(g);
    if (is_known(t, &state)) {
        return NULL;
    }
    struct scene_found found = { .lost = 0 };
    if (!p->flow->from_nothing || access(g->path, F_OK) == 0) {
        scene_verify(g->path, g->life, &found);
    }
    *why = found.why;
    const char *words = found.is_damaged ? "damaged" : found.lost ? "lost"
                        : found.half     ? "half"    : NULL;
    if (!words && !can_be_used(g, why)) {
        words = "cannot be used";
    }
    if (!words) {
        int r = list_room(&t->good, t->n_good, &t->cap, sizeof *t->good);
        assert(r == 0);
        t->good[t->n_good++] = state;
    }
    return words;
}

static void
judge(const struct stage *g, const struct point *p, bool has_ended, struct tally *t)
{
    const struct life *l = g->life;
    struct err why = l->why;
    t->points++;
    t->refused += l->result < 0;
    const char *words = !has_ended            ? "it did not end well"
                        : l->disk.failed == 0 ? "the operation was never reached"
                        : l->result < 0 && l->result != faults[p->fault].err
                            ? "another error than the disk's"
                            : look_through(g, p, t, &why);
    if (words && t->bad++ < REPORTS_MAX) {
        complain(p, words, &why);
    }
}

/* Every way in which this operation can fail. */
static void
fail_at(const struct stage *g, struct point *p, int kind, struct tally *t)
{
    for (p->fault = 0; p->fault < LENGTH(faults); p->fault++) {
        if (!(disk_kinds_of(faults[p->fault].code) & kind)) {
            continue;
        }
        for (int stays = 0; stays < 2; stays++) {
            p->stays = stays;
            bool has_ended = play(g, p);
            judge(g, p, has_ended, t);
        }
    }
}

static bool
sweep(const struct stage *g, const struct flow *flow, int64_t stride)
{
    struct tally t = { .points = 0 };
    struct point p = { .flow = flow };
    if (!play(g, &p) || g->life->result < 0) {
        printf("# %s fails on a good disk: %s\n", flow->name, g->life->why.text);
        return false;
    }
    int64_t n = g->life->disk.ops - g->life->flow_from;
    uint8_t kinds[DISK_KINDS_MAX];
    memcpy(kinds, g->life->disk.kinds, sizeof kinds);
    assert(g->life->disk.ops < DISK_KINDS_MAX);
    int64_t from = g->life->flow_from;
    for (p.k = 1; p.k <= n; p.k += stride) {
        fail_at(g, &p, kinds[from + p.k], &t);
    }
    printf("# %s: %" PRId64 " operations, %" PRId64 " faults, %" PRId64 " refused, %" PRId64
           " wrong, %zu states\n",
           flow->name, n, t.points, t.refused, t.bad, t.n_good);
    free(t.good);
    return t.bad == 0 && t.points > 0 && t.refused > 0;
}

int
main(int argc, char **argv)
{
    int64_t stride = 1;
    struct stage g;
    if (argc > 1 && text_to_i64(argv[1], 1, 1000000, &stride) < 0) {
        printf("Bail out! usage: ioerror [STRIDE]\n");
        return 2;
    }
    stage_open(&g);
    bool all_good = true;
    for (size_t i = 0; i < LENGTH(flows); i++) {
        bool is_good = sweep(&g, &flows[i], stride);
        printf("%sok %zu - a disk that fails anywhere in: %s\n", is_good ? "" : "not ", i + 1,
               flows[i].name);
        all_good = all_good && is_good;
    }
    printf("1..%zu\n", LENGTH(flows));
    stage_close(&g);
    return all_good ? 0 : 1;
}
