/* SPDX-License-Identifier: MIT */
/* test_signal.c - what surveys show joins people's digests, while it is true and never twice. */
#include "ward_fixture.h"

#include "engine/digest.h"
#include "engine/item.h"
#include "engine/measured.h"

#define DIGESTS "SELECT count(*) FROM notice WHERE kind = 'digest'"

/* Up to the night in which the turn is found. */
static struct trend_result
turn_is_found(struct ward *w)
{
    for (int32_t month = JANUARY; month <= JANUARY + TEAM_TURNS; month++) {
        month_comes(w, month, month == JANUARY + TEAM_TURNS);
    }
    struct trend_result done = night(w, JANUARY + TEAM_TURNS);
    assert_true(done.n_opened >= 2 && done.n_items > 0);
    return done;
}

static void
what_is_found_at_night_waits_for_the_send_window(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    (void)turn_is_found(w); /* on 20 August 2017, a Sunday */
    need(d, store_begin(d->s, &d->why));
    assert_int_equal(digest_order(d->w, d->s, d->now_ms, &d->why), 0);
    need(d, store_commit(d->s, &d->why));
    int64_t next = 0;
    need(d, digest_next_ms(d->w, d->s, d->now_ms, &next, &d->why));
    assert_int_equal(next, world_send_ms(d->w, day_of(2017, 8, 21)));
    assert_int_equal(number(d, DIGESTS), 0);
    morning(w);
    assert_int_equal(number(d, DIGESTS), 2);
}

static void
all_units_that_turned_stand_in_one_mail_beside_what_else_is_due(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    struct trend_result done = turn_is_found(w);
    struct occurrence o;
    int64_t id = number(d, "SELECT o.id FROM occurrence o JOIN occurrence_role r ON"
                           " r.occurrence = o.id WHERE o.action = '2e' AND r.duty = 'lead'");
    change(d, "UPDATE occurrence SET state = 2");
    need(d, store_begin(d->s, &d->why));
    need(d, occurrence_get(d->s, id, &o, &d->why));
    struct item_order order = { .kind = ITEM_REMIND, .o = &o, .step = "R-5",
                                .role = "patient-experience-lead", .why = NOTICE_WHY_LEAD };
    assert_int_equal(item_add(d->w, d->s, &order, d->now_ms, NULL, &d->why), 1);
    need(d, store_commit(d->s, &d->why));
    morning(w);
    assert_int_equal(number(d, DIGESTS " AND role = 'patient-experience-lead'"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE role = 'patient-experience-lead'"
                               " AND state = 2"), 1 + done.n_opened);
    assert_int_equal(number(d, DIGESTS " AND role = 'patient-experience-lead' AND body LIKE"
                            " '%%By when:%%What a survey shows of action 2e%%Why you: You lead%%'"),
                     1);
    assert_int_equal(number(d, DIGESTS " AND role = 'practice-facilitator' AND subject LIKE"
                            " '%%a change for the worse that the survey shows%%2e'"), 1);
}

static void
a_signal_that_closes_before_the_morning_is_not_told(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    (void)turn_is_found(w);
    change(d, "UPDATE signal SET is_open = 0");
    morning(w);
    assert_int_equal(number(d, DIGESTS), 0);
    assert_true(number(d, "SELECT count(*) FROM item WHERE kind = 'signal' AND state = 3") > 0);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE state <> 3"), 0);
}

static void
answers_that_come_before_the_morning_are_not_asked_for(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    month_comes(w, JANUARY, false);
    assert_int_equal(night(w, JANUARY + 1).n_items, 2);
    month_comes(w, JANUARY + 1, false);
    morning(w);
    assert_int_equal(number(d, DIGESTS), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'missing' AND state = 3"),
                     2);
}

static void
of_a_lead_without_an_address_the_owner_hears_and_says_whose_part_it_is(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    change(d, "UPDATE role SET email = NULL WHERE id = 'patient-experience-lead'");
    (void)turn_is_found(w);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE role = 'patient-experience-lead'"),
                     0);
    morning(w);
    assert_int_equal(number(d, DIGESTS " AND role = (SELECT owner FROM plan) AND body LIKE"
                            " '%%What a survey shows of action 2e%%You own this plan.%%Nobody can "
                            "be reached there.%%'"), 1);
    assert_int_equal(number(d, DIGESTS " AND role = 'practice-facilitator'"), 1);
}

