/* SPDX-License-Identifier: MIT */
/* test_plan.c - CO-304 as it stands, what is refused, and what changed between two readings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/yaml.h"
#include "plan/diff.h"
#include "plan/loader.h"
#include "plan/timescale.h"

static const char config_dir[] = "config";
static const char cases_dir[] = "tests/data/plans";

static struct plan_set *
load(const char *path)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text out = { 0 };
    struct plan_set *set = NULL;
    int r = plan_set_load(path, &d, &set);
    diag_print(&d, &out);
    if (r < 0 || d.n_errors || d.n_warnings) {
        print_error("%s: %d\n%s", path, r, text_str(&out));
        fail();
    }
    return set;
}

static char *
slurp(const char *path, size_t *ret_len)
{
    FILE *f = fopen(path, "re");
    if (!f) {
        return NULL;
    }
    AUTO_TEXT struct text all = { 0 };
    char buf[4096];
    for (size_t n = 0; (n = fread(buf, 1, sizeof buf, f)) > 0;) {
        text_addn(&all, buf, n);
    }
    (void)fclose(f);
    char *bytes = NULL;
    *ret_len = all.len;
    assert_int_equal(text_take(&all, &bytes), 0);
    return bytes;
}

/* --- a folder of its own for plans that are made here ---------------------------------------- */

struct scratch {
    char dir[64];
};

static void
scratch_write(const struct scratch *s, const char *file, const char *text, size_t len)
{
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/%s", s->dir, file);
    FILE *f = fopen(text_str(&path), "we");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static void
scratch_copy(const struct scratch *s, const char *from_dir, const char *file)
{
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/%s", from_dir, file);
    size_t len = 0;
    AUTO_FREE char *bytes = slurp(text_str(&path), &len);
    assert_non_null(bytes);
    scratch_write(s, file, bytes, len);
}

static const char *const parts[] = { "roster.yaml", "forums.yaml", "bank-holidays.yaml",
                                     "plan.yaml" };

static struct scratch
scratch_open(const char *from_dir)
{
    struct scratch s = { "/tmp/coprod-plan-XXXXXX" };
    assert_non_null(mkdtemp(s.dir));
    for (size_t i = 0; i < 3; i++) {
        scratch_copy(&s, from_dir, parts[i]);
    }
    return s;
}

static void
scratch_done(const struct scratch *s)
{
    for (size_t i = 0; i < LENGTH(parts); i++) {
        AUTO_TEXT struct text path = { 0 };
        text_addf(&path, "%s/%s", s->dir, parts[i]);
        (void)unlink(text_str(&path));
    }
    (void)rmdir(s->dir);
}

/* config/plan.yaml with each `from` replaced by its `to`, loaded from the scratch folder. */
struct edit {
    const char *from, *to;
};

static void
add_edited(struct text *out, const char *bytes, const struct edit *edit)
{
    size_t n = strlen(edit->from);
    const char *p = bytes;
    for (const char *hit = strstr(p, edit->from); hit; hit = strstr(p, edit->from)) {
        text_addn(out, p, (size_t)(hit - p));
        text_add(out, edit->to);
        p = hit + n;
    }
    assert_true(p != bytes); /* an edit that edits nothing tests nothing */
    text_add(out, p);
}

static struct plan_set *
load_edited(const struct scratch *s, const struct edit *edits, size_t n)
{
    size_t len = 0;
    char *bytes = slurp("config/plan.yaml", &len);
    assert_non_null(bytes);
    for (size_t i = 0; i < n; i++) {
        struct text edited = { 0 };
        add_edited(&edited, bytes, &edits[i]);
        free(bytes);
        assert_int_equal(text_take(&edited, &bytes), 0);
    }
    scratch_write(s, "plan.yaml", bytes, strlen(bytes));
    free(bytes);
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/plan.yaml", s->dir);
    return load(text_str(&path));
}

/* --- CO-304 --------------------------------------------------------------------------------- */

static int
line_cmp(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Column 3, 5 and 6 of the golden rows, each once. */
static size_t
golden_lines(char *bytes, char **ret, size_t cap)
{
    size_t n = 0;
    char *save = NULL;
    (void)strtok_r(bytes, "\n", &save); /* the header */
    for (char *row = strtok_r(NULL, "\n", &save); row; row = strtok_r(NULL, "\n", &save)) {
        char occurrence[64];
        char due[16];
        char n_leads[8];
        assert_int_equal(sscanf(row, "%*s %*s %63s %*s %15s %7s", occurrence, due, n_leads), 3);
        assert_true(n < cap);
        assert_true(asprintf(&ret[n++], "%s %s %s", occurrence, due, n_leads) > 0);
    }
    qsort(ret, n, sizeof *ret, line_cmp);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept > 0 && strcmp(ret[kept - 1], ret[i]) == 0) {
            free(ret[i]);
        } else {
            ret[kept++] = ret[i];
        }
    }
    return kept;
}

