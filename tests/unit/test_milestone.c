/* SPDX-License-Identifier: MIT */
/* test_milestone.c - dated steps of an action: demands of their own, which end with the whole. */
#include "engine_fixture.h"

#define FORTY "ten letters and ten letters, four times "
#define LONG_WORDS FORTY FORTY FORTY FORTY
#define BASELINE "{id: baseline, text: The first measurement is in."
static const struct edit dated[] = { { BASELINE, BASELINE ", by: 2015-10-15" } };
static const struct edit later[] = { { BASELINE, BASELINE ", by: 2015-11-12" } };

static void
live_until(struct desk *d, day_t last)
{
    for (day_t at = world_day(d->w, d->now_ms); at <= last; at++) {
        int64_t morning = world_send_ms(d->w, at);
        d->now_ms = morning > d->now_ms ? morning : d->now_ms;
        play_until(d, at, true);
    }
}

static int64_t
n_items(struct desk *d, const char *kind)
{
    return number(d, "SELECT count(*) FROM item i JOIN occurrence o ON o.id = i.occurrence WHERE"
                     " o.ref = '2e/milestone/baseline' AND i.kind = '%s'", kind);
}

static int64_t
state_of(struct desk *d)
{
    return number(d, "SELECT state FROM occurrence WHERE ref = '2e/milestone/baseline'");
}

static void
a_dated_milestone_has_reminders_and_a_ladder_of_its_own(void **state)
{
    struct desk *d = *state;
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE kind = 5"), 0); /* no date */
    (void)desk_edit(d, dated, LENGTH(dated));
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE kind = 5"), 1);
    assert_int_equal(n_items(d, "assign"), 0); /* the whole was assigned */
    live_until(d, day_of(2015, 10, 15));
    assert_int_equal(number(d, "SELECT count(*) FROM item i JOIN occurrence o ON o.id ="
                               " i.occurrence WHERE o.ref = '2e/milestone/baseline' AND i.kind ="
                               " 'remind' AND i.role = 'patient-experience-lead'"), 4);
    assert_true(number(d, "SELECT count(*) FROM notice WHERE role = 'patient-experience-lead' AND"
                          " body LIKE '%%The first measurement is in. (Write a question%%'") > 0);
    live_until(d, day_of(2015, 11, 2));
    assert_true(n_items(d, "overdue") > 0);
    assert_true(n_items(d, "escalate") > 0);
    struct occurrence o;
    need(d, occurrence_find(d->s, "", "2e", &o, &d->why)); /* that names the whole */
    assert_string_equal(o.ref, "2e/deliver");
}

static void
it_is_verified_like_any_demand_and_needs_no_metric(void **state)
{
    struct desk *d = *state;
    (void)desk_edit(d, dated, LENGTH(dated));
    live_until(d, day_of(2015, 10, 12));
    change(d, "UPDATE action SET metric = NULL WHERE id = '2e'");
    need(d, act_as(d, "2e/milestone/baseline", ACTION_EV_SUBMIT, "patient-experience-lead"));
    assert_int_equal(act_as(d, "2e/milestone/baseline", ACTION_EV_VERIFY,
                            "patient-experience-lead"), -EPERM);
    need(d, act_as(d, "2e/milestone/baseline", ACTION_EV_VERIFY, "qsc-secretary"));
    assert_int_equal(state_of(d), ACTION_COMPLETE);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref LIKE '2e/return/%%'"), 0);
    assert_int_equal(number(d, "SELECT state FROM occurrence WHERE ref = '2e/deliver'"),
                     ACTION_PLANNED);
}

static void
with_the_whole_it_is_over(void **state)
{
    struct desk *d = *state;
    (void)desk_edit(d, dated, LENGTH(dated));
    live_until(d, day_of(2015, 11, 25));
    assert_int_equal(state_of(d), ACTION_OPEN);
    need(d, act_as(d, "2e", ACTION_EV_SUBMIT, "patient-experience-lead"));
    assert_int_equal(state_of(d), ACTION_OPEN);
    need(d, act_as(d, "2e/deliver", ACTION_EV_VERIFY, "qsc-secretary"));
    assert_int_equal(state_of(d), ACTION_COMPLETE);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE subject ="
                               " 'CO-304:2e/milestone/baseline' AND event = 'complete'"), 1);
    int64_t told = number(d, "SELECT count(*) FROM item i JOIN occurrence o ON o.id ="
                             " i.occurrence WHERE o.ref = '2e/milestone/baseline'");
    live_until(d, day_of(2016, 2, 1));
    assert_int_equal(number(d, "SELECT count(*) FROM item i JOIN occurrence o ON o.id ="
                               " i.occurrence WHERE o.ref = '2e/milestone/baseline'"), told);
}

