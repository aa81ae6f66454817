/* SPDX-License-Identifier: MIT */
/*
 * powerloss.c - the power goes at a random operation of the disk, thousands of times, and nothing
 * that was acknowledged is lost.
 *
 *   powerloss [CUTS [SEED [MODE]]]     MODE: built, nosync, lying, badsync; without it, all
 *
 * A run is three lives of one store, each ended by a power cut and looked through. One seed plays
 * one run: `powerloss 3 SEED MODE` plays it again.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "stage.h"

enum { LIVES = 3, STEPS_MAX = 120, OPS_MAX = 260, REPORTS_MAX = 5, TRIES_MAX = 8 };
enum { BLIND_MAX = 1000 }; /* cuts in which a test that must lose may find nothing */

struct mode {
    const char *name, *words;
    bool skips_sync, is_lying, has_bad_sync;
    bool must_lose; /* else the test itself would be blind */
    int share;      /* of the cuts, in percent */
};
static const struct mode modes[] = {
    { "built", "as built, no power cut loses what was acknowledged", false, false, false, false,
      100 },
    { "badsync", "a sync that fails, then a power cut: the same", false, false, true, false, 25 },
    { "nosync", "without the sync the test finds what is lost", true, false, false, true, 5 },
    { "lying", "on a disk that ignores a sync the test finds it too", false, true, false, true, 5 },
};

struct tally {
    int64_t cuts, acks, lost, cuts_lost, half, damaged, broken;
    struct disk_sum disk;
};

/* ---- one life ------------------------------------------------------------------------------ */

/* As the programs do after an error of the disk: a new handle, which recovers. */
static int
start_again(struct scene *sc, struct err *why)
{
    int r = -EIO;
    for (int i = 0; r < 0 && i < TRIES_MAX; i++) {
        scene_close(sc);
        r = scene_open(sc, why);
    }
    return r;
}

static _Noreturn void
live(const struct stage *g, const struct mode *m, const struct disk_plan *plan, uint64_t seed)
{
    struct life *l = g->life;
    struct scene sc = { .files = &g->files, .life = l, .chance = seed,
                        .skips_sync = m->skips_sync };
    (void)snprintf(sc.path, sizeof sc.path, "%s", g->path);
    sc.log_pages_max = 1 + (int)chance_below(&sc.chance, 60);
    assert(disk_insert(plan, &l->disk) == SQLITE_OK);
    int r = scene_open(&sc, &l->why);
    r = r < 0 && m->has_bad_sync ? start_again(&sc, &l->why) : r;
    for (int i = 0; r >= 0 && i < STEPS_MAX; i++) {
        r = scene_step(&sc, &l->why);
        r = r < 0 && m->has_bad_sync ? start_again(&sc, &l->why) : r;
    }
    if (r >= 0) {
        disk_cut();
    }
    l->result = r;
    _exit(1);
}

