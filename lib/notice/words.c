/* SPDX-License-Identifier: MIT */
/* words.c - the words of one locale: read from words.yaml, said with their facts. */
#include "notice/words.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NAME_MAX_ = 32, NUMBER_MAX = 16, MONTHS = 12 };

static const char *const fact_names[FACT_MAX_] = {
    [FACT_LEAD] = "lead",     [FACT_OF] = "of",         [FACT_FORUM] = "forum",
    [FACT_DAY] = "day",       [FACT_N] = "n",           [FACT_PERIOD] = "period",
    [FACT_METRIC] = "metric", [FACT_MDAY] = "mday",     [FACT_MONTH] = "month",
    [FACT_YEAR] = "year",     [FACT_FIRST] = "first",   [FACT_LAST] = "last",
    [FACT_REF] = "ref",
    [FACT_ROLE] = "role",
    [FACT_WHAT] = "what",
    [FACT_TEXT] = "text",
    [FACT_PART] = "part",
    [FACT_COLOUR] = "colour",
    [FACT_WAS] = "was",
    [FACT_REASON] = "reason",
    [FACT_STEP] = "step",
    [FACT_DUE] = "due",
    [FACT_WEEKDAY] = "weekday",
    [FACT_TIME] = "time",
    [FACT_REACH] = "reach",
    [FACT_TITLE] = "title",
    [FACT_UNIT] = "unit",
    [FACT_VERDICT] = "verdict",
    [FACT_RULE] = "rule",
    [FACT_MORE] = "more",
    [FACT_VALUE] = "value",
    [FACT_PEOPLE] = "people",
    [FACT_WORDS] = "words",
    [FACT_QUESTION] = "question",
    [FACT_RED] = "red",
    [FACT_AMBER] = "amber",
    [FACT_GREEN] = "green",
    [FACT_BLUE] = "blue",
    [FACT_GREY] = "grey",
};

#define F(name) (UINT64_C(1) << FACT_##name)
static const struct {
    const char *key;
    uint64_t facts;
} rows[WORD_MAX_] = {
#define WORD(name, key_, facts_, said) [WORD_##name] = { #key_, facts_ },
#include "notice/words.def"
#undef WORD
};
#undef F

const struct words words_default = { .text = {
#define WORD(name, key, facts, said) [WORD_##name] = (said),
#include "notice/words.def"
#undef WORD
} };

