/* SPDX-License-Identifier: MIT */
/* sums.c - sums of closed months, kept, and which of them changed. */
#include "engine/sums.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/import.h"
#include "base/list.h"
#include "store/release.h"

/* ---- one month ------------------------------------------------------------------------------- */

struct sum_row {
    int64_t series;
    const char *path;
    int64_t counts[SURVEY_COUNTS];
    bool is_still;
};
struct month_sums {
    struct sums *all;
    int32_t month;
    struct sum_row *old; /* by series and path */
    size_t n_old, cap_old;
    struct sheet sheets[SURVEY_QUESTIONS_MAX + SURVEY_SCORES_MAX];
    struct arena *mem;
};

static int
take_old(void *arg, const char *path, const struct survey_numbers *sum)
{
    struct month_sums *m = arg;
    if (list_room_in(m->mem, &m->old, m->n_old, &m->cap_old, sizeof *m->old) < 0) {
        return -ENOMEM;
    }
    struct sum_row *row = &m->old[m->n_old++];
    *row = (struct sum_row){ .series = sum->question, .path = arena_text(m->mem, path) };
    memcpy(row->counts, sum->v, sum->n * sizeof row->counts[0]);
    return row->path ? 0 : -ENOMEM;
}

static int
by_series_and_path(const void *a, const void *b)
{
    const struct sum_row *x = a;
    const struct sum_row *y = b;
    return x->series != y->series ? (x->series < y->series ? -1 : 1) : strcmp(x->path, y->path);
}

static int
add_change(struct sums *sums, int question, const char *path)
{
    if (list_room_in(sums->mem, &sums->changes, sums->n_changes, &sums->cap,
                     sizeof *sums->changes) < 0) {
        return -ENOMEM;
    }
    const struct sum_change change = { question, arena_text(sums->mem, path) };
    sums->changes[sums->n_changes++] = change;
    return change.path ? 0 : -ENOMEM;
}

static size_t
n_series(const struct sums *sums)
{
    return sums->opt->def->n_questions + sums->opt->def->n_scores;
}

static bool
is_charted(const struct sums *sums, const char *path)
{
    int level = 0;
    for (; *path; path++) {
        level += *path == UNIT_SEPARATOR;
    }
    return level <= sums->opt->def->trends.levels;
}

/* Which units of a question have other sums than before. */
static int
compare_question(struct month_sums *m, int question)
{
    const struct sheet *sheet = &m->sheets[question];
    int r = 0;
    for (size_t i = 0; r == 0 && i < sheet->n; i++) {
        const struct sheet_row *row = &sheet->rows[i];
        const struct sum_row key = { .series = m->all->series[question], .path = row->path };
        struct sum_row *old = m->n_old ? bsearch(&key, m->old, m->n_old, sizeof *m->old,
                                                 by_series_and_path) : NULL;
        bool is_wanted = is_charted(m->all, row->path);
        if (old) {
            old->is_still = is_wanted;
        }
        bool is_same = old && memcmp(old->counts, row->counts, sizeof old->counts) == 0;
        r = is_same || !is_wanted ? 0 : add_change(m->all, question, row->path);
    }
    return r;
}

static int
compare_gone(struct month_sums *m)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < m->n_old; i++) {
        for (size_t q = 0; r == 0 && !m->old[i].is_still && q < n_series(m->all); q++) {
            bool is_its = m->all->series[q] == m->old[i].series;
            r = is_its ? add_change(m->all, (int)q, m->old[i].path) : 0;
        }
    }
    return r;
}

static int
write_question(const struct month_sums *m, int question, struct err *reterr)
{
    const struct sheet *sheet = &m->sheets[question];
    int r = 0;
    for (size_t i = 0; r == 0 && i < sheet->n; i++) {
        const struct sheet_row *row = &sheet->rows[i];
        const struct survey_numbers sum = { m->all->series[question], row->counts, SURVEY_COUNTS };
        r = is_charted(m->all, row->path)
                ? survey_sum_add(m->all->store, m->all->survey, m->month, row->path, &sum, reterr)
                : 0;
    }
    return r;
}

static struct measure
measure_of(const struct sums *sums, int question)
{
    return (struct measure){ .def = sums->opt->def, .question = question };
}

/* The charts' mark goes with the first sum that changes: were the night cut short before the charts
 * are made, all of them are looked at the next time. */
static int
write_sums(struct month_sums *m, struct err *reterr)
{
    struct store *s = m->all->store;
    int r = store_setting_set(s, m->all->charted_key, "", reterr);
    r = r < 0 ? r : survey_sums_clear(s, m->all->survey, m->month, reterr);
    for (size_t q = 0; r == 0 && q < n_series(m->all); q++) {
        r = write_question(m, (int)q, reterr);
    }
    return r;
}

