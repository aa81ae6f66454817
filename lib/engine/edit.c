/* SPDX-License-Identifier: MIT */
/* edit.c - an occurrence that stands in the store is brought to what the plan says now. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/act.h"
#include "engine/applying.h"
#include "engine/item.h"
#include "store/audit.h"

enum { DETAIL_MAX = 400, UNDO_MAX = 320 };

/* What the plan said last of a row, and what an edit took from it. */
struct said {
    day_t due;
    bool has_leads, is_out;
    struct text leads;
    char undo[UNDO_MAX];
    int unminuted;
    struct text words; /* how it wrote the day of a milestone */
};
static void
said_freep(struct said *said)
{
    text_done(&said->leads);
    text_done(&said->words);
}
#define AUTO_SAID __attribute__((cleanup(said_freep)))

static int
take_said(void *arg, const struct row *row)
{
    struct said *said = arg;
    said->due = row_is_null(row, 0) ? DAY_NONE : (day_t)row_i64(row, 0);
    said->has_leads = !row_is_null(row, 1);
    said->is_out = !row_is_null(row, 2);
    said->unminuted = (int)row_i64(row, 4);
    text_add(&said->leads, row_text_or(row, 1, ""));
    text_add(&said->words, row_text_or(row, 6, ""));
    int r = text_copy(said->undo, sizeof said->undo, row_text_or(row, 3, ""));
    r = r < 0 ? r : said->leads.bad < 0 ? said->leads.bad : said->words.bad;
    return r < 0 ? r : 1;
}

static int
arm(struct applying *a, const struct placed *p, int64_t id)
{
    struct occurrence o;
    int64_t first = 0;
    if (!p->has_parts) {
        int r = occurrence_get(a->s, id, &o, a->reterr);
        return r < 0 ? r : occurrence_arm(a->w, a->s, &o, a->now_ms, a->reterr);
    }
    /* Nobody is asked for a whole; what it had before it had parts is over. */
    int cancelled = 0;
    int r = store_get(a->s, Q_OCCURRENCE_PARTS, WITH(I(id)), &first, a->reterr);
    if (r == 0) {
        r = act_silence(a->s, id, "it has parts now", a->now_ms, &cancelled, a->reterr);
    }
    r = r < 0 ? r : store_run(a->s, Q_TIMER_DROP, WITH(I(id)), a->reterr);
    return r < 0 ? r : 0;
}

/* ---- leads and supports ---------------------------------------------------------------------- */

/* A part is asked of its own member alone. */
int
edit_leads(struct applying *a, const struct placed *p, struct people *ret)
{
    int r = p->part ? people_add(ret, p->part->role->id, NOTICE_WHY_LEAD, "", a->reterr) : 0;
    for (size_t i = 0; r >= 0 && !p->part && i < p->o->accountable.n; i++) {
        r = people_add(ret, p->o->accountable.roles[i]->id, NOTICE_WHY_LEAD, "", a->reterr);
    }
    for (size_t i = 0; r >= 0 && !p->part && i < p->o->leads.n; i++) {
        r = people_add(ret, p->o->leads.roles[i]->id, NOTICE_WHY_JOINT_LEAD, "", a->reterr);
    }
    return r;
}

int
edit_supports(struct applying *a, int64_t id, const struct plan_occurrence *o)
{
    const struct role_list none = { .n = 0 };
    const struct role_list *supports =
        o->action == PLAN_NO_ACTION ? &none : &a->plan->actions[o->action].supports;
    int r = store_run(a->s, Q_OCCURRENCE_SUPPORTS_CLEAR, WITH(I(id)), a->reterr);
    for (size_t i = 0; r >= 0 && i < supports->n; i++) {
        if (supports->roles[i]->kind != ROLE_EXTERNAL) {
            r = store_run(a->s, Q_OCCURRENCE_ROLE_ADD,
                          WITH(I(id), T("support"), T(supports->roles[i]->id), I((int64_t)i)),
                          a->reterr);
        }
    }
    return r < 0 ? r : 0;
}

/* A store of before this was kept does not know what the plan said: what stands there is that,
 * unless the owner gave it to somebody. */
