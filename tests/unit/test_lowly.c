/* SPDX-License-Identifier: MIT */
/* test_lowly.c - work of the lowest priority: it has it, its caller keeps its own, and it stops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "answers/recount.h"
#include "base/lowly.h"

struct task {
    int policy;
    int looks, looks_allowed;
    bool was_stopped;
};

static void
note_policy(void *arg, const atomic_bool *stop)
{
    struct task *t = arg;
    t->policy = sched_getscheduler(0);
    t->was_stopped = atomic_load(stop);
}

static void
until_stopped(void *arg, const atomic_bool *stop)
{
    struct task *t = arg;
    while (!atomic_load(stop)) {
        (void)sched_yield();
    }
    t->was_stopped = true;
}

static bool
look(void *arg)
{
    struct task *t = arg;
    return ++t->looks < t->looks_allowed;
}

static void
the_work_is_idle_and_its_caller_is_not(void **state)
{
    (void)state;
    int before = sched_getscheduler(0);
    struct task t = { .policy = -1 };
    const struct lowly l = { note_policy, NULL, &t };
    assert_int_equal(lowly_do(&l), 0);
    assert_int_equal(t.policy, SCHED_IDLE);
    assert_false(t.was_stopped);
    assert_int_equal(sched_getscheduler(0), before);
}

static void
it_goes_on_until_it_is_wanted_no_more(void **state)
{
    (void)state;
    struct task t = { .looks_allowed = 2 };
    const struct lowly l = { until_stopped, look, &t };
    assert_int_equal(lowly_do(&l), 0);
    assert_true(t.was_stopped);
    assert_int_equal(t.looks, 2);
}

static void
without_room_for_another_thread_it_is_not_begun(void **state)
{
    (void)state;
    struct task t = { .policy = -1 };
    const struct lowly l = { note_policy, NULL, &t };
    struct rlimit files;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
    const struct rlimit none = { 0, files.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    int r = lowly_do(&l);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
    assert_int_equal(r, -EMFILE);
    assert_int_equal(t.policy, -1);
}

static void
a_recount_of_a_store_that_is_not_there_says_so(void **state)
{
    (void)state;
    struct recount_result res;
    struct err why = { "" };
    int r = recount_beside("/nonexistent/coprod.db", "s", NULL, &res, &why);
    assert_int_equal(r, -ENOENT);
    assert_non_null(strstr(why.text, "nonexistent"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_work_is_idle_and_its_caller_is_not),
        cmocka_unit_test(it_goes_on_until_it_is_wanted_no_more),
        cmocka_unit_test(without_room_for_another_thread_it_is_not_begun),
        cmocka_unit_test(a_recount_of_a_store_that_is_not_there_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
