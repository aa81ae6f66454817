/* SPDX-License-Identifier: MIT */
/* sheet.c - one question's counts as they stand, higher units summed up. */
#include "answers/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "answers/import.h"

static int
add_to(struct rollup *sums, const char *path, size_t len, const struct rollup_cell *c)
{
    uint32_t unit = 0;
    int r = rollup_unit_path(sums, path, len, &unit);
    for (int slot = 0; r == 0 && slot < SURVEY_COUNTS; slot++) {
        r = c->counts[slot] ? rollup_add(sums, unit, c->month, 0, slot, c->counts[slot]) : 0;
    }
    return r;
}

/* To the unit itself and to each above it, up to the trust, whose path is empty. */
static int
add_upwards(struct rollup *sums, const struct rollup_unit *u, const struct rollup_cell *c)
{
    for (size_t len = u->path_len;; len--) {
        bool is_unit = len == 0 || u->path[len - 1] == UNIT_SEPARATOR;
        int r = is_unit ? add_to(sums, u->path, len, c) : 0;
        if (r < 0 || len == 0) {
            return r;
        }
    }
}

static int
by_month_and_path(const void *a, const void *b)
{
    const struct sheet_row *x = a;
    const struct sheet_row *y = b;
    if (x->month != y->month) {
        return x->month < y->month ? -1 : 1;
    }
    return strcmp(x->path, y->path);
}

static int
make_rows(struct sheet *sheet)
{
    size_t n = rollup_n_cells(sheet->sums);
    sheet->rows = calloc(n ? n : 1, sizeof *sheet->rows);
    if (!sheet->rows) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        const struct rollup_cell *c = rollup_cell_at(sheet->sums, i);
        struct sheet_row *row = &sheet->rows[sheet->n];
        *row = (struct sheet_row){ .month = c->month,
                                   .path = rollup_unit_at(sheet->sums, c->unit)->path };
        for (int slot = 0; slot < SURVEY_COUNTS; slot++) {
            row->counts[slot] = c->counts[slot];
            row->n += c->counts[slot];
        }
        sheet->n += row->n > 0; /* a cell can be emptied by corrections */
    }
    qsort(sheet->rows, sheet->n, sizeof *sheet->rows, by_month_and_path);
    return 0;
}

int
sheet_load_some(struct store *s, const struct definition *def, const struct import_wanted *want,
                struct sheet *ret, struct err *reterr)
{
    AUTO(rollup) struct rollup *leaves = NULL;
    struct sheet sheet = { .n = 0 };
    int r = rollup_new(&leaves);
    r = r < 0 ? r : import_load_some(s, def, want, leaves, reterr);
    r = r < 0 ? r : rollup_new(&sheet.sums);
    for (size_t i = 0; r >= 0 && i < rollup_n_cells(leaves); i++) {
        const struct rollup_cell *c = rollup_cell_at(leaves, i);
        r = add_upwards(sheet.sums, rollup_unit_at(leaves, c->unit), c);
    }
    r = r < 0 ? r : make_rows(&sheet);
    if (r < 0) {
        sheet_done(&sheet);
        return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r;
    }
    *ret = sheet;
    return 0;
}

void
sheet_done(struct sheet *sheet)
{
    free(sheet->rows);
    rollup_free(sheet->sums);
    *sheet = (struct sheet){ .n = 0 };
}

const struct sheet_row *
sheet_month(const struct sheet *sheet, int32_t month, size_t *ret_n)
{
    size_t first = 0;
    size_t end = sheet->n;
    while (first < end) {
        size_t mid = first + (end - first) / 2;
        if (sheet->rows[mid].month < month) {
            first = mid + 1;
        } else {
            end = mid;
        }
    }
    while (end < sheet->n && sheet->rows[end].month == month) {
        end++;
    }
    *ret_n = end - first;
    return sheet->rows + first;
}

static int
path_against_row(const void *path, const void *row)
{
    return strcmp(path, ((const struct sheet_row *)row)->path);
}

const struct sheet_row *
sheet_find(const struct sheet_row *rows, size_t n, const char *path)
{
    return n ? bsearch(path, rows, n, sizeof *rows, path_against_row) : NULL;
}
