/* SPDX-License-Identifier: MIT */
/* series.c - measures by name, and the rows of their trends from stored or published counts. */
#include "answers/series.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/import.h"
#include "answers/release.h"
#include "answers/sheet.h"
#include "base/list.h"
#include "base/text.h"
#include "store/release.h"

/* ---- names ----------------------------------------------------------------------------------- */

bool
measure_is_score(const struct measure *m)
{
    return (size_t)m->question >= m->def->n_questions;
}

static const struct survey_score *
score_of(const struct measure *m)
{
    return &m->def->scores[(size_t)m->question - m->def->n_questions];
}

const char *
measure_name(const struct measure *m, char buf[TREND_NAME_MAX])
{
    AUTO_TEXT struct text unit = { 0 };
    trend_unit_names(m->path, &unit);
    const char *question = measure_is_score(m) ? score_of(m)->id
                                               : m->def->questions[m->question].id;
    (void)snprintf(buf, TREND_NAME_MAX, "%s/%s/%s%s%s", m->def->id, question,
                   trend_statistic_word(m->statistic), unit.len ? "@" : "", text_str(&unit));
    return buf;
}

/* "A > B" as the store has it. */
static int
parse_unit(const char *names, char path[UNIT_PATH_MAX])
{
    size_t n = 0;
    while (*names && n + 2 < UNIT_PATH_MAX) {
        bool is_cut = strncmp(names, " > ", 3) == 0;
        path[n++] = is_cut ? UNIT_SEPARATOR : *names;
        names += is_cut ? 3 : 1;
    }
    if (n > 0) {
        path[n++] = UNIT_SEPARATOR;
    }
    path[n] = '\0';
    return *names ? -ENAMETOOLONG : 0;
}

static int
refuse_question(const struct definition *def, const char *id, struct err *reterr)
{
    AUTO_TEXT struct text all = { 0 };
    for (size_t i = 0; i < def->n_questions; i++) {
        text_addf(&all, "%s%s", i ? ", " : "", def->questions[i].id);
    }
    for (size_t i = 0; i < def->n_scores; i++) {
        text_addf(&all, ", %s", def->scores[i].id);
    }
    return err_set(reterr, -EINVAL, "survey %s has no question '%.60s'; it has %.200s", def->id, id,
                   text_str(&all));
}

/* Index of a question, or of a score behind them; -1. */
static int
find_question(const struct definition *def, const char *id)
{
    for (size_t i = 0; i < def->n_scores; i++) {
        if (strcmp(def->scores[i].id, id) == 0) {
            return (int)(def->n_questions + i);
        }
    }
    return definition_question(def, id);
}

int
measure_parse(const char *name, const struct definition *def, struct measure *ret,
              struct err *reterr)
{
    char parts[TREND_NAME_MAX];
    *ret = (struct measure){ .def = def, .statistic = TREND_POSITIVE };
    if (text_copy(parts, sizeof parts, name) < 0) {
        return err_set(reterr, -EINVAL, "the name of a measure is not as long as that");
    }
    char *unit = strchr(parts, '@');
    if (unit) {
        *unit++ = '\0';
        if (parse_unit(unit, ret->path) < 0) {
            return err_set(reterr, -EINVAL, "the unit's name is too long");
        }
    }
    char *question = strchr(parts, '/');
    char *statistic = question ? strchr(question + 1, '/') : NULL;
    if (statistic) {
        *statistic++ = '\0';
        ret->statistic = trend_statistic_parse(statistic);
    }
    if (question) {
        ret->question = find_question(def, question + 1);
    }
    if (ret->question < 0) {
        return refuse_question(def, question + 1, reterr);
    }
    if (measure_is_score(ret) && !statistic) {
        ret->statistic = TREND_MEAN;
    }
    if (measure_is_score(ret) && ret->statistic != TREND_MEAN) {
        return err_set(reterr, -EINVAL, "of a score there is the mean only");
    }
    return ret->statistic == TREND_NONE
               ? err_set(reterr, -EINVAL, "'%.40s' is neither positive, negative nor mean",
                         statistic)
               : 0;
}

