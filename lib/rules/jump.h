/* SPDX-License-Identifier: MIT */
/*
 * jump.h - did the wall clock jump? Pure: the two clocks are arguments. The steady clock tells how
 * much time really passed between two looks; the wall clock may be set, right or wrong. A clock
 * that suddenly says next month would make a month of demands overdue at once.
 */
#ifndef COPROD_RULES_JUMP_H
#define COPROD_RULES_JUMP_H

#include <stdint.h>

enum jump { JUMP_NONE = 0, JUMP_AHEAD, JUMP_BEHIND };
enum { JUMP_DAY_MS = 86400000, JUMP_AHEAD_DAYS = 7, JUMP_BEHIND_DAYS = 1 };

struct jump_look { /* both clocks at one instant */
    int64_t wall_ms, mono_ms; /* mono_ms: of the steady clock */
};
/* How far the wall clock has gone beyond the time that passed; negative: it was set back. */
int64_t jump_ms(struct jump_look before, struct jump_look now);
/* More than JUMP_AHEAD_DAYS ahead, or JUMP_BEHIND_DAYS or more behind. Less is what a correction,
 * or a virtual machine that was paused over a weekend, looks like. */
enum jump jump_judge(struct jump_look before, struct jump_look now);

#endif
