/* SPDX-License-Identifier: MIT */
/* fill.c - the facts of a notice become values: sentences, dates, counts, and which hold. */
#include "notice/fill.h"
#include "notice/said.h"

#include <stdio.h>
#include <string.h>

enum { BRIEF_MAX = 60, FIRST_DECIDED = 3 /* level: director, committee, Board */ };

/* --- what templates may name --------------------------------------------------------------- */

static const struct template_var item_vars[] = {
    { "ref", NULL },        /* "1c" */
    { "name", NULL },       /* "action 1c", "the review of the policy" */
    { "occurrence", NULL }, /* "1c/deliver@sdu-amh" */
    { "text", NULL },       /* the action in plain words */
    { "short", NULL },      /* its first words, for a subject */
    { "demand", NULL },     /* "finish it" */
    { "question", NULL },   /* not empty: an answer is asked for, not the deed by its day */
    { "form", NULL },       /* not empty: a return that the reader is asked to send */
    { "timescale", NULL },  /* "Q.1 2015" */
    { "metric", NULL },     /* empty: none agreed yet */
    { "period", NULL },     /* of a return: "January to March 2016" */
    { "lead", NULL },       /* empty: nobody */
    { "waits_for", NULL },  /* empty: nothing */
    { "stopped_by", NULL }, /* of what is blocked: what stands in the way */
    { "due", NULL },        /* "31 March 2015"; empty: handed in, to be checked */
    { "due_weekday", NULL },/* "Tuesday"; as due */
    { "time", NULL },       /* "5 working days late", "due today", "12 working days left"; empty:
                               closed, handed in or on hold */
    { "state", NULL },      /* "not started yet", "on hold until 29 July 2016" */
    { "why", NULL },        /* a sentence: why this reader */
    { "as", NULL },         /* which of the reader's posts is told; empty: the mail is to one */
    { "next", NULL },       /* a sentence: what happens next, and when */
    { "next_day", NULL },   /* that day; empty: none */
    { "decide", NULL },     /* what a director, committee or Board is asked to do; empty: no such */
    { "review", NULL },     /* not empty: the policy's own review, no action */
    { "mine", NULL },       /* not empty: the reader is who must do it */
    { "late", NULL },       /* the five groups of a digest: not empty in one of them */
    { "upcoming", NULL },
    { "closed", NULL },
    { "handed", NULL },     /* others lead it from now on */
    { "unassigned", NULL }, /* nobody leads it who can be reached */
    { NULL, NULL },
};

static const struct template_var line_vars[] = { { "words", NULL }, { NULL, NULL } };

static const struct template_var topic_vars[] = {
    { "ref", NULL },          /* "2e"; the plan's id */
    { "text", NULL },         /* the action in plain words; the plan's title */
    { "why", NULL },          /* a sentence: why this reader */
    { "as", NULL },           /* which of the reader's posts is told; empty: the mail is to one */
    { "of", NULL },           /* the lead who cannot be reached and whom the reader stands in for */
    { "signal", NULL },       /* one of these four is not empty */
    { "missing", NULL },
    { "rollup", NULL },
    { "fault", NULL },
    { "worse", NULL },
    { "better", NULL },
    { "persists", NULL },     /* not empty: it has gone on for months */
    { "news", line_vars },    /* a sentence each */
    { "going", line_vars },   /* what goes out this week */
    { "open", line_vars },    /* what is unanswered */
    { "more_news", NULL },    /* how many did not fit; empty: none */
    { "more_going", NULL },
    { "more_open", NULL },
    { NULL, NULL },
};

