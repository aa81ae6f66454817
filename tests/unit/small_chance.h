/* SPDX-License-Identifier: MIT */
/* small_chance.h - a small generator, the same on every machine. */
#ifndef COPROD_TESTS_SMALL_CHANCE_H
#define COPROD_TESTS_SMALL_CHANCE_H

#include <stdint.h>

static inline uint32_t
chance(uint64_t *seed, uint32_t below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*seed >> 33) % below;
}

#endif
