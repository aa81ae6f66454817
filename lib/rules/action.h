/* SPDX-License-Identifier: MIT */
/*
 * action.h - the states of an occurrence (or of one part of it) and who may move it. One table in
 * action.c drives the hub, the refusals that people read, the picture in docs and the test.
 */
#ifndef COPROD_RULES_ACTION_H
#define COPROD_RULES_ACTION_H

#include <stdbool.h>

enum action_state {
    ACTION_NONE = 0,
    ACTION_PLANNED,
    ACTION_OPEN,
    ACTION_IN_PROGRESS,
    ACTION_SUBMITTED,
    ACTION_COMPLETE,
    ACTION_BLOCKED,
    ACTION_ON_HOLD,
    ACTION_WITHDRAWN,
    ACTION_SUPERSEDED,
    ACTION_WITHDRAWN_PENDING, /* the plan no longer has it; the forum has not said so yet */
    ACTION_STATE_MAX_
};

enum action_event {
    ACTION_EV_NONE = 0,
    ACTION_EV_ACTIVATE,
    ACTION_EV_ACK,
    ACTION_EV_START,
    ACTION_EV_PROGRESS,
    ACTION_EV_BLOCK,
    ACTION_EV_UNBLOCK,
    ACTION_EV_HOLD,
    ACTION_EV_RESUME,
    ACTION_EV_SUBMIT,
    ACTION_EV_VERIFY,
    ACTION_EV_REJECT,
    ACTION_EV_EXTEND,
    ACTION_EV_REASSIGN,
    ACTION_EV_WITHDRAW,
    ACTION_EV_SUPERSEDE,
    ACTION_EV_REOPEN,
    ACTION_EV_AGREE, /* a metric, where the plan names none */
    ACTION_EV_LEAVE, /* the plan */
    ACTION_EV_ANNUAL,    /* its series of returns is asked for once a year .. */
    ACTION_EV_QUARTERLY, /* .. and as the plan says again */
    ACTION_EVENT_MAX_
};

/* Who may cause an event, as bits: what a person is to this occurrence. */
enum action_actor {
    ACTOR_SYSTEM = 1,
    ACTOR_LEAD = 2,
    ACTOR_DEPUTY = 4,
    ACTOR_SUPPORT = 8,
    ACTOR_OWNER = 16,
    ACTOR_VERIFIER = 32,
    ACTOR_FORUM = 64, /* the responsible forum's secretary */
};

/* How far people may go without the forum; from the configuration. */
struct act_rules {
    int minute_max_wd;    /* a forum rests an escalation by minute for at most so many */
    int ack_max_wd;       /* an acknowledgement lasts at most so many working days */
    int acks_max;         /* of one generation */
    int extend_owner_wd;  /* the owner's one extension */
    int hold_owner_wd;    /* the owner's one hold */
    int reassign_rest_wd; /* a new lead has so many before the next level */
};
extern const struct act_rules act_rules_default;

/* The posts that may verify, in this order: the plan's verifier, its owner, the secretary of the
 * forum. */
enum { ACTION_CHECKERS = 3 };
struct action_checker {
    bool is_named;      /* the plan has such a post */
    bool has_handed_in; /* that person did: nobody verifies what they handed in */
    bool has_address;
};
/* Which of them may, one at a time; -1: none. A verifier without an address still verifies, and
 * nobody stands in unasked. */
int action_checker(const struct action_checker posts[ACTION_CHECKERS]);

/* The state after event, or ACTION_NONE when the table forbids it. An event that keeps the state
 * (ACK, EXTEND, REASSIGN) returns the same state. */
enum action_state action_next(enum action_state from, enum action_event event);
/* Bits of enum action_actor. */
unsigned action_who(enum action_event event);
/* It is about the whole series of an action, not about the occurrence that was named. */
bool action_is_of_series(enum action_event event);
bool action_is_final(enum action_state state);
/* True while reminders and the ladder run. */
bool action_is_open(enum action_state state);
bool action_is_sent(enum action_state state); /* handed in */
/* True of what is to be handed in on its day: not while it is on hold, nor once it has left. */
bool action_is_owed(enum action_state state);

const char *action_state_name(enum action_state state); /* "IN_PROGRESS" */
const char *action_event_name(enum action_event event); /* "submit" */
enum action_state action_state_parse(const char *name); /* ACTION_NONE when unknown */
enum action_event action_event_parse(const char *name);
/* Who may cause it, in words: "the lead or the lead's deputy". */
const char *action_who_words(enum action_event event);

#endif
