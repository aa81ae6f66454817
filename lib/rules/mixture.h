/* SPDX-License-Identifier: MIT */
/*
 * mixture.h - which scores may leave the house beside the questions that they are made of. Pure.
 *
 *   n_hidden = disclosure_hide_score(cells, mixes, n, k);
 *
 * A score is a mean of each person's answers. Of people who answered all of its questions its sum
 * is that of the questions, and gives nothing new. Of people who answered some of them it is not:
 * three times the score less the questions' sums is a figure about these alone. So a score is shown
 * only where that figure counts enough people whatever else is added to it:
 *
 * In one unit and group an outsider may weigh the questions so that those who answered all of them
 * cancel out, or so that some of the others do, but not both: their score weighs their answers
 * otherwise. So in each unit and group he counts the smaller of the two at least. Summed over a
 * remainder (disclosure.h) it must be k, or there must be nobody who answered only some.
 *
 * The caller bars units in which not every part of the score is shown, and publishes a score only
 * together with the first publication of all its parts.
 */
#ifndef COPROD_RULES_MIXTURE_H
#define COPROD_RULES_MIXTURE_H

#include "rules/disclosure.h"

/* Of a unit itself, without the units below it. */
struct score_mix {
    int64_t n_some; /* people who answered some parts of the score, and not all */
    int64_t n_least; /* over its groups of people, the smaller of those with all and with some */
};
/* As disclosure_hide. */
size_t disclosure_hide_score(struct disclosure_cell *cells, const struct score_mix *mixes,
                             size_t n_cells, int64_t k);

#endif
