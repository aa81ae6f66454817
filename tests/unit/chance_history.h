/* SPDX-License-Identifier: MIT */
/*
 * chance_history.h - random trusts, plans, what people and relays do, and when the daemon is away.
 * All of it from one number: the same number is the same history on every machine.
 */
#ifndef COPROD_TESTS_CHANCE_HISTORY_H
#define COPROD_TESTS_CHANCE_HISTORY_H

#include "base/text.h"
#include "rules/action.h"
#include "small_chance.h"

enum { EVENTS_MAX = 48, ACTIONS_MAX = 6, POSTS_MAX = 12, LEADS_MAX = 3, VERSIONS_MAX = 6,
       OUTAGES_MAX = 3, MISHAPS_MAX = 12, TRIES = 4, MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS,
       WORDS_MAX = 40 };

static inline int
roll(uint64_t *seed, int sides)
{
    return (int)chance(seed, (uint32_t)sides);
}

static inline bool
one_in(uint64_t *seed, int n)
{
    return roll(seed, n) == 0;
}

/* ---- what is drawn --------------------------------------------------------------------------- */

struct draft_post {
    int mailbox; /* -1: none; else the number of the post whose name it has */
    int deputy, manager, director; /* -1: none */
    bool is_vacant, is_welsh, is_large;
    int away_from, away_days; /* days after the beginning; 0 days: never away */
};
struct draft_action {
    bool is_there;
    int leads[LEADS_MAX], n_leads, support; /* -1: none */
    bool is_team;                           /* a group leads, with a group in it */
    const char *completion;                 /* "": not said */
    char when[WORDS_MAX];
    bool has_metric, is_minuted, is_milestone;
    int needs; /* -1: none */
    const char *then; /* "": nothing follows */
};
struct draft {
    struct draft_post posts[POSTS_MAX];
    struct draft_action actions[ACTIONS_MAX];
    int n_posts, owner, reviewer, verifier, secretary, chair, board; /* the last three: -1 none */
    int meets;                                                      /* of meeting_words */
    int revision;
    day_t review;
    bool is_financial;
};

enum happening { PEOPLE_ACT, SIGNAL_OPENS, SIGNAL_CLOSES, FILES_CHANGE, MAIL_IS_HELD, MAIL_IS_FREE,
                 MAIL_COMES_BACK, POST_IS_READMITTED,
                 /* these leave no trace: only one of two lives has them */
                 FILES_COME_AGAIN, REQUEST_IS_WRONG,
                 STORE_IS_COPIED, STORE_IS_RESTORED,
                 CLOCK_GOES_BACK, CLOCK_IS_WRONG, CLOCK_IS_RIGHT, CLOCK_IS_TAKEN };
struct event {
    day_t day;
    int minute;
    enum happening what;
    enum action_event events[TRIES]; /* the first that may be */
    char ref[WORDS_MAX];
    int role, to; /* posts */
    int days; /* until, or later; by how many a clock is wrong, or minutes that it is set back */
    bool has_figure, is_hard;
    int version; /* of the files */
};
struct outage {
    day_t day;
    int hour, hours;
};
/* The texts of the three files, in each of their versions. */
struct files {
    struct text plan, roster, forums;
};
struct history {
    uint64_t seed;
    struct draft draft; /* as last drawn */
    struct files files[VERSIONS_MAX];
    int n_files, n_actions, span;
    int renamed; /* an action that the plan has under another id; -1: none */
    struct event events[EVENTS_MAX + MISHAPS_MAX];
    size_t n;
    struct outage outages[OUTAGES_MAX];
    size_t n_outages;
    day_t from;
    uint64_t relay; /* 0: it takes every mail */
};

static inline void
history_freep(struct history *h)
{
    for (int i = 0; i < h->n_files; i++) {
        text_done(&h->files[i].plan);
        text_done(&h->files[i].roster);
        text_done(&h->files[i].forums);
    }
}

/* ---- people ---------------------------------------------------------------------------------- */

