/* SPDX-License-Identifier: MIT */
/* findings.c - the quality report of one imported file. */
#include "answers/findings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"
#include "rules/plausible.h"
#include "rules/score.h"
#include "survey/quality.h"
#include "survey/table.h"

struct telling {
    struct store *store;
    const struct definition *def;
    int64_t survey;
    struct survey_batch batch;
    day_t today;
    int32_t first_month; /* of the file; 0 = it has no answers */
    int32_t last_month;
    finding_fn fn;
    void *arg;
};

static enum finding_unit
unit_of(const char *name)
{
    static const struct {
        const char *name;
        enum finding_unit unit;
    } units[] = { { "first_day", FINDING_DAY },          { "last_day", FINDING_DAY },
                  { "sudden_fall", FINDING_PERCENT },    { "sudden_rise", FINDING_PERCENT },
                  { "missing_unit", FINDING_PERCENT },   { "response_rate", FINDING_PERCENT_00 } };
    for (size_t i = 0; i < LENGTH(units); i++) {
        if (strcmp(units[i].name, name) == 0) {
            return units[i].unit;
        }
    }
    return FINDING_NUMBER;
}

const char *
finding_unit(const struct finding *f)
{
    static const char *const words[] = { [FINDING_NUMBER] = "", [FINDING_DAY] = "day",
                                         [FINDING_PERCENT] = "%", [FINDING_PERCENT_00] = "%" };
    return words[f->unit];
}

const char *
finding_value(const struct finding *f, char buf[FINDING_VALUE_MAX])
{
    if (f->unit == FINDING_DAY) {
        return day_format((day_t)f->value, buf);
    }
    if (f->unit == FINDING_PERCENT_00) {
        return score_format(f->value, 2, buf);
    }
    (void)snprintf(buf, FINDING_VALUE_MAX, "%lld", (long long)f->value);
    return buf;
}
_Static_assert((int)FINDING_VALUE_MAX >= (int)SCORE_TEXT_MAX
                   && (int)FINDING_VALUE_MAX >= (int)DAY_TEXT_MAX,
               "a value of any unit fits");

static int
tell(struct telling *t, const char *name, int64_t value, bool is_questioned, const char *words)
{
    const struct finding f = { name, value, unit_of(name), is_questioned, words };
    return t->fn(t->arg, &f);
}

/* ---- what was counted --------------------------------------------------------------------- */

static int
tell_reason(void *arg, const struct row *row)
{
    struct telling *t = arg;
    char name[128];
    (void)snprintf(name, sizeof name, "rejected:%.100s", row_text_or(row, 0, "?"));
    return tell(t, name, row_i64(row, 1), false, "");
}

static int
tell_counts(struct telling *t, struct err *reterr)
{
    const struct survey_counts *n = &t->batch.counts;
    const struct {
        const char *name;
        int64_t value;
    } counts[] = {
        { "rows", n->n_read },           { "accepted", n->n_read - n->n_rejected },
        { "new", n->n_new },             { "repeat", n->n_repeat },
        { "corrected", n->n_corrected }, { "withdrawn", n->n_withdrawn },
        { "stale", n->n_stale },         { "late", n->n_late },
        { "rejected", n->n_rejected },
    };
    int r = 0;
    for (size_t i = 0; r == 0 && i < LENGTH(counts); i++) {
        r = tell(t, counts[i].name, counts[i].value, false, "");
    }
    r = r < 0 ? r : survey_reject_counts(t->store, t->batch.id, tell_reason, t, reterr);
    return r < 0 ? r : 0;
}

static int
tell_noted(void *arg, const struct row *row)
{
    struct telling *t = arg;
    const char *name = row_text_or(row, 0, "?");
    int64_t value = row_i64(row, 1);
    bool is_first = strcmp(name, "first_day") == 0;
    if (is_first || strcmp(name, "last_day") == 0) {
        *(is_first ? &t->first_month : &t->last_month) = day_month((day_t)value);
    }
    bool is_double = strcmp(name, "same_time_unit_answers") == 0 && value > 0;
    return tell(t, name, value, is_double,
                is_double ? "rows with the time, unit and answers of another: sent twice? They "
                            "were counted"
                          : "");
}

/* ---- one unit spelt in two ways ------------------------------------------------------------ */

struct spelling {
    uint64_t fold;
    const char *path;
};
struct spellings {
    struct arena *mem;
    struct spelling *list;
    size_t n;
    size_t cap;
};

