/* SPDX-License-Identifier: MIT */
/* stage.c - sets the stage: folder, configuration, base store. */
#include "stage.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/hash.h"

void
stage_clear(const struct stage *g)
{
    static const char *const ends[] = { ".db", ".db-wal", ".db-shm", ".db-journal", ".turn" };
    for (size_t i = 0; i < LENGTH(ends); i++) {
        char path[SCENE_PATH_MAX + 16];
        (void)snprintf(path, sizeof path, "%s/coprod%s", g->dir, ends[i]);
        (void)unlink(path);
    }
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
