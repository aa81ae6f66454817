/* SPDX-License-Identifier: MIT */
/* explain.c - why something was or was not sent, and what comes next. */
#include <stdio.h>
#include <string.h>

#include "awaited.h"
#include "acked.h"
#include "cli.h"
#include "engine/hearing.h"
#include "engine/item.h"
#include "engine/outgoing.h"
#include "engine/post.h"
#include "forecast.h"
#include "past.h"
#include "reads.h"

enum { HORIZON_DAYS = 1200, TOLD_TEXT_MAX = 8, OTHERS_MAX = 64, NOTICE_PENDING = 1 };

static const char copy_words[] = ", if a digest goes before the next level";

/* What was said of one step, to whom, and what became of it. */
struct sent {
    const char *step;
    int gen;       /* of these .. */
    bool is_other; /* .. or of the others: the day was moved since, or it was opened again */
    int n, n_accepted, n_waiting, n_void, n_replaced, n_caught, n_old;
    const char *held; /* why no mail leaves; NULL: it does */
    day_t today;
    struct text caught; /* why, of the last one */
    day_t day; /* of the first one */
    struct text to;
    const struct reading *r;
    const struct awaited *awaited;
};

static void
sent_freep(struct sent *s)
{
    text_done(&s->to);
    text_done(&s->caught);
}

/* When this person's mail was or will be another than that of the first who was told. */
static void
add_day(const struct sent *s, const struct row *row, struct text *out)
{
    char words[40];
    if (row_i64(row, 8) == ITEM_TOLD && !row_is_null(row, 14)) {
        day_t day = world_day(s->r->w, row_i64(row, 14));
        text_addf(out, "%s%s", day != s->day ? ", on " : "",
                  day != s->day ? day_words(day, words, sizeof words) : "");
    } else if (row_i64(row, 8) == ITEM_PENDING) {
        day_t day = awaited_day(s->awaited, row_i64(row, 0));
        bool is_copy = item_is_copy((int)row_i64(row, 3), (enum notice_why)row_i64(row, 5));
        if (day == DAY_NONE && is_copy) {
            text_add(out, copy_words);
            return;
        }
        text_addf(out, ", waits for the mail of %s",
                  day == DAY_NONE ? "a later day" : day_words(day, words, sizeof words));
    } else if (!row_is_null(row, 15)) {
        text_addf(out, ", not told: level %d took its place", (int)row_i64(row, 15));
    }
}

/* Columns of item_of_occurrence: id kind step level role why of gen state created_ms notice
 * notice's state, notice's kind, what keeps it in the house, notice's created_ms, which level took
 * its place. */
static int
count_sent(void *arg, const struct row *row)
{
    struct sent *s = arg;
    if (strcmp(row_text_or(row, 2, ""), s->step) != 0
        || (row_i64(row, 7) != s->gen) != s->is_other) {
        return 0;
    }
    int64_t state = row_i64(row, 8);
    s->day = s->n == 0 ? world_day(s->r->w, row_i64(row, 9)) : s->day;
    s->n++;
    s->n_accepted += state == ITEM_TOLD && row_i64(row, 11) == 2;
    s->n_waiting += state == ITEM_PENDING;
    s->n_void += state == ITEM_VOID;
    s->n_replaced += !row_is_null(row, 15);
    bool is_held = state == ITEM_TOLD && row_i64(row, 11) == NOTICE_PENDING && s->held;
    if (is_held || (state == ITEM_TOLD && !row_is_null(row, 13))) {
        s->n_caught++;
        s->n_old += world_day(s->r->w, row_i64(row, 14)) < s->today;
        text_done(&s->caught);
        text_addf(&s->caught, "%s%s", is_held ? "mail is held: " : "",
                  is_held ? s->held : row_text_or(row, 13, ""));
    }
    AUTO_TEXT struct text who = { 0 };
    text_addf(&who, "%s (%s", row_text_or(row, 4, ""),
              why_words((enum notice_why)row_i64(row, 5)));
    if (!strstr(text_str(&s->to), text_str(&who))) { /* what comes round is told again and again */
        text_addf(&s->to, "%s%s", s->to.len ? "; " : "", text_str(&who));
        add_day(s, row, &s->to);
        text_addc(&s->to, ')');
    }
    return 0;
}

