/* SPDX-License-Identifier: MIT */
/* survey.c - survey tabulate, table, release. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/conf.h"
#include "cli.h"
#include "answers/figures.h"
#include "answers/intake.h"
#include "answers/release.h"
#include "hubcall.h"
#include "progress.h"
#include "reads.h"
#include "store/store.h"
#include "survey/table.h"
#include "surveys.h"

static int
fail_findings(const struct cli *c, const struct diag *d, int r)
{
    AUTO_TEXT struct text all = { 0 };
    diag_print(d, &all);
    (void)fputs(text_str(&all), stderr);
    return cli_fail(c, r == -ENOENT ? EXIT_NO_INPUT : EXIT_BAD_INPUT,
                    "%d error%s in the survey's definition; nothing was changed", d->n_errors,
                    text_s(d->n_errors));
}

static const char BY_GROUP[] = "month,level,unit,group";

static bool
is_by_group(const struct cli *c)
{
    const char *by = cli_option(c, "by");
    return by && strcmp(by, BY_GROUP) == 0;
}

static int
check_table_options(const struct cli *c, bool has_groups)
{
    const char *by = cli_option(c, "by");
    if (by && strcmp(by, "month,level,unit") != 0 && !(has_groups && is_by_group(c))) {
        return cli_fail(c, EXIT_USAGE, "--by knows month,level,unit%s and not '%s'",
                        has_groups ? " and month,level,unit,group" : "", by);
    }
    return EXIT_OK;
}

/* Of people in two ways there is only what was solved together. */
static int
check_groups(const struct cli *c, const struct definition *def)
{
    if (cli_option(c, "wording") && cli_flag(c, "all")) {
        return cli_fail_hint(c, EXIT_USAGE, "leave --wording out",
                             "--all has every wording, by the last column");
    }
    bool has_two = is_by_group(c) + cli_flag(c, "all") + (cli_option(c, "over") != NULL) > 1;
    if (has_two) {
        return cli_fail(c, EXIT_USAGE, "one of --by %s, --all and --over at a time", BY_GROUP);
    }
    if (cli_option(c, "over") && cli_flag(c, "internal")) {
        return cli_fail_hint(c, EXIT_USAGE, "--internal --totals has the total of all months",
                             "--over prints sums of what was published");
    }
    if (is_by_group(c) && cli_flag(c, "internal")) {
        return cli_fail_hint(c, EXIT_USAGE, "survey export ID --internal --group NAME has them",
                             "--by %s prints what was published", BY_GROUP);
    }
    if (is_by_group(c) && !def->publishes_groups) {
        return cli_fail_hint(c, EXIT_NOT_ALLOWED,
                             "\"publish_groups: yes\" in its definition, for months still to come",
                             "staff groups of survey %s are not published", def->id);
    }
    return EXIT_OK;
}

/* A file counted apart has no history to judge by, so nothing of it is fit to leave the house. */
static int
check_internal(const struct cli *c)
{
    if (cli_flag(c, "internal")) {
        return EXIT_OK;
    }
    return cli_fail_hint(c, EXIT_NOT_ALLOWED,
                         "--internal gives exact figures for use inside the house; "
                         "\"survey table\" prints what was published",
                         "figures counted apart from the store are not for outside");
}

static int
print_table(struct cli *c, struct store *s, const struct definition *def, int question)
{
    AUTO(rollup) struct rollup *rollup = NULL;
    AUTO(table) struct table *t = NULL;
    struct err why = { "out of memory" };
    const struct table_options opt = { .totals = cli_flag(c, "totals") };
    int r = rollup_new(&rollup);
    r = r < 0 ? r : import_load(s, def, question, rollup, &why);
    r = r < 0 ? r : table_build(def, rollup, &opt, &t);
    if (r < 0) {
        return cli_fail(c, cli_exit_of(r), "%s", why.text);
    }
    AUTO_TEXT struct text csv = { 0 };
    table_csv(def, t, &csv);
    if (csv.bad) {
        return cli_fail(c, EXIT_INTERNAL, "out of memory");
    }
    out_raw(c->out, text_str(&csv), csv.len);
    return EXIT_OK;
}

