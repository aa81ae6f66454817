/* SPDX-License-Identifier: MIT */
/*
 * survey.h - survey counts, responses and imported files in the store.
 *
 * A chunk of a file is one transaction: its responses, its cells, its refusals and the batch's new
 * place in the file. survey_batch_move is the compare-and-set that makes a chunk count once.
 */
#ifndef COPROD_STORE_SURVEY_H
#define COPROD_STORE_SURVEY_H

#include "store/store.h"

enum {
    SURVEY_COUNTS = 12,         /* answers of a cell: n1..n12 */
    SURVEY_SHA_MAX = 65,
    SURVEY_BATCH_NAME_MAX = 256,
    SURVEY_REJECTS_KEPT = 10000, /* of one file, with line and words; all are counted */
};
enum { SURVEY_BATCH_RUNNING = 1, SURVEY_BATCH_DONE = 2 };

struct survey_row {
    int64_t id;
    int64_t newest_month; /* of the answers stored; 0 = none */
};
/* The survey of this name, made when new (in a transaction). -EINVAL when the store knows it with
 * another shape. */
MUST_USE int survey_open(struct store *s, const char *name, const char *shape, int64_t now_ms,
                         struct survey_row *ret, struct err *reterr);
/* The same without making it: 0 = there is none, 1. shape may be NULL: any. */
MUST_USE int survey_find(struct store *s, const char *name, const char *shape,
                         struct survey_row *ret, struct err *reterr);
MUST_USE int survey_newest_set(struct store *s, int64_t survey, int64_t month, int64_t now_ms,
                               struct err *reterr);
/* Id of a question or a unit, made when new (in a transaction). */
MUST_USE int survey_question_id(struct store *s, int64_t survey, const char *name, int64_t *ret,
                                struct err *reterr);
MUST_USE int survey_unit_id(struct store *s, int64_t survey, int level, const char *path,
                            int64_t *ret, struct err *reterr);
/* 1 and the id, or 0. */
MUST_USE int survey_question_find(struct store *s, int64_t survey, const char *name, int64_t *ret,
                                  struct err *reterr);

struct survey_cell_key {
    int64_t survey;
    int64_t question;
    int64_t unit;
    int64_t month;
};
MUST_USE int survey_cell_add(struct store *s, const struct survey_cell_key *key,
                             const int64_t counts[SURVEY_COUNTS], struct err *reterr);
typedef int (*survey_cell_fn)(void *arg, const char *path, int32_t month,
                              const int64_t counts[SURVEY_COUNTS]);
MUST_USE int survey_cells(struct store *s, int64_t survey, int64_t question, survey_cell_fn fn,
                          void *arg, struct err *reterr);

struct survey_response {
    int64_t id;  /* 63 bits of the keyed hash */
    int64_t tag; /* 63 more */
    int64_t survey;
    int64_t unit;
    int32_t day;
    const uint8_t *answers;
    size_t n_answers;
    int64_t batch;
};
enum survey_response_is {
    SURVEY_RESPONSE_NEW = 1,
    SURVEY_RESPONSE_REPEAT,  /* it is there, with the same content (or its content is gone) */
    SURVEY_RESPONSE_DIFFERS, /* it is there with other answers, unit or day; nothing was changed */
    SURVEY_RESPONSE_CLASH,   /* another id has the same 63 bits */
};
/* Keeps a response once; returns enum survey_response_is or -errno. */
MUST_USE int survey_response_keep(struct store *s, const struct survey_response *r,
                                  struct err *reterr);

struct survey_counts {
    int64_t n_read;
    int64_t n_new;
    int64_t n_repeat;
    int64_t n_differing;
    int64_t n_late;
    int64_t n_rejected;
};
struct survey_batch {
    int64_t id;
    char name[SURVEY_BATCH_NAME_MAX];
    int state;
    int64_t bytes_done;
    int64_t line;
    struct survey_counts counts;
    int64_t late_before; /* month; answers of an earlier one are late */
};
/* 1 and the batch of this file, or 0. */
MUST_USE int survey_batch_find(struct store *s, int64_t survey, const char *sha256,
                               struct survey_batch *ret, struct err *reterr);
MUST_USE int survey_batch_begin(struct store *s, const struct survey_row *survey,
                                const char *sha256, const char *name, int64_t now_ms,
                                struct survey_batch *ret);
/* Where a chunk took the file. */
struct survey_move {
    int state;
    int64_t bytes_done;
    int64_t line;
    struct survey_counts counts; /* of this chunk */
    int64_t now_ms;
};
/* -ESTALE when somebody else has moved it meanwhile: roll back. Updates *b. */
MUST_USE int survey_batch_move(struct store *s, struct survey_batch *b,
                               const struct survey_move *move, struct err *reterr);

MUST_USE int survey_reject_add(struct store *s, int64_t batch, int64_t line, int64_t column,
                               const char *reason, const char *words, struct err *reterr);
MUST_USE int survey_reject_count_add(struct store *s, int64_t batch, const char *reason, int64_t n,
                                     struct err *reterr);
/* Rows: line, column, reason, words; and reason, n. */
MUST_USE int survey_rejects(struct store *s, int64_t batch, row_fn fn, void *arg,
                            struct err *reterr);
MUST_USE int survey_reject_counts(struct store *s, int64_t batch, row_fn fn, void *arg,
                                  struct err *reterr);

#endif
