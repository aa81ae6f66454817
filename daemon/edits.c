/* SPDX-License-Identifier: MIT */
/* edits.c - what coprodctl asks about files: read them again, put a changed plan in force. */
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "base/diag.h"

static void
say_applied(struct ask *a, const struct applied *sum)
{
    text_addf(a->out, "%s%d plan%s changed; %d occurrence%s added, %d moved, %d withdrawn%s",
              a->is_dry ? "would apply: " : "", sum->plans_changed,
              text_s(sum->plans_changed), sum->added, text_s(sum->added), sum->moved,
              sum->withdrawn,
              sum->settings_changed ? "; settings, roster or calendar changed" : "");
    const struct {
        int n;
        const char *words;
    } more[] = { { sum->reassigned, "with other leads" },
                 { sum->left, "no longer in the plan" },
                 { sum->returned, "in the plan again" },
                 { sum->renamed, "under another number" } };
    for (size_t i = 0; i < LENGTH(more); i++) {
        if (more[i].n > 0) {
            text_addf(a->out, "; %d %s", more[i].n, more[i].words);
        }
    }
    if (sum->findings->n > 0) {
        text_add(a->out, "\n");
        diag_print(sum->findings, a->out);
    }
}

static int
refuse_files(struct ask *a, struct diag *bad)
{
    diag_print_refusal(bad, a->out);
    if (!a->is_dry) {
        reload_refused(a->h, a->why->text, bad);
    }
    files_done(&a->h->fresh);
    return -EBADMSG;
}

int
ask_reload(struct ask *a)
{
    struct hub *h = a->h;
    AUTO_DIAG struct diag findings = { 0 };
    AUTO_DIAG struct diag bad = { 0 };
    struct applied sum = { .findings = &findings };
    files_done(&h->fresh);
    int r = reload_read(h, &h->fresh, &bad, a->why);
    if (r < 0) {
        return refuse_files(a, &bad);
    }
    r = reload_apply(h, &h->fresh, a->user, &sum, a->why);
    r = r < 0 || a->is_dry ? r : reload_keep(h, h->fresh.conf, &findings, a->why);
    if (reload_is_refusal(r, &findings)) {
        return refuse_files(a, &findings);
    }
    if (r >= 0) {
        say_applied(a, &sum);
    }
    if (r < 0 || a->is_dry) {
        files_done(&h->fresh);
        return r;
    }
    dispatch_rewind(h, JOB_KIND_REMIND); /* an edit taken back gives jobs back that were passed */
    dispatch_rewind(h, JOB_KIND_ESCALATE);
    dispatch_rewind(h, JOB_KIND_DELIVER);
    /* As if the supervisor had asked: it reads its part and starts the workers again. */
    h->reload = kin_word(KIN_RELOADED, NULL, 0, "files read again");
    return r;
}

int
ask_plan_apply(struct ask *a)
{
    const char *file = ask_word(a, "file");
    char *real = realpath(file, NULL);
    bool is_listed = false;
    for (size_t i = 0; real && i < a->h->files.conf->plans.n; i++) {
        char *listed = realpath(a->h->files.conf->plans.items[i], NULL);
        is_listed |= listed && strcmp(listed, real) == 0;
        free(listed);
    }
    free(real);
    if (!is_listed) {
        return err_set(a->why, -EINVAL,
                       "'%s' is no plan of %s: add it under plans:, or edit the one that is there",
                       file, a->h->files.conf->path);
    }
    return ask_reload(a);
}
