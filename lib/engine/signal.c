/* SPDX-License-Identifier: MIT */
/* signal.c - telling people of signals: whom, in which words, and one frozen mail for each. */
#include "engine/signal.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "engine/quote.h"
#include "engine/release.h"
#include "store/audit.h"

enum { KEY_MAX = 3 * OCC_NAME_MAX, KEY_HEX = 32, ROLES_MAX = 64, SENTENCE_MAX = 256 };

/* One letter and the people who get it. */
struct letter {
    struct signal_desk *d;
    enum notice_kind kind;
    const char *key; /* without the person */
    const char *lines[NOTICE_LINES_MAX];
    size_t n_lines;
    int n_more;
    bool is_worse, is_better, persists;
    struct {
        char role[OCC_NAME_MAX];
        enum notice_why why;
    } to[ROLES_MAX];
    size_t n_to;
    struct occurrence o; /* of the action, for its due day and state */
    struct text text, metric, timescale;                  /* of the action */
    struct text title, version, url, formats, forum, owner_title; /* of the plan */
    char owner[OCC_NAME_MAX], owner_mail[WORLD_NAME_MAX], secretary[OCC_NAME_MAX];
    struct err *reterr;
};
struct addressee {
    char title[WORLD_NAME_MAX], email[WORLD_NAME_MAX];
    enum notice_format format;
};

static void
letter_freep(struct letter *l)
{
    struct text *all[] = { &l->text, &l->metric,  &l->timescale, &l->title,      &l->version,
                           &l->url,  &l->formats, &l->forum,     &l->owner_title };
    for (size_t i = 0; i < LENGTH(all); i++) {
        text_done(all[i]);
    }
}
#define AUTO_LETTER __attribute__((cleanup(letter_freep)))

/* ---- the action that is measured ------------------------------------------------------------- */

struct action_search {
    struct signal_desk *d;
    const char *plan, *action;
    int n;
};

static int
match_action(void *arg, const struct row *row)
{
    struct action_search *q = arg;
    bool is_it = strcmp(row_text_or(row, 1, ""), q->action) == 0 && !row_i64(row, 8)
                 && (!q->plan || strcmp(row_text_or(row, 0, ""), q->plan) == 0);
    if (!is_it) {
        return 0;
    }
    q->n++;
    int r = text_copy(q->d->plan, sizeof q->d->plan, row_text_or(row, 0, ""));
    return r < 0 ? r : text_copy(q->d->action, sizeof q->d->action, q->action);
}

int
signal_desk_open(struct store *s, const struct trend_options *opt, struct signal_desk *ret,
                 struct err *reterr)
{
    const struct survey_trends *how = &opt->def->trends;
    *ret = (struct signal_desk){ .store = s, .opt = opt };
    if (!how->action) {
        return 0;
    }
    struct action_search q = { ret, how->plan, how->action, 0 };
    int r = store_each(s, Q_ACTION_LIST, NONE, match_action, &q, reterr);
    if (q.n != 1) { /* none, or several plans have it: then it is nobody's */
        ret->plan[0] = '\0';
        ret->action[0] = '\0';
    }
    return r < 0 ? r : 0;
}

/* ---- people and facts ------------------------------------------------------------------------ */

static int
add_person(struct letter *l, const char *role, enum notice_why why)
{
    for (size_t i = 0; i < l->n_to; i++) {
        if (strcmp(l->to[i].role, role) == 0) {
            return 0;
        }
    }
    if (l->n_to == ROLES_MAX || !role[0]) {
        return 0;
    }
    l->to[l->n_to].why = why;
    return text_copy(l->to[l->n_to++].role, OCC_NAME_MAX, role);
}

static int
take_lead(void *arg, const struct row *row)
{
    struct letter *l = arg;
    const char *duty = row_text_or(row, 0, "");
    bool is_lead = strcmp(duty, "lead") == 0;
    bool is_joint = strcmp(duty, "joint") == 0;
    return is_lead || is_joint ? add_person(l, row_text_or(row, 1, ""),
                                            is_lead ? NOTICE_WHY_LEAD : NOTICE_WHY_JOINT_LEAD)
                               : 0;
}

static int
take_occurrence(void *arg, const struct row *row)
{
    struct letter *l = arg;
    struct occurrence o;
    int r = occurrence_from_row(&o, row);
    if (r < 0 || o.duty.state == ACTION_WITHDRAWN || o.duty.state == ACTION_SUPERSEDED) {
        return r;
    }
    if (l->o.id == 0 || action_is_open(o.duty.state)) {
        l->o = o;
    }
    bool is_told = l->kind == NOTICE_MISSING || !l->persists;
    r = is_told ? store_each(l->d->store, Q_OCCURRENCE_ROLES, WITH(I(o.id)), take_lead, l,
                             l->reterr)
                : 0;
    return r < 0 ? r : 0;
}

