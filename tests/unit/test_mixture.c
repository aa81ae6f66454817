/* SPDX-License-Identifier: MIT */
/*
 * test_mixture.c - scores beside the questions that they are made of: the rule, and an attack that
 * weighs every answer of every kind of person by itself.
 */
#include "disclosure_attack.h"

#include "base/err.h"
#include "rules/mixture.h"
#include "rules/slices.h"

enum { K = 5, UNITS_MAX = 4, KINDS = 3, ITEMS = 4, SCORES = 3, CASES = 3000, TYPES_MAX = 12,
       GROUPS_MAX = 2 };

/* Two scores of two questions each, of those who answered one of them at least; a third is the mean
 * of both, of those who have both. */
static const unsigned parts[SCORES] = { 3, 12, 15 };

struct type { /* people of one unit who answered the same questions */
    size_t unit;
    unsigned answered; /* bits */
    size_t group;
    int64_t n;
};
struct world {
    uint32_t parent[UNITS_MAX];
    size_t n_units;
    size_t n_groups; /* 0: groups are not published */
    struct type types[TYPES_MAX];
    size_t n_types;
};

static bool
is_below(const struct world *w, size_t unit, size_t top)
{
    while (unit != top && unit != 0) {
        unit = w->parent[unit];
    }
    return unit == top;
}

static bool
has_all(unsigned answered, unsigned wanted)
{
    return (answered & wanted) == wanted;
}

static bool
counts_in(const struct type *t, int score)
{
    bool has_first = t->answered & parts[0];
    bool has_second = t->answered & parts[1];
    return score == 0 ? has_first : score == 1 ? has_second : has_first && has_second;
}

/* How an answer weighs in a score, in quarters. */
static int8_t
weight_of(const struct type *t, int score, int item)
{
    bool is_part = score == 2 || item / 2 == score;
    if (!is_part || !counts_in(t, score) || !(t->answered & (1U << item))) {
        return 0;
    }
    int half = has_all(t->answered, parts[item / 2]) ? 2 : 4;
    return (int8_t)(score == 2 ? half / 2 : half);
}

/* Of one group of a unit; where groups are not published there is one. */
static struct score_mix
mix_of_group(const struct world *w, size_t unit, size_t group, int score)
{
    struct score_mix mix = { 0 };
    int64_t n_all = 0;
    int64_t n_some = 0;
    for (size_t i = 0; i < w->n_types; i++) {
        const struct type *t = &w->types[i];
        bool is_all = has_all(t->answered, parts[score]);
        bool is_half = (t->answered & 3) == 0 || (t->answered & 12) == 0;
        bool has_one = has_all(t->answered, 3) || has_all(t->answered, 12);
        if (t->unit != unit || t->group != group) {
            continue;
        }
        n_all += is_all ? t->n : 0;
        if (score < 2 && (t->answered & parts[score]) && !is_all) {
            mix.n_some += t->n;
            n_some += t->n;
        }
        if (score == 2 && is_half) {
            mix.n_some += t->n;
            n_some += has_one ? t->n : 0;
        }
    }
    mix.n_least = n_all < n_some ? n_all : n_some;
    return mix;
}

static struct score_mix
mix_of_unit(const struct world *w, size_t unit, int score)
{
    struct score_mix sum = { 0 };
    for (size_t group = 0; group <= w->n_groups; group++) {
        struct score_mix mix = mix_of_group(w, unit, group, score);
        sum.n_some += mix.n_some;
        sum.n_least += mix.n_least;
    }
    return sum;
}

/* Atoms: an answer of a kind of person to a question. Of one group, or of all. */
enum { EVERYBODY = 99 };
static void
add_figure(const struct world *w, struct attack *a, size_t top, int score, int item, size_t group)
{
    assert_true(a->n_figures < FIGURES_MAX);
    struct figure *f = &a->figures[a->n_figures++];
    for (size_t i = 0; i < w->n_types; i++) {
        for (int q = 0; q < ITEMS && is_below(w, w->types[i].unit, top); q++) {
            bool is_in = group == EVERYBODY || w->types[i].group == group;
            bool is_it = is_in && q == item && (w->types[i].answered & (1U << q));
            f->holds[i * ITEMS + (size_t)q] = score < 0 ? is_it : weight_of(&w->types[i], score, q);
        }
    }
}

