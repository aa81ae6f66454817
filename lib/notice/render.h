/* SPDX-License-Identifier: MIT */
/*
 * render.h - inside lib/notice: the variables that templates may name, and the calendar part.
 */
#ifndef COPROD_NOTICE_RENDER_H
#define COPROD_NOTICE_RENDER_H

#include <dirent.h>

#include "notice/notice.h"
#include "notice/template.h"
#include "notice/words.h"

/* One message is five pieces, one after the other: head, the kind's own, items, topics, foot. */
enum { PIECE_HEAD, PIECE_ITEMS, PIECE_TOPICS, PIECE_FOOT, PIECE_MAX_ };
enum { FORM_TEXT, FORM_HTML, FORM_MAX_ };

enum { LOCALES_MAX = 16, LOCALE_NAME_MAX = 8 };

/* The files of one folder; NULL where it has none. */
struct template_set {
    char locale[LOCALE_NAME_MAX]; /* "cy-GB"; "en-GB" of the folder itself */
    struct template *shared[PIECE_MAX_][FORM_MAX_];
    struct template *own[NOTICE_KIND_MAX_][FORM_MAX_];
    struct template *subject[NOTICE_KIND_MAX_];
    struct words words;
    struct yaml_doc *words_doc; /* NULL: no words.yaml */
};
struct notice_templates {
    struct template_set sets[LOCALES_MAX + 1]; /* the folder itself, then its locales */
    size_t n;
};
static inline void
dir_freep(DIR **dir)
{
    if (*dir) {
        (void)closedir(*dir);
    }
}
/* Of names in the folder of templates: what is read, and what is a locale's folder. */
bool template_is_known_file(const char *name); /* hidden ones, too: those are left alone */
bool template_is_locale(const char *name);
const struct template_set *notice_set(const struct notice_templates *t, const char *locale);

extern const struct template_var notice_vars[]; /* every variable; ends with a NULL name */

/* -EINVAL, -E2BIG with a sentence: a field is missing, no UTF-8, or holds a control byte. */
MUST_USE int notice_check(const struct notice_model *m, struct err *reterr);
/* VCALENDAR with one all-day entry per item. */
MUST_USE int notice_calendar(const struct notice_model *m, const struct words *w, struct text *ret,
                             struct err *reterr);
bool notice_kind_has_calendar(enum notice_kind kind);
/* "finish it" unless the item says otherwise. */
void notice_demand(const struct words *w, const struct notice_item *item, struct text *out);

#endif
