/* SPDX-License-Identifier: MIT */
/* action.c - action list, show, history, and the events that people cause. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "cli.h"
#include "hubcall.h"
#include "reads.h"

struct listing {
    struct reading r;
    day_t today;
    const char *plan, *lead;
    enum action_state state;
    bool overdue, all;
};

static void
listing_freep(struct listing *l)
{
    reading_done(&l->r);
}

static bool
is_wanted(struct listing *l, const struct occurrence *o)
{
    if (l->plan && strcmp(l->plan, o->plan) != 0) {
        return false;
    }
    if (l->state != ACTION_NONE) {
        return o->duty.state == l->state;
    }
    bool is_running = !action_is_final(o->duty.state) && o->duty.state != ACTION_PLANNED;
    if (l->overdue) {
        return is_running && o->duty.due < l->today;
    }
    return l->all || is_running;
}

struct lead_search {
    const char *wanted;
    bool is_found;
};

static int
match_lead(void *arg, const struct row *row)
{
    struct lead_search *l = arg;
    l->is_found = l->is_found || strcmp(row_text_or(row, 1, ""), l->wanted) == 0;
    return 0;
}

static int
put_listed(void *arg, const struct row *row)
{
    struct listing *l = arg;
    struct occurrence o;
    int r = occurrence_from_row(&o, row);
    if (r < 0 || !is_wanted(l, &o)) {
        return r;
    }
    struct lead_search search = { .wanted = l->lead, .is_found = !l->lead };
    if (l->lead) {
        r = store_each(l->r.c->store, Q_OCCURRENCE_ROLES, WITH(I(o.id)), match_lead, &search,
                       &l->r.why);
    }
    if (r < 0 || !search.is_found) {
        return r < 0 ? r : 0;
    }
    AUTO_TEXT struct text leads = { 0 };
    r = reading_people(&l->r, o.id, "lead", &leads);
    if (r < 0) {
        return r;
    }
    struct out *out = l->r.c->out;
    int late = calendar_between(&l->r.w->calendar, o.duty.due, l->today);
    bool is_late = late > 0 && !action_is_final(o.duty.state);
    struct rag rag;
    r = reading_rag(&l->r, row, &o, &rag);
    put_ref(&l->r, &o);
    out_text(out, o.plan);
    out_day(out, o.duty.due);
    out_tint(out, rag_tint(rag.color));
    out_text(out, rag_name(rag.color));
    out_text(out, action_state_name(o.duty.state));
    out_int(out, is_late ? late : 0);
    out_int(out, o.duty.level);
    out_text(out, rag.reason);
    out_text(out, text_str(&leads));
    l->r.n++;
    return r;
}

int
cmd_action_list(struct cli *c)
{
    static const struct column columns[] = {
        { .key = "ref", .head = "REF" },
        { .key = "plan", .head = "PLAN" },
        { .key = "due", .head = "DUE" },
        { .key = "rag", .head = "RAG" },
        { .key = "state", .head = "STATE" },
        { .key = "late_working_days", .head = "LATE", .right = true },
        { .key = "level", .head = "LEVEL", .right = true },
        { .key = "reason", .head = "REASON" },
        { .key = "leads", .head = "LEADS" },
        { 0 }
    };
    __attribute__((cleanup(listing_freep))) struct listing l = {
                         .plan = cli_arg(c, 0),
                         .lead = cli_option(c, "lead"),
                         .overdue = cli_flag(c, "overdue"),
                         .all = cli_flag(c, "all") };
    int code = reading_open(c, &l.r);
    if (code != EXIT_OK) {
        return code;
    }
    const char *state = cli_option(c, "state");
    l.state = state ? action_state_parse(state) : ACTION_NONE;
    if (state && l.state == ACTION_NONE) {
        return cli_fail(c, EXIT_USAGE, "--state: \"%s\" is no state, such as OPEN or COMPLETE",
                        state);
    }
    l.today = reading_today(&l.r);
    out_table(c->out, "actions", columns);
    int r = store_each(c->store, Q_OCCURRENCE_LIST, NONE, put_listed, &l, &l.r.why);
    if (r < 0) {
        return reading_fail(&l.r, r);
    }
    out_note(c->out, l.r.n ? "%lld listed%s" : "Nothing is owed now%.0lld%s", (long long)l.r.n,
             l.all ? "" : "; what is complete or not yet open: --all");
    return EXIT_OK;
}

static int
put_action_text(void *arg, const struct row *row)
{
    struct reading *r = arg;
    struct out *out = r->c->out;
    out_field(out, "objective", "Objective", "%s", row_text_or(row, 2, ""));
    out_field(out, "text", "Action", "%s", row_text_or(row, 3, ""));
    out_field(out, "timescale", "Timescale", "%s", row_text_or(row, 5, ""));
    out_field(out, "metric", "Metric", "%s", row_text_or(row, 4, "none agreed"));
    out_field(out, "completion", "Completed by", "%s", row_text_or(row, 6, ""));
    if (!row_is_null(row, 9)) {
        out_field(out, "annual_minute", "Returns", "once a year, by minute %s", row_text(row, 9));
    }
    return 1;
}

/* Columns of occurrence_get after those of struct occurrence. */
static int
put_notes(void *arg, const struct row *row)
{
    struct reading *r = arg;
    struct out *out = r->c->out;
    if (!row_is_null(row, 17)) {
        out_field_int(out, "percent", "Percent", row_i64(row, 17));
    }
    if (!row_is_null(row, 18)) {
        char day[DAY_TEXT_MAX];
        out_field(out, "forecast", "Forecast", "%s", day_format((day_t)row_i64(row, 18), day));
    }
    if (!row_is_null(row, 20)) {
        out_field(out, "note", "Last word", "%s", row_text_or(row, 20, ""));
    }
    if (!row_is_null(row, 39)) {
        out_field(out, "figure", "Figure", "%s", row_text_or(row, 39, ""));
    }
    if (!row_is_null(row, 21)) {
        out_field(out, "evidence", "Evidence", "%s", row_text_or(row, 21, ""));
    }
    if (!row_is_null(row, 40)) {
        out_field(out, "evidence_sha256", "Its SHA-256", "%s", row_text_or(row, 40, ""));
    }
    struct occurrence o;
    struct rag rag;
    int found = occurrence_from_row(&o, row);
    found = found < 0 ? found : reading_rag(r, row, &o, &rag);
    if (found < 0) {
        return found;
    }
    out_field(out, "rag", NULL, "%s", rag_name(rag.color));
    out_field(out, "rag_reason", NULL, "%s", rag.reason);
    out_tint(out, rag_tint(rag.color));
    out_field(out, NULL, "Colour", "%s%s%s", rag_name(rag.color), rag.reason[0] ? ": " : "",
              rag.reason);
    char at[INSTANT_TEXT_MAX];
    out_field(out, "changed", "Changed", "%s", instant_text(r, row_i64(row, 22), at));
    return 1;
}

