/* SPDX-License-Identifier: MIT */
/* test_survey_table.c - files to tables: the figures of the real rows, in every cell. */
#include "survey_reference.h"

#include "survey/mapping.h"
#include "survey/table.h"

/* Counts a file without any store. Returns the rows refused for an answer off the scale. */
static int64_t
count_file(const struct definition *def, const char *path, struct rollup *rollup, int64_t *ret_ok)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    AUTO(scan) struct scan *s = NULL;
    assert_int_equal(scan_open(fd, &s, NULL), 0);
    struct scan_row row = { 0 };
    struct mapping m;
    assert_int_equal(scan_next(s, &row), 1);
    assert_int_equal(mapping_init(&m, def, &row, DAY_NONE, NULL), 0);
    int64_t off_scale = 0;
    *ret_ok = 0;
    while (scan_next(s, &row) > 0) {
        struct mapped a;
        struct reject no;
        if (!mapping_row(&m, &row, &a, &no)) {
            off_scale += no.reason == REJECT_CODE;
            continue;
        }
        uint32_t unit = 0;
        assert_int_equal(rollup_unit(rollup, a.unit, a.n_unit, &unit), 0);
        assert_int_equal(rollup_add(rollup, unit, a.month, 0, a.answers[0].slot, 1), 0);
        *ret_ok += 1;
    }
    return off_scale;
}

static void
check_reference(const char *definition, const char *data, const char *golden,
                const struct layout *l, int64_t n_ok, int64_t n_off_scale)
{
    char path[512];
    AUTO(definition) struct definition *def = definition_of(definition);
    AUTO(rollup) struct rollup *rollup = NULL;
    assert_int_equal(rollup_new(&rollup), 0);
    int64_t ok = 0;
    int64_t off = count_file(def, shared_path(data, path, sizeof path), rollup, &ok);
    assert_int_equal(ok, n_ok);
    assert_int_equal(off, n_off_scale);
    AUTO(table) struct table *t = NULL;
    const struct table_options opt = { .totals = true };
    assert_int_equal(table_build(def, rollup, &opt, &t), 0);
    AUTO_TEXT struct text csv = { 0 };
    table_csv(def, t, &csv);
    AUTO_FREE char *expected = reference(shared_path(golden, path, sizeof path), l);
    assert_string_equal(text_str(&csv), expected);
}

static void
three_levels_of_real_answers_equal_the_reference(void **state)
{
    (void)state;
    check_reference("tests/data/surveys/fft-3level.yaml", "data/survey/fft_3level_rows.csv",
                    "golden/survey/fft_3level_by_unit_month.csv",
                    &fft_3level_layout, 10023, 171);
}

static void
real_answers_of_practices_equal_the_reference(void **state)
{
    (void)state;
    check_reference("tests/data/surveys/gp-fft.yaml", "data/survey/gp_fft_rows.csv",
                    "golden/survey/gp_fft_by_surgery_month.csv",
                    &gp_fft_layout, 3882, 0);
}

static void
add(struct rollup *r, const char *path, int month, int slot, int64_t n)
{
    uint32_t unit = 0;
    assert_int_equal(rollup_unit_path(r, path, strlen(path), &unit), 0);
    assert_int_equal(rollup_add(r, unit, month, 0, slot, n), 0);
}

