/* SPDX-License-Identifier: MIT */
/* store.c - the life of a store handle: open, check, transactions, copies. */
#include "store/store.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/audit.h"
#include "store/inside.h"

enum { BUSY_MS = 10000, WIPE_MS = 500, WAL_PAGES = 4000, PATH_TEXT_MAX = 4096 };

bool
store_is_throw_away(const struct store *s)
{
    return s->mode == STORE_MEMORY || s->mode == STORE_APART;
}

static int
on_log(void *arg, sqlite3 *db, const char *name, int pages)
{
    (void)db;
    (void)name;
    struct store *s = arg;
    s->log_pages = pages;
    return SQLITE_OK;
}

static int
read_mode(void *arg, int n, char **values, char **names)
{
    (void)names;
    *(bool *)arg = n > 0 && values[0] && strcmp(values[0], "wal") == 0;
    return 0;
}

/* SQLite stays silently with another kind of journal where a file system has no shared memory. */
static int
check_log(struct store *s, struct err *reterr)
{
    bool is_wal = false;
    int rc = sqlite3_exec(s->db, "PRAGMA journal_mode", read_mode, &is_wal, NULL);
    if (rc != SQLITE_OK) {
        return store_fail(s, rc, "asking for the write-ahead log", reterr);
    }
    return is_wal ? 0
                  : err_set(reterr, -EIO, "this file system cannot hold a store: it has no shared "
                                          "memory for the write-ahead log (a network share?)");
}

