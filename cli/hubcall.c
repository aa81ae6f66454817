/* SPDX-License-Identifier: MIT */
/* hubcall.c - one question to the hub and its answer. */
#include "hubcall.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "wire/link.h"

void
hubcall_add(struct hubcall *call, const char *key, const char *value)
{
    assert(call->n_args < HUBCALL_ARGS_MAX);
    call->args[call->n_args].key = key;
    call->args[call->n_args].value = value;
    call->n_args++;
}

void
hubcall_add_options(const struct cli *c, struct hubcall *call)
{
    for (int i = 0; c->command->options[i].name; i++) {
        if (c->values[i]) {
            bool is_flag = c->command->options[i].kind == OPTION_FLAG;
            hubcall_add(call, c->command->options[i].name, is_flag ? "1" : c->values[i]);
        }
    }
}

void
hubanswer_done(struct hubanswer *a)
{
    free(a->text);
    *a = (struct hubanswer){ 0 };
}

/* ZeroMQ waits for ever for a socket that is not there; the kernel knows at once. */
static int
probe(const char *path, struct err *reterr)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (text_copy(address.sun_path, sizeof address.sun_path, path) < 0) {
        return err_set(reterr, -EINVAL, "the socket's path is too long: %s", path);
    }
    AUTO_CLOSE int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return err_set(reterr, -errno, "no socket: %s", strerror(errno));
    }
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0) {
        return 0;
    }
    if (errno == EACCES || errno == EPERM) {
        return err_set(reterr, -EACCES, "no access to the daemon's socket %s", path);
    }
    return err_set(reterr, -ECONNREFUSED, "the daemon is not running: nobody listens at %s", path);
}

static int
answer_take(const struct wire_result *result, struct hubanswer *ret)
{
    AUTO_TEXT struct text words = { 0 };
    text_add(&words, result->text);
    int r = text_take(&words, &ret->text);
    ret->code = r < 0 ? 0 : result->code;
    return r;
}

static int
wait_answer(struct link *link, const struct hubcall *call, struct hubanswer *ret,
            struct err *reterr)
{
    int timeout_ms = call->timeout_ms > 0 ? call->timeout_ms : HUBCALL_TIMEOUT_MS;
    int64_t until_ms = clock_mono_ms() + timeout_ms;
    for (;;) {
        struct wire_msg msg = { 0 };
        int r = link_recv(link, NULL, &msg);
        if (r < 0) {
            return err_set(reterr, r, "the daemon's socket broke: %s", strerror(-r));
        }
        if (r > 0 && msg.type == WIRE_RESULT) {
            return answer_take(&msg.result, ret);
        }
        int64_t left_ms = until_ms - clock_mono_ms();
        if (left_ms <= 0) {
            return err_set(reterr, -ETIMEDOUT, "no answer from the daemon within %d s",
                           timeout_ms / 1000);
        }
        if (r == 0 && (r = link_wait(link, NULL, 0, (int)left_ms)) < 0) {
            return err_set(reterr, r, "cannot wait for the daemon: %s", strerror(-r));
        }
    }
}

int
hubcall_ask(const struct cli *c, const struct hubcall *call, struct hubanswer *ret,
            struct err *reterr)
{
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/control", c->conf->runtime_dir);
    int r = probe(text_str(&path), reterr);
    if (r < 0) {
        return r;
    }
    AUTO(link) struct link *link = NULL;
    struct link_options options = { .path = text_str(&path), .name = "coprodctl",
                                    .frame_max = WIRE_CONTROL_MAX };
    r = link_open(&options, &link, reterr);
    if (r < 0) {
        return r;
    }
    struct wire_pair pairs[HUBCALL_ARGS_MAX];
    for (size_t i = 0; i < call->n_args; i++) {
        pairs[i] = (struct wire_pair){ .key = call->args[i].key, .value = call->args[i].value };
    }
    struct wire_msg msg = {
        .type = WIRE_CALL,
        .call = { .version = WIRE_VERSION,
                  .verb = call->verb,
                  .args = pairs,
                  .args_len = (uint32_t)call->n_args,
                  .body = { .at = call->body, .len = (uint32_t)call->body_len } },
    };
    r = link_send(link, NULL, &msg);
    if (r == -EMSGSIZE) {
        return err_set(reterr, -EINVAL, "a value is longer than %d octets: put it into a document "
                       "and name that", WIRE_STR_MAX);
    }
    if (r < 0) {
        return err_set(reterr, r, "cannot ask the daemon: %s", strerror(-r));
    }
    return wait_answer(link, call, ret, reterr);
}

static bool
is_exit_code(int code)
{
    static const int known[] = { EXIT_OK, EXIT_NOT_MET, EXIT_USAGE, EXIT_NOT_RUNNING,
                                 EXIT_BAD_INPUT, EXIT_NO_INPUT, EXIT_UNAVAILABLE, EXIT_INTERNAL,
                                 EXIT_CANNOT_CREATE, EXIT_IO, EXIT_TRY_LATER, EXIT_NOT_ALLOWED,
                                 EXIT_BAD_CONFIG };
    for (size_t i = 0; i < LENGTH(known); i++) {
        if (known[i] == code) {
            return true;
        }
    }
    return false;
}

int
hubcall_fail(const struct cli *c, int r, const struct err *why)
{
    return cli_fail_hint(c, cli_exit_of(r),
                         r == -ECONNREFUSED ? "start it: systemctl start coprod" : NULL, "%s",
                         why->text);
}

int
hubcall_do(struct cli *c, const struct hubcall *call)
{
    AUTO(hubanswer) struct hubanswer answer = { 0 };
    struct err why = { 0 };
    int r = hubcall_ask(c, call, &answer, &why);
    if (r < 0) {
        return hubcall_fail(c, r, &why);
    }
    const char *words = answer.text ? answer.text : "";
    if (answer.code != EXIT_OK) {
        int code = is_exit_code(answer.code) ? answer.code : EXIT_INTERNAL;
        return cli_fail_words(c, (enum exit_code)code, words);
    }
    size_t len = strlen(words);
    while (len > 0 && words[len - 1] == '\n') {
        len--;
    }
    out_field(c->out, "text", NULL, "%.*s", (int)len, words);
    if (out_form(c->out) != OUT_JSON && len > 0) {
        out_raw(c->out, words, len);
        out_raw(c->out, "\n", 1);
    }
    return EXIT_OK;
}
