/* SPDX-License-Identifier: MIT */
/* test_intake.c - files in the inbox: whose they are, where they go, what the report says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/intake.h"

enum { PATH_MAX_ = 512 };

struct bench {
    char dir[64];
    struct survey_set set;
    struct store *store;
    struct intake in;
};

static struct definition *
definition_of(const char *id, const char *column)
{
    char yaml[512];
    int n = snprintf(yaml, sizeof yaml,
                     "survey: %s\ntitle: t\nversion: \"1\"\nresponse: none\n"
                     "dates: { column: day, forms: [iso] }\nunits: { columns: [team] }\n"
                     "questions: [{ id: q, wording: w, column: %s }]\n"
                     "scale: { answers: [{ code: 1, label: yes, tone: positive }] }\n",
                     id, column);
    AUTO_DIAG struct diag d = { 0 };
    struct definition *def = NULL;
    assert_int_equal(definition_parse("t.yaml", yaml, (size_t)n, &d, &def), 0);
    return def;
}

static int
set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    (void)snprintf(b->dir, sizeof b->dir, "/tmp/coprod-intake-XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    char inbox[PATH_MAX_];
    (void)snprintf(inbox, sizeof inbox, "%s/inbox", b->dir);
    assert_int_equal(mkdir(inbox, 0700), 0);
    b->set.defs[b->set.n++] = definition_of("one", "a");
    b->set.defs[b->set.n++] = definition_of("two", "b");
    assert_int_equal(store_open(NULL, STORE_MEMORY, &b->store, NULL), 0);
    b->in = (struct intake){ .store = b->store, .surveys = &b->set, .state_dir = b->dir,
                             .today = DAY_NONE, .now_ms = 1 };
    *state = b;
    return 0;
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
    (void)st;
    (void)flag;
    (void)ftw;
    return remove(path);
}

static int
tear_down(void **state)
{
    struct bench *b = *state;
    survey_set_done(&b->set);
    b->store = store_free(b->store);
    assert_int_equal(nftw(b->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(b);
    return 0;
}

static void
drop(const struct bench *b, const char *name, const char *bytes)
{
    char path[PATH_MAX_];
    (void)snprintf(path, sizeof path, "%s/inbox/%s", b->dir, name);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(bytes, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static bool
has(const struct bench *b, const char *name)
{
    char path[PATH_MAX_];
    (void)snprintf(path, sizeof path, "%s/%s", b->dir, name);
    return access(path, F_OK) == 0;
}

static void
check_report(const struct bench *b, const char *name, const char *words)
{
    char path[PATH_MAX_];
    char bytes[2048] = "";
    (void)snprintf(path, sizeof path, "%s/%s.report.txt", b->dir, name);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    (void)!fread(bytes, 1, sizeof bytes - 1, f);
    assert_int_equal(fclose(f), 0);
    if (!strstr(bytes, words)) {
        print_error("no '%s' in: %s\n", words, bytes);
    }
    assert_non_null(strstr(bytes, words));
}

static void
a_file_is_known_by_its_name_or_by_its_header(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    drop(b, "july.csv", "day,team,b\n2020-01-01,T,1\n2020-01-01,T,9\n");
    assert_int_equal(intake_file(&b->in, "july.csv", &got, NULL), 0);
    assert_false(got.is_refused);
    assert_int_equal(got.counts.n_new, 1);
    assert_false(has(b, "inbox/july.csv"));
    assert_true(has(b, "done/july.csv"));
    check_report(b, "done/july.csv", "line 3, column 3: an answer that is not on the scale: 9");
    drop(b, "one--july.csv", "day,team,a,b\n2020-01-01,T,1,1\n");
    assert_int_equal(intake_file(&b->in, "one--july.csv", &got, NULL), 0);
    assert_true(has(b, "done/one--july.csv"));
    struct survey_row row;
    assert_int_equal(survey_find(b->store, "one", NULL, &row, NULL), 1);
    assert_int_equal(intake_file(&b->in, "one--july.csv", &got, NULL), 0);
    assert_true(got.is_gone);
}

static void
the_same_name_twice_keeps_both_files(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    for (int i = 0; i < 2; i++) {
        drop(b, "x.csv", "day,team,a\n2020-01-01,T,1\n");
        assert_int_equal(intake_file(&b->in, "x.csv", &got, NULL), 0);
        assert_int_equal(got.counts.n_new, i == 0);
        assert_int_equal(got.counts.n_repeat, i == 1);
    }
    assert_true(has(b, "done/x.csv"));
    assert_true(has(b, "done/x.csv.2"));
    check_report(b, "done/x.csv.2", "imported before");
}

static void
a_file_that_fits_none_or_two_is_refused_with_its_reason(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    static const struct {
        const char *name, *bytes, *words;
    } files[] = {
        { "none.csv", "x,y\n1,2\n", "no survey has these columns" },
        { "both.csv", "day,team,a,b\n2020-01-01,T,1,1\n", "fits both one and two" },
        { "one--b.csv", "day,team,b\n2020-01-01,T,1\n", "no column \"a\"" },
        { "open.csv", "day,team,a\n2020-01-01,\"T,1\n", "line 2: a quote" },
        { "empty.csv", "", "header cannot be read" },
    };
    for (size_t i = 0; i < LENGTH(files); i++) {
        char away[128];
        drop(b, files[i].name, files[i].bytes);
        assert_int_equal(intake_file(&b->in, files[i].name, &got, NULL), 0);
        assert_true(got.is_refused);
        (void)snprintf(away, sizeof away, "rejected/%s", files[i].name);
        assert_true(has(b, away));
        check_report(b, away, files[i].words);
    }
    struct survey_row row;
    assert_int_equal(survey_find(b->store, "one", NULL, &row, NULL), 0);
}

static void
links_and_names_with_slashes_are_not_followed(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    char path[PATH_MAX_];
    drop(b, "real", "day,team,a\n2020-01-01,T,1\n");
    (void)snprintf(path, sizeof path, "%s/inbox/one--link.csv", b->dir);
    assert_int_equal(symlink("real", path), 0);
    assert_int_equal(intake_file(&b->in, "one--link.csv", &got, NULL), 0);
    assert_true(got.is_refused);
    assert_int_equal(intake_file(&b->in, "../inbox/real", &got, NULL), -ECANCELED);
    assert_int_equal(intake_file(&b->in, ".real", &got, NULL), -ECANCELED);
}

static void
a_file_still_being_written_waits(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    char path[PATH_MAX_];
    drop(b, "slow.csv", "day,team,a\n2020-01-01,T,1\n");
    (void)snprintf(path, sizeof path, "%s/inbox/slow.csv", b->dir);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(intake_file(&b->in, "slow.csv", &got, NULL), -EAGAIN);
    assert_true(has(b, "inbox/slow.csv"));
    assert_int_equal(close(fd), 0);
    assert_int_equal(intake_file(&b->in, "slow.csv", &got, NULL), 0);
    assert_true(has(b, "done/slow.csv"));
}

int
main(void)
{
    if (hash_init() < 0) {
        return 1;
    }
#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        ON_BENCH(a_file_is_known_by_its_name_or_by_its_header),
        ON_BENCH(the_same_name_twice_keeps_both_files),
        ON_BENCH(a_file_that_fits_none_or_two_is_refused_with_its_reason),
        ON_BENCH(links_and_names_with_slashes_are_not_followed),
        ON_BENCH(a_file_still_being_written_waits),
    };
    return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
