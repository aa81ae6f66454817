/* SPDX-License-Identifier: MIT */
/* test_slices.c - groups of people beside the tree of units: the rule, and attacks on it. */
#include "disclosure_attack.h"

#include <stdlib.h>

#include "rules/slices.h"

enum { K = 5, UNITS_MAX = 6, GROUPS = 3, WIDE = GROUPS + 1, CASES = 2000 };

struct world {
    struct disclosure_cell cells[UNITS_MAX];
    size_t n;
    int64_t own[UNITS_MAX * WIDE]; /* the last of each unit: of no group */
    bool shown[UNITS_MAX * GROUPS];
    size_t n_shown;
};

static void
sum_up(struct world *w)
{
    for (size_t i = 0; i < w->n; i++) {
        w->cells[i].n = 0;
        for (size_t g = 0; g < WIDE; g++) {
            w->cells[i].n += w->own[i * WIDE + g];
        }
    }
    for (size_t i = w->n; i-- > 1;) {
        w->cells[w->cells[i].parent].n += w->cells[i].n;
    }
}

static void
solve(struct world *w)
{
    sum_up(w);
    (void)disclosure_hide(w->cells, w->n, K);
    void *room = malloc(slices_room(w->n, GROUPS));
    assert_non_null(room);
    const struct slices in = { .cells = w->cells, .n_cells = w->n, .n_groups = GROUPS, .k = K,
                               .own = w->own, .shown = w->shown, .room = room };
    w->n_shown = slices_hide(&in);
    free(room);
}

static bool
is_below(const struct world *w, size_t unit, size_t top)
{
    while (unit != top && unit != 0) {
        unit = w->cells[unit].parent;
    }
    return unit == top;
}

/* What is published, over the answers of each unit itself and group. */
static void
publish(const struct world *w, const bool *shown, struct attack *a)
{
    *a = (struct attack){ .n_atoms = w->n * WIDE };
    memcpy(a->atoms, w->own, a->n_atoms * sizeof *a->atoms);
    for (size_t top = 0; top < w->n; top++) {
        for (size_t g = 0; g < WIDE; g++) {
            bool is_whole = g == GROUPS;
            bool is_out = is_whole ? w->cells[top].why == DISCLOSURE_SHOWN
                                   : shown[top * GROUPS + g];
            if (!is_out) {
                continue;
            }
            struct figure *f = &a->figures[a->n_figures++];
            for (size_t atom = 0; atom < a->n_atoms; atom++) {
                f->holds[atom] = is_below(w, atom / WIDE, top) && (is_whole || atom % WIDE == g);
            }
        }
    }
}

static void
invent(struct world *w, uint64_t *seed)
{
    *w = (struct world){ .n = 2 + chance(seed, UNITS_MAX - 1) };
    uint32_t most = 3 + chance(seed, 12);
    for (size_t i = 0; i < w->n; i++) {
        w->cells[i].parent = i ? chance(seed, (uint32_t)i) : 0;
        for (size_t g = 0; g < WIDE; g++) {
            bool is_any = i == w->n - 1 ? g == 0 || chance(seed, 2) : chance(seed, 2);
            w->own[i * WIDE + g] = is_any ? 1 + chance(seed, most) : 0;
        }
    }
    sum_up(w);
    for (size_t i = 0; i < w->n; i++) { /* a unit without answers is in no tree */
        w->own[i * WIDE] += w->cells[i].n == 0;
    }
}

static void
nothing_below_the_threshold_comes_of_any_sums_and_differences(void **state)
{
    (void)state;
    uint64_t seed = 2022;
    size_t n_shown = 0;
    struct world w;
    struct attack a;
    for (int i = 0; i < CASES; i++) {
        invent(&w, &seed);
        solve(&w);
        publish(&w, w.shown, &a);
        if (attack_finds_few(&a, K)) {
            print_error("case %d\n", i);
            fail();
        }
        n_shown += w.n_shown;
    }
    assert_true(n_shown > CASES); /* and it is not safe for being empty */
}

