/* SPDX-License-Identifier: MIT */
/* zone.c - reads a zone file (RFC 8536, version 2 and later) and writes its rule out as changes. */
#include "base/zone.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/civil.h"

#define ZONE_FOLDER "/usr/share/zoneinfo"

enum {
    ZONE_FILE_MAX = 256 * 1024,
    ZONE_TIMES_MAX = 4096,
    ZONE_NAME_MAX = 128,
    HEADER_SIZE = 44,
    TYPE_SIZE = 6,
    RULE_FROM = 1970, /* for a zone without listed changes */
    RULE_UNTIL = 2199,
    OFFSET_MAX_S = 26 * 3600,
};

struct zone_file {
    struct zone zone;
    struct zone_change *changes;
    size_t cap;
};

/* ---- Reading bytes: a cursor that goes bad instead of past the end. */

struct cursor {
    const unsigned char *at;
    size_t left;
    bool bad;
};

static const unsigned char *
take_bytes(struct cursor *c, size_t n)
{
    if (c->bad || n > c->left) {
        c->bad = true;
        return NULL;
    }
    const unsigned char *p = c->at;
    c->at += n;
    c->left -= n;
    return p;
}

static int64_t
big_endian(const unsigned char *p, size_t width)
{
    uint64_t n = p[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < width; i++) {
        n = n << 8 | p[i];
    }
    return (int64_t)n;
}

struct header {
    char version;
    size_t n_utc, n_std, n_leaps, n_times, n_types, n_chars;
};

static void
take_header(struct cursor *c, struct header *ret)
{
    const unsigned char *p = take_bytes(c, HEADER_SIZE);
    if (!p || memcmp(p, "TZif", 4) != 0) {
        c->bad = true;
        return;
    }
    ret->version = (char)p[4];
    size_t *counts[] = { &ret->n_utc,   &ret->n_std,   &ret->n_leaps,
                         &ret->n_times, &ret->n_types, &ret->n_chars };
    for (size_t i = 0; i < LENGTH(counts); i++) {
        int64_t n = big_endian(p + 20 + 4 * i, 4);
        if (n < 0 || n > ZONE_FILE_MAX) {
            c->bad = true;
            return;
        }
        *counts[i] = (size_t)n;
    }
    c->bad = c->bad || ret->n_times > ZONE_TIMES_MAX || ret->n_types == 0 || ret->n_types > 256;
}

/* ---- The rule in the last line: "GMT0BST,M3.5.0/1,M10.5.0". */

enum rule_form { RULE_NONE = 0, RULE_MONTH_WEEK_DAY, RULE_JULIAN, RULE_DAY_OF_YEAR };

struct rule_date {
    enum rule_form form;
    int month, week; /* week 5 = the last one of its month */
    int day;         /* 0 Sunday .. 6; or 1..365 without leap days; or 0..365 with them */
    int time_s;      /* local, may lie days away */
};

struct rule {
    bool has_summer;
    int std_s, dst_s; /* east of UTC */
    struct rule_date start, end;
};

struct words {
    const char *at;
    bool bad;
};

static bool
take_char(struct words *w, char c)
{
    if (w->bad || *w->at != c) {
        return false;
    }
    w->at++;
    return true;
}

static int
take_number(struct words *w, int min, int max)
{
    int n = 0;
    const char *start = w->at;
    while (*w->at >= '0' && *w->at <= '9' && n <= max) {
        n = n * 10 + (*w->at - '0');
        w->at++;
    }
    if (w->at == start || n < min || n > max) {
        w->bad = true;
        return min;
    }
    return n;
}

/* [+-]h[h[h]][:mm[:ss]] as seconds. */
static int
take_hms(struct words *w, int hours_max)
{
    int sign = take_char(w, '-') ? -1 : 1;
    if (sign > 0) {
        (void)take_char(w, '+');
    }
    int s = take_number(w, 0, hours_max) * 3600;
    if (take_char(w, ':')) {
        s += take_number(w, 0, 59) * 60;
    }
    if (take_char(w, ':')) {
        s += take_number(w, 0, 59);
    }
    return sign * s;
}

/* An abbreviation: three letters or more, or anything between < and >. */
static void
skip_name(struct words *w)
{
    const char *start = w->at;
    if (take_char(w, '<')) {
        w->at += strcspn(w->at, ">");
        w->bad = w->bad || !take_char(w, '>');
        return;
    }
    while ((*w->at >= 'a' && *w->at <= 'z') || (*w->at >= 'A' && *w->at <= 'Z')) {
        w->at++;
    }
    w->bad = w->bad || w->at - start < 3;
}