static inline void
draw_post(struct history *h, int i)
{
    uint64_t *s = &h->seed;
    int n = h->draft.n_posts;
    struct draft_post *p = &h->draft.posts[i];
    *p = (struct draft_post){ .mailbox = one_in(s, 9) ? -1 : one_in(s, 12) ? roll(s, n) : i,
                              .deputy = one_in(s, 2) ? roll(s, n) : -1,
                              .manager = i > 0 && one_in(s, 2) ? roll(s, i) : -1,
                              .director = i > 0 && one_in(s, 2) ? roll(s, i) : -1,
                              .is_vacant = one_in(s, 25), .is_welsh = one_in(s, 8),
                              .is_large = one_in(s, 10), .away_from = roll(s, h->span),
                              .away_days = one_in(s, 4) ? 1 + roll(s, 40) : 0 };
    p->deputy = p->deputy == i ? -1 : p->deputy;
}

static inline void
write_post(const struct history *h, int i, struct text *out)
{
    static const struct {
        const char *word;
        size_t at;
    } links[] = { { "deputy", offsetof(struct draft_post, deputy) },
                  { "line_manager", offsetof(struct draft_post, manager) },
                  { "director", offsetof(struct draft_post, director) } };
    const struct draft_post *p = &h->draft.posts[i];
    char from[DAY_TEXT_MAX];
    char to[DAY_TEXT_MAX];
    text_addf(out, "  - id: post-%c\n    title: Post %c\n", 'a' + i, 'A' + i);
    if (p->mailbox >= 0) {
        text_addf(out, "    email: %c@example.nhs.uk\n", 'a' + p->mailbox);
    }
    for (size_t k = 0; k < LENGTH(links); k++) {
        int other = 0;
        memcpy(&other, (const char *)p + links[k].at, sizeof other);
        if (other >= 0) {
            text_addf(out, "    %s: post-%c\n", links[k].word, 'a' + other);
        }
    }
    text_add(out, p->is_vacant ? "    vacant: yes\n" : "");
    text_add(out, p->is_welsh ? "    locale: cy-GB\n" : "");
    text_add(out, p->is_large ? "    format: large-print\n" : "");
    if (p->away_days > 0) {
        text_addf(out, "    absence: [{from: %s, to: %s}]\n",
                  day_format(h->from + p->away_from, from),
                  day_format(h->from + p->away_from + p->away_days, to));
    }
}

static inline void
write_roster(const struct history *h, struct text *out)
{
    text_add(out, "roles:\n");
    for (int i = 0; i < h->draft.n_posts; i++) {
        write_post(h, i, out);
    }
    text_add(out, "  - {id: pair, title: Pair, kind: group, members: [post-b, post-c]}\n"
                  "  - {id: team, title: Team, kind: group, members: [pair, post-a, post-b]}\n");
}

/* Some committees meet by rule, some on listed days, and of some no meeting is known. */
static const char *const meeting_words[] = {
    "",
    "    meetings_rule: {rule: FREQ=MONTHLY;BYDAY=4WE, first: 2015-01-28, except: [2015-08-26]}\n",
    "    meetings_rule: {rule: FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU, first: 2015-01-06}\n",
    "    meetings: [2015-06-06, 2015-07-01, 2015-09-30, 2015-10-14, 2016-02-03, 2016-04-12]\n"
    "    agenda_close_wd: 4\n    papers_due_wd: 0\n",
};

static inline void
write_forums(const struct draft *d, struct text *out)
{
    text_add(out, "forums:\n  - id: committee\n    title: Committee\n    reports_to: board\n");
    text_add(out, meeting_words[d->meets]);
    if (d->secretary >= 0) {
        text_addf(out, "    secretary: post-%c\n", 'a' + d->secretary);
    }
    if (d->chair >= 0) {
        text_addf(out, "    chair: post-%c\n", 'a' + d->chair);
    }
    text_add(out, "  - id: board\n    title: Board\n");
    if (d->board >= 0) {
        text_addf(out, "    secretary: post-%c\n", 'a' + d->board);
    }
}

/* ---- the plan -------------------------------------------------------------------------------- */

