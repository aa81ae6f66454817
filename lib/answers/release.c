/* SPDX-License-Identifier: MIT */
/* release.c - publishing a survey: which months, which units, which figures. */
#include "answers/release.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/import.h"
#include "answers/release_inside.h"
#include "answers/wording.h"
#include "base/hash.h"
#include "store/audit.h"

#define MS_DAY INT64_C(86400000)
_Static_assert((int)SURVEY_COUNTS <= (int)DISCLOSURE_SLOTS_MAX, "a line holds every count");

enum { SERIES_MAX = SURVEY_QUESTIONS_MAX + SURVEY_SCORES_MAX };

/* Series are the questions, and behind them the scores. */
struct run {
    struct store *store;
    const struct release_options *opt;
    const struct definition *def;
    int64_t survey;
    size_t n_series;
    int64_t ids[SERIES_MAX]; /* in the store; 0 = nobody answered it yet */
    struct sheet sheets[SERIES_MAX]; /* of the month in work, as things stand */
    struct slice_sheet slices[SURVEY_QUESTIONS_MAX];
    struct score_book book;
    struct release_result done;
    char mark_key[128];
    char mark[DIGEST_HEX_MAX];
    bool was_same; /* the mark, at the last look */
};

/* A month in work. */
struct month_work {
    struct run *run;
    int32_t month;
    struct release_row before; /* version 0: never published */
    bool is_of_others; /* published under series that the definition does not have any more */
    struct release_news news;
    struct board boards[SERIES_MAX];
    struct arena *mem;
    bool has_changed;
};

day_t
release_closing_day(const struct definition *def, const struct calendar *calendar, int32_t month)
{
    return calendar_add(calendar, month_first_day(month + 1) - 1, def->closes_after);
}

static bool
is_score(const struct run *run, size_t series)
{
    return series >= run->def->n_questions;
}

static struct import_wanted
wanted(const struct run *run, size_t series)
{
    size_t n = run->def->n_questions;
    return is_score(run, series)
               ? (struct import_wanted){ .kind = SURVEY_SCORE, .index = (int)(series - n) }
               : (struct import_wanted){ .kind = SURVEY_QUESTION, .index = (int)series };
}

/* ---- the first time: the rule decides on the whole tree ---- */

uint32_t
release_row_above(const struct sheet_row *rows, const struct disclosure_cell *cells, size_t i)
{
    size_t up = i - 1;
    while (strncmp(rows[up].path, rows[i].path, strlen(rows[up].path)) != 0) {
        up = cells[up].parent;
    }
    return (uint32_t)up;
}

static int
fill_board(struct month_work *w, struct board *b, const struct sheet_row *rows,
           const struct disclosure_cell *cells, size_t n)
{
    b->cells = ARENA_LIST(w->mem, n, struct release_cell);
    if (!b->cells) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        b->has_shown = b->has_shown || cells[i].why == DISCLOSURE_SHOWN;
    }
    b->is_new = b->has_shown;
    /* Nothing shown, nothing listed: units named below a trust of fewer than k would be counts. */
    b->n = b->has_shown || n == 0 ? n : 1;
    for (size_t i = 0; i < b->n; i++) {
        b->cells[i] = (struct release_cell){ .path = rows[i].path,
                                             .is_shown = cells[i].why == DISCLOSURE_SHOWN };
        if (b->cells[i].is_shown) {
            memcpy(b->cells[i].counts, rows[i].counts, sizeof b->cells[i].counts);
        }
    }
    w->has_changed = w->has_changed || b->has_shown;
    return 0;
}

static int
decide_first(struct month_work *w, size_t q, const struct sheet_row *rows, size_t n)
{
    struct board *b = &w->boards[q];
    struct disclosure_cell *cells = ARENA_LIST(w->mem, n, struct disclosure_cell);
    if (!cells) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < n; i++) {
        assert(i > 0 || rows[0].path[0] == '\0');
        cells[i].n = rows[i].n;
        cells[i].parent = i ? release_row_above(rows, cells, i) : 0;
    }
    (void)disclosure_hide(cells, n, w->run->def->threshold);
    int r = fill_board(w, b, rows, cells, n);
    const struct slice_work slicing = { &w->run->slices[q], w->month, cells, rows, n,
                                        w->run->def->threshold, w->mem };
    r = r < 0 || !b->has_shown ? r : slices_decide(&slicing, &b->slices);
    return r < 0 || !b->has_shown ? r : board_first_leaves(slicing.sheet->leaves, b, w->mem);
}

