/* SPDX-License-Identifier: MIT */
/* forums.c - forums.yaml and bank-holidays.yaml: who meets when, and which days are worked. */
#include <stdlib.h>
#include <string.h>

#include "plan/loader.h"

struct raw_forum {
    const char *id, *title;
    const struct yaml_node *secretary, *chair, *reports_to, *meetings, *meetings_rule;
    int64_t agenda_close_wd, papers_due_wd;
};
static const struct yaml_field forum_fields[] = {
    YAML_FIELD("id", struct raw_forum, id, YAML_ID, YAML_REQUIRED),
    YAML_FIELD_MAX("title", struct raw_forum, title, YAML_TEXT, YAML_REQUIRED, TEXT_NAME_MAX - 1),
    YAML_FIELD("secretary", struct raw_forum, secretary, YAML_ANY, YAML_OPTIONAL),
    YAML_FIELD("chair", struct raw_forum, chair, YAML_ANY, YAML_OPTIONAL),
    YAML_FIELD("reports_to", struct raw_forum, reports_to, YAML_ANY, YAML_OPTIONAL),
    YAML_FIELD_INT("agenda_close_wd", struct raw_forum, agenda_close_wd, YAML_OPTIONAL, 0, 60),
    YAML_FIELD_INT("papers_due_wd", struct raw_forum, papers_due_wd, YAML_OPTIONAL, 0, 60),
    YAML_FIELD("meetings", struct raw_forum, meetings, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD("meetings_rule", struct raw_forum, meetings_rule, YAML_KEYS, YAML_OPTIONAL),
    YAML_FIELDS_END,
};

struct raw_forums {
    const struct yaml_node *forums;
};
static const struct yaml_field forums_fields[] = {
    YAML_FIELD("forums", struct raw_forums, forums, YAML_ITEMS, YAML_REQUIRED),
    YAML_FIELDS_END,
};

/* Sorted, each once; `get` finds the date in an item. */
static int
days_read(const struct loader *l, const struct yaml_node *list,
          const struct yaml_node *(*get)(const struct loader *, const struct yaml_node *),
          const day_t **ret, size_t *ret_n)
{
    size_t cap = list ? list->n : 0;
    day_t *days = ARENA_LIST(l->mem, cap, day_t);
    if (!days) {
        return -ENOMEM;
    }
    size_t n = 0;
    for (const struct yaml_node *item = yaml_first(list); item; item = item->next) {
        day_t day = date_named(l, get(l, item));
        if (day != DAY_NONE) {
            days[n++] = day;
        }
    }
    qsort(days, n, sizeof *days, day_order);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        if (kept == 0 || days[kept - 1] != days[i]) {
            days[kept++] = days[i];
        }
    }
    *ret = days;
    *ret_n = kept;
    return 0;
}

static int
forum_read(const struct loader *l, const struct yaml_node *node, struct forum *forum,
           const struct yaml_node **ret_reports_to)
{
    struct raw_forum raw = { .id = "", .title = "", .agenda_close_wd = 10, .papers_due_wd = 5 };
    (void)yaml_read_map(l->doc, node, "the forum", forum_fields, &raw);
    forum->id = raw.id;
    forum->title = raw.title;
    forum->secretary = role_named(l, raw.secretary);
    forum->chair = role_named(l, raw.chair);
    forum->agenda_close_wd = (int)raw.agenda_close_wd;
    forum->papers_due_wd = (int)raw.papers_due_wd;
    if (raw.papers_due_wd > raw.agenda_close_wd) {
        yaml_error(l->doc, yaml_get(node, "papers_due_wd"), "the agenda closes first",
                   "papers of forum %s are due before its agenda closes", raw.id);
    }
    *ret_reports_to = raw.reports_to;
    return meetings_read(l, raw.meetings, raw.meetings_rule, forum);
}

static void
check_forum(const struct loader *l, const struct forum *forums, size_t i,
            const struct yaml_node *node)
{
    for (size_t k = 0; k < i; k++) {
        if (strcmp(forums[k].id, forums[i].id) == 0) {
            yaml_error(l->doc, yaml_get(node, "id"), NULL, "two forums have the id \"%s\"",
                       forums[i].id);
        }
    }
    const struct forum *up = forums[i].reports_to;
    for (size_t hops = 0; up && hops <= l->set->n_forums; hops++) {
        if (up == &forums[i]) {
            yaml_error(l->doc, yaml_get(node, "reports_to"), NULL,
                       "forum %s reports to itself in the end", forums[i].id);
            return;
        }
        up = up->reports_to;
    }
}

