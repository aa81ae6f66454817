/* SPDX-License-Identifier: MIT */
/* test_apply.c - files become rows: twice writes nothing, a new due day is a new generation,
 * what is gone is withdrawn, what follows a completion follows once. */
#include "engine_fixture.h"

#include "engine/shift.h"

static int64_t
writes(struct desk *d)
{
    return sqlite3_total_changes64(d->s->db);
}

static void
the_same_files_twice_write_nothing(void **state)
{
    struct desk *d = *state;
    struct applied sum;
    play_until(d, day_of(2015, 9, 1), true);
    int64_t before = writes(d);
    need(d, store_begin(d->s, &d->why));
    need(d, desk_settle(d));
    need(d, desk_apply(d, d->set, &sum));
    need(d, store_commit(d->s, &d->why));
    assert_int_equal(writes(d), before);
    assert_int_equal(sum.plans_changed + sum.added + sum.moved + sum.withdrawn + sum.reassigned, 0);
    assert_false(sum.settings_changed);
}

static void
the_first_time_everything_is_there(void **state)
{
    struct desk *d = *state;
    assert_int_equal(number(d, "SELECT count(*) FROM action"), 24);
    assert_int_equal(number(d, "SELECT count(*) FROM plan"), 1);
    assert_int_equal(number(d, "SELECT state FROM occurrence WHERE ref = '1a/deliver'"),
                     ACTION_COMPLETE);
    /* a timer for each that is open and has no parts */
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence o LEFT JOIN timer t"
                               " ON t.occurrence = o.id WHERE (t.occurrence IS NULL) <>"
                               " (o.state = 5 OR EXISTS (SELECT 1 FROM occurrence p"
                               " WHERE p.parent = o.id))"), 0);
    struct audit_report report;
    need(d, audit_verify(d->s, &report, &d->why));
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'plan applied'"), 1);
}

static void
a_new_due_day_is_a_new_generation(void **state)
{
    struct desk *d = *state;
    static const struct edit later[] = {
        { "        timescale: Q2 2015\n        metric: The workshop",
          "        timescale: Q3 2015\n        metric: The workshop" }
    };
    play_until(d, day_of(2015, 6, 25), true);
    int64_t id = id_of(d, "1b/deliver", "");
    assert_true(number(d, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice"
                          " WHERE i.occurrence = %" PRId64 " AND n.state = 1", id) > 0);
    struct applied sum = desk_edit(d, later, LENGTH(later));
    assert_int_equal(sum.plans_changed, 1);
    assert_int_equal(sum.moved, 1);
    assert_int_equal(sum.added + sum.withdrawn, 0);
    assert_int_equal(number(d, "SELECT gen FROM occurrence WHERE id = %" PRId64, id), 2);
    assert_int_equal(number(d, "SELECT due FROM occurrence WHERE id = %" PRId64, id),
                     day_of(2015, 9, 30));
    assert_int_equal(number(d, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice"
                               " WHERE i.occurrence = %" PRId64 " AND n.state = 1", id), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM job j JOIN notice n ON n.id = j.subject WHERE"
                               " j.kind = 4 AND j.state IN (1, 2) AND n.occurrence = %" PRId64, id),
                     0);
    assert_true(number(d, "SELECT at_ms FROM timer WHERE occurrence = %" PRId64, id) > d->now_ms);
    assert_int_equal(number(d, "SELECT revision FROM plan"), 2);
    play_until(d, day_of(2015, 9, 30), true);
    assert_true(number(d, "SELECT count(*) FROM item WHERE key LIKE '%%1b/deliver|g2|%%'") > 2);
}

static void
what_is_gone_rests_and_is_kept(void **state)
{
    struct desk *d = *state;
    static const struct edit renamed[] = { { "id: 1f\n", "id: 9f\n        new: yes\n" } };
    play_until(d, day_of(2015, 3, 20), true);
    int64_t id = id_of(d, "1f/deliver", "");
    struct applied sum = desk_edit(d, renamed, LENGTH(renamed));
    assert_int_equal(sum.left, 1);
    assert_int_equal(sum.added, 1);
    assert_int_equal(number(d, "SELECT state FROM occurrence WHERE id = %" PRId64, id),
                     ACTION_WITHDRAWN_PENDING);
    assert_int_equal(number(d, "SELECT count(*) FROM timer WHERE occurrence = %" PRId64, id), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice"
                               " WHERE i.occurrence = %" PRId64 " AND n.state = 1", id), 0);
    assert_int_equal(number(d, "SELECT withdrawn FROM action WHERE id = '1f'"), 1);
    int64_t jobs = number(d, "SELECT count(*) FROM job WHERE kind < 3 AND subject = %" PRId64, id);
    play_until(d, day_of(2015, 12, 1), true);
    assert_int_equal(
        number(d, "SELECT count(*) FROM job WHERE kind < 3 AND subject = %" PRId64, id), jobs);
}

