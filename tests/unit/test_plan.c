/* SPDX-License-Identifier: MIT */
/* test_plan.c - CO-304 as it stands, and the names and times of plans. */
#include "plan_fixture.h"

#include "plan/loader.h"
#include "plan/timescale.h"

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
    AUTO(plan_set) struct plan_set *set = load(CONFIG_DIR);
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
    AUTO(plan_set) struct plan_set *set = load(CONFIG_DIR);
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
    AUTO(plan_set) struct plan_set *set = load(CONFIG_DIR);
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
    AUTO(plan_set) struct plan_set *set = load(CONFIG_DIR);
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
    AUTO(plan_set) struct plan_set *set = load(CONFIG_DIR);
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
    struct scratch s = scratch_open(CONFIG_DIR);
    static const struct edit edits[] = {
        { "quarter_basis: calendar", "quarter_basis: financial" },
        { "review: January 2018", "review: April 2018" },
        { "review_interval: 3 years", "review_interval: 39 months" },
    };
    AUTO(plan_set) struct plan_set *calendar = load(CONFIG_DIR);
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
    struct scratch s = scratch_open(CONFIG_DIR);
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
    AUTO(plan_set) struct plan_set *set = load(CONFIG_DIR);
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
    AUTO(plan_set) struct plan_set *set = load(CONFIG_DIR);
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
    };
    int failed = cmocka_run_group_tests_name("plan", tests, NULL, NULL);
    if (access(shared_dir(), R_OK) != 0) {
        print_message("the golden schedule is not here (%s): not compared\n", shared_dir());
        return failed;
    }
    return failed + cmocka_run_group_tests_name("plan against the golden schedule", golden, NULL,
                                                NULL);
}
