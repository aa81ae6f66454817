/* SPDX-License-Identifier: MIT */
/* complete.c - completion scripts for bash, zsh and fish, from the table. */
#include <string.h>

#include "cli.h"

/* "--config --json ..." of a row and the globals. */
static void
add_option_names(struct text *t, const struct option_row *rows)
{
    for (; rows->name; rows++) {
        text_addf(t, " --%s", rows->name);
    }
}

/* The words that may follow a prefix, each once. Rows of a family stand together in the table. */
static void
add_next_words(struct text *t, const char *prefix)
{
    size_t len = strlen(prefix);
    const char *last = "";
    size_t last_len = 0;
    for (const struct command *row = commands; row->path; row++) {
        if (len > 0 && (strncmp(row->path, prefix, len) != 0 || row->path[len] != ' ')) {
            continue;
        }
        const char *word = row->path + (len > 0 ? len + 1 : 0);
        size_t word_len = strcspn(word, " ");
        if (word_len != last_len || strncmp(word, last, word_len) != 0) {
            text_addf(t, "%.*s ", (int)word_len, word);
        }
        last = word;
        last_len = word_len;
    }
}

static void
add_bash_values(struct text *t, const struct option_row *rows)
{
    for (; rows->name; rows++) {
        if (rows->kind == OPTION_PATH) {
            text_addf(t, "    --%s) COMPREPLY=($(compgen -f -- \"$cur\")); return;;\n", rows->name);
        }
    }
}

static void
add_bash_cases(struct text *t)
{
    const char *family = "";
    size_t family_len = 0;
    for (const struct command *row = commands; row->path; row++) {
        size_t len = strcspn(row->path, " ");
        bool is_family = row->path[len] == ' ';
        if (is_family && (len != family_len || strncmp(family, row->path, len) != 0)) {
            char prefix[64] = "";
            memcpy(prefix, row->path, len < sizeof prefix ? len : sizeof prefix - 1);
            text_addf(t, "    \"%s\") words=\"", prefix);
            add_next_words(t, prefix);
            text_add(t, "\";;\n");
        }
        family = row->path;
        family_len = is_family ? len : 0;
        text_addf(t, "    \"%s\") files=%s; words=\"", row->path,
                  strstr(row->arguments, "FILE") || strstr(row->arguments, "DATA") ? "-f" : "");
        if (strcmp(row->path, "completion") == 0) {
            text_add(t, "bash zsh fish");
        }
        add_option_names(t, row->options);
        text_add(t, " $globals\";;\n");
    }
}

static void
write_bash(struct text *t)
{
    text_add(t, "# completion of coprodctl for bash; made by: coprodctl completion bash\n"
                "_coprodctl() {\n"
                "    local cur=\"${COMP_WORDS[COMP_CWORD]}\" prev=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
                "    local path=\"\" words=\"\" files=\"\" i n=0 globals=\"");
    add_option_names(t, global_options);
    text_add(t, "\"\n    case \"$prev\" in\n");
    add_bash_values(t, global_options);
    text_add(
        t,
        "    esac\n"
        "    for ((i = 1; i < COMP_CWORD && n < 2; i++)); do\n"
        "        [[ ${COMP_WORDS[i]} == -* ]] && { [[ ${COMP_WORDS[i]} == --config ]] && ((i++)); "
        "continue; }\n"
        "        path=\"${path:+$path }${COMP_WORDS[i]}\"; ((n++))\n"
        "        case \"$path\" in");
    bool is_first = true;
    for (const struct command *row = commands; row->path; row++) {
        if (!strchr(row->path, ' ')) {
            text_addf(t, "%s%s", is_first ? " " : "|", row->path);
            is_first = false;
        }
    }
    text_add(t, ") break;; esac\n    done\n    case \"$path\" in\n    \"\") words=\"");
    add_next_words(t, "");
    text_add(t, "$globals\";;\n");
    add_bash_cases(t);
    text_add(t, "    esac\n"
                "    COMPREPLY=($(compgen ${files} -W \"$words\" -- \"$cur\"))\n"
                "}\n"
                "complete -o filenames -F _coprodctl coprodctl\n");
}

