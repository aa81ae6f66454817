/* SPDX-License-Identifier: MIT */
/* conf_values.c - the kinds of values in coprod.yaml: how each is read and written. */
#include "base/conf_inside.h"

#include <stdio.h>
#include <string.h>

static void *
field_of(const struct conf_reading *in, const struct conf_row *row)
{
    return (char *)&in->w->conf + row->offset;
}

static const char *
path_of(const struct conf_reading *in, const char *s)
{
    if (s[0] == '/' || s[0] == '\0') {
        return arena_text(in->w->mem, s);
    }
    const char *dir = in->w->conf.dir; /* a real one: no link is crossed by going up in it */
    size_t n = strlen(dir);
    while (strncmp(s, "../", 3) == 0 || strncmp(s, "./", 2) == 0) {
        bool is_up = s[1] == '.';
        const char *slash = is_up ? memrchr(dir, '/', n) : NULL;
        n = slash ? (size_t)(slash - dir) : is_up ? 0 : n;
        s += is_up ? 3 : 2;
    }
    return arena_textf(in->w->mem, "%.*s/%s", (int)n, dir, s);
}

/* --- values written in the file ----------------------------------------------------------- */

static const char *
text_of(const struct conf_reading *in, const struct conf_row *row, const struct yaml_node *node,
        int64_t max)
{
    const struct yaml_field field = { .type = YAML_TEXT, .max = max };
    const char *s = NULL;
    return yaml_read_value(in->doc, node, row->pub.key, &field, &s) == 0 ? s : NULL;
}

static void
take_text(const struct conf_reading *in, const struct conf_row *row, const struct yaml_node *node)
{
    const char *s = text_of(in, row, node, TEXT_LINE_MAX - 1);
    if (s) {
        *(const char **)field_of(in, row) = arena_text(in->w->mem, s);
    }
}

static void
take_url(const struct conf_reading *in, const struct conf_row *row, const struct yaml_node *node)
{
    const char *s = text_of(in, row, node, TEXT_LINE_MAX - 1);
    if (s && s[0] && strncmp(s, "https://", 8) != 0 && strncmp(s, "http://", 7) != 0) {
        yaml_error(in->doc, node, NULL, "%s must begin with https:// or http://", row->pub.key);
    } else if (s) {
        *(const char **)field_of(in, row) = arena_text(in->w->mem, s);
    }
}

static void
take_path(const struct conf_reading *in, const struct conf_row *row, const struct yaml_node *node)
{
    const char *s = text_of(in, row, node, 0);
    if (s) {
        *(const char **)field_of(in, row) = path_of(in, s);
    }
}

/* A list of texts, each as `keep` has it. */
static void
take_texts(const struct conf_reading *in, const struct conf_row *row, const struct yaml_node *node,
           const char *(*keep)(const struct conf_reading *in, const char *text))
{
    const char *const *texts = NULL;
    size_t n = 0;
    (void)yaml_read_texts(in->doc, node, row->pub.key, in->w->mem, &texts, &n);
    const char **items = ARENA_LIST(in->w->mem, n + 1, const char *);
    if (!items) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        items[i] = keep(in, texts[i]);
    }
    *(struct conf_list *)field_of(in, row) = (struct conf_list){ items, n };
}

static void
take_paths(const struct conf_reading *in, const struct conf_row *row, const struct yaml_node *node)
{
    take_texts(in, row, node, path_of);
}

/* "example.nhs.uk", or "*.example.nhs.uk" for all below it. */
static bool
is_domain(const char *s)
{
    const char *name = strncmp(s, "*.", 2) == 0 ? s + 2 : s;
    size_t n = strlen(name);
    bool is_bare = n > 0 && n < DOMAIN_MAX && name[0] != '.' && name[n - 1] != '.';
    return is_bare && !strstr(name, "..")
           && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == n;
}

static const char *
kept_text(const struct conf_reading *in, const char *text)
{
    return arena_text(in->w->mem, text);
}

static void
take_domains(const struct conf_reading *in, const struct conf_row *row,
             const struct yaml_node *node)
{
    const struct conf_list *list = field_of(in, row);
    take_texts(in, row, node, kept_text);
    if (list->n > DOMAINS_MAX) {
        yaml_error(in->doc, node, NULL, "%s: more than %d", row->pub.key, DOMAINS_MAX);
    }
    for (size_t i = 0; i < list->n; i++) {
        if (list->items[i] && !is_domain(list->items[i])) {
            yaml_error(in->doc, node, "write example.nhs.uk, or *.example.nhs.uk for all below it",
                       "%s: \"%s\" is no domain", row->pub.key, list->items[i]);
        }
    }
}

