/* SPDX-License-Identifier: MIT */
/* test_edits_gone.c - actions that go and come in an edited plan, change their number, wait for
 * each other; and an edit that the store cannot take. */
#include "edits_fixture.h"

/* ---- actions that go and come ---------------------------------------------------------------- */

#define GONE(id) { "id: " id "\n", "id: 9x\n        new: yes\n" }
static const struct edit no_1d[] = { GONE("1d") };

static void
an_action_taken_out_is_silent_and_two_people_hear_once(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2015, 7, 9));
    int64_t before = number(d, "SELECT max(id) FROM item");
    struct applied sum = desk_edit(d, no_1d, LENGTH(no_1d));
    assert_true(sum.left > 10);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE action = '1d' AND"
                               " state NOT IN (5, 10)"), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM timer t JOIN occurrence o ON"
                               " o.id = t.occurrence WHERE o.action = '1d'"), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE id > %" PRId64
                               " AND kind = 'left-plan'", before), 2);
    assert_int_equal(told(d, "qsc-secretary", "left-plan"), 1);
    live_until(d, day_of(2015, 12, 1));
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE role = 'qsc-secretary' AND"
                               " instr(body, 'What we ask:      decide by a minute') > 0"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE role <> 'qsc-secretary' AND"
                               " instr(body, 'What we ask:      see that the committee decides')"
                               " > 0"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item i JOIN occurrence o ON"
                               " o.id = i.occurrence WHERE i.id > %" PRId64 " AND"
                               " o.action = '1d'", before), 2);
}

static void
one_minute_ends_all_that_it_asked_for(void **state)
{
    struct desk *d = *state;
    (void)desk_edit(d, no_1d, LENGTH(no_1d));
    assert_int_equal(act_as(d, "1d", ACTION_EV_SUBMIT, "head-of-od"), -EINVAL);
    assert_int_equal(act_as(d, "1d", ACTION_EV_WITHDRAW, "head-of-od"), -EPERM);
    need(d, act_as(d, "1d", ACTION_EV_WITHDRAW, "qsc-secretary"));
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE action = '1d' AND"
                               " state <> 8"), 0);
    AUTO_DIAG struct diag heard = { 0 };
    (void)edit_and_hear(d, NULL, 0, &heard); /* and no edit brings it back */
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE action = '1d' AND"
                               " state <> 8"), 0);
    assert_true(heard.n_warnings > 0);
}

static void
an_action_with_parts_is_ended_as_one(void **state)
{
    struct desk *d = *state;
    static const struct edit no_1e[] = { GONE("1e") };
    (void)desk_edit(d, no_1e, LENGTH(no_1e));
    need(d, act_as(d, "1e", ACTION_EV_WITHDRAW, "qsc-secretary"));
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE action = '1e' AND"
                               " state <> 8"), 0);
}

static void
in_the_plan_again_it_goes_on_where_it_was(void **state)
{
    struct desk *d = *state;
    static const struct edit no_2b[] = { GONE("2b") };
    live_until(d, day_of(2016, 1, 12));
    struct occurrence was = find(d, "2b/deliver");
    int64_t pending = items(d);
    (void)desk_edit(d, no_2b, LENGTH(no_2b));
    (void)desk_edit(d, NULL, 0);
    struct occurrence is = find(d, "2b/deliver");
    assert_int_equal(is.gen, was.gen);
    assert_int_equal(is.duty.state, was.duty.state);
    assert_int_equal(is.duty.level, was.duty.level);
    assert_int_equal(is.duty.rest_until, day_of(2016, 1, 12)); /* no new level on that day */
    (void)fire_now(d, true);
    assert_true(items(d) <= pending + 12); /* what 9x, gone again, left for owner and secretary */
    assert_int_equal(number(d, "SELECT count(*) FROM item i JOIN occurrence o ON"
                               " o.id = i.occurrence WHERE o.ref = '2b/deliver' AND"
                               " i.kind = 'left-plan' AND i.state = 2"), 0);
}

static void
a_plan_that_no_file_has_rests_as_a_whole(void **state)
{
    struct desk *d = *state;
    struct applied sum = { 0 };
    const struct plan_set none = { .n_plans = 0 };
    need(d, store_begin(d->s, &d->why));
    need(d, apply_missing(d->w, d->s, &none, "user test", d->now_ms, &sum, &d->why));
    need(d, store_commit(d->s, &d->why));
    assert_true(sum.left > 100);
    assert_int_equal(number(d, "SELECT count(*) FROM timer"), 0);
    struct applied again = desk_edit(d, NULL, 0);
    assert_int_equal(again.returned, sum.left);
    assert_true(number(d, "SELECT count(*) FROM timer") > 100);
    assert_int_equal(number(d, "SELECT max(gen) FROM occurrence"), 1);
}

