/* SPDX-License-Identifier: MIT */
/* stage.h - a folder in memory for one store after another, and a store with CO-304 applied. */
#ifndef COPROD_TESTS_STAGE_H
#define COPROD_TESTS_STAGE_H

#include "base/hash.h"
#include "scene.h"

struct stage {
    struct conf *conf;
    struct plan_set *plans;
    struct scene_files files; /* the same two */
    struct life *life;        /* shared with the process that dies */
    char dir[SCENE_PATH_MAX / 2], path[SCENE_PATH_MAX];
    uint8_t *base;
    size_t base_len;
};
/* Ends the program when there is no stage to play on. */
void stage_open(struct stage *g);
void stage_close(struct stage *g);
/* No store; or a fresh copy of the base. */
void stage_clear(const struct stage *g);
void stage_put(const struct stage *g);
/* What the next to open the store finds: its files, and what it was promised of them. */
struct digest stage_state(const struct stage *g);

#endif
