/* SPDX-License-Identifier: MIT */
/* episode.c - when a signal opens, goes on and closes. */
#include "rules/episode.h"

#include <assert.h>
#include <math.h>

/* Rows of the run that the series has now. */
struct run {
    size_t first, last;
    bool is_there;
    bool is_newest; /* its last point is the latest value */
};

/* The latest run of points of one verdict, no more than CALM - 1 quiet values apart from each other
 * and from the end, within the newest baseline. */
static struct run
find_run(const struct episode_series *s, enum spc_verdict verdict)
{
    struct run run = { .is_newest = true };
    int quiet = 0;
    for (size_t i = s->n; i-- > 0 && quiet < EPISODE_CALM;) {
        if (s->points[i].group != s->points[s->n - 1].group) {
            break;
        }
        if (isnan(s->y[i])) {
            continue;
        }
        if (s->points[i].verdict != verdict) {
            quiet++;
            run.is_newest = run.is_newest && run.is_there;
            continue;
        }
        quiet = 0;
        run.last = run.is_there ? run.last : i;
        run.first = i;
        run.is_there = true;
    }
    return run;
}

/* Values after a period, until row `end`. */
static int
values_between(const struct episode_series *s, int32_t after, size_t end)
{
    int n = 0;
    for (size_t i = end; i-- > 0 && s->periods[i] > after;) {
        n += !isnan(s->y[i]);
    }
    return n;
}

/* A baseline that was approved after it began says: this is how it is now. */
static bool
is_settled(const struct episode_series *s, const struct episode *before)
{
    size_t i = s->n;
    while (i > 0 && s->points[i - 1].group == s->points[s->n - 1].group) {
        i--;
    }
    return i > 0 && s->periods[i] >= before->first;
}

static enum episode_event
go_on_without(const struct episode_series *s, const struct episode *before, struct episode *ret)
{
    if (!before || !before->is_open) {
        return EPISODE_NOTHING;
    }
    if (!is_settled(s, before) && values_between(s, before->last, s->n) < EPISODE_CALM) {
        return EPISODE_NOTHING;
    }
    *ret = *before;
    ret->is_open = false;
    return EPISODE_CLOSES;
}

enum episode_event
episode_judge(const struct episode_series *s, enum spc_verdict verdict,
              const struct episode *before, struct episode *ret)
{
    assert(verdict > SPC_IS_COMMON && verdict < SPC_VERDICT_MAX_);
    struct run run = find_run(s, verdict);
    if (!run.is_there) {
        return go_on_without(s, before, ret);
    }
    int32_t first = s->periods[run.first];
    int32_t last = s->periods[run.last];
    if (before && before->last <= last
        && values_between(s, before->last, run.first) < EPISODE_CALM) {
        bool is_same = before->is_open && before->last == last;
        *ret = (struct episode){ .first = first < before->first ? first : before->first,
                                 .last = last, .is_open = true };
        return is_same && ret->first == before->first ? EPISODE_NOTHING : EPISODE_CONTINUES;
    }
    if (before && before->last > last) {
        return go_on_without(s, before, ret); /* its newest points were judged anew */
    }
    if (!run.is_newest) {
        return go_on_without(s, before, ret);
    }
    *ret = (struct episode){ .first = first, .last = last, .is_open = true };
    return EPISODE_OPENS;
}
