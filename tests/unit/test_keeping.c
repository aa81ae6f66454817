/* SPDX-License-Identifier: MIT */
/* test_keeping.c - survey files and the words of mails go after their time, and nothing else. */
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

#include "answers/keeping.h"
#include "base/conf.h"
#include "base/text.h"
#include "folder.h"
#include "plan/timescale.h"

enum { PATH_SIZE = 512, NOBODY = 65534 };
static const int64_t day_ms = INT64_C(86400000);

struct scene {
    char dir[64];
    struct survey_set set;
    struct store *store;
};

static int
set_scene(void **state)
{
    static const char yaml[] =
        "survey: s\ntitle: t\nversion: \"1\"\nresponse: none\n"
        "dates: { column: day, forms: [iso] }\nunits: { columns: [team] }\n"
        "questions: [{ id: q, wording: w, column: a }]\n"
        "scale: { answers: [{ code: 1, label: yes, tone: positive }] }\n";
    struct scene *sc = calloc(1, sizeof *sc);
    assert_non_null(sc);
    (void)snprintf(sc->dir, sizeof sc->dir, "/tmp/coprod-keeping-XXXXXX");
    assert_non_null(mkdtemp(sc->dir));
    char inbox[PATH_SIZE];
    (void)snprintf(inbox, sizeof inbox, "%s/inbox", sc->dir);
    assert_int_equal(mkdir(inbox, 0700), 0);
    AUTO_DIAG struct diag d = { 0 };
    assert_int_equal(definition_parse("s", yaml, sizeof yaml - 1, &d, &sc->set.defs[0]), 0);
    sc->set.n = 1;
    assert_int_equal(store_open(NULL, STORE_MEMORY, &sc->store, NULL), 0);
    *state = sc;
    return 0;
}

static int
strike_scene(void **state)
{
    struct scene *sc = *state;
    survey_set_done(&sc->set);
    sc->store = store_free(sc->store);
    folder_remove(sc->dir);
    free(sc);
    return 0;
}

static void
path_of(const struct scene *sc, const char *name, char ret[PATH_SIZE])
{
    (void)snprintf(ret, PATH_SIZE, "%s/%s", sc->dir, name);
}

