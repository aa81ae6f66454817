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

#include <assert.h>
#include <stdbool.h>
#include <string.h>

enum { ATOMS_MAX = 64, FIGURES_MAX = 96 };

struct atom {
    int64_t n;   /* how many answers it is, which the outsider does not know */
    int64_t low; /* what he knows: at least so many */
};
struct figure {
    int8_t holds[ATOMS_MAX]; /* 1: the atom is counted in it */
    int64_t n;               /* what was published */
};
struct attack {
    struct atom atoms[ATOMS_MAX];
    size_t n_atoms;
    struct figure figures[FIGURES_MAX];
    size_t n_figures;
};

/* ---- linear algebra: is a set of answers a sum and difference of published figures? ---------- */

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
        v[i] = holds[i];
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
attack_solves(const struct span *s, const bool *set)
{
    int64_t v[ATOMS_MAX];
    for (size_t i = 0; i < s->n_atoms; i++) {
        v[i] = set[i];
    }
    return span_reduce(s, v);
}

/* ---- bounds: what is known of each atom when counts are whole and never negative -------------- */

struct bounds {
    int64_t lo[ATOMS_MAX];
    int64_t hi[ATOMS_MAX];
};

/* One equation: the coefficients times the atoms are n. True when some bound moved. */
static bool
bounds_tighten(struct bounds *b, const int *coef, size_t n_atoms, int64_t n)
{
    int64_t lo = 0;
    int64_t hi = 0;
    for (size_t i = 0; i < n_atoms; i++) {
        lo += coef[i] > 0 ? coef[i] * b->lo[i] : coef[i] * b->hi[i];
        hi += coef[i] > 0 ? coef[i] * b->hi[i] : coef[i] * b->lo[i];
    }
    bool has_moved = false;
    for (size_t i = 0; i < n_atoms; i++) {
        if (coef[i] != 1 && coef[i] != -1) {
            continue;
        }
        int64_t rest_lo = n - (hi - (coef[i] > 0 ? b->hi[i] : -b->lo[i]));
        int64_t rest_hi = n - (lo - (coef[i] > 0 ? b->lo[i] : -b->hi[i]));
        int64_t new_lo = coef[i] > 0 ? rest_lo : -rest_hi;
        int64_t new_hi = coef[i] > 0 ? rest_hi : -rest_lo;
        if (new_lo > b->lo[i]) {
            b->lo[i] = new_lo;
            has_moved = true;
        }
        if (new_hi < b->hi[i]) {
            b->hi[i] = new_hi;
            has_moved = true;
        }
    }
    return has_moved;
}

/* Every figure, and every difference of two of them, again and again until nothing moves. */
static void
attack_bounds(const struct attack *a, struct bounds *b)
{
    int coef[ATOMS_MAX] = { 0 };
    for (size_t i = 0; i < a->n_atoms; i++) {
        b->lo[i] = a->atoms[i].low;
        b->hi[i] = INT32_MAX;
    }
    bool has_moved = true;
    for (int round = 0; has_moved && round < 50; round++) {
        has_moved = false;
        for (size_t i = 0; i < a->n_figures; i++) {
            for (size_t j = 0; j < a->n_figures; j++) { /* j == i: the figure alone */
                for (size_t k = 0; k < a->n_atoms; k++) {
                    int other = j == i ? 0 : a->figures[j].holds[k];
                    coef[k] = a->figures[i].holds[k] - other;
                }
                int64_t n = a->figures[i].n - (j == i ? 0 : a->figures[j].n);
                has_moved = bounds_tighten(b, coef, a->n_atoms, n) || has_moved;
            }
        }
    }
}

/* ---- a small generator, the same on every machine --------------------------------------------- */

static uint32_t
chance(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

#endif
