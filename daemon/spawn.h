/* SPDX-License-Identifier: MIT */
/*
 * spawn.h - the birth of a child process. Mechanism only; super.c decides when.
 */
#ifndef COPROD_DAEMON_SPAWN_H
#define COPROD_DAEMON_SPAWN_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct spawn {
    const char *program;     /* whole path */
    char *const *argv; /* NULL-terminated */
    int kin_fd;              /* becomes KIN_FD of the child; -1: none */
    int64_t files_max;       /* RLIMIT_NOFILE */
};

struct birth {
    pid_t pid;
    int pidfd;     /* readable when the child is dead */
    int report_fd; /* holds the errno of an exec that failed, else nothing */
};

/* fork and exec. The child is killed when this process dies, has a session of its own, no new
 * privileges, no core, no descriptor but 0-2 and KIN_FD. */
MUST_USE int spawn_child(const struct spawn *s, struct birth *ret, struct err *reterr);
/* The errno of the exec that failed, 0 when it did not; closes both descriptors. */
int spawn_close(struct birth *b);

#endif
