/* SPDX-License-Identifier: MIT */
/*
 * findings.h - the quality report of one imported file: what was counted, what was refused and why,
 * and what somebody should look at. It tells; it changes nothing.
 */
#ifndef COPROD_ANSWERS_FINDINGS_H
#define COPROD_ANSWERS_FINDINGS_H

#include "answers/import.h"

struct finding {
    const char *name;    /* "rows", "rejected:code_out_of_scale:7", "unit_spelling_variants" */
    int64_t value;
    bool is_questioned;  /* somebody should look */
    const char *words;   /* of a questioned one; or the value as people write it; or "" */
};
typedef int (*finding_fn)(void *arg, const struct finding *f);

/* In an order that is always the same. today: a month that is not over is not judged; DAY_NONE
 * judges all. */
MUST_USE int findings_read(struct store *s, const struct definition *def, int64_t batch,
                           day_t today, finding_fn fn, void *arg, struct err *reterr);
/* The questioned ones and the doubles as lines of a report. */
MUST_USE int findings_report(struct store *s, const struct definition *def, int64_t batch,
                             day_t today, struct text *out, struct err *reterr);

#endif
