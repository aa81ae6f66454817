/* SPDX-License-Identifier: MIT */
/* test_notify.c - who is told on each step, once for ever, and what a step says when its occurrence
 * has moved on or nobody can be reached. */
#include "engine_fixture.h"

static int64_t
order(struct desk *d, enum job_kind kind, const char *ref, const char *part, const char *detail)
{
    static int count; /* keys of jobs made here */
    char key[32];
    (void)snprintf(key, sizeof key, "made here %d", ++count);
    struct job_order o = { .kind = kind, .key = key, .run_at_ms = d->now_ms,
                           .subject = id_of(d, ref, part), .detail = detail };
    assert_int_equal(job_order_add(d->s, &o, d->now_ms, &d->why), 1);
    assert_int_equal(job_order_add(d->s, &o, d->now_ms, &d->why), 0); /* the key stands there */
    return number(d, "SELECT id FROM job WHERE key = '%s'", key);
}

static int
step_of(struct desk *d, const char *ref, const char *detail, struct notified *told)
{
    change(d, "UPDATE occurrence SET state = 2 WHERE state = 1"
              " AND ref IN ('1b/deliver', '2a/start')");
    enum job_kind kind = detail[0] == 'L' ? JOB_KIND_ESCALATE : JOB_KIND_REMIND;
    return notify_job(d->w, d->s, order(d, kind, ref, "", detail), d->now_ms, told, &d->why);
}

static bool
is_told(struct desk *d, const char *step, const char *role)
{
    return number(d, "SELECT count(*) FROM item WHERE step = '%s' AND role = '%s'", step, role)
           == 1;
}

static void
each_step_reaches_whom_the_table_says(void **state)
{
    struct desk *d = *state;
    struct notified told;
    at_day(d, 2015, 5, 12);
    change(d, "UPDATE role SET deputy = 'associate-director-of-hr',"
              " line_manager = 'director-of-finance', director = 'medical-director'"
              " WHERE id = 'head-of-od';"
              "UPDATE plan SET owner = 'company-secretary'");
    need(d, store_begin(d->s, &d->why));
    need(d, step_of(d, "1b/deliver", "R-30 g1 e0", &told));
    assert_int_equal(told.items, 1);
    assert_true(is_told(d, "R-30", "head-of-od"));
    need(d, step_of(d, "1b/deliver", "R-15 g1 e0", &told));
    assert_int_equal(told.items, 2);
    assert_true(is_told(d, "R-15", "head-of-community-engagement"));
    need(d, step_of(d, "1b/deliver", "L1+1 g1 e0", &told));
    assert_int_equal(told.items, 2);
    assert_true(is_told(d, "L1+1", "head-of-od") && is_told(d, "L1+1", "company-secretary"));
    need(d, step_of(d, "1b/deliver", "L2+5 g1 e0", &told));
    assert_int_equal(told.items, 4);
    assert_true(is_told(d, "L2+5", "associate-director-of-hr"));
    assert_true(is_told(d, "L2+5", "director-of-finance"));
    need(d, step_of(d, "1b/deliver", "L3+10 g1 e0", &told));
    assert_int_equal(told.items, 5);
    assert_true(is_told(d, "L3+10", "medical-director"));
    need(d, step_of(d, "1b/deliver", "L4+20 g1 e0", &told));
    assert_false(is_told(d, "L4+20", "head-of-od"));
    assert_true(is_told(d, "L4+20", "qsc-secretary") && is_told(d, "L4+20", "company-secretary"));
    need(d, step_of(d, "1b/deliver", "L5+60 g1 e0", &told));
    assert_false(is_told(d, "L5+60", "head-of-od"));
    assert_true(is_told(d, "L5+60", "company-secretary"));
    need(d, store_commit(d->s, &d->why));
}

