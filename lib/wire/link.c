/* SPDX-License-Identifier: MIT */
/* link.c - the sockets that wire messages travel on. */
#include "wire/link.h"

#include <assert.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <zmq.h>

#include "wire/gate.h"

enum {
    LINGER_MS = 1000,
    HEARTBEAT_IVL_MS = 30000, /* slow on purpose: deaths are told by pidfds, idle costs wake-ups */
    HEARTBEAT_TIMEOUT_MS = 60000,
    HEARTBEAT_TTL_MS = 120000,
    HANDSHAKE_MS = 10000,
    RECONNECT_MS = 10,
    RECONNECT_MAX_MS = 100,
    CONTROL_HWM = 64, /* frames of up to 2 MiB: a flood may not take all memory */
    PATH_MAX_LEN = 100,
    BAD_BURST_MAX = 64, /* bad messages skipped in one call, so that a flood cannot hold the hub */
    WAIT_FDS_MAX = 8,
    DYING_TRIES = 20,
    DYING_MS = 25
};

struct link {
    void *ctx; /* owned; NULL on the hub's side, where the gate owns it */
    void *socket;
    void *monitor; /* NULL unless watched */
    bool is_router;
    uint64_t connections;
    bool is_up;
    zmq_msg_t frame; /* what the last message points into */
    struct wire_scratch scratch;
    struct link_counts counts;
    struct err last_bad;
};

struct link *
link_free(struct link *link)
{
    if (!link) {
        return NULL;
    }
    (void)zmq_msg_close(&link->frame);
    if (link->monitor) {
        (void)zmq_close(link->monitor);
    }
    if (link->socket) {
        (void)zmq_close(link->socket);
    }
    if (link->ctx) {
        (void)zmq_ctx_term(link->ctx);
    }
    free(link);
    return NULL;
}

static struct link *
link_new(void *ctx, int type)
{
    struct link *link = calloc(1, sizeof *link);
    if (!link) {
        return NULL;
    }
    (void)zmq_msg_init(&link->frame);
    link->is_router = type == ZMQ_ROUTER;
    link->socket = zmq_socket(ctx, type);
    return link->socket ? link : link_free(link);
}

struct option {
    int name, value;
};

static int
link_set(struct link *link, const struct option *options, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (zmq_setsockopt(link->socket, options[i].name, &options[i].value, sizeof(int)) < 0) {
            return -zmq_errno();
        }
    }
    return 0;
}

static int
link_set_common(struct link *link, size_t frame_max)
{
    int hwm = frame_max > WIRE_WORKER_MAX ? CONTROL_HWM : LINK_HWM;
    const struct option options[] = {
        { ZMQ_LINGER, LINGER_MS },
        { ZMQ_SNDHWM, hwm },
        { ZMQ_RCVHWM, hwm },
        { ZMQ_HEARTBEAT_IVL, HEARTBEAT_IVL_MS },
        { ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS },
        { ZMQ_HEARTBEAT_TTL, HEARTBEAT_TTL_MS },
        { ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS },
        { ZMQ_RECONNECT_IVL, RECONNECT_MS },
        { ZMQ_RECONNECT_IVL_MAX, RECONNECT_MAX_MS },
    };
    int64_t largest = (int64_t)frame_max;
    int r = link_set(link, options, LENGTH(options));
    if (r == 0 && zmq_setsockopt(link->socket, ZMQ_MAXMSGSIZE, &largest, sizeof largest) < 0) {
        r = -zmq_errno();
    }
    return r;
}

static int
endpoint_of(const char *path, char *endpoint, size_t cap, struct err *reterr)
{
    if (strlen(path) > PATH_MAX_LEN) {
        return err_set(reterr, -ENAMETOOLONG, "the socket's path is longer than %d octets: %s",
                       PATH_MAX_LEN, path);
    }
    (void)snprintf(endpoint, cap, "ipc://%s", path);
    return 0;
}

