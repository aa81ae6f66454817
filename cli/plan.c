/* SPDX-License-Identifier: MIT */
/* plan.c - plan check, show, diff, apply. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "plans.h"

static void
say_counts(const struct cli *c, const struct diag *d)
{
    cli_say(c, "%d error%s, %d warning%s; nothing was changed", d->n_errors,
            d->n_errors == 1 ? "" : "s", d->n_warnings, d->n_warnings == 1 ? "" : "s");
}

static void
print_checked(struct cli *c, const struct plan_set *set, int n_warnings)
{
    static const struct column columns[] = { { .key = "id", .head = "PLAN" },
                                             { .key = "version", .head = "VERSION" },
                                             { .key = "actions", .head = "ACTIONS", .right = true },
                                             { .key = "occurrences", .head = "DEMANDS", .right = true },
                                             { 0 } };
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
        text_addf(&line, "%s: %s: %zu actions in %zu objectives, %zu dated demands, %d warning%s: good\n",
                  p->path, p->id, p->n_actions, p->n_objectives, p->n_occurrences, n_warnings,
                  n_warnings == 1 ? "" : "s");
        out_raw(c->out, text_str(&line), line.len);
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
    plans_print_findings(c, &d);
    if (r < 0) {
        say_counts(c, &d);
        return plans_exit_of(&d, r);
    }
    print_checked(c, set, d.n_warnings);
    return EXIT_OK;
}
