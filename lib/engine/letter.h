/* SPDX-License-Identifier: MIT */
/*
 * letter.h - from items to one notice: facts from the store, words from the templates, one frozen
 * mail and one delivery job. Inside the caller's transaction.
 */
#ifndef COPROD_ENGINE_LETTER_H
#define COPROD_ENGINE_LETTER_H

#include "engine/item.h"
#include "engine/post.h"

struct letter {
    const char *role; /* who gets it */
    const char *key;  /* of the notice: holds for ever */
    const char *kind; /* "digest", "escalate" */
    enum notice_kind words;
    int level; /* of an escalation, else 0 */
    const struct item *items; /* as they are to stand in it; at most NOTICE_ITEMS_MAX */
    size_t n;
    int n_more; /* items that did not fit: told as a count */
    const struct item *topics; /* items about topics, oldest first; all of them are told */
    size_t n_topics;
    int64_t again; /* a notice of this key that never left: it gets the words of today; 0 */
};
/* 1 and its id, 0 when the key stands there already. The items become told. */
MUST_USE int letter_write(const struct world *w, struct store *s, const struct letter *l,
                          int64_t now_ms, int64_t *ret_notice, struct err *reterr);

/* "leads the action": why somebody is told, for lists and the audit. */
const char *letter_why_words(enum notice_why why);

/* The state in notice_list of what was written and never leaves. */
enum { NOTICE_CANCELLED = 4 };

#endif
