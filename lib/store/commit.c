/* SPDX-License-Identifier: MIT */
/*
 * commit.c - from visible to durable: the write-ahead log synced after the turn was given back.
 *
 * Two things that FULL does by itself have to be done here. Who answers from what others committed
 * must wait for the disk as well, though it wrote nothing. And a sync that fails leaves frames that
 * others see and build on: the kernel takes their pages for clean and never writes them again, so
 * the next sync succeeds over a hole. Then the turn page is marked, nobody acknowledges anything,
 * and the next transaction writes the whole log anew before it goes on.
 */
#include <assert.h>

#include "store/inside.h"

enum { CHUNK = 16384 };

static int
log_file(struct store *s, sqlite3_file **ret, struct err *reterr)
{
    sqlite3_file *wal = NULL;
    int rc = sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
    if (rc != SQLITE_OK || !wal || !wal->pMethods) {
        return err_set(reterr, -EIO, "the write-ahead log cannot be found");
    }
    *ret = wal;
    return 0;
}

static int
disk_failed(struct store *s, int rc, struct err *reterr)
{
    /* What the disk kept is unknown: this handle must not go on. */
    s->is_broken = true;
    return err_set(reterr, -EIO, "the disk did not keep what was written: %s", sqlite3_errstr(rc));
}

static int
sync_log(struct store *s, struct err *reterr)
{
    sqlite3_file *wal = NULL;
    int r = s->is_broken ? disk_failed(s, SQLITE_IOERR, reterr) : log_file(s, &wal, reterr);
    if (r < 0) {
        return r;
    }
    assert(wal);
    int rc = wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL);
    if (rc != SQLITE_OK) {
        turn_mark(&s->turn, true);
    }
    /* Also when another writer's sync failed: what this one builds on may be missing. */
    return rc != SQLITE_OK || turn_is_marked(&s->turn) ? disk_failed(s, rc, reterr) : 0;
}

/* The same bytes over themselves: readers notice nothing, other writers wait. */
static int
rewrite(sqlite3_file *wal)
{
    uint8_t chunk[CHUNK];
    sqlite3_int64 size = 0;
    int rc = wal->pMethods->xFileSize(wal, &size);
    for (sqlite3_int64 at = 0; rc == SQLITE_OK && at < size; at += CHUNK) {
        int n = size - at < CHUNK ? (int)(size - at) : CHUNK;
        rc = wal->pMethods->xRead(wal, chunk, n, at);
        rc = rc == SQLITE_OK ? wal->pMethods->xWrite(wal, chunk, n, at) : rc;
    }
    return rc == SQLITE_OK ? wal->pMethods->xSync(wal, SQLITE_SYNC_NORMAL) : rc;
}

int
store_heal(struct store *s, struct err *reterr)
{
    sqlite3_file *wal = NULL;
    int r = log_file(s, &wal, reterr);
    if (r < 0) {
        return r;
    }
    assert(wal);
    int rc = rewrite(wal);
    if (rc != SQLITE_OK) {
        return disk_failed(s, rc, reterr);
    }
    turn_mark(&s->turn, false);
    return 0;
}

static uint32_t
data_version(struct store *s)
{
    uint32_t version = 0;
    (void)sqlite3_file_control(s->db, "main", SQLITE_FCNTL_DATA_VERSION, &version);
    return version;
}

/* Still with the turn, so that no writer runs ahead of the checkpoint and the log can start anew.
 * SQLite's own checkpoint would sync the log and keep a failure to itself. If the pages cannot be
 * moved, they stay in the log. */
static int
move_log(struct store *s, struct err *reterr)
{
    s->needs_sync = true;
    int r = store_sync(s, reterr);
    if (r >= 0) {
        (void)sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        s->log_pages = 0;
    }
    return r;
}

int
store_commit_visible(struct store *s, struct err *reterr)
{
    assert(s->in_transaction);
    bool has_changed = sqlite3_total_changes64(s->db) != s->changes_synced;
    bool has_news = data_version(s) != s->version_synced;
    int r = store_exec(s, "COMMIT", reterr);
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    s->needs_sync |= has_changed || has_news;
    s->version_seen = data_version(s);
    s->version_synced = s->needs_sync ? s->version_synced : s->version_seen;
    s->in_transaction = false;
    r = s->log_pages >= s->log_pages_max ? move_log(s, reterr) : 0;
    store_give_turn(s);
    return r;
}

int
store_sync(struct store *s, struct err *reterr)
{
    if (!s->needs_sync || store_is_throw_away(s)) {
        return 0;
    }
    int r = sync_log(s, reterr);
    if (r < 0) {
        return r;
    }
    s->needs_sync = false;
    s->changes_synced = sqlite3_total_changes64(s->db);
    s->version_synced = s->version_seen;
    return 0;
}
