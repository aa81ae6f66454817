/* SPDX-License-Identifier: MIT */
/* reload.c - configuration, plans, roster, forums and calendar: from files to memory to store. A
 * bad file changes nothing: what was good stays. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "hub.h"
#include "notice/notice.h"

void
files_done(struct files *f)
{
    f->conf = conf_free(f->conf);
    f->set = plan_set_free(f->set);
}

int
reload_read(const struct hub *h, struct files *ret, struct text *report, struct err *reterr)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO(conf) struct conf *conf = NULL;
    AUTO(plan_set) struct plan_set *set = NULL;
    int r = conf_load(h->config, &d, &conf);
    if (r >= 0) {
        r = plan_set_load_files(conf->dir, conf->plans.items, conf->plans.n, &d, &set);
    }
    AUTO(notice_templates) struct notice_templates *words = NULL;
    if (r >= 0 && notice_templates_open(conf->templates, &words, &d, reterr) < 0) {
        r = -EBADMSG; /* a worker would find it out with a mail in hand */
    }
    if (r < 0) {
        diag_print(&d, report);
        return err_set(reterr, -EBADMSG, "%d error%s; nothing was changed", d.n_errors,
                       text_s(d.n_errors));
    }
    plan_warn_domains(set, conf->dir, &conf->mail.allow_domains, &d);
    for (size_t i = 0; i < d.n; i++) {
        if (strstr(d.items[i].message, "mail.allow_domains")) {
            log_event(LOG_ADDRESS_OUTSIDE, NULL, "%s:%d:%d: %s", d.items[i].file, d.items[i].line,
                      d.items[i].col, d.items[i].message);
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
    return apply_files(h->store, &order, sum, reterr);
}

int
reload_install(struct hub *h, struct files *f, struct err *reterr)
{
    if (h->is_refused && f->set) {
        h->trouble[0] = '\0';
        h->is_refused = false;
    }
    files_done(&h->files);
    h->files = *f;
    *f = (struct files){ .conf = NULL };
    bounces_watch(h);
    return reload_world(h, reterr);
}

void
reload_refused(struct hub *h, const char *why, const char *report)
{
    struct hash hash;
    hash_begin(&hash, "coprod refused 1");
    hash_add_str(&hash, why);
    hash_add_str(&hash, report);
    struct digest d = hash_end(&hash);
    bool is_known = h->is_refused && memcmp(&d, &h->refused, sizeof d) == 0;
    h->is_refused = true;
    h->refused = d;
    (void)snprintf(h->trouble, sizeof h->trouble,
                   "a file was refused: the plan last accepted runs on (coprodctl config check)");
    if (!is_known) {
        log_event(LOG_PLAN_REFUSED, NULL, "the last good files stay: %s\n%s", why, report);
    }
}

/* Files that are bad, or raise a question: when the store has a plan, that one runs on. */
static int
go_on_without(struct hub *h, const struct text *report, struct err *reterr)
{
    int64_t plans = 0;
    reload_refused(h, reterr->text, text_str(report));
    int known = store_get(h->store, Q_PLAN_COUNT, NONE, &plans, reterr);
    if (known < 0 || plans == 0) {
        return known < 0 ? known : err_set(reterr, -EBADMSG, "there is no good plan yet");
    }
    return reload_world(h, reterr);
}

/* The files as they are now. */
int
reload_first(struct hub *h, struct err *reterr)
{
    AUTO_TEXT struct text report = { 0 };
    AUTO_DIAG struct diag findings = { 0 };
    struct applied sum = { .findings = &findings };
    struct files files = { .conf = NULL };
    int r = reload_read(h, &files, &report, reterr);
    if (r < 0) {
        return go_on_without(h, &report, reterr);
    }
    r = store_begin(h->store, reterr);
    r = r < 0 ? r : reload_apply(h, &files, "start", &sum, reterr);
    diag_print(&findings, &report);
    if (r < 0) {
        store_rollback(h->store);
        files_done(&files);
        return r == -EBADMSG && findings.n_errors > 0 ? go_on_without(h, &report, reterr) : r;
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
