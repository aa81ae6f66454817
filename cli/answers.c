/* SPDX-License-Identifier: MIT */
/* answers.c - a script of dated answers, checked against the plans before anything is played. */
#include "answers.h"

#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"

static const char *const assume_words[] = { "none", "ontime", "late", NULL };

struct raw_script {
    int assume;
    const struct yaml_node *answers;
};
static const struct yaml_field script_fields[] = {
    YAML_FIELD_WORD("assume", struct raw_script, assume, YAML_OPTIONAL, assume_words),
    YAML_FIELD("answers", struct raw_script, answers, YAML_ITEMS, YAML_REQUIRED),
    YAML_FIELDS_END,
};

struct raw_answer {
    const char *on, *ref, *event, *as, *until, *comment, *evidence, *figure, *minute, *to, *plan;
    int64_t percent;
};
static const struct yaml_field answer_fields[] = {
    YAML_FIELD("on", struct raw_answer, on, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("ref", struct raw_answer, ref, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("event", struct raw_answer, event, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("as", struct raw_answer, as, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("until", struct raw_answer, until, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("comment", struct raw_answer, comment, YAML_PROSE, YAML_OPTIONAL),
    YAML_FIELD("evidence", struct raw_answer, evidence, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("figure", struct raw_answer, figure, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("minute", struct raw_answer, minute, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("to", struct raw_answer, to, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("plan", struct raw_answer, plan, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD_INT("percent", struct raw_answer, percent, YAML_OPTIONAL, 0, 100),
    YAML_FIELDS_END,
};

struct script {
    const struct yaml_doc *doc;
    const struct plan_set *set;
    day_t first;
};

static day_t
take_day(const struct script *s, const struct yaml_node *node, const char *key, const char *value)
{
    day_t day = DAY_NONE;
    if (value && day_parse(value, &day) < 0) {
        yaml_error(s->doc, yaml_get(node, key), "such as 2015-06-29", "%s is no date: \"%s\"", key,
                   value);
        return DAY_NONE;
    }
    return day;
}

static enum action_event
take_event(const struct script *s, const struct yaml_node *node, const char *word)
{
    const char *names[ACTION_EVENT_MAX_] = { NULL };
    enum action_event event = word ? action_event_parse(word) : ACTION_EV_NONE;
    size_t n = 0;
    for (int i = ACTION_EV_NONE + 1; i < ACTION_EVENT_MAX_; i++) {
        if (i != ACTION_EV_ACTIVATE) {
            names[n++] = action_event_name((enum action_event)i);
        }
    }
    if (word && (event == ACTION_EV_NONE || event == ACTION_EV_ACTIVATE)) {
        yaml_error_near(s->doc, yaml_get(node, "event"), names, "coprodctl help action update",
                        "people cause no event \"%s\"", word);
    }
    return event;
}

/* The role's id, whether its id, title or alias was written. */
static const char *
take_role(const struct script *s, const struct yaml_node *node, const char *key, const char *name)
{
    const struct role *role = name ? plan_role(s->set, name) : NULL;
    if (name && !role) {
        yaml_error(s->doc, yaml_get(node, key), "ids and titles are in roster.yaml",
                   "the roster knows no role \"%s\"", name);
    }
    return role ? role->id : "";
}

static void
check_ref(const struct script *s, const struct yaml_node *node, const char *plan, const char *ref)
{
    char action[PLAN_REF_MAX];
    size_t n = ref ? strcspn(ref, "/@") : 0;
    bool is_known = !ref || n >= sizeof action || strncmp(ref, "review/", 7) == 0;
    if (is_known) {
        return;
    }
    (void)memcpy(action, ref, n);
    action[n] = '\0';
    for (size_t i = 0; i < s->set->n_plans && !is_known; i++) {
        bool is_plan = !plan[0] || strcmp(s->set->plans[i].id, plan) == 0;
        is_known = is_plan && plan_action(&s->set->plans[i], action);
    }
    if (!is_known) {
        yaml_error(s->doc, yaml_get(node, "ref"), "an action such as 2b, or 1c/deliver@sdu-amh",
                   "no plan has the action \"%s\"", action);
    }
}

static void
take_answer(const struct script *s, const struct yaml_node *node, struct answer *ret)
{
    struct raw_answer raw = { .comment = "", .evidence = "", .minute = "", .plan = "", .to = NULL,
                              .percent = -1 };
    (void)yaml_read_map(s->doc, node, "an answer", answer_fields, &raw);
    check_ref(s, node, raw.plan, raw.ref);
    *ret = (struct answer){ .on = take_day(s, node, "on", raw.on), .line = node->line,
                            .col = node->col };
    ret->act = (struct act){ .plan = raw.plan, .ref = raw.ref, .on_behalf = "",
                             .event = take_event(s, node, raw.event),
                             .role = take_role(s, node, "as", raw.as), .comment = raw.comment,
                             .evidence = raw.evidence, .figure = raw.figure,
                             .minute = raw.minute,
                             .to = take_role(s, node, "to", raw.to), .percent = (int)raw.percent,
                             .date = take_day(s, node, "until", raw.until) };
    ret->act.actor = ret->act.role;
    if (ret->on != DAY_NONE && ret->on < s->first) {
        yaml_error(s->doc, yaml_get(node, "on"), "see --load",
                   "the plans are put in force after \"%s\"", raw.on);
    }
}

static int
by_day(const void *a, const void *b)
{
    const struct answer *x = a;
    const struct answer *y = b;
    if (x->on != y->on) {
        return x->on < y->on ? -1 : 1;
    }
    return x->line != y->line ? x->line - y->line : x->col - y->col;
}

int
answers_read(const char *path, const struct plan_set *set, day_t first, struct diag *d,
             struct answers *ret)
{
    struct raw_script raw = { 0 };
    int r = yaml_read_file(path, d, &ret->doc);
    if (r < 0) {
        return r;
    }
    const struct script s = { .doc = ret->doc, .set = set, .first = first };
    (void)yaml_read_map(s.doc, yaml_root(s.doc), "the script", script_fields, &raw);
    ret->path = path;
    ret->assume = raw.assume > 0 ? raw.assume - 1 : 0;
    ret->list = calloc(raw.answers && raw.answers->n ? raw.answers->n : 1, sizeof *ret->list);
    if (!ret->list) {
        return -ENOMEM;
    }
    for (const struct yaml_node *v = yaml_first(raw.answers); v; v = v->next) {
        take_answer(&s, v, &ret->list[ret->n++]);
    }
    if (ret->n > 1) {
        qsort(ret->list, ret->n, sizeof *ret->list, by_day);
    }
    return d->n_errors > 0 ? -EBADMSG : 0;
}

void
answers_done(struct answers *a)
{
    (void)yaml_doc_free(a->doc);
    free(a->list);
}

bool
answers_name(const struct answers *a, const char *action)
{
    size_t n = strlen(action);
    for (size_t i = 0; i < a->n; i++) {
        const char *ref = a->list[i].act.ref;
        if (strncmp(ref, action, n) == 0 && (ref[n] == '\0' || ref[n] == '/' || ref[n] == '@')) {
            return true;
        }
    }
    return false;
}