static int
is_as_said(struct applying *a, const struct occurrence *row, const struct said *said,
           const char *words)
{
    AUTO_TEXT struct text now = { 0 };
    char subject[OCC_SUBJECT_MAX];
    int64_t seq = 0;
    AUTO_PEOPLE struct people list = { .n = 0 };
    if (said->has_leads) {
        return strcmp(text_str(&said->leads), words) == 0;
    }
    int r = people_of(a->s, row->id, false, &list, a->reterr);
    people_leads_words(&list, &now);
    r = r < 0 ? r : now.bad;
    if (r < 0 || strcmp(text_str(&now), words) == 0) {
        return r < 0 ? r : 1;
    }
    return store_get(a->s, Q_AUDIT_OF_EVENT,
                     WITH(T(occurrence_subject(row, subject)), T("reassign")), &seq, a->reterr);
}

/* Of a series that has not begun to ask yet its first demand tells of the new lead, not each. */
static bool
tells_leads(struct applying *a, const struct placed *p, const struct occurrence *row)
{
    bool is_first = a->told_action != p->o->action || p->part;
    bool tells = !p->has_parts && (row->duty.state != ACTION_PLANNED || is_first
                                   || (p->o->kind != DUTY_RETURN
                                       && p->o->kind != DUTY_MILESTONE));
    a->told_action = tells ? p->o->action : a->told_action;
    return tells;
}

/* What the plan says is held against what it said last: whom the owner named stays until the plan's
 * own leads change. */
static int
keep_leads(struct applying *a, const struct placed *p, const struct occurrence *row,
           const struct said *said)
{
    AUTO_TEXT struct text words = { 0 };
    char subject[OCC_SUBJECT_MAX];
    int cancelled = 0;
    AUTO_PEOPLE struct people to = { .n = 0 };
    int r = edit_leads(a, p, &to);
    people_leads_words(&to, &words);
    r = r < 0 ? r : words.bad;
    int same = r < 0 ? r : is_as_said(a, row, said, text_str(&words));
    if (same < 0) {
        return same;
    }
    if (same == 0) {
        const struct handover_order order = { row, &to, tells_leads(a, p, row) };
        r = handover(a->w, a->s, &order, a->now_ms, &cancelled, a->reterr);
        char detail[DETAIL_MAX];
        (void)snprintf(detail, sizeof detail, "by the plan: %.300s", text_str(&words));
        r = r < 0 ? r : applying_note(a, "leads", occurrence_subject(row, subject), detail);
        a->sum->reassigned += r >= 0;
    }
    if (r < 0 || (said->has_leads && same)) {
        return r < 0 ? r : 0;
    }
    r = store_run(a->s, Q_OCCURRENCE_PLAN_LEADS_SET, WITH(T(text_str(&words)), I(row->id)),
                  a->reterr);
    return r < 0 ? r : 0;
}

/* ---- due day --------------------------------------------------------------------------------- */

static const struct plan_move *
move_of(const struct applying *a, const struct plan_occurrence *o)
{
    return o->action == PLAN_NO_ACTION ? &a->plan->review_moved
                                       : &a->plan->actions[o->action].moved;
}

/* The plan's own words about the date are the same: its quarters or the calendar moved it. */
static bool
is_shift(const struct applying *a, const struct plan_occurrence *o, const struct said *said)
{
    if (o->action == PLAN_NO_ACTION || o->kind == DUTY_RETURN) {
        return true;
    }
    if (o->by) { /* the action's words say nothing of its day */
        return strcmp(text_str(&said->words), o->by) == 0;
    }
    const struct action *x = &a->plan->actions[o->action];
    const struct before *b = before_of(a, x->id);
    return b && strcmp(b->timescale, x->when.raw) == 0;
}

/* Within the generation: what was sent counts as sent. */
static int
shift(struct applying *a, const struct placed *p, const struct occurrence *row)
{
    char subject[OCC_SUBJECT_MAX];
    char detail[DETAIL_MAX];
    char from[DAY_TEXT_MAX];
    char to[DAY_TEXT_MAX];
    (void)snprintf(detail, sizeof detail, "due %s becomes %s by quarters or calendar",
                   day_format(row->duty.due, from), day_format(p->o->due, to));
    int r = store_run(a->s, Q_OCCURRENCE_SHIFT,
                      WITH(I(p->o->due), I(a->now_ms), I(a->today), I(row->id)), a->reterr);
    r = r < 0 ? r : applying_note(a, "moved", occurrence_subject(row, subject), detail);
    a->sum->moved += r >= 0;
    return r < 0 ? r : 0;
}

