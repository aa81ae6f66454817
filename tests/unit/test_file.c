/* SPDX-License-Identifier: MIT */
/* test_file.c - moving files: nothing is ever replaced. */
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

#include "base/file.h"

struct bench {
    char path[64];
    int dir;
};

static int
set_up(void **state)
{
    struct bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    (void)snprintf(b->path, sizeof b->path, "/tmp/coprod-file-XXXXXX");
    assert_non_null(mkdtemp(b->path));
    b->dir = open(b->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(b->dir >= 0);
    *state = b;
    return 0;
}

static int
tear_down(void **state)
{
    static const char *const names[] = { "a", "b", "x.csv", "x.2.csv", "x.3.csv" };
    struct bench *b = *state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        (void)unlinkat(b->dir, names[i], 0);
    }
    assert_int_equal(rmdir(b->path), 0);
    assert_int_equal(close(b->dir), 0);
    free(b);
    return 0;
}

static void
put(const struct bench *b, const char *name)
{
    int fd = openat(b->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(file_write(fd, name, strlen(name)), 0);
    assert_int_equal(file_write(-1, name, 1), -EBADF);
    assert_int_equal(close(fd), 0);
}

static void
a_number_stands_before_the_ending(void **state)
{
    static const struct {
        const char *name;
        int number;
        const char *want;
    } cases[] = { { "july.csv", 1, "july.csv" },
                  { "july.csv", 2, "july.2.csv" },
                  { "fft--ids.erase", 12, "fft--ids.12.erase" },
                  { "bare", 3, "bare.3" },
                  { "a.b.c", 2, "a.b.2.c" } };
    char got[NAME_MAX + 1];
    (void)state;
    for (size_t i = 0; i < LENGTH(cases); i++) {
        assert_int_equal(file_numbered(cases[i].name, cases[i].number, got), 0);
        assert_string_equal(got, cases[i].want);
    }
    char longest[NAME_MAX + 1];
    memset(longest, 'x', NAME_MAX);
    longest[NAME_MAX] = '\0';
    assert_int_equal(file_numbered(longest, 1, got), 0);
    assert_int_equal(file_numbered(longest, 2, got), -ENAMETOOLONG);
}

static void
a_move_replaces_nothing(void **state)
{
    struct bench *b = *state;
    struct stat a;
    struct stat other;
    put(b, "a");
    put(b, "b");
    assert_int_equal(fstatat(b->dir, "a", &a, 0), 0);
    assert_int_equal(fstatat(b->dir, "b", &other, 0), 0);
    assert_int_equal(file_move(b->dir, "a", b->dir, "b"), -EEXIST);
    assert_int_equal(file_is(b->dir, "a", &a), 1);
    assert_int_equal(file_is(b->dir, "b", &other), 1);
    assert_int_equal(file_is(b->dir, "b", &a), 0);
    assert_int_equal(file_is(b->dir, "none", &a), 0);
    assert_int_equal(file_is(-1, "b", &a), -EBADF);
    assert_int_equal(file_move(b->dir, "none", b->dir, "c"), -ENOENT);
}

static void
a_name_that_is_taken_gets_the_next_number(void **state)
{
    struct bench *b = *state;
    char as[NAME_MAX + 1];
    put(b, "x.csv");
    put(b, "x.2.csv");
    put(b, "a");
    assert_int_equal(file_move_numbered(b->dir, "a", b->dir, "x.csv", as), 0);
    assert_string_equal(as, "x.3.csv");
    assert_int_equal(file_move_numbered(b->dir, "a", b->dir, "x.csv", as), -ENOENT);
}

static void
a_write_is_seen(void **state)
{
    struct bench *b = *state;
    struct stat before;
    put(b, "a");
    int fd = openat(b->dir, "a", O_WRONLY | O_APPEND | O_CLOEXEC);
    assert_int_equal(fstat(fd, &before), 0);
    assert_true(file_is_as_before(fd, &before));
    assert_int_equal(write(fd, "b", 1), 1);
    assert_false(file_is_as_before(fd, &before));
    assert_int_equal(close(fd), 0);
    assert_false(file_is_as_before(fd, &before)); /* nothing is known of it */
}

static void
the_last_name_of_a_path_is_a_piece_of_it(void **state)
{
    (void)state;
    assert_string_equal(file_last_name("/srv/state/july.csv"), "july.csv");
    assert_string_equal(file_last_name("july.csv"), "july.csv");
    assert_string_equal(file_last_name("/srv/"), "");
}

int
main(void)
{
#define ON_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_stands_before_the_ending),
        cmocka_unit_test(the_last_name_of_a_path_is_a_piece_of_it),
        ON_BENCH(a_move_replaces_nothing),
        ON_BENCH(a_name_that_is_taken_gets_the_next_number),
        ON_BENCH(a_write_is_seen),
    };
    return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
