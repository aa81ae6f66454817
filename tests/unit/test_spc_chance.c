/* SPDX-License-Identifier: MIT */
/* test_spc_chance.c - how often a chart cries wolf, whatever the numbers of answers, and how often
 * it finds a real fall: stable series by chance, a month at a time as the night sees them. */
#include "real_answers.h"

#include <math.h>

#include "rules/episode.h"
#include "rules/spc_state.h"
#include "small_chance.h"

enum { MONTHS = 60, BASELINE = 24, FALLS = 30, FOUND_WITHIN = 6, SERIES = 100, HIGHER = 1,
       SHORT_BASELINE = 13, CONTENT = 900, PAUSED_FROM = 2, PAUSED_UNTIL = 14 };

/* How many answer in a month. */
typedef int64_t (*answers_fn)(uint64_t *seed, int month);

struct month_by_month {
    size_t baseline;
    uint32_t level; /* content, of 1,000 */
    struct spc_count counts[MONTHS];
    double y[MONTHS];
    int32_t periods[MONTHS];
    struct spc_point points[MONTHS];
    struct spc_group groups[2];
    struct episode last[SPC_VERDICT_MAX_];
    bool has_last[SPC_VERDICT_MAX_];
};

/* ---- numbers of answers ---------------------------------------------------------------------- */

static int64_t
even_200(uint64_t *seed, int month)
{
    (void)seed;
    (void)month;
    return 200;
}

static int64_t
always_ten(uint64_t *seed, int month)
{
    (void)seed;
    (void)month;
    return 10;
}

static int64_t
from_5_to_60(uint64_t *seed, int month)
{
    (void)month;
    return 5 + chance(seed, 56);
}

static int64_t
a_third_small(uint64_t *seed, int month)
{
    (void)month;
    return chance(seed, 100) < 30 ? 5 + chance(seed, 15) : 20 + chance(seed, 60);
}

static int64_t
a_few_tiny(uint64_t *seed, int month)
{
    (void)month;
    return chance(seed, 100) < 20 ? 1 + chance(seed, 10) : 100 + chance(seed, 200);
}

static int64_t
begins_tiny(uint64_t *seed, int month)
{
    return month < 8 ? 1 + chance(seed, 11) : 50 + chance(seed, 150);
}

static int64_t
very_uneven(uint64_t *seed, int month)
{
    uint32_t x = chance(seed, 1000);
    (void)month;
    return 20 + (int64_t)x * x / 1000 * x / 1000;
}

static int64_t
by_season(uint64_t *seed, int month)
{
    (void)seed;
    return 25 + month % 12 * 20;
}

static int64_t
grows(uint64_t *seed, int month)
{
    (void)seed;
    return 20 + 8 * (int64_t)month;
}

static int64_t
small_later(uint64_t *seed, int month)
{
    return month > BASELINE && chance(seed, 100) < 20 ? 5 + chance(seed, 15)
                                                      : 100 + chance(seed, 100);
}

static int64_t
falls_to_thirty(uint64_t *seed, int month)
{
    return month < BASELINE + 2 ? 200 : 25 + chance(seed, 15);
}

static int64_t
falls_to_ten(uint64_t *seed, int month)
{
    return month < BASELINE + 2 ? 200 : 5 + chance(seed, 15);
}

static int64_t
even_60(uint64_t *seed, int month)
{
    (void)seed;
    (void)month;
    return 60;
}

/* Nobody was asked for a year. */
static int64_t
sixty_with_a_pause(uint64_t *seed, int month)
{
    return month >= PAUSED_FROM && month < PAUSED_UNTIL ? 0 : even_60(seed, month);
}

static const struct {
    const char *words;
    answers_fn n_of;
    int found_at_least; /* of 100 falls by 15 points */
} situations[] = {
    { "200 each", even_200, 90 },
    { "10 each", always_ten, 50 },
    { "5 to 60", from_5_to_60, 80 },
    { "three in ten of 5 to 19, else 20 to 79", a_third_small, 80 },
    { "one in five of 1 to 10, else 100 to 299", a_few_tiny, 90 },
    { "eight of 1 to 11, then 50 to 199", begins_tiny, 90 },
    { "20 to 1,000", very_uneven, 90 },
    { "25 to 245 by season", by_season, 90 },
    { "20, then 8 more each month", grows, 90 },
    { "100 to 199, later one in five of 5 to 19", small_later, 90 },
    { "200, later 25 to 39", falls_to_thirty, 80 },
    { "200, later 5 to 19", falls_to_ten, 50 },
};

