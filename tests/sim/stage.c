/* SPDX-License-Identifier: MIT */
/* stage.c - sets the stage: folder, configuration, base store. */
#include "stage.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "store/turn.h"


enum { END_MAX = 16 };

enum { END_TURN = 3, N_LASTING = 3 };

/* Shared memory lasts no longer than the last who has the store open. */
static const char *const ends[] = { ".db", ".db-wal", ".db-journal", ".turn", ".db-shm" };

static const char *
path_of(const struct stage *g, size_t i, char path[SCENE_PATH_MAX + END_MAX])
{
    (void)snprintf(path, SCENE_PATH_MAX + END_MAX, "%s/coprod%s", g->dir, ends[i]);
    return path;
}

void
stage_clear(const struct stage *g)
{
    char path[SCENE_PATH_MAX + END_MAX];
    for (size_t i = 0; i < LENGTH(ends); i++) {
        (void)unlink(path_of(g, i, path));
    }
}

static void
add_file(struct hash *h, const char *path)
{
    uint8_t bytes[1 << 14];
    FILE *f = fopen(path, "re");
    hash_add_i64(h, f ? 1 : 0);
    for (size_t n = 1; f && n > 0;) {
        n = fread(bytes, 1, sizeof bytes, f);
        hash_add_bytes(h, bytes, n);
    }
    if (f) {
        (void)fclose(f);
    }
}

/* All that a turn says to who comes later; the rest is of whoever has it. */
static bool
is_marked(const char *path)
{
    struct err why = { "" };
    struct turn turn = TURN_NONE;
    if (access(path, F_OK) < 0) {
        return false;
    }
    int r = turn_open(path, &turn, &why);
    assert(r == 0);
    bool is_unsure = turn_is_marked(&turn);
    turn_done(&turn);
    return is_unsure;
}

struct digest
stage_state(const struct stage *g)
{
    struct hash h;
    hash_begin(&h, "state");
    char path[SCENE_PATH_MAX + END_MAX];
    for (size_t i = 0; i < N_LASTING; i++) {
        add_file(&h, path_of(g, i, path));
    }
    hash_add_i64(&h, is_marked(path_of(g, END_TURN, path)));
    hash_add_i64(&h, g->life->serial);
    for (int64_t i = 0; i < g->life->n_acks; i++) {
        const struct ack *a = &g->life->acks[i];
        hash_add_i64(&h, a->kind);
        hash_add_i64(&h, a->id);
        hash_add_i64(&h, a->number);
    }
    return hash_end(&h);
}

void
stage_put(const struct stage *g)
{
    stage_clear(g);
    FILE *f = fopen(g->path, "we");
    assert(f);
    size_t n = fwrite(g->base, 1, g->base_len, f);
    assert(n == g->base_len);
    (void)fclose(f);
}

static void
load_files(struct stage *g)
{
    AUTO_DIAG struct diag d = { 0 };
    if (conf_load("config/coprod.yaml", &d, &g->conf) < 0
        || plan_set_load("config", &d, &g->plans) < 0) {
        printf("Bail out! the configuration in config/ is not good\n");
        exit(1);
    }
    g->files = (struct scene_files){ g->conf, g->plans };
}

static void
make_base(struct stage *g)
{
    struct err why = { "" };
    struct scene sc = { .files = &g->files, .life = g->life, .log_pages_max = 1000 };
    (void)snprintf(sc.path, sizeof sc.path, "%s", g->path);
    if (scene_open(&sc, &why) < 0) {
        printf("Bail out! %s\n", why.text);
        exit(1);
    }
    scene_close(&sc);
    FILE *f = fopen(g->path, "re");
    assert(f);
    (void)fseek(f, 0, SEEK_END);
    g->base_len = (size_t)ftell(f);
    g->base = malloc(g->base_len);
    rewind(f);
    assert(g->base);
    size_t n = fread(g->base, 1, g->base_len, f);
    assert(n == g->base_len);
    (void)fclose(f);
}

void
stage_open(struct stage *g)
{
    *g = (struct stage){ .base = NULL };
    g->life = mmap(NULL, sizeof(struct life), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                   -1, 0);
    int r = hash_init();
    assert(g->life != MAP_FAILED && r == 0);
    bool has_shm = access("/dev/shm", W_OK) == 0;
    (void)snprintf(g->dir, sizeof g->dir, "%s/coprod-power-XXXXXX", has_shm ? "/dev/shm" : "/tmp");
    const char *made = mkdtemp(g->dir);
    assert(made);
    (void)snprintf(g->path, sizeof g->path, "%s/coprod.db", g->dir);
    load_files(g);
    make_base(g);
}

void
stage_close(struct stage *g)
{
    stage_clear(g);
    (void)rmdir(g->dir);
    (void)munmap(g->life, sizeof *g->life);
    (void)plan_set_free(g->plans);
    (void)conf_free(g->conf);
    free(g->base);
}
