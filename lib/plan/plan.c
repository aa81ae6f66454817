/* SPDX-License-Identifier: MIT */
/* plan.c - the head of a plan file, its areas and history; and plan_set, the whole. */
#include "plan/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/conf.h"
#include "base/text.h"
#include "plan/loader.h"
#include "plan/timescale.h"

static const char *const basis_words[] = { "calendar", "financial", NULL };

struct raw_plan {
    const struct yaml_node *plan, *objectives, *areas, *history;
};
static const struct yaml_field plan_fields[] = {
    YAML_FIELD("plan", struct raw_plan, plan, YAML_KEYS, YAML_REQUIRED),
    YAML_FIELD("objectives", struct raw_plan, objectives, YAML_ITEMS, YAML_REQUIRED),
    YAML_FIELD("areas", struct raw_plan, areas, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD("history", struct raw_plan, history, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELDS_END,
};

enum { RETURN_DUE_WD = 10, RETURN_DUE_MAX = 60 };

struct raw_head {
    const char *id, *title, *version, *document_type, *interval, *url, *formats_contact;
    int basis;
    const struct yaml_node *ratified_on, *ratified_by, *review, *review_moved;
    const struct yaml_node *owner, *reviewer, *verifier, *forum;
    int64_t return_due_wd;
};
static const struct yaml_field head_fields[] = {
    YAML_FIELD("id", struct raw_head, id, YAML_ID, YAML_REQUIRED),
    YAML_FIELD_MAX("title", struct raw_head, title, YAML_TEXT, YAML_REQUIRED, TEXT_LINE_MAX - 1),
    YAML_FIELD_MAX("version", struct raw_head, version, YAML_TEXT, YAML_REQUIRED,
                   TEXT_LINE_MAX - 1),
    YAML_FIELD("document_type", struct raw_head, document_type, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("ratified_on", struct raw_head, ratified_on, YAML_ANY, YAML_OPTIONAL),
    YAML_FIELD("ratified_by", struct raw_head, ratified_by, YAML_ANY, YAML_OPTIONAL),
    YAML_FIELD("review_interval", struct raw_head, interval, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("review", struct raw_head, review, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD("review_moved", struct raw_head, review_moved, YAML_KEYS, YAML_OPTIONAL),
    YAML_FIELD("owner", struct raw_head, owner, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD("reviewer", struct raw_head, reviewer, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD("verifier", struct raw_head, verifier, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD("forum", struct raw_head, forum, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD_WORD("quarter_basis", struct raw_head, basis, YAML_OPTIONAL, basis_words),
    YAML_FIELD_INT("return_due_wd", struct raw_head, return_due_wd, YAML_OPTIONAL, 0,
                   RETURN_DUE_MAX),
    YAML_FIELD_MAX("url", struct raw_head, url, YAML_TEXT, YAML_OPTIONAL, TEXT_FIELD_MAX),
    YAML_FIELD_MAX("formats_contact", struct raw_head, formats_contact, YAML_TEXT, YAML_OPTIONAL,
                   TEXT_LINE_MAX - 1),
    YAML_FIELDS_END,
};

struct raw_area {
    const char *text;
    const struct yaml_node *actions;
};
static const struct yaml_field area_fields[] = {
    YAML_FIELD("text", struct raw_area, text, YAML_PROSE, YAML_REQUIRED),
    YAML_FIELD("actions", struct raw_area, actions, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELDS_END,
};

struct raw_circulation {
    const char *version, *to, *summary;
    const struct yaml_node *on;
};
static const struct yaml_field circulation_fields[] = {
    YAML_FIELD("version", struct raw_circulation, version, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("on", struct raw_circulation, on, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD("to", struct raw_circulation, to, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("summary", struct raw_circulation, summary, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELDS_END,
};

/* --- the head ----------------------------------------------------------------------------- */

static const struct role *
post_named(const struct loader *l, const struct yaml_node *node, const char *what)
{
    const struct role *role = role_named(l, node);
    if (role && (role->kind == ROLE_GROUP || role->kind == ROLE_EXTERNAL)) {
        yaml_error(l->doc, node, "name one post", "the %s cannot be a %s", what,
                   role_kind_name(role->kind));
    }
    return role;
}

static void
check_review(const struct loader *l, const struct plan *p, const struct raw_head *raw)
{
    if (p->review.first == DAY_NONE) {
        return;
    }
    if (p->review.kind == TIMESCALE_FROM) {
        yaml_error(l->doc, raw->review, "such as January 2018",
                   "a review has one date, not a start");
    }
    if (p->ratified_on != DAY_NONE && p->review_months > 0) {
        day_t day = day_add_months(p->ratified_on, p->review_months);
        char words[40];
        if (day < p->review.first || day > p->review.last) {
            yaml_warn(l->doc, raw->review, "one of the three is wrong",
                      "ratification and interval give %s as the day of review",
                      day_words(day, words, sizeof words));
        }
    }
}

/* The calendar of a year is known when any of its holidays is listed. Of all that falls due later
 * the first is named. */
static void
check_calendar(const struct loader *l, const struct plan *p)
{
    int year = 0;
    int ignore = 0;
    size_t n = 0;
    char day[40];
    char until[40] = "not listed at all";
    const struct plan_occurrence *first = NULL;
    day_t last = l->set->calendar.last_listed;
    if (last != DAY_NONE) {
        day_split(last, &year, &ignore, &ignore);
        (void)snprintf(until, sizeof until, "listed until %d only", year);
    }
    for (size_t i = 0; i < p->n_occurrences; i++) {
        const struct plan_occurrence *o = &p->occurrences[i];
        if (last == DAY_NONE || o->due > day_of(year, 12, 31)) {
            first = !first || o->due < first->due ? o : first;
            n++;
        }
    }
    if (!first) {
        return;
    }
    const struct timescale *when =
        first->action == PLAN_NO_ACTION ? &p->review : &p->actions[first->action].when;
    char more[64] = "";
    if (n > 1) {
        (void)snprintf(more, sizeof more, ", the first of %zu that are later", n);
    }
    yaml_warn(l->doc, when->at, "add the coming years to bank-holidays.yaml",
              "bank holidays are %s: %s is due on %s%s", until, first->ref,
              day_words(first->due, day, sizeof day), more);
}

static void
head_read(const struct loader *l, const struct yaml_node *node, struct plan *p)
{
    struct raw_head raw = { .id = "", .title = "", .version = "", .document_type = "",
                            .url = "", .formats_contact = "",
                            .return_due_wd = RETURN_DUE_WD };
    if (yaml_is_null(node)) {
        return;
    }
    (void)yaml_read_map(l->doc, node, "the plan", head_fields, &raw);
    p->id = raw.id;
    p->title = raw.title;
    p->version = raw.version;
    p->document_type = raw.document_type;
    p->url = raw.url;
    p->formats_contact = raw.formats_contact;
    if (raw.url[0] && strncmp(raw.url, "https://", 8) != 0 && strncmp(raw.url, "http://", 7) != 0) {
        yaml_error(l->doc, yaml_get(node, "url"), NULL, "url must begin with https:// or http://");
    }
    p->quarter_basis = (enum quarter_basis)raw.basis;
    if (!raw.basis && !yaml_is_null(yaml_get(node, "quarter_basis"))) {
        p->quarter_basis = QUARTER_CALENDAR; /* it has its error: no time shall bring another one */
    }
    p->return_due_wd = (int)raw.return_due_wd;
    p->ratified_on = date_named(l, raw.ratified_on);
    p->ratified_by = forum_named(l, raw.ratified_by);
    p->owner = post_named(l, raw.owner, "owner");
    p->reviewer = post_named(l, raw.reviewer, "reviewer");
    p->verifier = post_named(l, raw.verifier, "verifier");
    p->forum = forum_named(l, raw.forum);
    p->review = timescale_named(l, raw.review, p->quarter_basis);
    p->review_moved = move_named(l, raw.review_moved, &p->review, p->quarter_basis);
    if (p->review.last != DAY_NONE) {
        p->review_due = calendar_roll_back(&l->set->calendar, p->review.last);
    }
    if (raw.interval && interval_parse(raw.interval, &p->review_months) < 0) {
        yaml_error(l->doc, yaml_get(node, "review_interval"), "such as 3 years or 18 months",
                   "\"%.40s\" is not an interval", raw.interval);
    }
    if (p->verifier && p->verifier == p->owner) {
        yaml_warn(l->doc, raw.verifier, "let another post confirm what is done",
                  "owner and verifier are one post: nobody else looks at the evidence");
    }
    asked_check(l, p, node);
    check_review(l, p, &raw);
}

/* --- areas and history -------------------------------------------------------------------- */

static int
area_read(const struct loader *l, const struct yaml_node *node, const struct plan *p,
          struct area *ret)
{
    struct raw_area raw = { .text = "" };
    (void)yaml_read_map(l->doc, node, "the area", area_fields, &raw);
    size_t *list = ARENA_LIST(l->mem, raw.actions ? raw.actions->n : 0, size_t);
    if (!list) {
        return -ENOMEM;
    }
    size_t n = 0;
    for (const struct yaml_node *item = yaml_first(raw.actions); item; item = item->next) {
        const struct action *a = plan_action(p, item->text);
        if (a) {
            list[n++] = (size_t)(a - p->actions);
        } else if (l->knows_actions) {
            yaml_error(l->doc, item, "name an action of this plan by its id",
                       "there is no action \"%s\"", item->text);
        }
    }
    *ret = (struct area){ raw.text, list, n };
    return 0;
}

static int
areas_read(const struct loader *l, const struct yaml_node *list, struct plan *p)
{
    size_t n = list ? list->n : 0;
    struct area *areas = ARENA_LIST(l->mem, n, struct area);
    int r = areas ? 0 : -ENOMEM;
    const struct yaml_node *item = yaml_first(list);
    for (size_t i = 0; r == 0 && i < n; i++, item = item->next) {
        r = area_read(l, item, p, &areas[i]);
    }
    p->areas = areas;
    p->n_areas = r == 0 ? n : 0;
    return r;
}

static int
history_read(const struct loader *l, const struct yaml_node *list, struct plan *p)
{
    size_t n = list ? list->n : 0;
    struct circulation *rows = ARENA_LIST(l->mem, n, struct circulation);
    if (!rows) {
        return -ENOMEM;
    }
    const struct yaml_node *item = yaml_first(list);
    for (size_t i = 0; i < n; i++, item = item->next) {
        struct raw_circulation raw = { .version = "", .to = "", .summary = "" };
        (void)yaml_read_map(l->doc, item, "the circulation", circulation_fields, &raw);
        rows[i] = (struct circulation){ raw.version, date_named(l, raw.on), raw.to, raw.summary };
    }
    p->history = rows;
    p->n_history = n;
    return 0;
}

static void
check_plan_twice(const struct loader *l, const struct yaml_node *head, const struct plan *p)
{
    for (const struct plan *other = l->set->plans; other < p; other++) {
        if (p->id[0] && strcmp(other->id, p->id) == 0) {
            yaml_error(l->doc, yaml_get(head, "id"), NULL, "two plans have the id \"%s\"", p->id);
        }
    }
}

/* One key is missing, however many times it would have been needed. */
static void
check_basis(const struct loader *l, const struct bare_quarters *bare, const struct yaml_node *head)
{
    char more[32] = "";
    if (bare->n > 1) {
        (void)snprintf(more, sizeof more, "; so can %d more", bare->n - 1);
    }
    if (bare->n > 0 && !yaml_is_null(head)) { /* a plan without a head has an error for that */
        yaml_error(l->doc, bare->first,
                   "say in the plan quarter_basis: calendar (Q1 is January to March) or financial "
                   "(Q1 is April to June); or write 2015/16 Q1",
                   "a bare quarter can mean two dates: the plan has no quarter_basis%s", more);
    }
}

int
plan_read(struct loader *l, struct plan *p)
{
    struct raw_plan raw = { 0 };
    struct bare_quarters bare = { .n = 0 };
    int n_before = l->d->n_errors;
    l->bare = &bare;
    *p = (struct plan){ .path = yaml_name(l->doc), .id = "", .title = "", .version = "",
                        .ratified_on = DAY_NONE, .review_due = DAY_NONE, .url = "",
                        .formats_contact = "", .document_type = "" };
    p->review.first = DAY_NONE;
    p->review.last = DAY_NONE;
    p->source = yaml_source(l->doc, &p->source_len);
    (void)yaml_read_map(l->doc, yaml_root(l->doc), "a plan file", plan_fields, &raw);
    head_read(l, raw.plan, p);
    check_plan_twice(l, raw.plan, p);
    int r = actions_read(l, p, raw.objectives);
    asked_check_verifier(l, p, raw.plan);
    check_basis(l, &bare, raw.plan);
    r = r < 0 ? r : areas_read(l, raw.areas, p);
    r = r < 0 ? r : history_read(l, raw.history, p);
    if (r < 0 || l->d->n_errors > n_before) {
        return r; /* occurrences of a plan that is refused would be guesses */
    }
    r = occurrences_make(l, p);
    check_calendar(l, p);
    return r;
}

/* --- the whole ---------------------------------------------------------------------------- */

struct plan_set *
plan_set_free(struct plan_set *set)
{
    struct plan_whole *w = (struct plan_whole *)set;
    if (!w) {
        return NULL;
    }
    for (size_t i = 0; i < w->n_docs; i++) {
        (void)yaml_doc_free(w->docs[i]);
    }
    (void)arena_free(w->mem);
    free(w);
    return NULL;
}

/* Reads a file into the set's documents and makes it the one in hand. What cannot be read is a
 * finding, not the end: the other files have errors of their own to tell. */
static int
doc_open(struct loader *l, struct plan_whole *w, const char *path)
{
    struct yaml_doc *doc = NULL;
    int r = yaml_read_file(path, l->d, &doc);
    if (r < 0) {
        return r;
    }
    w->docs[w->n_docs++] = doc;
    l->doc = doc;
    return 0;
}

static int
part_read(struct loader *l, struct plan_whole *w, const char *path, int (*read)(struct loader *l))
{
    int r = doc_open(l, w, path);
    return r < 0 ? r : read(l);
}

static int
parts_read(struct loader *l, struct plan_whole *w, const char *dir)
{
    static const struct {
        const char *file;
        int (*read)(struct loader *l);
    } parts[] = { { "roster.yaml", roster_read },
                  { "bank-holidays.yaml", calendar_read },
                  { "forums.yaml", forums_read } };
    int worst = 0;
    for (size_t i = 0; i < LENGTH(parts); i++) {
        const char *path = arena_textf(l->mem, "%s/%s", dir, parts[i].file);
        int r = path ? part_read(l, w, path, parts[i].read) : -ENOMEM;
        worst = worst < 0 ? worst : r;
    }
    return worst;
}

static int
plans_read(struct loader *l, struct plan_whole *w, const char *const *paths, size_t n)
{
    struct plan *plans = ARENA_LIST(l->mem, n, struct plan);
    if (!plans) {
        return -ENOMEM;
    }
    int worst = 0;
    w->set.plans = plans;
    for (size_t i = 0; i < n; i++) {
        int r = doc_open(l, w, paths[i]);
        r = r < 0 ? r : plan_read(l, &plans[w->set.n_plans++]);
        worst = worst < 0 ? worst : r;
    }
    return worst;
}

int
plan_set_load_files(const char *dir, const char *const *paths, size_t n_paths, struct diag *d,
                    struct plan_set **ret)
{
    if (n_paths > PLANS_MAX) {
        diag_error(d, &(struct diag_at){ .file = dir }, NULL, "more than %d plans", PLANS_MAX);
        return -EBADMSG;
    }
    struct plan_whole *w = calloc(1, sizeof *w);
    if (!w) {
        return -ENOMEM;
    }
    AUTO(plan_set) struct plan_set *set = &w->set;
    static const char *const no_names[] = { NULL };
    w->mem = arena_open();
    if (!w->mem) {
        return -ENOMEM;
    }
    struct loader l = { .d = d, .mem = w->mem, .set = set, .role_names = no_names };
    int r = parts_read(&l, w, dir);
    bool knows_roles = r == 0 || set->roster.n_roles > 0;
    if (r == -ENOMEM || !knows_roles) { /* every name in the plans would be unknown */
        return r < 0 ? r : -EBADMSG;
    }
    int r_plans = plans_read(&l, w, paths, n_paths);
    r = r < 0 ? r : r_plans;
    if (r < 0 || d->n_errors) {
        return r < 0 ? r : -EBADMSG;
    }
    *ret = TAKE(set);
    return 0;
}

static bool
has_file(const char *dir, const char *name)
{
    AUTO_TEXT struct text path = { 0 };
    struct stat st;
    text_addf(&path, "%s/%s", dir, name);
    return path.bad || stat(text_str(&path), &st) == 0 || errno != ENOENT;
}

static int
load_folder(const char *dir, struct diag *d, struct plan_set **ret)
{
    AUTO_TEXT struct text path = { 0 };
    AUTO(conf) struct conf *conf = NULL;
    bool has_conf = has_file(dir, "coprod.yaml");
    if (!has_conf && !has_file(dir, "plan.yaml")) {
        diag_error(d, &(struct diag_at){ .file = dir }, "name a plan, or the folder of one",
                   "neither coprod.yaml nor plan.yaml lies in this folder");
        return -ENOENT;
    }
    text_addf(&path, "%s/coprod.yaml", dir);
    int r = has_conf ? conf_load(text_str(&path), d, &conf) : conf_default(dir, &conf);
    return r < 0 ? r : plan_set_load_files(dir, conf->plans.items, conf->plans.n, d, ret);
}

int
plan_set_load(const char *path, struct diag *d, struct plan_set **ret)
{
    struct stat st;
    if (stat(path, &st) < 0) { /* before what lies beside it: the slip is in the name */
        int r = -errno;
        diag_error(d, &(struct diag_at){ .file = path }, NULL, "%s", strerror(-r));
        return r;
    }
    if (S_ISDIR(st.st_mode)) {
        return load_folder(path, d, ret);
    }
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + (slash == path) : 0;
    AUTO_FREE char *dir = slash ? strndup(path, len) : strdup(".");
    return dir ? plan_set_load_files(dir, &path, 1, d, ret) : -ENOMEM;
}

const struct plan *
plan_by_id(const struct plan_set *set, const char *id)
{
    for (size_t i = 0; i < set->n_plans; i++) {
        if (strcmp(set->plans[i].id, id) == 0) {
            return &set->plans[i];
        }
    }
    return NULL;
}

const struct action *
plan_action(const struct plan *p, const char *id)
{
    for (size_t i = 0; i < p->n_actions; i++) {
        if (strcmp(p->actions[i].id, id) == 0) {
            return &p->actions[i];
        }
    }
    return NULL;
}
