/* SPDX-License-Identifier: MIT */
/* outgoing.c - mail held and let go; what an outage leaves behind. */
#include "engine/outgoing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/admin.h"
#include "store/audit.h"

enum { NUMBER_MAX = 32, OUTAGE_WD = 1, HELD = 6, SHADOWED = 7 };

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
    ret->is_catchup = ret->is_held;
    ret->until_ms = ret->is_held ? ret->until_ms : INT64_MAX;
    if (!ret->is_held) {
        return 0;
    }
    r = store_setting_get(s, "catchup.why", ret->why, sizeof ret->why, reterr);
    return r < 0 ? r : 0;
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

/* ---- storms ---------------------------------------------------------------------------------- */

static int
put_number(struct store *s, const char *key, int64_t n, struct err *reterr)
{
    char text[NUMBER_MAX];
    (void)snprintf(text, sizeof text, "%" PRId64, n);
    return store_setting_set(s, key, text, reterr);
}

/* 0 when there is none. */
static int
get_number(struct store *s, const char *key, int64_t *ret, struct err *reterr)
{
    char text[NUMBER_MAX];
    *ret = 0;
    int r = store_setting_get(s, key, text, sizeof text, reterr);
    if (r > 0 && text[0] && text_to_i64(text, INT64_MIN, INT64_MAX, ret) < 0) {
        return err_set(reterr, -EINVAL, "setting '%s' is no number: '%s'", key, text);
    }
    return r < 0 ? r : 0;
}

/* Nothing leaves but what the admin is told, until somebody lets go or the days are over. */
static int
catch_up(const struct world *w, struct store *s, const char *why, int64_t now_ms,
         struct err *reterr)
{
    day_t first = calendar_roll_forward(&w->calendar, world_day(w, now_ms));
    day_t last = calendar_add(&w->calendar, first, w->mail.release_wd);
    int r = put_number(s, "catchup.until_ms", world_digests_ms(w, last), reterr);
    r = r < 0 ? r : store_setting_set(s, "catchup.why", why, reterr);
    r = r < 0 ? r : note(s, "hub", "catch-up hold", why, now_ms, reterr);
    return r < 0 ? r : admin_order(w, s, ADMIN_CATCHUP, now_ms, reterr);
}

int
outgoing_watch(struct store *s, struct err *reterr)
{
    return store_setting_set(s, "batch.watch", "1", reterr);
}

/* What goes alone and was not judged yet. */
struct alone {
    int64_t mails, roles;
};

static int
take_alone(void *arg, const struct row *row)
{
    *(struct alone *)arg = (struct alone){ row_i64(row, 0), row_i64(row, 1) };
    return 1;
}

static int
see_alone(struct store *s, struct alone *ret, struct err *reterr)
{
    *ret = (struct alone){ 0 };
    int r = store_each(s, Q_NOTICE_UNJUDGED, WITH(I(OUTGOING_UNJUDGED)), take_alone, ret, reterr);
    return r < 0 ? r : 0;
}

int
outgoing_is_unjudged(struct store *s, struct err *reterr)
{
    struct alone alone;
    int r = see_alone(s, &alone, reterr);
    return r < 0 ? r : alone.mails > 0;
}

/* n more of this day; *ret: all of it. */
static int
count_up(struct store *s, const char *key, bool is_today, int64_t n, int64_t *ret,
         struct err *reterr)
{
    *ret = 0;
    int r = is_today ? get_number(s, key, ret, reterr) : 0;
    *ret += n;
    return r < 0 ? r : put_number(s, key, *ret, reterr);
}

