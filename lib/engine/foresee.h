/* SPDX-License-Identifier: MIT */
/*
 * foresee.h - what an edit of the files would change, before it is made: the files are put in force
 * in a copy of the store by the functions of the daemon, and both copies, edited and not, live
 * through the days to come. Nothing is changed. For plan diff, and every --dry-run.
 *
 *   AUTO_FORESIGHT struct foresight f = { 0 };
 *   r = foresee_apply(s, &order, &sum, &f, &why);   f.base and f.edited stand side by side
 *   r = foresee_play(&f, end_ms, &why);             f.mails: whom the edit mails, and spares
 */
#ifndef COPROD_ENGINE_FORESEE_H
#define COPROD_ENGINE_FORESEE_H

#include "base/text.h"
#include "engine/apply.h"

enum foreseen_kind {
    FORESEEN_NONE = 0,
    FORESEEN_ADDED,   /* nobody would get it without the edit */
    FORESEEN_DROPPED, /* it would go out without the edit, or waits to go out */
    FORESEEN_MOVED,   /* the same, at another time */
    FORESEEN_CHANGED, /* the same person at the same time, told other things */
    FORESEEN_KIND_MAX_
};
const char *foreseen_kind_word(enum foreseen_kind kind); /* "added" */

struct foreseen_mail {
    int64_t at_ms;
    char key[2 * OCC_SUBJECT_MAX];
    char role[OCC_NAME_MAX];
    char *subject;
    char *items; /* "R-5 1b/deliver; assign 2b/deliver", sorted */
    char *why;   /* "leads the action" */
};
struct foreseen {
    enum foreseen_kind kind;
    const struct foreseen_mail *was, *is; /* without the edit, with it; one may be NULL */
};
struct foreseen_list {
    struct foreseen_mail *mails;
    size_t n, cap;
};
struct foresight {
    struct store *base, *edited;
    int64_t now_ms, last_notice;
    struct foreseen_list was, is; /* all that would be sent, by time and role */
    struct foreseen *mails;       /* what differs, by time and role */
    size_t n;
};

/* -EBADMSG: the files cannot be put in force; sum->findings says why. */
MUST_USE int foresee_apply(struct store *s, const struct apply_order *order, struct applied *sum,
                           struct foresight *ret, struct err *reterr);
MUST_USE int foresee_play(struct foresight *f, int64_t end_ms, struct err *reterr);
/* What a store wrote after a notice, and what of before waits to go out; to compare with. */
MUST_USE int foresee_mails(struct store *s, int64_t after, struct foreseen_list *ret,
                           struct err *reterr);
void foreseen_list_done(struct foreseen_list *list);
void foresight_done(struct foresight *f);
#define AUTO_FORESIGHT __attribute__((cleanup(foresight_done)))

#endif
