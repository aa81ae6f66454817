/* SPDX-License-Identifier: MIT */
/* pack_mail.c - a pack goes alone, as three files beside a short letter. */
#include "engine/pack_mail.h"

#include <stdio.h>
#include <string.h>

#include "engine/hearing.h"
#include "engine/letter.h"
#include "engine/outgoing.h"
#include "notice/said.h"
#include "store/audit.h"

enum { KEY_MAX = OCC_SUBJECT_MAX, LINES = 8 + PACK_CORRECTIONS_MAX,
       FILE_NAME_MAX = COMMITTEE_NAME_MAX + 40 };

#define NOT_MISSED WORD_MAX_

struct packing { /* one mail under way */
    const struct pack *x;
    const struct pack_paper *paper;
    const struct pack_hashes *hashes;
    struct post post;
    enum word missed; /* why the secretary does not get it; NOT_MISSED: they do */
    char secretary[OCC_NAME_MAX]; /* title */
    bool is_again;        /* it was mailed before: what that mail said beside it is not known */
    char why[OCC_NAME_MAX];
    char names[3][FILE_NAME_MAX];
    size_t n_lines;
};

static void
packing_done(struct packing *p)
{
    post_done(&p->post);
}

static void
name_files(struct packing *p)
{
    static const char *const endings[] = { "html", "txt", "csv" };
    const struct pack *x = p->x;
    char day[DAY_TEXT_MAX];
    char version[16] = "";
    if (x->rev > 1) {
        (void)snprintf(version, sizeof version, "-v%d", x->rev);
    }
    for (size_t i = 0; i < LENGTH(endings); i++) {
        (void)snprintf(p->names[i], FILE_NAME_MAX, "%s-%s-%s%s.%s", x->forum->id,
                       day_format(x->meeting, day), pack_phase_word(x->phase), version,
                       endings[i]);
    }
}

/* One more sentence; its facts are added to what is returned. */
static struct text *
say(struct packing *p, struct text lines[LINES], enum word word)
{
    struct text *line = &lines[p->n_lines++];
    said_begin(line, word);
    return line;
}

/* How many demands stand otherwise, and then these. */
static void
say_corrections(struct packing *p, struct text lines[LINES])
{
    const struct pack *x = p->x;
    size_t n = x->n_corrections < PACK_CORRECTIONS_MAX ? x->n_corrections : PACK_CORRECTIONS_MAX;
    AUTO_TEXT struct text more = { 0 };
    said_begin(&more, x->n_corrections == 0  ? WORD_PACK_SAME
                      : x->n_corrections > n ? WORD_PACK_OTHER_MORE
                      : n == 1               ? WORD_PACK_OTHER_ONE
                                             : WORD_PACK_OTHER);
    said_int(&more, FACT_N, (int64_t)x->n_corrections);
    said_int(&more, FACT_OF, x->rev - 1);
    struct text *first = say(p, lines, WORD_PACK_CORRECTED);
    said_int(first, FACT_N, x->rev);
    said_int(first, FACT_OF, x->rev - 1);
    said_text(first, FACT_ROLE, x->by_title);
    said_text(first, FACT_REASON, x->reason);
    said_inside(first, FACT_MORE, &more);
    for (size_t i = 0; i < n; i++) {
        text_add(&lines[p->n_lines++], x->corrections[i]);
    }
}

static void
say_missed(struct packing *p, struct text lines[LINES])
{
    struct text *line = say(p, lines, WORD_PACK_MISSED);
    if (p->secretary[0]) {
        said_text(line, FACT_ROLE, p->secretary);
    } else {
        said_word(line, FACT_ROLE, WORD_PACK_SECRETARY);
    }
    said_word(line, FACT_REASON, p->missed);
}

static void
say_lines(struct packing *p, struct text lines[LINES])
{
    const struct pack *x = p->x;
    const char *const hashes[] = { p->hashes->html, p->hashes->plain, p->hashes->csv };
    p->n_lines = 0;
    if (p->missed != NOT_MISSED) {
        say_missed(p, lines);
    }
    if (x->rev > 1 && !p->is_again) {
        say_corrections(p, lines);
    }
    pack_headline_said(text_str(&p->paper->headline), &lines[p->n_lines++]);
    (void)say(p, lines, WORD_PACK_DECISIONS);
    if (x->phase == PACK_DRAFT) {
        said_day(say(p, lines, WORD_PACK_FINAL_ON), FACT_DAY,
                 meeting_before(&x->w->calendar, x->meeting, x->forum->meetings.papers_due_wd));
    } else {
        (void)say(p, lines, WORD_PACK_KEPT);
    }
    for (size_t i = 0; i < LENGTH(hashes); i++) {
        struct text *line = say(p, lines, WORD_PACK_HASH);
        said_text(line, FACT_TITLE, p->names[i]);
        said_text(line, FACT_VALUE, hashes[i]);
    }
}

