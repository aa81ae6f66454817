/* SPDX-License-Identifier: MIT */
/*
 * time.h - civil days, working days, quarters, and local time. Pure: no clock, no file, no malloc.
 *
 * A day_t is a civil date with no zone: days since 1 January 1970. An instant is milliseconds since
 * 1970-01-01T00:00Z (int64_t, suffix _ms). Only zone_* turns one into the other.
 */
#ifndef COPROD_RULES_TIME_H
#define COPROD_RULES_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/zone.h" /* struct zone; it lives in base because zone.c fills it */

typedef int32_t day_t;
#define DAY_NONE INT32_MIN

enum { DAY_TEXT_MAX = 16, MONTH_TEXT_MAX = 16 };

/* DAY_NONE when there is no such date (30 February) or the year is outside 1900..2199. */
day_t day_of(int year, int month, int day);
void day_split(day_t day, int *ret_year, int *ret_month, int *ret_day);
/* Months are counted on: 12 * year + month - 1, so January 2015 is 12 * 2015. */
int32_t day_month(day_t day);
day_t month_first_day(int32_t month); /* DAY_NONE outside the years of day_of */
/* The same day n months later; the last day of the month when there is no such day. */
day_t day_add_months(day_t day, int n);
int day_weekday(day_t day); /* 0 Monday .. 6 Sunday */
day_t day_monday(day_t day); /* of its week */
const char *day_weekday_name(day_t day); /* "Mon" */
/* "2015-03-31"; DAY_NONE gives "". Returns buf. */
const char *day_format(day_t day, char buf[DAY_TEXT_MAX]);
/* "2015-03" of a month counted on. Returns buf. */
const char *month_format(int32_t month, char buf[MONTH_TEXT_MAX]);
/* "31 March 2015", for people. Returns buf. */
const char *day_words(day_t day, char *buf, size_t cap);
int day_order(const void *a, const void *b); /* for qsort */
/* Exactly YYYY-MM-DD, a date that exists; else -EINVAL. */
MUST_USE int day_parse(const char *s, day_t *ret);
/* Why day_parse refuses it, to follow the word itself: "is no day of the calendar". */
const char *day_refusal(const char *s);

/* The working-day calendar: Monday to Friday, less closed, plus opened. Both sorted, unique;
 * owned by whoever made the struct. */
struct calendar {
    const day_t *closed; /* bank holidays and the trust's own closures */
    size_t n_closed;
    const day_t *opened; /* days worked although they would be closed */
    size_t n_opened;
    day_t last_listed; /* the file's last listed holiday: beyond it only weekends are known */
};

bool calendar_is_working(const struct calendar *c, day_t day);
/* The day itself when it is a working day, else the nearest before / after. Deadlines roll back,
 * sends roll forward. */
day_t calendar_roll_back(const struct calendar *c, day_t day);
day_t calendar_roll_forward(const struct calendar *c, day_t day);
/* The n-th working day after (n > 0) or before (n < 0) day, which itself is day 0 and not counted.
 * n = 0 gives day itself. */
day_t calendar_add(const struct calendar *c, day_t day, int n);
/* Working days d with from < d <= to; negative when to < from. */
int calendar_between(const struct calendar *c, day_t from, day_t to);

enum quarter_basis {
    QUARTER_BASIS_NONE = 0,
    QUARTER_CALENDAR,  /* Q1 = January to March */
    QUARTER_FINANCIAL, /* NHS year: Q1 = April to June, Q4 = January to March of the next year */
};
struct quarter {
    int year; /* calendar: the year; financial: the year in which the NHS year begins */
    int q;    /* 1..4 */
    enum quarter_basis basis;
};
day_t quarter_first_day(struct quarter q);
day_t quarter_last_day(struct quarter q);
struct quarter quarter_next(struct quarter q);
struct quarter quarter_of(day_t day, enum quarter_basis basis);

/* Local wall time of an instant: the civil day, and milliseconds since its local midnight as the
 * clock on the wall shows them. */
day_t zone_day(const struct zone *z, int64_t at_ms);
int64_t zone_local_ms(const struct zone *z, int64_t at_ms);
/* Whole minutes that the wall is ahead of UTC. */
int zone_offset_min(const struct zone *z, int64_t at_ms);
/* The instant of a local wall time. A time that does not exist (spring) gives the first instant
 * after the gap; one that happens twice (autumn) the first. */
int64_t zone_instant(const struct zone *z, day_t day, int minute_of_day);

#endif
