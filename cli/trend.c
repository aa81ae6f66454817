/* SPDX-License-Identifier: MIT */
/* trend.c - survey measures, trend, rebase. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "answers/release.h"
#include "cli.h"
#include "engine/trend.h"
#include "hubcall.h"
#include "reads.h"
#include "survey/chart.h"
#include "surveys.h"

static const enum out_tint verdict_tints[SPC_VERDICT_MAX_] = { [SPC_IS_IMPROVEMENT] = TINT_GOOD,
                                                               [SPC_IS_CONCERN] = TINT_BAD };

/* ---- measures -------------------------------------------------------------------------------- */

static void
put_states(struct out *out, unsigned states)
{
    AUTO_TEXT struct text words = { 0 };
    for (int i = 0; i < SPC_STATES; i++) {
        if (states & (1U << i)) {
            text_addf(&words, "%s%s", words.len ? " " : "",
                      spc_state_word((enum spc_state)(1U << i)));
        }
    }
    out_text(out, text_str(&words));
}

static void
put_month(struct out *out, int64_t month)
{
    char name[MONTH_TEXT_MAX];
    out_text(out, month > 0 ? month_format((int32_t)month, name) : NULL);
}

static int
put_measure(void *arg, const struct row *row)
{
    struct reading *r = arg;
    struct out *out = r->c->out;
    bool has_signal = !row_is_null(row, 12);
    if (!has_signal && cli_flag(r->c, "signals")) {
        return 0;
    }
    static const char *const words[SPC_VERDICT_MAX_] = { "", "improvement", "concern", "rise",
                                                         "fall" };
    enum spc_verdict verdict = has_signal ? (enum spc_verdict)row_i64(row, 12) : SPC_IS_COMMON;
    bool is_ended = !row_is_null(row, 14);
    char name[TREND_NAME_MAX + 32];
    (void)snprintf(name, sizeof name, "%s", row_text_or(row, 1, ""));
    char *mark = is_ended ? strrchr(name, '(') : NULL; /* what the store calls it */
    if (mark && mark > name) {
        mark[-1] = '\0';
    }
    out_text(out, name);
    if (row_i64(row, 15) > 0) {
        out_int(out, row_i64(row, 15));
    } else { /* no answer of it ever came */
        out_text(out, NULL);
    }
    out_text(out, row_text(row, 4));
    put_month(out, row_i64(row, 13));
    put_month(out, row_i64(row, 5));
    out_int(out, row_i64(row, 6));
    out_text(out, row_text(row, 7));
    out_text(out, row_text(row, 9));
    out_text(out, row_text(row, 10));
    out_tint(out, verdict_tints[verdict]);
    out_text(out, words[verdict]);
    put_month(out, has_signal ? row_i64(row, 11) : 0);
    put_states(out, (unsigned)row_i64(row, 8));
    out_bool(out, is_ended);
    r->n++;
    return 0;
}

int
cmd_survey_measures(struct cli *c)
{
    static const struct column columns[] = {
        { .key = "measure", .head = "MEASURE" },
        { .key = "version", .head = "VERSION", .right = true },
        { .key = "action", .head = "ACTION" },
        { .key = "first", .head = "FIRST" },
        { .key = "latest", .head = "LATEST" },
        { .key = "values", .head = "VALUES", .right = true },
        { .key = "chart", .head = "CHART" },
        { .key = "variation", .head = "VARIATION" },
        { .key = "assurance", .head = "ASSURANCE" },
        { .key = "signal", .head = "SIGNAL" },
        { .key = "since", .head = "SINCE" },
        { .key = "states", .head = "STATE" },
        { .key = "ended", .head = "ENDED" },
        { 0 },
    };
    AUTO_READING struct reading r = { 0 };
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    out_table(c->out, "measures", columns);
    int64_t n_ended = 0;
    bool has_ended = cli_flag(c, "ended");
    int found = store_each(c->store, Q_MEASURE_LIST, WITH(I(has_ended)), put_measure, &r, &r.why);
    found = found < 0 ? found : store_get(c->store, Q_MEASURE_N_ENDED, NONE, &n_ended, &r.why);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    out_note(c->out, r.n ? "%lld measure%s" : "No measures%.0lld: %s", (long long)r.n,
             r.n ? text_s(r.n) : "trends are worked out at night, after the answers came in");
    if (r.n) {
        out_note(c->out, "For use inside the house: made of internal figures, small units too.");
    }
    if (n_ended > 0 && !has_ended) {
        out_note(c->out, "%lld more of wordings that are not asked any more: --ended",
                 (long long)n_ended);
    }
    return EXIT_OK;
}

