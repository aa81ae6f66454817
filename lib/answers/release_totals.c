/* SPDX-License-Identifier: MIT */
/*
 * release_totals.c - totals over a period of which all months are published: those of units that
 * are hidden in some of them too, where these are solved with the months. Once, as the months stood
 * then.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/import.h"
#include "answers/release_inside.h"
#include "rules/totals.h"
#include "store/audit.h"

enum { PERIOD_MONTHS_MAX = 12 };

/* A month of the period, and answers of one unit that a version added to one of its remainders. */
struct month_board {
    struct board board;
    struct board_lines lines;
};
struct part {
    int month; /* of the period */
    int64_t version;
    uint32_t owner; /* line of the month */
    uint32_t unit;  /* of the period */
    int64_t counts[SURVEY_COUNTS];
    int64_t n, n_known;
};
struct period_work {
    const struct totals_work *in;
    int64_t series;
    struct arena *mem;
    struct month_board months[PERIOD_MONTHS_MAX];
    int64_t counted; /* bits */
    int64_t k;       /* the highest that a month was published under */
    const char **paths; /* units that some month names, ascending */
    struct totals_unit *units;
    int64_t (*hidden)[SURVEY_COUNTS]; /* what each has where it is hidden */
    size_t n_units;
    struct part *parts;
    size_t n_parts;
};

/* ---- months ---- */

/* Whether all that was published of the month is known answer by answer. */
static bool
is_known_whole(const struct board *b)
{
    int64_t rest[SURVEY_COUNTS];
    memcpy(rest, b->cells[0].counts, sizeof rest);
    bool is_whole = b->cells[0].is_shown && b->cells[0].path[0] == '\0';
    for (size_t i = 0; i < b->before.n; i++) {
        for (int slot = 0; slot < SURVEY_COUNTS; slot++) {
            rest[slot] -= b->before.list[i].cell.counts[slot];
        }
    }
    for (int slot = 0; slot < SURVEY_COUNTS; slot++) {
        is_whole = is_whole && rest[slot] == 0;
    }
    return is_whole;
}

/* 1; or 0, when the period cannot be solved because of this month. */
static int
read_month(struct period_work *x, int i, struct err *reterr)
{
    const struct totals_work *w = x->in;
    struct month_board *m = &x->months[i];
    struct release_row release;
    struct board_place at = { .survey = w->survey, .month = w->period.first + i,
                              .series = x->series, .has_leaves = true };
    int r = release_newest(w->store, w->survey, at.month, &release, reterr);
    if (r <= 0) {
        return r;
    }
    x->k = release.k > x->k ? release.k : x->k;
    r = board_load(w->store, &at, x->mem, &m->board, reterr);
    if (r < 0 || m->board.n == 0) {
        return r < 0 ? r : 1; /* nobody answered this question */
    }
    x->counted |= INT64_C(1) << i;
    r = board_lines(&m->board, NULL, 0, x->mem, &m->lines);
    return r < 0 ? r : is_known_whole(&m->board);
}

static int
read_months(struct period_work *x, struct err *reterr)
{
    struct survey_months all;
    int r = survey_months_load(x->in->store, x->in->survey, &all, reterr);
    r = r < 0 ? r : 1;
    for (size_t i = 0; r > 0 && i < all.n; i++) {
        int32_t month = all.list[i].month;
        if (month >= x->in->period.first && month <= x->in->period.last) {
            r = read_month(x, month - x->in->period.first, reterr);
        }
    }
    survey_months_done(&all);
    return r > 0 && x->counted == 0 ? 0 : r;
}

/* ---- units ---- */

