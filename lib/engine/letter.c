/* SPDX-License-Identifier: MIT */
/* letter.c - items become one notice for one person. */
#include "engine/letter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "engine/notify.h"
#include "engine/outgoing.h"
#include "engine/topics.h"
#include "engine/verifier.h"
#include "store/audit.h"

enum { KEY_HEX = 32, SENTENCE_MAX = 256, LOOKS_MAX = 64, NOTE_SHOWN = 300 };

/* What is said about one item. */
struct facts {
    struct occurrence o;
    struct text text, metric, timescale, ref;
    char subject[OCC_SUBJECT_MAX];
    char lead[WORLD_NAME_MAX];
    char as[WORLD_NAME_MAX]; /* the post that is told, where the letter speaks to several; "" */
    char waits_for[OCC_NAME_MAX];
    struct text note; /* the lead's last words */
    enum notice_ask verify;     /* of an item about what was handed in .. */
    char of[WORLD_NAME_MAX];    /* .. and whom that names; "" */
    enum notice_next next;
    day_t next_day;
};
struct writing { /* one letter under way */
    const struct world *w;
    struct store *s;
    const struct letter *l;
    int64_t now_ms;
    day_t today;
    struct facts *facts; /* l->n of them */
    struct topics topics;
    const struct item *first; /* whose plan stands in the head */
    struct post post;         /* of that plan */
    struct text meeting;
    bool is_director_told;
    bool is_to_posts; /* it speaks to more than one post of the reader */
    struct err *reterr;
};

static void
writing_freep(struct writing *x)
{
    post_done(&x->post);
    text_done(&x->meeting);
    topics_done(&x->topics);
    for (size_t i = 0; x->facts && i < x->l->n; i++) {
        text_done(&x->facts[i].text);
        text_done(&x->facts[i].note);
        text_done(&x->facts[i].metric);
        text_done(&x->facts[i].timescale);
        text_done(&x->facts[i].ref);
    }
    free(x->facts);
}

static int
read_action(void *arg, const struct row *row)
{
    struct facts *f = arg;
    text_add(&f->text, row_text_or(row, 3, ""));
    text_add(&f->metric, row_text_or(row, 4, ""));
    text_add(&f->timescale, row_text_or(row, 5, ""));
    return 1;
}

static int
read_lead(void *arg, const struct row *row)
{
    if (strcmp(row_text_or(row, 0, ""), "lead") != 0) {
        return 0;
    }
    int r = text_copy(arg, OCC_NAME_MAX, row_text_or(row, 1, ""));
    return r < 0 ? r : 1;
}

/* Column 20 of occurrence_get. What people wrote may have lines; a mail's field has one. */
static int
read_note(void *arg, const struct row *row)
{
    struct facts *f = arg;
    for (const char *c = row_text_or(row, 20, ""); *c && f->note.len < NOTE_SHOWN; c++) {
        text_addc(&f->note, (unsigned char)*c < ' ' || *c == 0x7F ? ' ' : *c);
    }
    while (f->note.len > 0 && !text_is_utf8(text_str(&f->note), f->note.len)) {
        f->note.bytes[--f->note.len] = '\0';
    }
    return 1;
}

static enum notice_ask
ask_of(const struct facts *f, const struct item *item)
{
    static const enum notice_ask by_kind[ITEM_KIND_MAX_] = {
        [ITEM_STATUS] = NOTICE_ASK_STATUS,     [ITEM_ACK] = NOTICE_ASK_ACK,
        [ITEM_BLOCKED] = NOTICE_ASK_BLOCKED,
        [ITEM_HOLD] = NOTICE_ASK_HOLD,         [ITEM_UNMAILED] = NOTICE_ASK_UNMAILED,
        [ITEM_UNREACHED] = NOTICE_ASK_UNREACHED, [ITEM_HANDED] = NOTICE_ASK_HANDED,
        [ITEM_LEFT] = NOTICE_ASK_LEFT,         [ITEM_UNTOLD] = NOTICE_ASK_UNMAILED,
        [ITEM_ABSENT] = NOTICE_ASK_ABSENT,
        [ITEM_ANNUAL] = NOTICE_ASK_ANNUAL,     [ITEM_QUARTERLY] = NOTICE_ASK_QUARTERLY,
    };
    static const enum notice_ask by_duty[DUTY_KIND_MAX_] = {
        [DUTY_START] = NOTICE_ASK_START,
        [DUTY_RETURN] = NOTICE_ASK_RETURN,
        [DUTY_REVIEW] = NOTICE_ASK_REVIEW,
    };
    if (item->kind == ITEM_ACK && item->why == NOTICE_WHY_SECRETARY) {
        return NOTICE_ASK_ACK_MINUTE;
    }
    if (item->kind == ITEM_LEFT && item->why != NOTICE_WHY_SECRETARY) {
        return NOTICE_ASK_LEFT_SEE;
    }
    if (item->kind == ITEM_VERIFY) {
        return f->verify;
    }
    bool is_handed_in = f->o.duty.state == ACTION_SUBMITTED;
    return by_kind[item->kind] ? by_kind[item->kind]
           : is_handed_in      ? NOTICE_ASK_HANDED_IN
                               : by_duty[f->o.duty.kind];
}

