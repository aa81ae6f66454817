/* SPDX-License-Identifier: MIT */
/* release_out.c - what was published, as a table. */
#include <stdlib.h>
#include <string.h>

#include "answers/import.h"
#include "answers/release.h"
#include "base/list.h"
#include "base/text.h"
#include "store/release.h"
#include "survey/table.h"

struct printed {
    struct arena *mem;
    struct table_row *rows;
    size_t n, cap;
    int32_t *months; /* with a version, each once */
    size_t n_months, cap_months;
    int32_t month; /* being read */
    bool by_group; /* with staff groups, and only months that have them */
};

static int
take_version(void *arg, const struct row *row)
{
    struct printed *p = arg;
    int32_t month = (int32_t)row_i64(row, 1);
    if (p->n_months > 0 && p->months[p->n_months - 1] == month) {
        return 0;
    }
    if (list_room(&p->months, p->n_months, &p->cap_months, sizeof *p->months) < 0) {
        return -ENOMEM;
    }
    p->months[p->n_months++] = month;
    return 0;
}

/* Names joined as table.h has them, and how many there are. */
static const char *
unit_name(struct arena *mem, const char *path, int *ret_level)
{
    AUTO_TEXT struct text name = { 0 };
    *ret_level = 0;
    for (const char *s = path; *s; s++) {
        bool is_end = *s == UNIT_SEPARATOR;
        *ret_level += is_end;
        if (!is_end) {
            text_addc(&name, *s);
        } else if (s[1]) {
            text_add(&name, " > ");
        }
    }
    return name.bad ? NULL : arena_text(mem, *path ? text_str(&name) : "ALL");
}

static int
add_row(struct printed *p, const struct release_cell *cell, const char *group)
{
    if (list_room(&p->rows, p->n, &p->cap, sizeof *p->rows) < 0) {
        return -ENOMEM;
    }
    struct table_row row = { .month = p->month, .is_hidden = !cell->is_shown };
    row.group = p->by_group ? arena_text(p->mem, group) : NULL;
    row.unit = unit_name(p->mem, cell->path, &row.level);
    for (int slot = 0; slot < SURVEY_SLOTS_MAX; slot++) {
        row.counts[slot] = cell->counts[slot];
        row.n_total += cell->counts[slot];
    }
    p->rows[p->n++] = row;
    return row.unit && (row.group || !p->by_group) ? 0 : -ENOMEM;
}

static int
take_cell(void *arg, const struct release_cell *cell)
{
    return add_row(arg, cell, "");
}

static int
take_slice(void *arg, const struct release_slice *slice)
{
    return add_row(arg, &slice->cell, slice->name);
}

/* Of a version with groups both, of the others nothing. */
static int
read_version(struct store *s, int64_t release, int64_t series, struct printed *p,
             struct err *reterr)
{
    size_t before = p->n;
    int r = p->by_group ? release_slices(s, release, series, take_slice, p, reterr) : 0;
    bool is_wanted = !p->by_group || p->n > before;
    return r < 0 || !is_wanted ? r : release_cells(s, release, series, take_cell, p, reterr);
}

static int
read_published(struct store *s, const struct definition *def, const struct import_wanted *want,
               struct printed *p, struct err *reterr)
{
    struct survey_row survey = { 0 };
    int64_t id = 0;
    int r = survey_find(s, def->id, NULL, &survey, reterr);
    r = r <= 0 ? r : import_series_id(s, survey.id, def, want, &id, reterr);
    if (r <= 0) {
        return r;
    }
    r = release_list(s, survey.id, take_version, p, reterr);
    for (size_t i = 0; r >= 0 && i < p->n_months; i++) {
        struct release_row newest;
        p->month = p->months[i];
        r = release_newest_of(s, survey.id, p->month, id, &newest, reterr);
        r = r <= 0 ? r : read_version(s, newest.id, id, p, reterr);
    }
    return r;
}

