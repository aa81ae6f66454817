/* SPDX-License-Identifier: MIT */
/* test_release.c - what is published of a survey, when, and what waits. */
#include "release_fixture.h"

#define UNIT_A "A\x1F"
#define UNIT_B "B\x1F"

static void
answers(const struct house *h, const char *path, int slot, int64_t n)
{
    assert_int_equal(store_begin(h->store, NULL), 0);
    count(h, path, 1, MARCH, slot, n);
    assert_int_equal(store_commit(h->store, NULL), 0);
}

static void
assert_prints(const struct house *h, const char *expected)
{
    AUTO_TEXT struct text csv = { 0 };
    assert_int_equal(release_csv(h->store, h->def, 0, &csv, NULL), 0);
    const char *first = strchr(text_str(&csv), '\n');
    assert_non_null(first);
    assert_string_equal(first + 1, expected);
}

/* 31 March 2022 is a Thursday; the 9th working day after it is 13 April. */
static day_t
april(int day)
{
    return day_of(2022, 4, day);
}

static void
a_month_is_published_once_its_closing_day_is_over(void **state)
{
    const struct house *h = *state;
    static const struct calendar weekdays = { .last_listed = DAY_NONE };
    assert_int_equal(release_closing_day(h->def, &weekdays, MARCH), april(13));
    assert_int_equal(release_closing_day(h->def, &weekdays, 12 * 2021 + 11), day_of(2022, 1, 13));
    answers(h, UNIT_A, 0, 9);
    assert_int_equal(publish_on(h, april(13), false).n_first, 0);
    assert_prints(h, "");
    assert_int_equal(publish_on(h, april(14), false).n_first, 1);
    assert_int_equal(publish_on(h, april(14), false).n_first, 0);
    assert_prints(h, "2022-03,0,ALL,9,9,0,100.00,0.00,0.7009,1.0000,1.0000\n"
                     "2022-03,1,A,9,9,0,100.00,0.00,0.7009,1.0000,1.0000\n");
}

static void
a_hidden_unit_has_a_star_for_every_figure(void **state)
{
    const struct house *h = *state;
    answers(h, UNIT_A, 0, 9);
    answers(h, UNIT_B, 1, 3);
    answers(h, "C\x1F", 1, 8);
    (void)publish_on(h, april(14), false);
    assert_prints(h, "2022-03,0,ALL,20,9,11,45.00,55.00,0.2582,0.6579,1.5500\n"
                     "2022-03,1,A,9,9,0,100.00,0.00,0.7009,1.0000,1.0000\n"
                     "2022-03,1,B,*,*,*,*,*,*,*,*\n"
                     "2022-03,1,C,*,*,*,*,*,*,*,*\n");
}

static void
of_a_trust_too_small_to_show_no_unit_is_named(void **state)
{
    const struct house *h = *state;
    answers(h, UNIT_A, 0, 2);
    answers(h, UNIT_B, 1, 2);
    assert_int_equal(publish_on(h, april(14), false).n_first, 1);
    assert_prints(h, "2022-03,0,ALL,*,*,*,*,*,*,*,*\n");
    /* Nothing was said yet, so that the picture may still be made. */
    answers(h, UNIT_A, 0, 6);
    assert_int_equal(publish_on(h, april(15), false).n_revised, 1);
    assert_prints(h, "2022-03,0,ALL,10,8,2,80.00,20.00,0.4902,0.9433,1.2000\n"
                     "2022-03,1,A,*,*,*,*,*,*,*,*\n"
                     "2022-03,1,B,*,*,*,*,*,*,*,*\n");
}

