/* SPDX-License-Identifier: MIT */
/* pack_more.c - the second half of a pack: what is missing, returns, surveys, the review, mail that
 * did not arrive, the appendix; and the same facts as CSV. */
#include "engine/pack_inside.h"

#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "engine/measured.h"
#include "survey/trend.h"

enum { SINCE_DAYS = 60 };

static const char *
action_ref(const struct pack *x, const struct pack_action *a, char buf[OCC_SUBJECT_MAX])
{
    (void)snprintf(buf, OCC_SUBJECT_MAX, "%s%s%s", x->n_plans > 1 ? a->plan->id : "",
                   x->n_plans > 1 ? " " : "", a->id);
    return buf;
}

static void
cell_action(const struct pack *x, const struct pack_action *a, const char *part, struct paper *p)
{
    AUTO_TEXT struct text brief = { 0 };
    char ref[OCC_SUBJECT_MAX];
    notice_brief(a->text, &brief);
    paper_cell(p, "%s%s%s: %s", action_ref(x, a, ref), part[0] ? "@" : "", part,
               text_str(&brief));
}

/* ---- 6 --------------------------------------------------------------------------------------- */

static void
write_missing(const struct pack *x, struct paper *p)
{
    static const char *const heads[] = { "Action or demand", "What is missing", NULL };
    size_t n = 0;
    paper_section(p, "6", "Without a metric, a lead or an address");
    paper_table(p, "What is missing", heads);
    for (size_t i = 0; i < x->n_actions; i++) {
        const struct pack_action *a = &x->actions[i];
        if (!a->is_withdrawn && a->n_open > 0 && !a->metric[0]) {
            n++;
            cell_action(x, a, "", p);
            paper_cell(p, "a metric: nothing is verified without one");
        }
    }
    for (size_t i = 0; i < x->n_entries; i++) {
        const struct pack_entry *e = &x->entries[i];
        bool is_open = action_is_open(e->o.duty.state) || e->o.duty.state == ACTION_SUBMITTED;
        if (!pack_is_live(e) || !is_open || (e->lead[0] && !e->unreached[0])) {
            continue;
        }
        n++;
        pack_cell(x, e, p);
        paper_cell(p, e->lead[0] ? "an address, or a holder of the post: %s" : "a lead%s",
                   e->unreached);
    }
    if (n == 0) {
        paper_say(p, "Nothing.");
    }
}

/* ---- 7 --------------------------------------------------------------------------------------- */

struct series {
    const struct pack_entry *latest, *next; /* due by today; due later */
    const struct pack_entry *told;          /* the latest that was sent */
    int sent, nil, asked, missing;          /* missing: in a row, up to the latest */
    int absorbed;                           /* of the missing ones: a newer one stands for them */
};

static struct series
series_of(const struct pack *x, const struct pack_action *a, const char *part)
{
    struct series s = { .latest = NULL };
    for (size_t i = 0; i < x->n_entries; i++) { /* by due day */
        const struct pack_entry *e = &x->entries[i];
        bool is_sent = action_is_sent(e->o.duty.state);
        if (e->action != a || e->o.duty.kind != DUTY_RETURN || e->is_whole
            || strcmp(e->o.part, part) != 0 || !(is_sent || action_is_owed(e->o.duty.state))) {
            continue;
        }
        s.told = is_sent ? e : s.told;
        if (e->o.duty.due > x->today && !is_sent) {
            s.next = s.next ? s.next : e;
            continue;
        }
        s.latest = e;
        s.asked++;
        s.sent += is_sent;
        s.nil += is_sent && strcmp(e->figure, "nil") == 0;
        s.missing = is_sent ? 0 : s.missing + 1;
        s.absorbed += !is_sent && e->o.duty.is_absorbed;
    }
    return s;
}

/* The first demand of each series of each part stands for it. */
static bool
is_first_of_series(const struct pack *x, size_t at)
{
    const struct pack_entry *e = &x->entries[at];
    if (e->o.duty.kind != DUTY_RETURN || e->is_whole || !e->action) {
        return false;
    }
    for (size_t i = 0; i < at; i++) {
        const struct pack_entry *b = &x->entries[i];
        if (b->action == e->action && b->o.duty.kind == DUTY_RETURN && !b->is_whole
            && strcmp(b->o.part, e->o.part) == 0) {
            return false;
        }
    }
    return true;
}

