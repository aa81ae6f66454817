/* SPDX-License-Identifier: MIT */
/* verbs.c - what each verb of coprodctl does to the store and the hub. One table, one function
 * each. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ask.h"
#include "base/clock.h"
#include "base/log.h"
#include "engine/act.h"
#include "engine/pack.h"
#include "engine/untold.h"
#include "store/audit.h"

const char *
ask_word(const struct ask *a, const char *key)
{
    for (uint32_t i = 0; i < a->call->args_len; i++) {
        if (strcmp(a->call->args[i].key, key) == 0) {
            return a->call->args[i].value;
        }
    }
    return "";
}

/* ---- who may ------------------------------------------------------------------------------- */

static bool
is_own(const struct ask *a)
{
    return a->from->uid == 0 || a->from->uid == geteuid();
}

static int
must_have_role(struct ask *a)
{
    if (is_own(a) || conf_role_of(a->h->files.conf, a->user)) {
        return 0;
    }
    return err_set(a->why, -EPERM, "user '%s' has no role here: add it under users: in coprod.yaml",
                   a->user);
}

int
ask_admin(struct ask *a)
{
    const struct conf_list *admins = &a->h->files.conf->admins;
    AUTO_TEXT struct text names = { 0 };
    if (is_own(a) || conf_is_admin(a->h->files.conf, a->user)) {
        return 0;
    }
    for (size_t i = 0; i < admins->n; i++) {
        text_addf(&names, "%s%s", i > 0 ? ", " : "", admins->items[i]);
    }
    return err_set(a->why, -EPERM,
                   "user '%s' may not do this: it is for root and for the users under admins: in "
                   "coprod.yaml (%.200s)",
                   a->user, admins->n > 0 ? text_str(&names) : "nobody is named there");
}

/* ---- what people do to the plan -------------------------------------------------------------- */

struct naming {
    const char *name;
    char *role; /* OCC_NAME_MAX */
};

static int
match_role(void *arg, const struct row *row)
{
    struct naming *n = arg;
    bool is_it = strcasecmp(n->name, row_text_or(row, 0, "")) == 0
                 || strcasecmp(n->name, row_text_or(row, 1, "")) == 0;
    return !is_it ? 0 : text_copy(n->role, OCC_NAME_MAX, row_text(row, 0)) < 0 ? -E2BIG : 1;
}

/* 1: the id of the role that a person wrote, by the files, or by the store when those are bad. */
static int
name_role(struct ask *a, const char *as)
{
    if (a->h->files.set) {
        const struct role *found = plan_role(a->h->files.set, as);
        return !found ? 0 : text_copy(a->role, sizeof a->role, found->id) < 0 ? -E2BIG : 1;
    }
    struct naming n = { .name = as, .role = a->role };
    int r = store_each(a->h->store, Q_ROLE_LIST, NONE, match_role, &n, a->why);
    return r < 0 ? r : a->role[0] != '\0';
}

int
ask_who(struct ask *a, struct act *act, char actor[USER_MAX + 8])
{
    const char *as = ask_word(a, "as");
    const char *own = conf_role_of(a->h->files.conf, a->user);
    if (!as[0] && !own) {
        return err_set(a->why, -EPERM,
                       "user '%s' has no role of its own: say --as ROLE, or add it under users: in "
                       "coprod.yaml",
                       a->user);
    }
    int r = as[0] ? name_role(a, as) : 1; /* a title or an alias will do */
    if (r <= 0) {
        return r < 0 ? r
                     : err_set(a->why, -EINVAL,
                               "the roster has no role '%.80s' (see: coprodctl config check, "
                               "roster.yaml)", as);
    }
    as = as[0] ? a->role : as;
    act->role = as[0] ? as : own;
    act->on_behalf = as[0] && (!own || strcmp(as, own) != 0) ? as : "";
    if (act->on_behalf[0] && !own) {
        (void)snprintf(actor, USER_MAX + 8, "user %s", a->user);
    } else {
        (void)snprintf(actor, USER_MAX + 8, "%.*s", USER_MAX, own ? own : a->user);
    }
    act->actor = actor;
    return 0;
}

int
ask_operator(struct ask *a, struct act *act, char actor[USER_MAX + 8])
{
    if (ask_word(a, "as")[0] || conf_role_of(a->h->files.conf, a->user)) {
        return ask_who(a, act, actor);
    }
    (void)snprintf(actor, USER_MAX + 8, "user %s", a->user);
    act->actor = actor;
    act->on_behalf = "";
    return 0;
}

