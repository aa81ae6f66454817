/* SPDX-License-Identifier: MIT */
/*
 * slices.h - which figures of groups of people may leave the house beside the tree of units: a
 * second cut of the same answers, solved together with the first. Pure: no clock, no malloc.
 *
 *   disclosure_hide(cells, n_cells, k);
 *   n_shown = slices_hide(&(struct slices){ ... });
 *
 * Promise: whatever sums and differences anybody forms of all shown figures, of units, groups and
 * both, each of them counts nobody or at least k answers.
 *
 * Why it holds: what is shown of units comes down to a division of all answers into remainders
 * (disclosure.h), and what is shown of groups to another such division. So each answer lies between
 * one remainder of the first and one of the second: they are the nodes of a network, answers its
 * lines. What an outsider combines gives each node a weight; an answer is counted unless the
 * weights of its two ends cancel out. So what he counts is a cut of the network. It is enough that
 * every cut counts nobody or at least k answers; and that is what is looked for, and mended by
 * hiding the smallest figure beside the cut. What is not published at all is one more node. What a
 * later version takes up is a network of its own over the same nodes: nobody is in two of them.
 */
#ifndef COPROD_RULES_SLICES_H
#define COPROD_RULES_SLICES_H

#include "rules/disclosure.h"

struct slices {
    const struct disclosure_cell *cells; /* given: as disclosure_hide left them */
    size_t n_cells;
    size_t n_groups;
    int64_t k;
    /* Given: answers of a unit itself, in none of the units below it, at [cell * (n_groups + 1) +
     * group]; the last of each cell is of people without a group. */
    const int64_t *own;
    bool *shown; /* set, at [cell * n_groups + group] */
    void *room;  /* slices_room bytes, aligned for any type, without meaning afterwards */
};
size_t slices_room(size_t n_cells, size_t n_groups);
/* Returns how many are shown. Only of a shown unit, and only where a group has k answers in it. */
size_t slices_hide(const struct slices *in);

/*
 * A later version: own holds what came since to each remainder of a shown unit, less what was
 * taken back; cells are the shown units alone, and shown is as it was first decided. takes, by
 * cell: given, the remainders that might take up what came to them, in units and groups at once;
 * left, those that may. Those of a weak cut are made to wait, the smallest first. Returns how many.
 */
size_t slices_grow(const struct slices *in, bool *takes);

#endif