static const struct forecast_item *
find_step(const struct forecast *f, const struct step *step)
{
    for (size_t i = 0; i < f->n; i++) {
        if (f->items[i].step.kind == step->kind && f->items[i].step.level == step->level
            && f->items[i].step.offset_wd == step->offset_wd) {
            return &f->items[i];
        }
    }
    return NULL;
}

/* What explain is asked about: an occurrence, a day, all that is to come from now on, and in which
 * states it was. */
struct question {
    struct occurrence o;
    day_t today, on;
    day_t known; /* since when anything of it is */
    bool has_waiting;
    struct outgoing out;
    const char *held; /* why no mail leaves; NULL: it does */
    const char *rest; /* why its ladder rests on that day; NULL: it does not */
    struct forecast f;
    struct past past;
    struct awaited awaited;
};

/* The sentence for a step that is neither sent nor to come: by what it was on the step's day. */
static void
silence_words(const struct reading *r, const struct question *q, const struct step *step,
              size_t index, struct text *out)
{
    const struct duty_state *d = &q->o.duty;
    past_words(r, past_at(&q->past, world_send_ms(r->w, step->send_day)), out);
    if (out->len > 0) {
        return;
    }
    if (q->rest && index >= (size_t)d->cursor && step->send_day >= d->activated) {
        text_addf(out, "%s: %s", step->send_day < q->today ? "not sent" : "rests", q->rest);
        return;
    }
    text_add(out, d->activated != DAY_NONE && step->send_day < d->activated
                      ? "not sent: the plan was put in force later"
                  : d->is_absorbed
                      ? "not sent: a newer return of its series is asked for in its place"
                  : step->kind == STEP_REMIND && d->state == ACTION_BLOCKED
                      ? "not sent: blocked, the ladder runs on"
                  : step->kind == STEP_REMIND && d->level > 0 ? "not sent: the ladder had begun"
                  : index < (size_t)d->cursor ? "passed over: a later step was due"
                  : action_is_final(d->state) ? "not sent: it is closed"
                                              : "passed over: a later step comes first");
}

static void
put_told(struct reading *r, const struct forecast_item *item)
{
    AUTO_TEXT struct text who = { 0 };
    for (size_t i = 0; item && i < item->told.n && i < TOLD_TEXT_MAX; i++) {
        const struct told *told = &item->told.list[i];
        struct person p;
        int h = person_get(r->c->store, told->role, &p, &r->why);
        h = h < 0 ? h : hearing_of(r->w, r->c->store, p.email, &r->why);
        bool is_copy = item_is_copy(item->step.level, told->why);
        text_addf(&who, "%s%s (%s%s)", i ? "; " : "", told->role, why_words(told->why),
                  h > HEARING_OK ? "; cannot be mailed" : is_copy ? copy_words : "");
    }
    if (item && item->told.n > TOLD_TEXT_MAX) {
        text_addf(&who, "; and %zu more", item->told.n - TOLD_TEXT_MAX);
    }
    out_text(r->c->out, who.len ? text_str(&who) : NULL);
}

static void
put_sent(struct out *out, const struct sent *sent)
{
    AUTO_TEXT struct text words = { 0 };
    int told = sent->n - sent->n_waiting - sent->n_void - sent->n_caught;
    if (told > 0) {
        text_addf(&words, "told: %d %s, %d accepted", told, told == 1 ? "person" : "people",
                  sent->n_accepted);
    }
    if (sent->n_waiting > 0) {
        text_addf(&words, "%s%d waiting", words.len ? ", " : "", sent->n_waiting);
    }
    if (sent->n_caught > 0) {
        text_addf(&words, "%s%d not yet: %s%s", words.len ? ", " : "", sent->n_caught,
                  text_str(&sent->caught),
                  sent->n_old ? "; written again for the day of leaving" : "");
    }
    if (sent->n_void > 0) {
        text_addf(&words, "%s%d taken back%s", words.len ? ", " : "", sent->n_void,
                  sent->n_replaced == sent->n_void ? ": a later level took its place" : "");
    }
    text_add(&words, sent->is_other ? "; before it was moved or opened again" : "");
    out_tint(out, told > 0 && sent->n_accepted == told ? TINT_GOOD : TINT_NONE);
    out_text(out, text_str(&words));
}

