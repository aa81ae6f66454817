/* SPDX-License-Identifier: MIT */
/*
 * store.h - the shared store. The only door to SQL: every statement has a name in queries.sql.
 * Who is to last calls store_fits at its start, so that a statement which does not fit the schema
 * stops the program there and never in the night.
 *
 *   AUTO(store) struct store *s = NULL;
 *   r = store_open(path, STORE_WRITE, &s, &why);
 *   r = store_begin(s, &why);                           // waits for the turn among writers
 *   r = store_run(s, Q_JOB_DONE, WITH(I(id), I(attempt)), &why);   // rows changed, or -errno
 *   r = store_commit(s, &why);
 *
 * Errors: -ENOSPC disk full, -EIO the disk failed (stop writing: never go on with this handle),
 * -EEXIST a key stands there already, -EBUSY somebody else has the lock, -EBADMSG damaged or not a
 * store, -EPROTONOSUPPORT written by a newer coprod, -EACCES, -ENOENT, -EROFS.
 */
#ifndef COPROD_STORE_STORE_H
#define COPROD_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "queries.h"

struct store;
struct row; /* borrowed: good until the callback returns */

enum store_mode {
    STORE_READ,   /* read-only; never makes a file; several statements see one snapshot in a read */
    STORE_WRITE,  /* makes or migrates the store when needed */
    STORE_JOIN,   /* a writer that expects the store to be there and of this version (workers) */
    STORE_MEMORY, /* a throw-away store in memory, no turns (path is ignored) */
    STORE_APART,  /* the same for much data: what is too much for memory is in a nameless file */
};
enum { STORE_SCHEMA_VERSION = 2 };
/* The schema of the file at `path`, without touching it; 0 = there is none yet. */
MUST_USE int store_peek(const char *path, struct err *reterr);

MUST_USE int store_open(const char *path, enum store_mode mode, struct store **ret,
                        struct err *reterr);
/* Prepares every statement now; else each when it is first run. */
MUST_USE int store_fits(struct store *s, struct err *reterr);
struct store *store_free(struct store *s); /* NULL is fine; returns NULL; rolls back */
static inline void
store_freep(struct store **s)
{
    *s = store_free(*s);
}

/* Arguments of a statement: WITH(I(5), T("text"), B(bytes, n), NIL), or NONE. */
enum arg_kind { ARG_NIL, ARG_I64, ARG_TEXT, ARG_BLOB };
struct arg {
    enum arg_kind kind;
    int64_t i64;
    const void *bytes;
    size_t n;
};
#define I(x) ((struct arg){ .kind = ARG_I64, .i64 = (x) })
#define T(x) arg_text(x) /* NULL becomes SQL NULL */
#define B(p, len) ((struct arg){ .kind = ARG_BLOB, .bytes = (p), .n = (len) })
#define NIL ((struct arg){ .kind = ARG_NIL })
#define WITH(...)                                                                                  \
    ((const struct arg[]){ __VA_ARGS__ }),                                                         \
        (sizeof((struct arg[]){ __VA_ARGS__ }) / sizeof(struct arg))
#define NONE NULL, 0
static inline struct arg
arg_text(const char *s)
{
    return s ? (struct arg){ .kind = ARG_TEXT, .bytes = s } : NIL;
}

/* Columns of the row in hand; text is NULL for SQL NULL. */
int64_t row_i64(const struct row *row, int column);
const char *row_text(const struct row *row, int column);
const char *row_text_or(const struct row *row, int column, const char *when_null);
const void *row_blob(const struct row *row, int column, size_t *ret_len);
bool row_is_null(const struct row *row, int column);
int row_columns(const struct row *row);
const char *row_name(const struct row *row, int column);

/* Called per row: 0 go on, > 0 stop (returned), < 0 fail (returned). It may run other statements,
 * never the same one. */
typedef int (*row_fn)(void *arg, const struct row *row);

/* Runs to the end. store_run: rows changed. store_each: rows seen (or the callback's own > 0). */
MUST_USE int store_run(struct store *s, enum query q, const struct arg *args, size_t n,
                       struct err *reterr);
MUST_USE int store_each(struct store *s, enum query q, const struct arg *args, size_t n, row_fn fn,
                        void *arg, struct err *reterr);
