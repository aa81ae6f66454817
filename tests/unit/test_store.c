/* SPDX-License-Identifier: MIT */
/* test_store.c - the life of a store: opening, transactions, ids, settings, and what becomes of it
 * when it is damaged, newer or read-only. */
#include "store_fixture.h"

enum { NOBODY = 65534 };

/* ---- opening --------------------------------------------------------------------------------- */

static void
a_writer_makes_the_store_and_others_find_it(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *w = open_as(p, STORE_WRITE);
    AUTO(store) struct store *j = open_as(p, STORE_JOIN);
    AUTO(store) struct store *r = open_as(p, STORE_READ);
    struct stat st;
    assert_int_equal(stat(p->db, &st), 0);
    need(p, store_verify(w, &p->why));
    assert_int_equal(store_setting_set(r, "a", "1", &p->why), -EROFS);
}

static void
readers_and_workers_never_make_a_store(void **state)
{
    struct place *p = *state;
    struct store *s = NULL;
    assert_int_equal(store_open(p->db, STORE_READ, &s, &p->why), -ENOENT);
    assert_int_equal(store_open(p->db, STORE_JOIN, &s, &p->why), -ENOENT);
    assert_null(s);
    assert_int_not_equal(access(p->db, F_OK), 0);
    assert_int_equal(raw(p->db, "PRAGMA user_version = 0; CREATE TABLE t (a)"), SQLITE_OK);
    assert_int_equal(store_open(p->db, STORE_JOIN, &s, &p->why), -ENOENT);
    assert_non_null(strstr(p->why.text, "has not been set up"));
    assert_int_equal(store_open(p->db, STORE_READ, &s, &p->why), -ENOENT);
}

static char *
file_bytes(const char *path, size_t *ret_len)
{
    struct stat st = { .st_size = 0 };
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    char *bytes = malloc((size_t)st.st_size + 1);
    assert_non_null(bytes);
    assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
    *ret_len = (size_t)st.st_size;
    return bytes;
}

static void
a_newer_store_is_refused_and_not_touched(void **state)
{
    struct place *p = *state;
    static const enum store_mode modes[] = { STORE_READ, STORE_WRITE, STORE_JOIN };
    (void)store_free(open_as(p, STORE_WRITE));
    assert_int_equal(raw(p->db, "PRAGMA user_version = 99; PRAGMA wal_checkpoint(TRUNCATE)"),
                     SQLITE_OK);
    size_t len = 0;
    AUTO_FREE char *before = file_bytes(p->db, &len);
    for (size_t i = 0; i < LENGTH(modes); i++) {
        struct store *s = NULL;
        assert_int_equal(store_open(p->db, modes[i], &s, &p->why), -EPROTONOSUPPORT);
        assert_non_null(strstr(p->why.text, "newer coprod (schema 99"));
        assert_null(s);
    }
    size_t after_len = 0;
    AUTO_FREE char *after = file_bytes(p->db, &after_len);
    assert_int_equal(len, after_len);
    assert_memory_equal(before, after, len);
}

static void
what_is_no_store_is_refused(void **state)
{
    struct place *p = *state;
    struct store *s = NULL;
    FILE *f = fopen(p->db, "we");
    assert_non_null(f);
    for (int i = 0; i < 1000; i++) {
        (void)fputs("this is a letter, not a store\n", f);
    }
    (void)fclose(f);
    assert_int_equal(store_open(p->db, STORE_WRITE, &s, &p->why), -EBADMSG);
    assert_int_equal(store_open(p->db, STORE_READ, &s, &p->why), -EBADMSG);
    assert_null(s);
}

static void
a_damaged_page_is_found(void **state)
{
    struct place *p = *state;
    struct store *s = open_as(p, STORE_WRITE);
    need(p, store_begin(s, &p->why));
    for (int i = 0; i < 2000; i++) {
        append(p, s, "event", "subject");
    }
    need(p, store_commit(s, &p->why));
    (void)store_free(s);
    assert_int_equal(raw(p->db, "PRAGMA wal_checkpoint(TRUNCATE)"), SQLITE_OK);
    struct stat st;
    assert_int_equal(stat(p->db, &st), 0);
    {
        AUTO_CLOSE int fd = open(p->db, O_WRONLY | O_CLOEXEC);
        char noise[4096];
        (void)memset(noise, 0x5A, sizeof noise);
        off_t at = (st.st_size * 3 / 4) & ~4095L; /* the newest pages: the audit's */
        for (; at < st.st_size; at += (off_t)sizeof noise) {
            assert_int_equal(pwrite(fd, noise, sizeof noise, at), sizeof noise);
        }
    }
    AUTO(store) struct store *r = open_as(p, STORE_READ);
    assert_int_equal(store_verify(r, &p->why), -EBADMSG);
    struct audit_report report;
    assert_int_equal(audit_verify(r, &report, &p->why), -EBADMSG);
}

