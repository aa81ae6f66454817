/* SPDX-License-Identifier: MIT */
/* brood.c - the children that live, and those that ought to. */
#include "brood.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/notify.h"

static const struct pool_row {
    const char *word, *program;
    int64_t files_max;
} pool_rows[] = {
#define CHILD(name, word, program, how_many, files) [POOL_##name] = { word, program, files },
#include "children.def"
#undef CHILD
};

const char *
pool_word(enum pool_name name)
{
    return pool_rows[name].word;
}

void
child_name(const struct child *c, char *buf, size_t cap)
{
    (void)snprintf(buf, cap, "%s[%d]", pool_rows[c->pool].word, (int)c->birth.pid);
}

void
child_signal(const struct child *c, int signal_no)
{
    if (c && c->birth.pid > 0) {
        (void)kill(c->birth.pid, signal_no); /* not reaped yet, so the pid is still its own */
    }
}

struct child *
brood_find(struct brood *b, pid_t pid)
{
    for (size_t i = 0; i < BROOD_MAX; i++) {
        if (pid > 0 && b->children[i].birth.pid == pid) {
            return &b->children[i];
        }
    }
    return NULL;
}

struct child *
brood_hub(struct brood *b)
{
    for (size_t i = 0; i < BROOD_MAX; i++) {
        if (b->children[i].birth.pid > 0 && b->children[i].pool == POOL_HUB) {
            return &b->children[i];
        }
    }
    return NULL;
}

void
brood_signal_workers(struct brood *b, int signal_no)
{
    for (size_t i = 0; i < BROOD_MAX; i++) {
        if (b->children[i].pool != POOL_HUB) {
            b->children[i].is_expected = true;
            child_signal(&b->children[i], signal_no);
        }
    }
}

void
brood_tell_hub(struct brood *b, const struct kin_word *word)
{
    if (b->kin_fd >= 0 && kin_send(b->kin_fd, word) < 0) {
        log_debug("the hub did not take %s", kin_verb_name((enum kin_verb)word->verb));
    }
}

/* ---- birth --------------------------------------------------------------------------------- */

void
brood_resize(struct brood *b, const struct conf *conf)
{
#define CHILD(name, word, program, how_many, files_max) b->pools[POOL_##name].wanted = (how_many);
#include "children.def"
#undef CHILD
    assert(b->pools[POOL_HUB].wanted == 1);
}

void
brood_reopen(struct brood *b)
{
    for (int name = 0; name < POOL_MAX_; name++) {
        if (restart_reopen(&b->pools[name].restart)) {
            log_event(LOG_POOL_OPENED, &(struct log_fields){ .worker = pool_rows[name].word },
                      "%s is started again", pool_rows[name].word);
        }
    }
}

static int
give_birth(struct brood *b, enum pool_name name, struct child *c, int kin_fd)
{
    char *const hub_argv[] = { b->pools[name].program, b->arg_config, b->arg_clock,
                                     b->arg_watchdog, NULL };
    char *const worker_argv[] = { b->pools[name].program, b->arg_config, b->arg_store,
                                        b->arg_work, NULL };
    const struct spawn spawn = { .program = b->pools[name].program,
                                 .argv = name == POOL_HUB ? hub_argv : worker_argv,
                                 .kin_fd = kin_fd,
                                 .files_max = pool_rows[name].files_max };
    struct err why = { "" };
    struct birth birth;
    int r = spawn_child(&spawn, &birth, &why);
    if (r < 0) {
        log_event(LOG_CHILD_UNSTARTED, NULL, "%s not started, trying again: %s",
                  pool_rows[name].word, why.text);
        (void)restart_died(&b->pools[name].restart, clock_mono_ms(), false);
        return r;
    }
    *c = (struct child){ .pool = name, .birth = birth };
    b->pools[name].alive++;
    char who[48];
    child_name(c, who, sizeof who);
    log_event(LOG_CHILD_BORN, &(struct log_fields){ .worker = who }, "%s was started", who);
    return 0;
}

static bool
hub_birth(struct brood *b, struct child *c)
{
    int pair[2];
    if (kin_pair(pair) < 0) {
        (void)log_err(-errno, "no socketpair for the hub, trying again: %m");
        (void)restart_died(&b->pools[POOL_HUB].restart, clock_mono_ms(), false);
        return false;
    }
    fd_closep(&b->kin_fd);
    b->kin_fd = pair[0];
    int r = give_birth(b, POOL_HUB, c, pair[1]);
    (void)close(pair[1]);
    /* A hub that is born again must know the workers that live. */
    for (size_t i = 0; r == 0 && i < BROOD_MAX; i++) {
        const struct child *w = &b->children[i];
        if (w->birth.pid > 0 && w->pool != POOL_HUB) {
            struct kin_word born = kin_word(KIN_BORN, pool_word(w->pool), w->birth.pid, NULL);
            brood_tell_hub(b, &born);
        }
    }
    return r == 0;
}

static void
worker_birth(struct brood *b, enum pool_name name, struct child *c)
{
    if (give_birth(b, name, c, -1) == 0) {
        struct kin_word born = kin_word(KIN_BORN, pool_rows[name].word, c->birth.pid, NULL);
        brood_tell_hub(b, &born);
    }
}

static struct child *
free_slot(struct brood *b)
{
    for (size_t i = 0; i < BROOD_MAX; i++) {
        if (b->children[i].birth.pid == 0) {
            return &b->children[i];
        }
    }
    return NULL;
}

