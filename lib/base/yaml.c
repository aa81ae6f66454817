/* SPDX-License-Identifier: MIT */
/* yaml.c - the only door to libyaml: events become a small tree that knows its lines. */
#include "base/yaml.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

struct yaml_doc {
    struct arena *mem;
    struct diag *d;
    const char *name;
    const char *source;
    size_t source_len;
    const struct yaml_node *root;
};

/* What is being built: the path from the root to here. */
struct builder {
    struct yaml_doc *doc;
    yaml_parser_t *parser;
    struct yaml_node *open[YAML_DEPTH_MAX];
    struct yaml_node *last[YAML_DEPTH_MAX]; /* youngest child of open[i] */
    const struct yaml_node *key[YAML_DEPTH_MAX]; /* the key that waits for its value */
    size_t depth;
    size_t n_nodes;
    size_t n_documents;
    yaml_mark_t quote_mark; /* where the youngest scalar began, if it is quoted and over lines */
    size_t quote_end;       /* its last line from 1; 0: it is not such a one */
    int r; /* negative: stop */
};

static const struct yaml_node nothing = { .kind = YAML_NOTHING, .line = 1, .col = 1, .text = "" };

static void
doc_error(const struct yaml_doc *doc, int line, int col, const char *hint, const char *message)
{
    struct diag_at at = { .file = doc->name, .source = doc->source,
                          .source_len = doc->source_len, .line = line, .col = col, .len = 1 };
    diag_error(doc->d, &at, hint, "%s", message);
}

static void
mark_error(const struct builder *b, yaml_mark_t mark, const char *hint, const char *message)
{
    doc_error(b->doc, (int)mark.line + 1, (int)mark.column + 1, hint, message);
}

/* Every event that libyaml gives may be wrong for us and still let the reading go on. */
static void
refuse_decorations(const struct builder *b, const yaml_event_t *e, const yaml_char_t *anchor,
                   const yaml_char_t *tag)
{
    if (anchor) {
        mark_error(b, e->start_mark, "write the value out where it is used",
                   "anchors (&name) are not allowed");
    }
    if (tag) {
        mark_error(b, e->start_mark, "remove it: the key says what type its value has",
                   "tags (!name) are not allowed");
    }
}

static int
node_len(const yaml_event_t *e, const char *text)
{
    if (e->end_mark.line == e->start_mark.line && e->end_mark.column > e->start_mark.column) {
        return (int)(e->end_mark.column - e->start_mark.column);
    }
    size_t n = strcspn(text, "\n");
    return n > 0 && n < 80 ? (int)n : 1;
}

static struct yaml_node *
node_new(struct builder *b, enum yaml_kind kind, const yaml_event_t *e)
{
    if (++b->n_nodes > YAML_NODES_MAX) {
        mark_error(b, e->start_mark, "split it into several files", "the file has too many values");
        b->r = -EBADMSG;
        return NULL;
    }
    struct yaml_node *node = ARENA_NEW(b->doc->mem, struct yaml_node);
    if (!node) {
        b->r = -ENOMEM;
        return NULL;
    }
    *node = (struct yaml_node){ .kind = kind, .text = "",
                                .line = (int)e->start_mark.line + 1,
                                .col = (int)e->start_mark.column + 1, .len = 1 };
    return node;
}

static bool
key_is_twice(const struct yaml_node *map, const struct yaml_node *key)
{
    for (const struct yaml_node *n = map->first; n; n = n->next) {
        if (n->key && strcmp(n->key->text, key->text) == 0) {
            return true;
        }
    }
    return false;
}

/* True when node is the key of a map: it waits there for its value. */
static bool
take_key(struct builder *b, const struct yaml_node *node)
{
    size_t top = b->depth - 1;
    if (b->depth == 0 || b->open[top]->kind != YAML_MAP || b->key[top]) {
        return false;
    }
    if (b->open[top]->n >= YAML_KEYS_MAX) { /* looking for a twin takes time for each */
        doc_error(b->doc, node->line, node->col, NULL, "this map has too many keys");
        b->r = -EBADMSG;
        return true;
    }
    if (node->kind != YAML_SCALAR) {
        doc_error(b->doc, node->line, node->col, "a key is one word",
                  "a key cannot be a list or a map");
    } else if (node->text[0] == '\0' || strlen(node->text) > YAML_KEY_MAX
               || strchr(node->text, '\n')) {
        doc_error(b->doc, node->line, node->col, "a key is one word",
                  "this key is empty or too long");
    } else if (strcmp(node->text, "<<") == 0) {
        doc_error(b->doc, node->line, node->col, "write the values out",
                  "merge keys (<<) are not allowed");
    } else if (key_is_twice(b->open[top], node)) {
        yaml_error(b->doc, node, "keep one of them", "key \"%s\" is here twice", node->text);
    }
    b->key[top] = node;
    return true;
}

