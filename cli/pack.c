/* SPDX-License-Identifier: MIT */
/* pack.c - pack list, show, preview, reissue, verify. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine/pack.h"
#include "hubcall.h"
#include "reads.h"

/* ---- list ------------------------------------------------------------------------------------ */

static const char *
delivery_words(const struct row *row)
{
    static const char *const words[] = { "nobody could be told", "waiting", "accepted", "refused",
                                         "cancelled", "not known", "held", "shadow", "came back" };
    int64_t state = row_is_null(row, 9) ? 0 : row_i64(row, 9);
    return state >= 0 && state < (int64_t)LENGTH(words) ? words[state] : "";
}

/* Columns of pack_list: id forum meeting phase rev made_ms headline html_sha256 role state reason
 * issued_by. */
static int
put_pack(void *arg, const struct row *row)
{
    struct reading *r = arg;
    struct out *out = r->c->out;
    out_text(out, row_text(row, 1));
    put_day(r, (day_t)row_i64(row, 2));
    out_text(out, row_text(row, 3));
    out_int(out, row_i64(row, 4));
    put_instant(r, row_i64(row, 5));
    out_text(out, row_text(row, 8));
    out_text(out, delivery_words(row));
    out_text(out, row_text(row, 6));
    out_text(out, row_text_or(row, 10, ""));
    out_text(out, row_text_or(row, 11, ""));
    r->n++;
    return 0;
}

/* The next two of each forum. */
static void
put_coming(struct reading *r)
{
    static const struct column columns[] = { { .key = "forum", .head = "FORUM" },
                                             { .key = "meeting", .head = "MEETING" },
                                             { .key = "draft", .head = "DRAFT" },
                                             { .key = "final", .head = "FINAL" },
                                             { 0 } };
    const struct committees *all = &r->w->committees;
    AUTO_TEXT struct text silent = { 0 };
    out_table(r->c->out, "coming", columns);
    for (size_t i = 0; i < all->n; i++) {
        const struct meetings *m = &all->list[i].meetings;
        day_t meeting = meeting_from(m, reading_today(r));
        for (int k = 0; k < 2 && meeting != DAY_NONE; k++) {
            out_text(r->c->out, all->list[i].id);
            put_day(r, meeting);
            put_day(r, meeting_before(&r->w->calendar, meeting, m->agenda_close_wd));
            put_day(r, meeting_before(&r->w->calendar, meeting, m->papers_due_wd));
            meeting = meeting_from(m, meeting + 1);
        }
        if (m->n == 0) {
            text_addf(&silent, "%s%s", silent.len ? ", " : "", all->list[i].id);
        }
    }
    if (silent.len > 0) {
        out_note(r->c->out, "No meeting date known, and so no papers: %s", text_str(&silent));
    }
}

int
cmd_pack_list(struct cli *c)
{
    static const struct column columns[] = { { .key = "forum", .head = "FORUM" },
                                             { .key = "meeting", .head = "MEETING" },
                                             { .key = "phase", .head = "PHASE" },
                                             { .key = "rev", .head = "VERSION", .right = true },
                                             { .key = "made", .head = "MADE" },
                                             { .key = "to", .head = "TO" },
                                             { .key = "delivery", .head = "DELIVERY" },
                                             { .key = "headline", .head = "HEADLINE" },
                                             { .key = "reason", .head = "CORRECTS" },
                                             { .key = "issued_by", .head = "FOR" },
                                             { 0 } };
    AUTO_READING struct reading r = { 0 };
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    out_table(c->out, "packs", columns);
    int found = store_each(c->store, Q_PACK_LIST, NONE, put_pack, &r, &r.why);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    out_note(c->out, r.n ? "%lld pack%s" : "No pack yet%.0lld%s", (long long)r.n,
             r.n ? text_s(r.n) : ": they are made when the agenda of a meeting closes");
    if (out_form(c->out) != OUT_PLAIN) { /* one table is enough for scripts */
        put_coming(&r);
    }
    return EXIT_OK;
}

/* ---- one pack -------------------------------------------------------------------------------- */

struct chosen {
    const struct committee *forum;
    day_t meeting;
};

static int
read_meeting(const struct cli *c, day_t *ret)
{
    const char *day = cli_arg(c, 1);
    return day_parse(day, ret) < 0
               ? cli_fail(c, EXIT_USAGE, "MEETING: \"%s\" %s", day, day_refusal(day))
               : EXIT_OK;
}

