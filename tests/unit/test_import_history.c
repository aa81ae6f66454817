/* SPDX-License-Identifier: MIT */
/*
 * test_import_history.c - thousands of random histories of a survey: new rows, repeats,
 * corrections, withdrawals, late rows, in any order and in any files, cut short anywhere, with the
 * upkeep of a night in between and a filter that is there, half built or not. The counts in the
 * store must be those of a recount that knows all rows at once.
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
#include "answers/recount.h"
#include "answers/settle.h"
#include "base/text.h"
#include "scale.h"
#include "store/seen.h"

enum { HISTORIES = 1000 / ONE_ROUND_OF };
enum { RESPONSES = 12, ROWS_MAX = 40, TEAMS = 3, MONTHS = 3, GROUPS = 3, CODES = 5, QUESTIONS = 3 };

static const uint8_t test_key[HASH_KEY_SIZE] = { 9 };
static const char survey[] =
    "survey: history\ntitle: Histories\nversion: \"1\"\nresponse: id\n%s"
    "status: { column: status, withdrawn: [gone] }\n"
    "groups: staff\n"
    "dates: { column: day, forms: [iso] }\n"
    "units: { columns: [team] }\n"
    "questions:\n"
    "  - { id: a, column: a, wording: A }\n  - { id: b, column: b, wording: B }\n"
    "  - { id: c, column: c, wording: C }\n"
    "scale:\n  answers:\n"
    "    - { code: 1, label: one, tone: negative }\n"
    "    - { code: 2, label: two, tone: negative }\n"
    "    - { code: 3, label: three, tone: neutral }\n"
    "    - { code: 4, label: four, tone: positive }\n"
    "    - { code: 5, label: five, tone: positive }\n"
    "scores:\n  list:\n"
    "    - { id: pair, questions: [a, b], min_answered: 1 }\n"
    "    - { id: last, questions: [c] }\n"
    "    - { id: all, of: [pair, last], min_answered: 2 }\n";

/* One row of a file, as it is written there. */
struct entry {
    int id;
    int revision;
    bool is_withdrawn;
    int team, month, group;
    int answers[QUESTIONS]; /* 0 = none */
};

struct history {
    uint64_t chance;
    bool has_revisions;
    struct entry rows[ROWS_MAX];
    size_t n;
};

static uint32_t
dice(struct history *h, uint32_t n)
{
    h->chance ^= h->chance << 13;
    h->chance ^= h->chance >> 7;
    h->chance ^= h->chance << 17;
    return (uint32_t)(h->chance >> 33) % n;
}

/* Rows of one id and one revision say the same: two truths at once have no answer. */
static void
make_rows(struct history *h)
{
    h->n = 5 + dice(h, ROWS_MAX - 5);
    for (size_t i = 0; i < h->n; i++) {
        struct entry *e = &h->rows[i];
        *e = (struct entry){ .id = (int)dice(h, RESPONSES), .revision = (int)dice(h, 4),
                             .is_withdrawn = dice(h, 6) == 0, .team = (int)dice(h, TEAMS),
                             .month = (int)dice(h, MONTHS), .group = (int)dice(h, GROUPS) };
        for (int q = 0; q < QUESTIONS; q++) {
            e->answers[q] = (int)dice(h, CODES + 1);
        }
        e->answers[0] += !e->answers[0] && !e->answers[1] && !e->answers[2];
        for (size_t k = 0; k < i; k++) {
            bool is_double = h->rows[k].id == e->id && h->rows[k].revision == e->revision;
            if (h->has_revisions && is_double) {
                *e = h->rows[k];
                break;
            }
        }
    }
}

static void
write_rows(const struct history *h, const char *path, size_t from, size_t to)
{
    static const char *const groups[GROUPS] = { "", "nurses", "porters" };
    FILE *f = fopen(path, "we");
    assert_non_null(f);
    (void)fprintf(f, "id,rev,status,staff,day,team,a,b,c\n");
    for (size_t i = from; i < to; i++) {
        const struct entry *e = &h->rows[i];
        (void)fprintf(f, "r%d,%d,%s,%s,2020-0%d-05,T%d", e->id, e->revision,
                      e->is_withdrawn ? "gone" : "", groups[e->group], e->month + 1, e->team);
        for (int q = 0; q < QUESTIONS; q++) {
            (void)fprintf(f, e->answers[q] ? ",%d" : ",", e->answers[q]);
        }
        (void)fputc('\n', f);
    }
    assert_int_equal(fclose(f), 0);
}

