/* SPDX-License-Identifier: MIT */
/*
 * restart.h - when a child that died is born again. Pure: time is an argument.
 *
 * A child that had done useful work comes back at once. One that died before its first useful word
 * waits, twice as long each time; more than RESTART_DEATHS_MAX such deaths within RESTART_WINDOW_MS
 * close its pool until somebody opens it again.
 */
#ifndef COPROD_RULES_RESTART_H
#define COPROD_RULES_RESTART_H

#include <stdbool.h>
#include <stdint.h>

enum {
    RESTART_FIRST_MS = 1000,
    /* The cap is 48 times the first wait: with a minute the eleventh death of a lone process would
     * fall just outside the window, and no pool of one would ever be closed. */
    RESTART_CAP_TIMES = 48,
    RESTART_DEATHS_MAX = 10,
    RESTART_WINDOW_MS = 300 * 1000
};

struct restart {
    int64_t first_ms;
    int64_t wait_ms;       /* the last wait; 0 after a useful life */
    int64_t not_before_ms; /* monotonic: no birth before */
    int64_t deaths_ms[RESTART_DEATHS_MAX + 1]; /* the last useless deaths, a ring */
    int n_deaths;                              /* ever put into the ring */
    bool is_closed;
};

void restart_init(struct restart *r, int64_t first_ms);
/* True when this death has closed the pool. */
bool restart_died(struct restart *r, int64_t now_ms, bool was_useful);
void restart_worked(struct restart *r); /* a child of the pool said its first useful word */
/* Opens the pool and forgets; true when it was closed. */
bool restart_reopen(struct restart *r);

#endif
