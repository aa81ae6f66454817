/* SPDX-License-Identifier: MIT */
/* release_slices.c - staff groups beside the units of a month that is published. */
#include <assert.h>
#include <string.h>

#include "answers/import.h"
#include "answers/release_inside.h"
#include "rules/slices.h"

int
slice_sheet_load(struct store *s, const struct definition *def, const struct import_wanted *of,
                 struct slice_sheet *ret, struct err *reterr)
{
    *ret = (struct slice_sheet){ 0 };
    if (!def->publishes_groups && !def->totals) {
        return 0;
    }
    struct import_wanted want = *of;
    want.by_group = def->publishes_groups;
    int r = rollup_new(&ret->leaves);
    r = r < 0 ? r : import_load_some(s, def, &want, ret->leaves, reterr);
    return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r < 0 ? r : 0;
}

void
slice_sheet_done(struct slice_sheet *sheet)
{
    sheet->leaves = rollup_free(sheet->leaves);
}

/* ---- the month's answers by unit and group ---- */

/* At [unit * n_groups + group], each with SURVEY_COUNTS numbers. */
struct month_slices {
    const struct slice_work *w;
    int64_t *groups; /* ids, ascending */
    size_t n_groups;
    int64_t *counts; /* of the unit and all below it */
    int64_t *own;    /* as slices_hide takes them */
};

static const struct rollup_cell *
cell_of_month(const struct slice_work *w, size_t i)
{
    const struct rollup_cell *c = rollup_cell_at(w->sheet->leaves, i);
    return c->month == w->month && c->question != 0 ? c : NULL;
}

static size_t
place_of_group(const struct month_slices *m, int64_t group)
{
    size_t i = 0;
    while (i < m->n_groups && m->groups[i] < group) {
        i++;
    }
    return i;
}

static int
list_groups(struct month_slices *m)
{
    size_t n_cells = rollup_n_cells(m->w->sheet->leaves);
    m->groups = ARENA_LIST(m->w->mem, n_cells, int64_t);
    if (!m->groups) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n_cells; i++) {
        const struct rollup_cell *c = cell_of_month(m->w, i);
        size_t at = c ? place_of_group(m, c->question) : 0;
        if (!c || (at < m->n_groups && m->groups[at] == c->question)) {
            continue;
        }
        memmove(m->groups + at + 1, m->groups + at, (m->n_groups - at) * sizeof *m->groups);
        m->groups[at] = c->question;
        m->n_groups++;
    }
    return 0;
}

static int64_t *
counts_at(const struct month_slices *m, size_t unit, size_t group)
{
    return m->counts + (unit * m->n_groups + group) * SURVEY_COUNTS;
}

static void
take_leaves(struct month_slices *m)
{
    const struct slice_work *w = m->w;
    for (size_t i = 0; i < rollup_n_cells(w->sheet->leaves); i++) {
        const struct rollup_cell *c = cell_of_month(w, i);
        const struct sheet_row *row =
            c ? sheet_find(w->rows, w->n, rollup_unit_at(w->sheet->leaves, c->unit)->path) : NULL;
        if (!row) {
            continue; /* of another month, or emptied by corrections */
        }
        size_t unit = (size_t)(row - w->rows);
        size_t group = place_of_group(m, c->question);
        for (int slot = 0; slot < SURVEY_COUNTS; slot++) {
            counts_at(m, unit, group)[slot] += c->counts[slot];
            m->own[unit * (m->n_groups + 1) + group] += c->counts[slot];
        }
    }
}

/* People without a group are what a unit has beside its groups and the units below it. */
static void
find_ungrouped(struct month_slices *m)
{
    const struct slice_work *w = m->w;
    size_t width = m->n_groups + 1;
    for (size_t i = 0; i < w->n; i++) {
        m->own[i * width + m->n_groups] += w->rows[i].n;
        for (size_t g = 0; g < m->n_groups; g++) {
            m->own[i * width + m->n_groups] -= m->own[i * width + g];
        }
        if (i > 0) {
            m->own[w->cells[i].parent * width + m->n_groups] -= w->rows[i].n;
        }
    }
}

static void
sum_upwards(struct month_slices *m)
{
    for (size_t i = m->w->n; i-- > 1;) {
        size_t parent = m->w->cells[i].parent;
        for (size_t k = 0; k < m->n_groups * SURVEY_COUNTS; k++) {
            counts_at(m, parent, 0)[k] += counts_at(m, i, 0)[k];
        }
    }
}

static int
make(struct month_slices *m, const bool *shown, struct slice_list *ret)
{
    const struct slice_work *w = m->w;
    struct release_slice *list = ARENA_LIST(w->mem, w->n * m->n_groups, struct release_slice);
    size_t n = 0;
    if (!list) {
        return -ENOMEM;
    }
    for (size_t pair = 0; pair < w->n * m->n_groups; pair++) {
        size_t unit = pair / m->n_groups;
        size_t group = pair % m->n_groups;
        if (!shown[group] || w->cells[unit].why != DISCLOSURE_SHOWN) {
            continue;
        }
        struct release_slice *one = &list[n++];
        *one = (struct release_slice){ .cell = { .path = w->rows[unit].path,
                                                 .is_shown = shown[pair] },
                                       .group = m->groups[group] };
        if (shown[pair]) {
            memcpy(one->cell.counts, counts_at(m, unit, group), sizeof one->cell.counts);
        }
    }
    *ret = (struct slice_list){ list, n, n };
    return 0;
}

int
slices_decide(const struct slice_work *w, struct slice_list *ret)
{
    struct month_slices m = { .w = w };
    int r = w->sheet->leaves ? list_groups(&m) : 0;
    if (r < 0 || m.n_groups == 0 || w->n == 0) {
        return r;
    }
    m.counts = ARENA_LIST(w->mem, w->n * m.n_groups * SURVEY_COUNTS, int64_t);
    m.own = ARENA_LIST(w->mem, w->n * (m.n_groups + 1), int64_t);
    bool *shown = ARENA_LIST(w->mem, w->n * m.n_groups, bool);
    void *room = arena_new(w->mem, 1, slices_room(w->n, m.n_groups));
    if (!m.counts || !m.own || !shown || !room) {
        return -ENOMEM;
    }
    take_leaves(&m);
    find_ungrouped(&m);
    sum_upwards(&m);
    const struct slices in = { .cells = w->cells, .n_cells = w->n, .n_groups = m.n_groups,
                               .k = w->k, .own = m.own, .shown = shown, .room = room };
    (void)slices_hide(&in);
    return make(&m, shown, ret);
}
