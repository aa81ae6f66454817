/* SPDX-License-Identifier: MIT */
/* test_asks.c - what a mail asks of its reader, and what it does not. */
#include "render_fixture.h"

static void
a_question_is_not_asked_for_by_the_due_day(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    s.items[0].ask = NOTICE_ASK_BLOCKED;
    s.items[0].late_wd = 3;
    s.items[0].state = ACTION_BLOCKED;
    s.items[0].stopped_by = "no room before June";
    render_one(t, &s, NOTICE_DIGEST, &w);
    says(&w.subject, "action 1c is 3 working days late, please say whether it is still blocked");
    is_silent_about(&w.subject, "or give a new date");
    says(&w.plain, "blocked: no room before June");
    says(&w.html, "blocked: no room before June");
    s.items[0].ask = NOTICE_ASK_VERIFY;
    s.items[0].state = ACTION_SUBMITTED;
    s.items[0].stopped_by = NULL;
    s.items[0].is_asked = true;
    render_one(t, &s, NOTICE_DIGEST, &w);
    says(&w.subject, "please check what was handed in, and confirm it or send it back (action 1c");
    is_silent_about(&w.subject, " by 31 March");
    is_silent_about(&w.plain, "working days late"); /* who handed it in in time is not late */
    is_silent_about(&w.plain, "By when");           /* the day was its lead's */
    is_silent_about(&w.html, "By when");
    s.items[0].ask = NOTICE_ASK_UNMAILED;
    s.items[0].state = ACTION_OPEN;
    s.items[0].late_wd = -9;
    s.items[0].of = "Investigating Officers";
    render_one(t, &s, NOTICE_DIGEST, &w);
    says(&w.subject, "please see that Investigating Officers can be reached by mail (action 1c");
}

static void
a_mail_about_the_end_of_a_hold_says_when_that_is(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    s.items[0].ask = NOTICE_ASK_HOLD;
    s.items[0].state = ACTION_ON_HOLD;
    s.items[0].is_asked = true;
    s.items[0].due = day_of(2016, 7, 29);
    s.items[0].hold_until = s.items[0].due;
    render_one(t, &s, NOTICE_DIGEST, &w);
    says(&w.subject, "please say whether the hold may end as agreed, on 29 July 2016 (action 1c");
    says(&w.plain, "By when:          Friday 29 July 2016");
    says(&w.plain, "Where it stands:  on hold until 29 July 2016\n");
    says(&w.html, "on hold until 29 July 2016");
}

static void
what_is_closed_or_handed_over_is_no_matter_that_needs_its_reader(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    s.model.n_items = 2;
    s.items[1].state = ACTION_COMPLETE;
    s.items[1].why = NOTICE_WHY_LEAD;
    s.items[1].due = s.items[0].due - 100;
    s.items[1].period = "October to December 2014";
    s.model.kind = NOTICE_DIGEST;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    says(&w.subject, "CO-304: please finish it by 31 March 2015 (action 1c: Each");
    is_silent_about(&w.subject, "2b");
    says(&w.plain, "2b, Each directorate's plan for the year says how it works\xE2\x80\xA6: "
                   "the return for "
                   "October to December 2014 is closed. Thank you.");
    s.items[0].ask = NOTICE_ASK_HANDED;
    s.items[0].next = NOTICE_NEXT_NONE;
    s.items[0].next_day = DAY_NONE;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    says(&w.subject, "for your information: 2 actions are closed or handed over");
    says(&w.plain, "Why you:          You led this until now.");
    says(&w.calendar, "STATUS:CANCELLED");
    is_silent_about(&w.calendar, "STATUS:CONFIRMED");
    render_one(t, &s, NOTICE_DIGEST, &w);
    says(&w.subject, "you no longer lead action 1c: Each");
    s.items[0].ask = NOTICE_ASK_FINISH;
    s.items[0].why = NOTICE_WHY_OWNER;
    s.items[1].state = ACTION_OPEN;
    s.items[1].why = NOTICE_WHY_OWNER;
    s.model.n_items = 2;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    says(&w.subject, "for your information: 2 actions, the worst is 12 working days late");
}

