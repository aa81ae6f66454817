/* SPDX-License-Identifier: MIT */
/*
 * link.h - the sockets that wire messages travel on.
 *
 * The hub:
 *   AUTO(gate) struct gate *gate = NULL;           the ZeroMQ context and the check at the door
 *   AUTO(link) struct link *work = NULL;           (declared after the gate: closed before it)
 *   r = gate_open(&gate, &why);
 *   r = link_hub_open(gate, &options, &work, &why);
 *   items[0] = link_pollitem(work); items[1] = gate_pollitem(gate); ...
 *   zmq_poll(...);
 *   gate_serve(gate);                              lets newcomers in or not
 *   while ((r = link_recv(work, &from, &msg)) > 0) { ... }     drain until 0, always
 *
 * A worker or coprodctl:
 *   r = link_open(&(struct link_options){ .path = ..., .name = "remind" }, &link, &why);
 *   r = link_wait(link, fds, n, timeout_ms);  while ((r = link_recv(link, NULL, &msg)) > 0) ...
 *
 * Promises: nobody is let in but by uid (SO_PEERCRED, as ZAP reports it); a live socket's path is
 * never taken over; frames over the limit and messages of more than WIRE_PARTS_MAX parts or that do
 * not decode are dropped, counted and never answered. ZeroMQ may lose a message: it is a hint, the
 * store is the truth.
 *
 * Danger: libzmq abort()s when it runs out of descriptors or threads. Never in the supervisor.
 * Block signals before gate_open or link_open: ZeroMQ's threads inherit the mask.
 */
#ifndef COPROD_WIRE_LINK_H
#define COPROD_WIRE_LINK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "wire/wire.h"

struct gate;
struct link;
struct pollfd;

enum { LINK_ID_MAX = 48, LINK_UIDS_MAX = 32, LINK_HWM = 1000 };

/* Who is at the other end. uid and pid are the kernel's word, not the peer's. */
struct wire_peer {
    uint8_t id[LINK_ID_MAX]; /* ROUTER's name for the connection: answer to this */
    uint8_t id_len;
    uid_t uid;
    pid_t pid;
};

enum link_admit {
    LINK_OWN = 1, /* this process's uid and root */
    LINK_LISTED,  /* those and the uids listed */
    LINK_ANYONE   /* every user of the machine who can reach the path: its folder decides */
};

struct link_hub_options {
    const char *path; /* of the socket file, at most 100 octets */
    enum link_admit admit;
    const uid_t *uids; /* LINK_LISTED */
    size_t uids_len;
    size_t frame_max; /* WIRE_WORKER_MAX or WIRE_CONTROL_MAX */
    bool group_may_connect; /* socket file 0770 instead of 0700 */
};

struct link_options {
    const char *path;
    const char *name;  /* first part of the identity, for traces; the rest is random */
    size_t frame_max;
    bool watch;        /* tell link_connections(); costs a monitor socket */
};

/* What came and was not taken; for status and tests. */
struct link_counts {
    uint64_t received, sent;
    uint64_t bad_parts;   /* more parts than WIRE_PARTS_MAX, or too few */
    uint64_t bad_message; /* did not decode */
    uint64_t bad_peer;    /* no uid came with it */
    uint64_t unsent;      /* peer gone or its queue full */
};

MUST_USE int gate_open(struct gate **ret, struct err *reterr);
struct gate *gate_free(struct gate *gate); /* NULL is fine; returns NULL */
/* Answers every knock that waits; returns how many were refused since the last call. */
int gate_serve(struct gate *gate);

/* -EADDRINUSE when something listens at the path already; a dead socket file is replaced. */
MUST_USE int link_hub_open(struct gate *gate, const struct link_hub_options *options,
                           struct link **ret, struct err *reterr);
/* Connects; succeeds also while nobody listens yet and keeps trying every few ms. */
MUST_USE int link_open(const struct link_options *options, struct link **ret, struct err *reterr);
struct link *link_free(struct link *link);

/* 1 and a message; 0 nothing waits; -errno the socket is broken. Never blocks. `from` may be NULL.
 * The message lives until the next link_recv or link_free on this link. */
MUST_USE int link_recv(struct link *link, struct wire_peer *from, struct wire_msg *ret_msg);
/* 0; -EHOSTUNREACH the peer is gone; -EAGAIN its queue is full; -EMSGSIZE, -EINVAL as wire_encode.
 * `to` NULL on a link of link_open. Never blocks. */
MUST_USE int link_send(struct link *link, const struct wire_peer *to, const struct wire_msg *msg);

/* Waits for a message, for a change of the connection, for one of `fds` (revents are filled in) or
 * for timeout_ms (-1: for ever). 0 or more; -EINTR is returned as 0. For links of link_open. */
MUST_USE int link_wait(struct link *link, struct pollfd *fds, size_t n, int timeout_ms);
/* How often this link was connected and let in; rises after the hub came back. Needs .watch. */
uint64_t link_connections(struct link *link);
/* Whether somebody is at the other end just now. Needs .watch. */
bool link_is_up(struct link *link);

void link_counts(const struct link *link, struct link_counts *ret);
/* The last message that was refused, in words; "" when none was. */
const char *link_last_bad(const struct link *link);

/* For the hub's zmq_poll. The caller includes zmq.h first. */
void *link_socket(const struct link *link);
void *gate_socket(const struct gate *gate);
#ifdef ZMQ_POLLIN
static inline zmq_pollitem_t
link_pollitem(const struct link *link)
{
    return (zmq_pollitem_t){ .socket = link_socket(link), .events = ZMQ_POLLIN };
}
static inline zmq_pollitem_t
gate_pollitem(const struct gate *gate)
{
    return (zmq_pollitem_t){ .socket = gate_socket(gate), .events = ZMQ_POLLIN };
}
#endif

static inline void
gate_freep(struct gate **gate)
{
    *gate = gate_free(*gate);
}
static inline void
link_freep(struct link **link)
{
    *link = link_free(*link);
}

#endif
