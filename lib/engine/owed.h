/* SPDX-License-Identifier: MIT */
/*
 * owed.h - a survey of which no answer ever came: since when some have been owed, and what lists
 * and papers say of it until they come. Inside lib/engine.
 */
#ifndef COPROD_ENGINE_OWED_H
#define COPROD_ENGINE_OWED_H

#include "engine/signal.h"

/* The first month whose answers are due: from the definition's `since` on, else from the first
 * whole month after the day by which the measured action is to be done; of one that rests or is
 * withdrawn none is. 0: nothing is owed up to `until`. */
MUST_USE int owed_since(const struct signal_desk *d, int32_t until, int32_t *ret,
                        struct err *reterr);
/* In a transaction. A measure in the survey's own name stands for as long as it is owed (month) and
 * goes when it is not any more (0). */
MUST_USE int owed_note(const struct signal_desk *d, int32_t month, struct err *reterr);
/* 1 while that measure stands, 0. */
MUST_USE int owed_is_noted(const struct signal_desk *d, struct err *reterr);

#endif
