/* SPDX-License-Identifier: MIT */
/* test_verifier.c - whom a mail asks to confirm what was handed in may confirm it, and nobody else
 * may. */
#include "stage_fixture.h"

#include "engine/verifier.h"

enum { VERIFY_WD = 10 };
#define CONFIRM "confirm it or send it back"

static void
open_stage(struct desk *d)
{
    set_the_stage(d);
    at_day(d, 2015, 5, 12);
    change(d, "UPDATE occurrence SET state = 2 WHERE ref = '1b/deliver';"
              "UPDATE role SET title = 'The ' || substr(id, 5) WHERE id LIKE 'the-%'");
}

static int
by_hand(struct desk *d, enum action_event event, const char *hand, const char *role)
{
    const struct act a = { .ref = "1b/deliver", .event = event, .actor = hand, .role = role,
                           .percent = -1, .on_behalf = strcmp(hand, role) == 0 ? "" : role,
                           .evidence = "page 12", .comment = "as said" };
    return desk_act(d, &a, NULL);
}

static int
plainly(struct desk *d, enum action_event event, const char *role)
{
    return by_hand(d, event, role, role);
}

static void
is_refused(struct desk *d, int got, const char *words)
{
    assert_int_equal(got, -EPERM);
    if (!strstr(d->why.text, words)) {
        fail_msg("'%s' is not in '%s'", words, d->why.text);
    }
}

/* So many working days after it was handed in. */
static void
wait(struct desk *d, int wd)
{
    int64_t since = number(d, "SELECT state_day FROM occurrence WHERE ref = '1b/deliver'");
    play_until(d, calendar_add(&d->w->calendar, (day_t)since, wd), true);
}

/* Items of 1b that ask a post about what was handed in. */
static int64_t
n_asked(struct desk *d, const char *role)
{
    return number(d, "SELECT count(*) FROM item i JOIN occurrence o ON o.id = i.occurrence WHERE"
                     " o.ref = '1b/deliver' AND i.kind = 'verify' AND i.role = '%s'", role);
}

/* Mails to a post in which 1b's item says so. */
static int64_t
n_said(struct desk *d, const char *role, const char *words)
{
    AUTO_TEXT struct text flat = { 0 };
    text_addf(&flat, "SELECT count(DISTINCT n.id) FROM notice n JOIN item i ON i.notice = n.id"
                     " JOIN occurrence o ON o.id = i.occurrence WHERE o.ref = '1b/deliver' AND"
                     " i.kind = 'verify' AND n.role = '%s' AND instr(replace(n.body,"
                     " char(13) || char(10), ' '), '%s') > 0", role, words);
    return number(d, "%s", text_str(&flat));
}

static void
has_said(struct desk *d, const char *role, const char *words)
{
    if (n_said(d, role, words) == 0) {
        fail_msg("%s does not read '%s'", role, words);
    }
}

static void
a_verifier_who_handed_it_in_is_not_asked_to_confirm_it_but_the_owner(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    change(d, "UPDATE plan SET verifier = 'the-lead'");
    need(d, plainly(d, ACTION_EV_SUBMIT, "the-lead"));
    wait(d, VERIFY_WD);
    assert_int_equal(n_asked(d, "the-lead"), 0);
    assert_int_equal(n_asked(d, "the-owner"), 1);
    has_said(d, "the-owner", CONFIRM ", in place of The lead, who handed it in");
    is_refused(d, plainly(d, ACTION_EV_VERIFY, "the-lead"),
               "'the-lead' submitted it and so may not verify it: 'the-owner' may");
    is_refused(d, plainly(d, ACTION_EV_VERIFY, "the-secretary"),
               "may not verify 1b/deliver: 'the-owner' may, as the verifier handed it in");
    need(d, plainly(d, ACTION_EV_VERIFY, "the-owner"));
    is_refused(d, plainly(d, ACTION_EV_REOPEN, "the-owner"), "the verifier or");
}

static void
who_stands_in_may_send_it_back_and_then_the_verifier_verifies_again(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    change(d, "UPDATE plan SET verifier = 'the-lead'");
    need(d, plainly(d, ACTION_EV_SUBMIT, "the-lead"));
    need(d, plainly(d, ACTION_EV_REJECT, "the-owner"));
    need(d, plainly(d, ACTION_EV_SUBMIT, "the-deputy"));
    is_refused(d, plainly(d, ACTION_EV_VERIFY, "the-owner"), "may not verify");
    is_refused(d, plainly(d, ACTION_EV_REJECT, "the-owner"), "may not reject");
    need(d, plainly(d, ACTION_EV_VERIFY, "the-lead"));
}

