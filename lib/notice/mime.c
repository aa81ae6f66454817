/* SPDX-License-Identifier: MIT */
/* mime.c - the pieces of a mail: header fields, addresses, quoted-printable. */
#include "notice/mime.h"

#include <ctype.h>
#include <string.h>

enum {
    LINE_MAX_ = 76,  /* RFC 2047 for a line with an encoded-word; RFC 2045 for quoted-printable */
    WORD_MAX = 75,   /* an encoded-word, markers included */
    WORD_MARKS = 12, /* "=?UTF-8?Q?" and "?=" */
    ADDR_LOCAL_MAX = 64,
    LABEL_MAX = 63,
};

static int
check(const char *name, const char *value, size_t max, struct err *reterr)
{
    if (!value) {
        return err_set(reterr, -EINVAL, "the %s of a mail is missing", name);
    }
    for (const char *c = value; *c; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7F) {
            return err_set(reterr, -EINVAL, "the %s of a mail holds the control byte %d at %zu",
                           name, (unsigned char)*c, (size_t)(c - value) + 1);
        }
    }
    size_t n = strlen(value);
    if (!text_is_utf8(value, n)) {
        return err_set(reterr, -EINVAL, "the %s of a mail is not UTF-8", name);
    }
    if (n == 0 || n > max) {
        return err_set(reterr, -EINVAL, "the %s of a mail has %zu bytes; 1 to %zu are allowed",
                       name, n, max);
    }
    return 0;
}

/* True when the words can stand as they are: ASCII, single spaces, nothing that a reader would
 * take for an encoded-word, no word that cannot be folded. */
static bool
is_plain(const char *s, size_t word_max)
{
    size_t word = 0;
    char last = ' ';
    for (; *s; last = *s++) {
        if ((unsigned char)*s > 0x7E || (*s == ' ' && last == ' ') || (*s == '?' && last == '=')) {
            return false;
        }
        word = *s == ' ' ? 0 : word + 1;
        if (word > word_max) {
            return false;
        }
    }
    return last != ' ';
}

/* Appends words folded at spaces. used: columns taken on the line so far. */
static void
add_folded(struct text *out, const char *s, size_t used)
{
    while (*s) {
        size_t n = strcspn(s + 1, " ") + 1; /* a word with the space before it */
        if (used + n > LINE_MAX_ && *s == ' ') {
            text_add(out, "\r\n");
            used = 0;
        }
        text_addn(out, s, n);
        used += n;
        s += n;
    }
}

/* Bytes of the UTF-8 character at s (checked before). */
static size_t
character(const char *s)
{
    size_t n = 1;
    while (((unsigned char)s[n] & 0xC0) == 0x80) {
        n++;
    }
    return n;
}

/* A character as RFC 2047's Q encoding writes it within a display name: the strictest set. */
static size_t
q_encode(const char *s, size_t n, char *ret)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t len = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == ' ') {
            ret[len++] = '_';
        } else if (c < 0x80 && (isalnum(c) || strchr("!*+-/", c))) {
            ret[len++] = (char)c;
        } else {
            ret[len++] = '=';
            ret[len++] = hex[c >> 4];
            ret[len++] = hex[c & 15];
        }
    }
    return len;
}

/* Appends s as encoded-words. No word is split within a character. used as in add_folded. */
static size_t
add_encoded(struct text *out, const char *s, size_t used)
{
    size_t room = 0;
    bool is_first = true;
    while (*s) {
        char q[16];
        size_t n = character(s);
        size_t len = q_encode(s, n, q);
        if (room < len) {
            text_add(out, is_first ? "" : "?=\r\n ");
            used = is_first ? used : 1;
            text_add(out, "=?UTF-8?Q?");
            room = (is_first ? LINE_MAX_ - used : WORD_MAX) - WORD_MARKS;
            used += WORD_MARKS;
            is_first = false;
        }
        text_addn(out, q, len);
        room -= len;
        used += len;
        s += n;
    }
    text_add(out, "?=");
    return used;
}

int
mime_field(struct text *out, const char *name, const char *value, struct err *reterr)
{
    int r = check(name, value, MIME_VALUE_MAX, reterr);
    if (r < 0) {
        return r;
    }
    text_addf(out, "%s: ", name);
    size_t used = strlen(name) + 2;
    if (is_plain(value, LINE_MAX_ - used)) {
        add_folded(out, value, used);
    } else {
        (void)add_encoded(out, value, used);
    }
    text_add(out, "\r\n");
    return 0;
}

