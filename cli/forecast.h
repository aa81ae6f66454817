/* SPDX-License-Identifier: MIT */
/*
 * forecast.h - what will be sent in the days to come if nobody acts: the steps of one
 * occurrence, by next_steps asked day after day; or the whole store, played through on a copy.
 */
#ifndef COPROD_CLI_FORECAST_H
#define COPROD_CLI_FORECAST_H

#include "engine/notify.h"
#include "reads.h"

struct forecast_item {
    struct occurrence o; /* as it will be after the step */
    struct step step;
    day_t day;
    struct people told;
};
struct forecast {
    struct forecast_item *items; /* by day, due day, ref */
    size_t n, cap;
};
void forecast_done(struct forecast *f);
static inline void
forecast_freep(struct forecast *f)
{
    forecast_done(f);
}
#define AUTO_FORECAST __attribute__((cleanup(forecast_freep)))

/* How far ahead is looked: ten years. */
enum { FORECAST_DAYS_MAX = 3660 };
/* The days up to `to`, that day included, played through on a copy of the store as the daemon would
 * play them if nobody acted and every mail arrived: fn is called for each notice that it would
 * write, with the row of notice_list and a reading of the copy. now_ms: from when. Before them come
 * the mails that are written and have not left, each with the day on which it will, but those that
 * go into a later one. */
struct forecast_notice {
    struct reading *copy;
    const struct row *row;
    day_t day;
    bool is_kept; /* it does not leave: nothing is sent to its address, or somebody holds mail */
    void *arg;
};
MUST_USE int forecast_play(struct reading *r, int64_t now_ms, day_t to,
                           int (*fn)(const struct forecast_notice *n), void *arg);
/* The same, as if whoever holds mail let it go now. */
MUST_USE int forecast_release(struct reading *r, int64_t now_ms, day_t to,
                              int (*fn)(const struct forecast_notice *n), void *arg);
/* The steps of one occurrence, added to ret. */
MUST_USE int forecast_add(struct reading *r, const struct occurrence *o, day_t from, day_t to,
                          struct forecast *ret);
/* The first day on which something can be sent: today, or the next working day after hours. */
day_t forecast_first_day(struct reading *r);
/* "leads the action". */
const char *why_words(enum notice_why why);

#endif
