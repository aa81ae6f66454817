/* SPDX-License-Identifier: MIT */
/* notices.c - notices next, list, show, and preview. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "forecast.h"
#include "reads.h"

enum { DAYS_PRESET = 14, LIMIT_PRESET = 100 };

static const char *const notice_states[] = { "?",         "pending", "accepted", "refused",
                                             "cancelled", "unknown", "held" };

static const char *
state_word(int64_t state)
{
    return state > 0 && state < (int64_t)LENGTH(notice_states) ? notice_states[state] : "?";
}

static int
put_next(struct reading *r, const struct forecast_item *item)
{
    struct out *out = r->c->out;
    char step[STEP_NAME_MAX];
    char due[DAY_TEXT_MAX];
    put_day(r, item->day);
    out_text(out, item->step.kind == STEP_LADDER ? "escalation" : "reminder");
    out_text(out, step_name(&item->step, step));
    put_ref(r, &item->o);
    if (item->n_told == 1) {
        put_role(r, item->told[0].role);
    } else {
        out_textf(out, "%zu people", item->n_told);
    }
    out_int(out, (int64_t)item->n_told);
    int late = calendar_between(&r->w->calendar, item->o.duty.due, item->day);
    out_textf(out, "due %s%s", day_format(item->o.duty.due, due),
              late > 0 ? ", overdue" : late == 0 ? ", today" : "");
    return 0;
}

int
cmd_notices_next(struct cli *c)
{
    static const struct column columns[] = { { .key = "day", .head = "WHEN" },
                                             { .key = "kind", .head = "KIND" },
                                             { .key = "step", .head = "STEP" },
                                             { .key = "ref", .head = "REF" },
                                             { .key = "to", .head = "TO" },
                                             { .key = "people", .head = "N", .right = true },
                                             { .key = "why", .head = "WHY" },
                                             { 0 } };
    AUTO_READING struct reading r = { 0 };
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    int days = (int)cli_count(c, "days", DAYS_PRESET);
    day_t from = forecast_first_day(&r);
    AUTO_FORECAST struct forecast f = { 0 };
    int found = forecast_make(&r, from, from + (days > 0 ? days - 1 : 0), &f);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    out_table(c->out, "notices", columns);
    size_t mails = 0;
    for (size_t i = 0; i < f.n; i++) {
        (void)put_next(&r, &f.items[i]);
        mails += f.items[i].n_told;
    }
    out_note(
        c->out,
        "%zu steps, %zu messages in %d days if nobody acts. Nothing is sent by this command.%s",
        f.n, mails, days, f.n ? " Why one: coprodctl explain REF" : "");
    return EXIT_OK;
}

/* The role id for what was typed: an id, or a title. */
struct role_search {
    const char *wanted;
    char id[OCC_NAME_MAX];
    bool is_found;
};

static int
match_role(void *arg, const struct row *row)
{
    struct role_search *s = arg;
    if (strcmp(row_text_or(row, 0, ""), s->wanted) == 0
        || strcasecmp(row_text_or(row, 1, ""), s->wanted) == 0) {
        s->is_found = true;
        return text_copy(s->id, sizeof s->id, row_text_or(row, 0, ""));
    }
    return 0;
}

static int
find_role(struct reading *r, const char *wanted, char ret[OCC_NAME_MAX])
{
    struct role_search s = { .wanted = wanted };
    int found = store_each(r->c->store, Q_ROLE_LIST, NONE, match_role, &s, &r->why);
    if (found < 0) {
        return reading_fail(r, found);
    }
    if (!s.is_found) {
        return cli_fail_hint(r->c, EXIT_NOT_MET, "roles are listed by: coprodctl plan show",
                             "the roster has no role \"%s\"", wanted);
    }
    return text_copy(ret, OCC_NAME_MAX, s.id) < 0 ? EXIT_INTERNAL : EXIT_OK;
}

static bool
put_preview(struct reading *r, const struct forecast_item *item, const char *role)
{
    for (size_t i = 0; i < item->n_told; i++) {
        if (strcmp(item->told[i].role, role) == 0) {
            char step[STEP_NAME_MAX];
            put_ref(r, &item->o);
            out_text(r->c->out, step_name(&item->step, step));
            out_day(r->c->out, item->o.duty.due);
            out_text(r->c->out, action_state_name(item->o.duty.state));
            out_int(r->c->out, item->o.duty.level);
            out_text(r->c->out, why_words(item->told[i].why));
            return true;
        }
    }
    return false;
}

int
cmd_preview(struct cli *c)
{
    static const struct column columns[] = { { .key = "ref", .head = "REF" },
                                             { .key = "step", .head = "STEP" },
                                             { .key = "due", .head = "DUE" },
                                             { .key = "state", .head = "STATE" },
                                             { .key = "level", .head = "LEVEL", .right = true },
                                             { .key = "why", .head = "BECAUSE THE ROLE" },
                                             { 0 } };
    if (cli_require(c, "person") != EXIT_OK) {
        return EXIT_USAGE;
    }
    AUTO_READING struct reading r = { 0 };
    char role[OCC_NAME_MAX];
    int code = reading_open(c, &r);
    code = code == EXIT_OK ? find_role(&r, cli_option(c, "person"), role) : code;
    if (code != EXIT_OK) {
        return code;
    }
    day_t first = forecast_first_day(&r);
    day_t on = cli_date(c, "on", first);
    AUTO_FORECAST struct forecast f = { 0 };
    /* Asked of the past, it is asked as if that day were today: what is recorded since stands. */
    int found = forecast_make(&r, on < first ? on : first, on, &f);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    char day[DAY_TEXT_MAX];
    out_field(c->out, "person", "Person", "%s", role);
    out_field(c->out, "on", "On", "%s", day_format(on, day));
    out_table(c->out, "items", columns);
    size_t n = 0;
    for (size_t i = 0; i < f.n; i++) {
        n += f.items[i].day == on && put_preview(&r, &f.items[i], role);
    }
    out_note(c->out, n ? "%zu to be told of on that day if nobody acts before"
                       : "Nothing is sent to this role on that day%.0zu", n);
    return EXIT_OK;
}

