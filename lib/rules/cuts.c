/* SPDX-License-Identifier: MIT */
/* cuts.c - a network of answers: is there a cut that counts fewer than k? */
#include "rules/cuts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

size_t
cuts_room(size_t n_nodes, size_t n_lines)
{
    return n_lines * sizeof(struct cuts_line)
           + n_nodes * (2 * sizeof(int64_t) + 2 * sizeof(uint32_t) + sizeof(bool)) + 64;
}

/* The widest types first, so that all of them are aligned. */
void
cuts_lay_out(struct cuts *x, void *room, size_t n_nodes, size_t n_lines)
{
    uintptr_t at = ((uintptr_t)room + 15) & ~(uintptr_t)15;
    *x = (struct cuts){ .n_nodes = n_nodes };
    x->lines = (struct cuts_line *)((char *)room + (at - (uintptr_t)room));
    x->degree = (int64_t *)(x->lines + n_lines);
    x->reach = x->degree + n_nodes;
    x->melted = (uint32_t *)(x->reach + n_nodes);
    x->list = x->melted + n_nodes;
    x->is_visited = (bool *)(x->list + n_nodes);
}

void
cuts_clear(struct cuts *x)
{
    x->n_lines = 0;
    for (uint32_t i = 0; i < x->n_nodes; i++) {
        x->melted[i] = i;
    }
}

void
cuts_add(struct cuts *x, uint32_t a, uint32_t b, int64_t n)
{
    if (n > 0 && a != b) {
        x->lines[x->n_lines++] = (struct cuts_line){ a, b, n };
    }
}

uint32_t
cuts_node(const struct cuts *x, uint32_t node)
{
    while (x->melted[node] != node) {
        x->melted[node] = x->melted[x->melted[node]];
        node = x->melted[node];
    }
    return node;
}

/* The first of all stays the first. */
static void
melt(const struct cuts *x, uint32_t a, uint32_t b)
{
    a = cuts_node(x, a);
    b = cuts_node(x, b);
    x->melted[a > b ? a : b] = a > b ? b : a;
}

static int
by_ends(const void *a, const void *b)
{
    const struct cuts_line *x = a;
    const struct cuts_line *y = b;
    return x->a != y->a ? (x->a > y->a) - (x->a < y->a) : (x->b > y->b) - (x->b < y->b);
}

/* One line between any two nodes; returns true when two of them melted into one. */
static bool
gather_lines(struct cuts *x)
{
    size_t n = 0;
    for (size_t i = 0; i < x->n_lines; i++) {
        uint32_t a = cuts_node(x, x->lines[i].a);
        uint32_t b = cuts_node(x, x->lines[i].b);
        if (a != b) {
            x->lines[n++] = (struct cuts_line){ a < b ? a : b, a < b ? b : a, x->lines[i].n };
        }
    }
    qsort(x->lines, n, sizeof *x->lines, by_ends);
    x->n_lines = 0;
    for (size_t i = 0; i < n; i++) {
        struct cuts_line *last = x->n_lines ? &x->lines[x->n_lines - 1] : NULL;
        if (last && last->a == x->lines[i].a && last->b == x->lines[i].b) {
            last->n += x->lines[i].n;
        } else {
            x->lines[x->n_lines++] = x->lines[i];
        }
    }
    bool has_melted = false;
    for (size_t i = 0; i < x->n_lines; i++) {
        if (x->lines[i].n >= x->k) {
            melt(x, x->lines[i].a, x->lines[i].b);
            has_melted = true;
        }
    }
    return has_melted;
}

/* ---- cuts ---- */

/* Nodes that lines lead to, into list; returns how many. */
static size_t
list_active(const struct cuts *x, uint32_t *list)
{
    size_t n = 0;
    for (uint32_t i = 0; i < x->n_nodes; i++) {
        if (x->degree[i] > 0) {
            x->is_visited[i] = false;
            x->reach[i] = 0;
            list[n++] = i;
        }
    }
    return n;
}

static uint32_t
farthest_reached(const struct cuts *x, const uint32_t *list, size_t n)
{
    uint32_t next = UINT32_MAX;
    for (size_t i = 0; i < n; i++) {
        bool may_be = !x->is_visited[list[i]];
        if (may_be && (next == UINT32_MAX || x->reach[list[i]] > x->reach[next])) {
            next = list[i];
        }
    }
    return next;
}

/* Nodes in the order in which each next one has most answers in common with those before it: then
 * no cut parts it from them that counts fewer than it has. Those of k and more melt. */
static bool
visit(struct cuts *x)
{
    uint32_t *list = x->list;
    size_t n = list_active(x, list);
    bool has_melted = false;
    for (uint32_t at = farthest_reached(x, list, n); at != UINT32_MAX;
         at = farthest_reached(x, list, n)) {
        x->is_visited[at] = true;
        for (size_t i = 0; i < x->n_lines; i++) {
            const struct cuts_line *l = &x->lines[i];
            uint32_t other = l->a == at ? l->b : l->b == at ? l->a : at;
            if (x->is_visited[other]) {
                continue;
            }
            x->reach[other] += l->n;
            if (x->reach[other] >= x->k) {
                melt(x, at, other);
                has_melted = true;
            }
        }
    }
    return has_melted;
}

bool
cuts_is_weak(const struct cuts *x, uint32_t node)
{
    return x->degree[node] > 0 && x->degree[node] < x->k;
}

static bool
find_degrees(struct cuts *x)
{
    memset(x->degree, 0, x->n_nodes * sizeof *x->degree);
    for (size_t i = 0; i < x->n_lines; i++) {
        x->degree[x->lines[i].a] += x->lines[i].n;
        x->degree[x->lines[i].b] += x->lines[i].n;
    }
    bool has_weak = false;
    for (uint32_t i = 0; i < x->n_nodes; i++) {
        has_weak = has_weak || cuts_is_weak(x, i);
    }
    return has_weak;
}

bool
cuts_find_weak(struct cuts *x)
{
    for (;;) {
        while (gather_lines(x)) {
        }
        if (x->n_lines == 0 || find_degrees(x)) {
            return x->n_lines > 0;
        }
        bool has_melted = visit(x);
        assert(has_melted); /* where no node is weak, the last two of them melt at least */
        if (!has_melted) {
            return true;
        }
    }
}
