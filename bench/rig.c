/* SPDX-License-Identifier: MIT */
/* rig.c - a real daemon for a measurement. */
#include "rig.h"

#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { ANSWER_MS = 120000 };

void
give_up(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
    exit(1);
}

void
say(const char *name, const char *metric, double value)
{
    (void)printf("%s %s %.6g\n", name, metric, value);
    (void)fflush(stdout);
}

static void
write_file(const struct rig *r, const char *name, const char *text)
{
    char path[RIG_PATH_MAX + 64];
    (void)snprintf(path, sizeof path, "%s/%s", r->dir, name);
    FILE *f = fopen(path, "we");
    if (!f || fputs(text, f) < 0 || fclose(f) != 0) {
        give_up("cannot write %s: %m", path);
    }
}

void
rig_set_probes(struct rig *r, int probes)
{
    char here[PATH_MAX];
    char conf[PATH_MAX + 512];
    if (!realpath("config", here)) {
        give_up("run it from the project's folder: no config here: %m");
    }
    (void)snprintf(conf, sizeof conf,
                   "plans: [plan.yaml]\nstate_dir: state\nruntime_dir: run\nmail: {mode: none}\n"
                   "templates: %s/templates\n"
                   "workers: {remind: 0, escalate: 0, aggregate: 0, deliver: 0, probe: %d}\n",
                   here, probes);
    write_file(r, "coprod.yaml", conf);
    r->probes = probes;
}

void
rig_make(struct rig *r, const char *bindir, const char *where, int probes)
{
    *r = (struct rig){ .bindir = bindir, .probes = probes };
    (void)snprintf(r->dir, sizeof r->dir, "%.400s/coprod-bench-XXXXXX", where);
    if (!mkdtemp(r->dir)) {
        give_up("cannot make a folder in %s: %m", where);
    }
    (void)snprintf(r->db, sizeof r->db, "%.480s/state/coprod.db", r->dir);
    (void)snprintf(r->control, sizeof r->control, "%.480s/run/control", r->dir);
    rig_set_probes(r, probes);
    const char *const files[] = { "plan.yaml", "roster.yaml", "forums.yaml", "bank-holidays.yaml" };
    for (size_t i = 0; i < LENGTH(files); i++) {
        char from[64];
        (void)snprintf(from, sizeof from, "config/%s", files[i]);
        FILE *f = fopen(from, "re");
        static char text[1 << 20];
        size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
        if (!f || n == 0) {
            give_up("run it from the project's folder: cannot read %s", from);
        }
        text[n] = '\0';
        (void)fclose(f);
        write_file(r, files[i], text);
    }
}

static void
become_daemon(const struct rig *r)
{
    char program[RIG_PATH_MAX];
    char config[RIG_PATH_MAX + 32];
    (void)snprintf(program, sizeof program, "%s/coprod", r->bindir);
    (void)snprintf(config, sizeof config, "--config=%s/coprod.yaml", r->dir);
    if (r->preload) {
        (void)setenv("LD_PRELOAD", r->preload, 1);
        (void)setenv("SLOWSYNC_US", r->slow_us, 1);
    }
    (void)setenv("COPROD_LOG", "error", 1);
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* a measurement that gives up leaves no daemon */
    (void)execl(program, program, config, "--clock=virtual:2015-01-01", (char *)NULL);
    _exit(127);
}

static const struct wire_result *
ask(struct rig *r, const char *verb, struct wire_msg *msg)
{
    struct wire_msg call = { .type = WIRE_CALL, .call = { .version = WIRE_VERSION, .verb = verb } };
    int sent = 0;
    for (int i = 0; (sent = link_send(r->link, NULL, &call)) == -EAGAIN && i < ANSWER_MS; i++) {
        (void)!link_wait(r->link, NULL, 0, 1);
    }
    int64_t until = clock_mono_ms() + ANSWER_MS;
    while (sent == 0 && clock_mono_ms() < until) {
        if (link_recv(r->link, NULL, msg) > 0 && msg->type == WIRE_RESULT) {
            return &msg->result;
        }
        (void)!link_wait(r->link, NULL, 0, 100);
    }
    give_up("the hub does not answer");
}

