/* SPDX-License-Identifier: MIT */
/* test_disclosure.c - the rule of what may be shown, and attacks on it. */
#include "disclosure_attack.h"

#include "rules/disclosure.h"

enum { K = 5, TREE_MAX = 24 };

struct tree {
    struct disclosure_cell cells[TREE_MAX];
    int64_t own[TREE_MAX]; /* answers of a unit that lie in none of its children */
    size_t n;
};

/* n of each unit and its parent, in order; n is the whole unit's. */
static size_t
hide(struct disclosure_cell *cells, const int (*rows)[2], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        cells[i] = (struct disclosure_cell){ .n = rows[i][0], .parent = (uint32_t)rows[i][1] };
    }
    return disclosure_hide(cells, n, K);
}
#define HIDE(cells, ...) \
    hide(cells, (const int[][2]){ __VA_ARGS__ }, sizeof((int[][2]){ __VA_ARGS__ }) / sizeof(int[2]))

static void
a_cell_below_the_threshold_is_hidden(void **state)
{
    (void)state;
    struct disclosure_cell c[TREE_MAX];
    assert_int_equal(HIDE(c, { 4, 0 }), 1);
    assert_int_equal(c[0].why, DISCLOSURE_SMALL);
    assert_int_equal(HIDE(c, { 5, 0 }), 0);
    assert_int_equal(disclosure_hide(c, 0, K), 0);
}

static void
a_single_small_child_takes_the_smallest_sibling_with_it(void **state)
{
    (void)state;
    struct disclosure_cell c[TREE_MAX];
    assert_int_equal(HIDE(c, { 40, 0 }, { 20, 0 }, { 3, 0 }, { 17, 0 }), 2);
    assert_int_equal(c[2].why, DISCLOSURE_SMALL);
    assert_int_equal(c[3].why, DISCLOSURE_SECONDARY);
}

static void
of_two_equal_siblings_the_first_in_order_is_hidden(void **state)
{
    (void)state;
    struct disclosure_cell c[TREE_MAX];
    assert_int_equal(HIDE(c, { 17, 0 }, { 7, 0 }, { 7, 0 }, { 3, 0 }), 2);
    assert_int_equal(c[1].why, DISCLOSURE_SECONDARY);
    assert_int_equal(c[2].why, DISCLOSURE_SHOWN);
}

static void
two_small_children_of_fewer_than_the_threshold_together_need_a_third(void **state)
{
    (void)state;
    struct disclosure_cell c[TREE_MAX];
    assert_int_equal(HIDE(c, { 23, 0 }, { 2, 0 }, { 2, 0 }, { 19, 0 }), 3);
    assert_int_equal(HIDE(c, { 24, 0 }, { 2, 0 }, { 3, 0 }, { 19, 0 }), 2);
}

static void
a_hidden_unit_hides_a_child_or_it_would_be_their_sum(void **state)
{
    (void)state;
    struct disclosure_cell c[TREE_MAX];
    assert_int_equal(HIDE(c, { 23, 0 }, { 3, 0 }, { 20, 0 }, { 9, 2 }, { 11, 2 }), 3);
    assert_int_equal(c[2].why, DISCLOSURE_SECONDARY);
    assert_int_equal(c[3].why, DISCLOSURE_SECONDARY);
    assert_int_equal(c[4].why, DISCLOSURE_SHOWN);
}

static void
answers_of_a_unit_itself_count_as_one_more_hidden_child(void **state)
{
    (void)state;
    struct disclosure_cell c[TREE_MAX];
    /* 2 people named the unit only: unit less child would be them. */
    assert_int_equal(HIDE(c, { 32, 0 }, { 22, 0 }, { 20, 1 }, { 10, 0 }), 1);
    assert_int_equal(c[2].why, DISCLOSURE_SECONDARY);
}

/* Each family is closed here: 17 and 1 under the top; 16 shown, 1 hidden below. But the top less 16
 * less 20 is 2: the two hidden ones, one answer each. */
static void
a_group_that_is_small_across_levels_is_found_too(void **state)
{
    (void)state;
    struct disclosure_cell c[TREE_MAX];
    size_t n = HIDE(c, { 38, 0 }, { 20, 0 }, { 1, 0 }, { 17, 0 }, { 1, 3 }, { 16, 3 });
    assert_int_equal(c[3].why, DISCLOSURE_SECONDARY);
    assert_int_equal(c[5].why, DISCLOSURE_SECONDARY);
    assert_int_equal(n, 4);
}

