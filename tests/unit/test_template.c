/* SPDX-License-Identifier: MIT */
/* test_template.c - the mail templates that a trust may edit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "notice/template.h"

static const struct template_var row_vars[] = { { "ref", NULL }, { "late", NULL }, { NULL, NULL } };
static const struct template_var vars[] = {
    { "title", NULL },      { "empty", NULL }, { "items", row_vars },
    { "nobody", row_vars }, { NULL, NULL },
};

static struct template *
parsed(const char *source, enum template_escape escape)
{
    AUTO_DIAG struct diag d = { 0 };
    struct template *t = NULL;
    struct template_source s = { .file = "t", .bytes = source, .len = strlen(source),
                                 .escape = escape };
    assert_int_equal(template_parse(&s, vars, &t, &d), 0);
    return t;
}

static void
expect(const char *source, enum template_escape escape, const char *want)
{
    const struct template_value first[] = { { .name = "ref", .text = "1a" },
                                            { .name = "late", .text = "yes" } };
    const struct template_value second[] = { { .name = "ref", .text = "1b<" },
                                             { .name = "late", .text = "" } };
    const struct template_row rows[] = { { first, 2 }, { second, 2 } };
    const struct template_value values[] = {
        { .name = "title", .text = "A & <b> \"q\" 'x'" },
        { .name = "empty", .text = "" },
        { .name = "items", .rows = rows, .n_rows = 2 },
    };
    const struct template_row root = { values, LENGTH(values) };
    AUTO(template) struct template *t = parsed(source, escape);
    AUTO_TEXT struct text out = { 0 };
    assert_int_equal(template_render(t, &root, &out, NULL), 0);
    assert_string_equal(text_str(&out), want);
}

/* The findings for a source that must be refused. */
static void
refused(const char *source, size_t n, const char *want)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text out = { 0 };
    struct template *t = NULL;
    struct template_source s = { .file = "t.txt", .bytes = source, .len = n };
    assert_int_equal(template_parse(&s, vars, &t, &d), -EINVAL);
    assert_null(t);
    diag_print(&d, &out);
    if (!strstr(text_str(&out), want)) {
        fail_msg("wanted \"%s\" in:\n%s", want, text_str(&out));
    }
}

static void
a_value_is_escaped_in_html_and_stays_in_text(void **state)
{
    (void)state;
    expect("<p>{{title}}</p>", TEMPLATE_HTML,
           "<p>A &amp; &lt;b&gt; &quot;q&quot; &#39;x&#39;</p>");
    expect("{{ title }}!", TEMPLATE_PLAIN, "A & <b> \"q\" 'x'!");
}

static void
a_list_is_shown_row_by_row_and_sees_outwards(void **state)
{
    (void)state;
    expect("{{#items}}[{{ref}}{{#late}} late{{/late}}{{^late}} ok{{/late}}{{#empty}}no{{/empty}}]"
           "{{/items}}", TEMPLATE_HTML, "[1a late][1b&lt; ok]");
    expect("{{#items}}{{#title}}{{ref}}{{/title}}{{/items}}", TEMPLATE_PLAIN, "1a1b<");
    expect("{{#items}}{{#items}}{{ref}}{{/items}};{{/items}}", TEMPLATE_PLAIN, "1a1b<;1a1b<;");
}

static void
an_empty_value_leaves_its_section_out(void **state)
{
    (void)state;
    expect("a{{#empty}}b{{/empty}}{{^empty}}c{{/empty}}{{#nobody}}d{{/nobody}}"
           "{{^nobody}}e{{/nobody}}",
           TEMPLATE_PLAIN, "ace");
    expect("{{empty}}{{! says nothing }}", TEMPLATE_PLAIN, "");
    expect("", TEMPLATE_PLAIN, "");
}

static void
a_tag_alone_on_its_line_takes_the_line_along(void **state)
{
    (void)state;
    expect("a\n  {{#title}}\nb\n{{/title}} \n{{! gone }}\nc\n", TEMPLATE_PLAIN, "a\nb\nc\n");
    expect("{{#title}}\r\nb\r\n{{/title}}", TEMPLATE_PLAIN, "b\n");
    expect("\xEF\xBB\xBF" "a", TEMPLATE_PLAIN, "a");
}

