/* SPDX-License-Identifier: MIT */
/* release_over.c - totals over months, made of nothing but published figures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/text.h"
#include "engine/import.h"
#include "engine/release.h"
#include "survey/table.h"

enum { YEAR = 12, QUARTER = 3, APRIL = 3, PERIOD_NAME_MAX = 32 };

/* Months first to last, both of them in it. */
struct period {
    int32_t first, last;
};

/* The one that a month belongs to; of rolling ones, that which ends with it. */
static struct period
period_of(enum release_over over, int32_t month)
{
    int32_t from_april = month - (month - APRIL + YEAR) % YEAR;
    switch (over) {
    case RELEASE_OVER_QUARTER:
        return (struct period){ month - month % QUARTER, month - month % QUARTER + QUARTER - 1 };
    case RELEASE_OVER_YEAR:
        return (struct period){ month - month % YEAR, month - month % YEAR + YEAR - 1 };
    case RELEASE_OVER_FINANCIAL:
        return (struct period){ from_april, from_april + YEAR - 1 };
    case RELEASE_OVER_ROLLING:
    case RELEASE_OVER_NONE:
        break;
    }
    return (struct period){ month - YEAR + 1, month };
}

static const char *
period_name(enum release_over over, struct period p, char buf[PERIOD_NAME_MAX])
{
    char from[16];
    char to[16];
    switch (over) {
    case RELEASE_OVER_QUARTER:
        (void)snprintf(buf, PERIOD_NAME_MAX, "%04d-Q%d", p.first / YEAR, p.first % YEAR / 3 + 1);
        break;
    case RELEASE_OVER_YEAR:
        (void)snprintf(buf, PERIOD_NAME_MAX, "%04d", p.first / YEAR);
        break;
    case RELEASE_OVER_FINANCIAL:
        (void)snprintf(buf, PERIOD_NAME_MAX, "%04d/%02d", p.first / YEAR, p.last / YEAR % 100);
        break;
    case RELEASE_OVER_ROLLING:
    case RELEASE_OVER_NONE:
        (void)snprintf(buf, PERIOD_NAME_MAX, "%s..%s", table_month(p.first, from),
                       table_month(p.last, to));
        break;
    }
    return buf;
}

struct totals {
    enum release_over over;
    struct table_row *rows; /* by unit, then month */
    size_t n;
    struct period all; /* months that are published */
    struct table_row *sums;
    size_t n_sums, cap;
    struct arena *mem;
};

static int
by_unit_and_month(const void *a, const void *b)
{
    const struct table_row *x = a;
    const struct table_row *y = b;
    int order = (x->level > y->level) - (x->level < y->level);
    order = order ? order : strcmp(x->unit, y->unit);
    return order ? order : (x->month > y->month) - (x->month < y->month);
}

/* The trust comes first; in a month in which it is hidden no unit is named. */
static bool
is_trust_hidden(const struct totals *t, struct period p)
{
    for (size_t i = 0; i < t->n && t->rows[i].level == 0; i++) {
        bool is_in = t->rows[i].month >= p.first && t->rows[i].month <= p.last;
        if (is_in && t->rows[i].is_hidden) {
            return true;
        }
    }
    return false;
}

static int
add_sum(struct totals *t, const struct table_row *sum, struct period p)
{
    char name[PERIOD_NAME_MAX];
    if (list_room(&t->sums, t->n_sums, &t->cap, sizeof *t->sums) < 0) {
        return -ENOMEM;
    }
    t->sums[t->n_sums] = *sum;
    t->sums[t->n_sums].period = arena_text(t->mem, period_name(t->over, p, name));
    return t->sums[t->n_sums++].period ? 0 : -ENOMEM;
}

/* Of one unit's rows. Where one part is hidden, the whole would give it away. */
static int
sum_period(struct totals *t, const struct table_row *rows, size_t n, struct period p)
{
    struct table_row sum = { .month = p.first, .level = rows[0].level, .unit = rows[0].unit,
                             .is_hidden = is_trust_hidden(t, p) };
    bool is_any = false;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].month < p.first || rows[i].month > p.last) {
            continue;
        }
        is_any = true;
        sum.is_hidden = sum.is_hidden || rows[i].is_hidden;
        sum.n_total += rows[i].n_total;
        for (int slot = 0; slot < SURVEY_SLOTS_MAX; slot++) {
            sum.counts[slot] += rows[i].counts[slot];
        }
    }
    return is_any ? add_sum(t, &sum, p) : 0;
}

/* Only whole periods, all of them published. */
static int
sum_unit(struct totals *t, const struct table_row *rows, size_t n)
{
    int r = 0;
    for (int32_t month = t->all.first; r == 0 && month <= t->all.last; month++) {
        struct period p = period_of(t->over, month);
        if (p.last == month && p.first >= t->all.first) {
            r = sum_period(t, rows, n, p);
        }
    }
    return r;
}

static int
sum_all(struct totals *t)
{
    if (t->n > 0) {
        qsort(t->rows, t->n, sizeof *t->rows, by_unit_and_month);
        t->all = (struct period){ t->rows[0].month, t->rows[0].month };
    }
    for (size_t i = 0; i < t->n; i++) {
        int32_t month = t->rows[i].month;
        t->all.first = month < t->all.first ? month : t->all.first;
        t->all.last = month > t->all.last ? month : t->all.last;
    }
    int r = 0;
    for (size_t i = 0; r == 0 && i < t->n;) {
        size_t end = i + 1;
        while (end < t->n && t->rows[end].level == t->rows[i].level
               && strcmp(t->rows[end].unit, t->rows[i].unit) == 0) {
            end++;
        }
        r = sum_unit(t, t->rows + i, end - i);
        i = end;
    }
    return r;
}

enum release_over
release_over_parse(const char *word)
{
    static const char *const words[] = { [RELEASE_OVER_QUARTER] = "quarter",
                                         [RELEASE_OVER_YEAR] = "year",
                                         [RELEASE_OVER_FINANCIAL] = "financial-year",
                                         [RELEASE_OVER_ROLLING] = "rolling-12" };
    for (size_t i = 1; i < LENGTH(words); i++) {
        if (strcmp(word, words[i]) == 0) {
            return (enum release_over)i;
        }
    }
    return RELEASE_OVER_NONE;
}

int
release_csv_over(struct store *s, const struct definition *def, int question,
                 enum release_over over, struct text *out, struct err *reterr)
{
    AUTO(arena) struct arena *mem = arena_open();
    struct totals t = { .over = over, .mem = mem };
    const struct import_wanted want = { .kind = SURVEY_QUESTION, .index = question };
    if (!mem) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    int r = release_rows(s, def, &want, mem, &t.rows, &t.n, reterr);
    r = r < 0 ? r : sum_all(&t);
    if (r >= 0) {
        table_csv_rows(def, t.sums, t.n_sums, out);
        r = out->bad;
    }
    free(t.rows);
    free(t.sums);
    return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r < 0 ? r : 0;
}