static const struct yaml_field fields[] = {
#define WORD(name, key, facts, said)                                                              \
    YAML_FIELD(#key, struct words, text[WORD_##name], YAML_TEXT, YAML_OPTIONAL),
#include "notice/words.def"
#undef WORD
    YAML_FIELDS_END,
};

const char *
words_key(enum word word)
{
    return rows[word].key;
}

enum word
words_parse(const char *key)
{
    int i = 0;
    while (i < WORD_MAX_ && strcmp(rows[i].key, key) != 0) {
        i++;
    }
    return (enum word)i;
}

/* The fact that a {{name}} at s names, FACT_MAX_ when it is none; *ret_end: behind it. */
static enum word_fact
fact_at(const char *s, const char **ret_end)
{
    const char *end = strstr(s, "}}");
    size_t n = end ? (size_t)(end - s - 2) : 0;
    *ret_end = end ? end + 2 : s + strlen(s);
    for (int i = 0; end && i < FACT_MAX_; i++) {
        if (strlen(fact_names[i]) == n && strncmp(fact_names[i], s + 2, n) == 0) {
            return (enum word_fact)i;
        }
    }
    return FACT_MAX_;
}

static void
check_facts(const struct yaml_doc *doc, const struct yaml_node *node, enum word word)
{
    const char *names[FACT_MAX_ + 1] = { NULL };
    size_t n = 0;
    for (int i = 0; i < FACT_MAX_; i++) {
        if (rows[word].facts & (UINT64_C(1) << i)) {
            names[n++] = fact_names[i];
        }
    }
    for (const char *at = strstr(node->text, "{{"); at; at = strstr(at, "{{")) {
        const char *end = NULL;
        enum word_fact fact = fact_at(at, &end);
        if (fact == FACT_MAX_ || !(rows[word].facts & (UINT64_C(1) << fact))) {
            char hint[NAME_MAX_] = "it can name nothing";
            (void)snprintf(hint, sizeof hint, n ? "it can name {{%s}}" : "it can name nothing",
                           n ? names[0] : "");
            yaml_error_near(doc, node, names, hint, "%s cannot name %.*s", rows[word].key,
                            (int)(end - at), at);
        }
        at = end;
    }
}

int
words_read(const char *path, struct words *w, struct diag *d, struct yaml_doc **ret)
{
    if (access(path, F_OK) < 0 && errno == ENOENT) {
        return -ENOENT;
    }
    AUTO(yaml_doc) struct yaml_doc *doc = NULL;
    int errors = d->n_errors;
    int r = yaml_read_file(path, d, &doc);
    if (r < 0) {
        return r;
    }
    const struct yaml_node *root = yaml_root(doc);
    if (!yaml_is_null(root)) {
        (void)yaml_read_map(doc, root, "words.yaml", fields, w);
    }
    for (int i = 0; i < WORD_MAX_; i++) {
        const struct yaml_node *node = yaml_get(root, rows[i].key);
        if (node && node->kind == YAML_SCALAR) {
            check_facts(doc, node, (enum word)i);
        }
    }
    if (d->n_errors > errors) {
        return -EBADMSG;
    }
    *ret = TAKE(doc);
    return 0;
}

void
words_say(const struct words *w, enum word word, const struct word_facts *facts, struct text *out)
{
    const char *s = w->text[word];
    for (const char *at = strstr(s, "{{"); at; at = strstr(s, "{{")) {
        const char *end = NULL;
        enum word_fact fact = fact_at(at, &end);
        text_addn(out, s, (size_t)(at - s));
        if (fact != FACT_MAX_ && facts->text[fact]) {
            text_add(out, facts->text[fact]);
        }
        s = end;
    }
    text_add(out, s);
}

void
words_date(const struct words *w, day_t day, struct text *out)
{
    int year = 0;
    int month = 0;
    int mday = 0;
    char mday_text[NUMBER_MAX];
    char year_text[NUMBER_MAX];
    if (day == DAY_NONE) {
        return;
    }
    day_split(day, &year, &month, &mday);
    (void)snprintf(mday_text, sizeof mday_text, "%d", mday);
    (void)snprintf(year_text, sizeof year_text, "%d", year);
    const struct word_facts facts = { .text = { [FACT_MDAY] = mday_text, [FACT_YEAR] = year_text,
                                                [FACT_MONTH] =
                                                    w->text[WORD_MONTH_1 + month - 1] } };
    words_say(w, WORD_DATE, &facts, out);
}

const char *
words_weekday(const struct words *w, day_t day)
{
    return w->text[WORD_DAY_1 + day_weekday(day)];
}

void
words_late(const struct words *w, int late_wd, struct text *out)
{
    char n[NUMBER_MAX];
    int days = late_wd < 0 ? -late_wd : late_wd;
    bool is_late = late_wd > 0;
    (void)snprintf(n, sizeof n, "%d", days);
    const struct word_facts facts = { .text = { [FACT_N] = n } };
    words_say(w,
              days == 0   ? WORD_DUE_TODAY
              : days == 1 ? (is_late ? WORD_LATE_ONE : WORD_LEFT_ONE)
                          : (is_late ? WORD_LATE : WORD_LEFT),
              &facts, out);
}

/* The number of an English month from 0, or -1. */
static int
month_of(const char *name)
{
    for (int i = 0; i < MONTHS; i++) {
        if (strcmp(words_default.text[WORD_MONTH_1 + i], name) == 0) {
            return i;
        }
    }
    return -1;
}

/* NULL when it is no English month. */
static const char *
month_said(const struct words *w, const char *name)
{
    int i = month_of(name);
    return i < 0 ? NULL : w->text[WORD_MONTH_1 + i];
}

void
words_month(const struct words *w, int32_t month, struct text *out)
{
    char year[NUMBER_MAX];
    (void)snprintf(year, sizeof year, "%d", (int)(month / MONTHS));
    const struct word_facts facts = { .text = { [FACT_YEAR] = year, [FACT_MONTH] =
                                                    w->text[WORD_MONTH_1 + month % MONTHS] } };
    words_say(w, WORD_MONTH_YEAR, &facts, out);
}

void
words_month_said(const struct words *w, const char *month, struct text *out)
{
    char name[NAME_MAX_];
    int year = 0;
    int n = 0;
    bool is_one = sscanf(month, "%31s %4d%n", name, &year, &n) == 2 && month[n] == '\0'
                  && month_of(name) >= 0;
    if (is_one) {
        words_month(w, MONTHS * year + month_of(name), out);
    } else {
        text_add(out, month);
    }
}

void
words_period(const struct words *w, const char *period, struct text *out)
{
    char first[NAME_MAX_];
    char last[NAME_MAX_];
    char year[NUMBER_MAX];
    int n = 0;
    struct word_facts facts = { .text = { [FACT_YEAR] = year } };
    enum word word = WORD_PERIOD;
    if (sscanf(period, "the year to %31s %15[0-9]%n", last, year, &n) == 2) {
        word = WORD_PERIOD_YEAR;
    } else if (sscanf(period, "%31s to %31s %15[0-9]%n", first, last, year, &n) == 3) {
        facts.text[FACT_FIRST] = month_said(w, first);
    }
    facts.text[FACT_LAST] = n > 0 ? month_said(w, last) : NULL;
    bool is_known = n > 0 && period[n] == '\0' && facts.text[FACT_LAST]
                    && (word == WORD_PERIOD_YEAR || facts.text[FACT_FIRST]);
    if (is_known) {
        words_say(w, word, &facts, out);
    } else {
        text_add(out, period);
    }
}

enum word
words_state(enum action_state state)
{
    static const enum word by_state[ACTION_STATE_MAX_] = {
        [ACTION_PLANNED] = WORD_STATE_PLANNED,     [ACTION_OPEN] = WORD_STATE_OPEN,
        [ACTION_IN_PROGRESS] = WORD_STATE_IN_PROGRESS,
        [ACTION_SUBMITTED] = WORD_STATE_SUBMITTED, [ACTION_COMPLETE] = WORD_STATE_COMPLETE,
        [ACTION_BLOCKED] = WORD_STATE_BLOCKED,     [ACTION_ON_HOLD] = WORD_STATE_ON_HOLD,
        [ACTION_WITHDRAWN] = WORD_STATE_WITHDRAWN, [ACTION_SUPERSEDED] = WORD_STATE_SUPERSEDED,
        [ACTION_WITHDRAWN_PENDING] = WORD_STATE_WITHDRAWN_PENDING,
    };
    return by_state[state];
}

enum word
words_color(enum rag_color color)
{
    return color < RAG_BLUE || color > RAG_RED ? WORD_COLOUR_GREY
                                               : (enum word)(WORD_COLOUR_BLUE + color - RAG_BLUE);
}
