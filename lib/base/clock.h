/* SPDX-License-Identifier: MIT */
/*
 * clock.h - the only place where a clock is read. Everywhere else time is an argument.
 *
 * Wall time is the beginning of policy time: what is due, what was sent when. Monotonic time is for
 * leases, turns and watchdogs. The two are never mixed: the wall clock may jump, the monotonic one
 * means nothing after a reboot.
 */
#ifndef COPROD_BASE_CLOCK_H
#define COPROD_BASE_CLOCK_H

#include <stdint.h>

int64_t clock_wall_ms(void); /* since 1970-01-01T00:00Z */
int64_t clock_mono_ms(void); /* never goes back; its zero has no meaning */
int64_t clock_mono_ns(void);
/* Monotonic too, and it goes on while the machine sleeps: to tell a sleep from a clock that was
 * set. */
int64_t clock_boot_ms(void);

#endif
