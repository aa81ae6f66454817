/* SPDX-License-Identifier: MIT */
/* notify.c - a step becomes notices: facts from the store, words from the templates, one frozen
 * mail and one delivery job for each person. */
#include "engine/notify.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "store/audit.h"

enum { KEY_MAX = 2 * OCC_SUBJECT_MAX, KEY_HEX = 32, SENTENCE_MAX = 256 };

/* Everything one step's notices have in common. Long texts are owned. */
struct brief {
    const struct world *w;
    struct store *s;
    int64_t now_ms;
    day_t today;
    struct occurrence o;
    struct step step;
    char subject[OCC_SUBJECT_MAX];
    struct text text, metric, timescale;                        /* of the action */
    struct text title, version, url, formats, owner_title, forum; /* of the plan */
    char owner[OCC_NAME_MAX];
    char owner_mail[OCC_NAME_MAX * 2];
    char lead_title[WORLD_NAME_MAX];
    char demand[SENTENCE_MAX];
    struct err *reterr;
    struct notified *sum;
};

static void
brief_freep(struct brief *b)
{
    struct text *all[] = { &b->text, &b->metric, &b->timescale, &b->title,       &b->version,
                           &b->url,  &b->formats, &b->owner_title, &b->forum };
    for (size_t i = 0; i < LENGTH(all); i++) {
        text_done(all[i]);
    }
}

/* A person as the roster has them. */
struct person {
    char title[WORLD_NAME_MAX];
    char email[WORLD_NAME_MAX];
    bool is_known;
};

static int
read_person(void *arg, const struct row *row)
{
    struct person *p = arg;
    p->is_known = true;
    int r = text_copy(p->title, sizeof p->title, row_text_or(row, 1, ""));
    return r < 0                                                               ? r
           : text_copy(p->email, sizeof p->email, row_text_or(row, 3, "")) < 0 ? -E2BIG
                                                                               : 1;
}

static int
person_get(struct brief *b, const char *role, struct person *ret)
{
    *ret = (struct person){ .is_known = false };
    int r = store_each(b->s, Q_ROLE_GET, WITH(T(role)), read_person, ret, b->reterr);
    return r < 0 ? r : 0;
}

static int
read_action(void *arg, const struct row *row)
{
    struct brief *b = arg;
    text_add(&b->text, row_text_or(row, 3, ""));
    text_add(&b->metric, row_text_or(row, 4, ""));
    text_add(&b->timescale, row_text_or(row, 5, ""));
    return 1;
}

static int
read_plan(void *arg, const struct row *row)
{
    struct brief *b = arg;
    text_add(&b->title, row_text_or(row, 1, ""));
    text_add(&b->version, row_text_or(row, 2, ""));
    text_add(&b->forum, row_text_or(row, 7, ""));
    text_add(&b->url, row_text_or(row, 11, ""));
    text_add(&b->formats, row_text_or(row, 12, ""));
    int r = text_copy(b->owner, sizeof b->owner, row_text_or(row, 4, ""));
    return r < 0 ? r : 1;
}

static int
read_lead(void *arg, const struct row *row)
{
    struct brief *b = arg;
    if (strcmp(row_text_or(row, 0, ""), "lead") != 0) {
        return 0;
    }
    struct person p;
    int r = person_get(b, row_text(row, 1), &p);
    return r < 0 ? r : text_copy(b->lead_title, sizeof b->lead_title, p.title) < 0 ? -E2BIG : 1;
}

static void
say_demand(struct brief *b)
{
    const char *period = strrchr(b->o.ref, '/');
    switch (b->o.duty.kind) {
    case DUTY_RETURN:
        (void)snprintf(b->demand, sizeof b->demand, "send the return for %s",
                       period ? period + 1 : "the period");
        break;
    case DUTY_START:
        (void)snprintf(b->demand, sizeof b->demand, "have it in place");
        break;
    case DUTY_REVIEW:
        (void)snprintf(b->demand, sizeof b->demand, "review the policy and have it ratified again");
        break;
    case DUTY_NONE:
    case DUTY_DELIVER:
    case DUTY_KIND_MAX_:
        (void)snprintf(b->demand, sizeof b->demand, "finish it");
        break;
    }
}

