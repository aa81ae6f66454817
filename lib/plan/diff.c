/* SPDX-License-Identifier: MIT */
/* diff.c - what changed between two readings of the plans. */
#include "plan/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* One comparison in hand: the same plan (and action) before and after. */
struct diffing {
    struct plan_diff *diff;
    size_t cap;
    const struct plan *before, *after;
    const char *action; /* id, or "" for the plan itself */
};

static int
change_add(struct diffing *in, struct plan_change change)
{
    struct plan_diff *diff = in->diff;
    if (diff->n == in->cap) {
        size_t cap = in->cap ? in->cap * 2 : 16;
        struct plan_change *bigger = ARENA_LIST(diff->mem, cap, struct plan_change);
        if (!bigger) {
            return -ENOMEM;
        }
        if (diff->n > 0) {
            memcpy(bigger, diff->changes, diff->n * sizeof *bigger);
        }
        diff->changes = bigger;
        in->cap = cap;
    }
    change.before = arena_text(diff->mem, change.before ? change.before : "");
    change.after = arena_text(diff->mem, change.after ? change.after : "");
    change.plan = arena_text(diff->mem, (in->after ? in->after : in->before)->id);
    change.action = arena_text(diff->mem, in->action);
    change.like = arena_text(diff->mem, change.like ? change.like : "");
    if (arena_is_bad(diff->mem)) {
        return -ENOMEM;
    }
    diff->changes[diff->n++] = change;
    return 0;
}

/* --- values as words ---------------------------------------------------------------------- */

static void
say_day(day_t day, struct text *out)
{
    char buf[DAY_TEXT_MAX];
    text_add(out, day_format(day, buf));
}

static void
say_roles(const struct role_list *list, struct text *out)
{
    for (size_t i = 0; i < list->n; i++) {
        text_addf(out, "%s%s", i ? ", " : "", list->roles[i]->id);
    }
}

static void
say_role(const struct role *role, struct text *out)
{
    text_add(out, role ? role->id : "");
}

static void
say_action_due(const struct plan *p, const struct action *a, struct text *out)
{
    (void)p;
    say_day(a->due, out);
}

static void
say_action_timescale(const struct plan *p, const struct action *a, struct text *out)
{
    (void)p;
    text_add(out, a->when.kind == TIMESCALE_FROM ? "from " : "by ");
    say_day(a->when.last, out);
}

static void
say_action_leads(const struct plan *p, const struct action *a, struct text *out)
{
    (void)p;
    say_roles(&a->leads, out);
}

static void
say_action_completion(const struct plan *p, const struct action *a, struct text *out)
{
    (void)p;
    text_addf(out, "%s%s", completion_name(a->completion), a->is_split_by_unit ? " by unit" : "");
}

static void
say_action_metric(const struct plan *p, const struct action *a, struct text *out)
{
    (void)p;
    text_add(out, a->metric ? a->metric : "");
}

static void
say_action_text(const struct plan *p, const struct action *a, struct text *out)
{
    (void)p;
    text_add(out, a->text);
}

static void
say_action_supports(const struct plan *p, const struct action *a, struct text *out)
{
    (void)p;
    say_roles(&a->supports, out);
}

static void
say_action_coordinator(const struct plan *p, const struct action *a, struct text *out)
{
    (void)p;
    say_role(a->coordinator, out);
}

static void
say_action_depends(const struct plan *p, const struct action *a, struct text *out)
{
    for (size_t i = 0; i < a->n_depends_on; i++) {
        text_addf(out, "%s%s", i ? ", " : "", p->actions[a->depends_on[i]].id);
    }
}

static void
say_action_then(const struct plan *p, const struct action *a, struct text *out)
{
    (void)p;
    text_add(out, follow_up_name(a->then));
}

static void
say_action_record(const struct plan *p, const struct action *a, struct text *out)
{
    (void)p;
    if (a->completed_on != DAY_NONE) {
        say_day(a->completed_on, out);
        text_addf(out, ", %s", a->evidence);
    }
}