static void
attach(struct builder *b, struct yaml_node *node)
{
    if (b->depth == 0) {
        b->doc->root = b->doc->root ? b->doc->root : node;
        return;
    }
    size_t top = b->depth - 1;
    struct yaml_node *parent = b->open[top];
    node->key = b->key[top];
    b->key[top] = NULL;
    if (b->last[top]) {
        b->last[top]->next = node;
    } else {
        parent->first = node;
    }
    b->last[top] = node;
    parent->n++;
}

/* Control characters come in only by escapes ("\x07"): the bytes themselves stop the reader. */
static bool
scalar_is_clean(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F) {
            return false;
        }
    }
    return true;
}

static void
on_scalar(struct builder *b, const yaml_event_t *e)
{
    const char *value = (const char *)e->data.scalar.value;
    size_t len = e->data.scalar.length;
    refuse_decorations(b, e, e->data.scalar.anchor, e->data.scalar.tag);
    struct yaml_node *node = node_new(b, YAML_SCALAR, e);
    if (!node) {
        return;
    }
    if (!scalar_is_clean(value, len)) {
        mark_error(b, e->start_mark, NULL, "control characters are not allowed in a value");
        len = 0;
    }
    bool is_block = e->data.scalar.style == YAML_LITERAL_SCALAR_STYLE
                    || e->data.scalar.style == YAML_FOLDED_SCALAR_STYLE;
    while (is_block && len > 0 && value[len - 1] == '\n') {
        len--; /* the line break that ends a block is layout, not text */
    }
    char *text = arena_textn(b->doc->mem, value, len);
    if (!text) {
        b->r = -ENOMEM;
        return;
    }
    node->text = text;
    node->is_quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    bool runs_on = node->is_quoted && !is_block && e->end_mark.line > e->start_mark.line;
    b->quote_mark = e->start_mark;
    b->quote_end = runs_on ? e->end_mark.line + 1 : 0;
    node->len = is_block ? 1 : node_len(e, text);
    if (!take_key(b, node)) {
        attach(b, node);
    }
}

static void
open_node(struct builder *b, const yaml_event_t *e, enum yaml_kind kind)
{
    if (b->depth >= YAML_DEPTH_MAX) {
        mark_error(b, e->start_mark, NULL, "nested more than 32 levels deep");
        b->r = -EBADMSG;
        return;
    }
    struct yaml_node *node = node_new(b, kind, e);
    if (!node) {
        return;
    }
    if (!take_key(b, node)) {
        attach(b, node);
    }
    b->open[b->depth] = node;
    b->last[b->depth] = NULL;
    b->key[b->depth] = NULL;
    b->depth++;
}

static void
on_list(struct builder *b, const yaml_event_t *e)
{
    refuse_decorations(b, e, e->data.sequence_start.anchor, e->data.sequence_start.tag);
    open_node(b, e, YAML_LIST);
}

static void
on_map(struct builder *b, const yaml_event_t *e)
{
    refuse_decorations(b, e, e->data.mapping_start.anchor, e->data.mapping_start.tag);
    open_node(b, e, YAML_MAP);
}

static void
on_end(struct builder *b, const yaml_event_t *e)
{
    (void)e;
    b->depth--;
}

static void
on_alias(struct builder *b, const yaml_event_t *e)
{
    mark_error(b, e->start_mark, "write the value out where it is used",
               "aliases (*name) are not allowed");
    struct yaml_node *node = node_new(b, YAML_SCALAR, e);
    if (node && !take_key(b, node)) {
        attach(b, node);
    }
}

static void
on_document(struct builder *b, const yaml_event_t *e)
{
    const yaml_tag_directive_t *tags = e->data.document_start.tag_directives.start;
    if (e->data.document_start.version_directive
        || tags != e->data.document_start.tag_directives.end) {
        mark_error(b, e->start_mark, "remove the line", "directives (%YAML, %TAG) are not allowed");
    }
    if (++b->n_documents > 1) {
        mark_error(b, e->start_mark, "one file is one document: remove the --- line",
                   "a second document begins here");
        b->r = -EBADMSG;
    }
}

static void (*const handlers[])(struct builder *b, const yaml_event_t *e) = {
    [YAML_DOCUMENT_START_EVENT] = on_document, [YAML_ALIAS_EVENT] = on_alias,
    [YAML_SCALAR_EVENT] = on_scalar,           [YAML_SEQUENCE_START_EVENT] = on_list,
    [YAML_SEQUENCE_END_EVENT] = on_end,        [YAML_MAPPING_START_EVENT] = on_map,
    [YAML_MAPPING_END_EVENT] = on_end,
};