static struct rule_date
take_rule_date(struct words *w)
{
    struct rule_date d = { .form = RULE_DAY_OF_YEAR, .time_s = 2 * 3600 };
    if (!take_char(w, ',')) {
        w->bad = true;
        return d;
    }
    if (take_char(w, 'M')) {
        d.form = RULE_MONTH_WEEK_DAY;
        d.month = take_number(w, 1, 12);
        w->bad = w->bad || !take_char(w, '.');
        d.week = take_number(w, 1, 5);
        w->bad = w->bad || !take_char(w, '.');
        d.day = take_number(w, 0, 6);
    } else if (take_char(w, 'J')) {
        d.form = RULE_JULIAN;
        d.day = take_number(w, 1, 365);
    } else {
        d.day = take_number(w, 0, 365);
    }
    if (take_char(w, '/')) {
        d.time_s = take_hms(w, 167);
    }
    return d;
}

static bool
parse_rule(const char *s, struct rule *ret)
{
    struct words w = { .at = s };
    struct rule rule = { 0 };
    skip_name(&w);
    rule.std_s = -take_hms(&w, 24); /* POSIX counts west of UTC */
    if (!w.bad && *w.at != '\0') {
        rule.has_summer = true;
        skip_name(&w);
        rule.dst_s = rule.std_s + 3600;
        if (!w.bad && *w.at != ',') {
            rule.dst_s = -take_hms(&w, 24);
        }
        rule.start = take_rule_date(&w);
        rule.end = take_rule_date(&w);
    }
    *ret = rule;
    return !w.bad && *w.at == '\0';
}

static int32_t
rule_day(const struct rule_date *d, int year)
{
    int32_t new_year = civil_days(year, 1, 1);
    if (d->form == RULE_DAY_OF_YEAR) {
        return new_year + d->day;
    }
    if (d->form == RULE_JULIAN) {
        return new_year + d->day - 1 + (d->day >= 60 && civil_is_leap(year) ? 1 : 0);
    }
    int32_t first = civil_days(year, d->month, 1);
    int weekday = (civil_weekday(first) + 1) % 7; /* 0 Sunday, as the rule counts */
    int day = 1 + (d->day - weekday + 7) % 7 + (d->week - 1) * 7;
    if (day > civil_month_days(year, d->month)) {
        day -= 7;
    }
    return first + day - 1;
}

static struct zone_change
rule_change(const struct rule_date *d, int year, int before_s, int after_s)
{
    return (struct zone_change){
        .at_s = (int64_t)rule_day(d, year) * 86400 + d->time_s - before_s,
        .offset_s = after_s,
    };
}

/* ---- Putting it together. */

/* Changes that change nothing (only the abbreviation) are left out. Room was made before. */
static void
add_change(struct zone_file *f, struct zone_change change)
{
    size_t n = f->zone.n_changes;
    int32_t before = n > 0 ? f->changes[n - 1].offset_s : f->zone.first_offset_s;
    if (change.offset_s != before && n < f->cap) {
        f->changes[n] = change;
        f->zone.n_changes = n + 1;
    }
}

static void
add_rule(struct zone_file *f, const struct rule *rule, int64_t after_s)
{
    int from = RULE_FROM, month = 0, day = 0;
    if (after_s > INT64_MIN) {
        civil_split((int32_t)(after_s / 86400), &from, &month, &day);
    }
    for (int year = from; year <= RULE_UNTIL; year++) {
        struct zone_change a = { .at_s = after_s + 1, .offset_s = rule->std_s };
        struct zone_change b = a;
        if (rule->has_summer) {
            a = rule_change(&rule->start, year, rule->std_s, rule->dst_s);
            b = rule_change(&rule->end, year, rule->dst_s, rule->std_s);
        }
        struct zone_change first = a.at_s <= b.at_s ? a : b;
        struct zone_change second = a.at_s <= b.at_s ? b : a;
        if (first.at_s > after_s) {
            add_change(f, first);
        }
        if (second.at_s > after_s) {
            add_change(f, second);
        }
    }
}

/* The 64-bit block; *ret_last is the time of the last listed change. */
static int
take_block(struct cursor *c, const struct header *h, struct zone_file *f, int64_t *ret_last)
{
    const unsigned char *times = take_bytes(c, h->n_times * 8);
    const unsigned char *kinds = take_bytes(c, h->n_times);
    const unsigned char *types = take_bytes(c, h->n_types * TYPE_SIZE);
    (void)take_bytes(c, h->n_chars + h->n_std + h->n_utc);
    if (c->bad) {
        return -EBADMSG;
    }
    f->zone.first_offset_s = (int32_t)big_endian(types, 4);
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < h->n_times; i++) {
        int64_t at = big_endian(times + 8 * i, 8);
        if (kinds[i] >= h->n_types || (i > 0 && at <= last)) {
            return -EBADMSG;
        }
        int64_t offset = big_endian(types + TYPE_SIZE * (size_t)kinds[i], 4);
        if (offset < -OFFSET_MAX_S || offset > OFFSET_MAX_S) {
            return -EBADMSG;
        }
        last = at;
        add_change(f, (struct zone_change){ .at_s = at, .offset_s = (int32_t)offset });
    }
    *ret_last = last;
    return 0;
}

