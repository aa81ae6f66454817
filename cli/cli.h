/* SPDX-License-Identifier: MIT */
/*
 * cli.h - one run of coprodctl, and the table of commands.
 *
 * A command is a row of commands.def and a function
 *
 *   int cmd_job_show(struct cli *c)            returns the exit code, EXIT_...
 *   {
 *       const char *id = cli_arg(c, 0);        "ID" of the row
 *       if (cli_flag(c, "dry-run")) ...
 *       ...
 *       out_field(c->out, "state", "State", "%s", job_state_name(job.state));
 *       return EXIT_OK;                        main writes c->out and checks that it was taken
 *   }
 *
 * Arguments are counted and options are checked (kind, words, dates) before it runs. What it needs
 * per its row is there: NEEDS_CONFIG fills c->conf, NEEDS_STORE and NEEDS_BOTH also c->store,
 * opened for reading.
 * stdout is data and goes through c->out only; messages go through cli_fail and cli_say to stderr.
 */
#ifndef COPROD_CLI_CLI_H
#define COPROD_CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "out.h"
#include "rules/time.h"

enum exit_code {
    EXIT_OK = 0,
    EXIT_NOT_MET = 1, /* it ran, and the answer is no; or no such id */
    EXIT_USAGE = 2,
    EXIT_NOT_RUNNING = 3,
    EXIT_BAD_INPUT = 65,
    EXIT_NO_INPUT = 66,
    EXIT_UNAVAILABLE = 69,
    EXIT_INTERNAL = 70,
    EXIT_CANNOT_CREATE = 73,
    EXIT_IO = 74,
    EXIT_TRY_LATER = 75,
    EXIT_NOT_ALLOWED = 77,
    EXIT_BAD_CONFIG = 78,
};

enum { CLI_OPTIONS_MAX = 16, CLI_GLOBALS_MAX = 8, CLI_PATH_WORDS = 2 };

struct cli;
struct conf;
struct store;

enum option_kind { OPTION_END = 0, OPTION_FLAG, OPTION_TEXT, OPTION_COUNT, OPTION_DATE, OPTION_PATH,
                   OPTION_ONE_OF };
struct option_row {
    const char *name; /* NULL ends the list */
    enum option_kind kind;
    const char *word; /* "FILE" in help; for OPTION_ONE_OF the words, "none|late" */
    const char *about;
};
enum command_needs { NEEDS_NOTHING = 0, NEEDS_CONFIG, NEEDS_STORE, NEEDS_HUB, NEEDS_BOTH };
struct command {
    const char *path; /* NULL ends the table */
    int (*run)(struct cli *c);
    const char *arguments;
    enum command_needs needs;
    const char *schema; /* NULL: no JSON */
    const char *about;
    const struct option_row *options;
};
extern const struct command commands[];
extern const struct option_row global_options[];

/* One run. */
struct cli {
    const struct command *command;
    const char *config;                    /* path of coprod.yaml */
    const char
        *values[CLI_OPTIONS_MAX]; /* beside command->options; "" for a flag, NULL not given */
    const char *globals[CLI_GLOBALS_MAX];  /* beside global_options */
    bool has_json_word; /* --json stands somewhere, perhaps behind what was wrong */
    char *const *args;
    int n_args;
    struct out *out;
    struct conf *conf;
    struct store *store;
};

/* The i-th argument, NULL when there are fewer. */
const char *cli_arg(const struct cli *c, int i);
/* The option's value; NULL when it was not given. Asserts that the row has such an option. */
const char *cli_option(const struct cli *c, const char *name);
bool cli_flag(const struct cli *c, const char *name);
/* otherwise, when it was not given. Bounds and form were checked. */
int64_t cli_count(const struct cli *c, const char *name, int64_t otherwise);
day_t cli_date(const struct cli *c, const char *name, day_t otherwise);
/* The value of an option that every command takes; "" for a flag, NULL when it was not given. */
const char *cli_global(const struct cli *c, const char *name);
/* EXIT_USAGE with a sentence unless the option was given; else EXIT_OK. */
int cli_require(const struct cli *c, const char *name);

/* "coprodctl: SENTENCE" on stderr (JSON with --json); returns code. */
int cli_fail(const struct cli *c, enum exit_code code, const char *format, ...) PRINTF_LIKE(3, 4);
/* The same of words of any length, whole: what the daemon says of files. */
int cli_fail_words(const struct cli *c, enum exit_code code, const char *words);
/* The configuration into c->conf, for a command that looks at its options first. Its exit code. */
int cli_load_conf(struct cli *c);
/* Adds a hint line to what cli_fail said: what exists, what to do. */
int cli_fail_hint(const struct cli *c, enum exit_code code, const char *hint, const char *format,
                  ...) PRINTF_LIKE(4, 5);
/* A message that is no failure. */
void cli_say(const struct cli *c, const char *format, ...) PRINTF_LIKE(2, 3);
/* bytes to the file of --out, else to stdout. Returns the exit code; a failure has been said. */
int cli_deliver(const struct cli *c, const char *bytes, size_t n);
/* Where the store of coprod.yaml lies. */
void cli_store_path(const struct cli *c, struct text *ret);
/* It, to read what the daemon and its workers did. */
MUST_USE int cli_store_open(const struct cli *c, struct store **ret, struct err *reterr);
/* What to do when the store cannot be opened; nothing when there is no advice. */
void cli_store_hint(const struct cli *c, int r, struct text *ret);
/* The exit code that fits a negative errno of the library. */
enum exit_code cli_exit_of(int r);

/* The row with this path, or NULL. */
const struct command *command_find(const char *path);
/* Smallest and largest number of arguments; largest -1: any number. */
void command_arguments(const struct command *command, int *ret_min, int *ret_max);

/* Finds the command and its options in argv. 0; a positive exit code after it said why; or
 * -ECANCELED when --help or --version was asked for; c->command tells for what, or c->args has the
 * word of a family such as "plan". */
int cli_parse(struct cli *c, int argc, char **argv);
/* The whole program but its locale. Returns the exit code. */
int cli_main(int argc, char **argv);

/* Help for a path: "" the whole tree, "plan" a family, "plan check" a command; false when unknown.
 */
bool help_write(const char *path, struct text *ret);
/* The option part of the manual page, in mdoc. */
void help_mdoc(struct text *ret);

#define COMMAND(path, run, arguments, needs, schema, about, options) int cmd_##run(struct cli *c);
#include "commands.def"

#endif
