/* SPDX-License-Identifier: MIT */
/*
 * brood.h - the children that live, and those that ought to. super.c says when to look; the numbers
 * and names come from children.def.
 */
#ifndef COPROD_DAEMON_BROOD_H
#define COPROD_DAEMON_BROOD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/kin.h"
#include "rules/restart.h"
#include "spawn.h"

enum { BROOD_MAX = 96 };

enum pool_name {
#define CHILD(name, word, program, how_many, files_max) POOL_##name,
#include "children.def"
#undef CHILD
    POOL_MAX_
};

struct pool {
    int64_t wanted, alive;
    char *program; /* whole path; owned */
    struct restart restart;
};

struct child {
    enum pool_name pool;
    struct birth birth; /* pid 0: the slot is free */
    bool is_useful;
    bool is_expected; /* we told it to go */
};

struct brood {
    struct pool pools[POOL_MAX_];
    struct child children[BROOD_MAX];
    char *arg_config, *arg_clock, *arg_watchdog, *arg_store, *arg_work; /* owned */
    int kin_fd; /* to the hub that lives; -1 */
    bool is_stopping;
};

/* What the death of the hub looked like. */
struct hub_death {
    bool has_died;
    int status;     /* as waitpid gives it */
    int exec_errno; /* 0 unless the program could not be executed */
};

MUST_USE int brood_init(struct brood *b, const struct conf *conf, const char *clock,
                        const char *bin_dir, int64_t watchdog_ms, int64_t first_wait_ms);
void brood_done(struct brood *b);
/* Takes the numbers from conf; more are born at the next fill, those too many end by themselves
 * when they are next told to go. */
void brood_resize(struct brood *b, const struct conf *conf);
void brood_reopen(struct brood *b); /* every closed pool */

/* Brings the hub, and the workers if so wanted, to their numbers. *ret_hub_born is set when a hub
 * was born. Returns when to look again (monotonic ms), INT64_MAX for never. */
int64_t brood_fill(struct brood *b, bool and_workers, bool *ret_hub_born);
/* Buries the dead and tells the hub of them. */
struct hub_death brood_reap(struct brood *b);

struct child *brood_hub(struct brood *b); /* NULL when none lives */
struct child *brood_find(struct brood *b, pid_t pid);
bool brood_is_empty(const struct brood *b);
void brood_signal_workers(struct brood *b, int signal_no);
void brood_tell_hub(struct brood *b, const struct kin_word *word);
void child_signal(const struct child *c, int signal_no); /* NULL is fine */
void child_name(const struct child *c, char *buf, size_t cap); /* "remind[4711]" */
const char *pool_word(enum pool_name name);

#endif
