/* SPDX-License-Identifier: MIT */
/* test_findings.c - the quality report of an import, equal to the reference for the real files. */
#include "survey_reference.h"

#include "answers/findings.h"
#include "rules/plausible.h"
#include "store/inside.h"

static const uint8_t test_key[HASH_KEY_SIZE] = { 6 };
static const struct plausible usual = { 80, 400, 50 };

struct told {
    struct text all; /* name=value and unit;words per line */
};

static int
put(void *arg, const struct finding *f)
{
    struct told *t = arg;
    char value[FINDING_VALUE_MAX];
    text_addf(&t->all, "%s=%s%s;%s\n", f->name, finding_value(f, value), finding_unit(f),
              f->words);
    return 0;
}

/* What is told of a file; the caller frees. */
static char *
told_of(struct store *s, const struct definition *def, const char *path, day_t today)
{
    struct import_result got;
    struct err why = { "" };
    const struct import_options opt = { .def = def, .path = path, .name = "f", .key = test_key,
                                        .today = DAY_NONE, .now_ms = 1 };
    int r = import_file(s, &opt, &got, &why);
    if (r < 0) {
        print_error("%s\n", why.text);
    }
    assert_int_equal(r, 0);
    struct told t = { .all = { 0 } };
    assert_int_equal(findings_read(s, def, got.batch, today, put, &t, NULL), 0);
    char *all = NULL;
    assert_int_equal(text_take(&t.all, &all), 0);
    return all;
}

static struct store *
memory_store(void)
{
    struct store *s = NULL;
    assert_int_equal(store_open(NULL, STORE_MEMORY, &s, NULL), 0);
    return s;
}

static void
check_has(const char *all, const char *line)
{
    if (!strstr(all, line)) {
        print_error("\"%s\" is not in\n%s", line, all);
    }
    assert_non_null(strstr(all, line));
}

static void
the_real_wards_are_the_reference(void **state)
{
    (void)state;
    char path[4096];
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *def = definition_of("tests/data/surveys/fft-3level.yaml");
    AUTO_FREE char *all =
        told_of(s, def, shared_path("data/survey/fft_3level_rows.csv", path, sizeof path),
                DAY_NONE);
    check_has(all, "rows=10194;\n");
    check_has(all, "accepted=10023;\n");
    check_has(all, "rejected:code_out_of_scale:7=171;\n");
    check_has(all, "missing:location_2=0;\n");
    check_has(all, "missing:location_3=0;\n");
    check_has(all, "first_day=2020-05-26day;\n");
    check_has(all, "last_day=2023-02-02day;\n");
    check_has(all, "unit_spelling_variants=2;\n");
    check_has(all, "Rutland Memorial|Rutland Ward\" are counted apart");
}

static void
the_real_practices_are_the_reference(void **state)
{
    (void)state;
    char path[4096];
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *def = definition_of("tests/data/surveys/gp-fft.yaml");
    AUTO_FREE char *all =
        told_of(s, def, shared_path("data/survey/gp_fft_rows.csv", path, sizeof path), DAY_NONE);
    check_has(all, "rows=3882;\naccepted=3882;\nnew=3882;\n");
    check_has(all, "same_time_unit_answers=335;rows with");
    check_has(all, "first_day=2023-07-13day;\n");
    check_has(all, "last_day=2024-04-05day;\n");
}

/* The national sheet's last row passes every sum and is a leftover of a test. */
static void
a_fall_of_99_percent_is_questioned(void **state)
{
    (void)state;
    char path[4096];
    (void)shared_path("data/survey/nhs_fft_inpatient_national_month.csv", path, sizeof path);
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    AUTO(scan) struct scan *s = NULL;
    struct scan_row row;
    assert_true(fd >= 0);
    assert_int_equal(scan_open(fd, &s, NULL), 0);
    assert_int_equal(scan_next(s, &row), 1);
    int64_t before = 0;
    int n_questioned = 0;
    while (scan_next(s, &row) > 0) {
        int64_t now = strtoll(row.fields[7].s, NULL, 10);
        enum plausible_change change = plausible_change(&usual, before, now);
        bool is_leftover = row.fields[0].len == 6 && memcmp(row.fields[0].s, "Aug-25", 6) == 0;
        assert_int_equal(change, is_leftover ? CHANGE_FALL : CHANGE_NONE);
        n_questioned += change != CHANGE_NONE;
        before = now;
    }
    assert_int_equal(n_questioned, 1);
    assert_int_equal(plausible_percent(197641, 40), -99);
}

static void
small_numbers_may_jump(void **state)
{
    (void)state;
    assert_int_equal(plausible_change(&usual, 49, 1), CHANGE_NONE);
    assert_int_equal(plausible_change(&usual, 50, 10), CHANGE_FALL);
    assert_int_equal(plausible_change(&usual, 50, 11), CHANGE_NONE);
    assert_int_equal(plausible_change(&usual, 10, 50), CHANGE_RISE);
    assert_int_equal(plausible_change(&usual, 10, 49), CHANGE_NONE);
    assert_int_equal(plausible_change(&usual, 0, 1000), CHANGE_NONE);
}