static void
each_notice_has_its_delivery_its_audit_row_and_its_message_id(void **state)
{
    struct desk *d = *state;
    play_until(d, day_of(2016, 3, 1), true);
    int64_t notices = number(d, "SELECT count(*) FROM notice");
    assert_true(notices > 100);
    assert_int_equal(number(d, "SELECT count(*) FROM job j JOIN notice n ON n.id = j.subject"
                               " WHERE j.kind = 4 AND j.state = 2"), notices);
    assert_int_equal(number(d, "SELECT count(DISTINCT message_id) FROM notice"), notices);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE actor = 'coprod'"), notices);
    assert_int_equal(number(d, "SELECT count(*) FROM notice n WHERE kind <> 'admin' AND NOT EXISTS"
                               " (SELECT 1 FROM item i WHERE i.notice = n.id)"), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE length(mail) < 500 OR"
                               " instr(CAST(mail AS TEXT), message_id) = 0"), 0);
    /* nobody is told the same step of the same occurrence twice, or the same week of a plan */
    assert_int_equal(number(d, "SELECT count(*) FROM (SELECT 1 FROM item WHERE kind <>"
                               " 'unreached' GROUP BY occurrence, topic, about, gen, episode, step,"
                               " role HAVING count(*) > 1)"), 0);
    assert_true(number(d, "SELECT count(*) FROM item WHERE kind = 'rollup'") > 10);
    struct audit_report report;
    need(d, audit_verify(d->s, &report, &d->why));
}

static void
a_step_told_twice_writes_once(void **state)
{
    struct desk *d = *state;
    struct notified first;
    struct notified second;
    at_day(d, 2015, 6, 2);
    need(d, store_begin(d->s, &d->why));
    need(d, step_of(d, "1b/deliver", "R-15 g1 e0", &first));
    int64_t jobs = number(d, "SELECT count(*) FROM job WHERE kind = 4");
    int64_t rows = number(d, "SELECT count(*) FROM audit");
    need(d, step_of(d, "1b/deliver", "R-15 g1 e0", &second));
    assert_true(first.items > 0 && first.repeats == 0);
    assert_true(second.items == 0 && second.repeats == first.items);
    assert_int_equal(number(d, "SELECT count(*) FROM job WHERE kind = 4"), jobs);
    assert_int_equal(number(d, "SELECT count(*) FROM audit"), rows);
    store_rollback(d->s);
}

static void
an_occurrence_that_moved_on_has_nothing_to_say(void **state)
{
    struct desk *d = *state;
    static const char *const moves[] = { "state = 5", "state = 4", "state = 7", "state = 8",
                                         "gen = 2", "episode = 1" };
    need(d, store_begin(d->s, &d->why));
    for (size_t i = 0; i < LENGTH(moves); i++) {
        char sql[128];
        struct notified told;
        need(d, store_save(d->s, &d->why));
        (void)snprintf(sql, sizeof sql, "UPDATE occurrence SET %s WHERE ref = '1b/deliver'",
                       moves[i]);
        change(d, sql);
        need(d, step_of(d, "1b/deliver", "L1+1 g1 e0", &told));
        assert_true(told.is_void);
        assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind <> 'assign' AND"
                                   " kind <> 'assign-fyi'"), 0);
        need(d, store_undo(d->s, &d->why));
    }
    store_rollback(d->s);
}

static void
who_has_no_address_is_told_through_the_owner(void **state)
{
    struct desk *d = *state;
    struct notified told;
    need(d, store_begin(d->s, &d->why));
    change(d, "UPDATE role SET email = NULL WHERE id = 'head-of-od'");
    need(d, step_of(d, "1b/deliver", "R-30 g1 e0", &told));
    assert_int_equal(told.unreached, 1);
    /* the deputy stands in, and the owner hears that nobody can be told */
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'remind' AND role ="
                               " (SELECT deputy FROM role WHERE id = 'head-of-od')"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'unreached'"
                               " AND role = 'head-of-community-engagement'"), 1);
    /* of one lead among several the owner hears once, not with each step */
    change(d, "UPDATE role SET email = NULL WHERE id = 'practice-facilitator'");
    need(d, step_of(d, "2a/start", "R-30 g1 e0", &told));
    need(d, step_of(d, "2a/start", "R-15 g1 e0", &told));
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'unmailed'"
                               " AND role = 'head-of-community-engagement'"), 1);
    change(d, "UPDATE role SET email = NULL");
    need(d, step_of(d, "1b/deliver", "R-5 g1 e0", &told));
    assert_int_equal(told.notices, 0);
    need(d, digest_write(d->w, d->s, "head-of-community-engagement", d->now_ms, &d->why));
    assert_int_equal(number(d, "SELECT count(*) FROM notice"), 0);
    store_rollback(d->s);
}

