/* SPDX-License-Identifier: MIT */
/* test_trend.c - from counts in the store to measures, signals and mails, a night at a time. */
#include "ward_fixture.h"

#include "answers/release.h"
#include "engine/measured.h"

/* ---- names and periods ----------------------------------------------------------------------- */

static void
a_measure_has_one_name_both_ways(void **state)
{
    struct ward *w = *state;
    struct measure m;
    char name[TREND_NAME_MAX];
    static const struct {
        const char *asked, *whole;
    } cases[] = { { "part", "part/q/positive" },
                  { "part/q", "part/q/positive" },
                  { "part/q/negative", "part/q/negative" },
                  { "part@East > A", "part/q/positive@East > A" },
                  { "part/q/mean@East", "part/q/mean@East" } };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_int_equal(measure_parse(cases[i].asked, w->def, &m, NULL), 0);
        assert_string_equal(measure_name(&m, name), cases[i].whole);
    }
    assert_int_equal(measure_parse("part/x", w->def, &m, &w->d->why), -EINVAL);
    assert_non_null(strstr(w->d->why.text, "it has q"));
    assert_int_equal(measure_parse("part/q/median", w->def, &m, &w->d->why), -EINVAL);
    char endless[TREND_NAME_MAX + 64];
    memset(endless, 'a', sizeof endless - 1);
    endless[sizeof endless - 1] = '\0';
    assert_int_equal(measure_parse(endless, w->def, &m, NULL), -EINVAL);
}

/* 40 people of 20 points in all: half a point each, of one that can be had; out of 10 that is 5. */
static void
a_score_is_a_measure_too(void **state)
{
    struct ward *w = *state;
    char shape[SURVEY_SHAPE_MAX];
    char name[TREND_NAME_MAX];
    struct measure m;
    definition_free(w->def);
    w->def = define("", "scores:\n"
                        "  out_of: 10\n"
                        "  list: [{ id: say, title: Having a say, questions: [q], target: 6 }]\n");
    assert_int_equal(measure_parse("part/say@East", w->def, &m, NULL), 0);
    assert_string_equal(measure_name(&m, name), "part/say/mean@East");
    assert_int_equal(measure_parse("part/say/positive", w->def, &m, &w->d->why), -EINVAL);
    assert_int_equal(measure_parse("part/no", w->def, &m, &w->d->why), -EINVAL);
    assert_non_null(strstr(w->d->why.text, "it has q, say"));
    definition_score_shape(w->def, 0, shape);
    const struct survey_series series = { SURVEY_SCORE, "say", shape };
    struct store *s = w->d->s;
    need(w->d, store_begin(s, &w->d->why));
    need(w->d, survey_question_id(s, w->survey, &series, &w->question, &w->d->why));
    need(w->d, store_commit(s, &w->d->why));
    int64_t most = w->def->max_points * w->def->score_unit;
    count(w, "East\x1F", 1, JANUARY, 40, 20 * most);
    AUTO(trend) struct trend *t = read_trend(w, "part/say", JANUARY, TREND_INTERNAL);
    AUTO_TEXT struct text value = { 0 };
    trend_value(t, 0, &value);
    assert_string_equal(text_str(&value), "5.00");
    assert_true(t->y[0] > 4.999 && t->y[0] < 5.001);
    AUTO_TEXT struct text target = { 0 };
    trend_target(t, &target);
    assert_true(t->has_target);
    assert_string_equal(text_str(&target), "6 out of 10");
    assert_int_equal(night(w, JANUARY).n_measures, 2); /* trust and East */
    AUTO(trend) struct trend *out = read_trend(w, "part/say", JANUARY, TREND_PUBLISHED);
    assert_int_equal(out->n, 0);
}

