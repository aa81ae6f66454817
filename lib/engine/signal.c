/* SPDX-License-Identifier: MIT */
/* signal.c - telling people of signals: whom, and in which words. */
#include "engine/signal.h"

#include <stdio.h>
#include <string.h>

#include "answers/quote.h"
#include "answers/release.h"
#include "base/text.h"
#include "engine/item.h"
#include "engine/people.h"
#include "notice/said.h"


/* ---- the action that is measured ------------------------------------------------------------- */

struct action_search {
    struct signal_desk *d;
    const char *plan, *action;
    int n;
};

static int
match_action(void *arg, const struct row *row)
{
    struct action_search *q = arg;
    bool is_it = strcmp(row_text_or(row, 1, ""), q->action) == 0 && !row_i64(row, 8)
                 && (!q->plan || strcmp(row_text_or(row, 0, ""), q->plan) == 0);
    if (!is_it) {
        return 0;
    }
    q->n++;
    int r = text_copy(q->d->plan, sizeof q->d->plan, row_text_or(row, 0, ""));
    return r < 0 ? r : text_copy(q->d->action, sizeof q->d->action, q->action);
}

int
signal_desk_open(struct store *s, const struct trend_options *opt, struct signal_desk *ret,
                 struct err *reterr)
{
    const struct survey_trends *how = &opt->def->trends;
    *ret = (struct signal_desk){ .store = s, .opt = opt };
    if (!how->action) {
        return 0;
    }
    struct action_search q = { ret, how->plan, how->action, 0 };
    int r = store_each(s, Q_ACTION_LIST, NONE, match_action, &q, reterr);
    if (q.n != 1) { /* none, or several plans have it: then it is nobody's */
        ret->plan[0] = '\0';
        ret->action[0] = '\0';
    }
    return r < 0 ? r : 0;
}

/* ---- whom ------------------------------------------------------------------------------------ */

struct finding {
    struct signal_desk *d;
    struct people *to;
    struct err *reterr;
};

static int
take_occurrence(void *arg, const struct row *row)
{
    const struct finding *f = arg;
    struct occurrence o;
    int r = occurrence_from_row(&o, row);
    if (r < 0 || o.duty.state == ACTION_WITHDRAWN || o.duty.state == ACTION_SUPERSEDED) {
        return r;
    }
    return people_of(f->d->store, o.id, false, f->to, f->reterr);
}

static int
take_secretary(void *arg, const struct row *row)
{
    const struct finding *f = arg;
    return people_add(f->to, row_text(row, 8), NOTICE_WHY_SECRETARY, "", f->reterr);
}

static int
find_people(struct signal_desk *d, bool persists, struct people *ret, struct err *reterr)
{
    struct finding f = { d, ret, reterr };
    int r = persists ? store_each(d->store, Q_PLAN_GET, WITH(T(d->plan)), take_secretary, &f,
                                  reterr)
                     : store_each(d->store, Q_OCCURRENCE_OF_ACTION, WITH(T(d->plan), T(d->action)),
                                  take_occurrence, &f, reterr);
    return r < 0 ? r : 0;
}

static int
tell(struct signal_desk *d, const struct people *p, struct item_topic_order *order,
     struct err *reterr)
{
    int r = 0;
    order->plan = d->plan;
    order->topic = d->action;
    for (size_t i = 0; r >= 0 && i < p->n; i++) {
        order->role = p->list[i].role;
        order->why = p->list[i].why;
        r = item_add_topic(d->opt->world, d->store, order, d->opt->now_ms, reterr);
        d->n_items += r > 0;
    }
    return r < 0 ? r : 0;
}

/* ---- words ----------------------------------------------------------------------------------- */

/* The latest figure, when the disclosure rule has let it out. */
static int
say_published(const struct signal_desk *d, const struct signal_news *news, struct text *out,
              struct err *reterr)
{
    const struct trend_row *row = &news->trend->rows[trend_latest(news->trend)];
    AUTO_QUOTES struct quotes quotes = { 0 };
    AUTO_TEXT struct text value = { 0 };
    int r = quotes_load(d->store, news->measure, row->month, &quotes, reterr);
    int64_t n = r < 0 ? 0 : quotes_figure(&quotes, news->measure, news->trend, &value);
    if (n > 0) {
        AUTO_TEXT struct text more = { 0 };
        said_begin(&more, WORD_PUBLISHED);
        said_month(&more, FACT_MONTH, quotes.month);
        said_text(&more, FACT_VALUE, text_str(&value));
        said_int(&more, FACT_N, n);
        said_inside(out, FACT_MORE, &more);
    }
    return r;
}