static void
by_another_post_or_another_hand_it_is_the_same_person(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    change(d, "UPDATE role SET reader = 'the-lead' WHERE id = 'the-verifier'");
    need(d, plainly(d, ACTION_EV_SUBMIT, "the-lead"));
    wait(d, VERIFY_WD);
    assert_int_equal(n_asked(d, "the-verifier"), 0);
    has_said(d, "the-owner", CONFIRM ", in place of The verifier, who handed it in");
    need(d, plainly(d, ACTION_EV_REJECT, "the-owner"));
    change(d, "UPDATE role SET reader = id WHERE id = 'the-verifier'");
    need(d, by_hand(d, ACTION_EV_SUBMIT, "the-verifier", "the-lead"));
    wait(d, VERIFY_WD);
    assert_int_equal(n_asked(d, "the-verifier"), 0);
    assert_int_equal(n_asked(d, "the-owner"), 2);
    need(d, plainly(d, ACTION_EV_VERIFY, "the-owner"));
}

static void
where_the_owner_handed_it_in_too_the_forums_secretary_confirms_it(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    change(d, "UPDATE plan SET verifier = 'the-lead', owner = 'the-lead'");
    need(d, plainly(d, ACTION_EV_SUBMIT, "the-lead"));
    wait(d, 2 * VERIFY_WD);
    assert_int_equal(n_asked(d, "the-lead"), 0);
    assert_int_equal(n_asked(d, "the-secretary"), 2);
    assert_int_equal(n_said(d, "the-secretary", CONFIRM ", in place of"), 2);
    need(d, plainly(d, ACTION_EV_VERIFY, "the-secretary"));
}

static void
a_post_that_nobody_can_write_to_stands_in_for_nobody(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    change(d, "UPDATE plan SET verifier = 'the-lead';"
              "UPDATE role SET email = NULL WHERE id = 'the-owner'");
    need(d, plainly(d, ACTION_EV_SUBMIT, "the-lead"));
    is_refused(d, plainly(d, ACTION_EV_VERIFY, "the-lead"), "'the-secretary' may");
    need(d, plainly(d, ACTION_EV_VERIFY, "the-secretary"));
}

static void
where_nobody_may_the_owner_is_asked_to_name_another_verifier_and_that_helps(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    change(d, "UPDATE plan SET verifier = 'the-lead', owner = 'the-lead',"
              " forum_secretary = 'the-lead'");
    need(d, plainly(d, ACTION_EV_SUBMIT, "the-lead"));
    wait(d, VERIFY_WD);
    assert_int_equal(n_asked(d, "the-lead"), 1);
    assert_int_equal(n_said(d, "the-lead", CONFIRM), 0);
    has_said(d, "the-lead", "name another verifier in the plan");
    is_refused(d, plainly(d, ACTION_EV_VERIFY, "the-lead"),
               "the plan must name another verifier first");
    change(d, "UPDATE plan SET verifier = 'the-verifier'");
    wait(d, 2 * VERIFY_WD);
    assert_int_equal(n_asked(d, "the-verifier"), 1);
    need(d, plainly(d, ACTION_EV_VERIFY, "the-verifier"));
}

static void
the_secretary_is_asked_to_see_that_it_is_checked_and_not_to_check_it(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    need(d, plainly(d, ACTION_EV_SUBMIT, "the-lead"));
    wait(d, 2 * VERIFY_WD);
    has_said(d, "the-verifier", "What we ask:      check what was handed in, and " CONFIRM);
    has_said(d, "the-secretary", "see that The verifier checks what was handed in");
    assert_int_equal(n_said(d, "the-secretary", CONFIRM), 0);
    is_refused(d, plainly(d, ACTION_EV_VERIFY, "the-secretary"), "may not verify");
}

static void
without_a_metric_the_owner_is_asked_for_one_and_nobody_to_confirm(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    change(d, "UPDATE action SET metric = NULL WHERE id = '1b'");
    need(d, plainly(d, ACTION_EV_SUBMIT, "the-lead"));
    wait(d, VERIFY_WD);
    has_said(d, "the-owner", "agree how it is measured");
    has_said(d, "the-verifier", "send it back if it is not enough");
    assert_int_equal(n_said(d, "the-verifier", CONFIRM), 0);
    need(d, plainly(d, ACTION_EV_AGREE, "the-owner"));
    wait(d, 2 * VERIFY_WD);
    assert_int_equal(n_asked(d, "the-owner"), 1);
    has_said(d, "the-verifier", CONFIRM);
    need(d, plainly(d, ACTION_EV_VERIFY, "the-verifier"));
}

/* The words of the newest mail about 1b to a post. */
static void
reads(struct desk *d, const char *role, const char *kind, const char *words)
{
    AUTO_TEXT struct text sql = { 0 };
    text_addf(&sql, "SELECT count(*) FROM notice n JOIN item i ON i.notice = n.id JOIN occurrence o"
                    " ON o.id = i.occurrence WHERE o.ref = '1b/deliver' AND i.kind = '%s' AND"
                    " n.role = '%s' AND instr(n.body, '%s') > 0", kind, role, words);
    if (number(d, "%s", text_str(&sql)) == 0) {
        fail_msg("%s does not read '%s'", role, words);
    }
}

