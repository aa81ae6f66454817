-- SPDX-License-Identifier: MIT
-- queries_trend.sql - every statement about measures, baselines and signals; named like those of
-- queries.sql, to which it belongs.

-- name: measure_find
SELECT id, mark FROM measure WHERE name = $1;

-- name: measure_approvers
SELECT m.id, p.owner, p.verifier, s.id FROM measure m LEFT JOIN plan p ON p.id = m.plan
LEFT JOIN survey s ON s.name = m.survey
WHERE m.name = $1;

-- name: measure_put
INSERT INTO measure (id, name, survey, plan, action, level, mark, month, n_values, kind, states,
                     variation, assurance, changed_ms, words, series, first_month)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (id) DO UPDATE SET plan = $4, action = $5, mark = $7, month = $8, n_values = $9,
    kind = $10, states = $11, variation = $12, assurance = $13, changed_ms = $14, words = $15,
    series = $16, first_month = $17;

-- name: measure_of_survey
SELECT id, name, series FROM measure WHERE survey = $1 AND ended_ms IS NULL;

-- name: measure_of_series
SELECT id FROM measure WHERE survey = $1
AND (series = $2 AND name IN ($3, $3 || ' (ended ' || id || ')') OR series = 0 AND name = $3);

-- name: measure_ended
SELECT id, name, series FROM measure WHERE survey = $1 AND ended_ms IS NOT NULL ORDER BY id;

-- name: measure_again
UPDATE measure SET name = $1, mark = '', ended_ms = NULL
WHERE id = $2 AND NOT EXISTS (SELECT 1 FROM measure x WHERE x.name = $1);

-- name: measure_end
UPDATE measure SET name = name || ' (ended ' || id || ')', plan = '', action = '', ended_ms = $1
WHERE id = $2;

-- name: measure_drop
DELETE FROM measure WHERE id = $1;

-- name: measure_list
SELECT m.id, m.name, m.survey, m.plan, m.action, m.month, m.n_values, m.kind, m.states,
       m.variation, m.assurance, s.first_month, s.verdict, m.first_month, m.ended_ms,
       (SELECT count(*) FROM survey_question q JOIN survey_question p
        ON p.survey = q.survey AND p.kind = q.kind AND p.name = q.name AND p.id <= q.id
        WHERE q.id = m.series)
FROM measure m LEFT JOIN signal s ON s.id =
    (SELECT max(x.id) FROM signal x WHERE x.measure = m.id AND x.is_open = 1)
WHERE m.ended_ms IS NULL OR $1 ORDER BY m.name, m.id;

-- name: measure_n_ended
SELECT count(*) FROM measure WHERE ended_ms IS NOT NULL;

-- name: baseline_put
INSERT INTO baseline (measure, month, is_on, reason, actor, on_behalf, at_ms)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (measure, month) DO UPDATE SET is_on = $3, reason = $4, actor = $5, on_behalf = $6,
    at_ms = $7;

-- name: baseline_list
SELECT month, is_on, reason, actor, on_behalf, at_ms FROM baseline WHERE measure = $1
ORDER BY month;

-- name: signal_newest
SELECT id, is_open, first_month, last_month, opened_month, rule, limits, opened_ms, persisted_ms
FROM signal WHERE measure = $1 AND verdict = $2 ORDER BY id DESC LIMIT 1;

-- name: signal_add
INSERT INTO signal (id, measure, verdict, is_open, first_month, last_month, opened_month, rule,
                    limits, opened_ms, changed_ms)
VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $9);

-- name: signal_move
UPDATE signal SET is_open = $1, first_month = $2, last_month = $3, changed_ms = $4 WHERE id = $5;

-- name: signal_end
UPDATE signal SET is_open = 0, changed_ms = $1 WHERE measure = $2 AND is_open = 1;

-- name: signal_is_open
SELECT 1 FROM signal WHERE id = $1 AND is_open = 1;

-- name: signal_persisted
UPDATE signal SET persisted_ms = $1 WHERE id = $2 AND persisted_ms IS NULL;

-- name: signal_of_measure
SELECT id, verdict, is_open, first_month, last_month, opened_month, rule, limits, opened_ms,
       persisted_ms, changed_ms
FROM signal WHERE measure = $1 ORDER BY id;

-- name: measure_of_action
SELECT m.id, m.name, m.level, m.month, m.states, m.words, s.verdict, s.first_month
FROM measure m LEFT JOIN signal s ON s.id =
    (SELECT max(x.id) FROM signal x WHERE x.measure = m.id AND x.is_open = 1)
WHERE m.plan = $1 AND m.action = $2
ORDER BY CASE s.verdict WHEN 2 THEN 0 WHEN 1 THEN 1 ELSE 2 END, m.level, m.id;

-- name: signal_of_action
SELECT s.id, s.verdict, s.first_month, s.last_month, m.name
FROM measure m JOIN signal s ON s.measure = m.id
WHERE m.plan = $1 AND m.action = $2 AND s.is_open = 1
ORDER BY CASE s.verdict WHEN 2 THEN 0 WHEN 1 THEN 1 ELSE 2 END, m.level, s.id;

-- name: baseline_newest
SELECT count(*), max(at_ms) FROM baseline;

-- name: survey_sum_clear
DELETE FROM survey_sum WHERE survey = $1 AND month = $2;

-- name: survey_sum_add
INSERT INTO survey_sum (survey, month, series, path, counts) VALUES ($1, $2, $3, $4, $5);

-- name: survey_sum_month
SELECT path, counts FROM survey_sum WHERE survey = $1 AND month = $2 ORDER BY series, path;

-- name: survey_sum_list
SELECT path, counts FROM survey_sum WHERE survey = $1 AND month = $2 AND series = $3
ORDER BY path;

-- name: survey_sum_get
SELECT path, counts FROM survey_sum
WHERE survey = $1 AND month = $2 AND series = $3 AND path = $4;
