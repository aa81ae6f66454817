/* SPDX-License-Identifier: MIT */
/*
 * template.h - the mail templates that a trust may edit: a small part of mustache.
 *
 *   {{name}}             the value; in a .html template with & < > " ' escaped
 *   {{#name}}..{{/name}} once when the value is not empty, or once per row of a list
 *   {{^name}}..{{/name}} only when the value is empty
 *   {{! words}}          a comment
 *
 * A tag that opens or closes a section, or a comment, alone on its line takes the line with it.
 * There is no way to put a value into HTML unescaped, no include and no logic: an editor of
 * templates can change words and nothing else. Each template is read against the list of
 * variables that exist; a name that is not on it is an error at load, with file, line and column
 * and the near word, never an empty space in somebody's mail.
 */
#ifndef COPROD_NOTICE_TEMPLATE_H
#define COPROD_NOTICE_TEMPLATE_H

#include "base/diag.h"
#include "base/text.h"

enum {
    TEMPLATE_SIZE_MAX = 64 * 1024,
    TEMPLATE_NODES_MAX = 2048,
    TEMPLATE_DEPTH_MAX = 8,   /* sections inside sections */
    TEMPLATE_NAME_MAX = 48,   /* a variable's name */
    TEMPLATE_OUT_MAX = 512 * 1024, /* a rendered text */
};

enum template_escape { TEMPLATE_PLAIN = 0, TEMPLATE_HTML };

/* A variable that a template may name. Lists end with name == NULL. */
struct template_var {
    const char *name;
    const struct template_var *inside; /* a list: what each row has; NULL: a text */
};

/* What a template is filled with. Values are looked up in the row first, then outwards. */
struct template_row;
struct template_value {
    const char *name;
    const char *text;                /* NULL or "" is empty: a section over it is left out */
    const struct template_row *rows; /* of a list */
    size_t n_rows;
};
struct template_row {
    const struct template_value *values;
    size_t n_values;
};

struct template_source {
    const char *file; /* for messages */
    const char *bytes; /* UTF-8; CRLF and a byte order mark are read as if they were not there */
    size_t len;
    enum template_escape escape;
    bool is_line; /* a subject: one line, without its end */
};
struct template;
/* Every fault goes to d; then -EINVAL. -ENOMEM. vars must outlive the template. */
MUST_USE int template_parse(const struct template_source *source, const struct template_var *vars,
                            struct template **ret, struct diag *d);
struct template *template_free(struct template *t);
static inline void
template_freep(struct template **p)
{
    *p = template_free(*p);
}
/* Appends the rendered text to out. -EFBIG beyond TEMPLATE_OUT_MAX, -ENOMEM. */
MUST_USE int template_render(const struct template *t, const struct template_row *root,
                             struct text *out, struct err *reterr);

#endif
