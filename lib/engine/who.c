/* SPDX-License-Identifier: MIT */
/* who.c - who is told on which step: one table, and the roles of the store. */
#include <stdlib.h>
#include <string.h>

#include "engine/notify.h"

/* Whom each step reaches. A reminder reaches the leads, and on one of them the supports; each rung
 * of the ladder adds people until the forum and the Board are told alone. */
enum reach {
    REACH_LEAD = 1,
    REACH_SUPPORT = 2,
    REACH_OWNER = 4,
    REACH_DEPUTY = 8, /* and line manager */
    REACH_DIRECTOR = 16,
    REACH_FORUM = 32, /* its secretary and chair */
    REACH_BOARD = 64
};
static const unsigned ladder_reach[LADDER_MAX + 1] = {
    [1] = REACH_LEAD | REACH_OWNER,
    [2] = REACH_LEAD | REACH_OWNER | REACH_DEPUTY,
    [3] = REACH_LEAD | REACH_OWNER | REACH_DEPUTY | REACH_DIRECTOR,
    [4] = REACH_FORUM | REACH_OWNER,
    [5] = REACH_BOARD | REACH_OWNER,
};
enum { SUPPORT_OFFSET_WD = -15 };

struct crowd {
    struct store *s;
    struct told *told;
    size_t n;
    unsigned reach;
    struct err *reterr;
};

static int
tell(struct crowd *c, const char *role, enum notice_why why, const char *of)
{
    if (!role || !role[0]) {
        return 0;
    }
    for (size_t i = 0; i < c->n; i++) {
        struct told *known = &c->told[i];
        if (strcmp(known->role, role) != 0) {
            continue; /* once is enough; the first reason is the nearest */
        }
        /* But who is line manager and director too is asked as director: nobody else would be. */
        bool is_above = known->why == NOTICE_WHY_DEPUTY || known->why == NOTICE_WHY_MANAGER;
        known->why = is_above && why == NOTICE_WHY_DIRECTOR ? why : known->why;
        return 0;
    }
    if (c->n == TOLD_MAX) {
        return err_set(c->reterr, -E2BIG, "more than %d people would be told at once", TOLD_MAX);
    }
    struct told *t = &c->told[c->n++];
    *t = (struct told){ .why = why };
    int r = text_copy(t->role, sizeof t->role, role);
    return r < 0 ? r : text_copy(t->of, sizeof t->of, of);
}

static int
tell_lead(void *arg, const struct row *row)
{
    struct crowd *c = arg;
    const char *duty = row_text_or(row, 0, "");
    const char *role = row_text_or(row, 1, "");
    if (strcmp(duty, "lead") == 0 && (c->reach & REACH_LEAD)) {
        return tell(c, role, NOTICE_WHY_LEAD, "");
    }
    if (strcmp(duty, "joint") == 0 && (c->reach & REACH_LEAD)) {
        return tell(c, role, NOTICE_WHY_JOINT_LEAD, "");
    }
    if (strcmp(duty, "support") == 0 && (c->reach & REACH_SUPPORT)) {
        return tell(c, role, NOTICE_WHY_SUPPORT, "");
    }
    return 0;
}

/* Columns of role_get: id title kind email deputy line_manager director locale format. */
static int
tell_above(void *arg, const struct row *row)
{
    struct crowd *c = arg;
    const char *title = row_text_or(row, 1, "");
    int r = 0;
    if (c->reach & REACH_DEPUTY) {
        r = tell(c, row_text(row, 4), NOTICE_WHY_DEPUTY, title);
        r = r < 0 ? r : tell(c, row_text(row, 5), NOTICE_WHY_MANAGER, title);
    }
    if (r >= 0 && (c->reach & REACH_DIRECTOR)) {
        r = tell(c, row_text(row, 6), NOTICE_WHY_DIRECTOR, title);
    }
    return r;
}

static int
tell_above_lead(void *arg, const struct row *row)
{
    struct crowd *c = arg;
    if (strcmp(row_text_or(row, 0, ""), "support") == 0) {
        return 0;
    }
    int r = store_each(c->s, Q_ROLE_GET, WITH(T(row_text(row, 1))), tell_above, c, c->reterr);
    return r < 0 ? r : 0;
}

/* Columns of plan_get: .. 4 owner, 8 forum_secretary, 9 forum_chair, 10 board_secretary. */
static int
tell_plan(void *arg, const struct row *row)
{
    struct crowd *c = arg;
    int r = 0;
    if (c->reach & REACH_FORUM) {
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

static unsigned
reach_of(const struct step *step)
{
    if (step->kind == STEP_LADDER) {
        return ladder_reach[step->level];
    }
    return REACH_LEAD | (step->offset_wd == SUPPORT_OFFSET_WD ? REACH_SUPPORT : 0U);
}

int
notify_who(struct store *s, const struct occurrence *o, const struct step *step,
           struct told ret[TOLD_MAX], size_t *ret_n, struct err *reterr)
{
    struct crowd c = { .s = s, .told = ret, .reach = reach_of(step), .reterr = reterr };
    int r = store_each(s, Q_OCCURRENCE_ROLES, WITH(I(o->id)), tell_lead, &c, reterr);
    if (r >= 0 && (c.reach & (REACH_DEPUTY | REACH_DIRECTOR))) {
        r = store_each(s, Q_OCCURRENCE_ROLES, WITH(I(o->id)), tell_above_lead, &c, reterr);
    }
    r = r < 0 ? r : store_each(s, Q_PLAN_GET, WITH(T(o->plan)), tell_plan, &c, reterr);
    *ret_n = c.n;
    return r < 0 ? r : 0;
}

int
notify_step_parse(const char *name, struct step *ret)
{
    struct step step = { .kind = STEP_REMIND, .send_day = DAY_NONE };
    const char *at = name + 1;
    if (name[0] == 'L' && name[1] >= '1' && name[1] <= '0' + LADDER_MAX) {
        step.kind = STEP_LADDER;
        step.level = name[1] - '0';
        at = name + 2;
    } else if (name[0] != 'R') {
        return -EINVAL;
    }
    if (*at != '+' && *at != '-') {
        return -EINVAL;
    }
    char *end = NULL;
    long offset = strtol(at, &end, 10);
    bool is_months = strcmp(end, "m") == 0;
    if (end == at || (*end != '\0' && !is_months) || labs(offset) > STEP_OFFSET_MAX) {
        return -EINVAL;
    }
    step.offset_wd = is_months ? 0 : (int)offset;
    step.months = is_months ? (int)labs(offset) : 0;
    *ret = step;
    return 0;
}
