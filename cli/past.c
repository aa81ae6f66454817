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
    free(p->begun);
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

/* A new generation begins, and no level of it is reached. */
static int
note_begin(struct past *p, int64_t at_ms)
{
    int r = list_room(&p->begun, p->n_begun, &p->begun_cap, sizeof *p->begun);
    if (r >= 0) {
        p->begun[p->n_begun++] = at_ms;
    }
    return r;
}

/* Columns of audit_of_subject: seq at_ms actor on_behalf event subject detail. */
static int
take_event(void *arg, const struct row *row)
{
    static const char *const moving[] = { "moved", "extend", "reopen", "resume" };
    enum { BEGINNING = 3 }; /* so many of them begin a generation */
    struct past *p = arg;
    const char *event = row_text_or(row, 4, "");
    for (size_t i = 0; i < LENGTH(moving); i++) {
        bool is_it = strcmp(event, moving[i]) == 0;
        p->moved_ms = is_it ? row_i64(row, 1) : p->moved_ms;
        if (is_it && i < BEGINNING && note_begin(p, row_i64(row, 1)) < 0) {
            return -ENOMEM;
        }
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

/* ---- the level of a day ---------------------------------------------------------------------- */

struct climb { /* the highest level told in the generation of a day, and in that of now */
    int64_t from_ms, at_ms, last_ms;
    int then, now;
};

/* Columns of item_of_occurrence: id kind step level role why of gen state created_ms .. */
static int
see_level(void *arg, const struct row *row)
{
    struct climb *c = arg;
    int level = (int)row_i64(row, 3);
    int64_t at_ms = row_i64(row, 9);
    bool is_then = at_ms >= c->from_ms && at_ms <= c->at_ms;
    c->then = is_then && level > c->then ? level : c->then;
    c->now = at_ms >= c->last_ms && level > c->now ? level : c->now;
    return 0;
}

/* 1 and the level; 0 when what was told does not say it: it was taken over from an older return. */
static int
level_at(struct reading *r, const struct past *p, const struct occurrence *o, int64_t at_ms,
         int *ret)
{
    struct climb c = { .at_ms = at_ms };
    for (size_t i = 0; i < p->n_begun; i++) {
        c.from_ms = p->begun[i] <= at_ms ? p->begun[i] : c.from_ms;
        c.last_ms = p->begun[i];
    }
    int found = store_each(r->c->store, Q_ITEM_OF_OCCURRENCE, WITH(I(o->id)), see_level, &c,
                           &r->why);
    *ret = c.then;
    return found < 0 ? found : c.now == o->duty.level;
}

int
past_say(struct reading *r, const struct past *p, const struct occurrence *o, day_t on)
{
    struct out *out = r->c->out;
    char day[DAY_TEXT_MAX];
    int level = 0;
    int64_t end_ms = zone_instant(r->w->zone, on + 1, 0) - 1;
    const struct past_state *then = past_at(p, end_ms);
    bool was_moved = p->moved_ms > end_ms;
    int known = level_at(r, p, o, end_ms, &level);
    out_field(out, "due", "Due", "%s%s", day_format(o->duty.due, day),
              was_moved ? " now; it was another day then" : "");
    if (!was_moved) {
        out_field_int(out, "late_working_days", NULL,
                      calendar_between(&r->w->calendar, o->duty.due, on));
    }
    out_field(out, "state", "State", "%s",
              action_state_name(then       ? then->state
                                : p->n > 0 ? ACTION_PLANNED
                                           : o->duty.state));
    if (known > 0) {
        out_field_int(out, "level", "Ladder level", level);
    } else {
        out_field(out, "level_words", "Ladder level",
                  "not known of that day: what was told does not say it");
    }
    return known < 0 ? known : 0;
}
