/* SPDX-License-Identifier: MIT */
/* test_rights.c - how far each may go with an event: every limit, from both of its sides. */
#include "stage_fixture.h"

enum { HOLD_WD = 10, EXTEND_WD = 20, VERIFY_WD = 10 };

static void
open_stage(struct desk *d)
{
    set_the_stage(d);
    at_day(d, 2015, 5, 12);
    change(d, "UPDATE occurrence SET state = 2 WHERE ref = '1b/deliver'");
}

static day_t
in_wd(const struct desk *d, day_t day, int wd)
{
    return calendar_add(&d->w->calendar, day, wd);
}

static int64_t
of_1b(struct desk *d, const char *column)
{
    return number(d, "SELECT coalesce(%s, -1) FROM occurrence WHERE ref = '1b/deliver'", column);
}

static void
is_refused(struct desk *d, int got, int want, const char *words)
{
    assert_int_equal(got, want);
    if (!strstr(d->why.text, words)) {
        fail_msg("'%s' is not in '%s'", words, d->why.text);
    }
}

static int
plainly(struct desk *d, enum action_event event, const char *role, const char *words)
{
    const struct act a = { .ref = "1b/deliver", .event = event, .role = role, .comment = words,
                           .percent = -1 };
    return desk_act(d, &a, NULL);
}

static void
a_supporters_acknowledgement_is_a_note_and_rests_nothing(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    is_refused(d, plainly(d, ACTION_EV_ACK, "the-support", ""), -EPERM, "may not ack");
    need(d, plainly(d, ACTION_EV_ACK, "the-support", "we know"));
    assert_int_equal(of_1b(d, "acked_until"), -1);
    assert_int_equal(of_1b(d, "acks"), 0);
    assert_int_equal(of_1b(d, "state"), ACTION_OPEN);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'note' AND actor ="
                               " 'the-support'"), 1);
    need(d, plainly(d, ACTION_EV_ACK, "the-deputy", ""));
    assert_int_equal(of_1b(d, "acked_until"), in_wd(d, world_day(d->w, d->now_ms), HOLD_WD));
}

static void
what_blocks_what_is_missing_and_why_it_is_taken_up_again_is_said(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    is_refused(d, plainly(d, ACTION_EV_BLOCK, "the-lead", ""), -EINVAL, "stands in the way");
    need(d, act_as(d, "1b/deliver", ACTION_EV_SUBMIT, "the-lead"));
    is_refused(d, plainly(d, ACTION_EV_REJECT, "the-verifier", ""), -EINVAL, "what is missing");
    need(d, act_as(d, "1b/deliver", ACTION_EV_VERIFY, "the-verifier"));
    is_refused(d, plainly(d, ACTION_EV_REOPEN, "the-verifier", ""), -EINVAL, "taken up again");
    is_refused(d, plainly(d, ACTION_EV_REOPEN, "the-owner", "so"), -EPERM, "the verifier or");
    need(d, plainly(d, ACTION_EV_REOPEN, "the-secretary", "so"));
    assert_int_equal(of_1b(d, "gen"), 2);
}

static void
an_owner_holds_it_ten_days_and_once_and_the_forum_by_minute(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    day_t today = world_day(d->w, d->now_ms);
    day_t latest = in_wd(d, today, HOLD_WD);
    is_refused(d, with_date(d, ACTION_EV_HOLD, "the-lead", latest, "w"), -EPERM, "may not hold");
    is_refused(d, with_date(d, ACTION_EV_HOLD, "the-owner", DAY_NONE, "w"), -EINVAL,
               "needs the day");
    is_refused(d, with_date(d, ACTION_EV_HOLD, "the-owner", today, "w"), -EINVAL, "needs the day");
    is_refused(d, with_date(d, ACTION_EV_HOLD, "the-owner", latest, ""), -EINVAL, "needs a reason");
    is_refused(d, with_date(d, ACTION_EV_HOLD, "the-owner", latest + 1, "w"), -EPERM,
               "once, by at most 10 working days");
    need(d, with_date(d, ACTION_EV_HOLD, "the-owner", latest, "the ward moves"));
    need(d, plainly(d, ACTION_EV_RESUME, "the-owner", ""));
    is_refused(d, with_date(d, ACTION_EV_HOLD, "the-owner", latest, "again"), -EPERM,
               "once, and has");
    struct act forum = { .ref = "1b/deliver", .event = ACTION_EV_HOLD, .role = "the-secretary",
                         .comment = "the ward moves", .percent = -1, .date = today + 200 };
    is_refused(d, desk_act(d, &forum, NULL), -EINVAL, "by minute (--minute)");
    forum.minute = "QSC 5/15";
    need(d, desk_act(d, &forum, NULL));
}

