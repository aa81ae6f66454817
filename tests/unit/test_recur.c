/* SPDX-License-Identifier: MIT */
/* test_recur.c - rules of meetings: what they give, what is refused and why, and no rule that keeps
 * the daemon busy. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/recur.h"
#include "rules/time.h"

enum { DAYS_MAX = 1200, TRIES = 400 };

#define FIRST day_of(2015, 1, 28) /* the fourth Wednesday of January */

static void
rules_give_the_days_that_people_mean(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *days;
    } rows[] = {
        { "FREQ=MONTHLY;BYDAY=4WE", "2015-01-28 2015-02-25 2015-03-25 2015-04-22" },
        { "freq=monthly;byday=-1we", "2015-01-28 2015-02-25 2015-03-25 2015-04-29" },
        { "FREQ=MONTHLY;INTERVAL=2;BYDAY=4WE", "2015-01-28 2015-03-25" },
        { "FREQ=MONTHLY;BYDAY=2TU;BYMONTH=2,4", "2015-02-10 2015-04-14" },
        { "FREQ=MONTHLY;BYMONTHDAY=31", "2015-01-31 2015-03-31" },
        { "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
          "2015-01-30 2015-02-27 2015-03-31 2015-04-30" },
        { "FREQ=WEEKLY;INTERVAL=6", "2015-01-28 2015-03-11 2015-04-22" },
        { "FREQ=WEEKLY;INTERVAL=4;BYDAY=MO,TH", "2015-01-29 2015-02-23 2015-02-26 2015-03-23"
                                                " 2015-03-26 2015-04-20 2015-04-23" },
        { "FREQ=MONTHLY;BYDAY=4WE;COUNT=2", "2015-01-28 2015-02-25" },
        { "FREQ=MONTHLY;BYDAY=4WE;UNTIL=20150326", "2015-01-28 2015-02-25 2015-03-25" },
        { "FREQ=YEARLY;BYMONTH=3;BYDAY=2WE", "2015-03-11" },
        { "FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2", "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct recur_span span = { FIRST, day_of(2015, 4, 30) };
        struct err why = { "" };
        int32_t days[DAYS_MAX];
        size_t n = 0;
        char got[512] = "";
        int r = recur_days(rows[i].rule, &span, days, DAYS_MAX, &n, &why);
        if (r == -EINVAL && !rows[i].days[0]) {
            continue; /* it was seen that nothing can come of it */
        }
        assert_int_equal(r, 0);
        for (size_t k = 0; k < n; k++) {
            char day[DAY_TEXT_MAX];
            size_t len = strlen(got);
            (void)snprintf(got + len, sizeof got - len, "%s%s", k ? " " : "",
                           day_format(days[k], day));
        }
        assert_string_equal(got, rows[i].days);
    }
}