static void
an_unknown_name_is_refused_with_place_and_near_word(void **state)
{
    (void)state;
    static const char source[] = "Hello\n  {{titel}}\n";
    refused(source, sizeof source - 1, "t.txt:2:5: error: unknown variable \"titel\"");
    refused(source, sizeof source - 1, "did you mean \"title\"?");
    refused("{{ref}}", 7, "unknown variable \"ref\""); /* known only inside items */
}

static void
every_broken_tag_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *source, *want;
    } cases[] = {
        { "{{title", "this tag has no end" },
        { "{{}}", "no proper name" },
        { "{{ti tle}}", "no proper name" },
        { "{{{title}}}", "not part of the template language" },
        { "{{&title}}", "not part of the template language" },
        { "{{>title}}", "not part of the template language" },
        { "{{#items}}", "never closed" },
        { "{{/items}}", "not open" },
        { "{{#items}}{{/title}}", "but \"items\" is open" },
        { "{{items}}", "is a list" },
        { "{{#title}}{{#title}}{{#title}}{{#title}}{{#title}}{{#title}}{{#title}}{{#title}}"
          "{{#title}}", "8 deep" },
        { "a\x01" "b", "control byte 1" },
        { "\xFF", "not UTF-8" },
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        refused(cases[i].source, strlen(cases[i].source), cases[i].want);
    }
    refused("a\0b", 3, "control byte 0");
}

static void
all_faults_are_told_at_once(void **state)
{
    (void)state;
    static const char source[] = "{{one}}\n{{#two}}{{/two}}\n{{{x}}}";
    refused(source, sizeof source - 1, "t.txt:1:3: error: unknown variable \"one\"");
    refused(source, sizeof source - 1, "t.txt:2:4: error: unknown variable \"two\"");
    refused(source, sizeof source - 1, "t.txt:3:1: error");
}

static void
size_and_number_of_tags_are_bounded(void **state)
{
    (void)state;
    AUTO_TEXT struct text big = { 0 };
    for (int i = 0; i < TEMPLATE_NODES_MAX + 1; i++) {
        text_add(&big, "{{title}}");
    }
    refused(text_str(&big), big.len, "more than 2048");
    while (big.len <= TEMPLATE_SIZE_MAX) {
        text_add(&big, "some more words ");
    }
    refused(text_str(&big), big.len, "larger than 65536 bytes");
}

static void
a_text_that_grows_beyond_all_bounds_is_refused(void **state)
{
    (void)state;
    static char words[20000];
    memset(words, 'x', sizeof words - 1);
    const struct template_value values[] = { { .name = "title", .text = words } };
    const struct template_row root = { values, 1 };
    AUTO_TEXT struct text source = { 0 };
    for (int i = 0; i < 40; i++) {
        text_add(&source, "{{title}}");
    }
    AUTO(template) struct template *t = parsed(text_str(&source), TEMPLATE_PLAIN);
    AUTO_TEXT struct text out = { 0 };
    assert_int_equal(template_render(t, &root, &out, NULL), -EFBIG);
}

static void
a_subject_is_one_line(void **state)
{
    (void)state;
    AUTO_DIAG struct diag d = { 0 };
    AUTO(template) struct template *t = NULL;
    struct template_source s = { .file = "t", .bytes = "a\nb\n", .len = 4, .is_line = true };
    assert_int_equal(template_parse(&s, vars, &t, &d), -EINVAL);
    s.bytes = "ab\n\n";
    assert_int_equal(template_parse(&s, vars, &t, &d), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_escaped_in_html_and_stays_in_text),
        cmocka_unit_test(a_list_is_shown_row_by_row_and_sees_outwards),
        cmocka_unit_test(an_empty_value_leaves_its_section_out),
        cmocka_unit_test(a_tag_alone_on_its_line_takes_the_line_along),
        cmocka_unit_test(an_unknown_name_is_refused_with_place_and_near_word),
        cmocka_unit_test(every_broken_tag_is_refused),
        cmocka_unit_test(all_faults_are_told_at_once),
        cmocka_unit_test(size_and_number_of_tags_are_bounded),
        cmocka_unit_test(a_text_that_grows_beyond_all_bounds_is_refused),
        cmocka_unit_test(a_subject_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
