/* SPDX-License-Identifier: MIT */
/* hub.c - coprod-hub: scheduler, dispatcher and control of one store, in one loop. */
#include <zmq.h>

#include <assert.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "hub.h"

enum { EXIT_NEWER = 65, EXIT_UNAVAILABLE = 69, EXIT_DISK = 74, EXIT_CONFIG = 78,
       WATCHDOG_MS = 30000, DISK_FULL_WAIT_MS = 1000, MESSAGES_A_TURN = 4096 };
enum { AT_WORK, AT_CONTROL, AT_GATE, AT_KIN, AT_SIGNAL, AT_TIMER, AT_TURN, AT_INBOX, AT_MAX };

void
hub_tell(struct hub *h, enum kin_verb verb, pid_t pid, const char *text)
{
    struct kin_word word = kin_word(verb, NULL, pid, text);
    word.counter = h->progress;
    /* A full pipe loses a word that is said again (progress) or asked for again (kill). */
    if (kin_send(KIN_FD, &word) < 0) {
        log_debug("the supervisor did not take '%s'", kin_verb_name(verb));
    }
}

/* ---- one write round ------------------------------------------------------------------------- */

static bool
has_writing(const struct hub *h)
{
    return h->has_control || h->wants_reload || h->wants_trust || h->dispatch.n_verdicts > 0
           || h->bad.n > 0 || h->wants_surveys || sched_is_due(h);
}

/* What the supervisor asked for (SIGHUP). A bad file is no failure of the round. */
static int
reload_in_round(struct hub *h, struct err *reterr)
{
    AUTO_DIAG struct diag findings = { 0 };
    AUTO_DIAG struct diag bad = { 0 };
    struct applied sum = { .findings = &findings };
    struct err why = { "" };
    h->wants_reload = false;
    int r = store_save(h->store, reterr);
    if (r < 0) {
        return r;
    }
    int done = reload_read(h, &h->fresh, &bad, &why);
    done = done < 0 ? done : reload_apply(h, &h->fresh, "supervisor", &sum, &why);
    done = done < 0 ? done : reload_keep(h, h->fresh.conf, &findings, &why);
    h->reload = kin_word(KIN_RELOADED, NULL, 0, done < 0 ? why.text : "files read again");
    h->reload.status = done < 0 ? done : 0;
    if (done >= 0) {
        log_event(LOG_RELOADED, NULL, "%d plan%s changed", sum.plans_changed,
                  text_s(sum.plans_changed));
        return store_release(h->store, reterr);
    }
    reload_refused(h, why.text, findings.n_errors > 0 ? &findings : &bad);
    files_done(&h->fresh);
    return store_undo(h->store, reterr);
}

static int
round_body(struct hub *h, struct err *reterr)
{
    h->wants_look = h->wants_reload || h->dispatch.n_verdicts > 0 || sched_is_due(h);
    int r = h->wants_reload ? reload_in_round(h, reterr) : 0;
    r = r < 0 || !h->wants_trust ? r : trust_write(h, reterr);
    r = r < 0 ? r : control_take(h, reterr);
    r = r < 0 ? r : reload_tell(h, reterr);
    r = r < 0 || !h->wants_surveys ? r : reload_surveys(h, reterr);
    r = r < 0 ? r : dispatch_write(h, reterr);
    if (r >= 0 && sched_is_due(h)) {
        r = sched_tick(h, reterr);
    }
    return r;
}

/* Workers may see the commit before it is on the disk: what they commit lies behind it in the same
 * log. Answers to people wait for the disk. */
