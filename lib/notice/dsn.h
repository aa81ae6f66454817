/* SPDX-License-Identifier: MIT */
/*
 * dsn.h - a mail that came back: is it a delivery status report (RFC 3464), about which of our
 * mails, and is the failure final? Reads any bytes: it never reads beyond them, goes no deeper than
 * a few parts, looks at no more than some dozens of them, and allocates nothing but one bounded
 * buffer. What it does not understand is no report.
 */
#ifndef COPROD_NOTICE_DSN_H
#define COPROD_NOTICE_DSN_H

#include <stddef.h>

#include "base/err.h"

enum { DSN_ID_MAX = 256, DSN_STATUS_MAX = 12, DSN_TO_MAX = 4, DSN_BYTES_MAX = 1 << 20 };

enum dsn_verdict {
    DSN_NO_REPORT = 0,
    DSN_SOFT, /* delayed, relayed: noted only */
    DSN_HARD, /* "Action: failed": it will not arrive */
};
struct dsn {
    enum dsn_verdict verdict;
    char status[DSN_STATUS_MAX];      /* "5.1.1"; "" = none said */
    char message_id[DSN_ID_MAX];      /* of the mail that it is about, with its <>; "" = unknown */
    char to[DSN_TO_MAX][DSN_ID_MAX]; /* whom the report came to: our envelope senders */
    size_t n_to;
};
/* What goes beyond DSN_BYTES_MAX is not looked at. -ENOMEM; else 0, whatever the bytes are. */
MUST_USE int dsn_read(const char *bytes, size_t len, struct dsn *ret);
const char *dsn_verdict_word(enum dsn_verdict v); /* "hard" */

#endif
