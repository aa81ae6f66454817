/* SPDX-License-Identifier: MIT */
/*
 * test_worker.c - the skeleton of the workers, as the real coprod-probe under a hub that the test
 * plays itself, on a real store.
 */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "rules/job.h"
#include "store/store.h"
#include "wire/link.h"

enum { ROUNDS_MAX = 6000, ROUND_MS = 5, NOW = 1420070400, JOBS_N = 100 };

struct fixture {
    char dir[48], store_path[96], work[96];
    struct store *store;
    struct gate *gate;
    struct link *hub;
    struct wire_peer worker;
    pid_t pid;
};

/* The program lies beside the tests: build/MODE/tests/test_worker, build/MODE/bin/coprod-probe. */
static bool
find_probe(char *buf, size_t cap)
{
    ssize_t n = readlink("/proc/self/exe", buf, cap - 1);
    assert_true(n > 0);
    buf[n] = '\0';
    char *tests = strstr(buf, "/tests/");
    if (!tests) {
        return false;
    }
    (void)snprintf(tests, cap - (size_t)(tests - buf), "/bin/coprod-probe");
    return access(buf, X_OK) == 0;
}

static void
start_worker(struct fixture *f)
{
    char program[256];
    char store[128];
    char work[128];
    assert_true(find_probe(program, sizeof program));
    (void)snprintf(store, sizeof store, "--store=%s", f->store_path);
    (void)snprintf(work, sizeof work, "--work=%s", f->work);
    f->pid = fork();
    assert_true(f->pid >= 0);
    if (f->pid == 0) {
        (void)execl(program, program, "--config=none", store, work, (char *)NULL);
        _exit(127);
    }
}

static void
open_hub(struct fixture *f)
{
    const struct link_hub_options options = { .path = f->work,
                                              .admit = LINK_OWN,
                                              .frame_max = WIRE_WORKER_MAX };
    assert_int_equal(gate_open(&f->gate, NULL), 0);
    assert_int_equal(link_hub_open(f->gate, &options, &f->hub, NULL), 0);
}

static void
close_hub(struct fixture *f)
{
    f->hub = link_free(f->hub);
    f->gate = gate_free(f->gate);
}

/* The next message of a type, others are passed over. */
static struct wire_msg
expect(struct fixture *f, enum wire_type type)
{
    struct wire_msg m = { 0 };
    for (int i = 0; i < ROUNDS_MAX; i++) {
        (void)gate_serve(f->gate);
        int r = link_recv(f->hub, &f->worker, &m);
        assert_true(r >= 0);
        if (r > 0 && m.type == type) {
            return m;
        }
        (void)poll(NULL, 0, r > 0 ? 0 : ROUND_MS);
    }
    fail_msg("no %s came", wire_type_name(type));
    return m;
}

static struct wire_msg
expect_hello(struct fixture *f)
{
    struct wire_msg hello = expect(f, WIRE_HELLO);
    assert_int_equal(hello.hello.version, WIRE_VERSION);
    assert_string_equal(hello.hello.kind, "probe");
    assert_int_equal(hello.hello.pid, f->pid);
    assert_int_equal(f->worker.pid, f->pid);
    return hello;
}

static void
say(struct fixture *f, const struct wire_msg *m)
{
    assert_int_equal(link_send(f->hub, &f->worker, m), 0);
}

static void
welcome(struct fixture *f)
{
    say(f, &(struct wire_msg){ .type = WIRE_WELCOME, .welcome = { WIRE_VERSION, NOW, 30000 } });
}

static void
offer(struct fixture *f, uint64_t first, uint32_t n, uint32_t attempt)
{
    struct wire_offer offers[JOBS_N];
    assert_true(n <= JOBS_N);
    for (uint32_t i = 0; i < n; i++) {
        offers[i] = (struct wire_offer){ first + i, attempt };
    }
    say(f, &(struct wire_msg){ .type = WIRE_JOBS, .jobs = { NOW, 16436, offers, n } });
}

static int64_t
count(struct fixture *f, enum query q)
{
    int64_t n = -1;
    assert_int_equal(store_get(f->store, q, NONE, &n, NULL), 1);
    return n;
}

