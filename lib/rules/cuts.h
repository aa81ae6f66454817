/* SPDX-License-Identifier: MIT */
/*
 * cuts.h - a network of answers: is there a cut that counts fewer than k? Pure: no malloc.
 *
 *   cuts_lay_out(&c, room, n_nodes, n_lines);
 *   c.k = 5;
 *   cuts_clear(&c);
 *   cuts_add(&c, a, b, 3);                  three answers lie between a and b
 *   if (cuts_find_weak(&c)) { ... cuts_is_weak(&c, cuts_node(&c, a)) ... }
 *
 * Nodes with k answers in common cannot be parted and are melted into one; the others are visited
 * in the order of most answers in common, which melts more of them or leaves a node with fewer than
 * k lines: a cut (Nagamochi and Ibaraki).
 */
#ifndef COPROD_RULES_CUTS_H
#define COPROD_RULES_CUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cuts_line {
    uint32_t a, b;
    int64_t n; /* answers */
};
struct cuts {
    int64_t k;
    size_t n_nodes;
    struct cuts_line *lines;
    size_t n_lines;
    uint32_t *melted; /* by node: another node that it is one with, or itself */
    int64_t *degree;  /* by node that stands for itself: answers that lead out of it */
    int64_t *reach;   /* by node: answers between it and those that were visited */
    uint32_t *list;
    bool *is_visited;
};
size_t cuts_room(size_t n_nodes, size_t n_lines);
/* room holds cuts_room bytes. */
void cuts_lay_out(struct cuts *x, void *room, size_t n_nodes, size_t n_lines);
void cuts_clear(struct cuts *x);
void cuts_add(struct cuts *x, uint32_t a, uint32_t b, int64_t n);
/* True when a node is left that a cut below k parts from the others. */
bool cuts_find_weak(struct cuts *x);
/* Afterwards: what it was melted into, and whether that is at such a cut. */
uint32_t cuts_node(const struct cuts *x, uint32_t node);
bool cuts_is_weak(const struct cuts *x, uint32_t node);

#endif