static void
a_unit_that_nobody_is_of_is_told_with_the_nearest(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    struct measure m;
    struct err why = { "" };
    need(d, measure_parse("part@Eats", w->def, &m, &why));
    assert_int_equal(measure_check_unit(d->s, &m, &why), 0); /* there are no answers at all */
    count(w, "East\x1F" "Ash\x1F", 2, JANUARY, 9, 1);
    assert_int_equal(measure_check_unit(d->s, &m, &why), -EINVAL);
    assert_string_equal(why.text,
                        "nobody ever answered for 'Eats' in survey part; did you mean 'East'?");
    static const char *const there[] = { "part", "part@East", "part@East > Ash" };
    for (size_t i = 0; i < LENGTH(there); i++) {
        need(d, measure_parse(there[i], w->def, &m, &why));
        assert_int_equal(measure_check_unit(d->s, &m, &why), 0);
    }
    need(d, measure_parse("part@East > Elsewhere", w->def, &m, &why));
    assert_int_equal(measure_check_unit(d->s, &m, &why), -EINVAL);
    assert_string_equal(why.text, "nobody ever answered for 'East > Elsewhere' in survey part");
}

static void
half_a_month_is_no_value(void **state)
{
    struct ward *w = *state;
    const struct calendar *c = &w->d->w->calendar;
    day_t closing = release_closing_day(w->def, c, JANUARY);
    assert_int_equal(trend_until(w->def, c, closing), JANUARY - 1);
    assert_int_equal(trend_until(w->def, c, closing + 1), JANUARY);
    count(w, "East\x1F", 1, JANUARY, 9, 1);
    count(w, "East\x1F", 1, JANUARY + 1, 1, 9);
    AUTO(trend) struct trend *t = read_trend(w, "part", JANUARY, TREND_INTERNAL);
    assert_int_equal(t->n, 1);
}

static void
a_month_without_answers_is_missing_and_one_that_is_not_due_is_not(void **state)
{
    struct ward *w = *state;
    count(w, "East\x1F", 1, JANUARY, 9, 1);
    count(w, "East\x1F", 1, JANUARY + 3, 8, 2);
    AUTO(trend) struct trend *t = read_trend(w, "part", JANUARY + 4, TREND_INTERNAL);
    assert_int_equal(t->n, 5);
    assert_int_equal(t->rows[1].count.n, 0);
    assert_int_equal(t->states, SPC_TRIAL_LIMITS | SPC_NO_VARIATION | SPC_MISSING_LATEST | SPC_GAPS
                                    | SPC_SMALL_N);
    definition_free(w->def);
    w->def = define(", months: [1, 4, 7]", "");
    AUTO(trend) struct trend *quarterly = read_trend(w, "part", JANUARY + 4, TREND_INTERNAL);
    assert_int_equal(quarterly->n, 2);
    assert_int_equal(quarterly->states, SPC_TRIAL_LIMITS | SPC_SMALL_N);
}

/* ---- the night ------------------------------------------------------------------------------- */

static void
a_turn_is_told_once_to_the_leads_and_persisting_once_to_the_secretary(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    int opened = 0;
    int32_t first = 0;
    for (int32_t month = JANUARY; month < JANUARY + 30; month++) {
        month_comes(w, month, month >= JANUARY + TEAM_TURNS);
        struct trend_result done = night(w, month);
        assert_int_equal(done.n_measures, 3);
        assert_int_equal(done.n_changed, 3);
        assert_int_equal(night(w, month).n_changed, 0); /* the same night again */
        morning(w);
        first = done.n_opened > 0 && !first ? month : first;
        opened += done.n_opened;
    }
    assert_int_equal(first, JANUARY + TEAM_TURNS);
    assert_true(opened >= 2); /* East, and the trust by it */
    assert_int_equal(number(d, "SELECT count(*) FROM signal WHERE verdict = 2"), 2);
    assert_int_equal(number(d, "SELECT count(*) FROM signal s JOIN measure m ON m.id = s.measure "
                               "WHERE m.name LIKE '%%West'"), 0);
    assert_int_equal(number(d, "SELECT count(DISTINCT role) FROM item WHERE kind = 'signal'"), 2);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'signal'"), 2 * opened);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'persists' AND role <> "
                               "'qsc-secretary'"), 0);
    assert_true(number(d, "SELECT count(*) FROM item WHERE kind = 'persists'") >= 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE state <> 2"), 0); /* all told */
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE kind NOT IN "
                               "('digest', 'admin')"), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM notice n LEFT JOIN job j ON j.kind = 4 AND "
                               "j.subject = n.id WHERE j.id IS NULL"), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'signal opened'"), opened);
}