static void
a_series_that_became_one_demand_asks_for_no_returns_any_more(void **state)
{
    struct desk *d = *state;
    static const struct edit once[] = { { "        timescale: From Q1 2015\n        metric: Every "
                                          "leadership programme",
                                          "        timescale: Q1 2015\n        metric: Every "
                                          "leadership programme" } };
    struct applied sum = desk_edit(d, once, LENGTH(once));
    assert_int_equal(sum.added, 1);
    assert_int_equal(sum.withdrawn, 12);
    assert_int_equal(
        number(d, "SELECT count(*) FROM occurrence WHERE action = '1d' AND state <> 8"), 1);
    assert_int_equal(number(d, "SELECT withdrawn FROM action WHERE id = '1d'"), 0);
}

static void
a_part_whose_lead_is_gone_is_withdrawn(void **state)
{
    struct desk *d = *state;
    static const struct edit fewer[] = { { "          - Company Secretary\n", "" } };
    struct applied sum = desk_edit(d, fewer, LENGTH(fewer));
    assert_int_equal(sum.withdrawn, 1);
    assert_int_equal(number(d, "SELECT state FROM occurrence WHERE part = 'company-secretary'"),
                     ACTION_WITHDRAWN);
}

static void
returns_that_follow_a_completion_outlive_a_change_of_the_plan(void **state)
{
    struct desk *d = *state;
    static const struct edit title[] = { { "title: Co-production, working", "title: Working" } };
    struct occurrence whole;
    int added = 0;
    at_day(d, 2015, 3, 31);
    need(d, store_begin(d->s, &d->why));
    need(d, occurrence_get(d->s, id_of(d, "1c/deliver", ""), &whole, &d->why));
    need(d, apply_follow_up(d->w, d->s, d->set, &whole, d->now_ms, &added, &d->why));
    need(d, store_commit(d->s, &d->why));
    struct applied sum = desk_edit(d, title, LENGTH(title));
    assert_int_equal(sum.plans_changed, 1);
    assert_int_equal(sum.withdrawn, 0);
}

static void
another_lead_is_asked_without_a_new_generation(void **state)
{
    struct desk *d = *state;
    static const struct edit other[] = { { "leads: [Head of Organisational Development]\n"
                                           "        supports: [Head of Community Engagement]",
                                           "leads: [Medical Director]\n"
                                           "        supports: [Head of Community Engagement]" } };
    struct applied sum = desk_edit(d, other, LENGTH(other));
    assert_int_equal(sum.moved + sum.added + sum.withdrawn, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence_role r JOIN occurrence o"
                               " ON o.id = r.occurrence WHERE o.ref = '1b/deliver' AND"
                               " r.role = 'medical-director' AND r.duty = 'lead'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence_role r JOIN occurrence o"
                               " ON o.id = r.occurrence WHERE o.ref = '1b/deliver' AND"
                               " r.role = 'head-of-od'"), 0);
    assert_int_equal(number(d, "SELECT gen FROM occurrence WHERE ref = '1b/deliver'"), 1);
}

static void
an_old_plan_asks_only_for_the_latest_return_of_a_series(void **state)
{
    struct desk *d = *state;
    struct applied sum;
    at_day(d, 2017, 6, 15);
    need(d, store_begin(d->s, &d->why));
    need(d, desk_apply(d, d->set, &sum));
    need(d, store_commit(d->s, &d->why));
    assert_true(sum.added > 0 && sum.added < 117);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE kind = 3 AND action = '1d'"
                               " AND due < %d", day_of(2017, 6, 15)), 1);
    /* and what is long overdue is told once, not six times at once */
    (void)fire_now(d, false);
    assert_int_equal(number(d, "SELECT count(*) FROM (SELECT 1 FROM job GROUP BY subject"
                               " HAVING count(*) > 1)"), 0);
}

