/* SPDX-License-Identifier: MIT */
/* test_scan.c - the CSV scanner: what it reads, what it refuses, and that it stays bounded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/text.h"
#include "survey/scan.h"

static int
file_of(const char *bytes, size_t n)
{
    int fd = memfd_create("scan", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), (ssize_t)n);
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

/* Every row as line|field|field.., faults as line!fault@column, the end as END or its reason. */
static char *
read_all(const char *bytes, size_t n)
{
    AUTO_CLOSE int fd = file_of(bytes, n);
    AUTO(scan) struct scan *s = NULL;
    assert_int_equal(scan_open(fd, &s, NULL), 0);
    AUTO_TEXT struct text out = { 0 };
    struct scan_row row = { 0 };
    int r = 0;
    while ((r = scan_next(s, &row)) > 0) {
        text_addf(&out, "%lld", (long long)row.line);
        if (row.fault != SCAN_OK) {
            text_addf(&out, "!%d@%zu", (int)row.fault, row.column);
        }
        for (size_t i = 0; row.fault == SCAN_OK && i < row.n_fields; i++) {
            text_addc(&out, '|');
            text_addn(&out, row.fields[i].s, row.fields[i].len);
        }
        text_addc(&out, ';');
    }
    text_add(&out, r == 0 ? "END" : scan_why(s));
    char *all = NULL;
    assert_int_equal(text_take(&out, &all), 0);
    return all;
}

static void
check(const char *csv, const char *expected)
{
    AUTO_FREE char *got = read_all(csv, strlen(csv));
    assert_string_equal(got, expected);
}

static void
rows_and_fields_are_read_as_they_stand(void **state)
{
    (void)state;
    check("a,b\n1,2\n", "1|a|b;2|1|2;END");
    check("a,b\r\n1,2\r\n", "1|a|b;2|1|2;END");
    check("\xEF\xBB\xBF" "a,b\n1,2", "1|a|b;2|1|2;END");
    check("\xEF\xBB\xBF\"a\",b\n1,2", "1|a|b;2|1|2;END");
    check("a,b\n,\n", "1|a|b;2||;END");
    check("a\n\n\nb\n", "1|a;4|b;END");
    check("", "END");
    check("\n\r\n", "END");
}

static void
quotes_hold_commas_lines_and_quotes(void **state)
{
    (void)state;
    check("a,b\n\"x,y\",\"say \"\"hi\"\"\"\n", "1|a|b;2|x,y|say \"hi\";END");
    check("a,b\n\"two\nlines\",2\n3,4\n", "1|a|b;2|two\nlines|2;4|3|4;END");
    check("a,b\n\"x\",\"\"\r\n\"\",\"y\"\r\n", "1|a|b;2|x|;3||y;END");
    check("\"\"\"\",\"\"\"\"\"\"", "1|\"|\"\";END");
}

static void
a_bad_row_is_refused_and_the_next_is_read(void **state)
{
    (void)state;
    check("a,b\n1\n2,3\n", "1|a|b;2!6@1;3|2|3;END");
    check("a,b\n1,2,3\n4,5\n", "1|a|b;2!6@3;3|4|5;END");
    check("a,b\n1,x\"y\n4,5\n", "1|a|b;2!3@2;3|4|5;END");
    check("a,b\n\"x\"y,1\n4,5\n", "1|a|b;2!3@1;3|4|5;END");
    check("a,b\n1,\xC3\x28\n4,5\n", "1|a|b;2!2@2;3|4|5;END");
    check("a,b\n1,caf\xC3\xA9\n", "1|a|b;2|1|caf\xC3\xA9;END");
    const char nul[] = "a,b\n1,x\0y\n4,5\n";
    AUTO_FREE char *got = read_all(nul, sizeof nul - 1);
    assert_string_equal(got, "1|a|b;2!1@2;3|4|5;END");
    const char quoted[] = "a,b\n\"p\0q\",1\n4,5\n";
    AUTO_FREE char *again = read_all(quoted, sizeof quoted - 1);
    assert_string_equal(again, "1|a|b;2!1@1;3|4|5;END");
}

static void
a_quote_never_closed_ends_the_file_with_its_line(void **state)
{
    (void)state;
    check("a,b\n1,2\n3,\"x\n4,5\n", "1|a|b;2|1|2;line 3: a quote is opened here and not closed; "
                                     "close it or double it");
    check("a,b\n\"x\ny\",\"z", "1|a|b;line 3: a quote is opened here and not closed; close it or "
                                "double it");
}