/* zsh runs the bash function through its own bridge: one table, one behaviour. */
static void
write_zsh(struct text *t)
{
    text_add(t, "#compdef coprodctl\n"
                "# completion of coprodctl for zsh; made by: coprodctl completion zsh\n"
                "autoload -U +X bashcompinit && bashcompinit\n");
    write_bash(t);
}

/* Single quotes, as fish reads them. */
static void
add_quoted(struct text *t, const char *s)
{
    text_addc(t, '\'');
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\') {
            text_addc(t, '\\');
        }
        text_addc(t, *s);
    }
    text_addc(t, '\'');
}

static void
add_fish_value(struct text *t, const struct option_row *row)
{
    if (row->kind != OPTION_ONE_OF) {
        text_add(t, row->kind == OPTION_FLAG ? "" : row->kind == OPTION_PATH ? " -r -F" : " -x");
        return;
    }
    text_add(t, " -x -a '");
    for (const char *at = row->word; *at; at++) {
        text_addc(t, (char)(*at == '|' ? ' ' : *at));
    }
    text_addc(t, '\'');
}

static void
add_fish_options(struct text *t, const char *condition, const struct option_row *rows)
{
    for (; rows->name; rows++) {
        text_addf(t, "complete -c coprodctl %s -l %s", condition, rows->name);
        add_fish_value(t, rows);
        text_add(t, " -d ");
        add_quoted(t, rows->about);
        text_addc(t, '\n');
    }
}

static void
write_fish(struct text *t)
{
    text_add(t, "# completion of coprodctl for fish; made by: coprodctl completion fish\n"
                "complete -c coprodctl -f\n");
    add_fish_options(t, "", global_options);
    for (const struct command *row = commands; row->path; row++) {
        size_t len = strcspn(row->path, " ");
        char condition[256];
        AUTO_TEXT struct text when = { 0 };
        if (row->path[len] == ' ') {
            text_addf(t, "complete -c coprodctl -n __fish_use_subcommand -a %.*s\n", (int)len,
                      row->path);
            text_addf(&when, "-n '__fish_seen_subcommand_from %.*s'", (int)len, row->path);
            text_addf(t, "complete -c coprodctl %s -a %s -d ", text_str(&when),
                      row->path + len + 1);
            add_quoted(t, row->about);
            text_addc(t, '\n');
            when.len = 0;
            text_addf(&when,
                      "-n '__fish_seen_subcommand_from %.*s; and __fish_seen_subcommand_from %s'",
                      (int)len, row->path, row->path + len + 1);
        } else {
            text_addf(t, "complete -c coprodctl -n __fish_use_subcommand -a %s -d ", row->path);
            add_quoted(t, row->about);
            text_addc(t, '\n');
            text_addf(&when, "-n '__fish_seen_subcommand_from %s'", row->path);
        }
        if (text_copy(condition, sizeof condition, text_str(&when)) == 0) {
            add_fish_options(t, condition, row->options);
        }
    }
}

int
cmd_completion(struct cli *c)
{
    static const struct {
        const char *name;
        void (*write)(struct text *t);
    } shells[] = { { "bash", write_bash }, { "zsh", write_zsh }, { "fish", write_fish } };
    for (size_t i = 0; i < LENGTH(shells); i++) {
        if (strcmp(shells[i].name, cli_arg(c, 0)) == 0) {
            AUTO_TEXT struct text t = { 0 };
            shells[i].write(&t);
            out_raw(c->out, text_str(&t), t.len);
            return EXIT_OK;
        }
    }
    return cli_fail_hint(c, EXIT_USAGE, "one of: bash, zsh, fish", "no completion for shell \"%s\"",
                         cli_arg(c, 0));
}
