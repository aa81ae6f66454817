/* SPDX-License-Identifier: MIT */
/*
 * hubcall.h - one question to the hub and its answer.
 *
 *   struct hubcall call = { .verb = "job-retry" };
 *   hubcall_add(&call, "id", "41");
 *   return hubcall_do(c, &call);          the exit code; the words of the answer are printed
 *
 * Options that every change has (--as, --dry-run, --comment ...) are added from the command's row
 * by hubcall_add_options: key = the option's name, value = what was given, "1" for a flag.
 */
#ifndef COPROD_CLI_HUBCALL_H
#define COPROD_CLI_HUBCALL_H

#include <stddef.h>
#include <stdint.h>

#include "cli.h"

enum { HUBCALL_ARGS_MAX = 24, HUBCALL_TIMEOUT_MS = 10000, HUBCALL_LONG_MS = 600000 };

struct hubcall {
    const char *verb;
    struct {
        const char *key, *value;
    } args[HUBCALL_ARGS_MAX];
    size_t n_args;
    const void *body;
    size_t body_len;
    int timeout_ms; /* 0: HUBCALL_TIMEOUT_MS */
};

void hubcall_add(struct hubcall *call, const char *key, const char *value);
/* Every option of the command that was given. */
void hubcall_add_options(const struct cli *c, struct hubcall *call);

struct hubanswer {
    int code;   /* an exit code */
    char *text; /* words, or lines of cells with tabs between */
};
void hubanswer_done(struct hubanswer *a);
static inline void
hubanswer_freep(struct hubanswer *a)
{
    hubanswer_done(a);
}

/* 0 and an answer; -ECONNREFUSED nobody is there; -ETIMEDOUT; -ENOMEM; -EPROTO another version. */
MUST_USE int hubcall_ask(const struct cli *c, const struct hubcall *call, struct hubanswer *ret,
                         struct err *reterr);
/* Says why nobody answered; returns the exit code. */
int hubcall_fail(const struct cli *c, int r, const struct err *why);
/* Asks, prints the words of the answer or says why not; returns the exit code. */
int hubcall_do(struct cli *c, const struct hubcall *call);

#endif
