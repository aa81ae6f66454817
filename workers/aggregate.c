/* SPDX-License-Identifier: MIT */
/*
 * aggregate.c - survey files from the inbox into counts. A job's detail says what to do:
 * "import:NAME" takes one file, "nightly:DAY" whatever lies there and then publishes what is
 * closed, "release:SURVEY" publishes one survey now.
 *
 * It runs alone, since a file is many transactions. Each of them checks that the job is still this
 * worker's; the last one marks it done. Whatever is cut short is taken up where it stopped.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/intake.h"
#include "answers/keeping.h"
#include "answers/privacy.h"
#include "answers/recount.h"
#include "answers/release.h"
#include "answers/settle.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/hash.h"
#include "base/log.h"
#include "engine/trend.h"
#include "engine/world.h"
#include "store/audit.h"
#include "worker.h"

enum { WEEK = 7, DETAIL_MAX = 4096, NIGHTLY_FILES_MAX = 10000 };

struct errand {
    struct worker *worker;
    const struct worker_job *job;
    const char *survey; /* being published */
    const char *state_dir;
    int64_t keep_days;  /* files of answers */
    int64_t mail_months;
    int64_t n_gone; /* of what is to be gone from the disk too */
    int64_t busy_ms;    /* when to look again at a file that is still being written */
};

static int
still_mine(void *arg, struct store *s, struct err *reterr)
{
    const struct errand *e = arg;
    int64_t one = 0;
    int r = store_get(s, Q_JOB_IS_MINE, WITH(I((int64_t)e->job->id), I(e->job->attempt)), &one,
                      reterr);
    if (r < 0) {
        return r;
    }
    return r > 0 ? 0 : err_set(reterr, -ESTALE, "the job was given to somebody else");
}

/* A file that is killed again and again, but each time a part further on, kills nobody. */
static int
moved_on(void *arg, struct store *s, struct err *reterr)
{
    const struct errand *e = arg;
    int r = store_run(s, Q_JOB_MOVED_ON, WITH(I((int64_t)e->job->id), I(e->job->attempt)), reterr);
    return r < 0 ? r : 0;
}

static bool
still_wanted(void *arg)
{
    const struct errand *e = arg;
    return worker_still_wanted(e->worker);
}

static int
take_detail(void *arg, const struct row *row)
{
    char *detail = arg;
    (void)snprintf(detail, DETAIL_MAX, "%s", row_text_or(row, 9, ""));
    return 0;
}

static int
append(const struct errand *e, const char *event, const char *subject, const char *detail,
       struct err *reterr)
{
    const struct audit_entry entry = { .at_ms = e->job->now_ms, .actor = "aggregate",
                                       .on_behalf = "", .event = event, .subject = subject,
                                       .detail = detail };
    return audit_append(worker_store(e->worker), &entry, reterr);
}

static int
note_audit_of(const struct errand *e, const char *event, const char *subject, const char *detail,
              struct err *reterr)
{
    struct store *s = worker_store(e->worker);
    int r = store_begin(s, reterr);
    r = r < 0 ? r : append(e, event, subject, detail, reterr);
    return r < 0 ? r : store_commit(s, reterr);
}

static int
note_audit(const struct errand *e, const struct intake_result *res, const char *name,
           struct err *reterr)
{
    return note_audit_of(e,
                         res->is_refused   ? "survey file refused"
                         : res->is_erasure ? "survey responses erased"
                                           : "survey file imported",
                         name, res->words.text, reterr);
}

static int
take_file(struct errand *e, const struct intake *in, const char *name, struct err *reterr)
{
    struct intake_result res = { .is_gone = false };
    struct intake now = *in;
    now.wall_ms = clock_wall_ms();
    int r = intake_file(&now, name, &res, reterr);
    e->busy_ms = res.wait_ms;
    if (r < 0 || res.is_gone) {
        return r;
    }
    log_event(res.is_refused   ? LOG_SURVEY_REFUSED
              : res.is_erasure ? LOG_SURVEY_ERASED
                               : LOG_SURVEY_IMPORTED,
              NULL, "%s%s", res.words.text,
              res.is_refused ? "; the file and its report lie in rejected/" : "");
    return note_audit(e, &res, name, reterr);
}

