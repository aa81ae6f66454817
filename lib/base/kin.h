/* SPDX-License-Identifier: MIT */
/*
 * kin.h - the words between the supervisor and its hub, over a SOCK_SEQPACKET socketpair.
 *
 * One packet is one fixed struct, so nothing can be cut or run together. The hub gets its end as
 * the descriptor KIN_FD. Both ends are non-blocking; a send that does not fit is -EAGAIN and the
 * words are such that losing one costs a wait, never a fact (the store has the facts).
 */
#ifndef COPROD_BASE_KIN_H
#define COPROD_BASE_KIN_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum { KIN_FD = 3, KIN_VERSION = 1, KIN_TEXT_MAX = 224, KIN_KIND_MAX = 16 };

enum kin_verb {
    KIN_NONE = 0,
    /* hub -> supervisor */
    KIN_READY = 1,    /* store open and recovered, sockets bound: workers may start */
    KIN_STATUS = 2,   /* text: for systemd and for people */
    KIN_PROGRESS = 3, /* counter of loop turns that did what they should; any rise counts */
    KIN_KILL = 4,     /* pid, text says why: lease ran out, turn kept too long */
    KIN_EXTEND = 5,   /* counter: ms more that starting (migrating) may take */
    KIN_RELOADED = 6, /* status 0 or -errno, text: what became of a RELOAD */
    KIN_USEFUL = 7,   /* pid: this child said its first useful word: its death is no failed start */
    /* supervisor -> hub */
    KIN_BORN = 16,        /* kind, pid */
    KIN_DIED = 17,        /* kind, pid, status as waitpid gives it */
    KIN_POOL_CLOSED = 18, /* kind, text: too many deaths, no more are born until a reload */
    KIN_STOP = 19,        /* finish: no new dispatch, drain the workers, exit 0; counter: ms left */
    KIN_RELOAD = 20       /* read the configuration again, answer RELOADED */
};

struct kin_word {
    uint16_t version; /* filled in by kin_send */
    uint16_t verb;    /* enum kin_verb */
    int32_t pid;
    int32_t status;
    uint32_t unused; /* 0 */
    uint64_t counter;
    char kind[KIN_KIND_MAX];
    char text[KIN_TEXT_MAX];
};

/* Both ends CLOEXEC and non-blocking. */
MUST_USE int kin_pair(int ret_fds[2]);
/* 0; -EAGAIN full; -EPIPE the other end is gone. */
MUST_USE int kin_send(int fd, const struct kin_word *word);
/* 1 and a word; 0 none waits; -EPIPE the other end is gone; -EPROTO no word of ours. */
MUST_USE int kin_recv(int fd, struct kin_word *ret);
/* Builds a word; kind and text may be NULL, long text is cut. */
struct kin_word kin_word(enum kin_verb verb, const char *kind, pid_t pid, const char *text);
const char *kin_verb_name(enum kin_verb verb);

#endif
