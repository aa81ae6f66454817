/* SPDX-License-Identifier: MIT */
/* test_spc_p.c - p and Laney p' charts against cases worked out by hand and against each other;
 * which chart fits, and how far a chart can be trusted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/spc_state.h"

enum { POINTS_MAX = 64 };

struct chart {
    double y[POINTS_MAX];
    struct spc_point points[POINTS_MAX];
    struct spc_group groups[POINTS_MAX];
    int n_groups;
};

static const struct spc_options higher = { .profile = SPC_MDC_2023, .direction = 1 };
static const struct spc_options lower = { .profile = SPC_MDC_2023, .direction = -1 };

static void
chart(struct chart *c, enum spc_kind kind, const struct spc_options *opt,
      const struct spc_count *counts, size_t n)
{
    const struct spc_room room = { c->y, c->points, c->groups, n };
    c->n_groups = spc_chart_counts(opt, kind, counts, NULL, &room);
    assert_int_equal(c->n_groups, 1);
}

/* 18 and 16 of 20 by turns: 85 % in all. */
static void
eighteen_and_sixteen(struct spc_count counts[14])
{
    for (size_t i = 0; i < 14; i++) {
        counts[i] = (struct spc_count){ i % 2 ? 16 : 18, 20 };
    }
}

static void
near(double a, double b)
{
    if (!(fabs(a - b) < 1e-9 * (1 + fabs(b)))) {
        print_error("%.15g is not %.15g\n", a, b);
        fail();
    }
}

static void
limits_of_a_p_chart_are_those_worked_out_by_hand(void **state)
{
    (void)state;
    struct spc_count counts[14];
    eighteen_and_sixteen(counts);
    struct chart c;
    chart(&c, SPC_P, &higher, counts, 14);
    near(c.groups[0].mean, 85);
    near(c.groups[0].lpl, 85 - 3 * sqrt(85.0 * 15 / 20));
    near(c.groups[0].upl, 100); /* 108.95, cut: there is no more than all */
    assert_int_equal(c.groups[0].n_common, 14);
    chart(&c, SPC_P_LANEY, &higher, counts, 14);
    near(c.groups[0].lpl, 85 - 3 * 10 / 1.128); /* every moving range is 10 */
}

static void
limits_widen_where_fewer_answered(void **state)
{
    (void)state;
    struct spc_count counts[14];
    eighteen_and_sixteen(counts);
    counts[13] = (struct spc_count){ 3, 5 };
    struct chart c;
    chart(&c, SPC_P, &higher, counts, 14);
    double mean = 100.0 * (7 * 18 + 6 * 16 + 3) / (13 * 20 + 5);
    near(c.points[13].lpl, mean - 3 * sqrt(mean * (100 - mean) / 5));
    assert_true(c.points[13].lpl < c.points[12].lpl);
    near(c.groups[0].lpl, c.points[13].lpl); /* the latest stand for all */
    assert_int_equal(c.points[13].outside, SPC_NO);
    counts[13] = (struct spc_count){ 24, 40 }; /* the same 60 %, of more people */
    chart(&c, SPC_P, &higher, counts, 14);
    assert_int_equal(c.points[13].outside, SPC_YES);
    assert_int_equal(c.points[13].verdict, SPC_IS_CONCERN);
}

/* With one denominator p' is XmR but for the rounding of 3 / 1.128 to 2.66. */
static void
laney_with_equal_denominators_is_xmr(void **state)
{
    (void)state;
    srand(41);
    for (int round = 0; round < 200; round++) {
        struct spc_count counts[30];
        struct chart p;
        struct chart x;
        int64_t n = 200 + rand() % 200;
        for (size_t i = 0; i < 30; i++) {
            counts[i] = (struct spc_count){ n / 2 + rand() % 40, n };
        }
        chart(&p, SPC_P_LANEY, &higher, counts, 30);
        assert_int_equal(spc_chart(&higher, p.y, NULL, 30, x.points, x.groups), 1);
        near(p.groups[0].mean, x.groups[0].mean);
        near((p.groups[0].upl - p.groups[0].mean) * 2.66,
             (x.groups[0].upl - x.groups[0].mean) * 3 / 1.128);
    }
}

