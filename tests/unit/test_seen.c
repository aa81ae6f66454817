/* SPDX-License-Identifier: MIT */
/* test_seen.c - the filter over settled responses: what it says is new is new, always. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "answers/settle.h"
#include "store/seen.h"
#include "store/survey.h"

enum { IDS = 20000 };

static int64_t
random_id(uint64_t *chance)
{
    *chance ^= *chance << 13;
    *chance ^= *chance >> 7;
    *chance ^= *chance << 17;
    return (int64_t)(*chance >> 1);
}

static int
by_value(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

static int64_t *
some_ids(uint64_t chance, size_t n)
{
    int64_t *ids = calloc(n, sizeof *ids);
    assert_non_null(ids);
    for (size_t i = 0; i < n; i++) {
        ids[i] = random_id(&chance);
    }
    qsort(ids, n, sizeof *ids, by_value);
    return ids;
}

static struct store *
memory(void)
{
    struct store *s = NULL;
    assert_int_equal(store_open(NULL, STORE_MEMORY, &s, NULL), 0);
    return s;
}

static void
add(struct store *s, const int64_t *ids, size_t n, enum survey_place place)
{
    for (size_t i = 0; i < n; i++) {
        const struct survey_response r = { .id = ids[i], .state = SURVEY_RESPONSE_KEPT };
        assert_int_equal(survey_response_add(s, &r, place, NULL), 1);
    }
    if (place == SURVEY_SETTLED) {
        assert_int_equal(seen_note(s, ids, n, NULL), 0);
    }
}

/* How many it may have. */
static size_t
ask(struct store *s, const int64_t *ids, size_t n)
{
    AUTO_FREE bool *may = calloc(n, sizeof *may);
    size_t sum = 0;
    assert_non_null(may);
    assert_int_equal(seen_ask(s, ids, n, may, NULL), 0);
    for (size_t i = 0; i < n; i++) {
        sum += may[i];
    }
    return sum;
}

static void
without_a_filter_each_is_looked_up(void **state)
{
    (void)state;
    AUTO(store) struct store *s = memory();
    AUTO_FREE int64_t *ids = some_ids(7, 100);
    assert_int_equal(seen_note(s, ids, 50, NULL), 0);
    assert_int_equal(ask(s, ids, 100), 100);
    assert_int_equal(ask(s, ids, 0), 0);
}

static void
all_that_is_settled_is_known_and_nearly_nothing_else(void **state)
{
    (void)state;
    AUTO(store) struct store *s = memory();
    AUTO_FREE int64_t *ids = some_ids(7, IDS);
    AUTO_FREE int64_t *others = some_ids(8, IDS);
    int64_t n_blocks = seen_blocks_for(IDS);
    assert_int_equal(store_begin(s, NULL), 0);
    add(s, ids, IDS / 2, SURVEY_SETTLED);
    assert_int_equal(seen_begin(s, n_blocks, NULL), 0);
    for (int64_t i = 1; i < n_blocks; i++) {
        assert_int_equal(seen_build(s, n_blocks, i, NULL), 0);
    }
    add(s, ids + IDS / 2, IDS / 2, SURVEY_SETTLED);
    assert_int_equal(ask(s, ids, IDS), IDS);
    assert_in_range(ask(s, others, IDS), 0, IDS / 100);
    add(s, others, IDS, SURVEY_LATELY);
    assert_in_range(ask(s, others, IDS), 0, IDS / 100);
    store_rollback(s);
}

static void
the_first_and_the_last_id_there_can_be_have_a_block(void **state)
{
    (void)state;
    static const int64_t ends[] = { 0, 1, INT64_MAX / 3, INT64_MAX / 3 + 1, INT64_MAX - 1,
                                    INT64_MAX };
    for (int64_t n_blocks = 1; n_blocks < 12; n_blocks++) {
        AUTO(store) struct store *s = memory();
        assert_int_equal(store_begin(s, NULL), 0);
        add(s, ends, LENGTH(ends), SURVEY_SETTLED);
        assert_int_equal(seen_begin(s, n_blocks, NULL), 0);
        for (int64_t i = 1; i < n_blocks; i++) {
            assert_int_equal(seen_build(s, n_blocks, i, NULL), 0);
        }
        assert_int_equal(ask(s, ends, LENGTH(ends)), LENGTH(ends));
        assert_int_equal(store_commit(s, NULL), 0);
    }
}

static void
a_block_that_is_missing_may_have_everything(void **state)
{
    (void)state;
    AUTO(store) struct store *s = memory();
    AUTO_FREE int64_t *ids = some_ids(7, IDS);
    assert_int_equal(store_begin(s, NULL), 0);
    assert_int_equal(seen_begin(s, 2, NULL), 0);
    size_t may = ask(s, ids, IDS);
    assert_in_range(may, IDS / 2 - IDS / 20, IDS / 2 + IDS / 20);
    add(s, ids, IDS, SURVEY_SETTLED);
    assert_int_equal(ask(s, ids, IDS), IDS);
    store_rollback(s);
    assert_int_equal(ask(s, ids, IDS), IDS);
}

