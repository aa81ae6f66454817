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

enum { ATOMS_MAX = 64, FIGURES_MAX = 160, NEIGHBOUR_ATOMS_MAX = 9 };

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

static int64_t
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
static bool
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

static void
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

static void
span_of(const struct attack *a, struct span *s)
{
    *s = (struct span){ .n_atoms = a->n_atoms };
    for (size_t i = 0; i < a->n_figures; i++) {
        span_add(s, a->figures[i].holds);
    }
}

/* Whether the sum over this set of atoms can be worked out. */
static bool
attack_solves(const struct span *s, const int8_t *holds)
{
    int64_t v[ATOMS_MAX];
    for (size_t i = 0; i < s->n_atoms; i++) {
        v[i] = (int64_t)holds[i]; /* NOLINT(bugprone-signed-char-misuse,cert-str34-c): -1, 0, 1 */
    }
    return span_reduce(s, v);
}

/* ---- whole numbers: could a sum have been another one? ---- */

static int64_t
weigh(const int8_t *holds, const int8_t *change, size_t n_atoms)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n_atoms; i++) {
        sum += (int64_t)holds[i] * change[i];
    }
    return sum;
}

/* A world that differs by this change shows the same figures, and is possible. */
static bool
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
static void
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
static int
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

/* ---- a small generator, the same on every machine ---- */

static uint32_t
chance(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

#endif
