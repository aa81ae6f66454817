/* SPDX-License-Identifier: MIT */
/* dates.c - a date as people and their programs spell it, to a civil day. */
#include <string.h>

#include "survey/definition.h"

enum { DATE_PARTS = 3, MONTH_WORD_MIN = 3 };

/* What is left to read. */
struct words {
    const char *s;
    size_t len;
};

static bool
take(struct words *w, const char *any_of)
{
    if (w->len == 0 || *w->s == '\0' || !strchr(any_of, *w->s)) {
        return false;
    }
    w->s++;
    w->len--;
    return true;
}

/* Between least and most digits as a number, or -1. */
static int
take_number(struct words *w, int least, int most)
{
    int value = 0;
    int n = 0;
    while (n < most && w->len > 0 && *w->s >= '0' && *w->s <= '9') {
        value = value * 10 + (*w->s - '0');
        w->s++;
        w->len--;
        n++;
    }
    return n >= least ? value : -1;
}

/* A year of four digits, or of two: 00..79 is this century's. */
static int
take_year(struct words *w)
{
    size_t before = w->len;
    int year = take_number(w, 2, 4);
    if (before - w->len == 2) {
        return year < 80 ? 2000 + year : 1900 + year;
    }
    return before - w->len == 4 ? year : -1;
}

/* A month's English name or its first three letters, 1..12; -1. */
static int
take_month_word(struct words *w)
{
    static const char *const names[] = { "january", "february", "march",     "april",   "may",
                                         "june",    "july",     "august",    "september",
                                         "october", "november", "december" };
    size_t n = 0;
    char word[16] = "";
    while (n < w->len && n < sizeof word - 1 && ((w->s[n] | 32) >= 'a' && (w->s[n] | 32) <= 'z')) {
        word[n] = (char)(w->s[n] | 32);
        n++;
    }
    for (int i = 0; n >= MONTH_WORD_MIN && i < (int)LENGTH(names); i++) {
        bool fits = n == MONTH_WORD_MIN ? strncmp(names[i], word, n) == 0
                                        : strcmp(names[i], word) == 0;
        if (fits) {
            w->s += n;
            w->len -= n;
            return i + 1;
        }
    }
    return -1;
}

/* A fraction of a second in ms; digits beyond them are passed over. */
static bool
take_fraction(struct words *w, int *ret_ms)
{
    size_t before = w->len;
    int value = take_number(w, 1, 3);
    for (size_t digits = before - w->len; value >= 0 && digits < 3; digits++) {
        value *= 10;
    }
    *ret_ms = value;
    (void)take_number(w, 1, 6);
    return value >= 0;
}

/* An offset from UTC in ms, at + or -; or Z, or nothing. */
static bool
take_offset(struct words *w, int64_t *ret_ms)
{
    *ret_ms = 0;
    if (take(w, "Zz") || w->len == 0) {
        return true;
    }
    int sign = *w->s == '-' ? -1 : 1;
    if (!take(w, "+-")) {
        return false;
    }
    int hours = take_number(w, 2, 2);
    (void)take(w, ":");
    int minutes = hours >= 0 ? take_number(w, 2, 2) : -1;
    *ret_ms = sign * (hours * 60 + minutes) * (int64_t)60000;
    return minutes >= 0;
}

/* hh:mm, with seconds, a fraction and a zone when there are any: ms since midnight, UTC. */
static bool
take_time(struct words *w, int64_t *ret_ms)
{
    int hour = take_number(w, 1, 2);
    bool ok = hour >= 0 && hour <= 24 && take(w, ":");
    int minute = ok ? take_number(w, 2, 2) : -1;
    ok = ok && minute >= 0 && minute < 60;
    int second = 0;
    int ms = 0;
    int64_t offset_ms = 0;
    if (ok && take(w, ":")) {
        second = take_number(w, 2, 2);
        ok = second >= 0 && second <= 60;
        if (ok && take(w, ".,")) {
            ok = take_fraction(w, &ms);
        }
    }
    ok = ok && take_offset(w, &offset_ms);
    *ret_ms = ((hour * 60 + minute) * 60 + second) * (int64_t)1000 + ms - offset_ms;
    return ok && w->len == 0;
}

static bool
read_iso(struct words *w, int ymd[DATE_PARTS])
{
    ymd[0] = take_number(w, 4, 4);
    bool ok = ymd[0] >= 0 && take(w, "-");
    ymd[1] = ok ? take_number(w, 2, 2) : -1;
    ok = ymd[1] >= 0 && take(w, "-");
    ymd[2] = ok ? take_number(w, 2, 2) : -1;
    return ymd[2] >= 0;
}

