/* SPDX-License-Identifier: MIT */
/* real_answers.h - real answers of three years, with the day on which each may have come in. */
#ifndef COPROD_TESTS_REAL_ANSWERS_H
#define COPROD_TESTS_REAL_ANSWERS_H

#include "release_fixture.h"

#include <fcntl.h>
#include <unistd.h>

#include "survey/scan.h"

enum { ROWS_MAX = 11000, UNITS_MAX = 700, VERSIONS_MAX = 64, MONTHS_MAX = 64, PATH_CAP = 256 };

/* The folder of reference data; not part of the project. */
static inline const char *
data_path(char *buf, size_t cap)
{
    const char *dir = getenv("COPROD_SHARED");
    (void)snprintf(buf, cap, "%s/data/survey/fft_3level_rows.csv", dir ? dir : "../shared");
    return buf;
}

struct answer {
    day_t came; /* when it reached us */
    day_t day; /* its own */
    int32_t month;
    int slot;
    int level;
    int group; /* 0 = none given */
    char path[PATH_CAP];
};

static inline int
by_coming(const void *a, const void *b)
{
    const struct answer *x = a;
    const struct answer *y = b;
    return (x->came > y->came) - (x->came < y->came);
}

/* Columns: row_id date location_1 location_2 location_3 fft_score. Nobody wrote down when an answer
 * reached the trust: seven in ten at once, the rest up to ten weeks later. */
static inline bool
read_answer(const struct scan_row *row, struct answer *to)
{
    char text[16];
    day_t day = DAY_NONE;
    (void)snprintf(text, sizeof text, "%.*s", (int)row->fields[1].len, row->fields[1].s);
    assert_int_equal(day_parse(text, &day), 0);
    *to = (struct answer){ .day = day, .slot = row->fields[5].s[0] - '1' };
    to->month = day_month(day);
    uint32_t n = (uint32_t)strtoul(row->fields[0].s, NULL, 10) * UINT32_C(2654435761) >> 8;
    static const int groups[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 0 };
    to->group = groups[n / 7 % LENGTH(groups)];
    to->came = n % 10 < 7 ? day : day + (day_t)(n / 10 % 70);
    size_t len = 0;
    for (size_t i = 2; i < 5 && row->fields[i].len > 0; i++) {
        len += (size_t)snprintf(to->path + len, sizeof to->path - len, "%.*s\x1F",
                                (int)row->fields[i].len, row->fields[i].s);
        to->level++;
    }
    return to->slot >= 0 && to->slot < 6;
}

static inline size_t
read_answers(struct answer *answers)
{
    char path[512];
    AUTO_CLOSE int fd = open(data_path(path, sizeof path), O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    AUTO(scan) struct scan *s = NULL;
    assert_int_equal(scan_open(fd, &s, NULL), 0);
    struct scan_row row = { 0 };
    assert_int_equal(scan_next(s, &row), 1);
    size_t n = 0;
    while (scan_next(s, &row) > 0) {
        assert_true(n < ROWS_MAX);
        n += read_answer(&row, &answers[n]);
    }
    qsort(answers, n, sizeof *answers, by_coming);
    return n;
}

/* Versions of every month, in order. */
struct version_list {
    int64_t id[MONTHS_MAX * VERSIONS_MAX];
    int64_t month[MONTHS_MAX * VERSIONS_MAX];
    size_t n;
};

static inline int
take_version(void *arg, const struct row *row)
{
    struct version_list *l = arg;
    assert_true(l->n < LENGTH(l->id));
    l->id[l->n] = row_i64(row, 0);
    l->month[l->n++] = row_i64(row, 1);
    return 0;
}

#endif
