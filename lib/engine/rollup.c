/* SPDX-License-Identifier: MIT */
/* rollup.c - a plan's week for its owner. */
#include "engine/rollup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "engine/letter.h"
#include "engine/notify.h"
#include "engine/shade.h"
#include "notice/said.h"

/* gcc 12 loses sight of what a list of its caller's owns and calls it leaked. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

enum { DAYS_WEEK = 7 };

/* ---- when ------------------------------------------------------------------------------------ */

/* Its first working day; DAY_NONE when all of it is closed. */
static day_t
week_begins(const struct calendar *c, day_t monday)
{
    day_t day = calendar_roll_forward(c, monday);
    return day < monday + DAYS_WEEK ? day : DAY_NONE;
}

static int
say_weeks(void *arg, const struct row *row)
{
    struct standing_ask *ask = arg;
    day_t today = world_day(ask->w, ask->now_ms);
    day_t monday = day_monday(today);
    int r = 0;
    for (int week = -1; r >= 0 && week <= 1; week++) {
        char name[DAY_TEXT_MAX];
        day_t day = week_begins(&ask->w->calendar, monday + week * DAYS_WEEK);
        if (day != DAY_NONE) {
            r = standing_say(ask, row_text_or(row, 0, ""), day_format(day, name),
                             world_send_ms(ask->w, day), NULL);
        }
    }
    return r;
}

int
rollup_look(struct standing_ask *ask, struct err *reterr)
{
    int r = store_each(ask->s, Q_PLAN_LIST, NONE, say_weeks, ask, reterr);
    return r < 0 ? r : 0;
}

/* ---- one occurrence -------------------------------------------------------------------------- */

struct line {
    int rank; /* small first */
    day_t day;
    struct text words; /* as said.h keeps it */
};
struct list {
    struct line *lines;
    size_t n, cap;
};
struct week {
    const struct world *w;
    struct store *s;
    char plan[OCC_NAME_MAX], owner[OCC_NAME_MAX];
    int64_t now_ms;
    day_t today, end; /* the last day of the week */
    bool knows_colors; /* somebody looked before */
    struct list lists[NOTICE_LIST_MAX_];
    struct err *reterr;
};
struct seen {
    struct occurrence o;
    struct shade shade;
    bool has_old, has_forecast_ahead;
    enum rag_color old;
    struct text what; /* the demand, named for people */
    struct week *week;
};

static void
week_freep(struct week *x)
{
    for (size_t i = 0; i < NOTICE_LIST_MAX_; i++) {
        for (size_t k = 0; k < x->lists[i].n; k++) {
            text_done(&x->lists[i].lines[k].words);
        }
        free(x->lists[i].lines);
    }
}

/* Room for one more, empty; NULL: out of memory. */
static struct line *
add_line(struct list *l)
{
    if (list_room(&l->lines, l->n, &l->cap, sizeof *l->lines) < 0) {
        return NULL;
    }
    l->lines[l->n] = (struct line){ .rank = 0 };
    return &l->lines[l->n++];
}

static int
take_old(void *arg, const struct row *row)
{
    struct seen *x = arg;
    x->old = (enum rag_color)row_i64(row, 0);
    x->has_old = true;
    return 1;
}

/* Inside the row: shade_of reads its columns. */
static int
take_occurrence(void *arg, const struct row *row)
{
    struct seen *x = arg;
    struct week *k = x->week;
    int r = occurrence_from_row(&x->o, row);
    x->has_forecast_ahead = !row_is_null(row, 18) && row_i64(row, 18) >= k->today;
    r = r < 0 ? r : shade_of(k->w, k->s, row, &x->o, k->today, &x->shade, k->reterr);
    return r < 0 ? r : 1;
}

static int
take_text(void *arg, const struct row *row)
{
    notice_brief(row_text_or(row, 3, ""), arg);
    return 1;
}

