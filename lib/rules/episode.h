/* SPDX-License-Identifier: MIT */
/*
 * episode.h - when a signal opens, goes on and closes. Pure.
 *
 * Each new value moves the mean and the limits a little, so older points change their colour: of
 * stable series one append in fifteen does that. An episode is therefore known by the time it
 * covers and not by its first point: what overlaps it continues it, and nobody is told again.
 */
#ifndef COPROD_RULES_EPISODE_H
#define COPROD_RULES_EPISODE_H

#include "rules/spc.h"

enum { EPISODE_CALM = 3 }; /* so many quiet values in a row end one */

struct episode {
    int32_t first, last; /* periods of the series; last: of the latest point that belongs to it */
    bool is_open;
};
enum episode_event { EPISODE_NOTHING = 0, EPISODE_OPENS, EPISODE_CONTINUES, EPISODE_CLOSES };

struct episode_series {
    const int32_t *periods; /* ascending */
    const double *y;        /* NaN: no value */
    const struct spc_point *points;
    size_t n;
};
/*
 * What the series says now of the latest episode of this verdict (not SPC_IS_COMMON); before NULL:
 * there was none. One opens only on the newest value; one that
 * was closed and is overlapped again is opened again, and continues. *ret is the episode as it is
 * now; with EPISODE_NOTHING it is left alone.
 */
enum episode_event episode_judge(const struct episode_series *s, enum spc_verdict verdict,
                                 const struct episode *before, struct episode *ret);

#endif
