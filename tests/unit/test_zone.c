/* SPDX-License-Identifier: MIT */
/* test_zone.c - zone files: the system's own, rules of every form, and broken ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/zone.h"

struct text_file {
    unsigned char bytes[512];
    size_t len;
};

static void
put(struct text_file *f, const void *bytes, size_t n)
{
    assert_true(f->len + n <= sizeof f->bytes);
    memcpy(f->bytes + f->len, bytes, n);
    f->len += n;
}

/* A header with no list but one type. */
static void
put_header(struct text_file *f, char version)
{
    unsigned char h[44] = { 'T', 'Z', 'i', 'f' };
    h[4] = (unsigned char)version;
    h[39] = 1; /* types */
    h[43] = 4; /* characters */
    put(f, h, sizeof h);
    put(f, "\0\0\0\0\0\0" "LMT\0", 10);
}

static struct text_file
file_with_rule(char version, const char *rule)
{
    struct text_file f = { .len = 0 };
    put_header(&f, version);
    put_header(&f, version);
    put(&f, "\n", 1);
    put(&f, rule, strlen(rule));
    put(&f, "\n", 1);
    return f;
}

static int
parse_rule_of(const char *rule, struct zone_file **ret)
{
    struct text_file f = file_with_rule('2', rule);
    return zone_parse("Test/Rule", f.bytes, f.len, ret, NULL);
}

static int32_t
offset_at(const struct zone *z, int64_t at_s)
{
    int32_t offset = z->first_offset_s;
    for (size_t i = 0; i < z->n_changes && z->changes[i].at_s <= at_s; i++) {
        offset = z->changes[i].offset_s;
    }
    return offset;
}

static void
london_changes_on_the_last_sundays_of_march_and_october(void **state)
{
    (void)state;
    /* 01:00 UTC of 29 March 2026, 25 October 2026, 28 March 2027, and so on until 2030. */
    static const int64_t at[] = { 1774746000, 1792890000, 1806195600, 1824944400, 1837645200,
                                  1856394000, 1869094800, 1887843600, 1901149200, 1919293200 };
    AUTO(zone) struct zone_file *f = NULL;
    assert_int_equal(zone_open("Europe/London", &f, NULL), 0);
    for (size_t i = 0; i < LENGTH(at); i++) {
        assert_int_equal(offset_at(zone_of(f), at[i] - 1), i % 2 == 0 ? 0 : 3600);
        assert_int_equal(offset_at(zone_of(f), at[i]), i % 2 == 0 ? 3600 : 0);
    }
}

static void
the_rule_is_written_out_until_2199(void **state)
{
    (void)state;
    AUTO(zone) struct zone_file *f = NULL;
    assert_int_equal(zone_open("Europe/London", &f, NULL), 0);
    const struct zone *z = zone_of(f);
    for (size_t i = 1; i < z->n_changes; i++) {
        assert_true(z->changes[i - 1].at_s < z->changes[i].at_s);
        assert_true(z->changes[i - 1].offset_s != z->changes[i].offset_s);
    }
    /* 27 October 2199, the last Sunday. */
    assert_int_equal(z->changes[z->n_changes - 1].at_s, 7252419600);
    assert_int_equal(z->changes[z->n_changes - 1].offset_s, 0);
}

static void
rules_of_every_form_are_understood(void **state)
{
    (void)state;
    static const struct {
        const char *rule;
        int64_t at_s;
        int32_t offset_s;
    } rows[] = {
        { "GMT0BST,M3.5.0/1,M10.5.0", 1774746000, 3600 },
        { "EST5EDT,M3.2.0,M11.1.0", 1772953200, -14400 },    /* 8 March 2026 07:00 UTC */
        { "EST5EDT,M3.2.0,M11.1.0", 1772953199, -18000 },
        { "<+0330>-3:30", 1772953199, 12600 },
        { "UTC0", 0, 0 },
        { "IST-1GMT0,M10.5.0,M3.5.0/1", 1774745999, 0 },     /* Dublin: winter is the exception */
        { "IST-1GMT0,M10.5.0,M3.5.0/1", 1774746000, 3600 },
        { "AEST-10AEDT,M10.1.0,M4.1.0/3", 1767225600, 39600 }, /* January is summer */
        { "AAA0BBB,J60/0,J300/0", 1709251200, 3600 },          /* J60 is 1 March in 2024 too */
        { "AAA0BBB,J60/0,J300/0", 1709251199, 0 },
        { "AAA0BBB,59/0,300/0", 1709164800, 3600 },            /* day 59 is 29 February there */
        { "AAA0BBB,59/0,300/0", 1709164799, 0 },
        { "AAA0BBB-2:30:15,M3.5.0/-1,M10.5.0/+25:00:00", 1774738800, 9015 },
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        AUTO(zone) struct zone_file *f = NULL;
        assert_int_equal(parse_rule_of(rows[i].rule, &f), 0);
        assert_int_equal(offset_at(zone_of(f), rows[i].at_s), rows[i].offset_s);
    }
}

