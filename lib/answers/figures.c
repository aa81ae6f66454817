/* SPDX-License-Identifier: MIT */
/* figures.c - every figure of a survey, one row for each month, unit and measure. */
#include "answers/figures.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/release.h"
#include "answers/wording.h"
#include "base/csv.h"
#include "base/list.h"
#include "base/text.h"
#include "rules/score.h"

/* Of one measure in one wording. */
struct figure_rows {
    struct table *table; /* owns the rows */
    struct table_row *rows; /* or these do, their texts in mem */
};
struct figures {
    struct figure_rows *parts;
    size_t n_parts, cap_parts;
    struct kept_definition {
        int64_t id;
        struct definition *def;
    } *kept; /* of wordings that are asked no more */
    size_t n_kept, cap_kept;
    struct arena *mem;
    struct figure *list;
    size_t n;
    size_t n_slots; /* of the longest scale */
    int64_t n_unread;
};

struct figures *
figures_free(struct figures *f)
{
    for (size_t i = 0; f && i < f->n_parts; i++) {
        table_free(f->parts[i].table);
        free(f->parts[i].rows);
    }
    for (size_t i = 0; f && i < f->n_kept; i++) {
        definition_free(f->kept[i].def);
    }
    if (f) {
        arena_free(f->mem);
        free(f->parts);
        free(f->kept);
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

/* What is read by one definition. */
struct reading_of {
    struct store *s;
    const struct definition *def;
    const struct figures_options *opt;
    struct import_wanted want;
    int64_t version;
};

static struct figure
make_figure(const struct reading_of *of, const struct table_row *row)
{
    const struct definition *def = of->def;
    const struct import_wanted *want = &of->want;
    struct figure f = { .row = row, .kind = want->kind, .index = want->index, .def = def,
                        .version = of->version, .n = row->counts[0], .score = SCORE_NONE,
                        .nps = SCORE_NONE };
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

static struct figure_rows *
add_part(struct figures *f)
{
    if (list_room(&f->parts, f->n_parts, &f->cap_parts, sizeof *f->parts) < 0) {
        return NULL;
    }
    f->parts[f->n_parts] = (struct figure_rows){ 0 };
    return &f->parts[f->n_parts++];
}

static struct figure *
make_room(struct figures *f, size_t n)
{
    struct figure *more = reallocarray(f->list, f->n + n + 1, sizeof *more);
    f->list = more ? more : f->list;
    return more;
}

static int
add_measure(struct figures *f, const struct reading_of *of, struct err *reterr)
{
    AUTO(rollup) struct rollup *rollup = NULL;
    const struct table_options opt = { .totals = of->opt->totals };
    struct figure_rows *part = add_part(f);
    int r = part ? rollup_new(&rollup) : -ENOMEM;
    r = r < 0 ? r : import_load_some(of->s, of->def, &of->want, rollup, reterr);
    r = r < 0 ? r : table_build(of->def, rollup, &opt, &part->table);
    if (r < 0) {
        return r;
    }
    size_t n = table_n_rows(part->table);
    if (!make_room(f, n)) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        f->list[f->n++] = make_figure(of, table_row_at(part->table, i));
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
    if (x->kind != y->kind || x->index != y->index) {
        return x->kind != y->kind ? (int)x->kind - (int)y->kind : x->index - y->index;
    }
    int by_name = strcmp(x->measure, y->measure);
    return by_name ? by_name : (x->version > y->version) - (x->version < y->version);
}

/* Over months there are none. */
static int
add_published(struct figures *f, const struct reading_of *of, struct err *reterr)
{
    size_t n = 0;
    struct figure_rows *part = add_part(f);
    int r = !part                                ? -ENOMEM
            : of->want.kind == SURVEY_RESPONSES ? 0
                                                 : release_rows(of->s, of->def, &of->want, f->mem,
                                                                &part->rows, &n, reterr);
    if (r < 0 || !make_room(f, n)) {
        return r < 0 ? r : -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        f->list[f->n++] = make_figure(of, &part->rows[i]);
    }
    return 0;
}

typedef int (*add_fn)(struct figures *f, const struct reading_of *of, struct err *reterr);

/* 1, or 0 when none is kept. */
static int
read_kept(struct figures *f, struct store *s, const struct wording *w,
          const struct definition **ret, struct err *reterr)
{
    for (size_t i = 0; i < f->n_kept; i++) {
        if (f->kept[i].id == w->definition) {
            *ret = f->kept[i].def;
            return 1;
        }
    }
    if (list_room(&f->kept, f->n_kept, &f->cap_kept, sizeof *f->kept) < 0) {
        return -ENOMEM;
    }
    struct kept_definition *kept = &f->kept[f->n_kept];
    *kept = (struct kept_definition){ .id = w->definition };
    int r = wording_read(s, w, &kept->def, reterr);
    f->n_kept += r == 0;
    *ret = kept->def;
    return r < 0 ? (r == -ENODATA ? 0 : r) : 1;
}

/* In each wording that it ever had. */
static int
add_wording(struct figures *f, struct reading_of *of, const struct definition *def,
            const struct wording *w, add_fn add, struct err *reterr)
{
    int r = w->is_asked ? 1 : read_kept(f, of->s, w, &of->def, reterr);
    of->def = w->is_asked ? def : of->def;
    of->version = w->version;
    if (r <= 0 || !wording_wanted(w, of->def, &of->want)) {
        f->n_unread += r >= 0;
        return r < 0 ? r : 0;
    }
    if (w->kind == SURVEY_RESPONSES && of->def->question_column) {
        return 0;
    }
    of->want.group = of->opt->group;
    f->n_slots = of->def->n_slots > f->n_slots ? of->def->n_slots : f->n_slots;
    return add(f, of, reterr);
}

static int
add_all(struct figures *f, struct store *s, const struct definition *def,
        const struct figures_options *opt, add_fn add, struct err *reterr)
{
    struct wording_list all;
    struct reading_of of = { .s = s, .opt = opt };
    f->n_slots = def->n_slots;
    int r = wording_list(s, def, f->mem, &all, reterr);
    for (size_t i = 0; r >= 0 && i < all.n; i++) {
        r = add_wording(f, &of, def, &all.list[i], add, reterr);
    }
    return r;
}

static int
make(struct store *s, const struct definition *def, const struct figures_options *opt, add_fn add,
     struct figures **ret, struct err *reterr)
{
    AUTO(figures) struct figures *f = calloc(1, sizeof *f);
    int r = f && (f->mem = arena_open()) ? add_all(f, s, def, opt, add, reterr) : -ENOMEM;
    if (r < 0) {
        return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r;
    }
    if (f->n > 1) {
        qsort(f->list, f->n, sizeof *f->list, by_place);
    }
    *ret = TAKE(f);
    return 0;
}

int
figures_build(struct store *s, const struct definition *def, const struct figures_options *opt,
              struct figures **ret, struct err *reterr)
{
    return make(s, def, opt, add_measure, ret, reterr);
}

int
figures_published(struct store *s, const struct definition *def, struct figures **ret,
                  struct err *reterr)
{
    const struct figures_options opt = { 0 };
    return make(s, def, &opt, add_published, ret, reterr);
}

int64_t
figures_unread(const struct figures *f)
{
    return f->n_unread;
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
                                    "wilson_pos_hi", "mean", "score", "nps", "version" };
enum { UNIT_COLUMN = 2, N_COLUMN = LENGTH(first) - 1, N_SCORES = LENGTH(last) - 1 };
static_assert(LENGTH(first) + SURVEY_SLOTS_MAX + LENGTH(last) == FIGURES_COLUMNS_MAX, "columns");

size_t
figures_columns(const struct figures *f)
{
    return LENGTH(first) + f->n_slots + LENGTH(last);
}

bool
figures_is_text(size_t column)
{
    return column < LENGTH(first) && first[column].is_text;
}

void
figures_heads(const struct figures *f, struct figures_row *ret)
{
    const char **at = ret->cells;
    for (size_t i = 0; i < LENGTH(first); i++) {
        *at++ = first[i].head;
    }
    for (size_t i = 0; i < f->n_slots; i++) {
        (void)snprintf(ret->bytes[i], sizeof ret->bytes[i], "n%zu", i + 1);
        *at++ = ret->bytes[i];
    }
    for (size_t i = 0; i < LENGTH(last); i++) {
        *at++ = last[i];
    }
}

static void
write_counts(const struct figures *all, const struct figure *f, struct figures_row *ret)
{
    const bool is_question = f->kind == SURVEY_QUESTION;
    const struct table_scores none = { SCORE_NONE, SCORE_NONE, SCORE_NONE, SCORE_NONE, SCORE_NONE };
    const struct table_scores s = is_question ? f->scores : none;
    const struct {
        int64_t score;
        int decimals;
    } scores[N_SCORES] = { { s.pct_positive, 2 },  { s.pct_negative, 2 },
                               { s.wilson_pos_lo, 4 }, { s.wilson_pos_hi, 4 },
                               { s.mean, 4 },          { f->score, 4 },
                               { f->nps, 2 } };
    size_t at = N_COLUMN;
    (void)snprintf(ret->bytes[at], SCORE_TEXT_MAX, "%lld", (long long)f->n);
    for (size_t i = 0; i < all->n_slots; i++) {
        at++;
        if (is_question && i < f->def->n_slots) {
            (void)snprintf(ret->bytes[at], SCORE_TEXT_MAX, "%lld", (long long)f->row->counts[i]);
        }
    }
    for (size_t i = 0; i < LENGTH(scores); i++) {
        at++;
        ret->cells[at] = score_format(scores[i].score, scores[i].decimals, ret->bytes[at]);
    }
}

void
figures_cells(const struct figures *all, const struct figure *f, struct figures_row *ret)
{
    size_t version = figures_columns(all) - 1;
    for (size_t i = 0; i < version; i++) {
        ret->bytes[i][0] = '\0';
        ret->cells[i] = f->row->is_hidden && i >= N_COLUMN ? "*" : ret->bytes[i];
    }
    ret->cells[0] = table_month(f->row->month, ret->bytes[0]);
    (void)snprintf(ret->bytes[1], SCORE_TEXT_MAX, "%d", f->row->level);
    ret->cells[UNIT_COLUMN] = f->row->unit;
    ret->cells[UNIT_COLUMN + 1] = f->measure;
    if (!f->row->is_hidden) { /* one figure left would give others back */
        write_counts(all, f, ret);
    }
    (void)snprintf(ret->bytes[version], SCORE_TEXT_MAX, "%lld", (long long)f->version);
    ret->cells[version] = ret->bytes[version];
}

static void
add_row(const struct figures *f, const struct figures_row *row, bool is_lean, struct text *out)
{
    for (size_t i = 0; i < figures_columns(f); i++) {
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
figures_csv(const struct figures *f, bool is_lean, struct text *out)
{
    struct figures_row row;
    figures_heads(f, &row);
    add_row(f, &row, true, out);
    for (size_t i = 0; i < f->n; i++) {
        figures_cells(f, &f->list[i], &row);
        add_row(f, &row, is_lean, out);
    }
}