static const char teams[] =
    "survey: teams\ntitle: Teams\nversion: \"1\"\nresponse: none\n"
    "dates: { column: day, forms: [iso] }\nunits: { columns: [team] }\n"
    "plausible: { fall: 50, rise: 100, from: 2 }\n"
    "headcounts:\n  - { unit: A, from: 2020-01-01, n: 8 }\n"
    "  - { unit: A, from: 2020-03-01, n: 3 }\n  - { from: 2020-01-01, n: 20 }\n"
    "questions: [{ id: q, wording: Q, column: q }]\n"
    "scale: { answers: [{ code: 1, label: Yes, tone: positive }] }\n";

static void
missing_units_falls_and_rates_are_told(void **state)
{
    (void)state;
    char path[] = "/tmp/coprod-findings-XXXXXX";
    AUTO_CLOSE int fd = mkstemp(path);
    static const char rows[] = "day,team,q\n2020-01-01,A,1\n2020-01-02,A,1\n2020-01-03,B,1\n"
                               "2020-01-03,B,1\n2020-02-01,A,1\n2020-02-01,a,1\n2020-03-01,A,1\n"
                               "2020-03-01,A,1\n2020-03-01,A,1\n2020-03-01,A,1\n";
    assert_int_equal(write(fd, rows, sizeof rows - 1), sizeof rows - 1);
    AUTO_DIAG struct diag d = { 0 };
    AUTO(definition) struct definition *def = NULL;
    assert_int_equal(definition_parse("t", teams, sizeof teams - 1, &d, &def), 0);
    AUTO(store) struct store *s = memory_store();
    AUTO_FREE char *all = told_of(s, def, path, DAY_NONE);
    check_has(all, "unit_spelling_variants=1;\n");
    check_has(all, "sudden_fall=-50%;ALL: 2 answers in 2020-02, 4 in 2020-01");
    check_has(all, "missing_unit=-100%;B: 0 answers in 2020-02, 2 in 2020-01");
    check_has(all, "sudden_rise=300%;A: 4 answers in 2020-03, 1 in 2020-02");
    check_has(all, "response_rate=20.00%;ALL: 4 of 20 in 2020-03, 20.00 %");
    AUTO_TEXT struct text report = { 0 };
    assert_int_equal(findings_report(s, def, 1, DAY_NONE, &report, NULL), 0);
    check_has(text_str(&report), "look: sudden_fall -50 %: ALL: 2 answers");
    check_has(text_str(&report), "look: response_rate 133.33 %: A: 4 of 3");
    check_has(all, "response_rate=133.33%;A: 4 of 3 in 2020-03, 133.33 %");
    AUTO(store) struct store *other = memory_store();
    AUTO_FREE char *early = told_of(other, def, path, day_of(2020, 3, 20));
    assert_null(strstr(early, "sudden_rise")); /* March is not over */
    check_has(early, "missing_unit=-100%;B: 0 answers in 2020-02");
    (void)unlink(path);
}

/* The caller frees. */
static char *
told_of_rows(struct store *s, const struct definition *def, const char *rows)
{
    char path[] = "/tmp/coprod-findings-XXXXXX";
    AUTO_CLOSE int fd = mkstemp(path);
    assert_int_equal(dprintf(fd, "day,team,q\n%s", rows), 11 + strlen(rows));
    char *all = told_of(s, def, path, DAY_NONE);
    (void)unlink(path);
    return all;
}

static void
answers_that_come_every_second_month_are_asked_about(void **state)
{
    (void)state;
    AUTO_DIAG struct diag d = { 0 };
    AUTO(definition) struct definition *def = NULL;
    assert_int_equal(definition_parse("t", teams, sizeof teams - 1, &d, &def), 0);
    AUTO(store) struct store *s = memory_store();
    AUTO_FREE char *two = told_of_rows(s, def, "2019-01-01,A,1\n2019-03-01,A,1\n");
    assert_null(strstr(two, "months_apart"));
    AUTO_FREE char *three = told_of_rows(s, def, "2019-05-01,A,1\n");
    check_has(three, "months_apart=3;answers never came in two months that follow each other");
    check_has(three, "trends: { months: [1, 3, 5] }");
    def->trends.months = 1U << 0 | 1U << 2 | 1U << 4;
    AUTO_FREE char *said = told_of_rows(s, def, "2020-01-01,A,1\n");
    assert_null(strstr(said, "months_apart"));
    def->trends.months = 0xFFF;
    AUTO_FREE char *next = told_of_rows(s, def, "2020-02-01,A,1\n");
    assert_null(strstr(next, "months_apart"));
}