static void
a_review_of_the_policy_is_called_no_action(void **state)
{
    (void)state;
    static const enum notice_kind told[] = { NOTICE_DIGEST, NOTICE_OVERDUE, NOTICE_REMIND,
                                             NOTICE_REVIEW, NOTICE_ESCALATE, NOTICE_CLOSED,
                                             NOTICE_ASSIGN };
    AUTO(notice_templates) struct notice_templates *t = templates();
    for (size_t i = 0; i < LENGTH(told); i++) {
        AUTO_NOTICE_TEXT struct notice_text w = { 0 };
        struct notice_sample s;
        notice_sample_init(&s);
        s.items[0].ref = "CO-304";
        s.items[0].is_review = true;
        s.items[0].ask = NOTICE_ASK_REVIEW;
        s.items[0].late_wd = told[i] == NOTICE_REMIND || told[i] == NOTICE_REVIEW ? -5 : 5;
        s.items[0].state = told[i] == NOTICE_CLOSED ? ACTION_COMPLETE : ACTION_OPEN;
        s.items[0].metric = NULL;
        s.model.level = told[i] == NOTICE_ESCALATE ? 4 : 0;
        render_one(t, &s, told[i], &w);
        is_silent_about(&w.subject, "action CO-304");
        says(&w.subject, "review");
        is_silent_about(&w.plain, "How we measure");
        is_silent_about(&w.html, "How we measure");
        is_silent_about(&w.calendar, "How it is measured");
        says(&w.plain, "Why you:          You see to the review of this policy.");
    }
}

static void
a_return_comes_with_a_form_to_fill_in_for_who_sends_it(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    s.items[0].ask = NOTICE_ASK_RETURN;
    s.items[0].period = "April to June 2015";
    render_one(t, &s, NOTICE_REMIND, &w);
    says(&w.subject, "please send the return for April to June 2015 by 31 March 2015");
    static const char *const words[] = { "Action 1c, April to June 2015",
                                         "Figure (how many, out of how many):",
                                         "at most 1,000 characters", "green, amber or red",
                                         "evidence", "nil return" };
    for (size_t i = 0; i < LENGTH(words); i++) {
        says(&w.plain, words[i]);
        says(&w.html, words[i]);
    }
    s.items[0].why = NOTICE_WHY_SUPPORT;
    render_one(t, &s, NOTICE_REMIND, &w);
    is_silent_about(&w.plain, "nil return");
    s.items[0].why = NOTICE_WHY_LEAD;
    s.items[0].ask = NOTICE_ASK_FINISH;
    render_one(t, &s, NOTICE_REMIND, &w);
    is_silent_about(&w.html, "nil return");
}

static void
only_who_must_do_it_is_asked_how_it_will_show(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    static const struct {
        enum notice_why why;
        enum notice_ask ask;
        bool is_asked;
    } cases[] = { { NOTICE_WHY_LEAD, NOTICE_ASK_FINISH, true },
                  { NOTICE_WHY_OWNER, NOTICE_ASK_FINISH, false },
                  { NOTICE_WHY_SUPPORT, NOTICE_ASK_FINISH, false },
                  { NOTICE_WHY_DIRECTOR, NOTICE_ASK_FINISH, false },
                  { NOTICE_WHY_VERIFIER, NOTICE_ASK_VERIFY_LATER, false } };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO_NOTICE_TEXT struct notice_text w = { 0 };
        struct notice_sample s;
        notice_sample_init(&s);
        s.items[0].metric = NULL;
        s.items[0].why = cases[i].why;
        s.items[0].ask = cases[i].ask;
        s.items[0].is_asked = cases[i].why == NOTICE_WHY_VERIFIER;
        render_one(t, &s, NOTICE_DIGEST, &w);
        says(&w.plain, "none agreed yet.");
        bool is_asked = strstr(text_str(&w.plain), "how you will show that it is done") != NULL;
        bool is_asked_html = strstr(text_str(&w.html), "how you will show that it") != NULL;
        assert_int_equal(is_asked, cases[i].is_asked);
        assert_int_equal(is_asked_html, cases[i].is_asked);
    }
}

static void
the_owner_is_not_asked_to_answer_to_the_owner(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    render_one(t, &s, NOTICE_REMIND, &w);
    says(&w.plain, "Reply to this mail: it goes to the plan's owner");
    s.model.is_to_owner = true;
    render_one(t, &s, NOTICE_REMIND, &w);
    is_silent_about(&w.plain, "Reply to this mail");
    is_silent_about(&w.html, "Reply to this mail");
    says(&w.plain, "You own this plan");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_question_is_not_asked_for_by_the_due_day),
        cmocka_unit_test(what_is_closed_or_handed_over_is_no_matter_that_needs_its_reader),
        cmocka_unit_test(a_review_of_the_policy_is_called_no_action),
        cmocka_unit_test(a_return_comes_with_a_form_to_fill_in_for_who_sends_it),
        cmocka_unit_test(a_mail_about_the_end_of_a_hold_says_when_that_is),
        cmocka_unit_test(only_who_must_do_it_is_asked_how_it_will_show),
        cmocka_unit_test(the_owner_is_not_asked_to_answer_to_the_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