static int
print_figures(struct cli *c, struct store *s, const struct definition *def)
{
    AUTO(figures) struct figures *f = NULL;
    AUTO_TEXT struct text csv = { 0 };
    struct err why = { "out of memory" };
    const struct figures_options opt = { .totals = cli_flag(c, "totals") };
    int r = figures_build(s, def, &opt, &f, &why);
    if (r < 0) {
        return cli_fail(c, cli_exit_of(r), "%s", why.text);
    }
    survey_say_unread(c, f);
    figures_csv(f, false, &csv);
    if (csv.bad) {
        return cli_fail(c, EXIT_INTERNAL, "out of memory");
    }
    out_raw(c->out, text_str(&csv), csv.len);
    return EXIT_OK;
}

/* ---- tabulate, and import --dry-run: a throw-away store ------------------------------------ */

int
survey_import_apart(struct cli *c, const struct definition *def, const char *path, day_t today,
                    struct store **ret_store, struct import_result *ret)
{
    struct err why = { "" };
    uint8_t key[HASH_KEY_SIZE];
    int r = hash_init();
    r = r < 0 ? r : store_open(NULL, STORE_APART, ret_store, &why);
    if (r < 0) {
        return cli_fail(c, EXIT_INTERNAL, "%s", why.text);
    }
    hash_random(key, sizeof key); /* nothing outlives this run */
    struct progress progress = progress_begin();
    const struct import_options opt = { .def = def, .path = path, .name = path, .key = key,
                                        .today = today, .now_ms = clock_wall_ms(),
                                        .tell = progress_tell, .arg = &progress };
    r = import_file(*ret_store, &opt, ret, &why);
    progress_end(&progress);
    return r < 0 ? cli_fail(c, cli_exit_of(r), "%s", why.text) : EXIT_OK;
}

int
cmd_survey_tabulate(struct cli *c)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO(definition) struct definition *def = NULL;
    AUTO(store) struct store *s = NULL;
    struct import_result done = { 0 };
    int code = check_table_options(c, false);
    code = code != EXIT_OK ? code : check_internal(c);
    if (code != EXIT_OK) {
        return code;
    }
    int r = definition_read(cli_arg(c, 0), &d, &def);
    if (r < 0) {
        return fail_findings(c, &d, r);
    }
    code = survey_import_apart(c, def, cli_arg(c, 1), DAY_NONE, &s, &done);
    if (code != EXIT_OK) {
        return code;
    }
    if (done.counts.n_rejected + done.counts.n_stale + done.counts.n_repeat > 0) {
        cli_say(c, "read %lld, counted %lld, repeat %lld, stale %lld, rejected %lld",
                (long long)done.counts.n_read, (long long)done.counts.n_new,
                (long long)done.counts.n_repeat, (long long)done.counts.n_stale,
                (long long)done.counts.n_rejected);
    }
    if (done.counts.n_rejected > 0) {
        cli_say(c, "survey import %s --survey ID --dry-run --rejects FILE says why", cli_arg(c, 1));
    }
    return cli_flag(c, "all") ? print_figures(c, s, def) : print_table(c, s, def, 0);
}

/* ---- the surveys of the configuration ------------------------------------------------------ */