static void
an_address_that_may_not_be_used_keeps_its_mail_and_the_owner_hears(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    change(d, "UPDATE role SET email = 'lead@elsewhere.example' WHERE id = 'practice-facilitator'");
    need(d, store_begin(d->s, &d->why));
    need(d, store_setting_set(d->s, "mail.allow_domains", "example.nhs.uk", &d->why));
    need(d, store_commit(d->s, &d->why));
    d->w = world_free(d->w);
    need(d, world_open(d->s, true, &d->w, &d->why));
    (void)turn_is_found(w);
    int64_t open = number(d, "SELECT count(*) FROM signal WHERE is_open = 1");
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE role = 'practice-facilitator'"),
                     open);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE role = (SELECT owner FROM plan)"
                               " AND of <> '' AND why = 7"), open);
}

static void
an_address_that_is_lost_before_the_morning_brings_it_to_the_owner_a_day_later(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    (void)turn_is_found(w);
    change(d, "UPDATE role SET email = NULL WHERE id = 'patient-experience-lead'");
    morning(w);
    assert_int_equal(number(d, DIGESTS), 1);
    d->now_ms += 86400000;
    morning(w);
    assert_int_equal(number(d, DIGESTS " AND role = (SELECT owner FROM plan)"), 1);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'signal' AND state = 2 AND"
                               " role = (SELECT owner FROM plan) AND of <> ''"),
                     number(d, "SELECT count(*) FROM signal WHERE is_open = 1"));
}

static void
when_nobody_can_be_reached_at_all_nothing_is_written(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    change(d, "UPDATE role SET email = NULL");
    for (int32_t month = JANUARY; month <= JANUARY + TEAM_TURNS; month++) {
        month_comes(w, month, month == JANUARY + TEAM_TURNS);
    }
    struct trend_result done = night(w, JANUARY + TEAM_TURNS);
    assert_true(done.n_opened > 0);
    assert_int_equal(done.n_items, 0);
    morning(w);
    assert_int_equal(number(d, "SELECT count(*) FROM notice"), 0);
}

/* A mail that never left is taken back, and its signals go into the next one. */
static void
a_digest_that_never_left_gives_its_signals_back(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    (void)turn_is_found(w);
    morning(w);
    int64_t id = number(d, DIGESTS " AND role = 'practice-facilitator'") == 1
                     ? number(d, "SELECT id FROM notice WHERE role = 'practice-facilitator'") : 0;
    change(d, "UPDATE notice SET state = 1");
    need(d, store_begin(d->s, &d->why));
    assert_int_equal(digest_recall(d->s, id, "a test", d->now_ms, &d->why), 1);
    need(d, store_commit(d->s, &d->why));
    assert_true(number(d, "SELECT count(*) FROM item WHERE role = 'practice-facilitator' AND"
                          " state = 1") > 0);
    d->now_ms += 86400000;
    morning(w);
    assert_int_equal(number(d, DIGESTS " AND role = 'practice-facilitator'"), 2);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE role = 'practice-facilitator' AND"
                               " state = 1"), 0);
}

/* Schema 1 wrote a mail of its own for each month and person. */
static void
what_an_older_release_told_is_not_told_again(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    month_comes(w, JANUARY, false);
    char sql[512];
    (void)snprintf(sql, sizeof sql,
                   "INSERT INTO notice VALUES (900, 'missing|part|%d|practice-facilitator',"
                   " 'missing', 'CO-304', NULL, 'survey', 'practice-facilitator', 'x', 'x', 'x',"
                   " 'x', x'00', 'x', 2, 0, 0)", JANUARY + 1);
    change(d, sql);
    assert_int_equal(night(w, JANUARY + 1).n_items, 1);
}

static int
tell_the_morning(struct desk *d)
{
    return digest_write(d->w, d->s, "practice-facilitator", d->now_ms, &d->why);
}

