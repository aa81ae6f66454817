/* SPDX-License-Identifier: MIT */
/*
 * test_release_groups.c - real answers with groups of people beside the units, which nobody wrote
 * down: what is published of both is attacked by subtraction between groups and levels at once.
 */
#include "real_answers.h"

enum { ALL = 0, GROUPS = 3, NO_GROUP, COLUMNS };
static const char *const group_names[] = { NULL, "Nurses", "Doctors", "Others" };

struct grid {
    char paths[UNITS_MAX][PATH_CAP];
    uint32_t parent[UNITS_MAX];
    bool has_children[UNITS_MAX];
    bool is_known[UNITS_MAX][COLUMNS];
    int64_t n[UNITS_MAX][COLUMNS];
    size_t n_units;
    int n_groups_shown;
};

static int
take_unit(void *arg, const struct release_cell *cell)
{
    struct grid *g = arg;
    size_t i = g->n_units++;
    assert_true(i < UNITS_MAX);
    (void)snprintf(g->paths[i], PATH_CAP, "%s", cell->path);
    for (size_t up = 0; up < i; up++) {
        bool is_above = strncmp(g->paths[up], cell->path, strlen(g->paths[up])) == 0;
        g->parent[i] = is_above ? (uint32_t)up : g->parent[i];
    }
    g->has_children[g->parent[i]] = i > 0;
    g->is_known[i][ALL] = cell->is_shown;
    for (int slot = 0; slot < SURVEY_COUNTS; slot++) {
        g->n[i][ALL] += cell->counts[slot];
    }
    return 0;
}

static int
take_slice(void *arg, const struct release_slice *slice)
{
    struct grid *g = arg;
    size_t i = 0;
    int group = 1;
    while (i < g->n_units && strcmp(g->paths[i], slice->cell.path) != 0) {
        i++;
    }
    while (group < GROUPS && strcmp(group_names[group], slice->name) != 0) {
        group++;
    }
    assert_true(i < g->n_units);
    assert_string_equal(group_names[group], slice->name);
    g->is_known[i][group] = slice->cell.is_shown;
    for (int slot = 0; slot < SURVEY_COUNTS; slot++) {
        g->n[i][group] += slice->cell.counts[slot];
    }
    g->n_groups_shown += slice->cell.is_shown;
    assert_true(!slice->cell.is_shown || g->n[i][group] >= K);
    return 0;
}

/* Whole = sum of parts; of a single unknown among them the value is found. */
struct equation {
    struct grid *g;
    size_t unit, column; /* the last unknown */
    size_t n_unknown;
    int64_t rest; /* whole less known parts */
    bool is_whole_unknown;
};

static void
add_term(struct equation *e, size_t unit, size_t column, bool is_whole)
{
    const struct grid *g = e->g;
    if (g->is_known[unit][column]) {
        e->rest += is_whole ? g->n[unit][column] : -g->n[unit][column];
        return;
    }
    e->n_unknown++;
    e->is_whole_unknown = is_whole;
    e->unit = unit;
    e->column = column;
}

static bool
solve(const struct equation *e, int *ret_small)
{
    if (e->n_unknown != 1) {
        return false;
    }
    int64_t n = e->is_whole_unknown ? -e->rest : e->rest;
    e->g->n[e->unit][e->column] = n;
    e->g->is_known[e->unit][e->column] = true;
    *ret_small += n > 0 && n < K;
    return true;
}

/* A unit is its groups together. */
static bool
peel_across(struct grid *g, size_t unit, int *ret_small)
{
    struct equation e = { .g = g };
    for (size_t column = 0; column < COLUMNS; column++) {
        add_term(&e, unit, column, column == ALL);
    }
    return solve(&e, ret_small);
}

/* A group of a unit is that of the units below it together. */
static bool
peel_down(struct grid *g, size_t unit, size_t column, int *ret_small)
{
    struct equation e = { .g = g };
    add_term(&e, unit, column, true);
    for (size_t c = 1; c < g->n_units; c++) {
        if (g->parent[c] == unit) {
            add_term(&e, c, column, false);
        }
    }
    return g->has_children[unit] && solve(&e, ret_small);
}

