/* SPDX-License-Identifier: MIT */
/* small_trust.h - a small random trust, its people, when each answered and took it back. */
#ifndef COPROD_TESTS_SMALL_TRUST_H
#define COPROD_TESTS_SMALL_TRUST_H

#include "disclosure_attack.h"
#include "release_fixture.h"

enum { NODES_MAX = 6, ROUNDS = 4, PEOPLE_MAX = 400, GROUPS_MAX = 2 };
static const char *const group_names[] = { NULL, "Doctors", "Nurses" };

/* An answer: at which unit, in which round it came and in which it was taken back; 0 = never. */
struct person {
    int node;
    int slot;
    int month;
    int group; /* 0 = none */
    int came;
    int left;
};
struct world_of_one {
    char paths[NODES_MAX][16]; /* the trust first, each unit after the one above it */
    uint32_t parent[NODES_MAX];
    int n_nodes;
    int n_groups;
    bool is_named[GROUPS_MAX + 1];
    int n_groups_shown; /* figures */
    int n_groups_grown; /* versions in which groups took up late answers */
    int n_joined; /* who took the place of another, and is one with them to the outsider */
    struct person people[PEOPLE_MAX];
    int n_people;
};

static inline bool
is_there(const struct person *p, int round)
{
    return p->came <= round && (p->left == 0 || p->left > round);
}

static inline bool
is_below(const struct world_of_one *w, int node, int above)
{
    return strncmp(w->paths[node], w->paths[above], strlen(w->paths[above])) == 0;
}

static inline void
draw_units(struct world_of_one *w, uint64_t *seed)
{
    w->n_nodes = 3 + (int)chance(seed, NODES_MAX - 2);
    for (int i = 1; i < w->n_nodes; i++) {
        int last = i - 1;
        bool is_child = i > 1 && chance(seed, 2);
        int up = 0; /* below the last unit of the first level, or on the first level */
        for (int j = last; is_child && j > 0 && up == 0; j--) {
            up = w->parent[j] == 0 ? j : 0;
        }
        w->parent[i] = (uint32_t)up;
        char above[sizeof w->paths[0]];
        (void)snprintf(above, sizeof above, "%s", w->paths[up]);
        (void)snprintf(w->paths[i], sizeof w->paths[i], "%.*s%c\x1F", (int)sizeof above - 3, above,
                       'A' + i);
    }
}

static inline int64_t
how_many_come(uint64_t *seed, bool is_leaf, int round)
{
    if (round == 1 && is_leaf) {
        return chance(seed, 2) ? 1 + chance(seed, 4) : 1 + chance(seed, 14);
    }
    if (round == 1) {
        return chance(seed, 6) ? 0 : 1 + chance(seed, 8);
    }
    static const uint32_t most[] = { 1, 1, 3, 4, 6, 10 };
    return chance(seed, most[chance(seed, LENGTH(most))]);
}

static inline void
draw_round(struct world_of_one *w, uint64_t *seed, int round)
{
    for (int i = 0; round > 1 && i < w->n_people; i++) {
        if (w->people[i].left == 0 && chance(seed, 30) == 0) {
            w->people[i].left = round;
        }
    }
    for (int node = 1; node < w->n_nodes; node++) {
        bool is_leaf = true;
        for (int j = node + 1; j < w->n_nodes; j++) {
            is_leaf = is_leaf && w->parent[j] != (uint32_t)node;
        }
        int64_t times = w->n_groups && round == 1 ? GROUPS_MAX + 1 : 1;
        for (int64_t n = times * how_many_come(seed, is_leaf, round); n > 0; n--) {
            assert_true(w->n_people < PEOPLE_MAX);
            w->people[w->n_people++] =
                (struct person){ .node = node, .slot = (int)chance(seed, 2), .came = round,
                                 .group = w->n_groups ? (int)chance(seed, GROUPS_MAX + 1) : 0 };
        }
    }
}

/* ---- what the outsider sees ---- */

/* Which answers are one atom: same unit, came and left together. */
struct atoms {
    struct person of[ATOMS_MAX];
    size_t n;
};

static inline void
find_atoms(const struct world_of_one *w, struct atoms *atoms, struct attack *a)
{
    *a = (struct attack){ .n_atoms = 0 };
    atoms->n = 0;
    for (int i = 0; i < w->n_people; i++) {
        const struct person *p = &w->people[i];
        size_t at = 0;
        while (at < atoms->n
               && (atoms->of[at].node != p->node || atoms->of[at].group != p->group
                   || atoms->of[at].month != p->month
                   || atoms->of[at].came != p->came
                   || atoms->of[at].left != p->left)) {
            at++;
        }
        if (at == atoms->n) {
            assert_true(at < ATOMS_MAX);
            atoms->of[atoms->n++] = *p;
        }
        a->atoms[at]++;
    }
    a->n_atoms = atoms->n;
}

/* Adds the answers of a unit as they stood in a round, with what lies below it. */
static inline struct figure
figure_of(const struct world_of_one *w, const struct atoms *atoms, const struct attack *a, int node,
          int round)
{
    struct figure f = { .n = 0 };
    for (size_t i = 0; i < atoms->n; i++) {
        f.holds[i] = is_below(w, atoms->of[i].node, node) && is_there(&atoms->of[i], round);
        f.n += f.holds[i] ? a->atoms[i] : 0;
    }
    return f;
}

