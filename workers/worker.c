/* SPDX-License-Identifier: MIT */
/*
 * worker.c - the skeleton of every worker: batches, transactions, the link to the hub.
 *
 * One thread, one loop. The hub may die, come back, or believe something else than is true: the
 * compare-and-set on the job's state and attempt in the transaction of the effects decides, and
 * what is said over the link is a hint.
 */
#include "worker.h"

#include <assert.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/store.h"
#include "wire/link.h"

enum {
    QUEUE_MAX = 2 * WIRE_BATCH_MAX, /* one batch in hand while the next is on its way */
    BEAT_MS = 2000,
    HELLO_AGAIN_MS = 1000,
    HELLO_SOON_MS = 20,
    HELLO_TRIES_MAX = 5, /* then the connection is made anew, under another identity */
    SEND_TRIES_MAX = 500,
    SEND_AGAIN_MS = 10,
    EXIT_USAGE = 2,
    EXIT_STORE = 74
};

struct worker {
    const struct worker_kind *kind;
    const char *word; /* "remind" */
    const char *config, *store_path, *work_path;
    struct store *store;
    struct link *link;
    int signal_fd;
    pid_t parent;
    void *data;
    uint32_t batch_max;
    uint32_t queue_len, in_hand; /* the first in_hand of the queue are being run */
    struct worker_job queue[QUEUE_MAX];
    struct wire_held held[WIRE_BATCH_MAX];
    struct wire_outcome outcomes[WIRE_BATCH_MAX];
    uint32_t outcomes_len;
    uint64_t connections; /* the count when HELLO was said last */
    bool is_welcome, is_draining, is_broken;
    bool is_careful; /* each job of the batch has a savepoint */
    const char *bye;
    int hello_tries;
    int64_t hello_ms, beat_ms; /* monotonic */
    int64_t retry_after_ms;
};

struct store *
worker_store(struct worker *w)
{
    return w->store;
}
const char *
worker_config(const struct worker *w)
{
    return w->config;
}
void *
worker_data(const struct worker *w)
{
    return w->data;
}
void
worker_set_data(struct worker *w, void *data)
{
    w->data = data;
}
void
worker_retry_after(struct worker *w, int64_t ms)
{
    w->retry_after_ms = ms;
}

static void
trace(const struct worker *w, const char *arrow, const struct wire_msg *m)
{
    if (log_wants(LOG_DEBUG_)) {
        AUTO_TEXT struct text line = { 0 };
        wire_trace(m, &line);
        log_debug("%s %s hub: %s", w->word, arrow, text_str(&line));
    }
}

/* False when the hub is not there: then nothing is lost, HELLO will say how things stand. */
static bool
tell(struct worker *w, const struct wire_msg *m)
{
    int r = -EAGAIN;
    trace(w, "->", m);
    for (int i = 0; i < SEND_TRIES_MAX && r == -EAGAIN; i++) {
        r = link_send(w->link, NULL, m);
        if (r == -EAGAIN
            && (!link_is_up(w->link) || link_connections(w->link) != w->connections)) {
            return false;
        }
        (void)poll(NULL, 0, r == -EAGAIN ? SEND_AGAIN_MS : 0);
    }
    return r == 0;
}

/* ---- staying connected --------------------------------------------------------------------- */

static void
say_hello(struct worker *w)
{
    /* More than a message holds is let go: the hub offers again what is not named. */
    w->queue_len = w->queue_len > WIRE_BATCH_MAX ? WIRE_BATCH_MAX : w->queue_len;
    for (uint32_t i = 0; i < w->queue_len; i++) {
        w->held[i] = (struct wire_held){ w->queue[i].id, w->queue[i].attempt };
    }
    const struct wire_msg hello = { .type = WIRE_HELLO,
                                    .hello = { .version = WIRE_VERSION,
                                               .kind = w->word,
                                               .pid = (uint32_t)getpid(),
                                               .capacity = w->kind->run_alone ? w->batch_max
                                                                              : 2 * w->batch_max,
                                               .held = w->held,
                                               .held_len = w->queue_len } };
    w->connections = link_connections(w->link);
    w->is_welcome = false;
    w->hello_ms = clock_mono_ms();
    if (tell(w, &hello)) {
        w->hello_tries++;
    } else {
        w->hello_ms -= HELLO_AGAIN_MS - HELLO_SOON_MS; /* the connection is not quite ready yet */
    }
}

