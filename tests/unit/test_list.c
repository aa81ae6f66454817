/* SPDX-License-Identifier: MIT */
/* test_list.c - a list grows and keeps what it holds; one that cannot stays as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/list.h"

static void
a_list_grows_and_keeps_what_it_holds(void **state)
{
    (void)state;
    AUTO_FREE int64_t *list = NULL;
    size_t cap = 0;
    AUTO(arena) struct arena *mem = arena_open();
    int64_t *in = NULL;
    size_t cap_in = 0;
    for (size_t n = 0; n < 1000; n++) {
        assert_int_equal(list_room(&list, n, &cap, sizeof *list), 0);
        assert_int_equal(list_room_in(mem, &in, n, &cap_in, sizeof *in), 0);
        assert_true(cap > n && cap_in > n);
        list[n] = (int64_t)n;
        in[n] = (int64_t)n;
    }
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(list[i], i);
        assert_int_equal(in[i], i);
    }
}

static void
a_list_that_cannot_grow_stays_as_it_was(void **state)
{
    (void)state;
    char kept = 'x';
    char *list = &kept;
    size_t cap = SIZE_MAX / 4;
    assert_int_equal(list_room(&list, cap - 1, &cap, 8), 0);
    assert_int_equal(list_room(&list, cap, &cap, 8), -ENOMEM);
    AUTO(arena) struct arena *mem = arena_open();
    assert_int_equal(list_room_in(mem, &list, cap, &cap, 8), -ENOMEM);
    assert_ptr_equal(list, &kept);
    assert_true(cap == SIZE_MAX / 4);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_grows_and_keeps_what_it_holds),
        cmocka_unit_test(a_list_that_cannot_grow_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
