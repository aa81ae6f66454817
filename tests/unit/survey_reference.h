/* SPDX-License-Identifier: MIT */
/*
 * survey_reference.h - the reference figures of the real rows, brought into the fixed form of
 * `survey tabulate`, for the tests that compare with them.
 */
#ifndef COPROD_TESTS_SURVEY_REFERENCE_H
#define COPROD_TESTS_SURVEY_REFERENCE_H

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

#include "base/text.h"
#include "survey/definition.h"
#include "survey/scan.h"

/* The folder of reference figures; not part of the project. */
static const char *
shared_path(const char *name, char *buf, size_t cap)
{
    const char *dir = getenv("COPROD_SHARED");
    (void)snprintf(buf, cap, "%s/%s", dir ? dir : "../shared", name);
    return buf;
}

static struct definition *
definition_of(const char *path)
{
    AUTO_DIAG struct diag d = { 0 };
    struct definition *def = NULL;
    int r = definition_read(path, &d, &def);
    if (r < 0) {
        AUTO_TEXT struct text all = { 0 };
        diag_print(&d, &all);
        print_error("%s\n", text_str(&all));
    }
    assert_int_equal(r, 0);
    return def;
}

/* One row of the reference in the fixed form. */
struct line {
    char *key; /* sorts as the table does */
    char *text;
};

static int
by_key(const void *a, const void *b)
{
    return strcmp(((const struct line *)a)->key, ((const struct line *)b)->key);
}

/* Where the reference keeps what: its month, its names from the top, and the first figure. */
struct layout {
    size_t month;
    size_t first_name;
    size_t n_names;
    size_t figures;
};

static struct line
line_of(const struct scan_row *row, const struct layout *l)
{
    AUTO_TEXT struct text unit = { 0 };
    int level = 0;
    for (size_t i = 0; i < l->n_names; i++) {
        const struct scan_field *f = &row->fields[l->first_name + i];
        if (f->len == 0 || (f->len == 3 && memcmp(f->s, "ALL", 3) == 0)) {
            continue;
        }
        text_add(&unit, level++ ? " > " : "");
        text_addn(&unit, f->s, f->len);
    }
    if (level == 0) {
        text_add(&unit, "ALL");
    }
    AUTO_TEXT struct text key = { 0 };
    AUTO_TEXT struct text text = { 0 };
    const struct scan_field *month = &row->fields[l->month];
    text_addf(&key, "%.*s\x01%d\x01%s", (int)month->len, month->s, level, text_str(&unit));
    const char *quote = strpbrk(text_str(&unit), ",\"") ? "\"" : "";
    text_addf(&text, "%.*s,%d,%s%s%s", (int)month->len, month->s, level, quote, text_str(&unit),
              quote);
    for (size_t i = l->figures; i < row->n_fields; i++) {
        text_addc(&text, ',');
        text_addn(&text, row->fields[i].s, row->fields[i].len);
    }
    struct line line = { 0 };
    assert_int_equal(text_take(&key, &line.key), 0);
    assert_int_equal(text_take(&text, &line.text), 0);
    return line;
}

static char *
reference(const char *path, const struct layout *l)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    AUTO(scan) struct scan *s = NULL;
    assert_int_equal(scan_open(fd, &s, NULL), 0);
    struct scan_row row = { 0 };
    assert_int_equal(scan_next(s, &row), 1);
    enum { LINES_MAX = 4000 };
    AUTO_FREE struct line *lines = calloc(LINES_MAX, sizeof *lines);
    assert_non_null(lines);
    size_t n = 0;
    while (scan_next(s, &row) > 0) {
        assert_true(n < LINES_MAX);
        lines[n++] = line_of(&row, l);
    }
    qsort(lines, n, sizeof lines[0], by_key); /* "ALL" sorts behind every digit */
    AUTO_TEXT struct text all = { 0 };
    text_add(&all, "month,level,unit,n_total,n1,n2,n3,n4,n5,n6,pct_positive,pct_negative,"
                   "wilson_pos_lo,wilson_pos_hi,mean\n");
    for (size_t i = 0; i < n; i++) {
        text_addf(&all, "%s\n", lines[i].text);
        free(lines[i].key);
        free(lines[i].text);
    }
    char *out = NULL;
    assert_int_equal(text_take(&all, &out), 0);
    return out;
}

static const struct layout fft_3level_layout = { .month = 0, .first_name = 3, .n_names = 3,
                                                .figures = 6 };
static const struct layout gp_fft_layout = { .month = 1, .first_name = 0, .n_names = 1,
                                            .figures = 2 };

#endif