const struct template_var notice_vars[] = {
    { "plan_id", NULL },
    { "plan_title", NULL },
    { "plan_version", NULL },
    { "plan_url", NULL },
    { "formats", NULL },
    { "trust", NULL },
    { "trust_url", NULL },  /* its pages; empty: not known */
    { "forum", NULL },
    { "meeting", NULL },  /* levels 4 and 5: a sentence on the forum's next meeting */
    { "owner", NULL },
    { "to_owner", NULL },   /* not empty: the reader is the owner */
    { "to_role", NULL },
    { "today", NULL },
    { "lang", NULL },
    { "large", NULL },    /* not empty: large print */
    { "items", item_vars },
    { "count", NULL },    /* of items, those that did not fit included */
    { "one", NULL },      /* not empty: exactly one item */
    { "many", NULL },
    { "undone", NULL },   /* of items that are neither closed nor handed over; empty: none */
    { "one_undone", NULL }, /* not empty: exactly one of them */
    { "many_undone", NULL },
    { "asks", NULL },     /* not empty: something is asked of the reader */
    { "more", NULL },     /* how many did not fit; empty: none */
    { "first_due", NULL }, /* of the open items, or of all: the earliest due day */
    { "most_late", NULL }, /* "12 working days late", of the worst item; empty: none is late */
    { "level", NULL },    /* "3": of an escalation */
    { "topics", topic_vars }, /* what is no dated demand: surveys, a plan's week */
    { "topic", NULL },      /* not empty: exactly one, and no item */
    { "any", NULL },        /* not empty: at least one item */
    { "more_topics", NULL }, /* how many did not fit; empty: none */
    { "headline", NULL },    /* to the admin: what happened */
    { "lines", line_vars },  /* and a sentence each */
    { "to_director", NULL },
    { "to_forum", NULL },
    { "to_board", NULL },
    { "director", NULL }, /* of level 4: not empty: the level below reached one */
    { "told", NULL },     /* of an escalation: for the reader's information only */
    { NULL, NULL },
};

/* By the order of the enums, which stand beside each other in words.def. */
static enum word
why_word(enum notice_why why)
{
    return (enum word)(WORD_WHY_LEAD + why - NOTICE_WHY_LEAD);
}
static enum word
next_word(enum notice_next next)
{
    return (enum word)(WORD_NEXT_NONE + next - NOTICE_NEXT_NONE);
}
_Static_assert(WORD_WHY_BOARD - WORD_WHY_LEAD == NOTICE_WHY_BOARD - NOTICE_WHY_LEAD,
               "words.def has the reasons in the order of enum notice_why");
_Static_assert(WORD_NEXT_FOLLOW_UP - WORD_NEXT_NONE == NOTICE_NEXT_FOLLOW_UP,
               "words.def has what comes next in the order of enum notice_next");
_Static_assert(WORD_ASK_HANDED_IN - WORD_ASK_FINISH == NOTICE_ASK_HANDED_IN,
               "words.def has what is wanted in the order of enum notice_ask");

void
notice_demand(const struct words *w, const struct notice_item *item, struct text *out)
{
    if (item->demand && item->demand[0]) {
        text_add(out, item->demand);
        return;
    }
    AUTO_TEXT struct text period = { 0 };
    AUTO_TEXT struct text day = { 0 };
    words_period(w, item->period ? item->period : "", &period);
    words_date(w, item->due, &day);
    const struct word_facts facts = { .text = { [FACT_PERIOD] = text_str(&period),
                                                [FACT_DAY] = text_str(&day),
                                                [FACT_OF] = item->of } };
    words_say(w, (enum word)(WORD_ASK_FINISH + item->ask), &facts, out);
    out->bad = out->bad ? out->bad : period.bad ? period.bad : day.bad;
}

static void
sentence_add(struct text *out, const struct words *w, enum word word, const struct notice_model *m,
             const struct notice_item *item)
{
    AUTO_TEXT struct text day = { 0 };
    AUTO_TEXT struct text unreached = { 0 };
    const struct word_facts who = { .text = { [FACT_LEAD] = item->lead } };
    words_say(w, WORD_UNREACHED, &who, &unreached);
    const char *lead = !item->lead[0]                      ? w->text[WORD_NOBODY]
                       : item->ask == NOTICE_ASK_UNREACHED ? text_str(&unreached)
                                                           : item->lead;
    words_date(w, item->next_day, &day);
    const struct word_facts facts = { .text = { [FACT_LEAD] = lead,
                                                [FACT_OF] = item->of ? item->of : lead,
                                                [FACT_FORUM] = m->forum,
                                                [FACT_DAY] = text_str(&day) } };
    words_say(w, word, &facts, out);
    out->bad = out->bad ? out->bad : day.bad ? day.bad : unreached.bad;
}