static const char *
shared_dir(void)
{
    const char *dir = getenv("COPROD_SHARED");
    return dir ? dir : "../shared";
}

static void
the_dated_demands_are_those_of_the_golden_schedule(void **state)
{
    (void)state;
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/golden/schedule/calendar.tsv", shared_dir());
    size_t len = 0;
    AUTO_FREE char *bytes = slurp(text_str(&path), &len);
    assert_non_null(bytes);
    char *golden[1000] = { NULL };
    size_t n = golden_lines(bytes, golden, LENGTH(golden));
    assert_int_equal(n, 99);
    AUTO(plan_set) struct plan_set *set = load(config_dir);
    const struct plan *p = &set->plans[0];
    assert_int_equal(p->n_occurrences, 99 + 1);
    for (size_t i = 0; i < n; i++) {
        char ref[64];
        char due[16];
        size_t n_leads = 0;
        assert_int_equal(sscanf(golden[i], "%63s %15s %zu", ref, due, &n_leads), 3);
        const struct plan_occurrence *o = plan_occurrence(p, ref);
        char buf[DAY_TEXT_MAX];
        assert_non_null(o);
        assert_string_equal(day_format(o->due, buf), due);
        assert_int_equal(o->leads.n, n_leads);
        free(golden[i]);
    }
}

static void
co_304_has_its_24_actions_and_their_traps(void **state)
{
    (void)state;
    AUTO(plan_set) struct plan_set *set = load(config_dir);
    assert_int_equal(set->n_plans, 1);
    const struct plan *p = plan_by_id(set, "CO-304");
    assert_non_null(p);
    assert_int_equal(p->n_objectives, 3);
    assert_int_equal(p->n_actions, 24);
    size_t n_from = 0;
    size_t n_no_metric = 0;
    for (size_t i = 0; i < p->n_actions; i++) {
        n_from += p->actions[i].when.kind == TIMESCALE_FROM;
        n_no_metric += p->actions[i].metric == NULL;
    }
    assert_int_equal(n_from, 9);
    assert_int_equal(n_no_metric, 4);
    static const char *const no_metric[] = { "2b", "2c", "3a", "3k" };
    for (size_t i = 0; i < LENGTH(no_metric); i++) {
        assert_null(plan_action(p, no_metric[i])->metric);
    }
    assert_ptr_equal(p->owner, p->reviewer);
    assert_ptr_not_equal(p->owner, p->verifier);
    assert_string_equal(p->forum->reports_to->id, "trust-board");
    assert_int_equal(p->review.grain, GRAIN_MONTH);
    assert_int_equal(p->review.first, day_of(2018, 1, 1));
    assert_int_equal(p->review_due, day_of(2018, 1, 31));
    assert_int_equal(p->n_history, 16);
    size_t n_gaps = 0;
    for (size_t i = 0; i < p->n_areas; i++) {
        n_gaps += p->areas[i].n_actions == 0;
    }
    assert_int_equal(p->n_areas, 11);
    assert_int_equal(n_gaps, 2);
}

