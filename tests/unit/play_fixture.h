/* SPDX-License-Identifier: MIT */
/* play_fixture.h - a store in memory with a plan of config/, and days that pass on it. */
#ifndef COPROD_TESTS_PLAY_FIXTURE_H
#define COPROD_TESTS_PLAY_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "acting.h"
#include "base/hash.h"
#include "engine/apply.h"
#include "engine/play.h"

struct engine {
    struct conf *conf;
    struct plan_set *set;
    struct store *store;
    struct world *world;
    int64_t now_ms;
    struct err why;
};

#define GOOD(e, call)                                                                              \
    do {                                                                                           \
        int good_ = (call);                                                                        \
        if (good_ < 0) {                                                                           \
            fail_msg("%s: %d: %s", #call, good_, (e)->why.text);                                   \
        }                                                                                          \
    } while (0)

static inline const char *
engine_source(void)
{
    return access("config/coprod.yaml", R_OK) == 0 ? "config/coprod.yaml"
                                                   : "../config/coprod.yaml";
}

/* path: of a coprod.yaml; mail goes nowhere but counts as sent by play. plan: a plan's file, with
 * the roster beside it, or NULL: those of coprod.yaml. */
static inline void
engine_open_with(struct engine *e, const char *path, const char *plan, day_t from)
{
    AUTO_DIAG struct diag d = { 0 };
    struct applied sum = { 0 };
    *e = (struct engine){ .now_ms = 0 };
    assert_int_equal(hash_init(), 0);
    assert_int_equal(conf_load(path, &d, &e->conf), 0);
    e->conf->mail.mode = MAIL_MAILDIR;
    assert_int_equal(plan ? plan_set_load(plan, &d, &e->set)
                          : plan_set_load_files(e->conf->dir, e->conf->plans.items,
                                                e->conf->plans.n, &d, &e->set),
                     0);
    GOOD(e, store_open("", STORE_MEMORY, &e->store, &e->why));
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, apply_settings(e->store, e->conf, &sum, &e->why));
    GOOD(e, apply_calendar(e->store, &e->set->calendar, &sum, &e->why));
    GOOD(e, apply_forums(e->store, e->set, &sum, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
    GOOD(e, world_open(e->store, true, &e->world, &e->why));
    e->now_ms = zone_instant(e->world->zone, from, 0);
    GOOD(e, store_begin(e->store, &e->why));
    GOOD(e, apply_plans(e->world, e->store, e->set, "test", e->now_ms, &sum, &e->why));
    GOOD(e, store_commit(e->store, &e->why));
}

static inline void
engine_open(struct engine *e, const char *path, day_t from)
{
    engine_open_with(e, path, NULL, from);
}

static inline void
engine_close(struct engine *e)
{
    e->world = world_free(e->world);
    e->store = store_free(e->store);
    e->set = plan_set_free(e->set);
    e->conf = conf_free(e->conf);
}

/* Everything up to the end of a day. */
static inline void
engine_until(struct engine *e, day_t day)
{
    int64_t end = zone_instant(e->world->zone, day + 1, 0);
    if (e->now_ms >= end) {
        return;
    }
    GOOD(e, play_until(e->world, e->store, e->now_ms, end, &e->why));
    e->now_ms = end - 12 * 3600 * 1000; /* noon: people act */
}

/* What act() says; its sentence is in e->why. */
static inline int
engine_act(struct engine *e, const struct act *a, struct acted *ret)
{
    return act_now(e->world, e->store, e->now_ms, a, ret, &e->why);
}

/* One row of what was written: "2015-03-24 digest head-of-od R-5:1b/deliver". */
struct engine_log {
    struct engine *e;
    int64_t after;
    struct text text;
    char head[256];
};

static inline int
engine_log_item(void *arg, const struct row *row)
{
    struct engine_log *log = arg;
    const char *part = row_text_or(row, 13, "");
    text_addf(&log->text, " %s:%s%s%s", row_text_or(row, 6, ""), row_text_or(row, 12, ""),
              part[0] ? "@" : "", part);
    return 0;
}

static inline int
engine_log_notice(void *arg, const struct row *row)
{
    struct engine_log *log = arg;
    char day[DAY_TEXT_MAX];
    (void)day_format(world_day(log->e->world, row_i64(row, 12)), day);
    text_addf(&log->text, "%s %s %s", day, row_text_or(row, 2, ""), row_text_or(row, 6, ""));
    log->after = row_i64(row, 0);
    int r = store_each(log->e->store, Q_ITEM_OF_NOTICE, WITH(I(log->after)), engine_log_item, log,
                       NULL);
    text_add(&log->text, "\n");
    return r < 0 ? r : 0;
}

/* Notices written since the last call. */
static inline const char *
engine_news(struct engine_log *log)
{
    text_done(&log->text);
    log->text = (struct text){ 0 };
    GOOD(log->e, store_each(log->e->store, Q_NOTICE_LIST, WITH(I(log->after), I(INT32_MAX)),
                            engine_log_notice, log, &log->e->why));
    return text_str(&log->text);
}

#endif