/* A user of the machine, of a directory too: "jo", "jo@example", "EXAMPLE\\jo". */
static bool
is_login(const char *s)
{
    size_t n = strlen(s);
    return n > 0 && n < LOGIN_MAX && s[0] != '-' && strcspn(s, " :/,;\"'") == n;
}

static bool
is_listed(const char *const *items, size_t n, const char *s)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(items[i], s) == 0) {
            return true;
        }
    }
    return false;
}

static void
take_logins(const struct conf_reading *in, const struct conf_row *row, const struct yaml_node *node)
{
    size_t n = 0;
    if (node->kind != YAML_LIST) {
        yaml_error(in->doc, node, "write [jo, sam]: names of users, not of posts",
                   "%s must be a list", row->pub.key);
        return;
    }
    const char **items = ARENA_LIST(in->w->mem, node->n + 1, const char *);
    for (const struct yaml_node *v = node->first; items && v; v = v->next) {
        const char *s = text_of(in, row, v, 0);
        if (s && !is_login(s)) {
            yaml_error(in->doc, v, "the name that `id -un` prints for the user",
                       "%s: \"%s\" is no name of a user", row->pub.key, s);
        } else if (s && is_listed(items, n, s)) {
            yaml_error(in->doc, v, NULL, "%s: \"%s\" is there twice", row->pub.key, s);
        } else if (s) {
            items[n++] = arena_text(in->w->mem, s);
        }
    }
    *(struct conf_list *)field_of(in, row) = (struct conf_list){ items, n };
}

static void
take_number(const struct conf_reading *in, const struct conf_row *row, const struct yaml_node *node)
{
    struct yaml_field field = { .type = YAML_INT, .min = row->pub.min, .max = row->pub.max };
    (void)yaml_read_value(in->doc, node, row->pub.key, &field, field_of(in, row));
}

/* Minutes of "08:30", or -1. */
static int64_t
clock_minutes(const char *s)
{
    bool is_clock = strlen(s) == 5 && s[2] == ':' && strspn(s, "0123456789") == 2
                    && strspn(s + 3, "0123456789") == 2;
    int64_t hour = is_clock ? (s[0] - '0') * 10 + (s[1] - '0') : 24;
    int64_t minute = is_clock ? (s[3] - '0') * 10 + (s[4] - '0') : 60;
    return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
}

static void
take_clock(const struct conf_reading *in, const struct conf_row *row, const struct yaml_node *node)
{
    const char *s = text_of(in, row, node, 0);
    int64_t minutes = s ? clock_minutes(s) : -1;
    if (s && minutes < 0) {
        yaml_error(in->doc, node, NULL, "%s must be a time of day such as 08:30", row->pub.key);
    } else if (minutes >= 60 && minutes < 120) {
        yaml_error(in->doc, node, "when clocks change, 01:00 to 01:59 is missing or comes twice",
                   "%s cannot be between 01:00 and 01:59", row->pub.key);
    } else if (s) {
        *(int64_t *)field_of(in, row) = minutes;
    }
}

static void
take_enum(const struct conf_reading *in, const struct conf_row *row, const struct yaml_node *node)
{
    struct yaml_field field = { .type = YAML_WORD, .words = row->words };
    int word = 0;
    if (yaml_read_value(in->doc, node, row->pub.key, &field, &word) == 0) {
        *(int64_t *)field_of(in, row) = word;
    }
}

static void
take_users(const struct conf_reading *in, const struct conf_row *row, const struct yaml_node *node)
{
    static const struct yaml_field role = { .type = YAML_ID };
    if (node->kind != YAML_MAP) {
        yaml_error(in->doc, node, "write \"user: role\" lines, indented", "%s must be a map",
                   row->pub.key);
        return;
    }
    struct conf_user *users = ARENA_LIST(in->w->mem, node->n, struct conf_user);
    size_t n = 0;
    for (const struct yaml_node *v = node->first; users && v; v = v->next) {
        const char *id = NULL;
        if (yaml_read_value(in->doc, v, v->key->text, &role, &id) == 0) {
            users[n++] = (struct conf_user){ arena_text(in->w->mem, v->key->text),
                                             arena_text(in->w->mem, id) };
        }
    }
    in->w->conf.users = users;
    in->w->conf.n_users = n;
}

