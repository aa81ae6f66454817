/* SPDX-License-Identifier: MIT */
/*
 * deliver_out.h - how a finished message leaves: by SMTP or into a maildir. Both answer with the
 * same struct, and neither touches the store: deliver.c records what they say.
 */
#ifndef COPROD_WORKERS_DELIVER_OUT_H
#define COPROD_WORKERS_DELIVER_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "rules/refusal.h"

enum delivery_outcome {
    DELIVERY_NONE = 0,
    DELIVERY_ACCEPTED,  /* the channel took the message over: it is never sent again */
    DELIVERY_REFUSED,   /* final (5xx) */
    DELIVERY_DEFERRED,  /* not now (4xx, disk full): try later */
    DELIVERY_UNKNOWN,   /* the whole message was sent and no answer came: it may have arrived */
    DELIVERY_UNREACHED, /* the message was never wholly sent: it cannot have arrived */
    DELIVERY_MAX_
};
const char *delivery_outcome_word(enum delivery_outcome o); /* "accepted" */

enum { DELIVERY_WORDS_MAX = 256 };

struct delivery_result {
    enum delivery_outcome outcome;
    int code;       /* the relay's last reply code; 0 = none */
    enum refusal_of of; /* what a refusal was the answer to */
    int64_t elapsed_ms;
    char words[DELIVERY_WORDS_MAX]; /* the relay's, else ours; no control bytes */
};

/* One message to one recipient. The bytes are sent as they are. */
struct delivery_message {
    const char *from; /* envelope sender, addr-spec */
    const char *to;   /* envelope recipient, addr-spec */
    const char *message_id; /* "<key.mail@host>" */
    const char *bytes;
    size_t len;
};

enum smtp_tls { SMTP_TLS_NONE = 0, SMTP_TLS_STARTTLS, SMTP_TLS_WRAPPED };
struct smtp_options {
    const char *host;
    int port;
    enum smtp_tls tls;      /* when asked for it is required: never falls back to clear text */
    const char *ca_file;    /* NULL = the system's */
    const char *user;       /* NULL = no authentication */
    const char *password_file; /* with user; one line; not readable by others */
    const char *helo;       /* our name in EHLO; NULL = "localhost" */
    int timeout_ms;         /* one conversation; twice this must lie below the job's lease */
};
struct smtp;
/* Reads the password, makes the handle; does not connect. -EACCES when others may read the
 * password file, -EINVAL when the options contradict each other. Not thread-safe: one process. */
MUST_USE int smtp_open(const struct smtp_options *o, struct smtp **ret, struct err *reterr);
struct smtp *smtp_free(struct smtp *s);
static inline void
smtp_freep(struct smtp **p)
{
    *p = smtp_free(*p);
}
/* Always fills ret. The connection is kept a few seconds for the next message. Takes at most
 * 2 * timeout_ms: a kept connection that turns out to be dead is tried once more, afresh. */
void smtp_send(struct smtp *s, const struct delivery_message *m, struct delivery_result *ret);

/* Puts the message into directory/new under a name made from its Message-ID, durable before it
 * returns; makes tmp, new and cur when missing. The same message twice is one file, also after a
 * reader has moved it to cur. */
void maildir_send(const char *directory, const struct delivery_message *m,
                  struct delivery_result *ret);

#endif
