/* SPDX-License-Identifier: MIT */
/*
 * test_disclosure_real.c - the rule on real answers: equal to the reference in every cell, and
 * attacked beside the published national rule, which is written down here for the comparison only.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rules/disclosure.h"
#include "survey/scan.h"

enum { K = 5, ROWS_MAX = 4000, PERIOD_MAX = 600, LEVELS = 4 };

/* A row of the reference: period level trust location_1..3 n_total nhse_rule safe_rule. */
struct real_row {
    char period[8];
    int level;
    char path[512]; /* names from the top, each ended by 0x1F */
    int64_t n;
    char national[16];
    char safe[16];
};

/* The folder of reference figures; not part of the project. */
static const char *
shared_path(const char *name, char *buf, size_t cap)
{
    const char *dir = getenv("COPROD_SHARED");
    (void)snprintf(buf, cap, "%s/%s", dir ? dir : "../shared", name);
    return buf;
}

static void
copy_field(const struct scan_row *row, size_t i, char *buf, size_t cap)
{
    (void)snprintf(buf, cap, "%.*s", (int)row->fields[i].len, row->fields[i].s);
}

static int
by_period_and_path(const void *a, const void *b)
{
    const struct real_row *x = a;
    const struct real_row *y = b;
    int order = strcmp(x->period, y->period);
    return order ? order : strcmp(x->path, y->path);
}

