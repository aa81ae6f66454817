/* SPDX-License-Identifier: MIT */
/* topics.c - items about topics, gathered and taken apart into lists of sentences. */
#include "engine/topics.h"

#include <stdio.h>
#include <string.h>

/* Between two items of one topic: the outlook of the earlier one is over. */
#define NEXT_ITEM "-\n"

static const char letters[NOTICE_LIST_MAX_] = { [NOTICE_LIST_NEWS] = 'n',
                                                [NOTICE_LIST_GOING] = 'g',
                                                [NOTICE_LIST_OPEN] = 'o' };

static int
take_words(void *arg, const struct row *row)
{
    text_add(arg, NEXT_ITEM);
    text_add(arg, row_text_or(row, 0, ""));
    return 1;
}

static int
take_action_text(void *arg, const struct row *row)
{
    text_add(arg, row_text_or(row, 3, ""));
    return 1;
}

static int
take_plan_title(void *arg, const struct row *row)
{
    text_add(arg, row_text_or(row, 1, ""));
    return 1;
}

static int
begin(struct store *s, struct topics *t, const struct item *item, const char *plan,
      struct err *reterr)
{
    struct topic_texts *x = &t->texts[t->n];
    struct notice_topic *topic = &t->list[t->n];
    bool is_foreign = strcmp(item->plan, plan) != 0 && strcmp(item->plan, item->topic) != 0;
    t->n++;
    x->kind = item->kind;
    (void)snprintf(x->ref, sizeof x->ref, "%s%s%s", is_foreign ? item->plan : "",
                   is_foreign ? " " : "", item->topic);
    int r = text_copy(x->plan, sizeof x->plan, item->plan);
    r = r < 0 ? r : text_copy(x->topic, sizeof x->topic, item->topic);
    r = r < 0 ? r : text_copy(x->of, sizeof x->of, item->of);
    r = r < 0 ? r : text_copy(x->role, sizeof x->role, item->role);
    bool is_plan = item->kind == ITEM_ROLLUP || item->kind == ITEM_FAULT;
    r = r < 0 ? r
        : is_plan
            ? store_each(s, Q_PLAN_GET, WITH(T(item->plan)), take_plan_title, &x->text, reterr)
            : store_each(s, Q_ACTION_GET, WITH(T(item->plan), T(item->topic)), take_action_text,
                         &x->text, reterr);
    *topic = (struct notice_topic){ .kind = item_kind_rules(item->kind)->words,
                                    .why = item->why,
                                    .persists = item->kind == ITEM_PERSISTS };
    return r < 0 ? r : 0;
}

/* Its place in the list, or n when it has none yet. */
static size_t
place_of(const struct topics *t, const struct item *item)
{
    size_t i = 0;
    while (i < t->n
           && (t->texts[i].kind != item->kind || strcmp(t->texts[i].plan, item->plan) != 0
               || strcmp(t->texts[i].topic, item->topic) != 0)) {
        i++;
    }
    return i;
}

static void
take_line(struct notice_topic *topic, const char *line)
{
    for (size_t i = 0; i < NOTICE_LIST_MAX_; i++) {
        int64_t more = 0;
        if (line[0] == letters[i] - 'a' + 'A' && text_to_i64(line + 1, 0, INT32_MAX, &more) >= 0) {
            topic->lists[i].n_more += (int)more;
        }
        if (letters[i] != line[0]) {
            continue;
        }
        if (topic->lists[i].n == NOTICE_LINES_MAX) {
            topic->lists[i].n_more++;
        } else {
            topic->lists[i].lines[topic->lists[i].n++] = line + 1;
        }
    }
    if (line[0] == NEXT_ITEM[0]) {
        topic->lists[NOTICE_LIST_GOING].n = topic->lists[NOTICE_LIST_OPEN].n = 0;
        topic->lists[NOTICE_LIST_GOING].n_more = topic->lists[NOTICE_LIST_OPEN].n_more = 0;
    }
}

/* Once nothing is added any more: the words lie still. */
static void
take_apart(struct notice_topic *topic, struct topic_texts *x)
{
    topic->ref = x->ref;
    topic->text = text_str(&x->text);
    topic->of = x->of[0] ? x->of : NULL;
    topic->as = NULL;
    for (char *at = x->words.bytes; at && *at;) {
        char *end = strchr(at, '\n');
        if (end) {
            *end = '\0';
        }
        take_line(topic, at);
        at = end ? end + 1 : NULL;
    }
}

int
topics_load(struct store *s, const struct item *items, size_t n, const char *plan,
            struct topics *ret, struct err *reterr)
{
    int r = 0;
    *ret = (struct topics){ .n = 0 };
    for (size_t i = 0; r >= 0 && i < n; i++) {
        const struct item *item = &items[i];
        size_t at = place_of(ret, item);
        if (at == NOTICE_TOPICS_MAX) {
            ret->n_more++;
            continue;
        }
        r = at == ret->n ? begin(s, ret, item, plan, reterr) : 0;
        r = r < 0 ? r
                  : store_each(s, Q_ITEM_WORDS, WITH(I(item->id)), take_words,
                               &ret->texts[at].words, reterr);
        ret->list[at].is_worse |= strcmp(item->note, "worse") == 0;
        ret->list[at].is_better |= strcmp(item->note, "better") == 0;
    }
    for (size_t i = 0; r >= 0 && i < ret->n; i++) {
        bool is_bad = ret->texts[i].words.bad || ret->texts[i].text.bad;
        r = is_bad ? err_set(reterr, -ENOMEM, "out of memory") : 0;
        take_apart(&ret->list[i], &ret->texts[i]);
    }
    return r < 0 ? r : 0;
}

int
topics_name_posts(struct store *s, struct topics *t, struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < t->n; i++) {
        r = person_title(s, t->texts[i].role, t->texts[i].as, reterr);
        t->list[i].as = t->texts[i].as;
    }
    return r < 0 ? r : 0;
}

void
topics_done(struct topics *t)
{
    for (size_t i = 0; i < t->n; i++) {
        text_done(&t->texts[i].text);
        text_done(&t->texts[i].words);
    }
    t->n = 0;
}
