/* SPDX-License-Identifier: MIT */
/* slices.c - which figures of groups of people may leave the house beside the tree of units. */
#include "rules/slices.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Nodes: 0 is what is not published, then the remainders of units by their shown unit, then those
 * of each group by unit and group. Nodes that no cut below k can part are melted into one. */
enum { GROUND = 0 };

struct line {
    uint32_t a, b;
    int64_t n; /* answers */
};
struct net {
    const struct slices *in;
    const bool *takes; /* by cell: whose answers are looked at; NULL = all */
    size_t n_nodes;
    int64_t *below;    /* answers of a group in a unit and all below it; by cell and group */
    uint32_t *home;    /* its node: the nearest shown above, or the ground; by cell and group */
    uint32_t *melted;  /* by node: another node that it is one with, or itself */
    int64_t *degree;   /* by node that stands for itself: answers that lead out of it */
    int64_t *reach;    /* by node: answers between it and those that were visited */
    uint32_t *weakest; /* by node: smallest shown figure beside its cut, + 1 */
    bool *is_visited;
    struct line *lines;
    size_t n_lines;
};

static size_t
count_nodes(size_t n_cells, size_t n_groups)
{
    return 1 + n_cells + n_cells * n_groups;
}

size_t
slices_room(size_t n_cells, size_t n_groups)
{
    size_t n_nodes = count_nodes(n_cells, n_groups);
    size_t n_pairs = n_cells * n_groups;
    return n_pairs * (sizeof(int64_t) + sizeof(uint32_t))
           + n_nodes * (2 * sizeof(int64_t) + 2 * sizeof(uint32_t) + sizeof(bool))
           + n_cells * (n_groups + 1) * sizeof(struct line) + 64;
}

/* The widest types first, so that all of them are aligned. */
static struct net
lay_out(const struct slices *in)
{
    struct net x = { .in = in, .n_nodes = count_nodes(in->n_cells, in->n_groups) };
    size_t n_pairs = in->n_cells * in->n_groups;
    x.lines = in->room;
    x.below = (int64_t *)(x.lines + in->n_cells * (in->n_groups + 1));
    x.degree = x.below + n_pairs;
    x.reach = x.degree + x.n_nodes;
    x.home = (uint32_t *)(x.reach + x.n_nodes);
    x.melted = x.home + n_pairs;
    x.weakest = x.melted + x.n_nodes;
    x.is_visited = (bool *)(x.weakest + x.n_nodes);
    return x;
}

/* ---- the network ---- */

static uint32_t
node_of(const struct net *x, uint32_t node)
{
    while (x->melted[node] != node) {
        x->melted[node] = x->melted[x->melted[node]];
        node = x->melted[node];
    }
    return node;
}

/* The ground stays the ground. */
static void
melt(const struct net *x, uint32_t a, uint32_t b)
{
    a = node_of(x, a);
    b = node_of(x, b);
    x->melted[a > b ? a : b] = a > b ? b : a;
}

static uint32_t
node_of_unit(const struct net *x, size_t cell)
{
    uint32_t owner = x->in->cells[cell].owner;
    return owner == UINT32_MAX ? GROUND : 1 + owner;
}

static uint32_t
node_of_slice(const struct net *x, size_t pair)
{
    return (uint32_t)(1 + x->in->n_cells + pair);
}

/* Where the answers of a slice count when it is not shown. */
static uint32_t
home_above(const struct net *x, size_t pair)
{
    size_t cell = pair / x->in->n_groups;
    size_t group = pair % x->in->n_groups;
    size_t parent = x->in->cells[cell].parent;
    return parent == cell ? GROUND : x->home[parent * x->in->n_groups + group];
}

static void
add_line(struct net *x, uint32_t a, uint32_t b, int64_t n)
{
    if (n > 0 && a != b) {
        x->lines[x->n_lines++] = (struct line){ a, b, n };
    }
}

static void
build(struct net *x)
{
    const struct slices *in = x->in;
    x->n_lines = 0;
    for (uint32_t i = 0; i < x->n_nodes; i++) {
        x->melted[i] = i;
    }
    for (size_t cell = 0; cell < in->n_cells; cell++) {
        const int64_t *own = in->own + cell * (in->n_groups + 1);
        uint32_t unit = node_of_unit(x, cell);
        bool is_in = !x->takes || x->takes[cell];
        for (size_t g = 0; g < in->n_groups; g++) {
            size_t pair = cell * in->n_groups + g;
            x->home[pair] = in->shown[pair] ? node_of_slice(x, pair) : home_above(x, pair);
            add_line(x, unit, x->home[pair], is_in ? own[g] : 0);
        }
        add_line(x, unit, GROUND, is_in ? own[in->n_groups] : 0);
    }
}

