/* SPDX-License-Identifier: MIT */
/* disclosure.c - which figures of a tree of units may leave the house. */
#include "rules/disclosure.h"

#include <assert.h>

static bool
is_hidden(const struct disclosure_cell *c)
{
    return c->why != DISCLOSURE_SHOWN;
}

static void
link_children(struct disclosure_cell *cells, size_t n)
{
    assert(cells[0].parent == 0);
    for (size_t i = 0; i < n; i++) {
        cells[i].first = 0;
        cells[i].next = 0;
    }
    for (size_t i = n - 1; i > 0; i--) { /* backwards, so that lists come out in order */
        assert(cells[i].n > 0 && cells[i].parent < i);
        struct disclosure_cell *parent = &cells[cells[i].parent];
        cells[i].next = parent->first;
        parent->first = (uint32_t)i;
    }
}

/* Of two cells with as many answers the earlier: a stated order, or two runs would differ. */
static bool
is_smaller(const struct disclosure_cell *cells, size_t a, size_t b)
{
    return b == 0 || cells[a].n < cells[b].n || (cells[a].n == cells[b].n && a < b);
}

/* What the children of one unit hide together. */
struct family {
    size_t n_unknown;
    int64_t total;
    uint32_t smallest; /* shown child; 0: none */
};

static struct family
family_of(const struct disclosure_cell *cells, size_t parent)
{
    struct family f = { .total = cells[parent].n };
    int64_t own = cells[parent].n;
    for (uint32_t c = cells[parent].first; c; c = cells[c].next) {
        own -= cells[c].n;
        if (is_hidden(&cells[c])) {
            f.n_unknown++;
            continue;
        }
        f.total -= cells[c].n;
        if (is_smaller(cells, c, f.smallest)) {
            f.smallest = c;
        }
    }
    assert(own >= 0);
    f.n_unknown += own > 0;
    return f;
}

/* A hidden parent needs a hidden child, or it is the sum of its children; under a shown one the
 * hidden children must be two at least and k answers together, or they are what is missing. */
static bool
is_open(const struct disclosure_cell *parent, const struct family *f, int64_t k)
{
    if (is_hidden(parent)) {
        return f->n_unknown == 0;
    }
    return f->n_unknown > 0 && (f->n_unknown < 2 || f->total < k);
}

static bool
close_families(struct disclosure_cell *cells, size_t n, int64_t k)
{
    bool has_changed = false;
    for (size_t i = 0; i < n; i++) {
        if (!cells[i].first) {
            continue;
        }
        struct family f = family_of(cells, i);
        if (!is_open(&cells[i], &f, k)) {
            continue;
        }
        assert(f.smallest || !is_hidden(&cells[i]));
        cells[f.smallest ? f.smallest : i].why = DISCLOSURE_SECONDARY;
        has_changed = true;
    }
    return has_changed;
}

/* Whose remainder each hidden cell belongs to, and what each remainder holds. */
static void
find_remainders(struct disclosure_cell *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        cells[i].rest = cells[i].n;
        cells[i].listed = is_hidden(&cells[i]) && !cells[i].first;
        cells[i].owner = is_hidden(&cells[i]) ? cells[cells[i].parent].owner : (uint32_t)i;
        if (i == 0 && is_hidden(&cells[0])) {
            cells[0].owner = UINT32_MAX; /* nothing is shown above: nothing to subtract from */
        }
    }
    for (size_t i = n - 1; i > 0; i--) {
        struct disclosure_cell *parent = &cells[cells[i].parent];
        parent->rest -= cells[i].n;
        if (is_hidden(&cells[i])) {
            parent->rest += cells[i].rest;
            parent->listed += cells[i].listed;
        }
    }
}

/* As many answers as hidden units: then each has exactly one. */
static bool
gives_away(const struct disclosure_cell *c, int64_t k)
{
    bool is_small = c->rest > 0 && c->rest < k;
    bool is_one_each = c->listed >= 2 && c->rest <= (int64_t)c->listed;
    return !is_hidden(c) && (is_small || is_one_each);
}