static int
brief_fill(struct brief *b)
{
    int r = store_each(b->s, Q_PLAN_GET, WITH(T(b->o.plan)), read_plan, b, b->reterr);
    if (r == 0) {
        return err_set(b->reterr, -ENOENT, "plan '%s' is gone", b->o.plan);
    }
    if (r >= 0 && b->o.action[0]) {
        r = store_each(b->s, Q_ACTION_GET, WITH(T(b->o.plan), T(b->o.action)), read_action, b,
                       b->reterr);
    } else if (r >= 0) {
        text_addf(&b->text, "Review of the policy %s, %s", b->o.plan, text_str(&b->title));
    }
    struct person owner = { .is_known = false };
    r = r < 0 ? r : person_get(b, b->owner, &owner);
    r = r < 0 ? r : text_copy(b->owner_mail, sizeof b->owner_mail, owner.email);
    text_add(&b->owner_title, owner.title);
    r = r < 0 ? r
              : store_each(b->s, Q_OCCURRENCE_ROLES, WITH(I(b->o.id)), read_lead, b, b->reterr);
    say_demand(b);
    (void)occurrence_subject(&b->o, b->subject);
    return r < 0 ? r : 0;
}

/* What comes after this step if nobody acts, by the same pure rule. */
static void
say_next(const struct brief *b, struct notice_item *item)
{
    const struct duty_state *s = &b->o.duty;
    day_t day = b->today;
    struct next_steps next = next_steps(s, &b->w->rules, &b->w->calendar, day);
    while (!next.has_step && next.wake != DAY_NONE) {
        day = next.wake;
        next = next_steps(s, &b->w->rules, &b->w->calendar, day);
    }
    item->next_day = next.has_step ? day : DAY_NONE;
    item->next = NOTICE_NEXT_NONE;
    if (next.has_step) {
        item->next = next.step.kind == STEP_REMIND
                         ? NOTICE_NEXT_REMINDER
                         : (enum notice_next)(NOTICE_NEXT_L1 + next.step.level - 1);
    }
}

static enum notice_kind
kind_of(const struct brief *b)
{
    if (b->step.kind == STEP_LADDER) {
        return b->step.level <= 2 ? NOTICE_OVERDUE : NOTICE_ESCALATE;
    }
    return b->o.duty.kind == DUTY_REVIEW ? NOTICE_REVIEW : NOTICE_REMIND;
}

/* Who is asked to decide on each rung; the others on it are told that it is late, no more. So are
 * those who hear of a demand for the first time when its day has passed: an old plan's. */
static enum notice_kind
words_of(const struct brief *b, const struct told *told)
{
    static const bool decides[LADDER_MAX + 1][NOTICE_WHY_MAX_] = {
        [3] = { [NOTICE_WHY_DIRECTOR] = true },
        [4] = { [NOTICE_WHY_SECRETARY] = true, [NOTICE_WHY_CHAIR] = true },
        [5] = { [NOTICE_WHY_BOARD] = true },
    };
    enum notice_kind kind = kind_of(b);
    if (kind == NOTICE_REMIND && b->today > b->o.duty.due) {
        return NOTICE_OVERDUE;
    }
    return kind == NOTICE_ESCALATE && !decides[b->step.level][told->why] ? NOTICE_OVERDUE : kind;
}

static struct notice_item
make_item(const struct brief *b, const struct told *told)
{
    struct notice_item item = {
        .ref = b->o.action[0] ? b->o.action : b->o.plan,
        .occurrence = b->subject,
        .text = text_str(&b->text),
        .demand = b->demand,
        .timescale = text_str(&b->timescale),
        .metric = text_str(&b->metric),
        .lead = b->lead_title,
        .of = told->of[0] ? told->of : NULL,
        .due = b->o.duty.due,
        .late_wd = calendar_between(&b->w->calendar, b->o.duty.due, b->today),
        .state = b->o.duty.state,
        .why = told->why,
        .generation = b->o.gen,
        .level = b->step.level,
    };
    say_next(b, &item);
    return item;
}

