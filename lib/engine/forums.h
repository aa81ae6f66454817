/* SPDX-License-Identifier: MIT */
/*
 * forums.h - the forums of the store, when they meet, and which plans they answer for. The hub puts
 * them there when forums.yaml is applied; a world holds them.
 */
#ifndef COPROD_ENGINE_FORUMS_H
#define COPROD_ENGINE_FORUMS_H

#include "base/text.h"
#include "plan/plan.h"
#include "rules/meeting.h"
#include "store/store.h"

enum { COMMITTEE_NAME_MAX = TEXT_NAME_MAX, COMMITTEE_TITLE_MAX = TEXT_LINE_MAX };

struct committee {
    char id[COMMITTEE_NAME_MAX];
    char title[COMMITTEE_TITLE_MAX];
    char secretary[COMMITTEE_NAME_MAX]; /* a role; "" */
    char chair[COMMITTEE_NAME_MAX];
    day_t *days; /* its own; meetings shows them */
    struct meetings meetings;
};
struct answers_for {
    char plan[COMMITTEE_NAME_MAX];
    const struct committee *by;
};
struct committees {
    struct committee *list; /* by id */
    size_t n;
    struct answers_for *plans; /* by id */
    size_t n_plans;
};
MUST_USE int committees_load(struct store *s, struct committees *ret, struct err *reterr);
void committees_done(struct committees *c);
/* NULL: unknown. */
const struct committee *committee_of_plan(const struct committees *c, const char *plan);
const struct committee *committee_by_id(const struct committees *c, const char *id);

/* A sentence: when the first meeting is whose agenda is open, and when it closes; or "No meeting
 * date is known." */
void committee_words(const struct committees *c, const struct calendar *calendar, const char *plan,
                     day_t today, struct text *out);

/* Puts them into the store. *ret_changed is set when they were others before, else left alone. */
MUST_USE int forums_put(struct store *s, const struct plan_set *set, bool *ret_changed,
                        struct err *reterr);

#endif
