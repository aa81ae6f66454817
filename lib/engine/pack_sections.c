/* SPDX-License-Identifier: MIT */
/* pack_sections.c - what a pack says first: counts, decisions, what is late, what will be. */
#include "engine/pack_inside.h"

#include <stdio.h>
#include <string.h>

#include "notice/said.h"

enum { FACT_MAX = 400 };

const char *
pack_day(day_t day, char buf[PACK_DAY_MAX])
{
    buf[0] = '\0';
    return day == DAY_NONE ? buf : day_words(day, buf, PACK_DAY_MAX);
}

/* ---- 1 --------------------------------------------------------------------------------------- */

void
pack_headline(const struct pack *x, struct text *out)
{
    size_t n[RAG_COLOR_MAX_] = { 0 };
    size_t all = 0;
    for (size_t i = 0; i < x->n_actions; i++) {
        n[x->actions[i].color] += !x->actions[i].is_withdrawn;
        all += !x->actions[i].is_withdrawn;
    }
    text_addf(out,
              "%zu action%s: %zu red, %zu amber, %zu green, %zu complete, %zu not open or at rest",
              all, text_s((int64_t)all), n[RAG_RED], n[RAG_AMBER], n[RAG_GREEN], n[RAG_BLUE],
              n[RAG_GREY]);
}

void
pack_headline_said(const char *headline, struct text *out)
{
    static const enum word_fact facts[] = { FACT_N, FACT_RED, FACT_AMBER, FACT_GREEN, FACT_BLUE,
                                            FACT_GREY };
    int n[LENGTH(facts)];
    int found = sscanf(headline,
                       "%9d %*[a-z]: %9d red, %9d amber, %9d green, %9d complete, %9d not", &n[0],
                       &n[1], &n[2], &n[3], &n[4], &n[5]);
    if (found != (int)LENGTH(facts)) {
        text_addf(out, "%s.", headline);
        return;
    }
    said_begin(out, n[0] == 1 ? WORD_PACK_COUNTS_ONE : WORD_PACK_COUNTS);
    for (size_t i = 0; i < LENGTH(facts); i++) {
        said_int(out, facts[i], n[i]);
    }
}

enum movement { MOVE_NONE = 0, MOVE_WORSE, MOVE_BETTER, MOVE_CLOSED, MOVE_NEW, MOVE_MAX_ };
static const char *const movement_words[MOVE_MAX_] = { "", "worse", "better", "closed", "new" };

static enum movement
movement_of(const struct pack_entry *e)
{
    enum rag_color now = e->shade.shown.color;
    if (e->is_whole || e->o.duty.is_absorbed) {
        return MOVE_NONE;
    }
    if (!e->was_there) {
        return action_is_final(e->o.duty.state) || now < RAG_AMBER ? MOVE_NONE : MOVE_NEW;
    }
    if (action_is_final(e->o.duty.state)) {
        return action_is_final(e->state_before) ? MOVE_NONE : MOVE_CLOSED;
    }
    return now > e->before && now >= RAG_AMBER           ? MOVE_WORSE
           : now < e->before && e->before >= RAG_AMBER   ? MOVE_BETTER
                                                         : MOVE_NONE;
}

static void
write_movement(const struct pack *x, struct paper *p)
{
    static const char *const heads[] = { "Demand", "Movement", "It was", "It is", NULL };
    size_t n[MOVE_MAX_] = { 0 };
    char day[PACK_DAY_MAX];
    if (!x->last_id) {
        paper_say(p, "This is the first pack: there is none to compare it with.");
        return;
    }
    for (size_t i = 0; i < x->n_entries; i++) {
        n[movement_of(&x->entries[i])]++;
    }
    paper_say(p, "Since the %s pack for the meeting of %s: %zu worse, %zu better, %zu closed, "
              "%zu new in red or amber.", x->last_phase, pack_day(x->last_meeting, day),
              n[MOVE_WORSE], n[MOVE_BETTER], n[MOVE_CLOSED], n[MOVE_NEW]);
    paper_table(p, "What moved", heads);
    for (size_t i = 0; i < x->n_entries; i++) {
        const struct pack_entry *e = &x->entries[i];
        enum movement m = movement_of(e);
        if (m == MOVE_NONE) {
            continue;
        }
        pack_cell(x, e, p);
        paper_cell(p, "%s", movement_words[m]);
        paper_rag(p, e->was_there ? e->before : RAG_NONE, e->was_there ? "" : "not in it");
        paper_rag(p, e->shade.shown.color, e->shade.shown.reason);
    }
}

