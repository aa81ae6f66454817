/* SPDX-License-Identifier: MIT */
/* timescale.c - the dates that people write in a plan. */
#include "plan/timescale.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

enum { WORDS_MAX = 4, WORD_LEN = 16, YEAR_MIN = 1990, YEAR_MAX = 2100 };

enum word_kind { WORD_NONE = 0, WORD_QUARTER, WORD_YEAR, WORD_SPAN, WORD_MONTH, WORD_DAY, WORD_ISO,
                 WORD_SLASHED };
struct word {
    enum word_kind kind;
    int value;
    day_t iso;
};

static const char *const months[] = { "January", "February", "March",     "April",   "May",
                                      "June",    "July",     "August",    "September",
                                      "October", "November", "December" };
static const char forms[] = "write Q1 2015, From Q1 2015, 2015/16 Q1, January 2018, "
                            "14 January 2015 or 2015-01-14";

static int
fault_set(struct timescale_fault *fault, const char *hint, const char *format, ...)
    PRINTF_LIKE(3, 4);
static int
fault_set(struct timescale_fault *fault, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)err_setv(&fault->what, 0, format, args);
    va_end(args);
    fault->hint = hint;
    return -EINVAL;
}

/* Up to cap digits and nothing else, or -1. */
static int
digits(const char *s, size_t n, size_t cap)
{
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isdigit((unsigned char)s[i])) {
            return -1;
        }
        value = value * 10 + (s[i] - '0');
        if (i >= cap) {
            return -1;
        }
    }
    return n > 0 ? value : -1;
}

static int
month_named(const char *s)
{
    size_t n = strlen(s);
    for (size_t i = 0; i < LENGTH(months); i++) {
        if (strcasecmp(s, months[i]) == 0 || (n == 3 && strncasecmp(s, months[i], 3) == 0)) {
            return (int)i + 1;
        }
    }
    return 0;
}

/* "Q1", "Q.1", "q1": the number, even one that no year has; else -1. */
static int
quarter_number(const char *s)
{
    if (s[0] != 'Q' && s[0] != 'q') {
        return -1;
    }
    s += s[1] == '.' ? 2 : 1;
    return digits(s, strlen(s), 2);
}

static struct word
word_of(const char *s)
{
    size_t n = strlen(s);
    const char *slash = strchr(s, '/');
    struct word w = { .iso = DAY_NONE };
    if (quarter_number(s) >= 0) {
        w = (struct word){ WORD_QUARTER, quarter_number(s), DAY_NONE };
    } else if (month_named(s)) {
        w = (struct word){ WORD_MONTH, month_named(s), DAY_NONE };
    } else if (n == 4 && digits(s, n, 4) >= 0) {
        w = (struct word){ WORD_YEAR, digits(s, n, 4), DAY_NONE };
    } else if (n <= 2 && digits(s, n, 2) >= 0) {
        w = (struct word){ WORD_DAY, digits(s, n, 2), DAY_NONE };
    } else if (slash == s + 4 && (n == 7 || n == 9) && digits(s, 4, 4) >= 0) {
        w = (struct word){ WORD_SPAN, digits(s, 4, 4), DAY_NONE };
        int next = (w.value + 1) % (n == 7 ? 100 : 10000);
        w.kind = digits(slash + 1, n - 5, 4) == next ? WORD_SPAN : WORD_SLASHED;
    } else if (slash) {
        w.kind = WORD_SLASHED;
    } else if (n == 10 && s[4] == '-' && s[7] == '-') {
        w.kind = WORD_ISO;
        w.iso = DAY_NONE;
        w.value = day_parse(s, &w.iso);
    }
    return w;
}

/* Splits at blanks; the number of words, or 0 when there are too many or one is too long. */
static size_t
split(const char *s, struct word ret[WORDS_MAX])
{
    size_t n = 0;
    while (*s) {
        s += strspn(s, " ");
        size_t len = strcspn(s, " ");
        if (len == 0) {
            break;
        }
        if (n == WORDS_MAX || len >= WORD_LEN) {
            return 0;
        }
        char word[WORD_LEN];
        memcpy(word, s, len);
        word[len] = '\0';
        ret[n++] = word_of(word);
        s += len;
    }
    return n;
}

static int
year_check(int year, struct timescale_fault *fault)
{
    if (year < YEAR_MIN || year > YEAR_MAX) {
        return fault_set(fault, NULL, "the year %d is not between %d and %d", year, YEAR_MIN,
                         YEAR_MAX);
    }
    return 0;
}

struct reading {
    const struct word *w;
    enum quarter_basis basis;
    struct timescale *ret;
    struct timescale_fault *fault;
};

static int
take_quarter(const struct reading *in, int q, int year, enum quarter_basis basis)
{
    int r = year_check(year, in->fault);
    if (r < 0) {
        return r;
    }
    if (q < 1 || q > 4) {
        return fault_set(in->fault, "quarters are Q1 to Q4", "there is no quarter %d", q);
    }
    if (basis == QUARTER_BASIS_NONE) {
        in->fault->lacks_basis = true;
        return fault_set(in->fault, NULL, "a bare quarter can mean two dates");
    }
    in->ret->grain = GRAIN_QUARTER;
    in->ret->quarter = (struct quarter){ .year = year, .q = q, .basis = basis };
    in->ret->first = quarter_first_day(in->ret->quarter);
    in->ret->last = quarter_last_day(in->ret->quarter);
    return 0;
}

