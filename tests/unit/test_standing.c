/* SPDX-License-Identifier: MIT */
/* test_standing.c - duties of the calendar: once each, the latest after an outage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine_fixture.h"

#define D(y, m, d) day_of(y, m, d)

/* A small calendar: what the look function is to say. */
static struct {
    const char *subject, *name;
    day_t day;
} dates[8];
static size_t n_dates;
static int n_looks, n_runs, run_says;
static char ran[256];

static void
calendar_is(size_t n, const char *const *subjects, const day_t *days)
{
    static char names[8][DAY_TEXT_MAX];
    n_dates = n;
    n_looks = n_runs = run_says = 0;
    ran[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        dates[i].subject = subjects[i];
        dates[i].day = days[i];
        dates[i].name = day_format(days[i], names[i]);
    }
}

static int
look(struct standing_ask *ask, struct err *reterr)
{
    int r = 0;
    n_looks++;
    for (size_t i = 0; r >= 0 && i < n_dates; i++) {
        r = standing_say(ask, dates[i].subject, dates[i].name, world_send_ms(ask->w, dates[i].day),
                         reterr);
    }
    return r;
}

static int
run(const struct world *w, struct store *s, const char *what, int64_t now_ms, struct err *reterr)
{
    (void)w;
    (void)s;
    (void)now_ms;
    n_runs++;
    (void)snprintf(ran, sizeof ran, "%s", what);
    return run_says < 0 ? err_set(reterr, run_says, "%s cannot be done", what) : 0;
}

static const struct standing_row rows[] = { { "drill", JOB_KIND_REMIND, look, run } };
static const struct standing_table table = { rows, LENGTH(rows) };

static int
order(struct desk *d)
{
    need(d, store_begin(d->s, &d->why));
    int r = standing_order_of(&table, d->w, d->s, d->now_ms, &d->why);
    need(d, store_commit(d->s, &d->why));
    return r;
}

static bool
has_job(struct desk *d, const char *key)
{
    int64_t id = 0;
    int r = store_get(d->s, Q_JOB_ID_OF_KEY, WITH(T(key)), &id, &d->why);
    need(d, r);
    return r > 0;
}

static void
all_jobs_done(struct desk *d)
{
    change(d, "UPDATE job SET state = 3");
}

static int64_t
next(struct desk *d)
{
    int64_t at = 0;
    need(d, standing_next_ms(d->w, d->s, d->now_ms, &at, &d->why));
    return at;
}

static void
each_date_becomes_one_job_when_its_instant_comes(void **state)
{
    struct desk *d = *state;
    static const char *const who[] = { "P", "P" };
    calendar_is(2, who, (day_t[]){ D(2015, 1, 12), D(2015, 1, 19) });
    assert_true(next(d) <= d->now_ms); /* nothing is known yet: look */
    assert_int_equal(order(d), 0);
    assert_int_equal(next(d), world_send_ms(d->w, D(2015, 1, 12)));
    at_day(d, 2015, 1, 12);
    assert_int_equal(order(d), 1);
    assert_true(has_job(d, "drill|P|2015-01-12"));
    all_jobs_done(d);
    assert_int_equal(order(d), 0);
    assert_int_equal(next(d), world_send_ms(d->w, D(2015, 1, 19)));
    at_day(d, 2015, 1, 20);
    assert_int_equal(order(d), 1);
    assert_true(has_job(d, "drill|P|2015-01-19"));
    all_jobs_done(d);
    assert_int_equal(next(d), INT64_MAX);
}

static void
after_an_outage_only_the_latest_of_each_subject_is_done(void **state)
{
    struct desk *d = *state;
    static const char *const who[] = { "P", "P", "P", "Q", "Q" };
    calendar_is(5, who, (day_t[]){ D(2015, 1, 12), D(2015, 1, 19), D(2015, 1, 26),
                                   D(2015, 1, 13), D(2015, 2, 26) });
    at_day(d, 2015, 2, 2);
    assert_int_equal(order(d), 2);
    assert_true(has_job(d, "drill|P|2015-01-26"));
    assert_true(has_job(d, "drill|Q|2015-01-13"));
    assert_false(has_job(d, "drill|P|2015-01-12"));
    assert_false(has_job(d, "drill|P|2015-01-19"));
}

static void
a_key_that_was_used_holds_whatever_is_looked_at_again(void **state)
{
    struct desk *d = *state;
    static const char *const who[] = { "P" };
    calendar_is(1, who, (day_t[]){ D(2015, 1, 5) });
    assert_int_equal(order(d), 1);
    all_jobs_done(d);
    for (int i = 0; i < 3; i++) {
        need(d, standing_forget(d->s, &d->why));
        assert_int_equal(order(d), 0);
    }
    assert_int_equal(n_looks, 4);
    assert_int_equal(number(d, "SELECT count(*) FROM job WHERE key LIKE 'drill|%%'"), 1);
}

static void
nothing_is_looked_at_between_two_instants(void **state)
{
    struct desk *d = *state;
    static const char *const who[] = { "P" };
    calendar_is(1, who, (day_t[]){ D(2015, 6, 1) });
    for (int i = 0; i < 100; i++) {
        d->now_ms += 60000;
        assert_int_equal(order(d), 0);
    }
    assert_int_equal(n_looks, 1);
    need(d, standing_forget(d->s, &d->why));
    assert_int_equal(order(d), 0);
    assert_int_equal(n_looks, 2);
}

