/* SPDX-License-Identifier: MIT */
/* test_kin.c - the words between supervisor and hub, and what systemd is told. */
#include "base/kin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/notify.h"

static void
a_word_arrives_as_it_was_sent(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(kin_pair(fds), 0);
    struct kin_word got;
    assert_int_equal(kin_recv(fds[1], &got), 0);
    struct kin_word died = kin_word(KIN_DIED, "remind", 4711, "signal 9");
    died.status = 9;
    died.counter = UINT64_MAX;
    assert_int_equal(kin_send(fds[0], &died), 0);
    struct kin_word stop = kin_word(KIN_STOP, NULL, 0, NULL);
    assert_int_equal(kin_send(fds[0], &stop), 0);
    assert_int_equal(kin_recv(fds[1], &got), 1);
    assert_memory_equal(&got, &died, sizeof got);
    assert_int_equal(kin_recv(fds[1], &got), 1);
    assert_int_equal(got.verb, KIN_STOP);
    assert_int_equal(kin_recv(fds[1], &got), 0);
    (void)close(fds[0]);
    assert_int_equal(kin_recv(fds[1], &got), -EPIPE);
    assert_int_equal(kin_send(fds[1], &stop), -EPIPE);
    (void)close(fds[1]);
}

static void
what_is_no_word_is_refused(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(kin_pair(fds), 0);
    struct kin_word got;
    char big[sizeof got + 1] = { 0 };
    struct kin_word odd = kin_word(KIN_READY, NULL, 0, NULL);
    odd.version = KIN_VERSION + 1;
    assert_true(send(fds[0], &odd, sizeof odd, 0) > 0);
    assert_int_equal(kin_recv(fds[1], &got), -EPROTO);
    assert_true(send(fds[0], &odd, sizeof odd - 1, 0) > 0);
    assert_int_equal(kin_recv(fds[1], &got), -EPROTO);
    assert_true(send(fds[0], big, sizeof big, 0) > 0);
    assert_int_equal(kin_recv(fds[1], &got), -EPROTO);
    odd = kin_word((enum kin_verb)99, NULL, 0, NULL);
    assert_int_equal(kin_send(fds[0], &odd), 0);
    assert_int_equal(kin_recv(fds[1], &got), -EPROTO);
    odd = kin_word(KIN_STATUS, NULL, 0, NULL);
    memset(odd.text, 'x', sizeof odd.text);
    assert_int_equal(kin_send(fds[0], &odd), 0);
    assert_int_equal(kin_recv(fds[1], &got), -EPROTO);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void
a_full_pipe_says_try_again(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(kin_pair(fds), 0);
    struct kin_word word = kin_word(KIN_PROGRESS, NULL, 0, NULL);
    int r = 0;
    for (int i = 0; i < 100000 && r == 0; i++) {
        r = kin_send(fds[0], &word);
    }
    assert_int_equal(r, -EAGAIN);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void
long_words_are_cut_and_terminated(void **state)
{
    (void)state;
    char text[KIN_TEXT_MAX * 2];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct kin_word word = kin_word(KIN_STATUS, text, 0, text);
    assert_int_equal(strlen(word.kind), KIN_KIND_MAX - 1);
    assert_int_equal(strlen(word.text), KIN_TEXT_MAX - 1);
    assert_string_equal(kin_verb_name(KIN_POOL_CLOSED), "POOL_CLOSED");
    assert_string_equal(kin_verb_name(KIN_NONE), "?");
    assert_string_equal(kin_verb_name((enum kin_verb)99), "?");
}

static void
expect_datagram(int fd, const char *want)
{
    char got[256];
    ssize_t n = recv(fd, got, sizeof got - 1, MSG_DONTWAIT);
    got[n < 0 ? 0 : n] = '\0';
    assert_string_equal(got, want);
}

static void
systemd_is_told_in_its_words(void **state)
{
    (void)state;
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    (void)snprintf(at.sun_path, sizeof at.sun_path, "/tmp/coprod-notify-%d", (int)getpid());
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(setenv("NOTIFY_SOCKET", at.sun_path, 1), 0);
    notify_ready("2 workers");
    expect_datagram(fd, "READY=1\nSTATUS=2 workers");
    notify_status("3 workers");
    expect_datagram(fd, "STATUS=3 workers");
    notify_reloading(1500);
    expect_datagram(fd, "RELOADING=1\nMONOTONIC_USEC=1500000");
    notify_extend(2000);
    expect_datagram(fd, "EXTEND_TIMEOUT_USEC=2000000");
    notify_watchdog();
    expect_datagram(fd, "WATCHDOG=1");
    notify_stopping("draining");
    expect_datagram(fd, "STOPPING=1\nSTATUS=draining");
    assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
    notify_ready("nobody listens");
    expect_datagram(fd, "");
    assert_int_equal(setenv("WATCHDOG_USEC", "30000000", 1), 0);
    assert_int_equal(notify_watchdog_ms(), 30000);
    assert_int_equal(unsetenv("WATCHDOG_USEC"), 0);
    assert_int_equal(notify_watchdog_ms(), 0);
    (void)close(fd);
    (void)unlink(at.sun_path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_arrives_as_it_was_sent),
        cmocka_unit_test(what_is_no_word_is_refused),
        cmocka_unit_test(a_full_pipe_says_try_again),
        cmocka_unit_test(long_words_are_cut_and_terminated),
        cmocka_unit_test(systemd_is_told_in_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