static int
by_ends(const void *a, const void *b)
{
    const struct line *x = a;
    const struct line *y = b;
    return x->a != y->a ? (x->a > y->a) - (x->a < y->a) : (x->b > y->b) - (x->b < y->b);
}

/* One line between any two nodes; returns true when two of them melted into one. */
static bool
gather_lines(struct net *x)
{
    size_t n = 0;
    for (size_t i = 0; i < x->n_lines; i++) {
        uint32_t a = node_of(x, x->lines[i].a);
        uint32_t b = node_of(x, x->lines[i].b);
        if (a != b) {
            x->lines[n++] = (struct line){ a < b ? a : b, a < b ? b : a, x->lines[i].n };
        }
    }
    qsort(x->lines, n, sizeof *x->lines, by_ends);
    x->n_lines = 0;
    for (size_t i = 0; i < n; i++) {
        struct line *last = x->n_lines ? &x->lines[x->n_lines - 1] : NULL;
        if (last && last->a == x->lines[i].a && last->b == x->lines[i].b) {
            last->n += x->lines[i].n;
        } else {
            x->lines[x->n_lines++] = x->lines[i];
        }
    }
    bool has_melted = false;
    for (size_t i = 0; i < x->n_lines; i++) {
        if (x->lines[i].n >= x->in->k) {
            melt(x, x->lines[i].a, x->lines[i].b);
            has_melted = true;
        }
    }
    return has_melted;
}

/* ---- cuts ---- */

/* Nodes that lines lead to, into list; returns how many. */
static size_t
list_active(const struct net *x, uint32_t *list)
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
farthest_reached(const struct net *x, const uint32_t *list, size_t n)
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
visit(struct net *x)
{
    uint32_t *list = x->weakest; /* free until something is mended */
    size_t n = list_active(x, list);
    bool has_melted = false;
    for (uint32_t at = farthest_reached(x, list, n); at != UINT32_MAX;
         at = farthest_reached(x, list, n)) {
        x->is_visited[at] = true;
        for (size_t i = 0; i < x->n_lines; i++) {
            const struct line *l = &x->lines[i];
            uint32_t other = l->a == at ? l->b : l->b == at ? l->a : at;
            if (x->is_visited[other]) {
                continue;
            }
            x->reach[other] += l->n;
            if (x->reach[other] >= x->in->k) {
                melt(x, at, other);
                has_melted = true;
            }
        }
    }
    return has_melted;
}

static bool
is_weak(const struct net *x, uint32_t node)
{
    return x->degree[node] > 0 && x->degree[node] < x->in->k;
}

static bool
find_degrees(struct net *x)
{
    memset(x->degree, 0, x->n_nodes * sizeof *x->degree);
    for (size_t i = 0; i < x->n_lines; i++) {
        x->degree[x->lines[i].a] += x->lines[i].n;
        x->degree[x->lines[i].b] += x->lines[i].n;
    }
    bool has_weak = false;
    for (uint32_t i = 0; i < x->n_nodes; i++) {
        has_weak = has_weak || is_weak(x, i);
    }
    return has_weak;
}