static bool
peel_grid(struct grid *g, int *ret_small)
{
    bool has_found = false;
    for (size_t i = 0; i < g->n_units; i++) {
        has_found = peel_across(g, i, ret_small) || has_found;
        for (size_t column = 0; column < COLUMNS; column++) {
            has_found = peel_down(g, i, column, ret_small) || has_found;
        }
    }
    return has_found;
}

struct found {
    int shown;
    int small;   /* cells */
    int changes; /* of few, between two versions of a month */
    int grown;   /* figures of groups that took up late answers */
};

/* What came between two versions, as a grid of its own: the units and what is shown of them are the
 * same in both. */
static void
attack_change(const struct grid *before, struct grid *now, struct found *found)
{
    assert_int_equal(before->n_units, now->n_units);
    for (size_t i = 0; i < now->n_units; i++) {
        for (size_t column = 0; column < COLUMNS; column++) {
            bool is_known = now->is_known[i][column];
            assert_int_equal(is_known, before->is_known[i][column]);
            now->n[i][column] -= is_known ? before->n[i][column] : 0;
            int64_t n = now->n[i][column];
            found->changes += is_known && n != 0 && n < K;
            found->grown += is_known && column != ALL && n > 0;
        }
    }
    while (peel_grid(now, &found->changes)) {
    }
}

static void
attack_grids(const struct house *h, struct found *found)
{
    static struct version_list l;
    struct grid *g = calloc(3, sizeof *g); /* the version, the one before, and work */
    assert_non_null(g);
    l.n = 0;
    assert_true(release_list(h->store, h->survey, take_version, &l, NULL) > 0);
    for (size_t i = 0; i < l.n; i++) {
        g[1] = g[0];
        g[0] = (struct grid){ .n_units = 0 };
        assert_true(release_cells(h->store, l.id[i], h->question, take_unit, g, NULL) > 0);
        assert_true(release_slices(h->store, l.id[i], h->question, take_slice, g, NULL) >= 0);
        found->shown += g->n_groups_shown;
        g[2] = g[0];
        while (peel_grid(&g[2], &found->small)) {
        }
        g[2] = g[0];
        if (i > 0 && l.month[i] == l.month[i - 1] && g[1].n_units > 1) {
            attack_change(&g[1], &g[2], found);
        }
    }
    free(g);
}

static void
come_in_groups(const struct house *h, const struct answer *answers, size_t n, size_t *done,
               day_t today)
{
    assert_int_equal(store_begin(h->store, NULL), 0);
    for (; *done < n && answers[*done].came <= today; ++*done) {
        const struct answer *a = &answers[*done];
        count_group(h, group_names[a->group], a->path, a->month, a->slot, 1);
    }
    assert_int_equal(store_commit(h->store, NULL), 0);
}

static void
real_answers_by_unit_and_group_give_nothing_away(void **state)
{
    const struct house *h = *state;
    struct answer *answers = calloc(ROWS_MAX, sizeof *answers);
    struct found found = { 0 };
    assert_non_null(answers);
    size_t n = read_answers(answers);
    size_t done = 0;
    int64_t n_first = 0;
    h->def->publishes_groups = true;
    for (day_t today = day_of(2020, 6, 1); today < day_of(2023, 6, 1); today += 3) {
        come_in_groups(h, answers, n, &done, today);
        n_first += publish_on(h, today, false).n_first;
    }
    free(answers);
    assert_int_equal(done, n);
    assert_true(n_first > 24);
    attack_grids(h, &found);
    print_message("# %d figures of groups shown, %d of them grown: %d small cells found, %d small "
                  "changes\n", found.shown, found.grown, found.small, found.changes);
    assert_int_equal(found.small + found.changes, 0);
    assert_true(found.shown > 300 && found.grown > 30);
}

int
main(void)
{
    char path[512];
    if (access(data_path(path, sizeof path), R_OK) != 0) {
        (void)printf("1..0 # skip %s is not there: real answers are not published\n", path);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(real_answers_by_unit_and_group_give_nothing_away,
                                        make_house, drop_house),
    };
    return cmocka_run_group_tests_name("releases of real answers by group", tests, NULL, NULL);
}
