/* SPDX-License-Identifier: MIT */
/* arena.c - memory that is given out piece by piece and freed at once. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 16 * 1024, ALIGN = alignof(max_align_t) };

struct block {
    struct block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};
struct arena {
    struct block *blocks; /* the newest first */
    bool is_bad;
};

struct arena *
arena_open(void)
{
    return calloc(1, sizeof(struct arena));
}

struct arena *
arena_free(struct arena *a)
{
    if (!a) {
        return NULL;
    }
    while (a->blocks) {
        struct block *next = a->blocks->next;
        free(a->blocks);
        a->blocks = next;
    }
    free(a);
    return NULL;
}

bool
arena_is_bad(const struct arena *a)
{
    return a->is_bad;
}

static struct block *
block_add(struct arena *a, size_t least)
{
    size_t size = least > BLOCK_SIZE ? least : BLOCK_SIZE;
    struct block *b = calloc(1, sizeof *b + size);
    if (!b) {
        a->is_bad = true;
        return NULL;
    }
    b->size = size;
    b->next = a->blocks;
    a->blocks = b;
    return b;
}

void *
arena_new(struct arena *a, size_t n, size_t size)
{
    size_t bytes = 0;
    if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 2) {
        a->is_bad = true;
        return NULL;
    }
    bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
    struct block *b = a->blocks;
    if (!b || b->size - b->used < bytes) {
        b = block_add(a, bytes);
    }
    if (!b) {
        return NULL;
    }
    void *piece = b->bytes + b->used;
    b->used += bytes;
    return piece;
}

char *
arena_textn(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_new(a, n + 1, 1);
    if (copy) {
        memcpy(copy, s, n);
    }
    return copy;
}

char *
arena_text(struct arena *a, const char *s)
{
    return arena_textn(a, s, strlen(s));
}

char *
arena_textf(struct arena *a, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *s = n >= 0 ? arena_new(a, (size_t)n + 1, 1) : NULL;
    if (s) {
        (void)vsnprintf(s, (size_t)n + 1, format, again);
    }
    va_end(again);
    return s;
}