static const struct {
    void (*say)(const struct plan *, const struct action *, struct text *);
    const char *field;
    enum plan_change_kind kind;
    bool tells_people;
} action_fields[] = {
    { say_action_due, "due", CHANGE_DUE, true },
    { say_action_timescale, "timescale", CHANGE_DUE, true },
    { say_action_leads, "leads", CHANGE_LEADS, true },
    { say_action_completion, "completion", CHANGE_COMPLETION, true },
    { say_action_metric, "metric", CHANGE_METRIC, false },
    { say_action_text, "text", CHANGE_TEXT, false },
    { say_action_supports, "supports", CHANGE_SUPPORT, false },
    { say_action_coordinator, "coordinator", CHANGE_SUPPORT, false },
    { say_action_depends, "depends_on", CHANGE_DEPENDS, false },
    { say_action_then, "then", CHANGE_THEN, false },
    { say_action_record, "completed", CHANGE_RECORD, false },
};

static void
say_head_version(const struct plan *p, struct text *out)
{
    text_add(out, p->version);
}

static void
say_head_title(const struct plan *p, struct text *out)
{
    text_add(out, p->title);
}

static void
say_head_ratified(const struct plan *p, struct text *out)
{
    say_day(p->ratified_on, out);
}

static void
say_head_review(const struct plan *p, struct text *out)
{
    say_day(p->review_due, out);
}

static void
say_head_owner(const struct plan *p, struct text *out)
{
    say_role(p->owner, out);
}

static void
say_head_reviewer(const struct plan *p, struct text *out)
{
    say_role(p->reviewer, out);
}

static void
say_head_verifier(const struct plan *p, struct text *out)
{
    say_role(p->verifier, out);
}

static void
say_head_forum(const struct plan *p, struct text *out)
{
    text_add(out, p->forum ? p->forum->id : "");
}

static void
say_head_basis(const struct plan *p, struct text *out)
{
    static const char *const words[] = { "", "calendar", "financial" };
    text_add(out, words[p->quarter_basis]);
}

static const struct {
    const char *field;
    bool tells_people;
    void (*say)(const struct plan *, struct text *);
} head_fields[] = {
    { "version", false, say_head_version },   { "title", false, say_head_title },
    { "ratified_on", false, say_head_ratified }, { "review", true, say_head_review },
    { "owner", true, say_head_owner },        { "reviewer", true, say_head_reviewer },
    { "verifier", true, say_head_verifier },  { "forum", true, say_head_forum },
    { "quarter_basis", true, say_head_basis },
};

/* --- comparing ---------------------------------------------------------------------------- */

static int
say_failed(const struct text *a, const struct text *b)
{
    return a->bad < 0 || b->bad < 0 ? -ENOMEM : 0;
}

