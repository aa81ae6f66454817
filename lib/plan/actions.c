/* SPDX-License-Identifier: MIT */
/* actions.c - the objectives of a plan and their actions, checked one by one and together. */
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "plan/loader.h"
#include "plan/timescale.h"

static const char *const completion_words[] = { "owner", "any", "all", NULL };
static const char *const then_words[] = { "quarterly", "annual", NULL };
static const char *const split_words[] = { "unit", NULL };

struct raw_action {
    const struct yaml_node *node;
    const char *id, *text, *metric, *comment, *coproduced_with;
    int completion, then, split_by;
    const struct yaml_node *leads, *supports, *coordinator, *timescale, *depends_on, *milestones,
        *completed, *moved;
    const char *renames;
    bool is_new;
};
static const struct yaml_field action_fields[] = {
    YAML_FIELD("id", struct raw_action, id, YAML_ID, YAML_REQUIRED),
    YAML_FIELD_MAX("text", struct raw_action, text, YAML_PROSE, YAML_REQUIRED, TEXT_FIELD_MAX),
    YAML_FIELD("leads", struct raw_action, leads, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD("timescale", struct raw_action, timescale, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD_MAX("metric", struct raw_action, metric, YAML_PROSE, YAML_OPTIONAL, TEXT_FIELD_MAX),
    YAML_FIELD_WORD("completion", struct raw_action, completion, YAML_OPTIONAL, completion_words),
    YAML_FIELD_WORD("split_by", struct raw_action, split_by, YAML_OPTIONAL, split_words),
    YAML_FIELD("supports", struct raw_action, supports, YAML_ANY, YAML_OPTIONAL),
    YAML_FIELD("coordinator", struct raw_action, coordinator, YAML_ANY, YAML_OPTIONAL),
    YAML_FIELD("coproduced_with", struct raw_action, coproduced_with, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("depends_on", struct raw_action, depends_on, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD_WORD("then", struct raw_action, then, YAML_OPTIONAL, then_words),
    YAML_FIELD("milestones", struct raw_action, milestones, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD("completed", struct raw_action, completed, YAML_KEYS, YAML_OPTIONAL),
    YAML_FIELD("comment", struct raw_action, comment, YAML_PROSE, YAML_OPTIONAL),
    YAML_FIELD("moved", struct raw_action, moved, YAML_KEYS, YAML_OPTIONAL),
    YAML_FIELD("renames", struct raw_action, renames, YAML_ID, YAML_OPTIONAL),
    YAML_FIELD("new", struct raw_action, is_new, YAML_BOOL, YAML_OPTIONAL),
    YAML_FIELDS_END,
};

struct raw_objective {
    const char *id, *text;
    const struct yaml_node *actions;
};
static const struct yaml_field objective_fields[] = {
    YAML_FIELD("id", struct raw_objective, id, YAML_ID, YAML_REQUIRED),
    YAML_FIELD("text", struct raw_objective, text, YAML_PROSE, YAML_REQUIRED),
    YAML_FIELD("actions", struct raw_objective, actions, YAML_ITEMS, YAML_REQUIRED),
    YAML_FIELDS_END,
};

struct raw_milestone {
    const char *id, *text;
    const struct yaml_node *by;
};
static const struct yaml_field milestone_fields[] = {
    YAML_FIELD("id", struct raw_milestone, id, YAML_ID, YAML_REQUIRED),
    YAML_FIELD("text", struct raw_milestone, text, YAML_PROSE, YAML_REQUIRED),
    YAML_FIELD("by", struct raw_milestone, by, YAML_ANY, YAML_OPTIONAL),
    YAML_FIELDS_END,
};

struct raw_completed {
    const struct yaml_node *on;
    const char *evidence, *sha256;
};
static const struct yaml_field completed_fields[] = {
    YAML_FIELD("on", struct raw_completed, on, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD("evidence", struct raw_completed, evidence, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("sha256", struct raw_completed, sha256, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELDS_END,
};

struct raw_move {
    const struct yaml_node *to;
    const char *reason, *minute;
};
static const struct yaml_field move_fields[] = {
    YAML_FIELD("to", struct raw_move, to, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD("reason", struct raw_move, reason, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("minute", struct raw_move, minute, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELDS_END,
};

/* What the readers of one plan's actions share. */
struct reading {
    const struct loader *l;
    const struct plan *plan;
    struct action *actions;
    struct raw_action *raw;
    size_t n;
};

struct timescale
timescale_named(const struct loader *l, const struct yaml_node *node, enum quarter_basis basis)
{
    struct timescale t = { .raw = "", .first = DAY_NONE, .last = DAY_NONE };
    struct timescale_fault fault = { .hint = NULL };
    if (yaml_is_null(node)) {
        return t;
    }
    if (node->kind != YAML_SCALAR || text_has_control(node->text)) {
        yaml_error(l->doc, node, "such as Q1 2015", "a timescale must be one line of text");
    } else if (timescale_parse(node->text, basis, &t, &fault) < 0 && fault.lacks_basis) {
        l->bare->first = l->bare->first ? l->bare->first : node;
        l->bare->n++;
    } else if (t.last == DAY_NONE) {
        yaml_error(l->doc, node, fault.hint, "%s", fault.what.text);
    }
    t.at = node;
    return t;
}

struct plan_move
move_named(const struct loader *l, const struct yaml_node *node, const struct timescale *now,
           enum quarter_basis basis)
{
    struct raw_move raw = { .reason = NULL };
    if (!node) {
        return (struct plan_move){ .reason = NULL };
    }
    (void)yaml_read_map(l->doc, node, "moved", move_fields, &raw);
    struct timescale to = timescale_named(l, raw.to, basis);
    if (to.last != DAY_NONE && to.last == now->last) {
        return (struct plan_move){ raw.reason, raw.minute };
    }
    if (to.last != DAY_NONE && now->last != DAY_NONE) {
        yaml_warn(l->doc, raw.to, "remove moved:, or let it say what was decided last",
                  "moved: is about %.40s, but the timescale is %.40s", to.raw, now->raw);
    }
    return (struct plan_move){ .reason = NULL };
}

static day_t
due_of(const struct loader *l, const struct timescale *t)
{
    return t->last == DAY_NONE ? DAY_NONE : calendar_roll_back(&l->set->calendar, t->last);
}

/* --- leads -------------------------------------------------------------------------------- */

static void
check_units(const struct loader *l, const struct raw_action *raw, const struct action *a)
{
    if (a->completion != COMPLETION_ALL) {
        yaml_error(l->doc, yaml_get(raw->node, "split_by"), "say completion: all",
                   "action %s is split, but not every part has to be done", a->id);
        return;
    }
    for (size_t i = 0; i < a->leads.n; i++) {
        const struct role *role = a->leads.roles[i];
        if (!role->unit) {
            yaml_error(l->doc, raw->leads, "give the role a unit: in the roster",
                       "action %s is split by unit, but %s belongs to none", a->id, role->id);
        }
        for (size_t k = 0; role->unit && k < i; k++) {
            if (a->leads.roles[k]->unit == role->unit && role->unit->id[0]) {
                yaml_error(l->doc, raw->leads, NULL, "%s and %s both answer for unit %s",
                           a->leads.roles[k]->id, role->id, role->unit->id);
            }
        }
    }
}

/* Who cannot be reached is told now, not on the day of the first reminder. */
static void
check_reach(const struct loader *l, const struct raw_action *raw, const struct action *a)
{
    for (size_t i = 0; i < a->accountable.n; i++) {
        const struct role *role = a->accountable.roles[i];
        if (role->kind == ROLE_EXTERNAL) {
            yaml_error(l->doc, raw->leads, "name who in the trust answers for it; use supports:",
                       "%s is outside the trust and cannot lead action %s", role->id, a->id);
        } else if (role->is_vacant) {
            yaml_warn(l->doc, raw->leads, "the owner is told until somebody holds it",
                      "nobody holds %s: action %s is unassigned", role->id, a->id);
        } else if (role->email[0] == '\0') {
            yaml_warn(l->doc, raw->leads, "give the role an email: in the roster",
                      "%s has no address: nobody can be reminded of action %s", role->id, a->id);
        }
    }
}

static int
leads_read(const struct loader *l, const struct raw_action *raw, struct action *a)
{
    int r = roles_named(l, raw->leads, "leads", &a->leads_named);
    r = r < 0 ? r : roles_expand(l, &a->leads_named, &a->leads);
    r = r < 0 ? r : roles_named(l, raw->supports, "supports", &a->supports);
    if (r < 0) {
        return r;
    }
    if (raw->leads && raw->leads->kind == YAML_LIST && raw->leads->n == 0) {
        yaml_error(l->doc, raw->leads, NULL, "action %s has no lead", a->id);
    }
    a->completion = (enum completion)raw->completion;
    if (a->completion == COMPLETION_NONE) {
        a->completion = COMPLETION_OWNER;
        if (a->leads.n > 1) {
            yaml_warn(l->doc, raw->leads,
                      "completion: owner (the first answers), any (one is enough) or all",
                      "action %s has %zu leads and no completion: the first named answers for it",
                      a->id, a->leads.n);
        }
    }
    /* With an owner the first named answers; a group in first place answers as a whole. */
    struct role_list answers = a->leads_named;
    answers.n = a->completion == COMPLETION_OWNER && answers.n > 1 ? 1 : answers.n;
    r = roles_expand(l, &answers, &a->accountable);
    if (r < 0) {
        return r;
    }
    a->is_split_by_unit = raw->split_by != 0;
    if (a->is_split_by_unit) {
        check_units(l, raw, a);
    }
    check_reach(l, raw, a);
    return 0;
}

/* --- one action --------------------------------------------------------------------------- */

/* Mails say it as one paragraph, whatever line breaks it is written with. */
static const char *
one_paragraph(const struct loader *l, const char *prose)
{
    char *copy = arena_text(l->mem, prose);
    for (char *p = copy; p && *p; p++) {
        *p = *p == '\n' || *p == '\t' || *p == '\r' ? ' ' : *p;
    }
    return copy ? copy : prose;
}

/* Its words are told in each mail about it; a day after the whole is due is no step towards it. */
static void
check_milestone(const struct loader *l, const struct yaml_node *item, const struct action *a,
                const struct milestone *m)
{
    if (strlen(m->text) > MILESTONE_TEXT_MAX) {
        yaml_error(l->doc, yaml_get(item, "text"), "say it shorter",
                   "the text of milestone %s has more than %d bytes", m->id, MILESTONE_TEXT_MAX);
    }
    if (m->due != DAY_NONE && a->due != DAY_NONE && m->due > a->due
        && a->when.kind == TIMESCALE_BY) {
        yaml_error(l->doc, yaml_get(item, "by"), "a step comes before the whole",
                   "milestone %s is due after action %s itself", m->id, a->id);
    }
}

static int
milestones_read(const struct reading *in, const struct raw_action *raw, struct action *a)
{
    const struct loader *l = in->l;
    size_t n = raw->milestones ? raw->milestones->n : 0;
    struct milestone *list = ARENA_LIST(l->mem, n, struct milestone);
    if (!list) {
        return -ENOMEM;
    }
    const struct yaml_node *item = yaml_first(raw->milestones);
    for (size_t i = 0; i < n; i++, item = item->next) {
        struct raw_milestone m = { .id = "", .text = "" };
        (void)yaml_read_map(l->doc, item, "the milestone", milestone_fields, &m);
        struct timescale t = timescale_named(l, m.by, in->plan->quarter_basis);
        list[i] = (struct milestone){ m.id, one_paragraph(l, m.text), due_of(l, &t), t.raw };
        check_milestone(l, item, a, &list[i]);
        for (size_t k = 0; k < i; k++) {
            if (strcmp(list[k].id, m.id) == 0) {
                yaml_error(l->doc, yaml_get(item, "id"), NULL,
                           "two milestones of action %s have the id \"%s\"", a->id, m.id);
            }
        }
    }
    a->milestones = list;
    a->n_milestones = n;
    return 0;
}

static void
completed_read(const struct loader *l, const struct raw_action *raw, struct action *a)
{
    a->completed_on = DAY_NONE;
    a->evidence = "";
    a->sha256 = NULL;
    if (!raw->completed) {
        return;
    }
    struct digest sum;
    struct raw_completed done = { .evidence = "" };
    (void)yaml_read_map(l->doc, raw->completed, "completed", completed_fields, &done);
    a->completed_on = date_named(l, done.on);
    a->evidence = done.evidence;
    a->sha256 = done.sha256;
    if (done.sha256 && hash_parse(done.sha256, &sum) < 0) {
        yaml_error(l->doc, yaml_get(raw->completed, "sha256"), "as sha256sum prints it",
                   "a SHA-256 is 64 hexadecimal digits");
    }
}

static int
action_read(const struct reading *in, size_t i, const struct yaml_node *node, size_t objective)
{
    const struct loader *l = in->l;
    struct raw_action *raw = &in->raw[i];
    struct action *a = &in->actions[i];
    *raw = (struct raw_action){ .node = node, .id = "", .text = "", .comment = "",
                                .coproduced_with = "" };
    struct err what = { "an action" };
    const struct yaml_node *id = yaml_get(node, "id");
    if (id && id->kind == YAML_SCALAR) {
        (void)err_set(&what, 0, "action %.64s", id->text);
    }
    (void)yaml_read_map(l->doc, node, what.text, action_fields, raw);
    a->id = raw->id;
    a->text = one_paragraph(l, raw->text);
    a->objective = objective;
    a->metric = raw->metric ? one_paragraph(l, raw->metric) : NULL;
    a->comment = raw->comment;
    a->coproduced_with = raw->coproduced_with;
    a->is_coproduced = raw->coproduced_with[0] != '\0';
    a->coordinator = role_named(l, raw->coordinator);
    a->when = timescale_named(l, raw->timescale, in->plan->quarter_basis);
    a->due = due_of(l, &a->when);
    a->then = (enum follow_up)raw->then;
    a->moved = move_named(l, raw->moved, &a->when, in->plan->quarter_basis);
    a->renames = raw->renames;
    a->is_new = raw->is_new;
    a->line = node->line;
    a->col = node->col;
    if (a->then != FOLLOW_NONE && a->when.kind == TIMESCALE_FROM) {
        yaml_error(l->doc, yaml_get(node, "then"), "remove it",
                   "action %s begins a series: nothing follows it", a->id);
    }
    completed_read(l, raw, a);
    int r = leads_read(l, raw, a);
    return r < 0 ? r : milestones_read(in, raw, a);
}

/* --- actions together --------------------------------------------------------------------- */

static size_t
action_index(const struct reading *in, const char *id)
{
    size_t i = 0;
    while (i < in->n && strcmp(in->actions[i].id, id) != 0) {
        i++;
    }
    return i;
}

static void
check_twice(const struct reading *in, size_t i)
{
    const char *id = in->actions[i].id;
    size_t first = action_index(in, id);
    if (id[0] && first < i) {
        yaml_error(in->l->doc, yaml_get(in->raw[i].node, "id"),
                   "an id is for ever: choose a new one",
                   "two actions have the id \"%s\"; the first is in line %d", id,
                   in->actions[first].line);
    }
}

static void
check_renamed(const struct reading *in, size_t i)
{
    const struct action *a = &in->actions[i];
    const struct yaml_node *at = yaml_get(in->raw[i].node, "renames");
    size_t other = a->renames ? action_index(in, a->renames) : in->n;
    if (other < in->n && other != i) {
        yaml_error(in->l->doc, at, "name the id that it had before",
                   "action %s cannot be what %s was: %s is in line %d", a->id, a->renames,
                   a->renames, in->actions[other].line);
    }
    for (size_t k = 0; a->renames && k < i; k++) {
        if (in->actions[k].renames && strcmp(in->actions[k].renames, a->renames) == 0) {
            yaml_error(in->l->doc, at, NULL, "actions %s and %s cannot both be what %s was",
                       in->actions[k].id, a->id, a->renames);
        }
    }
    if (a->renames && a->is_new) {
        yaml_error(in->l->doc, at, "remove one of the two", "action %s is either new or renamed",
                   a->id);
    }
}

static int
depends_read(const struct reading *in, const struct yaml_node *list, size_t **ret, size_t *ret_n)
{
    const struct loader *l = in->l;
    size_t *to = ARENA_LIST(l->mem, list ? list->n : 0, size_t);
    const char **ids = ARENA_LIST(l->mem, in->n + 1, const char *);
    if (!to || !ids) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < in->n; i++) {
        ids[i] = in->actions[i].id;
    }
    size_t n = 0;
    for (const struct yaml_node *item = yaml_first(list); item; item = item->next) {
        size_t i = action_index(in, item->text);
        if (i < in->n && item->text[0]) {
            to[n++] = i;
        } else if (l->knows_actions) {
            yaml_error_near(l->doc, item, ids, "name an action of this plan by its id",
                            "there is no action \"%s\"", item->text);
        }
    }
    *ret = to;
    *ret_n = n;
    return 0;
}

static int
check_cycles(const struct reading *in)
{
    struct arena *mem = in->l->mem;
    const size_t **to = ARENA_LIST(mem, in->n, const size_t *);
    size_t *n_to = ARENA_LIST(mem, in->n, size_t);
    size_t *path = ARENA_LIST(mem, in->n, size_t);
    size_t *scratch = ARENA_LIST(mem, in->n, size_t);
    if (!to || !n_to || !path || !scratch) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < in->n; i++) {
        to[i] = in->actions[i].depends_on;
        n_to[i] = in->actions[i].n_depends_on;
    }
    size_t len = graph_cycle(&(struct graph){ in->n, to, n_to }, path, scratch);
    AUTO_TEXT struct text way = { 0 };
    for (size_t i = 0; i < len; i++) {
        text_addf(&way, "%s > ", in->actions[path[i]].id);
    }
    if (len > 0) {
        yaml_error(in->l->doc, in->raw[path[0]].depends_on, "one of them must come first",
                   "actions wait for each other: %s%s", text_str(&way), in->actions[path[0]].id);
    }
    return 0;
}

static int
objective_read(const struct reading *in, const struct yaml_node *node, struct objective *ret,
               const struct yaml_node **ret_actions)
{
    struct raw_objective raw = { .id = "", .text = "" };
    (void)yaml_read_map(in->l->doc, node, "the objective", objective_fields, &raw);
    *ret = (struct objective){ raw.id, raw.text };
    *ret_actions = raw.actions;
    for (size_t k = 0; k < in->plan->n_objectives; k++) {
        if (raw.id[0] && strcmp(in->plan->objectives[k].id, raw.id) == 0) {
            yaml_error(in->l->doc, yaml_get(node, "id"), NULL, "two objectives have the id \"%s\"",
                       raw.id);
        }
    }
    return 0;
}

static size_t
actions_count(const struct yaml_node *objectives)
{
    size_t n = 0;
    for (const struct yaml_node *o = yaml_first(objectives); o; o = o->next) {
        const struct yaml_node *list = yaml_get(o, "actions");
        n += list && list->kind == YAML_LIST ? list->n : 0;
    }
    return n;
}

int
actions_read(struct loader *l, struct plan *plan, const struct yaml_node *objectives)
{
    size_t n = actions_count(objectives);
    struct reading in = { .l = l, .plan = plan };
    if (n > PLAN_ACTIONS_MAX) {
        yaml_error(l->doc, objectives, "split the plan", "more than %d actions", PLAN_ACTIONS_MAX);
        return 0;
    }
    size_t n_objectives = objectives ? objectives->n : 0;
    struct objective *list = ARENA_LIST(l->mem, n_objectives, struct objective);
    in.actions = ARENA_LIST(l->mem, n, struct action);
    in.raw = ARENA_LIST(l->mem, n, struct raw_action);
    int r = list && in.actions && in.raw ? 0 : -ENOMEM;
    plan->objectives = list;
    plan->n_objectives = 0;
    l->knows_actions = objectives != NULL;
    for (const struct yaml_node *o = yaml_first(objectives); r == 0 && o; o = o->next) {
        const struct yaml_node *items = NULL;
        r = objective_read(&in, o, &list[plan->n_objectives], &items);
        l->knows_actions = l->knows_actions && items;
        for (const struct yaml_node *a = yaml_first(items); r == 0 && a && in.n < n; a = a->next) {
            r = action_read(&in, in.n, a, plan->n_objectives);
            l->knows_actions = l->knows_actions && in.actions[in.n++].id[0];
        }
        plan->n_objectives++;
    }
    for (size_t i = 0; r == 0 && i < in.n; i++) {
        size_t *to = NULL;
        check_twice(&in, i);
        check_renamed(&in, i);
        r = depends_read(&in, in.raw[i].depends_on, &to, &in.actions[i].n_depends_on);
        in.actions[i].depends_on = to;
    }
    plan->actions = in.actions;
    plan->n_actions = in.n;
    return r < 0 ? r : check_cycles(&in);
}

const char *
completion_name(enum completion c)
{
    return c > COMPLETION_NONE && c <= COMPLETION_ALL ? completion_words[c - 1] : "";
}
