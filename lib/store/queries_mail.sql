-- SPDX-License-Identifier: MIT
-- queries_mail.sql - what keeps mail in the house: catches, ceilings, quarantine, bounces.

-- ---- catches: why a notice does not leave ----------------------------------------------------
-- name: catch_set
INSERT INTO notice_catch (notice, what, words, at_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (notice) DO UPDATE SET what = excluded.what, words = excluded.words;

-- name: catch_drop
DELETE FROM notice_catch WHERE notice = $1;

-- name: catch_get
SELECT words FROM notice_catch WHERE notice = $1;

-- name: catch_list
SELECT n.id, n.role, n.address, n.subject, n.created_ms, n.state, c.what, c.words,
       r.email
FROM notice_catch c JOIN notice n ON n.id = c.notice LEFT JOIN role r ON r.id = n.role
WHERE n.state IN (1, 5, 6) AND c.notice > $1 ORDER BY c.notice;

-- name: catch_count
SELECT c.what, count(*), count(DISTINCT lower(n.address))
FROM notice_catch c JOIN notice n ON n.id = c.notice
WHERE n.state IN (1, 5, 6) GROUP BY c.what ORDER BY c.what;

-- name: notice_is_overtaken
-- A level that goes alone, and its demand has reached a higher one since.
SELECT 1 FROM notice n JOIN item i ON i.notice = n.id JOIN occurrence o ON o.id = i.occurrence
WHERE n.id = $1 AND n.kind = 'escalate' AND i.gen = o.gen AND i.level < o.level LIMIT 1;

-- name: item_call_of_alone
-- What went alone makes no digest by itself; taken back, it must.
UPDATE item SET calls = 1
WHERE notice = $1 AND state = 2
    AND EXISTS (SELECT 1 FROM notice n WHERE n.id = $1 AND n.kind <> 'digest');

-- name: notice_waiting
SELECT n.id, n.role, n.address, n.subject, n.created_ms, n.state, coalesce(c.what, ''),
       coalesce(c.words, ''), n.kind
FROM notice n LEFT JOIN notice_catch c ON c.notice = n.id
WHERE n.state = 1 OR n.state = 5
UNION ALL
SELECT n.id, n.role, n.address, n.subject, n.created_ms, n.state, c.what, c.words, n.kind
FROM notice_catch c JOIN notice n ON n.id = c.notice WHERE n.state = 6
ORDER BY 1;

-- name: notice_count_waiting
SELECT count(*), count(DISTINCT lower(address)) FROM notice
WHERE (state = 1 OR state = 5) AND kind <> 'admin';

-- name: notice_waiting_roles
SELECT coalesce(r.title, n.role), count(*) FROM notice n LEFT JOIN role r ON r.id = n.role
WHERE (n.state = 1 OR n.state = 5) AND n.kind <> 'admin' GROUP BY n.role, r.title
ORDER BY 2 DESC, 1;

-- name: catch_roles
SELECT coalesce(r.title, n.role), c.words, count(*)
FROM notice_catch c JOIN notice n ON n.id = c.notice LEFT JOIN role r ON r.id = n.role
WHERE n.state IN (1, 5, 6) GROUP BY n.role, r.title, c.words ORDER BY 1;

-- name: notice_unjudged
SELECT count(*), count(DISTINCT lower(n.address)) FROM job j JOIN notice n ON n.id = j.subject
WHERE j.state = 1 AND j.run_at_ms = $1;

-- name: job_judged
UPDATE job SET state = 2, run_at_ms = $1, changed_ms = $1 WHERE state = 1 AND run_at_ms = $2;

-- name: notice_pending_set
UPDATE notice SET state = $1, changed_ms = $2 WHERE (state = 1 OR state = 5) AND state = 1;

-- name: notice_caught_set
UPDATE notice SET state = $1, changed_ms = $2
WHERE id IN (SELECT notice FROM notice_catch) AND state = 6;

-- name: catch_clear
DELETE FROM notice_catch;

-- name: job_cancel_deliveries
UPDATE job SET state = 5, reason = $1, changed_ms = $2
WHERE kind = 4 AND subject > 0 AND state IN (1, 2)
    AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.id = job.subject AND n.state = 5);

