/* SPDX-License-Identifier: MIT */
/* stage_fixture.h - 1b/deliver with roles that are one thing to it each: who may do what. */
#ifndef COPROD_TESTS_STAGE_FIXTURE_H
#define COPROD_TESTS_STAGE_FIXTURE_H

#include "engine_fixture.h"

/* Roles that are one thing to 1b/deliver and nothing else. */
static inline void
set_the_stage(struct desk *d)
{
    change(d, "UPDATE plan SET owner = 'the-owner', verifier = 'the-verifier',"
              " forum_secretary = 'the-secretary';"
              "UPDATE occurrence SET action = '1b' WHERE ref LIKE '3j/return/%';"
              "DELETE FROM occurrence_role WHERE occurrence = (SELECT id FROM occurrence"
              "  WHERE ref = '1b/deliver');"
              "INSERT INTO occurrence_role SELECT id, 'lead', 'the-lead', 0 FROM occurrence"
              "  WHERE ref = '1b/deliver';"
              "INSERT INTO occurrence_role SELECT id, 'support', 'the-support', 0 FROM occurrence"
              "  WHERE ref = '1b/deliver';"
              "INSERT INTO role SELECT 'the-lead', 'Lead', kind, 'lead@example.nhs.uk',"
              "  'the-deputy', NULL, NULL, locale, format, 'the-lead' FROM role LIMIT 1;"
              "INSERT INTO role SELECT id, id, 'post', id || '@example.nhs.uk', NULL, NULL, NULL,"
              "  'en', 'both', id FROM (SELECT 'the-owner' AS id UNION SELECT 'the-deputy' UNION"
              "  SELECT 'the-support' UNION SELECT 'the-verifier' UNION SELECT 'the-secretary')");
}

static inline int
with_date(struct desk *d, enum action_event event, const char *role, day_t date, const char *words)
{
    const struct act a = { .ref = "1b/deliver", .event = event, .role = role, .comment = words,
                           .minute = strcmp(role, "the-secretary") == 0 ? "QSC 7/15" : "",
                           .percent = -1, .date = date };
    return desk_act(d, &a, NULL);
}

#endif