static void
the_owner_reads_of_the_first_levels_in_a_digest_that_goes_anyway(void **state)
{
    struct desk *d = *state;
    struct notified told;
    static const char *const steps[] = { "L1+1", "L2+5", "L3+10", "L4+20" };
    need(d, store_begin(d->s, &d->why));
    for (size_t i = 0; i < LENGTH(steps); i++) {
        char detail[32];
        (void)snprintf(detail, sizeof detail, "%s g1 e0", steps[i]);
        need(d, step_of(d, "1b/deliver", detail, &told));
        assert_int_equal(number(d, "SELECT calls FROM item WHERE step = '%s'"
                                   " AND role = 'head-of-community-engagement'", steps[i]),
                         i == 3); /* of what goes to the committee the owner hears that day */
    }
    store_rollback(d->s);
}

static void
an_owner_without_an_address_keeps_no_mail_from_others(void **state)
{
    struct desk *d = *state;
    struct notified told;
    need(d, store_begin(d->s, &d->why));
    change(d, "UPDATE plan SET owner = 'nobody-yet'");
    need(d, step_of(d, "1b/deliver", "R-30 g1 e0", &told));
    assert_int_equal(told.items, 1);
    at_day(d, 2015, 1, 6);
    assert_int_equal(digest_write(d->w, d->s, "head-of-od", d->now_ms, &d->why), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM notice"), 1);
    store_rollback(d->s);
}

static void
a_job_that_makes_no_sense_is_refused_in_words(void **state)
{
    struct desk *d = *state;
    struct notified told;
    need(d, store_begin(d->s, &d->why));
    assert_int_equal(notify_job(d->w, d->s, 424242, d->now_ms, &told, &d->why), -ECANCELED);
    assert_int_equal(step_of(d, "1b/deliver", "", &told), -ECANCELED);
    assert_int_equal(step_of(d, "1b/deliver", "Q-30 g1 e0", &told), -ECANCELED);
    assert_int_equal(step_of(d, "1b/deliver", "R-30 g1", &told), -ECANCELED);
    int64_t lost = order(d, JOB_KIND_REMIND, "1b/deliver", "", "R-30 g1 e0");
    char sql[128];
    (void)snprintf(sql, sizeof sql, "UPDATE job SET subject = 424242 WHERE id = %" PRId64, lost);
    change(d, sql);
    assert_int_equal(notify_job(d->w, d->s, lost, d->now_ms, &told, &d->why), -ENOENT);
    change(d, "PRAGMA defer_foreign_keys = ON; UPDATE occurrence SET plan = 'gone'"
              " WHERE ref = '1b/deliver'");
    assert_int_equal(step_of(d, "1b/deliver", "R-30 g1 e0", &told), -ENOENT);
    assert_non_null(strstr(d->why.text, "plan 'gone' is gone"));
    store_rollback(d->s);
}

enum { CROWD = 200 };

/* 1b is led by two hundred posts, with the longest ids and titles that the roster takes. */
static void
apply_crowd(struct desk *d)
{
    struct scratch place = scratch_open(CONFIG_DIR);
    AUTO_TEXT struct text roster = { 0 };
    AUTO_TEXT struct text members = { 0 };
    struct applied sum;
    size_t len = 0;
    AUTO_FREE char *bytes = slurp(CONFIG_DIR "/roster.yaml", &len);
    assert_non_null(bytes);
    text_add(&roster, bytes);
    for (int i = 0; i < CROWD; i++) {
        text_addf(&roster, "\n  - {id: crowd-%058d, title: \"%0*d\", email: c%d@example.nhs.uk}", i,
                  TEXT_NAME_MAX - 1, i, i);
        text_addf(&members, "%scrowd-%058d", i ? ", " : "", i);
    }
    text_addf(&roster, "\n  - {id: crowd, title: Crowd, kind: group, members: [%s]}\n",
              text_str(&members));
    assert_int_equal(roster.bad, 0);
    scratch_write(&place, "roster.yaml", text_str(&roster), roster.len);
    const struct edit to_crowd = {
        "leads: [Head of Organisational Development]\n        supports: [Head of Community",
        "leads: [Crowd]\n        completion: any\n        supports: [Head of Community" };
    struct plan_set *set = load_edited(&place, &to_crowd, 1);
    need(d, store_begin(d->s, &d->why));
    need(d, desk_apply(d, set, &sum));
    need(d, store_commit(d->s, &d->why));
    (void)plan_set_free(set);
    scratch_done(&place);
}

static int64_t
crowd_of(struct desk *d, const char *kind)
{
    return number(d, "SELECT count(DISTINCT i.role) FROM item i JOIN notice n ON n.id = i.notice"
                     " WHERE i.kind = '%s' AND i.role LIKE 'crowd-%%'", kind);
}

static void
two_hundred_leads_are_all_told_from_first_to_last(void **state)
{
    struct desk *d = *state;
    apply_crowd(d);
    (void)fire_now(d, true);
    assert_int_equal(crowd_of(d, "assign"), CROWD);
    play_until(d, day_of(2015, 7, 6), true);
    assert_int_equal(crowd_of(d, "remind"), CROWD);
    assert_int_equal(crowd_of(d, "overdue"), CROWD);
    char last[80];
    (void)snprintf(last, sizeof last, "crowd-%058d", CROWD - 1);
    need(d, act_as(d, "1b/deliver", ACTION_EV_SUBMIT, last));
    need(d, act_as(d, "1b/deliver", ACTION_EV_VERIFY, "qsc-secretary"));
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'closed'"), CROWD + 1);
}

static void
two_hundred_leads_hand_over_to_one_and_back(void **state)
{
    struct desk *d = *state;
    apply_crowd(d);
    play_until(d, day_of(2015, 6, 3), true);
    change(d, "UPDATE notice SET state = 2"); /* they have heard that it is theirs */
    assert_int_equal(desk_edit(d, NULL, 0).reassigned, 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'handed-over'"), CROWD);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence_role r JOIN occurrence o ON o.id ="
                               " r.occurrence WHERE o.ref = '1b/deliver' AND duty <> 'support'"),
                     1);
    apply_crowd(d);
    apply_crowd(d); /* said once, it stands */
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence_role WHERE role LIKE 'crowd-%%'"),
                     CROWD);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'leads'"
                               " AND subject LIKE '%%1b/deliver'"), 2);
}

