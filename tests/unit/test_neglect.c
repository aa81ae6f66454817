/* SPDX-License-Identifier: MIT */
/* test_neglect.c - what nobody cares for over years, and what stands in each other's way. */
#include "base/hash.h"
#include "engine/item.h"

#include "engine_fixture.h"

/* The digest's day comes by itself: from send day to send day. */
static void
live_until(struct desk *d, int year, int month, int day)
{
    day_t last = day_of(year, month, day);
    for (day_t at = world_day(d->w, d->now_ms); at <= last; at++) {
        int64_t morning = world_send_ms(d->w, at);
        d->now_ms = morning > d->now_ms ? morning : d->now_ms;
        play_until(d, at, true);
    }
}

static int64_t
n_items(struct desk *d, const char *kind, const char *ref)
{
    return number(d,
                  "SELECT count(*) FROM item i JOIN occurrence o ON o.id = i.occurrence "
                  "WHERE i.kind = '%s' AND o.ref = '%s'",
                  kind, ref);
}

static void
what_nobody_answers_for_twelve_years_is_still_asked(void **state)
{
    struct desk *d = *state;
    play_until(d, day_of(2027, 6, 1), true);
    int64_t newest = number(d, "SELECT max(created_ms) FROM item WHERE kind = 'repeat'");
    assert_true(newest > world_send_ms(d->w, day_of(2027, 3, 1)));
    assert_true(number(d, "SELECT count(*) FROM item WHERE kind = 'repeat' AND step > 'O+1000' "
                          "AND length(step) = 6") > 0);
    assert_int_equal(number(d, "SELECT count(*) FROM timer WHERE trouble IS NOT NULL"), 0);
}

static void
a_return_in_whose_place_a_newer_one_is_asked_is_verified_when_handed_in(void **state)
{
    struct desk *d = *state;
    live_until(d, 2016, 12, 1);
    assert_true(number(d, "SELECT absorbed_by FROM occurrence WHERE ref = '3j/return/2016Q1'") > 0);
    need(d, act_as(d, "3j/return/2016Q1", ACTION_EV_SUBMIT, "head-of-community-engagement"));
    live_until(d, 2017, 2, 1);
    assert_true(n_items(d, "verify", "3j/return/2016Q1") > 0);
    assert_int_equal(number(d, "SELECT count(*) FROM item i JOIN occurrence o ON o.id = "
                               "i.occurrence WHERE i.kind = 'verify' AND i.state = 3 "
                               "AND o.ref = '3j/return/2016Q1'"), 0);
}

static void
being_out_of_reach_does_not_put_off_what_is_asked_of_the_blocked(void **state)
{
    struct desk *d = *state;
    live_until(d, 2016, 1, 4);
    need(d, act_as(d, "2b/deliver", ACTION_EV_BLOCK, "head-of-od"));
    change(d, "UPDATE role SET email = NULL WHERE id IN ('head-of-od', 'head-of-td')");
    live_until(d, 2016, 6, 29);
    assert_true(n_items(d, "unreached", "2b/deliver") > 10);
    int64_t before = n_items(d, "blocked", "2b/deliver");
    change(d, "UPDATE role SET email = id || '@example.nhs.uk' "
              "WHERE id IN ('head-of-od', 'head-of-td')");
    live_until(d, 2016, 7, 29); /* twenty working days: two or three times ten */
    int64_t now = n_items(d, "blocked", "2b/deliver") - before;
    assert_in_range(now, 2, 3);
}

static void
the_owner_hears_early_of_a_lead_who_is_away_on_the_due_day(void **state)
{
    struct desk *d = *state;
    change(d, "INSERT INTO role_absence VALUES ('head-of-od', 16790, 16810),"
              " ('head-of-communications', 16790, 16810), ('head-of-hr', 16700, 16710);"
              "UPDATE role SET deputy = NULL WHERE id IN ('head-of-od', 'head-of-hr');"
              "UPDATE role SET deputy = 'head-of-td' WHERE id = 'head-of-communications'");
    live_until(d, 2015, 12, 7); /* 2b, 2c and 2f are due on 31 December, day 16800 */
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'absent'"), 0);
    live_until(d, 2015, 12, 9);
    assert_int_equal(n_items(d, "absent", "2b/deliver"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'absent' AND state = 2 AND"
                               " role = 'head-of-community-engagement'"), 1);
    assert_true(number(d, "SELECT count(*) FROM notice WHERE role = 'head-of-community-engagement'"
                          " AND body LIKE '%%see who acts for Head of Organisational Development,"
                          " who is away on the due day%%'") > 0);
}

