/* SPDX-License-Identifier: MIT */
/* restart.c - when a child that died is born again. */
#include "rules/restart.h"

#include <assert.h>

#include "base/err.h"

void
restart_init(struct restart *r, int64_t first_ms)
{
    assert(r && first_ms > 0);
    *r = (struct restart){ .first_ms = first_ms };
}

static bool
is_too_often(const struct restart *r, int64_t now_ms)
{
    if (r->n_deaths < (int)LENGTH(r->deaths_ms)) {
        return false;
    }
    int64_t oldest = r->deaths_ms[(size_t)r->n_deaths % LENGTH(r->deaths_ms)];
    return now_ms - oldest <= RESTART_WINDOW_MS;
}

bool
restart_died(struct restart *r, int64_t now_ms, bool was_useful)
{
    assert(r && r->first_ms > 0);
    if (was_useful) {
        r->wait_ms = 0;
        return false;
    }
    int64_t cap = r->first_ms * RESTART_CAP_TIMES;
    r->wait_ms = r->wait_ms ? r->wait_ms * 2 : r->first_ms;
    r->wait_ms = r->wait_ms < cap ? r->wait_ms : cap;
    r->not_before_ms = now_ms + r->wait_ms;
    r->deaths_ms[(size_t)r->n_deaths++ % LENGTH(r->deaths_ms)] = now_ms;
    bool was_closed = r->is_closed;
    r->is_closed = was_closed || is_too_often(r, now_ms);
    return r->is_closed && !was_closed;
}

void
restart_worked(struct restart *r)
{
    r->wait_ms = 0;
    r->not_before_ms = 0;
}

bool
restart_reopen(struct restart *r)
{
    bool was_closed = r->is_closed;
    restart_init(r, r->first_ms);
    return was_closed;
}
