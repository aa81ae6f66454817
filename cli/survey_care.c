/* SPDX-License-Identifier: MIT */
/* survey_care.c - survey quality, comments, erase. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "answers/findings.h"
#include "base/clock.h"
#include "hubcall.h"
#include "surveys.h"

enum { ERASE_MAX = 256 * 1024, WAIT_MS = 600000, LOOK_EVERY_MS = 25 };

/* ---- quality ------------------------------------------------------------------------------- */

static int
put_finding(void *arg, const struct finding *f)
{
    struct cli *c = arg;
    out_tint(c->out, f->is_questioned ? TINT_WARN : TINT_NONE);
    out_text(c->out, f->name);
    if (f->unit == FINDING_NUMBER || f->unit == FINDING_PERCENT) {
        out_int(c->out, f->value);
    } else {
        char value[FINDING_VALUE_MAX];
        out_text(c->out, finding_value(f, value));
    }
    out_text(c->out, finding_unit(f));
    out_bool(c->out, f->is_questioned);
    out_text(c->out, f->words);
    return 0;
}

static int
take_newest(void *arg, const struct row *row)
{
    *(int64_t *)arg = row_i64(row, 0);
    return 0;
}

static int
print_quality(struct cli *c, const struct definition *def)
{
    static const struct column columns[] = { { .key = "check", .head = "CHECK" },
                                             { .key = "value", .head = "VALUE", .right = true },
                                             { .key = "unit", .head = "UNIT" },
                                             { .key = "questioned", .head = "LOOK" },
                                             { .key = "words", .head = "WORDS" },
                                             { 0 } };
    struct err why = { "" };
    struct survey_row survey;
    struct survey_batch batch;
    int64_t id = cli_count(c, "import", 0);
    int r = survey_find(c->store, def->id, NULL, &survey, &why);
    int64_t newest = 0;
    r = r <= 0 ? r : survey_batch_list(c->store, survey.id, take_newest, &newest, &why);
    id = id ? id : newest;
    r = r <= 0 ? r : survey_batch_get(c->store, survey.id, id, &batch, &why);
    if (r <= 0) {
        return r < 0 ? cli_fail(c, r == -ENOENT ? EXIT_NOT_MET : cli_exit_of(r), "%s", why.text)
           : newest > 0 ? cli_fail_hint(c, EXIT_NOT_MET, "leave --import out for the newest",
                                        "survey %s has no import %lld; its newest is %lld", def->id,
                                        (long long)id, (long long)newest)
                        : cli_fail(c, EXIT_NOT_MET, "nothing was imported of survey %s yet",
                                   def->id);
    }
    out_field(c->out, "survey", "Survey", "%s", def->id);
    out_field_int(c->out, "import", "Import", id);
    out_field(c->out, "file", "File", "%s", batch.name);
    if (batch.state != SURVEY_BATCH_DONE) {
        bool is_cut = batch.state == SURVEY_BATCH_CUT;
        out_note(c->out, "%s: its first %lld rows were read.",
                 is_cut ? "It ended early, since the file was written to or taken away"
                        : "It is not at its end yet",
                 (long long)batch.counts.n_read);
    }
    out_table(c->out, "checks", columns);
    r = findings_read(c->store, def, id, (day_t)(clock_wall_ms() / 86400000), put_finding, c, &why);
    return r < 0 ? cli_fail(c, cli_exit_of(r), "%s", why.text) : EXIT_OK;
}

int
cmd_survey_quality(struct cli *c)
{
    AUTO_SET struct survey_set set = { .n = 0 };
    int code = EXIT_OK;
    const struct definition *def = survey_named(c, &set, cli_arg(c, 0), &code);
    return def ? print_quality(c, def) : code;
}

/* ---- comments ------------------------------------------------------------------------------ */

struct comments {
    struct cli *c;
    const struct definition *def;
    struct rollup *responses; /* how many answered, by unit and month */
    int64_t n_held;
};

static int64_t
responses_of(const struct comments *all, const char *path, int32_t month)
{
    uint32_t unit = 0;
    const struct rollup_cell *cell = NULL;
    int r = rollup_unit_path(all->responses, path, strlen(path), &unit);
    r = r < 0 ? r : rollup_find(all->responses, unit, month, 0, &cell);
    return r < 0 ? r : cell->counts[0];
}

/* Where few answered, words tell whose they are. */
static int
put_comment(void *arg, const struct row *row)
{
    struct comments *all = arg;
    char buf[UNIT_PATH_MAX + 1];
    int32_t at = day_month((day_t)row_i64(row, 1));
    const char *path = definition_place(all->def, row_text_or(row, 0, ""), at, buf);
    int64_t n = responses_of(all, path, at);
    if (n < 0) {
        return (int)n;
    }
    if (n < all->def->comment_threshold) {
        all->n_held++;
        return 0;
    }
    AUTO_TEXT struct text unit = { 0 };
    for (const char *s = path; *s; s++) {
        bool is_end = *s == UNIT_SEPARATOR;
        text_addn(&unit, is_end ? " > " : s, is_end ? (s[1] ? 3 : 0) : 1);
    }
    char month[MONTH_TEXT_MAX];
    out_text(all->c->out, month_format(at, month));
    out_text(all->c->out, text_str(&unit));
    out_text(all->c->out, row_text_or(row, 2, ""));
    return unit.bad;
}