static void
put(const struct scene *sc, const char *name, const char *bytes)
{
    char path[PATH_SIZE];
    path_of(sc, name, path);
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    assert_true(fputs(bytes, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static bool
has(const struct scene *sc, const char *name)
{
    char path[PATH_SIZE];
    struct stat st;
    path_of(sc, name, path);
    return lstat(path, &st) == 0;
}

/* Taken in on a day, counted from 1970. */
static void
take_in(const struct scene *sc, const char *name, const char *bytes, int day)
{
    char inbox[PATH_SIZE];
    struct intake_result got;
    const struct intake in = { .store = sc->store, .surveys = &sc->set, .state_dir = sc->dir,
                               .today = DAY_NONE, .now_ms = day * day_ms };
    (void)snprintf(inbox, sizeof inbox, "inbox/%s", name);
    put(sc, inbox, bytes);
    assert_int_equal(intake_file(&in, name, &got, NULL), 0);
}

static struct keeping_result
expire_on(const struct scene *sc, int day, int days)
{
    const struct keeping k = { .store = sc->store, .state_dir = sc->dir, .days = days,
                               .now_ms = day * day_ms + 1 };
    struct keeping_result res;
    assert_int_equal(keeping_expire(&k, &res, NULL), 0);
    return res;
}

static void
files_and_reports_go_together_on_their_day(void **state)
{
    const struct scene *sc = *state;
    assert_int_equal(expire_on(sc, 500, 30).n_failed, 0); /* before there are any folders */
    take_in(sc, "a.csv", "day,team,a\n2020-01-01,T,1\n", 100);
    take_in(sc, "a.csv", "day,team,a\n2020-01-01,T,1\n", 101);
    take_in(sc, "bad.csv", "x\n1\n", 100);
    assert_int_equal(expire_on(sc, 129, 30).n_files, 0);
    assert_true(has(sc, "done/a.csv"));
    struct keeping_result res = expire_on(sc, 130, 30);
    assert_int_equal(res.n_files, 2);
    assert_int_equal(res.n_reports, 2);
    assert_false(has(sc, "done/a.csv") || has(sc, "done/a.csv.report.txt"));
    assert_false(has(sc, "rejected/bad.csv") || has(sc, "rejected/bad.csv.report.txt"));
    assert_true(has(sc, "done/a.csv.2") && has(sc, "done/a.csv.2.report.txt"));
    assert_int_equal(expire_on(sc, 131, 30).n_files, 1);
    assert_false(has(sc, "done/a.csv.2"));
}

static void
links_folders_and_files_of_others_stay(void **state)
{
    const struct scene *sc = *state;
    char path[PATH_SIZE];
    take_in(sc, "a.csv", "day,team,a\n2020-01-01,T,1\n", 100);
    take_in(sc, "b.csv", "day,team,a\n2020-01-02,T,1\n", 100);
    put(sc, "precious", "p");
    put(sc, "done/notes.txt", "by hand");
    put(sc, "done/.hidden.report.txt", "h");
    put(sc, "done/.report.txt", "r");
    path_of(sc, "done/b.csv", path);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("../precious", path), 0); /* where a file of ours was */
    path_of(sc, "done/link.csv.report.txt", path);
    assert_int_equal(symlink("../precious", path), 0);
    path_of(sc, "done/dir.report.txt", path);
    assert_int_equal(mkdir(path, 0700), 0);
    struct keeping_result res = expire_on(sc, 50000, 30);
    assert_int_equal(res.n_files, 1);
    assert_int_equal(res.n_reports, 2);
    assert_int_equal(res.n_failed, 0);
    static const char *const stay[] = { "precious", "done/notes.txt", "done/.hidden.report.txt",
                                        "done/.report.txt", "done/b.csv",
                                        "done/link.csv.report.txt", "done/dir.report.txt" };
    for (size_t i = 0; i < LENGTH(stay); i++) {
        assert_true(has(sc, stay[i]));
    }
}

static void
a_folder_that_is_a_link_is_told_and_not_entered(void **state)
{
    const struct scene *sc = *state;
    char path[PATH_SIZE];
    char away[PATH_SIZE];
    take_in(sc, "a.csv", "day,team,a\n2020-01-01,T,1\n", 100);
    path_of(sc, "done", path);
    path_of(sc, "elsewhere", away);
    assert_int_equal(rename(path, away), 0);
    assert_int_equal(symlink("elsewhere", path), 0);
    struct keeping_result res = expire_on(sc, 500, 30);
    assert_int_equal(res.n_failed, 1);
    assert_non_null(strstr(res.first.text, "done/: "));
    assert_true(has(sc, "elsewhere/a.csv"));
}

static void
what_cannot_be_removed_is_told_and_the_rest_goes(void **state)
{
    const struct scene *sc = *state;
    char path[PATH_SIZE];
    bool is_root = geteuid() == 0;
    assert_int_equal(is_root ? chown(sc->dir, NOBODY, (gid_t)-1) : 0, 0);
    char inbox[PATH_SIZE];
    path_of(sc, "inbox", inbox);
    assert_int_equal(is_root ? chown(inbox, NOBODY, (gid_t)-1) : 0, 0);
    assert_int_equal(is_root ? seteuid(NOBODY) : 0, 0); /* root may remove anything */
    take_in(sc, "a.csv", "day,team,a\n2020-01-01,T,1\n", 100);
    take_in(sc, "bad.csv", "x\n1\n", 100);
    path_of(sc, "done", path);
    assert_int_equal(chmod(path, 0500), 0);
    struct keeping_result res = expire_on(sc, 500, 30);
    assert_int_equal(res.n_failed, 1);
    assert_null(strstr(res.first.text, "a.csv"));
    assert_int_equal(res.n_files, 1); /* of rejected/ */
    assert_true(has(sc, "done/a.csv") && has(sc, "done/a.csv.report.txt"));
    assert_int_equal(chmod(path, 0700), 0);
    assert_int_equal(expire_on(sc, 500, 30).n_files, 1);
    assert_int_equal(is_root ? seteuid(0) : 0, 0);
}

static int
take_words(void *arg, const struct row *row)
{
    text_addf(arg, "%lld/%lld/%s;", (long long)row_i64(row, 0), (long long)row_i64(row, 1),
              row_text_or(row, 3, "?"));
    return 0;
}

static int
refuse_guard(void *arg, struct store *s, struct err *reterr)
{
    (void)arg;
    (void)s;
    return err_set(reterr, -ESTALE, "not mine");
}

static int
take_count(void *arg, const struct row *row)
{
    text_addf(arg, "%s=%lld;", row_text_or(row, 0, "?"), (long long)row_i64(row, 1));
    return 0;
}

static void
check_counts(const struct scene *sc, const char *want)
{
    AUTO_TEXT struct text got = { 0 };
    assert_true(survey_reject_counts(sc->store, 1, take_count, &got, NULL) > 0);
    assert_string_equal(text_str(&got), want);
}

static void
refused_values_of_several_kinds_become_one_count(void **state)
{
    const struct scene *sc = *state;
    take_in(sc, "a.csv", "day,team,a\n2020-01-01,T,x\n2020-01-01,T,y\n2020-01-01,T,x\n", 100);
    check_counts(sc, "code_out_of_scale:x=2;code_out_of_scale:y=1;");
    (void)expire_on(sc, 130, 30);
    check_counts(sc, "code_out_of_scale=3;");
    (void)expire_on(sc, 131, 30);
    check_counts(sc, "code_out_of_scale=3;");
}

static void
refused_values_in_the_store_are_emptied(void **state)
{
    const struct scene *sc = *state;
    AUTO_TEXT struct text before = { 0 };
    AUTO_TEXT struct text after = { 0 };
    struct keeping_result res;
    take_in(sc, "a.csv", "day,team,a\n2020-01-01,T,1\n2020-01-01,T,mine\n", 100);
    assert_int_equal(expire_on(sc, 130 - 1, 30).n_words, 0);
    check_counts(sc, "code_out_of_scale:mine=1;");
    const struct keeping lost = { .store = sc->store, .state_dir = sc->dir, .days = 30,
                                  .now_ms = 500 * day_ms, .guard = refuse_guard };
    assert_int_equal(keeping_expire(&lost, &res, NULL), -ESTALE);
    assert_true(has(sc, "done/a.csv"));
    assert_int_equal(survey_rejects(sc->store, 1, take_words, &before, NULL) < 0, 0);
    assert_non_null(strstr(text_str(&before), "mine"));
    assert_int_equal(expire_on(sc, 130, 30).n_words, 1);
    assert_int_equal(survey_rejects(sc->store, 1, take_words, &after, NULL) < 0, 0);
    assert_string_equal(text_str(&after), "3/3/;");
    check_counts(sc, "code_out_of_scale=1;");
    assert_int_equal(expire_on(sc, 131, 30).n_words, 0);
}

/* ---- the words of mails -------------------------------------------------------------------- */

enum { ACCEPTED = 2, HELD = 6, UNKNOWN = 5, TODAY = 1000 };

static void
write_mail(struct store *s, int64_t id, int state, int day, const char *words)
{
    char key[32];
    (void)snprintf(key, sizeof key, "key %lld", (long long)id);
    assert_int_equal(store_begin(s, NULL), 0);
    assert_int_equal(store_run(s, Q_NOTICE_ADD,
                               WITH(I(id), T(key), T("digest"), T("CO-304"), NIL, T("R"), T("lead"),
                                    T("lead@example.nhs.uk"), T("leads it"), T("subject"),
                                    T(words), B(words, strlen(words)), T("<m@h>"), I(state),
                                    I(day * day_ms)),
                               NULL), 1);
    assert_int_equal(store_commit(s, NULL), 0);
}

static int
take_notice(void *arg, const struct row *row)
{
    size_t n = 0;
    (void)row_blob(row, 11, &n);
    text_addf(arg, "%s %s %s %s %s %lld: %s/%zu", row_text_or(row, 1, ""), row_text_or(row, 6, ""),
              row_text_or(row, 7, ""), row_text_or(row, 9, ""), row_text_or(row, 12, ""),
              (long long)row_i64(row, 13), row_text_or(row, 10, ""), n);
    return 1;
}

static void
check_mail(struct store *s, int64_t id, const char *want)
{
    AUTO_TEXT struct text got = { 0 };
    assert_int_equal(store_each(s, Q_NOTICE_GET, WITH(I(id)), take_notice, &got, NULL), 1);
    assert_string_equal(text_str(&got), want);
}

static int64_t
forget_mails(const struct scene *sc, int months)
{
    const struct keeping k = { .store = sc->store, .today = TODAY, .mail_months = months };
    int64_t n = -1;
    assert_int_equal(keeping_forget_mails(&k, &n, NULL), 0);
    return n;
}

static void
a_mail_loses_its_words_on_its_day_and_keeps_the_rest(void **state)
{
    const struct scene *sc = *state;
    day_t day = day_add_months(TODAY, -13);
    write_mail(sc->store, 1, ACCEPTED, day - 1, "words");
    write_mail(sc->store, 2, ACCEPTED, day, "words");
    assert_int_equal(forget_mails(sc, 14), 0);
    assert_int_equal(forget_mails(sc, 13), 1);
    check_mail(sc->store, 1, "key 1 lead lead@example.nhs.uk subject <m@h> 2: /0");
    check_mail(sc->store, 2, "key 2 lead lead@example.nhs.uk subject <m@h> 2: words/5");
    assert_int_equal(forget_mails(sc, 13), 0);
}

static void
a_mail_that_may_still_leave_keeps_its_words(void **state)
{
    const struct scene *sc = *state;
    write_mail(sc->store, 1, 1, 0, "words");
    write_mail(sc->store, 2, UNKNOWN, 0, "words");
    write_mail(sc->store, 3, HELD, 0, "words"); /* caught: somebody may let it go */
    write_mail(sc->store, 4, HELD, 0, "words"); /* of mode none: it is never sent */
    assert_int_equal(store_begin(sc->store, NULL), 0);
    assert_int_equal(store_run(sc->store, Q_CATCH_SET,
                               WITH(I(3), T("quarantine"), T("it failed"), I(0)), NULL), 1);
    assert_int_equal(store_commit(sc->store, NULL), 0);
    assert_int_equal(forget_mails(sc, 13), 1);
    check_mail(sc->store, 3, "key 3 lead lead@example.nhs.uk subject <m@h> 6: words/5");
    check_mail(sc->store, 4, "key 4 lead lead@example.nhs.uk subject <m@h> 6: /0");
}

static bool
once(void *arg)
{
    int *left = arg;
    return (*left)-- > 0;
}

static void
many_mails_go_in_small_steps(void **state)
{
    const struct scene *sc = *state;
    int steps = 1;
    int64_t n = 0;
    for (int i = 1; i <= 250; i++) {
        write_mail(sc->store, i, ACCEPTED, 0, "words");
    }
    struct keeping k = { .store = sc->store, .today = TODAY, .mail_months = 13,
                         .wanted = once, .arg = &steps };
    assert_int_equal(keeping_forget_mails(&k, &n, NULL), 0);
    assert_int_equal(n, 100);
    k.wanted = NULL;
    k.guard = refuse_guard;
    assert_int_equal(keeping_forget_mails(&k, &n, NULL), -ESTALE);
    assert_int_equal(n, 0);
    check_mail(sc->store, 250, "key 250 lead lead@example.nhs.uk subject <m@h> 2: words/5");
    assert_int_equal(forget_mails(sc, 13), 150);
}

static bool
is_in_file(const char *path, const char *words)
{
    AUTO_FREE char *bytes = calloc(1, 4 << 20);
    FILE *f = fopen(path, "re");
    if (!f) {
        return false;
    }
    size_t n = fread(bytes, 1, 4 << 20, f);
    assert_int_equal(fclose(f), 0);
    return memmem(bytes, n, words, strlen(words)) != NULL;
}

static void
what_was_dropped_is_in_no_file_of_the_store(void **state)
{
    struct scene *sc = *state;
    char path[PATH_SIZE];
    char log[PATH_SIZE + 8];
    char words[9000]; /* over several pages */
    memset(words, 'x', sizeof words - 1);
    words[sizeof words - 1] = '\0';
    memcpy(words, "PLANTED FIRST", 13);
    memcpy(words + 8000, "PLANTED LAST", 12);
    path_of(sc, "coprod.db", path);
    (void)snprintf(log, sizeof log, "%s-wal", path);
    sc->store = store_free(sc->store);
    assert_int_equal(store_open(path, STORE_WRITE, &sc->store, NULL), 0);
    for (int i = 1; i <= 20; i++) {
        write_mail(sc->store, i, ACCEPTED, i % 2 ? 0 : TODAY, i % 2 ? words : "not planted");
    }
    assert_int_equal(store_checkpoint(sc->store, NULL), 0);
    assert_true(is_in_file(path, "PLANTED FIRST") && is_in_file(path, "PLANTED LAST"));
    assert_int_equal(forget_mails(sc, 13), 10);
    assert_true(is_in_file(log, "PLANTED FIRST")); /* from before */
    struct store *reader = NULL;
    int64_t one = 0;
    assert_int_equal(store_open(path, STORE_READ, &reader, NULL), 0);
    assert_int_equal(store_read_begin(reader, NULL), 0);
    assert_int_equal(store_get(reader, Q_NOTICE_LAST, NONE, &one, NULL), 1);
    write_mail(sc->store, 21, ACCEPTED, TODAY, "after the reader");
    assert_int_equal(store_wipe_log(sc->store, NULL), 0); /* it waits for nobody long */
    store_read_end(reader);
    assert_int_equal(store_wipe_log(sc->store, NULL), 1);
    assert_false(is_in_file(log, "PLANTED"));
    assert_false(is_in_file(path, "PLANTED"));
    reader = store_free(reader);
    check_mail(sc->store, 2, "key 2 lead lead@example.nhs.uk subject <m@h> 2: not planted/11");
}

static void
the_shortest_time_holds(void **state)
{
    struct scene *sc = *state;
    AUTO(conf) struct conf *conf = NULL;
    assert_int_equal(conf_default("/", &conf), 0);
    assert_int_equal(keeping_days(conf, &sc->set), 90);
    sc->set.defs[0]->raw_days = 400;
    assert_int_equal(keeping_days(conf, &sc->set), 90);
    sc->set.defs[0]->raw_days = 60;
    assert_int_equal(keeping_days(conf, &sc->set), 60);
    sc->set.defs[0]->comment_days = 40;
    assert_int_equal(keeping_days(conf, &sc->set), 40);
}

int
main(void)
{
    if (hash_init() < 0) {
        return 1;
    }
#define IN_SCENE(test) cmocka_unit_test_setup_teardown(test, set_scene, strike_scene)
    const struct CMUnitTest tests[] = {
        IN_SCENE(files_and_reports_go_together_on_their_day),
        IN_SCENE(links_folders_and_files_of_others_stay),
        IN_SCENE(a_folder_that_is_a_link_is_told_and_not_entered),
        IN_SCENE(what_cannot_be_removed_is_told_and_the_rest_goes),
        IN_SCENE(refused_values_in_the_store_are_emptied),
        IN_SCENE(refused_values_of_several_kinds_become_one_count),
        IN_SCENE(a_mail_loses_its_words_on_its_day_and_keeps_the_rest),
        IN_SCENE(a_mail_that_may_still_leave_keeps_its_words),
        IN_SCENE(many_mails_go_in_small_steps),
        IN_SCENE(what_was_dropped_is_in_no_file_of_the_store),
        IN_SCENE(the_shortest_time_holds),
    };
    return cmocka_run_group_tests_name("keeping", tests, NULL, NULL);
}
