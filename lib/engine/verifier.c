/* SPDX-License-Identifier: MIT */
/* verifier.c - who may confirm what was handed in, and what is asked of whom. */
#include "engine/verifier.h"

#include <string.h>

#include "engine/post.h"

static int
has_metric(void *arg, const struct row *row)
{
    *(bool *)arg = row_text_or(row, 4, "")[0] != '\0';
    return 1;
}

static int
take_handed(void *arg, const struct row *row)
{
    struct verifier *v = arg;
    int r = text_copy(v->hand, sizeof v->hand, row_text_or(row, 0, ""));
    r = r < 0 ? r : text_copy(v->sha256, sizeof v->sha256, row_text_or(row, 1, ""));
    return r < 0 ? r : 1;
}

struct plan_posts { /* in the order of rules/action.h */
    char roles[ACTION_CHECKERS][OCC_NAME_MAX];
};

/* Columns of plan_get: .. 4 owner, 6 verifier, 8 forum_secretary. */
static int
take_posts(void *arg, const struct row *row)
{
    static const int columns[ACTION_CHECKERS] = { 6, 4, 8 };
    struct plan_posts *p = arg;
    int r = 1;
    for (size_t i = 0; r >= 0 && i < LENGTH(columns); i++) {
        r = text_copy(p->roles[i], OCC_NAME_MAX, row_text_or(row, columns[i], ""));
    }
    return r < 0 ? r : 1;
}

/* A person is a mailbox: two posts with one are the same. Who looks after the machine has no post,
 * and writes down what others said. */
static int
is_same(struct store *s, const char *by, const char *post, struct err *reterr)
{
    struct person hand;
    struct person other;
    if (!by[0] || strncmp(by, "user ", 5) == 0 || strncmp(post, "user ", 5) == 0) {
        return 0;
    }
    int r = person_get(s, by, &hand, reterr);
    r = r < 0 ? r : person_get(s, post, &other, reterr);
    return r < 0 ? r : strcmp(hand.reader, other.reader) == 0;
}

int
verifier_has_handed_in(struct store *s, const struct verifier *v, const char *post,
                       const char **ret_by, struct err *reterr)
{
    int r = is_same(s, v->lead, post, reterr);
    *ret_by = v->lead;
    if (r == 0) {
        r = is_same(s, v->hand, post, reterr);
        *ret_by = v->hand;
    }
    return r;
}

static int
see_post(struct store *s, const struct verifier *v, const char *post, struct action_checker *ret,
         struct err *reterr)
{
    struct person p;
    const char *by = NULL;
    int handed = verifier_has_handed_in(s, v, post, &by, reterr);
    int r = handed < 0 ? handed : person_get(s, post, &p, reterr);
    if (r < 0) {
        return r;
    }
    *ret = (struct action_checker){ post[0] != '\0', handed > 0, p.email[0] != '\0' };
    return 0;
}

int
verifier_of(struct store *s, const struct occurrence *o, struct verifier *ret, struct err *reterr)
{
    static const enum notice_why whys[ACTION_CHECKERS] = { NOTICE_WHY_VERIFIER, NOTICE_WHY_OWNER,
                                                           NOTICE_WHY_SECRETARY };
    struct plan_posts posts = { .roles = { "" } };
    struct action_checker checkers[ACTION_CHECKERS] = { 0 };
    *ret = (struct verifier){ .is_measured = true };
    int r = text_copy(ret->lead, sizeof ret->lead, o->submitted_by);
    r = r < 0 ? r : store_each(s, Q_OCCURRENCE_HANDED_IN, WITH(I(o->id)), take_handed, ret, reterr);
    if (r >= 0 && o->duty.kind != DUTY_MILESTONE) { /* the metric measures the whole */
        r = store_each(s, Q_ACTION_GET, WITH(T(o->plan), T(o->action)), has_metric,
                       &ret->is_measured, reterr);
    }
    r = r < 0 ? r : store_each(s, Q_PLAN_GET, WITH(T(o->plan)), take_posts, &posts, reterr);
    r = r < 0 ? r : text_copy(ret->named, sizeof ret->named, posts.roles[0]);
    r = r < 0 ? r : text_copy(ret->owner, sizeof ret->owner, posts.roles[1]);
    for (size_t i = 0; r >= 0 && i < ACTION_CHECKERS; i++) {
        r = see_post(s, ret, posts.roles[i], &checkers[i], reterr);
    }
    int i = r < 0 ? -1 : action_checker(checkers);
    ret->why = i < 0 ? NOTICE_WHY_NONE : whys[i];
    r = i < 0 ? r : text_copy(ret->role, sizeof ret->role, posts.roles[i]);
    return r < 0 ? r : 0;
}

enum notice_ask
verifier_ask(const struct verifier *v, const char *post)
{
    if (!v->role[0]) {
        return NOTICE_ASK_VERIFIER;
    }
    if (!v->is_measured && strcmp(post, v->owner) == 0) {
        return NOTICE_ASK_METRIC;
    }
    if (strcmp(post, v->role) != 0) {
        return NOTICE_ASK_CHECKED;
    }
    return !v->is_measured                    ? NOTICE_ASK_VERIFY_LATER
           : strcmp(v->role, v->named) == 0 ? NOTICE_ASK_VERIFY
                                            : NOTICE_ASK_VERIFY_INSTEAD;
}

const char *
verifier_named_by(const struct verifier *v, enum notice_ask ask)
{
    return ask == NOTICE_ASK_CHECKED ? v->role : v->named;
}