/* Cells of one series; returns how many units have any answer in it. */
static size_t
cells_of(const struct world *w, int score, int item, struct disclosure_cell *cells, size_t *of)
{
    size_t n = 0;
    size_t number[UNITS_MAX] = { 0 };
    for (size_t unit = 0; unit < w->n_units; unit++) {
        int64_t answers = 0;
        for (size_t i = 0; i < w->n_types; i++) {
            const struct type *t = &w->types[i];
            bool is_in = score < 0 ? (t->answered & (1U << item)) != 0 : counts_in(t, score);
            answers += is_in && is_below(w, t->unit, unit) ? t->n : 0;
        }
        if (answers > 0) {
            number[unit] = n;
            of[n] = unit;
            cells[n++] = (struct disclosure_cell){ .n = answers,
                                                   .parent = (uint32_t)number[w->parent[unit]] };
        }
    }
    return n;
}

static int
publish_groups(const struct world *w, struct attack *a, int item,
               const struct disclosure_cell *cells, const size_t *of, size_t n)
{
    static uint64_t room[4096];
    int64_t own[UNITS_MAX * (GROUPS_MAX + 1)] = { 0 };
    bool shown[UNITS_MAX * GROUPS_MAX] = { false };
    assert_true(slices_room(n, w->n_groups) <= sizeof room);
    for (size_t i = 0; i < w->n_types; i++) {
        const struct type *t = &w->types[i];
        for (size_t cell = 0; cell < n; cell++) {
            bool is_it = of[cell] == t->unit && (t->answered & (1U << item));
            own[cell * (w->n_groups + 1) + t->group] += is_it ? t->n : 0;
        }
    }
    const struct slices in = { cells, n, w->n_groups, K, own, shown, room };
    int n_shown = (int)slices_hide(&in);
    for (size_t pair = 0; pair < n * w->n_groups; pair++) {
        if (shown[pair]) {
            add_figure(w, a, of[pair / w->n_groups], -1, item, pair % w->n_groups);
        }
    }
    return n_shown;
}

static int
publish(const struct world *w, struct attack *a, bool has_rule)
{
    bool shown[ITEMS + SCORES][UNITS_MAX] = { { false } };
    int n_scores = 0;
    *a = (struct attack){ .n_atoms = w->n_types * ITEMS };
    for (int series = 0; series < ITEMS + SCORES; series++) {
        struct disclosure_cell cells[UNITS_MAX];
        struct score_mix mixes[UNITS_MAX] = { { 0 } };
        size_t of[UNITS_MAX] = { 0 };
        int score = series - ITEMS;
        size_t n = cells_of(w, score, series, cells, of);
        for (size_t i = 0; score >= 0 && i < n; i++) {
            mixes[i] = mix_of_unit(w, of[i], score);
            for (int part = 0; part < ITEMS + score && has_rule; part++) {
                bool is_part = score < 2 ? part / 2 == score && part < ITEMS : part >= ITEMS;
                cells[i].is_barred = cells[i].is_barred || (is_part && !shown[part][of[i]]);
            }
        }
        (void)(score >= 0 && has_rule ? disclosure_hide_score(cells, mixes, n, K)
                                      : disclosure_hide(cells, n, K));
        for (size_t i = 0; i < n; i++) {
            shown[series][of[i]] = cells[i].why == DISCLOSURE_SHOWN;
            if (shown[series][of[i]]) {
                add_figure(w, a, of[i], score, series, EVERYBODY);
                n_scores += score >= 0;
            }
        }
        if (score < 0 && w->n_groups > 0 && n > 0) {
            n_scores += publish_groups(w, a, series, cells, of, n);
        }
    }
    return n_scores;
}

