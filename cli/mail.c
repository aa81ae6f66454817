/* SPDX-License-Identifier: MIT */
/* mail.c - mail list, hold, release, bounces, readmit; catchup release; test-delivery; what status
 * says. */
#include <string.h>

#include "cli.h"
#include "engine/outgoing.h"
#include "hubcall.h"
#include "mails.h"

enum { LIMIT_PRESET = 100, IN_DOUBT = 5, HELD = 6 };

const struct mail_catch mail_catches[MAIL_CATCHES] = {
    { "domain", "mail_domain", "Held: domain not allowed", false },
    { "quarantine", "mail_quarantine", "Held: mailbox failed", false },
    { "person", "mail_person", "Waits: ceiling of a person", false },
    { "all", "mail_all", "Waits: ceiling of the day", false },
    { "hold", "mail_hold", "Waits: mail is held", false },
    { "hours", "mail_hours", "Waits: hours of mail", true },
};

int
cmd_mail_hold(struct cli *c)
{
    struct hubcall call = { .verb = "mail-hold" };
    hubcall_add_options(c, &call);
    return hubcall_do(c, &call);
}

int
cmd_test_delivery(struct cli *c)
{
    struct hubcall call = { .verb = "test-delivery" };
    hubcall_add_options(c, &call);
    return hubcall_do(c, &call);
}

int
cmd_mail_release(struct cli *c)
{
    struct hubcall call = { .verb = "mail-release" };
    hubcall_add_options(c, &call);
    return hubcall_do(c, &call);
}

int
cmd_mail_readmit(struct cli *c)
{
    struct hubcall call = { .verb = "mail-readmit" };
    hubcall_add(&call, "role", cli_arg(c, 0));
    hubcall_add_options(c, &call);
    return hubcall_do(c, &call);
}

/* ---- what waits ------------------------------------------------------------------------------ */

struct waiting {
    struct reading *r;
    struct outgoing out;
    bool wants_held;
    int64_t old; /* of an earlier day */
};

/* As clearance.c decides it. Columns as below. */
static bool
is_written_again(const struct waiting *w, const struct row *row)
{
    const char *kind = row_text_or(row, 8, "");
    bool is_of_day = strcmp(kind, "digest") == 0 || strcmp(kind, "escalate") == 0;
    return is_of_day && row_i64(row, 5) != IN_DOUBT && !w->r->w->is_mail_silent
           && world_day(w->r->w, row_i64(row, 4)) < reading_today(w->r);
}

/* Columns of notice_waiting: id role address subject created_ms state what words kind. */
static int
put_waiting(void *arg, const struct row *row)
{
    struct waiting *w = arg;
    struct out *out = w->r->c->out;
    const char *words = row_text_or(row, 7, "");
    bool is_held = words[0] || w->out.is_held;
    if (w->wants_held && !is_held) {
        return 0;
    }
    out_int(out, row_i64(row, 0));
    put_instant(w->r, row_i64(row, 4));
    out_text(out, row_i64(row, 5) == HELD ? "held" : is_held ? "waits" : "leaves");
    out_text(out, row_text(row, 1));
    out_text(out, row_text(row, 3));
    out_text(out, words[0] ? words : w->out.is_held ? w->out.why : "");
    w->r->n++;
    w->old += is_written_again(w, row);
    return 0;
}

int
cmd_mail_list(struct cli *c)
{
    static const struct column columns[] = { { .key = "id", .head = "ID", .right = true },
                                             { .key = "created", .head = "WRITTEN" },
                                             { .key = "state", .head = "STATE" },
                                             { .key = "to", .head = "TO" },
                                             { .key = "subject", .head = "SUBJECT" },
                                             { .key = "why", .head = "WHY IT DOES NOT LEAVE" },
                                             { 0 } };
    AUTO_READING struct reading r = { 0 };
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    struct waiting w = { .r = &r, .wants_held = cli_option(c, "held") != NULL };
    int found = outgoing_get(c->store, reading_now_ms(&r), &w.out, &r.why);
    out_table(c->out, "mails", columns);
    found = found < 0 ? found
                      : store_each(c->store, Q_NOTICE_WAITING, NONE, put_waiting, &w, &r.why);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    out_note(c->out, "%lld mail%s%s%s", (long long)r.n, text_s(r.n),
             w.out.is_held ? ". Mail is held: " : "", w.out.is_held ? w.out.why : "");
    if (w.old > 0) {
        out_note(c->out, "%lld of an earlier day: written again for the day of leaving, without "
                 "what is no longer true by then%s", (long long)w.old,
                 w.out.is_held ? ". What would leave now: coprodctl notices next" : "");
    }
    return EXIT_OK;
}

/* ---- what came back -------------------------------------------------------------------------- */

struct bounces {
    struct reading *r;
    int64_t left;
};