struct units_seen {
    struct arena *mem;
    const char **names;
    size_t n, cap;
    const char *path;
    bool is_there;
};

static int
see_name(struct units_seen *seen, const char *path)
{
    AUTO_TEXT struct text name = { 0 };
    trend_unit_names(path, &name);
    if (list_room_in(seen->mem, &seen->names, seen->n, &seen->cap, sizeof *seen->names) < 0) {
        return -ENOMEM;
    }
    seen->names[seen->n] = arena_text(seen->mem, text_str(&name));
    return name.bad || !seen->names[seen->n++] ? -ENOMEM : 0;
}

/* And all that it stands in: nobody need have answered for a service itself. */
static int
see_unit(void *arg, const struct row *row)
{
    struct units_seen *seen = arg;
    char path[UNIT_PATH_MAX + 1];
    int r = text_copy(path, sizeof path, row_text_or(row, 0, ""));
    for (size_t n = strlen(path); r == 0 && n > 0; n--) {
        if (path[n - 1] == UNIT_SEPARATOR) {
            path[n] = '\0';
            seen->is_there = seen->is_there || strcmp(path, seen->path) == 0;
            r = see_name(seen, path);
        }
    }
    return r;
}

static bool
is_moved_to(const struct definition *def, const char *path)
{
    for (size_t i = 0; i < def->n_moves; i++) {
        const char *to = def->moves[i].to; /* or something within it */
        if (strncmp(to, path, strlen(path)) == 0 || strncmp(to, path, strlen(to)) == 0) {
            return true;
        }
    }
    return false;
}

int
measure_check_unit(struct store *s, const struct measure *m, struct err *reterr)
{
    struct survey_row survey;
    AUTO(arena) struct arena *mem = arena_open();
    struct units_seen seen = { .mem = mem, .path = m->path };
    if (!mem) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    int r = m->path[0] ? survey_find(s, m->def->id, NULL, &survey, reterr) : 0;
    r = r <= 0 ? r : survey_units(s, survey.id, see_unit, &seen, reterr);
    if (r < 0 || !seen.n || seen.is_there || is_moved_to(m->def, m->path)) {
        return r < 0 ? r : 0;
    }
    AUTO_TEXT struct text unit = { 0 };
    trend_unit_names(m->path, &unit);
    if (list_room_in(mem, &seen.names, seen.n, &seen.cap, sizeof *seen.names) < 0) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    seen.names[seen.n] = NULL;
    const char *near = text_near(text_str(&unit), seen.names);
    return err_set(reterr, -EINVAL, "nobody ever answered for '%.200s' in survey %s%s%.200s%s",
                   text_str(&unit), m->def->id, near ? "; did you mean '" : "", near ? near : "",
                   near ? "'?" : "");
}

/* ---- periods --------------------------------------------------------------------------------- */

int32_t
trend_until(const struct definition *def, const struct calendar *calendar, day_t today)
{
    int32_t until = day_month(today) - 1;
    while (until > 0 && today <= release_closing_day(def, calendar, until)) {
        until--;
    }
    return until;
}

bool
trend_is_due(const struct definition *def, int32_t month)
{
    bool is_over = def->last_day != DAY_NONE && month_first_day(month) > def->last_day;
    return !is_over && (def->trends.months & (1U << (month % 12)));
}

/* ---- rows ------------------------------------------------------------------------------------ */

static int
by_path_and_month(const void *a, const void *b)
{
    const struct series_value *x = a;
    const struct series_value *y = b;
    int r = strcmp(x->path, y->path);
    return r ? r : (x->month > y->month) - (x->month < y->month);
}

void
series_sort(struct series_value *values, size_t n)
{
    if (n > 1) {
        qsort(values, n, sizeof *values, by_path_and_month);
    }
}

