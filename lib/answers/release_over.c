/* SPDX-License-Identifier: MIT */
/* release_over.c - totals over months: sums of published ones, and what was solved with them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/import.h"
#include "answers/release_inside.h"
#include "base/arena.h"
#include "base/list.h"
#include "base/text.h"
#include "survey/table.h"
#include "survey/trend.h"

enum { YEAR = 12, QUARTER = 3, APRIL = 3, PERIOD_NAME_MAX = 32 };

struct release_period
release_period_of(enum release_over over, int32_t month)
{
    int32_t from_april = month - (month - APRIL + YEAR) % YEAR;
    switch (over) {
    case RELEASE_OVER_QUARTER:
        return (struct release_period){ month - month % QUARTER,
                                        month - month % QUARTER + QUARTER - 1 };
    case RELEASE_OVER_YEAR:
        return (struct release_period){ month - month % YEAR, month - month % YEAR + YEAR - 1 };
    case RELEASE_OVER_FINANCIAL:
        return (struct release_period){ from_april, from_april + YEAR - 1 };
    case RELEASE_OVER_ROLLING:
    case RELEASE_OVER_NONE:
        break;
    }
    return (struct release_period){ month - YEAR + 1, month };
}

static const char *
period_name(enum release_over over, struct release_period p, char buf[PERIOD_NAME_MAX])
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

/* What a unit has in the months of a period in which it is hidden; name as the rows have it. */
struct solved {
    const char *name;
    struct release_total total;
};
struct totals {
    enum release_over over;
    struct solved *solved;
    size_t n_solved, cap_solved;
    struct table_row *rows; /* by unit, then month */
    size_t n;
    struct release_period all; /* months that are published */
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
is_trust_hidden(const struct totals *t, struct release_period p)
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
add_sum(struct totals *t, const struct table_row *sum, struct release_period p)
{
    char name[PERIOD_NAME_MAX];
    if (list_room(&t->sums, t->n_sums, &t->cap, sizeof *t->sums) < 0) {
        return -ENOMEM;
    }
    t->sums[t->n_sums] = *sum;
    t->sums[t->n_sums].period = arena_text(t->mem, period_name(t->over, p, name));
    return t->sums[t->n_sums++].period ? 0 : -ENOMEM;
}

static const struct release_total *
find_solved(const struct totals *t, const char *unit, struct release_period p)
{
    for (size_t i = 0; i < t->n_solved; i++) {
        const struct release_total *total = &t->solved[i].total;
        bool is_it = total->first == p.first && total->last == p.last && total->cell.is_shown;
        if (is_it && strcmp(t->solved[i].name, unit) == 0) {
            return total;
        }
    }
    return NULL;
}

static void
add_counts(struct table_row *sum, const int64_t *counts)
{
    for (int slot = 0; slot < SURVEY_SLOTS_MAX; slot++) {
        sum->counts[slot] += counts[slot];
        sum->n_total += counts[slot];
    }
}

/* Of one unit's rows. Where one part is hidden, the whole would give it away, unless they were
 * solved together. */
static int
sum_period(struct totals *t, const struct table_row *rows, size_t n, struct release_period p)
{
    struct table_row sum = { .month = p.first, .level = rows[0].level, .unit = rows[0].unit,
                             .is_hidden = is_trust_hidden(t, p) };
    const struct release_total *solved = find_solved(t, sum.unit, p);
    int64_t hidden = 0; /* months, as bits */
    bool is_any = false;
    for (size_t i = 0; i < n; i++) {
        if (rows[i].month < p.first || rows[i].month > p.last) {
            continue;
        }
        is_any = true;
        hidden |= rows[i].is_hidden ? INT64_C(1) << (rows[i].month - p.first) : 0;
        add_counts(&sum, rows[i].counts);
    }
    if (solved && (hidden & ~solved->months) == 0) {
        add_counts(&sum, solved->cell.counts);
    } else {
        sum.is_hidden = sum.is_hidden || hidden != 0;
    }
    return is_any ? add_sum(t, &sum, p) : 0;
}

/* Only whole periods, all of them published. */
static int
sum_unit(struct totals *t, const struct table_row *rows, size_t n)
{
    int r = 0;
    for (int32_t month = t->all.first; r == 0 && month <= t->all.last; month++) {
        struct release_period p = release_period_of(t->over, month);
        if (p.last == month && p.first >= t->all.first) {
            r = sum_period(t, rows, n, p);
        }
    }
    return r;
}

static struct release_period
months_of(const struct table_row *rows, size_t n)
{
    struct release_period all = { n ? rows[0].month : 0, n ? rows[0].month : 0 };
    for (size_t i = 0; i < n; i++) {
        all.first = rows[i].month < all.first ? rows[i].month : all.first;
        all.last = rows[i].month > all.last ? rows[i].month : all.last;
    }
    return all;
}

static int
sum_all(struct totals *t)
{
    int r = 0;
    if (t->n > 0) {
        qsort(t->rows, t->n, sizeof *t->rows, by_unit_and_month);
    }
    t->all = months_of(t->rows, t->n);
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

static int
take_total(void *arg, const struct release_total *total)
{
    struct totals *t = arg;
    AUTO_TEXT struct text name = { 0 };
    if (t->n_solved == t->cap_solved) {
        size_t cap = t->cap_solved ? 2 * t->cap_solved : 256;
        struct solved *more = reallocarray(t->solved, cap, sizeof *more);
        if (!more) {
            return -ENOMEM;
        }
        t->solved = more;
        t->cap_solved = cap;
    }
    trend_unit_names(total->cell.path, &name);
    struct solved *one = &t->solved[t->n_solved++];
    *one = (struct solved){ arena_text(t->mem, name.len ? text_str(&name) : "ALL"), *total };
    return one->name && !name.bad ? 0 : -ENOMEM;
}

/* Of the one kind of period that is solved; of the others there are sums. */
static int
load_solved(struct totals *t, struct store *s, const struct definition *def,
            const struct import_wanted *want, struct err *reterr)
{
    struct survey_row survey = { 0 };
    int64_t series = 0;
    int r = survey_find(s, def->id, NULL, &survey, reterr);
    r = r <= 0 ? r : import_series_id(s, survey.id, def, want, &series, reterr);
    return r <= 0 ? r : release_totals(s, series, take_total, t, reterr);
}

/* The period that the published months begin in, and the one that they end in. */
static void
say_not_whole(enum release_over over, struct release_period all, struct text *out)
{
    char name[PERIOD_NAME_MAX];
    char month[32];
    struct release_period first = release_period_of(over, all.first);
    struct release_period last = release_period_of(over, all.last);
    if (over == RELEASE_OVER_ROLLING) {
        text_addf(out, "no twelve months are published yet: the first is %s",
                  trend_month(all.first, month));
        text_addf(out, ", the last %s\n", trend_month(all.last, month));
        return;
    }
    if (first.first < all.first) {
        text_addf(out, "%s is not whole: its months begin with %s\n",
                  period_name(over, first, name), trend_month(all.first, month));
    }
    if (last.last > all.last && (last.first > first.first || first.first == all.first)) {
        text_addf(out, "%s is not whole: its months end with %s\n",
                  period_name(over, last, name), trend_month(all.last, month));
    }
}

int
release_words_over(struct store *s, const struct definition *def, int question,
                   enum release_over over, struct text *out, struct err *reterr)
{
    AUTO(arena) struct arena *mem = arena_open();
    const struct import_wanted want = { .kind = SURVEY_QUESTION, .index = question };
    struct table_row *rows = NULL;
    size_t n = 0;
    int r = mem ? release_rows(s, def, &want, mem, &rows, &n, reterr)
                : err_set(reterr, -ENOMEM, "out of memory");
    if (r >= 0 && n > 0) {
        say_not_whole(over, months_of(rows, n), out);
        r = out->bad ? err_set(reterr, out->bad, "out of memory") : 0;
    }
    free(rows);
    return r < 0 ? r : 0;
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
    r = r < 0 ? r : load_solved(&t, s, def, &want, reterr);
    r = r < 0 ? r : sum_all(&t);
    if (r >= 0) {
        table_csv_rows(def, t.sums, t.n_sums, out);
        r = out->bad;
    }
    free(t.rows);
    free(t.sums);
    free(t.solved);
    return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r < 0 ? r : 0;
}
