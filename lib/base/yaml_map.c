/* SPDX-License-Identifier: MIT */
/* yaml_map.c - the tree of yaml.c read by tables: what a key may be called and must hold. */
#include "base/yaml.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { ID_MAX = 64, NAMES_MAX = 64 };

const struct yaml_node *
yaml_first(const struct yaml_node *node)
{
    return node ? node->first : NULL;
}

const struct yaml_node *
yaml_get(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP) {
        return NULL;
    }
    for (const struct yaml_node *n = map->first; n; n = n->next) {
        if (n->key && strcmp(n->key->text, key) == 0) {
            return n;
        }
    }
    return NULL;
}

bool
yaml_is_null(const struct yaml_node *node)
{
    if (!node || node->kind == YAML_NOTHING) {
        return true;
    }
    return node->kind == YAML_SCALAR && !node->is_quoted
           && (node->text[0] == '\0' || strcmp(node->text, "~") == 0
               || strcmp(node->text, "null") == 0);
}

static const char *const type_words[] = {
    [YAML_TEXT] = "one line of text", [YAML_PROSE] = "a text",
    [YAML_ID] = "a short name",       [YAML_INT] = "a number",
    [YAML_REAL] = "a number",         [YAML_BOOL] = "yes or no",
    [YAML_WORD] = "a word",           [YAML_ITEMS] = "a list",
    [YAML_KEYS] = "a map",            [YAML_ANY] = "a value",
};

static int
wrong(const struct yaml_doc *doc, const struct yaml_node *node, const char *name, const char *hint,
      const char *wanted)
{
    yaml_error(doc, node, hint, "%s must be %s", name, wanted);
    return 1;
}

static int
read_prose(const struct yaml_doc *doc, const struct yaml_node *node, const char *name,
           const struct yaml_field *f, void *field)
{
    if (node->text[0] == '\0') {
        yaml_error(doc, node, "remove the key when there is nothing to say", "%s is empty", name);
        return 1;
    }
    if (f->max > 0 && strlen(node->text) > (size_t)f->max) {
        struct err most;
        (void)err_set(&most, 0, "at most %lld bytes long", (long long)f->max);
        return wrong(doc, node, name, NULL, most.text);
    }
    *(const char **)field = node->text;
    return 0;
}

static int
read_text(const struct yaml_doc *doc, const struct yaml_node *node, const char *name,
          const struct yaml_field *f, void *field)
{
    if (text_has_control(node->text)) {
        return wrong(doc, node, name, "put it on one line; \">\" folds lines into one",
                     type_words[YAML_TEXT]);
    }
    return read_prose(doc, node, name, f, field);
}

static int
read_id(const struct yaml_doc *doc, const struct yaml_node *node, const char *name,
        const struct yaml_field *f, void *field)
{
    (void)f;
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_.";
    size_t n = strspn(node->text, letters);
    if (n == 0 || node->text[n] != '\0' || n > ID_MAX) {
        return wrong(doc, node, name, "letters, digits, - _ and . only, at most 64",
                     type_words[YAML_ID]);
    }
    *(const char **)field = node->text;
    return 0;
}

static int
read_int(const struct yaml_doc *doc, const struct yaml_node *node, const char *name,
         const struct yaml_field *f, void *field)
{
    bool is_any = f->min == 0 && f->max == 0;
    int64_t value = 0;
    int r = text_to_i64(node->text, is_any ? INT64_MIN : f->min, is_any ? INT64_MAX : f->max,
                        &value);
    if (r < 0) {
        struct err range = { "a whole number" };
        if (!is_any) {
            (void)err_set(&range, 0, "a whole number from %lld to %lld", (long long)f->min,
                          (long long)f->max);
        }
        return wrong(doc, node, name, NULL, range.text);
    }
    *(int64_t *)field = value;
    return 0;
}

