/* SPDX-License-Identifier: MIT */
/* job.c - job list, show, retry, cancel, add. */
#include "rules/job.h"

#include <string.h>

#include "cli.h"
#include "engine/outgoing.h"
#include "hubcall.h"
#include "reads.h"

enum { JOB_LIMIT_PRESET = 100 };

/* In place of an instant: a mail that goes alone leaves when its batch was judged. */
static const char with_its_batch[] = "with its batch";

struct job_listing {
    struct reading *r;
    enum job_state state;
    enum job_kind kind;
    int64_t left;
};

static const char *
kind_word(int64_t kind)
{
    const struct job_kind_rules *rules = job_kind_rules((enum job_kind)kind);
    return rules ? rules->word : "?";
}

/* Columns of job_show and of every list: id kind key state attempt failures deaths run_at_ms
 * subject detail reason created_ms changed_ms. */
static int
put_job(void *arg, const struct row *row)
{
    struct job_listing *l = arg;
    struct out *out = l->r->c->out;
    enum job_state state = (enum job_state)row_i64(row, 3);
    if ((l->state != JOB_NONE && state != l->state)
        || (l->kind != JOB_KIND_NONE && row_i64(row, 1) != (int64_t)l->kind)) {
        return 0;
    }
    if (l->left-- <= 0) {
        return 1;
    }
    out_int(out, row_i64(row, 0));
    out_text(out, kind_word(row_i64(row, 1)));
    out_tint(out, state == JOB_DEAD ? TINT_BAD : TINT_NONE);
    out_text(out, job_state_name(state));
    if (row_i64(row, 7) == OUTGOING_UNJUDGED) {
        out_text(out, with_its_batch);
    } else {
        put_instant(l->r, row_i64(row, 7));
    }
    out_int(out, row_i64(row, 4));
    out_int(out, row_i64(row, 5));
    out_text(out, row_text(row, 2));
    out_text(out, row_text(row, 10));
    l->r->n++;
    return 0;
}

int
cmd_job_list(struct cli *c)
{
    static const struct column columns[] = { { .key = "id", .head = "ID", .right = true },
                                             { .key = "kind", .head = "KIND" },
                                             { .key = "state", .head = "STATE" },
                                             { .key = "run_at", .head = "RUN AT" },
                                             { .key = "attempt", .head = "TRY", .right = true },
                                             { .key = "failures", .head = "FAILED", .right = true },
                                             { .key = "key", .head = "KEY" },
                                             { .key = "reason", .head = "REASON" },
                                             { 0 } };
    AUTO_READING struct reading r = { 0 };
    const char *state = cli_option(c, "state");
    const char *kind = cli_option(c, "kind");
    struct job_listing l = { .r = &r,
                             .state = state ? job_state_parse(state) : JOB_NONE,
                             .kind = kind ? job_kind_parse(kind) : JOB_KIND_NONE,
                             .left = cli_count(c, "limit", JOB_LIMIT_PRESET) };
    if (kind && l.kind == JOB_KIND_NONE) {
        return cli_fail_hint(c, EXIT_USAGE, "one of: remind, escalate, aggregate, deliver, probe",
                             "--kind: \"%s\" is no kind of job", kind);
    }
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    out_table(c->out, "jobs", columns);
    enum query query = state ? l.state == JOB_DEAD ? Q_JOB_LIST_DEAD : Q_JOB_LIST : Q_JOB_LIST_OPEN;
    int found = query == Q_JOB_LIST_DEAD
                    ? store_each(c->store, query, NONE, put_job, &l, &r.why)
                    : store_each(c->store, query, WITH(I(0), I(INT64_MAX)), put_job, &l, &r.why);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    out_note(c->out, "%lld job%s%s", (long long)r.n, text_s(r.n),
             l.left < 0 ? "; more: --limit N" : "");
    return EXIT_OK;
}

