/* SPDX-License-Identifier: MIT */
/*
 * answers.h - a script of what people do, for simulate --assume FILE:
 *
 *   assume: ontime                 # what the others do; none when it is not said
 *   answers:
 *     - {on: 2015-06-15, ref: 1b, event: start, as: head-of-od}
 *     - {on: 2015-06-29, ref: 1b, event: submit, as: head-of-od, evidence: Notes of 24 June}
 *     - {on: 2015-07-02, ref: 1b, event: verify, as: qsc-secretary}
 *
 * Whatever is wrong in it is said with file:line:col, all of it at once. An answer is given at noon
 * of its day; one that the rules refuse is said on stderr, and the simulation goes on.
 */
#ifndef COPROD_CLI_ANSWERS_H
#define COPROD_CLI_ANSWERS_H

#include "engine/act.h"
#include "plan/plan.h"

struct answer {
    day_t on;
    struct act act; /* texts live in the script */
    int line, col;
};
struct answers {
    struct yaml_doc *doc;
    const char *path;
    int assume; /* index into none, ontime, late */
    struct answer *list; /* by day; those of one day as written */
    size_t n;
};
/* -ENOENT and the like, or -EBADMSG, with findings in d, which must outlive ret. */
MUST_USE int answers_read(const char *path, const struct plan_set *set, day_t first, struct diag *d,
                          struct answers *ret);
void answers_done(struct answers *a);
/* True when an answer names this action. */
bool answers_name(const struct answers *a, const char *action);

#endif
