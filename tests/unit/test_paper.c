/* SPDX-License-Identifier: MIT */
/* test_paper.c - papers as HTML and text: the same content, and nothing in it that runs. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "notice/notice.h"
#include "notice/paper.h"

static const struct paper_head head = { .lang = "en-GB", .trust = "A <trust>", .title = "Paper",
                                        .date = "22 April 2015", .mark = "Draft",
                                        .foot = "The end & after." };

static void
fill(struct paper *p)
{
    static const char *const heads[] = { "Demand", "Colour", "Last word", NULL };
    paper_section(p, "1", "Counts");
    paper_say(p, "%d actions.", 24);
    paper_table(p, "Empty", heads);
    paper_section(p, "2", "Late");
    paper_table(p, "Objective \"1\"", heads);
    paper_cell(p, "1a");
    paper_rag(p, RAG_RED, "3 working days late");
    paper_cell(p, "<script>alert('x')</script> & so on");
    paper_cell(p, "1b");
    paper_rag(p, RAG_GREY, NULL);
    paper_cell(p, "two\nlines\x01 and \xFF");
}

static void
both_forms(struct text *html, struct text *plain)
{
    AUTO(paper) struct paper *p = NULL;
    assert_int_equal(paper_new(&head, &p), 0);
    fill(p);
    assert_int_equal(paper_html(p, html), 0);
    assert_int_equal(paper_plain(p, plain), 0);
}

static int
count(const char *in, const char *what)
{
    int n = 0;
    for (const char *at = in; (at = strstr(at, what)) != NULL; at += strlen(what)) {
        n++;
    }
    return n;
}

static void
html_has_real_tables_and_nothing_that_runs(void **state)
{
    (void)state;
    AUTO_TEXT struct text html = { 0 };
    AUTO_TEXT struct text plain = { 0 };
    both_forms(&html, &plain);
    const char *s = text_str(&html);
    assert_non_null(strstr(s, "<html lang=\"en-GB\">"));
    assert_non_null(strstr(s, "@page { size: A4"));
    assert_int_equal(count(s, "<table>"), 1); /* the empty one is left out */
    assert_int_equal(count(s, "<th scope=\"col\">"), 3);
    assert_int_equal(count(s, "<th scope=\"row\">"), 2);
    assert_int_equal(count(s, "<caption>"), 1);
    assert_int_equal(count(s, "<script"), 0);
    assert_int_equal(count(s, "http"), 0); /* nothing is fetched */
    assert_non_null(strstr(s, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; so on"));
    assert_non_null(strstr(s, "A &lt;trust&gt;"));
    assert_non_null(strstr(s, "class=\"mark\">Draft"));
    assert_true(text_is_utf8(s, html.len));
}

static void
a_colour_is_a_letter_and_a_word(void **state)
{
    (void)state;
    AUTO_TEXT struct text html = { 0 };
    AUTO_TEXT struct text plain = { 0 };
    both_forms(&html, &plain);
    assert_non_null(strstr(text_str(&html), "<span class=\"rag red\">R red</span> 3 working days"));
    assert_non_null(strstr(text_str(&html), "<span class=\"rag grey\">N grey</span></td>"));
    assert_non_null(strstr(text_str(&plain), "Colour: R red: 3 working days late\n"));
    assert_non_null(strstr(text_str(&plain), "Colour: N grey\n"));
}

static void
the_text_says_what_the_page_says(void **state)
{
    (void)state;
    AUTO_TEXT struct text html = { 0 };
    AUTO_TEXT struct text plain = { 0 };
    both_forms(&html, &plain);
    const char *s = text_str(&plain);
    assert_non_null(strstr(s, "2. Late\n-------\n"));
    assert_non_null(strstr(s, "1a\n    Colour: R red"));
    assert_non_null(strstr(s, "Last word: two lines and ?\n"));
    assert_null(strstr(s, "Empty"));
    for (const char *line = s; *line;) {
        size_t n = strcspn(line, "\n");
        assert_true(n <= 78);
        line += n + (line[n] == '\n');
    }
}

/* ---- files beside a mail --------------------------------------------------------------------- */

static int
mail_with(const char *name, const struct text *bytes, struct text *mail, struct err *why)
{
    AUTO_NOTICE_TEXT struct notice_text words = { .subject = { 0 } };
    const struct notice_file file = { name, "text/csv; charset=UTF-8", bytes };
    const struct notice_envelope e = { .from = { "Plan", "plan@example.nhs.uk" },
                                       .to = { "Secretary", "s@example.nhs.uk" },
                                       .reply_to = { "Owner", "o@example.nhs.uk" },
                                       .key = "0123456789abcdef0123456789abcdef",
                                       .host = "coprod.example.nhs.uk",
                                       .list_of = "CO-304",
                                       .date_ms = 1428000000000, .files = &file, .n_files = 1 };
    text_add(&words.subject, "Papers");
    text_add(&words.plain, "Here they are.\n");
    return notice_mail(&e, &words, mail, why);
}

static void
a_file_goes_with_a_mail_byte_for_byte(void **state)
{
    (void)state;
    AUTO_TEXT struct text mail = { 0 };
    AUTO_TEXT struct text bytes = { 0 };
    struct err why = { "" };
    text_addn(&bytes, "a\0\xFF\n.\n", 6);
    assert_int_equal(mail_with("qsc-2015.csv", &bytes, &mail, &why), 0);
    assert_non_null(strstr(text_str(&mail), "Content-Type: multipart/mixed;"));
    assert_non_null(strstr(text_str(&mail), "filename=\"qsc-2015.csv\""));
    assert_non_null(strstr(text_str(&mail), "\r\n\r\nYQD/Ci4K\r\n--=_m"));
}

static void
a_file_with_a_name_that_is_none_is_refused(void **state)
{
    (void)state;
    static const char *const names[] = { "", "../x", "a b", "x\r\nBcc: y", ".hidden", "x\"y" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        AUTO_TEXT struct text mail = { 0 };
        AUTO_TEXT struct text bytes = { 0 };
        struct err why = { "" };
        assert_int_equal(mail_with(names[i], &bytes, &mail, &why), -EINVAL);
        assert_int_equal(mail.len, 0);
        assert_true(why.text[0] != '\0');
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_has_real_tables_and_nothing_that_runs),
        cmocka_unit_test(a_colour_is_a_letter_and_a_word),
        cmocka_unit_test(the_text_says_what_the_page_says),
        cmocka_unit_test(a_file_goes_with_a_mail_byte_for_byte),
        cmocka_unit_test(a_file_with_a_name_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
