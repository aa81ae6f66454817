/* SPDX-License-Identifier: MIT */
/*
 * super.h - birth and death of the hub and the workers.
 *
 * The children are called as
 *     coprod-hub    --config=FILE --clock=real|virtual:DATE --watchdog-ms=N      (KIN_FD is open)
 *     coprod-KIND   --config=FILE --store=STATE/coprod.db --work=RUNTIME/work
 * The hub must say PROGRESS at least three times in N ms. What a SIGTERM means to each: finish what
 * is in hand, then exit 0; SIGHUP to a worker: the same, it is born again with the new files.
 */
#ifndef COPROD_DAEMON_SUPER_H
#define COPROD_DAEMON_SUPER_H

#include "base/conf.h"
#include "base/err.h"

struct super_options {
    struct conf *conf; /* handed over: super_run frees it */
    const char *clock; /* "real" or "virtual:2015-01-01" */
    const char *bin_dir;
};

/* Runs until told to stop; the exit code of the program. */
int super_run(const struct super_options *options);

#endif