/* Copies the last line, between two line feeds, into ret[cap]. */
static int
take_footer(struct cursor *c, char *ret, size_t cap)
{
    const unsigned char *start = take_bytes(c, 1);
    if (!start || *start != '\n') {
        return -EBADMSG;
    }
    const unsigned char *end = memchr(c->at, '\n', c->left);
    size_t len = end ? (size_t)(end - c->at) : cap;
    if (len >= cap || memchr(c->at, '\0', len)) {
        return -EBADMSG;
    }
    memcpy(ret, c->at, len);
    ret[len] = '\0';
    return 0;
}

static int
fill_zone(struct cursor *c, struct zone_file *f)
{
    struct header h = { 0 };
    take_header(c, &h);
    if (c->bad || h.version < '2') {
        return -EBADMSG;
    }
    (void)take_bytes(c, h.n_times * 5 + h.n_types * TYPE_SIZE + h.n_chars + h.n_leaps * 8 +
                            h.n_std + h.n_utc);
    take_header(c, &h);
    if (c->bad || h.n_leaps > 0) { /* a file that counts leap seconds is not in UTC */
        return -EBADMSG;
    }
    f->cap = h.n_times + 2 * (size_t)(RULE_UNTIL - 1600);
    f->changes = calloc(f->cap, sizeof *f->changes);
    if (!f->changes) {
        return -ENOMEM;
    }
    f->zone.changes = f->changes;

    int64_t last = 0;
    char footer[128];
    struct rule rule = { 0 };
    int r = take_block(c, &h, f, &last);
    if (r < 0) {
        return r;
    }
    r = take_footer(c, footer, sizeof footer);
    if (r < 0) {
        return r;
    }
    if (footer[0] == '\0') {
        return 0;
    }
    if (!parse_rule(footer, &rule)) {
        return -EBADMSG;
    }
    /* A last change in ancient or far times says nothing of where the rule should begin. */
    bool sane = last >= (int64_t)civil_days(1600, 1, 1) * 86400 &&
                last < (int64_t)civil_days(RULE_UNTIL, 1, 1) * 86400;
    if (sane || last < 0) {
        add_rule(f, &rule, sane ? last : INT64_MIN);
    }
    return 0;
}

int
zone_parse(const char *name, const void *bytes, size_t len, struct zone_file **ret,
           struct err *reterr)
{
    struct zone_file *f = calloc(1, sizeof *f);
    if (!f) {
        return err_set(reterr, -ENOMEM, "zone '%s': out of memory", name);
    }
    struct cursor c = { .at = bytes, .left = len };
    int r = fill_zone(&c, f);
    if (r < 0) {
        (void)zone_free(f);
    }
    if (r == -EBADMSG) {
        return err_set(reterr, r, "zone '%s': its file is broken or too old; reinstall tzdata",
                       name);
    }
    if (r < 0) {
        return err_set(reterr, r, "zone '%s': %s", name, strerror(-r));
    }
    *ret = f;
    return 0;
}

/* Letters, digits and -+_/ only, no empty part, no "..": the name cannot leave its folder. */
static bool
is_zone_name(const char *name)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789-+_/";
    size_t len = strlen(name);
    return len > 0 && len < ZONE_NAME_MAX && strspn(name, allowed) == len && name[0] != '/' &&
           name[len - 1] != '/' && !strstr(name, "//");
}

static int
read_whole(int fd, unsigned char *bytes, size_t cap, size_t *ret_len)
{
    size_t len = 0;
    while (len < cap) {
        ssize_t n = read(fd, bytes + len, cap - len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -errno;
        }
        if (n == 0) {
            *ret_len = len;
            return 0;
        }
        len += (size_t)n;
    }
    return -EFBIG;
}

int
zone_open(const char *name, struct zone_file **ret, struct err *reterr)
{
    if (!is_zone_name(name)) {
        return err_set(reterr, -EINVAL, "that is no name of a time zone; write it as in "
                                        "'Europe/London'");
    }
    char path[sizeof ZONE_FOLDER + 1 + ZONE_NAME_MAX];
    (void)snprintf(path, sizeof path, "%s/%s", ZONE_FOLDER, name);
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        return err_set(reterr, -errno, "zone '%s': %s: %s; is tzdata installed?", name, path,
                       strerror(errno));
    }
    AUTO_FREE unsigned char *bytes = malloc(ZONE_FILE_MAX);
    if (!bytes) {
        return err_set(reterr, -ENOMEM, "zone '%s': out of memory", name);
    }
    size_t len = 0;
    int r = read_whole(fd, bytes, ZONE_FILE_MAX, &len);
    if (r < 0) {
        return err_set(reterr, r, "zone '%s': %s: %s", name, path, strerror(-r));
    }
    return zone_parse(name, bytes, len, ret, reterr);
}

const struct zone *
zone_of(const struct zone_file *f)
{
    return &f->zone;
}

struct zone_file *
zone_free(struct zone_file *f)
{
    if (f) {
        free(f->changes);
        free(f);
    }
    return NULL;
}