/* ---- a series, as the night sees it ---------------------------------------------------------- */

static void
answer(struct month_by_month *m, uint64_t *seed, answers_fn n_of, uint32_t fall)
{
    for (int i = 0; i < MONTHS; i++) {
        int64_t n = n_of(seed, i);
        m->periods[i] = i;
        m->counts[i] = (struct spc_count){ 0, n };
        for (int64_t person = 0; person < n; person++) {
            m->counts[i].good += chance(seed, 1000) < m->level - (i >= FALLS ? fall : 0);
        }
    }
}

static unsigned
chart(struct month_by_month *m, enum spc_kind kind, size_t n)
{
    const struct spc_options opt = { .profile = SPC_MDC_2023, .direction = HIGHER,
                                     .fix_after = m->baseline, .least_n = SPC_LEAST_N };
    const struct spc_room room = { m->y, m->points, m->groups, n };
    assert_int_equal(spc_chart_counts(&opt, kind, m->counts, NULL, &room), 1);
    const struct spc_state_facts f = { &m->groups[0], m->counts, n, SPC_LEAST_N, NULL, 0 };
    return spc_states(&f);
}

/* Signals that open when the months up to the nth are known. */
static int
opened(struct month_by_month *m, enum spc_kind kind, size_t n)
{
    unsigned states = chart(m, kind, n);
    const struct episode_series series = { m->periods, m->y, m->points, n };
    int opens = 0;
    for (int v = SPC_IS_IMPROVEMENT; v <= SPC_IS_CONCERN; v++) {
        struct episode now = { 0 };
        enum episode_event e = episode_judge(&series, (enum spc_verdict)v,
                                             m->has_last[v] ? &m->last[v] : NULL, &now);
        bool is_one = e == EPISODE_OPENS && spc_may_signal(states);
        if (is_one || e == EPISODE_CONTINUES || e == EPISODE_CLOSES) {
            m->last[v] = now;
            m->has_last[v] = true;
        }
        opens += is_one;
    }
    return opens;
}

static enum spc_kind
kind_at(const struct month_by_month *m, size_t n)
{
    return spc_kind_for(m->counts, n, m->baseline, SPC_LEAST_N);
}

static double
alarms_in_1000_months(answers_fn n_of, size_t baseline, uint32_t level, enum spc_kind always)
{
    uint64_t seed = 4711;
    int n_alarms = 0;
    for (int k = 0; k < SERIES; k++) {
        struct month_by_month m = { .baseline = baseline, .level = level };
        answer(&m, &seed, n_of, 0);
        for (size_t n = SPC_SHORT_GROUP; n <= MONTHS; n++) {
            n_alarms += opened(&m, always ? always : kind_at(&m, n), n);
        }
    }
    return 1000.0 * n_alarms / (SERIES * (MONTHS - SPC_SHORT_GROUP + 1));
}

static int
falls_found(answers_fn n_of, size_t baseline, uint32_t level)
{
    uint64_t seed = 4712;
    int n_found = 0;
    for (int k = 0; k < SERIES; k++) {
        struct month_by_month m = { .baseline = baseline, .level = level };
        answer(&m, &seed, n_of, 150);
        bool is_found = false;
        for (size_t n = SPC_SHORT_GROUP; n < FALLS + FOUND_WITHIN; n++) {
            (void)opened(&m, kind_at(&m, n), n);
            const struct episode *e = &m.last[SPC_IS_CONCERN];
            is_found |= n > FALLS && m.has_last[SPC_IS_CONCERN] && e->is_open
                        && e->last == (int32_t)n - 1;
        }
        n_found += is_found;
    }
    return n_found;
}

/* ---- the tests ------------------------------------------------------------------------------- */

static void
no_chart_cries_wolf_more_than_one_of_even_months_does(void **state)
{
    (void)state;
    double usual = alarms_in_1000_months(even_200, BASELINE, CONTENT, SPC_XMR);
    assert_true(usual > 10 && usual < 25); /* four patterns, two ways */
    for (size_t i = 0; i < LENGTH(situations); i++) {
        double is = alarms_in_1000_months(situations[i].n_of, BASELINE, CONTENT, SPC_KIND_NONE);
        print_message("# %-42s %5.1f alarms in 1,000 months\n", situations[i].words, is);
        assert_true(is < 1.5 * usual);
    }
}

