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
    bool needs_sync;            /* committed, not yet known to be on the disk */
    sqlite3_int64 changes_synced; /* SQLite's count of changed rows at the last sync */
    sqlite3_stmt *query[QUERY_MAX_];
};

/* The sentence for what SQLite just answered, and its errno. */
int store_fail(struct store *s, int rc, const char *doing, struct err *reterr);
int store_exec(struct store *s, const char *sql, struct err *reterr);
int store_migrate(struct store *s, struct err *reterr);

#endif
