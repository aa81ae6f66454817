/* SPDX-License-Identifier: MIT */
/* measured.c - what the surveys say of an action. */
#include "engine/measured.h"

#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/text.h"
#include "survey/trend.h"

struct gathering {
    struct measured *m;
    size_t cap;
};

static void
count_signal(struct measured *m, enum spc_verdict verdict, int32_t since)
{
    m->n_better += verdict == SPC_IS_IMPROVEMENT;
    if (verdict == SPC_IS_CONCERN && m->n_worse++ == 0) { /* the trust's comes first */
        (void)trend_month(since, m->worse_since);
    }
}

/* Columns of measure_of_action: id name level month states words verdict first_month. */
static int
take_measure(void *arg, const struct row *row)
{
    struct gathering *g = arg;
    struct measured *m = g->m;
    m->n_measures++;
    bool has_signal = !row_is_null(row, 6);
    enum spc_verdict verdict = has_signal ? (enum spc_verdict)row_i64(row, 6) : SPC_IS_COMMON;
    int32_t since = has_signal ? (int32_t)row_i64(row, 7) : 0;
    count_signal(m, verdict, since);
    int level = (int)row_i64(row, 2);
    if (!has_signal && level > 0) {
        return 0;
    }
    if (list_room_in(m->mem, &m->lines, m->n, &g->cap, sizeof *m->lines) < 0) {
        return -ENOMEM;
    }
    struct measured_line line = { .name = arena_text(m->mem, row_text_or(row, 1, "")),
                                  .words = arena_text(m->mem, row_text_or(row, 5, "")),
                                  .verdict = verdict,
                                  .since = since,
                                  .month = (int32_t)row_i64(row, 3),
                                  .states = (unsigned)row_i64(row, 4),
                                  .level = level };
    m->lines[m->n++] = line;
    return line.name && line.words ? 0 : -ENOMEM;
}

int
measured_load(struct store *s, const char *plan, const char *action, struct measured *ret,
              struct err *reterr)
{
    *ret = (struct measured){ .mem = arena_open() };
    struct gathering g = { .m = ret };
    int r = ret->mem ? store_each(s, Q_MEASURE_OF_ACTION, WITH(T(plan), T(action)), take_measure,
                                  &g, reterr)
                     : -ENOMEM;
    if (r < 0) {
        measured_done(ret);
    }
    return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r < 0 ? r : 0;
}

void
measured_done(struct measured *m)
{
    m->mem = arena_free(m->mem);
    *m = (struct measured){ 0 };
}
