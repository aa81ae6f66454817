/* SPDX-License-Identifier: MIT */
/* test_link.c - sockets: who is let in, what is refused, what is counted. */
#include <zmq.h>

#include "wire/link.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "wire/gate.h"

enum { ROUNDS_MAX = 2000, ROUND_MS = 5, NOBODY = 65534 };

struct fixture {
    char dir[64];
    char path[96];
    struct gate *gate;
    struct link *hub;
};

static int
set_up_as(void **state, enum link_admit admit)
{
    struct fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/coprod-link-XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    assert_int_equal(chmod(f->dir, 0755), 0);
    (void)snprintf(f->path, sizeof f->path, "%s/work", f->dir);
    struct err why = { "" };
    assert_int_equal(gate_open(&f->gate, &why), 0);
    const struct link_hub_options options = { .path = f->path,
                                              .admit = admit,
                                              .frame_max = WIRE_WORKER_MAX };
    assert_int_equal(link_hub_open(f->gate, &options, &f->hub, &why), 0);
    *state = f;
    return 0;
}
static int
set_up(void **state)
{
    return set_up_as(state, LINK_OWN);
}
static int
set_up_for_anyone(void **state)
{
    return set_up_as(state, LINK_ANYONE);
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;
    f->hub = link_free(f->hub);
    f->gate = gate_free(f->gate);
    (void)unlink(f->path);
    (void)rmdir(f->dir);
    free(f);
    return 0;
}

static struct link *
worker_of(const struct fixture *f)
{
    struct link *worker = NULL;
    const struct link_options options = { .path = f->path,
                                          .name = "probe",
                                          .frame_max = WIRE_WORKER_MAX,
                                          .watch = true };
    assert_int_equal(link_open(&options, &worker, NULL), 0);
    return worker;
}

/* Turns the hub's crank until `link` has a message or the rounds are used up. */
static int
pump(struct fixture *f, struct link *link, struct wire_peer *from, struct wire_msg *m)
{
    for (int i = 0; i < ROUNDS_MAX; i++) {
        (void)gate_serve(f->gate);
        int r = link_recv(link, from, m);
        if (r != 0) {
            return r;
        }
        (void)poll(NULL, 0, ROUND_MS);
    }
    return 0;
}

static void
pump_until_connected(struct fixture *f, struct link *worker, uint64_t times)
{
    for (int i = 0; i < ROUNDS_MAX && link_connections(worker) < times; i++) {
        (void)gate_serve(f->gate);
        (void)poll(NULL, 0, ROUND_MS);
    }
    assert_int_equal(link_connections(worker), times);
}

static int
send_hello(struct link *worker)
{
    const struct wire_msg hello = { .type = WIRE_HELLO,
                                    .hello = { .version = WIRE_VERSION, .kind = "probe" } };
    int r = -EAGAIN;
    for (int i = 0; i < ROUNDS_MAX && r == -EAGAIN; i++) {
        r = link_send(worker, NULL, &hello);
        (void)poll(NULL, 0, r ? ROUND_MS : 0);
    }
    return r;
}

static void
a_worker_and_the_hub_talk_both_ways(void **state)
{
    struct fixture *f = *state;
    AUTO(link) struct link *worker = worker_of(f);
    struct wire_peer from;
    struct wire_msg m;
    pump_until_connected(f, worker, 1);
    assert_int_equal(send_hello(worker), 0);
    assert_int_equal(pump(f, f->hub, &from, &m), 1);
    assert_int_equal(m.type, WIRE_HELLO);
    assert_int_equal(from.uid, geteuid());
    assert_int_equal(from.pid, getpid());
    const struct wire_msg welcome = { .type = WIRE_WELCOME, .welcome = { 1, 5, 30000 } };
    assert_int_equal(link_send(f->hub, &from, &welcome), 0);
    assert_int_equal(pump(f, worker, NULL, &m), 1);
    assert_int_equal(m.welcome.lease_ms, 30000);
    struct link_counts counts;
    link_counts(f->hub, &counts);
    assert_int_equal(counts.received, 1);
    assert_int_equal(counts.sent, 1);
}

static void
a_word_to_a_peer_that_is_gone_says_so(void **state)
{
    struct fixture *f = *state;
    const struct wire_msg m = { .type = WIRE_DRAIN, .drain = { "" } };
    const struct wire_peer nobody = { .id = "nobody", .id_len = 6 };
    assert_int_equal(link_send(f->hub, &nobody, &m), -EHOSTUNREACH);
    struct link_counts counts;
    link_counts(f->hub, &counts);
    assert_int_equal(counts.unsent, 1);
}

