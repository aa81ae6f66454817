/* SPDX-License-Identifier: MIT */
/* test_definition.c - survey definitions: what they say, what is refused, how dates are spelt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "survey/mapping.h"

static const char good[] = "survey: s\n"
                           "title: t\n"
                           "version: \"1\"\n"
                           "response: none\n"
                           "dates: { column: day, forms: [%s] }\n"
                           "units: { columns: [a, b], empty: %s }\n"
                           "questions: [{ id: q, wording: w, column: x }]\n"
                           "scale:\n"
                           "  answers:\n"
                           "    - { code: 1, label: Very Good, tone: positive, spellings: [VG] }\n"
                           "    - { code: 2, label: Poor, tone: negative }\n";

static struct definition *
make(const char *forms, const char *empty)
{
    char yaml[1024];
    int n = snprintf(yaml, sizeof yaml, good, forms, empty);
    AUTO_DIAG struct diag d = { 0 };
    struct definition *def = NULL;
    assert_int_equal(definition_parse("s.yaml", yaml, (size_t)n, &d, &def), 0);
    return def;
}

static void
an_answer_is_known_by_code_label_or_spelling(void **state)
{
    (void)state;
    AUTO(definition) struct definition *def = make("iso", "higher");
    static const struct {
        const char *text;
        int slot;
    } cases[] = { { "1", 0 },        { "very good", 0 }, { " VERY GOOD ", 0 }, { "vg", 0 },
                  { "Poor\t", 1 },   { "2", 1 },         { "3", -1 },          { "", -1 },
                  { "very  good", -1 }, { "01", -1 } };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_int_equal(definition_slot(def, cases[i].text, strlen(cases[i].text)),
                         cases[i].slot);
    }
    char longer[300];
    memset(longer, 'x', sizeof longer);
    assert_int_equal(definition_slot(def, longer, sizeof longer), -1);
}

static void
dates_are_read_in_the_forms_that_are_listed(void **state)
{
    (void)state;
    static const struct {
        const char *form, *text;
        int y, m, d;
    } cases[] = {
        { "iso", "2020-05-26", 2020, 5, 26 },
        { "iso-time", "2020-05-26 14:07:18", 2020, 5, 26 },
        { "iso-time", "2020-05-26T14:07:18.123+01:00", 2020, 5, 26 },
        { "iso-time", "2020-05-26T14:07Z", 2020, 5, 26 },
        { "d/m/y", "26/5/2020", 2020, 5, 26 },
        { "d/m/y", "26.05.20", 2020, 5, 26 },
        { "d/m/y-time", "26/05/1999 09:30", 1999, 5, 26 },
        { "m/d/y", "05/26/2020", 2020, 5, 26 },
        { "m/d/y-time", "5-26-99 9:30:00", 1999, 5, 26 },
        { "d-month-y", "26 May 2020", 2020, 5, 26 },
        { "d-month-y", "1-sept-20", 0, 0, 0 },
        { "d-month-y", "1-SEP-20", 2020, 9, 1 },
        { "d-month-y", "1 september 2020", 2020, 9, 1 },
        { "compact", "20200526", 2020, 5, 26 },
        { "iso", "2020-02-30", 0, 0, 0 },
        { "iso", "2020-05-26 14:07", 0, 0, 0 },
        { "iso-time", "2020-05-26 14:77", 0, 0, 0 },
        { "iso", "2020-5-26", 0, 0, 0 },
        { "d/m/y", "26/05-2020", 0, 0, 0 },
        { "d/m/y", "26/05/020", 0, 0, 0 },
        { "compact", "2020052", 0, 0, 0 },
        { "iso", "", 0, 0, 0 },
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO(definition) struct definition *def = make(cases[i].form, "higher");
        bool ambiguous = true;
        day_t want = cases[i].y ? day_of(cases[i].y, cases[i].m, cases[i].d) : DAY_NONE;
        day_t got = definition_day(def, cases[i].text, strlen(cases[i].text), &ambiguous);
        if (got != want) {
            print_error("%s as %s\n", cases[i].text, cases[i].form);
        }
        assert_int_equal(got, want);
        assert_false(ambiguous);
    }
}

static void
a_date_that_two_forms_read_differently_is_ambiguous(void **state)
{
    (void)state;
    AUTO(definition) struct definition *def = make("d/m/y, m/d/y", "higher");
    bool ambiguous = false;
    assert_int_equal(definition_day(def, "03/04/2020", 10, &ambiguous), DAY_NONE);
    assert_true(ambiguous);
    assert_int_equal(definition_day(def, "13/04/2020", 10, &ambiguous), day_of(2020, 4, 13));
    assert_int_equal(definition_day(def, "04/13/2020", 10, &ambiguous), day_of(2020, 4, 13));
    assert_int_equal(definition_day(def, "04/04/2020", 10, &ambiguous), day_of(2020, 4, 4));
    assert_false(ambiguous);
}

static void
every_fault_of_a_definition_is_told_at_its_place(void **state)
{
    (void)state;
    static const char bad[] = "survey: s\n"
                              "titel: t\n"
                              "version: \"1\"\n"
                              "response: none\n"
                              "dates: { column: day, forms: [iso, y/m/d], from: 2020-02-30 }\n"
                              "units: { columns: [] }\n"
                              "questions:\n"
                              "  - { id: q, wording: w }\n"
                              "  - { id: r, wording: w, column: x }\n"
                              "  - { id: r, wording: w, column: x }\n"
                              "scale:\n"
                              "  answers:\n"
                              "    - { code: 1, label: Good, tone: nice }\n"
                              "    - { code: 2, label: Poor, tone: negative }\n"
                              "    - { code: 3, label: poor, tone: negative }\n"
                              "    - { code: 900, label: x, tone: negative }\n"
                              "publish_groups: yes\n"
                              "publish_totals: year\n";
    static const char *const lines[] = {
        "s.yaml:2:1: error: unknown key \"titel\"",
        "s.yaml:5:36: error",
        "s.yaml:5:50: error: \"2020-02-30\" is no date",
        "s.yaml:6:19: error: 0 unit columns",
        "s.yaml:8:5: error: question \"q\" has no column",
        "s.yaml:10:11: error: question \"r\" stands there twice",
        "s.yaml:13:37: error",
        "s.yaml:15:25: error: \"poor\" already means code 2",
        "s.yaml:16:15: error",
        "s.yaml:17:17: error: publish_groups: there are no groups",
        "s.yaml:18:17: error: publish_totals: groups of months and of people",
    };
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text all = { 0 };
    struct definition *def = NULL;
    assert_int_equal(definition_parse("s.yaml", bad, strlen(bad), &d, &def), -EBADMSG);
    diag_print(&d, &all);
    for (size_t i = 0; i < LENGTH(lines); i++) {
        if (!strstr(text_str(&all), lines[i])) {
            print_error("missing: %s\nin:\n%s\n", lines[i], text_str(&all));
        }
        assert_non_null(strstr(text_str(&all), lines[i]));
    }
    assert_int_equal(definition_read("/nonexistent.yaml", &d, &def), -ENOENT);
}

static void
a_target_asks_for_a_direction_and_lies_within_the_score(void **state)
{
    (void)state;
    static const char text[] =
        "survey: s\ntitle: t\nversion: \"1\"\nresponse: none\nbetter: %s\n"
        "dates: { column: day, forms: [iso] }\nunits: { columns: [a] }\n"
        "questions: [{ id: q, wording: w, column: x }]\n"
        "scale:\n  answers:\n    - { code: 1, label: Good, tone: positive }\n"
        "    - { code: 2, label: Poor, tone: negative }\n"
        "scores: { out_of: 10, list: [{ id: c, questions: [q], target: %s }] }\n";
    static const struct {
        const char *better, *target, *found;
        int direction;
    } cases[] = { { "higher", "7.5", NULL, 1 },
                  { "lower", "7.5", NULL, -1 },
                  { "neutral", "7.5", "a target is set, and neither way is better", 0 },
                  { "higher", "10.5", "the scores are out of 10", 1 } };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        char yaml[1024];
        AUTO_DIAG struct diag d = { 0 };
        AUTO_TEXT struct text all = { 0 };
        AUTO(definition) struct definition *def = NULL;
        (void)snprintf(yaml, sizeof yaml, text, cases[i].better, cases[i].target);
        int r = definition_parse("s.yaml", yaml, strlen(yaml), &d, &def);
        diag_print(&d, &all);
        assert_int_equal(r, cases[i].found ? -EBADMSG : 0);
        if (cases[i].found) {
            assert_non_null(strstr(text_str(&all), cases[i].found));
            continue;
        }
        assert_int_equal(def->direction, cases[i].direction);
        assert_true(def->scores[0].has_target && def->scores[0].target > 7.4);
        assert_false(def->trends.has_target);
    }
}

static void
the_surveys_that_ship_are_sound(void **state)
{
    (void)state;
    static const char *const paths[] = { "config/surveys/fft-2020.yaml",
                                         "config/surveys/fft-before-2020.yaml",
                                         "config/surveys/nqps.yaml",
                                         "config/surveys/coproduction.yaml" };
    for (size_t i = 0; i < LENGTH(paths); i++) {
        AUTO_DIAG struct diag d = { 0 };
        AUTO(definition) struct definition *def = NULL;
        assert_int_equal(definition_read(paths[i], &d, &def), 0);
        assert_true(def->n_slots >= 5);
    }
}

/* ---- rows ---------------------------------------------------------------------------------- */

