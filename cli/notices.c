/* SPDX-License-Identifier: MIT */
/* notices.c - notices next, list, show, and preview. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "engine/outgoing.h"
#include "engine/post.h"
#include "forecast.h"
#include "reads.h"

enum { DAYS_PRESET = 14, LIMIT_PRESET = 100 };

static const char *const notice_states[] = { "?",         "pending", "accepted", "refused",
                                             "cancelled", "unknown", "held",
                                             "shadowed",  "bounced" };

static const char *
state_word(int64_t state)
{
    return state > 0 && state < (int64_t)LENGTH(notice_states) ? notice_states[state] : "?";
}

struct items_text { /* of one notice, for a line */
    struct text refs, steps;
    int n;
};

static void
items_text_freep(struct items_text *t)
{
    text_done(&t->refs);
    text_done(&t->steps);
}

/* Columns of item_of_notice: .. 6 step .. 12 ref 13 part. */
static int
take_item(void *arg, const struct row *row)
{
    struct items_text *t = arg;
    const char *part = row_text_or(row, 13, "");
    const char *between = t->n++ > 0 ? " " : "";
    text_addf(&t->refs, "%s%s%s%s", between, row_text_or(row, 12, ""), part[0] ? "@" : "", part);
    text_addf(&t->steps, "%s%s", between, row_text_or(row, 6, ""));
    return 0;
}

struct next_listing {
    struct reading *r;
    int64_t kept; /* written, and not sent */
};

/* Columns of notice_list: id key kind plan occurrence step role address why subject .. */
static int
put_next(const struct forecast_notice *n)
{
    struct next_listing *l = n->arg;
    struct reading *r = l->r;
    struct out *out = r->c->out;
    if (n->is_kept) {
        l->kept++;
        return 0;
    }
    __attribute__((cleanup(items_text_freep))) struct items_text t = { .n = 0 };
    int found = store_each(n->copy->c->store, Q_ITEM_OF_NOTICE, WITH(I(row_i64(n->row, 0))),
                           take_item, &t, &n->copy->why);
    put_day(r, n->day);
    out_text(out, row_text(n->row, 2));
    out_text(out, text_str(&t.steps));
    out_text(out, text_str(&t.refs));
    put_role(r, row_text_or(n->row, 6, ""));
    out_int(out, 1);
    out_text(out, row_text(n->row, 9));
    r->n++;
    return found < 0 ? found : 0;
}

