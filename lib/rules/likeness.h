/* SPDX-License-Identifier: MIT */
/*
 * likeness.h - how much two sentences say the same: to notice an action that was renumbered, or
 * whose number now stands before other words. Pure.
 */
#ifndef COPROD_RULES_LIKENESS_H
#define COPROD_RULES_LIKENESS_H

#include <stdbool.h>

/* 0 to 100: the share of pairs of letters that both have (Dice's coefficient), whatever case,
 * spacing and punctuation; 100 for the same words. Of long texts the first LIKENESS_MAX letters
 * count. */
enum { LIKENESS_MAX = 1024 };
int likeness(const char *a, const char *b);

struct likeness_rules {
    int alike; /* from here on two texts with the same lead and day may be one action */
    int same;  /* from here on whatever lead and day */
    int other; /* below it an action's text is no longer its own */
};
extern const struct likeness_rules likeness_rules_default;

/* What one action was, beside another one. */
struct likeness_pair {
    int text; /* likeness */
    bool same_leads, same_day;
};
/* True when somebody should be asked whether the two are one. */
bool likeness_asks(const struct likeness_pair *p, const struct likeness_rules *rules);

#endif
