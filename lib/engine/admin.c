/* SPDX-License-Identifier: MIT */
/* admin.c - mails to whoever looks after the machine. */
#include "engine/admin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/fault.h"
#include "engine/hearing.h"
#include "engine/outgoing.h"
#include "notice/said.h"
#include "engine/post.h"
#include "store/audit.h"

enum { AFTER_MS = 5 * 60 * 1000, LINES_OF_ROLES = 18, MONTHS = 3, MS_MINUTE = 60000 };

static const char *const words[ADMIN_TOPIC_MAX_] = { [ADMIN_CATCHUP] = "catchup",
                                                     [ADMIN_CEILING] = "ceiling",
                                                     [ADMIN_UNDELIVERED] = "undelivered",
                                                     [ADMIN_DRILL] = "drill",
                                                     [ADMIN_FAULT] = "fault",
                                                     [ADMIN_TEST] = ADMIN_TEST_STEP };

/* One says all that is open when it is written: beside another, chance would say which is it. */
static int
fault_mail_waits(struct store *s, struct err *reterr)
{
    int64_t yes = 0;
    return store_get(s, Q_JOB_FAULT_WAITS, NONE, &yes, reterr);
}

int
admin_order(const struct world *w, struct store *s, enum admin_topic topic, int64_t now_ms,
            struct err *reterr)
{
    char key[64];
    char detail[64];
    char day[DAY_TEXT_MAX];
    (void)day_format(world_day(w, now_ms), day);
    (void)snprintf(key, sizeof key, "admin|%s|%s", words[topic], day);
    (void)snprintf(detail, sizeof detail, "admin %s|%s", words[topic], day);
    const struct job_order order = { .kind = JOB_KIND_REMIND, .key = key, .detail = detail,
                                     .run_at_ms = world_window(w, now_ms) + AFTER_MS };
    int waits = topic == ADMIN_FAULT ? fault_mail_waits(s, reterr) : 0;
    int r = waits != 0 ? waits : job_order_add(s, &order, now_ms, reterr);
    return r < 0 ? r : 0;
}

int
admin_test(const struct world *w, struct store *s, int64_t now_ms, struct err *reterr)
{
    char key[64];
    char detail[64];
    char day[DAY_TEXT_MAX];
    int minute = (int)(zone_local_ms(w->zone, now_ms) / MS_MINUTE);
    (void)day_format(world_day(w, now_ms), day);
    (void)snprintf(key, sizeof key, "admin|%s|%s %02d:%02d", words[ADMIN_TEST], day, minute / 60,
                   minute % 60);
    (void)snprintf(detail, sizeof detail, "admin %s|%s %02d:%02d", words[ADMIN_TEST], day,
                   minute / 60, minute % 60);
    const struct job_order order = { .kind = JOB_KIND_REMIND, .key = key, .detail = detail,
                                     .run_at_ms = now_ms };
    return job_order_add(s, &order, now_ms, reterr);
}

/* ---- the monthly drill ----------------------------------------------------------------------- */

/* The first working day of a month, n months from the one of `day`. */
static day_t
drill_day(const struct world *w, day_t day, int n, char name[MONTH_TEXT_MAX])
{
    int32_t at = day_month(day) + n;
    (void)month_format(at, name);
    return calendar_roll_forward(&w->calendar, month_first_day(at));
}

/* Since when drills are wanted: the first tick of a store. What was before is not made up for. */
static int
drill_since(struct standing_ask *ask, int64_t *ret, struct err *reterr)
{
    char text[32];
    *ret = ask->now_ms;
    int r = store_setting_get(ask->s, "drill.since_ms", text, sizeof text, reterr);
    if (r > 0 && text_to_i64(text, 0, INT64_MAX, ret) >= 0) {
        return 0;
    }
    (void)snprintf(text, sizeof text, "%" PRId64, ask->now_ms);
    return r < 0 ? r : store_setting_set(ask->s, "drill.since_ms", text, reterr);
}

static int
take_since(void *arg, const struct row *row)
{
    int64_t *since = arg;
    *since = row_i64(row, 3) < *since ? row_i64(row, 3) : *since;
    return 0;
}