/* Counting those who are content or those who are not is the same question. */
static void
turned_round_the_chart_says_the_same(void **state)
{
    (void)state;
    srand(42);
    for (int round = 0; round < 500; round++) {
        struct spc_count counts[40];
        struct spc_count other[40];
        for (size_t i = 0; i < 40; i++) {
            int64_t n = rand() % 12 == 0 ? 0 : 4 + rand() % 40;
            counts[i] = (struct spc_count){ n ? rand() % (n + 1) : 0, n };
            other[i] = (struct spc_count){ n - counts[i].good, n };
        }
        struct chart a;
        struct chart b;
        enum spc_kind kind = round % 2 ? SPC_P : SPC_P_LANEY;
        chart(&a, kind, &higher, counts, 40);
        chart(&b, kind, &lower, other, 40);
        for (size_t i = 0; i < 40; i++) {
            assert_int_equal(a.points[i].verdict, b.points[i].verdict);
            bool has_limits = !isnan(a.points[i].upl);
            assert_int_equal(has_limits, counts[i].n > 0);
            if (has_limits) {
                near(a.points[i].lpl, 100 - b.points[i].upl);
                assert_true(a.points[i].lpl >= 0 && a.points[i].upl <= 100);
            }
        }
    }
}

static void
all_or_none_content_gives_no_limits_to_judge_by(void **state)
{
    (void)state;
    struct spc_count counts[20];
    for (size_t i = 0; i < 20; i++) {
        counts[i] = (struct spc_count){ 7, 7 };
    }
    struct chart c;
    chart(&c, SPC_P, &higher, counts, 20);
    assert_true(c.groups[0].is_collapsed);
    assert_int_equal(c.groups[0].n_common, 20);
    chart(&c, SPC_P_LANEY, &higher, counts, 20);
    assert_true(c.groups[0].is_collapsed);
    const struct spc_state_facts f = { &c.groups[0], counts, 20, 5, NULL, 0 };
    assert_int_equal(spc_states(&f), SPC_NO_VARIATION);
    assert_false(spc_may_signal(spc_states(&f)));
}

static void
a_fix_below_twelve_is_refused(void **state)
{
    (void)state;
    const struct spc_options opt = { .profile = SPC_MDC_2023, .direction = 1, .fix_after = 11 };
    struct spc_count counts[14];
    struct chart c;
    eighteen_and_sixteen(counts);
    const struct spc_room room = { c.y, c.points, c.groups, 14 };
    assert_int_equal(spc_chart_counts(&opt, SPC_P, counts, NULL, &room), -EINVAL);
}

/* ---- months that are unlike the baseline's --------------------------------------------------- */

static void
an_xmr_chart_of_even_months_is_the_one_of_the_values_alone(void **state)
{
    (void)state;
    struct spc_options opt = higher;
    opt.fix_after = 13;
    opt.least_n = 20;
    struct spc_count counts[20];
    struct chart c;
    struct chart x;
    for (size_t i = 0; i < 20; i++) {
        counts[i] = (struct spc_count){ 25 + (int64_t)(i * 7 % 5), 30 + (int64_t)(i * 3 % 4) };
    }
    chart(&c, SPC_XMR, &opt, counts, 20);
    assert_int_equal(spc_chart(&opt, c.y, NULL, 20, x.points, x.groups), 1);
    for (size_t i = 0; i < 20; i++) {
        assert_memory_equal(&c.points[i].mean, &x.points[i].mean, 3 * sizeof(double));
        assert_int_equal(c.points[i].type, x.points[i].type);
    }
}

static void
a_month_smaller_than_all_of_the_baseline_has_wider_limits_in_an_xmr_chart_too(void **state)
{
    (void)state;
    struct spc_options opt = higher;
    opt.fix_after = 13;
    opt.least_n = 20;
    struct spc_count counts[15];
    struct chart c;
    for (size_t i = 0; i < 15; i++) {
        counts[i] = (struct spc_count){ i % 2 ? 80 : 90, 100 };
    }
    counts[13] = (struct spc_count){ 15, 25 };
    counts[14] = (struct spc_count){ 8, 16 };
    chart(&c, SPC_XMR, &opt, counts, 15);
    double mean = (7 * 90.0 + 6 * 80) / 13;
    near(c.points[12].lpl, mean - 2.66 * 10);
    near(c.points[13].lpl, mean - 2.66 * 10 * 2); /* a quarter of the answers */
    counts[13].n = 85;
    counts[13].good = 60;
    struct chart more;
    chart(&more, SPC_XMR, &opt, counts, 15);
    near(more.points[13].lpl, mean - 2.66 * 10); /* about as many as ever */
    near(c.points[14].lpl, mean - 2.66 * 10 * 2.5 - 50.0 / 16); /* few, too: half an answer more */
    near(c.points[14].upl, mean + 2.66 * 10 * 2.5 + 50.0 / 16);
    near(c.groups[0].lpl, mean - 2.66 * 10); /* the baseline's stand for all */
    assert_int_equal(c.points[13].outside, SPC_NO);
    assert_int_equal(c.points[14].outside, SPC_NO);
}

