/* SPDX-License-Identifier: MIT */
/*
 * zone.h - a time zone as a list of changes, read from the system's own zone files.
 *
 *   AUTO(zone) struct zone_file *london = NULL;
 *   r = zone_open("Europe/London", &london, &why);
 *   day = zone_day(zone_of(london), now_ms);          (rules/time.h)
 *
 * The rule at the end of a zone file (for London: the last Sundays of March and October) is
 * written out as changes until the year 2199, so that a lookup needs no rule. We read the file
 * ourselves because libc's own conversion depends on its history in the autumn hour.
 */
#ifndef COPROD_BASE_ZONE_H
#define COPROD_BASE_ZONE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct zone_change {
    int64_t at_s;     /* UTC, seconds */
    int32_t offset_s; /* east of UTC from then on */
};
struct zone {
    const struct zone_change *changes; /* sorted by at_s, each with a new offset */
    size_t n_changes;
    int32_t first_offset_s; /* before the first change */
};

struct zone_file; /* owns the changes */

/* name: "Europe/London". -EINVAL when it is no zone's name, -ENOENT when the system has no such
 * zone, -EBADMSG when its file is broken or older than version 2. */
MUST_USE int zone_open(const char *name, struct zone_file **ret, struct err *reterr);
/* The same from a file's bytes; name is for the messages. */
MUST_USE int zone_parse(const char *name, const void *bytes, size_t len, struct zone_file **ret,
                        struct err *reterr);
const struct zone *zone_of(const struct zone_file *f);
struct zone_file *zone_free(struct zone_file *f); /* NULL is fine; returns NULL */
static inline void
zone_freep(struct zone_file **f)
{
    *f = zone_free(*f);
}

#endif