static void
a_row_without_end_is_refused_in_bounded_memory(void **state)
{
    (void)state;
    size_t n = (size_t)8 * SCAN_ROW_MAX;
    AUTO_FREE char *big = malloc(n);
    assert_non_null(big);
    memset(big, 'x', n);
    memcpy(big, (const char[]){ 'a', ',', 'b', '\n' }, 4);
    AUTO_FREE char *got = read_all(big, n);
    assert_string_equal(got, "1|a|b;line 2: the row is longer than 1 MiB");
    big[4] = '"';
    AUTO_FREE char *quoted = read_all(big, n);
    assert_non_null(strstr(quoted, "line 2: a quote is opened here and not closed within 1 MiB"));
    memset(big, ',', n);
    AUTO_FREE char *commas = read_all(big, n);
    assert_string_equal(commas, "line 1: the row is longer than 1 MiB");
}

static void
long_fields_and_many_columns_are_refused_by_row(void **state)
{
    (void)state;
    AUTO_TEXT struct text t = { 0 };
    text_add(&t, "a,b\n");
    for (int i = 0; i <= SCAN_FIELD_MAX; i++) {
        text_addc(&t, 'x');
    }
    text_add(&t, ",1\n4,5\n");
    for (int i = 0; i < 100000; i++) {
        text_add(&t, "7,");
    }
    text_add(&t, "\n8,9\n");
    AUTO_FREE char *got = read_all(text_str(&t), t.len);
    assert_string_equal(got, "1|a|b;2!4@1;3|4|5;4!5@513;5|8|9;END");
}

static void
a_field_across_two_reads_is_whole(void **state)
{
    (void)state;
    for (int shift = -70; shift <= 70; shift += 7) {
        AUTO_TEXT struct text t = { 0 };
        text_add(&t, "a,b\n");
        while ((int64_t)t.len < SCAN_STEP + shift) {
            text_add(&t, "\"q\"\"r\",\"s\nt\"\n");
        }
        AUTO_CLOSE int fd = file_of(text_str(&t), t.len);
        AUTO(scan) struct scan *s = NULL;
        assert_int_equal(scan_open(fd, &s, NULL), 0);
        struct scan_row row = { 0 };
        assert_int_equal(scan_next(s, &row), 1);
        int64_t line = 2;
        while (scan_next(s, &row) > 0) {
            assert_int_equal(row.fault, SCAN_OK);
            assert_int_equal(row.line, line);
            assert_int_equal(row.n_fields, 2);
            assert_memory_equal(row.fields[0].s, "q\"r", 3);
            assert_memory_equal(row.fields[1].s, "s\nt", 3);
            line += 2;
        }
        assert_int_equal(scan_offset(s), (int64_t)t.len);
    }
}

static void
a_scan_goes_on_where_it_was_left(void **state)
{
    (void)state;
    const char csv[] = "a,b\n1,2\n\"x\ny\",3\n4,5\n";
    AUTO_CLOSE int fd = file_of(csv, sizeof csv - 1);
    AUTO(scan) struct scan *s = NULL;
    assert_int_equal(scan_open(fd, &s, NULL), 0);
    struct scan_row row = { 0 };
    for (int i = 0; i < 3; i++) {
        assert_int_equal(scan_next(s, &row), 1);
    }
    int64_t offset = scan_offset(s);
    int64_t line = scan_line(s);
    assert_int_equal(line, 5);
    assert_int_equal(scan_next(s, &row), 1);
    assert_int_equal(scan_next(s, &row), 0);
    assert_int_equal(scan_seek(s, offset, line, NULL), 0);
    assert_int_equal(scan_next(s, &row), 1);
    assert_int_equal(row.line, 5);
    assert_memory_equal(row.fields[0].s, "4", 1);
}

static void
what_is_no_such_text_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        const char *words;
    } files[] = {
        { "\xFF\xFEi\0d\0,\0", 8, "UTF-16" },
        { "\xFE\xFF\0i\0d\0,", 8, "UTF-16" },
        { "PK\x03\x04\x14", 5, "save the sheet as CSV" },
        { "\xD0\xCF\x11\xE0\xA1", 5, "old Excel workbook" },
        { "\x1F\x8B\x08", 3, "unpack it" },
        { "%PDF-1.7\n", 9, "a PDF" },
        { "\xEF\xBB\xBF<html>\n", 10, "web page" },
        { "<?xml version=\"1.0\"?>\n", 22, "XML" },
        { "{\"id\": 1}\n", 10, "JSON" },
        { "id,day\r1,2020-01-01\r", 20, "CR alone" },
        { "id,day\r1,2020-01-01\n", 20, "CR alone" },
    };
    for (size_t i = 0; i < LENGTH(files); i++) {
        AUTO_CLOSE int fd = file_of(files[i].bytes, files[i].n);
        AUTO(scan) struct scan *s = NULL;
        struct scan_row row = { 0 };
        assert_int_equal(scan_open(fd, &s, NULL), 0);
        assert_int_equal(scan_next(s, &row), -EBADMSG);
        assert_non_null(strstr(scan_why(s), files[i].words));
        assert_int_equal(scan_next(s, &row), -EBADMSG); /* however often it is asked */
    }
}

