/* SPDX-License-Identifier: MIT */
/* verify.c - after the power came back: is everything there that was promised, and nothing half? */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scene.h"
#include "store/audit.h"
#include "store/inside.h"

/* Each counts what must not be. */
static const struct {
    const char *words, *sql;
} never[] = {
    { "a probe job done without its row, or a row without",
      "SELECT count(*) FROM job j LEFT JOIN probe p ON p.job = j.id"
      " WHERE j.kind = 5 AND (j.state = 3) <> (p.job IS NOT NULL)" },
    { "a probe row without a job",
      "SELECT count(*) FROM probe p LEFT JOIN job j ON j.id = p.job WHERE j.id IS NULL" },
    { "a job done without its audit row",
      "SELECT count(*) FROM job j WHERE j.state = 3 AND 1 <> (SELECT count(*) FROM audit a"
      " WHERE a.subject = 'job ' || j.id AND a.event = 'sim done')" },
    { "an audit row of a job that is not done",
      "SELECT count(*) FROM audit a LEFT JOIN job j ON a.subject = 'job ' || j.id"
      " WHERE a.event = 'sim done' AND (j.id IS NULL OR j.state <> 3)" },
    { "a job added without its audit row",
      "SELECT count(*) FROM job j WHERE j.key LIKE 'sim|%' AND 1 <> (SELECT count(*) FROM audit a"
      " WHERE a.subject = 'job ' || j.id AND a.event = 'sim add')" },
    { "a notice without its delivery job",
      "SELECT count(*) FROM notice n WHERE 1 <> (SELECT count(*) FROM job j"
      " WHERE j.kind = 4 AND j.subject = n.id)" },
    { "a delivery job without its notice",
      "SELECT count(*) FROM job j LEFT JOIN notice n ON n.id = j.subject"
      " WHERE j.kind = 4 AND n.id IS NULL" },
    { "an id that the counter would give again",
      "SELECT (SELECT coalesce(max(id), 0) FROM job)"
      " >= coalesce((SELECT next FROM counter WHERE name = 'job'), 1)" },
    { "a notice's id that the counter would give again",
      "SELECT (SELECT coalesce(max(id), 0) FROM notice)"
      " >= coalesce((SELECT next FROM counter WHERE name = 'notice'), 1)" },
    { "an open occurrence and no plan",
      "SELECT count(*) FROM occurrence o LEFT JOIN plan p ON p.id = o.plan WHERE p.id IS NULL" },
};

static int64_t
number_of(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *q = NULL;
    int64_t n = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) == SQLITE_OK
        && sqlite3_step(q) == SQLITE_ROW) {
        n = sqlite3_column_int64(q, 0);
    }
    (void)sqlite3_finalize(q);
    return n;
}

static bool
is_there(sqlite3_stmt *q, int64_t id, int64_t number, enum ack_kind kind)
{
    (void)sqlite3_bind_int64(q, 1, id);
    bool found = sqlite3_step(q) == SQLITE_ROW;
    if (found && kind == ACK_JOB_ADDED) {
        char key[32];
        (void)snprintf(key, sizeof key, "sim|%" PRId64, number);
        const char *have = (const char *)sqlite3_column_text(q, 0);
        found = have && strcmp(have, key) == 0;
    } else if (found && kind == ACK_JOB_DONE) {
        found = sqlite3_column_int64(q, 0) == 3;
    } else if (found) {
        const void *hash = sqlite3_column_blob(q, 0);
        found = hash && memcmp(hash, &number, sizeof number) == 0;
    }
    (void)sqlite3_reset(q);
    return found;
}

static void
look_for(struct store *s, const struct life *life, struct scene_found *ret)
{
    static const char *const sql[] = {
        [ACK_JOB_ADDED] = "SELECT key FROM job WHERE id = ?",
        [ACK_JOB_DONE] = "SELECT state FROM job WHERE id = ?",
        [ACK_AUDIT] = "SELECT hash FROM audit WHERE seq = ?",
    };
    static const char *const words[] = {
        [ACK_JOB_ADDED] = "added", [ACK_JOB_DONE] = "done", [ACK_AUDIT] = "audit row"
    };
    sqlite3_stmt *q[LENGTH(sql)] = { NULL };
    for (size_t i = 1; i < LENGTH(sql); i++) {
        (void)sqlite3_prepare_v2(s->db, sql[i], -1, &q[i], NULL);
    }
    for (int64_t i = 0; i < life->n_acks; i++) {
        const struct ack *a = &life->acks[i];
        if (!is_there(q[a->kind], a->id, a->number, a->kind)) {
            ret->lost++;
            (void)err_set(&ret->why, 0, "acknowledged and lost: %s %" PRId64 " (%" PRId64 ")",
                          words[a->kind], a->id, a->number);
        }
    }
    for (size_t i = 1; i < LENGTH(sql); i++) {
        (void)sqlite3_finalize(q[i]);
    }
}

void
scene_verify(const char *path, const struct life *life, struct scene_found *ret)
{
    *ret = (struct scene_found){ .lost = 0 };
    struct store *s = NULL;
    struct audit_report report;
    int r = store_open(path, STORE_WRITE, &s, &ret->why);
    r = r < 0 ? r : store_verify(s, &ret->why);
    r = r < 0 ? r : audit_verify(s, &report, &ret->why);
    if (r < 0) {
        ret->is_damaged = true;
        ret->lost = life->n_acks;
        (void)store_free(s);
        return;
    }
    for (size_t i = 0; i < LENGTH(never); i++) {
        int64_t n = number_of(s->db, never[i].sql);
        if (n != 0) {
            ret->half += n < 0 ? 1 : n;
            (void)err_set(&ret->why, 0, "%s (%" PRId64 ")", never[i].words, n);
        }
    }
    look_for(s, life, ret);
    (void)store_free(s);
}
