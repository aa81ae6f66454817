/* SPDX-License-Identifier: MIT */
/* plan.c - plan check, show, diff, apply. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/conf.h"
#include "cli.h"
#include "diff.h"
#include "engine/hearing.h"
#include "hubcall.h"
#include "plans.h"
#include "reads.h"

static void
say_counts(const struct cli *c, const struct diag *d)
{
    cli_say(c, "%d error%s, %d warning%s; nothing was changed", d->n_errors,
            text_s(d->n_errors), d->n_warnings, text_s(d->n_warnings));
}

static void
print_checked(struct cli *c, const struct plan_set *set, int n_warnings)
{
    static const struct column columns[] = {
        { .key = "id", .head = "PLAN" },
        { .key = "version", .head = "VERSION" },
        { .key = "actions", .head = "ACTIONS", .right = true },
        { .key = "occurrences", .head = "DEMANDS", .right = true },
        { 0 }
    };
    if (out_form(c->out) == OUT_JSON) {
        out_table(c->out, "plans", columns);
    }
    for (size_t i = 0; i < set->n_plans; i++) {
        const struct plan *p = &set->plans[i];
        if (out_form(c->out) == OUT_JSON) {
            out_text(c->out, p->id);
            out_text(c->out, p->version);
            out_int(c->out, (int64_t)p->n_actions);
            out_int(c->out, (int64_t)p->n_occurrences);
            continue;
        }
        AUTO_TEXT struct text line = { 0 };
        text_addf(&line,
                  "%s: %s: %zu action%s in %zu objective%s, %zu dated demand%s, %d warning%s: "
                  "good\n",
                  p->path, p->id, p->n_actions, text_s((int64_t)p->n_actions), p->n_objectives,
                  text_s((int64_t)p->n_objectives), p->n_occurrences,
                  text_s((int64_t)p->n_occurrences), n_warnings, text_s(n_warnings));
        out_raw(c->out, text_str(&line), line.len);
    }
}

/* What the coprod.yaml beside the plan says of domains; without one, or with a bad one, nothing. */
static void
warn_domains(const char *path, const struct plan_set *set, struct diag *d)
{
    AUTO_TEXT struct text dir = { 0 };
    AUTO_TEXT struct text file = { 0 };
    AUTO_DIAG struct diag other = { 0 };
    AUTO(conf) struct conf *conf = NULL;
    struct stat st;
    const char *slash = strrchr(path, '/');
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        text_add(&dir, path);
    } else {
        text_addn(&dir, slash ? path : ".", slash ? (size_t)(slash - path) : 1);
    }
    text_addf(&file, "%s/coprod.yaml", text_str(&dir));
    if (access(text_str(&file), R_OK) == 0 && conf_load(text_str(&file), &other, &conf) >= 0) {
        plan_warn_domains(set, text_str(&dir), &conf->mail.allow_domains, d);
    }
}

int
cmd_plan_check(struct cli *c)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO(plan_set) struct plan_set *set = NULL;
    int r = plans_read(cli_arg(c, 0), &d, &set);
    if (r < 0 && d.n == 0) {
        return cli_fail(c, cli_exit_of(r), "%s: %s", cli_arg(c, 0), strerror(-r));
    }
    if (r >= 0) {
        warn_domains(cli_arg(c, 0), set, &d);
    }
    plans_print_findings(c, &d);
    if (r < 0) {
        say_counts(c, &d);
        return plans_exit_of(&d, r);
    }
    print_checked(c, set, d.n_warnings);
    return EXIT_OK;
}

static int
put_plan(void *arg, const struct row *row)
{
    static const struct {
        int column;
        const char *key, *label;
    } fields[] = { { 0, "id", "Plan" },         { 1, "title", "Title" },
                   { 2, "version", "Version" }, { 4, "owner", "Owner" },
                   { 5, "reviewer", "Reviewer" }, { 6, "verifier", "Verifier" },
                   { 7, "forum", "Forum" },     { 11, "url", "Definitive copy" } };
    struct reading *r = arg;
    const char *wanted = cli_arg(r->c, 0);
    if (wanted && strcmp(wanted, row_text_or(row, 0, "")) != 0) {
        return 0;
    }
    char at[INSTANT_TEXT_MAX];
    for (size_t i = 0; i < LENGTH(fields); i++) {
        out_field(r->c->out, fields[i].key, fields[i].label, "%s",
                  row_text_or(row, fields[i].column, ""));
    }
    out_field_int(r->c->out, "revision", "Revision", row_i64(row, 3));
    out_field(r->c->out, "applied", "In force since", "%s", instant_text(r, row_i64(row, 14), at));
    r->n++;
    return 0;
}

