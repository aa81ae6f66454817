/* SPDX-License-Identifier: MIT */
/* test_act.c - every event by every standing in every state; what an event stops; parts and whole.
 */
#include "stage_fixture.h"

/* The roles of the stage, and one that has no part in it. */
static const struct {
    const char *role;
    unsigned actor;
} standings[] = {
    { "the-lead", ACTOR_LEAD },       { "the-deputy", ACTOR_DEPUTY },
    { "the-support", ACTOR_SUPPORT }, { "the-owner", ACTOR_OWNER },
    { "the-verifier", ACTOR_VERIFIER }, { "the-secretary", ACTOR_FORUM },
    { "a-stranger", 0 },
};

/* Events that a person may cause through act(); the others are refused whoever asks. */
static bool
is_for_people(enum action_event event)
{
    return event != ACTION_EV_ACTIVATE && event != ACTION_EV_LEAVE;
}

static int
expected(enum action_state from, enum action_event event, unsigned actor)
{
    if (action_next(from, event) == ACTION_NONE || !is_for_people(event)) {
        return -EINVAL;
    }
    if (!(actor & action_who(event)) && actor == ACTOR_SUPPORT
        && (event == ACTION_EV_ACK || event == ACTION_EV_PROGRESS || event == ACTION_EV_SUBMIT)) {
        return 0; /* a note, a draft */
    }
    int refused = event == ACTION_EV_QUARTERLY ? -EINVAL : 0; /* its series is that already */
    return actor & action_who(event) ? refused : -EPERM;
}

static int
try_event(struct desk *d, const struct act *a, struct acted *done)
{
    need(d, store_save(d->s, &d->why));
    d->why.text[0] = '\0';
    int r = act(d->w, d->s, a, d->now_ms, done, &d->why);
    assert_true(r >= 0 || d->why.text[0] != '\0');
    if (r >= 0) {
        bool is_note = strcmp(a->role, "the-support") == 0;
        assert_int_equal(done->o.duty.state,
                         is_note ? done->before : action_next(done->before, a->event));
    }
    need(d, store_undo(d->s, &d->why));
    return r;
}

/* One event by each standing; returns how many were let through. */
static int
by_each_standing(struct desk *d, enum action_state from, enum action_event event, int64_t before)
{
    int allowed = 0;
    for (size_t i = 0; i < LENGTH(standings); i++) {
        struct acted done;
        const struct act a = { .plan = "", .ref = "1b/deliver", .actor = "user test",
                               .role = standings[i].role, .on_behalf = standings[i].role,
                               .event = event, .comment = "a reason", .evidence = "page 12",
                               .minute = "QSC 7/15", .percent = 30,
                               .to = event == ACTION_EV_SUPERSEDE ? "2b" : "the-deputy",
                               .date = event == ACTION_EV_EXTEND ? day_of(2015, 7, 27)
                                       : event == ACTION_EV_HOLD || event == ACTION_EV_ACK
                                           ? world_day(d->w, d->now_ms) + 7
                                                                 : DAY_NONE };
        int want = expected(from, event, standings[i].actor);
        int r = try_event(d, &a, &done);
        if (r != want) {
            print_error("%s by %s while %s: %d, not %d (%s)\n", action_event_name(event), a.role,
                        action_state_name(from), r, want, d->why.text);
        }
        assert_int_equal(r, want);
        assert_int_equal(print_of(d), before);
        allowed += r >= 0;
    }
    return allowed;
}

static void
every_event_by_every_standing_in_every_state(void **state)
{
    struct desk *d = *state;
    int allowed = 0;
    set_the_stage(d);
    int64_t id = id_of(d, "1b/deliver", "");
    at_day(d, 2015, 5, 12);
    change(d, "UPDATE occurrence SET level = 4 WHERE ref = '1b/deliver'"); /* the forum has it */
    need(d, store_begin(d->s, &d->why));
    for (int from = ACTION_PLANNED; from < ACTION_STATE_MAX_; from++) {
        need(d, store_run(d->s, Q_OCCURRENCE_STATE, WITH(I(from), I(0), I(0), I(id)), &d->why));
        int64_t before = print_of(d);
        for (int event = 1; event < ACTION_EVENT_MAX_; event++) {
            allowed += by_each_standing(d, (enum action_state)from, (enum action_event)event,
                                        before);
        }
    }
    assert_true(allowed > 40);
    store_rollback(d->s);
}