static void
a_digest_with_signals_fails_well(void **state)
{
    struct ward *w = *state;
    (void)turn_is_found(w);
    w->d->now_ms = world_window(w->d->w, w->d->now_ms);
    fails_well(w->d, tell_the_morning);
}

/* Where neither way is better a change is told, and nobody is judged by it. */
static void
a_neutral_change_is_told_without_better_or_worse(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    definition_free(w->def);
    w->def = define("", "better: neutral\n");
    (void)turn_is_found(w);
    assert_int_equal(number(d, "SELECT count(*) FROM signal WHERE verdict < 3"), 0);
    assert_true(number(d, "SELECT count(*) FROM signal WHERE verdict = 4") >= 2);
    assert_int_equal(number(d, "SELECT count(*) FROM measure WHERE variation = 'neutral_low'"), 2);
    AUTO_MEASURED struct measured m = { 0 };
    need(d, measured_load(d->s, "CO-304", "2e", &m, &d->why));
    assert_int_equal(m.n_worse + m.n_better, 0);
    assert_non_null(strstr(m.lines[0].words, "a fall that chance does not explain, since July"));
    morning(w);
    assert_true(number(d, DIGESTS " AND body LIKE '%%a fall that chance does not explain%%' AND"
                       " subject LIKE '%%look into a change that the survey%%'") > 0);
    assert_int_equal(number(d, DIGESTS " AND (body LIKE '%%worse%%' OR body LIKE '%%better%%')"),
                     0);
    for (int32_t month = JANUARY + TEAM_TURNS + 1; month < JANUARY + TEAM_TURNS + 6; month++) {
        month_comes(w, month, true);
        (void)night(w, month);
    }
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'persists'"), 0);
}

static void
a_mean_is_better_the_way_the_better_answers_lie(void **state)
{
    const struct ward *w = *state;
    struct definition *def = w->def;
    static const struct {
        int codes[4]; /* positive, negative, neutral, unknown */
        int direction;
    } cases[] = { { { 1, 3, 2, 4 }, -1 }, { { 5, 1, 3, 0 }, 1 }, { { 3, 2, 1, 9 }, 0 },
                  { { 1, 2, 3, 4 }, 0 },  { { 0, 10, 5, -1 }, -1 } };
    static const enum tone tones[] = { TONE_POSITIVE, TONE_NEGATIVE, TONE_NEUTRAL, TONE_UNKNOWN };
    def->n_slots = LENGTH(tones);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        for (size_t k = 0; k < LENGTH(tones); k++) {
            def->scale[k].tone = tones[k];
            def->scale[k].code = cases[i].codes[k];
            def->scale[k].points = 10 - cases[i].codes[k];
        }
        def->direction = 1;
        assert_int_equal(trend_direction(def, TREND_MEAN, false), cases[i].direction);
        assert_int_equal(trend_direction(def, TREND_MEAN, true), -cases[i].direction);
        assert_int_equal(trend_direction(def, TREND_POSITIVE, false), 1);
        assert_int_equal(trend_direction(def, TREND_NEGATIVE, false), -1);
        def->direction = -1; /* better: lower */
        assert_int_equal(trend_direction(def, TREND_MEAN, false), -cases[i].direction);
    }
}

