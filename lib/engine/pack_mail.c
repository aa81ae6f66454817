/* SPDX-License-Identifier: MIT */
/* pack_mail.c - a pack goes alone, as three files beside a short letter. */
#include "engine/pack_mail.h"

#include <stdio.h>
#include <string.h>

#include "engine/hearing.h"
#include "engine/letter.h"
#include "store/audit.h"

enum { KEY_MAX = OCC_SUBJECT_MAX, LINES = 7 + PACK_CORRECTIONS_MAX,
       FILE_NAME_MAX = COMMITTEE_NAME_MAX + 40 };

struct packing { /* one mail under way */
    const struct pack *x;
    const struct pack_paper *paper;
    const struct pack_hashes *hashes;
    struct post post;
    const char *why;
    char names[3][FILE_NAME_MAX];
    size_t n_lines;
};

static void
packing_done(struct packing *p)
{
    post_done(&p->post);
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
    struct post *post = &p->post;
    p->why = letter_why_words(NOTICE_WHY_SECRETARY);
    int r = text_copy(post->role, sizeof post->role, x->forum->secretary);
    r = r < 0 ? r : person_get(x->s, post->role, &post->to, x->reterr);
    int heard = r < 0 ? r : hearing_of_reader(p, &post->to);
    if (heard <= HEARING_OK) {
        return heard;
    }
    int other = hearing_of_reader(p, &post->owner_person);
    if (other != HEARING_OK && heard != HEARING_NO_ADDRESS) {
        return other < 0 ? other : 0;
    }
    post->to = post->owner_person;
    p->why = heard == HEARING_NO_ADDRESS ? "owns the plan; the forum's secretary has no address"
                                         : "owns the plan; the forum's secretary cannot be mailed";
    r = text_copy(post->role, sizeof post->role, post->owner);
    return other < 0 ? other : r;
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

static void
say_corrections(struct packing *p, struct text lines[LINES])
{
    const struct pack *x = p->x;
    size_t n = x->n_corrections < PACK_CORRECTIONS_MAX ? x->n_corrections : PACK_CORRECTIONS_MAX;
    struct text *first = &lines[p->n_lines++];
    pack_correction_words(x, first);
    text_addf(first, " %zu demand%s otherwise than in version %d%s", x->n_corrections,
              x->n_corrections == 1 ? " stands" : "s stand", x->rev - 1,
              x->n_corrections == 0 ? "."
              : x->n_corrections > n ? "; the paper lists them all, these first:"
                                     : ":");
    for (size_t i = 0; i < n; i++) {
        text_add(&lines[p->n_lines++], x->corrections[i]);
    }
}

static void
say_lines(struct packing *p, struct text lines[LINES])
{
    const struct pack *x = p->x;
    const char *const hashes[] = { p->hashes->html, p->hashes->plain, p->hashes->csv };
    char day[40];
    p->n_lines = 0;
    if (x->rev > 1) {
        say_corrections(p, lines);
    }
    text_addf(&lines[p->n_lines++], "%s.", text_str(&p->paper->headline));
    text_addf(&lines[p->n_lines++], "The decisions that are asked for are in section 2.");
    if (x->phase == PACK_DRAFT) {
        day_t final = meeting_before(&x->w->calendar, x->meeting, x->forum->meetings.papers_due_wd);
        text_addf(&lines[p->n_lines++], "The final papers come on %s.",
                  day_words(final, day, sizeof day));
    } else {
        text_add(&lines[p->n_lines++], "They are kept as they are, and are not made anew.");
    }
    for (size_t i = 0; i < LENGTH(hashes); i++) {
        text_addf(&lines[p->n_lines++], "SHA-256 of %s: %s", p->names[i], hashes[i]);
    }
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
    (void)snprintf(key, sizeof key, "pack|%s|%s|%s|%d", x->forum->id, day_format(x->meeting, day),
                   pack_phase_word(x->phase), x->rev);
    struct notice_model m = post_model(&p->post, NOTICE_PACK);
    m.forum = x->forum->title;
    m.is_to_owner = false; /* written for the secretary, whoever gets it */
    m.headline = headline;
    m.lines = lines;
    m.n_lines = p->n_lines;
    const struct post_order order = { .key = key, .kind = "pack",
                                      .step = pack_phase_word(x->phase), .why = p->why,
                                      .files = files, .n_files = LENGTH(files),
                                      .run_at_ms = world_window(x->w, x->now_ms) };
    int64_t id = 0;
    int r = post_put(&p->post, &m, &order, &id);
    if (r > 0) {
        *ret_notice = id;
        r = record(p, id);
    }
    return r < 0 ? r : 0;
}

static int
write_it(struct packing *p, int64_t *ret_notice)
{
    const struct pack *x = p->x;
    struct text lines[LINES] = { { 0 } };
    const char *list[LINES];
    char day[40];
    char version[48] = "";
    AUTO_TEXT struct text headline = { 0 };
    name_files(p);
    say_lines(p, lines);
    if (x->rev > 1) {
        (void)snprintf(version, sizeof version, ", corrected (version %d),", x->rev);
    }
    text_addf(&headline, "%s papers%s for the meeting of %s", pack_phase_word(x->phase), version,
              day_words(x->meeting, day, sizeof day));
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

int
pack_mail(struct pack *x, const struct pack_paper *paper, const struct pack_hashes *hashes,
          int64_t *ret_notice)
{
    __attribute__((cleanup(packing_done))) struct packing p = {
        .x = x, .paper = paper, .hashes = hashes,
        .post = { .w = x->w, .s = x->s, .now_ms = x->now_ms, .reterr = x->reterr },
    };
    *ret_notice = 0;
    int r = x->n_plans ? post_open(&p.post, x->plans[0].id) : 0;
    r = r <= 0 ? r : find_reader(&p);
    if (r < 0 || !notice_address_ok(p.post.to.email)) {
        return r < 0 ? r : 0; /* it is kept, and pack list says that nobody got it */
    }
    return write_it(&p, ret_notice);
}
