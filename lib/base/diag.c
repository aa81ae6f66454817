/* SPDX-License-Identifier: MIT */
/* diag.c - every finding of one run over files that people write. */
#include "base/diag.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"

enum { SHOWN_MAX = 120, SHOWN_BEFORE = 60, NUMBER_WIDTH = 5 };

static void
item_free(struct diag_item *it)
{
    free(it->file);
    free(it->message);
    free(it->source_line);
    free(it->hint);
}

void
diag_done(struct diag *d)
{
    for (size_t i = 0; i < d->n; i++) {
        item_free(&d->items[i]);
    }
    free(d->items);
    *d = (struct diag){ 0 };
}

/* One clean line: what came from a file may hold anything, what we print must not. */
static char *
clean_copy(const char *s, size_t n)
{
    char *copy = malloc(n + 1);
    if (!copy) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        bool is_control = c < 0x20 || c == 0x7F;
        copy[i] = s[i];
        if (is_control) {
            copy[i] = c == '\t' ? ' ' : '?';
        }
    }
    copy[n] = '\0';
    if (!text_is_utf8(copy, n)) {
        for (size_t i = 0; i < n; i++) {
            if ((unsigned char)copy[i] >= 0x80) {
                copy[i] = '?';
            }
        }
    }
    return copy;
}

static char *
source_line(const struct diag_at *at)
{
    if (!at->source || at->line <= 0) {
        return NULL;
    }
    const char *p = at->source;
    const char *end = at->source + at->source_len;
    for (int line = 1; line < at->line; line++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (!p) {
            return NULL;
        }
        p++;
    }
    const char *stop = memchr(p, '\n', (size_t)(end - p));
    stop = stop ? stop : end;
    if (stop > p && stop[-1] == '\r') {
        stop--;
    }
    return clean_copy(p, (size_t)(stop - p));
}

static int
file_order(const struct diag *d, const char *file)
{
    int most = 0;
    for (size_t i = 0; i < d->n; i++) {
        if (strcmp(d->items[i].file, file) == 0) {
            return d->items[i].file_order;
        }
        most = d->items[i].file_order > most ? d->items[i].file_order : most;
    }
    return most + 1;
}

/* Where there is no room for an error, what is least goes. */
static void
make_way(struct diag *d, enum diag_level level)
{
    size_t at = 0;
    for (size_t i = 1; i < d->n; i++) {
        at = d->items[i].level >= d->items[at].level ? i : at;
    }
    if (d->n == DIAG_ITEMS_MAX && level < d->items[at].level) {
        item_free(&d->items[at]);
        memmove(&d->items[at], &d->items[at + 1], (d->n - at - 1) * sizeof d->items[at]);
        d->n--;
    }
}

static struct diag_item *
item_room(struct diag *d)
{
    bool has_room = list_room(&d->items, d->n, &d->cap, sizeof *d->items) == 0;
    return has_room ? &d->items[d->n] : NULL;
}

void
diag_addv(struct diag *d, enum diag_level level, const struct diag_at *at, const char *hint,
          const char *format, va_list args)
{
    *(level == DIAG_ERROR     ? &d->n_errors
      : level == DIAG_WARNING ? &d->n_warnings
                              : &d->n_notes) += 1;
    make_way(d, level);
    if (d->n >= DIAG_ITEMS_MAX) {
        return;
    }
    struct err message;
    (void)err_setv(&message, 0, format, args);
    struct diag_item it = { .level = level, .line = at->line, .col = at->col, .len = at->len };
    it.file_order = file_order(d, at->file);
    it.file = clean_copy(at->file, strlen(at->file));
    it.message = clean_copy(message.text, strlen(message.text));
    it.source_line = source_line(at);
    it.hint = hint ? clean_copy(hint, strlen(hint)) : NULL;
    struct diag_item *slot = item_room(d);
    if (!it.file || !it.message || !slot) {
        item_free(&it);
        d->is_short = true;
        return;
    }
    *slot = it;
    d->n++;
}

void
diag_error(struct diag *d, const struct diag_at *at, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_addv(d, DIAG_ERROR, at, hint, format, args);
    va_end(args);
}

void
diag_warn(struct diag *d, const struct diag_at *at, const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_addv(d, DIAG_WARNING, at, hint, format, args);
    va_end(args);
}

/* Byte offset of the n-th character (from 0), or the end. */
static size_t
char_at(const char *s, size_t n)
{
    size_t i = 0;
    for (; s[i] && n > 0; n--) {
        i++;
        while (((unsigned char)s[i] & 0xC0) == 0x80) {
            i++;
        }
    }
    return i;
}

