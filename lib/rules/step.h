/* SPDX-License-Identifier: MIT */
/* step.h - what duty.c and step.c share. */
#ifndef COPROD_RULES_STEP_H
#define COPROD_RULES_STEP_H

#include "rules/duty.h"

/* due: a working day. Returns how many. */
size_t step_reminders(enum duty_kind kind, day_t due, const struct duty_rules *rules,
                      const struct calendar *c, struct step ret[STEP_MAX]);
/* from: day 0 of the ladder. */
struct step step_of_level(int level, day_t from, const struct duty_rules *rules,
                          const struct calendar *c);

#endif