static void
an_owner_extends_it_twenty_days_and_once_and_afterwards_the_forum_only(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    day_t due = (day_t)of_1b(d, "due");
    day_t latest = in_wd(d, due, EXTEND_WD);
    is_refused(d, with_date(d, ACTION_EV_EXTEND, "the-lead", latest, "w"), -EPERM,
               "may not extend");
    is_refused(d, with_date(d, ACTION_EV_EXTEND, "the-owner", in_wd(d, latest, 1), "w"), -EPERM,
               "once, by at most 20 working days");
    is_refused(d, with_date(d, ACTION_EV_EXTEND, "the-owner", due, "w"), -EINVAL, "lies before");
    need(d, with_date(d, ACTION_EV_EXTEND, "the-owner", latest, "the ward moves"));
    assert_int_equal(of_1b(d, "due"), latest);
    assert_int_equal(of_1b(d, "gen"), 2);
    is_refused(d, with_date(d, ACTION_EV_EXTEND, "the-owner", in_wd(d, latest, 1), "w"), -EPERM,
               "once, and has");
    struct act forum = { .ref = "1b/deliver", .event = ACTION_EV_EXTEND, .role = "the-secretary",
                         .comment = "the ward moves", .percent = -1, .date = in_wd(d, latest, 60) };
    is_refused(d, desk_act(d, &forum, NULL), -EINVAL, "by minute (--minute)");
    forum.minute = "QSC 5/15";
    need(d, desk_act(d, &forum, NULL));
    assert_int_equal(of_1b(d, "gen"), 3);
}

static void
what_has_no_metric_is_not_verified_until_the_owner_agrees_one(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    change(d, "UPDATE action SET metric = NULL WHERE id = '1b'");
    need(d, act_as(d, "1b/deliver", ACTION_EV_SUBMIT, "the-lead"));
    is_refused(d, plainly(d, ACTION_EV_VERIFY, "the-verifier", ""), -EPERM,
               "the plan names no metric");
    is_refused(d, plainly(d, ACTION_EV_AGREE, "the-lead", "heads"), -EPERM, "the plan's owner may");
    is_refused(d, plainly(d, ACTION_EV_AGREE, "the-owner", ""), -EINVAL, "how it is measured");
    need(d, plainly(d, ACTION_EV_AGREE, "the-owner", "heads counted"));
    need(d, plainly(d, ACTION_EV_VERIFY, "the-verifier", ""));
}

static void
the_forum_ends_it_by_minute_and_names_what_takes_its_place(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    struct act a = { .ref = "1b/deliver", .event = ACTION_EV_WITHDRAW, .role = "the-secretary",
                     .comment = "w", .percent = -1 };
    is_refused(d, desk_act(d, &a, NULL), -EINVAL, "by a minute (--minute)");
    a.event = ACTION_EV_SUPERSEDE;
    a.minute = "QSC 5/15";
    static const char *const nothing[] = { NULL, "", "1b", "9z" };
    for (size_t i = 0; i < LENGTH(nothing); i++) {
        a.to = nothing[i];
        is_refused(d, desk_act(d, &a, NULL), -EINVAL, "which action of the plan");
    }
    a.to = "2b";
    a.minute = "";
    is_refused(d, desk_act(d, &a, NULL), -EINVAL, "by a minute (--minute)");
    a.minute = "QSC 5/15";
    need(d, desk_act(d, &a, NULL));
    assert_int_equal(of_1b(d, "state"), ACTION_SUPERSEDED);
}

static int
by_hand(struct desk *d, enum action_event event, const char *hand, const char *role)
{
    const struct act a = { .ref = "1b/deliver", .event = event, .actor = hand, .role = role,
                           .percent = -1,
                           .on_behalf = strcmp(hand, role) == 0 ? "" : role,
                           .evidence = "page 12", .comment = "as said" };
    return desk_act(d, &a, NULL);
}

static void
who_submits_or_verifies_for_another_is_the_submitter_all_the_same(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    need(d, by_hand(d, ACTION_EV_SUBMIT, "the-lead", "the-lead"));
    is_refused(d, by_hand(d, ACTION_EV_VERIFY, "the-lead", "the-verifier"), -EPERM,
               "'the-lead' submitted it and so may not verify it");
    need(d, by_hand(d, ACTION_EV_REJECT, "the-verifier", "the-verifier"));
    need(d, by_hand(d, ACTION_EV_SUBMIT, "the-verifier", "the-lead"));
    is_refused(d, by_hand(d, ACTION_EV_VERIFY, "the-verifier", "the-verifier"), -EPERM,
               "'the-verifier' submitted it and so may not verify it");
    /* Who looks after the machine has no part in the plan, and writes down what others said. */
    is_refused(d, by_hand(d, ACTION_EV_VERIFY, "user operator", "the-verifier"), -EPERM,
               "'the-verifier' submitted it and so may not verify it: 'the-owner' may");
    need(d, by_hand(d, ACTION_EV_VERIFY, "user operator", "the-owner"));
}