static int
put_step(struct reading *r, const struct question *q, const struct step *step, size_t index)
{
    const struct occurrence *o = &q->o;
    const struct forecast *f = &q->f;
    char name[STEP_NAME_MAX];
    __attribute__((cleanup(sent_freep))) struct sent sent = {
        .r = r, .day = DAY_NONE, .gen = o->gen, .step = step_name(step, name),
        .awaited = &q->awaited, .held = q->held, .today = q->today
    };
    int found = store_each(r->c->store, Q_ITEM_OF_OCCURRENCE, WITH(I(o->id)), count_sent, &sent,
                           &r->why);
    const struct forecast_item *item = sent.n == 0 ? find_step(f, step) : NULL;
    if (found >= 0 && sent.n == 0 && !item) {
        sent.is_other = true;
        found = store_each(r->c->store, Q_ITEM_OF_OCCURRENCE, WITH(I(o->id)), count_sent, &sent,
                           &r->why);
    }
    struct out *out = r->c->out;
    out_text(out, sent.step);
    put_day(r, sent.n > 0 ? sent.day : item ? item->day : step->send_day);
    if (sent.n > 0) {
        put_sent(out, &sent);
        out_text(out, text_str(&sent.to));
        return found < 0 ? found : 0;
    }
    if (item) {
        out_text(out, item->day < q->on ? "will have been told by then, if nobody acts"
                                        : "will be told, if nobody acts");
    } else {
        AUTO_TEXT struct text words = { 0 };
        silence_words(r, q, step, index, &words);
        out_tint(out, TINT_DIM);
        out_text(out, text_str(&words));
    }
    put_told(r, item);
    return found < 0 ? found : 0;
}

/* Steps that belong to no fixed day: repeats, acknowledgements, assignments, thanks. */
struct others {
    struct reading *r;
    char seen[OTHERS_MAX][STEP_NAME_MAX];
    size_t n;
};

static int
take_other(void *arg, const struct row *row)
{
    struct others *x = arg;
    struct step step;
    const char *name = row_text_or(row, 2, "");
    bool is_fixed = step_parse(name, &step) >= 0
                    && (step.kind == STEP_REMIND || step.kind == STEP_LADDER);
    for (size_t i = 0; i < x->n; i++) {
        is_fixed = is_fixed || strcmp(x->seen[i], name) == 0;
    }
    if (is_fixed || x->n == OTHERS_MAX) {
        return 0;
    }
    return text_copy(x->seen[x->n++], STEP_NAME_MAX, name);
}

/* Of the occurrence; or what was told of its action by topic: surveys, of a review the weeks. */
static int
each_item(struct reading *r, const struct occurrence *o, bool is_topic, row_fn fn, void *arg)
{
    const char *topic = o->action[0] ? o->action : o->plan;
    return is_topic ? store_each(r->c->store, Q_ITEM_OF_TOPIC, WITH(T(o->plan), T(topic)), fn, arg,
                                 &r->why)
                    : store_each(r->c->store, Q_ITEM_OF_OCCURRENCE, WITH(I(o->id)), fn, arg,
                                 &r->why);
}

