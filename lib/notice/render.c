/* SPDX-License-Identifier: MIT */
/* render.c - from the facts of a notice to the words of a mail. */
#include "notice/render.h"

#include <stdio.h>
#include <string.h>

enum { SUBJECT_MAX = 200, DATE_WORDS_MAX = 40, NUMBER_MAX = 16, ITEM_VALUES_MAX = 32,
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
    { "demand", NULL },     /* "finish it" */
    { "timescale", NULL },  /* "Q.1 2015" */
    { "metric", NULL },     /* empty: none agreed yet */
    { "period", NULL },     /* of a return: "January to March 2016" */
    { "lead", NULL },       /* empty: nobody */
    { "waits_for", NULL },  /* empty: nothing */
    { "due", NULL },        /* "31 March 2015" */
    { "due_weekday", NULL },/* "Tuesday" */
    { "time", NULL },       /* "5 working days late", "due today", "12 working days left" */
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

/* A sentence with at most one fact in the middle. */
enum fact { FACT_NONE = 0, FACT_OF, FACT_LEAD, FACT_FORUM, FACT_DAY };
struct sentence {
    const char *before;
    enum fact fact;
    const char *after;
};

static const struct sentence whys[NOTICE_WHY_MAX_] = {
    [NOTICE_WHY_LEAD] = { "You lead this action.", FACT_NONE, "" },
    [NOTICE_WHY_JOINT_LEAD] = { "You lead this action together with others. Each of you is asked.",
                                FACT_NONE, "" },
    [NOTICE_WHY_SUPPORT] = { "You support this action. It is led by: ", FACT_LEAD, "." },
    [NOTICE_WHY_DEPUTY] = { "You are the deputy of the lead: ", FACT_OF, "." },
    [NOTICE_WHY_MANAGER] = { "You are the line manager of the lead: ", FACT_OF, "." },
    [NOTICE_WHY_DIRECTOR] = { "You are the director for this action. It is led by: ", FACT_LEAD,
                              "." },
    [NOTICE_WHY_OWNER] = { "You own this plan. The action is led by: ", FACT_LEAD, "." },
    [NOTICE_WHY_COORDINATOR] = { "You co-ordinate the parts of this action. This one is led by: ",
                                 FACT_LEAD, "." },
    [NOTICE_WHY_VERIFIER] = { "You check that this action is done. It is led by: ", FACT_LEAD,
                              "." },
    [NOTICE_WHY_SECRETARY] = { "You are the secretary of the ", FACT_FORUM,
                               ", which answers for this plan." },
    [NOTICE_WHY_CHAIR] = { "You chair the ", FACT_FORUM, ", which answers for this plan." },
    [NOTICE_WHY_BOARD] = { "You bring matters to the Board. This one comes from the ", FACT_FORUM,
                           "." },
};

static const struct sentence nexts[NOTICE_NEXT_MAX_] = {
    [NOTICE_NEXT_NONE] = { "Nothing more will be sent about this.", FACT_NONE, "" },
    [NOTICE_NEXT_REMINDER] = { "The next reminder comes on ", FACT_DAY, " if it is still open." },
    [NOTICE_NEXT_L1] = { "If it is still open on ", FACT_DAY,
                         ", it is shown as late and the owner of the plan is told." },
    [NOTICE_NEXT_L2] = { "If it is still open on ", FACT_DAY,
                         ", the lead's deputy and line manager are told." },
    [NOTICE_NEXT_L3] = { "If it is still open on ", FACT_DAY, ", the director is told." },
    [NOTICE_NEXT_L4] = { "If it is still open on ", FACT_DAY,
                         ", it goes to the committee that answers for the plan." },
    [NOTICE_NEXT_L5] = { "If it is still open on ", FACT_DAY, ", it goes to the Board." },
    [NOTICE_NEXT_REPEAT] = { "If it is still open on ", FACT_DAY, ", the lead is asked again." },
    [NOTICE_NEXT_FOLLOW_UP] = { "The next report on it is asked for by ", FACT_DAY, "." },
};

static const char *const state_words[ACTION_STATE_MAX_] = {
    [ACTION_PLANNED] = "not started yet",
    [ACTION_OPEN] = "not started yet",
    [ACTION_IN_PROGRESS] = "started",
    [ACTION_SUBMITTED] = "handed in, waiting to be checked",
    [ACTION_COMPLETE] = "done and checked",
    [ACTION_BLOCKED] = "blocked",
    [ACTION_ON_HOLD] = "on hold",
    [ACTION_WITHDRAWN] = "withdrawn",
    [ACTION_SUPERSEDED] = "replaced by another action",
    [ACTION_WITHDRAWN_PENDING] = "no longer in the plan",
};

const char *
notice_demand(const struct notice_item *item)
{
    return item->demand && item->demand[0] ? item->demand : "finish it";
}

void
notice_late_words(int late_wd, struct text *out)
{
    int n = late_wd < 0 ? -late_wd : late_wd;
    if (n == 0) {
        text_add(out, "due today");
        return;
    }
    text_addf(out, "%d working day%s %s", n, n == 1 ? "" : "s", late_wd > 0 ? "late" : "left");
}

static void
sentence_add(struct text *out, const struct sentence *s, const struct notice_model *m,
             const struct notice_item *item)
{
    char day[DATE_WORDS_MAX] = "";
    const char *facts[] = {
        [FACT_NONE] = "",
        [FACT_OF] = item->of ? item->of : item->lead,
        [FACT_LEAD] = item->lead[0] ? item->lead : "nobody yet",
        [FACT_FORUM] = m->forum,
        [FACT_DAY] = day,
    };
    if (s->fact == FACT_DAY) {
        (void)day_words(item->next_day, day, sizeof day);
    }
    text_addf(out, "%s%s%s", s->before ? s->before : "", facts[s->fact], s->after ? s->after : "");
}

/* --- filling ------------------------------------------------------------------------------- */

/* The values of one item and the texts that they point to. */
struct filled_item {
    struct template_value values[ITEM_VALUES_MAX];
    size_t n;
    char due[DATE_WORDS_MAX];
    struct text time, why, next;
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
    char today[DATE_WORDS_MAX], first_due[DATE_WORDS_MAX];
    char count[NUMBER_MAX], more[NUMBER_MAX], level[NUMBER_MAX], more_topics[NUMBER_MAX];
    struct text most_late;
};

static void
filled_freep(struct filled *f)
{
    for (size_t i = 0; i < f->n_items; i++) {
        text_done(&f->items[i].time);
        text_done(&f->items[i].why);
        text_done(&f->items[i].next);
    }
    for (size_t i = 0; i < f->n_topics; i++) {
        text_done(&f->topics[i].why);
    }
    text_done(&f->most_late);
}

static const char *
flag(bool is_set)
{
    return is_set ? "yes" : "";
}

static void
fill_item(struct filled_item *f, const struct notice_model *m, const struct notice_item *item)
{
    static const char *const weekdays[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
                                            "Saturday", "Sunday" };
    (void)day_words(item->due, f->due, sizeof f->due);
    notice_late_words(item->late_wd, &f->time);
    sentence_add(&f->why, &whys[item->why], m, item);
    sentence_add(&f->next, &nexts[item->next], m, item);
    bool is_closed = action_is_final(item->state);
    bool is_unassigned = !is_closed && item->lead[0] == '\0';
    bool is_mine = item->is_asked || item->why == NOTICE_WHY_LEAD
                   || item->why == NOTICE_WHY_JOINT_LEAD
                   || item->why == NOTICE_WHY_DEPUTY;
    bool is_late = !is_closed && !is_unassigned && item->late_wd > 0;
    const struct template_value values[] = {
        { .name = "ref", .text = item->ref },
        { .name = "occurrence", .text = item->occurrence },
        { .name = "text", .text = item->text },
        { .name = "demand", .text = notice_demand(item) },
        { .name = "timescale", .text = item->timescale },
        { .name = "metric", .text = item->metric },
        { .name = "period", .text = item->period },
        { .name = "lead", .text = item->lead },
        { .name = "waits_for", .text = item->waits_for },
        { .name = "due", .text = f->due },
        { .name = "due_weekday", .text = weekdays[day_weekday(item->due)] },
        { .name = "time", .text = text_str(&f->time) },
        { .name = "state", .text = state_words[item->state] },
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
fill_topic(struct filled_topic *f, const struct notice_model *m, const struct notice_topic *topic)
{
    const struct notice_item as_item = { .of = topic->of, .lead = topic->of ? topic->of : "" };
    sentence_add(&f->why, &whys[topic->why], m, &as_item);
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
fill_topics(struct filled *f, const struct notice_model *m)
{
    for (size_t i = 0; i < m->n_topics; i++) {
        fill_topic(&f->topics[i], m, &m->topics[i]);
        f->topic_rows[i] = (struct template_row){ f->topics[i].values, f->topics[i].n };
        f->n_topics++;
    }
    (void)snprintf(f->more_topics, sizeof f->more_topics, m->n_more_topics ? "%d" : "",
                   m->n_more_topics);
}

static void
fill_items(struct filled *f, const struct notice_model *m)
{
    if (m->n_items == 0) {
        return;
    }
    day_t first = m->items[0].due;
    int worst = 0;
    for (size_t i = 0; i < m->n_items; i++) {
        const struct notice_item *item = &m->items[i];
        fill_item(&f->items[i], m, item);
        f->rows[i] = (struct template_row){ f->items[i].values, f->items[i].n };
        f->n_items++;
        first = item->due < first ? item->due : first;
        bool counts = !action_is_final(item->state);
        worst = counts && item->late_wd > worst ? item->late_wd : worst;
    }
    (void)day_words(first, f->first_due, sizeof f->first_due);
    if (worst > 0) {
        notice_late_words(worst, &f->most_late);
    }
}

/* 0 or -ENOMEM: an item must not lose its words for want of memory. */
static int
filled_bad(const struct filled *f)
{
    int bad = f->most_late.bad;
    for (size_t i = 0; i < f->n_items; i++) {
        const struct filled_item *item = &f->items[i];
        bad = bad ? bad : item->time.bad ? item->time.bad : item->why.bad;
        bad = bad ? bad : item->next.bad;
    }
    for (size_t i = 0; i < f->n_topics; i++) {
        bad = bad ? bad : f->topics[i].why.bad;
    }
    return bad;
}

static int
fill(struct filled *f, const struct notice_model *m)
{
    fill_items(f, m);
    fill_topics(f, m);
    for (size_t i = 0; i < m->n_lines; i++) {
        f->lines[i] = (struct template_value){ .name = "words", .text = m->lines[i] };
        f->line_rows[i] = (struct template_row){ &f->lines[i], 1 };
    }
    size_t count = m->n_items + (size_t)m->n_more;
    (void)snprintf(f->count, sizeof f->count, "%zu", count);
    (void)snprintf(f->more, sizeof f->more, m->n_more ? "%d" : "", m->n_more);
    (void)snprintf(f->level, sizeof f->level, m->level ? "%d" : "", m->level);
    (void)day_words(m->today, f->today, sizeof f->today);
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
        { .name = "to_role", .text = m->to_role },
        { .name = "today", .text = f->today },
        { .name = "lang", .text = m->locale && m->locale[0] ? m->locale : "en-GB" },
        { .name = "large", .text = flag(m->format == NOTICE_FORMAT_LARGE) },
        { .name = "items", .rows = f->rows, .n_rows = f->n_items },
        { .name = "count", .text = f->count },
        { .name = "one", .text = flag(count == 1) },
        { .name = "many", .text = flag(count > 1) },
        { .name = "more", .text = f->more },
        { .name = "first_due", .text = f->first_due },
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

static int
form_add(const struct notice_templates *t, const struct notice_model *m, int form,
         const struct template_row *root, struct text *out, struct err *reterr)
{
    const struct template *const order[] = { t->shared[PIECE_HEAD][form], t->own[m->kind][form],
                                             t->shared[PIECE_ITEMS][form],
                                             t->shared[PIECE_TOPICS][form],
                                             t->shared[PIECE_FOOT][form] };
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
    r = fill(&f, m);
    if (r < 0) {
        return err_set(reterr, r, "out of memory");
    }
    r = template_render(t->subject[m->kind], &f.root, &words.subject, reterr);
    subject_cut(&words.subject);
    r = r < 0 ? r : form_add(t, m, FORM_TEXT, &f.root, &words.plain, reterr);
    if (r >= 0 && m->format != NOTICE_FORMAT_TEXT) {
        r = form_add(t, m, FORM_HTML, &f.root, &words.html, reterr);
    }
    if (r >= 0 && notice_kind_has_calendar(m->kind) && m->n_items > 0) {
        r = notice_calendar(m, &words.calendar, reterr);
    }
    if (r < 0) {
        notice_text_done(&words);
        return r;
    }
    notice_text_done(ret);
    *ret = words;
    return 0;
}
