/* SPDX-License-Identifier: MIT */
/* test_yaml.c - what the YAML reader takes, and everything it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/yaml.h"

struct reading {
    struct diag d;
    struct text out;
    struct yaml_doc *doc;
    int r;
};

/* The doc keeps the address of got->d: a reading is never copied. */
static void
reading_start(struct reading *got, const char *text, size_t len)
{
    *got = (struct reading){ 0 };
    got->r = yaml_read_text("t.yaml", text, len, &got->d, &got->doc);
}

static void
reading_done(struct reading *got)
{
    got->doc = yaml_doc_free(got->doc);
    text_done(&got->out);
    diag_done(&got->d);
}

static void
expect_refusal(const char *yaml, size_t len, const char *expected)
{
    struct reading got;
    reading_start(&got, yaml, len);
    diag_print(&got.d, &got.out);
    if (!strstr(text_str(&got.out), expected)) {
        print_error("expected %s\n     got %s\n", expected, text_str(&got.out));
        fail();
    }
    assert_true(got.d.n_errors > 0);
    reading_done(&got);
}

static void
a_tree_knows_its_lines_and_columns(void **state)
{
    (void)state;
    static const char yaml[] = "a: 1\nlist:\n  - \"x y\"\n  - {b: é, c: [ ]}\n";
    struct reading got;
    reading_start(&got, yaml, strlen(yaml));
    assert_int_equal(got.r, 0);
    assert_int_equal(got.d.n_errors, 0);
    const struct yaml_node *root = yaml_root(got.doc);
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->n, 2);
    const struct yaml_node *list = yaml_get(root, "list");
    assert_int_equal(list->kind, YAML_LIST);
    assert_int_equal(list->n, 2);
    const struct yaml_node *first = yaml_first(list);
    assert_true(first->is_quoted);
    assert_string_equal(first->text, "x y");
    assert_int_equal(first->line, 3);
    assert_int_equal(first->col, 5);
    assert_int_equal(first->len, 5);
    const struct yaml_node *c = yaml_get(first->next, "c");
    assert_int_equal(c->key->col, 12);
    assert_int_equal(c->kind, YAML_LIST);
    assert_null(yaml_first(c));
    assert_null(yaml_get(root, "z"));
    assert_null(yaml_get(list, "a"));
    reading_done(&got);
}

static void
no_is_a_word_and_not_a_truth_value(void **state)
{
    (void)state;
    static const char yaml[] = "rag: no\nnorway: NO\nnil: ~\nempty:\nquoted: \"null\"\n";
    struct reading got;
    reading_start(&got, yaml, strlen(yaml));
    const struct yaml_node *root = yaml_root(got.doc);
    assert_string_equal(yaml_get(root, "rag")->text, "no");
    assert_string_equal(yaml_get(root, "norway")->text, "NO");
    assert_true(yaml_is_null(yaml_get(root, "nil")));
    assert_true(yaml_is_null(yaml_get(root, "empty")));
    assert_false(yaml_is_null(yaml_get(root, "quoted")));
    reading_done(&got);
}

static void
an_empty_file_has_a_root_of_nothing(void **state)
{
    (void)state;
    static const char *const empty[] = { "", "\n", "# only words\n", "---\n", "\xEF\xBB\xBF" };
    for (size_t i = 0; i < LENGTH(empty); i++) {
        struct reading got;
        reading_start(&got, empty[i], strlen(empty[i]));
        assert_int_equal(got.r, 0);
        assert_true(yaml_is_null(yaml_root(got.doc)));
        reading_done(&got);
    }
}

