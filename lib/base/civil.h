/* SPDX-License-Identifier: MIT */
/*
 * civil.h - the Gregorian calendar as arithmetic, for zone.c and rules/time.c. No bounds are
 * checked here; use day_of() and day_split() of rules/time.h.
 */
#ifndef COPROD_BASE_CIVIL_H
#define COPROD_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

static inline bool
civil_is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static inline int
civil_month_days(int year, int month)
{
    static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[month - 1] + (month == 2 && civil_is_leap(year) ? 1 : 0);
}

/* Days since 1970-01-01. The year is counted from March, so that the leap day comes last. */
static inline int32_t
civil_days(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static inline void
civil_split(int32_t days, int *ret_year, int *ret_month, int *ret_day)
{
    int z = days + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = z - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (5 * day_of_year + 2) / 153;
    *ret_day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    *ret_month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    *ret_year = year_of_era + era * 400 + (*ret_month <= 2 ? 1 : 0);
}

/* 0 Monday .. 6 Sunday; 1 January 1970 was a Thursday. */
static inline int
civil_weekday(int32_t days)
{
    int w = (days + 3) % 7;
    return w < 0 ? w + 7 : w;
}

#endif
