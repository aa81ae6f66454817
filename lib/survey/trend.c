/* SPDX-License-Identifier: MIT */
/* trend.c - one measure over time: its chart, and what is said of it. */
#include "survey/trend.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "rules/episode.h"
#include "rules/score.h"
#include "survey/rollup.h"

enum { DECIMALS_MAX = 4 };

/* ---- the chart ------------------------------------------------------------------------------- */

struct trend *
trend_free(struct trend *t)
{
    if (t) {
        arena_free(t->mem);
        free(t);
    }
    return NULL;
}

struct spc_count
trend_count(const struct definition *def, enum trend_statistic statistic, const int64_t *counts)
{
    int64_t by_tone[TONE_MAX_] = { 0 };
    int64_t n = 0;
    int64_t sum = 0;
    for (size_t i = 0; i < def->n_slots; i++) {
        bool is_known = def->scale[i].tone != TONE_UNKNOWN;
        by_tone[def->scale[i].tone] += counts[i];
        n += is_known || (def->unknown_counts && statistic != TREND_MEAN) ? counts[i] : 0;
        sum += is_known ? counts[i] * def->scale[i].code : 0;
    }
    if (statistic == TREND_MEAN) {
        return (struct spc_count){ sum, n };
    }
    return (struct spc_count){ by_tone[statistic == TREND_POSITIVE ? TONE_POSITIVE : TONE_NEGATIVE],
                               n };
}

/* +1: the better the answer, the higher its value; -1: the lower; 0: neither of them throughout. */
static int
order_of_values(const struct definition *def, bool is_score)
{
    bool rises = false;
    bool falls = false;
    for (size_t i = 0; i < def->n_slots; i++) {
        for (size_t j = 0; j < def->n_slots; j++) {
            const struct scale_code *a = &def->scale[i];
            const struct scale_code *b = &def->scale[j];
            bool is_better = a->tone < b->tone && b->tone < TONE_UNKNOWN;
            int more = is_score ? a->points - b->points : a->code - b->code;
            rises = rises || (is_better && more > 0);
            falls = falls || (is_better && more < 0);
        }
    }
    return rises - falls;
}
_Static_assert(TONE_POSITIVE < TONE_NEUTRAL && TONE_NEUTRAL < TONE_NEGATIVE
                   && TONE_NEGATIVE < TONE_UNKNOWN,
               "the better tone is the smaller");

int
trend_direction(const struct definition *def, enum trend_statistic statistic, bool is_score)
{
    static const int of_share[TREND_MAX_] = { [TREND_POSITIVE] = 1, [TREND_NEGATIVE] = -1 };
    bool is_mean = statistic == TREND_MEAN;
    return def->direction * (is_mean ? order_of_values(def, is_score) : of_share[statistic]);
}

static bool
is_percent(const struct trend *t)
{
    return t->statistic != TREND_MEAN;
}

/* Chosen by the newest baseline: once that is full, the kind stands as its mean and limits do. */
static enum spc_kind
kind_of(const struct trend *t, const struct spc_count *counts, const bool *rebase)
{
    size_t first = t->n - 1;
    while (first > 0 && !rebase[first]) {
        first--;
    }
    enum spc_kind asked = t->how->chart == SPC_P && !is_percent(t) ? SPC_P_LANEY : t->how->chart;
    return asked ? asked
                 : spc_kind_for(counts + first, t->n - first, t->how->baseline, t->how->least_n);
}

static int
chart_rows(struct trend *t, const struct spc_count *counts, const bool *rebase)
{
    const struct spc_options opt = {
        .profile = SPC_MDC_2023,
        .direction = t->direction,
        .fix_after = t->how->baseline,
        .has_target = t->has_target,
        .target = t->target,
        .least_n = t->how->least_n,
        .num = is_percent(t) ? 0 : (double)t->scale_num,
        .den = is_percent(t) ? 0 : (double)t->scale_den,
    };
    const struct spc_room room = { t->y, t->points, t->groups, t->n };
    t->kind = kind_of(t, counts, rebase);
    return spc_chart_counts(&opt, t->kind, counts, rebase, &room);
}

