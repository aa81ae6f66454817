/* SPDX-License-Identifier: MIT */
/* test_privacy.c - what goes, when it goes, and that the counts stay right; and the recount. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answers/import.h"
#include "answers/privacy.h"
#include "answers/recount.h"
#include "base/text.h"

static const uint8_t test_key[HASH_KEY_SIZE] = { 7 };
static const char survey[] =
    "survey: s\ntitle: S\nversion: \"1\"\nresponse: id\nrevision: rev\nraw_days: 60\n"
    "status: { column: status, withdrawn: [gone] }\n"
    "dates: { column: day, forms: [iso] }\nunits: { columns: [team] }\n%s"
    "questions: [{ id: q, wording: Q, column: q }]\n"
    "scale:\n  answers:\n    - { code: 1, label: Yes, tone: positive }\n"
    "    - { code: 2, label: No, tone: negative }\n";
static const char with_comments[] = "comments: { column: words, threshold: 5, days: 30 }\n";
static const char head[] = "id,rev,status,day,team,q,words\n";

struct scene {
    struct definition *def;
    struct store *store;
    char path[32];
};

static int
set_scene(void **state)
{
    struct scene *sc = calloc(1, sizeof *sc);
    assert_non_null(sc);
    char yaml[sizeof survey + sizeof with_comments];
    (void)snprintf(yaml, sizeof yaml, survey, with_comments);
    AUTO_DIAG struct diag d = { 0 };
    assert_int_equal(definition_parse("s", yaml, strlen(yaml), &d, &sc->def), 0);
    assert_int_equal(store_open(NULL, STORE_MEMORY, &sc->store, NULL), 0);
    (void)snprintf(sc->path, sizeof sc->path, "/tmp/coprod-privacy-XXXXXX");
    int fd = mkstemp(sc->path);
    assert_true(fd >= 0);
    (void)close(fd);
    *state = sc;
    return 0;
}

static int
strike_scene(void **state)
{
    struct scene *sc = *state;
    store_free(sc->store);
    definition_free(sc->def);
    (void)unlink(sc->path);
    free(sc);
    return 0;
}

static struct import_result
bring_in(const struct scene *sc, const char *rows)
{
    FILE *f = fopen(sc->path, "we");
    assert_non_null(f);
    assert_true(fprintf(f, "%s%s", head, rows) > 0);
    assert_int_equal(fclose(f), 0);
    struct import_result got;
    const struct import_options opt = { .def = sc->def, .path = sc->path, .name = "f",
                                        .key = test_key, .today = DAY_NONE, .now_ms = 1 };
    assert_int_equal(import_file(sc->store, &opt, &got, NULL), 0);
    return got;
}

static struct survey_counts
bring(const struct scene *sc, const char *rows)
{
    return bring_in(sc, rows).counts;
}

/* Answers Yes of team A in January. */
static int64_t
yes_in_january(const struct scene *sc)
{
    AUTO(rollup) struct rollup *r = NULL;
    uint32_t unit = 0;
    assert_int_equal(rollup_new(&r), 0);
    assert_int_equal(rollup_unit_path(r, "A\x1F", 2, &unit), 0);
    assert_int_equal(import_load(sc->store, sc->def, 0, r, NULL), 0);
    for (size_t i = 0; i < rollup_n_cells(r); i++) {
        const struct rollup_cell *c = rollup_cell_at(r, i);
        if (c->unit == unit && c->month == 12 * 2020) {
            return c->counts[0];
        }
    }
    return 0;
}

static int
count_row(void *arg, const struct row *row)
{
    (void)row;
    ++*(int *)arg;
    return 0;
}

static int
n_comments(const struct scene *sc)
{
    struct survey_row row;
    int n = 0;
    assert_int_equal(survey_find(sc->store, "s", NULL, &row, NULL), 1);
    assert_true(survey_comments(sc->store, row.id, count_row, &n, NULL) >= 0);
    return n;
}

static struct privacy_result
expire_on(const struct scene *sc, day_t today)
{
    const struct privacy p = { .store = sc->store, .def = sc->def, .today = today };
    struct privacy_result done;
    assert_int_equal(privacy_expire(&p, &done, NULL), 0);
    return done;
}

static struct recount_result
recount(const struct scene *sc)
{
    struct recount_result res;
    assert_int_equal(recount_survey(sc->store, "s", NULL, &res, NULL), 0);
    return res;
}

static bool
never(void *arg)
{
    (void)arg;
    return false;
}

static void
a_recount_stops_when_it_is_told_to(void **state)
{
    const struct scene *sc = *state;
    const struct recount_care care = { never, NULL };
    struct recount_result res;
    struct err why;
    (void)bring(sc, "1,1,,2020-01-01,A,1,\n");
    assert_int_equal(recount_survey(sc->store, "s", &care, &res, &why), -EINTR);
    assert_non_null(strstr(why.text, "in the middle of the recount"));
    assert_int_equal(recount(sc).n_different, 0);
}

