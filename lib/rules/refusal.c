/* SPDX-License-Identifier: MIT */
/* refusal.c - a dead address, or one mail that was not wanted. */
#include "rules/refusal.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

enum verdict { UNSAID = 0, ADDRESS, MAIL };

/* RFC 3463 3.2 to 3.8 and the registry of RFC 5248. detail -1: all others of that subject. */
static const struct {
    int subject, detail;
    enum verdict verdict;
} meanings[] = {
    { 1, 0, MAIL },    /* does not say whose address: relays say it of the sender's at RCPT, too */
    { 1, 5, MAIL },    /* the address is valid */
    { 1, 7, MAIL },    /* the sender's address */
    { 1, 8, MAIL },
    { 1, 9, MAIL },    /* a mailer on the way does not conform */
    { 1, -1, ADDRESS }, /* no such mailbox, no such host, moved, takes no mail */
    { 2, 0, UNSAID },
    { 2, 1, ADDRESS }, /* disabled */
    { 2, -1, MAIL },   /* full, too long, a list */
    { 3, -1, MAIL },   /* the mail system */
    { 5, -1, MAIL },   /* the protocol */
    { 6, -1, MAIL },   /* the content */
    { 7, -1, MAIL },   /* policy: what one sender may not, another may */
};

struct status {
    int class, subject, detail;
};

/* How many characters of s are one; 0: it does not begin with one. */
static size_t
status_read(const char *s, struct status *ret)
{
    int n = 0;
    size_t all = strspn(s, "0123456789.");
    int found = sscanf(s, "%1d.%3d.%3d%n", &ret->class, &ret->subject, &ret->detail, &n);
    return found == 3 && (size_t)n == all ? all : 0;
}

static enum verdict
by_status(const char *said)
{
    struct status s = { 0 };
    if (status_read(said, &s) == 0) {
        return UNSAID;
    }
    for (size_t i = 0; s.class == 5 && i < LENGTH(meanings); i++) {
        bool is_it = meanings[i].detail == s.detail || meanings[i].detail < 0;
        if (meanings[i].subject == s.subject && is_it) {
            return meanings[i].verdict;
        }
    }
    return s.class == 5 ? UNSAID : MAIL; /* one that will not last, said of a failure that does */
}

/* No such mailbox, elsewhere, a name that cannot be, a domain that takes no mail (RFC 7504). */
static bool
is_code_of_address(int code)
{
    return code == 550 || code == 551 || code == 553 || code == 556;
}

bool
refusal_is_of_address(enum refusal_of of, int code, const char *status)
{
    enum verdict v = of == REFUSAL_OF_SENDER ? MAIL : by_status(status);
    if (v != UNSAID) {
        return v == ADDRESS;
    }
    return of == REFUSAL_REPORTED || (of == REFUSAL_OF_RECIPIENT && is_code_of_address(code));
}

const char *
refusal_status(const char *reply, char buf[REFUSAL_STATUS_MAX])
{
    struct status s;
    bool has_code = strspn(reply, "0123456789") == 3 && (reply[3] == ' ' || reply[3] == '-');
    size_t n = has_code ? status_read(reply + 4, &s) : 0;
    (void)snprintf(buf, REFUSAL_STATUS_MAX, "%.*s", (int)n, n ? reply + 4 : "");
    return buf;
}