/* Every group of k or more in a shown unit, each judged by itself. */
static void
show_large_ones(struct world *w)
{
    for (size_t pair = 0; pair < w->n * GROUPS; pair++) {
        size_t unit = pair / GROUPS;
        int64_t n = 0;
        for (size_t below = 0; below < w->n; below++) {
            n += is_below(w, below, unit) ? w->own[below * WIDE + pair % GROUPS] : 0;
        }
        w->shown[pair] = w->cells[unit].why == DISCLOSURE_SHOWN && n >= K;
    }
}

/* The attack bites: hiding what is small, of groups alone or of units alone, gives people away. */
static void
slices_that_are_not_solved_with_the_tree_give_people_away(void **state)
{
    (void)state;
    uint64_t seed = 2022;
    int n_found = 0;
    struct world w;
    struct attack a;
    for (int i = 0; i < CASES / 4; i++) {
        invent(&w, &seed);
        solve(&w);
        show_large_ones(&w);
        publish(&w, w.shown, &a);
        n_found += attack_finds_few(&a, K);
    }
    assert_true(n_found > CASES / 16);
}

/* ---- a later version ---- */

/* The shown units of a world with what came to each of their remainders. */
struct later {
    struct world w; /* its cells are shown units alone */
    bool takes[UNITS_MAX];
};

static void
come_later(const struct world *first, struct later *l, uint64_t *seed)
{
    uint32_t number[UNITS_MAX] = { 0 };
    *l = (struct later){ .w = { .n = 0 } };
    for (size_t i = 0; i < first->n; i++) {
        if (first->cells[i].why != DISCLOSURE_SHOWN) {
            continue;
        }
        uint32_t up = first->cells[i].parent;
        while (up > 0 && first->cells[up].why != DISCLOSURE_SHOWN) {
            up = first->cells[up].parent;
        }
        size_t at = l->w.n++;
        number[i] = (uint32_t)at;
        l->w.cells[at] = (struct disclosure_cell){ .parent = number[up], .owner = (uint32_t)at };
        memcpy(l->w.shown + at * GROUPS, first->shown + i * GROUPS, GROUPS * sizeof(bool));
        int64_t n = 0;
        for (size_t g = 0; g < WIDE; g++) {
            l->w.own[at * WIDE + g] = chance(seed, 2) ? chance(seed, 9) : 0;
            n += l->w.own[at * WIDE + g];
        }
        l->takes[at] = n >= K;
    }
}

static void
take_up(struct later *l, struct attack *a)
{
    for (size_t i = 0; i < l->w.n * WIDE; i++) {
        l->w.own[i] = l->takes[i / WIDE] ? l->w.own[i] : 0;
    }
    publish(&l->w, l->w.shown, a);
}

static void
what_a_later_version_takes_up_counts_enough_however_it_is_mixed(void **state)
{
    (void)state;
    uint64_t seed = 11;
    size_t n_takes = 0;
    size_t n_might = 0;
    int n_found = 0;
    struct world w;
    struct attack a;
    for (int i = 0; i < CASES; i++) {
        struct later l;
        invent(&w, &seed);
        solve(&w);
        come_later(&w, &l, &seed);
        struct later naive = l;
        take_up(&naive, &a); /* each unit for itself, as without groups */
        n_found += attack_finds_few(&a, K);
        for (size_t k = 0; k < l.w.n; k++) {
            n_might += l.takes[k];
        }
        void *room = malloc(slices_room(l.w.n + 1, GROUPS));
        assert_non_null(room);
        const struct slices in = { l.w.cells, l.w.n, GROUPS, K, l.w.own, l.w.shown, room };
        n_takes += slices_grow(&in, l.takes);
        free(room);
        take_up(&l, &a);
        assert_false(attack_finds_few(&a, K));
    }
    print_message("# of %zu remainders %zu grow with their groups; all of them: %d of %d give "
                  "people away\n", n_might, n_takes, n_found, CASES);
    assert_true(n_found > CASES / 4 && n_takes * 10 > n_might);
}

