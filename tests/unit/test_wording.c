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
#include "answers/wording.h"
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

/* ---- each wording is shown, by its own scale --------------------------------------------- */

static void
assert_figures(struct form *f, bool is_published, const char *want)
{
    AUTO(figures) struct figures *all = NULL;
    AUTO_TEXT struct text csv = { 0 };
    const struct figures_options opt = { 0 };
    int r = is_published ? figures_published(f->s, f->def, &all, NULL)
                         : figures_build(f->s, f->def, &opt, &all, NULL);
    assert_int_equal(r, 0);
    figures_csv(all, true, &csv);
    assert_string_equal(text_str(&csv), want);
}

#define THREE "    - { code: 3, label: Always, tone: positive }\n"
#define HEADS                                                                                      \
    "month,level,unit,measure,n,n1,n2,n3,pct_positive,pct_negative,wilson_pos_lo,wilson_pos_hi,"   \
    "mean,score,nps,version\n"

/* The first form had two answers and a question more; the second has three. */
static void
each_wording_has_its_rows_by_its_own_scale(void **state)
{
    struct form *f = *state;
    come(f, 3, "A", "2,1", 8);
    (void)publish(f, 1);
    ask_with(f, SECOND, THREE);
    f->def->n_questions = 1;
    come(f, 4, "A", "3,", 6);
    const char *published =
        HEADS "2022-03,0,ALL,a,8,0,8,,100.00,0.00,0.6756,1.0000,2.0000,,,1\n"
              "2022-03,0,ALL,b,8,8,0,,0.00,100.00,0.0000,0.3244,1.0000,,,1\n"
              "2022-03,1,A,a,8,0,8,,100.00,0.00,0.6756,1.0000,2.0000,,,1\n"
              "2022-03,1,A,b,8,8,0,,0.00,100.00,0.0000,0.3244,1.0000,,,1\n"
              "2022-04,0,ALL,a,6,0,0,6,100.00,0.00,0.6097,1.0000,3.0000,,,2\n"
              "2022-04,1,A,a,6,0,0,6,100.00,0.00,0.6097,1.0000,3.0000,,,2\n";
    (void)publish(f, 2);
    assert_figures(f, true, published);
    come(f, 3, "A", "1,", 3); /* in the second wording: waits, as any few */
    (void)publish(f, 3);
    assert_figures(f, true, published);
}

static void
an_old_wording_is_read_by_the_definition_of_its_time(void **state)
{
    struct form *f = *state;
    AUTO(arena) struct arena *mem = arena_open();
    AUTO(definition) struct definition *old = NULL;
    struct wording_list all;
    assert_non_null(mem);
    come(f, 3, "A", "2,1", 8);
    ask(f, SECOND);
    come(f, 4, "A", "1,1", 8);
    assert_int_equal(wording_list(f->s, f->def, mem, &all, NULL), 0);
    assert_int_equal(all.n, 4); /* a twice, b, the responses */
    const struct wording *first = &all.list[0];
    assert_string_equal(first->name, "a");
    assert_true(first->version == 1 && first->n_versions == 2 && !first->is_asked);
    assert_true(all.list[1].version == 2 && all.list[1].is_asked);
    assert_true(all.list[2].version == 1 && all.list[2].n_versions == 1 && all.list[2].is_asked);
    assert_int_equal(wording_read(f->s, first, &old, NULL), 0);
    assert_string_equal(old->questions[0].wording, FIRST);
    assert_string_equal(all.list[3].name, "responses");
    /* Of three definitions the first is needed for its question, the last for all others. */
    ask_with(f, SECOND, "plausible: { fall: 50 }\n");
    come(f, 5, "A", "1,1", 8);
    int64_t n = 0;
    assert_int_equal(store_get(f->s, Q_SURVEY_DEFINITION_USED, WITH(I(1), I(first->definition)),
                               &n, NULL), 1);
    assert_int_equal(n, 1);
    assert_int_equal(store_get(f->s, Q_SURVEY_DEFINITION_USED, WITH(I(1), I(0)), &n, NULL), 1);
    assert_int_equal(n, 0);
}

/* Of a store that an earlier release filled. */
static void
what_no_definition_is_kept_of_is_left_out_and_counted(void **state)
{
    struct form *f = *state;
    AUTO(figures) struct figures *all = NULL;
    come(f, 3, "A", "2,1", 8);
    ask(f, SECOND);
    come(f, 4, "A", "1,1", 8);
    assert_int_equal(store_begin(f->s, NULL), 0);
    assert_int_equal(store_run(f->s, Q_SURVEY_QUESTION_DEFINED, WITH(I(0), I(1)), NULL), 1);
    assert_int_equal(store_commit(f->s, NULL), 0);
    (void)publish(f, 1);
    assert_int_equal(figures_published(f->s, f->def, &all, NULL), 0);
    assert_int_equal(figures_unread(all), 1);
    assert_int_equal(figures_n(all), 2 * 2 + 2); /* b twice, a in April */
}