static void
who_leads_it_only_now_is_not_asked_for_what_was_handed_in(void **state)
{
    struct desk *d = *state;
    open_stage(d);
    need(d, plainly(d, ACTION_EV_SUBMIT, "the-lead"));
    const struct act a = { .ref = "1b/deliver", .event = ACTION_EV_REASSIGN, .role = "the-owner",
                           .comment = "so", .to = "head-of-it", .percent = -1 };
    need(d, desk_act(d, &a, NULL));
    wait(d, 1);
    reads(d, "head-of-it", "assign", "take note that it was handed in and waits to be checked");
    reads(d, "head-of-it", "assign", "Nothing more is sent about this unless it is sent back.");
}

/* ---- every way in which posts share mailboxes ------------------------------------------------ */

static const char *const posts[] = { "the-lead", "the-deputy", "the-verifier", "the-owner",
                                     "the-secretary" };
enum { POSTS = LENGTH(posts), MAILBOXES = 3, WAYS = 243 /* MAILBOXES to the power of POSTS */ };

static void
share(struct desk *d, int way)
{
    int first[MAILBOXES];
    for (int i = 0; i < MAILBOXES; i++) {
        first[i] = -1;
    }
    for (int i = 0; i < POSTS; i++, way /= MAILBOXES) {
        AUTO_TEXT struct text sql = { 0 };
        int box = way % MAILBOXES;
        first[box] = first[box] < 0 ? i : first[box];
        text_addf(&sql, "UPDATE role SET reader = '%s', email = 'box%d@example.nhs.uk'"
                        " WHERE id = '%s'", posts[first[box]], box, posts[i]);
        change(d, text_str(&sql));
    }
}

static bool
is_let_verify(struct desk *d, const char *role)
{
    struct acted done;
    const struct act a = { .plan = "", .ref = "1b/deliver", .actor = role, .role = role,
                           .on_behalf = "", .event = ACTION_EV_VERIFY, .comment = "",
                           .evidence = "", .minute = "", .percent = -1, .date = DAY_NONE };
    need(d, store_begin(d->s, &d->why));
    int r = act(d->w, d->s, &a, d->now_ms, &done, &d->why);
    store_rollback(d->s);
    assert_true(r == 0 || r == -EPERM);
    return r == 0;
}

/* The step of 20 days after, told to everybody whom it reaches. */
static bool
is_asked_to_verify(struct desk *d, const char *role)
{
    AUTO_PEOPLE struct people told = { .n = 0 };
    const struct step step = { .kind = STEP_VERIFY, .offset_wd = 2 * VERIFY_WD };
    struct occurrence o;
    struct verifier v;
    need(d, occurrence_find(d->s, "", "1b/deliver", &o, &d->why));
    need(d, verifier_of(d->s, &o, &v, &d->why));
    need(d, notify_who(d->w, d->s, &o, &step, world_day(d->w, d->now_ms), &told, &d->why));
    enum notice_ask ask = verifier_ask(&v, role);
    assert_true(told.n > 0);
    return people_find(&told, role)
           && (ask == NOTICE_ASK_VERIFY || ask == NOTICE_ASK_VERIFY_INSTEAD);
}

static void
in_every_way_of_sharing_mailboxes_exactly_who_is_asked_may(void **state)
{
    struct desk *d = *state;
    int by_count[2] = { 0 };
    open_stage(d);
    change(d, "UPDATE occurrence SET state = 4, submitted_by = 'the-lead',"
              " submitted_hand = 'the-deputy' WHERE ref = '1b/deliver'");
    for (int way = 0; way < WAYS; way++) {
        int n = 0;
        share(d, way);
        for (int i = 0; i < POSTS; i++) {
            bool may = is_let_verify(d, posts[i]);
            assert_int_equal(may, is_asked_to_verify(d, posts[i]));
            n += may;
        }
        assert_in_range(n, 0, 1);
        by_count[n]++;
    }
    assert_true(by_count[0] > 0 && by_count[1] > by_count[0]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(a_verifier_who_handed_it_in_is_not_asked_to_confirm_it_but_the_owner),
        AT_A_DESK(who_stands_in_may_send_it_back_and_then_the_verifier_verifies_again),
        AT_A_DESK(by_another_post_or_another_hand_it_is_the_same_person),
        AT_A_DESK(where_the_owner_handed_it_in_too_the_forums_secretary_confirms_it),
        AT_A_DESK(a_post_that_nobody_can_write_to_stands_in_for_nobody),
        AT_A_DESK(where_nobody_may_the_owner_is_asked_to_name_another_verifier_and_that_helps),
        AT_A_DESK(the_secretary_is_asked_to_see_that_it_is_checked_and_not_to_check_it),
        AT_A_DESK(without_a_metric_the_owner_is_asked_for_one_and_nobody_to_confirm),
        AT_A_DESK(who_leads_it_only_now_is_not_asked_for_what_was_handed_in),
        AT_A_DESK(in_every_way_of_sharing_mailboxes_exactly_who_is_asked_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