/* "12/40 (30 %)", "nil return". */
static void
write_figure(struct paper *p, const struct pack_entry *told)
{
    long long part = 0;
    long long whole = 0;
    const char *period = !told ? "" : told->o.period[0] ? told->o.period : told->o.ref;
    if (!told) {
        paper_cell(p, "none yet");
    } else if (strcmp(told->figure, "nil") == 0) {
        paper_cell(p, "%s: nil return", period);
    } else if (sscanf(told->figure, "%lld/%lld", &part, &whole) == 2 && whole > 0) {
        paper_cell(p, "%s: %s (%.0f %%)", period, told->figure,
                   100.0 * (double)part / (double)whole);
    } else {
        paper_cell(p, "%s: no figure", period);
    }
}

/* Why a series asks for nothing more. */
static void
cell_last(const struct pack *x, struct paper *p, const struct pack_action *a)
{
    char day[PACK_DAY_MAX];
    for (size_t i = 0; i < x->n_entries && !a->is_withdrawn; i++) {
        const struct pack_entry *e = &x->entries[i];
        if (e->plan == a->plan && e->o.duty.kind == DUTY_REVIEW) {
            paper_cell(p, "none: the series ends with the policy's review, due on %s",
                       pack_day(e->o.duty.due, day));
            return;
        }
    }
    paper_cell(p, a->is_withdrawn ? "none: the action is withdrawn"
                                  : "none: no later period is asked about%s", "");
}

static void
write_series(const struct pack *x, struct paper *p, const struct pack_entry *e,
             const struct series *s)
{
    char day[PACK_DAY_MAX];
    char nil[24] = "";
    char absorbed[48] = "";
    if (s->nil > 0) {
        (void)snprintf(nil, sizeof nil, ", nil: %d", s->nil);
    }
    if (s->absorbed > 0) {
        (void)snprintf(absorbed, sizeof absorbed, "; a newer one stands for %d", s->absorbed);
    }
    cell_action(x, e->action, e->o.part, p);
    paper_cell(p, "%s", e->lead);
    paper_cell(p, "%d of %d%s", s->sent, s->asked, nil);
    paper_cell(p, "%d%s%s", s->missing, s->missing >= x->w->rag.missing_returns ? " (red)" : "",
               absorbed);
    write_figure(p, s->told);
    paper_cell(p, "%s", !s->latest                ? "none yet"
                        : s->latest->o.period[0] ? s->latest->o.period
                                                 : s->latest->o.ref);
    if (s->next) {
        paper_cell(p, "%s", pack_day(s->next->o.duty.due, day));
    } else {
        cell_last(x, p, e->action);
    }
}

static void
write_returns(const struct pack *x, struct paper *p)
{
    static const char *const heads[] = { "Series", "Lead", "Sent", "Missing in a row",
                                         "Latest sent", "Latest asked for", "Next due", NULL };
    size_t n = 0;
    struct series all = { .latest = NULL };
    paper_section(p, "7", "Returns");
    paper_table(p, "Returns, a row for each series", heads);
    for (size_t i = 0; i < x->n_entries; i++) {
        const struct pack_entry *e = &x->entries[i];
        if (!is_first_of_series(x, i)) {
            continue;
        }
        struct series s = series_of(x, e->action, e->o.part);
        if (!s.latest && !s.next) {
            continue;
        }
        n++;
        all.asked += s.asked;
        all.sent += s.sent;
        all.nil += s.nil;
        all.absorbed += s.absorbed;
        write_series(x, p, e, &s);
    }
    if (n == 0) {
        paper_say(p, "No series of returns runs.");
        return;
    }
    paper_say(p, "Of %d returns asked for so far %d were sent, %d of these as nil returns; %d are "
              "missing. A missing one for which a newer one of its series stands is not asked for "
              "by itself any more: %d.", all.asked, all.sent, all.nil, all.asked - all.sent,
              all.absorbed);
}

/* ---- 8 --------------------------------------------------------------------------------------- */

/* Without a signal: only where the chart can tell, nothing was found. */
static const char *
signal_words(const struct measured_line *line)
{
    static const char *const words[SPC_VERDICT_MAX_] = {
        NULL, "an improvement", "a concern", "a rise", "a fall",
    };
    return words[line->verdict]            ? words[line->verdict]
           : spc_may_signal(line->states) ? "none"
                                          : spc_states_words(line->states);
}

