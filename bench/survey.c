/* SPDX-License-Identifier: MIT */
/*
 * survey.c - how fast answers are taken in, into a store on the disk.
 *
 *   survey gen FILE N          N answers: 100 teams, 5 staff groups, 24 months, 10 questions
 *   survey load DIR FILE       its first load
 *   survey fill DIR N          N stored answers, ten to a response, with response ids
 *   survey more DIR FIRST N    N times 10,000 new responses, numbered from FIRST on
 *   survey upkeep DIR          what a night does after many responses (a part of fill)
 *   survey night DIR FIRST     release and trends: all, nothing new, 10,000 new of a month
 *
 * Prints lines `name metric value`. bench/survey.sh runs it beside other programs.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "answers/import.h"
#include "answers/release.h"
#include "answers/settle.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/text.h"
#include "engine/trend.h"
#include "rig.h"

enum { TEAMS = 100, GROUPS = 5, DAYS = 730, QUESTIONS = 10, CODES = 5, NEW = 10000,
       FILE_ROWS = 1000000, LAST_DAYS = 30 };

static const uint8_t key[HASH_KEY_SIZE] = { 3 };
static const char *const groups[GROUPS] = { "Nursing", "Medical", "Admin", "Therapies", "Estates" };

static uint32_t
dice(uint64_t *state, uint32_t n)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)(*state >> 33) % n;
}

static void
put_place(FILE *f, uint64_t *chance, uint32_t n_days)
{
    char day[DAY_TEXT_MAX];
    uint32_t team = dice(chance, TEAMS);
    day_t first = day_of(2023, 1, 1) + (day_t)(DAYS - n_days);
    (void)fprintf(f, "%s,Example Trust,Division %u,Clinical team %03u,%s",
                  day_format(first + (day_t)dice(chance, n_days), day), team % 4, team,
                  groups[dice(chance, GROUPS)]);
}

static void
write_long(const char *path, int64_t n)
{
    uint64_t chance = 88172645463325252u;
    FILE *f = fopen(path, "we");
    if (!f) {
        give_up("cannot write %s", path);
    }
    (void)fputs("date,trust,sdu,team,staff_group,question,answer\n", f);
    for (int64_t i = 0; i < n; i++) {
        put_place(f, &chance, DAYS);
        (void)fprintf(f, ",q%u,%u\n", dice(&chance, QUESTIONS), 1 + dice(&chance, CODES));
    }
    if (fclose(f) != 0) {
        give_up("cannot write %s", path);
    }
}

static void
write_wide(const char *path, int64_t first, int64_t n, uint32_t n_days)
{
    uint64_t chance = 88172645463325252u + (uint64_t)first;
    FILE *f = fopen(path, "we");
    if (!f) {
        give_up("cannot write %s", path);
    }
    (void)fputs("date,trust,sdu,team,staff_group,id,q0,q1,q2,q3,q4,q5,q6,q7,q8,q9\n", f);
    for (int64_t i = first; i < first + n; i++) {
        put_place(f, &chance, n_days);
        (void)fprintf(f, ",%" PRId64, i);
        for (int q = 0; q < QUESTIONS; q++) {
            (void)fprintf(f, ",%u", 1 + dice(&chance, CODES));
        }
        (void)fputc('\n', f);
    }
    if (fclose(f) != 0) {
        give_up("cannot write %s", path);
    }
}

static struct definition *
make_definition(bool is_long)
{
    AUTO_TEXT struct text y = { 0 };
    AUTO_DIAG struct diag d = { 0 };
    struct definition *def = NULL;
    text_addf(&y, "survey: %s\ntitle: Bench\nversion: \"1\"\nresponse: %s\ngroups: staff_group\n"
                  "dates: { column: date, forms: [iso] }\n"
                  "units: { columns: [trust, sdu, team] }\n%squestions:\n",
              is_long ? "long" : "wide", is_long ? "none" : "id",
              is_long ? "long: { question: question, answer: answer }\n" : "");
    for (int q = 0; q < QUESTIONS; q++) {
        text_addf(&y, "  - { id: q%d, wording: Question %d", q, q);
        text_addf(&y, is_long ? " }\n" : ", column: q%d }\n", q);
    }
    text_add(&y, "scale:\n  answers:\n");
    for (int i = 1; i <= CODES; i++) {
        text_addf(&y, "    - { code: %d, label: a%d, tone: neutral }\n", i, i);
    }
    if (definition_parse("bench", text_str(&y), y.len, &d, &def) < 0) {
        give_up("the definition is not sound");
    }
    return def;
}

static struct store *
open_in(const char *dir)
{
    char db[RIG_PATH_MAX];
    struct store *s = NULL;
    struct err why = { "" };
    (void)snprintf(db, sizeof db, "%s/coprod.db", dir);
    if (store_open(db, STORE_WRITE, &s, &why) < 0) {
        give_up("%s", why.text);
    }
    return s;
}

/* Seconds that it took. */
static double
load(const char *dir, const char *path, bool is_long, int64_t *ret_new)
{
    AUTO(store) struct store *s = open_in(dir);
    AUTO(definition) struct definition *def = make_definition(is_long);
    struct import_result got;
    struct err why = { "" };
    const struct import_options opt = { .def = def, .path = path, .name = "bench", .key = key,
                                        .today = DAY_NONE, .now_ms = 1 };
    int64_t began = clock_mono_ns();
    if (import_file(s, &opt, &got, &why) < 0) {
        give_up("%s", why.text);
    }
    *ret_new = got.counts.n_new;
    return (double)(clock_mono_ns() - began) / 1e9;
}

