/* SPDX-License-Identifier: MIT */
/* config.c - config check, config show. */
#include "base/conf.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "notice/notice.h"
#include "plans.h"
#include "surveys.h"

static size_t
count_actions(const struct plan_set *set, const struct survey_trends *how)
{
    size_t n = 0;
    for (size_t i = 0; i < set->n_plans; i++) {
        const struct plan *plan = &set->plans[i];
        bool is_asked = !how->plan || strcmp(how->plan, plan->id) == 0;
        for (size_t k = 0; is_asked && k < plan->n_actions; k++) {
            n += strcmp(plan->actions[k].id, how->action) == 0;
        }
    }
    return n;
}

/* A survey that measures an action nobody has would be charted, and nobody would be told. */
static int
check_surveys(const struct conf *conf, const struct plan_set *set, struct diag *d)
{
    AUTO_SET struct survey_set surveys = { .n = 0 };
    int r = survey_set_load(conf, d, &surveys);
    for (size_t i = 0; r >= 0 && i < surveys.n; i++) {
        const struct survey_trends *how = &surveys.defs[i]->trends;
        size_t n = how->action ? count_actions(set, how) : 1;
        if (n != 1) {
            diag_warn(d, &(struct diag_at){ .file = conf->surveys.items[i] },
                      n ? "say under trends: which plan: is meant" : NULL,
                      "survey \"%s\" measures action %s, which %s: nobody will be told of its "
                      "signals",
                      surveys.defs[i]->id, how->action,
                      n ? "several plans have" : "no plan has");
        }
    }
    return r;
}

/* Templates, and whether each reader's language has any. */
static int
check_words(const struct conf *conf, const struct plan_set *set, struct diag *d)
{
    AUTO(notice_templates) struct notice_templates *t = NULL;
    struct diag_at at = { .file = conf->templates };
    if (notice_templates_open(conf->templates, &t, d, NULL) < 0) {
        return -EBADMSG;
    }
    for (size_t i = 0; i < set->roster.n_roles; i++) {
        const struct role *role = &set->roster.roles[i];
        const char *said = notice_locale(t, role->locale);
        if (strncmp(said, role->locale, strcspn(said, "-")) != 0) {
            diag_warn(d, &at, "make a folder of that name in it, with words.yaml and templates",
                      "%s reads %s, and mails to it will be in %s", role->id, role->locale, said);
        }
    }
    return 0;
}

/* A post that nobody knows would leave alarms to the plan's owner. */
static void
check_admin(const struct conf *conf, const struct plan_set *set, struct diag *d)
{
    bool is_role = conf->admin[0] && !strchr(conf->admin, '@');
    if (is_role && !plan_role(set, conf->admin)) {
        diag_warn(d, &(struct diag_at){ .file = conf->path },
                  "name a post of roster.yaml by its id, or write an address",
                  "admin: the roster has no role \"%s\": the plan's owner is told instead",
                  conf->admin);
    }
}

int
cmd_config_check(struct cli *c)
{
    AUTO_DIAG struct diag d = { 0 };
    AUTO(conf) struct conf *conf = NULL;
    AUTO(plan_set) struct plan_set *set = NULL;
    int r = conf_load(c->config, &d, &conf);
    int code = r == -EBADMSG ? EXIT_BAD_CONFIG : (int)cli_exit_of(r);
    if (r >= 0) {
        r = plan_set_load_files(conf->dir, conf->plans.items, conf->plans.n, &d, &set);
        if (r >= 0) {
            plan_warn_domains(set, conf->dir, &conf->mail.allow_domains, &d);
            check_admin(conf, set, &d);
        }
        r = r < 0 ? r : check_surveys(conf, set, &d);
        r = r < 0 ? r : check_words(conf, set, &d);
        code = plans_exit_of(&d, r);
    }
    if (r < 0 && d.n == 0) {
        return cli_fail(c, (enum exit_code)code, "%s: %s", c->config, strerror(-r));
    }
    plans_print_findings(c, &d);
    if (r >= 0) {
        out_field(c->out, "path", NULL, "%s", c->config);
        out_note(c->out, "%s and %zu plan%s: good", c->config, set->n_plans,
                 text_s((int64_t)set->n_plans));
    }
    return code;
}

int
cmd_config_show(struct cli *c)
{
    static const struct column columns[] = { { .key = "key", .head = "KEY" },
                                             { .key = "value", .head = "VALUE" },
                                             { .key = "origin", .head = "FROM" },
                                             { .key = "meaning", .head = "MEANING" },
                                             { 0 } };
    out_table(c->out, "settings", columns);
    for (size_t i = 0; i < conf_n_keys(); i++) {
        AUTO_TEXT struct text value = { 0 };
        AUTO_TEXT struct text origin = { 0 };
        conf_value(c->conf, i, &value, &origin);
        out_text(c->out, conf_key_at(i)->key);
        out_text(c->out, text_str(&value));
        out_text(c->out, text_str(&origin));
        out_text(c->out, conf_key_at(i)->meaning);
    }
    return EXIT_OK;
}