const struct definition *
survey_named(struct cli *c, struct survey_set *set, const char *id, int *ret_code)
{
    AUTO_DIAG struct diag d = { 0 };
    int r = survey_set_load(c->conf, &d, set);
    if (r < 0) {
        *ret_code = fail_findings(c, &d, r);
        return NULL;
    }
    const struct definition *def = survey_set_find(set, id);
    if (def) {
        return def;
    }
    const char *names[INTAKE_SURVEYS_MAX + 1] = { 0 };
    for (size_t i = 0; i < set->n; i++) {
        names[i] = set->defs[i]->id;
    }
    const char *near = text_near(id, names);
    AUTO_TEXT struct text hint = { 0 };
    for (size_t i = 0; !near && i < set->n; i++) {
        text_addf(&hint, "%s%s", i ? ", " : "there are: ", names[i]);
    }
    if (near) {
        text_addf(&hint, "did you mean \"%s\"?", near);
    }
    *ret_code = cli_fail_hint(c, EXIT_NOT_MET, text_str(&hint), "no survey \"%s\" in %s", id,
                              c->config);
    return NULL;
}

/* Beside the table, not in it. */
static int
say_why(struct cli *c, const struct definition *def, const struct old_wording *old,
        const struct text *csv)
{
    AUTO_READING struct reading r = { 0 };
    AUTO_TEXT struct text words = { 0 };
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    const struct release_options opt = { .def = def, .calendar = &r.w->calendar,
                                         .today = reading_today(&r),
                                         .is_ended = old->def && !old->is_asked };
    bool has_stars = strstr(text_str(csv), ",*") != NULL;
    int error = release_words(c->store, &opt, has_stars, &words, &r.why);
    if (error < 0) {
        return reading_fail(&r, error);
    }
    if (words.len > 0) {
        cli_say(c, "%.*s", (int)words.len - 1, text_str(&words));
    }
    return EXIT_OK;
}

/* A table of which there is the header alone says on the error stream why. */
static int
say_not_whole(struct cli *c, const struct definition *def, int question, const struct text *csv)
{
    AUTO_TEXT struct text words = { 0 };
    struct err why = { "" };
    const char *end = strchr(text_str(csv), '\n');
    if (end && end[1]) {
        return EXIT_OK;
    }
    int r = release_words_over(c->store, def, question, release_over_parse(cli_option(c, "over")),
                               &words, &why);
    if (r >= 0 && words.len > 0) {
        cli_say(c, "%.*s", (int)words.len - 1, text_str(&words));
    }
    return r < 0 ? cli_fail(c, cli_exit_of(r), "%s", why.text) : EXIT_OK;
}

/* Nothing but what was published. A total would be one more equation over the months. */
static int
print_published(struct cli *c, const struct definition *def, const struct old_wording *old,
                int question)
{
    if (cli_flag(c, "totals")) {
        return cli_fail_hint(c, EXIT_NOT_ALLOWED, "--over year, or add --internal",
                             "a total beside its months would give hidden months away");
    }
    AUTO_TEXT struct text csv = { 0 };
    struct err why = { "out of memory" };
    AUTO(figures) struct figures *f = NULL;
    const char *over = cli_option(c, "over");
    int r = is_by_group(c)       ? release_csv_groups(c->store, def, question, &csv, &why)
            : over               ? release_csv_over(c->store, def, question,
                                                    release_over_parse(over), &csv, &why)
            : cli_flag(c, "all") ? figures_published(c->store, def, &f, &why)
                                 : release_csv(c->store, def, question, &csv, &why);
    if (r >= 0 && f) {
        survey_say_unread(c, f);
        figures_csv(f, false, &csv);
        r = csv.bad;
    }
    if (r < 0) {
        return cli_fail(c, cli_exit_of(r), "%s", why.text);
    }
    out_raw(c->out, text_str(&csv), csv.len);
    int code = over ? say_not_whole(c, def, question, &csv) : EXIT_OK;
    return code == EXIT_OK ? say_why(c, def, old, &csv) : code;
}

