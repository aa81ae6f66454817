/* SPDX-License-Identifier: MIT */
/* action.c - the states of an occurrence, what moves them, and who may. */
#include "rules/action.h"

#include <string.h>

/*
 * A blank cell is forbidden. The surprising ones:
 * - A lead may begin or even deliver before the occurrence opens: early is never wrong.
 * - BLOCKED has no PROGRESS: whoever reports progress says first what became of the blockage. It
 *   has SUBMIT, because a blockage may turn out not to matter.
 * - RESUME goes to OPEN wherever the hold began. The table does not remember, and "not started" is
 *   the error that gets corrected: it makes people ask.
 * - SUBMITTED cannot be extended, held or blocked; it is the verifier's turn. The forum may still
 *   withdraw it.
 * - ANNUAL and QUARTERLY keep every state: they change which returns of the action are asked for.
 * - WITHDRAWN_PENDING ends by the forum alone. A plan that has the action again gives it back the
 *   state that it had, which the table does not remember either.
 */
/* clang-format off */
static const enum action_state moves[ACTION_STATE_MAX_][ACTION_EVENT_MAX_] = {
    [ACTION_PLANNED] = {
        [ACTION_EV_ACTIVATE]  = ACTION_OPEN,
        [ACTION_EV_START]     = ACTION_IN_PROGRESS,
        [ACTION_EV_PROGRESS]  = ACTION_IN_PROGRESS,
        [ACTION_EV_SUBMIT]    = ACTION_SUBMITTED,
        [ACTION_EV_EXTEND]    = ACTION_PLANNED,
        [ACTION_EV_REASSIGN]  = ACTION_PLANNED,
        [ACTION_EV_WITHDRAW]  = ACTION_WITHDRAWN,
        [ACTION_EV_SUPERSEDE] = ACTION_SUPERSEDED,
        [ACTION_EV_LEAVE]     = ACTION_WITHDRAWN_PENDING,
        [ACTION_EV_AGREE]     = ACTION_PLANNED,
        [ACTION_EV_ANNUAL]    = ACTION_PLANNED,
        [ACTION_EV_QUARTERLY] = ACTION_PLANNED,
    },
    [ACTION_OPEN] = {
        [ACTION_EV_ACK]       = ACTION_OPEN,
        [ACTION_EV_START]     = ACTION_IN_PROGRESS,
        [ACTION_EV_PROGRESS]  = ACTION_IN_PROGRESS,
        [ACTION_EV_BLOCK]     = ACTION_BLOCKED,
        [ACTION_EV_HOLD]      = ACTION_ON_HOLD,
        [ACTION_EV_SUBMIT]    = ACTION_SUBMITTED,
        [ACTION_EV_EXTEND]    = ACTION_OPEN,
        [ACTION_EV_REASSIGN]  = ACTION_OPEN,
        [ACTION_EV_WITHDRAW]  = ACTION_WITHDRAWN,
        [ACTION_EV_SUPERSEDE] = ACTION_SUPERSEDED,
        [ACTION_EV_LEAVE]     = ACTION_WITHDRAWN_PENDING,
        [ACTION_EV_AGREE]     = ACTION_OPEN,
        [ACTION_EV_ANNUAL]    = ACTION_OPEN,
        [ACTION_EV_QUARTERLY] = ACTION_OPEN,
    },
    [ACTION_IN_PROGRESS] = {
        [ACTION_EV_ACK]       = ACTION_IN_PROGRESS,
        [ACTION_EV_PROGRESS]  = ACTION_IN_PROGRESS,
        [ACTION_EV_BLOCK]     = ACTION_BLOCKED,
        [ACTION_EV_HOLD]      = ACTION_ON_HOLD,
        [ACTION_EV_SUBMIT]    = ACTION_SUBMITTED,
        [ACTION_EV_EXTEND]    = ACTION_IN_PROGRESS,
        [ACTION_EV_REASSIGN]  = ACTION_IN_PROGRESS,
        [ACTION_EV_WITHDRAW]  = ACTION_WITHDRAWN,
        [ACTION_EV_SUPERSEDE] = ACTION_SUPERSEDED,
        [ACTION_EV_LEAVE]     = ACTION_WITHDRAWN_PENDING,
        [ACTION_EV_AGREE]     = ACTION_IN_PROGRESS,
        [ACTION_EV_ANNUAL]    = ACTION_IN_PROGRESS,
        [ACTION_EV_QUARTERLY] = ACTION_IN_PROGRESS,
    },
    [ACTION_SUBMITTED] = {
        [ACTION_EV_VERIFY]    = ACTION_COMPLETE,
        [ACTION_EV_REJECT]    = ACTION_IN_PROGRESS,
        [ACTION_EV_REASSIGN]  = ACTION_SUBMITTED,
        [ACTION_EV_WITHDRAW]  = ACTION_WITHDRAWN,
        [ACTION_EV_SUPERSEDE] = ACTION_SUPERSEDED,
        [ACTION_EV_LEAVE]     = ACTION_WITHDRAWN_PENDING,
        [ACTION_EV_AGREE]     = ACTION_SUBMITTED,
        [ACTION_EV_ANNUAL]    = ACTION_SUBMITTED,
        [ACTION_EV_QUARTERLY] = ACTION_SUBMITTED,
    },
    [ACTION_COMPLETE] = {
        [ACTION_EV_REOPEN]    = ACTION_IN_PROGRESS,
    },
    [ACTION_BLOCKED] = {
        [ACTION_EV_UNBLOCK]   = ACTION_IN_PROGRESS,
        [ACTION_EV_HOLD]      = ACTION_ON_HOLD,
        [ACTION_EV_SUBMIT]    = ACTION_SUBMITTED,
        [ACTION_EV_EXTEND]    = ACTION_BLOCKED,
        [ACTION_EV_REASSIGN]  = ACTION_BLOCKED,
        [ACTION_EV_WITHDRAW]  = ACTION_WITHDRAWN,
        [ACTION_EV_SUPERSEDE] = ACTION_SUPERSEDED,
        [ACTION_EV_LEAVE]     = ACTION_WITHDRAWN_PENDING,
        [ACTION_EV_AGREE]     = ACTION_BLOCKED,
        [ACTION_EV_ANNUAL]    = ACTION_BLOCKED,
        [ACTION_EV_QUARTERLY] = ACTION_BLOCKED,
    },
    [ACTION_ON_HOLD] = {
        [ACTION_EV_RESUME]    = ACTION_OPEN,
        [ACTION_EV_REASSIGN]  = ACTION_ON_HOLD,
        [ACTION_EV_WITHDRAW]  = ACTION_WITHDRAWN,
        [ACTION_EV_SUPERSEDE] = ACTION_SUPERSEDED,
        [ACTION_EV_LEAVE]     = ACTION_WITHDRAWN_PENDING,
        [ACTION_EV_AGREE]     = ACTION_ON_HOLD,
        [ACTION_EV_ANNUAL]    = ACTION_ON_HOLD,
        [ACTION_EV_QUARTERLY] = ACTION_ON_HOLD,
    },
    [ACTION_WITHDRAWN_PENDING] = {
        [ACTION_EV_WITHDRAW]  = ACTION_WITHDRAWN,
        [ACTION_EV_SUPERSEDE] = ACTION_SUPERSEDED,
    },
};