/* The line and its underline. A very long line is cut to a window around the place. */
static void
print_source(const struct diag_item *it, struct text *out)
{
    const char *line = it->source_line;
    size_t col = it->col > 0 ? (size_t)it->col - 1 : 0;
    size_t skip = col > SHOWN_MAX - 20 ? col - SHOWN_BEFORE : 0;
    const char *from = line + char_at(line, skip);
    size_t shown = char_at(from, SHOWN_MAX);
    size_t at = char_at(from, col - skip);
    text_addf(out, "%*d | %s", NUMBER_WIDTH, it->line, skip ? "..." : "");
    text_addn(out, from, shown);
    text_addf(out, "%s\n%*s | %s", from[shown] ? "..." : "", NUMBER_WIDTH, "", skip ? "   " : "");
    char before[SHOWN_MAX * 4 + 1];
    size_t n = at < sizeof before - 1 ? at : sizeof before - 1;
    memcpy(before, from, n);
    before[n] = '\0';
    text_addf(out, "%*s^", (int)text_width(before), "");
    size_t left = char_at(from + at, SIZE_MAX) ? text_width(from + at) : 0;
    size_t len = it->len > 1 ? (size_t)it->len : 1;
    len = len > left ? left : len;
    len = len > SHOWN_MAX ? SHOWN_MAX : len;
    for (size_t i = 1; i < len; i++) {
        text_addc(out, '~');
    }
    text_addc(out, '\n');
}

const char *
diag_level_word(enum diag_level level)
{
    static const char *const words[DIAG_LEVEL_MAX_] = { "", "error", "warning", "note" };
    return words[level];
}

static void
print_item(const struct diag_item *it, struct text *out)
{
    const char *level = diag_level_word(it->level);
    if (it->line > 0) {
        text_addf(out, "%s:%d:%d: %s: %s\n", it->file, it->line, it->col, level, it->message);
    } else {
        text_addf(out, "%s: %s: %s\n", it->file, level, it->message);
    }
    if (it->source_line) {
        print_source(it, out);
    }
    if (it->hint) {
        text_addf(out, "   hint: %s\n", it->hint);
    }
}

static int
item_cmp(const struct diag_item *a, const struct diag_item *b)
{
    int by_file = (a->file_order > b->file_order) - (a->file_order < b->file_order);
    int by_line = (a->line > b->line) - (a->line < b->line);
    int by_col = (a->col > b->col) - (a->col < b->col);
    return by_file ? by_file : by_line ? by_line : by_col;
}

/* Found in any order, since whole-plan checks come after the reading; few, so insertion sort. */
static size_t
sorted(const struct diag *d, const struct diag_item *ret[DIAG_ITEMS_MAX])
{
    for (size_t i = 0; i < d->n; i++) {
        size_t at = i;
        for (; at > 0 && item_cmp(&d->items[i], ret[at - 1]) < 0; at--) {
            ret[at] = ret[at - 1];
        }
        ret[at] = &d->items[i];
    }
    return d->n;
}

void
diag_print(const struct diag *d, struct text *out)
{
    const struct diag_item *items[DIAG_ITEMS_MAX] = { NULL };
    size_t n = sorted(d, items);
    for (size_t i = 0; i < n; i++) {
        print_item(items[i], out);
    }
    int all = d->n_errors + d->n_warnings + d->n_notes;
    if (all > (int)n) {
        text_addf(out, "and %d more\n", all - (int)n);
    }
}

void
diag_print_refusal(const struct diag *d, struct text *out)
{
    const struct diag_item *items[DIAG_ITEMS_MAX] = { NULL };
    size_t n = sorted(d, items);
    int shown = 0;
    for (enum diag_level level = DIAG_ERROR; level < DIAG_NOTE; level++) {
        for (size_t i = 0; i < n && shown < DIAG_REFUSAL_MAX; i++) {
            if (items[i]->level == level) {
                print_item(items[i], out);
                shown++;
            }
        }
    }
    int all = d->n_errors + d->n_warnings;
    if (all > shown) {
        text_addf(out, "and %d more\n", all - shown);
    }
}

void
diag_first(const struct diag *d, struct err *ret)
{
    const struct diag_item *items[DIAG_ITEMS_MAX] = { NULL };
    size_t n = sorted(d, items);
    for (size_t i = 0; i < n; i++) {
        if (items[i]->level != DIAG_ERROR) {
            continue;
        }
        char place[32] = "";
        if (items[i]->line > 0) {
            (void)snprintf(place, sizeof place, ":%d:%d", items[i]->line, items[i]->col);
        }
        (void)err_set(ret, 0, "%s%s: %s", items[i]->file, place, items[i]->message);
        size_t used = strlen(ret->text);
        if (d->n_errors > 1 && used < sizeof ret->text - 32) {
            (void)snprintf(ret->text + used, sizeof ret->text - used, " (and %d more)",
                           d->n_errors - 1);
        }
        return;
    }
    (void)err_set(ret, 0, "no error");
}
