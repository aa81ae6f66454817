/* SPDX-License-Identifier: MIT */
/*
 * test_release_totals.c - totals over a quarter beside its months, of units that are hidden in some
 * of them: attacks on every version of every month and the totals at once.
 */
#include "small_trust.h"

#include "rules/totals.h"

enum { MONTHS = 2, FEBRUARY = MARCH - 1, HISTORIES = 1200, SEARCHED_ATOMS = 24 };

/* ---- a quarter, round by round ---- */

struct three_months {
    struct world_of_one w;
    struct watch versions[MONTHS][ROUNDS + 1];
    int n_versions[MONTHS];
    bool is_settled;
    int settled[MONTHS]; /* the version that stood when the totals were solved; 0: none did */
    int n_more;          /* totals of units that are hidden in a month */
    int n_withdrawn;
};

static void
come(const struct house *h, struct three_months *q, uint64_t *seed, int round)
{
    struct world_of_one *w = &q->w;
    int before = w->n_people;
    draw_round(w, seed, round);
    assert_int_equal(store_begin(h->store, NULL), 0);
    for (int i = 0; i < w->n_people; i++) {
        struct person *p = &w->people[i];
        bool is_new = i >= before;
        p->month = is_new ? (int)chance(seed, MONTHS) : p->month;
        int change = is_new - (p->left == round);
        if (change != 0) {
            count_group(h, NULL, w->paths[p->node], FEBRUARY + p->month, p->slot, change);
        }
        q->n_withdrawn += change < 0;
    }
    assert_int_equal(store_commit(h->store, NULL), 0);
}

static void
read_versions(const struct house *h, struct three_months *q, int round)
{
    for (int month = 0; month < MONTHS; month++) {
        struct release_row row = { .version = 0 };
        struct watch *versions = q->versions[month];
        int r = release_newest(h->store, h->survey, FEBRUARY + month, &row, NULL);
        assert_true(r >= 0);
        if (row.version == q->n_versions[month]) {
            continue;
        }
        int v = ++q->n_versions[month];
        assert_int_equal(row.version, v);
        versions[v] = (struct watch){ .w = &q->w, .month = month };
        memcpy(versions[v].before, versions[v - 1].seen, sizeof versions[v].before);
        r = release_cells(h->store, row.id, h->question, take_cell, &versions[v], NULL);
        assert_true(r > 0);
        date_parts(&versions[v], round);
    }
}

static int
see_total(void *arg, const struct release_total *total)
{
    struct three_months *q = arg;
    for (int month = 0; month < MONTHS && !q->is_settled; month++) {
        q->settled[month] = q->n_versions[month];
    }
    q->is_settled = true;
    assert_int_equal(total->first, MARCH - 2);
    assert_int_equal(total->last, MARCH);
    return 0;
}

/* On 20 March, April, May and June: February closes before the first of them, March before the
 * second; then the totals are solved, and both months go on growing. */
static void
live(const struct house *h, struct three_months *q, uint64_t *seed)
{
    for (int round = 1; round <= ROUNDS; round++) {
        come(h, q, seed, round);
        (void)publish_on(h, day_of(2022, 2 + round, 20), false);
        read_versions(h, q, round);
        assert_true(release_totals(h->store, h->question, see_total, q, NULL) >= 0);
    }
}

/* ---- what the outsider has ---- */

/* What a unit has in the months in which it is hidden, as these stood when it was solved. */
static void
add_total(const struct three_months *q, const struct atoms *atoms, struct attack *a, int node)
{
    assert_true(a->n_figures < FIGURES_MAX);
    struct figure *f = &a->figures[a->n_figures++];
    *f = (struct figure){ .n = 0 };
    for (size_t i = 0; i < atoms->n; i++) {
        const struct person *p = &atoms->of[i];
        const struct watch *watch = &q->versions[p->month][q->settled[p->month]];
        int owner = q->settled[p->month] > 0 ? shown_above_or_at(watch, p->node) : -1;
        f->holds[i] = owner >= 0 && !watch->seen[node].is_shown && is_below(&q->w, p->node, node)
                      && is_there(p, watch->seen[owner].as_of);
        f->n += f->holds[i] ? a->atoms[i] : 0;
    }
}