static int
put_others(struct reading *r, const struct question *q, bool is_topic)
{
    const struct occurrence *o = &q->o;
    struct others x = { .r = r };
    int found = each_item(r, o, is_topic, take_other, &x);
    for (size_t i = 0; found >= 0 && i < x.n; i++) {
        __attribute__((cleanup(sent_freep))) struct sent sent = {
            .r = r, .day = DAY_NONE, .gen = is_topic ? 0 : o->gen, .step = x.seen[i],
            .awaited = &q->awaited, .held = q->held, .today = q->today
        };
        found = each_item(r, o, is_topic, count_sent, &sent);
        if (sent.n > 0) {
            out_text(r->c->out, sent.step);
            put_day(r, sent.day);
            put_sent(r->c->out, &sent);
            out_text(r->c->out, text_str(&sent.to));
        }
    }
    return found < 0 ? found : 0;
}

static void
say_name(struct reading *r, const struct question *q)
{
    const struct occurrence *o = &q->o;
    char day[DAY_TEXT_MAX];
    out_field(r->c->out, "ref", "Reference", "%s%s%s", o->ref, o->part[0] ? "@" : "", o->part);
    out_field(r->c->out, "plan", "Plan", "%s", o->plan);
    out_field(r->c->out, "on", "As seen on", "%s", day_format(q->on, day));
}

static void
say_state(struct reading *r, const struct question *q, const struct occurrence *o,
          const char *waits_for)
{
    struct out *out = r->c->out;
    char day[DAY_TEXT_MAX];
    int late = calendar_between(&r->w->calendar, o->duty.due, q->on);
    out_field(out, "due", "Due", "%s", day_format(o->duty.due, day));
    out_field_int(out, "late_working_days", NULL, late);
    out_field(out, "state", "State", "%s", action_state_name(o->duty.state));
    out_field_int(out, "level", "Ladder level", o->duty.level);
    if (q->rest) {
        out_field(out, "rests", "Ladder rests", "%s", q->rest);
    }
    if (waits_for[0]) {
        out_field(out, "waits_for", "Waits for", "%s", waits_for);
    }
    if (o->duty.hold_until != DAY_NONE) {
        out_field(out, "hold_until", "On hold until", "%s", day_format(o->duty.hold_until, day));
    }
    if (o->moves > 0) {
        out_field(out, "moves", "Moved", "%d time%s, %+d days in all", o->moves,
                  text_s(o->moves), o->moved_days);
    }
    if (o->duty.activated != DAY_NONE) {
        out_field(out, "activated", "In force since", "%s", day_format(o->duty.activated, day));
    }
}

static void
say_next(struct reading *r, const struct question *q)
{
    struct out *out = r->c->out;
    char step[STEP_NAME_MAX];
    char words[64];
    for (size_t i = 0; i < q->f.n; i++) {
        const struct forecast_item *item = &q->f.items[i];
        if (item->day < q->on) {
            continue;
        }
        out_field(out, "next_step", NULL, "%s", step_name(&item->step, step));
        out_field(out, "next_day", NULL, "%s", day_format(item->day, words));
        out_note(out,
                 "Next: %s on %s to %zu %s, unless it is submitted, acknowledged or moved first.",
                 step, day_words(item->day, words, sizeof words), item->told.n,
                 item->told.n == 1 ? "person" : "people");
        return;
    }
    if (q->rest && !action_is_final(q->o.duty.state)) {
        out_note(out, "Next: nothing while its ladder rests: %s.", q->rest);
        return;
    }
    out_note(out,
             action_is_final(q->o.duty.state)
                 ? "Next: nothing; it is closed."
                 : "Next: nothing by itself; every step is behind it, or it waits for a person.");
}

/* A day to come is seen as it will be if nobody acts; a day that is over with what is known now. */
static struct occurrence
seen_on(const struct question *q)
{
    struct occurrence o = q->o;
    for (size_t i = 0; i < q->f.n && q->f.items[i].day < q->on; i++) {
        o = q->f.items[i].o;
    }
    return o;
}

struct parts {
    struct reading *r;
    day_t on;
};

