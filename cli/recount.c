/* SPDX-License-Identifier: MIT */
/* recount.c - survey recount: are the counts those of the single responses? */
#include "answers/recount.h"

#include <string.h>

#include "base/conf.h"
#include "cli.h"
#include "surveys.h"

int
cmd_survey_recount(struct cli *c)
{
    AUTO_SET struct survey_set set = { .n = 0 };
    AUTO_TEXT struct text path = { 0 };
    struct recount_result done;
    struct err why = { "" };
    int code = EXIT_OK;
    const struct definition *def = survey_named(c, &set, cli_arg(c, 0), &code);
    if (!def) {
        return code;
    }
    if (!def->response_column) {
        return cli_fail(c, EXIT_NOT_MET, "survey %s has no response ids to compare with", def->id);
    }
    cli_store_path(c, &path);
    int r = path.bad ? -ENOMEM
                     : recount_beside(text_str(&path), def->id, NULL, &done, &why);
    if (r < 0) {
        return cli_fail(c, cli_exit_of(r), "%s", why.text[0] ? why.text : strerror(-r));
    }
    if (done.n_different > 0) {
        return cli_fail_hint(c, EXIT_NOT_MET, "coprodctl db verify, then docs/operations.md",
                             "%lld counts of survey %s differ from its %lld responses, the first: "
                             "%s", (long long)done.n_different, def->id,
                             (long long)done.n_responses, done.first);
    }
    out_field(c->out, "survey", "Survey", "%s", def->id);
    out_field_int(c->out, "responses", "Responses", done.n_responses);
    out_field_int(c->out, "cells", "Cells", done.n_cells);
    out_field_int(c->out, "different", "Different", done.n_different);
    return EXIT_OK;
}
