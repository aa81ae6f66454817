/* SPDX-License-Identifier: MIT */
/* release.c - what was published of surveys, version by version, in the store. */
#include "store/release.h"

#include <assert.h>

static int
take_row(void *arg, const struct row *row)
{
    *(struct release_row *)arg = (struct release_row){ row_i64(row, 0), row_i64(row, 1),
                                                       row_i64(row, 2), row_i64(row, 3) };
    return 1;
}

int
release_newest(struct store *s, int64_t survey, int32_t month, struct release_row *ret,
               struct err *reterr)
{
    return store_each(s, Q_SURVEY_RELEASE_NEWEST, WITH(I(survey), I(month)), take_row, ret, reterr);
}

int
release_newest_of(struct store *s, int64_t survey, int32_t month, int64_t question,
                  struct release_row *ret, struct err *reterr)
{
    return store_each(s, Q_SURVEY_RELEASE_NEWEST_OF, WITH(I(survey), I(month), I(question)),
                      take_row, ret, reterr);
}

int
release_add(struct store *s, int64_t survey, int32_t month, int64_t now_ms,
            struct release_row *row, struct err *reterr)
{
    assert(row->version > 0 && row->k > 1);
    int r = store_ids(s, "survey_release", 1, &row->id, reterr);
    if (r < 0) {
        return r;
    }
    r = store_run(s, Q_SURVEY_RELEASE_ADD,
                  WITH(I(row->id), I(survey), I(month), I(row->version), I(row->k), I(now_ms),
                       I(row->places)),
                  reterr);
    return r < 0 ? r : 0;
}

int
release_first_shown(struct store *s, int64_t survey, int32_t month, int64_t question, int64_t *ret,
                    struct err *reterr)
{
    return store_get(s, Q_SURVEY_RELEASE_FIRST_SHOWN, WITH(I(survey), I(month), I(question)), ret,
                     reterr);
}

int
release_cell_add(struct store *s, int64_t release, int64_t question,
                 const struct release_cell *cell, struct err *reterr)
{
    struct arg args[4 + SURVEY_COUNTS] = { I(release), I(question), T(cell->path),
                                           I(cell->is_shown) };
    for (int i = 0; i < SURVEY_COUNTS; i++) {
        assert(cell->is_shown || cell->counts[i] == 0);
        args[4 + i] = I(cell->counts[i]);
    }
    int r = store_run(s, Q_SURVEY_RELEASE_CELL_ADD, args, LENGTH(args), reterr);
    return r < 0 ? r : 0;
}

struct cell_walk {
    release_cell_fn fn;
    void *arg;
};

static struct release_cell
cell_of(const struct row *row)
{
    struct release_cell cell = { .path = row_text_or(row, 0, ""), .is_shown = row_i64(row, 1) };
    for (int i = 0; i < SURVEY_COUNTS; i++) {
        cell.counts[i] = row_i64(row, 2 + i);
    }
    return cell;
}

static int
take_cell(void *arg, const struct row *row)
{
    const struct cell_walk *walk = arg;
    const struct release_cell cell = cell_of(row);
    return walk->fn(walk->arg, &cell);
}

int
release_cells(struct store *s, int64_t release, int64_t question, release_cell_fn fn, void *arg,
              struct err *reterr)
{
    struct cell_walk walk = { fn, arg };
    return store_each(s, Q_SURVEY_RELEASE_CELLS, WITH(I(release), I(question)), take_cell, &walk,
                      reterr);
}

int
release_slice_add(struct store *s, int64_t release, int64_t question,
                  const struct release_slice *slice, struct err *reterr)
{
    struct arg args[5 + SURVEY_COUNTS] = { I(release), I(question), T(slice->cell.path),
                                           I(slice->group), I(slice->cell.is_shown) };
    for (int i = 0; i < SURVEY_COUNTS; i++) {
        assert(slice->cell.is_shown || slice->cell.counts[i] == 0);
        args[5 + i] = I(slice->cell.counts[i]);
    }
    int r = store_run(s, Q_SURVEY_RELEASE_SLICE_ADD, args, LENGTH(args), reterr);
    return r < 0 ? r : 0;
}

int
release_leaf_add(struct store *s, int64_t release, int64_t question,
                 const struct release_slice *leaf, struct err *reterr)
{
    struct arg args[4 + SURVEY_COUNTS] = { I(release), I(question), T(leaf->cell.path),
                                           I(leaf->group) };
    for (int i = 0; i < SURVEY_COUNTS; i++) {
        args[4 + i] = I(leaf->cell.counts[i]);
    }
    int r = store_run(s, Q_SURVEY_RELEASE_LEAF_ADD, args, LENGTH(args), reterr);
    return r < 0 ? r : 0;
}

