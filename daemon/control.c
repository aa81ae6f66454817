/* SPDX-License-Identifier: MIT */
/*
 * control.c - what coprodctl asks. Each verb (verbs.c) runs in a savepoint of the write round,
 * so one that fails takes back its own effects only, and every answer waits for the commit.
 *
 * Who asks is the kernel's word (the peer's uid). A user is mapped to a role in coprod.yaml, or
 * acts on behalf of one with --as, which is recorded.
 */
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "base/log.h"

enum { EX_OK = 0, EX_FAILED = 1, EX_USAGE = 2, EX_DATA = 65, EX_SOFTWARE = 70, EX_IO = 74,
       EX_TRY_LATER = 75, EX_NOT_ALLOWED = 77 };

static int
code_of(int r)
{
    static const struct {
        int r, code;
    } table[] = { { -EPERM, EX_NOT_ALLOWED },
                  { -EACCES, EX_NOT_ALLOWED },
                  { -ENOENT, EX_FAILED },
                  { -EINVAL, EX_FAILED },
                  { -EBADMSG, EX_DATA },
                  { -ENOSPC, EX_IO },
                  { -EIO, EX_IO },
                  { -EROFS, EX_IO },
                  { -EAGAIN, EX_TRY_LATER },
                  { -EBUSY, EX_TRY_LATER },
                  { -EEXIST, EX_FAILED } };
    for (size_t i = 0; i < LENGTH(table); i++) {
        if (table[i].r == r) {
            return table[i].code;
        }
    }
    return r < 0 ? EX_SOFTWARE : EX_OK;
}

static void
name_user(uid_t uid, char user[USER_MAX])
{
    char buf[4096];
    struct passwd pw;
    struct passwd *found = NULL;
    if (getpwuid_r(uid, &pw, buf, sizeof buf, &found) == 0 && found
        && strlen(found->pw_name) < USER_MAX) {
        (void)snprintf(user, USER_MAX, "%s", found->pw_name);
        return;
    }
    (void)snprintf(user, USER_MAX, "uid %u", (unsigned)uid);
}

static struct answer *
add_answer(struct hub *h, const struct wire_peer *to, int code, char *text)
{
    struct answer *a = &h->control.answers[h->control.n_answers++];
    *a = (struct answer){ .to = *to, .code = code, .text = text };
    return a;
}

static int
on_call(struct hub *h, const struct wire_peer *from, const struct wire_call *call,
        struct err *reterr)
{
    AUTO_TEXT struct text out = { 0 };
    struct err why = { "" };
    struct ask a = { .h = h, .from = from, .call = call, .out = &out, .why = &why };
    a.is_dry = strcmp(ask_word(&a, "dry-run"), "1") == 0;
    name_user(from->uid, a.user);
    h->wants_look = true;
    int r = store_save(h->store, reterr);
    if (r < 0) {
        return r;
    }
    int done = ask_run(&a);
    if (done == -EIO || (done == -ENOSPC && strcmp(call->verb, "spool") != 0)) {
        (void)err_set(reterr, done, "%s", why.text);
        return done;
    }
    r = done < 0 || a.is_dry ? store_undo(h->store, reterr) : store_release(h->store, reterr);
    if (r < 0) {
        return r;
    }
    if (done < 0) {
        text_addf(&out, "%s%s", out.len ? "\n" : "", why.text);
    }
    if (a.is_deferred && done >= 0) {
        return 0;
    }
    char *text = NULL;
    if (text_take(&out, &text) < 0) {
        text = NULL;
    }
    add_answer(h, from, code_of(done), text)->is_told = a.is_told;
    return 0;
}

static int
on_add(struct hub *h, const struct wire_peer *from, const struct wire_add *add, struct err *reterr)
{
    const struct job_kind_rules *rules = job_kind_rules((enum job_kind)add->kind);
    if (!rules || add->kind != JOB_KIND_PROBE || (from->uid != 0 && from->uid != geteuid())) {
        add_answer(h, from, EX_NOT_ALLOWED, strdup("only probe jobs, by the daemon's own user"))
            ->is_added = true;
        return 0;
    }
    int64_t first = 0;
    int64_t now = sched_now(h);
    uint32_t n = 0;
    int r = add->keys_len ? store_ids(h->store, "job", add->keys_len, &first, reterr) : 0;
    for (uint32_t i = 0; r >= 0 && i < add->keys_len; i++) {
        r = store_run(h->store, Q_JOB_ADD,
                      WITH(I(first + i), I(add->kind), T(add->keys[i].key), I(JOB_READY), I(now),
                           I(0), T(""), I(now)),
                      reterr);
        n += r > 0;
    }
    if (r < 0) {
        return r;
    }
    h->control.n_added += add->keys_len;
    dispatch_more(h, (enum job_kind)add->kind);
    h->control.answers[h->control.n_answers++] =
        (struct answer){ .to = *from, .is_added = true, .first_id = (uint64_t)first, .n = n };
    return 0;
}

int
control_take(struct hub *h, struct err *reterr)
{
    struct control *c = &h->control;
    c->n_added = 0;
    while (c->n_answers < HUB_ANSWERS_MAX && c->n_added < HUB_ADDS_MAX) {
        struct wire_peer from;
        struct wire_msg msg;
        int r = link_recv(h->control_link, &from, &msg);
        if (r <= 0) {
            h->has_control = false;
            return r < 0 ? err_set(reterr, r, "the control socket is broken") : 0;
        }
        if (msg.type == WIRE_CALL) {
            r = on_call(h, &from, &msg.call, reterr);
        } else if (msg.type == WIRE_ADD) {
            r = on_add(h, &from, &msg.add, reterr);
        }
        if (r < 0) {
            if (c->n_answers < HUB_ANSWERS_MAX) {
                add_answer(h, &from, code_of(r), NULL)->is_added = msg.type == WIRE_ADD;
            }
            return r;
        }
    }
    return 0;
}

static void
send_answer(struct hub *h, const struct answer *a, int r, const struct err *why)
{
    bool is_lost = r < 0 && !a->is_told;
    const char *text = is_lost ? why->text : a->text ? a->text : "";
    int32_t code = is_lost ? code_of(r) : a->code;
    struct wire_msg msg = { .type = WIRE_RESULT, .result = { .code = code, .text = text } };
    if (a->is_added) {
        msg = (struct wire_msg){ .type = WIRE_ADDED,
                                 .added = { .code = code, .first_id = a->first_id,
                                            .n = r < 0 ? 0 : a->n, .text = text } };
    }
    if (link_send(h->control_link, &a->to, &msg) < 0) {
        log_debug("an answer found nobody waiting for it");
    }
}

void
control_answer(struct hub *h, int r, const struct err *why)
{
    for (size_t i = 0; i < h->control.n_answers; i++) {
        send_answer(h, &h->control.answers[i], r, why);
        free(h->control.answers[i].text);
    }
    h->control.n_answers = 0;
}

void
control_run_ended(struct hub *h)
{
    if (!h->control.is_waiting_run) {
        return;
    }
    h->control.is_waiting_run = false;
    char day[DAY_TEXT_MAX];
    char text[64];
    (void)snprintf(text, sizeof text, "the clock stands at the end of %s",
                   day_format(world_day(h->world, h->clock.now_ms), day));
    struct wire_msg msg = { .type = WIRE_RESULT, .result = { .code = EX_OK, .text = text } };
    if (link_send(h->control_link, &h->control.runner, &msg) < 0) {
        log_debug("nobody waits for the clock any more");
    }
}
