/* SPDX-License-Identifier: MIT */
/* test_figures.c - scores of the staff pulse equal to the reference, net promoter scores, staff
 * groups, and units that moved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answers/figures.h"
#include "base/text.h"
#include "rules/score.h"

static const uint8_t test_key[HASH_KEY_SIZE] = { 5 };

static struct definition *
parse(const char *yaml)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text words = { 0 };
    struct definition *def = NULL;
    int r = definition_parse("s.yaml", yaml, strlen(yaml), &d, &def);
    diag_print(&d, &words);
    if (r < 0) {
        print_error("%s\n", text_str(&words));
    }
    assert_int_equal(r, 0);
    return def;
}

static struct definition *
read_definition(const char *path)
{
    AUTO_DIAG struct diag d = { 0 };
    struct definition *def = NULL;
    assert_int_equal(definition_read(path, &d, &def), 0);
    return def;
}

static struct store *
filled(const struct definition *def, const char *path)
{
    struct store *s = NULL;
    struct import_result got;
    struct err why = { "" };
    const struct import_options opt = { .def = def, .path = path, .name = "f", .key = test_key,
                                        .today = DAY_NONE, .now_ms = 1 };
    assert_int_equal(store_open(NULL, STORE_MEMORY, &s, NULL), 0);
    int r = import_file(s, &opt, &got, &why);
    if (r < 0) {
        print_error("%s\n", why.text);
    }
    assert_int_equal(r, 0);
    assert_int_equal(got.counts.n_rejected, 0);
    return s;
}

static struct store *
filled_with(const struct definition *def, const char *bytes)
{
    char path[] = "/tmp/coprod-figures-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
    struct store *s = filled(def, path);
    (void)close(fd);
    (void)unlink(path);
    return s;
}

static const struct figure *
find(const struct figures *f, const char *unit, const char *measure)
{
    for (size_t i = 0; i < figures_n(f); i++) {
        const struct figure *one = figures_at(f, i);
        if (strcmp(one->row->unit, unit) == 0 && strcmp(one->measure, measure) == 0) {
            return one;
        }
    }
    fail_msg("no figure %s of %s", measure, unit);
    return NULL;
}

/* A line as the reference has it. */
static void
add_unit(const struct figures *f, const char *unit, struct text *out)
{
    static const char *const scores[] = { "motivation", "involvement", "advocacy", "engagement" };
    static const char *const shares[] = { "a2", "a3" };
    char buf[SCORE_TEXT_MAX];
    text_addf(out, "%s,%lld", unit, (long long)find(f, unit, "responses")->n);
    for (size_t i = 0; i < LENGTH(scores); i++) {
        const struct figure *one = find(f, unit, scores[i]);
        text_addf(out, ",%lld,%s", (long long)one->n, score_format(one->score, 4, buf));
    }
    for (size_t i = 0; i < LENGTH(shares); i++) {
        const struct figure *one = find(f, unit, shares[i]);
        text_addf(out, ",%lld,%s", (long long)one->n,
                  score_format(one->scores.pct_positive, 2, buf));
        text_addf(out, ",%s", score_format(one->scores.pct_negative, 2, buf));
    }
    text_addc(out, '\n');
}

static const char *
shared(const char *name, char *buf, size_t cap)
{
    const char *dir = getenv("COPROD_SHARED");
    (void)snprintf(buf, cap, "%s/%s", dir ? dir : "../shared", name);
    return buf;
}

static void
the_staff_pulse_is_the_reference_in_every_cell(void **state)
{
    (void)state;
    char path[4096];
    AUTO(definition) struct definition *def =
        read_definition("tests/data/surveys/nqps-synthetic.yaml");
    assert_int_equal(def->score_unit, 18); /* 1/18 of a point of 4 is 5/36 out of 10 */
    assert_int_equal(def->max_points * 10 * 36 * 5, 18 * def->score_out_of * 4 * 10);
    AUTO(store) struct store *s =
        filled(def, shared("golden/survey/nqps_synthetic_rows.csv", path, sizeof path));
    AUTO(figures) struct figures *f = NULL;
    const struct figures_options opt = { .totals = false };
    assert_int_equal(figures_build(s, def, &opt, &f, NULL), 0);
    AUTO_TEXT struct text got = { 0 };
    text_add(&got, "team,n,n_motivation,motivation,n_involvement,involvement,n_advocacy,advocacy,"
                   "n_engagement,engagement,n_work,work_pct_pos,work_pct_neg,n_care,care_pct_pos,"
                   "care_pct_neg\n");
    add_unit(f, "ALL", &got);
    add_unit(f, "TeamA", &got);
    add_unit(f, "TeamB", &got);
    char want[4096] = "";
    (void)shared("golden/survey/nqps_synthetic_expected.csv", path, sizeof path);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t n = fread(want, 1, sizeof want - 1, file);
    assert_int_equal(fclose(file), 0);
    size_t to = 0;
    for (size_t i = 0; i < n; i++) { /* with or without CR */
        want[to] = want[i];
        to += want[i] != '\r';
    }
    want[to] = '\0';
    assert_string_equal(text_str(&got), want);
}