static void
leads_are_roles_and_groups_are_their_members(void **state)
{
    (void)state;
    AUTO(plan_set) struct plan_set *set = load(config_dir);
    const struct plan *p = &set->plans[0];
    static const struct {
        const char *id;
        size_t named, all, accountable;
        enum completion completion;
    } rows[] = {
        { "1a", 1, 7, 7, COMPLETION_ANY },   { "1c", 1, 4, 4, COMPLETION_ALL },
        { "1d", 3, 3, 1, COMPLETION_OWNER }, { "1e", 6, 9, 9, COMPLETION_ALL },
        { "2d", 1, 4, 4, COMPLETION_ALL },   { "2e", 2, 2, 1, COMPLETION_OWNER },
        { "3l", 3, 3, 1, COMPLETION_OWNER }, { "2b", 1, 1, 1, COMPLETION_OWNER },
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        const struct action *a = plan_action(p, rows[i].id);
        assert_int_equal(a->leads_named.n, rows[i].named);
        assert_int_equal(a->leads.n, rows[i].all);
        assert_int_equal(a->accountable.n, rows[i].accountable);
        assert_int_equal(a->completion, rows[i].completion);
    }
    /* One post under two titles, and never two roles. */
    assert_ptr_equal(plan_action(p, "3j")->leads.roles[0], plan_action(p, "3a")->leads.roles[0]);
    assert_ptr_equal(plan_action(p, "3j")->leads.roles[0], p->owner);
    assert_string_equal(plan_action(p, "1c")->coordinator->id, "planning-lead");
    assert_int_equal(plan_action(p, "2e")->supports.roles[0]->kind, ROLE_EXTERNAL);
    assert_true(plan_action(p, "1b")->is_coproduced);
    const struct action *c = plan_action(p, "3c");
    assert_int_equal(c->n_depends_on, 1);
    assert_string_equal(p->actions[c->depends_on[0]].id, "3b");
}

static void
what_all_must_do_has_a_part_for_each(void **state)
{
    (void)state;
    AUTO(plan_set) struct plan_set *set = load(config_dir);
    const struct plan *p = &set->plans[0];
    const struct plan_occurrence *o = plan_occurrence(p, "1c/deliver");
    assert_int_equal(o->n_parts, 4);
    assert_string_equal(o->parts[0].ref, "1c/deliver@sdu-amh");
    assert_string_equal(o->parts[0].role->id, "sdu-lead-amh");
    assert_string_equal(o->parts[3].unit->title, "Children and Families");
    o = plan_occurrence(p, "1e/deliver");
    assert_int_equal(o->n_parts, 9);
    assert_string_equal(o->parts[0].ref, "1e/deliver@deputy-director-of-nursing");
    assert_null(o->parts[8].unit);
    assert_int_equal(plan_occurrence(p, "1a/deliver")->n_parts, 0);
    assert_null(plan_occurrence(p, "9z/deliver"));
    assert_string_equal(plan_occurrence(p, "3j")->ref, "3j/start");
}

static void
what_the_board_did_before_is_complete_with_its_evidence(void **state)
{
    (void)state;
    AUTO(plan_set) struct plan_set *set = load(config_dir);
    const struct plan *p = &set->plans[0];
    size_t n = 0;
    for (size_t i = 0; i < p->n_occurrences; i++) {
        n += p->occurrences[i].is_complete;
    }
    assert_int_equal(n, 1);
    const struct plan_occurrence *o = plan_occurrence(p, "1a/deliver");
    assert_true(o->is_complete);
    assert_int_equal(o->completed_on, day_of(2015, 1, 14));
    assert_non_null(strstr(o->evidence, "Minute"));
    o = plan_occurrence(p, "review/2018-01");
    assert_int_equal(o->kind, DUTY_REVIEW);
    assert_int_equal(o->action, PLAN_NO_ACTION);
    assert_string_equal(o->accountable.roles[0]->id, "head-of-community-engagement");
}