static void
who_submitted_never_verifies(void **state)
{
    struct desk *d = *state;
    set_the_stage(d);
    change(d, "UPDATE plan SET verifier = 'the-lead'");
    need(d, act_as(d, "1b", ACTION_EV_SUBMIT, "the-lead"));
    assert_int_equal(act_as(d, "1b", ACTION_EV_VERIFY, "the-lead"), -EPERM);
    assert_non_null(strstr(d->why.text, "submitted it and so may not verify it"));
    change(d, "UPDATE plan SET verifier = 'the-verifier'");
    need(d, act_as(d, "1b", ACTION_EV_VERIFY, "the-verifier"));
    assert_int_equal(number(d, "SELECT state FROM occurrence WHERE ref = '1b/deliver'"),
                     ACTION_COMPLETE);
}

static void
completing_stops_timer_jobs_and_notices(void **state)
{
    struct desk *d = *state;
    play_until(d, day_of(2015, 7, 20), true);
    int64_t id = id_of(d, "1b/deliver", "");
    assert_true(number(d, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice"
                          " WHERE i.occurrence = %" PRId64 " AND n.state = 1", id) > 3);
    need(d, store_begin(d->s, &d->why));
    struct job_order order = { .kind = JOB_KIND_REMIND, .key = "by hand", .subject = id,
                               .run_at_ms = d->now_ms, .detail = "R+0 g1 e0" };
    need(d, job_order_add(d->s, &order, d->now_ms, &d->why));
    need(d, store_commit(d->s, &d->why));
    set_the_stage(d);
    need(d, act_as(d, "1b", ACTION_EV_SUBMIT, "the-deputy"));
    assert_true(number(d, "SELECT count(*) FROM timer WHERE occurrence = %" PRId64, id) > 0);
    need(d, act_as(d, "1b", ACTION_EV_VERIFY, "the-verifier"));
    assert_int_equal(number(d, "SELECT count(*) FROM timer WHERE occurrence = %" PRId64, id), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM item i JOIN notice n ON n.id = i.notice"
                               " WHERE i.occurrence = %" PRId64 " AND n.state = 1", id), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE state = 1 AND kind <> 'closed'"
                               " AND occurrence = %" PRId64, id), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM job j JOIN notice n ON n.id = j.subject"
                               " WHERE j.kind = 4 AND j.state IN (1, 2) AND n.state = 4"), 0);
    assert_int_equal(number(d, "SELECT state FROM job WHERE key = 'by hand'"), JOB_CANCELLED);
    int64_t jobs = number(d, "SELECT count(*) FROM job WHERE subject = %" PRId64, id);
    play_until(d, day_of(2016, 7, 20), true);
    assert_int_equal(
        number(d, "SELECT count(*) FROM job WHERE kind < 3 AND subject = %" PRId64, id),
        number(d,
               "SELECT count(*) FROM job WHERE kind < 3 AND subject = %" PRId64
               " AND created_ms < %" PRId64,
               id, world_send_ms(d->w, day_of(2015, 7, 21))));
    assert_true(jobs > 0);
}

static void
the_last_part_completes_the_whole(void **state)
{
    struct desk *d = *state;
    static const char *const parts[] = { "amh", "ld", "cc", "cf" };
    struct acted done;
    assert_int_equal(act_as(d, "1c/deliver", ACTION_EV_SUBMIT, "sdu-lead-amh"), -EINVAL);
    assert_non_null(strstr(d->why.text, "has a part for each lead"));
    for (size_t i = 0; i < LENGTH(parts); i++) {
        char ref[64];
        char lead[64];
        (void)snprintf(ref, sizeof ref, "1c/deliver@sdu-%s", parts[i]);
        (void)snprintf(lead, sizeof lead, "sdu-lead-%s", parts[i]);
        need(d, act_as(d, ref, ACTION_EV_SUBMIT, lead));
        const struct act a = { .plan = "CO-304", .ref = ref, .event = ACTION_EV_VERIFY,
                               .role = "qsc-secretary", .minute = "QSC 7", .percent = -1 };
        need(d, desk_act(d, &a, &done));
        assert_int_equal(done.is_parent_done, i + 1 == LENGTH(parts));
    }
    assert_int_equal(
        number(d, "SELECT state FROM occurrence WHERE ref = '1c/deliver' AND part = ''"),
        ACTION_COMPLETE);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE subject = 'CO-304:1c/deliver'"
                               " AND event = 'complete'"), 1);
}

