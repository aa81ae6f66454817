/* SPDX-License-Identifier: MIT */
/*
 * out.h - what a command prints: said once, written as a page for people, as lines with tabs
 * (--plain), or as one JSON object (--json).
 *
 *   out_field(o, "due", "Due", "%s", "2015-03-31");          Due:  2015-03-31
 *   out_table(o, "jobs", columns);                           columns end with { 0 }
 *   for (...) {
 *       out_int(o, job.id);
 *       out_text(o, job.kind);
 *   }                                                        a row ends by itself when it is full
 *   out_note(o, "%d jobs", n);                               for people only
 *
 * Nothing is written before out_finish, so a command that fails half way prints no half page.
 * Columns are as wide as their widest cell, by columns of the terminal; on a terminal the widest
 * give way until a row fits (never the first one), in a pipe nothing is ever cut.
 */
#ifndef COPROD_CLI_OUT_H
#define COPROD_CLI_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "rules/time.h"

enum out_form { OUT_PAGE = 0, OUT_PLAIN, OUT_JSON };
struct column {
    const char *key;  /* in JSON */
    const char *head; /* above the column, "DUE" */
    bool right;       /* numbers */
};
struct out_options {
    enum out_form form;
    bool color;
    int width; /* of the terminal; 0 when it is none */
    const char *schema; /* "jobs/1" */
};
struct out;

MUST_USE int out_open(const struct out_options *options, struct out **ret);
struct out *out_free(struct out *o);
static inline void
out_freep(struct out **o)
{
    *o = out_free(*o);
}
enum out_form out_form(const struct out *o);

/* One value with a name. label NULL: JSON only; key NULL: people only. */
void out_field(struct out *o, const char *key, const char *label, const char *format, ...)
    PRINTF_LIKE(4, 5);
void out_field_int(struct out *o, const char *key, const char *label, int64_t value);
void out_field_bool(struct out *o, const char *key, const char *label, bool value);

/* Begins a table (a list in JSON); what follows goes into it. */
void out_table(struct out *o, const char *key, const struct column *columns);
void out_text(struct out *o, const char *s); /* NULL: an empty cell, null in JSON */
void out_textf(struct out *o, const char *format, ...) PRINTF_LIKE(2, 3);
void out_int(struct out *o, int64_t value);
void out_bool(struct out *o, bool value); /* yes, no; true, false in JSON */
void out_day(struct out *o, day_t day);   /* 2015-03-31; null in JSON when DAY_NONE */
/* Colour of the cell that comes next, by what it means. No meaning is told by colour alone. */
enum out_tint { TINT_NONE = 0, TINT_GOOD, TINT_WARN, TINT_BAD, TINT_DIM };
void out_tint(struct out *o, enum out_tint tint);

/* A sentence for people; not in JSON, not with --plain. */
void out_note(struct out *o, const char *format, ...) PRINTF_LIKE(2, 3);
/* Bytes as they are, in every form: for commands that have a format of their own (TSV, mails). */
void out_raw(struct out *o, const char *bytes, size_t n);

/* Forgets everything said so far: the command failed, and half a page is no page. */
void out_drop(struct out *o);
/* Writes all to f and flushes. -errno when it was not taken whole. */
MUST_USE int out_finish(struct out *o, FILE *f);

#endif
