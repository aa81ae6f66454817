/* SPDX-License-Identifier: MIT */
/* quota.c - ceilings of a day, and storms. */
#include "rules/quota.h"

enum { PERCENT = 100 };

const struct mail_rules mail_rules_default = {
    .max_person = 5, .max_all = 200, .max_urgent_person = 20, .max_urgent_all = 60,
    .outage_wd = 5,  .percent = 25,  .mails = 50,             .release_wd = 1,
    .silent_wd = 5,
};

enum quota_verdict
quota_judge(const struct mail_rules *rules, bool is_urgent, const struct quota_used *used)
{
    int person = is_urgent ? rules->max_urgent_person : rules->max_person;
    int all = is_urgent ? rules->max_urgent_all : rules->max_all;
    return used->person >= person ? QUOTA_PERSON : used->all >= all ? QUOTA_ALL : QUOTA_GO;
}

enum storm
storm_judge(const struct mail_rules *rules, const struct mail_batch *b)
{
    if (b->mails > rules->mails) {
        return STORM_MAILS;
    }
    bool is_wide = b->people * PERCENT > b->roster * rules->percent;
    return b->is_watched && is_wide ? STORM_PEOPLE : STORM_NONE;
}