struct undo { /* the row before a move, and when what it had pending was taken back */
    int64_t ms;
    int due, gen, level, level_day, cursor, acked, acks, repeats, ladder, rest, nudges, activated,
        unminuted, days;
};

static void
undo_write(const struct occurrence *o, const struct said *said, int64_t ms, char buf[UNDO_MAX])
{
    const struct duty_state *d = &o->duty;
    (void)snprintf(buf, UNDO_MAX,
                   "%" PRId64 " %d %d %d %d %d %d %d %d %d %d %d %d %d", ms, d->due, o->gen,
                   d->level, d->level_day, d->cursor, d->acked_until, d->acks, d->repeats,
                   d->ladder_from, d->rest_until, d->nudges, d->activated, said->unminuted);
}

static bool
undo_read(const char *words, struct undo *u)
{
    return sscanf(words, "%" SCNd64 " %d %d %d %d %d %d %d %d %d %d %d %d %d", &u->ms, &u->due,
                  &u->gen, &u->level, &u->level_day, &u->cursor, &u->acked, &u->acks, &u->repeats,
                  &u->ladder, &u->rest, &u->nudges, &u->activated, &u->unminuted)
           == 14;
}

/* 1: the plan goes back to the day before its last move, and nobody was told of that one. */
static int
can_undo(struct applying *a, const struct placed *p, const struct occurrence *row,
         const struct said *said, struct undo *ret)
{
    int64_t told = 0;
    if (!undo_read(said->undo, ret) || ret->gen != row->gen - 1 || ret->due != p->o->due) {
        return 0;
    }
    int r = store_get(a->s, Q_ITEM_TOLD_OF_GEN, WITH(I(row->id), I(row->gen)), &told, a->reterr);
    return r < 0 ? r : r == 0;
}

static int
move_back(struct applying *a, const struct occurrence *row, const struct undo *u)
{
    int cancelled = 0;
    char subject[OCC_SUBJECT_MAX];
    struct occurrence back;
    int r = act_silence(a->s, row->id, "the due day moved back", a->now_ms, &cancelled, a->reterr);
    r = r < 0 ? r
              : store_run(a->s, Q_OCCURRENCE_UNMOVE,
                          WITH(I(u->due), I(u->level), day_arg(u->level_day), I(u->cursor),
                               day_arg(u->acked), I(u->acks), I(u->repeats), day_arg(u->ladder),
                               I(u->rest > a->today ? u->rest : a->today), I(u->nudges),
                               day_arg(u->activated), I(row->duty.due - u->due), I(u->unminuted),
                               I(a->now_ms), I(row->id)),
                          a->reterr);
    r = r < 0 ? r : occurrence_get(a->s, row->id, &back, a->reterr);
    r = r < 0 ? r : act_unsilence(a->s, &back, u->ms, a->now_ms, a->reterr);
    r = r < 0 ? r
              : applying_note(a, "moved", occurrence_subject(row, subject),
                              "the due day is again what it was, before anybody was told");
    a->sum->moved += r >= 0;
    return r;
}

/* A slip to a later day is the forum's to allow; what the plan cannot show is shown instead. */
static bool
lacks_minute(struct applying *a, const struct placed *p, const struct occurrence *row)
{
    char from[DAY_TEXT_MAX];
    char to[DAY_TEXT_MAX];
    if (p->o->due <= row->duty.due || move_of(a, p->o)->minute) {
        return false;
    }
    if (!p->part) {
        applying_warn(a, p->o->action,
                      p->o->action == PLAN_NO_ACTION
                          ? "say review_moved: {to: DATE, reason: WORDS, minute: REF}"
                          : "say moved: {to: TIMESCALE, reason: WORDS, minute: REF}",
                      "%s is due %s instead of %s, without a reason and the forum's minute",
                      p->o->ref, day_format(p->o->due, to), day_format(row->duty.due, from));
    }
    return true;
}