/* More where limits lie close together: a value beyond one must not read as the limit itself. */
static int
decimals(const struct trend *t)
{
    int n = is_percent(t) ? 1 : 2;
    const struct spc_group *g = trend_group(t);
    double width = g ? g->upl - g->lpl : NAN;
    while (width > 0 && width < 10 * pow(10, -n) && n < DECIMALS_MAX) {
        n++;
    }
    return n;
}

int
trend_chart(struct trend *t)
{
    t->states = SPC_NO_DATA;
    if (t->n == 0) {
        return 0;
    }
    struct spc_count *counts = ARENA_LIST(t->mem, t->n, struct spc_count);
    bool *rebase = ARENA_LIST(t->mem, t->n, bool);
    t->y = ARENA_LIST(t->mem, t->n, double);
    t->points = ARENA_LIST(t->mem, t->n, struct spc_point);
    t->groups = ARENA_LIST(t->mem, t->n + 1, struct spc_group);
    if (!counts || !rebase || !t->y || !t->points || !t->groups) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < t->n; i++) {
        counts[i] = t->rows[i].count;
        rebase[i] = t->rows[i].is_rebase;
    }
    int r = chart_rows(t, counts, rebase);
    if (r < 0) {
        return r;
    }
    t->n_groups = r;
    const struct spc_state_facts facts = { trend_group(t), counts, t->n, t->how->least_n,
                                           t->points, t->how->baseline };
    t->states = spc_states(&facts);
    return 0;
}

const struct spc_group *
trend_group(const struct trend *t)
{
    return t->n_groups > 0 ? &t->groups[t->n_groups - 1] : NULL;
}

int
trend_latest(const struct trend *t)
{
    for (size_t i = t->n; i-- > 0;) {
        if (t->rows[i].count.n > 0) {
            return (int)i;
        }
    }
    return -1;
}

int
trend_proposed(const struct trend *t)
{
    bool is_proposed = (t->states & SPC_SETTLED) && spc_may_signal(t->states);
    return is_proposed ? spc_proposed(t->points, (size_t)trend_latest(t) + 1) : -1;
}

enum spc_verdict
trend_verdict(const struct trend *t)
{
    int i = trend_latest(t);
    return i >= 0 && spc_may_signal(t->states) ? t->points[i].verdict : SPC_IS_COMMON;
}

int32_t
trend_since(const struct trend *t, enum spc_verdict verdict)
{
    struct episode e = { 0 };
    int latest = trend_latest(t);
    int32_t *months = latest < 0 ? NULL : ARENA_LIST(t->mem, t->n, int32_t);
    for (size_t i = 0; months && i < t->n; i++) {
        months[i] = t->rows[i].month;
    }
    const struct episode_series s = { months, t->y, t->points, t->n };
    bool found = months && verdict != SPC_IS_COMMON
                 && episode_judge(&s, verdict, NULL, &e) == EPISODE_OPENS;
    return found ? e.first : latest >= 0 ? t->rows[latest].month : 0;
}

/* ---- words ----------------------------------------------------------------------------------- */

const char *
trend_month(int32_t month, char buf[32])
{
    static const char *const names[] = { "January", "February", "March",     "April",
                                         "May",     "June",     "July",      "August",
                                         "September", "October", "November", "December" };
    (void)snprintf(buf, 32, "%s %d", names[month % 12], month / 12);
    return buf;
}

void
trend_unit_names(const char *path, struct text *out)
{
    for (const char *s = path; *s; s++) {
        if (*s != UNIT_SEPARATOR) {
            text_addc(out, *s);
        } else if (s[1]) {
            text_add(out, " > ");
        }
    }
}

void
trend_figure(const struct trend *t, double value, struct text *out)
{
    text_addf(out, "%.*f", decimals(t), value);
}

void
trend_target(const struct trend *t, struct text *out)
{
    text_addf(out, "%g", t->target);
    if (is_percent(t)) {
        text_add(out, " %");
    } else {
        text_addf(out, " out of %lld", (long long)t->scale_num);
    }
}

void
trend_value(const struct trend *t, size_t row, struct text *out)
{
    char buf[SCORE_TEXT_MAX];
    struct spc_count c = t->rows[row].count;
    int64_t score = is_percent(t)
                        ? score_percent(c.good, c.n, decimals(t))
                        : score_ratio(c.good * t->scale_num, c.n * t->scale_den, decimals(t));
    text_addf(out, "%s%s", score_format(score, decimals(t), buf), is_percent(t) ? " %" : "");
}