/* Two numbers and a year; which of the two is the day is the caller's knowledge. */
static bool
read_pair(struct words *w, int *first, int *second, int *year)
{
    *first = take_number(w, 1, 2);
    if (*first < 0 || w->len == 0) {
        return false;
    }
    char separator[2] = { *w->s, '\0' };
    bool ok = take(w, "/.-");
    *second = ok ? take_number(w, 1, 2) : -1;
    ok = *second >= 0 && take(w, separator);
    *year = ok ? take_year(w) : -1;
    return *year >= 0;
}

static bool
read_dmy(struct words *w, int ymd[DATE_PARTS])
{
    return read_pair(w, &ymd[2], &ymd[1], &ymd[0]);
}

static bool
read_mdy(struct words *w, int ymd[DATE_PARTS])
{
    return read_pair(w, &ymd[1], &ymd[2], &ymd[0]);
}

static bool
read_month_word(struct words *w, int ymd[DATE_PARTS])
{
    ymd[2] = take_number(w, 1, 2);
    bool ok = ymd[2] >= 0 && take(w, " -");
    ymd[1] = ok ? take_month_word(w) : -1;
    ok = ymd[1] >= 0 && take(w, " -");
    ymd[0] = ok ? take_year(w) : -1;
    return ymd[0] >= 0;
}

static bool
read_compact(struct words *w, int ymd[DATE_PARTS])
{
    ymd[0] = take_number(w, 4, 4);
    ymd[1] = ymd[0] >= 0 ? take_number(w, 2, 2) : -1;
    ymd[2] = ymd[1] >= 0 ? take_number(w, 2, 2) : -1;
    return ymd[2] >= 0;
}

static day_t
read_form(enum date_form form, struct words w, int64_t *ret_time_ms)
{
    *ret_time_ms = 0;
    static const struct {
        bool (*read)(struct words *w, int ymd[DATE_PARTS]);
        bool has_time;
    } forms[DATE_FORM_MAX_] = {
        [DATE_ISO] = { read_iso, false },           [DATE_ISO_TIME] = { read_iso, true },
        [DATE_DMY] = { read_dmy, false },           [DATE_DMY_TIME] = { read_dmy, true },
        [DATE_MDY] = { read_mdy, false },           [DATE_MDY_TIME] = { read_mdy, true },
        [DATE_D_MONTH_Y] = { read_month_word, false },
        [DATE_COMPACT] = { read_compact, false },
    };
    int ymd[DATE_PARTS] = { 0 };
    if (!forms[form].read || !forms[form].read(&w, ymd)) {
        return DAY_NONE;
    }
    if (forms[form].has_time ? !(take(&w, " Tt") && take_time(&w, ret_time_ms)) : w.len > 0) {
        return DAY_NONE;
    }
    return day_of(ymd[0], ymd[1], ymd[2]);
}

day_t
definition_day(const struct definition *d, const char *spelling, size_t len, bool *ret_ambiguous)
{
    day_t found = DAY_NONE;
    *ret_ambiguous = false;
    for (size_t i = 0; i < d->n_date_forms; i++) {
        int64_t time_ms = 0;
        day_t day = read_form(d->date_forms[i], (struct words){ spelling, len }, &time_ms);
        if (day != DAY_NONE && found != DAY_NONE && day != found) {
            *ret_ambiguous = true;
            return DAY_NONE;
        }
        found = day != DAY_NONE ? day : found;
    }
    return found;
}

static int
read_count(const char *s, size_t len, int64_t *ret)
{
    int64_t value = 0;
    for (size_t i = 0; i < len; i++) {
        if (s[i] < '0' || s[i] > '9') {
            return -EINVAL;
        }
        value = value * 10 + (s[i] - '0');
    }
    *ret = value;
    return 0;
}

int
definition_revision(const struct definition *d, const char *spelling, size_t len, int64_t *ret)
{
    enum { DIGITS_MAX = 18 };
    const struct words w = { spelling, len };
    const int64_t day_ms = 86400000;
    if (len > 0 && len <= DIGITS_MAX && read_count(spelling, len, ret) == 0) {
        return 0;
    }
    static const enum date_form always[] = { DATE_ISO_TIME, DATE_ISO };
    for (size_t i = 0; i < d->n_date_forms + LENGTH(always); i++) {
        enum date_form form = i < LENGTH(always) ? always[i] : d->date_forms[i - LENGTH(always)];
        int64_t time_ms = 0;
        day_t day = read_form(form, w, &time_ms);
        if (day != DAY_NONE) {
            *ret = day * day_ms + time_ms;
            return 0;
        }
    }
    return -EINVAL;
}
