/* SPDX-License-Identifier: MIT */
/* pack.c - when a pack is due, its making and freezing, and whether it is still what it was. */
#include "engine/pack.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "engine/pack_inside.h"
#include "engine/pack_mail.h"
#include "store/audit.h"

#define LOST "lost|" /* before the notice, in the detail of a job: no forum has two words only */

const char *
pack_phase_word(enum pack_phase phase)
{
    return phase == PACK_FINAL ? "final" : phase == PACK_DRAFT ? "draft" : "preview";
}

void
pack_paper_done(struct pack_paper *p)
{
    struct text *all[] = { &p->html, &p->plain, &p->csv, &p->headline };
    for (size_t i = 0; i < LENGTH(all); i++) {
        text_done(all[i]);
    }
}

/* ---- making ---------------------------------------------------------------------------------- */

static int
write_paper(struct pack *x, struct pack_paper *ret)
{
    AUTO(paper) struct paper *p = NULL;
    AUTO_TEXT struct text title = { 0 };
    AUTO_TEXT struct text date = { 0 };
    AUTO_TEXT struct text foot = { 0 };
    char meeting[40];
    char today[40];
    static const char *const marks[] = { "Preview: not given out, and not kept",
                                         "Draft, made when the agenda closed", "" };
    AUTO_TEXT struct text mark = { 0 };
    const char *trust = x->w->trust;
    text_addf(&title, "Co-production plan: paper for the %s", x->forum->title);
    text_addf(&date, "Meeting of %s. Made on %s.%s", day_words(x->meeting, meeting, sizeof meeting),
              day_words(x->today, today, sizeof today),
              x->phase == PACK_FINAL ? " Final." : "");
    if (x->rev > 1) {
        pack_correction_words(x, &mark);
    } else {
        text_add(&mark, marks[x->phase]);
    }
    text_addf(&foot, "It names posts, not people. %s%s", x->w->formats[0]
              ? "For other formats or languages ask: " : "", x->w->formats);
    const struct paper_head head = { .lang = "en-GB", .trust = trust, .title = text_str(&title),
                                     .date = text_str(&date), .mark = text_str(&mark),
                                     .foot = text_str(&foot) };
    bool is_bad = title.bad || date.bad || foot.bad || mark.bad;
    int r = is_bad ? -ENOMEM : paper_new(&head, &p);
    if (r < 0) {
        return err_set(x->reterr, r, "out of memory");
    }
    r = pack_write(x, p);
    if (r < 0) {
        return r;
    }
    pack_headline(x, &ret->headline);
    pack_csv(x, &ret->csv);
    r = paper_html(p, &ret->html);
    r = r < 0 ? r : paper_plain(p, &ret->plain);
    r = r < 0 ? r : ret->csv.bad ? ret->csv.bad : ret->headline.bad;
    return r < 0 ? err_set(x->reterr, r, "out of memory") : 0;
}

static struct pack
begin(const struct world *w, struct store *s, const struct pack_order *order, struct err *reterr)
{
    return (struct pack){ .w = w, .s = s, .forum = order->forum, .meeting = order->meeting,
                          .phase = order->phase, .now_ms = order->now_ms,
                          .rev = order->rev > 1 ? order->rev : 1,
                          .by = order->by ? order->by : "",
                          .reason = order->reason ? order->reason : "", .reterr = reterr };
}

int
pack_render(const struct world *w, struct store *s, const struct pack_order *order,
            struct pack_paper *ret, struct err *reterr)
{
    struct pack x __attribute__((cleanup(pack_done))) = begin(w, s, order, reterr);
    *ret = (struct pack_paper){ .html = { 0 } };
    int r = pack_gather(&x);
    return r < 0 ? r : write_paper(&x, ret);
}

/* ---- freezing -------------------------------------------------------------------------------- */

