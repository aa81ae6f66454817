/* SPDX-License-Identifier: MIT */
/* db.c - db backup, db verify, audit verify. */
#include "base/conf.h"

#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "reads.h"
#include "store/audit.h"

int
cmd_db_backup(struct cli *c)
{
    const char *to = cli_arg(c, 0);
    if (access(to, F_OK) == 0) {
        return cli_fail_hint(c, EXIT_CANNOT_CREATE,
                             "a backup never writes over a file: name a new one",
                             "%s is there already", to);
    }
    if (cli_flag(c, "dry-run")) {
        out_field(c->out, "would_write", "Would write", "%s", to);
        return EXIT_OK;
    }
    struct err why = { 0 };
    int r = store_backup(c->store, to, &why);
    if (r < 0) {
        return cli_fail(c, r == -ENOENT || r == -EACCES ? EXIT_CANNOT_CREATE : cli_exit_of(r),
                        "no backup to %s: %s", to, why.text);
    }
    out_field(c->out, "written", "Written", "%s", to);
    out_note(c->out, "Checked: structure, references and audit are whole.");
    return EXIT_OK;
}

static int
show_audit(struct cli *c, struct store *s, const char *what)
{
    struct audit_report report = { 0 };
    struct err why = { 0 };
    char head[DIGEST_HEX_MAX];
    int r = audit_verify(s, &report, &why);
    if (r == -EBADMSG) {
        return cli_fail_hint(c, EXIT_NOT_MET, "compare with a backup: coprodctl db verify FILE",
                             "the audit of %s is broken at line %lld: %s", what,
                             (long long)report.bad_seq, why.text);
    }
    if (r < 0) {
        return cli_fail(c, cli_exit_of(r), "cannot read the audit of %s: %s", what, why.text);
    }
    out_field_bool(c->out, "whole", NULL, true);
    out_field(c->out, NULL, "Audit", "whole");
    out_field_int(c->out, "rows", "Lines", report.rows);
    out_field(c->out, "head", "Head", "%s", hash_hex(&report.head, head));
    return EXIT_OK;
}

int
cmd_audit_verify(struct cli *c)
{
    return show_audit(c, c->store, "the store");
}

int
cmd_db_verify(struct cli *c)
{
    AUTO_TEXT struct text path = { 0 };
    if (cli_arg(c, 0)) {
        text_add(&path, cli_arg(c, 0));
    } else {
        cli_store_path(c, &path);
    }
    struct err why = { 0 };
    int r = store_open(text_str(&path), STORE_READ, &c->store, &why);
    r = r < 0 ? r : store_fits(c->store, &why);
    if (r < 0) {
        return cli_fail(c, cli_exit_of(r), "%s: %s", text_str(&path), why.text);
    }
    r = store_verify(c->store, &why);
    if (r < 0) {
        return cli_fail(c, r == -EBADMSG ? EXIT_NOT_MET : cli_exit_of(r), "%s: %s", text_str(&path),
                        why.text);
    }
    out_field(c->out, "file", "File", "%s", text_str(&path));
    out_field(c->out, NULL, "Structure", "whole");
    return show_audit(c, c->store, text_str(&path));
}
