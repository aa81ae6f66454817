/* SPDX-License-Identifier: MIT */
/* test_spc.c - charts: the four rules, missing values, and where the two profiles part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/spc.h"

enum { POINTS_MAX = 64 };

struct chart {
    struct spc_point points[POINTS_MAX];
    struct spc_group groups[POINTS_MAX];
    int n_groups;
};

static struct chart
chart(enum spc_profile profile, int direction, bool screen, const double *y, size_t n)
{
    struct chart c;
    const struct spc_options opt = { .profile = profile, .direction = direction, .screen = screen,
                                     .has_target = true, .target = 95 };
    c.n_groups = spc_chart(&opt, y, NULL, n, c.points, c.groups);
    return c;
}

static void
seven_on_one_side_are_a_shift_and_six_are_not(void **state)
{
    (void)state;
    const double y[] = { 1, 9, 1, 9, 1, 9, 1, 6, 7, 6, 7, 6, 7, 6, 1, 2, 1, 2, 1, 2 };
    struct chart c = chart(SPC_NHSR_022, 1, true, y, 20);
    for (size_t i = 0; i < 20; i++) {
        assert_int_equal(c.points[i].shift, i >= 7 && i < 14);
    }
    assert_int_equal(c.points[13].type, SPC_SHIFT_ABOVE);
    assert_int_equal(c.points[13].verdict, SPC_IS_IMPROVEMENT);
    c = chart(SPC_NHSR_022, -1, true, y, 20);
    assert_int_equal(c.points[13].verdict, SPC_IS_CONCERN);
    c = chart(SPC_NHSR_022, 0, true, y, 20);
    assert_int_equal(c.points[13].verdict, SPC_IS_NEUTRAL_HIGH);
}

static void
a_missing_value_breaks_every_run(void **state)
{
    (void)state;
    const double rising[] = { 1, 2, 3, 4, 5, 6, 7, 3, 5, 3, 5, 3, 5 };
    double gap[13];
    memcpy(gap, rising, sizeof gap);
    gap[3] = NAN;
    assert_true(chart(SPC_NHSR_022, 1, false, rising, 13).points[0].trend);
    struct chart c = chart(SPC_NHSR_022, 1, false, gap, 13);
    for (size_t i = 0; i < 13; i++) {
        assert_false(c.points[i].trend);
    }
    assert_int_equal(c.points[3].side, SPC_SIDE_NA);
    assert_int_equal(c.points[3].outside, SPC_NA);
    assert_int_equal(c.points[3].type, SPC_COMMON);
    assert_int_equal(c.groups[0].n_values, 12);
}

static void
collapsed_limits_are_told_and_kept_for_comparison(void **state)
{
    (void)state;
    double y[20];
    for (size_t i = 0; i < 20; i++) {
        y[i] = i == 9 ? 95 : 100;
    }
    struct chart c = chart(SPC_NHSR_022, 1, true, y, 20);
    assert_true(c.groups[0].is_collapsed);
    assert_int_equal(c.groups[0].n_improvement, 19);
    assert_int_equal(c.groups[0].n_concern, 1);
    assert_int_equal(c.groups[0].assurance, SPC_PASS);
    c = chart(SPC_MDC_2023, 1, true, y, 20);
    assert_false(c.groups[0].is_collapsed); /* it does not screen */
    for (size_t i = 0; i < 20; i++) {
        y[i] = 7;
    }
    c = chart(SPC_NHSR_022, 1, true, y, 20);
    assert_true(c.groups[0].is_collapsed);
    assert_true(isnan(c.groups[0].upl) != 0);
    assert_int_equal(c.groups[0].assurance, SPC_INCONSISTENT);
}

