/* SPDX-License-Identifier: MIT */
/* test_words.c - words of a locale: a made-up one beside the templates, and every fault in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "notice/words.h"
#include "notice_sample.h"

#define TEMPLATES "config/templates"

struct place {
    char dir[64];
    struct notice_templates *t;
    struct text report;
};

static void PRINTF_LIKE(1, 2)
run(const char *format, ...)
{
    char command[256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(command, sizeof command, format, args);
    va_end(args);
    assert_int_equal(system(command), 0); /* NOLINT: a test's own words */
}

static int
open_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    *state = p;
    (void)snprintf(p->dir, sizeof p->dir, "/tmp/coprod-words-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    run("cp " TEMPLATES "/* %s/", p->dir);
    return 0;
}

static int
close_place(void **state)
{
    struct place *p = *state;
    (void)notice_templates_free(p->t);
    text_done(&p->report);
    run("rm -r %s", p->dir);
    free(p);
    return 0;
}

static void
put(const struct place *p, const char *file, const char *words)
{
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/%s", p->dir, file);
    char *slash = strrchr(path.bytes, '/');
    *slash = '\0';
    (void)mkdir(text_str(&path), 0700);
    *slash = '/';
    FILE *f = fopen(text_str(&path), "we");
    assert_non_null(f);
    assert_true(fputs(words, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int
read_place(struct place *p)
{
    AUTO_DIAG struct diag d = { 0 };
    struct err why = { "" };
    p->t = notice_templates_free(p->t);
    text_done(&p->report);
    p->report = (struct text){ 0 };
    int r = notice_templates_open(p->dir, &p->t, &d, &why);
    diag_print(&d, &p->report);
    assert_int_equal(r < 0, d.n_errors > 0);
    return r;
}

static void
says(const struct text *t, const char *want)
{
    if (!strstr(text_str(t), want)) {
        fail_msg("wanted \"%s\" in:\n%s", want, text_str(t));
    }
}

static void
render(const struct place *p, const char *locale, struct notice_text *w)
{
    struct notice_sample s;
    notice_sample_init(&s);
    s.items[0].ask = NOTICE_ASK_RETURN;
    s.items[0].period = "October to December 2015";
    s.model.locale = locale;
    assert_int_equal(notice_render(p->t, &s.model, w, NULL), 0);
}

static const char made_up[] = "date: \"{{year}}.{{month}}.{{mday}}\"\n"
                              "month_3: Trett\nmonth_10: Dett\nmonth_12: Zwolf\nweekday_2: Tuso\n"
                              "period: \"{{year}}: {{first}}-{{last}}\"\n"
                              "period_year: \"{{last}} {{year}} ano\"\n"
                              "ask_return: \"giva {{period}}\"\nleft: \"{{n}} dagi\"\n"
                              "why_lead: Tu gida.\nnext_level_1: \"{{day}} to gida.\"\n"
                              "state_open: no bego\ncalendar: \"Mesa: {{metric}}\"\n";

static void
a_reader_of_another_locale_gets_its_words_its_dates_and_its_templates(void **state)
{
    struct place *p = *state;
    put(p, "xx-YY/words.yaml", made_up);
    put(p, "xx-YY/remind.subject", "{{#items}}Bite {{demand}} {{due}}{{/items}}\n");
    assert_int_equal(read_place(p), 0);
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    render(p, "xx-YY", &w);
    assert_string_equal(text_str(&w.subject), "Bite giva 2015: Dett-Zwolf 2015.Trett.31");
    static const char *const words[] = { "Tuso 2015.Trett.31", "5 dagi", "Tu gida.", "no bego",
                                         "2015.April.1 to gida.", "giva 2015: Dett-Zwolf" };
    for (size_t i = 0; i < LENGTH(words); i++) {
        says(&w.plain, words[i]);
        says(&w.html, words[i]);
    }
    says(&w.html, "<html lang=\"xx-YY\">");
    says(&w.calendar, "giva 2015: Dett-Zwolf");
    says(&w.plain, "How to answer"); /* what the locale lacks is taken from above */
}

static void
who_has_no_templates_of_their_locale_is_told_in_the_language_that_the_page_says(void **state)
{
    struct place *p = *state;
    static const struct {
        const char *locale, *used;
    } cases[] = { { "en-GB", "en-GB" }, { "xx-YY", "en-GB" }, { "zz-AA", "zz" }, { "zz", "zz" },
                  { "zz-BB", "zz-BB" }, { "", "en-GB" },      { NULL, "en-GB" } };
    put(p, "zz/words.yaml", "why_lead: Zz.\n");
    put(p, "zz-BB/words.yaml", "why_lead: Bb.\n");
    assert_int_equal(read_place(p), 0);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO_NOTICE_TEXT struct notice_text w = { 0 };
        AUTO_TEXT struct text tag = { 0 };
        text_addf(&tag, "<html lang=\"%s\">", cases[i].used);
        assert_string_equal(notice_locale(p->t, cases[i].locale), cases[i].used);
        render(p, cases[i].locale, &w);
        says(&w.html, text_str(&tag));
    }
}

