/* SPDX-License-Identifier: MIT */
/* past.c - the states that an occurrence was in, from its history. */
#include "past.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"

enum { STATE_WORD_MAX = 32 };

void
past_done(struct past *p)
{
    free(p->list);
    *p = (struct past){ .list = NULL };
}

/* Of "OPEN to SUBMITTED; evidence: ..", and of a whole that its parts or the plan complete. */
static enum action_state
state_after(const char *event, const char *detail)
{
    char before[STATE_WORD_MAX];
    char after[STATE_WORD_MAX];
    bool is_move = sscanf(detail, "%31[A-Z_] to %31[A-Z_]", before, after) == 2
                   && action_state_parse(before) != ACTION_NONE;
    return is_move                              ? action_state_parse(after)
           : strcmp(event, "complete") == 0     ? ACTION_COMPLETE
           : strcmp(event, "left the plan") == 0 ? ACTION_WITHDRAWN_PENDING
           : strcmp(event, "open") == 0          ? ACTION_OPEN
                                                 : ACTION_NONE;
}

/* Columns of audit_of_subject: seq at_ms actor on_behalf event subject detail. */
static int
take_event(void *arg, const struct row *row)
{
    static const char *const moving[] = { "moved", "extend", "resume", "reopen" };
    struct past *p = arg;
    const char *event = row_text_or(row, 4, "");
    for (size_t i = 0; i < LENGTH(moving); i++) {
        p->moved_ms = strcmp(event, moving[i]) == 0 ? row_i64(row, 1) : p->moved_ms;
    }
    enum action_state state = state_after(event, row_text_or(row, 6, ""));
    if (state == ACTION_NONE || (p->n > 0 && p->list[p->n - 1].state == state)) {
        return 0;
    }
    int r = list_room(&p->list, p->n, &p->cap, sizeof *p->list);
    if (r < 0) {
        return r;
    }
    p->list[p->n++] = (struct past_state){ row_i64(row, 1), state };
    return 0;
}

int
past_load(struct reading *r, const struct occurrence *o, struct past *ret)
{
    char subject[OCC_SUBJECT_MAX];
    int found = store_each(r->c->store, Q_AUDIT_OF_SUBJECT,
                           WITH(T(occurrence_subject(o, subject))), take_event, ret, &r->why);
    return found < 0 ? found : 0;
}

const struct past_state *
past_at(const struct past *p, int64_t at_ms)
{
    const struct past_state *found = NULL;
    for (size_t i = 0; i < p->n && p->list[i].at_ms <= at_ms; i++) {
        found = &p->list[i];
    }
    return found;
}

void
past_words(const struct reading *r, const struct past_state *state, struct text *out)
{
    static const char *const words[ACTION_STATE_MAX_] = {
        [ACTION_SUBMITTED] = "handed in on", [ACTION_COMPLETE] = "complete since",
        [ACTION_ON_HOLD] = "put on hold on", [ACTION_WITHDRAWN] = "withdrawn on",
        [ACTION_SUPERSEDED] = "replaced by another on",
        [ACTION_WITHDRAWN_PENDING] = "the plan no longer has it since",
    };
    char day[64];
    if (state && words[state->state]) {
        text_addf(out, "not due: %s %s", words[state->state],
                  day_words(world_day(r->w, state->at_ms), day, sizeof day));
    }
}