/* A hidden group of one family may be known more closely by what is shown further down; so the
 * families being closed is not enough, and each remainder is looked at as a whole. It grows by the
 * smallest shown cell that borders on it. */
static bool
close_remainders(struct disclosure_cell *cells, size_t n, int64_t k)
{
    find_remainders(cells, n);
    size_t bad = 0;
    while (bad < n && !gives_away(&cells[bad], k)) {
        bad++;
    }
    if (bad == n) {
        return false;
    }
    size_t smallest = 0;
    for (size_t i = bad + 1; i < n; i++) {
        bool borders = !is_hidden(&cells[i]) && cells[cells[i].parent].owner == bad;
        if (borders && is_smaller(cells, i, smallest)) {
            smallest = i;
        }
    }
    cells[smallest ? smallest : bad].why = DISCLOSURE_SECONDARY;
    return true;
}

size_t
disclosure_hide(struct disclosure_cell *cells, size_t n_cells, int64_t k)
{
    assert(k >= DISCLOSURE_K_MIN && n_cells < UINT32_MAX);
    if (n_cells == 0) {
        return 0;
    }
    link_children(cells, n_cells);
    for (size_t i = 0; i < n_cells; i++) {
        cells[i].why = cells[i].n < k      ? DISCLOSURE_SMALL
                       : cells[i].is_barred ? DISCLOSURE_SECONDARY
                                            : DISCLOSURE_SHOWN;
    }
    bool has_changed = true;
    while (has_changed) { /* it ends: each round hides one more */
        has_changed = close_families(cells, n_cells, k) || close_remainders(cells, n_cells, k);
    }
    size_t n_hidden = 0;
    for (size_t i = 0; i < n_cells; i++) {
        n_hidden += is_hidden(&cells[i]);
    }
    return n_hidden;
}

enum disclosure_growth
disclosure_growth(const int64_t *before, const int64_t *now, size_t n_slots, int64_t k)
{
    assert(k >= DISCLOSURE_K_MIN);
    int64_t n_came = 0;
    bool is_same = true;
    bool has_fallen = false;
    for (size_t i = 0; i < n_slots; i++) {
        n_came += now[i] - before[i];
        is_same = is_same && now[i] == before[i];
        has_fallen = has_fallen || now[i] < before[i];
    }
    if (is_same) {
        return DISCLOSURE_SAME;
    }
    return !has_fallen && n_came >= k ? DISCLOSURE_GROWS : DISCLOSURE_WAITS;
}

/* Lines below come later, so going down a line is still whole when it is taken from the one above;
 * going up it is whole again when it is added. */
static void
move_slots(struct disclosure_line *lines, size_t i, size_t n_slots, int64_t sign)
{
    if (lines[i].above == i) {
        return;
    }
    assert(lines[i].above < i);
    struct disclosure_line *above = &lines[lines[i].above];
    for (size_t slot = 0; slot < n_slots; slot++) {
        above->published[slot] += sign * lines[i].published[slot];
        above->now[slot] += sign * lines[i].now[slot];
    }
}

void
disclosure_judge(struct disclosure_line *lines, size_t n_lines, size_t n_slots, int64_t k)
{
    assert(n_slots <= DISCLOSURE_SLOTS_MAX);
    for (size_t i = 0; i < n_lines; i++) {
        move_slots(lines, i, n_slots, -1);
    }
    for (size_t i = 0; i < n_lines; i++) {
        struct disclosure_line *l = &lines[i];
        l->growth = disclosure_growth(l->published, l->now, n_slots, k);
    }
}

size_t
disclosure_take(struct disclosure_line *lines, size_t n_lines, size_t n_slots)
{
    size_t n_grown = 0;
    for (size_t i = 0; i < n_lines; i++) {
        struct disclosure_line *l = &lines[i];
        for (size_t slot = 0; l->growth == DISCLOSURE_GROWS && slot < n_slots; slot++) {
            l->published[slot] = l->now[slot];
        }
        n_grown += l->growth == DISCLOSURE_GROWS;
    }
    for (size_t i = n_lines; i-- > 0;) {
        move_slots(lines, i, n_slots, 1);
    }
    return n_grown;
}
