/* SPDX-License-Identifier: MIT */
/* test_said.c - sentences kept as key and facts: said in any words; what is none stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "notice/said.h"
#include "rules/rag.h"

static void
says(const struct words *w, const struct text *said, const char *want)
{
    AUTO_TEXT struct text out = { 0 };
    said_in(w, text_str(said), &out);
    assert_int_equal(out.bad, 0);
    assert_string_equal(text_str(&out), want);
}

/* Everything that a plan's week, a survey and an admin's mail put into their sentences. */
static void
a_sentence_is_said_in_the_words_of_its_reader(void **state)
{
    (void)state;
    AUTO_TEXT struct text what = { 0 };
    AUTO_TEXT struct text turned = { 0 };
    AUTO_TEXT struct text going = { 0 };
    AUTO_TEXT struct text open = { 0 };
    AUTO_TEXT struct text missing = { 0 };
    struct words w = words_default;
    said_begin(&what, WORD_WHAT_RETURN);
    said_text(&what, FACT_REF, "2a");
    said_text(&what, FACT_TEXT, "Hold a\tworkshop\n\x1f.");
    said_period(&what, FACT_PERIOD, "October to December 2017");
    said_begin(&turned, WORD_ROLLUP_TURNED);
    said_inside(&turned, FACT_WHAT, &what);
    said_word(&turned, FACT_COLOUR, WORD_COLOUR_RED);
    said_word(&turned, FACT_WAS, WORD_COLOUR_GREEN);
    said_reason(&turned, FACT_REASON, "3 working days late, not started");
    said_begin(&going, WORD_ROLLUP_GOING);
    said_weekday(&going, FACT_WEEKDAY, day_of(2018, 2, 7));
    said_day(&going, FACT_DAY, day_of(2018, 2, 7));
    said_inside(&going, FACT_WHAT, &what);
    said_day(&going, FACT_DUE, day_of(2018, 1, 15));
    said_word(&going, FACT_STEP, WORD_STEP_L2);
    said_begin(&open, WORD_ROLLUP_OPEN);
    said_inside(&open, FACT_WHAT, &what);
    said_late(&open, FACT_TIME, 15);
    said_word(&open, FACT_REACH, WORD_REACH_5);
    said_begin(&missing, WORD_SURVEY_MISSING);
    said_text(&missing, FACT_TITLE, "A = pulse");
    said_month(&missing, FACT_MONTH, 12 * 2017 + 3);
    said_day(&missing, FACT_DAY, day_of(2017, 5, 12));
#define WHAT "2a (Hold a workshop  .), the return for October to December 2017"
    says(&w, &turned, WHAT " is red, was green: 3 working days late, not started");
    says(&w, &going, "Wednesday 7 February 2018: " WHAT ", due on 15 January 2018: late, deputy "
                     "and line manager are told");
    says(&w, &open, WHAT ": 15 working days late, the Board was told");
    says(&w, &missing, "A = pulse: answers of April 2017, which were due by 12 May 2017.");
    w.text[WORD_WHAT_RETURN] = "{{period}}/{{ref}}";
    w.text[WORD_PERIOD] = "{{year}} {{first}}-{{last}}";
    w.text[WORD_MONTH_10] = "Dett";
    w.text[WORD_ROLLUP_TURNED] = "{{was}} > {{colour}} {{what}}: {{reason}}";
    w.text[WORD_COLOUR_RED] = "ruga";
    w.text[WORD_REASON_LATE] = "{{n}} dagi";
    w.text[WORD_REASON_NOT_STARTED] = "no bego";
    w.text[WORD_DATE] = "{{year}}.{{month}}.{{mday}}";
    w.text[WORD_MONTH_YEAR] = "{{year}}/{{month}}";
    says(&w, &turned, "green > ruga 2017 Dett-December/2a: 3 dagi, no bego");
    says(&w, &missing, "A = pulse: answers of 2017/April, which were due by 2017.May.12.");
}

static const day_t due = 17000;

