/* SPDX-License-Identifier: MIT */
/* mixture.c - which scores may leave the house beside the questions that they are made of. */
#include "rules/mixture.h"

/* What the remainder of a shown cell holds. */
static struct score_mix
mix_of_remainder(const struct disclosure_cell *cells, const struct score_mix *mixes, size_t n,
                 uint32_t owner)
{
    struct score_mix sum = { 0 };
    for (size_t i = owner; i < n; i++) { /* units below come later */
        if (cells[i].owner == owner) {
            sum.n_some += mixes[i].n_some;
            sum.n_least += mixes[i].n_least;
        }
    }
    return sum;
}

static bool
bar_first(struct disclosure_cell *cells, const struct score_mix *mixes, size_t n, int64_t k)
{
    for (size_t i = 0; i < n; i++) {
        if (cells[i].why != DISCLOSURE_SHOWN) {
            continue;
        }
        struct score_mix mix = mix_of_remainder(cells, mixes, n, (uint32_t)i);
        if (mix.n_some > 0 && mix.n_least < k) {
            cells[i].is_barred = true;
            return true;
        }
    }
    return false;
}

size_t
disclosure_hide_score(struct disclosure_cell *cells, const struct score_mix *mixes, size_t n_cells,
                      int64_t k)
{
    size_t n_hidden = disclosure_hide(cells, n_cells, k);
    while (bar_first(cells, mixes, n_cells, k)) { /* it ends: each round bars one more */
        n_hidden = disclosure_hide(cells, n_cells, k);
    }
    return n_hidden;
}
