/* SPDX-License-Identifier: MIT */
/* clearance.c - the last look before a notice leaves: mode, hold, address, hours, ceilings. */
#include "engine/clearance.h"

#include <stdio.h>
#include <string.h>

#include "engine/admin.h"
#include "engine/hearing.h"
#include "engine/outgoing.h"
#include "engine/untold.h"

enum { HOUR_MIN = 60, TRIES_WD = 3, MS_MINUTE = 60000,
       SLOT_DAYS = 7, HOLD_AGAIN_MS = 60000, NOTICE_HELD = 6, NOTICE_SHADOWED = 7 };

struct asking {
    const struct world *w;
    struct store *s;
    int64_t notice, now_ms;
    day_t today;
    char address[ADDRESS_MAX], plain[ADDRESS_MAX];
    bool is_urgent, is_admin, is_summary, is_test, is_digest;
    int64_t written_ms;
    struct clearance *ret;
    struct err *reterr;
};

/* Columns of notice_role_of: role address kind state step created. */
static int
take_notice(void *arg, const struct row *row)
{
    struct asking *a = arg;
    const char *kind = row_text_or(row, 2, "");
    a->is_urgent = strcmp(kind, "escalate") == 0 || strcmp(kind, "pack") == 0;
    a->is_admin = strcmp(kind, "admin") == 0;
    a->is_summary = a->is_admin && strcmp(row_text_or(row, 4, ""), "catchup") == 0;
    a->is_digest = strcmp(kind, "digest") == 0;
    a->written_ms = row_i64(row, 5);
    a->is_test = a->is_admin && strcmp(row_text_or(row, 4, ""), ADMIN_TEST_STEP) == 0;
    int r = text_copy(a->address, sizeof a->address, row_text_or(row, 1, ""));
    return r < 0 ? r : 1;
}

static int
catch_it(struct asking *a, enum clearance_verdict verdict, const char *what, const char *words)
{
    a->ret->verdict = verdict;
    a->ret->what = what;
    (void)snprintf(a->ret->words, sizeof a->ret->words, "%s", words);
    int r = store_run(a->s, Q_CATCH_SET, WITH(I(a->notice), T(what), T(words), I(a->now_ms)),
                      a->reterr);
    return r < 0 ? r : 1;
}

/* ---- each catch: 0 when it lets the notice by, 1 when it does not ---------------------------- */

static int
by_none(struct asking *a)
{
    if (a->w->mail_mode != WORLD_MAIL_NONE) {
        return 0;
    }
    a->ret->verdict = CLEARANCE_KEEP;
    int r = store_run(a->s, Q_NOTICE_STATE_SET, WITH(I(NOTICE_HELD), I(a->now_ms), I(a->notice)),
                      a->reterr);
    r = r < 0 ? r : store_run(a->s, Q_CATCH_DROP, WITH(I(a->notice)), a->reterr);
    return r < 0 ? r : 1;
}

static int
by_hold(struct asking *a)
{
    struct outgoing out;
    int r = outgoing_get(a->s, a->now_ms, &out, a->reterr);
    if (r < 0 || !out.is_held || (out.is_catchup && a->is_summary)) {
        return r;
    }
    /* The hub offers it again when the hold is over; this one was on its way already. */
    a->ret->until_ms = a->now_ms + HOLD_AGAIN_MS;
    return catch_it(a, CLEARANCE_WAIT, "hold", out.why);
}

static int
by_address(struct asking *a)
{
    int h = hearing_of(a->w, a->s, a->address, a->reterr);
    if (h <= HEARING_NO_ADDRESS) { /* none at all was dealt with when it was written */
        return h < 0 ? h : 0;
    }
    int r = store_run(a->s, Q_NOTICE_STATE_SET, WITH(I(NOTICE_HELD), I(a->now_ms), I(a->notice)),
                      a->reterr);
    r = r < 0 ? r : untold_notice(a->w, a->s, a->notice, a->now_ms, a->reterr);
    const char *what = h == HEARING_DOMAIN ? "domain" : "quarantine";
    return r < 0 ? r : catch_it(a, CLEARANCE_NEVER, what, hearing_words((enum hearing)h));
}