static void
a_mail_holds_no_figure_until_it_is_published(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    for (int32_t month = JANUARY; month <= JANUARY + TEAM_TURNS; month++) {
        month_comes(w, month, month == JANUARY + TEAM_TURNS);
    }
    (void)night(w, JANUARY + TEAM_TURNS);
    morning(w);
    assert_true(number(d, "SELECT count(*) FROM notice WHERE kind = 'digest'") > 0);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE kind = 'digest' AND "
                               "(body LIKE '%% %% of %%answers%%' OR body LIKE '%%50.0%%')"), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE body LIKE '%%since July 2017%%'"),
                     number(d, "SELECT count(*) FROM notice"));
}

static void
a_published_figure_stands_in_the_mail_and_in_the_trend(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    for (int32_t month = JANUARY; month <= JANUARY + TEAM_TURNS; month++) {
        month_comes(w, month, month == JANUARY + TEAM_TURNS);
    }
    count(w, "East\x1FTwo\x1F", 2, JANUARY, 1, 0); /* one person: nobody may see that */
    day_t today = day_of(2017, 9, 1);
    const struct release_options opt = { .def = w->def, .calendar = &d->w->calendar,
                                         .today = today, .now_ms = d->now_ms };
    struct release_result out;
    need(d, release_run(d->s, &opt, &out, &d->why));
    (void)night(w, JANUARY + TEAM_TURNS);
    morning(w);
    assert_true(number(d, "SELECT count(*) FROM notice WHERE body LIKE "
                          "'%%Published for July 2017: 50.0 %% of 40 answers.%%'") > 0);
    AUTO(trend) struct trend *shown = read_trend(w, "part@East", JANUARY + TEAM_TURNS,
                                                 TREND_PUBLISHED);
    AUTO(trend) struct trend *all = read_trend(w, "part@East", JANUARY + TEAM_TURNS,
                                               TREND_INTERNAL);
    assert_int_equal(shown->n, all->n);
    assert_int_equal(shown->rows[1].count.n, all->rows[1].count.n);
    AUTO(trend) struct trend *two = read_trend(w, "part@East > Two", JANUARY, TREND_PUBLISHED);
    assert_int_equal(two->n, 1);
    assert_true(two->rows[0].is_hidden);
    assert_int_equal(two->rows[0].count.n, 0);
}

/* "Below its usual range", of a ward of three, is what each of them said. Nothing goes out, and no
 * action turns amber, until a month that is shown says it too. */
static void
of_a_month_of_few_answers_or_a_hidden_one_nothing_is_said(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    int32_t last = JANUARY + TEAM_TURNS;
    for (int32_t month = JANUARY; month < last; month++) {
        month_comes(w, month, false);
    }
    count(w, "East\x1F", 1, last, 34, 6);
    count(w, "West\x1F", 1, last, 0, 3);
    count(w, "North\x1F", 1, last, 34, 6);
    assert_int_equal(night(w, last).n_opened, 0); /* not published yet: few is few */
    static const char told[] = "SELECT count(*) FROM measure WHERE name LIKE '%%West' AND "
                               "words LIKE '%%chance%%'";
    assert_int_equal(number(d, told), 0);
    const struct release_options opt = { .def = w->def, .calendar = &d->w->calendar,
                                         .today = day_of(2017, 9, 1), .now_ms = d->now_ms };
    struct release_result out;
    need(d, release_run(d->s, &opt, &out, &d->why));
    count(w, "West\x1F", 1, last, 0, 30); /* late: hidden it stays, however many */
    assert_int_equal(night(w, last).n_opened, 1); /* of the trust */
    assert_int_equal(number(d, "SELECT count(*) FROM signal s JOIN measure m ON m.id = s.measure "
                               "WHERE m.name LIKE '%%West'"), 0);
    assert_int_equal(number(d, told), 0);
    month_comes(w, last + 1, false);
    count(w, "West\x1F", 1, last + 1, -20, 20);
    assert_true(night(w, last + 1).n_opened > 0);
    assert_int_equal(number(d, "SELECT count(*) FROM signal s JOIN measure m ON m.id = s.measure "
                               "WHERE m.name LIKE '%%West'"), 1);
}