int
cmd_survey_table(struct cli *c)
{
    AUTO_SET struct survey_set set = { .n = 0 };
    int code = check_table_options(c, true);
    if (code != EXIT_OK) {
        return code;
    }
    const struct definition *def = survey_named(c, &set, cli_arg(c, 0), &code);
    if (!def) {
        return code;
    }
    AUTO_WORDING struct old_wording old = { .def = NULL };
    const char *id = cli_option(c, "question");
    id = id ? id : def->questions[0].id;
    if (cli_option(c, "wording")) {
        code = survey_version(c, def, id, &old);
        def = old.def;
    }
    int question = code == EXIT_OK ? definition_question(def, id) : 0;
    if (question < 0) {
        code = cli_fail_hint(c, EXIT_NOT_MET,
                             "survey table ID --all has all of them, and the scores",
                             "survey %s has no question \"%s\"", def->id, id);
    }
    code = code != EXIT_OK ? code : check_groups(c, def);
    return code != EXIT_OK            ? code
           : !cli_flag(c, "internal") ? print_published(c, def, &old, question)
           : cli_flag(c, "all")       ? print_figures(c, c->store, def)
                                      : print_table(c, c->store, def, question);
}

/* ---- publishing ---- */

struct telling {
    struct cli *c;
    int64_t n;
};

static int
put_month(void *arg, const struct release_news *news)
{
    struct telling *t = arg;
    char month[MONTH_TEXT_MAX];
    out_text(t->c->out, month_format(news->month, month));
    out_int(t->c->out, news->version);
    out_int(t->c->out, (int64_t)news->n_shown);
    out_int(t->c->out, (int64_t)(news->n_units - news->n_shown));
    out_int(t->c->out, (int64_t)news->n_grown);
    out_int(t->c->out, (int64_t)news->n_waiting);
    t->n++;
    return 0;
}

/* Inside the house only: what waits tells of single answers. */
static int
foretell(struct cli *c, const struct definition *def)
{
    static const struct column columns[] = {
        { .key = "month", .head = "MONTH" },
        { .key = "version", .head = "VERSION", .right = true },
        { .key = "shown", .head = "SHOWN", .right = true },
        { .key = "hidden", .head = "HIDDEN", .right = true },
        { .key = "grown", .head = "GROUPS GROWN", .right = true },
        { .key = "waiting", .head = "GROUPS WAITING", .right = true },
        { 0 },
    };
    AUTO_READING struct reading r = { 0 };
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    struct telling telling = { .c = c };
    const struct release_options opt = { .def = def, .calendar = &r.w->calendar,
                                         .today = reading_today(&r),
                                         .now_ms = reading_now_ms(&r), .is_dry = true,
                                         .tell = put_month, .arg = &telling };
    struct release_result done;
    out_table(c->out, "months", columns);
    int error = release_run(c->store, &opt, &done, &r.why);
    if (error < 0) {
        return cli_fail(c, cli_exit_of(error), "%s", r.why.text);
    }
    if (done.must_wait) {
        return cli_fail(c, EXIT_TRY_LATER, "a file of this survey is half imported");
    }
    out_note(c->out, telling.n ? "Nothing was changed. Version 0: what is new waits for more."
                               : "No month would be published.");
    return EXIT_OK;
}

int
cmd_survey_release(struct cli *c)
{
    AUTO_SET struct survey_set set = { .n = 0 };
    int code = EXIT_OK;
    const struct definition *def = survey_named(c, &set, cli_arg(c, 0), &code);
    if (!def) {
        return code;
    }
    if (cli_flag(c, "dry-run")) {
        return foretell(c, def);
    }
    char key[SURVEY_ID_MAX + 48];
    char detail[SURVEY_ID_MAX + 16];
    (void)snprintf(key, sizeof key, "release|%s|%lld", def->id, (long long)clock_wall_ms());
    (void)snprintf(detail, sizeof detail, "release:%s", def->id);
    struct hubcall call = { .verb = "job-add" };
    hubcall_add(&call, "kind", "aggregate");
    hubcall_add(&call, "key", key);
    hubcall_add(&call, "detail", detail);
    return hubcall_do(c, &call);
}
