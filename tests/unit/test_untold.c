/* SPDX-License-Identifier: MIT */
/* test_untold.c - mails that never arrive: who hears instead, and a ladder that goes on. */
#include "engine_fixture.h"

#include "engine/untold.h"

static const char lead[] = "head-of-od", deputy[] = "head-of-td";
static const char owner[] = "head-of-community-engagement";

/* Mail leaves: what is written is accepted or refused, and waits until then. */
static int
desk_sends(void **state)
{
    (void)desk_make(state);
    struct desk *d = *state;
    d->conf->mail.mode = MAIL_MAILDIR;
    need(d, store_begin(d->s, &d->why));
    need(d, desk_settle(d));
    need(d, store_commit(d->s, &d->why));
    return 0;
}
#define AT_A_SENDING_DESK(test) cmocka_unit_test_setup_teardown(test, desk_sends, desk_drop)

struct letters {
    int64_t job[JOBS_MAX], notice[JOBS_MAX];
    bool is_dead[JOBS_MAX];
    int n;
    const char *dead; /* a role whose mailbox is gone */
};

static void
see_letters(struct desk *d, struct letters *l)
{
    sqlite3_stmt *q = NULL;
    static const char sql[] = "SELECT j.id, n.id, n.role = ?1 FROM notice n JOIN job j ON j.subject"
                              " = n.id AND j.kind = 4 WHERE n.state = 1 AND j.state = 2";
    assert_int_equal(sqlite3_prepare_v2(d->s->db, sql, -1, &q, NULL), SQLITE_OK);
    (void)sqlite3_bind_text(q, 1, l->dead, -1, SQLITE_STATIC);
    for (l->n = 0; sqlite3_step(q) == SQLITE_ROW; l->n++) {
        l->job[l->n] = sqlite3_column_int64(q, 0);
        l->notice[l->n] = sqlite3_column_int64(q, 1);
        l->is_dead[l->n] = sqlite3_column_int(q, 2);
    }
    (void)sqlite3_finalize(q);
}

/* As worker and hub do it: the outcome is written, the job ends, a refusal is settled. */
static void
post(struct desk *d, const char *dead)
{
    struct letters l = { .dead = dead };
    see_letters(d, &l);
    need(d, store_begin(d->s, &d->why));
    for (int i = 0; i < l.n; i++) {
        const char *outcome = l.is_dead[i] ? "refused" : "accepted";
        need(d, store_run(d->s, Q_DELIVERY_CLAIM,
                          WITH(I(l.notice[i]), I(1), I(1), I(d->now_ms)), &d->why));
        need(d, store_run(d->s, Q_DELIVERY_OUTCOME_ADD,
                          WITH(I(l.notice[i]), I(1), T(outcome), I(250), T(""), I(d->now_ms)),
                          &d->why));
        need(d, store_run(d->s, Q_NOTICE_STATE_SET,
                          WITH(I(l.is_dead[i] ? 3 : 2), I(d->now_ms), I(l.notice[i])), &d->why));
        if (l.is_dead[i]) {
            need(d, store_run(d->s, Q_JOB_GIVE_UP, WITH(T("550"), I(d->now_ms), I(l.job[i]), I(1)),
                              &d->why));
            need(d, untold_job(d->w, d->s, l.job[i], d->now_ms, &d->why));
        } else {
            need(d, store_run(d->s, Q_JOB_DONE, WITH(I(d->now_ms), I(l.job[i]), I(1)), &d->why));
        }
    }
    need(d, store_commit(d->s, &d->why));
}

static void
run_to(struct desk *d, day_t last, const char *dead)
{
    for (day_t day = world_day(d->w, d->now_ms); day <= last; day++) {
        int64_t at = world_send_ms(d->w, day);
        d->now_ms = at > d->now_ms ? at : d->now_ms;
        play_until(d, day, true);
        post(d, dead);
    }
}

static int64_t
told(struct desk *d, const char *kind, const char *step, const char *role)
{
    return number(d, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice AND n.state = 2"
                     " JOIN occurrence o ON o.id = i.occurrence WHERE o.ref = '2b/deliver'"
                     " AND i.kind = '%s' AND i.step = '%s' AND i.role = '%s'", kind, step, role);
}

static int64_t
level_of(struct desk *d)
{
    return number(d, "SELECT level FROM occurrence WHERE ref = '2b/deliver'");
}

static void
a_dead_mailbox_of_the_lead_does_not_end_the_ladder(void **state)
{
    struct desk *d = *state;
    change(d, "UPDATE role SET deputy = NULL WHERE id = 'head-of-od'");
    run_to(d, day_of(2015, 12, 31), "");
    run_to(d, day_of(2016, 9, 1), lead);
    assert_int_equal(level_of(d), LADDER_MAX);
    assert_int_equal(told(d, "escalate", "L4+20", "qsc-secretary"), 1);
    assert_int_equal(told(d, "escalate", "L5+60", "company-secretary"), 1);
}