/* ---- the recount: knows all rows, and nothing of the program's way -------------------------- */

enum { SCORE_UNIT = 4, SCORES = 3 };
struct truth {
    int64_t counts[TEAMS][MONTHS][GROUPS][QUESTIONS][CODES];
    int64_t scores[TEAMS][MONTHS][GROUPS][SCORES][2]; /* in quarters of a point */
};

static const struct entry *
what_holds(const struct history *h, int id)
{
    const struct entry *best = NULL;
    for (size_t i = 0; i < h->n; i++) {
        const struct entry *e = &h->rows[i];
        if (e->id != id) {
            continue;
        }
        bool is_better = h->has_revisions ? best && e->revision > best->revision
                                          : best && e->is_withdrawn;
        best = !best || is_better ? e : best;
    }
    return best && best->is_withdrawn ? NULL : best;
}

static void
add_score(int64_t to[2], bool is_there, int64_t sum)
{
    to[0] += is_there;
    to[1] += is_there ? sum : 0;
}

static void
recount(const struct history *h, struct truth *t)
{
    memset(t, 0, sizeof *t);
    for (int id = 0; id < RESPONSES; id++) {
        const struct entry *e = what_holds(h, id);
        if (!e) {
            continue;
        }
        int points[QUESTIONS];
        for (int q = 0; q < QUESTIONS; q++) {
            points[q] = e->answers[q] - 1;
            if (e->answers[q]) {
                t->counts[e->team][e->month][e->group][q][points[q]]++;
            }
        }
        bool has_a = e->answers[0] > 0;
        bool has_b = e->answers[1] > 0;
        bool has_c = e->answers[2] > 0;
        int64_t pair = has_a && has_b ? 2 * (points[0] + points[1])
                       : has_a        ? 4 * points[0]
                                      : 4 * points[1];
        int64_t(*scores)[2] = t->scores[e->team][e->month][e->group];
        add_score(scores[0], has_a || has_b, pair);
        add_score(scores[1], has_c, 4 * points[2]);
        add_score(scores[2], (has_a || has_b) && has_c, (pair + 4 * points[2]) / 2);
    }
}

/* ---- comparing ----------------------------------------------------------------------------- */

static void
check_series(struct store *s, const struct definition *def, const struct import_wanted *want,
             const struct truth *t, int group)
{
    AUTO(rollup) struct rollup *r = NULL;
    assert_int_equal(rollup_new(&r), 0);
    assert_int_equal(import_load_some(s, def, want, r, NULL), 0);
    for (int team = 0; team < TEAMS; team++) {
        char path[16];
        uint32_t unit = 0;
        (void)snprintf(path, sizeof path, "T%d\x1F", team);
        assert_int_equal(rollup_unit_path(r, path, strlen(path), &unit), 0);
        for (int month = 0; month < MONTHS; month++) {
            const bool is_score = want->kind == SURVEY_SCORE;
            for (int slot = 0; slot < (is_score ? 2 : CODES); slot++) {
                int64_t value = is_score ? t->scores[team][month][group][want->index][slot]
                                         : t->counts[team][month][group][want->index][slot];
                assert_int_equal(
                    rollup_add(r, unit, 12 * 2020 + month, 0, slot, -value), 0);
            }
        }
    }
    for (size_t i = 0; i < rollup_n_cells(r); i++) {
        for (int slot = 0; slot < SURVEY_SLOTS_MAX; slot++) {
            assert_int_equal(rollup_cell_at(r, i)->counts[slot], 0);
        }
    }
}

static void
check_store(struct store *s, const struct definition *def, const struct truth *t)
{
    static const char *const groups[GROUPS] = { NULL, "nurses", "porters" };
    for (int group = 1; group < GROUPS; group++) {
        for (int q = 0; q < QUESTIONS; q++) {
            const struct import_wanted want = { .kind = SURVEY_QUESTION, .index = q,
                                                .group = groups[group] };
            check_series(s, def, &want, t, group);
        }
        for (int k = 0; k < SCORES; k++) {
            const struct import_wanted want = { .kind = SURVEY_SCORE, .index = k,
                                                .group = groups[group] };
            check_series(s, def, &want, t, group);
        }
    }
}

/* ---- playing ------------------------------------------------------------------------------- */

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