/* Collects DONE until n outcomes are there; how many of them are stale. */
static uint32_t
expect_outcomes(struct fixture *f, uint32_t n)
{
    uint32_t stale = 0;
    for (uint32_t seen = 0; seen < n;) {
        struct wire_msg m = expect(f, WIRE_DONE);
        for (uint32_t i = 0; i < m.done.jobs_len; i++) {
            stale += m.done.jobs[i].outcome == WIRE_OUTCOME_STALE;
        }
        seen += m.done.jobs_len;
        assert_true(seen <= n);
    }
    return stale;
}

static int
set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct err why = { "" };
    assert_non_null(f);
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/coprod-worker-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->store_path, sizeof f->store_path, "%s/coprod.db", f->dir);
    (void)snprintf(f->work, sizeof f->work, "%s/work", f->dir);
    assert_int_equal(store_open(f->store_path, STORE_WRITE, &f->store, &why), 0);
    assert_int_equal(store_begin(f->store, &why), 0);
    for (int64_t id = 1; id <= JOBS_N; id++) {
        char key[32];
        (void)snprintf(key, sizeof key, "probe-%d", (int)id);
        assert_int_equal(store_run(f->store, Q_JOB_ADD,
                                   WITH(I(id), I(JOB_KIND_PROBE), T(key), I(JOB_READY), I(NOW),
                                        I(0), T(""), I(NOW)),
                                   &why),
                         1);
    }
    assert_int_equal(store_commit(f->store, &why), 0);
    open_hub(f);
    start_worker(f);
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;
    char path[128];
    static const char *const names[] = { "coprod.db", "coprod.db-wal", "coprod.db-shm",
                                         "coprod.turn", "work" };
    if (f->pid > 0) {
        (void)kill(f->pid, SIGKILL);
        (void)waitpid(f->pid, NULL, 0);
    }
    f->store = store_free(f->store);
    close_hub(f);
    for (size_t i = 0; i < LENGTH(names); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", f->dir, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(f->dir);
    free(f);
    return 0;
}

static void
expect_exit(struct fixture *f, int code)
{
    int status = 0;
    for (int i = 0; i < ROUNDS_MAX && waitpid(f->pid, &status, WNOHANG) == 0; i++) {
        (void)gate_serve(f->gate);
        (void)poll(NULL, 0, ROUND_MS);
    }
    f->pid = 0;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
}

static void
a_batch_is_committed_then_reported(void **state)
{
    struct fixture *f = *state;
    struct wire_msg hello = expect_hello(f);
    assert_true(hello.hello.capacity >= JOBS_N);
    assert_int_equal(hello.hello.held_len, 0);
    welcome(f);
    offer(f, 1, JOBS_N, 1);
    assert_int_equal(expect_outcomes(f, JOBS_N), 0);
    assert_int_equal(count(f, Q_PROBE_COUNT), JOBS_N);
    assert_int_equal(count(f, Q_JOB_COUNT_READY), 0);
}

static void
a_job_offered_twice_has_one_effect(void **state)
{
    struct fixture *f = *state;
    (void)expect_hello(f);
    welcome(f);
    offer(f, 1, 10, 1);
    offer(f, 1, 10, 1);
    offer(f, 11, 1, 2); /* an attempt that is not the store's */
    offer(f, 5000, 1, 1); /* a job that is not there */
    assert_int_equal(expect_outcomes(f, 22), 12);
    assert_int_equal(count(f, Q_PROBE_COUNT), 10);
    assert_int_equal(count(f, Q_JOB_COUNT_READY), JOBS_N - 10);
}

