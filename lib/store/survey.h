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
/* CUT: its file became another one or went before its end; what it had counted stays. */
enum { SURVEY_BATCH_RUNNING = 1, SURVEY_BATCH_DONE = 2, SURVEY_BATCH_CUT = 3 };

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
/* What a series of counts is of. */
enum survey_kind { SURVEY_QUESTION = 1, SURVEY_SCORE, SURVEY_RESPONSES };
struct survey_series {
    enum survey_kind kind;
    const char *name;
    const char *shape; /* what its numbers mean; another shape is another series */
};
/* Id of a series, made when new (in a transaction). */
MUST_USE int survey_question_id(struct store *s, int64_t survey, const struct survey_series *series,
                                int64_t *ret, struct err *reterr);
/* 1 and the id, or 0. */
MUST_USE int survey_question_find(struct store *s, int64_t survey,
                                  const struct survey_series *series, int64_t *ret,
                                  struct err *reterr);
/* The same of a unit, a staff group and a form ("1,2|3|4", ids of series). */
MUST_USE int survey_unit_id(struct store *s, int64_t survey, int level, const char *path,
                            int64_t *ret, struct err *reterr);
MUST_USE int survey_group_id(struct store *s, int64_t survey, const char *name, int64_t *ret,
                             struct err *reterr);
MUST_USE int survey_group_find(struct store *s, int64_t survey, const char *name, int64_t *ret,
                               struct err *reterr);
MUST_USE int survey_form_id(struct store *s, int64_t survey, const char *series, int64_t *ret,
                            struct err *reterr);
/* Every unit's path, in order. */
MUST_USE int survey_units(struct store *s, int64_t survey, row_fn fn, void *arg,
                          struct err *reterr);

/* ---- counts ---- */

struct survey_cell_key {
    int64_t survey;
    int64_t unit;
    int64_t month;
    int64_t grp; /* 0 = none given */
};
/* The numbers of one series in a cell. */
struct survey_numbers {
    int64_t question;
    const int64_t *v;
    size_t n; /* at most SURVEY_COUNTS */
};
/* Adds to a cell, whose numbers must not fall below 0: -ERANGE. Its month has changed then. */
MUST_USE int survey_cell_add(struct store *s, const struct survey_cell_key *key,
                             const struct survey_numbers *list, size_t n, struct err *reterr);
/* The same without noting the month, for one after another of the same month in one transaction. */
MUST_USE int survey_cell_add_next(struct store *s, const struct survey_cell_key *key,
                                  const struct survey_numbers *list, size_t n, struct err *reterr);
/* Each cell with all its series. */
typedef int (*survey_cell_fn)(void *arg, const struct survey_cell_key *key, const char *path,
                              const struct survey_numbers *list, size_t n);
MUST_USE int survey_cells(struct store *s, int64_t survey, survey_cell_fn fn, void *arg,
                          struct err *reterr);
MUST_USE int survey_month_cells(struct store *s, int64_t survey, int32_t month, survey_cell_fn fn,
                                void *arg, struct err *reterr);

/* How often a month's cells changed, and how often they had when it was published and charted. */
struct survey_month {
    int32_t month;
    int64_t changed, released, charted;
};
struct survey_months {
    struct survey_month *list; /* in order */
    size_t n;
};
MUST_USE int survey_months_load(struct store *s, int64_t survey, struct survey_months *ret,
                                struct err *reterr);
void survey_months_done(struct survey_months *months);
/* Notes that it is published, charted, as it was at m->changed. In a transaction. */
MUST_USE int survey_month_released(struct store *s, int64_t survey, const struct survey_month *m,
                                   struct err *reterr);
MUST_USE int survey_month_charted(struct store *s, int64_t survey, const struct survey_month *m,
                                  struct err *reterr);