/* What leaves on this day: the digests ordered, and what goes alone. */
static int
see_batch(const struct world *w, struct store *s, int digests, const struct alone *alone,
          int64_t now_ms, struct mail_batch *ret, struct err *reterr)
{
    int64_t day = 0;
    int64_t read = 0;
    int64_t by_itself = 0;
    int64_t watched = 0;
    int64_t roster = 0;
    day_t today = world_day(w, now_ms);
    int r = get_number(s, "batch.day", &day, reterr);
    r = r < 0 ? r : put_number(s, "batch.day", today, reterr);
    r = r < 0 ? r : count_up(s, "batch.digests", day == today, digests, &read, reterr);
    r = r < 0 ? r : count_up(s, "batch.alone", day == today, alone->mails, &by_itself, reterr);
    r = r < 0 ? r : get_number(s, "batch.watch", &watched, reterr);
    r = r < 0 || !watched ? r : store_setting_set(s, "batch.watch", "", reterr);
    r = r < 0 ? r : store_get(s, Q_ROLE_COUNT_REACHABLE, NONE, &roster, reterr);
    *ret = (struct mail_batch){ .mails = (int)(read + by_itself),
                                .people = (int)(read > alone->roles ? read : alone->roles),
                                .roster = (int)roster,
                                .is_watched = watched != 0 };
    return r < 0 ? r : 0;
}

/* Once a day: what was let go is not caught again. */
static int
hold_storm(const struct world *w, struct store *s, const struct mail_batch *b, int64_t now_ms,
           struct err *reterr)
{
    char why[WORLD_NAME_MAX];
    struct outgoing out;
    int64_t last = 0;
    int r = outgoing_get(s, now_ms, &out, reterr);
    r = r < 0 ? r : get_number(s, "catchup.day", &last, reterr);
    day_t today = world_day(w, now_ms);
    enum storm storm = r < 0 ? STORM_NONE : storm_judge(&w->mail, b);
    if (storm == STORM_NONE || out.is_held || last == today) {
        return r < 0 ? r : 0;
    }
    if (storm == STORM_MAILS) {
        (void)snprintf(why, sizeof why, "%d mails in one batch, more than %d; look at coprodctl "
                       "mail list", b->mails, w->mail.mails);
    } else {
        (void)snprintf(why, sizeof why, "mails to %d mailboxes at once after an outage or an edit, "
                       "more than %d %% of all there are; look at coprodctl mail list", b->people,
                       w->mail.percent);
    }
    r = put_number(s, "catchup.day", today, reterr);
    return r < 0 ? r : catch_up(w, s, why, now_ms, reterr);
}

int
outgoing_judge(const struct world *w, struct store *s, int digests, int64_t now_ms,
               struct err *reterr)
{
    struct mail_batch b;
    struct alone alone;
    int r = see_alone(s, &alone, reterr);
    if (r < 0 || digests + alone.mails == 0) {
        return r;
    }
    if (w->mail_mode != WORLD_MAIL_NONE) {
        r = see_batch(w, s, digests, &alone, now_ms, &b, reterr);
        r = r < 0 ? r : hold_storm(w, s, &b, now_ms, reterr);
    }
    return r < 0 ? r : store_run(s, Q_JOB_JUDGED, WITH(I(now_ms), I(OUTGOING_UNJUDGED)), reterr);
}

int
outgoing_missed(struct world *w, int64_t last_ms, int64_t now_ms)
{
    day_t last = world_day(w, last_ms);
    day_t first = calendar_roll_forward(&w->calendar, world_day(w, now_ms));
    int missed = last_ms > 0 ? calendar_between(&w->calendar, last, first) - 1 : 0;
    if (missed <= OUTAGE_WD) {
        return 0;
    }
    w->outage_day = first > w->outage_day ? first : w->outage_day;
    return missed;
}

int
outgoing_after_outage(struct world *w, struct store *s, int64_t last_ms, int64_t now_ms,
                      struct err *reterr)
{
    char why[WORLD_NAME_MAX];
    int missed = outgoing_missed(w, last_ms, now_ms);
    bool is_long = missed > w->mail.outage_wd;
    if (missed == 0) {
        return 0;
    }
    int r = put_number(s, "outage.day", w->outage_day, reterr);
    r = r < 0 ? r : world_raise(w, s, reterr); /* workers that live know it too */
    r = r < 0 ? r : outgoing_watch(s, reterr);
    (void)snprintf(why, sizeof why, "%d working days were missed; no new level today%s", missed,
                   is_long ? "; mail is held until the next working day" : "");
    r = r < 0 ? r : note(s, "hub", "back after an outage", why, now_ms, reterr);
    (void)snprintf(why, sizeof why, "the daemon was away for %d working days; look at coprodctl "
                   "mail list", missed);
    r = r < 0 || !is_long ? r : catch_up(w, s, why, now_ms, reterr);
    return r < 0 ? r : 1;
}