static int
print(struct store *s, const struct definition *def, int question, bool by_group,
      struct text *out, struct err *reterr)
{
    AUTO(arena) struct arena *mem = arena_open();
    struct printed p = { .mem = mem, .by_group = by_group };
    const struct import_wanted want = { .kind = SURVEY_QUESTION, .index = question };
    int r = mem ? read_published(s, def, &want, &p, reterr) : -ENOMEM;
    if (r >= 0) {
        (by_group ? table_csv_groups : table_csv_rows)(def, p.rows, p.n, out);
        r = out->bad;
    }
    free(p.rows);
    free(p.months);
    return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r < 0 ? r : 0;
}

int
release_rows(struct store *s, const struct definition *def, const struct import_wanted *want,
             struct arena *mem, struct table_row **ret, size_t *ret_n, struct err *reterr)
{
    struct printed p = { .mem = mem };
    int r = read_published(s, def, want, &p, reterr);
    free(p.months);
    if (r < 0) {
        free(p.rows);
        return r == -ENOMEM ? err_set(reterr, r, "out of memory") : r;
    }
    *ret = p.rows;
    *ret_n = p.n;
    return 0;
}

int
release_csv(struct store *s, const struct definition *def, int question, struct text *out,
            struct err *reterr)
{
    return print(s, def, question, false, out, reterr);
}

int
release_csv_groups(struct store *s, const struct definition *def, int question, struct text *out,
                   struct err *reterr)
{
    return print(s, def, question, true, out, reterr);
}

/* ---- why figures are missing ---- */

/* Months whose answers still count have a line each, the others one together. */
static int
say_months(struct store *s, const struct release_options *opt, int64_t survey, struct text *out,
           struct err *reterr)
{
    struct survey_months months;
    int32_t first = 0;
    int32_t last = 0;
    char name[16];
    char other[16];
    char day[64];
    int r = survey_months_load(s, survey, &months, reterr);
    for (size_t i = 0; r >= 0 && i < months.n; i++) {
        struct release_row row;
        int32_t month = months.list[i].month;
        day_t closing = release_closing_day(opt->def, opt->calendar, month);
        r = release_newest(s, survey, month, &row, reterr);
        if (r == 0 && opt->today <= closing) {
            text_addf(out, "%s is not published yet: answers count until %s\n",
                      table_month(month, name), day_words(closing, day, sizeof day));
        } else if (r == 0) {
            first = first ? first : month;
            last = month;
        }
    }
    if (first) {
        text_addf(out, "%s%s%s: closed and not published yet: the night does it, of a new survey "
                       "%d working days after its first file; \"survey release %s\" at once\n",
                  table_month(first, name), last > first ? ".." : "",
                  last > first ? table_month(last, other) : "", opt->def->closes_after,
                  opt->def->id);
    }
    survey_months_done(&months);
    return r < 0 ? r : 0;
}

int
release_words(struct store *s, const struct release_options *opt, bool has_stars,
              struct text *out, struct err *reterr)
{
    struct survey_row survey = { 0 };
    int r = survey_find(s, opt->def->id, NULL, &survey, reterr);
    if (r == 0) {
        text_add(out, "nothing was imported of this survey yet\n");
    }
    if (r > 0 && opt->is_ended) {
        text_add(out, "it is not asked in these words any more: nothing is added to its figures\n");
    }
    r = r <= 0 || opt->is_ended ? r : say_months(s, opt, survey.id, out, reterr);
    if (has_stars) {
        text_addf(out,
                  "* is kept back: fewer than %d answered there, or a unit with fewer could be "
                  "worked out from it; which of the two is not said\n"
                  "what helps: the unit above it, %sor more answers before a month closes; a "
                  "figure hidden once stays hidden\n",
                  opt->def->threshold, opt->def->totals ? "a longer time (--over), " : "");
    }
    return r < 0 ? r : out->bad;
}
