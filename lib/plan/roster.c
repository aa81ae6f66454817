/* SPDX-License-Identifier: MIT */
/* roster.c - roster.yaml: posts, bodies, groups and units, and who stands in for whom. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "plan/loader.h"
#include "rules/domain.h"

static const char *const kind_words[] = { "post", "group", "body", "external", NULL };
static const char *const format_words[] = { "both", "text", "large-print", "plain", NULL };

/* A role as written; what it refers to is looked up when all roles are known. */
struct raw_role {
    const struct yaml_node *node;
    const char *id, *title, *email, *locale, *unit;
    int kind, format;
    bool is_vacant;
    const struct yaml_node *aliases, *members, *deputy, *line_manager, *director, *absence;
};
static const struct yaml_field role_fields[] = {
    YAML_FIELD("id", struct raw_role, id, YAML_ID, YAML_REQUIRED),
    YAML_FIELD_MAX("title", struct raw_role, title, YAML_TEXT, YAML_REQUIRED, TEXT_NAME_MAX - 1),
    YAML_FIELD("aliases", struct raw_role, aliases, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD_WORD("kind", struct raw_role, kind, YAML_OPTIONAL, kind_words),
    YAML_FIELD("members", struct raw_role, members, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD("email", struct raw_role, email, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("unit", struct raw_role, unit, YAML_ID, YAML_OPTIONAL),
    YAML_FIELD("deputy", struct raw_role, deputy, YAML_ANY, YAML_OPTIONAL),
    YAML_FIELD("line_manager", struct raw_role, line_manager, YAML_ANY, YAML_OPTIONAL),
    YAML_FIELD("director", struct raw_role, director, YAML_ANY, YAML_OPTIONAL),
    YAML_FIELD("locale", struct raw_role, locale, YAML_ID, YAML_OPTIONAL),
    YAML_FIELD_WORD("format", struct raw_role, format, YAML_OPTIONAL, format_words),
    YAML_FIELD("vacant", struct raw_role, is_vacant, YAML_BOOL, YAML_OPTIONAL),
    YAML_FIELD("absence", struct raw_role, absence, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELDS_END,
};

struct raw_roster {
    const struct yaml_node *units, *roles;
};
static const struct yaml_field roster_fields[] = {
    YAML_FIELD("units", struct raw_roster, units, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD("roles", struct raw_roster, roles, YAML_ITEMS, YAML_REQUIRED),
    YAML_FIELDS_END,
};

static const struct yaml_field unit_fields[] = {
    YAML_FIELD("id", struct unit, id, YAML_ID, YAML_REQUIRED),
    YAML_FIELD("title", struct unit, title, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELDS_END,
};

struct raw_absence {
    const struct yaml_node *from, *to;
};
static const struct yaml_field absence_fields[] = {
    YAML_FIELD("from", struct raw_absence, from, YAML_ANY, YAML_REQUIRED),
    YAML_FIELD("to", struct raw_absence, to, YAML_ANY, YAML_REQUIRED),
    YAML_FIELDS_END,
};

static bool
email_is_sound(const char *s)
{
    const char *at = strchr(s, '@');
    if (!at || at == s || at[1] == '\0' || strchr(at + 1, '@') || strlen(s) > 254) {
        return false;
    }
    for (; *s; s++) {
        if (*s <= ' ' || *s > '~' || strchr("<>()[],;:\\\"", *s)) {
            return false;
        }
    }
    return true;
}

static int
units_read(struct loader *l, const struct yaml_node *list)
{
    size_t n = list ? list->n : 0;
    struct unit *units = ARENA_LIST(l->mem, n, struct unit);
    if (!units) {
        return -ENOMEM;
    }
    size_t i = 0;
    for (const struct yaml_node *item = yaml_first(list); item; item = item->next) {
        struct unit unit = { "", "" };
        (void)yaml_read_map(l->doc, item, "the unit", unit_fields, &unit);
        l->knows_units = l->knows_units && unit.id[0];
        for (size_t k = 0; k < i; k++) {
            if (unit.id[0] && strcmp(units[k].id, unit.id) == 0) {
                yaml_error(l->doc, yaml_get(item, "id"), NULL, "two units have the id \"%s\"",
                           unit.id);
            }
        }
        units[i++] = unit;
    }
    l->set->roster.units = units;
    l->set->roster.n_units = n;
    return 0;
}

/* One that is not known has its error here: it is a unit without a name, so that nobody says that
 * there is none. */
static const struct unit *
unit_named(const struct loader *l, const struct raw_role *raw)
{
    static const struct unit unknown = { "", "" };
    const struct yaml_node *node = yaml_get(raw->node, "unit");
    const struct roster *roster = &l->set->roster;
    for (size_t i = 0; raw->unit && i < roster->n_units; i++) {
        if (strcmp(roster->units[i].id, raw->unit) == 0) {
            return &roster->units[i];
        }
    }
    if (raw->unit && l->knows_units) {
        yaml_error(l->doc, node, "list it under units:", "there is no unit \"%s\"", raw->unit);
    }
    return yaml_is_null(node) ? NULL : &unknown;
}

static int
absences_read(const struct loader *l, const struct yaml_node *list, struct role *role)
{
    struct absence *absences = ARENA_LIST(l->mem, list ? list->n : 0, struct absence);
    if (!absences) {
        return -ENOMEM;
    }
    size_t n = 0;
    for (const struct yaml_node *item = yaml_first(list); item; item = item->next) {
        struct raw_absence raw = { 0 };
        (void)yaml_read_map(l->doc, item, "absence", absence_fields, &raw);
        struct absence a = { date_named(l, raw.from), date_named(l, raw.to) };
        if (a.from != DAY_NONE && a.to != DAY_NONE && a.to < a.from) {
            yaml_error(l->doc, raw.to, NULL, "the absence ends before it begins");
        }
        absences[n++] = a;
    }
    role->absences = absences;
    role->n_absences = n;
    return 0;
}

/* The part of a role that needs no other role. */
static int
role_read(struct loader *l, const struct yaml_node *node, struct raw_role *raw,
          struct role *role)
{
    *raw = (struct raw_role){ .node = node, .id = "", .title = "", .email = "", .locale = "en-GB",
                              .kind = ROLE_POST, .format = ROLE_FORMAT_BOTH };
    struct err what = { "a role" };
    const struct yaml_node *id = yaml_get(node, "id");
    if (id && id->kind == YAML_SCALAR) {
        (void)err_set(&what, 0, "role %.64s", id->text);
    }
    (void)yaml_read_map(l->doc, node, what.text, role_fields, raw);
    if (raw->email[0] && !email_is_sound(raw->email)) {
        yaml_error(l->doc, yaml_get(node, "email"), "one plain address: name@example.nhs.uk",
                   "this is not a mail address");
    }
    role->id = raw->id;
    role->title = raw->title;
    role->kind = (enum role_kind)raw->kind;
    role->email = raw->email;
    const struct yaml_node *email = yaml_get(node, "email");
    role->email_line = email ? email->line : 0;
    role->email_col = email ? email->col : 0;
    role->locale = raw->locale;
    bool is_plain = raw->format == ROLE_FORMAT_LARGE + 1; /* another word for text */
    role->format = is_plain ? ROLE_FORMAT_TEXT : (enum role_format)raw->format;
    role->is_vacant = raw->is_vacant;
    role->unit = unit_named(l, raw);
    int bad = yaml_read_texts(l->doc, raw->aliases, "aliases", l->mem, &role->aliases,
                              &role->n_aliases);
    l->knows_roles = l->knows_roles && bad == 0 && raw->id[0] && raw->title[0];
    return absences_read(l, raw->absence, role);
}

/* The part that does. */
static int
role_link(const struct loader *l, const struct raw_role *raw, struct role *role)
{
    struct role_list members;
    int r = roles_named(l, raw->members, "members", &members);
    if (r < 0) {
        return r;
    }
    role->members = members.roles;
    role->n_members = members.n;
    role->deputy = role_named(l, raw->deputy);
    role->line_manager = role_named(l, raw->line_manager);
    role->director = role_named(l, raw->director);
    if (role->deputy == role || role->line_manager == role) {
        yaml_error(l->doc, role->deputy == role ? raw->deputy : raw->line_manager, NULL,
                   "%s cannot stand in for itself", role->id);
    }
    if (role->kind == ROLE_GROUP && (!raw->members || raw->members->n == 0)) {
        yaml_error(l->doc, raw->node, "list its roles under members:", "group %s has no members",
                   role->id);
    }
    if (role->kind != ROLE_GROUP && raw->members) {
        yaml_error(l->doc, raw->members->key, "say kind: group", "only a group has members");
    }
    return 0;
}

/* Two roles that answer to one name would make every mention a guess. */
static void
check_twice(const struct loader *l, const struct raw_role *raw, size_t i)
{
    const struct role *roles = l->set->roster.roles;
    for (size_t k = 0; k < i; k++) {
        if (raw[i].id[0] && strcmp(roles[k].id, roles[i].id) == 0) {
            yaml_error(l->doc, yaml_get(raw[i].node, "id"), NULL, "two roles have the id \"%s\"",
                       roles[i].id);
            return;
        }
        if (raw[i].title[0] && name_is_same(roles[k].title, roles[i].title)) {
            yaml_error(l->doc, yaml_get(raw[i].node, "title"), "if it is one post, use aliases:",
                       "roles %s and %s have the same title", roles[k].id, roles[i].id);
        }
    }
    for (size_t a = 0; a < roles[i].n_aliases; a++) {
        const struct role *known = plan_role(l->set, roles[i].aliases[a]);
        if (known != &roles[i]) {
            yaml_error(l->doc, raw[i].aliases, "if it is one post, keep one role",
                       "\"%s\" is also a name of role %s", roles[i].aliases[a], known->id);
        }
    }
}

static int
check_cycles(const struct loader *l, const struct raw_role *raw)
{
    const struct roster *roster = &l->set->roster;
    size_t n = roster->n_roles;
    const size_t **to = ARENA_LIST(l->mem, n, const size_t *);
    size_t *n_to = ARENA_LIST(l->mem, n, size_t);
    size_t *path = ARENA_LIST(l->mem, n, size_t);
    size_t *scratch = ARENA_LIST(l->mem, n, size_t);
    if (!to || !n_to || !path || !scratch) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        size_t *members = ARENA_LIST(l->mem, roster->roles[i].n_members, size_t);
        if (!members) {
            return -ENOMEM;
        }
        for (size_t k = 0; k < roster->roles[i].n_members; k++) {
            members[k] = (size_t)(roster->roles[i].members[k] - roster->roles);
        }
        to[i] = members;
        n_to[i] = roster->roles[i].n_members;
    }
    size_t len = graph_cycle(&(struct graph){ n, to, n_to }, path, scratch);
    AUTO_TEXT struct text way = { 0 };
    for (size_t i = 0; i < len; i++) {
        text_addf(&way, "%s > ", roster->roles[path[i]].id);
    }
    if (len > 0) {
        yaml_error(l->doc, raw[path[0]].members, "take one of them out",
                   "groups hold each other: %s%s", text_str(&way), roster->roles[path[0]].id);
    }
    return 0;
}

bool
role_is_mailable(const struct role *role)
{
    return role->email[0] && !role->is_vacant && role->kind != ROLE_EXTERNAL;
}

/* Letters of any size in an address are one mailbox in every mail system that trusts run; what
 * stands after a plus may be another person's. */
static const struct role *
find_reader(const struct roster *roster, const struct role *role)
{
    for (const struct role *k = roster->roles; role_is_mailable(role) && k < role; k++) {
        if (role_is_mailable(k) && strcasecmp(k->email, role->email) == 0) {
            return k;
        }
    }
    return role;
}

static void
note_reader(const struct loader *l, const struct raw_role *raw, const struct role *role)
{
    if (role->reader != role) {
        yaml_note(l->doc, yaml_get(raw->node, "email"), "give it a mailbox of its own to part them",
                  "%s has the mailbox of %s: both are told in one mail a day, in the locale and "
                  "format of %s", role->id, role->reader->id, role->reader->id);
    }
}

/* Every name, for "did you mean"; and room for expanding groups. */
static int
names_gather(struct loader *l)
{
    const struct roster *roster = &l->set->roster;
    size_t n = 0;
    for (size_t i = 0; i < roster->n_roles; i++) {
        n += 2 + roster->roles[i].n_aliases;
    }
    const char **names = ARENA_LIST(l->mem, n + 1, const char *);
    l->stack = ARENA_LIST(l->mem, roster->n_roles + 1, struct level);
    l->seen = ARENA_LIST(l->mem, roster->n_roles, bool);
    l->found = ARENA_LIST(l->mem, roster->n_roles, const struct role *);
    if (!names || !l->stack || !l->seen || !l->found) {
        return -ENOMEM;
    }
    n = 0;
    for (size_t i = 0; i < roster->n_roles; i++) {
        names[n++] = roster->roles[i].id;
        names[n++] = roster->roles[i].title;
        for (size_t k = 0; k < roster->roles[i].n_aliases; k++) {
            names[n++] = roster->roles[i].aliases[k];
        }
    }
    l->role_names = names;
    return 0;
}

static int
roles_read(struct loader *l, const struct yaml_node *list)
{
    size_t n = list ? list->n : 0;
    if (n > ROLES_MAX) {
        yaml_error(l->doc, list, NULL, "more than %d roles", ROLES_MAX);
        n = 0;
    }
    struct role *roles = ARENA_LIST(l->mem, n, struct role);
    struct raw_role *raw = ARENA_LIST(l->mem, n, struct raw_role);
    int r = roles && raw ? 0 : -ENOMEM;
    const struct yaml_node *item = yaml_first(list);
    l->knows_roles = list && n == list->n;
    for (size_t i = 0; r == 0 && i < n; i++, item = item->next) {
        r = role_read(l, item, &raw[i], &roles[i]);
    }
    l->set->roster.roles = roles;
    l->set->roster.n_roles = r == 0 ? n : 0;
    r = r < 0 ? r : names_gather(l);
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = role_link(l, &raw[i], &roles[i]);
        roles[i].reader = find_reader(&l->set->roster, &roles[i]);
        note_reader(l, &raw[i], &roles[i]);
        check_twice(l, raw, i);
    }
    return r < 0 ? r : check_cycles(l, raw);
}

int
roster_read(struct loader *l)
{
    struct raw_roster raw = { 0 };
    l->knows_units =
        yaml_read_map(l->doc, yaml_root(l->doc), "the roster", roster_fields, &raw) == 0;
    int r = units_read(l, raw.units);
    return r < 0 ? r : roles_read(l, raw.roles);
}

void
plan_warn_domains(const struct plan_set *set, const char *dir, const struct conf_list *domains,
                  struct diag *d)
{
    AUTO_TEXT struct text list = { 0 };
    AUTO_TEXT struct text path = { 0 };
    for (size_t i = 0; i < domains->n; i++) {
        text_addf(&list, "%s%s", i ? " " : "", domains->items[i]);
    }
    text_addf(&path, "%s/roster.yaml", dir);
    for (size_t i = 0; i < set->roster.n_roles; i++) {
        const struct role *role = &set->roster.roles[i];
        const struct diag_at at = { .file = text_str(&path), .line = role->email_line,
                                    .col = role->email_col, .len = (int)strlen(role->email) };
        if (role->email[0] && !domain_is_allowed(text_str(&list), role->email)) {
            diag_warn(d, &at, "add its domain to mail.allow_domains in coprod.yaml, or correct it",
                      "%s is never told: its domain is not among mail.allow_domains", role->id);
        }
    }
}

const char *
role_kind_name(enum role_kind kind)
{
    return kind > ROLE_NONE && kind <= ROLE_EXTERNAL ? kind_words[kind - 1] : "";
}