static int
read_real(const struct yaml_doc *doc, const struct yaml_node *node, const char *name,
          const struct yaml_field *f, void *field)
{
    /* strtod alone would also take "inf", "0x1p3" and a leading space. */
    size_t n = strspn(node->text, "+-.0123456789eE");
    char *end = NULL;
    double value = strtod(node->text, &end);
    if (n == 0 || node->text[n] != '\0' || *end != '\0' || !isfinite(value)) {
        return wrong(doc, node, name, NULL, type_words[YAML_REAL]);
    }
    bool is_any = f->min == 0 && f->max == 0;
    if (!is_any && (value < (double)f->min || value > (double)f->max)) {
        struct err range;
        (void)err_set(&range, 0, "from %lld to %lld", (long long)f->min, (long long)f->max);
        return wrong(doc, node, name, NULL, range.text);
    }
    *(double *)field = value;
    return 0;
}

static int
read_bool(const struct yaml_doc *doc, const struct yaml_node *node, const char *name,
          const struct yaml_field *f, void *field)
{
    (void)f;
    static const struct {
        const char *word;
        bool value;
    } words[] = { { "yes", true }, { "true", true }, { "no", false }, { "false", false } };
    for (size_t i = 0; i < LENGTH(words); i++) {
        if (strcmp(node->text, words[i].word) == 0) {
            *(bool *)field = words[i].value;
            return 0;
        }
    }
    return wrong(doc, node, name, NULL, type_words[YAML_BOOL]);
}

static int
read_word(const struct yaml_doc *doc, const struct yaml_node *node, const char *name,
          const struct yaml_field *f, void *field)
{
    AUTO_TEXT struct text all = { 0 };
    for (int i = 0; f->words[i]; i++) {
        if (strcmp(node->text, f->words[i]) == 0) {
            *(int *)field = i + 1;
            return 0;
        }
        text_addf(&all, "%s%s", i ? ", " : "one of: ", f->words[i]);
    }
    yaml_error_near(doc, node, f->words, text_str(&all), "%s cannot be \"%s\"", name, node->text);
    return 1;
}

static int
read_node(const struct yaml_doc *doc, const struct yaml_node *node, const char *name,
          const struct yaml_field *f, void *field)
{
    (void)doc;
    (void)name;
    (void)f;
    *(const struct yaml_node **)field = node;
    return 0;
}

static const struct {
    enum yaml_kind kind; /* YAML_NOTHING: any */
    int (*read)(const struct yaml_doc *, const struct yaml_node *, const char *,
                const struct yaml_field *, void *);
    const char *hint; /* when the kind is another */
} types[] = {
    [YAML_TEXT] = { YAML_SCALAR, read_text, NULL },
    [YAML_PROSE] = { YAML_SCALAR, read_prose, NULL },
    [YAML_ID] = { YAML_SCALAR, read_id, NULL },
    [YAML_INT] = { YAML_SCALAR, read_int, NULL },
    [YAML_REAL] = { YAML_SCALAR, read_real, NULL },
    [YAML_BOOL] = { YAML_SCALAR, read_bool, NULL },
    [YAML_WORD] = { YAML_SCALAR, read_word, NULL },
    [YAML_ITEMS] = { YAML_LIST, read_node, "write it as [one, two], or one \"- item\" a line" },
    [YAML_KEYS] = { YAML_MAP, read_node, "write it as \"key: value\" lines, indented" },
    [YAML_ANY] = { YAML_NOTHING, read_node, NULL },
};

int
yaml_read_value(const struct yaml_doc *doc, const struct yaml_node *node, const char *name,
                const struct yaml_field *field, void *out)
{
    void *at = (char *)out + field->offset;
    if (types[field->type].kind != YAML_NOTHING && node->kind != types[field->type].kind) {
        return wrong(doc, node, name, types[field->type].hint, type_words[field->type]);
    }
    return types[field->type].read(doc, node, name, field, at);
}

