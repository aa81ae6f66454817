/* SPDX-License-Identifier: MIT */
/* test_csv.c - a cell of text in a CSV: quotes, and no formula for a spreadsheet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/csv.h"
#include "base/err.h"
#include "base/text.h"

static const struct {
    const char *cell, *quoted, *lean;
} rows[] = {
    { "plain", "\"plain\"", "plain" },
    { "a, \"b\"\r\nc", "\"a, \"\"b\"\"\r\nc\"", "\"a, \"\"b\"\"\r\nc\"" },
    { "A > B: it's", "\"A > B: it's\"", "A > B: it's" },
    { "Ward;=1+1", "\"Ward;=1+1\"", "\"Ward;=1+1\"" }, /* two cells where semicolons divide them */
    { "Ward\t=1+1", "\"Ward\t=1+1\"", "\"Ward\t=1+1\"" },
    { "=cmd|'/c calc'!A1", "\"'=cmd|'/c calc'!A1\"", "\"'=cmd|'/c calc'!A1\"" },
    { "=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"", "\"'=HYPERLINK(\"\"x\"\")\"" },
    { "+1", "\"'+1\"", "\"'+1\"" },
    { "-7", "\"-7\"", "-7" },
    { "-7.25", "\"-7.25\"", "-7.25" },
    { "-", "\"'-\"", "\"'-\"" },
    { "-.5", "\"'-.5\"", "\"'-.5\"" },
    { "-1.", "\"'-1.\"", "\"'-1.\"" },
    { "-1.2.3", "\"'-1.2.3\"", "\"'-1.2.3\"" },
    { "-7+cmd", "\"'-7+cmd\"", "\"'-7+cmd\"" },
    { "@SUM(A1)", "\"'@SUM(A1)\"", "\"'@SUM(A1)\"" },
    { "\t=1", "\"'\t=1\"", "\"'\t=1\"" },
    { "\r=1", "\"'\r=1\"", "\"'\r=1\"" },
    { "  =1", "\"'  =1\"", "\"'  =1\"" },
    { "007", "\"007\"", "007" },
    { "", "\"\"", "" },
};

static void
a_spreadsheet_finds_no_formula(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO_TEXT struct text quoted = { 0 };
        AUTO_TEXT struct text lean = { 0 };
        csv_text(&quoted, rows[i].cell, true);
        csv_text(&lean, rows[i].cell, false);
        assert_string_equal(text_str(&quoted), rows[i].quoted);
        assert_string_equal(text_str(&lean), rows[i].lean);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_spreadsheet_finds_no_formula),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
