/* SPDX-License-Identifier: MIT */
/* test_render.c - from the facts of a notice to its words and its calendar part. */
#include "render_fixture.h"

#include "folder.h"

static void
a_reminder_says_what_by_when_why_and_what_next(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    assert_string_equal(text_str(&w.subject),
                        "CO-304: please finish it by 31 March 2015 (action 1c: Each "
                        "directorate's plan for the year says how it works\xE2\x80\xA6)");
    static const char *const words[] = {
        "Tuesday 31 March 2015", "(Q.1 2015)", "5 working days left", "You lead this action.",
        "If it is still open on 1 April 2015, it is shown as late", "Reply to this mail",
        "CO-304, Version 11", "communications@example.nhs.uk", "One sentence in the plan",
        "not started yet",
    };
    for (size_t i = 0; i < LENGTH(words); i++) {
        says(&w.plain, words[i]);
        says(&w.html, words[i]);
    }
    says(&w.html, "<html lang=\"en-GB\">");
    says(&w.html, "a=1&amp;b=2");
    says(&w.html, "Engagement &amp; Patient");
    is_silent_about(&w.plain, "&amp;");
    is_silent_about(&w.plain, "{{");
    is_silent_about(&w.html, "{{");
    is_silent_about(&w.html, " src=");
}

static void
an_item_without_metric_asks_for_one(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    s.model.items = &s.items[1];
    s.model.kind = NOTICE_OVERDUE;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    says(&w.subject, "action 2b is 12 working days late");
    says(&w.plain, "none agreed yet");
    says(&w.plain, "it waits for 3b");
    says(&w.plain, "You are the deputy of the lead: Head of Organisational Development.");
}

static void
who_only_helps_is_not_asked_to_do_it(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    static const enum notice_kind kinds[] = { NOTICE_REMIND, NOTICE_OVERDUE, NOTICE_DIGEST,
                                              NOTICE_ASSIGN };
    for (size_t i = 0; i < LENGTH(kinds); i++) {
        AUTO_NOTICE_TEXT struct notice_text w = { 0 };
        struct notice_sample s;
        notice_sample_init(&s);
        s.items[0].why = NOTICE_WHY_SUPPORT;
        s.items[0].late_wd = kinds[i] == NOTICE_OVERDUE ? 3 : -3;
        s.model.kind = kinds[i];
        assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
        is_silent_about(&w.subject, "please finish");
        is_silent_about(&w.plain, "Please finish");
        says(&w.plain, "the lead is asked to finish it");
    }
}

static void
each_level_of_escalation_speaks_to_its_reader(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    static const char *const subjects[] = { [3] = "please step in before 1 April 2015: action 2b",
                                            [4] = ("for the agenda of the Quality and Safety "
                                                   "Committee: action 2b"),
                                            [5] = "please put before the Board: action 2b" };
    static const char *const asks[] = {
        [3] = "What we ask:      step in: find out what stops it",
        [4] = "What we ask:      put it on the agenda of the Quality and Safety Committee",
        [5] = "What we ask:      put it before the Board" };
    static const enum notice_why asked[] = { [3] = NOTICE_WHY_DIRECTOR,
                                             [4] = NOTICE_WHY_SECRETARY,
                                             [5] = NOTICE_WHY_BOARD };
    for (int level = 3; level <= 5; level++) {
        AUTO_NOTICE_TEXT struct notice_text w = { 0 };
        struct notice_sample s;
        notice_sample_init(&s);
        s.model.items = &s.items[1];
        s.model.kind = NOTICE_ESCALATE;
        s.model.level = level;
        s.items[1].why = asked[level];
        assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
        says(&w.subject, subjects[level]);
        says(&w.plain, asks[level]);
        says(&w.plain, "The lead was asked to finish it");
        assert_int_equal(w.calendar.len, 0);
        s.items[1].why = NOTICE_WHY_OWNER;
        assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
        says(&w.subject, "for your information: action 2b");
        is_silent_about(&w.plain, "We now ask you");
        is_silent_about(&w.plain, asks[level]);
    }
}

