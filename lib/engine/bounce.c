/* SPDX-License-Identifier: MIT */
/* bounce.c - a delivery report finds its notice and has its consequences. */
#include "engine/bounce.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "engine/admin.h"
#include "engine/hearing.h"
#include "engine/untold.h"
#include "store/audit.h"

enum { SUBJECT_MAX = 40, DETAIL_MAX = 80 };

struct taking {
    const struct world *w;
    struct store *s;
    const struct dsn *d;
    int64_t now_ms, notice;
    char role[OCC_NAME_MAX], address[ADDRESS_MAX], plain[ADDRESS_MAX];
    struct err *reterr;
};

/* ---- whose it is ----------------------------------------------------------------------------- */

static int
find_between(struct taking *t, const char *from, const char *below)
{
    return store_get(t->s, Q_NOTICE_BY_MESSAGE, WITH(T(from), T(below)), &t->notice, t->reterr);
}

static int
find_by_id(struct taking *t)
{
    char below[DSN_ID_MAX + 1];
    size_t n = strlen(t->d->message_id);
    if (n == 0) {
        return 0;
    }
    (void)snprintf(below, sizeof below, "%.*s?", (int)n - 1, t->d->message_id); /* ? follows > */
    return find_between(t, t->d->message_id, below);
}

/* An address made of mail.envelope has the notice's key where the star stands. */
static int
find_by_envelope(struct taking *t, const char *to)
{
    const char *star = strchr(t->w->envelope, '*');
    size_t head = star ? (size_t)(star - t->w->envelope) : 0;
    size_t tail = star ? strlen(star + 1) : 0;
    size_t n = strlen(to);
    bool fits = star && n > head + tail && strncasecmp(to, t->w->envelope, head) == 0
                && strcasecmp(to + n - tail, star + 1) == 0;
    size_t key = fits ? n - head - tail : 0;
    if (key < 16 || strspn(to + head, "0123456789abcdef") < key) {
        return 0;
    }
    char from[DSN_ID_MAX + 4];
    char below[DSN_ID_MAX + 4];
    (void)snprintf(from, sizeof from, "<%.*s.", (int)key, to + head);
    (void)snprintf(below, sizeof below, "<%.*s/", (int)key, to + head); /* / follows . */
    return find_between(t, from, below);
}

static int
take_notice(void *arg, const struct row *row)
{
    struct taking *t = arg;
    int r = text_copy(t->role, sizeof t->role, row_text_or(row, 0, ""));
    r = r < 0 ? r : text_copy(t->address, sizeof t->address, row_text_or(row, 1, ""));
    return r < 0 ? r : 1;
}

static int
find_notice(struct taking *t)
{
    int r = find_by_id(t);
    for (size_t i = 0; r == 0 && i < t->d->n_to; i++) {
        r = find_by_envelope(t, t->d->to[i]);
    }
    if (r <= 0) {
        return r;
    }
    r = store_each(t->s, Q_NOTICE_ROLE_OF, WITH(I(t->notice)), take_notice, t, t->reterr);
    (void)address_plain(t->address, t->plain);
    return r;
}

/* ---- what follows ---------------------------------------------------------------------------- */

/* What the post leads may now ask its deputy, or nobody: each timer is set anew. */
static int
arm_led(struct taking *t)
{
    AUTO(id_list) struct id_list led = { .n = 0 };
    int r = store_list(t->s, Q_OCCURRENCE_OF_LEAD, WITH(T(t->role)), &led, t->reterr);
    for (size_t i = 0; r >= 0 && i < led.n; i++) {
        struct occurrence o;
        r = occurrence_get(t->s, led.ids[i], &o, t->reterr);
        r = r < 0 ? r : occurrence_arm(t->w, t->s, &o, t->now_ms, t->reterr);
    }
    return r < 0 ? r : 0;
}

static int
fail_for_good(struct taking *t)
{
    char words[WORLD_NAME_MAX];
    int r = store_run(t->s, Q_NOTICE_BOUNCED, WITH(I(t->now_ms), I(t->notice)), t->reterr);
    if (r <= 0) {
        return r; /* taken back or bounced before: nobody waits for it */
    }
    (void)snprintf(words, sizeof words, "status %s",
                   t->d->status[0] ? t->d->status : "not said");
    r = store_run(t->s, Q_QUARANTINE_PUT,
                  WITH(T(t->plain), I(t->notice), T(words), I(t->now_ms)), t->reterr);
    r = r < 0 ? r
              : store_run(t->s, Q_JOB_CANCEL_OF_SUBJECT,
                          WITH(T("it came back"), I(t->now_ms), I(JOB_KIND_DELIVER), I(t->notice)),
                          t->reterr);
    r = r < 0 ? r : untold_notice(t->w, t->s, t->notice, t->now_ms, t->reterr);
    r = r < 0 ? r : arm_led(t);
    return r < 0 ? r : admin_order(t->w, t->s, ADMIN_UNDELIVERED, t->now_ms, t->reterr);
}

static int
record(const struct taking *t)
{
    char subject[SUBJECT_MAX];
    char detail[DETAIL_MAX];
    (void)snprintf(subject, sizeof subject, "notice %lld", (long long)t->notice);
    (void)snprintf(detail, sizeof detail, "%s, status %s", dsn_verdict_word(t->d->verdict),
                   t->d->status[0] ? t->d->status : "not said");
    return audit_append(t->s,
                        &(struct audit_entry){ .at_ms = t->now_ms, .actor = "deliver",
                                               .event = "came back", .subject = subject,
                                               .detail = detail },
                        t->reterr);
}

int
bounce_take(const struct world *w, struct store *s, const struct dsn *d, const char *hash,
            int64_t now_ms, struct bounced *ret, struct err *reterr)
{
    struct taking t = { .w = w, .s = s, .d = d, .now_ms = now_ms, .reterr = reterr };
    int64_t id = 0;
    *ret = (struct bounced){ .verdict = d->verdict };
    int r = d->verdict == DSN_NO_REPORT ? 0 : find_notice(&t);
    r = r < 0 ? r : store_ids(s, "bounce", 1, &id, reterr);
    if (r < 0) {
        return r;
    }
    bool is_lost = d->verdict != DSN_NO_REPORT && t.notice == 0;
    r = store_run(s, Q_BOUNCE_ADD,
                  WITH(I(id), T(hash), t.notice ? I(t.notice) : NIL,
                       T(is_lost ? "unmatched" : dsn_verdict_word(d->verdict)), T(d->status),
                       I(now_ms)),
                  reterr);
    ret->is_new = r > 0;
    ret->notice = t.notice;
    if (r <= 0 || t.notice == 0) {
        return r < 0 ? r : 0;
    }
    r = record(&t);
    return r < 0 || d->verdict != DSN_HARD ? r : fail_for_good(&t);
}
