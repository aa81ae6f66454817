/* SPDX-License-Identifier: MIT */
/* trend.c - the nightly run: every measure of a survey, its chart, its signals. */
#include "engine/trend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/quote.h"
#include "answers/series.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/text.h"
#include "engine/owed.h"
#include "engine/signal.h"
#include "engine/sums.h"
#include "rules/episode.h"
#include "store/audit.h"

enum { NEWS_EACH = SPC_VERDICT_MAX_ }; /* each verdict but common may open, and one persist */

/* A measure whose chart has to be made anew. */
struct work {
    struct measure measure;
    struct trend *trend;
    const char *quote; /* its latest figure, as it was published */
    bool is_hidden; /* that month was published, and this figure was not */
    int64_t id; /* 0: not in the store yet */
    char mark[MEASURE_MARK_MAX];
};
struct night {
    struct store *s;
    const struct trend_options *opt;
    const struct definition *def;
    int32_t until;
    struct work **works; /* in mem */
    size_t n, cap;
    struct signal_news *news;
    size_t n_news;
    int32_t newest; /* month with answers; 0 = none */
    int32_t owed;   /* the first month that was due, when no answer ever came; else 0 */
    bool was_owed;  /* and what says so is to go, or to stay */
    struct quotes quotes; /* of the question that is looked at, in its newest month */
    struct signal_desk desk;
    struct sums sums;
    struct arena *mem;
    struct trend_result *sum;
    struct err *reterr;
};

static int
level_of(const char *path)
{
    int level = 0;
    for (; *path; path++) {
        level += *path == UNIT_SEPARATOR;
    }
    return level;
}

/* ---- what has changed ------------------------------------------------------------------------ */

static void
make_mark(const struct night *x, const struct work *w, char mark[MEASURE_MARK_MAX])
{
    const struct survey_trends *how = w->trend->how;
    struct hash h;
    hash_begin(&h, "coprod trend 6");
    hash_add_str(&h, x->desk.plan);
    hash_add_str(&h, x->desk.action);
    hash_add_i64(&h, how->chart);
    hash_add_i64(&h, how->least_n);
    hash_add_i64(&h, (int64_t)how->baseline);
    hash_add_i64(&h, w->trend->direction);
    hash_add_i64(&h, x->sums.series[w->measure.question]);
    hash_add_i64(&h, w->trend->has_target ? (int64_t)(w->trend->target * 1000) : -1);
    hash_add_i64(&h, how->persists);
    hash_add_str(&h, w->quote);
    hash_add_i64(&h, w->is_hidden);
    hash_add_i64(&h, x->def->threshold);
    for (size_t i = 0; i < w->trend->n; i++) {
        const struct trend_row *row = &w->trend->rows[i];
        hash_add_i64(&h, row->month);
        hash_add_i64(&h, row->count.good);
        hash_add_i64(&h, row->count.n);
        hash_add_i64(&h, row->is_rebase);
    }
    struct digest d = hash_end(&h);
    (void)hash_hex(&d, mark);
}

static int
keep_work(struct night *x, struct work *w)
{
    if (list_room_in(x->mem, &x->works, x->n, &x->cap, sizeof *x->works) < 0) {
        return -ENOMEM;
    }
    x->works[x->n++] = w;
    return 0;
}

static int
quote(const struct night *x, const struct measure *m, const struct trend *t, const char **ret)
{
    AUTO_TEXT struct text words = { 0 };
    int latest = trend_latest(t);
    if (latest >= 0 && t->rows[latest].month == x->quotes.month) {
        quotes_say(&x->quotes, m, t, &words);
    }
    *ret = words.bad ? NULL : arena_text(t->mem, text_str(&words));
    return *ret ? 0 : -ENOMEM;
}

static bool
is_hidden(const struct night *x, const struct measure *m, const struct trend *t)
{
    int latest = trend_latest(t);
    bool is_out = latest >= 0 && x->quotes.n > 0 && t->rows[latest].month == x->quotes.month;
    return is_out && !quotes_find(&x->quotes, m->path);
}

