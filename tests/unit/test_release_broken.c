/* SPDX-License-Identifier: MIT */
/*
 * test_release_broken.c - publishing on a store that fails: after one operation of SQLite, then
 * after two, and so on. What is published in the end is what a sound store publishes, once.
 */
#include "release_fixture.h"

#include <string.h>

#include "store/inside.h"

struct failing {
    int ops_left; /* < 0: it has failed */
};

static int
tick(void *arg)
{
    struct failing *f = arg;
    return f->ops_left >= 0 && f->ops_left-- == 0;
}

/* How often it failed. */
static int
publish_on_a_failing_store(const struct house *h, day_t today)
{
    static const struct calendar weekdays = { .last_listed = DAY_NONE };
    const struct release_options opt = { .def = h->def, .calendar = &weekdays, .today = today,
                                         .now_ms = (int64_t)today * 86400000 };
    struct failing failing = { .ops_left = -1 };
    struct release_result done;
    int n = 0;
    int r = -EINTR;
    for (int ops = 0; r < 0; ops += 1 + ops / 12) {
        struct err why = { "" };
        failing.ops_left = ops;
        sqlite3_progress_handler(h->store->db, 1, tick, &failing);
        r = release_run(h->store, &opt, &done, &why);
        sqlite3_progress_handler(h->store->db, 0, NULL, NULL);
        assert_int_equal(failing.ops_left < 0, r < 0);
        assert_false(store_in_transaction(h->store));
        assert_true(r == 0 || why.text[0] != '\0');
        n += r < 0;
    }
    return n;
}

/* Ward B is too small for each month, and not for the quarter. */
static void
answer(const struct house *h, bool has_groups)
{
    assert_int_equal(store_begin(h->store, NULL), 0);
    for (int32_t month = MARCH - 2; month <= MARCH; month++) {
        for (int i = 0; i < 2; i++) {
            const char *group = !has_groups ? NULL : i ? "Nurses" : "Doctors";
            count_group(h, group, "A\x1F", month, i, 12);
            count_group(h, group, "B\x1F", month, i, 2);
        }
    }
    assert_int_equal(store_commit(h->store, NULL), 0);
}

static void
answer_late(const struct house *h, bool has_groups)
{
    assert_int_equal(store_begin(h->store, NULL), 0);
    for (int i = 0; i < 2; i++) {
        const char *group = !has_groups ? NULL : i ? "Nurses" : "Doctors";
        count_group(h, group, "A\x1F", MARCH, i, 8);
        count_group(h, group, "B\x1F", MARCH, i, 9);
    }
    assert_int_equal(store_commit(h->store, NULL), 0);
}

static int
take_slice(void *arg, const struct release_slice *slice)
{
    text_addf(arg, "%s %s %d %lld %lld\n", slice->name, slice->cell.path, slice->cell.is_shown,
              (long long)slice->cell.counts[0], (long long)slice->cell.counts[1]);
    return 0;
}

/* All that is out: months, their versions, groups, totals. */
static void
read_out(const struct house *h, struct text *out)
{
    assert_int_equal(release_csv(h->store, h->def, 0, out, NULL), 0);
    for (int32_t month = MARCH - 2; month <= MARCH; month++) {
        struct release_row row = { .version = 0 };
        assert_int_equal(release_newest(h->store, h->survey, month, &row, NULL), 1);
        text_addf(out, "version %d\n", (int)row.version);
        assert_true(release_slices(h->store, row.id, h->question, take_slice, out, NULL) >= 0);
    }
    assert_int_equal(release_csv_over(h->store, h->def, 0, RELEASE_OVER_QUARTER, out, NULL), 0);
}

static void
assert_alike(const struct house *h, const struct house *sound, const char *words)
{
    AUTO_TEXT struct text got = { 0 };
    AUTO_TEXT struct text wanted = { 0 };
    read_out(h, &got);
    read_out(sound, &wanted);
    assert_string_equal(text_str(&got), text_str(&wanted));
    assert_non_null(strstr(text_str(&got), words));
}

static void
play(const struct house *h, const struct house *sound, bool has_groups, const char *words)
{
    day_t first = day_of(2022, 4, 20);
    answer(h, has_groups);
    answer(sound, has_groups);
    assert_int_equal(publish_on(sound, first, false).n_first, 3);
    assert_true(publish_on_a_failing_store(h, first) > 40);
    assert_alike(h, sound, words);
    answer_late(h, has_groups);
    answer_late(sound, has_groups);
    assert_int_equal(publish_on(sound, first + 1, false).n_revised, 1);
    assert_true(publish_on_a_failing_store(h, first + 1) > 40);
    assert_alike(h, sound, "version 2\n");
}

static void
totals_beside_months_come_out_whole_from_a_store_that_fails_anywhere(void **state)
{
    struct house *h = *state;
    void *other = NULL;
    assert_int_equal(make_house(&other), 0);
    struct house *sound = other;
    h->def->totals = SURVEY_TOTALS_QUARTER;
    sound->def->totals = SURVEY_TOTALS_QUARTER;
    play(h, sound, false, "2022-Q1,1,B,12,6,6,");
    assert_int_equal(drop_house(&other), 0);
}

static void
groups_and_their_revisions_come_out_whole_from_a_store_that_fails_anywhere(void **state)
{
    struct house *h = *state;
    void *other = NULL;
    assert_int_equal(make_house(&other), 0);
    struct house *sound = other;
    h->def->publishes_groups = true;
    sound->def->publishes_groups = true;
    play(h, sound, true, "Nurses");
    assert_int_equal(drop_house(&other), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            totals_beside_months_come_out_whole_from_a_store_that_fails_anywhere, make_house,
            drop_house),
        cmocka_unit_test_setup_teardown(
            groups_and_their_revisions_come_out_whole_from_a_store_that_fails_anywhere, make_house,
            drop_house),
    };
    return cmocka_run_group_tests_name("publishing on a failing store", tests, NULL, NULL);
}
