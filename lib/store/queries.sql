-- SPDX-License-Identifier: MIT
-- queries.sql - every statement of coprod, by name. Paste any of them into the sqlite3 shell.
-- $1, $2 .. must first appear in that order (checked when the store is opened), so arguments are
-- given in the order in which they appear. A query that reads a whole table stands on the list in
-- tests/unit/test_queries.c.

-- ---- ids and settings ------------------------------------------------------------------------
-- name: counter_take
INSERT INTO counter (name, next) VALUES ($1, 1 + $2)
ON CONFLICT (name) DO UPDATE SET next = counter.next + $2
RETURNING next - $2;

-- name: setting_set
INSERT INTO setting (key, value) VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: setting_get
SELECT value FROM setting WHERE key = $1;

-- ---- audit -----------------------------------------------------------------------------------
-- name: audit_head
SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1;

-- name: audit_append
INSERT INTO audit (seq, at_ms, actor, on_behalf, event, subject, detail, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: audit_walk
SELECT seq, at_ms, actor, on_behalf, event, subject, detail, hash FROM audit
WHERE seq > $1 ORDER BY seq;

-- name: audit_of_event
SELECT seq FROM audit WHERE subject = $1 AND event = $2 ORDER BY seq DESC LIMIT 1;

-- name: audit_of_subject
SELECT seq, at_ms, actor, on_behalf, event, subject, detail FROM audit
WHERE subject = $1 ORDER BY seq;

-- ---- jobs ------------------------------------------------------------------------------------
-- name: job_add
INSERT INTO job (id, kind, key, state, run_at_ms, subject, detail, created_ms, changed_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
ON CONFLICT (key) DO NOTHING;

-- name: job_id_of_key
SELECT id FROM job WHERE key = $1;

-- name: job_fault_waits
SELECT 1 FROM job WHERE key > 'admin|fault|' AND key < 'admin|fault}' AND state IN (1, 2) LIMIT 1;

-- name: job_next_ready
SELECT id, attempt, run_at_ms, deaths FROM job
WHERE state = 2 AND kind = $1 AND (run_at_ms, id) > ($2, $3)
ORDER BY run_at_ms, id LIMIT $4;

-- name: job_newest_ready
SELECT run_at_ms FROM job WHERE state = 2 AND kind = $1 AND run_at_ms > $2
ORDER BY run_at_ms DESC, id DESC LIMIT 1;

-- name: job_wake
UPDATE job SET state = 2, changed_ms = $1 WHERE state = 1 AND run_at_ms <= $1;

-- name: job_next_waiting
SELECT run_at_ms FROM job WHERE state = 1 ORDER BY run_at_ms, id LIMIT 1;

-- name: job_show
SELECT id, kind, key, state, attempt, failures, deaths, run_at_ms, subject, detail, reason,
       created_ms, changed_ms
FROM job WHERE id = $1;

-- name: job_done
UPDATE job SET state = 3, changed_ms = $1 WHERE id = $2 AND state = 2 AND attempt = $3;

-- name: job_others_ready
SELECT 1 FROM job WHERE state = 2 AND kind = $1 AND id <> $2 LIMIT 1;

-- name: job_is_mine
SELECT 1 FROM job WHERE id = $1 AND state = 2 AND attempt = $2;

-- name: job_offer_again
UPDATE job SET attempt = attempt + 1, deaths = deaths + $1, changed_ms = $2
WHERE id = $3 AND state = 2 AND attempt = $4;

-- name: job_moved_on
UPDATE job SET deaths = 0 WHERE id = $1 AND state = 2 AND attempt = $2 AND deaths > 0;

-- name: job_retry_later
UPDATE job SET state = 1, attempt = attempt + 1, failures = failures + $1, run_at_ms = $2,
       reason = $3, changed_ms = $4
WHERE id = $5 AND state = 2 AND attempt = $6;

-- name: job_give_up
UPDATE job SET state = 4, failures = failures + 1, reason = $1, changed_ms = $2
WHERE id = $3 AND state = 2 AND attempt = $4;

-- name: job_revive
UPDATE job SET state = 2, attempt = attempt + 1, failures = 0, deaths = 0, run_at_ms = $1,
       reason = $2, changed_ms = $1
WHERE id = $3 AND state = 4;

-- name: job_hurry
UPDATE job SET state = 2, run_at_ms = $1, changed_ms = $1 WHERE id = $2 AND state = 1;

-- name: job_cancel
UPDATE job SET state = 5, reason = $1, changed_ms = $2 WHERE id = $3 AND state IN (1, 2, 4);

-- name: job_cancel_of_subject
UPDATE job SET state = 5, reason = $1, changed_ms = $2
WHERE kind = $3 AND subject = $4 AND subject > 0 AND state IN (1, 2);

-- name: job_cancel_unsent
UPDATE job SET state = 5, reason = $1, changed_ms = $2
WHERE kind = 4 AND state IN (1, 2) AND subject > 0
    AND subject IN (SELECT id FROM notice WHERE occurrence = $3 AND state IN (1, 6));

-- name: job_list
SELECT id, kind, key, state, attempt, failures, deaths, run_at_ms, subject, detail, reason,
       created_ms, changed_ms
FROM job WHERE id > $1 ORDER BY id LIMIT $2;

-- name: job_list_open
SELECT id, kind, key, state, attempt, failures, deaths, run_at_ms, subject, detail, reason,
       created_ms, changed_ms
FROM job WHERE id > $1 AND (state = 2 OR state = 1 OR state = 4) ORDER BY id LIMIT $2;

-- name: job_list_dead
SELECT id, kind, key, state, attempt, failures, deaths, run_at_ms, subject, detail, reason,
       created_ms, changed_ms
FROM job WHERE state = 4 ORDER BY id;

-- name: job_count_ready
SELECT count(*) FROM job WHERE state = 2;

-- name: job_count_waiting
SELECT count(*) FROM job WHERE state = 1;

-- name: job_count_dead
SELECT count(*) FROM job WHERE state = 4;

-- name: job_count_failing
SELECT count(*) FROM job WHERE failures >= 3 AND state IN (1, 2);

-- ---- probe -----------------------------------------------------------------------------------
-- name: probe_add
INSERT INTO probe (job, attempt, at_ms, began_ns) VALUES ($1, $2, $3, $4);

-- name: probe_began
SELECT began_ns FROM probe WHERE job = $1;

-- name: probe_count
SELECT count(*) FROM probe;

-- ---- timers ----------------------------------------------------------------------------------
-- name: timer_set
INSERT INTO timer (occurrence, at_ms) VALUES ($1, $2)
ON CONFLICT (occurrence) DO UPDATE SET at_ms = excluded.at_ms, trouble = NULL;

-- name: timer_set_aside
UPDATE timer SET at_ms = $1, trouble = $2 WHERE occurrence = $3;

-- name: timer_troubled
SELECT occurrence, at_ms, trouble FROM timer WHERE trouble IS NOT NULL ORDER BY occurrence;

-- name: timer_count_troubled
SELECT count(*) FROM timer WHERE trouble IS NOT NULL;

-- name: timer_drop
DELETE FROM timer WHERE occurrence = $1;

-- name: timer_due
SELECT occurrence, at_ms FROM timer WHERE at_ms <= $1 ORDER BY at_ms, occurrence LIMIT $2;

-- name: timer_after
SELECT occurrence FROM timer WHERE occurrence > $1 ORDER BY occurrence;

-- name: timer_next
SELECT at_ms FROM timer ORDER BY at_ms LIMIT 1;

-- name: timer_count
SELECT count(*) FROM timer;

-- ---- the plan --------------------------------------------------------------------------------
-- name: calendar_day_clear
DELETE FROM calendar_day;

-- name: calendar_day_add
INSERT INTO calendar_day (day, kind) VALUES ($1, $2) ON CONFLICT (day) DO UPDATE SET kind = $2;

-- name: calendar_day_list
SELECT day, kind FROM calendar_day ORDER BY day;

-- name: role_clear
DELETE FROM role;

-- name: role_add
INSERT INTO role (id, title, kind, email, deputy, line_manager, director, locale, format, reader)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: role_get
-- A mail is in the words of who reads it.
SELECT r.id, r.title, r.kind, r.email, r.deputy, r.line_manager, r.director,
       coalesce(m.locale, r.locale), coalesce(m.format, r.format), r.reader
FROM role r LEFT JOIN role m ON m.id = r.reader WHERE r.id = $1;

-- name: role_is_known
SELECT 1 FROM role WHERE id = $1;

-- name: role_deputy
SELECT deputy FROM role WHERE id = $1 AND deputy IS NOT NULL;

-- name: role_list
SELECT id, title, kind, email, deputy, line_manager, director, locale, format
FROM role ORDER BY id;

-- name: plan_put
INSERT INTO plan (id, title, version, revision, owner, reviewer, verifier, forum, forum_secretary,
                  forum_chair, board_secretary, url, formats_contact, source_sha256, applied_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
ON CONFLICT (id) DO UPDATE SET title = $2, version = $3, revision = $4, owner = $5, reviewer = $6,
    verifier = $7, forum = $8, forum_secretary = $9, forum_chair = $10, board_secretary = $11,
    url = $12, formats_contact = $13, source_sha256 = $14, applied_ms = $15;

-- name: plan_get
SELECT id, title, version, revision, owner, reviewer, verifier, forum, forum_secretary, forum_chair,
       board_secretary, url, formats_contact, source_sha256, applied_ms
FROM plan WHERE id = $1;

-- name: plan_list
SELECT id, title, version, revision, owner, reviewer, verifier, forum, forum_secretary, forum_chair,
       board_secretary, url, formats_contact, source_sha256, applied_ms
FROM plan ORDER BY id;

-- name: action_put
INSERT INTO action (plan, id, objective, text, metric, timescale, completion, position, withdrawn,
                    coordinator)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)
ON CONFLICT (plan, id) DO UPDATE SET objective = $3, text = $4, metric = $5, timescale = $6,
    completion = $7, position = $8, withdrawn = 0, coordinator = $9;

-- name: action_get
SELECT plan, id, objective, text, coalesce(metric, metric_agreed) AS metric, timescale, completion,
       position, withdrawn, annual
FROM action WHERE plan = $1 AND id = $2;

-- name: action_coordinator
SELECT coordinator FROM action WHERE plan = $1 AND id = $2 AND coordinator IS NOT NULL;

-- name: action_annual
SELECT annual FROM action WHERE plan = $1 AND id = $2 AND annual IS NOT NULL;

-- name: action_annual_set
UPDATE action SET annual = $1 WHERE plan = $2 AND id = $3;

-- name: occurrence_milestones_open
SELECT id FROM occurrence
WHERE plan = $1 AND action = $2 AND kind = 5 AND state NOT IN (5, 8, 9) AND ($3 = 1 OR part = $4)
ORDER BY id;

-- name: occurrence_returns
SELECT id, ref, state, period, undo FROM occurrence
WHERE plan = $1 AND action = $2 AND kind = 3 ORDER BY due, id;

-- name: occurrence_pass_over
UPDATE occurrence SET state = $1, undo = $2, changed_ms = $3 WHERE id = $4;

-- name: occurrence_take_up
UPDATE occurrence SET state = $1, state_day = $2, nudges = 0, undo = NULL, changed_ms = $3
WHERE id = $4;

-- name: occurrence_period_set
UPDATE occurrence SET period = $1 WHERE id = $2;

-- name: occurrence_milestone_set
UPDATE occurrence SET period = $1, plan_words = $2 WHERE id = $3;

-- name: action_list
SELECT plan, id, objective, text, coalesce(metric, metric_agreed) AS metric, timescale, completion,
       position, withdrawn
FROM action ORDER BY plan, position;

-- name: action_rename
UPDATE action SET id = $1, withdrawn = 0 WHERE plan = $2 AND id = $3;

-- name: occurrence_rename
UPDATE occurrence SET ref = $1 || substr(ref, $2), action = $1, changed_ms = $3
WHERE plan = $4 AND action = $5;

-- name: action_of_plan
SELECT id, text, timescale, withdrawn FROM action WHERE plan = $1 ORDER BY position, id;

-- name: plan_forget_source
UPDATE plan SET source_sha256 = '' WHERE id = $1 AND source_sha256 <> '';

-- name: occurrence_moves_set
UPDATE occurrence SET moves = $1, moved_days = $2, unminuted = $3, moved_note = $4 WHERE id = $5;

-- name: action_withdraw
UPDATE action SET withdrawn = 1 WHERE plan = $1 AND id = $2 AND withdrawn = 0;

-- name: occurrence_add
INSERT INTO occurrence (id, plan, ref, part, action, kind, due, plan_due, state, activated, parent,
                        evidence, evidence_sha256, period, plan_words, changed_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: occurrence_find
SELECT id FROM occurrence WHERE plan = $1 AND ref = $2 AND part = $3;

-- name: occurrence_get
SELECT id, plan, ref, part, action, kind, due, state, gen, episode, level, level_day, steps_passed,
       acked_until, activated, parent, submitted_by, percent, forecast, declared, note, evidence,
       changed_ms, acks, state_day, nudges, repeats, ladder_from, rest_until, hold_until, hold_by,
       moves, moved_days, owner_moves, owner_holds, absorbed_by, period, minuted, resumed,
       figure, evidence_sha256
FROM occurrence WHERE id = $1;

-- name: occurrence_by_ref
SELECT id, plan, ref, part, action, kind, due, state, gen, episode, level, level_day, steps_passed,
       acked_until, activated, parent, submitted_by, percent, forecast, declared, note, evidence,
       changed_ms, acks, state_day, nudges, repeats, ladder_from, rest_until, hold_until, hold_by,
       moves, moved_days, owner_moves, owner_holds, absorbed_by, period, minuted, resumed
FROM occurrence WHERE plan = $1 AND ref = $2 ORDER BY part;

-- name: occurrence_list
SELECT id, plan, ref, part, action, kind, due, state, gen, episode, level, level_day, steps_passed,
       acked_until, activated, parent, submitted_by, percent, forecast, declared, note, evidence,
       changed_ms, acks, state_day, nudges, repeats, ladder_from, rest_until, hold_until, hold_by,
       moves, moved_days, owner_moves, owner_holds, absorbed_by, period, minuted, resumed
FROM occurrence ORDER BY due, id;

-- name: occurrence_of_plan
SELECT id, ref, part, due, state, action FROM occurrence WHERE plan = $1 ORDER BY ref, part;

-- name: occurrence_of_action
SELECT id, plan, ref, part, action, kind, due, state, gen, episode, level, level_day, steps_passed,
       acked_until, activated, parent, submitted_by, percent, forecast, declared, note, evidence,
       changed_ms, acks, state_day, nudges, repeats, ladder_from, rest_until, hold_until, hold_by,
       moves, moved_days, owner_moves, owner_holds, absorbed_by, period, minuted, resumed
FROM occurrence WHERE plan = $1 AND action = $2 ORDER BY due, ref, part;

-- name: occurrence_series
SELECT due, state FROM occurrence
WHERE plan = $1 AND action = $2 AND kind = $3 AND part = $4 ORDER BY due;

-- name: occurrence_parts_open
SELECT count(*) FROM occurrence WHERE parent = $1 AND state NOT IN (5, 8, 9);

-- name: occurrence_parts_complete
SELECT count(*) FROM occurrence WHERE parent = $1 AND state = 5;

-- name: occurrence_parts_begun
SELECT count(*) FROM occurrence WHERE parent = $1 AND state NOT IN (1, 5, 8, 9);

-- name: occurrence_whole_planned
SELECT w.id FROM occurrence p JOIN occurrence w ON w.id = p.parent
WHERE p.id = $1 AND p.state IN (2, 3, 4) AND w.state = 1;

-- name: occurrence_whole_state
UPDATE occurrence SET state = $1, changed_ms = $2 WHERE id = $3;

-- name: occurrence_parts
SELECT id FROM occurrence WHERE parent = $1 ORDER BY id;

-- name: occurrence_fired
UPDATE occurrence SET state = $1, level = $2, level_day = $3, steps_passed = $4, acked_until = $5,
    rest_until = $6, repeats = $7, nudges = $8, changed_ms = $9
WHERE id = $10;

-- name: occurrence_note
UPDATE occurrence SET note = $1, changed_ms = $2 WHERE id = $3;

-- name: occurrence_absorb
UPDATE occurrence SET absorbed_by = $1, changed_ms = $2 WHERE id = $3;

-- name: occurrence_inherit
UPDATE occurrence SET level = $1, level_day = $2, repeats = $3, episode = $4, rest_until = $5,
    changed_ms = $6
WHERE id = $7;

-- name: occurrence_resume
UPDATE occurrence SET state = $1, state_day = $2, nudges = 0, due = $3, ladder_from = $4,
    hold_until = NULL, hold_by = NULL, resumed = $2, changed_ms = $5
WHERE id = $6;

-- name: occurrence_hold
UPDATE occurrence SET state = $1, state_day = $2, nudges = 0, hold_until = $3, hold_by = $4,
    owner_holds = owner_holds + $5, changed_ms = $6
WHERE id = $7;

-- name: occurrence_under
UPDATE occurrence SET steps_passed = $1, repeats = $2, nudges = $3 WHERE id = $4;

-- name: occurrence_ladder_from
UPDATE occurrence SET ladder_from = $1, changed_ms = $2 WHERE id = $3;

-- name: occurrence_rest
UPDATE occurrence SET rest_until = $1, rest_gen = gen, changed_ms = $2 WHERE id = $3;

-- name: occurrence_needs_open
SELECT o.action FROM action_dep d JOIN occurrence o ON o.plan = d.plan AND o.action = d.needs
WHERE d.plan = $1 AND d.action = $2 AND o.kind IN (1, 2) AND o.parent IS NULL
    AND o.state NOT IN (5, 8, 9, 10)
ORDER BY o.due LIMIT 1;

-- name: occurrence_dependents
SELECT o.id FROM action_dep d JOIN occurrence o ON o.plan = d.plan AND o.action = d.action
WHERE d.plan = $1 AND d.needs = $2 AND o.state NOT IN (5, 8, 9) ORDER BY o.id;

-- name: occurrence_undone_of_action
SELECT id FROM occurrence
WHERE plan = $1 AND action = $2 AND state NOT IN (5, 8, 9) ORDER BY id;

-- name: occurrence_before
SELECT id FROM occurrence
WHERE plan = $1 AND action = $2 AND part = $3 AND kind = 3 AND due < $4 AND state NOT IN (8, 9, 10)
ORDER BY due DESC, id DESC
LIMIT 1;

-- name: action_dep_clear
DELETE FROM action_dep WHERE plan = $1;

-- name: action_dep_add
INSERT INTO action_dep (plan, action, needs) VALUES ($1, $2, $3)
ON CONFLICT (plan, action, needs) DO NOTHING;

-- name: action_agree_metric
UPDATE action SET metric_agreed = $1 WHERE plan = $2 AND id = $3;

-- name: role_absence_clear
DELETE FROM role_absence;

-- name: role_absence_add
INSERT INTO role_absence (role, from_day, to_day) VALUES ($1, $2, $3)
ON CONFLICT (role, from_day) DO UPDATE SET to_day = excluded.to_day;

-- name: role_is_absent
SELECT to_day FROM role_absence WHERE role = $1 AND from_day <= $2 AND to_day >= $2;

-- name: occurrence_state
UPDATE occurrence SET state = $1, state_day = $2, nudges = 0, changed_ms = $3 WHERE id = $4;

-- name: occurrence_progress
UPDATE occurrence
SET state = $1, state_day = $2, nudges = CASE WHEN state = $1 THEN nudges ELSE 0 END,
    percent = coalesce($3, percent), forecast = coalesce($4, forecast),
    declared = coalesce($5, declared), note = coalesce($6, note), changed_ms = $7
WHERE id = $8;

-- name: occurrence_submit
UPDATE occurrence SET state = $1, state_day = $2, nudges = 0, submitted_by = $3,
    submitted_hand = $4, evidence = $5, evidence_sha256 = $6, note = $7, declared = $8,
    figure = $9, changed_ms = $10
WHERE id = $11;

-- name: occurrence_hand_back
UPDATE occurrence SET state = $1, state_day = $2, nudges = 0, submitted_by = NULL,
    submitted_hand = NULL, evidence = NULL, evidence_sha256 = NULL, note = $3, declared = NULL,
    figure = NULL, changed_ms = $4
WHERE id = $5;

-- name: occurrence_handed_in
SELECT submitted_hand, evidence_sha256 FROM occurrence WHERE id = $1;

-- name: occurrence_ack
UPDATE occurrence SET acked_until = $1, acks = acks + 1, acked_by = $2, changed_ms = $3
WHERE id = $4;

-- name: occurrence_minute
UPDATE occurrence SET acked_until = $1, minuted = $2, acked_by = $3, changed_ms = $4 WHERE id = $5;

-- name: occurrence_acker
SELECT acked_by FROM occurrence WHERE id = $1;

-- name: occurrence_move
UPDATE occurrence SET due = $1, gen = gen + 1, level = 0, level_day = NULL, steps_passed = 0,
    acked_until = NULL, acks = 0, repeats = 0, nudges = 0, ladder_from = NULL, rest_until = NULL,
    hold_until = NULL, hold_by = NULL, absorbed_by = NULL, activated = $2, state = $3,
    state_day = $4, moves = moves + $5, moved_days = moved_days + $6,
    owner_moves = owner_moves + $7,
    unminuted = CASE WHEN $7 = 0 THEN 0 ELSE unminuted END, changed_ms = $8
WHERE id = $9;

-- name: occurrence_plan_due_set
UPDATE occurrence SET plan_due = $1 WHERE id = $2;

-- name: occurrence_shift
UPDATE occurrence SET due = $1, changed_ms = $2,
    rest_until = CASE WHEN coalesce(rest_until, 0) < $3 THEN $3 ELSE rest_until END
WHERE id = $4;

-- name: occurrence_said
SELECT plan_due, plan_leads, out_state, undo, unminuted, rest_gen, plan_words
FROM occurrence WHERE id = $1;

-- name: occurrence_plan_leads_set
UPDATE occurrence SET plan_leads = $1 WHERE id = $2;

-- name: occurrence_replan
UPDATE occurrence SET due = $1, gen = gen + 1, level = 0, level_day = NULL, steps_passed = 0,
    acked_until = NULL, acks = 0, repeats = 0, ladder_from = $2, rest_until = NULL,
    nudges = CASE WHEN state IN (1, 2, 3) THEN 0 ELSE nudges END, activated = $3,
    moves = moves + 1, moved_days = moved_days + $4, unminuted = unminuted + $5, moved_note = $6,
    undo = $7, changed_ms = $8
WHERE id = $9;

-- name: occurrence_unmove
UPDATE occurrence SET due = $1, gen = gen - 1, level = $2, level_day = $3, steps_passed = $4,
    acked_until = $5, acks = $6, repeats = $7, ladder_from = $8, rest_until = $9, nudges = $10,
    activated = $11, moves = moves - 1, moved_days = moved_days - $12, unminuted = $13,
    moved_note = NULL, undo = NULL, changed_ms = $14
WHERE id = $15;

-- name: occurrence_leave
UPDATE occurrence SET out_state = state, state = $1, plan_due = NULL, undo = $2, changed_ms = $3
WHERE id = $4;

-- name: occurrence_come_back
UPDATE occurrence SET state = coalesce(out_state, $1), out_state = NULL, plan_due = $2,
    rest_until = CASE WHEN coalesce(rest_until, 0) < $3 THEN $3 ELSE rest_until END,
    undo = NULL, changed_ms = $4
WHERE id = $5;

-- name: occurrence_first_undone
SELECT id FROM occurrence
WHERE plan = $1 AND action = $2 AND part = '' AND state NOT IN (5, 8, 9)
ORDER BY kind, due, id LIMIT 1;

-- name: occurrence_leaving
SELECT id FROM occurrence WHERE plan = $1 AND action = $2 AND state = 10 ORDER BY id;

-- name: occurrence_end_out
UPDATE occurrence SET state = $1, state_day = $2, nudges = 0, plan_due = due, out_state = NULL,
    undo = NULL, changed_ms = $3
WHERE id = $4;

-- name: occurrence_role_add
INSERT INTO occurrence_role (occurrence, duty, role, position) VALUES ($1, $2, $3, $4)
ON CONFLICT (occurrence, duty, role) DO NOTHING;

-- name: occurrence_supports_clear
DELETE FROM occurrence_role WHERE occurrence = $1 AND duty = 'support';

-- name: occurrence_leads_clear
DELETE FROM occurrence_role WHERE occurrence = $1 AND duty <> 'support';

-- name: occurrence_roles
SELECT duty, role, position FROM occurrence_role
WHERE occurrence = $1 ORDER BY duty, position, role;

-- ---- items: reasons to tell somebody ---------------------------------------------------------
-- name: item_add
INSERT INTO item (id, key, kind, plan, occurrence, gen, episode, step, level, role, why, of, note,
                  calls, state, ready_day, created_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1, $15, $16)
ON CONFLICT (key) DO NOTHING;

-- name: item_add_topic
INSERT INTO item (id, key, kind, plan, occurrence, gen, episode, step, level, role, why, of, note,
                  calls, state, ready_day, created_ms, topic, about, words)
VALUES ($1, $2, $3, $4, NULL, 0, 0, $5, 0, $6, $7, $8, $9, $10, 1, $11, $12, $13, $14, $15)
ON CONFLICT (key) DO NOTHING;

-- name: item_words
SELECT words FROM item WHERE id = $1;

-- name: item_of_topic
SELECT i.id, i.kind, i.step, i.level, i.role, i.why, i.of, i.gen, i.state, i.created_ms, i.notice,
       n.state, n.kind, c.words, n.created_ms
FROM item i LEFT JOIN notice n ON n.id = i.notice
LEFT JOIN notice_catch c ON c.notice = n.id AND n.state IN (1, 5, 6)
WHERE i.topic <> '' AND i.plan = $1 AND i.topic = $2 ORDER BY i.id;

-- name: rag_seen_get
SELECT color, reason, day FROM rag_seen WHERE occurrence = $1;

-- name: rag_seen_put
INSERT INTO rag_seen (occurrence, color, reason, day) VALUES ($1, $2, $3, $4)
ON CONFLICT (occurrence) DO UPDATE SET color = $2, reason = $3, day = $4;

-- name: item_get
SELECT id, kind, plan, occurrence, gen, episode, step, level, role, why, of, note, state, notice,
       ready_day, topic, about
FROM item WHERE id = $1;

-- name: item_heard_since
SELECT 1 FROM item
WHERE occurrence = $1 AND kind = $2 AND role = $3 AND note IN ('', $4)
    AND (state <> 3 OR silenced_ms IS NULL)
    AND created_ms >= (SELECT lost.created_ms FROM item lost WHERE lost.id = $5)
LIMIT 1;

-- name: item_of_person
SELECT id, kind, plan, occurrence, gen, episode, step, level, role, why, of, note, state, notice,
       ready_day, topic, about
FROM item WHERE state = 1
    AND role IN (SELECT $1 UNION ALL SELECT r.id FROM role r WHERE r.reader = $1)
    AND ready_day <= $2 ORDER BY created_ms, level, key;

-- name: item_of_notice
SELECT i.id, i.kind, i.plan, i.occurrence, i.gen, i.episode, i.step, i.level, i.role, i.why, i.of,
       i.note, coalesce(o.ref, i.topic), o.part
FROM item i LEFT JOIN occurrence o ON o.id = i.occurrence WHERE i.notice = $1 ORDER BY i.id;

-- name: item_of_occurrence
SELECT i.id, i.kind, i.step, i.level, i.role, i.why, i.of, i.gen, i.state, i.created_ms, i.notice,
       n.state, n.kind, c.words, n.created_ms,
       (SELECT min(x.level) FROM item x
        WHERE i.state = 3 AND i.silenced_ms IS NULL AND i.kind IN ('overdue', 'escalate')
            AND x.occurrence = i.occurrence AND x.gen = i.gen AND x.episode = i.episode
            AND x.role = i.role AND x.level > i.level AND x.state <> 3
            AND x.kind IN ('overdue', 'escalate'))
FROM item i LEFT JOIN notice n ON n.id = i.notice
LEFT JOIN notice_catch c ON c.notice = n.id AND n.state IN (1, 5, 6)
WHERE i.occurrence = $1 ORDER BY i.id;

-- name: item_callers
SELECT DISTINCT coalesce(r.reader, i.role) FROM item i LEFT JOIN role r ON r.id = i.role
WHERE i.state = 1 AND i.calls = 1 AND i.ready_day <= $1 ORDER BY 1;

-- name: item_next_day
SELECT ready_day FROM item WHERE state = 1 AND calls = 1 ORDER BY ready_day LIMIT 1;

-- name: item_put_off
UPDATE item SET ready_day = $1
WHERE state = 1 AND role IN (SELECT $2 UNION ALL SELECT r.id FROM role r WHERE r.reader = $2)
    AND ready_day < $1;

-- name: item_told
UPDATE item SET state = 2, notice = $1 WHERE id = $2 AND state = 1;

-- name: item_void
UPDATE item SET state = 3 WHERE id = $1 AND state = 1;

-- name: item_void_of_occurrence
-- $3: the kinds that outlast it, as |a|b|.
UPDATE item SET state = 3, silenced_ms = $1
WHERE occurrence = $2 AND state = 1 AND $3 NOT LIKE '%|' || kind || '|%';

-- name: item_void_of_lead
UPDATE item SET state = 3, silenced_ms = $1
WHERE occurrence = $2 AND state = 1
    AND ((role = $3 AND (why = $4 OR why = $5) AND kind NOT IN ('closed', 'handed-over'))
         OR of = $6);

-- name: item_of_lead_unsent
SELECT DISTINCT n.id FROM item i JOIN notice n ON n.id = i.notice
WHERE i.occurrence = $1 AND (n.state = 1 OR n.state = 6)
    AND ((i.role = $2 AND (i.why = $3 OR i.why = $4)) OR i.of = $5)
ORDER BY n.id;

-- name: item_wake_of_occurrence
UPDATE item SET state = 1, silenced_ms = NULL
WHERE occurrence = $1 AND gen = $2 AND state = 3 AND silenced_ms = $3;

-- name: item_wake_of_lead
UPDATE item SET state = 1, silenced_ms = NULL
WHERE occurrence = $1 AND gen = $2 AND state = 3
    AND silenced_ms >= (SELECT h.created_ms FROM item h WHERE h.id = $3)
    AND ((role = $4 AND (why = $5 OR why = $6)) OR of = $7);

-- name: item_wake
UPDATE item SET state = 1, silenced_ms = NULL, ready_day = $1
WHERE key = $2 AND state = 3 AND silenced_ms IS NOT NULL;

-- name: item_pending_of_kind
SELECT id FROM item
WHERE occurrence = $1 AND state = 1 AND role = $2 AND kind = $3 ORDER BY id LIMIT 1;

-- name: item_silence
UPDATE item SET state = 3, silenced_ms = $1 WHERE id = $2 AND state = 1;

-- name: item_void_of_kind
UPDATE item SET state = 3, silenced_ms = $1 WHERE occurrence = $2 AND state = 1 AND kind = $3;

-- name: item_void_of_action
UPDATE item SET state = 3, silenced_ms = $1
WHERE state = 1 AND kind = $2
    AND occurrence IN (SELECT id FROM occurrence WHERE plan = $3 AND action = $4 AND kind = 3);

-- name: item_told_of_gen
SELECT id FROM item WHERE occurrence = $1 AND state = 2 AND gen = $2 ORDER BY id LIMIT 1;

-- One whose delivery was not called off with it had none: it is kept as it was.
-- name: notice_wake_of_occurrence
UPDATE notice SET state = CASE WHEN EXISTS (SELECT 1 FROM job j WHERE j.kind = 4
        AND j.subject = notice.id AND j.subject > 0 AND j.state = 5
        AND j.changed_ms = notice.changed_ms)
    THEN 1 ELSE 6 END, changed_ms = $1
WHERE occurrence = $2 AND state = 4 AND changed_ms = $3;

-- name: job_wake_of_occurrence
UPDATE job SET state = 2, attempt = attempt + 1, reason = NULL, changed_ms = $1
WHERE kind = $2 AND subject = $3 AND subject > 0 AND state = 5 AND changed_ms = $4;

-- name: job_wake_of_notices
UPDATE job SET state = CASE WHEN run_at_ms > $1 THEN 1 ELSE 2 END, attempt = attempt + 1,
       reason = NULL, changed_ms = $1
WHERE kind = 4 AND state = 5 AND subject > 0 AND changed_ms = $2
    AND subject IN (SELECT id FROM notice WHERE occurrence = $3 AND state = 1);

-- name: item_free_of_notice
UPDATE item SET state = 1, notice = NULL WHERE notice = $1 AND state = 2;

-- name: item_notices_unsent
SELECT DISTINCT n.id FROM item i JOIN notice n ON n.id = i.notice
WHERE i.occurrence = $1 AND (n.state = 1 OR n.state = 6) ORDER BY n.id;

-- name: item_level_fate
SELECT count(i.id), min(CASE WHEN n.state = 7 OR (n.state = 6 AND c.notice IS NULL)
    THEN n.changed_ms WHEN n.state <> 8 THEN d.at_ms END), max(n.changed_ms),
    coalesce(sum(CASE WHEN i.state = 1 OR (n.state IN (1, 5) AND EXISTS (SELECT 1 FROM job j
        WHERE j.kind = 4 AND j.subject = n.id AND j.subject > 0 AND j.state IN (1, 2)))
        THEN 1 ELSE 0 END), 0)
FROM item i LEFT JOIN notice n ON n.id = i.notice
LEFT JOIN delivery_outcome d ON d.notice = i.notice AND d.outcome = 'accepted'
LEFT JOIN notice_catch c ON c.notice = i.notice
WHERE i.occurrence = $1 AND i.gen = $2 AND i.level = $3 AND i.kind IN ('overdue', 'escalate')
    AND i.state <> 3 AND i.why <> $4 AND i.why <> $5 AND (n.id IS NULL OR n.state <> 4);

-- name: item_tell_level_again
UPDATE item SET state = 1, ready_day = $1, silenced_ms = NULL, notice = NULL,
    calls = CASE WHEN notice IS NULL THEN calls ELSE 1 END
WHERE occurrence = $2 AND gen = $3 AND episode = $4 AND level = $5
    AND kind IN ('overdue', 'escalate') AND ((state = 3 AND silenced_ms IS NOT NULL)
        OR (state = 2 AND notice IN (SELECT id FROM notice WHERE occurrence = $2 AND state = 4)));

-- ---- notices and their delivery --------------------------------------------------------------
-- name: notice_unsent_of_person
-- Its own, and what waits for another reader but tells one of its posts, which read there once.
SELECT id FROM notice WHERE (state = 1 OR state = 6)
    AND role IN (SELECT $1 UNION ALL SELECT x.id FROM role x)
    AND kind = 'digest'
    AND (role IN (SELECT $1 UNION ALL SELECT r.id FROM role r WHERE r.reader = $1)
        OR EXISTS (SELECT 1 FROM item i WHERE i.notice = notice.id
            AND i.role IN (SELECT $1 UNION ALL SELECT r.id FROM role r WHERE r.reader = $1)))
    AND (state = 1 OR EXISTS (SELECT 1 FROM notice_catch c WHERE c.notice = notice.id))
ORDER BY id;

-- name: notice_is_in_doubt
SELECT 1 FROM delivery d LEFT JOIN delivery_outcome o
    ON o.notice = d.notice AND o.attempt = d.attempt
WHERE d.notice = $1 AND (o.outcome IS NULL OR o.outcome IN ('accepted', 'unknown')) LIMIT 1;

-- name: notice_cancel
UPDATE notice SET state = 4, changed_ms = $1 WHERE id = $2 AND (state = 1 OR state = 6);

-- name: notice_add
INSERT INTO notice (id, key, kind, plan, occurrence, step, role, address, why, subject, body, mail,
                    message_id, state, created_ms, changed_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15)
ON CONFLICT (key) DO NOTHING;

-- name: notice_id_of_key
SELECT id FROM notice WHERE key = $1;

-- name: notice_get
SELECT id, key, kind, plan, occurrence, step, role, address, why, subject, body, mail, message_id,
       state, created_ms, changed_ms
FROM notice WHERE id = $1;

-- name: notice_last
SELECT id FROM notice ORDER BY id DESC LIMIT 1;

-- name: notice_first_unsent
SELECT id FROM notice WHERE state <> 2 AND (state = 1 OR state = 6) ORDER BY id LIMIT 1;

-- name: action_dep_list
SELECT needs FROM action_dep WHERE plan = $1 AND action = $2 ORDER BY needs;

-- name: notice_list
SELECT id, key, kind, plan, occurrence, step, role, address, why, subject, message_id, state,
       created_ms, changed_ms
FROM notice WHERE id > $1 ORDER BY id LIMIT $2;

-- name: notice_to_leave
-- As notice_list, and when its mail is tried next.
SELECT n.id, n.key, n.kind, n.plan, n.occurrence, n.step, n.role, n.address, n.why, n.subject,
       n.message_id, n.state, n.created_ms, n.changed_ms, j.run_at_ms
FROM notice n JOIN job j ON j.kind = 4 AND j.subject = n.id AND j.subject > 0
WHERE (n.state = 1 OR n.state = 5) AND j.state IN (1, 2) ORDER BY n.id;

-- name: notice_list_newest
SELECT id, kind, plan, occurrence, step, role, why, subject, state, created_ms
FROM notice ORDER BY id DESC;

-- name: notice_state_set
UPDATE notice SET state = $1, changed_ms = $2 WHERE id = $3 AND state NOT IN (2, 7, 8);

-- name: notice_cancel_of_occurrence
UPDATE notice SET state = 4, changed_ms = $1 WHERE occurrence = $2 AND state IN (1, 6);

-- name: notice_refuse_of_job
UPDATE notice SET state = 3, changed_ms = $1
WHERE state = 1 AND id = (SELECT subject FROM job WHERE id = $2 AND kind = 4);

-- name: notice_cancel_of_job
UPDATE notice SET state = 4, changed_ms = $1
WHERE state IN (1, 5, 6) AND id = (SELECT subject FROM job WHERE id = $2 AND kind = 4);

-- name: notice_revive_of_job
UPDATE notice SET state = 1, changed_ms = $1
WHERE state = 3 AND id = (SELECT subject FROM job WHERE id = $2 AND kind = 4);

-- name: notice_counts
SELECT state, count(*) FROM notice GROUP BY state ORDER BY state;

-- name: delivery_claim
INSERT INTO delivery (notice, attempt, holder, began_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (notice, attempt) DO NOTHING;

-- name: delivery_accepted
SELECT 1 FROM delivery_outcome WHERE notice = $1 AND outcome = 'accepted';

-- name: delivery_outcome_add
INSERT INTO delivery_outcome (notice, attempt, outcome, code, words, at_ms)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (notice, attempt) DO NOTHING;

-- name: delivery_list
SELECT d.attempt, d.began_ms, o.outcome, o.code, o.words, o.at_ms
FROM delivery d LEFT JOIN delivery_outcome o ON o.notice = d.notice AND o.attempt = d.attempt
WHERE d.notice = $1 ORDER BY d.attempt;

-- ---- surveys ---------------------------------------------------------------------------------
-- name: survey_find
SELECT id, shape, newest_month FROM survey WHERE name = $1;

-- name: survey_add
INSERT INTO survey (id, name, shape, changed_ms) VALUES ($1, $2, $3, $4);

-- name: survey_newest
UPDATE survey SET newest_month = $1, changed_ms = $2 WHERE id = $3 AND newest_month < $1;

-- name: survey_question_find
SELECT id FROM survey_question WHERE survey = $1 AND kind = $2 AND name = $3 AND shape = $4;

-- name: survey_question_add
INSERT INTO survey_question (id, survey, kind, name, shape) VALUES ($1, $2, $3, $4, $5);

-- name: survey_question_defined
UPDATE survey_question SET definition = $1 WHERE id = $2;

-- name: survey_wordings
SELECT kind, name, id, definition FROM survey_question WHERE survey = $1 ORDER BY kind, name, id;

-- name: survey_definition_find
SELECT id FROM survey_definition WHERE survey = $1 AND digest = $2;

-- name: survey_definition_add
INSERT INTO survey_definition (id, survey, digest, words) VALUES ($1, $2, $3, $4);

-- name: survey_definition_used
SELECT count(*) FROM survey_question WHERE survey = $1 AND definition = $2;

-- name: survey_definition_get
SELECT words FROM survey_definition WHERE id = $1;

-- name: survey_definition_drop
DELETE FROM survey_definition WHERE survey = $1 AND id NOT IN
    (SELECT q.definition FROM survey_question q WHERE q.survey = survey_definition.survey);

-- name: survey_group_find
SELECT id FROM survey_group WHERE survey = $1 AND name = $2;

-- name: survey_group_add
INSERT INTO survey_group (id, survey, name) VALUES ($1, $2, $3);

-- name: survey_form_find
SELECT id FROM survey_form WHERE survey = $1 AND series = $2;

-- name: survey_form_add
INSERT INTO survey_form (id, survey, series) VALUES ($1, $2, $3);

-- name: survey_form_get
SELECT series FROM survey_form WHERE id = $1;

-- name: survey_unit_find
SELECT id FROM survey_unit WHERE survey = $1 AND path = $2;

-- name: survey_unit_add
INSERT INTO survey_unit (id, survey, level, path) VALUES ($1, $2, $3, $4);

-- name: survey_unit_ids
SELECT id, path FROM survey_unit WHERE survey = $1 ORDER BY id;

-- name: survey_units
SELECT path FROM survey_unit WHERE survey = $1 ORDER BY path;

-- name: survey_cell_get
SELECT counts FROM survey_cell WHERE survey = $1 AND unit = $2 AND month = $3 AND grp = $4;

-- name: survey_cell_set
INSERT INTO survey_cell (survey, unit, month, grp, counts) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (survey, month, unit, grp) DO UPDATE SET counts = excluded.counts;

-- name: survey_cell_delete
DELETE FROM survey_cell WHERE survey = $1 AND unit = $2 AND month = $3 AND grp = $4;

-- name: survey_cells
SELECT u.path, c.unit, c.month, c.grp, c.counts
FROM survey_cell c JOIN survey_unit u ON u.id = c.unit
WHERE c.survey = $1;

-- name: survey_month_cells
SELECT u.path, c.unit, c.month, c.grp, c.counts
FROM survey_cell c JOIN survey_unit u ON u.id = c.unit
WHERE c.survey = $1 AND c.month = $2;

-- name: survey_month_touch
INSERT INTO survey_month (survey, month, changed, released, charted) VALUES ($1, $2, 1, 0, 0)
ON CONFLICT (survey, month) DO UPDATE SET changed = survey_month.changed + 1;

-- name: survey_month_list
SELECT month, changed, released, charted FROM survey_month WHERE survey = $1 ORDER BY month;

-- name: survey_month_released
UPDATE survey_month SET released = $1 WHERE survey = $2 AND month = $3;

-- name: survey_month_charted
UPDATE survey_month SET charted = $1 WHERE survey = $2 AND month = $3;

-- name: survey_response_add
INSERT INTO survey_response (id, tag, survey, form, unit, grp, day, revision, state, answers, batch)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING;

-- name: survey_response_has
SELECT 1 FROM survey_response WHERE id = $1;

-- name: survey_response_set
UPDATE survey_response SET form = $1, unit = $2, grp = $3, day = $4, revision = $5, state = $6,
    answers = $7, batch = $8
WHERE id = $9;

-- name: survey_response_walk
SELECT id, survey, form, unit, grp, day, revision, state, answers FROM survey_response
WHERE id > $1 ORDER BY id LIMIT $2;

-- name: survey_arrival_add
INSERT INTO survey_arrival (id, tag, survey, form, unit, grp, day, revision, state, answers, batch)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING;

-- name: survey_arrival_has
SELECT 1 FROM survey_arrival WHERE id = $1;

-- name: survey_arrival_set
UPDATE survey_arrival SET form = $1, unit = $2, grp = $3, day = $4, revision = $5, state = $6,
    answers = $7, batch = $8
WHERE id = $9;

-- name: survey_arrival_walk
SELECT id, survey, form, unit, grp, day, revision, state, answers FROM survey_arrival
WHERE id > $1 ORDER BY id LIMIT $2;

-- name: survey_response_get
SELECT tag, survey, form, unit, grp, day, revision, state, answers FROM survey_arrival
WHERE id = $1
UNION ALL
SELECT tag, survey, form, unit, grp, day, revision, state, answers FROM survey_response
WHERE id = $1;

-- name: survey_arrival_count
SELECT count(*) FROM (SELECT 1 FROM survey_arrival LIMIT $1) AS some;

-- name: survey_arrival_end
SELECT max(id) FROM (SELECT id FROM survey_arrival ORDER BY id LIMIT $1) AS some;

-- name: survey_arrival_ids
SELECT id FROM survey_arrival WHERE id <= $1 ORDER BY id;

-- name: survey_arrival_move
INSERT INTO survey_response (id, tag, survey, form, unit, grp, day, revision, state, answers, batch)
SELECT id, tag, survey, form, unit, grp, day, revision, state, answers, batch FROM survey_arrival
WHERE id <= $1 ORDER BY id;

-- name: survey_arrival_forget
DELETE FROM survey_arrival WHERE id <= $1;

-- name: survey_seen_size
SELECT n_blocks FROM survey_seen WHERE block = 0;

-- name: survey_seen_built
SELECT max(block) + 1 FROM survey_seen;

-- name: survey_seen_get
SELECT bits FROM survey_seen WHERE block = $1;

-- name: survey_seen_set
UPDATE survey_seen SET bits = $1 WHERE block = $2;

-- name: survey_seen_add
INSERT INTO survey_seen (block, n_blocks, bits) VALUES ($1, $2, $3);

-- name: survey_seen_clear
DELETE FROM survey_seen;

-- name: survey_seen_ids
SELECT id FROM survey_response WHERE id >= $1 AND id <= $2;

-- name: survey_settled_count
SELECT count(*) FROM survey_response WHERE id <= $1;

-- name: survey_comment_set
INSERT INTO survey_comment (response, survey, unit, day, words) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (response) DO UPDATE SET unit = excluded.unit, day = excluded.day,
    words = excluded.words;

-- name: survey_comment_delete
DELETE FROM survey_comment WHERE response = $1;

-- name: survey_comment_expire
DELETE FROM survey_comment WHERE survey = $1 AND day < $2;

-- name: survey_comments
SELECT u.path, c.day, c.words FROM survey_comment c JOIN survey_unit u ON u.id = c.unit
WHERE c.survey = $1 ORDER BY c.day, c.response;

-- name: survey_quality_set
INSERT INTO survey_quality (batch, name, value) VALUES ($1, $2, $3)
ON CONFLICT (batch, name) DO UPDATE SET value = excluded.value;

-- name: survey_quality_list
SELECT name, value FROM survey_quality WHERE batch = $1 ORDER BY name;

-- name: survey_batch_list
SELECT id, name, began_ms, changed_ms FROM survey_batch WHERE survey = $1 ORDER BY id;

-- name: survey_batch_get
SELECT b.id, b.name, b.state, b.bytes_done, b.line, b.n_read, b.n_new, b.n_repeat, b.n_corrected,
       b.n_withdrawn, b.n_stale, b.n_late, b.n_rejected, b.late_before, b.changed_ms,
       b.survey, s.name
FROM survey_batch b JOIN survey s ON s.id = b.survey WHERE b.id = $1;

-- name: survey_batch_find
SELECT id, name, state, bytes_done, line, n_read, n_new, n_repeat, n_corrected, n_withdrawn,
       n_stale, n_late, n_rejected, late_before, changed_ms
FROM survey_batch WHERE survey = $1 AND sha256 = $2;

-- name: survey_batch_add
INSERT INTO survey_batch (id, survey, sha256, name, state, late_before, began_ms, changed_ms)
VALUES ($1, $2, $3, $4, 1, $5, $6, $6);

-- name: survey_batch_again
UPDATE survey_batch SET name = $1, state = 1, bytes_done = 0, line = 1, late_before = $2,
    n_read = 0, n_new = 0, n_repeat = 0, n_corrected = 0, n_withdrawn = 0, n_stale = 0, n_late = 0,
    n_rejected = 0, changed_ms = $3
WHERE id = $4;

-- name: survey_batch_rejects_drop
DELETE FROM survey_reject WHERE batch = $1;

-- name: survey_batch_reasons_drop
DELETE FROM survey_reject_count WHERE batch = $1;

-- name: survey_batch_move
UPDATE survey_batch SET state = $1, bytes_done = $2, line = $3, n_read = n_read + $4,
    n_new = n_new + $5, n_repeat = n_repeat + $6, n_corrected = n_corrected + $7,
    n_withdrawn = n_withdrawn + $8, n_stale = n_stale + $9, n_late = n_late + $10,
    n_rejected = n_rejected + $11,
    changed_ms = CASE WHEN changed_ms < $12 THEN $12 ELSE changed_ms END
WHERE id = $13 AND state <> 2 AND bytes_done = $14;

-- name: survey_batch_cut
UPDATE survey_batch SET state = 3 WHERE survey = $1 AND name = $2 AND state = 1 AND sha256 <> $3;

-- name: survey_reject_add
INSERT INTO survey_reject (batch, line, col, reason, words) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (batch, line) DO NOTHING;

-- name: survey_reject_forget
UPDATE survey_reject SET words = ''
WHERE words <> ''
    AND batch IN (SELECT id FROM survey_batch WHERE changed_ms < $1 AND $2 IN (0, id));

-- name: survey_reject_forget_line
UPDATE survey_reject SET words = '' WHERE batch = $1 AND line = $2;

-- name: survey_reject_count_fold
INSERT INTO survey_reject_count (batch, reason, n)
SELECT batch, $1, sum(n) FROM survey_reject_count
WHERE reason LIKE $2
    AND batch IN (SELECT id FROM survey_batch WHERE changed_ms < $3 AND $4 IN (0, id))
GROUP BY batch
ON CONFLICT (batch, reason) DO UPDATE SET n = survey_reject_count.n + excluded.n;

-- name: survey_reject_count_folded
DELETE FROM survey_reject_count
WHERE reason LIKE $1
    AND batch IN (SELECT id FROM survey_batch WHERE changed_ms < $2 AND $3 IN (0, id));

-- name: survey_reject_count_add
INSERT INTO survey_reject_count (batch, reason, n) VALUES ($1, $2, $3)
ON CONFLICT (batch, reason) DO UPDATE SET n = survey_reject_count.n + excluded.n;

-- name: survey_rejects
SELECT line, col, reason, words FROM survey_reject WHERE batch = $1 ORDER BY line;

-- name: survey_reject_counts
SELECT reason, n FROM survey_reject_count WHERE batch = $1 ORDER BY reason;

-- name: delivery_open_claims
SELECT j.id, j.attempt FROM job j
JOIN delivery d ON d.notice = j.subject AND d.attempt = j.attempt
LEFT JOIN delivery_outcome o ON o.notice = d.notice AND o.attempt = d.attempt
WHERE j.state = 2 AND j.kind = 4 AND o.notice IS NULL;

-- name: plan_count
SELECT count(*) FROM plan;

-- ---- what was published of surveys ------------------------------------------------

-- name: survey_release_add
INSERT INTO survey_release (id, survey, month, version, k, at_ms, places)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: survey_release_cell_add
INSERT INTO survey_release_cell (release, question, path, is_shown, n1, n2, n3, n4, n5, n6, n7, n8,
    n9, n10, n11, n12)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: survey_release_newest
SELECT id, version, k, places FROM survey_release WHERE survey = $1 AND month = $2
ORDER BY version DESC LIMIT 1;

-- name: survey_release_newest_of
SELECT id, version, k, places FROM survey_release r
WHERE survey = $1 AND month = $2 AND EXISTS
    (SELECT 1 FROM survey_release_cell c WHERE c.release = r.id AND c.question = $3)
ORDER BY version DESC LIMIT 1;

-- name: survey_release_first_shown
SELECT r.id
FROM survey_release r
JOIN survey_release_cell c ON c.release = r.id
WHERE r.survey = $1 AND r.month = $2 AND c.question = $3 AND c.path = '' AND c.is_shown = 1
ORDER BY r.version LIMIT 1;

-- name: survey_release_cells
SELECT path, is_shown, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12
FROM survey_release_cell WHERE release = $1 AND question = $2 ORDER BY path;

-- name: survey_release_slice_add
INSERT INTO survey_release_slice (release, question, path, grp, is_shown, n1, n2, n3, n4, n5, n6,
    n7, n8, n9, n10, n11, n12)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: survey_release_slices
SELECT s.path, s.is_shown, s.n1, s.n2, s.n3, s.n4, s.n5, s.n6, s.n7, s.n8, s.n9, s.n10, s.n11,
    s.n12, s.grp, g.name, 0
FROM survey_release_slice s JOIN survey_group g ON g.id = s.grp
WHERE s.release = $1 AND s.question = $2 ORDER BY s.path, g.name;

-- name: survey_release_leaf_add
INSERT INTO survey_release_leaf (release, question, path, grp, n1, n2, n3, n4, n5, n6, n7, n8, n9,
    n10, n11, n12)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: survey_release_leaves
SELECT l.path, 0, l.n1, l.n2, l.n3, l.n4, l.n5, l.n6, l.n7, l.n8, l.n9, l.n10, l.n11, l.n12,
    l.grp, '', r.version
FROM survey_release r JOIN survey_release_leaf l ON l.release = r.id
WHERE r.survey = $1 AND r.month = $2 AND l.question = $3 ORDER BY r.version, l.path, l.grp;

-- name: survey_release_total_add
INSERT INTO survey_release_total (question, first_month, last_month, path, is_shown, months, n1, n2,
    n3, n4, n5, n6, n7, n8, n9, n10, n11, n12)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: survey_release_total_overlaps
SELECT count(*) FROM survey_release_total
WHERE question = $1 AND first_month <= $2 AND last_month >= $3;

-- name: survey_release_totals
SELECT path, is_shown, n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12, first_month, last_month,
    months
FROM survey_release_total WHERE question = $1 ORDER BY first_month, path;

-- name: survey_release_list
SELECT id, month, version, k, at_ms FROM survey_release WHERE survey = $1 ORDER BY month, version;

-- name: survey_release_series
SELECT DISTINCT q.id
FROM survey_question q
JOIN survey_release r ON r.survey = q.survey
JOIN survey_release_cell c ON c.release = r.id AND c.question = q.id AND c.path = ''
WHERE q.survey = $1 AND r.month = $2;

-- name: survey_batch_running
SELECT count(*) FROM survey_batch WHERE survey = $1 AND state = 1;

-- name: survey_batch_oldest
SELECT min(began_ms) FROM survey_batch WHERE survey = $1;