static int
path_is_free_now(const char *path, struct err *reterr)
{
    struct stat st;
    if (lstat(path, &st) < 0) {
        return errno == ENOENT ? 0 : err_set(reterr, -errno, "cannot look at %s: %m", path);
    }
    if (!S_ISSOCK(st.st_mode)) {
        return err_set(reterr, -EEXIST, "%s exists and is no socket; move it away", path);
    }
    AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_un at = { .sun_family = AF_UNIX };
    if (fd < 0 || text_copy(at.sun_path, sizeof at.sun_path, path) < 0) {
        return err_set(reterr, -EIO, "cannot try the socket %s", path);
    }
    if (connect(fd, (const struct sockaddr *)&at, sizeof at) == 0 || errno != ECONNREFUSED) {
        return err_set(reterr, -EADDRINUSE, "another process listens at %s", path);
    }
    return 0;
}

/* ZeroMQ would silently take over the path of a living socket. A predecessor that was killed a
 * moment ago may still be dying, so it gets a little time. */
static int
path_is_free(const char *path, struct err *reterr)
{
    int r = path_is_free_now(path, reterr);
    for (int i = 0; i < DYING_TRIES && r == -EADDRINUSE; i++) {
        (void)poll(NULL, 0, DYING_MS);
        r = path_is_free_now(path, reterr);
    }
    return r;
}

static int
hub_bind(struct link *link, const struct link_hub_options *options, struct err *reterr)
{
    char endpoint[PATH_MAX_LEN + 16];
    int r = endpoint_of(options->path, endpoint, sizeof endpoint, reterr);
    if (r == 0) {
        r = path_is_free(options->path, reterr);
    }
    if (r < 0) {
        return r;
    }
    mode_t was = umask(options->group_may_connect ? 0007 : 0077);
    int bound = zmq_bind(link->socket, endpoint);
    int why = zmq_errno();
    (void)umask(was);
    if (bound < 0) {
        return err_set(reterr, -why, "cannot listen at %s: %s", options->path, zmq_strerror(why));
    }
    return 0;
}

int
link_hub_open(struct gate *gate, const struct link_hub_options *options, struct link **ret,
              struct err *reterr)
{
    assert(gate && options && options->path && options->admit && options->frame_max && ret);
    int domain = gate_add_rule(gate, options);
    if (domain < 0) {
        return err_set(reterr, domain, "too many sockets or users for one gate");
    }
    AUTO(link) struct link *link = link_new(gate_context(gate), ZMQ_ROUTER);
    if (!link) {
        return err_set(reterr, -ENOMEM, "cannot make a socket: %s", zmq_strerror(zmq_errno()));
    }
    char domain_name[16];
    (void)snprintf(domain_name, sizeof domain_name, "%d", domain);
    const struct option only_here[] = { { ZMQ_ROUTER_MANDATORY, 1 }, { ZMQ_ROUTER_HANDOVER, 0 } };
    int r = link_set_common(link, options->frame_max);
    if (r == 0) {
        r = link_set(link, only_here, LENGTH(only_here));
    }
    if (r == 0
        && zmq_setsockopt(link->socket, ZMQ_ZAP_DOMAIN, domain_name, strlen(domain_name)) < 0) {
        r = -zmq_errno();
    }
    if (r < 0) {
        return err_set(reterr, r, "cannot set up a socket: %s", zmq_strerror(-r));
    }
    r = hub_bind(link, options, reterr);
    if (r < 0) {
        return r;
    }
    *ret = TAKE(link);
    return 0;
}

static int
link_watch(struct link *link)
{
    static const char endpoint[] = "inproc://link-watch"; /* one link a context, so one name does */
    int zero = 0;
    int events = ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED;
    if (zmq_socket_monitor(link->socket, endpoint, events) < 0) {
        return -zmq_errno();
    }
    link->monitor = zmq_socket(link->ctx, ZMQ_PAIR);
    if (!link->monitor || zmq_setsockopt(link->monitor, ZMQ_LINGER, &zero, sizeof zero) < 0
        || zmq_connect(link->monitor, endpoint) < 0) {
        return -zmq_errno();
    }
    /* A watched link never queues for a hub that is not there: who comes back says HELLO first. */
    const struct option immediate = { ZMQ_IMMEDIATE, 1 };
    return link_set(link, &immediate, 1);
}

