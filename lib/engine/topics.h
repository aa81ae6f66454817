/* SPDX-License-Identifier: MIT */
/*
 * topics.h - items about topics as a letter tells them: those of one kind and topic are one topic
 * with a sentence for each. Of several weeks of a plan all news is told, and the latest outlook.
 */
#ifndef COPROD_ENGINE_TOPICS_H
#define COPROD_ENGINE_TOPICS_H

#include "engine/item.h"
#include "engine/post.h"

struct topics {
    struct notice_topic list[NOTICE_TOPICS_MAX];
    size_t n;
    int n_more;
    struct topic_texts { /* what list points into */
        enum item_kind kind;
        char plan[OCC_NAME_MAX], topic[OCC_NAME_MAX], of[OCC_NAME_MAX];
        char role[OCC_NAME_MAX]; /* who is told */
        char as[WORLD_NAME_MAX]; /* its title */
        char ref[2 * OCC_NAME_MAX];
        struct text text, words;
    } texts[NOTICE_TOPICS_MAX];
};
/* items: all about topics, oldest first; plan: the letter's, others are named. */
MUST_USE int topics_load(struct store *s, const struct item *items, size_t n, const char *plan,
                         struct topics *ret, struct err *reterr);
/* The letter speaks to several posts of its reader: each topic says to which. */
MUST_USE int topics_name_posts(struct store *s, struct topics *t, struct err *reterr);
void topics_done(struct topics *t);

#endif