/* The policy's review in April instead of January, so that no return falls off the end. */
static void
financial_quarters_are_three_months_later(void **state)
{
    (void)state;
    struct scratch s = scratch_open(config_dir);
    static const struct edit edits[] = {
        { "quarter_basis: calendar", "quarter_basis: financial" },
        { "review: January 2018", "review: April 2018" },
        { "review_interval: 3 years", "review_interval: 39 months" },
    };
    AUTO(plan_set) struct plan_set *calendar = load(config_dir);
    AUTO(plan_set) struct plan_set *financial = load_edited(&s, edits, LENGTH(edits));
    const struct plan *p = &calendar->plans[0];
    const struct plan *q = &financial->plans[0];
    assert_int_equal(q->n_occurrences, 100);
    for (size_t i = 0; i < 99; i++) {
        const struct plan_occurrence *a = &p->occurrences[i];
        const struct plan_occurrence *b = &q->occurrences[i];
        assert_string_equal(a->ref, b->ref);
        assert_int_equal(b->period_first, day_add_months(a->period_first, 3));
        assert_int_equal(b->period_last + 1, day_add_months(a->period_last + 1, 3));
        bool is_return = a->kind == DUTY_RETURN;
        assert_int_equal(b->due, is_return ? calendar_add(&calendar->calendar, b->period_last, 10)
                                           : calendar_roll_back(&calendar->calendar,
                                                                b->period_last));
    }
    scratch_done(&s);
}

static void
financial_series_stop_at_the_same_review(void **state)
{
    (void)state;
    struct scratch s = scratch_open(config_dir);
    static const struct edit edit = { "quarter_basis: calendar", "quarter_basis: financial" };
    AUTO(plan_set) struct plan_set *set = load_edited(&s, &edit, 1);
    assert_int_equal(set->plans[0].n_occurrences, 100 - 9);
    assert_null(plan_occurrence(&set->plans[0], "3j/return/2017Q4"));
    assert_int_equal(plan_occurrence(&set->plans[0], "3j/return/2017Q3")->due,
                     day_of(2018, 1, 15));
    scratch_done(&s);
}

static void
completion_starts_what_follows_until_the_review(void **state)
{
    (void)state;
    AUTO(plan_set) struct plan_set *set = load(config_dir);
    const struct plan *p = &set->plans[0];
    size_t annual = (size_t)(plan_action(p, "1c") - p->actions);
    size_t quarterly = (size_t)(plan_action(p, "2e") - p->actions);
    size_t none = (size_t)(plan_action(p, "3b") - p->actions);
    char ref[PLAN_REF_MAX];
    day_t due = DAY_NONE;
    assert_true(plan_follow_up(set, p, annual, day_of(2015, 3, 20), 0, &due, ref));
    assert_string_equal(ref, "1c/return/2016");
    assert_int_equal(due, day_of(2016, 3, 18)); /* 20 March 2016 is a Sunday */
    assert_true(plan_follow_up(set, p, annual, day_of(2015, 3, 20), 1, &due, ref));
    assert_false(plan_follow_up(set, p, annual, day_of(2015, 3, 20), 2, &due, ref));
    assert_true(plan_follow_up(set, p, quarterly, day_of(2015, 12, 31), 0, &due, ref));
    assert_string_equal(ref, "2e/return/2016Q1");
    assert_int_equal(due, day_of(2016, 4, 14));
    assert_true(plan_follow_up(set, p, quarterly, day_of(2015, 12, 31), 7, &due, ref));
    assert_string_equal(ref, "2e/return/2017Q4");
    assert_false(plan_follow_up(set, p, quarterly, day_of(2015, 12, 31), 8, &due, ref));
    assert_false(plan_follow_up(set, p, none, day_of(2015, 9, 30), 0, &due, ref));
}

/* --- names and times ------------------------------------------------------------------------ */

static void
a_name_is_the_same_in_other_clothes(void **state)
{
    (void)state;
    assert_true(name_is_same("Head of X & Y", "head of  x and y"));
    assert_true(name_is_same("Audit, Research", "Audit Research "));
    assert_true(name_is_same("R&D", "r and d"));
    assert_false(name_is_same("Head of X", "Head of X and Y"));
    assert_false(name_is_same("Quality Lead", "Quality Leads"));
    assert_false(name_is_same("", "x"));
    AUTO(plan_set) struct plan_set *set = load(config_dir);
    assert_string_equal(plan_role(set, "Head of OD")->id, "head-of-od");
    assert_string_equal(plan_role(set, "Patient Relations Lead")->id, "patient-relations-lead");
    assert_null(plan_role(set, "Marketing and Communications Manager"));
}

