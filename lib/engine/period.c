/* SPDX-License-Identifier: MIT */
/* period.c - whole months in words. */
#include "engine/period.h"

#include <stdio.h>
#include <string.h>

#include "base/civil.h"

static const char *const months[] = { "January", "February", "March",     "April",   "May",
                                      "June",    "July",     "August",    "September", "October",
                                      "November", "December" };

const char *
period_words(day_t first, day_t last, char buf[PERIOD_MAX])
{
    int year = 0;
    int from = 0;
    int to = 0;
    int day = 0;
    day_split(first, &year, &from, &day);
    day_split(last, &year, &to, &day);
    (void)snprintf(buf, PERIOD_MAX, "%s to %s %d", months[from - 1], months[to - 1], year);
    return buf;
}

const char *
period_year_words(day_t day, char buf[PERIOD_MAX])
{
    int year = 0;
    int month = 0;
    int ignore = 0;
    day_split(day, &year, &month, &ignore);
    (void)snprintf(buf, PERIOD_MAX, "the year to %s %d", months[month - 1], year);
    return buf;
}

static int
month_of(const char *name)
{
    for (int i = 0; i < (int)(sizeof months / sizeof months[0]); i++) {
        if (strcmp(months[i], name) == 0) {
            return i + 1;
        }
    }
    return 0;
}

bool
period_read(const char *words, day_t *ret_first, day_t *ret_last)
{
    char from[10] = "";
    char to[10] = "";
    int year = 0;
    bool is_year = sscanf(words, "the year to %9s %d", to, &year) == 2;
    if (!is_year && sscanf(words, "%9s to %9s %d", from, to, &year) != 3) {
        return false;
    }
    int last = month_of(to);
    int first = is_year ? last % 12 + 1 : month_of(from);
    if (!first || !last) {
        return false;
    }
    *ret_last = day_of(year, last, civil_month_days(year, last));
    *ret_first = day_of(first > last ? year - 1 : year, first, 1);
    return *ret_last != DAY_NONE && *ret_first != DAY_NONE;
}
