/* SPDX-License-Identifier: MIT */
/* time.c - civil days, working days, quarters, and local time. */
#include "rules/time.h"

#include <assert.h>
#include <stdio.h>

#include "base/civil.h"

enum { YEAR_MIN = 1900, YEAR_MAX = 2199, DAY_S = 86400, DAY_MS = DAY_S * 1000 };

/* No zone has ever been further from UTC than this. */
enum { OFFSET_MAX_S = 26 * 3600 };

/* ---- Civil days */

day_t
day_of(int year, int month, int day)
{
    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1 ||
        day > civil_month_days(year, month)) {
        return DAY_NONE;
    }
    return civil_days(year, month, day);
}

void
day_split(day_t day, int *ret_year, int *ret_month, int *ret_day)
{
    assert(day != DAY_NONE);
    civil_split(day, ret_year, ret_month, ret_day);
}

int32_t
day_month(day_t day)
{
    int year = 0;
    int month = 0;
    int mday = 0;
    day_split(day, &year, &month, &mday);
    return 12 * year + month - 1;
}

day_t
month_first_day(int32_t month)
{
    return day_of(month / 12, month % 12 + 1, 1);
}

day_t
day_add_months(day_t day, int n)
{
    int year = 0;
    int month = 0;
    int dom = 0;
    day_split(day, &year, &month, &dom);
    int at = year * 12 + month - 1 + n;
    for (; dom > 28; dom--) {
        day_t same = day_of(at / 12, at % 12 + 1, dom);
        if (same != DAY_NONE) {
            return same;
        }
    }
    return day_of(at / 12, at % 12 + 1, dom);
}

int
day_order(const void *a, const void *b)
{
    day_t x = *(const day_t *)a;
    day_t y = *(const day_t *)b;
    return (x > y) - (x < y);
}

int
day_weekday(day_t day)
{
    assert(day != DAY_NONE);
    return civil_weekday(day);
}

day_t
day_monday(day_t day)
{
    return day - day_weekday(day);
}

