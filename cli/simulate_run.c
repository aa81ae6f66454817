/* SPDX-License-Identifier: MIT */
/*
 * simulate_run.c - the whole way in a throw-away store under a virtual clock, with the functions
 * that the hub and the workers call (engine/play.h): timers fire, steps become items, items become
 * notices, each notice is accepted at once. The clock goes from one due instant to the next.
 *
 * What leads do: nobody acts (none); each submits on the due day after its reminder and it is
 * verified (ontime); the same once level 2 of the ladder was reached (late). The owner agrees a
 * metric where the plan names none. Who may not verify leaves it submitted. Or a script says what
 * happens, and one of the three holds for the actions that it does not name.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"
#include "base/list.h"
#include "engine/act.h"
#include "engine/apply.h"
#include "engine/letter.h"
#include "engine/outgoing.h"
#include "engine/play.h"
#include "plans.h"
#include "progress.h"
#include "simulate.h"

enum { OPEN_MAX = 1024, LATE_LEVEL = 2, ROUNDS_MAX = 1000000, MIN_DAY = 24 * 60 };

struct line {
    int64_t at_ms;
    int64_t notice;
    char *line;
};
struct run {
    struct cli *c;
    const struct plan_set *set;
    const struct simulation *sim;
    struct store *store;
    struct world *world;
    int64_t now_ms;
    size_t n_answered; /* of the script */
    struct line *told; /* a line for each mail that left or waits */
    size_t n_told, cap_told;
    struct err why;
};

static void
run_freep(struct run *run)
{
    run->world = world_free(run->world);
    run->store = store_free(run->store);
    for (size_t i = 0; i < run->n_told; i++) {
        free(run->told[i].line);
    }
    free(run->told);
}

struct open_list {
    struct run *run;
    int64_t ids[OPEN_MAX];
    size_t n;
    day_t before; /* ontime: due before this day */
};

static int
take_doable(void *arg, const struct row *row)
{
    struct open_list *list = arg;
    struct occurrence o;
    int r = occurrence_from_row(&o, row);
    if (r < 0 || !action_is_open(o.duty.state) || list->n == OPEN_MAX) {
        return r < 0 ? r : 0;
    }
    const struct answers *said = list->run->sim->answers;
    if (said && answers_name(said, o.action)) {
        return 0; /* the script answers for it */
    }
    bool is_ontime = list->run->sim->assume == ASSUME_ONTIME && o.duty.due < list->before;
    bool is_late = list->run->sim->assume == ASSUME_LATE && o.duty.level >= LATE_LEVEL;
    if (is_ontime || is_late) {
        list->ids[list->n++] = o.id;
    }
    return 0;
}

static int
take_lead(void *arg, const struct row *row)
{
    if (strcmp(row_text_or(row, 0, ""), "lead") != 0) {
        return 0;
    }
    int r = text_copy(arg, OCC_NAME_MAX, row_text_or(row, 1, ""));
    return r < 0 ? r : 1;
}

/* One event. 1 when the rules refuse it, which is part of the game and no failure of the
 * simulation; the sentence is in refused. */
static int
do_act(struct run *run, const struct act *event, struct err *refused)
{
    struct acted acted = { .cancelled = 0 };
    int r = store_save(run->store, &run->why);
    if (r < 0) {
        return r;
    }
    r = act(run->world, run->store, event, run->now_ms, &acted, refused);
    int added = 0;
    if (r >= 0 && acted.o.duty.state == ACTION_COMPLETE) {
        r = apply_follow_up(run->world, run->store, run->set, &acted.o, run->now_ms, &added,
                            refused);
    }
    if (r == -EPERM || r == -EINVAL || r == -ENOENT) {
        r = store_undo(run->store, &run->why);
        return r < 0 ? r : 1;
    }
    run->why = r < 0 ? *refused : run->why;
    return r < 0 ? r : store_release(run->store, &run->why);
}

static int
do_event(struct run *run, const struct occurrence *o, enum action_event event, const char *role)
{
    char ref[OCC_SUBJECT_MAX];
    const char *name = occurrence_subject(o, ref) + strlen(o->plan) + 1;
    struct act act_of = { .plan = o->plan, .ref = name, .event = event, .actor = role, .role = role,
                          .on_behalf = "", .comment = "simulated", .evidence = "simulated",
                          .minute = "", .percent = -1, .date = DAY_NONE };
    struct err refused = { 0 };
    int r = do_act(run, &act_of, &refused);
    return r < 0 ? r : 0;
}

/* When the next answer of the script is given: at noon of its day. */
static int64_t
answer_ms(const struct run *run)
{
    const struct answers *a = run->sim->answers;
    return a && run->n_answered < a->n
               ? zone_instant(run->world->zone, a->list[run->n_answered].on, MIN_DAY / 2)
               : INT64_MAX;
}