static int
take_spelling(void *arg, const struct row *row)
{
    struct spellings *all = arg;
    if (list_room(&all->list, all->n, &all->cap, sizeof *all->list) < 0) {
        return -ENOMEM;
    }
    const char *path = arena_text(all->mem, row_text_or(row, 0, ""));
    if (!path) {
        return -ENOMEM;
    }
    all->list[all->n++] = (struct spelling){ quality_fold(path, strlen(path)), path };
    return 0;
}

static int
by_fold(const void *a, const void *b)
{
    const struct spelling *x = a;
    const struct spelling *y = b;
    return x->fold != y->fold ? (x->fold < y->fold ? -1 : 1) : strcmp(x->path, y->path);
}

static void
add_name(struct text *out, const char *path)
{
    text_addc(out, '"');
    for (; *path && !(path[0] == UNIT_SEPARATOR && path[1] == '\0'); path++) {
        if (*path == UNIT_SEPARATOR) {
            text_add(out, " > ");
        } else {
            text_addc(out, *path);
        }
    }
    text_addc(out, '"');
}

static int
tell_spellings_of(struct telling *t, struct spellings *all)
{
    if (all->n > 1) {
        qsort(all->list, all->n, sizeof *all->list, by_fold);
    }
    int64_t n = 0;
    for (size_t i = 0; i + 1 < all->n; i++) {
        bool is_first = i == 0 || all->list[i - 1].fold != all->list[i].fold;
        n += is_first && all->list[i + 1].fold == all->list[i].fold;
    }
    int r = tell(t, "unit_spelling_variants", n, false, "");
    for (size_t i = 0; r == 0 && i + 1 < all->n; i++) {
        if (all->list[i].fold != all->list[i + 1].fold) {
            continue;
        }
        AUTO_TEXT struct text words = { 0 };
        add_name(&words, all->list[i].path);
        text_add(&words, " and ");
        add_name(&words, all->list[i + 1].path);
        text_add(&words, " are counted apart: one unit, spelt in two ways?");
        r = words.bad ? words.bad : tell(t, "unit_spelling", 1, true, text_str(&words));
    }
    return r;
}

static int
tell_spellings(struct telling *t, struct err *reterr)
{
    AUTO(arena) struct arena *mem = arena_open();
    struct spellings all = { .mem = mem };
    int r = mem ? survey_units(t->store, t->survey, take_spelling, &all, reterr) : -ENOMEM;
    r = r < 0 ? r : tell_spellings_of(t, &all);
    free(all.list);
    return r;
}

/* ---- months beside each other -------------------------------------------------------------- */

static int
by_unit_month(const void *a, const void *b)
{
    const struct table_row *x = *(const struct table_row *const *)a;
    const struct table_row *y = *(const struct table_row *const *)b;
    if (x->level != y->level) {
        return x->level < y->level ? -1 : 1;
    }
    int by_unit = strcmp(x->unit, y->unit);
    return by_unit != 0 ? by_unit : x->month < y->month ? -1 : x->month > y->month;
}

/* The file speaks of this month, and the month is over. */
static bool
is_judged(const struct telling *t, int32_t month)
{
    bool is_over = t->today == DAY_NONE || month < day_month(t->today);
    return is_over && month >= t->first_month && month <= t->last_month;
}

static int
tell_change(struct telling *t, const struct table_row *before, int32_t month, int64_t now)
{
    const struct plausible p = { t->def->fall_percent, t->def->rise_percent,
                                 t->def->plausible_from };
    enum plausible_change change = plausible_change(&p, before->n_total, now);
    if (change == CHANGE_NONE || !is_judged(t, month)) {
        return 0;
    }
    static const char *const names[] = { [CHANGE_FALL] = "sudden_fall",
                                         [CHANGE_RISE] = "sudden_rise" };
    char words[640];
    char then[16];
    char when[16];
    (void)snprintf(words, sizeof words, "%.400s: %lld answers in %s, %lld in %s%s", before->unit,
                   (long long)now, table_month(month, when), (long long)before->n_total,
                   table_month(before->month, then),
                   now == 0 ? ": the unit is missing" : ": is that right?");
    return tell(t, now == 0 ? "missing_unit" : names[change],
                plausible_percent(before->n_total, now), true, words);
}

/* rows: of one unit, by month. The trust is compared with the last month there is; of the others a
 * month without answers is a month with none. */
