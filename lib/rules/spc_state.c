/* SPDX-License-Identifier: MIT */
/* spc_state.c - how far a chart can be trusted. */
#include "rules/spc_state.h"

static bool
has_small_n(const struct spc_count *counts, size_t n, int64_t least_n)
{
    size_t n_values = 0;
    size_t n_small = 0;
    for (size_t i = 0; i < n; i++) {
        n_values += counts[i].n > 0;
        n_small += counts[i].n > 0 && counts[i].n < least_n;
    }
    return n_values > 0 && 2 * n_small >= n_values;
}

/* Limits are made of the steps from one period to the next, of the values that they come from. */
static bool
is_apart(const struct spc_state_facts *f)
{
    const struct spc_count *counts = f->counts + f->group->first;
    size_t n_values = 0;
    for (size_t i = 0; i < f->group->n && (f->fix_after == 0 || n_values < f->fix_after); i++) {
        n_values += counts[i].n > 0;
        if (i > 0 && counts[i].n > 0 && counts[i - 1].n > 0) {
            return false;
        }
    }
    return f->group->is_collapsed && n_values >= SPC_APART_FROM;
}

unsigned
spc_states(const struct spc_state_facts *f)
{
    size_t first = 0;
    while (first < f->n && f->counts[first].n == 0) {
        first++;
    }
    if (first == f->n) {
        return SPC_NO_DATA;
    }
    size_t end = f->n;
    while (f->counts[end - 1].n == 0) {
        end--;
    }
    unsigned states = end < f->n ? SPC_MISSING_LATEST : 0;
    states |= f->n - end >= SPC_STALE_AFTER ? SPC_STALE : 0U;
    for (size_t i = first; i < end; i++) {
        states |= f->counts[i].n == 0 ? SPC_GAPS : 0U;
    }
    states |= f->group->n_values < SPC_SHORT_GROUP ? SPC_TRIAL_LIMITS : 0U;
    states |= is_apart(f) ? SPC_APART : f->group->is_collapsed ? SPC_NO_VARIATION : 0U;
    states |= f->points && spc_proposed(f->points, end) >= 0 ? SPC_SETTLED : 0U;
    return states | (has_small_n(f->counts, f->n, f->least_n) ? SPC_SMALL_N : 0U);
}

int
spc_proposed(const struct spc_point *points, size_t n)
{
    int side = n > 0 ? points[n - 1].side : 0;
    size_t first = n;
    while (first > 0 && points[first - 1].side == side
           && points[first - 1].group == points[n - 1].group) {
        first--;
    }
    bool has_side = side == 1 || side == -1;
    bool is_inside = first > 0 && points[first - 1].group == points[n - 1].group;
    return has_side && is_inside && n - first >= SPC_SHORT_GROUP ? (int)first : -1;
}

static const unsigned no_verdict = SPC_NO_DATA | SPC_NEVER_CAME | SPC_APART | SPC_TRIAL_LIMITS
                                   | SPC_NO_VARIATION | SPC_STALE;

bool
spc_may_signal(unsigned states)
{
    return (states & no_verdict) == 0;
}

enum spc_kind
spc_kind_for(const struct spc_count *counts, size_t n, size_t fix_after, int64_t least_n)
{
    size_t n_values = 0;
    int64_t least = INT64_MAX;
    int64_t most = 0;
    for (size_t i = 0; i < n && (fix_after == 0 || n_values < fix_after); i++) {
        if (counts[i].n > 0) {
            least = counts[i].n < least ? counts[i].n : least;
            most = counts[i].n > most ? counts[i].n : most;
            n_values++;
        }
    }
    bool is_even = most == 0 || (least >= least_n && most / SPC_UNEVEN <= least);
    return is_even ? SPC_XMR : SPC_P_LANEY;
}

static const struct {
    enum spc_state bit;
    const char *word, *words;
} names[SPC_STATES] = {
    { SPC_NO_DATA, "no_data", "Nobody has answered yet." },
    { SPC_NEVER_CAME, "never_came", "No answers ever came." },
    { SPC_APART, "apart",
      "No two values are of periods that follow each other, so there are no limits to judge by." },
    { SPC_TRIAL_LIMITS, "trial_limits",
      "There are fewer than 13 values since the baseline began: too few to tell change from "
      "chance." },
    { SPC_NO_VARIATION, "insufficient_variation",
      "The values do not vary, so there are no limits to judge by." },
    { SPC_SMALL_N, "small_denominators",
      "Few people answer each time, so single values swing widely." },
    { SPC_STALE, "stale", "The latest value is old; nothing is said about now." },
    { SPC_MISSING_LATEST, "missing_period", "The latest answers that were due have not come." },
    { SPC_GAPS, "gaps", "Some periods are missing; what comes before and after is judged apart." },
    { SPC_SETTLED, "baseline_proposed", "A new baseline is proposed." },
};

const char *
spc_state_word(enum spc_state bit)
{
    for (size_t i = 0; i < SPC_STATES; i++) {
        if (names[i].bit == bit) {
            return names[i].word;
        }
    }
    return NULL;
}

const char *
spc_state_words(enum spc_state bit)
{
    for (size_t i = 0; i < SPC_STATES; i++) {
        if (names[i].bit == bit) {
            return names[i].words;
        }
    }
    return NULL;
}

const char *
spc_states_words(unsigned states)
{
    unsigned said = states & no_verdict ? states & no_verdict : states & ~(unsigned)SPC_SETTLED;
    for (size_t i = 0; i < SPC_STATES; i++) {
        if (said & names[i].bit) {
            return names[i].words;
        }
    }
    return "";
}