/* A day, a month, a quarter, or the beginning of a series; some lie before the first load. */
static inline void
draw_when(struct history *h, struct draft_action *a)
{
    char name[DAY_TEXT_MAX];
    int kind = roll(&h->seed, 5);
    day_t day = h->from - 50 + roll(&h->seed, 60 + h->span * 2 / 3);
    int32_t month = day_month(day);
    if (kind <= 2) {
        (void)snprintf(a->when, sizeof a->when, "%s", day_format(day, name));
        return;
    }
    (void)snprintf(a->when, sizeof a->when, "%sQ%d %d", kind == 3 ? "From " : "",
                   month % 12 / 3 + 1, month / 12);
}

static inline void
draw_action(struct history *h, int i)
{
    static const char *const completions[] = { "", "owner", "any", "all", "all" };
    static const char *const thens[] = { "annual", "quarterly" };
    struct draft_action *a = &h->draft.actions[i];
    uint64_t *s = &h->seed;
    *a = (struct draft_action){ .is_there = true, .n_leads = one_in(s, 3) ? 1 + roll(s, 3) : 1,
                                .support = one_in(s, 3) ? roll(s, h->draft.n_posts) : -1,
                                .is_team = one_in(s, 12), .has_metric = !one_in(s, 3),
                                .is_minuted = one_in(s, 2), .is_milestone = one_in(s, 3),
                                .needs = i > 0 && one_in(s, 3) ? roll(s, i) : -1 };
    int first = roll(s, h->draft.n_posts);
    for (int k = 0; k < a->n_leads; k++) {
        a->leads[k] = (first + k) % h->draft.n_posts;
    }
    a->completion = completions[roll(s, LENGTH(completions))];
    draw_when(h, a);
    a->then = strncmp(a->when, "From", 4) != 0 && one_in(s, 3) ? thens[roll(s, 2)] : "";
}

static inline char
action_letter(const struct history *h, int i)
{
    return (char)(i == h->renamed ? 'x' : 'a' + i);
}

static inline void
write_action(const struct history *h, int i, struct text *out)
{
    static const char *const deeds[] = { "Hold a workshop for all wards.", "Write the report.",
                                         "Train the new staff.", "Ask the patients on the ward.",
                                         "Set up a register.", "Hold a workshop for the wards." };
    const struct draft_action *a = &h->draft.actions[i];
    char name[DAY_TEXT_MAX];
    text_addf(out, "      - id: 1%c\n        text: %s\n        leads: [%s",
              action_letter(h, i), deeds[i],
              a->is_team ? "team" : "");
    for (int k = 0; !a->is_team && k < a->n_leads; k++) {
        text_addf(out, "%spost-%c", k ? ", " : "", 'a' + a->leads[k]);
    }
    text_addf(out, "]\n        timescale: %s\n", a->when);
    text_addf(out, "%s%s%s", a->completion[0] ? "        completion: " : "", a->completion,
              a->completion[0] ? "\n" : "");
    text_add(out, a->has_metric ? "        metric: A note says so.\n" : "");
    if (a->support >= 0) {
        text_addf(out, "        supports: [post-%c]\n", 'a' + a->support);
    }
    if (a->is_minuted && h->draft.revision > 0) {
        text_addf(out, "        moved: {to: %s, reason: It was late, minute: M 7}\n", a->when);
    }
    if (a->is_milestone) {
        text_addf(out, "        milestones: [{id: m, text: A step%s%s}]\n",
                  i % 2 ? "" : ", by: ", i % 2 ? "" : day_format(h->from - 50, name));
    }
    if (a->needs >= 0 && h->draft.actions[a->needs].is_there) {
        text_addf(out, "        depends_on: [1%c]\n", action_letter(h, a->needs));
    }
    text_addf(out, "%s%s%s", a->then[0] ? "        then: " : "", a->then, a->then[0] ? "\n" : "");
}