static bool
is_asked(const struct item *item)
{
    static const enum item_kind asking[] = { ITEM_VERIFY, ITEM_HOLD, ITEM_UNREACHED, ITEM_UNMAILED,
                                             ITEM_LEFT, ITEM_UNTOLD, ITEM_ABSENT, ITEM_ACK };
    for (size_t i = 0; i < LENGTH(asking); i++) {
        if (item->kind == asking[i]) {
            return true;
        }
    }
    return false;
}

/* The verifier and who approved a hold are asked again; others hear nothing of that. */
static enum notice_next
next_of_step(const struct item *item, const struct step *step)
{
    static const enum notice_next words[STEP_KIND_MAX_] = {
        [STEP_VERIFY] = NOTICE_NEXT_BACK, [STEP_HOLD] = NOTICE_NEXT_HELD,
        [STEP_UNREACHED] = NOTICE_NEXT_ASK, [STEP_REMIND] = NOTICE_NEXT_REMINDER,
    };
    bool asks_some = step->kind == STEP_VERIFY || step->kind == STEP_HOLD;
    return asks_some && is_asked(item) ? NOTICE_NEXT_ASK
           : words[step->kind]         ? words[step->kind]
                                       : NOTICE_NEXT_REPEAT;
}

/* A level is named by whom it adds: of a post that nobody has, nothing is said. */
static int
next_of_level(const struct writing *x, struct facts *f, int level)
{
    static const enum notice_next without[LADDER_MAX + 1] = {
        [2] = NOTICE_NEXT_AGAIN, [3] = NOTICE_NEXT_AGAIN,
        [4] = NOTICE_NEXT_OWNER, [5] = NOTICE_NEXT_OWNER,
    };
    unsigned reach = 0;
    int r = level > 1 ? notify_reach(x->w, x->s, &f->o, level, f->next_day, &reach, x->reterr) : 0;
    unsigned added = reach & notify_adds(level);
    f->next = (enum notice_next)(NOTICE_NEXT_L1 + level - 1);
    if (level > 1 && added == 0) {
        f->next = without[level];
    } else if (level == 2 && added != notify_adds(level)) {
        f->next = added & (1U << NOTICE_WHY_DEPUTY) ? NOTICE_NEXT_L2_DEPUTY
                                                    : NOTICE_NEXT_L2_MANAGER;
    }
    return r;
}

/* What comes if nobody acts and this notice arrives, by the same pure rule. */
static int
say_next(const struct writing *x, const struct item *item, struct facts *f)
{
    struct duty_state state = f->o.duty;
    duty_accept(&state, x->today);
    day_t day = x->today + 1;
    for (int i = 0; i < LOOKS_MAX && day != DAY_NONE; i++) {
        struct next_steps next = next_steps(&state, &x->w->rules, &x->w->calendar, day);
        if (next.has_step) {
            f->next = next_of_step(item, &next.step);
            bool is_rest = f->next == NOTICE_NEXT_BACK || f->next == NOTICE_NEXT_HELD;
            f->next_day = is_rest ? DAY_NONE : day;
            return next.step.kind == STEP_LADDER ? next_of_level(x, f, next.step.level) : 0;
        }
        state = next.after;
        day = next.wake;
    }
    bool is_waiting = f->waits_for[0] && action_is_open(f->o.duty.state);
    f->next = is_waiting ? NOTICE_NEXT_WAITS : NOTICE_NEXT_NONE;
    return 0;
}

