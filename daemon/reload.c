/* SPDX-License-Identifier: MIT */
/* reload.c - configuration, plans, roster, forums and calendar: from files to memory to store. A
 * bad file changes nothing: what was good stays. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answers/intake.h"
#include "base/log.h"
#include "engine/fault.h"
#include "hub.h"
#include "notice/notice.h"

void
files_done(struct files *f)
{
    f->conf = conf_free(f->conf);
    f->set = plan_set_free(f->set);
}

int
reload_read(const struct hub *h, struct files *ret, struct diag *d, struct err *reterr)
{
    AUTO(conf) struct conf *conf = NULL;
    AUTO(plan_set) struct plan_set *set = NULL;
    int r = conf_load(h->config, d, &conf);
    if (r >= 0) {
        r = plan_set_load_files(conf->dir, conf->plans.items, conf->plans.n, d, &set);
    }
    AUTO(notice_templates) struct notice_templates *words = NULL;
    if (r >= 0 && notice_templates_open(conf->templates, &words, d, reterr) < 0) {
        r = -EBADMSG; /* a worker would find it out with a mail in hand */
    }
    if (r < 0) {
        return err_set(reterr, -EBADMSG, "%d error%s; nothing was changed", d->n_errors,
                       text_s(d->n_errors));
    }
    plan_warn_domains(set, conf->dir, &conf->mail.allow_domains, d);
    for (size_t i = 0; i < d->n; i++) {
        if (strstr(d->items[i].message, "mail.allow_domains")) {
            log_event(LOG_ADDRESS_OUTSIDE, NULL, "%s:%d:%d: %s", d->items[i].file, d->items[i].line,
                      d->items[i].col, d->items[i].message);
        }
    }
    if (h->files.conf && strcmp(h->files.conf->state_dir, conf->state_dir) != 0) {
        return err_set(reterr, -EBADMSG,
                       "state_dir cannot change while the daemon runs: restart it");
    }
    *ret = (struct files){ .conf = TAKE(conf), .set = TAKE(set) };
    return 0;
}

int
reload_world(struct hub *h, struct err *reterr)
{
    struct world *w = NULL;
    int r = world_open(h->store, false, &w, reterr);
    if (r < 0) {
        return r;
    }
    (void)world_free(h->world);
    h->world = w;
    return 0;
}

int
reload_apply(struct hub *h, const struct files *f, const char *actor, struct applied *sum,
             struct err *reterr)
{
    const struct apply_order order = { .conf = f->conf, .set = f->set, .is_whole = true,
                                       .actor = actor, .now_ms = sched_now(h) };
    int r = apply_files(h->store, &order, sum, reterr);
    for (size_t i = 0; r >= 0 && f->set && i < f->set->n_plans; i++) { /* who hears of a bad one */
        const struct plan *p = &f->set->plans[i];
        int put = store_run(h->store, Q_PLAN_FILE_SET, WITH(T(p->path), T(p->id)), reterr);
        r = put < 0 ? put : r;
    }
    int mended = r < 0 ? r : fault_mend(h->store, FAULT_FILE, actor, sched_now(h), reterr);
    return mended < 0 ? mended : r;
}

bool
reload_is_refusal(int r, const struct diag *findings)
{
    return (r == -EBADMSG || r == -ENOSPC) && findings->n_errors > 0;
}

int
reload_keep(struct hub *h, const struct conf *conf, struct diag *d, struct err *reterr)
{
    AUTO_TEXT struct text copy = { 0 };
    char before[HUB_PATH_MAX];
    bool changed = false;
    if (!conf) {
        return 0; /* no files, no templates of theirs */
    }
    int r = store_setting_get(h->store, WORLD_TEMPLATES_KEPT, before, sizeof before, reterr);
    int kept = r < 0 ? r
                     : notice_templates_keep(conf->templates, conf->state_dir, before, &copy,
                                             reterr);
    if (r >= 0 && kept < 0 && kept != -EAGAIN && kept != -ENOMEM) {
        diag_error(d, &(struct diag_at){ .file = conf->templates },
                   "make room or let the daemon write there, then: coprodctl reload",
                   "no copy of the templates can be kept in %s: %s", conf->state_dir,
                   strerror(-kept));
        return -ENOSPC;
    }
    r = kept < 0 ? kept : apply_setting(h->store, WORLD_TEMPLATES_KEPT, text_str(&copy), &changed,
                                        reterr);
    return r < 0 || !changed ? r : world_raise(NULL, h->store, reterr);
}