static int
quarter_year(const struct reading *in)
{
    return take_quarter(in, in->w[0].value, in->w[1].value, in->basis);
}

static int
year_quarter(const struct reading *in)
{
    return take_quarter(in, in->w[1].value, in->w[0].value, in->basis);
}

static int
quarter_span(const struct reading *in)
{
    return take_quarter(in, in->w[0].value, in->w[1].value, QUARTER_FINANCIAL);
}

static int
span_quarter(const struct reading *in)
{
    return take_quarter(in, in->w[1].value, in->w[0].value, QUARTER_FINANCIAL);
}

static int
month_year(const struct reading *in)
{
    int month = in->w[0].value;
    int year = in->w[1].value;
    int r = year_check(year, in->fault);
    if (r < 0) {
        return r;
    }
    in->ret->grain = GRAIN_MONTH;
    in->ret->first = day_of(year, month, 1);
    in->ret->last = day_of(year + month / 12, month % 12 + 1, 1) - 1;
    return 0;
}

static int
day_month_year(const struct reading *in)
{
    int year = in->w[2].value;
    int r = year_check(year, in->fault);
    if (r < 0) {
        return r;
    }
    in->ret->grain = GRAIN_DAY;
    in->ret->first = day_of(year, in->w[1].value, in->w[0].value);
    in->ret->last = in->ret->first;
    if (in->ret->first == DAY_NONE) {
        return fault_set(in->fault, NULL, "there is no %d %s %d", in->w[0].value,
                         months[in->w[1].value - 1], year);
    }
    return 0;
}

static int
iso_date(const struct reading *in)
{
    in->ret->grain = GRAIN_DAY;
    in->ret->first = in->w[0].iso;
    in->ret->last = in->w[0].iso;
    if (in->w[0].iso == DAY_NONE) {
        return fault_set(in->fault, "dates are written year-month-day: 2015-01-14",
                         "there is no such date");
    }
    int year = 0;
    int month = 0;
    int day = 0;
    day_split(in->w[0].iso, &year, &month, &day);
    return year_check(year, in->fault);
}

static const struct {
    enum word_kind words[WORDS_MAX];
    int (*take)(const struct reading *in);
} patterns[] = {
    { { WORD_QUARTER, WORD_YEAR }, quarter_year },  { { WORD_YEAR, WORD_QUARTER }, year_quarter },
    { { WORD_QUARTER, WORD_SPAN }, quarter_span },  { { WORD_SPAN, WORD_QUARTER }, span_quarter },
    { { WORD_MONTH, WORD_YEAR }, month_year },      { { WORD_DAY, WORD_MONTH, WORD_YEAR },
                                                      day_month_year },
    { { WORD_ISO }, iso_date },
};

static int
take_words(const struct reading *in, const char *raw)
{
    for (size_t i = 0; i < LENGTH(patterns); i++) {
        bool fits = true;
        for (size_t k = 0; k < WORDS_MAX; k++) {
            fits = fits && in->w[k].kind == patterns[i].words[k];
        }
        if (fits) {
            return patterns[i].take(in);
        }
    }
    for (size_t k = 0; k < WORDS_MAX; k++) {
        if (in->w[k].kind == WORD_SLASHED) {
            return fault_set(in->fault, "write the month as a word, 28 April 2014, or the "
                             "financial year as 2015/16",
                             "a date with slashes can be read in two ways");
        }
    }
    return fault_set(in->fault, forms, "\"%.60s\" is not a time we know", raw);
}

int
timescale_parse(const char *raw, enum quarter_basis basis, struct timescale *ret,
                struct timescale_fault *fault)
{
    struct word words[WORDS_MAX] = { { .kind = WORD_NONE } };
    struct timescale t = { .raw = raw, .kind = TIMESCALE_BY, .first = DAY_NONE, .last = DAY_NONE };
    const char *s = raw;
    if (strncasecmp(s, "From ", 5) == 0) {
        t.kind = TIMESCALE_FROM;
        s += 5;
    } else if (strncasecmp(s, "By ", 3) == 0) {
        s += 3;
    }
    if (split(s, words) == 0) {
        return fault_set(fault, forms, "\"%.60s\" is not a time we know", raw);
    }
    struct reading in = { words, basis, &t, fault };
    int r = take_words(&in, raw);
    if (r < 0) {
        return r;
    }
    *ret = t;
    return 0;
}

int
interval_parse(const char *s, int *ret_months)
{
    static const char *const numbers[] = { "one", "two",   "three", "four", "five",
                                           "six", "seven", "eight", "nine", "ten" };
    size_t n = strcspn(s, " ");
    int count = digits(s, n, 2);
    for (size_t i = 0; i < LENGTH(numbers); i++) {
        if (strlen(numbers[i]) == n && strncasecmp(s, numbers[i], n) == 0) {
            count = (int)i + 1;
        }
    }
    s += n + strspn(s + n, " ");
    bool is_years = strcasecmp(s, "years") == 0 || strcasecmp(s, "year") == 0;
    bool is_months = strcasecmp(s, "months") == 0 || strcasecmp(s, "month") == 0;
    if (count < 1 || (!is_years && !is_months)) {
        return -EINVAL;
    }
    *ret_months = count * (is_years ? 12 : 1);
    return 0;
}