static void
an_acknowledgement_rests_the_ladder_ten_days_at_most(void **state)
{
    struct desk *d = *state;
    play_until(d, day_of(2015, 7, 8), false);
    set_the_stage(d);
    day_t today = world_day(d->w, d->now_ms);
    day_t latest = calendar_add(&d->w->calendar, today, 10);
    assert_int_equal(with_date(d, ACTION_EV_ACK, "the-lead", latest + 1, ""), -EINVAL);
    assert_int_equal(with_date(d, ACTION_EV_ACK, "the-lead", today - 1, ""), -EINVAL);
    need(d, with_date(d, ACTION_EV_ACK, "the-lead", DAY_NONE, ""));
    assert_int_equal(number(d, "SELECT acked_until FROM occurrence WHERE ref = '1b/deliver'"),
                     latest);
    int64_t before = number(d, "SELECT count(*) FROM job WHERE kind = 2 AND subject ="
                               " (SELECT id FROM occurrence WHERE ref = '1b/deliver')");
    play_until(d, latest, false);
    assert_int_equal(number(d, "SELECT count(*) FROM job WHERE kind = 2 AND subject ="
                               " (SELECT id FROM occurrence WHERE ref = '1b/deliver')"), before);
    play_until(d, latest + 30, false);
    assert_true(number(d, "SELECT count(*) FROM job WHERE kind = 2 AND subject ="
                          " (SELECT id FROM occurrence WHERE ref = '1b/deliver')") > before);
}

static void
an_extension_needs_a_date_and_a_reason_and_is_a_new_generation(void **state)
{
    struct desk *d = *state;
    play_until(d, day_of(2015, 7, 8), true);
    set_the_stage(d);
    assert_int_equal(with_date(d, ACTION_EV_EXTEND, "the-owner", DAY_NONE, "why"), -EINVAL);
    assert_int_equal(with_date(d, ACTION_EV_EXTEND, "the-owner", day_of(2015, 7, 8), "why"),
                     -EINVAL);
    assert_int_equal(with_date(d, ACTION_EV_EXTEND, "the-owner", day_of(2015, 9, 30), ""), -EINVAL);
    /* the owner once and by twenty working days; the forum by minute */
    assert_int_equal(with_date(d, ACTION_EV_EXTEND, "the-owner", day_of(2015, 7, 29), "why"),
                     -EPERM);
    assert_non_null(strstr(d->why.text, "until 2015-07-28"));
    /* a Sunday: rolled back to the Friday */
    need(d, with_date(d, ACTION_EV_EXTEND, "the-secretary", day_of(2015, 11, 1), "not ready"));
    assert_int_equal(number(d, "SELECT due FROM occurrence WHERE ref = '1b/deliver'"),
                     day_of(2015, 10, 30));
    assert_int_equal(number(d, "SELECT gen FROM occurrence WHERE ref = '1b/deliver'"), 2);
    assert_int_equal(number(d, "SELECT level FROM occurrence WHERE ref = '1b/deliver'"), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM notice n JOIN item i ON i.notice = n.id"
                               " JOIN occurrence o ON o.id = i.occurrence"
                               " WHERE o.ref = '1b/deliver' AND n.state = 1"), 0);
    assert_true(number(d, "SELECT count(*) FROM job WHERE state = 5"
                          " AND reason = 'the due day moved'") > 0);
    assert_int_equal(number(d, "SELECT count(*) FROM job WHERE state = 5"
                               " AND reason <> 'the due day moved'"), 0);
    int64_t before = number(d, "SELECT count(*) FROM job");
    play_until(d, day_of(2015, 11, 30), false);
    assert_true(number(d, "SELECT count(*) FROM job WHERE key LIKE 'step|CO-304:1b/deliver|g2|%%'")
                > 3);
    assert_true(number(d, "SELECT count(*) FROM job") > before);
}

