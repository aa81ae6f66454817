/* SPDX-License-Identifier: MIT */
/*
 * spc_state.h - how far a chart can be trusted: what is said beside it, and whether it may raise a
 * signal. Pure.
 */
#ifndef COPROD_RULES_SPC_STATE_H
#define COPROD_RULES_SPC_STATE_H

#include "rules/spc.h"

/* Bits: several may hold at once. */
enum spc_state {
    SPC_NO_DATA = 1 << 0,      /* not one value */
    SPC_TRIAL_LIMITS = 1 << 1, /* fewer than 13 values since the last baseline */
    SPC_NO_VARIATION = 1 << 2, /* the limits lie on the mean */
    SPC_SMALL_N = 1 << 3,      /* half the values or more are of few answers */
    SPC_STALE = 1 << 4,        /* the latest value is old */
    SPC_MISSING_LATEST = 1 << 5, /* the latest period that is due has no value */
    SPC_GAPS = 1 << 6,         /* an earlier period has none: runs end there */
    SPC_SETTLED = 1 << 7,      /* a new baseline is proposed: spc_proposed */
    SPC_NEVER_CAME = 1 << 8,   /* answers have been due, and none ever came: no chart says so */
    SPC_APART = 1 << 9,        /* no two values follow each other: no steps to make limits of */
};
enum { SPC_STATES = 10, SPC_APART_FROM = 3, SPC_STALE_AFTER = 3, SPC_LEAST_N = 20,
       SPC_UNEVEN = 3 };

struct spc_state_facts {
    const struct spc_group *group;  /* the newest */
    const struct spc_count *counts; /* of every row; n = 0 where there is no value */
    size_t n;
    int64_t least_n; /* fewer answers than this are few */
    const struct spc_point *points; /* of every row; NULL: nothing is proposed */
    size_t fix_after; /* limits come from so many first values; 0: all */
};
/* Rows without a value at the end are periods that are due and have not come. */
unsigned spc_states(const struct spc_state_facts *f);
/*
 * The row from which a new baseline might begin, or -1: where SPC_SHORT_GROUP values or more, up to
 * the newest row, lie on one side of the mean. So many, since a baseline of fewer would say
 * nothing. Never taken without somebody's approval: they know whether something was changed.
 */
int spc_proposed(const struct spc_point *points, size_t n);
/* False: no signal opens or closes on it, and no icon is shown. */
bool spc_may_signal(unsigned states);
/*
 * The chart for a baseline, of n rows the first fix_after values (0: all): XmR where they have
 * about as many answers each, or Laney's p' where one of them has fewer than least_n answers, or
 * the most are more than SPC_UNEVEN times the fewest: XmR's mean counts each month once and its
 * ranges hold for none of them. Of the baseline only: what comes after must not change what the
 * old values are held against.
 */
enum spc_kind spc_kind_for(const struct spc_count *counts, size_t n, size_t fix_after,
                           int64_t least_n);

const char *spc_state_word(enum spc_state bit);  /* "trial_limits" */
const char *spc_state_words(enum spc_state bit); /* a plain sentence */
/* Of the first state that forbids a verdict, else of the first there is; "" for none. What is
 * proposed is said by whoever knows from when. */
const char *spc_states_words(unsigned states);

#endif
