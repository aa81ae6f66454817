/* SPDX-License-Identifier: MIT */
/*
 * super.c - the life of the supervisor: what it hears from the hub, from the machine and from the
 * clock, and what it does about it. It knows nothing of jobs and never opens the store or a ZeroMQ
 * socket: a supervisor that can be blocked or aborted by the thing it restarts is no supervisor.
 */
#include "super.h"

#include <assert.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"
#include "brood.h"

enum {
    WATCHDOG_MS = 30000, /* when neither systemd nor COPROD_WATCHDOG_MS says otherwise */
    START_MS = 60000,    /* for the hub to become ready; EXTEND adds */
    EXTEND_MAX_MS = 600000,
    KILL_AGAIN_MS = 5000,
    ENV_MS_MAX = 3600000,
    WORDS_BURST_MAX = 256,
    EXIT_UNAVAILABLE = 69
};

struct super {
    struct conf *conf;
    struct brood brood;
    int signal_fd;
    bool is_ready;  /* the hub that lives said so */
    bool was_ready; /* any hub ever did */
    bool is_over;
    int exit_code;
    uint64_t progress;
    int64_t watchdog_ms;
    int64_t hub_due_ms; /* monotonic: without a word of progress until then the hub is killed */
    int64_t stop_soft_ms, stop_hard_ms;
};

static int64_t
env_ms(const char *name, int64_t otherwise)
{
    int64_t ms = 0;
    const char *word = getenv(name);
    return word && text_to_i64(word, 1, ENV_MS_MAX, &ms) == 0 ? ms : otherwise;
}

/* ---- words of the hub ---------------------------------------------------------------------- */

static void
on_ready(struct super *s, const char *text)
{
    struct child *hub = brood_hub(&s->brood);
    s->is_ready = true;
    s->hub_due_ms = clock_mono_ms() + s->watchdog_ms;
    if (hub) {
        hub->is_useful = true;
        restart_worked(&s->brood.pools[POOL_HUB].restart);
    }
    notify_ready(text[0] ? text : "ready");
    log_event(s->was_ready ? LOG_HUB_RESTARTED : LOG_STARTED, NULL, "%s",
              s->was_ready ? "the hub is back" : "ready");
    s->was_ready = true;
}

static void
on_kill(struct super *s, const struct kin_word *word)
{
    struct child *c = brood_find(&s->brood, word->pid);
    if (!c || c->pool == POOL_HUB) {
        log_debug("the hub wants to kill %d, which is no worker", word->pid);
        return;
    }
    char who[48];
    child_name(c, who, sizeof who);
    log_event(LOG_CHILD_KILLED, &(struct log_fields){ .worker = who }, "%s is killed: %s", who,
              word->text);
    child_signal(c, SIGKILL);
}

static void
on_useful(struct super *s, pid_t pid)
{
    struct child *c = brood_find(&s->brood, pid);
    if (c) {
        c->is_useful = true;
        restart_worked(&s->brood.pools[c->pool].restart);
    }
}

/* The hub has read the files again and is content; the supervisor takes its own numbers from them
 * and the workers come back with the new words. */
static void
on_reloaded(struct super *s, const struct kin_word *word)
{
    AUTO_DIAG struct diag d = { 0 };
    struct conf *conf = NULL;
    int r = word->status;
    if (r == 0) {
        r = conf_load(s->conf->path, &d, &conf);
    }
    if (r < 0) {
        struct err first = { "" };
        if (d.n_errors > 0) {
            diag_first(&d, &first);
        }
        log_event(LOG_CONFIG_BAD, NULL, "keeping the configuration in force: %s",
                  first.text[0] ? first.text : word->text);
        notify_ready("reload refused, the last good configuration is in force");
        return;
    }
    s->conf = conf_free(s->conf);
    s->conf = conf;
    brood_resize(&s->brood, conf);
    brood_reopen(&s->brood);
    brood_signal_workers(&s->brood, SIGHUP);
    log_event(LOG_RELOADED, NULL, "%s", word->text[0] ? word->text : "configuration read again");
    notify_ready(word->text[0] ? word->text : "reloaded");
}