static int
round_end(struct hub *h, int r, struct err *reterr)
{
    if (r < 0) {
        store_rollback(h->store);
        h->wants_surveys = true; /* what was seen of them is not in the store */
    } else {
        r = store_commit_visible(h->store, reterr);
    }
    if (r >= 0) {
        dispatch_forget_verdicts(h);
        diag_done(&h->bad);
        r = h->fresh.conf ? reload_install(h, &h->fresh, reterr) : 0;
        r = r < 0 || !h->wants_look ? r : sched_look(h, reterr);
        r = r < 0 ? r : dispatch_offer(h, reterr);
        r = r < 0 ? r : store_sync(h->store, reterr);
    }
    files_done(&h->fresh);
    control_answer(h, r, reterr);
    if (h->reload.verb) {
        h->reload.status = r < 0 ? r : h->reload.status;
        (void)!kin_send(KIN_FD, &h->reload);
        h->reload = (struct kin_word){ 0 };
    }
    return r;
}

int
hub_write(struct hub *h, struct err *reterr)
{
    int r = 0;
    if (h->is_waiting_turn) {
        if (!patience_has_turn(h->patience)) {
            return -EAGAIN;
        }
        h->is_waiting_turn = false;
        r = store_begin_with_turn(h->store, reterr);
    } else {
        r = store_begin_try(h->store, reterr);
        if (r == -EAGAIN) {
            h->is_waiting_turn = true;
            patience_ask(h->patience);
            return r;
        }
    }
    return round_end(h, r < 0 ? r : round_body(h, reterr), reterr);
}

/* A full disk heals by itself; a failing one is left to a fresh start with recovery. */
static int
after_write(struct hub *h, int r, const struct err *why)
{
    if (r == -EAGAIN) {
        return 0;
    }
    if (r >= 0) {
        if (h->blocked_until_ms && watch_has_room(h)) {
            log_event(LOG_STORE_RECOVERED, NULL, "the store can be written again");
            h->trouble[0] = '\0';
            h->blocked_until_ms = 0;
        }
        return 0;
    }
    if (!h->blocked_until_ms) {
        log_event(LOG_STORE_ERROR, NULL, "%s", why->text);
    }
    (void)snprintf(h->trouble, sizeof h->trouble, "%s", why->text);
    h->blocked_until_ms = clock_mono_ms() + DISK_FULL_WAIT_MS;
    return r == -EIO || r == -EBADMSG ? r : 0;
}

/* ---- what wakes the loop --------------------------------------------------------------------- */

static void
on_work(struct hub *h)
{
    struct wire_peer from;
    struct wire_msg msg;
    for (int n = 0; n < MESSAGES_A_TURN && link_recv(h->work, &from, &msg) > 0; n++) {
        dispatch_on_message(h, &from, &msg);
    }
}

static void
on_stop(struct hub *h)
{
    if (h->is_stopping) {
        return;
    }
    h->is_stopping = true;
    h->stop_by_ms = clock_mono_ms() + h->files.conf->stop_s * 1000;
    dispatch_drain(h, "the daemon stops");
}

static int
on_kin(struct hub *h)
{
    struct kin_word word;
    int r = 0;
    while ((r = kin_recv(KIN_FD, &word)) > 0) {
        switch (word.verb) {
        case KIN_BORN:
            dispatch_on_born(h, job_kind_parse(word.kind), word.pid);
            break;
        case KIN_DIED:
            dispatch_on_died(h, word.pid);
            break;
        case KIN_STOP:
            on_stop(h);
            break;
        case KIN_RELOAD:
            h->wants_reload = true;
            break;
        case KIN_POOL_CLOSED:
            h->dispatch.is_closed[job_kind_parse(word.kind)] = true;
            (void)snprintf(h->trouble, sizeof h->trouble, "no more %s workers: %s", word.kind,
                           word.text);
            break;
        default: /* the hub's own words do not come back */
            break;
        }
    }
    return r;
}

static void
drain_fd(int fd)
{
    char buf[4096];
    while (read(fd, buf, sizeof buf) > 0) {
    }
}

static void
on_signal(struct hub *h)
{
    struct signalfd_siginfo info;
    while (read(h->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
            on_stop(h);
        }
    }
}

static void
on_timer(struct hub *h)
{
    uint64_t n = 0;
    if (read(h->timer_fd, &n, sizeof n) < 0 && errno == ECANCELED) {
        log_event(LOG_CLOCK_JUMPED, NULL,
                  "the machine's clock was set: everything is planned again");
    }
}

