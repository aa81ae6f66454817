/* SPDX-License-Identifier: MIT */
/* table.c - the table of commands made from commands.def, and looking things up in it. */
#include <string.h>

#include "cli.h"

/* clang-format off */
#define FLAG(name_, about_) { .name = (name_), .kind = OPTION_FLAG, .word = "", .about = (about_) },
#define VALUE(name_, kind_, word_, about_) \
    { .name = (name_), .kind = OPTION_##kind_, .word = (word_), .about = (about_) },
#define ONE_OF(name_, words_, about_) \
    { .name = (name_), .kind = OPTION_ONE_OF, .word = (words_), .about = (about_) },
#define NONE

#define GLOBAL(options_) const struct option_row global_options[] = { options_ { .name = NULL } };
#include "commands.def"

#define COMMAND(path_, run_, arguments_, needs_, schema_, about_, options_) \
    { .path = (path_), .run = cmd_##run_, .arguments = (arguments_), .needs = (needs_), \
      .schema = (schema_), .about = (about_), \
      .options = (const struct option_row[]){ options_ { .name = NULL } } },
const struct command commands[] = {
#include "commands.def"
    { .path = NULL }
};
/* clang-format on */

const struct command *
command_find(const char *path)
{
    for (const struct command *row = commands; row->path; row++) {
        if (strcmp(row->path, path) == 0) {
            return row;
        }
    }
    return NULL;
}

void
command_arguments(const struct command *command, int *ret_min, int *ret_max)
{
    int min = 0;
    int max = 0;
    bool is_endless = false;
    const char *at = command->arguments;
    while (*at) {
        size_t len = strcspn(at, " ");
        min += at[0] != '[';
        max++;
        is_endless = is_endless || (len > 3 && strncmp(at + len - 3, "...", 3) == 0);
        at += len;
        at += strspn(at, " ");
    }
    *ret_min = min;
    *ret_max = is_endless ? -1 : max;
}