/* A star in each month of each score, or which months have none would tell of its parts. */
static int
list_hidden(struct month_work *w, struct board *b)
{
    b->cells = ARENA_NEW(w->mem, struct release_cell);
    if (!b->cells) {
        return -ENOMEM;
    }
    b->cells[0].path = "";
    b->n = 1;
    return 0;
}

/* With the first version of all its parts. */
static int
decide_score(struct month_work *w, size_t series)
{
    struct run *run = w->run;
    size_t n_questions = run->def->n_questions;
    const struct survey_score *s = &run->def->scores[series - n_questions];
    struct score_work work = { .def = run->def, .book = &run->book, .month = w->month,
                               .score = (int)(series - n_questions), .mem = w->mem };
    work.rows = sheet_month(&run->sheets[series], w->month, &work.n);
    const struct board *parts = w->boards + (s->is_of_scores ? n_questions : 0);
    for (size_t k = 0; k < s->n_parts; k++) {
        if (!parts[s->parts[k]].is_new) {
            return 0;
        }
    }
    int r = score_cells(&work);
    for (size_t i = 0; r > 0 && i < work.n; i++) {
        for (size_t k = 0; k < s->n_parts; k++) {
            bool is_part_shown = board_shown(&parts[s->parts[k]], work.rows[i].path);
            work.cells[i].is_barred = work.cells[i].is_barred || !is_part_shown;
        }
    }
    if (r > 0) {
        r = score_decide(&work);
        r = r < 0 ? r : fill_board(w, &w->boards[series], work.rows, work.cells, work.n);
    }
    return r;
}

/* ---- later: the picture stays, its figures grow ---- */

/* What was published under a higher one keeps it. */
static int64_t
threshold(const struct month_work *w)
{
    int64_t k = w->run->def->threshold;
    return k > w->before.k ? k : w->before.k;
}

static int
decide_again(struct month_work *w, size_t q, const struct sheet_row *rows, size_t n)
{
    const struct again_work again = { .rows = rows, .n = n, .k = threshold(w), .mem = w->mem,
                                      .leaves = w->run->slices[q].leaves };
    return board_grow(&again, &w->boards[q], &w->news);
}

/* Beside its parts as they stood when it was first published, and as they are to be. */
static int
decide_score_again(struct month_work *w, size_t series, struct err *reterr)
{
    struct run *run = w->run;
    size_t n_questions = run->def->n_questions;
    const struct survey_score *s = &run->def->scores[series - n_questions];
    size_t from = s->is_of_scores ? n_questions : 0;
    struct board *first = ARENA_LIST(w->mem, run->n_series, struct board);
    struct board_place at = { .survey = run->survey, .month = w->month,
                              .series = run->ids[series] };
    struct score_again again = { .def = run->def, .score = (int)(series - n_questions),
                                 .now = w->boards + from, .k = threshold(w), .mem = w->mem };
    again.rows = sheet_month(&run->sheets[series], w->month, &again.n);
    int r = first ? release_first_shown(run->store, at.survey, at.month, at.series,
                                        &at.release, reterr) : -ENOMEM;
    r = r < 0 ? r : board_load(run->store, &at, w->mem, &first[series], reterr);
    for (size_t k = 0; r >= 0 && k < s->n_parts; k++) {
        size_t part = from + (size_t)s->parts[k];
        at.series = run->ids[part];
        r = board_load(run->store, &at, w->mem, &first[part], reterr);
    }
    if (r < 0) {
        return r;
    }
    again.first = first + from;
    again.was = &first[series];
    return score_grow(&again, &w->boards[series], &w->news);
}

/* ---- one month ---- */

