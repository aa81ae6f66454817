/* SPDX-License-Identifier: MIT */
/* plans.c - plans for commands: read, or every finding said and the exit code for it. */
#include "plans.h"

#include <stdio.h>
#include <string.h>

#include "base/conf.h"

int
plans_read(const char *path, struct diag *d, struct plan_set **ret)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (strcmp(name, "coprod.yaml") != 0) {
        return plan_set_load(path, d, ret);
    }
    AUTO_TEXT struct text dir = { 0 };
    text_addn(&dir, slash ? path : ".", slash ? (size_t)(slash - path) : 1);
    return plan_set_load(dir.len ? text_str(&dir) : "/", d, ret);
}

void
plans_print_findings(const struct cli *c, const struct diag *d)
{
    static const struct column columns[] = { { .key = "file", .head = "FILE" },
                                             { .key = "line", .head = "LINE" },
                                             { .key = "column", .head = "COLUMN" },
                                             { .key = "level", .head = "LEVEL" },
                                             { .key = "message", .head = "MESSAGE" },
                                             { .key = "hint", .head = "HINT" },
                                             { 0 } };
    if (out_form(c->out) != OUT_JSON) {
        AUTO_TEXT struct text words = { 0 };
        diag_print(d, &words);
        (void)fputs(text_str(&words), stderr);
        return;
    }
    out_field_int(c->out, "errors", NULL, d->n_errors);
    out_field_int(c->out, "warnings", NULL, d->n_warnings);
    out_table(c->out, "findings", columns);
    for (size_t i = 0; i < d->n; i++) {
        const struct diag_item *item = &d->items[i];
        out_text(c->out, item->file);
        out_int(c->out, item->line);
        out_int(c->out, item->col);
        out_text(c->out, diag_level_word(item->level));
        out_text(c->out, item->message);
        out_text(c->out, item->hint);
    }
}

int
plans_exit_of(const struct diag *d, int r)
{
    if (r >= 0) {
        return EXIT_OK;
    }
    return d->n_errors > 0 && r == -EBADMSG ? EXIT_BAD_INPUT : (int)cli_exit_of(r);
}

static int
say_unusable(const struct cli *c, const struct diag *d, const char *path, int r)
{
    AUTO_TEXT struct text words = { 0 };
    diag_print(d, &words);
    if (!cli_global(c, "json")) {
        (void)fputs(text_str(&words), stderr);
    }
    struct err why = { 0 };
    diag_first(d, &why);
    return cli_fail(c, (enum exit_code)plans_exit_of(d, r), "cannot use the plans in %s%s%s", path,
                    d->n == 0 || cli_global(c, "json") ? ": " : "",
                    d->n == 0 ? strerror(-r) : cli_global(c, "json") ? why.text : "");
}

int
plans_load(const struct cli *c, const char *path, struct plan_set **ret)
{
    AUTO_DIAG struct diag d = { 0 };
    int r = plans_read(path, &d, ret);
    return r >= 0 ? EXIT_OK : say_unusable(c, &d, path, r);
}

int
plans_load_all(const struct cli *c, struct plan_set **ret)
{
    AUTO_DIAG struct diag d = { 0 };
    const struct conf *conf = c->conf;
    int r = plan_set_load_files(conf->dir, conf->plans.items, conf->plans.n, &d, ret);
    return r >= 0 ? EXIT_OK : say_unusable(c, &d, conf->path, r);
}
