/* SPDX-License-Identifier: MIT */
/*
 * arena.h - memory that is given out piece by piece and freed at once.
 *
 * A tree or a checked model lives in one arena: pieces never move, are zeroed, and are never freed
 * singly. After a failed allocation arena_new returns NULL and arena_is_bad says so for ever.
 */
#ifndef COPROD_BASE_ARENA_H
#define COPROD_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
MUST_USE struct arena *arena_open(void);       /* NULL: out of memory */
struct arena *arena_free(struct arena *a);     /* NULL is fine; returns NULL */
static inline void
arena_freep(struct arena **p)
{
    *p = arena_free(*p);
}
/* Zeroed, aligned for any type; NULL when memory ran out or n * size overflows. n = 0 gives a valid
 * pointer. */
void *arena_new(struct arena *a, size_t n, size_t size);
#define ARENA_NEW(a, type) ((type *)arena_new((a), 1, sizeof(type)))
#define ARENA_LIST(a, n, type) ((type *)arena_new((a), (n), sizeof(type)))
char *arena_text(struct arena *a, const char *s);
char *arena_textn(struct arena *a, const char *s, size_t n); /* terminated copy of n bytes */
char *arena_textf(struct arena *a, const char *format, ...) PRINTF_LIKE(2, 3);
bool arena_is_bad(const struct arena *a);

#endif