int
ask_date(struct ask *a, const char *key, day_t *ret)
{
    const char *s = ask_word(a, key);
    if (s[0] && day_parse(s, ret) < 0) {
        return err_set(a->why, -EINVAL, "--%s: '%s' %s", key, s, day_refusal(s));
    }
    return 0;
}

/* They go into the audit for ever, and into tables and mails. */
static int
check_words(struct ask *a)
{
    static const char *const keys[] = { "comment", "evidence", "minute", "figure", "reason" };
    for (size_t i = 0; i < LENGTH(keys); i++) {
        if (text_has_control(ask_word(a, keys[i]))) {
            return err_set(a->why, -EINVAL, "--%s may hold no control characters", keys[i]);
        }
    }
    return 0;
}

/* Who supports an action speaks to its lead: that nothing moved must not be overlooked. */
static void
say_noted(struct ask *a, const struct acted *done, enum action_event event)
{
    const struct occurrence *o = &done->o;
    text_addf(a->out,
              "%s:%s%s%s: %s as a %s, and moves nothing: it is still %s, as only its lead may %s "
              "it",
              o->plan, o->ref, o->part[0] ? "@" : "", o->part,
              a->is_dry ? "would be recorded" : "recorded",
              event == ACTION_EV_SUBMIT ? "draft for its lead" : "note",
              action_state_name(o->duty.state), action_event_name(event));
}

static void
say_acted(struct ask *a, const struct acted *done, int follow_ups)
{
    const struct occurrence *o = &done->o;
    char due[DAY_TEXT_MAX];
    text_addf(a->out, "%s%s:%s%s%s: %s, was %s; due %s", a->is_dry ? "would become " : "", o->plan,
              o->ref, o->part[0] ? "@" : "", o->part, action_state_name(o->duty.state),
              action_state_name(done->before), day_format(o->duty.due, due));
    if (done->cancelled > 0) {
        text_addf(a->out, "; %d notice%s taken back", done->cancelled,
                  text_s(done->cancelled));
    }
    if (done->is_parent_done) {
        text_addf(a->out, "; with it %s:%s as a whole is complete", o->plan, o->ref);
    }
    if (follow_ups > 0) {
        text_addf(a->out, "; %d return%s", follow_ups, follow_ups == 1 ? " follows" : "s follow");
    }
}

static int
do_act(struct ask *a)
{
    struct act x = { .plan = ask_word(a, "plan"), .comment = ask_word(a, "comment"),
                     .evidence = ask_word(a, "evidence"), .minute = ask_word(a, "minute"),
                     .to = ask_word(a, "to"), .rag = ask_word(a, "rag"),
                     .sha256 = ask_word(a, "sha256"),
                     .figure = ask_word(a, "nil")[0] ? "nil" : ask_word(a, "figure"),
                     .percent = -1, .date = DAY_NONE };
    char actor[USER_MAX + 8];
    char ref[OCC_SUBJECT_MAX];
    const char *part = ask_word(a, "part");
    (void)snprintf(ref, sizeof ref, "%s%s%s", ask_word(a, "ref"), part[0] ? "@" : "", part);
    x.ref = ref;
    x.event = action_event_parse(ask_word(a, "event"));
    int r = ask_who(a, &x, actor);
    r = r < 0 ? r : ask_date(a, "until", &x.date);
    r = r < 0 ? r : ask_date(a, "forecast", &x.date);
    if (r < 0) {
        return r;
    }
    int64_t percent = -1;
    const char *given = ask_word(a, "percent");
    if (given[0] && text_to_i64(given, 0, 100, &percent) < 0) {
        return err_set(a->why, -EINVAL, "--percent: '%s' is not 0 to 100", given);
    }
    x.percent = (int)percent;
    if (x.event == ACTION_EV_NONE) {
        return err_set(a->why, -EINVAL, "'%s' is no event", ask_word(a, "event"));
    }
    r = check_words(a);
    if (r < 0) {
        return r;
    }
    struct acted done;
    int64_t now = sched_now(a->h);
    r = act(a->h->world, a->h->store, &x, now, &done, a->why);
    int follow_ups = 0;
    if (r >= 0 && a->h->files.set && done.o.duty.state == ACTION_COMPLETE) {
        struct occurrence whole = done.o;
        if (!whole.parent || done.is_parent_done) {
            r = apply_follow_up(a->h->world, a->h->store, a->h->files.set, &whole, now, &follow_ups,
                                a->why);
        }
    }
    if (r >= 0 && done.is_note) {
        say_noted(a, &done, x.event);
    } else if (r >= 0) {
        say_acted(a, &done, follow_ups);
    }
    return r;
}

