/* SPDX-License-Identifier: MIT */
/* test_intake.c - files in the inbox: whose they are, where they go, what the report says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answers/intake.h"
#include "base/text.h"
#include "folder.h"
#include "store/release.h"

enum { PATH_MAX_ = 512 };

struct bench {
    char dir[64];
    struct survey_set set;
    struct store *store;
    struct intake in;
    const char *name, *bytes; /* what somebody puts into the inbox while a file is read */
    int n_left;               /* commits until then */
    int fd;                   /* a writer's */
};

static struct definition *
definition_of(const char *id, const char *column, const char *response)
{
    char yaml[512];
    int n = snprintf(yaml, sizeof yaml,
                     "survey: %s\ntitle: t\nversion: \"1\"\nresponse: %s\n"
                     "dates: { column: day, forms: [iso] }\nunits: { columns: [team] }\n"
                     "questions: [{ id: q, wording: w, column: %s }]\n"
                     "scale: { answers: [{ code: 1, label: yes, tone: positive }] }\n",
                     id, response, column);
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
    b->set.defs[b->set.n++] = definition_of("one", "a", "none");
    b->set.defs[b->set.n++] = definition_of("two", "b", "none");
    b->set.defs[b->set.n++] = definition_of("ids", "c", "id");
    assert_int_equal(store_open(NULL, STORE_MEMORY, &b->store, NULL), 0);
    b->in = (struct intake){ .store = b->store, .surveys = &b->set, .state_dir = b->dir,
                             .today = DAY_NONE, .now_ms = 1 };
    *state = b;
    return 0;
}

