/* SPDX-License-Identifier: MIT */
/* parse.c - from argv to a row of the table, its options and its arguments. */
#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cli.h"

enum { GETOPT_FIRST = 256, NAMES_MAX = 64, PATH_TEXT_MAX = 64 };

/* The options of getopt_long for the globals and one command; val tells which. */
struct option_set {
    struct option long_options[CLI_OPTIONS_MAX + CLI_GLOBALS_MAX + 1];
    const struct option_row *rows[CLI_OPTIONS_MAX + CLI_GLOBALS_MAX];
    const char **places[CLI_OPTIONS_MAX + CLI_GLOBALS_MAX];
    int n;
};

static void
set_add(struct option_set *set, const struct option_row *rows, const char **places, int max)
{
    for (int i = 0; rows[i].name; i++) {
        assert(i < max);
        set->long_options[set->n] = (struct option){
            .name = rows[i].name,
            .has_arg = rows[i].kind == OPTION_FLAG ? no_argument : required_argument,
            .val = GETOPT_FIRST + set->n,
        };
        set->rows[set->n] = &rows[i];
        set->places[set->n] = &places[i];
        set->n++;
    }
}

/* The word that getopt will look at next, so that an abbreviation can be told from a name. */
static const char *
next_option_word(int argc, char **argv, int from)
{
    for (int i = from > 0 ? from : 1; i < argc; i++) {
        if (argv[i][0] == '-' && argv[i][1] != '\0') {
            return argv[i];
        }
    }
    return "";
}

static int
fail_unknown_option(const struct cli *c, const struct option_set *set, const char *word)
{
    const char *names[CLI_OPTIONS_MAX + CLI_GLOBALS_MAX + 1] = { 0 };
    for (int i = 0; i < set->n; i++) {
        names[i] = set->rows[i]->name;
    }
    char name[PATH_TEXT_MAX] = "";
    size_t len = strcspn(word + strspn(word, "-"), "=");
    (void)snprintf(name, sizeof name, "%.*s", (int)len, word + strspn(word, "-"));
    const char *near = text_near(name, names);
    char hint[2 * PATH_TEXT_MAX] = "";
    if (near) {
        (void)snprintf(hint, sizeof hint, "did you mean --%s?", near);
    } else {
        (void)snprintf(hint, sizeof hint, "see: coprodctl %s%s--help",
                       c->command ? c->command->path : "", c->command ? " " : "");
    }
    return cli_fail_hint(c, EXIT_USAGE, hint, "unknown option \"%.*s\"%s%s",
                         (int)strcspn(word, "="), word, c->command ? " of " : "",
                         c->command ? c->command->path : "");
}

static bool
words_have(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; at; at = strchr(at, '|')) {
        at += *at == '|';
        if (strncmp(at, word, len) == 0 && (at[len] == '|' || at[len] == '\0')) {
            return len > 0;
        }
    }
    return false;
}

static int
check_value(const struct cli *c, const struct option_row *row, const char *value)
{
    day_t day = DAY_NONE;
    int64_t n = 0;
    if (row->kind != OPTION_FLAG && value[0] == '\0') {
        return cli_fail(c, EXIT_USAGE, "--%s is empty: it wants %s", row->name, row->word);
    }
    if (row->kind == OPTION_DATE && day_parse(value, &day) < 0) {
        return cli_fail(c, EXIT_USAGE, "--%s: \"%s\" %s", row->name, value, day_refusal(value));
    }
    if (row->kind == OPTION_COUNT && text_to_i64(value, 0, INT32_MAX, &n) < 0) {
        return cli_fail(c, EXIT_USAGE, "--%s: \"%s\" is not a number from 0 to %d", row->name,
                        value, INT32_MAX);
    }
    if (row->kind == OPTION_ONE_OF && !words_have(row->word, value)) {
        return cli_fail(c, EXIT_USAGE, "--%s: \"%s\" is none of %s", row->name, value, row->word);
    }
    if (row->kind != OPTION_FLAG && !text_is_utf8(value, strlen(value))) {
        return cli_fail(c, EXIT_USAGE, "--%s: not UTF-8", row->name);
    }
    return 0;
}

/* The row of what getopt found; NULL when `word` is none of the set. getopt takes any unique
 * beginning of a name; a script that uses one breaks with the next option that begins alike, so
 * only whole names are taken. */
