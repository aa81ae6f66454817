/* SPDX-License-Identifier: MIT */
/* test_edits.c - an edited plan, sentence by sentence: dates, leads, words. */
#include "edits_fixture.h"

/* ---- dates ----------------------------------------------------------------------------------- */

static const struct edit later[] = { { WORKSHOP("Q2 2015"), WORKSHOP("Q3 2015") } };
static const struct edit earlier[] = { { WORKSHOP("Q2 2015"), WORKSHOP("Q1 2015") } };

static void
a_later_day_begins_anew_and_says_so_without_a_minute(void **state)
{
    struct desk *d = *state;
    AUTO_DIAG struct diag heard = { 0 };
    AUTO_TEXT struct text words = { 0 };
    live_until(d, day_of(2015, 7, 9)); /* L2 was reached */
    assert_true(find(d, "1b/deliver").duty.level > 0);
    (void)edit_and_hear(d, later, LENGTH(later), &heard);
    struct occurrence o = find(d, "1b/deliver");
    assert_int_equal(o.gen, 2);
    assert_int_equal(o.duty.level, 0);
    assert_int_equal(o.moves, 1);
    assert_int_equal(o.moved_days, 92);
    assert_int_equal(heard.n_warnings, 1);
    diag_print(&heard, &words);
    assert_non_null(strstr(text_str(&words), "plan.yaml:"));
    assert_non_null(strstr(text_str(&words), "1b/deliver is due 2015-09-30 instead of 2015-06-30,"
                                             " without a reason and the forum's minute"));
    assert_non_null(strstr(text_str(&words), "say moved: {to: TIMESCALE"));
    assert_int_equal(number(d, "SELECT unminuted FROM occurrence WHERE ref = '1b/deliver'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE detail = 'due 2015-06-30 becomes"
                               " 2015-09-30; moved 1 time, +92 days in all; no reason and no"
                               " minute'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE state = 1 AND gen = 1 AND"
                               " occurrence = %" PRId64, o.id), 0);
}

static void
a_minute_in_the_plan_is_kept_with_the_move(void **state)
{
    struct desk *d = *state;
    AUTO_DIAG struct diag heard = { 0 };
    static const struct edit decided[] = {
        { WORKSHOP("Q2 2015"), "        moved: {to: Q3 2015, reason: No room, minute: QSC 7/15}\n"
                               WORKSHOP("Q3 2015") }
    };
    (void)edit_and_hear(d, decided, LENGTH(decided), &heard);
    assert_int_equal(heard.n, 0);
    assert_int_equal(number(d, "SELECT unminuted FROM occurrence WHERE ref = '1b/deliver'"), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref = '1b/deliver' AND"
                               " moved_note = 'No room; minute QSC 7/15'"), 1);
}

static void
a_day_that_is_past_already_begins_with_its_last_reminder(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2015, 5, 12));
    int64_t before = number(d, "SELECT max(id) FROM item");
    (void)desk_edit(d, earlier, LENGTH(earlier));
    live_until(d, day_of(2015, 5, 12)); /* the same instant */
    struct occurrence o = find(d, "1b/deliver");
    assert_int_equal(o.gen, 2);
    assert_int_equal(o.duty.level, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE id > %" PRId64 " AND occurrence = %"
                               PRId64 " AND step <> 'R+0'", before, o.id), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE id > %" PRId64 " AND occurrence = %"
                               PRId64 " AND step = 'R+0'", before, o.id), 1);
    live_until(d, day_of(2015, 5, 13));
    assert_int_equal(find(d, "1b/deliver").duty.level, 1); /* and the ladder counts from that day */
    live_until(d, day_of(2015, 5, 18));
    assert_int_equal(find(d, "1b/deliver").duty.level, 1);
}

static void
an_earlier_day_that_is_to_come_fires_its_latest_step_only(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2015, 3, 26)); /* five working days and less before 31 March */
    (void)desk_edit(d, earlier, LENGTH(earlier));
    (void)fire_now(d, true);
    assert_int_equal(number(d, "SELECT count(*) FROM job WHERE key LIKE"
                               " 'step|CO-304:1b/deliver|g2%%'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM job WHERE key LIKE"
                               " 'step|CO-304:1b/deliver|g2|e0|R-5|%%'"), 1);
}