static int
put_sibling(void *arg, const struct row *row)
{
    struct reading *r = arg;
    struct occurrence o;
    int found = occurrence_from_row(&o, row);
    if (found < 0) {
        return found;
    }
    AUTO_TEXT struct text leads = { 0 };
    found = reading_people(r, o.id, "lead", &leads);
    put_ref(r, &o);
    out_day(r->c->out, o.duty.due);
    struct rag rag;
    found = found < 0 ? found : reading_rag(r, row, &o, &rag);
    if (found < 0) {
        return found;
    }
    out_tint(r->c->out, rag_tint(rag.color));
    out_text(r->c->out, rag_name(rag.color));
    out_text(r->c->out, action_state_name(o.duty.state));
    out_int(r->c->out, o.duty.level);
    out_text(r->c->out, text_str(&leads));
    return found < 0 ? found : 0;
}

static int
show_people(struct reading *r, const struct occurrence *o)
{
    static const struct {
        const char *duty, *key, *label;
    } duties[] = { { "lead", "leads", "Leads" }, { "support", "supports", "Supported by" } };
    for (size_t i = 0; i < LENGTH(duties); i++) {
        AUTO_TEXT struct text people = { 0 };
        int found = reading_people(r, o->id, duties[i].duty, &people);
        if (found < 0) {
            return found;
        }
        if (people.len > 0 || i == 0) {
            out_field(r->c->out, duties[i].key, duties[i].label, "%s", text_str(&people));
        }
    }
    return 0;
}

int
cmd_action_show(struct cli *c)
{
    static const struct column columns[] = { { .key = "ref", .head = "REF" },
                                             { .key = "due", .head = "DUE" },
                                             { .key = "rag", .head = "RAG" },
                                             { .key = "state", .head = "STATE" },
                                             { .key = "level", .head = "LEVEL", .right = true },
                                             { .key = "leads", .head = "LEADS" },
                                             { 0 } };
    AUTO_READING struct reading r = { 0 };
    struct occurrence o;
    int code = reading_open(c, &r);
    code = code == EXIT_OK ? reading_find(&r, &o) : code;
    if (code != EXIT_OK) {
        return code;
    }
    char words[64];
    char day[DAY_TEXT_MAX];
    out_field(c->out, "ref", "Reference", "%s%s%s", o.ref, o.part[0] ? "@" : "", o.part);
    out_field(c->out, "plan", "Plan", "%s", o.plan);
    int found = store_each(c->store, Q_ACTION_GET, WITH(T(o.plan), T(o.action)), put_action_text,
                           &r, &r.why);
    found = found < 0 ? found : show_people(&r, &o);
    out_field(c->out, "due", "Due", "%s",
              out_form(c->out) == OUT_PAGE ? day_words(o.duty.due, words, sizeof words)
                                           : day_format(o.duty.due, day));
    out_field(c->out, "state", "State", "%s", action_state_name(o.duty.state));
    out_field_int(c->out, "level", "Ladder level", o.duty.level);
    out_field_int(c->out, "generation", NULL, o.gen);
    found = found < 0
                ? found
                : store_each(c->store, Q_OCCURRENCE_GET, WITH(I(o.id)), put_notes, &r, &r.why);
    out_table(c->out, "occurrences", columns);
    found = found < 0 ? found
                      : store_each(c->store, Q_OCCURRENCE_OF_ACTION, WITH(T(o.plan), T(o.action)),
                                   put_sibling, &r, &r.why);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    out_note(c->out, "Why it was or was not sent: coprodctl explain %s", cli_arg(c, 0));
    return EXIT_OK;
}

