/* SPDX-License-Identifier: MIT */
/* notice_sample.h - a notice with everything in it, for tests. */
#ifndef TESTS_NOTICE_SAMPLE_H
#define TESTS_NOTICE_SAMPLE_H

#include "notice/notice.h"

enum { SAMPLE_ITEMS = 3 };
struct notice_sample {
    struct notice_item items[SAMPLE_ITEMS];
    struct notice_model model;
    struct notice_envelope envelope;
};

#define SAMPLE_KEY "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define SAMPLE_THREAD "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"

static inline void
notice_sample_items(struct notice_sample *s)
{
    const struct notice_item item = {
        .ref = "1c",
        .occurrence = "1c/deliver@sdu-amh",
        .text = "Each directorate's plan for the year says how it works together with patients; "
                "caf\xC3\xA9s, too.",
        .timescale = "Q.1 2015",
        .metric = "One sentence in the plan of each unit",
        .lead = "Adult Mental Health Service Delivery Unit Lead",
        .due = day_of(2015, 3, 31),
        .late_wd = -5,
        .state = ACTION_OPEN,
        .why = NOTICE_WHY_LEAD,
        .next = NOTICE_NEXT_L1,
        .next_day = day_of(2015, 4, 1),
        .generation = 2,
    };
    s->items[0] = item;
    s->items[1] = item;
    s->items[1].ref = "2b";
    s->items[1].occurrence = "2b/deliver";
    s->items[1].metric = NULL;
    s->items[1].late_wd = 12;
    s->items[1].waits_for = "3b";
    s->items[1].next = NOTICE_NEXT_L4;
    s->items[1].why = NOTICE_WHY_DEPUTY;
    s->items[1].of = "Head of Organisational Development";
    s->items[2] = item;
    s->items[2].ref = "3b";
    s->items[2].occurrence = "3b/deliver";
    s->items[2].state = ACTION_COMPLETE;
    s->items[2].next = NOTICE_NEXT_NONE;
    s->items[2].next_day = DAY_NONE;
}

static inline void
notice_sample_init(struct notice_sample *s)
{
    static const char *const threads[] = { SAMPLE_THREAD };
    notice_sample_items(s);
    s->model = (struct notice_model){
        .headline = "mail is held, and this is why",
        .kind = NOTICE_REMIND,
        .plan_id = "CO-304",
        .plan_title = "Working together with patients",
        .plan_version = "Version 11",
        .plan_url = "https://www.example.nhs.uk/policies/co-304?a=1&b=2",
        .formats = "Communications Team, communications@example.nhs.uk",
        .trust = "Example Health and Care NHS Trust",
        .forum = "Quality and Safety Committee",
        .owner = "Head of Community Engagement & Patient Involvement",
        .to_role = "Adult Mental Health Service Delivery Unit Lead",
        .today = day_of(2015, 3, 24),
        .at_ms = 1427185800000, /* 2015-03-24T08:30Z */
        .host = "coprod.example.nhs.uk",
        .items = s->items,
        .n_items = 1,
    };
    s->envelope = (struct notice_envelope){
        .from = { "Co-production plan", "coprod@example.nhs.uk" },
        .to = { "Adult Mental Health Service Delivery Unit Lead", "amh.lead@example.nhs.uk" },
        .reply_to = { "Head of Community Engagement & Patient Involvement",
                      "engagement.head@example.nhs.uk" },
        .key = SAMPLE_KEY,
        .host = "coprod.example.nhs.uk",
        .threads = threads,
        .n_threads = 1,
        .list_of = "CO-304",
        .list_name = "Co-production plan CO-304",
        .date_ms = 1427185800000,
        .offset_min = 0,
    };
}

#endif