int64_t
rig_status(struct rig *r, const char *name)
{
    struct wire_msg msg;
    const char *text = ask(r, "status", &msg)->text;
    size_t n = strlen(name);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, n) == 0 && line[n] == '\t') {
            return strtoll(line + n + 1, NULL, 10);
        }
        if (!*line) {
            break;
        }
    }
    give_up("the hub's status has no '%s'", name);
}

void
rig_workers_up(struct rig *r, int n)
{
    while (rig_status(r, "workers") < n) {
        (void)usleep(2000);
    }
}

void
rig_start(struct rig *r)
{
    r->daemon = fork();
    if (r->daemon == 0) {
        become_daemon(r);
    }
    struct err why = { "" };
    struct link_options options = { .path = r->control, .name = "bench",
                                    .frame_max = WIRE_CONTROL_MAX };
    while (access(r->control, F_OK) != 0) {
        if (waitpid(r->daemon, NULL, WNOHANG) != 0) {
            give_up("the daemon did not start");
        }
        (void)usleep(1000);
    }
    if (link_open(&options, &r->link, &why) < 0) {
        give_up("%s", why.text);
    }
    rig_workers_up(r, r->probes);
}

void
rig_stop(struct rig *r)
{
    r->link = link_free(r->link);
    if (r->daemon > 0) {
        (void)kill(r->daemon, SIGTERM);
        (void)waitpid(r->daemon, NULL, 0);
    }
    r->daemon = 0;
}

void
rig_remove(struct rig *r)
{
    pid_t pid = fork();
    if (pid == 0) {
        (void)execlp("rm", "rm", "-rf", "--", r->dir, (char *)NULL);
        _exit(127);
    }
    (void)waitpid(pid, NULL, 0);
}

void
rig_add_send(struct rig *r, const char *prefix, uint64_t first, uint32_t n)
{
    static char keys[WIRE_BATCH_MAX][48];
    static struct wire_word words[WIRE_BATCH_MAX];
    for (uint32_t i = 0; i < n; i++) {
        (void)snprintf(keys[i], sizeof keys[i], "%s-%09" PRIu64, prefix, first + i);
        words[i].key = keys[i];
    }
    struct wire_msg add = { .type = WIRE_ADD,
                            .add = { .kind = 5, .keys = words, .keys_len = n } };
    int sent = 0;
    while ((sent = link_send(r->link, NULL, &add)) == -EAGAIN) {
        (void)!link_wait(r->link, NULL, 0, 1);
    }
    if (sent < 0) {
        give_up("cannot send to the hub: %s", strerror(-sent));
    }
}

uint32_t
rig_add_wait(struct rig *r, uint64_t *ret_first_id)
{
    struct wire_msg msg;
    for (;;) {
        int got = link_recv(r->link, NULL, &msg);
        if (got > 0 && msg.type == WIRE_ADDED) {
            if (msg.added.code != 0) {
                give_up("the hub refused: %s", msg.added.text);
            }
            *ret_first_id = msg.added.first_id;
            return msg.added.n;
        }
        if (got == 0 && link_wait(r->link, NULL, 0, ANSWER_MS) < 0) {
            give_up("the hub does not answer");
        }
    }
}

uint64_t
rig_add(struct rig *r, const char *prefix, uint64_t first, uint32_t n)
{
    uint64_t id = 0;
    rig_add_send(r, prefix, first, n);
    (void)rig_add_wait(r, &id);
    return id;
}

int64_t
rig_wait_done(struct rig *r, int64_t n)
{
    while (rig_status(r, "done") < n) {
        (void)usleep(500);
    }
    return clock_mono_ns();
}