/* Columns of bounce_list: id at_ms verdict status notice role subject. */
static int
put_bounce(void *arg, const struct row *row)
{
    struct bounces *b = arg;
    struct out *out = b->r->c->out;
    if (b->left-- <= 0) {
        return 1;
    }
    out_int(out, row_i64(row, 0));
    put_instant(b->r, row_i64(row, 1));
    out_text(out, row_text(row, 2));
    out_text(out, row_text(row, 3));
    out_int(out, row_i64(row, 4));
    out_text(out, row_text_or(row, 5, ""));
    out_text(out, row_text_or(row, 6, ""));
    return 0;
}

/* Columns of quarantine_list: id title words at_ms notice. */
static int
put_quarantined(void *arg, const struct row *row)
{
    struct reading *r = arg;
    out_text(r->c->out, row_text(row, 0));
    out_text(r->c->out, row_text(row, 1));
    out_text(r->c->out, row_text(row, 2));
    put_instant(r, row_i64(row, 3));
    r->n++;
    return 0;
}

int
cmd_mail_bounces(struct cli *c)
{
    static const struct column columns[] = { { .key = "id", .head = "ID", .right = true },
                                             { .key = "read", .head = "READ" },
                                             { .key = "verdict", .head = "VERDICT" },
                                             { .key = "status", .head = "STATUS" },
                                             { .key = "notice", .head = "NOTICE", .right = true },
                                             { .key = "to", .head = "TO" },
                                             { .key = "subject", .head = "SUBJECT" },
                                             { 0 } };
    static const struct column stopped[] = { { .key = "role", .head = "NOTHING IS SENT TO" },
                                             { .key = "title", .head = "TITLE" },
                                             { .key = "why", .head = "BECAUSE" },
                                             { .key = "since", .head = "SINCE" },
                                             { 0 } };
    AUTO_READING struct reading r = { 0 };
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    struct bounces b = { .r = &r, .left = cli_count(c, "limit", LIMIT_PRESET) };
    out_table(c->out, "bounces", columns);
    int found = store_each(c->store, Q_BOUNCE_LIST, NONE, put_bounce, &b, &r.why);
    out_table(c->out, "stopped", stopped);
    found = found < 0 ? found
                      : store_each(c->store, Q_QUARANTINE_LIST, NONE, put_quarantined, &r, &r.why);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    out_note(c->out, "%lld post%s stopped%s", (long long)r.n, r.n == 1 ? " is" : "s are",
             r.n ? " and sent nothing. To send there again: coprodctl mail readmit ROLE" : "");
    return EXIT_OK;
}

/* ---- for status and doctor ------------------------------------------------------------------- */

static int
take_caught(void *arg, const struct row *row)
{
    struct mail_state *m = arg;
    for (size_t i = 0; i < LENGTH(mail_catches); i++) {
        if (strcmp(mail_catches[i].what, row_text_or(row, 0, "")) == 0) {
            m->caught[i] = row_i64(row, 1);
        }
    }
    return 0;
}

int
mail_state_read(struct reading *r, struct mail_state *ret)
{
    struct store *s = r->c->store;
    struct outgoing out;
    *ret = (struct mail_state){ .why = "" };
    int64_t now = reading_now_ms(r);
    int found = store_each(s, Q_CATCH_COUNT, NONE, take_caught, ret, &r->why);
    found = found < 0 ? found : store_get(s, Q_QUARANTINE_COUNT, NONE, &ret->quarantined, &r->why);
    found = found < 0 ? found : outgoing_get(s, now, &out, &r->why);
    found = found < 0 ? found : outgoing_silence(r->w, s, now, &r->why);
    if (found < 0) {
        return found;
    }
    ret->silent_wd = found;
    ret->is_silent = found >= r->w->mail.silent_wd && !r->w->is_mail_silent;
    ret->is_held = out.is_held;
    return text_copy(ret->why, sizeof ret->why, out.why);
}

int
mail_state_show(struct reading *r, struct text *trouble)
{
    struct mail_state m;
    int found = mail_state_read(r, &m);
    if (found < 0) {
        return found;
    }
    bool is_all = out_form(r->c->out) == OUT_JSON;
    for (size_t i = 0; i < LENGTH(mail_catches); i++) {
        if (m.caught[i] > 0 || is_all) {
            out_field_int(r->c->out, mail_catches[i].key, mail_catches[i].label, m.caught[i]);
        }
    }
    if (m.quarantined > 0 || is_all) {
        out_field_int(r->c->out, "mail_stopped", "Mailboxes that failed", m.quarantined);
    }
    if (m.silent_wd > 0 || is_all) {
        out_field_int(r->c->out, "mail_silent_wd", "Working days without a mail", m.silent_wd);
    }
    if (m.is_silent) {
        text_addf(trouble, "%sno mail could be delivered for %d working days (coprodctl doctor)",
                  trouble->len ? "; " : "", m.silent_wd);
    }
    return 0;
}