void
pack_write_counts(const struct pack *x, struct paper *p)
{
    static const char *const heads[] = { "Plan", "Title", "Version", NULL };
    AUTO_TEXT struct text headline = { 0 };
    pack_headline(x, &headline);
    paper_section(p, "1", "Where the plan stands");
    paper_say(p, "%s. An action is counted by the worst of what is asked of it now.",
              text_str(&headline));
    if (x->n_plans != 1) {
        paper_table(p, "Plans that the forum answers for", heads);
    }
    for (size_t i = 0; i < x->n_plans && x->n_plans != 1; i++) {
        paper_cell(p, "%s", x->plans[i].id);
        paper_cell(p, "%s", x->plans[i].title);
        paper_cell(p, "%s", x->plans[i].version);
    }
    write_movement(x, p);
}

/* ---- 2 --------------------------------------------------------------------------------------- */

/* Why the forum is asked about it; "" = it is not. */
static void
decision_of(const struct pack *x, const struct pack_entry *e, char ret[FACT_MAX])
{
    char day[PACK_DAY_MAX];
    const struct duty_state *d = &e->o.duty;
    bool is_open = action_is_open(d->state);
    ret[0] = '\0';
    if (e->is_leaving && !action_is_final(d->state)) {
        (void)snprintf(ret, FACT_MAX, "gone from the plan: end it by minute, or take it back");
    } else if (is_open && d->level >= FORUM_LEVEL) {
        (void)snprintf(ret, FACT_MAX,
                       d->level > FORUM_LEVEL
                           ? "how it goes on; the Board's secretary was told on %s"
                           : "how it goes on; it is before this forum since %s",
                       pack_day(d->level_day, day));
    } else if (d->state == ACTION_ON_HOLD && d->hold_until <= x->horizon) {
        (void)snprintf(ret, FACT_MAX, "on hold until %s: let it go on, or hold it longer",
                       pack_day(d->hold_until, day));
    } else if (e->unminuted > 0 && !action_is_final(d->state)) {
        (void)snprintf(ret, FACT_MAX, "moved %d time%s to a later day without a minute: confirm it",
                       e->unminuted, text_s(e->unminuted));
    } else if (is_open && e->forecast != DAY_NONE && e->forecast > d->due
               && e->o.owner_moves > 0) {
        (void)snprintf(ret, FACT_MAX,
                       "the lead expects %s and the owner has extended it once: extend it, or not",
                       pack_day(e->forecast, day));
    }
}

void
pack_write_decisions(const struct pack *x, struct paper *p)
{
    static const char *const heads[] = { "Demand", "Asked of the forum", "Colour and why", "Lead",
                                         NULL };
    char what[FACT_MAX];
    size_t n = 0;
    paper_section(p, "2", "Decisions asked for");
    for (size_t i = 0; i < x->n_entries; i++) {
        decision_of(x, &x->entries[i], what);
        n += what[0] && pack_is_live(&x->entries[i]);
    }
    if (n == 0) {
        paper_say(p, "None.");
        return;
    }
    paper_say(p, "What is not done can be asked for once more, given a new date, put on hold or "
              "ended. Each decision is recorded with its minute; what %d meetings in a row "
              "let pass goes to the Board.", x->w->rules.missed_meetings);
    paper_table(p, "To decide", heads);
    for (size_t i = 0; i < x->n_entries; i++) {
        const struct pack_entry *e = &x->entries[i];
        decision_of(x, e, what);
        if (!what[0] || !pack_is_live(e)) {
            continue;
        }
        pack_cell(x, e, p);
        paper_cell(p, "%s", what);
        paper_rag(p, e->shade.shown.color, e->shade.shown.reason);
        paper_cell(p, "%s", e->lead);
    }
}

/* ---- 3, 4, 5 --------------------------------------------------------------------------------- */

static void
write_late_row(const struct pack *x, const struct pack_entry *e, struct paper *p)
{
    char ref[OCC_SUBJECT_MAX];
    char day[PACK_DAY_MAX];
    char moved[80] = "";
    int late = pack_late(x, e);
    if (e->o.moves > 0) {
        (void)snprintf(moved, sizeof moved, ", moved %d time%s by %d day%s", e->o.moves,
                       text_s(e->o.moves), e->o.moved_days,
                       text_s(e->o.moved_days));
    }
    paper_cell(p, "%s: %s", pack_ref(x, e, ref),
               e->action ? e->action->text : "review of the policy");
    paper_rag(p, e->shade.shown.color, e->shade.shown.reason);
    paper_cell(p, "%s", e->lead[0] ? e->lead : "nobody");
    if (late > 0) {
        paper_cell(p, "%s, %d working day%s late%s", pack_day(e->o.duty.due, day), late,
                   text_s(late), moved);
    } else {
        paper_cell(p, "%s%s", pack_day(e->o.duty.due, day), moved);
    }
    paper_cell(p, "%s", e->word[0] ? e->word : "none");
}

