/* SPDX-License-Identifier: MIT */
/* query.c - running one named statement: bind, step, give it back. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "store/inside.h"

int
store_prepare(struct store *s, enum query id, struct err *reterr)
{
    const struct query_text *t = &query_texts[id];
    if (s->query[id]) {
        return 0;
    }
    int rc = sqlite3_prepare_v3(s->db, t->sql, -1, SQLITE_PREPARE_PERSISTENT, &s->query[id], NULL);
    if (rc != SQLITE_OK) {
        char doing[128];
        (void)snprintf(doing, sizeof doing, "query %s does not fit the store", t->name);
        return store_fail(s, rc, doing, reterr);
    }
    return 0;
}

int
store_fits(struct store *s, struct err *reterr)
{
    int r = 0;
    for (int id = 0; r >= 0 && id < QUERY_MAX_; id++) {
        r = store_prepare(s, (enum query)id, reterr);
    }
    return r;
}

/* A statement is borrowed and always given back: a forgotten reset holds a read lock and stalls
 * the checkpoint. */
static void
give_back(sqlite3_stmt **q)
{
    if (*q) {
        (void)sqlite3_reset(*q);
        (void)sqlite3_clear_bindings(*q);
    }
}
#define BORROWED __attribute__((cleanup(give_back))) sqlite3_stmt

int
store_fail(struct store *s, int rc, const char *doing, struct err *reterr)
{
    static const struct {
        int rc, err;
        const char *words;
    } table[] = {
        { SQLITE_FULL, -ENOSPC, "the disk is full; free space, nothing was changed" },
        { SQLITE_BUSY, -EBUSY, "another program holds the store" },
        { SQLITE_LOCKED, -EBUSY, "another statement holds the table" },
        { SQLITE_CONSTRAINT, -EEXIST, "it contradicts what the store holds" },
        { SQLITE_IOERR, -EIO, "the disk failed" },
        { SQLITE_CORRUPT, -EBADMSG, "the store is damaged; restore a backup" },
        { SQLITE_NOTADB, -EBADMSG, "the file is no store of coprod" },
        { SQLITE_CANTOPEN, -ENOENT, "the file cannot be opened" },
        { SQLITE_READONLY, -EROFS, "the store is read-only here" },
        { SQLITE_PERM, -EACCES, "not allowed" },
        { SQLITE_NOMEM, -ENOMEM, "out of memory" },
        { SQLITE_TOOBIG, -E2BIG, "a value is too long" },
        { SQLITE_INTERRUPT, -EINTR, "interrupted" },
    };
    for (size_t i = 0; i < LENGTH(table); i++) {
        if (table[i].rc == (rc & 0xFF)) {
            return err_set(reterr, table[i].err, "%s: %s (%s)", doing, table[i].words,
                           s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc));
        }
    }
    return err_set(reterr, -EIO, "%s: %s", doing, s->db ? sqlite3_errmsg(s->db) : "out of memory");
}

int
store_exec(struct store *s, const char *sql, struct err *reterr)
{
    int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : store_fail(s, rc, sql, reterr);
}

/* After some errors SQLite takes the whole transaction back by itself; what is run then would be
 * committed at once, one statement at a time. */
int
store_still_open(const struct store *s, struct err *reterr)
{
    return s->in_transaction && sqlite3_get_autocommit(s->db)
               ? err_set(reterr, -EIO, "the transaction was taken back after an error")
               : 0;
}

static int
bind_one(sqlite3_stmt *q, int at, const struct arg *a)
{
    switch (a->kind) {
    case ARG_I64:
        return sqlite3_bind_int64(q, at, a->i64);
    case ARG_TEXT:
        return sqlite3_bind_text(q, at, a->bytes, -1, SQLITE_STATIC);
    case ARG_BLOB:
        return sqlite3_bind_blob64(q, at, a->bytes, a->n, SQLITE_STATIC);
    case ARG_NIL:
        break;
    }
    return sqlite3_bind_null(q, at);
}

/* *ret stays NULL when it is busy: it belongs to an outer call, which gives it back. */
static int
borrow(struct store *s, enum query id, const struct arg *args, size_t n, sqlite3_stmt **ret,
       struct err *reterr)
{
    int r = store_still_open(s, reterr);
    r = r < 0 ? r : store_prepare(s, id, reterr);
    if (r < 0) {
        return r;
    }
    sqlite3_stmt *q = s->query[id];
    assert((int)n == sqlite3_bind_parameter_count(q));
    if (sqlite3_stmt_busy(q)) {
        return err_set(reterr, -EBUSY, "query %s is already running", query_texts[id].name);
    }
    *ret = q;
    for (size_t i = 0; i < n; i++) {
        int rc = bind_one(q, (int)i + 1, &args[i]);
        if (rc != SQLITE_OK) {
            return store_fail(s, rc, query_texts[id].name, reterr);
        }
    }
    return 0;
}

