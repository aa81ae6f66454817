/* SPDX-License-Identifier: MIT */
/* who.c - who is told on which step: one table, and the roles of the store. */
#include <string.h>

#include "engine/hearing.h"
#include "engine/notify.h"
#include "engine/post.h"
#include "engine/verifier.h"

/* Whom each step reaches. A reminder reaches the leads, and on one of them the supports; each rung
 * of the ladder adds people until the forum and the Board are told alone. */
enum reach {
    REACH_LEAD = 1,
    REACH_SUPPORT = 2,
    REACH_OWNER = 4,
    REACH_DEPUTY = 8, /* and line manager */
    REACH_DIRECTOR = 16,
    REACH_FORUM = 32, /* its secretary and chair */
    REACH_BOARD = 64,
    REACH_VERIFIER = 128, /* or who stands in: verifier.h */
    REACH_SECRETARY = 256, /* of the forum, without its chair */
    REACH_APPROVER = 512,  /* who granted a hold */
    REACH_COORDINATOR = 1024, /* of the parts: hears who is missing, is asked for nothing */
    REACH_ACKER = 2048     /* who acknowledged it last */
};
static const unsigned ladder_reach[LADDER_MAX + 1] = {
    [1] = REACH_LEAD | REACH_OWNER | REACH_COORDINATOR,
    [2] = REACH_LEAD | REACH_OWNER | REACH_DEPUTY | REACH_COORDINATOR,
    [3] = REACH_LEAD | REACH_OWNER | REACH_DEPUTY | REACH_DIRECTOR,
    [4] = REACH_FORUM | REACH_OWNER,
    [5] = REACH_BOARD | REACH_OWNER,
};

struct crowd {
    const struct world *w;
    struct store *s;
    const struct occurrence *o;
    day_t day;
    char acker[OCC_NAME_MAX]; /* "" unless they are told */
    struct people *told;
    unsigned reach;
    struct err *reterr;
};

/* Who reads it already, under this post or another with its mailbox; NULL: nobody. */
static struct told *
find_reader(const struct crowd *c, const char *reader)
{
    for (size_t i = 0; i < c->told->n; i++) {
        if (strcmp(c->told->list[i].reader, reader) == 0) {
            return &c->told->list[i];
        }
    }
    return NULL;
}

/* Once a mailbox, for the nearest reason. */
static int
tell(struct crowd *c, const char *role, enum notice_why why, const char *of)
{
    struct person p;
    if (!role || !role[0]) {
        return 0;
    }
    int r = person_get(c->s, role, &p, c->reterr);
    struct told *known = r < 0 ? NULL : find_reader(c, p.reader);
    /* But who is line manager and director too is asked as director: nobody else would be. */
    bool is_above = known && (known->why == NOTICE_WHY_DEPUTY || known->why == NOTICE_WHY_MANAGER);
    if (r < 0 || (known && !(is_above && why == NOTICE_WHY_DIRECTOR))) {
        return r;
    }
    if (known) {
        known->why = why;
        return text_copy(known->role, sizeof known->role, role);
    }
    r = people_add(c->told, role, why, of, c->reterr);
    struct told *last = r < 0 ? NULL : &c->told->list[c->told->n - 1];
    return r < 0 ? r : text_copy(last->reader, sizeof last->reader, p.reader);
}

/* 1: the role is away on the day or cannot be mailed. */
static int
is_out(const struct crowd *c, const char *role, const struct person *p)
{
    int64_t until = 0;
    int away = store_get(c->s, Q_ROLE_IS_ABSENT, WITH(T(role), I(c->day)), &until, c->reterr);
    int hearing = away < 0 ? away : hearing_of(c->w, c->s, p->email, c->reterr);
    return hearing < 0 ? hearing : away > 0 || hearing != HEARING_OK;
}

/* A lead who is away or has no address is stood in for by the deputy, whatever the step. */
static int
tell_one_lead(struct crowd *c, const char *role, enum notice_why why)
{
    struct person x;
    int r = tell(c, role, why, "");
    r = r < 0 ? r : person_get(c->s, role, &x, c->reterr);
    r = r < 0 ? r : is_out(c, role, &x);
    return r > 0 ? tell(c, x.deputy, NOTICE_WHY_DEPUTY, x.title) : r;
}

