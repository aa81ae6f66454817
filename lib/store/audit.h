/* SPDX-License-Identifier: MIT */
/*
 * audit.h - the append-only, hash-chained record of what was done, by whom and why.
 *
 * hash(row) = BLAKE2b-256(hash of the row before, seq, at_ms, actor, on_behalf, event, subject,
 * detail), each field length-prefixed. The first row's predecessor is 32 zero bytes. The head is
 * read from the store on each append, so a rolled-back savepoint takes its rows back with it.
 */
#ifndef COPROD_STORE_AUDIT_H
#define COPROD_STORE_AUDIT_H

#include "base/hash.h"
#include "store/store.h"

struct audit_entry {
    int64_t at_ms;
    const char *actor;     /* a role id, a user of the machine, or a program ("hub") */
    const char *on_behalf; /* role id, or "" */
    const char *event;     /* "submit", "notice", "plan applied" */
    const char *subject;   /* "CO-304:1a/deliver", "job 12", "plan CO-304" */
    const char *detail;    /* a sentence or key=value words; no person's name */
};
/* Inside a transaction. */
MUST_USE int audit_append(struct store *s, const struct audit_entry *e, struct err *reterr);

struct audit_report {
    int64_t rows;
    int64_t bad_seq; /* 0 = whole; else the first row that does not follow */
    struct digest head;
};
/* 0 whole; -EBADMSG with the row in the report and the sentence. */
MUST_USE int audit_verify(struct store *s, struct audit_report *ret, struct err *reterr);

#endif
