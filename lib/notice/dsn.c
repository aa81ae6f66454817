/* SPDX-License-Identifier: MIT */
/* dsn.c - delivery status reports out of any bytes. */
#include "notice/dsn.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum { VALUE_MAX = 1000, NAME_MAX_ = 64, DEPTH_MAX = 5, PARTS_MAX = 64, HEADERS_MAX = 500 };

struct slice {
    const char *at;
    size_t n;
};
struct field {
    char name[NAME_MAX_];
    char value[VALUE_MAX]; /* unfolded, cut when longer */
};
struct part { /* what its header says */
    char type[NAME_MAX_];     /* "multipart/report", in small letters */
    char boundary[NAME_MAX_ + 8];
    bool is_report; /* report-type=delivery-status */
    bool is_quoted, is_base64;
};
struct reading {
    struct dsn *dsn;
    int parts;
    int bad; /* -ENOMEM */
};

/* ---- lines and fields ------------------------------------------------------------------------ */

static bool
line_next(struct slice *rest, struct slice *line)
{
    if (rest->n == 0) {
        return false;
    }
    const char *end = memchr(rest->at, '\n', rest->n);
    size_t n = end ? (size_t)(end - rest->at) : rest->n;
    *line = (struct slice){ rest->at, n && rest->at[n - 1] == '\r' ? n - 1 : n };
    n += end != NULL;
    *rest = (struct slice){ rest->at + n, rest->n - n };
    return true;
}

static void
value_add(struct field *f, struct slice s)
{
    size_t len = strlen(f->value);
    for (size_t i = 0; i < s.n && len < sizeof f->value - 1; i++) {
        unsigned char c = (unsigned char)s.at[i];
        f->value[len++] = (char)(c < ' ' || c == 127 ? ' ' : c);
    }
    f->value[len] = '\0';
}

/* The next field of a header or of a group of fields; false at its end, behind the empty line. */
static bool
field_next(struct slice *rest, struct field *f)
{
    struct slice line;
    *f = (struct field){ .name = "" };
    if (!line_next(rest, &line) || line.n == 0) {
        return false;
    }
    const char *colon = memchr(line.at, ':', line.n);
    size_t n = colon ? (size_t)(colon - line.at) : 0;
    if (n > 0 && n < sizeof f->name) {
        memcpy(f->name, line.at, n);
        size_t skip = n + 1 + (n + 1 < line.n && line.at[n + 1] == ' ');
        value_add(f, (struct slice){ line.at + skip, line.n - skip });
    }
    while (rest->n > 0 && (*rest->at == ' ' || *rest->at == '\t')) {
        (void)line_next(rest, &line);
        value_add(f, line);
    }
    return true;
}

/* ---- what a header says ---------------------------------------------------------------------- */

/* The value of "; name=value" or "; name=\"value\"". */
static void
parameter(const char *value, const char *name, char *ret, size_t cap)
{
    size_t len = strlen(name);
    for (const char *at = strchr(value, ';'); at; at = strchr(at, ';')) {
        at += 1 + strspn(at + 1, " ");
        if (strncasecmp(at, name, len) != 0 || at[len] != '=') {
            continue;
        }
        at += len + 1;
        const char *stop = *at == '"' ? "\"" : "; ";
        at += *at == '"';
        size_t n = strcspn(at, stop);
        if (n > 0 && n < cap) {
            memcpy(ret, at, n);
            ret[n] = '\0';
        }
        return;
    }
}