/* Who acknowledged it is asked, lead or lead's deputy; for a deputy who is out, that lead. */
static int
tell_acker(struct crowd *c, const char *lead, enum notice_why why)
{
    struct person x;
    struct person deputy;
    if (strcmp(lead, c->acker) == 0) {
        return tell_one_lead(c, lead, why);
    }
    int r = person_get(c->s, lead, &x, c->reterr);
    if (r < 0 || strcmp(x.deputy, c->acker) != 0) {
        return r < 0 ? r : 0;
    }
    r = person_get(c->s, x.deputy, &deputy, c->reterr);
    r = r < 0 ? r : is_out(c, x.deputy, &deputy);
    return r < 0   ? r
           : r > 0 ? tell_one_lead(c, lead, why)
                   : tell(c, x.deputy, NOTICE_WHY_DEPUTY, x.title);
}

static int
tell_lead(void *arg, const struct row *row)
{
    struct crowd *c = arg;
    const char *duty = row_text_or(row, 0, "");
    const char *role = row_text_or(row, 1, "");
    bool is_support = strcmp(duty, "support") == 0;
    enum notice_why why = strcmp(duty, "lead") == 0 ? NOTICE_WHY_LEAD : NOTICE_WHY_JOINT_LEAD;
    if (!is_support && (c->reach & REACH_ACKER)) {
        return tell_acker(c, role, why);
    }
    if (!is_support && (c->reach & REACH_LEAD)) {
        return tell_one_lead(c, role, why);
    }
    if (is_support && (c->reach & REACH_SUPPORT)) {
        return tell(c, role, NOTICE_WHY_SUPPORT, "");
    }
    return 0;
}

static int
tell_above_lead(void *arg, const struct row *row)
{
    struct crowd *c = arg;
    struct person lead;
    if (strcmp(row_text_or(row, 0, ""), "support") == 0) {
        return 0;
    }
    int r = person_get(c->s, row_text_or(row, 1, ""), &lead, c->reterr);
    if (r >= 0 && (c->reach & REACH_DEPUTY)) {
        r = tell(c, lead.deputy, NOTICE_WHY_DEPUTY, lead.title);
        r = r < 0 ? r : tell(c, lead.line_manager, NOTICE_WHY_MANAGER, lead.title);
    }
    if (r >= 0 && (c->reach & REACH_DIRECTOR)) {
        r = tell(c, lead.director, NOTICE_WHY_DIRECTOR, lead.title);
    }
    return r;
}

/* Columns of plan_get: .. 4 owner, 8 forum_secretary, 9 forum_chair, 10
 * board_secretary. */
static int
tell_plan(void *arg, const struct row *row)
{
    struct crowd *c = arg;
    const char *approver = c->o->hold_by[0] ? c->o->hold_by : row_text(row, 8);
    int r = 0;
    if (c->reach & REACH_APPROVER) {
        bool is_owner = strcmp(approver ? approver : "", row_text_or(row, 4, "")) == 0;
        r = tell(c, approver, is_owner ? NOTICE_WHY_OWNER : NOTICE_WHY_SECRETARY, "");
    }
    bool is_acker = (c->reach & REACH_ACKER) && strcmp(row_text_or(row, 8, ""), c->acker) == 0;
    if (r >= 0 && (is_acker || (c->reach & REACH_SECRETARY))) {
        r = tell(c, row_text(row, 8), NOTICE_WHY_SECRETARY, "");
    }
    if (r >= 0 && (c->reach & REACH_FORUM)) {
        r = tell(c, row_text(row, 8), NOTICE_WHY_SECRETARY, "");
        r = r < 0 ? r : tell(c, row_text(row, 9), NOTICE_WHY_CHAIR, "");
    }
    if (r >= 0 && (c->reach & REACH_BOARD)) {
        r = tell(c, row_text(row, 10), NOTICE_WHY_BOARD, "");
    }
    if (r >= 0 && (c->reach & REACH_OWNER)) {
        r = tell(c, row_text(row, 4), NOTICE_WHY_OWNER, "");
    }
    return r;
}

/* Who can go on with what was handed in; the forum sees that they do, when there is somebody. */
static int
tell_verifier(struct crowd *c)
{
    struct verifier v;
    int r = verifier_of(c->s, c->o, &v, c->reterr);
    if (r >= 0 && (!v.is_measured || !v.role[0])) {
        r = tell(c, v.owner, NOTICE_WHY_OWNER, "");
    }
    c->reach &= r >= 0 && v.role[0] ? ~0U : ~(unsigned)REACH_SECRETARY;
    return r < 0 ? r : tell(c, v.role, v.why, "");
}

