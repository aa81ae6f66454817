/* SPDX-License-Identifier: MIT */
/* template.c - the mail templates that a trust may edit: a small part of mustache. */
#include "notice/template.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum node_kind { NODE_TEXT, NODE_VALUE, NODE_SECTION, NODE_INVERTED, NODE_END };

enum { NODES_STEP = 32 };

struct node {
    enum node_kind kind;
    size_t at, len; /* NODE_TEXT: the bytes */
    const char *name; /* the others: of the declared variable */
    size_t peer;    /* a section's end; an end's section */
};

struct template {
    char *bytes;
    size_t len;
    enum template_escape escape;
    bool is_line;
    struct node *nodes;
    size_t n_nodes;
};

/* A section that is open while the template is read. */
struct open_section {
    size_t node;
    size_t at; /* of its tag */
    const struct template_var *vars; /* what its rows have; NULL for a text's section */
};

struct reader {
    struct template *t;
    const char *file;
    struct diag *d;
    const struct template_var *vars;
    struct open_section open[TEMPLATE_DEPTH_MAX];
    size_t n_open;
    int n_faults;
};

struct tag {
    size_t at, end;    /* of the whole tag, braces included */
    char sigil;        /* '#', '^', '/', '!', or 0 */
    size_t name, name_len;
};

struct template *
template_free(struct template *t)
{
    if (t) {
        free(t->bytes);
        free(t->nodes);
        free(t);
    }
    return NULL;
}

static void fault(struct reader *rd, size_t at, size_t len, const char *hint, const char *format,
                  ...) PRINTF_LIKE(5, 6);

static void
fault(struct reader *rd, size_t at, size_t len, const char *hint, const char *format, ...)
{
    struct diag_at where = { .file = rd->file, .source = rd->t->bytes, .source_len = rd->t->len,
                             .line = 1, .col = 1, .len = (int)len };
    for (size_t i = 0; i < at; i++) {
        bool is_end = rd->t->bytes[i] == '\n';
        where.line += is_end;
        /* Columns count characters: continuation bytes of UTF-8 are none. */
        where.col = is_end ? 1 : where.col + (((unsigned char)rd->t->bytes[i] & 0xC0) != 0x80);
    }
    rd->n_faults++;
    va_list args;
    va_start(args, format);
    diag_addv(rd->d, DIAG_ERROR, &where, hint, format, args);
    va_end(args);
}

static int
node_add(struct template *t, struct node node)
{
    if (t->n_nodes == TEMPLATE_NODES_MAX) {
        return -E2BIG;
    }
    if (t->n_nodes % NODES_STEP == 0) {
        struct node *more = realloc(t->nodes, (t->n_nodes + NODES_STEP) * sizeof *more);
        if (!more) {
            return -ENOMEM;
        }
        t->nodes = more;
    }
    t->nodes[t->n_nodes++] = node;
    return 0;
}

static int
text_node(struct template *t, size_t from, size_t to)
{
    return from < to ? node_add(t, (struct node){ .kind = NODE_TEXT, .at = from, .len = to - from })
                     : 0;
}

/* The variable of that name, seen from the innermost open section outwards. */
static const struct template_var *
var_find(const struct reader *rd, const char *name, size_t len)
{
    for (size_t depth = rd->n_open + 1; depth-- > 0;) {
        const struct template_var *v = depth > 0 ? rd->open[depth - 1].vars : rd->vars;
        while (v && v->name && (strlen(v->name) != len || memcmp(v->name, name, len) != 0)) {
            v++;
        }
        if (v && v->name) {
            return v;
        }
    }
    return NULL;
}

static void
fault_unknown(struct reader *rd, const struct tag *tag)
{
    enum { NAMES_MAX = 128 };
    const char *names[NAMES_MAX + 1];
    size_t n = 0;
    for (size_t depth = 0; depth <= rd->n_open; depth++) {
        const struct template_var *v = depth > 0 ? rd->open[depth - 1].vars : rd->vars;
        for (; v && v->name && n < NAMES_MAX; v++) {
            names[n++] = v->name;
        }
    }
    names[n] = NULL;
    char name[TEMPLATE_NAME_MAX + 1];
    memcpy(name, rd->t->bytes + tag->name, tag->name_len);
    name[tag->name_len] = '\0';
    const char *near = text_near(name, names);
    AUTO_TEXT struct text hint = { 0 };
    if (near) {
        text_addf(&hint, "did you mean \"%s\"?", near);
    } else {
        text_add(&hint, "here you can use ");
        for (size_t i = 0; i < n; i++) {
            text_addf(&hint, "%s%s", i ? ", " : "", names[i]);
        }
    }
    fault(rd, tag->name, tag->name_len, text_str(&hint), "unknown variable \"%s\"", name);
}

