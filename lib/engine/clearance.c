/* SPDX-License-Identifier: MIT */
/* clearance.c - the last look before a notice leaves: mode, hold, address, hours, ceilings. */
#include "engine/clearance.h"

#include <stdio.h>
#include <string.h>

#include "engine/admin.h"
#include "engine/hearing.h"
#include "engine/notify.h"
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
    bool is_of_day;  /* it speaks of days, to a post */
    bool is_moved;   /* .. which has another address by now */
    int64_t written_ms;
    struct clearance *ret;
    struct err *reterr;
};

/* Columns of notice_role_of: role address kind state step created email. */
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
    char now[ADDRESS_MAX];
    int r = text_copy(a->address, sizeof a->address, row_text_or(row, 1, ""));
    a->is_of_day = a->is_digest || strcmp(kind, "escalate") == 0;
    a->is_moved = strcmp(address_plain(a->address, a->plain),
                         address_plain(row_text_or(row, 6, ""), now)) != 0;
    return r < 0 ? r : 1;
}

static int
read_notice(struct asking *a)
{
    int r = store_each(a->s, Q_NOTICE_ROLE_OF, WITH(I(a->notice)), take_notice, a, a->reterr);
    return r != 0 ? r
                  : err_set(a->reterr, -ECANCELED, "there is no notice %lld",
                            (long long)a->notice);
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

static bool
is_stale(const struct asking *a)
{
    bool is_old = world_day(a->w, a->written_ms) < a->today;
    return a->is_of_day && !a->w->is_mail_silent && (is_old || a->is_moved);
}

static int
by_address(struct asking *a)
{
    if (a->is_moved && is_stale(a)) {
        return 0; /* whoever has it now is asked about when it is written for them */
    }
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

/* What it says in days was true on the day for which it was written. */
static int
by_age(struct asking *a)
{
    if (!is_stale(a)) {
        return 0;
    }
    int r = a->is_digest ? digest_recall(a->s, a->notice, DIGEST_MERGED, a->now_ms, a->reterr)
                         : notify_again(a->w, a->s, a->notice, a->now_ms, a->reterr);
    if (r <= 0) {
        return r; /* it may have arrived: if it is sent again, then the same bytes */
    }
    if (!a->is_digest && r == NOTIFY_WRITTEN) {
        a->ret->is_again = true;
        r = read_notice(a);
        return r < 0 ? r : by_address(a);
    }
    a->ret->verdict = CLEARANCE_NEVER;
    r = store_run(a->s, Q_CATCH_DROP, WITH(I(a->notice)), a->reterr);
    return r < 0 ? r : 1;
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
                                                     by_age, by_ceiling };
    *ret = (struct clearance){ .what = "" };
    struct asking a = { .w = w, .s = s, .notice = notice, .now_ms = now_ms,
                        .today = world_day(w, now_ms), .ret = ret, .reterr = reterr };
    int r = read_notice(&a);
    if (r < 0) {
        return r;
    }
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

static int
take_subject(void *arg, const struct row *row)
{
    *(int64_t *)arg = row_i64(row, 8);
    return 1;
}

/* A digest that is tried in vain is another one each day: their tries are one. */
static int
see_digests_before(struct store *s, int64_t job, int failed, int64_t *first, struct err *reterr)
{
    struct asking a = { .s = s, .reterr = reterr };
    int64_t before = 0;
    int r = store_each(s, Q_JOB_SHOW, WITH(I(job)), take_subject, &a.notice, reterr);
    r = r < 0 ? r : store_each(s, Q_NOTICE_ROLE_OF, WITH(I(a.notice)), take_notice, &a, reterr);
    if (r <= 0 || !a.is_digest) {
        return r;
    }
    struct digest_keys keys = digest_keys_of(a.address);
    r = store_get(s, Q_DIGEST_FIRST_TRY,
                  WITH(T(keys.from), T(keys.to), T(DIGEST_MERGED), I(a.notice), I(failed)),
                  &before, reterr);
    *first = r > 0 && before > 0 && before < *first ? before : *first;
    return r < 0 ? r : 0;
}

int
clearance_is_over(const struct world *w, struct store *s, int64_t job, int failed, int64_t next_ms,
                  struct err *reterr)
{
    int64_t first = 0;
    int r = store_each(s, Q_DELIVERY_LAST_TRIES, WITH(I(job), I(failed)), take_began, &first,
                       reterr);
    int before = r <= 0 ? r : see_digests_before(s, job, failed, &first, reterr);
    if (r <= 0 || before < 0) {
        return r <= 0 ? r : before;
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