static int
take_action(void *arg, const struct row *row)
{
    struct letter *l = arg;
    text_add(&l->text, row_text_or(row, 3, ""));
    text_add(&l->metric, row_text_or(row, 4, ""));
    text_add(&l->timescale, row_text_or(row, 5, ""));
    return 1;
}

static int
take_plan(void *arg, const struct row *row)
{
    struct letter *l = arg;
    text_add(&l->title, row_text_or(row, 1, ""));
    const char *version = row_text_or(row, 2, "");
    bool is_number = version[0] >= '0' && version[0] <= '9'; /* no word that a reader knows */
    text_addf(&l->version, "%s%s", is_number ? "Version " : "", version);
    text_add(&l->forum, row_text_or(row, 7, ""));
    text_add(&l->url, row_text_or(row, 11, ""));
    text_add(&l->formats, row_text_or(row, 12, ""));
    int r = text_copy(l->owner, sizeof l->owner, row_text_or(row, 4, ""));
    return r < 0 ? r : text_copy(l->secretary, sizeof l->secretary, row_text_or(row, 8, ""));
}

/* Columns of role_get: id title kind email deputy line_manager director locale format. */
static int
take_addressee(void *arg, const struct row *row)
{
    struct addressee *a = arg;
    const char *format = row_text_or(row, 8, "both");
    a->format = strcmp(format, "text") == 0    ? NOTICE_FORMAT_TEXT
                : strcmp(format, "large") == 0 ? NOTICE_FORMAT_LARGE
                                               : NOTICE_FORMAT_BOTH;
    int r = text_copy(a->title, sizeof a->title, row_text_or(row, 1, ""));
    return r < 0 ? r : text_copy(a->email, sizeof a->email, row_text_or(row, 3, ""));
}

static int
addressee_get(const struct letter *l, const char *role, struct addressee *ret)
{
    *ret = (struct addressee){ .title = "" };
    int r = store_each(l->d->store, Q_ROLE_GET, WITH(T(role)), take_addressee, ret, l->reterr);
    return r < 0 ? r : 0;
}

static int
letter_fill(struct letter *l)
{
    const struct signal_desk *d = l->d;
    int r = store_each(d->store, Q_PLAN_GET, WITH(T(d->plan)), take_plan, l, l->reterr);
    r = r < 0 ? r
              : store_each(d->store, Q_ACTION_GET, WITH(T(d->plan), T(d->action)), take_action, l,
                           l->reterr);
    r = r < 0 ? r
              : store_each(d->store, Q_OCCURRENCE_OF_ACTION, WITH(T(d->plan), T(d->action)),
                           take_occurrence, l, l->reterr);
    if (r >= 0 && l->persists) {
        r = add_person(l, l->secretary, NOTICE_WHY_SECRETARY);
    }
    struct addressee owner = { .title = "" };
    r = r < 0 ? r : addressee_get(l, l->owner, &owner);
    text_add(&l->owner_title, owner.title);
    return r < 0 ? r : text_copy(l->owner_mail, sizeof l->owner_mail, owner.email);
}

/* ---- one mail -------------------------------------------------------------------------------- */

static int
offset_min(const struct world *w, int64_t at_ms)
{
    enum { MS_DAY = 86400000, MS_HALF = MS_DAY / 2 };
    int64_t utc = ((at_ms % MS_DAY) + MS_DAY) % MS_DAY;
    int64_t offset = zone_local_ms(w->zone, at_ms) - utc;
    offset += offset < -MS_HALF ? MS_DAY : offset > MS_HALF ? -MS_DAY : 0;
    return (int)(offset / 60000);
}