static void
a_worker_without_a_hub_does_not_queue(void **state)
{
    struct fixture *f = *state;
    f->hub = link_free(f->hub);
    AUTO(link) struct link *worker = worker_of(f);
    const struct wire_msg beat = { .type = WIRE_BEAT };
    assert_int_equal(link_send(worker, NULL, &beat), -EAGAIN);
    assert_int_equal(link_connections(worker), 0);
}

static void
a_worker_notices_that_the_hub_came_back(void **state)
{
    struct fixture *f = *state;
    AUTO(link) struct link *worker = worker_of(f);
    struct wire_peer from;
    struct wire_msg m;
    pump_until_connected(f, worker, 1);
    assert_true(link_is_up(worker));
    f->hub = link_free(f->hub);
    f->gate = gate_free(f->gate);
    for (int i = 0; i < ROUNDS_MAX && link_is_up(worker); i++) {
        (void)poll(NULL, 0, ROUND_MS);
    }
    assert_false(link_is_up(worker));
    assert_int_equal(gate_open(&f->gate, NULL), 0);
    const struct link_hub_options options = { .path = f->path,
                                              .admit = LINK_OWN,
                                              .frame_max = WIRE_WORKER_MAX };
    assert_int_equal(link_hub_open(f->gate, &options, &f->hub, NULL), 0);
    pump_until_connected(f, worker, 2);
    assert_int_equal(send_hello(worker), 0);
    assert_int_equal(pump(f, f->hub, &from, &m), 1);
}

static void
a_living_socket_is_not_taken_over(void **state)
{
    struct fixture *f = *state;
    AUTO(gate) struct gate *gate = NULL;
    AUTO(link) struct link *thief = NULL;
    struct err why = { "" };
    assert_int_equal(gate_open(&gate, &why), 0);
    const struct link_hub_options options = { .path = f->path,
                                              .admit = LINK_OWN,
                                              .frame_max = WIRE_WORKER_MAX };
    assert_int_equal(link_hub_open(gate, &options, &thief, &why), -EADDRINUSE);
    assert_non_null(strstr(why.text, f->path));
}

static void
a_file_in_the_way_is_left_alone(void **state)
{
    struct fixture *f = *state;
    char path[160];
    (void)snprintf(path, sizeof path, "%s/file", f->dir);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fclose(file), 0);
    struct link *hub = NULL;
    struct link_hub_options options = { .path = path,
                                        .admit = LINK_OWN,
                                        .frame_max = WIRE_WORKER_MAX };
    assert_int_equal(link_hub_open(f->gate, &options, &hub, NULL), -EEXIST);
    assert_int_equal(unlink(path), 0);
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    assert_int_equal(link_hub_open(f->gate, &options, &hub, NULL), -ENAMETOOLONG);
}

