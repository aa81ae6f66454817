/* SPDX-License-Identifier: MIT */
/*
 * import_write.c - writing a chunk: which responses are new, repeated, corrected, withdrawn or too
 * old, and what that does to the counts.
 *
 * Of two rows with one id the one with the higher revision holds, in whatever order and in whatever
 * files they come; without revisions the first one, and a withdrawal for good. So the counts are
 * those of the set of rows, whenever each of them arrived.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/import_inside.h"
#include "answers/wording.h"
#include "base/list.h"
#include "base/text.h"
#include "store/seen.h"

/* ---- ids ---------------------------------------------------------------------------------- */

static int
add_series(struct import *im, enum survey_kind kind, const char *name, const char *shape,
           struct text *form, struct err *reterr)
{
    const struct survey_series series = { kind, name, shape };
    int64_t id = 0;
    int r = survey_question_id(im->store, im->survey.id, &series, &id, reterr);
    text_addf(form, "%s%lld", form->len && text_str(form)[form->len - 1] != '|' ? "," : "",
              (long long)id);
    im->series[im->n_series++] = id;
    return r;
}

int
import_series(struct import *im, struct err *reterr)
{
    AUTO_TEXT struct text form = { 0 };
    char shape[SURVEY_SHAPE_MAX];
    const struct definition *def = im->def;
    int r = 0;
    im->n_series = 0;
    for (size_t i = 0; r == 0 && i < def->n_questions; i++) {
        definition_shape(def, i, shape);
        r = add_series(im, SURVEY_QUESTION, def->questions[i].id, shape, &form, reterr);
    }
    text_addc(&form, '|');
    for (size_t i = 0; r == 0 && i < def->n_scores; i++) {
        definition_score_shape(def, i, shape);
        r = add_series(im, SURVEY_SCORE, def->scores[i].id, shape, &form, reterr);
    }
    text_addc(&form, '|');
    r = r < 0 ? r : add_series(im, SURVEY_RESPONSES, "responses", def->version, &form, reterr);
    r = r < 0 ? r : wording_keep(im->store, im->survey.id, def, reterr);
    r = r < 0 ? r : form.bad;
    return r < 0 ? r : survey_form_id(im->store, im->survey.id, text_str(&form), &im->form, reterr);
}

/* The seat of a number's id, with room made for it. */
static int64_t *
id_seat(struct known_ids *known, size_t number, size_t n)
{
    if (n > known->n) {
        size_t cap = n * 2;
        int64_t *ids = realloc(known->ids, cap * sizeof *ids);
        if (!ids) {
            return NULL;
        }
        memset(ids + known->n, 0, (cap - known->n) * sizeof *ids);
        known->ids = ids;
        known->n = cap;
    }
    return &known->ids[number];
}

static int
unit_id(struct import *im, uint32_t unit, int64_t *ret, struct err *reterr)
{
    int64_t *id = id_seat(&im->unit_ids, unit, rollup_n_units(im->units));
    if (!id) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    const struct rollup_unit *u = rollup_unit_at(im->units, unit);
    int r = *id ? 0 : survey_unit_id(im->store, im->survey.id, u->level, u->path, id, reterr);
    *ret = *id;
    return r;
}

static int
group_id(struct import *im, uint32_t group, int64_t *ret, struct err *reterr)
{
    *ret = 0;
    if (group == 0) {
        return 0;
    }
    int64_t *id = id_seat(&im->group_ids, group, rollup_n_units(im->groups));
    if (!id) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    if (*id == 0) {
        const struct rollup_unit *u = rollup_unit_at(im->groups, group);
        char name[UNIT_PATH_MAX];
        (void)snprintf(name, sizeof name, "%.*s", (int)u->path_len - 1, u->path);
        int r = survey_group_id(im->store, im->survey.id, name, id, reterr);
        if (r < 0) {
            return r;
        }
    }
    *ret = *id;
    return 0;
}

/* ---- responses ---------------------------------------------------------------------------- */

static void
pack_answers(const struct import *im, const struct staged *row, struct survey_response *to)
{
    const struct definition *def = im->def;
    int64_t means[SURVEY_SCORES_MAX];
    memcpy(to->answers, row->answers, def->n_questions);
    to->n_answers = def->n_questions;
    tally_means(def, row->answers, means);
    for (size_t i = 0; i < def->n_scores; i++) {
        uint64_t n = (uint64_t)(means[i] + 1);
        for (; n >= 0x80; n >>= 7) {
            to->answers[to->n_answers++] = (uint8_t)(n | 0x80);
        }
        to->answers[to->n_answers++] = (uint8_t)n;
    }
}

