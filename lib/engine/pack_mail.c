/* SPDX-License-Identifier: MIT */
/* pack_mail.c - a pack goes alone, as three files beside a short letter. */
#include "engine/pack_mail.h"

#include <stdio.h>
#include <string.h>

#include "engine/hearing.h"
#include "engine/letter.h"
#include "store/audit.h"

enum { KEY_HEX = 32, KEY_MAX = OCC_SUBJECT_MAX, LINES = 6,
       FILE_NAME_MAX = COMMITTEE_NAME_MAX + 40 };

struct packing { /* one mail under way */
    const struct pack *x;
    const struct pack_paper *paper;
    const struct pack_hashes *hashes;
    char role[OCC_NAME_MAX];
    const char *why;
    struct person to, owner;
    struct text url, formats;
    char key[KEY_MAX], hex[DIGEST_HEX_MAX];
    char names[3][FILE_NAME_MAX];
};

static void
packing_done(struct packing *p)
{
    text_done(&p->url);
    text_done(&p->formats);
}

static int
hearing_of_reader(const struct packing *p, const struct person *reader)
{
    return hearing_of(p->x->w, p->x->s, reader->email, p->x->reterr);
}

/* The secretary; whoever owns the first plan when there is none who can be told. Can neither, it is
 * the secretary's if there is an address: held when its turn comes, and shown. */
static int
find_reader(struct packing *p)
{
    const struct pack *x = p->x;
    const char *owner = x->n_plans ? x->plans[0].owner : "";
    int r = person_get(x->s, owner, &p->owner, x->reterr);
    r = r < 0 ? r : person_get(x->s, x->forum->secretary, &p->to, x->reterr);
    p->why = letter_why_words(NOTICE_WHY_SECRETARY);
    r = r < 0 ? r : text_copy(p->role, sizeof p->role, x->forum->secretary);
    int heard = r < 0 ? r : hearing_of_reader(p, &p->to);
    if (heard <= HEARING_OK) {
        return heard;
    }
    int other = hearing_of_reader(p, &p->owner);
    if (other != HEARING_OK && heard != HEARING_NO_ADDRESS) {
        return other < 0 ? other : 0;
    }
    p->to = p->owner;
    p->why = heard == HEARING_NO_ADDRESS ? "owns the plan; the forum's secretary has no address"
                                         : "owns the plan; the forum's secretary cannot be mailed";
    r = text_copy(p->role, sizeof p->role, owner);
    return other < 0 ? other : r;
}

/* Columns of plan_get: .. 11 url 12 formats_contact. */
static int
take_plan(void *arg, const struct row *row)
{
    struct packing *p = arg;
    text_add(&p->url, row_text_or(row, 11, ""));
    text_add(&p->formats, row_text_or(row, 12, ""));
    return 1;
}

static void
name_files(struct packing *p)
{
    static const char *const endings[] = { "html", "txt", "csv" };
    const struct pack *x = p->x;
    char day[DAY_TEXT_MAX];
    for (size_t i = 0; i < LENGTH(endings); i++) {
        (void)snprintf(p->names[i], FILE_NAME_MAX, "%s-%s-%s.%s", x->forum->id,
                       day_format(x->meeting, day), pack_phase_word(x->phase), endings[i]);
    }
}

static void
say_lines(const struct packing *p, struct text lines[LINES])
{
    const struct pack *x = p->x;
    const char *const hashes[] = { p->hashes->html, p->hashes->plain, p->hashes->csv };
    char day[40];
    text_addf(&lines[0], "%s.", text_str(&p->paper->headline));
    text_addf(&lines[1], "The decisions that are asked for are in section 2.");
    if (x->phase == PACK_DRAFT) {
        day_t final = meeting_before(&x->w->calendar, x->meeting, x->forum->meetings.papers_due_wd);
        text_addf(&lines[2], "The final papers come on %s.", day_words(final, day, sizeof day));
    } else {
        text_add(&lines[2], "They are kept as they are, and are not made anew.");
    }
    for (size_t i = 0; i < LENGTH(hashes); i++) {
        text_addf(&lines[3 + i], "SHA-256 of %s: %s", p->names[i], hashes[i]);
    }
}

static int
render(const struct packing *p, const struct text lines[LINES], struct notice_text *words)
{
    const struct pack *x = p->x;
    const char *list[LINES];
    char day[40];
    AUTO_TEXT struct text headline = { 0 };
    for (size_t i = 0; i < LINES; i++) {
        list[i] = text_str(&lines[i]);
    }
    text_addf(&headline, "%s papers for the meeting of %s", pack_phase_word(x->phase),
              day_words(x->meeting, day, sizeof day));
    const struct notice_model m = {
        .kind = NOTICE_PACK, .plan_id = x->plans[0].id, .plan_title = x->plans[0].title,
        .plan_version = x->plans[0].version, .plan_url = p->url.len ? text_str(&p->url) : NULL,
        .formats = p->formats.len ? text_str(&p->formats) : x->w->formats, .trust = x->w->trust,
        .forum = x->forum->title, .owner = p->owner.title, .to_role = p->to.title,
        .locale = p->to.locale, .format = p->to.format, .today = x->today, .at_ms = x->now_ms,
        .host = x->w->host, .headline = text_str(&headline), .lines = list, .n_lines = LINES,
    };
    return headline.bad ? headline.bad : notice_render(x->w->templates, &m, words, x->reterr);
}