int
store_each(struct store *s, enum query id, const struct arg *args, size_t n, row_fn fn, void *arg,
           struct err *reterr)
{
    BORROWED *q = NULL;
    int r = borrow(s, id, args, n, &q, reterr);
    if (r < 0) {
        return r;
    }
    int rows = 0;
    int rc = SQLITE_ROW;
    while ((rc = sqlite3_step(q)) == SQLITE_ROW) {
        rows++;
        r = fn ? fn(arg, (const struct row *)q) : 0;
        if (r != 0) {
            return r;
        }
    }
    return rc == SQLITE_DONE ? rows : store_fail(s, rc, query_texts[id].name, reterr);
}

int
store_run(struct store *s, enum query id, const struct arg *args, size_t n, struct err *reterr)
{
    int r = store_each(s, id, args, n, NULL, NULL, reterr);
    return r < 0 ? r : sqlite3_changes(s->db);
}

static int
any_row(void *arg, const struct row *row)
{
    (void)arg;
    (void)row;
    return 1;
}

int
store_has(struct store *s, enum query id, const struct arg *args, size_t n, struct err *reterr)
{
    return store_each(s, id, args, n, any_row, NULL, reterr);
}

static int
first_i64(void *arg, const struct row *row)
{
    *(int64_t *)arg = row_i64(row, 0);
    return 1;
}

int
store_get(struct store *s, enum query id, const struct arg *args, size_t n, int64_t *ret,
          struct err *reterr)
{
    return store_each(s, id, args, n, first_i64, ret, reterr);
}

/* A struct row is the statement itself, seen without SQLite's name. */
static sqlite3_stmt *
row_stmt(const struct row *row)
{
    sqlite3_stmt *q = NULL;
    memcpy(&q, &row, sizeof q); /* SQLite takes no const */
    return q;
}

int64_t
row_i64(const struct row *row, int column)
{
    return sqlite3_column_int64(row_stmt(row), column);
}

const char *
row_text(const struct row *row, int column)
{
    return (const char *)sqlite3_column_text(row_stmt(row), column);
}

const char *
row_text_or(const struct row *row, int column, const char *when_null)
{
    const char *s = row_text(row, column);
    return s ? s : when_null;
}

const void *
row_blob(const struct row *row, int column, size_t *ret_len)
{
    const void *bytes = sqlite3_column_blob(row_stmt(row), column);
    *ret_len = (size_t)sqlite3_column_bytes(row_stmt(row), column);
    return bytes;
}

bool
row_is_null(const struct row *row, int column)
{
    return sqlite3_column_type(row_stmt(row), column) == SQLITE_NULL;
}

int
row_columns(const struct row *row)
{
    return sqlite3_column_count(row_stmt(row));
}

const char *
row_name(const struct row *row, int column)
{
    return sqlite3_column_name(row_stmt(row), column);
}

void
id_list_freep(struct id_list *list)
{
    free(list->ids);
    *list = (struct id_list){ .n = 0 };
}

int
id_list_add(struct id_list *list, int64_t id)
{
    if (list_room(&list->ids, list->n, &list->cap, sizeof *list->ids) < 0) {
        return -ENOMEM;
    }
    list->ids[list->n++] = id;
    return 0;
}

static int
take_id(void *arg, const struct row *row)
{
    return id_list_add(arg, row_i64(row, 0));
}

int
store_list(struct store *s, enum query q, const struct arg *args, size_t n, struct id_list *ret,
           struct err *reterr)
{
    int r = store_each(s, q, args, n, take_id, ret, reterr);
    return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r;
}

int
store_ids(struct store *s, const char *family, int64_t n, int64_t *ret, struct err *reterr)
{
    assert(s->in_transaction && n > 0);
    /* The statement must run to its end, or the update is not in the transaction yet. */
    BORROWED *q = NULL;
    int r = borrow(s, Q_COUNTER_TAKE, WITH(T(family), I(n)), &q, reterr);
    if (r < 0) {
        return r;
    }
    int rc = sqlite3_step(q);
    if (rc != SQLITE_ROW) {
        return store_fail(s, rc, "taking ids", reterr);
    }
    int64_t first = sqlite3_column_int64(q, 0);
    rc = sqlite3_step(q);
    if (rc != SQLITE_DONE) {
        return store_fail(s, rc, "taking ids", reterr);
    }
    *ret = first;
    return 0;
}

int
store_setting_set(struct store *s, const char *key, const char *value, struct err *reterr)
{
    int r = store_run(s, Q_SETTING_SET, WITH(T(key), T(value)), reterr);
    return r < 0 ? r : 0;
}

struct setting_buf {
    char *buf;
    size_t cap;
};

static int
setting_copy(void *arg, const struct row *row)
{
    struct setting_buf *b = arg;
    const char *value = row_text_or(row, 0, "");
    size_t n = strlen(value);
    if (n >= b->cap) {
        return -ENAMETOOLONG;
    }
    memcpy(b->buf, value, n + 1);
    return 1;
}

int
store_setting_get(struct store *s, const char *key, char *buf, size_t cap, struct err *reterr)
{
    struct setting_buf b = { buf, cap };
    buf[0] = '\0';
    int r = store_each(s, Q_SETTING_GET, WITH(T(key)), setting_copy, &b, reterr);
    if (r == -ENAMETOOLONG) {
        return err_set(reterr, r, "setting '%s' is longer than %zu bytes", key, cap - 1);
    }
    return r;
}
