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

#endif
