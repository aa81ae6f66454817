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

-- name: plan_forum_list
SELECT plan, forum FROM plan_forum ORDER BY plan;
