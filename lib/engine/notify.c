/* SPDX-License-Identifier: MIT */
/* notify.c - a step becomes items, one for each person who is told; what goes alone becomes a
 * notice at once. */
#include "engine/notify.h"

#include <stdio.h>
#include <string.h>

#include "engine/fault.h"
#include "engine/hearing.h"
#include "engine/letter.h"
#include "engine/standing.h"
#include "engine/untold.h"

enum { KEY_MAX = 2 * OCC_SUBJECT_MAX, DETAIL_MAX = 1024 };

/* One step under way. */
struct telling {
    const struct world *w;
    struct store *s;
    int64_t now_ms;
    struct occurrence o;
    struct step step;
    struct err *reterr;
    struct notified *sum;
};

static int
write_alone(const struct telling *t, const struct item *item, const char *key, int64_t again)
{
    const struct letter l = { .role = item->role, .key = key, .kind = "escalate",
                              .words = NOTICE_ESCALATE, .level = item->level, .items = item,
                              .n = 1, .again = again };
    int64_t notice = 0;
    return letter_write(t->w, t->s, &l, t->now_ms, &notice, t->reterr);
}

/* A mail of its own, under the item's own words as key. */
static int
tell_alone(struct telling *t, int64_t item_id)
{
    struct item item;
    char subject[OCC_SUBJECT_MAX];
    char key[KEY_MAX];
    int r = item_get(t->s, item_id, &item, t->reterr);
    if (r < 0) {
        return r;
    }
    (void)snprintf(key, sizeof key, "escalate|%s|g%d|e%d|%s|%s",
                   occurrence_subject(&t->o, subject), item.gen, item.episode, item.step,
                   item.role);
    r = write_alone(t, &item, key, 0);
    t->sum->notices += r > 0;
    return r;
}

static int
tell_person(struct telling *t, const struct told *told)
{
    char step[STEP_NAME_MAX];
    struct person p;
    int r = person_get(t->s, told->role, &p, t->reterr);
    if (r < 0) {
        return r;
    }
    struct item_order order = { .kind = item_kind_of_step(&t->step, t->o.duty.kind), .o = &t->o,
                                .step = step_name(&t->step, step), .level = t->step.level,
                                .role = told->role, .why = told->why, .of = told->of };
    int64_t item = 0;
    int hearing = hearing_of(t->w, t->s, p.email, t->reterr);
    if (hearing > HEARING_OK) {
        t->sum->unreached++;
        r = untold_owner(t->w, t->s, &order, t->now_ms, t->reterr);
    }
    if (hearing < 0 || r < 0 || hearing == HEARING_NO_ADDRESS) {
        return hearing < 0 ? hearing : r < 0 ? r : 0;
    }
    r = item_add(t->w, t->s, &order, t->now_ms, &item, t->reterr);
    t->sum->items += r > 0;
    t->sum->repeats += r == 0;
    if (r > 0 && item_goes_alone(order.kind, order.level, order.why)) {
        r = tell_alone(t, item);
    }
    return r < 0 ? r : 0;
}

/* 1 when the lead is away on the due day and the deputy is not there to stand in, or is the same
 * person in another post. */
static int
is_missing(const struct telling *t, const char *role, const struct person *lead)
{
    int64_t until = 0;
    struct person p;
    int away = store_get(t->s, Q_ROLE_IS_ABSENT, WITH(T(role), I(t->o.duty.due)), &until,
                         t->reterr);
    int r = away <= 0 ? away : person_get(t->s, lead->deputy, &p, t->reterr);
    if (r < 0 || away == 0) {
        return r;
    }
    bool is_other = lead->deputy[0] && strcmp(p.reader, lead->reader) != 0;
    int hearing = is_other ? hearing_of(t->w, t->s, p.email, t->reterr) : HEARING_NO_ADDRESS;
    int both = hearing != HEARING_OK ? 1
                                     : store_get(t->s, Q_ROLE_IS_ABSENT,
                                                 WITH(T(lead->deputy), I(t->o.duty.due)), &until,
                                                 t->reterr);
    return hearing < 0 ? hearing : both;
}

/* Early enough to find somebody: on the reminder that reaches the supports too. */
static int
see_absence(const struct telling *t, const struct people *told, const char *owner)
{
    char step[STEP_NAME_MAX];
    bool is_time = t->step.kind == STEP_REMIND && t->step.offset_wd == -t->w->rules.supports_wd;
    struct person to;
    int r = person_get(t->s, owner, &to, t->reterr);
    for (size_t i = 0; r >= 0 && is_time && i < told->n; i++) {
        const struct told *who = &told->list[i];
        struct person p;
        bool is_lead = who->why == NOTICE_WHY_LEAD || who->why == NOTICE_WHY_JOINT_LEAD;
        r = person_get(t->s, who->role, &p, t->reterr);
        bool is_other = is_lead && strcmp(p.reader, to.reader) != 0;
        r = r < 0 || !is_other ? r : is_missing(t, who->role, &p);
        if (r <= 0) {
            continue;
        }
        const struct item_order order = { .kind = ITEM_ABSENT, .o = &t->o, .role = owner,
                                          .step = step_name(&t->step, step),
                                          .why = NOTICE_WHY_OWNER,
                                          .note = p.title[0] ? p.title : who->role };
        r = r < 0 ? r : item_add(t->w, t->s, &order, t->now_ms, NULL, t->reterr);
    }
    return r < 0 ? r : 0;
}