static bool
is_bad(const struct pack_entry *e, enum rag_color color)
{
    return pack_is_live(e) && e->shade.shown.color == color;
}

/* The red ones first, then by due day. */
static void
write_objective(const struct pack *x, struct paper *p, const struct pack_plan *plan,
                const char *objective)
{
    static const char *const heads[] = { "Demand", "Colour and why", "Lead", "Due",
                                         "Last word from the lead", NULL };
    static const enum rag_color colors[] = { RAG_RED, RAG_AMBER };
    AUTO_TEXT struct text caption = { 0 };
    text_addf(&caption, "%s%s%s", x->n_plans > 1 ? plan->id : "", x->n_plans > 1 ? ": " : "",
              objective);
    paper_table(p, text_str(&caption), heads);
    for (size_t c = 0; c < LENGTH(colors); c++) {
        for (size_t i = 0; i < x->n_entries; i++) {
            const struct pack_entry *e = &x->entries[i];
            const char *mine = e->action ? e->action->objective : "Review of the policy";
            if (e->plan == plan && strcmp(mine, objective) == 0 && is_bad(e, colors[c])) {
                write_late_row(x, e, p);
            }
        }
    }
}

static void
write_late(const struct pack *x, struct paper *p)
{
    size_t n = 0;
    paper_section(p, "3", "Red and amber, by objective");
    for (size_t i = 0; i < x->n_entries; i++) {
        n += is_bad(&x->entries[i], RAG_RED) || is_bad(&x->entries[i], RAG_AMBER);
    }
    if (n == 0) {
        paper_say(p, "Nothing is red or amber.");
        return;
    }
    paper_say(p, "Days are working days. A colour is the worse of what the facts say and what the "
              "lead declared.");
    for (size_t k = 0; k < x->n_plans; k++) {
        const char *done = NULL;
        for (size_t i = 0; i < x->n_actions; i++) {
            const struct pack_action *a = &x->actions[i];
            if (a->plan == &x->plans[k] && (!done || strcmp(done, a->objective) != 0)) {
                write_objective(x, p, a->plan, a->objective);
                done = a->objective;
            }
        }
        write_objective(x, p, &x->plans[k], "Review of the policy");
    }
}

static void
write_divergence(const struct pack *x, struct paper *p)
{
    static const char *const heads[] = { "Demand", "Declared by the lead", "From the facts", "Lead",
                                         NULL };
    size_t n = 0;
    paper_section(p, "4", "Declared otherwise than computed");
    paper_table(p, "Declared and computed colours that differ", heads);
    for (size_t i = 0; i < x->n_entries; i++) {
        const struct pack_entry *e = &x->entries[i];
        if (!pack_is_live(e) || e->shade.declared == RAG_NONE
            || e->shade.declared == e->shade.computed.color) {
            continue;
        }
        n++;
        pack_cell(x, e, p);
        paper_rag(p, e->shade.declared, "");
        paper_rag(p, e->shade.computed.color, e->shade.computed.reason);
        paper_cell(p, "%s", e->lead);
    }
    if (n == 0) {
        paper_say(p, "None.");
    }
}

static void
write_ahead(const struct pack *x, struct paper *p)
{
    static const char *const heads[] = { "Demand", "Now", "Then, if nothing changes", "Due", "Lead",
                                         NULL };
    char day[PACK_DAY_MAX];
    size_t n = 0;
    paper_section(p, "5", "Going red before the next meeting");
    paper_say(p, x->has_next ? "The meeting after this one is on %s."
                             : "No meeting after this one is known; this looks ahead to %s.",
              pack_day(x->horizon, day));
    paper_table(p, "Red by then unless something is done", heads);
    for (size_t i = 0; i < x->n_entries; i++) {
        const struct pack_entry *e = &x->entries[i];
        if (!pack_is_live(e) || e->shade.shown.color == RAG_RED || e->ahead.color != RAG_RED) {
            continue;
        }
        n++;
        pack_cell(x, e, p);
        paper_rag(p, e->shade.shown.color, e->shade.shown.reason);
        paper_rag(p, e->ahead.color, e->ahead.reason);
        paper_cell(p, "%s", pack_day(e->o.duty.due, day));
        paper_cell(p, "%s", e->lead);
    }
    if (n == 0) {
        paper_say(p, "Nothing is expected to.");
    }
}

int
pack_write(struct pack *x, struct paper *p)
{
    pack_write_counts(x, p);
    int r = pack_write_corrections(x, p);
    pack_write_decisions(x, p);
    write_late(x, p);
    write_divergence(x, p);
    write_ahead(x, p);
    return r < 0 ? r : pack_write_more(x, p);
}
