/* SPDX-License-Identifier: MIT */
/*
 * test_pages.c - the tables of the code against the pages that people read: every reason to tell
 * somebody, every kind of mail, every duty that comes round, every command. The manual pages have
 * tests of their own, which make them: test_cli_parse, test_conf_page.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "engine/item.h"

enum { PAGE_MAX = 64 * 1024, MARK_MAX = 160 };

static void
read_page(const char *path, char page[PAGE_MAX])
{
    FILE *in = fopen(path, "re");
    assert_non_null(in);
    size_t n = fread(page, 1, PAGE_MAX - 1, in);
    (void)fclose(in);
    page[n] = '\0';
}

/* In a row of a table that begins with `head`, or anywhere. */
static bool
has_word(const char *page, const char *head, const char *word)
{
    char mark[MARK_MAX];
    char begin[MARK_MAX];
    (void)snprintf(mark, sizeof mark, "`%s`", word);
    (void)snprintf(begin, sizeof begin, "\n| %s", head);
    for (const char *at = strstr(page, begin); at; at = strstr(at + 1, begin)) {
        const char *found = strstr(at, mark);
        if (found && found < at + 1 + strcspn(at + 1, "\n")) {
            return true;
        }
    }
    return false;
}

static void
all_are_there(const char *path, const char *const *words, size_t n)
{
    static char page[PAGE_MAX];
    read_page(path, page);
    for (size_t i = 0; i < n; i++) {
        if (!has_word(page, "", words[i])) {
            fail_msg("%s has no row for `%s`", path, words[i]);
        }
    }
}

static void
every_reason_every_kind_of_mail_and_every_duty_stands_in_notices(void **state)
{
    static const char *const words[] = {
#define ITEM_KIND(name, word, mail, calls, dated, about, states) word,
#include "engine/item_kinds.def"
#undef ITEM_KIND
#define NOTICE_KIND(name, no, word, calendar) word,
#include "notice/kinds.def"
#undef NOTICE_KIND
#define STANDING(name, word, kind, look, run) word,
#include "engine/standing.def"
#undef STANDING
    };
    (void)state;
    all_are_there("docs/notices.md", words, LENGTH(words));
}

/* As item.c makes it: the rows of the page are held against the rules of each kind. */
static void
the_key_of_every_reason_stands_in_its_row(void **state)
{
    static char page[PAGE_MAX];
    (void)state;
    read_page("docs/notices.md", page);
    for (int i = ITEM_NONE + 1; i < ITEM_KIND_MAX_; i++) {
        const struct item_kind_rules *k = item_kind_rules((enum item_kind)i);
        char head[MARK_MAX];
        char key[MARK_MAX];
        bool names = i == ITEM_UNTOLD || i == ITEM_UNMAILED || i == ITEM_ABSENT;
        (void)snprintf(head, sizeof head, "`%s` |", k->word);
        (void)snprintf(key, sizeof key,
                       k->states ? "%s\\|DEMAND\\|STEP%s%s\\|POST"
                                 : "%s\\|PLAN:TOPIC\\|NOTE\\|ABOUT%s%s\\|POST",
                       k->word, k->is_dated ? "\\|DAY" : "", names ? "\\|WHO" : "");
        if (!has_word(page, head, key)) {
            fail_msg("docs/notices.md: the row of `%s` lacks its key `%s`", k->word, key);
        }
    }
}

static void
every_command_stands_in_operations(void **state)
{
    static char page[PAGE_MAX];
    static const char *const paths[] = {
#define COMMAND(path, run, arguments, needs, schema, about, options) path,
#include "../../cli/commands.def"
    };
    (void)state;
    read_page("docs/operations.md", page);
    for (size_t i = 0; i < LENGTH(paths); i++) {
        char head[MARK_MAX] = "";
        const char *second = strchr(paths[i], ' ');
        if (second) {
            (void)snprintf(head, sizeof head, "`%.*s` |", (int)(second - paths[i]), paths[i]);
        }
        if (!has_word(page, second ? head : "| ", second ? second + 1 : paths[i])) {
            fail_msg("docs/operations.md, \"Every command\", lacks %s", paths[i]);
        }
    }
}

static void
what_is_missing_is_seen(void **state)
{
    (void)state;
    assert_true(has_word("x\n| `mail` | `hold` `list` |\n", "`mail` |", "list"));
    assert_false(has_word("x\n| `mail` | `hold` |\n| `job` | `list` |\n", "`mail` |", "list"));
    assert_false(has_word("x `untold`\n| untold |\n", "", "untold"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reason_every_kind_of_mail_and_every_duty_stands_in_notices),
        cmocka_unit_test(the_key_of_every_reason_stands_in_its_row),
        cmocka_unit_test(every_command_stands_in_operations),
        cmocka_unit_test(what_is_missing_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
