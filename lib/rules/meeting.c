/* SPDX-License-Identifier: MIT */
/* meeting.c - meetings by day. */
#include "rules/meeting.h"

#include <assert.h>

day_t
meeting_before(const struct calendar *c, day_t meeting, int wd)
{
    assert(wd >= 0);
    return wd == 0 ? calendar_roll_back(c, meeting) : calendar_add(c, meeting, -wd);
}

static size_t
index_from(const struct meetings *m, day_t day)
{
    size_t first = 0;
    size_t end = m->n;
    while (first < end) {
        size_t mid = first + (end - first) / 2;
        if (m->days[mid] < day) {
            first = mid + 1;
        } else {
            end = mid;
        }
    }
    return first;
}

day_t
meeting_from(const struct meetings *m, day_t day)
{
    size_t i = index_from(m, day);
    return i < m->n ? m->days[i] : DAY_NONE;
}

day_t
meeting_open_on(const struct meetings *m, const struct calendar *c, day_t day)
{
    /* No agenda closes after its meeting. */
    for (size_t i = index_from(m, day); i < m->n; i++) {
        if (meeting_before(c, m->days[i], m->agenda_close_wd) >= day) {
            return m->days[i];
        }
    }
    return DAY_NONE;
}