static void
late_answers_wait_until_enough_have_come_to_one_group(void **state)
{
    const struct house *h = *state;
    answers(h, UNIT_A, 0, 9);
    answers(h, UNIT_B, 0, 10);
    (void)publish_on(h, april(14), false);
    answers(h, UNIT_A, 0, 4);
    answers(h, UNIT_B, 1, 4);
    struct release_result done = publish_on(h, april(15), false);
    assert_int_equal(done.n_revised, 0);
    assert_int_equal(done.n_waiting, 1);
    answers(h, UNIT_A, 1, 1);
    done = publish_on(h, april(16), false);
    assert_int_equal(done.n_revised, 1);
    assert_int_equal(done.n_waiting, 1);
    /* B's four still wait, in the trust's row too. */
    assert_prints(h, "2022-03,0,ALL,24,23,1,95.83,4.17,0.7976,0.9926,1.0417\n"
                     "2022-03,1,A,14,13,1,92.86,7.14,0.6853,0.9873,1.0714\n"
                     "2022-03,1,B,10,10,0,100.00,0.00,0.7225,1.0000,1.0000\n");
}

static void
a_correction_alone_is_not_published(void **state)
{
    const struct house *h = *state;
    answers(h, UNIT_A, 0, 9);
    (void)publish_on(h, april(14), false);
    answers(h, UNIT_A, 0, -1);
    answers(h, UNIT_A, 1, 1);
    assert_int_equal(publish_on(h, april(15), false).n_revised, 0);
    answers(h, UNIT_A, 0, -8); /* nor that they are all gone */
    assert_int_equal(publish_on(h, april(16), false).n_revised, 0);
    answers(h, UNIT_A, 0, 13);
    assert_int_equal(publish_on(h, april(17), false).n_revised, 1);
    assert_prints(h, "2022-03,0,ALL,14,13,1,92.86,7.14,0.6853,0.9873,1.0714\n"
                     "2022-03,1,A,14,13,1,92.86,7.14,0.6853,0.9873,1.0714\n");
}

static void
a_unit_that_comes_late_is_counted_above_and_not_named(void **state)
{
    const struct house *h = *state;
    answers(h, UNIT_A, 0, 9);
    (void)publish_on(h, april(14), false);
    answers(h, UNIT_B, 0, 6);
    assert_int_equal(publish_on(h, april(15), false).n_revised, 1);
    assert_prints(h, "2022-03,0,ALL,15,15,0,100.00,0.00,0.7961,1.0000,1.0000\n"
                     "2022-03,1,A,9,9,0,100.00,0.00,0.7009,1.0000,1.0000\n");
}

static void
a_threshold_that_was_higher_holds_on_for_what_it_published(void **state)
{
    struct house *h = *state;
    answers(h, UNIT_A, 0, 20);
    h->def->threshold = 10;
    (void)publish_on(h, april(14), false);
    h->def->threshold = 5;
    answers(h, UNIT_A, 0, 6);
    assert_int_equal(publish_on(h, april(15), false).n_revised, 0);
    answers(h, UNIT_A, 0, 4);
    assert_int_equal(publish_on(h, april(16), false).n_revised, 1);
}

static void
groups_of_people_go_out_beside_the_units_and_grow_with_them(void **state)
{
    const struct house *h = *state;
    AUTO_TEXT struct text csv = { 0 };
    h->def->publishes_groups = true;
    assert_int_equal(store_begin(h->store, NULL), 0);
    count_group(h, "Doctors", UNIT_A, MARCH, 0, 6);
    count_group(h, "Nurses", UNIT_A, MARCH, 1, 7);
    count_group(h, "Doctors", UNIT_B, MARCH, 0, 8);
    count_group(h, "Nurses", UNIT_B, MARCH, 0, 3);
    count_group(h, "Porters", UNIT_B, MARCH, 0, 2);
    assert_int_equal(store_commit(h->store, NULL), 0);
    (void)publish_on(h, april(14), false);
    answers(h, UNIT_A, 0, 9); /* later, of nobody's group */
    assert_int_equal(store_begin(h->store, NULL), 0);
    count_group(h, "Doctors", UNIT_B, MARCH, 1, 5);
    assert_int_equal(store_commit(h->store, NULL), 0);
    assert_int_equal(publish_on(h, april(15), false).n_revised, 1);
    assert_int_equal(release_csv_groups(h->store, h->def, 0, &csv, NULL), 0);
    assert_string_equal(text_str(&csv),
                        "month,level,unit,group,n_total,n1,n2,pct_positive,pct_negative,"
                        "wilson_pos_lo,wilson_pos_hi,mean\n"
                        "2022-03,0,ALL,ALL,40,28,12,70.00,30.00,0.5457,0.8193,1.3000\n"
                        "2022-03,0,ALL,Doctors,19,14,5,73.68,26.32,0.5121,0.8819,1.2632\n"
                        "2022-03,1,A,ALL,22,15,7,68.18,31.82,0.4732,0.8364,1.3182\n"
                        "2022-03,1,A,Doctors,6,6,0,100.00,0.00,0.6097,1.0000,1.0000\n"
                        "2022-03,1,B,ALL,18,13,5,72.22,27.78,0.4913,0.8750,1.2778\n"
                        "2022-03,1,B,Doctors,13,8,5,61.54,38.46,0.3552,0.8229,1.3846\n");
}

