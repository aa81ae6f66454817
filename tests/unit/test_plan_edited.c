/* SPDX-License-Identifier: MIT */
/* test_plan_edited.c - plans that are refused, with every word of it. */
#include "plan_fixture.h"

#include <dirent.h>

#include "base/yaml.h"

/* --- what is refused ------------------------------------------------------------------------ */

/* A case is a plan beside the others' roster, or a folder with a roster of its own. */
static void
check_case(const char *name)
{
    AUTO_TEXT struct text yaml = { 0 };
    AUTO_TEXT struct text expected = { 0 };
    text_addf(&yaml, "%s/%s.yaml", CASES_DIR, name);
    if (access(text_str(&yaml), R_OK) < 0) {
        text_done(&yaml);
        text_addf(&yaml, "%s/%s/plan.yaml", CASES_DIR, name);
    }
    text_addf(&expected, "%s/%s.stderr", CASES_DIR, name);
    size_t len = 0;
    AUTO_FREE char *words = slurp(text_str(&expected), &len);
    assert_non_null(words);
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text out = { 0 };
    AUTO(plan_set) struct plan_set *set = NULL;
    int r = plan_set_load(text_str(&yaml), &d, &set);
    diag_print(&d, &out);
    bool is_refused = strstr(words, ": error: ") != NULL;
    if (strcmp(text_str(&out), words) != 0 || (r == -EBADMSG) != is_refused) {
        print_error("%s: %d\n%s", name, r, text_str(&out));
        fail();
    }
}

static void
every_broken_plan_is_refused_in_the_words_beside_it(void **state)
{
    (void)state;
    DIR *dir = opendir(CASES_DIR);
    assert_non_null(dir);
    size_t n = 0;
    for (const struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        const char *dot = strrchr(e->d_name, '.');
        if (dot && strcmp(dot, ".stderr") == 0) {
            char name[64];
            (void)snprintf(name, sizeof name, "%.*s", (int)(dot - e->d_name), e->d_name);
            check_case(name);
            n++;
        }
    }
    (void)closedir(dir);
    assert_true(n >= 18);
}

#define BYTES_40 "x123456789012345678901234567890123456789"
#define BYTES_160 BYTES_40 BYTES_40 BYTES_40 BYTES_40

/* Rosters, forums and calendars that are wrong, over the small plan of tests/data/plans. */
static const struct {
    const char *file, *yaml, *expected;
} bad_parts[] = {
    { "roster.yaml", "roles:\n  - {id: a, title: A, kind: group, members: [b]}\n"
                     "  - {id: b, title: B, kind: group, members: [a]}\n",
      "error: groups hold each other: a > b > a" },
    { "roster.yaml", "roles:\n  - {id: a, title: A, kind: group, members: [a]}\n",
      "error: groups hold each other: a > a" },
    { "roster.yaml", "roles:\n  - {id: a, title: A, kind: group}\n",
      "error: group a has no members" },
    { "roster.yaml", "roles:\n  - {id: a, title: A, members: [a]}\n", "only a group has members" },
    { "roster.yaml", "roles:\n  - {id: a, title: A}\n  - {id: a, title: B}\n",
      "error: two roles have the id \"a\"" },
    { "roster.yaml", "roles:\n  - {id: a, title: A & B}\n  - {id: b, title: a and b}\n",
      "error: roles a and b have the same title" },
    { "roster.yaml", "roles:\n  - {id: a, title: A}\n  - {id: b, title: B, aliases: [A]}\n",
      "error: \"A\" is also a name of role a" },
    { "roster.yaml", "roles:\n  - {id: a, title: A, deputy: a}\n",
      "error: a cannot stand in for itself" },
    { "roster.yaml", "roles:\n  - {id: a, title: A, deputy: ghost}\n",
      "error: the roster has no role \"ghost\"" },
    { "roster.yaml", "roles:\n  - {id: a, title: A, email: 'a@b, c@d'}\n",
      "error: this is not a mail address" },
    { "roster.yaml", "roles:\n  - {id: a, title: A, email: \"a@b\\r\\nBcc: c@d\"}\n",
      "error: control characters are not allowed in a value" },
    { "roster.yaml", "roles:\n  - {id: a, title: A, unit: moon}\n",
      "error: there is no unit \"moon\"" },
    { "roster.yaml", "units: [{id: a, title: A}, {id: a, title: B}]\nroles: []\n",
      "error: two units have the id \"a\"" },
    { "roster.yaml", "roles:\n  - {id: a, title: A, absence: [{from: 2015-02-01, "
                     "to: 2015-01-01}]}\n",
      "error: the absence ends before it begins" },
    { "roster.yaml", "roles:\n  - {id: a, title: " BYTES_160 "}\n",
      "roster.yaml:2:20: error: title must be at most 159 bytes long" },
    { "forums.yaml", "forums:\n  - {id: board, title: " BYTES_160 "}\n",
      "forums.yaml:2:24: error: title must be at most 159 bytes long" },
    { "roster.yaml", "rolls: []\n", "hint: did you mean \"roles\"?" },
    { "forums.yaml", "forums:\n  - {id: board, title: B, reports_to: board}\n",
      "error: forum board reports to itself in the end" },
    { "forums.yaml", "forums:\n  - {id: board, title: B}\n  - {id: board, title: C}\n",
      "error: two forums have the id \"board\"" },
    { "forums.yaml", "forums:\n  - {id: board, title: B, reports_to: baord}\n",
      "hint: did you mean \"board\"?" },
    { "forums.yaml", "forums:\n  - {id: board, title: B, papers_due_wd: 20}\n",
      "error: papers of forum board are due before its agenda closes" },
    { "forums.yaml", "forums:\n  - {id: board, title: B, meetings: [2015-02-29]}\n",
      "error: there is no such date" },
    { "forums.yaml", "forums:\n  - {id: other, title: B}\n", "error: there is no forum \"board\"" },
    { "bank-holidays.yaml", "closed: [{on: 2015-02-30, name: No day}]\n",
      "error: there is no such date" },
    { "bank-holidays.yaml", "closed: []\nextra_close: []\n",
      "hint: did you mean \"extra_closed\"?" },
};

