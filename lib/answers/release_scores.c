/* SPDX-License-Identifier: MIT */
/* release_scores.c - scores of a month that is published: what single answers tell of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/import.h"
#include "answers/release_inside.h"
#include "base/list.h"
#include "rules/mixture.h"
#include "survey/tally.h"

enum { WALK = 20000, ALL = 0, SOME, COUNTED, LEFT_OUT };

/* ---- which ---- */

bool
scores_may_be_published(const struct definition *def)
{
    int uses[SURVEY_QUESTIONS_MAX + SURVEY_SCORES_MAX] = { 0 };
    bool may = def->n_scores > 0 && def->response_column && !def->question_column;
    for (size_t i = 0; i < def->n_scores; i++) {
        const struct survey_score *s = &def->scores[i];
        for (size_t k = 0; k < s->n_parts; k++) {
            size_t part = (size_t)s->parts[k] + (s->is_of_scores ? SURVEY_QUESTIONS_MAX : 0);
            may = may && uses[part]++ == 0;
            may = may && !(s->is_of_scores && def->scores[s->parts[k]].is_of_scores);
        }
    }
    return may;
}

/* ---- single answers ---- */

struct reading {
    struct store *store;
    const struct definition *def;
    int64_t survey;
    int64_t questions[SURVEY_QUESTIONS_MAX]; /* series; 0 = nobody answered it */
    struct unit_path {
        int64_t id;
        const char *path;
    } *units; /* by id; in mem */
    size_t n_units, cap_units;
    struct arena *mem;
    struct rollup *mixes;
    struct survey_split split;
    struct err *reterr;
};

/* A byte a question, slot + 1. */
static void
answers_of(const struct reading *x, uint8_t answers[SURVEY_QUESTIONS_MAX])
{
    memset(answers, 0, SURVEY_QUESTIONS_MAX);
    for (size_t i = 0; i < x->split.n; i++) {
        for (size_t q = 0; q < x->def->n_questions; q++) {
            const struct survey_numbers *list = &x->split.list[i];
            for (size_t slot = 0; x->questions[q] == list->question && slot < list->n; slot++) {
                answers[q] = list->v[slot] ? (uint8_t)(slot + 1) : answers[q];
            }
        }
    }
}

static bool
is_known(const struct definition *def, uint8_t answer)
{
    return answer > 0 && def->scale[answer - 1].tone != TONE_UNKNOWN;
}

struct share {
    size_t n_has;
    bool is_whole;
};

static struct share
share_of(const struct definition *def, const struct survey_score *s, const uint8_t *answers)
{
    struct share share = { 0 };
    for (size_t k = 0; k < s->n_parts; k++) {
        share.n_has += is_known(def, answers[s->parts[k]]);
    }
    share.is_whole = share.n_has == s->n_parts;
    return share;
}

/* ALL: every question below it; SOME: whose answers weigh otherwise in it than those of ALL;
 * LEFT_OUT: who have some parts and not all. See rules/mixture.h. */
static void
judge_score(const struct definition *def, size_t score, const uint8_t *answers,
            const int64_t *means, bool is[LEFT_OUT + 1])
{
    const struct survey_score *s = &def->scores[score];
    is[COUNTED] = means[score] >= 0;
    if (!s->is_of_scores) {
        struct share share = share_of(def, s, answers);
        is[ALL] = share.is_whole;
        is[LEFT_OUT] = share.n_has > 0 && !share.is_whole;
        is[SOME] = is[LEFT_OUT];
        return;
    }
    size_t n_scores = 0;
    size_t n_whole = 0;
    for (size_t k = 0; k < s->n_parts; k++) {
        n_scores += means[s->parts[k]] >= 0;
        n_whole += share_of(def, &def->scores[s->parts[k]], answers).is_whole;
    }
    is[ALL] = n_whole == s->n_parts;
    is[LEFT_OUT] = n_scores > 0 && n_scores < s->n_parts;
    is[SOME] = is[LEFT_OUT] && n_whole > 0;
}

static int
take_unit(void *arg, const struct row *row)
{
    struct reading *x = arg;
    if (list_room_in(x->mem, &x->units, x->n_units, &x->cap_units, sizeof *x->units) < 0) {
        return -ENOMEM;
    }
    struct unit_path *unit = &x->units[x->n_units++];
    *unit = (struct unit_path){ row_i64(row, 0), arena_text(x->mem, row_text_or(row, 1, "")) };
    return unit->path ? 0 : -ENOMEM;
}

static int
by_id(const void *id, const void *unit)
{
    int64_t wanted = *(const int64_t *)id;
    int64_t has = ((const struct unit_path *)unit)->id;
    return (wanted > has) - (wanted < has);
}