static void
name_of(const char *forum, day_t meeting, const char *phase, int rev, char ret[OCC_SUBJECT_MAX])
{
    char day[DAY_TEXT_MAX];
    char version[32] = "";
    if (rev > 1) {
        (void)snprintf(version, sizeof version, " version %d", rev);
    }
    (void)snprintf(ret, OCC_SUBJECT_MAX, "pack %s %s %s%s", forum, day_format(meeting, day), phase,
                   version);
}

static int
keep_lines(struct pack *x, int64_t id)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < x->n_entries; i++) {
        const struct pack_entry *e = &x->entries[i];
        r = !pack_is_live(e) ? 0
                             : store_run(x->s, Q_PACK_LINE_ADD,
                                         WITH(I(id), I(e->o.id), I(e->shade.shown.color),
                                              I(e->o.duty.state), I(e->o.duty.level),
                                              I(e->o.duty.due)),
                                         x->reterr);
    }
    return r < 0 ? r : 0;
}

static void
hex_of(const struct text *bytes, char hex[DIGEST_HEX_MAX])
{
    struct digest d = hash_sha256(text_str(bytes), bytes->len);
    (void)hash_hex(&d, hex);
}

static void
hashes_words(const char *html, const char *plain, const char *csv, char *buf, size_t cap)
{
    (void)snprintf(buf, cap, "html %s; text %s; csv %s", html, plain, csv);
}

static int
freeze(struct pack *x, const struct pack_paper *paper)
{
    char name[OCC_SUBJECT_MAX];
    char detail[3 * DIGEST_HEX_MAX + 32];
    struct pack_hashes hashes;
    const char *phase = pack_phase_word(x->phase);
    int64_t id = 0;
    int64_t notice = 0;
    hex_of(&paper->html, hashes.html);
    hex_of(&paper->plain, hashes.plain);
    hex_of(&paper->csv, hashes.csv);
    name_of(x->forum->id, x->meeting, phase, x->rev, name);
    hashes_words(hashes.html, hashes.plain, hashes.csv, detail, sizeof detail);
    int r = pack_mail(x, paper, &hashes, &notice);
    r = r < 0 ? r : store_ids(x->s, "pack", 1, &id, x->reterr);
    r = r < 0 ? r
              : store_run(x->s, Q_PACK_ADD,
                          WITH(I(id), T(x->forum->id), I(x->meeting), T(phase), I(x->rev),
                               I(x->now_ms), T(text_str(&paper->headline)),
                               B(text_str(&paper->html), paper->html.len),
                               B(text_str(&paper->plain), paper->plain.len),
                               B(text_str(&paper->csv), paper->csv.len), T(hashes.html),
                               T(hashes.plain), T(hashes.csv), notice ? I(notice) : NIL,
                               T(x->reason), T(x->by)),
                          x->reterr);
    r = r < 0 ? r : keep_lines(x, id);
    return r < 0 ? r
                 : audit_append(x->s,
                                &(struct audit_entry){ .at_ms = x->now_ms, .actor = "coprod",
                                                       .event = "pack", .subject = name,
                                                       .detail = detail },
                                x->reterr);
}

