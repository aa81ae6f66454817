/* SPDX-License-Identifier: MIT */
/* text.c - growing text, UTF-8, and the near word for a misspelt one. */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { TEXT_FIRST = 256, NEAR_WORD_MAX = 64 };

void
text_done(struct text *t)
{
    free(t->bytes);
    *t = (struct text){ 0 };
}

static bool
text_room(struct text *t, size_t more)
{
    if (t->bad) {
        return false;
    }
    if (t->bytes && t->len + more < t->cap) {
        return true;
    }
    size_t cap = t->cap ? t->cap : TEXT_FIRST;
    while (cap <= t->len + more) {
        cap *= 2;
    }
    char *bytes = realloc(t->bytes, cap);
    if (!bytes) {
        t->bad = -ENOMEM;
        return false;
    }
    t->bytes = bytes;
    t->cap = cap;
    return true;
}

void
text_addn(struct text *t, const char *s, size_t n)
{
    if (!text_room(t, n + 1)) {
        return;
    }
    memcpy(t->bytes + t->len, s, n);
    t->len += n;
    t->bytes[t->len] = '\0';
}

void
text_add(struct text *t, const char *s)
{
    text_addn(t, s, strlen(s));
}

void
text_addc(struct text *t, char c)
{
    text_addn(t, &c, 1);
}

void
text_addf(struct text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n >= 0 && text_room(t, (size_t)n + 1)) {
        (void)vsnprintf(t->bytes + t->len, t->cap - t->len, format, again);
        t->len += (size_t)n;
    }
    va_end(again);
}

const char *
text_str(const struct text *t)
{
    return t->bytes ? t->bytes : "";
}

int
text_take(struct text *t, char **ret)
{
    if (!t->bytes) {
        text_add(t, "");
    }
    int r = t->bad;
    if (r < 0) {
        text_done(t);
        return r;
    }
    *ret = t->bytes;
    *t = (struct text){ 0 };
    return 0;
}

/* Length of the UTF-8 sequence at s, its code point in *cp; 0 when it is no valid sequence. */
static size_t
utf8_at(const unsigned char *s, size_t n, uint32_t *cp)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } forms[] = { { 0x80, 0x00, 0 }, { 0xE0, 0xC0, 0x80 }, { 0xF0, 0xE0, 0x800 },
                  { 0xF8, 0xF0, 0x10000 } };
    for (size_t len = 1; len <= LENGTH(forms); len++) {
        if ((s[0] & forms[len - 1].mask) != forms[len - 1].lead) {
            continue;
        }
        if (len > n) {
            return 0;
        }
        *cp = (uint32_t)(s[0] & (unsigned char)~forms[len - 1].mask);
        for (size_t i = 1; i < len; i++) {
            if ((s[i] & 0xC0) != 0x80) {
                return 0;
            }
            *cp = *cp << 6 | (uint32_t)(s[i] & 0x3F);
        }
        bool bad = *cp < forms[len - 1].least || *cp > 0x10FFFF || (*cp >= 0xD800 && *cp <= 0xDFFF);
        return bad ? 0 : len;
    }
    return 0;
}

bool
text_is_utf8(const char *s, size_t n)
{
    uint32_t cp = 0;
    for (size_t at = 0; at < n;) {
        size_t len = utf8_at((const unsigned char *)s + at, n - at, &cp);
        if (len == 0) {
            return false;
        }
        at += len;
    }
    return true;
}

bool
text_has_control(const char *s)
{
    for (; *s; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7F) {
            return true;
        }
    }
    return false;
}

bool
text_has_unseen(const char *s, size_t n)
{
    static const struct {
        uint32_t first, last;
    } unseen[] = { { 0x80, 0x9F },     { 0xAD, 0xAD },     { 0x61C, 0x61C },   { 0x180E, 0x180E },
                   { 0x200B, 0x200B }, { 0x200E, 0x200F }, { 0x2028, 0x202E }, { 0x2060, 0x206F },
                   { 0xFEFF, 0xFEFF }, { 0xFFF9, 0xFFFB }, { 0xE0000, 0xE007F } };
    uint32_t cp = 0;
    for (size_t at = 0, len = 1; at < n && len > 0; at += len) {
        len = utf8_at((const unsigned char *)s + at, n - at, &cp);
        for (size_t i = 0; i < LENGTH(unseen); i++) {
            if (cp >= unseen[i].first && cp <= unseen[i].last) {
                return true;
            }
        }
    }
    return false;
}

size_t
text_chars(const char *s)
{
    size_t chars = 0;
    size_t n = strlen(s);
    for (size_t at = 0; at < n; chars++) {
        uint32_t cp = 0;
        size_t len = utf8_at((const unsigned char *)s + at, n - at, &cp);
        at += len ? len : 1;
    }
    return chars;
}

size_t
text_width(const char *s)
{
    size_t width = 0;
    size_t n = strlen(s);
    for (size_t at = 0; at < n;) {
        uint32_t cp = 0;
        size_t len = utf8_at((const unsigned char *)s + at, n - at, &cp);
        int w = len ? wcwidth((wchar_t)cp) : 1;
        width += w < 0 ? 1 : (size_t)w;
        at += len ? len : 1;
    }
    return width;
}

/* Edits between a and b: insert, delete, replace, swap of neighbours (optimal string alignment). */
static size_t
edits(const char *a, const char *b)
{
    size_t row[3][NEAR_WORD_MAX + 1];
    size_t an = strlen(a);
    size_t bn = strlen(b);
    for (size_t j = 0; j <= bn; j++) {
        row[0][j] = j;
    }
    for (size_t i = 1; i <= an; i++) {
        size_t *now = row[i % 3];
        const size_t *last = row[(i + 2) % 3];
        const size_t *before = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= bn; j++) {
            size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]
                && before[j - 2] + 1 < best) {
                best = before[j - 2] + 1;
            }
            now[j] = best;
        }
    }
    return row[an % 3][bn];
}

const char *
text_near(const char *word, const char *const *names)
{
    const char *nearest = NULL;
    size_t len = strlen(word);
    if (len > NEAR_WORD_MAX) {
        return NULL;
    }
    size_t least =
        len / 3 + 2; /* one slip in three letters is still a slip; more is another word */
    for (; *names; names++) {
        if (strlen(*names) > NEAR_WORD_MAX) {
            continue;
        }
        size_t n = edits(word, *names);
        if (n < least) {
            least = n;
            nearest = *names;
        }
    }
    return nearest;
}

int
text_copy(char *dst, size_t cap, const char *src)
{
    size_t n = strlen(src);
    if (n >= cap) {
        dst[0] = '\0';
        return -ENAMETOOLONG;
    }
    memcpy(dst, src, n + 1);
    return 0;
}

int
text_to_i64(const char *s, int64_t min, int64_t max, int64_t *ret)
{
    char *end = NULL;
    errno = 0;
    long long value = strtoll(s, &end, 10);
    if (*s == '\0' || *end != '\0' || *s == ' ' || *s == '+') {
        return -EINVAL;
    }
    if (errno == ERANGE || value < min || value > max) {
        return -ERANGE;
    }
    *ret = value;
    return 0;
}
