/* SPDX-License-Identifier: MIT */
/* test_store_fate.c - a store whose disk is full or fails, and one that is killed at each of its
 * writes in turn: it is whole afterwards, old or new, and the same handle goes on when it can. */
#include "scale.h"
#include "store_fixture.h"

enum { FAR_MORE_WRITES = 800 };

/* Stands between SQLite and the kernel, in a child process only. */
static struct {
    int left; /* writes until it happens; < 0 never */
    int err;  /* fail with it from then on; 0: the process dies */
    ssize_t (*pwrite)(int fd, const void *bytes, size_t n, off_t at);
    int (*ftruncate)(int fd, off_t n);
} fate;

static bool
is_fated(void)
{
    if (fate.left < 0 || fate.left-- > 0) {
        return false;
    }
    if (fate.err == 0) {
        _exit(77);
    }
    fate.left = 0; /* and so on from now on */
    errno = fate.err;
    return true;
}

static ssize_t
fated_pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    return is_fated() ? -1 : fate.pwrite(fd, bytes, n, at);
}

static int
fated_ftruncate(int fd, off_t n)
{
    return is_fated() ? -1 : fate.ftruncate(fd, n);
}

static void
fate_begin(int left, int err)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    fate.left = left;
    fate.err = err;
    fate.pwrite = pwrite;
    fate.ftruncate = ftruncate;
    (void)vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)fated_pwrite);
    (void)vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)fated_pwrite);
    (void)vfs->xSetSystemCall(vfs, "ftruncate", (sqlite3_syscall_ptr)fated_ftruncate);
}

static void
fate_end(void)
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    (void)vfs->xSetSystemCall(vfs, NULL, NULL);
    fate.left = -1;
}

struct doomed {
    struct place *p;
    int left;
};

static int
open_and_die(void *arg)
{
    struct doomed *d = arg;
    struct store *s = NULL;
    fate_begin(d->left, 0);
    int r = store_open(d->p->db, STORE_WRITE, &s, &d->p->why);
    (void)store_free(s);
    return r < 0 ? 1 : 0;
}

static void
a_migration_killed_at_any_write_leaves_old_or_new(void **state)
{
    struct place *p = *state;
    char wal[2 * PLACE_MAX];
    char shm[2 * PLACE_MAX];
    (void)snprintf(wal, sizeof wal, "%s-wal", p->db);
    (void)snprintf(shm, sizeof shm, "%s-shm", p->db);
    int deaths = 0;
    for (int left = 0; left < FAR_MORE_WRITES; left += ONE_ROUND_OF) {
        (void)unlink(p->db);
        (void)unlink(wal);
        (void)unlink(shm);
        int code = wait_for(in_child(open_and_die, &(struct doomed){ p, left }));
        if (code == 0) {
            assert_true(deaths > 5);
            return;
        }
        assert_int_equal(code, 77);
        deaths++;
        struct store *s = NULL;
        int r = store_open(p->db, STORE_JOIN, &s, &p->why);
        assert_true(r == 0 || r == -ENOENT);
        (void)store_free(s);
        s = open_as(p, STORE_WRITE);
        need(p, store_verify(s, &p->why));
        (void)store_free(s);
    }
    fail();
}

static int
write_some(struct place *p, struct store *s)
{
    int r = store_begin(s, &p->why);
    for (int i = 0; r >= 0 && i < 50; i++) {
        const struct audit_entry e = { .at_ms = i, .actor = "hub", .event = "e", .subject = "s" };
        r = audit_append(s, &e, &p->why);
    }
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    return store_commit(s, &p->why);
}

static int
meet_a_full_disk(void *arg)
{
    struct doomed *d = arg;
    struct place *p = d->p;
    struct audit_report report;
    struct store *s = NULL;
    if (store_open(p->db, STORE_WRITE, &s, &p->why) < 0 || write_some(p, s) < 0) {
        return 1;
    }
    fate_begin(d->left, ENOSPC);
    int r = write_some(p, s);
    bool was_met = fate.left == 0;
    fate_end();
    if (r < 0 && r != -ENOSPC) {
        return 2;
    }
    /* room again: the same handle goes on, and the chain is whole */
    if (write_some(p, s) < 0 || audit_verify(s, &report, &p->why) < 0) {
        return 3;
    }
    (void)store_free(s);
    if (r < 0 && report.rows % 50 != 0) {
        return 4;
    }
    return was_met ? 77 : 0;
}

static void
a_full_disk_is_said_to_be_full_and_heals(void **state)
{
    struct place *p = *state;
    int met = 0;
    for (int left = 0; left < FAR_MORE_WRITES; left++) {
        int code = wait_for(in_child(meet_a_full_disk, &(struct doomed){ p, left }));
        if (code == 0) {
            assert_true(met > 1);
            return;
        }
        assert_int_equal(code, 77);
        met++;
    }
    fail();
}

static int
meet_a_failing_disk(void *arg)
{
    struct doomed *d = arg;
    struct store *s = NULL;
    if (store_open(d->p->db, STORE_WRITE, &s, &d->p->why) < 0) {
        return 1;
    }
    fate_begin(0, EIO);
    int r = write_some(d->p, s);
    (void)store_free(s);
    return r == -EIO ? 0 : 2;
}

static void
a_failing_disk_is_eio(void **state)
{
    assert_int_equal(wait_for(in_child(meet_a_failing_disk, &(struct doomed){ *state, 0 })), 0);
}

/* Dies at each write of a transaction in turn: what was answered as committed is there. */
static int
write_and_die(void *arg)
{
    struct doomed *d = arg;
    struct store *s = NULL;
    if (store_open(d->p->db, STORE_WRITE, &s, &d->p->why) < 0) {
        return 1;
    }
    fate_begin(d->left, 0);
    int r = write_some(d->p, s);
    fate_end();
    (void)store_free(s);
    return r < 0 ? 2 : 0;
}

static void
a_transaction_killed_at_any_write_is_whole_or_absent(void **state)
{
    struct place *p = *state;
    for (int left = 0; left < FAR_MORE_WRITES; left++) {
        int code = wait_for(in_child(write_and_die, &(struct doomed){ p, left }));
        struct audit_report report;
        AUTO(store) struct store *s = open_as(p, STORE_WRITE);
        need(p, store_verify(s, &p->why));
        need(p, audit_verify(s, &report, &p->why));
        assert_int_equal(report.rows % 50, 0);
        if (code == 0) {
            assert_true(left > 1 && report.rows >= 50);
            return;
        }
        assert_int_equal(code, 77);
    }
    fail();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_A_PLACE(a_migration_killed_at_any_write_leaves_old_or_new),
        IN_A_PLACE(a_full_disk_is_said_to_be_full_and_heals),
        IN_A_PLACE(a_failing_disk_is_eio),
        IN_A_PLACE(a_transaction_killed_at_any_write_is_whole_or_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