/* Code 1 is Yes: what fewer say raises the mean. */
static void
a_mean_that_rises_is_worse_where_the_lowest_code_is_best(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    definition_free(w->def);
    w->def = define(", statistics: [mean]", "");
    (void)turn_is_found(w);
    assert_int_equal(number(d, "SELECT count(*) FROM signal WHERE verdict <> 2"), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM measure WHERE variation = 'concern_high'"), 2);
    assert_int_equal(number(d, "SELECT count(*) FROM measure WHERE variation LIKE 'improve%%'"), 0);
}

static int64_t
series_of(struct ward *w, enum survey_kind kind, const char *name)
{
    struct desk *d = w->d;
    char shape[SURVEY_SHAPE_MAX];
    int64_t id = 0;
    if (kind == SURVEY_SCORE) {
        definition_score_shape(w->def, 0, shape);
    } else {
        definition_shape(w->def, (size_t)definition_question(w->def, name), shape);
    }
    const struct survey_series series = { kind, name, shape };
    need(d, store_begin(d->s, &d->why));
    need(d, survey_question_id(d->s, w->survey, &series, &id, &d->why));
    need(d, store_commit(d->s, &d->why));
    return id;
}

static void
each_line_names_its_question_or_score_and_the_statistic(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    definition_free(w->def);
    w->def = define(", statistics: [positive, negative, mean]",
                    "scores: { out_of: 10, list: [{ id: say, title: A say, questions: [q] }] }\n");
    w->def->questions[w->def->n_questions++] =
        (struct survey_question){ .id = "r", .wording = "Were you asked?", .column = "b" };
    const int64_t all[] = { series_of(w, SURVEY_QUESTION, "q"), series_of(w, SURVEY_QUESTION, "r"),
                            series_of(w, SURVEY_SCORE, "say") };
    for (int32_t month = JANUARY; month <= JANUARY + TEAM_TURNS; month++) {
        for (size_t i = 0; i < LENGTH(all); i++) {
            w->question = all[i];
            month_comes(w, month, month == JANUARY + TEAM_TURNS);
        }
    }
    (void)night(w, JANUARY + TEAM_TURNS);
    morning(w);
    static const char *const lines[] = {
        "East, \xE2\x80\x9C" "A part?\xE2\x80\x9D: a",
        "East, \xE2\x80\x9C" "A part?\xE2\x80\x9D, percentage negative: a",
        "East, \xE2\x80\x9C" "A part?\xE2\x80\x9D, mean: a",
        "East, \xE2\x80\x9CWere you asked?\xE2\x80\x9D: a",
        "East, \xE2\x80\x9CWere you asked?\xE2\x80\x9D, percentage negative: a",
        "East, \xE2\x80\x9CWere you asked?\xE2\x80\x9D, mean: a",
        "East, \xE2\x80\x9C" "A say\xE2\x80\x9D, mean: a",
    };
    for (size_t i = 0; i < LENGTH(lines); i++) {
        assert_int_equal(number(d, DIGESTS " AND role = 'practice-facilitator' AND"
                                " replace(replace(body, char(10), ' '), '   ', ' ')"
                                " LIKE '%%- Having a part, %s%%'", lines[i]), 1);
    }
}

/* From now on the question is asked in other words; its answers come under another series. */
static void
asked_otherwise(struct ward *w, bool has_answers)
{
    definition_free(w->def);
    w->def = define("", "source: a new form\n");
    w->def->questions[0].wording = "Did you have a part?";
    memset(&w->def->digest, 1, sizeof w->def->digest);
    w->question = has_answers ? series_of(w, SURVEY_QUESTION, "q") : 0;
}

static void
another_wording_ends_the_signal_and_begins_without_one(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    int64_t open = turn_is_found(w).n_opened;
    morning(w);
    int64_t mails = number(d, DIGESTS);
    asked_otherwise(w, true);
    month_comes(w, JANUARY + TEAM_TURNS + 1, false);
    struct trend_result done = night(w, JANUARY + TEAM_TURNS + 1);
    assert_int_equal(done.n_closed, open);
    assert_int_equal(done.n_opened + done.n_items, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM signal WHERE is_open = 1"), 0);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'signal closed' AND"
                               " subject = 'part/q/positive@East' AND detail LIKE 'its quest%%'"),
                     1);
    assert_int_equal(number(d, "SELECT n_values FROM measure WHERE name = 'part/q/positive@East'"),
                     1);
    AUTO_MEASURED struct measured m = { 0 };
    need(d, measured_load(d->s, "CO-304", "2e", &m, &d->why));
    assert_int_equal(m.n_measures, 3);
    assert_int_equal(m.n_worse + m.n_better, 0);
    morning(w);
    assert_int_equal(number(d, DIGESTS), mails);
}

