/* SPDX-License-Identifier: MIT */
/* recount.c - the counts of a survey compared with its single responses. */
#include "answers/recount.h"

#include <stdio.h>
#include <string.h>

#include "base/lowly.h"
#include "rules/time.h"
#include "survey/rollup.h"

enum { WALK = 20000 };

/* A rollup whose units are pairs of ids, unit and staff group, and whose questions are series. */
struct counting {
    struct store *store;
    int64_t survey;
    struct rollup *sums;
    struct rollup *dropped; /* months with answers that are gone, as cells of one unit */
    struct survey_split split;
    struct recount_result res;
};

static int
add_numbers(struct counting *c, const struct survey_cell_key *key,
            const struct survey_numbers *list, size_t n, int sign)
{
    char path[64];
    uint32_t unit = 0;
    int len = snprintf(path, sizeof path, "%lld%c%lld%c", (long long)key->unit, UNIT_SEPARATOR,
                       (long long)key->grp, UNIT_SEPARATOR);
    int r = rollup_unit_path(c->sums, path, (size_t)len, &unit);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; r == 0 && k < list[i].n; k++) {
            if (list[i].v[k] != 0) {
                r = rollup_add(c->sums, unit, (int32_t)key->month, (uint32_t)list[i].question,
                               (int)k, sign * list[i].v[k]);
            }
        }
    }
    return r;
}

static int
add_response(void *arg, const struct survey_response *r)
{
    struct counting *c = arg;
    if (r->survey != c->survey || r->state == SURVEY_RESPONSE_WITHDRAWN
        || r->state == SURVEY_RESPONSE_ERASED) {
        return 0;
    }
    c->res.n_responses++;
    if (r->state == SURVEY_RESPONSE_DROPPED) {
        uint32_t unit = 0;
        int rc = rollup_unit_path(c->dropped, "", 0, &unit);
        return rc < 0 ? rc : rollup_add(c->dropped, unit, day_month(r->day), 0, 0, 1);
    }
    const struct survey_cell_key key = { .unit = r->unit, .grp = r->grp,
                                         .month = day_month(r->day) };
    int rc = survey_response_split(c->store, r, 1, &c->split, NULL);
    return rc < 0 ? rc : add_numbers(c, &key, c->split.list, c->split.n, 1);
}

static int
take_cell(void *arg, const struct survey_cell_key *key, const char *path,
          const struct survey_numbers *list, size_t n)
{
    struct counting *c = arg;
    (void)path;
    c->res.n_cells++;
    return add_numbers(c, key, list, n, -1);
}

static bool
was_dropped(const struct counting *c, int32_t month)
{
    for (size_t i = 0; i < rollup_n_cells(c->dropped); i++) {
        if (rollup_cell_at(c->dropped, i)->month == month) {
            return true;
        }
    }
    return false;
}

static void
judge(struct counting *c)
{
    for (size_t i = 0; i < rollup_n_cells(c->sums); i++) {
        const struct rollup_cell *cell = rollup_cell_at(c->sums, i);
        int64_t any = 0;
        for (int k = 0; k < SURVEY_SLOTS_MAX; k++) {
            any |= cell->counts[k];
        }
        if (any == 0 || was_dropped(c, cell->month)) {
            continue;
        }
        if (c->res.n_different++ == 0) {
            (void)snprintf(c->res.first, sizeof c->res.first, "%04d-%02d, series %u",
                           cell->month / 12, cell->month % 12 + 1, cell->question);
        }
    }
}

static int
count_all(struct counting *c, const struct recount_care *care, struct err *reterr)
{
    struct survey_walk place = { .n = WALK, .after = -1 };
    int r = 1;
    while (r > 0) {
        r = survey_response_walk(c->store, &place, add_response, c, reterr);
        if (r > 0 && care && !care->wanted(care->arg)) {
            return err_set(reterr, -EINTR, "stopped in the middle of the recount");
        }
    }
    return r < 0 ? r : survey_cells(c->store, c->survey, take_cell, c, reterr);
}

int
recount_survey(struct store *s, const char *name, const struct recount_care *care,
               struct recount_result *ret, struct err *reterr)
{
    struct survey_row survey;
    AUTO(rollup) struct rollup *sums = NULL;
    AUTO(rollup) struct rollup *dropped = NULL;
    *ret = (struct recount_result){ 0 };
    int r = rollup_new(&sums);
    r = r < 0 ? r : rollup_new(&dropped);
    r = r < 0 ? r : store_read_begin(s, reterr);
    if (r < 0) {
        return r;
    }
    struct counting c = { .store = s, .sums = sums, .dropped = dropped };
    r = survey_find(s, name, NULL, &survey, reterr);
    if (r > 0) {
        c.survey = survey.id;
        r = count_all(&c, care, reterr);
        /* Without a single response there is nothing to compare with. */
        if (r >= 0 && c.res.n_responses > 0) {
            judge(&c);
        }
        *ret = c.res;
    }
    store_read_end(s);
    return r < 0 ? r : 0;
}

/* ---- with the lowest priority ---------------------------------------------------------------- */

struct beside {
    struct store *store;
    const char *name;
    const struct recount_care *care;
    const atomic_bool *stop;
    struct recount_result *ret;
    struct err *reterr;
    int r;
};

static bool
may_go_on(void *arg)
{
    const struct beside *b = arg;
    return !atomic_load(b->stop);
}

static void
count_beside(void *arg, const atomic_bool *stop)
{
    struct beside *b = arg;
    const struct recount_care care = { may_go_on, b };
    b->stop = stop;
    b->r = recount_survey(b->store, b->name, &care, b->ret, b->reterr);
}

static bool
is_wanted(void *arg)
{
    const struct beside *b = arg;
    return !b->care || b->care->wanted(b->care->arg);
}

int
recount_beside(const char *path, const char *name, const struct recount_care *care,
               struct recount_result *ret, struct err *reterr)
{
    AUTO(store) struct store *s = NULL;
    *ret = (struct recount_result){ 0 };
    int r = store_open(path, STORE_READ, &s, reterr);
    if (r < 0) {
        return r;
    }
    struct beside b = { .store = s, .name = name, .care = care, .ret = ret, .reterr = reterr };
    const struct lowly work = { count_beside, is_wanted, &b };
    r = lowly_do(&work);
    return r < 0 ? err_set(reterr, r, "cannot begin the recount: %s", strerror(-r)) : b.r;
}
