/* SPDX-License-Identifier: MIT */
/* rollup.c - counts of answers by leaf unit, month and question, gathered in memory. */
#include "survey/rollup.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/list.h"

enum { SEATS_FIRST = 1024 };
/* More than this in one rollup is no survey but an attack on memory. */
enum { UNITS_MAX = 4 * 1024 * 1024, CELLS_MAX = 32 * 1024 * 1024 };

/* An open-addressed index: seats hold an index into the array beside it, plus 1; 0 is free. */
struct seats {
    uint32_t *seat;
    uint64_t mask; /* seats - 1, a power of two less one */
    size_t used;
};

struct rollup {
    struct arena *paths;
    struct rollup_unit *units;
    uint64_t *unit_hashes;
    size_t n_units;
    size_t cap_units;
    struct seats unit_seats;
    struct rollup_cell *cells;
    size_t n_cells;
    size_t cap_cells;
    struct seats cell_seats;
};

static uint64_t
mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0xD6E8FEB86659FD93u;
    h ^= h >> 32;
    h *= 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
}

static uint64_t
hash_bytes(const char *s, size_t len)
{
    uint64_t h = 0x9E3779B97F4A7C15u ^ len;
    while (len >= 8) {
        uint64_t word = 0;
        memcpy(&word, s, 8);
        h = mix(h ^ word);
        s += 8;
        len -= 8;
    }
    uint64_t word = 0;
    memcpy(&word, s, len);
    return mix(h ^ word);
}

static uint64_t
hash_cell(uint32_t unit, int32_t month, uint32_t question)
{
    return mix((uint64_t)unit << 32 | ((uint64_t)(uint32_t)month << 8 ^ question));
}

static int
seats_init(struct seats *s, size_t n)
{
    s->seat = calloc(n, sizeof *s->seat);
    s->mask = n - 1;
    return s->seat ? 0 : -ENOMEM;
}

static void
seats_put(struct seats *s, uint64_t hash, uint32_t index)
{
    uint64_t at = hash & s->mask;
    while (s->seat[at]) {
        at = (at + 1) & s->mask;
    }
    s->seat[at] = index + 1;
    s->used++;
}

/* Doubles the seats when they are half taken; hash_of tells an entry's hash again. */
static int
seats_room(struct rollup *r, struct seats *s, uint64_t (*hash_of)(const struct rollup *, size_t))
{
    if (s->used * 2 <= s->mask) {
        return 0;
    }
    struct seats wider = { 0 };
    int rc = seats_init(&wider, (size_t)(s->mask + 1) * 2);
    if (rc < 0) {
        return rc;
    }
    for (size_t i = 0; i < s->used; i++) {
        seats_put(&wider, hash_of(r, i), (uint32_t)i);
    }
    free(s->seat);
    *s = wider;
    return 0;
}

static uint64_t
unit_hash_of(const struct rollup *r, size_t i)
{
    return r->unit_hashes[i];
}

static uint64_t
cell_hash_of(const struct rollup *r, size_t i)
{
    return hash_cell(r->cells[i].unit, r->cells[i].month, r->cells[i].question);
}

int
rollup_new(struct rollup **ret)
{
    AUTO(rollup) struct rollup *r = calloc(1, sizeof *r);
    if (!r) {
        return -ENOMEM;
    }
    r->paths = arena_open();
    int rc = r->paths ? seats_init(&r->unit_seats, SEATS_FIRST) : -ENOMEM;
    rc = rc < 0 ? rc : seats_init(&r->cell_seats, SEATS_FIRST);
    if (rc < 0) {
        return rc;
    }
    *ret = TAKE(r);
    return 0;
}

struct rollup *
rollup_free(struct rollup *r)
{
    if (!r) {
        return NULL;
    }
    arena_free(r->paths);
    free(r->units);
    free(r->unit_hashes);
    free(r->unit_seats.seat);
    free(r->cells);
    free(r->cell_seats.seat);
    free(r);
    return NULL;
}

static int
grow_units(struct rollup *r)
{
    if (r->n_units < r->cap_units) {
        return 0;
    }
    if (r->n_units >= UNITS_MAX) {
        return -E2BIG;
    }
    size_t cap = r->cap_units ? r->cap_units * 2 : 256;
    struct rollup_unit *units = realloc(r->units, cap * sizeof *units);
    if (!units) {
        return -ENOMEM;
    }
    r->units = units;
    uint64_t *hashes = realloc(r->unit_hashes, cap * sizeof *hashes);
    if (!hashes) {
        return -ENOMEM;
    }
    r->unit_hashes = hashes;
    r->cap_units = cap;
    return 0;
}

