/* SPDX-License-Identifier: MIT */
/* figures.c - every figure of a survey, one row for each month, unit and measure. */
#include "answers/figures.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/release.h"
#include "base/csv.h"
#include "base/text.h"
#include "rules/score.h"

enum { MEASURES_MAX = SURVEY_QUESTIONS_MAX + SURVEY_SCORES_MAX + 1 };

struct figures {
    struct table *tables[MEASURES_MAX]; /* own the rows */
    struct table_row *rows[MEASURES_MAX]; /* or these do, their texts in mem */
    size_t n_tables;
    struct arena *mem;
    struct figure *list;
    size_t n;
};

struct figures *
figures_free(struct figures *f)
{
    for (size_t i = 0; f && i < f->n_tables; i++) {
        table_free(f->tables[i]);
        free(f->rows[i]);
    }
    if (f) {
        arena_free(f->mem);
        free(f->list);
        free(f);
    }
    return NULL;
}

static int64_t
nps_of(const struct definition *def, const struct table_row *row)
{
    int64_t by_part[NPS_DETRACTOR + 1] = { 0 };
    for (size_t i = 0; i < def->n_slots; i++) {
        by_part[def->scale[i].nps] += row->counts[i];
    }
    int64_t n = by_part[NPS_PROMOTER] + by_part[NPS_PASSIVE] + by_part[NPS_DETRACTOR];
    return score_ratio(100 * (by_part[NPS_PROMOTER] - by_part[NPS_DETRACTOR]), n, 2);
}

static struct figure
make_figure(const struct definition *def, const struct import_wanted *want,
            const struct table_row *row)
{
    struct figure f = { .row = row, .kind = want->kind, .index = want->index,
                        .n = row->counts[0], .score = SCORE_NONE, .nps = SCORE_NONE };
    switch (want->kind) {
    case SURVEY_QUESTION:
        f.measure = def->questions[want->index].id;
        f.n = row->n_total;
        f.scores = table_scores(def, row);
        f.nps = def->has_nps ? nps_of(def, row) : SCORE_NONE;
        break;
    case SURVEY_SCORE:
        f.measure = def->scores[want->index].id;
        f.score = score_ratio(row->counts[1] * def->score_out_of,
                              row->counts[0] * def->score_unit * def->max_points, 4);
        break;
    case SURVEY_RESPONSES:
        f.measure = "responses";
        break;
    }
    return f;
}

static struct figure *
make_room(struct figures *f, size_t n)
{
    struct figure *more = reallocarray(f->list, f->n + n + 1, sizeof *more);
    f->list = more ? more : f->list;
    return more;
}

static int
add_measure(struct figures *f, struct store *s, const struct definition *def,
            const struct import_wanted *want, bool totals, struct err *reterr)
{
    AUTO(rollup) struct rollup *rollup = NULL;
    const struct table_options opt = { .totals = totals };
    int r = rollup_new(&rollup);
    r = r < 0 ? r : import_load_some(s, def, want, rollup, reterr);
    r = r < 0 ? r : table_build(def, rollup, &opt, &f->tables[f->n_tables]);
    if (r < 0) {
        return r;
    }
    const struct table *t = f->tables[f->n_tables++];
    size_t n = table_n_rows(t);
    if (!make_room(f, n)) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        f->list[f->n++] = make_figure(def, want, table_row_at(t, i));
    }
    return 0;
}

static int
by_place(const void *a, const void *b)
{
    const struct figure *x = a;
    const struct figure *y = b;
    if (x->row->month != y->row->month) {
        return x->row->month < y->row->month ? -1 : 1;
    }
    if (x->row->level != y->row->level) {
        return x->row->level < y->row->level ? -1 : 1;
    }
    int by_unit = strcmp(x->row->unit, y->row->unit);
    if (by_unit != 0) {
        return by_unit;
    }
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : x->index - y->index;
}

static int
add_published(struct figures *f, struct store *s, const struct definition *def,
              const struct import_wanted *want, bool totals, struct err *reterr)
{
    size_t n = 0;
    struct table_row **rows = &f->rows[f->n_tables++];
    (void)totals; /* over months there are none */
    int r = release_rows(s, def, want, f->mem, rows, &n, reterr);
    if (r < 0 || !make_room(f, n)) {
        return r < 0 ? r : -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        f->list[f->n++] = make_figure(def, want, &(*rows)[i]);
    }
    return 0;
}

typedef int (*add_fn)(struct figures *f, struct store *s, const struct definition *def,
                      const struct import_wanted *want, bool totals, struct err *reterr);

static int
add_all(struct figures *f, struct store *s, const struct definition *def,
        const struct figures_options *opt, add_fn add, struct err *reterr)
{
    int r = 0;
    struct import_wanted want = { .kind = SURVEY_QUESTION, .group = opt->group };
    for (; r == 0 && want.index < (int)def->n_questions; want.index++) {
        r = add(f, s, def, &want, opt->totals, reterr);
    }
    want.kind = SURVEY_SCORE;
    want.index = 0;
    for (; r == 0 && want.index < (int)def->n_scores; want.index++) {
        r = add(f, s, def, &want, opt->totals, reterr);
    }
    return r;
}

static int
finish(struct figures **f, int r, struct figures **ret, struct err *reterr)
{
    if (r < 0) {
        return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r;
    }
    if ((*f)->n > 1) {
        qsort((*f)->list, (*f)->n, sizeof *(*f)->list, by_place);
    }
    *ret = TAKE(*f);
    return 0;
}

