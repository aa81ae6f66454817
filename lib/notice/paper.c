/* SPDX-License-Identifier: MIT */
/* paper.c - what stands in a paper, piece after piece, and its form as plain text and CSV. */
#include "notice/paper.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notice/paper_inside.h"

enum { PLAIN_WIDTH = 78, LABEL_INDENT = 4 };

int
paper_new(const struct paper_head *head, struct paper **ret)
{
    AUTO(paper) struct paper *p = calloc(1, sizeof *p);
    if (!p) {
        return -ENOMEM;
    }
    p->mem = arena_open();
    if (!p->mem) {
        return -ENOMEM;
    }
    p->head = (struct paper_head){ .lang = arena_text(p->mem, head->lang),
                                   .trust = arena_text(p->mem, head->trust),
                                   .title = arena_text(p->mem, head->title),
                                   .date = arena_text(p->mem, head->date),
                                   .mark = arena_text(p->mem, head->mark),
                                   .foot = arena_text(p->mem, head->foot) };
    if (arena_is_bad(p->mem)) {
        return -ENOMEM;
    }
    *ret = TAKE(p);
    return 0;
}

struct paper *
paper_free(struct paper *p)
{
    if (p) {
        (void)arena_free(p->mem);
        free(p);
    }
    return NULL;
}

/* Words of people as they may stand in a paper: no control characters, whole UTF-8. */
static const char *
clean(struct paper *p, const char *s)
{
    char *copy = arena_text(p->mem, s);
    bool is_utf8 = text_is_utf8(s, strlen(s));
    for (char *c = copy; c && *c; c++) {
        bool is_control = (unsigned char)*c < 0x20 || *c == 0x7F;
        *c = is_control ? ' ' : !is_utf8 && (unsigned char)*c > 0x7F ? '?' : *c;
    }
    return copy ? copy : "";
}

static struct piece *
add(struct paper *p, enum piece_kind kind, const char *words)
{
    struct piece *piece = ARENA_NEW(p->mem, struct piece);
    if (!piece) {
        return NULL; /* the arena remembers */
    }
    piece->kind = kind;
    piece->words = clean(p, words);
    if (p->last) {
        p->last->next = piece;
    } else {
        p->first = piece;
    }
    p->last = piece;
    return piece;
}

static void PRINTF_LIKE(3, 0)
add_words(struct paper *p, enum piece_kind kind, const char *format, va_list args)
{
    char *words = NULL;
    if (vasprintf(&words, format, args) < 0) {
        p->is_short = true;
        return;
    }
    (void)add(p, kind, words);
    free(words);
}

void
paper_section(struct paper *p, const char *number, const char *title)
{
    struct piece *piece = add(p, PIECE_SECTION, title);
    if (piece) {
        piece->number = clean(p, number);
    }
}

void
paper_say(struct paper *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_words(p, PIECE_SENTENCE, format, args);
    va_end(args);
}

void
paper_table(struct paper *p, const char *caption, const char *const *heads)
{
    struct piece *piece = add(p, PIECE_TABLE, caption);
    for (size_t i = 0; piece && heads[i] && i < PAPER_COLUMNS_MAX; i++) {
        piece->heads[i] = heads[i];
        piece->n_heads = i + 1;
    }
}

void
paper_cell(struct paper *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_words(p, PIECE_CELL, format, args);
    va_end(args);
}

void
paper_rag(struct paper *p, enum rag_color color, const char *more)
{
    struct piece *piece = add(p, PIECE_CELL, more ? more : "");
    if (piece) {
        piece->color = color;
    }
}

/* ---- plain text ------------------------------------------------------------------------------ */

/* Words from column `at` on, folded at spaces, each further line indented. */
static void
add_folded(struct text *out, const char *words, size_t at, size_t indent)
{
    while (*words) {
        size_t n = strcspn(words, " ");
        char word[256];
        (void)snprintf(word, sizeof word, "%.*s", (int)(n < 255 ? n : 255), words);
        size_t width = text_width(word);
        if (at > indent && at + 1 + width > PLAIN_WIDTH) {
            text_addf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else if (at > indent) {
            text_addc(out, ' ');
            at++;
        }
        text_addn(out, words, n);
        at += width;
        words += n + strspn(words + n, " ");
    }
    text_addc(out, '\n');
}

static void
add_underlined(struct text *out, const char *words, char under)
{
    text_addf(out, "%s\n", words);
    for (size_t i = text_width(words); i > 0; i--) {
        text_addc(out, under);
    }
    text_addc(out, '\n');
}

static void
cell_words(const struct piece *cell, struct text *ret)
{
    if (cell->color != RAG_NONE) {
        text_addf(ret, "%c %s%s", rag_letter(cell->color), rag_name(cell->color),
                  cell->words[0] ? ": " : "");
    }
    text_add(ret, cell->words);
}

/* Rows as records: what a screen reader reads is what the table says. */
static const struct piece *
plain_table(const struct piece *table, struct text *out)
{
    size_t column = 0;
    const struct piece *at = table->next;
    if (at && at->kind == PIECE_CELL && table->words[0]) {
        text_addf(out, "%s\n\n", table->words);
    }
    for (; at && at->kind == PIECE_CELL; at = at->next) {
        AUTO_TEXT struct text words = { 0 };
        cell_words(at, &words);
        out->bad = out->bad ? out->bad : words.bad;
        if (column == 0) {
            add_folded(out, text_str(&words), 0, 0);
        } else if (words.len > 0) {
            text_addf(out, "%*s%s:", LABEL_INDENT, "", table->heads[column]);
            add_folded(out, text_str(&words), LABEL_INDENT + text_width(table->heads[column]) + 1,
                       LABEL_INDENT + 2);
        }
        column = column + 1 == table->n_heads ? 0 : column + 1;
        text_add(out, column == 0 ? "\n" : "");
    }
    return at;
}

int
paper_plain(const struct paper *p, struct text *out)
{
    const struct paper_head *h = &p->head;
    text_addf(out, "%s\n\n", h->trust);
    add_underlined(out, h->title, '=');
    text_addf(out, "\n%s\n", h->date);
    text_addf(out, "%s%s", h->mark, h->mark[0] ? "\n" : "");
    for (const struct piece *at = p->first; at;) {
        if (at->kind == PIECE_TABLE) {
            at = plain_table(at, out);
            continue;
        }
        if (at->kind == PIECE_SECTION) {
            AUTO_TEXT struct text title = { 0 };
            text_addf(&title, "%s%s%s", at->number, at->number[0] ? ". " : "", at->words);
            out->bad = out->bad ? out->bad : title.bad;
            text_addc(out, '\n');
            add_underlined(out, text_str(&title), '-');
            text_addc(out, '\n');
        } else {
            add_folded(out, at->words, 0, 0);
            text_addc(out, '\n');
        }
        at = at->next;
    }
    text_addc(out, '\n');
    add_folded(out, h->foot, 0, 0);
    return paper_state(p, out);
}

int
paper_state(const struct paper *p, const struct text *out)
{
    return p->is_short || arena_is_bad(p->mem) ? -ENOMEM : out->bad;
}
