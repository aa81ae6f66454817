/* SPDX-License-Identifier: MIT */
/* test_cli_parse.c - the table of commands, and from argv to one of its rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cli/cli.h"

enum { WORDS_MAX = 16 };

/* One parse with stderr caught in `said`. */
struct try {
    struct cli c;
    char words[256];
    char *argv[WORDS_MAX];
    int argc;
    int code;
    char said[2048];
};

static void
split(struct try *t, const char *line)
{
    (void)snprintf(t->words, sizeof t->words, "coprodctl %s", line);
    char *save = t->words;
    for (char *word = save; word && *word && t->argc < WORDS_MAX - 1; word = save) {
        save = strchr(word, ' ');
        if (save) {
            *save++ = '\0';
        }
        t->argv[t->argc++] = word;
    }
}

static void
parse(struct try *t, const char *line)
{
    *t = (struct try){ 0 };
    split(t, line);
    FILE *f = tmpfile();
    assert_non_null(f);
    (void)fflush(stderr);
    int keep = dup(STDERR_FILENO);
    assert_true(dup2(fileno(f), STDERR_FILENO) >= 0);
    t->code = cli_parse(&t->c, t->argc, t->argv);
    (void)fflush(stderr);
    assert_true(dup2(keep, STDERR_FILENO) >= 0);
    (void)close(keep);
    rewind(f);
    size_t n = fread(t->said, 1, sizeof t->said - 1, f);
    t->said[n] = '\0';
    (void)fclose(f);
}

static void
every_row_is_whole(void **state)
{
    (void)state;
    for (const struct command *row = commands; row->path; row++) {
        assert_non_null(row->run);
        assert_true(strlen(row->about) > 5 && strlen(row->about) < 90);
        assert_ptr_equal(command_find(row->path), row);
        int n = 0;
        for (const struct option_row *o = row->options; o->name; o++, n++) {
            assert_true(strlen(o->about) > 2);
            assert_int_equal(o->kind == OPTION_FLAG, *o->word == '\0');
            for (const struct option_row *p = row->options; p != o; p++) {
                assert_string_not_equal(p->name, o->name);
            }
        }
        assert_true(n <= CLI_OPTIONS_MAX);
    }
}

static void
every_change_has_a_dry_run(void **state)
{
    (void)state;
    for (const struct command *row = commands; row->path; row++) {
        bool asks = row->needs == NEEDS_HUB || row->needs == NEEDS_BOTH;
        if (!asks || strcmp(row->path, "worker list") == 0) {
            continue;
        }
        bool has = false;
        for (const struct option_row *o = row->options; o->name; o++) {
            has = has || strcmp(o->name, "dry-run") == 0;
        }
        if (!has) {
            fail_msg("%s changes something and has no --dry-run", row->path);
        }
    }
}

static void
arguments_are_counted_from_their_words(void **state)
{
    (void)state;
    static const struct {
        const char *arguments;
        int min, max;
    } cases[] = { { "", 0, 0 }, { "FILE", 1, 1 }, { "[REF]", 0, 1 }, { "KIND [KEY]...", 1, -1 },
                  { "DEFINITION DATA", 2, 2 } };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct command row = { .arguments = cases[i].arguments };
        int min = -1;
        int max = -2;
        command_arguments(&row, &min, &max);
        assert_int_equal(min, cases[i].min);
        assert_int_equal(max, cases[i].max);
    }
}

static void
options_may_stand_before_between_and_behind(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "--json --config x.yaml action update 1f --event submit",
        "action update --event submit 1f --json --config=x.yaml",
        "action update --json --event=submit --config x.yaml -- 1f",
    };
    for (size_t i = 0; i < LENGTH(lines); i++) {
        struct try t;
        parse(&t, lines[i]);
        assert_int_equal(t.code, 0);
        assert_string_equal(t.c.command->path, "action update");
        assert_string_equal(cli_arg(&t.c, 0), "1f");
        assert_null(cli_arg(&t.c, 1));
        assert_string_equal(cli_option(&t.c, "event"), "submit");
        assert_string_equal(cli_global(&t.c, "config"), "x.yaml");
        assert_non_null(cli_global(&t.c, "json"));
        assert_false(cli_flag(&t.c, "dry-run"));
    }
}

static void
no_command_has_an_option_named_like_a_common_one(void **state)
{
    (void)state;
    for (const struct command *row = commands; row->path; row++) {
        for (const struct option_row *own = row->options; own->name; own++) {
            for (const struct option_row *common = global_options; common->name; common++) {
                assert_string_not_equal(own->name, common->name);
            }
        }
    }
    struct try t;
    parse(&t, "simulate --config dir --from 2015-01-01 --to 2015-12-31");
    assert_int_equal(t.code, 0);
    assert_string_equal(cli_global(&t.c, "config"), "dir");
    assert_int_equal(cli_date(&t.c, "from", DAY_NONE), day_of(2015, 1, 1));
    assert_int_equal(cli_date(&t.c, "to", DAY_NONE), day_of(2015, 12, 31));
}

