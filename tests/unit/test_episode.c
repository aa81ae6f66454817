/* SPDX-License-Identifier: MIT */
/* test_episode.c - signals open once, go on while older points change their colour, and close. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rules/episode.h"

enum { LONG = 80 };

struct story {
    int32_t periods[LONG];
    double y[LONG];
    struct spc_point points[LONG];
    struct episode last;
    bool has_last;
};

/* One letter a value: c concern, i improvement, . common, ? missing, | a baseline begins. */
static enum episode_event
look(struct story *t, const char *marks)
{
    size_t n = 0;
    size_t group = 0;
    for (; *marks; marks++) {
        if (*marks == '|') {
            group++;
            continue;
        }
        t->periods[n] = 100 + (int32_t)n;
        t->y[n] = *marks == '?' ? (double)NAN : 50;
        t->points[n] = (struct spc_point){ .group = group,
                                           .verdict = *marks == 'c'   ? SPC_IS_CONCERN
                                                      : *marks == 'i' ? SPC_IS_IMPROVEMENT
                                                                      : SPC_IS_COMMON };
        n++;
    }
    const struct episode_series s = { t->periods, t->y, t->points, n };
    struct episode now = { 0 };
    enum episode_event e = episode_judge(&s, SPC_IS_CONCERN, t->has_last ? &t->last : NULL, &now);
    if (e != EPISODE_NOTHING) {
        t->last = now;
        t->has_last = true;
    }
    return e;
}

static void
it_opens_once_and_closes_after_three_quiet_values(void **state)
{
    (void)state;
    struct story t = { .has_last = false };
    assert_int_equal(look(&t, "......"), EPISODE_NOTHING);
    assert_int_equal(look(&t, "......c"), EPISODE_OPENS);
    assert_int_equal(look(&t, "......c"), EPISODE_NOTHING);
    assert_int_equal(look(&t, "......cc"), EPISODE_CONTINUES);
    assert_int_equal(look(&t, "......cc."), EPISODE_NOTHING);
    assert_int_equal(look(&t, "......cc.."), EPISODE_NOTHING);
    assert_int_equal(look(&t, "......cc...") , EPISODE_CLOSES);
    assert_false(t.last.is_open);
    assert_int_equal(look(&t, "......cc...."), EPISODE_NOTHING);
    assert_int_equal(look(&t, "......cc....c"), EPISODE_OPENS);
    assert_int_equal(t.last.first, 112);
}

static void
older_points_that_change_colour_do_not_open_another(void **state)
{
    (void)state;
    struct story t = { .has_last = false };
    assert_int_equal(look(&t, "......c"), EPISODE_OPENS);
    assert_int_equal(look(&t, ".....c.c"), EPISODE_CONTINUES); /* begins earlier now */
    assert_int_equal(t.last.first, 105);
    assert_int_equal(look(&t, "........."), EPISODE_NOTHING); /* all of it gone for a moment */
    assert_int_equal(look(&t, "........cc"), EPISODE_CONTINUES);
    assert_int_equal(t.last.first, 105);
    assert_int_equal(t.last.last, 109);
}

static void
a_run_that_reaches_back_into_a_closed_one_goes_on_with_it(void **state)
{
    (void)state;
    struct story t = { .has_last = false };
    assert_int_equal(look(&t, "....c"), EPISODE_OPENS);
    assert_int_equal(look(&t, "....c..."), EPISODE_CLOSES);
    assert_int_equal(look(&t, "...cccccc"), EPISODE_CONTINUES);
    assert_true(t.last.is_open);
}

static void
missing_values_neither_close_nor_open(void **state)
{
    (void)state;
    struct story t = { .has_last = false };
    assert_int_equal(look(&t, "....c"), EPISODE_OPENS);
    assert_int_equal(look(&t, "....c????"), EPISODE_NOTHING);
    assert_int_equal(look(&t, "....c????c"), EPISODE_CONTINUES);
    struct story u = { .has_last = false };
    assert_int_equal(look(&u, "....?"), EPISODE_NOTHING);
}

static void
only_the_newest_value_opens_one(void **state)
{
    (void)state;
    struct story t = { .has_last = false };
    assert_int_equal(look(&t, "....c."), EPISODE_NOTHING);
    assert_int_equal(look(&t, "....c..i"), EPISODE_NOTHING);
}

static void
an_approved_baseline_settles_it_at_once(void **state)
{
    (void)state;
    struct story t = { .has_last = false };
    assert_int_equal(look(&t, "......ccc"), EPISODE_OPENS);
    assert_int_equal(look(&t, "......|..."), EPISODE_CLOSES);
    struct story u = { .has_last = false };
    assert_int_equal(look(&u, "......ccc"), EPISODE_OPENS);
    assert_int_equal(look(&u, "...|...ccc"), EPISODE_NOTHING); /* older: settles nothing */
    assert_true(u.last.is_open);
}

/* Real shifts on real charts, a month at a time: the mean follows, points change colour. */
static void
a_real_shift_is_told_once(void **state)
{
    (void)state;
    srand(7);
    int told = 0;
    int found = 0;
    enum { SERIES = 400 };
    for (int k = 0; k < SERIES; k++) {
        struct story t = { .has_last = false };
        struct spc_group groups[LONG];
        const struct spc_options opt = { .profile = SPC_MDC_2023, .direction = 1 };
        int opened = 0;
        for (size_t n = 0; n < 48; n++) {
            double noise = 0;
            for (int d = 0; d < 12; d++) {
                noise += (double)rand() / RAND_MAX - 0.5;
            }
            t.periods[n] = (int32_t)n;
            t.y[n] = (n < 36 ? 60 : 40) + 5 * noise;
            assert_int_equal(spc_chart(&opt, t.y, NULL, n + 1, t.points, groups), 1);
            const struct episode_series s = { t.periods, t.y, t.points, n + 1 };
            struct episode now = { 0 };
            enum episode_event e = n < 35 ? EPISODE_NOTHING
                                          : episode_judge(&s, SPC_IS_CONCERN,
                                                          t.has_last ? &t.last : NULL, &now);
            t.last = e ? now : t.last;
            t.has_last = t.has_last || e;
            opened += e == EPISODE_OPENS;
        }
        told += opened;
        found += opened > 0;
    }
    assert_true(found > SERIES * 99 / 100);
    /* Known by its first point nearly half of them would be told again. */
    assert_true(told - found <= SERIES / 100);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_opens_once_and_closes_after_three_quiet_values),
        cmocka_unit_test(older_points_that_change_colour_do_not_open_another),
        cmocka_unit_test(a_run_that_reaches_back_into_a_closed_one_goes_on_with_it),
        cmocka_unit_test(missing_values_neither_close_nor_open),
        cmocka_unit_test(only_the_newest_value_opens_one),
        cmocka_unit_test(an_approved_baseline_settles_it_at_once),
        cmocka_unit_test(a_real_shift_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