static void
say_headline(const struct packing *p, struct text *out)
{
    const struct pack *x = p->x;
    bool is_draft = x->phase == PACK_DRAFT;
    said_begin(out, x->rev > 1 ? is_draft ? WORD_PACK_DRAFT_AGAIN : WORD_PACK_FINAL_AGAIN
                    : is_draft ? WORD_PACK_DRAFT
                               : WORD_PACK_FINAL);
    said_int(out, FACT_N, x->rev);
    said_day(out, FACT_DAY, x->meeting);
}

static int
record(const struct packing *p, int64_t notice)
{
    char subject[64];
    char detail[OCC_NAME_MAX + 64];
    const struct pack *x = p->x;
    (void)snprintf(subject, sizeof subject, "notice %lld", (long long)notice);
    (void)snprintf(detail, sizeof detail, "%s to %s", pack_phase_word(x->phase), p->post.role);
    return audit_append(x->s,
                        &(struct audit_entry){ .at_ms = x->now_ms, .actor = "coprod",
                                               .event = "pack mailed", .subject = subject,
                                               .detail = detail },
                        x->reterr);
}

static int
put_notice(struct packing *p, const char *const lines[LINES], const char *headline,
           int64_t *ret_notice)
{
    const struct pack *x = p->x;
    char key[KEY_MAX];
    char day[DAY_TEXT_MAX];
    const struct notice_file files[] = {
        { p->names[0], "text/html; charset=UTF-8", &p->paper->html },
        { p->names[1], "text/plain; charset=UTF-8", &p->paper->plain },
        { p->names[2], "text/csv; charset=UTF-8", &p->paper->csv },
    };
    bool is_other = p->is_again || *ret_notice != 0;
    (void)snprintf(key, sizeof key, "pack|%s|%s|%s|%d%s%s", x->forum->id,
                   day_format(x->meeting, day), pack_phase_word(x->phase), x->rev,
                   is_other ? "|" : "", is_other ? p->post.role : "");
    struct notice_model m = post_model(&p->post, NOTICE_PACK);
    m.forum = x->forum->title;
    m.is_to_owner = false; /* written for the secretary, whoever gets it */
    m.headline = headline;
    m.lines = lines;
    m.n_lines = p->n_lines;
    const struct post_order order = { .key = key, .kind = "pack",
                                      .step = pack_phase_word(x->phase), .why = p->why,
                                      .files = files, .n_files = LENGTH(files),
                                      .run_at_ms = OUTGOING_UNJUDGED };
    int64_t id = 0;
    int r = post_put(&p->post, &m, &order, &id);
    if (r > 0) {
        *ret_notice = *ret_notice ? *ret_notice : id;
        r = record(p, id);
    }
    return r < 0 ? r : 0;
}

static int
write_it(struct packing *p, int64_t *ret_notice)
{
    struct text lines[LINES] = { { 0 } };
    const char *list[LINES];
    AUTO_TEXT struct text headline = { 0 };
    name_files(p);
    say_lines(p, lines);
    say_headline(p, &headline);
    int r = headline.bad;
    for (size_t i = 0; i < LINES; i++) {
        list[i] = text_str(&lines[i]);
        r = r >= 0 && lines[i].bad ? lines[i].bad : r;
    }
    r = r < 0 ? r : put_notice(p, list, text_str(&headline), ret_notice);
    for (size_t i = 0; i < LINES; i++) {
        text_done(&lines[i]);
    }
    return r;
}

/* ---- who gets it ----------------------------------------------------------------------------- */

