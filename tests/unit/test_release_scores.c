/* SPDX-License-Identifier: MIT */
/* test_release_scores.c - scores of imported answers: what is published of them, and what not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answers/figures.h"
#include "answers/quote.h"
#include "answers/release.h"
#include "answers/release_inside.h"
#include "base/text.h"
#include "small_chance.h"

static const char survey_text[] = "survey: pulse\n"
                                  "title: Pulse\n"
                                  "version: \"1\"\n"
                                  "threshold: 5\n"
                                  "response: id\n"
                                  "dates: { column: day, forms: [iso] }\n"
                                  "units: { columns: [team] }\n"
                                  "questions:\n"
                                  "  - { id: a, wording: A?, column: a }\n"
                                  "  - { id: b, wording: B?, column: b }\n"
                                  "  - { id: c, wording: C?, column: c }\n"
                                  "scale:\n"
                                  "  answers:\n"
                                  "    - { code: 1, label: No, tone: negative }\n"
                                  "    - { code: 2, label: Yes, tone: positive }\n"
                                  "scores:\n"
                                  "  out_of: 10\n"
                                  "  list:\n"
                                  "    - { id: say, title: Say, questions: [a, b, c], "
                                  "min_answered: 2 }\n%s";

struct pulse {
    struct store *s;
    struct definition *def;
    int n_people;
    int n_files;
};

static struct definition *
define(const char *more)
{
    char text[2048];
    AUTO_DIAG struct diag d = { 0 };
    struct definition *def = NULL;
    (void)snprintf(text, sizeof text, survey_text, more);
    assert_int_equal(definition_parse("s.yaml", text, strlen(text), &d, &def), 0);
    return def;
}

static int
pulse_make(void **state)
{
    struct pulse *p = calloc(1, sizeof *p);
    assert_non_null(p);
    p->def = define("");
    assert_int_equal(hash_init(), 0);
    assert_int_equal(store_open(NULL, STORE_MEMORY, &p->s, NULL), 0);
    *state = p;
    return 0;
}

static int
pulse_drop(void **state)
{
    struct pulse *p = *state;
    store_free(p->s);
    definition_free(p->def);
    free(p);
    return 0;
}
#define OF_A_PULSE(test) cmocka_unit_test_setup_teardown(test, pulse_make, pulse_drop)

/* n people of a team, who answered all alike, in March 2022. */
struct people {
    const char *team;
    const char *answers; /* "2,1,2" */
    int n;
};

static void
come(struct pulse *p, const struct people *list, size_t n)
{
    static const uint8_t key[HASH_KEY_SIZE] = { 9 };
    char path[] = "/tmp/coprod-scores-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "w");
    assert_non_null(f);
    (void)fprintf(f, "id,day,team,a,b,c\n");
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < list[i].n; k++) {
            (void)fprintf(f, "r%d,2022-03-10,%s,%s\n", p->n_people++, list[i].team,
                          list[i].answers);
        }
    }
    (void)fclose(f);
    struct import_result got;
    struct err why = { "" };
    const struct import_options opt = { .def = p->def, .path = path, .name = "f", .key = key,
                                        .today = DAY_NONE, .now_ms = ++p->n_files };
    int r = import_file(p->s, &opt, &got, &why);
    if (r < 0) {
        print_error("%s\n", why.text);
    }
    assert_int_equal(r, 0);
    assert_int_equal(got.counts.n_rejected, 0);
    (void)unlink(path);
}

static struct release_result
publish(struct pulse *p, int day)
{
    static const struct calendar weekdays = { .last_listed = DAY_NONE };
    const struct release_options opt = { .def = p->def, .calendar = &weekdays,
                                         .today = day_of(2022, 5, day), .now_ms = day };
    struct release_result done;
    assert_int_equal(release_run(p->s, &opt, &done, NULL), 0);
    return done;
}

/* The lines of the published score. */
static void
assert_scores(struct pulse *p, const char *want)
{
    AUTO(figures) struct figures *f = NULL;
    AUTO_TEXT struct text csv = { 0 };
    AUTO_TEXT struct text got = { 0 };
    assert_int_equal(figures_published(p->s, p->def, &f, NULL), 0);
    figures_csv(f, false, &csv);
    for (const char *line = text_str(&csv); line && *line;) {
        const char *end = strchr(line, '\n') + 1;
        const char *at = strstr(line, ",say,");
        if (at && at < end) {
            text_addn(&got, line, (size_t)(end - line));
        }
        line = end;
    }
    assert_string_equal(text_str(&got), want);
}