/* One unit's values: is there anything new in them? */
static int
look_at(struct night *x, const struct measure *m, const struct series_value *values, size_t n)
{
    AUTO(trend) struct trend *t = NULL;
    int r = series_trend(m, x->until, values, n, &t);
    if (r < 0 || t->n == 0) {
        return r;
    }
    int64_t id = 0;
    char known[MEASURE_MARK_MAX] = "";
    x->sum->n_measures++;
    r = measure_find(x->s, t->name, &id, known, x->reterr);
    r = r < 0 ? r : series_baselines(x->s, id, t, x->reterr);
    struct work w = { .measure = *m, .trend = t, .id = id, .is_hidden = is_hidden(x, m, t) };
    r = r < 0 ? r : quote(x, m, t, &w.quote);
    if (r >= 0) {
        make_mark(x, &w, w.mark);
    }
    if (r < 0 || strcmp(w.mark, known) == 0) {
        return r;
    }
    struct work *kept = ARENA_NEW(x->mem, struct work);
    if (!kept || keep_work(x, kept) < 0) {
        return -ENOMEM;
    }
    *kept = w;
    kept->trend = TAKE(t);
    return 0;
}

static int
look_at_units(struct night *x, struct measure *m, const struct series_value *values, size_t n)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < n;) {
        size_t end = i + 1;
        while (end < n && strcmp(values[end].path, values[i].path) == 0) {
            end++;
        }
        r = text_copy(m->path, sizeof m->path, values[i].path);
        r = r < 0 ? r : look_at(x, m, values + i, end - i);
        i = end;
    }
    return r;
}

static int
look_at_question(struct night *x, int question)
{
    AUTO(arena) struct arena *mem = arena_open();
    struct measure m = { .def = x->def, .question = question };
    struct series_value *values = NULL;
    size_t n = 0;
    int32_t newest = 0;
    int r = mem ? sums_newest(&x->sums, question, &newest, x->reterr) : -ENOMEM;
    x->newest = newest > x->newest ? newest : x->newest;
    r = r < 0 ? r : sums_values(&x->sums, question, mem, &values, &n, x->reterr);
    if (r < 0 || n == 0) {
        return r;
    }
    r = quotes_load(x->s, &m, newest, &x->quotes, x->reterr);
    unsigned statistics = measure_is_score(&m) ? 1U << TREND_MEAN : x->def->trends.statistics;
    for (int statistic = 1; r >= 0 && statistic < TREND_MAX_; statistic++) {
        m.statistic = (enum trend_statistic)statistic;
        if (statistics & (1U << statistic)) {
            r = look_at_units(x, &m, values, n);
        }
    }
    quotes_done(&x->quotes);
    return r;
}

/* ---- what is no more asked so ---------------------------------------------------------------- */

struct ending {
    struct night *x;
    struct ended {
        int64_t id;
        const char *name;
    } *list; /* in the night's mem */
    size_t n, cap;
};

static bool
is_asked(const struct night *x, int64_t series)
{
    bool is_one = false;
    for (size_t q = 0; q < x->def->n_questions + x->def->n_scores; q++) {
        is_one = is_one || x->sums.series[q] == series;
    }
    return is_one;
}

static int
add_ended(struct ending *e, int64_t id, const char *name)
{
    if (list_room_in(e->x->mem, &e->list, e->n, &e->cap, sizeof *e->list) < 0) {
        return -ENOMEM;
    }
    e->list[e->n] = (struct ended){ id, arena_text(e->x->mem, name) };
    return e->list[e->n++].name ? 0 : -ENOMEM;
}

/* One that an older release charted is of whatever it is charted from next. */
static int
find_ending(void *arg, const struct row *row)
{
    struct ending *e = arg;
    int64_t series = row_i64(row, 2);
    return series == 0 || is_asked(e->x, series)
               ? 0
               : add_ended(e, row_i64(row, 0), row_text_or(row, 1, ""));
}

/* By the name it had: " (ended 12)" is of the store. */
static int
find_again(void *arg, const struct row *row)
{
    struct ending *e = arg;
    char name[TREND_NAME_MAX + 32];
    if (!is_asked(e->x, row_i64(row, 2))) {
        return 0;
    }
    (void)snprintf(name, sizeof name, "%s", row_text_or(row, 1, ""));
    char *mark = strrchr(name, '(');
    if (mark && mark > name) {
        mark[-1] = '\0';
    }
    return add_ended(e, row_i64(row, 0), name);
}