static void
what_is_taken_back_with_its_rows_is_forgotten_with_them(void **state)
{
    (void)state;
    AUTO(store) struct store *s = memory();
    AUTO_FREE int64_t *ids = some_ids(7, 1000);
    assert_int_equal(store_begin(s, NULL), 0);
    assert_int_equal(seen_begin(s, 1, NULL), 0);
    assert_int_equal(store_commit(s, NULL), 0);
    assert_int_equal(store_begin(s, NULL), 0);
    add(s, ids, 1000, SURVEY_SETTLED);
    store_rollback(s);
    assert_int_equal(ask(s, ids, 1000), 0);
}

static void
the_night_makes_one_and_a_larger_one_when_it_is_too_small(void **state)
{
    (void)state;
    AUTO(store) struct store *s = memory();
    AUTO_FREE int64_t *ids = some_ids(7, 3 * IDS);
    const struct settle night = { .store = s, .from = 1, .filter_from = IDS / 2 };
    struct seen_state was;
    struct seen_state is;
    int64_t n = 0;
    assert_int_equal(store_begin(s, NULL), 0);
    add(s, ids, IDS / 4, SURVEY_LATELY);
    assert_int_equal(store_commit(s, NULL), 0);
    assert_int_equal(settle_arrivals(&night, &n, NULL), 0);
    assert_int_equal(n, IDS / 4);
    /* The smallest ids of many: the sample takes them for a part of all the others. */
    assert_int_equal(seen_state(s, &was, NULL), 0);
    assert_true(was.n_blocks > 0);
    assert_int_equal(was.n_built, was.n_blocks);
    assert_int_equal(ask(s, ids, IDS / 4), IDS / 4);
    assert_int_equal(store_begin(s, NULL), 0);
    assert_int_equal(seen_begin(s, 1, NULL), 0);
    assert_int_equal(store_commit(s, NULL), 0);
    assert_int_equal(settle_arrivals(&night, &n, NULL), 0);
    assert_int_equal(seen_state(s, &is, NULL), 0);
    assert_int_equal(is.n_blocks, was.n_blocks);
    assert_int_equal(is.n_built, was.n_blocks);
}

static bool
never(void *arg)
{
    (void)arg;
    return false;
}

static void
a_night_that_is_cut_short_is_gone_on_with(void **state)
{
    (void)state;
    AUTO(store) struct store *s = memory();
    AUTO_FREE int64_t *ids = some_ids(7, 5 * IDS);
    const struct settle cut = { .store = s, .filter_from = 1, .wanted = never };
    const struct settle whole = { .store = s, .filter_from = 1 };
    struct seen_state is;
    int64_t n = 0;
    assert_int_equal(store_begin(s, NULL), 0);
    add(s, ids, 5 * IDS, SURVEY_SETTLED);
    assert_int_equal(store_commit(s, NULL), 0);
    assert_int_equal(settle_arrivals(&cut, &n, NULL), 0);
    assert_int_equal(seen_state(s, &is, NULL), 0);
    assert_true(is.n_blocks > 1);
    assert_int_equal(is.n_built, 1);
    assert_int_equal(ask(s, ids, 5 * IDS), 5 * IDS);
    assert_int_equal(settle_arrivals(&whole, &n, NULL), 0);
    assert_int_equal(seen_state(s, &is, NULL), 0);
    assert_int_equal(is.n_built, is.n_blocks);
    assert_int_equal(ask(s, ids, 5 * IDS), 5 * IDS);
}

static void
a_damaged_block_is_no_answer(void **state)
{
    (void)state;
    AUTO(store) struct store *s = memory();
    const int64_t id = 5;
    bool may = false;
    assert_int_equal(store_begin(s, NULL), 0);
    assert_int_equal(seen_begin(s, 1, NULL), 0);
    assert_int_equal(store_run(s, Q_SURVEY_SEEN_SET, WITH(B("short", 5), I(0)), NULL), 1);
    assert_int_equal(seen_ask(s, &id, 1, &may, NULL), -EIO);
    assert_int_equal(seen_note(s, &id, 1, NULL), -EIO);
    store_rollback(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_filter_each_is_looked_up),
        cmocka_unit_test(all_that_is_settled_is_known_and_nearly_nothing_else),
        cmocka_unit_test(the_first_and_the_last_id_there_can_be_have_a_block),
        cmocka_unit_test(a_block_that_is_missing_may_have_everything),
        cmocka_unit_test(what_is_taken_back_with_its_rows_is_forgotten_with_them),
        cmocka_unit_test(the_night_makes_one_and_a_larger_one_when_it_is_too_small),
        cmocka_unit_test(a_night_that_is_cut_short_is_gone_on_with),
        cmocka_unit_test(a_damaged_block_is_no_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
