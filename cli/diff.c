/* SPDX-License-Identifier: MIT */
/*
 * diff.c - plan diff: the edited files are put in force in a copy of the store by the code that the
 * daemon runs, and both, edited and not, live through the days to come. What differs is printed:
 * what would change, and who would be mailed because of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "diff.h"
#include "engine/foresee.h"
#include "forecast.h"
#include "plans.h"
#include "reads.h"

enum { HORIZON_DAYS = 400, N_KINDS = 5 };

struct diff {
    struct reading now;  /* the store without the edit */
    struct reading then; /* with it */
    struct cli base, edited;
    struct foresight f;
    struct diag findings;
    int n_changes;
};

static void
diff_freep(struct diff *d)
{
    reading_done(&d->now);
    reading_done(&d->then);
    foresight_done(&d->f);
    diag_done(&d->findings);
}

/* ---- what would change ----------------------------------------------------------------------- */

/* "R-30 on 2015-02-17 to 7": the first step after the change. */
static int
put_first_notice(struct diff *d, const struct occurrence *o)
{
    AUTO_FORECAST struct forecast f = { 0 };
    day_t from = forecast_first_day(&d->then);
    int r = forecast_add(&d->then, o, from, from + HORIZON_DAYS, &f);
    if (r < 0 || f.n == 0) {
        out_text(d->now.c->out, NULL);
        return r;
    }
    char step[STEP_NAME_MAX];
    char day[DAY_TEXT_MAX];
    out_textf(d->now.c->out, "%s on %s to %zu", step_name(&f.items[0].step, step),
              day_format(f.items[0].day, day), f.items[0].told.n);
    return 0;
}

static int
put_change(struct diff *d, const struct occurrence *o, const char *what, const char *before,
           const char *after)
{
    d->n_changes++;
    out_text(d->now.c->out, what);
    out_text(d->now.c->out, o->plan);
    put_ref(&d->now, o);
    out_text(d->now.c->out, before);
    out_text(d->now.c->out, after);
    return put_first_notice(d, o);
}

static int
compare_people(struct diff *d, const struct occurrence *was, const struct occurrence *is,
               const char *duty, const char *what)
{
    AUTO_TEXT struct text old = { 0 };
    AUTO_TEXT struct text new = { 0 };
    int r = reading_people(&d->now, was->id, duty, &old);
    r = r < 0 ? r : reading_people(&d->then, is->id, duty, &new);
    return r < 0 || strcmp(text_str(&old), text_str(&new)) == 0
               ? r < 0 ? r : 0
               : put_change(d, is, what, text_str(&old), text_str(&new));
}

static int
compare_state(struct diff *d, const struct occurrence *was, const struct occurrence *is)
{
    enum action_state old = was->duty.state;
    enum action_state new = is->duty.state;
    const char *what = new == ACTION_WITHDRAWN_PENDING                       ? "gone"
                       : new == ACTION_WITHDRAWN || new == ACTION_SUPERSEDED ? "withdrawn"
                       : old == ACTION_WITHDRAWN_PENDING                     ? "back"
                                                                             : "state";
    return old == new ? 0 : put_change(d, is, what, action_state_name(old), action_state_name(new));
}

/* One occurrence with the edit beside itself without it; rows keep their ids. */
static int
compare_row(void *arg, const struct row *row)
{
    struct diff *d = arg;
    struct occurrence is;
    struct occurrence was;
    struct err none = { "" };
    char old[DAY_TEXT_MAX];
    char new[DAY_TEXT_MAX];
    int r = occurrence_from_row(&is, row);
    if (r < 0) {
        return r;
    }
    (void)day_format(is.duty.due, new);
    r = occurrence_get(d->base.store, is.id, &was, &none);
    if (r == -ENOENT) {
        return put_change(d, &is, "new", NULL, new);
    }
    if (r >= 0 && strcmp(was.ref, is.ref) != 0) {
        r = put_change(d, &is, "renamed", was.ref, is.ref);
    }
    if (r >= 0 && is.duty.due != was.duty.due) {
        r = put_change(d, &is, "due", day_format(was.duty.due, old), new);
    }
    r = r < 0 ? r : compare_state(d, &was, &is);
    r = r < 0 ? r : compare_people(d, &was, &is, "lead", "leads");
    r = r < 0 ? r : compare_people(d, &was, &is, "joint", "joint leads");
    return r < 0 ? r : compare_people(d, &was, &is, "support", "supports");
}

struct words { /* of an action */
    struct text text, metric, completion, needs;
};

static void
words_done(struct words *w)
{
    text_done(&w->text);
    text_done(&w->metric);
    text_done(&w->completion);
    text_done(&w->needs);
}

static int
take_need(void *arg, const struct row *row)
{
    struct text *needs = arg;
    text_addf(needs, "%s%s", needs->len ? ", " : "", row_text_or(row, 0, ""));
    return 0;
}

