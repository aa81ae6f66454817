/* SPDX-License-Identifier: MIT */
/*
 * export.c - survey export: every figure of a survey as CSV, JSON or XLSX.
 *
 * A unit's name comes from a file that anybody may have written: it stays a text in each form, also
 * where it looks like a number or a formula.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "answers/figures.h"
#include "base/text.h"
#include "surveys.h"

enum { OUT_PATH_MAX = 4096 };

/* EXIT_OK where nobody named one. */
static int
check_group(const struct cli *c, const struct definition *def)
{
    struct survey_row survey;
    struct err why = { "" };
    int64_t id = 0;
    const char *group = cli_option(c, "group");
    int r = group ? survey_find(c->store, def->id, NULL, &survey, &why) : 0;
    r = r <= 0 ? r : survey_group_find(c->store, survey.id, group, &id, &why);
    bool is_missing = group && r == 0;
    return r < 0        ? cli_fail(c, cli_exit_of(r), "%s", why.text)
           : is_missing ? cli_fail_hint(c, EXIT_NOT_MET, "groups are named as the files spell them",
                                        "nobody ever answered survey %s as staff group \"%s\"",
                                        def->id, group)
                        : EXIT_OK;
}

static int
load(struct cli *c, const struct definition *def, struct figures **ret)
{
    struct err why = { "out of memory" };
    const struct figures_options opt = { .totals = cli_flag(c, "totals"),
                                         .group = cli_option(c, "group") };
    int r = cli_flag(c, "internal") ? figures_build(c->store, def, &opt, ret, &why)
                                    : figures_published(c->store, def, ret, &why);
    return r < 0 ? cli_fail(c, cli_exit_of(r), "%s", why.text) : EXIT_OK;
}

/* Of a column of numbers; what is hidden there, or not at all, is none. */
static bool
is_number(size_t column, const char *s)
{
    return !figures_is_text(column) && *s != '\0' && *s != '*';
}

static json_t *
cell_json(size_t column, const char *s)
{
    return *s == '\0'               ? json_null()
           : !is_number(column, s)  ? json_string(s)
           : strchr(s, '.')         ? json_real(strtod(s, NULL))
                                    : json_integer(strtoll(s, NULL, 10));
}

/* NULL when there is no memory. */
static json_t *
row_json(const struct figures *f, const struct figures_row *heads, const struct figures_row *row)
{
    json_t *object = json_object();
    for (size_t i = 0; object && i < figures_columns(f); i++) {
        if (json_object_set_new(object, heads->cells[i], cell_json(i, row->cells[i])) < 0) {
            json_decref(object);
            object = NULL;
        }
    }
    return object;
}

static int
fill_list(const struct figures *f, json_t *list)
{
    struct figures_row heads;
    struct figures_row row;
    figures_heads(f, &heads);
    for (size_t i = 0; i < figures_n(f); i++) {
        figures_cells(f, figures_at(f, i), &row);
        if (json_array_append_new(list, row_json(f, &heads, &row)) < 0) {
            return -ENOMEM;
        }
    }
    return 0;
}

static int
fill_line(const struct figures *f, const struct figures_row *row, bool is_head,
          lxw_worksheet *sheet, size_t at)
{
    lxw_error e = LXW_NO_ERROR;
    for (size_t i = 0; e == LXW_NO_ERROR && i < figures_columns(f); i++) {
        const char *s = row->cells[i];
        e = !is_head && is_number(i, s)
                ? worksheet_write_number(sheet, (lxw_row_t)at, (lxw_col_t)i, strtod(s, NULL), NULL)
                : worksheet_write_string(sheet, (lxw_row_t)at, (lxw_col_t)i, s, NULL);
    }
    return e == LXW_NO_ERROR ? 0 : -EIO;
}

static int
fill_sheet(const struct figures *f, lxw_worksheet *sheet)
{
    struct figures_row row;
    figures_heads(f, &row);
    int r = fill_line(f, &row, true, sheet, 0);
    for (size_t i = 0; r == 0 && i < figures_n(f); i++) {
        figures_cells(f, figures_at(f, i), &row);
        r = fill_line(f, &row, false, sheet, i + 1);
    }
    return r;
}

/* ---- the three forms ----------------------------------------------------------------------- */

static int
export_csv(struct cli *c, const struct figures *f)
{
    AUTO_TEXT struct text csv = { 0 };
    figures_csv(f, true, &csv);
    return csv.bad ? cli_fail(c, EXIT_INTERNAL, "out of memory")
                   : cli_deliver(c, text_str(&csv), csv.len);
}

static int
export_json(struct cli *c, const struct definition *def, const struct figures *f)
{
    json_t *list = json_array();
    json_t *root = json_pack("{s:s+, s:s, s:b, s:o}", "schema", "coprod.", c->command->schema,
                             "survey", def->id, "internal", (int)cli_flag(c, "internal"),
                             "figures", list);
    int r = root ? fill_list(f, list) : -ENOMEM;
    char *bytes = r == 0 ? json_dumps(root, JSON_INDENT(1) | JSON_REAL_PRECISION(10)) : NULL;
    int code = bytes ? cli_deliver(c, bytes, strlen(bytes))
                     : cli_fail(c, EXIT_INTERNAL, "out of memory");
    free(bytes);
    json_decref(root);
    return code;
}

/* Written beside and renamed: a half written workbook would not open. */
static int
export_xlsx(struct cli *c, const struct figures *f)
{
    char part[OUT_PATH_MAX];
    const char *path = cli_option(c, "out");
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part) {
        return cli_fail(c, EXIT_USAGE, "the path of --out FILE is too long");
    }
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        return cli_fail_hint(c, EXIT_CANNOT_CREATE, "name a file; it may be there already",
                             "cannot write a workbook to %s: it is no plain file", path);
    }
    FILE *first = fopen(part, "we"); /* the library says in its own way that it cannot */
    if (!first || fclose(first) != 0) {
        return cli_fail(c, EXIT_CANNOT_CREATE, "cannot write %s: %s", path, strerror(errno));
    }
    lxw_workbook *book = workbook_new(part);
    lxw_worksheet *sheet = book ? workbook_add_worksheet(book, "Figures") : NULL;
    if (!sheet) {
        return cli_fail(c, EXIT_CANNOT_CREATE, "cannot write %s", path);
    }
    worksheet_freeze_panes(sheet, 1, 0);
    int r = fill_sheet(f, sheet);
    lxw_error e = workbook_close(book);
    if (r < 0 || e != LXW_NO_ERROR || rename(part, path) < 0) {
        (void)unlink(part);
        return cli_fail(c, EXIT_CANNOT_CREATE, "cannot write %s: %s", path,
                        r < 0 ? "the figures do not fit" : lxw_strerror(e));
    }
    return EXIT_OK;
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
    bool is_xlsx = format && strcmp(format, "xlsx") == 0;
    bool is_json = out_form(c->out) == OUT_JSON || (format && strcmp(format, "json") == 0);
    if (is_xlsx && !cli_option(c, "out")) {
        return cli_fail(c, EXIT_USAGE, "--format xlsx needs --out FILE");
    }
    AUTO(figures) struct figures *f = NULL;
    code = check_group(c, def);
    code = code != EXIT_OK ? code : load(c, def, &f);
    if (code == EXIT_OK) {
        survey_say_unread(c, f);
    }
    return code != EXIT_OK ? code
           : is_xlsx       ? export_xlsx(c, f)
           : is_json       ? export_json(c, def, f)
                           : export_csv(c, f);
}
