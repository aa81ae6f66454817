/* SPDX-License-Identifier: MIT */
/*
 * simulate.c - plans played through on paper. With --raw the steps themselves, one row each:
 *
 *   --assume none    nobody ever acts: every reminder, every level of the ladder (the default)
 *   --assume ontime  each lead completes on the due day after its reminder: no ladder at all
 *   --assume late    each lead completes after level 2 was reached: the ladder ends there
 */
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "cli.h"
#include "forecast.h"
#include "notice/mime.h"
#include "plans.h"
#include "simulate.h"

enum { LATE_LEVEL = 2 };

struct raw_row {
    char *occurrence;
    char step[STEP_NAME_MAX];
    day_t send_day, due;
    const struct role_list *leads;
};
struct raw {
    struct raw_row *rows;
    size_t n, cap;
};

static void
raw_freep(struct raw *raw)
{
    for (size_t i = 0; i < raw->n; i++) {
        free(raw->rows[i].occurrence);
    }
    free(raw->rows);
}

/* By send day, occurrence, step: as bytes, so that the order is the same in every locale. */
static int
raw_compare(const void *a, const void *b)
{
    const struct raw_row *x = a;
    const struct raw_row *y = b;
    if (x->send_day != y->send_day) {
        return x->send_day < y->send_day ? -1 : 1;
    }
    int order = strcmp(x->occurrence, y->occurrence);
    return order != 0 ? order : strcmp(x->step, y->step);
}

static int
raw_add(struct raw *raw, const struct raw_row *row)
{
    if (list_room(&raw->rows, raw->n, &raw->cap, sizeof *raw->rows) < 0) {
        return -ENOMEM;
    }
    raw->rows[raw->n++] = *row;
    return 0;
}

static bool
is_reached(const struct step *step, enum assume assume)
{
    static const int top[] = { [ASSUME_NONE] = LADDER_MAX, [ASSUME_ONTIME] = 0,
                               [ASSUME_LATE] = LATE_LEVEL };
    return step->kind == STEP_REMIND || step->level <= top[assume];
}

/* A ref alone is enough while there is one plan; with several the plan's id stands before it. */
static int
raw_occurrence(struct raw *raw, const struct plan_set *set, const struct plan *p,
               const struct plan_occurrence *o, const struct simulation *sim)
{
    struct step steps[STEP_MAX];
    size_t n = duty_steps(o->kind, o->due, sim->rules, &set->calendar, steps);
    for (size_t i = 0; i < n; i++) {
        if (!is_reached(&steps[i], sim->assume) || steps[i].send_day < sim->from
            || steps[i].send_day > sim->to) {
            continue;
        }
        struct raw_row row = { .send_day = steps[i].send_day,
                               .due = o->due,
                               .leads = &o->leads };
        AUTO_TEXT struct text name = { 0 };
        text_addf(&name, "%s%s%s", set->n_plans > 1 ? p->id : "", set->n_plans > 1 ? ":" : "",
                  o->ref);
        (void)step_name(&steps[i], row.step);
        int r = text_take(&name, &row.occurrence);
        if (r >= 0) {
            r = raw_add(raw, &row);
        }
        if (r < 0) {
            free(row.occurrence);
            return r;
        }
    }
    return 0;
}

static int
raw_plan(struct raw *raw, const struct plan_set *set, const struct plan *p,
         const struct simulation *sim)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < p->n_occurrences; i++) {
        if (p->occurrences[i].kind != DUTY_REVIEW) {
            r = raw_occurrence(raw, set, p, &p->occurrences[i], sim);
        }
    }
    return r;
}

static int
raw_make(struct raw *raw, const struct plan_set *set, const struct simulation *sim)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < set->n_plans; i++) {
        r = raw_plan(raw, set, &set->plans[i], sim);
    }
    if (r >= 0 && raw->n > 0) {
        qsort(raw->rows, raw->n, sizeof *raw->rows, raw_compare);
    }
    return r;
}

static void
raw_write_json(const struct raw_row *row, const char *send, const char *due, struct text *t)
{
    /* Refs and ids hold no quote or control character: the plan's reader sees to that. */
    text_addf(t,
              "{\"send_date\":\"%s\",\"weekday\":\"%s\",\"occurrence\":\"%s\",\"step\":\"%s\","
              "\"due\":\"%s\",\"n_leads\":%zu,\"leads\":[",
              send, day_weekday_name(row->send_day), row->occurrence, row->step, due,
              row->leads->n);
    for (size_t i = 0; i < row->leads->n; i++) {
        text_addf(t, "%s\"%s\"", i ? "," : "", row->leads->roles[i]->id);
    }
    text_add(t, "]}\n");
}

static void
raw_write(const struct raw *raw, bool is_tsv, struct text *t)
{
    if (is_tsv) {
        text_add(t, "send_date\tweekday\toccurrence\tstep\tdue\tn_leads\n");
    }
    for (size_t i = 0; i < raw->n; i++) {
        const struct raw_row *row = &raw->rows[i];
        char send[DAY_TEXT_MAX];
        char due[DAY_TEXT_MAX];
        const char *send_text = day_format(row->send_day, send);
        const char *due_text = day_format(row->due, due);
        if (is_tsv) {
            text_addf(t, "%s\t%s\t%s\t%s\t%s\t%zu\n", send_text,
                      day_weekday_name(row->send_day), row->occurrence, row->step, due_text,
                      row->leads->n);
        } else {
            raw_write_json(row, send_text, due_text, t);
        }
    }
}

