/* SPDX-License-Identifier: MIT */
/*
 * pack.h - the paper that a forum gets for a meeting: a draft when its agenda closes, the final one
 * when its papers are due. Each is made once, frozen as HTML, plain text and CSV with the SHA-256
 * of each, and mailed to the forum's secretary; nothing makes it anew. A corrected one is another
 * version beside it, with a number, a reason and who wanted it. What was late when a meeting became
 * known is made at once, as long as the meeting lies ahead. It names posts, not people.
 */
#ifndef COPROD_ENGINE_PACK_H
#define COPROD_ENGINE_PACK_H

#include "engine/occurrence.h"
#include "engine/standing.h"

enum pack_phase { PACK_PREVIEW = 0, PACK_DRAFT, PACK_FINAL };
const char *pack_phase_word(enum pack_phase phase); /* "draft" */

struct pack_paper {
    struct text html, plain, csv, headline;
};
void pack_paper_done(struct pack_paper *p);
static inline void
pack_paper_donep(struct pack_paper *p)
{
    pack_paper_done(p);
}
#define AUTO_PACK_PAPER __attribute__((cleanup(pack_paper_donep)))

struct pack_order {
    const struct committee *forum;
    day_t meeting;
    enum pack_phase phase;
    int64_t now_ms;
    int rev;                /* 0 and 1: the first; above: a corrected version */
    const char *by, *reason; /* of a corrected one: who wanted it, and why */
};
/* As it would be made now; a preview says in its head that it was not given out. */
MUST_USE int pack_render(const struct world *w, struct store *s, const struct pack_order *order,
                         struct pack_paper *ret, struct err *reterr);
/* Makes, freezes and mails it. 0 when that version is there already, 1 when it was made. */
MUST_USE int pack_make(const struct world *w, struct store *s, const struct pack_order *order,
                       struct err *reterr);

/* The mail that brought a paper did not arrive: orders a job by which the secretary's deputy and
 * the plan's owner get it as it was frozen. 0: the notice brought none, or was passed on before. */
MUST_USE int pack_pass_on(struct store *s, int64_t notice, int64_t now_ms, struct err *reterr);

/* A person wants what was given out last for a meeting to be made anew, as it is now: the job for
 * its next version. -ENOENT nothing was given out, -EPERM this role may not, -EINVAL not now. */
struct pack_again {
    const char *forum;
    day_t meeting;
    const char *reason;
    const char *role; /* who wants it */
    const char *actor, *on_behalf; /* for the audit */
};
struct pack_version {
    enum pack_phase phase;
    int rev;
};
MUST_USE int pack_again(const struct world *w, struct store *s, const struct pack_again *x,
                        int64_t now_ms, struct pack_version *ret, struct err *reterr);

/* Duties of standing.def. Subject: the forum; name: MEETING|PHASE; of a corrected version, whose
 * job pack_again orders, MEETING|PHASE|REV|ROLE|REASON; of pack_pass_on's "lost|NOTICE". */
MUST_USE int pack_look(struct standing_ask *ask, struct err *reterr);
MUST_USE int pack_run(const struct world *w, struct store *s, const char *what, int64_t now_ms,
                      struct err *reterr);

/* Whether the frozen bytes are those that were hashed, and the hashes those of the audit. words:
 * what is wrong, "" when nothing is. */
struct pack_check {
    int64_t id;
    char name[OCC_SUBJECT_MAX]; /* "pack qsc 2015-04-22 final", ".. final version 2" */
    char words[256];
};
MUST_USE int pack_verify(struct store *s, int64_t id, struct pack_check *ret, struct err *reterr);

#endif
