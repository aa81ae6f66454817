/* SPDX-License-Identifier: MIT */
/* tally.c - counts by unit, staff group and month, in blocks that hold every question. */
#include "survey/tally.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SEATS_FIRST = 4096, BLOCKS_MAX = 16 * 1024 * 1024, LINE = 64, DUE_MAX = 32 };

/* The keys lie in the seats themselves: a search touches one line of memory, the block another. */
struct seat {
    struct tally_key key;
    uint32_t block; /* + 1; 0 = free */
};

/* One count that is due. */
struct due {
    struct tally_key key;
    uint32_t block;
    size_t offset;
};

struct tally {
    struct due due[DUE_MAX];
    size_t n_due;
    size_t width;  /* values used of a block */
    size_t stride; /* values from one block to the next: whole cache lines */
    struct seat *seats;
    uint64_t mask;
    int64_t *values;
    struct tally_key *keys;
    size_t n;
    size_t cap;
};

size_t
tally_of_question(const struct definition *def, size_t question)
{
    return question * def->n_slots;
}

size_t
tally_of_score(const struct definition *def, size_t score)
{
    return def->n_questions * def->n_slots + 2 * score;
}

size_t
tally_of_responses(const struct definition *def)
{
    return tally_of_score(def, def->n_scores);
}

int
tally_new(const struct definition *def, struct tally **ret)
{
    AUTO(tally) struct tally *t = calloc(1, sizeof *t);
    if (!t) {
        return -ENOMEM;
    }
    const size_t in_line = LINE / sizeof *t->values;
    t->width = tally_of_responses(def) + 1;
    t->stride = (t->width + in_line - 1) / in_line * in_line;
    t->mask = SEATS_FIRST - 1;
    t->seats = calloc(SEATS_FIRST, sizeof *t->seats);
    if (!t->seats) {
        return -ENOMEM;
    }
    *ret = TAKE(t);
    return 0;
}

struct tally *
tally_free(struct tally *t)
{
    if (t) {
        free(t->seats);
        free(t->values);
        free(t->keys);
        free(t);
    }
    return NULL;
}

void
tally_clear(struct tally *t)
{
    memset(t->seats, 0, (size_t)(t->mask + 1) * sizeof *t->seats);
    t->n = 0;
    t->n_due = 0;
}

static inline uint64_t
hash_key(struct tally_key key)
{
    uint64_t h = (uint64_t)key.unit << 32 | ((uint64_t)key.group << 20 ^ (uint32_t)key.month);
    h *= 0x9E3779B97F4A7C15u;
    h ^= h >> 29;
    h *= 0xBF58476D1CE4E5B9u;
    return h ^ h >> 32;
}

static inline bool
is_key(struct tally_key a, struct tally_key b)
{
    return a.unit == b.unit && a.month == b.month && a.group == b.group;
}

static struct seat *
find_seat(const struct tally *t, struct tally_key key)
{
    uint64_t at = hash_key(key) & t->mask;
    while (t->seats[at].block && !is_key(t->seats[at].key, key)) {
        at = (at + 1) & t->mask;
    }
    return &t->seats[at];
}

static int
grow_seats(struct tally *t)
{
    struct tally wider = *t;
    wider.mask = t->mask * 2 + 1;
    wider.seats = calloc((size_t)wider.mask + 1, sizeof *wider.seats);
    if (!wider.seats) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < t->n; i++) {
        *find_seat(&wider, t->keys[i]) = (struct seat){ t->keys[i], (uint32_t)i + 1 };
    }
    free(t->seats);
    *t = wider;
    return 0;
}

static int
grow_blocks(struct tally *t)
{
    if (t->n >= BLOCKS_MAX) {
        return -E2BIG;
    }
    size_t cap = t->cap ? t->cap * 2 : 1024;
    struct tally_key *keys = realloc(t->keys, cap * sizeof *keys);
    if (!keys) {
        return -ENOMEM;
    }
    t->keys = keys;
    int64_t *values = aligned_alloc(LINE, cap * t->stride * sizeof *values);
    if (!values) {
        return -ENOMEM;
    }
    if (t->n > 0) {
        memcpy(values, t->values, t->n * t->stride * sizeof *values);
    }
    free(t->values);
    t->values = values;
    t->cap = cap;
    return 0;
}