/* What the owner reads of it: its name for commands and what the action is. */
static int
name_it(struct seen *x)
{
    const struct occurrence *o = &x->o;
    AUTO_TEXT struct text brief = { 0 };
    bool is_return = o->duty.kind == DUTY_RETURN && o->period[0];
    int r = store_each(x->week->s, Q_ACTION_GET, WITH(T(o->plan), T(o->action)), take_text, &brief,
                       x->week->reterr);
    said_begin(&x->what, o->duty.kind == DUTY_REVIEW ? WORD_NAME_REVIEW
                         : is_return && o->part[0]   ? WORD_WHAT_RETURN_PART
                         : is_return                 ? WORD_WHAT_RETURN
                         : o->part[0]                ? WORD_WHAT_PART
                                                     : WORD_WHAT_DEMAND);
    said_text(&x->what, FACT_REF, o->action[0] ? o->action : o->plan);
    said_text(&x->what, FACT_TEXT, text_str(&brief));
    said_text(&x->what, FACT_PART, o->part);
    said_period(&x->what, FACT_PERIOD, o->period);
    return r < 0 ? r : brief.bad;
}

/* Worst first, then by due day. */
static int
see_color(struct seen *x)
{
    struct week *k = x->week;
    const struct rag *now = &x->shade.shown;
    int r = store_each(k->s, Q_RAG_SEEN_GET, WITH(I(x->o.id)), take_old, x, k->reterr);
    k->knows_colors |= x->has_old;
    bool is_same = x->has_old && x->old == now->color;
    if (r < 0 || is_same) {
        return r < 0 ? r : 0;
    }
    /* What is new is told when something is wrong with it. */
    if (x->has_old || now->color >= RAG_AMBER) {
        r = name_it(x);
        if (r < 0) {
            return r;
        }
        struct line *line = add_line(&k->lists[NOTICE_LIST_NEWS]);
        if (!line) {
            return err_set(k->reterr, -ENOMEM, "out of memory");
        }
        line->rank = -(int)now->color;
        line->day = x->o.duty.due;
        said_begin(&line->words, x->has_old ? WORD_ROLLUP_TURNED : WORD_ROLLUP_NEW);
        said_inside(&line->words, FACT_WHAT, &x->what);
        said_word(&line->words, FACT_COLOUR, words_color(now->color));
        said_word(&line->words, FACT_WAS, words_color(x->old));
        said_reason(&line->words, FACT_REASON, now->reason);
    }
    r = store_run(k->s, Q_RAG_SEEN_PUT,
                  WITH(I(x->o.id), I(now->color), T(now->reason), I(k->today)), k->reterr);
    return r < 0 ? r : 0;
}

static enum word
step_word(const struct step *step)
{
    static const enum word words[STEP_KIND_MAX_] = {
        [STEP_REMIND] = WORD_STEP_REMIND,   [STEP_REPEAT] = WORD_STEP_REPEAT,
        [STEP_ACK_EXPIRED] = WORD_STEP_ACK, [STEP_BLOCKED] = WORD_STEP_BLOCKED,
        [STEP_VERIFY] = WORD_STEP_VERIFY,   [STEP_HOLD] = WORD_STEP_HOLD,
        [STEP_STATUS] = WORD_STEP_STATUS,   [STEP_UNREACHED] = WORD_STEP_UNREACHED,
    };
    return words[step->kind];
}

/* Words for each level; of level 2 also where one of the two was not told. */
struct level_words {
    enum word first, deputy, manager;
};

/* False: of those whom the level is for, there is nobody among them. */
static bool
find_level_word(const struct level_words *k, int level, unsigned reach, enum word *ret)
{
    unsigned added = reach & notify_adds(level);
    *ret = (enum word)((int)k->first + level - 1);
    if (level == 2 && added != notify_adds(level)) {
        *ret = added & (1U << NOTICE_WHY_DEPUTY) ? k->deputy : k->manager;
    }
    return added != 0;
}