/* A level that goes to a committee of which the plan names nobody. */
static int
see_asked(struct telling *t, const struct people *told)
{
    char step[STEP_NAME_MAX];
    enum item_kind kind = item_kind_of_step(&t->step, t->o.duty.kind);
    bool is_asked = t->step.level < FORUM_LEVEL;
    for (size_t i = 0; i < told->n; i++) {
        is_asked = is_asked || item_goes_alone(kind, t->step.level, told->list[i].why);
    }
    if (is_asked) {
        return 0;
    }
    t->sum->unreached++;
    const struct item_order lost = { .kind = kind, .o = &t->o, .level = t->step.level, .role = "",
                                     .step = step_name(&t->step, step),
                                     .why = t->step.level > FORUM_LEVEL ? NOTICE_WHY_BOARD
                                                                        : NOTICE_WHY_SECRETARY };
    return untold_owner(t->w, t->s, &lost, t->now_ms, t->reterr);
}

/* Nobody can be asked: the admin hears of each who leads it, as the owner does. */
static int
see_unreached(struct telling *t, const char *owner)
{
    AUTO_PEOPLE struct people leads = { .n = 0 };
    if (t->step.kind != STEP_UNREACHED) {
        return 0;
    }
    int r = people_of(t->s, t->o.id, false, &leads, t->reterr);
    for (size_t i = 0; r >= 0 && i < leads.n; i++) {
        struct person p;
        r = person_get(t->s, leads.list[i].role, &p, t->reterr);
        int hearing = r < 0 ? r : hearing_of(t->w, t->s, p.email, t->reterr);
        r = hearing <= HEARING_OK ? hearing
                                  : fault_of_lead(t->w, t->s, leads.list[i].role, owner, t->now_ms,
                                                  t->reterr);
    }
    return r < 0 ? r : 0;
}

/* Each who is told, and whoever is to know that somebody cannot be. */
static int
tell_everybody(struct telling *t)
{
    AUTO_PEOPLE struct people told = { .n = 0 };
    char owner[OCC_NAME_MAX] = "";
    int r = plan_owner(t->s, t->o.plan, owner, t->reterr);
    if (r == 0) {
        return err_set(t->reterr, -ENOENT, "plan '%s' is gone", t->o.plan);
    }
    day_t today = world_day(t->w, t->now_ms);
    r = r < 0 ? r : notify_who(t->w, t->s, &t->o, &t->step, today, &told, t->reterr);
    for (size_t i = 0; r >= 0 && i < told.n; i++) {
        r = tell_person(t, &told.list[i]);
    }
    r = r < 0 ? r : see_asked(t, &told);
    r = r < 0 ? r : see_absence(t, &told, owner);
    r = r < 0 ? r : see_unreached(t, owner);
    return r < 0 ? r : 0;
}

struct job_facts {
    int64_t occurrence;
    char detail[DETAIL_MAX];
    char step[STEP_NAME_MAX];
    int gen, episode;
    bool is_bad;
};

static int
read_job(void *arg, const struct row *row)
{
    struct job_facts *f = arg;
    f->occurrence = row_i64(row, 8);
    int r = text_copy(f->detail, sizeof f->detail, row_text_or(row, 9, ""));
    f->is_bad = sscanf(f->detail, "%11s g%d e%d", f->step, &f->gen, &f->episode) != 3;
    return r < 0 ? r : 1;
}

static int
tell_step(struct telling *t, const struct job_facts *facts, int64_t job)
{
    int r = occurrence_get(t->s, facts->occurrence, &t->o, t->reterr);
    if (r < 0) {
        return r;
    }
    if (facts->is_bad || step_parse(facts->step, &t->step) < 0) {
        return err_set(t->reterr, -ECANCELED, "job %lld: '%s' is no step", (long long)job,
                       facts->detail);
    }
    /* Absorbed since it fired, the same morning: whether its worker was quicker must not matter. */
    t->o.duty.is_absorbed = false;
    struct item as_item = { .kind = item_kind_of_step(&t->step, t->o.duty.kind),
                            .gen = facts->gen, .episode = facts->episode };
    t->sum->is_void = !item_is_true(&as_item, &t->o);
    return t->sum->is_void ? 0 : tell_everybody(t);
}

