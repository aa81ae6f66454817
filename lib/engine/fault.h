/* SPDX-License-Identifier: MIT */
/*
 * fault.h - what whoever looks after the machine has to mend: a file that was refused, a folder
 * that cannot be read, a lead who cannot be mailed.
 * It is open until it is mended, and told once a week while it is: kind, subject
 * and the week's Monday are the key. The mail: admin.c. In the caller's transaction.
 */
#ifndef COPROD_ENGINE_FAULT_H
#define COPROD_ENGINE_FAULT_H

#include "engine/world.h"

#define FAULT_FILE "file" /* what was read last goes on */
#define FAULT_SURVEY "survey" /* a survey's definition was refused: its answers wait */
#define FAULT_INBOX "inbox" /* cannot be read: survey files wait */
#define FAULT_ROLE "role" /* leads something and cannot be mailed */

struct fault {
    const char *kind, *subject;
    const char *plan;  /* whose owner hears too; "": nobody's; NULL: the first plan's */
    const char *words; /* lines, what is wrong and where */
};
/* The kinds of what is read, all but FAULT_ROLE: the i-th, or NULL. */
const char *fault_kind_read(size_t i);
/* It is so, or still so. The admin's mail is ordered when it was not told this week. */
MUST_USE int fault_raise(const struct world *w, struct store *s, const struct fault *f,
                         int64_t now_ms, struct err *reterr);
/* All of that kind are mended. Returns how many were open. */
MUST_USE int fault_mend(struct store *s, const char *kind, const char *actor, int64_t now_ms,
                        struct err *reterr);
/* A lead of the plan cannot be mailed: the admin hears, unless it is the plan's owner, who does. */
MUST_USE int fault_of_lead(const struct world *w, struct store *s, const char *role,
                           const char *owner, int64_t now_ms, struct err *reterr);

/* Of each plan that has what cannot be read, not told this week: its owner, in a digest, unless the
 * admin's mail is theirs. */
MUST_USE int fault_tell_owners(const struct world *w, struct store *s, int64_t now_ms,
                               struct err *reterr);

/* The next line of a fault's words into *one, emptied before. False: there is none. */
bool fault_line(const char **at, struct text *one);

#endif