static int
sum_up(struct month_sums *m, struct err *reterr)
{
    struct sums *all = m->all;
    size_t before = all->n_changes;
    int r = survey_sums_of_month(all->store, all->survey, m->month, take_old, m, reterr);
    for (size_t q = 0; r >= 0 && q < n_series(all); q++) {
        const struct measure measure = measure_of(all, (int)q);
        r = series_sheet_of(all->store, &measure, m->month, &m->sheets[q], reterr);
        r = r < 0 ? r : compare_question(m, (int)q);
    }
    r = r < 0 ? r : compare_gone(m);
    return r < 0 || all->n_changes == before ? r : write_sums(m, reterr);
}

static int
sum_up_month(struct sums *sums, int32_t month, struct err *reterr)
{
    AUTO(arena) struct arena *mem = arena_open();
    struct month_sums *m = mem ? ARENA_NEW(mem, struct month_sums) : NULL;
    int r = m ? store_begin(sums->store, reterr) : -ENOMEM;
    if (r < 0) {
        return r;
    }
    *m = (struct month_sums){ .all = sums, .month = month, .mem = mem };
    r = sum_up(m, reterr);
    for (size_t q = 0; q < n_series(sums); q++) {
        sheet_done(&m->sheets[q]);
    }
    r = r < 0 || !sums->opt->guard ? r : sums->opt->guard(sums->opt->arg, sums->store, reterr);
    if (r < 0) {
        store_rollback(sums->store);
        return r;
    }
    return store_commit(sums->store, reterr);
}

/* ---- what has changed ------------------------------------------------------------------------ */

/* Whether a mark is the one that was noted last; buf gets it. */
static int
is_noted(const struct sums *sums, const char *key, struct hash *h, char buf[DIGEST_HEX_MAX],
         struct err *reterr)
{
    char known[DIGEST_HEX_MAX];
    struct digest d = hash_end(h);
    (void)hash_hex(&d, buf);
    int r = store_setting_get(sums->store, key, known, sizeof known, reterr);
    return r <= 0 ? r : strcmp(known, buf) == 0;
}

static int
find_series(struct sums *sums, struct err *reterr)
{
    int r = 0;
    sums->series = ARENA_LIST(sums->mem, n_series(sums), int64_t);
    for (size_t q = 0; sums->series && r >= 0 && q < n_series(sums); q++) {
        const struct measure m = measure_of(sums, (int)q);
        sums->series[q] = 0;
        r = series_id(sums->store, sums->survey, &m, &sums->series[q], reterr);
    }
    return sums->series ? r : -ENOMEM;
}

static int
sum_up_due(struct sums *sums, struct err *reterr)
{
    const struct definition *def = sums->opt->def;
    struct hash h;
    hash_begin(&h, "coprod sums 1");
    hash_add_str(&h, COPROD_VERSION);
    hash_add_bytes(&h, &def->digest, sizeof def->digest);
    int r = is_noted(sums, sums->summed_key, &h, sums->summed, reterr);
    sums->is_all = r == 0 || !sums->opt->is_nightly;
    sums->is_news = sums->is_all;
    for (size_t i = 0; r >= 0 && i < sums->months.n; i++) {
        const struct survey_month *m = &sums->months.list[i];
        if (sums->is_all || m->changed != m->charted) {
            sums->is_news = true;
            r = sum_up_month(sums, m->month, reterr);
        }
    }
    return r;
}

static int
add_baselines(void *arg, const struct row *row)
{
    hash_add_i64(arg, row_i64(row, 0));
    hash_add_i64(arg, row_i64(row, 1));
    return 0;
}

/* What the charts stand on beside their sums; what is quoted of a chart's newest month is what was
 * published of it. */
static int
compare_charts(struct sums *sums, const struct signal_desk *desk, int32_t until,
               struct err *reterr)
{
    struct hash h;
    hash_begin(&h, "coprod charts 1");
    hash_add_str(&h, sums->summed);
    hash_add_str(&h, desk->plan);
    hash_add_str(&h, desk->action);
    hash_add_i64(&h, until);
    int r = store_each(sums->store, Q_BASELINE_NEWEST, NONE, add_baselines, &h, reterr);
    for (size_t q = 0; r >= 0 && q < n_series(sums); q++) {
        int32_t newest = 0;
        struct release_row release = { .id = 0 };
        r = sums_newest(sums, (int)q, &newest, reterr);
        r = r < 0 ? r : release_newest(sums->store, sums->survey, newest, &release, reterr);
        hash_add_i64(&h, newest);
        hash_add_i64(&h, release.id);
    }
    r = r < 0 ? r : is_noted(sums, sums->charted_key, &h, sums->charted, reterr);
    sums->is_all = sums->is_all || r == 0;
    sums->is_news = sums->is_news || r == 0;
    return r < 0 ? r : 0;
}

static int
by_question_and_path(const void *a, const void *b)
{
    const struct sum_change *x = a;
    const struct sum_change *y = b;
    return x->question != y->question ? x->question - y->question : strcmp(x->path, y->path);
}

