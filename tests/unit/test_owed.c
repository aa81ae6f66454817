/* SPDX-License-Identifier: MIT */
/* test_owed.c - a survey of which no answer ever came: who is asked for it, and from when on. */
#include "ward_fixture.h"

#include "engine/measured.h"

/* 2e is due in December 2015: what is asked from January on is owed, and nothing before. */
static void
a_survey_that_never_came_is_asked_for_from_the_day_on_by_which_its_action_is_due(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    assert_int_equal(night(w, JANUARY - 1).n_items, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM measure"), 0);
    assert_int_equal(night(w, JANUARY).n_items, 2);
    assert_int_equal(night(w, JANUARY).n_items, 0);
    assert_int_equal(night(w, JANUARY + 1).n_items, 2);
    assert_int_equal(number(d, "SELECT count(*) FROM measure WHERE name = 'part' AND states = %d"
                               " AND words = 'Having a part. No answers ever came. They have been"
                               " due since January 2016.'", SPC_NEVER_CAME), 1);
    AUTO_MEASURED struct measured m = { .n = 0 };
    need(d, measured_load(d->s, "CO-304", "2e", &m, &d->why));
    assert_int_equal(m.n, 1); /* for the committee's paper */
    morning(w);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE kind = 'digest' AND body LIKE "
                               "'%%answers of February 2016, which were due by %%'"), 2);
    month_comes(w, JANUARY + 1, false);
    (void)night(w, JANUARY + 1);
    assert_int_equal(number(d, "SELECT count(*) FROM measure WHERE name = 'part'"), 0);
    assert_int_equal(night(w, JANUARY + 2).n_items, 2); /* from now on like any other */
}

/* Answers of a month that is not closed yet are answers: it came. */
static void
a_survey_whose_first_month_is_still_open_has_come(void **state)
{
    struct ward *w = *state;
    (void)night(w, JANUARY);
    month_comes(w, JANUARY + 2, false);
    assert_int_equal(night(w, JANUARY + 1).n_items, 0);
    assert_int_equal(number(w->d, "SELECT count(*) FROM measure WHERE name = 'part'"), 0);
}

static void
of_an_action_that_rests_or_is_withdrawn_no_answers_are_owed(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    assert_int_equal(night(w, JANUARY).n_items, 2);
    assert_int_equal(number(d, "SELECT count(*) FROM measure"), 1);
    change(d, "UPDATE occurrence SET state = 7 WHERE action = '2e'");
    assert_int_equal(night(w, JANUARY + 1).n_items, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM measure"), 0);
    change(d, "UPDATE occurrence SET state = 8 WHERE action = '2e'");
    assert_int_equal(night(w, JANUARY + 2).n_items, 0);
    change(d, "UPDATE occurrence SET state = 5 WHERE action = '2e'");
    assert_int_equal(night(w, JANUARY + 2).n_items, 2); /* complete: the question is in use */
}

static void
a_definition_may_say_from_when_on_answers_are_due(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    definition_free(w->def);
    w->def = define(", since: 2016-03-01, months: [1, 4, 7]", "");
    assert_int_equal(night(w, JANUARY + 2).n_items, 0);
    assert_int_equal(night(w, JANUARY + 3).n_items, 2);
    assert_int_equal(night(w, JANUARY + 4).n_items, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM measure WHERE words LIKE '%%since April"
                               " 2016.'"), 1);
    definition_free(w->def);
    w->def = define(", since: 2015-06-01", "");
    assert_int_equal(night(w, JANUARY - 5).n_items, 2);
}

/* Somebody has answered: the month is only not over, and it is said until when. */
static void
answers_of_a_month_that_is_open_are_not_nobody(void **state)
{
    struct ward *w = *state;
    AUTO(trend) struct trend *none = read_trend(w, "part", JANUARY, TREND_INTERNAL);
    AUTO_TEXT struct text words = { 0 };
    trend_sentence(none, &words);
    assert_string_equal(text_str(&words), "Nobody has answered yet.");
    count(w, "East\x1F", 1, JANUARY + 2, 9, 1);
    count(w, "East\x1F", 1, JANUARY + 1, 9, 1);
    AUTO(trend) struct trend *t = read_trend(w, "part", JANUARY, TREND_INTERNAL);
    AUTO_TEXT struct text open = { 0 };
    trend_sentence(t, &open);
    assert_string_equal(text_str(&open),
                        "No month with answers is closed yet; February 2016 is open.");
    t->open_until = day_of(2016, 3, 11);
    AUTO_TEXT struct text until = { 0 };
    trend_sentence(t, &until);
    assert_non_null(strstr(text_str(&until), "February 2016 is open until 2016-03-11."));
    AUTO(trend) struct trend *out = read_trend(w, "part", JANUARY, TREND_PUBLISHED);
    AUTO_TEXT struct text published = { 0 };
    trend_sentence(out, &published);
    assert_string_equal(text_str(&published), "Nothing of it is published yet.");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_WARD(a_survey_that_never_came_is_asked_for_from_the_day_on_by_which_its_action_is_due),
        ON_A_WARD(a_survey_whose_first_month_is_still_open_has_come),
        ON_A_WARD(of_an_action_that_rests_or_is_withdrawn_no_answers_are_owed),
        ON_A_WARD(a_definition_may_say_from_when_on_answers_are_due),
        ON_A_WARD(answers_of_a_month_that_is_open_are_not_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