static void
the_product_counts_points_beyond_three_sigma_as_near(void **state)
{
    (void)state;
    double y[60];
    for (size_t i = 0; i < 60; i++) {
        y[i] = i % 2 ? 51 : 49;
    }
    y[57] = 57; /* outside */
    y[58] = 50.5;
    y[59] = 54.9; /* between two and three sigma */
    struct chart old = chart(SPC_NHSR_022, 1, false, y, 60);
    struct chart now = chart(SPC_MDC_2023, 1, false, y, 60);
    assert_int_equal(old.points[57].outside, SPC_YES);
    assert_int_equal(old.points[59].close, SPC_YES);
    assert_false(old.points[59].two_in_three);
    assert_true(now.points[59].two_in_three);
    assert_true(now.points[57].two_in_three);
    assert_false(now.points[58].two_in_three);
    assert_int_equal(now.points[59].verdict, SPC_IS_IMPROVEMENT);
}

static void
of_two_verdicts_the_product_takes_the_improvement(void **state)
{
    (void)state;
    /* Seven falling points wholly above the mean: a falling trend, and a shift upwards. */
    const double y[] = { 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 9, 8.5, 8, 7.5, 7, 6.5, 6, 1, 3, 1 };
    struct chart old = chart(SPC_NHSR_022, 1, false, y, 22);
    struct chart now = chart(SPC_MDC_2023, 1, false, y, 22);
    assert_true(old.points[17].trend && old.points[17].shift);
    assert_int_equal(old.points[17].verdict, SPC_IS_CONCERN);
    assert_int_equal(now.points[17].verdict, SPC_IS_IMPROVEMENT);
}

static void
a_rebase_begins_anew_and_short_groups_are_told(void **state)
{
    (void)state;
    double y[20];
    bool rebase[20] = { [14] = true };
    for (size_t i = 0; i < 20; i++) {
        y[i] = (i < 14 ? 10 : 90) + (double)(i % 3);
    }
    struct spc_point p[20];
    struct spc_group g[2];
    struct spc_options opt = { .profile = SPC_MDC_2023, .direction = 1 };
    assert_int_equal(spc_chart(&opt, y, rebase, 20, p, g), 2);
    assert_int_equal(p[14].group, 1);
    assert_false(g[0].is_short);
    assert_true(g[1].is_short);
    assert_true(isfinite(g[0].upl));
    assert_true(isnan(g[1].upl) != 0); /* limits come from 13 values on */
    opt.profile = SPC_NHSR_022;
    assert_int_equal(spc_chart(&opt, y, rebase, 20, p, g), 2);
    assert_true(isfinite(g[1].upl));
    opt.fix_after = 11;
    assert_int_equal(spc_chart(&opt, y, NULL, 20, p, g), -EINVAL);
    opt.fix_after = 12;
    assert_int_equal(spc_chart(&opt, y, NULL, 20, p, g), 1);
    assert_true(p[11].in_baseline);
    assert_false(p[12].in_baseline);
    assert_int_equal(spc_chart(&opt, y, NULL, 0, p, g), 0);
}

static void
words_are_those_that_other_tools_use(void **state)
{
    (void)state;
    assert_string_equal(spc_type_words(SPC_TREND_DOWN), "7 Point Trend (Decreasing)");
    assert_string_equal(spc_variation_icon(SPC_IS_CONCERN, -1), "concern_high");
    assert_string_equal(spc_assurance_icon(SPC_FAIL), "fail");
    assert_null(spc_assurance_word(SPC_ASSURANCE_NONE));
    assert_int_equal(spc_profile_parse("mdc-2023"), SPC_MDC_2023);
    assert_int_equal(spc_profile_parse("mdc"), SPC_PROFILE_NONE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seven_on_one_side_are_a_shift_and_six_are_not),
        cmocka_unit_test(a_missing_value_breaks_every_run),
        cmocka_unit_test(collapsed_limits_are_told_and_kept_for_comparison),
        cmocka_unit_test(the_product_counts_points_beyond_three_sigma_as_near),
        cmocka_unit_test(of_two_verdicts_the_product_takes_the_improvement),
        cmocka_unit_test(a_rebase_begins_anew_and_short_groups_are_told),
        cmocka_unit_test(words_are_those_that_other_tools_use),
    };
    return cmocka_run_group_tests_name("spc", tests, NULL, NULL);
}