/* FORUM MEETING. EXIT_OK or the exit code. */
static int
choose(struct reading *r, struct chosen *ret)
{
    const char *forum = cli_arg(r->c, 0);
    ret->forum = committee_by_id(&r->w->committees, forum);
    if (!ret->forum) {
        AUTO_TEXT struct text ids = { 0 };
        for (size_t i = 0; i < r->w->committees.n; i++) {
            text_addf(&ids, "%s%s", i ? " " : "which there are: ", r->w->committees.list[i].id);
        }
        return cli_fail_hint(r->c, EXIT_NOT_MET, ids.len ? text_str(&ids) : NULL,
                             "there is no forum '%s'", forum);
    }
    return read_meeting(r->c, &ret->meeting);
}

/* 0 html, 1 text, 2 csv. A terminal gets the text. */
static int
format_of(const struct cli *c)
{
    const char *format = cli_option(c, "format");
    const char *path = cli_option(c, "out");
    const char *dot = path ? strrchr(path, '.') : NULL;
    if (!format && dot) {
        format = strcmp(dot, ".html") == 0 ? "html" : strcmp(dot, ".csv") == 0 ? "csv" : "text";
    }
    return !format || strcmp(format, "text") == 0 ? 1 : strcmp(format, "csv") == 0 ? 2 : 0;
}

struct showing {
    struct reading *r;
    int code;
};

/* Columns of pack_get: .. 7 html 8 plain 9 csv .. 14 reason 15 issued_by. */
static int
show_bytes(void *arg, const struct row *row)
{
    struct showing *s = arg;
    size_t n = 0;
    const char *bytes = row_blob(row, 7 + format_of(s->r->c), &n);
    s->code = cli_deliver(s->r->c, bytes ? bytes : "", n);
    return 1;
}

static int
show_facts(void *arg, const struct row *row)
{
    struct showing *s = arg;
    struct out *out = s->r->c->out;
    char day[DAY_TEXT_MAX];
    char at[INSTANT_TEXT_MAX];
    size_t n = 0;
    out_field(out, "forum", NULL, "%s", row_text_or(row, 1, ""));
    out_field(out, "meeting", NULL, "%s", day_format((day_t)row_i64(row, 2), day));
    out_field(out, "phase", NULL, "%s", row_text_or(row, 3, ""));
    out_field_int(out, "rev", NULL, row_i64(row, 4));
    out_field(out, "made", NULL, "%s", instant_text(s->r, row_i64(row, 5), at));
    out_field(out, "headline", NULL, "%s", row_text_or(row, 6, ""));
    out_field(out, "html_sha256", NULL, "%s", row_text_or(row, 10, ""));
    out_field(out, "text_sha256", NULL, "%s", row_text_or(row, 11, ""));
    out_field(out, "csv_sha256", NULL, "%s", row_text_or(row, 12, ""));
    out_field(out, "reason", NULL, "%s", row_text_or(row, 14, ""));
    out_field(out, "issued_by", NULL, "%s", row_text_or(row, 15, ""));
    const char *text = row_blob(row, 8, &n);
    out_field(out, "text", NULL, "%.*s", (int)n, text ? text : "");
    return 1;
}

int
cmd_pack_show(struct cli *c)
{
    AUTO_READING struct reading r = { 0 };
    struct showing s = { .r = &r, .code = EXIT_OK };
    struct chosen chosen = { .meeting = DAY_NONE };
    int64_t id = 0;
    const char *phase = cli_flag(c, "draft") ? "draft" : "final";
    int code = reading_open(c, &r);
    code = code == EXIT_OK ? choose(&r, &chosen) : code;
    if (code != EXIT_OK) {
        return code;
    }
    int64_t rev = cli_count(c, "rev", 0);
    if (rev == 0 && cli_option(c, "rev")) {
        return cli_fail(c, EXIT_USAGE, "--rev: versions are counted from 1");
    }
    const struct arg name[] = { T(chosen.forum->id), I(chosen.meeting), T(phase), I(rev) };
    int found = rev ? store_get(c->store, Q_PACK_OF_REV, name, 4, &id, &r.why)
                    : store_get(c->store, Q_PACK_FIND, name, 3, &id, &r.why);
    if (found == 0) {
        return cli_fail_hint(c, EXIT_NOT_MET, "see: coprodctl pack list; pack preview shows what "
                             "it would be now", "there is no %s pack of %s for %s%s", phase,
                             chosen.forum->id, cli_arg(c, 1), rev ? " of that version" : "");
    }
    bool is_json = out_form(c->out) == OUT_JSON && !cli_option(c, "out");
    found = found < 0 ? found
                      : store_each(c->store, Q_PACK_GET, WITH(I(id)),
                                   is_json ? show_facts : show_bytes, &s, &r.why);
    return found < 0 ? reading_fail(&r, found) : s.code;
}

