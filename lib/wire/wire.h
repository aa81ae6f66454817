/* SPDX-License-Identifier: MIT */
/*
 * wire.h - the messages between hub, workers and coprodctl as C structs, and their codec.
 *
 *   struct wire_msg m = { .type = WIRE_DONE, .done = { .jobs = outcomes, .jobs_len = n } };
 *   r = wire_encode(&m, buf, sizeof buf, &len);
 *
 *   struct wire_scratch scratch;              (16 KiB: keep one for each socket)
 *   r = wire_decode(buf, len, &scratch, &m, &why);
 *
 * A list is a pointer and a count (`jobs`, `jobs_len`). Decoding copies nothing but lists: strings
 * and blobs point into the bytes that were decoded, lists into the scratch, so both must outlive
 * the message. A message is taken whole or not at all: what is cut short, too long, over a limit,
 * no UTF-8 or has octets left over is -EPROTO, with the reason in words.
 */
#ifndef COPROD_WIRE_WIRE_H
#define COPROD_WIRE_WIRE_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum { WIRE_VERSION = 1 };
enum {
    WIRE_WORKER_MAX = 64 * 1024,        /* octets of one frame on the workers' socket */
    WIRE_CONTROL_MAX = 2 * 1024 * 1024, /* octets of one frame on the control socket */
    WIRE_BATCH_MAX = 1024,              /* items of one list */
    WIRE_STR_MAX = 4096,                /* octets of a str */
    WIRE_PAGE_MAX = 512 * 1024,         /* octets of a page */
    WIRE_BLOB_MAX = 1024 * 1024,        /* octets of a blob */
    WIRE_PARTS_MAX = 2                  /* identity (added by ROUTER) + the one frame */
};
/* What became of a job, in DONE. Stale: somebody was faster, nothing was changed. */
/* What is to become of a failed job. Free: the store was at fault, not the job: not counted. */
enum wire_retry { WIRE_RETRY_NEVER = 0, WIRE_RETRY_LATER = 1, WIRE_RETRY_FREE = 2 };
enum wire_outcome_word { WIRE_OUTCOME_DONE = 1, WIRE_OUTCOME_STALE = 2 };

struct wire_blob {
    const uint8_t *at;
    uint32_t len;
};

/* clang-format off */
/* A str or page is never NULL after decoding; when encoding NULL means "". */
#define WIRE_C_u8   uint8_t
#define WIRE_C_u32  uint32_t
#define WIRE_C_u64  uint64_t
#define WIRE_C_i32  int32_t
#define WIRE_C_i64  int64_t
#define WIRE_C_str  const char *
#define WIRE_C_page const char *
#define WIRE_C_blob struct wire_blob

#define F(ftype, name) WIRE_C_##ftype name;
#define LIST(item, name) const struct wire_##item *name; uint32_t name##_len;
#define ITEM(name, fields) struct wire_##name { fields };
#define MSG(NAME, name, number, limit, fields) struct wire_##name { fields };
#include "coprod/wire.def"

enum wire_type {
    WIRE_NONE = 0,
#define F(ftype, name)
#define MSG(NAME, name, number, limit, fields) WIRE_##NAME = (number),
#include "coprod/wire.def"
};

struct wire_msg {
    enum wire_type type;
    union {
#define F(ftype, name)
#define MSG(NAME, name, number, limit, fields) struct wire_##name name;
#include "coprod/wire.def"
    };
};

/* Room for the list of one decoded message. */
struct wire_scratch {
    union {
#define F(ftype, name)
#define ITEM(name, fields) struct wire_##name name[WIRE_BATCH_MAX];
#include "coprod/wire.def"
    };
};
/* clang-format on */

/* Writes msg into buf and its length into *ret_len. buf NULL measures only.
 * -EMSGSIZE when a limit is passed or cap is too small, -EINVAL for an unknown type or outcome,
 * -EILSEQ for text that is no UTF-8. */
MUST_USE int wire_encode(const struct wire_msg *msg, uint8_t *buf, size_t cap, size_t *ret_len);
/* Exactly one whole message, or -EPROTO. *ret is written only on success. */
MUST_USE int wire_decode(const uint8_t *buf, size_t len, struct wire_scratch *scratch,
                         struct wire_msg *ret, struct err *reterr);

const char *wire_type_name(enum wire_type type); /* "HELLO"; "?" when unknown */
/* One line for the trace: `DONE jobs=2 [job_id=41 attempt=1 outcome=1] ...`; cut after a few items,
 * control characters and the contents of pages and blobs are left out. */
void wire_trace(const struct wire_msg *msg, struct text *out);

#endif