static int
level_word(const struct seen *x, int level, day_t day, enum word *ret)
{
    static const struct level_words words = { WORD_STEP_L1, WORD_STEP_L2_DEPUTY,
                                              WORD_STEP_L2_MANAGER };
    const struct week *k = x->week;
    unsigned reach = 0;
    int r = level > 1 ? notify_reach(k->w, k->s, &x->o, level, day, &reach, k->reterr) : 0;
    if (!find_level_word(&words, level, reach, ret) && level > 1) {
        *ret = level < FORUM_LEVEL ? WORD_STEP_AGAIN : WORD_STEP_ALONE;
    }
    return r;
}

static int
say_going(struct seen *x, const struct step *step, day_t day)
{
    enum word word = step_word(step);
    int r = step->kind == STEP_LADDER ? level_word(x, step->level, day, &word) : 0;
    if (r < 0) {
        return r;
    }
    struct line *line = add_line(&x->week->lists[NOTICE_LIST_GOING]);
    if (!line) {
        return err_set(x->week->reterr, -ENOMEM, "out of memory");
    }
    line->day = day;
    said_begin(&line->words, WORD_ROLLUP_GOING);
    said_weekday(&line->words, FACT_WEEKDAY, day);
    said_day(&line->words, FACT_DAY, day);
    said_inside(&line->words, FACT_WHAT, &x->what);
    said_day(&line->words, FACT_DUE, x->o.duty.due);
    said_word(&line->words, FACT_STEP, word);
    return 0;
}

/* Columns of item_of_occurrence: .. 2 step .. 8 state 9 created_ms. Its steps of today, once. */
struct todays {
    struct seen *x;
    char last[STEP_NAME_MAX];
};

static int
take_todays(void *arg, const struct row *row)
{
    struct todays *t = arg;
    struct step step;
    const char *name = row_text_or(row, 2, "");
    bool is_todays = world_day(t->x->week->w, row_i64(row, 9)) == t->x->week->today
                     && row_i64(row, 8) != ITEM_VOID && strcmp(name, t->last) != 0
                     && step_parse(name, &step) >= 0;
    if (!is_todays) {
        return 0;
    }
    int r = text_copy(t->last, sizeof t->last, name);
    return r < 0 ? r : say_going(t->x, &step, t->x->week->today);
}

/* The same pure rule that fires them, if nobody acts and every notice arrives. */
static int
see_going(struct seen *x)
{
    struct week *k = x->week;
    struct todays t = { .x = x };
    int r = store_each(k->s, Q_ITEM_OF_OCCURRENCE, WITH(I(x->o.id)), take_todays, &t, k->reterr);
    struct duty_state state = x->o.duty;
    duty_accept(&state, k->today);
    for (day_t day = k->today + 1; r >= 0 && day != DAY_NONE && day <= k->end;) {
        struct next_steps next = next_steps(&state, &k->w->rules, &k->w->calendar, day);
        r = next.has_step ? say_going(x, &next.step, day) : 0;
        bool is_level = next.after.level != state.level;
        state = next.after;
        state.accepted_day = is_level ? day : state.accepted_day;
        day = next.wake != day ? next.wake : day + 1;
    }
    return r < 0 ? r : 0;
}

/* Columns of item_of_occurrence: .. 3 level .. 5 why .. 7 gen .. 11 state of its notice. */
struct reached {
    const struct seen *x;
    unsigned by_level[LADDER_MAX + 1]; /* bits 1 << enum notice_why */
};

static int
take_reached(void *arg, const struct row *row)
{
    enum { ACCEPTED = 2, SHADOWED = 7 };
    struct reached *t = arg;
    int64_t level = row_i64(row, 3);
    int64_t state = row_is_null(row, 11) ? 0 : row_i64(row, 11);
    enum item_kind kind = item_kind_parse(row_text_or(row, 1, ""));
    bool is_level = kind == ITEM_OVERDUE || kind == ITEM_ESCALATE;
    bool is_now = row_i64(row, 7) == t->x->o.gen && level > 0 && level <= t->x->o.duty.level;
    if (is_level && is_now && (state == ACCEPTED || state == SHADOWED)) {
        t->by_level[level] |= 1U << row_i64(row, 5);
    }
    return 0;
}