/* ---- one trend ------------------------------------------------------------------------------- */

/* What a measure's name says of its question; of one without, the first. */
static void
question_of(const char *name, const struct definition *def, char buf[SURVEY_ID_MAX])
{
    size_t n = strcspn(name, "/@");
    const char *from = name[n] == '/' ? name + n + 1 : def->questions[0].id;
    (void)snprintf(buf, SURVEY_ID_MAX, "%.*s", (int)strcspn(from, "/@"), from);
}

/* The measure that the first argument names, by the definition of today or of --wording. EXIT_OK or
 * the exit code. */
static int
find_measure(struct cli *c, struct survey_set *set, struct old_wording *old, struct measure *ret)
{
    char id[SURVEY_ID_MAX];
    struct err why = { "" };
    int code = EXIT_OK;
    (void)snprintf(id, sizeof id, "%.*s", (int)strcspn(cli_arg(c, 0), "/@"), cli_arg(c, 0));
    const struct definition *def = survey_named(c, set, id, &code);
    if (def && old && cli_option(c, "wording")) {
        char question[SURVEY_ID_MAX];
        question_of(cli_arg(c, 0), def, question);
        code = survey_version(c, def, question, old);
        def = old->def;
    }
    if (!def) {
        return code;
    }
    int r = measure_parse(cli_arg(c, 0), def, ret, &why);
    ret->is_ended = old && old->def && !old->is_asked;
    return r < 0 ? cli_fail_hint(c, EXIT_NOT_MET, "see: coprodctl survey measures", "%s", why.text)
                 : EXIT_OK;
}

static int
write_svg(struct cli *c, const struct trend *t, const char *path)
{
    AUTO_TEXT struct text svg = { 0 };
    chart_svg(t, &svg);
    if (svg.bad) {
        return cli_fail(c, EXIT_INTERNAL, "out of memory");
    }
    FILE *f = fopen(path, "we");
    if (!f) {
        return cli_fail(c, EXIT_CANNOT_CREATE, "cannot write %s: %s", path, strerror(errno));
    }
    bool is_bad = fwrite(text_str(&svg), 1, svg.len, f) != svg.len;
    if (fclose(f) != 0 || is_bad) {
        return cli_fail(c, EXIT_IO, "%s was not written whole", path);
    }
    return EXIT_OK;
}

static void
put_figure(struct out *out, const struct trend *t, double value)
{
    AUTO_TEXT struct text words = { 0 };
    if (!isnan(value)) {
        trend_figure(t, value, &words);
    }
    out_text(out, isnan(value) ? NULL : text_str(&words));
}

static void
put_rows(struct out *out, const struct trend *t)
{
    static const struct column columns[] = { { .key = "month", .head = "MONTH" },
                                             { .key = "value", .head = "VALUE", .right = true },
                                             { .key = "n", .head = "ANSWERS", .right = true },
                                             { .key = "mean", .head = "MEAN", .right = true },
                                             { .key = "lower", .head = "LOWER", .right = true },
                                             { .key = "upper", .head = "UPPER", .right = true },
                                             { .key = "verdict", .head = "WHAT IT IS" },
                                             { .key = "rule", .head = "RULE" },
                                             { .key = "note", .head = "NOTE" },
                                             { 0 } };
    static const char *const verdicts[SPC_VERDICT_MAX_] = { "", "better", "worse", "high", "low" };
    out_table(out, "rows", columns);
    for (size_t i = 0; i < t->n; i++) {
        const struct trend_row *row = &t->rows[i];
        const struct spc_point *p = &t->points[i];
        put_month(out, row->month);
        put_figure(out, t, t->y[i]);
        if (row->count.n > 0) {
            out_int(out, row->count.n);
        } else {
            out_text(out, NULL);
        }
        put_figure(out, t, p->mean);
        put_figure(out, t, p->lpl);
        put_figure(out, t, p->upl);
        out_tint(out, verdict_tints[p->verdict]);
        out_text(out, verdicts[p->verdict]);
        out_text(out, p->type == SPC_COMMON ? "" : spc_type_words(p->type));
        out_text(out, trend_note(row));
    }
}

