/* SPDX-License-Identifier: MIT */
/* render.c - from the facts of a notice to the words of a mail. */
#include "notice/render.h"

#include <stdio.h>
#include <string.h>

enum { SUBJECT_MAX = 200, BRIEF_MAX = 60, NUMBER_MAX = 16, ITEM_VALUES_MAX = 32,
       TOPIC_VALUES_MAX = 24, MODEL_VALUES_MAX = 40 };

static const struct {
    const char *word;
    bool has_calendar;
} kinds[NOTICE_KIND_MAX_] = {
#define NOTICE_KIND(name, no, word, calendar) [no] = { word, calendar },
#include "notice/kinds.def"
#undef NOTICE_KIND
};

const char *
notice_kind_word(enum notice_kind kind)
{
    return (int)kind > NOTICE_NONE && kind < NOTICE_KIND_MAX_ ? kinds[kind].word : NULL;
}

bool
notice_kind_has_calendar(enum notice_kind kind)
{
    return notice_kind_word(kind) && kinds[kind].has_calendar;
}

enum notice_kind
notice_kind_parse(const char *word)
{
    for (int i = NOTICE_NONE + 1; i < NOTICE_KIND_MAX_; i++) {
        if (strcmp(kinds[i].word, word) == 0) {
            return (enum notice_kind)i;
        }
    }
    return NOTICE_NONE;
}

/* --- what templates may name --------------------------------------------------------------- */

static const struct template_var item_vars[] = {
    { "ref", NULL },        /* "1c" */
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
    { "due", NULL },        /* "31 March 2015" */
    { "due_weekday", NULL },/* "Tuesday" */
    { "time", NULL },       /* "5 working days late", "due today", "12 working days left"; empty:
                               closed, handed in or on hold */
    { "state", NULL },      /* "not started yet" */
    { "why", NULL },        /* a sentence: why this reader */
    { "next", NULL },       /* a sentence: what happens next, and when */
    { "mine", NULL },       /* not empty: the reader is who must do it */
    { "late", NULL },       /* the four groups of a digest: not empty in one of them */
    { "upcoming", NULL },
    { "closed", NULL },
    { "unassigned", NULL },
    { NULL, NULL },
};

static const struct template_var line_vars[] = { { "words", NULL }, { NULL, NULL } };