/* The months of a real trust: a survey that began with one to eleven answers a month, and grew. */
static const struct spc_count grown[] = {
    { 2, 2 },     { 0, 0 },     { 0, 0 },     { 1, 1 },     { 2, 2 },     { 1, 1 },
    { 2, 3 },     { 1, 1 },     { 10, 11 },   { 2, 2 },     { 11, 11 },   { 3, 3 },
    { 1, 1 },     { 71, 74 },   { 202, 210 }, { 102, 109 }, { 331, 370 }, { 373, 388 },
    { 528, 569 }, { 722, 794 }, { 649, 719 }, { 865, 949 }, { 737, 802 }, { 455, 472 },
    { 935, 1124 }, { 610, 679 }, { 542, 607 }, { 497, 536 }, { 567, 655 }, { 463, 525 },
    { 171, 181 },
};
enum { GROWN_BASELINE = 22, GROWN_FULL = 24 }; /* values; months, two of them without answers */

static void
months_grow(struct ward *w, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        struct spc_count c = grown[i];
        if (c.n > 0) {
            count(w, "East\x1F", 1, JANUARY + (int32_t)i, c.good, c.n - c.good);
        }
    }
}

/* Eleven of the first 24 months are of one to eleven answers. Were each to count as much as a month
 * of a thousand, the mean would be 94.7, and 94.5 % in the last month a concern. */
static void
a_baseline_with_months_of_few_answers_gives_no_false_alarm(void **state)
{
    struct ward *w = *state;
    w->def->trends.baseline = GROWN_BASELINE;
    months_grow(w, 0, LENGTH(grown));
    int32_t last = JANUARY + (int32_t)LENGTH(grown) - 1;
    AUTO(trend) struct trend *t = read_trend(w, "part", last, TREND_INTERNAL);
    assert_int_equal(t->kind, SPC_P_LANEY);
    assert_true(trend_group(t)->mean > 92 && trend_group(t)->mean < 93);
    assert_int_equal(night(w, last).n_opened, 0);
}

/* One month more, once the baseline is full: kind, mean, and limits of the old months stand. */
static void
a_month_after_the_baseline_changes_neither_the_chart_nor_its_limits(void **state)
{
    struct ward *w = *state;
    w->def->trends.baseline = GROWN_BASELINE;
    months_grow(w, 0, GROWN_FULL);
    for (size_t n = GROWN_FULL; n < LENGTH(grown); n++) {
        int32_t last = JANUARY + (int32_t)n - 1;
        AUTO(trend) struct trend *before = read_trend(w, "part", last, TREND_INTERNAL);
        months_grow(w, n, n + 1);
        AUTO(trend) struct trend *after = read_trend(w, "part", last + 1, TREND_INTERNAL);
        assert_int_equal(before->kind, after->kind);
        assert_true(after->points[GROWN_FULL - 1].in_baseline);
        assert_false(after->points[GROWN_FULL].in_baseline);
        assert_true(trend_group(before)->mean == trend_group(after)->mean);
        assert_true(before->points[n - 1].lpl == after->points[n - 1].lpl);
        assert_true(before->points[n - 1].upl == after->points[n - 1].upl);
    }
}

/* Months of forty about a mean of 75; the last of what comes then makes a pattern of this type. */
static void
a_pattern_opens_nothing(struct ward *w, const struct spc_count *then, size_t n, enum spc_type type)
{
    w->def->trends.baseline = SPC_FIX_LEAST;
    int32_t month = JANUARY;
    for (; month < JANUARY + TEAM_TURNS; month++) {
        int64_t wobble = month % 2 ? 8 : 0;
        count(w, "East\x1F", 1, month, 26 + wobble, 14 - wobble);
    }
    for (size_t i = 0; i < n; i++) {
        count(w, "East\x1F", 1, month++, then[i].good, then[i].n - then[i].good);
    }
    AUTO(trend) struct trend *t = read_trend(w, "part", month - 1, TREND_INTERNAL);
    assert_int_equal(t->points[t->n - 1].type, type);
    assert_int_equal(night(w, month - 1).n_opened, 0);
    count(w, "East\x1F", 1, month - (int32_t)n, 8 * then[0].good, 8 * (then[0].n - then[0].good));
    assert_true(night(w, month - 1).n_opened > 0); /* late: now they are many */
}