/* ---- the attack: all that was ever printed, of every wording -------------------------------- */

enum { HISTORIES = 60, NIGHTS = 8, MONTHS = 2, ROWS = 512 };
struct shown {
    char key[64]; /* month, unit, question and version */
    int64_t n;    /* of the unit; -1: hidden */
};
struct print {
    struct shown rows[ROWS];
    size_t n;
};

static void
print_all(struct form *f, struct print *to)
{
    AUTO(figures) struct figures *all = NULL;
    to->n = 0;
    assert_int_equal(figures_published(f->s, f->def, &all, NULL), 0);
    assert_int_equal(figures_unread(all), 0);
    for (size_t i = 0; i < figures_n(all); i++) {
        const struct figure *one = figures_at(all, i);
        struct shown *row = &to->rows[to->n++];
        assert_true(to->n < ROWS);
        (void)snprintf(row->key, sizeof row->key, "%d %s%lld %s", one->row->month, one->measure,
                       (long long)one->version, one->row->unit);
        row->n = one->row->is_hidden ? -1 : one->n;
        assert_true(one->row->is_hidden || one->n >= 5);
    }
}

static const struct shown *
find_shown(const struct print *p, const char *key)
{
    for (size_t i = 0; i < p->n; i++) {
        if (strcmp(p->rows[i].key, key) == 0) {
            return &p->rows[i];
        }
    }
    return NULL;
}

static int64_t
n_shown(const struct print *p, const char *key)
{
    const struct shown *row = find_shown(p, key);
    return row ? row->n : 0;
}

/* What a unit's row has gained; of the trust, beside its shown teams. */
static int64_t
gained(const struct print *before, const struct print *now, const struct shown *row)
{
    int64_t n = row->n - n_shown(before, row->key);
    char *all = strstr(row->key, " ALL");
    for (size_t i = 0; all && i < now->n; i++) {
        bool is_below = strncmp(now->rows[i].key, row->key, (size_t)(all - row->key) + 1) == 0
                        && &now->rows[i] != row && now->rows[i].n >= 0;
        n -= is_below ? now->rows[i].n - n_shown(before, now->rows[i].key) : 0;
    }
    return n;
}

/* Nothing printed goes, changes from hidden to shown or back, or grows by fewer than five; no month
 * is there in two wordings of one question. */
static void
compare(const struct print *before, const struct print *now)
{
    for (size_t i = 0; i < before->n; i++) {
        const struct shown *row = find_shown(now, before->rows[i].key);
        if (!row) {
            fail_msg("%s is gone", before->rows[i].key);
            return;
        }
        bool is_empty = before->rows[i].n < 0 && strstr(row->key, " ALL");
        assert_true(is_empty || (row->n < 0) == (before->rows[i].n < 0));
        int64_t n = row->n < 0 || is_empty ? 0 : gained(before, now, row);
        assert_true(n == 0 || n >= 5);
    }
    for (size_t i = 0; i < now->n; i++) {
        char other[64];
        (void)snprintf(other, sizeof other, "%s", now->rows[i].key);
        char *version = strchr(other, ' ');
        if (!version) {
            fail_msg("a key without a blank: %s", other);
            return;
        }
        version += 2;
        *version = *version == '1' ? '2' : '1';
        assert_null(find_shown(now, other));
    }
}

static uint64_t
draw(uint64_t *seed, uint64_t below)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (*seed >> 33) % below;
}

static void
whatever_words_come_and_go_nothing_printed_tells_of_few(void **state)
{
    (void)state;
    static const char *const answers[] = { "1,2", "2,1", "2,2", ",1", "2,", "1," };
    static const char *const teams[] = { "A", "B", "C" };
    for (uint64_t seed = 1; seed <= HISTORIES; seed++) {
        void *made = NULL;
        (void)form_make(&made);
        struct form *f = made;
        struct print prints[2] = { { .n = 0 } };
        uint64_t chance = seed;
        for (int night = 0; night < NIGHTS; night++) {
            ask(f, draw(&chance, 2) ? FIRST : SECOND);
            for (int i = 0; i < 4; i++) {
                come(f, 3 + (int)draw(&chance, MONTHS), teams[draw(&chance, 3)],
                     answers[draw(&chance, 6)], 1 + (int)draw(&chance, 9));
            }
            (void)publish(f, night + 1);
            print_all(f, &prints[night % 2]);
            compare(&prints[(night + 1) % 2], &prints[night % 2]);
        }
        (void)form_drop(&made);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_FORM(each_wording_has_its_rows_by_its_own_scale),
        ON_A_FORM(an_old_wording_is_read_by_the_definition_of_its_time),
        ON_A_FORM(what_no_definition_is_kept_of_is_left_out_and_counted),
        cmocka_unit_test(whatever_words_come_and_go_nothing_printed_tells_of_few),
        ON_A_FORM(a_question_in_its_first_words_again_has_the_picture_it_had),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
