/* SPDX-License-Identifier: MIT */
/* test_jump.c - the wall clock against the steady one: what is a jump and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/err.h"
#include "rules/jump.h"

#define DAYS(n) ((int64_t)(n) * JUMP_DAY_MS)
static const int64_t start = INT64_C(1800000000000);

static const struct {
    int64_t wall, mono; /* how far each clock went */
    enum jump want;
} table[] = {
    { 0, 0, JUMP_NONE },
    { DAYS(400), DAYS(400), JUMP_NONE },     /* a year in which nothing happened */
    { DAYS(7), 0, JUMP_NONE },               /* a week of sleep */
    { DAYS(7) + 1, 0, JUMP_AHEAD },
    { DAYS(8), DAYS(1), JUMP_NONE },
    { DAYS(8) + 1, DAYS(1), JUMP_AHEAD },
    { DAYS(40000), 5, JUMP_AHEAD },
    { -DAYS(1) + 1, 0, JUMP_NONE },          /* a correction */
    { -DAYS(1), 0, JUMP_BEHIND },
    { 0, DAYS(1), JUMP_BEHIND },             /* it stood still */
    { -DAYS(9000), 0, JUMP_BEHIND },
};

static void
only_a_week_ahead_or_a_day_behind_is_a_jump(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(table); i++) {
        const struct jump_look before = { start, 77 };
        const struct jump_look now = { start + table[i].wall, 77 + table[i].mono };
        assert_int_equal(jump_judge(before, now), table[i].want);
        assert_true(jump_ms(before, now) == table[i].wall - table[i].mono);
    }
}

static void
clocks_that_say_nonsense_are_a_jump_and_no_overflow(void **state)
{
    (void)state;
    const struct jump_look sane = { start, 5 };
    assert_int_equal(jump_judge(sane, (struct jump_look){ INT64_MAX, 6 }), JUMP_AHEAD);
    assert_int_equal(jump_judge((struct jump_look){ INT64_MIN, 5 },
                                (struct jump_look){ INT64_MAX, 6 }), JUMP_AHEAD);
    assert_int_equal(jump_judge((struct jump_look){ INT64_MAX, 5 },
                                (struct jump_look){ INT64_MIN, 6 }), JUMP_BEHIND);
    assert_int_equal(jump_judge(sane, (struct jump_look){ start, INT64_MAX }), JUMP_BEHIND);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_a_week_ahead_or_a_day_behind_is_a_jump),
        cmocka_unit_test(clocks_that_say_nonsense_are_a_jump_and_no_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
