/* SPDX-License-Identifier: MIT */
/* survey.c - survey import, tabulate, table, release. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/zone.h"
#include "cli.h"
#include "engine/intake.h"
#include "engine/figures.h"
#include "engine/release.h"
#include "hubcall.h"
#include "reads.h"
#include "store/store.h"
#include "survey/table.h"
#include "surveys.h"

enum { PIECE_MAX = 1024 * 1024, SPOOL_NAME_MAX = 190, WAIT_MS = 600000, LOOK_EVERY_MS = 25 };

static int
fail_findings(const struct cli *c, const struct diag *d, int r)
{
    AUTO_TEXT struct text all = { 0 };
    diag_print(d, &all);
    (void)fputs(text_str(&all), stderr);
    return cli_fail(c, r == -ENOENT ? EXIT_NO_INPUT : EXIT_BAD_INPUT,
                    "%d error%s in the survey's definition; nothing was changed", d->n_errors,
                    d->n_errors == 1 ? "" : "s");
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
print_table(struct cli *c, struct store *s, const struct definition *def)
{
    AUTO(rollup) struct rollup *rollup = NULL;
    AUTO(table) struct table *t = NULL;
    struct err why = { "out of memory" };
    const struct table_options opt = { .totals = cli_flag(c, "totals") };
    int r = rollup_new(&rollup);
    r = r < 0 ? r : import_load(s, def, 0, rollup, &why);
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
    figures_csv(def, f, &csv);
    if (csv.bad) {
        return cli_fail(c, EXIT_INTERNAL, "out of memory");
    }
    out_raw(c->out, text_str(&csv), csv.len);
    return EXIT_OK;
}

/* ---- counts of an import ----------------------------------------------------------------- */

struct put {
    struct cli *c;
    FILE *rejects;
};

static int
put_reason(void *arg, const struct row *row)
{
    const struct put *p = arg;
    out_text(p->c->out, row_text_or(row, 0, ""));
    out_int(p->c->out, row_i64(row, 1));
    return 0;
}