/* ---- the loop -------------------------------------------------------------------------------- */

static void
arm_timer(struct hub *h)
{
    static const time_t never_s = 253402300799; /* 9999: only to hear of the clock being set */
    struct itimerspec at = { .it_value.tv_sec = never_s };
    /* What is due already waits for turn or disk: its timer would never let the loop rest. */
    if (!h->clock.is_virtual && h->due_ms != INT64_MAX && h->due_ms > sched_now(h)) {
        at.it_value.tv_sec = h->due_ms / 1000;
        at.it_value.tv_nsec = h->due_ms % 1000 * 1000000;
    }
    (void)timerfd_settime(h->timer_fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &at, NULL);
}

static int64_t
least(int64_t a, int64_t b)
{
    return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

static long
wait_ms(struct hub *h)
{
    int64_t wait = dispatch_watch(h);
    bool can_write = !h->is_waiting_turn && clock_mono_ms() >= h->blocked_until_ms;
    if (has_writing(h) && can_write) {
        return 0;
    }
    if (h->blocked_until_ms) {
        wait = least(wait, DISK_FULL_WAIT_MS);
    }
    if (h->is_stopping) {
        wait = least(wait, 100);
    }
    bool is_running = h->clock.is_virtual && h->clock.run_to_ms && !h->is_waiting_turn
                      && dispatch_is_idle(h);
    return is_running ? 0 : (long)least(wait, h->watchdog_ms / 3);
}

static void
wait_and_read(struct hub *h)
{
    zmq_pollitem_t items[AT_MAX] = {
        [AT_WORK] = link_pollitem(h->work),
        [AT_CONTROL] = link_pollitem(h->control_link),
        [AT_GATE] = gate_pollitem(h->gate),
        [AT_KIN] = { .fd = KIN_FD, .events = ZMQ_POLLIN },
        [AT_SIGNAL] = { .fd = h->signal_fd, .events = ZMQ_POLLIN },
        [AT_TIMER] = { .fd = h->timer_fd, .events = ZMQ_POLLIN },
        [AT_TURN] = { .fd = patience_fd(h->patience), .events = ZMQ_POLLIN },
        [AT_INBOX] = { .fd = h->inbox_fd, .events = ZMQ_POLLIN },
    };
    /* Questions stay in the socket until there is a transaction for them. */
    items[AT_CONTROL].events = h->has_control ? 0 : ZMQ_POLLIN;
    arm_timer(h);
    int n = zmq_poll(items, AT_MAX, wait_ms(h));
    if (n < 0) {
        return; /* EINTR */
    }
    if (items[AT_GATE].revents) {
        int refused = gate_serve(h->gate);
        if (refused > 0) {
            h->n_refused += (uint64_t)refused;
            log_event(LOG_PEER_REFUSED, NULL, "%d connections of another user were refused",
                      refused);
        }
    }
    on_work(h);
    h->has_control |= items[AT_CONTROL].revents != 0;
    if (items[AT_KIN].revents && on_kin(h) == -EPIPE) {
        on_stop(h); /* the supervisor is gone */
    }
    if (items[AT_SIGNAL].revents) {
        on_signal(h);
    }
    if (items[AT_TIMER].revents) {
        on_timer(h);
    }
    if (items[AT_INBOX].revents) {
        drain_fd(h->inbox_fd);
        h->has_inbox = true;
    }
}

static bool
is_finished(const struct hub *h)
{
    if (!h->is_stopping) {
        return false;
    }
    bool is_quiet = h->dispatch.n_leased == 0 && !h->has_control && h->dispatch.n_verdicts == 0;
    return is_quiet || clock_mono_ms() > h->stop_by_ms;
}

static void
report_progress(struct hub *h, int64_t *last_ms)
{
    int64_t now = clock_mono_ms();
    h->progress++;
    if (now - *last_ms >= h->watchdog_ms / 6) {
        *last_ms = now;
        hub_tell(h, KIN_PROGRESS, 0, NULL);
    }
}

static int
loop(struct hub *h, struct err *reterr)
{
    int64_t last_ms = 0;
    int r = 0;
    while (r >= 0 && !is_finished(h)) {
        wait_and_read(h);
        trust_watch(h);
        bool wants = has_writing(h) || h->is_waiting_turn || h->blocked_until_ms;
        if (wants && clock_mono_ms() >= h->blocked_until_ms) {
            struct err why = { "" };
            r = after_write(h, hub_write(h, &why), &why);
            (void)err_set(reterr, r, "%s", why.text);
        }
        if (r >= 0) {
            r = dispatch_offer(h, reterr);
        }
        sched_advance(h);
        report_progress(h, &last_ms);
    }
    return r;
}

/* ---- start ----------------------------------------------------------------------------------- */

static int
parse_clock(struct hub *h, const char *word, struct err *reterr)
{
    static const char virtual[] = "virtual:";
    day_t day = DAY_NONE;
    if (strcmp(word, "real") == 0) {
        return 0;
    }
    if (strncmp(word, virtual, sizeof virtual - 1) != 0
        || day_parse(word + sizeof virtual - 1, &day) < 0) {
        return err_set(reterr, -EINVAL, "--clock: '%s' is neither real nor virtual:YYYY-MM-DD",
                       word);
    }
    h->clock = (struct policy_clock){ .is_virtual = true, .now_ms = (int64_t)day * 86400000 };
    return 0;
}

static int
open_fds(struct hub *h, struct err *reterr)
{
    sigset_t mask;
    (void)sigemptyset(&mask);
    (void)sigaddset(&mask, SIGTERM);
    (void)sigaddset(&mask, SIGINT);
    (void)sigaddset(&mask, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &mask, NULL); /* before ZeroMQ's threads, which inherit it */
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    h->signal_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
    h->timer_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
    h->inbox_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (h->signal_fd < 0 || h->timer_fd < 0 || h->inbox_fd < 0) {
        return err_set(reterr, -errno, "cannot make the hub's descriptors: %m");
    }
    return 0;
}

static int
make_folder(const char *path, struct err *reterr)
{
    if (mkdir(path, 0700) < 0 && errno != EEXIST) {
        return err_set(reterr, -errno, "cannot make the folder '%s': %m", path);
    }
    return 0;
}

static int
open_inbox(struct hub *h, struct err *reterr)
{
    int r = make_folder(h->inbox, reterr);
    if (r >= 0) {
        spool_clean(h);
    }
    if (r >= 0 && sched_watch_inbox(h) < 0) {
        r = err_set(reterr, -errno, "cannot watch '%s': %m", h->inbox);
    }
    h->has_inbox = true;
    h->wants_surveys = true;
    return r;
}

static int
open_sockets(struct hub *h, struct err *reterr)
{
    char work[HUB_PATH_MAX];
    char control[HUB_PATH_MAX];
    (void)snprintf(work, sizeof work, "%s/work", h->files.conf->runtime_dir);
    (void)snprintf(control, sizeof control, "%s/control", h->files.conf->runtime_dir);
    struct link_hub_options for_work = { .path = work, .admit = LINK_OWN,
                                         .frame_max = WIRE_WORKER_MAX };
    struct link_hub_options for_control = { .path = control, .admit = LINK_ANYONE,
                                            .frame_max = WIRE_CONTROL_MAX,
                                            .group_may_connect = true };
    int r = gate_open(&h->gate, reterr);
    r = r < 0 ? r : link_hub_open(h->gate, &for_work, &h->work, reterr);
    return r < 0 ? r : link_hub_open(h->gate, &for_control, &h->control_link, reterr);
}

static int
start(struct hub *h, struct err *reterr)
{
    AUTO_DIAG struct diag d = { 0 };
    int r = conf_load(h->config, &d, &h->files.conf);
    if (r < 0) {
        diag_first(&d, reterr);
        return -EBADMSG;
    }
    (void)umask(077);
    (void)snprintf(h->db, sizeof h->db, "%s/coprod.db", h->files.conf->state_dir);
    (void)snprintf(h->inbox, sizeof h->inbox, "%s/inbox", h->files.conf->state_dir);
    r = hash_init();
    r = r < 0 ? r : open_fds(h, reterr);
    r = r < 0 ? r : make_folder(h->files.conf->state_dir, reterr);
    r = r < 0 ? r : make_folder(h->files.conf->runtime_dir, reterr);
    r = r < 0 ? r : open_inbox(h, reterr);
    r = r < 0 ? r : lift_open(h, reterr);
    r = r < 0 ? r : trust_start(h, reterr);
    r = r < 0 ? r : reload_first(h, reterr);
    r = r < 0 ? r : sched_note_outage(h, reterr);
    if (r >= 0) {
        bounces_watch(h);
    }
    r = r < 0 ? r : patience_open(h->store, &h->patience, reterr);
    r = r < 0 ? r : open_sockets(h, reterr);
    r = r < 0 ? r : sched_look(h, reterr);
    return r;
}

static void
finish(struct hub *h)
{
    diag_done(&h->bad);
    h->control_link = link_free(h->control_link);
    h->work = link_free(h->work);
    h->gate = gate_free(h->gate);
    h->patience = patience_free(h->patience);
    dispatch_done_with(&h->dispatch);
    (void)world_free(h->world);
    if (!h->patience) {
        h->store = store_free(h->store);
    }
    files_done(&h->files);
    files_done(&h->fresh);
    const int fds[] = { h->signal_fd, h->timer_fd, h->inbox_fd };
    for (size_t i = 0; i < LENGTH(fds); i++) {
        fd_closep(&fds[i]);
    }
}

static int
exit_code(int r)
{
    static const struct {
        int r, code;
    } table[] = { { -EBADMSG, EXIT_CONFIG }, { -EINVAL, EXIT_CONFIG }, { -EIO, EXIT_DISK },
                  { -ENOSPC, EXIT_DISK },    { -EPROTONOSUPPORT, EXIT_NEWER } };
    for (size_t i = 0; i < LENGTH(table); i++) {
        if (table[i].r == r) {
            return table[i].code;
        }
    }
    return r >= 0 ? 0 : EXIT_UNAVAILABLE;
}

static int
take_option(struct hub *h, int option, struct err *reterr)
{
    if (option == 'c') {
        h->config = optarg;
        return 0;
    }
    if (option == 'k') {
        return parse_clock(h, optarg, reterr);
    }
    if (option == 'w') {
        int r = text_to_i64(optarg, 100, INT32_MAX, &h->watchdog_ms);
        return r < 0 ? err_set(reterr, -EINVAL, "--watchdog-ms: '%s' is no time", optarg) : 0;
    }
    return err_set(reterr, -EINVAL, "coprod starts this program, not a person");
}

int
main(int argc, char **argv)
{
    static const struct option options[] = { { "config", required_argument, NULL, 'c' },
                                             { "clock", required_argument, NULL, 'k' },
                                             { "watchdog-ms", required_argument, NULL, 'w' },
                                             { NULL, 0, NULL, 0 } };
    static struct hub hub; /* 100 KiB of answers: not for the stack */
    struct hub *h = &hub;
    struct err why = { "" };
    *h = (struct hub){ .config = "/etc/coprod/coprod.yaml", .signal_fd = -1, .timer_fd = -1,
                       .inbox_fd = -1, .due_ms = INT64_MAX, .watchdog_ms = WATCHDOG_MS };
    log_open("coprod-hub");
    int r = 0;
    int option = 0;
    while (r >= 0 && (option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
        r = take_option(h, option, &why);
    }
    r = r < 0 ? r : start(h, &why);
    if (r >= 0) {
        hub_tell(h, KIN_READY, 0, "ready");
        r = loop(h, &why);
    }
    if (r < 0) {
        (void)log_err(r, "%s", why.text);
    }
    finish(h);
    return exit_code(r);
}
