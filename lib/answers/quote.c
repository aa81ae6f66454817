/* SPDX-License-Identifier: MIT */
/* quote.c - what was published of one question in one month, by unit. */
#include "answers/quote.h"

#include <stdlib.h>
#include <string.h>

#include "answers/import.h"
#include "answers/series.h"
#include "base/list.h"
#include "base/text.h"
#include "store/release.h"

struct quote {
    const char *path;
    int64_t counts[SURVEY_COUNTS];
};

static int
take_cell(void *arg, const struct release_cell *cell)
{
    struct quotes *q = arg;
    if (!cell->is_shown) {
        return 0;
    }
    if (list_room_in(q->mem, &q->list, q->n, &q->cap, sizeof *q->list) < 0) {
        return -ENOMEM;
    }
    struct quote *one = &q->list[q->n++];
    one->path = arena_text(q->mem, cell->path);
    memcpy(one->counts, cell->counts, sizeof one->counts);
    return one->path ? 0 : -ENOMEM;
}

int
quotes_load(struct store *s, const struct measure *m, int32_t month, struct quotes *ret,
            struct err *reterr)
{
    struct survey_row survey;
    struct release_row release;
    int64_t series = 0;
    *ret = (struct quotes){ .month = month, .mem = arena_open() };
    if (!ret->mem) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    int r = survey_find(s, m->def->id, NULL, &survey, reterr);
    r = r <= 0 ? r : series_id(s, survey.id, m, &series, reterr);
    r = r <= 0 ? r : release_newest_of(s, survey.id, month, series, &release, reterr);
    r = r <= 0 ? r : release_cells(s, release.id, series, take_cell, ret, reterr);
    if (r < 0) {
        quotes_done(ret);
    }
    return r < 0 ? r : 0;
}

void
quotes_done(struct quotes *q)
{
    arena_free(q->mem);
    *q = (struct quotes){ 0 };
}

static int
path_against_quote(const void *path, const void *quote)
{
    return strcmp(path, ((const struct quote *)quote)->path);
}

const int64_t *
quotes_find(const struct quotes *q, const char *path)
{
    const struct quote *one =
        q->n ? bsearch(path, q->list, q->n, sizeof *q->list, path_against_quote) : NULL;
    return one ? one->counts : NULL;
}

int64_t
quotes_figure(const struct quotes *q, const struct measure *m, const struct trend *t,
              struct text *out)
{
    const int64_t *counts = quotes_find(q, m->path);
    struct trend_row row = { .month = q->month };
    if (counts) {
        row.count = series_count(m, counts);
    }
    const struct trend one = { .statistic = t->statistic, .scale_num = t->scale_num,
                               .scale_den = t->scale_den, .rows = &row, .n = 1 };
    if (row.count.n > 0) {
        trend_value(&one, 0, out);
    }
    return row.count.n;
}

void
quotes_say(const struct quotes *q, const struct measure *m, const struct trend *t,
           struct text *out)
{
    AUTO_TEXT struct text value = { 0 };
    char month[32];
    int64_t n = quotes_figure(q, m, t, &value);
    if (n > 0) {
        text_addf(out, "Published for %s: %s of %lld answers.", trend_month(q->month, month),
                  text_str(&value), (long long)n);
    }
}
