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
    char role[OCC_NAME_MAX]; /* of --as, by its id */
    bool is_dry;
    bool is_deferred; /* the answer comes later */
    bool is_told;
};

/* The value of an argument; "" when it was not given. */
const char *ask_word(const struct ask *a, const char *key);
/* The role that acts, and for whom. -EPERM. */
struct act;
MUST_USE int ask_who(struct ask *a, struct act *act, char actor[USER_MAX + 8]);
/* The same of an operator's verb: who has no role, and names none, acts as a user. */
MUST_USE int ask_operator(struct ask *a, struct act *act, char actor[USER_MAX + 8]);
/* Who looks after coprod itself: root, its own user, and those under admins:. -EPERM. */
MUST_USE int ask_admin(struct ask *a);
/* A date, DAY_NONE when it was not given. -EINVAL. */
MUST_USE int ask_date(struct ask *a, const char *key, day_t *ret);
/* measure, at, reason; withdraw: a baseline begins, or begins no more, and all trends are looked at
 * again. */
MUST_USE int ask_rebase(struct ask *a);
/* name, offset, last: a piece of a survey file, towards the inbox. */
MUST_USE int ask_spool(struct ask *a);
/* Every file again; plan-apply: file, one that coprod.yaml names. */
MUST_USE int ask_reload(struct ask *a);
MUST_USE int ask_plan_apply(struct ask *a);
/* reason: no mail leaves; and it leaves again. */
MUST_USE int ask_mail_hold(struct ask *a);
MUST_USE int ask_test_delivery(struct ask *a);
MUST_USE int ask_mail_release(struct ask *a);
int ask_mail_readmit(struct ask *a);
/* Runs the verb inside the caller's savepoint; < 0 with the sentence in a->why. */
MUST_USE int ask_run(struct ask *a);

#endif