/* A single figure more than the rule shows must be one too many, or the rule hides without need. */
static void
most_of_what_is_hidden_has_to_be(void **state)
{
    (void)state;
    uint64_t seed = 7;
    int n_needed = 0;
    int n_hidden = 0;
    struct world w;
    struct attack a;
    for (int i = 0; i < CASES / 10; i++) {
        invent(&w, &seed);
        solve(&w);
        for (size_t pair = 0; pair < w.n * GROUPS; pair++) {
            if (w.shown[pair] || w.cells[pair / GROUPS].why != DISCLOSURE_SHOWN
                || w.own[pair / GROUPS * WIDE + pair % GROUPS] == 0) {
                continue;
            }
            w.shown[pair] = true;
            publish(&w, w.shown, &a);
            w.shown[pair] = false;
            n_needed += attack_finds_few(&a, K);
            n_hidden++;
        }
    }
    assert_true(n_hidden > 0 && n_needed * 10 >= n_hidden * 8);
}

static void
where_every_group_is_large_everywhere_all_is_shown(void **state)
{
    (void)state;
    struct world w = { .n = 3, .own = { 0, 0, 0, 0, 9, 8, 7, 6, 5, 5, 5, 0 } };
    solve(&w);
    assert_int_equal(w.n_shown, 9);
    w.own[4] = 4; /* of one group in one unit: the group less the other unit would be these */
    solve(&w);
    assert_false(w.shown[3]);
    assert_false(w.shown[0] && w.shown[6]);
    assert_true(w.shown[4] && w.shown[5]);
}

/* 20 people, 3 of no group: the groups' figures together are the unit's less 3. */
static void
people_without_a_group_are_a_remainder_too(void **state)
{
    (void)state;
    struct world w = { .n = 3, .own = { 0, 0, 0, 0, 10, 7, 0, 3, 20, 20, 20, 20 } };
    solve(&w);
    assert_true(w.shown[3]);
    assert_false(w.shown[4]);
    w.own[7] = 5;
    solve(&w);
    assert_true(w.shown[3] && w.shown[4]);
}

static void
of_a_hidden_tree_no_group_is_shown(void **state)
{
    (void)state;
    struct world w = { .n = 1, .own = { 2, 1, 1, 0 } };
    solve(&w);
    assert_int_equal(w.n_shown, 0);
}

/* 300 wards and 12 groups: it ends, and not in a day. */
static void
a_large_trust_is_solved_too(void **state)
{
    (void)state;
    enum { WARDS = 300, LARGE = 12 };
    static struct disclosure_cell cells[WARDS];
    static int64_t own[WARDS * (LARGE + 1)];
    static bool shown[WARDS * LARGE];
    uint64_t seed = 3;
    for (size_t i = WARDS; i-- > 0;) {
        cells[i].parent = i < 12 ? 0 : 1 + (uint32_t)(i % 11);
        for (size_t g = 0; g <= LARGE; g++) {
            own[i * (LARGE + 1) + g] = i ? chance(&seed, 7) + (g == 0) : 0;
            cells[i].n += own[i * (LARGE + 1) + g];
        }
        cells[cells[i].parent].n += i ? cells[i].n : 0;
    }
    (void)disclosure_hide(cells, WARDS, K);
    void *room = malloc(slices_room(WARDS, LARGE));
    assert_non_null(room);
    const struct slices in = { cells, WARDS, LARGE, K, own, shown, room };
    size_t n_shown = slices_hide(&in);
    assert_true(n_shown > LARGE && n_shown < WARDS * LARGE);
    free(room);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_below_the_threshold_comes_of_any_sums_and_differences),
        cmocka_unit_test(slices_that_are_not_solved_with_the_tree_give_people_away),
        cmocka_unit_test(what_a_later_version_takes_up_counts_enough_however_it_is_mixed),
        cmocka_unit_test(most_of_what_is_hidden_has_to_be),
        cmocka_unit_test(where_every_group_is_large_everywhere_all_is_shown),
        cmocka_unit_test(people_without_a_group_are_a_remainder_too),
        cmocka_unit_test(of_a_hidden_tree_no_group_is_shown),
        cmocka_unit_test(a_large_trust_is_solved_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