static int
make_response(struct import *im, const struct staged *row, struct survey_response *ret,
              struct err *reterr)
{
    *ret = (struct survey_response){
        .id = row->id, .tag = row->tag, .survey = im->survey.id, .form = im->form,
        .revision = row->revision, .batch = im->batch.id,
        .state = row->is_withdrawn ? SURVEY_RESPONSE_WITHDRAWN : SURVEY_RESPONSE_KEPT,
    };
    if (row->is_withdrawn) {
        return 0;
    }
    ret->day = row->day;
    pack_answers(im, row, ret);
    int r = unit_id(im, row->unit, &ret->unit, reterr);
    return r < 0 ? r : group_id(im, row->group, &ret->grp, reterr);
}

static int
count_in(struct import *im, const struct staged *row)
{
    int64_t *values = NULL;
    const struct tally_key key = { .unit = row->unit, .group = row->group, .month = row->month };
    int r = tally_at(im->tally, key, &values);
    if (r == 0) {
        tally_response(im->def, row->answers, 1, values);
        im->newest_month = row->month > im->newest_month ? row->month : im->newest_month;
        im->counts.n_late += row->month < im->batch.late_before;
    }
    return r;
}

/* Taken away once the chunk's own counts are written: it may have been counted by this chunk. */
static int
count_out(struct import *im, const struct survey_response *old)
{
    if (list_room(&im->minus, im->n_minus, &im->cap_minus, sizeof *im->minus) < 0) {
        return -ENOMEM;
    }
    im->minus[im->n_minus++] = *old;
    return 0;
}

static int
keep_comment(struct import *im, const struct staged *row, const struct survey_response *now,
             struct err *reterr)
{
    if (!im->def->comment_column) {
        return 0;
    }
    if (row->comment == 0) {
        return survey_comment_drop(im->store, row->id, reterr);
    }
    const struct survey_comment c = { .response = row->id, .survey = im->survey.id,
                                      .unit = now->unit, .day = now->day,
                                      .words = im->words->bytes + row->comment - 1 };
    return survey_comment_set(im->store, &c, reterr);
}

static int
refuse_row(struct import *im, const struct staged *row, enum reject_reason reason)
{
    const struct reject no = { .reason = reason, .line = row->line };
    return import_reject(im, &no);
}

static bool
is_same(const struct survey_response *a, const struct survey_response *b)
{
    return a->unit == b->unit && a->grp == b->grp && a->day == b->day
           && a->n_answers == b->n_answers && memcmp(a->answers, b->answers, a->n_answers) == 0;
}

/* What a row is to the response that stands there. */
enum meaning {
    MEANS_REPEAT,
    MEANS_NEWER_REPEAT, /* the same content with a higher revision, which must be kept */
    MEANS_STALE,
    MEANS_CHANGE,       /* corrected, withdrawn, or back again */
    MEANS_DROPPED,
    MEANS_WORDING,
};

static enum meaning
judge(const struct import *im, const struct survey_response *old,
      const struct survey_response *now)
{
    bool has_revisions = im->def->revision_column != NULL;
    bool is_newer = has_revisions && now->revision > old->revision;
    bool takes_back = now->state == SURVEY_RESPONSE_WITHDRAWN;
    bool is_back = old->state == SURVEY_RESPONSE_WITHDRAWN;
    if (old->state == SURVEY_RESPONSE_ERASED || old->tag != now->tag
        || old->survey != now->survey) {
        return takes_back ? MEANS_REPEAT : MEANS_STALE;
    }
    if (takes_back && is_back) {
        return is_newer ? MEANS_NEWER_REPEAT : MEANS_REPEAT;
    }
    if (old->state == SURVEY_RESPONSE_DROPPED) {
        bool would_change = is_newer || (takes_back && !has_revisions);
        return would_change ? MEANS_DROPPED : MEANS_REPEAT;
    }
    if (takes_back) {
        return is_newer || !has_revisions ? MEANS_CHANGE : MEANS_STALE;
    }
    if (is_back) {
        return is_newer ? MEANS_CHANGE : MEANS_STALE;
    }
    if (old->form != now->form) {
        return is_newer ? MEANS_WORDING : MEANS_REPEAT;
    }
    if (is_same(old, now)) {
        return is_newer ? MEANS_NEWER_REPEAT : MEANS_REPEAT;
    }
    return is_newer ? MEANS_CHANGE : MEANS_STALE;
}