struct slice_walk {
    release_slice_fn fn;
    void *arg;
};

static int
take_slice(void *arg, const struct row *row)
{
    const struct slice_walk *walk = arg;
    const struct release_slice slice = { .cell = cell_of(row),
                                         .group = row_i64(row, 2 + SURVEY_COUNTS),
                                         .name = row_text_or(row, 3 + SURVEY_COUNTS, ""),
                                         .version = row_i64(row, 4 + SURVEY_COUNTS) };
    return walk->fn(walk->arg, &slice);
}

int
release_slices(struct store *s, int64_t release, int64_t question, release_slice_fn fn, void *arg,
               struct err *reterr)
{
    struct slice_walk walk = { fn, arg };
    return store_each(s, Q_SURVEY_RELEASE_SLICES, WITH(I(release), I(question)), take_slice, &walk,
                      reterr);
}

int
release_leaves(struct store *s, int64_t survey, int32_t month, int64_t question,
               release_slice_fn fn, void *arg, struct err *reterr)
{
    struct slice_walk walk = { fn, arg };
    return store_each(s, Q_SURVEY_RELEASE_LEAVES, WITH(I(survey), I(month), I(question)),
                      take_slice, &walk, reterr);
}

int
release_total_add(struct store *s, int64_t question, const struct release_total *total,
                  struct err *reterr)
{
    struct arg args[6 + SURVEY_COUNTS] = { I(question), I(total->first), I(total->last),
                                           T(total->cell.path), I(total->cell.is_shown),
                                           I(total->months) };
    for (int i = 0; i < SURVEY_COUNTS; i++) {
        assert(total->cell.is_shown || total->cell.counts[i] == 0);
        args[6 + i] = I(total->cell.counts[i]);
    }
    int r = store_run(s, Q_SURVEY_RELEASE_TOTAL_ADD, args, LENGTH(args), reterr);
    return r < 0 ? r : 0;
}

int
release_total_overlaps(struct store *s, int64_t question, int32_t first, int32_t last,
                       struct err *reterr)
{
    int64_t n = 0;
    int r = store_get(s, Q_SURVEY_RELEASE_TOTAL_OVERLAPS, WITH(I(question), I(last), I(first)), &n,
                      reterr);
    return r < 0 ? r : n > 0;
}

struct total_walk {
    release_total_fn fn;
    void *arg;
};

static int
take_total(void *arg, const struct row *row)
{
    const struct total_walk *walk = arg;
    const struct release_total total = { .cell = cell_of(row),
                                         .first = (int32_t)row_i64(row, 2 + SURVEY_COUNTS),
                                         .last = (int32_t)row_i64(row, 3 + SURVEY_COUNTS),
                                         .months = row_i64(row, 4 + SURVEY_COUNTS) };
    return walk->fn(walk->arg, &total);
}

int
release_totals(struct store *s, int64_t question, release_total_fn fn, void *arg,
               struct err *reterr)
{
    struct total_walk walk = { fn, arg };
    return store_each(s, Q_SURVEY_RELEASE_TOTALS, WITH(I(question)), take_total, &walk, reterr);
}

int
release_list(struct store *s, int64_t survey, row_fn fn, void *arg, struct err *reterr)
{
    return store_each(s, Q_SURVEY_RELEASE_LIST, WITH(I(survey)), fn, arg, reterr);
}

int
release_series(struct store *s, int64_t survey, int32_t month, row_fn fn, void *arg,
               struct err *reterr)
{
    return store_each(s, Q_SURVEY_RELEASE_SERIES, WITH(I(survey), I(month)), fn, arg, reterr);
}

int
release_must_wait(struct store *s, int64_t survey, struct err *reterr)
{
    int64_t n = 0;
    int r = store_get(s, Q_SURVEY_BATCH_RUNNING, WITH(I(survey)), &n, reterr);
    return r < 0 ? r : n > 0;
}

int
release_first_file_ms(struct store *s, int64_t survey, int64_t *ret, struct err *reterr)
{
    *ret = 0;
    int r = store_get(s, Q_SURVEY_BATCH_OLDEST, WITH(I(survey)), ret, reterr);
    return r < 0 ? r : 0;
}
