/* SPDX-License-Identifier: MIT */
/*
 * paper.h - a paper for a meeting: sections with sentences and tables, written as a page of HTML
 * that prints on A4 and as plain text. The same content in both.
 *
 *   AUTO(paper) struct paper *p = NULL;
 *   r = paper_new(&head, &p);
 *   paper_section(p, "3", "Red and amber");
 *   static const char *const heads[] = { "Action", "Colour", NULL };
 *   paper_table(p, "Objective 1", heads);
 *   paper_cell(p, "%s", ref);            a row ends by itself when it is full
 *   paper_rag(p, RAG_RED, reason);
 *   r = paper_html(p, &html);
 *
 * Failures to take memory are kept: the writers say so. Text of people may hold anything; control
 * characters become spaces, what is no UTF-8 becomes question marks. A colour is always a letter
 * and a word. The first cell of a row is its heading.
 */
#ifndef COPROD_NOTICE_PAPER_H
#define COPROD_NOTICE_PAPER_H

#include "base/text.h"
#include "rules/rag.h"

enum { PAPER_COLUMNS_MAX = 10 };

struct paper_head {
    const char *lang;  /* "en-GB" */
    const char *trust;
    const char *title; /* "Co-production: paper for the Quality and Safety Committee" */
    const char *date;  /* "Meeting of 22 April 2015" */
    const char *mark;  /* "Draft", "Preview, not given out"; "" = none. Stands out */
    const char *foot;  /* one sentence at the end */
};
struct paper;
/* head's texts are copied. */
MUST_USE int paper_new(const struct paper_head *head, struct paper **ret);
struct paper *paper_free(struct paper *p);
static inline void
paper_freep(struct paper **p)
{
    *p = paper_free(*p);
}

void paper_section(struct paper *p, const char *number, const char *title);
void paper_say(struct paper *p, const char *format, ...) PRINTF_LIKE(2, 3);
/* Heads end with NULL. A table without rows is left out. */
void paper_table(struct paper *p, const char *caption, const char *const *heads);
void paper_cell(struct paper *p, const char *format, ...) PRINTF_LIKE(2, 3);
/* "R red: 9 working days late". more: NULL or "" = nothing. */
void paper_rag(struct paper *p, enum rag_color color, const char *more);

MUST_USE int paper_html(const struct paper *p, struct text *out);
MUST_USE int paper_plain(const struct paper *p, struct text *out);

#endif