static void
times_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *raw;
        enum timescale_kind kind;
        const char *first, *last;
    } rows[] = {
        { "Q1 2015", TIMESCALE_BY, "2015-01-01", "2015-03-31" },
        { "Q.4 2015", TIMESCALE_BY, "2015-10-01", "2015-12-31" },
        { "From Q.2 2016", TIMESCALE_FROM, "2016-04-01", "2016-06-30" },
        { "from q3 2016", TIMESCALE_FROM, "2016-07-01", "2016-09-30" },
        { "2015/16 Q1", TIMESCALE_BY, "2015-04-01", "2015-06-30" },
        { "Q4 2015/2016", TIMESCALE_BY, "2016-01-01", "2016-03-31" },
        { "Q4 1999/00", TIMESCALE_BY, "2000-01-01", "2000-03-31" },
        { "January 2018", TIMESCALE_BY, "2018-01-01", "2018-01-31" },
        { "Dec 2018", TIMESCALE_BY, "2018-12-01", "2018-12-31" },
        { "February 2016", TIMESCALE_BY, "2016-02-01", "2016-02-29" },
        { "by 14 January 2015", TIMESCALE_BY, "2015-01-14", "2015-01-14" },
        { "2015-01-14", TIMESCALE_BY, "2015-01-14", "2015-01-14" },
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct timescale t;
        struct timescale_fault fault;
        char buf[DAY_TEXT_MAX];
        assert_int_equal(timescale_parse(rows[i].raw, QUARTER_CALENDAR, &t, &fault), 0);
        assert_int_equal(t.kind, rows[i].kind);
        assert_string_equal(day_format(t.first, buf), rows[i].first);
        assert_string_equal(day_format(t.last, buf), rows[i].last);
    }
    int months = 0;
    assert_int_equal(interval_parse("Three Years", &months), 0);
    assert_int_equal(months, 36);
    assert_int_equal(interval_parse("18 months", &months), 0);
    assert_int_equal(months, 18);
    static const char *const bad[] = { "",        "3",        "years",    "0 years",
                                       "3 weeks", "-1 years", "999 years" };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_int_equal(interval_parse(bad[i], &months), -EINVAL);
    }
}

static void
months_later_is_the_same_day_or_the_last(void **state)
{
    (void)state;
    assert_int_equal(day_add_months(day_of(2015, 1, 14), 36), day_of(2018, 1, 14));
    assert_int_equal(day_add_months(day_of(2015, 1, 31), 1), day_of(2015, 2, 28));
    assert_int_equal(day_add_months(day_of(2015, 12, 31), 2), day_of(2016, 2, 29));
    assert_int_equal(day_add_months(day_of(2018, 1, 31), -6), day_of(2017, 7, 31));
}

/* --- what is refused ------------------------------------------------------------------------ */