static int
add_person(const struct reading *x, const struct survey_response *r, const uint8_t *answers)
{
    char moved[UNIT_PATH_MAX + 1];
    char named[UNIT_PATH_MAX + 32];
    int64_t means[SURVEY_SCORES_MAX];
    uint32_t unit = 0;
    int32_t month = day_month(r->day);
    const struct unit_path *known =
        x->n_units ? bsearch(&r->unit, x->units, x->n_units, sizeof *x->units, by_id) : NULL;
    if (!known) {
        return -EIO;
    }
    int64_t group = x->def->publishes_groups ? r->grp : 0;
    int n = snprintf(named, sizeof named, "%s%lld%c",
                     definition_place(x->def, known->path, month, moved), (long long)group,
                     UNIT_SEPARATOR);
    int rc = rollup_unit_path(x->mixes, named, (size_t)n, &unit);
    tally_means(x->def, answers, means);
    for (size_t i = 0; i < x->def->n_scores; i++) {
        bool is[LEFT_OUT + 1] = { false };
        judge_score(x->def, i, answers, means, is);
        for (int slot = ALL; rc >= 0 && slot <= LEFT_OUT; slot++) {
            rc = is[slot] ? rollup_add(x->mixes, unit, month, (uint32_t)i, slot, 1) : 0;
        }
    }
    return rc;
}

static int
take_response(void *arg, const struct survey_response *r)
{
    struct reading *x = arg;
    uint8_t answers[SURVEY_QUESTIONS_MAX];
    if (r->survey != x->survey || r->state != SURVEY_RESPONSE_KEPT) {
        return 0;
    }
    int rc = survey_response_split(x->store, r, 1, &x->split, x->reterr);
    if (rc < 0) {
        return rc;
    }
    answers_of(x, answers);
    return add_person(x, r, answers);
}

static int
find_stamp(struct store *s, int64_t survey, int64_t *ret, struct err *reterr)
{
    struct survey_months months;
    int r = survey_months_load(s, survey, &months, reterr);
    *ret = 1;
    for (size_t i = 0; r >= 0 && i < months.n; i++) {
        *ret += months.list[i].changed;
    }
    survey_months_done(&months);
    return r < 0 ? r : 0;
}

int
score_book_load(struct store *s, const struct definition *def, int64_t survey,
                struct score_book *ret, struct err *reterr)
{
    int64_t stamp = 0;
    int stamped = find_stamp(s, survey, &stamp, reterr);
    if (stamped < 0 || stamp == ret->stamp) {
        return stamped;
    }
    AUTO(arena) struct arena *mem = arena_open();
    struct reading x = { .store = s, .def = def, .survey = survey, .mem = mem, .reterr = reterr };
    score_book_done(ret);
    ret->stamp = stamp;
    int r = mem ? rollup_new(&ret->mixes) : -ENOMEM;
    x.mixes = ret->mixes;
    r = r < 0 ? r : store_each(s, Q_SURVEY_UNIT_IDS, WITH(I(survey)), take_unit, &x, reterr);
    for (size_t q = 0; r >= 0 && q < def->n_questions; q++) {
        r = import_question(s, survey, def, (int)q, &x.questions[q], reterr);
    }
    struct survey_walk place = { .n = WALK, .after = -1 };
    r = r < 0 ? r : 1;
    while (r > 0) {
        r = survey_response_walk(s, &place, take_response, &x, reterr);
    }
    return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r;
}

void
score_book_done(struct score_book *book)
{
    book->mixes = rollup_free(book->mixes);
    book->stamp = 0;
}

/* ---- a month ---- */

/* The row of a path that has the group behind it; of a unit in which nobody has the score, that of
 * the nearest one above it where somebody has. */
static const struct sheet_row *
row_of(const struct score_work *w, const char *path)
{
    char unit[UNIT_PATH_MAX + 32];
    const struct sheet_row *row = NULL;
    for (size_t len = strlen(path); !row && len > 0;) {
        len = release_path_above(path, len);
        memcpy(unit, path, len);
        unit[len] = '\0';
        row = sheet_find(w->rows, w->n, unit);
    }
    return row;
}

static const struct rollup_cell *
cell_of(const struct score_work *w, size_t i)
{
    const struct rollup_cell *c = rollup_cell_at(w->book->mixes, i);
    return c->month == w->month && c->question == (uint32_t)w->score ? c : NULL;
}