static void
on_word(struct super *s, const struct kin_word *word)
{
    switch (word->verb) {
    case KIN_READY:
        on_ready(s, word->text);
        break;
    case KIN_STATUS:
        notify_status(word->text);
        break;
    case KIN_PROGRESS:
        if (word->counter > s->progress && s->is_ready) {
            s->progress = word->counter;
            s->hub_due_ms = clock_mono_ms() + s->watchdog_ms;
            notify_watchdog();
        }
        break;
    case KIN_EXTEND:
        s->hub_due_ms += (int64_t)(word->counter < EXTEND_MAX_MS ? word->counter : EXTEND_MAX_MS);
        notify_extend(s->hub_due_ms - clock_mono_ms());
        break;
    case KIN_KILL:
        on_kill(s, word);
        break;
    case KIN_USEFUL:
        on_useful(s, word->pid);
        break;
    case KIN_RELOADED:
        on_reloaded(s, word);
        break;
    default:
        log_debug("the hub said %s, which is ours to say", kin_verb_name(word->verb));
    }
}

static void
hear_hub(struct super *s)
{
    struct kin_word word;
    int r = 0;
    for (int i = 0; s->brood.kin_fd >= 0 && i < WORDS_BURST_MAX; i++) {
        r = kin_recv(s->brood.kin_fd, &word);
        if (r <= 0) {
            break;
        }
        on_word(s, &word);
    }
    if (r == -EPIPE) {
        fd_closep(&s->brood.kin_fd); /* it is dying: the pidfd will tell */
        s->brood.kin_fd = -1;
    } else if (r < 0) {
        (void)log_err(r, "the hub said what is no word; it is killed");
        child_signal(brood_hub(&s->brood), SIGKILL);
    }
}

/* ---- signals and time ---------------------------------------------------------------------- */

static void
begin_stop(struct super *s)
{
    int64_t now_ms = clock_mono_ms();
    int64_t stop_ms = s->conf->stop_s * 1000;
    if (s->brood.is_stopping) {
        return;
    }
    s->brood.is_stopping = true;
    s->stop_soft_ms = now_ms + stop_ms / 2;
    s->stop_hard_ms = now_ms + stop_ms;
    log_event(LOG_STOPPING, NULL, "stopping: no new job, jobs in hand have %" PRId64 " s",
              s->conf->stop_s);
    notify_stopping("finishing the jobs in hand");
    struct kin_word stop = kin_word(KIN_STOP, NULL, 0, NULL);
    stop.counter = (uint64_t)stop_ms;
    if (s->is_ready) {
        brood_tell_hub(&s->brood, &stop);
        return;
    }
    brood_signal_workers(&s->brood, SIGTERM);
    child_signal(brood_hub(&s->brood), SIGTERM);
}

static void
begin_reload(struct super *s)
{
    struct kin_word reload = kin_word(KIN_RELOAD, NULL, 0, NULL);
    notify_reloading(clock_mono_ms());
    if (s->is_ready) {
        brood_tell_hub(&s->brood, &reload);
        return;
    }
    /* A hub that is just being born reads the files anyway. */
    const struct kin_word as_if = kin_word(KIN_RELOADED, NULL, 0, "read at the hub's next start");
    on_reloaded(s, &as_if);
}

static void
on_signal(struct super *s)
{
    struct signalfd_siginfo info;
    while (read(s->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGHUP) {
            begin_reload(s);
        } else {
            begin_stop(s);
        }
    }
}

static void
check_hub(struct super *s, int64_t now_ms)
{
    struct child *hub = brood_hub(&s->brood);
    if (!hub || s->brood.is_stopping || now_ms < s->hub_due_ms) {
        return;
    }
    log_event(LOG_HUB_HUNG, NULL, "the hub %s; it is killed and started again",
              s->is_ready ? "made no progress" : "did not become ready");
    child_signal(hub, SIGKILL);
    s->hub_due_ms = now_ms + KILL_AGAIN_MS;
}

static void
check_stop(struct super *s, int64_t now_ms)
{
    bool is_hard = now_ms >= s->stop_hard_ms;
    if (is_hard || now_ms >= s->stop_soft_ms) {
        brood_signal_workers(&s->brood, is_hard ? SIGKILL : SIGTERM);
        child_signal(brood_hub(&s->brood), is_hard ? SIGKILL : SIGTERM);
        s->stop_soft_ms = s->stop_hard_ms;
    }
    if (is_hard) {
        s->stop_hard_ms = now_ms + KILL_AGAIN_MS;
        s->stop_soft_ms = s->stop_hard_ms;
    }
    s->is_over |= brood_is_empty(&s->brood);
}

