/* SPDX-License-Identifier: MIT */
/* paper_html.c - a paper as one page of HTML: nothing is fetched, nothing runs, it prints on A4. */
#include <string.h>

#include "notice/paper_inside.h"

/* Each colour has a letter, a word and a border of its own, so that print and eyes without colour
 * lose nothing. Contrast of every pair is at least 7 to 1. */
static const char style[] =
    "@page { size: A4 portrait; margin: 15mm 14mm 18mm 14mm;"
    " @bottom-right { font: 9pt Arial, sans-serif;"
    " content: \"Page \" counter(page) \" of \" counter(pages); } }\n"
    "body { font: 11pt/1.4 Arial, Helvetica, sans-serif; color: #111111; background: #ffffff;"
    " max-width: 60em; margin: 0 auto; padding: 1em; }\n"
    "h1 { font-size: 1.6em; margin: 0.2em 0; }\n"
    "h2 { font-size: 1.25em; margin: 1.4em 0 0.4em 0; border-bottom: 1px solid #555555;"
    " break-after: avoid; page-break-after: avoid; }\n"
    "table { border-collapse: collapse; width: 100%; margin: 0.6em 0 1.2em 0; }\n"
    "caption { text-align: left; font-weight: bold; padding: 0.3em 0; break-after: avoid; }\n"
    "th, td { border: 1px solid #777777; padding: 0.3em 0.45em; text-align: left;"
    " vertical-align: top; overflow-wrap: break-word; }\n"
    "tbody th { font-weight: normal; }\n"
    "thead { display: table-header-group; }\n"
    "thead th { background: #eeeeee; }\n"
    "tr { break-inside: avoid; page-break-inside: avoid; }\n"
    ".mark { border: 3px double #111111; padding: 0.3em 0.6em; font-weight: bold;"
    " display: inline-block; }\n"
    ".rag { display: inline-block; padding: 0 0.4em; color: #111111; font-weight: bold;"
    " white-space: nowrap; }\n"
    ".red { background: #ffd6d6; border: 3px solid #111111; }\n"
    ".amber { background: #ffe9b8; border: 3px dashed #111111; }\n"
    ".green { background: #d9f2d9; border: 1px solid #111111; }\n"
    ".blue { background: #dbe9ff; border: 1px solid #111111; }\n"
    ".grey { background: #eeeeee; border: 1px dotted #111111; }\n"
    "nav ol { columns: 2; list-style: none; padding: 0; }\n"
    "footer { margin-top: 2em; border-top: 1px solid #555555; }\n"
    "@media print { body { max-width: none; padding: 0; font-size: 10pt; } nav { display: none; }"
    " a { color: inherit; text-decoration: none; } }\n";

static void
add_escaped(struct text *out, const char *s)
{
    for (; *s; s++) {
        const char *entity = *s == '&'   ? "&amp;"
                             : *s == '<' ? "&lt;"
                             : *s == '>' ? "&gt;"
                             : *s == '"' ? "&quot;"
                             : *s == '\'' ? "&#39;"
                                          : NULL;
        if (entity) {
            text_add(out, entity);
        } else {
            text_addc(out, *s);
        }
    }
}

static void
add_element(struct text *out, const char *open, const char *words, const char *close)
{
    text_add(out, open);
    add_escaped(out, words);
    text_addf(out, "%s\n", close);
}

static void
add_title(struct text *out, const struct piece *section)
{
    add_escaped(out, section->number);
    text_add(out, section->number[0] ? ". " : "");
    add_escaped(out, section->words);
}

static void
add_contents(const struct paper *p, struct text *out)
{
    int n = 0;
    text_add(out, "<nav aria-label=\"Contents\">\n<ol>\n");
    for (const struct piece *at = p->first; at; at = at->next) {
        if (at->kind == PIECE_SECTION) {
            text_addf(out, "<li><a href=\"#s%d\">", ++n);
            add_title(out, at);
            text_add(out, "</a></li>\n");
        }
    }
    text_add(out, "</ol>\n</nav>\n");
}

static void
add_cell(struct text *out, const struct piece *cell, bool is_first)
{
    text_add(out, is_first ? "<th scope=\"row\">" : "<td>");
    if (cell->color != RAG_NONE) {
        text_addf(out, "<span class=\"rag %s\">%c %s</span>%s", rag_name(cell->color),
                  rag_letter(cell->color), rag_name(cell->color), cell->words[0] ? " " : "");
    }
    add_escaped(out, cell->words);
    text_add(out, is_first ? "</th>\n" : "</td>\n");
}

static const struct piece *
add_table(const struct piece *table, struct text *out)
{
    const struct piece *at = table->next;
    size_t column = 0;
    if (!at || at->kind != PIECE_CELL) {
        return at;
    }
    text_add(out, "<table>\n");
    add_element(out, "<caption>", table->words, "</caption>");
    text_add(out, "<thead>\n<tr>\n");
    for (size_t i = 0; i < table->n_heads; i++) {
        add_element(out, "<th scope=\"col\">", table->heads[i], "</th>");
    }
    text_add(out, "</tr>\n</thead>\n<tbody>\n");
    for (; at && at->kind == PIECE_CELL; at = at->next) {
        text_add(out, column == 0 ? "<tr>\n" : "");
        add_cell(out, at, column == 0);
        column = column + 1 == table->n_heads ? 0 : column + 1;
        text_add(out, column == 0 ? "</tr>\n" : "");
    }
    text_add(out, column > 0 ? "</tr>\n" : "");
    text_add(out, "</tbody>\n</table>\n");
    return at;
}

static void
add_pieces(const struct paper *p, struct text *out)
{
    int n = 0;
    for (const struct piece *at = p->first; at;) {
        if (at->kind == PIECE_TABLE) {
            at = add_table(at, out);
            continue;
        }
        if (at->kind == PIECE_SECTION) {
            n++;
            text_addf(out, "%s<section aria-labelledby=\"s%d\">\n<h2 id=\"s%d\">",
                      n > 1 ? "</section>\n" : "", n, n);
            add_title(out, at);
            text_add(out, "</h2>\n");
        } else {
            add_element(out, "<p>", at->words, "</p>");
        }
        at = at->next;
    }
    text_add(out, n > 0 ? "</section>\n" : "");
}

int
paper_html(const struct paper *p, struct text *out)
{
    const struct paper_head *h = &p->head;
    text_add(out, "<!DOCTYPE html>\n<html lang=\"");
    add_escaped(out, h->lang);
    text_add(out, "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\""
                  " content=\"width=device-width, initial-scale=1\">\n<title>");
    add_escaped(out, h->title);
    text_add(out, ", ");
    add_element(out, "", h->date, "</title>");
    text_addf(out, "<style>\n%s</style>\n</head>\n<body>\n<header>\n", style);
    add_element(out, "<p>", h->trust, "</p>");
    add_element(out, "<h1>", h->title, "</h1>");
    add_element(out, "<p>", h->date, "</p>");
    if (h->mark[0]) {
        add_element(out, "<p class=\"mark\">", h->mark, "</p>");
    }
    text_add(out, "</header>\n");
    add_contents(p, out);
    text_add(out, "<main>\n");
    add_pieces(p, out);
    text_add(out, "</main>\n<footer>\n");
    add_element(out, "<p>", h->foot, "</p>");
    text_add(out, "</footer>\n</body>\n</html>\n");
    return paper_state(p, out);
}
