/* SPDX-License-Identifier: MIT */
/* audit.c - appending to the hash chain and walking it. */
#include "store/audit.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

struct head {
    int64_t seq;
    struct digest hash;
};

static void
copy_digest(struct digest *ret, const struct row *row, int column)
{
    size_t n = 0;
    const void *bytes = row_blob(row, column, &n);
    *ret = (struct digest){ { 0 } };
    if (bytes && n == sizeof ret->bytes) {
        memcpy(ret->bytes, bytes, n);
    }
}

static int
read_head(void *arg, const struct row *row)
{
    struct head *h = arg;
    h->seq = row_i64(row, 0);
    copy_digest(&h->hash, row, 1);
    return 1;
}

static struct digest
chain(const struct head *before, int64_t seq, const struct audit_entry *e)
{
    struct hash h;
    hash_begin(&h, "coprod audit 1");
    hash_add_bytes(&h, before->hash.bytes, sizeof before->hash.bytes);
    hash_add_i64(&h, seq);
    hash_add_i64(&h, e->at_ms);
    hash_add_str(&h, e->actor);
    hash_add_str(&h, e->on_behalf);
    hash_add_str(&h, e->event);
    hash_add_str(&h, e->subject);
    hash_add_str(&h, e->detail);
    return hash_end(&h);
}

int
audit_append(struct store *s, const struct audit_entry *e, struct err *reterr)
{
    assert(store_in_transaction(s));
    struct audit_entry entry = *e;
    entry.on_behalf = e->on_behalf ? e->on_behalf : "";
    entry.detail = e->detail ? e->detail : "";
    struct head head = { 0 };
    int r = store_each(s, Q_AUDIT_HEAD, NONE, read_head, &head, reterr);
    if (r < 0) {
        return r;
    }
    int64_t seq = head.seq + 1;
    struct digest hash = chain(&head, seq, &entry);
    r = store_run(s, Q_AUDIT_APPEND,
                  WITH(I(seq), I(entry.at_ms), T(entry.actor), T(entry.on_behalf), T(entry.event),
                       T(entry.subject), T(entry.detail), B(hash.bytes, sizeof hash.bytes)),
                  reterr);
    return r < 0 ? r : 0;
}

struct walk {
    struct head head;
    struct audit_report *report;
};

static int
walk_row(void *arg, const struct row *row)
{
    struct walk *w = arg;
    struct audit_entry e = { .at_ms = row_i64(row, 1),
                             .actor = row_text(row, 2),
                             .on_behalf = row_text(row, 3),
                             .event = row_text(row, 4),
                             .subject = row_text(row, 5),
                             .detail = row_text(row, 6) };
    int64_t seq = row_i64(row, 0);
    struct digest stored;
    copy_digest(&stored, row, 7);
    struct digest want = chain(&w->head, w->head.seq + 1, &e);
    if (seq != w->head.seq + 1 || !hash_equal(&want, &stored)) {
        w->report->bad_seq = seq;
        return -EBADMSG;
    }
    w->head = (struct head){ seq, stored };
    w->report->rows++;
    return 0;
}

int
audit_verify(struct store *s, struct audit_report *ret, struct err *reterr)
{
    *ret = (struct audit_report){ 0 };
    struct walk w = { .report = ret };
    int r = store_each(s, Q_AUDIT_WALK, WITH(I(0)), walk_row, &w, reterr);
    ret->head = w.head.hash;
    if (ret->bad_seq) {
        return err_set(reterr, -EBADMSG,
                       "the audit chain breaks at row %" PRId64
                       ": that row or the one before it was "
                       "changed or removed after it was written",
                       ret->bad_seq);
    }
    return r < 0 ? r : 0;
}
