/* SPDX-License-Identifier: MIT */
/* watch.c - leases and turns against the monotonic clock: who keeps others waiting is killed. */
#include <sys/statvfs.h>

#include "base/clock.h"
#include "base/log.h"
#include "hub.h"

enum { KILL_AGAIN_MS = 1000, ROOM_MIN = 256 * 1024 };

static void
ask_to_kill(struct hub *h, enum job_kind kind, pid_t pid, const char *why)
{
    log_event(LOG_LEASE_EXPIRED, NULL, "%s worker %d: %s", job_kind_rules(kind)->word, (int)pid,
              why);
    hub_tell(h, KIN_KILL, pid, why);
}

/* Whoever is silent for a lease is killed; asked for again while it lives, since words get lost. */
static int64_t
watch_crew(struct hub *h, int64_t now)
{
    int64_t lease = h->files.conf->lease_s * 1000;
    int64_t wait = -1;
    for (struct crew *c = h->dispatch.crew; c; c = c->next) {
        int64_t left = c->heard_ms + lease - now;
        if (c->n_held == 0 && !c->is_condemned) {
            continue;
        }
        if (left <= 0) {
            ask_to_kill(h, c->kind, c->pid, "said nothing for as long as its lease lasts");
            c->is_condemned = true;
            c->heard_ms = now - lease + KILL_AGAIN_MS;
            left = KILL_AGAIN_MS;
        }
        wait = wait < 0 || left < wait ? left : wait;
    }
    for (int i = 0; i < h->dispatch.n_awaited; i++) {
        struct awaited *a = &h->dispatch.awaited[i];
        int64_t left = a->since_ms + lease - now;
        if (left <= 0) {
            ask_to_kill(h, a->kind, a->pid, "never said what it holds");
            a->since_ms = now - lease + KILL_AGAIN_MS;
            left = KILL_AGAIN_MS;
        }
        wait = wait < 0 || left < wait ? left : wait;
    }
    return wait;
}

int64_t
dispatch_watch(struct hub *h)
{
    int64_t now = clock_mono_ms();
    int64_t wait = watch_crew(h, now);
    int64_t since = 0;
    bool is_busy = wait >= 0 || h->is_waiting_turn;
    int holder = is_busy ? store_turn_holder(h->store, &since) : 0;
    if (holder > 0) {
        int64_t left = since + HUB_TURN_KEPT_MS - now;
        if (left <= 0) {
            log_event(LOG_TURN_KEPT, NULL, "process %d keeps the turn to write", holder);
            hub_tell(h, KIN_KILL, holder, "kept the turn to write too long");
            left = 1000;
        }
        wait = wait < 0 || left < wait ? left : wait;
    } else if (is_busy) {
        wait = wait < 0 || wait > HUB_TURN_KEPT_MS ? HUB_TURN_KEPT_MS : wait;
    }
    return wait;
}

/* A commit that fits the room the log still has proves nothing: the disk itself is asked. */
bool
watch_has_room(const struct hub *h)
{
    struct statvfs fs;
    if (statvfs(h->files.conf->state_dir, &fs) < 0) {
        return false;
    }
    return fs.f_bavail * fs.f_frsize >= ROOM_MIN;
}