/* Columns of action_get: plan id objective text metric timescale completion .. */
static int
take_words(void *arg, const struct row *row)
{
    struct words *w = arg;
    text_add(&w->text, row_text_or(row, 3, ""));
    text_add(&w->metric, row_text_or(row, 4, ""));
    text_add(&w->completion, row_text_or(row, 6, ""));
    return 1;
}

static int
read_words(struct store *s, const char *plan, const char *id, struct words *ret, struct err *why)
{
    int r = store_each(s, Q_ACTION_GET, WITH(T(plan), T(id)), take_words, ret, why);
    int n = r < 0 ? r
                  : store_each(s, Q_ACTION_DEP_LIST, WITH(T(plan), T(id)), take_need, &ret->needs,
                               why);
    return n < 0 ? n : r;
}

static int
compare_words(void *arg, const struct row *row)
{
    struct diff *d = arg;
    const char *plan = row_text_or(row, 0, "");
    const char *id = row_text_or(row, 1, "");
    __attribute__((cleanup(words_done))) struct words was = { .text = { 0 } };
    __attribute__((cleanup(words_done))) struct words is = { .text = { 0 } };
    int r = read_words(d->base.store, plan, id, &was, &d->now.why);
    if (r <= 0) {
        return r;
    }
    r = read_words(d->edited.store, plan, id, &is, &d->now.why);
    const struct {
        const char *what;
        const struct text *was, *is;
    } fields[] = { { "text", &was.text, &is.text },
                   { "metric", &was.metric, &is.metric },
                   { "completion", &was.completion, &is.completion },
                   { "depends_on", &was.needs, &is.needs } };
    for (size_t i = 0; r >= 0 && i < LENGTH(fields); i++) {
        if (strcmp(text_str(fields[i].was), text_str(fields[i].is)) != 0) {
            d->n_changes++;
            out_text(d->now.c->out, fields[i].what);
            out_text(d->now.c->out, plan);
            out_text(d->now.c->out, id);
            out_text(d->now.c->out, text_str(fields[i].was));
            out_text(d->now.c->out, text_str(fields[i].is));
            out_text(d->now.c->out, NULL);
        }
    }
    return r < 0 ? r : 0;
}

static int
put_changes(struct diff *d)
{
    static const struct column columns[] = { { .key = "what", .head = "WHAT" },
                                             { .key = "plan", .head = "PLAN" },
                                             { .key = "ref", .head = "REF" },
                                             { .key = "before", .head = "NOW" },
                                             { .key = "after", .head = "THEN" },
                                             { .key = "first_notice", .head = "FIRST NOTICE" },
                                             { 0 } };
    out_table(d->now.c->out, "changes", columns);
    int r = store_each(d->edited.store, Q_OCCURRENCE_LIST, NONE, compare_row, d, &d->now.why);
    r = r < 0 ? r : store_each(d->edited.store, Q_ACTION_LIST, NONE, compare_words, d,
                               &d->now.why);
    if (r >= 0 && d->n_changes == 0) {
        out_note(d->now.c->out, "No date, lead, word or demand changes.");
    }
    return r < 0 ? r : 0;
}

/* ---- whom it would mail ---------------------------------------------------------------------- */

static void
put_mail(struct diff *d, const struct foreseen *m)
{
    struct out *out = d->now.c->out;
    const struct foreseen_mail *shown = m->is ? m->is : m->was;
    bool is_both = m->was && m->is;
    bool has_moved = is_both && m->was->at_ms != m->is->at_ms;
    bool has_changed = is_both && m->kind == FORESEEN_CHANGED;
    if (!shown) {
        return;
    }
    out_text(out, foreseen_kind_word(m->kind));
    put_instant(&d->now, shown->at_ms);
    if (has_moved) {
        put_instant(&d->now, m->was->at_ms);
    } else {
        out_text(out, NULL);
    }
    put_role(&d->then, shown->role);
    out_text(out, shown->subject);
    out_text(out, shown->items);
    out_text(out, has_changed ? m->was->items : NULL);
    out_text(out, shown->why);
}