static inline void
write_plan(const struct history *h, struct text *out)
{
    const struct draft *d = &h->draft;
    char review[DAY_TEXT_MAX];
    text_addf(out, "plan:\n  id: P\n  title: A plan\n  version: \"%d\"\n  review: %s\n"
              "  owner: post-%c\n  reviewer: post-%c\n  verifier: post-%c\n  forum: committee\n"
              "  quarter_basis: %s\nobjectives:\n  - id: \"1\"\n    text: All.\n    actions:\n",
              d->revision + 1, day_format(d->review, review), 'a' + d->owner, 'a' + d->reviewer,
              'a' + d->verifier, d->is_financial ? "financial" : "calendar");
    for (int i = 0; i < h->n_actions; i++) {
        if (d->actions[i].is_there) {
            write_action(h, i, out);
        }
    }
}

static inline void
write_files(struct history *h)
{
    struct files *f = &h->files[h->n_files++];
    write_plan(h, &f->plan);
    write_roster(h, &f->roster);
    write_forums(&h->draft, &f->forums);
}

/* ---- edits ----------------------------------------------------------------------------------- */

static inline void
edit_action(struct history *h)
{
    int i = roll(&h->seed, h->n_actions);
    struct draft_action *a = &h->draft.actions[i];
    switch (roll(&h->seed, 7)) {
    case 0:
        draw_action(h, i); /* another one under its name, or it comes again */
        break;
    case 1:
        a->is_there = i == 0 || !a->is_there;
        break;
    case 2:
        a->leads[0] = roll(&h->seed, h->draft.n_posts);
        a->n_leads = 1;
        break;
    case 3:
        a->has_metric = !a->has_metric;
        break;
    case 4:
        a->support = a->support < 0 ? roll(&h->seed, h->draft.n_posts) : -1;
        break;
    default:
        draw_when(h, a);
        a->then = "";
        break;
    }
}

static inline void
edit_files(struct history *h)
{
    struct draft *d = &h->draft;
    for (int n = 1 + roll(&h->seed, 3); n > 0; n--) {
        switch (roll(&h->seed, 9)) {
        case 0:
            draw_post(h, roll(&h->seed, d->n_posts));
            break;
        case 1:
            d->posts[roll(&h->seed, d->n_posts)].mailbox = -1;
            break;
        case 2:
            d->owner = roll(&h->seed, d->n_posts);
            break;
        case 3:
            d->meets = roll(&h->seed, LENGTH(meeting_words));
            break;
        default:
            edit_action(h);
            break;
        }
    }
    d->revision++;
    write_files(h);
}

/* ---- what happens ---------------------------------------------------------------------------- */

static inline enum happening
draw_what(struct history *h, size_t i)
{
    static const enum happening kinds[] = {
        PEOPLE_ACT, PEOPLE_ACT, PEOPLE_ACT, PEOPLE_ACT, PEOPLE_ACT, PEOPLE_ACT, PEOPLE_ACT,
        PEOPLE_ACT, SIGNAL_OPENS, SIGNAL_OPENS, FILES_CHANGE, FILES_CHANGE, MAIL_IS_HELD,
        MAIL_COMES_BACK, MAIL_COMES_BACK, POST_IS_READMITTED
    };
    enum happening before = i > 0 ? h->events[i - 1].what : PEOPLE_ACT;
    if (before == SIGNAL_OPENS && one_in(&h->seed, 2)) { /* before it is told? */
        return SIGNAL_CLOSES;
    }
    if (before == MAIL_IS_HELD) {
        return MAIL_IS_FREE;
    }
    return kinds[roll(&h->seed, LENGTH(kinds))];
}

