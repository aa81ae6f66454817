/* SPDX-License-Identifier: MIT */
/* period.h - what time a return is about, in words and back. */
#ifndef COPROD_ENGINE_PERIOD_H
#define COPROD_ENGINE_PERIOD_H

#include <stdbool.h>

#include "rules/time.h"

enum { PERIOD_MAX = 64 };

/* Whole months of one year: "January to March 2016". Returns buf. */
const char *period_words(day_t first, day_t last, char buf[PERIOD_MAX]);
/* "the year to March 2016": the year that ends with the month of that day. Returns buf. */
const char *period_year_words(day_t day, char buf[PERIOD_MAX]);
/* Back from the words; false when they are none of these. */
bool period_read(const char *words, day_t *ret_first, day_t *ret_last);

#endif
