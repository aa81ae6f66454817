/* SPDX-License-Identifier: MIT */
/*
 * chance_check.h - what must hold of every life when it is over. Each property is a query that
 * finds what breaks it; `plant` breaks it in a life that is whole, so that a test sees each query
 * find something.
 */
#ifndef COPROD_TESTS_CHANCE_CHECK_H
#define COPROD_TESTS_CHANCE_CHECK_H

#include "chance_events.h"

struct property {
    const char *words, *finds, *plant;
};
#define NOTICE_AGAIN(kind, ms)                                                                     \
    "INSERT INTO notice SELECT id + 900000, key || '!', kind, plan, occurrence, step, role,"       \
    " address, why, subject, body, mail, message_id || '!', state, created_ms + " ms ","           \
    " changed_ms FROM notice WHERE kind = '" kind "' AND state = 2 LIMIT 1;"
#define ITEM_AGAIN(set, where)                                                                     \
    "CREATE TEMP TABLE again AS SELECT * FROM item WHERE " where " LIMIT 1; UPDATE again SET id"   \
    " = id + 900000, key = key || '!', " set "; INSERT INTO item SELECT * FROM again; DROP"        \
    " TABLE again;"

static const struct property properties[] = {
    { "two digests to a mailbox on one day",
      "SELECT lower(address), created_ms / 86400000 FROM notice WHERE kind = 'digest' AND state"
      " <> 4"
      " GROUP BY 1, 2 HAVING count(*) > 1",
      NOTICE_AGAIN("digest", "60000") },
    { "two digests that arrived on one day",
      "SELECT lower(n.address), d.at_ms / 86400000 FROM delivery_outcome d JOIN notice n ON n.id"
      " = d.notice"
      " WHERE n.kind = 'digest' AND d.outcome = 'accepted' GROUP BY 1, 2 HAVING count(*) > 1",
      NOTICE_AGAIN("digest", "60000") "INSERT INTO delivery SELECT notice + 900000, attempt, 0,"
                                      " at_ms FROM"
                   " delivery_outcome o WHERE outcome = 'accepted' AND EXISTS (SELECT 1 FROM notice"
                   " n WHERE n.id = o.notice + 900000); INSERT INTO delivery_outcome SELECT"
                   " notice +"
                   " 900000, attempt, 'accepted', 250, '', at_ms + 60000 FROM delivery_outcome o"
                   " WHERE outcome = 'accepted' AND EXISTS (SELECT 1 FROM notice n WHERE n.id ="
                   " o.notice + 900000)" },
    { "one level of one demand in two mails to one mailbox",
      "SELECT occurrence, step FROM notice WHERE kind = 'escalate' AND state <> 4 GROUP BY"
      " occurrence, step, lower(address), (SELECT min(i.gen * 1000 + i.episode) FROM item i WHERE"
      " i.notice = notice.id) HAVING count(*) > 1",
      NOTICE_AGAIN("escalate", "0") "UPDATE item SET notice = notice +"
      " 900000 WHERE id = (SELECT max(i.id) FROM item i JOIN notice n ON n.id = i.notice + 900000);"
      "UPDATE notice SET address = 'x@example.nhs.uk' WHERE kind = 'escalate'; UPDATE item SET"
      " gen ="
      " 1, episode = 0; INSERT INTO item SELECT id + 900000, key || '!', kind, plan, occurrence,"
      " gen,"
      " episode, step, level, role, why, of, note, calls, state, notice - 900000, ready_day,"
      " created_ms, topic, about, words, silenced_ms FROM item WHERE notice > 900000" },
    { "one demand twice in one mail",
      "SELECT a.key FROM item a JOIN item b ON b.notice = a.notice AND b.occurrence = a.occurrence"
      " AND b.id > a.id WHERE a.role <> b.role AND a.kind NOT IN ('untold', 'unmailed', 'absent',"
      " 'unreached') AND b.kind NOT IN ('untold', 'unmailed', 'absent', 'unreached')",
      ITEM_AGAIN("role = 'other'", "state = 2 AND kind IN ('remind', 'overdue')") },
    { "a notice that arrived twice",
      "SELECT notice FROM delivery_outcome WHERE outcome = 'accepted' GROUP BY 1 HAVING count(*) >"
      " 1",
      "INSERT INTO delivery SELECT notice, attempt + 90, 0, at_ms FROM delivery_outcome WHERE"
      " outcome = 'accepted' LIMIT 1; INSERT INTO delivery_outcome SELECT notice, attempt + 90,"
      " outcome, code, words, at_ms FROM delivery_outcome o WHERE outcome = 'accepted' AND EXISTS"
      " (SELECT 1 FROM delivery d WHERE d.notice = o.notice AND d.attempt = o.attempt + 90)" },
    { "a step told twice to one person",
      "SELECT kind, occurrence, gen, episode, step, role FROM item WHERE state = 2 AND kind IN"
      " ('remind', 'review', 'overdue', 'escalate', 'repeat', 'status') GROUP BY 1, 2, 3, 4, 5, 6"
      " HAVING count(*) > 1",
      ITEM_AGAIN("level = level", "state = 2 AND kind IN ('remind', 'overdue')") },
    { "told after it was closed",
      "SELECT i.key FROM item i JOIN notice n ON n.id = i.notice JOIN occurrence o ON o.id ="
      " i.occurrence WHERE o.state IN (5, 8, 9) AND i.gen = o.gen AND i.kind NOT IN ('closed',"
      " 'handed-over', 'withdrawn') AND n.created_ms > o.changed_ms",
      "UPDATE occurrence SET state = 5, changed_ms = 0 WHERE id = (SELECT i.occurrence FROM item i"
      " JOIN occurrence o ON o.id = i.occurrence WHERE i.state = 2 AND i.kind IN ('remind',"
      " 'overdue', 'assign') AND i.gen = o.gen LIMIT 1)" },
    { "a level before the one below was accepted",
      "SELECT i.key FROM item i WHERE i.kind IN ('overdue', 'escalate') AND i.level > 1 AND EXISTS"
      " (SELECT 1 FROM item b WHERE b.occurrence = i.occurrence AND b.gen = i.gen AND b.level ="
      " i.level - 1 AND b.state <> 3 AND b.why <> 7 AND b.kind IN ('overdue', 'escalate')) AND"
      " NOT EXISTS (SELECT 1 FROM item b JOIN"
      " delivery_outcome d ON d.notice = b.notice WHERE b.occurrence = i.occurrence AND b.gen ="
      " i.gen AND b.level = i.level - 1 AND d.outcome = 'accepted' AND d.at_ms < i.created_ms -"
      " 86400000) AND NOT EXISTS (SELECT 1 FROM item b JOIN notice n ON n.id = b.notice WHERE"
      " b.occurrence = i.occurrence AND b.gen = i.gen AND b.level = i.level - 1 AND (n.state IN"
      " (3, 6, 8) OR (n.state = 4 AND n.changed_ms > i.created_ms AND EXISTS (SELECT 1 FROM"
      " notice_catch c WHERE c.notice = n.id AND c.what = 'quarantine')))) AND NOT EXISTS (SELECT"
      " 1 FROM item u WHERE u.occurrence = i.occurrence AND u.gen = i.gen AND u.kind = 'untold' AND"
      " u.level = i.level - 1 AND u.created_ms < i.created_ms)",
      "UPDATE delivery_outcome SET at_ms = at_ms + 86400000 * 400 WHERE notice IN (SELECT b.notice"
      " FROM item b JOIN item i ON i.occurrence = b.occurrence AND i.gen = b.gen AND i.level ="
      " b.level + 1 WHERE i.kind IN ('overdue', 'escalate') AND b.level > 0 AND b.state = 2 AND"
      " b.why <> 7)" },
    /* Reached: who leads from now on is told where it stands, and reaches nothing. */
    { "two levels of one occurrence on one day",
      "SELECT occurrence, day FROM (SELECT occurrence, min(created_ms) / 86400000 AS day FROM item"
      " WHERE level > 0 GROUP BY occurrence, gen, episode, level) GROUP BY 1, 2 HAVING count(*)"
      " > 1",
      ITEM_AGAIN("level = 5", "level BETWEEN 1 AND 4 AND NOT EXISTS (SELECT 1 FROM item b WHERE"
                 " b.occurrence = item.occurrence AND b.level = 5)") },
    { "a signal told after it had closed",
      "SELECT i.key FROM item i JOIN notice n ON n.id = i.notice JOIN signal s ON s.id = i.about"
      " WHERE i.kind = 'signal' AND s.is_open = 0 AND n.state <> 4 AND n.created_ms > s.changed_ms",
      "UPDATE signal SET is_open = 0, changed_ms = 0 WHERE id = (SELECT about FROM item WHERE kind"
      " = 'signal' AND state = 2 LIMIT 1)" },
    { "a signal that was dropped while it was open",
      "SELECT i.key FROM item i JOIN signal s ON s.id = i.about JOIN role r ON r.id = i.role"
      " WHERE i.kind = 'signal' AND s.is_open = 1 AND i.state = 3 AND r.email IS NOT NULL",
      "UPDATE item SET state = 3 WHERE kind = 'signal' AND role IN (SELECT id FROM role WHERE email"
      " IS NOT NULL); UPDATE signal SET is_open = 1" },
    { "a week of the plan without a change",
      "SELECT key FROM item WHERE kind = 'rollup' AND words NOT LIKE 'n%'",
      "UPDATE item SET words = 'x' WHERE kind = 'rollup'" },
    { "a week told twice to one person",
      "SELECT about, role FROM item WHERE kind = 'rollup' GROUP BY 1, 2 HAVING count(*) > 1",
      ITEM_AGAIN("level = level", "kind = 'rollup'") },
    { "a week told before it began",
      "SELECT i.key FROM item i WHERE i.kind = 'rollup' AND i.about > i.created_ms / 86400000",
      "UPDATE item SET about = about + 30 WHERE kind = 'rollup'" },
    { "a notice without items",
      "SELECT key FROM notice n WHERE state <> 4 AND kind IN ('digest', 'escalate') AND NOT EXISTS"
      " (SELECT 1 FROM item i WHERE i.notice = n.id)",
      "UPDATE item SET state = 1, notice = NULL WHERE notice = (SELECT id FROM notice WHERE kind ="
      " 'digest' AND state = 2 LIMIT 1)" },
    { "a notice that waits for nothing",
      "SELECT n.key FROM notice n WHERE n.state = 1 AND NOT EXISTS (SELECT 1 FROM job j WHERE"
      " j.kind"
      " = 4 AND j.subject = n.id AND j.state IN (1, 2))",
      "UPDATE notice SET state = 1 WHERE id = (SELECT max(id) FROM notice WHERE state = 2)" },
    { "a pack before its time, or after the meeting",
      "SELECT forum, meeting, phase FROM pack WHERE made_ms / 86400000 > meeting OR (phase ="
      " 'final' AND made_ms / 86400000 < meeting - 14)",
      "UPDATE pack SET made_ms = made_ms + 86400000 * 40" },
};