/* True when a node is left that a cut below k parts from the others. */
static bool
has_weak_cut(struct net *x)
{
    build(x);
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

/* ---- mending ---- */

/* Counted with a node that nobody is in, the slice would stay on its side of the cut. Else the
 * smallest; of two with as many answers the earlier: a stated order, or two runs would differ. */
static bool
is_better(const struct net *x, size_t pair, size_t than)
{
    bool is_vain = x->degree[node_of(x, home_above(x, pair))] == 0;
    bool was_vain = x->degree[node_of(x, home_above(x, than))] == 0;
    return is_vain != was_vain ? was_vain : x->below[pair] < x->below[than];
}

static void
offer(struct net *x, uint32_t node, size_t pair)
{
    uint32_t best = x->weakest[node];
    if (is_weak(x, node) && (best == 0 || is_better(x, pair, best - 1))) {
        x->weakest[node] = (uint32_t)pair + 1;
    }
}

/* A shown slice that lies on one side of a cut, and what it would be counted with were it hidden on
 * the other: without it there is no such cut. Each weak node has one, since the ground is on one
 * side and every slice leads to it. */
static void
mend(struct net *x)
{
    const struct slices *in = x->in;
    size_t n_pairs = in->n_cells * in->n_groups;
    memset(x->weakest, 0, x->n_nodes * sizeof *x->weakest);
    for (size_t pair = 0; pair < n_pairs; pair++) {
        uint32_t here = in->shown[pair] ? node_of(x, node_of_slice(x, pair)) : GROUND;
        uint32_t above = in->shown[pair] ? node_of(x, home_above(x, pair)) : GROUND;
        if (here != above) {
            offer(x, here, pair);
            offer(x, above, pair);
        }
    }
    bool has_mended = false;
    for (uint32_t node = 0; node < x->n_nodes; node++) {
        if (x->weakest[node] > 0) {
            in->shown[x->weakest[node] - 1] = false;
            has_mended = true;
        }
    }
    if (!has_mended) { /* cannot be; then nothing is shown rather than too much */
        memset(in->shown, 0, n_pairs * sizeof *in->shown);
    }
}

static void
begin(struct net *x)
{
    const struct slices *in = x->in;
    size_t n_groups = in->n_groups;
    for (size_t pair = 0; pair < in->n_cells * n_groups; pair++) {
        x->below[pair] = in->own[pair / n_groups * (n_groups + 1) + pair % n_groups];
    }
    for (size_t cell = in->n_cells; cell-- > 1;) {
        for (size_t g = 0; g < n_groups; g++) {
            x->below[in->cells[cell].parent * n_groups + g] += x->below[cell * n_groups + g];
        }
    }
    for (size_t pair = 0; pair < in->n_cells * n_groups; pair++) {
        bool has_unit = in->cells[pair / n_groups].why == DISCLOSURE_SHOWN;
        in->shown[pair] = has_unit && x->below[pair] >= in->k;
    }
}

size_t
slices_hide(const struct slices *in)
{
    assert(in->k >= DISCLOSURE_K_MIN && in->n_cells < UINT32_MAX / (in->n_groups + 2));
    if (in->n_groups == 0) {
        return 0;
    }
    struct net x = lay_out(in);
    begin(&x);
    while (has_weak_cut(&x)) { /* it ends: each round hides one more */
        mend(&x);
    }
    size_t n_shown = 0;
    for (size_t pair = 0; pair < in->n_cells * in->n_groups; pair++) {
        n_shown += in->shown[pair];
    }
    return n_shown;
}

/* ---- later ---- */

/* Whether an answer of it is on a line that a weak cut counts. */
static bool
is_at_a_cut(const struct net *x, size_t cell)
{
    const struct slices *in = x->in;
    uint32_t unit = node_of(x, node_of_unit(x, cell));
    bool is_at = false;
    for (size_t g = 0; g <= in->n_groups; g++) {
        bool is_grouped = g < in->n_groups;
        uint32_t home = is_grouped ? node_of(x, x->home[cell * in->n_groups + g]) : GROUND;
        bool is_line = in->own[cell * (in->n_groups + 1) + g] > 0 && unit != home;
        is_at = is_at || (is_line && (is_weak(x, unit) || is_weak(x, home)));
    }
    return is_at;
}

static int64_t
answers_of(const struct slices *in, size_t cell)
{
    int64_t n = 0;
    for (size_t g = 0; g <= in->n_groups; g++) {
        n += in->own[cell * (in->n_groups + 1) + g];
    }
    return n;
}

/* The smallest at a cut; of two as large the earlier. */
static void
drop_one(const struct net *x, bool *takes)
{
    size_t drop = x->in->n_cells;
    for (size_t cell = 0; cell < x->in->n_cells; cell++) {
        bool may = takes[cell] && is_at_a_cut(x, cell);
        if (may && (drop == x->in->n_cells
                    || answers_of(x->in, cell) < answers_of(x->in, drop))) {
            drop = cell;
        }
    }
    if (drop < x->in->n_cells) {
        takes[drop] = false;
    } else { /* cannot be; then nothing grows rather than too much */
        memset(takes, 0, x->in->n_cells * sizeof *takes);
    }
}

size_t
slices_grow(const struct slices *in, bool *takes)
{
    assert(in->k >= DISCLOSURE_K_MIN && in->n_cells < UINT32_MAX / (in->n_groups + 2));
    struct net x = lay_out(in);
    x.takes = takes;
    while (has_weak_cut(&x)) { /* it ends: each round makes one more wait */
        drop_one(&x, takes);
    }
    size_t n = 0;
    for (size_t cell = 0; cell < in->n_cells; cell++) {
        n += takes[cell];
    }
    return n;
}
