/* SPDX-License-Identifier: MIT */
/* test_import.c - survey files into the store: once, exactly, whatever happens in between. */
#include "survey_reference.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "answers/import.h"
#include "survey/table.h"

static const uint8_t test_key[HASH_KEY_SIZE] = { 1, 2, 3 };

/* A folder of its own for each test. */
struct place {
    char dir[64];
    char path[4][96];
};

static int
make_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    (void)snprintf(p->dir, sizeof p->dir, "/tmp/coprod-import-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    static const char *const names[] = { "a.csv", "b.csv", "coprod.db", "survey.key" };
    for (size_t i = 0; i < LENGTH(names); i++) {
        (void)snprintf(p->path[i], sizeof p->path[i], "%s/%s", p->dir, names[i]);
    }
    *state = p;
    return 0;
}

static int
drop_place(void **state)
{
    struct place *p = *state;
    static const char *const names[] = { "a.csv", "b.csv", "coprod.db", "coprod.db-wal",
                                         "coprod.db-shm", "coprod.turn", "survey.key" };
    for (size_t i = 0; i < LENGTH(names); i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s/%s", p->dir, names[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(p->dir), 0);
    free(p);
    return 0;
}

static void
write_file(const char *path, const char *bytes)
{
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(bytes, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static struct store *
memory_store(void)
{
    struct store *s = NULL;
    struct err why = { "" };
    int r = store_open(NULL, STORE_MEMORY, &s, &why);
    if (r < 0) {
        print_error("%s\n", why.text);
    }
    assert_int_equal(r, 0);
    return s;
}

static const char small_survey[] = "survey: small\n"
                                   "title: A small survey\n"
                                   "version: \"1\"\n"
                                   "response: %s\n"
                                   "dates: { column: day, forms: [iso, d/m/y] }\n"
                                   "units: { columns: [team] }\n"
                                   "questions: [{ id: q, wording: Well?, column: a }]\n"
                                   "scale:\n"
                                   "  answers:\n"
                                   "    - { code: 1, label: Yes, tone: positive }\n"
                                   "    - { code: 2, label: No, tone: %s }\n";

static struct definition *
small_definition(const char *response, const char *tone)
{
    char yaml[sizeof small_survey + 32];
    (void)snprintf(yaml, sizeof yaml, small_survey, response, tone);
    AUTO_DIAG struct diag d = { 0 };
    struct definition *def = NULL;
    assert_int_equal(definition_parse("small.yaml", yaml, strlen(yaml), &d, &def), 0);
    return def;
}

static int
run(struct store *s, const struct definition *def, const char *path, struct import_result *ret,
    struct err *why)
{
    const struct import_options opt = { .def = def, .path = path, .name = "file", .key = test_key,
                                        .today = DAY_NONE, .now_ms = 1000 };
    return import_file(s, &opt, ret, why);
}

static bool
is_first_only(void *arg)
{
    int *left = arg;
    return --*left != 0;
}

/* stop: after its first chunk. */
static int
run_until(struct store *s, const struct import_options *opt, int stop, struct import_result *ret)
{
    struct import_options cut = *opt;
    int left = stop;
    cut.wanted = is_first_only;
    cut.arg = &left;
    return import_file(s, &cut, ret, NULL);
}

static char *
table_of(struct store *s, const struct definition *def)
{
    AUTO(rollup) struct rollup *r = NULL;
    AUTO(table) struct table *t = NULL;
    assert_int_equal(rollup_new(&r), 0);
    assert_int_equal(import_load(s, def, 0, r, NULL), 0);
    const struct table_options opt = { .totals = true };
    assert_int_equal(table_build(def, r, &opt, &t), 0);
    AUTO_TEXT struct text csv = { 0 };
    table_csv(def, t, &csv);
    char *out = NULL;
    assert_int_equal(text_take(&csv, &out), 0);
    return out;
}

static void
check_counts(const struct import_result *got, int64_t read, int64_t fresh, int64_t repeat,
             int64_t rejected)
{
    assert_int_equal(got->counts.n_read, read);
    assert_int_equal(got->counts.n_new, fresh);
    assert_int_equal(got->counts.n_repeat, repeat);
    assert_int_equal(got->counts.n_rejected, rejected);
}

static void
a_response_counts_once_whichever_file_brings_it(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *def = small_definition("id", "negative");
    struct import_result got;
    write_file(p->path[0], "id,day,team,a\n"
                           "1,2020-01-01,A,1\n2,2020-01-02,A,No\n2,2020-01-02,A,2\n");
    assert_int_equal(run(s, def, p->path[0], &got, NULL), 0);
    check_counts(&got, 3, 2, 1, 0);
    assert_int_equal(run(s, def, p->path[0], &got, NULL), 0);
    assert_true(got.is_known);
    check_counts(&got, 3, 0, 3, 0);
    write_file(p->path[1], "a,team,id,day\r\n1,A,1,01/01/2020\r\nYES,B,3,2019-12-31\r\n"
                           "1,A,2,2020-01-02\r\n");
    assert_int_equal(run(s, def, p->path[1], &got, NULL), 0);
    assert_false(got.is_known);
    check_counts(&got, 3, 1, 1, 0);
    assert_int_equal(got.counts.n_stale, 1);
    assert_int_equal(got.counts.n_late, 1);
    AUTO_FREE char *csv = table_of(s, def);
    assert_non_null(strstr(csv, "\nALL,0,ALL,3,2,1,66.67,33.33,"));
    assert_non_null(strstr(csv, "\n2019-12,1,B,1,1,0,100.00,"));
}

static void
without_ids_a_file_counts_once_by_its_bytes(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *def = small_definition("none", "negative");
    struct import_result got;
    write_file(p->path[0], "day,team,a\n2020-01-01,A,1\n2020-01-01,A,1\n");
    assert_int_equal(run(s, def, p->path[0], &got, NULL), 0);
    check_counts(&got, 2, 2, 0, 0);
    assert_int_equal(run(s, def, p->path[0], &got, NULL), 0);
    check_counts(&got, 2, 0, 2, 0);
    AUTO_FREE char *csv = table_of(s, def);
    assert_non_null(strstr(csv, "\nALL,0,ALL,2,2,0,"));
}

static void
rows_once_refused_come_in_by_the_same_file(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *def = small_definition("id", "negative");
    struct import_options opt = { .def = def, .path = p->path[0], .name = "file", .key = test_key,
                                  .today = day_of(2020, 1, 1), .now_ms = 1000, .chunk_rows = 1 };
    struct import_result got;
    write_file(p->path[0], "id,day,team,a\n1,2020-01-01,A,1\n2,2020-01-02,A,2\n"
                           "3,2020-01-01,A,never\n4,2020-01-01,A,1\n");
    assert_int_equal(import_file(s, &opt, &got, NULL), 0);
    check_counts(&got, 4, 2, 0, 2);
    opt.today = day_of(2020, 1, 2);
    opt.name = "file.2";
    int64_t batch = got.batch;
    for (int left = 1; left >= 0; left--) { /* killed in the second reading, it goes on there */
        int r = run_until(s, &opt, left, &got);
        assert_int_equal(r, left ? -EINTR : 0);
    }
    assert_false(got.is_known);
    assert_int_equal(got.batch, batch);
    check_counts(&got, 4, 1, 2, 1);
    AUTO_TEXT struct text report = { 0 };
    assert_int_equal(import_report(s, &got, "file", &report, NULL), 0);
    assert_non_null(strstr(text_str(&report), "  refused, code_out_of_scale:never: 1\nline 4, "));
    assert_null(strstr(text_str(&report), "date_in_future"));
    AUTO_FREE char *csv = table_of(s, def);
    assert_non_null(strstr(csv, "\nALL,0,ALL,3,2,1,66.67,33.33,"));
}

/* Its rows are told by their lines: those that were counted stay so, whatever the definition has
 * come to say of them. */
static void
without_ids_lines_once_refused_come_in_by_the_same_file(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *def = small_definition("none", "negative");
    struct import_options opt = { .def = def, .path = p->path[0], .name = "file", .key = test_key,
                                  .today = day_of(2020, 1, 1), .now_ms = 1000 };
    struct import_result got;
    write_file(p->path[0], "day,team,a,note\n2020-01-01,A,1,\n2020-01-02,A,2,\n"
                           "2020-01-01,A,never,\n2020-01-01,A,2,\"two\nlines\"\n"
                           "2020-01-03,A,1,\n");
    assert_int_equal(import_file(s, &opt, &got, NULL), 0);
    check_counts(&got, 5, 2, 0, 3);
    int64_t batch = got.batch;
    opt.today = day_of(2020, 1, 2);
    assert_int_equal(import_file(s, &opt, &got, NULL), 0);
    assert_false(got.is_known);
    assert_int_equal(got.batch, batch);
    check_counts(&got, 5, 1, 2, 2);
    opt.today = day_of(2020, 1, 9);
    def->first_day = day_of(2020, 1, 2); /* two that were counted would be refused today */
    assert_int_equal(import_file(s, &opt, &got, NULL), 0);
    check_counts(&got, 5, 1, 3, 1);
    def->first_day = DAY_NONE;
    assert_int_equal(import_file(s, &opt, &got, NULL), 0);
    check_counts(&got, 5, 0, 4, 1);
    AUTO_TEXT struct text report = { 0 };
    assert_int_equal(import_report(s, &got, "file", &report, NULL), 0);
    assert_non_null(strstr(text_str(&report), "  refused, code_out_of_scale:never: 1\nline 4, "));
    assert_null(strstr(text_str(&report), "date_in_future"));
    AUTO_FREE char *csv = table_of(s, def);
    assert_non_null(strstr(csv, "\nALL,0,ALL,4,2,2,50.00,50.00,"));
}

static void
more_lines_than_are_kept_need_a_file_of_their_own(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *def = small_definition("none", "negative");
    AUTO_TEXT struct text rows = { 0 };
    struct import_result got;
    text_add(&rows, "day,team,a\n2020-01-01,A,1\n");
    for (int i = 0; i <= SURVEY_REJECTS_KEPT; i++) {
        text_add(&rows, "2020-01-01,A,never\n");
    }
    write_file(p->path[0], text_str(&rows));
    assert_int_equal(run(s, def, p->path[0], &got, NULL), 0);
    assert_int_equal(run(s, def, p->path[0], &got, NULL), 0);
    assert_true(got.is_known);
    check_counts(&got, SURVEY_REJECTS_KEPT + 2, 0, 1, SURVEY_REJECTS_KEPT + 1);
    AUTO_TEXT struct text report = { 0 };
    assert_int_equal(import_report(s, &got, "file", &report, NULL), 0);
    assert_non_null(strstr(text_str(&report), "into a file of their own and hand it in.\n"));
}

static void
each_bad_row_is_refused_with_line_column_and_reason(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *def = small_definition("id", "negative");
    write_file(p->path[0], "id,day,team,a\n"
                           "1,2020-01-01,A,1\n"
                           "2,2020-02-30,A,1\n"
                           "3,\"2020-\n01-01\",A,1\n"
                           "4,2020-01-01,,1\n"
                           "5,2020-01-01,A,7\n"
                           "6,2020-01-01,A\n"
                           ",2020-01-01,A,1\n"
                           "8,2031-01-01,A,1\n"
                           "9,2020-01-01,A,\n"
                           "10,2020-01-01,A,2\n");
    const struct import_options opt = { .def = def, .path = p->path[0], .name = "file",
                                        .key = test_key, .today = day_of(2021, 1, 1) };
    struct import_result got;
    assert_int_equal(import_file(s, &opt, &got, NULL), 0);
    check_counts(&got, 10, 2, 0, 8);
    AUTO_TEXT struct text report = { 0 };
    assert_int_equal(import_report(s, &got, "file", &report, NULL), 0);
    static const char *const lines[] = {
        "line 3, column 2: no date in a form that the definition lists: 2020-02-30\n",
        "line 4, column 2: no date in a form that the definition lists: 2020-?01-01\n",
        "line 6, column 3: the unit is missing or cannot be a name\n",
        "line 7, column 4: an answer that is not on the scale: 7\n",
        "line 8, column 3: the row cannot be read: it has 3 fields, the header 4\n",
        "line 9, column 1: the response id is missing or too long\n",
        "line 10, column 2: the date lies in the future: 2031-01-01\n",
        "line 11, column 4: there is no answer\n",
        "  refused, code_out_of_scale:7: 1\n",
        "read 10, new 2, repeat 0, corrected 0, withdrawn 0, stale 0, late 0, rejected 8\n",
    };
    for (size_t i = 0; i < LENGTH(lines); i++) {
        if (!strstr(text_str(&report), lines[i])) {
            print_error("missing: %s\n%s\n", lines[i], text_str(&report));
        }
        assert_non_null(strstr(text_str(&report), lines[i]));
    }
}

static void
a_file_that_cannot_be_finished_changes_nothing(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *def = small_definition("id", "negative");
    struct import_result got;
    struct err why = { "" };
    struct survey_row survey;
    static const struct {
        const char *bytes;
        const char *words;
    } files[] = {
        { "id,day,team,a\n1,2020-01-01,A,1\n2,2020-01-01,\"A,1\n", "line 3: a quote" },
        { "id,day,a\n1,2020-01-01,1\n", "line 1, has no column \"team\" among its 3: is" },
        { "id,day,Te am,a\n1,2020-01-01,A,1\n", "is it column 3, otherwise spelt?" },
        { "sep=,\nid,day,team,a\n1,2020-01-01,A,1\n", "remove it" },
        { "id,day,team,a,a\n1,2020-01-01,A,1,1\n", "column \"a\" twice" },
        { "", "is empty" },
        { "id,day,team,\xFF\n", "not UTF-8: save it as CSV UTF-8" },
        { "id;day;team;a\n1;2020-01-01;A;1\n", "divided by semicolons, and the definition wants "
                                              "commas" },
        { "id\tday\tteam\ta\n1\t2020-01-01\tA\t1\n", "`delimiter: tab`" },
        { "id,day,team,a\r1,2020-01-01,A,1\r", "CR alone" },
    };
    for (size_t i = 0; i < LENGTH(files); i++) {
        write_file(p->path[0], files[i].bytes);
        assert_int_equal(run(s, def, p->path[0], &got, &why), -EBADMSG);
        assert_non_null(strstr(why.text, files[i].words));
        assert_int_equal(survey_find(s, "small", NULL, &survey, NULL), 0);
    }
    assert_int_equal(run(s, def, "/nonexistent", &got, &why), -ENOENT);
    assert_int_equal(run(s, def, "/dev/null", &got, &why), -EBADMSG);
}

static void
what_changed_its_meaning_is_another_series(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *def = small_definition("id", "negative");
    AUTO(definition) struct definition *other = small_definition("id", "neutral");
    AUTO(definition) struct definition *without_ids = small_definition("none", "negative");
    struct import_result got;
    struct err why = { "" };
    write_file(p->path[0], "id,day,team,a\n1,2020-01-01,A,1\n");
    assert_int_equal(run(s, def, p->path[0], &got, NULL), 0);
    write_file(p->path[1], "id,day,team,a\n1,2020-01-01,A,1\n2,2020-02-01,A,2\n");
    assert_int_equal(run(s, other, p->path[1], &got, &why), 0);
    check_counts(&got, 2, 1, 1, 0); /* the first is known; it stays where it was */
    AUTO_FREE char *before = table_of(s, def);
    AUTO_FREE char *after = table_of(s, other);
    assert_non_null(strstr(before, "2020-01,1,A,1,1,0,"));
    assert_null(strstr(before, "2020-02"));
    assert_non_null(strstr(after, "2020-02,1,A,1,0,1,"));
    assert_null(strstr(after, "2020-01"));
    assert_int_equal(run(s, without_ids, p->path[0], &got, &why), -EINVAL);
    assert_non_null(strstr(why.text, "an id of its own"));
}

static int
count_moves(void *arg, struct store *s, struct err *reterr)
{
    (void)s;
    (void)reterr;
    ++*(int *)arg;
    return 0;
}

static void
only_a_part_that_is_done_is_a_move(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *def = small_definition("id", "negative");
    struct import_result got;
    int moves = 0;
    const struct import_options opt = { .def = def, .path = p->path[0], .name = "file",
                                        .key = test_key, .today = DAY_NONE, .now_ms = 1000,
                                        .chunk_rows = 2, .moved_on = count_moves, .arg = &moves };
    write_file(p->path[0], "id,day,team,a\n1,2020-01-01,A,1\n2,2020-01-01,A,1\n"
                           "3,2020-01-01,A,1\n");
    assert_int_equal(import_file(s, &opt, &got, NULL), 0);
    assert_int_equal(moves, 2);
    assert_int_equal(import_file(s, &opt, &got, NULL), 0);
    assert_true(got.is_known);
    assert_int_equal(moves, 2);
}

static void
the_key_is_made_once_and_never_replaced(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = memory_store();
    uint8_t first[HASH_KEY_SIZE];
    uint8_t again[HASH_KEY_SIZE];
    struct err why = { "" };
    assert_int_equal(import_key(s, p->path[3], first, &why), 0);
    assert_int_equal(import_key(s, p->path[3], again, &why), 0);
    assert_memory_equal(first, again, HASH_KEY_SIZE);
    write_file(p->path[3], "another key of thirty-two bytes!!");
    assert_int_equal(import_key(s, p->path[3], again, &why), -ENOKEY);
    write_file(p->path[3], "short");
    assert_int_equal(import_key(s, p->path[3], again, &why), -EBADMSG);
    assert_int_equal(unlink(p->path[3]), 0);
    assert_int_equal(import_key(s, p->path[3], again, &why), -ENOKEY);
    assert_int_not_equal(access(p->path[3], F_OK), 0);
}

/* ---- the real rows ----------------------------------------------------------------------- */

static const char fft_yaml[] = "tests/data/surveys/fft-3level.yaml";
static const char fft_rows[] = "data/survey/fft_3level_rows.csv";
static const char fft_golden[] = "golden/survey/fft_3level_by_unit_month.csv";

static void
check_table(struct store *s, const struct definition *def, const char *golden,
            const struct layout *layout)
{
    char path[512];
    AUTO_FREE char *expected = reference(shared_path(golden, path, sizeof path), layout);
    AUTO_FREE char *csv = table_of(s, def);
    assert_string_equal(csv, expected);
}

static void
the_real_rows_from_the_store_equal_the_reference(void **state)
{
    (void)state;
    char path[512];
    struct import_result got;
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *fft = definition_of(fft_yaml);
    AUTO(definition) struct definition *gp = definition_of("tests/data/surveys/gp-fft.yaml");
    for (int round = 0; round < 2; round++) {
        assert_int_equal(run(s, fft, shared_path(fft_rows, path, sizeof path), &got, NULL), 0);
        check_counts(&got, 10194, round ? 0 : 10023, round ? 10023 : 0, 171);
        shared_path("data/survey/gp_fft_rows.csv", path, sizeof path);
        assert_int_equal(run(s, gp, path, &got, NULL), 0);
        check_counts(&got, 3882, round ? 0 : 3882, round ? 3882 : 0, 0);
    }
    check_table(s, fft, fft_golden, &fft_3level_layout);
    check_table(s, gp, "golden/survey/gp_fft_by_surgery_month.csv", &gp_fft_layout);
}

static bool
never(void *arg)
{
    (void)arg;
    return false;
}

static int
always_fail(void *arg, struct store *s, struct err *reterr)
{
    (void)arg;
    (void)s;
    return err_set(reterr, -ESTALE, "no longer mine");
}

static void
an_import_stopped_after_each_chunk_ends_exact(void **state)
{
    (void)state;
    char path[512];
    struct import_result got;
    AUTO(store) struct store *s = memory_store();
    AUTO(definition) struct definition *def = definition_of(fft_yaml);
    struct import_options opt = { .def = def, .path = shared_path(fft_rows, path, sizeof path),
                                  .name = "fft", .key = test_key, .today = DAY_NONE,
                                  .chunk_rows = 997, .wanted = never, .guard = always_fail };
    assert_int_equal(import_file(s, &opt, &got, NULL), -ESTALE);
    opt.guard = NULL;
    int stops = 0;
    int r = 0;
    while ((r = import_file(s, &opt, &got, NULL)) == -EINTR) {
        stops++;
    }
    assert_int_equal(r, 0);
    assert_int_equal(stops, 10);
    check_counts(&got, 10194, 10023, 0, 171);
    check_table(s, def, fft_golden, &fft_3level_layout);
}

/* Imports until it is killed; its exit code says whether it came to the end. */
static void
import_in_child(const struct place *p, const struct definition *def, const char *csv)
{
    struct store *s = NULL;
    struct import_result got;
    const struct import_options opt = { .def = def, .path = csv, .name = "fft", .key = test_key,
                                        .today = DAY_NONE, .chunk_rows = 60 };
    int r = store_open(p->path[2], STORE_WRITE, &s, NULL);
    r = r < 0 ? r : import_file(s, &opt, &got, NULL);
    _exit(r == 0 ? 0 : 1);
}

static void
an_import_killed_at_any_moment_ends_exact(void **state)
{
    struct place *p = *state;
    char path[512];
    shared_path(fft_rows, path, sizeof path);
    AUTO(definition) struct definition *def = definition_of(fft_yaml);
    int status = -1;
    int kills = 0;
    for (int round = 0; status != 0 && round < 60; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            import_in_child(p, def, path);
        }
        struct timespec nap = { .tv_nsec = (long)(1 + round * 7 % 23) * 2000000 };
        (void)nanosleep(&nap, NULL);
        (void)kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
        kills += WIFSIGNALED(status);
    }
    print_message("killed %d times\n", kills);
    AUTO(store) struct store *s = NULL;
    assert_int_equal(store_open(p->path[2], STORE_WRITE, &s, NULL), 0);
    struct import_result got;
    assert_int_equal(run(s, def, path, &got, NULL), 0);
    assert_int_equal(got.counts.n_read, 10194);
    assert_int_equal(got.counts.n_rejected, 171);
    check_table(s, def, fft_golden, &fft_3level_layout);
}

int
main(void)
{
    char path[512];
    if (hash_init() < 0) {
        return 1;
    }
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, drop_place)
    const struct CMUnitTest tests[] = {
        IN_PLACE(a_response_counts_once_whichever_file_brings_it),
        IN_PLACE(without_ids_a_file_counts_once_by_its_bytes),
        IN_PLACE(rows_once_refused_come_in_by_the_same_file),
        IN_PLACE(without_ids_lines_once_refused_come_in_by_the_same_file),
        IN_PLACE(more_lines_than_are_kept_need_a_file_of_their_own),
        IN_PLACE(each_bad_row_is_refused_with_line_column_and_reason),
        IN_PLACE(a_file_that_cannot_be_finished_changes_nothing),
        IN_PLACE(what_changed_its_meaning_is_another_series),
        IN_PLACE(only_a_part_that_is_done_is_a_move),
        IN_PLACE(the_key_is_made_once_and_never_replaced),
    };
    int bad = cmocka_run_group_tests_name("import", tests, NULL, NULL);
    if (access(shared_path("golden/survey", path, sizeof path), R_OK) != 0) {
        print_message("survey reference figures not found in %s: not compared\n", path);
        return bad;
    }
    const struct CMUnitTest golden[] = {
        IN_PLACE(the_real_rows_from_the_store_equal_the_reference),
        IN_PLACE(an_import_stopped_after_each_chunk_ends_exact),
        IN_PLACE(an_import_killed_at_any_moment_ends_exact),
    };
    return bad + cmocka_run_group_tests_name("import of real rows", golden, NULL, NULL);
}
