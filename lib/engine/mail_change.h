/* SPDX-License-Identifier: MIT */
/*
 * mail_change.h - what new settings and plans change about mail: another mode, other domains,
 * a batch to be looked at closely. Around the reading of files, in its transaction.
 */
#ifndef COPROD_ENGINE_MAIL_CHANGE_H
#define COPROD_ENGINE_MAIL_CHANGE_H

#include "engine/apply.h"

struct mail_before {
    char mode[32], domains[WORLD_DOMAINS_MAX];
    int64_t plans; /* 0: a first load, after which nothing is out of the ordinary */
};
MUST_USE int mail_before(struct store *s, struct mail_before *ret, struct err *reterr);
/* After the settings are in force, before the plans are. */
MUST_USE int mail_after_settings(struct world *w, struct store *s, const struct mail_before *before,
                                 int64_t now_ms, struct err *reterr);
/* After the plans are. */
MUST_USE int mail_after_plans(const struct world *w, struct store *s,
                              const struct mail_before *before, const struct applied *sum,
                              int64_t now_ms, struct err *reterr);

#endif