static const struct option_row *
row_found(const struct option_set *set, int got, const char *word)
{
    int i = (got == ':' ? optopt : got) - GETOPT_FIRST;
    bool is_whole = got != '?' && i >= 0 && i < set->n && strncmp(word, "--", 2) == 0
                    && strcspn(word + 2, "=") == strlen(set->rows[i]->name);
    return is_whole ? set->rows[i] : NULL;
}

/* `preview --person --on 2015-03-31`: getopt takes --on for the name of a person. */
static bool
is_option_word(const struct option_set *set, const char *word)
{
    size_t len = strncmp(word, "--", 2) == 0 ? strcspn(word + 2, "=") : 0;
    for (int i = 0; len > 0 && i < set->n; i++) {
        if (strlen(set->rows[i]->name) == len && strncmp(word + 2, set->rows[i]->name, len) == 0) {
            return true;
        }
    }
    return false;
}

static int
take_option(const struct cli *c, const struct option_set *set, int i, const char *word)
{
    const struct option_row *row = set->rows[i];
    if (row->kind == OPTION_FLAG) {
        *set->places[i] = "";
        return 0;
    }
    if (!strchr(word, '=') && is_option_word(set, optarg)) {
        return cli_fail_hint(c, EXIT_USAGE, row->about, "--%s wants %s, and %s is an option",
                             row->name, row->word, optarg);
    }
    /* An alias may hold --config: there the last one counts, as everywhere. */
    if (*set->places[i] && strcmp(row->name, "config") != 0) {
        return cli_fail(c, EXIT_USAGE, "--%s is given twice: \"%s\" and \"%s\"", row->name,
                        *set->places[i], optarg);
    }
    *set->places[i] = optarg;
    return check_value(c, row, optarg);
}

/* One pass of getopt over argv. stop: end at the first word that is no option. */
static int
read_options(struct cli *c, struct option_set *set, int argc, char **argv, bool stop)
{
    optind = 0; /* glibc: start anew */
    opterr = 0;
    for (;;) {
        const char *word = next_option_word(argc, argv, optind);
        int got = getopt_long(argc, argv, stop ? "+:" : ":", set->long_options, NULL);
        if (got == -1) {
            return 0;
        }
        const struct option_row *row = row_found(set, got, word);
        if (!row) {
            return fail_unknown_option(c, set, word);
        }
        if (got == ':') {
            return cli_fail_hint(c, EXIT_USAGE, row->about, "--%s wants %s", row->name, row->word);
        }
        int r = take_option(c, set, got - GETOPT_FIRST, word);
        if (r != 0) {
            return r;
        }
    }
}

static bool
is_listed(const char *word, char list[NAMES_MAX][PATH_TEXT_MAX], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(list[i], word) == 0) {
            return true;
        }
    }
    return false;
}

/* Words that may stand where `prefix` ends: "check", "diff" after "plan"; first words after "". */
static size_t
next_words(const char *prefix, char ret[NAMES_MAX][PATH_TEXT_MAX])
{
    size_t n = 0;
    size_t len = strlen(prefix);
    for (const struct command *row = commands; row->path; row++) {
        if (len > 0 && (strncmp(row->path, prefix, len) != 0 || row->path[len] != ' ')) {
            continue;
        }
        const char *at = row->path + (len > 0 ? len + 1 : 0);
        char word[PATH_TEXT_MAX];
        (void)snprintf(word, sizeof word, "%.*s", (int)strcspn(at, " "), at);
        if (n < NAMES_MAX && !is_listed(word, ret, n)) {
            memcpy(ret[n++], word, sizeof word);
        }
    }
    return n;
}

static int
fail_unknown_command(const struct cli *c, const char *prefix, const char *word)
{
    char words[NAMES_MAX][PATH_TEXT_MAX];
    const char *names[NAMES_MAX + 1] = { 0 };
    size_t n = next_words(prefix, words);
    char hint[ERR_TEXT_MAX] = "";
    for (size_t i = 0; i < n; i++) {
        names[i] = words[i];
        size_t used = strlen(hint);
        (void)snprintf(hint + used, sizeof hint - used, "%s%s", i ? ", " : "one of: ", words[i]);
    }
    const char *near = word ? text_near(word, names) : NULL;
    const char *gap = *prefix ? " " : "";
    if (near) {
        (void)snprintf(hint, sizeof hint, "did you mean \"%s%s%s\"?", prefix, gap, near);
    }
    if (!word) {
        return cli_fail_hint(c, EXIT_USAGE, hint, *prefix ? "\"%s\" wants one more word"
                                                          : "%swhat shall it do?", prefix);
    }
    return cli_fail_hint(c, EXIT_USAGE, hint, "unknown command \"%s%s%s\"", prefix, gap, word);
}