static int
connect_anew(struct worker *w, struct err *reterr)
{
    w->link = link_free(w->link);
    w->connections = 0;
    w->hello_tries = 0;
    w->is_welcome = false;
    const struct link_options options = { .path = w->work_path,
                                          .name = w->word,
                                          .frame_max = WIRE_WORKER_MAX,
                                          .watch = true };
    return link_open(&options, &w->link, reterr);
}

/* HELLO after each new connection, and again until WELCOME. */
static int
keep_connected(struct worker *w, struct err *reterr)
{
    uint64_t now = link_connections(w->link);
    if (now == 0 || (w->is_welcome && now == w->connections)) {
        return 0;
    }
    if (now != w->connections) {
        w->hello_tries = 0;
        say_hello(w);
    } else if (w->hello_tries >= HELLO_TRIES_MAX) {
        return connect_anew(w, reterr);
    } else if (clock_mono_ms() - w->hello_ms >= HELLO_AGAIN_MS) {
        say_hello(w);
    }
    return 0;
}

static void
take_jobs(struct worker *w, const struct wire_jobs *jobs)
{
    for (uint32_t i = 0; i < jobs->jobs_len && w->queue_len < QUEUE_MAX; i++) {
        w->queue[w->queue_len++] = (struct worker_job){ .id = jobs->jobs[i].job_id,
                                                        .attempt = jobs->jobs[i].attempt,
                                                        .now_ms = jobs->now_ms,
                                                        .today = (day_t)jobs->today };
    }
}

static void
on_message(struct worker *w, const struct wire_msg *m)
{
    trace(w, "<-", m);
    if (m->type == WIRE_WELCOME && m->welcome.version == WIRE_VERSION) {
        w->is_welcome = true;
        w->hello_tries = 0;
    } else if (m->type == WIRE_WELCOME) {
        w->is_broken = true;
        (void)log_err(-EPROTO, "the hub speaks version %u, this worker %d; ending",
                      m->welcome.version, WIRE_VERSION);
    } else if (m->type == WIRE_JOBS && w->is_welcome && !w->is_draining) {
        take_jobs(w, &m->jobs);
    } else if (m->type == WIRE_DRAIN) {
        w->is_draining = true;
        w->bye = "drained";
    }
}