/* Each file shows one thing that is refused, and the place and words of the refusal. */
static const struct {
    const char *yaml, *expected;
} refused[] = {
    { "a: &x 1\n", "t.yaml:1:4: error: anchors (&name) are not allowed\n    1 | a: &x 1\n" },
    { "a: *x\n", "t.yaml:1:4: error: aliases (*name) are not allowed\n" },
    { "a: !!str 1\n", "t.yaml:1:4: error: tags (!name) are not allowed\n" },
    { "a: !custom {b: 1}\n", "t.yaml:1:4: error: tags" },
    { "%YAML 1.1\n---\na: 1\n", "error: directives" },
    { "%TAG ! tag:x,2000:\n---\na: 1\n", "error: directives" },
    { "a: 1\n---\nb: 2\n", "t.yaml:2:1: error: a second document begins here\n" },
    { "a: 1\na: 2\n", "t.yaml:2:1: error: key \"a\" is here twice\n" },
    { "? [a]\n: 1\n", "t.yaml:1:3: error: a key cannot be a list or a map\n" },
    { "? {a: 1}\n: 1\n", "error: a key cannot be a list or a map\n" },
    { "\"\": 1\n", "error: this key is empty or too long" },
    { "<<: {a: 1}\n", "error: merge keys (<<) are not allowed" },
    { "a: \"x\\x07\"\n", "t.yaml:1:4: error: control characters are not allowed in a value\n" },
    { "a: \"x\\0y\"\n", "t.yaml:1:4: error: control characters are not allowed in a value\n" },
    { "ok: 1\na: \x07\n", "t.yaml:2:4: error: control characters are not allowed\n" },
    { "ok: é\né: \xff\n", "t.yaml:2:4: error: this is not UTF-8\n" },
    { "a: \xc0\x80\n", "error: this is not UTF-8\n" },
    { "x: 1\na: \"never\nclosed: 1\n", "t.yaml:2:4: error: this quote is never closed\n" },
    { "a: 'never\n", "t.yaml:1:4: error: this quote is never closed\n" },
    { "a: [1, 2\nb: 3\n", "error:" },
    { "a:\n\t- b\n", "t.yaml:2:1: error: a value cannot begin with this character\n" },
    { "a: b: c\n", "t.yaml:1:5: error: a \": \" is not allowed here\n" },
    { "a: 1\n  b: 2\n", "t.yaml:2:4: error: a \": \" is not allowed here\n" },
    { "a:\n  b: 1\n c: 2\n", "t.yaml:3:2: error: this line does not fit the lines above it\n" },
    { "a: \"\\q\"\n", "unknown escape after" },
    { "a: @x\n", "a value cannot begin with this character" },
};

static void
what_is_no_plain_data_is_refused_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(refused); i++) {
        expect_refusal(refused[i].yaml, strlen(refused[i].yaml), refused[i].expected);
    }
    expect_refusal("a: \0b\n", 7, "t.yaml:1:4: error: control characters are not allowed\n");
}

static void
all_that_is_wrong_is_told_at_once(void **state)
{
    (void)state;
    static const char yaml[] = "a: &x 1\nb: *x\nb: !t 3\n";
    struct reading got;
    reading_start(&got, yaml, strlen(yaml));
    assert_int_equal(got.r, 0);
    assert_int_equal(got.d.n_errors, 4);
    reading_done(&got);
}

static void
a_billion_laughs_are_refused_at_the_first_alias(void **state)
{
    (void)state;
    AUTO_TEXT struct text bomb = { 0 };
    text_add(&bomb, "a0: &a0 [lol, lol]\n");
    for (int i = 1; i < 30; i++) {
        text_addf(&bomb, "a%d: &a%d [*a%d, *a%d, *a%d]\n", i, i, i - 1, i - 1, i - 1);
    }
    struct reading got;
    reading_start(&got, bomb.bytes, bomb.len);
    assert_int_equal(got.d.n_errors, 30 + 29 * 3);
    assert_int_equal(yaml_root(got.doc)->n, 30);
    assert_int_equal(yaml_get(yaml_root(got.doc), "a29")->n, 3); /* nothing was expanded */
    reading_done(&got);
}