struct notice_listing {
    struct reading *r;
    const char *state, *to;
    int64_t left;
};

/* Columns of notice_list_newest: id kind plan occurrence step role why subject state created_ms. */
static int
put_notice(void *arg, const struct row *row)
{
    struct notice_listing *l = arg;
    struct out *out = l->r->c->out;
    const char *state = state_word(row_i64(row, 8));
    if ((l->state && strcmp(l->state, state) != 0)
        || (l->to && strcmp(l->to, row_text_or(row, 5, "")) != 0)) {
        return 0;
    }
    if (l->left-- <= 0) {
        return 1;
    }
    out_int(out, row_i64(row, 0));
    put_instant(l->r, row_i64(row, 9));
    out_tint(out, strcmp(state, "accepted") == 0  ? TINT_GOOD
                  : strcmp(state, "refused") == 0 ? TINT_BAD
                                                  : TINT_NONE);
    out_text(out, state);
    out_text(out, row_text(row, 1));
    out_text(out, row_text(row, 4));
    out_text(out, row_text(row, 5));
    out_text(out, row_text(row, 7));
    l->r->n++;
    return 0;
}

int
cmd_notices_list(struct cli *c)
{
    static const struct column columns[] = { { .key = "id", .head = "ID", .right = true },
                                             { .key = "created", .head = "WRITTEN" },
                                             { .key = "state", .head = "STATE" },
                                             { .key = "kind", .head = "KIND" },
                                             { .key = "step", .head = "STEP" },
                                             { .key = "to", .head = "TO" },
                                             { .key = "subject", .head = "SUBJECT" },
                                             { 0 } };
    AUTO_READING struct reading r = { 0 };
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    struct notice_listing l = { .r = &r,
                                .state = cli_option(c, "state"),
                                .to = cli_option(c, "to"),
                                .left = cli_count(c, "limit", LIMIT_PRESET) };
    out_table(c->out, "notices", columns);
    int found = store_each(c->store, Q_NOTICE_LIST_NEWEST, NONE, put_notice, &l, &r.why);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    out_note(c->out, "%lld notices%s", (long long)r.n,
             l.left < 0 ? ", the newest; more: --limit N" : "");
    return EXIT_OK;
}

/* Columns of notice_get: id key kind plan occurrence step role address why subject body mail
 * message_id state created_ms changed_ms. */
static int
show_notice(void *arg, const struct row *row)
{
    static const struct {
        int column;
        const char *key, *label;
    } fields[] = { { 2, "kind", "Kind" },           { 3, "plan", "Plan" },
                   { 5, "step", "Step" },           { 6, "role", "To" },
                   { 7, "address", "Address" },     { 8, "why", "Because it" },
                   { 12, "message_id", "Message" }, { 9, "subject", "Subject" } };
    struct reading *r = arg;
    char at[INSTANT_TEXT_MAX];
    out_field_int(r->c->out, "id", "Notice", row_i64(row, 0));
    out_field(r->c->out, "state", "State", "%s", state_word(row_i64(row, 13)));
    out_field(r->c->out, "created", "Written", "%s", instant_text(r, row_i64(row, 14), at));
    for (size_t i = 0; i < LENGTH(fields); i++) {
        out_field(r->c->out, fields[i].key, fields[i].label, "%s",
                  row_text_or(row, fields[i].column, ""));
    }
    out_field(r->c->out, "body", NULL, "%s", row_text_or(row, 10, ""));
    out_note(r->c->out, "\n%s", row_text_or(row, 10, ""));
    r->n++;
    return 1;
}

static int
put_attempt(void *arg, const struct row *row)
{
    struct reading *r = arg;
    out_int(r->c->out, row_i64(row, 0));
    put_instant(r, row_i64(row, 1));
    out_text(r->c->out, row_text_or(row, 2, "under way"));
    out_int(r->c->out, row_i64(row, 3));
    out_text(r->c->out, row_text(row, 4));
    return 0;
}

int
cmd_notices_show(struct cli *c)
{
    static const struct column columns[] = { { .key = "attempt", .head = "TRY", .right = true },
                                             { .key = "began", .head = "BEGAN" },
                                             { .key = "outcome", .head = "OUTCOME" },
                                             { .key = "code", .head = "CODE", .right = true },
                                             { .key = "words", .head = "THE RELAY'S WORDS" },
                                             { 0 } };
    int64_t id = 0;
    if (text_to_i64(cli_arg(c, 0), 1, INT64_MAX, &id) < 0) {
        return cli_fail(c, EXIT_USAGE, "\"%s\" is not the number of a notice", cli_arg(c, 0));
    }
    AUTO_READING struct reading r = { 0 };
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    int found = store_each(c->store, Q_NOTICE_GET, WITH(I(id)), show_notice, &r, &r.why);
    if (found == 0) {
        return cli_fail_hint(c, EXIT_NOT_MET, "which there are: coprodctl notices list",
                             "there is no notice %lld", (long long)id);
    }
    out_table(c->out, "attempts", columns);
    found = found < 0 ? found
                      : store_each(c->store, Q_DELIVERY_LIST, WITH(I(id)), put_attempt, &r, &r.why);
    return found < 0 ? reading_fail(&r, found) : EXIT_OK;
}
