/* SPDX-License-Identifier: MIT */
/*
 * tuning.h - the rules of duty, colour and events as coprod.yaml sets them. The hub puts its text
 * into the store; world_open and simulate read the same text by the same table.
 */
#ifndef COPROD_ENGINE_TUNING_H
#define COPROD_ENGINE_TUNING_H

#include "base/conf.h"
#include "rules/action.h"
#include "rules/duty.h"
#include "rules/rag.h"

struct tuning {
    struct duty_rules duty;
    struct rag_rules rag;
    struct act_rules act;
};

/* What the project ships. */
struct tuning tuning_default(void);
/* A key of coprod.yaml, "rules.repeat_wd", and its value as written there. 0 when it is none of
 * these keys, 1 when it was set, -EINVAL when the value is no such list or number. */
MUST_USE int tuning_set(struct tuning *t, const char *key, const char *value);
/* Every key of a configuration. */
MUST_USE int tuning_of_conf(const struct conf *c, struct tuning *ret);
/* The i-th key, or NULL after the last. */
const char *tuning_key(size_t i);

#endif