static void
a_failing_job_does_not_take_its_batch_with_it(void **state)
{
    struct fixture *f = *state;
    struct err why = { "" };
    (void)expect_hello(f);
    welcome(f);
    /* Its effect stands there already though the job is not done: the insert fails. */
    assert_int_equal(store_begin(f->store, &why), 0);
    assert_int_equal(store_run(f->store, Q_PROBE_ADD, WITH(I(5), I(1), I(NOW), I(0)), &why),
                     1);
    assert_int_equal(store_commit(f->store, &why), 0);
    offer(f, 1, 10, 1);
    assert_int_equal(expect_outcomes(f, 9), 0);
    struct wire_msg failed = expect(f, WIRE_FAILED);
    assert_int_equal(failed.failed.job_id, 5);
    assert_int_equal(failed.failed.retry, 1);
    assert_string_not_equal(failed.failed.why, "");
    assert_int_equal(count(f, Q_PROBE_COUNT), 10);
    assert_int_equal(count(f, Q_JOB_COUNT_READY), JOBS_N - 9);
}

static void
the_worker_comes_back_when_the_hub_does(void **state)
{
    struct fixture *f = *state;
    (void)expect_hello(f);
    welcome(f);
    offer(f, 1, 10, 1);
    assert_int_equal(expect_outcomes(f, 10), 0);
    close_hub(f);
    open_hub(f);
    struct wire_msg hello = expect_hello(f);
    assert_int_equal(hello.hello.held_len, 0);
    welcome(f);
    offer(f, 11, 10, 1);
    assert_int_equal(expect_outcomes(f, 10), 0);
    assert_int_equal(count(f, Q_PROBE_COUNT), 20);
}

static void
hello_is_said_again_until_welcome(void **state)
{
    struct fixture *f = *state;
    (void)expect_hello(f);
    offer(f, 1, 1, 1); /* before WELCOME: not taken */
    (void)expect_hello(f);
    struct wire_peer before = f->worker;
    bool is_another = false;
    for (int i = 0; i < 10 && !is_another; i++) {
        (void)expect_hello(f);
        is_another = memcmp(before.id, f->worker.id, before.id_len) != 0;
    }
    assert_true(is_another); /* after some tries under a new identity */
    welcome(f);
    offer(f, 2, 1, 1);
    assert_int_equal(expect_outcomes(f, 1), 0);
    assert_int_equal(count(f, Q_PROBE_COUNT), 1);
}

static void
drain_and_sigterm_end_in_bye(void **state)
{
    struct fixture *f = *state;
    (void)expect_hello(f);
    welcome(f);
    say(f, &(struct wire_msg){ .type = WIRE_DRAIN, .drain = { "stop" } });
    struct wire_msg bye = expect(f, WIRE_BYE);
    assert_string_equal(bye.bye.reason, "drained");
    expect_exit(f, 0);
    start_worker(f);
    (void)expect_hello(f);
    welcome(f);
    assert_int_equal(kill(f->pid, SIGTERM), 0);
    bye = expect(f, WIRE_BYE);
    assert_string_equal(bye.bye.reason, "stopped");
    expect_exit(f, 0);
}

static void
a_hub_of_another_version_is_not_served(void **state)
{
    struct fixture *f = *state;
    (void)expect_hello(f);
    say(f, &(struct wire_msg){ .type = WIRE_WELCOME, .welcome = { WIRE_VERSION + 1, NOW, 1 } });
    expect_exit(f, 74);
}

static void
a_worker_without_a_store_ends(void **state)
{
    struct fixture *f = *state;
    (void)kill(f->pid, SIGKILL);
    (void)waitpid(f->pid, NULL, 0);
    (void)snprintf(f->store_path, sizeof f->store_path, "%s/nothing.db", f->dir);
    start_worker(f);
    expect_exit(f, 74);
}

int
main(void)
{
    char program[256];
    if (!find_probe(program, sizeof program)) {
        print_message("coprod-probe is not built beside this test: nothing tested\n");
        return 0;
    }
#define WITH_WORKER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_WORKER(a_batch_is_committed_then_reported),
        WITH_WORKER(a_job_offered_twice_has_one_effect),
        WITH_WORKER(a_failing_job_does_not_take_its_batch_with_it),
        WITH_WORKER(the_worker_comes_back_when_the_hub_does),
        WITH_WORKER(hello_is_said_again_until_welcome),
        WITH_WORKER(drain_and_sigterm_end_in_bye),
        WITH_WORKER(a_hub_of_another_version_is_not_served),
        WITH_WORKER(a_worker_without_a_store_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