static int
decide_question(struct month_work *w, size_t q, struct err *reterr)
{
    struct board *b = &w->boards[q];
    size_t n = 0;
    const struct sheet_row *rows = sheet_month(&w->run->sheets[q], w->month, &n);
    const struct board_place at = { .survey = w->run->survey, .month = w->month,
                                    .series = w->run->ids[q],
                                    .has_leaves = !is_score(w->run, q)
                                                  && w->run->slices[q].leaves };
    int r = board_load(w->run->store, &at, w->mem, b, reterr);
    if (r >= 0 && b->n == 0 && w->is_of_others) {
        w->news.n_waiting += n > 0;
        return 0;
    }
    if (r >= 0) {
        size_t n_grown = w->news.n_grown;
        r = is_score(w->run, q) ? (b->has_shown ? decide_score_again(w, q, reterr)
                                                : decide_score(w, q))
            : b->has_shown      ? decide_again(w, q, rows, n)
                                : decide_first(w, q, rows, n);
        w->has_changed = w->has_changed || w->news.n_grown > n_grown;
    }
    r = r < 0 || b->n > 0 || !is_score(w->run, q) ? r : list_hidden(w, b);
    for (size_t i = 0; i < b->n; i++) {
        w->news.n_units++;
        w->news.n_shown += b->cells[i].is_shown;
    }
    return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r;
}

static int
write_question(struct month_work *w, const struct release_row *release, size_t q,
               struct err *reterr)
{
    const struct board *b = &w->boards[q];
    int64_t id = w->run->ids[q];
    int r = 0;
    for (size_t i = 0; r >= 0 && i < b->n; i++) {
        r = release_cell_add(w->run->store, release->id, id, &b->cells[i], reterr);
    }
    for (size_t i = 0; r >= 0 && i < b->slices.n; i++) {
        r = release_slice_add(w->run->store, release->id, id, &b->slices.list[i], reterr);
    }
    for (size_t i = 0; r >= 0 && i < b->leaves.n; i++) {
        r = release_leaf_add(w->run->store, release->id, id, &b->leaves.list[i], reterr);
    }
    return r;
}

static int
write_audit(const struct month_work *w, struct err *reterr)
{
    const struct release_news *n = &w->news;
    char subject[SURVEY_ID_MAX + 32];
    char detail[128];
    char month[MONTH_TEXT_MAX];
    (void)snprintf(subject, sizeof subject, "survey %s %s", w->run->def->id,
                   month_format(w->month, month));
    (void)snprintf(detail, sizeof detail, "version %lld, %zu of %zu units shown",
                   (long long)n->version, n->n_shown, n->n_units);
    const struct audit_entry entry = { .at_ms = w->run->opt->now_ms, .actor = "aggregate",
                                       .on_behalf = "", .event = "survey published",
                                       .subject = subject, .detail = detail };
    return audit_append(w->run->store, &entry, reterr);
}

/* What was decided rests on the version before, which never changes; the key of the new one is what
 * keeps two of us apart. */
static int
write_all(struct month_work *w, struct err *reterr)
{
    const struct release_options *opt = w->run->opt;
    struct release_row row = { .version = w->news.version,
                               .k = threshold(w),
                               .places = definition_places(w->run->def, w->month) };
    int r = release_add(w->run->store, w->run->survey, w->month, opt->now_ms, &row, reterr);
    if (r == -EEXIST) {
        return err_set(reterr, -EBUSY, "somebody else publishes the same survey");
    }
    for (size_t q = 0; r >= 0 && q < w->run->n_series; q++) {
        r = write_question(w, &row, q, reterr);
    }
    r = r < 0 ? r : write_audit(w, reterr);
    return r < 0 || !opt->guard ? r : opt->guard(opt->arg, w->run->store, reterr);
}