static void
what_is_refused_as_a_whole_is_told_without_a_column(void **state)
{
    const struct scene *sc = *state;
    AUTO_TEXT struct text report = { 0 };
    AUTO_TEXT struct text redacted = { 0 };
    static const int64_t lines[] = { 2 };
    (void)bring(sc, "2,1,,2020-01-31,A,1,\n");
    assert_int_equal(expire_on(sc, day_of(2020, 4, 8)).n_answers, 1);
    struct import_result got = bring_in(sc, "2,2,,2020-01-31,A,2,\n");
    assert_int_equal(got.counts.n_rejected, 1);
    assert_int_equal(import_report(sc->store, &got, "f", &report, NULL), 0);
    assert_non_null(strstr(text_str(&report), "\nline 2: it would change a response whose "));
    assert_null(strstr(text_str(&report), "column 0"));
    (void)import_report_redact("line 2: of no column: a value\nline 3: of none: more\n", lines, 1,
                               &redacted);
    assert_string_equal(text_str(&redacted), "line 2: of no column\nline 3: of none: more\n");
}

/* What it said before is gone: whether it says something else cannot be known. */
static void
of_a_dropped_response_no_row_is_stale(void **state)
{
    const struct scene *sc = *state;
    (void)bring(sc, "2,1,,2020-01-31,A,1,\n3,1,,2020-03-01,A,1,\n");
    assert_int_equal(expire_on(sc, day_of(2020, 4, 8)).n_answers, 1);
    struct survey_counts n = bring(sc, "2,1,,2020-01-31,A,2,\n3,1,,2020-03-01,A,2,\n");
    assert_int_equal(n.n_repeat, 1);
    assert_int_equal(n.n_stale, 1);
    assert_int_equal(yes_in_january(sc), 1);
}

static void
answers_go_after_their_time_and_counts_stay(void **state)
{
    const struct scene *sc = *state;
    (void)bring(sc, "1,1,,2020-01-01,A,1,\n2,1,,2020-01-31,A,1,\n3,1,,2020-02-01,A,1,\n");
    assert_int_equal(expire_on(sc, day_of(2020, 3, 31)).n_answers, 0); /* 31 January is 60 old */
    assert_int_equal(expire_on(sc, day_of(2020, 4, 1)).n_answers, 0);  /* not for every night */
    assert_int_equal(expire_on(sc, day_of(2020, 4, 8)).n_answers, 2);
    assert_int_equal(yes_in_january(sc), 2);
    struct survey_counts n = bring(sc, "1,1,,2020-01-01,A,1,\n2,2,,2020-01-31,A,2,\n"
                                       "1,3,gone,,,,\n3,2,,2020-02-01,A,2,late\n");
    assert_int_equal(n.n_repeat, 1);    /* still known */
    assert_int_equal(n.n_rejected, 2);  /* neither corrected nor withdrawn any more */
    assert_int_equal(n.n_corrected, 1); /* February's is still there */
    assert_int_equal(yes_in_january(sc), 2);
    struct recount_result res = recount(sc);
    assert_int_equal(res.n_different, 0);
    assert_int_equal(res.n_responses, 3);
}

static void
comments_lie_apart_and_go_first(void **state)
{
    const struct scene *sc = *state;
    (void)bring(sc, "1,1,,2020-01-01,A,1,\"Words,\nof a person\"\n2,1,,2020-02-20,A,1,More\n"
                    "3,1,,2020-02-20,A,1,\n");
    assert_int_equal(n_comments(sc), 2);
    (void)bring(sc, "2,2,,2020-02-20,A,1,Other\n3,2,,2020-02-20,A,2,New\n1,2,gone,,,,\n");
    assert_int_equal(n_comments(sc), 2);
    assert_int_equal(expire_on(sc, day_of(2020, 3, 21)).n_comments, 0);
    assert_int_equal(expire_on(sc, day_of(2020, 3, 22)).n_comments, 2);
    assert_int_equal(n_comments(sc), 0);
}

static void
without_the_definition_no_free_text_is_taken_in(void **state)
{
    struct scene *sc = *state;
    char yaml[sizeof survey];
    (void)snprintf(yaml, sizeof yaml, survey, "");
    AUTO_DIAG struct diag d = { 0 };
    definition_free(sc->def);
    assert_int_equal(definition_parse("s", yaml, strlen(yaml), &d, &sc->def), 0);
    (void)bring(sc, "1,1,,2020-01-01,A,1,Words of a person\n");
    assert_int_equal(n_comments(sc), 0);
}

