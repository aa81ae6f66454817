/* SPDX-License-Identifier: MIT */
/* night.c - how long the nightly look at all trends takes: the first time, when nothing is new, and
 * when one month is.
 *
 *   build/release/bench/night [UNITS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/hash.h"
#include "base/text.h"
#include "engine/trend.h"
#include "store/survey.h"

enum { MONTHS = 60, FIRST = 12 * 2015 };

static const char definition_text[] = "survey: wards\n"
                                      "title: Wards\n"
                                      "version: \"1\"\n"
                                      "response: none\n"
                                      "dates: { column: day, forms: [iso] }\n"
                                      "units: { columns: [ward] }\n"
                                      "questions: [{ id: q, wording: Well?, column: a }]\n"
                                      "scale:\n"
                                      "  answers:\n"
                                      "    - { code: 1, label: Yes, tone: positive }\n"
                                      "    - { code: 2, label: No, tone: negative }\n";

struct bench {
    struct store *s;
    struct definition *def;
    int64_t survey, question;
    struct err why;
};

static int
add_month(struct bench *b, int64_t units, int32_t month)
{
    int r = 0;
    for (int64_t u = 0; r >= 0 && u < units; u++) {
        char path[32];
        (void)snprintf(path, sizeof path, "Ward %lld\x1F", (long long)u);
        struct survey_cell_key key = { .survey = b->survey, .month = month };
        const int64_t counts[SURVEY_COUNTS] = { 30 + (u * 7 + month * 5) % 9, 6 + (u + month) % 5 };
        const struct survey_numbers numbers = { b->question, counts, SURVEY_COUNTS };
        r = survey_unit_id(b->s, b->survey, 1, path, &key.unit, &b->why);
        r = r < 0 ? r : survey_cell_add(b->s, &key, &numbers, 1, &b->why);
    }
    return r;
}

static int
fill(struct bench *b, int64_t units)
{
    AUTO_DIAG struct diag d = { 0 };
    struct survey_row row = { 0 };
    char shape[SURVEY_SHAPE_MAX];
    int r = hash_init();
    r = r < 0 ? r : definition_parse("wards", definition_text, sizeof definition_text - 1, &d,
                                     &b->def);
    r = r < 0 ? r : store_open(NULL, STORE_MEMORY, &b->s, &b->why);
    r = r < 0 ? r : store_begin(b->s, &b->why);
    r = r < 0 ? r : survey_open(b->s, "wards", "shape", 0, &row, &b->why);
    if (r < 0) {
        return r;
    }
    b->survey = row.id;
    definition_shape(b->def, 0, shape);
    const struct survey_series series = { SURVEY_QUESTION, "q", shape };
    r = survey_question_id(b->s, b->survey, &series, &b->question, &b->why);
    for (int32_t month = FIRST; r >= 0 && month < FIRST + MONTHS; month++) {
        r = add_month(b, units, month);
    }
    return r < 0 ? r : store_commit(b->s, &b->why);
}

static int
look(struct bench *b, const struct world *w, const char *name)
{
    struct trend_result done;
    const struct trend_options opt = { .def = b->def, .world = w, .today = day_of(2020, 1, 25),
                                       .now_ms = 1 };
    int64_t began = clock_mono_ns();
    int r = trend_run(b->s, &opt, &done, &b->why);
    if (r >= 0) {
        printf("%s ms %.1f\n%s changed %d\n", name, (double)(clock_mono_ns() - began) / 1e6, name,
               done.n_changed);
    }
    return r;
}

int
main(int argc, char **argv)
{
    int64_t units = 1000;
    struct bench b = { .why = { "" } };
    struct world *w = NULL;
    if (argc > 1 && text_to_i64(argv[1], 1, 1000000, &units) < 0) {
        (void)fputs("usage: night [UNITS]\n", stderr);
        return 2;
    }
    int r = fill(&b, units);
    r = r < 0 ? r : world_open(b.s, false, &w, &b.why);
    r = r < 0 ? r : look(&b, w, "night_first");
    r = r < 0 ? r : look(&b, w, "night_nothing_new");
    r = r < 0 ? r : store_begin(b.s, &b.why);
    r = r < 0 ? r : add_month(&b, 10, FIRST + MONTHS - 1);
    r = r < 0 ? r : store_commit(b.s, &b.why);
    r = r < 0 ? r : look(&b, w, "night_ten_wards_new");
    if (r < 0) {
        (void)fprintf(stderr, "night: %s\n", b.why.text);
    }
    world_free(w);
    store_free(b.s);
    definition_free(b.def);
    return r < 0;
}
