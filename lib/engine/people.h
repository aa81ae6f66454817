/* SPDX-License-Identifier: MIT */
/* people.h - a list of people, each once and with a reason; as long as it has to be. */
#ifndef COPROD_ENGINE_PEOPLE_H
#define COPROD_ENGINE_PEOPLE_H

#include "base/text.h"
#include "engine/occurrence.h"

struct told {
    char role[OCC_NAME_MAX];
    enum notice_why why;
    char of[OCC_NAME_MAX]; /* title of the lead whose deputy or manager it is, or "" */
    char reader[OCC_NAME_MAX]; /* of its mailbox; "": not looked up */
};
struct people {
    struct told *list;
    size_t n, cap;
};
void people_done(struct people *p);
static inline void
people_freep(struct people *p)
{
    people_done(p);
}
#define AUTO_PEOPLE __attribute__((cleanup(people_freep)))

/* Who is in it already stays with the first reason: it is the nearest. NULL and "": nobody. */
MUST_USE int people_add(struct people *p, const char *role, enum notice_why why, const char *of,
                        struct err *reterr);
/* NULL: not in it. */
struct told *people_find(const struct people *p, const char *role);
/* Adds the leads of an occurrence, those who are copied first; and who supports it. */
MUST_USE int people_of(struct store *s, int64_t occurrence, bool with_supports,
                       struct people *add_to, struct err *reterr);
/* Writes them down as the leads of an occurrence that has none. */
MUST_USE int people_put_leads(struct store *s, int64_t occurrence, const struct people *p,
                              struct err *reterr);
/* Appends the leads in order, "lead:a joint:b": what the plan said, to compare with later. */
void people_leads_words(const struct people *p, struct text *out);

#endif