struct totals_seen {
    struct three_months *q;
    const struct atoms *atoms;
    struct attack *a;
};

static int
take_total(void *arg, const struct release_total *total)
{
    struct totals_seen *seen = arg;
    int node = 0;
    while (strcmp(total->cell.path, seen->q->w.paths[node]) != 0) {
        node++;
        assert_true(node < seen->q->w.n_nodes);
    }
    if (total->cell.is_shown) {
        add_total(seen->q, seen->atoms, seen->a, node);
        int64_t n = seen->a->figures[seen->a->n_figures - 1].n;
        assert_int_equal(n, total->cell.counts[0] + total->cell.counts[1]);
        seen->q->n_more += n > 0;
    }
    return 0;
}

static void
add_listed(const struct three_months *q, const struct atoms *atoms, struct attack *a, int month)
{
    for (int node = 0; node < q->w.n_nodes && q->n_versions[month] > 0; node++) {
        const struct watch *first = &q->versions[month][1];
        if (first->seen[node].is_listed && !first->seen[node].is_shown) {
            struct figure f = figure_of(&q->w, atoms, a, node, first->seen[node].as_of);
            f.n = 0;
            for (size_t i = 0; i < atoms->n; i++) {
                f.holds[i] = f.holds[i] && atoms->of[i].month == month;
                f.n += f.holds[i] ? a->atoms[i] : 0;
            }
            a->listed[a->n_listed++] = f;
        }
    }
}

static void
look_at_version(const struct watch *version, const struct atoms *atoms, struct attack *a)
{
    for (int node = 0; node < version->w->n_nodes; node++) {
        if (version->seen[node].is_shown) {
            add_figure(version, atoms, a, node);
        }
    }
}

static void
look_at_months(const struct three_months *q, const struct atoms *atoms, struct attack *a)
{
    for (int month = 0; month < MONTHS; month++) {
        add_listed(q, atoms, a, month);
        for (int v = 1; v <= q->n_versions[month]; v++) {
            look_at_version(&q->versions[month][v], atoms, a);
        }
    }
}

/* Every total of k answers and more, each judged by itself. */
static void
add_naive_totals(const struct three_months *q, const struct atoms *atoms, struct attack *a)
{
    for (int node = 0; node < q->w.n_nodes; node++) {
        add_total(q, atoms, a, node);
        int64_t n = a->figures[a->n_figures - 1].n;
        a->n_figures -= n < K;
    }
}

static void
no_history_of_months_and_totals_gives_a_small_set_away(void **state)
{
    struct house *h = *state;
    uint64_t seed = 20220331;
    static struct attack a;
    static struct three_months q;
    struct atoms atoms;
    int n_solved = 0;
    int n_more = 0;
    int n_searched = 0;
    int n_naive = 0;
    int n_withdrawn = 0;
    h->def->totals = SURVEY_TOTALS_QUARTER;
    for (int i = 0; i < HISTORIES; i++) {
        char id[32];
        (void)snprintf(id, sizeof id, "quarter-%d", i);
        h->def->id = id;
        know_survey(h);
        q = (struct three_months){ .n_more = 0 };
        draw_units(&q.w, &seed);
        live(h, &q, &seed);
        find_atoms(&q.w, &atoms, &a);
        look_at_months(&q, &atoms, &a);
        size_t n_months = a.n_figures;
        struct totals_seen seen = { &q, &atoms, &a };
        assert_true(release_totals(h->store, h->question, take_total, &seen, NULL) >= 0);
        assert_int_equal(count_small_mixes(&a, &seed), 0);
        n_solved += q.is_settled;
        n_more += q.n_more;
        n_withdrawn += q.n_withdrawn;
        if (a.n_atoms <= NEIGHBOUR_ATOMS_MAX) {
            assert_int_equal(attack_fixed(&a, K), 0);
        }
        if (q.is_settled && a.n_atoms <= SEARCHED_ATOMS) {
            assert_false(attack_finds_few(&a, K));
            a.n_figures = n_months;
            add_naive_totals(&q, &atoms, &a);
            n_naive += attack_finds_few(&a, K);
            n_searched++;
        }
    }
    print_message("# %d of %d quarters solved, %d totals of units that are hidden in a month; %d "
                  "searched through. Each total by itself: %d give people away\n", n_solved,
                  HISTORIES, n_more, n_searched, n_naive);
    assert_true(n_solved > HISTORIES / 4 && n_more > HISTORIES / 10);
    assert_true(n_withdrawn > HISTORIES);
    assert_true(n_searched > HISTORIES / 10 && n_naive > n_searched / 10);
}

