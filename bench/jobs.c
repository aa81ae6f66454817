/* SPDX-License-Identifier: MIT */
/*
 * jobs.c - how fast jobs go through the real daemon: hub and two probe workers, each job an effect
 * row and its own completion in one durable transaction.
 *
 *   jobs BINDIR FOLDER [N] [SHIM.so US]     FOLDER on a disk, not on tmpfs
 *
 * The limit stands beside it, measured in the same run: SQLite alone, one process, the same rows,
 * 1000 jobs to a transaction, synchronous=FULL.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "rig.h"
#include "store/store.h"

enum { WINDOW = 4, CHUNK = 64, ONE_BY_ONE = 4000, IDLE = 200, LIMIT_BATCH = 1000 };

static double
seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

static void
need(int r, const struct err *why)
{
    if (r < 0) {
        give_up("%s", why->text);
    }
}

/* The same writes without daemon, sockets or turns: what SQLite can do on this disk. */
static double
limit_of_store(const char *dir, uint32_t n)
{
    char path[RIG_PATH_MAX];
    struct err why;
    AUTO(store) struct store *s = NULL;
    (void)snprintf(path, sizeof path, "%.480s/limit.db", dir);
    need(store_open(path, STORE_WRITE, &s, &why), &why);
    for (uint32_t i = 0; i < n;) {
        need(store_begin(s, &why), &why);
        for (uint32_t end = i + LIMIT_BATCH; i < end && i < n; i++) {
            char key[32];
            (void)snprintf(key, sizeof key, "limit-%09u", i);
            need(store_run(s, Q_JOB_ADD,
                           WITH(I(i + 1), I(5), T(key), I(2), I(0), I(0), T(""), I(0)), &why),
                 &why);
        }
        need(store_commit(s, &why), &why);
    }
    int64_t began = clock_mono_ns();
    for (uint32_t i = 0; i < n;) {
        need(store_begin(s, &why), &why);
        for (uint32_t end = i + LIMIT_BATCH; i < end && i < n; i++) {
            need(store_run(s, Q_PROBE_ADD, WITH(I(i + 1), I(1), I(0), I(0)), &why), &why);
            need(store_run(s, Q_JOB_DONE, WITH(I(0), I(i + 1), I(1)), &why), &why);
        }
        need(store_commit(s, &why), &why);
    }
    return n / seconds(clock_mono_ns() - began);
}

/* Jobs are in the store before the workers start; from the first done to the last. */
static double
backlog(struct rig *r, uint32_t n)
{
    int workers = r->probes;
    rig_set_probes(r, 0);
    rig_start(r);
    for (uint32_t i = 0; i < n; i += 1000) {
        (void)rig_add(r, "backlog", i, n - i < 1000 ? n - i : 1000);
    }
    rig_stop(r);
    rig_set_probes(r, workers);
    rig_start(r);
    int64_t first = rig_status(r, "done");
    int64_t began = clock_mono_ns();
    int64_t ended = rig_wait_done(r, n);
    double rate = (n - (double)first) / seconds(ended - began);
    if (first > n / 2) {
        (void)fprintf(stderr, "warning: %" PRId64 " of %u were done before the clock started\n",
                      first, n);
    }
    rig_stop(r);
    return rate;
}

static double
adding_while_draining(struct rig *r, uint32_t n)
{
    rig_start(r);
    uint64_t id = 0;
    uint32_t sent = 0;
    int64_t began = clock_mono_ns();
    for (; sent < WINDOW * CHUNK; sent += CHUNK) {
        rig_add_send(r, "stream", sent, CHUNK);
    }
    for (uint32_t got = 0; got < n; got += CHUNK) {
        (void)rig_add_wait(r, &id);
        if (sent < n) {
            rig_add_send(r, "stream", sent, CHUNK);
            sent += CHUNK;
        }
    }
    int64_t ended = rig_wait_done(r, n / CHUNK * CHUNK);
    rig_stop(r);
    return n / seconds(ended - began);
}

static double
one_in_flight(struct rig *r, uint32_t n)
{
    rig_start(r);
    int64_t began = clock_mono_ns();
    for (uint32_t i = 0; i < n; i++) {
        (void)rig_add(r, "single", i, 1);
    }
    int64_t ended = rig_wait_done(r, n);
    rig_stop(r);
    return n / seconds(ended - began);
}

static int
by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void
idle_start(struct rig *r, int n)
{
    static int64_t waits[IDLE];
    static uint64_t ids[IDLE];
    static int64_t sent[IDLE];
    rig_start(r);
    for (int i = 0; i < n; i++) {
        (void)usleep(3000);
        sent[i] = clock_mono_ns();
        ids[i] = rig_add(r, "idle", (uint64_t)i, 1);
    }
    (void)rig_wait_done(r, n);
    rig_stop(r);
    struct err why;
    AUTO(store) struct store *s = NULL;
    need(store_open(r->db, STORE_READ, &s, &why), &why);
    for (int i = 0; i < n; i++) {
        int64_t began = 0;
        need(store_get(s, Q_PROBE_BEGAN, WITH(I((int64_t)ids[i])), &began, &why), &why);
        waits[i] = began - sent[i];
    }
    qsort(waits, (size_t)n, sizeof waits[0], by_size);
    int64_t median = waits[n / 2];
    int64_t slow = waits[n * 99 / 100];
    say("idle_start", "p50_ms", (double)median / 1e6);
    say("idle_start", "p99_ms", (double)slow / 1e6);
}

int
main(int argc, char **argv)
{
    if (argc < 3) {
        give_up("usage: jobs BINDIR FOLDER [N] [SHIM.so MICROSECONDS]");
    }
    struct rig r;
    uint32_t n = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 200000;
    if (n == 0) {
        give_up("jobs: how many? '%s'", argv[3]);
    }
    rig_make(&r, argv[1], argv[2], 2);
    r.preload = argc > 5 ? argv[4] : NULL;
    r.slow_us = argc > 5 ? argv[5] : NULL;
    double limit = r.preload ? 0 : limit_of_store(r.dir, n);
    if (limit > 0) {
        say("sqlite_alone_1000_a_transaction", "jobs_per_s", limit);
    }
    double rate = backlog(&r, n);
    say("backlog", "jobs_per_s", rate);
    if (limit > 0) {
        say("backlog", "of_limit", rate / limit);
    }
    say("adding_while_draining", "jobs_per_s", adding_while_draining(&r, n));
    uint32_t single = r.preload ? ONE_BY_ONE / 8 : ONE_BY_ONE;
    say("one_in_flight", "jobs_per_s", one_in_flight(&r, n < single ? n : single));
    idle_start(&r, n < IDLE ? (int)n : IDLE);
    rig_remove(&r);
    return 0;
}