static void
on_signal(struct worker *w)
{
    struct signalfd_siginfo info;
    while (read(w->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        w->is_draining = true;
        w->bye = info.ssi_signo == SIGHUP ? "reload" : "stopped";
    }
}

static int
listen_once(struct worker *w, int timeout_ms, struct err *reterr)
{
    struct pollfd signals = { .fd = w->signal_fd, .events = POLLIN };
    struct wire_msg m;
    int r = link_wait(w->link, &signals, 1, timeout_ms);
    if (r >= 0 && signals.revents) {
        on_signal(w);
    }
    while (r >= 0 && (r = link_recv(w->link, NULL, &m)) > 0) {
        on_message(w, &m);
    }
    if (r < 0) {
        return err_set(reterr, r, "the connection to the hub broke: %s", strerror(-r));
    }
    w->is_draining |= getppid() != w->parent;
    return keep_connected(w, reterr);
}

static void
beat_when_due(struct worker *w)
{
    int64_t now = clock_mono_ms();
    if (w->is_welcome && now - w->beat_ms >= BEAT_MS) {
        const struct wire_msg beat = { .type = WIRE_BEAT, .beat = { w->in_hand } };
        w->beat_ms = now;
        (void)tell(w, &beat);
    }
}

bool
worker_still_wanted(struct worker *w)
{
    struct err why = { "" };
    if (listen_once(w, 0, &why) < 0) {
        w->is_broken = true;
    }
    beat_when_due(w);
    return !w->is_draining && !w->is_broken;
}

/* ---- results ------------------------------------------------------------------------------- */

static void
note(struct worker *w, const struct worker_job *job, enum wire_outcome_word outcome)
{
    assert(w->outcomes_len < WIRE_BATCH_MAX);
    w->outcomes[w->outcomes_len++] =
        (struct wire_outcome){ job->id, job->attempt, (uint8_t)outcome };
}

static void
tell_outcomes(struct worker *w)
{
    const struct wire_msg done = { .type = WIRE_DONE, .done = { w->outcomes, w->outcomes_len } };
    if (w->outcomes_len > 0) {
        (void)tell(w, &done);
    }
    w->outcomes_len = 0;
}

static bool
is_store_fault(int r)
{
    return r == -ENOSPC || r == -EIO || r == -EBADMSG || r == -EROFS || r == -EDQUOT;
}

static void
tell_failed(struct worker *w, const struct worker_job *job, int r, const struct err *reason)
{
    const char *why = reason->text[0] ? reason->text : strerror(-r);
    if (!text_is_utf8(why, strlen(why))) {
        why = "it failed, and its words were no text";
    }
    uint8_t again = is_store_fault(r) || r == -ETXTBSY ? WIRE_RETRY_FREE : WIRE_RETRY_LATER;
    const struct wire_msg failed = { .type = WIRE_FAILED,
                                     .failed = { .job_id = job->id,
                                                 .attempt = job->attempt,
                                                 .retry = r == -ECANCELED ? 0 : again,
                                                 .retry_after_ms = w->retry_after_ms,
                                                 .why = why } };
    w->retry_after_ms = 0;
    (void)tell(w, &failed);
}

/* ---- the store ----------------------------------------------------------------------------- */

/* After a failed write or sync the handle is not to be trusted (reliability of fsync): a new one
 * recovers from the log. */
static void
reopen_store(struct worker *w)
{
    struct err why = { "" };
    w->store = store_free(w->store);
    int r = store_open(w->store_path, STORE_JOIN, &w->store, &why);
    if (r < 0) {
        log_event(LOG_STORE_ERROR, NULL, "ending, the store does not open again: %s", why.text);
        w->is_broken = true;
    }
}

/* The whole batch is as if it had never begun. */
static void
fail_batch(struct worker *w, uint32_t n, int r, const struct err *why)
{
    store_rollback(w->store);
    w->outcomes_len = 0;
    log_event(LOG_STORE_ERROR, NULL, "%u jobs taken back, to be tried again: %s", n, why->text);
    for (uint32_t i = 0; i < n; i++) {
        tell_failed(w, &w->queue[i], r == -ECANCELED ? -EIO : r, why);
    }
    if (is_store_fault(r)) {
        reopen_store(w);
    }
}

/* One job, in a savepoint when careful. 0: its effects stay or nothing of it stays; the outcome is
 * noted or in *ret_failed. -EDEADLK: without a savepoint its effects cannot be taken back alone.
 * Other negatives: the store is at fault. */
static int
run_one(struct worker *w, const struct worker_job *job, int *ret_failed, struct err *why)
{
    *ret_failed = 0;
    int changed = store_run(w->store, Q_JOB_DONE,
                            WITH(I(job->now_ms), I((int64_t)job->id), I(job->attempt)), why);
    int r = changed > 0 ? w->kind->run(w, job, why) : changed < 0 ? changed : -ESTALE;
    if (changed < 0 || is_store_fault(r)) {
        return r;
    }
    if (r < 0 && changed > 0 && !w->is_careful) {
        return -EDEADLK;
    }
    if (r >= 0 || r == -ESTALE) {
        note(w, job, r >= 0 ? WIRE_OUTCOME_DONE : WIRE_OUTCOME_STALE);
    } else {
        *ret_failed = r;
    }
    if (!w->is_careful) {
        return 0;
    }
    return r < 0 ? store_undo(w->store, why) : store_release(w->store, why);
}

struct failure {
    uint32_t job; /* in the queue */
    int r;
    int64_t retry_after_ms;
    struct err why;
};

static void
tell_failures(struct worker *w, const struct failure *failures, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        w->retry_after_ms = failures[i].retry_after_ms;
        tell_failed(w, &w->queue[failures[i].job], failures[i].r, &failures[i].why);
    }
}