/* Everything that time brings; returns how long nothing will happen by itself, -1 for ever. */
static int
tick(struct super *s)
{
    int64_t now_ms = clock_mono_ms();
    int64_t next_ms = INT64_MAX;
    bool is_hub_born = false;
    if (!s->brood.is_stopping) {
        next_ms = brood_fill(&s->brood, s->was_ready, &is_hub_born);
    }
    if (is_hub_born) {
        s->is_ready = false;
        s->progress = 0;
        s->hub_due_ms = now_ms + START_MS;
    }
    if (s->brood.is_stopping) {
        check_stop(s, now_ms);
        next_ms = s->stop_soft_ms < s->stop_hard_ms ? s->stop_soft_ms : s->stop_hard_ms;
    } else {
        check_hub(s, now_ms);
        next_ms = brood_hub(&s->brood) && s->hub_due_ms < next_ms ? s->hub_due_ms : next_ms;
    }
    if (next_ms == INT64_MAX) {
        return -1;
    }
    int64_t wait_ms = next_ms - clock_mono_ms();
    return wait_ms < 0 ? 0 : wait_ms > INT32_MAX - 1 ? INT32_MAX - 1 : (int)wait_ms + 1;
}

/* ---- the hub's death ----------------------------------------------------------------------- */

/* A first start that cannot succeed is not tried again: systemd is told by the exit code. */
static bool
is_final(const struct super *s, const struct hub_death *death)
{
    static const int codes[] = { 2, 65, 66, 70, 73, 77, 78 };
    bool is_first_start = !s->was_ready && !s->brood.is_stopping;
    if (is_first_start && death->exec_errno) {
        return true;
    }
    for (size_t i = 0; is_first_start && WIFEXITED(death->status) && i < LENGTH(codes); i++) {
        if (WEXITSTATUS(death->status) == codes[i]) {
            return true;
        }
    }
    return false;
}

static void
on_hub_death(struct super *s, const struct hub_death *death)
{
    s->is_ready = false;
    if (is_final(s, death)) {
        s->exit_code = death->exec_errno ? EXIT_UNAVAILABLE : WEXITSTATUS(death->status);
        s->is_over = true;
    } else if (s->brood.is_stopping) {
        brood_signal_workers(&s->brood, SIGTERM); /* it has drained them or cannot any more */
    }
}

/* ---- the whole ----------------------------------------------------------------------------- */

static nfds_t
list_fds(const struct super *s, struct pollfd *fds)
{
    nfds_t n = 0;
    fds[n++] = (struct pollfd){ .fd = s->signal_fd, .events = POLLIN };
    fds[n++] = (struct pollfd){ .fd = s->brood.kin_fd, .events = POLLIN }; /* -1 is passed over */
    for (size_t i = 0; i < BROOD_MAX; i++) {
        if (s->brood.children[i].birth.pid > 0) {
            fds[n++] = (struct pollfd){ .fd = s->brood.children[i].birth.pidfd, .events = POLLIN };
        }
    }
    return n;
}

static void
loop(struct super *s)
{
    while (!s->is_over) {
        struct pollfd fds[BROOD_MAX + 2];
        int timeout_ms = tick(s);
        if (!s->is_over && poll(fds, list_fds(s, fds), timeout_ms) < 0 && errno != EINTR) {
            s->exit_code = EXIT_UNAVAILABLE;
            (void)log_err(-errno, "poll: %m");
            break;
        }
        on_signal(s);
        hear_hub(s); /* before the dead are buried: its last words count */
        struct hub_death death = brood_reap(&s->brood);
        if (death.has_died) {
            on_hub_death(s, &death);
        }
    }
}

static int
block_signals(void)
{
    sigset_t set;
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)sigaction(SIGXFSZ, &ignore, NULL);
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int
super_run(const struct super_options *options)
{
    assert(options && options->conf && options->clock && options->bin_dir);
    int64_t systemd_ms = notify_watchdog_ms();
    struct super s = { .conf = options->conf };
    s.watchdog_ms = env_ms("COPROD_WATCHDOG_MS", systemd_ms ? systemd_ms : WATCHDOG_MS);
    s.signal_fd = block_signals();
    int r = brood_init(&s.brood, s.conf, options->clock, options->bin_dir, s.watchdog_ms,
                       env_ms("COPROD_RESTART_MS", RESTART_FIRST_MS));
    if (r == 0 && s.signal_fd >= 0) {
        loop(&s);
    } else {
        s.exit_code = EXIT_UNAVAILABLE;
    }
    if (s.exit_code == 0) {
        log_event(LOG_STOPPED, NULL, "stopped");
    }
    brood_done(&s.brood);
    fd_closep(&s.signal_fd);
    s.conf = conf_free(s.conf);
    return s.exit_code;
}