static int
render(const struct letter *l, enum notice_why why, const struct addressee *to, int64_t at_ms,
       struct notice_text *words)
{
    const struct world *w = l->d->opt->world;
    const struct notice_item item = {
        .ref = l->d->action,
        .occurrence = l->d->action,
        .text = text_str(&l->text),
        .timescale = text_str(&l->timescale),
        .metric = text_str(&l->metric),
        .lead = "",
        .due = l->o.id ? l->o.duty.due : l->d->opt->today,
        .state = l->o.id ? l->o.duty.state : ACTION_OPEN,
        .why = why,
        .next_day = DAY_NONE,
    };
    const struct notice_model model = {
        .kind = l->kind,
        .plan_id = l->d->plan,
        .plan_title = text_str(&l->title),
        .plan_version = text_str(&l->version),
        .plan_url = l->url.len ? text_str(&l->url) : NULL,
        .formats = l->formats.len ? text_str(&l->formats) : w->formats,
        .trust = w->trust,
        .forum = text_str(&l->forum),
        .owner = text_str(&l->owner_title),
        .to_role = to->title,
        .format = to->format,
        .today = world_day(w, at_ms),
        .at_ms = at_ms,
        .host = w->host,
        .items = &item,
        .n_items = 1,
        .n_more = l->n_more,
        .lines = l->lines,
        .n_lines = l->n_lines,
        .is_worse = l->is_worse,
        .is_better = l->is_better,
        .persists = l->persists,
    };
    return notice_render(w->templates, &model, words, l->reterr);
}

static void
hex_of(const char *purpose, const char *name, char hex[DIGEST_HEX_MAX])
{
    struct hash h;
    hash_begin(&h, purpose);
    hash_add_str(&h, name);
    struct digest d = hash_end(&h);
    (void)hash_hex(&d, hex);
    hex[KEY_HEX] = '\0';
}

static int
freeze(const struct letter *l, const struct addressee *to, const char *hex, int64_t at_ms,
       const struct notice_text *words, struct text *mail)
{
    const struct world *w = l->d->opt->world;
    char thread[DIGEST_HEX_MAX];
    char list[OCC_NAME_MAX + WORLD_NAME_MAX + 8];
    const char *threads[] = { thread };
    hex_of("coprod survey thread 1", l->d->opt->def->id, thread);
    (void)snprintf(list, sizeof list, "%s.%s", l->d->plan, w->host);
    const struct notice_envelope e = { .from = { w->from_name, w->mail_from },
                                       .to = { to->title, to->email },
                                       .reply_to = { text_str(&l->owner_title), l->owner_mail },
                                       .key = hex,
                                       .host = w->host,
                                       .threads = threads,
                                       .n_threads = 1,
                                       .list_id = list,
                                       .list_name = text_str(&l->title),
                                       .date_ms = at_ms,
                                       .offset_min = offset_min(w, at_ms) };
    return notice_mail(&e, words, mail, l->reterr);
}

static int
record(const struct letter *l, int64_t notice, const char *role, int64_t at_ms)
{
    char key[64];
    char detail[SENTENCE_MAX];
    char subject[2 * OCC_NAME_MAX];
    (void)snprintf(key, sizeof key, "deliver|%lld", (long long)notice);
    const struct job_order order = { .kind = JOB_KIND_DELIVER, .key = key, .run_at_ms = at_ms,
                                     .subject = notice };
    int r = job_order_add(l->d->store, &order, l->d->opt->now_ms, l->reterr);
    if (r < 0) {
        return r;
    }
    (void)snprintf(detail, sizeof detail, "survey %s to %.120s, notice %lld", l->d->opt->def->id,
                   role, (long long)notice);
    (void)snprintf(subject, sizeof subject, "%s:%s", l->d->plan, l->d->action);
    l->d->n_notices++;
    return audit_append(l->d->store,
                        &(struct audit_entry){ .at_ms = l->d->opt->now_ms, .actor = "coprod",
                                               .on_behalf = "",
                                               .event = notice_kind_word(l->kind),
                                               .subject = subject, .detail = detail },
                        l->reterr);
}

static int
write_to(struct letter *l, const char *role, enum notice_why why, const char *because)
{
    char key[KEY_MAX];
    char hex[DIGEST_HEX_MAX];
    int64_t known = 0;
    (void)snprintf(key, sizeof key, "%s|%s", l->key, role);
    int r = store_get(l->d->store, Q_NOTICE_ID_OF_KEY, WITH(T(key)), &known, l->reterr);
    if (r != 0) {
        return r < 0 ? r : 0;
    }
    struct addressee to;
    r = addressee_get(l, role, &to);
    if (r >= 0 && !notice_address_ok(to.email)) { /* the owner finds somebody */
        memcpy(to.email, l->owner_mail, sizeof to.email);
        because = "owns the plan; the lead has no address";
    }
    if (r < 0 || !notice_address_ok(to.email)) {
        return r; /* nobody can be told; the signal stands in the lists all the same */
    }
    int64_t at_ms = world_window(l->d->opt->world, l->d->opt->now_ms);
    AUTO_NOTICE_TEXT struct notice_text words = { 0 };
    AUTO_TEXT struct text mail = { 0 };
    AUTO_TEXT struct text message_id = { 0 };
    int64_t id = 0;
    hex_of("coprod notice 1", key, hex);
    r = render(l, why, &to, at_ms, &words);
    r = r < 0 ? r : freeze(l, &to, hex, at_ms, &words, &mail);
    r = r < 0 ? r : notice_message_id(hex, l->d->opt->world->host, &message_id);
    r = r < 0 ? r : store_ids(l->d->store, "notice", 1, &id, l->reterr);
    if (r < 0) {
        return r;
    }
    r = store_run(l->d->store, Q_NOTICE_ADD,
                  WITH(I(id), T(key), T(notice_kind_word(l->kind)), T(l->d->plan), NIL,
                       T(l->persists ? "persists" : "survey"), T(role), T(to.email), T(because),
                       T(text_str(&words.subject)), T(text_str(&words.plain)),
                       B(text_str(&mail), mail.len), T(text_str(&message_id)), I(1),
                       I(l->d->opt->now_ms)),
                  l->reterr);
    return r < 0 ? r : record(l, id, role, at_ms);
}

