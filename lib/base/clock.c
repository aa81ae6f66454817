/* SPDX-License-Identifier: MIT */
/* clock.c - the only place where a clock is read. */
#include "base/clock.h"

#include <assert.h>
#include <time.h>

/* They always exist on Linux, so a failure can only be a bug of ours. */
static struct timespec
clock_read(clockid_t id)
{
    struct timespec ts = { 0 };
    int r = clock_gettime(id, &ts);
    assert(r == 0);
    (void)r;
    return ts;
}

int64_t
clock_wall_ms(void)
{
    struct timespec ts = clock_read(CLOCK_REALTIME);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t
clock_mono_ns(void)
{
    struct timespec ts = clock_read(CLOCK_MONOTONIC);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int64_t
clock_mono_ms(void)
{
    return clock_mono_ns() / 1000000;
}

int64_t
clock_boot_ms(void)
{
    struct timespec ts = clock_read(CLOCK_BOOTTIME);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