static void
what_is_reopened_is_asked_for_again(void **state)
{
    struct desk *d = *state;
    set_the_stage(d);
    need(d, act_as(d, "1b", ACTION_EV_SUBMIT, "the-lead"));
    need(d, act_as(d, "1b", ACTION_EV_VERIFY, "the-verifier"));
    need(d, with_date(d, ACTION_EV_REOPEN, "the-verifier", DAY_NONE, "the minute was wrong"));
    assert_int_equal(number(d, "SELECT gen FROM occurrence WHERE ref = '1b/deliver'"), 2);
    assert_true(number(d, "SELECT count(*) FROM timer WHERE occurrence ="
                          " (SELECT id FROM occurrence WHERE ref = '1b/deliver')") == 1);
}

static void
what_is_not_there_or_not_one_is_said(void **state)
{
    struct desk *d = *state;
    char longer[400];
    (void)memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(act_as(d, "9z", ACTION_EV_START, "x"), -ENOENT);
    assert_int_equal(act_as(d, "1b/none", ACTION_EV_START, "x"), -ENOENT);
    assert_int_equal(act_as(d, "1c/deliver@none", ACTION_EV_START, "x"), -ENOENT);
    assert_int_equal(act_as(d, longer, ACTION_EV_START, "x"), -ENOENT);
    change(d, "INSERT INTO occurrence (id, plan, ref, part, action, kind, due, state, changed_ms)"
              " SELECT 9999, 'CO-999', ref, part, action, kind, due, state, 0 FROM occurrence"
              " WHERE ref = '1b/deliver';"
              "INSERT INTO plan SELECT 'CO-999', title, version, revision, owner, reviewer,"
              "  verifier, forum, forum_secretary, forum_chair, board_secretary, url,"
              "  formats_contact, source_sha256, applied_ms FROM plan");
    assert_int_equal(act_as(d, "1b/deliver", ACTION_EV_START, "head-of-od"), -EINVAL);
    assert_non_null(strstr(d->why.text, "several plans"));
    assert_int_equal(act_as(d, "1b", ACTION_EV_START, "head-of-od"), -EINVAL);
}

/* How many operations of SQLite's machine it takes; the plan's lines are few, but not its years. */
static int
count_op(void *arg)
{
    (*(int *)arg)++;
    return 0;
}

static int
cost_of_finding(struct desk *d, const char *ref)
{
    int ops = 0;
    struct occurrence o;
    sqlite3_progress_handler(d->s->db, 1, count_op, &ops);
    need(d, occurrence_find(d->s, "", ref, &o, &d->why));
    sqlite3_progress_handler(d->s->db, 0, NULL, NULL);
    return ops;
}

static void
finding_one_costs_the_same_among_many(void **state)
{
    struct desk *d = *state;
    int by_action = cost_of_finding(d, "1b");
    int by_name = cost_of_finding(d, "1c/deliver@sdu-cf");
    change(d, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
              " INSERT INTO occurrence (id, plan, ref, action, kind, due, state, changed_ms)"
              " SELECT 100000 + i, 'CO-304', 'x' || i || '/deliver', 'x' || i, 1, 16000, 1, 0"
              " FROM n");
    assert_in_range(cost_of_finding(d, "1b"), 1, 2 * by_action + 100);
    assert_in_range(cost_of_finding(d, "1c/deliver@sdu-cf"), 1, 2 * by_name + 100);
}

static void
nothing_pending_is_left_however_much_there_was(void **state)
{
    struct desk *d = *state;
    set_the_stage(d);
    char sql[1200];
    int64_t id = id_of(d, "1b/deliver", "");
    (void)snprintf(
        sql, sizeof sql,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)"
        " INSERT INTO notice SELECT 9000 + i, 'k' || i, 'remind', 'CO-304', %" PRId64
        ", 'R-5', 'the-lead', 'lead@example.nhs.uk', '', '', '', x'', 'm' || i, 1, 0, 0 FROM n;"
        "INSERT INTO job (id, kind, key, state, run_at_ms, subject, created_ms, changed_ms)"
        " SELECT id, 4, 'deliver|' || id, 2, 0, id, 0, 0 FROM notice WHERE id > 9000",
        id);
    change(d, sql);
    need(d, act_as(d, "1b", ACTION_EV_SUBMIT, "the-lead"));
    assert_int_equal(number(d, "SELECT count(*) FROM job WHERE kind = 4 AND state = 5"), 700);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE state = 1"), 0);
}

