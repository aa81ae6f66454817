/* SPDX-License-Identifier: MIT */
/*
 * test_conf_page.c - docs/man/coprod.yaml.5 against the table of keys in lib/base/conf.c.
 * `test_conf_page --write` makes the page's part anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"

#define PAGE "docs/man/coprod.yaml.5"
#define BEGIN ".\\\" begin: keys, made by test_conf_page --write\n"
#define END ".\\\" end: keys\n"

enum { PAGE_MAX = 64 * 1024 };

/* What lies between the two marks: one item for each key. */
static void
make_keys(struct text *t)
{
    text_add(t, ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < conf_n_keys(); i++) {
        const struct conf_key *key = conf_key_at(i);
        text_addf(t, ".It Cm %s Ns \\&: Ar %s\n", key->key, key->kind);
        text_addf(t, "%s.\n", key->meaning);
        if (key->max > 0) {
            text_addf(t, "From %lld to %lld.\n", (long long)key->min, (long long)key->max);
        }
        if (key->preset[0]) {
            text_addf(t, "Default:\n.Li %s\n", key->preset);
        } else {
            text_add(t, "Default: empty.\n");
        }
    }
    text_add(t, ".El\n");
}

/* The page with its part made anew; false when it cannot be read or has no marks. */
static bool
make_page(struct text *old, struct text *t)
{
    static char page[PAGE_MAX];
    FILE *in = fopen(PAGE, "r");
    size_t len = in ? fread(page, 1, sizeof page - 1, in) : 0;
    if (in) {
        (void)fclose(in);
    }
    page[len] = '\0';
    text_add(old, page);
    const char *begin = strstr(page, BEGIN);
    const char *end = begin ? strstr(begin, END) : NULL;
    if (!end) {
        return false;
    }
    text_addn(t, page, (size_t)(begin - page) + strlen(BEGIN));
    make_keys(t);
    text_add(t, end);
    return !t->bad && !old->bad;
}

static void
the_manual_page_has_every_key_as_the_table_has_it(void **state)
{
    (void)state;
    AUTO_TEXT struct text old = { 0 };
    AUTO_TEXT struct text made = { 0 };
    assert_true(make_page(&old, &made));
    assert_string_equal(text_str(&old), text_str(&made));
}

static int
write_page(void)
{
    AUTO_TEXT struct text old = { 0 };
    AUTO_TEXT struct text made = { 0 };
    bool is_made = make_page(&old, &made);
    FILE *out = is_made ? fopen(PAGE, "w") : NULL;
    if (!out) {
        (void)fprintf(stderr, "%s: cannot be read or written, or has no marks\n", PAGE);
        return 1;
    }
    (void)fputs(text_str(&made), out);
    return fclose(out) == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manual_page_has_every_key_as_the_table_has_it),
    };
    if (argc == 2 && strcmp(argv[1], "--write") == 0) {
        return write_page();
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