static void
where_everybody_answered_all_the_score_goes_out(void **state)
{
    struct pulse *p = *state;
    const struct people all[] = { { "A", "2,2,1", 8 }, { "B", "2,1,1", 9 } };
    come(p, all, LENGTH(all));
    assert_int_equal(publish(p, 1).n_first, 1);
    assert_scores(p, "2022-03,0,\"ALL\",say,17,,,,,,,,4.9020,,1\n"
                     "2022-03,1,\"A\",say,8,,,,,,,,6.6667,,1\n"
                     "2022-03,1,\"B\",say,9,,,,,,,,3.3333,,1\n");
}

/* Three times B's score less its questions would be what that one person answered. */
static void
one_who_left_a_question_out_keeps_the_scores_around_back(void **state)
{
    struct pulse *p = *state;
    const struct people all[] = { { "A", "2,2,1", 8 }, { "B", "2,1,1", 9 }, { "B", "2,2,", 1 } };
    come(p, all, LENGTH(all));
    (void)publish(p, 1);
    assert_scores(p, "2022-03,0,\"ALL\",say,*,*,*,*,*,*,*,*,*,*,1\n"
                     "2022-03,1,\"A\",say,8,,,,,,,,6.6667,,1\n"
                     "2022-03,1,\"B\",say,*,*,*,*,*,*,*,*,*,*,1\n");
}

static void
enough_of_them_let_it_out_again(void **state)
{
    struct pulse *p = *state;
    const struct people all[] = { { "A", "2,2,1", 8 }, { "B", "2,1,1", 9 }, { "B", "2,2,", 5 } };
    come(p, all, LENGTH(all));
    (void)publish(p, 1);
    assert_scores(p, "2022-03,0,\"ALL\",say,22,,,,,,,,6.0606,,1\n"
                     "2022-03,1,\"A\",say,8,,,,,,,,6.6667,,1\n"
                     "2022-03,1,\"B\",say,14,,,,,,,,5.7143,,1\n");
}

/* One who answered a single question has no score, and would be what is missing. He hides A's first
 * question too, so that A's score has not all of its parts. */
static void
one_who_has_no_score_is_found_by_it_too(void **state)
{
    struct pulse *p = *state;
    const struct people all[] = { { "A", "2,2,1", 8 }, { "B", "2,1,1", 9 }, { "C", "2,,", 1 } };
    come(p, all, LENGTH(all));
    (void)publish(p, 1);
    assert_scores(p, "2022-03,0,\"ALL\",say,*,*,*,*,*,*,*,*,*,*,1\n"
                     "2022-03,1,\"A\",say,*,*,*,*,*,*,*,*,*,*,1\n"
                     "2022-03,1,\"B\",say,9,,,,,,,,3.3333,,1\n");
}

/* Nothing of the third question goes out, so the score is not even judged. */
static void
a_score_that_is_not_judged_has_a_star_as_one_that_is_hidden(void **state)
{
    struct pulse *p = *state;
    const struct people all[] = { { "A", "2,2,", 8 }, { "B", "2,1,1", 3 } };
    come(p, all, LENGTH(all));
    (void)publish(p, 1);
    assert_scores(p, "2022-03,0,\"ALL\",say,*,*,*,*,*,*,*,*,*,*,1\n");
}

/* Nine who came late answered everything: what the score takes up, its questions tell already. */
static void
a_score_grows_with_its_questions(void **state)
{
    struct pulse *p = *state;
    const struct people first[] = { { "A", "2,2,1", 8 }, { "B", "2,1,1", 9 } };
    const struct people late[] = { { "A", "1,1,1", 9 } };
    come(p, first, LENGTH(first));
    (void)publish(p, 1);
    come(p, late, LENGTH(late));
    assert_int_equal(publish(p, 2).n_revised, 1);
    assert_scores(p, "2022-03,0,\"ALL\",say,26,,,,,,,,3.2051,,1\n"
                     "2022-03,1,\"A\",say,17,,,,,,,,3.1373,,1\n"
                     "2022-03,1,\"B\",say,9,,,,,,,,3.3333,,1\n");
}

