/* SPDX-License-Identifier: MIT */
/* release_inside.h - what the files of a release share; nobody else includes it. */
#ifndef COPROD_ANSWERS_RELEASE_INSIDE_H
#define COPROD_ANSWERS_RELEASE_INSIDE_H

#include "answers/release.h"
#include "answers/sheet.h"
#include "rules/disclosure.h"
#include "store/release.h"

/* One name less: how long the path of the unit above is. */
static inline size_t
release_path_above(const char *path, size_t len)
{
    while (len > 1 && path[len - 2] != UNIT_SEPARATOR) {
        len--;
    }
    return len > 0 ? len - 1 : 0;
}

/* The nearest earlier row whose path begins this one's: rows come by path, the trust's is empty. */
uint32_t release_row_above(const struct sheet_row *rows, const struct disclosure_cell *cells,
                           size_t i);

/* A question's counts as they stand, of each unit and staff group: the leaves. */
struct slice_sheet {
    struct rollup *leaves; /* the question of its cells is the group's id */
};
struct import_wanted;
/* Of a survey whose groups are not published: nothing. */
MUST_USE int slice_sheet_load(struct store *s, const struct definition *def,
                              const struct import_wanted *of, struct slice_sheet *ret,
                              struct err *reterr);
void slice_sheet_done(struct slice_sheet *sheet);

struct slice_list {
    struct release_slice *list;
    size_t n, cap;
};
/* One question of one month as it is to be published, by path. */
struct board {
    struct release_cell *cells;
    size_t n, cap;
    bool has_shown; /* so the picture is fixed */
    bool is_new;    /* by this very version */
    struct slice_list slices;
    struct slice_list before; /* answers that are out, as each version took them up */
    struct slice_list leaves; /* that this version takes up */
};
struct board_place {
    int64_t survey;
    int32_t month;
    int64_t series;
    int64_t release; /* 0: the newest version that has the series */
    bool has_leaves;
};
/* As it was published last; what comes out is in mem. */
MUST_USE int board_load(struct store *s, const struct board_place *at, struct arena *mem,
                        struct board *ret, struct err *reterr);
/* All answers, of its first time. leaves NULL: nothing. -ENOMEM. */
MUST_USE int board_first_leaves(const struct rollup *leaves, struct board *b, struct arena *mem);

/* The shown units of a board: as they were published, and as they stand. */
struct board_lines {
    struct disclosure_line *lines;
    struct release_cell **of; /* by path */
    uint32_t n;
};
MUST_USE int board_lines(const struct board *b, const struct sheet_row *rows, size_t n,
                         struct arena *mem, struct board_lines *ret);
/* The nearest shown unit at or above a path; n where there is none. */
uint32_t board_line_of(const struct board_lines *x, const char *path);
/* Into the board, after disclosure_take. */
void board_take_lines(const struct board_lines *lines, struct release_news *news);
/* A unit that is shown; else NULL. */
const struct release_cell *board_shown(const struct board *b, const char *path);

/* A later version. */
struct again_work {
    const struct sheet_row *rows; /* the month as it stands */
    size_t n;
    const struct rollup *leaves; /* the same by unit and group; NULL: not wanted */
    int64_t k;
    struct arena *mem;
};
/* Takes up what has come, as far as it may; counts in *news what grows and what waits. -ENOMEM. */
MUST_USE int board_grow(const struct again_work *w, struct board *b, struct release_news *news);

/* One question of one month, decided for the first time. */
struct slice_work {
    const struct slice_sheet *sheet;
    int32_t month;
    const struct disclosure_cell *cells; /* as disclosure_hide left them */
    const struct sheet_row *rows;        /* the same n units */
    size_t n;
    int64_t k;
    struct arena *mem; /* owns what comes out */
};
/* Each group that is shown for the whole trust, in every shown unit. -ENOMEM. */
MUST_USE int slices_decide(const struct slice_work *w, struct slice_list *ret);

/* ---- totals ---- */

/* Months first to last, both of them in it. */
struct release_period {
    int32_t first, last;
};
/* The one that a month belongs to; of rolling ones, that which ends with it. */
struct release_period release_period_of(enum release_over over, int32_t month);

struct totals_work {
    struct store *store;
    const struct release_options *opt;
    int64_t survey;
    struct release_period period; /* that is over, its last month closed */
};
/* In a transaction of its own: publishes the period's totals of each question, unless they were
 * before, or not all of its months are known answer by answer. */
MUST_USE int totals_settle(const struct totals_work *w, struct err *reterr);

/* ---- scores ---- */

/* What single answers tell of scores: of each unit and group the people who have all, who have
 * some. */
struct score_book {
    int64_t stamp; /* how often cells had changed; 0 = not loaded */
    struct rollup *mixes; /* its questions are scores; its units have a last name, the group's id */
};
/* False where scores overlap, so that they stay inside: docs/decisions/0022. */
bool scores_may_be_published(const struct definition *def);
/* Reads every single answer of the survey, unless it holds them and no cell has changed since. In
 * one instant of the store with the sheets. */
MUST_USE int score_book_load(struct store *s, const struct definition *def, int64_t survey,
                             struct score_book *ret, struct err *reterr);
void score_book_done(struct score_book *book);

/* One score of one month, decided for the first time and the last. */
struct score_work {
    const struct definition *def;
    const struct score_book *book;
    int score;
    int32_t month;
    const struct sheet_row *rows; /* (respondents, sum) by unit */
    size_t n;
    struct disclosure_cell *cells; /* made by score_cells; barred by the caller */
    struct arena *mem;
};
/* 1 and cells of the same n units; 0 when single answers do not account for all of them. */
MUST_USE int score_cells(struct score_work *w);
/* Decides on the cells. -ENOMEM. */
MUST_USE int score_decide(const struct score_work *w);

/* A later version of it. */
struct score_again {
    const struct definition *def;
    int score;
    const struct sheet_row *rows; /* as it stands */
    size_t n;
    const struct board *first; /* its parts, by their numbers, when it was first published */
    const struct board *now;   /* as they are to be published */
    const struct board *was;   /* itself, when it was first published */
    int64_t k;
    struct arena *mem;
};
/* Takes up what can be foretold from its parts. -ENOMEM. */
MUST_USE int score_grow(const struct score_again *w, struct board *b, struct release_news *news);

#endif