static int
render(const struct brief *b, const struct told *told, const struct person *to, const char *hex,
       struct notice_text *words, struct text *mail)
{
    struct notice_item item = make_item(b, told);
    struct notice_model model = { .kind = words_of(b, told),
                                  .level = b->step.level,
                                  .plan_id = b->o.plan,
                                  .plan_title = text_str(&b->title),
                                  .plan_version = text_str(&b->version),
                                  .plan_url = b->url.len ? text_str(&b->url) : NULL,
                                  .formats = b->formats.len ? text_str(&b->formats)
                                                            : b->w->formats,
                                  .trust = b->w->trust,
                                  .forum = text_str(&b->forum),
                                  .owner = text_str(&b->owner_title),
                                  .to_role = to->title,
                                  .today = b->today,
                                  .at_ms = b->now_ms,
                                  .host = b->w->host,
                                  .items = &item,
                                  .n_items = 1 };
    int r = notice_render(b->w->templates, &model, words, b->reterr);
    if (r < 0) {
        return r;
    }
    struct hash h;
    hash_begin(&h, "coprod thread 1");
    hash_add_str(&h, b->subject);
    struct digest d = hash_end(&h);
    char thread[DIGEST_HEX_MAX];
    (void)hash_hex(&d, thread);
    thread[KEY_HEX] = '\0';
    const char *threads[] = { thread };
    char list[OCC_NAME_MAX + WORLD_NAME_MAX + 8];
    (void)snprintf(list, sizeof list, "%s.%s", b->o.plan, b->w->host);
    int64_t local = zone_local_ms(b->w->zone, b->now_ms);
    int64_t utc = ((b->now_ms % 86400000) + 86400000) % 86400000;
    int64_t offset_ms = local - utc;
    offset_ms += offset_ms < -43200000 ? 86400000 : offset_ms > 50400000 ? -86400000 : 0;
    struct notice_envelope e = { .from = { "coprod", b->w->mail_from },
                                 .to = { to->title, to->email },
                                 .reply_to = { text_str(&b->owner_title), b->owner_mail },
                                 .key = hex,
                                 .host = b->w->host,
                                 .threads = threads,
                                 .n_threads = 1,
                                 .list_id = list,
                                 .list_name = text_str(&b->title),
                                 .date_ms = b->now_ms,
                                 .offset_min = (int)(offset_ms / 60000) };
    if (!b->owner_mail[0]) {
        e.reply_to = e.from; /* an owner without an address must not keep mails from others */
    }
    return notice_mail(&e, words, mail, b->reterr);
}

static int
order_delivery(struct brief *b, int64_t notice)
{
    char key[64];
    (void)snprintf(key, sizeof key, "deliver|%lld", (long long)notice);
    struct job_order order = { .kind = JOB_KIND_DELIVER,
                               .key = key,
                               .run_at_ms = b->now_ms,
                               .subject = notice };
    int r = job_order_add(b->s, &order, b->now_ms, b->reterr);
    return r < 0 ? r : 0;
}

static int
record(struct brief *b, int64_t notice, const char *step, const struct told *told)
{
    char detail[SENTENCE_MAX];
    (void)snprintf(detail, sizeof detail, "%s to %s, notice %lld", step, told->role,
                   (long long)notice);
    return audit_append(b->s,
                        &(struct audit_entry){ .at_ms = b->now_ms,
                                               .actor = "coprod",
                                               .event = notice_kind_word(kind_of(b)),
                                               .subject = b->subject,
                                               .detail = detail },
                        b->reterr);
}

