/* SPDX-License-Identifier: MIT */
/* kin.c - the words between the supervisor and its hub. */
#include "base/kin.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"

_Static_assert(sizeof(struct kin_word) == 264, "both ends are built from the same layout");

static const char *const names[] = {
    [KIN_READY] = "READY",       [KIN_STATUS] = "STATUS",
    [KIN_PROGRESS] = "PROGRESS", [KIN_KILL] = "KILL",
    [KIN_EXTEND] = "EXTEND",     [KIN_RELOADED] = "RELOADED",
    [KIN_USEFUL] = "USEFUL",     [KIN_BORN] = "BORN",
    [KIN_DIED] = "DIED",         [KIN_POOL_CLOSED] = "POOL_CLOSED",
    [KIN_STOP] = "STOP",         [KIN_RELOAD] = "RELOAD",
};

const char *
kin_verb_name(enum kin_verb verb)
{
    return verb < LENGTH(names) && names[verb] ? names[verb] : "?";
}

int
kin_pair(int ret_fds[2])
{
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ret_fds) < 0
               ? -errno
               : 0;
}

struct kin_word
kin_word(enum kin_verb verb, const char *kind, pid_t pid, const char *text)
{
    struct kin_word word = { .version = KIN_VERSION, .verb = (uint16_t)verb, .pid = pid };
    if (kind && text_copy(word.kind, sizeof word.kind, kind) < 0) {
        memcpy(word.kind, kind, sizeof word.kind - 1);
    }
    if (text && text_copy(word.text, sizeof word.text, text) < 0) {
        memcpy(word.text, text, sizeof word.text - 1);
    }
    return word;
}

int
kin_send(int fd, const struct kin_word *word)
{
    assert(word);
    struct kin_word copy = *word;
    copy.version = KIN_VERSION;
    ssize_t n = send(fd, &copy, sizeof copy, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (n < 0) {
        return errno == ECONNRESET || errno == ENOTCONN ? -EPIPE : -errno;
    }
    return n == (ssize_t)sizeof copy ? 0 : -EPROTO;
}

static bool
is_ours(const struct kin_word *word)
{
    return word->version == KIN_VERSION
           && strcmp(kin_verb_name((enum kin_verb)word->verb), "?") != 0
           && memchr(word->kind, '\0', sizeof word->kind)
           && memchr(word->text, '\0', sizeof word->text);
}

int
kin_recv(int fd, struct kin_word *ret)
{
    assert(ret);
    struct kin_word word = { 0 };
    ssize_t n = recv(fd, &word, sizeof word, MSG_DONTWAIT | MSG_TRUNC);
    if (n < 0) {
        if (errno == EAGAIN || errno == EINTR) {
            return 0;
        }
        return errno == ECONNRESET ? -EPIPE : -errno;
    }
    if (n == 0) {
        return -EPIPE;
    }
    if (n != (ssize_t)sizeof word || !is_ours(&word)) {
        return -EPROTO;
    }
    *ret = word;
    return 1;
}
