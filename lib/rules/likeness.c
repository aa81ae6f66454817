/* SPDX-License-Identifier: MIT */
/* likeness.c - pairs of letters that two texts share. */
#include "rules/likeness.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { LETTERS = 38, PAIRS = LETTERS * LETTERS }; /* blank, a to z, 0 to 9, all others */

/* Measured on CO-304: of the 276 pairs of its actions no two are more than 57 alike (two workshops)
 * and half of them at most 37. Another word in place of any one leaves 67 or more, 91 as a rule;
 * without their last third they keep 68 or more. test_likeness measures it again. */
const struct likeness_rules likeness_rules_default = { .alike = 63, .same = 85, .other = 60 };

static int
letter(unsigned char c)
{
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 1;
    }
    if (c >= 'A' && c <= 'Z') {
        return c - 'A' + 1;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 27;
    }
    return c >= 0x80 ? LETTERS - 1 : 0;
}

/* Counts the pairs of a text; runs of blanks and signs are one blank. Returns how many. */
static int
count(const char *text, int16_t counts[PAIRS])
{
    int n = 0;
    int before = 0;
    memset(counts, 0, sizeof *counts * PAIRS);
    for (size_t i = 0; text[i] && n < LIKENESS_MAX; i++) {
        int now = letter((unsigned char)text[i]);
        if (now != 0 || before != 0) {
            counts[before * LETTERS + now]++;
            n++;
        }
        before = now;
    }
    if (before != 0) {
        counts[before * LETTERS]++;
        n++;
    }
    return n;
}

int
likeness(const char *a, const char *b)
{
    int16_t of_a[PAIRS];
    int16_t of_b[PAIRS];
    int n = count(a, of_a) + count(b, of_b);
    int shared = 0;
    for (size_t i = 0; i < PAIRS; i++) {
        shared += of_a[i] < of_b[i] ? of_a[i] : of_b[i];
    }
    return n == 0 ? 100 : 200 * shared / n;
}

bool
likeness_asks(const struct likeness_pair *p, const struct likeness_rules *rules)
{
    return p->text >= (p->same_leads && p->same_day ? rules->alike : rules->same);
}
