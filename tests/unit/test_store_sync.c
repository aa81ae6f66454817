/* SPDX-License-Identifier: MIT */
/* test_store_sync.c - after a sync that failed: who refuses, who heals. tests/sim has the disks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/inside.h"

enum { PATH_LEN = 128 };

struct two {
    char dir[64], db[PATH_LEN];
    struct store *hub, *worker;
};

static int
set_up(void **state)
{
    struct two *t = calloc(1, sizeof *t);
    assert_non_null(t);
    (void)snprintf(t->dir, sizeof t->dir, "/tmp/coprod-sync-XXXXXX");
    assert_non_null(mkdtemp(t->dir));
    (void)snprintf(t->db, sizeof t->db, "%s/coprod.db", t->dir);
    assert_int_equal(store_open(t->db, STORE_WRITE, &t->hub, NULL), 0);
    assert_int_equal(store_open(t->db, STORE_JOIN, &t->worker, NULL), 0);
    *state = t;
    return 0;
}

static int
tear_down(void **state)
{
    struct two *t = *state;
    (void)store_free(t->worker);
    (void)store_free(t->hub);
    static const char *const names[] = { "coprod.db", "coprod.db-wal", "coprod.db-shm",
                                         "coprod.turn" };
    for (size_t i = 0; i < LENGTH(names); i++) {
        char path[PATH_LEN];
        (void)snprintf(path, sizeof path, "%s/%s", t->dir, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(t->dir);
    free(t);
    return 0;
}

static int
write_one(struct store *s, const char *value)
{
    int r = store_begin(s, NULL);
    r = r < 0 ? r : store_setting_set(s, "key", value, NULL);
    return r < 0 ? r : store_commit(s, NULL);
}

static void
a_handle_whose_sync_failed_refuses_to_go_on(void **state)
{
    struct two *t = *state;
    struct err why = { "" };
    assert_int_equal(store_begin(t->hub, NULL), 0);
    assert_int_equal(store_setting_set(t->hub, "key", "1", NULL), 0);
    assert_int_equal(store_commit_visible(t->hub, NULL), 0);
    turn_mark(&t->worker->turn, true); /* what the worker does when its sync fails */
    assert_int_equal(store_sync(t->hub, &why), -EIO);
    assert_non_null(strstr(why.text, "did not keep"));
    assert_int_equal(store_begin(t->hub, &why), -EIO);
    assert_non_null(strstr(why.text, "opened again"));
    assert_int_equal(store_sync(t->hub, NULL), -EIO);
}

static void
the_next_transaction_heals_the_log_for_all(void **state)
{
    struct two *t = *state;
    char value[8];
    assert_int_equal(write_one(t->hub, "1"), 0);
    turn_mark(&t->hub->turn, true);
    assert_int_equal(write_one(t->worker, "2"), 0);
    assert_false(turn_is_marked(&t->hub->turn));
    assert_int_equal(write_one(t->hub, "3"), 0);
    assert_int_equal(store_setting_get(t->worker, "key", value, sizeof value, NULL), 1);
    assert_string_equal(value, "3");
}

static void
who_only_read_what_another_wrote_waits_for_the_disk_too(void **state)
{
    struct two *t = *state;
    assert_int_equal(write_one(t->hub, "1"), 0);
    assert_int_equal(store_begin(t->hub, NULL), 0);
    assert_int_equal(store_commit_visible(t->hub, NULL), 0);
    assert_false(t->hub->needs_sync); /* nothing new since its own sync */
    assert_int_equal(store_begin(t->worker, NULL), 0);
    assert_int_equal(store_setting_set(t->worker, "key", "2", NULL), 0);
    assert_int_equal(store_commit_visible(t->worker, NULL), 0);
    assert_int_equal(store_begin(t->hub, NULL), 0);
    assert_int_equal(store_commit_visible(t->hub, NULL), 0);
    assert_true(t->hub->needs_sync);
    assert_int_equal(store_sync(t->hub, NULL), 0);
    assert_false(t->hub->needs_sync);
}

static void
nothing_is_run_outside_a_transaction_that_was_taken_back(void **state)
{
    struct two *t = *state;
    char value[8];
    assert_int_equal(store_begin(t->hub, NULL), 0);
    assert_int_equal(store_exec(t->hub, "ROLLBACK", NULL), 0); /* as SQLite does by itself */
    assert_int_equal(store_setting_set(t->hub, "key", "1", NULL), -EIO);
    assert_int_equal(store_save(t->hub, NULL), -EIO);
    assert_true(store_commit(t->hub, NULL) < 0);
    assert_int_equal(store_setting_get(t->worker, "key", value, sizeof value, NULL), 0);
    assert_int_equal(write_one(t->hub, "2"), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_handle_whose_sync_failed_refuses_to_go_on, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(the_next_transaction_heals_the_log_for_all, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(who_only_read_what_another_wrote_waits_for_the_disk_too,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_run_outside_a_transaction_that_was_taken_back,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
