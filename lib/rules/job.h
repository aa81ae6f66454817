/* SPDX-License-Identifier: MIT */
/*
 * job.h - the states of a job. One table in job.c drives the code, the SQL's compare-and-set, the
 * picture in docs/job-states.md and an exhaustive test. A blank cell is forbidden.
 */
#ifndef COPROD_RULES_JOB_H
#define COPROD_RULES_JOB_H

#include <stdint.h>

enum job_state { JOB_NONE = 0, JOB_WAITING, JOB_READY, JOB_DONE, JOB_DEAD, JOB_CANCELLED,
                 JOB_STATE_MAX_ };
enum job_event {
    JOB_EV_NONE = 0,
    JOB_EV_DUE,    /* its time has come */
    JOB_EV_DONE,   /* a worker committed its effects */
    JOB_EV_RETRY,  /* failed for now: waits for its backoff */
    JOB_EV_GIVE_UP, /* tried too often, or poison: kept and shown */
    JOB_EV_REVIVE, /* an operator: try a dead one again */
    JOB_EV_CANCEL, /* an operator, with a reason; or the occurrence was closed */
    JOB_EVENT_MAX_
};
enum job_state job_next(enum job_state from, enum job_event event); /* JOB_NONE: forbidden */
const char *job_state_name(enum job_state state); /* "ready" */
const char *job_event_name(enum job_event event);
enum job_state job_state_parse(const char *name);

/* The kinds of job, from include/coprod/job_kinds.def. */
enum job_kind {
    JOB_KIND_NONE = 0,
#define JOB_KIND(name, no, word, retries, base_s, cap_s, batch) JOB_KIND_##name = (no),
#include "coprod/job_kinds.def"
#undef JOB_KIND
    JOB_KIND_MAX_
};
struct job_kind_rules {
    const char *word;    /* "remind": the worker's program is coprod-remind */
    int attempts_max;    /* failures before a job is dead */
    int backoff_base_s;  /* first wait; doubles */
    int backoff_cap_s;
    int batch_max;       /* jobs one worker may hold */
};
const struct job_kind_rules *job_kind_rules(enum job_kind kind); /* NULL when unknown */
enum job_kind job_kind_parse(const char *word);
/* Milliseconds to wait after the attempt-th failure (1..): base * 2^(attempt-1), capped, with
 * +-20 % of jitter taken from `seed` (the job's id: no clock, no random state). */
int64_t job_backoff_ms(enum job_kind kind, int attempt, uint64_t seed);

#endif
