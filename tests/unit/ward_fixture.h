/* SPDX-License-Identifier: MIT */
/* ward_fixture.h - a desk with a survey of two units, its months, nights and mornings. */
#ifndef COPROD_TESTS_WARD_FIXTURE_H
#define COPROD_TESTS_WARD_FIXTURE_H

#include "engine_fixture.h"

#include "base/text.h"
#include "engine/trend.h"
#include "store/survey.h"

enum { JANUARY = 12 * 2016, TEAM_TURNS = 18 };

static const char survey_text[] = "survey: part\n"
                                  "title: Having a part\n"
                                  "version: \"1\"\n"
                                  "threshold: 5\n"
                                  "response: none\n"
                                  "dates: { column: day, forms: [iso] }\n"
                                  "units: { columns: [unit, team] }\n"
                                  "questions: [{ id: q, wording: A part?, column: a }]\n"
                                  "scale:\n"
                                  "  answers:\n"
                                  "    - { code: 1, label: Yes, tone: positive }\n"
                                  "    - { code: 2, label: No, tone: negative }\n"
                                  "trends: { action: 2e, baseline: 0, persists: 3%s }\n";

struct ward { /* a desk and a survey on it */
    struct desk *d;
    struct definition *def;
    int64_t survey, question;
};

static inline struct definition *
define(const char *trends, const char *more)
{
    char text[2048];
    struct definition *def = NULL;
    AUTO_DIAG struct diag diag = { 0 };
    AUTO_TEXT struct text all = { 0 };
    (void)snprintf(text, sizeof text, survey_text, trends);
    size_t n = strlen(text);
    (void)snprintf(text + n, sizeof text - n, "%s", more);
    if (definition_parse("part.yaml", text, strlen(text), &diag, &def) < 0) {
        diag_print(&diag, &all);
        print_error("%s\n", text_str(&all));
        fail();
    }
    return def;
}

static inline int
ward_make(void **state)
{
    struct ward *w = calloc(1, sizeof *w);
    struct survey_row row;
    char shape[SURVEY_SHAPE_MAX];
    assert_non_null(w);
    (void)desk_make((void **)&w->d);
    struct store *s = w->d->s;
    w->def = define("", "");
    definition_shape(w->def, 0, shape);
    const struct survey_series series = { SURVEY_QUESTION, "q", shape };
    need(w->d, hash_init());
    need(w->d, store_begin(s, &w->d->why));
    need(w->d, survey_open(s, "part", "shape", 0, &row, &w->d->why));
    w->survey = row.id;
    need(w->d, survey_question_id(s, w->survey, &series, &w->question, &w->d->why));
    need(w->d, store_commit(s, &w->d->why));
    change(w->d, "DELETE FROM item"); /* what the plan tells everybody when it is loaded */
    *state = w;
    return 0;
}

static inline int
ward_drop(void **state)
{
    struct ward *w = *state;
    definition_free(w->def);
    (void)desk_drop((void **)&w->d);
    free(w);
    return 0;
}
#define ON_A_WARD(test) cmocka_unit_test_setup_teardown(test, ward_make, ward_drop)

static inline void
count(struct ward *w, const char *path, int level, int32_t month, int64_t yes, int64_t no)
{
    struct survey_cell_key key = { .survey = w->survey, .month = month };
    int64_t counts[SURVEY_COUNTS] = { yes, no };
    const struct survey_numbers numbers = { w->question, counts, SURVEY_COUNTS };
    struct store *s = w->d->s;
    need(w->d, store_begin(s, &w->d->why));
    need(w->d, survey_unit_id(s, w->survey, level, path, &key.unit, &w->d->why));
    need(w->d, survey_cell_add(s, &key, &numbers, 1, &w->d->why));
    need(w->d, survey_newest_set(s, w->survey, month, 0, &w->d->why));
    need(w->d, store_commit(s, &w->d->why));
}

/* 40 answers of each unit, 84 % and a little; in `turned` months 50 %. */
static inline void
month_comes(struct ward *w, int32_t month, bool is_bad)
{
    int64_t wobble = month * 7 % 3;
    count(w, "East\x1F", 1, month, is_bad ? 20 : 33 + wobble, is_bad ? 20 : 7 - wobble);
    count(w, "West\x1F", 1, month, 34 + wobble, 6 - wobble);
}

static inline int
trip(void *arg, struct store *s, struct err *reterr)
{
    (void)arg;
    (void)s;
    return err_set(reterr, -ESTALE, "the job was given to somebody else");
}

/* The night of the 20th after a month. */
static inline struct trend_result
night_with(struct ward *w, int32_t month, bool fails)
{
    struct trend_result done;
    struct desk *d = w->d;
    day_t today = month_first_day(month + 1) + 19;
    d->now_ms = zone_instant(d->w->zone, today, 150);
    const struct trend_options opt = { .def = w->def, .world = d->w, .today = today,
                                       .now_ms = d->now_ms, .guard = fails ? trip : NULL };
    int r = trend_run(d->s, &opt, &done, &d->why);
    if (fails) {
        assert_int_equal(r, -ESTALE);
    } else {
        need(d, r);
    }
    return done;
}

static inline struct trend_result
night(struct ward *w, int32_t month)
{
    return night_with(w, month, false);
}

static inline struct trend *
read_trend(struct ward *w, const char *name, int32_t until, enum trend_figures figures)
{
    struct measure m;
    struct trend *t = NULL;
    need(w->d, measure_parse(name, w->def, &m, &w->d->why));
    need(w->d, trend_load(w->d->s, &m, until, figures, &t, &w->d->why));
    return t;
}

/* The next time at which digests may go: what the nights brought is told, and arrives. */
static inline void
morning(struct ward *w)
{
    struct desk *d = w->d;
    d->now_ms = world_window(d->w, d->now_ms);
    need(d, store_begin(d->s, &d->why));
    tell_people(d);
    need(d, store_commit(d->s, &d->why));
    change(d, "UPDATE notice SET state = 2");
}

#endif
