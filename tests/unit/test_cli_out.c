/* SPDX-License-Identifier: MIT */
/* test_cli_out.c - one output in three forms. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../cli/out.h"
#include "base/text.h"

static void
make_page(struct out *o)
{
    static const struct column columns[] = { { .key = "id", .head = "ID", .right = true },
                                             { .key = "lead", .head = "LEAD" },
                                             { .key = "due", .head = "DUE" },
                                             { .key = "late", .head = "LATE" },
                                             { 0 } };
    out_field(o, "plan", "Plan", "%s", "CO-304");
    out_field_int(o, "revision", "Revision", 42);
    out_field(o, "secret", NULL, "only JSON");
    out_table(o, "actions", columns);
    out_int(o, 7);
    out_text(o, "Zoë\twith a tab");
    out_day(o, day_of(2015, 3, 31));
    out_bool(o, true);
    out_int(o, 12345);
    out_text(o, NULL);
    out_day(o, DAY_NONE);
    out_tint(o, TINT_BAD);
    out_bool(o, false);
    out_note(o, "%d actions", 2);
}

static void
finish(struct out *o, char *buf, size_t cap)
{
    FILE *f = fmemopen(buf, cap, "w");
    assert_non_null(f);
    assert_int_equal(out_finish(o, f), 0);
    (void)fclose(f);
}

static void
expect(const struct out_options *options, const char *want)
{
    AUTO(out) struct out *o = NULL;
    char buf[4096] = "";
    assert_int_equal(out_open(options, &o), 0);
    make_page(o);
    finish(o, buf, sizeof buf);
    assert_string_equal(buf, want);
}

static void
a_page_has_its_columns_under_their_heads(void **state)
{
    (void)state;
    expect(&(struct out_options){ .form = OUT_PAGE },
           "Plan:      CO-304\n"
           "Revision:  42\n"
           "\n"
           "   ID  LEAD            DUE         LATE\n"
           "    7  Zoë with a tab  2015-03-31  yes\n"
           "12345                              no\n"
           "2 actions\n");
}

static void
colour_is_added_and_changes_no_width(void **state)
{
    (void)state;
    AUTO(out) struct out *o = NULL;
    char buf[4096] = "";
    assert_int_equal(out_open(&(struct out_options){ .form = OUT_PAGE, .color = true }, &o), 0);
    make_page(o);
    finish(o, buf, sizeof buf);
    assert_non_null(strstr(buf, "12345                              \033[31mno\033[0m\n"));
}

static void
plain_has_tabs_and_no_notes(void **state)
{
    (void)state;
    expect(&(struct out_options){ .form = OUT_PLAIN },
           "Plan\tCO-304\nRevision\t42\n\n"
           "ID\tLEAD\tDUE\tLATE\n7\tZoë with a tab\t2015-03-31\tyes\n12345\t\t\tno\n");
}

static void
json_has_a_schema_and_typed_values(void **state)
{
    (void)state;
    expect(&(struct out_options){ .form = OUT_JSON, .schema = "actions/1" },
           "{\n  \"schema\": \"coprod.actions/1\",\n  \"plan\": \"CO-304\",\n  \"revision\": 42,\n"
           "  \"secret\": \"only JSON\",\n  \"actions\": [\n    {\n      \"id\": 7,\n"
           "      \"lead\": \"Zoë\\twith a tab\",\n      \"due\": \"2015-03-31\",\n"
           "      \"late\": true\n    },\n    {\n      \"id\": 12345,\n      \"lead\": null,\n"
           "      \"due\": null,\n      \"late\": false\n    }\n  ]\n}\n");
}

static void
an_empty_list_is_a_list_in_json_and_nothing_on_a_page(void **state)
{
    (void)state;
    static const struct column columns[] = { { .key = "id", .head = "ID" }, { 0 } };
    static const enum out_form forms[] = { OUT_PAGE, OUT_JSON };
    static const char *const want[] = {
        "none\n", "{\n  \"schema\": \"coprod.jobs/1\",\n  \"jobs\": []\n}\n"
    };
    for (size_t i = 0; i < 2; i++) {
        AUTO(out) struct out *o = NULL;
        char buf[256] = "";
        struct out_options options = { .form = forms[i], .schema = "jobs/1" };
        assert_int_equal(out_open(&options, &o), 0);
        out_table(o, "jobs", columns);
        out_note(o, "none");
        finish(o, buf, sizeof buf);
        assert_string_equal(buf, want[i]);
    }
}

static void
on_a_terminal_the_widest_column_is_cut_between_characters(void **state)
{
    (void)state;
    static const struct column columns[] = { { .key = "id", .head = "ID" },
                                             { .key = "text", .head = "TEXT" },
                                             { 0 } };
    AUTO(out) struct out *o = NULL;
    char buf[256] = "";
    assert_int_equal(out_open(&(struct out_options){ .width = 14 }, &o), 0);
    out_table(o, "rows", columns);
    out_text(o, "1a");
    out_text(o, "ééééééééééééé");
    finish(o, buf, sizeof buf);
    assert_string_equal(buf, "ID  TEXT\n1a  ééééééééé…\n");
}

static void
the_first_column_and_numbers_are_never_cut(void **state)
{
    (void)state;
    static const struct column columns[] = { { .key = "ref", .head = "REF" },
                                             { .key = "words", .head = "WORDS" },
                                             { .key = "n", .head = "N", .right = true },
                                             { 0 } };
    AUTO(out) struct out *o = NULL;
    char buf[256] = "";
    assert_int_equal(out_open(&(struct out_options){ .width = 20 }, &o), 0);
    out_table(o, "rows", columns);
    out_text(o, "1e/deliver@deputy-director");
    out_text(o, "a long sentence");
    out_int(o, 12345678901);
    finish(o, buf, sizeof buf);
    assert_string_equal(buf, "REF                         WORDS                 N\n"
                             "1e/deliver@deputy-director  a long se…  12345678901\n");
}

static void
escape_codes_in_data_never_reach_the_terminal(void **state)
{
    (void)state;
    AUTO(out) struct out *o = NULL;
    char buf[256] = "";
    assert_int_equal(out_open(&(struct out_options){ .form = OUT_PAGE }, &o), 0);
    out_field(o, "x", "Comment", "%s", "a\033[2Jb\nc");
    finish(o, buf, sizeof buf);
    assert_string_equal(buf, "Comment:  a [2Jb c\n");
}

static void
what_was_dropped_is_not_written(void **state)
{
    (void)state;
    static const enum out_form forms[] = { OUT_PAGE, OUT_PLAIN, OUT_JSON };
    for (size_t i = 0; i < LENGTH(forms); i++) {
        AUTO(out) struct out *o = NULL;
        char buf[256] = "";
        struct out_options options = { .form = forms[i], .schema = "jobs/1" };
        assert_int_equal(out_open(&options, &o), 0);
        make_page(o);
        out_drop(o);
        finish(o, buf, sizeof buf);
        assert_string_equal(buf, "");
    }
}

static void
a_full_disk_is_told(void **state)
{
    (void)state;
    AUTO(out) struct out *o = NULL;
    assert_int_equal(out_open(&(struct out_options){ .form = OUT_PAGE }, &o), 0);
    make_page(o);
    FILE *f = fopen("/dev/full", "w");
    assert_non_null(f);
    assert_int_equal(out_finish(o, f), -ENOSPC);
    (void)fclose(f);
}

static void
bytes_that_are_no_utf8_do_not_cost_the_table(void **state)
{
    (void)state;
    const struct out_options json = { .form = OUT_JSON, .schema = "jobs/1" };
    AUTO(out) struct out *o = NULL;
    char buf[512] = "";
    assert_int_equal(out_open(&json, &o), 0);
    out_field(o, "name", "Name", "%s", "caf\xe9.csv");
    finish(o, buf, sizeof buf);
    assert_non_null(strstr(buf, "\"name\": \"caf?.csv\""));
}

int
main(void)
{
    (void)setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_has_its_columns_under_their_heads),
        cmocka_unit_test(colour_is_added_and_changes_no_width),
        cmocka_unit_test(plain_has_tabs_and_no_notes),
        cmocka_unit_test(json_has_a_schema_and_typed_values),
        cmocka_unit_test(an_empty_list_is_a_list_in_json_and_nothing_on_a_page),
        cmocka_unit_test(on_a_terminal_the_widest_column_is_cut_between_characters),
        cmocka_unit_test(the_first_column_and_numbers_are_never_cut),
        cmocka_unit_test(escape_codes_in_data_never_reach_the_terminal),
        cmocka_unit_test(what_was_dropped_is_not_written),
        cmocka_unit_test(a_full_disk_is_told),
        cmocka_unit_test(bytes_that_are_no_utf8_do_not_cost_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