/* How many mails to a role say so of what head-of-od leads. */
static int64_t
n_said(struct desk *d, const char *role, const char *words)
{
    return number(d, "SELECT count(DISTINCT n.id) FROM notice n JOIN item i ON i.notice = n.id JOIN"
                     " occurrence o ON o.id = i.occurrence WHERE o.ref = '2b/deliver' AND n.role ="
                     " '%s' AND replace(n.body, char(10), ' ') LIKE '%%%s%%'",
                  role, words);
}

static void
a_level_is_named_by_whom_it_tells(void **state)
{
    struct desk *d = *state;
    change(d, "UPDATE role SET deputy = 'head-of-td', line_manager = 'head-of-hr', director ="
              " 'director-of-quality' WHERE id = 'head-of-od'");
    live_until(d, 2015, 12, 31);
    change(d, "UPDATE role SET line_manager = NULL WHERE id = 'head-of-od'");
    live_until(d, 2016, 1, 4); /* level 1 */
    assert_true(n_said(d, "head-of-od", "the lead''s deputy is told.") > 0);
    live_until(d, 2016, 1, 11); /* level 2 */
    assert_true(n_said(d, "head-of-od", "the director is told.") > 0);
    live_until(d, 2016, 6, 1);
    assert_true(n_said(d, "qsc-secretary", "The lead and the director were told and it") > 0);
    assert_int_equal(n_said(d, "qsc-secretary", "The lead was told and it"), 0);
}

static void
nobody_above_a_lead_is_said_to_be_told_where_there_is_nobody(void **state)
{
    struct desk *d = *state;
    change(d, "UPDATE role SET deputy = NULL, line_manager = NULL, director = 'director-of-quality'"
              " WHERE id = 'head-of-od';"
              "UPDATE role SET email = NULL WHERE id = 'director-of-quality'");
    live_until(d, 2016, 6, 1);
    assert_true(n_said(d, "head-of-od", "the lead and the owner of the plan are told again.") > 1);
    assert_int_equal(n_said(d, "head-of-od", "deputy%%told"), 0);
    assert_int_equal(n_said(d, "head-of-od", "the director is told."), 0);
    assert_true(n_said(d, "qsc-secretary", "The lead was told and it is still open") > 0);
    assert_int_equal(n_said(d, "qsc-secretary", "director were told"), 0);
}

static void
a_topic_names_whom_it_was_meant_for(void **state)
{
    struct desk *d = *state;
    change(d, "UPDATE role SET email = NULL WHERE id = 'head-of-od'");
    const struct item_topic_order order = { .kind = ITEM_ROLLUP, .plan = "CO-304", .topic = "2b",
                                            .about = 5, .role = "head-of-od",
                                            .why = NOTICE_WHY_LEAD, .note = "worse",
                                            .words = "nWorse.\n" };
    need(d, store_begin(d->s, &d->why));
    need(d, item_add_topic(d->w, d->s, &order, d->now_ms, &d->why));
    need(d, store_commit(d->s, &d->why));
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE role = "
                               "'head-of-community-engagement' AND of = "
                               "(SELECT title FROM role WHERE id = 'head-of-od')"), 1);
}

static void
work_that_nobody_does_holds_up_the_digests_for_an_hour(void **state)
{
    struct desk *d = *state;
    int64_t due = 0;
    int64_t next = 0;
    need(d, store_begin(d->s, &d->why));
    (void)do_jobs(d);
    struct job_order order = { .kind = JOB_KIND_ESCALATE, .key = "nobody does it",
                               .run_at_ms = d->now_ms, .detail = "L1+1 g1 e0" };
    need(d, job_order_add(d->s, &order, d->now_ms, &d->why));
    assert_true(number(d, "SELECT count(*) FROM item WHERE state = 1 AND calls = 1") > 0);
    need(d, standing_order(d->w, d->s, d->now_ms, &d->why));
    assert_int_equal(digest_order(d->w, d->s, d->now_ms, &d->why), 0);
    need(d, digest_next_ms(d->w, d->s, d->now_ms, &due, &d->why));
    assert_int_equal(due, d->now_ms + 3600000);
    need(d, standing_next_ms(d->w, d->s, d->now_ms, &next, &d->why));
    assert_true(next >= due);
    assert_int_equal(digest_order(d->w, d->s, due - 1, &d->why), 0);
    assert_true(digest_order(d->w, d->s, due, &d->why) > 0);
    need(d, store_commit(d->s, &d->why));
}

static int
act_to(struct desk *d, const char *ref, enum action_event event, const char *to, day_t date)
{
    const char *owner = "head-of-community-engagement";
    const struct act a = { .ref = ref, .event = event, .role = owner, .comment = "as agreed",
                           .percent = -1, .date = date, .to = to };
    return desk_act(d, &a, NULL);
}

