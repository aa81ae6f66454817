/* SPDX-License-Identifier: MIT */
/* refusal.c - who hears instead, when a mail will never arrive. */
#include "engine/refusal.h"

#include <string.h>

#include "engine/item.h"
#include "engine/letter.h"

struct refusal {
    const struct world *w;
    struct store *s;
    int64_t now_ms;
    int told;
    struct err *reterr;
};

static int
take_deputy(void *arg, const struct row *row)
{
    int r = text_copy(arg, OCC_NAME_MAX, row_text_or(row, 4, ""));
    return r < 0 ? r : 1;
}

static int
tell(struct refusal *f, const struct item_order *order)
{
    int r = order->role[0] ? item_add(f->w, f->s, order, f->now_ms, NULL, f->reterr) : 0;
    f->told += r > 0;
    return r < 0 ? r : 0;
}

/* The deputy gets what the lead did not, under the same step: who had it already has it once. */
static int
ask_deputy(struct refusal *f, const struct item *item, const struct occurrence *o,
           const char *title)
{
    char deputy[OCC_NAME_MAX] = "";
    bool is_lead = item->why == NOTICE_WHY_LEAD || item->why == NOTICE_WHY_JOINT_LEAD;
    if (!is_lead) {
        return 0;
    }
    int r = store_each(f->s, Q_ROLE_GET, WITH(T(item->role)), take_deputy, deputy, f->reterr);
    const struct item_order order = { .kind = item->kind, .o = o, .step = item->step,
                                      .level = item->level, .role = deputy,
                                      .why = NOTICE_WHY_DEPUTY, .of = title, .note = item->note };
    return r < 0 ? r : tell(f, &order);
}

static int
pass_on(void *arg, const struct item *item)
{
    struct refusal *f = arg;
    struct occurrence o;
    struct person p;
    char owner[OCC_NAME_MAX] = "";
    int r = item->occurrence ? occurrence_get(f->s, item->occurrence, &o, f->reterr) : 0;
    if (r < 0 || item->occurrence == 0 || !item_is_true(item, &o)
        || item->kind == ITEM_ASSIGN_FYI) {
        return r;
    }
    r = person_get(f->s, item->role, &p, f->reterr);
    r = r < 0 ? r : plan_owner(f->s, o.plan, owner, f->reterr);
    const char *title = r >= 0 && p.title[0] ? p.title : item->role;
    r = r < 0 ? r : ask_deputy(f, item, &o, title);
    if (r < 0 || strcmp(owner, item->role) == 0) {
        return r; /* the owner's own mail: nobody stands behind the owner */
    }
    const struct item_order order = { .kind = ITEM_UNTOLD, .o = &o, .step = item->step,
                                      .level = item->level, .role = owner,
                                      .why = NOTICE_WHY_OWNER, .note = title };
    return tell(f, &order);
}

static int
take_subject(void *arg, const struct row *row)
{
    enum { KIND = 1, SUBJECT = 8 };
    bool is_mail = row_i64(row, KIND) == JOB_KIND_DELIVER;
    *(int64_t *)arg = is_mail ? row_i64(row, SUBJECT) : 0;
    return 1;
}

int
refusal_settle(const struct world *w, struct store *s, int64_t job, int64_t now_ms,
               struct err *reterr)
{
    struct refusal f = { .w = w, .s = s, .now_ms = now_ms, .reterr = reterr };
    int64_t notice = 0;
    int r = store_each(s, Q_JOB_SHOW, WITH(I(job)), take_subject, &notice, reterr);
    r = r < 0 || notice == 0 ? r : item_each_of_notice(s, notice, pass_on, &f, reterr);
    return r < 0 ? r : f.told > 0;
}