static bool
is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* What stands between the braces; false after a fault. */
static bool
tag_read(struct reader *rd, size_t at, struct tag *ret)
{
    const char *s = rd->t->bytes;
    const char *close = strstr(s + at + 2, "}}");
    if (!close) {
        fault(rd, at, 2, "close it with }}", "this tag has no end");
        return false;
    }
    size_t end = (size_t)(close - s);
    struct tag tag = { .at = at, .end = end + 2 };
    size_t from = at + 2;
    if (from < end && strchr("#^/!", s[from])) {
        tag.sigil = s[from++];
    } else if (from < end && strchr("{&>=", s[from])) {
        fault(rd, at, end + 2 - at, "write {{name}}; values are always escaped in HTML",
              "\"{{%c\" is not part of the template language", s[from]);
        return false;
    }
    while (from < end && s[from] == ' ') {
        from++;
    }
    while (end > from && s[end - 1] == ' ') {
        end--;
    }
    tag.name = from;
    tag.name_len = end - from;
    *ret = tag;
    if (tag.sigil == '!') {
        return true;
    }
    size_t good = 0;
    while (good < tag.name_len && is_name(s[from + good])) {
        good++;
    }
    if (good == 0 || good < tag.name_len || tag.name_len > TEMPLATE_NAME_MAX) {
        fault(rd, at, tag.end - at, "a name has letters, digits and _ and at most 48 of them",
              "this tag has no proper name");
        return false;
    }
    return true;
}

/* A section tag or comment alone on its line takes the line with it. */
static void
tag_widen(const struct template *t, const struct tag *tag, size_t *ret_from, size_t *ret_to)
{
    const char *s = t->bytes;
    *ret_from = tag->at;
    *ret_to = tag->end;
    if (tag->sigil == '\0' || t->is_line) {
        return;
    }
    size_t from = tag->at;
    while (from > 0 && (s[from - 1] == ' ' || s[from - 1] == '\t')) {
        from--;
    }
    size_t to = tag->end;
    while (s[to] == ' ' || s[to] == '\t') {
        to++;
    }
    if ((from > 0 && s[from - 1] != '\n') || (s[to] != '\n' && to < t->len)) {
        return;
    }
    *ret_from = from;
    *ret_to = to < t->len ? to + 1 : to;
}

static int
section_begin(struct reader *rd, const struct tag *tag, const struct template_var *v)
{
    if (rd->n_open == TEMPLATE_DEPTH_MAX) {
        fault(rd, tag->at, tag->end - tag->at, NULL, "sections lie more than %d deep",
              TEMPLATE_DEPTH_MAX);
        return -EINVAL;
    }
    rd->open[rd->n_open++] = (struct open_section){
        .node = rd->t->n_nodes,
        .at = tag->at,
        .vars = tag->sigil == '#' ? v->inside : NULL,
    };
    return node_add(rd->t, (struct node){ .kind = tag->sigil == '#' ? NODE_SECTION : NODE_INVERTED,
                                          .name = v->name });
}

static int
section_end(struct reader *rd, const struct tag *tag)
{
    const char *name = rd->t->bytes + tag->name;
    if (rd->n_open == 0) {
        fault(rd, tag->at, tag->end - tag->at, NULL, "this closes \"%.*s\", which is not open",
              (int)tag->name_len, name);
        return 0;
    }
    const struct open_section *o = &rd->open[rd->n_open - 1];
    struct node *begin = &rd->t->nodes[o->node];
    if (strlen(begin->name) != tag->name_len || memcmp(begin->name, name, tag->name_len) != 0) {
        fault(rd, tag->at, tag->end - tag->at, NULL, "this closes \"%.*s\", but \"%s\" is open",
              (int)tag->name_len, name, begin->name);
    }
    rd->n_open--;
    begin->peer = rd->t->n_nodes;
    return node_add(rd->t, (struct node){ .kind = NODE_END, .name = begin->name, .peer = o->node });
}