int
score_cells(struct score_work *w)
{
    int64_t n_counted = 0;
    for (size_t i = 0; w->book->mixes && i < rollup_n_cells(w->book->mixes); i++) {
        const struct rollup_cell *c = cell_of(w, i);
        n_counted += c ? c->counts[COUNTED] : 0;
    }
    if (w->n == 0 || n_counted != w->rows[0].counts[0]) {
        return 0; /* some were dropped, or never kept */
    }
    w->cells = ARENA_LIST(w->mem, w->n, struct disclosure_cell);
    if (!w->cells) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < w->n; i++) {
        w->cells[i].n = w->rows[i].counts[0];
        w->cells[i].parent = i ? release_row_above(w->rows, w->cells, i) : 0;
    }
    return 1;
}

int
score_decide(const struct score_work *w)
{
    struct score_mix *mixes = ARENA_LIST(w->mem, w->n, struct score_mix);
    if (!mixes) {
        return -ENOMEM;
    }
    for (size_t i = 0; i < rollup_n_cells(w->book->mixes); i++) {
        const struct rollup_cell *c = cell_of(w, i);
        const struct sheet_row *row =
            c ? row_of(w, rollup_unit_at(w->book->mixes, c->unit)->path) : NULL;
        if (!row) {
            continue; /* of another month */
        }
        struct score_mix *mix = &mixes[row - w->rows];
        mix->n_some += c->counts[LEFT_OUT];
        mix->n_least += c->counts[ALL] < c->counts[SOME] ? c->counts[ALL] : c->counts[SOME];
    }
    (void)disclosure_hide_score(w->cells, mixes, w->n, w->def->threshold);
    return 0;
}

/* ---- a later version ---- */

/* What a score says beside its parts: its sum less theirs, and of each part the people who are not
 * in the score. The same twice: then its new figures follow from theirs, and tell nothing else. */
static bool
find_beside(const struct score_again *w, const int64_t *counts, const struct board *parts,
            const char *path, int64_t beside[DISCLOSURE_SLOTS_MAX])
{
    const struct survey_score *s = &w->def->scores[w->score];
    beside[0] = (int64_t)s->n_parts * counts[1];
    for (size_t k = 0; k < s->n_parts; k++) {
        const struct release_cell *part = board_shown(&parts[s->parts[k]], path);
        int64_t n = 0;
        int64_t points = 0;
        if (!part) {
            return false;
        }
        for (size_t slot = 0; slot < w->def->n_slots; slot++) {
            bool counts_in = w->def->scale[slot].tone != TONE_UNKNOWN;
            n += counts_in ? part->counts[slot] : 0;
            points += counts_in ? part->counts[slot] * w->def->scale[slot].points : 0;
        }
        beside[0] -= s->is_of_scores ? part->counts[1] : points * w->def->score_unit;
        beside[1 + k] = (s->is_of_scores ? part->counts[0] : n) - counts[0];
    }
    return true;
}

static bool
fill_beside(const struct score_again *w, const struct board_lines *x, uint32_t i,
            struct disclosure_line *beside)
{
    int64_t now[SURVEY_COUNTS] = { 0 };
    const char *path = x->of[i]->path;
    const struct release_cell *was = board_shown(w->was, path);
    memcpy(now, x->lines[i].now, sizeof now);
    beside->above = x->lines[i].above;
    return was && find_beside(w, was->counts, w->first, path, beside->published)
           && find_beside(w, now, w->now, path, beside->now);
}

int
score_grow(const struct score_again *w, struct board *b, struct release_news *news)
{
    struct board_lines x;
    int r = board_lines(b, w->rows, w->n, w->mem, &x);
    struct disclosure_line *beside = ARENA_LIST(w->mem, b->n + 1, struct disclosure_line);
    size_t n_slots = 1 + w->def->scores[w->score].n_parts;
    bool may = n_slots <= DISCLOSURE_SLOTS_MAX;
    if (r < 0 || !beside) {
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < x.n && may; i++) {
        may = fill_beside(w, &x, i, &beside[i]);
    }
    disclosure_judge(x.lines, x.n, SURVEY_COUNTS, w->k);
    if (may) {
        disclosure_judge(beside, x.n, n_slots, w->k);
    }
    for (uint32_t i = 0; i < x.n; i++) {
        bool is_foretold = may && beside[i].growth == DISCLOSURE_SAME;
        bool is_news = x.lines[i].growth != DISCLOSURE_SAME;
        x.lines[i].growth = !is_news      ? DISCLOSURE_SAME
                            : is_foretold ? DISCLOSURE_GROWS
                                          : DISCLOSURE_WAITS;
    }
    board_take_lines(&x, news);
    return 0;
}