/* What stays bad is said again on the first working day of each week. */
static int
look_faults(struct standing_ask *ask, struct err *reterr)
{
    enum { DAYS_WEEK = 7 };
    int64_t since = INT64_MAX;
    day_t monday = day_monday(world_day(ask->w, ask->now_ms));
    int waits = fault_mail_waits(ask->s, reterr);
    int r = waits < 0 ? waits : 0;
    for (size_t i = 0; r >= 0 && fault_kind_read(i); i++) {
        r = store_each(ask->s, Q_FAULT_LIST, WITH(T(fault_kind_read(i))), take_since, &since,
                       reterr);
    }
    for (int week = 0; r >= 0 && week <= 1; week++) {
        char name[DAY_TEXT_MAX];
        day_t day = calendar_roll_forward(&ask->w->calendar, monday + week * DAYS_WEEK);
        int64_t at = world_send_ms(ask->w, day);
        bool is_said = at < since || (waits > 0 && at <= ask->now_ms);
        r = is_said ? 0
                    : standing_say(ask, words[ADMIN_FAULT], day_format(day, name), at, reterr);
    }
    return r < 0 ? r : 0;
}

static int
look_drill(struct standing_ask *ask, struct err *reterr)
{
    int64_t since = 0;
    int r = drill_since(ask, &since, reterr);
    for (int n = -1; r >= 0 && n < MONTHS - 1; n++) {
        char name[MONTH_TEXT_MAX];
        day_t day = drill_day(ask->w, world_day(ask->w, ask->now_ms), n, name);
        int64_t at = world_send_ms(ask->w, day);
        r = at < since ? 0 : standing_say(ask, words[ADMIN_DRILL], name, at, reterr);
    }
    return r < 0 ? r : 0;
}

int
admin_look(struct standing_ask *ask, struct err *reterr)
{
    int r = look_drill(ask, reterr);
    return r < 0 ? r : look_faults(ask, reterr);
}

/* ---- what there is to say -------------------------------------------------------------------- */

struct admin_page {
    struct post post;
    const struct world *w;
    struct store *s;
    int64_t now_ms;
    enum admin_topic topic;
    const char *name; /* its day or month */
    struct text headline, lines[NOTICE_LINES_MAX + 1]; /* the last: what has no room */
    size_t n;
    int n_more; /* roles that did not fit */
    bool is_told; /* all of it, this week: there is nothing to say */
    bool is_inbox; /* what is being listed */
    int64_t n_waiting, n_people;
    struct err *reterr;
};

static void
page_done(struct admin_page *p)
{
    post_done(&p->post);
    text_done(&p->headline);
    for (size_t i = 0; i <= NOTICE_LINES_MAX; i++) {
        text_done(&p->lines[i]);
    }
}

/* One more sentence; its facts are added to what is returned. */
static struct text *
say(struct admin_page *p, enum word word)
{
    struct text *line = &p->lines[p->n < NOTICE_LINES_MAX ? p->n++ : NOTICE_LINES_MAX];
    said_begin(line, word);
    return line;
}

static int
take_waiting(void *arg, const struct row *row)
{
    struct admin_page *p = arg;
    p->n_waiting = row_i64(row, 0);
    p->n_people = row_i64(row, 1);
    return 1;
}

/* Of one post; NULL: there is no room. */
static struct text *
say_of(struct admin_page *p, enum word word, const char *title)
{
    if (p->n == LINES_OF_ROLES) {
        p->n_more++;
        return NULL;
    }
    struct text *line = say(p, word);
    said_text(line, FACT_ROLE, title);
    return line;
}

/* Columns of notice_waiting_roles and notice_refused_roles: title count. */
static void
say_count(struct admin_page *p, enum word word, const struct row *row)
{
    struct text *line = say_of(p, word, row_text_or(row, 0, ""));
    if (line) {
        said_int(line, FACT_N, row_i64(row, 1));
    }
}

static int
say_role(void *arg, const struct row *row)
{
    say_count(arg, WORD_ADMIN_OF, row);
    return 0;
}

static int
say_refused(void *arg, const struct row *row)
{
    say_count(arg, WORD_ADMIN_REFUSED, row);
    return 0;
}