static int
judge_unit(struct telling *t, const struct table_row *const *rows, size_t n, int32_t newest)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        bool has_next = i + 1 < n;
        bool is_gap = has_next && rows[i]->level > 0 && rows[i + 1]->month > rows[i]->month + 1;
        if (has_next && !is_gap) {
            r = tell_change(t, rows[i], rows[i + 1]->month, rows[i + 1]->n_total);
        } else if (is_gap || rows[i]->month < newest) {
            r = tell_change(t, rows[i], rows[i]->month + 1, 0);
        }
    }
    return r;
}

static int64_t
headcount_of(const struct definition *def, const char *unit, int32_t month)
{
    const struct survey_headcount *found = NULL;
    for (size_t i = 0; i < def->n_headcounts; i++) {
        const struct survey_headcount *h = &def->headcounts[i];
        AUTO_TEXT struct text name = { 0 };
        add_name(&name, h->unit);
        const char *s = text_str(&name);
        size_t len = strlen(unit);
        bool fits = strlen(s) == len + 2 && strncmp(s + 1, unit, len) == 0;
        fits = fits || (h->unit[0] == '\0' && strcmp(unit, "ALL") == 0);
        if (fits && h->month <= month && (!found || h->month > found->month)) {
            found = h;
        }
    }
    return found ? found->n : 0;
}

/* More answers than people is a finding of its own. */
static int
tell_rate(struct telling *t, const struct table_row *row)
{
    int64_t people = row->month == t->last_month ? headcount_of(t->def, row->unit, row->month) : 0;
    if (people == 0) {
        return 0;
    }
    char words[640];
    char rate[SCORE_TEXT_MAX];
    char month[16];
    int64_t percent = score_ratio(100 * row->n_total, people, 2);
    (void)snprintf(words, sizeof words, "%.400s: %lld of %lld in %s, %s %%", row->unit,
                   (long long)row->n_total, (long long)people, table_month(row->month, month),
                   score_format(percent, 2, rate));
    return tell(t, "response_rate", percent, row->n_total > people, words);
}

static int
judge_rows(struct telling *t, const struct table_row **rows, size_t n)
{
    int32_t newest = 0;
    int r = 0;
    for (size_t i = 0; i < n; i++) {
        newest = rows[i]->month > newest ? rows[i]->month : newest;
    }
    for (size_t i = 0, from = 0; r == 0 && i < n; i++) {
        r = tell_rate(t, rows[i]);
        bool is_last = i + 1 == n || rows[i]->level != rows[i + 1]->level
                       || strcmp(rows[i]->unit, rows[i + 1]->unit) != 0;
        if (r == 0 && is_last) {
            r = judge_unit(t, rows + from, i + 1 - from, newest);
            from = i + 1;
        }
    }
    return r;
}

static int
load_month(const struct telling *t, int32_t month, struct rollup *rollup, struct err *reterr)
{
    const struct import_wanted want = {
        .kind = t->def->question_column ? SURVEY_QUESTION : SURVEY_RESPONSES, .month = month,
    };
    return import_load_some(t->store, t->def, &want, rollup, reterr);
}

/* Of some months in order the last one that has answers. */
static int
load_last(const struct telling *t, const struct survey_month *list, size_t n,
          struct rollup *rollup, struct err *reterr)
{
    size_t before = rollup_n_cells(rollup);
    int r = 0;
    while (r == 0 && n > 0 && rollup_n_cells(rollup) == before) {
        r = load_month(t, list[--n].month, rollup, reterr);
    }
    return r;
}

/* What the file speaks of, what that is held against, and the newest: a unit is missing in a month
 * only when there are answers after it. */
static int
load_months(const struct telling *t, struct rollup *rollup, struct err *reterr)
{
    struct survey_months all;
    int r = survey_months_load(t->store, t->survey, &all, reterr);
    size_t first = 0;
    while (r == 0 && first < all.n && all.list[first].month < t->first_month) {
        first++;
    }
    size_t end = first;
    r = r < 0 ? r : load_last(t, all.list, first, rollup, reterr);
    for (; r == 0 && end < all.n && all.list[end].month <= t->last_month; end++) {
        r = load_month(t, all.list[end].month, rollup, reterr);
    }
    r = r < 0 ? r : load_last(t, all.list + end, all.n - end, rollup, reterr);
    survey_months_done(&all);
    return r;
}

