/* SPDX-License-Identifier: MIT */
/*
 * tally.h - what an import gathers before it writes: for a unit, staff group and month one block
 * of counts for all questions and scores, so that a response touches one block.
 *
 * A block's values: for each question a count for each answer of the scale, for each score how many
 * respondents have one and the sum of theirs, and last the number of responses. All are integers
 * and may be negative: a correction is the old response taken away and the new one added.
 */
#ifndef COPROD_SURVEY_TALLY_H
#define COPROD_SURVEY_TALLY_H

#include "survey/definition.h"

struct tally_key {
    uint32_t unit;
    uint32_t group; /* 0 = none given */
    int32_t month;  /* 12 * year + month - 1 */
};

struct tally;

MUST_USE int tally_new(const struct definition *def, struct tally **ret);
struct tally *tally_free(struct tally *t);
static inline void
tally_freep(struct tally **t)
{
    *t = tally_free(*t);
}
void tally_clear(struct tally *t);

/* The block's values, zero when it is new; good until the next call. -ENOMEM, -E2BIG. */
MUST_USE int tally_at(struct tally *t, struct tally_key key, int64_t **ret_values);
/* Adds 1 to the value at `offset` and to the last one of a block, some calls later: so many blocks
 * are under way to the processor at once. tally_settle does what is still due. */
MUST_USE int tally_count(struct tally *t, struct tally_key key, size_t offset);
MUST_USE int tally_settle(struct tally *t);
size_t tally_n(const struct tally *t);
struct tally_key tally_key_at(const struct tally *t, size_t i);
const int64_t *tally_values_at(const struct tally *t, size_t i);

/* Where a question's counts, a score's (count, sum) and the responses stand in a block. */
size_t tally_of_question(const struct definition *def, size_t question);
size_t tally_of_score(const struct definition *def, size_t score);
size_t tally_of_responses(const struct definition *def);

/* A respondent's scores in units of 1 / score_unit points; -1 where too little was answered. */
void tally_means(const struct definition *def, const uint8_t *answers,
                 int64_t ret_means[SURVEY_SCORES_MAX]);
/* Adds one response, or takes it away (sign -1). answers: a byte a question, slot + 1, 0 = none. */
void tally_response(const struct definition *def, const uint8_t *answers, int sign,
                    int64_t *values);

#endif