/* ---- by hand ---- */

static void
in_month(const struct house *h, const char *path, int32_t month, int64_t n)
{
    assert_int_equal(store_begin(h->store, NULL), 0);
    count(h, path, 1, month, 0, n);
    assert_int_equal(store_commit(h->store, NULL), 0);
}

static void
assert_quarter(const struct house *h, const char *expected)
{
    AUTO_TEXT struct text csv = { 0 };
    assert_int_equal(release_csv_over(h->store, h->def, 0, RELEASE_OVER_QUARTER, &csv, NULL), 0);
    assert_string_equal(strchr(text_str(&csv), '\n') + 1, expected);
}

static void
a_ward_too_small_for_each_month_has_a_total(void **state)
{
    struct house *h = *state;
    h->def->totals = SURVEY_TOTALS_QUARTER;
    for (int32_t month = MARCH - 2; month <= MARCH; month++) {
        in_month(h, "A\x1F", month, 20);
        in_month(h, "B\x1F", month, month == MARCH ? 4 : 3);
    }
    (void)publish_on(h, day_of(2022, 4, 13), false); /* March is not closed */
    assert_quarter(h, "");
    (void)publish_on(h, day_of(2022, 4, 14), false);
    static const char first[] = "2022-Q1,0,ALL,70,70,0,100.00,0.00,0.9480,1.0000,1.0000\n"
                                "2022-Q1,1,A,60,60,0,100.00,0.00,0.9398,1.0000,1.0000\n"
                                "2022-Q1,1,B,10,10,0,100.00,0.00,0.7225,1.0000,1.0000\n";
    assert_quarter(h, first);
    (void)publish_on(h, day_of(2022, 4, 15), false);
    assert_quarter(h, first);
    in_month(h, "B\x1F", MARCH, 6); /* late: the trust's row grows, what B had is as it was */
    assert_int_equal(publish_on(h, day_of(2022, 4, 16), false).n_revised, 1);
    assert_quarter(h, "2022-Q1,0,ALL,76,76,0,100.00,0.00,0.9519,1.0000,1.0000\n"
                      "2022-Q1,1,A,60,60,0,100.00,0.00,0.9398,1.0000,1.0000\n"
                      "2022-Q1,1,B,10,10,0,100.00,0.00,0.7225,1.0000,1.0000\n");
    h->def->totals = SURVEY_TOTALS_YEAR; /* no year over a quarter that was solved */
    (void)publish_on(h, day_of(2023, 2, 1), false);
    assert_quarter(h, "2022-Q1,0,ALL,76,76,0,100.00,0.00,0.9519,1.0000,1.0000\n"
                      "2022-Q1,1,A,60,60,0,100.00,0.00,0.9398,1.0000,1.0000\n"
                      "2022-Q1,1,B,10,10,0,100.00,0.00,0.7225,1.0000,1.0000\n");
}

/* South is too small, so North is hidden, and its largest ward is not. */
static void
a_shown_ward_of_a_hidden_unit_is_in_the_total_of_both(void **state)
{
    struct house *h = *state;
    h->def->totals = SURVEY_TOTALS_QUARTER;
    in_month(h, "N\x1F" "1\x1F", MARCH - 2, 10);
    in_month(h, "N\x1F" "2\x1F", MARCH - 2, 10);
    in_month(h, "S\x1F" "9\x1F", MARCH - 2, 10);
    for (int32_t month = MARCH - 1; month <= MARCH; month++) {
        in_month(h, "N\x1F" "1\x1F", month, 40);
        in_month(h, "N\x1F" "2\x1F", month, 4);
        in_month(h, "S\x1F" "9\x1F", month, 3);
    }
    (void)publish_on(h, day_of(2022, 4, 14), false);
    AUTO_TEXT struct text march = { 0 };
    assert_int_equal(release_csv(h->store, h->def, 0, &march, NULL), 0);
    assert_non_null(strstr(text_str(&march), "2022-03,1,N,*"));
    assert_non_null(strstr(text_str(&march), "2022-03,2,N > 1,40"));
    assert_quarter(h, "2022-Q1,0,ALL,124,124,0,100.00,0.00,0.9700,1.0000,1.0000\n"
                      "2022-Q1,1,N,108,108,0,100.00,0.00,0.9657,1.0000,1.0000\n"
                      "2022-Q1,1,S,16,16,0,100.00,0.00,0.8064,1.0000,1.0000\n"
                      "2022-Q1,2,N > 1,90,90,0,100.00,0.00,0.9591,1.0000,1.0000\n"
                      "2022-Q1,2,N > 2,18,18,0,100.00,0.00,0.8241,1.0000,1.0000\n"
                      "2022-Q1,2,S > 9,16,16,0,100.00,0.00,0.8064,1.0000,1.0000\n");
}