static void
an_edit_taken_back_before_anybody_heard_of_it_leaves_no_trace(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2015, 6, 24));
    struct occurrence was = find(d, "1b/deliver");
    int64_t pending = items(d);
    (void)desk_edit(d, earlier, LENGTH(earlier));
    (void)desk_edit(d, NULL, 0);
    struct occurrence is = find(d, "1b/deliver");
    assert_int_equal(is.gen, was.gen);
    assert_int_equal(is.duty.cursor, was.duty.cursor);
    assert_int_equal(is.moves, 0);
    assert_int_equal(items(d), pending);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'moved'"), 2);
}

/* ---- leads ----------------------------------------------------------------------------------- */

static const struct edit director[] = { { WORKSHOP_LEAD("Head of Organisational Development"),
                                          WORKSHOP_LEAD("Medical Director") } };

static void
another_lead_gets_the_part_and_the_step_and_the_old_one_hears_once(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2015, 7, 9));
    struct occurrence was = find(d, "1b/deliver");
    assert_int_equal(was.duty.level, 2);
    int64_t handed = told(d, "head-of-od", "handed-over");
    (void)desk_edit(d, director, LENGTH(director));
    struct occurrence o = find(d, "1b/deliver");
    assert_int_equal(o.gen, 1);
    assert_int_equal(o.duty.level, 2);
    assert_int_equal(o.duty.rest_until, calendar_add(&d->w->calendar, day_of(2015, 7, 9), 5));
    assert_int_equal(told(d, "head-of-od", "handed-over"), handed + 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE role = 'medical-director' AND"
                               " occurrence = %" PRId64 " AND kind IN ('assign', 'overdue')", o.id),
                     2);
    live_until(d, day_of(2015, 7, 16));
    assert_int_equal(find(d, "1b/deliver").duty.level, 2); /* L3 was due on the 14th */
    (void)desk_edit(d, NULL, 0); /* back again: the rest is given once */
    assert_int_equal(find(d, "1b/deliver").duty.rest_until, day_of(2015, 7, 16));
    live_until(d, day_of(2015, 7, 17));
    assert_int_equal(number(d, "SELECT count(*) FROM (SELECT role FROM notice WHERE kind = 'digest'"
                               " GROUP BY role, created_ms / 86400000 HAVING count(*) > 1)"), 0);
}

static int64_t
leads_1b(struct desk *d, const char *role)
{
    return number(d, "SELECT count(*) FROM occurrence_role r JOIN occurrence o ON"
                     " o.id = r.occurrence WHERE o.ref = '1b/deliver' AND r.duty = 'lead' AND"
                     " r.role = '%s'", role);
}

static void
whom_the_owner_named_stays_until_the_plans_own_leads_change(void **state)
{
    struct desk *d = *state;
    static const struct edit text[] = { { "id: 2c\n", "id: 2c\n        comment: x\n" } };
    const struct act a = { .ref = "1b", .event = ACTION_EV_REASSIGN, .actor = "owner",
                           .role = d->set->plans[0].owner->id, .to = "chief-pharmacist",
                           .percent = -1 };
    need(d, desk_act(d, &a, NULL));
    (void)desk_edit(d, text, LENGTH(text));
    assert_int_equal(leads_1b(d, "chief-pharmacist"), 1);
    change(d, "UPDATE occurrence SET plan_leads = NULL"); /* a store of before that was kept */
    (void)desk_edit(d, later, LENGTH(later));
    assert_int_equal(leads_1b(d, "chief-pharmacist"), 1);
    assert_int_equal(leads_1b(d, "head-of-od"), 0);
    (void)desk_edit(d, director, LENGTH(director));
    assert_int_equal(leads_1b(d, "chief-pharmacist"), 0);
    assert_int_equal(leads_1b(d, "medical-director"), 1);
}