const char *
day_weekday_name(day_t day)
{
    static const char *const names[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    return names[day_weekday(day)];
}

static char *
put_digits(char *at, int n, int width)
{
    for (int i = width - 1; i >= 0; i--) {
        at[i] = (char)('0' + n % 10);
        n /= 10;
    }
    return at + width;
}

const char *
day_format(day_t day, char buf[DAY_TEXT_MAX])
{
    buf[0] = '\0';
    if (day != DAY_NONE) {
        int y = 0, m = 0, d = 0;
        civil_split(day, &y, &m, &d);
        assert(y >= 0);
        char *at = put_digits(buf, y, 4);
        *at++ = '-';
        at = put_digits(at, m, 2);
        *at++ = '-';
        at = put_digits(at, d, 2);
        *at = '\0';
    }
    return buf;
}

const char *
month_format(int32_t month, char buf[MONTH_TEXT_MAX])
{
    assert(month >= 0);
    char *at = put_digits(buf, month / 12, 4);
    *at++ = '-';
    at = put_digits(at, month % 12 + 1, 2);
    *at = '\0';
    return buf;
}

const char *
day_words(day_t day, char *buf, size_t cap)
{
    static const char *const months[] = { "January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December" };
    assert(cap > 0);
    buf[0] = '\0';
    if (day != DAY_NONE) {
        int y = 0, m = 0, d = 0;
        civil_split(day, &y, &m, &d);
        (void)snprintf(buf, cap, "%d %s %d", d, months[m - 1], y);
    }
    return buf;
}

/* False when s is not written as a day is; the parts are filled all the same. */
static bool
split_day(const char *s, int parts[3])
{
    static const char shape[] = "yyyy-mm-dd";
    for (size_t i = 0; i < sizeof shape; i++) { /* with the NUL: nothing may follow */
        bool is_fixed = shape[i] == '-' || shape[i] == '\0';
        if (is_fixed ? s[i] != shape[i] : s[i] < '0' || s[i] > '9') {
            return false;
        }
        int *part = &parts[shape[i] == 'y' ? 0 : shape[i] == 'm' ? 1 : 2];
        *part = is_fixed ? *part : *part * 10 + (s[i] - '0');
    }
    return true;
}

int
day_parse(const char *s, day_t *ret)
{
    int parts[3] = { 0 };
    day_t day = split_day(s, parts) ? day_of(parts[0], parts[1], parts[2]) : DAY_NONE;
    if (day == DAY_NONE) {
        return -EINVAL;
    }
    *ret = day;
    return 0;
}

const char *
day_refusal(const char *s)
{
    int parts[3] = { 0 };
    if (!split_day(s, parts)) {
        return "is not a date: write year-month-day, such as 2015-03-31";
    }
    return parts[0] < YEAR_MIN || parts[0] > YEAR_MAX ? "lies outside the years 1900 to 2199"
                                                      : "is no day of the calendar";
}

/* ---- Working days */

/* How many entries lie before day. */
static size_t
lower_bound(const day_t *days, size_t n, day_t day)
{
    size_t low = 0;
    while (low < n) {
        size_t middle = low + (n - low) / 2;
        if (days[middle] < day) {
            low = middle + 1;
        } else {
            n = middle;
        }
    }
    return low;
}

static bool
is_listed(const day_t *days, size_t n, day_t day)
{
    size_t i = lower_bound(days, n, day);
    return i < n && days[i] == day;
}

static bool
is_weekend(day_t day)
{
    return civil_weekday(day) >= 5;
}

bool
calendar_is_working(const struct calendar *c, day_t day)
{
    assert(day != DAY_NONE);
    if (!is_weekend(day) && !is_listed(c->closed, c->n_closed, day)) {
        return true;
    }
    return is_listed(c->opened, c->n_opened, day);
}

/* The lists are finite, so both walks end. */
day_t
calendar_roll_back(const struct calendar *c, day_t day)
{
    while (!calendar_is_working(c, day)) {
        day--;
    }
    return day;
}

day_t
calendar_roll_forward(const struct calendar *c, day_t day)
{
    while (!calendar_is_working(c, day)) {
        day++;
    }
    return day;
}

day_t
calendar_add(const struct calendar *c, day_t day, int n)
{
    assert(day != DAY_NONE);
    int step = n < 0 ? -1 : 1;
    while (n != 0) {
        day += step;
        if (calendar_is_working(c, day)) {
            n -= step;
        }
    }
    return day;
}

/* Weekdays d with d <= day, counted from some fixed Monday long ago. */
static int
weekdays_until(day_t day)
{
    enum { A_MONDAY = -1000 * 7 * 52 - 3 };
    int since = day - A_MONDAY;
    assert(since >= 0);
    int rest = since % 7 + 1;
    return since / 7 * 5 + (rest < 5 ? rest : 5);
}

int
calendar_between(const struct calendar *c, day_t from, day_t to)
{
    assert(from != DAY_NONE && to != DAY_NONE);
    bool is_back = to < from;
    if (is_back) {
        day_t swap = from;
        from = to;
        to = swap;
    }
    int n = weekdays_until(to) - weekdays_until(from);
    for (size_t i = lower_bound(c->closed, c->n_closed, from + 1);
         i < c->n_closed && c->closed[i] <= to; i++) {
        n -= calendar_is_working(c, c->closed[i]) || is_weekend(c->closed[i]) ? 0 : 1;
    }
    for (size_t i = lower_bound(c->opened, c->n_opened, from + 1);
         i < c->n_opened && c->opened[i] <= to; i++) {
        n += is_weekend(c->opened[i]) ? 1 : 0;
    }
    return is_back ? -n : n;
}

/* ---- Quarters */

/* The quarter's first month, and the calendar year that it lies in. */
static int
first_month(struct quarter q, int *ret_year)
{
    assert(q.q >= 1 && q.q <= 4 && q.basis != QUARTER_BASIS_NONE);
    bool is_next_year = q.basis == QUARTER_FINANCIAL && q.q == 4;
    *ret_year = q.year + (is_next_year ? 1 : 0);
    if (q.basis == QUARTER_CALENDAR) {
        return q.q * 3 - 2;
    }
    return is_next_year ? 1 : q.q * 3 + 1;
}

day_t
quarter_first_day(struct quarter q)
{
    int year = 0;
    int month = first_month(q, &year);
    return day_of(year, month, 1);
}

day_t
quarter_last_day(struct quarter q)
{
    int year = 0;
    int month = first_month(q, &year) + 2;
    return day_of(year, month, civil_month_days(year, month));
}

struct quarter
quarter_next(struct quarter q)
{
    return (struct quarter){
        .year = q.q == 4 ? q.year + 1 : q.year,
        .q = q.q == 4 ? 1 : q.q + 1,
        .basis = q.basis,
    };
}

struct quarter
quarter_of(day_t day, enum quarter_basis basis)
{
    assert(basis != QUARTER_BASIS_NONE);
    int year = 0, month = 0, unused = 0;
    day_split(day, &year, &month, &unused);
    struct quarter q = { .year = year, .q = (month - 1) / 3 + 1, .basis = basis };
    if (basis == QUARTER_FINANCIAL) {
        q.year = q.q == 1 ? year - 1 : year;
        q.q = q.q == 1 ? 4 : q.q - 1;
    }
    return q;
}

/* ---- Local time */

static int64_t
floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* How many changes lie at or before at_s: also the number of the span that holds it. */
static size_t
span_at(const struct zone *z, int64_t at_s)
{
    size_t low = 0, high = z->n_changes;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (z->changes[middle].at_s <= at_s) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Span 0 lies before the first change, span i begins with change i - 1. */
static int32_t
span_offset_s(const struct zone *z, size_t span)
{
    return span == 0 ? z->first_offset_s : z->changes[span - 1].offset_s;
}

static int64_t
to_local_ms(const struct zone *z, int64_t at_ms)
{
    size_t span = span_at(z, floor_div(at_ms, 1000));
    return at_ms + (int64_t)span_offset_s(z, span) * 1000;
}

day_t
zone_day(const struct zone *z, int64_t at_ms)
{
    return (day_t)floor_div(to_local_ms(z, at_ms), DAY_MS);
}

int64_t
zone_local_ms(const struct zone *z, int64_t at_ms)
{
    int64_t local_ms = to_local_ms(z, at_ms);
    return local_ms - floor_div(local_ms, DAY_MS) * DAY_MS;
}

int
zone_offset_min(const struct zone *z, int64_t at_ms)
{
    return (int)((to_local_ms(z, at_ms) - at_ms) / 60000);
}

/* The first span in which the wall shows this time. A time that lies before its span's beginning
 * was jumped over: every earlier span had ended before it. */
int64_t
zone_instant(const struct zone *z, day_t day, int minute_of_day)
{
    assert(day != DAY_NONE);
    int64_t local_s = (int64_t)day * DAY_S + (int64_t)minute_of_day * 60;
    size_t span = span_at(z, local_s - OFFSET_MAX_S);
    for (;; span++) {
        int64_t at_s = local_s - span_offset_s(z, span);
        if (span > 0 && at_s < z->changes[span - 1].at_s) {
            return z->changes[span - 1].at_s * 1000;
        }
        if (span == z->n_changes || at_s < z->changes[span].at_s) {
            return at_s * 1000;
        }
    }
}