int
pack_make(const struct world *w, struct store *s, const struct pack_order *order,
          struct err *reterr)
{
    struct pack x __attribute__((cleanup(pack_done))) = begin(w, s, order, reterr);
    AUTO_PACK_PAPER struct pack_paper paper = { .html = { 0 } };
    int64_t known = 0;
    int r = store_get(s, Q_PACK_OF_REV,
                      WITH(T(order->forum->id), I(order->meeting),
                           T(pack_phase_word(order->phase)), I(x.rev)),
                      &known, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    r = pack_gather(&x);
    r = r < 0 ? r : pack_replaces(&x);
    r = r < 0 ? r : write_paper(&x, &paper);
    r = r < 0 ? r : freeze(&x, &paper);
    return r < 0 ? r : 1;
}

/* ---- when ------------------------------------------------------------------------------------ */

static bool
answers_for_a_plan(const struct committees *all, const struct committee *c)
{
    for (size_t i = 0; i < all->n_plans; i++) {
        if (all->plans[i].by == c) {
            return true;
        }
    }
    return false;
}

/* Each meeting is a subject of its own: was its draft missed, only the final one is made. Meetings
 * that are over get nothing: a paper after the meeting helps nobody. */
static int
look_at(struct standing_ask *ask, const struct committee *c, struct err *reterr)
{
    const struct meetings *m = &c->meetings;
    const struct calendar *calendar = &ask->w->calendar;
    bool is_ahead = false;
    int r = 0;
    day_t meeting = meeting_from(m, world_day(ask->w, ask->now_ms));
    while (r >= 0 && meeting != DAY_NONE && !is_ahead) {
        char subject[OCC_NAME_MAX + DAY_TEXT_MAX];
        char day[DAY_TEXT_MAX];
        int64_t draft = world_send_ms(ask->w, meeting_before(calendar, meeting,
                                                             m->agenda_close_wd));
        int64_t final = world_send_ms(ask->w, meeting_before(calendar, meeting, m->papers_due_wd));
        (void)snprintf(subject, sizeof subject, "%s|%s", c->id, day_format(meeting, day));
        if (final > draft) { /* closing on one day, they would say the same */
            r = standing_say(ask, subject, pack_phase_word(PACK_DRAFT), draft, reterr);
        }
        r = r < 0 ? r : standing_say(ask, subject, pack_phase_word(PACK_FINAL), final, reterr);
        is_ahead = draft > ask->now_ms;
        meeting = meeting_from(m, meeting + 1);
    }
    return r;
}

int
pack_look(struct standing_ask *ask, struct err *reterr)
{
    const struct committees *all = &ask->w->committees;
    int r = 0;
    for (size_t i = 0; r >= 0 && i < all->n; i++) {
        r = answers_for_a_plan(all, &all->list[i]) ? look_at(ask, &all->list[i], reterr) : 0;
    }
    return r;
}

struct named { /* FORUM|MEETING|PHASE, and of a corrected version |REV|ROLE|REASON */
    char forum[COMMITTEE_NAME_MAX], day[DAY_TEXT_MAX], phase[8], rev[8], by[OCC_NAME_MAX];
    const char *reason;
};

/* -EINVAL when a word is too long, -ENOENT when the first three are not all there. */
static int
split(const char *what, struct named *ret)
{
    const struct {
        char *to;
        size_t cap;
    } words[] = { { ret->forum, sizeof ret->forum },
                  { ret->day, sizeof ret->day },
                  { ret->phase, sizeof ret->phase },
                  { ret->rev, sizeof ret->rev },
                  { ret->by, sizeof ret->by } };
    size_t n = 0;
    *ret = (struct named){ .reason = "" };
    for (; n < LENGTH(words) && *what; n++) {
        size_t len = strcspn(what, "|");
        if (len >= words[n].cap) {
            return -EINVAL;
        }
        (void)memcpy(words[n].to, what, len);
        what += len + (what[len] == '|');
    }
    ret->reason = what;
    return n < 3 ? -ENOENT : 0;
}

/* 0 when that is no paper of a forum that there is. */
static bool
read_order(const struct world *w, const char *what, struct named *n, struct pack_order *ret)
{
    int64_t rev = 1;
    if (split(what, n) < 0 || day_parse(n->day, &ret->meeting) < 0
        || (n->rev[0] && text_to_i64(n->rev, 1, INT16_MAX, &rev) < 0)) {
        return false;
    }
    ret->forum = committee_by_id(&w->committees, n->forum);
    ret->phase = strcmp(n->phase, "final") == 0   ? PACK_FINAL
                 : strcmp(n->phase, "draft") == 0 ? PACK_DRAFT
                                                  : PACK_PREVIEW;
    ret->rev = (int)rev;
    ret->by = n->by;
    ret->reason = n->reason;
    return ret->forum && ret->phase != PACK_PREVIEW;
}

/* ---- it did not arrive ----------------------------------------------------------------------- */

struct frozen { /* a paper as it lies in the store, and the mail that brought it */
    char kind[16], key[OCC_SUBJECT_MAX], plan[OCC_NAME_MAX], role[OCC_NAME_MAX];
    struct pack_paper paper;
    struct pack_hashes hashes;
};

static void
frozen_done(struct frozen *f)
{
    pack_paper_done(&f->paper);
}

/* Columns of notice_get: id key kind plan occurrence step role .. */
static int
take_notice(void *arg, const struct row *row)
{
    struct frozen *f = arg;
    (void)snprintf(f->kind, sizeof f->kind, "%s", row_text_or(row, 2, ""));
    int r = text_copy(f->key, sizeof f->key, row_text_or(row, 1, ""));
    r = r < 0 ? r : text_copy(f->plan, sizeof f->plan, row_text_or(row, 3, ""));
    r = r < 0 ? r : text_copy(f->role, sizeof f->role, row_text_or(row, 6, ""));
    return r < 0 ? r : 1;
}

/* Columns of pack_get: .. 6 headline 7 html 8 plain 9 csv 10 html_sha256 11 plain_sha256 12
 * csv_sha256. */
static int
take_paper(void *arg, const struct row *row)
{
    struct frozen *f = arg;
    struct text *const bytes[] = { &f->paper.html, &f->paper.plain, &f->paper.csv };
    char *const hashes[] = { f->hashes.html, f->hashes.plain, f->hashes.csv };
    int r = 0;
    text_add(&f->paper.headline, row_text_or(row, 6, ""));
    for (int i = 0; r >= 0 && i < (int)LENGTH(bytes); i++) {
        size_t n = 0;
        const void *at = row_blob(row, 7 + i, &n);
        text_addn(bytes[i], at ? at : "", at ? n : 0);
        r = bytes[i]->bad ? bytes[i]->bad
                          : text_copy(hashes[i], DIGEST_HEX_MAX, row_text_or(row, 10 + i, ""));
    }
    return r < 0 ? r : 1;
}

static int
send_lost(const struct world *w, struct store *s, int64_t notice, int64_t now_ms,
          struct err *reterr)
{
    __attribute__((cleanup(frozen_done))) struct frozen f = { .kind = "" };
    struct pack_order order = { .meeting = DAY_NONE, .now_ms = now_ms };
    struct named n;
    int64_t id = 0;
    int64_t told = 0;
    int r = store_each(s, Q_NOTICE_GET, WITH(I(notice)), take_notice, &f, reterr);
    if (r <= 0 || strcmp(f.kind, "pack") != 0 || strncmp(f.key, "pack|", 5) != 0
        || !read_order(w, f.key + 5, &n, &order) || n.by[0]) {
        return r < 0 ? r : 0; /* who gets it instead of the secretary has nobody behind them */
    }
    struct pack_plan plan = { .id = f.plan };
    struct pack x = begin(w, s, &order, reterr);
    x.plans = &plan;
    x.n_plans = 1;
    r = store_get(s, Q_PACK_OF_REV,
                  WITH(T(order.forum->id), I(order.meeting), T(pack_phase_word(order.phase)),
                       I(order.rev)),
                  &id, reterr);
    r = r <= 0 ? r : store_each(s, Q_PACK_GET, WITH(I(id)), take_paper, &f, reterr);
    r = r <= 0 ? r : pack_mail_again(&x, &f.paper, &f.hashes, f.role, &told);
    return r < 0 ? r : 0;
}

static int
take_kind(void *arg, const struct row *row)
{
    *(bool *)arg = strcmp(row_text_or(row, 2, ""), "pack") == 0;
    return 1;
}

int
pack_pass_on(struct store *s, int64_t notice, int64_t now_ms, struct err *reterr)
{
    char key[64];
    char detail[64];
    bool is_paper = false;
    int r = store_each(s, Q_NOTICE_ROLE_OF, WITH(I(notice)), take_kind, &is_paper, reterr);
    if (r < 0 || !is_paper) {
        return r < 0 ? r : 0;
    }
    (void)snprintf(key, sizeof key, "pack|" LOST "%lld", (long long)notice);
    (void)snprintf(detail, sizeof detail, "pack " LOST "%lld", (long long)notice);
    const struct job_order order = { .kind = JOB_KIND_ESCALATE, .key = key, .detail = detail,
                                     .run_at_ms = now_ms };
    return job_order_add(s, &order, now_ms, reterr);
}

/* ---- a worker -------------------------------------------------------------------------------- */

int
pack_run(const struct world *w, struct store *s, const char *what, int64_t now_ms,
         struct err *reterr)
{
    struct named n;
    int64_t lost = 0;
    if (strncmp(what, LOST, strlen(LOST)) == 0
        && text_to_i64(what + strlen(LOST), 1, INT64_MAX, &lost) == 0) {
        return send_lost(w, s, lost, now_ms, reterr);
    }
    struct pack_order order = { .meeting = DAY_NONE, .now_ms = now_ms };
    if (!read_order(w, what, &n, &order)
        || meeting_from(&order.forum->meetings, order.meeting) != order.meeting) {
        return err_set(reterr, -ECANCELED, "there is no such meeting any more: '%.80s'", what);
    }
    int r = pack_make(w, s, &order, reterr);
    return r < 0 ? r : 0;
}

/* ---- is it still what it was ----------------------------------------------------------------- */

static bool
is_kept(const struct row *row, int bytes, int hash)
{
    size_t n = 0;
    char hex[DIGEST_HEX_MAX];
    const void *at = row_blob(row, bytes, &n);
    struct digest d = hash_sha256(at ? at : "", at ? n : 0);
    return strcmp(hash_hex(&d, hex), row_text_or(row, hash, "")) == 0;
}

struct checking {
    struct pack_check *ret;
    char hashes[3 * DIGEST_HEX_MAX + 32];
};

/* Columns of pack_get: .. 7 html 8 plain 9 csv 10 html_sha256 11 plain_sha256 12 csv_sha256. */
static int
check_row(void *arg, const struct row *row)
{
    struct checking *c = arg;
    static const char *const parts[] = { "HTML", "plain text", "CSV" };
    name_of(row_text_or(row, 1, ""), (day_t)row_i64(row, 2), row_text_or(row, 3, ""),
            (int)row_i64(row, 4), c->ret->name);
    hashes_words(row_text_or(row, 10, ""), row_text_or(row, 11, ""), row_text_or(row, 12, ""),
                 c->hashes, sizeof c->hashes);
    for (int i = 0; i < 3; i++) {
        if (!is_kept(row, 7 + i, 10 + i)) {
            (void)snprintf(c->ret->words, sizeof c->ret->words,
                           "its %s is not what was frozen: the SHA-256 differs", parts[i]);
        }
    }
    return 1;
}

static int
check_audit(void *arg, const struct row *row)
{
    struct checking *c = arg;
    if (strcmp(row_text_or(row, 0, ""), c->hashes) != 0) {
        (void)snprintf(c->ret->words, sizeof c->ret->words,
                       "its hashes are not those that the audit recorded");
    }
    return 1;
}

int
pack_verify(struct store *s, int64_t id, struct pack_check *ret, struct err *reterr)
{
    struct checking c = { .ret = ret };
    *ret = (struct pack_check){ .id = id };
    int r = store_each(s, Q_PACK_GET, WITH(I(id)), check_row, &c, reterr);
    if (r == 0) {
        return err_set(reterr, -ENOENT, "there is no pack %lld", (long long)id);
    }
    if (r < 0 || ret->words[0]) {
        return r < 0 ? r : 0;
    }
    r = store_each(s, Q_PACK_AUDIT, WITH(T(ret->name)), check_audit, &c, reterr);
    if (r == 0) {
        (void)snprintf(ret->words, sizeof ret->words, "the audit does not know it");
    }
    return r < 0 ? r : 0;
}