/* The same months, asked otherwise: what the old answers showed is not gone on with. */
static void
a_signal_of_another_wording_begins_anew_where_the_months_are_the_same(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    int64_t open = turn_is_found(w).n_opened;
    asked_otherwise(w, true);
    struct trend_result done = turn_is_found(w);
    assert_int_equal(done.n_closed, open);
    assert_int_equal(done.n_opened, open);
    assert_int_equal(number(d, "SELECT count(*) FROM signal"), 2 * open);
}

static void
a_signal_ends_as_soon_as_its_question_is_no_more_asked_so(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    int64_t open = turn_is_found(w).n_opened;
    morning(w);
    int64_t mails = number(d, DIGESTS);
    asked_otherwise(w, false);
    assert_int_equal(night_with(w, JANUARY + TEAM_TURNS, true).n_measures, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM signal WHERE is_open = 1"), open);
    assert_int_equal(night(w, JANUARY + TEAM_TURNS).n_closed, open);
    assert_int_equal(night(w, JANUARY + TEAM_TURNS).n_closed, 0);
    assert_int_equal(number(d, "SELECT count(*) FROM measure WHERE action = '2e'"), 0);
    morning(w);
    assert_int_equal(number(d, DIGESTS), mails);
}

/* A slip, or a form that is taken up again: the same words are the same series. Its baselines hold,
 * the months between are missing, and what was told before is not told again. */
static void
words_that_come_back_go_on_with_their_baselines(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    (void)turn_is_found(w);
    morning(w);
    int64_t told = number(d, "SELECT count(*) FROM item WHERE kind = 'signal'");
    int64_t first = w->question;
    int64_t id = number(d, "SELECT id FROM measure WHERE name = 'part/q/positive@West'");
    const struct baseline_row baseline = { .measure = id, .month = JANUARY + 6, .is_on = true,
                                           .reason = "a new form", .actor = "owner",
                                           .on_behalf = "", .at_ms = 1 };
    need(d, store_begin(d->s, &d->why));
    need(d, baseline_put(d->s, &baseline, &d->why));
    need(d, store_commit(d->s, &d->why));
    asked_otherwise(w, true);
    month_comes(w, JANUARY + TEAM_TURNS + 1, false);
    (void)night(w, JANUARY + TEAM_TURNS + 1);
    assert_int_equal(number(d, "SELECT count(*) FROM measure WHERE ended_ms IS NOT NULL AND"
                               " first_month = %d AND month = %d", JANUARY, JANUARY + TEAM_TURNS),
                     3);
    definition_free(w->def);
    w->def = define("", "");
    w->question = first;
    month_comes(w, JANUARY + TEAM_TURNS + 2, true);
    (void)night_with(w, JANUARY + TEAM_TURNS + 2, true);
    assert_int_equal(number(d, "SELECT count(*) FROM measure WHERE id = %d AND ended_ms IS NULL",
                            (int)id), 0);
    (void)night(w, JANUARY + TEAM_TURNS + 2);
    assert_int_equal(number(d, "SELECT id FROM measure WHERE name = 'part/q/positive@West'"), id);
    assert_int_equal(number(d, "SELECT count(*) FROM measure WHERE ended_ms IS NOT NULL"), 3);
    assert_int_equal(number(d, "SELECT count(*) FROM audit WHERE event = 'trend taken up again'"
                               " AND detail LIKE '%%its baselines hold'"), 3);
    AUTO(trend) struct trend *t = NULL;
    const struct measure m = { .def = w->def, .statistic = TREND_POSITIVE, .path = "West\x1F" };
    need(d, trend_load(d->s, &m, JANUARY + TEAM_TURNS + 2, TREND_INTERNAL, &t, &d->why));
    assert_true(t->rows[6].is_rebase);
    assert_int_equal(t->rows[TEAM_TURNS + 1].count.n, 0); /* asked otherwise */
    assert_true(t->states & SPC_GAPS);
    morning(w);
    assert_int_equal(number(d, "SELECT count(*) FROM item WHERE kind = 'signal'"), told);
}

static void
answers_every_second_month_have_no_limits_and_what_helps_is_said(void **state)
{
    struct ward *w = *state;
    for (int i = 0; i < 15; i++) {
        count(w, "East\x1F", 1, JANUARY + 2 * i, 30 + i % 3, 10);
    }
    AUTO_TEXT struct text words = { 0 };
    AUTO(trend) struct trend *t = NULL;
    AUTO(trend) struct trend *said = NULL;
    struct measure m = { .def = w->def, .statistic = TREND_POSITIVE };
    need(w->d, trend_load(w->d->s, &m, JANUARY + 28, TREND_INTERNAL, &t, &w->d->why));
    assert_int_equal(t->states, SPC_APART | SPC_GAPS);
    trend_sentence(t, &words);
    assert_non_null(strstr(text_str(&words), "trends: { months: [1, 3, 5, 7, 9, 11] }."));
    definition_free(w->def);
    w->def = define(", months: [1, 3, 5, 7, 9, 11]", "");
    m.def = w->def;
    need(w->d, trend_load(w->d->s, &m, JANUARY + 28, TREND_INTERNAL, &said, &w->d->why));
    assert_int_equal(said->states, 0);
}

/* More units than a list has room for: a count says how many. */
static void
more_than_fits_is_told_as_a_count(void **state)
{
    struct ward *w = *state;
    struct desk *d = w->d;
    (void)turn_is_found(w);
    int64_t id = number(d, "SELECT min(id) FROM signal WHERE is_open = 1");
    need(d, store_begin(d->s, &d->why));
    for (int i = 0; i < NOTICE_LINES_MAX + 5; i++) {
        char note[24];
        (void)snprintf(note, sizeof note, "worse%d", i);
        const struct item_topic_order order = { .kind = ITEM_SIGNAL, .plan = "CO-304",
                                                .topic = "2f", .about = id, .note = note,
                                                .role = "practice-facilitator",
                                                .why = NOTICE_WHY_LEAD, .words = "nOne more.\n" };
        assert_int_equal(item_add_topic(d->w, d->s, &order, d->now_ms, &d->why), 1);
        assert_int_equal(item_add_topic(d->w, d->s, &order, d->now_ms, &d->why), 0);
    }
    need(d, store_commit(d->s, &d->why));
    morning(w);
    assert_int_equal(number(d, DIGESTS " AND role = 'practice-facilitator' AND body LIKE"
                            " '%%- There are 5 more.%%' AND subject LIKE '%%2e 2f'"), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_WARD(what_is_found_at_night_waits_for_the_send_window),
        ON_A_WARD(a_neutral_change_is_told_without_better_or_worse),
        ON_A_WARD(another_wording_ends_the_signal_and_begins_without_one),
        ON_A_WARD(a_signal_of_another_wording_begins_anew_where_the_months_are_the_same),
        ON_A_WARD(words_that_come_back_go_on_with_their_baselines),
        ON_A_WARD(answers_every_second_month_have_no_limits_and_what_helps_is_said),
        ON_A_WARD(a_signal_ends_as_soon_as_its_question_is_no_more_asked_so),
        ON_A_WARD(each_line_names_its_question_or_score_and_the_statistic),
        ON_A_WARD(a_mean_is_better_the_way_the_better_answers_lie),
        ON_A_WARD(a_mean_that_rises_is_worse_where_the_lowest_code_is_best),
        ON_A_WARD(all_units_that_turned_stand_in_one_mail_beside_what_else_is_due),
        ON_A_WARD(a_signal_that_closes_before_the_morning_is_not_told),
        ON_A_WARD(answers_that_come_before_the_morning_are_not_asked_for),
        ON_A_WARD(of_a_lead_without_an_address_the_owner_hears_and_says_whose_part_it_is),
        ON_A_WARD(an_address_that_may_not_be_used_keeps_its_mail_and_the_owner_hears),
        ON_A_WARD(an_address_that_is_lost_before_the_morning_brings_it_to_the_owner_a_day_later),
        ON_A_WARD(when_nobody_can_be_reached_at_all_nothing_is_written),
        ON_A_WARD(a_digest_that_never_left_gives_its_signals_back),
        ON_A_WARD(what_an_older_release_told_is_not_told_again),
        ON_A_WARD(a_digest_with_signals_fails_well),
        ON_A_WARD(more_than_fits_is_told_as_a_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
