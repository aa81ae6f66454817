/* SPDX-License-Identifier: MIT */
/*
 * test_night_chance.c - two stores live through the same random months: rows, corrections,
 * withdrawals, late ones, nights cut short. In one, each night looks only at what changed; in the
 * other everything is made anew. What is published, charted and signalled must be the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answers/import.h"
#include "answers/privacy.h"
#include "answers/release.h"
#include "base/text.h"
#include "engine/trend.h"
#include "store/release.h"

enum { LIVES = 24, NIGHTS = 30, TEAMS = 4, QUESTIONS = 2, ROWS_MAX = 60, FIRST = 12 * 2018 };

static const uint8_t test_key[HASH_KEY_SIZE] = { 7 };
static const char survey[] =
    "survey: nights\ntitle: Nights\nversion: \"1\"\nresponse: id\nrevision: rev\n"
    "status: { column: status, withdrawn: [gone] }\n"
    "threshold: %d\n"
    "dates: { column: day, forms: [iso] }\n"
    "units: { columns: [unit, team] }\n"
    "questions:\n"
    "  - { id: a, column: a, wording: A }\n  - { id: b, column: b, wording: B }\n"
    "scale:\n  answers:\n"
    "    - { code: 1, label: one, tone: negative }\n"
    "    - { code: 2, label: two, tone: neutral }\n"
    "    - { code: 3, label: three, tone: positive }\n"
    "scores:\n  list:\n"
    "    - { id: both, questions: [a, b], min_answered: 1 }\n"
    "trends: { levels: %d, statistics: [positive, mean], least: 2 }\n";

struct life {
    uint64_t chance;
    struct store *stores[2]; /* of what changed; of everything */
    struct definition *def;
    struct world *world;
    char path[64];
    int n_ids;
    int revision;
    day_t today;
    int64_t n_signals;
};

static uint32_t
dice(struct life *x, uint32_t n)
{
    x->chance ^= x->chance << 13;
    x->chance ^= x->chance >> 7;
    x->chance ^= x->chance << 17;
    return (uint32_t)(x->chance >> 33) % n;
}

static void
define(struct life *x, int threshold, int levels)
{
    char yaml[sizeof survey + 32];
    AUTO_DIAG struct diag d = { 0 };
    (void)snprintf(yaml, sizeof yaml, survey, threshold, levels);
    x->def = definition_free(x->def);
    assert_int_equal(definition_parse("nights", yaml, strlen(yaml), &d, &x->def), 0);
}

/* ---- a day's file ---------------------------------------------------------------------------- */

static void
write_row(struct life *x, FILE *f, int id, day_t day)
{
    char text[DAY_TEXT_MAX];
    uint32_t team = dice(x, TEAMS);
    bool is_bad_time = x->today > day_of(2019, 6, 1) && team == 1;
    (void)fprintf(f, "r%d,%d,%s,%s,Unit %u,Team %u", id, ++x->revision,
                  dice(x, 25) == 0 ? "gone" : "", day_format(day, text), team / 2, team);
    for (int q = 0; q < QUESTIONS; q++) {
        uint32_t answer = dice(x, is_bad_time ? 8 : 4);
        (void)fputc(',', f);
        if (answer > 0) {
            (void)fprintf(f, "%u", answer > 3 ? 1 : answer);
        }
    }
    (void)fputc('\n', f);
}

static void
write_file(struct life *x)
{
    FILE *f = fopen(x->path, "we");
    assert_non_null(f);
    (void)fprintf(f, "id,rev,status,day,unit,team,a,b\n");
    int n = 1 + (int)dice(x, ROWS_MAX);
    for (int i = 0; i < n; i++) {
        bool is_old = x->n_ids > 0 && dice(x, 12) == 0;
        day_t back = (day_t)dice(x, dice(x, 8) == 0 ? 200 : 45);
        day_t day = x->today - back;
        day = day < day_of(2018, 1, 1) ? day_of(2018, 1, 1) : day;
        write_row(x, f, is_old ? (int)dice(x, (uint32_t)x->n_ids) : x->n_ids, day);
        x->n_ids += !is_old;
    }
    assert_int_equal(fclose(f), 0);
}

static void
take_file(struct life *x)
{
    for (int i = 0; i < 2; i++) {
        struct import_result got;
        const struct import_options opt = { .def = x->def, .path = x->path, .name = "n",
                                            .key = test_key, .today = DAY_NONE, .now_ms = 1 };
        assert_int_equal(import_file(x->stores[i], &opt, &got, NULL), 0);
    }
}

static void
erase_one(struct life *x)
{
    char id[16];
    (void)snprintf(id, sizeof id, "r%u\n", dice(x, (uint32_t)x->n_ids));
    for (int i = 0; i < 2; i++) {
        struct erase_result done;
        const struct privacy p = { .store = x->stores[i], .def = x->def, .today = x->today };
        assert_int_equal(privacy_erase(&p, test_key, id, &done, NULL), 0);
    }
}

/* ---- a night --------------------------------------------------------------------------------- */

struct killer {
    int after; /* transactions before the process is gone */
};

static int
kill_now(void *arg, struct store *s, struct err *reterr)
{
    (void)s;
    struct killer *k = arg;
    return k->after-- > 0 ? 0 : err_set(reterr, -EINTR, "killed");
}