/* Random, so that no connection of a former life can be mistaken for this one. */
static int
link_name(struct link *link, const char *name)
{
    uint64_t random = 0;
    char id[LINK_ID_MAX];
    if (getrandom(&random, sizeof random, 0) != sizeof random) {
        return -EIO;
    }
    int n = snprintf(id, sizeof id, "%.15s-%d-%016llx", name ? name : "peer", (int)getpid(),
                     (unsigned long long)random);
    return zmq_setsockopt(link->socket, ZMQ_ROUTING_ID, id, (size_t)n) < 0 ? -zmq_errno() : 0;
}

int
link_open(const struct link_options *options, struct link **ret, struct err *reterr)
{
    assert(options && options->path && options->frame_max && ret);
    char endpoint[PATH_MAX_LEN + 16];
    int r = endpoint_of(options->path, endpoint, sizeof endpoint, reterr);
    if (r < 0) {
        return r;
    }
    void *ctx = zmq_ctx_new();
    AUTO(link) struct link *link = ctx ? link_new(ctx, ZMQ_DEALER) : NULL;
    if (!link) {
        if (ctx) {
            (void)zmq_ctx_term(ctx);
        }
        return err_set(reterr, -ENOMEM, "cannot make a socket");
    }
    link->ctx = ctx;
    r = link_set_common(link, options->frame_max);
    if (r == 0) {
        r = link_name(link, options->name);
    }
    if (r == 0 && options->watch) {
        r = link_watch(link);
    }
    if (r == 0 && zmq_connect(link->socket, endpoint) < 0) {
        r = -zmq_errno();
    }
    if (r < 0) {
        return err_set(reterr, r, "cannot connect to %s: %s", options->path, zmq_strerror(-r));
    }
    *ret = TAKE(link);
    return 0;
}

/* Takes all parts of one message: the identity (ROUTER only) into `from`, the frame into the link.
 * Returns how many parts there were, 0 for no message, -errno. */
static int
take_parts(struct link *link, struct wire_peer *from)
{
    int frame_no = link->is_router ? 1 : 0;
    int n = 0;
    for (bool more = true; more; n++) {
        zmq_msg_t part;
        (void)zmq_msg_init(&part);
        if (zmq_msg_recv(&part, link->socket, ZMQ_DONTWAIT) < 0) {
            int why = zmq_errno();
            (void)zmq_msg_close(&part);
            return why == EAGAIN || why == EINTR ? 0 : -why;
        }
        more = zmq_msg_more(&part);
        if (n == frame_no) {
            (void)zmq_msg_move(&link->frame, &part);
        } else if (n < frame_no && zmq_msg_size(&part) <= LINK_ID_MAX) {
            from->id_len = (uint8_t)zmq_msg_size(&part);
            memcpy(from->id, zmq_msg_data(&part), from->id_len);
        }
        (void)zmq_msg_close(&part);
        n = n > WIRE_PARTS_MAX ? WIRE_PARTS_MAX : n; /* no overflow however many there are */
    }
    return n;
}

/* 1 it is good, 0 it is dropped. */
static int
judge(struct link *link, int parts, struct wire_peer *from, struct wire_msg *ret_msg)
{
    int wanted = link->is_router ? WIRE_PARTS_MAX : 1;
    if (parts != wanted) {
        link->counts.bad_parts++;
        (void)err_set(&link->last_bad, 0, "a message with the wrong number of parts");
        return 0;
    }
    const char *who = link->is_router ? zmq_msg_gets(&link->frame, "User-Id") : NULL;
    if (link->is_router
        && (from->id_len == 0 || !who || !gate_parse_address(who, &from->uid, &from->pid))) {
        link->counts.bad_peer++;
        (void)err_set(&link->last_bad, 0, "a message from nobody known");
        return 0;
    }
    int r = wire_decode(zmq_msg_data(&link->frame), zmq_msg_size(&link->frame), &link->scratch,
                        ret_msg, &link->last_bad);
    if (r < 0) {
        link->counts.bad_message++;
        return 0;
    }
    link->counts.received++;
    return 1;
}

