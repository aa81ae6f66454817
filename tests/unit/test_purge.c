/* SPDX-License-Identifier: MIT */
/* test_purge.c - the rows of erased responses out of kept files, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answers/import.h"
#include "answers/privacy.h"
#include "answers/purge.h"
#include "base/text.h"
#include "folder.h"

enum { PATH_MAX_ = 512 };

struct shelf {
    char dir[64];
    struct survey_set set;
    struct store *store;
    bool is_fenced; /* the store takes nothing */
    struct purge_result got;
    struct text said;
};

static struct definition *
definition_of(const char *id, const char *column)
{
    char yaml[512];
    int n = snprintf(yaml, sizeof yaml,
                     "survey: %s\ntitle: t\nversion: \"1\"\nresponse: id\n"
                     "dates: { column: day, forms: [iso] }\nunits: { columns: [team] }\n"
                     "questions: [{ id: q, wording: w, column: %s }]\n"
                     "scale: { answers: [{ code: 1, label: yes, tone: positive }] }\n",
                     id, column);
    AUTO_DIAG struct diag d = { 0 };
    struct definition *def = NULL;
    assert_int_equal(definition_parse("t.yaml", yaml, (size_t)n, &d, &def), 0);
    return def;
}

static void
path_of(const struct shelf *s, const char *name, char path[PATH_MAX_])
{
    (void)snprintf(path, PATH_MAX_, "%s/%s", s->dir, name);
}

