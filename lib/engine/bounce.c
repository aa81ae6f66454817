/* SPDX-License-Identifier: MIT */
/* bounce.c - a delivery report finds its notice and has its consequences. */
#include "engine/bounce.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "engine/hearing.h"
#include "engine/untold.h"
#include "rules/refusal.h"
#include "store/audit.h"

enum { SUBJECT_MAX = 40, DETAIL_MAX = 80 };

struct taking {
    const struct world *w;
    struct store *s;
    const struct dsn *d;
    int64_t now_ms, notice;
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
find_notice(struct taking *t)
{
    int r = find_by_id(t);
    for (size_t i = 0; r == 0 && i < t->d->n_to; i++) {
        r = find_by_envelope(t, t->d->to[i]);
    }
    return r;
}

/* ---- what follows ---------------------------------------------------------------------------- */

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
    bool is_dead = refusal_is_of_address(REFUSAL_REPORTED, 0, t->d->status);
    r = is_dead ? hearing_stop(t->w, t->s, t->notice, words, t->now_ms, t->reterr) : 0;
    r = r < 0 ? r
              : store_run(t->s, Q_JOB_CANCEL_OF_SUBJECT,
                          WITH(T("it came back"), I(t->now_ms), I(JOB_KIND_DELIVER), I(t->notice)),
                          t->reterr);
    return r < 0 ? r : untold_notice(t->w, t->s, t->notice, t->now_ms, t->reterr);
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