-- name: delivery_last_tries
-- When the mail of a job was tried, newest first.
SELECT d.began_ms FROM delivery d JOIN job j ON j.subject = d.notice
WHERE j.id = $1 AND j.kind = 4 ORDER BY d.attempt DESC LIMIT $2;

-- name: notice_role_of
SELECT n.role, n.address, n.kind, n.state, n.step, n.created_ms, r.email
FROM notice n LEFT JOIN role r ON r.id = n.role WHERE n.id = $1;

-- name: notice_write_again
UPDATE notice SET address = $1, why = $2, subject = $3, body = $4, mail = $5, created_ms = $6,
    changed_ms = $6
WHERE id = $7 AND state IN (1, 6);

-- name: digest_is_again
-- 1: all that calls stood in the last digest of the mailbox, whose keys begin with $1, and which
-- was taken back or waits.
SELECT 1 FROM notice n
WHERE n.id = (SELECT max(l.id) FROM notice l WHERE l.key >= $1 AND l.key < $2)
    AND n.state IN (1, 4, 6) AND NOT EXISTS (
        SELECT 1 FROM item i WHERE i.state = 1 AND i.calls = 1 AND i.ready_day <= $3
            AND i.role IN (SELECT $4 UNION ALL SELECT r.id FROM role r WHERE r.reader = $4)
            AND i.created_ms > n.created_ms);

-- name: digest_first_try
-- When the first was tried of the digests of a mailbox that went one into the next, up to this
-- one, which failed each time.
SELECT min(d.began_ms) FROM notice n JOIN job j ON j.kind = 4 AND j.subject = n.id
JOIN delivery d ON d.notice = n.id
WHERE j.subject > 0 AND n.key >= $1 AND n.key < $2 AND n.state = 4 AND j.state = 5 AND j.reason = $3
    AND n.id > (SELECT coalesce(max(l.id), 0) FROM notice l
                WHERE l.key >= $1 AND l.key < $2 AND l.state <> 4 AND l.id < $4)
    AND (SELECT count(*) FROM delivery t WHERE t.notice = $4) <= $5;

-- name: notice_by_message
SELECT id FROM notice WHERE message_id >= $1 AND message_id < $2 ORDER BY message_id LIMIT 1;

-- name: notice_bounced
UPDATE notice SET state = 8, changed_ms = $1 WHERE id = $2 AND state IN (1, 2, 3, 5, 6);

-- name: notice_let_go
UPDATE notice SET state = 1, changed_ms = $1 WHERE id = $2 AND state = 6;

-- ---- ceilings --------------------------------------------------------------------------------
-- name: slot_take
INSERT INTO mail_slot (day, urgent, notice, address) VALUES ($1, $2, $3, $4)
ON CONFLICT (day, urgent, notice) DO NOTHING;

-- name: slot_give_back
DELETE FROM mail_slot WHERE day = $1 AND urgent = $2 AND notice = $3;

-- name: slot_has
SELECT 1 FROM mail_slot WHERE day = $1 AND urgent = $2 AND notice = $3;

-- name: slot_of_digest
SELECT 1 FROM mail_slot WHERE address = $1 AND day = $2 AND urgent = 0 LIMIT 1;

-- name: slot_count
SELECT count(*), coalesce(sum(CASE WHEN address = $1 THEN 1 ELSE 0 END), 0) FROM mail_slot
WHERE day = $2 AND urgent = $3;

-- name: slot_forget
DELETE FROM mail_slot WHERE day < $1;

-- ---- deliveries that pass while mail is held -------------------------------------------------
-- name: job_next_passing
SELECT id, attempt, run_at_ms, deaths FROM job
WHERE state = 2 AND kind = 4 AND detail <> '' AND detail <> $1 AND (run_at_ms, id) > ($2, $3)
ORDER BY run_at_ms, id LIMIT $4;

-- ---- quarantine and bounces ------------------------------------------------------------------
-- name: quarantine_get
SELECT 1 FROM quarantine WHERE address = $1;

