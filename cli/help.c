/* SPDX-License-Identifier: MIT */
/* help.c - the words of --help and the option part of the manual page, from the table. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

enum { HELP_COLUMN = 26, HELP_NAME_MAX = 160 };

/* "  name        about" with the abouts in one column. */
static void
add_line(struct text *t, const char *name, const char *about)
{
    size_t width = text_width(name);
    text_addf(t, "  %s", name);
    if (width + 2 > HELP_COLUMN) {
        text_addf(t, "\n%*s", HELP_COLUMN + 2, "");
    } else {
        text_addf(t, "%*s", (int)(HELP_COLUMN - width), "");
    }
    text_addf(t, "%s\n", about);
}

static void
option_spelling(const struct option_row *row, char ret[HELP_NAME_MAX])
{
    (void)snprintf(ret, HELP_NAME_MAX, "--%s%s%s", row->name, *row->word ? " " : "", row->word);
}

static void
add_options(struct text *t, const char *head, const struct option_row *rows)
{
    if (!rows->name) {
        return;
    }
    text_addf(t, "\n%s\n", head);
    for (; rows->name; rows++) {
        char name[HELP_NAME_MAX];
        option_spelling(rows, name);
        add_line(t, name, rows->about);
    }
}

static const char *
needs_words(enum command_needs needs)
{
    static const char *const words[] = {
        [NEEDS_NOTHING] = "Needs neither daemon nor store.",
        [NEEDS_CONFIG] = "Reads the configuration.",
        [NEEDS_STORE] = "Reads the store; the daemon need not run.",
        [NEEDS_HUB] = "Asks the daemon, which must run.",
        [NEEDS_BOTH] = "Asks the daemon, which must run; with --dry-run it need not.",
    };
    return words[needs];
}

static void
write_command(struct text *t, const struct command *row)
{
    text_addf(t, "usage: coprodctl %s%s%s%s\n\n%s.\n%s", row->path, *row->arguments ? " " : "",
              row->arguments, row->options->name ? " [options]" : "", row->about,
              needs_words(row->needs));
    if (row->schema) {
        text_addf(t, " With --json: \"coprod.%s\".", row->schema);
    }
    text_addc(t, '\n');
    add_options(t, "Options:", row->options);
    add_options(t, "Options of every command:", global_options);
}

static bool
is_in_family(const struct command *row, const char *family)
{
    size_t len = strlen(family);
    return len == 0 || (strncmp(row->path, family, len) == 0 && row->path[len] == ' ');
}

bool
help_write(const char *path, struct text *ret)
{
    const struct command *command = command_find(path);
    if (command) {
        write_command(ret, command);
        return true;
    }
    size_t before = ret->len;
    text_addf(ret, "usage: coprodctl %s%sCOMMAND [options]\n\n", path, *path ? " " : "");
    size_t n = 0;
    for (const struct command *row = commands; row->path; row++) {
        if (is_in_family(row, path)) {
            char name[HELP_NAME_MAX];
            (void)snprintf(name, sizeof name, "%s%s%s", row->path, *row->arguments ? " " : "",
                           row->arguments);
            add_line(ret, name, row->about);
            n++;
        }
    }
    if (n == 0) {
        ret->len = before;
        return false;
    }
    add_options(ret, "Options of every command:", global_options);
    text_add(ret, "\nMore: coprodctl COMMAND --help, man 1 coprodctl\n");
    return true;
}

/* mdoc reads a line that begins with a full stop or a quote as a request, and \ as an escape. */
static void
add_mdoc(struct text *t, const char *s)
{
    if (*s == '.' || *s == '\'') {
        text_add(t, "\\&");
    }
    for (; *s; s++) {
        text_add(t, *s == '\\' ? "\\e" : *s == '-' ? "\\-" : (char[]){ *s, '\0' });
    }
}

static void
add_mdoc_options(struct text *t, const struct option_row *rows)
{
    if (!rows->name) {
        return;
    }
    text_add(t, ".Bl -tag -width Ds\n");
    for (; rows->name; rows++) {
        text_addf(t, ".It Fl \\-%s", rows->name);
        if (*rows->word) {
            text_addf(t, " Ar %s", rows->word);
        }
        text_addc(t, '\n');
        add_mdoc(t, rows->about);
        text_add(t, ".\n");
    }
    text_add(t, ".El\n");
}

void
help_mdoc(struct text *ret)
{
    text_add(ret, ".Ss Options of every command\n");
    add_mdoc_options(ret, global_options);
    text_add(ret, ".Ss Commands\n.Bl -tag -width Ds\n");
    for (const struct command *row = commands; row->path; row++) {
        text_addf(ret, ".It Cm %s", row->path);
        if (*row->arguments) {
            text_addf(ret, " Ar %s", row->arguments);
        }
        text_addc(ret, '\n');
        add_mdoc(ret, row->about);
        text_add(ret, ".\n");
        add_mdoc_options(ret, row->options);
    }
    text_add(ret, ".El\n");
}

int
cmd_help(struct cli *c)
{
    AUTO_TEXT struct text t = { 0 };
    char path[HELP_NAME_MAX] = "";
    for (int i = 0; i < c->n_args; i++) {
        size_t used = strlen(path);
        (void)snprintf(path + used, sizeof path - used, "%s%s", i ? " " : "", cli_arg(c, i));
    }
    if (cli_flag(c, "mdoc")) {
        help_mdoc(&t);
    } else if (!help_write(path, &t)) {
        return cli_fail_hint(c, EXIT_USAGE, "see: coprodctl help", "no command \"%s\"", path);
    }
    out_raw(c->out, text_str(&t), t.len);
    return EXIT_OK;
}
