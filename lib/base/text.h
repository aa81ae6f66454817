/* SPDX-License-Identifier: MIT */
/*
 * text.h - growing text, UTF-8, and the near word for a misspelt one.
 *
 * A struct text owns its bytes and never fails half way: after a failed append it remembers
 * -ENOMEM, later appends do nothing, and text_take returns the error. So a page of output is
 * written without a check per line and checked once.
 */
#ifndef COPROD_BASE_TEXT_H
#define COPROD_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* What fits into a mail, in bytes; the readers of files refuse more. */
enum {
    TEXT_NAME_MAX = 160,   /* with its end: an id, the title of a post or forum */
    TEXT_LINE_MAX = 256,   /* with its end: a plan's title, a setting */
    TEXT_FIELD_MAX = 4000, /* the text of an action, its metric */
};

struct text {
    char *bytes; /* always NUL-terminated once non-NULL */
    size_t len;
    size_t cap;
    int bad; /* 0, or -ENOMEM: everything after it was dropped */
};

void text_done(struct text *t);
static inline void
text_freep(struct text *t)
{
    text_done(t);
}
#define AUTO_TEXT __attribute__((cleanup(text_freep)))

void text_add(struct text *t, const char *s);
void text_addn(struct text *t, const char *s, size_t n);
void text_addc(struct text *t, char c);
void text_addf(struct text *t, const char *format, ...) PRINTF_LIKE(2, 3);
/* The bytes so far, never NULL. */
const char *text_str(const struct text *t);
/* Hands the bytes out (caller frees) and empties t; -ENOMEM when something was dropped. */
MUST_USE int text_take(struct text *t, char **ret);

/* True when s[0..n) is valid UTF-8 (RFC 3629: no overlong forms, no surrogates). */
bool text_is_utf8(const char *s, size_t n);
/* True when s has a byte 0-31 or 127: nothing that a mail header, a log line or a name may hold. */
bool text_has_control(const char *s);
/* True when s[0..n) has a character that a reader does not see, or that turns the reading order of
 * what stands beside it: two names that look alike would be two. Joiners, which some scripts need,
 * are none of them. */
bool text_has_unseen(const char *s, size_t n);
/* Characters of s, as people count them who are told a limit: code points of UTF-8; a byte that is
 * none counts one. */
size_t text_chars(const char *s);
/* Columns that s takes on a terminal; bytes that are no UTF-8 count one each. */
size_t text_width(const char *s);
/* The end of a noun that is counted: "s" but for one. */
static inline const char *
text_s(int64_t n)
{
    return n == 1 ? "" : "s";
}
/* The candidate nearest to word by edits (transposition = 1), or NULL when none is near enough to
 * be a slip of the hand. names: NULL-terminated. */
const char *text_near(const char *word, const char *const *names);

/* Copies src into dst[cap], always terminated; -ENAMETOOLONG when it does not fit (dst emptied). */
MUST_USE int text_copy(char *dst, size_t cap, const char *src);
/* Whole-string decimal with bounds; -EINVAL or -ERANGE. */
MUST_USE int text_to_i64(const char *s, int64_t min, int64_t max, int64_t *ret);

#endif
