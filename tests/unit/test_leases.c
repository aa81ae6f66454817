/* SPDX-License-Identifier: MIT */
/* test_leases.c - the set of jobs that are out, against a plain list; growth and holes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "../../daemon/leases.h"

enum { IDS = 700, MOVES = 200000, MANY = 100000 };

static void
done_with(struct dispatch *d)
{
    free(d->leased);
    d->leased = NULL;
}

static void
an_empty_set_has_nothing_and_forgets_nothing(void **state)
{
    (void)state;
    struct dispatch d = { .n_leased = 0 };
    assert_false(leases_has(&d, 1));
    leases_remove(&d, 1);
    assert_int_equal(d.n_leased, 0);
}

static void
what_is_in_twice_is_in_once(void **state)
{
    (void)state;
    struct dispatch d = { .n_leased = 0 };
    assert_int_equal(leases_add(&d, 7), 0);
    assert_int_equal(leases_add(&d, 7), 0);
    assert_int_equal(d.n_leased, 1);
    leases_remove(&d, 7);
    leases_remove(&d, 7);
    assert_int_equal(d.n_leased, 0);
    assert_false(leases_has(&d, 7));
    done_with(&d);
}

static void
it_grows_and_keeps_all(void **state)
{
    (void)state;
    struct dispatch d = { .n_leased = 0 };
    for (uint64_t id = 1; id <= MANY; id++) {
        assert_int_equal(leases_add(&d, id), 0);
    }
    assert_int_equal(d.n_leased, MANY);
    for (uint64_t id = 1; id <= MANY; id++) {
        assert_true(leases_has(&d, id));
    }
    assert_false(leases_has(&d, MANY + 1));
    for (uint64_t id = 1; id <= MANY; id++) {
        leases_remove(&d, id);
    }
    assert_int_equal(d.n_leased, 0);
    done_with(&d);
}

/* Ids that begin at the same seat crowd one place, so that every removal leaves a hole in a run. */
static void
any_order_of_adding_and_removing_agrees_with_a_list(void **state)
{
    (void)state;
    struct dispatch d = { .n_leased = 0 };
    bool is_in[IDS] = { false };
    uint64_t seed = 42;
    size_t n = 0;
    for (int move = 0; move < MOVES; move++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        size_t i = (size_t)(seed >> 33) % IDS;
        uint64_t id = 1 + (uint64_t)i * 4096;
        if ((seed >> 60) < 8) {
            assert_int_equal(leases_add(&d, id), 0);
            n += !is_in[i];
            is_in[i] = true;
        } else {
            leases_remove(&d, id);
            n -= is_in[i];
            is_in[i] = false;
        }
        assert_int_equal(d.n_leased, n);
        size_t other = (size_t)(seed >> 20) % IDS;
        assert_int_equal(leases_has(&d, 1 + (uint64_t)other * 4096), is_in[other]);
    }
    for (size_t i = 0; i < IDS; i++) {
        assert_int_equal(leases_has(&d, 1 + (uint64_t)i * 4096), is_in[i]);
    }
    done_with(&d);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_set_has_nothing_and_forgets_nothing),
        cmocka_unit_test(what_is_in_twice_is_in_once),
        cmocka_unit_test(it_grows_and_keeps_all),
        cmocka_unit_test(any_order_of_adding_and_removing_agrees_with_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
