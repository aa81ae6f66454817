/* SPDX-License-Identifier: MIT */
/*
 * signal.h - telling people of signals: the leads of the action that a survey measures when one
 * opens, the committee's secretary when a concern persists, the leads when answers did not come.
 *
 * A mail leaves the house, so it holds words, and a figure only where that figure is published.
 * Each signal is an item and joins the person's digest of the next sending day; one that closed
 * meanwhile is void. Inside the caller's transaction.
 */
#ifndef COPROD_ENGINE_SIGNAL_H
#define COPROD_ENGINE_SIGNAL_H

#include "engine/occurrence.h"
#include "engine/trend.h"

struct signal_desk {
    struct store *store;
    const struct trend_options *opt;
    char plan[OCC_NAME_MAX];   /* "" = the survey measures no action of the store */
    char action[OCC_NAME_MAX];
    int n_items; /* written: each a reason to tell somebody */
};
/* Finds the action that the definition names. */
MUST_USE int signal_desk_open(struct store *s, const struct trend_options *opt,
                              struct signal_desk *ret, struct err *reterr);

struct signal_news {
    int64_t id; /* of the signal */
    enum spc_verdict verdict;
    bool persists; /* else: it opened */
    const struct trend *trend;
    const struct measure *measure;
};
/* Nobody is told when the survey measures no action. */
MUST_USE int signal_tell(struct signal_desk *d, const struct signal_news *news, size_t n,
                         struct err *reterr);
/* The answers of a month that was due have not come. Once a month and person. */
MUST_USE int signal_tell_missing(struct signal_desk *d, int32_t month, struct err *reterr);

#endif
