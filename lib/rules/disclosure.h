/* SPDX-License-Identifier: MIT */
/*
 * disclosure.h - which figures of a tree of units may leave the house. Pure: no clock, no malloc.
 *
 *   n_hidden = disclosure_hide(cells, n_cells, k);      a period that was never published
 *   growth = disclosure_growth(before, now, slots, k);  a revision of what was
 *
 * Promise of disclosure_hide: whatever sums and differences an outsider forms of the shown cells,
 * each of them counts nobody or at least k answers, and no cell below k can be worked out, not even
 * by one who knows that every listed unit has at least one answer. A cell is shown with all of its
 * figures or with none: a percentage beside a hidden count gives the count back.
 *
 * Why it holds: take from each shown cell the shown cells right below it; what is left of it, its
 * remainder, is made of hidden units. Remainders are disjoint, and every sum of shown cells that
 * counts people once is a sum of remainders. So it is enough that each remainder is empty or has at
 * least k answers, and more of them than it has hidden units.
 *
 * Promise of disclosure_growth: remainders stay as they were first published and only ever grow,
 * each step by at least k more answers than were taken back. So of any two, or any number of,
 * versions no difference counts fewer than k. docs/disclosure.md has it in plain words.
 */
#ifndef COPROD_RULES_DISCLOSURE_H
#define COPROD_RULES_DISCLOSURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { DISCLOSURE_K_MIN = 2 };

enum disclosure_why {
    DISCLOSURE_SHOWN = 0,
    DISCLOSURE_SMALL,     /* fewer than k answers */
    DISCLOSURE_SECONDARY, /* large enough, but a small one could be worked out from it */
};

struct disclosure_cell {
    int64_t n;       /* given: answers, > 0; at least the sum over the children */
    uint32_t parent; /* given: index of an earlier cell; the root, cell 0, names itself */
    bool is_barred;  /* given: hidden, however many answers it has */
    enum disclosure_why why;
    /* Of the rule while it works, without meaning to others. 0: none. */
    uint32_t first; /* child */
    uint32_t next;  /* sibling */
    uint32_t owner; /* the shown cell whose remainder this one belongs to */
    uint32_t listed; /* hidden cells without children in the remainder */
    int64_t rest;   /* the remainder's answers */
};

/* Sets why of every cell; returns how many are hidden. Cells come in the order of their unit codes:
 * of two equal ones the earlier is hidden first. Answers of a unit itself that lie in none of its
 * children count as one more hidden child. */
size_t disclosure_hide(struct disclosure_cell *cells, size_t n_cells, int64_t k);

/* ---- what was published before --------------------------------------------------------------- */

enum { DISCLOSURE_SLOTS_MAX = 12 };

enum disclosure_growth {
    DISCLOSURE_SAME = 0,
    DISCLOSURE_WAITS, /* some answers fell, or too few came: to be published later, or never */
    DISCLOSURE_GROWS, /* may be published: nothing fell, and at least k came */
};
/* before: the remainder of a shown cell, by answer, as last published; now: as it stands. */
enum disclosure_growth disclosure_growth(const int64_t *before, const int64_t *now, size_t n_slots,
                                         int64_t k);

/* A shown cell as last published. */
struct disclosure_line {
    uint32_t above; /* given: the nearest shown cell above it, an earlier line; none: itself */
    int64_t published[DISCLOSURE_SLOTS_MAX]; /* given as last published, left as to be published */
    int64_t now[DISCLOSURE_SLOTS_MAX];       /* given as it stands; afterwards without meaning */
    enum disclosure_growth growth;           /* of its remainder */
};
/* Which remainders have grown enough. Until disclosure_take the lines hold remainders: what lies in
 * none of the shown cells right below. */
void disclosure_judge(struct disclosure_line *lines, size_t n_lines, size_t n_slots, int64_t k);
/* Takes up what grows, remainder by remainder; the rest stays as it was published, so that the
 * lines still add up. Returns how many remainders grew; 0: nothing is to be published. The caller
 * may have made some of them wait. */
size_t disclosure_take(struct disclosure_line *lines, size_t n_lines, size_t n_slots);

#endif
