/* SPDX-License-Identifier: MIT */
/* test_job.c - every cell of the job table, the kinds, the backoff, and docs/job-states.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rules/job.h"
#include "state_page.h"

#define PAGE "docs/job-states.md"

/* Written a second time by hand: what is not listed is forbidden. */
static const struct {
    enum job_state from;
    enum job_event event;
    enum job_state to;
} allowed[] = {
    { JOB_WAITING, JOB_EV_DUE, JOB_READY },      { JOB_WAITING, JOB_EV_CANCEL, JOB_CANCELLED },
    { JOB_READY, JOB_EV_DONE, JOB_DONE },        { JOB_READY, JOB_EV_RETRY, JOB_WAITING },
    { JOB_READY, JOB_EV_GIVE_UP, JOB_DEAD },     { JOB_READY, JOB_EV_CANCEL, JOB_CANCELLED },
    { JOB_DEAD, JOB_EV_REVIVE, JOB_READY },      { JOB_DEAD, JOB_EV_CANCEL, JOB_CANCELLED },
};

static enum job_state
expected(int from, int event)
{
    for (size_t i = 0; i < LENGTH(allowed); i++) {
        if ((int)allowed[i].from == from && (int)allowed[i].event == event) {
            return allowed[i].to;
        }
    }
    return JOB_NONE;
}

static void
every_cell_is_what_it_should_be_and_a_blank_one_forbids(void **state)
{
    (void)state;
    for (int from = -1; from <= JOB_STATE_MAX_ + 1; from++) {
        for (int event = -1; event <= JOB_EVENT_MAX_ + 1; event++) {
            assert_int_equal(job_next((enum job_state)from, (enum job_event)event),
                             expected(from, event));
        }
    }
}

static void
done_and_cancelled_are_for_ever(void **state)
{
    (void)state;
    for (int event = 0; event < JOB_EVENT_MAX_; event++) {
        assert_int_equal(job_next(JOB_DONE, (enum job_event)event), JOB_NONE);
        assert_int_equal(job_next(JOB_CANCELLED, (enum job_event)event), JOB_NONE);
    }
}

static void
state_names_go_both_ways(void **state)
{
    (void)state;
    for (int i = 1; i < JOB_STATE_MAX_; i++) {
        assert_int_equal(job_state_parse(job_state_name((enum job_state)i)), i);
    }
    assert_string_equal(job_state_name(JOB_READY), "ready");
    assert_string_equal(job_event_name(JOB_EV_GIVE_UP), "give up");
    assert_int_equal(job_state_parse("none"), JOB_NONE);
    assert_int_equal(job_state_parse("READY"), JOB_NONE);
    assert_string_equal(job_state_name(JOB_STATE_MAX_), "none");
    assert_string_equal(job_event_name(JOB_EVENT_MAX_), "none");
}

static void
kinds_are_known_by_their_word(void **state)
{
    (void)state;
    assert_int_equal(job_kind_parse("deliver"), JOB_KIND_DELIVER);
    assert_int_equal(job_kind_parse("delivr"), JOB_KIND_NONE);
    assert_null(job_kind_rules(JOB_KIND_NONE));
    assert_null(job_kind_rules(JOB_KIND_MAX_));
    for (int i = 1; i < JOB_KIND_MAX_; i++) {
        const struct job_kind_rules *rules = job_kind_rules((enum job_kind)i);
        if (rules) {
            assert_int_equal(job_kind_parse(rules->word), i);
            assert_true(rules->attempts_max > 0 && rules->batch_max > 0);
            assert_true(rules->backoff_base_s <= rules->backoff_cap_s);
        }
    }
}

static void
assert_waits(enum job_kind kind, int attempt, int64_t seconds)
{
    for (uint64_t seed = 0; seed < 50; seed++) {
        int64_t ms = job_backoff_ms(kind, attempt, seed);
        assert_true(ms >= seconds * 800 && ms <= seconds * 1200);
    }
}

static void
a_wait_doubles_until_its_cap_with_a_fifth_of_jitter(void **state)
{
    (void)state;
    for (int kind = 1; kind < JOB_KIND_MAX_; kind++) {
        const struct job_kind_rules *rules = job_kind_rules((enum job_kind)kind);
        int64_t wait = rules->backoff_base_s, cap = rules->backoff_cap_s;
        for (int attempt = 1; attempt < 80; attempt++) {
            assert_waits((enum job_kind)kind, attempt, wait);
            wait = 2 * wait < cap ? 2 * wait : cap;
        }
    }
    assert_waits(JOB_KIND_REMIND, INT32_MAX, job_kind_rules(JOB_KIND_REMIND)->backoff_cap_s);
}

static void
jobs_that_failed_together_do_not_return_together(void **state)
{
    (void)state;
    int64_t low = INT64_MAX, high = 0;
    for (uint64_t id = 1; id <= 1000; id++) {
        int64_t ms = job_backoff_ms(JOB_KIND_DELIVER, 1, id);
        low = ms < low ? ms : low;
        high = ms > high ? ms : high;
        assert_int_equal(ms, job_backoff_ms(JOB_KIND_DELIVER, 1, id));
    }
    assert_true(low < 729000 && high > 1071000);
}

static int
next_of(int from, int event)
{
    return (int)job_next((enum job_state)from, (enum job_event)event);
}
static const char *
state_name_of(int state)
{
    return job_state_name((enum job_state)state);
}
static const char *
event_name_of(int event)
{
    return job_event_name((enum job_event)event);
}

static const struct state_table page = {
    .title = "The states of a job",
    .words = "Made from the table in `lib/rules/job.c` by `test_job --write`; the test compares. A "
             "blank cell is forbidden.",
    .n_states = JOB_STATE_MAX_,
    .n_events = JOB_EVENT_MAX_,
    .first = JOB_WAITING,
    .next = next_of,
    .state_name = state_name_of,
    .event_name = event_name_of,
};

static void
the_page_in_docs_is_the_table(void **state)
{
    (void)state;
    assert_true(state_page_is_current(PAGE, &page));
}

static void
a_mail_is_tried_for_two_days_and_at_most_three(void **state)
{
    (void)state;
    int tries = job_kind_rules(JOB_KIND_DELIVER)->attempts_max;
    for (uint64_t id = 1; id < 20000; id++) {
        int64_t waited = 0;
        for (int n = 1; n < tries; n++) {
            waited += job_backoff_ms(JOB_KIND_DELIVER, n, id);
        }
        assert_true(waited >= 47 * INT64_C(3600000) && waited <= 72 * INT64_C(3600000));
    }
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_what_it_should_be_and_a_blank_one_forbids),
        cmocka_unit_test(done_and_cancelled_are_for_ever),
        cmocka_unit_test(state_names_go_both_ways),
        cmocka_unit_test(kinds_are_known_by_their_word),
        cmocka_unit_test(a_wait_doubles_until_its_cap_with_a_fifth_of_jitter),
        cmocka_unit_test(jobs_that_failed_together_do_not_return_together),
        cmocka_unit_test(the_page_in_docs_is_the_table),
        cmocka_unit_test(a_mail_is_tried_for_two_days_and_at_most_three),
    };
    if (argc == 2 && strcmp(argv[1], "--write") == 0) {
        return state_page_write(PAGE, &page);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
