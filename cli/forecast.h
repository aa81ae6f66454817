/* SPDX-License-Identifier: MIT */
/*
 * forecast.h - what will be sent in the days to come if nobody acts: next_steps asked day after
 * day, with the same updates in between that the hub makes when a step fires.
 */
#ifndef COPROD_CLI_FORECAST_H
#define COPROD_CLI_FORECAST_H

#include "engine/notify.h"
#include "reads.h"

struct forecast_item {
    struct occurrence o; /* as it will be after the step */
    struct step step;
    day_t day;
    struct told *told;
    size_t n_told;
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

/* Every step of every occurrence with from <= day <= to. */
MUST_USE int forecast_make(struct reading *r, day_t from, day_t to, struct forecast *ret);
/* The steps of one occurrence, added to ret. */
MUST_USE int forecast_add(struct reading *r, const struct occurrence *o, day_t from, day_t to,
                          struct forecast *ret);
/* The first day on which something can be sent: today, or the next working day after hours. */
day_t forecast_first_day(struct reading *r);
/* "leads the action". */
const char *why_words(enum notice_why why);

#endif