/* Now, or when the hours of mail have come: by then what waited is in the digests of that day. */
static int64_t
leaves_ms(const struct world *w, int64_t now_ms)
{
    int64_t opens = world_window(w, now_ms);
    return opens == now_ms ? now_ms : world_digests_ms(w, world_day(w, opens));
}

/* What waited overnight must not leave beside the digest that is being written: it is that one. */
static int64_t
after_digests_ms(const struct asking *a)
{
    int64_t digests = world_digests_ms(a->w, a->today);
    bool is_old = a->is_digest && world_day(a->w, a->written_ms) < a->today;
    return is_old && a->now_ms < digests ? digests : a->now_ms;
}

/* More has come for its reader since, and no digest of today has it yet: it merges with that. Were
 * it to leave before, whoever is quicker, the rest would wait or be a second digest. */
static int
by_today(struct asking *a)
{
    static const char words[] = "it goes into the digest of today, which is being written";
    int64_t yes = 0;
    bool is_old = a->is_digest && world_day(a->w, a->written_ms) < a->today;
    int r = !is_old ? 0
                    : store_get(a->s, Q_ITEM_CALLS_READER_OF, WITH(I(a->today), I(a->notice)), &yes,
                                a->reterr);
    if (r <= 0) {
        return r;
    }
    a->ret->until_ms = a->now_ms + HOLD_AGAIN_MS;
    return catch_it(a, CLEARANCE_WAIT, "hours", words);
}

/* Whenever it was written, tried before or let go: people get mail in the hours of mail. Who asks
 * whether mail works wants to know now. */
static int
by_hours(struct asking *a)
{
    char words[WORLD_NAME_MAX];
    char day[DAY_TEXT_MAX];
    int64_t until = leaves_ms(a->w, a->now_ms);
    until = until == a->now_ms ? after_digests_ms(a) : until;
    if (until == a->now_ms || a->is_test) {
        return 0;
    }
    int minute = (int)(zone_local_ms(a->w->zone, until) / MS_MINUTE);
    (void)snprintf(words, sizeof words, "it waits for the hours of mail, on %s at %02d:%02d",
                   day_format(world_day(a->w, until), day), minute / HOUR_MIN, minute % HOUR_MIN);
    a->ret->until_ms = until;
    return catch_it(a, CLEARANCE_WAIT, "hours", words);
}

static int
take_used(void *arg, const struct row *row)
{
    struct quota_used *used = arg;
    used->all = (int)row_i64(row, 0);
    used->person = (int)row_i64(row, 1);
    return 1;
}

