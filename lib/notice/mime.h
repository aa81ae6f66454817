/* SPDX-License-Identifier: MIT */
/*
 * mime.h - the pieces of a mail: header fields, addresses, quoted-printable.
 *
 * Every header of every mail goes through mime_field, mime_address or mime_token, and they refuse
 * control bytes: a line end in an action's title cannot become a header (libcurl would let it).
 * Output has CRLF, ASCII only, no line over 76 bytes where the value allows it.
 */
#ifndef COPROD_NOTICE_MIME_H
#define COPROD_NOTICE_MIME_H

#include "base/text.h"
#include "notice/notice.h"

enum { MIME_VALUE_MAX = 600, MIME_ADDR_MAX = 254, MIME_TOKEN_MAX = 900,
       MAIL_YEAR_MIN = 1971, MAIL_YEAR_MAX = 2199 /* a mail bears no other date */ };

/* "Name: value" for words that people read; RFC 2047 where they are more than plain ASCII. */
MUST_USE int mime_field(struct text *out, const char *name, const char *value, struct err *reterr);
/* "Name: "Shown Name" <local@domain>". */
MUST_USE int mime_address(struct text *out, const char *name, const struct notice_address *a,
                          struct err *reterr);
/* "Name: value" as it is: dates, ids, media types. ASCII; folded at spaces. */
MUST_USE int mime_token(struct text *out, const char *name, const char *value, struct err *reterr);

/* Appends s[0..n) as quoted-printable. LF and CRLF become CRLF; ends with CRLF. */
void mime_quoted(struct text *out, const char *s, size_t n);

#endif
