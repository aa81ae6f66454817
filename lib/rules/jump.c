/* SPDX-License-Identifier: MIT */
/* jump.c - did the wall clock jump? */
#include "rules/jump.h"

/* Nonsense in either clock must look like a jump, not like a small number. */
static int64_t
minus(int64_t a, int64_t b)
{
    int64_t d = 0;
    return !__builtin_sub_overflow(a, b, &d) ? d : a < b ? INT64_MIN : INT64_MAX;
}

int64_t
jump_ms(struct jump_look before, struct jump_look now)
{
    return minus(minus(now.wall_ms, before.wall_ms), minus(now.mono_ms, before.mono_ms));
}

enum jump
jump_judge(struct jump_look before, struct jump_look now)
{
    int64_t ms = jump_ms(before, now);
    return ms > (int64_t)JUMP_AHEAD_DAYS * JUMP_DAY_MS      ? JUMP_AHEAD
           : ms <= -(int64_t)JUMP_BEHIND_DAYS * JUMP_DAY_MS ? JUMP_BEHIND
                                                            : JUMP_NONE;
}