static void
large_print_goes_with_any_locale(void **state)
{
    struct place *p = *state;
    put(p, "xx-YY/words.yaml", made_up);
    assert_int_equal(read_place(p), 0);
    struct notice_sample s;
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    notice_sample_init(&s);
    s.model.locale = "xx-YY";
    s.model.format = NOTICE_FORMAT_LARGE;
    assert_int_equal(notice_render(p->t, &s.model, &w, NULL), 0);
    says(&w.html, "font-size: 24px");
    says(&w.html, "Tu gida.");
}

static void
every_fault_of_a_locale_is_said_with_its_place(void **state)
{
    struct place *p = *state;
    put(p, "xx-YY/words.yaml", "why_laed: x\nleft: \"{{m}} dagi\"\nwhy_lead: \"{{lead}} x\"\n"
                               "next_level_2: \"{{day\"\nlate: [1]\n");
    put(p, "xx-YY/remind.sbject", "x\n");
    put(p, "xx-YY/remind.txt", "one\n  {{coutn}}\n");
    assert_int_equal(read_place(p), -EINVAL);
    static const char *const words[] = {
        "/xx-YY/words.yaml:1:1: error: unknown key \"why_laed\"", "did you mean \"why_lead\"?",
        "/xx-YY/words.yaml:2:7: error: left cannot name {{m}}", "it can name {{n}}",
        "/xx-YY/words.yaml:3:11: error: why_lead cannot name {{lead}}", "it can name nothing",
        "/xx-YY/words.yaml:4:15: error: next_level_2 cannot name {{day",
        "/xx-YY/words.yaml:5:7: error", "/xx-YY/remind.txt:2:5: error", "did you mean \"count\"?",
        "/xx-YY/remind.sbject: error: no template has this name",
    };
    for (size_t i = 0; i < LENGTH(words); i++) {
        says(&p->report, words[i]);
    }
}

static void
only_a_folder_named_like_a_locale_is_opened_and_no_link(void **state)
{
    struct place *p = *state;
    put(p, "drafts/remind.txt", "{{nonsense}}\n");
    put(p, "XX-yy/remind.txt", "{{nonsense}}\n");
    assert_int_equal(read_place(p), 0);
    run("ln -s /etc %s/ab-CD", p->dir);
    assert_int_equal(read_place(p), -ENOTDIR);
    says(&p->report, "/ab-CD: error: this locale cannot be read");
    run("rm %s/ab-CD", p->dir);
    for (int i = 0; i < 17; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "a%c/words.yaml", 'a' + i);
        put(p, name, "");
    }
    assert_int_equal(read_place(p), -E2BIG);
}

static void
the_words_that_are_shipped_are_the_words_without_a_file(void **state)
{
    struct place *p = *state;
    struct words w = { .text = { NULL } };
    AUTO_DIAG struct diag d = { 0 };
    AUTO(yaml_doc) struct yaml_doc *doc = NULL;
    assert_int_equal(words_read(TEMPLATES "/words.yaml", &w, &d, &doc), 0);
    for (int i = 0; i < WORD_MAX_; i++) {
        assert_non_null(w.text[i]);
        assert_string_equal(w.text[i], words_default.text[i]);
    }
    run("rm %s/words.yaml", p->dir);
    assert_int_equal(read_place(p), 0);
}

static void
dates_and_periods_are_said_as_they_are(void **state)
{
    (void)state;
    static const struct {
        int late;
        const char *words;
    } cases[] = { { 0, "due today" },          { 1, "1 working day late" },
                  { -1, "1 working day left" }, { 12, "12 working days late" },
                  { -30, "30 working days left" } };
    static const char *const periods[] = { "October to December 2015", "2017", "",
                                           "the year to January 2017",
                                           "the year to Janvier 2017",
                                           "Octember to December 2015",
                                           "October to December 2015x" };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO_TEXT struct text out = { 0 };
        words_late(&words_default, cases[i].late, &out);
        assert_string_equal(text_str(&out), cases[i].words);
    }
    for (size_t i = 0; i < LENGTH(periods); i++) {
        AUTO_TEXT struct text out = { 0 };
        words_period(&words_default, periods[i], &out);
        assert_string_equal(text_str(&out), periods[i]);
    }
    AUTO_TEXT struct text none = { 0 };
    words_date(&words_default, DAY_NONE, &none);
    assert_string_equal(text_str(&none), "");
}

#define AT_A_PLACE(test) cmocka_unit_test_setup_teardown(test, open_place, close_place)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_PLACE(a_reader_of_another_locale_gets_its_words_its_dates_and_its_templates),
        AT_A_PLACE(who_has_no_templates_of_their_locale_is_told_in_the_language_that_the_page_says),
        AT_A_PLACE(large_print_goes_with_any_locale),
        AT_A_PLACE(every_fault_of_a_locale_is_said_with_its_place),
        AT_A_PLACE(only_a_folder_named_like_a_locale_is_opened_and_no_link),
        AT_A_PLACE(the_words_that_are_shipped_are_the_words_without_a_file),
        cmocka_unit_test(dates_and_periods_are_said_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