const struct act_rules act_rules_default = {
    .minute_max_wd = 60,
    .ack_max_wd = 10,
    .acks_max = 2,
    .extend_owner_wd = 20,
    .hold_owner_wd = 10,
    .reassign_rest_wd = 5,
};

static const char *const state_names[ACTION_STATE_MAX_] = {
    [ACTION_NONE]        = "NONE",
    [ACTION_PLANNED]     = "PLANNED",
    [ACTION_OPEN]        = "OPEN",
    [ACTION_IN_PROGRESS] = "IN_PROGRESS",
    [ACTION_SUBMITTED]   = "SUBMITTED",
    [ACTION_COMPLETE]    = "COMPLETE",
    [ACTION_BLOCKED]     = "BLOCKED",
    [ACTION_ON_HOLD]     = "ON_HOLD",
    [ACTION_WITHDRAWN]   = "WITHDRAWN",
    [ACTION_SUPERSEDED]  = "SUPERSEDED",
    [ACTION_WITHDRAWN_PENDING] = "WITHDRAWN_PENDING",
};

/* Supporters are in no row: what they say is a note and moves nothing. That the verifier is never
 * the submitter, and how far an owner may extend or hold alone, depends on the case: the engine. */
static const struct event_rules {
    const char *name;
    unsigned who;
    const char *who_words;
} events[ACTION_EVENT_MAX_] = {
    [ACTION_EV_NONE]      = { "none", 0, "nobody" },
    [ACTION_EV_ACTIVATE]  = { "activate", ACTOR_SYSTEM, "the daemon" },
    [ACTION_EV_ACK]       = { "ack", ACTOR_LEAD | ACTOR_DEPUTY | ACTOR_FORUM,
                              "the lead or the lead's deputy, and from level 4 on the responsible "
                              "forum's secretary" },
    [ACTION_EV_START]     = { "start", ACTOR_LEAD | ACTOR_DEPUTY, "the lead or the lead's deputy" },
    [ACTION_EV_PROGRESS]  = { "progress", ACTOR_LEAD | ACTOR_DEPUTY,
                              "the lead or the lead's deputy" },
    [ACTION_EV_BLOCK]     = { "block", ACTOR_LEAD | ACTOR_DEPUTY, "the lead or the lead's deputy" },
    [ACTION_EV_UNBLOCK]   = { "unblock", ACTOR_LEAD | ACTOR_DEPUTY,
                              "the lead or the lead's deputy" },
    [ACTION_EV_HOLD]      = { "hold", ACTOR_FORUM | ACTOR_OWNER,
                              "the responsible forum's secretary or the plan's owner" },
    [ACTION_EV_RESUME]    = { "resume", ACTOR_FORUM | ACTOR_OWNER | ACTOR_SYSTEM,
                              "the responsible forum's secretary or the plan's owner, or the "
                              "daemon on the day agreed" },
    [ACTION_EV_SUBMIT]    = { "submit", ACTOR_LEAD | ACTOR_DEPUTY,
                              "the lead or the lead's deputy" },
    [ACTION_EV_VERIFY]    = { "verify", ACTOR_VERIFIER, "the verifier" },
    [ACTION_EV_REJECT]    = { "reject", ACTOR_VERIFIER, "the verifier" },
    [ACTION_EV_EXTEND]    = { "extend", ACTOR_OWNER | ACTOR_FORUM,
                              "the plan's owner or the responsible forum's secretary" },
    [ACTION_EV_REASSIGN]  = { "reassign", ACTOR_OWNER, "the plan's owner" },
    [ACTION_EV_WITHDRAW]  = { "withdraw", ACTOR_FORUM, "the responsible forum's secretary" },
    [ACTION_EV_SUPERSEDE] = { "supersede", ACTOR_FORUM, "the responsible forum's secretary" },
    [ACTION_EV_REOPEN]    = { "reopen", ACTOR_VERIFIER | ACTOR_FORUM,
                              "the verifier or the responsible forum's secretary" },
    [ACTION_EV_AGREE]     = { "agree-metric", ACTOR_OWNER, "the plan's owner" },
    [ACTION_EV_LEAVE]     = { "leave", ACTOR_SYSTEM, "the daemon, when a plan has it no more" },
    [ACTION_EV_ANNUAL]    = { "annual", ACTOR_FORUM, "the responsible forum's secretary" },
    [ACTION_EV_QUARTERLY] = { "quarterly", ACTOR_FORUM, "the responsible forum's secretary" },
};
/* clang-format on */

