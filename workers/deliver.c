/* SPDX-License-Identifier: MIT */
/*
 * deliver.c - hands notices to the mail relay or a maildir. The only program with a network.
 *
 * The relay is looked up in the configuration for each message that needs a connection, so that a
 * password put right is used at once; a fault there fails the job with a sentence, not the worker.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/log.h"
#include "deliver_bounce.h"
#include "deliver_flow.h"
#include "deliver_out.h"
#include "engine/world.h"
#include "store/store.h"
#include "worker.h"

enum { SECOND_MS = 1000, LEASE_SLACK_MS = 2000, RECORD_WAIT_MS = 250, DETAIL_CAP = 512 };

struct deliver {
    struct worker *w;
    struct conf *conf;
    struct smtp *smtp; /* opened with the first message */
    struct world *world;
};

static int
timeout_ms(const struct conf *c)
{
    /* smtp_send may take twice the timeout, and all of it must lie below the lease. */
    int64_t below = (c->lease_s * SECOND_MS - LEASE_SLACK_MS) / 2;
    int64_t want = c->mail.timeout_s * SECOND_MS;
    int64_t ms = want < below ? want : below;
    return (int)(ms < SECOND_MS ? SECOND_MS : ms);
}

static const char *
or_null(const char *s)
{
    return s && s[0] ? s : NULL;
}

/* Who we are to the relay: it may look the name up, and "localhost" is what a spammer says. */
static const char *
helo_of(const struct conf *c)
{
    const char *at = strrchr(c->mail.from, '@');
    return c->mail.helo[0] ? c->mail.helo : at && at[1] ? at + 1 : NULL;
}

static int
relay_open(struct deliver *d, struct err *reterr)
{
    static const enum smtp_tls tls[] = { [MAIL_TLS_NONE] = SMTP_TLS_NONE,
                                         [MAIL_TLS_STARTTLS] = SMTP_TLS_STARTTLS,
                                         [MAIL_TLS_SMTPS] = SMTP_TLS_WRAPPED };
    const struct conf *c = d->conf;
    const struct smtp_options o = {
        .host = c->mail.host,
        .port = (int)c->mail.port,
        .tls = c->mail.tls > 0 && c->mail.tls < (int64_t)LENGTH(tls) ? tls[c->mail.tls]
                                                                     : SMTP_TLS_STARTTLS,
        .ca_file = or_null(c->mail.ca_file),
        .user = or_null(c->mail.user),
        .password_file = or_null(c->mail.password_file),
        .helo = helo_of(c),
        .timeout_ms = timeout_ms(c),
    };
    return d->smtp ? 0 : smtp_open(&o, &d->smtp, reterr);
}

static void
by_smtp(void *arg, const struct delivery_message *m, struct delivery_result *ret)
{
    struct deliver *d = arg;
    smtp_send(d->smtp, m, ret);
    if (ret->outcome != DELIVERY_ACCEPTED && ret->outcome != DELIVERY_REFUSED) {
        d->smtp = smtp_free(d->smtp); /* the next try reads the password again */
    }
}

static void
by_maildir(void *arg, const struct delivery_message *m, struct delivery_result *ret)
{
    const struct deliver *d = arg;
    maildir_send(d->conf->mail.maildir, m, ret);
}

/* Beats on, so that the hub sees a worker that waits for the disk and not a dead one. */
static bool
wait_a_little(void *arg)
{
    struct deliver *d = arg;
    (void)worker_still_wanted(d->w);
    (void)poll(NULL, 0, RECORD_WAIT_MS);
    return true;
}

/* The hub may have read its files again: what may leave is decided by the same reading, and what
 * waited for another day is written anew with its words. */
static int
fresh_world(struct deliver *d, struct store *s, struct err *reterr)
{
    int stale = d->world ? world_is_stale(s, d->world, reterr) : 1;
    if (stale <= 0) {
        return stale;
    }
    struct world *now = NULL;
    int r = world_open(s, true, &now, reterr);
    if (r >= 0) {
        (void)world_free(d->world);
        d->world = now;
    }
    return r;
}

static int
take_detail(void *arg, const struct row *row)
{
    int r = text_copy(arg, DETAIL_CAP, row_text_or(row, 9, ""));
    return r < 0 ? r : 1;
}

/* 1 when the job was to read something that came back. */
static int
read_bounce(struct deliver *d, struct store *s, const struct delivery_job *job,
            struct err *reterr)
{
    char detail[DETAIL_CAP] = "";
    struct bounced b;
    int r = store_each(s, Q_JOB_SHOW, WITH(I(job->id)), take_detail, detail, reterr);
    if (r < 0 || strncmp(detail, BOUNCE_DETAIL, sizeof BOUNCE_DETAIL - 1) != 0) {
        return r < 0 ? r : 0;
    }
    r = bounce_file(d->world, s, d->conf->mail.bounces, detail + sizeof BOUNCE_DETAIL - 1, job, &b,
                    reterr);
    if (r >= 0 && b.is_new) {
        log_event(LOG_MAIL_BOUNCED, NULL, "notice %lld: %s", (long long)b.notice,
                  b.notice ? dsn_verdict_word(b.verdict)
                           : "0: about none of ours, or no delivery report");
    }
    return r < 0 ? r : 1;
}

static int
run(struct worker *w, const struct worker_job *job, struct err *reterr)
{
    struct deliver *d = worker_data(w);
    const char *envelope = or_null(d->conf->mail.envelope);
    int r = fresh_world(d, worker_store(w), reterr);
    if (r < 0) {
        return r;
    }
    const struct delivery_job mine = { .id = (int64_t)job->id,
                                       .attempt = job->attempt,
                                       .now_ms = job->now_ms,
                                       .holder = getpid() };
    r = read_bounce(d, worker_store(w), &mine, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    struct channel to = { .from = envelope ? envelope : d->conf->mail.from, .world = d->world,
                          .arg = d, .wait = wait_a_little };
    if (d->conf->mail.mode == MAIL_SMTP) {
        r = relay_open(d, reterr);
        if (r < 0) {
            return err_prefix(reterr, -EAGAIN, "mail settings");
        }
        to.send = by_smtp;
    } else if (d->conf->mail.mode == MAIL_MAILDIR) {
        to.send = by_maildir;
    }
    return deliver_job(worker_store(w), &mine, &to, reterr);
}

static int
begin(struct worker *w, struct err *reterr)
{
    struct deliver *d = calloc(1, sizeof *d);
    if (!d) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    d->w = w;
    worker_set_data(w, d);
    AUTO_DIAG struct diag findings = { 0 };
    int r = conf_load(worker_config(w), &findings, &d->conf);
    if (r < 0) {
        diag_first(&findings, reterr);
    }
    return r;
}

static void
end(struct worker *w)
{
    struct deliver *d = worker_data(w);
    if (d) {
        d->smtp = smtp_free(d->smtp);
        d->conf = conf_free(d->conf);
        d->world = world_free(d->world);
        free(d);
    }
    worker_set_data(w, NULL);
}

int
main(int argc, char **argv)
{
    static const struct worker_kind kind = {
        .kind = JOB_KIND_DELIVER, .open = begin, .close = end, .run_alone = run
    };
    return worker_main(argc, argv, &kind);
}
