/* SPDX-License-Identifier: MIT */
/* test_apply_edited.c - what an edited plan does to the occurrences that stand in the store. */
#include "engine_fixture.h"

static struct applied
apply_as_it_is(struct desk *d)
{
    return desk_edit(d, NULL, 0);
}

static struct occurrence
find(struct desk *d, const char *ref)
{
    struct occurrence o;
    need(d, occurrence_find(d->s, "CO-304", ref, &o, &d->why));
    return o;
}

static void
do_act(struct desk *d, const char *ref, enum action_event event, const char *role, day_t day)
{
    const struct act a = { .plan = "CO-304", .ref = ref, .event = event, .role = role,
                           .actor = "test", .comment = "why", .minute = "QSC 7/15", .percent = -1,
                           .date = day };
    need(d, desk_act(d, &a, NULL));
}

static bool
has_timer(struct desk *d, const char *ref)
{
    int64_t before = 0;
    int64_t after = 0;
    struct occurrence o = find(d, ref);
    need(d, store_begin(d->s, &d->why));
    need(d, store_get(d->s, Q_TIMER_COUNT, NONE, &before, &d->why));
    need(d, store_run(d->s, Q_TIMER_DROP, WITH(I(o.id)), &d->why));
    need(d, store_get(d->s, Q_TIMER_COUNT, NONE, &after, &d->why));
    store_rollback(d->s);
    return before != after;
}

static const struct edit sooner[] = {
    { "  quarter_basis: calendar", "  quarter_basis: calendar\n  return_due_wd: 5" },
};

static void
returns_move_with_the_days_that_the_plan_gives_them_and_follow_ups_too(void **state)
{
    struct desk *d = *state;
    static const struct edit wrong[] = {
        { "  quarter_basis: calendar", "  quarter_basis: calendar\n  return_due_wd: 61" },
    };
    assert_true(apply_as_it_is(d).added > 100);
    at_day(d, 2015, 3, 2);
    struct occurrence done = find(d, "3d/deliver");
    int added = 0;
    need(d, store_begin(d->s, &d->why));
    need(d, store_run(d->s, Q_OCCURRENCE_WHOLE_STATE,
                      WITH(I(ACTION_COMPLETE), I(d->now_ms), I(done.id)), &d->why));
    need(d, apply_follow_up(d->w, d->s, d->set, &done, d->now_ms, &added, &d->why));
    need(d, store_commit(d->s, &d->why));
    assert_true(added > 4);
    day_t listed = find(d, "3j/return/2016Q1").duty.due;
    day_t follow = find(d, "3d/return/2016Q1").duty.due;
    assert_int_equal(listed, follow);
    assert_true(desk_edit(d, sooner, LENGTH(sooner)).moved > 20);
    struct occurrence o = find(d, "3j/return/2016Q1");
    assert_int_equal(o.duty.due, calendar_add(&d->w->calendar, listed, -5));
    assert_int_equal(o.gen, 1);
    assert_int_equal(find(d, "3d/return/2016Q1").duty.due, o.duty.due);
    struct scratch place = scratch_open(CONFIG_DIR);
    AUTO_DIAG struct diag diag = { 0 };
    AUTO_TEXT struct text path = { 0 };
    struct plan_set *set = NULL;
    write_edited(&place, wrong, 1);
    text_addf(&path, "%s/plan.yaml", place.dir);
    assert_int_equal(plan_set_load(text_str(&path), &diag, &set), -EBADMSG);
    assert_int_equal(diag.n_errors, 1);
    scratch_done(&place);
}

static const struct edit financial[] = {
    { "quarter_basis: calendar", "quarter_basis: financial" },
};

static void
a_slip_in_the_plan_can_be_undone(void **state)
{
    struct desk *d = *state;
    assert_true(apply_as_it_is(d).added > 100);
    day_t right = find(d, "2b/deliver").duty.due;
    assert_true(desk_edit(d, financial, LENGTH(financial)).moved > 100);
    assert_int_not_equal(find(d, "2b/deliver").duty.due, right);
    struct applied back = apply_as_it_is(d);
    assert_true(back.moved > 100);
    struct occurrence o = find(d, "2b/deliver");
    assert_int_equal(o.duty.due, right);
    assert_int_equal(o.gen, 1); /* the same words about the date: only the quarters moved */
    assert_int_equal(apply_as_it_is(d).plans_changed, 0);
}

static void
an_extension_stays_until_the_plan_names_another_day(void **state)
{
    struct desk *d = *state;
    static const struct edit text[] = { { "id: 2c\n", "id: 2z\n        new: yes\n" } };
    static const struct edit later[] = { { "timescale: Q2 2016", "timescale: Q4 2016" } };
    (void)apply_as_it_is(d);
    day_t extended = day_of(2016, 9, 30);
    do_act(d, "3f/deliver", ACTION_EV_EXTEND, "qsc-secretary", extended);
    (void)desk_edit(d, text, LENGTH(text));
    assert_int_equal(find(d, "3f/deliver").duty.due, extended);
    (void)desk_edit(d, later, LENGTH(later));
    assert_int_equal(find(d, "3f/deliver").duty.due, day_of(2016, 12, 30));
}