static int
tell_coordinator(struct crowd *c)
{
    char role[OCC_NAME_MAX];
    int r = occurrence_coordinator(c->s, c->o, role, c->reterr);
    return r <= 0 ? r : tell(c, role, NOTICE_WHY_COORDINATOR, "");
}

static unsigned
reach_of(const struct world *w, const struct occurrence *o, const struct step *step, day_t day)
{
    static const unsigned by_kind[STEP_KIND_MAX_] = {
        [STEP_REMIND] = REACH_LEAD,  [STEP_REPEAT] = REACH_LEAD, [STEP_ACK_EXPIRED] = REACH_ACKER,
        [STEP_BLOCKED] = REACH_LEAD, [STEP_STATUS] = REACH_LEAD, [STEP_VERIFY] = REACH_VERIFIER,
        [STEP_HOLD] = REACH_APPROVER, [STEP_UNREACHED] = REACH_OWNER,
    };
    unsigned reach = step->kind == STEP_LADDER ? ladder_reach[step->level] : by_kind[step->kind];
    int left = calendar_between(&w->calendar, day, o->duty.due);
    if (step->kind == STEP_REMIND && step->offset_wd == -w->rules.supports_wd) {
        reach |= REACH_SUPPORT | REACH_COORDINATOR;
    }
    if (step->kind == STEP_VERIFY && step->offset_wd > w->rules.verify_alone_wd) {
        reach |= REACH_SECRETARY;
    }
    if (step->months > 0 && step->months <= w->rules.review_secretary_months) {
        reach |= REACH_SECRETARY;
    }
    if (step->months > 0 && step->months <= w->rules.review_director_months) {
        reach |= REACH_DIRECTOR;
    }
    if (step->kind == STEP_UNREACHED && left <= w->rules.unreached_director_wd) {
        reach |= REACH_DIRECTOR;
    }
    return reach;
}

int
notify_who(const struct world *w, struct store *s, const struct occurrence *o,
           const struct step *step, day_t day, struct people *ret, struct err *reterr)
{
    struct crowd c = { .w = w, .s = s, .o = o, .day = day, .told = ret, .reterr = reterr,
                       .reach = reach_of(w, o, step, day) };
    int r = c.reach & REACH_ACKER ? occurrence_acker(s, o->id, c.acker, reterr) : 0;
    r = r < 0 ? r : store_each(s, Q_OCCURRENCE_ROLES, WITH(I(o->id)), tell_lead, &c, reterr);
    if (r >= 0 && (c.reach & (REACH_DEPUTY | REACH_DIRECTOR))) {
        r = store_each(s, Q_OCCURRENCE_ROLES, WITH(I(o->id)), tell_above_lead, &c, reterr);
    }
    r = r < 0 || !(c.reach & REACH_COORDINATOR) ? r : tell_coordinator(&c);
    r = r < 0 || !(c.reach & REACH_VERIFIER) ? r : tell_verifier(&c);
    r = r < 0 ? r : store_each(s, Q_PLAN_GET, WITH(T(o->plan)), tell_plan, &c, reterr);
    if (r >= 0 && (c.reach & REACH_ACKER) && ret->n == 0) { /* gone since: whoever leads it now */
        c.reach = REACH_LEAD;
        r = store_each(s, Q_OCCURRENCE_ROLES, WITH(I(o->id)), tell_lead, &c, reterr);
    }
    return r < 0 ? r : 0;
}

int
notify_reach(const struct world *w, struct store *s, const struct occurrence *o, int level,
             day_t day, unsigned *ret, struct err *reterr)
{
    AUTO_PEOPLE struct people told = { .n = 0 };
    const struct step step = { .kind = STEP_LADDER, .level = level };
    int r = notify_who(w, s, o, &step, day, &told, reterr);
    *ret = 0;
    for (size_t i = 0; r >= 0 && i < told.n; i++) {
        struct person p;
        r = person_get(s, told.list[i].role, &p, reterr);
        r = r < 0 ? r : hearing_of(w, s, p.email, reterr);
        *ret |= r == HEARING_OK ? 1U << told.list[i].why : 0;
    }
    return r < 0 ? r : 0;
}

unsigned
notify_adds(int level)
{
    static const unsigned adds[LADDER_MAX + 1] = {
        [2] = 1U << NOTICE_WHY_DEPUTY | 1U << NOTICE_WHY_MANAGER,
        [3] = 1U << NOTICE_WHY_DIRECTOR,
        [4] = 1U << NOTICE_WHY_SECRETARY | 1U << NOTICE_WHY_CHAIR,
        [5] = 1U << NOTICE_WHY_BOARD,
    };
    return adds[level];
}