static void
every_broken_roster_forum_or_calendar_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(bad_parts); i++) {
        struct scratch s = scratch_open(CASES_DIR);
        size_t len = 0;
        AUTO_FREE char *good = slurp("tests/data/plans/good.yaml", &len);
        scratch_write(&s, "plan.yaml", good, len);
        scratch_write(&s, bad_parts[i].file, bad_parts[i].yaml, strlen(bad_parts[i].yaml));
        AUTO_DIAG struct diag d = { 0 };
        AUTO_TEXT struct text out = { 0 };
        AUTO(plan_set) struct plan_set *set = NULL;
        int r = plan_set_load(s.dir, &d, &set);
        diag_print(&d, &out);
        if (r != -EBADMSG || !strstr(text_str(&out), bad_parts[i].expected)) {
            print_error("%d, expected %s\n%s", r, bad_parts[i].expected, text_str(&out));
            fail();
        }
        scratch_done(&s);
    }
}

/* Slips at the root of a file of CO-304, which name what hundreds of lines refer to. */
static const struct {
    const char *file;
    struct edit edit;
} slips[] = {
    { "plan.yaml", { "quarter_basis: calendar", "quarter_basis: calender" } },
    { "plan.yaml", { "quarter_basis: calendar", "" } },
    { "plan.yaml", { "\nplan:\n", "\nplann:\n" } },
    { "plan.yaml", { "ratified_on: 2015-", "ratified_on: 2015-13-" } },
    { "plan.yaml", { "review: January 2018", "review: whenever" } },
    { "plan.yaml", { "\nobjectives:\n", "\nobjective:\n" } },
    { "plan.yaml", { "- id: 1f\n", "- id: 1 f\n" } },
    { "roster.yaml", { "\nroles:\n", "\nrolls:\n" } },
    { "roster.yaml", { "\nunits:\n", "\nunit:\n" } },
    { "roster.yaml", { "{id: sdu-amh,", "{idd: sdu-amh," } },
    { "roster.yaml", { "- id: head-of-od\n", "- id: head of od\n" } },
    { "forums.yaml", { "\nforums:\n", "\nforms:\n" } },
    { "forums.yaml", { "- id: qsc\n", "- id: q s c\n" } },
    { "bank-holidays.yaml", { "2016-03-25", "2016-02-30" } },
};

static void
one_slip_at_the_root_of_a_file_is_one_error(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(slips); i++) {
        struct scratch s = scratch_open(CONFIG_DIR);
        AUTO_TEXT struct text path = { 0 };
        AUTO_TEXT struct text edited = { 0 };
        AUTO_TEXT struct text out = { 0 };
        AUTO_DIAG struct diag d = { 0 };
        AUTO(plan_set) struct plan_set *set = NULL;
        size_t len = 0;
        scratch_copy(&s, CONFIG_DIR, "plan.yaml");
        text_addf(&path, "%s/%s", s.dir, slips[i].file);
        AUTO_FREE char *bytes = slurp(text_str(&path), &len);
        add_edited(&edited, bytes, &slips[i].edit);
        scratch_write(&s, slips[i].file, text_str(&edited), edited.len);
        int r = plan_set_load(s.dir, &d, &set);
        diag_print(&d, &out);
        if (r != -EBADMSG || d.n_errors != 1 || !strstr(text_str(&out), "   hint: ")) {
            print_error("%s: %d errors\n%s", slips[i].edit.to, d.n_errors, text_str(&out));
            fail();
        }
        scratch_done(&s);
    }
}

