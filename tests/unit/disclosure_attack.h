/* SPDX-License-Identifier: MIT */
/*
 * disclosure_attack.h - what an outsider can work out of published figures, for the tests that
 * attack them. It knows nothing of the rule: only equations between published and unknown counts.
 *
 * An atom is a set of answers that always go together: of one unit, come with one version, taken
 * back with one version or never. A published figure is a sum of atoms.
 */
#ifndef COPROD_TESTS_DISCLOSURE_ATTACK_H
#define COPROD_TESTS_DISCLOSURE_ATTACK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "small_chance.h"

enum { ATOMS_MAX = 128, FIGURES_MAX = 256, NEIGHBOUR_ATOMS_MAX = 9 };

struct figure {
    int8_t holds[ATOMS_MAX]; /* 1: the atom is counted in it */
    int64_t n;
};
struct attack {
    int64_t atoms[ATOMS_MAX]; /* how many answers each is; of this the outsider knows nothing */
    size_t n_atoms;
    struct figure figures[FIGURES_MAX]; /* published */
    size_t n_figures;
    struct figure listed[FIGURES_MAX]; /* hidden, but named: he knows that it is 1 at least */
    size_t n_listed;
};

/* ---- linear algebra: is a set of answers a sum and difference of published figures? ---- */

#define ATTACK_PRIME INT64_C(2147483629)

static inline int64_t
mod_power(int64_t base, int64_t power)
{
    int64_t out = 1;
    for (; power > 0; power >>= 1) {
        if (power & 1) {
            out = out * base % ATTACK_PRIME;
        }
        base = base * base % ATTACK_PRIME;
    }
    return out;
}

/* Rows in echelon form, each with a leading 1 at its pivot. */
struct span {
    int64_t rows[ATOMS_MAX][ATOMS_MAX];
    bool has[ATOMS_MAX]; /* by pivot */
    size_t n_atoms;
};

/* What is left of v when all of the span is taken out; true when nothing is. */
static inline bool
span_reduce(const struct span *s, int64_t *v)
{
    bool is_zero = true;
    for (size_t p = 0; p < s->n_atoms; p++) {
        int64_t factor = v[p];
        if (factor != 0 && s->has[p]) {
            for (size_t i = p; i < s->n_atoms; i++) {
                v[i] = (v[i] + (ATTACK_PRIME - factor) * s->rows[p][i]) % ATTACK_PRIME;
            }
        }
        is_zero = is_zero && v[p] == 0;
    }
    return is_zero;
}

static inline void
span_add(struct span *s, const int8_t *holds)
{
    int64_t v[ATOMS_MAX];
    for (size_t i = 0; i < s->n_atoms; i++) {
        v[i] = (int64_t)holds[i]; /* NOLINT(bugprone-signed-char-misuse,cert-str34-c): -1, 0, 1 */
    }
    if (span_reduce(s, v)) {
        return;
    }
    size_t pivot = 0;
    while (v[pivot] == 0) {
        pivot++;
    }
    int64_t inverse = mod_power(v[pivot], ATTACK_PRIME - 2);
    for (size_t i = 0; i < s->n_atoms; i++) {
        s->rows[pivot][i] = v[i] * inverse % ATTACK_PRIME;
    }
    s->has[pivot] = true;
}

static inline void
span_of(const struct attack *a, struct span *s)
{
    *s = (struct span){ .n_atoms = a->n_atoms };
    for (size_t i = 0; i < a->n_figures; i++) {
        span_add(s, a->figures[i].holds);
    }
}

/* Whether the sum over this set of atoms can be worked out. */
static inline bool
attack_solves(const struct span *s, const int8_t *holds)
{
    int64_t v[ATOMS_MAX];
    for (size_t i = 0; i < s->n_atoms; i++) {
        v[i] = (int64_t)holds[i]; /* NOLINT(bugprone-signed-char-misuse,cert-str34-c): -1, 0, 1 */
    }
    return span_reduce(s, v);
}

/* ---- linear algebra: does any combination of figures count fewer than k answers? ---- */

