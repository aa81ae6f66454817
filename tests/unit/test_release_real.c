/* SPDX-License-Identifier: MIT */
/*
 * test_release_real.c - real answers of three years, published as they came in: month by month,
 * some of them late. Then everything that was ever published is attacked by subtraction: between
 * levels, and between versions of a month.
 */
#include "real_answers.h"

/* ---- one month: every version of every unit ---- */

enum known { UNLISTED = 0, HIDDEN, KNOWN };
struct unit {
    char path[PATH_CAP];
    uint32_t parent;
    bool has_children;
    struct {
        enum known count;
        enum known change; /* since the version before */
        int64_t n; /* published, or found */
    } at[VERSIONS_MAX];
};
struct month_seen {
    struct unit units[UNITS_MAX];
    size_t n_units;
    size_t n_versions;
};

static int
take_cell(void *arg, const struct release_cell *cell)
{
    struct month_seen *m = arg;
    size_t i = 0;
    while (i < m->n_units && strcmp(m->units[i].path, cell->path) != 0) {
        i++;
    }
    assert_true(i < UNITS_MAX && m->n_versions <= VERSIONS_MAX);
    if (i == m->n_units) {
        struct unit *unit = &m->units[m->n_units++];
        (void)snprintf(unit->path, sizeof unit->path, "%s", cell->path);
        for (size_t up = 0; up < i; up++) { /* the last one that begins this is the nearest */
            bool is_above = strncmp(m->units[up].path, cell->path, strlen(m->units[up].path)) == 0;
            unit->parent = is_above ? (uint32_t)up : unit->parent;
        }
        m->units[unit->parent].has_children = i > 0;
    }
    m->units[i].at[m->n_versions - 1].count = cell->is_shown ? KNOWN : HIDDEN;
    for (int slot = 0; slot < SURVEY_COUNTS; slot++) {
        m->units[i].at[m->n_versions - 1].n += cell->counts[slot];
    }
    return 0;
}

/* Unit = sum of its children, in each version: a single unknown among them is found. Answers that
 * name a unit and none below it there are not in these data. */
static bool
peel_level(struct month_seen *m, size_t v, int *ret_small)
{
    bool has_found = false;
    for (size_t i = 0; i < m->n_units; i++) {
        size_t n_unknown = m->units[i].at[v].count != KNOWN;
        size_t last = i;
        int64_t rest = m->units[i].at[v].count == KNOWN ? m->units[i].at[v].n : 0;
        for (size_t c = 1; c < m->n_units; c++) {
            if (m->units[c].parent != i) {
                continue;
            }
            bool is_open = m->units[c].at[v].count != KNOWN;
            n_unknown += is_open;
            last = is_open ? c : last;
            rest -= is_open ? 0 : m->units[c].at[v].n;
        }
        if (m->units[i].has_children && n_unknown == 1) {
            m->units[last].at[v].n = last == i ? -rest : rest;
            m->units[last].at[v].count = KNOWN;
            *ret_small += m->units[last].at[v].n > 0 && m->units[last].at[v].n < K;
            has_found = true;
        }
    }
    return has_found;
}

static bool
is_known(const struct unit *unit, size_t v, size_t before)
{
    return unit->at[v].count == KNOWN && (before == v || unit->at[before].count == KNOWN);
}

static int64_t
change_of(const struct unit *unit, size_t v, size_t before)
{
    return unit->at[v].n - (before == v ? 0 : unit->at[before].n);
}

/* What came to a shown unit, and to it beside the shown ones below it, between any two versions;
 * before = v: what stands in the one version. */
static int
count_small_changes(const struct month_seen *m, size_t v, size_t before)
{
    int n_small = 0;
    for (size_t i = 0; i < m->n_units; i++) {
        if (!is_known(&m->units[i], v, before)) {
            continue;
        }
        int64_t whole = change_of(&m->units[i], v, before);
        int64_t rest = whole;
        for (size_t c = 1; c < m->n_units; c++) {
            if (m->units[c].parent == i && is_known(&m->units[c], v, before)) {
                rest -= change_of(&m->units[c], v, before);
            }
        }
        n_small += (whole != 0 && llabs(whole) < K) || (rest != 0 && llabs(rest) < K);
    }
    return n_small;
}

struct found {
    int cells;
    int changes;
    int versions;
    int shown;
};