/* libyaml's words and ours; the first row whose two parts both fit. */
static const struct {
    const char *context, *problem; /* "" fits any */
    bool at_context;
    const char *message, *hint;
} syntax[] = {
    { "quoted scalar", "end of stream", true, "this quote is never closed",
      "add the missing quote at the end of the value" },
    { "quoted scalar", "document indicator", true, "this quote is never closed",
      "add the missing quote at the end of the value" },
    { "quoted scalar", "unknown escape", false, "unknown escape after \\",
      "in double quotes write \\\\ for a backslash, or use single quotes" },
    { "", "cannot start any token", false, "a value cannot begin with this character",
      "put the value in quotes; indent with spaces, never with tabs" },
    { "", "mapping values are not allowed", false, "a \": \" is not allowed here",
      "put the value in quotes if it holds a colon; else check the indentation" },
    { "flow sequence", "", true, "this [ is never closed, or a comma is missing", NULL },
    { "flow mapping", "", true, "this { is never closed, or a comma is missing", NULL },
    { "block mapping", "expected key", false, "this line does not fit the lines above it",
      "keys of one thing stand in the same column" },
    { "block collection", "", false, "this line does not fit the list above it",
      "items of one list begin with \"- \" in the same column" },
    { "simple key", "expected ':'", true, "there is no \":\" after this key", NULL },
};

static void
syntax_error(const struct builder *b)
{
    const yaml_parser_t *p = b->parser;
    const char *context = p->context ? p->context : "";
    const char *problem = p->problem ? p->problem : "this is not YAML";
    if (b->quote_end == p->problem_mark.line + 1) { /* it took the quote of another value */
        mark_error(b, b->quote_mark, "add the missing quote at the end of the value",
                   "this quote is closed only in a later line, which then makes no sense");
        return;
    }
    for (size_t i = 0; i < LENGTH(syntax); i++) {
        if (strstr(context, syntax[i].context) && strstr(problem, syntax[i].problem)) {
            mark_error(b, syntax[i].at_context ? p->context_mark : p->problem_mark, syntax[i].hint,
                       syntax[i].message);
            return;
        }
    }
    mark_error(b, p->problem_mark, NULL, problem);
}

/* The reader has no mark, only an offset of bytes: count for it. */
static void
reader_error(const struct builder *b)
{
    const struct yaml_doc *doc = b->doc;
    size_t offset = b->parser->problem_offset;
    offset = offset < doc->source_len ? offset : doc->source_len;
    int line = 1;
    int col = 1;
    for (size_t i = 0; i < offset; i++) {
        unsigned char c = (unsigned char)doc->source[i];
        line += c == '\n';
        col = c == '\n' ? 1 : col + ((c & 0xC0) != 0x80);
    }
    bool is_control = b->parser->problem && strstr(b->parser->problem, "control");
    doc_error(doc, line, col, is_control ? NULL : "save the file as UTF-8",
              is_control ? "control characters are not allowed" : "this is not UTF-8");
}

static int
parse_failed(const struct builder *b)
{
    if (b->parser->error == YAML_MEMORY_ERROR) {
        return -ENOMEM;
    }
    if (b->parser->error == YAML_READER_ERROR) {
        reader_error(b);
    } else {
        syntax_error(b);
    }
    return -EBADMSG;
}

static int
build(struct builder *b)
{
    for (bool is_over = false; !is_over && b->r >= 0;) {
        yaml_event_t e;
        if (!yaml_parser_parse(b->parser, &e)) {
            return parse_failed(b);
        }
        is_over = e.type == YAML_STREAM_END_EVENT;
        if ((size_t)e.type < LENGTH(handlers) && handlers[e.type]) {
            handlers[e.type](b, &e);
        }
        yaml_event_delete(&e);
    }
    return b->r;
}

static int
parse(struct yaml_doc *doc)
{
    static const char bom[] = "\xEF\xBB\xBF";
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) {
        return -ENOMEM;
    }
    size_t skip = doc->source_len >= 3 && memcmp(doc->source, bom, 3) == 0 ? 3 : 0;
    doc->source += skip;
    doc->source_len -= skip;
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING); /* else it would guess UTF-16 */
    yaml_parser_set_input_string(&parser, (const unsigned char *)doc->source, doc->source_len);
    struct builder b = { .doc = doc, .parser = &parser };
    int r = build(&b);
    yaml_parser_delete(&parser);
    return r;
}

struct yaml_doc *
yaml_doc_free(struct yaml_doc *doc)
{
    if (doc) {
        (void)arena_free(doc->mem);
        free(doc);
    }
    return NULL;
}