static void
as_many_answers_as_hidden_units_would_be_one_each(void **state)
{
    (void)state;
    struct disclosure_cell c[TREE_MAX];
    size_t n = HIDE(c, { 25, 0 }, { 20, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 });
    assert_int_equal(n, 6);
    assert_int_equal(c[0].why, DISCLOSURE_SHOWN);
    /* Nothing borders on it: the unit itself goes. */
    assert_int_equal(HIDE(c, { 5, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 }, { 1, 0 }), 6);
}

/* ---- revisions ----------------------------------------------------------------------------- */

static void
a_remainder_grows_by_the_threshold_or_not_at_all(void **state)
{
    (void)state;
    const int64_t was[] = { 4, 2, 0 };
    assert_int_equal(disclosure_growth(was, was, 3, K), DISCLOSURE_SAME);
    assert_int_equal(disclosure_growth(was, (int64_t[]){ 8, 2, 0 }, 3, K), DISCLOSURE_WAITS);
    assert_int_equal(disclosure_growth(was, (int64_t[]){ 8, 2, 1 }, 3, K), DISCLOSURE_GROWS);
    /* A correction alone names the corrected; so does one among new answers of other kinds. */
    assert_int_equal(disclosure_growth(was, (int64_t[]){ 3, 3, 0 }, 3, K), DISCLOSURE_WAITS);
    assert_int_equal(disclosure_growth(was, (int64_t[]){ 3, 9, 0 }, 3, K), DISCLOSURE_WAITS);
    assert_int_equal(disclosure_growth(was, (int64_t[]){ 0, 0, 0 }, 3, K), DISCLOSURE_WAITS);
}

static void
a_revision_takes_up_what_has_grown_and_still_adds_up(void **state)
{
    (void)state;
    /* A trust of 30 with a unit of 20; 6 new in the unit, 2 outside. */
    struct disclosure_line l[] = {
        { .above = 0, .published = { 30 }, .now = { 38 } },
        { .above = 0, .published = { 20 }, .now = { 26 } },
    };
    disclosure_judge(l, 2, 1, K);
    assert_int_equal(disclosure_take(l, 2, 1), 1);
    assert_int_equal(l[0].published[0], 36);
    assert_int_equal(l[1].published[0], 26);
    assert_int_equal(l[0].growth, DISCLOSURE_WAITS);
    assert_int_equal(l[1].growth, DISCLOSURE_GROWS);
    struct disclosure_line later[] = {
        { .above = 0, .published = { 36 }, .now = { 38 } },
        { .above = 0, .published = { 26 }, .now = { 26 } },
    };
    disclosure_judge(later, 2, 1, K);
    assert_int_equal(disclosure_take(later, 2, 1), 0);
    assert_int_equal(later[0].published[0], 36);
}

/* ---- attack on one period: random small trees ------------------------------------------------ */

enum { ONE_TREES = 3000 };

static bool
is_leaf(const struct tree *t, size_t i)
{
    for (size_t j = 1; j < t->n; j++) {
        if (t->cells[j].parent == i) {
            return false;
        }
    }
    return true;
}

/* The tree's answers lie at its leaves and, now and then, at a unit itself. */
static void
grow_tree(struct tree *t, uint64_t *seed, size_t n_max)
{
    *t = (struct tree){ .n = 2 + chance(seed, (uint32_t)n_max - 1) };
    for (size_t i = 1; i < t->n; i++) {
        t->cells[i].parent = chance(seed, (uint32_t)i);
    }
    for (size_t i = 0; i < t->n; i++) {
        bool has_some = is_leaf(t, i) || chance(seed, 8) == 0;
        int64_t some = chance(seed, 2) ? 1 + chance(seed, 4) : 1 + chance(seed, 14);
        t->own[i] = has_some ? some : 0;
    }
    for (size_t i = t->n; i-- > 0;) {
        t->cells[i].n += t->own[i];
        if (i > 0) {
            t->cells[t->cells[i].parent].n += t->cells[i].n;
        }
    }
}

/* Marks the atoms below unit i, itself included; atom j is unit j's own answers. */
static void
mark_below(const struct tree *t, size_t i, int8_t *holds)
{
    memset(holds, 0, ATOMS_MAX);
    holds[i] = 1;
    for (size_t j = i + 1; j < t->n; j++) {
        if (holds[t->cells[j].parent]) {
            holds[j] = 1;
        }
    }
}

