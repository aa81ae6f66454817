/* SPDX-License-Identifier: MIT */
/* release_fixture.h - a survey in a throw-away store, its counts set by hand, published. */
#ifndef COPROD_TESTS_RELEASE_FIXTURE_H
#define COPROD_TESTS_RELEASE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/release.h"
#include "base/text.h"
#include "store/release.h"

enum { MARCH = 12 * 2022 + 2, K = 5 };

static const char team_survey[] = "survey: teams\n"
                                  "title: Teams\n"
                                  "version: \"1\"\n"
                                  "threshold: 5\n"
                                  "response: none\n"
                                  "dates: { column: day, forms: [iso] }\n"
                                  "units: { columns: [unit, team] }\n"
                                  "questions: [{ id: q, wording: Well?, column: a }]\n"
                                  "scale:\n"
                                  "  answers:\n"
                                  "    - { code: 1, label: Yes, tone: positive }\n"
                                  "    - { code: 2, label: No, tone: negative }\n";

struct house {
    struct store *store;
    struct definition *def;
    int64_t survey;
    int64_t question;
};

static void
know_survey(struct house *h)
{
    struct survey_row row;
    assert_int_equal(store_begin(h->store, NULL), 0);
    assert_int_equal(survey_open(h->store, h->def->id, "shape", 0, &row, NULL), 0);
    h->survey = row.id;
    char shape[SURVEY_SHAPE_MAX];
    definition_shape(h->def, 0, shape);
    const struct survey_series series = { SURVEY_QUESTION, h->def->questions[0].id, shape };
    assert_int_equal(survey_question_id(h->store, h->survey, &series, &h->question, NULL), 0);
    assert_int_equal(store_commit(h->store, NULL), 0);
}

static inline int
make_house(void **state)
{
    struct house *h = calloc(1, sizeof *h);
    assert_non_null(h);
    AUTO_DIAG struct diag d = { 0 };
    int r = definition_parse("teams", team_survey, sizeof team_survey - 1, &d, &h->def);
    assert_int_equal(r, 0);
    struct err why = { "" };
    r = store_open(NULL, STORE_MEMORY, &h->store, &why);
    if (r < 0) {
        print_error("%s\n", why.text);
    }
    assert_int_equal(r, 0);
    know_survey(h);
    *state = h;
    return 0;
}

static inline int
drop_house(void **state)
{
    struct house *h = *state;
    store_free(h->store);
    definition_free(h->def);
    free(h);
    return 0;
}

/* n may be negative; group NULL: none. In a transaction. */
static inline void
count_group(const struct house *h, const char *group, const char *path, int32_t month, int slot,
            int64_t n)
{
    struct survey_cell_key key = { .survey = h->survey, .month = month };
    int level = 0;
    for (const char *s = path; *s; s++) {
        level += *s == '\x1F';
    }
    if (group) {
        assert_int_equal(survey_group_id(h->store, h->survey, group, &key.grp, NULL), 0);
    }
    int64_t counts[SURVEY_COUNTS] = { 0 };
    counts[slot] = n;
    const struct survey_numbers numbers = { h->question, counts, SURVEY_COUNTS };
    assert_int_equal(survey_unit_id(h->store, h->survey, level, path, &key.unit, NULL), 0);
    assert_int_equal(survey_cell_add(h->store, &key, &numbers, 1, NULL), 0);
}

static inline void
count(const struct house *h, const char *path, int level, int32_t month, int slot, int64_t n)
{
    (void)level;
    count_group(h, NULL, path, month, slot, n);
}

static inline struct release_result
publish_on(const struct house *h, day_t today, bool is_dry)
{
    static const struct calendar weekdays = { .last_listed = DAY_NONE };
    const struct release_options opt = { .def = h->def, .calendar = &weekdays, .today = today,
                                         .now_ms = (int64_t)today * 86400000, .is_dry = is_dry };
    struct release_result done;
    struct err why = { "" };
    int r = release_run(h->store, &opt, &done, &why);
    if (r < 0) {
        print_error("%s\n", why.text);
    }
    assert_int_equal(r, 0);
    return done;
}

#endif
