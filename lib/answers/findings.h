/* SPDX-License-Identifier: MIT */
/*
 * findings.h - the quality report of one imported file: what was counted, what was refused and why,
 * and what somebody should look at. It tells; it changes nothing.
 */
#ifndef COPROD_ANSWERS_FINDINGS_H
#define COPROD_ANSWERS_FINDINGS_H

#include "answers/import.h"

enum finding_unit {
    FINDING_NUMBER = 0,
    FINDING_DAY,        /* a civil day */
    FINDING_PERCENT,    /* whole ones, by which something changed */
    FINDING_PERCENT_00, /* hundredths of one: a share */
};
struct finding {
    const char *name;    /* "rows", "rejected:code_out_of_scale:7", "unit_spelling_variants" */
    int64_t value;
    enum finding_unit unit;
    bool is_questioned;  /* somebody should look */
    const char *words;   /* of a questioned one; or the value as people write it; or "" */
};
typedef int (*finding_fn)(void *arg, const struct finding *f);

enum { FINDING_VALUE_MAX = 48 };
/* As people write it, without its unit: "2023-12-30", "14.40", "-96". Returns buf. */
const char *finding_value(const struct finding *f, char buf[FINDING_VALUE_MAX]);
const char *finding_unit(const struct finding *f); /* "day", "%" or "" */

/* In an order that is always the same. today: a month that is not over is not judged; DAY_NONE
 * judges all. */
MUST_USE int findings_read(struct store *s, const struct definition *def, int64_t batch,
                           day_t today, finding_fn fn, void *arg, struct err *reterr);
/* The questioned ones and the doubles as lines of a report. */
MUST_USE int findings_report(struct store *s, const struct definition *def, int64_t batch,
                             day_t today, struct text *out, struct err *reterr);

#endif
