/* SPDX-License-Identifier: MIT */
/*
 * release_again.c - a later version of a question's month: what has come since is taken up, unit by
 * unit, and in the groups of people with them, so that tables of units and of groups always count
 * the same answers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/import.h"
#include "answers/release_inside.h"
#include "rules/slices.h"

/* ---- as it was published ---- */

struct board_take {
    struct board *board;
    struct arena *mem;
};

static void *
make_room(struct arena *mem, void *list, size_t n, size_t *cap, size_t size)
{
    if (n < *cap) {
        return list;
    }
    size_t wider = *cap ? *cap * 2 : 64;
    void *more = arena_new(mem, wider, size);
    if (more && n > 0) {
        memcpy(more, list, n * size);
    }
    *cap = more ? wider : *cap;
    return more;
}

static int
take_cell(void *arg, const struct release_cell *cell)
{
    struct board_take *take = arg;
    struct board *b = take->board;
    struct release_cell *list = make_room(take->mem, b->cells, b->n, &b->cap, sizeof *list);
    if (!list) {
        return -ENOMEM;
    }
    b->cells = list;
    b->cells[b->n] = *cell;
    b->cells[b->n].path = arena_text(take->mem, cell->path);
    b->has_shown = b->has_shown || cell->is_shown;
    return b->cells[b->n++].path ? 0 : -ENOMEM;
}

static int
add_slice(struct arena *mem, struct slice_list *to, const struct release_slice *slice)
{
    struct release_slice *list = make_room(mem, to->list, to->n, &to->cap, sizeof *list);
    if (!list) {
        return -ENOMEM;
    }
    to->list = list;
    to->list[to->n] = *slice;
    to->list[to->n].name = NULL;
    to->list[to->n].cell.path = arena_text(mem, slice->cell.path);
    return to->list[to->n++].cell.path ? 0 : -ENOMEM;
}

static int
take_slice(void *arg, const struct release_slice *slice)
{
    struct board_take *take = arg;
    return add_slice(take->mem, &take->board->slices, slice);
}

static int
take_leaf(void *arg, const struct release_slice *leaf)
{
    struct board_take *take = arg;
    return add_slice(take->mem, &take->board->before, leaf);
}

int
board_load(struct store *s, const struct board_place *at, struct arena *mem, struct board *ret,
           struct err *reterr)
{
    struct board_take take = { ret, mem };
    struct release_row newest = { .id = at->release };
    int r = at->release ? 1
                        : release_newest_of(s, at->survey, at->month, at->series, &newest, reterr);
    r = r <= 0 ? r : release_cells(s, newest.id, at->series, take_cell, &take, reterr);
    r = r < 0 || !newest.id ? r
                            : release_slices(s, newest.id, at->series, take_slice, &take, reterr);
    return r < 0 || !at->has_leaves
               ? r
               : release_leaves(s, at->survey, at->month, at->series, take_leaf, &take, reterr);
}

/* ---- lines ---- */

static int
path_against_line(const void *path, const void *cell)
{
    return strcmp(path, (*(struct release_cell *const *)cell)->path);
}

uint32_t
board_line_of(const struct board_lines *x, const char *path)
{
    char unit[UNIT_PATH_MAX + 1];
    (void)snprintf(unit, sizeof unit, "%s", path);
    for (size_t len = strlen(unit);; len = release_path_above(unit, len)) {
        unit[len] = '\0';
        struct release_cell **found =
            bsearch(unit, x->of, x->n, sizeof(struct release_cell *), path_against_line);
        if (found || len == 0) {
            return found ? (uint32_t)(found - x->of) : x->n;
        }
    }
}

static void
fill_line(struct disclosure_line *line, const struct release_cell *cell,
          const struct sheet_row *rows, size_t n)
{
    const struct sheet_row *row = sheet_find(rows, n, cell->path);
    for (int slot = 0; slot < SURVEY_COUNTS; slot++) {
        line->published[slot] = cell->counts[slot];
        line->now[slot] = row ? row->counts[slot] : 0;
    }
}

