/* SPDX-License-Identifier: MIT */
/* notify.c - what the supervisor tells systemd. */
#include "base/notify.h"

#include <inttypes.h>
#include <systemd/sd-daemon.h>

/* Results are not looked at: without systemd there is nobody to tell, and with it nothing better
 * could be done than to go on. */

void
notify_ready(const char *status)
{
    (void)sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void
notify_status(const char *status)
{
    (void)sd_notifyf(0, "STATUS=%s", status);
}

void
notify_stopping(const char *status)
{
    (void)sd_notifyf(0, "STOPPING=1\nSTATUS=%s", status);
}

void
notify_reloading(int64_t monotonic_ms)
{
    (void)sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, monotonic_ms * 1000);
}

void
notify_extend(int64_t ms)
{
    (void)sd_notifyf(0, "EXTEND_TIMEOUT_USEC=%" PRId64, ms * 1000);
}

void
notify_watchdog(void)
{
    (void)sd_notify(0, "WATCHDOG=1");
}

int64_t
notify_watchdog_ms(void)
{
    uint64_t usec = 0;
    return sd_watchdog_enabled(0, &usec) > 0 ? (int64_t)(usec / 1000) : 0;
}
