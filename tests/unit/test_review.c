/* SPDX-License-Identifier: MIT */
/* test_review.c - a policy's own review: who hears of it how long before, and the ladder after. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "play_fixture.h"
#include "store/inside.h"

#define D(y, m, d) day_of(y, m, d)
#define REVIEWER "head-of-community-engagement"

static int
begin(void **state)
{
    static struct engine e;
    engine_open(&e, engine_source(), D(2015, 1, 1));
    *state = &e;
    return 0;
}

static int
end(void **state)
{
    engine_close(*state);
    return 0;
}

/* Who was told of a step of the review, in order: "a b c". */
static void
told_of(struct engine *e, const char *step, struct text *ret)
{
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(e->store->db,
                                        "SELECT i.role || CASE n.kind WHEN 'digest' THEN '' ELSE"
                                        " '!' END, date(n.created_ms / 1000, 'unixepoch') FROM"
                                        " item i JOIN occurrence o ON o.id = i.occurrence JOIN"
                                        " notice n ON n.id = i.notice WHERE o.kind = 4 AND"
                                        " i.step = ?1 ORDER BY i.role", -1, &q, NULL), SQLITE_OK);
    (void)sqlite3_bind_text(q, 1, step, -1, SQLITE_STATIC);
    while (sqlite3_step(q) == SQLITE_ROW) {
        if (ret->len == 0) {
            text_addf(ret, "%s:", (const char *)sqlite3_column_text(q, 1));
        }
        text_addf(ret, " %s", (const char *)sqlite3_column_text(q, 0));
    }
    (void)sqlite3_finalize(q);
}

static void
the_review_of_2018_is_announced_to_more_and_more_people(void **state)
{
    struct engine *e = *state;
    static const struct {
        const char *step, *told;
    } want[] = {
        { "R-18m", "2016-07-29: " REVIEWER },
        { "R-12m", "2017-01-31: " REVIEWER },
        { "R-6m", "2017-07-31: " REVIEWER " qsc-secretary" },
        { "R-3m", "2017-10-31: director-of-quality " REVIEWER " qsc-secretary" },
        { "R-1m", "2017-12-29: director-of-quality " REVIEWER " qsc-secretary" },
        { "L1+1", "2018-02-01: " REVIEWER },
        { "L2+5", "2018-02-07: director-of-quality " REVIEWER " patient-experience-lead" },
        { "L3+10", "2018-02-14: director-of-quality! " REVIEWER " patient-experience-lead" },
        { "L4+20", "2018-02-28: qsc-chair! qsc-secretary!" },
        { "L5+60", "2018-04-27: company-secretary! " REVIEWER },
    };
    engine_until(e, D(2018, 5, 31));
    for (size_t i = 0; i < LENGTH(want); i++) {
        AUTO_TEXT struct text got = { 0 };
        told_of(e, want[i].step, &got);
        assert_string_equal(text_str(&got), want[i].told);
    }
}

static void
a_policy_that_was_reviewed_in_time_is_never_escalated(void **state)
{
    struct engine *e = *state;
    struct act submit = { .ref = "review/2018-01", .event = ACTION_EV_SUBMIT, .role = REVIEWER,
                          .evidence = "ratified", .percent = -1 };
    struct act agree = { .ref = "review/2018-01", .event = ACTION_EV_AGREE, .role = REVIEWER,
                         .comment = "It is ratified.", .percent = -1 };
    struct act verify = { .ref = "review/2018-01", .event = ACTION_EV_VERIFY,
                          .role = "qsc-secretary", .percent = -1 };
    engine_until(e, D(2017, 12, 1));
    (void)engine_act(e, &agree, NULL);
    GOOD(e, engine_act(e, &submit, NULL));
    GOOD(e, engine_act(e, &verify, NULL));
    engine_until(e, D(2018, 5, 31));
    static const char *const never[] = { "R-1m", "L1+1", "L2+5", "L3+10", "L4+20", "L5+60" };
    for (size_t i = 0; i < LENGTH(never); i++) {
        AUTO_TEXT struct text got = { 0 };
        told_of(e, never[i], &got);
        assert_string_equal(text_str(&got), "");
    }
}

static void
from_when_the_secretary_and_the_director_hear_of_it_can_be_changed(void **state)
{
    struct engine *e = *state;
    e->world->rules.review_secretary_months = 12;
    e->world->rules.review_director_months = 1;
    engine_until(e, D(2018, 1, 31));
    static const struct {
        const char *step, *told;
    } want[] = {
        { "R-18m", "2016-07-29: " REVIEWER },
        { "R-12m", "2017-01-31: " REVIEWER " qsc-secretary" },
        { "R-3m", "2017-10-31: " REVIEWER " qsc-secretary" },
        { "R-1m", "2017-12-29: director-of-quality " REVIEWER " qsc-secretary" },
    };
    for (size_t i = 0; i < LENGTH(want); i++) {
        AUTO_TEXT struct text got = { 0 };
        told_of(e, want[i].step, &got);
        assert_string_equal(text_str(&got), want[i].told);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_review_of_2018_is_announced_to_more_and_more_people,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_policy_that_was_reviewed_in_time_is_never_escalated,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            from_when_the_secretary_and_the_director_hear_of_it_can_be_changed, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