static int
write_to(struct packing *p, const char *role, const char *why, int64_t *ret_notice)
{
    bool is_missed = p->missed != NOT_MISSED;
    (void)snprintf(p->why, sizeof p->why, "%s%s%s", why,
                   is_missed ? "; the forum's secretary " : "",
                   is_missed ? words_default.text[p->missed] : "");
    int r = text_copy(p->post.role, sizeof p->post.role, role);
    r = r < 0 ? r : person_get(p->x->s, role, &p->post.to, p->x->reterr);
    return r < 0 ? r : write_it(p, ret_notice);
}

/* The secretary's deputy, and who owns the plan in whose name it comes; not who missed it. */
static int
write_to_others(struct packing *p, const struct person *secretary, const char *missed_by,
                int64_t *ret_notice)
{
    const struct pack *x = p->x;
    const struct {
        const char *role, *why;
    } others[] = { { secretary->deputy, "deputy" },
                   { p->post.owner, letter_why_words(NOTICE_WHY_OWNER) } };
    struct person first;
    struct person missed;
    int r = text_copy(p->secretary, sizeof p->secretary, secretary->title);
    r = r < 0 ? r : person_get(x->s, secretary->deputy, &first, x->reterr);
    r = r < 0 ? r : person_get(x->s, missed_by, &missed, x->reterr);
    for (size_t i = 0; r >= 0 && i < LENGTH(others); i++) {
        struct person to;
        r = person_get(x->s, others[i].role, &to, x->reterr);
        int hearing = r < 0 ? r : hearing_of(x->w, x->s, to.email, x->reterr);
        bool is_known = i > 0 && strcmp(to.reader, first.reader) == 0;
        bool is_left = hearing == HEARING_OK && !is_known && strcmp(to.reader, missed.reader) != 0;
        r = hearing < 0 ? hearing : 0;
        r = is_left ? write_to(p, others[i].role, others[i].why, ret_notice) : r;
    }
    return r;
}

/* Can nobody be mailed, it is the secretary's if there is an address: held when its turn comes, and
 * shown. */
static int
write_to_readers(struct packing *p, int64_t *ret_notice)
{
    const struct pack *x = p->x;
    const char *post = letter_why_words(NOTICE_WHY_SECRETARY);
    struct person secretary;
    int r = person_get(x->s, x->forum->secretary, &secretary, x->reterr);
    int hearing = r < 0 ? r : hearing_of(x->w, x->s, secretary.email, x->reterr);
    if (hearing <= HEARING_OK) {
        return hearing < 0 ? hearing : write_to(p, x->forum->secretary, post, ret_notice);
    }
    p->missed = hearing == HEARING_NO_ADDRESS ? WORD_PACK_NO_ADDRESS : WORD_PACK_NO_MAIL;
    r = write_to_others(p, &secretary, x->forum->secretary, ret_notice);
    if (r < 0 || *ret_notice != 0 || hearing == HEARING_NO_ADDRESS) {
        return r; /* it is kept, and pack list says when nobody got it */
    }
    p->missed = NOT_MISSED;
    return write_to(p, x->forum->secretary, post, ret_notice);
}

int
pack_mail(struct pack *x, const struct pack_paper *paper, const struct pack_hashes *hashes,
          int64_t *ret_notice)
{
    __attribute__((cleanup(packing_done))) struct packing p = {
        .x = x, .paper = paper, .hashes = hashes, .missed = NOT_MISSED,
        .post = { .w = x->w, .s = x->s, .now_ms = x->now_ms, .reterr = x->reterr },
    };
    *ret_notice = 0;
    int r = x->n_plans ? post_open(&p.post, x->plans[0].id) : 0;
    return r <= 0 ? r : write_to_readers(&p, ret_notice);
}

int
pack_mail_again(const struct pack *x, const struct pack_paper *paper,
                const struct pack_hashes *hashes, const char *role, int64_t *ret_notice)
{
    __attribute__((cleanup(packing_done))) struct packing p = {
        .x = x, .paper = paper, .hashes = hashes, .missed = WORD_PACK_NOT_REACHED, .is_again = true,
        .post = { .w = x->w, .s = x->s, .now_ms = x->now_ms, .reterr = x->reterr },
    };
    struct person secretary;
    *ret_notice = 0;
    int r = post_open(&p.post, x->plans[0].id);
    r = r <= 0 ? r : person_get(x->s, x->forum->secretary, &secretary, x->reterr);
    return r < 0 || !p.post.plan[0] ? r
                                    : write_to_others(&p, &secretary, role, ret_notice);
}
