/* SPDX-License-Identifier: MIT */
/* test_score.c - exact percentages, means and Wilson bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/err.h"
#include "rules/score.h"

static void
a_half_is_rounded_away_from_zero(void **state)
{
    (void)state;
    assert_int_equal(score_ratio(1, 8, 2), 13);
    assert_int_equal(score_ratio(-1, 8, 2), -13);
    assert_int_equal(score_ratio(1, 3, 4), 3333);
    assert_int_equal(score_percent(1, 800, 2), 13); /* 0.125 */
    assert_int_equal(score_percent(10023, 10023, 2), 10000);
}

static void
nothing_to_divide_by_gives_no_figure(void **state)
{
    (void)state;
    char buf[SCORE_TEXT_MAX];
    assert_true(score_percent(0, 0, 2) == SCORE_NONE);
    assert_true(score_ratio(0, 0, 2) == SCORE_NONE);
    assert_true(score_wilson(0, 0).lo == SCORE_NONE);
    assert_string_equal(score_format(SCORE_NONE, 2, buf), "");
}

static void
wilson_bounds_equal_those_worked_out_by_hand(void **state)
{
    (void)state;
    static const struct {
        int64_t part, whole, lo, hi;
    } cases[] = { { 2, 2, 3424, 10000 },       { 1, 1, 2065, 10000 }, { 0, 1, 0, 7935 },
                  { 101, 102, 9465, 9983 },    { 38, 38, 9082, 10000 }, { 5, 6, 4365, 9699 },
                  { 9068, 10023, 8988, 9103 } };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct wilson w = score_wilson(cases[i].part, cases[i].whole);
        assert_int_equal(w.lo, cases[i].lo);
        assert_int_equal(w.hi, cases[i].hi);
    }
}

static void
the_largest_counts_stay_exact(void **state)
{
    (void)state;
    struct wilson w = score_wilson(SCORE_N_MAX / 2, SCORE_N_MAX);
    assert_int_equal(w.lo, 5000);
    assert_int_equal(w.hi, 5000);
    w = score_wilson(SCORE_N_MAX, SCORE_N_MAX);
    assert_int_equal(w.lo, 10000);
    assert_int_equal(w.hi, 10000);
    assert_int_equal(score_percent(SCORE_N_MAX, SCORE_N_MAX, 6), 100000000);
    assert_int_equal(score_ratio(-1000 * SCORE_N_MAX, SCORE_N_MAX, 6), -1000000000);
}

static void
a_mean_counts_each_answer_by_its_value(void **state)
{
    (void)state;
    const int64_t counts[] = { 76, 25, 0, 0, 1 };
    const int values[] = { 1, 2, 3, 4, 5 };
    assert_int_equal(score_mean(counts, values, 5, 4), 12843);
    const int64_t none[] = { 0, 0 };
    assert_true(score_mean(none, values, 2, 4) == SCORE_NONE);
}

static void
figures_are_written_with_all_their_decimals(void **state)
{
    (void)state;
    char buf[SCORE_TEXT_MAX];
    assert_string_equal(score_format(10047, 4, buf), "1.0047");
    assert_string_equal(score_format(-7, 2, buf), "-0.07");
    assert_string_equal(score_format(42, 0, buf), "42");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_half_is_rounded_away_from_zero),
        cmocka_unit_test(nothing_to_divide_by_gives_no_figure),
        cmocka_unit_test(wilson_bounds_equal_those_worked_out_by_hand),
        cmocka_unit_test(the_largest_counts_stay_exact),
        cmocka_unit_test(a_mean_counts_each_answer_by_its_value),
        cmocka_unit_test(figures_are_written_with_all_their_decimals),
    };
    return cmocka_run_group_tests_name("score", tests, NULL, NULL);
}