/* Who can decide is told of it alone: the first item's reader, whom a level has reached. */
static bool
is_deciding(const struct notice_model *m)
{
    enum notice_why why = m->n_items ? m->items[0].why : NOTICE_WHY_NONE;
    return m->kind == NOTICE_ESCALATE
           && (why == NOTICE_WHY_DIRECTOR || why == NOTICE_WHY_SECRETARY
               || why == NOTICE_WHY_CHAIR || why == NOTICE_WHY_BOARD);
}

static enum word
item_why_word(const struct notice_item *item)
{
    return item->ask == NOTICE_ASK_HANDED                         ? WORD_WHY_LED
           : item->is_review && item->why == NOTICE_WHY_LEAD      ? WORD_WHY_REVIEWER
                                                                  : why_word(item->why);
}

/* --- filling ------------------------------------------------------------------------------- */

void
filled_done(struct filled *f)
{
    for (size_t i = 0; i < f->n_items; i++) {
        struct filled_item *x = &f->items[i];
        struct text *texts[] = { &x->name,   &x->due,  &x->demand, &x->decide, &x->period,
                                 &x->time,   &x->why,  &x->next,   &x->next_day, &x->brief,
                                 &x->state };
        for (size_t k = 0; k < LENGTH(texts); k++) {
            text_done(texts[k]);
        }
    }
    for (size_t i = 0; i < f->n_topics; i++) {
        text_done(&f->topics[i].why);
        for (size_t k = 0; k < NOTICE_LIST_MAX_ * NOTICE_LINES_MAX; k++) {
            text_done(&f->topics[i].said[k / NOTICE_LINES_MAX][k % NOTICE_LINES_MAX]);
        }
    }
    for (size_t i = 0; i < NOTICE_LINES_MAX; i++) {
        text_done(&f->said[i]);
    }
    text_done(&f->headline);
    text_done(&f->most_late);
    text_done(&f->today);
    text_done(&f->first_due);
}

static const char *
flag(bool is_set)
{
    return is_set ? "yes" : "";
}

void
notice_brief(const char *text, struct text *out)
{
    size_t n = strlen(text);
    bool is_cut = n > BRIEF_MAX;
    n = is_cut ? BRIEF_MAX : n;
    while (is_cut && n > BRIEF_MAX / 2 && text[n] != ' ') {
        n--;
    }
    while (n > 0 && (((unsigned char)text[n] & 0xC0) == 0x80 || strchr(" .,;:", text[n - 1]))) {
        n--;
    }
    text_addn(out, text, n);
    text_add(out, is_cut ? "\xE2\x80\xA6" : "");
}

/* Of what was handed in: the due day was its lead's. */
static bool
is_check(const struct notice_item *item)
{
    return item->state == ACTION_SUBMITTED && item->ask >= NOTICE_ASK_VERIFY
           && item->ask <= NOTICE_ASK_CHECKED;
}

static void
say_state(const struct words *w, const struct notice_item *item, struct text *out)
{
    AUTO_TEXT struct text day = { 0 };
    bool ends = item->state == ACTION_ON_HOLD && item->hold_until > 0;
    words_date(w, ends ? item->hold_until : DAY_NONE, &day);
    const struct word_facts facts = { .text = { [FACT_DAY] = text_str(&day) } };
    words_say(w, ends ? WORD_STATE_HOLD_UNTIL : words_state(item->state), &facts, out);
    out->bad = out->bad ? out->bad : day.bad;
}

/* The sentences of an item. */
static void
say_item(struct filled_item *f, const struct words *w, const struct notice_model *m,
         const struct notice_item *item)
{
    static const enum word decide[] = { WORD_DECIDE_DIRECTOR, WORD_DECIDE_FORUM,
                                        WORD_DECIDE_BOARD };
    const struct word_facts ref = { .text = { [FACT_REF] = item->ref } };
    words_say(w, item->is_review ? WORD_NAME_REVIEW : WORD_NAME_ACTION, &ref, &f->name);
    if (!is_check(item)) {
        words_date(w, item->due, &f->due);
    }
    say_state(w, item, &f->state);
    words_date(w, item->next_day, &f->next_day);
    words_period(w, item->period ? item->period : "", &f->period);
    notice_demand(w, item, &f->demand);
    notice_brief(item->text, &f->brief);
    sentence_add(&f->why, w, item_why_word(item), m, item);
    sentence_add(&f->next, w, next_word(item->next), m, item);
    if (is_deciding(m) && m->level >= FIRST_DECIDED) {
        sentence_add(&f->decide, w, decide[m->level - FIRST_DECIDED], m, item);
    }
}