/* So long that no row ends within the buffer. */
static void
lines_that_end_with_cr_alone_are_named_in_a_long_file_too(void **state)
{
    (void)state;
    AUTO_TEXT struct text t = { 0 };
    while (t.len < 2 * SCAN_ROW_MAX) {
        text_add(&t, "id,day,team\r");
    }
    AUTO_CLOSE int fd = file_of(text_str(&t), t.len);
    AUTO(scan) struct scan *s = NULL;
    struct scan_row row = { 0 };
    assert_int_equal(scan_open(fd, &s, NULL), 0);
    assert_int_equal(scan_next(s, &row), -EBADMSG);
    assert_non_null(strstr(scan_why(s), "CR alone"));
}

static void
fields_are_divided_by_what_is_said(void **state)
{
    (void)state;
    static const char delimiters[] = ";\t|";
    for (size_t i = 0; delimiters[i]; i++) {
        AUTO_TEXT struct text t = { 0 };
        char d = delimiters[i];
        for (int n = 0; n < 50; n++) {
            text_addf(&t, "a,b%c\"x%cy\"%c\"q\"\"r\"\r\n", d, d, d);
        }
        AUTO_CLOSE int fd = file_of(text_str(&t), t.len);
        AUTO(scan) struct scan *s = NULL;
        struct scan_row row = { 0 };
        assert_int_equal(scan_open(fd, &s, NULL), 0);
        scan_delimiter(s, d);
        int n_rows = 0;
        for (; scan_next(s, &row) > 0; n_rows++) {
            assert_int_equal(row.fault, SCAN_OK);
            assert_int_equal(row.n_fields, 3);
            assert_memory_equal(row.fields[0].s, "a,b", 3);
            assert_int_equal(row.fields[1].len, 3);
            assert_int_equal(row.fields[1].s[1], d);
            assert_memory_equal(row.fields[2].s, "q\"r", 3);
        }
        assert_int_equal(n_rows, 50);
    }
}

static void
a_file_that_cannot_be_read_says_so(void **state)
{
    (void)state;
    struct err why = { "" };
    struct scan *s = NULL;
    assert_int_equal(scan_open(-1, &s, &why), -EBADF);
    assert_non_null(strstr(why.text, "cannot read"));
}

static void
any_bytes_at_all_are_taken_without_harm(void **state)
{
    (void)state;
    static const char soup[] = { ',', '"', '\n', '\r', 'a', '\0', (char)0xC3, (char)0xA9, '1' };
    uint64_t seed = 20260101;
    for (int round = 0; round < 3000; round++) {
        char bytes[400];
        size_t n = 0;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t len = (seed >> 33) % sizeof bytes;
        for (; n < len; n++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            bytes[n] = soup[(seed >> 33) % sizeof soup];
        }
        AUTO_FREE char *got = read_all(bytes, n);
        assert_non_null(got);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_fields_are_read_as_they_stand),
        cmocka_unit_test(quotes_hold_commas_lines_and_quotes),
        cmocka_unit_test(a_bad_row_is_refused_and_the_next_is_read),
        cmocka_unit_test(a_quote_never_closed_ends_the_file_with_its_line),
        cmocka_unit_test(a_row_without_end_is_refused_in_bounded_memory),
        cmocka_unit_test(long_fields_and_many_columns_are_refused_by_row),
        cmocka_unit_test(a_field_across_two_reads_is_whole),
        cmocka_unit_test(a_scan_goes_on_where_it_was_left),
        cmocka_unit_test(what_is_no_such_text_is_named),
        cmocka_unit_test(lines_that_end_with_cr_alone_are_named_in_a_long_file_too),
        cmocka_unit_test(fields_are_divided_by_what_is_said),
        cmocka_unit_test(a_file_that_cannot_be_read_says_so),
        cmocka_unit_test(any_bytes_at_all_are_taken_without_harm),
    };
    return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
