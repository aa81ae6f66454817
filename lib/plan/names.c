/* SPDX-License-Identifier: MIT */
/* names.c - who is meant: roles and forums by id, title or alias; groups; ways round in a graph. */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "plan/loader.h"

/* Letters and digits in lower case, & as "and", anything else as one space. */
struct plain {
    const char *s;
    const char *rest; /* what is left of an inserted word */
    bool was_space;
};

static char
plain_raw(struct plain *p)
{
    if (p->rest && *p->rest) {
        return *p->rest++;
    }
    unsigned char c = (unsigned char)*p->s;
    p->s += c != '\0';
    if (c == '&') {
        p->rest = "and ";
        return ' ';
    }
    return isalnum(c) || c >= 0x80 || c == '\0' ? (char)tolower(c) : ' ';
}

static char
plain_next(struct plain *p)
{
    char c = plain_raw(p);
    while (c == ' ' && p->was_space) {
        c = plain_raw(p);
    }
    p->was_space = c == ' ';
    return c;
}

static bool
plain_ends(const struct plain *p)
{
    return p->s[strspn(p->s, " .,;")] == '\0' && (!p->rest || *p->rest == '\0');
}

bool
name_is_same(const char *a, const char *b)
{
    struct plain pa = { .s = a, .was_space = true };
    struct plain pb = { .s = b, .was_space = true };
    for (;;) {
        char ca = plain_next(&pa);
        char cb = plain_next(&pb);
        bool ends_a = ca == '\0' || (ca == ' ' && plain_ends(&pa));
        bool ends_b = cb == '\0' || (cb == ' ' && plain_ends(&pb));
        if (ends_a || ends_b) {
            return ends_a && ends_b;
        }
        if (ca != cb) {
            return false;
        }
    }
}

static bool
role_is_called(const struct role *role, const char *name)
{
    bool is = name_is_same(role->title, name);
    for (size_t i = 0; !is && i < role->n_aliases; i++) {
        is = name_is_same(role->aliases[i], name);
    }
    return is;
}

const struct role *
plan_role(const struct plan_set *set, const char *id_or_title)
{
    const struct roster *r = &set->roster;
    for (size_t i = 0; i < r->n_roles; i++) {
        if (strcmp(r->roles[i].id, id_or_title) == 0) {
            return &r->roles[i];
        }
    }
    for (size_t i = 0; i < r->n_roles; i++) {
        if (role_is_called(&r->roles[i], id_or_title)) {
            return &r->roles[i];
        }
    }
    return NULL;
}

const struct forum *
plan_forum(const struct plan_set *set, const char *id)
{
    for (size_t i = 0; i < set->n_forums; i++) {
        if (strcmp(set->forums[i].id, id) == 0 || name_is_same(set->forums[i].title, id)) {
            return &set->forums[i];
        }
    }
    return NULL;
}

const struct role *
role_named(const struct loader *l, const struct yaml_node *node)
{
    if (yaml_is_null(node)) {
        return NULL;
    }
    if (node->kind != YAML_SCALAR) {
        yaml_error(l->doc, node, "name one role", "a role must be one word or title");
        return NULL;
    }
    const struct role *role = plan_role(l->set, node->text);
    if (!role && l->knows_roles) {
        yaml_error_near(l->doc, node, l->role_names, "add it to roster.yaml, or as an alias there",
                        "the roster has no role \"%s\"", node->text);
    }
    return role;
}

int
roles_named(const struct loader *l, const struct yaml_node *list, const char *name,
            struct role_list *ret)
{
    *ret = (struct role_list){ 0 };
    if (yaml_is_null(list)) {
        return 0;
    }
    if (list->kind != YAML_LIST) {
        yaml_error(l->doc, list, "write it as [one, two], or one \"- item\" a line",
                   "%s must be a list", name);
        return 0;
    }
    const struct role **roles = ARENA_LIST(l->mem, list->n, const struct role *);
    if (!roles) {
        return -ENOMEM;
    }
    size_t n = 0;
    for (const struct yaml_node *item = list->first; item; item = item->next) {
        const struct role *role = role_named(l, item);
        bool is_twice = false;
        for (size_t i = 0; role && i < n; i++) {
            is_twice = is_twice || roles[i] == role;
        }
        if (is_twice) {
            yaml_error(l->doc, item, "keep one of them", "%s is in %s twice", role->id, name);
        } else if (role) {
            roles[n++] = role;
        }
    }
    *ret = (struct role_list){ roles, n };
    return 0;
}