/* Of five that came late to A two are doctors: A's growth less theirs would be the other three. */
static void
what_groups_keep_back_waits_in_their_units_too(void **state)
{
    const struct house *h = *state;
    h->def->publishes_groups = true;
    assert_int_equal(store_begin(h->store, NULL), 0);
    count_group(h, "Doctors", UNIT_A, MARCH, 0, 10);
    count_group(h, "Nurses", UNIT_A, MARCH, 1, 10);
    assert_int_equal(store_commit(h->store, NULL), 0);
    assert_int_equal(publish_on(h, april(14), false).n_first, 1);
    assert_int_equal(store_begin(h->store, NULL), 0);
    count_group(h, "Doctors", UNIT_A, MARCH, 0, 2);
    count_group(h, "Nurses", UNIT_A, MARCH, 0, 3);
    assert_int_equal(store_commit(h->store, NULL), 0);
    struct release_result done = publish_on(h, april(15), false);
    assert_int_equal(done.n_revised, 0);
    assert_int_equal(done.n_waiting, 1);
    assert_int_equal(store_begin(h->store, NULL), 0);
    count_group(h, "Doctors", UNIT_A, MARCH, 1, 3);
    count_group(h, "Nurses", UNIT_A, MARCH, 0, 2);
    assert_int_equal(store_commit(h->store, NULL), 0);
    assert_int_equal(publish_on(h, april(16), false).n_revised, 1);
    h->def->publishes_groups = false; /* then units grow alone, and groups stay for good */
    answers(h, UNIT_A, 0, 5);
    assert_int_equal(publish_on(h, april(17), false).n_revised, 1);
    h->def->publishes_groups = true;
    assert_int_equal(store_begin(h->store, NULL), 0);
    count_group(h, "Doctors", UNIT_A, MARCH, 1, 6);
    assert_int_equal(store_commit(h->store, NULL), 0);
    assert_int_equal(publish_on(h, april(18), false).n_revised, 1);
    AUTO_TEXT struct text csv = { 0 };
    assert_int_equal(release_csv_groups(h->store, h->def, 0, &csv, NULL), 0);
    assert_non_null(strstr(text_str(&csv), "2022-03,0,ALL,ALL,41,"));
    assert_non_null(strstr(text_str(&csv), "2022-03,0,ALL,Doctors,15,12,3,"));
    assert_non_null(strstr(text_str(&csv), "2022-03,0,ALL,Nurses,15,5,10,"));
}

static void
in_month(const struct house *h, const char *path, int32_t month, int slot, int64_t n)
{
    assert_int_equal(store_begin(h->store, NULL), 0);
    count(h, path, 1, month, slot, n);
    assert_int_equal(store_commit(h->store, NULL), 0);
}

/* B is hidden in February, with C as its company: no quarter of theirs, or February would be what
 * is missing. */