static void
a_megabyte_of_brackets_is_refused_at_the_33rd(void **state)
{
    (void)state;
    static const char opening[] = "[{-";
    char *bytes = malloc(YAML_BYTES_MAX);
    assert_non_null(bytes);
    memset(bytes, '[', YAML_BYTES_MAX);
    expect_refusal(bytes, YAML_BYTES_MAX, "t.yaml:1:33: error: nested more than 32 levels deep\n");
    for (size_t i = 0; i < YAML_BYTES_MAX; i++) {
        bytes[i] = i % 2 ? '\n' : '[';
    }
    expect_refusal(bytes, YAML_BYTES_MAX, "t.yaml:33:1: error: nested more than 32 levels deep\n");
    for (size_t i = 0; i < YAML_BYTES_MAX; i++) {
        bytes[i] = i % 2 ? ' ' : opening[2];
    }
    expect_refusal(bytes, YAML_BYTES_MAX, "t.yaml:1:65: error: nested more than 32 levels deep\n");
    free(bytes);
}

static void
thirty_two_levels_are_fine(void **state)
{
    (void)state;
    char yaml[64];
    memset(yaml, '[', 32);
    memset(yaml + 32, ']', 32);
    struct reading got;
    reading_start(&got, yaml, sizeof yaml);
    assert_int_equal(got.d.n_errors, 0);
    reading_done(&got);
}

static void
too_many_bytes_values_or_keys_are_refused(void **state)
{
    (void)state;
    AUTO_TEXT struct text many = { 0 };
    text_add(&many, "[");
    while (many.len < YAML_BYTES_MAX - 10) {
        text_add(&many, "1,");
    }
    text_add(&many, "1]");
    expect_refusal(many.bytes, many.len, "the file has too many values");
    while (many.len <= YAML_BYTES_MAX) {
        text_add(&many, "\n");
    }
    expect_refusal(many.bytes, many.len, "t.yaml: error: the file is over 1 MiB\n");
    AUTO_TEXT struct text keys = { 0 };
    for (int i = 0; i <= YAML_KEYS_MAX; i++) {
        text_addf(&keys, "k%d: 1\n", i);
    }
    expect_refusal(keys.bytes, keys.len, "t.yaml:2001:1: error: this map has too many keys\n");
}

static void
a_refusal_says_errors_first_and_no_notes(void **state)
{
    (void)state;
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text out = { 0 };
    for (int i = 1; i <= DIAG_ITEMS_MAX; i++) {
        diag_warn(&d, &(struct diag_at){ .file = "a.yaml", .line = i, .col = 1 }, NULL, "odd");
    }
    diag_error(&d, &(struct diag_at){ .file = "b.yaml", .line = 7, .col = 3 }, "mend it", "wrong");
    assert_int_equal(d.n, DIAG_ITEMS_MAX);
    diag_print_refusal(&d, &out);
    static const char start[] = "b.yaml:7:3: error: wrong\n   hint: mend it\n"
                                "a.yaml:1:1: warning: odd\n";
    static const char end[] = "a.yaml:19:1: warning: odd\nand 181 more\n";
    assert_memory_equal(text_str(&out), start, sizeof start - 1);
    assert_string_equal(text_str(&out) + out.len - (sizeof end - 1), end);
}

static void
a_file_that_cannot_be_read_says_why(void **state)
{
    (void)state;
    static const struct {
        const char *path, *why;
        int r;
    } cases[] = {
        { "/nonexistent/x", "/nonexistent/x: error: No such file or directory\n", -ENOENT },
        { "/", "/: error: this is not a regular file\n", -EINVAL },
        { "/dev/zero", "/dev/zero: error: this is not a regular file\n", -EINVAL },
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        AUTO_DIAG struct diag d = { 0 };
        AUTO_TEXT struct text out = { 0 };
        struct yaml_doc *doc = NULL;
        assert_int_equal(yaml_read_file(cases[i].path, &d, &doc), cases[i].r);
        diag_print(&d, &out);
        assert_string_equal(text_str(&out), cases[i].why);
    }
}