static void
what_a_lead_could_not_be_told_the_deputy_is_asked_and_the_owner_hears(void **state)
{
    struct desk *d = *state;
    run_to(d, day_of(2015, 12, 31), "");
    run_to(d, day_of(2016, 1, 7), lead);
    assert_int_equal(told(d, "overdue", "L1+1", deputy), 1);
    assert_int_equal(told(d, "untold", "L1+1", owner), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM notice n JOIN item i ON i.notice = n.id"
                               " WHERE i.kind = 'untold' AND n.body LIKE '%%see that Head of"
                               " Organisational Development can be reached by mail%%'"), 1);
    /* said once: the same refusal settled again adds nothing */
    int64_t items = number(d, "SELECT count(*) FROM item");
    int64_t job = number(d, "SELECT max(id) FROM job WHERE kind = 4 AND state = 4");
    assert_true(job > 0);
    need(d, store_begin(d->s, &d->why));
    assert_int_equal(untold_job(d->w, d->s, job, d->now_ms, &d->why), 0);
    need(d, store_commit(d->s, &d->why));
    assert_int_equal(number(d, "SELECT count(*) FROM item"), items);
}

static void
a_level_waits_while_its_mail_may_still_arrive(void **state)
{
    struct desk *d = *state;
    run_to(d, day_of(2016, 1, 3), "");
    for (day_t day = day_of(2016, 1, 4); day <= day_of(2016, 9, 1); day++) {
        d->now_ms = world_send_ms(d->w, day); /* written, and tried in vain again and again */
        play_until(d, day, true);
    }
    assert_int_equal(level_of(d), 1);
}

static void
a_level_taken_back_before_it_left_is_told_when_the_work_is_sent_back(void **state)
{
    struct desk *d = *state;
    run_to(d, day_of(2016, 1, 14), "");
    d->now_ms = world_send_ms(d->w, day_of(2016, 1, 15));
    play_until(d, day_of(2016, 1, 15), true); /* level 3 is written and has not left */
    assert_int_equal(level_of(d), 3);
    need(d, act_as(d, "2b/deliver", ACTION_EV_SUBMIT, lead));
    post(d, "");
    assert_int_equal(told(d, "escalate", "L3+10", "director-of-strategy"), 0);
    d->now_ms = world_send_ms(d->w, day_of(2016, 1, 18));
    need(d, act_as(d, "2b/deliver", ACTION_EV_REJECT, "qsc-secretary"));
    run_to(d, day_of(2016, 9, 1), "");
    assert_int_equal(told(d, "escalate", "L3+10", "director-of-strategy"), 1);
    assert_int_equal(level_of(d), LADDER_MAX);
}

static void
a_level_taken_back_before_it_left_is_told_when_a_hold_runs_out(void **state)
{
    struct desk *d = *state;
    const struct act rest = { .ref = "2b/deliver", .event = ACTION_EV_HOLD, .role = "qsc-secretary",
                              .comment = "as agreed", .minute = "QSC 7/15", .percent = -1,
                              .date = day_of(2016, 2, 15) };
    run_to(d, day_of(2016, 1, 14), "");
    d->now_ms = world_send_ms(d->w, day_of(2016, 1, 15));
    play_until(d, day_of(2016, 1, 15), true); /* level 3 is written and has not left */
    need(d, desk_act(d, &rest, NULL));
    run_to(d, day_of(2016, 2, 12), "");
    assert_int_equal(told(d, "escalate", "L3+10", "director-of-strategy"), 0);
    run_to(d, day_of(2016, 9, 1), "");
    assert_int_equal(told(d, "escalate", "L3+10", "director-of-strategy"), 1);
    assert_int_equal(level_of(d), LADDER_MAX);
}

/* Level 4 of 2b comes on 29 January 2016, level 5 on 29 March. */
static int64_t
names(struct desk *d, const char *step, const char *words)
{
    return number(d, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice JOIN occurrence"
                     " o ON o.id = i.occurrence WHERE o.ref = '2b/deliver' AND i.kind = 'untold'"
                     " AND i.step = '%s' AND i.role = '%s' AND n.state = 2 AND i.note = '%s'"
                     " AND n.body LIKE '%%see that ' || i.note || ' can be reached by mail%%'",
                  step, owner, words);
}

static void
a_committee_without_addresses_is_said_to_the_owner_post_by_post(void **state)
{
    struct desk *d = *state;
    change(d, "UPDATE role SET email = NULL WHERE id IN ('qsc-secretary', 'qsc-chair',"
              " 'company-secretary', 'director-of-strategy')");
    run_to(d, day_of(2016, 9, 1), "");
    assert_int_equal(level_of(d), LADDER_MAX); /* that nobody can be told does not end it */
    assert_int_equal(told(d, "escalate", "L4+20", "qsc-secretary"), 0);
    assert_int_equal(names(d, "L3+10", "Director of Strategy and Business Development"), 1);
    assert_int_equal(names(d, "L4+20", "Secretary of the Quality and Safety Committee"), 1);
    assert_int_equal(names(d, "L4+20", "Chair of the Quality and Safety Committee"), 1);
    assert_int_equal(names(d, "L5+60", "Company Secretary"), 1);
}

