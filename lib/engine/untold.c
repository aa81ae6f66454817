/* SPDX-License-Identifier: MIT */
/* untold.c - who hears instead of somebody who cannot be told. */
#include "engine/untold.h"

#include <stdio.h>
#include <string.h>

#include "engine/admin.h"
#include "engine/fault.h"
#include "engine/hearing.h"
#include "engine/letter.h"
#include "engine/pack.h"

/* ---- the owner ------------------------------------------------------------------------------- */

/* A post that the plan names nobody for is called by what it would be told as. */
static int
name_of(const struct item_order *lost, const struct person *p, char name[OCC_NAME_MAX])
{
    if (!lost->role[0]) {
        (void)snprintf(name, OCC_NAME_MAX, "the %s", letter_why_words(lost->why));
        return 0;
    }
    return text_copy(name, OCC_NAME_MAX, p->title[0] ? p->title : lost->role);
}

int
untold_owner(const struct world *w, struct store *s, const struct item_order *lost, int64_t now_ms,
             struct err *reterr)
{
    struct person p;
    struct person to;
    char owner[OCC_NAME_MAX] = "";
    char name[OCC_NAME_MAX];
    int r = plan_owner(s, lost->o->plan, owner, reterr);
    r = r < 0 ? r : person_get(s, lost->role, &p, reterr);
    r = r < 0 ? r : person_get(s, owner, &to, reterr);
    int hearing = r < 0 ? r : hearing_of(w, s, p.email, reterr);
    if (hearing < 0 || !owner[0] || strcmp(to.reader, p.reader) == 0) {
        return hearing < 0 ? hearing : 0;
    }
    r = name_of(lost, &p, name);
    bool is_joint = lost->why == NOTICE_WHY_JOINT_LEAD;
    bool is_lead = (is_joint || lost->why == NOTICE_WHY_LEAD) && hearing != HEARING_OK;
    struct item_order order = { .kind = ITEM_UNTOLD, .o = lost->o, .step = lost->step,
                                .level = lost->level, .role = owner, .why = NOTICE_WHY_OWNER,
                                .note = name, .not_before = lost->not_before };
    if (is_lead) {
        r = r < 0 ? r : fault_of_lead(w, s, lost->role, owner, now_ms, reterr);
        order.kind = is_joint ? ITEM_UNMAILED : ITEM_UNREACHED;
        order.step = "F";
        order.level = 0;
    }
    return r < 0 ? r : item_add(w, s, &order, now_ms, NULL, reterr);
}

/* ---- one item -------------------------------------------------------------------------------- */

static int
take_words(void *arg, const struct row *row)
{
    text_add(arg, row_text_or(row, 0, ""));
    return 1;
}

static int
pass_topic(const struct world *w, struct store *s, const struct item *item, day_t not_before,
           int64_t now_ms, struct err *reterr)
{
    AUTO_TEXT struct text words = { 0 };
    int r = item_topic_is_true(s, item, reterr);
    bool is_true = r > 0;
    r = r <= 0 ? r : store_each(s, Q_ITEM_WORDS, WITH(I(item->id)), take_words, &words, reterr);
    const struct item_topic_order order = { .kind = item->kind, .plan = item->plan,
                                            .topic = item->topic, .about = item->about,
                                            .role = item->role, .why = item->why,
                                            .note = item->note, .words = text_str(&words),
                                            .not_before = not_before };
    return r < 0 || !is_true || words.bad ? (r < 0 ? r : words.bad)
                                          : item_pass_topic(w, s, &order, now_ms, reterr);
}

/* The deputy gets what the lead did not, under the same step: who had it already has it once. */
static int
ask_deputy(const struct world *w, struct store *s, const struct item_order *lost, int64_t now_ms,
           struct err *reterr)
{
    char title[OCC_NAME_MAX];
    struct person lead;
    struct person p;
    int r = person_get(s, lost->role, &lead, reterr);
    r = r < 0 ? r : name_of(lost, &lead, title);
    r = r < 0 ? r : person_get(s, lead.deputy, &p, reterr);
    int hearing = r < 0 ? r : hearing_of(w, s, p.email, reterr);
    if (hearing != HEARING_OK || strcmp(p.reader, lead.reader) == 0) {
        return hearing < 0 ? hearing : 0;
    }
    struct item_order order = *lost;
    order.role = lead.deputy;
    order.why = NOTICE_WHY_DEPUTY;
    order.of = title;
    return item_add(w, s, &order, now_ms, NULL, reterr);
}

/* The owner heard already, since it was written, that this lead of the demand, or none of them, can
 * be reached. */