/* What is wrong with one file is its own job's to say; the night goes on with the others. */
static bool
is_of_the_file(int r)
{
    static const int files[] = { -ETXTBSY, -EACCES, -EPERM, -ENOENT, -ECANCELED, -ENAMETOOLONG,
                                 -EEXIST, -EISDIR, -ELOOP, -ENXIO };
    for (size_t i = 0; i < LENGTH(files); i++) {
        if (files[i] == r) {
            return true;
        }
    }
    return false;
}

static int
take_all(struct errand *e, const struct intake *in, struct err *reterr)
{
    char path[INTAKE_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/inbox", in->state_dir);
    struct dirent **names = NULL;
    int n = scandir(path, &names, NULL, alphasort);
    if (n < 0) {
        return errno == ENOENT ? 0 : err_set(reterr, -errno, "cannot read %s: %m", path);
    }
    int r = 0;
    for (int i = 0; i < n; i++) {
        const struct dirent *one = names[i];
        if (r >= 0 && i < NIGHTLY_FILES_MAX && intake_is_file(path, one->d_name, one->d_type)) {
            struct err why = { "" };
            r = take_file(e, in, names[i]->d_name, &why);
            bool goes_on = r < 0 && is_of_the_file(r);
            r = goes_on ? log_err(0, "left in the inbox: %s", why.text)
                : r < 0 ? err_set(reterr, r, "%s", why.text)
                        : r;
        }
        free(names[i]);
    }
    free(names);
    return r;
}

/* ---- what may leave the house ---- */

static int
tell_month(void *arg, const struct release_news *news)
{
    const struct errand *e = arg;
    if (news->version > 0) {
        log_event(LOG_SURVEY_PUBLISHED, NULL, "survey %s: %04d-%02d published, version %lld",
                  e->survey, news->month / 12, news->month % 12 + 1, (long long)news->version);
    }
    return worker_still_wanted(e->worker) ? 0 : -EINTR;
}

static int
publish(struct errand *e, const struct world *world, const struct definition *def, bool is_nightly,
        struct err *reterr)
{
    e->survey = def->id;
    const struct release_options opt = { .def = def, .calendar = &world->calendar,
                                         .today = e->job->today, .now_ms = e->job->now_ms,
                                         .is_nightly = is_nightly, .guard = still_mine,
                                         .tell = tell_month, .arg = e };
    struct release_result done;
    return release_run(worker_store(e->worker), &opt, &done, reterr);
}

/* only: one survey, or NULL for all of them. */
static int
publish_all(struct errand *e, const struct survey_set *set, const char *only, struct err *reterr)
{
    AUTO(world) struct world *world = NULL;
    int r = world_open(worker_store(e->worker), false, &world, reterr);
    for (size_t i = 0; r >= 0 && i < set->n; i++) {
        if (!only || strcmp(only, set->defs[i]->id) == 0) {
            r = publish(e, world, set->defs[i], !only, reterr);
        }
    }
    return r;
}

/* ---- trends and signals ---- */

static int
chart(struct errand *e, const struct world *world, const struct definition *def, bool is_nightly,
      struct err *reterr)
{
    const struct trend_options opt = { .def = def, .world = world, .today = e->job->today,
                                       .now_ms = e->job->now_ms, .is_nightly = is_nightly,
                                       .guard = still_mine, .arg = e };
    struct trend_result done;
    int r = trend_run(worker_store(e->worker), &opt, &done, reterr);
    if (r >= 0 && done.n_opened + done.n_closed > 0) {
        log_event(LOG_SURVEY_SIGNAL, NULL, "survey %s: %d signals opened, %d closed, %d items",
                  def->id, done.n_opened, done.n_closed, done.n_items);
    }
    return r < 0 || worker_still_wanted(e->worker) ? r : -EINTR;
}

static int
chart_all(struct errand *e, const struct survey_set *set, bool is_nightly, struct err *reterr)
{
    AUTO(world) struct world *world = NULL;
    int r = world_open(worker_store(e->worker), true, &world, reterr);
    for (size_t i = 0; r >= 0 && i < set->n; i++) {
        r = chart(e, world, set->defs[i], is_nightly, reterr);
    }
    return r;
}

/* ---- upkeep: what is due to go, and whether the counts are right ---- */

static int
expire(struct errand *e, const struct definition *def, struct err *reterr)
{
    const struct privacy p = { .store = worker_store(e->worker), .def = def,
                               .today = e->job->today, .now_ms = e->job->now_ms,
                               .guard = still_mine, .arg = e };
    struct privacy_result done;
    int r = privacy_expire(&p, &done, reterr);
    if (r == 0 && done.n_answers + done.n_comments > 0) {
        log_event(LOG_SURVEY_ERASED, NULL,
                  "survey %s: the time of %lld responses and %lld comments is over: dropped",
                  def->id, (long long)done.n_answers, (long long)done.n_comments);
    }
    e->n_gone += done.n_answers + done.n_comments;
    return r;
}

/* What somebody waits for goes first: a file that came, a publication that was asked for. */
static bool
may_recount_on(void *arg)
{
    const struct errand *e = arg;
    int64_t one = 0;
    int r = store_get(worker_store(e->worker), Q_JOB_OTHERS_READY,
                      WITH(I(JOB_KIND_AGGREGATE), I((int64_t)e->job->id)), &one, NULL);
    return r <= 0 && worker_still_wanted(e->worker);
}

static void
recount_key(const struct definition *def, char key[SURVEY_ID_MAX + 16])
{
    (void)snprintf(key, SURVEY_ID_MAX + 16, "recount|%s", def->id);
}

/* One that was put off, or whose night did not come, is done in the next. */
static int
is_recount_due(const struct errand *e, const struct definition *def, struct err *reterr)
{
    char key[SURVEY_ID_MAX + 16];
    char day[32];
    recount_key(def, key);
    int r = store_setting_get(worker_store(e->worker), key, day, sizeof day, reterr);
    if (r <= 0) {
        return r < 0 ? r : 1;
    }
    return e->job->today - (day_t)strtol(day, NULL, 10) >= WEEK;
}

static int
note_recount(struct errand *e, const struct definition *def, const char *differs,
             struct err *reterr)
{
    char key[SURVEY_ID_MAX + 16];
    char day[32];
    struct store *s = worker_store(e->worker);
    recount_key(def, key);
    (void)snprintf(day, sizeof day, "%d", (int)e->job->today);
    int r = store_begin(s, reterr);
    r = r < 0 ? r : still_mine(e, s, reterr);
    r = r < 0 ? r : store_setting_set(s, key, day, reterr);
    r = r < 0 || !differs[0] ? r : append(e, "survey counts differ", def->id, differs, reterr);
    if (r < 0) {
        store_rollback(s);
        return r;
    }
    return store_commit(s, reterr);
}

static int
recount(struct errand *e, const struct definition *def, struct err *reterr)
{
    struct recount_result done;
    const struct recount_care care = { may_recount_on, e };
    char path[INTAKE_PATH_MAX];
    (void)snprintf(path, sizeof path, "%s/coprod.db", e->state_dir);
    int r = recount_beside(path, def->id, &care, &done, reterr);
    if (r < 0) {
        return r == -EINTR && worker_still_wanted(e->worker) ? 0 : r;
    }
    char words[ERR_TEXT_MAX] = "";
    if (done.n_different > 0) {
        (void)snprintf(words, sizeof words, "%lld counts differ from %lld responses, the first: %s",
                       (long long)done.n_different, (long long)done.n_responses, done.first);
        log_event(LOG_SURVEY_DIFFERS, NULL, "survey %s: %s", def->id, words);
    }
    return note_recount(e, def, words, reterr);
}

/* The recount reads every response: last of all, with the lowest priority, once a week. */
static int
recount_due(struct errand *e, const struct survey_set *set, struct err *reterr)
{
    int r = 0;
    for (size_t i = 0; r >= 0 && i < set->n && may_recount_on(e); i++) {
        r = set->defs[i]->response_column ? is_recount_due(e, set->defs[i], reterr) : 0;
        r = r > 0 ? recount(e, set->defs[i], reterr) : r;
    }
    return r < 0 || worker_still_wanted(e->worker) ? r : -EINTR;
}

static int
settle(struct errand *e, struct err *reterr)
{
    int64_t n = 0;
    const struct settle opt = { .store = worker_store(e->worker), .guard = still_mine,
                                .wanted = still_wanted, .arg = e };
    return settle_arrivals(&opt, &n, reterr);
}

static int
look_after(struct errand *e, const struct survey_set *set, struct err *reterr)
{
    int r = settle(e, reterr);
    for (size_t i = 0; r == 0 && i < set->n && worker_still_wanted(e->worker); i++) {
        r = expire(e, set->defs[i], reterr);
    }
    return r;
}

static struct keeping
keeping_of(struct errand *e, const char *state_dir)
{
    return (struct keeping){ .store = worker_store(e->worker), .state_dir = state_dir,
                             .days = e->keep_days, .mail_months = e->mail_months,
                             .today = e->job->today, .now_ms = e->job->now_ms,
                             .guard = still_mine, .wanted = still_wanted, .arg = e };
}

static int
forget_mails(struct errand *e, const char *state_dir, struct err *reterr)
{
    int64_t n = 0;
    const struct keeping k = keeping_of(e, state_dir);
    int r = keeping_forget_mails(&k, &n, reterr);
    if (r < 0 || n == 0) {
        return r;
    }
    e->n_gone += n;
    struct err words;
    (void)err_set(&words, 0, "older than %lld month%s: the words of %lld mail%s",
                  (long long)e->mail_months, text_s(e->mail_months), (long long)n,
                  text_s(n));
    log_event(LOG_MAIL_FORGOTTEN, NULL, "%s were dropped", words.text);
    return note_audit_of(e, "mail words dropped", "mail", words.text, reterr);
}

/* What was dropped lies in the log of the store, too, until that is written over. */
static int
wipe(struct errand *e, struct err *reterr)
{
    int r = e->n_gone > 0 ? store_wipe_log(worker_store(e->worker), reterr) : 0;
    return r < 0 ? r : 0;
}

static int
remove_files(struct errand *e, const char *state_dir, struct err *reterr)
{
    const struct keeping k = keeping_of(e, state_dir);
    struct keeping_result done;
    int r = keeping_expire(&k, &done, reterr);
    if (r < 0) {
        return r;
    }
    e->n_gone += done.n_words;
    if (done.n_failed > 0) {
        (void)log_err(0, "%lld survey files whose time is over are still there, the first: %s",
                      (long long)done.n_failed, done.first.text);
    }
    if (done.n_files + done.n_reports + done.n_words == 0) {
        return 0;
    }
    struct err words;
    (void)err_set(&words, 0, "older than %lld days: %lld files and %lld reports removed, the "
                  "words of %lld refused rows emptied",
                  (long long)e->keep_days, (long long)done.n_files, (long long)done.n_reports,
                  (long long)done.n_words);
    log_event(LOG_SURVEY_ERASED, NULL, "survey files %s", words.text);
    return note_audit_of(e, "survey files removed", "done/ and rejected/", words.text, reterr);
}

static int
finish(const struct errand *e, struct err *reterr)
{
    struct store *s = worker_store(e->worker);
    int r = store_begin(s, reterr);
    if (r < 0) {
        return r;
    }
    r = store_run(s, Q_JOB_DONE,
                  WITH(I(e->job->now_ms), I((int64_t)e->job->id), I(e->job->attempt)), reterr);
    if (r <= 0) {
        store_rollback(s);
        return r < 0 ? r : -ESTALE;
    }
    return store_commit(s, reterr);
}

/* Read for each job, so that an edited definition holds from the next file on. */
static int
load(struct worker *w, struct conf **ret_conf, struct survey_set *ret_set, struct err *reterr)
{
    AUTO_DIAG struct diag d = { 0 };
    int r = conf_load(worker_config(w), &d, ret_conf);
    r = r < 0 ? r : survey_set_load(*ret_conf, &d, ret_set);
    if (r < 0) {
        diag_first(&d, reterr);
        return -ENOENT; /* not -EBADMSG: the store is well */
    }
    return 0;
}

static int
do_detail(struct errand *e, const struct intake *in, const char *detail, struct err *reterr)
{
    static const char import[] = "import:";
    static const char release[] = "release:";
    if (strncmp(detail, import, sizeof import - 1) == 0) {
        int r = take_file(e, in, detail + sizeof import - 1, reterr);
        worker_retry_after(e->worker, r == -ETXTBSY ? e->busy_ms : 0);
        return r;
    }
    if (strncmp(detail, release, sizeof release - 1) == 0) {
        return publish_all(e, in->surveys, detail + sizeof release - 1, reterr);
    }
    if (strcmp(detail, "trends:") == 0) {
        return chart_all(e, in->surveys, false, reterr);
    }
    int r = take_all(e, in, reterr);
    r = r < 0 ? r : publish_all(e, in->surveys, NULL, reterr);
    r = r < 0 ? r : chart_all(e, in->surveys, true, reterr);
    r = r < 0 ? r : look_after(e, in->surveys, reterr);
    r = r < 0 ? r : remove_files(e, in->state_dir, reterr);
    r = r < 0 ? r : forget_mails(e, in->state_dir, reterr);
    r = r < 0 ? r : wipe(e, reterr);
    return r < 0 ? r : recount_due(e, in->surveys, reterr);
}

static int
aggregate(struct worker *w, const struct worker_job *job, struct err *reterr)
{
    char detail[DETAIL_MAX] = "";
    struct errand e = { .worker = w, .job = job };
    int r = store_each(worker_store(w), Q_JOB_SHOW, WITH(I((int64_t)job->id)), take_detail, detail,
                       reterr);
    AUTO(conf) struct conf *conf = NULL;
    struct survey_set set = { .n = 0 };
    r = r < 0 ? r : load(w, &conf, &set, reterr);
    if (r < 0) {
        return r;
    }
    e.state_dir = conf->state_dir;
    e.keep_days = keeping_days(conf, &set);
    e.mail_months = conf->mail.keep_months;
    const struct intake in = { .store = worker_store(w), .surveys = &set,
                               .state_dir = conf->state_dir, .today = job->today,
                               .now_ms = job->now_ms, .guard = still_mine,
                               .moved_on = moved_on, .wanted = still_wanted, .arg = &e };
    r = do_detail(&e, &in, detail, reterr);
    survey_set_done(&set);
    return r < 0 ? r : finish(&e, reterr);
}

static int
begin(struct worker *w, struct err *reterr)
{
    (void)w;
    /* Of a read lease that is asked for, to see a writer (intake.c): it would end the worker. */
    (void)signal(SIGIO, SIG_IGN);
    int r = hash_init();
    return r < 0 ? err_set(reterr, r, "no random bytes") : 0;
}

int
main(int argc, char **argv)
{
    static const struct worker_kind kind = { .kind = JOB_KIND_AGGREGATE, .open = begin,
                                             .run_alone = aggregate };
    return worker_main(argc, argv, &kind);
}