/* Columns of catch_roles: title, words, count. */
static int
say_caught(void *arg, const struct row *row)
{
    struct text *line = say_of(arg, WORD_ADMIN_CAUGHT, row_text_or(row, 0, ""));
    if (line) {
        said_int(line, FACT_N, row_i64(row, 2));
        said_reason(line, FACT_WORDS, row_text_or(row, 1, ""));
    }
    return 0;
}

/* Columns of quarantine_list: id title words .. */
static int
say_quarantined(void *arg, const struct row *row)
{
    struct text *line = say_of(arg, WORD_ADMIN_CAME_BACK, row_text_or(row, 1, ""));
    if (line) {
        said_reason(line, FACT_WORDS, row_text_or(row, 2, ""));
    }
    return 0;
}

static int
fill_catchup(struct admin_page *p)
{
    struct outgoing out;
    int r = outgoing_get(p->s, p->now_ms, &out, p->reterr);
    if (r < 0) {
        return r;
    }
    said_begin(&p->headline, WORD_ADMIN_HELD);
    said_int(&p->headline, FACT_N, p->n_waiting);
    said_int(&p->headline, FACT_PEOPLE, p->n_people);
    if (out.is_held) {
        said_reason(say(p, WORD_ADMIN_WHY), FACT_WORDS, out.why);
    } else {
        (void)say(p, WORD_ADMIN_LET_GO);
    }
    (void)say(p, WORD_ADMIN_LOOK);
    (void)say(p, WORD_ADMIN_RELEASE);
    if (out.is_held && out.until_ms != INT64_MAX) {
        said_day(say(p, WORD_ADMIN_UNTIL), FACT_DAY, world_day(p->w, out.until_ms));
    }
    r = store_each(p->s, Q_NOTICE_WAITING_ROLES, NONE, say_role, p, p->reterr);
    return r < 0 ? r : 0;
}

static int
fill_ceiling(struct admin_page *p)
{
    said_begin(&p->headline, WORD_ADMIN_CEILING);
    (void)say(p, WORD_ADMIN_CEILING_WHICH);
    (void)say(p, WORD_ADMIN_CEILING_LOOK);
    int r = store_each(p->s, Q_CATCH_ROLES, NONE, say_caught, p, p->reterr);
    return r < 0 ? r : 0;
}

/* Columns of fault_list: subject plan words since_ms told. */
static int
say_lead(void *arg, const struct row *row)
{
    struct admin_page *p = arg;
    struct person lead;
    int64_t leads = 0;
    const char *role = row_text_or(row, 0, "");
    int r = person_get(p->s, role, &lead, p->reterr);
    int hearing = r < 0 ? r : hearing_of(p->w, p->s, lead.email, p->reterr);
    r = hearing <= HEARING_OK ? hearing
                              : store_get(p->s, Q_ROLE_LEADS, WITH(T(role)), &leads, p->reterr);
    const char *title = lead.title[0] ? lead.title : role;
    struct text *line = r > 0 ? say_of(p, WORD_ADMIN_LEAD, title) : NULL;
    if (line) {
        said_reason(line, FACT_WORDS, hearing_words((enum hearing)hearing));
    }
    return r < 0 ? r : 0;
}

/* All that stands in this mail is told for this week. */
static int
note_told(struct admin_page *p, const char *kind)
{
    return store_run(p->s, Q_FAULT_TOLD,
                     WITH(I(day_monday(world_day(p->w, p->now_ms))), T(kind)), p->reterr);
}

/* Columns of fault_list: subject plan words since_ms told. */
static int
say_fault(void *arg, const struct row *row)
{
    struct admin_page *p = arg;
    AUTO_TEXT struct text one = { 0 };
    struct text *head = say(p, p->is_inbox ? WORD_FAULT_UNREAD : WORD_FAULT_SINCE);
    said_text(head, FACT_WORDS, row_text_or(row, 0, ""));
    said_day(head, FACT_DAY, world_day(p->w, row_i64(row, 3)));
    for (const char *at = row_text_or(row, 2, ""); fault_line(&at, &one);) {
        said_text(say(p, WORD_FAULT_PLACE), FACT_WORDS, text_str(&one));
    }
    p->is_told &= row_i64(row, 4) == day_monday(world_day(p->w, p->now_ms));
    return one.bad;
}