static int
is_heard(struct store *s, const struct item *item, const struct item_order *lost,
         struct err *reterr)
{
    char owner[OCC_NAME_MAX] = "";
    char name[OCC_NAME_MAX] = "";
    struct person p;
    int64_t yes = 0;
    int r = person_get(s, lost->role, &p, reterr);
    r = r < 0 ? r : name_of(lost, &p, name);
    r = r < 0 ? r : plan_owner(s, lost->o->plan, owner, reterr);
    return r <= 0 ? r
                  : store_get(s, Q_ITEM_HEARD_SINCE,
                              WITH(I(item->occurrence),
                                   T(item_kind_rules(ITEM_UNREACHED)->word), T(owner), T(name),
                                   I(item->id)),
                              &yes, reterr);
}

/* What only keeps somebody informed, is over or not true any more, is nobody else's to hear. */
static int
pass_demand(const struct world *w, struct store *s, const struct item *item, day_t not_before,
            int64_t now_ms, struct err *reterr)
{
    struct occurrence o;
    int r = occurrence_get(s, item->occurrence, &o, reterr);
    bool is_news = item->kind == ITEM_ASSIGN_FYI || item->kind == ITEM_HANDED;
    if (r < 0 || is_news || action_is_final(o.duty.state) || !item_is_true(item, &o)) {
        return r;
    }
    const struct item_order lost = { .kind = item->kind, .o = &o, .step = item->step,
                                     .level = item->level, .role = item->role, .why = item->why,
                                     .note = item->note, .not_before = not_before };
    bool is_lead = item->why == NOTICE_WHY_LEAD || item->why == NOTICE_WHY_JOINT_LEAD;
    int asked = is_lead ? ask_deputy(w, s, &lost, now_ms, reterr) : 0;
    int heard = asked < 0 || !is_lead ? asked : is_heard(s, item, &lost, reterr);
    if (heard != 0) {
        return heard < 0 ? heard : asked;
    }
    r = untold_owner(w, s, &lost, now_ms, reterr);
    return r < 0 ? r : asked > 0 || r > 0;
}

int
untold_item(const struct world *w, struct store *s, const struct item *item, int64_t now_ms,
            struct err *reterr)
{
    day_t next = calendar_add(&w->calendar, world_day(w, now_ms), 1);
    return item->occurrence == 0 ? pass_topic(w, s, item, next, now_ms, reterr)
                                 : pass_demand(w, s, item, next, now_ms, reterr);
}

/* ---- a whole mail ---------------------------------------------------------------------------- */

struct passing {
    const struct world *w;
    struct store *s;
    int64_t now_ms;
    bool is_told;
    struct err *reterr;
};

static int
pass_on(void *arg, const struct item *item)
{
    struct passing *p = arg;
    int r = untold_item(p->w, p->s, item, p->now_ms, p->reterr);
    p->is_told |= r > 0;
    return r;
}

struct addressed {
    char role[OCC_NAME_MAX], address[ADDRESS_MAX];
    bool is_admin;
};

/* Columns of notice_role_of: role address kind .. */
static int
take_addressed(void *arg, const struct row *row)
{
    struct addressed *x = arg;
    x->is_admin = strcmp(row_text_or(row, 2, ""), "admin") == 0;
    int r = text_copy(x->role, sizeof x->role, row_text_or(row, 0, ""));
    r = r < 0 ? r : text_copy(x->address, sizeof x->address, row_text_or(row, 1, ""));
    return r < 0 ? r : 1;
}

/* Whoever looks after the machine hears too, once a week of a mailbox that nothing is sent to; not
 * of their own mail, which would come again. */
static int
tell_admin(const struct world *w, struct store *s, int64_t notice, int64_t now_ms,
           struct err *reterr)
{
    struct addressed x = { .is_admin = true };
    int r = store_each(s, Q_NOTICE_ROLE_OF, WITH(I(notice)), take_addressed, &x, reterr);
    if (r < 0 || x.is_admin) {
        return r < 0 ? r : 0;
    }
    const struct fault f = { .kind = FAULT_ROLE, .subject = x.role, .plan = "", .words = "" };
    int hearing = hearing_of(w, s, x.address, reterr);
    return hearing < 0             ? hearing
           : hearing == HEARING_OK ? admin_order(w, s, ADMIN_UNDELIVERED, now_ms, reterr)
                                   : fault_raise(w, s, &f, now_ms, reterr);
}

int
untold_notice(const struct world *w, struct store *s, int64_t notice, int64_t now_ms,
              struct err *reterr)
{
    struct passing p = { .w = w, .s = s, .now_ms = now_ms, .reterr = reterr };
    int r = item_each_of_notice(s, notice, pass_on, &p, reterr);
    int admin = r < 0 ? r : tell_admin(w, s, notice, now_ms, reterr);
    r = admin < 0 ? admin : pack_pass_on(s, notice, now_ms, reterr);
    return r < 0 ? r : r > 0 || p.is_told;
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
untold_job(const struct world *w, struct store *s, int64_t job, int64_t now_ms, struct err *reterr)
{
    int64_t notice = 0;
    int r = store_each(s, Q_JOB_SHOW, WITH(I(job)), take_subject, &notice, reterr);
    return r < 0 || notice == 0 ? (r < 0 ? r : 0) : untold_notice(w, s, notice, now_ms, reterr);
}
