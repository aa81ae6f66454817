/* SPDX-License-Identifier: MIT */
/*
 * diff.c - plan diff: the changed plan is put in force in a copy of the store by the same code that
 * would do it in the daemon, and the two are compared. Nothing else can tell who would hear of it.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/apply.h"
#include "forecast.h"
#include "plans.h"
#include "reads.h"

enum { HORIZON_DAYS = 400 };

struct diff {
    struct reading now;  /* the store */
    struct reading then; /* its copy, with the plan in force */
    char folder[64];
    int n[3]; /* added, changed, withdrawn */
};

static void
diff_freep(struct diff *d)
{
    reading_done(&d->now);
    reading_done(&d->then);
    if (d->then.c) {
        d->then.c->store = store_free(d->then.c->store);
    }
    DIR *dir = d->folder[0] ? opendir(d->folder) : NULL;
    if (!dir) {
        return;
    }
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        (void)unlinkat(dirfd(dir), e->d_name, 0);
    }
    (void)closedir(dir);
    (void)rmdir(d->folder);
}

static int
copy_store(struct diff *d, struct cli *copy)
{
    const char *tmp = getenv("TMPDIR");
    (void)snprintf(d->folder, sizeof d->folder, "%.40s/coprod-diff.XXXXXX",
                   tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(d->folder)) {
        int r = -errno;
        d->folder[0] = '\0';
        return err_set(&d->now.why, r, "no folder for a copy of the store: %s", strerror(-r));
    }
    AUTO_TEXT struct text path = { 0 };
    text_addf(&path, "%s/coprod.db", d->folder);
    int r = store_backup(d->now.c->store, text_str(&path), &d->now.why);
    return r < 0 ? r : store_open(text_str(&path), STORE_WRITE, &copy->store, &d->now.why);
}

static int
apply_to_copy(struct diff *d, const struct plan_set *set)
{
    struct applied sum = { 0 };
    struct store *s = d->then.c->store;
    struct err *why = &d->now.why;
    int64_t now_ms = reading_now_ms(&d->now);
    int r = store_begin(s, why);
    r = r < 0 ? r : apply_calendar(s, &set->calendar, &sum, why);
    r = r < 0 ? r : apply_forums(s, set, &sum, why);
    r = r < 0 ? r : store_commit(s, why);
    r = r < 0 ? r : world_open(s, false, &d->then.w, why);
    r = r < 0 ? r : store_begin(s, why);
    r = r < 0 ? r : apply_plans(d->then.w, s, set, "plan diff", now_ms, &sum, why);
    d->then.now_ms = now_ms;
    return r < 0 ? r : store_commit(s, why);
}

/* "R-30 on 2015-02-17 to 7 people": the first notice after the change. */
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
              day_format(f.items[0].day, day), f.items[0].n_told);
    return 0;
}

static int
put_change(struct diff *d, const struct occurrence *o, const char *what, const char *before,
           const char *after)
{
    out_text(d->now.c->out, what);
    out_text(d->now.c->out, o->plan);
    put_ref(&d->now, o);
    out_text(d->now.c->out, before);
    out_text(d->now.c->out, after);
    return put_first_notice(d, o);
}

struct match {
    const struct occurrence *wanted;
    struct occurrence found;
    bool is_found;
};

static int
match_row(void *arg, const struct row *row)
{
    struct match *m = arg;
    struct occurrence o;
    int r = occurrence_from_row(&o, row);
    if (r < 0 || strcmp(o.part, m->wanted->part) != 0) {
        return r;
    }
    m->found = o;
    m->is_found = true;
    return 1;
}

static int
compare_people(struct diff *d, const struct occurrence *before, const struct occurrence *after)
{
    AUTO_TEXT struct text old = { 0 };
    AUTO_TEXT struct text new = { 0 };
    int r = reading_people(&d->now, before->id, "lead", &old);
    r = r < 0 ? r : reading_people(&d->then, after->id, "lead", &new);
    if (r < 0 || strcmp(text_str(&old), text_str(&new)) == 0) {
        return r < 0 ? r : 0;
    }
    d->n[1]++;
    return put_change(d, after, "leads", text_str(&old), text_str(&new));
}

/* One occurrence of the copy beside the same one of the store. */
static int
compare_row(void *arg, const struct row *row)
{
    struct diff *d = arg;
    struct occurrence o;
    int r = occurrence_from_row(&o, row);
    struct match m = { .wanted = &o };
    r = r < 0 ? r
              : store_each(d->now.c->store, Q_OCCURRENCE_BY_REF, WITH(T(o.plan), T(o.ref)),
                           match_row, &m, &d->now.why);
    if (r < 0) {
        return r;
    }
    char old[DAY_TEXT_MAX];
    char new[DAY_TEXT_MAX];
    (void)day_format(o.duty.due, new);
    if (!m.is_found) {
        d->n[0]++;
        return put_change(d, &o, "new", NULL, new);
    }
    (void)day_format(m.found.duty.due, old);
    if (o.duty.state == ACTION_WITHDRAWN && m.found.duty.state != ACTION_WITHDRAWN) {
        d->n[2]++;
        return put_change(d, &o, "withdrawn", old, NULL);
    }
    if (o.duty.due != m.found.duty.due) {
        d->n[1]++;
        r = put_change(d, &o, "due", old, new);
    }
    return r < 0 ? r : compare_people(d, &m.found, &o);
}

int
cmd_plan_diff(struct cli *c)
{
    static const struct column columns[] = { { .key = "what", .head = "WHAT" },
                                             { .key = "plan", .head = "PLAN" },
                                             { .key = "ref", .head = "REF" },
                                             { .key = "before", .head = "NOW" },
                                             { .key = "after", .head = "THEN" },
                                             { .key = "first_notice", .head = "FIRST NOTICE" },
                                             { 0 } };
    AUTO(plan_set) struct plan_set *set = NULL;
    struct cli copy = *c;
    copy.store = NULL;
    __attribute__((cleanup(diff_freep))) struct diff d = { .then = { .c = &copy } };
    int code = plans_load(c, cli_arg(c, 0), &set);
    code = code == EXIT_OK ? reading_open(c, &d.now) : code;
    if (code != EXIT_OK) {
        return code;
    }
    int r = copy_store(&d, &copy);
    r = r < 0 ? r : apply_to_copy(&d, set);
    out_table(c->out, "changes", columns);
    r = r < 0 ? r : store_each(copy.store, Q_OCCURRENCE_LIST, NONE, compare_row, &d, &d.now.why);
    if (r < 0) {
        return reading_fail(&d.now, r);
    }
    if (d.n[0] + d.n[1] + d.n[2] == 0) {
        out_note(c->out, "No date, lead or demand changes.");
    } else {
        out_note(c->out, "%d new, %d changed, %d withdrawn. Nothing was changed by this command.",
                 d.n[0], d.n[1], d.n[2]);
    }
    return EXIT_OK;
}