static int
write_month(struct month_work *w, struct err *reterr)
{
    struct store *s = w->run->store;
    int r = w->run->opt->is_dry ? 1 : store_begin(s, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    r = write_all(w, reterr);
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    return store_commit(s, reterr);
}

/* Units count elsewhere than when it was published: an answer that stands there in one unit would
 * come again in another, and the two less each other are those who came between. */
static void
keep_back(struct month_work *w)
{
    w->news.n_waiting += w->news.n_grown + (w->has_changed && w->news.n_grown == 0);
    w->news.n_grown = 0;
    w->has_changed = false;
}

static int
take_series(void *arg, const struct row *row)
{
    struct month_work *w = arg;
    bool is_ours = false;
    for (size_t q = 0; q < w->run->n_series; q++) {
        is_ours = is_ours || w->run->ids[q] == row_i64(row, 0);
    }
    w->is_of_others = w->is_of_others || !is_ours;
    return 0;
}

/* The same answers under a changed wording are another series; beside what was published of the
 * first they would tell who came between. */
static int
read_before(struct month_work *w, struct err *reterr)
{
    struct run *run = w->run;
    int r = release_newest(run->store, run->survey, w->month, &w->before, reterr);
    return r <= 0 ? r : release_series(run->store, run->survey, w->month, take_series, w, reterr);
}

static int
publish_month(struct month_work *w, struct err *reterr)
{
    struct run *run = w->run;
    int r = read_before(w, reterr);
    for (size_t q = 0; r >= 0 && q < run->n_series; q++) {
        r = decide_question(w, q, reterr);
    }
    if (r < 0) {
        return r;
    }
    bool is_first = w->before.version == 0;
    if (!is_first && w->before.places != definition_places(run->def, w->month)) {
        keep_back(w);
    }
    if (is_first || w->has_changed) {
        w->news.version = w->before.version + 1;
        r = write_month(w, reterr);
        run->done.n_first += is_first;
        run->done.n_revised += !is_first;
    }
    run->done.n_waiting += w->news.n_waiting > 0;
    bool is_news = w->news.version > 0 || w->news.n_waiting > 0;
    return r < 0 || !is_news || !run->opt->tell ? r : run->opt->tell(run->opt->arg, &w->news);
}

/* ---- all months ---- */

/* Single answers are read only when a month with scores is published for the first time; once, as
 * long as nothing has changed since. */
static int
load_book(struct run *run, int32_t month, struct err *reterr)
{
    struct release_row row;
    int known = run->n_series > run->def->n_questions
                    ? release_newest(run->store, run->survey, month, &row, reterr)
                    : 1;
    return known != 0 ? (known < 0 ? known : 0)
                      : score_book_load(run->store, run->def, run->survey, &run->book, reterr);
}

/* One month at one instant of the store, all questions. */
static int
load_sheets(struct run *run, int32_t month, struct err *reterr)
{
    int r = store_read_begin(run->store, reterr);
    if (r < 0) {
        return r;
    }
    for (size_t q = 0; r >= 0 && q < run->n_series; q++) {
        struct import_wanted want = wanted(run, q);
        want.month = month;
        run->ids[q] = 0;
        r = import_series_id(run->store, run->survey, run->def, &want, &run->ids[q], reterr);
        r = r < 0 ? r : sheet_load_some(run->store, run->def, &want, &run->sheets[q], reterr);
        if (r >= 0 && !is_score(run, q)) {
            r = slice_sheet_load(run->store, run->def, &want, &run->slices[q], reterr);
        }
    }
    r = r < 0 ? r : load_book(run, month, reterr);
    store_read_end(run->store);
    return r;
}

static bool
has_answers(const struct run *run)
{
    size_t n = 0;
    for (size_t q = 0; q < run->def->n_questions; q++) {
        n += run->sheets[q].n;
    }
    return n > 0;
}

static int
look_at_month(struct run *run, int32_t month, struct err *reterr)
{
    AUTO(arena) struct arena *mem = arena_open();
    struct month_work *w = mem ? ARENA_NEW(mem, struct month_work) : NULL;
    if (!w) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    *w = (struct month_work){ .run = run, .month = month, .mem = mem, .news = { .month = month } };
    int r = load_sheets(run, month, reterr);
    r = r < 0 || !has_answers(run) ? r : publish_month(w, reterr);
    for (size_t q = 0; q < run->n_series; q++) {
        sheet_done(&run->sheets[q]);
    }
    for (size_t q = 0; q < run->def->n_questions; q++) {
        slice_sheet_done(&run->slices[q]);
    }
    return r < 0 ? r : 0;
}

/* What was decided of the months holds until they change, or the definition does. */
static int
note_looks(const struct run *run, const struct survey_months *looked, struct err *reterr)
{
    struct store *s = run->store;
    int r = run->opt->is_dry || (looked->n == 0 && run->was_same) ? 1 : store_begin(s, reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    for (size_t i = 0; r == 0 && i < looked->n; i++) {
        r = survey_month_released(s, run->survey, &looked->list[i], reterr);
    }
    r = r < 0 || run->was_same ? r : wording_keep(s, run->survey, run->def, reterr);
    r = r < 0 ? r : store_setting_set(s, run->mark_key, run->mark, reterr);
    r = r < 0 || !run->opt->guard ? r : run->opt->guard(run->opt->arg, s, reterr);
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    return store_commit(s, reterr);
}

_Static_assert((int)RELEASE_OVER_QUARTER == (int)SURVEY_TOTALS_QUARTER
                   && (int)RELEASE_OVER_YEAR == (int)SURVEY_TOTALS_YEAR
                   && (int)RELEASE_OVER_FINANCIAL == (int)SURVEY_TOTALS_FINANCIAL,
               "the same periods");

/* Of the months that were looked at, each period that is over. */
static int
settle_totals(struct run *run, const struct survey_months *looked, struct err *reterr)
{
    const struct release_options *opt = run->opt;
    enum release_over over = (enum release_over)run->def->totals;
    int32_t last = 0;
    int r = 0;
    for (size_t i = 0; r >= 0 && i < looked->n && over && !opt->is_dry; i++) {
        struct release_period p = release_period_of(over, looked->list[i].month);
        bool is_over = opt->today > release_closing_day(run->def, opt->calendar, p.last);
        const struct totals_work w = { run->store, opt, run->survey, p };
        r = is_over && p.last != last ? totals_settle(&w, reterr) : 0;
        last = p.last;
    }
    return r < 0 ? r : 0;
}

/* By hand all of them; at night those that changed, and those that closed since. */
static int
publish_closed(struct run *run, struct err *reterr)
{
    struct survey_months months;
    int r = survey_months_load(run->store, run->survey, &months, reterr);
    size_t n = 0;
    for (size_t i = 0; r >= 0 && i < months.n; i++) {
        const struct survey_month m = months.list[i];
        bool is_due = !run->opt->is_nightly || !run->was_same || m.changed != m.released;
        bool is_closed = run->opt->today
                         > release_closing_day(run->def, run->opt->calendar, m.month);
        if (is_due && is_closed) {
            r = look_at_month(run, m.month, reterr);
            months.list[n++] = m;
        }
    }
    months.n = n;
    r = r < 0 ? r : settle_totals(run, &months, reterr);
    r = r < 0 ? r : note_looks(run, &months, reterr);
    survey_months_done(&months);
    return r;
}

/* Whether the months were looked at by this definition before. */
static int
compare_marks(struct run *run, struct err *reterr)
{
    char known[DIGEST_HEX_MAX];
    struct hash h;
    hash_begin(&h, "coprod release 1");
    hash_add_str(&h, COPROD_VERSION);
    hash_add_bytes(&h, &run->def->digest, sizeof run->def->digest);
    struct digest d = hash_end(&h);
    (void)hash_hex(&d, run->mark);
    (void)snprintf(run->mark_key, sizeof run->mark_key, "survey.released.%.64s", run->def->id);
    int r = store_setting_get(run->store, run->mark_key, known, sizeof known, reterr);
    run->was_same = r > 0 && strcmp(known, run->mark) == 0;
    return r < 0 ? r : 0;
}

/* Before the day on which a survey's first months would have closed, had they ended with its first
 * file. */
static int
is_settling(struct store *s, const struct release_options *opt, int64_t survey, struct err *reterr)
{
    int64_t first_ms = 0;
    int r = opt->is_nightly ? release_first_file_ms(s, survey, &first_ms, reterr) : 0;
    if (r < 0 || first_ms == 0) {
        return r;
    }
    day_t first = (day_t)(first_ms / MS_DAY);
    return opt->today <= calendar_add(opt->calendar, first, opt->def->closes_after);
}

int
release_run(struct store *s, const struct release_options *opt, struct release_result *ret,
            struct err *reterr)
{
    *ret = (struct release_result){ .n_first = 0 };
    struct survey_row survey;
    int r = survey_find(s, opt->def->id, NULL, &survey, reterr);
    if (r <= 0) {
        return r;
    }
    r = release_must_wait(s, survey.id, reterr);
    if (r != 0) {
        ret->must_wait = r > 0;
        return r < 0 ? r : 0;
    }
    r = is_settling(s, opt, survey.id, reterr);
    if (r != 0) {
        ret->is_settling = r > 0;
        return r < 0 ? r : 0;
    }
    AUTO_FREE struct run *run = calloc(1, sizeof *run);
    if (!run) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    *run = (struct run){ .store = s, .opt = opt, .def = opt->def, .survey = survey.id };
    run->n_series = run->def->n_questions
                    + (scores_may_be_published(run->def) ? run->def->n_scores : 0);
    r = compare_marks(run, reterr);
    r = r < 0 ? r : publish_closed(run, reterr);
    score_book_done(&run->book);
    *ret = run->done;
    return r < 0 ? r : 0;
}