static int
tell(const struct night *x, const char *event, const char *name, const char *detail)
{
    return audit_append(x->s,
                        &(struct audit_entry){ .at_ms = x->opt->now_ms, .actor = "aggregate",
                                               .on_behalf = "", .event = event,
                                               .subject = name, .detail = detail },
                        x->reterr);
}

static int
end_one(const struct night *x, const struct ended *one)
{
    int n = measure_end(x->s, one->id, x->opt->now_ms, x->reterr);
    x->sum->n_closed += n > 0 ? n : 0;
    return n <= 0 ? n
                  : tell(x, "signal closed", one->name,
                         "its question is no more asked in these words");
}

/* Words that came back are the same question: its months go on, those between are missing. */
static int
take_up_one(const struct night *x, const struct ended *one)
{
    int r = measure_again(x->s, one->id, one->name, x->reterr);
    return r <= 0 ? r
                  : tell(x, "trend taken up again", one->name,
                         "its question is asked in these words again; its baselines hold");
}

static int
change_all(struct night *x, const struct ending *ended, const struct ending *again)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < ended->n; i++) {
        r = end_one(x, &ended->list[i]);
    }
    for (size_t i = 0; r >= 0 && i < again->n; i++) {
        r = take_up_one(x, &again->list[i]);
    }
    return r < 0 || !x->opt->guard ? r : x->opt->guard(x->opt->arg, x->s, x->reterr);
}

/* Another wording is another series: its chart, its baselines and its signals begin with it. The
 * name has to be free before the charts are looked at; ended is ended if the night is cut short. */
static int
end_others(struct night *x)
{
    struct ending ended = { .x = x };
    struct ending again = { .x = x };
    if (!x->sums.is_all) {
        return 0;
    }
    int r = store_each(x->s, Q_MEASURE_OF_SURVEY, WITH(T(x->def->id)), find_ending, &ended,
                       x->reterr);
    r = r < 0 ? r : store_each(x->s, Q_MEASURE_ENDED, WITH(T(x->def->id)), find_again, &again,
                               x->reterr);
    r = r < 0 || ended.n + again.n == 0 ? r : store_begin(x->s, x->reterr);
    if (r < 0 || ended.n + again.n == 0) {
        return r < 0 ? r : 0;
    }
    r = change_all(x, &ended, &again);
    if (r < 0) {
        store_rollback(x->s);
        return r;
    }
    return store_commit(x->s, x->reterr);
}

/* ---- signals --------------------------------------------------------------------------------- */

static void
add_news(struct night *x, const struct work *w, int64_t id, enum spc_verdict verdict,
         bool persists)
{
    x->news[x->n_news++] = (struct signal_news){ .id = id, .verdict = verdict,
                                                 .persists = persists, .trend = w->trend,
                                                 .measure = &w->measure };
}

static int
open_signal(struct night *x, const struct work *w, enum spc_verdict verdict,
            const struct episode *e)
{
    size_t row = (size_t)trend_latest(w->trend);
    const struct spc_point *p = &w->trend->points[row];
    char limits[96];
    char detail[256];
    char month[32];
    (void)snprintf(limits, sizeof limits, "mean %.4f, limits %.4f to %.4f, %s chart", p->mean,
                   p->lpl, p->upl, spc_kind_word(w->trend->kind));
    (void)snprintf(detail, sizeof detail, "%s since %s: %s; %s", spc_verdict_word(verdict),
                   trend_month(e->first, month), spc_type_words(p->type), limits);
    const struct signal_order order = { .measure = w->id, .verdict = verdict,
                                        .first_month = e->first, .last_month = e->last,
                                        .opened_month = e->last,
                                        .rule = spc_type_words(p->type), .limits = limits,
                                        .now_ms = x->opt->now_ms };
    int64_t id = 0;
    int r = signal_add(x->s, &order, &id, x->reterr);
    r = r < 0 ? r : tell(x, "signal opened", w->trend->name, detail);
    if (r >= 0) {
        x->sum->n_opened++;
        add_news(x, w, id, verdict, false);
    }
    return r;
}

static int
move_signal(struct night *x, const struct work *w, struct signal_row *row,
            const struct episode *now)
{
    row->is_open = now->is_open;
    row->first_month = now->first;
    row->last_month = now->last;
    int r = signal_move(x->s, row, x->opt->now_ms, x->reterr);
    if (r < 0 || now->is_open) {
        return r;
    }
    x->sum->n_closed++;
    return tell(x, "signal closed", w->trend->name, "");
}