static void
a_total_over_months_is_a_sum_of_published_ones(void **state)
{
    const struct house *h = *state;
    AUTO_TEXT struct text quarters = { 0 };
    AUTO_TEXT struct text years = { 0 };
    for (int32_t month = MARCH - 2; month <= MARCH + 1; month++) {
        in_month(h, UNIT_A, month, 0, 10);
        in_month(h, UNIT_B, month, 1, month == MARCH - 1 ? 2 : 6);
        in_month(h, "C\x1F", month, 1, 9);
    }
    (void)publish_on(h, april(29) + 30, false);
    assert_int_equal(release_csv_over(h->store, h->def, 0, RELEASE_OVER_QUARTER, &quarters, NULL),
                     0);
    assert_string_equal(strchr(text_str(&quarters), '\n') + 1,
                        "2022-Q1,0,ALL,71,30,41,42.25,57.75,0.3145,0.5385,1.5775\n"
                        "2022-Q1,1,A,30,30,0,100.00,0.00,0.8865,1.0000,1.0000\n"
                        "2022-Q1,1,B,*,*,*,*,*,*,*,*\n"
                        "2022-Q1,1,C,*,*,*,*,*,*,*,*\n");
    /* No year of these is whole. */
    assert_int_equal(release_csv_over(h->store, h->def, 0, RELEASE_OVER_YEAR, &years, NULL), 0);
    assert_string_equal(strchr(text_str(&years), '\n') + 1, "");
    static const struct {
        enum release_over over;
        const char *words;
    } cases[] = { { RELEASE_OVER_QUARTER,
                    "2022-Q2 is not whole: its months end with April 2022\n" },
                  { RELEASE_OVER_YEAR, "2022 is not whole: its months end with April 2022\n" },
                  { RELEASE_OVER_FINANCIAL,
                    "2021/22 is not whole: its months begin with January 2022\n"
                    "2022/23 is not whole: its months end with April 2022\n" },
                  { RELEASE_OVER_ROLLING, "no twelve months are published yet: the first is January"
                                          " 2022, the last April 2022\n" } };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO_TEXT struct text words = { 0 };
        assert_int_equal(release_words_over(h->store, h->def, 0, cases[i].over, &words, NULL), 0);
        assert_string_equal(text_str(&words), cases[i].words);
    }
}

static void
of_a_period_with_a_month_too_small_to_show_nothing_is_told(void **state)
{
    const struct house *h = *state;
    AUTO_TEXT struct text csv = { 0 };
    for (int32_t month = MARCH - 2; month <= MARCH; month++) {
        in_month(h, UNIT_A, month, 0, month == MARCH ? 3 : 10);
    }
    (void)publish_on(h, april(29), false);
    assert_int_equal(release_csv_over(h->store, h->def, 0, RELEASE_OVER_QUARTER, &csv, NULL), 0);
    assert_string_equal(strchr(text_str(&csv), '\n') + 1, "2022-Q1,0,ALL,*,*,*,*,*,*,*,*\n"
                                                          "2022-Q1,1,A,*,*,*,*,*,*,*,*\n");
}

static void
periods_have_words_and_names(void **state)
{
    const struct house *h = *state;
    AUTO_TEXT struct text rolling = { 0 };
    AUTO_TEXT struct text financial = { 0 };
    for (int32_t month = MARCH - 11; month <= MARCH + 1; month++) {
        in_month(h, UNIT_A, month, 0, 10);
    }
    (void)publish_on(h, april(29) + 30, false);
    enum release_over over = release_over_parse("rolling-12");
    assert_int_equal(release_csv_over(h->store, h->def, 0, over, &rolling, NULL), 0);
    assert_non_null(strstr(text_str(&rolling), "\n2021-04..2022-03,0,ALL,120,"));
    assert_non_null(strstr(text_str(&rolling), "\n2021-05..2022-04,0,ALL,120,"));
    over = release_over_parse("financial-year");
    assert_int_equal(release_csv_over(h->store, h->def, 0, over, &financial, NULL), 0);
    assert_non_null(strstr(text_str(&financial), "\n2021/22,0,ALL,120,"));
    assert_int_equal(release_over_parse("fortnight"), RELEASE_OVER_NONE);
}

