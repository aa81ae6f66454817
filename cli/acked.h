/* SPDX-License-Identifier: MIT */
/* acked.h - an acknowledgement that runs on a day: whose it is, and what follows its end. */
#ifndef COPROD_CLI_ACKED_H
#define COPROD_CLI_ACKED_H

#include "forecast.h"

/* Nothing when none runs on that day. seen: the occurrence as it is then; f: what is to come. */
MUST_USE int acked_say(struct reading *r, const struct occurrence *seen, const struct forecast *f,
                       day_t on);

#endif