static bool
live_and_die(const struct stage *g, const struct mode *m, uint64_t *chance)
{
    struct disk_plan plan = { .seed = chance_next(chance), .is_lying = m->is_lying };
    plan.cut_at = 1 + (int64_t)chance_below(chance, OPS_MAX);
    if (m->has_bad_sync) {
        plan.fail_at = 1 + (int64_t)chance_below(chance, (uint64_t)plan.cut_at);
        plan.fails_later = true;
        plan.fail_code = SQLITE_IOERR_FSYNC;
        plan.fail_ops = 1 + (int64_t)chance_below(chance, 3);
    }
    uint64_t seed = chance_next(chance);
    plan.salt = chance_next(chance);
    g->life->disk = (struct disk_sum){ .ops = 0 };
    (void)fflush(stdout);
    pid_t pid = fork();
    assert(pid >= 0);
    if (pid == 0) {
        live(g, m, &plan, seed);
    }
    int status = 0;
    assert(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == POWERLOSS_EXIT;
}

static void
add_up(struct tally *t, const struct disk_sum *d, const struct scene_found *f)
{
    t->cuts++;
    t->lost += f->lost;
    t->cuts_lost += f->lost > 0;
    t->half += f->half;
    t->damaged += f->is_damaged;
    t->disk.kept += d->kept;
    t->disk.dropped += d->dropped;
    t->disk.torn += d->torn;
    t->disk.vanished += d->vanished;
    t->disk.failed += d->failed;
}

/* False when the run shows something that must not be. */
static bool
run(const struct stage *g, const struct mode *m, uint64_t seed, struct tally *t)
{
    uint64_t chance = seed;
    *g->life = (struct life){ .result = 0 };
    if (chance_below(&chance, 8) == 0) {
        stage_clear(g);
    } else {
        stage_put(g);
    }
    for (int i = 0; i < LIVES; i++) {
        struct scene_found found = { .lost = 0 };
        if (!live_and_die(g, m, &chance)) {
            t->broken++;
            printf("# seed %" PRIu64 " life %d ended by itself: %d %s\n", seed, i + 1,
                   g->life->result, g->life->why.text);
            return false;
        }
        scene_verify(g->path, g->life, &found);
        add_up(t, &g->life->disk, &found);
        if (found.lost || found.half || found.is_damaged) {
            if (!m->must_lose) {
                printf("# seed %" PRIu64 " life %d (again: powerloss %d %" PRIu64 " %s): %s\n",
                       seed, i + 1, LIVES, seed, m->name, found.why.text);
            }
            t->acks += g->life->n_acks;
            return false;
        }
    }
    t->acks += g->life->n_acks;
    return true;
}

static bool
play(const struct stage *g, const struct mode *m, int64_t cuts, uint64_t seed)
{
    struct tally t = { .cuts = 0 };
    int bad = 0;
    for (uint64_t i = 0; t.cuts < cuts && (m->must_lose || bad < REPORTS_MAX); i++) {
        bad += !run(g, m, seed + i, &t);
        if (m->must_lose && t.cuts_lost == 0 && t.cuts >= cuts && cuts < BLIND_MAX) {
            cuts++; /* by chance nothing was lost yet */
        }
    }
    printf("# %s: %" PRId64 " cuts, %" PRId64 " acknowledged, %" PRId64 " lost (in %" PRId64
           " cuts), %" PRId64 " half, %" PRId64 " damaged; sectors kept %" PRId64
           ", dropped %" PRId64 ", torn %" PRId64 "; files gone %" PRId64 ", syncs failed %" PRId64
           "\n",
           m->name, t.cuts, t.acks, t.lost, t.cuts_lost, t.half, t.damaged, t.disk.kept,
           t.disk.dropped, t.disk.torn, t.disk.vanished, t.disk.failed);
    return t.broken == 0 && (m->must_lose ? t.cuts_lost > 0 : bad == 0);
}

int
main(int argc, char **argv)
{
    int64_t cuts = 300;
    int64_t seed = 0;
    (void)!getrandom(&seed, 4, 0);
    struct stage g;
    if ((argc > 1 && text_to_i64(argv[1], 1, 100000000, &cuts) < 0)
        || (argc > 2 && text_to_i64(argv[2], 0, INT64_MAX, &seed) < 0)) {
        printf("Bail out! usage: powerloss [CUTS [SEED [MODE]]]\n");
        return 2;
    }
    stage_open(&g);
    printf("# seed %" PRId64 "\n", seed);
    int n = 0;
    bool all_good = true;
    for (size_t i = 0; i < LENGTH(modes); i++) {
        if (argc > 3 && strcmp(argv[3], modes[i].name) != 0) {
            continue;
        }
        int64_t share = argc > 3 ? cuts : (cuts * modes[i].share + 99) / 100;
        bool is_good = play(&g, &modes[i], share, (uint64_t)seed);
        printf("%sok %d - %s\n", is_good ? "" : "not ", ++n, modes[i].words);
        all_good = all_good && is_good;
    }
    printf("1..%d\n", n);
    stage_close(&g);
    return all_good ? 0 : 1;
}