static void
every_kind_renders_with_one_item_and_with_many(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    for (int kind = 1; kind < NOTICE_KIND_MAX_; kind++) {
        for (size_t n = 1; n <= SAMPLE_ITEMS; n += SAMPLE_ITEMS - 1) {
            AUTO_NOTICE_TEXT struct notice_text w = { 0 };
            struct notice_sample s;
            notice_sample_init(&s);
            s.model.kind = (enum notice_kind)kind;
            s.model.n_items = n;
            s.model.n_more = n > 1 ? 4 : 0;
            s.model.level = kind == NOTICE_ESCALATE ? 3 : 0;
            assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
            says(&w.subject, "CO-304: ");
            says(&w.plain, n > 1 ? "There are 4 more" : "How to answer");
            is_silent_about(&w.subject, "  ");
            assert_true(w.subject.len > 20 && w.subject.len <= 200);
        }
    }
}

static const struct notice_topic a_topic = {
    .kind = NOTICE_SIGNAL, .ref = "2e", .text = "Ask people how it was.", .why = NOTICE_WHY_LEAD,
    .is_worse = true, .is_better = true,
    .lists[NOTICE_LIST_NEWS] = { { "Pulse, <East>: worse.", "Pulse, West: better." }, 2, 0 },
};

static void
a_signal_says_what_turned_and_which_way(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    struct notice_topic topic = a_topic;
    notice_sample_init(&s);
    s.model.kind = NOTICE_SIGNAL;
    s.model.n_items = 0;
    s.model.topics = &topic;
    s.model.n_topics = 1;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    says(&w.subject, "please look into a change for the worse and one for the better that the "
                     "survey shows on action 2e");
    says(&w.plain, "- Pulse, <East>: worse.\n  - Pulse, West: better.\n");
    says(&w.plain, "Why you: You lead this action.");
    says(&w.html, "<li>Pulse, &lt;East&gt;: worse.</li>");
    is_silent_about(&w.plain, "By when");
    assert_int_equal(w.calendar.len, 0);
    topic.persists = true;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    says(&w.subject, "goes on");
    says(&w.plain, "Please put it before the ");
    topic.kind = s.model.kind = NOTICE_MISSING;
    topic.of = "Lead of wards";
    topic.why = NOTICE_WHY_OWNER;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    says(&w.subject, "please send the answers that measure action 2e: they have not come");
    says(&w.plain, "Answers that measure action 2e have not come: Ask people");
    says(&w.plain, "led by: Lead of wards. Nobody can be reached there.");
}

static void
a_week_of_a_plan_has_three_lists(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    struct notice_topic topic = { .kind = NOTICE_ROLLUP, .ref = "CO-304", .text = "A plan",
                                  .why = NOTICE_WHY_OWNER };
    notice_sample_init(&s);
    s.model.kind = NOTICE_ROLLUP;
    s.model.n_items = 0;
    s.model.topics = &topic;
    s.model.n_topics = 1;
    topic.lists[NOTICE_LIST_NEWS].lines[0] = "1a is red.";
    topic.lists[NOTICE_LIST_NEWS].n = 1;
    topic.lists[NOTICE_LIST_NEWS].n_more = 7;
    topic.lists[NOTICE_LIST_OPEN].lines[0] = "1b is open.";
    topic.lists[NOTICE_LIST_OPEN].n = 1;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    says(&w.subject, "CO-304: what changed in the plan's week");
    says(&w.plain, "- 1a is red.\n  - There are 7 more.\n");
    says(&w.plain, "if nobody acts before:\n  - Nothing.\n");
    says(&w.plain, "What is unanswered:\n  - 1b is open.\n");
    says(&w.html, "<li>There are 7 more.</li>");
    is_silent_about(&w.html, "<li></li>");
}