static void
a_survey_that_does_not_publish_its_groups_shows_none(void **state)
{
    const struct house *h = *state;
    AUTO_TEXT struct text csv = { 0 };
    assert_int_equal(store_begin(h->store, NULL), 0);
    count_group(h, "Doctors", UNIT_A, MARCH, 0, 6);
    assert_int_equal(store_commit(h->store, NULL), 0);
    assert_int_equal(publish_on(h, april(14), false).n_first, 1);
    assert_int_equal(release_csv_groups(h->store, h->def, 0, &csv, NULL), 0);
    assert_null(strstr(text_str(&csv), "Doctors"));
}

/* A reorganisation that was written into the definition afterwards: ward X counts at B's from March
 * on. One late answer is in it; what B grew by, less X as it was published, is that answer. */
static void
a_month_whose_units_were_moved_later_stays_as_it_was_published(void **state)
{
    struct house *h = *state;
    static struct survey_unit_move move = { .from = "A\x1FX\x1F", .to = "B\x1FX\x1F",
                                            .month = MARCH };
    AUTO_TEXT struct text before = { 0 };
    AUTO_TEXT struct text after = { 0 };
    answers(h, "A\x1FX\x1F", 0, 10);
    answers(h, "A\x1FY\x1F", 0, 10);
    answers(h, "B\x1FZ\x1F", 0, 20);
    assert_int_equal(publish_on(h, april(14), false).n_first, 1);
    assert_int_equal(release_csv(h->store, h->def, 0, &before, NULL), 0);
    answers(h, "A\x1FX\x1F", 1, 1);
    assert_int_equal(publish_on(h, april(15), false).n_revised, 0);
    h->def->moves = &move;
    h->def->n_moves = 1;
    struct release_result done = publish_on(h, april(16), false);
    assert_int_equal(done.n_revised, 0);
    assert_int_equal(done.n_waiting, 1);
    assert_int_equal(release_csv(h->store, h->def, 0, &after, NULL), 0);
    assert_string_equal(text_str(&before), text_str(&after));
    move.month = MARCH + 1; /* from April on: March's units are where they were */
    answers(h, "A\x1FX\x1F", 1, 9);
    assert_int_equal(publish_on(h, april(17), false).n_revised, 1);
}

/* The wording is mended and the file sent again, with one answer more: the same people under a new
 * series. The two tables less each other are that answer. */
static void
a_month_is_not_published_again_under_another_wording(void **state)
{
    struct house *h = *state;
    answers(h, UNIT_A, 0, 20);
    assert_int_equal(publish_on(h, april(14), false).n_first, 1);
    h->def->questions[0].wording = "Well enough?";
    know_survey(h);
    answers(h, UNIT_A, 0, 21);
    struct release_result done = publish_on(h, april(15), false);
    assert_int_equal(done.n_revised, 0);
    assert_int_equal(done.n_waiting, 1);
    assert_prints(h, "");
    h->def->questions[0].id = "r"; /* nor under another name */
    know_survey(h);
    answers(h, UNIT_A, 0, 21);
    assert_int_equal(publish_on(h, april(16), false).n_revised, 0);
    in_month(h, UNIT_A, MARCH + 1, 0, 20); /* months to come are its own */
    assert_int_equal(publish_on(h, april(29) + 30, false).n_first, 1);
}

static void
assert_words(const struct house *h, day_t today, bool has_stars, const char *expected)
{
    static const struct calendar weekdays = { .last_listed = DAY_NONE };
    const struct release_options opt = { .def = h->def, .calendar = &weekdays, .today = today };
    AUTO_TEXT struct text words = { 0 };
    assert_int_equal(release_words(h->store, &opt, has_stars, &words, NULL), 0);
    assert_string_equal(text_str(&words), expected);
}

#define WHAT_A_STAR_IS                                                                         \
    "* is kept back: fewer than 5 answered there, or a unit with fewer could be worked out "   \
    "from it; which of the two is not said\n"                                                  \
    "what helps: the unit above it, or more answers before a month closes; a figure hidden "   \
    "once stays hidden\n"