/* Small sets of answers that can be worked out: those of one atom, and those of one unit that came
 * in one round, stood in one round, or changed between two. */
static inline int
count_found(const struct world_of_one *w, const struct atoms *atoms, const struct attack *a)
{
    static struct span s;
    span_of(a, &s);
    int n_found = 0;
    for (size_t i = 0; i < atoms->n; i++) {
        int8_t one[ATOMS_MAX] = { 0 };
        one[i] = 1;
        n_found += a->atoms[i] < K && attack_solves(&s, one);
    }
    for (int node = 0; node < w->n_nodes; node++) {
        for (int r = 1; r <= ROUNDS; r++) {
            struct figure stood = figure_of(w, atoms, a, node, r);
            struct figure came = stood;
            for (size_t i = 0; i < atoms->n; i++) {
                came.holds[i] = came.holds[i] && atoms->of[i].came == r;
            }
            int64_t n_came = 0;
            for (size_t i = 0; i < atoms->n; i++) {
                n_came += came.holds[i] ? a->atoms[i] : 0;
            }
            n_found += stood.n > 0 && stood.n < K && attack_solves(&s, stood.holds);
            n_found += n_came > 0 && n_came < K && attack_solves(&s, came.holds);
        }
    }
    return n_found;
}

/* Any sum and difference of up to FIGURE_MIX published figures counts nobody or at least k. */
enum { FIGURE_MIX = 5, MIXES = 400 };

static inline int
count_small_mixes(const struct attack *a, uint64_t *seed)
{
    int n_small = 0;
    for (int mix = 0; a->n_figures > 0 && mix < MIXES; mix++) {
        int weight[ATOMS_MAX] = { 0 };
        for (int i = 0; i < FIGURE_MIX; i++) {
            size_t f = chance(seed, (uint32_t)a->n_figures);
            int sign = (int)chance(seed, 3) - 1;
            for (size_t j = 0; j < a->n_atoms; j++) {
                weight[j] += sign * a->figures[f].holds[j];
            }
        }
        int64_t n = 0;
        for (size_t j = 0; j < a->n_atoms; j++) {
            n += weight[j] ? a->atoms[j] : 0;
        }
        n_small += n > 0 && n < K;
    }
    return n_small;
}

/* ---- what we publish ---- */

/* A shown cell of the newest version, and the round whose answers its own part holds. */
struct seen {
    bool is_listed;
    bool is_shown;
    int64_t n;
    int64_t rest;
    int as_of;
};
struct watch {
    const struct world_of_one *w;
    int month;
    struct seen seen[NODES_MAX];
    struct seen before[NODES_MAX];
};

static inline int
take_cell(void *arg, const struct release_cell *cell)
{
    struct watch *watch = arg;
    for (int node = 0; node < watch->w->n_nodes; node++) {
        if (strcmp(cell->path, watch->w->paths[node]) == 0) {
            struct seen *seen = &watch->seen[node];
            seen->is_listed = true;
            seen->is_shown = cell->is_shown;
            seen->n = cell->counts[0] + cell->counts[1];
            return 0;
        }
    }
    fail();
    return -EINVAL;
}

static inline int
shown_above(const struct watch *watch, int node)
{
    while (node > 0) {
        node = (int)watch->w->parent[node];
        if (watch->seen[node].is_shown) {
            return node;
        }
    }
    return -1;
}

static inline int
shown_above_or_at(const struct watch *watch, int node)
{
    return watch->seen[node].is_shown ? node : shown_above(watch, node);
}

/* Which round each part of a new version shows: this one if the part has changed. */
static inline void
date_parts(struct watch *watch, int round)
{
    for (int node = watch->w->n_nodes - 1; node >= 0; node--) {
        struct seen *seen = &watch->seen[node];
        seen->rest += seen->n;
        int above = seen->is_shown ? shown_above(watch, node) : -1;
        if (above >= 0) {
            watch->seen[above].rest -= seen->n;
        }
    }
    for (int node = 0; node < watch->w->n_nodes; node++) {
        const struct seen *before = &watch->before[node];
        bool is_same = before->is_shown && before->rest == watch->seen[node].rest;
        watch->seen[node].as_of = is_same ? before->as_of : round;
    }
}

/* The figure as the sum of the answers that are in it, each part as of its round; of one group, or
 * -1: of all people. */
static inline void
add_figure_of_group(const struct watch *watch, const struct atoms *atoms, struct attack *a,
                    int node, int group)
{
    assert_true(a->n_figures < FIGURES_MAX);
    struct figure *f = &a->figures[a->n_figures++];
    *f = (struct figure){ .n = 0 };
    for (size_t i = 0; i < atoms->n; i++) {
        int at = atoms->of[i].node;
        int owner = shown_above_or_at(watch, at);
        f->holds[i] = is_below(watch->w, at, node) && owner >= 0
                      && atoms->of[i].month == watch->month
                      && (group < 0 || atoms->of[i].group == group)
                      && is_there(&atoms->of[i], watch->seen[owner].as_of);
        f->n += f->holds[i] ? a->atoms[i] : 0;
    }
}

static inline void
add_figure(const struct watch *watch, const struct atoms *atoms, struct attack *a, int node)
{
    add_figure_of_group(watch, atoms, a, node, -1);
    assert_int_equal(a->figures[a->n_figures - 1].n, watch->seen[node].n);
}

#endif