/* The quarter of A less two months would be A in January, and the trust less that B's three. */
static void
what_would_give_a_month_away_has_none(void **state)
{
    struct house *h = *state;
    h->def->totals = SURVEY_TOTALS_QUARTER;
    for (int32_t month = MARCH - 2; month <= MARCH; month++) {
        in_month(h, "A\x1F", month, 20);
    }
    in_month(h, "B\x1F", MARCH - 2, 3);
    (void)publish_on(h, day_of(2022, 4, 14), false);
    assert_quarter(h, "2022-Q1,0,ALL,63,63,0,100.00,0.00,0.9425,1.0000,1.0000\n"
                      "2022-Q1,1,A,*,*,*,*,*,*,*,*\n"
                      "2022-Q1,1,B,*,*,*,*,*,*,*,*\n");
}

/* Five months of one answer each: five in all says that it is one in each. */
static void
as_many_answers_as_hidden_months_are_not_told(void **state)
{
    (void)state;
    enum { N = 5 };
    struct totals_unit units[3] = { { .is_free = true, .n = 105 }, { .n = 100 }, { .n = N } };
    struct totals_line lines[2 * N];
    for (uint32_t i = 0; i < N; i++) {
        lines[2 * i] = (struct totals_line){ i, 1, 20, 1 };
        lines[2 * i + 1] = (struct totals_line){ i, 2, 1, 1 };
    }
    uint64_t room[512];
    const struct totals in = { .units = units, .n_units = 3, .lines = lines, .n_lines = 2 * N,
                               .n_remainders = N, .k = K, .room = room };
    assert_true(totals_room(N, 3, 2 * N) <= sizeof room);
    assert_int_equal(totals_hide(&in), 0);
    lines[1].n = 2;
    units[2].n++;
    assert_int_equal(totals_hide(&in), 2);
}

static void
a_month_that_was_published_before_totals_were_asked_for_has_sums_only(void **state)
{
    struct house *h = *state;
    in_month(h, "A\x1F", MARCH, 20);
    in_month(h, "B\x1F", MARCH, 20);
    (void)publish_on(h, day_of(2022, 4, 14), false);
    h->def->totals = SURVEY_TOTALS_QUARTER;
    struct three_months q = { .n_versions = { 1, 1 } };
    (void)publish_on(h, day_of(2022, 4, 15), false);
    assert_true(release_totals(h->store, h->question, see_total, &q, NULL) >= 0);
    assert_false(q.is_settled);
}

int
main(void)
{
#define IN_A_HOUSE(test) cmocka_unit_test_setup_teardown(test, make_house, drop_house)
    const struct CMUnitTest tests[] = {
        IN_A_HOUSE(no_history_of_months_and_totals_gives_a_small_set_away),
        IN_A_HOUSE(a_ward_too_small_for_each_month_has_a_total),
        IN_A_HOUSE(a_shown_ward_of_a_hidden_unit_is_in_the_total_of_both),
        IN_A_HOUSE(what_would_give_a_month_away_has_none),
        cmocka_unit_test(as_many_answers_as_hidden_months_are_not_told),
        IN_A_HOUSE(a_month_that_was_published_before_totals_were_asked_for_has_sums_only),
    };
    return cmocka_run_group_tests_name("totals beside months", tests, NULL, NULL);
}