static int
by_path(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The nearest named unit at or above a path. The trust is named in every month. */
static uint32_t
unit_of(const struct period_work *x, const char *path)
{
    char unit[UNIT_PATH_MAX + 1];
    const char *key = unit;
    (void)snprintf(unit, sizeof unit, "%s", path);
    for (size_t len = strlen(unit);; len = release_path_above(unit, len)) {
        unit[len] = '\0';
        const char **found = bsearch(&key, x->paths, x->n_units, sizeof *x->paths, by_path);
        if (found || len == 0) {
            return found ? (uint32_t)(found - x->paths) : 0;
        }
    }
}

static uint32_t
parent_of(const struct period_work *x, size_t unit)
{
    char path[UNIT_PATH_MAX + 1];
    (void)snprintf(path, sizeof path, "%s", x->paths[unit]);
    path[release_path_above(path, strlen(path))] = '\0';
    return unit_of(x, path);
}

static int
list_units(struct period_work *x)
{
    size_t n = 0;
    for (int i = 0; i < PERIOD_MONTHS_MAX; i++) {
        n += x->months[i].board.n;
    }
    x->paths = ARENA_LIST(x->mem, n, const char *);
    x->units = ARENA_LIST(x->mem, n, struct totals_unit);
    x->hidden = arena_new(x->mem, n, sizeof *x->hidden);
    if (!x->paths || !x->units || !x->hidden) {
        return -ENOMEM;
    }
    size_t all = 0;
    for (int i = 0; i < PERIOD_MONTHS_MAX; i++) {
        for (size_t k = 0; k < x->months[i].board.n; k++) {
            x->paths[all++] = x->months[i].board.cells[k].path;
        }
    }
    qsort(x->paths, all, sizeof *x->paths, by_path);
    for (size_t i = 0; i < all; i++) {
        if (x->n_units == 0 || strcmp(x->paths[i], x->paths[x->n_units - 1]) != 0) {
            x->paths[x->n_units++] = x->paths[i];
        }
    }
    for (size_t i = 0; i < x->n_units; i++) {
        x->units[i] = (struct totals_unit){ .parent = parent_of(x, i), .is_free = true };
    }
    return 0;
}

/* ---- parts ---- */

static int
by_remainder(const struct part *a, const struct part *b)
{
    int order = (a->month > b->month) - (a->month < b->month);
    order = order ? order : (a->version > b->version) - (a->version < b->version);
    return order ? order : (a->owner > b->owner) - (a->owner < b->owner);
}

static int
by_place(const void *a, const void *b)
{
    const struct part *x = a;
    const struct part *y = b;
    int order = by_remainder(x, y);
    return order ? order : (x->unit > y->unit) - (x->unit < y->unit);
}

/* One part for each place; false where an answer was taken back out of one: then it is not known
 * how many versions it was in. */
static bool
merge_parts(struct period_work *x)
{
    size_t n = 0;
    bool is_good = true;
    qsort(x->parts, x->n_parts, sizeof *x->parts, by_place);
    for (size_t i = 0; i < x->n_parts; i++) {
        struct part *last = n ? &x->parts[n - 1] : NULL;
        if (!last || by_place(last, &x->parts[i]) != 0) {
            x->parts[n++] = x->parts[i];
            continue;
        }
        for (int slot = 0; slot < SURVEY_COUNTS; slot++) {
            last->counts[slot] += x->parts[i].counts[slot];
        }
    }
    x->n_parts = n;
    for (size_t i = 0; i < n; i++) {
        for (int slot = 0; slot < SURVEY_COUNTS; slot++) {
            x->parts[i].n += x->parts[i].counts[slot];
            is_good = is_good && x->parts[i].counts[slot] >= 0;
        }
    }
    return is_good;
}

/* 1; or 0, when the parts cannot be told. */
static int
list_parts(struct period_work *x)
{
    size_t n = 0;
    for (int i = 0; i < PERIOD_MONTHS_MAX; i++) {
        n += x->months[i].board.before.n;
    }
    x->parts = ARENA_LIST(x->mem, n + 1, struct part);
    if (!x->parts) {
        return -ENOMEM;
    }
    for (int i = 0; i < PERIOD_MONTHS_MAX; i++) {
        const struct month_board *m = &x->months[i];
        for (size_t k = 0; k < m->board.before.n; k++) {
            const struct release_slice *leaf = &m->board.before.list[k];
            struct part *part = &x->parts[x->n_parts++];
            *part = (struct part){ .month = i, .version = leaf->version,
                                   .owner = board_line_of(&m->lines, leaf->cell.path),
                                   .unit = unit_of(x, leaf->cell.path) };
            memcpy(part->counts, leaf->cell.counts, sizeof part->counts);
        }
    }
    return merge_parts(x);
}

/* A hidden unit that is named, and none below it, has an answer at least, in the first version. */
static void
mark_known(struct period_work *x, int i)
{
    const struct month_board *m = &x->months[i];
    for (size_t k = 0; k < m->board.n; k++) {
        const struct release_cell *cell = &m->board.cells[k];
        const char *next = k + 1 < m->board.n ? m->board.cells[k + 1].path : "";
        bool has_below = strncmp(next, cell->path, strlen(cell->path)) == 0;
        uint32_t unit = unit_of(x, cell->path);
        struct part *first = NULL; /* parts come by version */
        for (size_t p = 0; p < x->n_parts && !cell->is_shown && !has_below && !first; p++) {
            first = x->parts[p].month == i && x->parts[p].unit == unit ? &x->parts[p] : NULL;
        }
        if (first && first->n > 0) {
            first->n_known = 1;
        }
    }
}

static void
sum_up(struct period_work *x)
{
    for (size_t i = 0; i < x->n_parts; i++) {
        const struct part *part = &x->parts[i];
        const struct board *board = &x->months[part->month].board;
        for (uint32_t unit = part->unit;; unit = x->units[unit].parent) {
            bool is_hidden = !board_shown(board, x->paths[unit]); /* a unit below it may be shown */
            x->units[unit].n += part->n;
            x->units[unit].is_free = x->units[unit].is_free && !is_hidden;
            for (int slot = 0; slot < SURVEY_COUNTS && is_hidden; slot++) {
                x->hidden[unit][slot] += part->counts[slot];
            }
            if (x->units[unit].parent == unit) {
                break;
            }
        }
    }
}

static int
solve(struct period_work *x)
{
    struct totals_line *lines = ARENA_LIST(x->mem, x->n_parts + 1, struct totals_line);
    void *room = arena_new(x->mem, 1, totals_room(x->n_parts, x->n_units, x->n_parts));
    size_t n_remainders = 0;
    if (!lines || !room) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < x->n_parts; i++) {
        const struct part *part = &x->parts[i];
        n_remainders += i == 0 || by_remainder(&x->parts[i - 1], part) != 0;
        lines[i] = (struct totals_line){ (uint32_t)n_remainders - 1, part->unit, part->n,
                                         part->n_known };
    }
    const struct totals in = { .units = x->units, .n_units = x->n_units, .lines = lines,
                               .n_lines = x->n_parts, .n_remainders = n_remainders,
                               .k = x->k, .room = room };
    (void)totals_hide(&in);
    return 0;
}