static int
tag_take(struct reader *rd, const struct tag *tag)
{
    if (tag->sigil == '!') {
        return 0;
    }
    if (tag->sigil == '/') {
        return section_end(rd, tag);
    }
    const struct template_var *v = var_find(rd, rd->t->bytes + tag->name, tag->name_len);
    if (!v) {
        static const struct template_var nothing = { .name = "" };
        fault_unknown(rd, tag);
        /* A section of an unknown name is still opened, so that its end is no second fault. */
        return tag->sigil ? section_begin(rd, tag, &nothing) : 0;
    }
    if (tag->sigil) {
        return section_begin(rd, tag, v);
    }
    if (v->inside) {
        fault(rd, tag->at, tag->end - tag->at, "open it with # and close it with /",
              "\"%s\" is a list", v->name);
        return 0;
    }
    return node_add(rd->t, (struct node){ .kind = NODE_VALUE, .name = v->name });
}

static int
read_all(struct reader *rd)
{
    struct template *t = rd->t;
    size_t from = 0;
    for (const char *p; (p = strstr(t->bytes + from, "{{"));) {
        struct tag tag;
        size_t at = (size_t)(p - t->bytes);
        if (!tag_read(rd, at, &tag)) {
            from = at + 2;
            continue;
        }
        size_t to = 0;
        size_t next = 0;
        tag_widen(t, &tag, &to, &next);
        int r = text_node(t, from, to);
        r = r < 0 ? r : tag_take(rd, &tag);
        if (r == -E2BIG) {
            fault(rd, at, 2, NULL, "more than %d tags and pieces of text", TEMPLATE_NODES_MAX);
        }
        if (r < 0) {
            return r == -E2BIG ? -EINVAL : r;
        }
        from = next;
    }
    while (rd->n_open > 0) {
        const struct open_section *o = &rd->open[--rd->n_open];
        fault(rd, o->at, 2, NULL, "the section \"%s\" is never closed", t->nodes[o->node].name);
    }
    return text_node(t, from, t->len) == -E2BIG ? -EINVAL : 0;
}

