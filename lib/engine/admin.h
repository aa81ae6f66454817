/* SPDX-License-Identifier: MIT */
/*
 * admin.h - mails to whoever looks after the machine: that mail is held and what waits, that a
 * ceiling was reached, that somebody cannot be reached, that a file was refused (fault.h), and once
 * a month that mail works at all. They pass while mail is held and count for no ceiling; each goes
 * out once for its key.
 */
#ifndef COPROD_ENGINE_ADMIN_H
#define COPROD_ENGINE_ADMIN_H

#include "engine/standing.h"

enum admin_topic { ADMIN_CATCHUP = 0, ADMIN_CEILING, ADMIN_UNDELIVERED, ADMIN_DRILL, ADMIN_FAULT,
                   ADMIN_TEST, ADMIN_TOPIC_MAX_ };
#define ADMIN_TEST_STEP "test" /* goes at once, at any hour */

/* One mail of that kind a local day; written some minutes later, when what it counts is there. */
MUST_USE int admin_order(const struct world *w, struct store *s, enum admin_topic topic,
                         int64_t now_ms, struct err *reterr);
/* A drill at once, for the operator: mail works or not. 0: one went this minute. */
MUST_USE int admin_test(const struct world *w, struct store *s, int64_t now_ms,
                        struct err *reterr);
/* 1 when those mails go to the mailbox of this post: it need not be told the same thing twice. */
MUST_USE int admin_is(const struct world *w, struct store *s, const char *role, struct err *reterr);
/* As rows of standing.def: the drill of each month, the faults of a week; "TOPIC|NAME" becomes a
 * notice. */
MUST_USE int admin_look(struct standing_ask *ask, struct err *reterr);
MUST_USE int admin_run(const struct world *w, struct store *s, const char *what, int64_t now_ms,
                       struct err *reterr);

#endif
