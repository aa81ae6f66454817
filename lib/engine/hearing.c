/* SPDX-License-Identifier: MIT */
/* hearing.c - who may be sent anything; quarantine lifted. */
#include "engine/hearing.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "engine/admin.h"
#include "engine/digest.h"
#include "rules/domain.h"
#include "store/audit.h"

enum { BATCH = 64, NOTICE_COL = 0, ADDRESS_COL = 2, WHAT_COL = 6, ROSTER_COL = 8 };

const char *
hearing_words(enum hearing h)
{
    static const char *const words[] = {
        [HEARING_OK] = "",
        [HEARING_NO_ADDRESS] = "it has no address",
        [HEARING_DOMAIN] = "its domain is not among mail.allow_domains",
        [HEARING_QUARANTINE] = "mail to it came back; mend it by coprodctl mail readmit or another "
                               "address",
    };
    return words[h];
}

const char *
address_plain(const char *address, char buf[ADDRESS_MAX])
{
    size_t n = 0;
    for (; address[n] && n < ADDRESS_MAX - 1; n++) {
        buf[n] = (char)tolower((unsigned char)address[n]);
    }
    buf[n] = '\0';
    return buf;
}

int
hearing_of(const struct world *w, struct store *s, const char *address, struct err *reterr)
{
    char plain[ADDRESS_MAX];
    int64_t yes = 0;
    if (!address || !notice_address_ok(address)) {
        return HEARING_NO_ADDRESS;
    }
    if (!domain_is_allowed(w->allow_domains, address)) {
        return HEARING_DOMAIN;
    }
    int r = store_get(s, Q_QUARANTINE_GET, WITH(T(address_plain(address, plain))), &yes, reterr);
    return r < 0 ? r : r > 0 ? HEARING_QUARANTINE : HEARING_OK;
}

/* ---- an address is dead ---------------------------------------------------------------------- */

static int
take_dead(void *arg, const struct row *row)
{
    (void)address_plain(row_text_or(row, 1, ""), arg);
    return 1;
}

/* Each timer is set anew: it may have a deputy to ask, or nobody. */
static int
arm_led(const struct world *w, struct store *s, const char *plain, int64_t now_ms,
        struct err *reterr)
{
    AUTO(id_list) struct id_list led = { .n = 0 };
    int r = store_list(s, Q_OCCURRENCE_OF_ADDRESS, WITH(T(plain)), &led, reterr);
    for (size_t i = 0; r >= 0 && i < led.n; i++) {
        struct occurrence o;
        r = occurrence_get(s, led.ids[i], &o, reterr);
        r = r < 0 ? r : occurrence_arm(w, s, &o, now_ms, reterr);
    }
    return r < 0 ? r : 0;
}

int
hearing_stop(const struct world *w, struct store *s, int64_t notice, const char *words,
             int64_t now_ms, struct err *reterr)
{
    char plain[ADDRESS_MAX] = "";
    int r = store_each(s, Q_NOTICE_ROLE_OF, WITH(I(notice)), take_dead, plain, reterr);
    r = r < 0 ? r
              : store_run(s, Q_QUARANTINE_PUT, WITH(T(plain), I(notice), T(words), I(now_ms)),
                          reterr);
    r = r < 0 ? r : arm_led(w, s, plain, now_ms, reterr);
    return r < 0 ? r : admin_order(w, s, ADMIN_UNDELIVERED, now_ms, reterr);
}

/* ---- what was caught may go ------------------------------------------------------------------ */

struct caught {
    const struct world *w;
    struct store *s;
    int64_t now_ms, after;
    struct {
        int64_t notice;
        const char *back; /* why it does not leave as it is; NULL: it does */
    } list[BATCH];
    int n;
    struct err *reterr;
};

/* Who has it now: a mail is frozen with the address of the day on which it was written. */
static bool
is_address_of(const struct world *w, const struct row *row)
{
    char plain[ADDRESS_MAX];
    char now[ADDRESS_MAX];
    (void)address_plain(row_text_or(row, ADDRESS_COL, ""), plain);
    return strcmp(plain, address_plain(row_text_or(row, ROSTER_COL, ""), now)) == 0
           || strcmp(plain, address_plain(w->admin, now)) == 0;
}

static int
take_free(void *arg, const struct row *row)
{
    struct caught *c = arg;
    const char *what = row_text_or(row, WHAT_COL, "");
    bool is_ours = strcmp(what, "domain") == 0 || strcmp(what, "quarantine") == 0;
    c->after = row_i64(row, NOTICE_COL);
    if (!is_ours) {
        return 0;
    }
    bool is_theirs = is_address_of(c->w, row);
    int h = is_theirs ? hearing_of(c->w, c->s, row_text_or(row, ADDRESS_COL, ""), c->reterr)
                      : HEARING_OK;
    int64_t yes = 0;
    int over = h != HEARING_OK ? 0
                               : store_get(c->s, Q_NOTICE_IS_OVERTAKEN, WITH(I(c->after)), &yes,
                                           c->reterr);
    if (h == HEARING_OK && over >= 0) {
        c->list[c->n].notice = c->after;
        c->list[c->n++].back = !is_theirs ? "its reader has another address: it goes into the next"
                                            " digest"
                               : over ? "others are asked to decide by now: it goes into the next"
                                        " digest"
                                      : NULL;
    }
    return h < 0 ? h : over < 0 ? over : c->n == BATCH;
}