/* Copies the source without byte order mark, carriage returns and a subject's line end. */
static int
source_copy(struct template *t, const struct template_source *source)
{
    t->bytes = calloc(1, source->len + 1);
    if (!t->bytes) {
        return -ENOMEM;
    }
    size_t skip = source->len >= 3 && memcmp(source->bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    for (size_t i = skip; i < source->len; i++) {
        bool is_crlf =
            source->bytes[i] == '\r' && i + 1 < source->len && source->bytes[i + 1] == '\n';
        if (!is_crlf) {
            t->bytes[t->len++] = source->bytes[i];
        }
    }
    while (source->is_line && t->len > 0 && t->bytes[t->len - 1] == '\n') {
        t->len--;
    }
    t->bytes[t->len] = '\0';
    return 0;
}

static void
source_check(struct reader *rd)
{
    const struct template *t = rd->t;
    if (!text_is_utf8(t->bytes, t->len)) {
        fault(rd, 0, 0, "save it as UTF-8", "this file is not UTF-8");
    }
    for (size_t i = 0; i < t->len; i++) {
        unsigned char c = (unsigned char)t->bytes[i];
        bool is_white = (c == '\n' && !t->is_line) || c == '\t';
        if ((c < 0x20 && !is_white) || c == 0x7F) {
            fault(rd, i, 1, NULL, c == '\n' ? "a subject is one line" : "control byte %d", c);
            return;
        }
    }
}

static int
read_source(struct reader *rd, const struct template_source *source)
{
    int r = source_copy(rd->t, source);
    if (r < 0) {
        return r;
    }
    source_check(rd);
    r = rd->n_faults ? -EINVAL : read_all(rd);
    return r < 0 || rd->n_faults == 0 ? r : -EINVAL;
}

int
template_parse(const struct template_source *source, const struct template_var *vars,
               struct template **ret, struct diag *d)
{
    if (source->len > TEMPLATE_SIZE_MAX) {
        struct diag_at whole = { .file = source->file };
        diag_error(d, &whole, NULL, "larger than %d bytes", TEMPLATE_SIZE_MAX);
        return -EINVAL;
    }
    struct template *t = calloc(1, sizeof *t);
    if (!t) {
        return -ENOMEM;
    }
    t->escape = source->escape;
    t->is_line = source->is_line;
    struct reader rd = { .t = t, .file = source->file, .d = d, .vars = vars };
    int r = read_source(&rd, source);
    if (r < 0) {
        (void)template_free(t);
        return r;
    }
    *ret = t;
    return 0;
}

/* --- filling it in ------------------------------------------------------------------------ */

struct frame {
    size_t node;
    const struct template_value *list; /* NULL: a text's section or an inverted one */
    size_t i;
};

struct filler {
    const struct template *t;
    const struct template_row *root;
    struct frame frames[TEMPLATE_DEPTH_MAX];
    size_t depth;
    struct text *out;
};

/* The row that is shown depth sections down; NULL where a section has none of its own. */
static const struct template_row *
row_at(const struct filler *f, size_t depth)
{
    const struct frame *frame = depth > 0 ? &f->frames[depth - 1] : NULL;
    return !frame ? f->root : frame->list ? &frame->list->rows[frame->i] : NULL;
}

static const struct template_value *
row_find(const struct template_row *row, const char *name)
{
    for (size_t i = 0; row && i < row->n_values; i++) {
        if (strcmp(row->values[i].name, name) == 0) {
            return &row->values[i];
        }
    }
    return NULL;
}

static const struct template_value *
value_find(const struct filler *f, const char *name)
{
    for (size_t depth = f->depth + 1; depth-- > 0;) {
        const struct template_value *v = row_find(row_at(f, depth), name);
        if (v) {
            return v;
        }
    }
    return NULL;
}

static bool
value_is_empty(const struct template_value *v)
{
    return !v || (v->n_rows == 0 && (!v->text || v->text[0] == '\0'));
}

static void
add_html(struct text *out, const char *s)
{
    static const char special[] = "&<>\"'";
    static const char *const escapes[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
    for (const char *at; *(at = s + strcspn(s, special)); s = at + 1) {
        text_addn(out, s, (size_t)(at - s));
        text_add(out, escapes[strchr(special, *at) - special]);
    }
    text_add(out, s);
}

static void
fill_value(struct filler *f, const char *name)
{
    const struct template_value *v = value_find(f, name);
    if (!v || !v->text) {
        return;
    }
    if (f->t->escape == TEMPLATE_HTML) {
        add_html(f->out, v->text);
    } else {
        text_add(f->out, v->text);
    }
}

/* The node to go on with. */
static size_t
fill_begin(struct filler *f, size_t at)
{
    const struct node *node = &f->t->nodes[at];
    const struct template_value *v = value_find(f, node->name);
    bool is_shown = value_is_empty(v) == (node->kind == NODE_INVERTED);
    if (!is_shown) {
        return node->peer + 1;
    }
    bool is_list = node->kind == NODE_SECTION && v && v->n_rows > 0;
    assert(f->depth < TEMPLATE_DEPTH_MAX);
    f->frames[f->depth++] = (struct frame){ .node = at, .list = is_list ? v : NULL };
    return at + 1;
}

static size_t
fill_end(struct filler *f, size_t at)
{
    assert(f->depth > 0); /* every end has its section: template_parse saw to it */
    struct frame *frame = &f->frames[f->depth - 1];
    if (frame->list && frame->i + 1 < frame->list->n_rows) {
        frame->i++;
        return frame->node + 1;
    }
    f->depth--;
    return at + 1;
}

int
template_render(const struct template *t, const struct template_row *root, struct text *out,
                struct err *reterr)
{
    struct filler f = { .t = t, .root = root, .out = out };
    size_t before = out->len;
    for (size_t at = 0; at < t->n_nodes;) {
        const struct node *node = &t->nodes[at];
        switch (node->kind) {
        case NODE_TEXT:
            text_addn(out, t->bytes + node->at, node->len);
            at++;
            break;
        case NODE_VALUE:
            fill_value(&f, node->name);
            at++;
            break;
        case NODE_SECTION:
        case NODE_INVERTED:
            at = fill_begin(&f, at);
            break;
        case NODE_END:
            at = fill_end(&f, at);
            break;
        }
        if (out->len - before > TEMPLATE_OUT_MAX) {
            return err_set(reterr, -EFBIG, "a rendered text is larger than %d bytes",
                           TEMPLATE_OUT_MAX);
        }
    }
    return out->bad ? err_set(reterr, out->bad, "out of memory") : 0;
}
