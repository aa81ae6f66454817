/* SPDX-License-Identifier: MIT */
/* said.c - sentences kept as key and facts, and said in a reader's words. */
#include "notice/said.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* "=key", then for each fact FACT_SIGN, its letter, the kind's letter and the value. Within a
 * sentence in a sentence the sign is INNER_SIGN. Neither stands in what people write. */
enum { BEGIN_SIGN = '=', FACT_SIGN = '\t', INNER_SIGN = '\x1f', VALUE_MAX = 1024,
       CLAUSE_MAX = 128 };

void
said_begin(struct text *out, enum word word)
{
    text_addf(out, "%c%s", BEGIN_SIGN, words_key(word));
}

static void
begin_fact(struct text *out, enum word_fact fact, char kind)
{
    text_addc(out, FACT_SIGN);
    text_addc(out, (char)('A' + fact));
    text_addc(out, kind);
}

static void
add_clean(struct text *out, const char *s)
{
    for (; *s; s++) {
        text_addc(out, (unsigned char)*s < ' ' || *s == 0x7F ? ' ' : *s);
    }
}

void
said_text(struct text *out, enum word_fact fact, const char *s)
{
    begin_fact(out, fact, 't');
    add_clean(out, s);
}

static void
add_number(struct text *out, enum word_fact fact, char kind, int64_t n)
{
    begin_fact(out, fact, kind);
    text_addf(out, "%" PRId64, n);
}

void
said_int(struct text *out, enum word_fact fact, int64_t n)
{
    add_number(out, fact, 't', n);
}

void
said_day(struct text *out, enum word_fact fact, day_t day)
{
    add_number(out, fact, 'd', day);
}

void
said_weekday(struct text *out, enum word_fact fact, day_t day)
{
    add_number(out, fact, 'k', day);
}

void
said_month(struct text *out, enum word_fact fact, int32_t month)
{
    add_number(out, fact, 'm', month);
}

void
said_late(struct text *out, enum word_fact fact, int late_wd)
{
    add_number(out, fact, 'l', late_wd);
}

void
said_period(struct text *out, enum word_fact fact, const char *period)
{
    begin_fact(out, fact, 'p');
    add_clean(out, period);
}

void
said_word(struct text *out, enum word_fact fact, enum word word)
{
    begin_fact(out, fact, 'w');
    text_add(out, words_key(word));
}

void
said_reason(struct text *out, enum word_fact fact, const char *reason)
{
    begin_fact(out, fact, 'r');
    add_clean(out, reason);
}

void
said_inside(struct text *out, enum word_fact fact, const struct text *inner)
{
    begin_fact(out, fact, 's');
    for (size_t i = 0; i < inner->len; i++) {
        text_addc(out, inner->bytes[i] == FACT_SIGN ? INNER_SIGN : inner->bytes[i]);
    }
}

/* ---- saying ---------------------------------------------------------------------------------- */

static void
say(const struct words *w, const char *said, size_t len, char sign, struct text *out);

static void
say_value(const struct words *w, char kind, const char *s, size_t len, struct text *out)
{
    char value[VALUE_MAX];
    int64_t n = 0;
    (void)snprintf(value, sizeof value, "%.*s", (int)(len < VALUE_MAX ? len : VALUE_MAX - 1), s);
    /* A day or a month that there is; more days late than that are none. */
    int64_t least = kind == 'm' ? 0 : day_of(1900, 1, 1);
    int64_t most = kind == 'm' ? 12 * 2199 + 11 : day_of(2199, 12, 31);
    bool is_number = kind && strchr("dkml", kind);
    if (is_number && text_to_i64(value, least, most, &n) < 0) {
        return;
    }
    enum word word = kind == 'w' ? words_parse(value) : WORD_MAX_;
    switch (kind) {
    case 'd': words_date(w, (day_t)n, out); break;
    case 'k': text_add(out, words_weekday(w, (day_t)n)); break;
    case 'm': words_month(w, (int32_t)n, out); break;
    case 'l': words_late(w, (int)n, out); break;
    case 'p': words_period(w, value, out); break;
    case 'r': said_reason_in(w, value, out); break;
    case 's': say(w, s, len, INNER_SIGN, out); break;
    case 'w': text_add(out, word == WORD_MAX_ ? "" : w->text[word]); break;
    default: text_addn(out, s, len); break;
    }
}