/* The first column of the first row; 0 rows: *ret is left and 0 is returned, else 1. */
MUST_USE int store_get(struct store *s, enum query q, const struct arg *args, size_t n,
                       int64_t *ret, struct err *reterr);
/* 1 when there is a row. */
MUST_USE int store_has(struct store *s, enum query q, const struct arg *args, size_t n,
                       struct err *reterr);

/* The first column of every row, for who writes or runs the same query for each of them. */
struct id_list {
    int64_t *ids;
    size_t n, cap;
};
MUST_USE int store_list(struct store *s, enum query q, const struct arg *args, size_t n,
                        struct id_list *ret, struct err *reterr);
MUST_USE int id_list_add(struct id_list *list, int64_t id);
void id_list_freep(struct id_list *list);

/* One writer at a time. store_begin waits for its turn; store_begin_try answers -EAGAIN when
 * another writer has it (ask again when store_turn_wait says so). Both then BEGIN IMMEDIATE. */
MUST_USE int store_begin(struct store *s, struct err *reterr);
MUST_USE int store_begin_try(struct store *s, struct err *reterr);
/* Durable when it returns 0. On failure rolled back; but -EIO from the sync at its end leaves it
 * open whether the disk kept it. */
MUST_USE int store_commit(struct store *s, struct err *reterr);
/* The same in two steps: others see it and may write after the first, it is safe after the second.
 * Nobody outside may be told before, not even what was only read in it. One sync covers every
 * commit before it, whoever made it: the write-ahead log is one file in one order. Now and then the
 * first step syncs by itself, and may fail with -EIO as the second. */
MUST_USE int store_commit_visible(struct store *s, struct err *reterr);
MUST_USE int store_sync(struct store *s, struct err *reterr);
void store_rollback(struct store *s);
/* For a loop that must not block: a thread of the same process waits in store_turn_take, then the
 * loop begins with the turn in hand. */
MUST_USE int store_turn_take(struct store *s);
MUST_USE int store_begin_with_turn(struct store *s, struct err *reterr);
/* The pid of the writer that has the turn and since when (monotonic ms); 0 when nobody has. Its own
 * process is never named. */
int store_turn_holder(struct store *s, int64_t *ret_since_ms);
bool store_in_transaction(const struct store *s);
/* One level of savepoint inside a transaction: release keeps it, undo takes its effects back. */
MUST_USE int store_save(struct store *s, struct err *reterr);
MUST_USE int store_release(struct store *s, struct err *reterr);
MUST_USE int store_undo(struct store *s, struct err *reterr);
/* A read that must see one instant. */
MUST_USE int store_read_begin(struct store *s, struct err *reterr);
void store_read_end(struct store *s);

/* n ids of a family ("job", "notice", "occurrence"), never used before; *ret is the first. */
MUST_USE int store_ids(struct store *s, const char *family, int64_t n, int64_t *ret,
                       struct err *reterr);

MUST_USE int store_setting_set(struct store *s, const char *key, const char *value,
                               struct err *reterr);
/* Copies into buf; 0 when there is none (buf emptied), 1 when there is. */
MUST_USE int store_setting_get(struct store *s, const char *key, char *buf, size_t cap,
                               struct err *reterr);

/* Moves the WAL's content into the store as far as no reader is in the way. */
MUST_USE int store_checkpoint(struct store *s, struct err *reterr);
/* What was deleted is overwritten where it lay; this empties the log, too, that may still hold it.
 * 0: a reader is in the way; later will do. */
MUST_USE int store_wipe_log(struct store *s, struct err *reterr);
/* Off: commits of this handle leave the WAL to grow, until the next commit of any handle after it
 * is on again, or store_checkpoint. For a writer that has something to answer first. */
MUST_USE int store_checkpoint_at_commit(struct store *s, bool on, struct err *reterr);
/* A consistent copy into a new file, verified: integrity and audit chain. */
MUST_USE int store_backup(struct store *s, const char *to, struct err *reterr);
/* A throw-away copy in memory, to play the days to come on. */
MUST_USE int store_clone(struct store *s, struct store **ret, struct err *reterr);
/* SQLite's own integrity and foreign key checks. */
MUST_USE int store_verify(struct store *s, struct err *reterr);

#endif
