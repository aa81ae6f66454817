/* SPDX-License-Identifier: MIT */
/* cli.c - one run: what a command needs is opened, it runs, its output is written and checked. */
#include "cli.h"

#include <assert.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/diag.h"
#include "store/store.h"

static int
row_index(const struct option_row *rows, const char *name)
{
    for (int i = 0; rows[i].name; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *
cli_arg(const struct cli *c, int i)
{
    return i < c->n_args ? c->args[i] : NULL;
}

const char *
cli_global(const struct cli *c, const char *name)
{
    int i = row_index(global_options, name);
    assert(i >= 0);
    return c->globals[i];
}

const char *
cli_option(const struct cli *c, const char *name)
{
    int i = row_index(c->command->options, name);
    assert(i >= 0); /* a command asks only for what its row has */
    return c->values[i];
}

bool
cli_flag(const struct cli *c, const char *name)
{
    return cli_option(c, name) != NULL;
}

int64_t
cli_count(const struct cli *c, const char *name, int64_t otherwise)
{
    const char *value = cli_option(c, name);
    int64_t n = otherwise;
    if (value && text_to_i64(value, 0, INT32_MAX, &n) < 0) {
        return otherwise;
    }
    return n;
}

day_t
cli_date(const struct cli *c, const char *name, day_t otherwise)
{
    const char *value = cli_option(c, name);
    day_t day = otherwise;
    if (value && day_parse(value, &day) < 0) {
        return otherwise;
    }
    return day;
}

int
cli_require(const struct cli *c, const char *name)
{
    if (cli_option(c, name)) {
        return EXIT_OK;
    }
    const struct option_row *row = &c->command->options[row_index(c->command->options, name)];
    return cli_fail(c, EXIT_USAGE, "%s wants --%s %s", c->command->path, name, row->word);
}

static void
fail_json(enum exit_code code, const char *sentence, const char *hint)
{
    json_t *root = json_pack("{s:s, s:i, s:s}", "schema", "coprod.error/1", "exit", (int)code,
                             "error", sentence);
    if (root && hint && *hint) {
        (void)json_object_set_new(root, "hint", json_string(hint));
    }
    if (root) {
        (void)json_dumpf(root, stderr, JSON_COMPACT);
        (void)fputc('\n', stderr);
    }
    json_decref(root);
}

static void
fail_say(const struct cli *c, enum exit_code code, const char *sentence, const char *hint)
{
    if (c->out) {
        out_drop(c->out);
    }
    if (c->has_json_word || cli_global(c, "json")) {
        fail_json(code, sentence, hint);
        return;
    }
    (void)fprintf(stderr, "coprodctl: %s\n", sentence);
    if (hint && *hint) {
        (void)fprintf(stderr, "  hint: %s\n", hint);
    }
}

int
cli_fail_words(const struct cli *c, enum exit_code code, const char *words)
{
    fail_say(c, code, words, NULL);
    return (int)code;
}

int
cli_fail(const struct cli *c, enum exit_code code, const char *format, ...)
{
    struct err why = { 0 };
    va_list args;
    va_start(args, format);
    (void)err_setv(&why, 0, format, args);
    va_end(args);
    fail_say(c, code, why.text, NULL);
    return (int)code;
}

int
cli_fail_hint(const struct cli *c, enum exit_code code, const char *hint, const char *format, ...)
{
    struct err why = { 0 };
    va_list args;
    va_start(args, format);
    (void)err_setv(&why, 0, format, args);
    va_end(args);
    fail_say(c, code, why.text, hint);
    return (int)code;
}

void
cli_say(const struct cli *c, const char *format, ...)
{
    if (cli_global(c, "json")) {
        return;
    }
    va_list args;
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
}

int
cli_deliver(const struct cli *c, const char *bytes, size_t n)
{
    const char *path = cli_option(c, "out");
    if (!path) {
        out_raw(c->out, bytes, n);
        return EXIT_OK;
    }
    AUTO_TEXT struct text part = { 0 };
    struct stat st;
    bool is_file = stat(path, &st) < 0 || S_ISREG(st.st_mode); /* else a pipe, a terminal */
    text_addf(&part, "%s%s", path, is_file ? ".part" : "");
    FILE *f = part.bad ? NULL : fopen(text_str(&part), "we");
    if (!f) {
        return cli_fail(c, EXIT_CANNOT_CREATE, "cannot write %s: %s", path, strerror(errno));
    }
    bool is_whole = fwrite(bytes, 1, n, f) == n;
    is_whole = fclose(f) == 0 && is_whole;
    is_whole = is_whole && (!is_file || rename(text_str(&part), path) == 0);
    if (!is_whole) {
        int error = errno;
        (void)(is_file && unlink(text_str(&part)));
        return cli_fail(c, EXIT_IO, "cannot write %s: %s%s", path, strerror(error),
                        is_file ? "; what was there is as it was" : "");
    }
    return EXIT_OK;
}

enum exit_code
cli_exit_of(int r)
{
    static const struct {
        int error;
        enum exit_code code;
    } codes[] = {
        { -EBADMSG, EXIT_BAD_INPUT },     { -EINVAL, EXIT_BAD_INPUT },
        { -ENOENT, EXIT_NO_INPUT },       { -ENOTDIR, EXIT_NO_INPUT },
        { -EISDIR, EXIT_NO_INPUT },       { -EPROTONOSUPPORT, EXIT_UNAVAILABLE },
        { -EACCES, EXIT_NOT_ALLOWED },    { -EPERM, EXIT_NOT_ALLOWED },
        { -EROFS, EXIT_CANNOT_CREATE },   { -EEXIST, EXIT_CANNOT_CREATE },
        { -ENOSPC, EXIT_IO },             { -EIO, EXIT_IO },
        { -EPIPE, EXIT_IO },              { -EBUSY, EXIT_TRY_LATER },
        { -EAGAIN, EXIT_TRY_LATER },      { -ETIMEDOUT, EXIT_TRY_LATER },
        { -ECONNREFUSED, EXIT_NOT_RUNNING },
    };
    for (size_t i = 0; i < LENGTH(codes); i++) {
        if (codes[i].error == r) {
            return codes[i].code;
        }
    }
    return r >= 0 ? EXIT_OK : EXIT_INTERNAL;
}

int
cli_load_conf(struct cli *c)
{
    AUTO_DIAG struct diag d = { 0 };
    int r = conf_load(c->config, &d, &c->conf);
    if (r >= 0) {
        return EXIT_OK;
    }
    struct err why = { 0 };
    diag_first(&d, &why);
    return cli_fail_hint(
        c, r == -EBADMSG ? EXIT_BAD_CONFIG : cli_exit_of(r),
        "which file: --config FILE or COPROD_CONFIG; every fault: coprodctl config "
        "check",
        "configuration %s: %s", c->config, why.text[0] ? why.text : strerror(-r));
}

void
cli_store_hint(const struct cli *c, int r, struct text *ret)
{
    struct stat st;
    struct passwd *owner = stat(c->conf->state_dir, &st) == 0 ? getpwuid(st.st_uid) : NULL;
    if (r == -ENOENT) {
        text_add(ret, "the daemon makes it when it starts for the first time");
    } else if (r == -EACCES || r == -EPERM) {
        text_addf(ret, "root and the daemon's own user read the store: sudo -u %s coprodctl %s",
                  owner ? owner->pw_name : "coprod", c->command->path);
    } else if (r == -EBADMSG) {
        text_add(ret, "put a backup in its place while the daemon stands still; what a backup is "
                      "worth: coprodctl db verify FILE");
    }
}

void
cli_store_path(const struct cli *c, struct text *ret)
{
    text_addf(ret, "%s/coprod.db", c->conf->state_dir);
}

int
cli_store_open(const struct cli *c, struct store **ret, struct err *reterr)
{
    AUTO_TEXT struct text path = { 0 };
    cli_store_path(c, &path);
    return path.bad ? -ENOMEM : store_open(text_str(&path), STORE_READ, ret, reterr);
}

static int
load_store(struct cli *c)
{
    struct err why = { 0 };
    int r = cli_store_open(c, &c->store, &why);
    if (r >= 0) {
        return EXIT_OK;
    }
    AUTO_TEXT struct text path = { 0 };
    AUTO_TEXT struct text hint = { 0 };
    cli_store_path(c, &path);
    cli_store_hint(c, r, &hint);
    bool is_named = strstr(why.text, text_str(&path)) != NULL;
    return cli_fail_hint(c, cli_exit_of(r), hint.len ? text_str(&hint) : NULL, "%s%s%s%s",
                         is_named ? "" : "store ", is_named ? "" : text_str(&path),
                         is_named ? "" : ": ", why.text);
}

static int
open_needs(struct cli *c)
{
    if (c->command->needs == NEEDS_NOTHING) {
        return EXIT_OK;
    }
    int code = cli_load_conf(c);
    enum command_needs needs = c->command->needs;
    if (code == EXIT_OK && (needs == NEEDS_STORE || needs == NEEDS_BOTH)) {
        code = load_store(c);
    }
    return code;
}

static bool
wants_color(const struct cli *c)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && !cli_global(c, "no-color") && !(no_color && *no_color)
           && !(term && strcmp(term, "dumb") == 0);
}

static int
open_out(struct cli *c)
{
    struct winsize size = { 0 };
    bool is_terminal = isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    struct out_options options = {
        .form = cli_global(c, "json") ? OUT_JSON : cli_global(c, "plain") ? OUT_PLAIN : OUT_PAGE,
        .color = wants_color(c),
        .width = is_terminal ? size.ws_col : 0,
        .schema = c->command ? c->command->schema : NULL,
    };
    return out_open(&options, &c->out) < 0 ? cli_fail(c, EXIT_INTERNAL, "out of memory") : EXIT_OK;
}

static int
run(struct cli *c)
{
    int code = open_out(c);
    if (code == EXIT_OK) {
        code = open_needs(c);
    }
    if (code == EXIT_OK) {
        code = c->command->run(c);
    }
    int r = c->out ? out_finish(c->out, stdout) : 0;
    if (r < 0) {
        bool is_done = code == EXIT_OK && c->command->needs == NEEDS_HUB;
        return cli_fail_hint(c, r == -ENOMEM ? EXIT_INTERNAL : EXIT_IO,
                             is_done ? "the daemon did what was asked all the same" : NULL,
                             "cannot write the output: %s", strerror(-r));
    }
    return code;
}

static int
print_asked(struct cli *c)
{
    if (cli_global(c, "version")) {
        c->command = command_find("version");
        c->n_args = 0;
        return run(c);
    }
    int code = open_out(c);
    if (code != EXIT_OK) {
        return code;
    }
    AUTO_TEXT struct text t = { 0 };
    (void)help_write(c->command ? c->command->path : c->n_args ? c->args[0] : "", &t);
    out_raw(c->out, text_str(&t), t.len);
    int r = out_finish(c->out, stdout);
    return r < 0 ? cli_fail(c, EXIT_IO, "cannot write the output: %s", strerror(-r)) : EXIT_OK;
}

int
cli_main(int argc, char **argv)
{
    struct cli c = { 0 };
    int code = cli_parse(&c, argc, argv);
    const char *config = cli_global(&c, "config");
    const char *from_env = getenv("COPROD_CONFIG");
    AUTO_TEXT struct text in_folder = { 0 };
    struct stat st;
    c.config = config ? config : from_env && *from_env ? from_env : "/etc/coprod/coprod.yaml";
    if (stat(c.config, &st) == 0 && S_ISDIR(st.st_mode)) {
        text_addf(&in_folder, "%s/coprod.yaml", c.config);
        c.config = text_str(&in_folder);
    }
    code = code == -ECANCELED ? print_asked(&c) : code != 0 ? code : run(&c);
    c.out = out_free(c.out);
    c.store = store_free(c.store);
    c.conf = conf_free(c.conf);
    return code;
}

int
cmd_version(struct cli *c)
{
    out_field(c->out, "version", NULL, "%s", COPROD_VERSION);
    out_note(c->out, "coprodctl %s", COPROD_VERSION);
    return EXIT_OK;
}
