/* SPDX-License-Identifier: MIT */
/*
 * render.h - inside lib/notice: the variables that templates may name, and the calendar part.
 */
#ifndef COPROD_NOTICE_RENDER_H
#define COPROD_NOTICE_RENDER_H

#include "notice/notice.h"
#include "notice/template.h"

/* One message is five pieces, one after the other: head, the kind's own, items, topics, foot. */
enum { PIECE_HEAD, PIECE_ITEMS, PIECE_TOPICS, PIECE_FOOT, PIECE_MAX_ };
enum { FORM_TEXT, FORM_HTML, FORM_MAX_ };

struct notice_templates {
    struct template *shared[PIECE_MAX_][FORM_MAX_];
    struct template *own[NOTICE_KIND_MAX_][FORM_MAX_];
    struct template *subject[NOTICE_KIND_MAX_];
};

extern const struct template_var notice_vars[]; /* every variable; ends with a NULL name */

/* -EINVAL, -E2BIG with a sentence: a field is missing, no UTF-8, or holds a control byte. */
MUST_USE int notice_check(const struct notice_model *m, struct err *reterr);
/* VCALENDAR with one all-day entry per item. */
MUST_USE int notice_calendar(const struct notice_model *m, struct text *ret, struct err *reterr);
bool notice_kind_has_calendar(enum notice_kind kind);
/* "5 working days late", "due today", "12 working days left". */
void notice_late_words(int late_wd, struct text *out);
/* "finish it" unless the item says otherwise. */
const char *notice_demand(const struct notice_item *item);

#endif
