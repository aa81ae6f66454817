/* SPDX-License-Identifier: MIT */
/* store_fixture.h - a folder of its own for each test, a store in it, and a second process. */
#ifndef COPROD_TESTS_STORE_FIXTURE_H
#define COPROD_TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "store/audit.h"
#include "store/inside.h"

enum { PLACE_MAX = 256 };

struct place {
    char dir[PLACE_MAX];
    char db[PLACE_MAX + 16];
    struct err why;
};

static inline int
place_make(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    if (!p) {
        return -1;
    }
    const char *tmp = getenv("TMPDIR");
    (void)snprintf(p->dir, sizeof p->dir, "%s/coprod-store-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(p->dir)) {
        free(p);
        return -1;
    }
    (void)snprintf(p->db, sizeof p->db, "%s/coprod.db", p->dir);
    *state = p;
    return 0;
}

static inline int
place_drop(void **state)
{
    struct place *p = *state;
    (void)chmod(p->dir, 0700);
    DIR *d = opendir(p->dir);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        if (e->d_name[0] != '.') {
            (void)unlinkat(dirfd(d), e->d_name, 0);
        }
    }
    if (d) {
        (void)closedir(d);
    }
    (void)rmdir(p->dir);
    free(p);
    return 0;
}
#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, place_make, place_drop)

static inline struct store *
open_as(struct place *p, enum store_mode mode)
{
    struct store *s = NULL;
    int r = store_open(p->db, mode, &s, &p->why);
    if (r < 0) {
        print_error("%s\n", p->why.text);
    }
    assert_int_equal(r, 0);
    return s;
}

static inline void
need(struct place *p, int r)
{
    if (r < 0) {
        print_error("%d: %s\n", r, p->why.text);
    }
    assert_true(r >= 0);
}

/* Runs SQL behind the store's back. */
static inline int
raw(const char *db, const char *sql)
{
    sqlite3 *c = NULL;
    int rc = sqlite3_open(db, &c);
    rc = rc == SQLITE_OK ? sqlite3_exec(c, sql, NULL, NULL, NULL) : rc;
    (void)sqlite3_close(c);
    return rc;
}

static inline void
append(struct place *p, struct store *s, const char *event, const char *subject)
{
    const struct audit_entry e = {
        .at_ms = 1000, .actor = "hub", .event = event, .subject = subject, .detail = "words"
    };
    need(p, audit_append(s, &e, &p->why));
}

/* A second process that does `run` and ends with its answer. */
static inline pid_t
in_child(int (*run)(void *arg), void *arg)
{
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        _exit(run(arg));
    }
    assert_true(pid > 0);
    return pid;
}

static inline int
wait_for(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0) {
        assert_int_equal(errno, EINTR);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

#endif
