/* SPDX-License-Identifier: MIT */
/* ask.h - one question of coprodctl under way: what control.c hands to the verbs in verbs.c. */
#ifndef COPROD_DAEMON_ASK_H
#define COPROD_DAEMON_ASK_H

#include "hub.h"

enum { USER_MAX = 64 };

struct ask { /* one CALL under way */
    struct hub *h;
    const struct wire_peer *from;
    const struct wire_call *call;
    struct text *out;
    struct err *why;
    char user[USER_MAX];
    bool is_dry;
    bool is_deferred; /* the answer comes later */
    bool is_told;
};

/* The value of an argument; "" when it was not given. */
const char *ask_word(const struct ask *a, const char *key);
/* Runs the verb inside the caller's savepoint; < 0 with the sentence in a->why. */
MUST_USE int ask_run(struct ask *a);

#endif
