/* SPDX-License-Identifier: MIT */
/* meeting.h - when a forum meets, and what lies in working days before a meeting. Pure. */
#ifndef COPROD_RULES_MEETING_H
#define COPROD_RULES_MEETING_H

#include "rules/time.h"

/* Of one forum. The days are sorted, each once; owned by whoever made the struct. */
struct meetings {
    const day_t *days;
    size_t n;
    int agenda_close_wd; /* working days before a meeting */
    int papers_due_wd;
};
/* So many working days before a meeting, which itself may be on a day that is not worked; a working
 * day. */
day_t meeting_before(const struct calendar *c, day_t meeting, int wd);
/* The first meeting on that day or later; DAY_NONE: none is known. */
day_t meeting_from(const struct meetings *m, day_t day);
/* The first meeting whose agenda closes on that day or later. */
day_t meeting_open_on(const struct meetings *m, const struct calendar *c, day_t day);

#endif