static bool
is_in_order(const struct conf_row *row, const struct conf_days *days, int64_t n)
{
    int64_t last = days->n > 0 ? days->items[days->n - 1] : 0;
    return days->n == 0 || (row->order > 0 ? n > last : n < last);
}

static void
take_days(const struct conf_reading *in, const struct conf_row *row, const struct yaml_node *node)
{
    const struct yaml_field number = { .type = YAML_INT, .min = row->pub.min, .max = row->pub.max };
    struct conf_days days = { .n = 0 };
    if (node->kind != YAML_LIST || node->n < (size_t)row->n_min || node->n > (size_t)row->n_max) {
        char to[16] = "";
        if (row->n_min < row->n_max) {
            (void)snprintf(to, sizeof to, " to %d", row->n_max);
        }
        yaml_error(in->doc, node, row->pub.preset, "%s must be a list of %d%s numbers",
                   row->pub.key, row->n_min, to);
        return;
    }
    for (const struct yaml_node *v = node->first; v; v = v->next) {
        int64_t n = 0;
        if (yaml_read_value(in->doc, v, row->pub.key, &number, &n) != 0) {
            return;
        }
        if (!is_in_order(row, &days, n)) {
            yaml_error(in->doc, v, row->pub.preset, "the numbers of %s must %s", row->pub.key,
                       row->order > 0 ? "rise" : "fall");
            return;
        }
        days.items[days.n++] = n;
    }
    *(struct conf_days *)field_of(in, row) = days;
}

/* --- values as they would be written ------------------------------------------------------ */

static void
show_text(const struct conf *c, const struct conf_row *row, struct text *out)
{
    const char *s = *(const char *const *)((const char *)c + row->offset);
    text_add(out, s[0] ? s : "\"\"");
}

static void
show_paths(const struct conf *c, const struct conf_row *row, struct text *out)
{
    const struct conf_list *list = (const void *)((const char *)c + row->offset);
    text_add(out, "[");
    for (size_t i = 0; i < list->n; i++) {
        text_addf(out, "%s%s", i ? ", " : "", list->items[i]);
    }
    text_add(out, "]");
}

static int64_t
number_of(const struct conf *c, const struct conf_row *row)
{
    return *(const int64_t *)(const void *)((const char *)c + row->offset);
}

static void
show_number(const struct conf *c, const struct conf_row *row, struct text *out)
{
    text_addf(out, "%lld", (long long)number_of(c, row));
}

static void
show_clock(const struct conf *c, const struct conf_row *row, struct text *out)
{
    int64_t minutes = number_of(c, row);
    text_addf(out, "%02d:%02d", (int)(minutes / 60), (int)(minutes % 60));
}

static void
show_enum(const struct conf *c, const struct conf_row *row, struct text *out)
{
    text_add(out, row->words[number_of(c, row) - 1]);
}

static void
show_users(const struct conf *c, const struct conf_row *row, struct text *out)
{
    (void)row;
    text_add(out, "{");
    for (size_t i = 0; i < c->n_users; i++) {
        text_addf(out, "%s%s: %s", i ? ", " : "", c->users[i].user, c->users[i].role);
    }
    text_add(out, "}");
}

static void
show_days(const struct conf *c, const struct conf_row *row, struct text *out)
{
    const struct conf_days *days = (const void *)((const char *)c + row->offset);
    text_add(out, "[");
    for (size_t i = 0; i < days->n; i++) {
        text_addf(out, "%s%lld", i ? ", " : "", (long long)days->items[i]);
    }
    text_add(out, "]");
}

const struct conf_kind_calls conf_kinds[CONF_KIND_MAX_] = {
    [CONF_TEXT] = { take_text, show_text },
    [CONF_URL] = { take_url, show_text },
    [CONF_PATH] = { take_path, show_text },
    [CONF_PATHS] = { take_paths, show_paths },
    [CONF_NUMBER] = { take_number, show_number },
    [CONF_CLOCK] = { take_clock, show_clock },
    [CONF_ENUM] = { take_enum, show_enum },
    [CONF_USERS] = { take_users, show_users },
    [CONF_DAYS] = { take_days, show_days },
    [CONF_DOMAINS] = { take_domains, show_paths },
    [CONF_LOGINS] = { take_logins, show_paths },
};