static void
take_type(struct part *p, const char *value)
{
    char report[NAME_MAX_] = "";
    size_t n = strcspn(value, "; ");
    for (size_t i = 0; i < n && i < sizeof p->type - 1; i++) {
        char c = value[i];
        p->type[i] = (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    parameter(value, "boundary", p->boundary, sizeof p->boundary);
    parameter(value, "report-type", report, sizeof report);
    p->is_report = strcasecmp(report, "delivery-status") == 0;
}

/* The first <...> or bare word with an @ in it. */
static void
take_address(struct dsn *d, const char *value)
{
    const char *open = strchr(value, '<');
    const char *at = open ? open + 1 : value + strspn(value, " ");
    size_t n = strcspn(at, open ? ">" : " ,");
    if (d->n_to < DSN_TO_MAX && n > 0 && n < DSN_ID_MAX && memchr(at, '@', n)) {
        memcpy(d->to[d->n_to], at, n);
        d->to[d->n_to++][n] = '\0';
    }
}

static void
take_id(struct dsn *d, const char *value)
{
    const char *open = strchr(value, '<');
    const char *close = open ? strchr(open, '>') : NULL;
    size_t n = close ? (size_t)(close - open) + 1 : 0;
    if (d->message_id[0] == '\0' && n > 2 && n < sizeof d->message_id) {
        memcpy(d->message_id, open, n);
        d->message_id[n] = '\0';
    }
}

static struct part
header_read(struct slice *rest, struct dsn *outer)
{
    static const char *const envelopes[] = { "To", "Delivered-To", "X-Original-To" };
    struct part p = { .type = "" };
    struct field f;
    for (int i = 0; i < HEADERS_MAX && field_next(rest, &f); i++) {
        if (strcasecmp(f.name, "Content-Type") == 0) {
            take_type(&p, f.value);
        } else if (strcasecmp(f.name, "Content-Transfer-Encoding") == 0) {
            p.is_quoted = strncasecmp(f.value, "quoted-printable", 16) == 0;
            p.is_base64 = strncasecmp(f.value, "base64", 6) == 0;
        }
        for (size_t k = 0; outer && k < LENGTH(envelopes); k++) {
            if (strcasecmp(f.name, envelopes[k]) == 0) {
                take_address(outer, f.value);
            }
        }
    }
    return p;
}

/* ---- bodies ---------------------------------------------------------------------------------- */

static int
hex_digit(char c)
{
    const char *at = c ? strchr("0123456789ABCDEF0123456789abcdef", c) : NULL;
    return at ? (int)(at - "0123456789ABCDEF0123456789abcdef") % 16 : -1;
}

static void
unquote(struct slice s, struct text *out)
{
    struct slice line;
    while (line_next(&s, &line)) {
        bool is_soft = line.n > 0 && line.at[line.n - 1] == '=';
        size_t n = line.n - is_soft;
        for (size_t i = 0; i < n; i++) {
            int high = line.at[i] == '=' && i + 2 < n + 1 ? hex_digit(line.at[i + 1]) : -1;
            int low = high >= 0 && i + 2 < n ? hex_digit(line.at[i + 2]) : -1;
            text_addc(out, low >= 0 ? (char)(high * 16 + low) : line.at[i]);
            i += low >= 0 ? 2 : 0;
        }
        if (!is_soft) {
            text_addc(out, '\n');
        }
    }
}

static void
unbase64(struct slice s, struct text *out)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned bits = 0;
    int n = 0;
    for (size_t i = 0; i < s.n && s.at[i] != '='; i++) {
        const char *at = s.at[i] ? strchr(digits, s.at[i]) : NULL;
        if (!at) {
            continue;
        }
        bits = (bits << 6 | (unsigned)(at - digits)) & 0xFFFFFFU;
        n += 6;
        if (n >= 8) {
            n -= 8;
            text_addc(out, (char)(bits >> n & 0xFFU));
        }
    }
}

/* Per-message fields, an empty line, then a group for each recipient: the worst of them counts. */
static void
status_read(struct dsn *d, struct slice rest)
{
    char status[DSN_STATUS_MAX] = "";
    struct field f;
    enum dsn_verdict found = DSN_NO_REPORT;
    for (int i = 0; i < HEADERS_MAX && rest.n > 0; i++) {
        if (!field_next(&rest, &f)) {
            status[0] = '\0';
            found = DSN_NO_REPORT;
            continue;
        }
        size_t n = strspn(f.value, "0123456789.");
        if (strcasecmp(f.name, "Status") == 0 && n > 0 && n < sizeof status) {
            memcpy(status, f.value, n);
            status[n] = '\0';
        } else if (strcasecmp(f.name, "Action") == 0) {
            found = strncasecmp(f.value, "failed", 6) == 0 ? DSN_HARD : DSN_SOFT;
        }
        bool is_worse = found > d->verdict || (found == d->verdict && d->status[0] == '\0');
        if (found != DSN_NO_REPORT && is_worse) {
            d->verdict = found;
            memcpy(d->status, status, sizeof status);
        }
    }
}

static void
original_read(struct dsn *d, struct slice rest)
{
    struct field f;
    for (int i = 0; i < HEADERS_MAX && field_next(&rest, &f); i++) {
        if (strcasecmp(f.name, "Message-ID") == 0) {
            take_id(d, f.value);
        }
    }
}

static void
leaf_read(struct reading *r, const struct part *p, struct slice body)
{
    bool is_status = strcmp(p->type, "message/delivery-status") == 0
                     || strcmp(p->type, "message/global-delivery-status") == 0;
    bool is_original = strcmp(p->type, "message/rfc822") == 0
                       || strcmp(p->type, "text/rfc822-headers") == 0
                       || strcmp(p->type, "message/rfc822-headers") == 0
                       || strcmp(p->type, "message/global-headers") == 0;
    AUTO_TEXT struct text plain = { 0 };
    if (!is_status && !is_original) {
        return;
    }
    if (p->is_quoted || p->is_base64) {
        (p->is_quoted ? unquote : unbase64)(body, &plain);
        r->bad = r->bad ? r->bad : plain.bad;
        body = (struct slice){ text_str(&plain), plain.len };
    }
    (is_status ? status_read : original_read)(r->dsn, body);
}

/* ---- parts ----------------------------------------------------------------------------------- */

static void part_read(struct reading *r, struct slice body, const struct part *p, int depth);

/* True when the line is "--BOUNDARY"; *ret_last when it is the last one. */
static bool
is_boundary(struct slice line, const char *boundary, bool *ret_last)
{
    size_t n = strlen(boundary);
    bool is_one = line.n >= n + 2 && memcmp(line.at, "--", 2) == 0
                  && memcmp(line.at + 2, boundary, n) == 0;
    *ret_last = is_one && line.n >= n + 4 && memcmp(line.at + 2 + n, "--", 2) == 0;
    return is_one;
}

static void
multipart_read(struct reading *r, struct slice rest, const struct part *whole, int depth)
{
    const char *begin = NULL; /* of the part in hand */
    bool is_last = false;
    struct slice line;
    while (!is_last && r->parts < PARTS_MAX && line_next(&rest, &line)) {
        bool ends = is_boundary(line, whole->boundary, &is_last);
        bool is_cut = !ends && rest.n == 0; /* the bytes end inside it */
        if (begin && (ends || is_cut)) {
            const char *end = ends ? line.at : line.at + line.n;
            struct slice body = { begin, (size_t)(end - begin) };
            struct part p = header_read(&body, NULL);
            r->parts++;
            part_read(r, body, &p, depth + 1);
        }
        begin = ends ? rest.at : begin;
    }
}

static void
part_read(struct reading *r, struct slice body, const struct part *p, int depth)
{
    bool is_multi = strncmp(p->type, "multipart/", 10) == 0;
    if (is_multi && p->boundary[0] && depth < DEPTH_MAX) {
        multipart_read(r, body, p, depth);
    } else if (!is_multi) {
        leaf_read(r, p, body);
    }
}

int
dsn_read(const char *bytes, size_t len, struct dsn *ret)
{
    struct slice rest = { bytes, len < DSN_BYTES_MAX ? len : DSN_BYTES_MAX };
    *ret = (struct dsn){ .verdict = DSN_NO_REPORT };
    struct reading r = { .dsn = ret };
    struct part p = header_read(&rest, ret);
    if (strcmp(p.type, "multipart/report") == 0 && p.is_report) {
        part_read(&r, rest, &p, 0);
    }
    return r.bad;
}

const char *
dsn_verdict_word(enum dsn_verdict v)
{
    static const char *const words[] = { [DSN_NO_REPORT] = "no report", [DSN_SOFT] = "soft",
                                         [DSN_HARD] = "hard" };
    return words[v];
}