static void
the_longest_texts_that_the_check_lets_pass_are_told(void **state)
{
    struct desk *d = *state;
    struct scratch place = scratch_open(CONFIG_DIR);
    char *texts[LENGTH(longest_texts)];
    struct edit edits[LENGTH(longest_texts)];
    struct applied sum;
    for (size_t i = 0; i < LENGTH(edits); i++) {
        texts[i] = longest_text(&longest_texts[i], 0);
        edits[i] = (struct edit){ longest_texts[i].from, texts[i] };
    }
    struct plan_set *set = load_edited(&place, edits, LENGTH(edits));
    need(d, store_begin(d->s, &d->why));
    need(d, desk_apply(d, set, &sum));
    need(d, store_commit(d->s, &d->why));
    play_until(d, day_of(2015, 8, 10), true);
    assert_int_equal(number(d, "SELECT max(i.level) FROM item i JOIN notice n ON n.id = i.notice"
                               " JOIN occurrence o ON o.id = i.occurrence"
                               " WHERE o.ref = '1b/deliver' AND n.body LIKE '%%W \xc5\xb5%%'"), 4);
    for (size_t i = 0; i < LENGTH(edits); i++) {
        free(texts[i]);
    }
    (void)plan_set_free(set);
    scratch_done(&place);
}

