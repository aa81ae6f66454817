/* SPDX-License-Identifier: MIT */
/*
 * world.h - what every decision needs besides the occurrence itself: calendar, zone, rules, send
 * window, the words for mails. Read from the store, where the hub put what the configuration files
 * say, so that workers and coprodctl see exactly what the hub decided by.
 */
#ifndef COPROD_ENGINE_WORLD_H
#define COPROD_ENGINE_WORLD_H

#include "engine/forums.h"
#include "engine/tuning.h"
#include "notice/notice.h"
#include "rules/quota.h"
#include "store/store.h"

enum { WORLD_NAME_MAX = TEXT_LINE_MAX, WORLD_DOMAINS_MAX = 2048 };
enum world_mail { WORLD_MAIL_SENDS = 0, WORLD_MAIL_NONE, WORLD_MAIL_SHADOW };

struct world {
    struct calendar calendar;
    const struct zone *zone;
    struct duty_rules rules;
    struct rag_rules rag;
    struct act_rules limits;
    int send_from_min; /* the send window, minutes of the local day */
    int send_until_min;
    char trust[WORLD_NAME_MAX], trust_url[WORLD_NAME_MAX];
    char from_name[WORLD_NAME_MAX + 16]; /* whose mails they are: the trust's action plans */
    char formats[WORLD_NAME_MAX];
    char mail_from[WORLD_NAME_MAX];
    char host[WORLD_NAME_MAX]; /* right of the @ in Message-IDs */
    struct notice_templates *templates; /* NULL unless asked for */
    enum world_mail mail_mode;
    struct mail_rules mail;
    char allow_domains[WORLD_DOMAINS_MAX]; /* with blanks between; "" = any */
    char envelope[WORLD_NAME_MAX]; /* as coprod.yaml writes it, with its star */
    char admin[WORLD_NAME_MAX]; /* a role or an address; "" = the plan's owner */
    bool is_mail_silent; /* nothing is ever sent: what is written counts as accepted */
    day_t outage_day;    /* the first day after an outage: no new level on it; DAY_NONE */
    struct committees committees;
    int64_t revision; /* of the settings it was read from */
    struct world_memory *memory;
};

/* with_words: also open the templates (workers and previews need them). */
/* The setting that names the last good templates: nobody edits these. "templates", where they came
 * from, counts in a store that no daemon has begun with. */
#define WORLD_TEMPLATES_KEPT "templates.kept"
MUST_USE int world_open(struct store *s, bool with_words, struct world **ret, struct err *reterr);
/* 1 when the settings in the store are newer than w, 0 when not. Cheap: one row. */
/* It changed: every program opens it again before its next work. w, when given, has the change. */
MUST_USE int world_raise(struct world *w, struct store *s, struct err *reterr);
MUST_USE int world_is_stale(struct store *s, const struct world *w, struct err *reterr);
struct world *world_free(struct world *w);
static inline void
world_freep(struct world **w)
{
    *w = world_free(*w);
}

day_t world_day(const struct world *w, int64_t now_ms);
/* When notices of that day may go out. */
int64_t world_send_ms(const struct world *w, day_t day);
/* now_ms itself when it lies in the send window of a working day, else when the next one opens. */
int64_t world_window(const struct world *w, int64_t now_ms);
/* When a day's digests are written: what waited for that day is in them by then, or leaves now. */
int64_t world_digests_ms(const struct world *w, day_t day);

#endif