static const struct template_var topic_vars[] = {
    { "ref", NULL },          /* "2e"; the plan's id */
    { "text", NULL },         /* the action in plain words; the plan's title */
    { "why", NULL },          /* a sentence: why this reader */
    { "of", NULL },           /* the lead who cannot be reached and whom the reader stands in for */
    { "signal", NULL },       /* one of these three is not empty */
    { "missing", NULL },
    { "rollup", NULL },
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
    { "more", NULL },     /* how many did not fit; empty: none */
    { "first_due", NULL }, /* of the items: the earliest due day */
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
static enum word
state_word(enum action_state state)
{
    static const enum word by_state[ACTION_STATE_MAX_] = {
        [ACTION_PLANNED] = WORD_STATE_PLANNED,     [ACTION_OPEN] = WORD_STATE_OPEN,
        [ACTION_IN_PROGRESS] = WORD_STATE_IN_PROGRESS,
        [ACTION_SUBMITTED] = WORD_STATE_SUBMITTED, [ACTION_COMPLETE] = WORD_STATE_COMPLETE,
        [ACTION_BLOCKED] = WORD_STATE_BLOCKED,     [ACTION_ON_HOLD] = WORD_STATE_ON_HOLD,
        [ACTION_WITHDRAWN] = WORD_STATE_WITHDRAWN, [ACTION_SUPERSEDED] = WORD_STATE_SUPERSEDED,
        [ACTION_WITHDRAWN_PENDING] = WORD_STATE_WITHDRAWN_PENDING,
    };
    return by_state[state];
}
_Static_assert(WORD_WHY_BOARD - WORD_WHY_LEAD == NOTICE_WHY_BOARD - NOTICE_WHY_LEAD,
               "words.def has the reasons in the order of enum notice_why");
_Static_assert(WORD_NEXT_FOLLOW_UP - WORD_NEXT_NONE == NOTICE_NEXT_FOLLOW_UP,
               "words.def has what comes next in the order of enum notice_next");
_Static_assert(WORD_ASK_LEFT - WORD_ASK_FINISH == NOTICE_ASK_LEFT,
               "words.def has what is wanted in the order of enum notice_ask");

void
notice_demand(const struct words *w, const struct notice_item *item, struct text *out)
{
    if (item->demand && item->demand[0]) {
        text_add(out, item->demand);
        return;
    }
    AUTO_TEXT struct text period = { 0 };
    words_period(w, item->period ? item->period : "", &period);
    const struct word_facts facts = { .text = { [FACT_PERIOD] = text_str(&period),
                                                [FACT_OF] = item->of } };
    words_say(w, (enum word)(WORD_ASK_FINISH + item->ask), &facts, out);
    out->bad = out->bad ? out->bad : period.bad;
}

static void
sentence_add(struct text *out, const struct words *w, enum word word, const struct notice_model *m,
             const struct notice_item *item)
{
    AUTO_TEXT struct text day = { 0 };
    const char *lead = item->lead[0] ? item->lead : w->text[WORD_NOBODY];
    words_date(w, item->next_day, &day);
    const struct word_facts facts = { .text = { [FACT_LEAD] = lead,
                                                [FACT_OF] = item->of ? item->of : lead,
                                                [FACT_FORUM] = m->forum,
                                                [FACT_DAY] = text_str(&day) } };
    words_say(w, word, &facts, out);
    out->bad = out->bad ? out->bad : day.bad;
}

/* --- filling ------------------------------------------------------------------------------- */

/* The values of one item and the texts that they point to. */
struct filled_item {
    struct template_value values[ITEM_VALUES_MAX];
    size_t n;
    struct text due, demand, period, time, why, next, brief;
};
/* The same of a topic. */
struct filled_topic {
    struct template_value values[TOPIC_VALUES_MAX];
    size_t n;
    struct template_value lines[NOTICE_LIST_MAX_][NOTICE_LINES_MAX];
    struct template_row rows[NOTICE_LIST_MAX_][NOTICE_LINES_MAX];
    char more[NOTICE_LIST_MAX_][NUMBER_MAX];
    struct text why;
};
struct filled {
    struct filled_item items[NOTICE_ITEMS_MAX];
    struct template_row rows[NOTICE_ITEMS_MAX];
    size_t n_items;
    struct filled_topic topics[NOTICE_TOPICS_MAX];
    struct template_row topic_rows[NOTICE_TOPICS_MAX];
    size_t n_topics;
    struct template_value lines[NOTICE_LINES_MAX];
    struct template_row line_rows[NOTICE_LINES_MAX];
    struct template_value values[MODEL_VALUES_MAX];
    size_t n;
    struct template_row root;
    struct text today, first_due;
    char count[NUMBER_MAX], more[NUMBER_MAX], level[NUMBER_MAX], more_topics[NUMBER_MAX];
    struct text most_late;
};

static void
filled_freep(struct filled *f)
{
    for (size_t i = 0; i < f->n_items; i++) {
        struct filled_item *x = &f->items[i];
        struct text *texts[] = { &x->due, &x->demand, &x->period, &x->time, &x->why, &x->next,
                                 &x->brief };
        for (size_t k = 0; k < LENGTH(texts); k++) {
            text_done(texts[k]);
        }
    }
    for (size_t i = 0; i < f->n_topics; i++) {
        text_done(&f->topics[i].why);
    }
    text_done(&f->most_late);
    text_done(&f->today);
    text_done(&f->first_due);
}

static const char *
flag(bool is_set)
{
    return is_set ? "yes" : "";
}

/* The first words, cut where a word ends. */
static void
add_brief(const char *text, struct text *out)
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

static void
fill_item(struct filled_item *f, const struct words *w, const struct notice_model *m,
          const struct notice_item *item)
{
    words_date(w, item->due, &f->due);
    words_period(w, item->period ? item->period : "", &f->period);
    bool is_at_rest = action_is_final(item->state) || item->state == ACTION_SUBMITTED
                      || item->state == ACTION_ON_HOLD;
    bool is_question = !(item->demand && item->demand[0]) && item->ask > NOTICE_ASK_REVIEW;
    if (!is_at_rest) {
        words_late(w, item->late_wd, &f->time);
    }
    notice_demand(w, item, &f->demand);
    add_brief(item->text, &f->brief);
    sentence_add(&f->why, w, why_word(item->why), m, item);
    sentence_add(&f->next, w, next_word(item->next), m, item);
    bool is_closed = action_is_final(item->state);
    bool is_unassigned = !is_closed && item->lead[0] == '\0';
    bool is_mine = item->is_asked || item->why == NOTICE_WHY_LEAD
                   || item->why == NOTICE_WHY_JOINT_LEAD
                   || item->why == NOTICE_WHY_DEPUTY;
    bool is_late = !is_at_rest && !is_unassigned && item->late_wd > 0;
    bool is_form = item->ask == NOTICE_ASK_RETURN && is_mine && !is_closed;
    const struct template_value values[] = {
        { .name = "ref", .text = item->ref },
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
        { .name = "due_weekday", .text = words_weekday(w, item->due) },
        { .name = "time", .text = text_str(&f->time) },
        { .name = "state", .text = w->text[state_word(item->state)] },
        { .name = "why", .text = text_str(&f->why) },
        { .name = "next", .text = text_str(&f->next) },
        { .name = "mine", .text = flag(is_mine) },
        { .name = "late", .text = flag(is_late) },
        { .name = "upcoming", .text = flag(!is_late && !is_closed && !is_unassigned) },
        { .name = "closed", .text = flag(is_closed) },
        { .name = "unassigned", .text = flag(is_unassigned) },
    };
    _Static_assert(LENGTH(values) == LENGTH(item_vars) - 1, "a value for each declared variable");
    _Static_assert(LENGTH(values) <= ITEM_VALUES_MAX, "room for every value");
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
            f->lines[i][k] =
                (struct template_value){ .name = "words", .text = topic->lists[i].lines[k] };
            f->rows[i][k] = (struct template_row){ &f->lines[i][k], 1 };
        }
    }
    const struct template_value values[] = {
        { .name = "ref", .text = topic->ref },
        { .name = "text", .text = topic->text },
        { .name = "why", .text = text_str(&f->why) },
        { .name = "of", .text = topic->of },
        { .name = "signal", .text = flag(topic->kind == NOTICE_SIGNAL) },
        { .name = "missing", .text = flag(topic->kind == NOTICE_MISSING) },
        { .name = "rollup", .text = flag(topic->kind == NOTICE_ROLLUP) },
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
    _Static_assert(LENGTH(values) <= TOPIC_VALUES_MAX, "room for every value");
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
    int worst = 0;
    for (size_t i = 0; i < m->n_items; i++) {
        const struct notice_item *item = &m->items[i];
        fill_item(&f->items[i], w, m, item);
        f->rows[i] = (struct template_row){ f->items[i].values, f->items[i].n };
        f->n_items++;
        first = item->due < first ? item->due : first;
        bool counts = f->items[i].time.len > 0;
        worst = counts && item->late_wd > worst ? item->late_wd : worst;
    }
    words_date(w, first, &f->first_due);
    if (worst > 0) {
        words_late(w, worst, &f->most_late);
    }
}

