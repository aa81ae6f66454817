/* SPDX-License-Identifier: MIT */
/* test_clock.c - the two clocks go on, and agree about how long a moment is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/clock.h"

static void
wall_time_is_after_2024(void **state)
{
    (void)state;
    assert_true(clock_wall_ms() > INT64_C(1704067200000));
}

static void
monotonic_time_never_goes_back(void **state)
{
    (void)state;
    int64_t before = clock_mono_ns();
    for (int i = 0; i < 100000; i++) {
        int64_t now = clock_mono_ns();
        assert_true(now >= before);
        before = now;
    }
}

static void
milliseconds_and_nanoseconds_come_from_one_clock(void **state)
{
    (void)state;
    int64_t before = clock_mono_ns();
    int64_t between = clock_mono_ms();
    int64_t after = clock_mono_ns();
    assert_true(before / 1000000 <= between && between <= after / 1000000);
}

static void
a_sleep_takes_at_least_its_time(void **state)
{
    (void)state;
    int64_t before = clock_mono_ms();
    struct timespec pause = { .tv_nsec = 20000000 };
    assert_int_equal(nanosleep(&pause, NULL), 0);
    assert_true(clock_mono_ms() - before >= 19);
}

static void
the_clock_that_never_sleeps_is_never_behind(void **state)
{
    (void)state;
    int64_t mono = clock_mono_ms();
    int64_t boot = clock_boot_ms();
    assert_true(boot >= mono);
    assert_true(clock_boot_ms() >= boot);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wall_time_is_after_2024),
        cmocka_unit_test(monotonic_time_never_goes_back),
        cmocka_unit_test(milliseconds_and_nanoseconds_come_from_one_clock),
        cmocka_unit_test(a_sleep_takes_at_least_its_time),
        cmocka_unit_test(the_clock_that_never_sleeps_is_never_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