static int
put_reject(void *arg, const struct row *row)
{
    const struct put *p = arg;
    AUTO_TEXT struct text line = { 0 };
    text_addf(&line, "%lld,%lld,%s,\"", (long long)row_i64(row, 0), (long long)row_i64(row, 1),
              row_text_or(row, 2, ""));
    for (const char *s = row_text_or(row, 3, ""); *s; s++) {
        text_addn(&line, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
    }
    text_add(&line, "\"\n");
    return line.bad || fputs(text_str(&line), p->rejects) < 0 ? -EIO : 0;
}

static int
write_rejects(struct cli *c, struct store *s, int64_t batch)
{
    const char *path = cli_option(c, "rejects");
    if (!path) {
        return EXIT_OK;
    }
    struct put put = { c, fopen(path, "we") };
    if (!put.rejects) {
        return cli_fail(c, EXIT_CANNOT_CREATE, "cannot write %s: %s", path, strerror(errno));
    }
    int r = fputs("line,column,reason,words\n", put.rejects) < 0 ? -EIO : 0;
    r = r < 0 ? r : survey_rejects(s, batch, put_reject, &put, NULL);
    if (fclose(put.rejects) != 0 || r < 0) {
        return cli_fail(c, EXIT_IO, "%s was not written whole", path);
    }
    return EXIT_OK;
}

static int
print_counts(struct cli *c, struct store *s, const char *survey, const struct import_result *done)
{
    static const struct column columns[] = { { .key = "reason", .head = "REJECTED BECAUSE" },
                                             { .key = "n", .head = "ROWS", .right = true },
                                             { 0 } };
    const struct survey_counts *n = &done->counts;
    out_field(c->out, "survey", "Survey", "%s", survey);
    out_field_bool(c->out, "is_known_file", NULL, done->is_known);
    out_field_int(c->out, "read", "Read", n->n_read);
    out_field_int(c->out, "new", "New", n->n_new);
    out_field_int(c->out, "repeat", "Repeat", n->n_repeat);
    out_field_int(c->out, "corrected", "Corrected", n->n_corrected);
    out_field_int(c->out, "withdrawn", "Withdrawn", n->n_withdrawn);
    out_field_int(c->out, "stale", "Stale", n->n_stale);
    out_field_int(c->out, "late", "Late", n->n_late);
    out_field_int(c->out, "rejected", "Rejected", n->n_rejected);
    out_field_bool(c->out, "dry_run", NULL, cli_flag(c, "dry-run"));
    struct put put = { .c = c };
    struct err why = { "" };
    if (n->n_rejected > 0 || out_form(c->out) == OUT_JSON) {
        out_table(c->out, "rejected_by_reason", columns);
        int r = survey_reject_counts(s, done->batch, put_reason, &put, &why);
        if (r < 0) {
            return cli_fail(c, cli_exit_of(r), "%s", why.text);
        }
    }
    if (done->is_known) {
        out_note(c->out, "This very file was imported before; nothing was counted again.");
    }
    if (n->n_stale > 0) {
        out_note(c->out, "A stale row has the id of a stored response, other answers and no later "
                         "revision; the stored one was kept.");
    }
    return write_rejects(c, s, done->batch);
}

/* ---- tabulate, and import --dry-run: a throw-away store ------------------------------------ */

static int
import_apart(struct cli *c, const struct definition *def, const char *path, day_t today,
             struct store **ret_store, struct import_result *ret)
{
    struct err why = { "" };
    uint8_t key[HASH_KEY_SIZE];
    int r = hash_init();
    r = r < 0 ? r : store_open(NULL, STORE_MEMORY, ret_store, &why);
    if (r < 0) {
        return cli_fail(c, EXIT_INTERNAL, "%s", why.text);
    }
    hash_random(key, sizeof key); /* nothing outlives this run */
    const struct import_options opt = { .def = def, .path = path, .name = path, .key = key,
                                        .today = today, .now_ms = clock_wall_ms() };
    r = import_file(*ret_store, &opt, ret, &why);
    return r < 0 ? cli_fail(c, cli_exit_of(r), "%s", why.text) : EXIT_OK;
}

/* DAY_NONE when the zone is unknown: then no answer is from the future. */
static day_t
today_here(const struct cli *c)
{
    struct err why = { "" };
    struct zone_file *file = NULL;
    day_t today = DAY_NONE;
    if (zone_open(c->conf->zone, &file, &why) >= 0) {
        today = zone_day(zone_of(file), clock_wall_ms());
    }
    (void)zone_free(file);
    return today;
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
    code = import_apart(c, def, cli_arg(c, 1), DAY_NONE, &s, &done);
    if (code != EXIT_OK) {
        return code;
    }
    if (done.counts.n_rejected + done.counts.n_stale + done.counts.n_repeat > 0) {
        cli_say(c, "read %lld, counted %lld, repeat %lld, stale %lld, rejected %lld",
                (long long)done.counts.n_read, (long long)done.counts.n_new,
                (long long)done.counts.n_repeat, (long long)done.counts.n_stale,
                (long long)done.counts.n_rejected);
    }
    return cli_flag(c, "all") ? print_figures(c, s, def) : print_table(c, s, def);
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

/* Nothing but what was published. A total would be one more equation over the months. */
static int
print_published(struct cli *c, const struct definition *def)
{
    if (cli_flag(c, "totals")) {
        return cli_fail_hint(c, EXIT_NOT_ALLOWED, "--over year, or add --internal",
                             "a total beside its months would give hidden months away");
    }
    AUTO_TEXT struct text csv = { 0 };
    struct err why = { "out of memory" };
    AUTO(figures) struct figures *f = NULL;
    const char *over = cli_option(c, "over");
    int r = is_by_group(c)       ? release_csv_groups(c->store, def, 0, &csv, &why)
            : over               ? release_csv_over(c->store, def, 0, release_over_parse(over),
                                                    &csv, &why)
            : cli_flag(c, "all") ? figures_published(c->store, def, &f, &why)
                                 : release_csv(c->store, def, 0, &csv, &why);
    if (r >= 0 && f) {
        figures_csv(def, f, &csv);
        r = csv.bad;
    }
    if (r < 0) {
        return cli_fail(c, cli_exit_of(r), "%s", why.text);
    }
    out_raw(c->out, text_str(&csv), csv.len);
    return EXIT_OK;
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
    code = check_groups(c, def);
    return code != EXIT_OK            ? code
           : !cli_flag(c, "internal") ? print_published(c, def)
           : cli_flag(c, "all")       ? print_figures(c, c->store, def)
                                      : print_table(c, c->store, def);
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
    out_textf(t->c->out, "%04d-%02d", news->month / 12, news->month % 12 + 1);
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

/* ---- import through the hub ---------------------------------------------------------------- */

/* In pieces, since a message has a bound; the hub shows the file to the worker with the last. */
static int
spool(struct cli *c, const char *path, const char *name)
{
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    AUTO_FREE char *piece = malloc(PIECE_MAX);
    if (fd < 0 || fstat(fd, &st) < 0 || !piece) {
        return cli_fail(c, EXIT_NO_INPUT, "cannot read %s: %s", path, strerror(errno));
    }
    for (int64_t at = 0; at == 0 || at < st.st_size;) {
        ssize_t n = pread(fd, piece, PIECE_MAX, at);
        if (n <= 0) {
            return cli_fail(c, EXIT_IO, "%s became shorter while it was read", path);
        }
        char offset[32];
        (void)snprintf(offset, sizeof offset, "%lld", (long long)at);
        struct hubcall call = { .verb = "spool", .body = piece, .body_len = (size_t)n };
        hubcall_add(&call, "name", name);
        hubcall_add(&call, "offset", offset);
        at += n;
        if (at >= st.st_size) {
            hubcall_add(&call, "last", "1");
        }
        struct err why = { "" };
        struct hubanswer answer __attribute__((cleanup(hubanswer_freep))) = { 0 };
        int r = hubcall_ask(c, &call, &answer, &why);
        if (r < 0) {
            return cli_fail(c, cli_exit_of(r), "%s", why.text);
        }
        if (answer.code != 0) {
            return cli_fail(c, (enum exit_code)answer.code, "%s", answer.text);
        }
    }
    return EXIT_OK;
}

/* ID--name, so that the worker need not ask the header; only plain letters of the name. */
static void
spool_name(const struct definition *def, const char *path, char buf[SPOOL_NAME_MAX])
{
    const char *slash = strrchr(path, '/');
    (void)snprintf(buf, SPOOL_NAME_MAX, "%s--%s", def->id, slash ? slash + 1 : path);
    for (char *s = buf; *s; s++) {
        bool is_plain = (*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z')
                        || (*s >= 'a' && *s <= 'z') || strchr("-_.", *s);
        *s = is_plain ? *s : '_';
    }
}

static int
open_store(struct cli *c, struct store **ret, struct err *reterr)
{
    char path[INTAKE_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/coprod.db", c->conf->state_dir);
    return store_open(path, STORE_READ, ret, reterr);
}

/* 1 when the store has the whole file. */
static int
look(struct store *s, const struct definition *def, const char *sha256, struct import_result *ret,
     struct err *why)
{
    struct survey_row survey;
    struct survey_batch batch;
    int r = survey_find(s, def->id, NULL, &survey, why);
    r = r <= 0 ? r : survey_batch_find(s, survey.id, sha256, &batch, why);
    if (r <= 0 || batch.state != SURVEY_BATCH_DONE) {
        return r < 0 ? r : 0;
    }
    *ret = (struct import_result){ .batch = batch.id, .counts = batch.counts };
    return 1;
}

static int
wait_for(struct cli *c, struct store *s, const struct definition *def, const char *sha256,
         struct import_result *ret)
{
    struct err why = { "" };
    const struct timespec nap = { .tv_nsec = LOOK_EVERY_MS * 1000000L };
    for (int waited = 0; waited < WAIT_MS; waited += LOOK_EVERY_MS) {
        int r = look(s, def, sha256, ret, &why);
        if (r != 0) {
            return r < 0 ? cli_fail(c, cli_exit_of(r), "%s", why.text) : EXIT_OK;
        }
        (void)nanosleep(&nap, NULL);
    }
    return cli_fail(c, EXIT_TRY_LATER, "the file is in the inbox; it is not counted yet");
}

static int
import_for_real(struct cli *c, const struct definition *def, const char *path)
{
    struct err why = { "" };
    struct import_result done = { 0 };
    char sha256[SURVEY_SHA_MAX];
    const struct import_options opt = { .def = def, .path = path, .name = path };
    int r = import_check(&opt, sha256, &why);
    if (r < 0) {
        return cli_fail(c, cli_exit_of(r), "%s; nothing was changed", why.text);
    }
    AUTO(store) struct store *s = NULL;
    r = open_store(c, &s, &why);
    r = r < 0 ? r : look(s, def, sha256, &done, &why);
    if (r < 0) {
        return cli_fail(c, r == -ENOENT ? EXIT_NOT_RUNNING : cli_exit_of(r), "%s", why.text);
    }
    if (r > 0) {
        done.is_known = true;
        done.counts.n_repeat += done.counts.n_new;
        done.counts.n_new = 0;
        done.counts.n_late = 0;
        return print_counts(c, s, def->id, &done);
    }
    char name[SPOOL_NAME_MAX];
    spool_name(def, path, name);
    int code = spool(c, path, name);
    code = code != EXIT_OK ? code : wait_for(c, s, def, sha256, &done);
    return code != EXIT_OK ? code : print_counts(c, s, def->id, &done);
}

int
cmd_survey_import(struct cli *c)
{
    AUTO_SET struct survey_set set = { .n = 0 };
    int code = cli_require(c, "survey");
    if (code != EXIT_OK) {
        return code;
    }
    const struct definition *def = survey_named(c, &set, cli_option(c, "survey"), &code);
    if (!def) {
        return code;
    }
    if (!cli_flag(c, "dry-run")) {
        return hash_init() < 0 ? cli_fail(c, EXIT_INTERNAL, "no random bytes")
                               : import_for_real(c, def, cli_arg(c, 0));
    }
    AUTO(store) struct store *s = NULL;
    struct import_result done = { 0 };
    code = import_apart(c, def, cli_arg(c, 0), today_here(c), &s, &done);
    if (code != EXIT_OK) {
        return code;
    }
    out_note(c->out, "Counted apart from the store; rows that it has already are not told apart.");
    return print_counts(c, s, def->id, &done);
}