static void
a_committee_for_which_the_plan_names_nobody_is_said_to_the_owner(void **state)
{
    struct desk *d = *state;
    change(d, "UPDATE plan SET forum_secretary = NULL, forum_chair = NULL, board_secretary = NULL");
    run_to(d, day_of(2016, 9, 1), "");
    assert_int_equal(level_of(d), LADDER_MAX);
    assert_int_equal(names(d, "L4+20", "the secretary of the responsible forum"), 1);
    assert_int_equal(names(d, "L5+60", "the secretary of the Board"), 1);
}

/* The chair speaks for a committee without a secretary. */
static void
a_committee_that_one_can_be_told_of_is_told(void **state)
{
    struct desk *d = *state;
    change(d, "UPDATE plan SET forum_secretary = NULL");
    run_to(d, day_of(2016, 2, 10), "");
    assert_int_equal(told(d, "escalate", "L4+20", "qsc-chair"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'untold'"), 0);
}

static void
a_verifier_without_an_address_is_said_to_the_owner(void **state)
{
    struct desk *d = *state;
    change(d, "UPDATE plan SET verifier = 'chief-pharmacist';"
              "UPDATE role SET email = NULL WHERE id = 'chief-pharmacist'");
    run_to(d, day_of(2015, 12, 1), "");
    need(d, act_as(d, "2b/deliver", ACTION_EV_SUBMIT, lead));
    run_to(d, day_of(2016, 1, 30), "");
    assert_true(number(d, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice AND n.state"
                          " = 2 WHERE i.kind = 'untold' AND i.role = '%s' AND i.note ="
                          " 'Chief Pharmacist'", owner) > 0);
}

static void
a_secretary_whose_mail_is_refused_is_said_to_the_owner_and_the_chair_is_told(void **state)
{
    struct desk *d = *state;
    run_to(d, day_of(2016, 2, 10), "qsc-secretary");
    assert_int_equal(told(d, "escalate", "L4+20", "qsc-secretary"), 0);
    assert_int_equal(told(d, "escalate", "L4+20", "qsc-chair"), 1);
    assert_int_equal(names(d, "L4+20", "Secretary of the Quality and Safety Committee"), 1);
}

/* What is said of a topic goes to the owner as it is. */
static void
a_topic_that_a_refused_mail_brought_the_owner_hears(void **state)
{
    struct desk *d = *state;
    const struct item_topic_order order = { .kind = ITEM_ROLLUP, .plan = "CO-304", .topic = "2b",
                                            .role = lead, .why = NOTICE_WHY_LEAD,
                                            .words = "nA line about it.\n" };
    need(d, store_begin(d->s, &d->why));
    need(d, item_add_topic(d->w, d->s, &order, d->now_ms, &d->why));
    need(d, store_commit(d->s, &d->why));
    run_to(d, day_of(2015, 1, 8), lead);
    assert_int_equal(number(d, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice WHERE"
                               " i.topic = '2b' AND i.role = '%s' AND n.state = 2 AND"
                               " i.words LIKE '%%A line about it%%'", owner), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE topic = '2b'"), 2);
}

static int
settle_it(struct desk *d)
{
    int64_t job = 0;
    int r = store_get(d->s, Q_JOB_ID_OF_KEY, WITH(T("deliver|1")), &job, &d->why);
    return r < 0 ? r : untold_job(d->w, d->s, job, d->now_ms, &d->why);
}

static void
each_failure_is_said_and_leaves_nothing(void **state)
{
    struct desk *d = *state;
    d->now_ms = world_send_ms(d->w, day_of(2015, 1, 6));
    play_until(d, day_of(2015, 1, 6), true);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE id = 1"), 1);
    fails_well(d, settle_it);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_SENDING_DESK(a_dead_mailbox_of_the_lead_does_not_end_the_ladder),
        AT_A_SENDING_DESK(what_a_lead_could_not_be_told_the_deputy_is_asked_and_the_owner_hears),
        AT_A_SENDING_DESK(a_level_waits_while_its_mail_may_still_arrive),
        AT_A_SENDING_DESK(a_level_taken_back_before_it_left_is_told_when_the_work_is_sent_back),
        AT_A_SENDING_DESK(a_level_taken_back_before_it_left_is_told_when_a_hold_runs_out),
        AT_A_SENDING_DESK(a_committee_without_addresses_is_said_to_the_owner_post_by_post),
        AT_A_SENDING_DESK(a_committee_for_which_the_plan_names_nobody_is_said_to_the_owner),
        AT_A_SENDING_DESK(a_committee_that_one_can_be_told_of_is_told),
        AT_A_SENDING_DESK(a_verifier_without_an_address_is_said_to_the_owner),
        AT_A_SENDING_DESK(
            a_secretary_whose_mail_is_refused_is_said_to_the_owner_and_the_chair_is_told),
        AT_A_SENDING_DESK(a_topic_that_a_refused_mail_brought_the_owner_hears),
        AT_A_SENDING_DESK(each_failure_is_said_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
