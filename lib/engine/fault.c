/* SPDX-License-Identifier: MIT */
/* fault.c - faults open and close; when one is told. */
#include "engine/fault.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "engine/admin.h"
#include "engine/item.h"
#include "engine/post.h"
#include "engine/standing.h"
#include "notice/said.h"
#include "store/audit.h"

const char *
fault_kind_read(size_t i)
{
    static const char *const kinds[] = { FAULT_FILE, FAULT_SURVEY, FAULT_INBOX };
    return i < LENGTH(kinds) ? kinds[i] : NULL;
}

int
fault_raise(const struct world *w, struct store *s, const struct fault *f, int64_t now_ms,
            struct err *reterr)
{
    int64_t untold = 0;
    day_t week = day_monday(world_day(w, now_ms));
    bool is_read = strcmp(f->kind, FAULT_ROLE) != 0;
    __attribute__((cleanup(post_done))) struct post p = { .w = w, .s = s, .reterr = reterr };
    int64_t known = 0; /* then the calendar says it again: admin.c */
    int r = is_read ? store_get(s, Q_FAULT_IS_OPEN, WITH(T(f->kind), T(f->subject)), &known, reterr)
                    : 0;
    r = r < 0 || f->plan ? r : post_open(&p, NULL);
    r = r < 0 ? r
              : store_run(s, Q_FAULT_PUT,
                          WITH(T(f->kind), T(f->subject), T(f->plan ? f->plan : p.plan),
                               T(f->words), I(now_ms)),
                          reterr);
    r = r < 0 ? r
              : store_get(s, Q_FAULT_UNTOLD, WITH(T(f->kind), T(f->subject), I(week)), &untold,
                          reterr);
    r = r < 0 || !is_read || known > 0 ? r : standing_forget(s, reterr);
    return r < 0 || untold == 0 || known > 0
               ? (r < 0 ? r : 0)
               : admin_order(w, s, is_read ? ADMIN_FAULT : ADMIN_UNDELIVERED, now_ms, reterr);
}

int
fault_mend(struct store *s, const char *kind, const char *actor, int64_t now_ms,
           struct err *reterr)
{
    char detail[64];
    int n = store_run(s, Q_FAULT_MENDED, WITH(T(kind)), reterr);
    if (n <= 0) {
        return n;
    }
    (void)snprintf(detail, sizeof detail, "%d mended", n);
    int r = audit_append(s,
                         &(struct audit_entry){ .at_ms = now_ms, .actor = actor,
                                                .event = "fault mended", .subject = kind,
                                                .detail = detail },
                         reterr);
    return r < 0 ? r : n;
}

bool
fault_line(const char **at, struct text *one)
{
    size_t n = strcspn(*at, "\n");
    text_done(one);
    text_addn(one, *at, n);
    *at += n + ((*at)[n] == '\n');
    return n > 0;
}

/* ---- the owner of the plan ------------------------------------------------------------------- */

struct telling {
    const struct world *w;
    struct store *s;
    int64_t now_ms;
    day_t week;
    const char *kind;
    struct err *reterr;
};

/* Columns of fault_list: subject plan words since_ms told. */
static int
tell_owner(void *arg, const struct row *row)
{
    struct telling *t = arg;
    char owner[OCC_NAME_MAX] = "";
    char note[OCC_NAME_MAX] = ""; /* a plan has one file, and several may keep surveys waiting */
    AUTO_TEXT struct text one = { 0 };
    AUTO_TEXT struct text words = { 0 };
    const char *plan = row_text_or(row, 1, "");
    bool is_new = plan[0] && row_i64(row, 4) != t->week;
    int r = is_new ? plan_owner(t->s, plan, owner, t->reterr) : 0;
    int same = r <= 0 ? r : admin_is(t->w, t->s, owner, t->reterr);
    if (r <= 0 || same != 0) {
        return same < 0 ? same : 0;
    }
    for (const char *at = row_text_or(row, 2, ""); fault_line(&at, &one);) {
        text_addc(&words, 'n');
        said_begin(&words, WORD_FAULT_PLACE);
        said_text(&words, FACT_WORDS, text_str(&one));
        text_addc(&words, '\n');
    }
    if (strcmp(t->kind, FAULT_FILE) != 0) {
        (void)snprintf(note, sizeof note, "%s", file_last_name(row_text_or(row, 0, "")));
        text_addc(&words, 'n');
        said_begin(&words, WORD_FAULT_WAIT);
        text_addc(&words, '\n');
    }
    const struct item_topic_order order = { .kind = ITEM_FAULT, .plan = plan, .topic = plan,
                                            .about = t->week, .role = owner,
                                            .why = NOTICE_WHY_OWNER, .note = note,
                                            .words = text_str(&words) };
    r = words.bad ? words.bad : item_add_topic(t->w, t->s, &order, t->now_ms, t->reterr);
    return r < 0 ? r : 0;
}

int
fault_tell_owners(const struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    struct telling t = { .w = w, .s = s, .now_ms = now_ms, .reterr = reterr,
                         .week = day_monday(world_day(w, now_ms)) };
    int r = 0;
    for (size_t i = 0; r >= 0 && fault_kind_read(i); i++) {
        t.kind = fault_kind_read(i);
        r = store_each(s, Q_FAULT_LIST, WITH(T(t.kind)), tell_owner, &t, reterr);
    }
    return r < 0 ? r : 0;
}

/* ---- a lead ---------------------------------------------------------------------------------- */

int
fault_of_lead(const struct world *w, struct store *s, const char *role, const char *owner,
              int64_t now_ms, struct err *reterr)
{
    const struct fault f = { .kind = FAULT_ROLE, .subject = role, .plan = "", .words = "" };
    int is_owner = admin_is(w, s, owner, reterr);
    return is_owner != 0 ? (is_owner < 0 ? is_owner : 0) : fault_raise(w, s, &f, now_ms, reterr);
}
