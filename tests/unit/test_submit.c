/* SPDX-License-Identifier: MIT */
/* test_submit.c - what is handed in: evidence and its hash, the verifier's look at it, drafts. */
#include "engine_fixture.h"

#define LEAD "head-of-od"
#define VERIFIER "qsc-secretary"
#define SUM "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define OTHER_SUM "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b856"

static int
hand_in(struct desk *d, const char *evidence, const char *sum, const char *figure)
{
    const struct act a = { .ref = "1b", .event = ACTION_EV_SUBMIT, .role = LEAD,
                           .evidence = evidence, .sha256 = sum, .figure = figure, .percent = -1 };
    return desk_act(d, &a, NULL);
}

static int
verdict(struct desk *d, enum action_event event, const char *sum)
{
    const struct act a = { .ref = "1b/deliver", .event = event, .role = VERIFIER,
                           .comment = "the list of names", .sha256 = sum, .percent = -1 };
    return desk_act(d, &a, NULL);
}

static int64_t
state_of_1b(struct desk *d)
{
    return number(d, "SELECT state FROM occurrence WHERE ref = '1b/deliver'");
}

/* 1b's delivery as one line: what was handed in with it, "-" where nothing is. */
static void
handed(struct desk *d, const char *want)
{
    AUTO_TEXT struct text sql = { 0 };
    text_addf(&sql, "SELECT coalesce(evidence, '-') || '|' || coalesce(evidence_sha256, '-') || "
                    "'|' || coalesce(figure, '-') || '|' || coalesce(declared, '-') || '|' || "
                    "coalesce(note, '-') || '|' || coalesce(submitted_by, '-') = '%s'"
                    " FROM occurrence WHERE ref = '1b/deliver'", want);
    if (number(d, "%s", text_str(&sql)) != 1) {
        fail_msg("not '%s'", want);
    }
}

static void
is_refused(struct desk *d, int got, const char *words)
{
    assert_int_equal(got, -EINVAL);
    if (!strstr(d->why.text, words)) {
        fail_msg("'%s' is not in '%s'", words, d->why.text);
    }
    handed(d, "-|-|-|-|-|-");
}

static void
without_evidence_nothing_is_handed_in(void **state)
{
    struct desk *d = *state;
    is_refused(d, hand_in(d, "", "", ""), "say where the evidence lies (--evidence)");
    is_refused(d, hand_in(d, "", "", "12/40"), "say where the evidence lies (--evidence)");
    is_refused(d, hand_in(d, " ", "", ""), "say where the evidence lies (--evidence)");
    assert_int_equal(state_of_1b(d), ACTION_PLANNED);
    need(d, hand_in(d, "page 12", "", "12/40"));
    handed(d, "page 12|-|12/40|-|-|" LEAD);
}

static void
a_return_is_handed_in_by_its_figure_or_as_nil_or_with_evidence(void **state)
{
    struct desk *d = *state;
    struct act a = { .ref = "3j/return/2015Q2", .event = ACTION_EV_SUBMIT, .percent = -1,
                     .role = "head-of-community-engagement" };
    assert_int_equal(desk_act(d, &a, NULL), -EINVAL);
    assert_non_null(strstr(d->why.text, "its figure (--figure 12/40), --nil"));
    a.figure = "nil";
    need(d, desk_act(d, &a, NULL));
    a = (struct act){ .ref = "3j/return/2015Q3", .event = a.event, .percent = -1, .role = a.role,
                      .figure = "12/40" };
    need(d, desk_act(d, &a, NULL));
    a = (struct act){ .ref = "3j/return/2015Q4", .event = a.event, .percent = -1, .role = a.role,
                      .evidence = "the report of the quarter" };
    need(d, desk_act(d, &a, NULL));
    a.ref = "3j/start";
    a.evidence = "";
    a.figure = "12/40"; /* that it is in place is shown, not counted */
    assert_int_equal(desk_act(d, &a, NULL), -EINVAL);
}