static void
a_shift_with_a_month_of_few_answers_in_it_gives_no_signal(void **state)
{
    static const struct spc_count four_then_many[SPC_RUN] = {
        { 4, 4 }, { 32, 40 }, { 32, 40 }, { 32, 40 }, { 32, 40 }, { 32, 40 }, { 32, 40 } };
    a_pattern_opens_nothing(*state, four_then_many, SPC_RUN, SPC_SHIFT_ABOVE);
}

/* The third of two in three is not marked itself, and the pattern needs it. */
static void
two_in_three_by_a_month_of_few_answers_give_no_signal(void **state)
{
    static const struct spc_count four_then_near[3] = { { 2, 4 }, { 12, 40 }, { 12, 40 } };
    a_pattern_opens_nothing(*state, four_then_near, 3, SPC_TWO_BELOW);
}

/* Calm, then a concern that is not published, then published: what a pack may say. */
static void
an_action_says_how_its_surveys_stand_without_figures_that_are_not_published(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    AUTO_MEASURED struct measured none = { 0 };
    need(d, measured_load(d->s, "CO-304", "2e", &none, &d->why));
    assert_int_equal(none.n_measures, 0);
    for (int32_t month = JANUARY; month <= JANUARY + TEAM_TURNS; month++) {
        month_comes(w, month, month == JANUARY + TEAM_TURNS);
    }
    (void)night(w, JANUARY + TEAM_TURNS);
    AUTO_MEASURED struct measured before = { 0 };
    need(d, measured_load(d->s, "CO-304", "2e", &before, &d->why));
    assert_int_equal(before.n_measures, 3);
    assert_int_equal(before.n, 2); /* the trust and East; West is calm */
    assert_int_equal(before.n_worse, 2);
    assert_string_equal(before.worse_since, "July 2017");
    assert_int_equal(before.lines[0].level, 0);
    assert_non_null(strstr(before.lines[0].words, "change for the worse"));
    assert_null(strstr(before.lines[0].words, "Published"));
    const struct release_options opt = { .def = w->def, .calendar = &d->w->calendar,
                                         .today = day_of(2017, 9, 1), .now_ms = d->now_ms };
    struct release_result out;
    need(d, release_run(d->s, &opt, &out, &d->why));
    assert_int_equal(night(w, JANUARY + TEAM_TURNS).n_changed, 3);
    assert_int_equal(night(w, JANUARY + TEAM_TURNS).n_changed, 0);
    AUTO_MEASURED struct measured after = { 0 };
    need(d, measured_load(d->s, "CO-304", "2e", &after, &d->why));
    assert_string_equal(after.lines[1].name, "part/q/positive@East");
    assert_non_null(strstr(after.lines[1].words,
                           "Published for July 2017: 50.0 % of 40 answers."));
}

static void
a_level_that_lasts_proposes_a_baseline_and_takes_none(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    int32_t month = JANUARY;
    for (; month < JANUARY + TEAM_TURNS + 12; month++) {
        month_comes(w, month, month >= JANUARY + TEAM_TURNS);
    }
    AUTO(trend) struct trend *early = read_trend(w, "part@East", month - 1, TREND_INTERNAL);
    assert_int_equal(trend_proposed(early), -1);
    month_comes(w, month, true);
    AUTO(trend) struct trend *t = read_trend(w, "part@East", month, TREND_INTERNAL);
    AUTO_TEXT struct text words = { 0 };
    assert_int_equal(trend_proposed(t), TEAM_TURNS);
    trend_sentence(t, &words);
    assert_non_null(strstr(text_str(&words), " All values since July 2017 lie below the mean: if "
                                             "it is known what changed, a new baseline can be"));
    assert_int_equal(t->n_groups, 1);
    (void)night(w, month);
    assert_int_equal(number(d, "SELECT count(*) FROM measure WHERE states & 128 AND words LIKE"
                               " '%%All values since July 2017%%'"), 2); /* East and the trust */
    assert_int_equal(number(d, "SELECT count(*) FROM baseline"), 0);
}

