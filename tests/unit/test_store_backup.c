/* SPDX-License-Identifier: MIT */
/* test_store_backup.c - a copy of the store made by a reader, while a writer has it open. */
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

#include "store/audit.h"

enum { PATH_LEN = 128 };

struct bench {
    char dir[64];
    char db[PATH_LEN], copy[PATH_LEN];
    struct store *writer, *reader;
};

static int
set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    assert_int_equal(hash_init(), 0);
    (void)snprintf(b->dir, sizeof b->dir, "/tmp/coprod-backup-XXXXXX");
    assert_non_null(mkdtemp(b->dir));
    (void)snprintf(b->db, sizeof b->db, "%s/coprod.db", b->dir);
    (void)snprintf(b->copy, sizeof b->copy, "%s/copy.db", b->dir);
    assert_int_equal(store_open(b->db, STORE_WRITE, &b->writer, NULL), 0);
    struct audit_entry entry = { .at_ms = 1, .actor = "hub", .on_behalf = "", .event = "open",
                                 .subject = "P:1a/deliver", .detail = "" };
    assert_int_equal(store_begin(b->writer, NULL), 0);
    assert_int_equal(audit_append(b->writer, &entry, NULL), 0);
    assert_int_equal(store_commit(b->writer, NULL), 0);
    assert_int_equal(store_open(b->db, STORE_READ, &b->reader, NULL), 0);
    *state = b;
    return 0;
}

static int
tear_down(void **state)
{
    struct bench *b = *state;
    (void)store_free(b->reader);
    (void)store_free(b->writer);
    static const char *const names[] = { "coprod.db", "coprod.db-wal", "coprod.db-shm",
                                         "coprod.turn", "copy.db" };
    for (size_t i = 0; i < LENGTH(names); i++) {
        char path[PATH_LEN];
        (void)snprintf(path, sizeof path, "%s/%s", b->dir, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(b->dir);
    free(b);
    return 0;
}

static void
a_reader_makes_a_whole_copy_that_only_its_owner_reads(void **state)
{
    struct bench *b = *state;
    assert_int_equal(store_backup(b->reader, b->copy, NULL), 0);
    struct stat st;
    assert_int_equal(stat(b->copy, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    AUTO(store) struct store *copy = NULL;
    struct audit_report report = { 0 };
    assert_int_equal(store_open(b->copy, STORE_READ, &copy, NULL), 0);
    assert_int_equal(audit_verify(copy, &report, NULL), 0);
    assert_int_equal(report.rows, 1);
}

static void
a_backup_never_writes_over_a_file(void **state)
{
    struct bench *b = *state;
    struct err why = { "" };
    int fd = open(b->copy, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(store_backup(b->reader, b->copy, &why), -EEXIST);
    assert_non_null(strstr(why.text, "exists already"));
}

static void
a_backup_into_a_folder_that_is_not_there_fails_in_words(void **state)
{
    struct bench *b = *state;
    struct err why = { "" };
    char path[PATH_LEN];
    (void)snprintf(path, sizeof path, "%s/none/copy.db", b->dir);
    assert_true(store_backup(b->reader, path, &why) < 0);
    assert_true(why.text[0] != '\0');
}

static void
a_reader_cannot_write(void **state)
{
    struct bench *b = *state;
    assert_int_equal(store_setting_set(b->reader, "k", "v", NULL), -EROFS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_reader_makes_a_whole_copy_that_only_its_owner_reads,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_backup_never_writes_over_a_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_backup_into_a_folder_that_is_not_there_fails_in_words,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_reader_cannot_write, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
