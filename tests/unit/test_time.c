/* SPDX-License-Identifier: MIT */
/* test_time.c - days, working days, quarters and local time, each against a plain second way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/zone.h"
#include "bank_holidays.h"
#include "rules/time.h"

#define D(y, m, d) day_of(y, m, d)
#define MINUTE_MS INT64_C(60000)
#define DAY_MS (1440 * MINUTE_MS)

static struct bank_holidays holidays;
static const struct calendar weekends_only = { .last_listed = DAY_NONE };

static int
month_days(int y, int m)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return m == 2 && ((y % 4 == 0 && y % 100 != 0) || y % 400 == 0) ? 29 : days[m - 1];
}

static void
every_day_of_three_centuries_splits_and_joins(void **state)
{
    (void)state;
    int y = 1900, m = 1, d = 1, weekday = 0; /* a Monday */
    for (day_t expected = -25567; y <= 2199; expected++) {
        int y2 = 0, m2 = 0, d2 = 0;
        assert_int_equal(day_of(y, m, d), expected);
        assert_int_equal(day_weekday(expected), weekday);
        assert_int_equal(day_monday(expected), expected - weekday);
        day_split(expected, &y2, &m2, &d2);
        assert_true(y == y2 && m == m2 && d == d2);
        weekday = (weekday + 1) % 7;
        d++;
        if (d > month_days(y, m)) {
            assert_int_equal(day_of(y, m, d), DAY_NONE);
            d = 1;
            y += m == 12 ? 1 : 0;
            m = m % 12 + 1;
        }
    }
    assert_int_equal(day_of(1970, 1, 1), 0);
}

static void
months_are_counted_on_from_one_year_to_the_next(void **state)
{
    (void)state;
    assert_int_equal(day_month(day_of(2015, 1, 31)), 12 * 2015);
    assert_int_equal(day_month(day_of(2016, 12, 1)), 12 * 2016 + 11);
    for (int32_t month = 12 * 1900; month < 12 * 2200; month++) {
        day_t first = month_first_day(month);
        assert_int_equal(day_month(first), month);
        assert_true(month == 12 * 1900 || day_month(first - 1) == month - 1);
    }
    assert_int_equal(month_first_day(12 * 2200), DAY_NONE);
}

static void
a_date_that_does_not_exist_is_no_day(void **state)
{
    (void)state;
    assert_int_equal(D(2015, 2, 30), DAY_NONE);
    assert_int_equal(D(2015, 2, 29), DAY_NONE);
    assert_int_not_equal(D(2016, 2, 29), DAY_NONE);
    assert_int_equal(D(2015, 0, 1), DAY_NONE);
    assert_int_equal(D(2015, 13, 1), DAY_NONE);
    assert_int_equal(D(2015, 1, 0), DAY_NONE);
    assert_int_equal(D(1899, 12, 31), DAY_NONE);
    assert_int_equal(D(2200, 1, 1), DAY_NONE);
}

static void
days_are_written_for_files_and_for_people(void **state)
{
    (void)state;
    char buf[DAY_TEXT_MAX], words[32];
    assert_string_equal(day_format(D(2015, 3, 31), buf), "2015-03-31");
    assert_string_equal(day_format(DAY_NONE, buf), "");
    assert_string_equal(month_format(12 * 2015, buf), "2015-01");
    assert_string_equal(month_format(12 * 2016 - 1, buf), "2015-12");
    assert_string_equal(day_words(D(2015, 3, 31), words, sizeof words), "31 March 2015");
    assert_string_equal(day_words(D(2016, 9, 1), words, sizeof words), "1 September 2016");
    assert_string_equal(day_words(DAY_NONE, words, sizeof words), "");
    assert_string_equal(day_weekday_name(D(2015, 12, 31)), "Thu");
}

static void
only_a_whole_real_date_is_read(void **state)
{
    (void)state;
    static const char *const wrong[] = { "",           "2015",        "2015-3-31", "2015-02-30",
                                         "2015-03-31 ", " 2015-03-31", "31-03-2015", "2015/03/31",
                                         "2015-03-3x", "1899-12-31",  "2015-03-311" };
    day_t day = 5;
    for (size_t i = 0; i < LENGTH(wrong); i++) {
        assert_int_equal(day_parse(wrong[i], &day), -EINVAL);
        assert_int_equal(day, 5);
    }
    assert_string_equal(day_refusal("2015-02-30"), "is no day of the calendar");
    assert_string_equal(day_refusal("1899-12-31"), "lies outside the years 1900 to 2199");
    assert_string_equal(day_refusal("2200-01-01"), "lies outside the years 1900 to 2199");
    assert_string_equal(day_refusal("31-03-2015"),
                        "is not a date: write year-month-day, such as 2015-03-31");
    assert_int_equal(day_parse("2015-03-31", &day), 0);
    assert_int_equal(day, D(2015, 3, 31));
}