static inline int
add_line(void *arg, int n, char **values, char **names)
{
    (void)names;
    for (int i = 0; i < n; i++) {
        text_add(arg, values[i] ? values[i] : "-");
        text_add(arg, " ");
    }
    text_add(arg, "\n");
    return 0;
}

static inline void
lines_of(struct life *l, const char *sql, struct text *ret)
{
    char *message = NULL;
    if (sqlite3_exec(l->s->db, sql, add_line, ret, &message) != SQLITE_OK) {
        fail_msg("%s: %s", sql, message);
    }
}

static inline void
must_be_empty(struct life *l, const char *what, const char *sql)
{
    AUTO_TEXT struct text found = { 0 };
    lines_of(l, sql, &found);
    if (found.len > 0) {
        fail_msg("%s:\n%.600s", what, text_str(&found));
    }
}

/* After any outage the day back brings no new level. */
static inline void
new_levels_at_once(struct life *l, size_t outage, struct text *ret)
{
    char sql[512];
    day_t first = calendar_roll_forward(&l->w->calendar, world_day(l->w, l->back_ms[outage]));
    (void)snprintf(sql, sizeof sql,
                   "SELECT min(key) FROM item WHERE level > 0 GROUP BY occurrence, gen, episode,"
                   " level HAVING min(created_ms) >= %" PRId64 " AND min(created_ms) / 86400000"
                   " <= %d", l->back_ms[outage], first);
    if (l->missed[outage] > 0) {
        lines_of(l, sql, ret);
    }
}