static void
few_answers_have_half_an_answer_more_room_in_a_laney_chart(void **state)
{
    (void)state;
    struct spc_options opt = higher;
    struct spc_count counts[14];
    struct chart plain;
    struct chart c;
    eighteen_and_sixteen(counts);
    counts[3] = (struct spc_count){ 5, 10 };
    chart(&plain, SPC_P_LANEY, &opt, counts, 14);
    opt.least_n = 20;
    chart(&c, SPC_P_LANEY, &opt, counts, 14);
    near(c.points[3].lpl, plain.points[3].lpl - 5);
    near(c.points[4].lpl, plain.points[4].lpl);
}

static void
laney_limits_never_get_narrower_than_the_baselines_narrowest(void **state)
{
    (void)state;
    struct spc_options opt = higher;
    opt.fix_after = 12;
    struct spc_count counts[14];
    struct chart c;
    eighteen_and_sixteen(counts);
    counts[13] = (struct spc_count){ 8500, 10000 };
    chart(&c, SPC_P_LANEY, &opt, counts, 14);
    near(c.points[13].lpl, c.points[0].lpl);
    chart(&c, SPC_P, &opt, counts, 14);
    assert_true(c.points[13].lpl > c.points[0].lpl); /* which takes chance alone for granted */
}

/* 3.6 and 3.8 of 5 by turns, from sums of 18 and 19 of 25 people; then a month of 4 people. */
static void
means_of_few_people_have_wider_limits(void **state)
{
    (void)state;
    const struct spc_options opt = { .profile = SPC_MDC_2023, .direction = 1, .num = 5, .den = 1,
                                     .fix_after = 13, .least_n = 20 };
    struct spc_count counts[14];
    struct chart c;
    for (size_t i = 0; i < 13; i++) {
        counts[i] = (struct spc_count){ i % 2 ? 19 : 18, 25 };
    }
    counts[13] = (struct spc_count){ 2, 4 };
    chart(&c, SPC_P_LANEY, &opt, counts, 14);
    double mean = 5.0 * (7 * 18 + 6 * 19) / (13 * 25);
    near(c.y[0], 3.6);
    near(c.groups[0].mean, mean);
    near(c.points[12].lpl, mean - 3 * 0.2 / 1.128);
    near(c.points[13].lpl, mean - 3 * 0.2 / 1.128 * 2.5); /* no half answers: sums have no steps */
    for (size_t i = 0; i < 13; i++) {
        counts[i] = (struct spc_count){ 18, 25 };
    }
    chart(&c, SPC_P_LANEY, &opt, counts, 14);
    assert_true(c.groups[0].is_collapsed);
}

/* ---- months without answers ------------------------------------------------------------------ */

static size_t
size_of_baseline(const struct chart *c, size_t n, size_t *end)
{
    size_t ret = 0;
    for (size_t i = 0; i < n; i++) {
        ret += c->points[i].in_baseline ? 1 : 0;
        *end = c->points[i].in_baseline ? i + 1 : *end;
    }
    return ret;
}

/* Two months, a year without any answers, then more. */
static void
paused(struct spc_count counts[36])
{
    for (size_t i = 0; i < 36; i++) {
        int64_t good = 44 + (int64_t)(i * 7 % 9);
        counts[i] = i >= 2 && i < 14 ? (struct spc_count){ 0, 0 } : (struct spc_count){ good, 60 };
    }
}