static void
a_slip_in_the_leads_taken_back_tells_nobody(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2015, 6, 24));
    int64_t pending = items(d);
    (void)desk_edit(d, director, LENGTH(director));
    assert_true(items(d) > pending);
    (void)desk_edit(d, NULL, 0);
    assert_int_equal(items(d), pending);
    (void)desk_edit(d, director, LENGTH(director)); /* and meant after all */
    assert_int_equal(told(d, "head-of-od", "handed-over"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE state = 1 AND kind = 'assign' AND"
                               " role = 'medical-director'"), 1);
}

static void
a_series_tells_its_new_lead_once_and_not_for_each_return(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2015, 2, 2));
    static const struct edit other[] = {
        { "          - Director of Quality and Executive Nurse\n          - Senior",
          "          - Medical Director\n          - Senior" }
    };
    int64_t before = number(d, "SELECT max(id) FROM item");
    struct applied sum = desk_edit(d, other, LENGTH(other));
    assert_true(sum.reassigned > 10);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE id > %" PRId64
                               " AND kind = 'assign' AND role = 'medical-director'", before), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE id > %" PRId64
                               " AND kind = 'handed-over'", before), 1);
}

/* ---- words ----------------------------------------------------------------------------------- */

static void
text_metric_and_supports_tell_nobody(void **state)
{
    struct desk *d = *state;
    static const struct edit edits[] = {
        { "metric: The workshop", "metric: One workshop" },
        { "supports: [Head of Community Engagement]", "supports: [Medical Director]" },
        { "id: 2c\n        text: ", "id: 2c\n        text: Soon, " },
    };
    live_until(d, day_of(2015, 6, 24));
    int64_t before = number(d, "SELECT count(*) * 1000 + total(state) FROM item");
    struct applied sum = desk_edit(d, edits, LENGTH(edits));
    assert_int_equal(sum.plans_changed, 1);
    assert_int_equal(sum.added + sum.moved + sum.reassigned + sum.left, 0);
    assert_int_equal(number(d, "SELECT count(*) * 1000 + total(state) FROM item"), before);
    assert_int_equal(number(d, "SELECT max(gen) FROM occurrence"), 1);
}

static void
other_quarters_move_days_within_the_generation(void **state)
{
    struct desk *d = *state;
    static const struct edit financial[] = {
        { "quarter_basis: calendar", "quarter_basis: financial" },
    };
    live_until(d, day_of(2015, 6, 24));
    struct occurrence was = find(d, "1b/deliver");
    int64_t keys = number(d, "SELECT count(*) FROM item");
    (void)desk_edit(d, financial, LENGTH(financial));
    struct occurrence is = find(d, "1b/deliver");
    assert_int_not_equal(is.duty.due, was.duty.due);
    assert_int_equal(is.gen, 1);
    assert_int_equal(is.duty.cursor, was.duty.cursor); /* what was sent counts as sent */
    assert_int_equal(is.moves, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM item"), keys);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(a_later_day_begins_anew_and_says_so_without_a_minute),
        AT_A_DESK(a_minute_in_the_plan_is_kept_with_the_move),
        AT_A_DESK(a_day_that_is_past_already_begins_with_its_last_reminder),
        AT_A_DESK(an_earlier_day_that_is_to_come_fires_its_latest_step_only),
        AT_A_DESK(an_edit_taken_back_before_anybody_heard_of_it_leaves_no_trace),
        AT_A_DESK(another_lead_gets_the_part_and_the_step_and_the_old_one_hears_once),
        AT_A_DESK(whom_the_owner_named_stays_until_the_plans_own_leads_change),
        AT_A_DESK(a_slip_in_the_leads_taken_back_tells_nobody),
        AT_A_DESK(a_series_tells_its_new_lead_once_and_not_for_each_return),
        AT_A_DESK(text_metric_and_supports_tell_nobody),
        AT_A_DESK(other_quarters_move_days_within_the_generation),
    };
    return cmocka_run_group_tests_name("edits", tests, NULL, NULL);
}