int
outgoing_seen(struct store *s, int64_t *ret, struct err *reterr)
{
    return get_number(s, "policy.high_ms", ret, reterr);
}

int
outgoing_see(struct store *s, int64_t now_ms, struct err *reterr)
{
    return put_number(s, "policy.high_ms", now_ms, reterr);
}

int
outgoing_is_virtual(struct store *s, struct err *reterr)
{
    int64_t is_virtual = 0;
    int r = get_number(s, "policy.is_virtual", &is_virtual, reterr);
    return r < 0 ? r : is_virtual != 0;
}

int
outgoing_set_virtual(struct store *s, bool is_virtual, struct err *reterr)
{
    return put_number(s, "policy.is_virtual", is_virtual, reterr);
}

int
outgoing_come_back(struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    int64_t last_ms = 0;
    int r = outgoing_seen(s, &last_ms, reterr);
    r = r < 0 ? r : outgoing_after_outage(w, s, last_ms, now_ms, reterr);
    int seen = r > 0 ? outgoing_see(s, now_ms, reterr) : 0;
    return seen < 0 ? seen : r;
}

/* ---- the mode is changed --------------------------------------------------------------------- */

static int
forget_pending(struct store *s, int state, int64_t now_ms, struct err *reterr)
{
    static const char why[] = "it was decided while no mail left";
    int r = store_run(s, Q_NOTICE_CAUGHT_SET, WITH(I(state), I(now_ms)), reterr);
    int caught = r;
    r = r < 0 ? r : store_run(s, Q_NOTICE_PENDING_SET, WITH(I(state), I(now_ms)), reterr);
    int pending = r;
    r = r < 0 ? r : store_run(s, Q_CATCH_CLEAR, NONE, reterr);
    r = r < 0 ? r : store_run(s, Q_JOB_CANCEL_DELIVERIES, WITH(T(why), I(now_ms)), reterr);
    r = r < 0 ? r : store_run(s, Q_SLOT_FORGET, WITH(I(INT32_MAX)), reterr);
    return r < 0 ? r : caught + pending;
}

int
outgoing_switch(struct world *w, struct store *s, const char *before, int64_t now_ms,
                struct err *reterr)
{
    static const char *const modes[] = { "sending", "none", "shadow" };
    char detail[WORLD_NAME_MAX];
    bool was_shadow = strcmp(before, "shadow") == 0;
    bool was_silent = was_shadow || strcmp(before, "none") == 0;
    bool begins = was_silent && !w->is_mail_silent;
    int n = begins ? forget_pending(s, was_shadow ? SHADOWED : HELD, now_ms, reterr) : 0;
    if (n < 0) {
        return n;
    }
    int r = 0;
    if (begins) {
        day_t first = calendar_roll_forward(&w->calendar, world_day(w, now_ms));
        w->outage_day = calendar_add(&w->calendar, first, w->rules.baseline_wd - 1);
        r = put_number(s, "outage.day", w->outage_day, reterr);
        r = r < 0 ? r : store_setting_set(s, "mail.failing_ms", "", reterr);
    }
    (void)snprintf(detail, sizeof detail, "from %.20s to %s%s", before, modes[w->mail_mode],
                   begins ? "; nothing of what was decided before is sent, and the ladder rests "
                            "for ten working days" : "");
    return r < 0 ? r : note(s, "hub", "mail mode", detail, now_ms, reterr);
}

/* ---- does mail work -------------------------------------------------------------------------- */

int
outgoing_note_delivery(struct store *s, bool is_accepted, int64_t now_ms, struct err *reterr)
{
    int64_t since = 0;
    int r = get_number(s, "mail.failing_ms", &since, reterr);
    if (r < 0 || is_accepted == (since == 0)) {
        return r;
    }
    return is_accepted ? store_setting_set(s, "mail.failing_ms", "", reterr)
                       : put_number(s, "mail.failing_ms", now_ms, reterr);
}

int
outgoing_silence(const struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    int64_t since = 0;
    int r = get_number(s, "mail.failing_ms", &since, reterr);
    if (r < 0 || since == 0 || now_ms < since) {
        return r;
    }
    return calendar_between(&w->calendar, world_day(w, since), world_day(w, now_ms));
}
