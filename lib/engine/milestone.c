/* SPDX-License-Identifier: MIT */
/* milestone.c - milestones end with the action. */
#include "engine/milestone.h"

#include <stdio.h>

#include "engine/act.h"
#include "store/audit.h"

static int
end_one(struct store *s, const struct occurrence *done, int64_t id, int64_t now_ms,
        struct err *reterr)
{
    char why[OCC_SUBJECT_MAX + 16];
    char subject[OCC_SUBJECT_MAX];
    struct occurrence o;
    int cancelled = 0;
    (void)snprintf(why, sizeof why, "with %s", occurrence_subject(done, subject));
    int r = act_silence(s, id, why, now_ms, &cancelled, reterr);
    r = r < 0 ? r
              : store_run(s, Q_OCCURRENCE_WHOLE_STATE, WITH(I(done->duty.state), I(now_ms), I(id)),
                          reterr);
    r = r < 0 ? r : store_run(s, Q_TIMER_DROP, WITH(I(id)), reterr);
    r = r < 0 ? r : occurrence_get(s, id, &o, reterr);
    return r < 0 ? r
                 : audit_append(s,
                                &(struct audit_entry){
                                    .at_ms = now_ms, .actor = "hub",
                                    .event = done->duty.state == ACTION_COMPLETE ? "complete"
                                                                                 : "withdrawn",
                                    .subject = occurrence_subject(&o, subject), .detail = why },
                                reterr);
}

int
milestones_end(struct store *s, const struct occurrence *done, bool is_whole, int64_t now_ms,
               struct err *reterr)
{
    AUTO(id_list) struct id_list open = { .n = 0 };
    int r = store_list(s, Q_OCCURRENCE_MILESTONES_OPEN,
                       WITH(T(done->plan), T(done->action), I(is_whole), T(done->part)), &open,
                       reterr);
    for (size_t i = 0; r >= 0 && i < open.n; i++) {
        r = end_one(s, done, open.ids[i], now_ms, reterr);
    }
    return r < 0 ? r : 0;
}
