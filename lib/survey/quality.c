/* SPDX-License-Identifier: MIT */
/* quality.c - what a file tells of itself while its rows are read. */
#include "survey/quality.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows remembered for finding doubles; a file with more of them is not searched any further. */
enum { SEEN_FIRST = 4096, SEEN_MAX = 4 * 1024 * 1024 };

struct quality {
    const struct definition *def;
    day_t first;
    day_t last;
    int64_t missing[SURVEY_LEVELS_MAX];
    int64_t n_same;
    uint64_t *seen; /* hashes; 0 = free */
    size_t n_seen;
    size_t mask;
};

int
quality_new(const struct definition *def, struct quality **ret)
{
    AUTO(quality) struct quality *q = calloc(1, sizeof *q);
    if (!q) {
        return -ENOMEM;
    }
    q->seen = calloc(SEEN_FIRST, sizeof *q->seen);
    if (!q->seen) {
        return -ENOMEM;
    }
    q->def = def;
    q->mask = SEEN_FIRST - 1;
    q->first = q->last = DAY_NONE;
    *ret = TAKE(q);
    return 0;
}

struct quality *
quality_free(struct quality *q)
{
    if (q) {
        free(q->seen);
        free(q);
    }
    return NULL;
}

static uint64_t
hash_more(uint64_t h, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < len; i++) {
        h = (h ^ p[i]) * 0x100000001B3u;
    }
    return (h ^ 0xFF) * 0x100000001B3u;
}

static void
put(uint64_t *seen, size_t mask, uint64_t h)
{
    size_t at = (h * 0x9E3779B97F4A7C15u) >> 32 & mask;
    while (seen[at]) {
        at = (at + 1) & mask;
    }
    seen[at] = h;
}

static bool
has(const struct quality *q, uint64_t h)
{
    for (size_t at = (h * 0x9E3779B97F4A7C15u) >> 32 & q->mask; q->seen[at];
         at = (at + 1) & q->mask) {
        if (q->seen[at] == h) {
            return true;
        }
    }
    return false;
}

/* Out of memory is no reason to fail an import: the search ends, and that is all. */
static bool
make_room(struct quality *q)
{
    if (2 * q->n_seen < q->mask) {
        return true;
    }
    size_t mask = q->mask * 2 + 1;
    uint64_t *wider = q->n_seen < SEEN_MAX ? calloc(mask + 1, sizeof *wider) : NULL;
    if (!wider) {
        return false;
    }
    for (size_t i = 0; i <= q->mask; i++) {
        if (q->seen[i]) {
            put(wider, mask, q->seen[i]);
        }
    }
    free(q->seen);
    q->seen = wider;
    q->mask = mask;
    return true;
}

/* The same time to the second, unit and answers. A day without its time tells nothing. */
static void
look_for_double(struct quality *q, const struct mapped *row)
{
    if (row->date.len == 0 || !memchr(row->date.s, ':', row->date.len) || !make_room(q)) {
        return;
    }
    uint64_t h = hash_more(0xCBF29CE484222325u, row->date.s, row->date.len);
    for (size_t i = 0; i < row->n_unit; i++) {
        h = hash_more(h, row->unit[i].s, row->unit[i].len);
    }
    for (size_t i = 0; i < row->n_answers; i++) {
        h = hash_more(h, &row->answers[i], sizeof row->answers[i]);
    }
    h += h == 0;
    if (has(q, h)) {
        q->n_same++;
    } else {
        put(q->seen, q->mask, h);
        q->n_seen++;
    }
}

void
quality_row(struct quality *q, const struct mapped *row)
{
    q->first = q->first == DAY_NONE || row->day < q->first ? row->day : q->first;
    q->last = q->last == DAY_NONE || row->day > q->last ? row->day : q->last;
    for (size_t i = row->n_unit; i < q->def->n_levels; i++) {
        q->missing[i]++;
    }
    look_for_double(q, row);
}

int
quality_each(const struct quality *q, int (*fn)(void *arg, const char *name, int64_t value),
             void *arg)
{
    int r = 0;
    if (q->first != DAY_NONE) {
        r = fn(arg, "first_day", q->first);
        r = r < 0 ? r : fn(arg, "last_day", q->last);
    }
    for (size_t i = 1; r >= 0 && i < q->def->n_levels; i++) {
        char name[SURVEY_NAME_MAX + 16];
        (void)snprintf(name, sizeof name, "missing:%.256s", q->def->unit_columns[i]);
        r = fn(arg, name, q->missing[i]);
    }
    return r < 0 ? r : fn(arg, "same_time_unit_answers", q->n_same);
}

uint64_t
quality_fold(const char *name, size_t len)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)name[i];
        c = c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
        bool counts = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c >= 0x80;
        h = counts ? (h ^ c) * 0x100000001B3u : h;
    }
    return h;
}
