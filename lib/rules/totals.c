/* SPDX-License-Identifier: MIT */
/* totals.c - which totals over a period may leave the house beside its months. */
#include "rules/totals.h"

#include <assert.h>
#include <string.h>

#include "rules/cuts.h"
#include "rules/disclosure.h"

/* Nodes: 0 is what is in no total, then the remainders of months, then those of totals by unit. */
enum { GROUND = 0 };

struct net {
    const struct totals *in;
    uint32_t *home;    /* by unit: node of the nearest shown total at or above it */
    uint32_t *weakest; /* by node: smallest total beside its cut, + 1 */
    struct cuts cuts;
};

static size_t
count_nodes(size_t n_remainders, size_t n_units)
{
    return 1 + n_remainders + n_units;
}

size_t
totals_room(size_t n_remainders, size_t n_units, size_t n_lines)
{
    size_t n_nodes = count_nodes(n_remainders, n_units);
    return cuts_room(n_nodes, n_lines) + (n_units + n_nodes) * sizeof(uint32_t);
}

static uint32_t
home_above(const struct net *x, size_t unit)
{
    uint32_t parent = x->in->units[unit].parent;
    return parent == unit ? GROUND : x->home[parent];
}

/* What each line weighs. */
enum weighing {
    ANSWERS, /* what it counts: k must be in a cut */
    SPREAD,  /* answers beyond those that are known to be there: one must be in a cut */
};

static bool
has_weak_cut(struct net *x, enum weighing by)
{
    const struct totals *in = x->in;
    int64_t many = (int64_t)in->n_lines + 1;
    cuts_clear(&x->cuts);
    x->cuts.k = by == ANSWERS ? in->k : many;
    for (size_t i = 0; i < in->n_units; i++) {
        uint32_t node = (uint32_t)(1 + in->n_remainders + i);
        x->home[i] = in->units[i].is_shown ? node : home_above(x, i);
    }
    for (size_t i = 0; i < in->n_lines; i++) {
        const struct totals_line *l = &in->lines[i];
        int64_t spread = (l->n - l->n_known) * many + 1;
        int64_t weight = by == ANSWERS || l->n == 0 ? l->n : spread;
        cuts_add(&x->cuts, 1 + l->remainder, x->home[l->unit], weight);
    }
    return cuts_find_weak(&x->cuts);
}

/* Counted with a node that nobody is in, the total would stay on its side of the cut. Else the
 * smallest; of two as large the earlier: a stated order, or two runs would differ. */
static bool
is_better(const struct net *x, size_t unit, size_t than)
{
    bool is_vain = x->cuts.degree[cuts_node(&x->cuts, home_above(x, unit))] == 0;
    bool was_vain = x->cuts.degree[cuts_node(&x->cuts, home_above(x, than))] == 0;
    return is_vain != was_vain ? was_vain : x->in->units[unit].n < x->in->units[than].n;
}

static void
offer(struct net *x, uint32_t node, size_t unit)
{
    uint32_t best = x->weakest[node];
    if (cuts_is_weak(&x->cuts, node) && (best == 0 || is_better(x, unit, best - 1))) {
        x->weakest[node] = (uint32_t)unit + 1;
    }
}

/* A total that lies on one side of a cut and would be counted on the other were it hidden. There is
 * one: were all of them on the same side, the cut would be one of the months alone. */
static void
mend(struct net *x)
{
    const struct totals *in = x->in;
    bool has_mended = false;
    memset(x->weakest, 0, x->cuts.n_nodes * sizeof *x->weakest);
    for (size_t i = 0; i < in->n_units; i++) {
        bool may = in->units[i].is_shown && !in->units[i].is_free;
        uint32_t here = may ? cuts_node(&x->cuts, x->home[i]) : GROUND;
        uint32_t above = may ? cuts_node(&x->cuts, home_above(x, i)) : GROUND;
        if (here != above) {
            offer(x, here, i);
            offer(x, above, i);
        }
    }
    for (size_t node = 0; node < x->cuts.n_nodes; node++) {
        if (x->weakest[node] > 0) {
            in->units[x->weakest[node] - 1].is_shown = false;
            has_mended = true;
        }
    }
    for (size_t i = 0; i < in->n_units && !has_mended; i++) { /* cannot be; then nothing is shown */
        in->units[i].is_shown = in->units[i].is_free;
    }
}

size_t
totals_hide(const struct totals *in)
{
    assert(in->k >= DISCLOSURE_K_MIN);
    struct net x = { .in = in, .home = in->room };
    size_t n_nodes = count_nodes(in->n_remainders, in->n_units);
    x.weakest = x.home + in->n_units;
    cuts_lay_out(&x.cuts, x.weakest + n_nodes, n_nodes, in->n_lines);
    size_t n_others = 0;
    for (size_t i = 0; i < in->n_units; i++) {
        in->units[i].is_shown = in->units[i].is_free || in->units[i].n >= in->k;
        n_others += in->units[i].is_shown && !in->units[i].is_free;
    }
    while (n_others > 0 && (has_weak_cut(&x, ANSWERS) || has_weak_cut(&x, SPREAD))) {
        mend(&x); /* it ends: each round hides one more */
        n_others = 0;
        for (size_t i = 0; i < in->n_units; i++) {
            n_others += in->units[i].is_shown && !in->units[i].is_free;
        }
    }
    return n_others;
}