static int
set_up(void **state)
{
    struct shelf *s = calloc(1, sizeof *s);
    char path[PATH_MAX_];
    assert_non_null(s);
    (void)snprintf(s->dir, sizeof s->dir, "/tmp/coprod-purge-XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    path_of(s, "done", path);
    assert_int_equal(mkdir(path, 0700), 0);
    path_of(s, "rejected", path);
    assert_int_equal(mkdir(path, 0700), 0);
    s->set.defs[s->set.n++] = definition_of("one", "a");
    s->set.defs[s->set.n++] = definition_of("two", "b");
    assert_int_equal(store_open(NULL, STORE_MEMORY, &s->store, NULL), 0);
    *state = s;
    return 0;
}

static int
tear_down(void **state)
{
    struct shelf *s = *state;
    (void)store_free(s->store);
    survey_set_done(&s->set);
    text_done(&s->said);
    folder_remove(s->dir);
    free(s);
    return 0;
}

static void
put(const struct shelf *s, const char *name, const char *bytes)
{
    char path[PATH_MAX_];
    path_of(s, name, path);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(bytes, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void
check(const struct shelf *s, const char *name, const char *words)
{
    char path[PATH_MAX_];
    char bytes[2048] = "";
    path_of(s, name, path);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    (void)!fread(bytes, 1, sizeof bytes - 1, f);
    assert_int_equal(fclose(f), 0);
    assert_string_equal(bytes, words);
}

static struct stat
stat_of(const struct shelf *s, const char *name)
{
    char path[PATH_MAX_];
    struct stat st;
    path_of(s, name, path);
    assert_int_equal(lstat(path, &st), 0);
    return st;
}

static int
guard(void *arg, struct store *store, struct err *reterr)
{
    const struct shelf *s = arg;
    (void)store;
    return s->is_fenced ? err_set(reterr, -ESTALE, "fenced") : 0;
}

static int
purge(struct shelf *s, const char *ids, struct err *why)
{
    const struct privacy erasing = { .store = s->store, .def = s->set.defs[0],
                                     .today = day_of(2026, 3, 2), .guard = guard, .arg = s };
    const struct purge p = { .surveys = &s->set, .state_dir = s->dir, .erasing = &erasing,
                             .ids = ids };
    text_done(&s->said);
    s->said = (struct text){ 0 };
    return purge_files(&p, &s->got, &s->said, why);
}

static void
the_rows_go_and_every_other_byte_stays(void **state)
{
    struct shelf *s = *state;
    char path[PATH_MAX_];
    put(s, "done/x.csv", "\xEF\xBB\xBFid,day,team,a\r\nA,2020-01-01,\"T\nU\",1\r\n\r\n"
                         "B,2020-01-01,\"Say \"\"A\"\"\",1\r\n A ,2020-01-02,T,1\r\n"
                         "AA,2020-01-01,A,1\r\nC,2020-01-01,T,1");
    put(s, "done/x.csv.report.txt", "x.csv\n");
    path_of(s, "done/x.csv", path);
    assert_int_equal(chmod(path, 0640), 0);
    const struct timespec old[] = { { .tv_sec = 1000 }, { .tv_sec = 2000 } };
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
    path_of(s, "done/x.csv.report.txt", path);
    assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
    assert_int_equal(purge(s, "C\nA\r\n\n", NULL), 0);
    check(s, "done/x.csv", "\xEF\xBB\xBFid,day,team,a\r\n\r\nB,2020-01-01,\"Say \"\"A\"\"\",1\r\n"
                           "AA,2020-01-01,A,1\r\n");
    check(s, "done/x.csv.report.txt",
          "x.csv\n\n2026-03-02: 3 rows of erased responses taken out of this file; its SHA-256 and "
          "line numbers above are those from before.\n");
    struct stat st = stat_of(s, "done/x.csv");
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_int_equal(st.st_mtim.tv_sec, 2000);
    assert_int_equal(stat_of(s, "done/x.csv.report.txt").st_mtim.tv_sec, 2000);
    assert_int_equal(s->got.n_rows, 3);
    assert_int_equal(s->got.n_files, 1);
    assert_string_equal(text_str(&s->said), "; done/x.csv was written anew without 3 rows");
    ino_t before = st.st_ino;
    assert_int_equal(purge(s, "A\nC\n", NULL), 0); /* nothing is left to do, and nothing is done */
    assert_true(stat_of(s, "done/x.csv").st_ino == before);
    assert_string_equal(text_str(&s->said), "");
}

static void
rows_that_cannot_be_read_are_found_by_any_field_or_named_by_their_line(void **state)
{
    struct shelf *s = *state;
    put(s, "done/x.csv", "id,day,team,a\nA,2020-01-01\n2020-01-01,A\nB,\"T\"U,2020,1\n");
    assert_int_equal(purge(s, "A", NULL), 0);
    check(s, "done/x.csv", "id,day,team,a\nB,\"T\"U,2020,1\n");
    assert_int_equal(s->got.n_unclear, 1);
    assert_string_equal(text_str(&s->said), "; done/x.csv was written anew without 2 rows, line 4 "
                                            "cannot be read: look there");
}

static void
only_files_of_the_survey_are_written(void **state)
{
    struct shelf *s = *state;
    static const char other[] = "id,day,team,b\nA,2020-01-01,T,1\n";
    static const char both[] = "id,day,team,a,b\nA,2020-01-01,T,1,1\n";
    static const char open[] = "id,day,team,a\nA,2020-01-01,T,1\nB,2020-01-01,\"T,1\n";
    static const char header[] = "day,team,a\n2020-01-01,T,1\n";
    put(s, "done/x.csv", other);
    put(s, "done/two--y.csv", "id,day,team,a\nA,2020-01-01,T,1\n");
    put(s, "rejected/both.csv", both);
    put(s, "rejected/one--open.csv", open);
    put(s, "rejected/one--header.csv", header);
    put(s, "rejected/one--z.csv", "id,day,team\nA,2020-01-01,T\nB,2020-01-01,T\n");
    assert_int_equal(purge(s, "A", NULL), 0);
    check(s, "done/x.csv", other);
    check(s, "done/two--y.csv", "id,day,team,a\nA,2020-01-01,T,1\n");
    check(s, "rejected/both.csv", both);
    check(s, "rejected/one--open.csv", open);
    check(s, "rejected/one--header.csv", header);
    check(s, "rejected/one--z.csv", "id,day,team\nB,2020-01-01,T\n");
    assert_int_equal(s->got.n_files, 1);
    assert_int_equal(s->got.n_unclear, 3);
    assert_non_null(strstr(text_str(&s->said), "; rejected/both.csv may have some and stays"));
    assert_non_null(strstr(text_str(&s->said), "; and 1 more of them"));
}

static void
what_cannot_be_written_is_said_and_what_was_there_stays(void **state)
{
    struct shelf *s = *state;
    struct err why = { "" };
    char path[PATH_MAX_];
    put(s, "done/x.csv", "id,day,team,a\nA,2020-01-01,T,1\n");
    path_of(s, "done/.purging", path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_true(purge(s, "A", &why) < 0);
    assert_non_null(strstr(why.text, "done/x.csv may still have rows of theirs"));
    check(s, "done/x.csv", "id,day,team,a\nA,2020-01-01,T,1\n");
    assert_int_equal(rmdir(path), 0);
    put(s, "done/.purging", "left by a worker that died");
    assert_int_equal(purge(s, "A", &why), 0);
    check(s, "done/x.csv", "id,day,team,a\n");
    assert_int_equal(access(path, F_OK), -1);
}

static struct import_result
import_with_report(const struct shelf *s, const char *name)
{
    static const uint8_t key[HASH_KEY_SIZE] = { 1 };
    char path[PATH_MAX_];
    char report[PATH_MAX_];
    struct import_result got;
    AUTO_TEXT struct text words = { 0 };
    path_of(s, name, path);
    const struct import_options opt = { .def = s->set.defs[0], .path = path, .name = "x.csv",
                                        .key = key, .today = DAY_NONE, .now_ms = 1000 };
    assert_int_equal(import_file(s->store, &opt, &got, NULL), 0);
    assert_int_equal(import_report(s->store, &got, "x.csv", &words, NULL), 0);
    (void)snprintf(report, sizeof report, "%s.report.txt", name);
    put(s, report, text_str(&words));
    return got;
}

static void
a_value_that_was_refused_goes_with_its_row(void **state)
{
    struct shelf *s = *state;
    char sha256[SURVEY_SHA_MAX];
    char words[1024];
    put(s, "done/x.csv", "id,day,team,a\nA,2020-01-01,T,Jane: says: never\nB,2020-01-01,T,1\n");
    put(s, "done/y.csv", "id,day,team,a\nC,2020-01-01,T,maybe\n");
    struct import_result other = import_with_report(s, "done/y.csv");
    struct import_result got = import_with_report(s, "done/x.csv");
    (void)snprintf(sha256, sizeof sha256, "%s", got.sha256);
    assert_int_equal(purge(s, "A", NULL), 0);
    check(s, "done/x.csv", "id,day,team,a\nB,2020-01-01,T,1\n");
    (void)snprintf(words, sizeof words,
                   "x.csv\nsha256 %s\nread 2, new 1, repeat 0, corrected 0, withdrawn 0, stale 0, "
                   "late 0, rejected 1\n  refused, code_out_of_scale: 1\n"
                   "line 2, column 4: an answer that is not on the scale\n"
                   "\n2026-03-02: 1 row of erased responses taken out of this file; its SHA-256 "
                   "and line numbers above are those from before, and what was refused of theirs "
                   "is forgotten.\n", sha256);
    check(s, "done/x.csv.report.txt", words);
    AUTO_TEXT struct text stored = { 0 };
    assert_int_equal(import_report(s->store, &got, "x.csv", &stored, NULL), 0);
    assert_null(strstr(text_str(&stored), "Jane"));
    assert_non_null(strstr(text_str(&stored), "  refused, code_out_of_scale: 1\n"));
    stored.len = 0;
    assert_int_equal(import_report(s->store, &other, "y.csv", &stored, NULL), 0);
    assert_non_null(strstr(text_str(&stored), ": maybe\n")); /* another file's stays */
    assert_non_null(strstr(text_str(&stored), "code_out_of_scale:maybe: 1\n"));
}

/* What was refused of others stays, as long as the lines are those of the import; after that nobody
 * can tell whose it is. */
static void
what_was_refused_of_others_stays_while_lines_tell_whose_it_is(void **state)
{
    struct shelf *s = *state;
    AUTO_TEXT struct text stored = { 0 };
    put(s, "done/x.csv", "id,day,team,a\nA,2020-01-01,T,1\nB,2020-01-01,T,often\n"
                         "C,2020-01-01,T,rarely\nD,2020-01-01,T,1\n");
    struct import_result got = import_with_report(s, "done/x.csv");
    assert_int_equal(purge(s, "C", NULL), 0);
    check(s, "done/x.csv", "id,day,team,a\nA,2020-01-01,T,1\nB,2020-01-01,T,often\n"
                           "D,2020-01-01,T,1\n");
    assert_int_equal(import_report(s->store, &got, "x.csv", &stored, NULL), 0);
    assert_non_null(strstr(text_str(&stored), "line 3, column 4: an answer that is not on the "
                                              "scale: often\n"));
    assert_null(strstr(text_str(&stored), "rarely"));
    assert_int_equal(purge(s, "D", NULL), 0);
    stored.len = 0;
    assert_int_equal(import_report(s->store, &got, "x.csv", &stored, NULL), 0);
    assert_null(strstr(text_str(&stored), "often"));
}

static void
of_a_row_that_was_counted_no_refusal_is_forgotten(void **state)
{
    struct shelf *s = *state;
    AUTO_TEXT struct text stored = { 0 };
    put(s, "done/x.csv", "id,day,team,a\nA,2020-01-01,T,1\nB,2020-01-01,T,often\n");
    struct import_result got = import_with_report(s, "done/x.csv");
    assert_int_equal(purge(s, "A", NULL), 0);
    assert_int_equal(import_report(s->store, &got, "x.csv", &stored, NULL), 0);
    assert_non_null(strstr(text_str(&stored), "  refused, code_out_of_scale:often: 1\n"));
    assert_non_null(strstr(text_str(&stored), ": often\n"));
}

static void
a_store_that_forgets_nothing_keeps_the_row_to_be_found_again(void **state)
{
    struct shelf *s = *state;
    put(s, "done/x.csv", "id,day,team,a\nA,2020-01-01,T,never\n");
    (void)import_with_report(s, "done/x.csv");
    s->is_fenced = true;
    assert_int_equal(purge(s, "A", NULL), -ESTALE);
    check(s, "done/x.csv", "id,day,team,a\nA,2020-01-01,T,never\n");
    s->is_fenced = false;
    assert_int_equal(purge(s, "A", NULL), 0);
    check(s, "done/x.csv", "id,day,team,a\n");
}

#define ON_SHELF(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SHELF(the_rows_go_and_every_other_byte_stays),
        ON_SHELF(rows_that_cannot_be_read_are_found_by_any_field_or_named_by_their_line),
        ON_SHELF(only_files_of_the_survey_are_written),
        ON_SHELF(a_value_that_was_refused_goes_with_its_row),
        ON_SHELF(what_was_refused_of_others_stays_while_lines_tell_whose_it_is),
        ON_SHELF(of_a_row_that_was_counted_no_refusal_is_forgotten),
        ON_SHELF(a_store_that_forgets_nothing_keeps_the_row_to_be_found_again),
        ON_SHELF(what_cannot_be_written_is_said_and_what_was_there_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