static int
new_unit(struct rollup *r, const char *path, size_t len, uint64_t hash)
{
    int rc = grow_units(r);
    rc = rc < 0 ? rc : seats_room(r, &r->unit_seats, unit_hash_of);
    if (rc < 0) {
        return rc;
    }
    const char *copy = arena_textn(r->paths, path, len);
    if (!copy) {
        return -ENOMEM;
    }
    int level = 0;
    for (size_t i = 0; i < len; i++) {
        level += path[i] == UNIT_SEPARATOR;
    }
    r->units[r->n_units] = (struct rollup_unit){ copy, len, level };
    r->unit_hashes[r->n_units] = hash;
    seats_put(&r->unit_seats, hash, (uint32_t)r->n_units);
    r->n_units++;
    return 0;
}

int
rollup_unit_path(struct rollup *r, const char *path, size_t len, uint32_t *ret_unit)
{
    if (len > UNIT_PATH_MAX) {
        return -ENAMETOOLONG;
    }
    uint64_t hash = hash_bytes(path, len);
    uint64_t at = hash & r->unit_seats.mask;
    for (; r->unit_seats.seat[at]; at = (at + 1) & r->unit_seats.mask) {
        uint32_t i = r->unit_seats.seat[at] - 1;
        if (r->unit_hashes[i] == hash && r->units[i].path_len == len
            && memcmp(r->units[i].path, path, len) == 0) {
            *ret_unit = i;
            return 0;
        }
    }
    int rc = new_unit(r, path, len, hash);
    if (rc < 0) {
        return rc;
    }
    *ret_unit = (uint32_t)r->n_units - 1;
    return 0;
}

int
rollup_unit(struct rollup *r, const struct scan_field *names, size_t n_names, uint32_t *ret_unit)
{
    char path[UNIT_PATH_MAX];
    size_t len = 0;
    for (size_t i = 0; i < n_names; i++) {
        if (names[i].len >= sizeof path - len) {
            return -ENAMETOOLONG;
        }
        memcpy(path + len, names[i].s, names[i].len);
        len += names[i].len;
        path[len++] = UNIT_SEPARATOR;
    }
    return rollup_unit_path(r, path, len, ret_unit);
}

static int
grow_cells(struct rollup *r)
{
    return r->n_cells < CELLS_MAX
               ? list_room(&r->cells, r->n_cells, &r->cap_cells, sizeof *r->cells)
               : -E2BIG;
}

static int
find_cell(struct rollup *r, uint32_t unit, int32_t month, uint32_t question,
          struct rollup_cell **ret)
{
    uint64_t hash = hash_cell(unit, month, question);
    uint64_t at = hash & r->cell_seats.mask;
    for (; r->cell_seats.seat[at]; at = (at + 1) & r->cell_seats.mask) {
        struct rollup_cell *c = &r->cells[r->cell_seats.seat[at] - 1];
        if (c->unit == unit && c->month == month && c->question == question) {
            *ret = c;
            return 0;
        }
    }
    int rc = grow_cells(r);
    rc = rc < 0 ? rc : seats_room(r, &r->cell_seats, cell_hash_of);
    if (rc < 0) {
        return rc;
    }
    r->cells[r->n_cells] = (struct rollup_cell){ .unit = unit, .month = month,
                                                 .question = question };
    seats_put(&r->cell_seats, hash, (uint32_t)r->n_cells);
    *ret = &r->cells[r->n_cells++];
    return 0;
}

int
rollup_add(struct rollup *r, uint32_t unit, int32_t month, uint32_t question, int slot, int64_t n)
{
    assert(unit < r->n_units);
    assert(slot >= 0 && slot < SURVEY_SLOTS_MAX);
    struct rollup_cell *c = NULL;
    int rc = find_cell(r, unit, month, question, &c);
    if (rc < 0) {
        return rc;
    }
    c->counts[slot] += n;
    return 0;
}

int
rollup_find(struct rollup *r, uint32_t unit, int32_t month, uint32_t question,
            const struct rollup_cell **ret)
{
    assert(unit < r->n_units);
    struct rollup_cell *c = NULL;
    int rc = find_cell(r, unit, month, question, &c);
    *ret = c;
    return rc;
}

size_t
rollup_n_units(const struct rollup *r)
{
    return r->n_units;
}

const struct rollup_unit *
rollup_unit_at(const struct rollup *r, size_t i)
{
    assert(i < r->n_units);
    return &r->units[i];
}

size_t
rollup_n_cells(const struct rollup *r)
{
    return r->n_cells;
}

const struct rollup_cell *
rollup_cell_at(const struct rollup *r, size_t i)
{
    assert(i < r->n_cells);
    return &r->cells[i];
}
