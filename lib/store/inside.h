/* SPDX-License-Identifier: MIT */
/* inside.h - what the files of lib/store share and nobody else sees: the handle and its door to
 * SQLite. */
#ifndef COPROD_STORE_INSIDE_H
#define COPROD_STORE_INSIDE_H

#include <sqlite3.h>

#include "store/store.h"
#include "store/turn.h"

struct store {
    sqlite3 *db;
    enum store_mode mode;
    struct turn turn; /* fd -1 for readers and stores in memory */
    bool has_turn;
    bool in_transaction;
    bool needs_sync;              /* committed or read, not yet known to be on the disk */
    bool is_broken;               /* a sync failed: this handle says nothing for sure any more */
    sqlite3_int64 changes_synced; /* SQLite's count of changed rows at the last sync */
    uint32_t version_seen;        /* of the data after the last commit; any change alters it */
    uint32_t version_synced;      /* the same, once all of it was known to be on the disk */
    int log_pages;                /* in the write-ahead log after the last commit */
    int log_pages_max;            /* then they are moved into the store */
    sqlite3_stmt *query[QUERY_MAX_]; /* NULL: not run yet */
};

/* The sentence for what SQLite just answered, and its errno. */
int store_fail(struct store *s, int rc, const char *doing, struct err *reterr);
/* It ends with the handle, so that nothing of it must be safe. */
bool store_is_throw_away(const struct store *s);
int store_still_open(const struct store *s, struct err *reterr);
int store_exec(struct store *s, const char *sql, struct err *reterr);
void store_give_turn(struct store *s);
/* In a transaction: writes the log once more where a sync of it has failed. */
int store_heal(struct store *s, struct err *reterr);
/* The statement is there from now on. */
int store_prepare(struct store *s, enum query id, struct err *reterr);
int store_read_version(struct store *s, int *ret, struct err *reterr);
/* A new store gets schema.sql; an older one is lifted step by step, after a copy of the file at
 * `path` was kept beside it. */
int store_migrate(struct store *s, const char *path, struct err *reterr);
int store_copy_into(struct store *s, const char *to, struct err *reterr);
/* Syncs a file that lies finished, and its folder. */
int store_keep_file(const char *path, struct err *reterr);

#endif
