/* SPDX-License-Identifier: MIT */
/*
 * quota.h - how much mail is too much: the ceilings of a day, and when a batch is a storm. Levels 3
 * to 5 have ceilings of their own, so that digests cannot use up their room.
 */
#ifndef COPROD_RULES_QUOTA_H
#define COPROD_RULES_QUOTA_H

#include <stdbool.h>

struct mail_rules {
    int max_person, max_all; /* mails a day */
    int max_urgent_person, max_urgent_all;
    int outage_wd;   /* away for more working days: a storm may come */
    int percent;     /* of the roster in one batch, after something out of the ordinary */
    int mails;       /* in one batch, always */
    int release_wd;  /* a hold for a storm ends by itself after so many */
    int silent_wd;   /* without a mail that could be delivered */
};
extern const struct mail_rules mail_rules_default;

/* What already left or may have left on that day. */
struct quota_used {
    int person, all; /* of the same class as the mail that is asked for */
};
enum quota_verdict { QUOTA_GO = 0, QUOTA_PERSON, QUOTA_ALL };
enum quota_verdict quota_judge(const struct mail_rules *rules, bool is_urgent,
                               const struct quota_used *used);

struct mail_batch {
    int mails, people, roster;
    bool is_watched; /* an outage, an edit or a clock taken as it is came before it */
};
enum storm { STORM_NONE = 0, STORM_MAILS, STORM_PEOPLE };
enum storm storm_judge(const struct mail_rules *rules, const struct mail_batch *b);

#endif
