/* SPDX-License-Identifier: MIT */
/* rename.c - actions under another number: carried over when the plan says so, asked about when
 * they only look like it. An id is for ever, so nothing is ever guessed. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "engine/applying.h"
#include "rules/likeness.h"

enum { HINT_MAX = 400, WORDS_MAX = 320 };

static bool
is_itself(const struct action *x)
{
    return x->renames && strcmp(x->renames, x->id) == 0;
}

/* A finding, and the sentence that the caller gets: the first of them. */
static int __attribute__((format(printf, 4, 5)))
ask(struct applying *a, const struct action *x, const char *hint, const char *format, ...)
{
    const struct diag_at at = { .file = a->plan->path, .source = a->plan->source,
                                .source_len = a->plan->source_len, .line = x->line,
                                .col = x->col };
    char words[WORDS_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    if (a->findings) {
        diag_error(a->findings, &at, hint, "%s", words);
    }
    if (!a->n_asked++) {
        (void)err_set(a->reterr, -EBADMSG, "%.120s:%d:%d: %s: %s", a->plan->path, x->line, x->col,
                      words, hint);
    }
    return 0;
}

/* ---- what it says ---------------------------------------------------------------------------- */

static int
carry_over(struct applying *a, const struct action *x, struct before *old)
{
    char subject[OCC_SUBJECT_MAX];
    char detail[OCC_NAME_MAX + 32];
    (void)snprintf(subject, sizeof subject, "%s:%s", a->plan->id, x->id);
    (void)snprintf(detail, sizeof detail, "it was %s", old->id);
    int64_t rest = (int64_t)strlen(old->id) + 1;
    int r = store_run(a->s, Q_ACTION_RENAME, WITH(T(x->id), T(a->plan->id), T(old->id)),
                      a->reterr);
    r = r < 0 ? r
              : store_run(a->s, Q_OCCURRENCE_RENAME,
                          WITH(T(x->id), I(rest), I(a->now_ms), T(a->plan->id), T(old->id)),
                          a->reterr);
    r = r < 0 ? r : applying_note(a, "renamed", subject, detail);
    r = r < 0 ? r : text_copy(old->id, sizeof old->id, x->id);
    a->sum->renamed += r >= 0;
    return r;
}

static int
carry_one(struct applying *a, const struct action *x)
{
    struct before *old = NULL;
    for (size_t i = 0; x->renames && !is_itself(x) && i < a->n_before; i++) {
        old = strcmp(a->before[i].id, x->renames) == 0 ? &a->before[i] : old;
    }
    if (!old) {
        return 0; /* it was carried over before, or this store never knew it */
    }
    if (before_of(a, x->id)) {
        return ask(a, x, "an id is for ever: choose one that was never used",
                   "%s is an action of its own in the plan in force, not what %s was", x->id,
                   x->renames);
    }
    return carry_over(a, x, old);
}

/* ---- what it looks like ---------------------------------------------------------------------- */

struct facts {
    day_t due;
    struct text *leads;
};

/* Columns of occurrence_said: plan_due plan_leads .. */
static int
take_facts(void *arg, const struct row *row)
{
    struct facts *f = arg;
    f->due = row_is_null(row, 0) ? DAY_NONE : (day_t)row_i64(row, 0);
    text_add(f->leads, row_text_or(row, 1, ""));
    return f->leads->bad < 0 ? f->leads->bad : 1;
}

/* Of its delivery or start; 0: it asks for nothing any more. */
static int
find_facts(struct applying *a, const char *action, struct facts *ret)
{
    int64_t id = 0;
    int r = store_get(a->s, Q_OCCURRENCE_FIRST_UNDONE, WITH(T(a->plan->id), T(action)), &id,
                      a->reterr);
    if (r > 0) {
        r = store_each(a->s, Q_OCCURRENCE_SAID, WITH(I(id)), take_facts, ret, a->reterr);
    }
    return r;
}

static int
looks_like(struct applying *a, const struct action *x, const struct before *old)
{
    AUTO_TEXT struct text before = { 0 };
    AUTO_TEXT struct text words = { 0 };
    AUTO_PEOPLE struct people leads = { .n = 0 };
    struct facts f = { .due = DAY_NONE, .leads = &before };
    const struct placed p = { .o = plan_occurrence(a->plan, x->id) };
    struct likeness_pair pair = { .text = likeness(old->text, x->text) };
    if (!p.o || pair.text < likeness_rules_default.other) {
        return 0;
    }
    int found = find_facts(a, old->id, &f);
    if (found <= 0) {
        return found;
    }
    int r = edit_leads(a, &p, &leads);
    if (r < 0) {
        return r;
    }
    people_leads_words(&leads, &words);
    pair.same_leads = words.bad == 0 && strcmp(text_str(&words), text_str(&before)) == 0;
    pair.same_day = f.due == x->due;
    return likeness_asks(&pair, &likeness_rules_default) ? pair.text : 0;
}

static int
ask_renumbered(struct applying *a, const struct action *x)
{
    char hint[HINT_MAX];
    for (size_t i = 0; i < a->n_before; i++) {
        const struct before *old = &a->before[i];
        int alike = plan_action(a->plan, old->id) ? 0 : looks_like(a, x, old);
        if (alike < 0) {
            return alike;
        }
        if (alike > 0) {
            (void)snprintf(hint, sizeof hint,
                           "say in it renames: %.64s, or new: yes if it is another action",
                           old->id);
            return ask(a, x, hint, "%s looks like %s renamed: %d %% of its text, and %s is gone",
                       x->id, old->id, alike, old->id);
        }
    }
    return 0;
}

/* Its own words are gone, and those of another action stand there. */
static int
ask_swapped(struct applying *a, const struct action *x, const struct before *own)
{
    char hint[HINT_MAX];
    int now = likeness(own->text, x->text);
    for (size_t i = 0; now < likeness_rules_default.other && i < a->n_before; i++) {
        const struct before *old = &a->before[i];
        int alike = old == own ? 0 : looks_like(a, x, old);
        if (alike < 0) {
            return alike;
        }
        if (alike > 0) {
            (void)snprintf(hint, sizeof hint,
                           "an id is for ever: put the words back under %.64s, or say in it "
                           "renames: %.64s if %.64s itself was rewritten",
                           old->id, x->id, x->id);
            return ask(a, x, hint, "%s now reads like %s: %d %% of its text", x->id, old->id,
                       alike);
        }
    }
    return 0;
}

int
rename_actions(struct applying *a)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < a->plan->n_actions; i++) {
        r = carry_one(a, &a->plan->actions[i]);
    }
    for (size_t i = 0; r >= 0 && i < a->plan->n_actions; i++) {
        const struct action *x = &a->plan->actions[i];
        const struct before *own = before_of(a, x->id);
        if (x->renames || x->is_new) {
            continue;
        }
        r = own ? ask_swapped(a, x, own) : ask_renumbered(a, x);
    }
    return r < 0 ? r : a->n_asked > 0 ? -EBADMSG : 0;
}