static int
change(struct import *im, const struct staged *row, const struct survey_response *old,
       const struct survey_response *now, struct err *reterr)
{
    int r = old->state == SURVEY_RESPONSE_KEPT ? count_out(im, old) : 0;
    r = r < 0 ? r : survey_response_set(im->store, now, reterr);
    r = r < 0 ? r : keep_comment(im, row, now, reterr);
    if (row->is_withdrawn) {
        im->counts.n_withdrawn++;
        return r;
    }
    im->counts.n_corrected++;
    return r < 0 ? r : count_in(im, row);
}

static int
meet(struct import *im, const struct staged *row, const struct survey_response *now,
     struct err *reterr)
{
    struct survey_response old;
    int r = survey_response_get(im->store, row->id, &old, reterr);
    if (r <= 0) {
        return r < 0 ? r : err_set(reterr, -EIO, "a response was there and is gone");
    }
    switch (judge(im, &old, now)) {
    case MEANS_REPEAT:
        im->counts.n_repeat++;
        return 0;
    case MEANS_NEWER_REPEAT:
        im->counts.n_repeat++;
        return survey_response_set(im->store, now, reterr);
    case MEANS_STALE:
        im->counts.n_stale++;
        return 0;
    case MEANS_DROPPED:
        return refuse_row(im, row, REJECT_DROPPED);
    case MEANS_WORDING:
        return refuse_row(im, row, REJECT_WORDING);
    case MEANS_CHANGE:
        break;
    }
    return change(im, row, &old, now, reterr);
}

static int
keep_response(struct import *im, const struct staged *row, struct err *reterr)
{
    struct survey_response now;
    int r = make_response(im, row, &now, reterr);
    enum survey_place place = !im->is_lately      ? SURVEY_SETTLED
                              : row->is_unsettled ? SURVEY_LATELY_NEW
                                                  : SURVEY_LATELY;
    r = r < 0 ? r : survey_response_add(im->store, &now, place, reterr);
    if (r <= 0) {
        return r < 0 ? r : meet(im, row, &now, reterr);
    }
    if (row->is_withdrawn) { /* its answers may still come, and must not count then */
        im->counts.n_withdrawn++;
        return 0;
    }
    im->counts.n_new++;
    r = count_in(im, row);
    return r < 0 || row->comment == 0 ? r : keep_comment(im, row, &now, reterr);
}

/* ---- counts ------------------------------------------------------------------------------- */

static int
by_question(const void *a, const void *b)
{
    const struct survey_numbers *x = a;
    const struct survey_numbers *y = b;
    return x->question < y->question ? -1 : x->question > y->question;
}

/* A cell to be written, by its place in the store. */
struct seat {
    int64_t unit;
    int64_t group;
    int32_t month;
    size_t i;
};

static int
by_seat(const void *a, const void *b)
{
    const struct seat *x = a;
    const struct seat *y = b;
    if (x->month != y->month) {
        return x->month < y->month ? -1 : 1;
    }
    if (x->unit != y->unit) {
        return x->unit < y->unit ? -1 : 1;
    }
    return (x->group > y->group) - (x->group < y->group);
}

static int
find_seats(struct import *im, struct seat *seats, struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < tally_n(im->tally); i++) {
        struct tally_key at = tally_key_at(im->tally, i);
        seats[i] = (struct seat){ .month = at.month, .i = i };
        r = unit_id(im, at.unit, &seats[i].unit, reterr);
        r = r < 0 ? r : group_id(im, at.group, &seats[i].group, reterr);
    }
    return r;
}