static void
topics_stand_beside_items_in_one_mail(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    const struct notice_topic two[] = { a_topic, a_topic };
    notice_sample_init(&s);
    s.model.kind = NOTICE_DIGEST;
    s.model.n_items = SAMPLE_ITEMS;
    s.model.topics = two;
    s.model.n_topics = 2;
    s.model.n_more_topics = 3;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    says(&w.subject, "actions need you");
    says(&w.subject, "; please look into the survey of action 2e");
    says(&w.plain, "By when:");
    says(&w.plain, "- Pulse, West: better.\n");
    says(&w.plain, "There is more about 3 other things");
    assert_true(w.calendar.len > 0);
    s.model.n_items = 0;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    says(&w.subject, "news of the plan and its surveys");
    is_silent_about(&w.html, "<ul>\n</ul>");
    assert_int_equal(w.calendar.len, 0);
}

static void
a_topic_that_is_not_whole_is_refused(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    struct notice_topic topic = a_topic;
    notice_sample_init(&s);
    s.model.kind = NOTICE_SIGNAL;
    s.model.n_items = 0;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -EINVAL);
    s.model.topics = &topic;
    s.model.n_topics = NOTICE_TOPICS_MAX + 1;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -E2BIG);
    s.model.n_topics = 1;
    topic.lists[NOTICE_LIST_NEWS].lines[1] = "a\nb";
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -EINVAL);
    topic = a_topic;
    topic.lists[NOTICE_LIST_OPEN].n = NOTICE_LINES_MAX + 1;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -E2BIG);
    topic = a_topic;
    topic.kind = NOTICE_REMIND;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -EINVAL);
    topic = a_topic;
    topic.why = NOTICE_WHY_NONE;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -EINVAL);
    topic = a_topic;
    topic.text = NULL;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -EINVAL);
}

static void
a_format_of_the_roster_is_kept_to(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    s.model.format = NOTICE_FORMAT_TEXT;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    assert_int_equal(w.html.len, 0);
    s.model.format = NOTICE_FORMAT_LARGE;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    says(&w.html, "font-size: 24px");
}

static void
the_calendar_part_is_all_day_stable_and_folded(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_NOTICE_TEXT struct notice_text w = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    s.model.n_items = SAMPLE_ITEMS;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
    static const char *const lines[] = {
        "METHOD:PUBLISH\r\n", "UID:CO-304.1c.deliver+sdu-amh@coprod.example.nhs.uk\r\n",
        "DTSTAMP:20150324T083000Z\r\n", "SEQUENCE:2\r\n", "DTSTART;VALUE=DATE:20150331\r\n",
        "DTEND;VALUE=DATE:20150401\r\n", "STATUS:CANCELLED\r\n", "SUMMARY:CO-304 1c: finish it\r\n",
    };
    for (size_t i = 0; i < LENGTH(lines); i++) {
        says(&w.calendar, lines[i]);
    }
    says(&w.calendar, "patients\\;");
    for (const char *line = text_str(&w.calendar); *line;) {
        size_t n = strcspn(line, "\r");
        assert_true(n <= 75);
        assert_memory_equal(line + n, "\r\n", 2);
        assert_true(text_is_utf8(line, n));
        line += n + 2;
    }
}

static void
html_in_a_plan_stays_text(void **state)
{
    (void)state;
    static const char *const attacks[] = {
        "<script>alert(1)</script>", "\"><img onerror=x>", "' onclick='x", "</h2><h1>",
        "<!--", "&lt;b&gt;", "javascript:x", "{{formats}}", "]]>", "<svg/onload=x>",
    };
    AUTO(notice_templates) struct notice_templates *t = templates();
    for (size_t i = 0; i < LENGTH(attacks); i++) {
        AUTO_NOTICE_TEXT struct notice_text w = { 0 };
        struct notice_sample s;
        notice_sample_init(&s);
        s.items[0].text = attacks[i];
        s.model.owner = attacks[i];
        assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
        is_silent_about(&w.html, "<script");
        is_silent_about(&w.html, "<img");
        is_silent_about(&w.html, "<svg");
        is_silent_about(&w.html, "' onclick");
        says(&w.plain, attacks[i]);
    }
}

