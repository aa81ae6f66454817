/* SPDX-License-Identifier: MIT */
/*
 * notify.h - from a step that is due to notices for people: who is told on which step, why, and
 * what happens next. Runs inside the worker's transaction and savepoint; the caller marks the job
 * done in the same transaction.
 */
#ifndef COPROD_ENGINE_NOTIFY_H
#define COPROD_ENGINE_NOTIFY_H

#include "engine/occurrence.h"

struct notified {
    int notices;   /* written, each with its delivery job */
    int repeats;   /* keys that stood there already */
    int unreached; /* people without an address: the plan's owner is told instead */
    bool is_void;  /* the occurrence moved on since the job was added: nothing to say */
};
/* What jobs of kinds remind and escalate do; job: its id. */
MUST_USE int notify_step(const struct world *w, struct store *s, int64_t job, int64_t now_ms,
                         struct notified *ret, struct err *reterr);

/* One person who would be told by a step, and why; for explain, preview and simulate too. */
struct told {
    char role[OCC_NAME_MAX];
    enum notice_why why;
    char of[OCC_NAME_MAX]; /* title of the lead whose deputy or manager it is, or "" */
};
enum { TOLD_MAX = 64 };
MUST_USE int notify_who(struct store *s, const struct occurrence *o, const struct step *step,
                        struct told ret[TOLD_MAX], size_t *ret_n, struct err *reterr);
/* "R-30", "L4+20" and so on back to a step (send_day is left DAY_NONE); -EINVAL. */
MUST_USE int notify_step_parse(const char *name, struct step *ret);

#endif