static void
steps_are_read_back_from_their_names(void **state)
{
    struct desk *d = *state;
    static const char *const bad[] = { "", "R", "L", "L1", "L0+1", "L6+1", "Q-30", "R30", "R-",
                                       "R-30x", "R-500000", "R+-5", "L1+1 ", "R-3mm" };
    struct step steps[STEP_MAX];
    for (int kind = DUTY_NONE + 1; kind < DUTY_KIND_MAX_; kind++) {
        size_t n = duty_steps((enum duty_kind)kind, day_of(2015, 6, 30), &d->w->rules,
                              &d->w->calendar, steps);
        assert_true(n > 0);
        for (size_t i = 0; i < n; i++) {
            struct step step;
            char name[STEP_NAME_MAX];
            assert_int_equal(step_parse(step_name(&steps[i], name), &step), 0);
            assert_int_equal(step.kind, steps[i].kind);
            assert_int_equal(step.level, steps[i].level);
        }
    }
    for (size_t i = 0; i < LENGTH(bad); i++) {
        struct step step;
        if (step_parse(bad[i], &step) != -EINVAL) {
            print_error("'%s' is taken for a step\n", bad[i]);
            fail();
        }
    }
}

static int
tell_ladder_two(struct desk *d)
{
    struct notified told;
    int64_t job = 0;
    int r = store_get(d->s, Q_JOB_ID_OF_KEY, WITH(T("the one")), &job, &d->why);
    return r < 0 ? r : notify_job(d->w, d->s, job, d->now_ms, &told, &d->why);
}

static void
each_failure_is_said_and_leaves_nothing(void **state)
{
    struct desk *d = *state;
    at_day(d, 2015, 7, 7);
    need(d, store_begin(d->s, &d->why));
    struct job_order o = { .kind = JOB_KIND_ESCALATE, .key = "the one", .run_at_ms = d->now_ms,
                           .subject = id_of(d, "1b/deliver", ""), .detail = "L2+5 g1 e0" };
    assert_int_equal(job_order_add(d->s, &o, d->now_ms, &d->why), 1);
    need(d, store_commit(d->s, &d->why));
    fails_well(d, tell_ladder_two);
}

/* What stands in the body of the one notice of a step. */
static bool
says(struct desk *d, const char *ref, const char *step, const char *words)
{
    return number(d, "SELECT count(*) FROM notice n JOIN item i ON i.notice = n.id"
                     " JOIN occurrence o ON o.id = i.occurrence"
                     " WHERE o.ref = '%s' AND i.step = '%s' AND n.body LIKE '%%%s%%'",
                  ref, step, words) == 1;
}

static void
an_old_plan_is_told_as_late_with_the_day_on_which_the_ladder_begins(void **state)
{
    struct desk *d = *state;
    struct applied sum;
    at_day(d, 2016, 6, 6);
    need(d, store_begin(d->s, &d->why));
    need(d, desk_apply(d, d->set, &sum));
    need(d, store_commit(d->s, &d->why));
    (void)fire_now(d, true);
    assert_true(says(d, "2b/deliver", "S+0", "say how it stands"));
    assert_true(says(d, "2b/deliver", "S+0", "21 June 2016"));
    assert_false(says(d, "2b/deliver", "S+0", "Nothing more will be sent"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(each_step_reaches_whom_the_table_says),
        AT_A_DESK(each_notice_has_its_delivery_its_audit_row_and_its_message_id),
        AT_A_DESK(a_step_told_twice_writes_once),
        AT_A_DESK(an_occurrence_that_moved_on_has_nothing_to_say),
        AT_A_DESK(who_has_no_address_is_told_through_the_owner),
        AT_A_DESK(the_owner_reads_of_the_first_levels_in_a_digest_that_goes_anyway),
        AT_A_DESK(an_owner_without_an_address_keeps_no_mail_from_others),
        AT_A_DESK(a_job_that_makes_no_sense_is_refused_in_words),
        AT_AN_EMPTY_DESK(two_hundred_leads_are_all_told_from_first_to_last),
        AT_AN_EMPTY_DESK(two_hundred_leads_hand_over_to_one_and_back),
        AT_AN_EMPTY_DESK(the_longest_texts_that_the_check_lets_pass_are_told),
        AT_A_DESK(steps_are_read_back_from_their_names),
        AT_AN_EMPTY_DESK(an_old_plan_is_told_as_late_with_the_day_on_which_the_ladder_begins),
        AT_A_DESK(each_failure_is_said_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
