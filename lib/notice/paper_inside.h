/* SPDX-License-Identifier: MIT */
/* paper_inside.h - how a paper is kept until it is written; only paper*.c includes it. */
#ifndef COPROD_NOTICE_PAPER_INSIDE_H
#define COPROD_NOTICE_PAPER_INSIDE_H

#include "base/arena.h"
#include "notice/paper.h"

enum piece_kind { PIECE_NONE = 0, PIECE_SECTION, PIECE_SENTENCE, PIECE_TABLE, PIECE_CELL };
struct piece {
    enum piece_kind kind;
    const char *words;  /* cleaned; never NULL */
    const char *number; /* of a section */
    const char *heads[PAPER_COLUMNS_MAX]; /* of a table */
    size_t n_heads;
    enum rag_color color; /* of a cell; RAG_NONE */
    struct piece *next;
};
struct paper {
    struct arena *mem;
    struct paper_head head;
    struct piece *first, *last;
    bool is_short; /* memory ran out */
};
/* 0, or -ENOMEM when something is missing. */
int paper_state(const struct paper *p, const struct text *out);

#endif