static int
simulate_raw(struct cli *c, const struct plan_set *set, const struct simulation *sim, bool is_tsv)
{
    __attribute__((cleanup(raw_freep))) struct raw raw = { 0 };
    AUTO_TEXT struct text t = { 0 };
    int r = raw_make(&raw, set, sim);
    if (r < 0) {
        return cli_fail(c, EXIT_INTERNAL, "%s", strerror(-r));
    }
    raw_write(&raw, is_tsv, &t);
    out_raw(c->out, text_str(&t), t.len);
    return EXIT_OK;
}

/* 1 when the word is none of them: it names a script. */
static int
assume_of(const char *word, enum assume *ret)
{
    static const char *const words[] = { "none", "ontime", "late" };
    *ret = ASSUME_NONE;
    for (size_t i = 0; word && i < LENGTH(words); i++) {
        if (strcmp(words[i], word) == 0) {
            *ret = (enum assume)i;
            return 0;
        }
    }
    return word != NULL;
}

/* --assume FILE */
static int
read_script(struct cli *c, const struct plan_set *set, struct simulation *sim,
            struct answers *answers)
{
    const char *word = cli_option(c, "assume");
    if (assume_of(word, &sim->assume) == 0) {
        return EXIT_OK;
    }
    AUTO_TEXT struct text words = { 0 };
    AUTO_DIAG struct diag d = { 0 };
    int r = answers_read(word, set, sim->load, &d, answers);
    diag_print(&d, &words);
    (void)fputs(text_str(&words), stderr);
    if (r < 0) {
        return cli_fail_hint(c, r == -EBADMSG ? EXIT_BAD_INPUT : (int)cli_exit_of(r),
                             "--assume takes none, ontime, late or a file of answers",
                             "cannot use the answers in %s", word);
    }
    sim->assume = (enum assume)answers->assume;
    sim->answers = answers;
    return EXIT_OK;
}

/* The options beside each other; EXIT_OK or the exit code. */
static int
check_span(const struct cli *c, const struct simulation *sim, bool is_raw)
{
    if ((sim->down_from == DAY_NONE) != (sim->down_until == DAY_NONE)
        || sim->down_until < sim->down_from) {
        return cli_fail(c, EXIT_USAGE, "--down-from and --down-until go together, in this order");
    }
    if (sim->load > sim->from) {
        return cli_fail(c, EXIT_USAGE, "--load lies after --from");
    }
    if (sim->to < sim->from) {
        return cli_fail(c, EXIT_USAGE, "--to lies before --from");
    }
    if (is_raw && (cli_option(c, "load") || sim->down_from != DAY_NONE)) {
        return cli_fail_hint(c, EXIT_USAGE, "leave out --raw",
                             "--raw prints what the plans alone say: it takes no %s",
                             cli_option(c, "load") ? "--load" : "--down-from");
    }
    if (sim->down_from > sim->to || (sim->down_until < sim->load && sim->down_until != DAY_NONE)) {
        return cli_fail(c, EXIT_USAGE, "--down-from and --down-until lie outside what is played");
    }
    if (!is_raw && sim->load < day_of(MAIL_YEAR_MIN, 1, 1)) {
        return cli_fail(c, EXIT_USAGE, "%s lies before the year %d: no mail is dated so early",
                        cli_option(c, "load") ? "--load" : "--from", MAIL_YEAR_MIN);
    }
    if (!is_raw && sim->to - sim->load > FORECAST_DAYS_MAX) {
        return cli_fail_hint(c, EXIT_USAGE, "ask for less, or with --raw for the steps alone",
                             "--to: at most %d days after the plans are put in force",
                             FORECAST_DAYS_MAX);
    }
    return EXIT_OK;
}

int
cmd_simulate(struct cli *c)
{
    struct simulation sim = { .from = cli_date(c, "from", DAY_NONE),
                              .to = cli_date(c, "to", DAY_NONE),
                              .load = cli_date(c, "load", cli_date(c, "from", DAY_NONE)),
                              .down_from = cli_date(c, "down-from", DAY_NONE),
                              .down_until = cli_date(c, "down-until", DAY_NONE) };
    enum assume ignored;
    bool is_raw = cli_flag(c, "raw");
    const char *format = cli_option(c, "format");
    bool is_tsv = format ? strcmp(format, "tsv") == 0 : is_raw;
    if (cli_require(c, "from") != EXIT_OK || cli_require(c, "to") != EXIT_OK) {
        return EXIT_USAGE;
    }
    int code = check_span(c, &sim, is_raw);
    if (code != EXIT_OK) {
        return code;
    }
    if (is_tsv && !is_raw) {
        return cli_fail_hint(c, EXIT_USAGE, "add --raw, or take --format ndjson",
                             "--format tsv prints raw steps");
    }
    if (is_raw && assume_of(cli_option(c, "assume"), &ignored) != 0) {
        return cli_fail_hint(c, EXIT_USAGE, "take --format ndjson for a file of answers",
                             "--raw goes with none, ontime or late");
    }
    AUTO(plan_set) struct plan_set *set = NULL;
    struct tuning tuning;
    code = cli_load_conf(c);
    code = code == EXIT_OK ? plans_load_all(c, &set) : code;
    if (code != EXIT_OK || tuning_of_conf(c->conf, &tuning) < 0) {
        return code != EXIT_OK ? code : cli_fail(c, EXIT_INTERNAL, "out of memory");
    }
    sim.rules = &tuning.duty;
    __attribute__((cleanup(answers_done))) struct answers answers = { .n = 0 };
    code = read_script(c, set, &sim, &answers);
    if (code != EXIT_OK) {
        return code;
    }
    return is_raw ? simulate_raw(c, set, &sim, is_tsv) : simulate_whole(c, set, &sim);
}