int
forums_read(struct loader *l)
{
    struct raw_forums raw = { 0 };
    const struct yaml_node *up[FORUMS_MAX] = { NULL };
    (void)yaml_read_map(l->doc, yaml_root(l->doc), "the forums", forums_fields, &raw);
    size_t n = raw.forums ? raw.forums->n : 0;
    if (n > FORUMS_MAX) {
        yaml_error(l->doc, raw.forums, NULL, "more than %d forums", FORUMS_MAX);
        n = 0;
    }
    struct forum *forums = ARENA_LIST(l->mem, n, struct forum);
    int r = forums ? 0 : -ENOMEM;
    const struct yaml_node *item = yaml_first(raw.forums);
    l->knows_forums = raw.forums && n == raw.forums->n;
    for (size_t i = 0; r == 0 && i < n; i++, item = item->next) {
        r = forum_read(l, item, &forums[i], &up[i]);
        l->knows_forums = l->knows_forums && forums[i].id[0] && forums[i].title[0];
    }
    if (r < 0) {
        return r;
    }
    l->set->forums = forums;
    l->set->n_forums = n;
    for (size_t i = 0; i < n; i++) {
        forums[i].reports_to = forum_named(l, up[i]);
    }
    item = yaml_first(raw.forums);
    for (size_t i = 0; i < n; i++, item = item->next) {
        check_forum(l, forums, i, item);
    }
    return 0;
}

/* --- the calendar ------------------------------------------------------------------------- */

struct raw_closed {
    const struct yaml_node *on;
    const char *name;
};
static const struct yaml_field closed_fields[] = {
    YAML_FIELD("on", struct raw_closed, on, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD("name", struct raw_closed, name, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELDS_END,
};

struct raw_calendar {
    const char *calendar;
    const struct yaml_node *closed, *extra_closed, *extra_open;
};
static const struct yaml_field calendar_fields[] = {
    YAML_FIELD("calendar", struct raw_calendar, calendar, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("closed", struct raw_calendar, closed, YAML_ITEMS, YAML_REQUIRED),
    YAML_FIELD("extra_closed", struct raw_calendar, extra_closed, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD("extra_open", struct raw_calendar, extra_open, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELDS_END,
};

/* A day with a name, {on: 2015-04-03, name: Good Friday}, or a bare date. */
static const struct yaml_node *
named_day(const struct loader *l, const struct yaml_node *item)
{
    if (item->kind == YAML_SCALAR) {
        return item;
    }
    struct raw_closed raw = { 0 };
    (void)yaml_read_map(l->doc, item, "a closed day", closed_fields, &raw);
    return raw.on;
}

int
calendar_read(struct loader *l)
{
    struct raw_calendar raw = { 0 };
    const day_t *bank = NULL;
    const day_t *extra = NULL;
    size_t n_bank = 0;
    size_t n_extra = 0;
    struct calendar *c = &l->set->calendar;
    (void)yaml_read_map(l->doc, yaml_root(l->doc), "the calendar", calendar_fields, &raw);
    int r = days_read(l, raw.closed, named_day, &bank, &n_bank);
    r = r < 0 ? r : days_read(l, raw.extra_closed, named_day, &extra, &n_extra);
    r = r < 0 ? r : days_read(l, raw.extra_open, named_day, &c->opened, &c->n_opened);
    day_t *closed = r < 0 ? NULL : ARENA_LIST(l->mem, n_bank + n_extra, day_t);
    if (!closed) {
        return -ENOMEM;
    }
    size_t n = 0;
    size_t a = 0;
    size_t b = 0;
    while (a < n_bank || b < n_extra) { /* both sorted: one sorted list, each day once */
        bool is_bank = b == n_extra || (a < n_bank && bank[a] <= extra[b]);
        day_t day = is_bank ? bank[a++] : extra[b++];
        if (n == 0 || closed[n - 1] != day) {
            closed[n++] = day;
        }
    }
    c->closed = closed;
    c->n_closed = n;
    c->last_listed = n_bank > 0 ? bank[n_bank - 1] : DAY_NONE;
    return 0;
}
