/* SPDX-License-Identifier: MIT */
/* table.c - the table by month, level and unit: sums upwards, scores, order. */
#include "survey/table.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/text.h"
#include "rules/score.h"

struct table {
    struct table_row *rows;
    size_t n;
    struct rollup *sums; /* every unit and every ancestor; the empty path is the trust */
    char **names;        /* of each unit in sums */
    size_t n_names;
};

/* Adds a leaf's counts to itself and to every ancestor, for its month and for all of them. */
static int
add_upwards(struct rollup *sums, const struct rollup_unit *u, const struct rollup_cell *c,
            bool totals)
{
    for (size_t len = u->path_len;; len--) {
        bool is_ancestor = len == 0 || u->path[len - 1] == UNIT_SEPARATOR;
        uint32_t unit = 0;
        int r = is_ancestor ? rollup_unit_path(sums, u->path, len, &unit) : 0;
        for (int slot = 0; is_ancestor && r == 0 && slot < SURVEY_SLOTS_MAX; slot++) {
            if (c->counts[slot] == 0) {
                continue;
            }
            r = rollup_add(sums, unit, c->month, 0, slot, c->counts[slot]);
            if (r == 0 && totals) {
                r = rollup_add(sums, unit, TABLE_MONTH_ALL, 0, slot, c->counts[slot]);
            }
        }
        if (r < 0 || len == 0) {
            return r;
        }
    }
}