static void
answers_that_do_not_come_are_asked_for_once_a_month(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    month_comes(w, JANUARY, false);
    assert_int_equal(night(w, JANUARY).n_items, 0);
    assert_int_equal(night(w, JANUARY + 1).n_items, 2);
    assert_int_equal(night(w, JANUARY + 1).n_items, 0);
    assert_int_equal(night(w, JANUARY + 2).n_items, 2);
    morning(w);
    month_comes(w, JANUARY + 1, false);
    month_comes(w, JANUARY + 2, false);
    assert_int_equal(night(w, JANUARY + 2).n_items, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM notice WHERE kind = 'digest' AND body LIKE "
                               "'%%answers of March 2016, which were due by %%'"), 2);
}

static void
an_approved_baseline_ends_the_signal(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    int32_t month = JANUARY;
    for (; month < JANUARY + TEAM_TURNS + 2; month++) {
        month_comes(w, month, month >= JANUARY + TEAM_TURNS);
    }
    (void)night(w, month - 1);
    int64_t open = number(d, "SELECT count(*) FROM signal WHERE is_open = 1 AND verdict = 2");
    assert_true(open > 0);
    int64_t id = number(d, "SELECT id FROM measure WHERE name = 'part/q/positive@East'");
    const struct baseline_row b = { .measure = id, .month = JANUARY + TEAM_TURNS, .is_on = true,
                                    .reason = "the ward moved", .actor = "owner",
                                    .on_behalf = "", .at_ms = d->now_ms };
    need(d, store_begin(d->s, &d->why));
    need(d, baseline_put(d->s, &b, &d->why));
    need(d, store_commit(d->s, &d->why));
    assert_int_equal(night(w, month - 1).n_closed, 1);
    assert_int_equal(number(d, "SELECT count(*) FROM signal WHERE is_open = 1 AND verdict = 2"),
                     open - 1);
    AUTO(trend) struct trend *t = read_trend(w, "part@East", month - 1, TREND_INTERNAL);
    assert_int_equal(t->n_groups, 2);
    assert_true(t->states & SPC_TRIAL_LIMITS);
    assert_true(t->rows[TEAM_TURNS].is_rebase);
}

static void
a_night_that_loses_its_job_leaves_nothing(void **state)
{
    struct ward *w = *state;
    month_comes(w, JANUARY, false);
    (void)night_with(w, JANUARY, true);
    assert_int_equal(number(w->d, "SELECT count(*) FROM measure"), 0);
    assert_int_equal(night(w, JANUARY).n_changed, 3);
}

/* SQLite breaks off after one operation, then two, and so on. */
static void
a_night_that_fails_anywhere_says_so_and_leaves_nothing(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    for (int32_t month = JANUARY; month <= JANUARY + TEAM_TURNS; month++) {
        month_comes(w, month, month == JANUARY + TEAM_TURNS);
    }
    day_t today = day_of(2017, 8, 20);
    struct trend_result done;
    const struct trend_options opt = { .def = w->def, .world = d->w, .today = today,
                                       .now_ms = d->now_ms };
    int failures = 0;
    int r = -EINTR;
    sqlite3_progress_handler(d->s->db, 1, tick, d);
    for (int ops = 0; r < 0; ops += 1 + ops / 12) {
        d->why.text[0] = '\0';
        d->ops_left = ops;
        r = trend_run(d->s, &opt, &done, &d->why);
        bool was_broken = d->ops_left < 0;
        d->ops_left = -1;
        assert_int_equal(was_broken, r < 0);
        assert_false(store_in_transaction(d->s));
        if (r < 0) {
            failures++;
            assert_true(d->why.text[0] != '\0');
            assert_int_equal(number(d, "SELECT (SELECT count(*) FROM measure) + (SELECT count(*) "
                                       "FROM signal) + (SELECT count(*) FROM item)"), 0);
        }
    }
    sqlite3_progress_handler(d->s->db, 0, NULL, NULL);
    assert_true(failures > 20);
    assert_true(done.n_opened > 0 && done.n_items > 0);
}