int
board_lines(const struct board *b, const struct sheet_row *rows, size_t n, struct arena *mem,
            struct board_lines *ret)
{
    *ret = (struct board_lines){ .lines = ARENA_LIST(mem, b->n + 1, struct disclosure_line),
                                 .of = ARENA_LIST(mem, b->n + 1, struct release_cell *) };
    if (!ret->lines || !ret->of) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < b->n; i++) {
        if (b->cells[i].is_shown) {
            struct disclosure_line *line = &ret->lines[ret->n];
            line->above = board_line_of(ret, b->cells[i].path);
            fill_line(line, &b->cells[i], rows, n);
            ret->of[ret->n++] = &b->cells[i];
        }
    }
    return 0;
}

void
board_take_lines(const struct board_lines *x, struct release_news *news)
{
    news->n_grown += disclosure_take(x->lines, x->n, SURVEY_COUNTS);
    for (uint32_t i = 0; i < x->n; i++) {
        memcpy(x->of[i]->counts, x->lines[i].published, sizeof x->of[i]->counts);
        news->n_waiting += x->lines[i].growth == DISCLOSURE_WAITS;
    }
}

static int
path_against_cell(const void *path, const void *cell)
{
    return strcmp(path, ((const struct release_cell *)cell)->path);
}

const struct release_cell *
board_shown(const struct board *b, const char *path)
{
    const struct release_cell *cell =
        b->n ? bsearch(path, b->cells, b->n, sizeof *b->cells, path_against_cell) : NULL;
    return cell && cell->is_shown ? cell : NULL;
}

/* ---- the answers themselves ---- */

/* Answers of a unit itself and a group: those that are out, and as they stand. */
struct leaf {
    const char *path;
    int64_t group;
    uint32_t line; /* whose remainder they are in */
    int64_t out[SURVEY_COUNTS];
    int64_t now[SURVEY_COUNTS];
};
struct again {
    const struct again_work *in;
    struct board *b;
    struct board_lines lines;
    struct leaf *leaves;
    size_t n_leaves;
    int64_t *groups; /* that are named, ascending */
    size_t n_groups;
};

static int
by_path_and_group(const void *a, const void *b)
{
    const struct leaf *x = a;
    const struct leaf *y = b;
    int order = strcmp(x->path, y->path);
    return order ? order : (x->group > y->group) - (x->group < y->group);
}

static void
merge_leaves(struct again *x)
{
    size_t n = 0;
    qsort(x->leaves, x->n_leaves, sizeof *x->leaves, by_path_and_group);
    for (size_t i = 0; i < x->n_leaves; i++) {
        struct leaf *last = n ? &x->leaves[n - 1] : NULL;
        if (!last || by_path_and_group(last, &x->leaves[i]) != 0) {
            x->leaves[n++] = x->leaves[i];
            continue;
        }
        for (int slot = 0; slot < SURVEY_COUNTS; slot++) {
            last->out[slot] += x->leaves[i].out[slot];
            last->now[slot] += x->leaves[i].now[slot];
        }
    }
    x->n_leaves = n;
}

static int
gather_leaves(struct again *x)
{
    const struct again_work *w = x->in;
    size_t n_now = w->leaves ? rollup_n_cells(w->leaves) : 0;
    x->leaves = ARENA_LIST(w->mem, x->b->before.n + n_now + 1, struct leaf);
    if (!x->leaves) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < x->b->before.n; i++) {
        const struct release_slice *was = &x->b->before.list[i];
        struct leaf *leaf = &x->leaves[x->n_leaves++];
        *leaf = (struct leaf){ .path = was->cell.path, .group = was->group };
        memcpy(leaf->out, was->cell.counts, sizeof leaf->out);
    }
    for (size_t i = 0; i < n_now; i++) {
        const struct rollup_cell *c = rollup_cell_at(w->leaves, i);
        struct leaf *leaf = &x->leaves[x->n_leaves++];
        *leaf = (struct leaf){ .path = rollup_unit_at(w->leaves, c->unit)->path,
                               .group = c->question };
        memcpy(leaf->now, c->counts, sizeof leaf->now);
    }
    merge_leaves(x);
    for (size_t i = 0; i < x->n_leaves; i++) {
        x->leaves[i].line = board_line_of(&x->lines, x->leaves[i].path);
    }
    return 0;
}

