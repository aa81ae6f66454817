/* SPDX-License-Identifier: MIT */
/* deliver_bounce.h - one file of the maildir of bounces, from new to cur and into the store. */
#ifndef COPROD_WORKERS_DELIVER_BOUNCE_H
#define COPROD_WORKERS_DELIVER_BOUNCE_H

#include "deliver_flow.h"
#include "engine/bounce.h"

/* The word before the file's name in the job's detail. */
#define BOUNCE_DETAIL "bounce "

/* 0: read, or gone; the job is done. -ESTALE: somebody else's. -ECANCELED: it can never be read.
 * Else to be tried again. */
MUST_USE int bounce_file(const struct world *w, struct store *s, const char *maildir,
                         const char *name, const struct delivery_job *job, struct bounced *ret,
                         struct err *reterr);

#endif