static void
sort_changes(struct sums *sums)
{
    size_t kept = 0;
    if (sums->n_changes > 1) {
        qsort(sums->changes, sums->n_changes, sizeof *sums->changes, by_question_and_path);
    }
    for (size_t i = 0; i < sums->n_changes; i++) {
        if (i == 0 || by_question_and_path(&sums->changes[i], &sums->changes[kept - 1]) != 0) {
            sums->changes[kept++] = sums->changes[i];
        }
    }
    sums->n_changes = kept;
}

int
sums_open(struct store *s, const struct trend_options *opt, const struct signal_desk *desk,
          int32_t until, struct sums *ret, struct err *reterr)
{
    struct survey_row survey = { 0 };
    *ret = (struct sums){ .store = s, .opt = opt, .mem = arena_open() };
    (void)snprintf(ret->summed_key, sizeof ret->summed_key, "survey.summed.%.64s", opt->def->id);
    (void)snprintf(ret->charted_key, sizeof ret->charted_key, "survey.charted.%.64s",
                   opt->def->id);
    int r = ret->mem ? survey_find(s, opt->def->id, NULL, &survey, reterr) : -ENOMEM;
    if (r > 0) {
        ret->survey = survey.id;
        ret->newest_ever = (int32_t)survey.newest_month;
        r = survey_months_load(s, survey.id, &ret->months, reterr);
    }
    while (ret->months.n > 0 && ret->months.list[ret->months.n - 1].month > until) {
        ret->months.n--;
    }
    if (r >= 0 && ret->survey) {
        r = find_series(ret, reterr);
        r = r < 0 ? r : sum_up_due(ret, reterr);
        sort_changes(ret);
        r = r < 0 ? r : compare_charts(ret, desk, until, reterr);
    }
    return r < 0 ? r : 0;
}

void
sums_done(struct sums *sums)
{
    survey_months_done(&sums->months);
    arena_free(sums->mem);
}

int
sums_note(const struct sums *sums, struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < sums->months.n; i++) {
        const struct survey_month *m = &sums->months.list[i];
        r = m->changed == m->charted
                ? 0
                : survey_month_charted(sums->store, sums->survey, m, reterr);
    }
    r = r < 0 ? r : store_setting_set(sums->store, sums->summed_key, sums->summed, reterr);
    return r < 0 ? r : store_setting_set(sums->store, sums->charted_key, sums->charted, reterr);
}

/* ---- values ---------------------------------------------------------------------------------- */

struct gathering {
    struct series_value *values;
    size_t n, cap;
    int32_t month;
    struct arena *mem;
};

static int
gather(void *arg, const char *path, const struct survey_numbers *sum)
{
    struct gathering *g = arg;
    if (list_room_in(g->mem, &g->values, g->n, &g->cap, sizeof *g->values) < 0) {
        return -ENOMEM;
    }
    int64_t *counts = ARENA_LIST(g->mem, SURVEY_COUNTS, int64_t);
    const char *kept = arena_text(g->mem, path);
    if (!counts || !kept) {
        return -ENOMEM;
    }
    memset(counts, 0, SURVEY_COUNTS * sizeof *counts);
    memcpy(counts, sum->v, sum->n * sizeof *counts);
    g->values[g->n++] = (struct series_value){ kept, g->month, counts };
    return 0;
}

int
sums_values(const struct sums *sums, int question, struct arena *mem, struct series_value **ret,
            size_t *ret_n, struct err *reterr)
{
    struct gathering g = { .mem = mem };
    int r = 0;
    for (size_t i = 0; r >= 0 && i < sums->months.n && sums->series[question]; i++) {
        const struct survey_sum_place at = { sums->survey, sums->months.list[i].month,
                                             sums->series[question] };
        g.month = at.month;
        if (sums->is_all) {
            r = survey_sums_of_series(sums->store, &at, gather, &g, reterr);
            continue;
        }
        for (size_t k = 0; r >= 0 && k < sums->n_changes; k++) {
            if (sums->changes[k].question == question) {
                r = survey_sum_get(sums->store, &at, sums->changes[k].path, gather, &g, reterr);
            }
        }
    }
    series_sort(g.values, g.n);
    *ret = g.values;
    *ret_n = g.n;
    return r < 0 ? r : 0;
}

int
sums_newest(const struct sums *sums, int question, int32_t *ret, struct err *reterr)
{
    int r = 0;
    *ret = 0;
    for (size_t i = sums->months.n; r == 0 && i > 0 && sums->series[question]; i--) {
        const struct survey_sum_place at = { sums->survey, sums->months.list[i - 1].month,
                                             sums->series[question] };
        r = survey_sum_get(sums->store, &at, "", NULL, NULL, reterr);
        *ret = r > 0 ? at.month : 0;
    }
    return r < 0 ? r : 0;
}
