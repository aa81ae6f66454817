/* SPDX-License-Identifier: MIT */
/* asked.c - who is asked beside the leads: can they be told, and who verifies for the verifier? */
#include <stdio.h>

#include "plan/loader.h"
#include "rules/action.h"

/* Who is asked beside the leads and cannot be told is named now, not on the day of a level. */
static void PRINTF_LIKE(4, 5)
check_told(const struct loader *l, const struct yaml_node *node, const struct role *role,
           const char *format, ...)
{
    struct err what = { "" };
    va_list args;
    va_start(args, format);
    (void)err_setv(&what, 0, format, args);
    va_end(args);
    if (role && role->kind == ROLE_EXTERNAL) {
        yaml_warn(l->doc, node, "name who in the trust answers for it",
                  "%s is outside the trust: %s", role->id, what.text);
    } else if (role && role->is_vacant) {
        yaml_warn(l->doc, node, "until somebody holds it the plan's owner hears of it",
                  "nobody holds %s: %s", role->id, what.text);
    } else if (role && !role->email[0]) {
        yaml_warn(l->doc, node, "give the role an email: in the roster",
                  "%s has no address: %s", role->id, what.text);
    }
}

void
asked_check(const struct loader *l, const struct plan *p, const struct yaml_node *head)
{
    const struct yaml_node *at = yaml_get(head, "forum");
    const struct forum *forum = p->forum;
    const struct forum *above = forum ? forum->reports_to : NULL;
    check_told(l, yaml_get(head, "owner"), p->owner, "the plan's owner hears of nothing");
    check_told(l, yaml_get(head, "verifier"), p->verifier,
               "nobody is asked to confirm what is done");
    if (!forum || !l->knows_roles) {
        return;
    }
    check_told(l, at, forum->secretary, "level 4 does not reach the secretary of %s", forum->id);
    check_told(l, at, forum->chair, "level 4 does not reach the chair of %s", forum->id);
    if (!forum->secretary) {
        yaml_warn(l->doc, at, "give it a secretary: in forums.yaml",
                  "forum %s has no secretary: level 4 reaches %s", forum->id,
                  forum->chair ? "its chair only" : "nobody but the plan's owner");
    }
    if (!above || !above->secretary) {
        yaml_warn(l->doc, at, "say in forums.yaml what it reports to, with a secretary:",
                  "forum %s reports to no secretary: level 5 reaches nobody but the plan's owner",
                  forum->id);
        return;
    }
    check_told(l, at, above->secretary, "level 5 does not reach the secretary of %s", above->id);
}

/* --- who verifies what the verifier leads ------------------------------------------------- */

/* The lead of an action who is the verifier, by whichever post; NULL: none. */
static const struct role *
lead_who_verifies(const struct plan *p, const struct action *a)
{
    for (size_t i = 0; i < a->leads.n; i++) {
        if (a->leads.roles[i]->reader == p->verifier->reader) {
            return a->leads.roles[i];
        }
    }
    return NULL;
}

/* Who verifies what the verifier hands in; NULL: nobody may. */
static const struct role *
other_checker(const struct plan *p)
{
    const struct role *posts[ACTION_CHECKERS] = { p->verifier, p->owner,
                                                  p->forum ? p->forum->secretary : NULL };
    struct action_checker checkers[ACTION_CHECKERS] = { 0 };
    for (size_t i = 0; i < ACTION_CHECKERS; i++) {
        const struct role *post = posts[i];
        checkers[i] = (struct action_checker){
            post != NULL, post && post->reader == p->verifier->reader,
            post && role_is_mailable(post)
        };
    }
    int i = action_checker(checkers);
    return i < 0 ? NULL : posts[i];
}

/* What the verifier leads, of which the first is named; the review of the policy too. */
struct own_work {
    const struct role *lead;
    const char *action; /* NULL: the review */
    size_t n;
};

static struct own_work
own_work_of(const struct plan *p)
{
    struct own_work w = { .n = 0 };
    for (size_t i = 0; i < p->n_actions; i++) {
        const struct role *lead = lead_who_verifies(p, &p->actions[i]);
        w.action = w.n == 0 && lead ? p->actions[i].id : w.action;
        w.lead = w.lead ? w.lead : lead;
        w.n += lead != NULL;
    }
    if (p->reviewer && p->reviewer->reader == p->verifier->reader) {
        w.lead = w.lead ? w.lead : p->reviewer;
        w.n++;
    }
    return w;
}

/* That a verifier leads is no slip: who verifies that work is said, once a plan. */
void
asked_check_verifier(const struct loader *l, const struct plan *p, const struct yaml_node *head)
{
    struct own_work w = p->verifier ? own_work_of(p) : (struct own_work){ .n = 0 };
    char more[32] = "";
    struct err asked = { "nobody may" };
    if (!w.lead) {
        return;
    }
    const struct role *other = other_checker(p);
    bool is_post = w.lead == p->verifier;
    if (other) {
        (void)err_set(&asked, 0, "%.64s is asked to", other->id);
    }
    if (w.n > 1) {
        (void)snprintf(more, sizeof more, " and %zu more", w.n - 1);
    }
    yaml_note(l->doc, yaml_get(head, "verifier"),
              other ? "name another post if somebody else should"
                    : "name another post, so that somebody can",
              "%s verifies and %s%s%s leads %s%s%s: %s verify what that person hands in",
              p->verifier->id, is_post ? "also" : "has the mailbox of ",
              is_post ? "" : w.lead->id, is_post ? "" : ", who",
              w.action ? "action " : "the review", w.action ? w.action : "", more, asked.text);
}
