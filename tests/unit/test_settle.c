/* SPDX-License-Identifier: MIT */
/* test_settle.c - responses that came lately join the others, each stays one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "answers/settle.h"

enum { MANY = 23 };

static struct store *
filled(void)
{
    struct store *s = NULL;
    assert_int_equal(store_open(NULL, STORE_MEMORY, &s, NULL), 0);
    assert_int_equal(store_begin(s, NULL), 0);
    for (int64_t i = 0; i < MANY; i++) {
        const struct survey_response r = { .id = 100 + 7 * i % MANY, .tag = i, .survey = 1,
                                           .state = SURVEY_RESPONSE_KEPT };
        assert_int_equal(survey_response_add(s, &r, SURVEY_LATELY, NULL), 1);
        assert_int_equal(survey_response_add(s, &r, SURVEY_LATELY, NULL), 0);
        assert_int_equal(survey_response_add(s, &r, SURVEY_SETTLED, NULL), 0);
    }
    assert_int_equal(store_commit(s, NULL), 0);
    return s;
}

struct seen {
    int n[MANY];
    int sum;
};

static int
see(void *arg, const struct survey_response *r)
{
    struct seen *seen = arg;
    seen->n[r->id - 100]++;
    seen->sum++;
    return 0;
}

static void
assert_each_once(struct store *s)
{
    struct seen seen = { .sum = 0 };
    struct survey_walk place = { .n = 4, .after = -1 };
    int r = 1;
    while (r > 0) {
        r = survey_response_walk(s, &place, see, &seen, NULL);
    }
    assert_int_equal(r, 0);
    assert_int_equal(seen.sum, MANY);
    for (int i = 0; i < MANY; i++) {
        struct survey_response got;
        assert_int_equal(seen.n[i], 1);
        assert_int_equal(survey_response_get(s, 100 + i, &got, NULL), 1);
        assert_int_equal(got.tag * 7 % MANY, i);
    }
}

static int
refuse(void *arg, struct store *s, struct err *reterr)
{
    (void)s;
    int *left = arg;
    return (*left)-- > 0 ? 0 : err_set(reterr, -ESTALE, "no longer mine");
}

static void
all_are_moved_some_at_a_time_and_each_stays_one(void **state)
{
    (void)state;
    AUTO(store) struct store *s = filled();
    int64_t n = 0;
    assert_int_equal(settle_arrivals(&(struct settle){ .store = s, .from = MANY, .step = 5 }, &n,
                                     NULL), 0);
    assert_int_equal(n, MANY);
    assert_int_equal(survey_arrivals(s, 10, &n, NULL), 0);
    assert_int_equal(n, 0);
    assert_each_once(s);
    const struct survey_response again = { .id = 103 };
    assert_int_equal(store_begin(s, NULL), 0);
    assert_int_equal(survey_response_add(s, &again, SURVEY_LATELY, NULL), 0);
    store_rollback(s);
}

static void
a_few_stay_where_they_are(void **state)
{
    (void)state;
    AUTO(store) struct store *s = filled();
    int64_t n = 0;
    assert_int_equal(settle_arrivals(&(struct settle){ .store = s }, &n, NULL), 0);
    assert_int_equal(n, 0);
    assert_int_equal(survey_arrivals(s, 10, &n, NULL), 0);
    assert_int_equal(n, 10);
    assert_each_once(s);
}

static void
cut_short_anywhere_each_stands_in_one_place(void **state)
{
    (void)state;
    for (int after = 0; after < 6; after++) {
        AUTO(store) struct store *s = filled();
        int left = after;
        int64_t n = 0;
        const struct settle opt = { .store = s, .from = 1, .step = 4, .guard = refuse,
                                    .arg = &left };
        assert_int_equal(settle_arrivals(&opt, &n, NULL), after < 6 ? -ESTALE : 0);
        assert_int_equal(n, 4 * after > MANY ? MANY : 4 * after);
        assert_each_once(s);
    }
}

static void
a_changed_one_is_changed_where_it_stands(void **state)
{
    (void)state;
    AUTO(store) struct store *s = filled();
    int64_t n = 0;
    int left = 1;
    const struct settle opt = { .store = s, .from = 1, .step = 10, .guard = refuse,
                                .arg = &left };
    assert_int_equal(settle_arrivals(&opt, &n, NULL), -ESTALE);
    for (int64_t id = 100; id < 100 + MANY; id++) {
        struct survey_response r;
        assert_int_equal(survey_response_get(s, id, &r, NULL), 1);
        r.revision = id;
        assert_int_equal(survey_response_set(s, &r, NULL), 0);
        assert_int_equal(survey_response_get(s, id, &r, NULL), 1);
        assert_int_equal(r.revision, id);
    }
    assert_each_once(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_moved_some_at_a_time_and_each_stays_one),
        cmocka_unit_test(a_few_stay_where_they_are),
        cmocka_unit_test(cut_short_anywhere_each_stands_in_one_place),
        cmocka_unit_test(a_changed_one_is_changed_where_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