static void
a_review_of_another_date_takes_the_place_of_the_old_one(void **state)
{
    struct desk *d = *state;
    static const struct edit next_year[] = { { "  review: January 2018", "  review: June 2018" },
                                             { "  review_interval: 3 years\n", "" } };
    AUTO_DIAG struct diag heard = { 0 };
    (void)edit_and_hear(d, next_year, LENGTH(next_year), &heard);
    assert_int_equal(find(d, "review/2018-01").duty.state, ACTION_SUPERSEDED);
    assert_int_equal(find(d, "review/2018-06").moves, 1);
    assert_int_equal(heard.n_warnings, 1);
    (void)edit_and_hear(d, NULL, 0, &heard);
    assert_int_equal(find(d, "review/2018-01").duty.state, ACTION_PLANNED);
    assert_int_equal(find(d, "review/2018-06").duty.state, ACTION_SUPERSEDED);
}

/* ---- under another number -------------------------------------------------------------------- */

/* Refused, and the plan in force is as it was. */
static void
refused(struct desk *d, const struct edit *edits, size_t n, const char *question)
{
    AUTO_DIAG struct diag heard = { 0 };
    struct applied sum = { .findings = &heard };
    struct scratch place = scratch_open(CONFIG_DIR);
    struct plan_set *set = load_edited(&place, edits, n);
    int64_t before = print_of(d);
    need(d, store_begin(d->s, &d->why));
    assert_int_equal(apply_plans(d->w, d->s, set, "user test", d->now_ms, &sum, &d->why), -EBADMSG);
    store_rollback(d->s);
    assert_int_equal(print_of(d), before);
    if (!strstr(d->why.text, question) || heard.n_errors != 1) {
        print_error("%s\n%d errors, not: %s\n", d->why.text, heard.n_errors, question);
        fail();
    }
    (void)plan_set_free(set);
    scratch_done(&place);
}

static void
what_looks_renumbered_is_asked_about_and_never_guessed(void **state)
{
    struct desk *d = *state;
    static const struct edit number_only[] = { { "id: 2b\n", "id: 2x\n" } };
    static const struct edit words_too[] = { { "id: 1f\n", "id: 1x\n" },
                                             { "text: Make co-production one of the priorities in "
                                               "the Quality Account for 2015.",
                                               "text: Make co-production a priority of the Quality "
                                               "Account for 2015." } };
    refused(d, number_only, LENGTH(number_only),
            "2x looks like 2b renamed: 100 % of its text, and 2b is gone: say in it renames: 2b, or"
            " new: yes");
    refused(d, words_too, LENGTH(words_too), "1x looks like 1f renamed");
    assert_non_null(strstr(d->why.text, "/plan.yaml:"));
}

static void
a_renamed_action_keeps_its_history(void **state)
{
    struct desk *d = *state;
    static const struct edit renamed[] = { { "id: 2b\n", "id: 2x\n        renames: 2b\n" } };
    live_until(d, day_of(2016, 1, 12));
    struct occurrence was = find(d, "2b/deliver");
    int64_t items_before = number(d, "SELECT count(*) FROM item");
    struct applied sum = desk_edit(d, renamed, LENGTH(renamed));
    assert_int_equal(sum.renamed, 1);
    assert_int_equal(sum.added + sum.left + sum.moved + sum.reassigned, 0);
    struct occurrence is = find(d, "2x/deliver");
    assert_int_equal(is.id, was.id);
    assert_int_equal(is.gen, was.gen);
    assert_int_equal(is.duty.level, was.duty.level);
    assert_int_equal(number(d, "SELECT count(*) FROM item"), items_before);
    assert_int_equal(number(d, "SELECT count(*) FROM action WHERE id IN ('2b', '2x')"), 1);
    refused(d, NULL, 0, "2b looks like 2x renamed"); /* and back is asked about again */
}

static void
an_answer_that_stays_in_the_plan_does_no_harm(void **state)
{
    struct desk *d = *state;
    static const struct edit renamed[] = { { "id: 2b\n", "id: 2x\n        renames: 2b\n" } };
    static const struct edit again[] = { { "id: 2b\n", "id: 2x\n        renames: 2b\n" },
                                         { "id: 2c\n", "id: 2c\n        comment: x\n" } };
    (void)desk_edit(d, renamed, LENGTH(renamed));
    struct applied sum = desk_edit(d, again, LENGTH(again));
    assert_int_equal(sum.renamed + sum.left + sum.added + sum.returned, 0);
}

static void
words_that_changed_places_are_asked_about(void **state)
{
    struct desk *d = *state;
    static const struct edit swapped[] = { { "id: 2b\n", "id: 2tmp\n" },
                                           { "id: 2c\n", "id: 2b\n" },
                                           { "id: 2tmp\n", "id: 2c\n        new: yes\n" } };
    static const struct edit rewritten[] = {
        { "id: 2b\n", "id: 2tmp\n" },
        { "id: 2c\n", "id: 2b\n        renames: 2b\n" },
        { "id: 2tmp\n", "id: 2c\n        renames: 2c\n" }
    };
    refused(d, swapped, LENGTH(swapped), "2b now reads like 2c: 100 % of its text");
    assert_int_equal(desk_edit(d, rewritten, LENGTH(rewritten)).renamed, 0);
}

