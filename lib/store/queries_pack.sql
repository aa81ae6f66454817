-- SPDX-License-Identifier: MIT
-- queries_pack.sql - every statement about forums, their meetings and packs; named like those of
-- queries.sql, to which it belongs.

-- name: forum_clear
DELETE FROM forum;

-- name: forum_add
INSERT INTO forum (id, title, secretary, chair, agenda_close_wd, papers_due_wd)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: forum_list
SELECT id, title, secretary, chair, agenda_close_wd, papers_due_wd FROM forum ORDER BY id;

-- name: meeting_clear
DELETE FROM meeting;

-- name: meeting_add
INSERT INTO meeting (forum, day) VALUES ($1, $2) ON CONFLICT (forum, day) DO NOTHING;

-- name: meeting_list
SELECT day FROM meeting WHERE forum = $1 ORDER BY day;

-- name: plan_forum_add
INSERT INTO plan_forum (plan, forum) VALUES ($1, $2)
ON CONFLICT (plan) DO UPDATE SET forum = excluded.forum
WHERE plan_forum.forum <> excluded.forum;

-- name: plan_file_set
UPDATE plan_forum SET file = $1 WHERE plan = $2 AND file <> $1;

-- name: plan_of_file
SELECT plan FROM plan_forum WHERE file = $1 ORDER BY plan LIMIT 1;

-- name: plan_forum_list
SELECT plan, forum FROM plan_forum ORDER BY plan;

-- name: pack_occurrences
SELECT id, plan, ref, part, action, kind, due, state, gen, episode, level, level_day, steps_passed,
       acked_until, activated, parent, submitted_by, percent, forecast, declared, note, evidence,
       changed_ms, acks, state_day, nudges, repeats, ladder_from, rest_until, hold_until, hold_by,
       moves, moved_days, owner_moves, owner_holds, absorbed_by, period, minuted, resumed,
       unminuted, out_state, moved_note, figure
FROM occurrence WHERE plan = $1 ORDER BY due, ref, part;

-- name: pack_actions
SELECT plan, id, objective, text, coalesce(metric, metric_agreed) AS metric, timescale, completion,
       position, withdrawn
FROM action WHERE plan = $1 ORDER BY position, id;

-- name: pack_before
SELECT id, meeting, phase, made_ms FROM pack WHERE forum = $1 AND meeting < $2
ORDER BY meeting DESC, phase DESC, rev DESC LIMIT 1;

-- name: pack_find
SELECT id, rev FROM pack WHERE forum = $1 AND meeting = $2 AND phase = $3
ORDER BY rev DESC LIMIT 1;

-- name: pack_of_rev
SELECT id FROM pack WHERE forum = $1 AND meeting = $2 AND phase = $3 AND rev = $4;

-- name: pack_get
SELECT id, forum, meeting, phase, rev, made_ms, headline, html, plain, csv, html_sha256,
       plain_sha256, csv_sha256, notice, reason, issued_by
FROM pack WHERE id = $1;

-- name: pack_list
SELECT p.id, p.forum, p.meeting, p.phase, p.rev, p.made_ms, p.headline, p.html_sha256, n.role,
       n.state, p.reason, p.issued_by
FROM pack p LEFT JOIN notice n ON n.id = p.notice ORDER BY p.id;

-- name: pack_add
INSERT INTO pack (id, forum, meeting, phase, rev, made_ms, headline, html, plain, csv, html_sha256,
                  plain_sha256, csv_sha256, notice, reason, issued_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: pack_line_add
INSERT INTO pack_line (pack, occurrence, color, state, level, due) VALUES ($1, $2, $3, $4, $5, $6);

-- name: pack_line_get
SELECT color, state, level, due FROM pack_line WHERE pack = $1 AND occurrence = $2;

-- name: pack_audit
SELECT detail FROM audit WHERE subject = $1 AND event = 'pack' ORDER BY seq DESC LIMIT 1;

-- name: pack_undelivered
SELECT n.role, n.kind, n.subject, n.state, n.changed_ms,
       (SELECT o.words FROM delivery_outcome o WHERE o.notice = n.id
        ORDER BY o.attempt DESC LIMIT 1)
FROM notice n
WHERE n.state <> 2 AND n.state IN (3, 5, 8) AND n.kind <> 'admin' AND n.plan = $1
    AND n.changed_ms >= $2
    AND n.changed_ms < $3
ORDER BY n.changed_ms, n.created_ms, n.key;
