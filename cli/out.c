/* SPDX-License-Identifier: MIT */
/* out.c - what a command prints, collected and then written once in the form asked for. */
#include "out.h"

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/text.h"

enum { OUT_COLUMNS_MAX = 16, OUT_GAP = 2, COLUMN_MIN = 10 };

struct cell {
    char *text;
    enum out_tint tint;
};

struct out {
    struct out_options options;
    json_t *root;
    struct text body; /* page or plain text that is finished */
    struct text raw;  /* bytes as they are; stand before the body */
    int bad;

    /* Fields wait until a table, a note or the end, so that their values stand in one column. */
    struct cell *fields; /* label, value, label, value ... */
    size_t n_fields, cap_fields;

    struct column columns[OUT_COLUMNS_MAX];
    size_t n_columns;
    struct cell *cells;
    size_t n_cells, cap_cells;
    json_t *list; /* borrowed from root */
    json_t *item; /* borrowed from list: the row being filled */
    size_t n_json; /* cells put into list */
    enum out_tint tint;
};

int
out_open(const struct out_options *options, struct out **ret)
{
    struct out *o = calloc(1, sizeof *o);
    if (!o) {
        return -ENOMEM;
    }
    o->options = *options;
    if (options->form == OUT_JSON) {
        AUTO_TEXT struct text schema = { 0 };
        text_addf(&schema, "coprod.%s", options->schema ? options->schema : "text/1");
        o->root = json_pack("{s:s}", "schema", text_str(&schema));
        o->bad = o->root ? 0 : -ENOMEM;
    }
    *ret = o;
    return 0;
}

static void
cells_clear(struct cell *cells, size_t *n)
{
    for (size_t i = 0; i < *n; i++) {
        free(cells[i].text);
    }
    *n = 0;
}

struct out *
out_free(struct out *o)
{
    if (o) {
        cells_clear(o->fields, &o->n_fields);
        cells_clear(o->cells, &o->n_cells);
        free(o->fields);
        free(o->cells);
        text_done(&o->body);
        text_done(&o->raw);
        json_decref(o->root);
        free(o);
    }
    return NULL;
}

enum out_form
out_form(const struct out *o)
{
    return o->options.form;
}

/* Takes text, also on failure. */
static int
cells_push(struct cell **cells, size_t *n, size_t *cap, struct cell cell)
{
    if (list_room(cells, *n, cap, sizeof **cells) < 0) {
        free(cell.text);
        return -ENOMEM;
    }
    (*cells)[(*n)++] = cell;
    return 0;
}

static const char *
tint_code(const struct out *o, enum out_tint tint)
{
    static const char *const codes[] = { [TINT_NONE] = "", [TINT_GOOD] = "\033[32m",
                                         [TINT_WARN] = "\033[33m", [TINT_BAD] = "\033[31m",
                                         [TINT_DIM] = "\033[2m" };
    return o->options.color && o->options.form == OUT_PAGE ? codes[tint] : "";
}

/* Adds s without what could move the cursor or break the line of a table. */
static void
add_clean(struct text *t, const char *s)
{
    for (; *s; s++) {
        unsigned char b = (unsigned char)*s;
        text_addc(t, (char)(b < 0x20 || b == 0x7F ? ' ' : *s));
    }
}

/* The beginning of s that fits, by columns; cut between characters. */
static void
add_cut(struct text *t, const char *s, size_t width)
{
    AUTO_TEXT struct text cut = { 0 };
    for (const char *at = s; *at;) {
        size_t len = 1;
        while (((unsigned char)at[len] & 0xC0) == 0x80) {
            len++;
        }
        AUTO_TEXT struct text longer = { 0 };
        text_add(&longer, text_str(&cut));
        text_addn(&longer, at, len);
        if (text_width(text_str(&longer)) >= width) {
            break;
        }
        text_addn(&cut, at, len);
        at += len;
    }
    text_add(t, text_str(&cut));
    text_add(t, "…");
}

static void
add_padding(struct text *t, size_t n)
{
    text_addf(t, "%*s", (int)n, "");
}

static void
gap_before(struct out *o)
{
    if (o->body.len > 0) {
        text_addc(&o->body, '\n');
    }
}

static void
flush_fields(struct out *o)
{
    if (o->n_fields == 0) {
        return;
    }
    gap_before(o);
    size_t widest = 0;
    for (size_t i = 0; i < o->n_fields; i += 2) {
        size_t width = text_width(o->fields[i].text);
        widest = width > widest ? width : widest;
    }
    for (size_t i = 0; i + 1 < o->n_fields; i += 2) {
        const struct cell *value = &o->fields[i + 1];
        const char *code = tint_code(o, value->tint);
        text_add(&o->body, o->fields[i].text);
        if (o->options.form == OUT_PLAIN) {
            text_addc(&o->body, '\t');
        } else {
            text_addc(&o->body, ':');
            add_padding(&o->body, widest - text_width(o->fields[i].text) + OUT_GAP);
        }
        text_add(&o->body, code);
        text_add(&o->body, value->text);
        text_addf(&o->body, "%s\n", *code ? "\033[0m" : "");
    }
    cells_clear(o->fields, &o->n_fields);
}

