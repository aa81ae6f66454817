/* SPDX-License-Identifier: MIT */
/*
 * rig.h - a real daemon for a measurement: a scratch folder, coprod started with its hub and
 * workers, a control link, and lines of the form `name metric value`.
 */
#ifndef COPROD_BENCH_RIG_H
#define COPROD_BENCH_RIG_H

#include <stdint.h>
#include <sys/types.h>

#include "wire/link.h"

enum { RIG_PATH_MAX = 512 };

struct rig {
    char dir[RIG_PATH_MAX];
    char db[RIG_PATH_MAX];
    char control[RIG_PATH_MAX];
    const char *bindir;
    const char *preload; /* a shim for the daemon's processes, or NULL */
    const char *slow_us; /* how much it adds to each fsync */
    int probes;          /* probe workers */
    pid_t daemon;        /* 0: not running */
    struct link *link;
};

/* Makes the folder below where (a disk, not tmpfs, or fsync costs nothing). Ends the program with a
 * sentence when something fails, as all of the rig does: a measurement that went wrong is none. */
void rig_make(struct rig *r, const char *bindir, const char *where, int probes);
void rig_set_probes(struct rig *r, int probes); /* for the next rig_start */
void rig_start(struct rig *r);
void rig_stop(struct rig *r);
void rig_remove(struct rig *r);

/* Adds n probe jobs under keys prefix-FIRST..; waits for the answer. Returns the first id. */
uint64_t rig_add(struct rig *r, const char *prefix, uint64_t first, uint32_t n);
void rig_add_send(struct rig *r, const char *prefix, uint64_t first, uint32_t n);
/* Waits for one answer of rig_add_send; returns how many were added. */
uint32_t rig_add_wait(struct rig *r, uint64_t *ret_first_id);
/* A number of the hub's status, such as "done". */
int64_t rig_status(struct rig *r, const char *name);
/* Waits until the hub counts so many done since it started; returns the monotonic ns. */
int64_t rig_wait_done(struct rig *r, int64_t n);
void rig_workers_up(struct rig *r, int n);

void say(const char *name, const char *metric, double value);
_Noreturn void give_up(const char *format, ...) PRINTF_LIKE(1, 2);

#endif