static int
write_letter(struct letter *l)
{
    int r = letter_fill(l);
    for (size_t i = 0; r >= 0 && i < l->n_to; i++) {
        r = write_to(l, l->to[i].role, l->to[i].why,
                     l->persists ? "secretary of the responsible forum" : "leads the action");
    }
    return r;
}

/* ---- words ----------------------------------------------------------------------------------- */

/* The latest figure, when the disclosure rule has let it out. */
static int
add_published(const struct signal_desk *d, const struct signal_news *news, struct text *out,
              struct err *reterr)
{
    const struct trend_row *row = &news->trend->rows[trend_latest(news->trend)];
    AUTO_QUOTES struct quotes quotes = { 0 };
    int r = quotes_load(d->store, news->measure, row->month, &quotes, reterr);
    if (r >= 0 && quotes_find(&quotes, news->measure->path)) {
        text_addc(out, ' ');
        quotes_say(&quotes, news->measure, news->trend, out);
    }
    return r;
}

/* Those that opened, or those that persist, in one letter. */
static int
tell_some(struct signal_desk *d, const struct signal_news *news, size_t n, bool persists,
          struct err *reterr)
{
    AUTO_LETTER struct letter l = { .d = d, .kind = NOTICE_SIGNAL, .persists = persists,
                                    .reterr = reterr };
    struct text lines[NOTICE_LINES_MAX] = { { 0 } };
    char key[64] = "";
    int r = 0;
    for (size_t i = 0; r >= 0 && i < n; i++) {
        if (news[i].persists != persists) {
            continue;
        }
        l.is_worse = l.is_worse || news[i].verdict == SPC_IS_CONCERN;
        l.is_better = l.is_better || news[i].verdict == SPC_IS_IMPROVEMENT;
        if (l.n_lines == NOTICE_LINES_MAX) {
            l.n_more++;
            continue;
        }
        if (l.n_lines == 0) {
            (void)snprintf(key, sizeof key, "signal|%lld|%s", (long long)news[i].id,
                           persists ? "persists" : "opens");
        }
        struct text *line = &lines[l.n_lines];
        trend_words(news[i].trend, news[i].verdict, line);
        r = add_published(d, &news[i], line, reterr);
        l.lines[l.n_lines++] = text_str(line);
    }
    l.key = key;
    r = r < 0 || l.n_lines == 0 ? r : write_letter(&l);
    for (size_t i = 0; i < NOTICE_LINES_MAX; i++) {
        text_done(&lines[i]);
    }
    return r;
}

int
signal_tell(struct signal_desk *d, const struct signal_news *news, size_t n, struct err *reterr)
{
    if (!d->action[0]) {
        return 0;
    }
    int r = tell_some(d, news, n, false, reterr);
    return r < 0 ? r : tell_some(d, news, n, true, reterr);
}

int
signal_tell_missing(struct signal_desk *d, int32_t month, struct err *reterr)
{
    const struct definition *def = d->opt->def;
    AUTO_TEXT struct text line = { 0 };
    char name[32];
    char due[64];
    char key[OCC_NAME_MAX + 32];
    day_t closing = release_closing_day(def, &d->opt->world->calendar, month);
    text_addf(&line, "%s: answers of %s, which were due by %s.", def->title,
              trend_month(month, name), day_words(closing, due, sizeof due));
    (void)snprintf(key, sizeof key, "missing|%s|%d", def->id, (int)month);
    AUTO_LETTER struct letter l = { .d = d, .kind = NOTICE_MISSING, .key = key,
                                    .lines = { text_str(&line) }, .n_lines = 1,
                                    .reterr = reterr };
    return write_letter(&l);
}