static int
see_persistence(struct night *x, const struct work *w, const struct signal_row *row)
{
    bool is_long = row->is_open && row->persisted_ms == 0
                   && row->last_month - row->opened_month >= x->def->trends.persists;
    int r = is_long ? signal_persists(x->s, row->id, x->opt->now_ms, x->reterr) : 0;
    if (r > 0) {
        add_news(x, w, row->id, SPC_IS_CONCERN, true);
    }
    return r < 0 ? r : 0;
}

/* How many rows a pattern is made of, up to the one that bears it. */
static const int pattern_rows[SPC_TYPE_MAX_] = {
    [SPC_COMMON] = 1,           [SPC_ABOVE_UCL] = 1,         [SPC_BELOW_LCL] = 1,
    [SPC_TREND_UP] = SPC_RUN,   [SPC_TREND_DOWN] = SPC_RUN,  [SPC_TWO_ABOVE] = 3,
    [SPC_TWO_BELOW] = 3,        [SPC_SHIFT_ABOVE] = SPC_RUN, [SPC_SHIFT_BELOW] = SPC_RUN,
};

/* What is said of a month of few answers, or of a run with one in it, is what those few said. */
static bool
rests_on_few(const struct night *x, const struct work *w)
{
    const struct trend *t = w->trend;
    int latest = trend_latest(t);
    if (latest < 0) {
        return w->is_hidden;
    }
    int32_t since = trend_since(t, trend_verdict(t));
    int from = latest + 1 - pattern_rows[t->points[latest].type];
    bool is_few = w->is_hidden;
    for (int i = 0; i <= latest; i++) {
        const struct trend_row *row = &t->rows[i];
        bool is_of_it = (row->month >= since || i >= from) && row->count.n > 0;
        is_few = is_few || (is_of_it && row->count.n < x->def->threshold);
    }
    return is_few;
}

static int
judge(struct night *x, const struct work *w, enum spc_verdict verdict,
      const struct episode_series *series)
{
    struct signal_row row = { 0 };
    int r = signal_newest(x->s, w->id, verdict, &row, x->reterr);
    if (r < 0) {
        return r;
    }
    const struct episode before = { row.first_month, row.last_month, row.is_open };
    struct episode now = { 0 };
    enum episode_event e = episode_judge(series, verdict, r > 0 ? &before : NULL, &now);
    if (e == EPISODE_OPENS && !spc_may_signal(w->trend->states)) {
        return 0; /* what is open goes on or closes even so: a new baseline ends it */
    }
    r = 0;
    if (e == EPISODE_OPENS && row.is_open) {
        r = move_signal(x, w, &row, &(struct episode){ before.first, before.last, false });
    }
    if (r >= 0 && e == EPISODE_OPENS) {
        return open_signal(x, w, verdict, &now);
    }
    if (r >= 0 && (e == EPISODE_CONTINUES || e == EPISODE_CLOSES)) {
        r = move_signal(x, w, &row, &now);
    }
    return r < 0 || verdict != SPC_IS_CONCERN ? r : see_persistence(x, w, &row);
}

/* Chart, what it says, signals. */
static int
do_work(struct night *x, struct work *w)
{
    struct trend *t = w->trend;
    int32_t *months = ARENA_LIST(t->mem, t->n, int32_t);
    int r = months ? trend_chart(t) : -ENOMEM;
    if (r < 0) {
        return r;
    }
    for (size_t i = 0; i < t->n; i++) {
        months[i] = t->rows[i].month;
    }
    int latest = trend_latest(t);
    const struct spc_group *g = trend_group(t);
    bool may = spc_may_signal(t->states);
    t->is_few = rests_on_few(x, w);
    AUTO_TEXT struct text words = { 0 };
    trend_outline(t, &words);
    text_addf(&words, "%s%s", w->quote[0] ? " " : "", w->quote);
    const char *assurance = may ? spc_assurance_icon(g->assurance) : NULL;
    struct measure_row row = {
        .id = w->id, .name = t->name, .survey = x->def->id, .plan = x->desk.plan,
        .action = x->desk.action, .level = level_of(w->measure.path), .mark = w->mark,
        .first_month = latest < 0 ? 0 : months[0],
        .month = latest < 0 ? 0 : months[latest], .n_values = (int64_t)g->n_values,
        .kind = spc_kind_word(t->kind), .states = t->states,
        .variation = may ? spc_variation_icon(trend_verdict(t), t->direction) : "",
        .assurance = assurance ? assurance : "", .words = text_str(&words),
        .now_ms = x->opt->now_ms, .series = x->sums.series[w->measure.question],
    };
    r = words.bad ? -ENOMEM : measure_put(x->s, &row, x->reterr);
    w->id = row.id;
    const struct episode_series series = { months, t->y, t->points, t->n };
    static const enum spc_verdict verdicts[] = { SPC_IS_CONCERN, SPC_IS_IMPROVEMENT,
                                                 SPC_IS_NEUTRAL_HIGH, SPC_IS_NEUTRAL_LOW };
    for (size_t i = 0; r >= 0 && i < LENGTH(verdicts) && !t->is_few; i++) {
        r = judge(x, w, verdicts[i], &series);
    }
    return r;
}