static void
what_follows_a_completion_follows_once(void **state)
{
    struct desk *d = *state;
    struct occurrence whole;
    struct occurrence review;
    int added = 0;
    at_day(d, 2015, 3, 31);
    need(d, store_begin(d->s, &d->why));
    need(d, occurrence_get(d->s, id_of(d, "1c/deliver", ""), &whole, &d->why));
    need(d, apply_follow_up(d->w, d->s, d->set, &whole, d->now_ms, &added, &d->why));
    assert_true(added > 0);
    int64_t rows = number(d, "SELECT count(*) FROM occurrence WHERE ref LIKE '1c/return/%%'");
    assert_true(rows >= 1);
    need(d, apply_follow_up(d->w, d->s, d->set, &whole, d->now_ms, &added, &d->why));
    assert_int_equal(added, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref LIKE '1c/return/%%'"),
                     rows);
    need(d, occurrence_get(d->s, id_of(d, "review/2018-01", ""), &review, &d->why));
    need(d, apply_follow_up(d->w, d->s, d->set, &review, d->now_ms, &added, &d->why));
    assert_int_equal(added, 0);
    assert_int_equal(text_copy(whole.plan, sizeof whole.plan, "CO-999"), 0);
    need(d, apply_follow_up(d->w, d->s, d->set, &whole, d->now_ms, &added, &d->why));
    assert_int_equal(added, 0);
    store_rollback(d->s);
}

static void
a_new_setting_or_bank_holiday_makes_the_world_stale(void **state)
{
    struct desk *d = *state;
    struct applied sum = { 0 };
    assert_int_equal(world_is_stale(d->s, d->w, &d->why), 0);
    need(d, store_begin(d->s, &d->why));
    d->conf->send_at_min = 9 * 60;
    need(d, apply_settings(d->s, d->conf, &sum, &d->why));
    assert_true(sum.settings_changed);
    assert_int_equal(world_is_stale(d->s, d->w, &d->why), 1);
    need(d, desk_settle(d));
    assert_int_equal(d->w->send_from_min, 9 * 60);
    assert_int_equal(world_is_stale(d->s, d->w, &d->why), 0);
    struct calendar bare = { .last_listed = DAY_NONE };
    need(d, apply_calendar(d->s, &bare, &sum, &d->why));
    assert_int_equal(world_is_stale(d->s, d->w, &d->why), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM calendar_day"), 0);
    store_rollback(d->s);
}

/* The files as they are, but for a day on which the trust is closed and edits of the plan. */
static struct applied
apply_closed_and(struct desk *d, const char *closed, const struct edit *edits, size_t n)
{
    struct scratch place = scratch_open(CONFIG_DIR);
    AUTO_TEXT struct text line = { 0 };
    AUTO_TEXT struct text days = { 0 };
    size_t len = 0;
    AUTO_FREE char *bytes = slurp(CONFIG_DIR "/bank-holidays.yaml", &len);
    assert_non_null(bytes);
    text_addf(&line, "extra_closed: [%s]", closed);
    const struct edit edit = { "extra_closed: []", text_str(&line) };
    add_edited(&days, bytes, &edit);
    scratch_write(&place, "bank-holidays.yaml", text_str(&days), days.len);
    d->set = plan_set_free(d->set);
    d->set = load_edited(&place, edits, n);
    struct applied sum;
    need(d, store_begin(d->s, &d->why));
    need(d, desk_settle(d));
    need(d, desk_apply(d, d->set, &sum));
    need(d, store_commit(d->s, &d->why));
    scratch_done(&place);
    return sum;
}

static struct applied
apply_closed(struct desk *d, const char *closed)
{
    return apply_closed_and(d, closed, NULL, 0);
}

static void
milestone_is(struct desk *d, day_t due, int gen, int moves)
{
    struct occurrence o;
    need(d, occurrence_get(d->s, id_of(d, "2e/milestone/baseline", ""), &o, &d->why));
    assert_int_equal(o.duty.due, due);
    assert_int_equal(o.gen, gen);
    assert_int_equal(o.moves, moves);
}

/* Its own words decide, as an action's do: they stay, or they are another day. */
static void
a_milestone_moves_by_its_words_and_shifts_by_calendar_or_quarters(void **state)
{
    struct desk *d = *state;
#define BASELINE "{id: baseline, text: The first measurement is in."
    static const struct edit dated = { BASELINE, BASELINE ", by: 2015-10-15" };
    static const struct edit later = { BASELINE, BASELINE ", by: 2015-11-12" };
    static const struct edit quarters[] = { { BASELINE, BASELINE ", by: Q3 2015" },
                                            { "quarter_basis: calendar",
                                              "quarter_basis: financial" } };
    (void)desk_edit(d, &dated, 1);
    milestone_is(d, day_of(2015, 10, 15), 1, 0);
    (void)apply_closed_and(d, "2015-10-15", &dated, 1);
    milestone_is(d, day_of(2015, 10, 14), 1, 0);
    (void)apply_closed_and(d, "2015-10-16", &later, 1);
    milestone_is(d, day_of(2015, 11, 12), 2, 1);
    (void)desk_edit(d, quarters, 1);
    milestone_is(d, day_of(2015, 9, 30), 3, 2);
    (void)desk_edit(d, quarters, 2);
    milestone_is(d, day_of(2015, 12, 31), 3, 2);
}

static void
another_calendar_moves_days_and_timers_within_the_generation(void **state)
{
    struct desk *d = *state;
    int64_t id = id_of(d, "2b/deliver", ""); /* due on the last of 2015 */
    play_until(d, day_of(2015, 12, 10), true);
    int64_t keys = number(d, "SELECT count(*) FROM job");
    int64_t passed = number(d, "SELECT steps_passed FROM occurrence WHERE id = %" PRId64, id);
    assert_true(passed > 0);
    assert_int_equal(number(d, "SELECT due FROM occurrence WHERE id = %" PRId64, id),
                     day_of(2015, 12, 31));
    struct applied sum = apply_closed(d, "2015-12-31, 2015-12-22");
    assert_true(sum.moved > 0);
    assert_int_equal(number(d, "SELECT due FROM occurrence WHERE id = %" PRId64, id),
                     day_of(2015, 12, 30));
    assert_int_equal(number(d, "SELECT gen * 100 + steps_passed FROM occurrence"
                               " WHERE id = %" PRId64, id), 100 + passed);
    /* five working days before the new day, over a closed one */
    assert_int_equal(number(d, "SELECT at_ms FROM timer WHERE occurrence = %" PRId64, id),
                     world_send_ms(d->w, day_of(2015, 12, 18)));
    assert_int_equal(number(d, "SELECT count(*) FROM job"), keys);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'moved' AND detail ="
                               " 'due 2015-12-31 becomes 2015-12-30 by quarters or calendar'"),
                     sum.moved);
    assert_int_equal(apply_closed(d, "2015-12-31, 2015-12-22").moved, 0);
    play_until(d, day_of(2016, 1, 20), true);
    assert_int_equal(number(d, "SELECT count(*) FROM (SELECT 1 FROM notice WHERE occurrence ="
                               " %" PRId64 " GROUP BY step, role HAVING count(*) > 1)", id), 0);
    struct applied back = apply_closed(d, "");
    assert_true(back.moved > 0);
    assert_int_equal(number(d, "SELECT max(gen) FROM occurrence"), 1);
}

