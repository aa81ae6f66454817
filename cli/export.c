/* SPDX-License-Identifier: MIT */
/*
 * export.c - survey export: every figure of a survey as CSV, JSON or XLSX.
 *
 * A unit's name comes from a file that anybody may have written. In CSV a text that a spreadsheet
 * would take for a formula gets an apostrophe before it; in XLSX every text is written as a text.
 */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "answers/figures.h"
#include "base/text.h"
#include "surveys.h"
#include "survey/scan.h"

enum { HEADS_MAX = 40, CELL_MAX = 4096, OUT_PATH_MAX = 4096 };

/* Where rows go; the first one names the columns. */
struct sink {
    struct text *csv;
    json_t *list;
    lxw_worksheet *sheet;
    uint32_t n_rows;
    char heads[HEADS_MAX][64];
    size_t n_heads;
};

static bool
is_number(const char *s)
{
    size_t n = strspn(s, "-0123456789.");
    return n > 0 && s[n] == '\0' && (s[0] != '-' || n > 1) && !strchr(s + 1, '-');
}

/* A spreadsheet begins to reckon at one of these. */
static bool
is_formula(const char *s)
{
    return *s != '\0' && strchr("=+-@\t\r", *s) != NULL && !is_number(s);
}

static void
put_csv(struct sink *to, const char *s, size_t column)
{
    text_add(to->csv, column ? "," : "");
    bool is_bad = is_formula(s);
    if (!is_bad && !strpbrk(s, ",\"\r\n")) {
        text_add(to->csv, s);
        return;
    }
    text_add(to->csv, is_bad ? "\"'" : "\"");
    for (; *s; s++) {
        text_addn(to->csv, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
    }
    text_addc(to->csv, '"');
}

static int
put_json(json_t *object, const char *head, const char *s)
{
    json_t *value = *s == '\0'          ? json_null()
                    : !is_number(s)     ? json_string(s)
                    : strchr(s, '.')    ? json_real(strtod(s, NULL))
                                        : json_integer(strtoll(s, NULL, 10));
    return json_object_set_new(object, head, value) < 0 ? -ENOMEM : 0;
}

static int
put_cell(struct sink *to, json_t *object, size_t column, const char *s)
{
    bool is_head = to->n_rows == 0;
    if (is_head && column < HEADS_MAX) {
        (void)snprintf(to->heads[column], sizeof to->heads[column], "%.63s", s);
        to->n_heads = column + 1;
    }
    if (to->csv) {
        put_csv(to, s, column);
    } else if (to->sheet) {
        lxw_error e = is_number(s) ? worksheet_write_number(to->sheet, to->n_rows,
                                                            (lxw_col_t)column, strtod(s, NULL),
                                                            NULL)
                                   : worksheet_write_string(to->sheet, to->n_rows,
                                                            (lxw_col_t)column, s, NULL);
        return e == LXW_NO_ERROR ? 0 : -EIO;
    } else if (!is_head && column < to->n_heads) {
        return put_json(object, to->heads[column], s);
    }
    return 0;
}

static int
put_row(struct sink *to, const struct scan_row *row)
{
    json_t *object = to->list && to->n_rows > 0 ? json_object() : NULL;
    int r = 0;
    size_t column = 0;
    for (size_t i = 0; r == 0 && i < row->n_fields; i++) {
        char cell[CELL_MAX];
        (void)snprintf(cell, sizeof cell, "%.*s", (int)row->fields[i].len, row->fields[i].s);
        r = r < 0 ? r : put_cell(to, object, column++, cell);
    }
    if (to->csv) {
        text_addc(to->csv, '\n');
    }
    if (object && json_array_append_new(to->list, object) < 0) {
        r = -ENOMEM;
    }
    to->n_rows++;
    return r;
}

/* Our own CSV, read back: one way from figures to text for all forms. */
static int
pour(struct sink *to, const struct text *csv)
{
    AUTO_CLOSE int fd = memfd_create("export", MFD_CLOEXEC);
    AUTO(scan) struct scan *s = NULL;
    struct scan_row row;
    for (size_t at = 0; fd >= 0 && at < csv->len;) {
        ssize_t n = write(fd, csv->bytes + at, csv->len - at);
        if (n < 0) {
            return -errno;
        }
        at += (size_t)n;
    }
    if (fd < 0 || lseek(fd, 0, SEEK_SET) < 0) {
        return -errno;
    }
    int r = scan_open(fd, &s, NULL);
    while (r >= 0 && (r = scan_next(s, &row)) > 0) {
        r = put_row(to, &row);
    }
    return r;
}

static int
pour_figures(struct cli *c, const struct definition *def, struct sink *to, struct err *why)
{
    AUTO(figures) struct figures *f = NULL;
    AUTO_TEXT struct text csv = { 0 };
    const struct figures_options opt = { .totals = cli_flag(c, "totals"),
                                         .group = cli_option(c, "group") };
    int r = cli_flag(c, "internal") ? figures_build(c->store, def, &opt, &f, why)
                                    : figures_published(c->store, def, &f, why);
    if (r < 0) {
        return r;
    }
    figures_csv(def, f, &csv);
    return csv.bad ? csv.bad : pour(to, &csv);
}

static int
pour_all(struct cli *c, const struct definition *def, struct sink *to)
{
    struct err why = { "out of memory" };
    int r = pour_figures(c, def, to, &why);
    return r < 0 ? cli_fail(c, cli_exit_of(r), "%s", why.text) : EXIT_OK;
}

/* ---- the three forms ----------------------------------------------------------------------- */

static int
export_csv(struct cli *c, const struct definition *def)
{
    AUTO_TEXT struct text csv = { 0 };
    struct sink to = { .csv = &csv };
    int code = pour_all(c, def, &to);
    if (code == EXIT_OK && csv.bad) {
        code = cli_fail(c, EXIT_INTERNAL, "out of memory");
    }
    return code != EXIT_OK ? code : cli_deliver(c, text_str(&csv), csv.len);
}

static int
export_json(struct cli *c, const struct definition *def)
{
    struct sink to = { .list = json_array() };
    json_t *root = json_pack("{s:s, s:s, s:b, s:o}", "schema", "survey-export/1", "survey", def->id,
                             "internal", (int)cli_flag(c, "internal"), "figures", to.list);
    int code = root ? pour_all(c, def, &to) : cli_fail(c, EXIT_INTERNAL, "out of memory");
    char *bytes = code == EXIT_OK ? json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(10))
                                  : NULL;
    if (bytes) {
        code = cli_deliver(c, bytes, strlen(bytes));
    } else if (code == EXIT_OK) {
        code = cli_fail(c, EXIT_INTERNAL, "the figures are no valid text");
    }
    free(bytes);
    json_decref(root);
    return code;
}

