/* SPDX-License-Identifier: MIT */
/* meetings.c - when a forum meets: dates as listed, and by a rule, less those that fall out. */
#include <stdlib.h>
#include <string.h>

#include "base/recur.h"
#include "plan/loader.h"

enum { RULE_YEARS = 20, RULE_DAYS = RULE_YEARS * 366 /* a rule without end ends here */ };

struct raw_rule {
    const char *rule;
    const struct yaml_node *first, *except;
};
static const struct yaml_field rule_fields[] = {
    YAML_FIELD("rule", struct raw_rule, rule, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("first", struct raw_rule, first, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD("except", struct raw_rule, except, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELDS_END,
};

struct day_list { /* under way */
    day_t days[MEETINGS_MAX];
    size_t n;
};

/* A day that the rule does not give cannot fall out: the date is a slip. */
static void
take_out(const struct loader *l, struct day_list *m, const struct yaml_node *item)
{
    day_t day = date_named(l, item);
    for (size_t i = 0; day != DAY_NONE && i < m->n; i++) {
        if (m->days[i] == day) {
            m->n--;
            memmove(&m->days[i], &m->days[i + 1], (m->n - i) * sizeof m->days[0]);
            return;
        }
    }
    if (day != DAY_NONE) {
        yaml_error(l->doc, item, NULL, "the rule gives no meeting on %s", item->text);
    }
}

static void
add_by_rule(const struct loader *l, const struct yaml_node *node, struct day_list *m)
{
    struct raw_rule raw = { .rule = NULL };
    struct err why = { "" };
    (void)yaml_read_map(l->doc, node, "the rule of meetings", rule_fields, &raw);
    day_t first = date_named(l, raw.first);
    if (!raw.rule || first == DAY_NONE) {
        return;
    }
    struct recur_span span = { first, first + RULE_DAYS };
    int r = recur_days(raw.rule, &span, m->days, LENGTH(m->days), &m->n, &why);
    if (r < 0) {
        m->n = 0;
        yaml_error(l->doc, yaml_get(node, "rule"),
                   "for example FREQ=MONTHLY;BYDAY=4WE, every fourth Wednesday",
                   "the rule cannot be used: %s", why.text);
        return;
    }
    if (m->n == 0) {
        yaml_error(l->doc, yaml_get(node, "rule"), NULL, "the rule gives no day at all");
    }
    for (const struct yaml_node *item = yaml_first(raw.except); item; item = item->next) {
        take_out(l, m, item);
    }
}

static void
add_listed(const struct loader *l, const struct yaml_node *list, struct day_list *m)
{
    for (const struct yaml_node *item = yaml_first(list); item; item = item->next) {
        day_t day = date_named(l, item);
        if (day != DAY_NONE && m->n == LENGTH(m->days)) {
            yaml_error(l->doc, item, NULL, "more than %d meetings of one forum", MEETINGS_MAX);
            return;
        }
        if (day != DAY_NONE) {
            m->days[m->n++] = day;
        }
    }
}

static void
warn_of_rest_days(const struct loader *l, const struct forum *forum, const struct yaml_node *at)
{
    char day[DAY_TEXT_MAX];
    for (size_t i = 0; i < forum->n_meetings; i++) {
        if (!calendar_is_working(&l->set->calendar, forum->meetings[i])) {
            yaml_warn(l->doc, at,
                      "it stays where it is; where it is moved, put the day under \"except\" and "
                      "the new one under \"meetings\"",
                      "the meeting of %s is on no working day",
                      day_format(forum->meetings[i], day));
            return; /* one says it; a rule may give dozens */
        }
    }
}

int
meetings_read(const struct loader *l, const struct yaml_node *listed, const struct yaml_node *rule,
              struct forum *forum)
{
    AUTO_FREE struct day_list *m = calloc(1, sizeof *m);
    if (!m) {
        return -ENOMEM;
    }
    if (!yaml_is_null(rule)) {
        add_by_rule(l, rule, m);
    }
    add_listed(l, listed, m);
    day_t *days = ARENA_LIST(l->mem, m->n, day_t);
    if (!days) {
        return -ENOMEM;
    }
    qsort(m->days, m->n, sizeof m->days[0], day_order);
    size_t kept = 0;
    for (size_t i = 0; i < m->n; i++) {
        if (kept == 0 || days[kept - 1] != m->days[i]) {
            days[kept++] = m->days[i];
        }
    }
    forum->meetings = days;
    forum->n_meetings = kept;
    warn_of_rest_days(l, forum, yaml_is_null(rule) ? listed : rule);
    return 0;
}