static int
let_go(struct store *s, int64_t notice, int64_t now_ms, struct err *reterr)
{
    char key[64];
    int64_t no = 0;
    int r = store_run(s, Q_CATCH_DROP, WITH(I(notice)), reterr);
    r = r < 0 ? r : store_run(s, Q_NOTICE_LET_GO, WITH(I(now_ms), I(notice)), reterr);
    r = r <= 0 ? r : store_ids(s, "let go", 1, &no, reterr);
    if (r < 0) {
        return r;
    }
    (void)snprintf(key, sizeof key, "deliver|%lld|%lld", (long long)notice, (long long)no);
    const struct job_order order = { .kind = JOB_KIND_DELIVER, .key = key, .run_at_ms = now_ms,
                                     .subject = notice };
    return no == 0 ? 0 : job_order_add(s, &order, now_ms, reterr);
}

/* Written for an address that nobody there reads any more, its items go to the one of now; a level
 * that has gone further since is nobody's to decide, and news. */
static int
take_back(struct store *s, int64_t notice, const char *why, int64_t now_ms, struct err *reterr)
{
    char subject[40];
    int r = store_run(s, Q_ITEM_CALL_OF_ALONE, WITH(I(notice)), reterr);
    r = r < 0 ? r : digest_recall(s, notice, why, now_ms, reterr);
    if (r <= 0) {
        return r; /* it may have arrived: it stays as it is, and shown */
    }
    (void)snprintf(subject, sizeof subject, "notice %lld", (long long)notice);
    r = store_run(s, Q_CATCH_DROP, WITH(I(notice)), reterr);
    return r < 0 ? r
                 : audit_append(s,
                                &(struct audit_entry){ .at_ms = now_ms, .actor = "hub",
                                                       .event = "taken back",
                                                       .subject = subject, .detail = why },
                                reterr);
}

static int
settle_caught(struct caught *c)
{
    int r = 0;
    for (int i = 0; r >= 0 && i < c->n; i++) {
        int64_t notice = c->list[i].notice;
        const char *why = c->list[i].back;
        r = why ? take_back(c->s, notice, why, c->now_ms, c->reterr)
                : let_go(c->s, notice, c->now_ms, c->reterr);
    }
    return r;
}

int
hearing_review(const struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    struct caught c = { .w = w, .s = s, .now_ms = now_ms, .reterr = reterr };
    int r = store_run(s, Q_QUARANTINE_FORGET, NONE, reterr);
    do {
        c.n = 0;
        r = r < 0 ? r : store_each(s, Q_CATCH_LIST, WITH(I(c.after)), take_free, &c, reterr);
        r = r < 0 ? r : settle_caught(&c);
    } while (r >= 0 && c.n == BATCH);
    return r < 0 ? r : 0;
}

static int
take_address(void *arg, const struct row *row)
{
    int r = text_copy(arg, ADDRESS_MAX, row_text_or(row, 3, ""));
    return r < 0 ? r : 1;
}

int
hearing_readmit(const struct world *w, struct store *s, const char *role, const char *actor,
                int64_t now_ms, struct err *reterr)
{
    char address[ADDRESS_MAX] = "";
    char plain[ADDRESS_MAX];
    char subject[OCC_NAME_MAX + 8];
    int r = store_each(s, Q_ROLE_GET, WITH(T(role)), take_address, address, reterr);
    if (r == 0) {
        return err_set(reterr, -ENOENT, "the roster has no role '%.100s' (see: coprodctl mail "
                       "bounces)", role);
    }
    r = r < 0 ? r
              : store_run(s, Q_QUARANTINE_DROP, WITH(T(address_plain(address, plain))), reterr);
    if (r == 0) {
        return err_set(reterr, -ENOENT, "mail to %.100s is not stopped (see: coprodctl mail "
                       "bounces)", role);
    }
    (void)snprintf(subject, sizeof subject, "role %.150s", role);
    r = r < 0 ? r
              : audit_append(s,
                             &(struct audit_entry){ .at_ms = now_ms, .actor = actor,
                                                    .event = "readmitted", .subject = subject,
                                                    .detail = "mail may be sent to it again" },
                             reterr);
    return r < 0 ? r : hearing_review(w, s, now_ms, reterr);
}