static struct trend *
new_trend(const struct measure *m)
{
    AUTO(trend) struct trend *t = calloc(1, sizeof *t);
    AUTO_TEXT struct text unit = { 0 };
    if (!t || !(t->mem = arena_open())) {
        return NULL;
    }
    trend_unit_names(m->path, &unit);
    (void)measure_name(m, t->name);
    (void)snprintf(t->unit, sizeof t->unit, "%s", unit.len ? text_str(&unit) : "whole trust");
    t->title = m->def->title;
    bool is_score = measure_is_score(m);
    t->wording = is_score ? score_of(m)->title : m->def->questions[m->question].wording;
    t->scale_num = is_score ? m->def->score_out_of : 1;
    t->scale_den = is_score ? m->def->score_unit * m->def->max_points : 1;
    t->open_until = DAY_NONE;
    t->statistic = m->statistic;
    t->how = &m->def->trends;
    t->direction = trend_direction(m->def, m->statistic, is_score);
    bool is_positive = m->statistic == TREND_POSITIVE;
    t->has_target = is_score ? score_of(m)->has_target : is_positive && t->how->has_target;
    t->target = is_score ? score_of(m)->target : t->how->target;
    return TAKE(t);
}

struct spc_count
series_count(const struct measure *m, const int64_t *counts)
{
    return measure_is_score(m) ? (struct spc_count){ counts[1], counts[0] }
                               : trend_count(m->def, m->statistic, counts);
}

int
series_trend(const struct measure *m, int32_t until, const struct series_value *values, size_t n,
             struct trend **ret)
{
    AUTO(trend) struct trend *t = new_trend(m);
    if (!t) {
        return -ENOMEM;
    }
    int32_t first = n ? values[0].month : until + 1;
    size_t cap = first <= until ? (size_t)(until - first) + 1 : 0;
    t->rows = ARENA_LIST(t->mem, cap + 1, struct trend_row);
    if (!t->rows) {
        return -ENOMEM;
    }
    for (size_t i = n; i > 0 && values[i - 1].month > until; i--) {
        t->open_month = values[i - 1].month;
    }
    size_t at = 0;
    for (int32_t month = first; month <= until; month++) {
        bool has_value = at < n && values[at].month == month;
        if (has_value || trend_is_due(m->def, month)) {
            struct trend_row *row = &t->rows[t->n++];
            row->month = month;
            row->is_hidden = has_value && !values[at].counts;
            if (has_value && values[at].counts) {
                row->count = series_count(m, values[at].counts);
            }
        }
        at += has_value;
    }
    *ret = TAKE(t);
    return 0;
}

int
series_baselines(struct store *s, int64_t measure, struct trend *t, struct err *reterr)
{
    int32_t months[BASELINES_MAX];
    size_t n = 0;
    int r = measure ? baseline_months(s, measure, months, &n, reterr) : 0;
    for (size_t i = 0; r >= 0 && i < n; i++) {
        size_t row = 0;
        while (row < t->n && t->rows[row].month < months[i]) {
            row++;
        }
        if (row > 0 && row < t->n) {
            t->rows[row].is_rebase = true;
        }
    }
    return r;
}

/* ---- one measure ----------------------------------------------------------------------------- */

struct gathering {
    struct series_value *values;
    size_t n, cap;
    const char *path;
    int32_t month;
    struct arena *mem;
};

static int
gather(struct gathering *g, const int64_t *counts)
{
    if (list_room_in(g->mem, &g->values, g->n, &g->cap, sizeof *g->values) < 0) {
        return -ENOMEM;
    }
    int64_t *kept = counts ? ARENA_LIST(g->mem, SURVEY_COUNTS, int64_t) : NULL;
    if (counts && !kept) {
        return -ENOMEM;
    }
    if (counts) {
        memcpy(kept, counts, SURVEY_COUNTS * sizeof *kept);
    }
    g->values[g->n++] = (struct series_value){ g->path, g->month, kept };
    return 0;
}

static struct import_wanted
wanted_by(const struct measure *m)
{
    bool is_score = measure_is_score(m);
    return (struct import_wanted){ .kind = is_score ? SURVEY_SCORE : SURVEY_QUESTION,
                                   .index = m->question
                                            - (is_score ? (int)m->def->n_questions : 0) };
}