/* Every reason that the rule can give, by every state, lateness, forecast, lead, metric, survey. */
static int
each_reason(void (*fn)(const char *reason))
{
    const struct calendar c = { .n_closed = 0 };
    int n = 0;
    for (unsigned bits = 0; bits < 64; bits++) {
        for (int s = ACTION_PLANNED; s < ACTION_STATE_MAX_; s++) {
            for (day_t day = due - 61; day <= due + 40; day += day < due - 5 ? 7 : 1) {
                struct rag_facts f = { .state = (enum action_state)s, .due = due,
                                       .forecast = bits & 1   ? due + 1 + (bits & 2 ? 40 : 0)
                                                   : DAY_NONE,
                                       .submitted_on = s == ACTION_SUBMITTED ? due - 50 : DAY_NONE,
                                       .was_extended = bits & 4, .is_unassigned = bits & 8,
                                       .has_no_metric = bits & 16,
                                       .missing_returns = bits & 2 ? 3 : 0,
                                       .worse_since = bits & 32 ? "April 2017" : NULL };
                struct rag rag = rag_compute(&f, &rag_rules_default, &c, day);
                fn(rag.reason);
                n++;
            }
        }
    }
    return n;
}

static void
is_translated(const char *reason)
{
    static struct words signs;
    AUTO_TEXT struct text out = { 0 };
    AUTO_TEXT struct text english = { 0 };
    for (int i = 0; i < WORD_MAX_; i++) {
        signs.text[i] = "#";
    }
    said_reason_in(&signs, reason, &out);
    if (strspn(text_str(&out), "#,; ") != out.len) {
        fail_msg("\"%s\" has no words: %s", reason, text_str(&out));
    }
    said_reason_in(&words_default, reason, &english);
    assert_string_equal(text_str(&english), reason);
}

static void
every_reason_of_a_colour_has_words(void **state)
{
    (void)state;
    assert_true(each_reason(is_translated) > 1000);
    is_translated("declared by the lead");
    AUTO_TEXT struct text out = { 0 };
    said_reason_in(&words_default, "1x working days late, moon", &out);
    assert_string_equal(text_str(&out), "1x working days late, moon");
}

/* As clearance.c, hearing.c and outgoing.c write them; a person's own words stay, however long. */
static void
every_reason_why_mail_is_held_has_words(void **state)
{
    (void)state;
    static const char many[] = "mails to 12 mailboxes at once after an outage or an edit, more than"
                               " 25 % of all there are; look at coprodctl mail list";
    static const char *const reasons[] = {
        "60 mails in one batch, more than 50; look at coprodctl mail list",
        many,
        "the daemon was away for 20 working days; look at coprodctl mail list",
        "it has no address",
        "its domain is not among mail.allow_domains",
        "mail to it came back; mend it by coprodctl mail readmit or another address",
        "mails today: 200; it waits for the next working day",
        "mails of levels 3 to 5 today: 20; it waits for the next working day",
        "mails to this person today: 3; it waits for the next working day",
        "mails of levels 3 to 5 to this person today: 3; it waits for the next working day",
    };
    for (size_t i = 0; i < LENGTH(reasons); i++) {
        is_translated(reasons[i]);
    }
    AUTO_TEXT struct text out = { 0 };
    AUTO_TEXT struct text own = { 0 };
    for (int i = 0; i < 40; i++) {
        text_add(&own, "until the relay ");
    }
    text_add(&own, ", says the owner");
    said_reason_in(&words_default, text_str(&own), &out);
    assert_string_equal(text_str(&out), text_str(&own));
}

static void
what_was_not_made_so_stays_as_it_is(void **state)
{
    (void)state;
    static const char *const others[] = { "", "1d/start is red, was green", "=", "=no_such_word",
                                          "a=b", "=no_such\tAtx" };
    for (size_t i = 0; i < LENGTH(others); i++) {
        AUTO_TEXT struct text out = { 0 };
        said_in(&words_default, others[i], &out);
        assert_string_equal(text_str(&out), others[i]);
    }
}

/* From a store that somebody wrote into. */
static void
broken_sentences_are_said_without_harm(void **state)
{
    (void)state;
    static const char alphabet[] = "=\t\x1f" "Atdkmlpwrs0123456789-{}_rollup_turned";
    srandom(20171);
    for (int i = 0; i < 200000; i++) {
        char said[64] = "=rollup_turned\t";
        size_t n = strlen(said);
        size_t len = n + (size_t)random() % (sizeof said - n - 1);
        for (; n < len; n++) {
            said[n] = alphabet[(size_t)random() % (sizeof alphabet - 1)];
        }
        AUTO_TEXT struct text out = { 0 };
        said_in(&words_default, said, &out);
        assert_int_equal(out.bad, 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_is_said_in_the_words_of_its_reader),
        cmocka_unit_test(every_reason_of_a_colour_has_words),
        cmocka_unit_test(every_reason_why_mail_is_held_has_words),
        cmocka_unit_test(what_was_not_made_so_stays_as_it_is),
        cmocka_unit_test(broken_sentences_are_said_without_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