/* Written beside and renamed: a half written workbook would not open. */
static int
export_xlsx(struct cli *c, const struct definition *def)
{
    char part[OUT_PATH_MAX];
    const char *path = cli_option(c, "out");
    if (!path || snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part) {
        return cli_fail(c, EXIT_USAGE, "--format xlsx needs --out FILE");
    }
    FILE *first = fopen(part, "we"); /* the library says in its own way that it cannot */
    if (!first || fclose(first) != 0) {
        return cli_fail(c, EXIT_CANNOT_CREATE, "cannot write %s: %s", path, strerror(errno));
    }
    lxw_workbook *book = workbook_new(part);
    struct sink to = { .sheet = book ? workbook_add_worksheet(book, "Figures") : NULL };
    if (!to.sheet) {
        return cli_fail(c, EXIT_CANNOT_CREATE, "cannot write %s", path);
    }
    worksheet_freeze_panes(to.sheet, 1, 0);
    int code = pour_all(c, def, &to);
    lxw_error e = workbook_close(book);
    if (code == EXIT_OK && (e != LXW_NO_ERROR || rename(part, path) < 0)) {
        code = cli_fail(c, EXIT_CANNOT_CREATE, "cannot write %s: %s", path, lxw_strerror(e));
    }
    (void)unlink(part);
    return code;
}

int
cmd_survey_export(struct cli *c)
{
    AUTO_SET struct survey_set set = { .n = 0 };
    int code = EXIT_OK;
    bool is_inside = cli_flag(c, "internal");
    if (!is_inside && (cli_flag(c, "totals") || cli_option(c, "group"))) {
        return cli_fail_hint(c, EXIT_NOT_ALLOWED, "leave it out, or add --internal",
                             "totals and staff groups beside what was published would give hidden "
                             "figures away");
    }
    const struct definition *def = survey_named(c, &set, cli_arg(c, 0), &code);
    if (!def) {
        return code;
    }
    const char *format = cli_option(c, "format");
    bool is_json = out_form(c->out) == OUT_JSON || (format && strcmp(format, "json") == 0);
    return format && strcmp(format, "xlsx") == 0 ? export_xlsx(c, def)
           : is_json                             ? export_json(c, def)
                                                 : export_csv(c, def);
}