int
cmd_survey_comments(struct cli *c)
{
    static const struct column columns[] = { { .key = "month", .head = "MONTH" },
                                             { .key = "unit", .head = "UNIT" },
                                             { .key = "words", .head = "WORDS" },
                                             { 0 } };
    AUTO_SET struct survey_set set = { .n = 0 };
    int code = EXIT_OK;
    const struct definition *def = survey_named(c, &set, cli_arg(c, 0), &code);
    if (!def) {
        return code;
    }
    if (!cli_flag(c, "internal")) {
        return cli_fail_hint(c, EXIT_NOT_ALLOWED, "--internal prints them for use inside the house",
                             "comments are not published");
    }
    AUTO(rollup) struct rollup *responses = NULL;
    struct err why = { "out of memory" };
    struct survey_row survey;
    const struct import_wanted want = { .kind = SURVEY_RESPONSES };
    int r = rollup_new(&responses);
    struct comments all = { .c = c, .def = def, .responses = responses };
    r = r < 0 ? r : import_load_some(c->store, def, &want, responses, &why);
    out_table(c->out, "comments", columns);
    r = r < 0 ? r : survey_find(c->store, def->id, NULL, &survey, &why);
    r = r <= 0 ? r : survey_comments(c->store, survey.id, put_comment, &all, &why);
    if (r >= 0 && all.n_held > 0) {
        out_note(c->out, "%lld more where fewer than %d answered.", (long long)all.n_held,
                 def->comment_threshold);
    }
    return r < 0 ? cli_fail(c, cli_exit_of(r), "%s", why.text) : EXIT_OK;
}

/* ---- erase --------------------------------------------------------------------------------- */

struct outcome {
    bool is_there;
    bool is_refused;
    struct text words;
};

static int
take_outcome(void *arg, const struct row *row)
{
    struct outcome *o = arg;
    o->is_there = true;
    o->is_refused = strcmp(row_text_or(row, 4, ""), "survey file refused") == 0;
    text_add(&o->words, row_text_or(row, 6, ""));
    return o->words.bad;
}

/* The worker looks them up, with a key that is not ours to read; what it found stands in the
 * audit, under the name of the list. */
static int
wait_for_outcome(struct cli *c, const char *name, struct outcome *o)
{
    const struct timespec nap = { .tv_nsec = LOOK_EVERY_MS * 1000000L };
    AUTO(store) struct store *s = NULL;
    struct err why = { "" };
    int r = cli_store_open(c, &s, &why);
    for (int waited = 0; r == 0 && waited < WAIT_MS; waited += LOOK_EVERY_MS) {
        r = store_each(s, Q_AUDIT_OF_SUBJECT, WITH(T(name)), take_outcome, o, &why);
        if (r == 0) {
            (void)nanosleep(&nap, NULL);
        }
    }
    return r < 0 ? cli_fail(c, cli_exit_of(r), "%s", why.text)
           : !o->is_there
               ? cli_fail(c, EXIT_TRY_LATER, "the list is in the inbox and not worked off yet: "
                          "what becomes of it stands in the journal and the audit")
           : o->is_refused ? cli_fail(c, EXIT_BAD_INPUT, "%s", text_str(&o->words))
                           : EXIT_OK;
}

static int
hand_in(struct cli *c, const char *name, const struct text *ids)
{
    struct hubanswer answer __attribute__((cleanup(hubanswer_freep))) = { 0 };
    struct err why = { "" };
    struct hubcall call = { .verb = "spool", .body = text_str(ids), .body_len = ids->len };
    hubcall_add(&call, "name", name);
    hubcall_add(&call, "offset", "0");
    hubcall_add(&call, "last", "1");
    int r = hubcall_ask(c, &call, &answer, &why);
    return r < 0              ? hubcall_fail(c, r, &why)
           : answer.code != 0 ? cli_fail(c, (enum exit_code)answer.code, "%s", answer.text)
                              : EXIT_OK;
}

/* The ids travel as a file that is removed when it is done, so that neither a job nor the audit nor
 * a log has them. */
int
cmd_survey_erase(struct cli *c)
{
    AUTO_SET struct survey_set set = { .n = 0 };
    int code = EXIT_OK;
    const struct definition *def = survey_named(c, &set, cli_arg(c, 0), &code);
    if (!def) {
        return code;
    }
    if (!def->response_column) {
        return cli_fail(c, EXIT_NOT_MET, "survey %s has no response ids", def->id);
    }
    AUTO_TEXT struct text ids = { 0 };
    for (int i = 1; i < c->n_args; i++) {
        if (text_has_control(cli_arg(c, i)) || cli_arg(c, i)[0] == '\0') {
            return cli_fail(c, EXIT_USAGE, "a response id is one line of text");
        }
        text_addf(&ids, "%s\n", cli_arg(c, i));
    }
    if (ids.bad || ids.len > ERASE_MAX) {
        return cli_fail(c, EXIT_USAGE, "too many at a time");
    }
    if (cli_flag(c, "dry-run")) {
        out_note(c->out, "%d id%s would be looked up in survey %s and in its files in done/ and "
                         "rejected/; what is there would be forgotten, and what is not would never "
                         "be counted.",
                 c->n_args - 1, text_s(c->n_args - 1), def->id);
        return EXIT_OK;
    }
    char name[SURVEY_ID_MAX + 48];
    (void)snprintf(name, sizeof name, "%s--%lld.erase", def->id, (long long)clock_wall_ms());
    struct outcome outcome = { .is_there = false };
    code = hand_in(c, name, &ids);
    code = code != EXIT_OK ? code : wait_for_outcome(c, name, &outcome);
    if (code == EXIT_OK) {
        out_field(c->out, "text", NULL, "%s", text_str(&outcome.words));
        out_note(c->out, "%s", text_str(&outcome.words));
    }
    text_done(&outcome.words);
    return code;
}