static void
night(struct life *x, int i, bool is_cut)
{
    struct release_result published;
    struct trend_result charted;
    struct killer killer = { (int)dice(x, 6) };
    int64_t now_ms = (int64_t)x->today * 86400000;
    const struct release_options release = {
        .def = x->def, .calendar = &x->world->calendar, .today = x->today, .now_ms = now_ms,
        .is_nightly = i == 0, .guard = is_cut ? kill_now : NULL, .arg = &killer,
    };
    const struct trend_options trend = {
        .def = x->def, .world = x->world, .today = x->today, .now_ms = now_ms,
        .is_nightly = i == 0, .guard = is_cut ? kill_now : NULL, .arg = &killer,
    };
    int r = release_run(x->stores[i], &release, &published, NULL);
    assert_true(r == 0 || (is_cut && r == -EINTR));
    r = r < 0 ? r : trend_run(x->stores[i], &trend, &charted, NULL);
    assert_true(r == 0 || (is_cut && r == -EINTR));
}

/* ---- what came of it ------------------------------------------------------------------------- */

static int
add_row(void *arg, const struct row *row)
{
    for (int i = 1; i < row_columns(row); i++) { /* without its id */
        text_addf(arg, "%s|", row_text_or(row, i, "-"));
    }
    text_addc(arg, '\n');
    return 0;
}

struct measures {
    struct life *x;
    struct store *s;
    struct text *out;
};

static int
add_measure(void *arg, const struct row *row)
{
    const struct measures *all = arg;
    char mark[MEASURE_MARK_MAX];
    int64_t id = 0;
    (void)add_row(all->out, row);
    assert_int_equal(measure_find(all->s, row_text_or(row, 1, ""), &id, mark, NULL), 1);
    text_addf(all->out, "%s\n", mark);
    int n = store_each(all->s, Q_SIGNAL_OF_MEASURE, WITH(I(id)), add_row, all->out, NULL);
    assert_true(n >= 0);
    all->x->n_signals += n;
    return 0;
}

static void
tell(struct life *x, int i, struct text *out)
{
    struct survey_row row;
    struct store *s = x->stores[i];
    struct measures all = { x, s, out };
    if (survey_find(s, x->def->id, NULL, &row, NULL) > 0) {
        assert_true(release_list(s, row.id, add_row, out, NULL) >= 0);
    }
    for (int q = 0; q < QUESTIONS; q++) {
        assert_int_equal(release_csv(s, x->def, q, out, NULL), 0);
    }
    assert_true(store_each(s, Q_MEASURE_LIST, WITH(I(0)), add_measure, &all, NULL) >= 0);
}

static void
compare(struct life *x)
{
    AUTO_TEXT struct text one = { 0 };
    AUTO_TEXT struct text other = { 0 };
    tell(x, 0, &one);
    tell(x, 1, &other);
    assert_string_equal(text_str(&one), text_str(&other));
}

/* What the command draws of the cells as they stand. */
static void
compare_with_command(struct life *x)
{
    struct measure m;
    AUTO(trend) struct trend *t = NULL;
    int64_t id = 0;
    assert_int_equal(measure_parse("nights/a/positive", x->def, &m, NULL), 0);
    int32_t until = trend_until(x->def, &x->world->calendar, x->today);
    assert_int_equal(trend_load(x->stores[0], &m, until, TREND_INTERNAL, &t, NULL), 0);
    int64_t good = 0;
    int64_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        good += t->rows[i].count.good;
        n += t->rows[i].count.n;
    }
    assert_true(good <= n);
    assert_int_equal(measure_find(x->stores[0], t->name, &id, NULL, NULL), t->n > 0);
}

static void
live(struct life *x)
{
    define(x, 3, 2);
    x->today = day_of(2018, 1, 20);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(store_open(NULL, STORE_MEMORY, &x->stores[i], NULL), 0);
    }
    assert_int_equal(world_open(x->stores[0], false, &x->world, NULL), 0);
    for (int n = 0; n < NIGHTS; n++) {
        x->today += (day_t)dice(x, 40);
        if (dice(x, 5) > 0) {
            write_file(x);
            take_file(x);
        }
        if (x->n_ids > 0 && dice(x, 4) == 0) {
            erase_one(x);
        }
        if (dice(x, 12) == 0) {
            define(x, 3 + (int)dice(x, 2), 1 + (int)dice(x, 2));
        }
        for (int cut = (int)dice(x, 3); cut > 0; cut--) {
            night(x, 0, true);
        }
        night(x, 0, false);
        night(x, 1, false);
        compare(x);
        compare_with_command(x);
    }
    x->world = world_free(x->world);
    for (int i = 0; i < 2; i++) {
        x->stores[i] = store_free(x->stores[i]);
    }
    x->def = definition_free(x->def);
}

static void
a_night_over_what_changed_makes_what_one_over_everything_makes(void **state)
{
    (void)state;
    struct life x = { .path = "/tmp/coprod-nights-XXXXXX" };
    int fd = mkstemp(x.path);
    assert_true(fd >= 0);
    (void)close(fd);
    for (int i = 0; i < LIVES; i++) {
        x.chance = 88172645463325252u + (uint64_t)i * 7919;
        x.n_ids = 0;
        live(&x);
    }
    assert_true(x.n_signals > 0);
    (void)unlink(x.path);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_night_over_what_changed_makes_what_one_over_everything_makes),
    };
    return hash_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