static void
a_wrong_rule_is_refused(void **state)
{
    (void)state;
    static const char *const rules[] = {
        "GMT",  "GM0",  "GMT0BST",  "GMT0BST,M3.5.0",  "GMT0BST,M13.5.0,M10.5.0",
        "GMT0BST,M3.6.0,M10.5.0", "GMT0BST,M3.5.7,M10.5.0", "GMT0BST,M3.5.0,M10.5.0 ",
        "GMT0BST,J0,J1", "GMT0BST,J366,J1", "GMT25", "GMT0:60", "<GMT0", "GMT0BST,366,1",
        "GMT0BST,M3.5.0/168,M10.5.0", "GMT99999999999999999999",
    };
    for (size_t i = 0; i < LENGTH(rules); i++) {
        struct zone_file *f = NULL;
        assert_int_equal(parse_rule_of(rules[i], &f), -EBADMSG);
        assert_null(f);
    }
}

static void
a_zone_without_a_rule_keeps_its_first_offset(void **state)
{
    (void)state;
    AUTO(zone) struct zone_file *f = NULL;
    assert_int_equal(parse_rule_of("", &f), 0);
    assert_int_equal(zone_of(f)->n_changes, 0);
    assert_int_equal(zone_of(f)->first_offset_s, 0);
}

static void
a_file_older_than_version_2_is_refused(void **state)
{
    (void)state;
    struct text_file t = file_with_rule('\0', "UTC0");
    struct zone_file *f = NULL;
    struct err why;
    assert_int_equal(zone_parse("Test/Old", t.bytes, t.len, &f, &why), -EBADMSG);
    assert_non_null(strstr(why.text, "Test/Old"));
}

static unsigned char *
read_london(size_t *ret_len)
{
    FILE *in = fopen("/usr/share/zoneinfo/Europe/London", "rb");
    assert_non_null(in);
    unsigned char *bytes = malloc(65536);
    assert_non_null(bytes);
    *ret_len = fread(bytes, 1, 65536, in);
    assert_int_equal(fclose(in), 0);
    return bytes;
}

static void
every_truncation_is_refused(void **state)
{
    (void)state;
    size_t len = 0;
    AUTO_FREE unsigned char *bytes = read_london(&len);
    for (size_t n = 0; n < len; n++) {
        struct zone_file *f = NULL;
        unsigned char *copy = malloc(n > 0 ? n : 1); /* exact: a read past it is seen */
        assert_non_null(copy);
        memcpy(copy, bytes, n);
        assert_int_equal(zone_parse("Test/Cut", copy, n, &f, NULL), -EBADMSG);
        assert_null(f);
        free(copy);
    }
}

static void
damaged_files_never_harm(void **state)
{
    (void)state;
    size_t len = 0;
    AUTO_FREE unsigned char *bytes = read_london(&len);
    uint64_t seed = 7;
    for (int i = 0; i < 20000; i++) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        size_t at = (size_t)(seed >> 33) % len;
        unsigned char was = bytes[at];
        bytes[at] = (unsigned char)(seed >> 25);
        AUTO(zone) struct zone_file *f = NULL;
        int r = zone_parse("Test/Damaged", bytes, len, &f, NULL);
        assert_true(r == 0 || r == -EBADMSG);
        bytes[at] = was;
    }
}

static void
a_name_cannot_leave_the_folder(void **state)
{
    (void)state;
    static const char *const names[] = { "", "/etc/passwd", "../../../etc/passwd", "Europe/..",
                                         "Europe/", "Europe//London", "Europe/Lon\ndon", "a b" };
    for (size_t i = 0; i < LENGTH(names); i++) {
        struct zone_file *f = NULL;
        struct err why;
        assert_int_equal(zone_open(names[i], &f, &why), -EINVAL);
    }
}

static void
an_unknown_zone_or_a_folder_is_an_error_that_names_it(void **state)
{
    (void)state;
    struct zone_file *f = NULL;
    struct err why;
    assert_int_equal(zone_open("Europe/Londn", &f, &why), -ENOENT);
    assert_non_null(strstr(why.text, "Europe/Londn"));
    assert_int_equal(zone_open("Europe", &f, &why), -EISDIR);
    assert_int_equal(zone_open("zone1970-tab", &f, &why), -ENOENT);
    assert_null(zone_free(NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(london_changes_on_the_last_sundays_of_march_and_october),
        cmocka_unit_test(the_rule_is_written_out_until_2199),
        cmocka_unit_test(rules_of_every_form_are_understood),
        cmocka_unit_test(a_wrong_rule_is_refused),
        cmocka_unit_test(a_zone_without_a_rule_keeps_its_first_offset),
        cmocka_unit_test(a_file_older_than_version_2_is_refused),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(damaged_files_never_harm),
        cmocka_unit_test(a_name_cannot_leave_the_folder),
        cmocka_unit_test(an_unknown_zone_or_a_folder_is_an_error_that_names_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