static inline void
draw_event(struct history *h, size_t i)
{
    static const enum action_event kinds[] = {
        ACTION_EV_ACK,    ACTION_EV_START,  ACTION_EV_PROGRESS, ACTION_EV_BLOCK, ACTION_EV_ANNUAL,
        ACTION_EV_SUBMIT, ACTION_EV_SUBMIT, ACTION_EV_SUBMIT, ACTION_EV_VERIFY, ACTION_EV_VERIFY,
        ACTION_EV_VERIFY, ACTION_EV_QUARTERLY, ACTION_EV_UNBLOCK, ACTION_EV_SUPERSEDE,
        ACTION_EV_EXTEND, ACTION_EV_HOLD,   ACTION_EV_REOPEN,   ACTION_EV_WITHDRAW, ACTION_EV_ACK,
        ACTION_EV_AGREE,  ACTION_EV_REJECT, ACTION_EV_RESUME,   ACTION_EV_REASSIGN
    };
    /* In the night, as the window opens, in it, as it closes, after it. */
    static const int minutes[] = { 150, 510, 511, 720, 720, 720, 1019, 1020, 1200 };
    uint64_t *s = &h->seed;
    int most = 2 * h->span / (int)h->n;
    struct event *e = &h->events[i];
    e->what = draw_what(h, i);
    e->day = (i > 0 ? e[-1].day : h->from) + roll(s, most + 1);
    e->minute = minutes[roll(s, LENGTH(minutes))];
    if (i > 0 && e->day == e[-1].day && e->minute < e[-1].minute) {
        e->minute = e[-1].minute;
    }
    for (size_t k = 0; k < TRIES; k++) {
        e->events[k] = kinds[roll(s, LENGTH(kinds))];
    }
    e->role = roll(s, h->draft.n_posts);
    e->to = roll(s, h->draft.n_posts);
    e->days = 1 + roll(s, 40);
    e->has_figure = one_in(s, 4);
    e->is_hard = !one_in(s, 3);
    int at = roll(s, h->n_actions);
    const struct draft_action *a = &h->draft.actions[at];
    bool has_parts = strcmp(a->completion, "all") == 0 && !one_in(s, 6);
    (void)snprintf(e->ref, sizeof e->ref, "1%c@post-%c", 'a' + at,
                   'a' + a->leads[roll(s, a->n_leads)]);
    e->ref[has_parts ? strlen(e->ref) : 2] = '\0';
    if (e->what == PEOPLE_ACT && i > 0 && e[-1].events[0] == ACTION_EV_SUBMIT && one_in(s, 2)) {
        (void)snprintf(e->ref, sizeof e->ref, "%s", e[-1].ref);
        e->events[0] = one_in(s, 4) ? ACTION_EV_REJECT : ACTION_EV_VERIFY;
    }
    bool is_edit = e->what == FILES_CHANGE && h->n_files < VERSIONS_MAX - 1 && !one_in(s, 4);
    if (is_edit) { /* else an older version, or what lies there already */
        edit_files(h);
    }
    e->version = is_edit || e->what != FILES_CHANGE ? h->n_files - 1 : roll(s, h->n_files);
}

/* ---- a whole history ------------------------------------------------------------------------- */

static inline void
draw_draft(struct history *h)
{
    struct draft *d = &h->draft;
    uint64_t *s = &h->seed;
    d->n_posts = 4 + roll(s, POSTS_MAX - 3);
    for (int i = 0; i < d->n_posts; i++) {
        draw_post(h, i);
    }
    d->owner = roll(s, 3);
    d->posts[d->owner].mailbox = one_in(s, 20) ? -1 : d->owner;
    d->reviewer = one_in(s, 2) ? d->owner : roll(s, d->n_posts);
    d->verifier = roll(s, d->n_posts);
    d->secretary = one_in(s, 10) ? -1 : roll(s, d->n_posts);
    d->chair = one_in(s, 2) ? -1 : roll(s, d->n_posts);
    d->board = one_in(s, 10) ? -1 : roll(s, d->n_posts);
    d->meets = roll(s, LENGTH(meeting_words));
    d->review = h->from + 100 + roll(s, h->span + 400);
    d->is_financial = one_in(s, 4);
    for (int i = 0; i < h->n_actions; i++) {
        draw_action(h, i);
    }
}