#define SCALE                                                                                      \
    "scale:\n  answers:\n"                                                                         \
    "    - { code: 1, label: a, tone: positive, nps: promoter }\n"                                 \
    "    - { code: 2, label: b, tone: positive, nps: passive }\n"                                  \
    "    - { code: 3, label: c, tone: negative, nps: detractor }\n"                                \
    "    - { code: 6, label: d, tone: unknown }\n"
#define HEAD                                                                                       \
    "survey: s\ntitle: S\nversion: \"1\"\nresponse: none\n"                                        \
    "dates: { column: day, forms: [iso] }\nunits: { columns: [part, team] }\n"                     \
    "questions: [{ id: q, wording: Q, column: q }]\n"

static void
a_net_promoter_score_leaves_dont_know_out(void **state)
{
    (void)state;
    AUTO(definition) struct definition *def = parse(HEAD SCALE);
    AUTO(store) struct store *s = filled_with(def, "day,part,team,q\n2020-01-01,P,A,1\n"
                                                   "2020-01-01,P,A,1\n2020-01-01,P,A,2\n"
                                                   "2020-01-01,P,B,3\n2020-01-01,P,B,6\n"
                                                   "2020-01-01,P,C,6\n2020-01-01,P,D,3\n");
    AUTO(figures) struct figures *f = NULL;
    const struct figures_options opt = { .totals = false };
    assert_int_equal(figures_build(s, def, &opt, &f, NULL), 0);
    assert_int_equal(find(f, "P > A", "q")->nps, 6667);
    assert_int_equal(find(f, "P > B", "q")->nps, -10000);
    assert_int_equal(find(f, "P > C", "q")->nps, SCORE_NONE);
    assert_int_equal(find(f, "ALL", "q")->nps, 0);
    assert_int_equal(find(f, "ALL", "responses")->n, 7);
}

/* "Would you recommend it as a place to work?", from 0 to 10: 9 and 10 less 0 to 6. */
static void
a_scale_from_0_to_10_has_its_net_promoter_score(void **state)
{
    (void)state;
    AUTO_TEXT struct text yaml = { 0 };
    AUTO_TEXT struct text rows = { 0 };
    text_add(&yaml, HEAD "scale:\n  answers:\n");
    text_add(&rows, "day,part,team,q\n");
    for (int code = 0; code <= 10; code++) {
        text_addf(&yaml, "    - { code: %d, label: \"%d of 10\", tone: %s, nps: %s }\n", code, code,
                  code > 6 ? "positive" : code > 3 ? "neutral" : "negative",
                  code > 8 ? "promoter" : code > 6 ? "passive" : "detractor");
        for (int i = 0; i < (code > 8 ? 4 : 1); i++) { /* 8 promoters, 2 passive, 7 detractors */
            text_addf(&rows, "2020-01-01,P,A,%d\n", code);
        }
    }
    AUTO(definition) struct definition *def = parse(text_str(&yaml));
    AUTO(store) struct store *s = filled_with(def, text_str(&rows));
    AUTO(figures) struct figures *f = NULL;
    const struct figures_options opt = { .totals = false };
    assert_int_equal(figures_build(s, def, &opt, &f, NULL), 0);
    assert_int_equal(find(f, "ALL", "q")->n, 17);
    assert_int_equal(find(f, "ALL", "q")->nps, 588); /* 100 / 17 */
}

static void
a_unit_counts_where_it_belonged_at_the_time(void **state)
{
    (void)state;
    AUTO(definition) struct definition *def =
        parse(HEAD "moves: [{ unit: P > A, to: Q > A, from: 2020-02-01 },"
                   " { unit: P > A, to: R > A, from: 2020-03-01 }]\n" SCALE);
    AUTO(store) struct store *s = filled_with(def, "day,part,team,q\n2020-01-31,P,A,1\n"
                                                   "2020-02-01,P,A,1\n2020-03-09,P,A,1\n"
                                                   "2020-03-09,P,AA,1\n");
    AUTO(figures) struct figures *f = NULL;
    const struct figures_options opt = { .totals = true };
    assert_int_equal(figures_build(s, def, &opt, &f, NULL), 0);
    assert_int_equal(find(f, "P > A", "q")->row->month, 12 * 2020);
    assert_int_equal(find(f, "Q > A", "q")->row->month, 12 * 2020 + 1);
    assert_int_equal(find(f, "R > A", "q")->row->month, 12 * 2020 + 2);
    assert_int_equal(find(f, "P > AA", "q")->row->month, 12 * 2020 + 2);
}