static void
wrong_input_is_refused_with_a_reason(void **state)
{
    (void)state;
    static const struct {
        const char *line, *says;
    } cases[] = {
        { "", "one of: status" },
        { "statsu", "did you mean \"status\"?" },
        { "plan", "\"plan\" wants one more word" },
        { "plan chekc x", "did you mean \"plan check\"?" },
        { "frobnicate", "one of: status, doctor" },
        { "plan check", "usage: coprodctl plan check FILE" },
        { "plan check a b", "\"b\" is one word too many" },
        { "status now", "\"now\" is one word too many" },
        { "status --jsn", "did you mean --json?" },
        { "--jsn status", "did you mean --json?" },
        { "status --js", "unknown option \"--js\" of status" },
        { "status -x", "unknown option \"-x\"" },
        { "status --json=yes", "unknown option \"--json\"" },
        { "explain 2b --on", "--on wants DATE\n  hint: as seen on this day" },
        { "explain 2b --o", "unknown option \"--o\" of explain" },
        { "explain 2b --on 2015-02-30", "--on: \"2015-02-30\" is no day of the calendar" },
        { "explain 2b --on 30/03/2015", "\"30/03/2015\" is not a date: write year-month-day" },
        { "explain 2b --on 9999-12-31", "\"9999-12-31\" lies outside the years 1900 to 2199" },
        { "explain 2b --on=", "--on is empty: it wants DATE" },
        { "explain 2b --on 2015-03-31 --on=2015-03-30",
          "--on is given twice: \"2015-03-31\" and \"2015-03-30\"" },
        { "preview --person --on 2015-03-31", "--person wants ROLE, and --on is an option" },
        { "mail hold --reason=", "--reason is empty: it wants WORDS" },
        { "status --json --plain", "say --json or --plain, not both" },
        { "notices next --days -3", "is not a number" },
        { "notices next --days x", "is not a number" },
        { "completion bash --json", "prints no JSON" },
        { "survey table x --json", "survey export ID --format json" },
        { "simulate --json", "--format ndjson" },
        { "action update 1f --event finish", "is none of ack|start" },
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct try t;
        parse(&t, cases[i].line);
        if (t.code != EXIT_USAGE || !strstr(t.said, cases[i].says)) {
            fail_msg("\"%s\": exit %d, said: %s", cases[i].line, t.code, t.said);
        }
    }
}

static void
with_json_the_reason_is_json(void **state)
{
    (void)state;
    struct try t;
    parse(&t, "--json plan chekc x");
    assert_int_equal(t.code, EXIT_USAGE);
    assert_non_null(strstr(t.said, "{\"schema\":\"coprod.error/1\",\"exit\":2,"));
    assert_non_null(strstr(t.said, "\"hint\":\"did you mean \\\"plan check\\\"?\"}"));
}

static void
text_that_is_no_utf8_is_refused(void **state)
{
    (void)state;
    struct try t;
    parse(&t, "explain \xff\xfe");
    assert_int_equal(t.code, EXIT_USAGE);
    parse(&t, "action submit 1f --comment \xc3(");
    assert_int_equal(t.code, EXIT_USAGE);
}

static void
help_is_there_at_every_level(void **state)
{
    (void)state;
    static const char *const lines[] = { "--help", "plan --help", "plan check --help",
                                         "--help plan check", "action update 1f --help" };
    for (size_t i = 0; i < LENGTH(lines); i++) {
        struct try t;
        parse(&t, lines[i]);
        assert_int_equal(t.code, -ECANCELED);
    }
    AUTO_TEXT struct text all = { 0 };
    assert_true(help_write("", &all));
    for (const struct command *row = commands; row->path; row++) {
        AUTO_TEXT struct text one = { 0 };
        assert_true(help_write(row->path, &one));
        assert_non_null(strstr(text_str(&all), row->path));
        for (const struct option_row *o = row->options; o->name; o++) {
            assert_non_null(strstr(text_str(&one), o->about));
        }
    }
    AUTO_TEXT struct text none = { 0 };
    assert_false(help_write("plan frobnicate", &none));
    assert_int_equal(none.len, 0);
}

static void
the_manual_page_has_the_options_of_the_table(void **state)
{
    (void)state;
    static const char begin[] = ".\\\" begin: coprodctl help --mdoc\n";
    static const char end[] = ".\\\" end: coprodctl help --mdoc\n";
    FILE *f = fopen("docs/man/coprodctl.1", "r");
    assert_non_null(f); /* tests run in the project's folder */
    AUTO_TEXT struct text page = { 0 };
    char buf[4096];
    for (size_t n; (n = fread(buf, 1, sizeof buf, f)) > 0;) {
        text_addn(&page, buf, n);
    }
    (void)fclose(f);
    AUTO_TEXT struct text want = { 0 };
    text_add(&want, begin);
    help_mdoc(&want);
    text_add(&want, end);
    if (!strstr(text_str(&page), text_str(&want))) {
        fail_msg("docs/man/coprodctl.1 differs from the table: make man");
    }
}

static void
every_errno_has_its_exit_code(void **state)
{
    (void)state;
    assert_int_equal(cli_exit_of(0), EXIT_OK);
    assert_int_equal(cli_exit_of(-EBADMSG), EXIT_BAD_INPUT);
    assert_int_equal(cli_exit_of(-ENOENT), EXIT_NO_INPUT);
    assert_int_equal(cli_exit_of(-ECONNREFUSED), EXIT_NOT_RUNNING);
    assert_int_equal(cli_exit_of(-ENOSPC), EXIT_IO);
    assert_int_equal(cli_exit_of(-ENOTTY), EXIT_INTERNAL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_whole),
        cmocka_unit_test(every_change_has_a_dry_run),
        cmocka_unit_test(arguments_are_counted_from_their_words),
        cmocka_unit_test(options_may_stand_before_between_and_behind),
        cmocka_unit_test(no_command_has_an_option_named_like_a_common_one),
        cmocka_unit_test(wrong_input_is_refused_with_a_reason),
        cmocka_unit_test(with_json_the_reason_is_json),
        cmocka_unit_test(text_that_is_no_utf8_is_refused),
        cmocka_unit_test(help_is_there_at_every_level),
        cmocka_unit_test(the_manual_page_has_the_options_of_the_table),
        cmocka_unit_test(every_errno_has_its_exit_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
