/* SPDX-License-Identifier: MIT */
/* test_restart.c - when a child that died is born again. */
#include "rules/restart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void
a_useful_child_comes_back_at_once(void **state)
{
    (void)state;
    struct restart r;
    restart_init(&r, RESTART_FIRST_MS);
    for (int64_t now = 0; now < 1000; now++) {
        assert_false(restart_died(&r, now, true));
        assert_true(r.not_before_ms <= now);
    }
    assert_false(r.is_closed);
}

static void
a_child_that_never_works_waits_longer_each_time(void **state)
{
    (void)state;
    static const int64_t waits[] = { 1000, 2000, 4000, 8000, 16000, 32000, 48000, 48000 };
    struct restart r;
    restart_init(&r, RESTART_FIRST_MS);
    int64_t now = 5;
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        assert_false(restart_died(&r, now, false));
        assert_int_equal(r.not_before_ms - now, waits[i]);
        now = r.not_before_ms;
    }
    restart_worked(&r);
    assert_int_equal(r.not_before_ms, 0);
    assert_false(restart_died(&r, now, false));
    assert_int_equal(r.not_before_ms - now, 1000);
}

static void
a_lone_process_that_dies_at_each_start_is_closed_at_the_eleventh(void **state)
{
    (void)state;
    struct restart r;
    restart_init(&r, RESTART_FIRST_MS);
    int64_t now = 0;
    for (int death = 1; death <= RESTART_DEATHS_MAX; death++) {
        assert_false(restart_died(&r, now, false));
        now = r.not_before_ms;
    }
    assert_true(restart_died(&r, now, false));
    assert_true(r.is_closed);
    assert_false(restart_died(&r, now, false)); /* one alert, not two */
    assert_true(restart_reopen(&r));
    assert_false(r.is_closed);
    assert_false(restart_reopen(&r));
    assert_false(restart_died(&r, now, false));
}

static void
eleven_deaths_over_a_longer_time_close_nothing(void **state)
{
    (void)state;
    struct restart r;
    restart_init(&r, RESTART_FIRST_MS);
    for (int64_t death = 0; death < 100; death++) {
        assert_false(restart_died(&r, death * (RESTART_WINDOW_MS / RESTART_DEATHS_MAX + 1), false));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_useful_child_comes_back_at_once),
        cmocka_unit_test(a_child_that_never_works_waits_longer_each_time),
        cmocka_unit_test(a_lone_process_that_dies_at_each_start_is_closed_at_the_eleventh),
        cmocka_unit_test(eleven_deaths_over_a_longer_time_close_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