static void
attack_month(struct month_seen *m, struct found *found)
{
    for (size_t v = 0; v < m->n_versions; v++) {
        for (size_t i = 0; i < m->n_units; i++) {
            found->shown += m->units[i].at[v].count == KNOWN;
        }
        while (peel_level(m, v, &found->cells)) {
        }
        for (size_t before = 0; before <= v; before++) {
            found->changes += count_small_changes(m, v, before);
        }
    }
    found->versions += (int)m->n_versions;
}

/* ---- what we publish ---- */

static void
attack_house(const struct house *h, struct found *found)
{
    static struct version_list l;
    struct month_seen *m = calloc(1, sizeof *m);
    assert_non_null(m);
    l.n = 0;
    assert_true(release_list(h->store, h->survey, take_version, &l, NULL) > 0);
    for (size_t i = 0; i < l.n; i++) {
        if (i > 0 && l.month[i] != l.month[i - 1]) {
            attack_month(m, found);
            *m = (struct month_seen){ .n_units = 0 };
        }
        m->n_versions++;
        assert_true(release_cells(h->store, l.id[i], h->question, take_cell, m, NULL) > 0);
    }
    attack_month(m, found);
    free(m);
}

/* ---- totals over months ---- */

/* The lines of a printed table below its head, each a string of its own: a sanitizer looks for the
 * end of every string it is shown. */
struct lines {
    char **line;
    size_t n;
};

static struct lines
split(struct text *table)
{
    struct lines all = { .line = NULL };
    size_t n = 0;
    for (size_t i = 0; i < table->len; i++) {
        n += table->bytes[i] == '\n';
    }
    all.line = calloc(n + 1, sizeof *all.line);
    assert_non_null(all.line);
    char *at = table->bytes;
    while (all.n < n) {
        char *end = memchr(at, '\n', table->len - (size_t)(at - table->bytes));
        *end = '\0';
        all.line[all.n++] = at;
        at = end + 1;
    }
    return all;
}

/* The sum over lines of one unit from a month to another, and whether one of them is hidden. */
static int64_t
sum_of_lines(const struct lines *months, const char *unit, const char *from, const char *to,
             bool *ret_hidden)
{
    int64_t sum = 0;
    *ret_hidden = false;
    for (size_t i = 1; i < months->n; i++) {
        const char *line = months->line[i];
        bool is_in = strncmp(line, from, 7) >= 0 && strncmp(line, to, 7) <= 0;
        if (is_in && strncmp(line + 7, unit, strlen(unit)) == 0) {
            *ret_hidden = *ret_hidden || line[7 + strlen(unit)] == '*';
            sum += strtoll(line + 7 + strlen(unit), NULL, 10);
        }
    }
    return sum;
}

/* Each total that is shown is the sum of figures that are shown; so it is no equation of its own,
 * whatever else is subtracted. */
static void
attack_totals(const struct house *h)
{
    AUTO_TEXT struct text months = { 0 };
    AUTO_TEXT struct text totals = { 0 };
    int n_shown = 0;
    int n_hidden = 0;
    assert_int_equal(release_csv(h->store, h->def, 0, &months, NULL), 0);
    assert_int_equal(release_csv_over(h->store, h->def, 0, RELEASE_OVER_ROLLING, &totals, NULL),
                     0);
    struct lines by_month = split(&months);
    struct lines by_year = split(&totals);
    for (size_t i = 1; i < by_year.n; i++) {
        const char *line = by_year.line[i];
        const char *figure = strchr(line + 18, ','); /* after 2021-04..2022-03,1 */
        figure = figure ? figure + 1 : line + strlen(line);
        bool is_quoted = *figure == '"';
        figure = strchr(is_quoted ? strchr(figure + 1, '"') : figure, ',') + 1;
        char unit[PATH_CAP] = "";
        bool is_hidden = false;
        (void)snprintf(unit, sizeof unit, "%.*s", (int)(figure - (line + 16)), line + 16);
        int64_t sum = sum_of_lines(&by_month, unit, line, line + 9, &is_hidden);
        bool is_shown = *figure != '*'; /* else one of its months is hidden, or the trust in one */
        assert_false(is_shown && is_hidden);
        assert_true(!is_shown || strtoll(figure, NULL, 10) == sum);
        n_shown += is_shown;
        n_hidden += !is_shown;
    }
    free(by_month.line);
    free(by_year.line);
    print_message("# %d totals of twelve months shown, %d hidden\n", n_shown, n_hidden);
    assert_true(n_shown > 100 && n_hidden > 100);
}