static int
script_answers(struct run *run)
{
    int r = 0;
    while (r >= 0 && answer_ms(run) <= run->now_ms) {
        const struct answer *a = &run->sim->answers->list[run->n_answered++];
        struct err refused = { 0 };
        r = do_act(run, &a->act, &refused);
        if (r > 0) {
            (void)fprintf(stderr, "%s:%d:%d: refused: %s\n", run->sim->answers->path, a->line,
                          a->col, refused.text);
        }
    }
    return r < 0 ? r : 0;
}

static int
complete_one(struct run *run, int64_t id)
{
    struct occurrence o;
    char lead[OCC_NAME_MAX] = "";
    int r = occurrence_get(run->store, id, &o, &run->why);
    r = r < 0 ? r
              : store_each(run->store, Q_OCCURRENCE_ROLES, WITH(I(id)), take_lead, lead, &run->why);
    const struct plan *p = plan_by_id(run->set, o.plan);
    if (r < 0 || !lead[0] || !p) {
        return r < 0 ? r : 0;
    }
    r = do_event(run, &o, ACTION_EV_SUBMIT, lead);
    const struct action *x = plan_action(p, o.action);
    if (r >= 0 && x && !x->metric) {
        r = do_event(run, &o, ACTION_EV_AGREE, p->owner->id);
    }
    return r < 0 ? r : do_event(run, &o, ACTION_EV_VERIFY, p->verifier->id);
}

static int
leads_act(struct run *run, day_t due_before)
{
    if (run->sim->assume == ASSUME_NONE) {
        return 0;
    }
    AUTO_FREE struct open_list *list = calloc(1, sizeof *list);
    if (!list) {
        return -ENOMEM;
    }
    list->run = run;
    list->before = due_before;
    int r = store_each(run->store, Q_OCCURRENCE_LIST, NONE, take_doable, list, &run->why);
    for (size_t i = 0; r >= 0 && i < list->n; i++) {
        r = complete_one(run, list->ids[i]);
    }
    return r < 0 ? r : 0;
}

struct told_items { /* of one notice */
    json_t *refs, *steps, *whys;
    int level;
};

/* Columns of item_of_notice: id kind plan occurrence gen episode step level role why of note ref
 * part. */
static int
take_told(void *arg, const struct row *row)
{
    struct told_items *t = arg;
    AUTO_TEXT struct text ref = { 0 };
    const char *part = row_text_or(row, 13, "");
    text_addf(&ref, "%s%s%s", row_text_or(row, 12, ""), part[0] ? "@" : "", part);
    int level = (int)row_i64(row, 7);
    t->level = level > t->level ? level : t->level;
    int r = json_array_append_new(t->refs, json_string(text_str(&ref)));
    r |= json_array_append_new(t->steps, json_string(row_text_or(row, 6, "")));
    r |= json_array_append_new(t->whys,
                               json_string(letter_why_words((enum notice_why)row_i64(row, 9))));
    return r < 0 ? -ENOMEM : 0;
}

/* Columns of notice_list: id key kind plan occurrence step role address why subject message_id
 * state created_ms changed_ms. */
static int
write_notice(void *arg, const struct row *row)
{
    struct run *run = arg;
    day_t day = world_day(run->world, row_i64(row, 12));
    bool is_taken_back = row_i64(row, 11) == NOTICE_CANCELLED; /* it went into a later one */
    if (is_taken_back || day < run->sim->from || day > run->sim->to) {
        return 0;
    }
    char at[DAY_TEXT_MAX];
    struct told_items told = { .refs = json_array(), .steps = json_array(),
                               .whys = json_array() };
    int r = store_each(run->store, Q_ITEM_OF_NOTICE, WITH(I(row_i64(row, 0))), take_told, &told,
                       &run->why);
    int minute = (int)(zone_local_ms(run->world->zone, row_i64(row, 12)) / 60000 % MIN_DAY);
    AUTO_TEXT struct text when = { 0 };
    text_addf(&when, "%sT%02d:%02d", day_format(day, at), minute / 60, minute % 60);
    json_t *json = json_pack("{s:s, s:s, s:s, s:o, s:i, s:o, s:o, s:s, s:s}", "at", text_str(&when),
                             "kind", row_text_or(row, 2, ""), "to", row_text_or(row, 6, ""),
                             "items", told.refs, "level", told.level, "steps", told.steps, "whys",
                             told.whys, "why", row_text_or(row, 8, ""), "subject",
                             row_text_or(row, 9, ""));
    AUTO_FREE char *line = json ? json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    json_decref(json);
    if (!line || list_room(&run->told, run->n_told, &run->cap_told, sizeof *run->told) < 0) {
        return -ENOMEM;
    }
    run->told[run->n_told++] = (struct line){ row_i64(row, 12), row_i64(row, 0), TAKE(line) };
    return r < 0 ? r : 0;
}

