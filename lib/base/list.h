/* SPDX-License-Identifier: MIT */
/* list.h - a list in one block of memory that grows as it is needed. */
#ifndef COPROD_BASE_LIST_H
#define COPROD_BASE_LIST_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * Room for one more in a list of n items of `size` bytes; items is the address of its pointer.
 * -ENOMEM leaves the list as it was.
 *
 *   if (list_room(&x->items, x->n, &x->cap, sizeof *x->items) < 0) {
 */
MUST_USE int list_room(void *items, size_t n, size_t *cap, size_t size);
/* The same in an arena, where the shorter list stays behind until all of it goes. */
MUST_USE int list_room_in(struct arena *a, void *items, size_t n, size_t *cap, size_t size);

#endif