/* The highest of those who really were told of it. */
static int
reach_word(const struct seen *x, enum word *ret)
{
    static const struct level_words words = { WORD_REACH_1, WORD_REACH_2_DEPUTY,
                                              WORD_REACH_2_MANAGER };
    struct reached t = { .x = x };
    bool is_found = false;
    unsigned all = 0;
    int r = store_each(x->week->s, Q_ITEM_OF_OCCURRENCE, WITH(I(x->o.id)), take_reached, &t,
                       x->week->reterr);
    for (int level = x->o.duty.level; !is_found && level > 1; level--) {
        is_found = find_level_word(&words, level, t.by_level[level], ret);
        all |= t.by_level[level];
    }
    if (!is_found) {
        *ret = (all | t.by_level[1]) & (1U << NOTICE_WHY_OWNER) ? WORD_REACH_1
               : x->o.duty.is_waiting                           ? WORD_REACH_WAITS
                                                                : WORD_REACH_0;
    }
    return r < 0 ? r : 0;
}

/* Late, and whoever leads it has not said a word that still holds. */
static int
see_open(struct seen *x)
{
    struct week *k = x->week;
    const struct duty_state *d = &x->o.duty;
    bool is_silent = d->state == ACTION_OPEN
                     || (d->state == ACTION_IN_PROGRESS && !x->has_forecast_ahead);
    bool rests = d->acked_until != DAY_NONE && d->acked_until >= k->today;
    if (!is_silent || rests || d->due >= k->today) {
        return 0;
    }
    enum word reach = WORD_REACH_0;
    int late = calendar_between(&k->w->calendar, d->due, k->today);
    int r = reach_word(x, &reach);
    if (r < 0) {
        return r;
    }
    struct line *line = add_line(&k->lists[NOTICE_LIST_OPEN]);
    if (!line) {
        return err_set(k->reterr, -ENOMEM, "out of memory");
    }
    line->day = d->due;
    said_begin(&line->words, WORD_ROLLUP_OPEN);
    said_inside(&line->words, FACT_WHAT, &x->what);
    said_late(&line->words, FACT_TIME, late);
    said_word(&line->words, FACT_REACH, reach);
    return 0;
}

/* ---- all of them ----------------------------------------------------------------------------- */

struct member {
    int64_t id;
    char ref[OCC_NAME_MAX];
    bool is_part, has_parts;
};
struct members {
    struct member *list;
    size_t n, cap;
};

/* Columns of occurrence_of_plan: id ref part .. by ref and part: the whole before its parts. */
static int
take_member(void *arg, const struct row *row)
{
    struct members *m = arg;
    if (list_room(&m->list, m->n, &m->cap, sizeof *m->list) < 0) {
        return -ENOMEM;
    }
    struct member *x = &m->list[m->n++];
    *x = (struct member){ .id = row_i64(row, 0), .is_part = row_text_or(row, 2, "")[0] != '\0' };
    const char *ref = row_text_or(row, 1, "");
    if (x->is_part && m->n > 1 && !x[-1].is_part && strcmp(x[-1].ref, ref) == 0) {
        x[-1].has_parts = true;
    }
    return text_copy(x->ref, sizeof x->ref, ref);
}

static int
see_ahead(struct seen *x)
{
    struct week *k = x->week;
    if (action_is_final(x->o.duty.state)) {
        return 0;
    }
    int r = name_it(x);
    r = r < 0 ? r : occurrence_see(k->w, k->s, &x->o, NULL, k->reterr);
    r = r < 0 ? r : see_going(x);
    return r < 0 ? r : see_open(x);
}

static int
see_member(struct week *k, const struct member *m, int (*see)(struct seen *x))
{
    struct seen x = { .week = k };
    int r = store_each(k->s, Q_OCCURRENCE_GET, WITH(I(m->id)), take_occurrence, &x, k->reterr);
    if (r > 0) {
        r = x.o.duty.is_absorbed ? 0 : see(&x);
    }
    text_done(&x.what);
    return r;
}