static int
by_time(const void *a, const void *b)
{
    const struct line *x = a;
    const struct line *y = b;
    int order = (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
    return order ? order : (x->notice > y->notice) - (x->notice < y->notice);
}

/* At the end: what was held is written anew on the day on which it leaves. */
static int
write_told(struct run *run)
{
    int r = store_each(run->store, Q_NOTICE_LIST, WITH(I(0), I(INT32_MAX)), write_notice, run,
                       &run->why);
    if (r >= 0 && run->n_told > 0) {
        qsort(run->told, run->n_told, sizeof *run->told, by_time);
    }
    for (size_t i = 0; r >= 0 && i < run->n_told; i++) {
        out_raw(run->c->out, run->told[i].line, strlen(run->told[i].line));
        out_raw(run->c->out, "\n", 1);
    }
    return r < 0 ? r : 0;
}

/* One instant: those who finish before it, what it makes due, those who finish after it. */
static int
run_instant(struct run *run)
{
    day_t today = world_day(run->world, run->now_ms);
    int r = store_begin(run->store, &run->why);
    if (r < 0) {
        return r;
    }
    r = leads_act(run, today);
    r = r < 0 ? r : script_answers(run);
    r = r < 0 ? r : play_due(run->world, run->store, run->now_ms, &run->why);
    r = r < 0 ? r : leads_act(run, today + 1);
    return r < 0 ? r : store_commit(run->store, &run->why);
}

static int
open_run(struct run *run)
{
    struct applied sum = { 0 };
    AUTO(zone) struct zone_file *zone = NULL;
    int r = zone_open(run->c->conf->zone, &zone, &run->why);
    if (r < 0) {
        return r;
    }
    run->now_ms = zone_instant(zone_of(zone), run->sim->load, 0);
    const struct apply_order order = { .conf = run->c->conf, .set = run->set, .is_whole = true,
                                       .actor = "simulate", .now_ms = run->now_ms };
    r = store_open("", STORE_MEMORY, &run->store, &run->why);
    r = r < 0 ? r : store_begin(run->store, &run->why);
    r = r < 0 ? r : apply_files(run->store, &order, &sum, &run->why);
    r = r < 0 ? r : store_commit(run->store, &run->why);
    r = r < 0 ? r : world_open(run->store, true, &run->world, &run->why);
    if (r >= 0) {
        run->world->is_mail_silent = false; /* whatever the file says: here a relay takes all */
    }
    return r < 0 ? r : 0;
}

/* An instant at which the daemon is away is not lived through: it comes back in the morning after,
 * and looks at what it missed. */
static int
come_back(struct run *run, int64_t *next_ms)
{
    const struct simulation *sim = run->sim;
    day_t day = *next_ms == INT64_MAX ? DAY_NONE : world_day(run->world, *next_ms);
    if (sim->down_from == DAY_NONE || day < sim->down_from || day > sim->down_until) {
        return 0;
    }
    *next_ms = zone_instant(run->world->zone, sim->down_until + 1, 0);
    int64_t last_ms = zone_instant(run->world->zone, sim->down_from, 0) - 1;
    int r = store_begin(run->store, &run->why);
    r = r < 0 ? r
              : outgoing_after_outage(run->world, run->store, last_ms, *next_ms, &run->why);
    return r < 0 ? r : store_commit(run->store, &run->why);
}

int
simulate_whole(struct cli *c, const struct plan_set *set, const struct simulation *sim)
{
    __attribute__((cleanup(run_freep))) struct run run = { .c = c, .set = set, .sim = sim };
    struct progress progress = progress_begin();
    int r = open_run(&run);
    int64_t from_ms = run.now_ms;
    int64_t end_ms = r < 0 ? 0 : zone_instant(run.world->zone, sim->to + 1, 0);
    for (int i = 0; r >= 0 && run.now_ms < end_ms && i < ROUNDS_MAX; i++) {
        r = run_instant(&run);
        int64_t next_ms = INT64_MAX;
        r = r < 0 ? r : play_next_ms(run.world, run.store, run.now_ms, &next_ms, &run.why);
        next_ms = answer_ms(&run) < next_ms ? answer_ms(&run) : next_ms;
        r = r < 0 ? r : come_back(&run, &next_ms);
        progress_show(&progress, "played", run.now_ms - from_ms, end_ms - from_ms);
        run.now_ms = next_ms;
    }
    progress_end(&progress);
    r = r < 0 ? r : write_told(&run);
    if (r < 0) {
        return cli_fail(c, EXIT_INTERNAL, "the simulation broke off: %s",
                        run.why.text[0] ? run.why.text : strerror(-r));
    }
    return EXIT_OK;
}