static void
who_has_two_posts_with_one_mailbox_does_not_verify_what_they_handed_in(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    change(d, "UPDATE role SET reader = 'the-lead', email = 'lead@example.nhs.uk' WHERE id ="
              " 'the-verifier'");
    need(d, by_hand(d, ACTION_EV_SUBMIT, "the-lead", "the-lead"));
    is_refused(d, by_hand(d, ACTION_EV_VERIFY, "the-verifier", "the-verifier"), -EPERM,
               "'the-lead' submitted it, and 'the-verifier' has the same mailbox");
    is_refused(d, by_hand(d, ACTION_EV_VERIFY, "user operator", "the-verifier"), -EPERM,
               "has the same mailbox, so is the same person");
    assert_int_equal(of_1b(d, "state"), ACTION_SUBMITTED);
    need(d, by_hand(d, ACTION_EV_REJECT, "the-verifier", "the-verifier"));
    /* Handed in for the lead by somebody whose other post verifies: one person again. */
    change(d, "UPDATE role SET reader = 'the-deputy' WHERE id = 'the-verifier'");
    need(d, by_hand(d, ACTION_EV_SUBMIT, "the-deputy", "the-lead"));
    is_refused(d, by_hand(d, ACTION_EV_VERIFY, "the-verifier", "the-verifier"), -EPERM,
               "'the-deputy' submitted it, and 'the-verifier' has the same mailbox");
    change(d, "UPDATE role SET reader = id WHERE id = 'the-verifier'");
    need(d, by_hand(d, ACTION_EV_VERIFY, "the-verifier", "the-verifier"));
}

static int64_t
n_told(struct desk *d, const char *kind, const char *role)
{
    return number(d, "SELECT count(*) FROM item i JOIN occurrence o ON o.id = i.occurrence WHERE"
                     " o.ref = '1b/deliver' AND i.kind LIKE '%s' AND i.role = '%s'", kind, role);
}

static void
what_nobody_verifies_is_asked_of_the_verifier_and_then_of_the_secretary_too(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    day_t today = world_day(d->w, d->now_ms);
    need(d, act_as(d, "1b/deliver", ACTION_EV_SUBMIT, "the-lead"));
    int64_t told = n_told(d, "%", "the-lead");
    play_until(d, in_wd(d, today, VERIFY_WD - 1), true);
    assert_int_equal(n_told(d, "verify", "the-verifier"), 0);
    play_until(d, in_wd(d, today, VERIFY_WD), true);
    assert_int_equal(n_told(d, "verify", "the-verifier"), 1);
    assert_int_equal(n_told(d, "verify", "the-secretary"), 0);
    play_until(d, in_wd(d, today, 2 * VERIFY_WD), true);
    assert_int_equal(n_told(d, "verify", "the-verifier"), 2);
    assert_int_equal(n_told(d, "verify", "the-secretary"), 1);
    play_until(d, in_wd(d, (day_t)of_1b(d, "due"), 30), true); /* late by far */
    assert_int_equal(n_told(d, "%", "the-lead"), told);
    assert_int_equal(of_1b(d, "level"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(a_supporters_acknowledgement_is_a_note_and_rests_nothing),
        AT_A_DESK(what_blocks_what_is_missing_and_why_it_is_taken_up_again_is_said),
        AT_A_DESK(an_owner_holds_it_ten_days_and_once_and_the_forum_by_minute),
        AT_A_DESK(an_owner_extends_it_twenty_days_and_once_and_afterwards_the_forum_only),
        AT_A_DESK(what_has_no_metric_is_not_verified_until_the_owner_agrees_one),
        AT_A_DESK(the_forum_ends_it_by_minute_and_names_what_takes_its_place),
        AT_A_DESK(who_submits_or_verifies_for_another_is_the_submitter_all_the_same),
        AT_A_DESK(who_has_two_posts_with_one_mailbox_does_not_verify_what_they_handed_in),
        AT_A_DESK(what_nobody_verifies_is_asked_of_the_verifier_and_then_of_the_secretary_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