static void
say(const struct words *w, const char *said, size_t len, char sign, struct text *out)
{
    if (len == 0) {
        return;
    }
    struct text values[FACT_MAX_] = { { 0 } };
    struct word_facts facts = { .text = { NULL } };
    const char *end = said + len;
    const char *at = memchr(said, sign, len);
    char key[CLAUSE_MAX];
    (void)snprintf(key, sizeof key, "%.*s", (int)((at ? at : end) - said - 1), said + 1);
    enum word word = words_parse(key);
    while (at && at + 2 < end) {
        const char *next = memchr(at + 3, sign, (size_t)(end - at - 3));
        unsigned fact = (unsigned)(at[1] - 'A');
        if (fact < FACT_MAX_) {
            say_value(w, at[2], at + 3, (size_t)((next ? next : end) - at - 3), &values[fact]);
            facts.text[fact] = text_str(&values[fact]);
        }
        at = next;
    }
    if (word == WORD_MAX_) {
        text_addn(out, said, len);
    } else {
        words_say(w, word, &facts, out);
    }
    for (size_t i = 0; i < FACT_MAX_; i++) {
        out->bad = out->bad ? out->bad : values[i].bad;
        text_done(&values[i]);
    }
}

void
said_in(const struct words *w, const char *said, struct text *out)
{
    if (said[0] == BEGIN_SIGN) {
        say(w, said, strlen(said), FACT_SIGN, out);
    } else {
        text_add(out, said);
    }
}

/* ---- reasons of a colour --------------------------------------------------------------------- */

/* "{{n}} returns missing in a row": before, what the one fact stands for, after. */
static bool
matches(const char *pattern, const char *clause, char value[CLAUSE_MAX], bool *ret_is_month)
{
    const char *open = strstr(pattern, "{{");
    const char *close = open ? strstr(open, "}}") : NULL;
    size_t before = open ? (size_t)(open - pattern) : strlen(pattern);
    size_t after = close ? strlen(close + 2) : 0;
    size_t len = strlen(clause);
    value[0] = '\0';
    *ret_is_month = close && open[2] == 'm';
    if (!close) {
        return strcmp(pattern, clause) == 0;
    }
    if (len <= before + after || strncmp(pattern, clause, before) != 0
        || strcmp(close + 2, clause + len - after) != 0) {
        return false;
    }
    (void)snprintf(value, CLAUSE_MAX, "%.*s", (int)(len - before - after), clause + before);
    return *ret_is_month || strspn(value, "0123456789") == strlen(value);
}

static void
say_clause(const struct words *w, const char *clause, struct text *out)
{
    char value[CLAUSE_MAX];
    bool is_month = false;
    for (int i = WORD_REASON_FIRST; i <= WORD_REASON_LAST; i++) {
        if (!matches(words_default.text[i], clause, value, &is_month)) {
            continue;
        }
        AUTO_TEXT struct text month = { 0 };
        if (is_month) {
            words_month_said(w, value, &month);
        }
        const struct word_facts facts = { .text = { [FACT_N] = value,
                                                    [FACT_MONTH] = text_str(&month) } };
        words_say(w, (enum word)i, &facts, out);
        return;
    }
    text_add(out, clause);
}

void
said_reason_in(const struct words *w, const char *reason, struct text *out)
{
    while (*reason) {
        char clause[CLAUSE_MAX];
        size_t n = strcspn(reason, ",;");
        (void)snprintf(clause, sizeof clause, "%.*s", (int)(n < CLAUSE_MAX ? n : 0), reason);
        say_clause(w, clause, out);
        text_addn(out, reason, n < CLAUSE_MAX ? 0 : n); /* what people wrote, whole */
        reason += n;
        size_t between = strspn(reason, ",; ");
        text_addn(out, reason, between);
        reason += between;
    }
}
