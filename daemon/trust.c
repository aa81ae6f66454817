/* SPDX-License-Identifier: MIT */
/*
 * trust.c - is the machine's clock to be believed? While it is not, nothing is fired and nothing is
 * offered, and status says why. It heals by itself when the clock is set right; a person may also
 * take the clock as it is (coprodctl clock accept), which is recorded.
 *
 * Two witnesses speak against a clock: the latest time the store has seen, also after a restart;
 * and, while the hub lives, the steady clock, which goes on while the machine sleeps. A jump ahead
 * is remembered in the store, so that a hub born again does not take it for the truth.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "engine/outgoing.h"
#include "hub.h"

enum { NUMBER_MAX = 32 };
static const char key_held[] = "clock.held_ms"; /* what a clock that jumped ought to say; 0 */

static int
read_ms(struct hub *h, const char *key, int64_t *ret, struct err *reterr)
{
    char text[NUMBER_MAX];
    int r = store_setting_get(h->store, key, text, sizeof text, reterr);
    if (r > 0 && text_to_i64(text, 0, INT64_MAX, ret) < 0) {
        *ret = 0;
    }
    return r < 0 ? r : 0;
}

static int
write_ms(struct hub *h, const char *key, int64_t ms, struct err *reterr)
{
    char text[NUMBER_MAX];
    (void)snprintf(text, sizeof text, "%" PRId64, ms);
    return store_setting_set(h->store, key, text, reterr);
}

static struct jump_look
look(void)
{
    return (struct jump_look){ clock_wall_ms(), clock_boot_ms() };
}

static void
doubt(struct hub *h, int64_t days, const char *what)
{
    bool is_news = !h->is_clock_wrong;
    h->is_clock_wrong = true;
    (void)snprintf(h->clock_words, sizeof h->clock_words,
                   "the machine's clock is %" PRId64 " days %s: nothing is sent until it is set "
                   "right, or taken as it is (coprodctl clock accept)",
                   days, what);
    if (is_news) {
        log_event(LOG_CLOCK_JUMPED, NULL, "%s", h->clock_words);
    }
}

void
trust_watch(struct hub *h)
{
    struct jump_look now = look();
    if (h->clock.is_virtual) {
        return;
    }
    enum jump jump = jump_judge(h->looked, now);
    int64_t days = jump_ms(h->looked, now) / JUMP_DAY_MS;
    int64_t behind_ms = h->high_ms - now.wall_ms;
    bool is_ahead = jump == JUMP_AHEAD;
    h->wants_trust |= is_ahead != (h->held_ms != 0);
    h->held_ms = is_ahead ? h->looked.wall_ms + now.mono_ms - h->looked.mono_ms : 0;
    if (is_ahead) {
        doubt(h, days, "ahead of the time that has passed");
    } else if (behind_ms >= JUMP_DAY_MS) {
        doubt(h, behind_ms / JUMP_DAY_MS, "behind what the store has seen");
    } else if (jump == JUMP_BEHIND) {
        doubt(h, -days, "behind the time that has passed");
    } else {
        h->looked = now;
        if (h->is_clock_wrong) {
            log_event(LOG_CLOCK_JUMPED, NULL, "the machine's clock is right again");
        }
        h->is_clock_wrong = false;
        h->clock_words[0] = '\0';
    }
}

int
trust_start(struct hub *h, struct err *reterr)
{
    int64_t held = 0;
    int r = outgoing_seen(h->store, &h->high_ms, reterr);
    r = r < 0 ? r : read_ms(h, key_held, &held, reterr);
    if (r < 0) {
        return r;
    }
    h->wants_trust = true;
    if (h->clock.is_virtual) {
        h->clock.now_ms = h->clock.now_ms > h->high_ms ? h->clock.now_ms : h->high_ms;
        return 0;
    }
    h->looked = look();
    if (held) {
        h->looked.wall_ms = held;
        h->held_ms = held;
    }
    trust_watch(h);
    return 0;
}

int
trust_write(struct hub *h, struct err *reterr)
{
    h->wants_trust = false;
    int r = write_ms(h, key_held, h->held_ms, reterr);
    return r < 0 ? r : outgoing_set_virtual(h->store, h->clock.is_virtual, reterr);
}

int
trust_mark(struct hub *h, int64_t now_ms, struct err *reterr)
{
    int r = outgoing_see(h->store, now_ms, reterr);
    h->high_ms = r < 0 ? h->high_ms : now_ms;
    return r;
}

/* The time that the clock jumped over was like one in which the daemon was away: no new level on
 * the first day, and after a long one mail is held and the admin told. */
static int
call_it_an_outage(struct hub *h, bool is_dry, struct err *reterr)
{
    const struct world before = *h->world;
    int r = outgoing_come_back(h->world, h->store, clock_wall_ms(), reterr);
    if (is_dry) {
        h->world->outage_day = before.outage_day;
        h->world->revision = before.revision;
    }
    return r < 0 ? r : 0;
}

int
trust_accept(struct hub *h, bool is_dry, struct err *reterr)
{
    int r = call_it_an_outage(h, is_dry, reterr);
    r = r < 0 ? r : outgoing_see(h->store, clock_wall_ms(), reterr);
    r = r < 0 ? r : write_ms(h, key_held, 0, reterr);
    if (r >= 0 && !is_dry) {
        h->looked = look();
        h->high_ms = h->looked.wall_ms;
        h->held_ms = 0;
        trust_watch(h);
    }
    return r;
}