static int
do_pack_reissue(struct ask *a)
{
    struct act who = { .plan = "" };
    char actor[USER_MAX + 8];
    struct pack_again x = { .forum = ask_word(a, "forum"), .meeting = DAY_NONE,
                            .reason = ask_word(a, "reason") };
    struct pack_version made = { .rev = 0 };
    int r = ask_who(a, &who, actor);
    r = r < 0 ? r : ask_date(a, "meeting", &x.meeting);
    r = r < 0 ? r : check_words(a);
    if (r < 0) {
        return r;
    }
    x.role = who.role;
    x.actor = who.actor;
    x.on_behalf = who.on_behalf;
    r = pack_again(a->h->world, a->h->store, &x, sched_now(a->h), &made, a->why);
    if (r >= 0) {
        text_addf(a->out, "version %d of the %s paper %s made and mailed; what was given out stays",
                  made.rev, pack_phase_word(made.phase), a->is_dry ? "would be" : "is being");
        dispatch_more(a->h, JOB_KIND_ESCALATE);
    }
    return r < 0 ? r : 0;
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static int
read_id(struct ask *a, int64_t *ret)
{
    if (text_to_i64(ask_word(a, "id"), 1, INT64_MAX, ret) < 0) {
        return err_set(a->why, -EINVAL, "'%s' is no job's number", ask_word(a, "id"));
    }
    return 0;
}

static int
note_job(struct ask *a, const char *event, int64_t id, const char *detail)
{
    char subject[32];
    (void)snprintf(subject, sizeof subject, "job %" PRId64, id);
    return audit_append(a->h->store,
                        &(struct audit_entry){ .at_ms = sched_now(a->h),
                                               .actor = a->user,
                                               .event = event,
                                               .subject = subject,
                                               .detail = detail },
                        a->why);
}

static int
do_job_retry(struct ask *a)
{
    int64_t id = 0;
    int64_t now = sched_now(a->h);
    int r = read_id(a, &id);
    r = r < 0 ? r
              : store_run(a->h->store, Q_JOB_REVIVE, WITH(I(now), T("tried again by hand"), I(id)),
                          a->why);
    if (r == 0) {
        r = store_run(a->h->store, Q_JOB_HURRY, WITH(I(now), I(id)), a->why);
    }
    if (r == 0) {
        return err_set(a->why, -ENOENT, "job %" PRId64 " is neither dead nor waiting", id);
    }
    r = r < 0 ? r : store_run(a->h->store, Q_NOTICE_REVIVE_OF_JOB, WITH(I(now), I(id)), a->why);
    r = r < 0 ? r : note_job(a, "job retried", id, "");
    if (r >= 0) {
        text_addf(a->out, "job %" PRId64 " %s tried again", id, a->is_dry ? "would be" : "is");
        for (int kind = 1; kind < JOB_KIND_MAX_; kind++) {
            dispatch_rewind(a->h, (enum job_kind)kind);
        }
    }
    return r;
}

static int
do_job_cancel(struct ask *a)
{
    int64_t id = 0;
    const char *reason = ask_word(a, "reason");
    if (!reason[0]) {
        return err_set(a->why, -EINVAL, "say why with --reason: it is recorded");
    }
    int64_t now = sched_now(a->h);
    int r = read_id(a, &id);
    r = r < 0 ? r
              : store_run(a->h->store, Q_JOB_CANCEL, WITH(T(reason), I(now), I(id)), a->why);
    if (r == 0) {
        return err_set(a->why, -ENOENT, "job %" PRId64 " is over already or never was", id);
    }
    r = r < 0 ? r : store_run(a->h->store, Q_NOTICE_CANCEL_OF_JOB, WITH(I(now), I(id)), a->why);
    bool has_notice = r > 0;
    r = r < 0 ? r : untold_job(a->h->world, a->h->store, id, now, a->why);
    if (r > 0) {
        a->h->has_settled = true;
        dispatch_rewind(a->h, JOB_KIND_ESCALATE);
    }
    r = r < 0 ? r : note_job(a, "job cancelled", id, reason);
    if (r >= 0) {
        text_addf(a->out, "job %" PRId64 " %s cancelled%s", id, a->is_dry ? "would be" : "is",
                  has_notice ? ", and its notice with it" : "");
    }
    return r;
}

static int
do_job_add(struct ask *a)
{
    enum job_kind kind = job_kind_parse(ask_word(a, "kind"));
    if (kind != JOB_KIND_PROBE && kind != JOB_KIND_AGGREGATE) {
        return err_set(a->why, -EINVAL, "only jobs of kind probe or aggregate are added by hand");
    }
    const char *detail = ask_word(a, "detail");
    if (detail[0] && (kind != JOB_KIND_AGGREGATE || strncmp(detail, "release:", 8) != 0)) {
        return err_set(a->why, -EINVAL, "by hand, only release: is asked of a job");
    }
    int added = 0;
    int n = 0;
    int r = 0;
    int64_t now = sched_now(a->h);
    for (uint32_t i = 0; r >= 0 && i < a->call->args_len; i++) {
        if (strcmp(a->call->args[i].key, "key") != 0) {
            continue;
        }
        char key[OCC_SUBJECT_MAX];
        (void)snprintf(key, sizeof key, "hand|%.400s", a->call->args[i].value);
        struct job_order order = { .kind = kind, .key = key, .run_at_ms = now,
                                   .detail = detail[0] ? detail : NULL };
        r = job_order_add(a->h->store, &order, now, a->why);
        added += r > 0;
        n++;
    }
    if (r >= 0) {
        if (detail[0]) {
            text_addf(a->out, "the closed months of survey %s %s published, as soon as its worker "
                              "is free; survey table %s shows what is", strchr(detail, ':') + 1,
                      a->is_dry ? "would be" : "will be", strchr(detail, ':') + 1);
        } else {
            text_addf(a->out, "%s%d of %d added", a->is_dry ? "would be: " : "", added, n);
        }
        dispatch_more(a->h, kind);
    }
    return r;
}

/* ---- how it goes ----------------------------------------------------------------------------- */

static int
do_workers(struct ask *a)
{
    int64_t now = clock_mono_ms();
    for (const struct crew *c = a->h->dispatch.crew; c; c = c->next) {
        text_addf(a->out,
                  "%s\t%d\t%s\t%u\t%u\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRId64 "\n",
                  job_kind_rules(c->kind)->word, (int)c->pid,
                  c->is_gone  ? "leaving"
                  : c->n_held ? "busy"
                              : "idle",
                  c->n_held, c->capacity, c->done, c->stale, c->failed, now - c->heard_ms);
    }
    return 0;
}

static int
do_status(struct ask *a)
{
    const struct hub *h = a->h;
    int workers = 0;
    for (const struct crew *c = h->dispatch.crew; c; c = c->next) {
        workers++;
    }
    static const char *const modes[] = {
        [WORLD_MAIL_SENDS] = "leaves",
        [WORLD_MAIL_NONE] = "mode none: everything is written and kept, nothing leaves",
        [WORLD_MAIL_SHADOW] = "mode shadow: everything goes on as if it were sent, nothing is",
    };
    const struct link *links[] = { h->work, h->control_link };
    uint64_t refused = h->n_refused;
    for (size_t i = 0; i < LENGTH(links); i++) {
        struct link_counts n;
        link_counts(links[i], &n);
        refused += n.bad_parts + n.bad_message + n.bad_peer;
    }
    text_addf(a->out,
              "pid\t%d\nversion\t%s\nclock\t%s\nnow_ms\t%" PRId64 "\ndue_ms\t%" PRId64
              "\nworkers\t%d\nin_flight\t%zu\ndone\t%" PRIu64 "\nstale\t%" PRIu64
              "\nfailed\t%" PRIu64 "\ndeaths\t%" PRIu64 "\nrefused\t%" PRIu64
              "\nmail\t%s%s\ntrouble\t",
              (int)getpid(), COPROD_VERSION, h->clock.is_virtual ? "virtual" : "real", sched_now(h),
              h->due_ms, workers, h->dispatch.n_leased, h->dispatch.done, h->dispatch.stale,
              h->dispatch.failed, h->dispatch.deaths, refused,
              h->is_mail_held ? "held: " : modes[h->world->mail_mode], h->mail_words);
    const char *const troubles[] = { h->clock_words, h->trouble, h->refusal };
    const char *between = "";
    for (size_t i = 0; i < LENGTH(troubles); i++) {
        if (troubles[i][0]) {
            text_addf(a->out, "%s%s", between, troubles[i]);
            between = "; ";
        }
    }
    text_add(a->out, "\n");
    return 0;
}

static int
do_clock_run(struct ask *a)
{
    struct hub *h = a->h;
    day_t until = DAY_NONE;
    if (!h->clock.is_virtual) {
        return err_set(a->why, -EPERM,
                       "this daemon runs on the machine's clock; only a virtual one "
                       "can be told to run");
    }
    int r = ask_date(a, "until", &until);
    if (r < 0 || until == DAY_NONE) {
        return r < 0 ? r : err_set(a->why, -EINVAL, "say until when: --until YYYY-MM-DD");
    }
    if (h->control.is_waiting_run) {
        return err_set(a->why, -EBUSY, "the clock runs already");
    }
    char day[DAY_TEXT_MAX];
    int64_t to_ms = zone_instant(h->world->zone, until + 1, 0) - 1;
    if (to_ms < h->clock.now_ms) {
        return err_set(a->why, -EINVAL, "--until: the clock stands at %s already and never goes "
                       "back", day_format(world_day(h->world, h->clock.now_ms), day));
    }
    if (a->is_dry) {
        text_addf(a->out, "would run the clock to the end of %s", day_format(until, day));
        return 0;
    }
    h->clock.run_to_ms = to_ms;
    h->control.is_waiting_run = true;
    h->control.runner = *a->from;
    a->is_deferred = true;
    return 0;
}

static int
do_clock_accept(struct ask *a)
{
    struct hub *h = a->h;
    struct act who = { .plan = "" };
    char actor[USER_MAX + 8];
    int r = ask_operator(a, &who, actor);
    if (r < 0) {
        return r;
    }
    if (h->clock.is_virtual || !h->is_clock_wrong) {
        return err_set(a->why, -EINVAL, h->clock.is_virtual
                                            ? "this daemon runs on a virtual clock"
                                            : "nothing is wrong with the clock");
    }
    int64_t now = sched_now(h);
    const struct audit_entry entry = { .at_ms = now, .actor = who.actor,
                                       .on_behalf = who.on_behalf, .event = "clock accepted",
                                       .subject = "clock", .detail = h->clock_words };
    char day[DAY_TEXT_MAX];
    r = audit_append(h->store, &entry, a->why);
    r = r < 0 ? r : trust_accept(h, a->is_dry, a->why);
    if (r >= 0) {
        text_addf(a->out, "%s is taken for today: what is due by it %s sent",
                  day_format(world_day(h->world, now), day), a->is_dry ? "would be" : "is");
    }
    return r;
}

/* Whoever reaches the socket may look. */
enum verb_kind { VERB_TELLS = 1, VERB_OF_ROLES, VERB_OF_BOTH, VERB_OF_ADMINS };

static const struct verb {
    const char *name;
    int (*run)(struct ask *a);
    enum verb_kind kind;
} verbs[] = { { "act", do_act, VERB_OF_ROLES },
              { "rebase", ask_rebase, VERB_OF_ROLES },
              { "pack-reissue", do_pack_reissue, VERB_OF_ROLES },
              { "spool", ask_spool, VERB_OF_BOTH }, /* to erase answers: of admins */
              { "plan-apply", ask_plan_apply, VERB_OF_ADMINS },
              { "reload", ask_reload, VERB_OF_ADMINS },
              { "job-retry", do_job_retry, VERB_OF_ADMINS },
              { "job-cancel", do_job_cancel, VERB_OF_ADMINS },
              { "job-add", do_job_add, VERB_OF_ADMINS },
              { "mail-hold", ask_mail_hold, VERB_OF_ADMINS },
              { "mail-release", ask_mail_release, VERB_OF_ADMINS },
              { "mail-readmit", ask_mail_readmit, VERB_OF_ADMINS },
              { "test-delivery", ask_test_delivery, VERB_OF_ADMINS },
              { "clock-run", do_clock_run, VERB_OF_ADMINS },
              { "clock-accept", do_clock_accept, VERB_OF_ADMINS },
              { "workers", do_workers, VERB_TELLS },
              { "status", do_status, VERB_TELLS } };

static int
may(struct ask *a, enum verb_kind kind)
{
    a->is_told = kind == VERB_TELLS; /* its answer is true whatever becomes of the round */
    if (a->is_told || (kind == VERB_OF_BOTH && conf_is_admin(a->h->files.conf, a->user))) {
        return 0;
    }
    return kind == VERB_OF_ADMINS ? ask_admin(a) : must_have_role(a);
}

int
ask_run(struct ask *a)
{
    if (a->call->version != WIRE_VERSION) {
        return err_set(a->why, -EINVAL, "this coprodctl speaks version %u, the daemon %d: install "
                                        "the same coprod for both",
                       a->call->version, WIRE_VERSION);
    }
    for (size_t i = 0; i < LENGTH(verbs); i++) {
        if (strcmp(verbs[i].name, a->call->verb) == 0) {
            int r = may(a, verbs[i].kind);
            return r < 0 ? r : verbs[i].run(a);
        }
    }
    return err_set(a->why, -EINVAL, "the daemon knows no '%.60s'", a->call->verb);
}
