/* SPDX-License-Identifier: MIT */
/* list.c - a list in one block of memory that grows as it is needed. */
#include "base/list.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 32 };

int
list_room(void *items, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) {
        return 0;
    }
    void *block = NULL;
    memcpy(&block, items, sizeof block); /* a pointer of any type */
    size_t wider = FIRST;
    size_t bytes = 0;
    if ((*cap && __builtin_mul_overflow(*cap, 2U, &wider))
        || __builtin_mul_overflow(wider, size, &bytes)) {
        return -ENOMEM;
    }
    void *more = realloc(block, bytes);
    if (!more) {
        return -ENOMEM;
    }
    memcpy(items, &more, sizeof more);
    *cap = wider;
    return 0;
}

int
list_room_in(struct arena *a, void *items, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) {
        return 0;
    }
    void *block = NULL;
    memcpy(&block, items, sizeof block);
    size_t wider = *cap ? 2 * *cap : FIRST;
    void *more = arena_new(a, wider, size);
    if (!more) {
        return -ENOMEM;
    }
    if (n > 0) {
        memcpy(more, block, n * size);
    }
    memcpy(items, &more, sizeof more);
    *cap = wider;
    return 0;
}