int64_t
brood_fill(struct brood *b, bool and_workers, bool *ret_hub_born)
{
    int64_t again_ms = INT64_MAX;
    int64_t now_ms = clock_mono_ms();
    for (int name = 0; name < POOL_MAX_; name++) {
        struct pool *p = &b->pools[name];
        bool may_be = name == POOL_HUB || (and_workers && !p->restart.is_closed);
        struct child *c = NULL;
        while (may_be && p->alive < p->wanted && p->restart.not_before_ms <= now_ms
               && (c = free_slot(b))) {
            if (name != POOL_HUB) {
                worker_birth(b, (enum pool_name)name, c);
            } else if (hub_birth(b, c)) {
                *ret_hub_born = true;
            }
        }
        if (may_be && p->alive < p->wanted && p->restart.not_before_ms < again_ms) {
            again_ms = p->restart.not_before_ms;
        }
    }
    return again_ms;
}

/* ---- death --------------------------------------------------------------------------------- */

/* No signal that is sent to end it. A second reload at once finds a worker that is just being born
 * and does not listen for SIGHUP yet: it ends of it, and is born again with the new files. */
static bool
is_crash(int status)
{
    int signal_no = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return signal_no != 0 && signal_no != SIGTERM && signal_no != SIGKILL && signal_no != SIGHUP;
}

static void
log_death(const struct brood *b, const struct child *c, int status, int exec_errno)
{
    char who[48];
    child_name(c, who, sizeof who);
    const struct log_fields about = { .worker = who };
    if (exec_errno) {
        log_event(LOG_CHILD_UNSTARTED, &about, "%s cannot be started: %s",
                  b->pools[c->pool].program, strerror(exec_errno));
    } else if ((c->is_expected || b->is_stopping) && !is_crash(status)) {
        log_debug("%s ended", who);
    } else if (WIFSIGNALED(status)) {
        log_event(LOG_CHILD_DIED, &about, "%s was killed by signal %d", who, WTERMSIG(status));
    } else {
        log_event(LOG_CHILD_DIED, &about, "%s ended with code %d", who, WEXITSTATUS(status));
    }
}

static void
close_pool(struct brood *b, enum pool_name name)
{
    char text[KIN_TEXT_MAX];
    (void)snprintf(text, sizeof text,
                   "%s: more than %d processes died before any useful work; %s",
                   pool_rows[name].word, RESTART_DEATHS_MAX,
                   name == POOL_HUB ? "trying on" : "closed until a reload");
    log_event(LOG_POOL_CLOSED, &(struct log_fields){ .worker = pool_rows[name].word }, "%s", text);
    notify_status(text);
    struct kin_word word = kin_word(KIN_POOL_CLOSED, pool_rows[name].word, 0, text);
    brood_tell_hub(b, &word);
}

static void
bury(struct brood *b, struct child *c, int status, struct hub_death *ret_hub)
{
    struct child dead = *c;
    struct pool *pool = &b->pools[dead.pool];
    int exec_errno = spawn_close(&c->birth);
    log_death(b, &dead, status, exec_errno);
    *c = (struct child){ 0 };
    pool->alive--;
    if (dead.pool == POOL_HUB) {
        fd_closep(&b->kin_fd);
        b->kin_fd = -1;
        *ret_hub = (struct hub_death){ true, status, exec_errno };
    } else {
        struct kin_word died = kin_word(KIN_DIED, pool_word(dead.pool), dead.birth.pid, NULL);
        died.status = status;
        brood_tell_hub(b, &died);
    }
    bool was_useful = dead.is_useful || dead.is_expected;
    if (!b->is_stopping && restart_died(&pool->restart, clock_mono_ms(), was_useful)) {
        close_pool(b, dead.pool);
    }
}

struct hub_death
brood_reap(struct brood *b)
{
    struct hub_death hub = { 0 };
    for (size_t i = 0; i < BROOD_MAX; i++) {
        struct child *c = &b->children[i];
        int status = 0;
        if (c->birth.pid > 0 && waitpid(c->birth.pid, &status, WNOHANG) == c->birth.pid) {
            bury(b, c, status, &hub);
        }
    }
    return hub;
}

bool
brood_is_empty(const struct brood *b)
{
    for (int name = 0; name < POOL_MAX_; name++) {
        if (b->pools[name].alive > 0) {
            return false;
        }
    }
    return true;
}

/* ---- the whole ----------------------------------------------------------------------------- */

static char *
words(const char *format, ...) PRINTF_LIKE(1, 2);
static char *
words(const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    return n < 0 ? NULL : text;
}

int
brood_init(struct brood *b, const struct conf *conf, const char *clock, const char *bin_dir,
           int64_t watchdog_ms, int64_t first_wait_ms)
{
    *b = (struct brood){ .kin_fd = -1 };
    b->arg_config = words("--config=%s", conf->path);
    b->arg_clock = words("--clock=%s", clock);
    b->arg_watchdog = words("--watchdog-ms=%lld", (long long)watchdog_ms);
    b->arg_store = words("--store=%s/coprod.db", conf->state_dir);
    b->arg_work = words("--work=%s/work", conf->runtime_dir);
    bool is_whole = b->arg_config && b->arg_clock && b->arg_watchdog && b->arg_store && b->arg_work;
    for (int name = 0; name < POOL_MAX_; name++) {
        b->pools[name].program = words("%s/%s", bin_dir, pool_rows[name].program);
        is_whole = is_whole && b->pools[name].program;
        restart_init(&b->pools[name].restart, first_wait_ms);
    }
    brood_resize(b, conf);
    return is_whole ? 0 : -ENOMEM;
}

void
brood_done(struct brood *b)
{
    for (int name = 0; name < POOL_MAX_; name++) {
        free(b->pools[name].program);
    }
    free(b->arg_config);
    free(b->arg_clock);
    free(b->arg_watchdog);
    free(b->arg_store);
    free(b->arg_work);
    fd_closep(&b->kin_fd);
}