/* Something is told only when a colour changed, which somebody knew before. */
static bool
has_news(const struct week *k)
{
    return k->knows_colors && k->lists[NOTICE_LIST_NEWS].n > 0;
}

/* Colours are told of the whole, what goes out and what is open of its parts. */
static int
see_all(struct week *k)
{
    struct members m = { .n = 0 };
    int r = store_each(k->s, Q_OCCURRENCE_OF_PLAN, WITH(T(k->plan)), take_member, &m, k->reterr);
    for (size_t i = 0; r >= 0 && i < m.n; i++) {
        r = m.list[i].is_part ? 0 : see_member(k, &m.list[i], see_color);
    }
    for (size_t i = 0; r >= 0 && has_news(k) && i < m.n; i++) {
        r = m.list[i].has_parts ? 0 : see_member(k, &m.list[i], see_ahead);
    }
    free(m.list);
    return r < 0 ? r : 0;
}

static int
compare_lines(const void *a, const void *b)
{
    const struct line *x = a;
    const struct line *y = b;
    int order = x->rank - y->rank;
    order = order ? order : (x->day > y->day) - (x->day < y->day);
    return order ? order : strcmp(text_str(&x->words), text_str(&y->words));
}

static void
put_list(struct week *k, enum notice_list which, char letter, struct text *out)
{
    struct list *l = &k->lists[which];
    if (l->n > 0) {
        qsort(l->lines, l->n, sizeof *l->lines, compare_lines);
    }
    for (size_t i = 0; i < l->n && i < NOTICE_LINES_MAX; i++) {
        text_addf(out, "%c%s\n", letter, text_str(&l->lines[i].words));
        out->bad = out->bad ? out->bad : l->lines[i].words.bad;
    }
    if (l->n > NOTICE_LINES_MAX) {
        text_addf(out, "%c%zu\n", letter - 'a' + 'A', l->n - NOTICE_LINES_MAX);
    }
}

static int
tell(struct week *k, day_t day)
{
    AUTO_TEXT struct text words = { 0 };
    put_list(k, NOTICE_LIST_NEWS, 'n', &words);
    put_list(k, NOTICE_LIST_GOING, 'g', &words);
    put_list(k, NOTICE_LIST_OPEN, 'o', &words);
    if (words.bad) {
        return err_set(k->reterr, -ENOMEM, "out of memory");
    }
    const struct item_topic_order order = { .kind = ITEM_ROLLUP, .plan = k->plan,
                                            .topic = k->plan, .about = day, .role = k->owner,
                                            .why = NOTICE_WHY_OWNER, .words = text_str(&words) };
    int r = item_add_topic(k->w, k->s, &order, k->now_ms, k->reterr);
    return r < 0 ? r : 0;
}

int
rollup_run(const struct world *w, struct store *s, const char *what, int64_t now_ms,
           struct err *reterr)
{
    __attribute__((cleanup(week_freep))) struct week k = {
        .w = w, .s = s, .now_ms = now_ms, .today = world_day(w, now_ms), .reterr = reterr
    };
    day_t day = DAY_NONE;
    const char *name = strrchr(what, '|');
    size_t n = name ? (size_t)(name - what) : 0;
    if (!name || n >= sizeof k.plan || day_parse(name + 1, &day) < 0) {
        return err_set(reterr, -ECANCELED, "'%.100s' is no plan's week", what);
    }
    (void)memcpy(k.plan, what, n);
    k.end = day_monday(k.today) + DAYS_WEEK - 1;
    int r = plan_owner(s, k.plan, k.owner, reterr);
    if (r == 0) {
        return err_set(reterr, -ECANCELED, "plan '%s' is gone", k.plan);
    }
    struct person owner;
    r = r < 0 ? r : person_get(s, k.owner, &owner, reterr);
    if (r < 0 || !notice_address_ok(owner.email)) {
        return r; /* the colours are remembered only when somebody can be told */
    }
    r = see_all(&k);
    return r < 0 || !has_news(&k) ? r : tell(&k, day);
}
