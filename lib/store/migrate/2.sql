-- SPDX-License-Identifier: MIT
-- 2.sql - from schema 1 to 2. Runs in one transaction with foreign keys off; they are checked
-- before it is committed. A table whose constraints change is made anew, filled and renamed.

ALTER TABLE measure ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE measure ADD COLUMN series INTEGER NOT NULL DEFAULT 0;
ALTER TABLE measure ADD COLUMN ended_ms INTEGER;
ALTER TABLE measure ADD COLUMN first_month INTEGER NOT NULL DEFAULT 0;
CREATE INDEX measure_survey ON measure (survey);
ALTER TABLE survey_question ADD COLUMN definition INTEGER NOT NULL DEFAULT 0;
CREATE TABLE survey_definition (
    id INTEGER PRIMARY KEY,
    survey INTEGER NOT NULL REFERENCES survey (id),
    digest TEXT NOT NULL,
    words TEXT NOT NULL,
    UNIQUE (survey, digest)
) STRICT;

-- A month's cells lie together.
CREATE TABLE survey_cell_by_month (
    survey INTEGER NOT NULL,
    unit INTEGER NOT NULL REFERENCES survey_unit (id),
    month INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    counts BLOB NOT NULL,
    PRIMARY KEY (survey, month, unit, grp)
) STRICT, WITHOUT ROWID;
INSERT INTO survey_cell_by_month (survey, unit, month, grp, counts)
SELECT survey, unit, month, grp, counts FROM survey_cell;
DROP TABLE survey_cell;
ALTER TABLE survey_cell_by_month RENAME TO survey_cell;