/* One of the late ones left a question out: the score of A stays, and that of B goes on. */
static void
one_late_answer_that_is_not_whole_keeps_a_score_as_it_was(void **state)
{
    struct pulse *p = *state;
    const struct people first[] = { { "A", "2,2,1", 8 }, { "B", "2,1,1", 9 } };
    const struct people late[] = { { "A", "1,1,1", 9 }, { "A", "2,2,", 1 }, { "B", "2,2,2", 6 } };
    const struct people more[] = { { "A", "1,1,1", 5 } };
    come(p, first, LENGTH(first));
    (void)publish(p, 1);
    come(p, late, LENGTH(late));
    assert_int_equal(publish(p, 2).n_revised, 1);
    assert_scores(p, "2022-03,0,\"ALL\",say,23,,,,,,,,6.2319,,1\n"
                     "2022-03,1,\"A\",say,8,,,,,,,,6.6667,,1\n"
                     "2022-03,1,\"B\",say,15,,,,,,,,6.0000,,1\n");
    come(p, more, LENGTH(more));
    struct release_result done = publish(p, 3);
    assert_int_equal(done.n_revised, 1); /* of the questions */
    assert_int_equal(done.n_waiting, 1);
    assert_scores(p, "2022-03,0,\"ALL\",say,23,,,,,,,,6.2319,,1\n"
                     "2022-03,1,\"A\",say,8,,,,,,,,6.6667,,1\n"
                     "2022-03,1,\"B\",say,15,,,,,,,,6.0000,,1\n");
}

/* ---- the attack: every version of a month, questions and score ---- */

enum { SERIES = 4, TEAMS = 3, SCORE = 3, NIGHTS = 4, HISTORIES = 120 };
struct seen { /* of the trust, then of each team */
    bool is_shown[SERIES][TEAMS + 1];
    int64_t counts[SERIES][TEAMS + 1][SURVEY_COUNTS];
    int series;
};

static int
see_cell(void *arg, const struct release_cell *cell)
{
    struct seen *seen = arg;
    int at = cell->path[0] ? cell->path[0] - 'A' + 1 : 0;
    seen->is_shown[seen->series][at] = cell->is_shown;
    memcpy(seen->counts[seen->series][at], cell->counts, sizeof cell->counts);
    return 0;
}

/* Without the shown teams the trust's row is what it has beside them. */
static void
see_version(struct pulse *p, int64_t release, struct seen *seen)
{
    struct survey_row survey;
    *seen = (struct seen){ .series = 0 };
    assert_int_equal(survey_find(p->s, "pulse", NULL, &survey, NULL), 1);
    for (seen->series = 0; seen->series < SERIES; seen->series++) {
        bool is_score = seen->series == SCORE;
        const struct import_wanted want = { .kind = is_score ? SURVEY_SCORE : SURVEY_QUESTION,
                                            .index = is_score ? 0 : seen->series };
        int64_t id = 0;
        assert_true(import_series_id(p->s, survey.id, p->def, &want, &id, NULL) >= 0);
        assert_true(release_cells(p->s, release, id, see_cell, seen, NULL) >= 0);
    }
    for (int i = 0; i < SERIES; i++) {
        for (int team = 1; team <= TEAMS; team++) {
            for (int slot = 0; slot < SURVEY_COUNTS && seen->is_shown[SCORE][team]; slot++) {
                seen->counts[i][0][slot] -= seen->counts[i][team][slot];
            }
        }
    }
}

/* What an outsider reckons who knows the questions alone: everybody who came answered all of them.
 * Where the score has changed he must be right to the last digit, so it told him nothing. */
static int
count_foretold(const struct seen *first, const struct seen *before, const struct seen *now)
{
    int n_changed = 0;
    for (int at = 0; at <= TEAMS; at++) {
        const int64_t *was = first->counts[SCORE][at];
        const int64_t *is = now->counts[SCORE][at];
        bool is_out = first->is_shown[SCORE][at];
        assert_int_equal(is_out, now->is_shown[SCORE][at]);
        if (!is_out || memcmp(before->counts[SCORE][at], is, SURVEY_COUNTS * sizeof *is) == 0) {
            continue;
        }
        int64_t points = 0;
        for (int q = 0; q < SCORE; q++) {
            int64_t came = now->counts[q][at][0] - first->counts[q][at][0];
            int64_t came_yes = now->counts[q][at][1] - first->counts[q][at][1];
            assert_int_equal(came + came_yes, is[0] - was[0]);
            points += came_yes;
        }
        assert_int_equal(3 * (is[1] - was[1]), 6 * points); /* a point is 6 parts */
        n_changed++;
    }
    return n_changed;
}

struct versions {
    int64_t id[NIGHTS + 1];
    int n;
};

static int
take_version(void *arg, const struct row *row)
{
    struct versions *v = arg;
    v->id[v->n++] = row_i64(row, 0);
    return 0;
}