int
link_recv(struct link *link, struct wire_peer *from, struct wire_msg *ret_msg)
{
    assert(link && ret_msg);
    for (int i = 0; i < BAD_BURST_MAX; i++) {
        struct wire_peer peer = { 0 };
        int parts = take_parts(link, &peer);
        if (parts <= 0) {
            return parts;
        }
        if (judge(link, parts, &peer, ret_msg) > 0) {
            if (from) {
                *from = peer;
            }
            return 1;
        }
    }
    return 0; /* the poll is level-triggered: the rest is seen next time */
}

static int
send_parts(struct link *link, const struct wire_peer *to, zmq_msg_t *frame)
{
    if (link->is_router
        && zmq_send(link->socket, to->id, to->id_len, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
        return -zmq_errno();
    }
    return zmq_msg_send(frame, link->socket, ZMQ_DONTWAIT) < 0 ? -zmq_errno() : 0;
}

int
link_send(struct link *link, const struct wire_peer *to, const struct wire_msg *msg)
{
    assert(link && msg && (to || !link->is_router));
    size_t len = 0;
    zmq_msg_t frame;
    int r = wire_encode(msg, NULL, 0, &len);
    if (r < 0) {
        return r;
    }
    if (zmq_msg_init_size(&frame, len) < 0) {
        return -ENOMEM;
    }
    r = wire_encode(msg, zmq_msg_data(&frame), len, &len);
    if (r == 0) {
        r = send_parts(link, to, &frame);
    }
    if (r < 0) {
        (void)zmq_msg_close(&frame);
        link->counts.unsent++;
        return r;
    }
    link->counts.sent++;
    return 0;
}

int
link_wait(struct link *link, struct pollfd *fds, size_t n, int timeout_ms)
{
    assert(link && n <= WAIT_FDS_MAX);
    zmq_pollitem_t items[WAIT_FDS_MAX + 2] = { { .socket = link->socket, .events = ZMQ_POLLIN } };
    int count = 1;
    for (size_t i = 0; i < n; i++) {
        items[count++] = (zmq_pollitem_t){ .fd = fds[i].fd, .events = ZMQ_POLLIN };
    }
    if (link->monitor) {
        items[count++] = (zmq_pollitem_t){ .socket = link->monitor, .events = ZMQ_POLLIN };
    }
    int r = zmq_poll(items, count, timeout_ms);
    for (size_t i = 0; i < n; i++) {
        bool ready = r > 0 && items[i + 1].revents != 0;
        fds[i].revents = ready ? POLLIN : 0;
    }
    if (r < 0) {
        return zmq_errno() == EINTR ? 0 : -zmq_errno();
    }
    return r;
}

static void
read_monitor(struct link *link)
{
    while (link->monitor) {
        /* An event is a frame of its number (two octets, as this machine has them) and value, then
         * one of the address. */
        uint8_t event[8];
        uint16_t number = 0;
        char address[PATH_MAX_LEN + 16];
        if (zmq_recv(link->monitor, event, sizeof event, ZMQ_DONTWAIT) < 0) {
            break;
        }
        (void)zmq_recv(link->monitor, address, sizeof address, 0);
        memcpy(&number, event, sizeof number);
        link->is_up = number == ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
        link->connections += link->is_up;
    }
}

uint64_t
link_connections(struct link *link)
{
    read_monitor(link);
    return link->connections;
}

bool
link_is_up(struct link *link)
{
    read_monitor(link);
    return link->is_up;
}

void
link_counts(const struct link *link, struct link_counts *ret)
{
    *ret = link->counts;
}

const char *
link_last_bad(const struct link *link)
{
    return link->last_bad.text;
}

void *
link_socket(const struct link *link)
{
    return link->socket;
}