static void
whoever_prints_a_table_is_told_why_figures_are_missing(void **state)
{
    struct house *h = *state;
    answers(h, UNIT_A, 0, 9);
    answers(h, UNIT_B, 1, 3);
    answers(h, "C\x1F", 1, 8);
    assert_words(h, april(13), false,
                 "2022-03 is not published yet: answers count until 13 April 2022\n");
    assert_words(h, april(14), false,
                 "2022-03: closed and not published yet: the night does it, of a new survey 9 "
                 "working days after its first file; \"survey release teams\" at once\n");
    (void)publish_on(h, april(14), false);
    assert_words(h, april(15), true, WHAT_A_STAR_IS);
    answers(h, UNIT_A, 0, 1); /* that one waits is nobody's business */
    assert_words(h, april(15), true, WHAT_A_STAR_IS);
    h->def->totals = SURVEY_TOTALS_QUARTER;
    AUTO_TEXT struct text words = { 0 };
    static const struct calendar weekdays = { .last_listed = DAY_NONE };
    const struct release_options opt = { .def = h->def, .calendar = &weekdays,
                                         .today = april(15) };
    assert_int_equal(release_words(h->store, &opt, true, &words, NULL), 0);
    assert_non_null(strstr(text_str(&words), "above it, a longer time (--over), or more"));
    h->def->id = "unknown";
    assert_words(h, april(15), false, "nothing was imported of this survey yet\n");
}

static void
a_dry_run_decides_and_writes_nothing(void **state)
{
    const struct house *h = *state;
    answers(h, UNIT_A, 0, 9);
    assert_int_equal(publish_on(h, april(14), true).n_first, 1);
    assert_int_equal(publish_on(h, april(14), true).n_first, 1);
    assert_prints(h, "");
}

static void
while_a_file_is_half_imported_nothing_is_published(void **state)
{
    const struct house *h = *state;
    struct survey_row row = { .id = h->survey };
    struct survey_batch batch;
    answers(h, UNIT_A, 0, 9);
    assert_int_equal(store_begin(h->store, NULL), 0);
    assert_int_equal(survey_batch_begin(h->store, &row, "00", "march.csv", 0, &batch), 0);
    assert_int_equal(store_commit(h->store, NULL), 0);
    assert_true(publish_on(h, april(14), false).must_wait);
    const struct survey_move end = { .state = SURVEY_BATCH_DONE, .bytes_done = 10, .line = 2 };
    assert_int_equal(store_begin(h->store, NULL), 0);
    assert_int_equal(survey_batch_move(h->store, &batch, &end, NULL), 0);
    assert_int_equal(store_commit(h->store, NULL), 0);
    assert_int_equal(publish_on(h, april(14), false).n_first, 1);
}

/* Its first file came on 20 April, with March in it: perhaps another follows. */
static void
a_new_survey_is_left_alone_by_night_until_its_history_is_in(void **state)
{
    const struct house *h = *state;
    static const struct calendar weekdays = { .last_listed = DAY_NONE };
    struct survey_row row = { .id = h->survey };
    struct survey_batch batch;
    const struct survey_move end = { .state = SURVEY_BATCH_DONE, .bytes_done = 10, .line = 2 };
    answers(h, UNIT_A, 0, 9);
    assert_int_equal(store_begin(h->store, NULL), 0);
    assert_int_equal(survey_batch_begin(h->store, &row, "00", "march.csv",
                                        (int64_t)april(20) * 86400000, &batch), 0);
    assert_int_equal(survey_batch_move(h->store, &batch, &end, NULL), 0);
    assert_int_equal(store_commit(h->store, NULL), 0);
    struct release_options opt = { .def = h->def, .calendar = &weekdays, .is_nightly = true,
                                   .is_dry = true, .today = april(30) + 3 };
    struct release_result done;
    assert_int_equal(release_run(h->store, &opt, &done, NULL), 0); /* 3 May: the ninth day */
    assert_true(done.is_settling);
    assert_int_equal(done.n_first, 0);
    opt.today++;
    assert_int_equal(release_run(h->store, &opt, &done, NULL), 0);
    assert_int_equal(done.n_first, 1);
    assert_int_equal(publish_on(h, april(21), false).n_first, 1); /* by hand at once */
}