static void
opened_days_win_over_closed_ones(void **state)
{
    (void)state;
    day_t closed[] = { D(2015, 6, 3), D(2015, 6, 4), D(2015, 6, 6) };
    day_t opened[] = { D(2015, 6, 4), D(2015, 6, 6), D(2015, 6, 7) };
    struct calendar c = { .closed = closed, .n_closed = 3, .opened = opened, .n_opened = 3 };
    assert_true(calendar_is_working(&c, D(2015, 6, 2)));
    assert_false(calendar_is_working(&c, D(2015, 6, 3)));
    assert_true(calendar_is_working(&c, D(2015, 6, 4)));
    assert_true(calendar_is_working(&c, D(2015, 6, 6)));  /* a Saturday, closed and opened */
    assert_true(calendar_is_working(&c, D(2015, 6, 7)));
    assert_false(calendar_is_working(&c, D(2015, 6, 13)));
}

static void
a_due_day_on_a_sunday_rolls_back_and_a_send_forward(void **state)
{
    (void)state;
    assert_int_equal(calendar_roll_back(&weekends_only, D(2016, 7, 31)), D(2016, 7, 29));
    assert_int_equal(calendar_roll_forward(&weekends_only, D(2016, 7, 31)), D(2016, 8, 1));
    assert_int_equal(calendar_roll_back(&weekends_only, D(2016, 7, 29)), D(2016, 7, 29));
    assert_int_equal(calendar_roll_forward(&weekends_only, D(2016, 7, 29)), D(2016, 7, 29));
}

static void
five_working_days_before_new_years_eve_is_the_22nd(void **state)
{
    (void)state;
    assert_int_equal(calendar_add(&holidays.calendar, D(2015, 12, 31), -5), D(2015, 12, 22));
    assert_int_equal(calendar_add(&holidays.calendar, D(2015, 12, 31), 0), D(2015, 12, 31));
    assert_int_equal(calendar_add(&holidays.calendar, D(2015, 12, 31), 1), D(2016, 1, 4));
}

static void
fifteen_of_56_quarter_ends_are_no_working_days(void **state)
{
    (void)state;
    int n = 0;
    for (int y = 2015; y <= 2028; y++) {
        for (int q = 1; q <= 4; q++) {
            struct quarter quarter = { .year = y, .q = q, .basis = QUARTER_CALENDAR };
            n += calendar_is_working(&holidays.calendar, quarter_last_day(quarter)) ? 0 : 1;
        }
    }
    assert_int_equal(n, 15);
}

/* Every pair of days of some years with holidays, opened weekends and opened holidays. */
static void
counting_between_is_counting_one_by_one(void **state)
{
    (void)state;
    day_t closed[] = { D(2015, 1, 1), D(2015, 4, 3), D(2015, 4, 4), D(2015, 4, 6),
                       D(2015, 12, 25) };
    day_t opened[] = { D(2015, 4, 4), D(2015, 4, 6), D(2015, 6, 6), D(2015, 6, 9) };
    struct calendar c = { .closed = closed, .n_closed = 5, .opened = opened, .n_opened = 4 };
    for (day_t from = D(2014, 12, 20); from <= D(2016, 1, 10); from++) {
        int n = 0;
        assert_int_equal(calendar_between(&c, from, from), 0);
        for (day_t to = from + 1; to <= D(2016, 1, 10); to++) {
            n += calendar_is_working(&c, to) ? 1 : 0;
            assert_int_equal(calendar_between(&c, from, to), n);
            assert_int_equal(calendar_between(&c, to, from), -n);
        }
    }
}

static void
adding_and_counting_agree(void **state)
{
    (void)state;
    for (day_t day = D(2015, 1, 1); day <= D(2015, 12, 31); day++) {
        for (int n = 1; n <= 70; n++) {
            day_t after = calendar_add(&weekends_only, day, n);
            day_t before = calendar_add(&weekends_only, day, -n);
            assert_true(calendar_is_working(&weekends_only, after));
            assert_int_equal(calendar_between(&weekends_only, day, after), n);
            assert_int_equal(calendar_between(&weekends_only, before - 1, day - 1), n);
        }
    }
}

static void
quarters_begin_and_end_as_the_nhs_counts(void **state)
{
    (void)state;
    struct quarter q4 = { .year = 2015, .q = 4, .basis = QUARTER_FINANCIAL };
    assert_int_equal(quarter_first_day(q4), D(2016, 1, 1));
    assert_int_equal(quarter_last_day(q4), D(2016, 3, 31));
    struct quarter q1 = quarter_next(q4);
    assert_int_equal(q1.year, 2016);
    assert_int_equal(q1.q, 1);
    assert_int_equal(quarter_first_day(q1), D(2016, 4, 1));
    assert_int_equal(quarter_last_day(q1), D(2016, 6, 30));
    q4.basis = QUARTER_CALENDAR;
    assert_int_equal(quarter_first_day(q4), D(2015, 10, 1));
    assert_int_equal(quarter_last_day(q4), D(2015, 12, 31));
    q4.q = 1;
    q4.year = 2016;
    assert_int_equal(quarter_last_day(q4), D(2016, 3, 31));
}