static int64_t
n_waiting(struct desk *d, const char *kind, const char *role)
{
    return number(d,
                  "SELECT count(*) FROM item i JOIN occurrence o ON o.id = i.occurrence WHERE "
                  "o.ref = '2b/deliver' AND i.state <> 3 AND i.kind = '%s' AND i.role = '%s'",
                  kind, role);
}

static void
who_leads_from_now_on_hears_of_it_though_nothing_is_open_yet(void **state)
{
    struct desk *d = *state;
    live_until(d, 2015, 1, 12);
    change(d, "INSERT INTO delivery SELECT id, 1, 0, created_ms FROM notice;"
              "INSERT INTO delivery_outcome SELECT id, 1, 'accepted', 250, '', created_ms"
              " FROM notice; UPDATE notice SET state = 2");
    int64_t before = number(d, "SELECT max(id) FROM notice");
    need(d, act_to(d, "2b/deliver", ACTION_EV_REASSIGN, "head-of-communications", DAY_NONE));
    assert_int_equal(n_waiting(d, "assign", "head-of-communications"), 1);
    assert_int_equal(n_waiting(d, "handed-over", "head-of-od"), 1);
    need(d, act_to(d, "2b/deliver", ACTION_EV_AGREE, NULL, DAY_NONE));
    assert_int_equal(n_waiting(d, "assign", "head-of-communications"), 1);
    live_until(d, 2015, 1, 14);
    assert_int_equal(number(d, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice JOIN "
                               "occurrence o ON o.id = i.occurrence WHERE o.ref = '2b/deliver' "
                               "AND i.kind IN ('assign', 'handed-over') AND n.id > %lld",
                            (long long)before),
                     2);
}

static void
an_extension_to_a_day_off_counts_as_the_working_day_before_it(void **state)
{
    struct desk *d = *state;
    live_until(d, 2016, 1, 8); /* a Friday; the next two days are off */
    assert_int_equal(act_to(d, "2b/deliver", ACTION_EV_EXTEND, NULL, day_of(2016, 1, 10)), -EINVAL);
    assert_non_null(strstr(d->why.text, "a working day"));
    need(d, act_to(d, "2b/deliver", ACTION_EV_EXTEND, NULL, day_of(2016, 1, 17)));
    assert_int_equal(number(d, "SELECT due FROM occurrence WHERE ref = '2b/deliver'"),
                     day_of(2016, 1, 15));
}

static void
every_change_of_the_roster_and_the_forums_is_seen(void **state)
{
    struct desk *d = *state;
    struct applied sum;
    need(d, store_begin(d->s, &d->why));
    need(d, desk_apply(d, d->set, &sum));
    assert_false(sum.settings_changed);
    struct role *with_alias = NULL; /* edited in place, as if read from other files */
    struct forum *forums = NULL;
    memcpy(&with_alias, &d->set->roster.roles, sizeof with_alias);
    memcpy(&forums, &d->set->forums, sizeof forums);
    while (with_alias->n_aliases == 0) {
        with_alias++;
    }
    with_alias->n_aliases--;
    need(d, desk_apply(d, d->set, &sum));
    assert_true(sum.settings_changed);
    need(d, desk_apply(d, d->set, &sum));
    assert_false(sum.settings_changed);
    assert_int_equal(number(d, "SELECT board_secretary = 'company-secretary' FROM plan"), 1);
    for (size_t i = 0; i < d->set->n_forums; i++) {
        forums[i].reports_to = NULL;
    }
    need(d, desk_apply(d, d->set, &sum));
    assert_int_equal(number(d, "SELECT board_secretary IS NULL FROM plan"), 1);
    need(d, store_commit(d->s, &d->why));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(what_nobody_answers_for_twelve_years_is_still_asked),
        AT_A_DESK(a_return_in_whose_place_a_newer_one_is_asked_is_verified_when_handed_in),
        AT_A_DESK(being_out_of_reach_does_not_put_off_what_is_asked_of_the_blocked),
        AT_A_DESK(who_leads_from_now_on_hears_of_it_though_nothing_is_open_yet),
        AT_A_DESK(an_extension_to_a_day_off_counts_as_the_working_day_before_it),
        AT_A_DESK(every_change_of_the_roster_and_the_forums_is_seen),
        AT_A_DESK(the_owner_hears_early_of_a_lead_who_is_away_on_the_due_day),
        AT_A_DESK(a_level_is_named_by_whom_it_tells),
        AT_A_DESK(nobody_above_a_lead_is_said_to_be_told_where_there_is_nobody),
        AT_A_DESK(a_topic_names_whom_it_was_meant_for),
        AT_A_DESK(work_that_nobody_does_holds_up_the_digests_for_an_hour),
    };
    return hash_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