static int
fill_fault(struct admin_page *p)
{
    int64_t files = 0;
    int64_t waiting = 0;
    int r = store_get(p->s, Q_FAULT_COUNT, WITH(T(FAULT_FILE)), &files, p->reterr);
    r = r < 0 ? r : store_get(p->s, Q_FAULT_COUNT_SURVEYS, NONE, &waiting, p->reterr);
    p->is_told = true;
    said_begin(&p->headline, files > 0 ? WORD_FAULT_HEADLINE : WORD_FAULT_WAITING);
    (void)(files > 0 ? say(p, WORD_FAULT_GOES_ON) : NULL);
    (void)(waiting > 0 ? say(p, WORD_FAULT_WAIT) : NULL);
    (void)say(p, WORD_FAULT_MEND);
    for (size_t i = 0; r >= 0 && fault_kind_read(i); i++) {
        p->is_inbox = strcmp(fault_kind_read(i), FAULT_INBOX) == 0;
        r = store_each(p->s, Q_FAULT_LIST, WITH(T(fault_kind_read(i))), say_fault, p, p->reterr);
    }
    r = r < 0 || p->is_told ? r
                            : fault_tell_owners(p->w, p->s, p->now_ms, p->reterr);
    for (size_t i = 0; r >= 0 && fault_kind_read(i); i++) {
        r = note_told(p, fault_kind_read(i));
    }
    return r;
}

static int
fill_undelivered(struct admin_page *p)
{
    day_t since = DAY_NONE;
    said_begin(&p->headline, WORD_ADMIN_UNDELIVERED);
    int r = store_each(p->s, Q_QUARANTINE_LIST, NONE, say_quarantined, p, p->reterr);
    r = r < 0 ? r : store_each(p->s, Q_CATCH_ROLES, NONE, say_caught, p, p->reterr);
    r = r < 0 || day_parse(p->name, &since) < 0
            ? r
            : store_each(p->s, Q_NOTICE_REFUSED_ROLES, WITH(I(zone_instant(p->w->zone, since, 0))),
                         say_refused, p, p->reterr);
    r = r < 0 ? r : store_each(p->s, Q_FAULT_LIST, WITH(T(FAULT_ROLE)), say_lead, p, p->reterr);
    r = r < 0 ? r : note_told(p, FAULT_ROLE);
    (void)say(p, WORD_ADMIN_INSTEAD);
    (void)say(p, WORD_ADMIN_MEND);
    return r < 0 ? r : 0;
}

static int
fill_drill(struct admin_page *p)
{
    struct outgoing out;
    int64_t stopped = 0;
    int r = outgoing_get(p->s, p->now_ms, &out, p->reterr);
    r = r < 0 ? r : store_get(p->s, Q_QUARANTINE_COUNT, NONE, &stopped, p->reterr);
    if (r < 0) {
        return r;
    }
    said_begin(&p->headline, WORD_ADMIN_DRILL);
    said_text(&p->headline, FACT_WORDS, p->name);
    (void)say(p, WORD_ADMIN_MONTHLY);
    (void)say(p, WORD_ADMIN_SILENT);
    struct text *waiting = say(p, WORD_ADMIN_WAITING);
    said_int(waiting, FACT_N, p->n_waiting);
    said_int(waiting, FACT_PEOPLE, stopped);
    if (out.is_held) {
        said_reason(say(p, WORD_ADMIN_IS_HELD), FACT_WORDS, out.why);
    }
    return 0;
}

/* ---- one mail -------------------------------------------------------------------------------- */

/* Who is told: the admin by post or address, else the owner. */
static int
find_admin(struct admin_page *p)
{
    struct post *post = &p->post;
    bool is_address = strchr(p->w->admin, '@') != NULL;
    const char *role = is_address ? "admin" : p->w->admin[0] ? p->w->admin : post->owner;
    int r = 0;
    if (is_address) {
        post->to = (struct person){ .title = "Administrator", .is_known = true };
        r = text_copy(post->to.email, sizeof post->to.email, p->w->admin);
    } else {
        r = person_get(p->s, role, &post->to, p->reterr);
    }
    int hearing = r < 0 ? r : hearing_of(p->w, p->s, post->to.email, p->reterr);
    if (hearing > HEARING_OK) { /* the owner finds out */
        post->to = post->owner_person;
        role = post->owner;
    }
    return hearing < 0 ? hearing : text_copy(post->role, sizeof post->role, role);
}