/* 1 where what is known to be out is what was published: not so of months that were published while
 * the definition asked for neither groups nor totals. Lines hold remainders. */
static int
is_known_whole(const struct again *x)
{
    int64_t *rest = ARENA_LIST(x->in->mem, x->lines.n * SURVEY_COUNTS + 1, int64_t);
    if (!rest) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < x->lines.n * SURVEY_COUNTS; i++) {
        rest[i] = x->lines.lines[i / SURVEY_COUNTS].published[i % SURVEY_COUNTS];
    }
    for (size_t i = 0; i < x->n_leaves; i++) {
        const struct leaf *leaf = &x->leaves[i];
        for (size_t slot = 0; slot < SURVEY_COUNTS && leaf->line < x->lines.n; slot++) {
            rest[leaf->line * SURVEY_COUNTS + slot] -= leaf->out[slot];
        }
    }
    bool is_whole = true;
    for (size_t i = 0; i < x->lines.n * SURVEY_COUNTS; i++) {
        is_whole = is_whole && rest[i] == 0;
    }
    return is_whole;
}

/* ---- groups ---- */

static size_t
column_of(const struct again *x, int64_t group)
{
    size_t i = 0;
    while (i < x->n_groups && x->groups[i] != group) {
        i++;
    }
    return i;
}

static int
list_groups(struct again *x)
{
    x->groups = ARENA_LIST(x->in->mem, x->b->slices.n + 1, int64_t);
    for (size_t i = 0; x->groups && i < x->b->slices.n; i++) {
        int64_t group = x->b->slices.list[i].group;
        if (column_of(x, group) == x->n_groups) {
            x->groups[x->n_groups++] = group;
        }
    }
    return x->groups ? 0 : -ENOMEM;
}

/* What came to each remainder by group, and false in takes where an answer's count fell. */
static void
find_own(const struct again *x, int64_t *changes, int64_t *own, bool *takes)
{
    size_t width = x->n_groups + 1;
    for (size_t i = 0; i < x->n_leaves; i++) {
        const struct leaf *leaf = &x->leaves[i];
        size_t at = leaf->line * width + column_of(x, leaf->group);
        for (size_t slot = 0; slot < SURVEY_COUNTS && leaf->line < x->lines.n; slot++) {
            changes[at * SURVEY_COUNTS + slot] += leaf->now[slot] - leaf->out[slot];
        }
    }
    for (uint32_t i = 0; i < x->lines.n; i++) {
        takes[i] = x->lines.lines[i].growth == DISCLOSURE_GROWS;
        for (size_t k = 0; k < width * SURVEY_COUNTS; k++) {
            int64_t change = changes[i * width * SURVEY_COUNTS + k];
            own[i * width + k / SURVEY_COUNTS] += change;
            takes[i] = takes[i] && change >= 0;
        }
    }
}