/* What can be done with what was handed in depends on who handed it in, not on when it is told. */
static int
see_verifier(const struct writing *x, const struct item *item, struct facts *f)
{
    struct verifier v;
    int r = item->kind == ITEM_VERIFY ? verifier_of(x->s, &f->o, &v, x->reterr) : 0;
    if (r < 0 || item->kind != ITEM_VERIFY) {
        return r;
    }
    f->verify = verifier_ask(&v, item->role);
    return person_title(x->s, verifier_named_by(&v, f->verify), f->of, x->reterr);
}

static int
facts_fill(struct writing *x, size_t i)
{
    const struct item *item = &x->l->items[i];
    struct facts *f = &x->facts[i];
    char lead[OCC_NAME_MAX] = "";
    int r = occurrence_get(x->s, item->occurrence, &f->o, x->reterr);
    r = r < 0 ? r : occurrence_see(x->w, x->s, &f->o, f->waits_for, x->reterr);
    if (r >= 0 && f->o.action[0]) {
        r = store_each(x->s, Q_ACTION_GET, WITH(T(f->o.plan), T(f->o.action)), read_action, f,
                       x->reterr);
    } else if (r >= 0) {
        text_addf(&f->text, "Review of the policy %s: %s", f->o.plan, text_str(&x->post.title));
    }
    if (f->o.duty.kind == DUTY_MILESTONE) { /* what is asked for, and what it is a step of */
        AUTO_TEXT struct text whole = f->text;
        f->text = (struct text){ 0 };
        text_addf(&f->text, "%s (%s)", f->o.period, text_str(&whole));
    }
    r = r < 0 ? r
              : store_each(x->s, Q_OCCURRENCE_ROLES, WITH(I(f->o.id)), read_lead, lead, x->reterr);
    if (r > 0) {
        r = person_title(x->s, lead, f->lead, x->reterr);
    }
    r = r < 0 ? r : see_verifier(x, item, f);
    r = r < 0 || !x->is_to_posts ? r : person_title(x->s, item->role, f->as, x->reterr);
    bool is_foreign = strcmp(item->plan, x->first->plan) != 0;
    text_addf(&f->ref, "%s%s%s", is_foreign ? item->plan : "", is_foreign ? " " : "",
              f->o.action[0] ? f->o.action : f->o.plan);
    (void)occurrence_subject(&f->o, f->subject);
    r = r < 0 ? r : store_each(x->s, Q_OCCURRENCE_GET, WITH(I(f->o.id)), read_note, f, x->reterr);
    f->next_day = DAY_NONE;
    return r < 0 ? r : item->kind == ITEM_HANDED ? 0 : say_next(x, item, f);
}

static struct notice_item
make_item(const struct writing *x, size_t i)
{
    const struct item *from = &x->l->items[i];
    const struct facts *f = &x->facts[i];
    bool is_return = f->o.duty.kind == DUTY_RETURN;
    const char *period = !is_return         ? ""
                         : f->o.period[0] ? f->o.period
                                          : strrchr(f->o.ref, '/');
    bool is_hold = from->kind == ITEM_HOLD;
    bool is_other = from->kind == ITEM_UNMAILED || from->kind == ITEM_UNTOLD
                    || from->kind == ITEM_ABSENT;
    struct notice_item item = {
        .ref = text_str(&f->ref),
        .occurrence = f->subject,
        .text = text_str(&f->text),
        .ask = ask_of(f, from),
        .timescale = is_return || is_hold ? "" : text_str(&f->timescale),
        .metric = text_str(&f->metric),
        .period = period && period[0] == '/' ? period + 1 : period,
        .lead = f->lead,
        .of = is_other ? from->note : f->of[0] ? f->of : from->of[0] ? from->of : NULL,
        .as = f->as[0] ? f->as : NULL,
        .stopped_by = f->o.duty.state == ACTION_BLOCKED && f->note.len ? text_str(&f->note) : NULL,
        .waits_for = f->waits_for[0] ? f->waits_for : NULL,
        .due = is_hold ? f->o.duty.hold_until : f->o.duty.due,
        .late_wd = calendar_between(&x->w->calendar, f->o.duty.due, x->today),
        .state = f->o.duty.state,
        .hold_until = f->o.duty.hold_until,
        .why = from->why,
        .is_asked = is_asked(from),
        .is_news = from->kind == ITEM_ASSIGN_FYI,
        .next = f->next,
        .next_day = f->next_day,
        .is_review = f->o.duty.kind == DUTY_REVIEW,
        .generation = f->o.gen,
        .level = from->level,
    };
    return item;
}