static void
a_series_moves_with_the_calendar_and_an_extension_stays(void **state)
{
    struct desk *d = *state;
    at_day(d, 2016, 3, 1);
    change(d, "UPDATE occurrence SET due = 17000 WHERE ref = '3f/deliver';"
              "UPDATE occurrence SET state = 5, changed_ms = 1456819200000"
              " WHERE ref = '2b/deliver'");
    need(d, store_begin(d->s, &d->why));
    struct applied sum = { 0 };
    need(d, shift_make_up(d->w, d->s, d->set, &sum, &d->why));
    assert_int_equal(sum.added, 1); /* 1 March 2017 */
    need(d, store_commit(d->s, &d->why));
    (void)apply_closed(d, "2017-03-01, 2016-06-30");
    assert_int_equal(number(d, "SELECT due FROM occurrence WHERE ref = '2b/return/2017'"),
                     day_of(2017, 2, 28));
    assert_int_equal(number(d, "SELECT period = 'the year to March 2017' FROM occurrence"
                               " WHERE ref = '2b/return/2017'"), 1);
    assert_int_equal(number(d, "SELECT due FROM occurrence WHERE ref = '3f/deliver'"), 17000);
}

static void
what_was_completed_on_a_bad_plan_is_followed_up_at_the_next_good_one(void **state)
{
    struct desk *d = *state;
    struct applied sum = { 0 };
    change(d, "UPDATE occurrence SET state = 5, changed_ms = 1427100000000"
              " WHERE ref = '1c/deliver'"); /* 23 March */
    at_day(d, 2015, 5, 4);
    need(d, store_begin(d->s, &d->why));
    need(d, shift_make_up(d->w, d->s, d->set, &sum, &d->why));
    assert_true(sum.added > 0);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref LIKE '1c/return/%%'"),
                     sum.added);
    assert_int_equal(number(d, "SELECT min(due) FROM occurrence WHERE ref LIKE '1c/return/%%'"),
                     day_of(2016, 3, 23));
    sum.added = 0;
    need(d, shift_make_up(d->w, d->s, d->set, &sum, &d->why));
    assert_int_equal(sum.added, 0);
    store_rollback(d->s);
}