static struct scan_row
row_of(const char *const *texts, size_t n, struct scan_field *fields)
{
    for (size_t i = 0; i < n; i++) {
        fields[i] = (struct scan_field){ texts[i], strlen(texts[i]) };
    }
    return (struct scan_row){ .fields = fields, .n_fields = n, .line = 7 };
}

static enum reject_reason
reason_of(const char *empty, const char *a, const char *b)
{
    AUTO(definition) struct definition *def = make("iso", empty);
    const char *const names[] = { "day", "a", "b", "x" };
    const char *const texts[] = { "2020-01-01", a, b, "1" };
    struct scan_field fields[4];
    struct mapping m;
    struct mapped got;
    struct reject no = { 0 };
    struct scan_row row = row_of(names, LENGTH(names), fields);
    assert_int_equal(mapping_init(&m, def, &row, DAY_NONE, NULL), 0);
    row = row_of(texts, LENGTH(texts), fields);
    return mapping_row(&m, &row, &got, &no) ? REJECT_NONE : no.reason;
}

static void
an_empty_lower_unit_belongs_to_the_one_above_unless_refused(void **state)
{
    (void)state;
    assert_int_equal(reason_of("higher", "A", "B"), REJECT_NONE);
    assert_int_equal(reason_of("higher", "A", ""), REJECT_NONE);
    assert_int_equal(reason_of("refuse", "A", ""), REJECT_UNIT);
    assert_int_equal(reason_of("higher", "", "B"), REJECT_UNIT);
    assert_int_equal(reason_of("higher", "", ""), REJECT_UNIT);
    assert_int_equal(reason_of("higher", "A\x1F" "B", ""), REJECT_UNIT);
    assert_int_equal(reason_of("higher", "W\u00E9st \u0627\u0644", ""), REJECT_NONE);
    assert_int_equal(reason_of("higher", "a\u200Db", ""), REJECT_NONE); /* a joiner */
    static const char *const unseen[] = { "W\u202Etse\u202C", "W\u2066est\u2069", "West\u2069",
                                          "We\u200Bst",       "\uFEFFWest",       "West\u200F",
                                          "We\u00ADst",       "W\xC2\x85" };
    for (size_t i = 0; i < LENGTH(unseen); i++) {
        assert_int_equal(reason_of("higher", unseen[i], ""), REJECT_UNIT);
    }
}

