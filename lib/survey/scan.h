/* SPDX-License-Identifier: MIT */
/*
 * scan.h - a streaming CSV scanner (RFC 4180), bounded whatever the file holds.
 *
 *   AUTO(scan) struct scan *s = NULL;
 *   r = scan_open(fd, &s, &why);
 *   while ((r = scan_next(s, &row)) > 0) { ... row.fields[i] ... }
 *
 * Fields point into the scanner's buffer and live until the next scan_next: nothing is copied.
 * LF, CRLF, a byte-order mark, quoted commas, doubled quotes and embedded newlines are read;
 * blank lines are passed over. A row with a fault is handed out with fault set and must be
 * refused by the caller; scanning goes on behind it. Only a row longer than SCAN_ROW_MAX, a quote
 * that is never closed (nobody can say where the next row begins) or what is no such text at all
 * (UTF-16, a workbook, lines that end with CR alone) ends the file with -EBADMSG.
 */
#ifndef COPROD_SURVEY_SCAN_H
#define COPROD_SURVEY_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
    SCAN_FIELD_MAX = 64 * 1024,
    SCAN_ROW_MAX = 1024 * 1024,
    SCAN_COLUMNS_MAX = 512,
    SCAN_STEP = 512 * 1024, /* bytes asked of read() at a time */
};

enum scan_fault {
    SCAN_OK = 0,
    SCAN_NUL,          /* a NUL byte */
    SCAN_UTF8,         /* bytes that are no UTF-8 */
    SCAN_QUOTE,        /* text after a closing quote, or a quote inside a bare field */
    SCAN_LONG_FIELD,
    SCAN_MANY_COLUMNS,
    SCAN_RAGGED,       /* not as many fields as the first row */
    SCAN_FAULT_MAX_
};

struct scan_field {
    const char *s; /* not terminated */
    size_t len;
};

struct scan_row {
    const struct scan_field *fields;
    size_t n_fields;
    int64_t line;     /* physical line on which the row begins, from 1 */
    int64_t offset;   /* of its first byte in the file */
    enum scan_fault fault;
    size_t column;    /* of the fault, from 1 */
};

struct scan;

/* fd stays the caller's. Reads from where it stands, which must be the file's start. */
MUST_USE int scan_open(int fd, struct scan **ret, struct err *reterr);
/* What stands between two fields, a comma unless said; before the first row is read. */
void scan_delimiter(struct scan *s, char delimiter);
struct scan *scan_free(struct scan *s);
static inline void
scan_freep(struct scan **s)
{
    *s = scan_free(*s);
}

/* 1 and a row, 0 at the end, -EBADMSG with a sentence in scan_why, or -errno of read(). */
MUST_USE int scan_next(struct scan *s, struct scan_row *ret);
const char *scan_why(const struct scan *s);
/* Where the next row begins: what a resumed import passes to scan_seek. */
int64_t scan_offset(const struct scan *s);
int64_t scan_line(const struct scan *s);
/* Goes on at a row's first byte, as scan_offset and scan_line gave it. The first row must have
 * been read already: it says how many fields a row has. */
MUST_USE int scan_seek(struct scan *s, int64_t offset, int64_t line, struct err *reterr);

const char *scan_fault_words(enum scan_fault fault); /* "bytes that are not UTF-8" */

#endif