static void
the_socket_is_for_its_owner_only(void **state)
{
    struct fixture *f = *state;
    struct stat st;
    assert_int_equal(stat(f->path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
}

/* A peer that speaks ZeroMQ but not our protocol. */
static void *
rogue_socket(void *ctx, const struct fixture *f)
{
    void *rogue = zmq_socket(ctx, ZMQ_DEALER);
    char endpoint[128];
    int zero = 0;
    assert_non_null(rogue);
    assert_int_equal(zmq_setsockopt(rogue, ZMQ_LINGER, &zero, sizeof zero), 0);
    (void)snprintf(endpoint, sizeof endpoint, "ipc://%s", f->path);
    assert_int_equal(zmq_connect(rogue, endpoint), 0);
    return rogue;
}

static void
send_junk(void *rogue, int parts, size_t octets)
{
    void *junk = calloc(1, octets + 1);
    assert_non_null(junk);
    for (int i = 1; i <= parts; i++) {
        assert_return_code(zmq_send(rogue, junk, octets, i < parts ? ZMQ_SNDMORE : 0), 0);
    }
    free(junk);
}

static void
bad_messages_are_counted_and_never_answered(void **state)
{
    struct fixture *f = *state;
    void *ctx = zmq_ctx_new();
    void *rogue = rogue_socket(ctx, f);
    struct link_counts c = { 0 };
    struct wire_msg m;
    send_junk(rogue, 2, 10);
    send_junk(rogue, 20002, 1);
    send_junk(rogue, 1, 10);
    send_junk(rogue, 1, 0);
    send_junk(rogue, 1, WIRE_WORKER_MAX + 1); /* ZeroMQ drops the peer for this */
    for (int i = 0; i < ROUNDS_MAX && c.bad_parts + c.bad_message < 4; i++) {
        (void)gate_serve(f->gate);
        assert_int_equal(link_recv(f->hub, NULL, &m), 0);
        link_counts(f->hub, &c);
        (void)poll(NULL, 0, ROUND_MS);
    }
    assert_int_equal(c.bad_parts, 2);
    assert_int_equal(c.bad_message, 2);
    assert_int_equal(c.received, 0);
    assert_int_equal(c.sent, 0);
    assert_string_not_equal(link_last_bad(f->hub), "");
    (void)zmq_close(rogue);
    (void)zmq_ctx_term(ctx);
    /* The hub still serves others. */
    AUTO(link) struct link *worker = worker_of(f);
    pump_until_connected(f, worker, 1);
    assert_int_equal(send_hello(worker), 0);
    assert_int_equal(pump(f, f->hub, NULL, &m), 1);
}

static _Noreturn void
knock_as_nobody(const struct fixture *f)
{
    if (setgid(NOBODY) < 0 || setuid(NOBODY) < 0) {
        _exit(2);
    }
    struct link *link = worker_of(f);
    for (int i = 0; i < 100 && link_connections(link) == 0; i++) {
        (void)poll(NULL, 0, ROUND_MS);
    }
    bool was_let_in = link_connections(link) > 0 && send_hello(link) == 0;
    (void)link_free(link);
    _exit(was_let_in ? 0 : 1);
}

/* Exit code of a process of another user that tried to say HELLO. */
static int
stranger(struct fixture *f, int *ret_refused)
{
    if (geteuid() != 0) {
        skip();
    }
    assert_int_equal(chmod(f->path, 0777), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        knock_as_nobody(f);
    }
    int status = 0;
    *ret_refused = 0;
    for (int i = 0; i < ROUNDS_MAX && waitpid(pid, &status, WNOHANG) == 0; i++) {
        *ret_refused += gate_serve(f->gate);
        (void)poll(NULL, 0, ROUND_MS);
    }
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void
another_user_is_refused_at_the_workers_socket(void **state)
{
    struct fixture *f = *state;
    struct wire_msg m;
    int refused = 0;
    assert_int_equal(stranger(f, &refused), 1);
    assert_true(refused > 0);
    assert_int_equal(link_recv(f->hub, NULL, &m), 0);
}

static void
another_user_is_named_where_anyone_may_come(void **state)
{
    struct fixture *f = *state;
    struct wire_peer from;
    struct wire_msg m;
    int refused = 0;
    assert_int_equal(stranger(f, &refused), 0);
    assert_int_equal(refused, 0);
    assert_int_equal(pump(f, f->hub, &from, &m), 1);
    assert_int_equal(from.uid, NOBODY);
}

static void
an_address_is_read_to_the_letter(void **state)
{
    (void)state;
    uid_t uid = 0;
    pid_t pid = 0;
    assert_true(gate_parse_address("localhost:1000:100:42", &uid, &pid));
    assert_int_equal(uid, 1000);
    assert_int_equal(pid, 42);
    static const char *const bad[] = { "", "localhost:", "localhost:0:0", "localhost:0:0:1:2",
                                       "localhost:-1:0:1", "localhost:x:0:1", "127.0.0.1",
                                       "localhost:0::1", "localhost:4294967296:0:1" };
    for (size_t i = 0; i < LENGTH(bad); i++) {
        assert_false(gate_parse_address(bad[i], &uid, &pid));
    }
}

int
main(void)
{
#define WITH_HUB(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_HUB(a_worker_and_the_hub_talk_both_ways),
        WITH_HUB(a_word_to_a_peer_that_is_gone_says_so),
        WITH_HUB(a_worker_without_a_hub_does_not_queue),
        WITH_HUB(a_worker_notices_that_the_hub_came_back),
        WITH_HUB(a_living_socket_is_not_taken_over),
        WITH_HUB(a_file_in_the_way_is_left_alone),
        WITH_HUB(the_socket_is_for_its_owner_only),
        WITH_HUB(bad_messages_are_counted_and_never_answered),
        WITH_HUB(another_user_is_refused_at_the_workers_socket),
        cmocka_unit_test_setup_teardown(another_user_is_named_where_anyone_may_come,
                                        set_up_for_anyone, tear_down),
        cmocka_unit_test(an_address_is_read_to_the_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