-- name: quarantine_put
INSERT INTO quarantine (address, notice, words, at_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (address) DO NOTHING;

-- name: quarantine_drop
DELETE FROM quarantine WHERE address = $1;

-- name: quarantine_forget
DELETE FROM quarantine WHERE address NOT IN
    (SELECT lower(email) FROM role WHERE email IS NOT NULL);

-- name: quarantine_list
SELECT r.id, r.title, q.words, q.at_ms, q.notice
FROM quarantine q JOIN role r ON lower(r.email) = q.address ORDER BY r.id;

-- name: quarantine_count
SELECT count(*) FROM quarantine;

-- ---- what the admin has to mend ---------------------------------------------------------------
-- name: fault_put
INSERT INTO fault (kind, subject, plan, words, since_ms, is_open) VALUES ($1, $2, $3, $4, $5, 1)
ON CONFLICT (kind, subject) DO UPDATE SET plan = excluded.plan, words = excluded.words, is_open = 1,
    since_ms = CASE WHEN fault.is_open = 1 THEN fault.since_ms ELSE excluded.since_ms END;

-- name: fault_untold
SELECT 1 FROM fault WHERE kind = $1 AND subject = $2 AND told <> $3;

-- name: fault_is_open
SELECT 1 FROM fault WHERE kind = $1 AND subject = $2 AND is_open = 1;

-- name: fault_list
SELECT subject, plan, words, since_ms, told FROM fault WHERE kind = $1 AND is_open = 1
ORDER BY subject;

-- name: fault_told
UPDATE fault SET told = $1 WHERE kind = $2 AND is_open = 1;

-- name: fault_of_plan
SELECT 1 FROM fault WHERE plan = $1 AND is_open = 1 LIMIT 1;

-- name: fault_count
SELECT count(*) FROM fault WHERE kind = $1 AND is_open = 1;

-- name: fault_count_surveys
SELECT count(*) FROM fault WHERE kind IN ('survey', 'inbox') AND is_open = 1;

-- name: fault_mended
UPDATE fault SET is_open = 0 WHERE kind = $1 AND is_open = 1;

-- name: role_leads
-- 1 when it has something to do that is not closed.
SELECT 1 FROM occurrence_role r JOIN occurrence o ON o.id = r.occurrence
WHERE r.role = $1 AND r.duty <> 'support' AND o.state NOT IN (5, 8, 9) LIMIT 1;

-- name: bounce_add
INSERT INTO bounce (id, hash, notice, verdict, status, at_ms) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (hash) DO NOTHING;

-- name: bounce_list
SELECT b.id, b.at_ms, b.verdict, b.status, b.notice, n.role, n.subject
FROM bounce b LEFT JOIN notice n ON n.id = b.notice ORDER BY b.id DESC;

-- name: occurrence_of_address
SELECT DISTINCT r.occurrence FROM occurrence_role r JOIN occurrence o ON o.id = r.occurrence
WHERE r.role IN (SELECT id FROM role WHERE lower(email) = $1) AND r.duty <> 'support'
    AND o.state NOT IN (5, 8, 9)
ORDER BY r.occurrence;

-- name: notice_refused_roles
-- Mails that were not taken, of addresses that are not stopped.
SELECT coalesce(r.title, n.role), count(*) FROM notice n LEFT JOIN role r ON r.id = n.role
WHERE n.state <> 2 AND n.state = 3 AND n.changed_ms >= $1 AND n.kind <> 'admin'
    AND lower(n.address) NOT IN (SELECT address FROM quarantine)
GROUP BY n.role, r.title ORDER BY 1;

-- name: role_count_reachable
SELECT count(DISTINCT lower(email)) FROM role WHERE email IS NOT NULL;

-- ---- mails whose time is over ----------------------------------------------------------------

-- name: notice_forget
UPDATE notice SET body = '', mail = $1
WHERE id IN (
    SELECT n.id FROM notice n
    WHERE n.body <> '' AND n.created_ms < $2 AND n.state <> 1 AND n.state <> 5
        AND NOT EXISTS (SELECT 1 FROM notice_catch c WHERE c.notice = n.id)
    ORDER BY n.created_ms LIMIT $3);