static void
a_baseline_is_of_so_many_values_whatever_months_had_none(void **state)
{
    (void)state;
    struct spc_options opt = higher;
    opt.fix_after = 13;
    struct spc_count counts[36];
    struct chart c;
    paused(counts);
    double mean = 0;
    for (size_t i = 0; i < 25; i++) {
        mean += 100.0 * (double)counts[i].good / (60 * 13);
    }
    for (int kind = SPC_XMR; kind < SPC_KIND_MAX_; kind++) {
        chart(&c, (enum spc_kind)kind, &opt, counts, 24);
        const struct spc_state_facts early = { &c.groups[0], counts, 24, 20, NULL, 0 };
        assert_int_equal(spc_states(&early), SPC_TRIAL_LIMITS | SPC_GAPS); /* twelve values */
        for (size_t n = 25; n <= 36; n++) {
            size_t end = 0;
            chart(&c, (enum spc_kind)kind, &opt, counts, n);
            assert_int_equal(size_of_baseline(&c, n, &end), 13);
            assert_int_equal(end, 25);
            near(c.groups[0].mean, mean);
            assert_true(c.groups[0].upl > mean);
            const struct spc_state_facts f = { &c.groups[0], counts, n, 20, NULL, 0 };
            assert_int_equal(spc_states(&f), SPC_GAPS);
        }
    }
}

static void
a_baseline_from_a_date_on_is_of_so_many_values_too(void **state)
{
    (void)state;
    struct spc_options opt = higher;
    opt.fix_after = 13;
    struct spc_count counts[36];
    bool rebase[36] = { [1] = true };
    struct chart c;
    const struct spc_room room = { c.y, c.points, c.groups, 36 };
    paused(counts);
    size_t end = 0;
    assert_int_equal(spc_chart_counts(&opt, SPC_XMR, counts, rebase, &room), 2);
    assert_int_equal(c.groups[1].first, 1);
    c.points[0].in_baseline = false;
    assert_int_equal(size_of_baseline(&c, 36, &end), 13);
    assert_int_equal(end, 26);
}

static void
the_packages_profile_counts_rows(void **state)
{
    (void)state;
    struct spc_options opt = higher;
    opt.profile = SPC_NHSR_022;
    opt.fix_after = 13;
    struct spc_count counts[36];
    struct chart c;
    size_t end = 0;
    paused(counts);
    chart(&c, SPC_XMR, &opt, counts, 36);
    assert_int_equal(size_of_baseline(&c, 36, &end), 2);
}

/* ---- states ---------------------------------------------------------------------------------- */

static unsigned
states_of(const struct spc_count *counts, size_t n)
{
    struct chart c;
    chart(&c, SPC_P, &higher, counts, n);
    const struct spc_state_facts f = { &c.groups[0], counts, n, 20, NULL, 0 };
    return spc_states(&f);
}

static void
every_state_has_its_case(void **state)
{
    (void)state;
    struct spc_count c[20];
    for (size_t i = 0; i < 20; i++) {
        c[i] = (struct spc_count){ 20 + (int64_t)(i * 7 % 5), 30 };
    }
    assert_int_equal(states_of(c, 20), 0);
    assert_int_equal(states_of(c, 12), SPC_TRIAL_LIMITS);
    assert_int_equal(states_of(c, 13), 0);
    c[19] = (struct spc_count){ 0, 0 };
    assert_int_equal(states_of(c, 20), SPC_MISSING_LATEST);
    assert_true(spc_may_signal(states_of(c, 20)));
    c[18] = c[19];
    c[17] = c[19];
    assert_int_equal(states_of(c, 20), SPC_MISSING_LATEST | SPC_STALE);
    assert_false(spc_may_signal(states_of(c, 20)));
    c[3] = c[19];
    assert_int_equal(states_of(c, 17), SPC_GAPS);
    const struct spc_count none[3] = { { 0, 0 }, { 0, 0 }, { 0, 0 } };
    assert_int_equal(states_of(none, 3), SPC_NO_DATA);
    for (int bit = 0; bit < SPC_STATES; bit++) {
        assert_non_null(spc_state_word((enum spc_state)(1 << bit)));
        assert_non_null(spc_state_words((enum spc_state)(1 << bit)));
    }
    assert_null(spc_state_word((enum spc_state)(1 << SPC_STATES)));
}

