/* SPDX-License-Identifier: MIT */
/* import_rows.c - reading: a row of the file into the chunk in hand. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/import_inside.h"
#include "base/list.h"
#include "base/text.h"

void
import_chunk_clear(struct import *im)
{
    im->n_staged = 0;
    im->n_minus = 0;
    im->n_rejects = 0;
    im->n_reasons = 0;
    im->counts = (struct survey_counts){ 0 };
    im->words->len = 0;
    tally_clear(im->tally);
}

static void
count_reason(struct import *im, const struct reject *no)
{
    char reason[REASON_TEXT_MAX];
    bool with_value = no->reason == REJECT_CODE && im->n_reasons < REASONS_MAX;
    (void)snprintf(reason, sizeof reason, "%s%s%.30s", reject_reason_word(no->reason),
                   with_value ? ":" : "", with_value ? no->detail : "");
    size_t i = 0;
    while (i < im->n_reasons && strcmp(im->reasons[i].reason, reason) != 0) {
        i++;
    }
    if (i == im->n_reasons) {
        memcpy(im->reasons[i].reason, reason, sizeof reason);
        im->reasons[i].n = 0;
        im->n_reasons++;
    }
    im->reasons[i].n++;
}

int
import_reject(struct import *im, const struct reject *no)
{
    im->counts.n_rejected++;
    count_reason(im, no);
    if (im->batch.counts.n_rejected + (int64_t)im->n_rejects >= SURVEY_REJECTS_KEPT) {
        return 0;
    }
    if (list_room(&im->rejects, im->n_rejects, &im->cap_rejects, sizeof *im->rejects) < 0) {
        return -ENOMEM;
    }
    im->rejects[im->n_rejects++] = *no;
    return 0;
}

static int
stage_comment(struct import *im, const struct mapped *row, struct staged *to)
{
    if (row->comment.len == 0 || row->is_withdrawn) {
        return 0;
    }
    to->comment = (uint32_t)im->words->len + 1;
    text_addn(im->words, row->comment.s, row->comment.len);
    text_addc(im->words, '\0');
    return im->words->bad;
}

static int
stage(struct import *im, const struct mapped *row, uint32_t unit, uint32_t group, int64_t line)
{
    struct staged *to = &im->staged[im->n_staged];
    const char *question = "";
    if (im->def->question_column && !row->is_withdrawn) {
        question = im->def->questions[row->answers[0].question].id;
    }
    struct digest d = import_response_hash(im->opt->key, im->def->id, row->response.s,
                                           row->response.len, question);
    *to = (struct staged){ .id = hash_number(&d, 0), .tag = hash_number(&d, 1),
                           .seq = (uint32_t)im->n_staged, .unit = unit, .group = group,
                           .revision = row->revision, .line = line,
                           .is_withdrawn = row->is_withdrawn };
    if (!row->is_withdrawn) {
        to->day = row->day;
        to->month = row->month;
        for (size_t i = 0; i < row->n_answers; i++) {
            to->answers[row->answers[i].question] = (uint8_t)(row->answers[i].slot + 1);
        }
    }
    im->n_staged++;
    return stage_comment(im, row, to);
}

/* Without response ids a row counts as it stands. */
static int
count_row(struct import *im, const struct mapped *row, uint32_t unit, uint32_t group)
{
    const struct tally_key key = { .unit = unit, .group = group, .month = row->month };
    im->counts.n_new++;
    if (im->def->question_column) {
        const struct mapped_answer *a = &row->answers[0];
        size_t place = tally_of_question(im->def, (size_t)a->question) + (size_t)a->slot;
        return tally_count(im->tally, key, place);
    }
    int64_t *values = NULL;
    int r = tally_at(im->tally, key, &values);
    if (r < 0) {
        return r;
    }
    uint8_t answers[SURVEY_QUESTIONS_MAX] = { 0 };
    for (size_t i = 0; i < row->n_answers; i++) {
        answers[row->answers[i].question] = (uint8_t)(row->answers[i].slot + 1);
    }
    tally_response(im->def, answers, 1, values);
    return 0;
}

static int
by_line(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* By an earlier reading of the very file; its rows are told by their lines. */
static bool
was_counted(const struct import *im, const struct scan_row *row)
{
    return im->is_again
           && !bsearch(&row->line, im->refused, im->n_refused, sizeof *im->refused, by_line);
}

int
import_row(struct import *im, const struct scan_row *row)
{
    struct mapped mapped;
    struct reject no;
    bool is_repeat = was_counted(im, row);
    bool is_sound = mapping_row(&im->mapping, row, &mapped, &no);
    im->counts.n_read++;
    if (is_repeat) { /* whatever is thought of it by now */
        im->counts.n_repeat++;
        if (is_sound) {
            quality_row(im->quality, &mapped);
        }
        return 0;
    }
    if (!is_sound) {
        return import_reject(im, &no);
    }
    uint32_t unit = 0;
    uint32_t group = 0;
    int r = 0;
    if (!mapped.is_withdrawn) {
        r = rollup_unit(im->units, mapped.unit, mapped.n_unit, &unit);
        if (r == 0 && mapped.group.len > 0) {
            r = rollup_unit(im->groups, &mapped.group, 1, &group);
        }
    }
    if (r < 0) {
        return r;
    }
    if (im->staged) {
        return stage(im, &mapped, unit, group, row->line);
    }
    quality_row(im->quality, &mapped);
    return count_row(im, &mapped, unit, group);
}