static void
write_measured(const struct pack *x, struct paper *p, const struct pack_action *a,
               const struct measured *m)
{
    for (size_t i = 0; i < m->n; i++) {
        const struct measured_line *line = &m->lines[i];
        char month[32] = "";
        bool has_signal = line->verdict != SPC_IS_COMMON;
        cell_action(x, a, "", p);
        paper_cell(p, "%s", line->words[0] ? line->words : line->name);
        paper_cell(p, "%s%s%s", signal_words(line), has_signal ? " since " : "",
                   has_signal ? trend_month(line->since, month) : "");
    }
}

static int
write_surveys(const struct pack *x, struct paper *p)
{
    static const char *const heads[] = { "Action", "What the survey shows", "Signal", NULL };
    size_t n = 0;
    int r = 0;
    paper_section(p, "8", "What the surveys show");
    paper_table(p, "Trends of the surveys that measure actions, as of the last night", heads);
    for (size_t i = 0; r >= 0 && i < x->n_actions; i++) {
        AUTO_MEASURED struct measured m = { .n = 0 };
        r = measured_load(x->s, x->actions[i].plan->id, x->actions[i].id, &m, x->reterr);
        if (r >= 0 && m.n_measures > 0) {
            n += m.n;
            write_measured(x, p, &x->actions[i], &m);
        }
    }
    if (r >= 0 && n == 0) {
        paper_say(p, "No survey measures an action of this forum's plans yet.");
    } else if (r >= 0) {
        paper_say(p, "Figures are published ones only. A signal is a change that chance does not "
                  "explain.");
    }
    return r < 0 ? r : 0;
}

/* ---- 9 --------------------------------------------------------------------------------------- */

static void
write_review(const struct pack *x, struct paper *p)
{
    size_t n = 0;
    paper_section(p, "9", "Review of the policy");
    for (size_t i = 0; i < x->n_entries; i++) {
        const struct pack_entry *e = &x->entries[i];
        char day[PACK_DAY_MAX];
        if (e->o.duty.kind != DUTY_REVIEW || e->is_whole) {
            continue;
        }
        n++;
        int left = calendar_between(&x->w->calendar, x->today, e->o.duty.due);
        if (action_is_final(e->o.duty.state)) {
            paper_say(p, "%s, %s: reviewed.", e->plan->id, e->plan->title);
        } else if (left >= 0) {
            paper_say(p, "%s, %s: due by %s, in %d working days. It is with: %s.", e->plan->id,
                      e->plan->title, pack_day(e->o.duty.due, day), left, e->lead);
        } else {
            paper_say(p, "%s, %s: was due on %s, %d working days ago. It is with: %s.", e->plan->id,
                      e->plan->title, pack_day(e->o.duty.due, day), -left, e->lead);
        }
    }
    if (n == 0) {
        paper_say(p, "No review is known.");
    }
}

/* ---- 10 -------------------------------------------------------------------------------------- */

struct failures {
    const struct pack *x;
    struct paper *p;
    size_t n;
};

/* Columns of pack_undelivered: role kind subject state changed_ms words. */
static int
write_failure(void *arg, const struct row *row)
{
    struct failures *f = arg;
    char day[PACK_DAY_MAX];
    struct person person;
    const char *role = row_text_or(row, 0, "");
    struct err why = { "" };
    int r = person_get(f->x->s, role, &person, &why);
    if (r < 0) {
        return err_set(f->x->reterr, r, "%s", why.text);
    }
    int state = (int)row_i64(row, 3);
    paper_cell(f->p, "%s", person.title[0] ? person.title : role);
    paper_cell(f->p, "%s", row_text_or(row, 2, ""));
    paper_cell(f->p, "%s", state == 5 ? "not known whether it arrived"
                           : state == 8 ? "came back"
                                        : "refused, or given up");
    paper_cell(f->p, "%s", pack_day(world_day(f->x->w, row_i64(row, 4)), day));
    f->n++;
    return 0;
}