static void
a_staff_group_is_a_slice_of_the_same_answers(void **state)
{
    (void)state;
    AUTO(definition) struct definition *def = parse("groups: staff\n" HEAD SCALE);
    AUTO(store) struct store *s =
        filled_with(def, "day,part,team,q,staff\n2020-01-01,P,A,1,Nurses\n2020-01-01,P,A,1,\n"
                         "2020-01-01,P,A,3,Nurses\n2020-01-01,P,A,2,Porters\n");
    static const struct {
        const char *group;
        int64_t n;
    } cases[] = { { NULL, 4 }, { "Nurses", 2 }, { "Porters", 1 } };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO(figures) struct figures *f = NULL;
        const struct figures_options opt = { .group = cases[i].group };
        assert_int_equal(figures_build(s, def, &opt, &f, NULL), 0);
        assert_int_equal(find(f, "ALL", "responses")->n, cases[i].n);
    }
    AUTO(figures) struct figures *f = NULL;
    const struct figures_options nobody = { .group = "Nobody" };
    assert_int_equal(figures_build(s, def, &nobody, &f, NULL), 0);
    assert_int_equal(figures_n(f), 0);
}

static void
a_unit_is_a_text_whatever_it_looks_like(void **state)
{
    (void)state;
    AUTO(definition) struct definition *def = parse(HEAD SCALE);
    AUTO(store) struct store *s = filled_with(def, "day,part,team,q\n2020-01-31,007,,1\n"
                                                   "2020-01-31,=1+1,,1\n");
    AUTO(figures) struct figures *f = NULL;
    const struct figures_options opt = { .totals = false };
    assert_int_equal(figures_build(s, def, &opt, &f, NULL), 0);
    struct figures_row heads;
    struct figures_row row;
    figures_heads(f, &heads);
    figures_cells(f, find(f, "=1+1", "q"), &row);
    for (size_t i = 0; i < figures_columns(f); i++) {
        bool is_text = strcmp(heads.cells[i], "month") == 0 || strcmp(heads.cells[i], "unit") == 0
                       || strcmp(heads.cells[i], "measure") == 0;
        assert_int_equal(figures_is_text(i), is_text);
        assert_true(is_text || row.cells[i][strspn(row.cells[i], "-.0123456789")] == '\0');
    }
    assert_string_equal(row.cells[2], "=1+1"); /* the guard is the CSV's alone */
    AUTO_TEXT struct text full = { 0 };
    AUTO_TEXT struct text lean = { 0 };
    figures_csv(f, false, &full);
    figures_csv(f, true, &lean);
    assert_non_null(strstr(text_str(&full), "\n2020-01,1,\"007\",q,1,1,0,0,0,100.00,"));
    assert_non_null(strstr(text_str(&lean), "\n2020-01,1,007,q,1,1,0,0,0,100.00,"));
    assert_non_null(strstr(text_str(&full), "\n2020-01,1,\"'=1+1\",q,1,"));
    assert_non_null(strstr(text_str(&lean), "\n2020-01,1,\"'=1+1\",q,1,"));
}

int
main(void)
{
    char path[4096];
    struct CMUnitTest tests[] = {
        cmocka_unit_test(a_net_promoter_score_leaves_dont_know_out),
        cmocka_unit_test(a_scale_from_0_to_10_has_its_net_promoter_score),
        cmocka_unit_test(a_unit_counts_where_it_belonged_at_the_time),
        cmocka_unit_test(a_staff_group_is_a_slice_of_the_same_answers),
        cmocka_unit_test(a_unit_is_a_text_whatever_it_looks_like),
        cmocka_unit_test(the_staff_pulse_is_the_reference_in_every_cell),
    };
    size_t n = LENGTH(tests);
    if (access(shared("golden/survey/nqps_synthetic_expected.csv", path, sizeof path), R_OK) < 0) {
        print_message("# not run: %s is not there\n", path);
        n--;
    }
    return hash_init() < 0
               ? 1
               : _cmocka_run_group_tests("figures", tests, n, NULL, NULL);
}