static inline size_t
rank_without(const struct attack *a, const bool *is_out)
{
    struct span s = { .n_atoms = a->n_atoms };
    size_t rank = 0;
    for (size_t i = 0; i < a->n_figures; i++) {
        int8_t holds[ATOMS_MAX] = { 0 };
        for (size_t atom = 0; atom < a->n_atoms; atom++) {
            holds[atom] = is_out[atom] || a->atoms[atom] == 0 ? 0 : a->figures[i].holds[atom];
        }
        span_add(&s, holds);
    }
    for (size_t p = 0; p < a->n_atoms; p++) {
        rank += s.has[p];
    }
    return rank;
}

/* Goes through the sets of fewer than k answers. There is a combination that counts nobody outside
 * of one exactly when the figures are worth less without it. */
static inline bool
attack_counts_few(const struct attack *a, bool *is_out, size_t from, int64_t room, size_t rank)
{
    for (size_t atom = from; atom < a->n_atoms; atom++) {
        if (a->atoms[atom] == 0 || a->atoms[atom] > room) {
            continue;
        }
        is_out[atom] = true;
        bool is_found = rank_without(a, is_out) < rank
                        || attack_counts_few(a, is_out, atom + 1, room - a->atoms[atom], rank);
        is_out[atom] = false;
        if (is_found) {
            return true;
        }
    }
    return false;
}

static inline bool
attack_finds_few(const struct attack *a, int64_t k)
{
    bool is_out[ATOMS_MAX] = { false };
    return attack_counts_few(a, is_out, 0, k - 1, rank_without(a, is_out));
}

/* ---- whole numbers: could a sum have been another one? ---- */

static inline int64_t
weigh(const int8_t *holds, const int8_t *change, size_t n_atoms)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n_atoms; i++) {
        sum += (int64_t)holds[i] * change[i];
    }
    return sum;
}

/* A world that differs by this change shows the same figures, and is possible. */
static inline bool
is_possible(const struct attack *a, const int8_t *change)
{
    for (size_t i = 0; i < a->n_atoms; i++) {
        if (a->atoms[i] + change[i] < 0) {
            return false;
        }
    }
    for (size_t i = 0; i < a->n_figures; i++) {
        if (weigh(a->figures[i].holds, change, a->n_atoms) != 0) {
            return false;
        }
    }
    for (size_t i = 0; i < a->n_listed; i++) {
        if (a->listed[i].n + weigh(a->listed[i].holds, change, a->n_atoms) < 1) {
            return false;
        }
    }
    return true;
}

/* Goes through the worlds next to the true one, each atom one more or one less, and marks the sums
 * that are others there: two worlds show the same, so those sums cannot be worked out. */
static inline void
attack_neighbours(const struct attack *a, const struct figure *sums, size_t n_sums,
                  bool *is_other)
{
    assert_true(a->n_atoms <= NEIGHBOUR_ATOMS_MAX);
    int64_t n_worlds = 1;
    for (size_t i = 0; i < a->n_atoms; i++) {
        n_worlds *= 3;
    }
    for (int64_t world = 0; world < n_worlds; world++) {
        int8_t change[ATOMS_MAX] = { 0 };
        int64_t digits = world;
        for (size_t i = 0; i < a->n_atoms; i++, digits /= 3) {
            change[i] = (int8_t)(digits % 3 - 1);
        }
        if (!is_possible(a, change)) {
            continue;
        }
        for (size_t i = 0; i < n_sums; i++) {
            is_other[i] = is_other[i] || weigh(sums[i].holds, change, a->n_atoms) != 0;
        }
    }
}

/* Hidden cells below k that are the same in every neighbouring world. */
static inline int
attack_fixed(const struct attack *a, int64_t k)
{
    bool is_other[FIGURES_MAX] = { false };
    attack_neighbours(a, a->listed, a->n_listed, is_other);
    int n_fixed = 0;
    for (size_t i = 0; i < a->n_listed; i++) {
        n_fixed += a->listed[i].n < k && !is_other[i];
    }
    return n_fixed;
}

#endif
