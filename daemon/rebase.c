/* SPDX-License-Identifier: MIT */
/* rebase.c - the verb by which somebody approves a new baseline of a trend. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ask.h"
#include "engine/act.h"
#include "store/audit.h"
#include "store/survey.h"
#include "store/trend.h"

struct approval {
    const char *role;
    int64_t measure;
    int64_t survey;
    bool is_allowed;
};
/* A baseline may be announced before answers come: for so many months after the latest. */
enum { AHEAD_MONTHS = 12 };

/* Who owns the plan that is measured, or verifies it; without a plan whoever has a role. */
static int
read_approval(void *arg, const struct row *row)
{
    struct approval *p = arg;
    p->measure = row_i64(row, 0);
    p->survey = row_i64(row, 3);
    p->is_allowed = row_is_null(row, 1) || strcmp(p->role, row_text_or(row, 1, "")) == 0
                    || strcmp(p->role, row_text_or(row, 2, "")) == 0;
    return 0;
}

/* In the first month one begins anyway. */
static int
check_in_series(struct ask *a, const struct approval *p, int32_t month)
{
    struct survey_months all = { .n = 0 };
    int r = survey_months_load(a->h->store, p->survey, &all, a->why);
    int32_t first = all.n > 0 ? all.list[0].month : 0;
    int32_t last = all.n > 0 ? all.list[all.n - 1].month : 0;
    survey_months_done(&all);
    if (r < 0 || (month > first && month <= last + AHEAD_MONTHS)) {
        return r;
    }
    char at[MONTH_TEXT_MAX];
    char from[MONTH_TEXT_MAX];
    char to[MONTH_TEXT_MAX];
    return err_set(a->why, -EINVAL,
                   "no baseline can begin in %s: answers are there of %s to %s; one begins after "
                   "the first of these months and at most %d months after the last",
                   month_format(month, at), month_format(first, from), month_format(last, to),
                   AHEAD_MONTHS);
}

static int
check_begins(struct ask *a, const struct approval *p, int32_t month)
{
    int32_t months[BASELINES_MAX];
    char name[MONTH_TEXT_MAX];
    size_t n = 0;
    AUTO_TEXT struct text all = { 0 };
    int r = baseline_months(a->h->store, p->measure, months, &n, a->why);
    for (size_t i = 0; r == 0 && i < n; i++) {
        if (months[i] == month) {
            return 0;
        }
        text_addf(&all, "%s%s", i ? ", " : "", month_format(months[i], name));
    }
    return r < 0 ? r
                 : err_set(a->why, -ENOENT, "no baseline begins in %s; %s%.300s",
                           month_format(month, name),
                           n ? "there is one in " : "none was approved", text_str(&all));
}

static int
write_baseline(struct ask *a, const struct act *who, const struct baseline_row *b)
{
    char detail[512];
    int32_t m = b->month;
    (void)snprintf(detail, sizeof detail, "%s in %04d-%02d: %.400s",
                   b->is_on ? "a new baseline begins" : "no baseline begins any more", m / 12,
                   m % 12 + 1, b->reason);
    int r = baseline_put(a->h->store, b, a->why);
    return r < 0 ? r
                 : audit_append(a->h->store,
                                &(struct audit_entry){ .at_ms = b->at_ms, .actor = who->actor,
                                                       .on_behalf = who->on_behalf,
                                                       .event = "baseline",
                                                       .subject = ask_word(a, "measure"),
                                                       .detail = detail },
                                a->why);
}

/* The night's work for all trends, now. */
static int
order_trends(struct ask *a, int64_t now)
{
    char key[64];
    int64_t id = 0;
    int r = store_ids(a->h->store, "trends", 1, &id, a->why);
    (void)snprintf(key, sizeof key, "trends|%" PRId64, id);
    struct job_order order = { .kind = JOB_KIND_AGGREGATE, .key = key, .run_at_ms = now,
                               .detail = "trends:" };
    r = r < 0 ? r : job_order_add(a->h->store, &order, now, a->why);
    dispatch_more(a->h, JOB_KIND_AGGREGATE);
    return r;
}

int
ask_rebase(struct ask *a)
{
    struct act who = { .percent = -1 };
    char actor[USER_MAX + 8];
    day_t at = DAY_NONE;
    const char *name = ask_word(a, "measure");
    const char *reason = ask_word(a, "reason");
    int64_t now = sched_now(a->h);
    int r = ask_who(a, &who, actor);
    r = r < 0 ? r : ask_date(a, "at", &at);
    if (r < 0) {
        return r;
    }
    if (at == DAY_NONE || !reason[0] || text_has_control(reason)) {
        return err_set(a->why, -EINVAL,
                       "say from when with --at YYYY-MM-DD, and why with --reason, on one line");
    }
    struct approval p = { .role = who.role };
    r = store_each(a->h->store, Q_MEASURE_APPROVERS, WITH(T(name)), read_approval, &p, a->why);
    if (r <= 0) {
        return r < 0 ? r
                     : err_set(a->why, -ENOENT, "there is no measure '%.200s' (see: coprodctl "
                                                "survey measures)", name);
    }
    if (!p.is_allowed) {
        return err_set(a->why, -EPERM,
                       "a baseline is approved by the plan's owner or verifier, not by %.100s",
                       who.role);
    }
    bool is_on = strcmp(ask_word(a, "withdraw"), "1") != 0;
    const struct baseline_row b = { .measure = p.measure, .month = day_month(at),
                                    .is_on = is_on, .reason = reason, .actor = who.actor,
                                    .on_behalf = who.on_behalf, .at_ms = now };
    r = is_on ? check_in_series(a, &p, b.month) : check_begins(a, &p, b.month);
    r = r < 0 ? r : write_baseline(a, &who, &b);
    r = r < 0 ? r : order_trends(a, now);
    if (r >= 0) {
        char month[MONTH_TEXT_MAX];
        text_addf(a->out, "%s: %s a baseline in %s", name,
                  a->is_dry ? (is_on ? "would begin" : "would withdraw")
                            : (is_on ? "begins" : "withdraws"),
                  month_format(b.month, month));
    }
    return r;
}