static const struct yaml_field *
field_of(const struct yaml_field *fields, const char *key)
{
    for (; fields->key; fields++) {
        if (strcmp(fields->key, key) == 0) {
            return fields;
        }
    }
    return NULL;
}

static int
unknown_key(const struct yaml_doc *doc, const struct yaml_node *key, const char *what,
            const struct yaml_field *fields)
{
    const char *names[NAMES_MAX + 1] = { NULL };
    AUTO_TEXT struct text all = { 0 };
    for (size_t i = 0; i < NAMES_MAX && fields[i].key; i++) {
        names[i] = fields[i].key;
        text_addf(&all, "%s%s", i ? ", " : "known keys: ", fields[i].key);
    }
    yaml_error_near(doc, key, names, text_str(&all), "unknown key \"%s\" in %s", key->text, what);
    return 1;
}

/* True when a key that nobody knows was probably meant to be this one: told already. */
static bool
is_misspelt(const struct yaml_node *map, const struct yaml_field *fields, const char *wanted)
{
    const char *const names[] = { wanted, NULL };
    for (const struct yaml_node *v = yaml_first(map); v; v = v->next) {
        if (!field_of(fields, v->key->text) && text_near(v->key->text, names)) {
            return true;
        }
    }
    return false;
}

static int
required_keys(const struct yaml_doc *doc, const struct yaml_node *map, const char *what,
              const struct yaml_field *fields)
{
    int n = 0;
    for (const struct yaml_field *f = fields; f->key; f++) {
        const struct yaml_node *value = yaml_get(map, f->key);
        if (f->need != YAML_REQUIRED || !yaml_is_null(value)
            || (!value && is_misspelt(map, fields, f->key))) {
            continue;
        }
        yaml_error(doc, value ? value->key : map, NULL, "%s has no %s", what, f->key);
        n++;
    }
    return n;
}

int
yaml_read_map(const struct yaml_doc *doc, const struct yaml_node *map, const char *what,
              const struct yaml_field *fields, void *out)
{
    if (!map || map->kind != YAML_MAP) {
        return wrong(doc, map, what, types[YAML_KEYS].hint, type_words[YAML_KEYS]);
    }
    int n = 0;
    for (const struct yaml_node *value = map->first; value; value = value->next) {
        const struct yaml_field *f = field_of(fields, value->key->text);
        bool is_twice = yaml_get(map, value->key->text) != value;
        if (value->key->kind != YAML_SCALAR || value->key->text[0] == '\0' || is_twice) {
            continue; /* reported when the tree was made; the first of two counts, as in yaml_get */
        }
        if (!f) {
            n += unknown_key(doc, value->key, what, fields);
        } else if (!yaml_is_null(value)) {
            n += yaml_read_value(doc, value, f->key, f, out);
        }
    }
    return n + required_keys(doc, map, what, fields);
}

int
yaml_read_texts(const struct yaml_doc *doc, const struct yaml_node *list, const char *name,
                struct arena *mem, const char *const **ret, size_t *ret_n)
{
    static const struct yaml_field text = { .type = YAML_TEXT };
    static const char *const none[] = { NULL };
    *ret = none;
    *ret_n = 0;
    if (yaml_is_null(list)) {
        return 0;
    }
    if (list->kind != YAML_LIST) {
        return wrong(doc, list, name, types[YAML_ITEMS].hint, type_words[YAML_ITEMS]);
    }
    const char **items = ARENA_LIST(mem, list->n + 1, const char *);
    int n_errors = 0;
    size_t n = 0;
    for (const struct yaml_node *item = list->first; items && item; item = item->next) {
        const char *s = NULL;
        n_errors += yaml_read_value(doc, item, name, &text, &s);
        items[n] = s ? arena_text(mem, s) : NULL;
        n += items[n] != NULL;
    }
    if (items) {
        *ret = items;
        *ret_n = n;
    }
    return n_errors;
}