static void
what_was_sent_back_is_not_handed_in_again_by_itself(void **state)
{
    struct desk *d = *state;
    struct act first = { .ref = "1b", .event = ACTION_EV_SUBMIT, .role = LEAD, .percent = -1,
                         .evidence = "page 12", .sha256 = SUM, .figure = "12/40",
                         .rag = "green", .comment = "done" };
    need(d, desk_act(d, &first, NULL));
    handed(d, "page 12|" SUM "|12/40|green|done|" LEAD);
    need(d, verdict(d, ACTION_EV_REJECT, ""));
    handed(d, "-|-|-|-|the list of names|-");
    assert_int_equal(hand_in(d, "", "", ""), -EINVAL);
    need(d, hand_in(d, "the list", "", ""));
    handed(d, "the list|-|-|-|-|" LEAD); /* nothing of the first one */
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE detail LIKE '%%page 12%%'"), 1);
}

static void
what_is_reopened_is_shown_anew(void **state)
{
    struct desk *d = *state;
    need(d, hand_in(d, "page 12", SUM, "12/40"));
    need(d, verdict(d, ACTION_EV_VERIFY, ""));
    handed(d, "page 12|" SUM "|12/40|-|-|" LEAD);
    need(d, verdict(d, ACTION_EV_REOPEN, ""));
    handed(d, "-|-|-|-|the list of names|-");
    assert_int_equal(hand_in(d, "", "", ""), -EINVAL);
    need(d, hand_in(d, "page 13", "", ""));
}

static void
what_the_lead_said_before_is_not_said_by_what_is_handed_in(void **state)
{
    struct desk *d = *state;
    const struct act before = { .ref = "1b", .event = ACTION_EV_PROGRESS, .role = LEAD,
                                .rag = "red", .comment = "no room", .percent = 20 };
    need(d, desk_act(d, &before, NULL));
    handed(d, "-|-|-|red|no room|-");
    need(d, hand_in(d, "page 12", "", ""));
    handed(d, "page 12|-|-|-|-|" LEAD);
}

static void
the_hash_of_evidence_is_kept_beside_it_and_in_the_audit(void **state)
{
    struct desk *d = *state;
    static const char *const bad[] = { "e3b0", SUM "0", "z3b0c44298fc1c149afbf4c8996fb92427ae41e464"
                                       "9b934ca495991b7852b855" };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        is_refused(d, hand_in(d, "page 12", bad[i], ""), "64 hexadecimal digits");
    }
    is_refused(d, hand_in(d, "", SUM, ""), "say where the evidence lies (--evidence)");
    need(d, hand_in(d, "page 12",
                    "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", ""));
    handed(d, "page 12|" SUM "|-|-|-|" LEAD);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'submit' AND detail ="
                               " 'PLANNED to SUBMITTED; evidence: page 12; SHA-256 " SUM "'"), 1);
}

static void
a_verifier_may_hold_the_file_against_what_was_handed_in(void **state)
{
    struct desk *d = *state;
    need(d, hand_in(d, "page 12", "", ""));
    assert_int_equal(verdict(d, ACTION_EV_VERIFY, SUM), -EINVAL);
    assert_non_null(strstr(d->why.text, "no SHA-256 was handed in"));
    need(d, verdict(d, ACTION_EV_REJECT, ""));
    need(d, hand_in(d, "page 12", SUM, ""));
    assert_int_equal(verdict(d, ACTION_EV_VERIFY, OTHER_SUM), -EINVAL);
    assert_non_null(strstr(d->why.text, "is not the file that was handed in"));
    assert_int_equal(state_of_1b(d), ACTION_SUBMITTED);
    need(d, verdict(d, ACTION_EV_VERIFY, SUM));
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'verify' AND detail ="
                               " 'SUBMITTED to COMPLETE; SHA-256 " SUM "; the list of names'"), 1);
}