/* Which question or score it is, and the statistic when that is not the percentage positive. */
static void
say_question(const struct trend *t, struct text *out)
{
    AUTO_TEXT struct text question = { 0 };
    said_begin(&question, (enum word)(WORD_QUESTION_POSITIVE + t->statistic - TREND_POSITIVE));
    said_text(&question, FACT_WORDS, t->wording);
    said_inside(out, FACT_QUESTION, &question);
}
_Static_assert(WORD_QUESTION_MEAN - WORD_QUESTION_POSITIVE == TREND_MEAN - TREND_POSITIVE,
               "words.def has the questions in the order of enum trend_statistic");

static void
say_signal(const struct signal_news *news, struct text *out)
{
    const struct trend *t = news->trend;
    int latest = trend_latest(t);
    bool has_rule = latest >= 0 && t->points[latest].verdict == news->verdict;
    said_begin(out, has_rule ? WORD_SIGNAL_RULE : WORD_SIGNAL);
    said_text(out, FACT_TITLE, t->title);
    if (news->measure->path[0]) {
        said_text(out, FACT_UNIT, t->unit);
    } else {
        said_word(out, FACT_UNIT, WORD_UNIT_ALL);
    }
    say_question(t, out);
    said_word(out, FACT_VERDICT, (enum word)(WORD_VERDICT_COMMON + news->verdict));
    said_month(out, FACT_MONTH, trend_since(t, news->verdict));
    if (has_rule) {
        said_word(out, FACT_RULE, (enum word)(WORD_RULE_COMMON + t->points[latest].type));
    }
}
_Static_assert(WORD_VERDICT_LOW - WORD_VERDICT_COMMON == SPC_IS_NEUTRAL_LOW,
               "words.def has the verdicts in the order of enum spc_verdict");
_Static_assert(WORD_RULE_SHIFT_BELOW - WORD_RULE_COMMON == SPC_SHIFT_BELOW,
               "words.def has the rules in the order of enum spc_type");

static int
tell_one(struct signal_desk *d, const struct signal_news *news, const struct people *p,
         struct err *reterr)
{
    AUTO_TEXT struct text line = { 0 };
    text_add(&line, "n");
    say_signal(news, &line);
    int r = say_published(d, news, &line, reterr);
    text_add(&line, "\n");
    if (r < 0 || line.bad) {
        return r < 0 ? r : line.bad;
    }
    static const char *const note_of[SPC_VERDICT_MAX_] = { "", "better", "worse", "", "" };
    struct item_topic_order order = { .kind = news->persists ? ITEM_PERSISTS : ITEM_SIGNAL,
                                      .about = news->id,
                                      .note = note_of[news->verdict],
                                      .words = text_str(&line) };
    return tell(d, p, &order, reterr);
}

int
signal_tell(struct signal_desk *d, const struct signal_news *news, size_t n, struct err *reterr)
{
    AUTO_PEOPLE struct people leads = { .n = 0 };
    AUTO_PEOPLE struct people secretary = { .n = 0 };
    if (!d->action[0] || n == 0) {
        return 0;
    }
    int r = find_people(d, false, &leads, reterr);
    r = r < 0 ? r : find_people(d, true, &secretary, reterr);
    for (size_t i = 0; r >= 0 && i < n; i++) {
        r = tell_one(d, &news[i], news[i].persists ? &secretary : &leads, reterr);
    }
    return r;
}

/* Schema 1 told of missing answers in mails of their own, under these keys. */
static int
forget_told(struct signal_desk *d, int32_t month, struct people *p, struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < p->n;) {
        char key[3 * OCC_NAME_MAX];
        int64_t id = 0;
        (void)snprintf(key, sizeof key, "missing|%s|%d|%s", d->opt->def->id, (int)month,
                       p->list[i].role);
        r = store_get(d->store, Q_NOTICE_ID_OF_KEY, WITH(T(key)), &id, reterr);
        if (r > 0) {
            p->list[i] = p->list[--p->n];
        } else {
            i++;
        }
    }
    return r < 0 ? r : 0;
}

int
signal_tell_missing(struct signal_desk *d, int32_t month, struct err *reterr)
{
    const struct definition *def = d->opt->def;
    AUTO_TEXT struct text line = { 0 };
    AUTO_PEOPLE struct people leads = { .n = 0 };
    day_t closing = release_closing_day(def, &d->opt->world->calendar, month);
    text_add(&line, "n");
    said_begin(&line, WORD_SURVEY_MISSING);
    said_text(&line, FACT_TITLE, def->title);
    said_month(&line, FACT_MONTH, month);
    said_day(&line, FACT_DAY, closing);
    text_add(&line, "\n");
    int r = line.bad ? line.bad : find_people(d, false, &leads, reterr);
    r = r < 0 ? r : forget_told(d, month, &leads, reterr);
    struct item_topic_order order = { .kind = ITEM_MISSING, .about = month, .note = def->id,
                                      .words = text_str(&line) };
    return r < 0 ? r : tell(d, &leads, &order, reterr);
}
