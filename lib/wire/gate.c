/* SPDX-License-Identifier: MIT */
/* gate.c - the ZeroMQ context of the hub and the check of everyone who connects to it. */
#include "wire/gate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

/* RFC 27: the handler's address is fixed, one for each context. */
#define ZAP_ENDPOINT "inproc://zeromq.zap.01"
enum { ZAP_FRAME_MAX = 256, ZAP_PARTS_MAX = 16, ZAP_BURST_MAX = 64 };
enum { ZAP_VERSION = 0, ZAP_REQUEST, ZAP_DOMAIN, ZAP_ADDRESS, ZAP_WANTED };

struct rule {
    enum link_admit admit;
    size_t uids_len;
    uid_t uids[LINK_UIDS_MAX];
};

struct gate {
    void *ctx;
    void *zap;
    struct rule rules[GATE_DOMAINS_MAX];
    unsigned rules_len;
};

struct knock {
    char parts[ZAP_WANTED][ZAP_FRAME_MAX];
    size_t request_len;
    int n;
    bool has_long;
};

struct gate *
gate_free(struct gate *gate)
{
    if (!gate) {
        return NULL;
    }
    if (gate->zap) {
        (void)zmq_close(gate->zap);
    }
    if (gate->ctx) {
        (void)zmq_ctx_shutdown(gate->ctx);
        (void)zmq_ctx_term(gate->ctx);
    }
    free(gate);
    return NULL;
}

int
gate_open(struct gate **ret, struct err *reterr)
{
    struct gate *gate = calloc(1, sizeof *gate);
    if (!gate) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    gate->ctx = zmq_ctx_new();
    gate->zap = gate->ctx ? zmq_socket(gate->ctx, ZMQ_REP) : NULL;
    int zero = 0;
    if (!gate->zap || zmq_setsockopt(gate->zap, ZMQ_LINGER, &zero, sizeof zero) < 0
        || zmq_bind(gate->zap, ZAP_ENDPOINT) < 0) {
        int why = zmq_errno();
        (void)gate_free(gate);
        return err_set(reterr, -why, "cannot set up ZeroMQ: %s", zmq_strerror(why));
    }
    *ret = gate;
    return 0;
}

void *
gate_socket(const struct gate *gate)
{
    return gate->zap;
}

void *
gate_context(const struct gate *gate)
{
    return gate->ctx;
}

int
gate_add_rule(struct gate *gate, const struct link_hub_options *options)
{
    if (gate->rules_len == GATE_DOMAINS_MAX || options->uids_len > LINK_UIDS_MAX) {
        return -E2BIG;
    }
    struct rule *rule = &gate->rules[gate->rules_len];
    *rule = (struct rule){ .admit = options->admit, .uids_len = options->uids_len };
    for (size_t i = 0; i < options->uids_len; i++) {
        rule->uids[i] = options->uids[i];
    }
    return (int)gate->rules_len++;
}

static void
knock_keep(struct knock *k, zmq_msg_t *part)
{
    if (k->n < ZAP_WANTED) {
        size_t size = zmq_msg_size(part);
        k->has_long |= size >= ZAP_FRAME_MAX;
        size = size < ZAP_FRAME_MAX ? size : ZAP_FRAME_MAX - 1;
        memcpy(k->parts[k->n], zmq_msg_data(part), size);
        k->parts[k->n][size] = '\0';
        k->request_len = k->n == ZAP_REQUEST ? size : k->request_len;
    }
    k->n++;
}

/* One request of the ZAP protocol, all of its parts; 0 when none waits. */
static int
knock_read(void *zap, struct knock *k)
{
    *k = (struct knock){ 0 };
    for (bool more = true; more;) {
        zmq_msg_t part;
        (void)zmq_msg_init(&part);
        if (zmq_msg_recv(&part, zap, ZMQ_DONTWAIT) < 0) {
            (void)zmq_msg_close(&part);
            return 0;
        }
        more = zmq_msg_more(&part);
        knock_keep(k, &part);
        (void)zmq_msg_close(&part);
    }
    return 1;
}

bool
gate_parse_address(const char *address, uid_t *ret_uid, pid_t *ret_pid)
{
    static const char prefix[] = "localhost:";
    if (strncmp(address, prefix, sizeof prefix - 1) != 0) {
        return false;
    }
    char text[ZAP_FRAME_MAX];
    if (text_copy(text, sizeof text, address + sizeof prefix - 1) < 0) {
        return false;
    }
    char *rest = text;
    int64_t numbers[3];
    for (size_t i = 0; i < LENGTH(numbers); i++) {
        const char *word = strsep(&rest, ":");
        if (!word || text_to_i64(word, 0, UINT32_MAX, &numbers[i]) < 0) {
            return false;
        }
    }
    *ret_uid = (uid_t)numbers[0];
    *ret_pid = (pid_t)numbers[2];
    return !rest;
}

static bool
rule_admits(const struct rule *rule, uid_t uid)
{
    if (uid == 0 || uid == geteuid() || rule->admit == LINK_ANYONE) {
        return true;
    }
    for (size_t i = 0; rule->admit == LINK_LISTED && i < rule->uids_len; i++) {
        if (rule->uids[i] == uid) {
            return true;
        }
    }
    return false;
}

static bool
gate_admits(const struct gate *gate, const struct knock *k, uid_t *ret_uid, pid_t *ret_pid)
{
    int64_t domain = 0;
    return k->n >= ZAP_WANTED && !k->has_long
           && text_to_i64(k->parts[ZAP_DOMAIN], 0, (int64_t)gate->rules_len - 1, &domain) == 0
           && gate_parse_address(k->parts[ZAP_ADDRESS], ret_uid, ret_pid)
           && rule_admits(&gate->rules[domain], *ret_uid);
}

static void
gate_answer(struct gate *gate, const struct knock *k, const char *user_id)
{
    const char *code = user_id ? "200" : "400";
    const char *words = user_id ? "OK" : "this user is not let in";
    user_id = user_id ? user_id : "";
    (void)zmq_send(gate->zap, "1.0", 3, ZMQ_SNDMORE);
    (void)zmq_send(gate->zap, k->parts[ZAP_REQUEST], k->request_len, ZMQ_SNDMORE);
    (void)zmq_send(gate->zap, code, strlen(code), ZMQ_SNDMORE);
    (void)zmq_send(gate->zap, words, strlen(words), ZMQ_SNDMORE);
    (void)zmq_send(gate->zap, user_id, strlen(user_id), ZMQ_SNDMORE);
    (void)zmq_send(gate->zap, "", 0, 0);
}

int
gate_serve(struct gate *gate)
{
    assert(gate);
    int refused = 0;
    struct knock k;
    for (int i = 0; i < ZAP_BURST_MAX && knock_read(gate->zap, &k) > 0; i++) {
        uid_t uid = 0;
        pid_t pid = 0;
        if (!gate_admits(gate, &k, &uid, &pid)) {
            gate_answer(gate, &k, NULL);
            refused++;
            continue;
        }
        /* The address as it came: the kernel's uid and pid travel with every message. */
        gate_answer(gate, &k, k.parts[ZAP_ADDRESS]);
    }
    return refused;
}
