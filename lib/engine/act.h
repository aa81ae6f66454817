/* SPDX-License-Identifier: MIT */
/*
 * act.h - what people do to an occurrence: the only way its state changes but for the scheduler.
 * Checks the table of rules/action.h and who may, writes the audit row, and stops or moves what was
 * to be sent, all inside the caller's transaction.
 */
#ifndef COPROD_ENGINE_ACT_H
#define COPROD_ENGINE_ACT_H

#include "engine/occurrence.h"

struct act {
    const char *plan;      /* "" = the only plan that has ref */
    const char *ref;       /* "2b", "2b/deliver", "1c/deliver@sdu-amh" */
    enum action_event event;
    const char *actor;     /* who did it: role id, or "user NAME" when on behalf of a role */
    const char *role;      /* the role that counts: the actor's own, or the one acted for */
    const char *on_behalf; /* "" or the role acted for */
    const char *comment;   /* "" */
    const char *evidence;  /* submit: reference; "" */
    const char *sha256;    /* submit: of that evidence, verify: of what was seen; NULL or "" */
    const char *minute;    /* of the forum; "" */
    const char *to;        /* reassign: the new lead's role; NULL or "" */
    const char *rag;       /* progress, submit: the lead's own colour; NULL or "" */
    const char *figure;    /* submit: "12/40", of a return "nil" too; NULL or "" */
    int percent;           /* -1: not said */
    day_t date;            /* forecast (progress), until (ack, hold), new due (extend); DAY_NONE */
};
struct acted {
    struct occurrence o; /* as it is now */
    enum action_state before;
    int cancelled;       /* notices that will not be sent any more */
    bool is_parent_done; /* the whole is complete with this part */
    bool is_note;        /* of who supports it: kept in the audit, and nothing moves */
};
/* -ENOENT no such occurrence, -EPERM this role may not (the sentence says who may), -EINVAL the
 * state forbids it or something is missing. */
MUST_USE int act(const struct world *w, struct store *s, const struct act *a, int64_t now_ms,
                 struct acted *ret, struct err *reterr);

/* Takes back what is pending about an occurrence: jobs, notices and their deliveries. */
MUST_USE int act_silence(struct store *s, int64_t occurrence, const char *reason, int64_t now_ms,
                         int *ret_cancelled, struct err *reterr);
/* Gives back what act_silence took at silenced_ms of o's generation; o as it is now. */
MUST_USE int act_unsilence(struct store *s, const struct occurrence *o, int64_t silenced_ms,
                           int64_t now_ms, struct err *reterr);

#endif