static void
say_memory(const char *name)
{
    struct rusage use;
    (void)getrusage(RUSAGE_SELF, &use);
    say(name, "peak_mb", (double)use.ru_maxrss / 1024);
}

static double
add_wide(const char *dir, int64_t first, int64_t n, uint32_t n_days)
{
    char path[RIG_PATH_MAX];
    int64_t n_new = 0;
    (void)snprintf(path, sizeof path, "%s/wide.csv", dir);
    write_wide(path, first, n, n_days);
    double seconds = load(dir, path, false, &n_new);
    (void)unlink(path);
    if (n_new != n) {
        give_up("%" PRId64 " new responses and not %" PRId64, n_new, n);
    }
    return seconds;
}

static void
upkeep(const char *dir)
{
    AUTO(store) struct store *s = open_in(dir);
    struct err why = { "" };
    int64_t n = 0;
    int64_t began = clock_mono_ns();
    if (settle_arrivals(&(struct settle){ .store = s }, &n, &why) < 0) {
        give_up("%s", why.text);
    }
    say("survey_upkeep", "seconds", (double)(clock_mono_ns() - began) / 1e9);
}

static void
fill(const char *dir, int64_t n_answers)
{
    double seconds = 0;
    int64_t n = n_answers / QUESTIONS;
    for (int64_t first = 0; first < n; first += FILE_ROWS) {
        seconds += add_wide(dir, first, n - first < FILE_ROWS ? n - first : FILE_ROWS,
                            DAYS);
    }
    upkeep(dir);
    say("survey_fill", "seconds", seconds);
    say("survey_fill", "answers_per_s", (double)n_answers / seconds);
    say_memory("survey_fill");
}

static void
more(const char *dir, int64_t first, int64_t rounds)
{
    for (int64_t i = 0; i < rounds; i++) {
        say("survey_more", "seconds", add_wide(dir, first + i * NEW, NEW, DAYS));
    }
    say_memory("survey_more");
}

/* What is published and charted after an import: all of it, then what 10,000 answers changed. */
static void
look(struct store *s, const struct definition *def, const struct world *w, const char *name)
{
    struct err why = { "" };
    struct release_result published;
    struct trend_result charted;
    const struct release_options release = { .def = def, .calendar = &w->calendar,
                                             .today = day_of(2025, 3, 20), .now_ms = 1,
                                             .is_nightly = true };
    const struct trend_options trend = { .def = def, .world = w, .today = release.today,
                                         .now_ms = 1, .is_nightly = true };
    int64_t began = clock_mono_ns();
    int r = release_run(s, &release, &published, &why);
    r = r < 0 ? r : trend_run(s, &trend, &charted, &why);
    if (r < 0) {
        give_up("%s", why.text);
    }
    say(name, "seconds", (double)(clock_mono_ns() - began) / 1e9);
    say(name, "charts_looked_at", charted.n_measures);
}

static void
night(const char *dir, int64_t first)
{
    struct err why = { "" };
    AUTO(store) struct store *s = open_in(dir);
    AUTO(world) struct world *w = NULL;
    AUTO(definition) struct definition *def = make_definition(false);
    if (world_open(s, false, &w, &why) < 0) {
        give_up("%s", why.text);
    }
    look(s, def, w, "survey_night_first");
    look(s, def, w, "survey_night_nothing_new");
    (void)add_wide(dir, first, NEW, LAST_DAYS);
    look(s, def, w, "survey_night_10000_new");
}

int
main(int argc, char **argv)
{
    int64_t n = 0;
    if (argc == 3 && strcmp(argv[1], "upkeep") == 0) {
        upkeep(argv[2]);
        return 0;
    }
    if (hash_init() < 0 || argc < 4) {
        give_up("survey gen FILE N | load DIR FILE | fill DIR N | more DIR FIRST ROUNDS");
    }
    if (strcmp(argv[1], "gen") == 0) {
        write_long(argv[2], strtoll(argv[3], NULL, 10));
    } else if (strcmp(argv[1], "load") == 0) {
        double seconds = load(argv[2], argv[3], true, &n);
        say("survey_load", "seconds", seconds);
        say("survey_load", "rows_per_s", (double)n / seconds);
        say_memory("survey_load");
    } else if (strcmp(argv[1], "night") == 0) {
        night(argv[2], strtoll(argv[3], NULL, 10));
    } else if (strcmp(argv[1], "fill") == 0) {
        fill(argv[2], strtoll(argv[3], NULL, 10));
    } else {
        more(argv[2], strtoll(argv[3], NULL, 10), argc > 4 ? strtoll(argv[4], NULL, 10) : 1);
    }
    return 0;
}