/* A paper is of a meeting that there is. */
static int
check_meeting(struct reading *r, const struct chosen *x)
{
    assert(x->forum); /* who has chosen has one */
    const struct meetings *all = &x->forum->meetings;
    char day[DAY_TEXT_MAX];
    AUTO_TEXT struct text next = { 0 };
    if (all->n == 0) {
        return cli_fail_hint(r->c, EXIT_NOT_MET,
                             "give its days in forums.yaml (meetings: or meetings_rule:), then "
                             "coprodctl reload; until then notices for it leave on their own day",
                             "no meeting date of %s is known: it gets no papers", x->forum->id);
    }
    if (meeting_from(all, x->meeting) == x->meeting) {
        return EXIT_OK;
    }
    day_t meeting = meeting_from(all, reading_today(r));
    text_addf(&next,
              meeting == DAY_NONE ? "no meeting to come is in forums.yaml%s" : "the next is on %s",
              day_format(meeting, day));
    return cli_fail_hint(r->c, EXIT_NOT_MET, text_str(&next), "%s holds no meeting on %s",
                         x->forum->id, cli_arg(r->c, 1));
}

int
cmd_pack_preview(struct cli *c)
{
    AUTO_READING struct reading r = { 0 };
    AUTO_PACK_PAPER struct pack_paper paper = { .html = { 0 } };
    struct chosen chosen = { .meeting = DAY_NONE };
    int code = reading_open(c, &r);
    code = code == EXIT_OK ? choose(&r, &chosen) : code;
    code = code == EXIT_OK ? check_meeting(&r, &chosen) : code;
    if (code != EXIT_OK) {
        return code;
    }
    const struct pack_order order = { .forum = chosen.forum, .meeting = chosen.meeting,
                                      .phase = PACK_PREVIEW, .now_ms = reading_now_ms(&r) };
    int made = pack_render(r.w, c->store, &order, &paper, &r.why);
    if (made < 0) {
        return reading_fail(&r, made);
    }
    if (out_form(c->out) == OUT_JSON && !cli_option(c, "out")) {
        char day[DAY_TEXT_MAX];
        out_field(c->out, "forum", NULL, "%s", chosen.forum->id);
        out_field(c->out, "meeting", NULL, "%s", day_format(chosen.meeting, day));
        out_field(c->out, "phase", NULL, "preview");
        out_field(c->out, "headline", NULL, "%s", text_str(&paper.headline));
        out_field(c->out, "text", NULL, "%s", text_str(&paper.plain));
        return EXIT_OK;
    }
    const struct text *forms[] = { &paper.html, &paper.plain, &paper.csv };
    const struct text *form = forms[format_of(c)];
    return cli_deliver(c, text_str(form), form->len);
}

/* ---- reissue --------------------------------------------------------------------------------- */

int
cmd_pack_reissue(struct cli *c)
{
    struct hubcall call = { .verb = "pack-reissue" };
    day_t meeting = DAY_NONE;
    int code = read_meeting(c, &meeting);
    if (code != EXIT_OK || (code = cli_require(c, "reason")) != EXIT_OK) {
        return code;
    }
    hubcall_add(&call, "forum", cli_arg(c, 0));
    hubcall_add(&call, "meeting", cli_arg(c, 1));
    hubcall_add_options(c, &call);
    return hubcall_do(c, &call);
}

/* ---- verify ---------------------------------------------------------------------------------- */

struct verifying {
    struct reading *r;
    int n_bad;
    int error;
};

static int
verify_row(void *arg, const struct row *row)
{
    struct verifying *v = arg;
    struct out *out = v->r->c->out;
    struct pack_check check;
    v->error = pack_verify(v->r->c->store, row_i64(row, 0), &check, &v->r->why);
    if (v->error < 0) {
        return v->error;
    }
    out_text(out, check.name);
    out_tint(out, check.words[0] ? TINT_BAD : TINT_GOOD);
    out_bool(out, check.words[0] == '\0');
    out_text(out, check.words);
    v->n_bad += check.words[0] != '\0';
    v->r->n++;
    return 0;
}

int
cmd_pack_verify(struct cli *c)
{
    static const struct column columns[] = { { .key = "pack", .head = "PACK" },
                                             { .key = "good", .head = "GOOD" },
                                             { .key = "why", .head = "WHY" },
                                             { 0 } };
    AUTO_READING struct reading r = { 0 };
    struct verifying v = { .r = &r };
    int code = reading_open(c, &r);
    if (code != EXIT_OK) {
        return code;
    }
    out_table(c->out, "packs", columns);
    int found = store_each(c->store, Q_PACK_LIST, NONE, verify_row, &v, &r.why);
    if (found < 0) {
        return reading_fail(&r, found);
    }
    out_note(c->out, "%lld pack%s, %d not as frozen", (long long)r.n, text_s(r.n), v.n_bad);
    return v.n_bad ? EXIT_NOT_MET : EXIT_OK;
}