/* What a unit has in a month of one series, summed up and kept for its chart. */
typedef int (*survey_sum_fn)(void *arg, const char *path, const struct survey_numbers *sum);
struct survey_sum_place {
    int64_t survey;
    int32_t month;
    int64_t series;
};
MUST_USE int survey_sums_clear(struct store *s, int64_t survey, int32_t month, struct err *reterr);
MUST_USE int survey_sum_add(struct store *s, int64_t survey, int32_t month, const char *path,
                            const struct survey_numbers *sum, struct err *reterr);
/* By series and path. */
MUST_USE int survey_sums_of_month(struct store *s, int64_t survey, int32_t month, survey_sum_fn fn,
                                  void *arg, struct err *reterr);
MUST_USE int survey_sums_of_series(struct store *s, const struct survey_sum_place *at,
                                   survey_sum_fn fn, void *arg, struct err *reterr);
/* 1 when there is one, 0. fn may be NULL. */
MUST_USE int survey_sum_get(struct store *s, const struct survey_sum_place *at, const char *path,
                            survey_sum_fn fn, void *arg, struct err *reterr);

/* ---- responses ---- */

enum survey_response_state {
    SURVEY_RESPONSE_KEPT = 1,
    SURVEY_RESPONSE_DROPPED,   /* counted, its answers are gone */
    SURVEY_RESPONSE_WITHDRAWN, /* not counted */
    SURVEY_RESPONSE_ERASED,    /* not counted, and never again */
};
enum { SURVEY_ANSWERS_MAX = 192 };
struct survey_response {
    int64_t id;  /* 63 bits of the keyed hash */
    int64_t tag; /* 63 more */
    int64_t survey;
    int64_t form;
    int64_t unit;
    int64_t grp;
    int32_t day;
    int64_t revision;
    int state;
    uint8_t answers[SURVEY_ANSWERS_MAX];
    size_t n_answers; /* 0 = NULL */
    int64_t batch;
};
/* A few thousand new ones go where lately come ones stand, many at once where all others do. */
enum survey_place {
    SURVEY_SETTLED,    /* seen_note is told of it, in the same transaction */
    SURVEY_LATELY,
    SURVEY_LATELY_NEW, /* seen_ask said, in the same transaction, that it is not settled */
};
/* 1 when it was not there and now is, 0 when it was. */
MUST_USE int survey_response_add(struct store *s, const struct survey_response *r,
                                 enum survey_place place, struct err *reterr);
/* 1 and the response, or 0. */
MUST_USE int survey_response_get(struct store *s, int64_t id, struct survey_response *ret,
                                 struct err *reterr);
MUST_USE int survey_response_set(struct store *s, const struct survey_response *r,
                                 struct err *reterr);
/* How many have come lately, or `most` when there are more. */
MUST_USE int survey_arrivals(struct store *s, int64_t most, int64_t *ret, struct err *reterr);
/* Moves up to n of them to the others, in the caller's transaction; returns how many. */
MUST_USE int survey_arrivals_settle(struct store *s, int64_t n, struct err *reterr);

/* A walk over the responses of every survey, n at a time: 1 when there may be more, 0 at the end.
 * One that is moved between two calls may be seen twice, and is never left out. */
struct survey_walk {
    int64_t n;
    bool is_settled;
    int64_t after; /* -1 at the beginning */
};
typedef int (*survey_response_fn)(void *arg, const struct survey_response *r);
MUST_USE int survey_response_walk(struct store *s, struct survey_walk *place, survey_response_fn fn,
                                  void *arg, struct err *reterr);
/* What a response's numbers are, by the series of its form: list holds SURVEY_FORM_MAX, v their
 * numbers, times sign. */
enum { SURVEY_FORM_MAX = 80 };
struct survey_split {
    struct survey_numbers list[SURVEY_FORM_MAX];
    int64_t v[SURVEY_FORM_MAX][SURVEY_COUNTS];
    size_t n;
};
MUST_USE int survey_response_split(struct store *s, const struct survey_response *r, int sign,
                                   struct survey_split *ret, struct err *reterr);