static int
put_mails(struct diff *d, day_t until)
{
    static const struct column columns[] = { { .key = "what", .head = "MAIL" },
                                             { .key = "at", .head = "AT" },
                                             { .key = "was_at", .head = "INSTEAD OF" },
                                             { .key = "role", .head = "TO" },
                                             { .key = "subject", .head = "SUBJECT" },
                                             { .key = "items", .head = "ABOUT" },
                                             { .key = "was_items", .head = "INSTEAD OF" },
                                             { .key = "why", .head = "WHO" },
                                             { 0 } };
    char day[DAY_TEXT_MAX];
    int n[N_KINDS] = { 0 };
    int r = foresee_play(&d->f, zone_instant(d->now.w->zone, until + 1, 0), &d->now.why);
    if (r < 0) {
        return r;
    }
    out_table(d->now.c->out, "mails", columns);
    for (size_t i = 0; i < d->f.n; i++) {
        n[d->f.mails[i].kind]++;
        put_mail(d, &d->f.mails[i]);
    }
    out_note(d->now.c->out,
             "Up to the end of %s the edit adds %d mail%s, drops %d, moves %d and changes %d. "
             "Nothing was changed by this command.",
             day_format(until, day), n[FORESEEN_ADDED], text_s(n[FORESEEN_ADDED]),
             n[FORESEEN_DROPPED], n[FORESEEN_MOVED], n[FORESEEN_CHANGED]);
    return 0;
}

/* ---- the files ------------------------------------------------------------------------------- */

static bool
is_same_file(const char *a, const char *b)
{
    AUTO_FREE char *x = realpath(a, NULL);
    AUTO_FREE char *y = realpath(b, NULL);
    return x && y && strcmp(x, y) == 0;
}

/* One of the files that coprod.yaml names is read with all of them, as the daemon would. */
static bool
is_listed(const struct cli *c, const char *file)
{
    bool is_it = is_same_file(file, c->conf->dir) || is_same_file(file, c->conf->path);
    for (size_t i = 0; i < c->conf->plans.n; i++) {
        is_it = is_it || is_same_file(file, c->conf->plans.items[i]);
    }
    return is_it;
}

static int
refused(struct diff *d, int r)
{
    struct cli *c = d->now.c;
    if (d->findings.n_errors == 0) {
        return reading_fail(&d->now, r);
    }
    out_drop(c->out);
    AUTO_TEXT struct text words = { 0 };
    diag_print(&d->findings, &words);
    if (!cli_global(c, "json")) {
        (void)fputs(text_str(&words), stderr);
    }
    return cli_fail(c, EXIT_BAD_INPUT, "%s",
                    cli_global(c, "json") ? d->now.why.text : "the edit needs an answer first");
}

static int
diff_print(struct cli *c, const struct plan_set *set, bool is_whole, int64_t days)
{
    __attribute__((cleanup(diff_freep))) struct diff d = { .base = *c, .edited = *c };
    struct applied sum = { .findings = &d.findings };
    int code = reading_open(c, &d.now);
    if (code != EXIT_OK) {
        return code;
    }
    struct apply_order order = { .conf = is_whole ? c->conf : NULL, .set = set,
                                 .is_whole = is_whole, .actor = "plan diff",
                                 .now_ms = reading_now_ms(&d.now) };
    int r = foresee_apply(c->store, &order, &sum, &d.f, &d.now.why);
    if (r < 0) {
        return refused(&d, r);
    }
    d.base.store = d.f.base;
    d.edited.store = d.f.edited;
    d.then = (struct reading){ .c = &d.edited, .now_ms = order.now_ms };
    r = world_open(d.f.edited, false, &d.then.w, &d.now.why);
    r = r < 0 ? r : put_changes(&d);
    day_t today = world_day(d.now.w, order.now_ms);
    day_t until = days >= 0 ? today + (day_t)days : calendar_add(&d.now.w->calendar, today, 1);
    r = r < 0 ? r : put_mails(&d, until);
    if (r < 0) {
        return reading_fail(&d.now, r);
    }
    AUTO_TEXT struct text words = { 0 };
    diag_print(&d.findings, &words);
    out_field(c->out, "warnings", NULL, "%s", text_str(&words));
    if (!cli_global(c, "json")) {
        (void)fputs(text_str(&words), stderr);
    }
    return EXIT_OK;
}

int
cmd_plan_diff(struct cli *c)
{
    AUTO(plan_set) struct plan_set *set = NULL;
    bool is_whole = is_listed(c, cli_arg(c, 0));
    int64_t days = cli_count(c, "days", -1);
    if (days > FORECAST_DAYS_MAX) {
        return cli_fail(c, EXIT_USAGE, "--days: at most %d", FORECAST_DAYS_MAX);
    }
    int code = is_whole ? plans_load_all(c, &set) : plans_load(c, cli_arg(c, 0), &set);
    return code == EXIT_OK ? diff_print(c, set, is_whole, days) : code;
}

int
diff_of_files(struct cli *c)
{
    AUTO(plan_set) struct plan_set *set = NULL;
    int code = plans_load_all(c, &set);
    if (code != EXIT_OK) {
        return code;
    }
    struct err why = { "" };
    if (!c->store && cli_store_open(c, &c->store, &why) < 0) {
        cli_say(c, "whom it would mail is not said here: %s", why.text);
        return EXIT_OK;
    }
    return diff_print(c, set, true, -1);
}