static void
other_settings_make_it_look_again(void **state)
{
    struct desk *d = *state;
    static const char *const who[] = { "P" };
    calendar_is(1, who, (day_t[]){ D(2015, 6, 1) });
    assert_int_equal(order(d), 0);
    d->w->revision++;
    assert_true(next(d) <= d->now_ms);
    assert_int_equal(order(d), 0);
    assert_int_equal(n_looks, 2);
}

static void
applying_a_plan_makes_it_look_again(void **state)
{
    struct desk *d = *state;
    struct applied sum;
    calendar_is(0, NULL, NULL);
    assert_int_equal(order(d), 0);
    assert_int_equal(next(d), INT64_MAX);
    need(d, store_begin(d->s, &d->why));
    need(d, desk_apply(d, d->set, &sum));
    need(d, store_commit(d->s, &d->why));
    assert_true(next(d) <= d->now_ms);
    assert_int_equal(order(d), 0);
    need(d, store_begin(d->s, &d->why));
    need(d, desk_apply(d, d->set, &sum));
    need(d, store_commit(d->s, &d->why));
    assert_int_equal(next(d), INT64_MAX); /* the same files again change nothing */
}

static void
it_waits_until_the_steps_of_the_day_are_done(void **state)
{
    struct desk *d = *state;
    static const char *const who[] = { "P" };
    calendar_is(1, who, (day_t[]){ D(2015, 1, 5) });
    struct job_order step = { .kind = JOB_KIND_ESCALATE, .key = "a step", .run_at_ms = d->now_ms };
    need(d, store_begin(d->s, &d->why));
    need(d, job_order_add(d->s, &step, d->now_ms, &d->why));
    need(d, store_commit(d->s, &d->why));
    assert_int_equal(order(d), 0);
    assert_int_equal(n_looks, 0);
    assert_int_equal(next(d), d->now_ms + 3600000); /* a job that ends is looked at sooner */
    all_jobs_done(d);
    assert_int_equal(order(d), 1);
}

static void
the_worker_finds_the_row_by_the_first_word(void **state)
{
    struct desk *d = *state;
    calendar_is(0, NULL, NULL);
    assert_int_equal(standing_run_of(&table, d->w, d->s, "drill P|2015-01-05", 0, &d->why), 1);
    assert_string_equal(ran, "P|2015-01-05");
    assert_int_equal(standing_run_of(&table, d->w, d->s, "drills P|2015-01-05", 0, &d->why), 0);
    assert_int_equal(standing_run_of(&table, d->w, d->s, "drill", 0, &d->why), 0);
    assert_int_equal(standing_run_of(&table, d->w, d->s, "R-30 g1 e0", 0, &d->why), 0);
    assert_int_equal(n_runs, 1);
    run_says = -ECANCELED;
    assert_int_equal(standing_run_of(&table, d->w, d->s, "drill P|1", 0, &d->why), -ECANCELED);
    assert_string_equal(d->why.text, "P|1 cannot be done");
}

static void
a_name_without_end_is_refused(void **state)
{
    struct desk *d = *state;
    static char name[OCC_NAME_MAX + 1];
    memset(name, 'x', sizeof name - 1);
    const char *who[] = { name };
    calendar_is(1, who, (day_t[]){ D(2015, 1, 5) });
    need(d, store_begin(d->s, &d->why));
    assert_true(standing_order_of(&table, d->w, d->s, d->now_ms, &d->why) < 0);
    assert_non_null(strstr(d->why.text, "too long"));
    store_rollback(d->s);
    assert_true(next(d) <= d->now_ms); /* what failed is not taken as looked at */
}

/* The table that is in use: no word twice, none that is a step or a digest. */
static void
no_word_of_the_table_is_anything_else(void **state)
{
    (void)state;
    static const char *const words[] = {
#define STANDING(name, word, kind, look, run) word,
#include "engine/standing.def"
#undef STANDING
        "digest",
    };
    for (size_t i = 0; i < LENGTH(words); i++) {
        struct step step;
        assert_true(step_parse(words[i], &step) < 0);
        assert_null(strpbrk(words[i], " |"));
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(words[i], words[k]);
        }
    }
}

static int
order_once(struct desk *d)
{
    int r = standing_forget(d->s, &d->why);
    return r < 0 ? r : standing_order_of(&table, d->w, d->s, d->now_ms, &d->why);
}

static void
it_fails_well_wherever_the_store_fails(void **state)
{
    static const char *const who[] = { "P", "Q", "Q" };
    calendar_is(3, who, (day_t[]){ D(2015, 1, 5), D(2015, 1, 2), D(2015, 1, 12) });
    fails_well(*state, order_once);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        AT_AN_EMPTY_DESK(each_date_becomes_one_job_when_its_instant_comes),
        AT_AN_EMPTY_DESK(after_an_outage_only_the_latest_of_each_subject_is_done),
        AT_AN_EMPTY_DESK(a_key_that_was_used_holds_whatever_is_looked_at_again),
        AT_AN_EMPTY_DESK(nothing_is_looked_at_between_two_instants),
        AT_AN_EMPTY_DESK(other_settings_make_it_look_again),
        AT_AN_EMPTY_DESK(applying_a_plan_makes_it_look_again),
        AT_AN_EMPTY_DESK(it_waits_until_the_steps_of_the_day_are_done),
        AT_AN_EMPTY_DESK(the_worker_finds_the_row_by_the_first_word),
        AT_AN_EMPTY_DESK(a_name_without_end_is_refused),
        AT_AN_EMPTY_DESK(it_fails_well_wherever_the_store_fails),
        cmocka_unit_test(no_word_of_the_table_is_anything_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