static int
put_part(void *arg, const struct row *row)
{
    struct parts *p = arg;
    struct occurrence o;
    AUTO_FORECAST struct forecast f = { 0 };
    char step[STEP_NAME_MAX] = "";
    int r = occurrence_from_row(&o, row);
    if (r < 0 || !o.part[0]) {
        return r;
    }
    r = forecast_add(p->r, &o, p->on, p->on + HORIZON_DAYS, &f);
    put_ref(p->r, &o);
    out_text(p->r->c->out, action_state_name(o.duty.state));
    out_int(p->r->c->out, o.duty.level);
    out_text(p->r->c->out, f.n ? step_name(&f.items[0].step, step) : NULL);
    put_day(p->r, f.n ? f.items[0].day : DAY_NONE);
    return r;
}

/* A demand that each member answers alone: its parts are asked, it is not. */
static int
explain_parts(struct reading *r, const struct occurrence *o, day_t on)
{
    static const struct column columns[] = { { .key = "ref", .head = "PART" },
                                             { .key = "state", .head = "STATE" },
                                             { .key = "level", .head = "LEVEL", .right = true },
                                             { .key = "next_step", .head = "NEXT" },
                                             { .key = "next_day", .head = "ON" },
                                             { 0 } };
    struct parts p = { .r = r, .on = on };
    out_table(r->c->out, "parts", columns);
    int found = store_each(r->c->store, Q_OCCURRENCE_BY_REF, WITH(T(o->plan), T(o->ref)), put_part,
                           &p, &r->why);
    if (found < 0) {
        return reading_fail(r, found);
    }
    out_note(r->c->out, "Each part is asked by itself, and this is complete when all of them are. "
                        "Why one: coprodctl explain %s@PART", o->ref);
    return EXIT_OK;
}

struct demands { /* of one action */
    struct reading *r;
    const struct occurrence *o; /* the one that was picked */
    int64_t n;
};

static int
put_demand(void *arg, const struct row *row)
{
    struct demands *x = arg;
    struct occurrence o;
    int r = occurrence_from_row(&o, row);
    if (r < 0 || o.id == x->o->id || strcmp(o.part, x->o->part) != 0) {
        return r;
    }
    put_ref(x->r, &o);
    put_day(x->r, o.duty.due);
    out_text(x->r->c->out, action_state_name(o.duty.state));
    out_int(x->r->c->out, o.duty.level);
    x->n++;
    return 0;
}

/* An action's id may mean several demands: those that were not picked. */
static int
put_demands(struct reading *r, const struct occurrence *o)
{
    static const struct column columns[] = { { .key = "ref", .head = "ANOTHER DEMAND" },
                                             { .key = "due", .head = "DUE" },
                                             { .key = "state", .head = "STATE" },
                                             { .key = "level", .head = "LEVEL", .right = true },
                                             { 0 } };
    struct demands x = { .r = r, .o = o };
    if (strchr(cli_arg(r->c, 0), '/')) {
        return 0;
    }
    out_table(r->c->out, "others", columns);
    int found = store_each(r->c->store, Q_OCCURRENCE_OF_ACTION, WITH(T(o->plan), T(o->action)),
                           put_demand, &x, &r->why);
    if (x.n > 0) {
        out_note(r->c->out, "%s asks for %lld things, each with its day; this is %s, %s. Another: "
                            "coprodctl explain REF%s%s", o->action, (long long)x.n + 1, o->ref,
                 action_is_final(o->duty.state) ? "the last" : "the first that is open",
                 o->part[0] ? "@" : "", o->part);
    }
    return found < 0 ? found : 0;
}

static void
question_freep(struct question *q)
{
    forecast_done(&q->f);
    past_done(&q->past);
    awaited_done(&q->awaited);
}

struct glance {
    const struct reading *r;
    struct question *q;
};

static int
glance_at(void *arg, const struct row *row)
{
    const struct glance *g = arg;
    day_t day = world_day(g->r->w, row_i64(row, 9));
    g->q->known = day < g->q->known ? day : g->q->known;
    g->q->has_waiting = g->q->has_waiting || row_i64(row, 8) == ITEM_PENDING;
    return 0;
}

