/* SPDX-License-Identifier: MIT */
/*
 * yaml.h - the only door to YAML: a file becomes a small tree that knows its lines.
 *
 *   AUTO(yaml_doc) struct yaml_doc *doc = NULL;
 *   r = yaml_read_file(path, &d, &doc);
 *   if (r < 0) {
 *       return r;                          // syntax: no tree, d says why
 *   }
 *   struct raw_action a = { 0 };
 *   yaml_read_map(doc, yaml_root(doc), "action", action_fields, &a);
 *   for (const struct yaml_node *n = yaml_first(a.leads); n; n = n->next) { ... }
 *   return d.n_errors ? -EBADMSG : 0;      // everything that is wrong, at once
 *
 * Refused with file:line:col: anchors, aliases, tags, directives, a second document, keys that are
 * no plain words or come twice, control characters, bad UTF-8, depth over YAML_DEPTH_MAX, more than
 * YAML_NODES_MAX nodes, files over YAML_BYTES_MAX. Scalars stay text (`no` is "no"): the reader's
 * table says what type a key has.
 *
 * The second half of this page reads a map by a table of keys; see yaml_read_map.
 */
#ifndef COPROD_BASE_YAML_H
#define COPROD_BASE_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"

enum {
    YAML_DEPTH_MAX = 32,
    YAML_BYTES_MAX = 1024 * 1024,
    YAML_NODES_MAX = 100000,
    YAML_KEYS_MAX = 2000, /* in one map */
    YAML_KEY_MAX = 128,   /* bytes of a key */
};

enum yaml_kind { YAML_NOTHING = 0, YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
    enum yaml_kind kind;
    bool is_quoted;   /* '..', "..", | or >: never null, a number or a truth value */
    int line, col;    /* from 1, col in characters */
    int len;          /* characters on its first line, for the underline */
    const char *text; /* scalar: its bytes, terminated, no NUL inside; else "" */
    const struct yaml_node *key;   /* a value of a map: its key, a scalar; else NULL */
    const struct yaml_node *first; /* list or map: first child */
    const struct yaml_node *next;  /* the next item of the same list or map */
    size_t n;                      /* children */
};

struct yaml_doc;
/* d must live as long as the doc is asked questions. -ENOENT and the like with one finding when
 * the file cannot be read; -EBADMSG when it has no tree. With 0 there may still be errors in d
 * (duplicate keys, tags): go on, collect the rest, and look at d->n_errors at the end. */
MUST_USE int yaml_read_file(const char *path, struct diag *d, struct yaml_doc **ret);
/* The same from memory; `name` stands for the file in messages. Text is copied. */
MUST_USE int yaml_read_text(const char *name, const char *text, size_t len, struct diag *d,
                            struct yaml_doc **ret);
struct yaml_doc *yaml_doc_free(struct yaml_doc *doc);
static inline void
yaml_doc_freep(struct yaml_doc **p)
{
    *p = yaml_doc_free(*p);
}
/* Never NULL; an empty file gives a node of kind YAML_NOTHING. */
const struct yaml_node *yaml_root(const struct yaml_doc *doc);
const char *yaml_source(const struct yaml_doc *doc, size_t *ret_len); /* the file's bytes */
const char *yaml_name(const struct yaml_doc *doc);

/* First child, NULL for a scalar, an empty list or a NULL node. */
const struct yaml_node *yaml_first(const struct yaml_node *node);
/* The value of a key, or NULL (also when map is NULL or no map). */
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key);
/* True for nothing, an empty plain scalar, ~ and null. */
bool yaml_is_null(const struct yaml_node *node);

/* A finding at a node; NULL: at the file. hint may be NULL. */
void yaml_error(const struct yaml_doc *doc, const struct yaml_node *at, const char *hint,
                const char *format, ...) PRINTF_LIKE(4, 5);