static void
a_text_too_long_for_a_mail_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(longest_texts); i++) {
        struct scratch s = scratch_open(CONFIG_DIR);
        AUTO_FREE char *to = longest_text(&longest_texts[i], 1);
        const struct edit edit = { longest_texts[i].from, to };
        AUTO_DIAG struct diag d = { 0 };
        AUTO_TEXT struct text out = { 0 };
        AUTO(plan_set) struct plan_set *set = NULL;
        write_edited(&s, &edit, 1);
        assert_int_equal(plan_set_load(s.dir, &d, &set), -EBADMSG);
        diag_print(&d, &out);
        assert_non_null(strstr(text_str(&out), "plan.yaml:"));
        assert_non_null(strstr(text_str(&out), " bytes long"));
        scratch_done(&s);
    }
    struct scratch s = scratch_open(CONFIG_DIR);
    const struct edit edit = { "url: https://", "url: ftp://" };
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text out = { 0 };
    AUTO(plan_set) struct plan_set *set = NULL;
    write_edited(&s, &edit, 1);
    assert_int_equal(plan_set_load(s.dir, &d, &set), -EBADMSG);
    diag_print(&d, &out);
    assert_non_null(strstr(text_str(&out), "error: url must begin with https://"));
    scratch_done(&s);
}

/* Exactly one finding, whatever lies beside it. */
static void
expect_missing(const char *path, const char *says)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text out = { 0 };
    struct plan_set *set = NULL;
    assert_int_equal(plan_set_load(path, &d, &set), -ENOENT);
    diag_print(&d, &out);
    assert_non_null(strstr(text_str(&out), says));
    assert_int_equal(d.n, 1);
}

static void
a_missing_file_is_named(void **state)
{
    (void)state;
    struct scratch s = scratch_open(CASES_DIR);
    expect_missing(s.dir, ": error: neither coprod.yaml nor plan.yaml lies in this folder");
    static const char conf[] = "plans: [plan.yaml]\n";
    scratch_write(&s, "coprod.yaml", conf, strlen(conf));
    expect_missing(s.dir, "/plan.yaml: error: No such file or directory");
    expect_missing("/nonexistent/plan.yaml", "/plan.yaml: error: No such file or directory");
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/coprod.yaml", s.dir);
    assert_int_equal(unlink(text_str(&path)), 0);
    scratch_done(&s);
}

static void
a_plan_cut_off_anywhere_never_breaks_the_reader(void **state)
{
    (void)state;
    struct scratch s = scratch_open(CASES_DIR);
    size_t len = 0;
    AUTO_FREE char *bytes = slurp("config/plan.yaml", &len);
    assert_non_null(bytes);
    /* The parser at every byte; the whole loader at every byte of a small plan. */
    for (size_t cut = 0; cut < len; cut += cut % 4096 < 512 ? 1 : 7) {
        AUTO_DIAG struct diag d = { 0 };
        AUTO(yaml_doc) struct yaml_doc *doc = NULL;
        int r = yaml_read_text("cut.yaml", bytes, cut, &d, &doc);
        assert_true(r == 0 || (r == -EBADMSG && d.n_errors > 0));
    }
    AUTO_FREE char *good = slurp("tests/data/plans/good.yaml", &len);
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/plan.yaml", s.dir);
    for (size_t cut = 0; cut < len; cut++) {
        AUTO_DIAG struct diag d = { 0 };
        AUTO(plan_set) struct plan_set *set = NULL;
        scratch_write(&s, "plan.yaml", good, cut);
        int r = plan_set_load(text_str(&path), &d, &set);
        assert_true(r == 0 || (r == -EBADMSG && d.n_errors > 0));
    }
    scratch_done(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_broken_plan_is_refused_in_the_words_beside_it),
        cmocka_unit_test(every_broken_roster_forum_or_calendar_is_refused),
        cmocka_unit_test(one_slip_at_the_root_of_a_file_is_one_error),
        cmocka_unit_test(a_text_too_long_for_a_mail_is_refused_with_its_place),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(a_plan_cut_off_anywhere_never_breaks_the_reader),
    };
    return cmocka_run_group_tests_name("edited plans", tests, NULL, NULL);
}
