/* SPDX-License-Identifier: MIT */
/* test_wording.c - a question whose words change, and change back: what was published stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answers/figures.h"
#include "answers/release.h"
#include "base/text.h"

#define FIRST "Were you asked?"
#define SECOND "Did we ask you?"

/* Two questions; the words of the first change. */
static const char survey_text[] = "survey: form\n"
                                  "title: A form\n"
                                  "version: \"1\"\n"
                                  "threshold: 5\n"
                                  "response: id\n"
                                  "dates: { column: day, forms: [iso] }\n"
                                  "units: { columns: [team] }\n"
                                  "questions:\n"
                                  "  - { id: a, wording: %s, column: a }\n"
                                  "  - { id: b, wording: And you?, column: b }\n"
                                  "scale:\n"
                                  "  answers:\n"
                                  "    - { code: 1, label: No, tone: negative }\n"
                                  "    - { code: 2, label: Yes, tone: positive }\n%s";

struct form {
    struct store *s;
    struct definition *def;
    int n_people;
    int n_files;
};

static void
ask_with(struct form *f, const char *words, const char *more)
{
    char text[2048];
    AUTO_DIAG struct diag d = { 0 };
    f->def = definition_free(f->def);
    (void)snprintf(text, sizeof text, survey_text, words, more);
    assert_int_equal(definition_parse("form.yaml", text, strlen(text), &d, &f->def), 0);
}

static void
ask(struct form *f, const char *words)
{
    ask_with(f, words, "");
}

static int
form_make(void **state)
{
    struct form *f = calloc(1, sizeof *f);
    assert_non_null(f);
    ask(f, FIRST);
    assert_int_equal(hash_init(), 0);
    assert_int_equal(store_open(NULL, STORE_MEMORY, &f->s, NULL), 0);
    *state = f;
    return 0;
}

static int
form_drop(void **state)
{
    struct form *f = *state;
    store_free(f->s);
    definition_free(f->def);
    free(f);
    return 0;
}
#define ON_A_FORM(test) cmocka_unit_test_setup_teardown(test, form_make, form_drop)

/* n people of a team, who answered all alike, on the 10th of a month of 2022. */
static void
come(struct form *f, int month, const char *team, const char *answers, int n)
{
    static const uint8_t key[HASH_KEY_SIZE] = { 9 };
    char path[] = "/tmp/coprod-wording-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    (void)fprintf(file, "id,day,team,a,b\n");
    for (int k = 0; k < n; k++) {
        (void)fprintf(file, "r%d,2022-%02d-10,%s,%s\n", f->n_people++, month, team, answers);
    }
    (void)fclose(file);
    struct import_result got;
    const struct import_options opt = { .def = f->def, .path = path, .name = "f", .key = key,
                                        .today = DAY_NONE, .now_ms = ++f->n_files };
    assert_int_equal(import_file(f->s, &opt, &got, NULL), 0);
    assert_int_equal(got.counts.n_new, n);
    (void)unlink(path);
}

static struct release_result
publish(struct form *f, int day)
{
    static const struct calendar weekdays = { .last_listed = DAY_NONE };
    const struct release_options opt = { .def = f->def, .calendar = &weekdays,
                                         .today = day_of(2022, 9, day), .now_ms = day };
    struct release_result done;
    assert_int_equal(release_run(f->s, &opt, &done, NULL), 0);
    return done;
}

static void
assert_first_question(struct form *f, const char *want)
{
    AUTO_TEXT struct text csv = { 0 };
    assert_int_equal(release_csv(f->s, f->def, 0, &csv, NULL), 0);
    assert_string_equal(strchr(text_str(&csv), '\n') + 1, want);
}

#define TWENTY                                                                                     \
    "2022-03,0,ALL,20,0,20,100.00,0.00,0.8389,1.0000,2.0000\n"                                     \
    "2022-03,1,A,20,0,20,100.00,0.00,0.8389,1.0000,2.0000\n"

/* While the other words held, a version was published in which the first question is not. The month
 * as a whole new picture would be two answers more than the old one. */
static void
a_question_in_its_first_words_again_has_the_picture_it_had(void **state)
{
    struct form *f = *state;
    come(f, 3, "A", "2,2", 20);
    assert_int_equal(publish(f, 1).n_first, 1);
    ask(f, SECOND);
    come(f, 3, "A", ",1", 9);
    assert_int_equal(publish(f, 2).n_revised, 1);
    assert_first_question(f, "");
    ask(f, FIRST);
    come(f, 3, "A", "1,", 2);
    struct release_result done = publish(f, 3);
    assert_int_equal(done.n_revised, 0);
    assert_int_equal(done.n_waiting, 1);
    assert_first_question(f, TWENTY);
    come(f, 3, "A", "2,", 5);
    assert_int_equal(publish(f, 4).n_revised, 1);
    assert_first_question(f, "2022-03,0,ALL,27,2,25,92.59,7.41,0.7663,0.9794,1.9259\n"
                             "2022-03,1,A,27,2,25,92.59,7.41,0.7663,0.9794,1.9259\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_FORM(a_question_in_its_first_words_again_has_the_picture_it_had),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
