/* SPDX-License-Identifier: MIT */
/* recur.c - recurrence rules by libical, within bounds that hold whatever a file says. */
#include "base/recur.h"

#include <libical/ical.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/civil.h"
#include "base/text.h"

enum { INTERVAL_MAX = 99, SETPOS_MAX = 4,
       STEPS_MAX = 20000 /* of the iterator; it may stand still */ };

static const char *const freqs[] = { "WEEKLY", "MONTHLY", "YEARLY" };
enum part { PART_FREQ = 0, PART_INTERVAL, PART_COUNT, PART_UNTIL, PART_WKST, PART_BYDAY,
            PART_BYMONTH, PART_BYMONTHDAY, PART_BYSETPOS, PART_MAX_ };
static const char *const names[PART_MAX_] = { "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY",
                                              "BYMONTH", "BYMONTHDAY", "BYSETPOS" };
#define PART(name) (1U << PART_##name)

/* What may not stand together. Some of it has no meaning; of the rest libical takes seconds to find
 * that no day can ever come of it. */
static const struct {
    unsigned one, other;
    const char *why;
} quarrels[] = {
    { PART(BYDAY), PART(BYMONTHDAY), "give BYDAY or BYMONTHDAY, not both (the second Wednesday is "
                                     "BYDAY=2WE)" },
    { PART(BYSETPOS), PART(BYMONTHDAY), "BYSETPOS chooses among the days of BYDAY" },
    { PART(COUNT), PART(UNTIL), "give COUNT or UNTIL, not both" },
};

/* The rule as far as it is read here. */
struct rule {
    unsigned seen;
    bool is_weekly;
    bool has_numbers; /* BYDAY=2WE */
};

static bool
is_word(const char *s, size_t n, const char *word)
{
    return strlen(word) == n && strncasecmp(s, word, n) == 0;
}

static int
check_freq(struct rule *rule, const char *s, size_t n, struct err *reterr)
{
    for (size_t i = 0; i < LENGTH(freqs); i++) {
        if (is_word(s, n, freqs[i])) {
            rule->is_weekly = i == 0;
            return 0;
        }
    }
    return err_set(reterr, -EINVAL, "FREQ is WEEKLY, MONTHLY or YEARLY, not \"%.*s\"",
                   (int)(n < 20 ? n : 20), s);
}

static int
check_number(enum part part, const char *s, size_t n, struct err *reterr)
{
    char digits[8];
    int64_t value = 0;
    bool is_pos = part == PART_BYSETPOS;
    int64_t most = is_pos ? SETPOS_MAX : INTERVAL_MAX;
    (void)snprintf(digits, sizeof digits, "%.*s", (int)(n < 7 ? n : 7), s);
    int r = text_to_i64(digits, is_pos ? -most : 1, most, &value);
    return r < 0 || value == 0
               ? err_set(reterr, -EINVAL, "%s is one number from 1 to %d%s", names[part], (int)most,
                         is_pos ? ", or from -1 down" : "")
               : 0;
}

static int
check_part(struct rule *rule, const char *s, size_t n, struct err *reterr)
{
    const char *equals = memchr(s, '=', n);
    size_t name = equals ? (size_t)(equals - s) : n;
    int part = PART_FREQ;
    while (part < PART_MAX_ && !is_word(s, name, names[part])) {
        part++;
    }
    if (part == PART_MAX_ || !equals) {
        return err_set(reterr, -EINVAL, "\"%.*s\" is no part of a rule of meetings",
                       (int)(n < 40 ? n : 40), s);
    }
    if (rule->seen & (1U << part)) {
        return err_set(reterr, -EINVAL, "%s comes twice", names[part]);
    }
    rule->seen |= 1U << part;
    const char *value = equals + 1;
    size_t len = n - name - 1;
    if (part == PART_BYDAY) {
        rule->has_numbers = strcspn(value, "0123456789") < len;
    }
    if (part == PART_INTERVAL || part == PART_BYSETPOS) {
        return check_number((enum part)part, value, len, reterr);
    }
    return part == PART_FREQ ? check_freq(rule, value, len, reterr) : 0;
}

static int
check_whole(const struct rule *rule, struct err *reterr)
{
    unsigned of_months = rule->seen & (PART(BYMONTH) | PART(BYMONTHDAY) | PART(BYSETPOS));
    if (!(rule->seen & PART(FREQ))) {
        return err_set(reterr, -EINVAL, "a rule says how often: FREQ=MONTHLY, for one");
    }
    if (rule->is_weekly && (of_months || rule->has_numbers)) {
        return err_set(reterr, -EINVAL,
                       "where weeks are counted, only INTERVAL and plain days of the week (BYDAY) "
                       "choose");
    }
    if ((rule->seen & PART(BYSETPOS)) && (!(rule->seen & PART(BYDAY)) || rule->has_numbers)) {
        return err_set(reterr, -EINVAL, "BYSETPOS chooses among plain days of the week (BYDAY)");
    }
    for (size_t i = 0; i < LENGTH(quarrels); i++) {
        if ((rule->seen & quarrels[i].one) && (rule->seen & quarrels[i].other)) {
            return err_set(reterr, -EINVAL, "%s", quarrels[i].why);
        }
    }
    return 0;
}

static int
check(const char *s, struct err *reterr)
{
    struct rule rule = { .seen = 0 };
    if (strlen(s) > RECUR_RULE_MAX) {
        return err_set(reterr, -EINVAL, "a rule has at most %d characters", RECUR_RULE_MAX);
    }
    while (*s) {
        size_t n = strcspn(s, ";");
        int r = check_part(&rule, s, n, reterr);
        if (r < 0) {
            return r;
        }
        s += n + (s[n] == ';');
    }
    return check_whole(&rule, reterr);
}

static struct icaltimetype
ical_day(int32_t day)
{
    struct icaltimetype t = { .year = 0 }; /* icaltime_null_date has an hour of -1: a day early */
    civil_split(day, &t.year, &t.month, &t.day);
    t.is_date = 1;
    return t;
}

struct iterator {
    icalrecur_iterator *at;
};

static void
iterator_freep(struct iterator *it)
{
    if (it->at) {
        icalrecur_iterator_free(it->at);
    }
}

int
recur_days(const char *rule, const struct recur_span *span, int32_t *days, size_t cap,
           size_t *ret_n, struct err *reterr)
{
    int r = check(rule, reterr);
    if (r < 0) {
        return r;
    }
    icalerror_set_errors_are_fatal(false);
    icalerror_clear_errno();
    struct icalrecurrencetype parsed = icalrecurrencetype_from_string(rule);
    bool is_good = parsed.freq != ICAL_NO_RECURRENCE;
    __attribute__((cleanup(iterator_freep))) struct iterator it = {
        is_good ? icalrecur_iterator_new(parsed, ical_day(span->first)) : NULL
    };
    if (!it.at) {
        return err_set(reterr, -EINVAL, "RFC 5545 knows no such rule, or no day could follow it");
    }
    size_t n = 0;
    for (int i = 0; i < STEPS_MAX; i++) {
        struct icaltimetype t = icalrecur_iterator_next(it.at);
        int32_t day = icaltime_is_null_time(t) ? INT32_MAX : civil_days(t.year, t.month, t.day);
        if (day > span->until) {
            break;
        }
        if (day < span->first || (n > 0 && day <= days[n - 1])) {
            continue; /* some rules give a day twice */
        }
        if (n == cap) {
            return err_set(reterr, -E2BIG, "it gives more than %zu days", cap);
        }
        days[n++] = day;
    }
    *ret_n = n;
    return 0;
}
