/* SPDX-License-Identifier: MIT */
/* score.c - percentages, means and Wilson bounds of survey counts, exact. */
#include "rules/score.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>

__extension__ typedef unsigned __int128 u128; /* 128-bit integers have no standard spelling */
__extension__ typedef __int128 i128;

/* A product of two u128, exact. */
struct u256 {
    u128 hi;
    u128 lo;
};

static int64_t
power_of_ten(int decimals)
{
    assert(decimals >= 0 && decimals <= SCORE_DECIMALS_MAX + 2);
    int64_t p = 1;
    for (int i = 0; i < decimals; i++) {
        p *= 10;
    }
    return p;
}

/* num / den to the nearest integer, halves away from zero. */
static i128
divide_rounded(i128 num, i128 den)
{
    i128 twice = 2 * (num < 0 ? -num : num);
    i128 q = (twice + den) / (2 * den);
    return num < 0 ? -q : q;
}

int64_t
score_ratio(int64_t num, int64_t den, int decimals)
{
    assert(decimals >= 0 && decimals <= SCORE_DECIMALS_MAX);
    assert(den >= 0 && den <= SCORE_N_MAX);
    if (den == 0) {
        return SCORE_NONE;
    }
    assert(num >= -1000 * SCORE_N_MAX && num <= 1000 * SCORE_N_MAX);
    return (int64_t)divide_rounded((i128)num * power_of_ten(decimals), den);
}

int64_t
score_percent(int64_t part, int64_t whole, int decimals)
{
    assert(part >= 0 && part <= whole);
    assert(whole <= SCORE_N_MAX);
    if (whole == 0) {
        return SCORE_NONE;
    }
    return (int64_t)divide_rounded((i128)part * power_of_ten(decimals + 2), whole);
}

int64_t
score_mean(const int64_t *counts, const int *values, size_t n, int decimals)
{
    int64_t sum = 0;
    int64_t total = 0;
    for (size_t i = 0; i < n; i++) {
        assert(counts[i] >= 0 && counts[i] <= SCORE_N_MAX);
        assert(values[i] >= -1000 && values[i] <= 1000);
        sum += counts[i] * values[i];
        total += counts[i];
    }
    return score_ratio(sum, total, decimals);
}

static struct u256
multiply(u128 a, u128 b)
{
    const u128 low = UINT64_MAX;
    u128 ll = (a & low) * (b & low);
    u128 lh = (a & low) * (b >> 64);
    u128 hl = (a >> 64) * (b & low);
    u128 hh = (a >> 64) * (b >> 64);
    u128 middle = (ll >> 64) + (lh & low) + (hl & low);
    return (struct u256){ .hi = hh + (lh >> 64) + (hl >> 64) + (middle >> 64),
                          .lo = (middle << 64) | (ll & low) };
}

static int
compare(struct u256 a, struct u256 b)
{
    if (a.hi != b.hi) {
        return a.hi < b.hi ? -1 : 1;
    }
    return a.lo < b.lo ? -1 : a.lo > b.lo;
}

enum { TICKS = 20000 }; /* half units of the fourth decimal in 1 */

/*
 * The bounds are the two roots of f(t) = (k/n - t)^2 - z^2 t (1 - t) / n, and f is below zero just
 * between them. So whether t lies outside is the sign of f, which is exact in integers: no root
 * is ever taken. t = tick / 20000; both sides are multiplied by n^2 20000^2 10^30.
 */
static int
wilson_sign(int64_t k, int64_t n, int tick)
{
    const u128 z = 1959963984540054u; /* times 10^-15 */
    const u128 scale = (u128)1000000000000000u * 1000000000000000u;
    assert(tick >= 0 && tick <= TICKS);
    i128 off = (i128)k * TICKS - (i128)n * tick;
    u128 distance = (u128)(off < 0 ? -off : off); /* < 2^61: its square fits */
    u128 spread = (u128)n * (u128)tick * (u128)(TICKS - tick);
    return compare(multiply(distance * distance, scale), multiply(z * z, spread));
}

static bool
lo_reaches(int64_t k, int64_t n, int tick)
{
    return (i128)tick * n <= (i128)k * TICKS && wilson_sign(k, n, tick) >= 0;
}

static bool
hi_reaches(int64_t k, int64_t n, int tick)
{
    return (i128)tick * n <= (i128)k * TICKS || wilson_sign(k, n, tick) <= 0;
}

/* The largest m whose lower rounding edge, (2 m - 1) / 20000, the bound still reaches. */
static int64_t
wilson_round(int64_t k, int64_t n, bool (*reaches)(int64_t, int64_t, int))
{
    int low = 0; /* always reached: no bound is negative */
    int high = TICKS / 2 + 1;
    while (high - low > 1) {
        int m = (low + high) / 2;
        if (reaches(k, n, 2 * m - 1)) {
            low = m;
        } else {
            high = m;
        }
    }
    return low;
}

struct wilson
score_wilson(int64_t part, int64_t whole)
{
    assert(part >= 0 && part <= whole);
    assert(whole <= SCORE_N_MAX);
    if (whole == 0) {
        return (struct wilson){ .lo = SCORE_NONE, .hi = SCORE_NONE };
    }
    return (struct wilson){ .lo = wilson_round(part, whole, lo_reaches),
                            .hi = wilson_round(part, whole, hi_reaches) };
}

const char *
score_format(int64_t score, int decimals, char buf[SCORE_TEXT_MAX])
{
    assert(decimals >= 0 && decimals <= SCORE_DECIMALS_MAX);
    buf[0] = '\0';
    if (score == SCORE_NONE) {
        return buf;
    }
    uint64_t size = score < 0 ? 0 - (uint64_t)score : (uint64_t)score;
    uint64_t unit = (uint64_t)power_of_ten(decimals);
    const char *sign = score < 0 ? "-" : "";
    if (decimals == 0) {
        (void)snprintf(buf, SCORE_TEXT_MAX, "%s%llu", sign, (unsigned long long)size);
    } else {
        (void)snprintf(buf, SCORE_TEXT_MAX, "%s%llu.%0*llu", sign,
                       (unsigned long long)(size / unit), decimals,
                       (unsigned long long)(size % unit));
    }
    return buf;
}