/* ---- from one for all to a share each, and back ---------------------------------------------- */

static void
a_share_for_each_and_back_again(void **state)
{
    struct desk *d = *state;
    static const struct edit one[] = { { "        completion: all\n", "        completion: any\n" },
                                       { "        split_by: unit\n", "" } };
    (void)desk_edit(d, one, LENGTH(one));
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE part <> '' AND state <> 8"),
                     0);
    assert_int_equal(find(d, "1e/deliver").duty.state, ACTION_PLANNED);
    assert_int_equal(number(d, "SELECT count(*) FROM timer t JOIN occurrence o ON"
                               " o.id = t.occurrence WHERE o.ref = '1e/deliver'"), 1);
    (void)desk_edit(d, NULL, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM timer t JOIN occurrence o ON"
                               " o.id = t.occurrence WHERE o.ref = '1e/deliver' AND o.part = ''"),
                     0);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE part <> '' AND state <> 1"),
                     0);
}

/* ---- what waits for what --------------------------------------------------------------------- */

static void
an_edit_wakes_what_waited_and_rests_what_waits_now(void **state)
{
    struct desk *d = *state;
    static const struct edit waits[] = { { "id: 1b\n", "id: 1b\n        depends_on: [2b]\n" } };
    live_until(d, day_of(2015, 6, 24));
    (void)desk_edit(d, waits, LENGTH(waits));
    live_until(d, day_of(2015, 7, 20));
    assert_int_equal(find(d, "1b/deliver").duty.level, 0);
    (void)desk_edit(d, NULL, 0);
    live_until(d, day_of(2015, 7, 31));
    assert_int_equal(find(d, "1b/deliver").duty.level, 0); /* ten working days first */
    live_until(d, day_of(2015, 8, 4));
    assert_int_equal(find(d, "1b/deliver").duty.level, 1);
}

static void
any_number_of_dependents_wakes(void **state)
{
    struct desk *d = *state;
    need(d, store_begin(d->s, &d->why));
    at_day(d, 2016, 1, 11);
    change(d, "UPDATE action_dep SET needs = '1b' WHERE plan = 'CO-304';"
              "INSERT OR IGNORE INTO action_dep VALUES ('CO-304', 'many', '1b');"
              "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)"
              " INSERT INTO occurrence (id, plan, ref, action, kind, due, state, changed_ms)"
              " SELECT 100000 + i, 'CO-304', 'many/return/' || i, 'many', 3, 16000, 2, 0 FROM n");
    need(d, depend_settle(d->w, d->s, "CO-304", "1b", true, d->now_ms, &d->why));
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE action = 'many' AND"
                               " ladder_from IS NOT NULL"), 700);
    assert_int_equal(number(d, "SELECT count(*) FROM timer WHERE occurrence > 100000"), 700);
    store_rollback(d->s);
}

/* ---- when it fails --------------------------------------------------------------------------- */

static int
apply_many_edits(struct desk *d)
{
    static const struct edit edits[] = { { WORKSHOP("Q2 2015"), WORKSHOP("Q3 2015") },
                                         { WORKSHOP_LEAD("Head of Organisational Development"),
                                           WORKSHOP_LEAD("Medical Director") },
                                         GONE("1d"),
                                         { "          - Chief Pharmacist\n", "" } };
    struct applied sum;
    struct scratch place = scratch_open(CONFIG_DIR);
    struct plan_set *set = load_edited(&place, edits, LENGTH(edits));
    int r = desk_apply(d, set, &sum);
    (void)plan_set_free(set);
    scratch_done(&place);
    return r;
}

static void
a_store_that_fails_in_an_edit_is_told_and_nothing_is_left(void **state)
{
    struct desk *d = *state;
    live_until(d, day_of(2015, 7, 9));
    fails_well(d, apply_many_edits);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(an_action_taken_out_is_silent_and_two_people_hear_once),
        AT_A_DESK(one_minute_ends_all_that_it_asked_for),
        AT_A_DESK(an_action_with_parts_is_ended_as_one),
        AT_A_DESK(in_the_plan_again_it_goes_on_where_it_was),
        AT_A_DESK(a_plan_that_no_file_has_rests_as_a_whole),
        AT_A_DESK(a_review_of_another_date_takes_the_place_of_the_old_one),
        AT_A_DESK(what_looks_renumbered_is_asked_about_and_never_guessed),
        AT_A_DESK(a_renamed_action_keeps_its_history),
        AT_A_DESK(an_answer_that_stays_in_the_plan_does_no_harm),
        AT_A_DESK(words_that_changed_places_are_asked_about),
        AT_A_DESK(a_share_for_each_and_back_again),
        AT_A_DESK(an_edit_wakes_what_waited_and_rests_what_waits_now),
        AT_A_DESK(any_number_of_dependents_wakes),
        AT_A_DESK(a_store_that_fails_in_an_edit_is_told_and_nothing_is_left),
    };
    return cmocka_run_group_tests_name("actions gone", tests, NULL, NULL);
}