static int
note_move(struct applying *a, const struct placed *p, const struct occurrence *row,
          const char *why)
{
    char subject[OCC_SUBJECT_MAX];
    char detail[DETAIL_MAX];
    char from[DAY_TEXT_MAX];
    char to[DAY_TEXT_MAX];
    int moves = row->moves + 1;
    (void)snprintf(detail, sizeof detail, "due %s becomes %s; moved %d time%s, %+d days in all; %s",
                   day_format(row->duty.due, from), day_format(p->o->due, to), moves,
                   text_s(moves), row->moved_days + p->o->due - row->duty.due, why);
    return applying_note(a, "moved", occurrence_subject(row, subject), detail);
}

/* A new generation: the old steps are void, the level is none. A day that is past already begins
 * with its last reminder, and the ladder counts from when that can be read. */
static int
move(struct applying *a, const struct placed *p, const struct occurrence *row,
     const struct said *said)
{
    const struct plan_move *m = move_of(a, p->o);
    char undo[UNDO_MAX];
    char why[DETAIL_MAX / 2] = "no reason and no minute";
    int cancelled = 0;
    day_t due = p->o->due;
    bool is_past = due < a->today;
    day_t read = world_day(a->w, world_window(a->w, a->now_ms));
    bool is_bare = lacks_minute(a, p, row);
    if (m->minute) {
        (void)snprintf(why, sizeof why, "%.120s; minute %.60s", m->reason, m->minute);
    }
    undo_write(row, said, a->now_ms, undo);
    int r = act_silence(a->s, row->id, "the due day moved", a->now_ms, &cancelled, a->reterr);
    r = r < 0 ? r
              : store_run(a->s, Q_OCCURRENCE_REPLAN,
                          WITH(I(due), is_past ? I(read) : NIL, I(is_past ? due : a->today),
                               I(due - row->duty.due), I(is_bare), m->minute ? T(why) : NIL,
                               T(undo), I(a->now_ms), I(row->id)),
                          a->reterr);
    a->sum->moved += r >= 0;
    return r < 0 ? r : note_move(a, p, row, why);
}

/* What the plan says now is held against what it said last, not against the due day in force: an
 * extension stays until the plan itself says another day. */
static int
keep_due(struct applying *a, const struct placed *p, const struct occurrence *row,
         const struct said *said)
{
    struct undo undo;
    if (said->due == p->o->due) {
        return 0;
    }
    int r = store_run(a->s, Q_OCCURRENCE_PLAN_DUE_SET, WITH(I(p->o->due), I(row->id)), a->reterr);
    if (r < 0 || row->duty.due == p->o->due) {
        return r < 0 ? r : 0;
    }
    if (is_shift(a, p->o, said)) {
        return row->duty.due == said->due ? shift(a, p, row) : 0;
    }
    r = can_undo(a, p, row, said, &undo);
    if (r < 0) {
        return r;
    }
    return r > 0 ? move_back(a, row, &undo) : move(a, p, row, said);
}

/* ---- in the plan again ----------------------------------------------------------------------- */

static int
come_back(struct applying *a, struct occurrence *row, struct said *said)
{
    char subject[OCC_SUBJECT_MAX];
    int64_t ms = 0;
    bool is_known = sscanf(said->undo, "out %" SCNd64, &ms) == 1;
    said->due = said->due == DAY_NONE ? row->duty.due : said->due;
    int r = store_run(a->s, Q_OCCURRENCE_COME_BACK,
                      WITH(I(ACTION_PLANNED), I(said->due), I(a->today), I(a->now_ms), I(row->id)),
                      a->reterr);
    r = r < 0 ? r : occurrence_get(a->s, row->id, row, a->reterr);
    r = r < 0 || !is_known ? r : act_unsilence(a->s, row, ms, a->now_ms, a->reterr);
    r = r < 0 ? r
              : store_run(a->s, Q_ITEM_VOID_OF_KIND,
                          WITH(I(a->now_ms), I(row->id), T(item_kind_rules(ITEM_HANDED)->word)),
                          a->reterr);
    if (r == 0 && row->part[0]) { /* its member may have heard that it was over */
        r = item_assign(a->w, a->s, row, a->now_ms, a->reterr);
    }
    r = r < 0 ? r
              : applying_note(a, "returned", occurrence_subject(row, subject),
                              "in the plan again, where it was");
    said->undo[0] = '\0';
    a->sum->returned += r >= 0;
    return r;
}