static bool
is_atext(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

/* One or more pieces joined by dots, each 1..max bytes of the set. */
static bool
is_dotted(const char *s, size_t n, size_t max, bool is_domain)
{
    size_t piece = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_dot = s[i] == '.';
        bool is_edge = piece == 0 || i + 1 == n || s[i + 1] == '.';
        bool fits = is_domain ? isalnum((unsigned char)s[i]) || (s[i] == '-' && !is_edge)
                              : is_atext(s[i]);
        if ((is_dot && piece == 0) || (!is_dot && !fits) || piece > max) {
            return false;
        }
        piece = is_dot ? 0 : piece + 1;
    }
    return piece > 0 && piece <= max;
}

static bool
is_ascii(const char *s)
{
    for (; *s; s++) {
        if ((unsigned char)*s > 0x7E || (unsigned char)*s < 0x20) {
            return false;
        }
    }
    return true;
}

bool
notice_address_ok(const char *addr)
{
    const char *at = addr ? strrchr(addr, '@') : NULL;
    if (!at || strlen(addr) > MIME_ADDR_MAX || !is_ascii(addr)) {
        return false;
    }
    size_t local = (size_t)(at - addr);
    return local <= ADDR_LOCAL_MAX && is_dotted(addr, local, ADDR_LOCAL_MAX, false)
           && is_dotted(at + 1, strlen(at + 1), LABEL_MAX, true);
}

/* A shown name; returns the columns taken on the last line. Encoded-words are the last choice:
 * some programs show a space too many where two of them meet within a name. */
static size_t
name_add(struct text *out, const char *name, size_t used)
{
    AUTO_TEXT struct text quoted = { 0 };
    text_addc(&quoted, '"');
    for (const char *c = name; *c; c++) {
        text_addf(&quoted, *c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
    }
    text_addc(&quoted, '"');
    out->bad = out->bad ? out->bad : quoted.bad;
    if (!is_ascii(name) || !is_plain(text_str(&quoted), LINE_MAX_ - used)) {
        return add_encoded(out, name, used);
    }
    add_folded(out, text_str(&quoted), used);
    const char *line = strrchr(text_str(out), '\n');
    return strlen(line ? line + 1 : text_str(out));
}

int
mime_address(struct text *out, const char *name, const struct notice_address *a, struct err *reterr)
{
    bool has_name = a->name && a->name[0];
    int r = check(name, a->addr, MIME_VALUE_MAX, reterr);
    r = r < 0 || !has_name ? r : check(name, a->name, MIME_VALUE_MAX, reterr);
    if (r < 0) {
        return r;
    }
    if (!notice_address_ok(a->addr)) {
        return err_set(reterr, -EINVAL, "the %s of a mail, \"%s\", is no address of the form "
                       "name@domain", name, a->addr);
    }
    text_addf(out, "%s: ", name);
    size_t used = strlen(name) + 2;
    if (has_name) {
        used = name_add(out, a->name, used);
    }
    bool fits = used + strlen(a->addr) + 3 <= LINE_MAX_;
    text_addf(out, "%s<%s>\r\n", !has_name ? "" : fits ? " " : "\r\n ", a->addr);
    return 0;
}

int
mime_token(struct text *out, const char *name, const char *value, struct err *reterr)
{
    int r = check(name, value, MIME_TOKEN_MAX, reterr);
    if (r < 0) {
        return r;
    }
    if (!is_ascii(value)) {
        return err_set(reterr, -EINVAL, "the %s of a mail is not ASCII", name);
    }
    text_addf(out, "%s: ", name);
    add_folded(out, value, strlen(name) + 2);
    text_add(out, "\r\n");
    return 0;
}

/* --- bodies ------------------------------------------------------------------------------- */

/* One line without its end. A space or tab at the very end is written as hex. */
static void
quoted_line(struct text *out, const char *s, size_t n)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        bool is_last = i + 1 == n;
        bool is_white = c == ' ' || c == '\t';
        bool is_literal = is_white ? !is_last : c > 0x20 && c < 0x7F && c != '=';
        size_t len = is_literal ? 1 : 3;
        if (used + len > LINE_MAX_ - (is_last ? 0U : 1U)) {
            text_add(out, "=\r\n");
            used = 0;
        }
        /* A line that begins "From " or is one dot is changed by some that carry it. */
        if (is_literal && !(used == 0 && (c == '.' || c == 'F'))) {
            text_addc(out, (char)c);
            used += 1;
        } else {
            text_addf(out, "=%02X", c);
            used += 3;
        }
    }
}

void
mime_quoted(struct text *out, const char *s, size_t n)
{
    while (n > 0) {
        const char *end = memchr(s, '\n', n);
        size_t whole = end ? (size_t)(end - s) : n;
        size_t len = whole > 0 && s[whole - 1] == '\r' ? whole - 1 : whole;
        quoted_line(out, s, len);
        text_add(out, "\r\n");
        size_t took = whole + (end ? 1 : 0);
        s += took;
        n -= took;
    }
}
