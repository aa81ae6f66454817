/* SPDX-License-Identifier: MIT */
/* test_cli_hubcall.c - one question to the hub: answered, refused, unanswered, nobody there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../cli/hubcall.h"
#include "base/conf.h"
#include "wire/link.h"

enum { GUARD_MS = 20000, STEP_MS = 20 };

struct scene {
    char dir[64];
    char path[96];
    struct conf conf;
    struct cli c;
};

static int
setup(void **state)
{
    struct scene *s = calloc(1, sizeof *s);
    assert_non_null(s);
    (void)snprintf(s->dir, sizeof s->dir, "/tmp/coprod-call.XXXXXX");
    assert_non_null(mkdtemp(s->dir));
    (void)snprintf(s->path, sizeof s->path, "%s/control", s->dir);
    s->conf.runtime_dir = s->dir;
    s->c.conf = &s->conf;
    *state = s;
    return 0;
}

static int
teardown(void **state)
{
    struct scene *s = *state;
    (void)unlink(s->path);
    (void)rmdir(s->dir);
    free(s);
    return 0;
}

/* A hub of one answer, in a process of its own: says back the verb and how many arguments came. */
static _Noreturn void
be_hub(const struct scene *s)
{
    struct gate *gate = NULL;
    struct link *link = NULL;
    struct err why = { 0 };
    struct link_hub_options options = { .path = s->path, .admit = LINK_OWN,
                                        .frame_max = WIRE_CONTROL_MAX };
    if (gate_open(&gate, &why) < 0 || link_hub_open(gate, &options, &link, &why) < 0) {
        _exit(1);
    }
    for (int waited = 0; waited < GUARD_MS; waited += STEP_MS) {
        struct wire_peer from;
        struct wire_msg msg;
        (void)gate_serve(gate);
        if (link_recv(link, &from, &msg) > 0 && msg.type == WIRE_CALL) {
            char text[128];
            (void)snprintf(text, sizeof text, "%s with %u\n", msg.call.verb, msg.call.args_len);
            int code = strcmp(msg.call.verb, "refuse") == 0 ? EXIT_NOT_ALLOWED : EXIT_OK;
            struct wire_msg answer = { .type = WIRE_RESULT,
                                       .result = { .code = code, .text = text } };
            if (link_send(link, &from, &answer) < 0) {
                _exit(1);
            }
        }
        (void)usleep(STEP_MS * 1000);
    }
    _exit(0);
}

static pid_t
start_hub(const struct scene *s)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        be_hub(s);
    }
    for (int waited = 0; access(s->path, F_OK) < 0 && waited < GUARD_MS; waited += STEP_MS) {
        (void)usleep(STEP_MS * 1000);
    }
    return pid;
}

static void
stop_hub(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
an_answer_has_its_code_and_words(void **state)
{
    const struct scene *s = *state;
    pid_t hub = start_hub(s);
    AUTO(hubanswer) struct hubanswer answer = { 0 };
    struct hubcall call = { .verb = "greet", .timeout_ms = GUARD_MS };
    struct err why = { 0 };
    hubcall_add(&call, "to", "all");
    hubcall_add(&call, "how", "kindly");
    int r = hubcall_ask(&s->c, &call, &answer, &why);
    stop_hub(hub);
    assert_int_equal(r, 0);
    assert_int_equal(answer.code, EXIT_OK);
    assert_string_equal(answer.text, "greet with 2\n");
}

static void
a_refusal_keeps_its_exit_code(void **state)
{
    const struct scene *s = *state;
    pid_t hub = start_hub(s);
    AUTO(hubanswer) struct hubanswer answer = { 0 };
    struct hubcall call = { .verb = "refuse", .timeout_ms = GUARD_MS };
    int r = hubcall_ask(&s->c, &call, &answer, NULL);
    stop_hub(hub);
    assert_int_equal(r, 0);
    assert_int_equal(answer.code, EXIT_NOT_ALLOWED);
}

static void
no_socket_means_not_running(void **state)
{
    const struct scene *s = *state;
    struct hubanswer answer = { 0 };
    struct hubcall call = { .verb = "greet" };
    struct err why = { 0 };
    assert_int_equal(hubcall_ask(&s->c, &call, &answer, &why), -ECONNREFUSED);
    assert_non_null(strstr(why.text, "not running"));
}

static int
bind_socket(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static void
a_socket_left_by_a_dead_hub_means_not_running(void **state)
{
    const struct scene *s = *state;
    (void)close(bind_socket(s->path));
    struct hubanswer answer = { 0 };
    struct hubcall call = { .verb = "greet" };
    assert_int_equal(hubcall_ask(&s->c, &call, &answer, NULL), -ECONNREFUSED);
}

static void
a_hub_that_says_nothing_is_given_up(void **state)
{
    const struct scene *s = *state;
    AUTO_CLOSE int fd = bind_socket(s->path);
    assert_int_equal(listen(fd, 4), 0);
    struct hubanswer answer = { 0 };
    struct hubcall call = { .verb = "greet", .timeout_ms = 200 };
    struct err why = { 0 };
    assert_int_equal(hubcall_ask(&s->c, &call, &answer, &why), -ETIMEDOUT);
    assert_null(answer.text);
}

static void
a_path_that_is_too_long_is_refused(void **state)
{
    const struct scene *s = *state;
    char dir[200];
    memset(dir, 'x', sizeof dir - 1);
    dir[sizeof dir - 1] = '\0';
    struct conf conf = { .runtime_dir = dir };
    struct cli c = { .conf = &conf };
    struct hubanswer answer = { 0 };
    struct hubcall call = { .verb = "greet" };
    (void)s;
    assert_int_equal(hubcall_ask(&c, &call, &answer, NULL), -EINVAL);
}

static void
what_cannot_be_encoded_is_refused(void **state)
{
    const struct scene *s = *state;
    pid_t hub = start_hub(s);
    struct hubanswer answer = { 0 };
    struct hubcall call = { .verb = "not utf-8: \xff", .timeout_ms = GUARD_MS };
    int r = hubcall_ask(&s->c, &call, &answer, NULL);
    stop_hub(hub);
    assert_true(r < 0 && r != -ETIMEDOUT);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_answer_has_its_code_and_words, setup, teardown),
        cmocka_unit_test_setup_teardown(a_refusal_keeps_its_exit_code, setup, teardown),
        cmocka_unit_test_setup_teardown(no_socket_means_not_running, setup, teardown),
        cmocka_unit_test_setup_teardown(a_socket_left_by_a_dead_hub_means_not_running, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_hub_that_says_nothing_is_given_up, setup, teardown),
        cmocka_unit_test_setup_teardown(a_path_that_is_too_long_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_encoded_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
