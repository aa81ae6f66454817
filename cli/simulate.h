/* SPDX-License-Identifier: MIT */
/* simulate.h - what the two kinds of simulation share. */
#ifndef COPROD_CLI_SIMULATE_H
#define COPROD_CLI_SIMULATE_H

#include "answers.h"
#include "base/conf.h"
#include "cli.h"
#include "engine/tuning.h"
#include "plan/plan.h"

enum assume { ASSUME_NONE = 0, ASSUME_ONTIME, ASSUME_LATE };
struct simulation {
    enum assume assume;
    day_t from, to; /* both included */
    day_t load;     /* the plan is put in force on it */
    const struct answers *answers;  /* NULL: no script */
    const struct duty_rules *rules; /* of the configuration beside the plans */
    day_t down_from, down_until; /* the daemon is away, both included; DAY_NONE: never */
};

/* The whole way in a throw-away store under a virtual clock; one JSON object for each notice. */
int simulate_whole(struct cli *c, const struct plan_set *set, const struct simulation *sim);

#endif
