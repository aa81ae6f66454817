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

#include "base/text.h"
#include "engine/figures.h"
#include "engine/quote.h"
#include "engine/release.h"
#include "engine/release_inside.h"

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
    figures_csv(p->def, f, &csv);
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
    assert_scores(p, "2022-03,0,\"ALL\",say,17,,,,,,,,4.9020,\n"
                     "2022-03,1,\"A\",say,8,,,,,,,,6.6667,\n"
                     "2022-03,1,\"B\",say,9,,,,,,,,3.3333,\n");
}

/* Three times B's score less its questions would be what that one person answered. */
static void
one_who_left_a_question_out_keeps_the_scores_around_back(void **state)
{
    struct pulse *p = *state;
    const struct people all[] = { { "A", "2,2,1", 8 }, { "B", "2,1,1", 9 }, { "B", "2,2,", 1 } };
    come(p, all, LENGTH(all));
    (void)publish(p, 1);
    assert_scores(p, "2022-03,0,\"ALL\",say,*,*,*,*,*,*,*,*,*,*\n"
                     "2022-03,1,\"A\",say,8,,,,,,,,6.6667,\n"
                     "2022-03,1,\"B\",say,*,*,*,*,*,*,*,*,*,*\n");
}

static void
enough_of_them_let_it_out_again(void **state)
{
    struct pulse *p = *state;
    const struct people all[] = { { "A", "2,2,1", 8 }, { "B", "2,1,1", 9 }, { "B", "2,2,", 5 } };
    come(p, all, LENGTH(all));
    (void)publish(p, 1);
    assert_scores(p, "2022-03,0,\"ALL\",say,22,,,,,,,,6.0606,\n"
                     "2022-03,1,\"A\",say,8,,,,,,,,6.6667,\n"
                     "2022-03,1,\"B\",say,14,,,,,,,,5.7143,\n");
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
    assert_scores(p, "2022-03,0,\"ALL\",say,*,*,*,*,*,*,*,*,*,*\n"
                     "2022-03,1,\"A\",say,*,*,*,*,*,*,*,*,*,*\n"
                     "2022-03,1,\"B\",say,9,,,,,,,,3.3333,\n");
}

static void
a_score_is_published_once_and_kept_in_later_versions(void **state)
{
    struct pulse *p = *state;
    const struct people first[] = { { "A", "2,2,1", 8 }, { "B", "2,1,1", 9 } };
    const struct people late[] = { { "A", "1,1,1", 9 } };
    come(p, first, LENGTH(first));
    (void)publish(p, 1);
    come(p, late, LENGTH(late));
    assert_int_equal(publish(p, 2).n_revised, 1);
    assert_scores(p, "2022-03,0,\"ALL\",say,17,,,,,,,,4.9020,\n"
                     "2022-03,1,\"A\",say,8,,,,,,,,6.6667,\n"
                     "2022-03,1,\"B\",say,9,,,,,,,,3.3333,\n");
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
        OF_A_PULSE(a_score_is_published_once_and_kept_in_later_versions),
        OF_A_PULSE(a_published_score_may_be_quoted),
        cmocka_unit_test(scores_that_overlap_stay_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