const char *
trend_rule_words(enum spc_type type)
{
    static const char *const words[SPC_TYPE_MAX_] = {
        [SPC_COMMON] = "it lies within its usual range",
        [SPC_ABOVE_UCL] = "it lies above its usual range",
        [SPC_BELOW_LCL] = "it lies below its usual range",
        [SPC_TREND_UP] = "seven or more values in a row rose",
        [SPC_TREND_DOWN] = "seven or more values in a row fell",
        [SPC_TWO_ABOVE] = "two of three values in a row lie near the upper end of the usual range, "
                          "or above it",
        [SPC_TWO_BELOW] = "two of three values in a row lie near the lower end of the usual range, "
                          "or below it",
        [SPC_SHIFT_ABOVE] = "seven or more values in a row lie above the mean",
        [SPC_SHIFT_BELOW] = "seven or more values in a row lie below the mean",
    };
    return words[type];
}

static void
say_value(const struct trend *t, size_t row, struct text *out)
{
    char month[32];
    long long n = (long long)t->rows[row].count.n;
    text_addf(out, "In %s ", trend_month(t->rows[row].month, month));
    if (is_percent(t)) {
        trend_value(t, row, out);
        text_addf(out, " of %lld answer%s %s %s", n, text_s(n), n == 1 ? "was" : "were",
                  trend_statistic_word(t->statistic));
    } else {
        text_addf(out, "the mean of %lld answer%s was ", n, text_s(n));
        trend_value(t, row, out);
    }
}

static void
say_range(const struct trend *t, size_t row, struct text *out)
{
    const struct spc_point *p = &t->points[row];
    double top = is_percent(t) && p->upl > 100 ? 100 : p->upl;
    double low = is_percent(t) && p->lpl < 0 ? 0 : p->lpl;
    text_add(out, " (mean ");
    trend_figure(t, p->mean, out);
    text_add(out, ", usual range ");
    trend_figure(t, low, out);
    text_add(out, " to ");
    trend_figure(t, top, out);
    text_add(out, ")");
}

static const char *const verdict_words[SPC_VERDICT_MAX_] = {
    [SPC_IS_COMMON] = "no more than chance shows",
    [SPC_IS_IMPROVEMENT] = "a change for the better that chance does not explain",
    [SPC_IS_CONCERN] = "a change for the worse that chance does not explain",
    [SPC_IS_NEUTRAL_HIGH] = "a rise that chance does not explain",
    [SPC_IS_NEUTRAL_LOW] = "a fall that chance does not explain",
};

static void
say_target(const struct trend *t, struct text *out)
{
    static const char *const words[SPC_ASSURANCE_MAX_] = {
        [SPC_PASS] = "is met as things stand",
        [SPC_FAIL] = "will not be met unless something changes",
        [SPC_INCONSISTENT] = "is met at times and missed at times",
    };
    const struct spc_group *group = trend_group(t);
    enum spc_assurance a = group ? group->assurance : SPC_ASSURANCE_NONE;
    if (a != SPC_ASSURANCE_NONE) {
        text_add(out, "; the target of ");
        trend_target(t, out);
        text_addf(out, " %s", words[a]);
    }
}

/* What else there is to say, once there is a verdict. */
static void
say_states(const struct trend *t, struct text *out)
{
    char month[32];
    const char *words = spc_states_words(t->states);
    int row = trend_proposed(t);
    text_addf(out, "%s%s", words[0] ? " " : "", words);
    if (row >= 0) {
        text_addf(out, " All values since %s lie %s the mean: if it is known what changed, a new "
                  "baseline can be approved from then on.", trend_month(t->rows[row].month, month),
                  t->points[row].side > 0 ? "above" : "below");
    }
}

static void
say_nothing_yet(const struct trend *t, struct text *out)
{
    char name[32];
    if (t->is_published || !t->open_month) {
        text_add(out, t->is_published ? "Nothing of it is published yet."
                                      : spc_state_words(SPC_NO_DATA));
        return;
    }
    text_addf(out, "No month with answers is closed yet; %s is open",
              trend_month(t->open_month, name));
    if (t->open_until != DAY_NONE) {
        text_addf(out, " until %s", day_format(t->open_until, name));
    }
    text_addc(out, '.');
}