/* A mail that has its place of today already, from a try before, needs no other. */
static int
by_ceiling(struct asking *a)
{
    struct quota_used used = { 0 };
    int64_t has = 0;
    if (a->is_admin) {
        return 0;
    }
    int r = store_get(a->s, Q_SLOT_HAS, WITH(I(a->today), I(a->is_urgent), I(a->notice)), &has,
                      a->reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    r = store_each(a->s, Q_SLOT_COUNT, WITH(T(a->plain), I(a->today), I(a->is_urgent)), take_used,
                   &used, a->reterr);
    enum quota_verdict v = quota_judge(&a->w->mail, a->is_urgent, &used);
    if (r < 0 || v == QUOTA_GO) {
        return r < 0 ? r : 0;
    }
    char words[WORLD_NAME_MAX];
    bool is_person = v == QUOTA_PERSON;
    (void)snprintf(words, sizeof words, "mails%s%s today: %d; it waits for the next working day",
                   a->is_urgent ? " of levels 3 to 5" : "", is_person ? " to this person" : "",
                   is_person ? used.person : used.all);
    a->ret->until_ms =
        world_send_ms(a->w, calendar_add(&a->w->calendar, calendar_roll_forward(
                                                              &a->w->calendar, a->today), 1));
    r = admin_order(a->w, a->s, ADMIN_CEILING, a->now_ms, a->reterr);
    return r < 0 ? r : catch_it(a, CLEARANCE_WAIT, is_person ? "person" : "all", words);
}

static int
take_place(struct asking *a)
{
    int r = store_run(a->s, Q_CATCH_DROP, WITH(I(a->notice)), a->reterr);
    if (r < 0 || a->is_admin) {
        return r < 0 ? r : 0;
    }
    r = store_run(a->s, Q_SLOT_TAKE,
                  WITH(I(a->today), I(a->is_urgent), I(a->notice), T(a->plain)), a->reterr);
    r = r < 0 ? r : store_run(a->s, Q_SLOT_FORGET, WITH(I(a->today - SLOT_DAYS)), a->reterr);
    return r < 0 ? r : 0;
}

/* It would leave now: all that could have caught it was asked. */
static int
leave(struct asking *a)
{
    int r = take_place(a);
    if (r < 0 || a->w->mail_mode != WORLD_MAIL_SHADOW) {
        return r;
    }
    a->ret->verdict = CLEARANCE_SHADOW;
    r = store_run(a->s, Q_NOTICE_STATE_SET, WITH(I(NOTICE_SHADOWED), I(a->now_ms), I(a->notice)),
                  a->reterr);
    return r < 0 ? r : 0;
}

int
clearance_ask(const struct world *w, struct store *s, int64_t notice, int64_t now_ms,
              struct clearance *ret, struct err *reterr)
{
    static int (*const catches[])(struct asking *) = { by_none, by_hold, by_address, by_hours,
                                                     by_today, by_ceiling };
    *ret = (struct clearance){ .what = "" };
    struct asking a = { .w = w, .s = s, .notice = notice, .now_ms = now_ms,
                        .today = world_day(w, now_ms), .ret = ret, .reterr = reterr };
    int r = store_each(s, Q_NOTICE_ROLE_OF, WITH(I(notice)), take_notice, &a, reterr);
    if (r <= 0) {
        return r < 0 ? r : err_set(reterr, -ECANCELED, "there is no notice %lld",
                                   (long long)notice);
    }
    (void)address_plain(a.address, a.plain);
    r = 0;
    for (size_t i = 0; r == 0 && i < LENGTH(catches); i++) {
        r = catches[i](&a);
    }
    if (r == 0) {
        return leave(&a);
    }
    return r < 0 ? r : 0;
}

static int
take_began(void *arg, const struct row *row)
{
    *(int64_t *)arg = row_i64(row, 0); /* newest first: the last one stays */
    return 0;
}

int
clearance_is_over(const struct world *w, struct store *s, int64_t job, int failed, int64_t next_ms,
                  struct err *reterr)
{
    int64_t first = 0;
    int r = store_each(s, Q_DELIVERY_LAST_TRIES, WITH(I(job), I(failed)), take_began, &first,
                       reterr);
    if (r <= 0) {
        return r;
    }
    day_t last = calendar_add(&w->calendar, calendar_roll_back(&w->calendar, world_day(w, first)),
                              TRIES_WD);
    int minute = (int)(zone_local_ms(w->zone, first) / MS_MINUTE);
    return leaves_ms(w, next_ms) > zone_instant(w->zone, last, minute);
}

int
clearance_give_back(const struct world *w, struct store *s, int64_t notice, int64_t asked_ms,
                    struct err *reterr)
{
    struct asking a = { .reterr = reterr };
    int r = store_each(s, Q_NOTICE_ROLE_OF, WITH(I(notice)), take_notice, &a, reterr);
    r = r < 0 ? r
              : store_run(s, Q_SLOT_GIVE_BACK,
                          WITH(I(world_day(w, asked_ms)), I(a.is_urgent), I(notice)), reterr);
    return r < 0 ? r : 0;
}