static void
what_is_missing_or_dirty_is_refused_with_its_name(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    static const char *const dirty[] = { NULL, "a\nb", "a\x7F", "\xC3\x28" };
    for (size_t i = 0; i < LENGTH(dirty); i++) {
        struct notice_text w = { 0 };
        struct notice_sample s;
        struct err why = { "" };
        notice_sample_init(&s);
        s.model.trust = dirty[i];
        assert_int_equal(notice_render(t, &s.model, &w, &why), -EINVAL);
        assert_non_null(strstr(why.text, "trust"));
        notice_sample_init(&s);
        s.items[0].text = dirty[i];
        assert_int_equal(notice_render(t, &s.model, &w, &why), -EINVAL);
        assert_non_null(strstr(why.text, "text"));
        assert_int_equal(w.subject.len, 0);
    }
}

static void
impossible_models_are_refused(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    struct notice_text w = { 0 };
    struct notice_sample s;
    notice_sample_init(&s);
    s.model.kind = NOTICE_KIND_MAX_;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -EINVAL);
    notice_sample_init(&s);
    s.model.n_items = 0;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -EINVAL);
    s.model.n_items = NOTICE_ITEMS_MAX + 1;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -E2BIG);
    notice_sample_init(&s);
    s.model.plan_url = "javascript:alert(1)";
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -EINVAL);
    notice_sample_init(&s);
    s.items[0].next_day = DAY_NONE;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -EINVAL);
    notice_sample_init(&s);
    s.items[0].why = NOTICE_WHY_NONE;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -EINVAL);
    notice_sample_init(&s);
    s.model.today = DAY_NONE;
    assert_int_equal(notice_render(t, &s.model, &w, NULL), -EINVAL);
}

static void
a_long_subject_is_cut_between_characters(void **state)
{
    (void)state;
    AUTO(notice_templates) struct notice_templates *t = templates();
    AUTO_TEXT struct text demand = { 0 };
    for (int i = 0; i < 150; i++) {
        text_add(&demand, "\xC3\xA9");
    }
    for (int shift = 0; shift < 2; shift++) {
        AUTO_NOTICE_TEXT struct notice_text w = { 0 };
        struct notice_sample s;
        notice_sample_init(&s);
        s.items[0].demand = text_str(&demand);
        s.model.plan_id = shift ? "CO-3040" : "CO-304";
        assert_int_equal(notice_render(t, &s.model, &w, NULL), 0);
        assert_true(w.subject.len <= 200 && w.subject.len >= 198);
        assert_true(text_is_utf8(text_str(&w.subject), w.subject.len));
    }
}

static void
a_folder_with_faults_is_refused_whole(void **state)
{
    (void)state;
    char dir[] = "/tmp/coprod-templates-XXXXXX";
    assert_non_null(mkdtemp(dir));
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text out = { 0 };
    AUTO_TEXT struct text link = { 0 };
    struct err why = { "" };
    struct notice_templates *t = NULL;
    text_addf(&link, "%s/head.txt", dir);
    assert_int_equal(symlink("/etc/hostname", text_str(&link)), 0);
    assert_int_equal(notice_templates_open(dir, &t, &d, &why), -ELOOP);
    diag_print(&d, &out);
    says(&out, "head.txt: error: cannot be read: it is a symbolic link");
    says(&out, "review.subject: error: cannot be read");
    assert_int_equal(unlink(text_str(&link)), 0);
    assert_int_equal(mkdir(text_str(&link), 0700), 0);
    assert_int_equal(notice_templates_open(dir, &t, &d, &why), -EINVAL);
    assert_int_equal(rmdir(text_str(&link)), 0);
    assert_int_equal(rmdir(dir), 0);
    assert_int_equal(notice_templates_open(dir, &t, &d, &why), -ENOENT);
    assert_null(t);
}

