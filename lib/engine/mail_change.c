/* SPDX-License-Identifier: MIT */
/* mail_change.c - new settings and plans, and what they mean for mail. */
#include "engine/mail_change.h"

#include <string.h>

#include "engine/hearing.h"
#include "engine/outgoing.h"
#include "engine/shift.h"

int
mail_before(struct store *s, struct mail_before *ret, struct err *reterr)
{
    *ret = (struct mail_before){ .plans = 0 };
    int r = store_get(s, Q_PLAN_COUNT, NONE, &ret->plans, reterr);
    r = r < 0 ? r : store_setting_get(s, "mail.mode", ret->mode, sizeof ret->mode, reterr);
    r = r < 0 ? r
              : store_setting_get(s, "mail.allow_domains", ret->domains, sizeof ret->domains,
                                  reterr);
    return r < 0 ? r : 0;
}

int
mail_after_settings(struct world *w, struct store *s, const struct mail_before *before,
                    int64_t now_ms, struct err *reterr)
{
    struct mail_before now;
    int r = before->plans > 0 ? mail_before(s, &now, reterr) : 0;
    if (r < 0 || before->plans == 0) {
        return r;
    }
    if (before->mode[0] && strcmp(before->mode, now.mode) != 0) {
        r = outgoing_switch(w, s, before->mode, now_ms, reterr);
    }
    if (r >= 0 && strcmp(before->domains, now.domains) != 0) {
        r = shift_timers(w, s, now_ms, reterr); /* other people can be asked */
    }
    return r < 0 ? r : 0;
}

int
mail_after_plans(const struct world *w, struct store *s, const struct mail_before *before,
                 const struct applied *sum, int64_t now_ms, struct err *reterr)
{
    bool is_new = sum->plans_changed > 0 || sum->settings_changed;
    bool is_moved = sum->added + sum->moved + sum->reassigned + sum->withdrawn > 0;
    if (before->plans == 0 || !is_new) {
        return 0;
    }
    int r = is_moved ? outgoing_watch(s, reterr) : 0; /* another address mails nobody more */
    return r < 0 ? r : hearing_review(w, s, now_ms, reterr);
}