static int
doc_new(const char *name, struct diag *d, struct yaml_doc **ret)
{
    AUTO(yaml_doc) struct yaml_doc *doc = calloc(1, sizeof *doc);
    if (!doc) {
        return -ENOMEM;
    }
    doc->d = d;
    doc->mem = arena_open();
    doc->name = doc->mem ? arena_text(doc->mem, name) : NULL;
    if (!doc->name) {
        return -ENOMEM;
    }
    *ret = TAKE(doc);
    return 0;
}

int
yaml_read_text(const char *name, const char *text, size_t len, struct diag *d,
               struct yaml_doc **ret)
{
    AUTO(yaml_doc) struct yaml_doc *doc = NULL;
    int r = doc_new(name, d, &doc);
    if (r < 0) {
        return r;
    }
    if (len > YAML_BYTES_MAX) {
        yaml_error(doc, NULL, "split it into several files", "the file is over 1 MiB");
        return -EBADMSG;
    }
    doc->source = arena_textn(doc->mem, text, len);
    doc->source_len = len;
    if (!doc->source) {
        return -ENOMEM;
    }
    r = parse(doc);
    if (r < 0) {
        return r;
    }
    *ret = TAKE(doc);
    return 0;
}

static int
file_refused(const char *path, struct diag *d, int r, const char *why)
{
    struct diag_at at = { .file = path };
    diag_error(d, &at, NULL, "%s", why);
    return r;
}

/* Reads a whole regular file, one byte past the limit at most: a file may grow while it is read. */
static int
slurp(const char *path, struct diag *d, char **ret, size_t *ret_len)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0) {
        int r = -errno;
        return file_refused(path, d, r, strerror(-r));
    }
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        return file_refused(path, d, -EINVAL, "this is not a regular file");
    }
    AUTO_FREE char *bytes = malloc(YAML_BYTES_MAX + 1);
    if (!bytes) {
        return -ENOMEM;
    }
    size_t len = 0;
    while (len <= YAML_BYTES_MAX) {
        ssize_t n = read(fd, bytes + len, YAML_BYTES_MAX + 1 - len);
        if (n < 0 && errno != EINTR) {
            int r = -errno;
            return file_refused(path, d, r, strerror(-r));
        }
        if (n == 0) {
            break;
        }
        len += n > 0 ? (size_t)n : 0;
    }
    *ret = TAKE(bytes);
    *ret_len = len;
    return 0;
}

int
yaml_read_file(const char *path, struct diag *d, struct yaml_doc **ret)
{
    AUTO_FREE char *bytes = NULL;
    size_t len = 0;
    int r = slurp(path, d, &bytes, &len);
    if (r < 0) {
        return r;
    }
    return yaml_read_text(path, bytes, len, d, ret);
}

const struct yaml_node *
yaml_root(const struct yaml_doc *doc)
{
    return doc->root ? doc->root : &nothing;
}

const char *
yaml_source(const struct yaml_doc *doc, size_t *ret_len)
{
    *ret_len = doc->source_len;
    return doc->source;
}

const char *
yaml_name(const struct yaml_doc *doc)
{
    return doc->name;
}

static struct diag_at
node_at(const struct yaml_doc *doc, const struct yaml_node *node)
{
    struct diag_at at = { .file = doc->name, .source = doc->source, .source_len = doc->source_len };
    if (node) {
        at.line = node->line;
        at.col = node->col;
        at.len = node->len;
    }
    return at;
}

void
yaml_error(const struct yaml_doc *doc, const struct yaml_node *node, const char *hint,
           const char *format, ...)
{
    struct diag_at at = node_at(doc, node);
    va_list args;
    va_start(args, format);
    diag_addv(doc->d, DIAG_ERROR, &at, hint, format, args);
    va_end(args);
}

void
yaml_warn(const struct yaml_doc *doc, const struct yaml_node *node, const char *hint,
          const char *format, ...)
{
    struct diag_at at = node_at(doc, node);
    va_list args;
    va_start(args, format);
    diag_addv(doc->d, DIAG_WARNING, &at, hint, format, args);
    va_end(args);
}

void
yaml_note(const struct yaml_doc *doc, const struct yaml_node *node, const char *hint,
          const char *format, ...)
{
    struct diag_at at = node_at(doc, node);
    va_list args;
    va_start(args, format);
    diag_addv(doc->d, DIAG_NOTE, &at, hint, format, args);
    va_end(args);
}

void
yaml_error_near(const struct yaml_doc *doc, const struct yaml_node *node, const char *const *names,
                const char *hint, const char *format, ...)
{
    struct diag_at at = node_at(doc, node);
    struct err did_you;
    const char *near = node ? text_near(node->text, names) : NULL;
    if (near) {
        (void)err_set(&did_you, 0, "did you mean \"%s\"?", near);
    }
    va_list args;
    va_start(args, format);
    diag_addv(doc->d, DIAG_ERROR, &at, near ? did_you.text : hint, format, args);
    va_end(args);
}
