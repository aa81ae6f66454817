/* SPDX-License-Identifier: MIT */
/* slowsync.c - an LD_PRELOAD shim that adds SLOWSYNC_US microseconds to every fsync and fdatasync,
 * as a slower disk would. */
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
dawdle(void)
{
    const char *us = getenv("SLOWSYNC_US");
    if (us) {
        (void)usleep((useconds_t)strtoul(us, NULL, 10));
    }
}

int
fsync(int fd)
{
    dawdle();
    return (int)syscall(SYS_fsync, fd);
}

int
fdatasync(int fd)
{
    dawdle();
    return (int)syscall(SYS_fdatasync, fd);
}