static int
action_compare(struct diffing *in, const struct action *before, const struct action *after)
{
    in->action = after->id;
    for (size_t i = 0; i < LENGTH(action_fields); i++) {
        AUTO_TEXT struct text was = { 0 };
        AUTO_TEXT struct text is = { 0 };
        action_fields[i].say(in->before, before, &was);
        action_fields[i].say(in->after, after, &is);
        int r = say_failed(&was, &is);
        struct plan_change change = { .kind = action_fields[i].kind,
                                      .field = action_fields[i].field,
                                      .before = text_str(&was),
                                      .after = text_str(&is),
                                      .tells_people = action_fields[i].tells_people };
        if (r == 0 && strcmp(change.before, change.after) != 0) {
            r = change_add(in, change);
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int
head_compare(struct diffing *in)
{
    in->action = "";
    for (size_t i = 0; i < LENGTH(head_fields); i++) {
        AUTO_TEXT struct text was = { 0 };
        AUTO_TEXT struct text is = { 0 };
        head_fields[i].say(in->before, &was);
        head_fields[i].say(in->after, &is);
        int r = say_failed(&was, &is);
        struct plan_change change = { .kind = CHANGE_HEADER,
                                      .field = head_fields[i].field,
                                      .before = text_str(&was),
                                      .after = text_str(&is),
                                      .tells_people = head_fields[i].tells_people };
        if (r == 0 && strcmp(change.before, change.after) != 0) {
            r = change_add(in, change);
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

/* The action that is gone and has the text of one that is new: perhaps only its number changed. */
static const char *
renumbered_from(const struct diffing *in, const struct action *added)
{
    for (size_t i = 0; in->before && i < in->before->n_actions; i++) {
        const struct action *old = &in->before->actions[i];
        if (!plan_action(in->after, old->id) && strcmp(old->text, added->text) == 0) {
            return old->id;
        }
    }
    return "";
}

static int
action_added(struct diffing *in, const struct action *a)
{
    in->action = a->id;
    return change_add(in, (struct plan_change){ .kind = CHANGE_ADDED, .field = "action",
                                                .after = a->text, .tells_people = true,
                                                .like = renumbered_from(in, a) });
}

static int
action_removed(struct diffing *in, const struct action *a)
{
    in->action = a->id;
    return change_add(in, (struct plan_change){ .kind = CHANGE_REMOVED, .field = "action",
                                                .before = a->text, .tells_people = true });
}

static int
actions_compare(struct diffing *in)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < in->after->n_actions; i++) {
        const struct action *after = &in->after->actions[i];
        const struct action *before = plan_action(in->before, after->id);
        r = before ? action_compare(in, before, after) : action_added(in, after);
    }
    for (size_t i = 0; r == 0 && i < in->before->n_actions; i++) {
        const struct action *before = &in->before->actions[i];
        r = plan_action(in->after, before->id) ? 0 : action_removed(in, before);
    }
    return r;
}

static int
plan_added(struct diffing *in)
{
    in->action = "";
    int r = change_add(in, (struct plan_change){ .kind = CHANGE_PLAN_ADDED, .field = "plan",
                                                 .after = in->after->title,
                                                 .tells_people = true });
    for (size_t i = 0; r == 0 && i < in->after->n_actions; i++) {
        r = action_added(in, &in->after->actions[i]);
    }
    return r;
}

static int
plan_removed(struct diffing *in)
{
    in->action = "";
    return change_add(in, (struct plan_change){ .kind = CHANGE_PLAN_REMOVED, .field = "plan",
                                                .before = in->before->title,
                                                .tells_people = true });
}

static int
sets_compare(struct diffing *in, const struct plan_set *before, const struct plan_set *after)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < after->n_plans; i++) {
        in->after = &after->plans[i];
        in->before = before ? plan_by_id(before, in->after->id) : NULL;
        if (!in->before) {
            r = plan_added(in);
            continue;
        }
        r = head_compare(in);
        r = r < 0 ? r : actions_compare(in);
    }
    for (size_t i = 0; r == 0 && before && i < before->n_plans; i++) {
        in->before = &before->plans[i];
        in->after = NULL;
        r = plan_by_id(after, in->before->id) ? 0 : plan_removed(in);
    }
    return r;
}

int
plan_diff_make(const struct plan_set *before, const struct plan_set *after, struct plan_diff *ret)
{
    struct plan_diff diff = { .mem = arena_open() };
    if (!diff.mem) {
        return -ENOMEM;
    }
    struct diffing in = { .diff = &diff };
    int r = sets_compare(&in, before, after);
    if (r < 0) {
        plan_diff_done(&diff);
        return r;
    }
    *ret = diff;
    return 0;
}

void
plan_diff_done(struct plan_diff *diff)
{
    (void)arena_free(diff->mem);
    *diff = (struct plan_diff){ 0 };
}

void
plan_diff_print(const struct plan_diff *diff, struct text *out)
{
    for (size_t i = 0; i < diff->n; i++) {
        const struct plan_change *c = &diff->changes[i];
        text_addf(out, "%s %s%s", c->plan, c->action, c->action[0] ? " " : "");
        if (c->before[0] == '\0') {
            text_addf(out, "%s added: %s", c->field, c->after);
        } else if (c->after[0] == '\0') {
            text_addf(out, "%s removed: %s", c->field, c->before);
        } else {
            text_addf(out, "%s: %s -> %s", c->field, c->before, c->after);
        }
        if (c->like[0]) {
            text_addf(out, " (same words as %s, which is gone: renumbered?)", c->like);
        }
        text_add(out, c->tells_people ? " [people are told]\n" : "\n");
    }
}