/* 0 or -ENOMEM: an item must not lose its words for want of memory. */
static int
filled_bad(const struct filled *f)
{
    const struct text *texts[] = { &f->most_late, &f->today, &f->first_due };
    int bad = 0;
    for (size_t i = 0; i < LENGTH(texts); i++) {
        bad = bad ? bad : texts[i]->bad;
    }
    for (size_t i = 0; i < f->n_items; i++) {
        const struct filled_item *x = &f->items[i];
        const struct text *own[] = { &x->due, &x->demand, &x->period, &x->time,
                                     &x->why, &x->next,   &x->brief };
        for (size_t k = 0; k < LENGTH(own); k++) {
            bad = bad ? bad : own[k]->bad;
        }
    }
    for (size_t i = 0; i < f->n_topics; i++) {
        bad = bad ? bad : f->topics[i].why.bad;
    }
    return bad;
}

static int
fill(struct filled *f, const struct template_set *set, const struct notice_model *m)
{
    fill_items(f, &set->words, m);
    fill_topics(f, &set->words, m);
    for (size_t i = 0; i < m->n_lines; i++) {
        f->lines[i] = (struct template_value){ .name = "words", .text = m->lines[i] };
        f->line_rows[i] = (struct template_row){ &f->lines[i], 1 };
    }
    size_t count = m->n_items + (size_t)m->n_more;
    (void)snprintf(f->count, sizeof f->count, "%zu", count);
    (void)snprintf(f->more, sizeof f->more, m->n_more ? "%d" : "", m->n_more);
    (void)snprintf(f->level, sizeof f->level, m->level ? "%d" : "", m->level);
    words_date(&set->words, m->today, &f->today);
    enum notice_why why = m->n_items ? m->items[0].why : NOTICE_WHY_NONE;
    bool is_escalation = m->kind == NOTICE_ESCALATE;
    bool is_deciding = why == NOTICE_WHY_DIRECTOR || why == NOTICE_WHY_SECRETARY
                       || why == NOTICE_WHY_CHAIR || why == NOTICE_WHY_BOARD;
    const struct template_value values[] = {
        { .name = "plan_id", .text = m->plan_id },
        { .name = "plan_title", .text = m->plan_title },
        { .name = "plan_version", .text = m->plan_version },
        { .name = "plan_url", .text = m->plan_url },
        { .name = "formats", .text = m->formats },
        { .name = "trust", .text = m->trust },
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
        { .name = "more", .text = f->more },
        { .name = "first_due", .text = text_str(&f->first_due) },
        { .name = "most_late", .text = text_str(&f->most_late) },
        { .name = "level", .text = f->level },
        { .name = "topics", .rows = f->topic_rows, .n_rows = f->n_topics },
        { .name = "topic", .text = flag(m->n_topics == 1 && count == 0) },
        { .name = "any", .text = flag(count > 0) },
        { .name = "more_topics", .text = f->more_topics },
        { .name = "headline", .text = m->headline ? m->headline : "" },
        { .name = "lines", .rows = f->line_rows, .n_rows = m->n_lines },
        { .name = "to_director", .text = flag(m->level == 3 && (!is_escalation || is_deciding)) },
        { .name = "to_forum", .text = flag(m->level == 4 && (!is_escalation || is_deciding)) },
        { .name = "to_board", .text = flag(m->level == 5 && (!is_escalation || is_deciding)) },
        { .name = "told", .text = flag(is_escalation && !is_deciding) },
    };
    _Static_assert(LENGTH(values) == LENGTH(notice_vars) - 1, "a value for each declared variable");
    _Static_assert(LENGTH(values) <= MODEL_VALUES_MAX, "room for every value");
    memcpy(f->values, values, sizeof values);
    f->n = LENGTH(values);
    f->root = (struct template_row){ f->values, f->n };
    return filled_bad(f);
}

