/* SPDX-License-Identifier: MIT */
/* slices.c - which figures of groups of people may leave the house beside the tree of units. */
#include "rules/slices.h"

#include <assert.h>
#include <string.h>

#include "rules/cuts.h"

/* Nodes: 0 is what is not published, then the remainders of units by their shown unit, then those
 * of each group by unit and group. */
enum { GROUND = 0 };

struct net {
    const struct slices *in;
    const bool *takes; /* by cell: whose answers are looked at; NULL = all */
    int64_t *below;    /* answers of a group in a unit and all below it; by cell and group */
    uint32_t *home;    /* its node: the nearest shown above, or the ground; by cell and group */
    uint32_t *weakest; /* by node: smallest shown figure beside its cut, + 1 */
    struct cuts cuts;
};

static size_t
count_nodes(const struct slices *in)
{
    return 1 + in->n_cells + in->n_cells * in->n_groups;
}

static size_t
count_lines(const struct slices *in)
{
    return in->n_cells * (in->n_groups + 1);
}

size_t
slices_room(size_t n_cells, size_t n_groups)
{
    const struct slices in = { .n_cells = n_cells, .n_groups = n_groups };
    size_t n_nodes = count_nodes(&in);
    return cuts_room(n_nodes, count_lines(&in))
           + n_cells * n_groups * (sizeof(int64_t) + sizeof(uint32_t)) + n_nodes * sizeof(uint32_t);
}

/* The widest types first, so that all of them are aligned. */
static struct net
lay_out(const struct slices *in)
{
    struct net x = { .in = in };
    size_t n_pairs = in->n_cells * in->n_groups;
    size_t n_nodes = count_nodes(in);
    x.below = in->room;
    x.home = (uint32_t *)(x.below + n_pairs);
    x.weakest = x.home + n_pairs;
    cuts_lay_out(&x.cuts, x.weakest + n_nodes, n_nodes, count_lines(in));
    x.cuts.k = in->k;
    return x;
}

/* ---- the network ---- */

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
build(struct net *x)
{
    const struct slices *in = x->in;
    cuts_clear(&x->cuts);
    for (size_t cell = 0; cell < in->n_cells; cell++) {
        const int64_t *own = in->own + cell * (in->n_groups + 1);
        uint32_t unit = node_of_unit(x, cell);
        bool is_in = !x->takes || x->takes[cell];
        for (size_t g = 0; g < in->n_groups; g++) {
            size_t pair = cell * in->n_groups + g;
            x->home[pair] = in->shown[pair] ? node_of_slice(x, pair) : home_above(x, pair);
            cuts_add(&x->cuts, unit, x->home[pair], is_in ? own[g] : 0);
        }
        cuts_add(&x->cuts, unit, GROUND, is_in ? own[in->n_groups] : 0);
    }
}

/* True when a node is left that a cut below k parts from the others. */
static bool
has_weak_cut(struct net *x)
{
    build(x);
    return cuts_find_weak(&x->cuts);
}

/* ---- mending ---- */

/* Counted with a node that nobody is in, the slice would stay on its side of the cut. Else the
 * smallest; of two with as many answers the earlier: a stated order, or two runs would differ. */
static bool
is_better(const struct net *x, size_t pair, size_t than)
{
    bool is_vain = x->cuts.degree[cuts_node(&x->cuts, home_above(x, pair))] == 0;
    bool was_vain = x->cuts.degree[cuts_node(&x->cuts, home_above(x, than))] == 0;
    return is_vain != was_vain ? was_vain : x->below[pair] < x->below[than];
}

static void
offer(struct net *x, uint32_t node, size_t pair)
{
    uint32_t best = x->weakest[node];
    if (cuts_is_weak(&x->cuts, node) && (best == 0 || is_better(x, pair, best - 1))) {
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
    memset(x->weakest, 0, x->cuts.n_nodes * sizeof *x->weakest);
    for (size_t pair = 0; pair < n_pairs; pair++) {
        uint32_t here = in->shown[pair] ? cuts_node(&x->cuts, node_of_slice(x, pair)) : GROUND;
        uint32_t above = in->shown[pair] ? cuts_node(&x->cuts, home_above(x, pair)) : GROUND;
        if (here != above) {
            offer(x, here, pair);
            offer(x, above, pair);
        }
    }
    bool has_mended = false;
    for (uint32_t node = 0; node < x->cuts.n_nodes; node++) {
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
    for (size_t cell = 0; cell < in->n_cells; cell++) {
        bool has_unit = in->cells[cell].why == DISCLOSURE_SHOWN;
        for (size_t pair = cell * n_groups; pair < (cell + 1) * n_groups; pair++) {
            in->shown[pair] = has_unit && x->below[pair] >= in->k;
        }
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
    uint32_t unit = cuts_node(&x->cuts, node_of_unit(x, cell));
    bool is_at = false;
    for (size_t g = 0; g <= in->n_groups; g++) {
        bool is_grouped = g < in->n_groups;
        uint32_t home = is_grouped ? cuts_node(&x->cuts, x->home[cell * in->n_groups + g]) : GROUND;
        bool is_line = in->own[cell * (in->n_groups + 1) + g] > 0 && unit != home;
        bool is_weak = cuts_is_weak(&x->cuts, unit) || cuts_is_weak(&x->cuts, home);
        is_at = is_at || (is_line && is_weak);
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