/* ---- the night ------------------------------------------------------------------------------- */

/* The last month that is due, when nobody at all answered in it; else 0. */
static int32_t
missing_month(const struct night *x)
{
    int32_t came = x->owed ? x->owed - 1 : x->newest ? x->newest : x->sums.newest_ever;
    int32_t month = x->until;
    while (month > came && !trend_is_due(x->def, month)) {
        month--;
    }
    return came > 0 && month > came && x->desk.action[0] ? month : 0;
}

static int
see_owed(struct night *x)
{
    int r = x->sums.newest_ever ? 0 : owed_since(&x->desk, x->until, &x->owed, x->reterr);
    r = r < 0 ? r : owed_is_noted(&x->desk, x->reterr);
    x->was_owed = r > 0;
    return r < 0 ? r : 0;
}

static int
write_all(struct night *x)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < x->n; i++) {
        r = do_work(x, x->works[i]);
    }
    int32_t missing = missing_month(x);
    r = r < 0 ? r : signal_tell(&x->desk, x->news, x->n_news, x->reterr);
    if (r >= 0 && missing) {
        r = signal_tell_missing(&x->desk, missing, x->reterr);
    }
    r = r < 0 ? r : owed_note(&x->desk, x->owed, x->reterr);
    x->sum->n_items = x->desk.n_items;
    x->sum->n_changed = (int)x->n;
    return r;
}

static int
write_night(struct night *x)
{
    if (x->n == 0 && !missing_month(x) && !x->was_owed && !x->sums.is_news) {
        return 0;
    }
    x->news = ARENA_LIST(x->mem, NEWS_EACH * x->n + 1, struct signal_news);
    if (!x->news) {
        return -ENOMEM;
    }
    int r = store_begin(x->s, x->reterr);
    if (r < 0) {
        return r;
    }
    r = write_all(x);
    r = r < 0 || !x->sums.is_news ? r : sums_note(&x->sums, x->reterr);
    r = r < 0 || !x->opt->guard ? r : x->opt->guard(x->opt->arg, x->s, x->reterr);
    if (r < 0) {
        store_rollback(x->s);
        return r;
    }
    return store_commit(x->s, x->reterr);
}

int
trend_run(struct store *s, const struct trend_options *opt, struct trend_result *ret,
          struct err *reterr)
{
    *ret = (struct trend_result){ 0 };
    AUTO(arena) struct arena *mem = arena_open();
    struct night x = { .s = s, .opt = opt, .def = opt->def, .sum = ret, .mem = mem,
                       .reterr = reterr };
    if (!mem) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    x.until = trend_until(opt->def, &opt->world->calendar, opt->today);
    int r = signal_desk_open(s, opt, &x.desk, reterr);
    r = r < 0 ? r : sums_open(s, opt, &x.desk, x.until, &x.sums, reterr);
    r = r < 0 || !x.sums.survey ? r : end_others(&x);
    size_t n = r < 0 || !x.sums.survey ? 0 : opt->def->n_questions + opt->def->n_scores;
    for (size_t q = 0; r >= 0 && q < n; q++) {
        r = look_at_question(&x, (int)q);
    }
    r = r < 0 ? r : see_owed(&x);
    r = r < 0 ? r : write_night(&x);
    sums_done(&x.sums);
    for (size_t i = 0; i < x.n; i++) {
        trend_free(x.works[i]->trend);
    }
    return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r < 0 ? r : 0;
}
