/* SPDX-License-Identifier: MIT */
/* job.c - the states of a job, its kinds, and how long a failed one waits. */
#include "rules/job.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/*
 * A blank cell is forbidden. READY is offered, held or being worked on: who holds it is
 * known to the hub's memory alone, so that nothing durable needs undoing when a worker dies. A DONE
 * job is never moved again: its effects are committed.
 */
/* clang-format off */
static const enum job_state moves[JOB_STATE_MAX_][JOB_EVENT_MAX_] = {
    [JOB_WAITING] = { [JOB_EV_DUE]     = JOB_READY,
                      [JOB_EV_CANCEL]  = JOB_CANCELLED },
    [JOB_READY]   = { [JOB_EV_DONE]    = JOB_DONE,
                      [JOB_EV_RETRY]   = JOB_WAITING,
                      [JOB_EV_GIVE_UP] = JOB_DEAD,
                      [JOB_EV_CANCEL]  = JOB_CANCELLED },
    [JOB_DEAD]    = { [JOB_EV_REVIVE]  = JOB_READY,
                      [JOB_EV_CANCEL]  = JOB_CANCELLED },
};

static const char *const state_names[JOB_STATE_MAX_] = {
    [JOB_NONE]      = "none",
    [JOB_WAITING]   = "waiting",
    [JOB_READY]     = "ready",
    [JOB_DONE]      = "done",
    [JOB_DEAD]      = "dead",
    [JOB_CANCELLED] = "cancelled",
};

static const char *const event_names[JOB_EVENT_MAX_] = {
    [JOB_EV_NONE]    = "none",
    [JOB_EV_DUE]     = "due",
    [JOB_EV_DONE]    = "done",
    [JOB_EV_RETRY]   = "retry",
    [JOB_EV_GIVE_UP] = "give up",
    [JOB_EV_REVIVE]  = "revive",
    [JOB_EV_CANCEL]  = "cancel",
};

static const struct job_kind_rules kinds[JOB_KIND_MAX_] = {
#define JOB_KIND(name, no, word_, retries, base_s, cap_s, batch) \
    [JOB_KIND_##name] = { word_, retries, base_s, cap_s, batch },
#include "coprod/job_kinds.def"
#undef JOB_KIND
};
/* clang-format on */

enum job_state
job_next(enum job_state from, enum job_event event)
{
    if (from <= JOB_NONE || from >= JOB_STATE_MAX_ || event <= JOB_EV_NONE ||
        event >= JOB_EVENT_MAX_) {
        return JOB_NONE;
    }
    return moves[from][event];
}

const char *
job_state_name(enum job_state state)
{
    return state_names[state > JOB_NONE && state < JOB_STATE_MAX_ ? state : JOB_NONE];
}

const char *
job_event_name(enum job_event event)
{
    return event_names[event > JOB_EV_NONE && event < JOB_EVENT_MAX_ ? event : JOB_EV_NONE];
}

enum job_state
job_state_parse(const char *name)
{
    for (int i = JOB_NONE + 1; i < JOB_STATE_MAX_; i++) {
        if (strcmp(state_names[i], name) == 0) {
            return (enum job_state)i;
        }
    }
    return JOB_NONE;
}

const struct job_kind_rules *
job_kind_rules(enum job_kind kind)
{
    if (kind <= JOB_KIND_NONE || kind >= JOB_KIND_MAX_ || !kinds[kind].word) {
        return NULL;
    }
    return &kinds[kind];
}

enum job_kind
job_kind_parse(const char *word)
{
    for (int i = JOB_KIND_NONE + 1; i < JOB_KIND_MAX_; i++) {
        if (kinds[i].word && strcmp(kinds[i].word, word) == 0) {
            return (enum job_kind)i;
        }
    }
    return JOB_KIND_NONE;
}

/* One round of splitmix64: neighbouring ids get unlike jitter. */
static uint64_t
scatter(uint64_t n)
{
    n += UINT64_C(0x9e3779b97f4a7c15);
    n = (n ^ (n >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    n = (n ^ (n >> 27)) * UINT64_C(0x94d049bb133111eb);
    return n ^ (n >> 31);
}

int64_t
job_backoff_ms(enum job_kind kind, int attempt, uint64_t seed)
{
    const struct job_kind_rules *rules = job_kind_rules(kind);
    assert(rules && attempt >= 1);
    int64_t cap_ms = (int64_t)rules->backoff_cap_s * 1000;
    int64_t wait_ms = (int64_t)rules->backoff_base_s * 1000;
    for (int i = 1; i < attempt && wait_ms < cap_ms; i++) {
        wait_ms *= 2;
    }
    wait_ms = wait_ms < cap_ms ? wait_ms : cap_ms;
    int64_t spread = wait_ms / 5;
    uint64_t dice = scatter(seed ^ scatter((uint64_t)attempt));
    return wait_ms - spread + (int64_t)(dice % (uint64_t)(2 * spread + 1));
}
