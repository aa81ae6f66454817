/* SPDX-License-Identifier: MIT */
/* chance_history.h - random plans, what people do with them, and when the daemon is away. */
#ifndef COPROD_TESTS_CHANCE_HISTORY_H
#define COPROD_TESTS_CHANCE_HISTORY_H

#include "base/text.h"
#include "rules/action.h"

enum { EVENTS_MAX = 14, ACTIONS_MAX = 4, SPAN_DAYS = 420 };

struct event {
    day_t day;
    enum action_event event;
    char ref[32];
    const char *role;
    int days; /* until, or later */
    enum { BY_PEOPLE, SIGNAL_OPENS, SIGNAL_CLOSES } what; /* the latter by what surveys show */
};
struct history {
    uint64_t seed;
    struct text plan;
    struct event events[EVENTS_MAX];
    size_t n;
    day_t from, down_from, down_until;
};

static inline int
roll(uint64_t *seed, int sides)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((*seed >> 33) % (uint64_t)sides);
}

static const char roster[] =
    "roles:\n"
    "  - {id: owner, title: Owner, email: owner@example.nhs.uk}\n"
    "  - {id: director, title: Director, email: director@example.nhs.uk}\n"
    "  - {id: lead-a, title: Lead A, email: a@example.nhs.uk, deputy: lead-b, line_manager: lead-c,"
    " director: director}\n"
    "  - {id: lead-b, title: Lead B, email: b@example.nhs.uk, director: director}\n"
    "  - {id: lead-c, title: Lead C, email: c@example.nhs.uk, line_manager: director}\n"
    "  - {id: lead-d, title: Lead D, director: director}\n"
    "  - {id: secretary, title: Secretary, email: s@example.nhs.uk}\n"
    "  - {id: company, title: Company Secretary, email: board@example.nhs.uk}\n";
/* Some committees meet by rule, some on listed days, and of some no meeting is known. */
static const char *const forums[] = {
    "forums:\n"
    "  - {id: committee, title: Committee, secretary: secretary, reports_to: board}\n"
    "  - {id: board, title: Board, secretary: company}\n",
    "forums:\n"
    "  - id: committee\n    title: Committee\n    secretary: secretary\n    reports_to: board\n"
    "    meetings_rule: {rule: FREQ=MONTHLY;BYDAY=4WE, first: 2015-01-28, except: [2015-08-26]}\n"
    "  - {id: board, title: Board, secretary: company}\n",
    "forums:\n"
    "  - id: committee\n    title: Committee\n    secretary: lead-d\n    reports_to: board\n"
    "    meetings: [2015-06-06, 2015-07-01, 2015-09-30, 2015-10-14, 2016-02-03]\n"
    "    agenda_close_wd: 4\n    papers_due_wd: 0\n"
    "  - {id: board, title: Board, secretary: company}\n",
};
static const char *const actors[] = { "lead-a", "lead-b", "lead-c", "secretary", "owner" };
static const char *const leads[] = { "lead-a", "lead-b", "lead-c", "lead-d" };

static inline void
random_action(struct history *h, int i)
{
    const char *lead = leads[roll(&h->seed, 4)];
    int n = roll(&h->seed, 4);
    bool is_from = n == 0;
    text_addf(&h->plan, "      - id: 1%c\n        text: Do something.\n", 'a' + i);
    if (n == 1) {
        text_add(&h->plan, "        leads: [lead-a, lead-b]\n        completion: all\n");
    } else {
        text_addf(&h->plan, "        leads: [%s]\n", lead);
    }
    text_addf(&h->plan, "        timescale: %sQ%d 2015\n", is_from ? "From " : "",
              1 + roll(&h->seed, 4));
    text_add(&h->plan, roll(&h->seed, 3) ? "        metric: A note says so.\n" : "");
    text_add(&h->plan, roll(&h->seed, 3) ? "" : "        milestones: [{id: m, text: A step, by:"
                                                " 2015-03-12}]\n");
    if (i > 0 && roll(&h->seed, 3) == 0) {
        text_addf(&h->plan, "        depends_on: [1%c]\n", 'a' + roll(&h->seed, i));
    }
    if (!is_from && roll(&h->seed, 3) == 0) {
        text_addf(&h->plan, "        then: %s\n", roll(&h->seed, 2) ? "annual" : "quarterly");
    }
}

static inline void
random_events(struct history *h, int n_actions)
{
    static const enum action_event kinds[] = {
        ACTION_EV_ACK,    ACTION_EV_START,  ACTION_EV_PROGRESS, ACTION_EV_BLOCK, ACTION_EV_ANNUAL,
        ACTION_EV_SUBMIT, ACTION_EV_SUBMIT, ACTION_EV_VERIFY, ACTION_EV_VERIFY, ACTION_EV_QUARTERLY,
        ACTION_EV_EXTEND, ACTION_EV_HOLD,   ACTION_EV_REOPEN,   ACTION_EV_WITHDRAW,
        ACTION_EV_AGREE,  ACTION_EV_REJECT, ACTION_EV_RESUME,   ACTION_EV_REASSIGN
    };
    day_t day = h->from;
    h->n = (size_t)roll(&h->seed, EVENTS_MAX + 1);
    for (size_t i = 0; i < h->n; i++) {
        struct event *e = &h->events[i];
        day += roll(&h->seed, 2 * SPAN_DAYS / EVENTS_MAX);
        *e = (struct event){ .day = day, .event = kinds[roll(&h->seed, LENGTH(kinds))],
                             .role = actors[roll(&h->seed, LENGTH(actors))],
                             .days = 1 + roll(&h->seed, 40),
                             .what = roll(&h->seed, 3) ? BY_PEOPLE : SIGNAL_OPENS };
        if (i > 0 && e[-1].what == SIGNAL_OPENS && roll(&h->seed, 2)) { /* before it is told? */
            e->what = SIGNAL_CLOSES;
            e->day = day = e[-1].day + 1;
        } else if (e->what == SIGNAL_OPENS && roll(&h->seed, 2)) {
            e->day = day += (12 - day_weekday(day)) % 7; /* a Saturday */
        }
        (void)snprintf(e->ref, sizeof e->ref, "1%c%s", 'a' + roll(&h->seed, n_actions),
                       roll(&h->seed, 4) ? "" : "@lead-a");
    }
}

static inline void
random_history(struct history *h)
{
    int n = 1 + roll(&h->seed, ACTIONS_MAX);
    text_addf(&h->plan,
              "plan:\n  id: P\n  title: A plan\n  version: \"1\"\n  review: %s 2016\n"
              "  owner: owner\n  reviewer: owner\n  verifier: secretary\n  forum: committee\n"
              "  quarter_basis: %s\nobjectives:\n  - id: \"1\"\n    text: All.\n    actions:\n",
              roll(&h->seed, 2) ? "May" : "January",
              roll(&h->seed, 4) ? "calendar" : "financial");
    for (int i = 0; i < n; i++) {
        random_action(h, i);
    }
    h->from = day_of(2015, 1, 1) + roll(&h->seed, 200);
    random_events(h, n);
    h->down_from = h->from + roll(&h->seed, SPAN_DAYS);
    h->down_until = h->down_from + roll(&h->seed, 3) * roll(&h->seed, 40);
}

#endif