static int64_t
state_of(struct desk *d, const char *ref, const char *part)
{
    return number(d, "SELECT state FROM occurrence WHERE ref = '%s' AND part = '%s'", ref, part);
}

static void
the_whole_opens_with_its_first_part(void **state)
{
    struct desk *d = *state;
    need(d, act_as(d, "1c/deliver@sdu-ld", ACTION_EV_START, "sdu-lead-ld"));
    assert_int_equal(state_of(d, "1c/deliver", ""), ACTION_OPEN);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE subject = 'CO-304:1c/deliver'"
                               " AND event = 'open'"), 1);
    need(d, act_as(d, "1c/deliver@sdu-ld", ACTION_EV_PROGRESS, "sdu-lead-ld"));
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE subject = 'CO-304:1c/deliver'"),
                     1);
}

static void
a_part_reopened_reopens_the_whole(void **state)
{
    struct desk *d = *state;
    change(d, "UPDATE occurrence SET state = 5 WHERE ref = '1c/deliver'");
    need(d, act_as(d, "1c/deliver@sdu-cc", ACTION_EV_REOPEN, "qsc-secretary"));
    assert_int_equal(state_of(d, "1c/deliver", "sdu-cc"), ACTION_IN_PROGRESS);
    assert_int_equal(state_of(d, "1c/deliver", ""), ACTION_IN_PROGRESS);
    need(d, act_as(d, "1c/deliver@sdu-cc", ACTION_EV_SUBMIT, "sdu-lead-cc"));
    need(d, act_as(d, "1c/deliver@sdu-cc", ACTION_EV_VERIFY, "qsc-secretary"));
    assert_int_equal(state_of(d, "1c/deliver", ""), ACTION_COMPLETE);
}

static void
a_whole_of_withdrawn_parts_is_withdrawn(void **state)
{
    struct desk *d = *state;
    static const char *const parts[] = { "amh", "ld", "cc", "cf" };
    for (size_t i = 0; i < LENGTH(parts); i++) {
        char ref[64];
        assert_int_equal(state_of(d, "1c/deliver", ""), ACTION_PLANNED);
        (void)snprintf(ref, sizeof ref, "1c/deliver@sdu-%s", parts[i]);
        need(d, act_as(d, ref, ACTION_EV_WITHDRAW, "qsc-secretary"));
    }
    assert_int_equal(state_of(d, "1c/deliver", ""), ACTION_WITHDRAWN);
}

static int
report(struct desk *d, const char *ref, enum action_event event, const char *rag,
       const char *figure, const char *words)
{
    const struct act a = { .ref = ref, .event = event, .actor = "x",
                           .role = "head-of-community-engagement", .comment = words, .rag = rag,
                           .figure = figure, .percent = -1 };
    return desk_act(d, &a, NULL);
}

static void
a_return_says_a_figure_or_nil_words_and_the_leads_own_colour(void **state)
{
    struct desk *d = *state;
    static const char ref[] = "3j/return/2015Q2";
    static const char *const bad[] = { "12", "12/", "/40", "41/40", "-1/4", "1/0", "1/4x",
                                       "99999999999999999999/1" };
    char longer[1002];
    (void)memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_int_equal(report(d, ref, ACTION_EV_SUBMIT, "", bad[i], "w"), -EINVAL);
    }
    assert_int_equal(report(d, ref, ACTION_EV_SUBMIT, "blue", "", "w"), -EINVAL);
    assert_non_null(strstr(d->why.text, "green, amber or red"));
    assert_int_equal(report(d, ref, ACTION_EV_SUBMIT, "", "", longer), -EINVAL);
    assert_non_null(strstr(d->why.text, "1,000 characters, and these are 1001 (--comment)"));
    assert_int_equal(report(d, "3j/start", ACTION_EV_SUBMIT, "", "nil", "w"), -EINVAL);
    assert_non_null(strstr(d->why.text, "only a return may be nil"));
    need(d, report(d, "3j/start", ACTION_EV_PROGRESS, "red", "", "no room"));
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref = '3j/start'"
                               " AND declared = 'red'"), 1);
    longer[1000] = '\0';
    need(d, report(d, ref, ACTION_EV_SUBMIT, "amber", "12/40", longer));
    need(d, report(d, "3j/return/2015Q3", ACTION_EV_SUBMIT, "", "nil", ""));
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE figure = '12/40'"
                               " AND declared = 'amber' AND state = 4"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE figure = 'nil'"
                               " AND state = 4"), 1); /* nothing to report is a return */
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'submit' AND detail LIKE"
                               " '%%; figure nil%%'"), 1);
}