static int
write_cell(struct import *im, const struct seat *seat, bool is_next, struct err *reterr)
{
    const struct definition *def = im->def;
    const int64_t *values = tally_values_at(im->tally, seat->i);
    const struct survey_cell_key key = { .survey = im->survey.id, .unit = seat->unit,
                                         .month = seat->month, .grp = seat->group };
    struct survey_numbers list[IMPORT_SERIES_MAX];
    size_t n = 0;
    for (; n < def->n_questions; n++, values += def->n_slots) {
        list[n] = (struct survey_numbers){ im->series[n], values, def->n_slots };
    }
    for (; n < def->n_questions + def->n_scores; n++, values += 2) {
        list[n] = (struct survey_numbers){ im->series[n], values, 2 };
    }
    list[n] = (struct survey_numbers){ im->series[n], values, 1 };
    n++;
    if (!im->staged) { /* never seen by this chunk: every block is new answers */
        im->counts.n_late += seat->month < im->batch.late_before ? *values : 0;
        im->newest_month = seat->month > im->newest_month ? seat->month : im->newest_month;
    }
    qsort(list, n, sizeof list[0], by_question);
    return is_next ? survey_cell_add_next(im->store, &key, list, n, reterr)
                   : survey_cell_add(im->store, &key, list, n, reterr);
}

/* In the order in which they lie in the store. */
static int
write_cells(struct import *im, struct err *reterr)
{
    size_t n = tally_n(im->tally);
    AUTO_FREE struct seat *seats = calloc(n + 1, sizeof *seats);
    if (!seats) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    int r = find_seats(im, seats, reterr);
    qsort(seats, n, sizeof *seats, by_seat);
    for (size_t i = 0; r == 0 && i < n; i++) {
        r = write_cell(im, &seats[i], i > 0 && seats[i].month == seats[i - 1].month, reterr);
    }
    for (size_t i = 0; r == 0 && i < im->n_minus; i++) {
        r = survey_response_uncount(im->store, &im->minus[i], reterr);
    }
    return r;
}

static int
write_rejects(struct import *im, struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < im->n_rejects; i++) {
        const struct reject *no = &im->rejects[i];
        char words[ERR_TEXT_MAX];
        r = survey_reject_add(im->store, im->batch.id, no->line, (int64_t)no->column,
                              reject_reason_word(no->reason),
                              reject_words(no, words, sizeof words), reterr);
    }
    for (size_t i = 0; r == 0 && i < im->n_reasons; i++) {
        r = survey_reject_count_add(im->store, im->batch.id, im->reasons[i].reason,
                                    im->reasons[i].n, reterr);
    }
    return r;
}

static int
by_id(const void *a, const void *b)
{
    const struct staged *x = a;
    const struct staged *y = b;
    if (x->id != y->id) {
        return x->id < y->id ? -1 : 1;
    }
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* A whole chunk is worth going through the large tree; fewer stand apart until the night. */
static bool
is_lately(const struct import *im)
{
    return im->staged && (int64_t)im->n_staged < im->chunk_rows;
}

/* Whether the chunk's responses are settled: asked before they are added, or noted. */
static int
use_filter(struct import *im, struct err *reterr)
{
    size_t n = im->n_staged;
    AUTO_FREE int64_t *ids = calloc(n + 1, sizeof *ids);
    AUTO_FREE bool *may = calloc(n + 1, sizeof *may);
    if (!ids || !may) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    for (size_t i = 0; i < n; i++) {
        ids[i] = im->staged[i].id;
    }
    int r = im->is_lately ? seen_ask(im->store, ids, n, may, reterr)
                          : seen_note(im->store, ids, n, reterr);
    for (size_t i = 0; r == 0 && im->is_lately && i < n; i++) {
        im->staged[i].is_unsettled = !may[i];
    }
    return r;
}

int
import_write(struct import *im, struct err *reterr)
{
    if (im->n_staged > 1) {
        qsort(im->staged, im->n_staged, sizeof *im->staged, by_id); /* neighbours in the store */
    }
    im->is_lately = is_lately(im);
    int r = tally_settle(im->tally);
    r = r < 0 ? r : use_filter(im, reterr);
    for (size_t i = 0; r >= 0 && i < im->n_staged; i++) {
        r = keep_response(im, &im->staged[i], reterr);
    }
    r = r < 0 ? r : write_cells(im, reterr);
    r = r < 0 ? r : write_rejects(im, reterr);
    if (r >= 0 && im->newest_month > 0) {
        r = survey_newest_set(im->store, im->survey.id, im->newest_month, im->opt->now_ms, reterr);
    }
    return r < 0 ? r : 0;
}