static void
a_query_that_does_not_fit_the_schema_is_found_at_the_start(void **state)
{
    struct place *p = *state;
    (void)store_free(open_as(p, STORE_WRITE));
    assert_int_equal(raw(p->db, "ALTER TABLE probe RENAME TO another"), SQLITE_OK);
    AUTO(store) struct store *s = open_as(p, STORE_JOIN);
    assert_int_equal(store_fits(s, &p->why), -EIO);
    assert_non_null(strstr(p->why.text, "does not fit the store"));
    assert_int_equal(store_run(s, Q_PROBE_ADD, WITH(I(1), I(1), I(0), I(0)), &p->why), -EIO);
    assert_int_equal(raw(p->db, "ALTER TABLE another RENAME TO probe"), SQLITE_OK);
    need(p, store_fits(s, &p->why));
}

static void
whether_there_is_a_row_is_told_and_an_error_is_none(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = open_as(p, STORE_MEMORY);
    assert_int_equal(store_has(s, Q_SETTING_GET, WITH(T("zone")), &p->why), 0);
    need(p, store_setting_set(s, "zone", "Europe/London", &p->why));
    assert_int_equal(store_has(s, Q_SETTING_GET, WITH(T("zone")), &p->why), 1);
    need(p, store_begin(s, &p->why));
    assert_int_equal(sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(store_has(s, Q_SETTING_GET, WITH(T("zone")), &p->why), -EIO);
    store_rollback(s);
}

static int
open_as_nobody(void *arg)
{
    struct place *p = arg;
    struct store *s = NULL;
    if (geteuid() == 0 && (setgid(NOBODY) < 0 || setuid(NOBODY) < 0)) {
        return 99;
    }
    int r = store_open(p->db, STORE_WRITE, &s, &p->why);
    (void)store_free(s);
    return -r;
}

static void
a_folder_that_cannot_be_written_is_said_to_be_so(void **state)
{
    struct place *p = *state;
    assert_int_equal(chmod(p->dir, 0555), 0);
    int r = wait_for(in_child(open_as_nobody, p));
    assert_int_equal(r, EACCES);
    assert_int_equal(chmod(p->dir, 0755), 0);
    (void)store_free(open_as(p, STORE_WRITE));
    assert_int_equal(chmod(p->db, 0444), 0);
    assert_int_equal(chmod(p->dir, 0555), 0);
    r = wait_for(in_child(open_as_nobody, p));
    assert_true(r == EACCES || r == EROFS || r == ENOENT);
    struct store *s = NULL;
    char path[2 * PLACE_MAX];
    (void)snprintf(path, sizeof path, "%s/none/coprod.db", p->dir);
    assert_int_equal(store_open(path, STORE_WRITE, &s, &p->why), -ENOENT);
}

/* ---- transactions ---------------------------------------------------------------------------- */

static void
what_is_rolled_back_was_never_there(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = open_as(p, STORE_WRITE);
    char value[16];
    need(p, store_begin(s, &p->why));
    assert_true(store_in_transaction(s));
    need(p, store_setting_set(s, "a", "1", &p->why));
    store_rollback(s);
    assert_false(store_in_transaction(s));
    assert_int_equal(store_setting_get(s, "a", value, sizeof value, &p->why), 0);
    assert_string_equal(value, "");
    store_rollback(s); /* nothing to take back: no harm */
    need(p, store_begin(s, &p->why));
    need(p, store_setting_set(s, "a", "2", &p->why));
    need(p, store_commit(s, &p->why));
    assert_int_equal(store_setting_get(s, "a", value, sizeof value, &p->why), 1);
    assert_string_equal(value, "2");
}

static void
an_undone_savepoint_gives_the_audit_head_back(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = open_as(p, STORE_WRITE);
    struct audit_report report;
    need(p, store_begin(s, &p->why));
    append(p, s, "first", "x");
    need(p, store_save(s, &p->why));
    append(p, s, "undone", "x");
    append(p, s, "undone too", "x");
    need(p, store_undo(s, &p->why));
    need(p, store_save(s, &p->why));
    append(p, s, "second", "x");
    need(p, store_release(s, &p->why));
    need(p, store_commit(s, &p->why));
    need(p, audit_verify(s, &report, &p->why));
    assert_int_equal(report.rows, 2);
}

static void
undo_without_a_savepoint_fails(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = open_as(p, STORE_WRITE);
    need(p, store_begin(s, &p->why));
    assert_true(store_undo(s, &p->why) < 0);
    assert_true(store_release(s, &p->why) < 0);
    store_rollback(s);
}

static void
a_lock_held_elsewhere_is_busy(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = open_as(p, STORE_WRITE);
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(p->db, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_busy_timeout(s->db, 10);
    assert_int_equal(store_begin(s, &p->why), -EBUSY);
    assert_false(store_in_transaction(s));
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    need(p, store_begin(s, &p->why));
    store_rollback(s);
}

static int
again(void *arg, const struct row *row)
{
    struct store *s = arg;
    (void)row;
    return store_each(s, Q_CALENDAR_DAY_LIST, NONE, again, s, NULL);
}

static int
stop_at_two(void *arg, const struct row *row)
{
    int *n = arg;
    assert_int_equal(row_columns(row), 2);
    assert_string_equal(row_name(row, 0), "day");
    assert_false(row_is_null(row, 1));
    return ++*n == 2 ? 7 : 0;
}

static void
a_query_inside_itself_is_refused_and_a_callback_may_stop(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = open_as(p, STORE_WRITE);
    need(p, store_begin(s, &p->why));
    for (int64_t day = 1; day <= 3; day++) {
        need(p, store_run(s, Q_CALENDAR_DAY_ADD, WITH(I(day), I(1)), &p->why));
    }
    need(p, store_commit(s, &p->why));
    assert_int_equal(store_each(s, Q_CALENDAR_DAY_LIST, NONE, again, s, &p->why), -EBUSY);
    int n = 0;
    assert_int_equal(store_each(s, Q_CALENDAR_DAY_LIST, NONE, stop_at_two, &n, &p->why), 7);
    assert_int_equal(store_each(s, Q_CALENDAR_DAY_LIST, NONE, NULL, NULL, &p->why), 3);
}

static void
a_key_that_stands_there_is_refused(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = open_as(p, STORE_WRITE);
    need(p, store_begin(s, &p->why));
    need(p, store_run(s, Q_SURVEY_ADD, WITH(I(1), T("fft"), T("x"), I(0)), &p->why));
    assert_int_equal(store_run(s, Q_SURVEY_ADD, WITH(I(2), T("fft"), T("x"), I(0)), &p->why),
                     -EEXIST);
    assert_int_equal(store_run(s, Q_TIMER_SET, WITH(I(77), I(0)), &p->why), -EEXIST);
    store_rollback(s);
}

static void
a_reader_sees_one_instant(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *w = open_as(p, STORE_WRITE);
    AUTO(store) struct store *r = open_as(p, STORE_READ);
    char value[16];
    need(p, store_read_begin(r, &p->why));
    assert_int_equal(store_setting_get(r, "a", value, sizeof value, &p->why), 0);
    need(p, store_begin(w, &p->why));
    need(p, store_setting_set(w, "a", "1", &p->why));
    need(p, store_commit(w, &p->why));
    assert_int_equal(store_setting_get(r, "a", value, sizeof value, &p->why), 0);
    store_read_end(r);
    assert_int_equal(store_setting_get(r, "a", value, sizeof value, &p->why), 1);
}

/* ---- ids and settings ------------------------------------------------------------------------ */

static void
an_id_is_never_used_twice(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = open_as(p, STORE_WRITE);
    int64_t first = 0;
    int64_t next = 0;
    need(p, store_begin(s, &p->why));
    need(p, store_ids(s, "job", 3, &first, &p->why));
    need(p, store_run(s, Q_JOB_ADD,
                      WITH(I(first), I(5), T("k"), I(2), I(0), I(0), T(""), I(0)), &p->why));
    need(p, store_commit(s, &p->why));
    assert_int_equal(raw(p->db, "DELETE FROM job"), SQLITE_OK);
    need(p, store_begin(s, &p->why));
    need(p, store_ids(s, "job", 1, &next, &p->why));
    assert_int_equal(next, first + 3);
    store_rollback(s); /* nobody has seen that one */
    need(p, store_begin(s, &p->why));
    need(p, store_ids(s, "job", 1, &next, &p->why));
    assert_true(next >= first + 3);
    int64_t other = 0;
    need(p, store_ids(s, "notice", 1, &other, &p->why));
    assert_int_equal(other, 1);
    need(p, store_commit(s, &p->why));
    (void)store_free(TAKE(s));
    s = open_as(p, STORE_WRITE);
    need(p, store_begin(s, &p->why));
    need(p, store_ids(s, "job", 1, &first, &p->why));
    assert_int_equal(first, next + 1);
    store_rollback(s);
}

static void
a_setting_is_kept_replaced_and_never_cut(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = open_as(p, STORE_WRITE);
    char small[4];
    char value[32];
    need(p, store_begin(s, &p->why));
    need(p, store_setting_set(s, "zone", "Europe/London", &p->why));
    need(p, store_setting_set(s, "zone", "Europe/Dublin", &p->why));
    need(p, store_commit(s, &p->why));
    assert_int_equal(store_setting_get(s, "zone", value, sizeof value, &p->why), 1);
    assert_string_equal(value, "Europe/Dublin");
    assert_true(store_setting_get(s, "zone", small, sizeof small, &p->why) < 0);
    assert_int_equal(store_setting_get(s, "none", value, sizeof value, &p->why), 0);
}

static void
a_backup_of_a_broken_chain_is_refused_and_removed(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = open_as(p, STORE_WRITE);
    char copy[2 * PLACE_MAX];
    need(p, store_begin(s, &p->why));
    append(p, s, "one", "x");
    append(p, s, "two", "x");
    need(p, store_commit(s, &p->why));
    need(p, store_checkpoint(s, &p->why));
    assert_int_equal(raw(p->db, "UPDATE audit SET actor = 'other' WHERE seq = 1"), SQLITE_OK);
    (void)snprintf(copy, sizeof copy, "%s/copy.db", p->dir);
    assert_int_equal(store_backup(s, copy, &p->why), -EBADMSG);
    assert_int_not_equal(access(copy, F_OK), 0);
}

static void
a_throw_away_store_has_no_turns_and_no_file(void **state)
{
    static const enum store_mode modes[] = { STORE_MEMORY, STORE_APART };
    struct place *p = *state;
    for (size_t i = 0; i < LENGTH(modes); i++) {
        AUTO(store) struct store *s = open_as(p, modes[i]);
        int64_t since = 0;
        need(p, store_begin(s, &p->why));
        assert_int_equal(store_turn_holder(s, &since), 0);
        append(p, s, "one", "x");
        need(p, store_commit(s, &p->why));
        need(p, store_begin_try(s, &p->why));
        store_rollback(s);
        assert_int_not_equal(access(p->db, F_OK), 0);
    }
    assert_null(store_free(NULL));
}

/* SQLite would choose another index by a value, and prepare the statement anew at each run. */
static void
no_statement_is_prepared_again_because_of_its_values(void **state)
{
    struct place *p = *state;
    AUTO(store) struct store *s = open_as(p, STORE_MEMORY);
    need(p, store_fits(s, &p->why));
    need(p, store_begin(s, &p->why));
    for (int id = 0; id < QUERY_MAX_; id++) {
        sqlite3_stmt *q = s->query[id];
        for (int round = 1; round <= 3; round++) {
            for (int i = sqlite3_bind_parameter_count(q); i > 0; i--) {
                assert_int_equal(sqlite3_bind_int(q, i, round), SQLITE_OK);
            }
            (void)sqlite3_step(q); /* some contradict the schema: that is not asked here */
            (void)sqlite3_reset(q);
            assert_int_equal(sqlite3_clear_bindings(q), SQLITE_OK);
        }
        if (sqlite3_stmt_status(q, SQLITE_STMTSTATUS_REPREPARE, 0) != 0) {
            fail_msg("%s is prepared again", query_texts[id].name);
        }
    }
    store_rollback(s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(a_writer_makes_the_store_and_others_find_it),
        IN_A_PLACE(readers_and_workers_never_make_a_store),
        IN_A_PLACE(a_newer_store_is_refused_and_not_touched),
        IN_A_PLACE(what_is_no_store_is_refused),
        IN_A_PLACE(a_damaged_page_is_found),
        IN_A_PLACE(a_query_that_does_not_fit_the_schema_is_found_at_the_start),
        IN_A_PLACE(whether_there_is_a_row_is_told_and_an_error_is_none),
        IN_A_PLACE(a_folder_that_cannot_be_written_is_said_to_be_so),
        IN_A_PLACE(what_is_rolled_back_was_never_there),
        IN_A_PLACE(an_undone_savepoint_gives_the_audit_head_back),
        IN_A_PLACE(undo_without_a_savepoint_fails),
        IN_A_PLACE(a_lock_held_elsewhere_is_busy),
        IN_A_PLACE(a_query_inside_itself_is_refused_and_a_callback_may_stop),
        IN_A_PLACE(a_key_that_stands_there_is_refused),
        IN_A_PLACE(a_reader_sees_one_instant),
        IN_A_PLACE(an_id_is_never_used_twice),
        IN_A_PLACE(a_setting_is_kept_replaced_and_never_cut),
        IN_A_PLACE(a_backup_of_a_broken_chain_is_refused_and_removed),
        IN_A_PLACE(a_throw_away_store_has_no_turns_and_no_file),
        IN_A_PLACE(no_statement_is_prepared_again_because_of_its_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