/* Runs up to n jobs in one transaction; it ends early when too many have failed. Returns how many
 * ran; 0: taken back, to be run with a savepoint for each job. */
static uint32_t
try_batch(struct worker *w, uint32_t n)
{
    enum { FAILURES_MAX = 16 };
    struct failure failures[FAILURES_MAX];
    uint32_t failed = 0;
    uint32_t i = 0;
    struct err why = { "" };
    int r = store_begin(w->store, &why);
    for (; r >= 0 && i < n && failed < FAILURES_MAX; i++) {
        struct failure *f = &failures[failed];
        *f = (struct failure){ .job = i };
        r = w->is_careful ? store_save(w->store, &f->why) : 0;
        r = r < 0 ? r : run_one(w, &w->queue[i], &f->r, &f->why);
        if (r < 0) {
            why = f->why;
        }
        f->retry_after_ms = w->retry_after_ms;
        w->retry_after_ms = 0;
        failed += f->r < 0;
        beat_when_due(w);
    }
    if (r >= 0) {
        r = store_commit(w->store, &why);
    }
    if (r == -EDEADLK) {
        store_rollback(w->store);
        w->outcomes_len = 0;
        return 0;
    }
    if (r < 0) {
        i = i ? i : n; /* without the turn or the disk none of them can be done now */
        fail_batch(w, i, r, &why);
        return i;
    }
    tell_outcomes(w);
    tell_failures(w, failures, failed);
    return i;
}

/* Savepoints cost as much as a small job, so a batch is first run without; when one of its jobs
 * fails, all is taken back and run again with them. */
static uint32_t
run_batch(struct worker *w, uint32_t n)
{
    w->is_careful = false;
    uint32_t ran = try_batch(w, n);
    if (ran == 0) {
        w->is_careful = true;
        ran = try_batch(w, n);
    }
    return ran;
}

/* A job that does its own transactions. */
static uint32_t
run_alone(struct worker *w)
{
    const struct worker_job *job = &w->queue[0];
    struct err why = { "" };
    int r = w->kind->run_alone(w, job, &why);
    if (store_in_transaction(w->store)) {
        store_rollback(w->store);
    }
    if (r >= 0 || r == -ESTALE) {
        note(w, job, r >= 0 ? WIRE_OUTCOME_DONE : WIRE_OUTCOME_STALE);
        tell_outcomes(w);
    } else if (r != -EINTR) { /* told to end: BYE lets it go */
        tell_failed(w, job, r, &why);
    }
    if (is_store_fault(r)) {
        log_event(LOG_STORE_ERROR, NULL, "job taken back, to be tried again: %s", why.text);
        reopen_store(w);
    }
    return 1;
}

static void
work(struct worker *w)
{
    uint32_t n = w->queue_len < w->batch_max ? w->queue_len : w->batch_max;
    w->in_hand = w->kind->run_alone ? 1 : n;
    w->beat_ms = clock_mono_ms();
    uint32_t ran = w->kind->run_alone ? run_alone(w) : run_batch(w, n);
    w->in_hand = 0;
    w->queue_len = w->queue_len > ran ? w->queue_len - ran : 0;
    memmove(w->queue, w->queue + ran, w->queue_len * sizeof *w->queue);
}

/* ---- life ---------------------------------------------------------------------------------- */