static void
what_is_no_rule_is_refused_with_its_reason(void **state)
{
    (void)state;
    static const struct {
        const char *rule, *why;
    } rows[] = {
        { "", "a rule says how often" },
        { "BYDAY=4WE", "a rule says how often" },
        { "FREQ=DAILY", "not \"DAILY\"" },
        { "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "not \"SECONDLY\"" },
        { "FREQ=FORTNIGHTLY", "not \"FORTNIGHTLY\"" },
        { "FREQ=MONTHLY;FREQ=WEEKLY", "FREQ comes twice" },
        { "FREQ=MONTHLY;EVERY=2", "\"EVERY=2\" is no part" },
        { "FREQ=MONTHLY;BYDAY", "\"BYDAY\" is no part" },
        { "RRULE:FREQ=MONTHLY", "\"RRULE:FREQ=MONTHLY\" is no part" },
        { "FREQ=MONTHLY;BYHOUR=3", "\"BYHOUR=3\" is no part" },
        { "FREQ=MONTHLY;INTERVAL=0", "INTERVAL is one number from 1 to 99" },
        { "FREQ=MONTHLY;INTERVAL=9999999999", "INTERVAL is one number" },
        { "FREQ=MONTHLY;BYDAY=WE;BYSETPOS=9", "BYSETPOS is one number from 1 to 4" },
        { "FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS chooses among plain days" },
        { "FREQ=MONTHLY;BYDAY=2WE;BYSETPOS=1", "BYSETPOS chooses among plain days" },
        { "FREQ=MONTHLY;BYDAY=1FR;BYMONTHDAY=13", "not both" },
        { "FREQ=MONTHLY;COUNT=3;UNTIL=20160101", "not both" },
        { "FREQ=WEEKLY;BYMONTH=2", "where weeks are counted" },
        { "FREQ=WEEKLY;BYDAY=2WE", "where weeks are counted" },
        { "FREQ=MONTHLY;BYDAY=4XX", "RFC 5545 knows no such rule" },
        { "FREQ=MONTHLY;UNTIL=2016", "RFC 5545 knows no such rule" },
        { "FREQ=MONTHLY;COUNT=0", "RFC 5545 knows no such rule" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct recur_span span = { FIRST, day_of(2016, 4, 30) };
        struct err why = { "" };
        int32_t days[DAYS_MAX];
        size_t n = 7;
        if (recur_days(rows[i].rule, &span, days, DAYS_MAX, &n, &why) != -EINVAL
            || !strstr(why.text, rows[i].why)) {
            print_error("%s: %s\n", rows[i].rule, why.text);
            fail();
        }
        assert_int_equal(n, 7);
    }
}

static void
too_long_a_rule_and_too_many_days_are_refused(void **state)
{
    (void)state;
    const struct recur_span span = { FIRST, FIRST + 7300 };
    struct err why = { "" };
    int32_t days[DAYS_MAX];
    size_t n = 0;
    char long_rule[RECUR_RULE_MAX + 2];
    memset(long_rule, ';', sizeof long_rule);
    long_rule[sizeof long_rule - 1] = '\0';
    assert_int_equal(recur_days(long_rule, &span, days, DAYS_MAX, &n, &why), -EINVAL);
    assert_int_equal(recur_days("FREQ=WEEKLY;BYDAY=MO,TU,WE", &span, days, DAYS_MAX, &n, &why),
                     -E2BIG);
    assert_non_null(strstr(why.text, "more than 1200 days"));
    assert_int_equal(recur_days("FREQ=WEEKLY", &span, days, DAYS_MAX, &n, &why), 0);
    assert_int_equal(n, 1043);
}

static int
roll(uint64_t *seed, int sides)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((*seed >> 33) % (uint64_t)sides);
}

static void
random_rule(uint64_t *seed, char *rule, size_t cap)
{
    static const char *const pieces[] = {
        ";INTERVAL=7", ";INTERVAL=99", ";BYDAY=MO,FR", ";BYDAY=5MO", ";BYDAY=-5SU", ";BYDAY=53WE",
        ";BYMONTH=2", ";BYMONTH=2,9,11", ";BYMONTHDAY=31", ";BYMONTHDAY=-31,30", ";BYSETPOS=4",
        ";BYSETPOS=-4", ";COUNT=2000000000", ";COUNT=1", ";WKST=SU", ";UNTIL=99991231",
        ";UNTIL=19700101",
    };
    static const char *const freqs[] = { "WEEKLY", "MONTHLY", "YEARLY" };
    size_t len = (size_t)snprintf(rule, cap, "FREQ=%s", freqs[roll(seed, 3)]);
    for (int i = roll(seed, 6); i > 0; i--) {
        len += (size_t)snprintf(rule + len, cap - len, "%s",
                                pieces[roll(seed, (int)(sizeof pieces / sizeof pieces[0]))]);
    }
}

/* It comes back, and what comes is in order and within its span; whoever waits for ever here sees
 * which rule it was. */
static void
no_rule_keeps_the_daemon_busy(void **state)
{
    (void)state;
    uint64_t seed = 11;
    size_t given = 0;
    for (int i = 0; i < TRIES; i++) {
        char rule[RECUR_RULE_MAX];
        struct err why = { "" };
        int32_t days[DAYS_MAX];
        size_t n = 0;
        random_rule(&seed, rule, sizeof rule);
        int32_t first = FIRST + roll(&seed, 3000);
        const struct recur_span span = { first, first + 7300 };
        int r = recur_days(rule, &span, days, DAYS_MAX, &n, &why);
        assert_true(r == 0 || r == -EINVAL || r == -E2BIG);
        assert_true(r == 0 || why.text[0] != '\0');
        for (size_t k = 0; k < n; k++) {
            assert_true(days[k] >= span.first && days[k] <= span.until);
            assert_true(k == 0 || days[k] > days[k - 1]);
        }
        given += n;
    }
    assert_true(given > 1000);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_give_the_days_that_people_mean),
        cmocka_unit_test(what_is_no_rule_is_refused_with_its_reason),
        cmocka_unit_test(too_long_a_rule_and_too_many_days_are_refused),
        cmocka_unit_test(no_rule_keeps_the_daemon_busy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