struct history {
    struct reading *r;
    const struct occurrence *o;
};

static int
put_event(void *arg, const struct row *row)
{
    const struct history *h = arg;
    struct out *out = h->r->c->out;
    out_int(out, row_i64(row, 0));
    put_instant(h->r, row_i64(row, 1));
    put_ref(h->r, h->o);
    out_text(out, row_text(row, 2));
    out_text(out, row_text(row, 3));
    out_text(out, row_text(row, 4));
    out_text(out, row_text(row, 6));
    h->r->n++;
    return 0;
}

static int
put_history(struct reading *r, const struct occurrence *o)
{
    char subject[OCC_SUBJECT_MAX];
    struct history h = { .r = r, .o = o };
    return store_each(r->c->store, Q_AUDIT_OF_SUBJECT, WITH(T(occurrence_subject(o, subject))),
                      put_event, &h, &r->why);
}

static int
put_history_row(void *arg, const struct row *row)
{
    struct occurrence o;
    int r = occurrence_from_row(&o, row);
    r = r < 0 ? r : put_history(arg, &o);
    return r < 0 ? r : 0;
}

int
cmd_action_history(struct cli *c)
{
    static const struct column columns[] = { { .key = "seq", .head = "NO", .right = true },
                                             { .key = "at", .head = "WHEN" },
                                             { .key = "ref", .head = "REF" },
                                             { .key = "actor", .head = "WHO" },
                                             { .key = "on_behalf", .head = "FOR" },
                                             { .key = "event", .head = "WHAT" },
                                             { .key = "detail", .head = "DETAIL" },
                                             { 0 } };
    AUTO_READING struct reading r = { 0 };
    struct occurrence o;
    int code = reading_open(c, &r);
    code = code == EXIT_OK ? reading_find(&r, &o) : code;
    if (code != EXIT_OK) {
        return code;
    }
    out_table(c->out, "events", columns);
    /* An action's id alone means all that was ever demanded under it. */
    bool is_action = !strchr(cli_arg(c, 0), '/');
    int found = is_action ? store_each(c->store, Q_OCCURRENCE_OF_ACTION,
                                       WITH(T(o.plan), T(o.action)), put_history_row, &r, &r.why)
                          : put_history(&r, &o);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    out_note(c->out, "%lld event%s that cannot be changed: coprodctl audit verify",
             (long long)r.n, text_s(r.n));
    return EXIT_OK;
}

/* NULL also when the command has no such option. */
static const char *
given(const struct cli *c, const char *name)
{
    for (int i = 0; c->command->options[i].name; i++) {
        if (strcmp(c->command->options[i].name, name) == 0) {
            return c->values[i];
        }
    }
    return NULL;
}

/* The daemon may not be allowed to read what its caller can: the file is looked at here. */
static int
look_at_evidence(struct cli *c, struct hubcall *call, char hex[DIGEST_HEX_MAX])
{
    const char *path = given(c, "evidence-file");
    if (!path) {
        return EXIT_OK;
    }
    if (given(c, "sha256")) {
        return cli_fail(c, EXIT_USAGE, "give --evidence-file or --sha256, not both");
    }
    struct digest sum;
    AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
    int r = fd < 0 ? -errno : hash_sha256_fd(fd, NULL, &sum);
    if (r < 0) {
        return cli_fail(c, EXIT_NO_INPUT, "%s: %s", path, strerror(-r));
    }
    hubcall_add(call, "sha256", hash_hex(&sum, hex));
    if (!given(c, "evidence")) {
        hubcall_add(call, "evidence", path);
    }
    return EXIT_OK;
}

static int
move(struct cli *c, const char *event)
{
    struct hubcall call = { .verb = "act" };
    char hex[DIGEST_HEX_MAX];
    int code = look_at_evidence(c, &call, hex);
    if (code != EXIT_OK) {
        return code;
    }
    hubcall_add(&call, "ref", cli_arg(c, 0));
    hubcall_add(&call, "event", event);
    for (int i = 0; c->command->options[i].name; i++) {
        const struct option_row *row = &c->command->options[i];
        bool is_here = strcmp(row->name, "event") == 0 || strcmp(row->name, "evidence-file") == 0;
        if (c->values[i] && !is_here) {
            /* One date for people; what it means follows from the event. */
            hubcall_add(&call, strcmp(row->name, "date") == 0 ? "until" : row->name,
                        row->kind == OPTION_FLAG ? "1" : c->values[i]);
        }
    }
    return hubcall_do(c, &call);
}

int
cmd_action_update(struct cli *c)
{
    int code = cli_require(c, "event");
    return code == EXIT_OK ? move(c, cli_option(c, "event")) : code;
}

/* "action submit": the event is the last word. */
int
cmd_action_move(struct cli *c)
{
    return move(c, strrchr(c->command->path, ' ') + 1);
}