/* --- reading by a table --------------------------------------------------------------------- */

struct thing {
    const char *name, *words, *id;
    int64_t count;
    double part;
    bool is_on;
    int colour;
    const struct yaml_node *items, *keys, *any;
};
static const char *const colours[] = { "red", "green", NULL };
static const struct yaml_field thing_fields[] = {
    YAML_FIELD("name", struct thing, name, YAML_TEXT, YAML_REQUIRED),
    YAML_FIELD("words", struct thing, words, YAML_PROSE, YAML_OPTIONAL),
    YAML_FIELD("id", struct thing, id, YAML_ID, YAML_OPTIONAL),
    YAML_FIELD_INT("count", struct thing, count, YAML_OPTIONAL, 1, 10),
    YAML_FIELD("part", struct thing, part, YAML_REAL, YAML_OPTIONAL),
    YAML_FIELD("on", struct thing, is_on, YAML_BOOL, YAML_OPTIONAL),
    YAML_FIELD_WORD("colour", struct thing, colour, YAML_OPTIONAL, colours),
    YAML_FIELD("items", struct thing, items, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD("keys", struct thing, keys, YAML_KEYS, YAML_OPTIONAL),
    YAML_FIELD("any", struct thing, any, YAML_ANY, YAML_OPTIONAL),
    YAML_FIELDS_END,
};

static void
a_table_fills_a_struct(void **state)
{
    (void)state;
    static const char yaml[] = "name: A thing\nwords: |\n  two\n  lines\nid: a-1\ncount: 7\n"
                               "part: -2.5\non: yes\ncolour: green\nitems: [1, 2]\n"
                               "keys: {a: b}\nany: 3\n";
    struct reading got;
    reading_start(&got, yaml, strlen(yaml));
    struct thing t = { 0 };
    assert_int_equal(yaml_read_map(got.doc, yaml_root(got.doc), "thing", thing_fields, &t), 0);
    assert_string_equal(t.name, "A thing");
    assert_string_equal(t.words, "two\nlines");
    assert_string_equal(t.id, "a-1");
    assert_int_equal(t.count, 7);
    assert_true(t.part < -2.4 && t.part > -2.6);
    assert_true(t.is_on);
    assert_int_equal(t.colour, 2);
    assert_int_equal(t.items->n, 2);
    assert_int_equal(t.keys->n, 1);
    assert_string_equal(t.any->text, "3");
    reading_done(&got);
}

static const struct {
    const char *yaml, *expected;
} misfits[] = {
    { "nmae: x\nname: y", "t.yaml:1:1: error: unknown key \"nmae\" in the thing\n    1 | nmae: x\n"
                          "      | ^~~~\n   hint: did you mean \"name\"?\n" },
    { "name: y\nzzzzzzzz: 1", "hint: known keys: name, words, id, count" },
    { "id: x", "t.yaml:1:1: error: the thing has no name\n" },
    { "name:", "t.yaml:1:1: error: the thing has no name\n" },
    { "name: ''", "t.yaml:1:7: error: name is empty\n" },
    { "name: [a]", "t.yaml:1:7: error: name must be one line of text\n" },
    { "name: |\n  a\n  b", "error: name must be one line of text\n" },
    { "name: a\nwords: ''", "error: words is empty\n" },
    { "name: a\nid: a b", "t.yaml:2:5: error: id must be a short name\n" },
    { "name: a\ncount: 11", "error: count must be a whole number from 1 to 10\n" },
    { "name: a\ncount: 1x", "error: count must be a whole number from 1 to 10\n" },
    { "name: a\npart: inf", "error: part must be a number\n" },
    { "name: a\npart: 1e999", "error: part must be a number\n" },
    { "name: a\non: 1", "error: on must be yes or no\n" },
    { "name: a\ncolour: gren", "error: colour cannot be \"gren\"\n    2 | colour: gren\n"
                               "      |         ^~~~\n   hint: did you mean \"green\"?\n" },
    { "name: a\ncolour: violet", "hint: one of: red, green\n" },
    { "name: a\nitems: x", "error: items must be a list\n" },
    { "name: a\nkeys: x", "error: keys must be a map\n" },
    { "- a", "error: the thing must be a map\n" },
    { "", "error: the thing must be a map\n" },
};

static void
what_does_not_fit_the_table_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(misfits); i++) {
        struct reading got;
        const char *yaml = misfits[i].yaml;
        reading_start(&got, yaml, strlen(yaml));
        assert_int_equal(got.r, 0);
        struct thing t = { 0 };
        int n = yaml_read_map(got.doc, yaml_root(got.doc), "the thing", thing_fields, &t);
        diag_print(&got.d, &got.out);
        if (n != 1 || !strstr(text_str(&got.out), misfits[i].expected)) {
            print_error("%d errors for %s\n%s\n", n, misfits[i].yaml, text_str(&got.out));
            fail();
        }
        reading_done(&got);
    }
}

