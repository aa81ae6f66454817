/* SPDX-License-Identifier: MIT */
/*
 * rest.c - what the daemon costs when nothing is to be done: processor time, wake-ups and memory of
 * all its processes, over a number of seconds.
 *
 *   rest PID [SECONDS]        PID of a running coprod
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rig.h"

enum { PROCESSES_MAX = 64 };

struct sample {
    pid_t pid;
    char name[32];
    double cpu_s, pss_kib;
    int64_t switches;
};

static double
field_of(const char *path, const char *name)
{
    char line[512];
    double value = 0;
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f)) {
        if (strncmp(line, name, strlen(name)) == 0) {
            value = strtod(line + strlen(name), NULL);
        }
    }
    if (f) {
        (void)fclose(f);
    }
    return value;
}

/* Wake-ups of every thread: each voluntary switch ends in one. */
static int64_t
switches_of(pid_t pid)
{
    char path[320];
    int64_t sum = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *dir = opendir(path);
    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        if (e->d_name[0] == '.') {
            continue;
        }
        (void)snprintf(path, sizeof path, "/proc/%d/task/%s/status", (int)pid, e->d_name);
        sum += (int64_t)field_of(path, "voluntary_ctxt_switches:");
    }
    if (dir) {
        (void)closedir(dir);
    }
    return sum;
}

static bool
look(pid_t pid, pid_t root, struct sample *s)
{
    char path[64];
    char stat[1024];
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *f = fopen(path, "re");
    size_t n = f ? fread(stat, 1, sizeof stat - 1, f) : 0;
    if (f) {
        (void)fclose(f);
    }
    stat[n] = '\0';
    const char *end = strrchr(stat, ')');
    const char *name = strchr(stat, '(');
    long parent = 0;
    unsigned long user = 0;
    unsigned long system = 0;
    if (!end || !name
        || sscanf(end + 2, "%*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &parent, &user,
                  &system)
               != 3
        || (pid != root && parent != root)) {
        return false;
    }
    *s = (struct sample){ .pid = pid };
    (void)snprintf(s->name, sizeof s->name, "%.*s", (int)(end - name - 1), name + 1);
    s->cpu_s = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
    (void)snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    s->pss_kib = field_of(path, "Pss:");
    s->switches = switches_of(pid);
    return true;
}

static int
look_all(pid_t root, struct sample *all)
{
    int n = 0;
    DIR *dir = opendir("/proc");
    for (struct dirent *e = dir ? readdir(dir) : NULL; e && n < PROCESSES_MAX; e = readdir(dir)) {
        pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
        if (pid > 0 && look(pid, root, &all[n])) {
            n++;
        }
    }
    if (dir) {
        (void)closedir(dir);
    }
    return n;
}

int
main(int argc, char **argv)
{
    if (argc < 2) {
        give_up("usage: rest PID [SECONDS]");
    }
    static struct sample before[PROCESSES_MAX];
    static struct sample after[PROCESSES_MAX];
    pid_t root = (pid_t)strtol(argv[1], NULL, 10);
    unsigned seconds = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 30;
    int n = look_all(root, before);
    (void)sleep(seconds);
    int m = look_all(root, after);
    double cpu = 0;
    double pss = 0;
    double most = 0;
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
            if (before[j].pid != after[i].pid) {
                continue;
            }
            double wakes = (double)(after[i].switches - before[j].switches) / seconds;
            say(after[i].name, "wakeups_per_s", wakes);
            cpu += after[i].cpu_s - before[j].cpu_s;
            pss += after[i].pss_kib;
            most = wakes > most ? wakes : most;
        }
    }
    say("all_at_rest", "processes", m);
    say("all_at_rest", "cpu_percent", 100 * cpu / seconds);
    say("all_at_rest", "most_wakeups_per_s", most);
    say("all_at_rest", "pss_mib", pss / 1024);
    return 0;
}