static void
blanks_around_a_unit_are_not_of_its_name(void **state)
{
    (void)state;
    AUTO(definition) struct definition *def = make("iso", "higher");
    static const char *const names[] = { "day", "a", "b", "x" };
    static const char *const spellings[][2] = { { "Elm", "Oak Ward" }, { "Elm ", "Oak Ward\t" },
                                                { "  Elm", " Oak Ward " } };
    struct scan_field fields[4];
    struct mapping m;
    struct reject no = { 0 };
    struct scan_row row = row_of(names, LENGTH(names), fields);
    assert_int_equal(mapping_init(&m, def, &row, DAY_NONE, NULL), 0);
    for (size_t i = 0; i < LENGTH(spellings); i++) {
        const char *const texts[] = { "2020-01-01", spellings[i][0], spellings[i][1], "1" };
        struct mapped got;
        row = row_of(texts, LENGTH(texts), fields);
        assert_true(mapping_row(&m, &row, &got, &no));
        assert_int_equal(got.n_unit, 2);
        assert_int_equal(got.unit[0].len, 3);
        assert_memory_equal(got.unit[0].s, "Elm", 3);
        assert_int_equal(got.unit[1].len, 8);
        assert_memory_equal(got.unit[1].s, "Oak Ward", 8);
    }
    assert_int_equal(reason_of("higher", "A", " "), REJECT_NONE); /* nothing but blanks: none */
    assert_int_equal(reason_of("higher", " ", "B"), REJECT_UNIT);
}

static void
columns_are_found_in_any_order_and_case(void **state)
{
    (void)state;
    AUTO(definition) struct definition *def = make("iso", "higher");
    const char *const names[] = { " X", "B", "unused", "DAY ", "A" };
    struct scan_field fields[5];
    struct mapping m;
    struct err why = { "" };
    struct scan_row row = row_of(names, LENGTH(names), fields);
    assert_int_equal(mapping_init(&m, def, &row, DAY_NONE, NULL), 0);
    assert_int_equal(m.date, 3);
    assert_int_equal(m.questions[0], 0);
    const char *const twice[] = { "x", "b", "day", "DAY", "a" };
    row = row_of(twice, LENGTH(twice), fields);
    assert_int_equal(mapping_init(&m, def, &row, DAY_NONE, &why), -EBADMSG);
    assert_non_null(strstr(why.text, "\"day\" twice"));
    row.fault = SCAN_NUL;
    assert_int_equal(mapping_init(&m, def, &row, DAY_NONE, &why), -EBADMSG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_known_by_code_label_or_spelling),
        cmocka_unit_test(dates_are_read_in_the_forms_that_are_listed),
        cmocka_unit_test(a_date_that_two_forms_read_differently_is_ambiguous),
        cmocka_unit_test(every_fault_of_a_definition_is_told_at_its_place),
        cmocka_unit_test(a_target_asks_for_a_direction_and_lies_within_the_score),
        cmocka_unit_test(the_surveys_that_ship_are_sound),
        cmocka_unit_test(an_empty_lower_unit_belongs_to_the_one_above_unless_refused),
        cmocka_unit_test(blanks_around_a_unit_are_not_of_its_name),
        cmocka_unit_test(columns_are_found_in_any_order_and_case),
    };
    return cmocka_run_group_tests_name("definition", tests, NULL, NULL);
}