static void
a_copy_stays_whatever_becomes_of_the_folder(void **state)
{
    (void)state;
    char dir[] = "/tmp/coprod-kept-XXXXXX";
    assert_non_null(mkdtemp(dir));
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text half = { 0 };
    AUTO_TEXT struct text copy = { 0 };
    AUTO_TEXT struct text again = { 0 };
    struct err why = { "" };
    text_addf(&half, "%s/templates.new", dir); /* a crash came before the rename */
    assert_int_equal(mkdir(text_str(&half), 0700), 0);
    assert_int_equal(notice_templates_keep(TEMPLATES, dir, "", &copy, &why), 0);
    assert_int_equal(access(text_str(&half), F_OK), -1);
    assert_int_equal(notice_templates_keep(TEMPLATES, dir, text_str(&copy), &again, &why), 0);
    assert_string_equal(text_str(&again), text_str(&copy));
    AUTO(notice_templates) struct notice_templates *t = NULL;
    assert_int_equal(notice_templates_open(text_str(&copy), &t, &d, &why), 0);
    text_done(&again);
    AUTO_TEXT struct text words = { 0 };
    text_addf(&words, "%s/words.yaml", text_str(&copy)); /* a folder without all its files */
    assert_int_equal(notice_templates_keep(dir, dir, text_str(&copy), &again, &why), -EAGAIN);
    assert_int_equal(access(text_str(&again), F_OK), -1);
    assert_int_equal(access(text_str(&words), F_OK), 0);
    assert_int_equal(notice_templates_keep("/nonexistent", dir, "", &again, &why), -ENOENT);
    assert_int_equal(notice_templates_keep(TEMPLATES, "/nonexistent", "", &again, &why), -ENOENT);
    assert_int_equal(notice_templates_keep(TEMPLATES, "/dev/null", "", &again, &why), -ENOTDIR);
    folder_remove(dir);
}

static void
every_kind_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (int i = 1; i < NOTICE_KIND_MAX_; i++) {
        for (int k = 1; k < i; k++) {
            assert_string_not_equal(notice_kind_word((enum notice_kind)i),
                                    notice_kind_word((enum notice_kind)k));
        }
    }
    assert_null(notice_kind_word(NOTICE_NONE));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reminder_says_what_by_when_why_and_what_next),
        cmocka_unit_test(an_item_without_metric_asks_for_one),
        cmocka_unit_test(who_only_helps_is_not_asked_to_do_it),
        cmocka_unit_test(each_level_of_escalation_speaks_to_its_reader),
        cmocka_unit_test(every_kind_renders_with_one_item_and_with_many),
        cmocka_unit_test(a_signal_says_what_turned_and_which_way),
        cmocka_unit_test(a_week_of_a_plan_has_three_lists),
        cmocka_unit_test(topics_stand_beside_items_in_one_mail),
        cmocka_unit_test(a_topic_that_is_not_whole_is_refused),
        cmocka_unit_test(a_format_of_the_roster_is_kept_to),
        cmocka_unit_test(the_calendar_part_is_all_day_stable_and_folded),
        cmocka_unit_test(html_in_a_plan_stays_text),
        cmocka_unit_test(what_is_missing_or_dirty_is_refused_with_its_name),
        cmocka_unit_test(impossible_models_are_refused),
        cmocka_unit_test(a_long_subject_is_cut_between_characters),
        cmocka_unit_test(a_folder_with_faults_is_refused_whole),
        cmocka_unit_test(a_copy_stays_whatever_becomes_of_the_folder),
        cmocka_unit_test(every_kind_has_a_word_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
