/* SPDX-License-Identifier: MIT */
/* test_digest.c - items and digests on CO-304: one mail a day, what goes alone, what goes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "play_fixture.h"

#define D(y, m, d) day_of(y, m, d)

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

static int
lines_with(const char *text, const char *word)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at += strlen(word)) {
        n++;
    }
    return n;
}

static void
everybody_hears_of_all_their_actions_in_one_mail(void **state)
{
    struct engine_log log = { .e = *state };
    engine_until(*state, D(2015, 1, 2));
    const char *news = engine_news(&log);
    assert_int_equal(lines_with(news, "digest head-of-od "), 1);
    assert_non_null(strstr(news, " A:1b/deliver"));
    assert_int_equal(lines_with(news, "escalate"), 0);
    engine_until(*state, D(2015, 2, 16));
    text_done(&log.text);
}

static void
one_digest_a_person_a_day_and_levels_for_those_who_decide_alone(void **state)
{
    struct engine_log log = { .e = *state };
    engine_until(*state, D(2015, 12, 31));
    const char *news = engine_news(&log);
    assert_true(lines_with(news, "escalate director-of-quality") > 0);
    assert_true(lines_with(news, "escalate qsc-secretary") > 0);
    assert_int_equal(lines_with(news, "escalate head-of-od "), 0);
    char seen[64] = "";
    for (const char *at = news; *at; at = strchr(at, '\n') + 1) {
        char who[64];
        (void)snprintf(who, sizeof who, "%.*s", (int)strcspn(strchr(at + 11, ' ') + 1, " ") + 18,
                       at);
        assert_true(strncmp(at + 11, "digest", 6) != 0 || !strstr(news, who)
                    || lines_with(news, who) == 1 || strcmp(who, seen) != 0);
    }
    text_done(&log.text);
}

static void
what_was_closed_before_the_digest_is_not_in_it(void **state)
{
    struct engine_log log = { .e = *state };
    struct engine *e = *state;
    engine_until(e, D(2015, 3, 23));
    (void)engine_news(&log);
    struct act submit = { .ref = "1f/deliver", .event = ACTION_EV_SUBMIT, .evidence = "page 12",
                          .role = "quality-governance-manager", .percent = -1 };
    struct act verify = { .ref = "1f/deliver", .event = ACTION_EV_VERIFY,
                          .role = "qsc-secretary", .percent = -1 };
    GOOD(e, engine_act(e, &submit, NULL));
    GOOD(e, engine_act(e, &verify, NULL));
    engine_until(e, D(2016, 1, 31));
    const char *news = engine_news(&log);
    assert_null(strstr(news, "R-5:1f"));
    assert_null(strstr(news, "L1+1:1f"));
    text_done(&log.text);
}

static void
thanks_wait_for_a_digest_that_goes_anyway(void **state)
{
    struct engine_log log = { .e = *state };
    struct engine *e = *state;
    engine_until(e, D(2015, 3, 20));
    struct act submit = { .ref = "1e/deliver@chief-pharmacist", .event = ACTION_EV_SUBMIT,
                          .evidence = "list", .role = "chief-pharmacist", .percent = -1 };
    struct act verify = { .ref = "1e/deliver@chief-pharmacist", .event = ACTION_EV_VERIFY,
                          .role = "qsc-secretary", .percent = -1 };
    GOOD(e, engine_act(e, &submit, NULL));
    GOOD(e, engine_act(e, &verify, NULL));
    (void)engine_news(&log);
    engine_until(e, D(2015, 12, 1));
    assert_null(strstr(engine_news(&log), "chief-pharmacist C:1e"));
    text_done(&log.text);
}

/* A mail that has not left is taken back when a thing in it is done; the rest is told later. */
static void
a_digest_that_waits_is_taken_back_as_a_whole(void **state)
{
    struct engine *e = *state;
    struct engine_log log = { .e = e };
    engine_until(e, D(2015, 3, 23));
    (void)engine_news(&log);
    int64_t now = world_send_ms(e->world, D(2015, 3, 24));
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, store_run(e->store, Q_SETTING_SET, WITH(T("mail.state"), T("hold")), &e->why));
    GOOD(e, play_due(e->world, e->store, now, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
    const char *news = engine_news(&log);
    assert_non_null(strstr(news, "digest sdu-lead-amh R-5:1c/deliver@sdu-amh R-5:1e/deliver"));
    e->now_ms = now + 1000;
    struct act submit = { .ref = "1c/deliver@sdu-amh", .event = ACTION_EV_SUBMIT,
                          .evidence = "plan", .role = "sdu-lead-amh", .percent = -1 };
    struct acted done;
    GOOD(e, engine_act(e, &submit, &done));
    assert_int_equal(done.cancelled, 0); /* play delivers at once: nothing waits */
    text_done(&log.text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everybody_hears_of_all_their_actions_in_one_mail, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            one_digest_a_person_a_day_and_levels_for_those_who_decide_alone, begin, end),
        cmocka_unit_test_setup_teardown(what_was_closed_before_the_digest_is_not_in_it, begin, end),
        cmocka_unit_test_setup_teardown(thanks_wait_for_a_digest_that_goes_anyway, begin, end),
        cmocka_unit_test_setup_teardown(a_digest_that_waits_is_taken_back_as_a_whole, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