/* What was published of a tree; the units without answers of their own are no atoms in truth. */
static void
publish_tree(const struct tree *t, struct attack *a)
{
    *a = (struct attack){ .n_atoms = t->n };
    for (size_t i = 0; i < t->n; i++) {
        a->atoms[i] = t->own[i];
        bool is_shown = t->cells[i].why == DISCLOSURE_SHOWN;
        struct figure *f = is_shown ? &a->figures[a->n_figures++] : &a->listed[a->n_listed++];
        mark_below(t, i, f->holds);
        f->n = t->cells[i].n;
    }
    for (size_t i = 0; i < t->n; i++) { /* known to everybody where no unit has answers itself */
        if (t->own[i] == 0) {
            struct figure *f = &a->figures[a->n_figures++];
            *f = (struct figure){ .n = 0 };
            f->holds[i] = 1;
        }
    }
}

/* Every set of atoms that can be worked out and counts 1..k-1 answers. */
static int
count_small_sums(const struct attack *a)
{
    static struct span s;
    span_of(a, &s);
    int n_found = 0;
    for (uint32_t set = 1; set < UINT32_C(1) << a->n_atoms; set++) {
        int8_t holds[ATOMS_MAX] = { 0 };
        int64_t n = 0;
        for (size_t i = 0; i < a->n_atoms; i++) {
            holds[i] = (set >> i) & 1;
            n += holds[i] ? a->atoms[i] : 0;
        }
        n_found += n > 0 && n < K && attack_solves(&s, holds);
    }
    return n_found;
}

static void
no_small_cell_of_a_random_tree_can_be_worked_out(void **state)
{
    (void)state;
    uint64_t seed = 20150101;
    static struct attack a;
    int n_small = 0;
    for (int i = 0; i < ONE_TREES; i++) {
        struct tree t;
        grow_tree(&t, &seed, NEIGHBOUR_ATOMS_MAX - 1);
        (void)disclosure_hide(t.cells, t.n, K);
        publish_tree(&t, &a);
        assert_int_equal(count_small_sums(&a), 0);
        assert_int_equal(attack_fixed(&a, K), 0);
        n_small += (int)a.n_listed;
    }
    assert_true(n_small > ONE_TREES);
}

/* The same attack on hiding small cells and nothing else; it must bite, or it proves nothing. */
static void
the_same_attack_takes_cells_from_hiding_small_ones_only(void **state)
{
    (void)state;
    uint64_t seed = 20150101;
    static struct attack a;
    int n_sums = 0;
    int n_fixed = 0;
    for (int i = 0; i < ONE_TREES / 10; i++) {
        struct tree t;
        grow_tree(&t, &seed, NEIGHBOUR_ATOMS_MAX - 1);
        for (size_t j = 0; j < t.n; j++) {
            t.cells[j].why = t.cells[j].n < K ? DISCLOSURE_SMALL : DISCLOSURE_SHOWN;
        }
        publish_tree(&t, &a);
        n_sums += count_small_sums(&a) > 0;
        n_fixed += attack_fixed(&a, K) > 0;
    }
    print_message("# small cells alone hidden: %d of %d trees give a small sum away, %d a cell\n",
                  n_sums, ONE_TREES / 10, n_fixed);
    assert_true(n_sums > ONE_TREES / 40 && n_fixed > ONE_TREES / 40);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_below_the_threshold_is_hidden),
        cmocka_unit_test(a_single_small_child_takes_the_smallest_sibling_with_it),
        cmocka_unit_test(of_two_equal_siblings_the_first_in_order_is_hidden),
        cmocka_unit_test(two_small_children_of_fewer_than_the_threshold_together_need_a_third),
        cmocka_unit_test(a_hidden_unit_hides_a_child_or_it_would_be_their_sum),
        cmocka_unit_test(answers_of_a_unit_itself_count_as_one_more_hidden_child),
        cmocka_unit_test(a_group_that_is_small_across_levels_is_found_too),
        cmocka_unit_test(as_many_answers_as_hidden_units_would_be_one_each),
        cmocka_unit_test(a_remainder_grows_by_the_threshold_or_not_at_all),
        cmocka_unit_test(a_revision_takes_up_what_has_grown_and_still_adds_up),
        cmocka_unit_test(no_small_cell_of_a_random_tree_can_be_worked_out),
        cmocka_unit_test(the_same_attack_takes_cells_from_hiding_small_ones_only),
    };
    return cmocka_run_group_tests_name("disclosure", tests, NULL, NULL);
}
