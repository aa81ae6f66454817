/* SPDX-License-Identifier: MIT */
/*
 * open.c - a million open occurrences: what one tick costs with nothing due, what it costs when a
 * few are due, and how much memory the hub then has.
 *
 *   open BINDIR FOLDER [N]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "engine/fire.h"
#include "rig.h"

enum { DUE = 100, TICKS = 1000, BATCH = 10000, FAR_DAY = 20000 };

static void
need(int r, const struct err *why)
{
    if (r < 0) {
        give_up("%s", why->text);
    }
}

/* Occurrences due in 2024, each with its timer: years away from the clock's 2015. */
static void
fill(struct store *s, int64_t n, int64_t at_ms)
{
    struct err why;
    for (int64_t i = 0; i < n;) {
        int64_t id = 0;
        need(store_begin(s, &why), &why);
        need(store_ids(s, "occurrence", BATCH, &id, &why), &why);
        for (int64_t end = i + BATCH; i < end && i < n; i++, id++) {
            char ref[32];
            (void)snprintf(ref, sizeof ref, "x%07" PRId64 "/deliver", i);
            need(store_run(s, Q_OCCURRENCE_ADD,
                           WITH(I(id), T("BENCH"), T(ref), T(""), NIL, I(DUTY_DELIVER),
                                I(FAR_DAY + i % 250), I(ACTION_OPEN), NIL, NIL, NIL, NIL, NIL, NIL,
                                I(0)),
                           &why),
                 &why);
            need(store_run(s, Q_TIMER_SET, WITH(I(id), I(at_ms + i)), &why), &why);
        }
        need(store_commit(s, &why), &why);
    }
}

static void
tick_cost(struct store *s, int64_t at_ms)
{
    struct err why;
    AUTO(world) struct world *w = NULL;
    struct fired fired;
    need(world_open(s, false, &w, &why), &why);
    int64_t began = clock_mono_ns();
    for (int i = 0; i < TICKS; i++) {
        int64_t next = 0;
        need(store_begin(s, &why), &why);
        need(fire_due(w, s, at_ms - 1, 512, &fired, &why), &why);
        need(fire_next_ms(s, &next, &why), &why);
        need(store_commit(s, &why), &why);
    }
    say("tick_nothing_due", "ms", (double)(clock_mono_ns() - began) / 1e6 / TICKS);
    began = clock_mono_ns();
    need(store_begin(s, &why), &why);
    need(fire_due(w, s, at_ms + DUE - 1, DUE, &fired, &why), &why);
    need(store_commit(s, &why), &why);
    say("tick_100_due", "ms", (double)(clock_mono_ns() - began) / 1e6);
    say("tick_100_due", "looked_at", fired.timers);
}

static double
kib_of(pid_t pid, const char *field)
{
    char path[64];
    char line[256];
    double kib = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f)) {
        if (strncmp(line, field, strlen(field)) == 0) {
            kib = strtod(line + strlen(field), NULL);
        }
    }
    if (f) {
        (void)fclose(f);
    }
    return kib;
}

int
main(int argc, char **argv)
{
    if (argc < 3) {
        give_up("usage: open BINDIR FOLDER [N]");
    }
    struct rig r;
    struct err why;
    int64_t n = argc > 3 ? strtoll(argv[3], NULL, 10) : 1000000;
    int64_t at_ms = (int64_t)FAR_DAY * 86400000 - (int64_t)86400000 * 200;
    need(hash_init(), &why);
    rig_make(&r, argv[1], argv[2], 0);
    rig_start(&r);
    rig_stop(&r);
    {
        AUTO(store) struct store *s = NULL;
        need(store_open(r.db, STORE_WRITE, &s, &why), &why);
        fill(s, n, at_ms);
        int64_t open = 0;
        need(store_get(s, Q_TIMER_COUNT, NONE, &open, &why), &why);
        say("open_occurrences", "count", (double)open);
        tick_cost(s, at_ms);
    }
    int64_t began = clock_mono_ns();
    rig_start(&r);
    pid_t hub = (pid_t)rig_status(&r, "pid");
    say("hub_start", "ms", (double)(clock_mono_ns() - began) / 1e6);
    say("hub_memory", "pss_mib", kib_of(hub, "Pss:") / 1024);
    rig_stop(&r);
    rig_remove(&r);
    return 0;
}
