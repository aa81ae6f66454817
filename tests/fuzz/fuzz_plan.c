/* SPDX-License-Identifier: MIT */
/*
 * fuzz_plan.c - any bytes as a plan, over a small roster.
 */
#include <stdlib.h>
#include <string.h>

#include "plan/loader.h"

static const char roster[] = "units: [{id: north, title: North}]\nroles:\n"
                             "  - {id: owner, title: Plan Owner, email: o@example.nhs.uk}\n"
                             "  - {id: checker, title: Plan Checker, email: c@example.nhs.uk}\n"
                             "  - {id: lead-a, title: First Lead, unit: north}\n"
                             "  - {id: lead-b, title: Second Lead, vacant: yes}\n"
                             "  - {id: both, title: Both, kind: group, "
                             "members: [lead-a, lead-b]}\n";
static const char forums[] = "forums: [{id: board, title: Board, secretary: checker}]\n";
static const char holidays[] = "closed: [2015-04-03, 2018-12-25]\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_part(struct loader *l, struct plan_whole *w, const char *text, size_t len,
          int (*read)(struct loader *))
{
    struct yaml_doc *doc = NULL;
    if (yaml_read_text("fuzz.yaml", text, len, l->d, &doc) == 0) {
        w->docs[w->n_docs++] = doc;
        l->doc = doc;
        (void)!read(l);
    }
}

static int
read_plan(struct loader *l)
{
    struct plan *plan = ARENA_NEW(l->mem, struct plan);
    l->set->plans = plan;
    return plan ? plan_read(l, plan) : -ENOMEM;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const no_names[] = { NULL };
    AUTO_DIAG struct diag d = { 0 };
    AUTO_TEXT struct text out = { 0 };
    struct plan_whole *w = calloc(1, sizeof *w);
    if (!w) {
        return 0;
    }
    w->mem = arena_open();
    struct loader l = { .d = &d, .mem = w->mem, .set = &w->set, .role_names = no_names };
    read_part(&l, w, roster, sizeof roster - 1, roster_read);
    read_part(&l, w, forums, sizeof forums - 1, forums_read);
    read_part(&l, w, holidays, sizeof holidays - 1, calendar_read);
    read_part(&l, w, (const char *)data, size, read_plan);
    diag_print(&d, &out);
    if (out.bytes && !text_is_utf8(out.bytes, out.len)) {
        abort(); /* what we print is always clean */
    }
    (void)plan_set_free(&w->set);
    return 0;
}
