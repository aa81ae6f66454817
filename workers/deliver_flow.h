/* SPDX-License-Identifier: MIT */
/*
 * deliver_flow.h - one delivery job from claim to recorded outcome, whatever the channel is.
 */
#ifndef COPROD_WORKERS_DELIVER_FLOW_H
#define COPROD_WORKERS_DELIVER_FLOW_H

#include "deliver_out.h"
#include "rules/job.h"

struct store;
struct world;

/* Where messages go. send == NULL: nowhere, notices are held. */
struct channel {
    const char *from; /* envelope sender; a '*' in it stands for the notice */
    const struct world *world; /* what may leave by its rules; NULL: everything, for tests */
    void (*send)(void *arg, const struct delivery_message *m, struct delivery_result *ret);
    void *arg;
    /* Between tries to record an outcome; false: stop trying. */
    bool (*wait)(void *arg);
};

struct delivery_job {
    int64_t id;
    int64_t attempt;
    int64_t now_ms; /* policy time */
    int64_t holder; /* our process id */
};

/* 0: done and marked so. -ESTALE: somebody else's, or nothing to send any more. -EAGAIN: try later,
 * the relay's words in reterr. -ECANCELED: refused for good. Else the store's error; when a message
 * was accepted and that could not be recorded, reterr says so. */
MUST_USE int deliver_job(struct store *s, const struct delivery_job *job, const struct channel *to,
                         struct err *reterr);

#endif