static void
invent(struct world *w, uint64_t *seed, size_t n_groups)
{
    static const unsigned kinds[] = { 15, 15, 15, 3, 12, 1, 7, 13, 5, 2, 14, 9 };
    *w = (struct world){ .n_units = 1 + chance(seed, UNITS_MAX), .n_groups = n_groups };
    uint32_t most = 2 + chance(seed, 20);
    for (size_t unit = 0; unit < w->n_units; unit++) {
        w->parent[unit] = unit ? chance(seed, (uint32_t)unit) : 0;
        for (int i = 0; i < KINDS; i++) {
            unsigned answered = i == 0 ? 15 : kinds[chance(seed, LENGTH(kinds))];
            uint32_t bound = i == 0 ? 2 * most : most;
            size_t group = n_groups ? chance(seed, (uint32_t)n_groups + 1) : 0;
            w->types[w->n_types++] =
                (struct type){ unit, answered, group, 1 + chance(seed, bound) };
        }
    }
}

static size_t
rank_of(const struct attack *a, const bool *is_out)
{
    bool columns[ATOMS_MAX] = { false };
    struct attack all = *a;
    for (size_t i = 0; i < a->n_atoms; i++) {
        columns[i] = is_out[i / ITEMS];
        all.atoms[i] = 1;
    }
    return rank_without(&all, columns);
}

/* Goes through the sets of fewer than k people. */
static bool
finds_few(const struct world *w, const struct attack *a, bool *is_out, size_t from, int64_t room)
{
    static size_t rank;
    if (from == 0) {
        rank = rank_of(a, is_out);
    }
    for (size_t i = from; i < w->n_types; i++) {
        if (w->types[i].n > room) {
            continue;
        }
        is_out[i] = true;
        bool is_found = rank_of(a, is_out) < rank
                        || finds_few(w, a, is_out, i + 1, room - w->types[i].n);
        is_out[i] = false;
        if (is_found) {
            return true;
        }
    }
    return false;
}

static void
attack_worlds(uint64_t seed, size_t n_groups)
{
    struct world w;
    static struct attack a;
    int n_scores = 0;
    for (int i = 0; i < CASES; i++) {
        bool is_out[TYPES_MAX] = { false };
        invent(&w, &seed, n_groups);
        n_scores += publish(&w, &a, true);
        if (finds_few(&w, &a, is_out, 0, K - 1)) {
            print_error("case %d\n", i);
            fail();
        }
    }
    assert_true(n_scores > CASES);
}

static void
no_weighing_of_scores_and_questions_counts_few_people(void **state)
{
    (void)state;
    attack_worlds(2021, 0);
}

/* As the staff pulse is published: questions and their groups, and scores. */
static void
nor_does_one_of_scores_questions_and_groups(void **state)
{
    (void)state;
    attack_worlds(2022, GROUPS_MAX);
}

static void
scores_shown_wherever_enough_have_one_give_people_away(void **state)
{
    (void)state;
    uint64_t seed = 2021;
    struct world w;
    static struct attack a;
    int n_found = 0;
    for (int i = 0; i < CASES / 4; i++) {
        bool is_out[TYPES_MAX] = { false };
        invent(&w, &seed, 0);
        (void)publish(&w, &a, false);
        n_found += finds_few(&w, &a, is_out, 0, K - 1);
    }
    assert_true(n_found > CASES / 40);
}

static size_t
hide_one(int64_t n, int64_t n_some, int64_t n_least)
{
    struct disclosure_cell cell = { .n = n };
    const struct score_mix mix = { n_some, n_least };
    return disclosure_hide_score(&cell, &mix, 1, K);
}

static void
one_who_left_a_question_out_keeps_the_score_back(void **state)
{
    (void)state;
    assert_int_equal(hide_one(20, 0, 0), 0);
    assert_int_equal(hide_one(20, 1, 1), 1);
    assert_int_equal(hide_one(20, 5, 5), 0);
    assert_int_equal(hide_one(20, 18, 2), 1); /* two who answered all */
    assert_int_equal(hide_one(4, 0, 0), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_weighing_of_scores_and_questions_counts_few_people),
        cmocka_unit_test(nor_does_one_of_scores_questions_and_groups),
        cmocka_unit_test(scores_shown_wherever_enough_have_one_give_people_away),
        cmocka_unit_test(one_who_left_a_question_out_keeps_the_score_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