void yaml_warn(const struct yaml_doc *doc, const struct yaml_node *at, const char *hint,
               const char *format, ...) PRINTF_LIKE(4, 5);
void yaml_note(const struct yaml_doc *doc, const struct yaml_node *at, const char *hint,
               const char *format, ...) PRINTF_LIKE(4, 5);
/* The hint asks `did you mean "near"?` when one of the names (NULL-terminated) is near, or is
 * `hint` when none is. */
void yaml_error_near(const struct yaml_doc *doc, const struct yaml_node *at,
                     const char *const *names, const char *hint, const char *format, ...)
    PRINTF_LIKE(5, 6);

/* --- reading a map by a table ------------------------------------------------------------- */

/* What a key holds, and the C type of its field. */
enum yaml_type {
    YAML_TYPE_NONE = 0,
    YAML_TEXT,  /* const char *: one line, not empty */
    YAML_PROSE, /* const char *: may have line breaks */
    YAML_ID,    /* const char *: letters, digits, - _ . and no more than 64 of them */
    YAML_INT,   /* int64_t within min..max */
    YAML_REAL,  /* double within min..max */
    YAML_BOOL,  /* bool: yes, no, true, false */
    YAML_WORD,  /* int: index (from 1) into the NULL-terminated words */
    YAML_ITEMS, /* const struct yaml_node *: a list */
    YAML_KEYS,  /* const struct yaml_node *: a map */
    YAML_ANY,   /* const struct yaml_node *: whatever it is */
};
enum yaml_need { YAML_OPTIONAL = 0, YAML_REQUIRED };

struct yaml_field {
    const char *key;
    enum yaml_type type;
    enum yaml_need need;
    size_t offset; /* of the field in the struct that is filled */
    int64_t min, max; /* YAML_INT, YAML_REAL; bytes of YAML_TEXT, YAML_PROSE; both 0: any */
    const char *const *words; /* YAML_WORD */
};
/* A row of a table: YAML_FIELD("metric", struct raw_action, metric, YAML_PROSE, YAML_OPTIONAL). */
#define YAML_FIELD(key_, record, field, type_, need_) \
    { .key = (key_), .type = (type_), .need = (need_), .offset = offsetof(record, field) }
#define YAML_FIELD_MAX(key_, record, field, type_, need_, max_)                                  \
    { .key = (key_), .type = (type_), .need = (need_), .offset = offsetof(record, field),        \
      .max = (max_) }
#define YAML_FIELD_INT(key_, record, field, need_, min_, max_)                                   \
    { .key = (key_), .type = YAML_INT, .need = (need_), .offset = offsetof(record, field),       \
      .min = (min_), .max = (max_) }
#define YAML_FIELD_WORD(key_, record, field, need_, words_)                                      \
    { .key = (key_), .type = YAML_WORD, .need = (need_), .offset = offsetof(record, field),      \
      .words = (words_) }
#define YAML_FIELDS_END { .key = NULL }

/* Fills *out (which the caller set to its defaults) from map by the table, whose last row is
 * YAML_FIELDS_END. `what` names the thing in messages: unknown key "timescle" in action 1f. A key
 * that is null or absent leaves its field; texts point into the doc. Returns the number of errors
 * found, all of them in the doc's diag; the good fields are filled even so. */
int yaml_read_map(const struct yaml_doc *doc, const struct yaml_node *map, const char *what,
                  const struct yaml_field *fields, void *out);
/* One value by type, as a row of the table would; 0 or 1 error. `name` names it in messages. */
int yaml_read_value(const struct yaml_doc *doc, const struct yaml_node *node, const char *name,
                    const struct yaml_field *field, void *out);
/* A list of one-line texts into the arena: *ret (NULL-terminated too) and *ret_n. NULL node: empty.
 * Returns the number of errors. */
int yaml_read_texts(const struct yaml_doc *doc, const struct yaml_node *list, const char *name,
                    struct arena *mem, const char *const **ret, size_t *ret_n);

#endif
