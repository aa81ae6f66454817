/* SPDX-License-Identifier: MIT */
/* fill.h - inside lib/notice: the facts of a notice as the variables that templates name. */
#ifndef COPROD_NOTICE_FILL_H
#define COPROD_NOTICE_FILL_H

#include "notice/render.h"

enum { FILL_NUMBER_MAX = 16, FILL_ITEM_MAX = 36, FILL_TOPIC_MAX = 24, FILL_MODEL_MAX = 48 };

/* The values of one item and the texts that they point to. */
struct filled_item {
    struct template_value values[FILL_ITEM_MAX];
    size_t n;
    struct text name, due, demand, decide, period, time, why, next, next_day, brief, state;
    bool is_open, is_asking;
};
/* The same of a topic. */
struct filled_topic {
    struct template_value values[FILL_TOPIC_MAX];
    size_t n;
    struct text said[NOTICE_LIST_MAX_][NOTICE_LINES_MAX];
    struct template_value lines[NOTICE_LIST_MAX_][NOTICE_LINES_MAX];
    struct template_row rows[NOTICE_LIST_MAX_][NOTICE_LINES_MAX];
    char more[NOTICE_LIST_MAX_][FILL_NUMBER_MAX];
    struct text why;
};
struct filled {
    struct filled_item items[NOTICE_ITEMS_MAX];
    struct template_row rows[NOTICE_ITEMS_MAX];
    size_t n_items;
    struct filled_topic topics[NOTICE_TOPICS_MAX];
    struct template_row topic_rows[NOTICE_TOPICS_MAX];
    size_t n_topics;
    struct text headline, said[NOTICE_LINES_MAX];
    struct template_value lines[NOTICE_LINES_MAX];
    struct template_row line_rows[NOTICE_LINES_MAX];
    struct template_value values[FILL_MODEL_MAX];
    size_t n;
    struct template_row root;
    struct text today, first_due;
    size_t n_open;
    bool is_asking;
    char count[FILL_NUMBER_MAX], n_open_text[FILL_NUMBER_MAX], more[FILL_NUMBER_MAX];
    char level[FILL_NUMBER_MAX];
    char more_topics[FILL_NUMBER_MAX];
    struct text most_late;
};

/* 0 or -ENOMEM: an item must not lose its words for want of memory. f: zeroes; its root borrows
 * from m and the set. */
MUST_USE int fill(struct filled *f, const struct template_set *set, const struct notice_model *m);
void filled_done(struct filled *f);
static inline void
filled_freep(struct filled *f)
{
    filled_done(f);
}

#endif