CREATE TABLE survey_month (
    survey INTEGER NOT NULL REFERENCES survey (id),
    month INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    released INTEGER NOT NULL,
    charted INTEGER NOT NULL,
    PRIMARY KEY (survey, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE survey_sum (
    survey INTEGER NOT NULL REFERENCES survey (id),
    month INTEGER NOT NULL,
    series INTEGER NOT NULL REFERENCES survey_question (id),
    path TEXT NOT NULL,
    counts BLOB NOT NULL,
    PRIMARY KEY (survey, month, series, path)
) STRICT, WITHOUT ROWID;

INSERT INTO survey_month (survey, month, changed, released, charted)
SELECT DISTINCT survey, month, 1, 0, 0 FROM survey_cell;

CREATE TABLE survey_arrival (
    id INTEGER PRIMARY KEY,
    tag INTEGER NOT NULL,
    survey INTEGER NOT NULL,
    form INTEGER NOT NULL,
    unit INTEGER NOT NULL,
    grp INTEGER NOT NULL,
    day INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    state INTEGER NOT NULL,
    answers BLOB,
    batch INTEGER NOT NULL
) STRICT;

CREATE TABLE survey_seen (
    block INTEGER PRIMARY KEY,
    n_blocks INTEGER NOT NULL,
    bits BLOB NOT NULL
) STRICT;

-- Items about topics: no occurrence, words of their own.
ALTER TABLE item RENAME TO item_1;
DROP INDEX item_calls;
DROP INDEX item_person;
DROP INDEX item_occurrence;
DROP INDEX item_notice;
CREATE TABLE item (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    plan TEXT NOT NULL,
    occurrence INTEGER REFERENCES occurrence (id),
    gen INTEGER NOT NULL,
    episode INTEGER NOT NULL,
    step TEXT NOT NULL,
    level INTEGER NOT NULL,
    role TEXT NOT NULL,
    why INTEGER NOT NULL,
    of TEXT NOT NULL,
    note TEXT NOT NULL,
    calls INTEGER NOT NULL,
    state INTEGER NOT NULL,
    notice INTEGER REFERENCES notice (id),
    ready_day INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    topic TEXT NOT NULL DEFAULT '',    -- an action, or a plan; '' = about its occurrence
    about INTEGER NOT NULL DEFAULT 0,  -- of the topic: a signal, a month, a day
    words TEXT NOT NULL DEFAULT '',    -- lines, each after a letter that says of what list
    CHECK ((occurrence IS NULL) = (topic <> ''))
) STRICT;
INSERT INTO item (id, key, kind, plan, occurrence, gen, episode, step, level, role, why, of, note,
                  calls, state, notice, ready_day, created_ms)
SELECT id, key, kind, plan, occurrence, gen, episode, step, level, role, why, of, note, calls,
       state, notice, ready_day, created_ms
FROM item_1;
DROP TABLE item_1;
CREATE INDEX item_calls ON item (ready_day, role) WHERE state = 1 AND calls = 1;
CREATE INDEX item_person ON item (role, id) WHERE state = 1;
CREATE INDEX item_occurrence ON item (occurrence, id);
CREATE INDEX item_notice ON item (notice) WHERE notice IS NOT NULL;
CREATE INDEX item_topic ON item (plan, topic, id) WHERE topic <> '';

-- remind: the colour of an occurrence when the owner's roll-up last looked. day: since when.
CREATE TABLE rag_seen (
    occurrence INTEGER PRIMARY KEY REFERENCES occurrence (id),
    color INTEGER NOT NULL,
    reason TEXT NOT NULL,
    day INTEGER NOT NULL
) STRICT;

ALTER TABLE survey_release ADD COLUMN places INTEGER NOT NULL DEFAULT 0;

CREATE TABLE survey_release_slice (
    release INTEGER NOT NULL REFERENCES survey_release (id),
    question INTEGER NOT NULL REFERENCES survey_question (id),
    path TEXT NOT NULL,
    grp INTEGER NOT NULL REFERENCES survey_group (id),
    is_shown INTEGER NOT NULL CHECK (is_shown IN (0, 1)),
    n1 INTEGER NOT NULL, n2 INTEGER NOT NULL, n3 INTEGER NOT NULL, n4 INTEGER NOT NULL,
    n5 INTEGER NOT NULL, n6 INTEGER NOT NULL, n7 INTEGER NOT NULL, n8 INTEGER NOT NULL,
    n9 INTEGER NOT NULL, n10 INTEGER NOT NULL, n11 INTEGER NOT NULL, n12 INTEGER NOT NULL,
    PRIMARY KEY (release, question, path, grp)
) STRICT;
CREATE TABLE survey_release_leaf (
    release INTEGER NOT NULL REFERENCES survey_release (id),
    question INTEGER NOT NULL REFERENCES survey_question (id),
    path TEXT NOT NULL,
    grp INTEGER NOT NULL,
    n1 INTEGER NOT NULL, n2 INTEGER NOT NULL, n3 INTEGER NOT NULL, n4 INTEGER NOT NULL,
    n5 INTEGER NOT NULL, n6 INTEGER NOT NULL, n7 INTEGER NOT NULL, n8 INTEGER NOT NULL,
    n9 INTEGER NOT NULL, n10 INTEGER NOT NULL, n11 INTEGER NOT NULL, n12 INTEGER NOT NULL,
    PRIMARY KEY (release, question, path, grp)
) STRICT;
ALTER TABLE action ADD COLUMN annual TEXT;
ALTER TABLE action ADD COLUMN coordinator TEXT;
UPDATE plan SET source_sha256 = ''; -- the files are read again: who co-ordinates stands in them
CREATE TABLE survey_release_total (
    question INTEGER NOT NULL REFERENCES survey_question (id),
    first_month INTEGER NOT NULL,
    last_month INTEGER NOT NULL,
    path TEXT NOT NULL,
    is_shown INTEGER NOT NULL CHECK (is_shown IN (0, 1)),
    months INTEGER NOT NULL,
    n1 INTEGER NOT NULL, n2 INTEGER NOT NULL, n3 INTEGER NOT NULL, n4 INTEGER NOT NULL,
    n5 INTEGER NOT NULL, n6 INTEGER NOT NULL, n7 INTEGER NOT NULL, n8 INTEGER NOT NULL,
    n9 INTEGER NOT NULL, n10 INTEGER NOT NULL, n11 INTEGER NOT NULL, n12 INTEGER NOT NULL,
    PRIMARY KEY (question, first_month, path)
) STRICT;
ALTER TABLE occurrence ADD COLUMN plan_leads TEXT;
ALTER TABLE occurrence ADD COLUMN rest_gen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE occurrence ADD COLUMN moved_note TEXT;
ALTER TABLE occurrence ADD COLUMN unminuted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE occurrence ADD COLUMN out_state INTEGER;
ALTER TABLE occurrence ADD COLUMN figure TEXT;
ALTER TABLE occurrence ADD COLUMN undo TEXT;
ALTER TABLE item ADD COLUMN silenced_ms INTEGER;

CREATE TABLE notice_catch (
    notice INTEGER PRIMARY KEY REFERENCES notice (id),
    what TEXT NOT NULL,
    words TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE mail_slot (
    day INTEGER NOT NULL,
    urgent INTEGER NOT NULL,
    notice INTEGER NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (day, urgent, notice)
) STRICT;
CREATE TABLE quarantine (
    address TEXT PRIMARY KEY,
    notice INTEGER REFERENCES notice (id),
    words TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE bounce (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    notice INTEGER REFERENCES notice (id),
    verdict TEXT NOT NULL,
    status TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE fault (
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    plan TEXT NOT NULL,
    words TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    told INTEGER NOT NULL DEFAULT 0,
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    PRIMARY KEY (kind, subject)
) STRICT;

CREATE INDEX notice_pending ON notice (created_ms) WHERE state = 1 OR state = 5;
CREATE INDEX notice_message ON notice (message_id);
CREATE INDEX job_passing ON job (run_at_ms, id) WHERE state = 2 AND kind = 4 AND detail <> '';

ALTER TABLE occurrence ADD COLUMN minuted INTEGER;
ALTER TABLE occurrence ADD COLUMN resumed INTEGER;
ALTER TABLE occurrence ADD COLUMN evidence_sha256 TEXT;
ALTER TABLE occurrence ADD COLUMN acked_by TEXT;
ALTER TABLE occurrence ADD COLUMN submitted_hand TEXT;
ALTER TABLE occurrence ADD COLUMN plan_words TEXT;

CREATE TABLE forum (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    secretary TEXT,
    chair TEXT,
    agenda_close_wd INTEGER NOT NULL, -- working days before a meeting
    papers_due_wd INTEGER NOT NULL
) STRICT;

CREATE TABLE meeting (
    forum TEXT NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (forum, day)
) STRICT;

CREATE TABLE plan_forum (
    plan TEXT PRIMARY KEY,
    forum TEXT NOT NULL,
    file TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE pack (
    id INTEGER PRIMARY KEY,
    forum TEXT NOT NULL,
    meeting INTEGER NOT NULL,
    phase TEXT NOT NULL CHECK (phase IN ('draft', 'final')),
    rev INTEGER NOT NULL,
    made_ms INTEGER NOT NULL,
    headline TEXT NOT NULL,
    html BLOB NOT NULL,
    plain BLOB NOT NULL,
    csv BLOB NOT NULL,
    html_sha256 TEXT NOT NULL,
    plain_sha256 TEXT NOT NULL,
    csv_sha256 TEXT NOT NULL,
    notice INTEGER REFERENCES notice (id), -- NULL: nobody could be told
    reason TEXT NOT NULL DEFAULT '',    -- of a corrected version: why ..
    issued_by TEXT NOT NULL DEFAULT '', -- .. and which role wanted it
    UNIQUE (forum, meeting, phase, rev)
) STRICT;
CREATE INDEX pack_notice ON pack (notice) WHERE notice IS NOT NULL;

CREATE TABLE pack_line (
    pack INTEGER NOT NULL REFERENCES pack (id),
    occurrence INTEGER NOT NULL REFERENCES occurrence (id),
    color INTEGER NOT NULL,
    state INTEGER NOT NULL,
    level INTEGER NOT NULL,
    due INTEGER NOT NULL,
    PRIMARY KEY (pack, occurrence)
) STRICT;
CREATE INDEX pack_line_occurrence ON pack_line (occurrence);

-- A yearly return asked about the year of its due day, of which little may have passed.
UPDATE occurrence SET period = 'the year to '
    || CASE strftime('%m', due * 86400, 'unixepoch')
       WHEN '01' THEN 'January' WHEN '02' THEN 'February' WHEN '03' THEN 'March'
       WHEN '04' THEN 'April' WHEN '05' THEN 'May' WHEN '06' THEN 'June'
       WHEN '07' THEN 'July' WHEN '08' THEN 'August' WHEN '09' THEN 'September'
       WHEN '10' THEN 'October' WHEN '11' THEN 'November' ELSE 'December' END
    || strftime(' %Y', due * 86400, 'unixepoch')
WHERE period GLOB '[0-9][0-9][0-9][0-9]';

CREATE INDEX notice_kept ON notice (created_ms) WHERE body <> '';

-- One mail a day for a mailbox. Until the roster is read again the ids stand for its order.
ALTER TABLE role ADD COLUMN reader TEXT NOT NULL DEFAULT '';
UPDATE role SET reader = coalesce((SELECT min(m.id) FROM role m
    WHERE lower(m.email) = lower(role.email)), id);
CREATE INDEX role_reader ON role (reader);
