/* SPDX-License-Identifier: MIT */
/*
 * diag.h - every finding of one run over files that people write, not the first only.
 *
 *   struct diag d = { 0 };
 *   r = plan_set_load("config", &d, &set);
 *   diag_print(&d, &out);      // all of them, in the order of file, line, column
 *   diag_done(&d);
 *
 *   plan.yaml:31:11: error: unknown key "timescle" in action 1f
 *      31 |           timescle: Q1 2015
 *         |           ^~~~~~~~
 *      hint: did you mean "timescale"?
 *
 * Findings are copied: they outlive the file they speak of. Control characters never come out.
 */
#ifndef COPROD_BASE_DIAG_H
#define COPROD_BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

enum {
    DIAG_ITEMS_MAX = 200,  /* more are counted, not kept; an error before all others */
    DIAG_REFUSAL_MAX = 20, /* what a person reads at once */
};

/* A note says what will happen, where nothing is wrong. */
enum diag_level { DIAG_NONE = 0, DIAG_ERROR, DIAG_WARNING, DIAG_NOTE, DIAG_LEVEL_MAX_ };
const char *diag_level_word(enum diag_level level); /* "warning" */

/* Where. line and col count from 1, col in characters; line 0 = the file as a whole. */
struct diag_at {
    const char *file;
    const char *source; /* the file's bytes, for the line shown; NULL: none is shown */
    size_t source_len;
    int line;
    int col;
    int len; /* characters to underline; 0 or 1: the caret alone */
};

struct diag_item {
    enum diag_level level;
    int file_order; /* files print in the order in which they were first spoken of */
    int line, col, len;
    char *file;
    char *message;
    char *source_line; /* NULL: none */
    char *hint;        /* NULL: none */
};

struct diag {
    struct diag_item *items;
    size_t n;
    size_t cap;
    int n_errors; /* all, kept or not */
    int n_warnings;
    int n_notes;
    bool is_short; /* memory ran out: a finding may be missing, the counts are right */
};

void diag_done(struct diag *d);
static inline void
diag_freep(struct diag *d)
{
    diag_done(d);
}
#define AUTO_DIAG __attribute__((cleanup(diag_freep)))

/* hint may be NULL. */
void diag_error(struct diag *d, const struct diag_at *at, const char *hint, const char *format, ...)
    PRINTF_LIKE(4, 5);
void diag_warn(struct diag *d, const struct diag_at *at, const char *hint, const char *format, ...)
    PRINTF_LIKE(4, 5);
void diag_addv(struct diag *d, enum diag_level level, const struct diag_at *at, const char *hint,
               const char *format, va_list args);
/* Every finding as text, sorted by file, line and column. */
void diag_print(const struct diag *d, struct text *out);
/* Why a file is refused: the errors, then the warnings, no notes; DIAG_REFUSAL_MAX at most, whole,
 * and how many more there are. */
void diag_print_refusal(const struct diag *d, struct text *out);
/* The first error in one sentence "file:line:col: message (and 3 more)", for a log line. */
void diag_first(const struct diag *d, struct err *ret);

#endif
