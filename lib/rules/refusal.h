/* SPDX-License-Identifier: MIT */
/*
 * refusal.h - is a mail that was refused for good the proof of a dead address, or is it about this
 * one mail? A relay that finds its words, its size or its sender wrong says nothing about who was
 * to read it. Decided by the enhanced status (RFC 3463), else by the reply code and by what it was
 * the answer to.
 */
#ifndef COPROD_RULES_REFUSAL_H
#define COPROD_RULES_REFUSAL_H

#include <stdbool.h>

enum refusal_of {
    REFUSAL_OF_MAIL = 0,  /* DATA or the message: only when the status says so */
    REFUSAL_OF_SENDER,    /* MAIL: never, no recipient was named yet */
    REFUSAL_OF_RECIPIENT, /* RCPT: unless the status or the code says otherwise */
    REFUSAL_REPORTED      /* a report that came back: a relay had the mail and gave it up */
};
enum { REFUSAL_STATUS_MAX = 12 };

/* status: "5.1.1"; "" when none was said. code: the reply's, 0 of a report. */
bool refusal_is_of_address(enum refusal_of of, int code, const char *status);
/* From a reply, "550 5.1.1 no such person"; "" when it has none. Returns buf. */
const char *refusal_status(const char *reply, char buf[REFUSAL_STATUS_MAX]);

#endif