/* A filter of some blocks, of which the upkeep may build the others. */
static void
begin_filter(struct history *h, struct store *s)
{
    assert_int_equal(store_begin(s, NULL), 0);
    assert_int_equal(seen_begin(s, 1 + dice(h, 9), NULL), 0);
    if (dice(h, 4) == 0) {
        store_rollback(s);
    } else {
        assert_int_equal(store_commit(s, NULL), 0);
    }
}

/* A night's upkeep at any moment, cut short at any moment. */
static void
settle_some(struct history *h, struct store *s)
{
    if (dice(h, 5) == 0) {
        begin_filter(h, s);
    }
    struct killer killer = { (int)dice(h, 6) };
    int64_t n = 0;
    const struct settle opt = { .store = s, .from = 1 + dice(h, 4), .step = 1 + dice(h, 6),
                                .filter_from = 1, .guard = kill_now, .arg = &killer };
    int r = settle_arrivals(&opt, &n, NULL);
    assert_true(r == 0 || r == -EINTR);
}

static void
play(struct history *h, struct store *s, const struct definition *def, const char *path)
{
    for (size_t at = 0; at < h->n;) {
        size_t to = at + 1 + dice(h, 12);
        to = to < h->n ? to : h->n;
        write_rows(h, path, at, to);
        struct import_result got = { 0 };
        for (int r = -1; r < 0;) {
            struct killer killer = { (int)dice(h, 4) };
            const struct import_options opt = { .def = def, .path = path, .name = "h",
                                                .key = test_key, .today = DAY_NONE, .now_ms = 1,
                                                .chunk_rows = 1 + dice(h, 5), .guard = kill_now,
                                                .arg = &killer };
            r = import_file(s, &opt, &got, NULL);
            assert_true(r == 0 || r == -EINTR);
        }
        const struct survey_counts *n = &got.counts;
        if (!got.is_known) {
            assert_int_equal(n->n_read, n->n_new + n->n_repeat + n->n_corrected + n->n_withdrawn
                                            + n->n_stale + n->n_rejected);
            assert_int_equal(n->n_rejected, 0);
        }
        if (dice(h, 2) == 0) {
            settle_some(h, s);
        }
        at = to;
    }
}

static void
play_many(bool has_revisions, int n_histories)
{
    char yaml[sizeof survey + 32];
    char path[] = "/tmp/coprod-history-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    (void)snprintf(yaml, sizeof yaml, survey, has_revisions ? "revision: rev\n" : "");
    AUTO_DIAG struct diag d = { 0 };
    AUTO(definition) struct definition *def = NULL;
    AUTO_TEXT struct text words = { 0 };
    int r = definition_parse("history", yaml, strlen(yaml), &d, &def);
    diag_print(&d, &words);
    if (r < 0) {
        print_error("%s\n", text_str(&words));
    }
    assert_int_equal(r, 0);
    assert_int_equal(def->score_unit, SCORE_UNIT);
    struct history *h = calloc(1, sizeof *h);
    struct truth *t = calloc(1, sizeof *t);
    assert_true(h && t);
    AUTO(store) struct store *s = NULL;
    assert_int_equal(store_open(NULL, STORE_MEMORY, &s, NULL), 0);
    for (int i = 0; i < n_histories; i++) {
        char id[32]; /* each history is a survey of its own, in one store */
        (void)snprintf(id, sizeof id, "history-%d", i);
        def->id = id;
        *h = (struct history){ .chance = 88172645463325252u + (uint64_t)i,
                               .has_revisions = has_revisions };
        make_rows(h);
        play(h, s, def, path);
        recount(h, t);
        check_store(s, def, t);
        if (i % (HISTORIES / 5) == 0) {
            struct recount_result again;
            assert_int_equal(recount_survey(s, id, NULL, &again, NULL), 0);
            assert_int_equal(again.n_different, 0);
        }
    }
    free(h);
    free(t);
    (void)unlink(path);
}

static void
with_revisions_the_highest_one_holds_in_whatever_order(void **state)
{
    (void)state;
    play_many(true, HISTORIES);
}

static void
without_revisions_the_first_holds_and_a_withdrawal_is_for_good(void **state)
{
    (void)state;
    play_many(false, HISTORIES);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_revisions_the_highest_one_holds_in_whatever_order),
        cmocka_unit_test(without_revisions_the_first_holds_and_a_withdrawal_is_for_good),
    };
    return hash_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