int
cmd_notices_next(struct cli *c)
{
    static const struct column columns[] = { { .key = "day", .head = "WHEN" },
                                             { .key = "kind", .head = "KIND" },
                                             { .key = "step", .head = "STEPS" },
                                             { .key = "ref", .head = "ABOUT" },
                                             { .key = "to", .head = "TO" },
                                             { .key = "people", .head = "N", .right = true },
                                             { .key = "subject", .head = "SUBJECT" },
                                             { 0 } };
    AUTO_READING struct reading r = { 0 };
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    int days = (int)cli_count(c, "days", DAYS_PRESET);
    if (days > FORECAST_DAYS_MAX) {
        return cli_fail(c, EXIT_USAGE, "--days: at most %d", FORECAST_DAYS_MAX);
    }
    struct next_listing l = { .r = &r };
    struct outgoing out;
    day_t from = forecast_first_day(&r);
    int64_t now_ms = reading_now_ms(&r);
    int found = outgoing_get(c->store, now_ms, &out, &r.why);
    bool is_held = found >= 0 && out.is_held && !out.is_catchup && !r.w->is_mail_silent;
    if (is_held) {
        out_field(c->out, "held", "Mail is held", "%s", out.why);
    }
    out_table(c->out, "notices", columns);
    found = found < 0 ? found
            : is_held ? forecast_release(&r, now_ms, from, put_next, &l)
                      : forecast_play(&r, now_ms, from + (days > 0 ? days - 1 : 0), put_next, &l);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    if (l.kept > 0) {
        out_note(c->out, "%lld more are kept: nothing is sent to their addresses (coprodctl mail "
                 "bounces)", (long long)l.kept);
    }
    if (is_held) {
        char day[40];
        out_note(c->out, "Nothing leaves before coprodctl mail release. Let go now, %lld mail%s "
                 "would leave on %s, each written for that day.", (long long)r.n, text_s(r.n),
                 day_words(from, day, sizeof day));
        return EXIT_OK;
    }
    out_note(c->out, "%lld mail%s in %d day%s if nobody acts. Nothing is sent by this command.%s",
             (long long)r.n, text_s(r.n), days, text_s(days),
             r.n ? " Why one: coprodctl explain REF" : "");
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

/* Whether a mail to the role comes to whom is asked for: under one post or another. */
static int
is_read_by(struct reading *r, const char *role, const char *reader)
{
    struct person p;
    int found = person_get(r->c->store, role, &p, &r->why);
    return found < 0 ? found : strcmp(p.reader, reader) == 0;
}

struct previewing {
    struct reading *r;
    const char *role;
    char reader[OCC_NAME_MAX]; /* of its mailbox */
    day_t on;
    struct reading *from;     /* whose store has the notice in hand: this one or a copy played on */
    const char *kind, *state; /* of it */
    int items;                /* to come */
    int n_sent;               /* notices of the store */
};

/* Columns of item_of_notice: id kind plan occurrence gen episode step level role why of note ref
 * part. */
static void
put_preview_topic(struct previewing *p, const struct row *row)
{
    struct out *out = p->r->c->out;
    out_text(out, row_text(row, 12));
    out_text(out, row_text(row, 6));
    out_day(out, DAY_NONE);
    out_text(out, NULL);
    out_int(out, 0);
}

static int
put_preview_item(void *arg, const struct row *row)
{
    struct previewing *p = arg;
    struct out *out = p->r->c->out;
    struct occurrence o;
    bool is_topic = row_is_null(row, 3);
    int r = is_topic ? 0
                     : occurrence_get(p->from->c->store, row_i64(row, 3), &o, &p->from->why);
    if (r < 0) {
        return r;
    }
    if (is_topic) {
        put_preview_topic(p, row);
    } else {
        put_ref(p->r, &o);
        out_text(out, row_text(row, 6));
        out_day(out, o.duty.due);
        out_text(out, action_state_name(o.duty.state));
        out_int(out, o.duty.level);
    }
    out_text(out, why_words((enum notice_why)row_i64(row, 9)));
    out_text(out, row_text(row, 8));
    out_text(out, p->kind);
    out_text(out, p->state);
    return 0;
}

static int
put_preview(const struct forecast_notice *n)
{
    struct previewing *p = n->arg;
    int is_theirs = n->day == p->on ? is_read_by(n->copy, row_text_or(n->row, 6, ""), p->reader)
                                    : 0;
    if (is_theirs <= 0) {
        return is_theirs;
    }
    p->from = n->copy;
    p->kind = row_text_or(n->row, 2, "");
    p->state = n->is_kept ? "held, to come" : "to come";
    int r = store_each(n->copy->c->store, Q_ITEM_OF_NOTICE, WITH(I(row_i64(n->row, 0))),
                       put_preview_item, p, &n->copy->why);
    p->items += r > 0 ? r : 0;
    return r < 0 ? r : 0;
}

/* Columns of notice_list_newest: id kind plan occurrence step role why subject state created_ms.
 * What has no items is told by its subject. */
static int
put_sent(void *arg, const struct row *row)
{
    struct previewing *p = arg;
    struct out *out = p->r->c->out;
    day_t day = world_day(p->r->w, row_i64(row, 9));
    int is_theirs = day == p->on ? is_read_by(p->r, row_text_or(row, 5, ""), p->reader) : 0;
    if (is_theirs <= 0) {
        return is_theirs;
    }
    p->kind = row_text_or(row, 1, "");
    p->state = state_word(row_i64(row, 8));
    p->n_sent++;
    int r = store_each(p->r->c->store, Q_ITEM_OF_NOTICE, WITH(I(row_i64(row, 0))),
                       put_preview_item, p, &p->r->why);
    if (r == 0) {
        out_text(out, row_text(row, 2));
        out_text(out, row_text(row, 4));
        out_day(out, DAY_NONE);
        out_text(out, NULL);
        out_int(out, 0);
        out_text(out, row_text(row, 6));
        out_text(out, row_text(row, 5));
        out_text(out, p->kind);
        out_text(out, p->state);
    }
    return r < 0 ? r : 0;
}

/* A day that is over is told from the store; one to come is played. Today is both. */
static int
preview(struct previewing *p)
{
    day_t today = reading_today(p->r);
    int found = 0;
    if (p->on <= today) {
        p->from = p->r;
        found = store_each(p->r->c->store, Q_NOTICE_LIST_NEWEST, NONE, put_sent, p, &p->r->why);
    }
    if (found >= 0 && p->on >= today) {
        found = forecast_play(p->r, reading_now_ms(p->r), p->on, put_preview, p);
    }
    return found < 0 ? found : 0;
}

static void
say_preview(struct previewing *p)
{
    struct out *out = p->r->c->out;
    day_t today = reading_today(p->r);
    if (p->on <= today) {
        out_note(out, p->n_sent ? "%d written for this role on that day, as the store has it: "
                                  "coprodctl notices list --to %s"
                                : "Nothing was written for this role on that day%.0d%.0s",
                 p->n_sent, p->role);
    }
    if (p->on >= today) {
        out_note(out, p->items         ? "%d to be told of on that day if nobody acts before"
                      : p->on == today ? "Nothing more is sent to this role on that day%.0d"
                                       : "Nothing is sent to this role on that day%.0d",
                 p->items);
    }
}

static int
read_person(struct previewing *p)
{
    struct person person;
    int r = person_get(p->r->c->store, p->role, &person, &p->r->why);
    return r < 0 ? r : text_copy(p->reader, sizeof p->reader, person.reader);
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
                                             { .key = "as", .head = "OF THE POST" },
                                             { .key = "kind", .head = "IN A MAIL OF KIND" },
                                             { .key = "mail", .head = "WHICH IS" },
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
    if (on > first + FORECAST_DAYS_MAX) {
        return cli_fail(c, EXIT_USAGE, "--on: at most %d days ahead", FORECAST_DAYS_MAX);
    }
    char day[DAY_TEXT_MAX];
    struct previewing p = { .r = &r, .role = role, .on = on };
    int found = read_person(&p);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    out_field(c->out, "person", "Person", "%s", role);
    if (strcmp(p.reader, role) != 0) {
        out_field(c->out, "reader", "Same mailbox as", "%s", p.reader);
    }
    out_field(c->out, "on", "On", "%s", day_format(on, day));
    out_table(c->out, "items", columns);
    found = preview(&p);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    say_preview(&p);
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
    out_note(c->out, "%lld notice%s%s", (long long)r.n, text_s(r.n),
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
    const char *body = row_text_or(row, 10, "");
    out_field(r->c->out, "body", NULL, "%s", body);
    out_field_bool(r->c->out, "is_text_kept", NULL, body[0] != '\0');
    out_note(r->c->out, "\n%s", body[0] ? body : "Its text is no longer kept: its time was over "
                                                "(mail.keep_months in coprod.yaml).");
    r->n++;
    return 1;
}

/* Why it does not leave, when something keeps it in the house. */
static int
show_catch(void *arg, const struct row *row)
{
    struct reading *r = arg;
    out_field(r->c->out, "held_because", "Held because", "%s", row_text_or(row, 0, ""));
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

/* Columns of item_of_notice: id kind plan occurrence gen episode step level role why of note ref
 * part. */
static int
put_item(void *arg, const struct row *row)
{
    struct reading *r = arg;
    const char *part = row_text_or(row, 13, "");
    out_textf(r->c->out, "%s%s%s", row_text_or(row, 12, ""), part[0] ? "@" : "", part);
    out_text(r->c->out, row_text(row, 1));
    out_text(r->c->out, row_text(row, 6));
    out_int(r->c->out, row_i64(row, 7));
    out_text(r->c->out, why_words((enum notice_why)row_i64(row, 9)));
    return 0;
}

static int
put_items(struct reading *r, int64_t notice)
{
    static const struct column columns[] = { { .key = "ref", .head = "ITEM" },
                                             { .key = "kind", .head = "KIND" },
                                             { .key = "step", .head = "STEP" },
                                             { .key = "level", .head = "LEVEL", .right = true },
                                             { .key = "why", .head = "BECAUSE THE ROLE" },
                                             { 0 } };
    out_table(r->c->out, "items", columns);
    return store_each(r->c->store, Q_ITEM_OF_NOTICE, WITH(I(notice)), put_item, r, &r->why);
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
    found = found < 0 ? found
                      : store_each(c->store, Q_CATCH_GET, WITH(I(id)), show_catch, &r, &r.why);
    found = found < 0 ? found : put_items(&r, id);
    out_table(c->out, "attempts", columns);
    found = found < 0 ? found
                      : store_each(c->store, Q_DELIVERY_LIST, WITH(I(id)), put_attempt, &r, &r.why);
    return found < 0 ? reading_fail(&r, found) : EXIT_OK;
}