int
reload_install(struct hub *h, struct files *f, struct err *reterr)
{
    if (f->set) {
        h->refusal[0] = '\0';
        h->is_refused = false;
    }
    files_done(&h->files);
    h->files = *f;
    *f = (struct files){ .conf = NULL };
    bounces_watch(h);
    h->wants_surveys = true;
    h->has_inbox = true;
    return reload_world(h, reterr);
}

void
reload_refused(struct hub *h, const char *why, struct diag *d)
{
    AUTO_TEXT struct text report = { 0 };
    struct hash hash;
    diag_print_refusal(d, &report);
    hash_begin(&hash, "coprod refused 1");
    hash_add_str(&hash, why);
    hash_add_str(&hash, text_str(&report));
    struct digest digest = hash_end(&hash);
    bool is_known = h->is_refused && memcmp(&digest, &h->refused, sizeof digest) == 0;
    h->is_refused = true;
    h->refused = digest;
    if (!is_known) {
        log_event(LOG_PLAN_REFUSED, NULL, "the last good files stay: %s\n%s", why,
                  text_str(&report));
    }
    if (d->n_errors == 0) { /* each can be read, and together they cannot be */
        diag_error(d, &(struct diag_at){ .file = h->config }, NULL, "%s", why);
    }
    struct err first = { "" };
    diag_first(d, &first);
    (void)snprintf(h->refusal, sizeof h->refusal,
                   "a file was refused: the plan last accepted runs on (coprodctl config check): "
                   "%.400s",
                   first.text);
    diag_done(&h->bad);
    h->bad = *d;
    *d = (struct diag){ 0 };
}

/* ---- whoever can mend it hears ----------------------------------------------------------------
 */

static int
take_plan(void *arg, const struct row *row)
{
    int r = text_copy(arg, OCC_NAME_MAX, row_text_or(row, 0, ""));
    return r < 0 ? r : 1;
}

/* All that is wrong with the file of the first of these findings. */
static int
raise_fault(struct hub *h, const struct diag *d, size_t first, const char *kind,
            struct err *reterr)
{
    enum { PLACES_MAX = 5 };
    AUTO_TEXT struct text words = { 0 };
    char plan[OCC_NAME_MAX] = "";
    const char *file = d->items[first].file;
    bool is_survey = strcmp(kind, FAULT_SURVEY) == 0;
    int n = 0;
    for (size_t i = first; i < d->n && n < PLACES_MAX; i++) {
        const struct diag_item *it = &d->items[i];
        if (it->level == DIAG_ERROR && strcmp(it->file, file) == 0) {
            char place[32] = "";
            if (it->line > 0) {
                (void)snprintf(place, sizeof place, ":%d:%d", it->line, it->col);
            }
            text_addf(&words, "%.300s%s: %.300s%s%.200s%s\n", file, place, it->message,
                      it->hint ? " (" : "", it->hint ? it->hint : "", it->hint ? ")" : "");
            n++;
        }
    }
    int r = store_each(h->store, Q_PLAN_OF_FILE, WITH(T(file)), take_plan, plan, reterr);
    const struct fault f = { .kind = kind, .subject = file, .plan = is_survey ? NULL : plan,
                             .words = text_str(&words) };
    r = r < 0 ? r : words.bad;
    return r < 0 ? r : fault_raise(h->world, h->store, &f, sched_now(h), reterr);
}

static bool
is_first_of_file(const struct diag *d, size_t at)
{
    bool is_first = d->items[at].level == DIAG_ERROR;
    for (size_t i = 0; i < at; i++) {
        is_first = is_first
                   && (d->items[i].level != DIAG_ERROR
                       || strcmp(d->items[i].file, d->items[at].file) != 0);
    }
    return is_first;
}

int
reload_tell(struct hub *h, struct err *reterr)
{
    int r = 0;
    h->wants_look |= h->bad.n > 0;
    for (size_t i = 0; r >= 0 && i < h->bad.n; i++) {
        r = is_first_of_file(&h->bad, i) ? raise_fault(h, &h->bad, i, FAULT_FILE, reterr) : 0;
    }
    return r < 0 ? r : 0;
}