static void
a_file_is_judged_by_its_months_the_one_before_and_the_newest(void **state)
{
    (void)state;
    AUTO_DIAG struct diag d = { 0 };
    AUTO(definition) struct definition *def = NULL;
    assert_int_equal(definition_parse("t", teams, sizeof teams - 1, &d, &def), 0);
    AUTO(store) struct store *s = memory_store();
    AUTO_FREE char *old = told_of_rows(s, def, "2018-01-01,A,1\n2018-01-02,A,1\n2019-01-01,A,1\n"
                                               "2019-02-01,A,1\n2019-02-01,B,1\n2019-02-01,B,1\n"
                                               "2019-02-01,C,1\n2019-02-01,C,1\n");
    check_has(old, "missing_unit=-100%;A: 0 answers in 2018-02, 2 in 2018-01");
    AUTO_FREE char *newest = told_of_rows(s, def, "2019-06-01,B,1\n");
    check_has(newest, "sudden_fall=-80%;ALL: 1 answers in 2019-06, 5 in 2019-02");
    assert_null(strstr(newest, "missing_unit"));
    assert_int_equal(store_exec(s, "UPDATE survey_cell SET counts = x'FF' WHERE month = 12 * 2019",
                                NULL), 0);
    AUTO_FREE char *late = told_of_rows(s, def, "2019-03-01,B,1\n2019-03-01,B,1\n");
    assert_null(strstr(late, "2018"));
    assert_null(strstr(late, "B: "));
    check_has(late, "missing_unit=-100%;C: 0 answers in 2019-03, 2 in 2019-02");
    check_has(late, "sudden_fall=-60%;ALL: 2 answers in 2019-03, 5 in 2019-02");
    AUTO_FREE char *last = told_of_rows(s, def, "2019-07-01,B,1\n2019-07-02,A,1\n");
    check_has(last, "sudden_rise=100%;ALL: 2 answers in 2019-07, 1 in 2019-06");
    AUTO(rollup) struct rollup *all = NULL;
    assert_int_equal(rollup_new(&all), 0);
    assert_int_equal(import_load(s, def, 0, all, NULL), -EIO); /* all of it cannot be read */
}

static void
an_import_that_is_not_there_has_no_report(void **state)
{
    (void)state;
    AUTO_DIAG struct diag d = { 0 };
    AUTO(definition) struct definition *def = NULL;
    assert_int_equal(definition_parse("t", teams, sizeof teams - 1, &d, &def), 0);
    AUTO(store) struct store *s = memory_store();
    struct told t = { .all = { 0 } };
    assert_int_equal(findings_read(s, def, 1, DAY_NONE, put, &t, NULL), -ENOENT);
}

static void
an_import_of_another_survey_is_no_import_of_this_one(void **state)
{
    (void)state;
    AUTO_DIAG struct diag d = { 0 };
    AUTO(definition) struct definition *mine = NULL;
    AUTO(definition) struct definition *theirs = NULL;
    AUTO_TEXT struct text other = { 0 };
    text_addf(&other, "survey: wards%s", teams + strlen("survey: teams"));
    assert_int_equal(definition_parse("t", teams, sizeof teams - 1, &d, &mine), 0);
    assert_int_equal(definition_parse("w", text_str(&other), other.len, &d, &theirs), 0);
    AUTO(store) struct store *s = memory_store();
    AUTO_FREE char *first = told_of_rows(s, mine, "2018-01-01,A,1\n");
    AUTO_FREE char *second = told_of_rows(s, theirs, "2018-01-01,A,1\n2018-01-02,A,1\n");
    AUTO_TEXT struct text page = { 0 };
    struct err why = { "" };
    assert_int_equal(findings_report(s, mine, 2, DAY_NONE, &page, &why), -ENOENT);
    assert_string_equal(why.text, "import 2 is of survey wards");
    assert_int_equal(findings_report(s, theirs, 2, DAY_NONE, &page, &why), 0);
}

int
main(void)
{
    char path[4096];
    struct CMUnitTest tests[] = {
        cmocka_unit_test(small_numbers_may_jump),
        cmocka_unit_test(missing_units_falls_and_rates_are_told),
        cmocka_unit_test(a_file_is_judged_by_its_months_the_one_before_and_the_newest),
        cmocka_unit_test(answers_that_come_every_second_month_are_asked_about),
        cmocka_unit_test(an_import_that_is_not_there_has_no_report),
        cmocka_unit_test(an_import_of_another_survey_is_no_import_of_this_one),
        cmocka_unit_test(the_real_wards_are_the_reference),
        cmocka_unit_test(the_real_practices_are_the_reference),
        cmocka_unit_test(a_fall_of_99_percent_is_questioned),
    };
    size_t n = LENGTH(tests);
    if (access(shared_path("data/survey/gp_fft_rows.csv", path, sizeof path), R_OK) < 0) {
        print_message("# not run: %s is not there\n", path);
        n -= 3;
    }
    (void)reference;
    return hash_init() < 0 ? 1 : _cmocka_run_group_tests("findings", tests, n, NULL, NULL);
}