int
figures_build(struct store *s, const struct definition *def, const struct figures_options *opt,
              struct figures **ret, struct err *reterr)
{
    AUTO(figures) struct figures *f = calloc(1, sizeof *f);
    int r = f ? add_all(f, s, def, opt, add_measure, reterr) : -ENOMEM;
    const struct import_wanted want = { .kind = SURVEY_RESPONSES, .group = opt->group };
    if (r == 0 && !def->question_column) {
        r = add_measure(f, s, def, &want, opt->totals, reterr);
    }
    return finish(&f, r, ret, reterr);
}

int
figures_published(struct store *s, const struct definition *def, struct figures **ret,
                  struct err *reterr)
{
    AUTO(figures) struct figures *f = calloc(1, sizeof *f);
    const struct figures_options opt = { 0 };
    int r = f && (f->mem = arena_open()) ? add_all(f, s, def, &opt, add_published, reterr)
                                         : -ENOMEM;
    return finish(&f, r, ret, reterr);
}

size_t
figures_n(const struct figures *f)
{
    return f->n;
}

const struct figure *
figures_at(const struct figures *f, size_t i)
{
    assert(i < f->n);
    return &f->list[i];
}

/* ---- as text ------------------------------------------------------------------------------ */

static const struct {
    const char *head;
    bool is_text;
} first[] = { { "month", true }, { "level", false }, { "unit", true }, { "measure", true },
              { "n", false } };
static const char *const last[] = { "pct_positive", "pct_negative", "wilson_pos_lo",
                                    "wilson_pos_hi", "mean", "score", "nps" };
enum { UNIT_COLUMN = 2, N_COLUMN = LENGTH(first) - 1 };
static_assert(LENGTH(first) + SURVEY_SLOTS_MAX + LENGTH(last) == FIGURES_COLUMNS_MAX, "columns");

size_t
figures_columns(const struct definition *def)
{
    return LENGTH(first) + def->n_slots + LENGTH(last);
}

bool
figures_is_text(size_t column)
{
    return column < LENGTH(first) && first[column].is_text;
}

void
figures_heads(const struct definition *def, struct figures_row *ret)
{
    const char **at = ret->cells;
    for (size_t i = 0; i < LENGTH(first); i++) {
        *at++ = first[i].head;
    }
    for (size_t i = 0; i < def->n_slots; i++) {
        (void)snprintf(ret->bytes[i], sizeof ret->bytes[i], "n%zu", i + 1);
        *at++ = ret->bytes[i];
    }
    for (size_t i = 0; i < LENGTH(last); i++) {
        *at++ = last[i];
    }
}

static void
write_counts(const struct definition *def, const struct figure *f, struct figures_row *ret)
{
    const bool is_question = f->kind == SURVEY_QUESTION;
    const struct table_scores none = { SCORE_NONE, SCORE_NONE, SCORE_NONE, SCORE_NONE, SCORE_NONE };
    const struct table_scores s = is_question ? f->scores : none;
    const struct {
        int64_t score;
        int decimals;
    } scores[LENGTH(last)] = { { s.pct_positive, 2 },  { s.pct_negative, 2 },
                               { s.wilson_pos_lo, 4 }, { s.wilson_pos_hi, 4 },
                               { s.mean, 4 },          { f->score, 4 },
                               { f->nps, 2 } };
    size_t at = N_COLUMN;
    (void)snprintf(ret->bytes[at], SCORE_TEXT_MAX, "%lld", (long long)f->n);
    for (size_t i = 0; i < def->n_slots; i++) {
        at++;
        if (is_question) {
            (void)snprintf(ret->bytes[at], SCORE_TEXT_MAX, "%lld", (long long)f->row->counts[i]);
        }
    }
    for (size_t i = 0; i < LENGTH(scores); i++) {
        at++;
        ret->cells[at] = score_format(scores[i].score, scores[i].decimals, ret->bytes[at]);
    }
}

void
figures_cells(const struct definition *def, const struct figure *f, struct figures_row *ret)
{
    for (size_t i = 0; i < figures_columns(def); i++) {
        ret->bytes[i][0] = '\0';
        ret->cells[i] = f->row->is_hidden && i >= N_COLUMN ? "*" : ret->bytes[i];
    }
    ret->cells[0] = table_month(f->row->month, ret->bytes[0]);
    (void)snprintf(ret->bytes[1], SCORE_TEXT_MAX, "%d", f->row->level);
    ret->cells[UNIT_COLUMN] = f->row->unit;
    ret->cells[UNIT_COLUMN + 1] = f->measure;
    if (!f->row->is_hidden) { /* one figure left would give others back */
        write_counts(def, f, ret);
    }
}

static void
add_row(const struct definition *def, const struct figures_row *row, bool is_lean,
        struct text *out)
{
    for (size_t i = 0; i < figures_columns(def); i++) {
        text_add(out, i ? "," : "");
        if (figures_is_text(i)) {
            csv_text(out, row->cells[i], i == UNIT_COLUMN && !is_lean);
        } else {
            text_add(out, row->cells[i]);
        }
    }
    text_addc(out, '\n');
}

void
figures_csv(const struct definition *def, const struct figures *f, bool is_lean, struct text *out)
{
    struct figures_row row;
    figures_heads(def, &row);
    add_row(def, &row, true, out);
    for (size_t i = 0; i < f->n; i++) {
        figures_cells(def, &f->list[i], &row);
        add_row(def, &row, is_lean, out);
    }
}