/* What failed before today: how far today's mail has got is no matter for a paper. */
static int
write_failures(struct pack *x, struct paper *p)
{
    static const char *const heads[] = { "To", "About", "What became of it", "On", NULL };
    struct failures f = { .x = x, .p = p };
    char day[PACK_DAY_MAX];
    day_t since = x->last_id ? world_day(x->w, x->last_ms) : x->today - SINCE_DAYS;
    int64_t from = zone_instant(x->w->zone, since, 0);
    int64_t until = zone_instant(x->w->zone, x->today, 0);
    int r = 0;
    paper_section(p, "10", "Mail that did not arrive");
    paper_table(p, "Notices that were not delivered", heads);
    for (size_t i = 0; r >= 0 && i < x->n_plans; i++) {
        r = store_each(x->s, Q_PACK_UNDELIVERED, WITH(T(x->plans[i].id), I(from), I(until)),
                       write_failure, &f, x->reterr);
    }
    if (r >= 0 && f.n == 0) {
        paper_say(p, "None since %s.", pack_day(since, day));
    }
    return r < 0 ? r : 0;
}

/* ---- appendix, CSV --------------------------------------------------------------------------- */

static void
write_appendix(const struct pack *x, struct paper *p)
{
    static const char *const heads[] = { "Action", "Colour", "State", "Lead", "Timescale",
                                         "Next due", NULL };
    AUTO_TEXT struct text caption = { 0 };
    text_addf(&caption, "All %zu actions", x->n_actions);
    paper_section(p, "Appendix", "All actions");
    paper_table(p, text_str(&caption), heads);
    for (size_t i = 0; i < x->n_actions; i++) {
        const struct pack_action *a = &x->actions[i];
        char ref[OCC_SUBJECT_MAX];
        char day[PACK_DAY_MAX];
        paper_cell(p, "%s: %s", action_ref(x, a, ref), a->text);
        paper_rag(p, a->color, "");
        paper_cell(p, "%s", a->state);
        paper_cell(p, "%s", a->lead);
        paper_cell(p, "%s", a->timescale);
        paper_cell(p, "%s", a->due == DAY_NONE ? "nothing" : pack_day(a->due, day));
    }
}

int
pack_write_more(struct pack *x, struct paper *p)
{
    write_missing(x, p);
    write_returns(x, p);
    int r = write_surveys(x, p);
    write_review(x, p);
    r = r < 0 ? r : write_failures(x, p);
    write_appendix(x, p);
    return r;
}

static void
csv_row(struct text *out, const char *const *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        text_add(out, i ? "," : "");
        csv_text(out, cells[i], true);
    }
    text_add(out, "\r\n");
}

/* A row for each demand that is not closed, and for each that was closed since the last pack. */
void
pack_csv(const struct pack *x, struct text *out)
{
    static const char *const heads[] = {
        "plan", "demand", "action", "objective", "text", "lead", "state", "due", "days_late",
        "times_moved", "days_moved", "colour", "why", "declared", "computed", "colour_before",
        "colour_ahead", "level", "level_since", "forecast", "metric", "last_word", "figure" };
    csv_row(out, heads, LENGTH(heads));
    for (size_t i = 0; i < x->n_entries; i++) {
        const struct pack_entry *e = &x->entries[i];
        const struct duty_state *d = &e->o.duty;
        bool is_news = e->was_there && !action_is_final(e->state_before);
        char due[DAY_TEXT_MAX], level_day[DAY_TEXT_MAX], forecast[DAY_TEXT_MAX];
        char late[16], moves[16], moved[16], level[16];
        if (e->is_whole || (!pack_is_live(e) && !is_news)) {
            continue;
        }
        (void)snprintf(late, sizeof late, "%d", action_is_final(d->state) ? 0 : pack_late(x, e));
        (void)snprintf(moves, sizeof moves, "%d", e->o.moves);
        (void)snprintf(moved, sizeof moved, "%d", e->o.moved_days);
        (void)snprintf(level, sizeof level, "%d", d->level);
        AUTO_TEXT struct text ref = { 0 };
        text_addf(&ref, "%s%s%s", e->o.ref, e->o.part[0] ? "@" : "", e->o.part);
        const char *const cells[LENGTH(heads)] = {
            e->plan->id, text_str(&ref), e->o.action,
            e->action ? e->action->objective : "Review of the policy",
            e->action ? e->action->text : e->plan->title, e->lead, action_state_name(d->state),
            day_format(d->due, due), late, moves, moved, rag_name(e->shade.shown.color),
            e->shade.shown.reason, rag_name(e->shade.declared),
            rag_name(e->shade.computed.color), rag_name(e->before), rag_name(e->ahead.color), level,
            day_format(d->level_day, level_day), day_format(e->forecast, forecast),
            e->action ? e->action->metric : "", e->word, e->figure };
        csv_row(out, cells, LENGTH(cells));
    }
}