int
roles_expand(const struct loader *l, const struct role_list *named, struct role_list *ret)
{
    size_t n = 0;
    size_t depth = 1;
    memset(l->seen, 0, l->set->roster.n_roles * sizeof *l->seen);
    l->stack[0] = (struct level){ named->roles, named->n, 0 };
    while (depth > 0) {
        struct level *top = &l->stack[depth - 1];
        if (top->at == top->n) {
            depth--;
            continue;
        }
        const struct role *role = top->roles[top->at++];
        size_t i = (size_t)(role - l->set->roster.roles);
        if (l->seen[i]) { /* once only: also keeps a group that holds itself from going round */
            continue;
        }
        l->seen[i] = true;
        if (role->kind == ROLE_GROUP) {
            l->stack[depth++] = (struct level){ role->members, role->n_members, 0 };
        } else {
            l->found[n++] = role;
        }
    }
    const struct role **all = ARENA_LIST(l->mem, n, const struct role *);
    if (!all) {
        return -ENOMEM;
    }
    memcpy(all, l->found, n * sizeof(const struct role *));
    *ret = (struct role_list){ all, n };
    return 0;
}

const struct forum *
forum_named(const struct loader *l, const struct yaml_node *node)
{
    if (yaml_is_null(node)) {
        return NULL;
    }
    const struct forum *forum = plan_forum(l->set, node->text);
    if (forum || !l->knows_forums) {
        return forum;
    }
    const char *names[FORUMS_MAX + 1] = { NULL };
    for (size_t i = 0; i < l->set->n_forums; i++) {
        names[i] = l->set->forums[i].id;
    }
    yaml_error_near(l->doc, node, names, "add it to forums.yaml", "there is no forum \"%s\"",
                    node->text);
    return NULL;
}

/* Strikes out what leads nowhere or only to what is struck out, until nothing changes. What is left
 * goes round, or leads to what goes round. */
static void
strike_out(const struct graph *g, size_t *scratch)
{
    for (bool has_changed = true; has_changed;) {
        has_changed = false;
        for (size_t i = 0; i < g->n; i++) {
            bool leads_on = false;
            for (size_t k = 0; k < g->n_to[i]; k++) {
                leads_on = leads_on || scratch[g->to[i][k]] == 0;
            }
            if (scratch[i] == 0 && !leads_on) {
                scratch[i] = SIZE_MAX;
                has_changed = true;
            }
        }
    }
}

static size_t
next_left(const struct graph *g, size_t from, const size_t *scratch)
{
    for (size_t k = 0; k < g->n_to[from]; k++) {
        if (scratch[g->to[from][k]] != SIZE_MAX) {
            return g->to[from][k];
        }
    }
    return from; /* cannot be: what is left leads on */
}

size_t
graph_cycle(const struct graph *g, size_t *path, size_t *scratch)
{
    memset(scratch, 0, g->n * sizeof *scratch);
    strike_out(g, scratch);
    size_t at = 0;
    while (at < g->n && scratch[at] != 0) {
        at++;
    }
    if (at == g->n) {
        return 0;
    }
    size_t n = 0;
    for (; scratch[at] == 0; at = next_left(g, at, scratch)) {
        path[n++] = at;
        scratch[at] = n; /* its place in the path, from 1 */
    }
    size_t start = scratch[at] - 1;
    memmove(path, path + start, (n - start) * sizeof *path);
    return n - start;
}

day_t
date_named(const struct loader *l, const struct yaml_node *node)
{
    day_t day = DAY_NONE;
    if (yaml_is_null(node)) {
        return DAY_NONE;
    }
    if (node->kind != YAML_SCALAR || day_parse(node->text, &day) < 0) {
        yaml_error(l->doc, node, "dates are written year-month-day: 2015-01-14",
                   "there is no such date");
        return DAY_NONE;
    }
    return day;
}
