/* SPDX-License-Identifier: MIT */
/* outgoing.c - mail held and let go; what an outage leaves behind. */
#include "engine/outgoing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/audit.h"

enum { NUMBER_MAX = 32, OUTAGE_WD = 1, CATCHUP_WD = 5,
       AFTER_DIGESTS_MS = 30 * 60 * 1000 /* what was held goes into that day's digests first */ };

static int
note(struct store *s, const char *actor, const char *event, const char *detail, int64_t now_ms,
     struct err *reterr)
{
    return audit_append(s,
                        &(struct audit_entry){ .at_ms = now_ms,
                                               .actor = actor,
                                               .event = event,
                                               .subject = "mail",
                                               .detail = detail },
                        reterr);
}

int
outgoing_get(struct store *s, int64_t now_ms, struct outgoing *ret, struct err *reterr)
{
    char until[NUMBER_MAX];
    *ret = (struct outgoing){ .until_ms = INT64_MAX };
    int r = store_setting_get(s, "mail.held", ret->why, sizeof ret->why, reterr);
    if (r < 0 || ret->why[0]) {
        ret->is_held = r >= 0;
        return r < 0 ? r : 0;
    }
    r = store_setting_get(s, "catchup.until_ms", until, sizeof until, reterr);
    if (r <= 0 || !until[0]) {
        return r < 0 ? r : 0;
    }
    r = text_to_i64(until, 0, INT64_MAX, &ret->until_ms);
    if (r < 0) {
        return err_set(reterr, r, "setting 'catchup.until_ms' is no instant: '%s'", until);
    }
    ret->is_held = ret->until_ms > now_ms;
    ret->until_ms = ret->is_held ? ret->until_ms : INT64_MAX;
    (void)snprintf(ret->why, sizeof ret->why, "%s",
                   ret->is_held ? "the daemon was away for more than five working days: look at "
                                  "coprodctl notices list --state pending" : "");
    return 0;
}

int
outgoing_hold(struct store *s, const char *actor, const char *why, int64_t now_ms,
              struct err *reterr)
{
    int r = store_setting_set(s, "mail.held", why, reterr);
    return r < 0 ? r : note(s, actor, "mail held", why, now_ms, reterr);
}

int
outgoing_release(struct store *s, const char *actor, int64_t now_ms, struct err *reterr)
{
    struct outgoing now;
    int r = outgoing_get(s, now_ms, &now, reterr);
    if (r < 0 || !now.is_held) {
        return r;
    }
    r = store_setting_set(s, "mail.held", "", reterr);
    r = r < 0 ? r : store_setting_set(s, "catchup.until_ms", "", reterr);
    r = r < 0 ? r : note(s, actor, "mail released", now.why, now_ms, reterr);
    return r < 0 ? r : 1;
}

int
outgoing_after_outage(struct world *w, struct store *s, int64_t last_ms, int64_t now_ms,
                      struct err *reterr)
{
    char text[NUMBER_MAX];
    char detail[WORLD_NAME_MAX];
    day_t last = world_day(w, last_ms);
    day_t first = calendar_roll_forward(&w->calendar, world_day(w, now_ms));
    int missed = last_ms > 0 ? calendar_between(&w->calendar, last, first) - 1 : 0;
    if (missed <= OUTAGE_WD) {
        return 0;
    }
    w->outage_day = first;
    (void)snprintf(text, sizeof text, "%d", first);
    int r = store_setting_set(s, "outage.day", text, reterr);
    if (r >= 0 && missed > CATCHUP_WD) {
        (void)snprintf(text, sizeof text, "%" PRId64,
                       world_send_ms(w, calendar_add(&w->calendar, first, 1)) + AFTER_DIGESTS_MS);
        r = store_setting_set(s, "catchup.until_ms", text, reterr);
    }
    (void)snprintf(detail, sizeof detail, "%d working days were missed; no new level today%s",
                   missed, missed > CATCHUP_WD ? "; mail is held until the next working day" : "");
    r = r < 0 ? r : note(s, "hub", "back after an outage", detail, now_ms, reterr);
    return r < 0 ? r : 1;
}
