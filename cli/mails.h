/* SPDX-License-Identifier: MIT */
/* mails.h - what keeps mail in the house, for status and doctor. */
#ifndef COPROD_CLI_MAILS_H
#define COPROD_CLI_MAILS_H

#include "reads.h"

enum { MAIL_CATCHES = 6 };

struct mail_state {
    int64_t caught[MAIL_CATCHES]; /* by the rows of mail_catches */
    int64_t quarantined;
    int silent_wd; /* 0: mail works, or nothing was tried */
    bool is_silent; /* for too long */
    bool is_held;
    char why[WORLD_NAME_MAX];
};
/* "domain", "to a domain that is not allowed": the kinds of catches, in order. */
struct mail_catch {
    const char *what, *key, *label;
    bool is_ordinary; /* it leaves by itself in the morning: nothing for the doctor */
};
extern const struct mail_catch mail_catches[MAIL_CATCHES];

int mail_state_read(struct reading *r, struct mail_state *ret);
/* Fields of status; what is wrong goes to trouble. */
int mail_state_show(struct reading *r, struct text *trouble);

#endif
