/* SPDX-License-Identifier: MIT */
/* trend_def.c - what a survey's definition says of its trends. */
#include "survey/trend_def.h"

#include <string.h>

#include "base/arena.h"
#include "base/yaml.h"
#include "rules/spc_state.h"
#include "rules/time.h"

enum { MONTHS = 12, ALL_MONTHS = (1 << MONTHS) - 1, LEVELS_MAX = 6 };

struct raw_trends {
    const char *plan;
    const char *action;
    const char *since;
    const struct yaml_node *statistics;
    const struct yaml_node *months;
    int64_t levels, least_n, baseline, persists;
    int chart;
    double target;
};

static const char *const statistic_words[] = { "positive", "negative", "mean", NULL };
static const char *const chart_words[] = { "xmr", "p", "laney", "auto", NULL };

static const struct yaml_field trends_fields[] = {
    YAML_FIELD("plan", struct raw_trends, plan, YAML_ID, YAML_OPTIONAL),
    YAML_FIELD("action", struct raw_trends, action, YAML_ID, YAML_OPTIONAL),
    YAML_FIELD("since", struct raw_trends, since, YAML_TEXT, YAML_OPTIONAL),
    YAML_FIELD("statistics", struct raw_trends, statistics, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD_INT("levels", struct raw_trends, levels, YAML_OPTIONAL, 0, LEVELS_MAX),
    YAML_FIELD("months", struct raw_trends, months, YAML_ITEMS, YAML_OPTIONAL),
    YAML_FIELD_WORD("chart", struct raw_trends, chart, YAML_OPTIONAL, chart_words),
    YAML_FIELD_INT("least", struct raw_trends, least_n, YAML_OPTIONAL, 1, 1000000),
    YAML_FIELD_INT("baseline", struct raw_trends, baseline, YAML_OPTIONAL, 0, 600),
    { .key = "target", .type = YAML_REAL, .offset = offsetof(struct raw_trends, target),
      .min = 0, .max = 100 },
    YAML_FIELD_INT("persists", struct raw_trends, persists, YAML_OPTIONAL, 1, 120),
    YAML_FIELDS_END,
};

struct survey_trends
trends_default(void)
{
    return (struct survey_trends){ .statistics = 1U << TREND_POSITIVE, .levels = 1,
                                   .months = ALL_MONTHS, .least_n = SPC_LEAST_N,
                                   .baseline = TREND_BASELINE, .persists = TREND_PERSISTS };
}

static void
read_statistics(const struct yaml_doc *doc, const struct yaml_node *list, unsigned *ret)
{
    static const struct yaml_field word = { .type = YAML_WORD, .words = statistic_words };
    unsigned bits = 0;
    for (const struct yaml_node *n = yaml_first(list); n; n = n->next) {
        int which = 0;
        if (yaml_read_value(doc, n, "statistic", &word, &which) == 0) {
            bits |= 1U << which;
        }
    }
    *ret = bits ? bits : *ret;
}

static void
read_months(const struct yaml_doc *doc, const struct yaml_node *list, unsigned *ret)
{
    static const struct yaml_field month = { .type = YAML_INT, .min = 1, .max = MONTHS };
    unsigned bits = 0;
    for (const struct yaml_node *n = yaml_first(list); n; n = n->next) {
        int64_t which = 0;
        if (yaml_read_value(doc, n, "month", &month, &which) == 0) {
            bits |= 1U << (which - 1);
        }
    }
    *ret = bits ? bits : *ret;
}

static int32_t
read_since(const struct yaml_doc *doc, const struct yaml_node *node, const char *text)
{
    day_t day = DAY_NONE;
    int32_t month = text && day_parse(text, &day) == 0 ? day_month(day) : 0;
    if (text && (month <= 0 || day != month_first_day(month))) {
        yaml_error(doc, yaml_get(node, "since"), "write it as 2020-04-01",
                   "\"%s\" is no first day of a month", text);
        return 0;
    }
    return month;
}

void
trends_read(const struct yaml_doc *doc, const struct yaml_node *node, struct arena *mem,
            struct survey_trends *ret)
{
    struct survey_trends t = trends_default();
    struct raw_trends raw = { .levels = t.levels, .least_n = t.least_n,
                              .baseline = (int64_t)t.baseline, .persists = t.persists,
                              .target = -1 };
    yaml_read_map(doc, node, "trends", trends_fields, &raw);
    if (raw.baseline > 0 && raw.baseline < SPC_FIX_LEAST) {
        yaml_error(doc, yaml_get(node, "baseline"), "0 takes all values",
                   "a baseline of %lld values: at least %d are needed", (long long)raw.baseline,
                   SPC_FIX_LEAST);
        raw.baseline = 0;
    }
    read_statistics(doc, raw.statistics, &t.statistics);
    read_months(doc, raw.months, &t.months);
    t.plan = raw.plan ? arena_text(mem, raw.plan) : NULL;
    t.action = raw.action ? arena_text(mem, raw.action) : NULL;
    t.since = read_since(doc, node, raw.since);
    t.levels = (int)raw.levels;
    t.chart = raw.chart < SPC_KIND_MAX_ ? (enum spc_kind)raw.chart : SPC_KIND_NONE;
    t.least_n = raw.least_n;
    t.baseline = (size_t)raw.baseline;
    t.has_target = raw.target >= 0;
    t.target = raw.target;
    t.persists = (int)raw.persists;
    if (t.plan && !t.action) {
        yaml_error(doc, yaml_get(node, "plan"), NULL, "a plan is named, and no action of it");
    }
    *ret = t;
}

const char *
trend_statistic_word(enum trend_statistic s)
{
    return s > TREND_NONE && s < TREND_MAX_ ? statistic_words[s - 1] : NULL;
}

enum trend_statistic
trend_statistic_parse(const char *word)
{
    for (int i = 0; statistic_words[i]; i++) {
        if (strcmp(statistic_words[i], word) == 0) {
            return (enum trend_statistic)(i + 1);
        }
    }
    return TREND_NONE;
}
