/* SPDX-License-Identifier: MIT */
/* item.c - items in the store: their kinds, keys and truth. */
#include "engine/item.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/hearing.h"
#include "engine/letter.h"
#include "engine/people.h"
#include "store/survey.h"

#define STATE(name) (1U << ACTION_##name)
#define STATES_OPEN (STATE(OPEN) | STATE(IN_PROGRESS) | STATE(BLOCKED))
#define STATES_FINAL (STATE(COMPLETE) | STATE(WITHDRAWN) | STATE(SUPERSEDED))
#define STATES_LIVE (STATES_OPEN | STATE(PLANNED) | STATE(SUBMITTED) | STATE(ON_HOLD))
#define STATES_ANY (STATES_LIVE | STATES_FINAL)

enum { KEY_MAX = 2 * OCC_SUBJECT_MAX, ALONE_LEVEL = 3,
       OWNER_WAITS_LEVEL = 3 /* the owner reads of it in a digest that goes anyway */ };

static const struct item_kind_rules kinds[ITEM_KIND_MAX_] = {
#define ITEM_KIND(name, word, notice, calls, dated, about, states)                                 \
    [ITEM_##name] = { word, notice, calls, dated, ITEM_ABOUT_##about, states },
#include "engine/item_kinds.def"
#undef ITEM_KIND
};

const struct item_kind_rules *
item_kind_rules(enum item_kind kind)
{
    return (int)kind > ITEM_NONE && kind < ITEM_KIND_MAX_ ? &kinds[kind] : NULL;
}

enum item_kind
item_kind_parse(const char *word)
{
    for (int i = ITEM_NONE + 1; i < ITEM_KIND_MAX_; i++) {
        if (strcmp(kinds[i].word, word) == 0) {
            return (enum item_kind)i;
        }
    }
    return ITEM_NONE;
}

enum item_kind
item_kind_of_step(const struct step *step, enum duty_kind duty)
{
    static const enum item_kind by_step[STEP_KIND_MAX_] = {
        [STEP_REMIND] = ITEM_REMIND,   [STEP_REPEAT] = ITEM_REPEAT, [STEP_ACK_EXPIRED] = ITEM_ACK,
        [STEP_BLOCKED] = ITEM_BLOCKED, [STEP_VERIFY] = ITEM_VERIFY, [STEP_HOLD] = ITEM_HOLD,
        [STEP_STATUS] = ITEM_STATUS,   [STEP_UNREACHED] = ITEM_UNREACHED,
    };
    if (step->kind == STEP_LADDER) {
        return step->level <= 2 ? ITEM_OVERDUE : ITEM_ESCALATE;
    }
    bool is_review = step->kind == STEP_REMIND && duty == DUTY_REVIEW;
    return is_review ? ITEM_REVIEW : by_step[step->kind];
}

bool
item_goes_alone(enum item_kind kind, int level, enum notice_why why)
{
    bool is_asked = why == NOTICE_WHY_DIRECTOR || why == NOTICE_WHY_SECRETARY
                    || why == NOTICE_WHY_CHAIR || why == NOTICE_WHY_BOARD;
    return kind == ITEM_ESCALATE && level >= ALONE_LEVEL && is_asked;
}

bool
item_is_copy(int level, enum notice_why why)
{
    return why == NOTICE_WHY_OWNER && level > 0 && level <= OWNER_WAITS_LEVEL;
}

bool
item_is_true(const struct item *item, const struct occurrence *o)
{
    const struct item_kind_rules *k = item_kind_rules(item->kind);
    bool is_same = item->gen == o->gen && item->episode == o->episode;
    return k && (k->states & (1U << o->duty.state)) && (is_same || k->about == ITEM_ABOUT_PERSON)
           && (!o->duty.is_absorbed || o->duty.state == ACTION_SUBMITTED);
}

int
item_silence(struct store *s, int64_t occurrence, int64_t now_ms, struct err *reterr)
{
    AUTO_TEXT struct text kept = { 0 };
    struct occurrence o;
    int r = occurrence_get(s, occurrence, &o, reterr);
    text_addc(&kept, '|');
    for (int i = ITEM_NONE + 1; r >= 0 && i < ITEM_KIND_MAX_; i++) {
        bool fits = !action_is_final(o.duty.state) || kinds[i].states & (1U << o.duty.state);
        if (kinds[i].about != ITEM_ABOUT_STEP && fits) {
            text_addf(&kept, "%s|", kinds[i].word);
        }
    }
    if (r < 0 || kept.bad) {
        return r < 0 ? r : err_set(reterr, kept.bad, "out of memory");
    }
    return store_run(s, Q_ITEM_VOID_OF_OCCURRENCE,
                     WITH(I(now_ms), I(occurrence), T(text_str(&kept))), reterr);
}

int
item_tell_level_again(const struct world *w, struct store *s, const struct occurrence *o,
                      int64_t now_ms, struct err *reterr)
{
    day_t ready = world_day(w, world_window(w, now_ms));
    int r = o->duty.level == 0 ? 0
                               : store_run(s, Q_ITEM_TELL_LEVEL_AGAIN,
                                           WITH(I(ready), I(o->id), I(o->gen), I(o->episode),
                                                I(o->duty.level)),
                                           reterr);
    return r < 0 ? r : 0;
}

static int
key_of(const struct world *w, const struct item_order *order, int64_t now_ms, char key[KEY_MAX],
       struct err *reterr)
{
    const struct item_kind_rules *k = &kinds[order->kind];
    const struct occurrence *o = order->o;
    char subject[OCC_SUBJECT_MAX];
    char day[DAY_TEXT_MAX + 1] = "";
    char name[DAY_TEXT_MAX];
    if (k->is_dated) {
        (void)snprintf(day, sizeof day, "|%s", day_format(world_day(w, now_ms), name));
    }
    bool is_of_somebody = order->kind == ITEM_UNTOLD || order->kind == ITEM_UNMAILED
                         || order->kind == ITEM_ABSENT;
    int n = snprintf(key, KEY_MAX, "%s|%s|g%d|e%d|%s%s%s%s|%s", k->word,
                     occurrence_subject(o, subject), o->gen, o->episode, order->step, day,
                     is_of_somebody ? "|" : "", is_of_somebody ? order->note : "", order->role);
    return n >= 0 && n < KEY_MAX
               ? 0
               : err_set(reterr, -E2BIG, "the key of an item about %s is too long", subject);
}

static day_t
ready_day(const struct world *w, const struct item_order *order, int64_t now_ms)
{
    day_t ready = world_day(w, world_window(w, now_ms));
    return order->not_before > ready ? order->not_before : ready;
}

int
item_add(const struct world *w, struct store *s, const struct item_order *order, int64_t now_ms,
         int64_t *ret_id, struct err *reterr)
{
    assert(item_kind_rules(order->kind));
    const struct item_kind_rules *k = &kinds[order->kind];
    const struct occurrence *o = order->o;
    char key[KEY_MAX];
    int64_t id = 0;
    int r = key_of(w, order, now_ms, key, reterr);
    r = r < 0 ? r : store_ids(s, "item", 1, &id, reterr);
    if (r < 0) {
        return r;
    }
    day_t ready = ready_day(w, order, now_ms);
    bool goes_alone = item_goes_alone(order->kind, order->level, order->why);
    bool is_copy = order->kind != ITEM_UNTOLD && item_is_copy(order->level, order->why);
    if (ret_id) {
        *ret_id = id;
    }
    return store_run(s, Q_ITEM_ADD,
                     WITH(I(id), T(key), T(k->word), T(o->plan), I(o->id), I(o->gen), I(o->episode),
                          T(order->step), I(order->level), T(order->role), I(order->why),
                          T(order->of ? order->of : ""), T(order->note ? order->note : ""),
                          I(k->calls && !goes_alone && !is_copy), I(ready), I(now_ms)),
                     reterr);
}

/* ---- topics ---------------------------------------------------------------------------------- */

static int
put_topic(const struct world *w, struct store *s, const struct item_topic_order *x,
          const char *role, const char *of, int64_t now_ms, struct err *reterr)
{
    const struct item_kind_rules *k = &kinds[x->kind];
    const char *note = x->note ? x->note : "";
    char key[KEY_MAX];
    int64_t id = 0;
    int n = snprintf(key, sizeof key, "%s|%s:%s|%s|%lld|%s", k->word, x->plan, x->topic, note,
                     (long long)x->about, role);
    if (n < 0 || (size_t)n >= sizeof key) {
        return err_set(reterr, -E2BIG, "the key of an item about %.100s is too long", x->topic);
    }
    int r = store_ids(s, "item", 1, &id, reterr);
    if (r < 0) {
        return r;
    }
    day_t ready = world_day(w, world_window(w, now_ms));
    ready = x->not_before > ready ? x->not_before : ready;
    enum notice_why why = role == x->role ? x->why : NOTICE_WHY_OWNER;
    return store_run(s, Q_ITEM_ADD_TOPIC,
                     WITH(I(id), T(key), T(k->word), T(x->plan), T(k->word), T(role), I(why), T(of),
                          T(note), I(k->calls), I(ready), I(now_ms), T(x->topic), I(x->about),
                          T(x->words)),
                     reterr);
}

int
item_pass_topic(const struct world *w, struct store *s, const struct item_topic_order *order,
                int64_t now_ms, struct err *reterr)
{
    char owner[OCC_NAME_MAX] = "";
    struct person p;
    struct person to;
    int r = plan_owner(s, order->plan, owner, reterr);
    r = r < 0 ? r : person_get(s, owner, &p, reterr);
    r = r < 0 ? r : person_get(s, order->role, &to, reterr);
    bool is_same = strcmp(owner, order->role) == 0 || strcmp(p.reader, to.reader) == 0;
    if (r < 0 || is_same || !notice_address_ok(p.email)) {
        return r < 0 ? r : 0; /* what it says stands in the lists all the same */
    }
    return put_topic(w, s, order, owner, to.title[0] ? to.title : order->role, now_ms, reterr);
}

int
item_add_topic(const struct world *w, struct store *s, const struct item_topic_order *order,
               int64_t now_ms, struct err *reterr)
{
    assert(item_kind_rules(order->kind));
    struct person to;
    int r = person_get(s, order->role, &to, reterr);
    int hearing = r < 0 ? r : hearing_of(w, s, to.email, reterr);
    if (hearing < 0) {
        return hearing;
    }
    int added = 0;
    if (hearing != HEARING_NO_ADDRESS) { /* kept until the address may be used */
        added = put_topic(w, s, order, order->role, order->of ? order->of : "", now_ms, reterr);
    }
    if (added < 0 || hearing == HEARING_OK) {
        return added;
    }
    r = item_pass_topic(w, s, order, now_ms, reterr);
    return r < 0 ? r : r > 0 || added > 0;
}

int
item_topic_is_true(struct store *s, const struct item *item, struct err *reterr)
{
    struct survey_row survey = { 0 };
    int64_t yes = 0;
    if (item->kind == ITEM_SIGNAL || item->kind == ITEM_PERSISTS) {
        return store_get(s, Q_SIGNAL_IS_OPEN, WITH(I(item->about)), &yes, reterr);
    }
    if (item->kind == ITEM_FAULT) {
        return store_get(s, Q_FAULT_OF_PLAN, WITH(T(item->plan)), &yes, reterr);
    }
    if (item->kind == ITEM_MISSING) {
        int r = survey_find(s, item->note, NULL, &survey, reterr);
        return r < 0 ? r : survey.newest_month < item->about;
    }
    return 1;
}

int
item_renew(const struct world *w, struct store *s, const struct item_order *order, int64_t now_ms,
           struct err *reterr)
{
    char key[KEY_MAX];
    int r = item_add(w, s, order, now_ms, NULL, reterr);
    if (r != 0) {
        return r;
    }
    r = key_of(w, order, now_ms, key, reterr);
    return r < 0 ? r
                 : store_run(s, Q_ITEM_WAKE, WITH(I(ready_day(w, order, now_ms)), T(key)), reterr);
}

int
item_from_row(struct item *item, const struct row *row)
{
    *item = (struct item){ .id = row_i64(row, 0),
                           .kind = item_kind_parse(row_text_or(row, 1, "")),
                           .occurrence = row_i64(row, 3),
                           .gen = (int)row_i64(row, 4),
                           .episode = (int)row_i64(row, 5),
                           .level = (int)row_i64(row, 7),
                           .why = (enum notice_why)row_i64(row, 9),
                           .state = (enum item_state)row_i64(row, 12),
                           .notice = row_i64(row, 13),
                           .about = row_i64(row, 16),
                           .ready_day = (day_t)row_i64(row, 14) };
    int r = text_copy(item->plan, sizeof item->plan, row_text_or(row, 2, ""));
    r = r < 0 ? r : text_copy(item->step, sizeof item->step, row_text_or(row, 6, ""));
    r = r < 0 ? r : text_copy(item->role, sizeof item->role, row_text_or(row, 8, ""));
    r = r < 0 ? r : text_copy(item->of, sizeof item->of, row_text_or(row, 10, ""));
    r = r < 0 ? r : text_copy(item->topic, sizeof item->topic, row_text_or(row, 15, ""));
    return r < 0 ? r : text_copy(item->note, sizeof item->note, row_text_or(row, 11, ""));
}

static int
take_item(void *arg, const struct row *row)
{
    int r = item_from_row(arg, row);
    return r < 0 ? r : 1;
}

int
item_get(struct store *s, int64_t id, struct item *ret, struct err *reterr)
{
    int r = store_each(s, Q_ITEM_GET, WITH(I(id)), take_item, ret, reterr);
    if (r == 0) {
        return err_set(reterr, -ENOENT, "there is no item %lld", (long long)id);
    }
    return r < 0 ? r : 0;
}

int
item_each_of_notice(struct store *s, int64_t notice, int (*fn)(void *arg, const struct item *item),
                    void *arg, struct err *reterr)
{
    AUTO(id_list) struct id_list items = { .n = 0 };
    int r = store_list(s, Q_ITEM_OF_NOTICE, WITH(I(notice)), &items, reterr);
    for (size_t i = 0; r >= 0 && i < items.n; i++) {
        struct item item;
        r = item_get(s, items.ids[i], &item, reterr);
        r = r < 0 ? r : fn(arg, &item);
    }
    return r < 0 ? r : 0;
}

int
item_thank(const struct world *w, struct store *s, const struct occurrence *o, int64_t now_ms,
           struct err *reterr)
{
    AUTO_PEOPLE struct people to = { .n = 0 };
    char owner[OCC_NAME_MAX] = "";
    int r = people_of(s, o->id, false, &to, reterr);
    if (r >= 0 && o->duty.level > 0) {
        r = plan_owner(s, o->plan, owner, reterr);
        r = r < 0 ? r : people_add(&to, owner, NOTICE_WHY_OWNER, "", reterr);
    }
    for (size_t i = 0; r >= 0 && i < to.n; i++) {
        struct item_order order = { .kind = ITEM_CLOSED, .o = o, .step = "C",
                                    .role = to.list[i].role, .why = to.list[i].why };
        r = item_add(w, s, &order, now_ms, NULL, reterr);
    }
    return r < 0 ? r : 0;
}

static bool
is_lead(enum notice_why why)
{
    return why == NOTICE_WHY_LEAD || why == NOTICE_WHY_JOINT_LEAD;
}

/* Who would stand in for a lead knows of it beforehand. */
static int
add_deputy(struct store *s, const char *role, enum notice_why why, struct people *to,
           struct err *reterr)
{
    struct person lead;
    int r = is_lead(why) ? person_get(s, role, &lead, reterr) : 0;
    return r < 0 || !is_lead(why) ? r
                                  : people_add(to, lead.deputy, NOTICE_WHY_DEPUTY,
                                               lead.title[0] ? lead.title : role, reterr);
}

static int
assign_one(const struct world *w, struct store *s, const struct occurrence *o,
           const struct told *to, int64_t now_ms, struct err *reterr)
{
    const struct item_order order = { .kind = is_lead(to->why) ? ITEM_ASSIGN : ITEM_ASSIGN_FYI,
                                      .o = o, .step = "A", .role = to->role, .why = to->why,
                                      .of = to->of };
    return item_renew(w, s, &order, now_ms, reterr);
}

int
item_assign(const struct world *w, struct store *s, const struct occurrence *o, int64_t now_ms,
            struct err *reterr)
{
    AUTO_PEOPLE struct people to = { .n = 0 };
    char coordinator[OCC_NAME_MAX] = "";
    int r = people_of(s, o->id, true, &to, reterr);
    size_t n = to.n;
    for (size_t i = 0; r >= 0 && i < n; i++) {
        r = add_deputy(s, to.list[i].role, to.list[i].why, &to, reterr);
    }
    r = r < 0 ? r : occurrence_coordinator(s, o, coordinator, reterr);
    r = r < 0 ? r : people_add(&to, coordinator, NOTICE_WHY_COORDINATOR, "", reterr);
    for (size_t i = 0; r >= 0 && i < to.n; i++) {
        r = assign_one(w, s, o, &to.list[i], now_ms, reterr);
    }
    return r < 0 ? r : 0;
}

int
item_assign_lead(const struct world *w, struct store *s, const struct occurrence *o,
                 const struct told *lead, int64_t now_ms, struct err *reterr)
{
    AUTO_PEOPLE struct people to = { .n = 0 };
    int r = people_add(&to, lead->role, lead->why, "", reterr);
    r = r < 0 ? r : add_deputy(s, lead->role, lead->why, &to, reterr);
    for (size_t i = 0; r >= 0 && i < to.n; i++) {
        r = assign_one(w, s, o, &to.list[i], now_ms, reterr);
    }
    return r < 0 ? r : 0;
}