static void
of_two_keys_with_one_name_the_first_counts(void **state)
{
    (void)state;
    static const char yaml[] = "name: a\nitems: [1]\nitems: [1, 2]\nname: b\n";
    struct reading got;
    reading_start(&got, yaml, strlen(yaml));
    struct thing t = { 0 };
    assert_int_equal(got.d.n_errors, 2);
    assert_int_equal(yaml_read_map(got.doc, yaml_root(got.doc), "thing", thing_fields, &t), 0);
    assert_string_equal(t.name, "a");
    assert_int_equal(t.items->n, 1);
    assert_ptr_equal(t.items, yaml_get(yaml_root(got.doc), "items"));
    reading_done(&got);
}

static void
a_list_of_texts_is_copied_and_terminated(void **state)
{
    (void)state;
    static const char yaml[] = "a: [x, 'y z', [no]]\nb: x\n";
    struct reading got;
    reading_start(&got, yaml, strlen(yaml));
    AUTO(arena) struct arena *mem = arena_open();
    const char *const *items = NULL;
    size_t n = 0;
    const struct yaml_node *a = yaml_get(yaml_root(got.doc), "a");
    assert_int_equal(yaml_read_texts(got.doc, a, "a", mem, &items, &n), 1);
    assert_int_equal(n, 2);
    assert_string_equal(items[1], "y z");
    assert_null(items[2]);
    assert_int_equal(yaml_read_texts(got.doc, NULL, "a", mem, &items, &n), 0);
    assert_int_equal(n, 0);
    assert_null(items[0]);
    const struct yaml_node *b = yaml_get(yaml_root(got.doc), "b");
    assert_int_equal(yaml_read_texts(got.doc, b, "b", mem, &items, &n), 1);
    reading_done(&got);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_knows_its_lines_and_columns),
        cmocka_unit_test(no_is_a_word_and_not_a_truth_value),
        cmocka_unit_test(an_empty_file_has_a_root_of_nothing),
        cmocka_unit_test(what_is_no_plain_data_is_refused_with_its_place),
        cmocka_unit_test(all_that_is_wrong_is_told_at_once),
        cmocka_unit_test(a_billion_laughs_are_refused_at_the_first_alias),
        cmocka_unit_test(a_megabyte_of_brackets_is_refused_at_the_33rd),
        cmocka_unit_test(thirty_two_levels_are_fine),
        cmocka_unit_test(too_many_bytes_values_or_keys_are_refused),
        cmocka_unit_test(a_refusal_says_errors_first_and_no_notes),
        cmocka_unit_test(a_file_that_cannot_be_read_says_why),
        cmocka_unit_test(a_table_fills_a_struct),
        cmocka_unit_test(what_does_not_fit_the_table_is_told),
        cmocka_unit_test(of_two_keys_with_one_name_the_first_counts),
        cmocka_unit_test(a_list_of_texts_is_copied_and_terminated),
    };
    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