static void
a_supporter_drafts_and_hands_nothing_in(void **state)
{
    struct desk *d = *state;
    change(d, "INSERT INTO occurrence_role SELECT id, 'support', 'qsc-chair', 9 FROM occurrence"
              " WHERE ref = '1b/deliver'");
    struct act a = { .ref = "1b", .event = ACTION_EV_SUBMIT, .role = "qsc-chair", .percent = -1,
                     .evidence = "page 12", .figure = "12/40", .comment = "ask her" };
    struct acted done;
    need(d, desk_act(d, &a, &done));
    assert_true(done.is_note);
    assert_int_equal(state_of_1b(d), ACTION_PLANNED);
    handed(d, "-|-|-|-|draft by qsc-chair; figure 12/40; evidence: page 12; ask her|-");
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'draft' AND actor ="
                               " 'qsc-chair' AND detail = 'PLANNED to PLANNED; figure 12/40;"
                               " evidence: page 12; ask her'"), 1);
    a.figure = "12 of 40";
    assert_int_equal(desk_act(d, &a, NULL), -EINVAL); /* a draft that could not be handed in */
    a = (struct act){ .ref = "1b", .event = ACTION_EV_SUBMIT, .role = "qsc-chair", .percent = -1 };
    assert_int_equal(desk_act(d, &a, NULL), -EPERM); /* nothing said */
    need(d, hand_in(d, "page 14", "", ""));
    handed(d, "page 14|-|-|-|-|" LEAD);
}

static void
what_a_plan_records_as_done_has_its_hash_too(void **state)
{
    struct desk *d = *state;
    const struct edit edits[] = {
        { "          evidence: Minute of the Trust Board, 14 January 2015\n",
          "          evidence: Minute of the Trust Board, 14 January 2015\n"
          "          sha256: " SUM "\n" },
    };
    (void)desk_edit(d, edits, LENGTH(edits));
    assert_int_equal(number(d, "SELECT count(*) FROM occurrence WHERE ref = '1a/deliver' AND state"
                               " = 5 AND evidence LIKE 'Minute of%%' AND evidence_sha256 = '" SUM
                               "'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'complete' AND detail ="
                               " 'Minute of the Trust Board, 14 January 2015; SHA-256 " SUM "'"),
                     1);
}

static int
hand_in_once(struct desk *d)
{
    struct acted done;
    const struct act a = { .plan = "", .ref = "1b", .event = ACTION_EV_SUBMIT, .actor = LEAD,
                           .role = LEAD, .on_behalf = "", .comment = "", .evidence = "page 12",
                           .sha256 = SUM, .minute = "", .percent = -1, .date = DAY_NONE };
    return act(d->w, d->s, &a, d->now_ms, &done, &d->why);
}

static int
verify_once(struct desk *d)
{
    struct acted done;
    const struct act a = { .plan = "", .ref = "1b", .event = ACTION_EV_VERIFY, .actor = VERIFIER,
                           .role = VERIFIER, .on_behalf = "", .comment = "", .evidence = "",
                           .sha256 = SUM, .minute = "", .percent = -1, .date = DAY_NONE };
    return act(d->w, d->s, &a, d->now_ms, &done, &d->why);
}

static void
each_failure_is_said_and_leaves_nothing(void **state)
{
    struct desk *d = *state;
    fails_well(d, hand_in_once);
    need(d, hand_in(d, "page 12", SUM, ""));
    fails_well(d, verify_once);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_A_DESK(without_evidence_nothing_is_handed_in),
        AT_A_DESK(a_return_is_handed_in_by_its_figure_or_as_nil_or_with_evidence),
        AT_A_DESK(what_was_sent_back_is_not_handed_in_again_by_itself),
        AT_A_DESK(what_is_reopened_is_shown_anew),
        AT_A_DESK(what_the_lead_said_before_is_not_said_by_what_is_handed_in),
        AT_A_DESK(the_hash_of_evidence_is_kept_beside_it_and_in_the_audit),
        AT_A_DESK(a_verifier_may_hold_the_file_against_what_was_handed_in),
        AT_A_DESK(a_supporter_drafts_and_hands_nothing_in),
        AT_AN_EMPTY_DESK(what_a_plan_records_as_done_has_its_hash_too),
        AT_A_DESK(each_failure_is_said_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