static void
check_case(const char *name)
{
    AUTO_TEXT struct text yaml = { 0 };
    AUTO_TEXT struct text expected = { 0 };
    text_addf(&yaml, "%s/%s.yaml", cases_dir, name);
    text_addf(&expected, "%s/%s.stderr", cases_dir, name);
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
    DIR *dir = opendir(cases_dir);
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
        struct scratch s = scratch_open(cases_dir);
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

static void
a_missing_file_is_named(void **state)
{
    (void)state;
    struct scratch s = scratch_open(cases_dir);
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text out = { 0 };
    struct plan_set *set = NULL;
    assert_int_equal(plan_set_load(s.dir, &d, &set), -ENOENT); /* plan.yaml was not made */
    diag_print(&d, &out);
    assert_non_null(strstr(text_str(&out), "/plan.yaml: error: No such file or directory"));
    scratch_done(&s);
    assert_int_equal(plan_set_load("/nonexistent/plan.yaml", &d, &set), -ENOENT);
}

static void
a_plan_cut_off_anywhere_never_breaks_the_reader(void **state)
{
    (void)state;
    struct scratch s = scratch_open(cases_dir);
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

/* --- differences ---------------------------------------------------------------------------- */

static void
two_readings_of_one_plan_differ_in_nothing(void **state)
{
    (void)state;
    AUTO(plan_set) struct plan_set *a = load(config_dir);
    AUTO(plan_set) struct plan_set *b = load("config/plan.yaml");
    struct plan_diff diff = { 0 };
    assert_int_equal(plan_diff_make(a, b, &diff), 0);
    assert_int_equal(diff.n, 0);
    plan_diff_done(&diff);
    assert_int_equal(plan_diff_make(NULL, b, &diff), 0);
    assert_int_equal(diff.n, 25);
    assert_int_equal(diff.changes[0].kind, CHANGE_PLAN_ADDED);
    plan_diff_done(&diff);
}

static void
what_changed_is_told_field_by_field(void **state)
{
    (void)state;
    struct scratch s = scratch_open(config_dir);
    static const struct edit edits[] = {
        { "version: \"11\"", "version: \"12\"" },
        { "id: 2c\n", "id: 2z\n" },
        { "leads: [Head of Human Resources]", "leads: [Head of Recruitment]" },
        { "timescale: Q2 2016", "timescale: Q3 2016" },
        { "metric: Figures on training.", "metric: Figures on all training." },
    };
    AUTO(plan_set) struct plan_set *a = load(config_dir);
    AUTO(plan_set) struct plan_set *b = load_edited(&s, edits, LENGTH(edits));
    struct plan_diff diff = { 0 };
    AUTO_TEXT struct text out = { 0 };
    assert_int_equal(plan_diff_make(a, b, &diff), 0);
    plan_diff_print(&diff, &out);
    assert_string_equal(text_str(&out),
                        "CO-304 version: 11 -> 12\n"
                        "CO-304 2z action added: Create a staff award for co-production. (same "
                        "words as 2c, which is gone: renumbered?) [people are told]\n"
                        "CO-304 2f leads: head-of-hr -> head-of-recruitment [people are told]\n"
                        "CO-304 3f due: 2016-06-30 -> 2016-09-30 [people are told]\n"
                        "CO-304 3f timescale: by 2016-06-30 -> by 2016-09-30 [people are told]\n"
                        "CO-304 3g metric: Figures on training. -> Figures on all training.\n"
                        "CO-304 2c action removed: Create a staff award for co-production. "
                        "[people are told]\n");
    plan_diff_done(&diff);
    scratch_done(&s);
}

int
main(void)
{
    const struct CMUnitTest golden[] = {
        cmocka_unit_test(the_dated_demands_are_those_of_the_golden_schedule),
    };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(co_304_has_its_24_actions_and_their_traps),
        cmocka_unit_test(leads_are_roles_and_groups_are_their_members),
        cmocka_unit_test(what_all_must_do_has_a_part_for_each),
        cmocka_unit_test(what_the_board_did_before_is_complete_with_its_evidence),
        cmocka_unit_test(financial_quarters_are_three_months_later),
        cmocka_unit_test(financial_series_stop_at_the_same_review),
        cmocka_unit_test(completion_starts_what_follows_until_the_review),
        cmocka_unit_test(a_name_is_the_same_in_other_clothes),
        cmocka_unit_test(times_are_read_as_people_write_them),
        cmocka_unit_test(months_later_is_the_same_day_or_the_last),
        cmocka_unit_test(every_broken_plan_is_refused_in_the_words_beside_it),
        cmocka_unit_test(every_broken_roster_forum_or_calendar_is_refused),
        cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(a_plan_cut_off_anywhere_never_breaks_the_reader),
        cmocka_unit_test(two_readings_of_one_plan_differ_in_nothing),
        cmocka_unit_test(what_changed_is_told_field_by_field),
    };
    int failed = cmocka_run_group_tests_name("plan", tests, NULL, NULL);
    if (access(shared_dir(), R_OK) != 0) {
        print_message("the golden schedule is not here (%s): not compared\n", shared_dir());
        return failed;
    }
    return failed + cmocka_run_group_tests_name("plan against the golden schedule", golden, NULL,
                                                NULL);
}