static void
what_happened_is_in_the_audit_in_words(void **state)
{
    struct desk *d = *state;
    set_the_stage(d);
    need(d, act_as(d, "1b", ACTION_EV_SUBMIT, "the-lead"));
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'submit' AND"
                               " subject = 'CO-304:1b/deliver' AND actor = 'the-lead' AND detail ="
                               " 'PLANNED to SUBMITTED; evidence: minute 7; minute: QSC 7/15;"
                               " as agreed'"), 1);
    struct audit_report report;
    need(d, audit_verify(d->s, &report, &d->why));
}

static int
verify_the_last_part(struct desk *d)
{
    struct acted done;
    const struct act a = { .plan = "", .ref = "1c/deliver@sdu-cf", .event = ACTION_EV_VERIFY,
                           .actor = "v", .role = "qsc-secretary", .on_behalf = "", .comment = "c",
                           .evidence = "", .minute = "", .percent = -1, .date = DAY_NONE };
    return act(d->w, d->s, &a, d->now_ms, &done, &d->why);
}

static void
each_failure_is_said_and_leaves_nothing(void **state)
{
    struct desk *d = *state;
    play_until(d, day_of(2015, 4, 10), true);
    change(d, "UPDATE occurrence SET state = 5 WHERE part IN ('sdu-amh', 'sdu-ld', 'sdu-cc')"
              " AND ref = '1c/deliver'");
    need(d, act_as(d, "1c/deliver@sdu-cf", ACTION_EV_SUBMIT, "sdu-lead-cf"));
    fails_well(d, verify_the_last_part);
}

/* 1,000 characters in Welsh, in Greek or of pictures are as many as in English. */
static void
the_words_of_a_return_are_counted_in_characters_of_any_script(void **state)
{
    struct desk *d = *state;
    static const char *const signs[] = { "\u0175", "\u03bb", "\u20ac", "\U0001f642" };
    static const char ref[] = "3j/return/2015Q2";
    for (size_t i = 0; i < LENGTH(signs); i++) {
        AUTO_TEXT struct text words = { 0 };
        for (size_t n = 0; n < 1000; n++) {
            text_add(&words, signs[i]);
        }
        need(d, report(d, ref, ACTION_EV_PROGRESS, "", "", text_str(&words)));
        text_add(&words, "x");
        assert_int_equal(report(d, ref, ACTION_EV_PROGRESS, "", "", text_str(&words)), -EINVAL);
        assert_non_null(strstr(d->why.text, "and these are 1001"));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(every_event_by_every_standing_in_every_state),
        AT_A_DESK(who_submitted_never_verifies),
        AT_A_DESK(completing_stops_timer_jobs_and_notices),
        AT_A_DESK(the_last_part_completes_the_whole),
        AT_A_DESK(an_acknowledgement_rests_the_ladder_ten_days_at_most),
        AT_A_DESK(an_extension_needs_a_date_and_a_reason_and_is_a_new_generation),
        AT_A_DESK(what_is_reopened_is_asked_for_again),
        AT_A_DESK(what_is_not_there_or_not_one_is_said),
        AT_A_DESK(finding_one_costs_the_same_among_many),
        AT_A_DESK(nothing_pending_is_left_however_much_there_was),
        AT_A_DESK(the_whole_opens_with_its_first_part),
        AT_A_DESK(a_part_reopened_reopens_the_whole),
        AT_A_DESK(a_whole_of_withdrawn_parts_is_withdrawn),
        AT_A_DESK(a_return_says_a_figure_or_nil_words_and_the_leads_own_colour),
        AT_A_DESK(the_words_of_a_return_are_counted_in_characters_of_any_script),
        AT_A_DESK(what_happened_is_in_the_audit_in_words),
        AT_A_DESK(each_failure_is_said_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
