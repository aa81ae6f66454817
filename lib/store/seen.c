/* SPDX-License-Identifier: MIT */
/* seen.c - which responses are certainly not among the settled ones. */
#include "store/seen.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCK_BYTES = 32768,
    BLOCK_BITS = 8 * BLOCK_BYTES,
    PLACE_BITS = 18, /* of a place in a block */
    PLACES = 7,      /* bits of an id */
    BITS_AN_ID = 14, /* when it is made: 15 in 10,000 are looked up for nothing */
    SAMPLE = 256,    /* a part of all ids, to count them by */
};
_Static_assert(1 << PLACE_BITS == BLOCK_BITS, "a place is in the block");

/* ---- where an id stands -------------------------------------------------------------------- */

/* By its upper 32 of 63 bits, so that ids in order go through the blocks in order. */
static int64_t
block_of(int64_t id, int64_t n_blocks)
{
    return (int64_t)((uint64_t)(id >> 31) * (uint64_t)n_blocks >> 32);
}

static uint64_t
first_of(int64_t block, int64_t n_blocks)
{
    uint64_t n = (uint64_t)n_blocks;
    return (((uint64_t)block << 32) + n - 1) / n << 31;
}

/* By the lower ones, which say nothing of the block. */
static uint32_t
place(int64_t id, uint32_t i)
{
    uint32_t first = (uint32_t)id;
    uint32_t step = (uint32_t)(id >> PLACE_BITS) | 1;
    return (first + i * step) % BLOCK_BITS;
}

static void
put(uint8_t *bits, int64_t id)
{
    for (uint32_t i = 0; i < PLACES; i++) {
        uint32_t at = place(id, i);
        bits[at / 8] |= (uint8_t)(1u << at % 8);
    }
}

static bool
has(const uint8_t *bits, int64_t id)
{
    uint32_t i = 0;
    while (i < PLACES && bits[place(id, i) / 8] >> place(id, i) % 8 & 1) {
        i++;
    }
    return i == PLACES;
}

/* How many from the first on are of one block. */
static size_t
run_of(const int64_t *ids, size_t n, int64_t n_blocks)
{
    size_t i = 1;
    while (i < n && block_of(ids[i], n_blocks) == block_of(ids[0], n_blocks)) {
        i++;
    }
    return i;
}

/* ---- asking and noting --------------------------------------------------------------------- */

int
seen_state(struct store *s, struct seen_state *ret, struct err *reterr)
{
    *ret = (struct seen_state){ 0 };
    int r = store_get(s, Q_SURVEY_SEEN_SIZE, NONE, &ret->n_blocks, reterr);
    r = r <= 0 ? r : store_get(s, Q_SURVEY_SEEN_BUILT, NONE, &ret->n_built, reterr);
    return r < 0 ? r : 0;
}

static const uint8_t *
bits_of(const struct row *row)
{
    size_t len = 0;
    const uint8_t *bits = row_blob(row, 0, &len);
    return len == BLOCK_BYTES ? bits : NULL;
}

struct asking {
    const int64_t *ids;
    bool *ret;
    size_t n;
};

static int
ask_block(void *arg, const struct row *row)
{
    const struct asking *a = arg;
    const uint8_t *bits = bits_of(row);
    for (size_t i = 0; bits && i < a->n; i++) {
        a->ret[i] = has(bits, a->ids[i]);
    }
    return bits ? 0 : -EIO;
}

static int
damaged(int r, struct err *reterr)
{
    return r == -EIO ? err_set(reterr, r, "the filter of responses is damaged; restore a backup")
                     : r;
}

int
seen_ask(struct store *s, const int64_t *ids, size_t n, bool *ret, struct err *reterr)
{
    struct seen_state state;
    int r = seen_state(s, &state, reterr);
    memset(ret, true, n * sizeof *ret);
    for (size_t at = 0; r >= 0 && state.n_blocks > 0 && at < n;) {
        struct asking a = { ids + at, ret + at, run_of(ids + at, n - at, state.n_blocks) };
        r = store_each(s, Q_SURVEY_SEEN_GET, WITH(I(block_of(ids[at], state.n_blocks))), ask_block,
                       &a, reterr);
        at += a.n;
    }
    return r < 0 ? damaged(r, reterr) : 0;
}

static int
take_block(void *arg, const struct row *row)
{
    const uint8_t *bits = bits_of(row);
    if (bits) {
        memcpy(arg, bits, BLOCK_BYTES);
    }
    return bits ? 0 : -EIO;
}

/* buf has room for a block. */
static int
note_in(struct store *s, int64_t block, const struct asking *a, uint8_t *buf, struct err *reterr)
{
    int r = store_each(s, Q_SURVEY_SEEN_GET, WITH(I(block)), take_block, buf, reterr);
    if (r <= 0) {
        return r; /* when it is built, they are in it */
    }
    for (size_t i = 0; i < a->n; i++) {
        put(buf, a->ids[i]);
    }
    return store_run(s, Q_SURVEY_SEEN_SET, WITH(B(buf, BLOCK_BYTES), I(block)), reterr);
}

int
seen_note(struct store *s, const int64_t *ids, size_t n, struct err *reterr)
{
    struct seen_state state = { 0 };
    AUTO_FREE uint8_t *buf = malloc(BLOCK_BYTES);
    int r = buf ? seen_state(s, &state, reterr) : err_set(reterr, -ENOMEM, "out of memory");
    for (size_t at = 0; r >= 0 && state.n_blocks > 0 && at < n;) {
        struct asking a = { .ids = ids + at, .n = run_of(ids + at, n - at, state.n_blocks) };
        r = note_in(s, block_of(ids[at], state.n_blocks), &a, buf, reterr);
        at += a.n;
    }
    return r < 0 ? damaged(r, reterr) : 0;
}

/* ---- building ------------------------------------------------------------------------------ */

int
seen_settled(struct store *s, int64_t *ret, struct err *reterr)
{
    int r = store_get(s, Q_SURVEY_SETTLED_COUNT, WITH(I(INT64_MAX / SAMPLE)), ret, reterr);
    *ret *= SAMPLE;
    return r < 0 ? r : 0;
}

int64_t
seen_blocks_for(int64_t n_settled)
{
    return n_settled * BITS_AN_ID / BLOCK_BITS + 1;
}

/* A third more than it was made for: 65 in 10,000 are looked up for nothing. */
bool
seen_is_small(int64_t n_blocks, int64_t n_settled)
{
    return 4 * n_blocks < 3 * seen_blocks_for(n_settled);
}

static int
put_row(void *arg, const struct row *row)
{
    put(arg, row_i64(row, 0));
    return 0;
}

int
seen_build(struct store *s, int64_t n_blocks, int64_t block, struct err *reterr)
{
    AUTO_FREE uint8_t *bits = calloc(1, BLOCK_BYTES);
    if (!bits) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    int64_t first = (int64_t)first_of(block, n_blocks);
    int64_t last = (int64_t)(first_of(block + 1, n_blocks) - 1);
    int r = store_each(s, Q_SURVEY_SEEN_IDS, WITH(I(first), I(last)), put_row, bits, reterr);
    r = r < 0 ? r : store_run(s, Q_SURVEY_SEEN_ADD,
                              WITH(I(block), I(n_blocks), B(bits, BLOCK_BYTES)), reterr);
    return r < 0 ? r : 0;
}

int
seen_begin(struct store *s, int64_t n_blocks, struct err *reterr)
{
    int r = store_run(s, Q_SURVEY_SEEN_CLEAR, NONE, reterr);
    return r < 0 ? r : seen_build(s, n_blocks, 0, reterr);
}