static bool
is_state(enum action_state state)
{
    return state > ACTION_NONE && state < ACTION_STATE_MAX_;
}

static bool
is_event(enum action_event event)
{
    return event > ACTION_EV_NONE && event < ACTION_EVENT_MAX_;
}

enum action_state
action_next(enum action_state from, enum action_event event)
{
    return is_state(from) && is_event(event) ? moves[from][event] : ACTION_NONE;
}

unsigned
action_who(enum action_event event)
{
    return is_event(event) ? events[event].who : 0;
}

int
action_checker(const struct action_checker posts[ACTION_CHECKERS])
{
    for (int i = 0; i < ACTION_CHECKERS; i++) {
        if (posts[i].is_named && !posts[i].has_handed_in && (i == 0 || posts[i].has_address)) {
            return i;
        }
    }
    return -1;
}

bool
action_is_of_series(enum action_event event)
{
    return event == ACTION_EV_ANNUAL || event == ACTION_EV_QUARTERLY;
}

bool
action_is_final(enum action_state state)
{
    return state == ACTION_COMPLETE || state == ACTION_WITHDRAWN || state == ACTION_SUPERSEDED;
}

bool
action_is_open(enum action_state state)
{
    return state == ACTION_OPEN || state == ACTION_IN_PROGRESS || state == ACTION_BLOCKED;
}

bool
action_is_sent(enum action_state state)
{
    return state == ACTION_SUBMITTED || state == ACTION_COMPLETE;
}

bool
action_is_owed(enum action_state state)
{
    return action_is_open(state) || state == ACTION_PLANNED;
}

const char *
action_state_name(enum action_state state)
{
    return state_names[is_state(state) ? state : ACTION_NONE];
}

const char *
action_event_name(enum action_event event)
{
    return events[is_event(event) ? event : ACTION_EV_NONE].name;
}

enum action_state
action_state_parse(const char *name)
{
    for (int i = ACTION_NONE + 1; i < ACTION_STATE_MAX_; i++) {
        if (strcmp(state_names[i], name) == 0) {
            return (enum action_state)i;
        }
    }
    return ACTION_NONE;
}

enum action_event
action_event_parse(const char *name)
{
    for (int i = ACTION_EV_NONE + 1; i < ACTION_EVENT_MAX_; i++) {
        if (strcmp(events[i].name, name) == 0) {
            return (enum action_event)i;
        }
    }
    return ACTION_EV_NONE;
}

const char *
action_who_words(enum action_event event)
{
    return events[is_event(event) ? event : ACTION_EV_NONE].who_words;
}