static int
new_block(struct tally *t, struct tally_key key)
{
    int r = t->n == t->cap ? grow_blocks(t) : 0;
    if (r == 0 && 2 * t->n >= t->mask) {
        r = grow_seats(t);
    }
    if (r < 0) {
        return r;
    }
    memset(t->values + t->n * t->stride, 0, t->stride * sizeof *t->values);
    t->keys[t->n] = key;
    *find_seat(t, key) = (struct seat){ key, (uint32_t)t->n + 1 };
    t->n++;
    return 0;
}

int
tally_at(struct tally *t, struct tally_key key, int64_t **ret_values)
{
    const struct seat *seat = find_seat(t, key);
    size_t block = seat->block;
    if (!block) {
        int r = new_block(t, key);
        if (r < 0) {
            return r;
        }
        block = t->n;
    }
    *ret_values = t->values + (block - 1) * t->stride;
    return 0;
}

int
tally_count(struct tally *t, struct tally_key key, size_t offset)
{
    __builtin_prefetch(&t->seats[hash_key(key) & t->mask]);
    t->due[t->n_due++] = (struct due){ .key = key, .offset = offset };
    return t->n_due == DUE_MAX ? tally_settle(t) : 0;
}

int
tally_settle(struct tally *t)
{
    for (size_t i = 0; i < t->n_due; i++) {
        struct due *d = &t->due[i];
        d->block = find_seat(t, d->key)->block;
        if (!d->block) {
            int r = new_block(t, d->key);
            if (r < 0) {
                return r;
            }
            d->block = (uint32_t)t->n;
        }
        const int64_t *values = t->values + (d->block - 1) * t->stride;
        __builtin_prefetch(values + d->offset, 1);
        __builtin_prefetch(values + t->width - 1, 1);
    }
    for (size_t i = 0; i < t->n_due; i++) {
        int64_t *values = t->values + (t->due[i].block - 1) * t->stride;
        values[t->due[i].offset]++;
        values[t->width - 1]++;
    }
    t->n_due = 0;
    return 0;
}

size_t
tally_n(const struct tally *t)
{
    assert(t->n_due == 0);
    return t->n;
}

struct tally_key
tally_key_at(const struct tally *t, size_t i)
{
    assert(i < t->n);
    return t->keys[i];
}

const int64_t *
tally_values_at(const struct tally *t, size_t i)
{
    assert(i < t->n);
    return t->values + i * t->stride;
}

/* ---- one response ------------------------------------------------------------------------- */

/* The mean of the points in units of 1 / score_unit, or -1 when too few questions were answered. */
static int64_t
mean_of_answers(const struct definition *def, const struct survey_score *s, const uint8_t *answers)
{
    int64_t points = 0;
    int n = 0;
    for (size_t i = 0; i < s->n_parts; i++) {
        uint8_t a = answers[s->parts[i]];
        if (a > 0 && def->scale[a - 1].tone != TONE_UNKNOWN) {
            points += def->scale[a - 1].points;
            n++;
        }
    }
    return n > 0 && n >= s->least ? points * def->score_unit / n : -1;
}

static int64_t
mean_of_means(const struct survey_score *s, const int64_t *means)
{
    int64_t sum = 0;
    int n = 0;
    for (size_t i = 0; i < s->n_parts; i++) {
        if (means[s->parts[i]] >= 0) {
            sum += means[s->parts[i]];
            n++;
        }
    }
    return n > 0 && n >= s->least ? sum / n : -1;
}

void
tally_means(const struct definition *def, const uint8_t *answers,
            int64_t ret_means[SURVEY_SCORES_MAX])
{
    for (size_t i = 0; i < def->n_scores; i++) {
        const struct survey_score *s = &def->scores[i];
        ret_means[i] = s->is_of_scores ? mean_of_means(s, ret_means)
                                       : mean_of_answers(def, s, answers);
    }
}

void
tally_response(const struct definition *def, const uint8_t *answers, int sign, int64_t *values)
{
    for (size_t q = 0; q < def->n_questions; q++) {
        if (answers[q] > 0) {
            values[q * def->n_slots + answers[q] - 1] += sign;
        }
    }
    int64_t means[SURVEY_SCORES_MAX];
    tally_means(def, answers, means);
    int64_t *at = values + tally_of_score(def, 0);
    for (size_t i = 0; i < def->n_scores; i++, at += 2) {
        if (means[i] >= 0) {
            at[0] += sign;
            at[1] += sign * means[i];
        }
    }
    *at += sign;
}
