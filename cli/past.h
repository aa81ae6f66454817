/* SPDX-License-Identifier: MIT */
/* past.h - the states that an occurrence was in, and since when, from its history; its level. */
#ifndef COPROD_CLI_PAST_H
#define COPROD_CLI_PAST_H

#include "reads.h"

struct past {
    struct past_state {
        int64_t at_ms; /* it began */
        enum action_state state;
    } *list; /* oldest first */
    size_t n, cap;
    int64_t moved_ms; /* its due day moved last; 0: never */
    int64_t *begun;   /* generations after the first, oldest first */
    size_t n_begun, begun_cap;
};
void past_done(struct past *p);
static inline void
past_freep(struct past *p)
{
    past_done(p);
}
#define AUTO_PAST __attribute__((cleanup(past_freep)))

/* ret: zeroes. */
MUST_USE int past_load(struct reading *r, const struct occurrence *o, struct past *ret);
/* The state at an instant with its beginning; NULL before the first that is recorded. */
const struct past_state *past_at(const struct past *p, int64_t at_ms);
/* Due day, state and level as they were on a day that is over, as far as that is kept. */
MUST_USE int past_say(struct reading *r, const struct past *p, const struct occurrence *o,
                      day_t on);
/* "not due: handed in on 28 December 2017"; nothing when something was asked in that state. */
void past_words(const struct reading *r, const struct past_state *state, struct text *out);

#endif