int
series_sheet(struct store *s, const struct measure *m, struct sheet *ret, struct err *reterr)
{
    const struct import_wanted want = wanted_by(m);
    return sheet_load_some(s, m->def, &want, ret, reterr);
}

int
series_sheet_of(struct store *s, const struct measure *m, int32_t month, struct sheet *ret,
                struct err *reterr)
{
    struct import_wanted want = wanted_by(m);
    want.month = month;
    return sheet_load_some(s, m->def, &want, ret, reterr);
}

int
series_id(struct store *s, int64_t survey, const struct measure *m, int64_t *ret,
          struct err *reterr)
{
    const struct import_wanted want = wanted_by(m);
    return import_series_id(s, survey, m->def, &want, ret, reterr);
}

static int
gather_internal(struct store *s, const struct measure *m, struct gathering *g, struct err *reterr)
{
    struct sheet sheet = { .n = 0 };
    int r = series_sheet(s, m, &sheet, reterr);
    for (size_t i = 0; r >= 0 && i < sheet.n; i++) {
        g->month = sheet.rows[i].month;
        r = strcmp(sheet.rows[i].path, m->path) == 0 ? gather(g, sheet.rows[i].counts) : 0;
    }
    sheet_done(&sheet);
    return r < 0 ? r : 0;
}

static int
take_cell(void *arg, const struct release_cell *cell)
{
    struct gathering *g = arg;
    return strcmp(cell->path, g->path) == 0 ? gather(g, cell->is_shown ? cell->counts : NULL) : 0;
}

static int
gather_published(struct store *s, const struct measure *m, int32_t until, struct gathering *g,
                 struct err *reterr)
{
    struct survey_row survey;
    int64_t question = 0;
    int r = survey_find(s, m->def->id, NULL, &survey, reterr);
    r = r <= 0 ? r : series_id(s, survey.id, m, &question, reterr);
    bool is_known = r > 0;
    int32_t newest = is_known ? (int32_t)survey.newest_month : 0;
    newest = newest < until ? newest : until;
    for (g->month = newest - 50 * 12; r >= 0 && is_known && g->month <= newest; g->month++) {
        struct release_row release;
        r = release_newest_of(s, survey.id, g->month, question, &release, reterr);
        r = r > 0 ? release_cells(s, release.id, question, take_cell, g, reterr) : r;
    }
    return r < 0 ? r : 0;
}

static int
find_baselines(struct store *s, const struct measure *m, struct trend *t, struct err *reterr)
{
    struct survey_row survey;
    int64_t series = 0;
    int64_t id = 0;
    int r = survey_find(s, m->def->id, NULL, &survey, reterr);
    r = r <= 0 ? r : series_id(s, survey.id, m, &series, reterr);
    r = r <= 0 ? r : measure_of_series(s, m->def->id, series, t->name, &id, reterr);
    return r < 0 ? r : series_baselines(s, id, t, reterr);
}

int
trend_load(struct store *s, const struct measure *m, int32_t until, enum trend_figures figures,
           struct trend **ret, struct err *reterr)
{
    AUTO(arena) struct arena *mem = arena_open();
    AUTO(trend) struct trend *t = NULL;
    struct gathering g = { .path = m->path, .mem = mem };
    if (!mem) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    int r = figures == TREND_INTERNAL ? gather_internal(s, m, &g, reterr)
                                      : gather_published(s, m, until, &g, reterr);
    if (r >= 0) {
        series_sort(g.values, g.n);
        until = m->is_ended && g.n > 0 ? g.values[g.n - 1].month : until;
        r = series_trend(m, until, g.values, g.n, &t);
    }
    if (r >= 0) {
        t->is_published = figures == TREND_PUBLISHED;
    }
    r = r < 0 ? r : find_baselines(s, m, t, reterr);
    r = r < 0 ? r : trend_chart(t);
    if (r < 0) {
        return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r;
    }
    *ret = TAKE(t);
    return 0;
}
