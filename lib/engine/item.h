/* SPDX-License-Identifier: MIT */
/*
 * item.h - one reason to tell one person about one occurrence, or about a topic: what a survey
 * shows of an action, the week of a plan. Items wait for the person's digest of the day; what goes
 * alone becomes a notice at once (notify.c). A key holds for ever.
 */
#ifndef COPROD_ENGINE_ITEM_H
#define COPROD_ENGINE_ITEM_H

#include "engine/people.h"

enum item_kind {
    ITEM_NONE = 0,
#define ITEM_KIND(name, word, notice, calls, dated, about, states) ITEM_##name,
#include "engine/item_kinds.def"
#undef ITEM_KIND
    ITEM_KIND_MAX_
};
enum item_about { ITEM_ABOUT_STEP = 0, ITEM_ABOUT_END, ITEM_ABOUT_PERSON };
struct item_kind_rules {
    const char *word;
    enum notice_kind words; /* of a digest that holds nothing else */
    bool calls, is_dated;
    enum item_about about;
    unsigned states; /* bits 1 << enum action_state */
};
const struct item_kind_rules *item_kind_rules(enum item_kind kind);
enum item_kind item_kind_parse(const char *word); /* ITEM_NONE when unknown */

enum item_state { ITEM_PENDING = 1, ITEM_TOLD, ITEM_VOID };

struct item {
    int64_t id;
    enum item_kind kind;
    char plan[OCC_NAME_MAX];
    int64_t occurrence; /* 0: about a topic */
    char topic[OCC_NAME_MAX]; /* an action, or the plan; "" */
    int64_t about;      /* of the topic: the signal, the month, the day */
    int gen, episode;
    char step[STEP_NAME_MAX]; /* "R-30"; "A", "C", .. for what belongs to no step */
    int level;
    char role[OCC_NAME_MAX]; /* who is told */
    enum notice_why why;
    char of[OCC_NAME_MAX];   /* title of the lead whose deputy or manager it is; "" */
    char note[OCC_NAME_MAX]; /* a few words of its own; "" */
    enum item_state state;
    int64_t notice; /* 0: none yet */
    day_t ready_day;
    size_t nth; /* of those a digest looks at: by when they were made, never by which worker was
                   quicker; set by who lists them */
};

struct item_order {
    enum item_kind kind;
    const struct occurrence *o;
    const char *step;
    int level;
    const char *role;
    enum notice_why why;
    const char *of, *note; /* NULL = "" */
    day_t not_before; /* the digest of that day at the earliest; 0: the next one */
};
/* 1 and its id when it is new, 0 when the key stands there already. */
MUST_USE int item_add(const struct world *w, struct store *s, const struct item_order *order,
                      int64_t now_ms, int64_t *ret_id, struct err *reterr);
/* About a topic. words: lines, each begins with the letter of its list (notice_topic), ends with
 * '\n' and is told as it stands, whenever that is; the same letter as a capital: so many more. */
struct item_topic_order {
    enum item_kind kind;
    const char *plan, *topic;
    int64_t about;
    const char *role;
    enum notice_why why;
    const char *of, *note; /* NULL = "" */
    const char *words;
    day_t not_before; /* 0: the next digest */
};
/* The plan's owner hears of it when the role cannot be told; nobody when the owner has no address
 * either. 1 when it is new. */
MUST_USE int item_add_topic(const struct world *w, struct store *s,
                            const struct item_topic_order *order, int64_t now_ms,
                            struct err *reterr);
/* The plan's owner hears of it instead of the role. 1 when it is new. */
MUST_USE int item_pass_topic(const struct world *w, struct store *s,
                             const struct item_topic_order *order, int64_t now_ms,
                             struct err *reterr);
/* 1 while what an item about a topic says still holds: its signal is open, its answers have not
 * come. */
MUST_USE int item_topic_is_true(struct store *s, const struct item *item, struct err *reterr);
/* The same; one that was taken back before anybody was told of it is pending again. 1: it is to be
 * told, 0: it was told already. */
MUST_USE int item_renew(const struct world *w, struct store *s, const struct item_order *order,
                        int64_t now_ms, struct err *reterr);
MUST_USE int item_get(struct store *s, int64_t id, struct item *ret, struct err *reterr);
/* Each item that stands in the notice, oldest first; fn may write. Stops when fn returns < 0. */
MUST_USE int item_each_of_notice(struct store *s, int64_t notice,
                                 int (*fn)(void *arg, const struct item *item), void *arg,
                                 struct err *reterr);
/* Fills item from a row of item_get or item_of_person. */
int item_from_row(struct item *item, const struct row *row);
/* What a step of an occurrence becomes. */
enum item_kind item_kind_of_step(const struct step *step, enum duty_kind duty);
/* True when what it says still holds of o. */
bool item_is_true(const struct item *item, const struct occurrence *o);
/* The occurrence moved on: what nobody was told of it yet is void, unless it outlasts that. */
MUST_USE int item_silence(struct store *s, int64_t occurrence, int64_t now_ms, struct err *reterr);
/* Back on the ladder where it stood: what was taken back of its level before it reached anybody is
 * told after all, with the next digest. The key holds for ever, so no new notice could say it. */
MUST_USE int item_tell_level_again(const struct world *w, struct store *s,
                                   const struct occurrence *o, int64_t now_ms, struct err *reterr);
/* Levels 3 to 5, for who is asked to act: a mail of its own. */
bool item_goes_alone(enum item_kind kind, int level, enum notice_why why);
/* The owner reads of this level in a digest that goes anyway, if one does before a later level. */
bool item_is_copy(int level, enum notice_why why);

/* Thanks to the leads, and to the owner when the owner was told that it was late: a line in their
 * next digest. */
MUST_USE int item_thank(const struct world *w, struct store *s, const struct occurrence *o,
                        int64_t now_ms, struct err *reterr);
/* "From now on you have a part in this": leads at once; supports, the leads' deputies and who
 * co-ordinates the parts with their next digest. */
MUST_USE int item_assign(const struct world *w, struct store *s, const struct occurrence *o,
                         int64_t now_ms, struct err *reterr);

/* The same, of one more lead and their deputy. */
MUST_USE int item_assign_lead(const struct world *w, struct store *s, const struct occurrence *o,
                              const struct told *lead, int64_t now_ms, struct err *reterr);

#endif