int
notify_job(const struct world *w, struct store *s, int64_t job, int64_t now_ms,
           struct notified *ret, struct err *reterr)
{
    *ret = (struct notified){ 0 };
    struct job_facts facts = { 0 };
    int r = store_each(s, Q_JOB_SHOW, WITH(I(job)), read_job, &facts, reterr);
    if (r <= 0) {
        return r < 0 ? r : err_set(reterr, -ECANCELED, "there is no job %lld", (long long)job);
    }
    if (strncmp(facts.detail, DIGEST_DETAIL, strlen(DIGEST_DETAIL)) == 0) {
        r = digest_write(w, s, facts.detail + strlen(DIGEST_DETAIL), now_ms, reterr);
        ret->notices = r > 0;
        return r < 0 ? r : 0;
    }
    r = standing_run(w, s, facts.detail, now_ms, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    struct telling t = { .w = w, .s = s, .now_ms = now_ms, .reterr = reterr, .sum = ret };
    return tell_step(&t, &facts, job);
}

/* ---- a mail that had waited ------------------------------------------------------------------ */

struct waited { /* a mail of its own, and the one item in it */
    char key[KEY_MAX];
    struct item item;
};

static int
read_key(void *arg, const struct row *row)
{
    struct waited *x = arg;
    int r = text_copy(x->key, sizeof x->key, row_text_or(row, 1, ""));
    return r < 0 ? r : 1;
}

static int
read_item(void *arg, const struct item *item)
{
    ((struct waited *)arg)->item = *item;
    return 0;
}

/* 1 when the step would ask this post today, and it has an address. */
static int
is_still_asked(const struct telling *t, const struct item *item)
{
    AUTO_PEOPLE struct people told = { .n = 0 };
    struct person p;
    bool is_asked = false;
    int r = notify_who(t->w, t->s, &t->o, &t->step, world_day(t->w, t->now_ms), &told, t->reterr);
    for (size_t i = 0; r >= 0 && i < told.n; i++) {
        const struct told *who = &told.list[i];
        is_asked = is_asked || (strcmp(who->role, item->role) == 0
                                && item_goes_alone(item->kind, item->level, who->why));
    }
    r = r < 0 ? r : person_get(t->s, item->role, &p, t->reterr);
    int hearing = r < 0 ? r : hearing_of(t->w, t->s, p.email, t->reterr);
    return hearing < 0 ? hearing : is_asked && hearing != HEARING_NO_ADDRESS;
}

static int
take_back(struct telling *t, int64_t notice, const struct item *item, bool is_true)
{
    const char *why = is_true ? "others are asked now" : "it is no longer true";
    int r = digest_recall(t->s, notice, why, t->now_ms, t->reterr);
    r = r < 0 ? r
        : is_true ? store_run(t->s, Q_ITEM_VOID, WITH(I(item->id)), t->reterr)
                  : store_run(t->s, Q_ITEM_SILENCE, WITH(I(t->now_ms), I(item->id)), t->reterr);
    r = r < 0 || !is_true ? r : tell_everybody(t);
    return r < 0 ? r : NOTIFY_TAKEN_BACK;
}

int
notify_again(const struct world *w, struct store *s, int64_t notice, int64_t now_ms,
             struct err *reterr)
{
    struct notified sum = { 0 };
    struct telling t = { .w = w, .s = s, .now_ms = now_ms, .reterr = reterr, .sum = &sum };
    struct waited x = { .item = { .id = 0 } };
    int64_t yes = 0;
    int r = store_get(s, Q_NOTICE_IS_IN_DOUBT, WITH(I(notice)), &yes, reterr);
    if (r != 0) {
        return r < 0 ? r : NOTIFY_AS_IT_IS;
    }
    r = store_each(s, Q_NOTICE_GET, WITH(I(notice)), read_key, &x, reterr);
    r = r < 0 ? r : item_each_of_notice(s, notice, read_item, &x, reterr);
    if (r < 0 || x.item.occurrence == 0 || step_parse(x.item.step, &t.step) < 0) {
        return r < 0 ? r : NOTIFY_AS_IT_IS;
    }
    r = occurrence_get(s, x.item.occurrence, &t.o, reterr);
    t.o.duty.is_absorbed = false; /* who was to hear of its series hears of it */
    bool is_true = r >= 0 && item_is_true(&x.item, &t.o);
    int asked = r < 0 || !is_true ? r : is_still_asked(&t, &x.item);
    if (asked < 0) {
        return asked;
    }
    if (!is_true || !asked) {
        return take_back(&t, notice, &x.item, is_true);
    }
    r = write_alone(&t, &x.item, x.key, notice);
    return r < 0 ? r : NOTIFY_WRITTEN;
}