static void
come_by_chance(struct pulse *p, int night, uint64_t *seed)
{
    static const char *const answers[] = { "1,1,1", "1,1,2", "1,2,1", "1,2,2", "2,1,1", "2,1,2",
                                           "2,2,1", "2,2,2", "2,2,",  ",1,2",  "1,,2",  ",,2" };
    static const char *const teams[TEAMS] = { "A", "B", "C" };
    struct people list[TEAMS * 6];
    size_t n = 0;
    for (int team = 0; team < TEAMS; team++) {
        uint32_t kinds = chance(seed, 3) ? 8 : LENGTH(answers);
        for (uint32_t i = chance(seed, night == 1 ? 6 : 4); i > 0; i--) {
            list[n++] = (struct people){ teams[team], answers[chance(seed, kinds)],
                                         1 + (int)chance(seed, night == 1 ? 9 : 4) };
        }
    }
    come(p, list, n);
}

static void
a_revised_score_tells_nothing_that_its_questions_do_not(void **state)
{
    (void)state;
    uint64_t seed = 1990;
    int n_foretold = 0;
    int n_later = 0;
    for (int i = 0; i < HISTORIES; i++) {
        struct pulse *p = NULL;
        struct survey_row survey;
        struct versions v = { .n = 0 };
        struct seen first = { .series = 0 };
        struct seen before = { .series = 0 };
        assert_int_equal(pulse_make((void **)&p), 0);
        for (int night = 1; night <= NIGHTS; night++) {
            come_by_chance(p, night, &seed);
            (void)publish(p, night);
        }
        assert_int_equal(survey_find(p->s, "pulse", NULL, &survey, NULL), 1);
        assert_true(release_list(p->s, survey.id, take_version, &v, NULL) >= 0);
        for (int k = 0; k < v.n; k++) {
            struct seen now;
            see_version(p, v.id[k], &now);
            if (first.is_shown[SCORE][0]) {
                n_foretold += count_foretold(&first, &before, &now);
                n_later++;
            } else {
                first = now;
            }
            before = now;
        }
        assert_int_equal(pulse_drop((void **)&p), 0);
    }
    print_message("# %d later versions: %d scores took up what came\n", n_later, n_foretold);
    assert_true(n_foretold > HISTORIES / 4);
}

static void
a_published_score_may_be_quoted(void **state)
{
    struct pulse *p = *state;
    const struct people all[] = { { "A", "2,2,1", 8 }, { "B", "2,1,1", 9 } };
    struct measure m;
    AUTO_QUOTES struct quotes q = { 0 };
    AUTO(trend) struct trend *t = NULL;
    AUTO_TEXT struct text words = { 0 };
    come(p, all, LENGTH(all));
    (void)publish(p, 1);
    assert_int_equal(measure_parse("pulse/say@A", p->def, &m, NULL), 0);
    assert_int_equal(trend_load(p->s, &m, 12 * 2022 + 2, TREND_PUBLISHED, &t, NULL), 0);
    assert_int_equal(t->n, 1);
    assert_int_equal(quotes_load(p->s, &m, 12 * 2022 + 2, &q, NULL), 0);
    quotes_say(&q, &m, t, &words);
    assert_string_equal(text_str(&words), "Published for March 2022: 6.67 of 8 answers.");
}

static void
scores_that_overlap_stay_inside(void **state)
{
    (void)state;
    AUTO(definition) struct definition *one = define("");
    AUTO(definition) struct definition *two =
        define("    - { id: more, title: More, questions: [b, c] }\n");
    AUTO(definition) struct definition *three =
        define("    - { id: more, title: More, of: [say] }\n");
    assert_true(scores_may_be_published(one));
    assert_false(scores_may_be_published(two));
    assert_true(scores_may_be_published(three));
    three->response_column = NULL; /* who answered what is not known */
    assert_false(scores_may_be_published(three));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        OF_A_PULSE(where_everybody_answered_all_the_score_goes_out),
        OF_A_PULSE(one_who_left_a_question_out_keeps_the_scores_around_back),
        OF_A_PULSE(enough_of_them_let_it_out_again),
        OF_A_PULSE(one_who_has_no_score_is_found_by_it_too),
        OF_A_PULSE(a_score_that_is_not_judged_has_a_star_as_one_that_is_hidden),
        OF_A_PULSE(a_score_grows_with_its_questions),
        OF_A_PULSE(one_late_answer_that_is_not_whole_keeps_a_score_as_it_was),
        cmocka_unit_test(a_revised_score_tells_nothing_that_its_questions_do_not),
        OF_A_PULSE(a_published_score_may_be_quoted),
        cmocka_unit_test(scores_that_overlap_stay_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