static int
put_plan_action(void *arg, const struct row *row)
{
    struct reading *r = arg;
    const char *wanted = cli_arg(r->c, 0);
    if (wanted && strcmp(wanted, row_text_or(row, 0, "")) != 0) {
        return 0;
    }
    out_text(r->c->out, row_text(row, 0));
    out_text(r->c->out, row_text(row, 1));
    out_text(r->c->out, row_text(row, 5));
    out_text(r->c->out, row_text(row, 6));
    out_text(r->c->out, row_text_or(row, 4, "")[0] ? "yes" : "none");
    out_text(r->c->out, row_text(row, 3));
    return 0;
}

static int
put_role_row(void *arg, const struct row *row)
{
    struct reading *r = arg;
    out_text(r->c->out, row_text(row, 0));
    out_text(r->c->out, row_text(row, 1));
    out_text(r->c->out, row_text(row, 2));
    int h = hearing_of(r->w, r->c->store, row_text(row, 3), &r->why);
    out_text(r->c->out, row_text_or(row, 3, "no address"));
    out_text(r->c->out, h > HEARING_NO_ADDRESS ? hearing_words((enum hearing)h) : "");
    return h < 0 ? h : 0;
}

int
cmd_plan_show(struct cli *c)
{
    static const struct column actions[] = { { .key = "plan", .head = "PLAN" },
                                             { .key = "id", .head = "ACTION" },
                                             { .key = "timescale", .head = "TIMESCALE" },
                                             { .key = "completion", .head = "BY" },
                                             { .key = "metric", .head = "METRIC" },
                                             { .key = "text", .head = "TEXT" },
                                             { 0 } };
    static const struct column roles[] = { { .key = "id", .head = "ROLE" },
                                           { .key = "title", .head = "TITLE" },
                                           { .key = "kind", .head = "KIND" },
                                           { .key = "email", .head = "ADDRESS" },
                                           { .key = "kept", .head = "NOT MAILED, BECAUSE" },
                                           { 0 } };
    AUTO_READING struct reading r = { 0 };
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    int found = store_each(c->store, Q_PLAN_LIST, NONE, put_plan, &r, &r.why);
    if (found >= 0 && r.n == 0) {
        return cli_fail_hint(c, EXIT_NOT_MET, "which there are: coprodctl plan show",
                             cli_arg(c, 0) ? "no plan \"%s\" is in force" : "no plan is in force%s",
                             cli_arg(c, 0) ? cli_arg(c, 0) : "");
    }
    out_table(c->out, "actions", actions);
    found =
        found < 0 ? found : store_each(c->store, Q_ACTION_LIST, NONE, put_plan_action, &r, &r.why);
    out_table(c->out, "roles", roles);
    found = found < 0 ? found : store_each(c->store, Q_ROLE_LIST, NONE, put_role_row, &r, &r.why);
    return found < 0 ? reading_fail(&r, found) : EXIT_OK;
}

/* Checked here first: a slip of the hand is told with its line, and nobody is asked. The daemon
 * then reads the same file itself, so what is in force is always what lies in its folder. */
int
cmd_plan_apply(struct cli *c)
{
    AUTO(plan_set) struct plan_set *set = NULL;
    int code = plans_load(c, cli_arg(c, 0), &set);
    if (code != EXIT_OK) {
        return code;
    }
    AUTO_FREE char *whole = realpath(cli_arg(c, 0), NULL);
    if (!whole) {
        return cli_fail(c, cli_exit_of(-errno), "%s: %s", cli_arg(c, 0), strerror(errno));
    }
    struct hubcall call = { .verb = "plan-apply", .timeout_ms = HUBCALL_LONG_MS };
    hubcall_add(&call, "file", whole);
    hubcall_add_options(c, &call);
    code = hubcall_do(c, &call);
    return code == EXIT_OK && cli_flag(c, "dry-run") ? diff_of_files(c) : code;
}
