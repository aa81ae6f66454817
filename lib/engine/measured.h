/* SPDX-License-Identifier: MIT */
/*
 * measured.h - what the surveys say of an action: how each series of the trust stands, which
 * signals are open, what was published. For whoever writes of an action: pack, roll-up, page.
 *
 *   AUTO_MEASURED struct measured m = { 0 };
 *   r = measured_load(store, "CO-304", "2e", &m, &why);
 *   for (size_t i = 0; i < m.n; i++) { print(m.lines[i].words); }
 *
 * The words may leave the house: they hold no figure but published ones. They are as of the last
 * night; the aggregate worker writes them, so that no reader needs the surveys' definitions.
 */
#ifndef COPROD_ENGINE_MEASURED_H
#define COPROD_ENGINE_MEASURED_H

#include "rules/spc.h"
#include "store/store.h"

/* One sentence or more of a series. */
struct measured_line {
    const char *name;         /* SURVEY/QUESTION/STATISTIC@UNIT */
    const char *words;
    enum spc_verdict verdict; /* of its open signal, SPC_IS_COMMON without one */
    int32_t since;            /* month (12 * year + month - 1) in which the signal began */
    int32_t month;            /* of its latest value; 0 = none */
    unsigned states;          /* bits of enum spc_state */
    int level;                /* 0 = the trust */
};
struct measured {
    struct measured_line *lines; /* concerns, improvements, then what is calm of the whole trust */
    size_t n;
    size_t n_measures; /* every series, calm units too; 0: no survey measures the action */
    size_t n_worse, n_better; /* open signals */
    char worse_since[32]; /* of the widest concern, "April 2017"; "" = none is open */
    struct arena *mem;
};
MUST_USE int measured_load(struct store *s, const char *plan, const char *action,
                           struct measured *ret, struct err *reterr);
void measured_done(struct measured *m);
static inline void
measured_donep(struct measured *m)
{
    measured_done(m);
}
#define AUTO_MEASURED __attribute__((cleanup(measured_donep)))

#endif
