/* SPDX-License-Identifier: MIT */
/* config.c - config check, config show. */
#include "base/conf.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "plans.h"

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
        code = plans_exit_of(&d, r);
    }
    if (r < 0 && d.n == 0) {
        return cli_fail(c, (enum exit_code)code, "%s: %s", c->config, strerror(-r));
    }
    plans_print_findings(c, &d);
    if (r >= 0) {
        out_field(c->out, "path", NULL, "%s", c->config);
        out_note(c->out, "%s and %zu plan%s: good", c->config, set->n_plans,
                 set->n_plans == 1 ? "" : "s");
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
