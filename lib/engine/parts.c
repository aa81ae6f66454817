/* SPDX-License-Identifier: MIT */
/* parts.c - the state of a whole follows that of its parts. */
#include "engine/parts.h"

#include "store/audit.h"

static int
change(struct store *s, int64_t whole, enum action_state to, const char *event, const char *why,
       int64_t now_ms, struct err *reterr)
{
    struct occurrence o;
    char subject[OCC_SUBJECT_MAX];
    int r = store_run(s, Q_OCCURRENCE_WHOLE_STATE, WITH(I(to), I(now_ms), I(whole)), reterr);
    r = r < 0 ? r : occurrence_get(s, whole, &o, reterr);
    return r < 0 ? r
                 : audit_append(s,
                                &(struct audit_entry){ .at_ms = now_ms,
                                                       .actor = "hub",
                                                       .event = event,
                                                       .subject = occurrence_subject(&o, subject),
                                                       .detail = why },
                                reterr);
}

int
parts_open(struct store *s, int64_t id, int64_t now_ms, struct err *reterr)
{
    int64_t whole = 0;
    int r = store_get(s, Q_OCCURRENCE_WHOLE_PLANNED, WITH(I(id)), &whole, reterr);
    return r <= 0 ? r : change(s, whole, ACTION_OPEN, "open", "a part of it is", now_ms, reterr);
}

int
parts_settle(struct store *s, int64_t whole, int64_t now_ms, enum action_state *ret,
             struct err *reterr)
{
    int64_t open = 0;
    int64_t complete = 0;
    struct occurrence o;
    *ret = ACTION_NONE;
    int r = store_get(s, Q_OCCURRENCE_PARTS_OPEN, WITH(I(whole)), &open, reterr);
    r = r < 0 ? r : store_get(s, Q_OCCURRENCE_PARTS_COMPLETE, WITH(I(whole)), &complete, reterr);
    r = r < 0 ? r : occurrence_get(s, whole, &o, reterr);
    if (r < 0 || open > 0 || action_is_final(o.duty.state)) {
        return r < 0 ? r : 0;
    }
    *ret = complete > 0 ? ACTION_COMPLETE : ACTION_WITHDRAWN;
    return complete > 0 ? change(s, whole, *ret, "complete",
                                 "every part that was not withdrawn is complete", now_ms, reterr)
                        : change(s, whole, *ret, "withdrawn", "every part was", now_ms, reterr);
}

int
parts_reopen(struct store *s, int64_t whole, int64_t now_ms, struct err *reterr)
{
    int64_t open = 0;
    int64_t begun = 0;
    struct occurrence o;
    int r = occurrence_get(s, whole, &o, reterr);
    r = r < 0 ? r : store_get(s, Q_OCCURRENCE_PARTS_OPEN, WITH(I(whole)), &open, reterr);
    r = r < 0 ? r : store_get(s, Q_OCCURRENCE_PARTS_BEGUN, WITH(I(whole)), &begun, reterr);
    if (r < 0 || open == 0 || !action_is_final(o.duty.state)) {
        return r < 0 ? r : 0;
    }
    enum action_state to = begun > 0 ? ACTION_IN_PROGRESS : ACTION_PLANNED;
    return change(s, whole, to, "reopen", "a part of it is asked for again", now_ms, reterr);
}
