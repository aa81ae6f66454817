/* SPDX-License-Identifier: MIT */
/*
 * state_page.h - for tests: a page in docs/ that is made from a state table. The test makes the
 * page anew and compares; `test_job --write` and `test_action --write` write it.
 */
#ifndef COPROD_TESTS_STATE_PAGE_H
#define COPROD_TESTS_STATE_PAGE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* What a page shows of its table. States and events are numbers from 1. */
struct state_table {
    const char *title, *words;
    int n_states, n_events; /* one past the last */
    int first;              /* where a new one begins */
    int (*next)(int from, int event);
    const char *(*state_name)(int state);
    const char *(*event_name)(int event);
    const char *(*event_who)(int event); /* may be NULL */
};

static inline void
state_page_picture(struct text *t, const struct state_table *table)
{
    text_addf(t, "```mermaid\nstateDiagram-v2\n    [*] --> %s\n", table->state_name(table->first));
    for (int from = 1; from < table->n_states; from++) {
        bool is_final = true;
        for (int event = 1; event < table->n_events; event++) {
            int to = table->next(from, event);
            is_final = is_final && to == 0;
            if (to != 0 && to != from) {
                text_addf(t, "    %s --> %s: %s\n", table->state_name(from),
                          table->state_name(to), table->event_name(event));
            }
        }
        if (is_final) {
            text_addf(t, "    %s --> [*]\n", table->state_name(from));
        }
    }
    text_add(t, "```\n\n");
}

static inline void
state_page_cells(struct text *t, const struct state_table *table)
{
    text_add(t, "| state |");
    for (int event = 1; event < table->n_events; event++) {
        text_addf(t, " %s |", table->event_name(event));
    }
    text_add(t, "\n|---|");
    for (int event = 1; event < table->n_events; event++) {
        text_add(t, "---|");
    }
    for (int from = 1; from < table->n_states; from++) {
        text_addf(t, "\n| %s |", table->state_name(from));
        for (int event = 1; event < table->n_events; event++) {
            int to = table->next(from, event);
            text_addf(t, " %s |", to != 0 ? table->state_name(to) : "");
        }
    }
    text_add(t, "\n");
}

static inline void
state_page_make(struct text *t, const struct state_table *table)
{
    text_addf(t, "# %s\n\n%s\n\n", table->title, table->words);
    state_page_picture(t, table);
    state_page_cells(t, table);
    if (table->event_who) {
        text_add(t, "\n| event | who may cause it |\n|---|---|\n");
        for (int event = 1; event < table->n_events; event++) {
            text_addf(t, "| %s | %s |\n", table->event_name(event), table->event_who(event));
        }
    }
}

static inline int
state_page_write(const char *path, const struct state_table *table)
{
    AUTO_TEXT struct text t = { 0 };
    state_page_make(&t, table);
    FILE *out = fopen(path, "w");
    if (!out) {
        perror(path);
        return 1;
    }
    (void)fputs(text_str(&t), out);
    return fclose(out) == 0 ? 0 : 1;
}

static inline bool
state_page_is_current(const char *path, const struct state_table *table)
{
    AUTO_TEXT struct text t = { 0 };
    state_page_make(&t, table);
    FILE *in = fopen(path, "r");
    if (!in) {
        return false;
    }
    AUTO_FREE char *page = calloc(1, t.len + 2);
    size_t len = page ? fread(page, 1, t.len + 1, in) : 0;
    (void)fclose(in);
    return page && len == t.len && memcmp(page, text_str(&t), len) == 0;
}

#endif