/* Hours, days or weeks; the next begins after the one before. */
static inline void
draw_outages(struct history *h)
{
    day_t day = h->from;
    int n = one_in(&h->seed, 2) ? 0 : 1 + roll(&h->seed, OUTAGES_MAX);
    for (int i = 0; i < n; i++) {
        int hours = one_in(&h->seed, 3) ? 1 + roll(&h->seed, 40) : 24 * (1 + roll(&h->seed, 30));
        day += 1 + roll(&h->seed, h->span / n);
        h->outages[h->n_outages++] = (struct outage){ .day = day, .hour = roll(&h->seed, 24),
                                                      .hours = hours };
        day += 2 + hours / 24;
    }
}

/* At the end of the events, or before those that come later. */
static inline void
add_mishap(struct history *h, day_t day, int minute, enum happening what, int days)
{
    size_t at = h->n++;
    for (; at > 0 && (h->events[at - 1].day > day
                      || (h->events[at - 1].day == day && h->events[at - 1].minute > minute));
         at--) {
        h->events[at] = h->events[at - 1];
    }
    h->events[at] = (struct event){ .day = day, .minute = minute, .what = what, .days = days,
                                    .version = h->n_files - 1 };
}

/* Is it the same action under another id, or another one? Whoever edits is asked, and until then
 * nothing is changed. */
static inline void
write_renamed(struct history *h, int i)
{
    h->renamed = i;
    write_files(h);
    h->renamed = -1;
}

/* What goes wrong, one after the other; of a stream of its own, so that the rest is as it was. */
static inline void
draw_mishaps(struct history *h, uint64_t seed)
{
    static const enum happening kinds[] = { FILES_COME_AGAIN, REQUEST_IS_WRONG, FILES_CHANGE,
                                            STORE_IS_COPIED, CLOCK_GOES_BACK, CLOCK_IS_WRONG };
    uint64_t own = seed * 104723 + 5;
    (void)roll(&own, 2);
    day_t day = h->from;
    write_renamed(h, roll(&own, h->n_actions));
    for (int n = roll(&own, MISHAPS_MAX / 3 + 1); n > 0; n--) {
        enum happening what = kinds[roll(&own, LENGTH(kinds))];
        int minute = 60 * (1 + roll(&own, 23));
        int off = one_in(&own, 2) ? 8 + roll(&own, 60) : -(1 + roll(&own, 20));
        day += roll(&own, h->span / 2);
        add_mishap(h, day, minute, what, what == CLOCK_IS_WRONG ? off : 1 + roll(&own, 23 * 60));
        if (what == STORE_IS_COPIED) {
            day += 1 + roll(&own, 12);
            add_mishap(h, day, minute, STORE_IS_RESTORED, 0);
            day += roll(&own, 4);
            add_mishap(h, day, minute + roll(&own, 600), MAIL_IS_FREE, 0);
        } else if (what == CLOCK_IS_WRONG) {
            day += roll(&own, 5);
            add_mishap(h, day, minute + 1 + roll(&own, 600),
                       off < 0 || one_in(&own, 2) ? CLOCK_IS_RIGHT : CLOCK_IS_TAKEN, off);
        }
        day++;
    }
}

/* Most are of some weeks or months with few actions; some go on for a year and a half. */
static inline void
random_history(struct history *h, uint64_t seed)
{
    *h = (struct history){ .seed = seed * 7919 + 17, .renamed = -1 };
    uint64_t *s = &h->seed;
    (void)roll(s, 2);
    h->span = one_in(s, 25) ? 240 + roll(s, 300) : 30 + roll(s, one_in(s, 3) ? 150 : 80);
    h->n_actions = 1 + roll(s, one_in(s, 3) ? ACTIONS_MAX : 3);
    h->from = day_of(2015, 1, 1) + roll(s, 365);
    draw_draft(h);
    write_files(h);
    h->n = (size_t)roll(s, 4 + h->span / 6);
    h->n = h->n < EVENTS_MAX ? h->n : EVENTS_MAX;
    for (size_t i = 0; i < h->n; i++) {
        draw_event(h, i);
    }
    draw_outages(h);
    draw_mishaps(h, seed);
    h->relay = one_in(s, 4) ? 1 + (uint64_t)roll(s, 1000000) : 0;
}

#endif
