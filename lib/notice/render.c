/* SPDX-License-Identifier: MIT */
/* render.c - from the facts of a notice to the words of a mail. */
#include <string.h>

#include "notice/fill.h"

enum { SUBJECT_MAX = 200 };

static const struct {
    const char *word;
    bool has_calendar;
} kinds[NOTICE_KIND_MAX_] = {
#define NOTICE_KIND(name, no, word, calendar) [no] = { word, calendar },
#include "notice/kinds.def"
#undef NOTICE_KIND
};

const char *
notice_kind_word(enum notice_kind kind)
{
    return (int)kind > NOTICE_NONE && kind < NOTICE_KIND_MAX_ ? kinds[kind].word : NULL;
}

bool
notice_kind_has_calendar(enum notice_kind kind)
{
    return notice_kind_word(kind) && kinds[kind].has_calendar;
}

/* At most SUBJECT_MAX bytes, cut between characters. */
static void
subject_cut(struct text *subject)
{
    static const char dots[] = "\xE2\x80\xA6";
    if (subject->bad || subject->len <= SUBJECT_MAX) {
        return;
    }
    size_t n = SUBJECT_MAX - (sizeof dots - 1);
    while (n > 0 && ((unsigned char)subject->bytes[n] & 0xC0) == 0x80) {
        n--;
    }
    subject->len = n;
    subject->bytes[n] = '\0';
    text_add(subject, dots);
}

struct choice { /* the files of a reader's locale, and those of the folder above it */
    const struct template_set *set, *base;
};

static int
form_add(const struct choice *c, const struct notice_model *m, int form,
         const struct template_row *root, struct text *out, struct err *reterr)
{
    const struct template_set *own = c->set;
    const struct template_set *base = c->base;
#define PIECE(piece)                                                                               \
    (own->shared[piece][form] ? own->shared[piece][form] : base->shared[piece][form])
    const struct template *const order[] = { PIECE(PIECE_HEAD),
                                             own->own[m->kind][form] ? own->own[m->kind][form]
                                                                     : base->own[m->kind][form],
                                             PIECE(PIECE_ITEMS), PIECE(PIECE_TOPICS),
                                             PIECE(PIECE_FOOT) };
#undef PIECE
    const bool is_left_out[LENGTH(order)] = { [2] = m->n_items == 0, [3] = m->n_topics == 0 };
    int r = 0;
    for (size_t i = 0; r >= 0 && i < LENGTH(order); i++) {
        r = is_left_out[i] ? 0 : template_render(order[i], root, out, reterr);
    }
    return r;
}

void
notice_text_done(struct notice_text *t)
{
    text_done(&t->subject);
    text_done(&t->plain);
    text_done(&t->html);
    text_done(&t->calendar);
}

int
notice_render(const struct notice_templates *t, const struct notice_model *m,
              struct notice_text *ret, struct err *reterr)
{
    int r = notice_check(m, reterr);
    if (r < 0) {
        return r;
    }
    struct notice_text words = { 0 };
    __attribute__((cleanup(filled_freep))) struct filled f = { 0 };
    const struct choice c = { .set = notice_set(t, m->locale), .base = &t->sets[0] };
    r = fill(&f, c.set, m);
    if (r < 0) {
        return err_set(reterr, r, "out of memory");
    }
    const struct template *own = c.set->subject[m->kind];
    r = template_render(own ? own : c.base->subject[m->kind], &f.root, &words.subject, reterr);
    subject_cut(&words.subject);
    r = r < 0 ? r : form_add(&c, m, FORM_TEXT, &f.root, &words.plain, reterr);
    if (r >= 0 && m->format != NOTICE_FORMAT_TEXT) {
        r = form_add(&c, m, FORM_HTML, &f.root, &words.html, reterr);
    }
    if (r >= 0 && notice_kind_has_calendar(m->kind) && m->n_items > 0) {
        r = notice_calendar(m, &c.set->words, &words.calendar, reterr);
    }
    if (r < 0) {
        notice_text_done(&words);
        return r;
    }
    notice_text_done(ret);
    *ret = words;
    return 0;
}