static int
tear_down(void **state)
{
    struct bench *b = *state;
    survey_set_done(&b->set);
    b->store = store_free(b->store);
    folder_remove(b->dir);
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

/* As another program would: whole, under a name of its own, then renamed. */
static int
put_in_its_place(void *arg, struct store *s, struct err *reterr)
{
    struct bench *b = arg;
    char from[PATH_MAX_];
    char to[PATH_MAX_];
    (void)s;
    (void)reterr;
    if (b->n_left-- == 0) {
        drop(b, ".new", b->bytes);
        (void)snprintf(from, sizeof from, "%s/inbox/.new", b->dir);
        (void)snprintf(to, sizeof to, "%s/inbox/%s", b->dir, b->name);
        assert_int_equal(rename(from, to), 0);
    }
    return 0;
}

static int
remove_it(void *arg, struct store *s, struct err *reterr)
{
    const struct bench *b = arg;
    char path[PATH_MAX_];
    (void)s;
    (void)reterr;
    (void)snprintf(path, sizeof path, "%s/inbox/%s", b->dir, b->name);
    return unlink(path) < 0 ? -errno : 0;
}

static int
write_more(void *arg, struct store *s, struct err *reterr)
{
    struct bench *b = arg;
    char path[PATH_MAX_];
    (void)s;
    (void)reterr;
    if (b->n_left-- == 0) {
        (void)snprintf(path, sizeof path, "%s/inbox/%s", b->dir, b->name);
        b->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
        assert_true(b->fd >= 0);
        assert_int_equal(write(b->fd, b->bytes, strlen(b->bytes)), strlen(b->bytes));
    }
    return 0;
}

static void
meanwhile(struct bench *b, int (*guard)(void *, struct store *, struct err *), const char *name,
          const char *bytes)
{
    b->in.guard = guard;
    b->in.arg = b;
    b->name = name;
    b->bytes = bytes;
}

static int
take(struct bench *b, const char *name, struct intake_result *got)
{
    *got = (struct intake_result){ .is_gone = false };
    return intake_file(&b->in, name, got, NULL);
}

static void
check_bytes(const struct bench *b, const char *name, const char *words)
{
    char path[PATH_MAX_];
    char bytes[2048] = "";
    (void)snprintf(path, sizeof path, "%s/%s", b->dir, name);
    FILE *f = fopen(path, "re");
    assert_non_null(f);
    (void)!fread(bytes, 1, sizeof bytes - 1, f);
    assert_int_equal(fclose(f), 0);
    assert_string_equal(bytes, words);
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
        { "empty.csv", "", "it is empty" },
        { "wide.csv", "\xFF\xFE" "d", "it is UTF-16" },
        { "one--semi.csv", "day;team;a\n2020-01-01;T;1\n", "`delimiter: semicolon`" },
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
    assert_int_equal(take(b, "slow.csv", &got), -ETXTBSY);
    assert_true(got.wait_ms > 0);
    assert_true(has(b, "inbox/slow.csv"));
    assert_int_equal(close(fd), 0);
    assert_int_equal(intake_file(&b->in, "slow.csv", &got, NULL), 0);
    assert_true(has(b, "done/slow.csv"));
}

/* Its import has begun, and then it grew. */
static void
begin_and_grow(struct bench *b)
{
    struct intake_result got;
    struct survey_row row;
    drop(b, "ids.csv", "id,day,team,c\nA,2020-01-01,T,1\n");
    meanwhile(b, write_more, "ids.csv", "B,2020-01-02,T,1\n");
    assert_int_equal(take(b, "ids.csv", &got), -ETXTBSY);
    assert_int_equal(close(b->fd), 0);
    b->in.guard = NULL;
    assert_int_equal(survey_find(b->store, "ids", NULL, &row, NULL), 1);
    assert_int_equal(release_must_wait(b->store, row.id, NULL), 1);
}

static void
an_import_cut_short_by_a_growing_file_holds_up_nothing_once_the_file_is_whole(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    struct survey_row row;
    struct survey_batch batch;
    begin_and_grow(b);
    assert_int_equal(take(b, "ids.csv", &got), 0);
    assert_int_equal(got.counts.n_new, 2);
    assert_int_equal(survey_find(b->store, "ids", NULL, &row, NULL), 1);
    assert_int_equal(release_must_wait(b->store, row.id, NULL), 0);
    assert_int_equal(survey_batch_get(b->store, row.id, 1, &batch, NULL), 1);
    assert_int_equal(batch.state, SURVEY_BATCH_CUT);
    /* Its very bytes once more: they go on where they were left. */
    drop(b, "again.csv", "id,day,team,c\nA,2020-01-01,T,1\n");
    assert_int_equal(take(b, "again.csv", &got), 0);
    assert_int_equal(got.counts.n_repeat, 1);
    assert_int_equal(survey_batch_get(b->store, row.id, 1, &batch, NULL), 1);
    assert_int_equal(batch.state, SURVEY_BATCH_DONE);
}

static void
an_import_whose_file_was_taken_away_holds_up_nothing(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    struct survey_row row;
    begin_and_grow(b);
    assert_int_equal(remove_it(b, b->store, NULL), 0);
    assert_int_equal(take(b, "ids.csv", &got), 0);
    assert_true(got.is_gone);
    assert_int_equal(survey_find(b->store, "ids", NULL, &row, NULL), 1);
    assert_int_equal(release_must_wait(b->store, row.id, NULL), 0);
}

static void
a_file_of_a_header_alone_says_so(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    drop(b, "one--none.csv", "day,team,a\n");
    assert_int_equal(take(b, "one--none.csv", &got), 0);
    check_report(b, "done/one--none.csv", "Below its header there is no row.");
}

static void
a_file_of_which_not_one_row_is_taken_in_is_questioned(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    drop(b, "one--all.csv", "day,team,a\n2020-01-01,T,7\n2020-01-01,T\n");
    assert_int_equal(take(b, "one--all.csv", &got), 0);
    check_report(b, "done/one--all.csv", "Not one of its rows was taken in");
}

static void
a_file_divided_by_semicolons_is_taken_where_the_definition_says_so(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    b->set.defs[b->set.n++] = definition_of("semi", "a", "none\ndelimiter: semicolon");
    b->set.defs[b->set.n++] = definition_of("tabs", "a", "none\ndelimiter: tab");
    drop(b, "x.csv", "day;team;a\n2020-01-01;\"T;1,\";1\n");
    assert_int_equal(take(b, "x.csv", &got), 0);
    assert_string_equal(got.words.text, "x.csv: read 1, new 1, repeat 0, rejected 0");
    drop(b, "y.csv", "day\tteam\ta\n2020-01-01\tT\t1\n2020-01-01\tT\t1\n");
    assert_int_equal(take(b, "y.csv", &got), 0);
    assert_int_equal(got.counts.n_new, 2);
    drop(b, "semi--z.csv", "day,team,a\n2020-01-01,T,1\n");
    assert_int_equal(take(b, "semi--z.csv", &got), 0);
    check_report(b, "rejected/semi--z.csv",
                 "divided by commas, and the definition wants semicolons");
}

static void
blanks_around_a_response_id_are_not_of_it(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    drop(b, "a.csv", "id,day,team,c\nA,2020-01-01,T,1\n");
    assert_int_equal(take(b, "a.csv", &got), 0);
    drop(b, "b.csv", "id,day,team,c\n A\t,2020-01-01,T,1\n  ,2020-01-01,T,1\n");
    assert_int_equal(take(b, "b.csv", &got), 0);
    assert_int_equal(got.counts.n_repeat, 1);
    check_report(b, "done/b.csv", "the response id is missing");
}

static void
a_file_that_takes_the_name_of_one_being_read_is_read_in_its_turn(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    static const char first[] = "day,team,b\n2020-01-01,T,1\n";
    static const char second[] = "day,team,b\n2020-02-01,T,1\n2020-02-02,T,1\n";
    drop(b, "answers.csv", first);
    meanwhile(b, put_in_its_place, "answers.csv", second);
    assert_int_equal(take(b, "answers.csv", &got), 0);
    assert_int_equal(got.counts.n_new, 1);
    check_bytes(b, "done/answers.csv", first); /* its name was taken: its bytes are kept */
    check_report(b, "done/answers.csv", "new 1");
    check_bytes(b, "inbox/answers.csv", second);
    assert_int_equal(take(b, "answers.csv", &got), 0);
    assert_int_equal(got.counts.n_new, 2);
    check_bytes(b, "done/answers.csv.2", second);
    check_report(b, "done/answers.csv.2", "new 2");
    assert_false(has(b, "inbox/answers.csv"));
}

static void
a_file_removed_while_it_is_read_is_still_counted_and_kept(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    static const char bytes[] = "day,team,b\n2020-01-01,T,1\n";
    drop(b, "answers.csv", bytes);
    meanwhile(b, remove_it, "answers.csv", "");
    assert_int_equal(take(b, "answers.csv", &got), 0);
    assert_int_equal(got.counts.n_new, 1);
    check_bytes(b, "done/answers.csv", bytes);
    check_report(b, "done/answers.csv", "new 1");
}

static void
a_list_to_erase_that_takes_the_place_of_another_is_not_lost(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    drop(b, "ids--j.csv", "id,day,team,c\nA,2020-01-01,T,1\nB,2020-01-01,T,1\n");
    assert_int_equal(take(b, "ids--j.csv", &got), 0);
    drop(b, "ids--x.erase", "A\n");
    meanwhile(b, put_in_its_place, "ids--x.erase", "B\n");
    assert_int_equal(take(b, "ids--x.erase", &got), 0);
    assert_true(got.is_erasure);
    check_bytes(b, "inbox/ids--x.erase", "B\n");
    drop(b, ".ids--x.erase.done", "left by a worker that died\n");
    assert_int_equal(take(b, "ids--x.erase", &got), 0);
    assert_non_null(strstr(got.words.text, "of 1 response ids 1 were here and are erased, with 1 "
                                           "answers"));
    assert_false(has(b, "inbox/ids--x.erase"));
    assert_false(has(b, "inbox/.ids--x.erase.done"));
}

static void
a_file_that_grows_while_it_is_read_waits_and_loses_nothing(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    drop(b, "ids--g.csv", "id,day,team,c\nA,2020-01-01,T,1\n");
    meanwhile(b, write_more, "ids--g.csv", "B,2020-01-02,T,1\n");
    assert_int_equal(take(b, "ids--g.csv", &got), -ETXTBSY); /* seen before its rows are kept */
    assert_true(got.wait_ms > 0);
    assert_non_null(strstr(got.words.text, "still being written"));
    assert_true(has(b, "inbox/ids--g.csv"));
    assert_int_equal(take(b, "ids--g.csv", &got), -ETXTBSY); /* it is still open */
    assert_int_equal(close(b->fd), 0);
    assert_int_equal(take(b, "ids--g.csv", &got), 0);
    assert_int_equal(got.counts.n_new, 2);
    assert_true(has(b, "done/ids--g.csv"));
}

static void
a_file_that_grows_after_it_was_counted_is_read_again_when_its_rows_have_ids(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    drop(b, "ids--g.csv", "id,day,team,c\nA,2020-01-01,T,1\n");
    meanwhile(b, write_more, "ids--g.csv", "B,2020-01-02,T,1\n");
    b->n_left = 1; /* in the last commit */
    assert_int_equal(take(b, "ids--g.csv", &got), -ETXTBSY);
    assert_true(has(b, "inbox/ids--g.csv"));
    assert_false(has(b, "done/ids--g.csv"));
    assert_false(has(b, "done/ids--g.csv.report.txt"));
    assert_int_equal(close(b->fd), 0);
    assert_int_equal(take(b, "ids--g.csv", &got), 0);
    assert_int_equal(got.counts.n_new, 1);
    assert_int_equal(got.counts.n_repeat, 1);
    check_bytes(b, "done/ids--g.csv",
                "id,day,team,c\nA,2020-01-01,T,1\nB,2020-01-02,T,1\n");
}

static void
a_file_that_grows_after_it_was_counted_goes_to_a_person_when_its_rows_have_none(void **state)
{
    struct bench *b = *state;
    struct intake_result got;
    drop(b, "g.csv", "day,team,b\n2020-01-01,T,1\n");
    meanwhile(b, write_more, "g.csv", "2020-01-02,T,1\n");
    assert_int_equal(take(b, "g.csv", &got), 0);
    assert_int_equal(got.counts.n_new, 1);
    assert_int_equal(close(b->fd), 0);
    assert_false(has(b, "done/g.csv"));
    assert_false(has(b, "done/g.csv.report.txt"));
    check_bytes(b, "rejected/g.csv", "day,team,b\n2020-01-01,T,1\n2020-01-02,T,1\n");
    check_report(b, "rejected/g.csv", "the first 26 bytes");
    check_report(b, "rejected/g.csv", "NOT counted");
    assert_non_null(strstr(got.words.text, "see its report in rejected/"));
}

static void
a_file_of_another_user_must_have_been_left_in_peace(void **state)
{
    (void)state;
    assert_int_equal(intake_wait_ms(0, 1000, 1000), 0);
    assert_true(intake_wait_ms(-EAGAIN, 0, 1000000) > 0);
    assert_int_equal(intake_wait_ms(-EACCES, 1000, 1000), 10000);
    assert_int_equal(intake_wait_ms(-EACCES, 1000, 10000), 1000);
    assert_int_equal(intake_wait_ms(-EACCES, 1000, 11000), 0);
    assert_int_equal(intake_wait_ms(-EACCES, 5000, 1000), 0); /* a time that a copy brought along */
}

static void
a_file_system_that_does_not_say_what_an_entry_is_is_asked(void **state)
{
    struct bench *b = *state;
    char inbox[PATH_MAX_];
    char path[PATH_MAX_];
    (void)snprintf(inbox, sizeof inbox, "%s/inbox", b->dir);
    drop(b, "x.csv", "x");
    drop(b, ".x.csv", "x");
    (void)snprintf(path, sizeof path, "%s/inbox/link", b->dir);
    assert_int_equal(symlink("x.csv", path), 0);
    (void)snprintf(path, sizeof path, "%s/inbox/folder", b->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    (void)snprintf(path, sizeof path, "%s/inbox/pipe", b->dir);
    assert_int_equal(mkfifo(path, 0600), 0);
    static const struct {
        const char *name;
        unsigned char type;
        bool is_file;
    } cases[] = { { "x.csv", DT_UNKNOWN, true },   { "x.csv", DT_REG, true },
                  { ".x.csv", DT_UNKNOWN, false }, { ".x.csv", DT_REG, false },
                  { "link", DT_UNKNOWN, false },   { "link", DT_LNK, false },
                  { "folder", DT_UNKNOWN, false }, { "folder", DT_DIR, false },
                  { "pipe", DT_UNKNOWN, false },   { "pipe", DT_FIFO, false },
                  { "gone", DT_UNKNOWN, false } };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_int_equal(intake_is_file(inbox, cases[i].name, cases[i].type), cases[i].is_file);
    }
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
        ON_BENCH(a_file_that_takes_the_name_of_one_being_read_is_read_in_its_turn),
        ON_BENCH(a_file_removed_while_it_is_read_is_still_counted_and_kept),
        ON_BENCH(an_import_cut_short_by_a_growing_file_holds_up_nothing_once_the_file_is_whole),
        ON_BENCH(an_import_whose_file_was_taken_away_holds_up_nothing),
        ON_BENCH(a_file_of_a_header_alone_says_so),
        ON_BENCH(a_file_of_which_not_one_row_is_taken_in_is_questioned),
        ON_BENCH(a_file_divided_by_semicolons_is_taken_where_the_definition_says_so),
        ON_BENCH(blanks_around_a_response_id_are_not_of_it),
        ON_BENCH(a_list_to_erase_that_takes_the_place_of_another_is_not_lost),
        ON_BENCH(a_file_that_grows_while_it_is_read_waits_and_loses_nothing),
        ON_BENCH(a_file_that_grows_after_it_was_counted_is_read_again_when_its_rows_have_ids),
        ON_BENCH(a_file_that_grows_after_it_was_counted_goes_to_a_person_when_its_rows_have_none),
        cmocka_unit_test(a_file_of_another_user_must_have_been_left_in_peace),
        ON_BENCH(a_file_system_that_does_not_say_what_an_entry_is_is_asked),
    };
    return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