static void
every_day_lies_in_its_quarter_and_quarters_have_no_gaps(void **state)
{
    (void)state;
    for (int basis = QUARTER_CALENDAR; basis <= QUARTER_FINANCIAL; basis++) {
        for (day_t day = D(2014, 1, 1); day <= D(2030, 12, 31); day++) {
            struct quarter q = quarter_of(day, (enum quarter_basis)basis);
            assert_true(quarter_first_day(q) <= day && day <= quarter_last_day(q));
            assert_int_equal(quarter_first_day(quarter_next(q)), quarter_last_day(q) + 1);
        }
    }
}

/* ---- Local time */

static struct zone_file *london;

static void
every_quarter_hour_of_sixteen_years_comes_back(void **state)
{
    (void)state;
    const struct zone *z = zone_of(london);
    int64_t from = (int64_t)D(2015, 1, 1) * DAY_MS, to = (int64_t)D(2031, 1, 1) * DAY_MS;
    int64_t twice = 0, n_twice = 0;
    for (int64_t at = from; at < to; at += 900000) {
        int minute = (int)(zone_local_ms(z, at) / 60000);
        int64_t back = zone_instant(z, zone_day(z, at), minute);
        if (back != at) { /* the second run of the autumn hour */
            assert_int_equal(at - back, 3600000);
            n_twice++;
            twice = at;
        }
    }
    assert_int_equal(n_twice, 16 * 4);
    assert_int_equal(zone_day(z, twice), D(2030, 10, 27));
}

static void
a_time_that_does_not_exist_is_the_first_instant_after(void **state)
{
    (void)state;
    const struct zone *z = zone_of(london);
    day_t day = D(2026, 3, 29);
    int64_t one_utc = (int64_t)day * DAY_MS + 3600000;
    assert_int_equal(zone_instant(z, day, 59), one_utc - 60000);
    assert_int_equal(zone_instant(z, day, 60), one_utc);
    assert_int_equal(zone_instant(z, day, 90), one_utc);
    assert_int_equal(zone_instant(z, day, 119), one_utc);
    assert_int_equal(zone_instant(z, day, 120), one_utc);
    assert_int_equal(zone_instant(z, day, 121), one_utc + 60000);
    assert_int_equal(zone_instant(z, day, 150), one_utc + 30 * MINUTE_MS);
}

static void
a_time_that_happens_twice_is_the_first(void **state)
{
    (void)state;
    const struct zone *z = zone_of(london);
    day_t day = D(2026, 10, 25);
    int64_t midnight_utc = (int64_t)day * DAY_MS; /* 01:00 local */
    assert_int_equal(zone_instant(z, day, 59), midnight_utc - 60000);
    assert_int_equal(zone_instant(z, day, 60), midnight_utc);
    assert_int_equal(zone_instant(z, day, 119), midnight_utc + 59 * MINUTE_MS);
    assert_int_equal(zone_instant(z, day, 120), midnight_utc + 120 * MINUTE_MS);
    assert_int_equal(zone_local_ms(z, midnight_utc + 3600000), 3600000); /* again 01:00 */
    assert_int_equal(zone_day(z, midnight_utc - 3600001), day - 1);
}

static void
the_day_of_the_wall_is_not_the_day_of_utc(void **state)
{
    (void)state;
    const struct zone *z = zone_of(london);
    int64_t at = (int64_t)D(2015, 7, 1) * DAY_MS - 1; /* 23:59:59.999 UTC, 00:59 in London */
    assert_int_equal(zone_day(z, at), D(2015, 7, 1));
    assert_int_equal(zone_local_ms(z, at), 3599999);
    at = (int64_t)D(2015, 1, 1) * DAY_MS - 1;
    assert_int_equal(zone_day(z, at), D(2014, 12, 31));
    assert_int_equal(zone_day(z, -1), 0); /* in January 1970 London kept summer time */
}