static void
measure(const struct out *o, size_t widths[OUT_COLUMNS_MAX])
{
    assert(o->n_columns > 0 && o->n_columns <= OUT_COLUMNS_MAX);
    for (size_t i = 0; i < OUT_COLUMNS_MAX; i++) {
        widths[i] = i < o->n_columns ? text_width(o->columns[i].head) : 0;
    }
    for (size_t i = 0; i < o->n_cells; i++) {
        size_t width = text_width(o->cells[i].text);
        if (width > widths[i % o->n_columns]) {
            widths[i % o->n_columns] = width;
        }
    }
}

/* On a terminal the widest columns give way until a row fits. The first one never does (it is what
 * people copy into the next command), nor do numbers. */
static void
fit(const struct out *o, size_t widths[OUT_COLUMNS_MAX])
{
    size_t total = 0;
    for (size_t i = 0; i < o->n_columns; i++) {
        total += widths[i] + (i > 0 ? OUT_GAP : 0);
    }
    while (o->options.width > 0 && total > (size_t)o->options.width) {
        size_t widest = 0;
        for (size_t i = 1; i < o->n_columns; i++) {
            bool gives_way = !o->columns[i].right && widths[i] > COLUMN_MIN;
            if (gives_way && (widest == 0 || widths[i] >= widths[widest])) {
                widest = i;
            }
        }
        if (widest == 0) {
            return;
        }
        widths[widest]--;
        total--;
    }
}

static void
add_page_cell(struct out *o, size_t column, const char *s, enum out_tint tint,
              const size_t widths[OUT_COLUMNS_MAX])
{
    struct text *t = &o->body;
    size_t width = text_width(s);
    size_t room = widths[column] > width ? widths[column] - width : 0;
    const char *code = tint_code(o, tint);
    bool is_last = column + 1 == o->n_columns;
    if (o->columns[column].right) {
        add_padding(t, room);
    }
    text_add(t, code);
    if (width > widths[column]) {
        add_cut(t, s, widths[column]);
    } else {
        text_add(t, s);
    }
    text_add(t, *code ? "\033[0m" : "");
    if (!o->columns[column].right && !is_last) {
        add_padding(t, room);
    }
    text_add(t, is_last ? "\n" : "  ");
}

static void
add_table_cell(struct out *o, size_t column, const char *s, enum out_tint tint,
               const size_t widths[OUT_COLUMNS_MAX])
{
    if (o->options.form == OUT_PLAIN) {
        text_addf(&o->body, "%s%c", s, column + 1 == o->n_columns ? '\n' : '\t');
    } else {
        add_page_cell(o, column, s, tint, widths);
    }
}

static void
flush_table(struct out *o)
{
    size_t n = o->n_columns;
    if (n == 0) {
        return;
    }
    assert(o->n_cells % n == 0 || o->bad);
    if (o->n_cells > 0) { /* never in JSON: its cells are in the list already */
        gap_before(o);
        size_t widths[OUT_COLUMNS_MAX];
        measure(o, widths);
        fit(o, widths);
        for (size_t i = 0; i < n; i++) {
            add_table_cell(o, i, o->columns[i].head, TINT_DIM, widths);
        }
        for (size_t i = 0; i < o->n_cells; i++) {
            add_table_cell(o, i % n, o->cells[i].text, o->cells[i].tint, widths);
        }
    }
    cells_clear(o->cells, &o->n_cells);
    o->n_columns = 0;
    o->n_json = 0;
    o->list = o->item = NULL;
}

/* What came into the store from outside need not be UTF-8, a file name for one: its other bytes are
 * shown as ?, rather than none of the table. */
static json_t *
json_words(const char *s)
{
    json_t *json = json_string(s);
    if (json) {
        return json;
    }
    AUTO_TEXT struct text ascii = { 0 };
    for (const char *c = s; *c; c++) {
        text_addc(&ascii, (unsigned char)*c < 0x80 ? *c : '?');
    }
    return json_string(text_str(&ascii));
}

static void
field_put(struct out *o, const char *key, const char *label, const char *value, json_t *json)
{
    flush_table(o);
    if (o->options.form == OUT_JSON) {
        if (!key) {
            json_decref(json);
        } else if (json_object_set_new(o->root, key, json) < 0) {
            o->bad = -ENOMEM;
        }
        return;
    }
    json_decref(json);
    if (!label) {
        return;
    }
    AUTO_TEXT struct text clean = { 0 };
    add_clean(&clean, value);
    struct cell cells[2] = { { .text = strdup(label) }, { .tint = o->tint } };
    o->tint = TINT_NONE;
    if (!cells[0].text || text_take(&clean, &cells[1].text) < 0) {
        free(cells[0].text);
        o->bad = -ENOMEM;
        return;
    }
    for (size_t i = 0; i < 2; i++) {
        int r = cells_push(&o->fields, &o->n_fields, &o->cap_fields, cells[i]);
        o->bad = r < 0 ? r : o->bad;
    }
}

