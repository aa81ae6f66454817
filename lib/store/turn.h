/* SPDX-License-Identifier: MIT */
/*
 * turn.h - turns between the processes that write one store.
 *
 * SQLite's busy handler is unfair: of two writers one starves (measured elsewhere: 24 % of the work
 * and waits of 0.8 s). So writers queue: at the gate, passed in a moment, each takes the next seat
 * (a record lock on a byte of its own) and waits for the seat before it to become free. Who gives
 * the turn back and wants it again sits behind all who wait. The turn itself is one more lock, so
 * that a waiter who dies and leaves a gap costs the order, never the exclusion. The kernel frees
 * all three when a process dies and names the holder's pid.
 *
 * One struct per process and file: record locks belong to the process, and any close of the file
 * gives them up.
 */
#ifndef COPROD_STORE_TURN_H
#define COPROD_STORE_TURN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct turn {
    int fd;
    struct turn_page *page;
    off_t seat; /* of the turn in hand or waited for */
};
#define TURN_NONE ((struct turn){ .fd = -1 })

MUST_USE int turn_open(const char *path, struct turn *ret, struct err *reterr);
void turn_done(struct turn *t);
MUST_USE int turn_take(struct turn *t); /* waits; -errno */
MUST_USE int turn_try(struct turn *t);  /* -EAGAIN when not free */
void turn_give(struct turn *t);
/* A mark that all writers of the store see, across processes and restarts: what the disk was asked
 * to keep may be missing. */
void turn_mark(struct turn *t, bool is_unsure);
bool turn_is_marked(const struct turn *t);
/* The pid that has the turn now and since when (monotonic ms); 0 when nobody has. */
int turn_holder(const struct turn *t, int64_t *ret_since_ms);

#endif