static int
sum_up(struct rollup *sums, const struct rollup *r, const struct table_options *opt)
{
    for (size_t i = 0; i < rollup_n_cells(r); i++) {
        const struct rollup_cell *c = rollup_cell_at(r, i);
        bool is_wanted = c->question == (uint32_t)opt->question
                         && (opt->from_month == 0 || c->month >= opt->from_month)
                         && (opt->to_month == 0 || c->month <= opt->to_month);
        if (!is_wanted) {
            continue;
        }
        int rc = add_upwards(sums, rollup_unit_at(r, c->unit), c, opt->totals);
        if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

/* A unit as people read it: its names from the top, joined. */
static int
unit_name(const struct rollup_unit *u, char **ret)
{
    AUTO_TEXT struct text name = { 0 };
    if (u->level == 0) {
        text_add(&name, "ALL");
    }
    for (size_t i = 0; i + 1 < u->path_len; i++) {
        if (u->path[i] == UNIT_SEPARATOR) {
            text_add(&name, " > ");
        } else {
            text_addc(&name, u->path[i]);
        }
    }
    return text_take(&name, ret);
}

static int
name_units(struct table *t)
{
    size_t n = rollup_n_units(t->sums);
    t->names = calloc(n ? n : 1, sizeof *t->names);
    if (!t->names) {
        return -ENOMEM;
    }
    for (; t->n_names < n; t->n_names++) {
        int r = unit_name(rollup_unit_at(t->sums, t->n_names), &t->names[t->n_names]);
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int
by_month_level_unit(const void *a, const void *b)
{
    const struct table_row *x = a;
    const struct table_row *y = b;
    if (x->month != y->month) {
        return x->month < y->month ? -1 : 1;
    }
    if (x->level != y->level) {
        return x->level < y->level ? -1 : 1;
    }
    int order = strcmp(x->unit, y->unit);
    return order || !x->group || !y->group ? order : strcmp(x->group, y->group);
}

static int
make_rows(struct table *t)
{
    size_t n = rollup_n_cells(t->sums);
    t->rows = calloc(n ? n : 1, sizeof *t->rows);
    if (!t->rows) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const struct rollup_cell *c = rollup_cell_at(t->sums, i);
        struct table_row row = { .month = c->month, .unit = t->names[c->unit],
                                 .level = rollup_unit_at(t->sums, c->unit)->level };
        for (int slot = 0; slot < SURVEY_SLOTS_MAX; slot++) {
            row.counts[slot] = c->counts[slot];
            row.n_total += c->counts[slot];
        }
        if (row.n_total > 0) { /* a cell can be emptied by corrections */
            t->rows[t->n++] = row;
        }
    }
    qsort(t->rows, t->n, sizeof *t->rows, by_month_level_unit);
    return 0;
}

int
table_build(const struct definition *def, const struct rollup *r, const struct table_options *opt,
            struct table **ret)
{
    assert(opt->question >= 0 && (size_t)opt->question < def->n_questions);
    AUTO(table) struct table *t = calloc(1, sizeof *t);
    if (!t) {
        return -ENOMEM;
    }
    int rc = rollup_new(&t->sums);
    rc = rc < 0 ? rc : sum_up(t->sums, r, opt);
    rc = rc < 0 ? rc : name_units(t);
    rc = rc < 0 ? rc : make_rows(t);
    if (rc < 0) {
        return rc;
    }
    *ret = TAKE(t);
    return 0;
}

struct table *
table_free(struct table *t)
{
    if (!t) {
        return NULL;
    }
    for (size_t i = 0; i < t->n_names; i++) {
        free(t->names[i]);
    }
    free(t->names);
    free(t->rows);
    rollup_free(t->sums);
    free(t);
    return NULL;
}

size_t
table_n_rows(const struct table *t)
{
    return t->n;
}

const struct table_row *
table_row_at(const struct table *t, size_t i)
{
    assert(i < t->n);
    return &t->rows[i];
}

struct table_scores
table_scores(const struct definition *def, const struct table_row *row)
{
    int64_t by_tone[TONE_MAX_] = { 0 };
    int64_t counts[SURVEY_SLOTS_MAX] = { 0 };
    int values[SURVEY_SLOTS_MAX] = { 0 };
    for (size_t i = 0; i < def->n_slots; i++) {
        by_tone[def->scale[i].tone] += row->counts[i];
        values[i] = def->scale[i].code;
        counts[i] = def->scale[i].tone == TONE_UNKNOWN ? 0 : row->counts[i];
    }
    int64_t n = row->n_total - (def->unknown_counts ? 0 : by_tone[TONE_UNKNOWN]);
    struct wilson w = score_wilson(by_tone[TONE_POSITIVE], n);
    return (struct table_scores){
        .pct_positive = score_percent(by_tone[TONE_POSITIVE], n, 2),
        .pct_negative = score_percent(by_tone[TONE_NEGATIVE], n, 2),
        .wilson_pos_lo = w.lo,
        .wilson_pos_hi = w.hi,
        .mean = score_mean(counts, values, def->n_slots, 4),
    };
}

const char *
table_month(int32_t month, char buf[MONTH_TEXT_MAX])
{
    return month == TABLE_MONTH_ALL ? "ALL" : month_format(month, buf);
}

/* n_total, each answer, and the five scores: one figure left would give others back. */
static void
add_stars(const struct definition *def, struct text *out)
{
    for (size_t i = 0; i < def->n_slots + 6; i++) {
        text_add(out, ",*");
    }
    text_addc(out, '\n');
}

static void
add_row(const struct definition *def, const struct table_row *row, struct text *out)
{
    char buf[SCORE_TEXT_MAX];
    text_addf(out, "%s,%d,", row->period ? row->period : table_month(row->month, buf), row->level);
    csv_text(out, row->unit, false);
    if (row->group) {
        text_addc(out, ',');
        csv_text(out, row->group[0] ? row->group : "ALL", false);
    }
    if (row->is_hidden) {
        add_stars(def, out);
        return;
    }
    text_addf(out, ",%lld", (long long)row->n_total);
    for (size_t i = 0; i < def->n_slots; i++) {
        text_addf(out, ",%lld", (long long)row->counts[i]);
    }
    struct table_scores s = table_scores(def, row);
    const struct {
        int64_t score;
        int decimals;
    } scores[] = { { s.pct_positive, 2 },  { s.pct_negative, 2 }, { s.wilson_pos_lo, 4 },
                   { s.wilson_pos_hi, 4 }, { s.mean, 4 } };
    for (size_t i = 0; i < LENGTH(scores); i++) {
        text_addf(out, ",%s", score_format(scores[i].score, scores[i].decimals, buf));
    }
    text_addc(out, '\n');
}

static void
add_head(const struct definition *def, bool has_groups, struct text *out)
{
    text_addf(out, "month,level,unit,%sn_total", has_groups ? "group," : "");
    for (size_t i = 0; i < def->n_slots; i++) {
        text_addf(out, ",n%zu", i + 1);
    }
    text_add(out, ",pct_positive,pct_negative,wilson_pos_lo,wilson_pos_hi,mean\n");
}

void
table_csv(const struct definition *def, const struct table *t, struct text *out)
{
    add_head(def, false, out);
    for (size_t i = 0; i < t->n; i++) {
        add_row(def, &t->rows[i], out);
    }
}

static void
add_rows(const struct definition *def, struct table_row *rows, size_t n, struct text *out)
{
    if (n > 0) {
        qsort(rows, n, sizeof *rows, by_month_level_unit);
    }
    for (size_t i = 0; i < n; i++) {
        add_row(def, &rows[i], out);
    }
}

void
table_csv_rows(const struct definition *def, struct table_row *rows, size_t n, struct text *out)
{
    add_head(def, false, out);
    add_rows(def, rows, n, out);
}

void
table_csv_groups(const struct definition *def, struct table_row *rows, size_t n, struct text *out)
{
    add_head(def, true, out);
    add_rows(def, rows, n, out);
}