/* And the mail of a long one was held; fault_of_leaving sees that none of it left. */
static inline void
check_no_storm(struct life *l)
{
    for (size_t i = 0; i < l->n_back; i++) {
        AUTO_TEXT struct text found = { 0 };
        bool is_held = false;
        for (size_t k = 0; k < l->n_held; k++) {
            is_held = is_held || (l->held[k].from_ms <= l->back_ms[i]
                                  && l->held[k].until_ms >= l->back_ms[i]);
        }
        if (!is_held && l->missed[i] > l->w->mail.outage_wd) {
            fail_msg("%d working days were missed and mail was not held", l->missed[i]);
        }
        new_levels_at_once(l, i, &found);
        if (found.len > 0) {
            fail_msg("a new level on the first day after an outage:\n%s", text_str(&found));
        }
    }
}

static inline void
check(struct life *l)
{
    check_no_storm(l);
    for (size_t i = 0; i < LENGTH(properties); i++) {
        must_be_empty(l, properties[i].words, properties[i].finds);
    }
}

/* Everything that a life has said and decided, in an order that does not depend on who was first.
 */
static inline void
tale_of(struct life *l, struct text *ret)
{
    lines_of(l, "SELECT key, state, words FROM item ORDER BY key", ret);
    lines_of(l, "SELECT * FROM rag_seen ORDER BY occurrence", ret);
    /* What the admin reads counts mails while they are being written, and whether it left before a
     * storm of the same minute was seen, is chance. */
    lines_of(l, "SELECT key, created_ms, CASE kind WHEN 'admin' THEN '' ELSE state || address ||"
                " subject || body END FROM notice ORDER BY key", ret);
    lines_of(l, "SELECT n.key, d.outcome, d.at_ms FROM delivery_outcome d JOIN notice n ON n.id ="
                " d.notice WHERE n.kind <> 'admin' ORDER BY 1, d.at_ms", ret);
    lines_of(l, "SELECT forum, meeting, phase, made_ms, headline, html_sha256, csv_sha256 FROM pack"
                " ORDER BY 1, 2, 3", ret);
    lines_of(l, "SELECT plan, ref, part, state, due, level, gen, episode FROM occurrence"
                " ORDER BY plan, ref, part", ret);
    lines_of(l, "SELECT address FROM quarantine ORDER BY 1", ret);
}

static inline int
count_of(struct life *l, const char *sql)
{
    AUTO_TEXT struct text n = { 0 };
    lines_of(l, sql, &n);
    return atoi(text_str(&n));
}

#endif