static void
too_many_baselines_are_refused(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    int32_t months[BASELINES_MAX];
    size_t n = 0;
    month_comes(w, JANUARY, false);
    (void)night(w, JANUARY);
    struct baseline_row b = { .measure = number(d, "SELECT min(id) FROM measure"), .is_on = true,
                              .reason = "x", .actor = "owner", .on_behalf = "" };
    need(d, store_begin(d->s, &d->why));
    for (b.month = JANUARY; b.month <= JANUARY + BASELINES_MAX; b.month++) {
        need(d, baseline_put(d->s, &b, &d->why));
    }
    assert_int_equal(baseline_months(d->s, b.measure, months, &n, &d->why), -E2BIG);
    b.month = JANUARY;
    b.is_on = false;
    need(d, baseline_put(d->s, &b, &d->why));
    assert_int_equal(baseline_months(d->s, b.measure, months, &n, &d->why), 0);
    assert_int_equal(n, BASELINES_MAX);
    need(d, store_commit(d->s, &d->why));
}

static void
a_survey_of_an_action_that_no_plan_has_is_charted_and_nobody_is_told(void **state)
{
    struct ward *w = *state;
    w->def->trends.action = "9z";
    for (int32_t month = JANUARY; month <= JANUARY + TEAM_TURNS; month++) {
        month_comes(w, month, month == JANUARY + TEAM_TURNS);
    }
    struct trend_result done = night(w, JANUARY + TEAM_TURNS);
    assert_true(done.n_opened > 0);
    assert_int_equal(done.n_items, 0);
    assert_int_equal(night(w, JANUARY + TEAM_TURNS + 1).n_items, 0);
}

static void
faults_of_the_definition_are_told_with_their_place(void **state)
{
    (void)state;
    static const char *const lines[] = { "unknown key \"acton\"", "13", "a baseline of 5 values",
                                         "a plan is named, and no action",
                                         "\"2016-03\" is no first day of a month" };
    char text[2048];
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text all = { 0 };
    struct definition *def = NULL;
    const char *cut = strstr(survey_text, "trends:");
    (void)snprintf(text, sizeof text,
                   "%.*strends: { acton: 2e, plan: P, baseline: 5, months: [1, 13], "
                   "since: 2016-03 }\n",
                   (int)(cut - survey_text), survey_text);
    assert_int_equal(definition_parse("part.yaml", text, strlen(text), &d, &def), -EBADMSG);
    diag_print(&d, &all);
    for (size_t i = 0; i < LENGTH(lines); i++) {
        if (!strstr(text_str(&all), lines[i])) {
            print_error("missing: %s\nin:\n%s\n", lines[i], text_str(&all));
        }
        assert_non_null(strstr(text_str(&all), lines[i]));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_WARD(a_measure_has_one_name_both_ways),
        ON_A_WARD(a_score_is_a_measure_too),
        ON_A_WARD(a_unit_that_nobody_is_of_is_told_with_the_nearest),
        ON_A_WARD(half_a_month_is_no_value),
        ON_A_WARD(a_month_without_answers_is_missing_and_one_that_is_not_due_is_not),
        ON_A_WARD(a_turn_is_told_once_to_the_leads_and_persisting_once_to_the_secretary),
        ON_A_WARD(a_mail_holds_no_figure_until_it_is_published),
        ON_A_WARD(a_published_figure_stands_in_the_mail_and_in_the_trend),
        ON_A_WARD(of_a_month_of_few_answers_or_a_hidden_one_nothing_is_said),
        ON_A_WARD(a_baseline_with_months_of_few_answers_gives_no_false_alarm),
        ON_A_WARD(a_month_after_the_baseline_changes_neither_the_chart_nor_its_limits),
        ON_A_WARD(a_shift_with_a_month_of_few_answers_in_it_gives_no_signal),
        ON_A_WARD(two_in_three_by_a_month_of_few_answers_give_no_signal),
        ON_A_WARD(an_action_says_how_its_surveys_stand_without_figures_that_are_not_published),
        ON_A_WARD(a_level_that_lasts_proposes_a_baseline_and_takes_none),
        ON_A_WARD(answers_that_do_not_come_are_asked_for_once_a_month),
        ON_A_WARD(an_approved_baseline_ends_the_signal),
        ON_A_WARD(a_night_that_loses_its_job_leaves_nothing),
        ON_A_WARD(a_night_that_fails_anywhere_says_so_and_leaves_nothing),
        ON_A_WARD(too_many_baselines_are_refused),
        ON_A_WARD(a_survey_of_an_action_that_no_plan_has_is_charted_and_nobody_is_told),
        cmocka_unit_test(faults_of_the_definition_are_told_with_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