static void
fill_item(struct filled_item *f, const struct words *w, const struct notice_model *m,
          const struct notice_item *item)
{
    bool is_at_rest = action_is_final(item->state) || item->state == ACTION_SUBMITTED
                      || item->state == ACTION_ON_HOLD;
    bool is_question = !(item->demand && item->demand[0]) && item->ask > NOTICE_ASK_REVIEW;
    bool is_closed = action_is_final(item->state);
    bool is_handed = !is_closed && item->ask == NOTICE_ASK_HANDED;
    bool has_lead = item->lead[0] && item->ask != NOTICE_ASK_UNREACHED;
    bool is_unassigned = !is_closed && !is_handed && !has_lead;
    bool is_mine = item->is_asked || item->why == NOTICE_WHY_LEAD
                   || item->why == NOTICE_WHY_JOINT_LEAD
                   || (item->why == NOTICE_WHY_DEPUTY && !item->is_news);
    bool is_late = !is_at_rest && !is_handed && !is_unassigned && item->late_wd > 0;
    say_item(f, w, m, item);
    if (!is_at_rest && !is_handed) {
        words_late(w, item->late_wd, &f->time);
    }
    f->is_open = !is_closed && !is_handed;
    f->is_asking = f->is_open && is_mine;
    bool is_form = item->ask == NOTICE_ASK_RETURN && is_mine && !is_closed;
    const struct template_value values[] = {
        { .name = "ref", .text = item->ref },
        { .name = "name", .text = text_str(&f->name) },
        { .name = "occurrence", .text = item->occurrence },
        { .name = "text", .text = item->text },
        { .name = "short", .text = text_str(&f->brief) },
        { .name = "demand", .text = text_str(&f->demand) },
        { .name = "question", .text = flag(is_question) },
        { .name = "form", .text = flag(is_form) },
        { .name = "timescale", .text = item->timescale },
        { .name = "metric", .text = item->metric },
        { .name = "period", .text = text_str(&f->period) },
        { .name = "lead", .text = item->lead },
        { .name = "waits_for", .text = item->waits_for },
        { .name = "stopped_by", .text = item->stopped_by },
        { .name = "due", .text = text_str(&f->due) },
        { .name = "due_weekday", .text = f->due.len ? words_weekday(w, item->due) : "" },
        { .name = "time", .text = text_str(&f->time) },
        { .name = "state", .text = text_str(&f->state) },
        { .name = "why", .text = text_str(&f->why) },
        { .name = "as", .text = item->as },
        { .name = "next", .text = text_str(&f->next) },
        { .name = "next_day", .text = text_str(&f->next_day) },
        { .name = "decide", .text = text_str(&f->decide) },
        { .name = "review", .text = flag(item->is_review) },
        { .name = "mine", .text = flag(is_mine) },
        { .name = "late", .text = flag(is_late) },
        { .name = "upcoming", .text = flag(!is_late && f->is_open && !is_unassigned) },
        { .name = "closed", .text = flag(is_closed) },
        { .name = "handed", .text = flag(is_handed) },
        { .name = "unassigned", .text = flag(is_unassigned) },
    };
    _Static_assert(LENGTH(values) == LENGTH(item_vars) - 1, "a value for each declared variable");
    _Static_assert(LENGTH(values) <= FILL_ITEM_MAX, "room for every value");
    memcpy(f->values, values, sizeof values);
    f->n = LENGTH(values);
}