static size_t
read_rows(struct real_row *rows)
{
    char path[512];
    AUTO_CLOSE int fd = open(shared_path("golden/survey/fft_3level_suppression.csv", path,
                                         sizeof path), O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    AUTO(scan) struct scan *s = NULL;
    assert_int_equal(scan_open(fd, &s, NULL), 0);
    struct scan_row row = { 0 };
    assert_int_equal(scan_next(s, &row), 1);
    size_t n = 0;
    for (; scan_next(s, &row) > 0; n++) {
        assert_true(n < ROWS_MAX);
        struct real_row *to = &rows[n];
        char number[24];
        copy_field(&row, 0, to->period, sizeof to->period);
        copy_field(&row, 1, number, sizeof number);
        to->level = number[0] - '0';
        copy_field(&row, 6, number, sizeof number);
        to->n = strtoll(number, NULL, 10);
        copy_field(&row, 7, to->national, sizeof to->national);
        copy_field(&row, 8, to->safe, sizeof to->safe);
        to->path[0] = '\0';
        for (int level = 0; level < to->level; level++) {
            size_t len = strlen(to->path);
            copy_field(&row, 3 + (size_t)level, to->path + len, sizeof to->path - len - 1);
            len = strlen(to->path);
            to->path[len] = '\x1F';
            to->path[len + 1] = '\0';
        }
    }
    qsort(rows, n, sizeof *rows, by_period_and_path);
    return n;
}

/* Rows in order, so that a parent is the nearest earlier row one level up. */
struct period {
    const struct real_row *rows;
    struct disclosure_cell cells[PERIOD_MAX];
    bool is_unknown[PERIOD_MAX];
    size_t n;
};

static void
take_period(struct period *p, const struct real_row *rows, size_t n_left)
{
    *p = (struct period){ .rows = rows };
    for (; p->n < n_left && strcmp(rows[p->n].period, rows[0].period) == 0; p->n++) {
        assert_true(p->n < PERIOD_MAX);
        size_t up = p->n;
        while (up > 0 && rows[--up].level != rows[p->n].level - 1) {
        }
        p->cells[p->n] = (struct disclosure_cell){ .n = rows[p->n].n, .parent = (uint32_t)up };
    }
}

/* An equation a family: unit = sum of its children. What is alone unknown in one is found, again
 * and again; for a tree that is all that subtraction can find. Returns the cells below k found. */
static int
peel(struct period *p)
{
    bool has_found = true;
    int n_small = 0;
    while (has_found) {
        has_found = false;
        for (size_t i = 0; i < p->n; i++) {
            size_t n_unknown = p->is_unknown[i];
            size_t last = i;
            bool is_family = false;
            for (size_t c = 1; c < p->n; c++) {
                is_family = is_family || p->cells[c].parent == i;
                bool counts = p->cells[c].parent == i && p->is_unknown[c];
                n_unknown += counts;
                last = counts ? c : last;
            }
            if (is_family && n_unknown == 1) {
                p->is_unknown[last] = false;
                has_found = true;
                n_small += p->cells[last].n < K;
            }
        }
    }
    return n_small;
}

static int64_t
count_hidden(const struct period *p)
{
    int64_t n = 0;
    for (size_t i = 0; i < p->n; i++) {
        n += p->cells[i].why != DISCLOSURE_SHOWN;
    }
    return n;
}

/* ---- the published national rule, for comparison ---- */

enum national { NATIONAL_SHOWN, NATIONAL_FIRST, NATIONAL_SECOND, NATIONAL_CASCADE };
static const char *const national_words[] = { "shown", "first", "second", "cascade" };

/* The two children with the fewest answers; n when there is none. */
static void
lowest_two(const struct period *p, size_t parent, size_t ret[2])
{
    ret[0] = p->n;
    ret[1] = p->n;
    for (size_t c = 1; c < p->n; c++) {
        if (p->cells[c].parent != parent) {
            continue;
        }
        if (ret[0] == p->n || p->cells[c].n < p->cells[ret[0]].n) {
            ret[1] = ret[0];
            ret[0] = c;
        } else if (ret[1] == p->n || p->cells[c].n < p->cells[ret[1]].n) {
            ret[1] = c;
        }
    }
}

static void
national_rule(const struct period *p, enum national *is)
{
    for (size_t i = 0; i < p->n; i++) {
        is[i] = i > 0 && p->cells[i].n < K ? NATIONAL_FIRST : NATIONAL_SHOWN;
    }
    size_t low[2];
    for (size_t i = 0; i < p->n; i++) {
        lowest_two(p, i, low);
        if (low[1] < p->n && is[low[0]] == NATIONAL_FIRST && is[low[1]] != NATIONAL_FIRST) {
            is[low[1]] = NATIONAL_SECOND;
        }
    }
    for (size_t i = 1; i < p->n; i++) { /* parents come first: from the top down */
        lowest_two(p, i, low);
        for (int rank = 0; rank < 2 && is[i] != NATIONAL_SHOWN; rank++) {
            if (low[rank] < p->n && is[low[rank]] == NATIONAL_SHOWN) {
                is[low[rank]] = NATIONAL_CASCADE;
            }
        }
    }
}

/* ---- the tests ---- */

struct sums {
    int small, national_counts, national_percentages, safe;
    int64_t hidden;
    size_t differ, national_differ;
};

static void
attack_period(struct period *p, struct sums *sums)
{
    enum national is[PERIOD_MAX] = { 0 };
    national_rule(p, is);
    (void)disclosure_hide(p->cells, p->n, K);
    static const char *const words[] = { "shown", "first", "secondary" };
    bool is_month = strcmp(p->rows[0].period, "ALL") != 0 && p->cells[0].n >= K;
    for (size_t i = 0; i < p->n; i++) {
        sums->differ += strcmp(p->rows[i].safe, words[p->cells[i].why]) != 0;
        sums->national_differ += strcmp(p->rows[i].national, national_words[is[i]]) != 0;
        sums->small += is_month && p->cells[i].n < K;
        p->is_unknown[i] = p->cells[i].why != DISCLOSURE_SHOWN;
    }
    sums->safe += peel(p);
    sums->hidden += is_month ? count_hidden(p) : 0;
    if (!is_month) {
        return;
    }
    for (size_t i = 0; i < p->n; i++) {
        p->is_unknown[i] = is[i] != NATIONAL_SHOWN;
    }
    sums->national_counts += peel(p);
    for (size_t i = 0; i < p->n; i++) { /* percentages are left out on the first level only */
        p->is_unknown[i] = is[i] == NATIONAL_FIRST;
    }
    sums->national_percentages += peel(p);
}

static void
attack_all(struct sums *sums)
{
    struct real_row *rows = calloc(ROWS_MAX, sizeof *rows);
    struct period *p = calloc(1, sizeof *p);
    assert_true(rows && p);
    size_t n = read_rows(rows);
    assert_int_equal(n, 2846);
    *sums = (struct sums){ 0 };
    for (size_t i = 0; i < n; i += p->n) {
        take_period(p, rows + i, n - i);
        attack_period(p, sums);
    }
    free(p);
    free(rows);
}

static void
the_rule_hides_what_the_reference_hides_in_every_row(void **state)
{
    (void)state;
    struct sums sums;
    attack_all(&sums);
    assert_int_equal(sums.differ, 0);
    assert_int_equal(sums.hidden, 1498);
}

static void
subtraction_finds_nothing_and_39_cells_of_the_national_rule(void **state)
{
    (void)state;
    struct sums sums;
    attack_all(&sums);
    assert_int_equal(sums.national_differ, 0);
    assert_int_equal(sums.small, 1448);
    assert_int_equal(sums.national_counts, 0);
    assert_int_equal(sums.national_percentages, 39);
    assert_int_equal(sums.safe, 0);
}

int
main(void)
{
    char path[512];
    if (access(shared_path("golden/survey", path, sizeof path), R_OK) != 0) {
        print_message("# survey reference figures not found in %s: not compared\n", path);
        (void)printf("1..0 # skip no reference figures\n");
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rule_hides_what_the_reference_hides_in_every_row),
        cmocka_unit_test(subtraction_finds_nothing_and_39_cells_of_the_national_rule),
    };
    return cmocka_run_group_tests_name("disclosure on real answers", tests, NULL, NULL);
}