static void
an_action_taken_out_and_put_back_is_asked_for_again(void **state)
{
    struct desk *d = *state;
    static const struct edit other[] = { { "id: 2c\n", "id: 2z\n        new: yes\n" } };
    (void)apply_as_it_is(d);
    assert_int_equal(desk_edit(d, other, LENGTH(other)).left, 1);
    assert_int_equal(find(d, "2c/deliver").duty.state, ACTION_WITHDRAWN_PENDING);
    assert_false(has_timer(d, "2c/deliver"));
    struct applied back = apply_as_it_is(d);
    assert_int_equal(back.returned, 1);
    assert_int_equal(back.moved, 0);
    assert_int_equal(find(d, "2c/deliver").duty.state, ACTION_PLANNED);
    assert_true(has_timer(d, "2c/deliver"));
}

static void
what_the_forum_withdrew_does_not_come_back_by_an_edit(void **state)
{
    struct desk *d = *state;
    (void)apply_as_it_is(d);
    do_act(d, "2c/deliver", ACTION_EV_WITHDRAW, "qsc-secretary", DAY_NONE);
    (void)desk_edit(d, financial, LENGTH(financial));
    (void)apply_as_it_is(d);
    assert_int_equal(find(d, "2c/deliver").duty.state, ACTION_WITHDRAWN);
}

static void
who_left_the_leads_is_not_asked_for_a_part_any_more(void **state)
{
    struct desk *d = *state;
    static const struct edit fewer[] = { { "          - Chief Pharmacist\n", "" } };
    (void)apply_as_it_is(d);
    assert_string_equal(find(d, "1e@chief-pharmacist").ref, "1e/deliver");
    assert_true(has_timer(d, "1e/deliver@chief-pharmacist"));
    struct applied sum = desk_edit(d, fewer, LENGTH(fewer));
    assert_int_equal(sum.withdrawn, 1);
    assert_int_equal(find(d, "1e/deliver@chief-pharmacist").duty.state, ACTION_WITHDRAWN);
    assert_false(has_timer(d, "1e/deliver@chief-pharmacist"));
    assert_int_equal(find(d, "1e/deliver").duty.state, ACTION_PLANNED);
}

/* What is left of the whole when the edit takes its last open part. */
static void
the_last_open_part_taken_out_ends_the_whole(void **state)
{
    struct desk *d = *state;
    static const struct edit fewer[] = { { "          - Chief Pharmacist\n", "" } };
    static const enum action_state ends[] = { ACTION_COMPLETE, ACTION_WITHDRAWN };
    for (size_t i = 0; i < LENGTH(ends); i++) {
        int64_t n = 0;
        (void)apply_as_it_is(d);
        struct occurrence whole = find(d, "1e/deliver");
        struct occurrence part = find(d, "1e/deliver@chief-pharmacist");
        need(d, store_begin(d->s, &d->why));
        for (int64_t id = whole.id; id < whole.id + 64; id++) {
            struct occurrence o;
            if (occurrence_get(d->s, id, &o, &d->why) >= 0 && o.parent == whole.id
                && o.id != part.id) {
                need(d, store_run(d->s, Q_OCCURRENCE_WHOLE_STATE,
                                  WITH(I(ends[i]), I(0), I(o.id)), &d->why));
            }
        }
        need(d, store_commit(d->s, &d->why));
        need(d, store_get(d->s, Q_OCCURRENCE_PARTS_OPEN, WITH(I(whole.id)), &n, &d->why));
        assert_int_equal(n, 1);
        (void)desk_edit(d, fewer, LENGTH(fewer));
        assert_int_equal(find(d, "1e/deliver").duty.state, ends[i]);
        (void)apply_as_it_is(d); /* and put back it is asked for again, and so is the whole */
        assert_int_equal(find(d, "1e/deliver@chief-pharmacist").duty.state, ACTION_PLANNED);
        assert_int_equal(find(d, "1e/deliver").duty.state, ACTION_PLANNED);
    }
}

static void
a_series_that_becomes_one_delivery_ends(void **state)
{
    struct desk *d = *state;
    static const struct edit once[] = { { "timescale: From Q1 2015", "timescale: Q1 2015" } };
    (void)apply_as_it_is(d);
    struct applied sum = desk_edit(d, once, LENGTH(once));
    assert_true(sum.withdrawn > 10 && sum.added > 0);
    assert_int_equal(find(d, "1d/start").duty.state, ACTION_WITHDRAWN);
    assert_int_equal(find(d, "1d/return/2015Q3").duty.state, ACTION_WITHDRAWN);
    assert_int_equal(find(d, "1d/deliver").duty.state, ACTION_PLANNED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_AN_EMPTY_DESK(returns_move_with_the_days_that_the_plan_gives_them_and_follow_ups_too),
        AT_AN_EMPTY_DESK(a_slip_in_the_plan_can_be_undone),
        AT_AN_EMPTY_DESK(an_extension_stays_until_the_plan_names_another_day),
        AT_AN_EMPTY_DESK(an_action_taken_out_and_put_back_is_asked_for_again),
        AT_AN_EMPTY_DESK(what_the_forum_withdrew_does_not_come_back_by_an_edit),
        AT_AN_EMPTY_DESK(who_left_the_leads_is_not_asked_for_a_part_any_more),
        AT_AN_EMPTY_DESK(the_last_open_part_taken_out_ends_the_whole),
        AT_AN_EMPTY_DESK(a_series_that_becomes_one_delivery_ends),
    };
    return cmocka_run_group_tests_name("apply", tests, NULL, NULL);
}
