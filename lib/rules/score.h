/* SPDX-License-Identifier: MIT */
/*
 * score.h - percentages, means and Wilson bounds of survey counts, exact. Pure: integers only.
 *
 * A score is a fixed-point integer: the exact rational is rounded once, half away from zero, to
 * the decimals asked for. No floating point takes part, so that a figure is the same on every
 * machine and equal to one worked out by hand. SCORE_NONE where there is nothing to divide by.
 */
#ifndef COPROD_RULES_SCORE_H
#define COPROD_RULES_SCORE_H

#include <stddef.h>
#include <stdint.h>

#define SCORE_NONE INT64_MIN

enum { SCORE_TEXT_MAX = 48, SCORE_DECIMALS_MAX = 6, WILSON_DECIMALS = 4 };
/* Counts above this are refused by assert; it keeps every product within 128 bits. */
#define SCORE_N_MAX ((int64_t)1 << 46)

/* num / den with so many decimals: score_ratio(1, 8, 2) = 13 (0.13), score_ratio(-1, 8, 2) = -13.
 * SCORE_NONE when den is 0; it is never negative. |num| may be at most 1000 * SCORE_N_MAX. */
int64_t score_ratio(int64_t num, int64_t den, int decimals);
/* 100 * part / whole. */
int64_t score_percent(int64_t part, int64_t whole, int decimals);
/* Mean of values[i] counted counts[i] times, |values[i]| <= 1000. SCORE_NONE when all are 0. */
int64_t score_mean(const int64_t *counts, const int *values, size_t n, int decimals);

/* 95 % Wilson score interval of part out of whole, in units of 1/10000, correctly rounded with
 * z = 1.959963984540054 taken as exactly that decimal. */
struct wilson {
    int64_t lo;
    int64_t hi; /* both SCORE_NONE when whole is 0 */
};
struct wilson score_wilson(int64_t part, int64_t whole);

/* 10047 with 4 decimals is "1.0047"; SCORE_NONE is "". Returns buf. */
const char *score_format(int64_t score, int decimals, char buf[SCORE_TEXT_MAX]);

#endif