static int
refuse(void *arg, struct store *s, struct err *reterr)
{
    (void)arg;
    (void)s;
    return err_set(reterr, -ESTALE, "the job was given to somebody else");
}

static int
overtake(void *arg, struct store *s, struct err *reterr)
{
    const struct house *h = arg;
    struct release_row row = { .version = 1, .k = 5 };
    return release_add(s, h->survey, MARCH, 0, &row, reterr);
}

static void
what_is_refused_before_its_commit_leaves_nothing(void **state)
{
    struct house *h = *state;
    static const struct calendar weekdays = { .last_listed = DAY_NONE };
    answers(h, UNIT_A, 0, 9);
    struct release_options opt = { .def = h->def, .calendar = &weekdays, .today = april(14),
                                   .guard = refuse };
    struct release_result done;
    assert_int_equal(release_run(h->store, &opt, &done, NULL), -ESTALE);
    opt.guard = overtake; /* a version that is there already: the key keeps two apart */
    opt.arg = h;
    assert_int_equal(release_run(h->store, &opt, &done, NULL), -EEXIST);
    assert_false(store_in_transaction(h->store));
    assert_prints(h, "");
    assert_int_equal(publish_on(h, april(14), false).n_first, 1);
}

static void
a_survey_without_answers_publishes_nothing(void **state)
{
    struct house *h = *state;
    assert_int_equal(publish_on(h, april(14), false).n_first, 0);
    assert_prints(h, "");
    h->def->id = "unknown";
    assert_int_equal(publish_on(h, april(14), false).n_first, 0);
    assert_prints(h, "");
}

int
main(void)
{
#define IN_A_HOUSE(test) cmocka_unit_test_setup_teardown(test, make_house, drop_house)
    const struct CMUnitTest tests[] = {
        IN_A_HOUSE(a_month_is_published_once_its_closing_day_is_over),
        IN_A_HOUSE(a_hidden_unit_has_a_star_for_every_figure),
        IN_A_HOUSE(of_a_trust_too_small_to_show_no_unit_is_named),
        IN_A_HOUSE(late_answers_wait_until_enough_have_come_to_one_group),
        IN_A_HOUSE(a_correction_alone_is_not_published),
        IN_A_HOUSE(a_unit_that_comes_late_is_counted_above_and_not_named),
        IN_A_HOUSE(a_threshold_that_was_higher_holds_on_for_what_it_published),
        IN_A_HOUSE(groups_of_people_go_out_beside_the_units_and_grow_with_them),
        IN_A_HOUSE(what_groups_keep_back_waits_in_their_units_too),
        IN_A_HOUSE(a_total_over_months_is_a_sum_of_published_ones),
        IN_A_HOUSE(of_a_period_with_a_month_too_small_to_show_nothing_is_told),
        IN_A_HOUSE(periods_have_words_and_names),
        IN_A_HOUSE(a_survey_that_does_not_publish_its_groups_shows_none),
        IN_A_HOUSE(a_month_whose_units_were_moved_later_stays_as_it_was_published),
        IN_A_HOUSE(a_month_is_not_published_again_under_another_wording),
        IN_A_HOUSE(whoever_prints_a_table_is_told_why_figures_are_missing),
        IN_A_HOUSE(a_dry_run_decides_and_writes_nothing),
        IN_A_HOUSE(while_a_file_is_half_imported_nothing_is_published),
        IN_A_HOUSE(a_new_survey_is_left_alone_by_night_until_its_history_is_in),
        IN_A_HOUSE(what_is_refused_before_its_commit_leaves_nothing),
        IN_A_HOUSE(a_survey_without_answers_publishes_nothing),
    };
    return cmocka_run_group_tests_name("release", tests, NULL, NULL);
}