static int
tell_months(struct telling *t, struct err *reterr)
{
    AUTO(rollup) struct rollup *rollup = NULL;
    AUTO(table) struct table *table = NULL;
    const struct table_options opt = { .totals = false };
    int r = rollup_new(&rollup);
    r = r < 0 ? r : load_months(t, rollup, reterr);
    r = r < 0 ? r : table_build(t->def, rollup, &opt, &table);
    if (r < 0) {
        return r;
    }
    size_t n = table_n_rows(table);
    AUTO_FREE const struct table_row **rows = calloc(n + 1, sizeof(void *));
    if (!rows) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        rows[i] = table_row_at(table, i);
    }
    if (n > 1) {
        qsort(rows, n, sizeof(void *), by_unit_month);
    }
    return judge_rows(t, rows, n);
}

/* ---- months --------------------------------------------------------------------------------- */

enum { EVERY_MONTH = 0xFFF, APART_FROM = 3 };

/* Answers that come every second month, of a survey that does not say so: it has no limits. */
static int
tell_apart(struct telling *t, struct err *reterr)
{
    struct survey_months all;
    unsigned seen = 0;
    int r = survey_months_load(t->store, t->survey, &all, reterr);
    bool is_apart = r >= 0 && all.n >= APART_FROM && t->def->trends.months == EVERY_MONTH;
    for (size_t i = 0; is_apart && i < all.n; i++) {
        is_apart = i == 0 || all.list[i].month - all.list[i - 1].month > 1;
        seen |= 1U << (all.list[i].month % 12);
    }
    size_t n = all.n;
    survey_months_done(&all);
    AUTO_TEXT struct text words = { 0 };
    text_add(&words, "answers never came in two months that follow each other, so trends have no "
                     "limits: say in the definition when they are due, trends: { months: [");
    for (int m = 0, n_said = 0; m < 12; m++) {
        if (seen & (1U << m)) {
            text_addf(&words, "%s%d", n_said++ ? ", " : "", m + 1);
        }
    }
    text_add(&words, "] }");
    return r < 0 || words.bad < 0 || !is_apart
               ? (r < 0 ? r : words.bad)
               : tell(t, "months_apart", (int64_t)n, true, text_str(&words));
}

/* ---- all of it ----------------------------------------------------------------------------- */

int
findings_read(struct store *s, const struct definition *def, int64_t batch, day_t today,
              finding_fn fn, void *arg, struct err *reterr)
{
    struct telling t = { .store = s, .def = def, .today = today, .fn = fn, .arg = arg };
    struct survey_row survey;
    int r = survey_find(s, def->id, NULL, &survey, reterr);
    r = r <= 0 ? r : survey_batch_get(s, survey.id, batch, &t.batch, reterr);
    if (r <= 0) {
        return r < 0 ? r : err_set(reterr, -ENOENT, "no such import of survey %s", def->id);
    }
    t.survey = survey.id;
    r = tell_counts(&t, reterr);
    r = r < 0 ? r : survey_quality_list(s, batch, tell_noted, &t, reterr);
    r = r < 0 ? r : tell_spellings(&t, reterr);
    r = r < 0 ? r : tell_months(&t, reterr);
    r = r < 0 ? r : tell_apart(&t, reterr);
    return r < 0 ? err_set(reterr, r, "the quality report: %s", strerror(-r)) : 0;
}

enum { REPORTED_MAX = 200 };
struct report {
    struct text *out;
    size_t n;
};

static int
add_line(void *arg, const struct finding *f)
{
    struct report *rep = arg;
    if (!f->is_questioned || rep->n++ >= REPORTED_MAX) {
        return 0;
    }
    char value[FINDING_VALUE_MAX];
    const char *unit = finding_unit(f);
    text_addf(rep->out, "look: %s %s%s%s: %s\n", f->name, finding_value(f, value),
              unit[0] ? " " : "", unit, f->words);
    return rep->out->bad;
}

int
findings_report(struct store *s, const struct definition *def, int64_t batch, day_t today,
                struct text *out, struct err *reterr)
{
    struct report rep = { .out = out };
    int r = findings_read(s, def, batch, today, add_line, &rep, reterr);
    if (r == 0 && rep.n > REPORTED_MAX) {
        text_addf(out, "and %zu more to look at\n", rep.n - REPORTED_MAX);
    }
    return r < 0 ? r : out->bad;
}