static int
make_mail(const struct packing *p, const struct notice_text *words, struct text *mail)
{
    const struct pack *x = p->x;
    const char *thread = p->hex;
    const struct notice_file files[] = {
        { p->names[0], "text/html; charset=UTF-8", &p->paper->html },
        { p->names[1], "text/plain; charset=UTF-8", &p->paper->plain },
        { p->names[2], "text/csv; charset=UTF-8", &p->paper->csv },
    };
    struct notice_envelope e = { .from = { x->w->from_name, x->w->mail_from },
                                 .to = { p->to.title, p->to.email },
                                 .reply_to = { p->owner.title, p->owner.email },
                                 .key = p->hex,
                                 .host = x->w->host,
                                 .threads = &thread,
                                 .n_threads = 1,
                                 .list_of = x->plans[0].id,
                                 .list_name = x->plans[0].title,
                                 .date_ms = x->now_ms,
                                 .offset_min = zone_offset_min(x->w->zone, x->now_ms),
                                 .files = files,
                                 .n_files = LENGTH(files) };
    if (!notice_address_ok(e.reply_to.addr)) {
        e.reply_to = e.from;
    }
    return notice_mail(&e, words, mail, x->reterr);
}

static int
order_delivery(const struct packing *p, int64_t id)
{
    char key[64];
    char subject[64];
    char detail[OCC_NAME_MAX + 64];
    const struct pack *x = p->x;
    (void)snprintf(key, sizeof key, "deliver|%lld", (long long)id);
    (void)snprintf(subject, sizeof subject, "notice %lld", (long long)id);
    (void)snprintf(detail, sizeof detail, "%s to %s", pack_phase_word(x->phase), p->role);
    const struct job_order order = { .kind = JOB_KIND_DELIVER, .key = key,
                                     .run_at_ms = world_window(x->w, x->now_ms), .subject = id };
    int r = job_order_add(x->s, &order, x->now_ms, x->reterr);
    return r < 0 ? r
                 : audit_append(x->s,
                                &(struct audit_entry){ .at_ms = x->now_ms, .actor = "coprod",
                                                       .event = "pack mailed", .subject = subject,
                                                       .detail = detail },
                                x->reterr);
}

static void
make_key(struct packing *p)
{
    const struct pack *x = p->x;
    char day[DAY_TEXT_MAX];
    struct hash h;
    (void)snprintf(p->key, sizeof p->key, "pack|%s|%s|%s|1", x->forum->id,
                   day_format(x->meeting, day), pack_phase_word(x->phase));
    hash_begin(&h, "coprod notice 1");
    hash_add_str(&h, p->key);
    struct digest d = hash_end(&h);
    (void)hash_hex(&d, p->hex);
    p->hex[KEY_HEX] = '\0';
}

static int
put_notice(struct packing *p, int64_t *ret_id)
{
    const struct pack *x = p->x;
    AUTO_NOTICE_TEXT struct notice_text words = { 0 };
    AUTO_TEXT struct text mail = { 0 };
    AUTO_TEXT struct text message_id = { 0 };
    struct text lines[LINES] = { { 0 } };
    int64_t id = 0;
    make_key(p);
    name_files(p);
    say_lines(p, lines);
    int r = render(p, lines, &words);
    for (size_t i = 0; i < LINES; i++) {
        r = r >= 0 && lines[i].bad ? lines[i].bad : r;
        text_done(&lines[i]);
    }
    r = r < 0 ? r : make_mail(p, &words, &mail);
    r = r < 0 ? r : notice_message_id(p->hex, x->w->host, &message_id);
    r = r < 0 ? r : store_ids(x->s, "notice", 1, &id, x->reterr);
    r = r < 0 ? r
              : store_run(x->s, Q_NOTICE_ADD,
                          WITH(I(id), T(p->key), T("pack"), T(x->plans[0].id), NIL,
                               T(pack_phase_word(x->phase)), T(p->role), T(p->to.email), T(p->why),
                               T(text_str(&words.subject)), T(text_str(&words.plain)),
                               B(text_str(&mail), mail.len), T(text_str(&message_id)), I(1),
                               I(x->now_ms)),
                          x->reterr);
    if (r > 0) {
        *ret_id = id;
        r = order_delivery(p, id);
    }
    return r < 0 ? r : 0;
}

int
pack_mail(struct pack *x, const struct pack_paper *paper, const struct pack_hashes *hashes,
          int64_t *ret_notice)
{
    __attribute__((cleanup(packing_done))) struct packing p = { .x = x, .paper = paper,
                                                                .hashes = hashes };
    *ret_notice = 0;
    if (x->n_plans == 0) {
        return 0;
    }
    int r = find_reader(&p);
    r = r < 0 || !notice_address_ok(p.to.email)
            ? r
            : store_each(x->s, Q_PLAN_GET, WITH(T(x->plans[0].id)), take_plan, &p, x->reterr);
    if (r < 0 || !notice_address_ok(p.to.email)) {
        return r < 0 ? r : 0; /* it is kept, and pack list says that nobody got it */
    }
    return put_notice(&p, ret_notice);
}
