/* SPDX-License-Identifier: MIT */
/*
 * yearly.h - the forum may have the returns of a series asked for once a year: of the quarters to
 * come only the last of each year is asked for then, about the whole year. Quarters that are over
 * are asked for as before, and nothing is forgotten: the forum may take it back.
 */
#ifndef COPROD_ENGINE_YEARLY_H
#define COPROD_ENGINE_YEARLY_H

#include "store/store.h"

#define YEARLY_PASSED_OVER "annual" /* occurrence.undo of what the switch takes out */

/* 1 when a return of that name is passed over, as its series is asked for once a year and this is
 * not the year's last quarter. */
MUST_USE int yearly_skips(struct store *s, const char *plan, const char *action, const char *ref,
                          struct err *reterr);
/* A return that joins the store is about the year, if its series is asked for so. */
MUST_USE int yearly_join(struct store *s, const char *plan, const char *action, int64_t id,
                         const char *period, struct err *reterr);

#endif