static void
fill_topic(struct filled_topic *f, const struct words *w, const struct notice_model *m,
           const struct notice_topic *topic)
{
    const struct notice_item as_item = { .of = topic->of, .lead = topic->of ? topic->of : "",
                                         .next_day = DAY_NONE };
    sentence_add(&f->why, w, why_word(topic->why), m, &as_item);
    for (size_t i = 0; i < NOTICE_LIST_MAX_; i++) {
        int n_more = topic->lists[i].n_more;
        (void)snprintf(f->more[i], sizeof f->more[i], n_more ? "%d" : "", n_more);
        for (size_t k = 0; k < topic->lists[i].n; k++) {
            struct text *said = &f->said[i][k];
            said_in(w, topic->lists[i].lines[k], said);
            f->lines[i][k] = (struct template_value){ .name = "words", .text = text_str(said) };
            f->rows[i][k] = (struct template_row){ &f->lines[i][k], 1 };
            f->why.bad = f->why.bad ? f->why.bad : said->bad;
        }
    }
    const struct template_value values[] = {
        { .name = "ref", .text = topic->ref },
        { .name = "text", .text = topic->text },
        { .name = "why", .text = text_str(&f->why) },
        { .name = "as", .text = topic->as },
        { .name = "of", .text = topic->of },
        { .name = "signal", .text = flag(topic->kind == NOTICE_SIGNAL) },
        { .name = "missing", .text = flag(topic->kind == NOTICE_MISSING) },
        { .name = "rollup", .text = flag(topic->kind == NOTICE_ROLLUP) },
        { .name = "fault", .text = flag(topic->kind == NOTICE_FAULT) },
        { .name = "worse", .text = flag(topic->is_worse) },
        { .name = "better", .text = flag(topic->is_better) },
        { .name = "persists", .text = flag(topic->persists) },
        { .name = "news", .rows = f->rows[0], .n_rows = topic->lists[0].n },
        { .name = "going", .rows = f->rows[1], .n_rows = topic->lists[1].n },
        { .name = "open", .rows = f->rows[2], .n_rows = topic->lists[2].n },
        { .name = "more_news", .text = f->more[0] },
        { .name = "more_going", .text = f->more[1] },
        { .name = "more_open", .text = f->more[2] },
    };
    _Static_assert(LENGTH(values) == LENGTH(topic_vars) - 1, "a value for each declared variable");
    _Static_assert(LENGTH(values) <= FILL_TOPIC_MAX, "room for every value");
    memcpy(f->values, values, sizeof values);
    f->n = LENGTH(values);
}

static void
fill_topics(struct filled *f, const struct words *w, const struct notice_model *m)
{
    for (size_t i = 0; i < m->n_topics; i++) {
        fill_topic(&f->topics[i], w, m, &m->topics[i]);
        f->topic_rows[i] = (struct template_row){ f->topics[i].values, f->topics[i].n };
        f->n_topics++;
    }
    (void)snprintf(f->more_topics, sizeof f->more_topics, m->n_more_topics ? "%d" : "",
                   m->n_more_topics);
}

static void
fill_items(struct filled *f, const struct words *w, const struct notice_model *m)
{
    if (m->n_items == 0) {
        return;
    }
    day_t first = m->items[0].due;
    day_t first_open = DAY_NONE;
    int worst = 0;
    for (size_t i = 0; i < m->n_items; i++) {
        const struct notice_item *item = &m->items[i];
        fill_item(&f->items[i], w, m, item);
        f->rows[i] = (struct template_row){ f->items[i].values, f->items[i].n };
        f->n_items++;
        first = item->due < first ? item->due : first;
        bool is_open = f->items[i].is_open;
        f->n_open += is_open;
        f->is_asking = f->is_asking || f->items[i].is_asking;
        first_open = is_open && (first_open == DAY_NONE || item->due < first_open) ? item->due
                                                                                   : first_open;
        bool counts = f->items[i].time.len > 0;
        worst = counts && item->late_wd > worst ? item->late_wd : worst;
    }
    f->n_open += (size_t)m->n_more;
    words_date(w, first_open == DAY_NONE ? first : first_open, &f->first_due);
    if (worst > 0) {
        words_late(w, worst, &f->most_late);
    }
}

static int
filled_bad(const struct filled *f)
{
    const struct text *texts[] = { &f->most_late, &f->today, &f->first_due, &f->headline };
    int bad = 0;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        bad = bad ? bad : texts[i]->bad;
    }
    for (size_t i = 0; i < f->n_items; i++) {
        const struct filled_item *x = &f->items[i];
        const struct text *own[] = { &x->name, &x->due, &x->demand, &x->decide,   &x->period,
                                     &x->time, &x->why, &x->next,   &x->next_day, &x->brief,
                                     &x->state };
        for (size_t k = 0; k < LENGTH(own); k++) {
            bad = bad ? bad : own[k]->bad;
        }
    }
    for (size_t i = 0; i < f->n_topics; i++) {
        bad = bad ? bad : f->topics[i].why.bad;
    }
    return bad;
}