static void
thread_of(const char *subject, char hex[DIGEST_HEX_MAX])
{
    struct hash h;
    hash_begin(&h, "coprod thread 1");
    hash_add_str(&h, subject);
    struct digest d = hash_end(&h);
    (void)hash_hex(&d, hex);
    hex[KEY_HEX] = '\0';
}

static const char *
topic_subject(const struct topic_texts *x, char buf[OCC_SUBJECT_MAX])
{
    (void)snprintf(buf, OCC_SUBJECT_MAX, "%s:%s", x->plan, x->topic);
    return buf;
}

static size_t
make_threads(const struct writing *x, char hexes[NOTICE_THREADS_MAX][DIGEST_HEX_MAX],
             const char *threads[NOTICE_THREADS_MAX])
{
    char subject[OCC_SUBJECT_MAX];
    size_t n = x->l->n + x->topics.n;
    n = n < NOTICE_THREADS_MAX ? n : NOTICE_THREADS_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t k = i < x->l->n ? 0 : i - x->l->n;
        thread_of(i < x->l->n ? x->facts[i].subject : topic_subject(&x->topics.texts[k], subject),
                  hexes[i]);
        threads[i] = hexes[i];
    }
    return n;
}

const char *
letter_why_words(enum notice_why why)
{
    static const char *const words[NOTICE_WHY_MAX_] = {
        [NOTICE_WHY_LEAD] = "leads the action",
        [NOTICE_WHY_JOINT_LEAD] = "leads the action with others",
        [NOTICE_WHY_SUPPORT] = "supports the action",
        [NOTICE_WHY_DEPUTY] = "deputy of the lead",
        [NOTICE_WHY_MANAGER] = "line manager of the lead",
        [NOTICE_WHY_DIRECTOR] = "director responsible for the lead",
        [NOTICE_WHY_OWNER] = "owns the plan",
        [NOTICE_WHY_COORDINATOR] = "co-ordinates the action",
        [NOTICE_WHY_VERIFIER] = "verifies the plan",
        [NOTICE_WHY_SECRETARY] = "secretary of the responsible forum",
        [NOTICE_WHY_CHAIR] = "chair of the responsible forum",
        [NOTICE_WHY_BOARD] = "secretary of the Board",
    };
    return (int)why >= 0 && why < NOTICE_WHY_MAX_ && words[why] ? words[why] : "";
}

static int
record(const struct writing *x, int64_t notice)
{
    char detail[SENTENCE_MAX];
    char subject[OCC_SUBJECT_MAX];
    size_t n = x->l->n + (size_t)x->l->n_more + x->topics.n;
    (void)snprintf(detail, sizeof detail, "%.20s%sto %.100s, notice %lld%s", x->first->step,
                   n > 1 ? " and others " : " ", x->l->role, (long long)notice,
                   x->l->again ? ", written again for this day" : "");
    if (n > 1) {
        (void)snprintf(subject, sizeof subject, "notice %lld", (long long)notice);
    } else if (x->l->n == 0) {
        (void)topic_subject(&x->topics.texts[0], subject);
    } else {
        (void)snprintf(subject, sizeof subject, "%s", x->facts[0].subject);
    }
    return audit_append(x->s,
                        &(struct audit_entry){ .at_ms = x->now_ms,
                                               .actor = "coprod",
                                               .event = x->l->kind,
                                               .subject = subject,
                                               .detail = detail },
                        x->reterr);
}