/* For ever when idle: no wake-ups at rest. */
static int
patience_ms(struct worker *w)
{
    if (w->queue_len > 0) {
        return 0;
    }
    if (w->is_welcome || !link_is_up(w->link)) {
        return -1;
    }
    int64_t left = w->hello_ms + HELLO_AGAIN_MS - clock_mono_ms();
    return left < 0 ? 0 : left > HELLO_AGAIN_MS ? HELLO_AGAIN_MS : (int)left;
}

static int
live(struct worker *w, struct err *reterr)
{
    while (!w->is_draining && !w->is_broken) {
        int r = listen_once(w, patience_ms(w), reterr);
        if (r < 0) {
            return r;
        }
        if (w->queue_len > 0 && !w->is_draining) {
            work(w);
        }
    }
    if (w->is_broken) {
        return err_set(reterr, -EIO, "ending to be started anew");
    }
    const struct wire_msg bye = { .type = WIRE_BYE, .bye = { w->bye ? w->bye : "parent gone" } };
    (void)tell(w, &bye); /* jobs not begun are let go with it */
    return 0;
}

static int
prepare_signals(struct err *reterr)
{
    sigset_t set;
    struct sigaction ignore = { .sa_handler = SIG_IGN };
    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)sigaction(SIGXFSZ, &ignore, NULL); /* a full quota is an error to handle, not a death */
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    /* Before the link is opened: ZeroMQ's threads inherit the mask. */
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? err_set(reterr, -errno, "no signalfd: %m") : fd;
}

static int
start(struct worker *w, struct err *reterr)
{
    w->signal_fd = prepare_signals(reterr);
    if (w->signal_fd < 0) {
        return w->signal_fd;
    }
    int r = store_open(w->store_path, STORE_JOIN, &w->store, reterr);
    r = r < 0 ? r : store_fits(w->store, reterr);
    if (r == 0 && w->kind->open) {
        r = w->kind->open(w, reterr);
    }
    return r < 0 ? r : connect_anew(w, reterr);
}

static int
read_arguments(struct worker *w, int argc, char **argv)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "store", required_argument, NULL, 's' },
                                             { "work", required_argument, NULL, 'w' },
                                             { NULL, 0, NULL, 0 } };
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        const char **where = c == 'c'   ? &w->config
                             : c == 's' ? &w->store_path
                             : c == 'w' ? &w->work_path
                                        : NULL;
        if (!where) {
            return -EINVAL;
        }
        *where = optarg;
    }
    return w->config && w->store_path && w->work_path && optind == argc ? 0 : -EINVAL;
}

static int
worker_life(struct worker *w, int argc, char **argv, const char *program)
{
    struct err why = { "" };
    if (read_arguments(w, argc, argv) < 0) {
        (void)log_err(0, "usage: %s --config=FILE --store=FILE --work=SOCKET", program);
        return EXIT_USAGE;
    }
    int r = start(w, &why);
    r = r < 0 ? r : live(w, &why);
    if (w->kind->close && w->store) {
        w->kind->close(w);
    }
    w->link = link_free(w->link);
    w->store = store_free(w->store);
    fd_closep(&w->signal_fd);
    if (r < 0) {
        (void)log_err(r, "%s", why.text);
    }
    return r < 0 ? EXIT_STORE : 0;
}

int
worker_main(int argc, char **argv, const struct worker_kind *kind)
{
    const struct job_kind_rules *rules = job_kind_rules(kind->kind);
    assert(rules && (kind->run || kind->run_alone));
    char program[32];
    (void)snprintf(program, sizeof program, "coprod-%s", rules->word);
    log_open(program);
    (void)umask(077);
    struct worker *w = calloc(1, sizeof *w); /* 100 KiB: not for the stack */
    if (!w) {
        return EXIT_STORE;
    }
    w->kind = kind;
    w->word = rules->word;
    w->signal_fd = -1;
    w->parent = getppid();
    w->batch_max = kind->batch_max ? kind->batch_max : (uint32_t)rules->batch_max;
    assert(w->batch_max <= WIRE_BATCH_MAX);
    int code = worker_life(w, argc, argv, program);
    free(w);
    return code;
}