static int
write_totals(const struct period_work *x, struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < x->n_units; i++) {
        struct release_total total = { .cell = { .path = x->paths[i],
                                                 .is_shown = x->units[i].is_shown },
                                       .first = x->in->period.first, .last = x->in->period.last,
                                       .months = x->counted };
        if (total.cell.is_shown) {
            memcpy(total.cell.counts, x->hidden[i], sizeof total.cell.counts);
        }
        r = release_total_add(x->in->store, x->series, &total, reterr);
    }
    return r < 0 ? r : 1;
}

/* 1 when they are published by this, else 0. */
static int
settle_question(struct period_work *x, struct err *reterr)
{
    const struct totals_work *w = x->in;
    int r = release_total_overlaps(w->store, x->series, w->period.first, w->period.last, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    r = read_months(x, reterr);
    if (r > 0) {
        r = list_units(x) < 0 ? -ENOMEM : list_parts(x);
    }
    if (r <= 0) {
        return r;
    }
    for (int i = 0; i < PERIOD_MONTHS_MAX; i++) {
        mark_known(x, i);
    }
    sum_up(x);
    r = solve(x);
    return r < 0 ? r : write_totals(x, reterr);
}

static int
write_audit(const struct totals_work *w, struct err *reterr)
{
    char subject[SURVEY_ID_MAX + 48];
    struct release_period p = w->period;
    char first[MONTH_TEXT_MAX];
    char last[MONTH_TEXT_MAX];
    (void)snprintf(subject, sizeof subject, "survey %s %s..%s", w->opt->def->id,
                   month_format(p.first, first), month_format(p.last, last));
    const struct audit_entry entry = { .at_ms = w->opt->now_ms, .actor = "aggregate",
                                       .on_behalf = "", .event = "survey totals published",
                                       .subject = subject, .detail = "" };
    return audit_append(w->store, &entry, reterr);
}

static int
settle_questions(const struct totals_work *w, struct arena *mem, struct err *reterr)
{
    int n_solved = 0;
    int r = 0;
    for (size_t q = 0; r >= 0 && q < w->opt->def->n_questions; q++) {
        struct period_work *x = ARENA_NEW(mem, struct period_work);
        if (!x) {
            return -ENOMEM;
        }
        *x = (struct period_work){ .in = w, .k = w->opt->def->threshold, .mem = mem };
        r = import_question(w->store, w->survey, w->opt->def, (int)q, &x->series, reterr);
        r = r <= 0 ? r : settle_question(x, reterr);
        n_solved += r > 0;
    }
    r = r < 0 || n_solved == 0 ? r : write_audit(w, reterr);
    return r < 0 || !w->opt->guard ? r : w->opt->guard(w->opt->arg, w->store, reterr);
}

int
totals_settle(const struct totals_work *w, struct err *reterr)
{
    AUTO(arena) struct arena *mem = arena_open();
    int r = mem ? store_begin(w->store, reterr) : err_set(reterr, -ENOMEM, "out of memory");
    if (r < 0) {
        return r;
    }
    r = settle_questions(w, mem, reterr);
    if (r < 0) {
        store_rollback(w->store);
        return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r;
    }
    return store_commit(w->store, reterr);
}
