/* SPDX-License-Identifier: MIT */
/*
 * lowly.h - work that only gets what nobody else wants of processor and disk. A process without
 * privileges cannot get its priority back, so the work is done by a thread of its own, which ends
 * with it; the caller's thread keeps its priority and looks, now and then, whether to go on.
 */
#ifndef COPROD_BASE_LOWLY_H
#define COPROD_BASE_LOWLY_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/err.h"

enum { LOWLY_LOOK_MS = 250 };

struct lowly {
    /* In the thread of its own. Looks at *stop between its steps. */
    void (*work)(void *arg, const atomic_bool *stop);
    /* Optional, in the caller's thread, every LOWLY_LOOK_MS: false sets *stop. */
    bool (*wanted)(void *arg);
    void *arg;
};
/* Returns when the work has. -errno: it was not begun. */
MUST_USE int lowly_do(const struct lowly *l);

#endif