/* Makes those wait that groups do not let grow. */
static int
judge_groups(struct again *x)
{
    struct arena *mem = x->in->mem;
    size_t width = x->n_groups + 1;
    struct disclosure_cell *cells = ARENA_LIST(mem, x->lines.n, struct disclosure_cell);
    int64_t *changes = ARENA_LIST(mem, x->lines.n * width * SURVEY_COUNTS, int64_t);
    int64_t *own = ARENA_LIST(mem, x->lines.n * width, int64_t);
    bool *takes = ARENA_LIST(mem, x->lines.n, bool);
    bool *shown = ARENA_LIST(mem, x->lines.n * x->n_groups, bool);
    void *room = arena_new(mem, 1, slices_room(x->lines.n, x->n_groups));
    if (!cells || !changes || !own || !takes || !shown || !room) {
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < x->lines.n; i++) {
        uint32_t above = x->lines.lines[i].above;
        cells[i] = (struct disclosure_cell){ .parent = above, .owner = i };
    }
    for (size_t i = 0; i < x->b->slices.n; i++) {
        const struct release_slice *slice = &x->b->slices.list[i];
        size_t line = board_line_of(&x->lines, slice->cell.path);
        shown[line * x->n_groups + column_of(x, slice->group)] = slice->cell.is_shown;
    }
    find_own(x, changes, own, takes);
    const struct slices in = { .cells = cells, .n_cells = x->lines.n, .n_groups = x->n_groups,
                               .k = x->in->k, .own = own, .shown = shown, .room = room };
    (void)slices_grow(&in, takes);
    for (uint32_t i = 0; i < x->lines.n; i++) {
        bool must_wait = x->lines.lines[i].growth == DISCLOSURE_GROWS && !takes[i];
        x->lines.lines[i].growth = must_wait ? DISCLOSURE_WAITS : x->lines.lines[i].growth;
    }
    return 1;
}

/* ---- taking up ---- */

static void
grow_slices(struct again *x, const struct leaf *leaf)
{
    for (size_t i = 0; i < x->b->slices.n; i++) {
        struct release_slice *slice = &x->b->slices.list[i];
        bool is_in = slice->cell.is_shown && slice->group == leaf->group
                     && strncmp(leaf->path, slice->cell.path, strlen(slice->cell.path)) == 0;
        for (int slot = 0; is_in && slot < SURVEY_COUNTS; slot++) {
            slice->cell.counts[slot] += leaf->now[slot] - leaf->out[slot];
        }
    }
}

static int
take_leaves(struct again *x)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < x->n_leaves; i++) {
        const struct leaf *leaf = &x->leaves[i];
        bool grows = leaf->line < x->lines.n
                     && x->lines.lines[leaf->line].growth == DISCLOSURE_GROWS
                     && memcmp(leaf->now, leaf->out, sizeof leaf->now) != 0;
        struct release_slice one = { .cell = { .path = leaf->path }, .group = leaf->group };
        for (int slot = 0; slot < SURVEY_COUNTS; slot++) {
            one.cell.counts[slot] = leaf->now[slot] - leaf->out[slot];
        }
        r = grows ? add_slice(x->in->mem, &x->b->leaves, &one) : 0;
        if (grows) {
            grow_slices(x, leaf);
        }
    }
    return r;
}

int
board_grow(const struct again_work *w, struct board *b, struct release_news *news)
{
    struct again x = { .in = w, .b = b };
    int r = board_lines(b, w->rows, w->n, w->mem, &x.lines);
    if (r < 0) {
        return r;
    }
    disclosure_judge(x.lines.lines, x.lines.n, SURVEY_COUNTS, w->k);
    if (w->leaves) {
        r = gather_leaves(&x);
        r = r < 0 ? r : is_known_whole(&x);
    }
    if (r > 0 && b->slices.n > 0) {
        r = list_groups(&x);
        r = r < 0 ? r : judge_groups(&x);
    }
    r = r > 0 ? take_leaves(&x) : r;
    if (r < 0) {
        return r;
    }
    board_take_lines(&x.lines, news);
    return 0;
}

int
board_first_leaves(const struct rollup *leaves, struct board *b, struct arena *mem)
{
    int r = 0;
    for (size_t i = 0; r == 0 && leaves && i < rollup_n_cells(leaves); i++) {
        const struct rollup_cell *c = rollup_cell_at(leaves, i);
        struct release_slice one = { .cell = { .path = rollup_unit_at(leaves, c->unit)->path },
                                     .group = c->question };
        memcpy(one.cell.counts, c->counts, sizeof one.cell.counts);
        r = add_slice(mem, &b->leaves, &one);
    }
    return r;
}