/* At most SUBJECT_MAX bytes, cut between characters. */
static void
subject_cut(struct text *subject)
{
    static const char dots[] = "\xE2\x80\xA6";
    if (subject->bad || subject->len <= SUBJECT_MAX) {
        return;
    }
    size_t n = SUBJECT_MAX - (sizeof dots - 1);
    while (n > 0 && ((unsigned char)subject->bytes[n] & 0xC0) == 0x80) {
        n--;
    }
    subject->len = n;
    subject->bytes[n] = '\0';
    text_add(subject, dots);
}

struct choice { /* the files of a reader's locale, and those of the folder above it */
    const struct template_set *set, *base;
};

static int
form_add(const struct choice *c, const struct notice_model *m, int form,
         const struct template_row *root, struct text *out, struct err *reterr)
{
    const struct template_set *own = c->set;
    const struct template_set *base = c->base;
#define PIECE(piece)                                                                               \
    (own->shared[piece][form] ? own->shared[piece][form] : base->shared[piece][form])
    const struct template *const order[] = { PIECE(PIECE_HEAD),
                                             own->own[m->kind][form] ? own->own[m->kind][form]
                                                                     : base->own[m->kind][form],
                                             PIECE(PIECE_ITEMS), PIECE(PIECE_TOPICS),
                                             PIECE(PIECE_FOOT) };
#undef PIECE
    const bool is_left_out[LENGTH(order)] = { [2] = m->n_items == 0, [3] = m->n_topics == 0 };
    int r = 0;
    for (size_t i = 0; r >= 0 && i < LENGTH(order); i++) {
        r = is_left_out[i] ? 0 : template_render(order[i], root, out, reterr);
    }
    return r;
}

void
notice_text_done(struct notice_text *t)
{
    text_done(&t->subject);
    text_done(&t->plain);
    text_done(&t->html);
    text_done(&t->calendar);
}

int
notice_render(const struct notice_templates *t, const struct notice_model *m,
              struct notice_text *ret, struct err *reterr)
{
    int r = notice_check(m, reterr);
    if (r < 0) {
        return r;
    }
    struct notice_text words = { 0 };
    __attribute__((cleanup(filled_freep))) struct filled f = { 0 };
    const struct choice c = { .set = notice_set(t, m->locale), .base = &t->sets[0] };
    r = fill(&f, c.set, m);
    if (r < 0) {
        return err_set(reterr, r, "out of memory");
    }
    const struct template *own = c.set->subject[m->kind];
    r = template_render(own ? own : c.base->subject[m->kind], &f.root, &words.subject, reterr);
    subject_cut(&words.subject);
    r = r < 0 ? r : form_add(&c, m, FORM_TEXT, &f.root, &words.plain, reterr);
    if (r >= 0 && m->format != NOTICE_FORMAT_TEXT) {
        r = form_add(&c, m, FORM_HTML, &f.root, &words.html, reterr);
    }
    if (r >= 0 && notice_kind_has_calendar(m->kind) && m->n_items > 0) {
        r = notice_calendar(m, &c.set->words, &words.calendar, reterr);
    }
    if (r < 0) {
        notice_text_done(&words);
        return r;
    }
    notice_text_done(ret);
    *ret = words;
    return 0;
}
