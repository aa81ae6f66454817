/* SPDX-License-Identifier: MIT */
/* rag.c - the colour of an occurrence: a list of findings, the first that applies decides. */
#include "rules/rag.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

const struct rag_rules rag_rules_default = {
    .due_soon_wd = 15,
    .no_lead_soon_wd = 30,
    .slip_wd = 20,
    .verify_wd = 10,
    .missing_returns = 2,
};

static const struct {
    const char *name;
    char letter;
} colors[RAG_COLOR_MAX_] = {
    [RAG_NONE] = { "none", '-' },   [RAG_BLUE] = { "blue", 'B' },
    [RAG_GREY] = { "grey", 'N' },   [RAG_GREEN] = { "green", 'G' },
    [RAG_AMBER] = { "amber", 'A' }, [RAG_RED] = { "red", 'R' },
};

/* The facts as the findings need them. */
struct view {
    const struct rag_facts *facts;
    const struct rag_rules *rules;
    int wd_left;    /* working days to the due day; negative when it has passed */
    int wd_late;    /* working days of delay; 0 on the days of rest right after the due day */
    int wd_slip;    /* the forecast's working days after the due day */
    int wd_waiting; /* since it was submitted */
    bool is_past;
    char *reason; /* RAG_REASON_MAX */
};

static bool PRINTF_LIKE(2, 3)
say(const struct view *v, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(v->reason, RAG_REASON_MAX, format, args);
    va_end(args);
    return true;
}

enum { DUE_WORDS_MAX = 40 };

/* "due in 9 working days", whatever side of the day we are on. */
static const char *
due_words(const struct view *v, char buf[DUE_WORDS_MAX])
{
    if (v->is_past) {
        (void)snprintf(buf, DUE_WORDS_MAX, "past its due day");
    } else if (v->wd_left == 0) {
        (void)snprintf(buf, DUE_WORDS_MAX, "due today");
    } else {
        (void)snprintf(buf, DUE_WORDS_MAX, "due in %d working day%s", v->wd_left,
                       text_s(v->wd_left));
    }
    return buf;
}

static bool
is_started(const struct view *v)
{
    return v->facts->state != ACTION_PLANNED && v->facts->state != ACTION_OPEN;
}

static const char *
progress_words(const struct view *v)
{
    return v->facts->state == ACTION_BLOCKED ? "blocked"
           : is_started(v)                   ? "in progress"
                                             : "not started";
}

static bool
is_complete(const struct view *v)
{
    return v->facts->state == ACTION_COMPLETE && say(v, "complete and verified");
}

static bool
is_closed(const struct view *v)
{
    if (v->facts->state == ACTION_WITHDRAWN) {
        return say(v, "withdrawn");
    }
    return v->facts->state == ACTION_SUPERSEDED && say(v, "superseded by another action");
}

static bool
has_left(const struct view *v)
{
    return v->facts->state == ACTION_WITHDRAWN_PENDING
           && say(v, "no longer in the plan; the forum has not withdrawn it yet");
}

static bool
is_held(const struct view *v)
{
    return v->facts->state == ACTION_ON_HOLD && say(v, "on hold");
}

/* Past its day it is no longer "not open yet", even if no daemon was up to open it. */
static bool
is_planned(const struct view *v)
{
    return v->facts->state == ACTION_PLANNED && !v->is_past && say(v, "not open yet");
}

static bool
misses_returns(const struct view *v)
{
    int n = v->facts->missing_returns;
    return n >= v->rules->missing_returns && say(v, "%d returns missing in a row", n);
}

static bool
is_overdue(const struct view *v)
{
    if (!v->is_past || v->facts->state == ACTION_SUBMITTED) {
        return false;
    }
    if (v->wd_late == 0) {
        return say(v, "past its due day, %s", progress_words(v)); /* a weekend: no day late yet */
    }
    return say(v, "%d working day%s late, %s", v->wd_late, text_s(v->wd_late), progress_words(v));
}

static bool
slips_far(const struct view *v)
{
    return v->wd_slip > v->rules->slip_wd &&
           say(v, "forecast %d working days after the due day", v->wd_slip);
}

static bool
waits_for_verifier(const struct view *v)
{
    return v->wd_waiting > v->rules->verify_wd &&
           say(v, "submitted %d working days ago, not verified", v->wd_waiting);
}

static bool
is_blocked(const struct view *v)
{
    return v->facts->state == ACTION_BLOCKED && say(v, "blocked");
}

static bool
slips(const struct view *v)
{
    return v->wd_slip > 0 && say(v, "forecast %d working day%s after the due day", v->wd_slip,
                                 text_s(v->wd_slip));
}