/* The plan cannot undo the forum's decision, nor close what is open; that it tries is said. */
static void
warn_of_state(struct applying *a, const struct placed *p, const struct occurrence *row)
{
    bool is_action = p->o->action != PLAN_NO_ACTION;
    const struct before *b = is_action ? before_of(a, a->plan->actions[p->o->action].id) : NULL;
    if (p->part) {
        return;
    }
    if (row->duty.state == ACTION_WITHDRAWN && b && b->was_out) {
        applying_warn(a, p->o->action, "give it an id that was never used",
                      "%s was withdrawn by the forum: it is not asked for again", p->o->ref);
    }
    if (p->o->is_complete && !action_is_final(row->duty.state)) {
        applying_warn(a, p->o->action, "record it: coprodctl action submit, then verify",
                      "%s is open: completed: counts only when a plan is first loaded", p->o->ref);
    }
}

int
edit_keep(struct applying *a, const struct placed *p, int64_t id)
{
    struct occurrence row;
    AUTO_SAID struct said said = { .due = DAY_NONE };
    int r = occurrence_get(a->s, id, &row, a->reterr);
    r = r < 0 ? r : store_each(a->s, Q_OCCURRENCE_SAID, WITH(I(id)), take_said, &said, a->reterr);
    r = r < 0 ? r : edit_supports(a, id, p->o);
    bool was_gone = said.due == DAY_NONE && row.duty.state == ACTION_WITHDRAWN;
    if (r >= 0 && (said.is_out || was_gone)) {
        r = come_back(a, &row, &said);
    }
    if (r < 0) {
        return r;
    }
    warn_of_state(a, p, &row);
    if (action_is_final(row.duty.state)) {
        return 0;
    }
    if (p->o->kind == DUTY_MILESTONE) {
        r = store_run(a->s, Q_OCCURRENCE_MILESTONE_SET,
                      WITH(T(p->o->period), T(p->o->by), I(id)), a->reterr);
    }
    r = r < 0 ? r : keep_leads(a, p, &row, &said);
    r = r < 0 ? r : keep_due(a, p, &row, &said);
    return r < 0 ? r : arm(a, p, id);
}

/* ---- follow-ups ------------------------------------------------------------------------------ */

static int
follow_up(struct applying *a, const struct plan_occurrence *whole, int64_t id)
{
    struct occurrence row;
    int r = occurrence_get(a->s, id, &row, a->reterr);
    if (r < 0 || row.duty.kind != DUTY_RETURN || plan_occurrence(a->plan, row.ref)) {
        return r;
    }
    struct plan_occurrence o = { .ref = row.ref, .action = whole->action, .kind = DUTY_RETURN,
                                 .due = row.duty.due, .leads = whole->leads,
                                 .accountable = whole->accountable, .evidence = "" };
    struct placed p = { .o = &o };
    AUTO_SAID struct said said = { .due = DAY_NONE };
    r = store_each(a->s, Q_OCCURRENCE_SAID, WITH(I(id)), take_said, &said, a->reterr);
    r = r < 0 ? r : edit_supports(a, id, &o);
    if (r >= 0 && said.is_out) {
        r = come_back(a, &row, &said);
    }
    r = r < 0 ? r : keep_leads(a, &p, &row, &said);
    return r < 0 ? r : arm(a, &p, id);
}

int
edit_follow_ups(struct applying *a)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < a->plan->n_occurrences; i++) {
        const struct plan_occurrence *o = &a->plan->occurrences[i];
        const struct action *x = o->action == PLAN_NO_ACTION ? NULL : &a->plan->actions[o->action];
        AUTO(id_list) struct id_list undone = { .n = 0 };
        if (x && x->then != FOLLOW_NONE && before_of(a, x->id)) {
            r = store_list(a->s, Q_OCCURRENCE_UNDONE_OF_ACTION, WITH(T(a->plan->id), T(x->id)),
                           &undone, a->reterr);
        }
        for (size_t k = 0; r >= 0 && k < undone.n; k++) {
            r = follow_up(a, o, undone.ids[k]);
        }
    }
    return r < 0 ? r : 0;
}