/* The key holds for ever: the same person is told the same step of the same episode once. */
static int
write_notice(struct brief *b, const struct told *told, const struct person *to, const char *why)
{
    char step[STEP_NAME_MAX];
    char key[KEY_MAX];
    char hex[DIGEST_HEX_MAX];
    (void)step_name(&b->step, step);
    (void)snprintf(key, sizeof key, "%s|%s|g%d|e%d|%s|%s", notice_kind_word(kind_of(b)), b->subject,
                   b->o.gen, b->o.episode, step, told->role);
    struct hash h;
    hash_begin(&h, "coprod notice 1");
    hash_add_str(&h, key);
    struct digest d = hash_end(&h);
    hash_hex(&d, hex);
    hex[KEY_HEX] = '\0';

    AUTO_NOTICE_TEXT struct notice_text words = { 0 };
    AUTO_TEXT struct text mail = { 0 };
    AUTO_TEXT struct text message_id = { 0 };
    int64_t id = 0;
    int r = render(b, told, to, hex, &words, &mail);
    r = r < 0 ? r : notice_message_id(hex, b->w->host, &message_id);
    r = r < 0 ? r : store_ids(b->s, "notice", 1, &id, b->reterr);
    if (r < 0) {
        return r;
    }
    r = store_run(b->s, Q_NOTICE_ADD,
                  WITH(I(id), T(key), T(notice_kind_word(kind_of(b))), T(b->o.plan), I(b->o.id),
                       T(step), T(told->role), T(to->email), T(why), T(text_str(&words.subject)),
                       T(text_str(&words.plain)), B(text_str(&mail), mail.len),
                       T(text_str(&message_id)), I(1), I(b->now_ms)),
                  b->reterr);
    if (r == 0) {
        b->sum->repeats++;
        return 0;
    }
    r = r < 0 ? r : order_delivery(b, id);
    b->sum->notices += r >= 0;
    return r < 0 ? r : record(b, id, step, told);
}

static int
tell_person(struct brief *b, const struct told *told)
{
    static const char *const reasons[NOTICE_WHY_MAX_] = {
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
    struct person to;
    int r = person_get(b, told->role, &to);
    if (r < 0) {
        return r;
    }
    char why[SENTENCE_MAX];
    (void)snprintf(why, sizeof why, "%.200s", reasons[told->why] ? reasons[told->why] : "");
    if (to.is_known && notice_address_ok(to.email)) {
        return write_notice(b, told, &to, why);
    }
    b->sum->unreached++;
    struct person owner;
    r = person_get(b, b->owner, &owner);
    if (r < 0 || !notice_address_ok(owner.email)) {
        return r < 0 ? r
                     : err_set(b->reterr, -ECANCELED,
                               "neither %s nor the plan's owner has an address: add one to "
                               "roster.yaml",
                               told->role);
    }
    (void)snprintf(why, sizeof why, "owns the plan; '%.150s' (%.60s) has no address", told->role,
                   reasons[told->why] ? reasons[told->why] : "");
    return write_notice(b, told, &owner, why);
}

struct job_facts {
    int64_t occurrence;
    char step[STEP_NAME_MAX];
    int gen, episode;
    bool is_bad;
};

static int
read_job(void *arg, const struct row *row)
{
    struct job_facts *f = arg;
    f->occurrence = row_i64(row, 8);
    f->is_bad = sscanf(row_text_or(row, 9, ""), "%11s g%d e%d", f->step, &f->gen, &f->episode) != 3;
    return 1;
}

int
notify_step(const struct world *w, struct store *s, int64_t job, int64_t now_ms,
            struct notified *ret, struct err *reterr)
{
    *ret = (struct notified){ 0 };
    struct job_facts facts = { 0 };
    int r = store_each(s, Q_JOB_SHOW, WITH(I(job)), read_job, &facts, reterr);
    if (r <= 0 || facts.is_bad) {
        return r < 0 ? r : err_set(reterr, -ECANCELED, "job %lld says no step", (long long)job);
    }
    __attribute__((cleanup(brief_freep))) struct brief b = { .w = w,
                                                             .s = s,
                                                             .now_ms = now_ms,
                                                             .today = world_day(w, now_ms),
                                                             .reterr = reterr,
                                                             .sum = ret };
    r = occurrence_get(s, facts.occurrence, &b.o, reterr);
    if (r < 0) {
        return r;
    }
    if (notify_step_parse(facts.step, &b.step) < 0) {
        return err_set(reterr, -ECANCELED, "job %lld: '%s' is no step", (long long)job, facts.step);
    }
    ret->is_void = !action_is_open(b.o.duty.state) || b.o.gen != facts.gen
                   || b.o.episode != facts.episode;
    if (ret->is_void) {
        return 0;
    }
    struct told told[TOLD_MAX];
    size_t n = 0;
    r = brief_fill(&b);
    r = r < 0 ? r : notify_who(s, &b.o, &b.step, told, &n, reterr);
    for (size_t i = 0; r >= 0 && i < n; i++) {
        r = tell_person(&b, &told[i]);
    }
    return r < 0 ? r : 0;
}