static void
few_answers_choose_the_chart(void **state)
{
    (void)state;
    const struct spc_count few[4] = { { 3, 20 }, { 0, 0 }, { 3, 60 }, { 3, 19 } };
    const struct spc_count uneven[3] = { { 3, 20 }, { 3, 30 }, { 3, 80 } };
    assert_int_equal(spc_kind_for(few, 4, 0, 20), SPC_P_LANEY);
    assert_int_equal(spc_kind_for(few, 3, 0, 20), SPC_XMR); /* a missing month is not a small one */
    assert_int_equal(spc_kind_for(few, 0, 0, 20), SPC_XMR);
    assert_int_equal(spc_kind_for(few + 1, 1, 0, 20), SPC_XMR);
    assert_int_equal(spc_kind_for(uneven, 2, 0, 20), SPC_XMR);
    assert_int_equal(spc_kind_for(uneven, 3, 0, 20), SPC_P_LANEY); /* four times as many */
    assert_int_equal(spc_kind_for(uneven, 3, 2, 20), SPC_XMR); /* which are not of the baseline */
    assert_int_equal(spc_kind_for(few, 4, 3, 20), SPC_P_LANEY); /* the fourth row */
}

static void
sides(struct spc_point *points, const char *marks)
{
    for (size_t i = 0; marks[i]; i++) {
        points[i] = (struct spc_point){ .group = i > 0 ? points[i - 1].group : 0,
                                        .side = marks[i] == '+'   ? 1
                                                : marks[i] == '-' ? -1
                                                : marks[i] == '0' ? 0
                                                                  : SPC_SIDE_NA };
        points[i].group += i == 20; /* a baseline begins there */
    }
}

static void
a_baseline_is_proposed_once_thirteen_values_keep_to_one_side(void **state)
{
    (void)state;
    struct spc_point p[POINTS_MAX];
    sides(p, "+-+0-------------");
    assert_int_equal(spc_proposed(p, 17), 4);
    assert_int_equal(spc_proposed(p, 16), -1); /* twelve are too few to stand alone */
    assert_int_equal(spc_proposed(p, 0), -1);
    sides(p, "-------------");
    assert_int_equal(spc_proposed(p, 13), -1); /* it begins there anyway */
    sides(p, "+------?-------------");
    assert_int_equal(spc_proposed(p, 20), -1); /* a missing value ends the run */
    sides(p, "-+++++++++++++++++++------------------");
    assert_int_equal(spc_proposed(p, 20), 1);
    assert_int_equal(spc_proposed(p, 38), -1); /* of the newest baseline only */
    sides(p, "+0000000000000");
    assert_int_equal(spc_proposed(p, 14), -1);
}

/* The words say why there is no verdict, not what else there is to say. */
static void
of_several_states_the_one_that_forbids_a_verdict_is_said(void **state)
{
    (void)state;
    assert_string_equal(spc_states_words(SPC_SMALL_N | SPC_STALE), spc_state_words(SPC_STALE));
    assert_string_equal(spc_states_words(SPC_GAPS | SPC_SMALL_N), spc_state_words(SPC_SMALL_N));
    assert_string_equal(spc_states_words(0), "");
    assert_string_equal(spc_states_words(SPC_SETTLED), ""); /* said with its month, elsewhere */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_of_a_p_chart_are_those_worked_out_by_hand),
        cmocka_unit_test(limits_widen_where_fewer_answered),
        cmocka_unit_test(laney_with_equal_denominators_is_xmr),
        cmocka_unit_test(turned_round_the_chart_says_the_same),
        cmocka_unit_test(all_or_none_content_gives_no_limits_to_judge_by),
        cmocka_unit_test(a_fix_below_twelve_is_refused),
        cmocka_unit_test(an_xmr_chart_of_even_months_is_the_one_of_the_values_alone),
        cmocka_unit_test(
            a_month_smaller_than_all_of_the_baseline_has_wider_limits_in_an_xmr_chart_too),
        cmocka_unit_test(few_answers_have_half_an_answer_more_room_in_a_laney_chart),
        cmocka_unit_test(laney_limits_never_get_narrower_than_the_baselines_narrowest),
        cmocka_unit_test(means_of_few_people_have_wider_limits),
        cmocka_unit_test(a_baseline_is_of_so_many_values_whatever_months_had_none),
        cmocka_unit_test(a_baseline_from_a_date_on_is_of_so_many_values_too),
        cmocka_unit_test(the_packages_profile_counts_rows),
        cmocka_unit_test(every_state_has_its_case),
        cmocka_unit_test(few_answers_choose_the_chart),
        cmocka_unit_test(a_baseline_is_proposed_once_thirteen_values_keep_to_one_side),
        cmocka_unit_test(of_several_states_the_one_that_forbids_a_verdict_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