static int
put_notice(const struct writing *x, int64_t *ret_id)
{
    struct notice_item items[NOTICE_ITEMS_MAX];
    char hexes[NOTICE_THREADS_MAX][DIGEST_HEX_MAX];
    const char *threads[NOTICE_THREADS_MAX];
    const struct item *first = x->first;
    bool is_digest = strcmp(x->l->kind, "digest") == 0;
    bool is_one = x->l->n + x->topics.n == 1 && x->l->n_more == 0;
    for (size_t i = 0; i < x->l->n; i++) {
        items[i] = make_item(x, i);
    }
    struct notice_model model = post_model(&x->post, x->l->words);
    model.level = x->l->level;
    model.meeting = text_str(&x->meeting);
    model.is_director_told = x->is_director_told;
    model.items = items;
    model.n_items = x->l->n;
    model.n_more = x->l->n_more;
    model.topics = x->topics.list;
    model.n_topics = x->topics.n;
    model.n_more_topics = x->topics.n_more;
    const struct post_order order = { .key = x->l->key, .kind = x->l->kind,
                                      .occurrence = is_digest ? 0 : first->occurrence,
                                      .step = is_one ? first->step : "",
                                      .why = is_one ? letter_why_words(first->why)
                                                    : "see its items",
                                      .threads = threads,
                                      .n_threads = make_threads(x, hexes, threads),
                                      .run_at_ms =
                                          is_digest ? x->now_ms : OUTGOING_UNJUDGED,
                                      .again = x->l->again };
    return post_put(&x->post, &model, &order, ret_id);
}

static bool
is_to_posts(const struct letter *l, const struct item *first)
{
    bool is = false;
    for (size_t i = 0; i < l->n + l->n_topics; i++) {
        const struct item *item = i < l->n ? &l->items[i] : &l->topics[i - l->n];
        is = is || strcmp(item->role, first->role) != 0;
    }
    return is;
}

/* Who would be told of the level below: what the committee reads of it must be so. */
static int
see_director(struct writing *x)
{
    unsigned reach = 0;
    int r = notify_reach(x->w, x->s, &x->facts[0].o, FORUM_LEVEL - 1, x->today, &reach, x->reterr);
    x->is_director_told = reach & (1U << NOTICE_WHY_DIRECTOR);
    return r;
}

int
letter_write(const struct world *w, struct store *s, const struct letter *l, int64_t now_ms,
             int64_t *ret_notice, struct err *reterr)
{
    __attribute__((cleanup(writing_freep))) struct writing x = {
        .w = w, .s = s, .l = l, .now_ms = now_ms, .today = world_day(w, now_ms),
        .first = l->n ? l->items : l->topics, .reterr = reterr,
        .post = { .w = w, .s = s, .now_ms = now_ms, .reterr = reterr },
    };
    x.facts = calloc(l->n + 1, sizeof *x.facts);
    if (!x.facts) {
        return err_set(reterr, -ENOMEM, "out of memory");
    }
    x.is_to_posts = is_to_posts(l, x.first);
    int r = post_open(&x.post, x.first->plan);
    if (r == 0) {
        return err_set(reterr, -ENOENT, "plan '%s' is gone", x.first->plan);
    }
    r = r < 0 ? r : text_copy(x.post.role, sizeof x.post.role, l->role);
    r = r < 0 ? r : person_get(s, l->role, &x.post.to, reterr);
    for (size_t i = 0; r >= 0 && i < l->n; i++) {
        r = facts_fill(&x, i);
    }
    r = r < 0 ? r : topics_load(s, l->topics, l->n_topics, x.first->plan, &x.topics, reterr);
    r = r < 0 || !x.is_to_posts ? r : topics_name_posts(s, &x.topics, reterr);
    if (l->level >= FORUM_LEVEL) {
        committee_words(&w->committees, &w->calendar, x.first->plan, x.today, &x.meeting);
    }
    r = r < 0 || l->level != FORUM_LEVEL || l->n == 0 ? r : see_director(&x);
    int64_t id = 0;
    r = r < 0 ? r : put_notice(&x, &id);
    if (r <= 0) {
        return r;
    }
    for (size_t i = 0; r >= 0 && i < l->n + l->n_topics; i++) {
        const struct item *item = i < l->n ? &l->items[i] : &l->topics[i - l->n];
        r = store_run(s, Q_ITEM_TOLD, WITH(I(id), I(item->id)), reterr);
    }
    r = r < 0 ? r : record(&x, id);
    *ret_notice = id;
    return r < 0 ? r : 1;
}