static void
a_higher_unit_is_the_sum_of_what_lies_below(void **state)
{
    (void)state;
    AUTO(definition) struct definition *def = definition_of("tests/data/surveys/gp-fft.yaml");
    AUTO(rollup) struct rollup *r = NULL;
    assert_int_equal(rollup_new(&r), 0);
    add(r, "A\x1F" "w, 1\x1F", 24240, 0, 3);
    add(r, "B\x1F", 24240, 5, 1);
    add(r, "A\x1F" "w, 1\x1F", 24241, 4, 1);
    add(r, "A\x1F" "w, 1\x1F", 24240, 0, -1);
    add(r, "C\x1F", 24240, 1, 1);
    add(r, "C\x1F", 24240, 1, -1); /* corrected away: no row at all */
    AUTO(table) struct table *t = NULL;
    const struct table_options opt = { .totals = false };
    assert_int_equal(table_build(def, r, &opt, &t), 0);
    AUTO_TEXT struct text csv = { 0 };
    table_csv(def, t, &csv);
    assert_string_equal(strchr(text_str(&csv), '\n') + 1,
                        "2020-01,0,ALL,3,2,0,0,0,0,1,66.67,0.00,0.2077,0.9385,1.0000\n"
                        "2020-01,1,A,2,2,0,0,0,0,0,100.00,0.00,0.3424,1.0000,1.0000\n"
                        "2020-01,1,B,1,0,0,0,0,0,1,0.00,0.00,0.0000,0.7935,\n"
                        "2020-01,2,\"A > w, 1\",2,2,0,0,0,0,0,100.00,0.00,0.3424,1.0000,1.0000\n"
                        "2020-02,0,ALL,1,0,0,0,0,1,0,0.00,100.00,0.0000,0.7935,5.0000\n"
                        "2020-02,1,A,1,0,0,0,0,1,0,0.00,100.00,0.0000,0.7935,5.0000\n"
                        "2020-02,2,\"A > w, 1\",1,0,0,0,0,1,0,0.00,100.00,0.0000,0.7935,5.0000\n");
}

static void
a_name_is_no_formula_in_any_form(void **state)
{
    (void)state;
    AUTO(definition) struct definition *def = definition_of("tests/data/surveys/gp-fft.yaml");
    struct table_row rows[] = { { .month = 24240, .level = 1, .unit = "@A > \"B\"", .group = "-C",
                                  .is_hidden = true } };
    static const char row[] = "\n2020-01,1,\"'@A > \"\"B\"\"\",\"'-C\",*,";
    AUTO_TEXT struct text csv = { 0 };
    table_csv_groups(def, rows, 1, &csv);
    assert_non_null(strstr(text_str(&csv), row));
    rows[0].group = NULL;
    table_csv_rows(def, rows, 1, &csv);
    assert_non_null(strstr(text_str(&csv), "\n2020-01,1,\"'@A > \"\"B\"\"\",*,"));
}

static void
many_units_and_cells_are_all_found_again(void **state)
{
    (void)state;
    AUTO(rollup) struct rollup *r = NULL;
    assert_int_equal(rollup_new(&r), 0);
    char path[64];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 20000; i++) {
            (void)snprintf(path, sizeof path, "unit %d\x1F", i);
            add(r, path, 24000 + i % 7, i % 6, 1);
        }
    }
    assert_int_equal(rollup_n_units(r), 20000);
    assert_int_equal(rollup_n_cells(r), 20000);
    for (size_t i = 0; i < rollup_n_cells(r); i++) {
        assert_int_equal(rollup_cell_at(r, i)->counts[i % 6], 2);
    }
    uint32_t unit = 0;
    char longer[UNIT_PATH_MAX + 1] = { 0 };
    assert_int_equal(rollup_unit_path(r, longer, sizeof longer, &unit), -ENAMETOOLONG);
}

int
main(void)
{
    char path[512];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_higher_unit_is_the_sum_of_what_lies_below),
        cmocka_unit_test(a_name_is_no_formula_in_any_form),
        cmocka_unit_test(many_units_and_cells_are_all_found_again),
    };
    int bad = cmocka_run_group_tests_name("survey table", tests, NULL, NULL);
    if (access(shared_path("golden/survey", path, sizeof path), R_OK) != 0) {
        print_message("survey reference figures not found in %s: not compared\n", path);
        return bad;
    }
    const struct CMUnitTest golden[] = {
        cmocka_unit_test(three_levels_of_real_answers_equal_the_reference),
        cmocka_unit_test(real_answers_of_practices_equal_the_reference),
    };
    return bad + cmocka_run_group_tests_name("survey reference", golden, NULL, NULL);
}