static int
put_notice(const struct admin_page *p)
{
    const char *lines[NOTICE_LINES_MAX];
    const char *topic = words[p->topic];
    char key[128];
    char subject[64];
    int64_t id = 0;
    (void)snprintf(key, sizeof key, "admin|%s|%s", topic, p->name);
    for (size_t i = 0; i < p->n; i++) {
        lines[i] = text_str(&p->lines[i]);
    }
    struct notice_model m = post_model(&p->post, NOTICE_ADMIN);
    m.headline = text_str(&p->headline);
    m.lines = lines;
    m.n_lines = p->n;
    m.n_more = p->n_more;
    const struct post_order order = { .key = key, .kind = "admin", .step = topic,
                                      .why = "looks after the machine",
                                      .job_detail = p->topic == ADMIN_CATCHUP ? OUTGOING_SUMMARY
                                                                              : "",
                                      .run_at_ms = p->now_ms };
    int r = post_put(&p->post, &m, &order, &id);
    (void)snprintf(subject, sizeof subject, "notice %lld", (long long)id);
    return r <= 0 ? r
                  : audit_append(p->s,
                                 &(struct audit_entry){ .at_ms = p->now_ms, .actor = "coprod",
                                                        .event = "admin", .subject = subject,
                                                        .detail = topic },
                                 p->reterr);
}

int
admin_run(const struct world *w, struct store *s, const char *what, int64_t now_ms,
          struct err *reterr)
{
    static int (*const fill[ADMIN_TOPIC_MAX_])(struct admin_page *) = {
        [ADMIN_CATCHUP] = fill_catchup, [ADMIN_CEILING] = fill_ceiling,
        [ADMIN_UNDELIVERED] = fill_undelivered, [ADMIN_DRILL] = fill_drill,
        [ADMIN_FAULT] = fill_fault,       [ADMIN_TEST] = fill_drill,
    };
    __attribute__((cleanup(page_done))) struct admin_page p = {
        .w = w, .s = s, .now_ms = now_ms, .reterr = reterr,
        .post = { .w = w, .s = s, .now_ms = now_ms, .reterr = reterr },
    };
    size_t len = strcspn(what, "|");
    while (p.topic < ADMIN_TOPIC_MAX_
           && (strlen(words[p.topic]) != len || strncmp(words[p.topic], what, len) != 0)) {
        p.topic++;
    }
    if (p.topic == ADMIN_TOPIC_MAX_ || !what[len]) {
        return err_set(reterr, -ECANCELED, "'%.60s' is nothing that the admin is told", what);
    }
    p.name = what + len + 1;
    int r = post_open(&p.post, NULL);
    if (r == 0) {
        return 0;
    }
    r = r < 0 ? r : find_admin(&p);
    if (r < 0 || !notice_address_ok(p.post.to.email)) {
        return r; /* nobody there: status and doctor say the same */
    }
    r = store_each(s, Q_NOTICE_COUNT_WAITING, NONE, take_waiting, &p, reterr);
    r = r < 0 ? r : fill[p.topic](&p);
    return r < 0 || p.is_told ? (r < 0 ? r : 0) : put_notice(&p);
}

int
admin_is(const struct world *w, struct store *s, const char *role, struct err *reterr)
{
    __attribute__((cleanup(page_done))) struct admin_page p = {
        .w = w, .s = s, .reterr = reterr, .post = { .w = w, .s = s, .reterr = reterr },
    };
    char admin[ADDRESS_MAX];
    char plain[ADDRESS_MAX];
    struct person other;
    int r = post_open(&p.post, NULL);
    r = r <= 0 ? r : find_admin(&p);
    r = r < 0 ? r : person_get(s, role, &other, reterr);
    return r < 0 ? r
                 : strcmp(address_plain(p.post.to.email, admin),
                          address_plain(other.email, plain)) == 0;
}