/* The command whose words stand at argv[*at]; moves *at behind them. A family alone ("plan") is 0
 * with c->command NULL, and c->args has its word. */
static int
read_path(struct cli *c, int argc, char **argv, int *at)
{
    AUTO_TEXT struct text path = { 0 };
    c->args = argv + *at;
    for (int depth = 0; depth < CLI_PATH_WORDS && *at < argc && argv[*at][0] != '-'; depth++) {
        AUTO_TEXT struct text longer = { 0 };
        text_addf(&longer, "%s%s%s", text_str(&path), path.len ? " " : "", argv[*at]);
        char words[NAMES_MAX][PATH_TEXT_MAX];
        c->command = command_find(text_str(&longer));
        if (!c->command && next_words(text_str(&longer), words) == 0) {
            return fail_unknown_command(c, text_str(&path), argv[*at]);
        }
        text_addf(&path, "%s%s", path.len ? " " : "", argv[*at]);
        (*at)++;
        c->n_args++;
        if (c->command) {
            return 0;
        }
    }
    return 0;
}

/* Where else its figures are to be had as JSON; NULL = nowhere. */
static const char *
json_hint(const char *path)
{
    static const char *const hints[][2] = {
        { "survey table", "survey export ID --format json prints such figures" },
        { "simulate", "--format ndjson prints a notice a line" },
    };
    for (size_t i = 0; i < LENGTH(hints); i++) {
        if (strcmp(hints[i][0], path) == 0) {
            return hints[i][1];
        }
    }
    return NULL;
}

static int
check_arguments(const struct cli *c)
{
    int min = 0;
    int max = 0;
    command_arguments(c->command, &min, &max);
    char usage[2 * PATH_TEXT_MAX];
    (void)snprintf(usage, sizeof usage, "usage: coprodctl %s%s%s", c->command->path,
                   *c->command->arguments ? " " : "", c->command->arguments);
    if (c->n_args < min) {
        return cli_fail_hint(c, EXIT_USAGE, usage, "%s wants %s", c->command->path,
                             c->command->arguments);
    }
    if (max >= 0 && c->n_args > max) {
        return cli_fail_hint(c, EXIT_USAGE, usage, "\"%s\" is one word too many", c->args[max]);
    }
    for (int i = 0; i < c->n_args; i++) {
        if (!text_is_utf8(c->args[i], strlen(c->args[i]))) {
            return cli_fail(c, EXIT_USAGE, "argument %d is not UTF-8", i + 1);
        }
        if (c->args[i][0] == '\0') {
            return cli_fail_hint(c, EXIT_USAGE, usage, "argument %d is empty", i + 1);
        }
    }
    if (cli_global(c, "json") && cli_global(c, "plain")) {
        return cli_fail(c, EXIT_USAGE, "say --json or --plain, not both");
    }
    if (cli_global(c, "json") && !c->command->schema) {
        return cli_fail_hint(c, EXIT_USAGE, json_hint(c->command->path), "%s prints no JSON",
                             c->command->path);
    }
    return 0;
}

int
cli_parse(struct cli *c, int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        c->has_json_word = c->has_json_word || strcmp(argv[i], "--json") == 0;
    }
    struct option_set set = { 0 };
    set_add(&set, global_options, c->globals, CLI_GLOBALS_MAX);
    int r = read_options(c, &set, argc, argv, true);
    if (r != 0) {
        return r;
    }
    int at = optind;
    r = read_path(c, argc, argv, &at);
    if (r != 0) {
        return r;
    }
    set = (struct option_set){ 0 };
    if (c->command) {
        set_add(&set, c->command->options, c->values, CLI_OPTIONS_MAX);
    }
    set_add(&set, global_options, c->globals, CLI_GLOBALS_MAX);
    r = read_options(c, &set, argc - at + 1, argv + at - 1, false);
    if (r != 0) {
        return r;
    }
    if (cli_global(c, "help") || cli_global(c, "version")) {
        return -ECANCELED;
    }
    if (!c->command) {
        return fail_unknown_command(c, c->n_args ? c->args[0] : "", NULL);
    }
    c->args = argv + at - 1 + optind;
    c->n_args = argc - at + 1 - optind;
    return check_arguments(c);
}