void
out_field(struct out *o, const char *key, const char *label, const char *format, ...)
{
    char *value = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&value, format, args);
    va_end(args);
    if (n < 0) {
        o->bad = -ENOMEM;
        return;
    }
    field_put(o, key, label, value, json_words(value));
    free(value);
}

void
out_field_int(struct out *o, const char *key, const char *label, int64_t value)
{
    char digits[32];
    (void)snprintf(digits, sizeof digits, "%lld", (long long)value);
    field_put(o, key, label, digits, json_integer(value));
}

void
out_field_bool(struct out *o, const char *key, const char *label, bool value)
{
    field_put(o, key, label, value ? "yes" : "no", json_boolean(value));
}

void
out_table(struct out *o, const char *key, const struct column *columns)
{
    flush_table(o);
    flush_fields(o);
    while (columns[o->n_columns].key) {
        assert(o->n_columns < OUT_COLUMNS_MAX);
        o->columns[o->n_columns] = columns[o->n_columns];
        o->n_columns++;
    }
    if (o->options.form == OUT_JSON) {
        o->list = json_array();
        if (json_object_set_new(o->root, key, o->list) < 0) {
            o->bad = -ENOMEM;
            o->list = NULL;
        }
    }
}

static void
cell_put_json(struct out *o, json_t *json)
{
    size_t column = o->n_json++ % o->n_columns;
    if (column == 0) {
        o->item = json_object();
        if (json_array_append_new(o->list, o->item) < 0) {
            o->bad = -ENOMEM;
            o->item = NULL;
        }
    }
    if (json_object_set_new(o->item, o->columns[column].key, json) < 0) {
        o->bad = -ENOMEM;
    }
}

static void
cell_put(struct out *o, const char *text, json_t *json)
{
    assert(o->n_columns > 0); /* a cell stands in a table */
    struct cell cell = { .tint = o->tint };
    o->tint = TINT_NONE;
    if (o->options.form == OUT_JSON) {
        cell_put_json(o, json);
        return;
    }
    json_decref(json);
    AUTO_TEXT struct text clean = { 0 };
    add_clean(&clean, text);
    int r = text_take(&clean, &cell.text);
    if (r >= 0) {
        r = cells_push(&o->cells, &o->n_cells, &o->cap_cells, cell);
    }
    o->bad = r < 0 ? r : o->bad;
}

void
out_text(struct out *o, const char *s)
{
    cell_put(o, s ? s : "", s ? json_words(s) : json_null());
}

void
out_textf(struct out *o, const char *format, ...)
{
    char *value = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&value, format, args);
    va_end(args);
    if (n < 0) {
        o->bad = -ENOMEM;
        return;
    }
    out_text(o, value);
    free(value);
}

void
out_int(struct out *o, int64_t value)
{
    char digits[32];
    (void)snprintf(digits, sizeof digits, "%lld", (long long)value);
    cell_put(o, digits, json_integer(value));
}

void
out_bool(struct out *o, bool value)
{
    cell_put(o, value ? "yes" : "no", json_boolean(value));
}

void
out_day(struct out *o, day_t day)
{
    char buf[DAY_TEXT_MAX];
    out_text(o, day == DAY_NONE ? NULL : day_format(day, buf));
}

void
out_tint(struct out *o, enum out_tint tint)
{
    o->tint = tint;
}

void
out_note(struct out *o, const char *format, ...)
{
    flush_table(o);
    flush_fields(o);
    if (o->options.form != OUT_PAGE) {
        return;
    }
    char *value = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&value, format, args);
    va_end(args);
    if (n < 0) {
        o->bad = -ENOMEM;
        return;
    }
    text_addf(&o->body, "%s\n", value);
    free(value);
}

void
out_raw(struct out *o, const char *bytes, size_t n)
{
    text_addn(&o->raw, bytes, n);
}

void
out_drop(struct out *o)
{
    cells_clear(o->fields, &o->n_fields);
    cells_clear(o->cells, &o->n_cells);
    o->n_columns = 0;
    text_done(&o->body);
    text_done(&o->raw);
    if (o->root) {
        (void)json_object_clear(o->root);
    }
}

static int
write_json(struct out *o, FILE *f)
{
    /* No list and no field: the command had nothing but raw bytes, or failed before it spoke. */
    if (json_object_size(o->root) < 2) {
        return 0;
    }
    if (json_dumpf(o->root, f, JSON_INDENT(2)) < 0 || fputc('\n', f) == EOF) {
        return -EIO;
    }
    return 0;
}

int
out_finish(struct out *o, FILE *f)
{
    flush_table(o);
    flush_fields(o);
    int r = o->bad ? o->bad : o->body.bad ? o->body.bad : o->raw.bad;
    if (r < 0) {
        return r;
    }
    errno = 0;
    bool is_whole = fwrite(text_str(&o->raw), 1, o->raw.len, f) == o->raw.len;
    is_whole = is_whole && fwrite(text_str(&o->body), 1, o->body.len, f) == o->body.len;
    is_whole = is_whole && (!o->root || write_json(o, f) == 0);
    is_whole = fflush(f) == 0 && is_whole;
    if (!is_whole) {
        return errno > 0 ? -errno : -EIO;
    }
    return 0;
}
