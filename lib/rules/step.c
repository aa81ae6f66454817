/* SPDX-License-Identifier: MIT */
/* step.c - the steps of an occurrence by day, and how a step is spelled. */
#include "rules/step.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"

static const char step_letters[STEP_KIND_MAX_] = {
    [STEP_NONE] = '?',        [STEP_REMIND] = 'R', [STEP_LADDER] = 'L', [STEP_REPEAT] = 'O',
    [STEP_ACK_EXPIRED] = 'X', [STEP_BLOCKED] = 'B', [STEP_VERIFY] = 'V', [STEP_HOLD] = 'H',
    [STEP_STATUS] = 'S',      [STEP_UNREACHED] = 'U',
};

/* A sign and up to five digits. */
static char *
put_offset(char *at, char sign, int n)
{
    char digits[5];
    size_t len = 0;
    assert(n >= 0);
    n = n > STEP_PASSED_MAX ? STEP_PASSED_MAX : n;
    do {
        digits[len++] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    *at++ = sign;
    while (len > 0) {
        *at++ = digits[--len];
    }
    return at;
}

const char *
step_name(const struct step *s, char buf[STEP_NAME_MAX])
{
    char *at = buf;
    *at++ = step_letters[s->kind];
    if (s->kind == STEP_LADDER) {
        *at++ = (char)('0' + s->level);
    }
    if (s->months > 0) {
        at = put_offset(at, '-', s->months);
        *at++ = 'm';
    } else {
        at = put_offset(at, s->offset_wd < 0 ? '-' : '+', abs(s->offset_wd));
    }
    *at = '\0';
    return buf;
}

int
step_parse(const char *name, struct step *ret)
{
    struct step step = { .send_day = DAY_NONE };
    for (int kind = STEP_REMIND; kind < STEP_KIND_MAX_; kind++) {
        step.kind = step_letters[kind] == name[0] ? (enum step_kind)kind : step.kind;
    }
    const char *at = name[0] ? name + 1 : name;
    if (step.kind == STEP_LADDER) {
        step.level = *at - '0';
        if (step.level < 1 || step.level > LADDER_MAX) {
            return -EINVAL;
        }
        at++;
    }
    if (step.kind == STEP_NONE || (*at != '+' && *at != '-')) {
        return -EINVAL;
    }
    char *end = NULL;
    long offset = strtol(at, &end, 10);
    bool is_months = step.kind == STEP_REMIND && strcmp(end, "m") == 0;
    if (end == at || (*end && !is_months) || labs(offset) > STEP_PASSED_MAX) {
        return -EINVAL;
    }
    step.months = is_months ? (int)labs(offset) : 0;
    step.offset_wd = is_months ? 0 : (int)offset;
    *ret = step;
    return 0;
}

/* `months` before the due day, on a working day; duty.h says what becomes of a month's end. */
static day_t
months_before(const struct calendar *c, day_t due, int months)
{
    int year = 0, month = 0, day = 0;
    day_split(due, &year, &month, &day);
    int month_end = civil_month_days(year, month);
    bool is_end = calendar_roll_back(c, due + month_end - day) == due;
    int index = year * 12 + month - 1 - months;
    year = index / 12;
    month = index % 12 + 1;
    int last = civil_month_days(year, month);
    return calendar_roll_back(c, civil_days(year, month, is_end || day > last ? last : day));
}

/* due is a working day here. */
size_t
step_reminders(enum duty_kind kind, day_t due, const struct duty_rules *rules,
             const struct calendar *c, struct step ret[STEP_MAX])
{
    bool is_review = kind == DUTY_REVIEW;
    size_t n = is_review ? rules->n_review_months : rules->n_remind[kind];
    assert(n <= REMIND_MAX);
    for (size_t i = 0; i < n; i++) {
        struct step *s = &ret[i];
        *s = (struct step){ .kind = STEP_REMIND };
        if (is_review) {
            s->months = rules->review_months[i];
            s->send_day = months_before(c, due, s->months);
            s->offset_wd = -calendar_between(c, s->send_day, due);
        } else {
            s->offset_wd = rules->remind[kind][i];
            s->send_day = calendar_add(c, due, s->offset_wd);
        }
    }
    return n;
}

struct step
step_of_level(int level, day_t from, const struct duty_rules *rules, const struct calendar *c)
{
    assert(level >= 1 && level <= LADDER_MAX);
    int offset = rules->ladder[level - 1];
    return (struct step){
        .kind = STEP_LADDER,
        .level = level,
        .offset_wd = offset,
        .send_day = calendar_add(c, from, offset),
    };
}

size_t
duty_steps(enum duty_kind kind, day_t due, const struct duty_rules *rules,
           const struct calendar *c, struct step ret[STEP_MAX])
{
    assert(kind > DUTY_NONE && kind < DUTY_KIND_MAX_);
    day_t day = calendar_roll_back(c, due);
    size_t n = step_reminders(kind, day, rules, c, ret);
    for (int level = 1; level <= LADDER_MAX; level++) {
        ret[n] = step_of_level(level, day, rules, c);
        n++;
    }
    return n;
}