/* A survey that asks every second month has to say so: nobody else can know. */
static void
say_months(const struct trend *t, struct text *out)
{
    unsigned seen = 0;
    const char *comma = "";
    for (size_t i = 0; i < t->n; i++) {
        seen |= t->rows[i].count.n > 0 ? 1U << (t->rows[i].month % 12) : 0U;
    }
    text_add(out, " If answers are due in some months only, the survey's definition says in which: "
                  "trends: { months: [");
    for (int m = 0; m < 12; m++) {
        if (seen & (1U << m)) {
            text_addf(out, "%s%d", comma, m + 1);
            comma = ", ";
        }
    }
    text_add(out, "] }.");
}

void
trend_sentence(const struct trend *t, struct text *out)
{
    int latest = trend_latest(t);
    if (latest < 0) {
        say_nothing_yet(t, out);
        return;
    }
    size_t row = (size_t)latest;
    say_value(t, row, out);
    if (!spc_may_signal(t->states)) {
        text_addf(out, ". %s", spc_states_words(t->states));
        if (t->states & SPC_APART) {
            say_months(t, out);
        }
        return;
    }
    char month[32];
    enum spc_verdict v = trend_verdict(t);
    text_addf(out, ": %s", verdict_words[v]);
    if (v != SPC_IS_COMMON) {
        text_addf(out, ", since %s", trend_month(trend_since(t, v), month));
    }
    text_addf(out, "; %s", trend_rule_words(t->points[row].type));
    say_range(t, row, out);
    say_target(t, out);
    text_addc(out, '.');
    say_states(t, out);
}

void
trend_outline(const struct trend *t, struct text *out)
{
    char month[32];
    int latest = trend_latest(t);
    text_addf(out, "%s, %s, \xE2\x80\x9C%s\xE2\x80\x9D, %s", t->title, t->unit, t->wording,
              is_percent(t) ? trend_statistic_word(t->statistic) : "mean");
    if (latest < 0) {
        text_addf(out, ". %s", spc_state_words(SPC_NO_DATA));
        return;
    }
    text_addf(out, ", up to %s", trend_month(t->rows[latest].month, month));
    if (t->is_few) {
        text_add(out, ". It rests on few answers or is kept back, so nothing is said of it.");
        return;
    }
    if (!spc_may_signal(t->states)) {
        text_addf(out, ". %s", spc_states_words(t->states));
        return;
    }
    enum spc_verdict v = trend_verdict(t);
    text_addf(out, ": %s", verdict_words[v]);
    if (v != SPC_IS_COMMON) {
        text_addf(out, ", since %s; %s", trend_month(trend_since(t, v), month),
                  trend_rule_words(t->points[latest].type));
    }
    say_target(t, out);
    text_addc(out, '.');
    say_states(t, out);
}

/* ---- the table ------------------------------------------------------------------------------- */

static void
csv_number(double value, struct text *out)
{
    if (isnan(value)) {
        text_addc(out, ',');
    } else {
        text_addf(out, ",%.4f", value);
    }
}

const char *
trend_note(const struct trend_row *row)
{
    return row->is_rebase ? "new baseline" : row->is_hidden ? "kept back"
           : row->count.n == 0 ? "missing" : "";
}

void
trend_csv(const struct trend *t, struct text *out)
{
    text_add(out, "month,value,n,mean,lower,upper,baseline,verdict,rule,hidden,note\n");
    for (size_t i = 0; i < t->n; i++) {
        const struct trend_row *row = &t->rows[i];
        const struct spc_point *p = &t->points[i];
        char month[MONTH_TEXT_MAX];
        text_add(out, month_format(row->month, month));
        csv_number(t->y[i], out);
        if (row->count.n > 0) {
            text_addf(out, ",%lld", (long long)row->count.n);
        } else {
            text_addc(out, ',');
        }
        csv_number(p->mean, out);
        csv_number(p->lpl, out);
        csv_number(p->upl, out);
        bool has_verdict = !isnan(t->y[i]);
        text_addf(out, ",%zu,%s,%s,%s,%s\n", p->group,
                  has_verdict ? spc_verdict_word(p->verdict) : "",
                  has_verdict ? spc_type_words(p->type) : "", row->is_hidden ? "yes" : "no",
                  trend_note(row));
    }
}
