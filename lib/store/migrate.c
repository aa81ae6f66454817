/* SPDX-License-Identifier: MIT */
/*
 * migrate.c - from an older schema to this program's, step by step.
 *
 * Each step is one transaction together with the version's number: a lift that is cut short leaves
 * the store as it was before the step. An older program cannot read what was lifted, so the file as
 * it was is kept beside the store: the way back.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "store/inside.h"

int
store_peek(const char *path, struct err *reterr)
{
    if (access(path, F_OK) < 0) {
        return errno == ENOENT ? 0 : err_set(reterr, -errno, "cannot look at '%s': %m", path);
    }
    struct store s = { .mode = STORE_READ, .turn = TURN_NONE };
    int version = 0;
    int rc = sqlite3_open_v2(path, &s.db, SQLITE_OPEN_READONLY, NULL);
    int r = rc == SQLITE_OK ? store_read_version(&s, &version, reterr)
                            : store_fail(&s, rc, "opening the store", reterr);
    (void)sqlite3_close(s.db);
    return r < 0 ? r : version;
}

enum { MARK_MAX = 1024, COPIES_MAX = 99 };

static int
take_mark(void *arg, int n, char **values, char **names)
{
    (void)names;
    (void)snprintf(arg, MARK_MAX, "%s", n > 0 && values[0] ? values[0] : "");
    return 0;
}

/* How far a store's life went: its ids and the head of its audit chain. "" = it says nothing. */
static void
mark_of(sqlite3 *db, char mark[MARK_MAX])
{
    static const char sql[] =
        "SELECT (SELECT group_concat(name || next) FROM (SELECT * FROM counter ORDER BY name))"
        " || coalesce((SELECT seq || hex(hash) FROM audit ORDER BY seq DESC LIMIT 1), '')"
        " || coalesce((SELECT group_concat(key || value) FROM"
        "              (SELECT * FROM setting WHERE key LIKE 'policy.%' ORDER BY key)), '')";
    mark[0] = '\0';
    if (sqlite3_exec(db, sql, take_mark, mark, NULL) != SQLITE_OK) {
        mark[0] = '\0';
    }
}

static bool
is_copy_of(const char *path, struct store *s)
{
    char ours[MARK_MAX];
    char theirs[MARK_MAX];
    sqlite3 *db = NULL;
    mark_of(s->db, ours);
    theirs[0] = '\0';
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK) {
        mark_of(db, theirs);
    }
    (void)sqlite3_close(db);
    return ours[0] && strcmp(ours, theirs) == 0;
}

static int
copy_to(struct store *s, const char *to, struct err *reterr)
{
    AUTO_TEXT struct text part = { 0 };
    text_addf(&part, "%s.part", to);
    if (part.bad < 0) {
        return err_set(reterr, part.bad, "out of memory");
    }
    (void)unlink(text_str(&part));
    int r = store_copy_into(s, text_str(&part), reterr);
    r = r < 0 ? r : store_keep_file(text_str(&part), reterr);
    if (r >= 0 && rename(text_str(&part), to) < 0) {
        r = err_set(reterr, -errno, "cannot name the copy '%s': %m", to);
    }
    r = r < 0 ? r : store_keep_file(to, reterr);
    if (r < 0) {
        (void)unlink(text_str(&part));
    }
    return r;
}

/* One that is there already serves when it is of this very store: a lift was cut short. Else it is
 * of an earlier lift, from which somebody went back, and stays. */
static int
keep_old(struct store *s, const char *path, int version, struct err *reterr)
{
    for (int i = 1; i <= COPIES_MAX; i++) {
        AUTO_TEXT struct text to = { 0 };
        text_addf(&to, "%s.schema-%d", path, version);
        if (i > 1) {
            text_addf(&to, ".%d", i);
        }
        if (to.bad < 0) {
            return err_set(reterr, to.bad, "out of memory");
        }
        bool is_there = access(text_str(&to), F_OK) == 0;
        if (is_there && is_copy_of(text_str(&to), s)) {
            return 0;
        }
        if (!is_there) {
            int r = copy_to(s, text_str(&to), reterr);
            return r < 0 ? err_prefix(reterr, r, "the store stays at schema %d: no copy of it "
                                      "could be kept", version)
                         : 0;
        }
    }
    return err_set(reterr, -EEXIST, "the store stays at schema %d: there are %d copies of it",
                   version, COPIES_MAX);
}

static int
take_break(void *arg, int n, char **values, char **names)
{
    (void)names;
    const char *table = n > 0 ? values[0] : "?";
    (void)snprintf(arg, ERR_TEXT_MAX, "table %s names a row that is not there", table);
    return 1;
}

static int
check_keys(struct store *s, struct err *reterr)
{
    struct err found = { "" };
    int rc = sqlite3_exec(s->db, "PRAGMA foreign_key_check", take_break, found.text, NULL);
    if (found.text[0]) {
        return err_set(reterr, -EBADMSG, "%s", found.text);
    }
    return rc == SQLITE_OK ? 0 : store_fail(s, rc, "checking the lifted store", reterr);
}

/* From none to the whole schema at once, else from `from` to the next. */
static int
lift_once(struct store *s, int from, int to, struct err *reterr)
{
    int r = store_begin(s, reterr);
    int now = 0;
    r = r < 0 ? r : store_read_version(s, &now, reterr);
    if (r < 0 || now > from) {
        store_rollback(s);
        return r; /* somebody else was faster */
    }
    char number[64];
    (void)snprintf(number, sizeof number, "PRAGMA user_version=%d;", to);
    r = store_exec(s, from == 0 ? store_schema : store_lifts[to], reterr);
    r = r < 0 || from == 0 ? r : check_keys(s, reterr);
    r = r < 0 ? r : store_exec(s, number, reterr);
    if (r < 0) {
        store_rollback(s);
        return err_prefix(reterr, r, "the store stays at schema %d", from);
    }
    s->needs_sync = true; /* making tables counts as no change of rows */
    return store_commit(s, reterr);
}

static int
lift_all(struct store *s, int from, struct err *reterr)
{
    /* A table that is made anew is dropped first: that must not look like losing its rows. */
    int r = store_exec(s, "PRAGMA foreign_keys=OFF;", reterr);
    for (int v = from; r >= 0 && v < STORE_SCHEMA_VERSION; v++) {
        r = lift_once(s, v, v + 1, reterr);
    }
    int on = store_exec(s, "PRAGMA foreign_keys=ON;", r < 0 ? NULL : reterr);
    return r < 0 ? r : on;
}

int
store_migrate(struct store *s, const char *path, struct err *reterr)
{
    int version = 0;
    int r = store_read_version(s, &version, reterr);
    if (r < 0 || version == STORE_SCHEMA_VERSION) {
        return r;
    }
    if (version == 0) {
        return lift_once(s, 0, STORE_SCHEMA_VERSION, reterr);
    }
    r = keep_old(s, path, version, reterr);
    return r < 0 ? r : lift_all(s, version, reterr);
}
