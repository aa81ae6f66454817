/* SPDX-License-Identifier: MIT */
/* wording.c - --wording N: a question of a survey as it was asked before its words changed. */
#include <stdio.h>
#include <string.h>

#include "answers/figures.h"
#include "surveys.h"

static int
fail_version(struct cli *c, const struct definition *def, const char *question, int64_t n)
{
    const char *hint = "coprodctl survey measures --ended lists what there was";
    if (n == 0) {
        return cli_fail_hint(c, EXIT_NOT_MET, hint,
                             "survey %s never had answers of a question \"%s\"", def->id,
                             question);
    }
    return cli_fail_hint(c, EXIT_NOT_MET, hint,
                         "question %s of survey %s has no wording %lld: it was asked in %lld "
                         "wording%s", question, def->id, (long long)cli_count(c, "wording", 0),
                         (long long)n, text_s(n));
}

int
survey_version(struct cli *c, const struct definition *def, const char *question,
               struct old_wording *ret)
{
    AUTO(arena) struct arena *mem = arena_open();
    struct wording_list all;
    struct err why = { "out of memory" };
    int64_t n = 0;
    int64_t version = cli_count(c, "wording", 0);
    const struct wording *found = NULL;
    int r = mem ? wording_list(c->store, def, mem, &all, &why) : -ENOMEM;
    for (size_t i = 0; r >= 0 && i < all.n; i++) {
        const struct wording *w = &all.list[i];
        bool is_it = w->kind != SURVEY_RESPONSES && strcmp(w->name, question) == 0;
        n = is_it ? w->n_versions : n;
        found = is_it && w->version == version ? w : found;
    }
    if (r >= 0 && !found) {
        return fail_version(c, def, question, n);
    }
    r = r < 0 ? r : wording_read(c->store, found, &ret->def, &why);
    if (r < 0) {
        return cli_fail(c, r == -ENODATA ? EXIT_NOT_MET : cli_exit_of(r), "%s", why.text);
    }
    ret->version = version;
    ret->n_versions = n;
    ret->is_asked = found->is_asked;
    return EXIT_OK;
}

void
survey_say_unread(struct cli *c, const struct figures *f)
{
    int64_t n = figures_unread(f);
    if (n > 0) {
        cli_say(c, "left out: %lld earlier wording%s, which a release that kept no definitions "
                "took in; their answers stay in the store", (long long)n, text_s(n));
    }
}
