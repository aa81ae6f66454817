/* SPDX-License-Identifier: MIT */
/*
 * notify.h - what the supervisor tells systemd. Every call is a no-op outside systemd.
 */
#ifndef COPROD_BASE_NOTIFY_H
#define COPROD_BASE_NOTIFY_H

#include <stdint.h>

#include "base/err.h"

void notify_ready(const char *status); /* also the end of a reload */
void notify_status(const char *status);
void notify_stopping(const char *status);
void notify_reloading(int64_t monotonic_ms);
void notify_extend(int64_t ms);
/* Only after real progress: this is the promise that the daemon is not hanging. */
void notify_watchdog(void);
/* WatchdogSec of the unit in ms, 0 when there is none. */
int64_t notify_watchdog_ms(void);

#endif