/* Takes it out of the cell in which it is counted. */
MUST_USE int survey_response_uncount(struct store *s, const struct survey_response *r,
                                     struct err *reterr);

struct survey_comment {
    int64_t response;
    int64_t survey;
    int64_t unit;
    int32_t day;
    const char *words;
};
MUST_USE int survey_comment_set(struct store *s, const struct survey_comment *c,
                                struct err *reterr);
/* How many there were. */
MUST_USE int survey_comment_drop(struct store *s, int64_t response, struct err *reterr);
/* Those of answers given before a day; returns how many went. */
MUST_USE int survey_comment_expire(struct store *s, int64_t survey, int32_t day,
                                   struct err *reterr);
/* Rows: path, day, words. */
MUST_USE int survey_comments(struct store *s, int64_t survey, row_fn fn, void *arg,
                             struct err *reterr);

/* ---- files ---- */

struct survey_counts {
    int64_t n_read;
    int64_t n_new;
    int64_t n_repeat;
    int64_t n_corrected; /* by a later revision; so are those that came back */
    int64_t n_withdrawn;
    int64_t n_stale; /* other content, and not newer: not taken */
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
    int64_t changed_ms; /* each reading ends later than the one before, whatever the clock says */
};
/* 1 and the batch of this file, or 0. */
MUST_USE int survey_batch_find(struct store *s, int64_t survey, const char *sha256,
                               struct survey_batch *ret, struct err *reterr);
/* Of this survey; -ENOENT with its name when it is another's. */
MUST_USE int survey_batch_get(struct store *s, int64_t survey, int64_t id,
                              struct survey_batch *ret, struct err *reterr);
/* Rows: id, name, began_ms, changed_ms, oldest first. */
MUST_USE int survey_batch_list(struct store *s, int64_t survey, row_fn fn, void *arg,
                               struct err *reterr);
MUST_USE int survey_batch_begin(struct store *s, const struct survey_row *survey,
                                const char *sha256, const char *name, int64_t now_ms,
                                struct survey_batch *ret);
/* From its first row again: its counts and refusals become those of this reading. */
MUST_USE int survey_batch_again(struct store *s, const struct survey_row *survey, const char *name,
                                int64_t now_ms, struct survey_batch *b);
/* Imports of that name that were begun and not ended, of another file than sha256. */
MUST_USE int survey_batch_cut(struct store *s, int64_t survey, const char *name,
                              const char *sha256, struct err *reterr);
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
/* The words of rows refused by imports that ended before then, and the values that are counted
 * apart as `quoting`:VALUE; returns how many rows were emptied. batch: of one only; 0 = all. */
MUST_USE int survey_reject_forget(struct store *s, int64_t batch, int64_t before_ms,
                                  const char *quoting, struct err *reterr);
/* The same of one import, of these lines alone; where one of them was refused the counted values go
 * too: nobody can tell whose they are. Returns how many rows were emptied. */
MUST_USE int survey_reject_forget_lines(struct store *s, int64_t batch, const int64_t *lines,
                                        size_t n, const char *quoting, struct err *reterr);
MUST_USE int survey_reject_count_add(struct store *s, int64_t batch, const char *reason, int64_t n,
                                     struct err *reterr);
/* Rows: line, column, reason, words; and reason, n. */
MUST_USE int survey_rejects(struct store *s, int64_t batch, row_fn fn, void *arg,
                            struct err *reterr);
MUST_USE int survey_reject_counts(struct store *s, int64_t batch, row_fn fn, void *arg,
                                  struct err *reterr);

/* What an import found to tell: rows name, value. */
MUST_USE int survey_quality_set(struct store *s, int64_t batch, const char *name, int64_t value,
                                struct err *reterr);
MUST_USE int survey_quality_list(struct store *s, int64_t batch, row_fn fn, void *arg,
                                 struct err *reterr);

#endif