static void
a_later_day_begins_it_anew_and_wants_a_minute_and_no_day_ends_it(void **state)
{
    struct desk *d = *state;
    (void)desk_edit(d, dated, LENGTH(dated));
    live_until(d, day_of(2015, 10, 9));
    (void)desk_edit(d, later, LENGTH(later));
    assert_int_equal(number(d, "SELECT gen FROM occurrence WHERE ref = '2e/milestone/baseline'"),
                     2);
    assert_int_equal(number(d, "SELECT unminuted FROM occurrence WHERE ref ="
                               " '2e/milestone/baseline'"), 1);
    (void)desk_edit(d, NULL, 0);
    assert_int_equal(state_of(d), ACTION_WITHDRAWN);
    assert_int_equal(number(d, "SELECT count(*) FROM timer t JOIN occurrence o ON o.id ="
                               " t.occurrence WHERE o.kind = 5"), 0);
}

/* What the plan check says of it. */
static void
must_be_refused(const char *by, const char *words)
{
    AUTO_DIAG struct diag diag = { 0 };
    AUTO_TEXT struct text said = { 0 };
    AUTO_TEXT struct text path = { 0 };
    struct plan_set *set = NULL;
    struct scratch place = scratch_open(CONFIG_DIR);
    const struct edit edits[] = { { BASELINE, by } };
    write_edited(&place, edits, 1);
    text_addf(&path, "%s/plan.yaml", place.dir);
    assert_int_equal(plan_set_load(text_str(&path), &diag, &set), -EBADMSG);
    diag_print(&diag, &said);
    if (!strstr(text_str(&said), words)) {
        print_error("%s\n", text_str(&said));
        fail();
    }
    scratch_done(&place);
}

/* The numbers of the rules are new in both: at a first load all of them are. */
static void
what_comes_with_new_rules_is_late_and_misses_no_reminder(void **state)
{
    struct desk *d = *state;
    struct applied sum = { 0 };
    struct scratch place = scratch_open(CONFIG_DIR);
    struct plan_set *set = load_edited(&place, dated, LENGTH(dated));
    at_day(d, 2015, 9, 10); /* 25 working days before it is due */
    const struct apply_order order = { .set = set, .is_whole = true, .actor = "user test",
                                       .now_ms = d->now_ms };
    need(d, store_begin(d->s, &d->why));
    need(d, store_setting_set(d->s, APPLY_RULES_PENDING, "yes", &d->why));
    need(d, apply_files(d->s, &order, &sum, &d->why));
    need(d, store_commit(d->s, &d->why));
    live_until(d, day_of(2015, 9, 11));
    assert_int_equal(number(d, "SELECT count(*) FROM item i JOIN occurrence o ON o.id ="
                               " i.occurrence WHERE o.ref = '2e/milestone/baseline' AND i.step ="
                               " 'R-30' AND i.role = 'patient-experience-lead'"), 1);
    (void)plan_set_free(set);
    scratch_done(&place);
}

static void
what_cannot_be_a_milestone_is_refused_with_its_place(void **state)
{
    (void)state;
    must_be_refused(BASELINE ", by: 2016-02-01", "milestone baseline is due after action 2e");
    must_be_refused(BASELINE ", by: soon", "error: ");
    must_be_refused("{id: baseline, text: \"" LONG_WORDS "\"", "more than 150 bytes");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(a_dated_milestone_has_reminders_and_a_ladder_of_its_own),
        AT_A_DESK(it_is_verified_like_any_demand_and_needs_no_metric),
        AT_A_DESK(with_the_whole_it_is_over),
        AT_A_DESK(a_later_day_begins_it_anew_and_wants_a_minute_and_no_day_ends_it),
        AT_A_DESK(what_comes_with_new_rules_is_late_and_misses_no_reminder),
        AT_AN_EMPTY_DESK(what_comes_with_new_rules_is_late_and_misses_no_reminder),
        cmocka_unit_test(what_cannot_be_a_milestone_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