static int
show_job(void *arg, const struct row *row)
{
    static const struct {
        int column;
        const char *key, *label;
    } numbers[] = { { 4, "attempt", "Try" },
                    { 5, "failures", "Failed" },
                    { 6, "deaths", "Workers lost" },
                    { 8, "subject", "Subject" } };
    struct reading *r = arg;
    struct out *out = r->c->out;
    char at[INSTANT_TEXT_MAX];
    out_field_int(out, "id", "Job", row_i64(row, 0));
    out_field(out, "kind", "Kind", "%s", kind_word(row_i64(row, 1)));
    out_field(out, "state", "State", "%s", job_state_name((enum job_state)row_i64(row, 3)));
    out_field(out, "key", "Key", "%s", row_text_or(row, 2, ""));
    for (size_t i = 0; i < LENGTH(numbers); i++) {
        out_field_int(out, numbers[i].key, numbers[i].label, row_i64(row, numbers[i].column));
    }
    out_field(out, "detail", "Detail", "%s", row_text_or(row, 9, ""));
    out_field(out, "reason", "Reason", "%s", row_text_or(row, 10, ""));
    bool is_unjudged = row_i64(row, 7) == OUTGOING_UNJUDGED;
    out_field(out, "run_at", "Run at", "%s",
              is_unjudged ? with_its_batch : instant_text(r, row_i64(row, 7), at));
    out_field(out, "created", "Added", "%s", instant_text(r, row_i64(row, 11), at));
    out_field(out, "changed", "Changed", "%s", instant_text(r, row_i64(row, 12), at));
    if (row_i64(row, 3) == JOB_DEAD) {
        out_note(out, "Try it again: coprodctl job retry %lld", (long long)row_i64(row, 0));
    }
    return 1;
}

static int
job_id(const struct cli *c, int64_t *ret)
{
    if (text_to_i64(cli_arg(c, 0), 1, INT64_MAX, ret) < 0) {
        return cli_fail(c, EXIT_USAGE, "\"%s\" is not the number of a job", cli_arg(c, 0));
    }
    return EXIT_OK;
}

int
cmd_job_show(struct cli *c)
{
    AUTO_READING struct reading r = { 0 };
    int64_t id = 0;
    int code = job_id(c, &id);
    code = code == EXIT_OK ? reading_open(c, &r) : code;
    if (code != EXIT_OK) {
        return code;
    }
    int found = store_each(c->store, Q_JOB_SHOW, WITH(I(id)), show_job, &r, &r.why);
    if (found == 0) {
        return cli_fail_hint(c, EXIT_NOT_MET, "which there are: coprodctl job list",
                             "there is no job %lld", (long long)id);
    }
    return found < 0 ? reading_fail(&r, found) : EXIT_OK;
}

static int
ask_about_job(struct cli *c, const char *verb)
{
    int64_t id = 0;
    int code = job_id(c, &id);
    if (code != EXIT_OK) {
        return code;
    }
    struct hubcall call = { .verb = verb };
    hubcall_add(&call, "id", cli_arg(c, 0));
    hubcall_add_options(c, &call);
    return hubcall_do(c, &call);
}

int
cmd_job_retry(struct cli *c)
{
    return ask_about_job(c, "job-retry");
}

int
cmd_job_cancel(struct cli *c)
{
    int code = cli_require(c, "reason");
    return code == EXIT_OK ? ask_about_job(c, "job-cancel") : code;
}

int
cmd_job_add(struct cli *c)
{
    enum job_kind kind = job_kind_parse(cli_arg(c, 0));
    if (kind != JOB_KIND_PROBE && kind != JOB_KIND_AGGREGATE) {
        return cli_fail_hint(c, EXIT_USAGE, "one of: probe, aggregate",
                             kind == JOB_KIND_NONE ? "\"%s\" is no kind of job"
                                                   : "jobs of kind %s are never added by hand",
                             cli_arg(c, 0));
    }
    if (c->n_args > HUBCALL_ARGS_MAX - 4) {
        return cli_fail(c, EXIT_USAGE, "at most %d keys at once", HUBCALL_ARGS_MAX - 5);
    }
    struct hubcall call = { .verb = "job-add" };
    hubcall_add(&call, "kind", cli_arg(c, 0));
    for (int i = 1; i < c->n_args; i++) {
        hubcall_add(&call, "key", cli_arg(c, i));
    }
    hubcall_add_options(c, &call);
    return hubcall_do(c, &call);
}