int
reload_surveys(struct hub *h, struct err *reterr)
{
    AUTO_DIAG struct diag d = { 0 };
    struct survey_set set = { .n = 0 };
    h->wants_surveys = false;
    int r = survey_set_load(h->files.conf, &d, &set);
    survey_set_done(&set);
    if (r >= 0) {
        r = fault_mend(h->store, FAULT_SURVEY, "coprod", sched_now(h), reterr);
        return r < 0 ? r : 0;
    }
    r = 0;
    for (size_t i = 0; r >= 0 && i < d.n; i++) {
        r = is_first_of_file(&d, i) ? raise_fault(h, &d, i, FAULT_SURVEY, reterr) : 0;
    }
    return r;
}

/* ---- the start -------------------------------------------------------------------------------
 */

/* Workers write by a copy of the templates, never by what is being edited. When the last one is
 * lost, what lies there now is kept if it is good. */
static int
need_copy(struct hub *h, struct err *reterr)
{
    AUTO_DIAG struct diag d = { 0 };
    char kept[HUB_PATH_MAX];
    struct err why = { "" };
    int r = store_setting_get(h->store, WORLD_TEMPLATES_KEPT, kept, sizeof kept, reterr);
    if (r < 0 || (r > 0 && access(kept, F_OK) == 0)) {
        return r;
    }
    AUTO(notice_templates) struct notice_templates *words = NULL;
    r = notice_templates_open(h->files.conf->templates, &words, &d, &why);
    r = r < 0 ? r : store_begin(h->store, &why);
    bool has_begun = r >= 0;
    r = r < 0 ? r : reload_keep(h, h->files.conf, &d, &why);
    r = r < 0 ? r : store_commit(h->store, &why);
    if (r < 0 && has_begun) {
        store_rollback(h->store);
    }
    diag_first(&d, &why);
    return r >= 0 ? 0
                  : err_set(reterr, r == -ENOSPC ? r : -EBADMSG,
                            "no copy of good templates is kept, to go on with: %s", why.text);
}

/* Files that are bad, or raise a question: when the store has a plan, that one runs on. */
static int
go_on_without(struct hub *h, struct diag *d, int refusal, struct err *reterr)
{
    int64_t plans = 0;
    reload_refused(h, reterr->text, d);
    int r = store_get(h->store, Q_PLAN_COUNT, NONE, &plans, reterr);
    if (r >= 0 && plans == 0) { /* for room it waits, and tries again */
        return refusal == -ENOSPC ? refusal
                                  : err_set(reterr, -EBADMSG, "there is no good plan yet");
    }
    if (r < 0) {
        return r;
    }
    r = need_copy(h, reterr);
    return r < 0 ? r : reload_world(h, reterr);
}

/* The files as they are now. */
int
reload_first(struct hub *h, struct err *reterr)
{
    AUTO_TEXT struct text report = { 0 };
    AUTO_DIAG struct diag findings = { 0 };
    AUTO_DIAG struct diag bad = { 0 };
    struct applied sum = { .findings = &findings };
    struct files files = { .conf = NULL };
    int r = reload_read(h, &files, &bad, reterr);
    if (r < 0) {
        return go_on_without(h, &bad, r, reterr);
    }
    r = store_begin(h->store, reterr);
    r = r < 0 ? r : reload_apply(h, &files, "start", &sum, reterr);
    r = r < 0 ? r : reload_keep(h, files.conf, &findings, reterr);
    diag_print(&findings, &report);
    if (r < 0) {
        store_rollback(h->store);
        files_done(&files);
        return reload_is_refusal(r, &findings) ? go_on_without(h, &findings, r, reterr) : r;
    }
    r = store_commit(h->store, reterr);
    if (r >= 0) {
        r = reload_install(h, &files, reterr);
    }
    files_done(&files);
    if (sum.plans_changed) {
        log_event(LOG_PLAN_APPLIED, NULL, "%d plan%s, %d occurrence%s added%s%s", sum.plans_changed,
                  text_s(sum.plans_changed), sum.added, text_s(sum.added),
                  report.len ? "\n" : "", text_str(&report));
    }
    return r;
}