static bool
lacks_lead(const struct view *v)
{
    return v->facts->is_unassigned && v->wd_left <= v->rules->no_lead_soon_wd &&
           say(v, "%s, nobody assigned", due_words(v, (char[DUE_WORDS_MAX]){ 0 }));
}

static bool
lacks_metric(const struct view *v)
{
    return v->facts->has_no_metric && v->wd_left <= v->rules->no_lead_soon_wd &&
           say(v, "%s, no metric agreed", due_words(v, (char[DUE_WORDS_MAX]){ 0 }));
}

static bool
is_late_to_start(const struct view *v)
{
    return !is_started(v) && v->wd_left <= v->rules->due_soon_wd &&
           say(v, "%s, not started", due_words(v, (char[DUE_WORDS_MAX]){ 0 }));
}

static bool
is_getting_worse(const struct view *v)
{
    return v->facts->worse_since
           && say(v, "its survey shows a change for the worse since %.20s", v->facts->worse_since);
}

static bool
was_moved(const struct view *v)
{
    return v->facts->was_extended && say(v, "its due day was moved");
}

static bool
is_on_track(const struct view *v)
{
    if (v->facts->state == ACTION_SUBMITTED) {
        return say(v, "submitted, waiting to be verified");
    }
    return say(v, "%s, %s", due_words(v, (char[DUE_WORDS_MAX]){ 0 }), progress_words(v));
}

/* In the order in which they are worth saying: of two ambers the first is the reason given. */
static const struct finding {
    enum rag_color color;
    bool (*applies)(const struct view *v);
} findings[] = {
    { RAG_BLUE, is_complete },       { RAG_GREY, is_closed },
    { RAG_GREY, has_left },
    { RAG_GREY, is_held },           { RAG_RED, misses_returns },
    { RAG_GREY, is_planned },        { RAG_RED, is_overdue },
    { RAG_RED, slips_far },          { RAG_AMBER, waits_for_verifier },
    { RAG_AMBER, is_blocked },       { RAG_AMBER, is_getting_worse },
    { RAG_AMBER, lacks_lead },       { RAG_AMBER, slips },
    { RAG_AMBER, is_late_to_start }, { RAG_AMBER, lacks_metric },
    { RAG_AMBER, was_moved },        { RAG_GREEN, is_on_track },
};

/* Late and not working, or done and not working: the second is worth saying beside the first. */
static void
add_survey(const struct view *v)
{
    size_t n = strlen(v->reason);
    enum action_state state = v->facts->state;
    bool is_gone = state == ACTION_WITHDRAWN || state == ACTION_SUPERSEDED
                   || state == ACTION_WITHDRAWN_PENDING;
    if (v->facts->worse_since && !is_gone && !strstr(v->reason, "its survey")) {
        (void)snprintf(v->reason + n, RAG_REASON_MAX - n, "; its survey is worse since %.20s",
                       v->facts->worse_since);
    }
}

struct rag
rag_compute(const struct rag_facts *f, const struct rag_rules *rules, const struct calendar *c,
            day_t today)
{
    struct rag ret = { .color = RAG_NONE };
    assert(f->due != DAY_NONE && today != DAY_NONE);
    struct view v = { .facts = f, .rules = rules, .reason = ret.reason };
    bool is_submitted = f->state == ACTION_SUBMITTED;
    v.is_past = today > f->due;
    v.wd_left = calendar_between(c, today, f->due);
    v.wd_late = v.is_past ? -v.wd_left : 0;
    bool has_forecast = f->forecast != DAY_NONE && !is_submitted;
    v.wd_slip = has_forecast ? calendar_between(c, f->due, f->forecast) : 0;
    v.wd_waiting = is_submitted && f->submitted_on != DAY_NONE
                       ? calendar_between(c, f->submitted_on, today)
                       : 0;
    for (size_t i = 0; i < LENGTH(findings); i++) {
        if (findings[i].applies(&v)) {
            ret.color = findings[i].color;
            break;
        }
    }
    assert(ret.color != RAG_NONE);
    add_survey(&v);
    return ret;
}

enum rag_color
rag_shown(enum rag_color computed, enum rag_color declared)
{
    if (computed == RAG_BLUE || computed == RAG_GREY) {
        return computed;
    }
    return declared > computed ? declared : computed;
}

const char *
rag_name(enum rag_color color)
{
    return colors[color > RAG_NONE && color < RAG_COLOR_MAX_ ? color : RAG_NONE].name;
}

char
rag_letter(enum rag_color color)
{
    return colors[color > RAG_NONE && color < RAG_COLOR_MAX_ ? color : RAG_NONE].letter;
}

enum rag_color
rag_parse(const char *name)
{
    for (int i = RAG_NONE + 1; i < RAG_COLOR_MAX_; i++) {
        if (strcmp(colors[i].name, name) == 0) {
            return (enum rag_color)i;
        }
    }
    return RAG_NONE;
}