/* Samoa left out 30 December 2011; Kolkata and Chatham are off by parts of an hour. */
static void
far_zones_keep_the_same_rule(void **state)
{
    (void)state;
    static const char *const names[] = { "Pacific/Apia", "Asia/Kolkata", "Pacific/Chatham",
                                         "America/St_Johns", "Africa/Casablanca" };
    for (size_t i = 0; i < LENGTH(names); i++) {
        AUTO(zone) struct zone_file *f = NULL;
        assert_int_equal(zone_open(names[i], &f, NULL), 0);
        const struct zone *z = zone_of(f);
        int64_t before = INT64_MIN;
        for (int minute = 0; minute < 3 * 365 * 1440; minute += 15) {
            day_t day = D(2010, 6, 1) + minute / 1440;
            int64_t at = zone_instant(z, day, minute % 1440);
            bool shows = zone_day(z, at) == day && zone_local_ms(z, at) / 60000 == minute % 1440;
            assert_true(shows || at == before || zone_day(z, at - 1) != zone_day(z, at) ||
                        zone_local_ms(z, at) - zone_local_ms(z, at - 1) > 1);
            before = at;
        }
    }
    AUTO(zone) struct zone_file *apia = NULL;
    assert_int_equal(zone_open("Pacific/Apia", &apia, NULL), 0);
    int64_t lost = zone_instant(zone_of(apia), D(2011, 12, 30), 720);
    assert_int_equal(zone_day(zone_of(apia), lost), D(2011, 12, 31));
    assert_int_equal(zone_local_ms(zone_of(apia), lost), 0);
}

/* Also where the day of the wall is another than that of UTC. */
static void
the_wall_is_so_many_minutes_ahead_of_utc(void **state)
{
    (void)state;
    const struct zone *z = zone_of(london);
    assert_int_equal(zone_offset_min(z, (int64_t)D(2015, 7, 1) * DAY_MS - 1), 60);
    assert_int_equal(zone_offset_min(z, (int64_t)D(2015, 1, 1) * DAY_MS - 1), 0);
    assert_int_equal(zone_offset_min(z, -1), 60);
    const struct zone kiritimati = { .first_offset_s = 14 * 3600 };
    assert_int_equal(zone_offset_min(&kiritimati, 23 * 3600000), 14 * 60);
    const struct zone pago = { .first_offset_s = -11 * 3600 };
    assert_int_equal(zone_offset_min(&pago, 3600000), -11 * 60);
    const struct zone with_seconds = { .first_offset_s = -75 };
    assert_int_equal(zone_offset_min(&with_seconds, 0), -1);
}

static void
a_zone_without_changes_works(void **state)
{
    (void)state;
    struct zone z = { .first_offset_s = 19800 };
    assert_int_equal(zone_instant(&z, 0, 330), 0);
    assert_int_equal(zone_day(&z, -19800001), -1);
    assert_int_equal(zone_local_ms(&z, -19800001), 86399999);
}

static int
begin_shared(void **state)
{
    (void)state;
    return bank_holidays_read(&holidays) ? 0 : -1;
}

static int
end(void **state)
{
    (void)state;
    london = zone_free(london);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_of_three_centuries_splits_and_joins),
        cmocka_unit_test(months_are_counted_on_from_one_year_to_the_next),
        cmocka_unit_test(a_date_that_does_not_exist_is_no_day),
        cmocka_unit_test(days_are_written_for_files_and_for_people),
        cmocka_unit_test(only_a_whole_real_date_is_read),
        cmocka_unit_test(opened_days_win_over_closed_ones),
        cmocka_unit_test(a_due_day_on_a_sunday_rolls_back_and_a_send_forward),
        cmocka_unit_test(counting_between_is_counting_one_by_one),
        cmocka_unit_test(adding_and_counting_agree),
        cmocka_unit_test(quarters_begin_and_end_as_the_nhs_counts),
        cmocka_unit_test(every_day_lies_in_its_quarter_and_quarters_have_no_gaps),
        cmocka_unit_test(every_quarter_hour_of_sixteen_years_comes_back),
        cmocka_unit_test(a_time_that_does_not_exist_is_the_first_instant_after),
        cmocka_unit_test(a_time_that_happens_twice_is_the_first),
        cmocka_unit_test(the_day_of_the_wall_is_not_the_day_of_utc),
        cmocka_unit_test(far_zones_keep_the_same_rule),
        cmocka_unit_test(the_wall_is_so_many_minutes_ahead_of_utc),
        cmocka_unit_test(a_zone_without_changes_works),
    };
    const struct CMUnitTest shared_tests[] = {
        cmocka_unit_test(five_working_days_before_new_years_eve_is_the_22nd),
        cmocka_unit_test(fifteen_of_56_quarter_ends_are_no_working_days),
    };
    struct err why;
    if (zone_open("Europe/London", &london, &why) < 0) {
        (void)fprintf(stderr, "%s\n", why.text);
        return 1;
    }
    int failed = 0;
    if (shared_is_there()) {
        failed = cmocka_run_group_tests(shared_tests, begin_shared, NULL);
    } else {
        (void)printf("# no shared folder: 2 tests of the bank holidays are left out\n");
    }
    return failed + cmocka_run_group_tests(tests, NULL, end);
}