/* What the store has of it: since when, and whether somebody is still to hear of it. */
static int
look_back(struct reading *r, struct question *q)
{
    struct glance g = { r, q };
    int found = past_load(r, &q->o, &q->past);
    found = found < 0 ? found
                      : outgoing_get(r->c->store, reading_now_ms(r), &q->out, &r->why);
    q->held = q->out.is_held && !r->w->is_mail_silent ? q->out.why : NULL;
    q->known = q->o.duty.activated != DAY_NONE ? q->o.duty.activated : q->today;
    if (q->past.n > 0 && world_day(r->w, q->past.list[0].at_ms) < q->known) {
        q->known = world_day(r->w, q->past.list[0].at_ms);
    }
    found = found < 0 ? found : each_item(r, &q->o, false, glance_at, &g);
    found = found < 0 ? found : each_item(r, &q->o, true, glance_at, &g);
    return found < 0 || !q->has_waiting ? found : awaited_load(r, &q->awaited);
}

static int
say_unknown(struct reading *r, const struct question *q)
{
    char day[DAY_TEXT_MAX];
    char words[40];
    out_field(r->c->out, "known_since", "Known since", "%s", day_format(q->known, day));
    out_note(r->c->out, "Nothing was known of it on that day: it came with the plan on %s.",
             day_words(q->known, words, sizeof words));
    return EXIT_OK;
}

static int
say_seen(struct reading *r, struct question *q)
{
    struct occurrence seen = seen_on(q);
    char waits_for[OCC_NAME_MAX] = "";
    if (q->on < q->today) {
        int told = past_say(r, &q->past, &q->o, q->on);
        out_note(r->c->out, "Day, state and level are those of that day; all below is as it is "
                            "known now. What happened when: coprodctl action history %s",
                 cli_arg(r->c, 0));
        return told;
    }
    int found = occurrence_see(r->w, r->c->store, &seen, waits_for, &r->why);
    q->rest = duty_rest_words(&seen.duty, &r->w->rules, &r->w->calendar, q->on);
    say_state(r, q, &seen, waits_for);
    return found < 0 ? found : acked_say(r, &seen, &q->f, q->on);
}

int
cmd_explain(struct cli *c)
{
    static const struct column columns[] = { { .key = "step", .head = "STEP" },
                                             { .key = "day", .head = "DAY" },
                                             { .key = "status", .head = "STATUS" },
                                             { .key = "to", .head = "TO" },
                                             { 0 } };
    AUTO_READING struct reading r = { 0 };
    __attribute__((cleanup(question_freep))) struct question q = { .today = DAY_NONE };
    int code = reading_open(c, &r);
    code = code == EXIT_OK ? reading_find(&r, &q.o) : code;
    if (code != EXIT_OK) {
        return code;
    }
    q.today = reading_today(&r);
    q.on = cli_date(c, "on", q.today);
    day_t first = forecast_first_day(&r);
    int found = look_back(&r, &q);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    say_name(&r, &q);
    if (q.on < q.known) {
        return say_unknown(&r, &q);
    }
    found = forecast_add(&r, &q.o, first, (q.on > first ? q.on : first) + HORIZON_DAYS, &q.f);
    found = found < 0 ? found : say_seen(&r, &q);
    int64_t part = 0;
    found = found < 0 ? found
                      : store_get(c->store, Q_OCCURRENCE_PARTS, WITH(I(q.o.id)), &part, &r.why);
    if (found > 0) {
        return explain_parts(&r, &q.o, first);
    }
    struct step steps[STEP_MAX];
    size_t n = duty_steps(q.o.duty.kind, q.o.duty.due, &r.w->rules, &r.w->calendar, steps);
    out_table(c->out, "steps", columns);
    for (size_t i = 0; found >= 0 && i < n; i++) {
        found = put_step(&r, &q, &steps[i], i);
    }
    found = found < 0 ? found : put_others(&r, &q, false);
    found = found < 0 ? found : put_others(&r, &q, true);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    say_next(&r, &q);
    found = put_demands(&r, &q.o);
    return found < 0 ? reading_fail(&r, found) : EXIT_OK;
}