static int
pragma_setup(struct store *s, struct err *reterr)
{
    static const char *const always = "PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON;"
                                      "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;"
                                      "PRAGMA secure_delete=ON;";
    int r = store_exec(s, always, reterr);
    /* A reader was opened read-only. query_only besides would forbid VACUUM INTO: no backup. */
    if (r < 0 || store_is_throw_away(s) || s->mode == STORE_READ) {
        return r;
    }
    /* NORMAL alone would lose acknowledged commits when the power fails: store_sync does at the end
     * of each commit what FULL does inside it, after the turn was given back. */
    r = store_exec(s, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;", reterr);
    if (r < 0) {
        return r;
    }
    (void)sqlite3_wal_hook(s->db, on_log, s); /* instead of SQLite's own checkpoints */
    s->log_pages_max = WAL_PAGES;
    return check_log(s, reterr);
}

int
store_read_version(struct store *s, int *ret, struct err *reterr)
{
    sqlite3_stmt *q = NULL;
    int rc = sqlite3_prepare_v2(s->db, "PRAGMA user_version", -1, &q, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(q);
    }
    if (rc == SQLITE_ROW) {
        *ret = sqlite3_column_int(q, 0);
    }
    (void)sqlite3_finalize(q);
    return rc == SQLITE_ROW ? 0 : store_fail(s, rc, "reading the store's version", reterr);
}

/* SQLite says "cannot open" for every reason; the kernel says which one it was. */
static int
kernel_says(const struct store *s, const char *path)
{
    static const int flags[] = { [STORE_READ] = O_RDONLY,
                                 [STORE_WRITE] = O_RDWR | O_CREAT,
                                 [STORE_JOIN] = O_RDWR,
                                 [STORE_MEMORY] = O_RDONLY,
                                 [STORE_APART] = O_RDONLY };
    AUTO_CLOSE int fd = open(path, flags[s->mode] | O_CLOEXEC, 0600);
    struct stat st;
    return fd < 0 ? -errno : fstat(fd, &st) == 0 && S_ISDIR(st.st_mode) ? -EISDIR : 0;
}

static int
open_file(struct store *s, const char *path, struct err *reterr)
{
    static const int flags[] = {
        [STORE_READ] = SQLITE_OPEN_READONLY,
        [STORE_WRITE] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
        [STORE_JOIN] = SQLITE_OPEN_READWRITE,
        [STORE_MEMORY] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY,
        [STORE_APART] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
    };
    const char *name = s->mode == STORE_MEMORY  ? ":memory:"
                       : s->mode == STORE_APART ? ""
                                                : path;
    int rc = sqlite3_open_v2(name, &s->db, flags[s->mode] | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc == SQLITE_OK) {
        rc = sqlite3_extended_result_codes(s->db, 1);
        (void)sqlite3_busy_timeout(s->db, BUSY_MS);
        (void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
        /* Else a statement whose value could choose another index is prepared anew at each run. */
        (void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    }
    if (rc != SQLITE_OK) {
        int r = kernel_says(s, name);
        if (r < 0) {
            return err_set(reterr, r, "cannot open the store '%.180s': %s", name, strerror(-r));
        }
        char doing[ERR_TEXT_MAX / 2];
        (void)snprintf(doing, sizeof doing, "opening the store '%.180s'", name);
        return store_fail(s, rc, doing, reterr);
    }
    return 0;
}

static int
open_turn(struct store *s, const char *path, struct err *reterr)
{
    if (s->mode != STORE_WRITE && s->mode != STORE_JOIN) {
        return 0;
    }
    char turn[PATH_TEXT_MAX];
    size_t stem = strlen(path);
    if (stem > 3 && strcmp(path + stem - 3, ".db") == 0) {
        stem -= 3;
    }
    int n = snprintf(turn, sizeof turn, "%.*s.turn", (int)stem, path);
    if (n < 0 || (size_t)n >= sizeof turn) {
        return err_set(reterr, -ENAMETOOLONG, "the store's path is too long");
    }
    return turn_open(turn, &s->turn, reterr);
}

static int
check_version(struct store *s, struct err *reterr)
{
    int version = 0;
    int r = store_read_version(s, &version, reterr);
    if (r < 0) {
        return r;
    }
    if (version > STORE_SCHEMA_VERSION) {
        return err_set(
            reterr, -EPROTONOSUPPORT,
            "the store was written by a newer coprod (schema %d, this program knows %d): "
            "install the newer program; the store was not touched",
            version, STORE_SCHEMA_VERSION);
    }
    if (version < STORE_SCHEMA_VERSION && (s->mode == STORE_READ || s->mode == STORE_JOIN)) {
        return version == 0
                   ? err_set(reterr, -ENOENT, "the store has not been set up yet: start the daemon")
                   : err_set(reterr, -ENOENT,
                             "the store is an older coprod's (schema %d of %d): "
                             "the daemon lifts it when it starts", version, STORE_SCHEMA_VERSION);
    }
    return 0;
}

static struct store *
new_handle(enum store_mode mode)
{
    struct store *s = calloc(1, sizeof *s);
    if (s) {
        s->mode = mode;
        s->turn = TURN_NONE;
    }
    return s;
}

int
store_open(const char *path, enum store_mode mode, struct store **ret, struct err *reterr)
{
    AUTO(store) struct store *s = new_handle(mode);
    if (!s) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    int r = open_file(s, path, reterr);
    r = r < 0 ? r : check_version(s, reterr);
    r = r < 0 ? r : pragma_setup(s, reterr);
    r = r < 0 ? r : open_turn(s, path, reterr);
    if (r >= 0 && (mode == STORE_WRITE || store_is_throw_away(s))) {
        r = store_migrate(s, path, reterr);
    }
    /* Reads the schema: one that is damaged shows here. */
    r = r < 0 ? r : store_prepare(s, Q_SETTING_GET, reterr);
    if (r < 0) {
        return r;
    }
    *ret = TAKE(s);
    return 0;
}

struct store *
store_free(struct store *s)
{
    if (!s) {
        return NULL;
    }
    store_rollback(s);
    for (int id = 0; id < QUERY_MAX_; id++) {
        (void)sqlite3_finalize(s->query[id]);
    }
    if (s->is_broken || turn_is_marked(&s->turn)) {
        /* A checkpoint at the close would build on a log that the disk may not have. */
        (void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    }
    (void)sqlite3_close(s->db);
    turn_done(&s->turn);
    free(s);
    return NULL;
}

static int
begin_now(struct store *s, struct err *reterr)
{
    s->has_turn = s->turn.fd >= 0;
    int r = s->is_broken ? err_set(reterr, -EIO, "the store must be opened again: the disk failed")
                         : store_exec(s, "BEGIN IMMEDIATE", reterr);
    if (r >= 0 && turn_is_marked(&s->turn)) {
        r = store_heal(s, reterr);
    }
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    s->in_transaction = true;
    return 0;
}

int
store_begin(struct store *s, struct err *reterr)
{
    assert(!s->in_transaction);
    int r = s->turn.fd >= 0 ? turn_take(&s->turn) : 0;
    if (r < 0) {
        return err_set(reterr, r, "waiting for the turn to write failed: %s", strerror(-r));
    }
    return begin_now(s, reterr);
}

int
store_begin_try(struct store *s, struct err *reterr)
{
    assert(!s->in_transaction);
    int r = s->turn.fd >= 0 ? turn_try(&s->turn) : 0;
    if (r < 0) {
        return err_set(reterr, r, "another writer has the turn");
    }
    return begin_now(s, reterr);
}

int
store_begin_with_turn(struct store *s, struct err *reterr)
{
    assert(!s->in_transaction);
    return begin_now(s, reterr);
}

int
store_turn_take(struct store *s)
{
    return turn_take(&s->turn);
}

void
store_give_turn(struct store *s)
{
    if (s->has_turn) {
        s->has_turn = false;
        turn_give(&s->turn);
    }
}

int
store_commit(struct store *s, struct err *reterr)
{
    int r = store_commit_visible(s, reterr);
    return r < 0 ? r : store_sync(s, reterr);
}

void
store_rollback(struct store *s)
{
    if (s->db && !sqlite3_get_autocommit(s->db)) {
        (void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
    }
    s->in_transaction = false;
    store_give_turn(s);
}

bool
store_in_transaction(const struct store *s)
{
    return s->in_transaction;
}

int
store_save(struct store *s, struct err *reterr)
{
    int r = store_still_open(s, reterr);
    return r < 0 ? r : store_exec(s, "SAVEPOINT one", reterr);
}

int
store_release(struct store *s, struct err *reterr)
{
    return store_exec(s, "RELEASE one", reterr);
}

int
store_undo(struct store *s, struct err *reterr)
{
    return store_exec(s, "ROLLBACK TO one; RELEASE one", reterr);
}

int
store_read_begin(struct store *s, struct err *reterr)
{
    return store_exec(s, "BEGIN", reterr);
}

void
store_read_end(struct store *s)
{
    (void)sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
}

int
store_turn_holder(struct store *s, int64_t *ret_since_ms)
{
    return s->turn.fd >= 0 ? turn_holder(&s->turn, ret_since_ms) : 0;
}

int
store_checkpoint_at_commit(struct store *s, bool on, struct err *reterr)
{
    int rc = sqlite3_wal_autocheckpoint(s->db, on ? WAL_PAGES : 0);
    return rc == SQLITE_OK ? 0 : store_fail(s, rc, "checkpoint", reterr);
}

int
store_checkpoint(struct store *s, struct err *reterr)
{
    s->needs_sync = true; /* here a failure is heard; inside the checkpoint it may not be */
    int r = store_sync(s, reterr);
    if (r < 0) {
        return r;
    }
    int rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return rc == SQLITE_OK || rc == SQLITE_BUSY ? 0 : store_fail(s, rc, "checkpoint", reterr);
}

/* With the turn in hand no writer is in the way; a reader may be. */
int
store_wipe_log(struct store *s, struct err *reterr)
{
    int r = s->turn.fd >= 0 ? turn_take(&s->turn) : 0;
    if (r < 0) {
        return err_set(reterr, r, "waiting for the turn to write failed: %s", strerror(-r));
    }
    s->has_turn = s->turn.fd >= 0;
    (void)sqlite3_busy_timeout(s->db, WIPE_MS);
    int rc = turn_is_marked(&s->turn)
                 ? SQLITE_BUSY
                 : sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    (void)sqlite3_busy_timeout(s->db, BUSY_MS);
    store_give_turn(s);
    return rc == SQLITE_OK     ? 1
           : rc == SQLITE_BUSY ? 0
                               : store_fail(s, rc, "checkpoint", reterr);
}

static int
verify_row(void *arg, int n, char **values, char **names)
{
    (void)names;
    if (n > 0 && values[0] && strcmp(values[0], "ok") != 0) {
        (void)err_set(arg, -EBADMSG, "the store is damaged: %s", values[0]);
        return 1;
    }
    return 0;
}

int
store_verify(struct store *s, struct err *reterr)
{
    struct err found = { "" };
    int rc = sqlite3_exec(s->db, "PRAGMA integrity_check(1); PRAGMA foreign_key_check;", verify_row,
                          &found, NULL);
    if (found.text[0]) {
        return err_set(reterr, -EBADMSG, "%s", found.text);
    }
    return rc == SQLITE_OK ? 0 : store_fail(s, rc, "checking the store", reterr);
}

static int
copy_verified(const char *path, struct err *reterr)
{
    AUTO(store) struct store *copy = NULL;
    struct audit_report report;
    int r = store_open(path, STORE_READ, &copy, reterr);
    if (r < 0) {
        return r;
    }
    assert(copy);
    r = store_verify(copy, reterr);
    return r < 0 ? r : audit_verify(copy, &report, reterr);
}

/* SQLite writes such a copy without a sync. */
int
store_keep_file(const char *path, struct err *reterr)
{
    AUTO_FREE char *folder = strdup(path);
    if (!folder) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    char *slash = strrchr(folder, '/');
    const char *in = !slash ? "." : slash == folder ? "/" : folder;
    if (slash && slash != folder) {
        *slash = '\0';
    }
    AUTO_CLOSE int file = open(path, O_RDONLY | O_CLOEXEC);
    AUTO_CLOSE int dir = open(in, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0 || dir < 0 || fsync(file) < 0 || fsync(dir) < 0) {
        return err_set(reterr, -EIO, "the disk did not keep '%s': %m", path);
    }
    return 0;
}

/* Whoever restores it looks first: what was sent since would be sent again. */
static int
hold_copy(struct store *s, const char *path, struct err *reterr)
{
    static const char sql[] =
        "INSERT INTO setting (key, value) VALUES ('mail.held', 'restored from a backup: what was "
        "sent since it was made would be sent again (coprodctl mail list --held)') "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    sqlite3 *copy = NULL;
    int rc = sqlite3_open_v2(path, &copy, SQLITE_OPEN_READWRITE, NULL);
    rc = rc == SQLITE_OK ? sqlite3_exec(copy, sql, NULL, NULL, NULL) : rc;
    (void)sqlite3_close(copy);
    return rc == SQLITE_OK ? 0 : store_fail(s, rc, "marking the copy", reterr);
}

int
store_copy_into(struct store *s, const char *to, struct err *reterr)
{
    mode_t before = umask(077);
    sqlite3_stmt *q = NULL;
    int rc = sqlite3_prepare_v2(s->db, "VACUUM INTO $1", -1, &q, NULL);
    rc = rc == SQLITE_OK ? sqlite3_bind_text(q, 1, to, -1, SQLITE_STATIC) : rc;
    rc = rc == SQLITE_OK ? sqlite3_step(q) : rc;
    int r = rc == SQLITE_DONE ? 0 : store_fail(s, rc, "copying the store", reterr);
    (void)sqlite3_finalize(q);
    (void)umask(before);
    return r;
}

int
store_backup(struct store *s, const char *to, struct err *reterr)
{
    if (access(to, F_OK) == 0) {
        return err_set(reterr, -EEXIST, "'%s' exists already; name a new file", to);
    }
    /* A reader's connection is read-only as it was opened; query_only also forbids the copy. */
    int r = s->mode == STORE_READ ? store_exec(s, "PRAGMA query_only=OFF;", reterr) : 0;
    if (r < 0) {
        return r;
    }
    r = store_copy_into(s, to, reterr);
    r = r < 0 ? r : hold_copy(s, to, reterr);
    r = r < 0 ? r : copy_verified(to, reterr);
    r = r < 0 ? r : store_keep_file(to, reterr);
    if (r < 0) {
        (void)unlink(to);
        return r;
    }
    return s->mode == STORE_READ ? store_exec(s, "PRAGMA query_only=ON;", reterr) : 0;
}

int
store_clone(struct store *s, struct store **ret, struct err *reterr)
{
    AUTO(store) struct store *copy = new_handle(STORE_MEMORY);
    int r = copy ? open_file(copy, NULL, reterr) : err_set(reterr, -ENOMEM, "out of memory");
    r = r < 0 ? r : pragma_setup(copy, reterr);
    if (r < 0) {
        return r;
    }
    sqlite3_backup *b = sqlite3_backup_init(copy->db, "main", s->db, "main");
    int rc = b ? sqlite3_backup_step(b, -1) : sqlite3_errcode(copy->db);
    if (b) {
        (void)sqlite3_backup_finish(b);
    }
    if (rc != SQLITE_DONE) {
        return store_fail(copy, rc, "copying the store", reterr);
    }
    *ret = TAKE(copy);
    return 0;
}