static int
apply_all(struct desk *d)
{
    struct applied sum = { 0 };
    d->conf->send_at_min = 10 * 60;
    struct calendar bare = { .last_listed = DAY_NONE };
    int r = apply_settings(d->s, d->conf, &sum, &d->why);
    r = r < 0 ? r : apply_calendar(d->s, &bare, &sum, &d->why);
    return r < 0 ? r : apply_plans(d->w, d->s, d->set, "user test", d->now_ms, &sum, &d->why);
}

static void
each_failure_of_a_first_load_is_said_and_leaves_nothing(void **state)
{
    fails_well(*state, apply_all);
}

static struct plan_set *edited; /* what the next one applies */

static int
apply_the_edited(struct desk *d)
{
    struct applied sum;
    return desk_apply(d, edited, &sum);
}

static void
each_failure_of_a_change_is_said_and_leaves_nothing(void **state)
{
    static const struct edit edits[] = {
        { "id: 1f\n", "id: 9f\n        new: yes\n" },
        { "        timescale: Q2 2015\n        metric: The workshop",
          "        timescale: Q3 2015\n        metric: The workshop" },
    };
    struct desk *d = *state;
    play_until(d, day_of(2015, 6, 25), true);
    struct scratch place = scratch_open(CONFIG_DIR);
    edited = load_edited(&place, edits, LENGTH(edits));
    fails_well(d, apply_the_edited);
    edited = plan_set_free(edited);
    scratch_done(&place);
}

static int
open_a_world(struct desk *d)
{
    struct world *w = NULL;
    int r = world_open(d->s, true, &w, &d->why);
    (void)world_free(w);
    return r;
}

static void
a_world_that_cannot_be_read_says_why(void **state)
{
    struct desk *d = *state;
    fails_well(d, open_a_world);
    change(d, "UPDATE setting SET value = 'Europe/Nowhere' WHERE key = 'zone'");
    assert_true(open_a_world(d) < 0);
    change(d, "UPDATE setting SET value = 'Europe/London' WHERE key = 'zone';"
              "UPDATE setting SET value = '/nonexistent' WHERE key = 'templates'");
    assert_true(open_a_world(d) < 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(the_first_time_everything_is_there),
        AT_A_DESK(the_same_files_twice_write_nothing),
        AT_A_DESK(a_new_due_day_is_a_new_generation),
        AT_A_DESK(what_is_gone_rests_and_is_kept),
        AT_A_DESK(a_series_that_became_one_demand_asks_for_no_returns_any_more),
        AT_A_DESK(a_part_whose_lead_is_gone_is_withdrawn),
        AT_A_DESK(returns_that_follow_a_completion_outlive_a_change_of_the_plan),
        AT_A_DESK(another_lead_is_asked_without_a_new_generation),
        AT_AN_EMPTY_DESK(an_old_plan_asks_only_for_the_latest_return_of_a_series),
        AT_A_DESK(what_follows_a_completion_follows_once),
        AT_A_DESK(a_milestone_moves_by_its_words_and_shifts_by_calendar_or_quarters),
        AT_A_DESK(another_calendar_moves_days_and_timers_within_the_generation),
        AT_A_DESK(a_series_moves_with_the_calendar_and_an_extension_stays),
        AT_A_DESK(what_was_completed_on_a_bad_plan_is_followed_up_at_the_next_good_one),
        AT_A_DESK(a_new_setting_or_bank_holiday_makes_the_world_stale),
        AT_AN_EMPTY_DESK(each_failure_of_a_first_load_is_said_and_leaves_nothing),
        AT_A_DESK(each_failure_of_a_change_is_said_and_leaves_nothing),
        AT_A_DESK(a_world_that_cannot_be_read_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