static struct erase_result
erase(const struct scene *sc, const char *ids)
{
    const struct privacy p = { .store = sc->store, .def = sc->def, .today = 0 };
    struct erase_result res;
    assert_int_equal(privacy_erase(&p, test_key, ids, &res, NULL), 0);
    return res;
}

static void
an_erased_response_never_counts_again(void **state)
{
    const struct scene *sc = *state;
    (void)bring(sc, "1,1,,2020-01-01,A,1,Mine\n2,1,,2020-01-01,A,1,\n");
    struct erase_result res = erase(sc, "1\r\n\r\n 9 \n");
    assert_int_equal(res.n_asked, 2);
    assert_int_equal(res.n_erased, 1);
    assert_int_equal(res.n_answers, 1);
    assert_int_equal(res.n_comments, 1);
    assert_int_equal(erase(sc, "1\n9\n").n_before, 2); /* again: nothing is said to go twice */
    assert_int_equal(res.n_unknown, 1);
    assert_int_equal(yes_in_january(sc), 1);
    assert_int_equal(n_comments(sc), 0);
    struct survey_counts n = bring(sc, "1,5,,2020-01-01,A,1,Mine\n9,1,,2020-01-01,A,1,\n");
    assert_int_equal(n.n_new + n.n_corrected, 0);
    assert_int_equal(n.n_stale, 2);
    assert_int_equal(n_comments(sc), 0);
    assert_int_equal(yes_in_january(sc), 1);
    (void)expire_on(sc, day_of(2021, 1, 1));
    assert_int_equal(erase(sc, "2\n").n_dropped, 1);
    assert_int_equal(yes_in_january(sc), 1);
    assert_int_equal(recount(sc).n_different, 0);
}

static void
what_cannot_be_erased_is_refused(void **state)
{
    const struct scene *sc = *state;
    const struct privacy p = { .store = sc->store, .def = sc->def, .today = 0 };
    struct erase_result res;
    AUTO_FREE char *ids = NULL;
    assert_int_equal(privacy_read_ids("/nonexistent", &ids, NULL), -ENOENT);
    assert_int_equal(privacy_read_ids("/dev/zero", &ids, NULL), -EBADMSG);
    assert_int_equal(privacy_erase(&p, test_key, "1\n", &res, NULL), -EBADMSG); /* no answers */
}

static void
the_recount_finds_a_count_that_was_changed_by_hand(void **state)
{
    struct scene *sc = *state;
    (void)bring(sc, "1,1,,2020-01-01,A,1,\n2,1,,2020-01-01,B,2,\n3,1,,2020-02-01,B,2,\n"
                    "4,1,gone,,,,\n");
    struct recount_result res = recount(sc);
    assert_int_equal(res.n_different, 0);
    assert_int_equal(res.n_cells, 3);
    assert_int_equal(res.n_responses, 3);
    struct survey_row row;
    int64_t unit = 0;
    const int64_t one[] = { 1 };
    assert_int_equal(survey_find(sc->store, "s", NULL, &row, NULL), 1);
    assert_int_equal(store_begin(sc->store, NULL), 0);
    assert_int_equal(survey_unit_id(sc->store, row.id, 1, "A\x1F", &unit, NULL), 0);
    const struct survey_cell_key key = { row.id, unit, 12 * 2020 + 1, 0 };
    const struct survey_numbers numbers = { 1, one, 1 };
    assert_int_equal(survey_cell_add(sc->store, &key, &numbers, 1, NULL), 0);
    assert_int_equal(store_commit(sc->store, NULL), 0);
    res = recount(sc);
    assert_int_equal(res.n_different, 1);
    assert_non_null(strstr(res.first, "2020-02"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_recount_stops_when_it_is_told_to, set_scene,
                                        strike_scene),
        cmocka_unit_test_setup_teardown(of_a_dropped_response_no_row_is_stale, set_scene,
                                        strike_scene),
        cmocka_unit_test_setup_teardown(what_is_refused_as_a_whole_is_told_without_a_column,
                                        set_scene, strike_scene),
        cmocka_unit_test_setup_teardown(answers_go_after_their_time_and_counts_stay, set_scene,
                                        strike_scene),
        cmocka_unit_test_setup_teardown(comments_lie_apart_and_go_first, set_scene, strike_scene),
        cmocka_unit_test_setup_teardown(without_the_definition_no_free_text_is_taken_in, set_scene,
                                        strike_scene),
        cmocka_unit_test_setup_teardown(an_erased_response_never_counts_again, set_scene,
                                        strike_scene),
        cmocka_unit_test_setup_teardown(what_cannot_be_erased_is_refused, set_scene, strike_scene),
        cmocka_unit_test_setup_teardown(the_recount_finds_a_count_that_was_changed_by_hand,
                                        set_scene, strike_scene),
    };
    return hash_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