/* ---- as they came in ---- */

static void
come_in(const struct house *h, const struct answer *answers, size_t n, size_t *done, day_t today)
{
    assert_int_equal(store_begin(h->store, NULL), 0);
    for (; *done < n && answers[*done].came <= today; ++*done) {
        const struct answer *a = &answers[*done];
        count(h, a->path, a->level, a->month, a->slot, 1);
    }
    assert_int_equal(store_commit(h->store, NULL), 0);
}

static void
three_years_of_real_answers_give_nothing_away(void **state)
{
    const struct house *h = *state;
    struct answer *answers = calloc(ROWS_MAX, sizeof *answers);
    assert_non_null(answers);
    size_t n = read_answers(answers);
    assert_int_equal(n, 10023);
    size_t done = 0;
    int64_t n_revised = 0;
    for (day_t today = day_of(2020, 6, 1); today < day_of(2023, 6, 1); today += 3) {
        come_in(h, answers, n, &done, today);
        n_revised += publish_on(h, today, false).n_revised;
    }
    free(answers);
    assert_int_equal(done, n);
    struct found found = { 0 };
    attack_house(h, &found);
    attack_totals(h);
    print_message("# %d versions, %d of them revisions, %d figures shown: %d small cells found, %d "
                  "small changes\n",
                  found.versions, (int)n_revised, found.shown, found.cells, found.changes);
    assert_int_equal(found.cells, 0);
    assert_int_equal(found.changes, 0);
    assert_true(n_revised > 10 && found.shown > 1000);
}

/* ---- what must not be done: every night's table, each cell of k or more shown ---- */

static int
by_cell_and_day(const void *a, const void *b)
{
    const struct answer *x = a;
    const struct answer *y = b;
    int order = (x->month > y->month) - (x->month < y->month);
    order = order ? order : strcmp(x->path, y->path);
    return order ? order : (x->day > y->day) - (x->day < y->day);
}

/* Shown last night, and grown by this many today. */
struct grown {
    int nights;
    int by_few;
    int by_one;
};

static struct grown
count_nights(struct answer *answers, size_t n)
{
    struct grown grown = { 0 };
    int64_t in_cell = 0;
    qsort(answers, n, sizeof *answers, by_cell_and_day);
    for (size_t i = 0; i < n;) {
        size_t end = i;
        while (end < n && by_cell_and_day(&answers[i], &answers[end]) == 0) {
            end++;
        }
        bool is_same_cell = i > 0 && answers[i].month == answers[i - 1].month
                            && strcmp(answers[i].path, answers[i - 1].path) == 0;
        in_cell = is_same_cell ? in_cell : 0;
        grown.nights += in_cell >= K;
        grown.by_few += in_cell >= K && end - i < K;
        grown.by_one += in_cell >= K && end - i == 1;
        in_cell += (int64_t)(end - i);
        i = end;
    }
    return grown;
}

static void
each_nights_table_beside_the_last_gives_single_answers_away(void **state)
{
    (void)state;
    struct answer *answers = calloc(ROWS_MAX, sizeof *answers);
    assert_non_null(answers);
    size_t n = read_answers(answers);
    static const struct grown expected[] = { { 878, 733, 447 }, { 1375, 1061, 521 },
                                             { 813, 433, 131 } };
    for (size_t level = 3; level > 0; level--) {
        struct grown grown = count_nights(answers, n);
        assert_int_equal(grown.nights, expected[3 - level].nights);
        assert_int_equal(grown.by_few, expected[3 - level].by_few);
        assert_int_equal(grown.by_one, expected[3 - level].by_one);
        for (size_t i = 0; i < n; i++) { /* up one level */
            char *end = strrchr(answers[i].path, '\x1F');
            *end = '\0';
            end = strrchr(answers[i].path, '\x1F');
            answers[i].path[end ? end - answers[i].path + 1 : 0] = '\0';
        }
    }
    free(answers);
}

int
main(void)
{
    char path[512];
    if (access(data_path(path, sizeof path), R_OK) != 0) {
        (void)printf("1..0 # skip %s is not there: real answers are not published\n", path);
        return 0;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(three_years_of_real_answers_give_nothing_away, make_house,
                                        drop_house),
        cmocka_unit_test(each_nights_table_beside_the_last_gives_single_answers_away),
    };
    return cmocka_run_group_tests_name("releases of real answers", tests, NULL, NULL);
}