static void
put_proposal(struct out *out, const struct trend *t)
{
    int row = trend_proposed(t);
    if (row < 0) {
        return;
    }
    char month[MONTH_TEXT_MAX];
    out_field(out, "proposed", NULL, "%s", month_format(t->rows[row].month, month));
    out_field(out, NULL, "Proposed", "a new baseline: coprodctl survey rebase '%s' --at "
              "%s-01 --reason ... --as ROLE", t->name, month);
}

static void
put_trend(struct cli *c, const struct trend *t, const struct old_wording *old)
{
    struct out *out = c->out;
    AUTO_TEXT struct text sentence = { 0 };
    const struct spc_group *g = trend_group(t);
    bool may = spc_may_signal(t->states);
    trend_sentence(t, &sentence);
    out_field(out, "measure", "Measure", "%s", t->name);
    out_field(out, "survey", "Survey", "%s", t->title);
    out_field(out, "wording", "Question", "%s", t->wording);
    if (old->def) {
        out_field_int(out, "version", NULL, old->version);
        out_field(out, NULL, "Version", "%lld of %lld, %s", (long long)old->version,
                  (long long)old->n_versions,
                  old->is_asked ? "as it is asked" : "not asked in these words any more");
    }
    out_field(out, "unit", "Unit", "%s", t->unit);
    out_field(out, "figures", "Figures", "%s",
              cli_flag(c, "internal") ? "internal, not for outside" : "published");
    out_field(out, "chart", "Chart", "%s", t->n ? spc_kind_word(t->kind) : "none");
    if (g && may) {
        out_field(out, "variation", NULL, "%s",
                  spc_variation_icon(trend_verdict(t), t->direction));
        out_field(out, NULL, "Variation", "%s",
                  chart_variation_words(trend_verdict(t), t->direction));
    }
    if (g && may && g->assurance) {
        out_field(out, "assurance", NULL, "%s", spc_assurance_icon(g->assurance));
        out_field(out, NULL, "Assurance", "%s", chart_assurance_words(g->assurance));
    }
    out_field(out, "sentence", "In words", "%s", text_str(&sentence));
    put_proposal(out, t);
    put_rows(out, t);
}

int
cmd_survey_trend(struct cli *c)
{
    AUTO_SET struct survey_set set = { .n = 0 };
    AUTO_READING struct reading r = { 0 };
    AUTO(trend) struct trend *t = NULL;
    AUTO_WORDING struct old_wording old = { .def = NULL };
    struct measure m = { .def = NULL };
    int code = find_measure(c, &set, &old, &m);
    code = code == EXIT_OK ? reading_open(c, &r) : code;
    if (code == EXIT_OK && measure_check_unit(c->store, &m, &r.why) < 0) {
        code = cli_fail(c, EXIT_NOT_MET, "%s", r.why.text);
    }
    if (code != EXIT_OK) {
        return code;
    }
    int32_t until = trend_until(m.def, &r.w->calendar, reading_today(&r));
    int found = trend_load(c->store, &m, until,
                           cli_flag(c, "internal") ? TREND_INTERNAL : TREND_PUBLISHED, &t, &r.why);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    if (t->open_month) {
        t->open_until = release_closing_day(m.def, &r.w->calendar, t->open_month);
    }
    const char *svg = cli_option(c, "svg");
    code = svg ? write_svg(c, t, svg) : EXIT_OK;
    if (code != EXIT_OK) {
        return code;
    }
    if (cli_flag(c, "csv")) {
        AUTO_TEXT struct text csv = { 0 };
        trend_csv(t, &csv);
        out_raw(c->out, text_str(&csv), csv.len);
        return EXIT_OK;
    }
    put_trend(c, t, &old);
    return EXIT_OK;
}

int
cmd_survey_rebase(struct cli *c)
{
    AUTO_SET struct survey_set set = { .n = 0 };
    struct measure m = { .def = NULL };
    char name[TREND_NAME_MAX];
    int code = cli_require(c, "at");
    code = code == EXIT_OK ? cli_require(c, "reason") : code;
    code = code == EXIT_OK ? find_measure(c, &set, NULL, &m) : code;
    if (code != EXIT_OK) {
        return code;
    }
    struct hubcall call = { .verb = "rebase" };
    hubcall_add(&call, "measure", measure_name(&m, name));
    hubcall_add_options(c, &call);
    return hubcall_do(c, &call);
}