int
fill(struct filled *f, const struct template_set *set, const struct notice_model *m)
{
    const struct words *w = &set->words;
    fill_items(f, w, m);
    fill_topics(f, w, m);
    for (size_t i = 0; i < m->n_lines; i++) {
        said_in(w, m->lines[i], &f->said[i]);
        f->lines[i] = (struct template_value){ .name = "words", .text = text_str(&f->said[i]) };
        f->line_rows[i] = (struct template_row){ &f->lines[i], 1 };
        f->headline.bad = f->headline.bad ? f->headline.bad : f->said[i].bad;
    }
    said_in(w, m->headline ? m->headline : "", &f->headline);
    size_t count = m->n_items + (size_t)m->n_more;
    (void)snprintf(f->count, sizeof f->count, "%zu", count);
    (void)snprintf(f->n_open_text, sizeof f->n_open_text, f->n_open ? "%zu" : "", f->n_open);
    (void)snprintf(f->more, sizeof f->more, m->n_more ? "%d" : "", m->n_more);
    (void)snprintf(f->level, sizeof f->level, m->level ? "%d" : "", m->level);
    words_date(w, m->today, &f->today);
    bool is_escalation = m->kind == NOTICE_ESCALATE;
    bool decides = !is_escalation || is_deciding(m);
    const struct template_value values[] = {
        { .name = "plan_id", .text = m->plan_id },
        { .name = "plan_title", .text = m->plan_title },
        { .name = "plan_version", .text = m->plan_version },
        { .name = "plan_url", .text = m->plan_url },
        { .name = "formats", .text = m->formats },
        { .name = "trust", .text = m->trust },
        { .name = "trust_url", .text = m->trust_url },
        { .name = "forum", .text = m->forum },
        { .name = "meeting", .text = m->meeting ? m->meeting : "" },
        { .name = "owner", .text = m->owner },
        { .name = "to_owner", .text = flag(m->is_to_owner) },
        { .name = "to_role", .text = m->to_role },
        { .name = "today", .text = text_str(&f->today) },
        { .name = "lang", .text = set->locale },
        { .name = "large", .text = flag(m->format == NOTICE_FORMAT_LARGE) },
        { .name = "items", .rows = f->rows, .n_rows = f->n_items },
        { .name = "count", .text = f->count },
        { .name = "one", .text = flag(count == 1) },
        { .name = "many", .text = flag(count > 1) },
        { .name = "undone", .text = f->n_open_text },
        { .name = "one_undone", .text = flag(f->n_open == 1) },
        { .name = "many_undone", .text = flag(f->n_open > 1) },
        { .name = "asks", .text = flag(f->is_asking) },
        { .name = "more", .text = f->more },
        { .name = "first_due", .text = text_str(&f->first_due) },
        { .name = "most_late", .text = text_str(&f->most_late) },
        { .name = "level", .text = f->level },
        { .name = "topics", .rows = f->topic_rows, .n_rows = f->n_topics },
        { .name = "topic", .text = flag(m->n_topics == 1 && count == 0) },
        { .name = "any", .text = flag(count > 0) },
        { .name = "more_topics", .text = f->more_topics },
        { .name = "headline", .text = text_str(&f->headline) },
        { .name = "lines", .rows = f->line_rows, .n_rows = m->n_lines },
        { .name = "to_director", .text = flag(m->level == 3 && decides) },
        { .name = "to_forum", .text = flag(m->level == 4 && decides) },
        { .name = "to_board", .text = flag(m->level == 5 && decides) },
        { .name = "director", .text = flag(m->is_director_told) },
        { .name = "told", .text = flag(is_escalation && !decides) },
    };
    _Static_assert(LENGTH(values) == LENGTH(notice_vars) - 1, "a value for each declared variable");
    _Static_assert(LENGTH(values) <= FILL_MODEL_MAX, "room for every value");
    memcpy(f->values, values, sizeof values);
    f->n = LENGTH(values);
    f->root = (struct template_row){ f->values, f->n };
    return filled_bad(f);
}