static void
a_real_fall_is_found_whatever_the_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(situations); i++) {
        int n = falls_found(situations[i].n_of, BASELINE, CONTENT);
        print_message("# %-42s %d of 100 falls by 15 points within %d months\n",
                      situations[i].words, n, FOUND_WITHIN);
        assert_true(n >= situations[i].found_at_least);
    }
}

/* Most months of ten are at 100 % then: seven of them in a row are no run above the mean. */
static void
very_content_small_units_cry_no_wolf(void **state)
{
    (void)state;
    static const answers_fn small[] = { always_ten, from_5_to_60, falls_to_ten };
    for (uint32_t level = 970; level <= 980; level += 10) {
        double usual = alarms_in_1000_months(even_200, BASELINE, level, SPC_KIND_NONE);
        for (size_t i = 0; i < LENGTH(small); i++) {
            double is = alarms_in_1000_months(small[i], BASELINE, level, SPC_KIND_NONE);
            int n = falls_found(small[i], BASELINE, level);
            print_message("# %u of 1,000 content, few answers: %.1f alarms in 1,000 months, of "
                          "many %.1f; %d of 100 falls\n", level, is, usual, n);
            assert_true(is < 1.5 * usual);
            assert_true(n >= 80);
        }
    }
}

/* Empty months are not of the baseline: its limits rest on as many values as without a pause. */
static void
a_pause_in_collection_gives_neither_more_alarms_nor_silence(void **state)
{
    (void)state;
    double usual = alarms_in_1000_months(even_60, SHORT_BASELINE, CONTENT, SPC_KIND_NONE);
    double is = alarms_in_1000_months(sixty_with_a_pause, SHORT_BASELINE, CONTENT, SPC_KIND_NONE);
    int n_usual = falls_found(even_60, SHORT_BASELINE, CONTENT);
    int n = falls_found(sixty_with_a_pause, SHORT_BASELINE, CONTENT);
    print_message("# a pause of a year: %.1f alarms in 1,000 months, else %.1f; %d of 100 falls "
                  "found, else %d\n", is, usual, n, n_usual);
    assert_true(is <= usual);
    assert_true(n >= 90);
}

/* A service that began with months of 1 to 11 answers: XmR's mean was theirs, and it told a concern
 * where each answer counted once shows none. */
static void
a_real_service_that_began_small_gives_no_alarm(void **state)
{
    (void)state;
    static struct answer answers[ROWS_MAX];
    char path[512];
    if (access(data_path(path, sizeof path), R_OK) != 0) {
        skip();
    }
    size_t n = read_answers(answers);
    struct month_by_month m = { .baseline = BASELINE };
    int32_t first = INT32_MAX;
    int32_t last = 0;
    static const char unit[] = "Ambulance Services\x1F";
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < n; i++) {
            const struct answer *a = &answers[i];
            if (strncmp(a->path, unit, sizeof unit - 1) != 0) {
                continue;
            }
            first = a->month < first ? a->month : first;
            last = a->month > last ? a->month : last;
            if (round == 1) {
                assert_true(a->month - first < MONTHS);
                m.counts[a->month - first].n++;
                m.counts[a->month - first].good += a->slot < 2;
            }
        }
    }
    size_t n_months = (size_t)(last - first) + 1;
    assert_int_equal(kind_at(&m, n_months), SPC_P_LANEY);
    (void)chart(&m, SPC_XMR, n_months);
    assert_int_equal(m.groups[0].last_verdict, SPC_IS_CONCERN);
    (void)chart(&m, kind_at(&m, n_months), n_months);
    assert_int_equal(m.groups[0].last_verdict, SPC_IS_COMMON);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_chart_cries_wolf_more_than_one_of_even_months_does),
        cmocka_unit_test(a_real_fall_is_found_whatever_the_numbers),
        cmocka_unit_test(a_pause_in_collection_gives_neither_more_alarms_nor_silence),
        cmocka_unit_test(very_content_small_units_cry_no_wolf),
        cmocka_unit_test(a_real_service_that_began_small_gives_no_alarm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
